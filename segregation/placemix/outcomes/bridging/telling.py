"""What a gap is said to be, in words: of areas where groups live, never of what their members are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from placemix.estimating import REASONS
from placemix.outcomes.bridging.asking import WHOLE
from placemix.wording import percent


def amount(value: float) -> str:
    """Write a value of any unit with three significant digits.

    Examples
    --------
    >>> amount(153250.4), amount(-0.01234), amount(12.0)
    ('153,250', '−0.0123', '12')
    """
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value + 0.0:.3g}"
    return text.replace("-", "−")


def difference(value: float) -> str:
    """Write a difference with its sign.

    Examples
    --------
    >>> difference(0.0818), difference(-1500.0), difference(0.0)
    ('+0.0818', '−1,500', '0')
    """
    return amount(value) if value <= 0 else f"+{amount(value)}"


def members(name: str) -> str:
    """Name the average member of a group or of the rest."""
    return "the average one of all others" if name == "rest" else f"the average member of {group(name)}"


def group(name: str) -> str:
    """Name a group, or the rest, inside a sentence."""
    return "all others" if name == "rest" else f"the {name} group"


def where_of(row: Mapping[str, Any], by: Sequence[str]) -> str:
    """Name a stratum in a sentence."""
    if not by or all(str(row[name]) == WHOLE for name in by):
        return "the whole table"
    return ", ".join(str(row[name]) for name in by)


#: Columns that a sentence is made of, beside those of strata.
_SAID = (
    "focal", "against", "condition", "focal_mean", "against_mean", "gap", "lower", "upper", "worse_for", "separation",
    "contrast", "worst_focal", "worst_against", "worst_rule", "people_dropped", "focal_people", "against_people",
    "reason",
)  # fmt: skip


def sentences(columns: Mapping[str, Any], by: Sequence[str], places: str) -> list[str]:
    """Say every row of `bridge`."""
    names = (*by, *_SAID)
    return [
        sentence(dict(zip(names, row, strict=True)), by, places)
        for row in zip(*(columns[name].tolist() for name in names), strict=True)
    ]


def sentence(row: Mapping[str, Any], by: Sequence[str], places: str) -> str:
    """Say one row of `bridge`."""
    where, condition = where_of(row, by), row["condition"]
    focal, against = str(row["focal"]), str(row["against"])
    if math.isnan(row["gap"]):
        why = REASONS.get(str(row["reason"]), str(row["reason"]))
        whose = f"the {places} of {group(focal)} and of {group(against)}"
        return f"In {where}, the gap in {condition} between {whose} is undefined: {why}."
    lives = "is" if places == "schools" else "lives"
    ends = ""
    if not math.isnan(row["lower"]):
        ends = f" ({difference(row['lower'])} to {difference(row['upper'])})"
    whose = row["worse_for"]
    worse = "" if whose is None else f", worse for the {places} of {group(str(whose))}"
    # Sums of equal numbers differ in their last digits, which is no difference of places.
    noise = 1e-12 * max(abs(row["focal_mean"]), abs(row["against_mean"]))
    gap, contrast = (0.0 if abs(row[name]) <= noise else row[name] for name in ("gap", "contrast"))
    apart = "none" if math.isnan(contrast) else difference(contrast)
    text = (
        f"In {where}, {places} where {members(focal)} {lives} have {condition} of {amount(row['focal_mean'])}, and "
        f"{places} where {members(against)} {lives} {amount(row['against_mean'])}: a gap of "
        f"{difference(gap)}{ends}{worse}. That is how separate they are ({row['separation']:.3f}) times how "
        f"different the {places} are ({apart})."
    )
    if not math.isnan(row["worst_focal"]):
        text += (
            f" In {row['worst_rule'].partition(' (')[0]} {'are' if places == 'schools' else 'live'} "
            f"{percent(row['worst_focal'])} of {group(focal)} and {percent(row['worst_against'])} of {group(against)}."
        )
    lost = row["people_dropped"] / (row["people_dropped"] + row["focal_people"] + row["against_people"])
    if lost > 0:
        text += f" Left out: {percent(lost)} of these people, who are where the condition is not known."
    return text


def change_sentence(row: Mapping[str, Any], by: Sequence[str]) -> str:
    """Say one row of `bridge_change`."""
    where, condition, focal = where_of(row, by), row["condition"], str(row["focal"])
    lead = (
        f"In {where}, the gap in {condition} between the places of {group(focal)} and of {group(str(row['against']))}"
    )
    if math.isnan(row["change"]):
        return f"{lead} has no change: it is undefined at one of the dates."
    text = f"{lead} went from {difference(row['gap_before'])} to {difference(row['gap_after'])}"
    if math.isnan(row["from_contrast"]):
        return f"{text}; at one of the dates both are in the same places, so that the change has no parts."
    text += (
        f": {difference(row['from_separation'])} go with how separate they are and {difference(row['from_contrast'])} "
        "with how different the places are."
    )
    return text if not row["scale_break"] else f"{text} The condition was defined otherwise at the two dates."
