"""Quantities of places from counts, from results of measuring, and from plain tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, Table
from placemix.about import About
from placemix.carried import fingerprint
from placemix.checks import id_texts
from placemix.columns import native, taken
from placemix.counts import Counts, group_text
from placemix.errors import (
    InvalidParameter,
    InvalidTable,
    NotCounts,
    NotNumbers,
    PlacemixError,
    UnknownColumn,
    did_you_mean,
    listed,
    together,
)
from placemix.measuring.plan import Which, focal_groups
from placemix.outcomes.joining.places import SHARE, UNIT, Places, labels_of, once, reserved, strata_of
from placemix.results import Result, first_reason
from placemix.strata import categorical


def places_of(
    given: Counts | Table, on: str | None, focal: Which, values: Sequence[str] | None, people: str | None, about: About
) -> Places:
    """Read counts, a result of measuring or a tidy table.

    Raises
    ------
    PlacemixError
        It is none of these, does not name places, or names one twice; all faults come in one error.
    """
    if isinstance(given, Counts):
        _only_for_tables(values, people, about)
        return _of_counts(given, on or UNIT, focal)
    if not isinstance(given, pd.DataFrame):
        try:
            table = native(given)
        except PlacemixError:
            message = f"Counts, a result of measuring or a table are needed, not a {type(given).__name__}."
            raise NotCounts(message, remedy="Pass what from_wide, measure or local gave.") from None
        given = pd.DataFrame({name: taken(table, name) for name in table.columns})
    if {"measure", "value"} <= set(given.columns):
        return _of_result(given, on, about)
    return _of_table(given, on, values, people, about)


def _only_for_tables(values: object, people: object, about: About) -> None:
    given = {"values": values is not None, "people": people is not None, "about": about != About()}
    wrong = [name for name, holds in given.items() if holds]
    if wrong:
        message = f"Counts say themselves what they are: {listed([f'{name}=' for name in wrong])} is for plain tables."
        raise InvalidParameter(message, remedy="Leave it out; about= belongs to from_wide.")


def _of_counts(counts: Counts, on: str, focal: Which) -> Places:
    columns = focal_groups(counts, "each" if focal is None else focal)
    place = labels_of(counts, on)
    codes, ids = pd.factorize(place)
    low, high, total = (_summed(codes, part, len(ids)) for part in _bounds(counts))
    values = _summed(codes, counts.values, len(ids))
    hidden = _summed(codes, counts.hidden.astype(np.float64), len(ids)) > 0
    blocks = []
    for column in columns:
        lower, upper = _share_ends(low, high, total, column, stated=counts.stated)
        unknown = hidden[:, column] if counts.stated else hidden.any(axis=1)
        share = _divided(values[:, column], total)
        name = group_text(counts.groups[column])
        blocks.append(
            pd.DataFrame(
                {
                    "place": ids,
                    "quantity": f"{SHARE} of {name}",
                    "measure": SHARE,
                    "focal": name,
                    "against": None,
                    "value": np.where(unknown, np.nan, share),
                    "lower": np.where(unknown, lower, np.nan),
                    "upper": np.where(unknown, upper, np.nan),
                    "interval_method": np.where(unknown, "bounds:hidden cells", "none:complete_count"),
                    "people": np.where(hidden.any(axis=1) & (not counts.stated), np.nan, total),
                    "value_reason": first_reason({"hidden": unknown, "no_people": ~(total > 0)}),
                }
            )
        )
    strata = strata_of(counts, place, ids, on)
    table = pd.concat([pd.concat([strata, block], axis=1) for block in blocks], ignore_index=True)
    members = pd.DataFrame({"unit": counts.units.to_numpy(dtype=object), "place": place, "people": counts.total})
    reserved(strata.columns)
    return Places(table, tuple(strata.columns), on, counts.about, members, counts.source, len(counts.groups))


def _bounds(counts: Counts) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Least and most of each cell, given everyone in its unit where that is published."""
    low, high = (counts.values if ends is None else ends for ends in (counts.low, counts.high))
    if counts.stated:
        high = np.minimum(high, low + np.maximum(counts.total - low.sum(axis=1), 0.0)[:, np.newaxis])
    return low, high, counts.total


def _share_ends(
    low: FloatArray, high: FloatArray, total: FloatArray, column: int, *, stated: bool
) -> tuple[FloatArray, FloatArray]:
    """Least and most that a share can be: of a stated total, or of the sum of what the groups can be."""
    if stated:
        return _divided(low[:, column], total), _divided(high[:, column], total)
    others = [place for place in range(low.shape[1]) if place != column]
    least, most = low[:, others].sum(axis=1), high[:, others].sum(axis=1)
    return (
        _divided(low[:, column], low[:, column] + most),
        _divided(high[:, column], high[:, column] + least),
    )


def _divided(top: FloatArray, bottom: FloatArray) -> FloatArray:
    return np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)


def _summed(codes: Any, values: FloatArray, count: int) -> FloatArray:  # noqa: ANN401
    out = np.zeros((count, *values.shape[1:]))
    np.add.at(out, codes, values)
    return out


