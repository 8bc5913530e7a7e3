"""What a plan does to the indices of an area."""

from placemix.scenarios.effects.changing import index_effects
from placemix.scenarios.effects.planning import plan_effects

__all__ = ["index_effects", "plan_effects"]
