"""One Word file from sections, the same that a page is made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path

from placemix._files import write_whole
from placemix._version import __version__
from placemix.errors import InvalidParameter, PlacemixError, together
from placemix.report.items import Figure, Item, Section, Table
from placemix.report.parts import Part, parts_of
from placemix.report.word import pictures, saving
from placemix.report.word.bodies import Body, annex
from placemix.report.word.grids import MOST_COLUMNS
from placemix.report.word.sizes import AT_EASE, BRIEF


def document(
    sections: Iterable[Section | tuple[str, Sequence[Item]]],
    *,
    title: str,
    out: str | Path | None = None,
    opening: Sequence[str] = (),
    kicker: str = "",
    publisher: str = "",
    synthetic: bool = False,
    brief: bool = False,
    about: str = "",
    dated: dt.date | None = None,
) -> Path | bytes:
    """Write sections as one Word file (.docx), with the words and numbers of their page.

    The file is A4 and is meant to be circulated, commented on and printed. Headings, lists, captions
    and cross references are Word's own; header rows repeat on every page; every picture carries its
    words. What a page keeps folded stands in an annex, and the text says where.

    Parameters
    ----------
    sections
        As in `placemix.report.page`: pairs of a heading and what stands under it.
    title
        Title of the document.
    out
        File to write, whole or not at all; its name ends in ``.docx``. Default: the bytes are returned.
    opening
        Sentences under the title.
    kicker
        Line above the title, such as the place.
    publisher
        Who answers for the document; stands at the foot of every page and among the file's properties.
    synthetic
        Say that the people are invented.
    brief
        Print on few sheets: smaller and tighter, and without a list of the sections.
    about
        What the document is about, for the file's properties.
    dated
        Date among the file's properties. Default: none, so that the same sections give the same bytes.

    Returns
    -------
    document
        The path written, or the bytes.

    Raises
    ------
    InvalidParameter
        Something in a section is of no kind that a report shows, a picture is no PNG and was not drawn
        by placemix, a legend's colour is unknown, a table has more than 63 columns or a row that is not
        as long as its headings, or the file's name does not end in ``.docx``. All figures and tables
        at fault are listed.
    MissingExtra
        python-docx is not installed.

    Notes
    -----
    Control characters, which no XML can hold, are shown by their pictures (␇ for a bell), and what is
    no character by �. Word holds no SVG: what placemix drew is drawn again as PNG at 220 dots an inch;
    an SVG of your own needs ``report.Figure(…, png=(…,))``.

    References
    ----------
    ECMA-376, Office Open XML file formats, part 1 (5th edition, 2016), §17.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> result = pm.measure(homes, ["dissimilarity", "isolation"], focal="asian")
    >>> written = pm.report.document([("Separate", [result.explain(), result])], title="Four areas")
    >>> import docx, io
    >>> file = docx.Document(io.BytesIO(written))
    >>> file.core_properties.title, len(file.tables), len(file.tables[0].rows)
    ('Four areas', 1, 3)
    """
    if out is not None and Path(out).suffix.lower() != ".docx":
        message = f"A Word file is written as .docx, not {Path(out).name!r}."
        raise InvalidParameter(message, remedy="Give a name that ends in .docx, or use report.page for HTML.")
    drawn = parts_of(sections)
    docx = saving.loaded()
    images = _checked([part for _, parts in drawn for part in parts], docx.image.image.Image.from_blob)
    behind = annex(part for _, parts in drawn for part in parts)
    sizes = BRIEF if brief else AT_EASE
    file = saving.empty(docx, sizes)
    saving.describe(docx, file, title=title, publisher=publisher, about=about, dated=dated)
    by = f"Published by {publisher}. " if publisher else ""
    rounded = "Numbers are rounded in this document alone; they were computed without rounding."
    saving.foot(file, f"{by}placemix {__version__}. {rounded}")
    body = Body(file, sizes)
    body.text("Kicker", kicker)
    body.text("Title", title)
    if synthetic:
        body.text("Notice", "Synthetic data: these people and places are invented.")
    for sentence in opening:
        body.text("Opening", sentence)
    headings = [*(heading for heading, _ in drawn), *([behind] if behind else [])]
    if len(drawn) > 3 and not brief:
        body.contents(headings)
    for heading, parts in drawn:
        body.heading(heading)
        for part in parts:
            body.draw(part, images.get(id(part), ()))
    body.close(behind)
    written = saving.content(file)
    return written if out is None else write_whole(out, written)


def _checked(parts: Sequence[Part], read: object) -> dict[int, tuple[bytes, ...]]:
    """Give the pictures of every figure, and refuse figures and tables that no Word file can hold."""
    faults: list[PlacemixError] = []
    images: dict[int, tuple[bytes, ...]] = {}
    for part in parts:
        if isinstance(part.it, Figure):
            images[id(part)] = pictures.printable(part.it)
            faults += pictures.faults(part.it, images[id(part)], read)
        table = part.it.table if isinstance(part.it, Figure) else part.it
        if isinstance(table, Table):
            faults += _misshapen(table)
    if faults:
        raise together(faults)
    return images


def _misshapen(table: Table) -> Iterable[PlacemixError]:
    across = len(table.columns)
    if not 0 < across <= MOST_COLUMNS:
        message = f"The table {table.caption!r} has {across} columns; Word holds 1 to {MOST_COLUMNS}."
        yield InvalidParameter(message, remedy="Give fewer columns, or put some in rows.")
    if any(len(row) != across for row in table.rows):
        message = f"A row of the table {table.caption!r} is not as long as its {across} headings."
        yield InvalidParameter(message, remedy="Give one text a column in every row.")
