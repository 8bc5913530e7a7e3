"""A condition: what places are like, with all that a reader of a gap in it must know."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix.about import About
from placemix.checks import id_texts, unit_ids
from placemix.errors import (
    CountRateMix,
    DuplicateUnit,
    InvalidParameter,
    NotNumbers,
    PlacemixError,
    RankOrDecileArithmetic,
    did_you_mean,
    listed,
    together,
)
from placemix.outcomes.indicators.rows import DOMAINS as FRAMEWORK
from placemix.rates import Rates
from placemix.rates.scales import looks_ranked, ordinal, per
from placemix.suppression import Suppressed

HigherIs: TypeAlias = Literal["worse", "better"]
Describes: TypeAlias = Literal["people", "places"]

#: The domains of the framework, and two of conditions that none of them holds.
DOMAINS: Mapping[str, str] = {**FRAMEWORK, "living standards": "Living standards", "environment": "Environment"}
#: What a number is measured in that grows with the place and says nothing of what it is like.
COUNTED = frozenset({"count", "counts", "number", "people", "persons", "residents", "households", "pupils", "events"})


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Condition:
    """What places are like, with all that a reader of a gap in it must know.

    Attributes
    ----------
    values
        A score, rate, share, price or distance by unit id; never a rank, decile or count. Missing where it is not
        known. Cells may be `placemix.Suppressed`.
    domain
        One of education, work, health, housing, justice, politics, solidarity, living standards, environment.
    higher_is
        Whether a higher value is ``"worse"`` or ``"better"``.
    describes
        Whether it is the ``"people"`` of a place whom it describes (a share, rate or mean of them), or the
        ``"places"`` themselves (air, prices, ways). Only the first can be taken for a rate of a group.
    measured_in
        Its unit, such as ``"share"``, ``"per 1,000"``, ``"µg/m³"``.
    period, vintage, source
        Of which time, of which edition of the areas, and from where. Default: as a series of `Rates.condition` says.
    definition
        Name of the definition or edition of the number. Two dates with different ones are not on one scale.
    low, high
        Least and largest value, by unit id, where a value is hidden or rounded; elsewhere missing.
    worst_places
        Units in the worst class that the publisher made of more places than these, such as tenth 1 of a country. They
        take the place of the worst of the units at hand.

    Raises
    ------
    InvalidParameter, NotNumbers, DuplicateUnit
        A fact is missing or unknown, values are text or infinite, a unit stands twice, or bounds do not hold a value.
    RankOrDecileArithmetic
        The values are ranks or classes of ranks.
    CountRateMix
        The values are counts. All faults come in one error.

    Examples
    --------
    >>> air = pd.Series({"A": 11.0, "B": 19.5}, name="nitrogen dioxide")
    >>> Condition(values=air, domain="environment", higher_is="worse", describes="places", measured_in="µg/m³")
    <Condition: nitrogen dioxide, 2 units, µg/m³, higher is worse>
    """

    values: pd.Series
    domain: str
    higher_is: HigherIs
    describes: Describes
    measured_in: str = "value"
    period: str | int | None = None
    vintage: str | int | None = None
    source: str | None = None
    definition: str | None = None
    low: pd.Series | None = None
    high: pd.Series | None = None
    worst_places: Collection[Any] | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.values, pd.Series):
            message = f"The values of a condition are a pandas Series by unit id, not a {type(self.values).__name__}."
            raise InvalidParameter(message, remedy="Write frame.set_index('unit')['score'].")
        about = self.values.attrs.get("about")
        for name in ("period", "vintage", "source"):
            given = getattr(self, name)
            found = getattr(about, name, None) if isinstance(about, About) and _unstated(given) else given
            object.__setattr__(self, name, None if _unstated(found) else str(found))
        faults = _facts(self)
        value, low, high = _numbers(self, faults)
        faults += _scale(self, value)
        if faults:
            raise together(faults)
        for name, series in (("values", value), ("low", low), ("high", high)):
            object.__setattr__(self, name, series)
        if self.worst_places is not None:
            ids = pd.Series(list(self.worst_places), dtype=object)
            object.__setattr__(self, "worst_places", frozenset(id_texts(ids)))

    def __repr__(self) -> str:
        return f"<Condition: {self.name}, {len(self.values):,} units, {self.measured_in}, higher is {self.higher_is}>"

    @property
    def name(self) -> str:
        """Name of the values."""
        return str(self.values.name or "condition")

    @classmethod
    def from_rates(
        cls,
        rates: Rates,
        indicator: str,
        *,
        group: str | None = None,
        period: str | None = None,
        **facts: Any,  # noqa: ANN401
    ) -> Condition:
        """Take one rate as a condition, with the interval of every hidden numerator.

        Parameters
        ----------
        rates, indicator, group, period
            As in `Rates.condition`.
        **facts
            Fields of the condition; `domain`, `measured_in`, `period`, `vintage` and `source` only where the rates do
            not say.

        Raises
        ------
        PlacemixError
            Whatever `Rates.condition` or the condition itself refuses.
        """
        table = rates.table
        rows = table[table["indicator"] == indicator]
        if not len(rows) and "indicator_id" in table.columns:
            rows = table[table["indicator_id"] == indicator]
        if period is not None and rows["period"].isna().all():
            facts, period = {**facts, "period": period}, None
        values = rates.condition(indicator, group=group, period=period)
        rows = rows if group is None else rows[rows["group"] == group]
        rows = rows if period is None else rows[rows["period"] == period]
        rows = rows.set_index("unit")
        scale = rows["measured_in"].map(lambda text: per(text) or np.nan).astype(np.float64)
        hidden = rows["numerator_low"] < rows["numerator_high"]
        worth = scale / rows["denominator"].where(hidden & (rows["denominator"] > 0))
        ends = [rows[name] * worth for name in ("numerator_low", "numerator_high")]
        told = {name: _one(rows[name]) for name in ("domain", "measured_in", "period", "source")}
        told = {name: text for name, text in told.items() if text is not None}
        return cls(values=values, low=ends[0], high=ends[1], **{**told, **facts})


def _unstated(value: object) -> bool:
    return value is None or (isinstance(value, float) and np.isnan(value)) or value is pd.NA


def _one(column: pd.Series) -> str | None:
    """The one text that all rows have."""
    found = column.dropna().astype(str).unique()
    return str(found[0]) if len(found) == 1 else None


def _facts(one: Condition) -> list[PlacemixError]:
    faults: list[PlacemixError] = []
    allowed = {
        "domain": (list(DOMAINS), "Say to which domain it belongs."),
        "higher_is": (["worse", "better"], "Say whether a higher value is worse or better for those who are there."),
        "describes": (["people", "places"], "Say whom it describes: a share of people, or the air, is not the same."),
    }
    for name, (known, remedy) in allowed.items():
        value = getattr(one, name)
        if value not in known:
            message = f"The condition {one.name!r} needs {name}= one of {', '.join(known)}, not {value!r}."
            hint = did_you_mean(value, known) if isinstance(value, str) else ""
            faults.append(InvalidParameter(message, remedy=hint or remedy))
    if not isinstance(one.measured_in, str) or not one.measured_in.strip():
        faults.append(InvalidParameter(f"The condition {one.name!r} says in measured_in= what it is measured in."))
    if isinstance(one.worst_places, str):
        message = f"The worst places of {one.name!r} are a list of unit ids, not one text."
        faults.append(InvalidParameter(message, remedy="Pass list(decile.index[decile == 1])."))
    return faults


def _numbers(one: Condition, faults: list[PlacemixError]) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Values and bounds as numbers by id; both bounds are the value where it is known."""
    given = _by_text(one, one.values, faults).rename(one.name)
    low, high = (_beside(one, name, given.index, faults) for name in ("low", "high"))
    if given.dtype == object:
        held = given.map(lambda cell: isinstance(cell, Suppressed)).to_numpy(dtype=bool)
        for end, name in ((low, "low"), (high, "high")):
            end[held] = [getattr(cell, name) for cell in given[held]]
        given = given.mask(held)
    value = pd.to_numeric(given, errors="coerce").astype(np.float64)
    text = (value.isna() & given.notna()).to_numpy()
    if text.any():
        message = f"The condition {one.name!r} holds text where numbers are needed."
        remedy = "Give numbers; leave unknown ones out, and hidden ones to low= and high=."
        faults.append(NotNumbers(message, units=value.index[text], remedy=remedy))
    both = low.notna() & high.notna()
    low, high = low.where(both, value), high.where(both, value)
    wild = np.isinf(value) | np.isinf(low) | np.isinf(high)
    if wild.any():
        message = f"The condition {one.name!r} holds infinite values."
        faults.append(InvalidParameter(message, units=value.index[wild]))
    off = (low > high) | (value < low) | (value > high)
    if off.any():
        message = f"Bounds of the condition {one.name!r} go down or do not hold the value."
        faults.append(InvalidParameter(message, units=value.index[off], remedy="Give low <= value <= high."))
    return value, low, high


