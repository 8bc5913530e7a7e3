"""Widths of a table's columns, from the texts in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from math import ceil

from placemix.report.items import Table

#: Width of a letter in ems, about as in Arial: narrow ones, wide ones, capitals, the rest.
_NARROW, _WIDE, _CAPITAL, _OTHER = 0.3, 0.87, 0.7, 0.56
_NARROW_ONES = frozenset("ijltfrI.,:;|'!()[]/- \u00a0·")
_WIDE_ONES = frozenset("mwMW%@—…")
#: Where a line may end inside a text.
_BREAKS = re.compile(r" |(?<=[-–])")
#: No estimate of letters is exact, and bold ones are wider.
_ROOM, _BOLD = 1.06, 1.08
#: A table of few words is not drawn over the whole page: its rows would be hard to follow.
_STRETCH = 2


def ems(text: str) -> float:
    """Estimate the width of a text in ems.

    Examples
    --------
    >>> round(ems("ill"), 2), round(ems("MMM"), 2)
    (0.9, 2.61)
    """
    return sum(map(_em, text))


def widths(table: Table, *, whole: int, size: float, beside: int) -> list[int]:
    """Share the width of the page among a table's columns.

    A column is as wide as its longest word at least, and a number stays on one line. Where there is room,
    columns of numbers are equally wide. Where even the longest words are too much, the widest columns give
    way and their words are broken.

    Parameters
    ----------
    table
        The table.
    whole
        Width of the page between its margins, in twentieths of a point.
    size
        Size of the letters in points.
    beside
        Space beside a cell's text, in twentieths of a point.

    Returns
    -------
    list of int
        One width a column, in twentieths of a point; they sum to `whole`, or to less where a table
        has few words.

    Examples
    --------
    >>> table = Table(caption="", columns=("Area", "People"), rows=(("Bury", "1,234"),), numeric=frozenset({1}))
    >>> widths(table, whole=1000, size=8.5, beside=100)
    [500, 500]
    >>> widths(table, whole=9752, size=8.5, beside=160)
    [1145, 1581]
    """
    point = 20 * size * _ROOM
    least, liked = [], []
    for place, heading in enumerate(table.columns):
        texts = [(text, number) for number, text in enumerate(row[place] for row in table.rows)]
        cells = [ems(text) * (_BOLD if (number, place) in table.strong else 1) for text, number in texts]
        words = [ems(word) * _BOLD for text in (heading, *(text for text, _ in texts)) for word in _BREAKS.split(text)]
        least.append(beside + point * max(*words, *(cells if place in table.numeric else []), 0.0))
        liked.append(max(least[-1], beside + point * max(ems(heading) * _BOLD, *cells, 0.0)))
    shared = _shared(least, liked, whole, table.numeric)
    ends = [round(sum(shared[: place + 1])) for place in range(len(shared))]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


def lines(texts: Sequence[str], across: Sequence[int], *, size: float, beside: int) -> int:
    """Estimate how many lines a row of a table takes.

    Examples
    --------
    >>> lines(["Bury", "a long sentence about the place"], [900, 1200], size=8.5, beside=160)
    3
    """
    point = 20 * size * _ROOM
    return max(
        (ceil(point * ems(text) / max(width - beside, 1)) for text, width in zip(texts, across, strict=True)), default=1
    )


def _shared(least: Sequence[float], liked: Sequence[float], whole: int, numeric: Collection[int]) -> list[float]:
    if sum(least) >= whole:
        return _levelled(least, whole)
    most = max((liked[place] for place in numeric), default=0.0)
    alike = [most if place in numeric else width for place, width in enumerate(liked)]
    for wanted in (alike, liked):
        if sum(wanted) <= whole:
            stretch = min(whole / sum(wanted), _STRETCH)
            return [stretch * width for width in wanted]
    spare = (whole - sum(least)) / (sum(liked) - sum(least))
    return [low + spare * (high - low) for low, high in zip(least, liked, strict=True)]


def _levelled(least: Sequence[float], whole: int) -> list[float]:
    """Cut the widest columns to one width, so that all fit."""
    left, out = float(whole), list(least)
    order = sorted(range(len(least)), key=lambda place: least[place])
    for done, place in enumerate(order):
        out[place] = min(least[place], left / (len(order) - done))
        left -= out[place]
    return out


def _em(letter: str) -> float:
    if letter in _NARROW_ONES:
        return _NARROW
    if letter in _WIDE_ONES:
        return _WIDE
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    return _CAPITAL if letter.isupper() else _OTHER
