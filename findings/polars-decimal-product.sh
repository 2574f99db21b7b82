#!/usr/bin/env bash
# polars 2.1.0: a product of decimals keeps two places in an expression, and four in polars' own SQL.
#
# A thousand sales at 0.10 with a levy of 0.05 of the price, both Decimal with two places. The levy on a sale is 0.005,
# and on all of them 5.00. `(price * rate).sum()` is 0.00: every product is rounded to two places, half to even, before
# it is added. `sum(price * rate)` through pl.sql, on the same file with the same version of polars, is 5.0000, and so
# it is in DuckDB and pyarrow. A share is rounded too: 1.00 / 300.00 is 0.00.
#
# A good guess: 5.00 in each. Decimals are chosen so that money is exact; a product of two decimals of two places has
# four, as in SQL, Arrow and Python's own decimal; and two front ends of one engine agree. That polars keeps the scale
# is a decision of its authors, not an accident, but nothing in the result tells that digits were dropped, and prices
# with larger cents only lose some: the total is then merely too low or too high.
#
# Output seen, with polars 2.1.0, DuckDB 2.0.1 and pyarrow 26.0.1, on one Parquet file:
#   polars, expression: 0.00
#   polars, pl.sql:     5.0000
#   DuckDB:             5.0000
#   pyarrow:            5.0000
#   polars, 1.00 / 300.00: 0.00
#
# Exits 0 while they behave so, 1 once one no longer does.
set -euo pipefail

script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    polars==2.1.0 duckdb==2.0.1 pyarrow==26.0.1

cd "$folder"
"$folder/venv/bin/python" - >"$folder/found" <<'PY'
from decimal import Decimal

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

cents = pa.decimal128(10, 2)
sales = pa.table(
    {
        "price": pa.array([Decimal("0.10")] * 1000, cents),
        "rate": pa.array([Decimal("0.05")] * 1000, cents),
    }
)
pq.write_table(sales, "sales.parquet")
total = "SELECT sum(price * rate) AS levy FROM "

read = pq.read_table("sales.parquet")
levy = {
    "polars, expression": pl.read_parquet("sales.parquet").select((pl.col("price") * pl.col("rate")).sum()).item(),
    "polars, pl.sql": pl.sql(total + "read_parquet('sales.parquet')").collect().item(),
    "DuckDB": duckdb.sql(total + "'sales.parquet'").fetchall()[0][0],
    "pyarrow": pc.sum(pc.multiply(read["price"], read["rate"])).as_py(),
}
for engine, value in levy.items():
    print(f"{engine + ':':19} {value}")
parts = pl.DataFrame({"part": [Decimal("1.00")], "whole": [Decimal("300.00")]})
share = parts.select(pl.col("part") / pl.col("whole")).item()
print(f"polars, 1.00 / 300.00: {share}")
PY

# What came out is held against what stands above as the output seen, line by line.
cat "$folder/found"
if ! diff <(sed -n '/^# Output seen/,/^#$/s/^#   //p' "$script") "$folder/found" >&2; then
    echo "FAILED: the behaviour has changed" >&2
    exit 1
fi
echo "as described"
