"""The bias of counts that were estimated from other areas."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.counts import Counts, checked
from placemix.crosswalks import Crosswalk
from placemix.errors import InvalidParameter, SmoothedByInterpolation, UnmatchedUnit
from placemix.harmonise.alignments import Alignment
from placemix.harmonise.areas.walks import shared_out
from placemix.measuring import measure
from placemix.measuring.plan import Which


def smoothing_bias(
    aligned: Alignment,
    measures: str | Sequence[str],
    *,
    focal: Which = None,
    against: Which = "rest",
    by: str | Sequence[str] = (),
    truth: Counts | None = None,
) -> pd.DataFrame:
    """Estimate by experiment how much interpolation lowers measures of separation.

    People whose true counts on the target areas are known, those of the later table, are summed up
    to the units of the earlier one and moved down again along the same crosswalk, as the earlier
    people were. What was lost on the way is the bias: every group of a unit that was split comes
    back spread like the unit's other people. Where the earlier people were sorted within units like
    the later ones, the earlier measures are off by as much.

    Parameters
    ----------
    aligned
        What `placemix.harmonise.align` gives.
    measures, focal, against, by
        As in `placemix.measure`.
    truth
        Counts on the same units whose people are known there. Default: `aligned.after`.

    Returns
    -------
    frame
        One row for each stratum, measure and group: the strata, `measure`, `focal`, `against`,
        `value_true`, `value_interpolated`, `bias` (their difference; below 0 where separation comes
        out too low), `interpolated` (share of the stratum's people who share a split unit). Nothing
        was divided where the two tables were only summed, and the bias is 0.

    Raises
    ------
    UnmatchedUnit
        `truth` is not on the units of the alignment.
    InvalidParameter
        The first argument is no alignment.

    Notes
    -----
    A unit's people are summed up from each target by the share of its people that came from there:
    v = w n / Σ w n, with w the weights and n the earlier people of each source. For merged units the
    two ways cancel, so that only splits and irregular changes tell.

    Examples
    --------
    >>> import placemix as pm, warnings
    >>> town = pm.datasets.town()
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     aligned = pm.harmonise.align(town.residents("before"), town.residents("after"),
    ...                                  lookup=town.lookup, method="weights", irregular="people")
    >>> bias = smoothing_bias(aligned, "dissimilarity", focal="blue")
    >>> bool(bias["bias"].item() < 0)
    True
    """
    _need_alignment(aligned)
    known = checked(aligned.after if truth is None else truth)
    places = known.units.get_indexer(aligned.after.units)
    if (places < 0).any() or len(known) != len(places):
        message = "truth is not on the units of the alignment."
        raise UnmatchedUnit(message, units=aligned.after.units[places < 0], remedy="Align it first.")
    known = known.take(places)
    again, divided = _there_and_back(aligned, known)
    with warnings.catch_warnings():
        # The experiment is about the smoothing that this warns of.
        warnings.simplefilter("ignore", SmoothedByInterpolation)
        one, other = (
            pd.DataFrame(measure(counts, measures, focal=focal, against=against, by=by)) for counts in (known, again)
        )
    names = [by] if isinstance(by, str) else list(by)
    frame = one[[*names, "measure", "focal", "against"]].copy()
    frame["value_true"], frame["value_interpolated"] = one["value"], other["value"]
    frame["bias"] = frame["value_interpolated"] - frame["value_true"]
    frame["interpolated"] = _share(known, divided, tuple(names), len(frame))
    return frame


def _need_alignment(aligned: object) -> None:
    if not isinstance(aligned, Alignment):
        message = f"An Alignment is needed, not a {type(aligned).__name__}."
        raise InvalidParameter(message, remedy="Make one with placemix.harmonise.align(before, after, …).")


def _there_and_back(aligned: Alignment, known: Counts) -> tuple[Counts, FloatArray]:
    """Sum known counts up to the earlier units and move them down again; say what part of each target was divided."""
    walks, source = aligned.walks, aligned.original
    if walks is None or source is None:
        return known, np.zeros(len(known))
    walks = walks.matched(source.units)
    order = walks.residual.targets.get_indexer(known.units)
    split, _ = shared_out(walks)
    values = np.column_stack(
        [_round(walk, order, source.total, known.values[:, place]) for place, walk in enumerate(walks.groups)]
    )
    residual = _round(walks.residual, order, source.total, known.residual)
    total = values.sum(axis=1) + residual
    back = _backwards(walks.whole(source), order, source.total)
    divided = np.asarray(back.T @ split.astype(np.float64)).ravel()
    about = known.about.noting(interpolated=True)
    return replace(known, values=values, total=total, low=None, high=None, error=None, about=about), divided


def _backwards(walk: Crosswalk, order: Any, people: FloatArray) -> Any:  # noqa: ANN401
    """Return which share of each target's people came from each source, shape (sources, targets)."""
    from scipy.sparse import diags_array

    # A source without people counts a little, so that a target made of such alone has one.
    mass = diags_array(np.maximum(people, 1e-9)) @ walk.weights[:, order]
    sums = np.asarray(mass.sum(axis=0)).ravel()
    return (mass @ diags_array(np.divide(1.0, sums, out=np.zeros(len(sums)), where=sums > 0))).tocsr()


def _round(walk: Crosswalk, order: Any, people: FloatArray, values: FloatArray) -> FloatArray:  # noqa: ANN401
    up = _backwards(walk, order, people)
    down = walk.weights[:, order]
    moved = down.T @ (up @ values)
    # Targets that no source reaches were not estimated from any.
    alone = np.asarray(down.sum(axis=0)).ravel() <= 0
    found: FloatArray = np.where(alone, values, moved)
    return found


def _share(known: Counts, divided: FloatArray, by: tuple[str, ...], rows: int) -> FloatArray:
    strata = known.arranged(by)
    people = np.add.reduceat(known.total[strata.order], strata.starts)
    shared = np.add.reduceat((known.total * divided)[strata.order], strata.starts)
    share = np.divide(shared, people, out=np.full(len(people), np.nan), where=people > 0)
    return np.repeat(share, rows // len(share))
