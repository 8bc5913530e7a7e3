"""People in homes of each tenure and size, from a table of households and residents."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.errors import (
    InvalidParameter,
    OverlappingGroups,
    PlacemixError,
    ReservedName,
    UnknownColumn,
    UnmatchedUnit,
    did_you_mean,
    listed,
)
from placemix.scenarios.people.cells import KEYS, Cells

Fill: TypeAlias = Literal["refuse", "tenure"]
#: Names of the other columns of people by scheme.
RESERVED = (
    "reference", "name", "status", "case", "year", "homes", "homes_low", "homes_high", "people", "children",
    "people_new", "displaced", "from_internal", "new_to_district", "reason", "assumptions", "occupancy_source",
    "yield_source", "note", "source", "version",
)  # fmt: skip
#: Below this age people are children.
CHILD = 16
_BAND = re.compile(r"\s*(?:aged\s+)?(\d+)\s*(?:-|–|to)\s*(\d+)\s*", re.IGNORECASE)
_OPEN = re.compile(r"\s*(?:aged\s+)?(\d+)\s*(?:\+|and over|or over)\s*", re.IGNORECASE)
_ONE = re.compile(r"\s*(?:aged\s+)?(\d+)\s*", re.IGNORECASE)


class Occupancy(NamedTuple):
    """The table, checked.

    Attributes
    ----------
    cells
        Households first, then people of each age band.
    ages
        Names of the age bands.
    children
        Which bands are of children.
    """

    cells: Cells
    ages: list[str]
    children: list[str]


def occupancy_of(
    table: Any,  # noqa: ANN401
    *,
    ages: Sequence[str] | None,
    children: Sequence[str] | None,
    faults: list[PlacemixError],
) -> Occupancy:
    """Check a table of occupancy, and find its age bands and those of children."""
    columns = [str(name) for name in table.columns] if isinstance(table, pd.DataFrame) else []
    bands = [name for name in columns if name not in {*KEYS, "households"}] if ages is None else list(map(str, ages))
    cells = Cells(
        table, "occupancy", needed=["tenure", "bedrooms", "households"], values=["households", *bands], faults=faults
    )
    if not bands and columns:
        faults.append(UnknownColumn("The occupancy has no column of people by age.", remedy="Name them with ages=."))
    twice = list(dict.fromkeys(name for name in bands if bands.count(name) > 1))
    if ages is not None and twice:
        message = f"ages= names columns twice: {listed([*map(repr, twice)])}."
        faults.append(OverlappingGroups(message, remedy="Name each once."))
    else:
        _overlaps(cells, bands, faults)
    young = _children(bands, children, faults)
    return Occupancy(cells, bands, young)


def _overlaps(cells: Cells, bands: list[str], faults: list[PlacemixError]) -> None:
    """List bands that bear the name of another column of the result, share ages, or are the sum of the others."""
    taken = [name for name in bands if name in RESERVED]
    if taken:
        message = f"The occupancy has columns whose names the result needs: {listed([*map(repr, taken)])}."
        faults.append(ReservedName(message, remedy="Name the bands of age alone with ages=[…]."))
    # Where one band ends with the age the next begins with, it may end before it.
    spans = sorted((*span, name) for name in bands if (span := _span(name)))
    shared = [(one, other) for (_, end, one), (start, _, other) in pairwise(spans) if start < end]
    if shared:
        message = f"Ages of the occupancy overlap: {listed([f'{one!r} and {other!r}' for one, other in shared])}."
        faults.append(OverlappingGroups(message, remedy="Name bands that do not with ages=[…]."))
        return
    if not cells.sound or len(bands) < 2:
        return
    people = cells.values[:, 1:]
    whole = people.sum(axis=1)
    for place, name in enumerate(bands):
        if name not in taken and whole.any() and np.allclose(2 * people[:, place], whole, rtol=1e-9, atol=0):
            message = f"The column {name!r} of the occupancy is the sum of the others."
            faults.append(OverlappingGroups(message, remedy="Name the bands of age alone with ages=[…]."))
            break


def _children(bands: list[str], given: Sequence[str] | None, faults: list[PlacemixError]) -> list[str]:
    if given is not None:
        odd = [name for name in given if name not in bands]
        if odd:
            message = f"children= names what is no age band: {listed([*map(repr, odd)])}."
            remedy = did_you_mean(odd[0], bands) or f"The bands are {', '.join(bands)}."
            faults.append(UnknownColumn(message, remedy=remedy))
        return [name for name in bands if name in given]
    unclear = [name for name in bands if is_child(name) is None]
    if unclear:
        message = f"Whether these ages are below {CHILD} cannot be told: {listed([*map(repr, unclear)])}."
        faults.append(InvalidParameter(message, remedy="Name the bands of children with children=[…]."))
    return [name for name in bands if is_child(name)]


def is_child(band: str) -> bool | None:
    """Say whether everybody of an age band is below 16; None where that cannot be told, or it is neither.

    Examples
    --------
    >>> [is_child(band) for band in ("0-3", "11 to 15", "16+", "15-19", "young")]
    [True, True, False, None, None]
    """
    span = _span(band)
    return None if span is None else True if span[1] < CHILD else False if span[0] >= CHILD else None


def is_band(name: str) -> bool:
    """Say whether a name is that of an age band.

    Examples
    --------
    >>> [is_band(name) for name in ("0-3", "16+", "Aged 4 to 10", "blue")]
    [True, True, True, False]
    """
    return _span(name) is not None


def _span(band: str) -> tuple[float, float] | None:
    """Return the youngest and oldest of an age band, or None where its name does not tell."""
    if both := _BAND.fullmatch(band):
        return int(both[1]), int(both[2])
    if beyond := _OPEN.fullmatch(band):
        return int(beyond[1]), math.inf
    if one := _ONE.fullmatch(band):
        return int(one[1]), int(one[1])
    return None


def per_home(
    homes: pd.DataFrame, known: Occupancy, *, fill: Fill, or_more: int | None, faults: list[PlacemixError]
) -> tuple[FloatArray, list[str]]:
    """Return people of each age band in an occupied home of each kind, and the cells that were filled.

    Parameters
    ----------
    homes
        Kinds of homes: `tenure`, `bedrooms`, `kind`.
    known
        The table.
    fill
        ``"tenure"``: a cell that lacks takes the mean of all homes of its tenure.
    or_more
        Number of bedrooms that stands for so many or more.
    faults
        List that faults are added to.
    """
    cells = known.cells
    households, people = cells.values[:, 0], cells.values[:, 1:]
    row = cells.find(homes, or_more=or_more)
    asked = cells.asked(homes, or_more=or_more)
    row = np.where((row >= 0) & (households[np.maximum(row, 0)] > 0), row, -1)
    found = np.full((len(homes), people.shape[1]), np.nan)
    here = row >= 0
    found[here] = people[row[here]] / households[row[here], np.newaxis]
    lost = list(dict.fromkeys(code for code, place in zip(asked, row, strict=True) if place < 0))
    filled, still = [], []
    at = cells.keys.index("tenure")
    for code in lost:
        mine = np.array([other[at] == code[at] for other in cells.codes])
        number = households[mine].sum()
        if fill == "tenure" and number > 0:
            which = np.array([one == code for one in asked])
            found[which] = people[mine].sum(axis=0) / number
            filled.append(cells.label(code))
        else:
            still.append(code)
    if still:
        tenures = list(dict.fromkeys(code[at] for code in cells.codes))
        strange = [code[at] for code in still if code[at] not in tenures]
        hints = " ".join(dict.fromkeys(filter(None, (did_you_mean(name, tenures) for name in strange))))
        rooms = [int(code[1]) for code in cells.codes if code[1].isdigit()]
        beyond = or_more is None and any(code[1].isdigit() and int(code[1]) > max(rooms, default=0) for code in still)
        more = f"If {max(rooms)} bedrooms are {max(rooms)} or more, pass or_more={max(rooms)}." if beyond else ""
        other = "" if fill == "tenure" else "Add them, or pass fill='tenure' to take the mean of their tenure."
        message = "The occupancy has no households in homes that the schemes have."
        remedy = " ".join(filter(None, (hints, more, other))) or f"Its tenures are {', '.join(tenures)}."
        faults.append(UnmatchedUnit(message, units=[cells.label(code) for code in still], remedy=remedy))
    return found, filled
