"""Sentences of gradients: of people, or of areas where people are more or less disadvantaged."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from placemix.outcomes.disparity.telling import named
from placemix.wording import signed

#: Why an index has no value, in words.
REASONS: dict[str, str] = {
    "suppressed": "a number behind it is hidden",
    "not_known": "a class has no value",
    "no_people": "the classes have no people",
    "one_class": "there are people in one class only",
    "outside_bounds": "a value lies outside the bounds given",
    "too_few_or_many_classes": "a line needs 5 to 100 classes",
    "outside_transform": "a value cannot be transformed",
    "line_reaches_0": "the line reaches 0 or below at one end",
    "mean_at_an_end": "the mean is at one end of what is possible",
}
_NAMES = {
    "slope_index": "slope index",
    "relative_index": "relative index",
    "concentration_index": "concentration index",
    "concentration_wagstaff": "Wagstaff's concentration index",
    "concentration_erreygers": "Erreygers' concentration index",
}


def sentence(row: Mapping[str, Any], by: Sequence[str], value: str) -> str:
    """Say one index in one sentence."""
    where = ", ".join(str(row[key]) for key in by if row[key] is not None and row[key] == row[key])
    lead = f"{where}: " if where else ""
    who = "" if row["focal"] == "everyone" else f" of {named(str(row['focal']))}"
    name = _NAMES[row["measure"]]
    if math.isnan(row["value"]):
        return f"{lead}the {name} of {value}{who} is undefined: {REASONS.get(row['reason'], row['reason'])}."
    areas = row["of"] == "areas"
    ends = ""
    if not math.isnan(row["lower"]):
        ends = f" ({100 * row['level']:.3g} % interval {row['lower']:,.3g} to {row['upper']:,.3g})".replace("-", "−")
    if row["measure"] in {"slope_index", "relative_index"}:
        most, least = (
            ("areas where disadvantage is greatest", "areas where it is least")
            if areas
            else ("the most disadvantaged", "the least disadvantaged")
        )
        amount = signed(row["value"]) if row["measure"] == "slope_index" else f"{row['value']:,.3g}"
        how = {"phe": ", one end over the other", "mackenbach": ", slope over mean"}.get(str(row["definition"]), "")
        return (
            f"{lead}a line from {most} to {least} runs from {row['most_disadvantaged']:,.3g} to "
            f"{row['least_disadvantaged']:,.3g} in {value}{who}: {name} {amount}{ends}{how}."
        )
    where = "areas where disadvantage is" if areas else "people who are"
    side = "more" if row["value"] < 0 else "less"
    adjective = {"more": "greater", "less": "less"}[side] if areas else f"{side} disadvantaged"
    if row["value"] == 0:
        return f"{lead}{value}{who} is spread evenly over the order: {name} 0{ends}."
    return f"{lead}{value}{who} is concentrated in {where} {adjective}: {name} {signed(row['value'])}{ends}."
