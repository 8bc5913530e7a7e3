"""The equality annex: who might live in a place after a scheme, by group, as a range or not at all."""

from placemix.scenarios.equality.annexing import equality_annex
from placemix.scenarios.equality.profiles import tenure_profile
from placemix.scenarios.equality.ranking import NEVER_RANKED, never_ranked
from placemix.scenarios.equality.tenures import people_by_tenure

__all__ = ["NEVER_RANKED", "equality_annex", "never_ranked", "people_by_tenure", "tenure_profile"]
