"""Why a cell has no number, and which tenets of a domain nothing is known of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from placemix.outcomes.indicators.holdings import Holding
from placemix.outcomes.indicators.rows import TENETS, Row

#: Gaps of what is known by group of a nation, or of areas alone.
_NAMED = {"by group": "national only", "by area only": "area only"}


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
        for line in evidence.drop_duplicates(["indicator", "published_in", "proxy", "national"]).to_dict("records")
    ]


def gap_of(
    row: Row, status: Mapping[str, Any], known: Mapping[str, bool], held: Sequence[Holding], *, nation: str = ""
) -> tuple[str, str | None]:  # fmt: skip
    """Name the gap of a cell, and say why it is there.

    Parameters
    ----------
    row
        The indicator.
    status
        Its row of the status table.
    known
        Groups of which the evidence gives a number, and whether it is of the nation alone.
    held
        Holdings of it.
    nation
        Of what nation and period a number of this group is known, if it is.
    """
    local = sorted(who for who, national in known.items() if not national)
    refused = [f"{one.name}: {one.refused}" for one in held if one.refused]
    if nation:
        return "national only", "; ".join(
            [f"known for {'the ' if nation.startswith('United') else ''}{nation}, and not for this area", *refused]
        )
    if known:
        whose = f"the number is of {', '.join(local)}" if local else f"the nation's is of {', '.join(sorted(known))}"
        return "other groups only", "; ".join([whose, *refused])
    return _unnamed(row, status, held)


def _unnamed(row: Row, status: Mapping[str, Any], held: Sequence[Holding]) -> tuple[str, str | None]:
    """Name the gap of an indicator of which there is no number at all."""
    found = str(status["status"])
    if found == "proxy":
        return "proxy only", "; ".join(one.proxy for one in held if one.proxy)
    if found == "by group" and not status["national"]:
        lacking = _text(status["lacking"])
        return "no number", f"the table lacks {lacking}" if lacking else None
    if found in _NAMED:
        return _NAMED[found], _text(status["note"])
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
    names = ["domain", "tenet", "presence", "national", "kind", "qualitative"]
    lines = list(zip(*(card[name].tolist() for name in names), strict=True))
    parts: dict[tuple[str, str], list[tuple[str, bool, str, object]]] = {}
    for domain, tenet, *rest in lines:
        parts.setdefault((domain, tenet), []).append(tuple(rest))
    said = {key: _flag(part, key[0], TENETS[key[1]]) for key, part in parts.items()}
    return pd.Series([said[line[0], line[1]] for line in lines], index=card.index, dtype=object)


def _flag(part: list[tuple[str, bool, str, object]], domain: str, tenet: str) -> str | None:
    numbers = [(national, kind) for presence, national, kind, _ in part if presence == "number"]
    here = {presence for presence, national, _, _ in part if not national}
    there = {presence for presence, *_ in part}
    said = {
        f"Of {tenet} in {domain} only national figures are known.": there - {"missing"} and here == {"missing"},
        f"Of {tenet} in {domain} only what people say is known, which is no evidence of what happens.": numbers
        and all(kind == "perception" for _, kind in numbers),
        "": numbers,
        f"Of {tenet} in {domain} only a proxy is known.": "proxy" in there,
        f"Of {tenet} in {domain} no number is defined.": "undefined" in there,
        f"Of {tenet} in {domain} only a note is known, and no number.": any(isinstance(one[3], str) for one in part),
        f"Of {tenet} in {domain} nothing is known.": True,
    }
    return next(text for text, holds in said.items() if holds) or None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
