"""Areas pooled to the nearest school, so that homes and schools have about as many units."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.counts import Counts
from placemix.errors import CRSMismatch, UnmatchedUnit
from placemix.lengths import equal_below
from placemix.surroundings.points import locate


def to_nearest_school(residents: Counts, rolls: Counts, *, by: str | None = None) -> Counts:
    """Pool areas to the nearest school, of their own stratum with `by`; nobody is lost.

    Parameters
    ----------
    residents
        People of each group in each area, with shapes or points.
    rolls
        Schools, with points on the same map.
    by
        Strata column that both carry.

    Returns
    -------
    pooled
        One unit for each school that is the nearest of some area.

    Raises
    ------
    UnmatchedUnit
        A stratum of the areas has no school.
    CRSMismatch, GeographicCRS, NoPlace
        Places are not there, or not on one map.
    """
    from scipy.spatial import cKDTree

    homes, schools = locate(residents, point="centroid"), locate(rolls, point="centroid")
    one_map(residents, rolls)
    order = np.argsort(rolls.units.to_numpy(dtype=object), kind="stable")
    target: Any = np.empty(len(residents), dtype=object)
    for label, here, there in shared(residents, rolls, by):
        places = order[np.isin(order, there)]
        places = places[rolls.total[places] > 0]
        if not len(places):
            message = f"{label or 'The table'} has no school with pupils."
            raise UnmatchedUnit(message, units=[label], remedy="Leave its areas out, or count without by=.")
        # Of schools equally near the first by id, which the tree itself does not promise.
        away, _ = cKDTree(schools.xy[places]).query(homes.xy[here])
        nearest = _first_at(homes.xy[here], schools.xy[places], away)
        target[here] = rolls.units.to_numpy(dtype=object)[places[nearest]]
    # Pooled areas lie in one stratum of `by`; of other strata, where most of their people are.
    return residents.merge_units(pd.Series(target, index=residents.units), straddling="largest")


def shared(homes: Counts, rolls: Counts, by: str | None) -> list[tuple[str, IntArray, IntArray]]:
    """Label of each stratum, with the positions of its areas and of its schools."""
    if by is None:
        return [("", np.arange(len(homes)), np.arange(len(rolls)))]
    for counts in (homes, rolls):
        counts.arranged(by)  # refuses a column that is not there
    ours, theirs = (counts.strata[by].astype(str).to_numpy(dtype=object) for counts in (homes, rolls))
    odd = sorted(set(ours) ^ set(theirs))
    if odd:
        message = f"Schools and areas do not have the same {by}."
        raise UnmatchedUnit(message, units=odd, remedy="Leave out what one of them lacks, with counts.take.")
    return [(label, np.flatnonzero(ours == label), np.flatnonzero(theirs == label)) for label in dict.fromkeys(ours)]


def one_map(homes: Counts, rolls: Counts) -> None:
    """Refuse areas and schools that are not on one map.

    Raises
    ------
    CRSMismatch
        They have different coordinate reference systems.
    """
    one, other = (getattr(counts.geometry, "crs", None) for counts in (homes, rolls))
    if one != other:
        message = "Areas and schools are not on one map."
        raise CRSMismatch(message, remedy="Project both to one coordinate reference system with to_crs.")


def _first_at(points: FloatArray, schools: FloatArray, away: FloatArray) -> IntArray:
    """The first school, in the order given, that is as near as the nearest."""
    from scipy.spatial import cKDTree

    nearest = np.empty(len(points), dtype=np.int64)
    tree, equal = cKDTree(schools), equal_below(np.concatenate([points, schools]))
    for place, found in enumerate(tree.query_ball_point(points, away + equal, return_sorted=True)):
        nearest[place] = found[0]
    return nearest
