"""What a plan does to the indices of an area."""

from placemix.scenarios.effects.changing import index_effects

__all__ = ["index_effects"]
