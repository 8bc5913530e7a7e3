"""How far a value might be off: people drawn anew, or input known only so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import Across, FloatArray, GroupName
from placemix.counts import Counts, checked
from placemix.errors import InvalidParameter
from placemix.estimating import Estimate
from placemix.inference import accelerations, drawing, ends, resamples, studied
from placemix.inference.asking import question
from placemix.inference.households import Cluster, dealt
from placemix.inference.inverting import inverted
from placemix.inference.nulls import Size, Table, drawing_of
from placemix.inference.resamples import Resample
from placemix.measuring.centres import Centre
from placemix.measuring.given import Order, arguments_of
from placemix.measuring.inputs import described
from placemix.measuring.plan import Row, Which
from placemix.measuring.stacked import evaluator
from placemix.measuring.vicinity import Vicinity
from placemix.results import Call, Result, estimates, remember
from placemix.strata import Strata
from placemix.surroundings import Surroundings

Method: TypeAlias = ends.Method | Literal["inversion"]
_METHODS = (*ends.METHODS, "inversion")


def intervals(
    counts: Counts,
    measures: str | Sequence[str],
    *,
    focal: Which = None,
    against: Which = "rest",
    by: str | Sequence[str] = (),
    around: Surroundings | None = None,
    across: Across | None = None,
    centre: Centre = None,
    order: Order = None,
    resample: Resample | None = None,
    method: Method = "basic",
    cluster: Cluster | None = None,
    level: float = 0.95,
    draws: int = 999,
    seed: int = 0,
    progress: drawing.Progress = None,
) -> Result:
    """Put an interval around every value.

    Which one depends on what is uncertain. A survey whose counts have standard errors has an interval
    of sampling: cells are drawn around what was estimated. A complete count has none, and says so, unless
    `resample` asks what else the table might have been had the same people chosen anew: that is a model
    of chance.

    Parameters
    ----------
    counts, measures, focal, against, by, around, across, centre, order
        As in `placemix.measure`.
    resample
        ``"people"``: the members of each group are drawn anew over the units where the group lives.
        ``"cells"``: everyone is drawn anew over units and groups together, as from a survey.
        ``"parametric"``: units keep their people, and each household's group is drawn with its unit's
        shares. ``"units"``: whole units are drawn, which suits a sample of schools or areas; refused
        where measures look at a map. Default: standard errors of the cells if the counts have them,
        and no interval otherwise.
    method
        ``"basic"``, ``"normal"``, ``"bca"``, ``"percentile"``, or ``"inversion"`` of people drawn anew, which takes
        ten times as long; see Notes.
    cluster
        People dealt together; as in `placemix.inference.table`.
    level, draws, seed, progress
        As in `placemix.inference.table`.

    Returns
    -------
    result
        The columns of `placemix.measure`, of which `lower`, `upper` and `level` are the interval, and
        `interval_method` names its kind and how it was made; after `flag`: `sd` (standard error),
        `bias` (mean of the draws less the value), `median_shift` (median of the draws less the value),
        `interval_reason` (why there is none), `coverage` (how often such an interval of level 0.95 held the
        true value in made-up towns like this one, NaN where that was not studied; below 0.93 `flag` is
        ``undercovers``), `cluster`, `draws`, `seed`.

    Raises
    ------
    InvalidParameter
        A way to draw, a method, or a number is none; or units would be drawn from a map.

    Notes
    -----
    Measures that cannot fall below 0 rise when people are drawn anew, because chance adds to what is
    there. The draws of D are all above D in most small places, and a percentile interval does not hold
    the value: it is refused there. ``"basic"`` and ``"normal"`` take the same bias off twice, once from
    the draws and once from the value. ``"bca"`` moves the quantiles by bias and skewness. ``"inversion"``
    holds every true value from which the one seen would not be a rare draw, with tables whose units differ
    from the whole as they do here, but less or more.

    References
    ----------
    Allen, Burgess, Davidson and Windmeijer 2015; Carpenter 1999; Davison and Hinkley 1997; Efron 1987.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> pm.inference.intervals(homes, "dissimilarity", focal="asian")["interval_method"].item()
    'none:complete_count'
    >>> found = pm.inference.intervals(homes, "dissimilarity", focal="asian", resample="people", cluster=1)
    >>> bool(found["lower"].item() < found["value"].item() < found["upper"].item())
    True
    """
    counts = checked(counts)
    ends.known(method, _METHODS)
    if method == "inversion" and resample in {None, "units"}:
        message = "Inversion draws people from scaled copies of the table, not cells or units."
        raise InvalidParameter(message, remedy="Pass resample='parametric', 'people' or 'cells'.")
    drawing.checked(draws, seed, least=2)
    drawing.known_level(level)
    together = dealt(counts, cluster)
    names, frame, plan, strata, nearby = question(
        counts, measures, focal, against, by, around, across, centre=centre, order=order
    )
    kind, words = "none", "complete_count"
    drawn: FloatArray = np.empty((0, len(plan), len(strata)))
    if resample is not None or counts.error is not None:
        drawn = resampled(
            plan, counts, strata, nearby, resample=resample, size=together.of_units, draws=draws, seed=seed,
            progress=progress,
        )  # fmt: skip
        kind = "moe" if resample is None else "resampled"
        made = "cells, none below 0" if resample is None else f"{resample}, cluster={together.size:g}"
        words = f"{method} interval; {made}; draws={draws}; seed={seed}"
    found = _found(
        plan, counts, strata, nearby, drawn, frame["value"].to_numpy(), resample=resample, method=method,
        size=together.of_units, level=level, seed=seed, progress=progress,
    )  # fmt: skip
    frame = _beside(frame, drawn, level, found)
    frame = _judged(
        frame, plan, counts, strata, around, resample=resample, method=method, size=together.size, level=level
    )
    frame["interval_method"] = f"{kind}:{words}"
    frame["cluster"], frame["seed"] = together.text, seed
    inputs: dict[str, Any] = {"counts": counts} if around is None else {"counts": counts, "around": around}
    arguments: dict[str, Any] = {
        "measures": [measures] if isinstance(measures, str) else list(measures), "focal": focal, "against": against,
        "by": names, "across": across, **arguments_of(centre, order),
        "resample": resample, "method": method, "level": level, "draws": draws,
        "seed": seed,
    }  # fmt: skip
    (inputs if isinstance(cluster, pd.Series) else arguments)["cluster"] = cluster
    return remember(frame, Call("inference.intervals", inputs, arguments, described))


def interval(
    counts: Counts,
    measure: str,
    *,
    focal: GroupName | None = None,
    against: GroupName = "rest",
    around: Surroundings | None = None,
    centre: Centre = None,
    order: Order = None,
    resample: Resample | None = None,
    method: Method = "basic",
    cluster: Cluster | None = None,
    level: float = 0.95,
    draws: int = 999,
    seed: int = 0,
) -> Estimate:
    """Give one value with its interval.

    Parameters
    ----------
    counts, measure, focal, against, around, centre, order
        As in `placemix.estimate`.
    resample, method, cluster, level, draws, seed
        As in `placemix.inference.intervals`.

    Returns
    -------
    estimate
        Its `uncertainty` holds the kind, the method and both ends. Its `note` says ``undercovers`` where such
        intervals held the true value too seldom in made-up towns like this one.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> pm.inference.interval(homes, "isolation", focal="asian", resample="people", cluster=2).uncertainty.kind
    'chance model'
    """
    found = intervals(
        counts, measure, focal=focal, against=against, around=around, centre=centre, order=order,
        resample=resample, method=method, cluster=cluster, level=level, draws=draws, seed=seed,
    )  # fmt: skip
    several = estimates(found)
    if len(several) > 1:
        message = f"An estimate is one number; {len(several)} were asked for."
        raise InvalidParameter(message, remedy="Name one group in focal= and in against=, or call inference.intervals.")
    if not found["flag"].notna().item():
        return several[0]
    held = f"{found['coverage'].item():.0%}".replace("%", " %")
    text = f"{studied.UNDERCOVERS}: such intervals held the true value in {held} of made-up towns like this one"
    return replace(several[0], note="; ".join(filter(None, [several[0].note, text])))


def resampled(
    plan: Sequence[Row],
    counts: Counts,
    strata: Strata,
    nearby: Vicinity | None,
    *,
    resample: str | None,
    size: Size,
    draws: int,
    seed: int,
    progress: drawing.Progress = None,
) -> FloatArray:
    """Evaluate the rows of a call for tables drawn anew, shape (draws, rows, strata).

    Raises
    ------
    InvalidParameter
        Units would be drawn from a map.
    """
    if resample is None:
        if counts.error is not None and not np.isfinite(counts.error).all():
            unknown = counts.units[~np.isfinite(counts.error).all(axis=1)]
            message = f"{len(unknown):,} units have cells whose standard error is not known."
            raise InvalidParameter(
                message, units=unknown, remedy="Leave them out with counts.take, or give the errors."
            )
        drawer: Any = lambda rng: _cells(counts, rng)  # noqa: E731
    else:
        one = resamples.known(resample)
        if resample == "units" and (nearby is not None or any(row.asked.row.looks_at_a_map for row in plan)):
            message = "Units drawn with replacement have no map: some are there twice, others not at all."
            remedy = "Pass resample='people' or 'parametric' with measures that look at a map."
            raise InvalidParameter(message, remedy=remedy)
        deal = Table.of(counts.values, counts.total, strata, size, residual=None)
        drawer = drawing_of(one, deal)

    cells = counts.values.size + len(counts)
    return drawing.over(
        drawer,
        evaluator(plan, counts, strata, nearby, draws=draws),
        draws=draws,
        seed=seed,
        apart=nearby is None,
        cells=cells,
        progress=progress,
    )


def _cells(counts: Counts, rng: np.random.Generator) -> FloatArray:
    """Draw every cell around its estimate; a count below 0 is 0, as nobody can be fewer."""
    error = counts.error
    assert error is not None  # noqa: S101 - asked before
    values = np.maximum(rng.normal(counts.values, error), 0.0)
    return np.column_stack([values, counts.residual])


def _found(
    plan: Sequence[Row],
    counts: Counts,
    strata: Strata,
    nearby: Vicinity | None,
    drawn: FloatArray,
    value: FloatArray,
    *,
    resample: str | None,
    method: str,
    size: Size,
    level: float,
    seed: int,
    progress: drawing.Progress,
) -> list[ends.Ends]:
    """Ends of every row of the frame: rows of the call within strata."""
    if not len(drawn):
        return []
    if method == "inversion":
        by_row = inverted(
            plan, counts, strata, nearby, value.reshape(len(strata), len(plan)).T, resample=str(resample), size=size,
            level=level, draws=len(drawn), seed=seed, progress=progress,
        )  # fmt: skip
        return [by_row[row][stratum] for stratum in range(len(strata)) for row in range(len(plan))]
    skewness: FloatArray = np.zeros((len(plan), len(strata)))
    if method == "bca" and resample == "units":
        skewness = accelerations.of_units(plan, counts, strata)
    elif method == "bca" and resample is not None:
        skewness = accelerations.of_people(plan, counts, strata, nearby, resample, size)
    flat, skew = drawn.transpose(2, 1, 0).reshape(len(value), len(drawn)), skewness.T.ravel()
    return [ends.ends(value[place], flat[place], level, method, skew[place]) for place in range(len(value))]


def _judged(
    frame: pd.DataFrame,
    plan: Sequence[Row],
    counts: Counts,
    strata: Strata,
    around: Surroundings | None,
    *,
    resample: str | None,
    method: str,
    size: float,
    level: float,
) -> pd.DataFrame:
    """Say how often such intervals held the true value where that was studied, and flag those that do not."""
    shape = (len(strata), len(plan))
    held: FloatArray = np.full(shape, np.nan)
    if around is None and level == studied.LEVEL:
        bias = (frame["bias"] / frame["value"].where(frame["value"] > 0)).to_numpy(dtype=np.float64).reshape(shape)
        held = studied.coverage(plan, counts, strata, resample=resample, method=method, size=size, bias=bias)
    column = np.where(np.isfinite(frame["lower"]), held.ravel(), np.nan)
    # To two digits, as the page prints them: the study's own error is 0.013.
    low = np.round(column, 2) < studied.ENOUGH
    frame["flag"] = pd.Categorical.from_codes(np.where(low, 0, -1), categories=[studied.UNDERCOVERS])
    frame.insert(int(frame.columns.get_indexer(["interval_reason"])[0]) + 1, "coverage", column)
    return frame


def _beside(frame: pd.DataFrame, drawn: FloatArray, level: float, found: Sequence[ends.Ends]) -> pd.DataFrame:
    """Fill the columns of the interval; rows of the frame are strata, then rows of the call."""
    many = drawn.shape[0]
    flat = drawn.transpose(2, 1, 0).reshape(len(frame), many)
    frame = frame.copy()
    value = frame["value"].to_numpy()
    blank = np.full(len(frame), np.nan)
    columns: dict[str, Any] = {"sd": blank, "bias": blank, "median_shift": blank}
    reasons: list[str | None] = [None] * len(frame)
    counted = np.isfinite(flat).sum(axis=1)
    if many:
        frame["lower"], frame["upper"] = [end.lower for end in found], [end.upper for end in found]
        reasons = [end.reason for end in found]
        frame["level"] = np.where(np.isfinite(frame["lower"]) | np.isfinite(frame["upper"]), level, np.nan)
        sure = (counted > 1) & np.isfinite(value)
        for name, of in (("sd", lambda d: np.nanstd(d, axis=1, ddof=1)), ("bias", lambda d: np.nanmean(d, axis=1)),
                         ("median_shift", lambda d: np.nanmedian(d, axis=1))):  # fmt: skip
            columns[name] = blank.copy()
            columns[name][sure] = of(flat[sure]) - (0 if name == "sd" else value[sure])
    place = int(frame.columns.get_indexer(["flag"])[0]) + 1
    columns |= {"interval_reason": np.array(reasons, dtype=object), "draws": counted}
    for offset, (name, column) in enumerate(columns.items()):
        frame.insert(place + offset, name, column)
    return frame
