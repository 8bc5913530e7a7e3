"""Information measures: how much knowing the unit tells of the group."""

from __future__ import annotations

from typing import Any

from placemix._typing import FloatArray, IntArray
from placemix.indices._parts import entropy, parts, ratio, table, total, where_defined


def information_theory(
    counts: Any,  # noqa: ANN401
    surroundings: Any = None,  # noqa: ANN401
    *,
    starts: IntArray | None = None,
) -> FloatArray:
    """Theil's H: how much less mixed units are than the whole, as a share of the whole's mix.

    The one multigroup index that splits exactly both by areas and by groups.

    Parameters
    ----------
    counts
        People of each group in each unit, shape (..., units, groups).
    surroundings
        People of each group around each unit, same shape. Default: the unit itself.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Shape (..., strata), from 0 (even) to 1 (apart). With surroundings it can be
        slightly negative and is not clipped. NaN where undefined.

    References
    ----------
    Theil and Finizza 1971; Reardon and Firebaugh 2002; Reardon and O'Sullivan 2004.

    Examples
    --------
    >>> information_theory([[80, 20], [20, 80], [0, 100], [20, 80]]).round(7).item()
    0.3856216
    """
    p = parts(table(counts), surroundings, starts)
    local = total(p.people * entropy(p.share), starts)
    return where_defined(1 - ratio(local, p.size * entropy(p.overall)), p.defined)


def mutual_information(
    counts: Any,  # noqa: ANN401
    surroundings: Any = None,  # noqa: ANN401
    *,
    starts: IntArray | None = None,
) -> FloatArray:
    """M: the information, in nats, that a person's unit gives about their group.

    Splits exactly into a part between larger areas and a part within them.

    Parameters
    ----------
    counts
        People of each group in each unit, shape (..., units, groups).
    surroundings
        People of each group around each unit, same shape. Default: the unit itself.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Shape (..., strata), nats, from 0 (even) to the entropy of the whole (apart). NaN
        where undefined.

    References
    ----------
    Theil and Finizza 1971; Mora and Ruiz-Castillo 2011.

    Examples
    --------
    >>> mutual_information([[80, 20], [20, 80], [0, 100], [20, 80]]).round(7).item()
    0.2355625
    """
    p = parts(table(counts), surroundings, starts)
    local = ratio(total(p.people * entropy(p.share), starts), p.size)
    return where_defined(entropy(p.overall) - local, p.defined)
