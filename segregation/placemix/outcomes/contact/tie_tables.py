"""Tables of people and of ties between them, read and checked: every fault is found at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.checks import id_texts
from placemix.errors import (
    DuplicateUnit,
    EmptyTable,
    InvalidCounts,
    InvalidTable,
    NotNumbers,
    PlacemixError,
    ReservedName,
    TooFewGroups,
    UnknownColumn,
    UnmatchedUnit,
    did_you_mean,
    listed,
    plural,
)

#: Group of the rows of everybody together.
EVERYONE = "everyone"
#: Groups together that are not a person's own.
OTHERS = "others"
#: Columns of results on ties, which no column of institutions may be named like.
COLUMNS = frozenset({
    "alter_group", "alters", "arrangements", "beyond", "coleman", "diversity", "draws", "e_i", "egos", "expected",
    "expected_by", "expected_e_i", "expected_inside", "group", "inside", "left_out", "level", "lower", "met", "null",
    "note", "observed", "opportunity", "opportunity_ratio", "outside", "p_value", "people", "ratio", "reason", "sd",
    "seed", "share", "share_of_all", "source", "statistic", "tail", "ties", "upper", "value", "version",
})  # fmt: skip


class Roster(NamedTuple):
    """Everybody who could be named, sorted by id.

    Attributes
    ----------
    people
        Ids as text.
    groups, group, names
        Names of groups, and each person's, as a position and as text.
    institutions, institution
        Names of institutions, and each person's.
    """

    people: pd.Index
    groups: tuple[str, ...]
    group: IntArray
    names: Any
    institutions: pd.Index
    institution: IntArray


def columns_of(table: object, wanted: Mapping[str, str], what: str, faults: list[PlacemixError]) -> pd.DataFrame | None:
    """Take columns of a table as text ids under the names of their roles, or find what is wrong with them."""
    if not isinstance(table, pd.DataFrame):
        faults.append(InvalidTable(f"The {what} are no table, but a {type(table).__name__}."))
        return None
    lacking = [name for name in wanted.values() if name not in table.columns]
    for name in lacking:
        remedy = did_you_mean(name, table.columns) or f"It has: {listed(list(table.columns), shown=40)}."
        faults.append(UnknownColumn(f"The table of {what} has no column {name!r}.", remedy=remedy))
    if lacking:
        return None
    rows = np.arange(1, len(table) + 1)
    read = {}
    for role, name in wanted.items():
        column = table[name]
        texts = id_texts(column.reset_index(drop=True))
        empty = column.isna().to_numpy() | (texts.str.strip() == "").to_numpy(dtype=bool)
        if empty.any():
            message = f"{plural(int(empty.sum()), 'row', 'rows')} of the {what} without a value in {name!r}."
            remedy = "Missing is no group: name it, for example 'not stated', or leave the rows out and say so."
            faults.append(InvalidTable(message, units=[f"row {row}" for row in rows[empty]], remedy=remedy))
        read[role] = texts.to_numpy(dtype=object)
    return pd.DataFrame(read, dtype=object)


def roster_of(people: object, person: str, group: str, within: str | None, faults: list[PlacemixError]) -> Roster:
    """Read everybody who could be named."""
    wanted = {"person": person, "group": group} | ({} if within is None else {"within": within})
    before = len(faults)
    if within in COLUMNS:
        message = f"Institutions may not stand in a column named {within!r}: results use that name."
        faults.append(ReservedName(message, remedy="Rename the column, for example to 'school'."))
    table = columns_of(people, wanted, "people", faults)
    nothing: IntArray = np.zeros(0, dtype=np.int64)
    empty = Roster(pd.Index([]), (), nothing, nothing, pd.Index([]), nothing)
    if table is None:
        return empty
    twice = table["person"].duplicated()
    if twice.any():
        message = f"{plural(int(twice.sum()), 'row repeats', 'rows repeat')} a person of a row above."
        faults.append(DuplicateUnit(message, units=table["person"][twice].unique(), remedy="List each person once."))
    if not len(table):
        faults.append(EmptyTable("Nobody is in the table of people."))
    elif len(faults) == before and table["group"].nunique() < 2:
        message = "Everybody is of one group, so that no tie can lead to another."
        faults.append(TooFewGroups(message, remedy="List everybody who could be named, whatever their group."))
    faults.extend(reserved(table["group"]))
    if len(faults) > before:
        return empty
    table = table.sort_values("person", kind="stable", ignore_index=True)
    groups = tuple(sorted(set(table["group"])))
    if within is None:
        institutions, where = pd.Index([""]), np.zeros(len(table), dtype=np.int64)
    else:
        institutions = pd.Index(sorted(set(table["within"])), name="unit")
        where = institutions.get_indexer(table["within"]).astype(np.int64)
    names = table["group"].to_numpy(dtype=object)
    group_of = pd.Index(groups).get_indexer(names).astype(np.int64)
    return Roster(pd.Index(table["person"], name="person"), groups, group_of, names, institutions, where)


def edges_of(edges: object, ego: str, alter: str, faults: list[PlacemixError]) -> pd.DataFrame:
    """Read pairs of ids; nobody has a tie with themselves."""
    table = columns_of(edges, {"ego": ego, "alter": alter}, "ties", faults)
    if table is None:
        return pd.DataFrame({"ego": [], "alter": []}, dtype=object)
    own = (table["ego"] == table["alter"]).to_numpy()
    if own.any():
        message = f"{plural(int(own.sum()), 'tie leads', 'ties lead')} from a person to the same person."
        faults.append(InvalidTable(message, units=table["ego"][own], remedy="Leave such rows out."))
    if not len(table):
        faults.append(EmptyTable("The table of ties has no rows."))
    return table


def placed(
    pairs: pd.DataFrame, people: pd.Index, *, directed: bool, skip: bool, faults: list[PlacemixError]
) -> tuple[IntArray, IntArray, int]:
    """Positions of the two people of each tie, sorted, and how many ties were left out."""
    one, other = (people.get_indexer(pairs[name]).astype(np.int64) for name in ("ego", "alter"))
    stranger = (one < 0) | (other < 0)
    if stranger.any() and not skip:
        who = pd.unique(np.concatenate([pairs["ego"][one < 0], pairs["alter"][other < 0]]))
        message = f"{plural(int(stranger.sum()), 'tie is', 'ties are')} with somebody who is not among the people."
        remedy = "List everybody who could be named, or write strangers='skip' to leave such ties out and count them."
        faults.append(UnmatchedUnit(message, units=who, remedy=remedy))
    one, other = one[~stranger], other[~stranger]
    if not directed:
        one, other = np.minimum(one, other), np.maximum(one, other)
    key = one * max(len(people), 1) + other
    order = np.argsort(key, kind="stable")
    key, one, other = key[order], one[order], other[order]
    again = np.flatnonzero(np.diff(key) == 0)
    if len(again):
        texts = [f"{people[one[at]]} and {people[other[at]]}" for at in again]
        message = f"{plural(len(again), 'tie stands', 'ties stand')} more than once."
        remedy = "A tie is there or not: drop repeated rows." + ("" if directed else " Its two ends make one row.")
        faults.append(DuplicateUnit(message, units=texts, remedy=remedy))
    if skip and not len(one) and not faults:
        faults.append(EmptyTable("No tie is left once those with people not listed are left out."))
    return one, other, int(stranger.sum())


def alters_of(alters: object, ego: str, group: str, alter_group: str, faults: list[PlacemixError]) -> pd.DataFrame:
    """Read whom each person of a survey named, by group."""
    before = len(faults)
    table = columns_of(alters, {"ego": ego, "group": group, "alter_group": alter_group}, "people named", faults)
    if table is None:
        return pd.DataFrame()
    both = table.drop_duplicates(["ego", "group"])["ego"]
    if both.duplicated().any():
        message = f"{plural(int(both.duplicated().sum()), 'person has', 'people have')} several groups."
        faults.append(InvalidTable(message, units=both[both.duplicated()].unique(), remedy="Give each person one."))
    if not len(table):
        faults.append(EmptyTable("The table of people named has no rows."))
    elif len(faults) == before and len({*table["group"], *table["alter_group"]}) < 2:
        faults.append(TooFewGroups("Everybody is of one group.", remedy="Check the columns of groups."))
    faults.extend(reserved([*table["group"], *table["alter_group"]]))
    return table.sort_values(["ego", "alter_group"], kind="stable", ignore_index=True)


def matrix_of(
    matrix: object, sizes: Mapping[str, float] | pd.Series | None, faults: list[PlacemixError]
) -> tuple[tuple[str, ...], FloatArray, FloatArray | None]:
    """Read a table of ties by group, and how many people each group has, sorted by group."""
    nothing = ((), np.zeros((0, 0)), None)
    if not isinstance(matrix, pd.DataFrame):
        faults.append(InvalidTable(f"The matrix is no table, but a {type(matrix).__name__}."))
        return nothing
    rows, columns = [str(name) for name in matrix.index], [str(name) for name in matrix.columns]
    if sorted(rows) != sorted(columns) or len(set(rows)) < len(rows):
        odd = sorted(set(rows) ^ set(columns)) or sorted({name for name in rows if rows.count(name) > 1})
        message = "Rows and columns do not have the same groups, each once."
        faults.append(UnmatchedUnit(message, units=odd, remedy="Use the groups as index and as columns."))
        return nothing
    if len(rows) < 2:
        faults.append(TooFewGroups("Fewer than two groups.", remedy="Give every group its row and its column."))
        return nothing
    groups = tuple(sorted(rows))
    faults.extend(reserved(groups))
    values = numbers(matrix.set_axis(rows).set_axis(columns, axis=1).loc[list(groups), list(groups)], "ties", faults)
    if values.size and not values.sum() > 0 and not faults:
        faults.append(EmptyTable("There are no ties in the matrix."))
    if sizes is None:
        return groups, values, None
    given = pd.Series(sizes)
    given.index = given.index.map(str)
    if sorted(given.index) != list(groups):
        odd = sorted(set(given.index) ^ set(groups))
        faults.append(UnmatchedUnit("Sizes are not of the same groups.", units=odd, remedy="Give each group one size."))
        return groups, values, None
    many = numbers(given.loc[list(groups)].to_frame(), "people", faults)[:, 0]
    if not faults:
        faults.extend(_too_many(groups, values, many))
    return groups, values, many


def reserved(groups: Iterable[str]) -> list[PlacemixError]:
    """Find groups that are named like rows of results."""
    odd = sorted(set(groups) & {EVERYONE, OTHERS})
    if not odd:
        return []
    message = f"A group may not be named {listed([repr(name) for name in odd])}: results use that name."
    return [ReservedName(message, remedy="Rename the group in the table.")]


def numbers(table: pd.DataFrame, what: str, faults: list[PlacemixError]) -> FloatArray:
    """Read a table of numbers from 0 on."""
    values = table.apply(pd.to_numeric, errors="coerce").to_numpy(dtype=np.float64)
    if (np.isnan(values) & table.notna().to_numpy()).any():
        faults.append(NotNumbers(f"Some numbers of {what} are text.", remedy="Give numbers; missing is not 0."))
    elif not (np.isfinite(values) & (values >= 0)).all():
        faults.append(InvalidCounts(f"Some numbers of {what} are missing, negative or infinite."))
    return values


def _too_many(groups: tuple[str, ...], values: FloatArray, many: FloatArray) -> list[PlacemixError]:
    """Find more ties than there are pairs of people."""
    pairs = many[:, np.newaxis] * many - np.diag(many)
    over = np.argwhere(values > pairs + 1e-9 * np.maximum(pairs, 1))
    if not len(over):
        return []
    cells = [f"{groups[one]} to {groups[other]}" for one, other in over]
    message = "There are more ties than pairs of people who could have them."
    return [InvalidCounts(message, units=cells, remedy="Check the sizes: they count people, not ties.")]
