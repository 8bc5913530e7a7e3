"""How far a cut-off can move measures of clustering: bounds that hold whatever lies beyond it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from placemix import indices
from placemix._typing import FloatArray, GroupName
from placemix.counts import Counts, checked, group_text
from placemix.errors import InvalidParameter
from placemix.surroundings.around import Surroundings
from placemix.surroundings.distance.nearby import Nearby

#: Lowest and highest value.
Range = tuple[float, float]


def truncation_bound(
    counts: Counts, surroundings: Surroundings, *, focal: GroupName | list[GroupName] = "each"
) -> pd.DataFrame:
    """Bounds of what measures of clustering would be without the cut-off of an exponential or Gaussian kernel.

    Of each pair of units beyond the cut-off a proximity between 0 and ε is left out, where ε is
    the kernel's value at the cut-off. So Σᵢⱼ cᵢⱼ xᵢ yⱼ is at most ε X Y larger than computed, and each
    measure lies between the smallest and the largest value that it takes as these sums move within
    that range, together where they stand in numerator and denominator. Nothing else is assumed;
    the range also covers pairs that are within the cut-off, so it is wider than need be. Digits
    lost to rounding, about 1e-13 of a value, are not in it.

    Parameters
    ----------
    counts
        People of each group in each unit, not divided into strata.
    surroundings
        A kernel with a cut-off, for the same units; without one the bounds are the values.
    focal
        Group, list of groups, or ``"each"``; each is compared with the rest.

    Returns
    -------
    bounds
        One row for each group and measure of the two-group form: `measure`, `focal`, `value` (with the
        cut-off, as `placemix.measure` gives it), `low` and `high` (between them lies the value
        without), `beyond` (ε).

    Raises
    ------
    UnknownGroup
        There is no such group.
    UnitsDiffer
        The surroundings are of other units.
    InvalidParameter
        The surroundings are no kernel of distance, or are renormalised or limited to strata.

    References
    ----------
    The measures: White 1983; Massey and Denton 1988; Morgan 1983.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town().residents("before")
    >>> near = pm.surroundings.proximity(town, decay_length="1 km", cutoff="10 km")
    >>> bounds = pm.surroundings.truncation_bound(town, near, focal=town.groups[1])
    >>> bool(((bounds["low"] <= bounds["value"]) & (bounds["value"] <= bounds["high"])).all())
    True
    """
    counts = checked(counts)
    fitted = surroundings.on(counts)
    beyond = _beyond(fitted)
    names = list(counts.groups) if focal == "each" else focal if isinstance(focal, list) else [focal]
    places = [counts.position(name) for name in names]
    inhabited = counts.total > 0
    sums = fitted @ np.column_stack([counts.values, counts.total, inhabited])
    blocks = []
    for name, place in zip(names, places, strict=True):
        x, total, near, everyone = counts.values[:, place], counts.total, sums[:, place], sums[:, -2]
        people = np.column_stack([x, total - x])[inhabited]
        around = np.column_stack([near, everyone - near])[inhabited]
        blocks.append(_bounds(people, around, sums[inhabited, -1], beyond).assign(focal=group_text(name)))
    frame = pd.concat(blocks, ignore_index=True).assign(beyond=beyond)
    return frame[["measure", "focal", "value", "low", "high", "beyond"]]


def _beyond(surroundings: Surroundings) -> float:
    """Largest proximity of a pair that the cut-off leaves out."""
    kernel = surroundings.operator
    if not isinstance(kernel, Nearby) or surroundings.renormalised or surroundings.codes is not None:
        message = f"No bound is known for {surroundings.text}."
        remedy = "Give surroundings.proximity or surroundings.kernel, neither renormalised nor limited to strata."
        raise InvalidParameter(message, remedy=remedy)
    far = kernel.cutoff / kernel.bandwidth
    if kernel.shape == "exponential":
        return float(np.exp(-far))
    # The other shapes end where their cut-off is, and leave nothing out.
    return float(np.exp(-(far**2) / 2)) if kernel.shape == "gaussian" else 0.0


def _bounds(people: FloatArray, around: FloatArray, weight: FloatArray, beyond: float) -> pd.DataFrame:
    """Bounds of each measure of one group and the rest, units with people only."""
    x, y = people.T
    members, others = people.sum(axis=0)
    own, across, rest = x @ around[:, 0], x @ around[:, 1], y @ around[:, 1]
    even = members * weight.sum() / len(people) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        ranges: dict[str, Range] = {
            "mean_proximity": (own / members**2, own / members**2 + beyond),
            "mean_proximity_between": (across / members / others, across / members / others + beyond),
            "spatial_proximity": _proximity(own, across, rest, members, others, beyond),
            "relative_clustering": (
                own / members**2 / (rest / others**2 + beyond) - 1,
                (own / members**2 + beyond) / (rest / others**2) - 1,
            ),
            "absolute_clustering": _absolute(own / members - even, across / members, beyond * members, beyond * others),
            "distance_decay_isolation": _met(x, around, beyond * members, beyond * others),
            "distance_decay_exposure": _met(x, around[:, ::-1], beyond * others, beyond * members),
        }
    values = {
        name: kernel(people, around, weight=weight) if name == "absolute_clustering" else kernel(people, around)
        for name, kernel in ((name, getattr(indices, name)) for name in ranges)
    }
    low, high = np.array(list(ranges.values())).T
    value = np.array([values[name].item() for name in ranges])
    # The value is one of those possible, but its kernel may round another way.
    low, high = np.minimum(low, value), np.maximum(high, value)
    return pd.DataFrame({"measure": list(ranges), "value": value, "low": low, "high": high})


def _proximity(own: float, across: float, rest: float, members: float, others: float, beyond: float) -> Range:
    """SP, whose extremes lie where each of its three sums is at one end of its range."""
    corners = [
        ((own + a) / members + (rest + c) / others) * (members + others) / (own + a + 2 * (across + b) + rest + c)
        for a in (0, beyond * members**2)
        for b in (0, beyond * members * others)
        for c in (0, beyond * others**2)
    ]
    return min(corners), max(corners)


def _absolute(above: float, across: float, own_room: float, other_room: float) -> Range:
    """ACL = u / (u + v), which rises with u and falls with v where u + v is above 0.

    What is left out of the even spread lowers u, what is left out of the members' own raises it.
    """
    low, high = above - own_room, above + own_room
    if low + across <= 0:
        return -np.inf, np.inf
    return (
        low / (low + across + (other_room if low > 0 else 0)),
        high / (high + across + (other_room if high < 0 else 0)),
    )


def _met(x: FloatArray, around: FloatArray, own_room: float, other_room: float) -> Range:
    """Share of the first column in what is around each member, as their mean."""
    first, other = around.T
    least, most = first + other + other_room, first + own_room + other
    low = np.divide(first, least, out=np.zeros_like(first), where=least > 0)
    high = np.divide(first + own_room, most, out=np.ones_like(first), where=most > 0)
    return float(x @ low / x.sum()), float(x @ high / x.sum())
