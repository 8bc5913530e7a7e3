"""The mix of a place and of what is around it, before and after, beside that of its district."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix._version import __version__
from placemix.counts import Counts, checked
from placemix.errors import InvalidParameter
from placemix.results import Call, Result, group_names, remember
from placemix.scenarios.newcomers import named, read, refuse_gone
from placemix.surroundings import Surroundings, within

#: Names of the smallest and the largest scale.
UNIT, DISTRICT = "unit", "district"
#: How a category stands to the threshold, before and after.
DEFINED = {
    (False, False): "not defined by it",
    (True, True): "stays defined by it",
    (False, True): "becomes defined by it",
    (True, False): "ceases to be defined by it",
}


def neighbourhood_effects(
    counts: Counts,
    newcomers: pd.DataFrame,
    *,
    radii: Sequence[float | str] = ("500 m", "1 km", "2 km"),
    district: str | None = None,
    threshold: float = 0.7,
    together: str | None = None,
    unit: str = "unit",
) -> Result:
    """Say what the mix of a place would be with newcomers, at the unit and around it, beside its district.

    Parameters
    ----------
    counts
        People or households of each group in each unit, as they would be without the newcomers.
    newcomers
        One row for each place and mix, as in `index_effects`; each row by itself, or with `together`.
    radii
        Distances around the unit's point, such as ``"500 m"``; everyone in units whose point is as near counts.
        Needs a map. Empty for the unit and its district alone.
    district
        Strata column of the districts. Default: the whole table is one.
    threshold
        Share from which one category defines a place.
    together
        Column that names the scheme; rows of one scheme come together, such as the parts of a site in several units.
    unit
        Column of the units.

    Returns
    -------
    result
        One row for each row of `newcomers`, scale and group. Columns: `unit`, the further columns of `newcomers`,
        `scale` (``"unit"``, the radii, ``"district"``), `group`, `people_before`, `people_after` (of the group),
        `everyone_before`, `everyone_after`, `share_before`, `share_after`, `change`, `share_district` (before),
        `from_district_before`, `from_district_after` (share less that of the district at the same date), `defined`
        (whether the category reaches the threshold, in words), `threshold`, `source`, `version`.

    Raises
    ------
    UnmatchedUnit, UnknownGroup, InvalidCounts
        As in `index_effects`; with `together`, also where all rows of a scheme take more from a unit than are there.
    UnknownColumn, InvalidTable
        There is no column of the schemes, or rows name none.
    NoPlace, GeographicCRS
        Radii are asked for and units have no points on a projected map.
    InvalidParameter
        The threshold is no share.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> town = pm.datasets.town()
    >>> homes = town.tenure()
    >>> homes = homes.take(homes.geometry.notna().to_numpy())  # one unit has no shape
    >>> scheme = pd.DataFrame({"unit": ["Z01993"], "social_rent": [30], "owner_occupied": [70]})
    >>> found = pm.scenarios.neighbourhood_effects(homes, scheme, radii=["500 m"], district="district")
    >>> found.loc[found["group"] == "social_rent", ["scale", "share_before", "share_after", "share_district"]].round(3)
           scale  share_before  share_after  share_district
    2       unit         0.073        0.189           0.098
    6      500 m         0.095        0.124           0.098
    10  district         0.098        0.099           0.098
    """
    counts = checked(counts)
    if not 0 < threshold <= 1:
        message = f"The threshold is a share above 0, not {threshold!r}."
        raise InvalidParameter(message)
    names = None if together is None else named(newcomers, together)
    where, added, kept = read(counts, newcomers, unit)
    schemes = np.arange(len(where)) if names is None else pd.factorize(np.array(names, dtype=object))[0]
    refuse_gone(counts, where, added, schemes)
    code = np.zeros(len(counts), dtype=np.int64)
    if district is not None:
        code = pd.factorize(counts.strata[district].astype(str))[0]
    own = np.column_stack([counts.values, counts.total])
    blocks = [(UNIT, own[where], _gathered(schemes, where, added))]
    for radius in radii:
        around = within(counts, radius=radius)
        blocks.append((str(radius), (around @ own)[where], _around(around, schemes, where, added)))
    whole, came = _district(counts, district)[where], _gathered(schemes, code[where], added)
    blocks.append((DISTRICT, whole, came))
    shares = _shares(whole[:, :-1], whole[:, -1]), _shares(whole[:, :-1] + came, whole[:, -1] + came.sum(axis=1))
    parts = [
        _rows(counts, where, after, kept, scale, (before[:, :-1], before[:, -1]), shares, threshold)
        for scale, before, after in blocks
    ]
    frame = pd.concat(parts, ignore_index=True)
    frame["threshold"], frame["source"], frame["version"] = threshold, counts.source, __version__
    arguments = {"radii": list(radii), "district": district, "threshold": threshold}
    arguments |= {"together": together, "unit": unit}
    inputs = {"counts": counts, "newcomers": newcomers}
    return remember(frame, Call("scenarios.neighbourhood_effects", inputs, arguments))


def _gathered(schemes: IntArray, place: IntArray, added: FloatArray) -> FloatArray:
    """All newcomers of each row's scheme to the place of the row, shape (rows, groups)."""
    _, same = np.unique(np.column_stack([schemes, place]), axis=0, return_inverse=True)
    sums = np.zeros((same.max(initial=-1) + 1, added.shape[1]))
    np.add.at(sums, same.ravel(), added)
    return np.asarray(sums[same.ravel()])


