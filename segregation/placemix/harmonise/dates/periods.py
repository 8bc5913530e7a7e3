"""When a table counts, and how far apart two tables may be."""

from __future__ import annotations

import re
from typing import get_args

from placemix.counts import Counts
from placemix.errors import DenominatorMismatch, InvalidParameter, did_you_mean
from placemix.harmonise.dates.spans import Kind, Period, as_kind, readings

#: Years by which people may be counted before or after what is divided by them.
TOLERANCE = 1.0


def period(text: str | int | Period, *, kind: Kind | None = None) -> Period:
    """Read a period as publishers write it.

    Parameters
    ----------
    text
        ``"census day 2021"``, ``"2022/23"``, ``"202223"``, ``"mid-2016"``, ``"2019-06"``, ``"June
        2019"``, ``"2017-19"``, ``"2021"``, ``"04JAN2021"``, ``"year ending March 2023"``.
    kind
        What it is, where the text does not say. A year named alone is that in which an academic or
        financial year ends: the academic year 2003 is 2002/03. ``"2022/23"`` is read as an academic
        year unless told otherwise, which the result remarks.

    Raises
    ------
    InvalidParameter
        The text is none of these, or could be two of them, such as ``"2011-12"`` (December 2011, or
        2011/12).

    Examples
    --------
    >>> print(period("census day 2021"))
    census day 2021 (census day, 21 March 2021)
    >>> print(period(2003, kind="academic_year"))
    2002/03 (academic year, 1 September 2002 to 31 August 2003)
    >>> period("2017-19").kind, period("2019-06").kind, period("04JAN2021").kind
    ('rolling_3y', 'month', 'extract_date')
    """
    if isinstance(text, Period):
        return text
    if kind is not None and kind not in get_args(Kind):
        message = f"There is no kind of period {kind!r}; there are {', '.join(get_args(Kind))}."
        raise InvalidParameter(message, remedy=did_you_mean(kind, get_args(Kind)))
    written = str(text).strip()
    plain = re.sub(r"^(nowcast|interpolated) ", "", " ".join(written.casefold().split()))
    try:
        every = list(readings(plain, written))
        if kind is not None:
            every = [one for one in every if one.kind == kind] or list(as_kind(plain, kind, written))
    except ValueError:
        # A year beyond the calendar.
        every = []
    if kind is None and [one.kind for one in every] == ["academic_year", "financial_year"]:
        every = every[:1]
    if len(every) == 1:
        return every[0]
    if every:
        told = " or ".join(str(one) for one in every)
        message = f"{written!r} could be {told}."
        raise InvalidParameter(message, remedy=f"Name the kind: kind={every[0].kind!r} or {every[-1].kind!r}.")
    message = f"{written!r} is no period that can be read{'' if kind is None else f' as {kind}'}."
    remedy = "Write 'census day 2021', 'mid-2016', '2022/23', '2019-06', '2017-19', '2021' or a date, or name the kind."
    raise InvalidParameter(message, remedy=remedy)


def overlap(
    numerator: Counts | Period | str, denominator: Counts | Period | str, *, tolerance: float = TOLERANCE
) -> float:
    """Return how many years lie between two periods, and refuse more than may.

    Parameters
    ----------
    numerator, denominator
        Periods, or Counts whose `about.period` says when.
    tolerance
        Years that may lie between the nearest days of the two.

    Returns
    -------
    gap
        Years; 0 where they share a day.

    Raises
    ------
    DenominatorMismatch
        They are further apart.
    InvalidParameter
        A table does not say when it counts.

    Examples
    --------
    >>> overlap("2020/21", "census day 2021")
    0.0
    >>> overlap("2019-06", "census day 2021")
    Traceback (most recent call last):
        ...
    placemix.errors.DenominatorMismatch: The numerator is of 2019-06, the denominator of census day 2021: 1.7 years...
    """
    one, two = when(numerator, "numerator"), when(denominator, "denominator")
    gap = one.gap(two)
    if gap > tolerance:
        message = (
            f"The numerator is of {one.text}, the denominator of {two.text}: {gap:.1f} years apart, where "
            f"{tolerance:g} may be."
        )
        remedy = (
            f"Use people of a date nearer to {one.text}; between two counts, "
            f"interpolate_between(before, after, at={one.text!r}) estimates them, and says so."
        )
        raise DenominatorMismatch(" ".join(filter(None, (message, one.remark, two.remark))), remedy=remedy)
    return gap


def when(given: Counts | Period | str, role: str) -> Period:
    """Return the period of a table, or read one.

    Raises
    ------
    InvalidParameter
        The table does not say when it counts.
    """
    if not isinstance(given, Counts):
        return period(given)
    if not given.about.period:
        message = f"The {role} does not say when it counts."
        raise InvalidParameter(message, remedy="Read it with about={'period': 'census day 2021'}.")
    return period(given.about.period)
