"""Two toy towns for each measure: what they have in common, and how far the measure tells them apart.

They were found by `docs/find_towns.py` and are stored in `docs/assets/towns.json`. What they have in common is
computed here with ordinary arithmetic, apart from placemix's kernels; the value of the measure is placemix's.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

import placemix as pm
from placemix.registry import MEASURES, Measure

STORED = Path(__file__).resolve().parent / "assets" / "towns.json"
SIDE, PEOPLE = 4, 20
#: The unit that is looked at, where a measure has one value a unit: second row, second column.
MARKED = 5
LETTERS = "xyzuvw"
#: Widths of columns and heights of rows, in kilometres.
PLANS = {"squares": (1, 1, 1, 1), "plots": (2, 1, 1, 2)}
MIDDLE = {"squares": (2.0, 2.0), "plots": (3.0, 3.0)}


@dataclass(frozen=True)
class Pair:
    """Two towns that a measure tells apart, of 16 units each, or of 100 people where only the mix counts.

    Attributes
    ----------
    measure
        Name in the catalogue.
    rule
        What the towns have in common, a key of `RULES`.
    towns
        People of each group in each unit, row by row of the map from the top.
    """

    measure: str
    rule: str
    towns: tuple[np.ndarray, np.ndarray]

    @property
    def plan(self) -> str:
        """Size of the units on the map."""
        return "plots" if {"area", "distance", "xy"} & set(MEASURES[self.measure].needs) else "squares"

    def common(self) -> dict[str, tuple[Any, Any]]:
        """What the towns have in common, by its name, in each."""
        first, second = (RULES[self.rule].common(town) for town in self.towns)
        return {name: (value, second[name]) for name, value in first.items()}

    @cached_property
    def values(self) -> tuple[float, float]:
        """What the measure gives in each."""
        first, second = self.towns
        return value(self.measure, first, self.plan), value(self.measure, second, self.plan)


@dataclass(frozen=True)
class Rule:
    """What two towns have in common: in words, and as numbers of one of them."""

    said: str
    common: Callable[[np.ndarray], dict[str, Any]]


def dissimilarity(counts: np.ndarray) -> float:
    """D of the first group and everyone else, and with more groups as well that of all at once."""
    x, y = counts[:, 0], counts[:, 1:].sum(axis=1)
    return float(np.abs(x / x.sum() - y / y.sum()).sum() / 2)


def of_all(counts: np.ndarray) -> float:
    """D of all groups at once."""
    people, share = counts.sum(axis=1), counts.sum(axis=0) / counts.sum()
    apart = np.abs(counts - people[:, np.newaxis] * share).sum()
    return float(apart / (2 * people.sum() * (share * (1 - share)).sum()))


def _isolation(counts: np.ndarray) -> float:
    x = counts[:, 0]
    return float((x / x.sum() * x / counts.sum(axis=1)).sum())


def _people(counts: np.ndarray) -> tuple[int, ...]:
    return tuple(counts.sum(axis=0).tolist())


def _units(counts: np.ndarray) -> tuple[tuple[int, ...], ...]:
    return tuple(sorted(map(tuple, counts.tolist())))


def _marked(counts: np.ndarray) -> tuple[int, ...]:
    return tuple(counts[MARKED].tolist())


RULES: dict[str, Rule] = {
    "spread": Rule(
        "Both towns have the same D, and as many people of each group.",
        lambda town: {"D": dissimilarity(town), "people": _people(town), "sizes": tuple(town.sum(axis=1))},
    ),
    "isolation": Rule(
        "D itself, or a number that follows from D alone, cannot differ where D does not: here both towns have the "
        "same isolation instead, and as many people of each group.",
        lambda town: {"isolation": _isolation(town), "people": _people(town), "sizes": tuple(town.sum(axis=1))},
    ),
    "size": Rule(
        "Both towns have the same D; the group is larger in one of them.",
        lambda town: {"D": dissimilarity(town), "sizes": tuple(town.sum(axis=1))},
    ),
    "sizes": Rule(
        "Both towns have the same D, and as many people of each group, in units of other sizes.",
        lambda town: {"D": dissimilarity(town), "people": _people(town)},
    ),
    "unit": Rule(
        "Both towns have the same D, and the framed unit has the same people; its town is another.",
        lambda town: {"D": dissimilarity(town), "unit": _marked(town)},
    ),
    "map": Rule(
        "Both towns have the same units, and so the same D and the same value of every measure without a map; they "
        "lie in other places.",
        lambda town: {"D": dissimilarity(town), "units": _units(town)},
    ),
    "around": Rule(
        "Both towns have the same units, and so the same D, and the framed unit has the same people; the others lie in "
        "other places.",
        lambda town: {"D": dissimilarity(town), "units": _units(town), "unit": _marked(town)},
    ),
    "swap": Rule(
        "Both towns have the same D of the first group against everyone else; the two other groups have changed "
        "places.",
        lambda town: {"D": dissimilarity(town), "first": tuple(town[:, 0].tolist()), "sizes": tuple(town.sum(axis=1))},
    ),
    "order": Rule(
        "Both towns have the same shares in the same units, and so the same D of all groups; which share is that of "
        "which band has changed.",
        lambda town: {"D": round(of_all(town), 12), "shares": tuple(tuple(sorted(unit)) for unit in town.tolist())},
    ),
    "mix": Rule(
        "Every unit has the mix of its town, so that D is 0 in both, and both have five groups of which the largest "
        "has 40 of 100 people.",
        lambda town: {"people": int(town.sum()), "groups": town.shape[1], "largest": int(town.sum(axis=0).max())},
    ),
}

_RULE_OF = {
    "dissimilarity": "isolation",
    "min_max": "isolation",
    "gorard": "size",
    "karmel_maclachlan": "size",
    "size_standardised": "sizes",
    "location_quotient": "unit",
    "local_information": "unit",
    "local_divergence": "unit",
    "extremes": "swap",
}


def rule_of(row: Measure) -> str:
    """What the towns of a measure have in common."""
    if row.name in _RULE_OF:
        return _RULE_OF[row.name]
    if row.call == "mix":
        return "mix"
    if "order" in row.needs:
        return "order"
    if row.dimension == "local":
        return "around"
    mapped = row.looks_at_a_map or row.call == "surface"
    return "map" if mapped else "spread"


def counted(counts: np.ndarray, plan: str = "squares") -> pm.Counts:
    """Make `Counts` of a town: on its map, or as one unit where it has no map."""
    groups = list(LETTERS[: counts.shape[1]])
    table = pd.DataFrame(counts, columns=groups).assign(unit=[f"u{place:02}" for place in range(len(counts))])
    if len(counts) != SIDE**2:
        return pm.from_wide(table, groups=groups, unit="unit")
    return pm.from_wide(gpd.GeoDataFrame(table, geometry=shapes(plan)), groups=groups, unit="unit", crs="planar")


@cache
def shapes(plan: str) -> list[shapely.Polygon]:
    """The units' shapes, row by row from the top."""
    ends = np.concatenate([[0], np.cumsum(PLANS[plan])]).tolist()
    top = ends[-1]
    return [
        shapely.box(ends[column], top - ends[row + 1], ends[column + 1], top - ends[row])
        for row in range(SIDE)
        for column in range(SIDE)
    ]


