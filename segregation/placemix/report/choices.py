"""What a standard page is asked to show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from placemix.counts import Counts, group_text
from placemix.errors import UnknownGroup, did_you_mean

#: Name of the whole where none is given.
WHOLE = "the whole table"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One dimension of a report: counts, and the two groups whose D is stated.

    Attributes
    ----------
    counts
        People of each group in each unit.
    focal, against
        The two groups. Default: the two largest, the smaller against the larger.
    note
        What a reader should know of these counts.
    unit_words
        What a unit is, in plain words in the plural: "neighbourhoods".
    others
        Who is counted in every total but in none of the groups.
    """

    counts: Counts
    focal: str | None = None
    against: str = ""
    note: str = ""
    unit_words: str = ""
    others: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition of places that groups are compared by.

    Attributes
    ----------
    values
        By unit id of the first dimension.
    words
        What it is, as it stands in a sentence: "income deprivation".
    shares
        Whether it is a share of people, to be written as a percentage. Default: if every value lies
        between 0 and 1.
    source
        Where it comes from.
    period
        Its publication and year, in a few words: "Indices of Deprivation 2025".
    meaning
        What the number is, and how it was made, in a sentence.
    """

    values: pd.Series
    words: str = ""
    shares: bool | None = None
    source: str = ""
    period: str = ""
    meaning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """Two dates of one classification, on the same units.

    Attributes
    ----------
    before, after
        The counts. Default of `after`: the first dimension.
    names
        Names of the two dates.
    against
        Comparisons, ``"rest"`` or groups. Default: the rest, and the report's own.
    note
        How the units were made the same.
    """

    before: Counts
    after: Counts | None = None
    names: tuple[str, str] = ("before", "after")
    against: Sequence[str] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Areas:
    """Shapes of the first dimension's units.

    Attributes
    ----------
    shapes
        GeoDataFrame, projected.
    unit
        Column with the units' ids. Default: its index.
    outlines
        Larger areas to draw over it, with a column `name`.
    source
        Line printed under each map.
    """

    shapes: Any
    unit: str = ""
    outlines: Any = None
    source: str = ""


def focussed(one: Dimension, focal: str | None, against: str) -> Dimension:
    """Settle which two groups are compared: those named, or the two largest."""
    counts = one.counts
    texts = [group_text(group) for group in counts.groups]
    wanted, beside = (
        focal or one.focal,
        against or (one.against if not focal else "") or ("rest" if focal or one.focal else ""),
    )
    for name in filter(None, [wanted, None if beside == "rest" else beside]):
        if name not in texts:
            message = f"There is no group {name!r}; the groups are {', '.join(texts)}."
            raise UnknownGroup(message, remedy=did_you_mean(name, texts))
    if wanted is None:
        size = counts.values.sum(axis=0)
        order = np.argsort(-size, kind="stable")
        wanted = texts[order[1]]
        beside = beside or texts[order[0]]
    return replace(one, focal=wanted, against=beside)


def is_share(condition: pd.Series | Condition) -> bool:
    """Whether a condition is a share of people, by what is said of it or by its values."""
    if isinstance(condition, Condition) and condition.shares is not None:
        return condition.shares
    values = condition.values if isinstance(condition, Condition) else condition
    known = pd.to_numeric(values, errors="coerce").dropna()
    return bool(len(known)) and bool(known.between(0, 1).all())


def words_of(condition: pd.Series | Condition | None) -> str:
    """Name a condition as it stands in a sentence."""
    if condition is None:
        return ""
    words = condition.words if isinstance(condition, Condition) else ""
    values = condition.values if isinstance(condition, Condition) else condition
    return words or str(values.name or "the condition").replace("_", " ")
