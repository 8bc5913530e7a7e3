"""Mean and median pay gaps between groups, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix._version import __version__
from placemix.errors import InvalidParameter, did_you_mean
from placemix.indices._parts import ratio
from placemix.inference import drawing
from placemix.outcomes.work.pay_tables import REST, Paid, compared, people_of
from placemix.results import Call, Result, first_reason, remember

#: How the interval of a gap of means is made.
Interval: TypeAlias = Literal["bootstrap", "log_normal"]
_INTERVALS = ("bootstrap", "log_normal")
_MEAN, _MEDIAN = 0, 1


def pay_gap(
    table: pd.DataFrame,
    *,
    against: str,
    focal: str | Sequence[str] | None = None,
    pay: str = "pay",
    group: str = "group",
    interval: Interval = "bootstrap",
    draws: int = 999,
    seed: int = 0,
    level: float = 0.95,
) -> Result:
    """Give the gap in mean and in median pay between groups, as a share of the pay of the group compared with.

    Parameters
    ----------
    table
        One row for each person.
    against
        Group compared with, or ``"rest"``: everybody who is not of the focal group.
    focal
        Groups whose gap is asked. Default: every other group.
    pay, group
        Columns of pay, such as pounds an hour without overtime, and of groups.
    interval
        For means: ``"bootstrap"`` (percentiles of means of people drawn anew from each group) or ``"log_normal"`` (the
        ratio of means taken as log-normal, its variance by the delta method). Medians always have the bootstrap.
    draws, seed
        How often people are drawn anew, and where the random numbers begin; 0 gives no bootstrap.
    level
        Level of the intervals.

    Returns
    -------
    result
        Two rows for each focal group, of the ``"mean"`` and the ``"median"``. Columns: `focal`, `against`, `statistic`,
        `pay_focal`, `pay_against`, `difference` = pay_against − pay_focal, `gap` = difference/pay_against (above 0:
        the focal group is paid less; NaN if nobody compared with is paid), `lower`, `upper`, `level`,
        `interval_method`, `people_focal`, `people_against`, `draws` (those in which the gap is defined), `seed`,
        `reason`, `note`, `source`, `version`.

    Raises
    ------
    UnknownColumn, NotNumbers, InvalidCounts, InvalidTable, TooFewGroups
        The table has faults; one error lists them all.
    UnknownGroup, InvalidParameter
        A group is not there or compared with itself, or an argument is out of range.

    Notes
    -----
    A gap compares people in different jobs, hours and ages; why it is there, it does not say. People are taken as a
    simple sample: surveys with weights or clusters need their own intervals. With few people the bootstrap is too
    narrow, so that `people_focal` stands beside it.

    References
    ----------
    Efron and Tibshirani 1993.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> staff = pd.DataFrame({"group": list("aaaabbbb"), "pay": [10, 12, 14, 24, 9, 11, 13, 15]})
    >>> found = pm.outcomes.pay_gap(staff, against="a", interval="log_normal", draws=99)
    >>> found[["statistic", "pay_focal", "pay_against", "gap", "lower", "upper"]].round(3)
      statistic  pay_focal  pay_against    gap  lower  upper
    0      mean       12.0         15.0  0.200 -0.264  0.494
    1    median       12.0         13.0  0.077 -0.273  0.542
    """
    drawing.checked(draws, seed)
    drawing.known_level(level)
    if interval not in _INTERVALS:
        message = f"interval is 'bootstrap' or 'log_normal', not {interval!r}."
        raise InvalidParameter(message, remedy=did_you_mean(interval, _INTERVALS))
    people = people_of(table, pay, group)
    wanted = compared(people, focal, against)
    samples = _samples(people, wanted, against)
    drawn = _drawn(list(samples.values()), draws, seed)
    places = {name: place for place, name in enumerate(samples)}
    rows = []
    for name in wanted:
        own, other = (name, ""), (against, name if against == REST else "")
        first, second = samples[own], samples[other]
        for place, statistic in ((_MEAN, "mean"), (_MEDIAN, "median")):
            values = [float(np.mean(part) if place == _MEAN else np.median(part)) for part in (first, second)]
            gaps = 1 - ratio(drawn[:, places[own], place], drawn[:, places[other], place])
            analytic = place == _MEAN and interval == "log_normal"
            ends, method = _log_normal(first, second, level) if analytic else _percentiles(gaps, level)
            if len(first) < 2 or len(second) < 2:
                ends, method = (np.nan, np.nan), "none:fewer_than_two_people"
            rows.append(
                {
                    "focal": name,
                    "against": against,
                    "statistic": statistic,
                    "pay_focal": values[0],
                    "pay_against": values[1],
                    "difference": values[1] - values[0],
                    "gap": (values[1] - values[0]) / values[1] if values[1] > 0 else np.nan,
                    "lower": ends[0],
                    "upper": ends[1],
                    "level": level,
                    "interval_method": method,
                    "people_focal": len(first),
                    "people_against": len(second),
                    "draws": 0 if analytic else int(np.isfinite(gaps).sum()),
                }
            )
    frame = pd.DataFrame(rows)
    frame["seed"] = seed
    frame["reason"] = first_reason({"no_pay_to_compare_with": frame["gap"].isna().to_numpy()})
    short = (frame["draws"] > 0) & (frame["draws"] < draws)
    frame["note"] = first_reason({"Draws in which nobody compared with is paid are left out.": short.to_numpy()})
    frame["source"], frame["version"] = people.source, __version__
    arguments = {
        "against": against, "focal": wanted, "pay": pay, "group": group, "interval": interval, "draws": draws,
        "seed": seed, "level": level,
    }  # fmt: skip
    result = remember(frame, Call("outcomes.pay_gap", {"table": people.table}, arguments))
    result.attrs["cites"] = ("efron_1993",)
    return result


def _samples(people: Paid, wanted: list[str], against: str) -> dict[tuple[str, str], FloatArray]:
    """Sorted pay of each group that is looked at, so that no order of rows changes a draw."""
    keys = [(name, "") for name in wanted]
    keys += [(REST, name) for name in wanted] if against == REST else [(against, "")]
    return {key: np.sort(people.pay[people.where(key[0], without=key[1] or None)]) for key in keys}


def _drawn(samples: list[FloatArray], draws: int, seed: int) -> FloatArray:
    """Means and medians of people drawn anew from each sample, shape (draws, samples, 2)."""
    if not draws:
        return np.zeros((0, len(samples), 2))

    def draw(rng: np.random.Generator) -> FloatArray:
        return np.array([[pay[rng.integers(0, len(pay), len(pay))].mean(), drawn_median(pay, rng)] for pay in samples])

    same: Callable[[FloatArray], FloatArray] = np.asarray
    return drawing.over(draw, same, draws=draws, seed=seed, cells=sum(map(len, samples)), apart=True)


def drawn_median(pay: FloatArray, rng: np.random.Generator) -> float:
    """Median of as many people drawn with replacement, without drawing them.

    Places of people drawn are uniform, and the k-th smallest of n uniform numbers has the beta distribution (k,
    n − k + 1): one or two numbers stand for all n, and the median has exactly its bootstrap distribution.

    Parameters
    ----------
    pay
        Sorted, shape (people,).
    rng
        Random numbers.

    Examples
    --------
    >>> drawn_median(np.array([7.0]), np.random.default_rng(0))
    7.0
    """
    n = len(pay)
    k = (n + 1) // 2
    first = rng.beta(k, n - k + 1)
    if n % 2:
        return float(pay[min(int(first * n), n - 1)])
    second = first + (1 - first) * rng.beta(1, n - k)
    return float((pay[min(int(first * n), n - 1)] + pay[min(int(second * n), n - 1)]) / 2)


def _percentiles(gaps: FloatArray, level: float) -> tuple[tuple[float, float], str]:
    known = gaps[np.isfinite(gaps)]
    if not len(known):
        return (np.nan, np.nan), "none:no_draws"
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return (float(low), float(high)), "sampling:bootstrap percentiles"


def _log_normal(focal: FloatArray, against: FloatArray, level: float) -> tuple[tuple[float, float], str]:
    """Interval of 1 − ȳ_B/ȳ_A: log ȳ has about the variance s²/(n ȳ²)."""
    from scipy.special import ndtri

    if len(focal) < 2 or len(against) < 2 or not (focal.mean() > 0 and against.mean() > 0):
        return (np.nan, np.nan), "none:no_mean_above_0"
    spread = np.sqrt(sum(part.var(ddof=1) / (len(part) * part.mean() ** 2) for part in (focal, against)))
    wide = float(ndtri((1 + level) / 2) * spread)
    times = focal.mean() / against.mean()
    return (
        float(1 - times * np.exp(wide)),
        float(1 - times * np.exp(-wide)),
    ), "sampling:log-normal ratio, delta method"
