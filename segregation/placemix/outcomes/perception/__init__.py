"""What people say: beside what is counted, over time and by area, and as weighted shares of a survey."""

from placemix.outcomes.perception.answers import survey_proportions
from placemix.outcomes.perception.discords import divergence_by_area
from placemix.outcomes.perception.diverging import divergence

__all__ = ["divergence", "divergence_by_area", "survey_proportions"]
