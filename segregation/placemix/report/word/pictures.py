"""Pictures: PNG of every figure, its size on the page, and the colours below it."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from placemix.errors import InvalidParameter, PlacemixError
from placemix.report.items import Figure
from placemix.report.parts import tidy
from placemix.report.theme import Drawn
from placemix.report.word.elements import Element, add, paragraph, run, tab
from placemix.report.word.letters import writable
from placemix.report.word.sizes import Sizes

_SVG = "image/svg+xml"
#: English Metric Units in a millimetre, and the most height that leaves room for a caption.
_MM = 36_000
_TALL = 200 * _MM
#: A longer title has no room over one of two pictures.
_SHORT = 38
#: Blanks at which no line ends, and which LibreOffice, unlike the usual ones, never leaves out at the end of a line.
_SWATCH = "\u2007" * 3
_STRIPES, _SIGNS = "\u25a8" * 2, "Segoe UI Symbol"


def printable(figure: Figure) -> tuple[bytes, ...]:
    """Give every picture of a figure in a form that Word shows; none where there is no such form.

    Examples
    --------
    >>> from placemix.report.items import Table
    >>> numbers = Table(caption="Numbers", columns=("a",), rows=())
    >>> printable(Figure(image=b"<svg/>", kind="image/svg+xml", alt="", caption="", table=numbers))
    ()
    """
    images = tuple(image for image, _, _ in figure.pictures)
    if figure.kind != _SVG:
        return images
    if figure.png:
        return figure.png if len(figure.png) == len(images) else ()
    drawn = tuple(image.png() for image in images if isinstance(image, Drawn))
    return drawn if len(drawn) == len(images) else ()


def faults(figure: Figure, pictures: tuple[bytes, ...], read: Any) -> Iterable[PlacemixError]:  # noqa: ANN401
    """Say why a figure cannot stand in a Word file; `read` is python-docx's reader of pictures."""
    if not pictures:
        yield InvalidParameter(
            f"Word shows no SVG, and the figure {figure.caption!r} has no PNG for each of its pictures.",
            remedy="Give the same pictures as report.Figure(…, png=(…,)).",
        )
    from matplotlib.colors import is_color_like

    if unknown := [colour for colour, _ in figure.legend if colour != "hatched" and not is_color_like(colour)]:
        yield InvalidParameter(
            f"The legend of the figure {figure.caption!r} has colours that Word does not know: {', '.join(unknown)}.",
            remedy="Give colours as #rrggbb, by name, or 'hatched'.",
        )
    for place, picture in enumerate(pictures, 1):
        try:
            read(picture)
        except Exception as error:  # noqa: BLE001 (each format's reader raises errors of its own)
            yield InvalidParameter(
                f"Picture {place} of the figure {figure.caption!r} cannot be read: {error or type(error).__name__}",
                remedy="Give PNG or SVG, and say which as kind.",
            )


def show(
    parent: Element,
    part: Any,  # noqa: ANN401
    figure: Figure,
    pictures: tuple[bytes, ...],
    *,
    name: str,
    sizes: Sizes,
) -> None:
    """Add the pictures of a figure and the colours that they use.

    Parameters
    ----------
    parent
        Element to add them to.
    part
        The part of the file that will hold the bytes.
    figure
        The figure.
    pictures
        What `printable` gave.
    name
        What the figure is called.
    sizes
        How wide pictures are.
    """
    several = list(zip(pictures, figure.pictures, strict=True))
    across = 1 if len(several) == 1 or any(len(title) > _SHORT for _, _, title in figure.pictures) else 2
    most = _MM * (sizes.half if across == 2 else sizes.wide if figure.wide else sizes.usual)
    for first in range(0, len(several), across):
        row = several[first : first + across]
        titles = [title for _, (_, _, title) in row]
        if any(titles):
            over = paragraph(parent, "PictureTitle")
            for place, title in enumerate(titles):
                if place:
                    tab(over)
                run(over, tidy(title))
        line = paragraph(parent, "Figure")
        for place, (picture, (_, alt, _)) in enumerate(row):
            if place:
                tab(line)
            _picture(line, part, picture, alt=alt, most=most, name=name)
    if figure.legend:
        _legend(paragraph(parent, "Legend"), figure.legend)


def _picture(line: Element, part: Any, picture: bytes, *, alt: str, most: int, name: str) -> None:  # noqa: ANN401
    inline = part.new_pic_inline(io.BytesIO(picture), width=most)
    if inline.extent.cy > _TALL:
        inline = part.new_pic_inline(io.BytesIO(picture), height=_TALL)
    for side in "TBLR":
        # LibreOffice takes some space where none is stated.
        inline.set(f"dist{side}", "0")
    inline.docPr.set("descr", writable(alt))
    inline.docPr.set("name", name)
    add(add(line, "r"), "drawing").append(inline)


def _legend(line: Element, legend: tuple[tuple[str, str], ...]) -> None:
    """Write each colour as a shaded blank in a frame, and its label after it."""
    for place, (colour, label) in enumerate(legend):
        if place:
            run(line, "\u2003 ")
        patch = add(line, "r")
        about = add(patch, "rPr")
        if colour == "hatched":
            # Not every program shows a shading of stripes.
            add(about, "rFonts", ascii=_SIGNS, hAnsi=_SIGNS, eastAsia=_SIGNS, cs=_SIGNS)
        add(about, "bdr", val="single", sz=4, space=0, color="8B959B")
        if colour != "hatched":
            add(about, "shd", val="clear", color="auto", fill=_hex(colour))
        add(patch, "t").text = _STRIPES if colour == "hatched" else _SWATCH
        # A label stays beside its colour, and whole if it is short.
        words = tidy(label)
        run(line, "\u00a0" + (words.replace(" ", "\u00a0") if len(words) <= _SHORT else words))


def _hex(colour: str) -> str:
    """Write a colour as Word does, whatever it is called in CSS."""
    from matplotlib.colors import to_hex

    return to_hex(colour).lstrip("#").upper()
