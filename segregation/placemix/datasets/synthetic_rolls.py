"""What a school authority keeps: places, four years of rolls, births that will become pupils."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from placemix._typing import FloatArray, IntArray
from placemix.datasets.synthetic_people import GROUPS
from placemix.datasets.synthetic_schools import YEAR_GROUPS, Schooling

#: September of the school years whose rolls are known; the last is that of the flows.
YEARS: tuple[int, ...] = (2018, 2019, 2020, 2021)
#: Places come in half classes (primary) or whole classes (secondary) of a year group.
CLASS: dict[str, int] = {"primary": 15, "secondary": 30}


def year_groups(schools: pd.DataFrame) -> tuple[IntArray, IntArray]:
    """Return the first and the last year group of each school.

    Examples
    --------
    >>> first, last = year_groups(pd.DataFrame({"phase": ["primary", "secondary"]}))
    >>> first.tolist(), last.tolist()
    ([0, 7], [6, 11])
    """
    both = np.array([YEAR_GROUPS[phase] for phase in schools["phase"]], dtype=np.intp)
    return both[:, 0], both[:, 1]


def capacities(schooling: Schooling, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the places of one year group in each school; about a quarter of schools are over full."""
    schools = schooling.schools
    roll = np.bincount(schooling.school, schooling.pupils.sum(1), len(schools))
    low, high = year_groups(schools)
    size = schools["phase"].map(CLASS).to_numpy()
    crowded = rng.random(len(schools)) < 0.22
    full = np.where(crowded, rng.uniform(1.03, 1.12, len(schools)), rng.uniform(0.8, 0.99, len(schools)))
    places: NDArray[np.int64] = (np.maximum(np.round(roll / (high - low + 1) / full / size), 1) * size).astype(np.int64)
    return places


def roll_table(schooling: Schooling, poverty: FloatArray, rng: np.random.Generator) -> pd.DataFrame:
    """Return rolls by school, year, year group and group; those of the last year sum the flows.

    Earlier years are drawn backwards: the pupils of a year group are those of the next
    year's next group, less some who came and more some who left.

    Parameters
    ----------
    schooling
        Flows of the last year.
    poverty
        Probability that a pupil of a school is eligible for free meals, shape (schools,).
    rng
        Source of randomness.
    """
    schools = schooling.schools
    latest = np.zeros((len(schools), 12, len(GROUPS)), dtype=np.int64)
    by_group = latest.transpose(0, 2, 1)  # a view, to add whole rows of year groups
    np.add.at(by_group, (schooling.school, schooling.group), schooling.pupils)
    low, high = year_groups(schools)
    level = np.arange(12)
    inside = (level >= low[:, None]) & (level <= high[:, None])
    typical = latest.sum(1) / (high - low + 1)[:, None]

    rolls = {YEARS[-1]: latest}
    for year in reversed(YEARS[:-1]):
        known = rolls[year + 1]
        before = np.zeros_like(known)
        before[:, :-1] = rng.binomial(known[:, 1:], 0.96) + rng.poisson(0.045 * known[:, 1:])
        left = rng.poisson(typical * 0.985 ** (YEARS[-1] - year))
        before[np.arange(len(schools)), high] = left
        rolls[year] = np.where(inside[:, :, None], before, 0)

    at, group = np.nonzero(inside)
    parts = []
    for year in YEARS:
        part = pd.DataFrame({"school": schools["school"].to_numpy()[at], "year": year, "year_group": group})
        part[list(GROUPS)] = rolls[year][at, group]
        part["pupils"] = rolls[year][at, group].sum(1)
        part["free_meals"] = rng.binomial(part["pupils"].to_numpy(), poverty[at])
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    for place, column in enumerate(("phase", "planning_area"), start=1):
        table.insert(place, column, schools.set_index("school")[column].reindex(table["school"]).to_numpy())
    return table


def birth_table(
    rolls: pd.DataFrame,
    area: NDArray[np.str_],
    young: NDArray[np.int64],
    older: NDArray[np.int64],
    *,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return births and children registered with a doctor by primary planning area and school cohort.

    Both are of those who live in an area; its schools' intake is more or less than these, by
    a share that hardly changes from year to year, because children cross borders.

    Parameters
    ----------
    rolls
        As `roll_table` returns them.
    area
        Primary planning area of each unit.
    young
        Children aged 0 to 3 in each unit; each area's are those registered in the four
        cohorts that have not started school.
    older
        Children aged 4 to 10 in each unit.
    rng
        Source of randomness.
    """
    reception = rolls[rolls["year_group"] == 0].groupby(["planning_area", "year"])["pupils"].sum()
    rows = []
    for name in np.unique(area):
        entered = [int(reception[(name, year)]) for year in YEARS]
        share = np.mean(entered) / (older[area == name].sum() / 7)
        past = np.round(entered / (share + rng.normal(0, 0.015, len(YEARS)))).astype(np.int64)
        future = rng.multinomial(young[area == name].sum(), np.array([0.256, 0.252, 0.248, 0.244]))
        registered = np.concatenate([past, future])
        born = registered + rng.poisson(0.06 * registered) - rng.poisson(0.03 * registered)
        for place, known in enumerate(registered):
            year = YEARS[0] + place
            intake = entered[place] if place < len(YEARS) else None
            rows.append((name, year - 5, int(born[place]), int(known), year, intake))
    columns = ["planning_area", "birth_year", "births", "registered", "intake_year", "intake"]
    return pd.DataFrame(rows, columns=columns).astype({"intake": "Int64"})
