"""What a section is made of: sentences, tables and figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

import pandas as pd

from placemix.counts import Counts, group_text
from placemix.estimating import Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of texts, already rounded.

    Attributes
    ----------
    caption
        What the table shows; every table needs one.
    columns
        Headings. The first names the rows.
    rows
        Texts, one tuple a row, as long as `columns`.
    numeric
        Positions of the columns that hold numbers.
    strong
        Cells to set in bold, as (row, column).
    note
        What to know when reading it.
    folded
        Whether the table waits behind its caption until it is opened.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    strong: frozenset[tuple[int, int]] = frozenset()
    note: str = ""
    folded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture, what it says in words, and its numbers.

    Attributes
    ----------
    image
        The file's bytes.
    kind
        Its media type, ``image/svg+xml`` or ``image/png``.
    alt
        What is drawn, for those who do not see it.
    caption
        What the picture says.
    table
        The numbers it draws; shown folded beneath it.
    wide
        Whether it needs the full width of the page.
    legend
        Colours and their labels, printed under the picture; ``"hatched"`` for a hatched one.
    """

    image: bytes
    kind: str
    alt: str
    caption: str
    table: Table
    wide: bool = False
    legend: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """Names and what stands for them, such as the facts of a source."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Points:
    """Sentences, one a bullet."""

    texts: tuple[str, ...]
    label: str = ""
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the section's own."""

    text: str


Item: TypeAlias = str | pd.DataFrame | Sequence[Estimate] | Table | Figure | Terms | Points | Heading


class Section(NamedTuple):
    """A heading and what stands under it; a plain tuple of the two serves as well.

    Attributes
    ----------
    heading
        Text of the heading.
    items
        Sentences, result frames, lists of estimates, tables and figures, in order.
    """

    heading: str
    items: Sequence[Item]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a report says of one table of counts; made by `describe`.

    Attributes
    ----------
    name
        Name of the dimension.
    people, units
        How many, with the units where nobody is.
    empty
        Units where nobody is.
    residual
        People in none of the groups.
    left_out
        Units that the published table marks as not applicable.
    groups
        Names of the groups, as in the source.
    member
        What one of them is called: resident, household, pupil.
    about
        What `Counts.about` holds.
    hash
        SHA-256 of the counts.
    note
        What else to know.
    sizes
        People of each group.
    unit_words
        What a unit is, in plain words.
    others
        Who is in none of the groups.
    """

    name: str
    people: float
    units: int
    empty: int
    residual: float
    left_out: int
    groups: tuple[str, ...]
    member: str
    hash: str
    about: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    sizes: tuple[float, ...] = ()
    unit_words: str = ""
    others: str = ""


_MEMBERS = {"resident": "resident", "household": "household", "pupil": "pupil", "birth": "birth"}


def describe(counts: Counts, *, name: str, note: str = "", unit_words: str = "", others: str = "") -> Source:
    """Say of counts what a report prints about them.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pm.from_wide(pd.DataFrame({"id": ["a", "b"], "x": [1, 0], "y": [2, 0]}),
    ...                      groups=["x", "y"], unit="id", about={"universe": "usual residents"})
    >>> source = describe(homes, name="ethnic group")
    >>> source.member, source.empty
    ('resident', 1)
    """
    universe = (counts.about.universe or "").casefold()
    member = next((word for part, word in _MEMBERS.items() if part in universe), "member")
    return Source(
        name=name,
        people=float(counts.total.sum()),
        units=len(counts),
        empty=int((counts.total <= 0).sum()),
        residual=float(counts.residual.sum()),
        left_out=len(counts.left_out),
        groups=tuple(group_text(group) for group in counts.groups),
        member=member,
        hash=counts.hash,
        about=counts.about.to_dict(),
        note=note,
        sizes=tuple(float(size) for size in counts.values.sum(axis=0)),
        unit_words=unit_words,
        others=others,
    )
