"""Sections of a report, each built from result frames alone.

The command line, configurations and notebooks all make their pages from these, so that one
frame looks the same everywhere. No section takes `Counts`.
"""

from placemix.report.sections.beginnings import opening
from placemix.report.sections.bridging import gap_by_place
from placemix.report.sections.catchments import catchment_change
from placemix.report.sections.caveats import assumptions, dropped, provenance, references
from placemix.report.sections.changing import change
from placemix.report.sections.comparing import Measured, dimensions
from placemix.report.sections.condition_gaps import gaps_by_condition
from placemix.report.sections.conditions import unequal
from placemix.report.sections.curves import concentration, segregation_curve
from placemix.report.sections.defining import strong_characteristics
from placemix.report.sections.places import map_of_condition, maps
from placemix.report.sections.planning_places import school_places
from placemix.report.sections.scaling import scale_profile, zoning_range
from placemix.report.sections.school_by_school import kinds_of_school, school_contrasts, school_twins
from placemix.report.sections.school_standing import school_indices, schools_beside_homes
from placemix.report.sections.school_summary import schools_in_short
from placemix.report.sections.sources import measured
from placemix.report.sections.tabulating import strata, together
from placemix.report.sections.type_changes import change_of_types
from placemix.report.sections.typing import types_of_places

__all__ = [
    "Measured",
    "assumptions",
    "catchment_change",
    "change",
    "change_of_types",
    "concentration",
    "dimensions",
    "dropped",
    "gap_by_place",
    "gaps_by_condition",
    "kinds_of_school",
    "map_of_condition",
    "maps",
    "measured",
    "opening",
    "provenance",
    "references",
    "scale_profile",
    "school_contrasts",
    "school_indices",
    "school_places",
    "school_twins",
    "schools_beside_homes",
    "schools_in_short",
    "segregation_curve",
    "strata",
    "strong_characteristics",
    "together",
    "types_of_places",
    "unequal",
    "zoning_range",
]
