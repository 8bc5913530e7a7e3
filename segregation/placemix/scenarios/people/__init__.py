"""Who homes of a kind hold: people, children and pupils of schemes, by year and by unit."""

from placemix.scenarios.people.residents import scheme_people
from placemix.scenarios.people.units import added_by_unit

__all__ = ["added_by_unit", "scheme_people"]
