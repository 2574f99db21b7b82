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

# one step: format, contents, dependencies, licences, lint, docs, tests, example, program, readme, page, slurm
step +names:
    .ci/run {{names}}

format:
    cargo fmt --all
lint:
    .ci/run lint
docs:
    .ci/run docs

# write README's outputs and the lists of contents again
write:
    .ci/run write

# the parameter reference, after a change of parameters
baseline:
    cargo run --release --package contraband-sim --example write_baseline > baseline.new
    mv baseline.new scenarios/baseline.ron
