"""Writes tests/golden/parquet.json: Parquet files of pyarrow and the cells that they hold.

    python -m venv venv && venv/bin/pip install pyarrow && venv/bin/python tests/golden/generate/parquet.py
"""
import base64
import datetime
import decimal
import io
import json
import os

import pyarrow as pa
import pyarrow.parquet as pq

golden = os.path.join(os.path.dirname(__file__), "..")

people = pa.table({
    "age": pa.array([20, 30, None, 50], pa.int64()),
    "height": pa.array([1.5, None, 1.75, 1.625], pa.float32()),
    "weight": pa.array([50.5, 60.25, 70.0, float("nan")], pa.float64()),
    "sex": pa.array(["female", "male", None, "male"]),
    "smokes": pa.array([True, None, False, True]),
    "born": pa.array([datetime.date(2001, 2, 3), None, datetime.date(1969, 12, 31), datetime.date(2020, 1, 1)]),
    "seen": pa.array([datetime.datetime(2024, 5, 6, 7, 8, 9), None, datetime.datetime(2024, 1, 1),
                      datetime.datetime(1999, 1, 1)], pa.timestamp("ms")),
    "small": pa.array([1, -2, 3, 4], pa.int8()),
    "price": pa.array([decimal.Decimal("1.25"), None, decimal.Decimal("-3.50"), decimal.Decimal("2")],
                      pa.decimal128(9, 2)),
})
many = pa.table({"x": pa.array([i % 7 for i in range(500)], pa.int32()), "label": [f"c{i % 3}" for i in range(500)]})
nested = pa.table({"a": [1, 2], "list": [[1, 2], [3]]})


def encoded(table, **options):
    stream = io.BytesIO()
    pq.write_table(table, stream, **options)
    return base64.b64encode(stream.getvalue()).decode()


files = [{"name": name, "table": kind, "base64": encoded(table, **options)} for name, kind, table, options in [
    ("uncompressed", "people", people, {"compression": "none"}),
    ("snappy", "people", people, {"compression": "snappy"}),
    ("gzip", "people", people, {"compression": "gzip"}),
    ("zstd", "people", people, {"compression": "zstd"}),
    ("data pages of version 2", "people", people, {"data_page_version": "2.0"}),
    ("no dictionaries", "people", people, {"use_dictionary": False}),
    ("several row groups", "many", many, {"row_group_size": 150, "data_page_size": 64}),
    ("brotli", "refused", many, {"compression": "brotli"}),
    ("lists", "refused", nested, {}),
]]
with open(os.path.join(golden, "parquet.json"), "w") as file:
    json.dump({"pyarrow": pa.__version__, "files": files}, file, indent=1)
    file.write("\n")
