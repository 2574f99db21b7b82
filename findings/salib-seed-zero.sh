#!/usr/bin/env bash
# SALib 1.6.0: seed=0 means "no seed" to most of its analyses.
#
# sobol.analyze(..., seed=1) gives the same confidence intervals each time it is called; seed=0 gives other ones each
# time, from the global generator of numpy. The code asks `if seed:`, which holds for every seed but 0. Of the samplers
# and analyses some do so (sobol, delta, dgsm) and some do not (sample.sobol, rbd_fast), so one study with seed=0 is
# half repeatable: the same runs, other intervals. For delta it is not only the interval: the index itself is a
# bootstrap mean, and moves.
#
# A good guess: 0 is a seed like any other. It is the first of range(n), numpy, scipy and Python's random take it as
# one, and the analyses say "seed : int".
#
# Output seen, with SALib 1.6.0 (numpy 2.4.6, scipy 1.17.1, pandas 2.3.3), each analysis called twice:
#   sobol, seed 1: S1_conf is the same twice: [0.3193 0.1523] [0.3193 0.1523]
#   sobol, seed 0: S1_conf differs: [0.2991 0.1393] [0.3512 0.1374]
#   dgsm, seed 1: dgsm_conf is the same twice: [0.5066 0.0678] [0.5066 0.0678]
#   dgsm, seed 0: dgsm_conf differs: [0.4584 0.0679] [0.5098 0.0705]
#   delta, seed 1: delta_raw is the same twice: [0.5753 0.2436] [0.5753 0.2436]
#   delta, seed 0: delta_raw differs: [0.563  0.1023] [0.5359 0.1296]
#   sample.sobol, seed 0: the runs are the same twice
#
# Exits 0 while SALib behaves so, 1 once it no longer does.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    SALib==1.6.0 numpy==2.4.6 scipy==1.17.1 pandas==2.3.3

"$folder/venv/bin/python" - <<'PY'
import sys

import numpy as np
from SALib.analyze import delta, dgsm, sobol
from SALib.sample import finite_diff, latin
from SALib.sample import sobol as sobol_runs

problem = {"num_vars": 2, "names": ["fine", "patience"], "bounds": [[0, 1], [0, 1]]}


def town(runs):
    return runs[:, 0] ** 2 + runs[:, 0] * runs[:, 1]


runs = sobol_runs.sample(problem, 64, seed=1)
steps = finite_diff.sample(problem, 64, seed=1)
cells = latin.sample(problem, 200, seed=1)
analyses = {
    "sobol": ("S1_conf", lambda seed: sobol.analyze(problem, town(runs), seed=seed)),
    "dgsm": ("dgsm_conf", lambda seed: dgsm.analyze(problem, steps, town(steps), seed=seed)),
    "delta": ("delta_raw", lambda seed: delta.analyze(problem, cells, town(cells), seed=seed, num_resamples=10)),
}

as_described = True
for name, (column, analyze) in analyses.items():
    for seed in (1, 0):
        once, twice = (np.asarray(analyze(seed)[column], dtype=float) for _ in range(2))
        same = np.array_equal(once, twice)
        print(f"{name}, seed {seed}: {column} {'is the same twice' if same else 'differs'}: {once.round(4)} {twice.round(4)}")
        as_described &= same == (seed == 1)
once, twice = (sobol_runs.sample(problem, 64, seed=0) for _ in range(2))
print(f"sample.sobol, seed 0: the runs {'are the same twice' if np.array_equal(once, twice) else 'differ'}")
as_described &= np.array_equal(once, twice)

if not as_described:
    print("FAILED: the behaviour has changed", file=sys.stderr)
    sys.exit(1)
print("as described")
PY
