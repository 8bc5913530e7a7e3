"""Whether two tables can be compared, and which rows of a lookup join their units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from placemix._typing import Table
from placemix.columns import native, taken
from placemix.counts import Counts, group_text
from placemix.crosswalks import Crosswalk, texts
from placemix.errors import (
    DenominatorMismatch,
    InvalidParameter,
    UnknownColumn,
    UnmatchedUnit,
    VintageMismatch,
    did_you_mean,
    listed,
    plural,
)
from placemix.harmonise.areas.editions import CODES
from placemix.harmonise.groups.common_groups import finest_common
from placemix.harmonise.groups.regrouping import regroup


def refuse_different(before: Counts, after: Counts, groups: object) -> None:
    """Refuse tables that count different people, or classify them differently.

    Raises
    ------
    DenominatorMismatch
        They do; the message lists every difference.
    """
    one, other = before.about, after.about
    differences = []
    if one.universe and other.universe and one.universe != other.universe:
        differences.append(f"universe {one.universe!r} against {other.universe!r}")
    remedy = "Compare residents with residents, pupils with pupils, households with households."
    if groups is None:
        if one.scheme and other.scheme and one.scheme != other.scheme:
            differences.append(f"scheme {one.scheme!r} against {other.scheme!r}")
        odd = sorted(group_text(group) for group in set(before.groups) ^ set(after.groups))
        if odd:
            differences.append(f"groups found on one side only: {listed(odd)}")
            remedy = (
                "Pass groups='common' for the finest that both share, or a mapping from new groups to those merged."
            )
        elif differences and "scheme" in differences[-1]:
            remedy = "Pass groups='common' for the finest that both share, or the id of a classification."
    if differences:
        message = f"The two tables do not count the same: {'; '.join(differences)}."
        raise DenominatorMismatch(message, remedy=remedy)


def one_classification(before: Counts, after: Counts, groups: Any) -> tuple[Counts, Counts, tuple[str, str]]:  # noqa: ANN401
    """Bring both tables to the same groups, and say of each how.

    Raises
    ------
    DenominatorMismatch
        They still differ afterwards.
    """
    notes = [f"{plural(len(counts.groups), 'group')} before" for counts in (before, after)]
    if isinstance(groups, Mapping):
        pair = tuple(_merged(counts, groups) for counts in (before, after))
        words = [listed([f"{new} = {' + '.join(parts)}" for new, parts in groups.items()], shown=20)] * 2
    elif isinstance(groups, str) and groups == "common":
        common = finest_common(before, after)
        pair = tuple(regroup(counts, walk) for counts, walk in zip((before, after), common, strict=True))
        words = [f"the finest that both share ({common.scheme})"] * 2
    elif (
        isinstance(groups, (list, tuple))
        and len(groups) == 2
        and all(walk is None or isinstance(walk, Crosswalk) for walk in groups)
    ):
        pair = tuple(
            counts if walk is None else regroup(counts, walk)
            for counts, walk in zip((before, after), groups, strict=True)
        )
        words = ["crosswalk given"] * 2
    else:
        pair = tuple(regroup(counts, groups) for counts in (before, after))
        words = [str(getattr(groups, "version", groups) or "crosswalk given")] * 2
    refuse_different(pair[0], pair[1], None)
    said = [f"{note}: {word}" for note, word in zip(notes, words, strict=True)]
    return pair[0], pair[1], (said[0], said[1])


def _merged(counts: Counts, groups: Mapping[str, Sequence[str]]) -> Counts:
    """Merge the parts that a table has; a group that it has whole stays."""
    names = {group_text(group) for group in counts.groups}
    parts = {new: [name for name in given if name in names] for new, given in groups.items()}
    needed = {new: found for new, found in parts.items() if found and found != [new]}
    merged = counts.merge_groups(needed) if needed else counts
    return replace(merged, about=replace(merged.about, scheme=None)) if needed else merged


def refuse_matching_codes(before: Counts, after: Counts) -> None:
    """Refuse to compare units by code alone where the lists of units differ.

    Raises
    ------
    VintageMismatch
        The message says how many people would be lost.
    """
    lost = []
    for one, other, word in ((before, after, "earlier"), (after, before, "later")):
        alone = other.units.get_indexer(one.units) < 0
        people, everyone = one.total[alone].sum(), one.total.sum()
        lost.append(f"{people:,.0f} people ({people / max(everyone, 1):.1%}) of the {word} table")
    editions = [counts.about.vintage for counts in (before, after)]
    between = f" (boundaries of {editions[0]} and {editions[1]})" if all(editions) else ""
    odd = before.units.symmetric_difference(after.units)
    message = (
        f"{plural(len(odd), 'unit is', 'units are')} found in one table only{between}: matching codes would lose "
        f"{' and '.join(lost)}."
    )
    remedy = (
        "Pass lookup=, a table with one row for each pair of units that share ground; or method='areal' or "
        "'dasymetric' if both have shapes."
    )
    raise VintageMismatch(message, units=odd, remedy=remedy)


def pairs_of(
    before: Counts, after: Counts, lookup: Table | Crosswalk, names: tuple[str | None, str | None, str | None]
) -> pd.DataFrame:
    """Return the rows of a lookup that join units of the two tables: `source`, `target`, `change` and the rest.

    Parameters
    ----------
    before, after
        The two tables.
    lookup
        Table or crosswalk.
    names
        Columns with the ids of either table and with change codes; None for those that hold them.

    Raises
    ------
    UnmatchedUnit
        Units are not in the lookup, or it joins them with units that the other table lacks.
    """
    rows = lookup.to_frame() if isinstance(lookup, Crosswalk) else _named(before, after, lookup, names)
    mine, theirs = before.units.get_indexer(rows["source"]) >= 0, after.units.get_indexer(rows["target"]) >= 0
    half = mine != theirs
    if half.any():
        side = "later" if (mine & half).any() else "earlier"
        ids = rows.loc[half & mine, "target"] if side == "later" else rows.loc[half & theirs, "source"]
        message = f"The lookup joins units with {plural(ids.nunique(), 'unit')} that the {side} table lacks."
        remedy = (
            "Take both tables for the same ground, with all units on its border; a unit without people is a row of 0."
        )
        raise UnmatchedUnit(message, units=ids.unique(), remedy=remedy)
    rows = rows[mine & theirs].reset_index(drop=True)
    for counts, column, side in ((before, "source", "earlier"), (after, "target", "later")):
        absent = pd.Index(rows[column].unique()).get_indexer(counts.units) < 0
        if absent.any():
            message = f"{absent.sum():,} of {plural(len(counts), 'unit')} of the {side} table are not in the lookup."
            raise UnmatchedUnit(message, units=counts.units[absent], remedy="Check that both are of one edition.")
    return rows


def _named(
    before: Counts, after: Counts, lookup: Table, names: tuple[str | None, str | None, str | None]
) -> pd.DataFrame:
    table = native(lookup)
    unknown = [name for name in names if name is not None and name not in table.columns]
    if unknown:
        message = f"The lookup has no column {listed([repr(name) for name in unknown])}."
        remedy = f"{did_you_mean(unknown[0], table.columns)} It has: {listed(table.columns, shown=40)}."
        raise UnknownColumn(message, remedy=remedy.strip())
    columns = {name: taken(table, name) for name in table.columns}
    held_in = {name: pd.Index(texts(column.dropna()).unique(), dtype=str) for name, column in columns.items()}
    found = [
        [name]
        if name is not None
        else [column for column, held in held_in.items() if _held(counts, held) == len(counts)]
        for name, counts in zip(names[:2], (before, after), strict=True)
    ]
    for one, other in ((0, 1), (1, 0)):
        if len(found[one]) > 1 and len(found[other]) == 1:
            found[one] = [name for name in found[one] if name != found[other][0]]
    for counts, held, role, side in ((before, found[0], "source", "earlier"), (after, found[1], "target", "later")):
        if len(held) != 1:
            best = max(held_in, key=lambda name: _held(counts, held_in[name]))
            number = _held(counts, held_in[best])
            what = f"{len(held)} columns have" if held else "No column has"
            message = f"{what} all units of the {side} table; {best!r} has {number:,} of {len(counts):,}."
            raise InvalidParameter(message, remedy=f"Name the column with {role}=, and check that editions agree.")
    source, target = found[0][0], found[1][0]
    if source == target:
        message = f"Only column {source!r} holds units of the tables, and a lookup needs two."
        raise InvalidParameter(message, remedy="Name them with source= and target=.")
    change = names[2]
    if change is None:
        coded = [
            name
            for name, held in held_in.items()
            if 0 < len(held) <= 2 * len(CODES)
            and {text.strip().upper() for text in held} <= set(CODES)
            and name not in {source, target}
        ]
        change = coded[0] if len(coded) == 1 else None
    rows = pd.DataFrame({"source": texts(columns[source]), "target": texts(columns[target])})
    rows["change"] = None if change is None else columns[change]
    for name, column in columns.items():
        if name not in {source, target, change, "source", "target", "change"}:
            rows[name] = column
    return rows


def _held(counts: Counts, ids: pd.Index) -> int:
    return int((ids.get_indexer(counts.units) >= 0).sum())


def with_codes(rows: pd.DataFrame) -> pd.DataFrame:
    """Give rows without change codes those that their number of ends says."""
    if rows["change"].notna().any():
        return rows
    once = rows[["source", "target"]].drop_duplicates()
    parts = rows["source"].map(once["source"].value_counts())
    origins = rows["target"].map(once["target"].value_counts())
    code = (
        pd.Series("U", index=rows.index)
        .mask(parts > 1, "S")
        .mask(origins > 1, "M")
        .mask((parts > 1) & (origins > 1), "X")
    )
    # A part of a split that shares its target too is irregular, and so is all that it touches.
    for _ in range(2):
        odd = rows["source"].isin(set(rows.loc[code == "X", "source"])) | rows["target"].isin(
            set(rows.loc[code == "X", "target"])
        )
        code = code.mask(odd, "X")
    return rows.assign(change=code)
