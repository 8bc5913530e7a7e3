"""What else is known of alternatives: columns of the caller, by place or mix, and sums of what each home brings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.checks import id_text
from placemix.counts import Counts
from placemix.errors import (
    DuplicateUnit,
    InvalidParameter,
    PlacemixError,
    RepeatedColumn,
    UnknownColumn,
    UnknownGroup,
    did_you_mean,
    listed,
    plural,
)
from placemix.results import group_names
from placemix.scenarios.choosing.kinds import of_people


def further_of(
    newcomers: pd.DataFrame, further: pd.DataFrame | None, unit: str, faults: list[PlacemixError]
) -> pd.DataFrame:
    """Give each row of the newcomers the further columns that belong to it; NaN where there are none.

    Parameters
    ----------
    newcomers
        One row for each alternative.
    further
        Columns by any that the newcomers have too.
    unit
        Column of the units.
    faults
        Added to: a table that shares no column, or has a key twice.
    """
    nothing = pd.DataFrame(index=range(len(newcomers)))
    if further is None:
        return nothing
    keys = [name for name in further.columns if name in newcomers.columns]
    if not keys:
        message = "The further columns share none with the newcomers, so that nobody knows which row is which."
        remedy = f"Give them a column {unit!r}, or one that names the mix. Newcomers have {listed(newcomers.columns)}."
        faults.append(UnknownColumn(message, remedy=remedy))
        return nothing
    numbers = [
        name for name in keys
        if name != unit and all(pd.api.types.is_numeric_dtype(table[name]) for table in (newcomers, further))
    ]  # fmt: skip
    left, right = (_keyed(table[keys], numbers) for table in (newcomers, further))
    twice = right.duplicated()
    if twice.any():
        message = f"The further columns have {plural(int(twice.sum()), 'row')} of the same {listed(keys)} again."
        faults.append(DuplicateUnit(message, units=right.loc[twice, keys[0]].unique(), remedy="Keep one row of each."))
        return nothing
    table = pd.concat([right, pd.DataFrame(further).drop(columns=keys).reset_index(drop=True)], axis=1)
    found = left.merge(table, on=keys, how="left").drop(columns=keys)
    faults += of_people("Further columns", found.columns)
    return found.reset_index(drop=True)


def _keyed(table: pd.DataFrame, numbers: list[str]) -> pd.DataFrame:
    """Keys as they are compared: numbers as numbers, and all others as texts."""
    out = pd.DataFrame(table).reset_index(drop=True)
    for name in out.columns:
        out[name] = out[name].astype(np.float64) if name in numbers else out[name].map(id_text)
    return out


def brought(
    homes: Counts, added: FloatArray, per_home: Mapping[str, Any] | None, faults: list[PlacemixError]
) -> pd.DataFrame:
    """Sum what each new home brings, such as pupils or costs.

    Parameters
    ----------
    homes
        Homes of each kind in each unit.
    added
        New homes, shape (rows, kinds).
    per_home
        For each quantity its amount for one home of each kind.
    faults
        Added to: kinds that lack an amount or are not there, and amounts that are no numbers.
    """
    names = group_names(homes)
    out = pd.DataFrame(index=range(len(added)))
    for quantity, amounts in (per_home or {}).items():
        if not isinstance(amounts, Mapping):
            message = f"per_home[{quantity!r}] gives an amount for each kind of home, not {amounts!r}."
            faults.append(InvalidParameter(message, remedy=f"Write {{{names[0]!r}: 0.3, …}}."))
            continue
        unknown = [str(name) for name in amounts if str(name) not in names]
        if unknown:
            message = f"per_home[{quantity!r}] names {listed(unknown)}, which is no kind of home here."
            faults.append(UnknownGroup(message, remedy=did_you_mean(unknown[0], names) or f"They are {listed(names)}."))
        lacking = [name for name in names if name not in amounts]
        if lacking:
            message = f"per_home[{quantity!r}] has no amount for {listed(lacking)}."
            faults.append(InvalidParameter(message, remedy="Missing is not 0: give one for each kind."))
        values = pd.to_numeric(pd.Series([amounts.get(name, 0.0) for name in names]), errors="coerce").to_numpy()
        if not np.isfinite(values.astype(np.float64)).all():
            faults.append(InvalidParameter(f"per_home[{quantity!r}] holds amounts that are missing or no number."))
        out[str(quantity)] = added @ np.nan_to_num(values.astype(np.float64))
    faults += of_people("Quantities of per_home", out.columns)
    return out


def clashing(tables: Mapping[str, pd.DataFrame], computed: list[str]) -> list[PlacemixError]:
    """Find columns that the caller brought and that bear the name of one that is computed, or of another."""
    faults: list[PlacemixError] = []
    taken = set(computed)
    for what, table in tables.items():
        both = [str(name) for name in table.columns if str(name) in taken]
        if both:
            message = f"{what} have columns of names that are taken: {listed([*map(repr, both)])}."
            faults.append(RepeatedColumn(message, remedy="Rename them."))
        taken |= set(map(str, table.columns))
    return faults


def plain(per_home: Mapping[str, Mapping[str, float]] | None) -> dict[str, dict[str, float]] | None:
    """Amounts as a pack holds them."""
    return None if per_home is None else {str(name): dict(amounts) for name, amounts in per_home.items()}
