#!/usr/bin/env bash
# polars 2.1.0: a seeded sample within groups draws the same places in every group, and a bootstrap of a difference is
# ten times too sure.
#
# Two markets of 200 sales each, drawn independently from one distribution and kept in order of price, as tables often
# are. The difference of their mean prices is bootstrapped: sample(fraction=1.0, with_replacement=True, seed=k).mean()
# in group_by, for 500 seeds. In each resample both markets are dealt the same row numbers. A resample with dear sales
# in the north has dear sales in the south too, the difference hardly moves, and its standard error comes out as 0.04
# where it is 0.40. A difference of 0.09 between two equal markets is then "significant".
#
# A good guess: one seed starts one stream, and the groups draw from it in turn; the seed makes the draw repeatable, no
# more. pandas' groupby(...).sample(random_state=k) does that, and so does a numpy generator that is passed along.
# Without a seed polars draws the groups independently as well, so that it is the wish to be repeatable that breaks the
# bootstrap.
#
# Output seen, with polars 2.1.0 and numpy 2.4.6:
#   rows dealt to the groups with seed 7: north [11, 34, 143, 85], south [11, 34, 143, 85]
#   difference of the means: 0.088
#   its standard error, by the formula:                0.398
#   its standard error, bootstrapped with numpy:       0.401
#   its standard error, bootstrapped in polars groups: 0.040
#
# Exits 0 while polars behaves so, 1 once it no longer does.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    polars==2.1.0 numpy==2.4.6

"$folder/venv/bin/python" - <<'PY'
import sys

import numpy as np
import polars as pl

sales = 200
generator = np.random.default_rng(1)
north, south = (np.sort(generator.lognormal(2, 0.5, sales)) for _ in range(2))
prices = pl.DataFrame(
    {
        "market": ["north"] * sales + ["south"] * sales,
        "row": [*range(sales), *range(sales)],
        "price": [*north.tolist(), *south.tolist()],
    }
)


def resampled(seed):
    drawn = pl.col("price").sample(fraction=1.0, with_replacement=True, seed=seed)
    mean = dict(prices.group_by("market").agg(drawn.mean()).rows())
    return mean["north"] - mean["south"]


dealt = dict(prices.group_by("market").agg(pl.col("row").sample(n=4, with_replacement=True, seed=7)).rows())
in_groups = np.std([resampled(seed) for seed in range(500)])
with_numpy = np.std([generator.choice(north, sales).mean() - generator.choice(south, sales).mean() for _ in range(500)])
by_formula = np.sqrt(north.var() / sales + south.var() / sales)

print(f"rows dealt to the groups with seed 7: north {dealt['north']}, south {dealt['south']}")
print(f"difference of the means: {north.mean() - south.mean():.3f}")
print(f"its standard error, by the formula:                {by_formula:.3f}")
print(f"its standard error, bootstrapped with numpy:       {with_numpy:.3f}")
print(f"its standard error, bootstrapped in polars groups: {in_groups:.3f}")

as_described = dealt["north"] == dealt["south"] and with_numpy > 0.9 * by_formula and in_groups < 0.2 * by_formula
if not as_described:
    print("FAILED: the behaviour has changed", file=sys.stderr)
    sys.exit(1)
print("as described")
PY
