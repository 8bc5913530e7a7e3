"""Kernels: each measure as a plain function of counts.

They take an array, a list or a table of numbers, people of each group in each unit, and
return one value a stratum (evenness and exposure) or a unit (local values). The verbs
`placemix.measure` and `placemix.local` add names, reasons and provenance.

Examples
--------
>>> import pandas as pd
>>> from placemix import indices
>>> homes = pd.DataFrame({"asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
>>> indices.dissimilarity(homes[["asian", "white"]]).round(4).item()
0.5952
"""

from placemix.indices.chance import expected_correlation_ratio, expected_dissimilarity, expected_isolation
from placemix.indices.evenness import (
    atkinson,
    dissimilarity,
    gini,
    gorard,
    hutchens,
    karmel_maclachlan,
    normalised_exposure,
    relative_diversity,
    squared_variation,
)
from placemix.indices.exposures import correlation_ratio, exposure, isolation
from placemix.indices.information import information_theory, mutual_information
from placemix.indices.limits import byar
from placemix.indices.margins import fit, fit_two_groups
from placemix.indices.places import (
    effective_groups,
    local_information,
    location_quotient,
    scaled_entropy,
    shannon,
    simpson,
)
from placemix.indices.profiles import above, concentration

__all__ = [
    "above",
    "atkinson",
    "byar",
    "concentration",
    "correlation_ratio",
    "dissimilarity",
    "effective_groups",
    "expected_correlation_ratio",
    "expected_dissimilarity",
    "expected_isolation",
    "exposure",
    "fit",
    "fit_two_groups",
    "gini",
    "gorard",
    "hutchens",
    "information_theory",
    "isolation",
    "karmel_maclachlan",
    "local_information",
    "location_quotient",
    "mutual_information",
    "normalised_exposure",
    "relative_diversity",
    "scaled_entropy",
    "shannon",
    "simpson",
    "squared_variation",
]
