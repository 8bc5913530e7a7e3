"""Evenness across borders: D less the differences between neighbours.

D does not see where units lie. These three take off how much neighbouring units differ, so that a
checkerboard scores less than two halves of a town. They are negative where neighbours differ by
more than D, and nothing is clipped.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.errors import InvalidParameter, did_you_mean
from placemix.indices._parts import here, ratio, shares, two_groups
from placemix.indices.evenness import dissimilarity


class Pairs(NamedTuple):
    """Ordered pairs of neighbours, each pair of units in both directions.

    Attributes
    ----------
    unit, neighbour
        Positions of units.
    weight
        1 for contiguity, or the length of the shared border.
    """

    unit: IntArray
    neighbour: IntArray
    weight: FloatArray


def morrill(
    counts: Any,  # noqa: ANN401
    *,
    pairs: tuple[IntArray, IntArray, FloatArray],
    order: int = 1,
    reciprocal: bool = False,
    starts: IntArray | None = None,
) -> FloatArray:
    """Morrill's D(adj): D less the mean difference in share between contiguous units.

    With a higher order, neighbours of neighbours count too: the mean difference between units k
    steps apart is taken off with the weight exp(1 - k), or 1/k.

    Parameters
    ----------
    counts
        People of the focal group and of the others in each unit, shape (..., units, 2).
    pairs
        Unit, neighbour and weight of every ordered pair of contiguous units of one stratum.
        Pairs with a unit without people are left out.
    order
        Greatest number of steps. Where no two units are that far apart, nothing is taken off.
    reciprocal
        Weigh the mean difference at k steps by 1/k.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Shape (..., strata), at most D. NaN where undefined, or where no two units with people are
        contiguous.

    Raises
    ------
    InvalidParameter
        The order is no whole number of at least 1.

    References
    ----------
    Morrill 1991. The weights of higher orders are those that OasisR 3.1.1 (Tivadar 2019) applies.

    Examples
    --------
    >>> town = [[80, 20], [20, 80], [0, 100], [20, 80]]
    >>> chain = np.array([0, 1, 1, 2, 2, 3]), np.array([1, 0, 2, 1, 3, 2]), np.ones(6)
    >>> morrill(town, pairs=chain).round(7).item()
    0.2619048
    """
    if not float(order).is_integer() or order < 1:
        message = f"order is a whole number of at least 1, not {order}."
        raise InvalidParameter(message)

    def contrasts(people: FloatArray, share: FloatArray, known: Pairs) -> FloatArray:
        taken = _mean_gap(share, known, starts)
        for step, reached in enumerate(_farther(known, len(people), int(order)), start=2):
            off = _mean_gap(share, reached, starts)
            taken = taken + np.nan_to_num(off) * (1 / step if reciprocal else np.exp(1.0 - step))
        return taken

    return _adjusted(counts, pairs, starts, contrasts)


def wong_boundary(
    counts: Any,  # noqa: ANN401
    *,
    pairs: tuple[IntArray, IntArray, FloatArray],
    starts: IntArray | None = None,
) -> FloatArray:
    """Wong's D(w): D less the mean difference between neighbours, by the length of their border.

    Parameters
    ----------
    counts
        People of the focal group and of the others in each unit, shape (..., units, 2).
    pairs
        Unit, neighbour and length of the shared border of every ordered pair of one stratum.
        Pairs with a unit without people are left out.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Shape (..., strata), at most D. NaN where undefined, or where no two units with people
        share a border.

    References
    ----------
    Wong 1993; Hong, O'Sullivan and Sadahiro 2014.

    Examples
    --------
    >>> town = [[80, 20], [20, 80], [0, 100], [20, 80]]
    >>> borders = np.array([0, 1, 1, 2, 2, 3]), np.array([1, 0, 2, 1, 3, 2]), np.array([1.0, 1, 1, 1, 2, 2])
    >>> wong_boundary(town, pairs=borders).round(7).item()
    0.2952381
    """

    def contrasts(_people: FloatArray, share: FloatArray, known: Pairs) -> FloatArray:
        return _mean_gap(share, known, starts)

    return _adjusted(counts, pairs, starts, contrasts)


def wong_shape(
    counts: Any,  # noqa: ANN401
    *,
    pairs: tuple[IntArray, IntArray, FloatArray],
    outline: Any,  # noqa: ANN401
    area: Any,  # noqa: ANN401
    perimeter: str = "full",
    starts: IntArray | None = None,
) -> FloatArray:
    """Wong's D(s): as D(w), with less taken off where units are compact.

    Each difference counts by the mean of both units' perimeter-to-area ratios, over the largest
    such ratio in the stratum.

    Parameters
    ----------
    counts
        People of the focal group and of the others in each unit, shape (..., units, 2).
    pairs
        Unit, neighbour and length of the shared border of every ordered pair of one stratum.
        Pairs with a unit without people are left out.
    outline
        Length of each unit's whole outline, shape (units,), in the unit of the borders.
    area
        Area of each unit, shape (units,), in the square of that unit.
    perimeter
        ``"full"``, or ``"interior"``: only the borders shared with units of the stratum.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Shape (..., strata), from D(w) to D. NaN where undefined, or where no two units with people
        share a border.

    Raises
    ------
    InvalidParameter
        The perimeter is neither, or an area is not above 0.

    References
    ----------
    Wong 1993; Hong, O'Sullivan and Sadahiro 2014. The mean of the two ratios is half their sum,
    which is the ½ of the formula; nothing is halved again (Tivadar 2019).

    Examples
    --------
    >>> town = [[80, 20], [20, 80], [0, 100], [20, 80]]
    >>> borders = np.array([0, 1, 1, 2, 2, 3]), np.array([1, 0, 2, 1, 3, 2]), np.array([1.0, 1, 1, 1, 2, 2])
    >>> wong_shape(town, pairs=borders, outline=[4, 4, 6, 8], area=[1, 1, 2, 4]).round(7).item()
    0.3389881
    """
    if perimeter not in {"full", "interior"}:
        message = f"perimeter is 'full' or 'interior', not {perimeter!r}."
        raise InvalidParameter(message, remedy=did_you_mean(perimeter, ["full", "interior"]))
    size, whole = np.asarray(area, dtype=np.float64), np.asarray(outline, dtype=np.float64)
    if not (size > 0).all():
        message = "Perimeters are compared with areas, and some units have no area."
        raise InvalidParameter(message, remedy="Use units with shapes, or wong_boundary.")

    def contrasts(people: FloatArray, share: FloatArray, known: Pairs) -> FloatArray:
        length = whole if perimeter == "full" else _summed(known.unit, known.weight, len(people))
        ragged = np.where(people > 0, length / size, 0.0)
        most = np.maximum.reduceat(ragged, np.zeros(1, dtype=np.int64) if starts is None else starts)
        relative = ratio(ragged, here(most, starts, len(people), axis=0))
        mean = (relative[known.unit] + relative[known.neighbour]) / 2
        return _mean_gap(share, known, starts, mean)

    return _adjusted(counts, pairs, starts, contrasts)


def _adjusted(counts: Any, pairs: Any, starts: IntArray | None, contrasts: Any) -> FloatArray:  # noqa: ANN401
    """D less the contrasts, table by table: with all draws at once the pairs would not fit memory."""
    values = two_groups(counts)
    known = Pairs(np.asarray(pairs[0]), np.asarray(pairs[1]), np.asarray(pairs[2], dtype=np.float64))
    uneven = dissimilarity(values, starts=starts)
    tables = values.reshape(-1, *values.shape[-2:])
    taken = np.empty((len(tables), uneven.shape[-1]))
    for place, one in enumerate(tables):
        people = one.sum(axis=-1)
        taken[place] = contrasts(people, shares(one)[:, 0], _inhabited(known, people > 0))
    return np.asarray(uneven - taken.reshape(uneven.shape))


def _inhabited(pairs: Pairs, lived_in: BoolArray) -> Pairs:
    kept = lived_in[pairs.unit] & lived_in[pairs.neighbour]
    return pairs if kept.all() else Pairs(pairs.unit[kept], pairs.neighbour[kept], pairs.weight[kept])


def _summed(code: IntArray, weight: FloatArray, count: int) -> FloatArray:
    return np.asarray(np.bincount(code, weights=weight, minlength=count), dtype=np.float64)


def _mean_gap(share: FloatArray, pairs: Pairs, starts: IntArray | None, factor: FloatArray | float = 1.0) -> FloatArray:
    """Mean difference in share over the pairs of each stratum, by weight; NaN where there is no pair."""
    strata = 1 if starts is None else len(starts)
    code = np.broadcast_to(here(np.arange(strata), starts, len(share), axis=0), share.shape)[pairs.unit]
    gap = np.abs(share[pairs.unit] - share[pairs.neighbour]) * factor
    return ratio(_summed(code, pairs.weight * gap, strata), _summed(code, pairs.weight, strata))


def _farther(pairs: Pairs, units: int, order: int) -> list[Pairs]:
    """Pairs of units 2, 3, … `order` steps apart, by the shortest way."""
    if order == 1 or not len(pairs.unit):
        return []
    from scipy.sparse import coo_array, eye_array

    ones = np.ones(len(pairs.unit), dtype=np.int32)
    near = coo_array((ones, (pairs.unit, pairs.neighbour)), shape=(units, units)).tocsr()
    near.data[:] = 1
    seen, front = near + eye_array(units, dtype=np.int32, format="csr"), near
    out = []
    for _ in range(2, order + 1):
        reached = front @ near
        reached.data[:] = 1
        front = (reached - reached.multiply(seen > 0)).tocsr()
        front.eliminate_zeros()
        if not front.nnz:
            break
        seen = seen + front
        table = front.tocoo()
        out.append(Pairs(table.coords[0], table.coords[1], np.ones(len(table.data))))
    return out
