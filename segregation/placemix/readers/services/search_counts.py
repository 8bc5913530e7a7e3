"""Searches counted by force and group, or by the place where they were recorded."""

from __future__ import annotations

import warnings
from typing import Any, Literal

import numpy as np
import pandas as pd

from placemix._typing import BoolArray
from placemix.about import About
from placemix.counts import Counts
from placemix.errors import (
    BreakInSeries,
    CRSMismatch,
    DenominatorMismatch,
    DuplicateUnit,
    EmptyTable,
    EventsNotPeople,
    InvalidParameter,
    UnknownColumn,
    did_you_mean,
    listed,
    plural,
)
from placemix.frames import Frame
from placemix.readers.services.police_searches import BLANK, force_months

#: Column and scheme of each variable.
VARIABLES = {"self": ("self_defined", "police_sde18"), "officer": ("officer_defined", "police_officer5")}
_UNSTATED = "not stated"


def searches(
    frame: Frame,
    *,
    by: Literal["self", "officer"] = "self",
    unit: str = "force",
    unstated: Literal["residual", "group"] = "residual",
) -> Counts:
    """Count searches of people by police force and ethnicity.

    Parameters
    ----------
    frame
        From `stop_search`.
    by
        ``"self"``: what the person said; ``"officer"``: what the officer saw. The two are
        different variables and never fill each other's blanks.
    unit
        ``"force"``, and nothing finer: searches are placed where they were recorded, and those
        searched need not live there, so that residents of a smaller area are no denominator.
    unstated
        ``"residual"`` keeps searches whose ethnicity is blank or not stated in the total and in no
        group; ``"group"`` makes them groups: the words of the file, and ``"not recorded"``.

    Returns
    -------
    counts
        Events, not people, one unit a force; `total` is every search with a person. Vehicle
        searches are in `left_out`. Groups in order of first appearance.

    Raises
    ------
    DenominatorMismatch
        A unit finer than the force was asked for. `recorded_in` maps where searches were recorded.
    UnknownColumn
        The frame is not from `stop_search`.

    Warns
    -----
    EventsNotPeople
        Always: one person may be searched several times.
    BreakInSeries
        Forces cover different months.

    Examples
    --------
    >>> table = pd.DataFrame({
    ...     "force": "exampleshire", "month": "2019-06", "person": [True, True, False],
    ...     "self_defined": ["White - Irish", "Other ethnic group - Not stated", "not recorded"],
    ... })
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore", EventsNotPeople)
    ...     counts = searches(Frame(pd.Index(["row 1", "row 2", "row 3"]), table))
    >>> counts.to_frame().values.tolist(), counts.left_out
    ([['exampleshire', 1.0, 2.0]], ('row 3',))
    """
    if by not in VARIABLES:
        message = f"by is 'self' or 'officer', not {by!r}."
        raise InvalidParameter(message, remedy=did_you_mean(by, VARIABLES))
    if unstated not in ("residual", "group"):
        message = f"unstated is 'residual' or 'group', not {unstated!r}."
        raise InvalidParameter(message)
    if unit != "force":
        message = (
            f"Searches cannot be counted by {unit!r} for a rate: they are placed where they were recorded, on "
            "anonymous map points, and the people searched need not live there."
        )
        remedy = "Count them by force; map where they were recorded with readers.recorded_in, which is no rate."
        raise DenominatorMismatch(message, remedy=remedy)
    column, scheme = VARIABLES[by]
    person = _persons(frame)
    table = frame.table[person]
    ethnicity = table[column].astype(str)
    none = (ethnicity == BLANK) | ethnicity.str.casefold().str.endswith(_UNSTATED)
    told = none & (unstated == "residual")
    groups = list(dict.fromkeys(ethnicity[~told]))
    if not len(table):
        message = "No search is of a person."
        raise EmptyTable(message, remedy="Vehicle searches have none; check the files.")
    crossed = pd.crosstab(table["force"].to_numpy(), ethnicity.to_numpy()).reindex(pd.unique(table["force"]))
    everyone = crossed.sum(axis=1).to_numpy(dtype=np.float64)
    vehicles = frame.units[~person]
    blank, unsaid = int((ethnicity == BLANK).sum()), int((none & (ethnicity != BLANK)).sum())
    message = "Searches are events: one person may be searched several times, so that they are no share of people."
    notes = [message, *_missing(frame)]
    if blank or unsaid:
        where = "they stay in the total and in no group" if unstated == "residual" else "they are groups of their own"
        notes.append(
            f"Of {len(table):,} searches the {column.replace('_', '-')} ethnicity is blank in {blank:,} and not stated "
            f"in {unsaid:,}: {where}."
        )
    if len(vehicles):
        notes.append(f"{plural(len(vehicles), 'vehicle search', 'vehicle searches')} without a person left out.")
    warnings.warn(
        EventsNotPeople(" ".join([notes[0], *(note for note in notes[1:] if "missing" not in note)])), stacklevel=2
    )
    return Counts(
        values=crossed.reindex(columns=groups, fill_value=0).to_numpy(dtype=np.float64),
        groups=tuple(groups),
        units=pd.Index(crossed.index, dtype=str, name="unit"),
        total=everyone,
        strata=pd.DataFrame(index=range(len(crossed))),
        about=_about(frame, geography="police force", scheme=scheme, notes=notes),
        left_out=tuple(vehicles),
    )


