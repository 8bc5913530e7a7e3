"""Who would live where a place grows, with ranges learnt from places that did."""

from placemix.scenarios.composition.calibrating import calibrate
from placemix.scenarios.composition.expecting import expected_mix

__all__ = ["calibrate", "expected_mix"]
