"""Tables: a header row that is repeated on every page, and rows that stay whole."""

from __future__ import annotations

from dataclasses import replace

from placemix.report.items import Table
from placemix.report.parts import tidy
from placemix.report.word.elements import Element, add, paragraph, run
from placemix.report.word.letters import writable
from placemix.report.word.widths import lines, widths

#: Width between the margins, in twentieths of a point: 172 mm.
WHOLE = 9752
#: Word opens no file with a wider table.
MOST_COLUMNS = 63
#: What the table's style leaves free beside the text of a cell.
_BESIDE = 160
#: A table of no more lines stays on one page; of others, two rows stay together at either end.
_KEPT = 16


def grid(parent: Element, table: Table, *, label: str, size: float, followed: bool) -> None:
    """Add a table.

    Parameters
    ----------
    parent
        Element to add it to.
    table
        The table.
    label
        What a screen reader calls it.
    size
        Size of its letters in points.
    followed
        Whether the paragraph after it belongs to it.
    """
    table = replace(table, rows=tuple(tuple(map(tidy, texts)) for texts in table.rows))
    across = widths(table, whole=WHOLE, size=size, beside=_BESIDE)
    made = add(parent, "tbl")
    about = add(made, "tblPr")
    add(about, "tblStyle", val="ReportTable")
    add(about, "tblW", w=sum(across), type="dxa")
    add(about, "tblLayout", type="fixed")
    add(about, "tblLook", val="04A0", firstRow=1, lastRow=0, firstColumn=1, lastColumn=0, noHBand=0, noVBand=1)
    add(about, "tblCaption", val=writable(label))
    columns = add(made, "tblGrid")
    for width in across:
        add(columns, "gridCol", w=width)
    head = _row(made, heading=True)
    for place, (text, width) in enumerate(zip(table.columns, across, strict=True)):
        _cell(head, text, width, "TableHeadingNumber" if place in table.numeric else "TableHeading")
    last = len(table.rows) - 1
    whole = sum(lines(texts, across, size=size, beside=_BESIDE) for texts in table.rows[: _KEPT + 1]) <= _KEPT
    for number, texts in enumerate(table.rows):
        row = _row(made)
        keep = followed if number == last else whole or number in {0, last - 1}
        for place, (text, width) in enumerate(zip(texts, across, strict=True)):
            style = "TableNumber" if place in table.numeric else "TableText"
            _cell(row, text, width, style, keep=keep, strong=(number, place) in table.strong)


def _row(made: Element, *, heading: bool = False) -> Element:
    row = add(made, "tr")
    about = add(row, "trPr")
    add(about, "cantSplit")
    if heading:
        add(about, "tblHeader")
    return row


def _cell(row: Element, text: str, width: int, style: str, *, keep: bool = False, strong: bool = False) -> None:
    cell = add(row, "tc")
    add(add(cell, "tcPr"), "tcW", w=width, type="dxa")
    held = paragraph(cell, style, keep=keep)
    if text:
        run(held, text, style="Strong" if strong else "")