def _by_text(one: Condition, series: pd.Series, faults: list[PlacemixError]) -> pd.Series:
    """A series by ids as text, each unit once."""
    ids, wrong = unit_ids(pd.Series(series.index))
    if wrong:
        message = f"The condition {one.name!r} gives a unit twice, or one without an id."
        units = dict.fromkeys(unit for fault in wrong for unit in fault.units)
        faults.append(DuplicateUnit(message, units=units, remedy="Keep one value a unit."))
    return series.set_axis(ids)


def _beside(one: Condition, name: str, ids: pd.Index, faults: list[PlacemixError]) -> pd.Series:
    end = getattr(one, name)
    blank = pd.Series(np.nan, index=ids)
    if end is None:
        return blank
    if not isinstance(end, pd.Series):
        message = f"{name}= of the condition {one.name!r} is a pandas Series by unit id, not a {type(end).__name__}."
        faults.append(InvalidParameter(message))
        return blank
    found = _by_text(one, end, faults)
    if ids.has_duplicates or found.index.has_duplicates:
        return blank
    return pd.to_numeric(found, errors="coerce").astype(np.float64).reindex(ids)


def _scale(one: Condition, value: pd.Series) -> list[PlacemixError]:
    faults: list[PlacemixError] = []
    unit = str(one.measured_in).strip().casefold()
    # A share of people, such as those in the poorest tenth, is no rank whatever its name.
    ranked = ordinal(unit) or (ordinal(one.name) and per(unit) is None) or looks_ranked(value.dropna().to_numpy())
    if ranked:
        message = f"The condition {one.name!r} holds ranks or deciles, and their mean says nothing."
        remedy = "Use the score or rate that they order, and pass the worst class in worst_places=."
        faults.append(RankOrDecileArithmetic(message, remedy=remedy))
    if unit in COUNTED:
        message = f"The condition {one.name!r} is measured in {one.measured_in!r}: a count grows with the place."
        remedy = "Divide by those it could have been of: placemix.Rates.from_counts, or a share."
        faults.append(CountRateMix(message, remedy=remedy))
    return faults


def unknown_fields(names: Collection[str]) -> str:
    """Name the fields that a condition does not have."""
    known = [name for name in Condition.__dataclass_fields__ if name != "values"]
    odd = [name for name in names if name not in known]
    return f"{listed([repr(name) for name in odd])}; a condition has {', '.join(known)}" if odd else ""
