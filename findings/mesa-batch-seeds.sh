#!/usr/bin/env bash
# Mesa 3.5.1: batch_run() throws away the seeds it is asked to sweep over.
#
# The seeds of a study are one of its parameters, and are passed to the sweep like any other:
# parameters={"fine": [0, 10], "seed": [1, 2]}. Mesa up to 3.3.1 ran exactly these seeds, and the model does take an
# argument of that name. From 3.4 on batch_run has an argument `rng` of its own, and writes it over the parameter in
# each run. Leave it out, and every town runs with seed None: the right number of runs, a plausible spread, and
# different results each time the study is run. No warning says that the parameter was dropped.
#
# A good guess: the runs have seeds 1 and 2, and the study gives the same numbers tomorrow. A sweep runs what it is
# given, all the more so an argument that the model names; at worst it would refuse one that is set in two places.
#
# Output seen, with Mesa 3.5.1 (numpy 2.4.6, pandas 2.3.3, Python 3.12):
#   asked for seeds [1, 2] with fines [0, 10]
#   first study:  seeds [None, None, None, None], 4 distinct results
#   again:        seeds [None, None, None, None], 0 of 4 results the same
#   through rng=: seeds [1, 1, 2, 2], 4 of 4 results the same
#
# Needs Python 3.12 or later (as Mesa 3.5 does). Exits 0 while Mesa behaves so, 1 once it no longer does.
set -euo pipefail

python=
for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 "$HOME"/.pyenv/versions/3.1[2-9]*/bin/python3; do
    if [ -n "$candidate" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || { echo "Python 3.12 or later was not found; name one in PYTHON" >&2; exit 2; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$python" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    mesa==3.5.1 numpy==2.4.6 pandas==2.3.3 networkx==3.6.1

"$folder/venv/bin/python" - <<'PY'
import sys
import warnings

import mesa


class Town(mesa.Model):
    def __init__(self, fine, seed=None):
        super().__init__(rng=seed)
        self.trades = 0
        self.fine = fine
        self.datacollector = mesa.DataCollector({"trades": "trades"})

    def step(self):
        self.trades += self.random.randrange(1_000_000_000) // (1 + self.fine)
        self.datacollector.collect(self)


def study(parameters, **options):
    rows = mesa.batch_run(Town, parameters, max_steps=10, display_progress=False, **options)
    return [row["seed"] for row in rows], [row["trades"] for row in rows]


def same(a, b):
    return sum(x == y for x, y in zip(a, b))


fines, seeds = [0, 10], [1, 2]
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    first_seeds, first = study({"fine": fines, "seed": seeds})
    again_seeds, again = study({"fine": fines, "seed": seeds})
_, kept = study({"fine": fines}, rng=seeds)
kept_seeds, kept_again = study({"fine": fines}, rng=seeds)

print(f"asked for seeds {seeds} with fines {fines}")
print(f"first study:  seeds {first_seeds}, {len(set(first))} distinct results")
print(f"again:        seeds {again_seeds}, {same(first, again)} of {len(first)} results the same")
print(f"through rng=: seeds {kept_seeds}, {same(kept, kept_again)} of {len(kept)} results the same")
for warning in told:
    print(f"told: {warning.message}")

as_described = (
    first_seeds == again_seeds == [None] * 4
    and same(first, again) == 0
    and kept_seeds == [1, 1, 2, 2]
    and kept == kept_again
    and not told
)
if not as_described:
    print("FAILED: the behaviour has changed", file=sys.stderr)
    sys.exit(1)
print("as described")
PY
