"""Conditions as they are given, by name or in a table, and brought onto the units of counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray
from placemix.counts import Counts
from placemix.errors import (
    InvalidParameter,
    InvalidTable,
    PlacemixError,
    UnknownColumn,
    UnmatchedUnit,
    VintageMismatch,
    did_you_mean,
    listed,
    plural,
)
from placemix.outcomes.bridging.conditions import Condition, unknown_fields
from placemix.rates import Rates

#: A condition, or what one is made of with its facts beside it.
Given: TypeAlias = Condition | pd.Series | Rates | Mapping[str, Any]
#: Several by name, or in a table.
Conditions: TypeAlias = Mapping[str, Given] | pd.DataFrame
#: What is to be known of each, by name.
Facts: TypeAlias = Mapping[str, Mapping[str, Any]] | pd.DataFrame | None

#: Columns of the table of conditions that a saved result holds.
TEXTS = ("domain", "higher_is", "describes", "measured_in", "period", "vintage", "source", "definition")
_LONG = ("condition", "unit", "value")


class Aligned(NamedTuple):
    """One condition on the units of counts.

    Attributes
    ----------
    about
        The condition.
    value
        Its values, shape (units,): the middle where one is hidden, NaN where nothing is known.
    low, high
        Bounds of the values.
    worst
        Whether a unit is in the worst class that the publisher made, or None.
    """

    about: Condition
    value: FloatArray
    low: FloatArray
    high: FloatArray
    worst: BoolArray | None

    @property
    def hidden(self) -> BoolArray:
        """Units whose value is known only as an interval."""
        return np.asarray(self.low < self.high)


def read(conditions: Conditions, facts: Facts, faults: list[PlacemixError]) -> list[Condition]:
    """Read conditions by name, or from a table.

    Parameters
    ----------
    conditions
        By name: conditions, series, rates, or mappings of a condition's fields. Or a table: with columns `condition`,
        `unit`, `value` one row for each value, otherwise one column for each condition that `facts` name, by unit id.
    facts
        Fields of the conditions that do not bear them, by name; or a table with a column `condition`.
    faults
        Takes what is wrong.
    """
    known = _facts(facts, faults)
    if isinstance(conditions, pd.DataFrame):
        parts = _long(conditions, faults) if set(_LONG) <= set(conditions.columns) else _wide(conditions, known, faults)
    elif isinstance(conditions, Mapping):
        parts = ((str(name), one) for name, one in conditions.items())
    else:
        message = f"Conditions come by name, {{'income': …}}, or as a table, not as a {type(conditions).__name__}."
        faults.append(InvalidParameter(message))
        return []
    found, names = [], []
    for name, one in parts:
        names.append(name)
        try:
            found.append(_made(name, one, known.get(name, {})))
        except PlacemixError as error:
            faults += error.faults
    spare = [name for name in known if name not in names]
    if not names and not faults:
        faults.append(InvalidParameter("No condition was given.", remedy="Name at least one."))
    elif spare:
        message = f"Facts are given for {listed([repr(name) for name in spare])}, of which there are no conditions."
        faults.append(UnknownColumn(message, remedy=did_you_mean(spare[0], names)))
    return found


def _made(name: str, one: Any, facts: Mapping[str, Any]) -> Condition:  # noqa: ANN401
    if isinstance(one, Condition):
        if facts:
            message = f"The condition {name!r} bears its facts, and others are given beside it."
            raise InvalidParameter(message, remedy="Leave it out of facts=.")
        if one.name == name:
            return one
        fields = {field: getattr(one, field) for field in one.__dataclass_fields__}
        return Condition(**{**fields, "values": one.values.rename(name)})
    fields = {str(key): value for key, value in facts.items()}
    if isinstance(one, Mapping):
        fields = {**fields, **{str(key): value for key, value in one.items()}}
        one = fields.pop("values", None)
    odd = unknown_fields([key for key in fields if key not in {"indicator", "group"}])
    if odd:
        message = f"The facts of the condition {name!r} hold {odd}."
        raise InvalidParameter(message)
    needed = [key for key in ("higher_is", "describes") if key not in fields]
    needed += ["domain"] if "domain" not in fields and not isinstance(one, Rates) else []
    if needed:
        message = f"The condition {name!r} does not say {', '.join(needed)}."
        remedy = "Pass placemix.outcomes.Condition(values=…, domain=…, higher_is=…, describes=…), or facts=."
        raise InvalidParameter(message, remedy=remedy)
    if isinstance(one, Rates):
        chosen = _indicator(name, one, fields.pop("indicator", None))
        made = Condition.from_rates(one, chosen, group=fields.pop("group", None), **fields)
        return _made(name, made, {})
    return Condition(values=one.rename(name) if isinstance(one, pd.Series) else one, **fields)


def _indicator(name: str, rates: Rates, asked: str | None) -> str:
    """The indicator that is named, or bears the condition's name, or is the only one."""
    if asked is not None:
        return asked
    known = [str(one) for one in rates.table["indicator"].dropna().unique()]
    return known[0] if len(known) == 1 and name not in known else name


