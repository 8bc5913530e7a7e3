"""Schools of the synthetic town: points, and who goes to which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from placemix._typing import FloatArray, IntArray
from placemix.datasets.synthetic_parts import clusters
from placemix.datasets.synthetic_people import GROUPS

PRIMARY, SECONDARY = 42, 18
#: First and last year group of each phase; 0 is Reception.
YEAR_GROUPS: dict[str, tuple[int, int]] = {"primary": (0, 6), "secondary": (7, 11)}
#: How schools without a faith choose among those who ask.
POLICIES: dict[str, list[str]] = {
    "primary": ["distance", "catchment"],
    "secondary": ["distance", "catchment", "banding", "lottery"],
}
#: Share of children of school age who attend one of the town's 60 schools.
ATTEND = 0.93
#: Distance (metres) over which the pull of a school falls by a factor e.
REACH: dict[str, float] = {"primary": 480.0, "secondary": 1_050.0}
#: What one more point of the share of a child's own group around a school adds to the pull, in logs.
LIKENESS: dict[str, float] = {"primary": 3.5, "secondary": 5.5}
#: What a faith school adds to the pull for each group, in logs.
FAITH_LEANING = np.array([0.05, -0.9, 0.7, -0.2, 0.2])


@dataclass(frozen=True)
class Homes:
    """Units of the second date as schools see them, in the order of the unit table.

    Attributes
    ----------
    unit
        Codes, shape (units,).
    point
        Centroids in metres, shape (units, 2).
    area
        Square metres, shape (units,).
    hardship
        How poor, shape (units,).
    children
        Children by group and phase of school, shape (units, groups, 2).
    """

    unit: NDArray[np.str_]
    point: FloatArray
    area: FloatArray
    hardship: FloatArray
    children: NDArray[np.int64]


@dataclass(frozen=True)
class Schooling:
    """Who goes where.

    Attributes
    ----------
    schools
        One row a school, in the order of `at_school`'s last but one axis.
    unit, school, group
        Positions of each flow's ends and group, shape (flows,).
    pupils
        Pupils of each flow by year group 0 to 11, shape (flows, 12).
    """

    schools: pd.DataFrame
    unit: IntArray
    school: IntArray
    group: IntArray
    pupils: NDArray[np.int64]


def place_schools(homes: Homes, rng: np.random.Generator) -> pd.DataFrame:
    """Put schools where children live, at the middle of the nearest unit, one a unit.

    Returns
    -------
    schools
        Columns school, phase, place (position of the unit), faith and admissions.

    Examples
    --------
    >>> draw = np.random.default_rng(1)
    >>> homes = Homes(np.arange(99).astype(str), draw.uniform(0, 9_000, (99, 2)), np.ones(99), np.zeros(99),
    ...               np.full((99, 5, 2), 9))
    >>> place_schools(homes, draw)["phase"].value_counts().tolist()
    [42, 18]
    """
    rows = []
    taken = np.zeros(len(homes.unit), dtype=bool)
    for place, (phase, number) in enumerate(zip(YEAR_GROUPS, (PRIMARY, SECONDARY), strict=True)):
        weight = homes.children[:, :, place].sum(1).astype(float)
        _, centre = clusters(homes.point, number, rng, weight=weight + 1e-9, crowding=True)
        centre = centre + rng.normal(0, 120, centre.shape)
        faithful = set(rng.choice(number, round(number * 0.28), replace=False).tolist())
        for at in range(number):
            away = np.hypot(*(homes.point - centre[at]).T) + 1e9 * (taken | (weight == 0))
            home = int(away.argmin())
            taken[home] = True
            faith = at in faithful
            policy = "faith" if faith else str(rng.choice(POLICIES[phase]))
            rows.append((f"{phase[0].upper()}{at + 1:02d}", phase, home, faith, policy))
    return pd.DataFrame(rows, columns=["school", "phase", "place", "faith", "admissions"])


def send_to_school(homes: Homes, schools: pd.DataFrame, rng: np.random.Generator) -> Schooling:
    """Draw which school the children of each unit and group attend, and in which year group.

    A school pulls the more the nearer it is, the better it is thought of, and the more of a
    child's own group live around it, so schools are more separate than neighbourhoods.
    """
    ends: list[IntArray] = []
    pupils: list[NDArray[np.int64]] = []
    first = 0
    for place, (phase, (low, high)) in enumerate(YEAR_GROUPS.items()):
        these = schools[schools["phase"] == phase]
        away = distances(homes.point, homes.point[these["place"].to_numpy()])
        children = homes.children[:, :, place]
        near = np.exp(-away / (1.6 * REACH[phase])).T @ children
        own = near / near.sum(1, keepdims=True) - children.sum(0) / children.sum()
        faith = these["faith"].to_numpy()
        liking = LIKENESS[phase] * own + np.outer(faith, FAITH_LEANING)
        reach = REACH[phase] * np.where(faith, 1.35, 1.0)
        share = _shared_out(liking.T - (away / reach)[:, None], children, rng.lognormal(0, 0.3, len(these)))
        attending = rng.binomial(children, ATTEND)
        flows = rng.multinomial(attending, share)
        unit, group, school = np.nonzero(flows)
        ends.append(np.stack([unit, school + first, group]))
        several = np.zeros((len(unit), 12), dtype=np.int64)
        cohort = np.linspace(0.95, 1.05, high - low + 1)  # recent cohorts are smaller
        several[:, low : high + 1] = rng.multinomial(flows[unit, group, school], cohort / cohort.sum())
        pupils.append(several)
        first += len(these)
    unit, school, group = np.concatenate(ends, axis=1)
    return Schooling(schools, unit, school, group, np.concatenate(pupils))


def _shared_out(pull: FloatArray, children: NDArray[np.int64], size: FloatArray) -> FloatArray:
    """Return the chance of each school, some thought better of until each has about its size.

    Parameters
    ----------
    pull
        Log pull of schools, shape (units, groups, schools).
    children
        Shape (units, groups).
    size
        Relative size that each school should have, shape (schools,).
    """
    fame = np.zeros(len(size))
    target = children.sum() * size / size.sum()
    strength = np.exp(pull - pull.max(-1, keepdims=True))
    for _ in range(8):
        strong = strength * np.exp(fame)
        share: FloatArray = strong / strong.sum(-1, keepdims=True)
        expected = np.einsum("ug,ugs->s", children, share)
        fame = fame + 0.6 * np.log(target / np.maximum(expected, 1))
    return share


def distances(origin: FloatArray, destination: FloatArray) -> FloatArray:
    """Return straight-line distances, shape (origins, destinations).

    Examples
    --------
    >>> distances(np.array([[0.0, 0.0]]), np.array([[3.0, 4.0]])).tolist()
    [[5.0]]
    """
    away: FloatArray = np.hypot(*(origin[:, None] - destination).transpose(2, 0, 1))
    return away


def flow_table(homes: Homes, schooling: Schooling) -> pd.DataFrame:
    """Write flows as one row for each unit, school and group with pupils."""
    schools = schooling.schools
    phase = schools["phase"].to_numpy()[schooling.school]
    return pd.DataFrame(
        {
            "unit": homes.unit[schooling.unit].astype(str),
            "school": schools["school"].to_numpy()[schooling.school],
            "phase": pd.Categorical(phase, categories=list(YEAR_GROUPS)),
            "group": pd.Categorical.from_codes(schooling.group, categories=pd.Index(GROUPS)),
            "pupils": schooling.pupils.sum(1),
        }
    )
