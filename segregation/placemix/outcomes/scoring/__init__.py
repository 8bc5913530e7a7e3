"""The scorecard: every indicator of the framework for one area, with its numbers, its notes and its gaps."""

from placemix.outcomes.scoring.cards import scorecard
from placemix.outcomes.scoring.reading import read_scorecard

__all__ = ["read_scorecard", "scorecard"]
