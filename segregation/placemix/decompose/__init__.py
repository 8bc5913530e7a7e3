"""Where separation lies, and what changed of it."""

from placemix.decompose.changes import change
from placemix.decompose.compression import compress, merged_units
from placemix.decompose.dates import compare_dates
from placemix.decompose.groups import nested_groups
from placemix.decompose.levels import nested
from placemix.decompose.parts import contributions, gradients
from placemix.decompose.sorting_changes import sorting_beyond_chance
from placemix.decompose.trees import merging_tree

__all__ = [
    "change",
    "compare_dates",
    "compress",
    "contributions",
    "gradients",
    "merged_units",
    "merging_tree",
    "nested",
    "nested_groups",
    "sorting_beyond_chance",
]
