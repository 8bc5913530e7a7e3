"""Schools: who gets a place where, and what another rule of admission would change."""

from placemix.schools.admissions import admit, intake
from placemix.schools.ballots import lotteries
from placemix.schools.markets import Market, market

__all__ = ["Market", "admit", "intake", "lotteries", "market"]
