"""Schools: who gets a place where, how schools differ from those nearby, whom twinning would bring together."""

from placemix.schools.admissions import admit, intake
from placemix.schools.ballots import lotteries
from placemix.schools.contrasts import contrast
from placemix.schools.markets import Market, market
from placemix.schools.neighbourhoods import ratio_local_children, ratio_local_residents, ratio_same_children
from placemix.schools.pooling import to_nearest_school
from placemix.schools.proximity import gap_nearest
from placemix.schools.twinning import twin

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
