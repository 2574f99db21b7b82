#!/usr/bin/env bash
# polars 2.1.0: the mean of seven columns that are all 80 is 6.857.
#
# mean_horizontal adds small integers in their own width and lets the sum wrap, then divides what is left and gives it
# out as a float: seven UInt8 columns of 80 add up to 560, which is 48 in eight bits, and 48 / 7 = 6.857. With Int8
# columns, 100 and 100 have the mean -28. Scores, moods and counts out of 100 are kept in eight bits because they fit,
# and Parquet keeps them so. The method of a DataFrame does the same as the expression.
#
# A good guess: 80. A mean of numbers lies between the least and the greatest of them. polars widens small integers
# before it adds them down a column, and says so of sum(); the mean down the same column, and the mean of the same
# numbers as a list, are right. The result is a float, so nothing hints that whole numbers of eight bits were added; an
# average of 7 out of 100 looks like a finding.
#
# Output seen, with polars 2.1.0:
#   a week of 80s, mean_horizontal:             6.857142857142857
#   a week of 80s, DataFrame.mean_horizontal(): 6.857142857142857
#   the same numbers as a list, mean:           80.0
#   the same numbers down one column, mean:     80.0
#   100 and 100 as Int8, mean_horizontal:       -28.0
#
# Exits 0 while polars behaves so, 1 once it no longer does.
set -euo pipefail

script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    polars==2.1.0

"$folder/venv/bin/python" - >"$folder/found" <<'PY'
import polars as pl

days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
week = pl.DataFrame({day: [80] for day in days}, schema={day: pl.UInt8 for day in days})
pair = pl.DataFrame({"before": [100], "after": [100]}, schema={"before": pl.Int8, "after": pl.Int8})

found = {
    "a week of 80s, mean_horizontal:": week.select(pl.mean_horizontal(days)).item(),
    "a week of 80s, DataFrame.mean_horizontal():": week.mean_horizontal().item(),
    "the same numbers as a list, mean:": week.select(pl.concat_list(days).list.mean()).item(),
    "the same numbers down one column, mean:": pl.Series([80] * 7, dtype=pl.UInt8).mean(),
    "100 and 100 as Int8, mean_horizontal:": pair.select(pl.mean_horizontal("before", "after")).item(),
}
for label, value in found.items():
    print(f"{label:43} {value}")
PY

# What came out is held against what stands above as the output seen, line by line.
cat "$folder/found"
if ! diff <(sed -n '/^# Output seen/,/^#$/s/^#   //p' "$script") "$folder/found" >&2; then
    echo "FAILED: the behaviour has changed" >&2
    exit 1
fi
echo "as described"
