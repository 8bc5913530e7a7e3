"""The centile gap: how far people rank from the middle of their unit, against the middle of all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray, Table
from placemix.continuous.persons import Stratum, read_persons
from placemix.results import Call, Result, first_reason, remember
from placemix.wording import percent

METHOD = "centile_gap/1"


def centile_gap(
    people: Table,
    *,
    value: str,
    unit: str,
    weight: str | None = None,
    by: str | Sequence[str] = (),
) -> Result:
    """Measure the centile gap: how much nearer in rank people are to the middle of their unit than of all.

    CGI = 1 - Σ w_i |c_i - c_m(j)| / Σ w_i |c_i - c_m|, with c_i the rank of a person as a share of
    everyone, c_m(j) that of the median person of the unit, and c_m that of the median person of all. The
    lower sum, over the weights, is 0.25 where nobody has the same value, as Watson has it; ties make it
    less, and the column `overall` shows it.

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

    Returns
    -------
    result
        One row for each stratum. Columns: the strata, `measure`, `value` (from 0 to 1, where people rank as
        their unit does), `within` and `overall` (mean differences of rank from the median of the unit and
        of all, as shares), `people` (with weight), `weight` (their sum), `effective` (Kish's effective
        number of people), `units`, `reason` (why a value is NaN), `sentence`, `method`, `version`.

    Raises
    ------
    InvalidTable, NotNumbers, InvalidCounts, UnknownColumn, RepeatedColumn
        The table cannot be read; every fault is listed with its rows, counted from 1.

    Notes
    -----
    People of one value share the middle of the ranks they take up together. The gap is no average over
    thresholds: two units that share their median are alike to it, whatever their spread. Values of a
    sample make it too high, the more so the fewer people each unit has.

    References
    ----------
    Watson 2009.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("AABB"), "income": [10, 20, 30, 90]})
    >>> pm.continuous.centile_gap(homes, value="income", unit="area")[["value", "within", "overall"]]
       value  within  overall
    0    0.5   0.125     0.25
    """
    persons = read_persons(people, value, unit, weight, by)
    rows = [ranked_people(stratum) for stratum in persons.each()]
    frame = pd.DataFrame(rows)
    reason = first_reason({
        "no_people": frame["people"] == 0,
        "one_unit": frame["units"] < 2,
        "undefined": frame["value"].isna(),
    })  # fmt: skip
    sentences = [
        f"In {place}, "
        + (
            "the value is undefined."
            if np.isnan(row["value"])
            else f"people rank {percent(row['value'])} nearer to the middle of their unit than of everyone ({value})."
        )
        for place, row in zip(persons.places(), rows, strict=True)
    ]
    columns: dict[str, Any] = {
        "measure": "centile_gap",
        **{name: frame[name] for name in ("value", "within", "overall", "people", "weight", "effective", "units")},
        "reason": reason,
        "sentence": sentences,
        "method": METHOD,
    }
    result = remember(persons.tidy(columns), Call("continuous.centile_gap", {"people": persons.table}, persons.names))
    result.attrs["cites"] = ("watson_2009",)
    return result


def centiles(value: FloatArray, weight: FloatArray) -> FloatArray:
    """Rank of each person as a share of the weight; people of one value share the middle of theirs."""
    _, place = np.unique(value, return_inverse=True)
    held = np.bincount(place, weights=weight)
    middle = np.cumsum(held) - held / 2
    return np.asarray(middle[place] / held.sum())


def from_medians(centile: FloatArray, weight: FloatArray, group: IntArray) -> FloatArray:
    """Difference of each rank from that of the weighted median person of its group."""
    order = np.lexsort((centile, group))
    kind = group[order]
    running = pd.Series(weight[order]).groupby(kind).cumsum().to_numpy()
    first = np.unique(kind, return_index=True)[1]
    half = np.add.reduceat(weight[order], first) / 2
    size = np.diff(first, append=kind.size)
    reached = running >= np.repeat(half, size)
    # The first person by whom half the weight is reached. Where it is but for rounding, the next one is as near to all.
    median = first + np.array([int(np.argmax(part)) for part in np.split(reached, first[1:])], dtype=np.intp)
    out = np.empty(centile.size)
    out[order] = np.abs(centile[order] - np.repeat(centile[order][median], size))
    return out


def ranked_people(people: Stratum) -> dict[str, Any]:
    """Measure one stratum: its values, by the names of the columns of `centile_gap`."""
    size = float(people.weight.sum())
    beside = {"people": people.value.size, "weight": size, "effective": people.effective, "units": people.units}
    if not size > 0:
        return {"value": np.nan, "within": np.nan, "overall": np.nan, **beside}
    centile = centiles(people.value, people.weight)
    within = float((people.weight * from_medians(centile, people.weight, people.unit)).sum()) / size
    every = np.zeros_like(people.unit)
    overall = float((people.weight * from_medians(centile, people.weight, every)).sum()) / size
    some = people.units > 1 and overall > 0
    return {"value": 1 - within / overall if some else np.nan, "within": within, "overall": overall, **beside}
