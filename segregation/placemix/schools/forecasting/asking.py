"""What `places` is asked: its numbers, words, columns and years, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from placemix.errors import InvalidParameter, PlacemixError, did_you_mean
from placemix.schools.forecasting.rosters import Names, Rosters

#: Years that councils plan for: of the phase that children enter first, and of those after it.
USUAL = (5, 7)
LONGEST = 30


def number_faults(asked: Mapping[str, Any]) -> list[PlacemixError]:
    """Find numbers out of range."""
    rules: dict[str, tuple[Any, str]] = {
        "last": (lambda value: isinstance(value, int) and value >= 1, "a number of years, 1 or more"),
        "fewest": (lambda value: isinstance(value, int) and value >= 2, "a number of errors, 2 or more"),
        "level": (lambda value: 0 < value < 1, "a share between 0 and 1"),
        "smallest": (lambda value: np.isfinite(value) and value >= 0, "a number of pupils, 0 or more"),
    }
    faults: list[PlacemixError] = []
    for name, (right, what) in rules.items():
        value = asked[name]
        number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
        if not (number and right(value)):
            faults.append(InvalidParameter(f"{name} is {what}, not {value!r}."))
    return faults


def word_faults(asked: Mapping[str, tuple[str, tuple[str, ...]]]) -> list[PlacemixError]:
    """Find words that are not among those known."""
    return [
        InvalidParameter(f"{name} is {' or '.join(map(repr, known))}, not {value!r}.")
        for name, (value, known) in asked.items()
        if value not in known
    ]


def column_names(given: Mapping[str, str] | None, faults: list[PlacemixError]) -> dict[str, str]:
    """Names of columns: as the synthetic town has them, unless the caller's differ."""
    beside = (
        "places", "intake_year", "dwellings", "status", "change", "fills", "from_area", "to_area", "share",
    )  # fmt: skip
    called = dict(zip(Names._fields, Names(), strict=True)) | {name: name for name in beside}
    called["children"] = "registered"
    # What the tables call an area is "planning_area"; both words are understood.
    own = {("area" if role == "planning_area" else role): str(name) for role, name in (given or {}).items()}
    odd = [role for role in own if role not in called]
    if odd:
        hints = " ".join(filter(None, (did_you_mean(role, called) for role in odd)))
        message = f"columns has {odd}, which no table of school places has."
        faults.append(InvalidParameter(message, remedy=f"{hints} There are: {', '.join(called)}.".strip()))
    return called | own


def horizons(years: Any, known: Rosters, faults: list[PlacemixError]) -> dict[str, int]:  # noqa: ANN401
    """Return the years ahead of each phase."""
    names = [phase.name for phase in known.phases]
    usual = dict(zip(names, (USUAL[0], *[USUAL[1]] * len(names)), strict=False))
    given = (
        usual
        if years is None
        else dict.fromkeys(names, years)
        if not isinstance(years, Mapping)
        else usual | dict(years)
    )
    for name, value in given.items():
        if name not in usual:
            remedy = did_you_mean(name, names)
            faults.append(InvalidParameter(f"years names the unknown phase {name!r}.", remedy=remedy))
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LONGEST:
            faults.append(InvalidParameter(f"years is a whole number from 1 to {LONGEST}, not {value!r}."))
    return {name: value for name, value in given.items() if isinstance(value, int)}
