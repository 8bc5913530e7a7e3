"""The text of a Word file: every part where it stands, and an annex of what a page keeps folded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from placemix.report.items import Figure, Points, Table
from placemix.report.parts import Part, tidy
from placemix.report.word import pictures
from placemix.report.word.elements import Element, Marks, add, begin, end, field, link, paragraph, run, tab
from placemix.report.word.grids import grid
from placemix.report.word.sizes import AT_EASE, Sizes

ANNEX = "Tables behind the figures"
_WITH_LISTS = "Tables and lists behind the text"
#: Styles without space of their own above them, which need some after a table.
_TIGHT = frozenset({"Normal", "ListBullet", "Terms"})


class _Behind(NamedTuple):
    """What waits for the annex, its mark there, and what it belongs to."""

    item: Table | Points
    label: str
    mark: str
    where: str
    origin: str
    named: str


def annex(parts: Iterable[Part]) -> str:
    """Name the annex by what will stand in it; empty where there is none.

    Examples
    --------
    >>> numbers = Table(caption="Numbers", columns=("a",), rows=(), folded=True)
    >>> annex([Part("text", "One sentence.")]), annex([Part("table", numbers)])
    ('', 'Tables behind the figures')
    """
    behind = [part for part in parts if part.kind == "figure" or getattr(part.it, "folded", False)]
    if any(part.kind == "points" for part in behind):
        return _WITH_LISTS
    return ANNEX if behind else ""


class Body:
    """Writes parts one after the other into the body of a file.

    Parameters
    ----------
    file
        The file of python-docx, empty.
    sizes
        How large things are.
    """

    def __init__(self, file: Any, sizes: Sizes = AT_EASE) -> None:  # noqa: ANN401
        self._sizes = sizes
        self._part = file.part
        self._root: Element = file.element.body
        self._marks = Marks()
        self._figures = self._tables = self._headings = 0
        self._behind: list[_Behind] = []
        self._section = ("", "")
        self._below_table = False
        # The layout of the page stands last in a body.
        self._layout = self._root.sectPr
        self._root.remove(self._layout)

    def text(self, style: str, text: str) -> None:
        """Add a paragraph; nothing for an empty text."""
        if text.strip():
            run(self._line(style), tidy(text))

    def contents(self, headings: Sequence[str]) -> None:
        """List the sections, each with a link, as a table of contents that Word can make again."""
        self.text("TOCHeading", "In this document")
        for place, heading in enumerate(headings, 1):
            line = self._line("TOC1")
            if place == 1:
                begin(line, r'TOC \o "1-1" \n \h')
            run(link(line, _section(place)), heading, style="Hyperlink")
            if place == len(headings):
                end(line)

    def heading(self, text: str, *, new_page: bool = False) -> None:
        """Start a section."""
        self._headings += 1
        self._section = (_section(self._headings), text)
        line = self._line("Heading1", new_page=new_page)
        number = self._marks.start(line, self._section[0])
        run(line, text)
        self._marks.end(line, number)

    def draw(self, part: Part, images: tuple[bytes, ...] = ()) -> None:
        """Add one part; `images` are the pictures of a figure in a form that Word shows."""
        item = part.it
        if part.kind == "text":
            self.text("Normal", item)
        elif part.kind == "heading":
            self.text("Heading2", item.text)
        elif part.kind == "terms":
            self._terms(item.pairs)
        elif part.kind == "figure":
            self._figure(item, part.label, images)
        elif item.folded:
            self._apart(item, part.label)
        elif part.kind == "points":
            self._bullets(item)
        else:
            self._tables += 1
            self._caption("Table ", "Table", self._tables, item.caption)
            self._grid(item, part.label)

    def close(self, title: str) -> None:
        """Add the annex under its title, and end the body."""
        if self._behind:
            self.heading(title, new_page=True)
        for number, one in enumerate(self._behind, 1):
            if isinstance(one.item, Points):
                self._caption("List A", "Annex", number, one.item.label or one.named, mark=one.mark)
                self._bullets(one.item)
            else:
                self._caption("Table A", "Annex", number, one.item.caption, mark=one.mark)
                self._grid(one.item, one.label, followed=True)
            line = self._line("Note")
            run(line, one.where)
            _refer(line, one.origin, one.named)
            run(line, "”." if one.where.endswith("“") else ".")
        self._root.append(self._layout)

    def _line(self, style: str, *, new_page: bool = False) -> Element:
        line = paragraph(self._root, style, new_page=new_page)
        if self._below_table and style in _TIGHT:
            add(line[0], "spacing", before=self._sizes.below)
        self._below_table = False
        return line

    def _terms(self, pairs: Sequence[tuple[str, str]]) -> None:
        for name, text in pairs:
            line = self._line("Terms")
            run(line, name, style="TermName")
            tab(line)
            run(line, tidy(text))

    def _bullets(self, points: Points) -> None:
        for text in points.texts:
            self.text("ListBullet", text)

    def _grid(self, table: Table, label: str, *, followed: bool = False) -> None:
        grid(self._root, table, label=label, size=self._sizes.table, followed=followed or bool(table.note))
        if table.note:
            self.text("Note", table.note)
        else:
            self._below_table = True

    def _figure(self, figure: Figure, label: str, images: tuple[bytes, ...]) -> None:
        self._figures += 1
        named, mark = f"Figure {self._figures}", f"figure_{self._figures}"
        self._below_table = False
        pictures.show(self._root, self._part, figure, images, name=named, sizes=self._sizes)
        line = self._line("FigureCaption")
        self._number(line, "Figure ", "Figure", self._figures, mark)
        run(line, f". {tidy(figure.caption)} ")
        run(line, "The numbers are in ")
        self._behind.append(_Behind(figure.table, label, self._mark(), "Behind ", mark, named))
        _refer(line, self._behind[-1].mark, f"Table A{len(self._behind)}")
        run(line, ".")

    def _apart(self, item: Table | Points, label: str) -> None:
        """Say where what a page keeps folded stands."""
        is_list = isinstance(item, Points)
        text = item.label if isinstance(item, Points) else item.caption
        self._behind.append(_Behind(item, label, self._mark(), "From the section “", *self._section))
        line = self._line("Note")
        run(line, f"{tidy(text)}: " if text else "See ")
        _refer(line, self._behind[-1].mark, f"{'List' if is_list else 'Table'} A{len(self._behind)}")
        run(line, ".")

    def _mark(self) -> str:
        return f"annex_{len(self._behind) + 1}"

    def _caption(self, kind: str, counted: str, number: int, text: str, *, mark: str = "") -> None:
        line = self._line("Caption")
        self._number(line, kind, counted, number, mark)
        run(line, f". {tidy(text)}")

    def _number(self, line: Element, kind: str, counted: str, number: int, mark: str) -> None:
        """Write a number that Word counts itself, as the mark that references repeat."""
        started = self._marks.start(line, mark) if mark else ""
        run(line, kind)
        field(line, rf"SEQ {counted} \* ARABIC", str(number))
        if mark:
            self._marks.end(line, started)


def _section(number: int) -> str:
    return f"section_{number}"


def _refer(line: Element, mark: str, shown: str) -> None:
    """Repeat what a mark encloses, as a link to it."""
    field(line, rf"REF {mark} \h", shown, style="Hyperlink")
