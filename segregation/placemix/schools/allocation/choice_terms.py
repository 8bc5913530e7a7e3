"""Pupils and schools side by side, and the terms of each pair of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.checks import id_texts
from placemix.counts import Counts, checked, group_text
from placemix.errors import (
    DuplicateUnit,
    InvalidParameter,
    InvalidTable,
    PlacemixError,
    UnknownColumn,
    UnknownGroup,
    UnmatchedUnit,
    did_you_mean,
    plural,
    together,
)
from placemix.schools.allocation.choice_models import DISTANCE, OWN_GROUP, Coefficient
from placemix.schools.allocation.one_map import metres_of_map


class Sides(NamedTuple):
    """Pupils and schools, sorted by id, and what is known of pairs of them.

    Attributes
    ----------
    pupils, schools
        The tables, with their ids as text in ``_id``.
    pupil_ids, school_ids
        The ids.
    pupil_xy, school_xy
        Coordinates in metres, shape (…, 2), or None.
    pairs, first
        Further terms with the positions ``_pupil`` and ``_school``, or None; where each pupil's begin, (pupils + 1,).
    """

    pupils: pd.DataFrame
    schools: pd.DataFrame
    pupil_ids: pd.Index
    school_ids: pd.Index
    pupil_xy: FloatArray | None
    school_xy: FloatArray | None
    pairs: pd.DataFrame | None
    first: IntArray


def sides_of(
    pupils: pd.DataFrame,
    schools: pd.DataFrame,
    pairs: pd.DataFrame | None,
    columns: tuple[str, str, str],
    matches: Mapping[str, tuple[str, str]],
    choices: int | str,
    xy: tuple[str, str],
    *,
    needs_way: bool,
) -> Sides:
    """Check pupils, schools and pairs, and sort them by id."""
    pupil, school, group = columns
    theirs = [pupil, group, *(ours for ours, _ in matches.values()), *([choices] if isinstance(choices, str) else [])]
    faults: list[PlacemixError] = []
    for what, table, names in (
        ("pupils", pupils, theirs),
        ("schools", schools, [school, *(other for _, other in matches.values())]),
        ("pairs", pairs, [pupil, school]),
    ):
        if table is not None:
            lacking = [name for name in dict.fromkeys(names) if name not in table.columns]
            faults += [
                UnknownColumn(f"The {what} have no column {name!r}.", remedy=did_you_mean(name, table.columns))
                for name in lacking
            ]
    if faults:
        raise together(faults)
    for what, table, name in (("pupil", pupils, pupil), ("school", schools, school)):
        ids = id_texts(table[name])
        if not len(table):
            faults.append(InvalidTable(f"There are no {what}s."))
        if table[name].isna().any():
            faults.append(InvalidTable(f"{plural(int(table[name].isna().sum()), 'row has', 'rows have')} no {what}."))
        if ids.duplicated().any():
            twice = ids[ids.duplicated()].unique()
            faults.append(DuplicateUnit(f"A {what} stands on two rows.", units=twice, remedy="Keep one row each."))
    lost = pupils[group].isna()
    if lost.any():
        message = f"{plural(int(lost.sum()), 'pupil is', 'pupils are')} in no group."
        remedy = "Give them one, such as 'not stated': no child is left out."
        faults.append(InvalidTable(message, units=pupils.loc[lost, pupil], remedy=remedy))
    if faults:
        raise together(faults)
    people = pupils.assign(_id=id_texts(pupils[pupil])).sort_values("_id", kind="stable", ignore_index=True)
    offered = schools.assign(_id=id_texts(schools[school])).sort_values("_id", kind="stable", ignore_index=True)
    ids, to = pd.Index(people["_id"]), pd.Index(offered["_id"])
    factor = metres_of_map(pupils, schools, xy)
    known = needs_way or (_placed(people, xy) and _placed(offered, xy))
    table, first = _pairs(pairs, ids, to, pupil, school)
    return Sides(
        people,
        offered,
        ids,
        to,
        _points(people, xy, "pupil") * factor if known else None,
        _points(offered, xy, "school") * factor if known else None,
        table,
        first,
    )


def own_shares(rolls: Counts | None, schools: pd.Index, names: list[str]) -> FloatArray:
    """Give the share of each group in each school, shape (groups, schools)."""
    if rolls is None:
        message = f"The term {OWN_GROUP!r} needs the pupils of each school by group."
        raise InvalidParameter(message, remedy="Pass rolls=.")
    rolls = checked(rolls)
    known = [group_text(name) for name in rolls.groups]
    place = rolls.units.get_indexer(schools)
    faults: list[PlacemixError] = []
    if (place < 0).any():
        faults.append(UnmatchedUnit("Some schools have no roll.", units=schools[place < 0], remedy="Give each one."))
    faults += [
        UnknownGroup(f"The rolls have no group {name!r}.", remedy=did_you_mean(name, known))
        for name in names
        if name not in known
    ]
    empty = (place >= 0) & ~(rolls.total[np.maximum(place, 0)] > 0)
    if empty.any():
        message = "Some schools have no pupils, so that no share is known."
        faults.append(InvalidTable(message, units=schools[empty], remedy="Leave them out, or give an expected roll."))
    if faults:
        raise together(faults)
    columns = [known.index(name) for name in names]
    shares: FloatArray = (rolls.values[place][:, columns] / rolls.total[place][:, np.newaxis]).T
    return shares


def terms_of(
    sides: Sides,
    rows: slice,
    model: Mapping[str, Coefficient],
    matches: Mapping[str, tuple[str, str]],
    shares: FloatArray | None,
    member: IntArray,
    longest: float | None,
) -> tuple[dict[str, FloatArray], FloatArray | None, BoolArray]:
    """Give the terms of some pupils, shape (pupils, schools); their distances; and which schools they may name."""
    shape = (rows.stop - rows.start, len(sides.school_ids))
    open_ = np.ones(shape, dtype=bool)
    terms: dict[str, FloatArray] = {}
    away = None
    if sides.pupil_xy is not None and sides.school_xy is not None:
        here, there = sides.pupil_xy[rows], sides.school_xy
        away = np.hypot(here[:, 0, np.newaxis] - there[:, 0], here[:, 1, np.newaxis] - there[:, 1])
        terms[DISTANCE] = away / 1000.0
        if longest is not None:
            open_ &= away <= longest
    if shares is not None:
        terms[OWN_GROUP] = shares[member]
    for name, (ours, theirs) in matches.items():
        terms[name] = _matched(sides.pupils[ours].iloc[rows], sides.schools[theirs])
    if sides.pairs is not None:
        found, there_is = _of_pairs(sides.pairs, sides.first, rows, shape)
        terms |= found
        open_ &= there_is
        for name in found.keys() & model.keys():
            open_ &= np.isfinite(found[name])
    for name in model:
        if name not in terms:
            terms[name] = np.broadcast_to(sides.schools[name].to_numpy(dtype=np.float64), shape)
    return terms, away, open_


def _placed(table: pd.DataFrame, xy: tuple[str, str]) -> bool:
    return set(xy) <= set(table.columns) or "geometry" in table.columns


def _points(table: pd.DataFrame, xy: tuple[str, str], what: str) -> FloatArray:
    if set(xy) <= set(table.columns):
        found = table[list(xy)].to_numpy(dtype=np.float64)
    elif "geometry" in table.columns:
        import shapely

        found = shapely.get_coordinates(shapely.centroid(np.asarray(table["geometry"], dtype=object)))
        if len(found) != len(table):
            message = f"Some {what}s have no point."
            raise InvalidTable(message, remedy="Locate them first.")
    else:
        message = f"The {what}s have no columns {xy[0]!r} and {xy[1]!r}, and no geometry."
        raise UnknownColumn(message, remedy="Name the columns with coordinates, or leave distance out.")
    lost = ~np.isfinite(found).all(axis=1)
    if lost.any():
        message = f"{plural(int(lost.sum()), f'{what} has', f'{what}s have')} no coordinates."
        raise InvalidTable(message, units=table.loc[lost, "_id"], remedy="Locate them first.")
    return np.asarray(found, dtype=np.float64)


def _pairs(
    pairs: pd.DataFrame | None, pupils: pd.Index, schools: pd.Index, pupil: str, school: str
) -> tuple[pd.DataFrame | None, IntArray]:
    """Pairs with positions, in order of pupils, and where each pupil's begin."""
    if pairs is None:
        return None, np.zeros(len(pupils) + 1, dtype=np.int64)
    who = pupils.get_indexer(id_texts(pairs[pupil]))
    where = schools.get_indexer(id_texts(pairs[school]))
    faults: list[PlacemixError] = []
    for what, place, column in (("pupils", who, pupil), ("schools", where, school)):
        if (place < 0).any():
            message = f"{plural(int((place < 0).sum()), 'row', 'rows')} of pairs name {what} who are not there."
            faults.append(UnmatchedUnit(message, units=pairs.loc[place < 0, column].unique(), remedy="Leave them out."))
    twice = pd.Series(pd.DataFrame({"pupil": who, "school": where}).duplicated().to_numpy(), index=pairs.index)
    if twice.any():
        message = f"{plural(int(twice.sum()), 'pair stands', 'pairs stand')} on two rows."
        faults.append(DuplicateUnit(message, units=pairs.loc[twice, pupil].unique(), remedy="Keep one row each."))
    if faults:
        raise together(faults)
    table = pairs.drop(columns=[pupil, school]).assign(_pupil=who, _school=where)
    table = table.sort_values("_pupil", kind="stable", ignore_index=True)
    return table, np.searchsorted(table["_pupil"].to_numpy(), np.arange(len(pupils) + 1)).astype(np.int64)


