"""How far numbers may be off, and what chance alone would give."""

from placemix.inference.chances import expected, table
from placemix.inference.corrections import corrected
from placemix.inference.designs import with_design_effect
from placemix.inference.differences import difference
from placemix.inference.group_differences import difference_of_groups
from placemix.inference.hidden_cells import hidden_bounds
from placemix.inference.leaving_out import influence, jackknife
from placemix.inference.modelled import modelled_segregation
from placemix.inference.perturbing import perturbation_sensitivity
from placemix.inference.powers import minimum_detectable_change
from placemix.inference.rankings import ranking
from placemix.inference.resampling import interval, intervals
from placemix.inference.smoothing import smoothing_bias
from placemix.inference.sorted_people import sorting

__all__ = [
    "corrected",
    "difference",
    "difference_of_groups",
    "expected",
    "hidden_bounds",
    "influence",
    "interval",
    "intervals",
    "jackknife",
    "minimum_detectable_change",
    "modelled_segregation",
    "perturbation_sensitivity",
    "ranking",
    "smoothing_bias",
    "sorting",
    "table",
    "with_design_effect",
]
