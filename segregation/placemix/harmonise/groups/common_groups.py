"""The finest groups that two classifications share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix.counts import Counts, group_text
from placemix.crosswalks import Crosswalk
from placemix.harmonise.groups.categories import Scheme, says_nothing, scheme, schemes_by_id
from placemix.harmonise.groups.links import Links, links_between, version
from placemix.harmonise.groups.listing import own_scheme

#: Categories of the one and of the other side that become one group.
Part = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, eq=False, repr=False)
class CommonGroups:
    """The finest groups that two classifications share without dividing anybody.

    Unpacks into its two crosswalks: ``first, second = finest_common(a, b)``. Printing says which
    categories were merged.

    Attributes
    ----------
    first, second
        From the categories of either table to the common groups, for `regroup`.
    groups
        The common groups.
    scheme
        Id of the classification that they are, or a name made of both.
    merged
        One row for each category of a group that several make up: `group`, `side` (id of its
        scheme), `category`, `label`.
    apart
        Categories without a counterpart in the other table, by scheme: those of people whose group
        is not known, and those whose counterpart the other table lacks. They stay groups of their
        own.
    notes
        What changes meaning, and what was not checked.

    Examples
    --------
    >>> from placemix import harmonise
    >>> harmonise.finest_common("eth18_2011", "eth16_2001")
    <CommonGroups eth16_2001: 16 groups>
    """

    first: Crosswalk
    second: Crosswalk
    groups: tuple[str, ...]
    scheme: str
    merged: pd.DataFrame
    apart: dict[str, tuple[str, ...]]
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Crosswalk]:
        return iter((self.first, self.second))

    def __repr__(self) -> str:
        return f"<CommonGroups {self.scheme}: {len(self.groups)} groups>"

    def __str__(self) -> str:
        lines = [f"{len(self.groups)} groups in common ({self.scheme}): {', '.join(self.groups)}"]
        for group, rows in self.merged.groupby("group", sort=False):
            sides = [f"{side} {' + '.join(part['category'])}" for side, part in rows.groupby("side", sort=False)]
            lines.append(f"Merged into {group}: {'; '.join(sides)}")
        lines += [f"Without a counterpart, from {side}: {', '.join(names)}" for side, names in self.apart.items()]
        return "\n".join([*lines, *self.notes])


class _Side(NamedTuple):
    """One of the two: its scheme, and the categories that are there."""

    scheme: Scheme
    present: tuple[str, ...]


def finest_common(first: str | Scheme | Counts, second: str | Scheme | Counts) -> CommonGroups:
    """Find the finest groups to which two classifications can be brought without dividing anybody.

    Categories of either side that share members are joined: the connected components of their
    correspondence.

    Parameters
    ----------
    first, second
        Ids of classifications, or Counts, of which only the groups that they have are used.

    Returns
    -------
    common
        The groups, a crosswalk for each side, and what was merged.

    Raises
    ------
    DenominatorMismatch
        The two record different things.
    InvalidCrosswalk
        No correspondence of the two is known.

    Examples
    --------
    >>> common = finest_common("eth10_1991", "eth16_2001")
    >>> common.scheme, common.groups[:3]
    ('eth8_1991_2001', ('white', 'black_caribbean', 'black_african'))
    >>> print(finest_common("eth19_2021", "eth18_2011"))
    18 groups in common (eth18_2011): white_british, white_irish, ...
    Merged into white_other: eth19_2021 white_roma + white_other; eth18_2011 white_other
    Changes meaning: white_roma: Roma had no box of their own in 2011, and are put with Other White.
    """
    if isinstance(first, Counts) and isinstance(second, Counts) and _already(first, second):
        return _alike(first, second)
    one, two = _side(first), _side(second)
    # Both directions must give the same groups, so the path is always sought from the same side.
    if one.scheme.id <= two.scheme.id:
        links = links_between(one.scheme, two.scheme)
    else:
        links = links_between(two.scheme, one.scheme).turned()
    parts = _components(links, one.present, two.present)
    unstated = [part for part in parts if all(says_nothing(name, one.scheme.variable) for name in part[0])]
    names, called = _named(parts := [part for part in parts if part not in unstated], one.scheme, two.scheme)
    names, parts = [*names, *map(_joined_name, unstated)], [*parts, *unstated]
    walks, apart = [], {}
    for number, (side, why) in enumerate(((one, links.lossy), (two, links.arriving))):
        ends = {item: name for part, name in zip(parts, names, strict=True) for item in part[number]}
        lonely = tuple(item for item in side.present if item not in ends)
        walks.append(_walk(side, ends, (*dict.fromkeys(names), *lonely), called, why, version(links)))
        if lonely:
            apart[side.scheme.id] = lonely
    rows = [
        (name, side.scheme.id, item, side.scheme.category(item).label)
        for part, name in zip(parts, names, strict=True)
        for side, items in zip((one, two), part, strict=True)
        for item in items
        if len(part[0]) > 1 or len(part[1]) > 1
    ]
    told = [
        f"Changes meaning: {item}: {text}"
        for side, why in ((one, links.lossy), (two, links.arriving))
        for item, text in why.items()
        if item in side.present
    ]
    return CommonGroups(
        walks[0],
        walks[1],
        tuple(names),
        called,
        pd.DataFrame(rows, columns=["group", "side", "category", "label"]),
        apart,
        (*dict.fromkeys(told), *(f"UNVERIFIED: {text}" for text in links.unverified)),
    )


def _side(given: str | Scheme | Counts) -> _Side:
    if isinstance(given, Counts):
        own = own_scheme([group_text(group) for group in given.groups], given.about.scheme)
        return _Side(own, own.match(given.groups))
    own = scheme(given)
    # Parts and their sum are never both in a table.
    parts = {part for item in own.categories for part in item.parts}
    return _Side(own, tuple(name for name in own.ids if name not in parts))


def _components(links: Links, first: tuple[str, ...], second: tuple[str, ...]) -> list[Part]:
    """Join what shares members; groups that only one side has are left out."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    place = {name: number for number, name in enumerate(second)}
    pairs = [
        (row, len(first) + place[target])
        for row, name in enumerate(first)
        for target in links.rows.get(name, (name,))
        if target in place
    ]
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    size = len(first) + len(second)
    graph = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(size, size))
    label = connected_components(graph, directed=False)[1]
    found = [
        (
            tuple(name for name, here in zip(first, label, strict=False) if here == group),
            tuple(name for name, here in zip(second, label[len(first) :], strict=True) if here == group),
        )
        for group in dict.fromkeys(label.tolist())
    ]
    return [part for part in found if part[0] and part[1]]


