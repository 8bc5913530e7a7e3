"""The same counts from polars, pyarrow and pandas; polars is used where it is installed."""

from __future__ import annotations

import importlib.util

import pandas as pd
import pyarrow as pa

import placemix as pm

columns = {"area": ["A", "B", "C", "D"], "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]}
frames = {"pandas": pd.DataFrame(columns), "pyarrow": pa.table(columns)}
if importlib.util.find_spec("polars"):
    import polars as pl

    frames["polars"] = pl.DataFrame(columns)

for name, frame in frames.items():
    counts = pm.from_wide(frame, groups=["asian", "white"], unit="area")
    value = pm.estimate(counts, "dissimilarity", focal="asian").value
    print(f"{name:8} {counts.source} {value:.4f}")
