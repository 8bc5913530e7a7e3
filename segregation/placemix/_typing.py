"""Names for the shapes and option sets that the public functions share."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.floating[Any]]
IntArray: TypeAlias = NDArray[np.signedinteger[Any]]
BoolArray: TypeAlias = NDArray[np.bool_]

GroupName: TypeAlias = str | tuple[str, ...]

Residual: TypeAlias = Literal["keep", "group"]
Fill: TypeAlias = Literal["low", "high", "middle"]
Threshold: TypeAlias = Literal[">", ">="]
Chance: TypeAlias = Literal["binomial", "fixed"]
Across: TypeAlias = Literal["limit", "keep"]
Tier: TypeAlias = Literal["recommended", "specialist", "replication", "experimental"]
Dimension: TypeAlias = Literal[
    "evenness", "exposure", "clustering", "concentration", "centralisation", "local", "diversity"
]
UncertaintyKind: TypeAlias = Literal["none", "sampling", "disclosure", "chance model", "assumption", "zoning"]

#: Packages whose import costs half a second or more: they are imported inside the
#: function that needs them, the one exception to "absolute imports, at the top".
HEAVY: tuple[str, ...] = (
    "docx",
    "esda",
    "geopandas",
    "giddy",
    "gpboost",
    "libpysal",
    "mapclassify",
    "matplotlib",
    "networkx",
    "numba",
    "openpyxl",
    "ortools",
    "pandera",
    "pooch",
    "pyarrow",
    "pyogrio",
    "rasterio",
    "rustworkx",
    "scipy",
    "shapely",
    "sklearn",
    "spopt",
    "spreg",
    "statsmodels",
    "threadpoolctl",
    "tobler",
)

Table: TypeAlias = Any  # a pandas, GeoPandas, polars or pyarrow table
