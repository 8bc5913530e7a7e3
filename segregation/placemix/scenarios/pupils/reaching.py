"""Which schools are near a scheme: the nearest of each phase, or all within a distance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.errors import CRSMismatch, InvalidParameter, PlacemixError, did_you_mean, listed, plural
from placemix.lengths import equal_below, in_map_units, metres_per_unit, written
from placemix.scenarios.pupils.belonging import Belonging, rows_of
from placemix.scenarios.pupils.schooling import Schools
from placemix.scenarios.schemes.proposals import Scheme
from placemix.scenarios.schemes.sites import known_crs

NO_SITE = "it has no site"
Within = Mapping[str, float | str] | float | str


def nearest(
    schemes: Sequence[Scheme], schools: Schools, phases: Sequence[str], faults: list[PlacemixError]
) -> Belonging | None:
    """Find the planning area of the nearest school of each phase.

    Parameters
    ----------
    schemes
        The schemes; ground stands for its centroid.
    schools
        Schools with planning areas and points.
    phases
        Phases asked for.
    faults
        List that faults are added to.

    Returns
    -------
    found
        Where the nearest schools are as near in several areas, each has the same share.
    """
    import shapely

    points = _points(schemes, schools.crs, faults)
    if points is None:
        return None
    there = np.flatnonzero(points != None)  # noqa: E711
    found: list[tuple[str, str, str | None, float, str | None]] = []
    far: dict[str, FloatArray] = {}
    for phase in phases:
        mine = _mapped(schools, phase)
        lost = f"no {phase} school has a place on the map"
        found += [
            (one.reference, phase, None, 1.0, _no_site(one) if at is None else lost)
            for one, at in zip(schemes, points, strict=True)
            if at is None or not len(mine)
        ]
        if not len(mine) or not len(there):
            continue
        tree = shapely.STRtree(schools.shapes[mine])
        (which, _), away = tree.query_nearest(points[there], return_distance=True, all_matches=False)
        away = away[np.argsort(which)]
        equal = equal_below(shapely.get_coordinates([*points[there], *schools.shapes[mine]]))
        which, school = tree.query(points[there], predicate="dwithin", distance=away + equal)
        areas = schools.table["planning_area"].to_numpy(dtype=object)[mine]
        pairs = pd.DataFrame({"scheme": which, "area": areas[school]}).drop_duplicates().sort_values(["scheme", "area"])
        many = pairs.groupby("scheme")["area"].transform("size")
        found += [
            (schemes[int(there[at])].reference, phase, area, 1 / number, None)
            for at, area, number in zip(pairs["scheme"], pairs["area"], many, strict=True)
        ]
        far[phase] = away
    return Belonging(rows_of(found), _nearest_words(far, schools, phases))


def reach(
    schemes: Sequence[Scheme],
    proposed: Sequence[str],
    schools: Schools,
    phases: Sequence[str],
    within: Within,
    faults: list[PlacemixError],
) -> Belonging | None:
    """Give each proposed scheme an area of its own: the schools of each phase within a distance.

    Parameters
    ----------
    schemes
        All schemes, also committed ones, which belong to the areas whose middle is as near.
    proposed
        References of those that have an area.
    schools, phases, faults
        As in `nearest`; schools need no planning area.
    within
        Distance for each phase, or one for all.
    """
    import shapely

    lengths = _lengths(within, phases, schools.crs, faults)
    points = _points(schemes, schools.crs, faults)
    if points is None or lengths is None:
        return None
    own = {reference: place for place, reference in enumerate(one.reference for one in schemes)}
    middles = [own[reference] for reference in proposed]
    sited = np.array([place for place in middles if points[place] is not None], dtype=np.int64)
    others = np.array(
        [place for place in range(len(schemes)) if place not in set(middles) and points[place] is not None],
        dtype=np.int64,
    )
    found: list[tuple[str, str, str | None, float, str | None]] = []
    reached = []
    for phase in phases:
        length, words = lengths[phase]
        found += [
            (schemes[at].reference, phase, None, 1.0, _no_site(schemes[at])) for at in middles if points[at] is None
        ]
        labels = {at: f"within {words} of {schemes[at].reference}" for at in sited}
        found += [(schemes[at].reference, phase, labels[at], 1.0, None) for at in sited]
        mine = _mapped(schools, phase)
        for which, school in _near(points[sited], schools.shapes[mine], length):
            reached.append((phase, labels[sited[which]], mine[school]))
        for which, other in _near(points[sited], points[others], length):
            found.append((schemes[others[other]].reference, phase, labels[sited[which]], 1.0, None))
    lost = int(shapely.is_missing(schools.shapes).sum())
    each = listed([f"{phase} within {lengths[phase][1]}" for phase in phases], shown=20)
    words = f"Each scheme has an area of its own, the schools near its site in a straight line: {each}."
    words += " Such areas overlap, and rows of several schemes do not add up."
    if lost:
        words += f" {plural(lost, 'school is', 'schools are')} in no area for lack of a place on the map."
    table = pd.DataFrame(reached, columns=["phase", "planning_area", "place"])
    return Belonging(rows_of(found), words, table)


def _near(points: Any, others: Any, length: float) -> list[tuple[int, int]]:  # noqa: ANN401
    """Pairs of points no farther apart than a length."""
    import shapely

    if not len(points) or not len(others):
        return []
    tree = shapely.STRtree(others)
    equal = equal_below(shapely.get_coordinates([*points, *others]))
    one, other = tree.query(points, predicate="dwithin", distance=length + equal)
    order = np.lexsort((other, one))
    return list(zip(one[order].tolist(), other[order].tolist(), strict=True))


def _lengths(
    within: Within, phases: Sequence[str], crs: Any, faults: list[PlacemixError]  # noqa: ANN401
) -> dict[str, tuple[float, str]] | None:  # fmt: skip
    """Return the distance of each phase in units of the map, and in words."""
    given = within if isinstance(within, Mapping) else dict.fromkeys(phases, within)
    lacking = [phase for phase in phases if phase not in given]
    before = len(faults)
    if lacking:
        message = f"within has no distance for {listed([*map(repr, lacking)])}."
        hint = " ".join(filter(None, (did_you_mean(phase, given) for phase in lacking)))
        remedy = f"{hint} Write within={{'primary': '2 miles', 'secondary': '3 miles'}}; none is assumed.".strip()
        faults.append(InvalidParameter(message, remedy=remedy))
    made: dict[str, tuple[float, str]] = {}
    for phase in phases:
        if phase not in given:
            continue
        try:
            length = in_map_units(given[phase], crs, name=f"within of {phase!r}")
        except PlacemixError as error:
            faults.append(error)
            continue
        text = given[phase]
        plain = written(float(text)) if crs is not None and not isinstance(text, str) else f"{text}"
        made[phase] = (length, plain)
    return made if len(faults) == before else None


def _mapped(schools: Schools, phase: str) -> IntArray:
    """Positions of the schools of a phase that have a place on the map."""
    import shapely

    of_phase = (schools.table["phase"] == phase).to_numpy()
    return np.flatnonzero(of_phase & ~shapely.is_missing(schools.shapes))


def _points(schemes: Sequence[Scheme], crs: Any, faults: list[PlacemixError]) -> Any:  # noqa: ANN401
    """Centroids of sites on the map of the schools, None without a site."""
    import geopandas as gpd
    import shapely

    points = np.full(len(schemes), None, dtype=object)
    sited = [place for place, one in enumerate(schemes) if one.site is not None]
    odd = [schemes[place].reference for place in sited if (schemes[place].crs is None) != (crs is None)]
    if odd:
        message = "Of schemes and schools only the ones have a coordinate reference system."
        faults.append(CRSMismatch(message, units=odd, remedy="Give both one."))
        return None
    if crs is not None:
        try:
            metres_per_unit(crs)
        except PlacemixError as error:
            faults.append(error)
            return None
    for system in dict.fromkeys(schemes[place].crs for place in sited):
        here = [place for place in sited if schemes[place].crs == system]
        shapes = gpd.GeoSeries([schemes[place].site for place in here], crs=system)
        moved = shapes if system is None or known_crs(system) == crs else shapes.to_crs(crs)
        points[here] = shapely.centroid(np.asarray(moved.array, dtype=object))
    return points


def _nearest_words(far: dict[str, FloatArray], schools: Schools, phases: Sequence[str]) -> str:
    import shapely

    known = schools.crs is not None
    factor = metres_per_unit(schools.crs) if known else 1.0
    spans = []
    for phase in phases:
        if phase in far and len(far[phase]):
            ends = [written(end * factor, "m" if known else "units") for end in (far[phase].min(), far[phase].max())]
            spans.append(f"{phase} {ends[0]}" if ends[0] == ends[1] else f"{phase} {ends[0]} to {ends[1]}")
    away = f" ({', '.join(spans)} away)" if spans else ""
    words = f"Schemes belong to the planning area of the nearest school of the phase, in a straight line{away}."
    lost = int(shapely.is_missing(schools.shapes).sum())
    return f"{words} {plural(lost, 'school')} without a place on the map cannot be the nearest." if lost else words


def _no_site(one: Scheme) -> str:
    """Say that a scheme has no site, and why where that is known."""
    return f"{NO_SITE} that can be used: {one.notes[0]}" if one.notes else NO_SITE
