"""Columns of the results of this room, and the words that stand in them."""

from __future__ import annotations

from collections.abc import Mapping

#: Columns of `link` after those of the strata.
COLUMNS: tuple[str, ...] = (
    "place", "level", "quantity", "measure", "focal", "against", "value", "lower", "upper", "interval_method", "people",
    "outcome", "domain", "group", "outcome_value", "outcome_low", "outcome_high", "numerator", "denominator",
    "measured_in", "higher_is", "symbol", "national", "match", "moved", "parts", "parts_missing", "people_known",
    "period", "places_period", "years_apart", "period_check", "vintage", "places_vintage", "vintage_check", "universe",
    "places_universe", "universe_check", "break_in_series", "places", "places_matched", "places_hidden",
    "places_valued", "people_all", "people_valued", "outcome_places", "outcome_places_matched", "outcome_people",
    "outcome_people_matched", "groups", "ordinal", "reason", "note", "sentence", "outcome_source", "source", "version",
)  # fmt: skip

#: Why a number is missing, in words.
REASONS: Mapping[str, str] = {
    "hidden": "it is known only as an interval",
    "missing": "the table has no number",
    "no_outcome": "the outcome has no row of the place",
    "no_value": "the outcome has a row without a value",
    "no_place": "the outcome is of what is no place here",
    "parts_missing": "units of the place have no value of the outcome",
    "count_without_denominator": "the outcome is a count, and nothing says of how many",
    "nobody_in_denominator": "nobody is in the denominator",
    "national_only": "only a national figure is known",
    "too_few_areas": "too few areas have both numbers",
    "no_difference": "all areas have the same value",
    "ordinal": "a rank or class of ranks has no mean, so that only ranks can be compared",
    "collinear": "one of the terms follows from the others",
    "one_level": "all areas are in one of the larger areas, or each is alone in one",
    "not_converged": "the search for the most likely values did not end",
    "no_neighbours": "no area has a neighbour with both numbers",
    "not_weighted": "this model takes no weights",
    "no_national_figure": "no national figure is given, and none follows from the areas",
    "not_a_share": "it is no share of people with known numerators and denominators",
    "not_above_zero": "values of 0 or less have no such part",
}
