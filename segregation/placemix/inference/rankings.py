"""Places in order of a measure: only those that differ from chance, and only as far as their order is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, GroupName, IntArray
from placemix.counts import Counts, checked
from placemix.errors import InvalidParameter, RankedNoise, plural
from placemix.inference import drawing
from placemix.inference._columns import beside
from placemix.inference.chances import table
from placemix.inference.households import Cluster, dealt
from placemix.inference.nulls import Null
from placemix.inference.resampling import resampled
from placemix.measuring.centres import Centre
from placemix.measuring.given import Order as GroupOrder
from placemix.measuring.given import arguments_of, given_of
from placemix.measuring.plan import rows
from placemix.results import Call, Result, remember

#: Draws that a standard deviation needs.
_LEAST = 19
#: Values closer than this are the same: sums in another order differ in their last digits.
_SAME = 1e-12
#: Columns of the order of places, as `Order` has them.
_COLUMNS = ("rank", "rank_low", "rank_high", "tied_with", "block")


class Order(NamedTuple):
    """What is known of the order of places.

    Attributes
    ----------
    rank, low, high
        Rank of each, 1 for the first, and the first and last that it may have, shape (places,).
    tied
        Others whose order beside it is not known, shape (places,).
    block
        Number of its block, 1 for the first; every place of a block comes before every place of the next.
    """

    rank: IntArray
    low: IntArray
    high: IntArray
    tied: IntArray
    block: IntArray


def ranking(
    counts: Counts,
    measure: str,
    *,
    by: str | Sequence[str],
    focal: GroupName | None = None,
    against: GroupName = "rest",
    centre: Centre = None,
    order: GroupOrder = None,
    null: Null = "evenness",
    cluster: Cluster | None = None,
    draws: int = 999,
    seed: int = 0,
    level: float = 0.95,
    ascending: bool = False,
    allow_noise: bool = False,
    progress: drawing.Progress = None,
) -> Result:
    """Rank places by a measure, where there is something to rank.

    A value that chance alone would often give says nothing about order, and is refused. Of the others,
    two places are put in order only if their difference is larger than what people drawn anew make
    of it.

    Parameters
    ----------
    counts, measure, focal, against, centre, order
        As in `placemix.estimate`; a centre may be one for each stratum.
    by
        Strata to rank.
    null, cluster, draws, seed
        As in `placemix.inference.table`. As many draws again are made of people drawn anew, or of cells
        around their estimates where the counts have standard errors.
    level
        Probability that all intervals of ranks hold at once.
    ascending
        Whether the least value is first.
    allow_noise
        List places that chance may have made without a rank, after the others, rather than refuse them.
    progress
        Called with the draws done and all of them, twice.

    Returns
    -------
    result
        The columns of `placemix.inference.table`, first place first; places without a rank come
        last. After `flag`: `rank`; `rank_low` and `rank_high`, the first and last rank a place may
        have; `tied_with`, how many others may stand before it as well as behind it; and `block`, the
        number of a run of places all of which stand before all of the next run. Missing where there
        is no rank.

    Raises
    ------
    RankedNoise
        Places have values that chance alone would often give; all are named.
    InvalidParameter
        There are fewer than two places or more than one row for each, or a parameter is none.
    ReservedName
        A stratum has the name of a column of the result.

    Notes
    -----
    One place surely stands before another if their values differ by more than c standard errors of
    the difference, with and without the bias that is seen in the draws; c is the quantile at `level`
    of the largest such ratio among all pairs in a draw, so that all statements hold together. What is
    drawn are people who might have chosen anew: a complete count has no error of sampling.

    References
    ----------
    Mogstad, Romano, Shaikh and Wilhelm 2024, for confidence sets of ranks.

    Examples
    --------
    >>> import placemix as pm
    >>> homes = pm.datasets.town().residents("before")
    >>> found = pm.inference.ranking(homes, "dissimilarity", focal="amber", by="district", draws=99, allow_noise=True)
    >>> found[["district", "rank", "rank_low", "rank_high", "block"]].head(3)
      district  rank  rank_low  rank_high  block
    0       D2     1         1          1      1
    1       D1     2         2          3      2
    2       D3     3         2          3      2
    """
    counts = checked(counts)
    drawing.checked(draws, seed, least=_LEAST)
    names = [by] if isinstance(by, str) else list(by)
    strata, given = counts.arranged(names), given_of(counts, centre, order, names)
    plan = rows(counts, measure, focal, against, given=given)
    _one_each(len(plan), len(strata), names)
    frame = pd.DataFrame(
        table(
            counts, measure, focal=focal, against=against, by=names, centre=centre, order=order, null=null,
            cluster=cluster, draws=draws, seed=seed, level=level, progress=progress,
        )
    )  # fmt: skip
    frame = beside(frame, "flag", dict.fromkeys(_COLUMNS))
    value, noise = frame["value"].to_numpy(), frame["flag"].notna().to_numpy()
    if noise.any() and not allow_noise:
        places = [" / ".join(map(str, label)) for label in strata.labels[noise].itertuples(index=False)]
        message = (
            f"{plural(len(places), 'value')} of {measure} would often come about by chance, so that no rank is known."
        )
        remedy = "Pass allow_noise=True to list them without a rank, or take larger units or fewer, larger groups."
        raise RankedNoise(message, units=places, remedy=remedy)
    together = dealt(counts, cluster)
    resample = "people" if counts.error is None else None
    drawn = resampled(
        plan,
        counts,
        strata,
        None,
        resample=resample,
        size=together.of_units,
        draws=draws,
        seed=seed,
        progress=progress,
    )[:, 0]
    ranked = np.isfinite(value) & ~noise
    known = ordered(value[ranked] if ascending else -value[ranked], (drawn if ascending else -drawn)[:, ranked], level)
    for name, found in zip(_COLUMNS, known, strict=True):
        column = pd.array([pd.NA] * len(frame), dtype="Int64")
        column[ranked] = found
        frame[name] = column
    key = np.where(np.isfinite(value), value if ascending else -value, np.inf)
    frame = frame.iloc[np.lexsort((key, ~ranked))].reset_index(drop=True)
    frame["interval_method"] = frame["interval_method"] + (
        f"; ranks: {resample or 'cells'} drawn anew, all at once at {level:g}"
    )
    arguments: dict[str, Any] = {
        "measure": measure, "by": names, "focal": focal, "against": against, **arguments_of(centre, order),
        "null": null, "draws": draws, "seed": seed, "level": level, "ascending": ascending, "allow_noise": allow_noise,
    }  # fmt: skip
    inputs: dict[str, Any] = {"counts": counts}
    (inputs if isinstance(cluster, pd.Series) else arguments)["cluster"] = cluster
    result = remember(frame, Call("inference.ranking", inputs, arguments))
    result.attrs["cites"] = ("mogstad_2024",)
    return result


def ordered(value: FloatArray, draws: FloatArray, level: float) -> Order:
    """Say how far the order of values is known, the least first.

    Parameters
    ----------
    value
        Value of each place, shape (places,).
    draws
        Values of tables drawn anew, shape (draws, places); independent of each other.
    level
        Probability that everything said of the order holds.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> value = np.array([0.1, 0.5, 0.52])
    >>> found = ordered(value, value + rng.normal(0, 0.05, (500, 3)), 0.95)
    >>> found.low.tolist(), found.high.tolist(), found.block.tolist()
    ([1, 2, 2], [1, 3, 3], [1, 2, 2])
    """
    many = len(value)
    if not many:
        none = np.empty(0, dtype=np.int64)
        return Order(none, none, none, none, none)
    known = np.isfinite(draws).sum(axis=0) > 1
    mean = np.where(known, np.nanmean(np.where(known, draws, 0.0), axis=0), value)
    away = np.where(np.isfinite(draws), draws - mean, 0.0)
    variance = (away**2).sum(axis=0) / np.maximum(np.isfinite(draws).sum(axis=0) - 1, 1)
    spread = np.sqrt(variance + variance[:, np.newaxis])
    largest = np.zeros(len(draws))
    for place in range(many):
        apart = np.abs(away - away[:, [place]])
        ratio = np.divide(apart, spread[place], out=np.zeros_like(apart), where=spread[place] > 0)
        largest = np.maximum(largest, ratio.max(axis=1))
    room = float(np.quantile(largest, level)) * spread
    plain = value[np.newaxis] - value[:, np.newaxis]
    corrected = plain - ((mean - value)[np.newaxis] - (mean - value)[:, np.newaxis])
    # A place without a spread of its own, as where nothing can be drawn, is put in order by its value.
    before: BoolArray = (np.minimum(plain, corrected) > room + _SAME) & known & known[:, np.newaxis]
    low, high = 1 + before.sum(axis=0), many - before.sum(axis=1)
    rank = 1 + (value[np.newaxis] < value[:, np.newaxis] - _SAME).sum(axis=1)
    tied = many - 1 - before.sum(axis=0) - before.sum(axis=1)
    sorted_places = np.argsort(value, kind="stable")
    sure = before[np.ix_(sorted_places, sorted_places)]
    cuts = [bool(sure[:cut, cut:].all()) for cut in range(1, many)]
    block = np.empty(many, dtype=np.int64)
    block[sorted_places] = 1 + np.concatenate([[0], np.cumsum(cuts)])
    return Order(rank, low, high, tied, block)


def _one_each(values: int, strata: int, names: Sequence[str]) -> None:
    if values > 1:
        message = f"A ranking has one value a place; {values} were asked for."
        raise InvalidParameter(message, remedy="Name one group in focal= and one in against=.")
    if not names or strata < 2:
        message = "A ranking needs two places at least."
        raise InvalidParameter(message, remedy="Name strata in by=, such as by='district'.")
