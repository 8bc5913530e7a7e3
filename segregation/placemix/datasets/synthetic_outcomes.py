"""What life is like in the synthetic town: by area at two dates, and by group in each district.

Every person and household is drawn once by unit and group; the table by area sums over
groups, the table by group sums over areas, so the two agree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from placemix._typing import FloatArray
from placemix.datasets.synthetic_map import distance_from_centre
from placemix.datasets.synthetic_people import GROUPS
from placemix.datasets.synthetic_schools import distances

SEXES: tuple[str, ...] = ("female", "male")
#: What belonging to a group adds to the log odds of each outcome, whatever the place.
POVERTY = np.array([-0.12, 0.25, 0.3, 0.2, 0.05])
CROWDING = np.array([-0.25, 0.75, 0.35, 0.4, 0.15])
ATTAINMENT = np.array([0.0, 0.05, -0.3, 0.1, 0.25])
STOPS = np.array([0.0, 0.35, 1.05, 0.3, 0.1])
#: Share of stops whose record gives no group.
NOT_STATED = 0.14
#: Metres walked in a minute, and how much longer streets are than straight lines.
PACE, DETOUR = 80.0, 1.3


@dataclass(frozen=True)
class Places:
    """Units of one date, in the order of their table.

    Attributes
    ----------
    unit
        Codes, shape (units,).
    point
        Centroids in metres, shape (units, 2).
    hardship
        How poor, about 0 with standard deviation 1, shape (units,).
    residents, households
        Counts, shape (units, groups).
    """

    unit: NDArray[np.str_]
    point: FloatArray
    hardship: FloatArray
    residents: NDArray[np.int64]
    households: NDArray[np.int64]


@dataclass(frozen=True)
class Conditions:
    """People in low-income homes and overcrowded households, shape (units, groups)."""

    deprived: NDArray[np.int64]
    overcrowded: NDArray[np.int64]


def poverty(hardship: FloatArray) -> FloatArray:
    """Return the probability of a low income where hardship is as given.

    Examples
    --------
    >>> poverty(np.array([0.0])).round(3).item()
    0.13
    """
    chance: FloatArray = 1 / (1 + np.exp(1.9 - 0.85 * hardship))
    return chance


def draw_conditions(places: Places, rng: np.random.Generator, *, worse: float = 0.0) -> Conditions:
    """Draw who is poor and who is short of rooms; place and group each matter, neither decides."""
    own = np.log(poverty(places.hardship) / (1 - poverty(places.hardship)))[:, None]
    poor = 1 / (1 + np.exp(-(own + POVERTY + worse)))
    crowd = 1 / (1 + np.exp(-(0.6 * own + CROWDING + worse - 2.0 + 0.3 * rng.normal(size=own.shape))))
    return Conditions(rng.binomial(places.residents, poor), rng.binomial(places.households, crowd))


def area_table(
    date: str,
    places: Places,
    conditions: Conditions,
    surgeries: FloatArray,
    rng: np.random.Generator,
    *,
    road: FloatArray,
) -> pd.DataFrame:
    """Return the conditions of each unit at one date.

    Parameters
    ----------
    date
        ``"before"`` or ``"after"``.
    places, conditions
        Units, and who is poor or overcrowded in them.
    surgeries
        Points of GP surgeries open at the date, shape (surgeries, 2).
    rng
        Source of randomness.
    road
        Two points (metres) on a main road that dirties the air, shape (2, 2).
    """
    residents, households = places.residents.sum(1), places.households.sum(1)
    deprived, crowded = conditions.deprived.sum(1), conditions.overcrowded.sum(1)
    away = distance_from_centre(places.point)
    line = road[1] - road[0]
    along, aside = ((places.point - road[0]) @ np.array([line, [-line[1], line[0]]]).T / np.hypot(*line)).T
    aside = np.abs(aside + 700 * np.sin(along / 2_300))
    base = 11.5 if date == "after" else 16.0
    no2 = base + 13 * np.exp(-((away / 0.4) ** 2)) + 7 * np.exp(-aside / 300) + rng.normal(0, 0.7, len(away))
    minutes = distances(places.point, surgeries).min(1) * DETOUR / PACE + rng.gamma(2.0, 0.6, len(away))
    return pd.DataFrame(
        {
            "date": date,
            "unit": places.unit.astype(str),
            "residents": residents,
            "income_deprived": deprived,
            "income_deprivation": _ratio(deprived, residents),
            "households": households,
            "overcrowded": crowded,
            "overcrowding": 100 * _ratio(crowded, households),
            "no2": no2.round(2),
            "gp_minutes": minutes.round(1),
        }
    )


def _ratio(part: NDArray[np.int64], whole: NDArray[np.int64]) -> FloatArray:
    ratio = np.full(len(whole), np.nan)
    np.divide(part, whole, out=ratio, where=whole > 0)
    return ratio


def group_table(
    district: NDArray[np.str_],
    places: Places,
    conditions: Conditions,
    leavers: NDArray[np.int64],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return outcomes by district, group and sex, as numerators and denominators.

    Parameters
    ----------
    district
        District of each unit, shape (units,).
    places, conditions
        Units of the second date, and who is poor or overcrowded in them.
    leavers
        Pupils of Year 11 by home unit and group, shape (units, groups).
    rng
        Source of randomness.
    """
    names, code = np.unique(district, return_inverse=True)

    def summed(counts: NDArray[np.int64]) -> NDArray[np.int64]:
        out = np.zeros((len(names), *counts.shape[1:]), dtype=np.int64)
        np.add.at(out, code, counts)
        return out

    by_sex = rng.binomial(leavers, 0.49)[..., None]
    pupils = np.concatenate([by_sex, leavers[..., None] - by_sex], axis=-1)
    hope = 0.85 - 0.55 * places.hardship[:, None, None] + ATTAINMENT[:, None] + np.array([0.12, -0.12])
    passed = summed(rng.binomial(pupils, 1 / (1 + np.exp(-hope))))
    pupils = summed(pupils)

    girls = rng.binomial(places.residents, 0.505)
    residents = summed(np.stack([girls, places.residents - girls], axis=-1))
    rate = 0.006 * np.exp(STOPS)[:, None] * np.array([0.25, 1.9]) * rng.lognormal(0, 0.25, (len(names), 1, 1))
    stops = rng.poisson(residents * rate)
    unstated = rng.binomial(stops, NOT_STATED)

    parts = [
        _rows("attainment", names, passed, pupils, ("pupils", "pupils in Year 11")),
        _rows("stops", names, stops - unstated, residents, ("stops", "residents")),
        _rows("stops", names, unstated.sum(1, keepdims=True), None, ("stops", "residents")),
    ]
    for indicator, part, whole, words in (
        ("income_deprivation", conditions.deprived, places.residents, ("people", "residents")),
        ("overcrowding", conditions.overcrowded, places.households, ("households", "households")),
    ):
        parts.append(_rows(indicator, names, summed(part)[..., None], summed(whole)[..., None], words))
    table = pd.concat(parts, ignore_index=True)
    return table.astype({"numerator": "int64", "denominator": "Int64"})


def _rows(
    indicator: str,
    names: NDArray[np.str_],
    part: NDArray[np.int64],
    whole: NDArray[np.int64] | None,
    words: tuple[str, str],
) -> pd.DataFrame:
    """Write arrays of shape (districts, groups, sexes); one group is "not stated", one sex "all"."""
    groups = GROUPS if part.shape[1] == len(GROUPS) else ("not stated",)
    sexes = SEXES if part.shape[2] == len(SEXES) else ("all",)
    index = pd.MultiIndex.from_product([names.astype(str), groups, sexes], names=["district", "group", "sex"])
    frame = index.to_frame(index=False)
    frame.insert(0, "indicator", indicator)
    frame["numerator"] = part.ravel()
    frame["denominator"] = pd.array([None] * part.size if whole is None else whole.ravel(), dtype="Int64")
    frame["counted"], frame["of"] = words
    return frame
