"""Which true values would not be surprised by the one that is seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from placemix._typing import FloatArray
from placemix.counts import Counts
from placemix.inference import drawing
from placemix.inference.ends import MORE_EVEN, UNREACHED, Ends
from placemix.inference.nulls import Size, Table, drawing_of
from placemix.inference.resamples import known
from placemix.measuring.plan import Row
from placemix.measuring.stacked import evaluator
from placemix.measuring.vicinity import Vicinity
from placemix.strata import Strata

#: How far the differences between units are shrunk or stretched.
SCALES = (0.0, 0.25, 0.5, 0.7, 0.85, 1.0, 1.15, 1.4, 1.8, 2.5)
#: Points between two of them at which draws are compared with the value.
_BETWEEN = 50


def inverted(
    plan: Sequence[Row],
    counts: Counts,
    strata: Strata,
    nearby: Vicinity | None,
    value: FloatArray,
    *,
    resample: str,
    size: Size,
    level: float,
    draws: int,
    seed: int,
    progress: drawing.Progress = None,
) -> list[list[Ends]]:
    """Return the interval of all true values under which the value seen is not among the rarest.

    The true tables looked at are those in which every unit differs from its stratum as it does here, but so
    many times as much: nothing at 0, as it is at 1. From each, people are drawn; a true value belongs to the
    interval where the value seen lies between the quantiles of the draws. Between the scales looked at,
    quantiles are taken on the straight line.

    Parameters
    ----------
    plan, counts, strata, nearby
        Rows of the call, its table, strata and surroundings.
    value
        Values seen, shape (rows, strata).
    resample, size, level, draws, seed, progress
        As in `placemix.inference.intervals`; so many draws are taken at each scale.

    Returns
    -------
    ends
        For each row, for each stratum.

    References
    ----------
    Carpenter 1999; Davison and Hinkley 1997.
    """
    drawer, evaluate = known(resample), evaluator(plan, counts, strata, nearby, draws=len(SCALES) * draws)
    table = Table.of(counts.values, counts.total, strata, size, residual=None)
    tail = (1 - level) / 2
    true, low, high = [], [], []
    for step, scale in enumerate(SCALES):
        scaled = table._replace(people=stretched(table, scale))
        true.append(evaluate(scaled.people[np.newaxis])[0])

        def told(done: int, of: int, step: int = step) -> None:
            if progress is not None:
                progress(step * of + done, len(SCALES) * of)

        drawn = drawing.over(
            drawing_of(drawer, scaled),
            evaluate,
            draws=draws,
            seed=seed,
            apart=nearby is None,
            cells=table.people.size,
            progress=told,
        )
        some = np.isfinite(drawn).any(axis=0)
        quantiles = np.full((2, *some.shape), np.nan)
        quantiles[:, some] = np.nanquantile(drawn[:, some], [tail, 1 - tail], axis=0)
        low.append(quantiles[0])
        high.append(quantiles[1])
    curves = np.stack([np.stack(part) for part in (true, low, high)])
    return [
        [_ends(value[row, stratum], curves[:, :, row, stratum]) for stratum in range(value.shape[1])]
        for row in range(value.shape[0])
    ]


def stretched(table: Table, scale: float) -> FloatArray:
    """Make every unit differ so many times as much from its stratum, with as many people as it has.

    Up to 1 the members of each group stay as many as they are. Beyond, shares that would be below 0 are 0, and
    those of the unit's other groups give way.
    """
    people = table.people
    total = people.sum(axis=1)
    share = people / np.where(total > 0, total, 1.0)[:, np.newaxis]
    whole = np.empty_like(share)
    for first, last in zip(table.bounds[:-1], table.bounds[1:], strict=True):
        here = table.order[first:last]
        everyone = people[here].sum(axis=0)
        whole[here] = everyone / max(everyone.sum(), 1.0)
    share = np.maximum(whole + scale * (share - whole), 0.0)
    return share * np.divide(total, share.sum(axis=1), out=np.zeros_like(total), where=total > 0)[:, np.newaxis]


def _ends(value: float, curves: FloatArray) -> Ends:
    true, low, high = curves
    if not np.isfinite(value) or not np.isfinite(curves).all(axis=0).any():
        return Ends(float("nan"), float("nan"), "undefined")
    fine = np.linspace(0, len(SCALES) - 1, (len(SCALES) - 1) * _BETWEEN + 1)
    true, low, high = (np.interp(fine, np.arange(len(SCALES)), curve) for curve in (true, low, high))
    with np.errstate(invalid="ignore"):
        inside = (low <= value) & (value <= high)
    if not inside.any():
        return Ends(float("nan"), float("nan"), MORE_EVEN if value < low[0] else UNREACHED)
    lower, upper = float(true[inside].min()), float(true[inside].max())
    # The draws still reach the value where units differ most: how far it goes on is not known.
    return Ends(lower, float("nan"), UNREACHED) if inside[-1] and true[-1] < 1 - 1e-9 else Ends(lower, upper)
