"""Distortion: how long the mix around people stays unlike that of the whole, as they look ever farther.

From each unit one walks outward over people, nearest units first. The divergence of those counted from the
whole falls to 0 as their number goes to everyone, and the area under its curve says how long it takes.
Units are counted in proportion while they join, so that cutting one in two changes nothing.
"""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.errors import Approximated, InvalidParameter
from placemix.indices._areas import under
from placemix.indices._parts import here, ratio, table, total, total_groups
from placemix.indices._rings import ringed
from placemix.indices._walks import Plane, at, each, log_shares, outward, plane

#: Units of a stratum that are still sorted from each of them; with more, whole rings are counted.
EXACT = 20_000


class Located(NamedTuple):
    """Where units are.

    Attributes
    ----------
    xy
        Coordinates on a plane, shape (units, 2).
    rank
        Who comes first among units at the same distance: the rank of their ids, shape (units,).
    """

    xy: FloatArray
    rank: IntArray


def distortion(
    counts: Any,  # noqa: ANN401
    *,
    places: Located | tuple[FloatArray, IntArray],
    starts: IntArray | None = None,
    plain: bool = False,
) -> FloatArray:
    """Mean over people of the distortion of their unit.

    Parameters
    ----------
    counts
        People of each group in each unit, shape (units, groups).
    places
        Coordinates of the units, and their rank among those equally far.
    starts
        First unit of each stratum; walks stay inside it. Default: one stratum.
    plain
        See `local_distortion`.

    Returns
    -------
    value
        Shape (strata,), from 0 (the mix of the whole everywhere) towards 1. NaN where fewer than two
        groups are present or two units lived in.

    Raises
    ------
    InvalidParameter
        Counts have leading axes, or the places do not fit them.

    Warns
    -----
    Approximated
        A stratum has more than 20,000 units, so that whole rings of them were counted; says how far
        off the value may be at most.

    References
    ----------
    Olteanu, Randon-Furling and Clark 2019.

    Examples
    --------
    >>> import numpy as np
    >>> line = np.array([[0.5, 0], [1.5, 0], [3, 0], [6, 0]]), np.arange(4)
    >>> distortion([[80, 20], [20, 80], [0, 100], [20, 80]], places=line).round(4)
    array([0.2469])
    """
    found, greatest, values = _measured(counts, places, starts, plain=plain)
    people = values.sum(axis=1)
    size = total(people, starts)
    value = ratio(total(people * np.nan_to_num(found[:, 0]), starts), size * greatest)
    off = ratio(total(people * np.nan_to_num(found[:, 1]), starts), size * greatest)
    if (off > 0).any():
        largest = "" if len(off) == 1 else " where it is least sure"
        _warn(f"distortion is off by at most {np.nanmax(off):.2g}, of 1{largest}")
    groups = total_groups(values, starts)
    units = total((people > 0).astype(np.float64), starts)
    return np.where((units > 1) & ((groups > 0).sum(axis=-1) > 1), value, np.nan)


def local_distortion(
    counts: Any,  # noqa: ANN401
    *,
    places: Located | tuple[FloatArray, IntArray],
    starts: IntArray | None = None,
    plain: bool = False,
) -> FloatArray:
    r"""Distortion seen from each unit: area under the divergence of the nearest n people, of the greatest.

    With p_k(n) the share of group k among the n people nearest to the unit, and Π_k its share of
    all N, the divergence is f(n) = Σ p_k ln(p_k / Π_k). The focal distance of a threshold is the number
    of people from which on f stays below it; its sum over all thresholds is the area under the
    greatest divergence still to come,

    Δ = ∫ max{f(m) : m ≥ n} dn / N.

    The greatest Δ that N people of these groups allow is that of someone amid the smallest group,
    with all of it nearest, then all of the next smallest, and so on: with groups in that order, of N_j
    people, and S_j people in those before,

    Δ_max = -Σ_j (S_j / N) Li₂(-N_j / S_j),

    with Li₂ the dilogarithm; the sum begins at the second group. For two equal groups it is π²/24.
    No other order of people, unit by unit or mixed, has a larger area under either curve.

    Parameters
    ----------
    counts
        People of each group in each unit, shape (units, groups).
    places
        Coordinates of the units, and their rank among those equally far.
    starts
        First unit of each stratum; walks stay inside it. Default: one stratum.
    plain
        Take the area under f itself, where a divergence that rises again counts when it does.

    Returns
    -------
    value
        Shape (units,), from 0 to 1, Δ / Δ_max. NaN where nobody lives, and in strata of one group or one unit.

    Raises
    ------
    InvalidParameter
        Counts have leading axes, or the places do not fit them.

    Warns
    -----
    Approximated
        A stratum has more than 20,000 units, so that whole rings of them were counted; says how far
        off values may be at most.

    References
    ----------
    Olteanu, Randon-Furling and Clark 2019.

    Examples
    --------
    >>> import numpy as np
    >>> line = np.array([[0.5, 0], [1.5, 0], [3, 0], [6, 0]]), np.arange(4)
    >>> local_distortion([[80, 20], [20, 80], [0, 100], [20, 80]], places=line).round(4)
    array([0.4091, 0.1058, 0.2936, 0.179 ])
    """
    found, greatest, values = _measured(counts, places, starts, plain=plain)
    units = len(values)
    people = values.sum(axis=1)
    scale = here(greatest, starts, units, axis=-1)
    lived_in = here(total((people > 0).astype(np.float64), starts), starts, units, axis=-1)
    value = ratio(found[:, 0], np.broadcast_to(scale, (units,)))
    off = ratio(found[:, 1], np.broadcast_to(scale, (units,)))
    if (off > 0).any():
        mean = np.average(off[off > 0], weights=people[off > 0])
        _warn(f"local distortion is off by at most {np.nanmax(off):.2g}, of 1, and {mean:.2g} in the mean")
    return np.where((people > 0) & (lived_in > 1), value, np.nan)


