"""Why a cell has no number, and which tenets of a domain nothing is known of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from placemix.outcomes.indicators.holdings import Holding
from placemix.outcomes.indicators.rows import TENETS, Row


def held_of(evidence: pd.DataFrame, rows: Mapping[str, Row]) -> list[Holding]:
    """What the evidence itself makes known, for the status of each indicator."""
    return [
        Holding(
            name=str(line["published_in"]),
            indicators=(str(line["indicator"]),),
            columns=rows[str(line["indicator"])].needs,
            groups=line["grouping"] or "",
            area="national" if line["national"] else str(line["area"]),
            period=str(line["period"]),
            published=line["published"] or "unknown",
            proxy=line["proxy"] or "",
        )
        for line in evidence.drop_duplicates(["indicator", "published_in", "proxy"]).to_dict("records")
    ]


def gap_of(row: Row, status: Mapping[str, Any], known: set[str], held: list[Holding]) -> tuple[str, str | None]:
    """Name the gap of a cell, and say why it is there.

    Parameters
    ----------
    row
        The indicator.
    status
        Its row of the status table.
    known
        Groups of which the evidence gives a number.
    held
        Holdings of it.
    """
    if known:
        return "other groups only", f"the number is of {', '.join(sorted(known))}"
    if status["status"] == "by group" and not status["national"]:
        lacking = _text(status["lacking"])
        return "no number", f"the table lacks {lacking}" if lacking else None
    named = {"by group": "national only", "by area only": "area only"}
    if status["status"] in named:
        return named[str(status["status"])], _text(status["note"])
    if status["status"] == "proxy":
        return "proxy only", "; ".join(one.proxy for one in held if one.proxy)
    if any(one.refused for one in held) or not row.now:
        return "not published", _text(status["reason"]) if held else "nobody is known to publish it"
    return "no source", _text(status["reason"])


def flags_of(card: pd.DataFrame) -> pd.Series:
    """Say of each row what its domain lacks in its tenet, or nothing.

    Parameters
    ----------
    card
        Rows with `domain`, `tenet`, `presence`, `national`, `kind` and `qualitative`.
    """
    out = pd.Series([None] * len(card), index=card.index, dtype=object)
    for (domain, tenet), part in card.groupby(["domain", "tenet"], sort=False):
        out[part.index] = _flag(part, str(domain), TENETS[str(tenet)])
    return out


def _flag(part: pd.DataFrame, domain: str, tenet: str) -> str | None:
    numbers = part[part["presence"] == "number"]
    there = set(part["presence"])
    said = {
        f"Of {tenet} in {domain} only national figures are known.": len(numbers) and numbers["national"].all(),
        f"Of {tenet} in {domain} only what people say is known, which is no evidence of what happens.": len(numbers)
        and (numbers["kind"] == "perception").all(),
        "": len(numbers),
        f"Of {tenet} in {domain} only a proxy is known.": "proxy" in there,
        f"Of {tenet} in {domain} no number is defined.": "undefined" in there,
        f"Of {tenet} in {domain} only a note is known, and no number.": part["qualitative"].notna().any(),
        f"Of {tenet} in {domain} nothing is known.": True,
    }
    return next(text for text, holds in said.items() if holds) or None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
