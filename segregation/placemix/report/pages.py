"""One self-contained HTML page from sections."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup

from placemix._files import write_whole
from placemix._version import __version__
from placemix.errors import InvalidParameter
from placemix.estimating import Estimate
from placemix.report.items import Figure, Heading, Item, Points, Section, Table, Terms, uri_of
from placemix.report.tabling import of_estimates, of_frame

#: Which part of the template draws which kind of item.
_SHAPES: dict[str, type] = {
    "text": str,
    "table": Table,
    "figure": Figure,
    "heading": Heading,
    "points": Points,
    "terms": Terms,
}


def page(
    sections: Iterable[Section | tuple[str, Sequence[Item]]],
    *,
    title: str,
    out: str | Path | None = None,
    opening: Sequence[str] = (),
    kicker: str = "",
    publisher: str = "",
    synthetic: bool = False,
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
    parts = []
    used: set[str] = {"contents", "main"}
    labels: set[str] = set()
    for heading, items in sections:
        shown = [_part(item) for item in _several(items)]
        for part in shown:
            part["label"] = _label(part, labels)
        parts.append({"id": _slug(heading, used), "heading": heading, "parts": shown})
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
            version=__version__,
        )
    )
    return html if out is None else write_whole(out, html.encode("utf-8"))


def _several(items: object) -> list[Any]:
    if isinstance(items, (str, pd.DataFrame, Table, Figure, Terms, Points, Heading)):
        return [items]
    if isinstance(items, Sequence) and items and all(isinstance(item, Estimate) for item in items):
        return [items]
    return list(items)  # type: ignore[call-overload]


def _part(item: object) -> dict[str, Any]:
    """Say by which part of the template an item is drawn."""
    for kind, shape in _SHAPES.items():
        if isinstance(item, shape):
            return {"kind": kind, "it": item}
    if isinstance(item, pd.DataFrame):
        return {"kind": "table", "it": of_frame(item)}
    several = [item] if isinstance(item, Estimate) else item
    if isinstance(several, Sequence) and several and all(isinstance(part, Estimate) for part in several):
        return {"kind": "table", "it": of_estimates(several)}
    message = f"A page shows no {type(item).__name__}."
    raise InvalidParameter(
        message,
        remedy="Give sentences, result frames, lists of estimates, or a report.Figure with its words and its table.",
    )


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
    environment.filters["tidy"] = _tidy
    environment.globals["style"] = _style
    return environment


def _data_uri(image: bytes, kind: str) -> str:
    return uri_of(image, kind)


def _tidy(text: str) -> str:
    """Keep a number and its percent sign on one line."""
    return re.sub(r"(\d) %", "\\1\u00a0%", text)


def _style() -> Markup:
    # The style sheet is ours, not the data's.
    return Markup((Path(__file__).parent / "templates" / "page.css").read_text(encoding="utf-8"))  # noqa: S704


def _label(part: dict[str, Any], used: set[str]) -> str:
    """Name the region of a table so that no two on a page are called alike."""
    base = str(getattr(part["it"].table if part["kind"] == "figure" else part["it"], "caption", ""))
    name, number = base, 2
    while name in used:
        name, number = f"{base} ({number})", number + 1
    used.add(name)
    return name


def _slug(heading: str, used: set[str]) -> str:
    base = re.sub(r"[^a-z0-9]+", "-", heading.casefold()).strip("-") or "section"
    name, number = base, 2
    while name in used:
        name, number = f"{base}-{number}", number + 1
    used.add(name)
    return name
