"""Where separation lies, and what changed of it."""

from placemix.decompose.areas import impacts
from placemix.decompose.changed_units import change_by_unit
from placemix.decompose.changes import change
from placemix.decompose.compression import compress, merged_units
from placemix.decompose.counterfactuals import counterfactual
from placemix.decompose.dates import compare_dates
from placemix.decompose.groups import nested_groups
from placemix.decompose.levels import nested
from placemix.decompose.multilevel import multilevel_dissimilarity
from placemix.decompose.parts import contributions, gradients
from placemix.decompose.places_apart import compare_places
from placemix.decompose.redistribution import expected_change
from placemix.decompose.sorting_changes import sorting_beyond_chance
from placemix.decompose.trees import merging_tree

__all__ = [
    "change",
    "change_by_unit",
    "compare_dates",
    "compare_places",
    "compress",
    "contributions",
    "counterfactual",
    "expected_change",
    "gradients",
    "impacts",
    "merged_units",
    "merging_tree",
    "multilevel_dissimilarity",
    "nested",
    "nested_groups",
    "sorting_beyond_chance",
]
