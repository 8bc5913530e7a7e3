"""Schools beside the neighbourhoods and the schools around them."""

from placemix.schools.nearby.contrasts import contrast
from placemix.schools.nearby.federations import federate
from placemix.schools.nearby.neighbourhoods import ratio_local_children, ratio_local_residents, ratio_same_children
from placemix.schools.nearby.pooling import to_nearest_school
from placemix.schools.nearby.proximity import gap_nearest
from placemix.schools.nearby.twinning import twin

__all__ = [
    "contrast",
    "federate",
    "gap_nearest",
    "ratio_local_children",
    "ratio_local_residents",
    "ratio_same_children",
    "to_nearest_school",
    "twin",
]