def _matched(ours: pd.Series, theirs: pd.Series) -> FloatArray:
    """1 where a pupil's value equals a school's, of truths where both are true; what is missing equals nothing."""
    truths = [column.astype(object).where(column.notna(), None).dropna() for column in (ours, theirs)]
    if all(len(column) and column.map(lambda cell: isinstance(cell, bool | np.bool_)).all() for column in truths):
        mine, its = ((column.astype(object) == True).to_numpy(dtype=bool) for column in (ours, theirs))  # noqa: E712
        return np.asarray(mine[:, np.newaxis] & its, dtype=np.float64)
    codes, levels = pd.factorize(id_texts(theirs).where(theirs.notna()))
    mine = pd.Index(levels).get_indexer(id_texts(ours).where(ours.notna()))
    alike = (mine[:, np.newaxis] == codes) & (codes >= 0) & (mine[:, np.newaxis] >= 0)
    return np.asarray(alike, dtype=np.float64)


def _of_pairs(
    pairs: pd.DataFrame, first: IntArray, rows: slice, shape: tuple[int, int]
) -> tuple[dict[str, FloatArray], BoolArray]:
    """Columns of numbers of some pupils' pairs, NaN where there is none, and where there is a row."""
    some = pairs.iloc[first[rows.start] : first[rows.stop]]
    cell = (some["_pupil"].to_numpy() - rows.start, some["_school"].to_numpy())
    there_is = np.zeros(shape, dtype=bool)
    there_is[cell] = True
    found = {}
    for column in pairs.columns:
        if not column.startswith("_") and pd.api.types.is_numeric_dtype(pairs[column]):
            found[column] = np.full(shape, np.nan)
            found[column][cell] = some[column].to_numpy(dtype=np.float64, na_value=np.nan)
    return found, there_is
