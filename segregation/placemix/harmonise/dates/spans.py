"""Periods: from which day to which, and the ways in which publishers write them."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal[
    "census_day",
    "academic_year",
    "mid_year",
    "financial_year",
    "calendar_year",
    "month",
    "rolling_3y",
    "rolling_5y",
    "year_ending",
    "extract_date",
]

#: Census days of England and Wales.
CENSUS = {
    1991: dt.date(1991, 4, 21),
    2001: dt.date(2001, 4, 29),
    2011: dt.date(2011, 3, 27),
    2021: dt.date(2021, 3, 21),
}
#: Days of a year.
YEAR = 365.2425
_MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.casefold(): number for number, name in enumerate(calendar.month_abbr) if name}
_BETWEEN = r"\s*(/|-|–|to)\s*"
#: Kind of a run of calendar years, by the years between the first and the last.
_ROLLING: dict[int, Kind] = {2: "rolling_3y", 4: "rolling_5y"}
_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """When something was counted.

    Make one with `placemix.harmonise.period`, which reads what publishers write.

    Attributes
    ----------
    kind
        ``"census_day"`` (of England and Wales), ``"academic_year"`` (September to August),
        ``"mid_year"`` (30 June), ``"financial_year"`` (April to March), ``"calendar_year"``,
        ``"month"`` (one or several), ``"rolling_3y"`` and ``"rolling_5y"`` (calendar years),
        ``"year_ending"`` (twelve months) or ``"extract_date"``.
    start, end
        First and last day.
    text
        As written.
    remark
        What was assumed in reading it.

    Examples
    --------
    >>> from placemix import harmonise
    >>> round(harmonise.period("mid-2016").gap(harmonise.period("census day 2021")), 1)
    4.7
    """

    kind: Kind
    start: dt.date
    end: dt.date
    text: str
    remark: str = ""

    def __str__(self) -> str:
        days = [f"{day.day} {day:%B %Y}" for day in dict.fromkeys((self.start, self.end))]
        return f"{self.text} ({self.kind.replace('_', ' ')}, {' to '.join(days)})"

    @property
    def middle(self) -> float:
        """Middle of the period in years; 21 March 2021 is 2021.22."""
        last = self.end if self.start == self.end else self.end + _ONE_DAY
        return (decimal(self.start) + decimal(last)) / 2

    def gap(self, other: Period) -> float:
        """Return the years between the nearest days of two periods; 0 where they share a day."""
        return max((other.start - self.end).days, (self.start - other.end).days, 0) / YEAR


def decimal(day: dt.date) -> float:
    """Write a day as a year with decimals."""
    first, following = dt.date(day.year, 1, 1), dt.date(day.year + 1, 1, 1)
    return day.year + (day - first).days / (following - first).days


def readings(plain: str, written: str) -> Iterator[Period]:
    """Every way in which a text can be read."""
    yield from _named(plain, written)
    yield from _days(plain, written)
    month = re.fullmatch(r"([a-z]+)[ -](\d{4})", plain) or re.fullmatch(r"(\d{4}) ([a-z]+)", plain)
    if month:
        word, year = month.groups() if month[1].isalpha() else month.groups()[::-1]
        if word in _MONTHS:
            yield _month(int(year), _MONTHS[word], written)
    several = re.fullmatch(r"(\d{4})-(\d\d) to (\d{4})-(\d\d)", plain)
    if several and 1 <= int(several[2]) <= 12 and 1 <= int(several[4]) <= 12:
        first, last = _month(int(several[1]), int(several[2]), ""), _month(int(several[3]), int(several[4]), "")
        yield Period("month", first.start, last.end, written)
    year = re.fullmatch(r"(?:calendar )?(?:year )?(\d{4})", plain)
    if year:
        number = int(year[1])
        yield Period("calendar_year", dt.date(number, 1, 1), dt.date(number, 12, 31), written)
    pair = re.fullmatch(rf"(\d{{4}}){_BETWEEN}(\d{{4}}|\d\d)", plain) or re.fullmatch(r"(\d{4})()(\d\d)", plain)
    if pair:
        yield from _two_years(int(pair[1]), pair[2], pair[3], written)


def _named(plain: str, written: str) -> Iterator[Period]:
    """Texts that say what they are."""
    census = re.fullmatch(r"census(?: day)?,?(?: \d{1,2} [a-z]+)? (\d{4})", plain)
    if census and int(census[1]) in CENSUS:
        day = CENSUS[int(census[1])]
        yield Period("census_day", day, day, written)
    mid = re.fullmatch(r"mid[- ]?(?:year)?[- ]?(\d{4})", plain)
    if mid:
        yield _mid(int(mid[1]), written)
    named = re.fullmatch(rf"(academic|financial) year (\d{{4}})(?:{_BETWEEN}(\d{{4}}|\d\d))?", plain)
    if named:
        first, last = int(named[2]), _second(int(named[2]), named[4]) if named[4] else int(named[2])
        if last - first in {0, 1}:
            yield (_academic if named[1] == "academic" else _financial)(last, written)
    ending = re.fullmatch(r"(?:year|12 months|twelve months) (?:ending|ended|to)(?: in)? ([a-z]+) (\d{4})", plain)
    if ending and ending[1] in _MONTHS:
        last_month = _month(int(ending[2]), _MONTHS[ending[1]], written)
        day = _month(int(ending[2]) - 1, _MONTHS[ending[1]], written).end + _ONE_DAY
        yield Period("year_ending", day, last_month.end, written)


def _days(plain: str, written: str) -> Iterator[Period]:
    iso = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", plain)
    words = re.fullmatch(r"(\d{1,2})[ -]?([a-z]+)[ -]?(\d{4})", plain)
    parts = None
    if iso:
        parts = (int(iso[1]), int(iso[2]), int(iso[3]))
    elif words and words[2] in _MONTHS:
        parts = (int(words[3]), _MONTHS[words[2]], int(words[1]))
    if parts and 1 <= parts[1] <= 12 and 1 <= parts[2] <= calendar.monthrange(*parts[:2])[1]:
        day = dt.date(*parts)
        yield Period("extract_date", day, day, written)


def as_kind(plain: str, kind: Kind, written: str) -> Iterator[Period]:
    """A year named alone, of a kind that the caller names."""
    if re.fullmatch(r"\d{4}", plain):
        year = int(plain)
        if kind == "academic_year":
            yield _academic(year, written)
        elif kind == "financial_year":
            yield _financial(year, written)
        elif kind == "mid_year":
            yield _mid(year, written)
        elif kind == "census_day" and year in CENSUS:
            yield Period(kind, CENSUS[year], CENSUS[year], f"census day {year}")


def _two_years(first: int, between: str, second: str, written: str) -> Iterator[Period]:
    last = _second(first, second)
    if between in {"-", ""} and len(second) == 2 and 1 <= int(second) <= 12:
        yield _month(first, int(second), written)
    if last == first + 1:
        told = "It is read as an academic year, September to August; kind='financial_year' is April to March."
        yield _academic(last, written, told)
        yield _financial(last, written)
    if last - first in _ROLLING and between:
        yield Period(_ROLLING[last - first], dt.date(first, 1, 1), dt.date(last, 12, 31), written)


def _second(first: int, second: str) -> int:
    """Year that the end of a pair stands for."""
    return int(second) if len(second) == 4 else first // 100 * 100 + int(second) + 100 * (int(second) < first % 100)


def _month(year: int, month: int, written: str) -> Period:
    last = calendar.monthrange(year, month)[1]
    return Period("month", dt.date(year, month, 1), dt.date(year, month, last), written)


def _mid(year: int, written: str) -> Period:
    day = dt.date(year, 6, 30)
    return Period("mid_year", day, day, written)


def _academic(last: int, written: str, remark: str = "") -> Period:
    text = f"{last - 1}/{last % 100:02d}" if written.isdigit() else written
    return Period("academic_year", dt.date(last - 1, 9, 1), dt.date(last, 8, 31), text, remark)


def _financial(last: int, written: str, remark: str = "") -> Period:
    text = f"{last - 1}/{last % 100:02d}" if written.isdigit() else written
    return Period("financial_year", dt.date(last - 1, 4, 1), dt.date(last, 3, 31), text, remark)
