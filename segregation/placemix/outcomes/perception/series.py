"""Two series brought to the same dates or areas, each to rise where things get better."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.checks import id_text
from placemix.errors import DuplicateUnit, InvalidParameter, InvalidTable, NotNumbers, PlacemixError
from placemix.rates.scales import years

#: Which way is better.
Better: TypeAlias = Literal["higher", "lower"]
_SIGN = {"higher": 1.0, "lower": -1.0}


class Pair(NamedTuple):
    """Values of both series, by what they share.

    Attributes
    ----------
    keys
        Dates or areas that both have, in the order of the first series.
    perception, outcome
        Values as given, shape (keys,).
    alone
        How many keys only one of the two has.
    """

    keys: pd.Index
    perception: FloatArray
    outcome: FloatArray
    alone: int


def sign(role: str, better: object, faults: list[PlacemixError]) -> float:
    """1 where higher is better and -1 where lower is; anything else is a fault."""
    if better not in _SIGN:
        message = f"{role} says which way is better: 'higher' or 'lower', not {better!r}."
        faults.append(InvalidParameter(message, remedy="It cannot be told from the numbers."))
        return math.nan
    return _SIGN[str(better)]


def matched(perception: pd.Series, outcome: pd.Series, faults: list[PlacemixError]) -> Pair:
    """Bring two series to the keys that both have; a missing value is no value."""
    ours, theirs = (_clean(name, one, faults) for name, one in (("perception", perception), ("outcome", outcome)))
    keys = ours.index[ours.index.isin(theirs.index)]
    alone = len(ours) + len(theirs) - 2 * len(keys)
    return Pair(keys, ours.loc[keys].to_numpy(), theirs.loc[keys].to_numpy(), alone)


def _clean(role: str, series: object, faults: list[PlacemixError]) -> pd.Series:
    empty = pd.Series([], index=pd.Index([], dtype=object), dtype=np.float64)
    if not isinstance(series, pd.Series):
        message = f"{role} is a {type(series).__name__}, not a series."
        faults.append(InvalidTable(message, remedy="Give values by date or area: pandas.Series({2015: 0.81, …})."))
        return empty
    keys = [id_text(item) for item in series.index]
    twice = sorted({key for key in keys if keys.count(key) > 1}) if len(set(keys)) < len(keys) else []
    if twice:
        message = f"{role} has several values of one date or area."
        faults.append(DuplicateUnit(message, units=twice, remedy="Choose one group and one question first."))
        return empty
    numbers = pd.to_numeric(series, errors="coerce").to_numpy(dtype=np.float64)
    text = np.isnan(numbers) & series.notna().to_numpy()
    if text.any() or np.isinf(numbers).any():
        at = [key for key, bad in zip(keys, text | np.isinf(numbers), strict=True) if bad]
        faults.append(NotNumbers(f"{role} holds what is no number.", units=at, remedy="Give numbers; missing is NaN."))
    found = pd.Series(numbers, index=pd.Index(keys, dtype=object))
    return found[found.notna()]


def dates(role: str, keys: pd.Index, faults: list[PlacemixError]) -> FloatArray:
    """Year in which each period ends; texts that name none are a fault."""
    spans = [years(key) for key in keys]
    odd = [key for key, span in zip(keys, spans, strict=True) if span is None]
    if odd:
        message = f"{role}: dates name no year."
        faults.append(InvalidParameter(message, units=odd, remedy="Write 2015, '2015/16' or '2015-04'."))
        return np.full(len(keys), np.nan)
    found = np.array([float(span[1]) for span in spans if span is not None])
    if len(set(found)) < len(found):
        message = f"{role}: several dates fall in one year."
        faults.append(InvalidParameter(message, remedy="Give one value a year; a quarter or a mean of them."))
    return found


def kendall(one: FloatArray, other: FloatArray) -> float:
    """Kendall's τ-b: +1 where both rise and fall together; NaN where one never changes.

    Examples
    --------
    >>> kendall(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 3.0, 2.0, 4.0]))
    0.6666666666666666
    """
    rise = np.sign(one[:, np.newaxis] - one), np.sign(other[:, np.newaxis] - other)
    spread = math.sqrt(float((rise[0] ** 2).sum()) * float((rise[1] ** 2).sum()))
    return float((rise[0] * rise[1]).sum()) / spread if spread else math.nan
