"""One self-contained HTML page from sections."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from placemix._files import write_whole
from placemix._version import __version__
from placemix.report.items import Item, Section, uri_of
from placemix.report.parts import parts_of, tidy


def page(
    sections: Iterable[Section | tuple[str, Sequence[Item]]],
    *,
    title: str,
    out: str | Path | None = None,
    opening: Sequence[str] = (),
    kicker: str = "",
    publisher: str = "",
    synthetic: bool = False,
    brief: bool = False,
) -> str | Path:
    """Write sections as one HTML page that opens from disk and loads nothing.

    Parameters
    ----------
    sections
        Pairs of a heading and what stands under it: sentences, result frames, lists of
        estimates, and the tables and figures that `placemix.report.sections` make.
    title
        Title of the page.
    out
        File to write, whole or not at all. Default: the page is returned as text.
    opening
        Sentences under the title.
    kicker
        Line above the title, such as the place.
    publisher
        Who answers for the page, for its last line.
    synthetic
        Say that the people are invented.
    brief
        Print on few sheets: smaller, without what is folded, and without a list of the sections.

    Returns
    -------
    page
        The path written, or the HTML.

    Raises
    ------
    InvalidParameter
        Something in a section is of no kind that a page shows.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> result = pm.measure(homes, ["dissimilarity", "isolation"], focal="asian")
    >>> html = pm.report.page([("Separate", [result.explain(), result])], title="Four areas")
    >>> html.startswith("<!doctype html>")
    True
    """
    used: set[str] = {"contents", "main"}
    parts = [{"id": _slug(heading, used), "heading": heading, "parts": shown} for heading, shown in parts_of(sections)]
    html = (
        _environment()
        .get_template("page.html")
        .render(
            title=title,
            opening=list(opening),
            kicker=kicker,
            publisher=publisher,
            sections=parts,
            synthetic=synthetic,
            brief=brief,
            version=__version__,
        )
    )
    return html if out is None else write_whole(out, html.encode("utf-8"))


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    # Everything is escaped, whatever the template's name.
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("placemix.report", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["data_uri"] = _data_uri
    environment.filters["tidy"] = tidy
    environment.globals["style"] = _style
    return environment


def _data_uri(image: bytes, kind: str) -> str:
    return uri_of(image, kind)


def _style() -> Markup:
    # The style sheet is ours, not the data's.
    return Markup((Path(__file__).parent / "templates" / "page.css").read_text(encoding="utf-8"))  # noqa: S704


def _slug(heading: str, used: set[str]) -> str:
    base = re.sub(r"[^a-z0-9]+", "-", heading.casefold()).strip("-") or "section"
    name, number = base, 2
    while name in used:
        name, number = f"{base}-{number}", number + 1
    used.add(name)
    return name
