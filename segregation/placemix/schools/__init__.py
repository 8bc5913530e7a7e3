"""Schools: who gets a place, how separate schools are, what would change it."""

from placemix.schools.allocation import Market, admit, intake, lotteries, market, simulate_preferences
from placemix.schools.catchments import (
    balanced_catchments,
    evaluate_catchments,
    given_catchments,
    nearest_catchments,
    redraw,
)
from placemix.schools.forecasting import place_mix, places, shortfalls
from placemix.schools.nearby import (
    contrast,
    federate,
    gap_nearest,
    ratio_local_children,
    ratio_local_residents,
    ratio_same_children,
    to_nearest_school,
    twin,
)
from placemix.schools.standing import between, contributions, segregation
from placemix.schools.travelling import access, compare_access, travel_times

__all__ = [
    "Market",
    "access",
    "admit",
    "balanced_catchments",
    "between",
    "compare_access",
    "contrast",
    "contributions",
    "evaluate_catchments",
    "federate",
    "gap_nearest",
    "given_catchments",
    "intake",
    "lotteries",
    "market",
    "nearest_catchments",
    "place_mix",
    "places",
    "ratio_local_children",
    "ratio_local_residents",
    "ratio_same_children",
    "redraw",
    "segregation",
    "shortfalls",
    "simulate_preferences",
    "to_nearest_school",
    "travel_times",
    "twin",
]
