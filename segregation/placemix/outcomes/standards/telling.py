"""Sentences of standardised rates and ratios."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from placemix.outcomes.disparity.measures import REASONS
from placemix.outcomes.disparity.telling import named

#: Why there is no standardised value, beside the reasons of comparisons.
OWN: dict[str, str] = {
    "band_missing": "the table lacks one of the bands",
    "nobody_in_a_band": "nobody of the group is in one of the bands",
    "too_few_events": "there are too few events",
    "nothing_expected": "the reference's rates give no event",
    "standards_differ": "the two are not brought to the same standard",
}


def sentence(row: Mapping[str, Any], keys: Sequence[str]) -> str:
    """Say one standardised value in one sentence."""
    where = ", ".join(str(row[key]) for key in keys if row[key] is not None and row[key] == row[key])
    lead = f"{where}: " if where else ""
    who = "everyone" if row["focal"] == "everyone" else named(str(row["focal"]))
    if math.isnan(row["value"]):
        why = OWN.get(str(row["reason"]), REASONS.get(str(row["reason"]), str(row["reason"])))
        return f"{lead}the standardised value of {who} is undefined: {why}."
    ends = ""
    if not math.isnan(row["lower"]):
        ends = f" ({100 * row['level']:.3g} % interval {row['lower']:,.1f} to {row['upper']:,.1f})"
    if row["measure"] == "standardised_rate":
        return (
            f"{lead}{row['value']:,.1f} {row['measured_in']} of {who}{ends}, at the ages of the {row['standard']}; "
            f"{row['rate']:,.1f} at its own."
        )
    return (
        f"{lead}{row['value']:,.1f} of {who}{ends}, with {row['measured_in'].removeprefix('ratio, ')}: "
        f"{row['numerator']:,.12g} events where the {row['standard']} would give {row['expected']:,.1f}."
    )
