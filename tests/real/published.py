"""Published numbers and the tables they are of."""

from __future__ import annotations

import functools
from pathlib import Path

import pandas as pd

import placemix as pm

BROAD = ["white", "mixed", "asian", "black", "other"]
DISTRICTS = [
    "Bolton", "Bury", "Manchester", "Oldham", "Rochdale", "Salford", "Stockport", "Tameside", "Trafford", "Wigan",
]  # fmt: skip
WHITE = [
    "eth_white_british", "eth_white_irish", "eth_traveller_irish_heritage", "eth_white_other", "eth_gypsy_roma",
]  # fmt: skip
ASIAN = ["eth_indian", "eth_pakistani", "eth_bangladeshi", "eth_asian_other"]


def same(value: float, text: str) -> bool:
    """Whether a value rounds to the number as printed: within half a unit of its last digit."""
    digits = len(text.partition(".")[2])
    return abs(float(value) - float(text.replace("−", "-"))) <= 0.5 * 10**-digits * (1 + 1e-9)


def misses(values: dict[str, float], printed: dict[str, str]) -> list[str]:
    """Numbers that do not round to what is printed."""
    return [
        f"{name}: {values[name]:.6f}, printed {text}" for name, text in printed.items() if not same(values[name], text)
    ]


@functools.cache
def census(folder: Path, year: int) -> pm.Counts:
    """Five broad groups on the common areas of the 2011 and 2021 LSOAs, by district of 2022."""
    unit = {2011: "lsoa11cd", 2021: "lsoa21cd"}[year]
    frame = pd.read_parquet(folder / f"groups5_{unit.removesuffix('cd')}_{year}.parquet")
    lookup = pd.read_parquet(folder / "lookup_lsoa11_lsoa21_lad22.parquet")
    areas = pm.common_areas(lookup, source="lsoa11cd", target="lsoa21cd")
    counts = pm.from_wide(frame, groups=BROAD, unit=unit, total="total")
    counts = counts.merge_units(areas[areas.vintage == unit].set_index("unit")["area"])
    district = lookup.drop_duplicates("lsoa21cd").set_index("lsoa21cd")["lad22nm"]
    # An area bears the id of the least of its later units.
    return counts.with_strata(lad=district.loc[counts.units])


def of(counts: pm.Counts, *districts: str) -> pm.Counts:
    """The areas of some districts."""
    return counts.take(counts.strata["lad"].isin(districts).to_numpy())


def non_white(counts: pm.Counts) -> pm.Counts:
    """Two groups: White, and everyone else."""
    return counts.merge_groups({"non_white": ["mixed", "asian", "black", "other"]})


@functools.cache
def schools(folder: Path) -> pd.DataFrame:
    """Schools of England in January 2023, ethnic columns as floats."""
    frame = pd.read_parquet(folder / "schools_england_2022_23.parquet").drop(columns="geometry")
    numbers = [name for name in frame if name.startswith("eth_")]
    # Independent schools publish no ethnic groups; only state-funded ones are used here.
    return frame.assign(school=frame["laestab"].astype(str)).astype(dict.fromkeys([*numbers, "fsm_eligible"], float))


def pupils(folder: Path, phase: str, authority: str | None = None) -> pd.DataFrame:
    """State-funded schools of one phase."""
    frame = schools(folder)
    frame = frame[frame["phase_type_grouping"] == f"State-funded {phase}"]
    return frame if authority is None else frame[frame["la_name"] == authority]


def classified(frame: pd.DataFrame) -> list[str]:
    """The eighteen ethnic categories; without the unclassified."""
    return [name for name in frame if name.startswith("eth_") and name != "eth_unclassified"]
