"""Who gets a place where: markets, deferred acceptance, lotteries."""

from placemix.schools.allocation.admissions import admit, intake
from placemix.schools.allocation.ballots import lotteries
from placemix.schools.allocation.choosing import simulate_preferences
from placemix.schools.allocation.markets import Market, market

__all__ = ["Market", "admit", "intake", "lotteries", "market", "simulate_preferences"]
