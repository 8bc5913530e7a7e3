"""What an association is said to be: one between areas, never one between the people in them, and never an effect."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from placemix.errors import InvalidParameter, PlacemixError, did_you_mean, listed
from placemix.outcomes.bridging.telling import amount
from placemix.outcomes.joining.rows import REASONS

#: Said with every number.
CAUTION = "This compares areas: it says nothing of single residents, and no cause follows from it."
#: Said where the places are of several groups.
BY_GROUP = "How groups fare is told by outcomes of each group (compare_groups)."
_INDIVIDUAL = re.compile(
    r"\b(people|persons?|residents|members|pupils|individuals|households|those|anyone|everybody|someone|somebody)"
    r"\s+(who|that|which|whose)\b|\bindividual(s|ly)?\b|\beach (person|resident|member|pupil)\b",
    re.IGNORECASE,
)
_CAUSAL = re.compile(
    r"\b(causes?|caused|causing|causal|because|due to|owing to|leads? to|led to|effects?|impacts?|affect(s|ed)?|"
    r"influences?|drives?|driven|explains?|makes?|results? in|consequences?)\b",
    re.IGNORECASE,
)
#: How results speak of p-values: below this a pattern is more than noise may give.
CLEAR = 0.05


def names_of(names: list[str], words: Mapping[str, str] | None, faults: list[PlacemixError]) -> dict[str, str]:
    """Return how each quantity or outcome is called in sentences, and refuse words about single people or causes.

    Parameters
    ----------
    names
        Quantities and outcomes asked about.
    words
        Other words for them.
    faults
        Takes what is wrong.
    """
    told = {str(key): str(value) for key, value in (words or {}).items()}
    odd = [key for key in told if key not in names]
    if odd:
        message = f"Words are given for {listed([repr(key) for key in odd])}, which nothing is asked about."
        faults.append(InvalidParameter(message, remedy=did_you_mean(odd[0], names)))
    for name in names:
        text = told.get(name, name)
        for pattern, what in ((_INDIVIDUAL, "single people"), (_CAUSAL, "a cause or effect")):
            found = pattern.search(text)
            if found:
                message = f"{text!r} speaks of {what} ({found[0]!r}), and areas show neither."
                remedy = f"Name what areas have, with words={{{name!r}: 'a share of …'}}."
                faults.append(InvalidParameter(message, remedy=remedy))
    return {name: told.get(name, name) for name in names}


def where(labels: Mapping[str, str]) -> str:
    """Name a stratum at the beginning of a sentence, or nothing for all areas."""
    told = ", ".join(label for label in labels.values() if label != "whole")
    return f"In {told}: areas" if told else "Areas"


def told(row: Mapping[str, Any], lead: str, x: str, y: str, *, alike: str, several: bool) -> str | None:
    """Say one row of an association, or nothing for rows that are parts of another.

    Parameters
    ----------
    row
        Columns of the row.
    lead
        Where, as `where` gives it.
    x, y
        What the quantity and the outcome are called.
    alike
        Other terms, in words, or an empty text.
    several
        Whether the join has several groups.
    """
    model, term = row["model"], row["term"]
    if model == "residuals":
        return _residuals(row, lead)
    if term != row["x"]:
        return None
    if math.isnan(row["value"]):
        why = REASONS.get(str(row["reason"]), str(row["reason"]))
        return f"{lead} with {x} and {y}: {_MODELS[model]} is undefined, because {why}."
    ends = "" if math.isnan(row["lower"]) else f", {100 * row['level']:g} % {_ends(row, model)}"
    counted = f"{int(row['areas']):,} areas"
    if model == "spearman":
        text = f"{lead} where {x} is higher have {_turn(row)} {y} on the whole"
        about = f"{CAUTION} {BY_GROUP}" if several else CAUTION
        return f"{text} (Spearman {_signed(row['value'])}{ends}; {counted}). {about}"
    given = {
        "regression": f"weighted by {row['weight']}" if row["weight"] is not None else "every area counting alike",
        "spatial lag": f"given {y} of their neighbours",
        "spatial error": "what neighbours share beside it allowed for",
        "multilevel": f"each {row['levels_of']} with a level of its own",
    }[model]
    among = f" that are alike in {alike} and" if alike else ""
    by = row["per_deviation"]
    turn = "higher" if by > 0 else "lower"
    text = f"{lead}{among} where {x} is one standard deviation higher have, on average, {y} that is"
    return f"{text} {amount(abs(by))} {turn} ({given}; slope {amount(row['value'])}{ends}; {counted}). {CAUTION}"


_MODELS = {
    "spearman": "a correlation of ranks",
    "regression": "a regression",
    "spatial lag": "a spatial lag model",
    "spatial error": "a spatial error model",
    "spatial tests": "a test of spatial models",
    "multilevel": "a multilevel model",
}


def _ends(row: Mapping[str, Any], model: str) -> str:
    if model == "spearman":
        return f"{_signed(row['lower'])} to {_signed(row['upper'])}"
    return f"{amount(row['lower'])} to {amount(row['upper'])}"


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def _turn(row: Mapping[str, Any]) -> str:
    if not (row["lower"] > 0 or row["upper"] < 0) and abs(row["value"]) < 1:
        return "neither clearly higher nor clearly lower"
    return "higher" if row["value"] > 0 else "lower"


def _residuals(row: Mapping[str, Any], lead: str) -> str | None:
    if math.isnan(row["value"]):
        return None
    value, p = row["value"], row["p_value"]
    told = f"Moran's I {value:.3f}, p {p:.2g}, {int(row['areas']):,} areas".replace("-", "−")
    if p < CLEAR and value > row["expected"]:
        return (
            f"{lead} near each other have alike residuals ({told}), so that the intervals of the regression are too "
            "narrow."
        )
    if p < CLEAR:
        return f"{lead} near each other have unlike residuals ({told})."
    return f"{lead} near each other have residuals no more alike than others ({told})."
