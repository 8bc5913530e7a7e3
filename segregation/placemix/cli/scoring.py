"""The command about one area's scorecard: what is known of every indicator, and what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from placemix import report as reports
from placemix.cli import values
from placemix.cli.pages import is_page
from placemix.cli.terminal import OUT, as_json, say_note, show
from placemix.errors import InvalidParameter
from placemix.outcomes import read_scorecard
from placemix.outcomes.scoring.telling import summary, tenet_flags


def scorecard(
    file: Annotated[Path, typer.Argument(help="What is known of the area, a TOML file.")],
    *,
    page: Annotated[Path | None, typer.Option("--page", help="Write it as a page (.html) that prints well.")] = None,
    word: Annotated[Path | None, typer.Option("--word", help="Write the same as a Word file (.docx).")] = None,
    title: Annotated[str | None, typer.Option("--title", help="Title of the page.")] = None,
    published_by: Annotated[str | None, typer.Option("--published-by", help="Who answers for the page.")] = None,
    pack: values.Pack = None,
    machine: values.Machine = False,
) -> None:
    """Put what is known of an area beside what is not, for every indicator of the framework.

    Gaps are printed as gaps. There is no index of it all, and areas are not ranked.

    Examples:  placemix scorecard greater-manchester.toml --page scorecard.html

    placemix scorecard greater-manchester.toml --word scorecard.docx --json
    """
    if page is not None:
        is_page(page)
    if word is not None and word.suffix.casefold() != ".docx":
        message = f"A Word file ends in .docx, not {word.suffix or word.name!r}."
        raise InvalidParameter(message, remedy="Name a .docx file.")
    card = read_scorecard(file)
    named, publisher = card.attrs["titles"]
    for out in (page, word):
        if out is not None:
            by = publisher if published_by is None else published_by
            reports.of_scorecard(card, out=out, title=title or named, published_by=by or "")
    if pack is not None:
        card.save(pack)
    if machine:
        typer.echo(as_json(card))
        return
    _printed(card)
    for name, out in (("Page", page), ("Word file", word), ("Pack", pack)):
        if out is not None:
            say_note(f"{name}: {out}")


def _printed(card: pd.DataFrame) -> None:
    OUT.print(summary(card), markup=False, highlight=False)
    known = card[card["presence"] != "missing"]
    for text in dict.fromkeys(known["sentence"].astype(str)):
        OUT.print(text, markup=False, highlight=False)
    gaps = card[card["presence"] == "missing"].drop_duplicates(["indicator", "missing"])
    if len(gaps):
        columns = ["indicator", "missing", "status", "last_year"]
        names = {"missing": "gap", "last_year": "last year"}
        show(pd.DataFrame(gaps[columns]).rename(columns=names), title="Gaps")
    for text in tenet_flags(card):
        say_note(text)