def greatest_area(group_totals: Any) -> FloatArray:  # noqa: ANN401
    """Greatest area under the divergence that groups of these sizes allow, in nats.

    Parameters
    ----------
    group_totals
        People of each group, shape (..., groups).

    Returns
    -------
    area
        Shape (...); 0 for a single group. See `local_distortion`.

    Examples
    --------
    >>> float(greatest_area([50, 50])).__round__(6)  # π²/24
    0.411234
    """
    from scipy.special import spence

    sizes = np.sort(np.asarray(group_totals, dtype=np.float64), axis=-1)
    before = np.cumsum(sizes, axis=-1) - sizes
    everyone = sizes.sum(axis=-1, keepdims=True)
    times = np.divide(sizes, before, out=np.zeros_like(sizes), where=before > 0)
    share = np.divide(before, everyone, out=np.zeros_like(sizes), where=everyone > 0)
    # SciPy's spence(z) is Li₂(1 - z).
    return np.asarray(-(share * spence(1 + times)).sum(axis=-1))


def profiles(
    counts: Any,  # noqa: ANN401
    *,
    places: Located | tuple[FloatArray, IntArray],
    units: IntArray,
    numbers: FloatArray,
    shares: bool = False,
) -> tuple[FloatArray, FloatArray]:
    """Divergence of the people nearest to some units from the whole.

    Parameters
    ----------
    counts
        People of each group in each unit, shape (units, groups).
    places
        Coordinates of the units, and their rank among those equally far.
    units
        Positions of the units to start from, all lived in.
    numbers
        How many people are counted, ascending, up to everyone.
    shares
        Also give the share of each group.

    Returns
    -------
    found
        Shape (3, chosen units, numbers): distance of the farthest who are counted, divergence in nats, and
        how far off that may be at most. It is exact where there are 400 million pairs of units or fewer.
    shares
        Shape (chosen units, numbers, groups), without groups unless asked for.
    """
    values = table(counts)
    on, order = _arranged(values, places, None)
    place = np.full(len(values), -1, dtype=np.int64)
    place[order] = np.arange(len(order))
    origins = place[units]
    logs = np.repeat(log_shares(on), len(origins), axis=0)
    found = np.empty((3, len(origins), len(numbers)))
    share = np.empty((len(origins), len(numbers), values.shape[1] if shares else 0))
    work = np.full(len(origins), len(order), dtype=np.int64)
    exact = len(origins) * len(order) <= EXACT**2
    tasks = outward(on, origins, work) if exact else ringed(on, 0, origins)
    each(tasks, lambda steps: at(steps, logs, numbers, found, share))
    return found, share


def _measured(
    counts: Any,  # noqa: ANN401
    places: Located | tuple[FloatArray, IntArray],
    starts: IntArray | None,
    *,
    plain: bool,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Area from each unit and how far off it may be, the greatest area of each stratum, and the counts."""
    values = table(counts)
    if values.ndim > 2:
        message = f"Walks are made for one table at a time; the counts have the shape {values.shape}."
        raise InvalidParameter(message, remedy="Call once for each year or draw.")
    on, order = _arranged(values, places, starts)
    greatest = greatest_area(total_groups(values, starts))
    areas = np.zeros((len(order), 4))
    logs = log_shares(on)
    size = np.diff(on.bounds)
    many = size > EXACT
    stratum = np.repeat(np.arange(len(size)), size)
    few = np.flatnonzero(~many[stratum])
    _fill(outward(on, few, size[stratum[few]]), logs[stratum[few]], few, areas)
    for big in np.flatnonzero(many):
        chosen = np.flatnonzero(stratum == big)
        _fill(ringed(on, int(big), chosen), logs[stratum[chosen]], chosen, areas)
    found = np.full((len(values), 2), np.nan)
    found[order] = areas[:, [0, 2]] if plain else areas[:, [1, 3]]
    return found, np.asarray(greatest), values


def _fill(tasks: Any, logs: FloatArray, origins: IntArray, areas: FloatArray) -> None:  # noqa: ANN401
    found = np.zeros((len(origins), areas.shape[1]))
    each(tasks, lambda steps: under(steps, logs, found))
    areas[origins] = found


def _arranged(
    values: FloatArray, places: Located | tuple[FloatArray, IntArray], starts: IntArray | None
) -> tuple[Plane, IntArray]:
    """Inhabited units by stratum and rank, and their positions."""
    xy, rank = np.asarray(places[0], dtype=np.float64), np.asarray(places[1])
    units = len(values)
    if xy.shape != (units, 2) or rank.shape != (units,):
        message = f"Places of shape {xy.shape} and ranks of shape {rank.shape} do not fit {units:,} units."
        raise InvalidParameter(message, remedy="Give coordinates (units, 2) and ranks (units,), in the same order.")
    if not np.isfinite(xy).all():
        message = "Coordinates must be finite numbers."
        raise InvalidParameter(message)
    first = np.zeros(1, dtype=np.int64) if starts is None else np.asarray(starts)
    code = np.repeat(np.arange(len(first)), np.diff(first, append=units))
    lived_in: BoolArray = values.sum(axis=1) > 0
    order = np.lexsort((rank, code))
    order = order[lived_in[order]]
    bounds = np.searchsorted(code[order], np.arange(len(first) + 1)).astype(np.int64)
    return plane(xy[order], values[order], bounds), order


def _warn(text: str) -> None:
    message = f"More than {EXACT:,} units: people were counted by rings of units around each, and the {text}."
    warnings.warn(Approximated(message), stacklevel=4)
