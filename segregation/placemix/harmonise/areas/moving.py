"""Counts and rates moved onto other units along a crosswalk; nobody is lost and nobody is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import pandas as pd

from placemix._typing import GroupName
from placemix.checks import id_text
from placemix.counts import Counts
from placemix.crosswalks import Crosswalk
from placemix.errors import (
    InvalidParameter,
    NotCounts,
    PlacemixError,
    did_you_mean,
    together,
)
from placemix.harmonise.areas.lookups import refuse_best_fit
from placemix.harmonise.areas.moving_counts import Straddling, moved
from placemix.harmonise.areas.moving_rates import moved_rates
from placemix.harmonise.areas.walks import Partial, SplitBy, Unreached, Walks, divided, targets_kept
from placemix.rates import Rates

Data = TypeVar("Data", Counts, Rates)


def reunit(
    data: Data,
    crosswalk: Crosswalk | Mapping[GroupName, Crosswalk],
    *,
    split_by: SplitBy = "share",
    straddling: Straddling = "refuse",
    unreached: Unreached | None = None,
    partial: Partial = "refuse",
    geometry: Any = None,  # noqa: ANN401
    people: pd.Series | None = None,
    vintage: str | None = None,
) -> Data:
    """Move counts or rates onto other units.

    Counts add up: target = Σ weight × source, for groups, totals and the ends of suppressed
    intervals; standard errors as √Σ weight² × error². Of rates, numerators and denominators are
    moved apart and divided again; a rate that has neither is averaged by people where units merge,
    and copied, with a flag, where one is split.

    Parameters
    ----------
    data
        Counts, or rates by unit.
    crosswalk
        From the units of `data` to others: of `nesting`, `best_fit`, `changes`, `areal`,
        `dasymetric` or `Crosswalk.from_table`. For counts also a mapping from each group to its own;
        ``"residual"`` then names those in none of the groups.
    split_by
        A source in several targets is divided by ``"share"``, goes whole to the ``"largest"``, or
        is refused. Fractions of people stay fractions.
    straddling
        What to do with a target whose people come from several strata: refuse it, count it with the
        stratum of the ``"largest"`` part, or ``"drop"`` strata of which there is such a target.
    unreached
        Targets that no source goes to: ``"refuse"``, ``"keep"`` (nobody is there) or
        ``"leave_out"`` (listed). Default: refuse along exact and best-fit crosswalks, keep along
        others, where such a target shares no ground, or no people, with any source.
    partial
        Targets some of whose sources are not among the units: refused, or kept with what is known.
    geometry
        Shapes of the targets (a GeoSeries by id, GeoDataFrame, Frame or Counts), or
        ``"dissolve"`` to join those of the sources, which needs every source whole. Default:
        dissolved where the crosswalk is exact, else none.
    people
        People of each unit, by id; for rates without denominators.
    vintage
        Edition of the targets, for the record.

    Returns
    -------
    data
        Counts with one unit a target in the crosswalk's order; `about.interpolated` and its notes
        say how many people were divided, and by what. Rates have a column `interpolated`.

    Raises
    ------
    UnmatchedUnit
        Units are not in the crosswalk, targets get nobody, or get only part of their sources.
    TotalsNotConserved
        People are in sources that go nowhere.
    VintageMismatch
        A best-fit lookup between two editions of the same areas, which gives nothing to the new
        parts of areas that were split.
    InvalidCrosswalk
        A source is split and `split_by` is ``"refuse"``.
    InvalidTable
        A target lies in two strata.
    RankOrDecileArithmetic, DenominatorMismatch
        Rates that are ranks or deciles; rates whose units merge without anything to weight them by.

    Examples
    --------
    >>> import placemix as pm
    >>> homes = pm.from_wide(pd.DataFrame({"id": ["a", "b"], "x": [8, 2], "y": [2, 8]}), groups=["x", "y"], unit="id")
    >>> table = pd.DataFrame({"old": ["a", "b", "b"], "new": ["A", "A", "B"], "people": [5, 30, 10]})
    >>> walk = pm.Crosswalk.from_table(table, source="old", target="new", weight="people")
    >>> moved = reunit(homes, walk)
    >>> moved.to_frame().values.tolist()
    [['A', 9.5, 8.0, 17.5], ['B', 0.5, 2.0, 2.5]]
    >>> moved.about.interpolated
    True
    """
    _known(split_by, straddling, unreached, partial)
    options = {"split_by": split_by, "unreached": unreached, "partial": partial, "vintage": vintage}
    found: Data = _either(data, crosswalk, people, {**options, "straddling": straddling, "geometry": geometry})
    return found


def _either(data: Any, crosswalk: Any, people: pd.Series | None, options: dict[str, Any]) -> Any:  # noqa: ANN401
    if isinstance(data, Rates):
        if not isinstance(crosswalk, Crosswalk):
            message = f"Rates move along one Crosswalk, not a {type(crosswalk).__name__}."
            raise InvalidParameter(message)
        refuse_best_fit(crosswalk)
        found = divided(crosswalk, options["split_by"])
        units = pd.Index(data.table["unit"].dropna().map(id_text).unique(), dtype=str)
        keep, notes = targets_kept(found, units, options["unreached"], options["partial"])
        whole = options["partial"] == "refuse"
        return moved_rates(data, found, keep=keep, whole=whole, people=people, notes=notes, vintage=options["vintage"])
    if not isinstance(data, Counts):
        message = f"Counts or Rates are needed, not a {type(data).__name__}."
        raise NotCounts(message, remedy="Read the table first: placemix.from_wide(table, groups=[…], unit='…').")
    return moved(data, Walks.of(data, crosswalk), **options)


def _known(split_by: object, straddling: object, unreached: object, partial: object) -> None:
    options: dict[str, tuple[object, list[str]]] = {
        "split_by": (split_by, ["share", "largest", "refuse"]),
        "straddling": (straddling, ["refuse", "largest", "drop"]),
        "unreached": (unreached or "refuse", ["refuse", "keep", "leave_out"]),
        "partial": (partial, ["refuse", "keep"]),
    }
    faults: list[PlacemixError] = []
    for name, (value, allowed) in options.items():
        if value not in allowed:
            message = f"{name} is {', '.join(map(repr, allowed[:-1]))} or {allowed[-1]!r}, not {value!r}."
            faults.append(InvalidParameter(message, remedy=did_you_mean(value, allowed)))
    if faults:
        raise together(faults)