def _facts(facts: Facts, faults: list[PlacemixError]) -> dict[str, Mapping[str, Any]]:
    if facts is None:
        return {}
    if isinstance(facts, pd.DataFrame):
        table = facts if "condition" not in facts.columns else facts.set_index("condition")
        return {str(name): row.dropna().to_dict() for name, row in table.iterrows()}
    if not isinstance(facts, Mapping) or not all(isinstance(one, Mapping) for one in facts.values()):
        faults.append(InvalidParameter("facts are fields of each condition by its name, or a table of them."))
        return {}
    return {str(name): one for name, one in facts.items()}


def _wide(
    table: pd.DataFrame, facts: Mapping[str, Any], faults: list[PlacemixError]
) -> Iterator[tuple[str, pd.Series]]:
    if not facts:
        message = "A table of conditions needs facts= for each of its columns that is one."
        faults.append(InvalidParameter(message, remedy="Pass facts={'column': {'domain': …, 'higher_is': …}}."))
    for name in facts:
        if name in table.columns:
            yield name, table[name]


def _long(table: pd.DataFrame, faults: list[PlacemixError]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if table["condition"].isna().any():
        message = f"{plural(int(table['condition'].isna().sum()), 'row names', 'rows name')} no condition."
        faults.append(InvalidTable(message, remedy="Fill the column condition, or drop the rows."))
    for name, part in table.groupby("condition", sort=False, observed=True):
        rows = part.set_index("unit")
        fields: dict[str, Any] = {"values": rows["value"]}
        fields |= {end: rows[end] for end in ("low", "high") if end in rows.columns}
        for text in TEXTS:
            if text in rows.columns and rows[text].notna().any():
                several = rows[text].dropna().astype(str).unique()
                fields[text] = several[0]
                if len(several) > 1:
                    message = f"Rows of the condition {str(name)!r} differ in {text}: {listed(list(several))}."
                    faults.append(InvalidTable(message, remedy="Give each its own name in the column condition."))
        if "worst" in rows.columns and rows["worst"].notna().any():
            fields["worst_places"] = list(rows.index[rows["worst"].astype(np.float64) > 0])
        yield str(name), fields


def tabled(found: list[Condition]) -> pd.DataFrame:
    """Put conditions into the table of one row for each value, as a saved result holds them."""
    sizes = [len(one.values) for one in found]

    def each(name: str) -> pd.Categorical:
        texts = [getattr(one, name) for one in found]
        codes, categories = pd.factorize(np.array(texts, dtype=object))
        return pd.Categorical.from_codes(np.repeat(codes, sizes), categories=categories)

    table = pd.DataFrame({"condition": each("name"), "unit": np.concatenate([one.values.index for one in found])})
    for column, name in (("value", "values"), ("low", "low"), ("high", "high")):
        table[column] = np.concatenate([getattr(one, name).to_numpy() for one in found])
    for name in TEXTS:
        table[name] = each(name)
    if any(one.worst_places is not None for one in found):
        parts = [
            np.full(len(one.values), np.nan)
            if one.worst_places is None
            else one.values.index.isin(list(one.worst_places)).astype(np.float64)
            for one in found
        ]
        table["worst"] = np.concatenate(parts)
    return table


def aligned(counts: Counts, one: Condition, faults: list[PlacemixError]) -> Aligned:
    """Bring a condition onto the units of counts; what is wrong goes to `faults`."""
    ids = one.values.index
    edition = counts.about.vintage
    if one.vintage is not None and edition is not None and str(edition) != str(one.vintage):
        away = ~counts.units.isin(ids)
        message = (
            f"The condition {one.name!r} is of areas of {one.vintage}, the counts of those of {edition}: matching "
            f"codes would lose {counts.total[away].sum():,.0f} people, where areas changed."
        )
        remedy = "Bring one of them onto the areas of the other: harmonise.reunit along harmonise.changes(lookup, …)."
        faults.append(VintageMismatch(message, units=counts.units[away], remedy=remedy))
    ends = (one.values if end is None else end for end in (one.low, one.high))
    value, low, high = (series.reindex(counts.units).to_numpy() for series in (one.values, *ends))
    value = np.where(np.isnan(value), (low + high) / 2, value)
    if np.isnan(value).all():
        message = f"No unit of the counts has a value of the condition {one.name!r}."
        remedy = "Check that both use the same ids and the same boundary vintage."
        faults.append(UnmatchedUnit(message, units=counts.units[:5], remedy=remedy))
    worst = None if one.worst_places is None else counts.units.isin(list(one.worst_places))
    return Aligned(one, value, low, high, worst)
