"""Plain sentences for changes and gaps, in words that claim no more than the numbers do."""

from __future__ import annotations

import math

import pandas as pd


def percent(share: float, *, digits: int = 1) -> str:
    """Write a share as a percentage.

    Examples
    --------
    >>> percent(0.4562)
    '45.6 %'
    """
    return f"{100 * share:.{digits}f} %"


def points(change: float, *, digits: int = 1) -> str:
    """Write a difference of shares in percentage points, with its sign.

    Examples
    --------
    >>> points(-0.0238)
    '−2.4 points'
    """
    text = f"{100 * change:+.{digits}f}".replace("-", "−")
    return f"{text} points"


def signed(change: float, *, digits: int = 3) -> str:
    """Write a difference of an index with its sign.

    Examples
    --------
    >>> signed(0.0052)
    '+0.005'
    """
    return f"{change:+.{digits}f}".replace("-", "−")


def rival(against: str) -> str:
    """Name what a group is compared with."""
    return "everyone else" if against == "rest" else f"the {against} group"


def change(frame: pd.DataFrame, by: list[str]) -> list[str]:
    """Sentences of `compare_dates`: the same for all comparisons of a group in a stratum."""
    keys = [*by, "focal"]
    place = frame[keys].astype(str).agg(" | ".join, axis=1)
    sentences: dict[str, str] = {}
    for key, rows in frame.groupby(place, sort=False, observed=True):
        where = ", ".join(str(rows.iloc[0][name]) for name in by) or "the whole table"
        lead = rows[rows["against"] == "rest"]
        row = (lead if len(lead) else rows).iloc[0]
        sentences[str(key)] = " ".join(filter(None, [_depends(rows, where), _explained(row, where)]))
    return [sentences[key] for key in place]


def _depends(rows: pd.DataFrame, where: str) -> str:
    """Say first that the direction depends on the comparison, where it does."""
    changes = rows.dropna(subset=["dissimilarity_change"])
    rising = changes[changes["dissimilarity_change"] > 0]
    falling = changes[changes["dissimilarity_change"] < 0]
    if rising.empty or falling.empty:
        return ""
    told = [
        f"against {rival(str(row.against))} D {'rose' if row.dissimilarity_change > 0 else 'fell'} "
        f"({signed(row.dissimilarity_change)})"
        for row in changes.itertuples()
    ]
    focal = rows.iloc[0]["focal"]
    return (
        f"Whether the {focal} group in {where} became more evenly spread depends on the comparison: {', '.join(told)}."
    )


def _explained(row: pd.Series, where: str) -> str:
    focal, beside = row["focal"], rival(str(row["against"]))
    if math.isnan(row["isolation_change"]):
        return f"The change for the {focal} group in {where} is undefined: one of the groups compared is absent."
    word = "rose" if row["isolation_change"] > 0 else "fell"
    among = "" if row["against"] == "rest" else f" (among {focal} and {row['against']} people alone)"
    first = (
        f"In {where}, the share of their own group around the average {focal} member{among} {word} from "
        f"{percent(row['isolation_before'])} to {percent(row['isolation_after'])} ({points(row['isolation_change'])})"
    )
    spread = f"D against {beside} went from {row['dissimilarity_before']:.3f} to {row['dissimilarity_after']:.3f}."
    if math.isnan(row["structure"]):
        return (
            f"{first}. How much of this is sorting is not determined, because the two dates cannot be fitted. {spread}"
        )
    grew = "grew" if row["share_after"] > row["share_before"] else "shrank"
    size = f"the group {grew} from {percent(row['share_before'])} to {percent(row['share_after'])} of people"
    why = f"{points(row['composition'])} because {size} (composition)"
    structure = points(row["structure"])
    tail = {
        "more sorted": f"and {structure} because its members became more sorted into particular places (structure)",
        "less sorted": f"and {structure} because its members became less sorted into particular places (structure)",
        "no change in sorting": f"and {structure} from sorting, which is no change in sorting",
        "not determined": f"while sorting is not determined: the two ways of separating it give "
        f"{points(row['structure_forward'])} and {points(row['structure_reverse'])}",
    }[str(row["sorting"])]
    if row["sorting"] == "not determined" and row["structure_forward"] * row["structure_reverse"] >= 0:
        tail = (
            f"while sorting is not determined: in {int(row['patched_units'])} of {int(row['units'])} units one of "
            "the groups has nobody at one of the dates"
        )
    return f"{first}: {why}, {tail}. {spread}"
