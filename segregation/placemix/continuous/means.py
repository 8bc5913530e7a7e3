"""Neighbourhood sorting: how much of the spread of values lies between units, or between their surroundings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray, Table
from placemix.continuous.persons import Persons, Stratum, read_persons
from placemix.errors import InvalidParameter, UnitsDiffer, plural
from placemix.measuring.inputs import described
from placemix.results import Call, Result, first_reason, remember
from placemix.surroundings import Surroundings
from placemix.wording import percent

#: Part of the people around a unit that rounding leaves where they are all its own.
_NOBODY = 1e-12
#: Frozen ids of the definitions.
ASPATIAL, SPATIAL = "sorting_index/1", "sorting_index_around/1"


def sorting_index(
    people: Table,
    *,
    value: str,
    unit: str,
    weight: str | None = None,
    by: str | Sequence[str] = (),
    around: Surroundings | None = None,
) -> Result:
    """Measure neighbourhood sorting: the spread of units' means, relative to the spread of people's values.

    NSI = sqrt(Σ w_j (m_j - m)² / Σ w_i (y_i - m)²), with y_i the value of a person, m_j the mean of a unit,
    m the mean of all, w_i the weight of a person and w_j the sum in a unit. With `around`, the mean of a
    unit is that of everyone around it (GNSI), so that units that lie among their like count for more.

    Parameters
    ----------
    people
        One row a person or household.
    value
        Column of the value, on a scale whose differences mean something, such as income or its logarithm.
    unit
        Column of the unit where they live.
    weight
        Column of survey weights, not negative. Default: everyone counts once. Rows of weight 0 take no part.
    by
        Columns of strata to measure apart; surroundings then end at their borders.
    around
        Who is around each unit, from a function of `placemix.surroundings`, on the same units. Those that
        depend on how many people live in a unit stay as they were built.

    Returns
    -------
    result
        One row for each stratum. Columns: the strata, `measure`, `value` (from 0, where all units have the
        same mean, to 1, where nobody differs from their unit; with surroundings it is not bounded by 1 and
        not clipped), `between` and `total` (variances, in squared units of the value), `mean`, `people`
        (with weight), `weight` (their sum), `effective` (Kish's effective number of people), `units`,
        `reason` (why a value is NaN), `note` (units with nobody else around, which keep their own mean),
        `around`, `sentence`, `method`, `version`.

    Raises
    ------
    InvalidTable, NotNumbers, InvalidCounts, UnknownColumn, RepeatedColumn
        The table cannot be read; every fault is listed with its rows, counted from 1.
    UnitsDiffer
        Units are not in the surroundings.
    InvalidParameter
        `around` is something else than surroundings, or a unit lies in several strata.

    Notes
    -----
    It depends on how the values are spread, unlike `rank_order`: a few very high incomes make up most of
    both variances. Values of a sample make it too high, the more so the fewer people each unit has.

    References
    ----------
    Jargowsky 1996; Jargowsky and Kim 2005.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("AABBCC"), "income": [10, 20, 20, 30, 40, 60]})
    >>> pm.continuous.sorting_index(homes, value="income", unit="area")[["value", "between", "total"]].round(4)
        value   between     total
    0  0.9014  216.6667  266.6667
    """
    nearby: object = around
    if nearby is not None and not isinstance(nearby, Surroundings):
        message = f"around is who is around each unit, not a {type(nearby).__name__}."
        raise InvalidParameter(message, remedy="Make it with a function of placemix.surroundings.")
    persons = read_persons(people, value, unit, weight, by)
    near = None if around is None else Near(persons, around)
    rows = [sorted_people(stratum, near) for stratum in persons.each()]
    frame = pd.DataFrame(rows)
    frame["reason"] = first_reason({
        "no_people": frame["people"] == 0,
        "one_unit": frame["units"] < 2,
        "undefined": frame["value"].isna(),
    })  # fmt: skip
    text = "own unit" if near is None else near.text
    shown = ("value", "between", "total", "mean", "people", "weight", "effective", "units", "reason")
    columns: dict[str, Any] = {
        "measure": "sorting_index",
        **{name: frame[name] for name in shown},
        "note": [_note(alone) for alone in frame["alone"]],
        "around": text,
        "sentence": [
            _sentence(place, value, row["value"], near=near is not None)
            for place, row in zip(persons.places(), rows, strict=True)
        ],
        "method": ASPATIAL if near is None else SPATIAL,
    }
    inputs: dict[str, Any] = {"people": persons.table}
    if around is not None:
        inputs["around"] = around
    result = remember(persons.tidy(columns), Call("continuous.sorting_index", inputs, persons.names, described))
    result.attrs["cites"] = ("jargowsky_1996",) if near is None else ("jargowsky_1996", "jargowsky_2005")
    return result


class Near:
    """Means of the people around units, by the unit's place among those of the people."""

    def __init__(self, persons: Persons, around: Surroundings) -> None:
        self.place: IntArray = around.units.get_indexer(persons.units)
        if (self.place < 0).any():
            message = "People live in units that the surroundings do not have."
            remedy = "Make surroundings of all units where people live."
            raise UnitsDiffer(message, units=persons.units[self.place < 0], remedy=remedy)
        self.around, self.text = around, around.text
        if len(persons.strata) > 1:
            self.around = around.limited(self._codes(persons))
            self.text += "; ends at the borders of strata"

    def _codes(self, persons: Persons) -> IntArray:
        """Stratum of each unit of the surroundings; those without people are of none."""
        codes = np.empty(len(persons.value), dtype=np.intp)
        codes[persons.strata.order] = np.repeat(np.arange(len(persons.strata)), np.diff(persons.strata.bounds))
        pairs = pd.DataFrame({"unit": persons.unit, "code": codes}).drop_duplicates()
        several = pairs.loc[pairs["unit"].duplicated(), "unit"].unique()
        if several.size:
            message = "Units lie in several strata, at whose borders surroundings end."
            raise InvalidParameter(message, units=persons.units[several], remedy="Name strata that units lie within.")
        out = np.full(len(self.around.units), -1, dtype=np.intp)
        out[self.place[pairs["unit"].to_numpy()]] = pairs["code"].to_numpy()
        return out

    def means(self, sums: FloatArray) -> tuple[FloatArray, int]:
        """Mean around each unit from weights and weighted values, shape (units, 2); and how many are alone."""
        spread = np.zeros((len(self.around.units), 2))
        spread[self.place] = sums
        nearby = (self.around @ spread)[self.place]
        lived_in = sums[:, 0] > 0
        others = nearby[:, 0] - self.around.own[self.place] * sums[:, 0]
        alone = lived_in & (others <= _NOBODY * nearby[:, 0])
        nearby = np.where(alone[:, np.newaxis], sums, nearby)
        out = np.divide(nearby[:, 1], nearby[:, 0], out=np.zeros(len(sums)), where=nearby[:, 0] > 0)
        return out, int(alone.sum())


