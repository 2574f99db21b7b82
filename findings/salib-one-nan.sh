#!/usr/bin/env bash
# SALib 1.6.0: one run without a value, and Sobol's analysis says for certain that no parameter matters.
#
# Here the outcome is the fine itself, so that the fine explains everything: S1 = ST = 1. Then one run of 1536 has NaN,
# as a mean price has in a town where nothing was sold. Every index becomes 0, first-order, total and second-order
# alike, and the half-width of every confidence interval is 0 as well: no effect, and no doubt about it. Nothing is
# printed, and no warning is raised. One infinite value does the same to the indices. SALib divides by the variance only
# where it is above zero, leaves 0 where it is not, and NaN is not above zero.
#
# A good guess: NaN in, NaN out. That is what mean, variance and correlation do, what SALib's own PAWN does beside it,
# and what SALib's Sobol did years ago (its issue 237 is about "NAN values of the sensitivity indexes"). An error would
# do too. Zero with an interval of zero is a finding, and goes into the paper.
#
# Output seen, with SALib 1.6.0 (numpy 2.4.6, scipy 1.17.1, pandas 2.3.3):
#   all 1536 runs:   S1 [1.0, 0.0]  ST [1.0, 0.0]  S1_conf [0.14, 0.0]
#   one run is NaN:  S1 [0.0, 0.0]  ST [0.0, 0.0]  S1_conf [0.0, 0.0]
#   warnings: 0
#
# Exits 0 while SALib behaves so, 1 once it no longer does.
set -euo pipefail

script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    SALib==1.6.0 numpy==2.4.6 scipy==1.17.1 pandas==2.3.3

"$folder/venv/bin/python" - >"$folder/found" <<'PY'
import warnings

import numpy as np
from SALib.analyze import sobol as analyze
from SALib.sample import sobol as sample

problem = {"num_vars": 2, "names": ["fine", "patience"], "bounds": [[0, 1], [0, 1]]}
runs = sample.sample(problem, 256, seed=1)
outcome = runs[:, 0].copy()


def indices(values):
    found = analyze.analyze(problem, values, seed=1)
    return [np.round(found[name], 2).tolist() for name in ("S1", "ST", "S1_conf")]


def line(label, found):
    print(f"{label:16} S1 {found[0]}  ST {found[1]}  S1_conf {found[2]}")


with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    whole = indices(outcome)
    outcome[700] = np.nan
    holed = indices(outcome)
line(f"all {len(outcome)} runs:", whole)
line("one run is NaN:", holed)
print(f"warnings: {len(told)}", *(warning.message for warning in told))
PY

# What came out is held against what stands above as the output seen, line by line.
cat "$folder/found"
if ! diff <(sed -n '/^# Output seen/,/^#$/s/^#   //p' "$script") "$folder/found" >&2; then
    echo "FAILED: the behaviour has changed" >&2
    exit 1
fi
echo "as described"
