"""The page of a scorecard: small multiples by tenet and domain, with gaps where nothing is known."""

from placemix.report.scorecards.pages import of_scorecard

__all__ = ["of_scorecard"]
