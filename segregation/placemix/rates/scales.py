"""What rates are measured in, whom their rows are about, and which years they belong to."""

from __future__ import annotations

import re

import numpy as np

from placemix._typing import FloatArray

#: Words by which publishers name everyone.
EVERYONE = frozenset(
    {"all", "total", "persons", "all persons", "everyone", "all people", "all residents", "all pupils"}
)
#: Beginnings of codes of whole nations, of Great Britain, the United Kingdom and the United States.
NATIONS = ("E92", "W92", "S92", "N92", "K02", "K03", "K04", "J99", "0100000US")
#: Universes that count what happens, so that one person may stand behind several.
EVENTS = frozenset({"events", "searches", "incidents", "admissions", "arrests"})

#: Fewer values than this are not enough to tell ranks from other whole numbers.
ENOUGH = 20
#: Into how many classes areas are commonly ranked.
CLASSES = frozenset({4, 5, 10, 20, 100})

_SHARE = re.compile(r"(share|proportion)( of\b.*)?")
_CENT = re.compile(r"(%|per ?cent|percentage)( of\b.*)?")
_PER = re.compile(r"\bper (\d[\d, ]*)(k|m)?\b")
_ONE = re.compile(r"\bper (person|head|capita)\b")
_ORDINAL = re.compile(
    r"(^|[^a-z])(rank|ranking|decile|quintile|quartile|percentile|ventile)s?([^a-z]|$)", re.IGNORECASE
)
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?:(\s*[/–-]\s*)(\d{4}|\d{2})(?!\d))?")


def happens(universe: str | None) -> bool:
    """Say whether a universe counts what happens rather than people.

    Examples
    --------
    >>> happens("Searches"), happens("stop and searches"), happens("residents"), happens(None)
    (True, True, False, False)
    """
    plain = " ".join((universe or "").casefold().split())
    return plain in EVENTS or "stop and search" in plain or "stops and search" in plain


def per(measured_in: object) -> float | None:
    """Return how many people a rate is for, or None where its unit does not say.

    Examples
    --------
    >>> per("% of pupils"), per("per 1,000"), per("rate per 100,000 population"), per("score")
    (100.0, 1000.0, 100000.0, None)
    """
    text = str(measured_in).strip().casefold()
    if _CENT.fullmatch(text):
        return 100.0
    if _SHARE.fullmatch(text) or _ONE.search(text):
        return 1.0
    found = _PER.search(text)
    if found is None:
        return None
    return float(re.sub("[, ]", "", found[1])) * {"k": 1e3, "m": 1e6, None: 1.0}[found[2]]


def ordinal(text: object) -> bool:
    """Say whether a name or unit is that of a rank or of a class of ranks.

    Examples
    --------
    >>> ordinal("income decile"), ordinal("IMD_rank"), ordinal("income")
    (True, True, False)
    """
    return bool(_ORDINAL.search(str(text).replace("_", " ")))


def looks_ranked(values: FloatArray) -> bool:
    """Say whether numbers look like ranks or classes of ranks: all of 1 to n, or of 1 to 4, 5, 10, 20 or 100.

    Examples
    --------
    >>> looks_ranked(np.arange(1.0, 51.0)), looks_ranked(np.tile(np.arange(1.0, 11.0), 4))
    (True, True)
    """
    whole = len(values) >= ENOUGH and bool(np.array_equal(values, np.rint(values))) and values.min() == 1
    if not whole:
        return False
    different = len(np.unique(values))
    return bool(values.max() == different and (values.max() in CLASSES or different == len(values)))


def years(period: object) -> tuple[int, int] | None:
    """Return the first and the last year that a period names, or None where it names none.

    Examples
    --------
    >>> years("2021/22"), years("census day 2021"), years("2018 - 20"), years("2018-12 to 2019-06"), years("spring")
    ((2021, 2022), (2021, 2021), (2018, 2020), (2018, 2019), None)
    """
    found: list[int] = []
    for first, between, second in _YEAR.findall(str(period)):
        found.append(int(first))
        if len(second) == 4:
            found.append(int(second))
        elif second:
            last = int(first) // 100 * 100 + int(second)
            month = between == "-" and 1 <= int(second) <= 12 and last != int(first) + 1
            found += [] if month or last < int(first) else [last]
    return (min(found), max(found)) if found else None


def half_units(values: FloatArray) -> FloatArray:
    """Return half of the last decimal place that each number is written with; infinite for NaN.

    Examples
    --------
    >>> half_units(np.array([46.7, 60.0, 0.125])).tolist()
    [0.05, 0.5, 0.0005]
    """
    values = np.asarray(values, dtype=np.float64)
    out = np.full(values.shape, np.inf)
    for places in range(12, -1, -1):
        same = np.abs(np.round(values, places) - values) <= 1e-12 * np.maximum(np.abs(values), 1)
        out[same] = 0.5 * 10.0**-places
    return np.where(np.isnan(values), np.inf, out)
