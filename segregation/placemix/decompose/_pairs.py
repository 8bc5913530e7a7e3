"""Two groups to compare, and areas to leave out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from placemix._typing import FloatArray
from placemix.counts import Counts, group_text
from placemix.decompose.information import people_of
from placemix.errors import InvalidParameter, UnknownColumn, did_you_mean, together
from placemix.measuring.plan import Which

#: Areas by level.
Omitted = Mapping[str, str | Sequence[str]] | None


def pair(counts: Counts, focal: Which, against: Which) -> tuple[FloatArray, list[Any]]:
    """People of a group and of another, shape (units, 2), and the names of both.

    Raises
    ------
    InvalidParameter
        No group was named, several were, or one is compared with itself.
    """
    if focal is None:
        message = "D compares one group with others."
        raise InvalidParameter(message, remedy="Pass focal= a group.")
    people, groups = people_of(counts, focal, against)
    if groups[0] == groups[1]:
        message = f"{group_text(groups[0])!r} was compared with itself."
        raise InvalidParameter(message, remedy="Name another group in against=, or leave it out.")
    return people, groups


def undefined(x: FloatArray, y: FloatArray) -> str:
    """Why D is undefined, or an empty text."""
    if not len(x) or not (x.sum() + y.sum()) > 0:
        return "no_people"
    if not (x.sum() > 0 and y.sum() > 0):
        return "group_absent"
    return "one_unit" if len(x) < 2 else ""


def left_of(counts: Counts, omit: Omitted) -> tuple[Counts, int, dict[str, list[str]] | None]:
    """Counts without some areas, how many units that are, and the areas as plain lists.

    Raises
    ------
    UnknownColumn
        A level is no column of strata.
    InvalidParameter
        A level has no such area.
    """
    if not omit:
        return counts, 0, None
    plain = {
        level: [names] if isinstance(names, str) else [str(name) for name in names] for level, names in omit.items()
    }
    gone = np.zeros(len(counts), dtype=bool)
    faults: list[Any] = []
    for level, names in plain.items():
        if level not in counts.strata.columns:
            remedy = did_you_mean(level, [str(name) for name in counts.strata.columns])
            faults.append(UnknownColumn(f"{level!r} is no column of strata.", remedy=remedy))
            continue
        areas = counts.strata[level].astype(str).to_numpy(dtype=object)
        known = list(dict.fromkeys(areas))
        for name in names:
            here = areas == name
            if not here.any():
                faults.append(InvalidParameter(f"No unit is in {name!r} of {level}.", remedy=did_you_mean(name, known)))
            gone |= here
    if faults:
        raise together(faults)
    return counts.take(~gone), int(gone.sum()), plain
