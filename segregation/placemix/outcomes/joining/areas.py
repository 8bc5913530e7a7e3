"""One outcome of many areas, with the national figure it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.checks import id_text, id_texts
from placemix.errors import (
    DuplicateUnit,
    InvalidParameter,
    UnknownColumn,
    UnmatchedUnit,
    did_you_mean,
    listed,
    plural,
)
from placemix.harmonise.guards import universe
from placemix.outcomes.joining.checking import national
from placemix.outcomes.joining.reading import read_outcomes
from placemix.outcomes.joining.selecting import NEEDED
from placemix.outcomes.joining.tidying import Facts
from placemix.rates.scales import per

#: Where a national figure comes from.
_UNITED = ("K02", "K03", "K04", "uk", "gb", "united kingdom", "great britain", "england and wales", "england & wales")
GIVEN, PUBLISHED, TOGETHER = "given", "published", "areas together"


@dataclass(frozen=True, eq=False)
class Areas:
    """One outcome by area.

    Attributes
    ----------
    name
        The outcome.
    ids
        Ids of the areas, shape (areas,).
    value, low, high
        The outcome, NaN where it is hidden or missing; its ends where it is hidden.
    numerator, denominator
        What it is a share or rate of, NaN where nobody knows.
    weight
        People or denominators by which areas are averaged, or None where every area counts alike.
    weighted_by
        What those are, in a few words.
    counted
        Whom the weights count, for a sentence.
    national
        The national figure, NaN where there is none.
    national_from
        ``"given"``, ``"published"`` or ``"areas together"``.
    nation
        Name of the nation in the table, or None.
    larger
        Larger area of each, or None.
    facts
        `group`, `period`, `measured_in`, `higher_is`.
    """

    name: str
    ids: Any
    value: FloatArray
    low: FloatArray
    high: FloatArray
    numerator: FloatArray
    denominator: FloatArray
    weight: FloatArray | None
    weighted_by: str
    counted: str
    national: float
    national_from: str
    nation: str | None
    larger: Any
    facts: Mapping[str, Any]

    @property
    def known(self) -> BoolArray:
        """Areas with a value, and where areas are weighted with a weight."""
        able = np.ones(len(self.ids), dtype=bool) if self.weight is None else np.asarray(self.weight > 0)
        return ~np.isnan(self.value) & able

    @property
    def scale(self) -> float:
        """How many people a rate is for, NaN where its unit does not say."""
        found = per(self.facts["measured_in"] or "")
        return np.nan if found is None else found

    def loads(self, which: BoolArray) -> FloatArray:
        """Weights of some areas."""
        return np.ones(int(which.sum())) if self.weight is None else self.weight[which]

    def codes(self, which: BoolArray) -> IntArray | None:
        """Number of the larger area of some areas, or None."""
        return None if self.larger is None else np.asarray(pd.factorize(self.larger[which])[0], dtype=np.int64)


def areas_of(
    given: Any, outcome: str | None, facts: Facts, figure: float | None, within: Any, people: Any  # noqa: ANN401
) -> tuple[list[Areas], pd.DataFrame]:  # fmt: skip
    """Read one outcome or all of them, by area, and the table that a pack holds.

    Raises
    ------
    PlacemixError
        The outcomes have faults, there is none of that name, or larger areas or people are not of these areas.
    """
    joined = isinstance(given, pd.DataFrame) and set(given.columns) >= NEEDED
    again = isinstance(given, pd.DataFrame) and "national_only" in given.columns
    table = given if again else _of_join(given) if joined else read_outcomes(given, facts).table
    if joined and facts:
        message = "A join says itself what its outcomes are: facts= is for outcomes alone."
        raise InvalidParameter(message, remedy="Pass facts= to link.")
    names = [str(name) for name in table["outcome"].unique()]
    if outcome is not None and str(outcome) not in names:
        message = f"There is no outcome {outcome!r}; there are {listed([repr(name) for name in names], shown=20)}."
        raise UnknownColumn(message, remedy=did_you_mean(outcome, names))
    wanted = names if outcome is None else [str(outcome)]
    if figure is not None and len(wanted) > 1:
        message = "One national figure is given, and there are several outcomes."
        raise InvalidParameter(message, remedy=f"Name one of them: outcome={wanted[0]!r}.")
    kept = table[table["outcome"].isin(wanted)].reset_index(drop=True)
    column = within if isinstance(within, str) else None
    labels = None if within is None or column is not None else _by_id(within, "within")
    loads = None if people is None else _by_id(people, "people")
    found = [_areas(name, kept[kept["outcome"] == name], figure, column, labels, loads) for name in wanted]
    return found, kept


def _of_join(given: pd.DataFrame) -> pd.DataFrame:
    """Rows of a join, one for each outcome and place, named as outcomes are."""
    join = pd.DataFrame(given)
    rows = join[join["quantity"].notna() | (join["match"] == "national")]
    rows = rows.drop_duplicates(["outcome", "place"]).reset_index(drop=True)
    names = {"place": "unit", "outcome_value": "rate", "outcome_low": "rate_low", "outcome_high": "rate_high"}
    rows = rows.drop(columns=[name for name in ("value", "lower", "upper") if name in rows]).rename(columns=names)
    rows["national_only"] = (rows["match"] == "national").to_numpy()
    for name in rows.columns:
        if isinstance(rows[name].dtype, pd.CategoricalDtype):
            column = rows[name].astype(object)
            rows[name] = column.where(column.notna(), None)
    return rows


def _by_id(given: Any, name: str) -> pd.Series:  # noqa: ANN401
    series = given if isinstance(given, pd.Series) else pd.Series(given) if isinstance(given, Mapping) else None
    if series is None:
        message = f"{name} is a series or mapping by area id, not a {type(given).__name__}."
        raise InvalidParameter(message, remedy="Write table.set_index('district')['region'].")
    found = series.set_axis(id_texts(pd.Series(series.index)))
    twice = found.index.duplicated()
    if twice.any():
        message = f"{name} names {plural(int(twice.sum()), 'area')} twice."
        raise DuplicateUnit(message, units=found.index[twice].unique(), remedy="Give each area one.")
    return found


def _areas(
    name: str, rows: pd.DataFrame, figure: float | None, column: str | None, labels: pd.Series | None,
    loads: pd.Series | None,
) -> Areas:  # fmt: skip
    whole = rows["national_only"].to_numpy(dtype=bool) if "national_only" in rows else _whole(rows)
    own, nations = rows[~whole], rows[whole]
    ids = own["unit"].to_numpy(dtype=object)
    told = {key: _one(rows[key]) for key in ("group", "period", "measured_in", "higher_is")}
    numbers = {key: own[key].to_numpy(dtype=np.float64)
               for key in ("rate", "rate_low", "rate_high", "numerator", "denominator")}  # fmt: skip
    weight, by = _weights(own, ids, loads)
    larger = None
    if column is not None:
        if column not in own.columns:
            message = f"There is no column {column!r} of larger areas."
            raise UnknownColumn(message, remedy=did_you_mean(column, own.columns) or "Pass a series by area id.")
        larger = own[column].astype(str).to_numpy(dtype=object)
    if labels is not None:
        larger = _matched(labels, ids, "within").astype(str).to_numpy(dtype=object)
    value, source, nation = _figure(nations, numbers, weight, figure, told["measured_in"])
    unknown = np.isnan(numbers["rate"])
    low, high = (np.where(unknown, numbers[end], np.nan) for end in ("rate_low", "rate_high"))
    return Areas(
        name, ids, numbers["rate"], low, high, numbers["numerator"], numbers["denominator"], weight, by,
        "people" if by == "people" else universe(_one(rows["universe"])) or "those it counts", value, source,
        nation, larger, told,
    )  # fmt: skip


def _whole(rows: pd.DataFrame) -> BoolArray:
    """Rows about a nation; where there is nothing else, nations are the areas of a state that unites them."""
    found = national(rows["unit"], pd.Index([], dtype=str))
    if len(rows) < 2 or not found.all():
        return found
    texts = rows["unit"].fillna("").astype(str)
    united = texts.str.startswith(_UNITED) | texts.str.strip().str.casefold().isin(_UNITED)
    return np.asarray(united, dtype=bool)


def _weights(own: pd.DataFrame, ids: Any, loads: pd.Series | None) -> tuple[FloatArray | None, str]:  # noqa: ANN401
    if loads is not None:
        return _matched(loads, ids, "people").to_numpy(dtype=np.float64), "people"
    for name in ("denominator", "people"):
        if name in own and own[name].notna().all() and (own[name] >= 0).all() and (own[name] > 0).any():
            return own[name].to_numpy(dtype=np.float64), name
    return None, "every area counts alike"


def _matched(given: pd.Series, ids: Iterable[object], name: str) -> pd.Series:
    index = pd.Index([id_text(one) for one in ids], dtype=str)
    missing = ~index.isin(given.index)
    if missing.any():
        message = f"{name} lacks {plural(int(missing.sum()), 'area')}."
        raise UnmatchedUnit(message, units=index[missing], remedy="Give every area one.")
    return given.reindex(index)


def _figure(
    nations: pd.DataFrame,
    numbers: Mapping[str, FloatArray],
    weight: FloatArray | None,
    figure: float | None,
    unit: object,
) -> tuple[float, str, str | None]:
    """National figure: given, published, or that of all areas together."""
    if figure is not None:
        return float(figure), GIVEN, None
    published = nations["rate"].dropna()
    if len(published) == 1:
        return float(published.iloc[0]), PUBLISHED, str(nations.loc[published.index[0], "unit"])
    return together(numbers["rate"], numbers["numerator"], numbers["denominator"], weight, unit), TOGETHER, None


def together(
    rate: FloatArray, top: FloatArray, bottom: FloatArray, weight: FloatArray | None, unit: object
) -> float:  # fmt: skip
    """Figure of all areas together: numerators over denominators, else the mean of those known.

    Examples
    --------
    >>> known = np.array([0.5, 0.1])
    >>> together(known, np.array([5.0, 9.0]), np.array([10.0, 90.0]), None, "share")
    0.14
    """
    scale = per(unit or "")
    known = ~np.isnan(rate)
    if not known.any():
        return float("nan")
    if scale is not None and not np.isnan(top[known]).any() and bottom[known].sum() > 0:
        return float(scale * top[known].sum() / bottom[known].sum())
    if weight is None:
        return float(rate[known].mean())
    return float(np.average(rate[known], weights=weight[known])) if weight[known].sum() > 0 else float("nan")


def _one(column: pd.Series) -> Any:  # noqa: ANN401
    found = column.dropna().unique()
    return str(found[0]) if len(found) else None
