# Shorthands. What a step does stands in .ci/run, which needs no just.

# every step, as before a change is taken
ci:
    .ci/run

# README's two commands
run *args="baseline":
    cargo run --release -- run {{args}}
test:
    cargo test --release --workspace

# the engine alone: seconds
day:
    cargo test --release --package contraband-sim

# one step: format, contents, dependencies, licences, lint, docs, tests, long, example, program, readme, page, slurm, extend
step +names:
    .ci/run {{names}}

format:
    cargo fmt --all
lint:
    .ci/run lint
docs:
    .ci/run docs

# write everything again that is generated: the parameter reference, the day in MODEL.md, README's outputs, contents
write:
    .ci/run write

