"""How far numbers may be off, and what chance alone would give."""

from placemix.inference.chances import expected, table
from placemix.inference.corrections import corrected
from placemix.inference.differences import difference
from placemix.inference.perturbing import perturbation_sensitivity
from placemix.inference.powers import minimum_detectable_change
from placemix.inference.resampling import interval, intervals
from placemix.inference.smoothing import smoothing_bias

__all__ = [
    "corrected",
    "difference",
    "expected",
    "interval",
    "intervals",
    "minimum_detectable_change",
    "perturbation_sensitivity",
    "smoothing_bias",
    "table",
]
