"""A model of choice as its user states it: what is checked of it, and how it is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.errors import (
    InvalidParameter,
    InvalidTable,
    PlacemixError,
    UnknownColumn,
    UnknownGroup,
    did_you_mean,
    listed,
    plural,
    together,
)
from placemix.lengths import written

#: A weight, or that of each group.
Coefficient: TypeAlias = float | Mapping[str, float]

#: Terms that are worked out and not looked up.
DISTANCE, OWN_GROUP = "distance_km", "own_group_share"


def model_of(coefficients: Mapping[str, Coefficient]) -> dict[str, Coefficient]:
    """Read coefficients as plain numbers, by term in the order given."""
    if not isinstance(coefficients, Mapping) or not coefficients:
        message = "coefficients gives the weight of each term."
        raise InvalidParameter(message, remedy="Write coefficients={'distance_km': -0.9}: none come with placemix.")
    model: dict[str, Coefficient] = {}
    faults: list[PlacemixError] = []
    for name, given in coefficients.items():
        weights = given if isinstance(given, Mapping) else {"": given}
        for who, weight in weights.items():
            number = isinstance(weight, int | float | np.number) and not isinstance(weight, bool)
            if not number or not np.isfinite(weight):
                whose = f" of {who!r}" if who else ""
                faults.append(InvalidParameter(f"The coefficient of {name!r}{whose} is no number: {weight!r}."))
                continue
            if isinstance(given, Mapping):
                held = model.setdefault(str(name), {})
                assert isinstance(held, dict)  # noqa: S101 (made in the line above)
                held[str(who)] = float(weight)
            else:
                model[str(name)] = float(weight)
    if faults:
        raise together(faults)
    return model


def refuse_unknown(
    model: Mapping[str, Coefficient],
    tables: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame | None],
    matches: Iterable[str],
    names: list[str],
    ids: tuple[str, str],
) -> None:
    """Refuse terms that are nowhere, are no numbers, or change no choice; and weights that lack a group."""
    pupils, schools, pairs = tables
    of_pairs = [] if pairs is None else [str(name) for name in pairs.columns if not name.startswith("_")]
    of_schools = [str(name) for name in schools.columns if name not in {"_id", *ids, "geometry"}]
    faults: list[PlacemixError] = []
    for name, weights in model.items():
        faults += _groups(name, weights, names)
        if name in (DISTANCE, OWN_GROUP, *matches):
            continue
        if name in of_pairs:
            assert pairs is not None  # noqa: S101 (it has the column)
            faults += _numbers(name, pairs[name], None)
        elif name in of_schools:
            faults += _numbers(name, schools[name], schools["_id"])
        elif name in pupils.columns and name not in ids:
            message = f"{name!r} is a column of pupils: the same for every school, so that it changes no choice."
            faults.append(InvalidParameter(message, remedy="Compare it with a column of schools: matches={…}."))
        else:
            known = [DISTANCE, OWN_GROUP, *matches, *of_pairs, *of_schools]
            message = f"There is no term {name!r}; there are {listed(known, shown=12)}."
            faults.append(UnknownColumn(message, remedy=did_you_mean(name, known)))
    if faults:
        raise together(faults)


def _groups(name: str, weights: Coefficient, names: list[str]) -> list[PlacemixError]:
    if not isinstance(weights, Mapping):
        return []
    lacking = [
        UnknownGroup(f"The coefficient of {name!r} lacks the group {who!r}.", remedy="Even a 0 must be written.")
        for who in names
        if who not in weights
    ]
    odd = [
        UnknownGroup(f"No pupil is of the group {who!r}, which {name!r} has.", remedy=did_you_mean(who, names))
        for who in weights
        if who not in names
    ]
    return [*lacking, *odd]


def _numbers(name: str, column: pd.Series, ids: pd.Series | None) -> list[PlacemixError]:
    """Faults of a term; with `ids` it must be there for all of them."""
    if not pd.api.types.is_numeric_dtype(column):
        return [InvalidTable(f"The term {name!r} holds text.", remedy="Terms are numbers, or matches.")]
    lost = ~np.isfinite(column.to_numpy(dtype=np.float64, na_value=np.nan))
    if ids is None or not lost.any():
        return []
    message = f"{plural(int(lost.sum()), 'school has', 'schools have')} no value of {name!r}."
    remedy = "Missing is never 0: give a value, or leave the school out."
    return [InvalidTable(message, units=ids[lost], remedy=remedy)]


def weight(weights: Coefficient, names: list[str]) -> FloatArray:
    """Give the weight of a term for each group, shape (groups,)."""
    if isinstance(weights, Mapping):
        return np.array([weights[name] for name in names])
    return np.full(len(names), weights)


def told(model: Mapping[str, Coefficient], seed: int, longest: float | None, alone: int) -> str:
    """Say what the model was, and how many pupils name nothing."""

    def said(weights: Coefficient) -> str:
        if not isinstance(weights, Mapping):
            return f"{weights:.10g}"
        return "(" + ", ".join(f"{who} {weight:.10g}" for who, weight in weights.items()) + ")"

    text = ", ".join(f"{name} {said(weights)}" for name, weights in model.items())
    reach = f"; no school beyond {written(longest)}" if longest is not None else ""
    lost = f" {plural(alone, 'pupil names', 'pupils name')} no school." if alone else ""
    return f"Simulated, not observed: {text}{reach}; seed {seed}.{lost}"
