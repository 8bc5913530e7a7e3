"""Rates of other groups: numerators and denominators added up, and divided anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from placemix.errors import CountRateMix, DenominatorMismatch, InvalidCrosswalk, UnmatchedUnit, listed, plural
from placemix.harmonise.groups.categories import EVERYONE, Scheme, plain
from placemix.harmonise.groups.dividing import Weights
from placemix.harmonise.groups.group_moves import Names, Target, called, move_of, warn_lossy
from placemix.rates import Rates, scales


def regrouped_rates(
    rates: Rates, target: Target, source: str | Scheme | None, weights: Weights | None, names: Names
) -> Rates:
    """Add up numerators and denominators, and divide anew."""
    table = rates.table
    written = table["group"].astype(object)
    apart = written.isna() | written.map(lambda text: plain(str(text)) in EVERYONE)
    labels = list(dict.fromkeys(written[~apart].astype(str)))
    move = move_of(labels, rates.about.scheme, target, source, weights)
    if move.divided:
        message = f"Events cannot be divided among groups: {listed(move.divided)}."
        raise InvalidCrosswalk(message, remedy="Bring rates to groups that hold theirs whole; see finest_common.")
    warn_lossy(move, labels, stacklevel=4)
    new_names = called(move, names)
    ends = move.walk.targets.to_numpy(dtype=object)[move.walk.weights.indices]
    new = dict(zip(labels, (new_names[str(end)] for end in ends), strict=True))
    frame = table.assign(group=written.where(apart, written.map(lambda text: new.get(str(text), text))))
    keys = [name for name in frame.columns if name not in _ADDED]
    place = frame.groupby(keys, dropna=False, sort=False).ngroup()
    _refuse_lacking(frame, written, apart, place)
    several = place.duplicated(keep=False) & ~apart
    merged = _added_up(frame[several], place[several])
    whole = pd.concat([frame[~several].set_index(place[~several]), merged]).sort_index(kind="stable")
    return replace(rates, table=whole, about=rates.about.noting(*move.notes, scheme=move.target))


#: What is added up where rows of several groups become one, and what is made anew or dropped.
_SUMMED = ("numerator", "numerator_low", "numerator_high", "denominator")
_ADDED = (*_SUMMED, "rate", "lower", "upper", "symbol")


def _refuse_lacking(frame: pd.DataFrame, written: pd.Series, apart: pd.Series, place: pd.Series) -> None:
    """Refuse units that lack rows of groups which other units have, and which would become one."""
    columns = {"indicator": frame["indicator"], "new": frame["group"], "old": written, "place": place}
    rows = pd.DataFrame(columns)[~apart]
    needed = rows.groupby(["indicator", "new"], dropna=False)["old"].transform("nunique")
    there = rows.groupby("place")["old"].transform("nunique")
    lacking = there < needed
    if lacking.any():
        message = (
            f"{plural(rows.loc[lacking, 'place'].nunique(), 'row')} would rest on some of the groups that become one: "
            "other units have rows for more of them."
        )
        units = frame["unit"][lacking.index[lacking]].astype(str).unique()
        remedy = "Missing is not 0: add those rows (hidden numbers as bounds), or leave those units out and say so."
        raise UnmatchedUnit(message, units=units, remedy=remedy)


def _added_up(frame: pd.DataFrame, place: pd.Series) -> pd.DataFrame:
    """One row for each place that several rows share."""
    lacking = frame[["numerator_low", "numerator_high", "denominator"]].isna().any(axis=1)
    if lacking.any():
        message = f"{plural(lacking.sum(), 'row has', 'rows have')} a rate without numerator or denominator."
        remedy = "A rate of several groups is no mean of theirs: give numbers, or keep the groups apart."
        raise DenominatorMismatch(message, units=frame["unit"][lacking].astype(str), remedy=remedy)
    parts = frame.groupby(place, sort=False)
    out = parts.first()
    for name in _SUMMED:
        out[name] = parts[name].sum(min_count=1).where(parts[name].count() == parts.size())
    per = out["measured_in"].map(scales.per).astype(np.float64)
    if per.isna().any():
        units = dict.fromkeys(out["measured_in"][per.isna()].astype(str))
        message = f"Rates per {listed(list(units))} cannot be made anew from numerator and denominator."
        raise CountRateMix(message, remedy="Say what they are per: measured_in='share' or 'per 1,000'.")
    out["rate"] = out["numerator"] / out["denominator"].where(out["denominator"] > 0) * per
    out[["lower", "upper"]] = np.nan
    return out
