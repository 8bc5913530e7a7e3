"""Numbers of tables of mobility: shares who stay or move, the rank–rank slope, log odds ratios."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.indices._parts import ratio
from placemix.inference import drawing
from placemix.outcomes.work.mobility_tables import Moves

#: Statistics of a table, in the order of results.
STATISTICS = ("staying", "upward", "downward", "rank_rank_slope")


def statistics(people: FloatArray, *, everyone: bool) -> FloatArray:
    """Shares staying, going up and going down, and the rank–rank slope.

    Parameters
    ----------
    people
        Shape (…, strata, classes, classes); origins are rows.
    everyone
        Whether ranks are those among all strata.

    Returns
    -------
    values
        Shape (…, strata, 4).
    """
    total = people.sum(axis=(-2, -1))
    place = np.arange(people.shape[-1])
    shares = [
        ratio((people * where).sum(axis=(-2, -1)), total)
        for where in (place[:, None] == place, place[:, None] < place, place[:, None] > place)
    ]
    of = people.sum(axis=-3, keepdims=True) if everyone else people
    start, end = (_ranks(of.sum(axis=axis)) for axis in (-1, -2))
    whole = total[..., np.newaxis]
    first, second = people.sum(axis=-1), people.sum(axis=-2)
    start = start - (ratio(first, whole) * start).sum(axis=-1, keepdims=True)
    end = end - (ratio(second, whole) * end).sum(axis=-1, keepdims=True)
    # A class without people has no rank, and none is needed.
    start, end = np.nan_to_num(start), np.nan_to_num(end)
    spread = (first * start**2).sum(axis=-1)
    together = (people * start[..., :, np.newaxis] * end[..., np.newaxis, :]).sum(axis=(-2, -1))
    slope = ratio(together, np.where(spread > 1e-12 * np.maximum(total, 1), spread, 0.0))
    return np.stack([*shares, slope], axis=-1)


def _ranks(people: FloatArray) -> FloatArray:
    """Mean rank of each class from 0 to 1, shape (…, classes)."""
    return ratio(np.cumsum(people, axis=-1) - people / 2, people.sum(axis=-1, keepdims=True))


def unrelated(people: FloatArray) -> FloatArray:
    """Give each table the same origins and destinations, without anything between them."""
    first, second = people.sum(axis=-1, keepdims=True), people.sum(axis=-2, keepdims=True)
    return ratio(first * second, people.sum(axis=(-2, -1), keepdims=True))


def drawn_statistics(moves: Moves, draws: int, seed: int, *, everyone: bool) -> FloatArray:
    """Statistics over people drawn anew in each stratum, shape (draws, strata, 4)."""
    strata, classes = moves.people.shape[:2]
    if not draws:
        return np.zeros((0, strata, len(STATISTICS)))
    cells = moves.people.reshape(strata, -1)
    many = cells.sum(axis=1)
    lived = many > 0
    share = np.divide(cells, many[:, np.newaxis], out=np.zeros_like(cells), where=lived[:, np.newaxis])
    share[~lived, 0] = 1.0

    def draw(rng: np.random.Generator) -> FloatArray:
        drawn = rng.multinomial(many.astype(np.int64), share)
        return drawn.reshape(strata, classes, classes).astype(np.float64)

    def value(versions: FloatArray) -> FloatArray:
        return statistics(versions, everyone=everyone)

    return drawing.over(draw, value, draws=draws, seed=seed, cells=cells.size)


def ends_of(drawn: FloatArray, value: FloatArray, level: float) -> FloatArray:
    """Percentiles of draws where a value is defined, shape (2, values)."""
    ends = np.full((2, len(value)), np.nan)
    some = np.isfinite(value) & (np.isfinite(drawn).any(axis=0) if len(drawn) else False)
    if some.any():
        ends[:, some] = np.nanquantile(drawn[:, some], [(1 - level) / 2, (1 + level) / 2], axis=0)
    return ends


def odds(moves: Moves, level: float, *, haldane: bool) -> pd.DataFrame:
    """Log odds ratios of every pair of classes in every stratum."""
    from scipy.special import ndtri

    rows = []
    for stratum in range(len(moves.people)):
        for one, other in combinations(range(len(moves.classes)), 2):
            cells = moves.people[stratum][[one, other, one, other], [one, other, other, one]]
            cells = cells + 0.5 * haldane
            defined = bool((cells > 0).all())
            logs = np.log(cells) if defined else np.full(4, np.nan)
            rows.append(
                {
                    **({} if not moves.strata else moves.labels.iloc[stratum].to_dict()),
                    "first": moves.classes[one],
                    "second": moves.classes[other],
                    "log_odds_ratio": logs[0] + logs[1] - logs[2] - logs[3],
                    "standard_error": np.sqrt((1 / cells).sum()) if defined else np.nan,
                    "people": cells.sum() - 2 * haldane,
                    "reason": None if defined else "empty_cell",
                }
            )
    frame = pd.DataFrame(rows)
    wide = float(ndtri((1 + level) / 2)) * frame["standard_error"]
    at = int(frame.columns.get_indexer(["people"])[0])
    frame.insert(at, "lower", frame["log_odds_ratio"] - wide)
    frame.insert(at + 1, "upper", frame["log_odds_ratio"] + wide)
    frame.insert(at + 2, "odds_ratio", np.exp(frame["log_odds_ratio"]))
    frame.insert(at + 3, "level", level)
    method = np.where(frame["lower"].notna(), "sampling:log odds ratio, Woolf", "none:empty_cell")
    frame.insert(at + 4, "interval_method", method)
    frame["note"] = "A half was added to every cell (Haldane)." if haldane else None
    return frame