def _around(around: Surroundings, schemes: IntArray, where: IntArray, added: FloatArray) -> FloatArray:
    """All newcomers of each row's scheme to the surroundings of the row's unit."""
    out = added.copy()
    for scheme in np.flatnonzero(np.bincount(schemes) > 1):
        rows = np.flatnonzero(schemes == scheme)
        # A scheme in one unit needs no sweep of the map: every unit is within its own surroundings.
        if (where[rows] == where[rows[0]]).all():
            out[rows] = added[rows].sum(axis=0)
            continue
        whole = np.zeros((len(around), added.shape[1]))
        np.add.at(whole, where[rows], added[rows])
        out[rows] = (around @ whole)[where[rows]]
    return out


def _district(counts: Counts, district: str | None) -> FloatArray:
    """People of each group and everyone in the district of each unit."""
    own = np.column_stack([counts.values, counts.total])
    if district is None:
        return np.asarray(np.broadcast_to(own.sum(axis=0), own.shape))
    strata = counts.arranged(district)
    sums = np.add.reduceat(own[strata.order], strata.starts, axis=0)
    out = np.empty_like(own)
    out[strata.order] = np.repeat(sums, np.diff(strata.bounds), axis=0)
    return out


def _shares(values: FloatArray, everyone: FloatArray) -> FloatArray:
    total = everyone[:, np.newaxis]
    return np.asarray(np.divide(values, total, out=np.full_like(values, np.nan), where=total > 0))


def _rows(
    counts: Counts,
    where: IntArray,
    added: FloatArray,
    kept: pd.DataFrame,
    scale: str,
    before: tuple[FloatArray, FloatArray],
    district: tuple[FloatArray, FloatArray],
    threshold: float,
) -> pd.DataFrame:
    values, everyone = before
    then, total = values + added, everyone + added.sum(axis=1)
    first, last = _shares(values, everyone), _shares(then, total)
    many = len(counts.groups)
    # Compared on people: a share that is exactly the threshold reaches it.
    reached = (
        (values >= threshold * everyone[:, np.newaxis]) & (everyone > 0)[:, np.newaxis],
        (then >= threshold * total[:, np.newaxis]) & (total > 0)[:, np.newaxis],
    )
    frame = kept.loc[kept.index.repeat(many)].reset_index(drop=True)
    frame.insert(0, "unit", np.repeat(np.asarray(counts.units, dtype=object)[where], many))
    words = [DEFINED[bool(one), bool(other)] for one, other in zip(*(side.ravel() for side in reached), strict=True)]
    return frame.assign(
        scale=scale,
        group=np.tile(np.array(group_names(counts), dtype=object), len(where)),
        people_before=values.ravel(),
        people_after=then.ravel(),
        everyone_before=np.repeat(everyone, many),
        everyone_after=np.repeat(total, many),
        share_before=first.ravel(),
        share_after=last.ravel(),
        change=(last - first).ravel(),
        share_district=district[0].ravel(),
        from_district_before=(first - district[0]).ravel(),
        from_district_after=(last - district[1]).ravel(),
        defined=words,
    )
