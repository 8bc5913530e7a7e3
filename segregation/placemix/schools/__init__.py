"""Schools: who gets a place, how separate schools are, what would change it."""

from placemix.schools.allocation import Market, admit, intake, lotteries, market
from placemix.schools.nearby import (
    contrast,
    gap_nearest,
    ratio_local_children,
    ratio_local_residents,
    ratio_same_children,
    to_nearest_school,
    twin,
)
from placemix.schools.standing import between, contributions, segregation

__all__ = [
    "Market",
    "admit",
    "between",
    "contrast",
    "contributions",
    "gap_nearest",
    "intake",
    "lotteries",
    "market",
    "ratio_local_children",
    "ratio_local_residents",
    "ratio_same_children",
    "segregation",
    "to_nearest_school",
    "twin",
]
