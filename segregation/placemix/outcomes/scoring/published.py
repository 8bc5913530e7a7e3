"""Numbers from rates that are published without the counts behind them, and how they are spread over local areas."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.carried import fingerprint
from placemix.errors import (
    InvalidParameter,
    InvalidTable,
    NotNumbers,
    PlacemixError,
    UnknownColumn,
    did_you_mean,
    listed,
    together,
)
from placemix.outcomes.indicators.computing import REST
from placemix.outcomes.indicators.forms import FORMS
from placemix.outcomes.scoring.pieces import Piece, refuse_none, renamed

#: What is computed from two rates, by measure: its unit, and how.
RATED: Mapping[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "risk_ratio": ("ratio of shares", lambda mine, theirs: mine / theirs),
    "rate_ratio": ("ratio of rates", lambda mine, theirs: mine / theirs),
    "risk_difference": ("difference of shares", lambda mine, theirs: mine - theirs),
    "pay_gap": ("difference, as a share of the pay of those compared with", lambda mine, theirs: 1 - mine / theirs),
    "proportion": ("share", lambda mine, _theirs: mine),
}
#: Measures whose rates are shares of people, at most 1.
_SHARES = frozenset({"risk_ratio", "risk_difference", "proportion"})
_NOTE = "Published as rates without the numbers behind them, so that no range can be given."


def is_rated(one: Piece, measure: str) -> bool:
    """Whether a piece holds rates alone, where its measure takes counts."""
    table, columns = one.get("table"), one.get("columns", {})
    if measure not in RATED or not isinstance(table, pd.DataFrame):
        return False
    counts = [columns.get(name, name) for name in FORMS[measure].needs if name != "group"]
    return columns.get("rate", "rate") in table.columns and not set(counts) <= set(table.columns)


def of_rates(name: str, one: Piece, groups: Mapping[str, str], measure: str) -> list[dict[str, Any]]:
    """Compare published rates of groups.

    Parameters
    ----------
    name
        What the piece is called in errors.
    one
        A piece with a `table` of a group and a rate.
    groups
        Groups of the card and those they are compared with.
    measure
        One of `RATED`.

    Raises
    ------
    UnknownColumn, UnknownGroup, InvalidTable, NotNumbers, InvalidParameter
        The table lacks something, a group has several rates, or a rate is none.
    """
    rates = _rates(name, one, measure)
    pairs: list[tuple[str, str]] = []
    bare: list[str] = []
    for who, whom in groups.items():
        if who in rates and (measure == "proportion" or whom in rates):
            pairs.append((who, whom))
        elif who in rates and whom == REST:
            bare.append(who)
    if bare:
        message = f"{name} holds rates without counts, from which nobody can say what everyone but {listed(bare)} has."
        raise InvalidParameter(message, remedy="Compare with a group whose rate is published.")
    refuse_none(name, pairs, set(rates), groups)
    unit, compute = RATED[measure]
    data = fingerprint(pd.DataFrame({"group": list(rates), "rate": list(rates.values())}))[:12]
    out = []
    for who, whom in pairs:
        mine, theirs = rates[who], rates.get(whom, math.nan)
        defined = measure in {"proportion", "risk_difference"} or theirs > 0
        out.append({
            "group": who, "comparator": whom, "value": compute(mine, theirs) if defined else math.nan,
            "lower": math.nan, "upper": math.nan, "level": math.nan, "interval_method": "none:no_counts_published",
            "numerator": math.nan, "denominator": math.nan, "measure": measure, "measured_in": unit, "beside": whom,
            "method": f"{measure}_of_rates/1", "reason": None if defined else "undefined", "note": _NOTE,
            "says": FORMS[measure].value.replace("median pay", "pay"), "data": data,
        })  # fmt: skip
    return out


def _rates(name: str, one: Piece, measure: str) -> dict[str, float]:
    """The rate of each group, by its name on the card."""
    table, columns = one["table"], one.get("columns", {})
    who, what = columns.get("group", "group"), columns.get("rate", "rate")
    if who not in table.columns:
        message = f"{name} has no column {who!r}."
        raise UnknownColumn(message, remedy=did_you_mean(who, table.columns) or "Name it under columns.")
    part = table.assign(**{who: table[who].astype(str)})
    part = part if one.get("groups") is None else renamed(name, part, one["groups"], who)
    twice = part.loc[part[who].duplicated(), who].unique()
    if len(twice):
        message = f"{name} holds several rates of {listed([*map(repr, twice)])}, and rates cannot be added up."
        raise InvalidTable(message, remedy="Keep one row for each group; say under 'where' which.")
    values = pd.to_numeric(part[what], errors="coerce").to_numpy(dtype=np.float64) / float(one.get("per", 1))
    return dict(zip(part[who], _sound(name, values, measure, "rates"), strict=True))


def _sound(name: str, values: FloatArray, measure: str, words: str) -> list[float]:
    if not np.isfinite(values).all() or (values < 0).any():
        message = f"The {words} of {name} are numbers of 0 or more, and none may be missing."
        raise NotNumbers(message, remedy="Leave out groups without a rate, and say so in the note.")
    if measure in _SHARES and (values > 1).any():
        message = f"The {words} of {name} reach {values.max():g}, and a share is at most 1."
        raise InvalidParameter(message, remedy="Write per = 100 where they are percentages.")
    return [float(one) for one in values]


def local_of_rates(name: str, mine: pd.Series, theirs: pd.Series, *, measure: str, per: float) -> pd.Series:
    """Compute the same number in each local area, from its two rates.

    Parameters
    ----------
    name
        What the piece is called in errors.
    mine, theirs
        Rates of the group and of those compared with, by area.
    measure
        One of `RATED`.
    per
        What the rates are of, such as 100.

    Raises
    ------
    InvalidParameter, InvalidTable, NotNumbers
        It is not computed from rates, an area lacks one of them or has several, or a rate is none.
    """
    if measure not in RATED:
        message = f"{name}: {measure!r} of local areas is not computed from rates."
        raise InvalidParameter(message, remedy="Give the number of each area in a column.")
    faults: list[PlacemixError] = [
        InvalidTable(f"{name} has several rates of {listed(list(side.index[side.index.duplicated()].unique()))}.")
        for side in (mine, theirs)
        if side.index.duplicated().any()
    ]
    if faults:
        raise together(faults)
    alone = mine.index.symmetric_difference(theirs.index)
    if len(alone):
        message = f"{name} has the rate of one of the two groups alone in some areas."
        raise InvalidTable(message, units=list(alone), remedy="Leave these areas out, and say so in the note.")
    first, second = (
        np.array(_sound(name, pd.to_numeric(side, errors="coerce").to_numpy(dtype=np.float64) / per, measure, "rates"))
        for side in (mine, theirs.reindex(mine.index))
    )
    if measure not in {"proportion", "risk_difference"} and not (second > 0).all():
        message = f"{name} has a rate of 0 in some areas, with which nothing can be compared."
        raise NotNumbers(message, units=list(mine.index[second <= 0]), remedy="Leave them out, and say so in the note.")
    return pd.Series(RATED[measure][1](first, second), index=mine.index)


def spread_of(one: Piece) -> dict[str, Any]:
    """Say how a number is spread over local areas: its ends, its quartiles, and where this area stands.

    Parameters
    ----------
    one
        A piece; without `local` nothing is said.
    """
    if one.get("local") is None:
        return {}
    local = pd.Series(one["local"])
    values = pd.to_numeric(local).to_numpy(dtype=float) / float(one.get("local_per", 1))
    ends = np.quantile(values, [0, 0.25, 0.5, 0.75, 1])
    names = ("local_lowest", "local_quartile_1", "local_median", "local_quartile_3", "local_highest")
    spread: dict[str, Any] = dict(zip(names, map(float, ends), strict=True))
    here = one.get("local_here")
    return spread | {
        "local_units": float(len(values)),
        "local_what": str(one.get("local_what", "the same number in local areas")),
        "local_in": one.get("local_in"),
        "local_here": None if here is None else str(here),
        "local_value": math.nan if here is None else float(values[local.index.astype(str) == str(here)][0]),
    }


def published_faults(name: str, one: Piece) -> Iterator[PlacemixError]:
    """List what a piece says wrongly of rates and local areas."""
    for key in ("per", "local_per"):
        value = one.get(key, 1)
        if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
            yield InvalidParameter(f"{key} of {name} is what rates are of, such as 100, not {value!r}.")
    here, local = one.get("local_here"), one.get("local")
    if here is not None:
        there = [] if local is None else [str(area) for area in pd.Series(local).index]
        if there.count(str(here)) != 1:
            message = f"local_here of {name} is {here!r}, which is none of its local areas."
            yield InvalidParameter(message, remedy=did_you_mean(str(here), there) or "Name one of them.")
