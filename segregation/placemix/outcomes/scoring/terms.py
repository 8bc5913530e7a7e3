"""Columns of evidence and of scorecards, and the words they use."""

from __future__ import annotations

from collections.abc import Mapping

#: The group of numbers that are of the whole mix.
EVERYONE = "everyone"
#: Columns of evidence that hold texts, and numbers.
TEXTS = (
    "indicator", "group", "comparator", "measure", "measured_in", "says", "beside", "interval_method", "method",
    "reason", "note", "proxy", "area", "period", "universe", "published_in", "published", "grouping", "what",
    "local_what", "local_in", "local_here", "data",
)  # fmt: skip
FIGURES = (
    "value", "lower", "upper", "level", "numerator", "denominator", "local_units", "local_lowest", "local_quartile_1",
    "local_median", "local_quartile_3", "local_highest", "local_value",
)  # fmt: skip
#: Columns that say yes or no: of a whole nation; of people who are invented.
FLAGS = ("national", "synthetic")
#: Columns of a table of evidence.
COLUMNS = (*TEXTS, *FIGURES, *FLAGS)
#: Columns of a table of notes.
NOTES = ("indicator", "group", "text", "source", "date")
#: What a number's doubt is, by the first word of its `interval_method`.
DOUBTS: Mapping[str, str] = {
    "sampling": "sampling",
    "moe": "sampling",
    "bounds": "hidden cells",
    "perturbation": "perturbation",
    "null": "chance model",
    "resampled": "chance model",
    "assumption": "assumption",
    "zoning": "zoning",
    "none": "none",
}
#: What each gap means, in words.
GAPS: Mapping[str, str] = {
    "not published": "nobody publishes it, or not in a form that can be used",
    "no source": "it is published somewhere, and no table of it was given",
    "area only": "known of areas, not of groups of people",
    "proxy only": "only something else that stands in for it is known",
    "national only": "known by group for a whole nation, and not for this area",
    "other groups only": "known of other groups than this one",
    "no number": "a table is held, and it lacks what the number is computed from",
}
#: Ways in which a cell is filled.
PRESENCES = ("number", "undefined", "proxy", "missing")
