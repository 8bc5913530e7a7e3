"""What a gradient asks for, and the numbers of its classes, checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix.errors import (
    DuplicateUnit,
    InvalidParameter,
    InvalidTable,
    NotNumbers,
    PlacemixError,
    RankOrDecileArithmetic,
    did_you_mean,
    listed,
    plural,
    together,
)
from placemix.outcomes.gradients.indices import DEFINITIONS, INDICES
from placemix.outcomes.gradients.measuring import Columns
from placemix.rates.scales import ordinal

Of: TypeAlias = Literal["people", "areas"]


def asked(
    names: Sequence[str],
    of: str,
    rii_definition: str | None,
    transform: str,
    bounds: tuple[float, float] | None,
    columns: Columns,
) -> list[PlacemixError]:
    """Say what is wrong with the options."""
    faults: list[PlacemixError] = []
    for name in names:
        if name not in INDICES:
            message = f"There is no measure {name!r} of a gradient; there are {', '.join(INDICES)}."
            faults.append(InvalidParameter(message, remedy=did_you_mean(name, INDICES)))
    if not names:
        faults.append(InvalidParameter("No measure is named.", remedy=f"There are {', '.join(INDICES)}."))
    if of not in {"people", "areas"}:
        message = f"of says who is ranked, 'people' or 'areas', not {of!r}."
        faults.append(InvalidParameter(message, remedy="Tenths of areas by deprivation are 'areas'."))
    if transform not in {"none", "log", "logit"}:
        message = f"transform is 'none', 'log' or 'logit', not {transform!r}."
        faults.append(InvalidParameter(message, remedy=did_you_mean(transform, ["none", "log", "logit"])))
    faults += _definition(names, rii_definition, transform)
    faults += _bounds(names, bounds)
    if not 0 < columns.table_level < 1:
        faults.append(InvalidParameter(f"table_level lies above 0 and below 1, not at {columns.table_level!r}."))
    if (columns.lower is None) != (columns.upper is None) or (columns.error and columns.lower):
        message = "Errors of values are given as error=, or as lower= and upper= together."
        faults.append(InvalidParameter(message, remedy="Pass one of both."))
    if ordinal(columns.value):
        message = f"{columns.value!r} is a rank or a class of ranks, and a mean of those says nothing."
        faults.append(RankOrDecileArithmetic(message, remedy="Pass the score or rate in value=, the rank in order=."))
    return faults


def _definition(names: Sequence[str], definition: str | None, transform: str) -> list[PlacemixError]:
    if "relative_index" not in names:
        return []
    if definition not in DEFINITIONS:
        message = f"A relative index has two definitions, 'phe' and 'mackenbach', and {definition!r} is neither."
        remedy = "Pass rii_definition='phe' (both ends of the line) or 'mackenbach' (slope over mean)."
        return [InvalidParameter(message, remedy=remedy)]
    if definition == "mackenbach" and transform != "none":
        message = "Slope over mean is of values as they are."
        return [InvalidParameter(message, remedy="Pass transform='none', or rii_definition='phe'.")]
    return []


def _bounds(names: Sequence[str], bounds: object) -> list[PlacemixError]:
    needs = [name for name in names if name in INDICES and INDICES[name].bounded]
    if bounds is None:
        if not needs:
            return []
        message = f"{listed(needs)} {'needs' if len(needs) == 1 else 'need'} the lowest and highest possible value."
        return [InvalidParameter(message, remedy="Pass bounds=(0, 1) for shares, (0, 100) for per cent.")]
    pair = list(bounds) if isinstance(bounds, tuple | list) else []
    if (
        len(pair) != 2
        or not all(isinstance(end, int | float) and np.isfinite(end) for end in pair)
        or pair[0] >= pair[1]
    ):
        message = f"bounds are the lowest and highest possible value, such as (0, 1), not {bounds!r}."
        return [InvalidParameter(message)]
    return []


def numbers(
    rows: pd.DataFrame, names: Sequence[str], by: Sequence[str], order: str, columns: Columns, least: float
) -> pd.DataFrame:
    """Bring columns to numbers, and mark what is hidden.

    Raises
    ------
    NotNumbers, InvalidTable, DuplicateUnit
        Text stands where numbers are needed, people are negative, or two classes share one place in the order.
    """
    out = rows.copy()
    faults: list[PlacemixError] = []
    for name in [*names, *(["numerator"] if "numerator" in rows.columns else [])]:
        out[name] = pd.to_numeric(rows[name], errors="coerce").astype(np.float64)
        text = (out[name].isna() & rows[name].notna()).to_numpy()
        if text.any():
            shown = listed([repr(item) for item in rows[name][text].unique()])
            message = f"Column {name!r} holds text where numbers are needed: {shown}."
            faults.append(NotNumbers(message, remedy="Give NaN where a number is hidden."))
    if not len(out):
        faults.append(InvalidTable("There are no classes."))
    if (out[columns.people] < 0).any() or np.isinf(out[list(names)].to_numpy()).any():
        faults.append(InvalidTable("People are below 0, or a number is infinite.", remedy="Mend the table."))
    if out[order].isna().any():
        message = f"{plural(int(out[order].isna().sum()), 'class has', 'classes have')} no place in the order."
        faults.append(InvalidTable(message, remedy=f"Fill column {order!r}; 1 is the most disadvantaged."))
    twice = out.duplicated([*by, order]).to_numpy()
    if twice.any():
        message = f"{plural(int(twice.sum()), 'class shares', 'classes share')} a place in the order with another."
        remedy = "Name what tells gradients apart with by= or focal=, or sum classes of one place."
        faults.append(DuplicateUnit(message, units=out[order][twice].astype(str), remedy=remedy))
    if faults:
        raise together(faults)
    mark = rows["symbol"].notna().to_numpy() if "symbol" in rows.columns else np.zeros(len(rows), dtype=bool)
    count = out["numerator"].to_numpy() if "numerator" in out.columns else np.full(len(out), np.nan)
    folk = out[columns.people].to_numpy()
    few = ((count > 0) & (count < least)) | ((folk > 0) & (folk < least))
    return out.assign(held=few | (mark & out[columns.value].isna().to_numpy()))
