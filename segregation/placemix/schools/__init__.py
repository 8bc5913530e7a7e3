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

__all__ = [
    "Market",
    "admit",
    "contrast",
    "gap_nearest",
    "intake",
    "lotteries",
    "market",
    "ratio_local_children",
    "ratio_local_residents",
    "ratio_same_children",
    "to_nearest_school",
    "twin",
]