#: Who is around whom, where a measure must know, in words and as a call.
_NEAR: dict[str, tuple[str, Callable[[pm.Counts], Any]]] = {
    "proximity": (
        "Proximity is exp(−d), with d in kilometres; units are 1 km wide.",
        lambda town: pm.surroundings.proximity(town, decay_length=1),
    ),
    "contiguity": (
        "Neighbours are units with a common border.",
        lambda town: pm.surroundings.contiguity(town, rule="rook"),
    ),
    "shared_boundary": (
        "Neighbours are units with a common border.",
        pm.surroundings.shared_boundary,
    ),
    "within": (
        "Around a unit are itself and those that it borders on.",
        lambda town: pm.surroundings.within(town, radius=1.1),
    ),
    "kernel": (
        "The surfaces are made with a Gaussian kernel of 1 km; units are 1 km wide.",
        lambda town: pm.surroundings.kernel(town, bandwidth=1, shape="gaussian"),
    ),
}
_NEAR_OF = {
    "morrill": "contiguity",
    "wong_boundary": "shared_boundary",
    "wong_shape": "shared_boundary",
    "local_isolation": "within",
    "local_exposure": "within",
    "surface_separation": "kernel",
}


#: Measures that must be told more than their name.
_CALLS = {"proportion_central": "proportion_central(radius=1.5)"}


def near(row: Measure) -> str:
    """Key of who is around whom; nothing where a measure need not know."""
    usual = {"neighbours": "contiguity"}.get(row.call, "proximity")
    return _NEAR_OF.get(row.name) or (usual if row.needs_around else "")


def near_said(row: Measure) -> str:
    """Who is around whom, in words."""
    said = _NEAR[near(row)][0] if near(row) else ""
    if "distance" in row.needs:
        reach = " and reaches 1.5 km" if row.name in _CALLS else ""
        said = f"{said} The centre is the middle of the map{reach}; the smallest units are 1 km wide.".strip()
    return said


def value(name: str, counts: np.ndarray, plan: str = "squares") -> float:
    """What placemix gives for a town, or for its framed unit."""
    row = MEASURES[name]
    town = counted(counts, plan)
    more: dict[str, Any] = {"focal": None if row.focal == "none" else "x"}
    if near(row):
        more["around"] = _NEAR[near(row)][1](town)
    if "order" in row.needs:
        more["order"] = list(town.groups)
    if "distance" in row.needs:
        more["centre"] = MIDDLE[plan]
    if name == "extremes":
        more["against"] = "y"
    if row.dimension == "local":
        return float(pm.local(town, _CALLS.get(name, name), **more)["value"].iloc[MARKED])
    return float(pm.estimate(town, _CALLS.get(name, name), **more).value)


@cache
def pairs() -> dict[str, Pair]:
    """Every stored pair of towns, by measure."""
    stored = json.loads(STORED.read_text("utf-8"))
    return {
        name: Pair(name, each["rule"], (np.array(each["first"]), np.array(each["second"])))
        for name, each in stored["pairs"].items()
    }
