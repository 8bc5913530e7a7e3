"""The page of a scorecard, or its Word form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from placemix.errors import InvalidParameter, InvalidTable, listed
from placemix.outcomes.indicators.rows import TENETS
from placemix.outcomes.scoring.telling import summary
from placemix.report.documents import document
from placemix.report.items import Section
from placemix.report.pages import page
from placemix.report.rounding import joined
from placemix.report.scorecards import parts, tenets

#: Columns without which a table is no scorecard.
_NEEDED = ("domain", "indicator", "tenet", "group", "presence", "value", "missing", "status", "flag", "sentence",
           "national", "synthetic", "local_what", "what")  # fmt: skip


def of_scorecard(
    card: pd.DataFrame,
    *,
    out: str | Path | None = None,
    title: str | None = None,
    published_by: str = "",
    synthetic: bool | None = None,
) -> str | bytes | Path:
    """Write a scorecard as a page: what is known by tenet and domain, and what is missing.

    Parameters
    ----------
    card
        What `placemix.outcomes.scorecard` gave, whole.
    out
        File to write, whole or not at all: ``.html``, or ``.docx`` for Word. Default: the page is returned as text.
    title
        Title. Default: the area and the period.
    published_by
        Who answers for it.
    synthetic
        Say that the people are invented. Default: as the card's evidence says.

    Returns
    -------
    page
        The path written, or the HTML.

    Raises
    ------
    InvalidTable
        The table is no scorecard.
    InvalidParameter
        The file has another ending.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> jobs = pd.DataFrame({"group": ["Women", "Men"], "numerator": [310, 380], "denominator": [470, 480]})
    >>> card = pm.outcomes.scorecard(
    ...     "The town", 2021, {"Women": "Men"},
    ...     evidence=[{
    ...         "indicator": "work-indicator-1", "table": jobs, "area": "The town", "period": 2021,
    ...         "universe": "residents aged 16 to 64", "source": "the town's survey",
    ...     }],
    ... )
    >>> html = pm.report.of_scorecard(card)
    >>> "What is missing" in html, "not published" in html
    (True, True)
    """
    lacking = [name for name in _NEEDED if name not in card.columns]
    if lacking:
        message = f"This is no scorecard: it lacks {listed(lacking)}."
        raise InvalidTable(message, remedy="Pass what placemix.outcomes.scorecard gave.")
    # As objects all texts stand in one block, and rows of so many columns are taken twice as soon.
    frame = pd.DataFrame(card)
    texts = [name for name in frame.columns if isinstance(frame[name].dtype, pd.StringDtype)]
    frame = frame.astype(dict.fromkeys(texts, object)).copy()
    made = [
        parts.overview(frame), parts.reading(), *(tenets.section(frame, name) for name in TENETS), parts.gaps(frame),
        parts.notes(frame), parts.status(frame), parts.sources(frame),
    ]  # fmt: skip
    sections: list[Section] = [one for one in made if one is not None]
    area, period = card.attrs.get("about", ("one area", ""))
    words: dict[str, Any] = {
        "synthetic": bool(frame["synthetic"].any()) if synthetic is None else synthetic,
        "title": title or f"{area}: separate and unequal, {period}".rstrip(", "),
        "opening": opening(frame),
        "kicker": " · ".join(filter(None, (f"Scorecard of {area}", str(period)))),
        "publisher": published_by,
    }
    if out is None:
        return page(sections, **words)
    ending = Path(out).suffix.casefold()
    if ending in {".html", ".htm"}:
        return page(sections, out=out, **words)
    if ending == ".docx":
        return document(sections, out=out, about="Scorecard of equality, interaction and participation", **words)
    message = f"A page is written as .html or .docx, not {ending or Path(out).name!r}."
    raise InvalidParameter(message, remedy="Name a .html file, which a browser prints to PDF, or a .docx file.")


def opening(card: pd.DataFrame) -> list[str]:
    """Say the most important in a few sentences.

    Parameters
    ----------
    card
        The scorecard.
    """
    pairs = card.loc[card["comparator"] != "", ["group", "comparator"]].drop_duplicates()
    told = [
        f"{who} beside {'everyone else' if whom == 'rest' else whom}"
        for who, whom in pairs.itertuples(index=False, name=None)
    ]
    said = [f"Compared: {joined(told)}."] if told else []
    if card["national"].any():
        said = [*said, "Numbers of a whole nation stand apart from those of the area, and fill none of its gaps."]
    return [*said, summary(card), "Gaps are shown as gaps; nothing is added up to one figure, and no area is ranked."]
