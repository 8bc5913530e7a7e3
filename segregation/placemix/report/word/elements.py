"""Paragraphs, runs, fields and marks, as elements of WordprocessingML (ECMA-376, part 1, §17)."""

from __future__ import annotations

from itertools import count
from typing import Any, TypeAlias

from placemix.report.word.letters import writable

#: An element of lxml, which has no annotations.
Element: TypeAlias = Any
WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_KEEP_BLANKS = "{http://www.w3.org/XML/1998/namespace}space"


def add(parent: Element, name: str, /, **values: object) -> Element:
    """Add an element below another; `values` are its attributes, of the same namespace.

    Examples
    --------
    >>> from lxml import etree
    >>> paragraph = etree.Element(f"{{{WORDS}}}p", nsmap={"w": WORDS})
    >>> _ = add(add(paragraph, "pPr"), "jc", val="right")
    >>> etree.tostring(paragraph).decode().partition(">")[2]
    '<w:pPr><w:jc w:val="right"/></w:pPr></w:p>'
    """
    child = parent.makeelement(f"{{{WORDS}}}{name}", {f"{{{WORDS}}}{key}": str(value) for key, value in values.items()})
    parent.append(child)
    return child


def paragraph(parent: Element, style: str, *, keep: bool = False, new_page: bool = False) -> Element:
    """Add a paragraph of a style; `keep` holds it on the page of the next one."""
    made = add(parent, "p")
    about = add(made, "pPr")
    add(about, "pStyle", val=style)
    if keep:
        add(about, "keepNext")
    if new_page:
        add(about, "pageBreakBefore")
    return made


def run(parent: Element, text: str, *, style: str = "") -> Element:
    """Add a run of text, in a style of characters if one is named; blanks at its ends count."""
    made = add(parent, "r")
    if style:
        add(add(made, "rPr"), "rStyle", val=style)
    held = add(made, "t")
    held.text = writable(text)
    if held.text != held.text.strip():
        held.set(_KEEP_BLANKS, "preserve")
    return made


def field(parent: Element, instruction: str, shown: str, *, style: str = "") -> None:
    """Add a field that Word can compute again, with what it shows until then."""
    begin(parent, instruction)
    run(parent, shown, style=style)
    end(parent)


def begin(parent: Element, instruction: str) -> None:
    """Start a field; what is added next is what it shows."""
    add(add(parent, "r"), "fldChar", fldCharType="begin")
    told = add(add(parent, "r"), "instrText")
    told.text = f" {instruction} "
    told.set(_KEEP_BLANKS, "preserve")
    add(add(parent, "r"), "fldChar", fldCharType="separate")


def end(parent: Element) -> None:
    """End a field."""
    add(add(parent, "r"), "fldChar", fldCharType="end")


def tab(parent: Element) -> None:
    """Move on to the next stop."""
    add(add(parent, "r"), "tab")


def link(parent: Element, mark: str) -> Element:
    """Add a link to a mark in the same file; its text is added to what is returned."""
    return add(parent, "hyperlink", anchor=mark, history=1)


class Marks:
    """Marks to which links and cross references lead, each with a number of its own."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def start(self, parent: Element, name: str) -> str:
        """Start a mark and return its number, which `end` needs."""
        number = str(next(self._numbers))
        add(parent, "bookmarkStart", id=number, name=name)
        return number

    def end(self, parent: Element, number: str) -> None:
        """End a mark."""
        add(parent, "bookmarkEnd", id=number)