def sorted_people(people: Stratum, near: Near | None) -> dict[str, Any]:
    """Measure one stratum: its values, by the names of the columns of `sorting_index`."""
    size = float(people.weight.sum())
    beside = {
        "people": people.value.size, "weight": size, "effective": people.effective, "units": people.units, "alone": 0,
    }  # fmt: skip
    if not size > 0:
        return {"value": np.nan, "between": np.nan, "total": np.nan, "mean": np.nan, **beside}
    # Deviations from any middle value are smaller numbers than the values, and lose fewer digits.
    middle = float(np.median(people.value))
    mean = middle + float((people.weight * (people.value - middle)).sum()) / size
    off = people.value - mean
    # Squares of very large or very small deviations are no numbers any more; those of their shares of the largest are.
    largest = float(np.abs(off).max()) or 1.0
    off = off / largest
    count = int(people.unit.max()) + 1 if near is None else len(near.place)
    weight = np.bincount(people.unit, weights=people.weight, minlength=count)
    summed = np.bincount(people.unit, weights=people.weight * off, minlength=count)
    sums: FloatArray = np.column_stack([weight, summed]).astype(np.float64)
    if near is None:
        means = np.divide(sums[:, 1], weight, out=np.zeros(count), where=weight > 0)
    else:
        means, beside["alone"] = near.means(sums)
    between = float((weight * means**2).sum()) / size
    total = float((people.weight * off**2).sum()) / size
    spread = people.units > 1 and float(np.ptp(people.value)) > 0
    return {
        "value": float(np.sqrt(between / total)) if spread else np.nan,
        "between": between * largest * largest,
        "total": total * largest * largest,
        "mean": mean,
        **beside,
    }


def _note(alone: int) -> str | None:
    return f"{plural(alone, 'unit has', 'units have')} nobody else around and the own mean" if alone else None


def _sentence(place: str, value: str, index: float, *, near: bool) -> str:
    if np.isnan(index):
        return f"In {place}, the value is undefined."
    where = "the surroundings of units" if near else "units"
    return (
        f"In {place}, the mean {value} of {where} has a standard deviation of {percent(index)} of that of people; "
        f"{percent(index**2)} of the variance lies between {where}."
    )
