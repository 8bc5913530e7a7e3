"""Households by tenure and group, taken from a census table that crosses the two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix._version import __version__
from placemix.checks import id_text
from placemix.counts import Counts, checked
from placemix.errors import (
    InvalidParameter,
    OverlappingGroups,
    PlacemixError,
    ReservedName,
    UnknownGroup,
    UnmatchedUnit,
    did_you_mean,
    listed,
    plural,
    together,
)
from placemix.results import Call, Result, remember

#: Columns of a profile beside its groups.
BESIDE: tuple[str, ...] = ("profile", "tenure", "of", "note", "source", "version")
_TENURE, _GROUP = ("tenure", "tenhuk"), ("ethnic", "ethpuk", "ethhuk", "religion", "relpuk")


class _Labels(NamedTuple):
    """What the published categories of one axis become.

    Attributes
    ----------
    names
        New names, in the order asked for.
    member
        Whether each published category is part of each, shape (names, categories).
    left
        Categories that are part of none.
    """

    names: list[str]
    member: FloatArray
    left: list[str]


def tenure_profile(
    table: Counts,
    *,
    tenures: Mapping[str, str | Sequence[str]],
    groups: Mapping[str, str | Sequence[str]] | None = None,
    units: Sequence[str] | None = None,
    tenure_axis: str | None = None,
    group_axis: str | None = None,
    of: str | None = None,
) -> Result:
    """Take households by tenure and group from a census table that crosses the two, for the equality annex.

    For England and Wales that is RM134, "Tenure by ethnic group (Household Reference Persons)", of 2021, and LC4201EW
    or DC4201EW of 2011. `placemix.readers.nomis` reads them.

    Parameters
    ----------
    table
        Counts whose groups are crossed categories, of districts or smaller areas.
    tenures
        Tenures as the schemes name them, each with the published tenures that stand for it. One published tenure may
        stand for several.
    groups
        Groups as the residents' table names them, each with the published groups that make it up; together they are all
        of them, each once. Default: as published.
    units
        Areas to sum. Default: all.
    tenure_axis, group_axis
        Names of the two axes. Default: those whose names say so. Others, such as age, are summed over.
    of
        Of which district this is, as the residents' table names it. Default: the ids of the areas.

    Returns
    -------
    result
        One row for each tenure. Columns: `tenure`, one for each group with its households (or people, if the table
        counts those), `of`, `note`, `source`, `version`.

    Raises
    ------
    InvalidParameter
        The table crosses no tenure with a group, or names of axes are wrong.
    UnknownGroup
        A published category is named that is not there, or a published group is left out.
    OverlappingGroups
        A published group is named twice.
    UnmatchedUnit
        Areas are not in the table.
    ReservedName
        A group bears the name of another column.

    Notes
    -----
    A household's group is that of one person, its reference person: others of it may be of another.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> published = pd.DataFrame({"area": ["E1"], "a": [300], "b": [90], "c": [45], "d": [60]})
    >>> columns = {("White", "Owned"): "a", ("White", "Rented"): "b", ("Asian", "Owned"): "c", ("Asian", "Rented"): "d"}
    >>> counts = pm.from_wide(
    ...     published, groups={name: [column] for name, column in columns.items()}, unit="area",
    ...     axes=("Ethnic group", "Tenure of household"),
    ... )
    >>> found = tenure_profile(counts, tenures={"owner_occupied": "Owned", "social_rent": "Rented"}, of="Exampleshire")
    >>> found[["tenure", "White", "Asian", "of"]]
               tenure  White  Asian            of
    0  owner_occupied  300.0   45.0  Exampleshire
    1     social_rent   90.0   60.0  Exampleshire
    """
    table = checked(table)
    faults: list[PlacemixError] = []
    axes = [_axis(table, named, words, what, faults) for named, words, what in (
        (tenure_axis, _TENURE, "tenure"), (group_axis, _GROUP, "group"))]  # fmt: skip
    if faults:
        raise together(faults)
    published = [[str(group[axis]) for group in table.groups] for axis in axes]
    kinds = [list(dict.fromkeys(labels)) for labels in published]
    homes = _labels(tenures, kinds[0], "tenure", faults)
    people = _labels(groups if groups is not None else {name: name for name in kinds[1]}, kinds[1], "group", faults)
    faults += _partition(people)
    rows = _rows(table, units, faults)
    if faults:
        raise together(faults)
    cells = np.zeros((len(kinds[0]), len(kinds[1])))
    at = [[kind.index(label) for label in labels] for kind, labels in zip(kinds, published, strict=True)]
    np.add.at(cells, (at[0], at[1]), table.values[rows].sum(axis=0))
    frame = pd.DataFrame(np.minimum(homes.member, 1) @ cells @ people.member.T, columns=people.names)
    frame.insert(0, "tenure", homes.names)
    ids = [str(table.units[row]) for row in rows]
    frame["of"] = of if of is not None else listed(ids, shown=3)
    frame["note"] = _note(table, homes, axes, rows)
    frame["source"], frame["version"] = _source(table), __version__
    arguments = {
        "tenures": _plain(tenures), "groups": None if groups is None else _plain(groups),
        "units": None if units is None else [id_text(one) for one in units], "tenure_axis": tenure_axis,
        "group_axis": group_axis, "of": of,
    }  # fmt: skip
    return remember(frame, Call("scenarios.tenure_profile", {"table": table}, arguments))


def _axis(
    table: Counts, named: str | None, words: tuple[str, ...], what: str, faults: list[PlacemixError]
) -> int:  # fmt: skip
    names = [name.casefold() for name in table.axes]
    if named is not None:
        if named.casefold() in names:
            return names.index(named.casefold())
        message = f"The table has no axis {named!r}; it has {', '.join(map(repr, table.axes)) or 'none'}."
        faults.append(InvalidParameter(message, remedy=did_you_mean(named, table.axes)))
        return -1
    found = [place for place, name in enumerate(names) if any(word in name for word in words)]
    if len(found) == 1:
        return found[0]
    has = f"its axes are {', '.join(map(repr, table.axes))}" if table.axes else "its groups are not crossed"
    message = f"No one axis of the table is the {what}: {has}."
    remedy = f"Read RM134 whole with placemix.readers.nomis, or name it with {what}_axis=."
    faults.append(InvalidParameter(message, remedy=remedy))
    return -1


def _labels(
    asked: Mapping[str, str | Sequence[str]], published: list[str], what: str, faults: list[PlacemixError]
) -> _Labels:
    member = np.zeros((len(asked), len(published)))
    lost: list[str] = []
    for row, labels in enumerate(asked.values()):
        for label in [labels] if isinstance(labels, str) else labels:
            if label in published:
                member[row, published.index(label)] += 1
            else:
                lost.append(str(label))
    if lost:
        message = f"The table has no {what} {listed([*map(repr, lost)])}."
        hints = " ".join(dict.fromkeys(filter(None, (did_you_mean(label, published) for label in lost))))
        known = listed([*map(repr, published)], shown=12)
        faults.append(UnknownGroup(message, remedy=hints or f"It has {known}."))
    left = [name for place, name in enumerate(published) if not member[:, place].any()]
    return _Labels([str(name) for name in asked], member, left)


def _partition(people: _Labels) -> list[PlacemixError]:
    """Faults of groups that are not all of the published ones, each once."""
    faults: list[PlacemixError] = []
    if people.left:
        message = f"Published groups are in none of yours: {listed([*map(repr, people.left)], shown=12)}."
        faults.append(
            UnknownGroup(message, remedy="Put each in one: leaving one out changes the shares of the others.")
        )
    twice = people.member.sum(axis=0) > 1
    if twice.any():
        message = f"{plural(int(twice.sum()), 'published group')} would be counted twice."
        faults.append(OverlappingGroups(message, remedy="Put each in one of your groups."))
    taken = [name for name in people.names if name in BESIDE]
    if taken:
        message = f"Groups bear names that the profile needs: {listed([*map(repr, taken)])}."
        faults.append(ReservedName(message, remedy="Rename them with groups={…}."))
    return faults


def _rows(table: Counts, units: Sequence[str] | None, faults: list[PlacemixError]) -> list[int]:
    if units is None:
        return list(range(len(table)))
    ids = pd.Index([id_text(one) for one in ([units] if isinstance(units, str) else units)]).unique()
    at = table.units.get_indexer(ids)
    if (at < 0).any() or not len(ids):
        message = "Areas are not in the table." if len(ids) else "No area is named."
        remedy = f"It has {listed(list(table.units))}."
        faults.append(UnmatchedUnit(message, units=ids[at < 0], remedy=remedy))
    return [int(one) for one in at]


def _note(table: Counts, homes: _Labels, axes: list[int], rows: list[int]) -> str | None:
    said = []
    if homes.left:
        said.append(f"Published tenures that stand for none were left out: {listed(homes.left, shown=12)}.")
    others = [name for place, name in enumerate(table.axes) if place not in axes]
    if others:
        said.append(f"Summed over {listed(others)}.")
    if left := float(table.residual[rows].sum()):
        said.append(f"{left:,.0f} in none of the groups left out.")
    if len(rows) > 1:
        said.append(f"Summed over {plural(len(rows), 'area')}.")
    return " ".join(said) or None


def _source(table: Counts) -> str:
    about = table.about
    return ", ".join(str(part) for part in (about.table, about.source, about.period) if part) or table.source


def _plain(labels: Mapping[str, str | Sequence[str]]) -> dict[str, Any]:
    return {str(name): part if isinstance(part, str) else list(part) for name, part in labels.items()}
