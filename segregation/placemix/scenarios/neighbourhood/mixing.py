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
from placemix.scenarios.newcomers import read
from placemix.surroundings import within

#: Names of the smallest and the largest scale.
UNIT, DISTRICT = "unit", "district"
#: How a category stands to the threshold, before and after.
_WORDS = {
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
    unit: str = "unit",
) -> Result:
    """Say what the mix of a place would be with newcomers, at the unit and around it, beside its district.

    Parameters
    ----------
    counts
        People or households of each group in each unit, as they would be without the newcomers.
    newcomers
        One row for each place and mix, as in `index_effects`; each row by itself.
    radii
        Distances around the unit's point, such as ``"500 m"``; everyone in units whose point is as near counts.
        Needs a map. Empty for the unit and its district alone.
    district
        Strata column of the districts. Default: the whole table is one.
    threshold
        Share from which one category defines a place.
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
        As in `index_effects`.
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
    where, added, kept = read(counts, newcomers, unit)
    blocks = [(UNIT, counts.values[where], counts.total[where])]
    own = np.column_stack([counts.values, counts.total])
    for radius in radii:
        around = within(counts, radius=radius)
        sums = (around @ own)[where]
        blocks.append((str(radius), sums[:, :-1], sums[:, -1]))
    whole = _district(counts, district)[where]
    blocks.append((DISTRICT, whole[:, :-1], whole[:, -1]))
    shares = _shares(whole[:, :-1], whole[:, -1]), _shares(whole[:, :-1] + added, whole[:, -1] + added.sum(axis=1))
    parts = [
        _rows(counts, where, added, kept, scale, (values, everyone), shares, threshold)
        for scale, values, everyone in blocks
    ]
    frame = pd.concat(parts, ignore_index=True)
    frame["threshold"], frame["source"], frame["version"] = threshold, counts.source, __version__
    arguments = {"radii": list(radii), "district": district, "threshold": threshold, "unit": unit}
    inputs = {"counts": counts, "newcomers": newcomers}
    return remember(frame, Call("scenarios.neighbourhood_effects", inputs, arguments))


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
    words = [_WORDS[bool(one), bool(other)] for one, other in zip(*(side.ravel() for side in reached), strict=True)]
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