def _of_result(given: pd.DataFrame, on: str | None, about: About) -> Places:
    frame = pd.DataFrame(given).reset_index(drop=True)
    ahead = [str(name) for name in frame.columns[: list(frame.columns).index("measure")]]
    call = given.call if isinstance(given, Result) and hasattr(given, "call") else None
    counts = call.inputs.get("counts") if call is not None else None
    counts = counts if isinstance(counts, Counts) else None
    place = _place_column(ahead, on)
    ids = id_texts(frame[place])
    table = pd.DataFrame({"place": ids.to_numpy(dtype=object), "quantity": _quantities(frame)})
    for name in ("measure", "focal", "against"):
        column = frame[name].astype(object) if name in frame.columns else pd.Series([None] * len(frame), dtype=object)
        table[name] = column.where(column.notna(), None).to_numpy(dtype=object)
    for name in ("value", "lower", "upper", "people"):
        table[name] = _number(frame, name)
    methods = frame["interval_method"] if "interval_method" in frame.columns else "none:not stated"
    table["interval_method"] = np.asarray(methods, dtype=object)
    reason = frame["reason"].astype(object) if "reason" in frame.columns else pd.Series([None] * len(frame))
    unsaid = table["value"].isna() & reason.isna()
    table["value_reason"] = reason.where(reason.notna(), None).mask(unsaid, "undefined").to_numpy(dtype=object)
    strata = {name: categorical(frame[name]) for name in ahead if name != place}
    members = None
    if counts is not None:
        labels = labels_of(counts, place)
        members = pd.DataFrame({"unit": counts.units.to_numpy(dtype=object), "place": labels, "people": counts.total})
        own = strata_of(counts, labels, pd.unique(labels), place)
        known = pd.Index(labels).drop_duplicates().get_indexer(table["place"])
        for name in own.columns:
            if name not in strata and (known >= 0).all():
                strata[name] = own[name].array.take(known)
    reserved(strata)
    table = pd.concat([pd.DataFrame(strata, index=range(len(table))), table], axis=1)
    source = counts.source if counts is not None else fingerprint(table)[:12]
    groups = int(max(table["focal"].nunique(), 0 if counts is None else len(counts.groups)))
    return once(Places(table, tuple(strata), place, about if counts is None else counts.about, members, source, groups))


def _place_column(ahead: list[str], on: str | None) -> str:
    if on is not None:
        if on in ahead:
            return on
        message = f"The measures are not by {on!r}; they are by {listed(ahead, shown=20) or 'nothing'}."
        raise UnknownColumn(message, remedy=did_you_mean(on, ahead) or f"Measure them with by={on!r}.")
    if UNIT in ahead:
        return UNIT
    if len(ahead) == 1:
        return ahead[0]
    if not ahead:
        message = "These are measures of the whole table, which is one place."
        raise InvalidTable(message, remedy="Measure with by= the strata that have outcomes, or each unit with local.")
    message = f"The measures are by {listed(ahead)}, and nothing says which of them are the places."
    raise InvalidParameter(message, remedy=f"Pass on={ahead[-1]!r}.")


def _quantities(frame: pd.DataFrame) -> Any:  # noqa: ANN401
    """Name what each row measures: the measure, the group, and whom it is compared with."""
    text = frame["measure"].astype(str)
    for name, word in (("focal", " of "), ("against", " against ")):
        if name in frame.columns:
            told = frame[name].astype(object)
            text = text + np.where(told.notna(), word + told.where(told.notna(), "").astype(str), "")
    return text.to_numpy(dtype=object)


def _number(frame: pd.DataFrame, name: str) -> Any:  # noqa: ANN401
    if name not in frame.columns:
        return np.full(len(frame), np.nan)
    return frame[name].to_numpy(dtype=np.float64, na_value=np.nan)


def _of_table(
    given: pd.DataFrame, on: str | None, values: Sequence[str] | None, people: str | None, about: About
) -> Places:
    faults: list[PlacemixError] = []
    frame = given.rename(columns=str)
    if on is None or values is None or isinstance(values, str) or not len(values):
        message = "A plain table needs on= the column of its places, and values= a list of columns of numbers."
        raise InvalidParameter(message, remedy="Write on='district', values=['dissimilarity'].")
    wanted = [on, *values, *([people] if people else [])]
    unknown = [name for name in wanted if name not in frame.columns]
    if unknown:
        message = f"The table has no column {listed([repr(name) for name in unknown])}."
        raise UnknownColumn(message, remedy=did_you_mean(unknown[0], frame.columns))
    numbers = {name: pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=np.float64) for name in wanted[1:]}
    for name, column in numbers.items():
        text = np.isnan(column) & frame[name].notna().to_numpy()
        if text.any() or np.isinf(column).any():
            message = f"Column {name!r} holds text or infinite values where numbers are needed."
            faults.append(NotNumbers(message, units=frame[on][text].astype(str)))
    if faults:
        raise together(faults)
    ids = id_texts(frame[on]).to_numpy(dtype=object)
    blocks = [
        pd.DataFrame(
            {
                "place": ids, "quantity": name, "measure": name, "focal": None, "against": None,
                "value": numbers[name], "lower": np.nan, "upper": np.nan, "interval_method": "none:not stated",
                "people": numbers[people] if people else np.nan,
                "value_reason": first_reason({"missing": np.isnan(numbers[name])}),
            }
        )
        for name in values
    ]  # fmt: skip
    others = [
        name for name in frame.columns
        if name not in wanted and not pd.api.types.is_numeric_dtype(frame[name]) and frame[name].notna().all()
    ]  # fmt: skip
    reserved(others)
    strata = pd.DataFrame({name: categorical(frame[name]) for name in others}, index=range(len(frame)))
    table = pd.concat([pd.concat([strata, block], axis=1) for block in blocks], ignore_index=True)
    return once(Places(table, tuple(others), on, about, None, fingerprint(table)[:12], 0))
