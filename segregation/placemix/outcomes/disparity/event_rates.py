"""Rates of events, and their differences and ratios, of numbers at hand."""

from __future__ import annotations

from placemix.outcomes.disparity.numbers import Numbers, four, single
from placemix.results import Result


def rate(
    events: Numbers,
    exposure: Numbers,
    *,
    per: float = 1000,
    focal: str = "focal",
    level: float = 0.95,
    interval: str = "byar_or_exact",
    squares: Numbers | None = None,
    deff: float | None = None,
) -> Result:
    """Rate of events of a group.

    Parameters
    ----------
    events, exposure
        Events, and people or time in which they happened.
    per
        How many people the rate is for.
    focal
        Name of the group.
    level
        Confidence level.
    interval
        ``"byar_or_exact"`` (exact below ten events, as in the public health profiles of England), ``"byar_1987"`` or
        ``"garwood_1936"`` (exact).
    squares
        Sum over people of the square of their number of events, where one person may have several (see
        `event_frequencies`). It takes the place of the number of events as variance.
    deff
        How many times the variance is that of events on their own; not beside `squares`.

    Returns
    -------
    result
        As of `proportion`.

    Raises
    ------
    InvalidCounts
        Numbers are negative or infinite, or the squares are fewer than the events.
    InvalidTable, InvalidParameter, NotNumbers, UnmatchedUnit
        As of `proportion`.

    Notes
    -----
    Say events per person, never a share of people: one person may have several.

    References
    ----------
    Breslow and Day 1987 (Byar); Garwood 1936; Dobson and others 1991 for repeated events.

    Examples
    --------
    >>> found = rate([222, 5], [3215, 100], per=100)
    >>> found[["value", "lower", "upper"]].round(6).values.tolist()
    [[6.905132, 6.026575, 7.875729], [5.0, 1.623486, 11.668332]]
    """
    given = {"events": events, "exposure": exposure, "squares": squares}
    return single("rate", given, per=per, focal=focal, level=level, interval=interval, deff=deff)


def rate_difference(
    events: Numbers,
    exposure: Numbers,
    against_events: Numbers,
    against_exposure: Numbers,
    *,
    per: float = 1000,
    focal: str = "focal",
    against: str = "comparison",
    level: float = 0.95,
    squares: Numbers | None = None,
    against_squares: Numbers | None = None,
    deff: float | tuple[float, float] | None = None,
) -> Result:
    """Difference of two groups' rates.

    Parameters
    ----------
    events, exposure, against_events, against_exposure, per, focal, against, level, squares, against_squares, deff
        As of `rate_ratio`.

    Returns
    -------
    result
        As of `proportion`; `value` is per `per` people.

    Raises
    ------
    InvalidCounts, InvalidTable, InvalidParameter, NotNumbers, UnmatchedUnit
        As of `rate`.

    References
    ----------
    Zou and Donner 2008, from the intervals of `rate`.

    Examples
    --------
    >>> rate_difference(20, 1000, 10, 2000)[["value", "lower", "upper"]].round(3).iloc[0].tolist()
    [15.0, 6.153, 26.197]
    """
    given = {
        **four(events, exposure, against_events, against_exposure, "exposure"),
        "squares": squares,
        "against_squares": against_squares,
    }
    return single("rate_difference", given, per=per, focal=focal, against=against, level=level, deff=deff)


def rate_ratio(
    events: Numbers,
    exposure: Numbers,
    against_events: Numbers,
    against_exposure: Numbers,
    *,
    per: float = 1000,
    focal: str = "focal",
    against: str = "comparison",
    level: float = 0.95,
    interval: str = "wald_log",
    haldane: bool = False,
    squares: Numbers | None = None,
    against_squares: Numbers | None = None,
    deff: float | tuple[float, float] | None = None,
) -> Result:
    """Ratio of two groups' rates of events.

    Where the group has no event the ratio is 0 with one exact upper bound; where the others have none there is no
    ratio, and one exact lower bound.

    Parameters
    ----------
    events, exposure
        Events of the group, and people or time in which they happened.
    against_events, against_exposure
        Those of the group compared with, which may not hold members of the first.
    per
        How many people the rates beside the ratio are for.
    focal, against
        Names of the groups.
    level
        Confidence level.
    interval
        ``"wald_log"``, or ``"exact_conditional_1940"`` (given the sum of both counts).
    haldane
        Whether one half is added to both counts where one is 0. Never by itself.
    squares, against_squares
        Sum over people of the square of their number of events (see `event_frequencies`).
    deff
        How many times the variance is that of events on their own, one number or one for each group; not beside
        `squares`.

    Returns
    -------
    result
        As of `proportion`.

    Raises
    ------
    InvalidCounts, InvalidTable, InvalidParameter, NotNumbers, UnmatchedUnit
        As of `rate`.

    References
    ----------
    Breslow and Day 1987; Przyborowski and Wilenski 1940 for the exact interval.

    Examples
    --------
    >>> rate_ratio(20, 1000, 10, 2000)[["value", "lower", "upper"]].round(4).iloc[0].tolist()
    [4.0, 1.8724, 8.5453]
    >>> exact = rate_ratio(20, 1000, 10, 2000, interval="exact_conditional_1940")
    >>> exact[["lower", "upper"]].round(4).iloc[0].tolist()
    [1.787, 9.5691]
    """
    given = {
        **four(events, exposure, against_events, against_exposure, "exposure"),
        "squares": squares,
        "against_squares": against_squares,
    }
    return single(
        "rate_ratio", given, per=per, focal=focal, against=against, level=level, interval=interval, haldane=haldane,
        deff=deff,
    )  # fmt: skip
