"""What others read: every table that is shipped, by several readers, under a filter.

    python readers.py FOLDER READER     prints a line for each file, column and question: what this reader finds

Readers: pyarrow, pandas, polars, duckdb. Counts are exact, and sums are rounded to twelve digits: readers add in other orders.
Run once for each reader and version, the outputs must be equal to the last line.
"""

import math
import os
import sys


def tables(folder):
    for here, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            if name.endswith(".parquet"):
                yield os.path.join(here, name)


def shown(value):
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "nothing"
    if isinstance(value, str):
        return repr(value)
    # Sums of floats differ in their last digits by the order in which they are added.
    return f"{float(value):.12g}"


def limits(path):
    """Questions about each column: a bound in the middle of its values. Taken by one reader for all."""
    import pyarrow.parquet as parquet

    table = parquet.read_table(path)
    asked = []
    for name, kind in zip(table.column_names, table.schema.types):
        values = [value for value in table.column(name).to_pylist() if value is not None]
        whole = [value for value in values if not (isinstance(value, float) and math.isnan(value))]
        if len(whole) != len(values):
            sys.exit(f"{path}: {name} holds {len(values) - len(whole)} values that are no number, where null was promised")
        text = str(kind) in ("string", "large_string", "string_view")
        values.sort()
        asked.append((name, text, values[len(values) // 2] if values else None))
    return asked


def pyarrow(path):
    import pyarrow.compute as compute
    import pyarrow.dataset as dataset

    files = dataset.dataset(path)

    def answer(name, text, bound):
        everything = files.to_table(columns=[name]).column(name)
        found = [files.count_rows(), everything.null_count]
        if bound is not None:
            field = dataset.field(name)
            kept = files.to_table(columns=[name], filter=field == bound if text else field > bound).column(name)
            found += [len(kept), None if text else compute.sum(kept).as_py()]
        return found

    return answer


def pandas(path):
    import pandas

    def answer(name, text, bound):
        everything = pandas.read_parquet(path, columns=[name])[name]
        found = [len(everything), int(everything.isna().sum())]
        if bound is not None:
            kept = pandas.read_parquet(path, columns=[name], filters=[(name, "==" if text else ">", bound)])[name]
            found += [len(kept), None if text or kept.empty else kept.sum()]
        return found

    return answer


def polars(path):
    import polars

    def answer(name, text, bound):
        lazy, column = polars.scan_parquet(path), polars.col(name)
        found = list(lazy.select(polars.len().alias("rows"), column.null_count().alias("nulls")).collect().row(0))
        if bound is not None:
            kept = lazy.filter(column == bound if text else column > bound).select(column).collect()[name]
            found += [len(kept), None if text or kept.is_empty() else kept.sum()]
        return found

    return answer


def duckdb(path):
    import duckdb

    def answer(name, text, bound):
        column = '"' + name.replace('"', '""') + '"'
        of = "read_parquet(?)"
        found = list(duckdb.execute(f"select count(*), count(*) - count({column}) from {of}", [path]).fetchone())
        if bound is not None:
            total = "null" if text else f"sum({column})"
            sign = "=" if text else ">"
            asked = f"select count(*), {total} from {of} where {column} {sign} ?"
            found += list(duckdb.execute(asked, [path, bound]).fetchone())
        return found

    return answer


def main():
    folder, reader = sys.argv[1:]
    for path in tables(folder):
        answer = {"pyarrow": pyarrow, "pandas": pandas, "polars": polars, "duckdb": duckdb}[reader](path)
        for name, text, bound in limits(path):
            found = " ".join(shown(value) for value in answer(name, text, bound))
            print(f"{os.path.relpath(path, folder)} {name} {'=' if text else '>'} {shown(bound)}: {found}")


main()