def recorded_in(frame: Frame, areas: Any, *, unit: str | None = None, vehicles: bool = True) -> Counts:  # noqa: ANN401
    """Count the searches recorded in each area: for a map of places, and no rate.

    Parameters
    ----------
    frame
        From `stop_search`.
    areas
        A `Frame` with shapes, or a GeoDataFrame, of the police force's area: elsewhere there would
        be zeros that are none. Not finer than LSOAs, as points are moved.
    unit
        Column of a GeoDataFrame with the ids.
    vehicles
        Whether vehicle searches count too.

    Returns
    -------
    counts
        One group, ``"searches"``; every area, also those with none; its shapes. `left_out` names
        searches without a point or outside every area. A rate per resident is refused by
        `placemix.Rates.from_counts`, which looks where residents are.

    Raises
    ------
    CRSMismatch
        The areas have no shapes or no coordinate reference system.
    UnknownColumn
        There is no such column, or the frame is not from `stop_search`.
    DuplicateUnit
        Ids of areas repeat.
    EmptyTable
        No search lies in any area.

    Warns
    -----
    EventsNotPeople
        Always.
    """
    shapes = _shapes(areas, unit).to_crs("EPSG:27700")
    kept = np.ones(len(frame), dtype=bool) if vehicles else _persons(frame)
    ids, points = frame.units[kept], frame.geometry[kept]
    some = np.flatnonzero(points.notna().to_numpy())
    which, area = shapes.sindex.query(points.iloc[some].to_numpy(), predicate="intersects", sort=True)
    # A point on a border lies in two areas; it counts in the first.
    placed, first = np.unique(which, return_index=True)
    if not len(placed):
        message = "No search lies in any of the areas."
        raise EmptyTable(message, remedy="Give the areas of the same police force.")
    number = np.bincount(area[first], minlength=len(shapes)).astype(np.float64)
    nowhere = np.ones(len(ids), dtype=bool)
    nowhere[some[placed]] = False
    message = "Where searches were recorded: events at anonymous map points, not people and not a rate."
    warnings.warn(EventsNotPeople(message), stacklevel=2)
    notes = [message, *_missing(frame)]
    if nowhere.any():
        notes.append(f"{plural(int(nowhere.sum()), 'search has', 'searches have')} no point in any of the areas.")
    geography = areas.about.geography if isinstance(areas, Frame) else None
    return Counts(
        values=number[:, np.newaxis],
        groups=("searches",),
        units=pd.Index(shapes.index, dtype=str, name="unit"),
        total=number,
        strata=pd.DataFrame(index=range(len(shapes))),
        geometry=shapes.reset_index(drop=True),
        about=_about(frame, geography=geography or "area", scheme=None, notes=notes),
        left_out=tuple(ids[nowhere]),
    )


def _shapes(areas: Any, unit: str | None) -> Any:  # noqa: ANN401
    """Shapes by id."""
    if isinstance(areas, Frame):
        shapes, ids = areas.geometry, areas.units
    else:
        if unit is None or unit not in getattr(areas, "columns", ()):
            message = f"The areas have no column {unit!r} of ids."
            raise UnknownColumn(message, remedy=did_you_mean(unit, getattr(areas, "columns", ())))
        shapes, ids = getattr(areas, "geometry", None), pd.Index(areas[unit], dtype=str)
    if shapes is None or shapes.crs is None:
        message = "The areas have no shapes, or their shapes no coordinate reference system."
        raise CRSMismatch(message, remedy="Read them with placemix.read_areas.")
    if ids.has_duplicates:
        message = "Ids of areas repeat."
        raise DuplicateUnit(message, units=ids[ids.duplicated()].unique())
    return shapes.set_axis(ids)


def _persons(frame: Frame) -> BoolArray:
    person: BoolArray = frame.column("person").to_numpy(dtype=bool)
    return person


def _missing(frame: Frame) -> list[str]:
    """Say, and warn, which force-months have no file."""
    table = force_months(frame)
    gaps = table.isna()
    if not gaps.any(axis=None):
        return []
    absent = [f"{force} {month}" for force in table.index for month in table.columns if gaps.loc[force, month]]
    message = (
        f"{plural(len(absent), 'force-month has no file and is', 'force-months have no file and are')} missing, not 0"
    )
    if len(set(map(tuple, gaps.to_numpy()))) > 1:
        warnings.warn(BreakInSeries(f"{message}: forces cover different months. [{listed(absent)}]"), stacklevel=3)
    return [f"{message}: {listed(absent, shown=20)}."]


def _about(frame: Frame, *, geography: str, scheme: str | None, notes: list[str]) -> About:
    return frame.about.noting(*notes, geography=geography, scheme=scheme, universe="events")
