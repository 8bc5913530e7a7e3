"""One geography, one classification and one date for tables that differ in them."""

from placemix.harmonise.aligning import align
from placemix.harmonise.alignments import Alignment
from placemix.harmonise.areas.components import common_areas
from placemix.harmonise.areas.editions import changes
from placemix.harmonise.areas.fitting import best_fit
from placemix.harmonise.areas.interpolation import areal, dasymetric, interpolate
from placemix.harmonise.areas.locating import locate
from placemix.harmonise.areas.lookups import nesting
from placemix.harmonise.areas.moving import reunit
from placemix.harmonise.dates.between import interpolate_between
from placemix.harmonise.dates.breaking import breaks
from placemix.harmonise.dates.churning import churn
from placemix.harmonise.dates.nowcasting import nowcast
from placemix.harmonise.dates.nowcasts import Backcast, Nowcast
from placemix.harmonise.dates.periods import overlap, period
from placemix.harmonise.dates.spans import Period
from placemix.harmonise.groups.categories import Category, Scheme, scheme
from placemix.harmonise.groups.common_groups import CommonGroups, finest_common
from placemix.harmonise.groups.links import group_crosswalk
from placemix.harmonise.groups.listing import identify, schemes
from placemix.harmonise.groups.regrouping import regroup
from placemix.harmonise.guards import guard

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
