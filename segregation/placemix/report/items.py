"""What a section is made of: sentences, tables and figures."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
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


def uri_of(image: bytes, kind: str) -> str:
    """Write a picture as the address that holds it."""
    return f"data:{kind};base64,{base64.b64encode(image).decode('ascii')}"


#: What ``"hatched"`` in a legend looks like.
_PAPERED = "repeating-linear-gradient(135deg, #fff 0 3px, #7b858c 3px 4px)"


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
    beside
        Further pictures of the same kind with the same legend, each with its words; they stand
        beside the first where there is room, else below it.
    titles
        What stands over each picture where there are several.
    png
        The same pictures as PNG, for a Word file, where they are SVG that placemix did not draw.
    """

    image: bytes
    kind: str
    alt: str
    caption: str
    table: Table
    wide: bool = False
    legend: tuple[tuple[str, str], ...] = ()
    beside: tuple[tuple[bytes, str], ...] = ()
    titles: tuple[str, ...] = ()
    png: tuple[bytes, ...] = ()

    @property
    def pictures(self) -> tuple[tuple[bytes, str, str], ...]:
        """Every picture with its words and its title."""
        several = ((self.image, self.alt), *self.beside)
        titles = (*self.titles, *[""] * len(several))
        return tuple((image, alt, title) for (image, alt), title in zip(several, titles, strict=False))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:  # noqa: ANN401
        """Show the picture in a notebook with its legend and caption, and its words where pictures are not shown."""
        drawn = "".join(
            f'<div style="flex: 1 1 20rem">{f"<strong>{escape(title)}</strong><br>" if title else ""}'
            f'<img src="{uri_of(image, self.kind)}" alt="{escape(alt)}" style="width: 100%"></div>'
            for image, alt, title in self.pictures
        )
        keys = "".join(
            f'<span style="white-space: nowrap; margin-right: 1em"><span style="display: inline-block; width: 1.4em; '
            f'height: .8em; border: 1px solid #8b959b; background: {_PAPERED if colour == "hatched" else colour}">'
            f"</span> {escape(label)}</span> "
            for colour, label in self.legend
        )
        html = (
            f'<figure style="max-width: 54rem"><div style="display: flex; flex-wrap: wrap; gap: 1rem">{drawn}</div>'
            f"<div>{keys}</div><figcaption>{escape(self.caption)}</figcaption></figure>"
        )
        return {"text/html": html, "text/plain": self.alt}


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
