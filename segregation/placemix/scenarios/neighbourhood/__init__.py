"""What a plan does to the mix of the place it lies in."""

from placemix.scenarios.neighbourhood.mixing import neighbourhood_effects

__all__ = ["neighbourhood_effects"]
