"""Plain sentences for changes and gaps, in words that claim no more than the numbers do."""

from __future__ import annotations

import math
from typing import Any

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
    return f"{_with_sign(100 * change, digits)} points"


def signed(change: float, *, digits: int = 3) -> str:
    """Write a difference of an index with its sign.

    Examples
    --------
    >>> signed(0.0052)
    '+0.005'
    """
    return _with_sign(change, digits)


def _with_sign(number: float, digits: int) -> str:
    """A true minus sign, and no sign where nothing is left after rounding."""
    text = f"{number:+.{digits}f}".replace("-", "−")
    return text if text.strip("+−0.") else text[1:]


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
        why = "it is one unit" if row["reason"] == "one_unit" else "one of the groups compared is absent"
        return f"The change for the {focal} group in {where} is undefined: {why}."
    among = "" if row["against"] == "rest" else f" (among {focal} and {row['against']} people alone)"
    subject = f"In {where}, the share of their own group around the average {focal} member{among}"
    then, now = percent(row["isolation_before"]), percent(row["isolation_after"])
    if then == now:
        first = f"{subject} stayed at {now} ({points(row['isolation_change'], digits=2)})"
    else:
        word = "rose" if row["isolation_change"] > 0 else "fell"
        first = f"{subject} {word} from {then} to {now} ({points(row['isolation_change'])})"
    spread = f"D against {beside} went from {row['dissimilarity_before']:.3f} to {row['dissimilarity_after']:.3f}."
    if math.isnan(row["structure"]):
        return (
            f"{first}. How much of this is sorting is not determined, because the two dates cannot be fitted. {spread}"
        )
    size = f"the group went from {percent(row['share_before'])} to {percent(row['share_after'])} of people"
    why = f"{points(row['composition'])} go with the sizes of the group and of the units (composition: {size})"
    structure = points(row["structure"])
    tail = {
        "more sorted": f"and {structure} with its members becoming more sorted into particular places (structure)",
        "less sorted": f"and {structure} with its members becoming less sorted into particular places (structure)",
        "no change in sorting": f"and {structure} with sorting (structure), which counts as no change in sorting",
        "not determined": f"while sorting is not determined: the two ways of separating it give "
        f"{points(row['structure_forward'])} and {points(row['structure_reverse'])}",
    }[str(row["sorting"])]
    if row["sorting"] == "not determined" and row["structure_forward"] * row["structure_reverse"] >= 0:
        tail = (
            f"while sorting is not determined: in {int(row['zero_units'])} of {int(row['units'])} units one of "
            "the groups has nobody at one of the dates"
        )
    return f"{first}: {why}, {tail}. {spread}"


def beyond_chance(row: pd.Series, by: list[str]) -> str:
    """Sentence of `decompose.sorting_beyond_chance`."""
    where = ", ".join(str(row[name]) for name in by) or "the whole table"
    focal = row["focal"]
    among = "" if row["against"] == "rest" else f", among {focal} and {row['against']} people alone"
    if math.isnan(row["isolation_change"]):
        why = "it is one unit" if row["reason"] == "one_unit" else "one of the groups has nobody at one of the dates"
        return f"The change for the {focal} group in {where}{among} is undefined: {why}."
    first = (
        f"In {where}{among}, {percent(row['isolation_before'])} of the people around the average {focal} member were "
        f"{focal} at first, {percent(row['isolation_after'])} later ({points(row['isolation_change'])}, "
        f"{_range(row, 'isolation')})."
    )
    came = f" Units that came or went: {points(row['turnover'])}." if row["turnover"] else ""
    if math.isnan(row["structure"]):
        return f"{first}{came} How much of this is sorting is not determined: the two dates cannot be fitted."
    told = {
        "more sorted": "more than chance would give: members became more sorted into particular places",
        "less sorted": "more than chance would give: members became less sorted into particular places",
        "not beyond chance": "no more than chance would often give",
        "too few draws": "of which so few draws cannot tell whether chance would give it",
        "not determined": "which is not determined, because in too many units one of the groups has nobody at one of "
        "the dates",
    }[str(row["sorting"])]
    if row["sorting"] == "not determined" and row["structure_forward"] * row["structure_reverse"] < 0:
        told = (
            f"which is not determined, because the two ways of separating it give {points(row['structure_forward'])} "
            f"and {points(row['structure_reverse'])}"
        )
    sizes = f"Sizes of the group and of the units: {points(row['composition'])}."
    return f"{first}{came} {sizes} Sorting: {points(row['structure'])} ({_range(row, 'structure')}), {told}."


def _range(row: pd.Series, part: str) -> str:
    low, high = row[f"{part}_lower"], row[f"{part}_upper"]
    if math.isnan(low) or math.isnan(high):
        return "no interval"
    ends = f"{_with_sign(100 * low, digits=1)} to {_with_sign(100 * high, digits=1)}"
    return ends if part == "structure" else f"{100 * row['level']:.0f} % interval {ends}"


def gap(frame: pd.DataFrame, by: list[str]) -> list[str]:
    """Sentences of `place_gap`: where the average member lives, never what members are."""
    out = []
    for row in frame.to_dict("records"):
        where = ", ".join(str(row[name]) for name in by) or "the whole table"
        focal, beside, condition = row["focal"], rival(str(row["against"])), row["condition"]
        if math.isnan(row["gap"]):
            out.append(f"The gap in {condition} between {focal} and {beside} is undefined in {where}: {row['reason']}.")
            continue
        lost = row["people_dropped"] / (row["people_dropped"] + row["focal_people"] + row["against_people"])
        left = f" Left out: {percent(lost)} of these people, who live in units without a value." if lost > 0 else ""
        whose = "everyone else" if row["against"] == "rest" else f"the average member of {beside}"
        contrast = f"{signed(row['contrast'])}" if not math.isnan(row["contrast"]) else "none"
        out.append(
            f"In {where}, {condition} is {row['focal_mean']:.3f} in the place of the average member of the {focal} "
            f"group and {row['against_mean']:.3f} in that of {whose}: a gap of "
            f"{signed(row['gap'])}, how separately they live ({row['separation']:.3f}) times how different the "
            f"places are ({contrast}).{left}"
        )
    return out


def profile(row: dict[str, Any], by: list[str]) -> str:
    """Sentence of one row of a concentration profile."""
    where = ", ".join(str(row[name]) for name in by) or "the whole table"
    who = "people" if pd.isna(row["focal"]) else f"the {row['focal']} group"
    share = {"own": f"{who}", "largest": "the largest group"}.get(str(row["share"]), str(row["share"]))
    reach = {">": "more than", ">=": "at least"}[str(row["op"])]
    if math.isnan(row["value"]):
        return f"In {where}, {who} has no members."
    return (
        f"In {where}, {percent(row['value'])} of {who} are in the {int(row['units_above']):,} of {int(row['units']):,} "
        f"units where {share} makes up {reach} {100 * row['threshold']:g} %."
    )
