"""Proposals checked before they are built: evidence on a district, a scheme or plan beside the place without it."""

from placemix.scenarios.checking.checked import Checked
from placemix.scenarios.checking.checking import check
from placemix.scenarios.checking.facts import Evidence
from placemix.scenarios.checking.gathering import evidence
from placemix.scenarios.checking.ranking import rank
from placemix.scenarios.checking.reading import read_evidence

__all__ = ["Checked", "Evidence", "check", "evidence", "rank", "read_evidence"]
