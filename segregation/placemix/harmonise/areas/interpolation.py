"""Counts moved to areas that cut across their own: by ground shared, or by where people live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from placemix._typing import GroupName
from placemix.counts import Counts, group_text
from placemix.crosswalks import Crosswalk
from placemix.errors import InvalidParameter, UnknownColumn, did_you_mean, listed
from placemix.harmonise.areas.ancillaries import Reading, refuse_unknown
from placemix.harmonise.areas.layers import Layers, Outside
from placemix.harmonise.areas.moving_counts import Straddling, moved
from placemix.harmonise.areas.outlines import Outlines
from placemix.harmonise.areas.rasters import Coverage
from placemix.harmonise.areas.walks import RESIDUAL, Walks, check_names
from placemix.strata import categorical


def areal(
    source: Any,  # noqa: ANN401
    target: Any,  # noqa: ANN401
    *,
    outside: Outside = "refuse",
    slivers: float = 0.0,
) -> Crosswalk:
    """Share each source out by the ground that it shares with each target.

    w = A(s ∩ t) / A(s): people are taken to live evenly over their unit, and every group like
    every other. What is moved is counts, never rates or ranks, and nobody is lost.

    Parameters
    ----------
    source, target
        Areas on one projected map, as Counts or a Frame with geometry, a GeoDataFrame (ids in a
        column `unit` or in its index) or a GeoSeries (ids in its index). Shapes that cross
        themselves are repaired, which the crosswalk's notes say.
    outside
        A source that sticks out of all targets is refused, or ``"rescale"`` counts the part outside
        with the rest of its unit. Sources of Counts that hold nobody may lie anywhere.
    slivers
        Leave out pairs that share less than this part of both their areas, such as 0.01: borders
        that a new edition drew anew without moving them.

    Returns
    -------
    crosswalk
        Of kind ``"areal"``.

    Raises
    ------
    CRSMismatch, GeographicCRS
        The two lie on different maps, or coordinates are degrees.
    TotalsNotConserved
        Sources stick out of all targets; the message lists them with their people.
    InvalidTable, UnmatchedUnit
        Targets overlap; shapes are no areas, or are missing.

    References
    ----------
    Goodchild and Lam 1980.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> old = gpd.GeoSeries([shapely.box(0, 0, 4, 4), shapely.box(4, 0, 8, 4)], index=["s1", "s2"])
    >>> new = gpd.GeoSeries([shapely.box(0, 0, 5, 4), shapely.box(5, 0, 8, 4)], index=["A", "B"])
    >>> areal(old, new).apply(pd.Series({"s1": 100.0, "s2": 60.0})).to_dict()
    {'A': 115.0, 'B': 45.0}
    """
    return Layers.of(source, target, outside=outside, slivers=slivers).by_area()


def dasymetric(
    source: Any,  # noqa: ANN401
    target: Any,  # noqa: ANN401
    *,
    ancillary: Any,  # noqa: ANN401
    group: GroupName | None = None,
    weight: str | None = None,
    band: int = 1,
    coverage: Coverage = "exact",
    outside: Outside = "refuse",
    slivers: float = 0.0,
) -> Crosswalk:
    """Share each source out by where an ancillary says that its people live.

    w = P(s ∩ t) / P(s), with P the ancillary's amount on the ground. A source whose ground holds
    no ancillary amount falls back to area; the notes list such sources with people.

    Parameters
    ----------
    source, target
        Areas, as for `areal`.
    ancillary
        Path of a raster of amounts; points (addresses, postcodes) or smaller areas, as Counts, a
        Frame, a GeoDataFrame or a GeoSeries. Smaller areas that cross a border are shared out by
        ground; a point on a border counts with the target whose id comes first.
    group
        Group of ancillary Counts to go by. Default: everyone.
    weight
        Column of points or areas with how many each stands for. Default: 1 each.
    band, coverage
        Of a raster; see `amounts_in_zones`. ``"exact"`` shares cells out by ground, so that a zone
        smaller than a cell keeps its people.
    outside, slivers
        As for `areal`.

    Returns
    -------
    crosswalk
        Of kind ``"dasymetric"``.

    Raises
    ------
    CRSMismatch, GeographicCRS, TotalsNotConserved, InvalidTable, UnmatchedUnit
        As for `areal`; also a raster without coordinate reference system, and ancillary amounts that
        are missing or below 0.

    References
    ----------
    Eicher and Brewer 2001; Mennis 2003.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> old = gpd.GeoSeries([shapely.box(0, 0, 4, 4), shapely.box(4, 0, 8, 4)], index=["s1", "s2"])
    >>> new = gpd.GeoSeries([shapely.box(0, 0, 3, 4), shapely.box(3, 0, 8, 4)], index=["A", "B"])
    >>> homes = gpd.GeoDataFrame({"people": [80, 20, 60]}, index=list("xyz"),
    ...                          geometry=gpd.points_from_xy([1, 3.5, 7], [1, 1, 1]))
    >>> dasymetric(old, new, ancillary=homes, weight="people").apply(pd.Series({"s1": 100.0, "s2": 60.0})).to_dict()
    {'A': 80.0, 'B': 80.0}
    """
    refuse_unknown(ancillary)
    layers = Layers.of(source, target, outside=outside, slivers=slivers)
    return layers.by_ancillary(ancillary, Reading(weight, band, coverage), group=group)


def interpolate(
    counts: Counts,
    targets: Any,  # noqa: ANN401
    *,
    by: Any = "area",  # noqa: ANN401
    weight: str | None = None,
    band: int = 1,
    coverage: Coverage = "exact",
    outside: Outside = "refuse",
    slivers: float = 0.0,
    strata: str | Sequence[str] = (),
    straddling: Straddling = "refuse",
    vintage: str | None = None,
) -> Counts:
    """Estimate counts of areas that cut across those counted.

    Parameters
    ----------
    counts
        People of each group in each unit, with geometry.
    targets
        Areas to estimate, as for `areal`.
    by
        ``"area"``: people live evenly over their unit. Otherwise where they live, as for
        `dasymetric`: the path of a raster, points, or smaller areas. Counts of smaller areas that
        have all groups move each group by its own people there, other ancillaries move all groups
        alike. A mapping from each group to its ancillary mixes them; ``"residual"`` names those in
        none of the groups, and falls back to all of the ancillaries' people.
    weight, band, coverage
        How to read the ancillary; see `dasymetric`.
    outside, slivers
        As for `areal`.
    strata
        Columns of the targets' table to carry as strata. Default: the strata of target Counts, or
        those of the sources where no target lies in two.
    straddling
        What to do with a target whose people come from several strata of the sources.
    vintage
        Edition of the targets, for the record. Default: that of target Counts or Frame.

    Returns
    -------
    counts
        One unit a target, fractions of people and all: nobody is rounded away. `about` says that
        they are interpolated, how many people were shared out, and by what. Targets that share no
        ground with any source hold nobody, and are noted.

    Raises
    ------
    CRSMismatch, GeographicCRS, TotalsNotConserved, InvalidTable, UnmatchedUnit
        As for `areal` and `dasymetric`.
    UnknownGroup
        The mapping names a group that is not there, or lacks one that is.
    InvalidParameter
        Options that go with an ancillary are given without one.

    Notes
    -----
    Moving all groups by one ancillary spreads each over its unit like everyone else, so that indices
    of separation come out too low. `placemix.inference.smoothing_bias` estimates by how much.

    Examples
    --------
    >>> import geopandas as gpd, placemix as pm, shapely
    >>> frame = gpd.GeoDataFrame({"id": ["s1", "s2"], "x": [40, 60], "y": [60, 0]},
    ...                          geometry=[shapely.box(0, 0, 4, 4), shapely.box(4, 0, 8, 4)])
    >>> old = pm.from_wide(frame, groups=["x", "y"], unit="id")
    >>> new = gpd.GeoSeries([shapely.box(0, 0, 5, 4), shapely.box(5, 0, 8, 4)], index=["A", "B"])
    >>> interpolate(old, new).to_frame().values.tolist()
    [['A', 55.0, 60.0, 115.0], ['B', 45.0, 0.0, 45.0]]
    """
    walks, found = crossing(
        counts, targets, by=by, reading=Reading(weight, band, coverage), outside=outside, slivers=slivers
    )
    named = (strata,) if isinstance(strata, str) else tuple(strata)
    return moved(
        counts,
        walks,
        straddling=straddling,
        unreached="keep",
        geometry=found.series().set_axis(found.ids),
        strata=_strata(found, targets, named),
        vintage=vintage or getattr(getattr(targets, "about", None), "vintage", None),
    )


def crossing(
    counts: Counts,
    targets: Any,  # noqa: ANN401
    *,
    by: Any,  # noqa: ANN401
    reading: Reading,
    outside: Outside,
    slivers: float,
) -> tuple[Walks, Outlines]:
    """Return the crosswalk of each group onto areas that cut across the units, and those areas."""
    if isinstance(by, str) and by == "area" and reading != Reading():
        message = "weight=, band= and coverage= say how an ancillary is read, and by='area' has none."
        raise InvalidParameter(message, remedy="Pass the ancillary as by=.")
    layers = Layers.of(counts, targets, outside=outside, slivers=slivers)
    return _walks(layers, counts, by, reading), layers.targets


def _strata(found: Outlines, targets: Any, named: tuple[str, ...]) -> pd.DataFrame | None:  # noqa: ANN401
    if not named:
        return found.table if isinstance(targets, Counts) and len(found.table.columns) else None
    unknown = [name for name in named if name not in found.table.columns]
    if unknown:
        message = f"The targets have no column {listed([repr(name) for name in unknown])}."
        raise UnknownColumn(message, remedy=did_you_mean(unknown[0], found.table.columns))
    return pd.DataFrame({name: categorical(found.table[name]) for name in named})


def _walks(layers: Layers, counts: Counts, by: Any, reading: Reading) -> Walks:  # noqa: ANN401
    """One crosswalk for all groups, or one for each and for those in none."""
    if isinstance(by, str) and by == "area":
        return Walks.of(counts, layers.by_area())
    if isinstance(by, Counts) and set(counts.groups) <= set(by.groups):
        by = {**{group_text(group): by for group in counts.groups}, RESIDUAL: by}
    if not isinstance(by, Mapping):
        refuse_unknown(by)
        return Walks.of(counts, layers.by_ancillary(by, reading))
    given = {group_text(name): ancillary for name, ancillary in by.items()}
    check_names(counts, given, "by")
    known = {group_text(group): group for group in counts.groups}
    walks: dict[GroupName, Crosswalk] = {}
    for name, ancillary in given.items():
        if isinstance(ancillary, str) and ancillary == "area":
            walks[name] = layers.by_area()
            continue
        refuse_unknown(ancillary)
        own = isinstance(ancillary, Counts) and name in known and known[name] in ancillary.groups
        walks[name] = layers.by_ancillary(ancillary, reading, group=known[name] if own else None)
    return Walks.of(counts, walks)
