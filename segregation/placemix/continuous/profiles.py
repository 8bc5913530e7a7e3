"""Rank-order segregation of values per person: every distinct value is a threshold."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, Table
from placemix.continuous.persons import Persons, Stratum, read_persons
from placemix.errors import InvalidParameter, TooFewGroups, did_you_mean, listed, plural
from placemix.estimating import off_the_scale, strays
from placemix.indices import rank_order as ranks
from placemix.registry import MEASURES
from placemix.results import Call, Result, first_reason, remember
from placemix.wording import percent

#: Each measure with the way it weighs ranks.
WAYS = {
    "rank_order_information": ranks.INFORMATION,
    "rank_order_variation": ranks.VARIATION,
    "rank_order_squareroot": ranks.SQUAREROOT,
}


class Cut(NamedTuple):
    """People cut in two at thresholds.

    Attributes
    ----------
    low, high
        Share of the weight at or below each threshold, and above it, shape (thresholds,).
    at
        Last person at or below each threshold, in the order of values.
    before, after
        Of each person in that order: shares of the unit's weight at or below just before them, and
        with them, each beside the share above; shape (2, people).
    weight
        Weight of each person's unit, shape (people,).
    """

    low: FloatArray
    high: FloatArray
    at: Any
    before: FloatArray
    after: FloatArray
    weight: FloatArray


def rank_order(
    people: Table,
    *,
    value: str,
    unit: str,
    weight: str | None = None,
    by: str | Sequence[str] = (),
    measures: str | Sequence[str] = tuple(WAYS),
    degree: int = 4,
    bands: int | None = None,
) -> Result:
    """Measure how separate people are by rank, from a value for each person.

    At each threshold, people at or below it are separate from those above by a two-group index. A
    polynomial is fitted to these, and averaged over all ranks; see `placemix.indices.rank_order_information`.
    Only ranks count, so that no unit of money, no price level and no inequality of incomes changes the value.

    Parameters
    ----------
    people
        One row a person or household.
    value
        Column of what ranks them, such as income; numbers in any unit, missing ones refused.
    unit
        Column of the unit where they live.
    weight
        Column of survey weights, not negative. Default: everyone counts once. Rows of weight 0 take no part.
    by
        Columns of strata to measure apart. Ranks are then ranks within the stratum.
    measures
        One or several of ``"rank_order_information"``, ``"rank_order_variation"`` and
        ``"rank_order_squareroot"``.
    degree
        Degree of the polynomial, from 1 to 8.
    bands
        Cut people into so many bands of equal weight, and use the thresholds between them; people of the
        same value stay together. Default: a threshold at every distinct value.

    Returns
    -------
    result
        One row for each stratum and measure. Columns: the strata, `measure`, `value` (0 where even and 1
        where apart; not clipped), `degree`, `thresholds` (used in the fit), `lowest_share` and
        `highest_share` (share of the weight at or below the first and the last of them), `people` (with
        weight), `weight` (their sum), `effective` (Kish's effective number of people), `units`, `reason`
        (why a value is NaN), `sentence`, `method`, `version`.

    Raises
    ------
    InvalidTable, NotNumbers, InvalidCounts, UnknownColumn, RepeatedColumn
        The table cannot be read; every fault is listed with its rows, counted from 1.
    TooFewGroups
        There are fewer than three distinct values, or bands.
    InvalidParameter
        A measure, the degree or the number of bands is not one that there is.

    Notes
    -----
    Values of a sample make units look more separate than they are, the more so the fewer people each
    has. No interval is given: the error of the polynomial's fit is none of the sample.

    References
    ----------
    Reardon 2011; Reardon and Bischoff 2011.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("AAABBBCCC"), "income": [9, 14, 20, 16, 25, 31, 28, 40, 90]})
    >>> pm.continuous.rank_order(homes, value="income", unit="area", degree=2)[["measure", "value"]].round(3)
                      measure  value
    0  rank_order_information  0.513
    1    rank_order_variation  0.494
    2   rank_order_squareroot  0.534
    """
    names = [measures] if isinstance(measures, str) else list(measures)
    known_measures(names, WAYS, "rank-order measure")
    _known_bands(bands)
    persons = read_persons(people, value, unit, weight, by)
    distinct = int(np.unique(persons.value[persons.weight > 0]).size)
    if distinct < ranks.BANDS:
        message = f"The values of {value!r} are {plural(distinct, 'distinct number')}; ranks need three at least."
        raise TooFewGroups(message, remedy="Name a column of more detail; two groups are compared by placemix.measure.")
    degree = ranks.known_degree(degree, max(ranks.DEGREES) + 2 if bands is None else bands)
    rows = [fitted_people(stratum, names, degree, bands) for stratum in persons.each()]
    frame = _tidy(persons, [row for block in rows for row in block], names)
    arguments = {**persons.names, "measures": names, "degree": degree, "bands": bands}
    result = remember(frame, Call("continuous.rank_order", {"people": persons.table}, arguments))
    result.attrs["cites"] = tuple(dict.fromkeys(key for name in names for key in MEASURES[name].cites))
    return result


def known_measures(names: Sequence[str], known: Collection[str], kind: str) -> None:
    """Refuse measures that are none of a kind, or named twice, and a call that names none.

    Raises
    ------
    InvalidParameter
        All that are none are named.
    """
    wrong = [str(name) for name in names if name not in known]
    if wrong or not names:
        none = "is no" if len(wrong) == 1 else "are each no"
        message = f"{listed([repr(name) for name in wrong])} {none} {kind}." if wrong else "No measure was asked for."
        hint = did_you_mean(wrong[0], known) if wrong else ""
        raise InvalidParameter(message, remedy=f"{hint} There are {', '.join(known)}.".strip())
    if len(set(names)) < len(names):
        message = "A measure is asked for twice."
        raise InvalidParameter(message, remedy="Name each once.")


def _known_bands(bands: Any) -> None:  # noqa: ANN401
    if bands is not None and (isinstance(bands, bool) or not isinstance(bands, (int, np.integer)) or bands < 1):
        message = f"bands is a whole number, not {bands!r}."
        raise InvalidParameter(message, remedy="Pass bands=100 for centiles, or leave it out.")


def cut(people: Stratum, bands: int | None) -> Cut:
    """Cut people in two at the distinct values, or at those nearest above equal shares of the weight."""
    order = np.lexsort((people.unit, people.value))
    value, weight, unit = people.value[order], people.weight[order], people.unit[order]
    grouped = pd.Series(weight).groupby(unit)
    within = grouped.cumsum().to_numpy()
    above = pd.Series(weight[::-1]).groupby(unit[::-1]).cumsum().to_numpy()[::-1] - weight
    whole = within + above
    at = np.flatnonzero(np.diff(value) > 0)
    below, beyond = np.cumsum(weight), np.cumsum(weight[::-1])[::-1]
    low, high = below[at] / below[-1], beyond[at + 1] / below[-1]
    if bands is not None and at.size:
        kept = np.unique(np.searchsorted(low, np.arange(1, bands) / bands - ranks.APART))
        kept = kept[kept < at.size]
        at, low, high = at[kept], low[kept], high[kept]
    before = np.array([np.maximum(within - weight, 0.0), above + weight]) / whole
    return Cut(low, high, at, before, np.array([within, above]) / whole, whole)


def fitted_people(people: Stratum, names: list[str], degree: int, bands: int | None) -> list[dict[str, Any]]:
    """Measure one stratum: a row of values for each measure, by the names of the columns of `rank_order`."""
    beside = {
        "degree": degree,
        "people": people.value.size,
        "weight": float(people.weight.sum()),
        "effective": people.effective,
        "units": people.units,
    }
    if not people.value.size:
        return [{"measure": name, "value": np.nan, "thresholds": 0, **beside} for name in names]
    found = cut(people, bands)
    usable = (np.diff(found.low, prepend=0) > ranks.APART) & (found.high > ranks.APART)
    ends = found.low[usable][[0, -1]] if usable.any() else (np.nan, np.nan)
    beside |= {"thresholds": int(usable.sum()), "lowest_share": float(ends[0]), "highest_share": float(ends[1])}
    rows: list[dict[str, Any]] = []
    for name in names:
        way = WAYS[name]
        # Who is passed moves from above to below in their own unit; the sum over units changes by that alone.
        change = found.weight * (way.variation(*found.after) - way.variation(*found.before))
        mixed = np.cumsum(change)[found.at] / people.weight.sum()
        whole = way.variation(found.low, found.high)
        loss = np.divide(whole - mixed, whole, out=np.zeros_like(whole), where=usable)
        average = ranks.averaged(found.low, loss, whole, usable, ranks.moments(way, degree))
        value = float(average) if people.units > 1 else np.nan
        rows.append({"measure": name, "value": value, **beside})
    return rows


def _sentence(place: str, row: dict[str, Any]) -> str:
    measure, value = MEASURES[row["measure"]], row["value"]
    if np.isnan(value):
        return f"In {place}, the value is undefined."
    if strays(value):
        return off_the_scale(measure, place, value)
    return measure.sentence.format(place=place, percent=percent(value))


def _tidy(persons: Persons, rows: list[dict[str, Any]], names: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    reason = first_reason({
        "no_people": frame["people"] == 0,
        "one_unit": frame["units"] < 2,
        "too_few_thresholds": frame["value"].isna(),
    })  # fmt: skip
    places = np.repeat(np.array(persons.places(), dtype=object), len(names))
    sentences = [_sentence(place, row) for place, row in zip(places, rows, strict=True)]
    columns = {
        **{name: frame[name] for name in ("measure", "value", "degree", "thresholds", "lowest_share", "highest_share")},
        **{name: frame[name] for name in ("people", "weight", "effective", "units")},
        "reason": reason,
        "sentence": sentences,
        "method": [MEASURES[row["measure"]].method for row in rows],
    }
    return persons.tidy(columns, len(names))
