"""Seats and posts by group: against a stated base, on sets of boards, by grade, and until parity."""

from placemix.outcomes.seats.bases import Base
from placemix.outcomes.seats.boards import boards_without_member
from placemix.outcomes.seats.grades import grade_profile
from placemix.outcomes.seats.parity import recruitment_for_parity, time_to_parity
from placemix.outcomes.seats.representing import representation

__all__ = [
    "Base",
    "boards_without_member",
    "grade_profile",
    "recruitment_for_parity",
    "representation",
    "time_to_parity",
]
