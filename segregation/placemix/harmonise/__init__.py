"""One geography, one classification and one date for tables that differ in them."""

from placemix.harmonise.aligning import align
from placemix.harmonise.alignments import Alignment
from placemix.harmonise.areas import common_areas
from placemix.harmonise.between import interpolate_between
from placemix.harmonise.breaking import breaks
from placemix.harmonise.categories import Category, Scheme, scheme
from placemix.harmonise.churning import churn
from placemix.harmonise.common_groups import CommonGroups, finest_common
from placemix.harmonise.editions import changes
from placemix.harmonise.fitting import best_fit
from placemix.harmonise.groups import regroup
from placemix.harmonise.guards import guard
from placemix.harmonise.interpolation import areal, dasymetric, interpolate
from placemix.harmonise.links import group_crosswalk
from placemix.harmonise.listing import identify, schemes
from placemix.harmonise.locating import locate
from placemix.harmonise.lookups import nesting
from placemix.harmonise.moving import reunit
from placemix.harmonise.nowcasting import nowcast
from placemix.harmonise.nowcasts import Backcast, Nowcast
from placemix.harmonise.periods import overlap, period
from placemix.harmonise.spans import Period

__all__ = [
    "Alignment",
    "Backcast",
    "Category",
    "CommonGroups",
    "Nowcast",
    "Period",
    "Scheme",
    "align",
    "areal",
    "best_fit",
    "breaks",
    "changes",
    "churn",
    "common_areas",
    "dasymetric",
    "finest_common",
    "group_crosswalk",
    "guard",
    "identify",
    "interpolate",
    "interpolate_between",
    "locate",
    "nesting",
    "nowcast",
    "overlap",
    "period",
    "regroup",
    "reunit",
    "scheme",
    "schemes",
]
