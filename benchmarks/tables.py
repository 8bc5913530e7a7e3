"""The tables that are measured: 181,408 output areas, or made-up ones of the same shape."""

from __future__ import annotations

import functools
import os
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

import placemix as pm

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("PLACEMIX_DATA") or ROOT.parent / "shared")
TABLE = DATA / "oracle" / "ew2011_oa_ethnicity.parquet"
PLACES = ["oa", "lsoa", "msoa", "lad", "rgn"]


@functools.cache
def areas() -> pd.DataFrame:
    """Fourteen ethnic groups in the output areas of England and Wales, 2011, by district."""
    return pd.read_parquet(TABLE) if TABLE.is_file() else made_up()


def source() -> str:
    """What the table is, in words."""
    if TABLE.is_file():
        return "2011 census, England and Wales: 181,408 output areas, 14 ethnic groups, 348 districts"
    return "made-up counts of the shape of the 2011 output areas (PLACEMIX_DATA names no folder)"


def made_up() -> pd.DataFrame:
    """Counts of 14 groups in 181,408 units of 348 districts, drawn with a fixed seed."""
    draw = np.random.default_rng(2011)
    sizes = draw.lognormal(6.0, 0.55, 348)
    sizes = np.maximum((sizes / sizes.sum() * 181_408).astype(int), 9)
    sizes[np.argmax(sizes)] += 181_408 - sizes.sum()
    district = np.repeat(np.arange(348), sizes)
    overall = np.array([0.8, 0.01, 0.045, 0.022, 0.025, 0.02, 0.008, 0.007, 0.015, 0.018, 0.01, 0.005, 0.004, 0.006])
    local = draw.dirichlet(overall / overall.sum() * 12, 348)[district]
    mix = draw.gamma(local * 20 + 1e-3)
    people = draw.integers(120, 500, len(district))
    values = draw.multinomial(people, mix / mix.sum(axis=1, keepdims=True))
    frame = pd.DataFrame(values, columns=[f"group {number}" for number in range(14)])
    frame.insert(0, "oa", [f"A{number:06d}" for number in range(len(frame))])
    frame["persons"] = people + draw.integers(0, 2, len(people))
    return frame.assign(lad=[f"District {number}" for number in district])


def groups() -> list[str]:
    """Names of the fourteen groups."""
    return [name for name in areas().columns if name not in {*PLACES, "persons"}]


@functools.cache
def counts() -> pm.Counts:
    """The table as placemix holds it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pm.errors.IncompletePartition)
        return pm.from_wide(areas(), groups=groups(), unit="oa", total="persons", strata="lad")


@functools.cache
def districts() -> dict[str, pd.DataFrame]:
    """The table cut into districts, as users of the peer cut it."""
    return {str(name): part for name, part in areas().groupby("lad", sort=False)}
