"""Continuous values: how separately people live by income, price or score, from one row a person or household.

Values may carry survey weights. `rank_order` looks at ranks alone, `sorting_index` at the values
themselves, and `centile_gap` at how far people rank from the middle of their unit. Where only bands are
published, `placemix.measure` has the rank-order measures for counts.
"""

from placemix.continuous.centiles import centile_gap
from placemix.continuous.means import sorting_index
from placemix.continuous.profiles import rank_order

__all__ = ["centile_gap", "rank_order", "sorting_index"]
