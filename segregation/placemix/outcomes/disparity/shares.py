"""Shares of people with an outcome, and their differences and ratios, of numbers at hand."""

from __future__ import annotations

from placemix.outcomes.disparity.numbers import Numbers, four, single
from placemix.results import Result


def proportion(
    events: Numbers,
    people: Numbers,
    *,
    focal: str = "focal",
    level: float = 0.95,
    interval: str = "wilson_1927",
    deff: float | None = None,
    weighted: bool = False,
) -> Result:
    """Share of a group who have an outcome.

    Parameters
    ----------
    events, people
        Those with the outcome, and all who could have it: numbers, lists or series of one length.
    focal
        Name of the group.
    level
        Confidence level.
    interval
        ``"wilson_1927"`` or ``"clopper_pearson_1934"``.
    deff
        Effect of a survey's design: how many times the variance is that of people drawn one by one. The interval is
        that of people / deff.
    weighted
        Whether the numbers are sums of weights. Without `deff` they then have no interval.

    Returns
    -------
    result
        One row for each number. Columns: `unit` (the index of a series, else none), `measure`, `focal`, `against`,
        `value`, `lower`, `upper`, `level`, `numerator`, `denominator`, `against_numerator`, `against_denominator`,
        `rate`, `against_rate`, `comparator`, `measured_in`, `tenet`, `kind`, `reason` (why there is no value), `note`,
        `method`, `interval_method` (``sampling:`` and its name, or ``none:`` and why), `sentence`, `source`, `version`.

    Raises
    ------
    InvalidCounts
        Numbers are negative or infinite, or more people have the outcome than there are.
    InvalidTable, InvalidParameter, NotNumbers, UnmatchedUnit
        Lengths or ids differ, or an option is out of range. All faults come in one error.

    Warns
    -----
    NoDesignEffect
        The numbers are weighted, or no whole numbers, and `deff` is not given.

    References
    ----------
    Wilson 1927; Clopper and Pearson 1934; Kish 1965.

    Examples
    --------
    >>> proportion(65, 100)[["value", "lower", "upper"]].round(6).iloc[0].tolist()
    [0.65, 0.552544, 0.736358]
    >>> proportion(810, 1000, deff=1.5)[["lower", "upper"]].round(4).iloc[0].tolist()
    [0.7785, 0.838]
    """
    given = {"events": events, "people": people}
    return single("proportion", given, focal=focal, level=level, interval=interval, deff=deff, weighted=weighted)


def risk_difference(
    events: Numbers,
    people: Numbers,
    against_events: Numbers,
    against_people: Numbers,
    *,
    focal: str = "focal",
    against: str = "comparison",
    level: float = 0.95,
    deff: float | tuple[float, float] | None = None,
    weighted: bool = False,
) -> Result:
    """Difference of two groups' shares, in percentage points when multiplied by 100.

    Parameters
    ----------
    events, people
        Those of the group with the outcome, and all of it.
    against_events, against_people
        Those of the group compared with, which may not hold members of the first.
    focal, against
        Names of the groups.
    level
        Confidence level.
    deff
        Effect of a survey's design, one number or one for each group.
    weighted
        Whether the numbers are sums of weights.

    Returns
    -------
    result
        As of `proportion`; `value` is the first share less the second.

    Raises
    ------
    InvalidCounts, InvalidTable, InvalidParameter, NotNumbers, UnmatchedUnit
        As of `proportion`.

    Warns
    -----
    NoDesignEffect
        As of `proportion`.

    References
    ----------
    Newcombe 1998, method 10.

    Examples
    --------
    >>> risk_difference(56, 70, 48, 80)[["value", "lower", "upper"]].round(4).iloc[0].tolist()
    [0.2, 0.0524, 0.3339]
    """
    given = four(events, people, against_events, against_people)
    return single("risk_difference", given, focal=focal, against=against, level=level, deff=deff, weighted=weighted)


def risk_ratio(
    events: Numbers,
    people: Numbers,
    against_events: Numbers,
    against_people: Numbers,
    *,
    focal: str = "focal",
    against: str = "comparison",
    level: float = 0.95,
    haldane: bool = False,
    deff: float | tuple[float, float] | None = None,
    weighted: bool = False,
) -> Result:
    """Ratio of two groups' shares.

    Where nobody of the group has the outcome the ratio is 0 with one exact upper bound; where nobody of those compared
    with has it there is no ratio, and one exact lower bound. Either divides what may fail between the exact limits of
    both shares, so that it holds at least as often as `level` says.

    Parameters
    ----------
    events, people, against_events, against_people, focal, against, level, deff, weighted
        As of `risk_difference`.
    haldane
        Whether one half is added to each cell of a fourfold table that has a cell of 0. Never by itself.

    Returns
    -------
    result
        As of `proportion`.

    Raises
    ------
    InvalidCounts, InvalidTable, InvalidParameter, NotNumbers, UnmatchedUnit
        As of `proportion`.

    Warns
    -----
    NoDesignEffect
        As of `proportion`.

    References
    ----------
    Katz and others 1978; Clopper and Pearson 1934 for the bounds.

    Examples
    --------
    >>> risk_ratio(56, 70, 48, 80)[["value", "lower", "upper"]].round(4).iloc[0].tolist()
    [1.3333, 1.0766, 1.6512]
    >>> print(risk_ratio(0, 50, 12, 60)["sentence"].item())
    0.0 % of the focal group against 20.0 % of the comparison group, 0.00 times the share (95 % bound: at most 0.66).
    """
    given = four(events, people, against_events, against_people)
    return single(
        "risk_ratio", given, focal=focal, against=against, level=level, haldane=haldane, deff=deff, weighted=weighted
    )


def odds_ratio(
    events: Numbers,
    people: Numbers,
    against_events: Numbers,
    against_people: Numbers,
    *,
    focal: str = "focal",
    against: str = "comparison",
    level: float = 0.95,
    interval: str = "woolf_1955",
    haldane: bool = False,
    deff: float | tuple[float, float] | None = None,
    weighted: bool = False,
) -> Result:
    """Ratio of two groups' odds, which is no ratio of shares where the outcome is common.

    Parameters
    ----------
    events, people, against_events, against_people, focal, against, level, haldane, deff, weighted
        As of `risk_ratio`.
    interval
        ``"woolf_1955"``, or ``"exact_conditional_fisher"`` (given all margins; whole numbers only). The value is the
        same by both.

    Returns
    -------
    result
        As of `proportion`.

    Raises
    ------
    InvalidCounts, InvalidTable, InvalidParameter, NotNumbers, UnmatchedUnit
        As of `proportion`.

    Warns
    -----
    NoDesignEffect
        As of `proportion`.

    References
    ----------
    Woolf 1955; Fisher 1935 for the exact interval, given all margins.

    Examples
    --------
    29 % against 2 %: 14.5 times the share, and 20 times the odds.

    >>> odds_ratio(29, 100, 2, 100)["value"].round(2).item(), risk_ratio(29, 100, 2, 100)["value"].item()
    (20.01, 14.5)
    """
    given = four(events, people, against_events, against_people)
    return single(
        "odds_ratio", given, focal=focal, against=against, level=level, interval=interval, haldane=haldane, deff=deff,
        weighted=weighted,
    )  # fmt: skip
