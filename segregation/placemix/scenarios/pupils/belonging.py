"""Which planning area of each phase a scheme belongs to: by shapes of the areas, or by a lookup of units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix.checks import id_texts
from placemix.errors import (
    DuplicateUnit,
    InvalidTable,
    PlacemixError,
    UnknownColumn,
    UnmatchedUnit,
    did_you_mean,
    listed,
)
from placemix.scenarios.schemes import placed
from placemix.scenarios.schemes.proposals import Scheme

#: How far shares may be from 1 in sum.
_NEAR = 1e-6


class Belonging(NamedTuple):
    """Planning areas of schemes.

    Attributes
    ----------
    rows
        `reference`, `phase`, `planning_area` (None where there is none), `share`, `reason`.
    words
        How they were found.
    reached
        Schools of each area where schemes have areas of their own: `phase`, `planning_area`, `place` (position of the
        school).
    """

    rows: pd.DataFrame
    words: str
    reached: pd.DataFrame | None = None


def rows_of(found: list[tuple[str, str, str | None, float, str | None]]) -> pd.DataFrame:
    """Return the rows of a `Belonging`."""
    frame = pd.DataFrame(found, columns=["reference", "phase", "planning_area", "share", "reason"])
    return frame.astype({"reference": object, "phase": object, "planning_area": object, "reason": object})


def by_shapes(
    schemes: Sequence[Scheme], areas: Any, phases: Sequence[str], called: Mapping[str, str], faults: list[PlacemixError]  # noqa: ANN401
) -> Belonging | None:  # fmt: skip
    """Find the planning area around each site, or its shares of the ground.

    Parameters
    ----------
    schemes
        The schemes.
    areas
        GeoDataFrame with the planning areas, and their phase unless they are those of every phase.
    phases
        Phases asked for.
    called
        Names of columns.
    faults
        List that faults are added to.
    """
    if not isinstance(areas, pd.DataFrame) or getattr(areas, "geometry", None) is None:
        message = f"The areas are a GeoDataFrame with the shapes of planning areas, not a {type(areas).__name__}."
        faults.append(InvalidTable(message, remedy="Read them with placemix.read_areas."))
        return None
    name, phase_column = called["planning_area"], called["phase"]
    if name not in areas.columns:
        message = f"The areas have no column {name!r}."
        remedy = f"{did_you_mean(name, areas.columns)} They have {listed(list(areas.columns), shown=20)}.".strip()
        faults.append(UnknownColumn(message, remedy=remedy))
        return None
    found = []
    for phase in phases:
        by_phase = phase_column in areas.columns
        mine = areas[(areas[phase_column] == phase).to_numpy(dtype=bool)] if by_phase else areas
        if not len(mine):
            known = areas[phase_column].dropna().unique()
            message = f"There is no planning area of the phase {phase!r}."
            faults.append(UnmatchedUnit(message, remedy=_phase_remedy(phase, known)))
            continue
        laid = placed(list(schemes), mine, unit=name, outside="leave out")
        for row in laid[["reference", "unit", "share", "reason"]].itertuples(index=False):
            inside = row.unit is not None
            # A site that lies in part outside keeps all of its pupils in the areas that it meets.
            found.append((row.reference, phase, row.unit, row.share if inside else 1.0, None if inside else row.reason))
    words = "Schemes belong to the planning area that their site lies in; ground in several is shared by its area."
    return Belonging(rows_of(found), words)


def _phase_remedy(phase: str, known: Any) -> str:  # noqa: ANN401
    there = listed(list(map(str, known)), shown=20)
    return f"{did_you_mean(phase, known)} There are: {there}; choose with phases=.".strip()


def by_lookup(
    where: pd.DataFrame, lookup: Any, references: Sequence[str], phases: Sequence[str], called: Mapping[str, str],  # noqa: ANN401
    faults: list[PlacemixError],
) -> Belonging | None:  # fmt: skip
    """Find the planning areas of the units that schemes lie in.

    Parameters
    ----------
    where
        What `placed` gave.
    lookup
        `unit`, `phase` and `planning_area`; or `unit` and a column for each phase, such as `primary_area`.
    references
        Schemes asked for.
    phases, called, faults
        As in `by_shapes`.
    """
    table = _long(lookup, phases, called, faults)
    places = pd.DataFrame(where)[["reference", "unit", "share", *(["reason"] if "reason" in where.columns else [])]]
    places = places.assign(reference=id_texts(places["reference"]).astype(object)).reset_index(drop=True)
    places = places[places["reference"].isin(references)]
    inside = places["unit"].notna()
    sums = places[inside].groupby("reference")["share"].sum()
    odd = sums.index[~((sums - 1).abs() < _NEAR)]
    twice = places.loc[places.duplicated(["reference", "unit"]), "reference"].unique()
    if len(odd):
        message = "Shares of schemes do not sum to 1."
        faults.append(InvalidTable(message, units=odd, remedy="Pass every row that placed gave of them."))
    if len(twice):
        message = "Schemes are in a unit twice."
        faults.append(DuplicateUnit(message, units=twice, remedy="Keep one row of each."))
    if table is None or len(odd) or len(twice):
        return None
    found = []
    for phase in phases:
        area = table.loc[table["phase"] == phase].set_index("unit")["planning_area"]
        units = id_texts(places["unit"].where(inside, ""))
        at = area.reindex(units).to_numpy(dtype=object)
        if inside.any() and pd.isna(at[inside.to_numpy()]).all():
            message = f"No unit of the schemes has a {phase} planning area in the lookup."
            remedy = "Units and lookup must have the same ids, of one vintage."
            faults.append(UnmatchedUnit(message, units=units[inside].unique(), remedy=remedy))
            continue
        for row, unit, name, there in zip(places.itertuples(index=False), units, at, inside, strict=True):
            known = there and not pd.isna(name)
            lost = f"the unit {unit} has no {phase} planning area in the lookup"
            why = None if known else lost if there else getattr(row, "reason", None) or "it lies in no unit"
            share = row.share if there else 1.0
            found.append((row.reference, phase, str(name) if known else None, share, why))
    frame = rows_of(found)
    keys = ["reference", "phase", "planning_area", "reason"]
    summed = frame.groupby(keys, dropna=False, sort=False)["share"].sum().reset_index()
    summed = summed.astype({"planning_area": object, "reason": object})
    for name in ("planning_area", "reason"):
        summed[name] = summed[name].where(summed[name].notna(), None)
    words = "Schemes belong to the planning area of the unit they lie in, by the lookup; shares of units split them."
    return Belonging(summed, words)


def _long(
    lookup: Any, phases: Sequence[str], called: Mapping[str, str], faults: list[PlacemixError]  # noqa: ANN401
) -> pd.DataFrame | None:  # fmt: skip
    """Read a lookup with one row for each unit and phase."""
    name, phase_column = called["planning_area"], called["phase"]
    if not isinstance(lookup, pd.DataFrame):
        message = f"The lookup must be a table, not a {type(lookup).__name__}."
        faults.append(InvalidTable(message, remedy="Pass a DataFrame with unit, phase and planning_area."))
        return None
    own = {phase: f"{phase}_area" for phase in phases}
    by_phase = {phase_column, name} <= set(lookup.columns)
    if not by_phase and name in lookup.columns and len(phases) == 1:
        own = dict.fromkeys(phases, name)
    lost = [column for column in ["unit", *([] if by_phase else own.values())] if column not in lookup.columns]
    if lost:
        message = f"The lookup has no column {listed([*map(repr, lost)])}."
        hints = " ".join(filter(None, (did_you_mean(column, lookup.columns) for column in lost)))
        remedy = f"{hints} It needs unit, {phase_column} and {name}, or unit and a column such as primary_area."
        faults.append(UnknownColumn(message, remedy=remedy.strip()))
        return None
    units = id_texts(lookup["unit"]).to_numpy(dtype=object)
    if by_phase:
        parts = [(lookup[phase_column].astype(object).to_numpy(), lookup[name])]
    else:
        parts = [(np.full(len(lookup), phase, dtype=object), lookup[column]) for phase, column in own.items()]
    table = pd.concat(
        [
            pd.DataFrame({"unit": units, "phase": phase, "planning_area": id_texts(area).to_numpy(dtype=object)})[
                area.notna().to_numpy()
            ]
            for phase, area in parts
        ]
    )
    twice = table.loc[table.duplicated(["unit", "phase"]), "unit"].unique()
    if len(twice):
        message = "Units stand twice in the lookup for one phase."
        faults.append(DuplicateUnit(message, units=twice, remedy="Give each unit one planning area of each phase."))
        return None
    for phase in phases:
        if not (table["phase"] == phase).any():
            message = f"The lookup has no planning area of the phase {phase!r}."
            faults.append(UnmatchedUnit(message, remedy=_phase_remedy(phase, table["phase"].unique())))
    return table
