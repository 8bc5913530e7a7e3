"""Published tables that the pamphlet's numbers are recomputed from, by the names that the calls use."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

import placemix as pm

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "real"))

from published import ASIAN, BROAD, WHITE, census, classified, non_white, pupils

BRITISH = "eth_white_british"
LONDON = "E09"


def _england(root: Path) -> Path:
    return root / "data" / "england_wales"


# -- schools, January 2023 ---------------------------------------------------------------------------------------------


def _two_groups(root: Path, phase: str) -> pm.Counts:
    frame = pupils(_england(root), phase)
    others = [name for name in classified(frame) if name != BRITISH]
    frame = frame.assign(minority=frame[others].sum(axis=1), white_british=frame[BRITISH])
    return pm.from_wide(frame, groups=["minority", "white_british"], unit="school", strata="la_name")


def _categories(root: Path, phase: str, authority: str) -> pm.Counts:
    frame = pupils(_england(root), phase, authority)
    return pm.from_wide(frame, groups=classified(frame), unit="school")


def primaries(root: Path) -> pm.Counts:
    """State-funded primary schools of England: pupils who are White British, and all others."""
    return _two_groups(root, "primary")


def secondaries(root: Path) -> pm.Counts:
    """State-funded secondary schools of England: pupils who are White British, and all others."""
    return _two_groups(root, "secondary")


def bradford(root: Path) -> pm.Counts:
    """State-funded primary schools of Bradford: pupils in the 18 ethnic categories of the census of schools."""
    return _categories(root, "primary", "Bradford")


def bradford_broad(root: Path) -> pm.Counts:
    """The same schools with all White and all Asian categories joined."""
    return bradford(root).merge_groups({"white": WHITE, "asian": ASIAN})


def bradford_two(root: Path) -> pm.Counts:
    """The same schools: White British pupils, and everyone else."""
    counts = bradford(root)
    return counts.merge_groups({"everyone else": [name for name in counts.groups if name != BRITISH]})


def tower_hamlets(root: Path) -> pm.Counts:
    """State-funded primary schools of Tower Hamlets: pupils in 18 categories."""
    return _categories(root, "primary", "Tower Hamlets")


def blackburn(root: Path) -> pm.Counts:
    """State-funded secondary schools of Blackburn with Darwen: pupils in 18 categories."""
    return _categories(root, "secondary", "Blackburn with Darwen")


def blackburn_primaries(root: Path) -> pm.Counts:
    """State-funded primary schools of Blackburn with Darwen: pupils in 18 categories."""
    return _categories(root, "primary", "Blackburn with Darwen")


def kinds_of_school(root: Path) -> pm.Counts:
    """State-funded secondary schools: all that select, the two with most Black Caribbean pupils, and all others."""
    frame = pupils(_england(root), "secondary")
    most = frame["eth_black_caribbean"].nlargest(2).index
    kind = frame["admissions_policy"].eq("Selective").map({True: "schools that select", False: "all other schools"})
    kind[most] = "two schools"
    others = [name for name in classified(frame) if name != "eth_black_caribbean"]
    counts = pm.from_wide(frame, groups={"black_caribbean": ["eth_black_caribbean"], "others": others}, unit="school")
    return counts.merge_units(pd.Series(kind.to_numpy(), index=frame["school"]))


# -- residents, 2011 and 2021 ------------------------------------------------------------------------------------------


@functools.cache
def _residents(root: Path, year: int) -> pm.Counts:
    """White and all other residents of the areas that both censuses have in common, with district and ward of 2024."""
    folder = _england(root)
    counts = non_white(census(folder, year))
    place = pd.read_parquet(folder / "lookup_lsoa21_ward24_lad24.parquet").set_index("lsoa21cd").loc[counts.units]
    return counts.with_strata(ward=place["wd24cd"], district=place["lad24cd"], name=place["lad24nm"])


def _district(root: Path, year: int, name: str) -> pm.Counts:
    counts = _residents(root, year)
    return counts.take(counts.strata["name"].eq(name).to_numpy())


def _london(root: Path, year: int) -> pm.Counts:
    counts = _residents(root, year)
    return counts.take(counts.strata["district"].astype(str).str.startswith(LONDON).to_numpy())


def _wards(root: Path, year: int) -> pm.Counts:
    counts = _london(root, year)
    return counts.merge_units(pd.Series(counts.strata["ward"].astype(str).to_numpy(), index=counts.units))


def wards(root: Path) -> pm.Counts:
    """Residents of the wards of England of 2024, in 2021."""
    folder = _england(root)
    frame = pd.read_parquet(folder / "groups5_lsoa21_2021.parquet")
    place = pd.read_parquet(folder / "lookup_lsoa21_ward24_lad24.parquet").set_index("lsoa21cd")["wd24cd"]
    frame = frame[frame["lsoa21cd"].str.startswith("E")]
    counts = pm.from_wide(frame, groups=BROAD, unit="lsoa21cd", total="total")
    return counts.merge_units(place.loc[counts.units])


# -- national series ---------------------------------------------------------------------------------------------------


def _series(root: Path) -> pd.DataFrame:
    return pd.read_parquet(root / "data" / "by_group" / "ons_sdg_outcomes_by_group.parquet")


def decent_homes(root: Path) -> pd.DataFrame:
    """Households in homes below the decent homes standard, England, by ethnicity of the reference person and year."""
    frame = _series(root)
    wanted = (frame["sdg_indicator"] == "11-1-1") & (frame["series"] == "Households (%)") & frame["detail"].eq("")
    frame = frame[wanted & (frame["group_dimension"] == "ethnicity (household reference person)")]
    return frame[["period", "group"]].assign(rate=frame["value"], measured_in="%").reset_index(drop=True)


def women_in_the_commons(root: Path) -> float:
    """Share of the seats of the House of Commons that women held after the election of 2010, in per cent."""
    frame = _series(root)
    wanted = (frame["series"] == "House of Commons") & (frame["period"] == "2010")
    return float(frame.loc[wanted, "value"].item())


def _of_year(make: Callable[..., pm.Counts], year: int, what: tuple[str, ...], root: Path) -> pm.Counts:
    return make(root, year, *what)


_HERE = (
    primaries, secondaries, bradford, bradford_broad, bradford_two, tower_hamlets, blackburn, blackburn_primaries,
    kinds_of_school, wards, decent_homes, women_in_the_commons,
)  # fmt: skip
_AREAS = "White and all other residents in {year}, on the areas that the censuses of 2011 and 2021 have in common."
_WARDS = "White and all other residents of the wards of 2024 in {year}; areas of both censuses by the ward they lie in."
_DATES: dict[str, tuple[Callable[..., pm.Counts], str, tuple[str, ...]]] = {
    "manchester": (_district, _AREAS, ("Manchester",)),
    "birmingham": (_district, _AREAS, ("Birmingham",)),
    "london": (_london, _AREAS, ()),
    "london_wards": (_wards, _WARDS, ()),
}
#: What reads each table, and what it is, by the names that calls use.
TABLES: dict[str, tuple[Callable[[Path], Any], str]] = {
    **{make.__name__: (make, str(make.__doc__)) for make in _HERE},
    **{
        f"{name}_{year}": (functools.partial(_of_year, make, year, what), text.format(year=year))
        for name, (make, text, what) in _DATES.items()
        for year in (2011, 2021)
    },
}


@functools.cache
def table(name: str, root: Path) -> Any:
    """Read a table, once."""
    return TABLES[name][0](root)
