"""Which indicators are known by group, by area only, by a proxy, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from placemix._version import __version__
from placemix.carried import fingerprint
from placemix.outcomes.indicators.forms import FORMS
from placemix.outcomes.indicators.holdings import Holding, held_table
from placemix.outcomes.indicators.rows import Row

#: From the best evidence to none.
STATUSES = ("by group", "by area only", "proxy", "no source")


def standing(rows: Sequence[Row], known: Sequence[Holding]) -> pd.DataFrame:
    """Give each indicator its status; what `framework` gives."""
    found = [_indicator(row, [one for one in known if row.id in one.indicators]) for row in rows if row.role != "aim"]
    frame = pd.DataFrame(found)
    frame["last_year"] = frame["last_year"].astype("Int64")
    frame["source"] = fingerprint(held_table(known))[:12] if known else "none"
    frame["version"] = __version__
    return frame


def summary(frame: pd.DataFrame) -> str:
    """Say in one sentence how many indicators have which status."""
    count = {status: int((frame["status"] == status).sum()) for status in STATUSES}
    national = int((frame["national"] & (frame["status"] == "by group")).sum())
    only = f" ({national} for a whole nation only)" if national else ""
    return (
        f"Of {len(frame)} indicators {count['by group']} {'is' if count['by group'] == 1 else 'are'} known by group"
        f"{only}, {count['by area only']} by area only, {count['proxy']} by a proxy; for {count['no source']} there is "
        "no source."
    )


def status_of(row: Row, one: Holding) -> str:
    """What one holding says of an indicator."""
    if one.refused:
        return "no source"
    if one.proxy:
        return "proxy"
    forms = [FORMS[name] for name in (row.measure, *row.also) if name in FORMS]
    if _has(one, [row.needs, *(names for form in forms for names in (form.needs, *form.by_group))]):
        return "by group"
    by_area = _has(one, [names for form in forms for names in form.by_area])
    return "by area only" if by_area and not one.national else "no source"


def _has(one: Holding, sets: Sequence[tuple[str, ...]]) -> bool:
    return any(set(names) <= set(one.columns) for names in sets)


def _indicator(row: Row, mine: Sequence[Holding]) -> dict[str, Any]:
    each = [status_of(row, one) for one in mine]
    status = next((word for word in STATUSES if word in each), "no source")
    used = [one for one, word in zip(mine, each, strict=True) if word == status and status != "no source"]
    years = [one.last_year for one in used if one.last_year is not None]
    words = {one.published for one in used}
    return {
        "id": row.id,
        "domain": row.label,
        "tenet": ", ".join(row.tenets),
        "kind": row.kind,
        "wording": row.wording,
        "status": status,
        "groups": _texts(one.groups for one in used),
        "area": _texts(one.area for one in used),
        "national": bool(used) and all(one.national for one in used),
        "period": _texts(one.period for one in used),
        "last_year": max(years) if years else None,
        "published": "yes" if "yes" in words else "unknown" if "unknown" in words else "no" if words else None,
        "holdings": _texts(one.name for one in used),
        "beside": _texts(
            f"{one.name} ({one.refused or word})" for one, word in zip(mine, each, strict=True) if one not in used
        ),
        "estimate": any(set(row.needs) <= set(one.columns) for one in used if not one.proxy),
        "lacking": _lacking(row, mine) if status != "proxy" else None,
        "reason": _why(row, mine) if status == "no source" else None,
        "note": _note(row, used, status),
    }


def _texts(given: Any) -> str | None:  # noqa: ANN401
    return "; ".join(dict.fromkeys(text for text in given if text)) or None


def _lacking(row: Row, mine: Sequence[Holding]) -> str | None:
    """Columns that the table which comes nearest lacks."""
    usable = [one for one in mine if not one.refused and not one.proxy]
    if not usable:
        return None
    gaps = [(len(set(row.needs) - set(one.columns)), place) for place, one in enumerate(usable)]
    nearest = usable[min(gaps)[1]]
    return ", ".join(name for name in row.needs if name not in nearest.columns) or None


def _why(row: Row, mine: Sequence[Holding]) -> str:
    if not mine:
        return "nothing is held"
    refused = [f"{one.name}: {one.refused}" for one in mine if one.refused]
    return "; ".join(refused) or f"no table has what {row.measure} takes, nor a rate by group or area"


def _note(row: Row, used: Sequence[Holding], status: str) -> str | None:
    said = []
    if status == "by group" and used and all(one.national for one in used):
        said.append("National figures only: they hide local differences.")
    if status == "by area only":
        said.append("Of areas, not of groups of people.")
    said += [f"{one.name} stands in: {one.proxy}." for one in used if one.proxy]
    said += [row.note] if row.note else []
    return " ".join(said) or None
