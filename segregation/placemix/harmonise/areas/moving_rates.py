"""Rates moved onto other units: numerators and denominators apart, divided again afterwards."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.checks import id_text
from placemix.crosswalks import Crosswalk
from placemix.errors import (
    CountRateMix,
    DenominatorMismatch,
    DuplicateUnit,
    InvalidCounts,
    InvalidTable,
    RankOrDecileArithmetic,
    TotalsNotConserved,
    UnmatchedUnit,
    listed,
    plural,
)
from placemix.rates import COLUMNS, Rates
from placemix.rates.scales import half_units, looks_ranked, ordinal, per

#: A row may miss being counted once by this share of it.
LOST = 1e-6
_SUMS = ("numerator", "numerator_low", "numerator_high", "denominator")
_KEYS = ("indicator", "period", "group")
_TEXTS = ("domain", "measured_in", "symbol", "source", "url", "licence")


def moved_rates(
    rates: Rates,
    walk: Crosswalk,
    *,
    keep: BoolArray,
    whole: bool,
    people: pd.Series | None,
    notes: tuple[str, ...],
    vintage: str | None,
) -> Rates:
    """Move rates along a crosswalk; what `placemix.harmonise.reunit` gives for them.

    Parameters
    ----------
    rates
        Rates by unit.
    walk
        From their units to others.
    keep
        Which targets to give rows to, shape (targets,).
    whole
        Whether every target needs a row of each of its units, for each indicator, period and group.
    people
        People of each unit, for rates without denominators.
    notes
        What to say beside.
    vintage
        Edition of the targets.
    """
    table = rates.table
    _refuse_ordinal(table)
    if table["unit"].isna().any():
        message = f"{plural(int(table['unit'].isna().sum()), 'row is', 'rows are')} about no unit."
        raise InvalidTable(message, remedy="National rows cannot be moved; filter them out with select().")
    units = pd.Index(table["unit"].map(id_text), dtype=str)
    places = walk.sources.get_indexer(units)
    if (places < 0).any():
        missing = units[places < 0].unique()
        message = f"{len(missing):,} of {units.nunique():,} units are not in the crosswalk."
        raise UnmatchedUnit(message, units=missing, remedy="Check that both are of one vintage.")
    row, target, weight = _spread(walk, places)
    nowhere = np.bincount(row, minlength=len(table)) == 0
    if nowhere.any():
        message = f"{plural(int(nowhere.sum()), 'row is', 'rows are')} of units that go nowhere."
        raise UnmatchedUnit(message, units=units[nowhere].unique(), remedy="Leave those units out, and say so.")
    gained = np.bincount(row, weight, minlength=len(table)) - 1
    if (np.abs(gained) > LOST).any():
        message = f"{plural(int((np.abs(gained) > LOST).sum()), 'row')} would count more or less than once."
        remedy = "The weights of a unit must sum to 1: make the crosswalk with Crosswalk.from_table."
        raise TotalsNotConserved(message, units=units[np.abs(gained) > LOST].unique(), remedy=remedy)
    keys = [*_KEYS, *rates.dimensions]
    label = table.groupby(keys, dropna=False, sort=False).ngroup().to_numpy()
    code, first = _codes(label[row], target)
    origins = np.bincount(code)
    if whole:
        _refuse_lacking(walk, target, origins, first)
    mixed = ~_same(table["measured_in"], row, code)
    if mixed.any():
        names = listed([repr(name) for name in table["measured_in"].astype(str).unique()])
        message = f"{plural(int(mixed.sum()), 'row')} would mix rates measured in {names}."
        ids = walk.targets[np.unique(target[first][mixed])]
        raise CountRateMix(message, units=ids, remedy="Bring the rates of an indicator to one unit first.")
    split = walk.split[places][row]
    out = _texts(table, row, code, len(first))
    out["unit"] = walk.targets.to_numpy(dtype=object)[target[first]]
    for name in _SUMS:
        out[name] = np.bincount(code, table[name].to_numpy()[row] * weight)
    out["rate"] = _rate(table, row, code, weight, out, origins, _people(people, units))
    same_unit = (origins == 1) & ~split[first]
    for name in ("lower", "upper"):
        out[name] = np.where(same_unit, table[name].to_numpy()[row[first]], np.nan)
    out["interpolated"] = np.bincount(code, split) > 0
    for name in [name for name in table.columns if name not in COLUMNS and name not in out]:
        same = _same(table[name], row, code)
        out[name] = table[name].to_numpy()[row[first]]
        out[name] = out[name].where(same)
    kept = keep[target[first]]
    about = _about(rates, out, same_unit, kept, walk, notes, vintage)
    order = [*COLUMNS, *(name for name in out.columns if name not in COLUMNS)]
    return Rates(out.loc[kept, order], about=about, left_out=rates.left_out, dimensions=rates.dimensions)


def _refuse_ordinal(table: pd.DataFrame) -> None:
    odd = table["indicator"].map(ordinal) | table["measured_in"].map(ordinal)
    bare = table[table["numerator"].isna()]
    for name, rates in bare.groupby("indicator")["rate"]:
        if looks_ranked(rates.dropna().to_numpy()):
            odd |= table["indicator"] == name
    if odd.any():
        names = listed([repr(name) for name in table.loc[odd, "indicator"].unique()])
        message = f"Ranks and classes of ranks cannot be moved, for their means say nothing: {names}."
        raise RankOrDecileArithmetic(
            message, remedy="Move the score or rate that they order, and rank the targets anew."
        )


def _spread(walk: Crosswalk, places: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
    """List each row with every target of its unit, and the weight it has there."""
    weights = walk.weights
    start, count = weights.indptr[places], np.diff(weights.indptr)[places]
    row = np.repeat(np.arange(len(places)), count)
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    at = np.repeat(start, count) + within
    return row, weights.indices[at], weights.data[at]


def _codes(label: IntArray, target: IntArray) -> tuple[IntArray, IntArray]:
    """Number the pairs of a key and a target in order of first appearance, and say where each first stands."""
    pair = label.astype(np.int64) * (int(target.max(initial=0)) + 1) + target
    code = pd.factorize(pair)[0]
    return code, np.unique(code, return_index=True)[1]


def _refuse_lacking(walk: Crosswalk, target: IntArray, origins: IntArray, first: IntArray) -> None:
    """Refuse targets for which an indicator, period or group lacks the row of one of their units."""
    there = np.unique(target)
    needed = np.bincount(walk.weights.indices, minlength=len(walk.targets))
    lacking = origins < needed[target[first]]
    # A key need not reach every target, but those that it reaches it must fill.
    if lacking.any():
        names = walk.targets[np.unique(target[first][lacking])]
        message = (
            f"{plural(int(lacking.sum()), 'row')} of {plural(len(there), 'target')} would rest on part of their units: "
            "an indicator, period or group has no row for the others."
        )
        remedy = "Missing is not 0: add those rows, or pass partial='keep' if what is known is what you want."
        raise UnmatchedUnit(message, units=names, remedy=remedy)


def _texts(table: pd.DataFrame, row: IntArray, code: IntArray, count: int) -> pd.DataFrame:
    """Keep what all sources of a target say alike; symbols of hidden values are listed."""
    first = np.unique(code, return_index=True)[1]
    out = table[[*_KEYS]].iloc[row[first]].reset_index(drop=True)
    for name in _TEXTS:
        column = table[name].iloc[row[first]].reset_index(drop=True).astype(object)
        if name == "symbol" and table[name].notna().any():
            marks = pd.Series(table[name].to_numpy(dtype=object)[row]).groupby(code)
            joined = marks.agg(lambda found: ", ".join(dict.fromkeys(map(str, found.dropna()))) or None)
            column = joined.reindex(range(count)).astype(object)
        elif name != "symbol":
            column = column.where(_same(table[name], row, code))
        out[name] = column
    return out


def _same(column: pd.Series, row: IntArray, code: IntArray) -> BoolArray:
    """Whether all rows of a target have one value."""
    values = pd.factorize(column, use_na_sentinel=False)[0][row]
    frame = pd.DataFrame({"code": code, "value": values})
    edges = frame.groupby("code")["value"].agg(["min", "max"])
    same: BoolArray = (edges["min"] == edges["max"]).to_numpy()
    return same


def _people(people: pd.Series | None, units: pd.Index) -> FloatArray | None:
    if people is None:
        return None
    given = people.set_axis([id_text(item) for item in people.index])
    missing = ~units.isin(given.index)
    if missing.any():
        message = f"people lacks {plural(len(units[missing].unique()), 'unit')}."
        raise UnmatchedUnit(message, units=units[missing].unique(), remedy="Missing is not 0: give everyone's.")
    twice = given.index.duplicated()
    if twice.any():
        message = f"people names {plural(twice.sum(), 'unit')} twice."
        raise DuplicateUnit(message, units=given.index[twice].unique(), remedy="Give one number each.")
    amounts: FloatArray = given.reindex(units).to_numpy(dtype=np.float64)
    if (amounts < 0).any():
        message = f"people is below 0 for {plural(len(units[amounts < 0].unique()), 'unit')}."
        raise InvalidCounts(message, units=units[amounts < 0].unique(), remedy="Counts of people start at 0.")
    return amounts


def _rate(
    table: pd.DataFrame,
    row: IntArray,
    code: IntArray,
    weight: FloatArray,
    out: pd.DataFrame,
    origins: IntArray,
    people: FloatArray | None,
) -> FloatArray:
    """Divide again where both ends are known; else average by people, and copy what comes from one unit."""
    rate, scale = table["rate"].to_numpy(), table["measured_in"].map(per).to_numpy(dtype=np.float64, na_value=np.nan)
    top, bottom = table["numerator"].to_numpy(), table["denominator"].to_numpy()
    known = ~np.isnan(top * bottom * scale)
    crude = np.divide(top * scale, bottom, out=np.full(len(table), np.nan), where=known & (bottom > 0))
    # An age-standardised rate is not numerator over denominator, and must not become so by being moved.
    plain = ~(np.abs(crude - rate) > 1.001 * half_units(rate) + 1e-9 * np.abs(crude))
    first = row[np.unique(code, return_index=True)[1]]
    direct = np.bincount(code, (known & plain)[row]) == origins
    people_in = out["denominator"].to_numpy()
    again = np.divide(
        out["numerator"].to_numpy() * scale[first], people_in, out=np.full(len(out), np.nan), where=people_in > 0
    )
    by = bottom if people is None else np.where(np.isnan(bottom), people, bottom)
    amount = np.bincount(code, by[row] * weight)
    mean = np.divide(
        np.bincount(code, (rate * by)[row] * weight), amount, out=np.full(len(out), np.nan), where=amount > 0
    )
    unweighted = (origins > 1) & ~direct & np.isnan(amount) & ~np.isnan(np.bincount(code, rate[row]))
    if unweighted.any():
        message = (
            f"{plural(int(unweighted.sum()), 'rate')} of units that merge cannot be averaged: nothing says how many "
            "people each stands for."
        )
        names = out.loc[unweighted, "unit"].astype(str).unique()
        raise DenominatorMismatch(message, units=names, remedy="Give denominators, or people= by unit.")
    found: FloatArray = np.where(direct, again, np.where(origins == 1, rate[first], mean))
    return found


def _about(
    rates: Rates,
    out: pd.DataFrame,
    same_unit: BoolArray,
    kept: BoolArray,
    walk: Crosswalk,
    notes: tuple[str, ...],
    vintage: str | None,
) -> Any:  # noqa: ANN401
    said = [*notes, *walk.notes]
    split = int((out["interpolated"] & kept).sum())
    if split:
        said.append(
            f"{plural(split, 'row')} of units with several new ones: divided by {walk.basis or 'the weights given'}."
        )
    if walk.kind == "best-fit":
        said.append(f"Best fit, not exact: each unit counts whole where its {walk.basis or 'centroid'} lies.")
    dropped = int((rates.table[["lower", "upper"]].notna().any(axis=1)).any() and (~same_unit & kept).sum())
    if dropped:
        said.append(f"The publisher's intervals do not add up: {plural(dropped, 'row has', 'rows have')} none.")
    about = rates.about.noting(*said, interpolated=rates.about.interpolated or bool(split))
    return about if vintage is None else replace(about, vintage=str(vintage))