def _named(parts: list[Part], one: Scheme, two: Scheme) -> tuple[list[str], str]:
    """Name the groups: those of a known classification where they are one, else after their categories."""
    every = sorted(schemes_by_id().values(), key=lambda item: (item not in (one, two), item.year, item.id))
    for known in every:
        if known.variable == one.variable:
            names = _as(parts, known, one, two)
            if names:
                order = sorted(range(len(parts)), key=lambda place: known.ids.index(names[place]))
                parts[:] = [parts[place] for place in order]
                return [names[place] for place in order], known.id
    older = min((one, two), key=lambda item: (item.year, item.id))
    side = 0 if older is one else 1
    parts.sort(key=lambda part: older.ids.index(part[side][0]))
    return [_joined_name(part) for part in parts], f"common to {min(one.id, two.id)} and {max(one.id, two.id)}"


def _as(parts: list[Part], known: Scheme, one: Scheme, two: Scheme) -> list[str]:
    """Names in a known classification, or nothing if the groups are not its own."""
    try:
        rows = [links_between(side, known).rows for side in (one, two)]
    except ValueError:
        return []
    names = []
    for part in parts:
        ends = {row.get(item, ()) for row, items in zip(rows, part, strict=True) for item in items}
        end = next(iter(ends))
        whole = [
            {name for name, row in side.items() if row == end} <= set(items)
            for side, items in zip(rows, part, strict=True)
        ]
        # A group that lacks a part, for want of a column, does not bear the name of the whole.
        if len(ends) > 1 or len(end) != 1 or not all(whole):
            return []
        names.append(end[0])
    return names if len(set(names)) == len(names) else []


def _joined_name(part: Part) -> str:
    """Name a group after the fewer, then shorter, of the categories it holds on either side."""
    return min((len(items), len(" + ".join(items)), " + ".join(items)) for items in part)[-1]


def _walk(
    side: _Side, ends: dict[str, str], targets: tuple[str, ...], called: str, why: object, told: str
) -> Crosswalk:
    from scipy.sparse import csr_array

    reasons = dict(why) if isinstance(why, dict) else {}
    place = {name: number for number, name in enumerate(targets)}
    columns = [place[ends.get(item, item)] for item in side.present]
    count = len(side.present)
    return Crosswalk(
        pd.Index(side.present, dtype=str, name=side.scheme.id),
        pd.Index(targets, dtype=str, name=called),
        csr_array((np.ones(count), (np.arange(count), columns)), shape=(count, len(targets))),
        kind="groups",
        version=told,
        lossy=pd.Series({item: text for item, text in reasons.items() if item in side.present}, dtype=object),
    )


def _already(first: Counts, second: Counts) -> bool:
    """Whether both were brought to the same groups before."""
    stated = first.about.scheme
    if stated is None or stated != second.about.scheme:
        return False
    return stated not in schemes_by_id() or set(first.groups) == set(second.groups)


def _alike(first: Counts, second: Counts) -> CommonGroups:
    """Leave the groups as they are; those of one side only stay apart."""
    own = [tuple(group_text(group) for group in counts.groups) for counts in (first, second)]
    names = tuple(name for name in own[0] if name in own[1])
    stated = str(first.about.scheme)
    one, two = (
        Crosswalk(
            pd.Index(groups, dtype=str, name=stated),
            pd.Index(groups, dtype=str, name=stated),
            _identity(len(groups)),
            kind="groups",
        )
        for groups in own
    )
    lonely = [tuple(name for name in groups if name not in names) for groups in own]
    apart = {f"the {side}": found for side, found in zip(("first", "second"), lonely, strict=True) if found}
    return CommonGroups(one, two, names, stated, pd.DataFrame(columns=["group", "side", "category", "label"]), apart)


def _identity(count: int) -> Any:  # noqa: ANN401
    from scipy.sparse import eye_array

    return eye_array(count).tocsr()
