"""Items of sections as parts that a page or a Word file draws, each with its kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from placemix.errors import InvalidParameter
from placemix.estimating import Estimate
from placemix.report.items import Figure, Heading, Item, Points, Section, Table, Terms
from placemix.report.tabling import of_estimates, of_frame

#: Which kind of part each kind of item is.
_SHAPES: dict[str, type] = {
    "text": str,
    "table": Table,
    "figure": Figure,
    "heading": Heading,
    "points": Points,
    "terms": Terms,
}


@dataclass(frozen=True, slots=True)
class Part:
    """One item, ready to be drawn.

    Attributes
    ----------
    kind
        ``"text"``, ``"table"``, ``"figure"``, ``"heading"``, ``"points"`` or ``"terms"``.
    it
        The item; frames and estimates are tables by now.
    label
        Name of its table, unlike that of every other in the report; empty where there is none.
    """

    kind: str
    it: Any
    label: str = ""


def parts_of(sections: Iterable[Section | tuple[str, Sequence[Item]]]) -> list[tuple[str, list[Part]]]:
    """Give the heading of every section with its parts, in order.

    Raises
    ------
    InvalidParameter
        Something in a section is of no kind that a report shows.

    Examples
    --------
    >>> import pandas as pd
    >>> ((heading, (first, second)),) = parts_of([("Separate", ["One sentence.", pd.DataFrame({"value": [0.5]})])])
    >>> heading, first.kind, second.kind, second.it.rows
    ('Separate', 'text', 'table', (('0.500',),))
    """
    labels: set[str] = set()
    return [(heading, [_part(item, labels) for item in _several(items)]) for heading, items in sections]


def tidy(text: str) -> str:
    """Keep a number and its percent sign on one line.

    Examples
    --------
    >>> tidy("12 % of all").split(" ")[1:]
    ['of', 'all']
    """
    return re.sub(r"(\d) %", "\\1\u00a0%", text)


def _several(items: object) -> list[Any]:
    if isinstance(items, (str, pd.DataFrame, Table, Figure, Terms, Points, Heading)):
        return [items]
    if isinstance(items, Sequence) and items and all(isinstance(item, Estimate) for item in items):
        return [items]
    return list(items)  # type: ignore[call-overload]


def _part(item: object, labels: set[str]) -> Part:
    """Say what kind of part an item is."""
    for kind, shape in _SHAPES.items():
        if isinstance(item, shape):
            return Part(kind, item, _label(kind, item, labels))
    several = [item] if isinstance(item, Estimate) else item
    if isinstance(item, pd.DataFrame):
        made = of_frame(item)
    elif isinstance(several, Sequence) and several and all(isinstance(part, Estimate) for part in several):
        made = of_estimates(several)
    else:
        message = f"A page shows no {type(item).__name__}."
        remedy = "Give sentences, result frames, lists of estimates, or a report.Figure with its words and its table."
        raise InvalidParameter(message, remedy=remedy)
    return Part("table", made, _label("table", made, labels))


def _label(kind: str, item: Any, used: set[str]) -> str:  # noqa: ANN401
    """Name a table so that no two in a report are called alike."""
    base = str(getattr(item.table if kind == "figure" else item, "caption", ""))
    name, number = base, 2
    while name in used:
        name, number = f"{base} ({number})", number + 1
    used.add(name)
    return name
