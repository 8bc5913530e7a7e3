"""A new Word file in our styles, and its bytes, the same for the same file."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Any

from placemix._version import __version__
from placemix.errors import MissingExtra
from placemix.report.word.elements import WORDS, add, field, paragraph, run
from placemix.report.word.letters import writable
from placemix.report.word.sizes import SMALLEST, Sizes

_STYLES = Path(__file__).parents[1] / "templates" / "word"
#: Parts of python-docx's empty file that say nothing, or say it of another program.
_SPARE = ("stylesWithEffects", "customXml", "webSettings", "fontTable", "thumbnail", "extended-properties")
#: The first date that a zip file can hold.
_NO_DATE = (1980, 1, 1, 0, 0, 0)
#: A4 in twentieths of a point, and margins that leave 172 mm for the text.
_PAGE = {"w": 11906, "h": 16838}
_MARGINS = {"top": 964, "right": 1077, "bottom": 1020, "left": 1077, "header": 510, "footer": 480, "gutter": 0}


def loaded() -> Any:  # noqa: ANN401
    """Load python-docx.

    Raises
    ------
    MissingExtra
        It is not installed.
    """
    try:
        import docx
        import docx.image.image
        import docx.opc.constants
        import docx.oxml
    except ImportError as error:
        message = "Writing Word files needs python-docx."
        raise MissingExtra(message, remedy="pip install 'placemix[word]'") from error
    return docx


def empty(docx: Any, sizes: Sizes) -> Any:  # noqa: ANN401
    """Make an empty A4 file in our styles, without what python-docx's own template holds besides."""
    file = docx.Document()
    for element, name in (
        (file.styles.element, "styles"),
        (file.settings.element, "settings"),
        (file.part.numbering_part.element, "numbering"),
    ):
        element[:] = list(docx.oxml.parse_xml(_read(name)))
    _scale(file.styles.element, sizes)
    for holder in (file.part, file.part.package):
        for key in [key for key, one in holder.rels.items() if one.reltype.rpartition("/")[2] in _SPARE]:
            del holder.rels[key]
    layout = file.sections[0]
    ends = file.element.body.sectPr
    del ends[:]
    add(ends, "pgSz", **_PAGE)
    add(ends, "pgMar", **_MARGINS)
    layout.footer.is_linked_to_previous = False
    return file


def describe(
    docx: Any,  # noqa: ANN401
    file: Any,  # noqa: ANN401
    *,
    title: str,
    publisher: str,
    about: str,
    dated: dt.date | None,
) -> None:
    """Write what a file says of itself: title, language, publisher, and a date only where one is given."""
    said = file.core_properties
    said.title, said.author, said.subject = (_fitting(text) for text in (title, publisher, about))
    said.language, said.comments, said.last_modified_by = "en-GB", f"placemix {__version__}", ""
    holder = file.part.package.part_related_by(docx.opc.constants.RELATIONSHIP_TYPE.CORE_PROPERTIES).element
    for element in [one for one in holder if one.tag.rpartition("}")[2] in {"created", "modified"}]:
        holder.remove(element)
    if dated is not None:
        at = dt.datetime.combine(dated, dt.time())
        said.created = said.modified = at


def foot(file: Any, text: str) -> None:  # noqa: ANN401
    """Write the number of the page and a line below every page."""
    root = file.sections[0].footer.part.element
    del root[:]
    line = paragraph(root, "Footer")
    run(line, "Page ")
    field(line, "PAGE", "1")
    run(line, " of ")
    field(line, "NUMPAGES", "1")
    run(line, f" · {text}")


def content(file: Any) -> bytes:  # noqa: ANN401
    """Give the bytes of a file, without the time at which they were made."""
    made, fixed = io.BytesIO(), io.BytesIO()
    file.save(made)
    with zipfile.ZipFile(made) as given, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as out:
        for name in given.namelist():
            held = zipfile.ZipInfo(name, _NO_DATE)
            held.compress_type = zipfile.ZIP_DEFLATED
            held.create_system = 3
            held.external_attr = 0o644 << 16
            out.writestr(held, given.read(name))
    return fixed.getvalue()


def _scale(styles: Any, sizes: Sizes) -> None:  # noqa: ANN401
    """Make letters and the space between paragraphs smaller or larger."""
    for element in styles.iter(f"{{{WORDS}}}sz", f"{{{WORDS}}}szCs"):
        _multiply(element, "val", sizes.letters, SMALLEST)
    for element in styles.iter(f"{{{WORDS}}}spacing"):
        for name in ("before", "after"):
            _multiply(element, name, sizes.space, 0)


def _multiply(element: Any, name: str, by: float, least: int) -> None:  # noqa: ANN401
    key = f"{{{WORDS}}}{name}"
    if (value := element.get(key)) is not None:
        element.set(key, str(max(least, round(by * int(value)))))


@lru_cache(maxsize=3)
def _read(name: str) -> bytes:
    return (_STYLES / f"{name}.xml").read_bytes()


def _fitting(text: str) -> str:
    """Cut a text to the 255 letters that a property holds."""
    held = writable(text).strip()
    return held if len(held) <= 255 else f"{held[:254]}…"
