"""Local clusters: how a unit and its neighbours together differ from the rest of the study region.

Shares of small units swing widely by chance alone, so that by default they are first standardised
by empirical Bayes: each unit's distance from the overall share, in units of how much shares of its
size may be expected to vary. Rates and local Moran are those of `esda`.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.errors import InvalidParameter, MissingExtra, did_you_mean
from placemix.indices._parts import two_groups

#: Fewest units with people that a statistic of neighbours is about.
_FEWEST = 3


def getis_ord(
    counts: Any,  # noqa: ANN401
    *,
    pairs: tuple[IntArray, IntArray, FloatArray],
    own: Any = None,  # noqa: ANN401
    rates: str = "empirical_bayes",
    starts: IntArray | None = None,
) -> FloatArray:
    """Getis and Ord's Gi*: the weighted sum of a unit's and its neighbours' values, as a z-score.

    Weights are those of any surroundings, and only their proportions count.

    Parameters
    ----------
    counts
        People of the focal group and of the others in each unit, shape (..., units, 2).
    pairs
        Unit, neighbour and weight of every ordered pair of neighbours of one stratum.
    own
        Weight of each unit itself, shape (units,). Default: 1.
    rates
        ``"empirical_bayes"`` (Assunção and Reis), or ``"raw"`` shares.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Gi*, shape (..., units): above 0 where the group's share is high in and around the unit,
        below 0 where it is low. NaN where nobody lives, where a unit has no neighbours with
        people, where all units weigh the same for it, and where all shares are the same.

    Raises
    ------
    MissingExtra
        `esda` is not installed.

    References
    ----------
    Ord and Getis 1995, in the form for any weights; Assunção and Reis 1999.

    Examples
    --------
    >>> town = [[80, 20], [20, 80], [0, 100], [20, 80]]
    >>> chain = np.array([0, 1, 1, 2, 2, 3]), np.array([1, 0, 2, 1, 3, 2]), np.ones(6)
    >>> getis_ord(town, pairs=chain, rates="raw").round(4).tolist()
    [1.1547, 0.3333, -1.6667, -1.1547]
    """

    def statistic(_: Any, here: IntArray, z: FloatArray, i: IntArray, j: IntArray, weight: FloatArray) -> FloatArray:  # noqa: ANN401
        # The z-scores of esda have the variance of weights of 0 and 1, whatever the weights are.
        n, z = len(z), z - z.mean()
        itself = np.ones(n) if own is None else np.asarray(own, dtype=np.float64)[here]
        total = np.bincount(i, weight, n) + itself
        seen = np.bincount(i, weight * z[j], n) + itself * z
        squares = n * (np.bincount(i, weight**2, n) + itself**2)
        spread = np.where(squares - total**2 > 1e-12 * squares, squares - total**2, np.nan)
        return np.asarray(seen / (z.std() * np.sqrt(spread / (n - 1))))

    return _each(counts, pairs, rates, starts, statistic)


def local_moran(
    counts: Any,  # noqa: ANN401
    *,
    pairs: tuple[IntArray, IntArray, FloatArray],
    rates: str = "empirical_bayes",
    starts: IntArray | None = None,
) -> FloatArray:
    """Anselin's local Moran: a unit's distance from the mean, times the mean distance of its neighbours.

    Parameters
    ----------
    counts
        People of the focal group and of the others in each unit, shape (..., units, 2).
    pairs
        Unit, neighbour and weight of every ordered pair of neighbours of one stratum; the weights
        of a unit's neighbours are divided by their sum.
    rates
        ``"empirical_bayes"`` (Assunção and Reis), or ``"raw"`` shares.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        (n - 1) z_i Σ w_ij z_j / Σ z², shape (..., units): above 0 where a unit and its neighbours
        are on the same side of the mean, below 0 where they are on different sides. The mean over
        units is Moran's I times (n - 1) / n. NaN where nobody lives, where a unit has no
        neighbours with people, and where all shares are the same.

    Raises
    ------
    MissingExtra
        `esda` is not installed.

    References
    ----------
    Anselin 1995, as `esda` has it; Assunção and Reis 1999.

    Examples
    --------
    >>> town = [[80, 20], [20, 80], [0, 100], [20, 80]]
    >>> chain = np.array([0, 1, 1, 2, 2, 3]), np.array([1, 0, 2, 1, 3, 2]), np.ones(6)
    >>> local_moran(town, pairs=chain, rates="raw").round(4).tolist()
    [-0.4167, -0.0833, 0.25, 0.25]
    """

    def statistic(esda: Any, _: IntArray, z: FloatArray, i: IntArray, j: IntArray, weight: FloatArray) -> FloatArray:  # noqa: ANN401
        # A unit without neighbours must be named, as its own neighbour of weight 0.
        alone = np.setdiff1d(np.arange(len(z)), i)
        graph = _graph(np.append(i, alone), np.append(j, alone), np.append(weight, np.zeros(len(alone))))
        return np.asarray(esda.Moran_Local(z, graph, permutations=0).Is)

    return _each(counts, pairs, rates, starts, statistic)


def standardised(counts: Any, rates: str = "empirical_bayes") -> FloatArray:  # noqa: ANN401
    """Give each unit of one region its distance from the region's share.

    Parameters
    ----------
    counts
        People of the focal group and of the others in each unit with people, shape (units, 2).
    rates
        ``"empirical_bayes"``: the distance over the standard deviation that units of its size have
        under the empirical Bayes model; ``"raw"``: the share less the mean of the shares.

    Returns
    -------
    z
        Shape (units,); all zeros where all shares are the same.

    References
    ----------
    Assunção and Reis 1999.
    """
    if rates not in {"empirical_bayes", "raw"}:
        message = f"rates is 'empirical_bayes' or 'raw', not {rates!r}."
        raise InvalidParameter(message, remedy=did_you_mean(rates, ["empirical_bayes", "raw"]))
    values = two_groups(counts)
    people = values.sum(axis=-1)
    share = values[:, 0] / people
    spread = share - values[:, 0].sum() / people.sum()
    if np.abs(spread).max(initial=0.0) <= 1e-12:
        return np.zeros(len(values))
    if rates == "raw":
        return np.asarray(share - share.mean())
    _statistics()
    from esda.smoothing import assuncao_rate

    return np.asarray(assuncao_rate(values[:, 0], people))


def _each(
    counts: Any,  # noqa: ANN401
    pairs: tuple[IntArray, IntArray, FloatArray],
    rates: str,
    starts: IntArray | None,
    statistic: Callable[..., FloatArray],
) -> FloatArray:
    """Evaluate a statistic region by region, over the units with people and pairs of them."""
    values = two_groups(counts)
    esda = _statistics()
    units = values.shape[-2]
    bounds = [0, units] if starts is None else [*np.asarray(starts).tolist(), units]
    order = np.lexsort((np.asarray(pairs[1]), np.asarray(pairs[0])))
    one, other, weight = (np.asarray(part)[order] for part in pairs)
    tables = values.reshape(-1, units, 2)
    out = np.full(tables.shape[:2], np.nan)
    for place, table in enumerate(tables):
        lived_in = table.sum(axis=-1) > 0
        for low, high in pairwise(bounds):
            here = np.flatnonzero(lived_in[low:high]) + low
            first, last = np.searchsorted(one, [low, high])
            i, j, w = (part[first:last] for part in (one, other, weight))
            kept = lived_in[i] & lived_in[j] & (w > 0)
            i, j, w = np.searchsorted(here, i[kept]), np.searchsorted(here, j[kept]), w[kept]
            if len(here) < _FEWEST or not len(i):
                continue
            z = standardised(table[here], rates)
            if z.any():
                with np.errstate(divide="ignore", invalid="ignore"):
                    found = statistic(esda, here, z, i, j, w)
                near = np.zeros(len(here), dtype=bool)
                near[i] = True
                out[place, here[near]] = found[near]
    return out.reshape(values.shape[:-1])


def _statistics() -> Any:  # noqa: ANN401
    """Return `esda`, or say what to install."""
    try:
        import esda
    except ImportError as error:
        message = "Statistics of local clusters are those of esda, which is not installed."
        raise MissingExtra(message, remedy="pip install 'placemix[model]'.") from error
    return esda


def _graph(i: IntArray, j: IntArray, weight: FloatArray) -> Any:  # noqa: ANN401
    from libpysal.graph import Graph

    order = np.lexsort((j, i))
    return Graph.from_arrays(i[order], j[order], weight[order])
