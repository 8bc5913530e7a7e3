"""Outcomes brought onto larger places: counts add up, rates by their denominators, and no part is forgotten."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray
from placemix.crosswalks import Crosswalk
from placemix.errors import (
    DenominatorMismatch,
    PlacemixError,
    RankOrDecileArithmetic,
    TotalsNotConserved,
    listed,
    together,
)
from placemix.harmonise import reunit
from placemix.harmonise.guards import universe
from placemix.outcomes.joining.places import Places
from placemix.outcomes.joining.tidying import NUMBERS, TABLE
from placemix.rates import Rates
from placemix.rates.scales import per

#: What a place without all of its parts has: no value, or that of the parts known.
Partial: TypeAlias = Literal["undefined", "known"]
#: By what rates are averaged where units merge.
Weigh: TypeAlias = Literal["denominator", "people"]
#: People or events that rounding may lose, as a share of all.
LOST = 1e-6
#: Two sums of people closer than this, beside their size, are the same.
SAME = 1e-12
#: What is kept of a row that has no place.
LOST_COLUMNS = ["outcome", "unit", "rate", "rate_low", "rate_high", "numerator", "denominator", "symbol"]
_ENDS = {"rate_low": "\x1flow", "rate_high": "\x1fhigh"}
_SUMS = ("numerator", "numerator_low", "numerator_high", "denominator")


class Moved(NamedTuple):
    """Outcomes by place.

    Attributes
    ----------
    table
        Columns `TABLE`, with `unit` the place, and `moved`, `parts`, `parts_missing`, `known` (how many people of the
        place are in units with a value; missing where nobody knows).
    lost
        Rows without a place or without an outcome: `LOST_COLUMNS` and `match`.
    """

    table: pd.DataFrame
    lost: pd.DataFrame


def as_given(table: pd.DataFrame, places: Places) -> Moved:
    """Outcomes that are by place already."""
    people = places.people
    out = table.assign(moved=None, parts=1, parts_missing=0, known=table["unit"].map(people).to_numpy(dtype=np.float64))
    away = ~table["unit"].isin(people.index)
    lost = table.loc[away, LOST_COLUMNS].assign(match="no place")
    return Moved(out[~away].reset_index(drop=True), lost.reset_index(drop=True))


def through_strata(places: Places) -> Crosswalk:
    """Return the crosswalk from the units of counts to the places that they lie in."""
    assert places.members is not None  # noqa: S101 (asked for by the caller)
    place, ids = pd.factorize(places.members["place"])
    count = len(places.members)
    return Crosswalk.from_pairs(
        np.arange(count), place, np.ones(count), sources=places.members["unit"], targets=ids, kind="exact"
    )


def brought(table: pd.DataFrame, walk: Crosswalk, places: Places, partial: Partial, weigh: Weigh) -> Moved:
    """Bring outcomes of units onto places along a crosswalk.

    Raises
    ------
    RankOrDecileArithmetic
        An outcome is a rank or class of ranks.
    DenominatorMismatch
        Rates of units that merge have no denominators, or would be averaged by people of another kind.
    TotalsNotConserved
        Counts were lost or made on the way.
    VintageMismatch, CountRateMix
        As `placemix.harmonise.reunit`. All faults come in one error.
    """
    _refusals(table, walk, places, weigh)
    known = table[list(NUMBERS)].drop(columns="denominator").notna().any(axis=1).to_numpy()
    at = walk.sources.get_indexer(table["unit"])
    reached = np.diff(walk.weights.indptr) > 0
    astray = (at < 0) | ~reached[at]
    goes: BoolArray = np.asarray(known & ~astray)
    lost = [table.loc[astray, LOST_COLUMNS].assign(match="no place"), _lacking(table[goes], walk, places)]
    out = _moved(table[goes], walk, places, weigh)
    _conserved(table[goes], out)
    inside = out["unit"].isin(places.people.index).to_numpy()
    lost.append(out.loc[~inside, LOST_COLUMNS].assign(match="no place"))
    out = out[inside].reset_index(drop=True)
    if partial == "undefined":
        out.loc[_short(out, places, weigh), list(NUMBERS)] = np.nan
    return Moved(out, pd.concat(lost, ignore_index=True))


def _refusals(table: pd.DataFrame, walk: Crosswalk, places: Places, weigh: Weigh) -> None:
    faults: list[PlacemixError] = []
    ranks = list(table.loc[table["ordinal"], "outcome"].unique())
    if ranks:
        names = listed([repr(name) for name in ranks])
        message = f"Ranks and classes of ranks cannot be brought onto larger places, for they have no mean: {names}."
        remedy = "Bring the score or rate that they order, or the share of people in the worst class."
        faults.append(RankOrDecileArithmetic(message, remedy=remedy))
    if weigh == "denominator":
        bare = table[table["denominator"].isna() & (table["rate"].notna() | table["rate_low"].notna())]
        used = walk.weights[walk.sources.get_indexer(bare["unit"][bare["unit"].isin(walk.sources)])]
        merged = list(bare["outcome"].unique()) if (np.bincount(used.indices, minlength=1) > 1).any() else []
        if merged:
            names = listed([repr(name) for name in merged])
            message = f"Rates of units that merge cannot be averaged: nothing says how many each stands for. {names}"
            remedy = (
                "Give numerators and denominators (Rates); or weigh='people' with along='unit', which is their mean."
            )
            faults.append(DenominatorMismatch(message, remedy=remedy))
    if weigh == "people":
        own = universe(places.about.universe)
        for outcome, rows in table.groupby("outcome", sort=False):
            kinds = {universe(text) for text in rows["universe"].dropna()} - {own, "events"}
            if own is not None and kinds and rows["denominator"].isna().any():
                message = f"The outcome {outcome!r} is of {listed(sorted(map(str, kinds)))}, the counts of {own}."
                remedy = "Give its own denominators (Rates), by which it is then averaged."
                faults.append(DenominatorMismatch(message, remedy=remedy))
    if faults:
        raise together(faults)


def _lacking(table: pd.DataFrame, walk: Crosswalk, places: Places) -> pd.DataFrame:
    """Parts of places that an outcome has no value of."""
    wanted = walk.targets.get_indexer(places.people.index)
    mine = np.zeros(len(walk.targets), dtype=bool)
    mine[wanted[wanted >= 0]] = True
    pairs = walk.weights.tocoo()
    needed = walk.sources[np.unique(pairs.coords[0][mine[pairs.coords[1]] & (pairs.data > 0)])]
    blocks = []
    for outcome, rows in table.groupby("outcome", sort=False):
        away = needed[~needed.isin(rows["unit"])]
        blocks.append(pd.DataFrame({"outcome": outcome, "unit": away.to_numpy(dtype=object)}))
    lost = pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame({"outcome": [], "unit": []})
    return lost.assign(match="part without outcome")


def _moved(table: pd.DataFrame, walk: Crosswalk, places: Places, weigh: Weigh) -> pd.DataFrame:
    if not len(table):
        return table.assign(moved=None, parts=0, parts_missing=0, known=np.nan)
    ends = [table]
    bare = table["numerator_low"].isna() & table["rate_low"].notna()
    part = table[table["outcome"].isin(table.loc[bare, "outcome"])]
    for name, mark in _ENDS.items() if len(part) else ():
        # A hidden rate without a numerator moves as two rates, of its least and of its most.
        end = part.assign(rate=part["rate"].where(~bare[part.index], part[name]), outcome=part["outcome"] + mark)
        ends.append(end[end["rate"].notna()])
    rows = pd.concat(ends, ignore_index=True)
    rates = Rates(
        pd.DataFrame(
            {
                # A neutral name: what an outcome is called decides nothing here.
                "indicator": rows["outcome"].map({name: f"i{n}" for n, name in enumerate(rows["outcome"].unique())}),
                **{name: rows[name] for name in ("unit", *_SUMS, "rate", "measured_in", "symbol")},
            }
        )
    )
    # Neutral ids: strata are what they are, even where they bear the ids of another edition of the units.
    ids = pd.Index([f"p{n}" for n in range(len(walk.targets))], dtype=str)
    used = replace(walk, targets=ids).matched(pd.Index(rows["unit"].unique(), dtype=str))
    people = None
    if weigh == "people" and places.members is not None:
        people = places.members.set_index("unit")["people"]
    there = reunit(rates, used, partial="keep", unreached="leave_out", people=people).table
    names = rows["outcome"].unique()
    there = there.assign(
        outcome=[names[int(text[1:])] for text in there["indicator"]],
        unit=walk.targets[ids.get_indexer(there["unit"])].to_numpy(dtype=object),
    )
    out = there[~there["outcome"].str.contains("\x1f")].reset_index(drop=True)
    for name, mark in _ENDS.items():
        end = there[there["outcome"].str.endswith(mark)].set_index(["outcome", "unit"])["rate"]
        keys = pd.MultiIndex.from_arrays([out["outcome"] + mark, out["unit"]])
        hidden = _hidden(out, name)
        out[name] = np.where(out["rate"].isna(), np.where(np.isnan(hidden), end.reindex(keys), hidden), np.nan)
    first = table.drop_duplicates("outcome").set_index("outcome")
    for name in ("indicator", "group", "domain", "higher_is", "period", "vintage", "geography", "universe",
                 "definition", "source", "notes", "ordinal", "measured_in"):  # fmt: skip
        out[name] = out["outcome"].map(first[name]).to_numpy(dtype=object)
    out["ordinal"] = out["ordinal"].astype(bool)
    out["symbol"] = out["symbol"].astype(object).where(out["symbol"].notna(), None)
    _parts(out, table, walk, places)
    how = np.where(out["denominator"].notna() | out["rate"].isna(), "sums of", "mean by people of")
    text = [f"{word} {parts} units" for word, parts in zip(how, out["parts"] - out["parts_missing"], strict=True)]
    text = [*np.where((out["parts"] == 1) & ~out["interpolated"], "one unit", text)]
    split = f", areas split by {walk.basis or 'the weights given'}"
    out["moved"] = [one + (split if cut else "") for one, cut in zip(text, out["interpolated"], strict=True)]
    return out[[*TABLE, "moved", "parts", "parts_missing", "known"]]


def _hidden(out: pd.DataFrame, name: str) -> FloatArray:
    """End of a rate whose numerator is hidden."""
    scale = out["measured_in"].map(per).to_numpy(dtype=np.float64, na_value=np.nan)
    below = out["denominator"].to_numpy()
    end = out["numerator_low" if name == "rate_low" else "numerator_high"].to_numpy()
    return np.divide(end * scale, below, out=np.full(len(out), np.nan), where=below > 0)


def _parts(out: pd.DataFrame, table: pd.DataFrame, walk: Crosswalk, places: Places) -> None:
    """Count the parts of each place, those without a value, and the people of the others, in place."""
    target = walk.targets.get_indexer(out["unit"])
    needed = np.bincount(walk.weights.indices, minlength=len(walk.targets))
    people = np.full(len(walk.sources), np.nan)
    if places.members is not None:
        at = walk.sources.get_indexer(places.members["unit"])
        people[at[at >= 0]] = places.members["people"].to_numpy()[at >= 0]
    parts, known = np.zeros(len(out), dtype=np.int64), np.full(len(out), np.nan)
    rows = out.groupby("outcome", sort=False).indices
    for outcome, own in table.groupby("outcome", sort=False):
        if outcome not in rows:
            continue
        here = walk.sources.get_indexer(own["unit"])
        weights = walk.weights[here]
        parts[rows[outcome]] = np.bincount(weights.indices, minlength=len(walk.targets))[target[rows[outcome]]]
        known[rows[outcome]] = (weights.T @ people[here])[target[rows[outcome]]]
    out["parts"], out["parts_missing"], out["known"] = needed[target], needed[target] - parts, known


def _short(out: pd.DataFrame, places: Places, weigh: Weigh) -> BoolArray:
    """Places of which a part is missing that has a say; in a mean by people a part with nobody has none."""
    missing = (out["parts_missing"] > 0).to_numpy()
    if weigh != "people":
        return np.asarray(missing)
    everyone = out["unit"].map(places.people).to_numpy(dtype=np.float64)
    whole = out["denominator"].isna().to_numpy() & (out["known"].to_numpy() >= everyone * (1 - SAME))
    return np.asarray(missing & ~whole)


def _conserved(before: pd.DataFrame, after: pd.DataFrame) -> None:
    """Check that as many people or events came out as went in, of each outcome."""
    faults: list[PlacemixError] = []
    for name in ("numerator_low", "numerator_high", "denominator"):
        one = before.groupby("outcome", sort=False)[name].agg(lambda part: part.sum(min_count=1, skipna=False))
        other = after.groupby("outcome", sort=False)[name].agg(lambda part: part.sum(min_count=1, skipna=False))
        off = (one - other.reindex(one.index)).abs() > LOST * one.abs().clip(lower=1)
        if off.any():
            outcome = off.index[off][0]
            message = (
                f"{abs(one[outcome] - other[outcome]):,.6g} of {one[outcome]:,.0f} ({name}) of {outcome!r} would be "
                "lost or made between the units and the places."
            )
            faults.append(TotalsNotConserved(message, remedy="The weights of each unit must sum to 1."))
    if faults:
        raise together(faults)
