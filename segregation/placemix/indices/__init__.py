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

from placemix.indices.boundaries import morrill, wong_boundary, wong_shape
from placemix.indices.centralisations import (
    absolute_centralisation,
    local_relative_centralisation,
    proportion_central,
    relative_centralisation,
)
from placemix.indices.chance import (
    dealt_dissimilarity,
    dealt_mutual_information,
    expected_correlation_ratio,
    expected_dissimilarity,
    expected_isolation,
)
from placemix.indices.clustering import (
    absolute_clustering,
    distance_decay_exposure,
    distance_decay_isolation,
    mean_proximity,
    mean_proximity_between,
    relative_clustering,
    spatial_proximity,
)
from placemix.indices.concentrations import absolute_concentration, delta, profile_r, relative_concentration
from placemix.indices.corrections import (
    carrington_troske,
    contact_gap,
    density_corrected_dissimilarity,
    miller_madow,
)
from placemix.indices.diversity import effective_groups, renyi, scaled_entropy, shannon, simpson
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
from placemix.indices.heights import somers
from placemix.indices.information import information_theory, mutual_information
from placemix.indices.limits import byar
from placemix.indices.margins import fit, fit_two_groups
from placemix.indices.neighbours import getis_ord, local_moran
from placemix.indices.occupations import marginal_matching, size_standardised
from placemix.indices.ordinal import (
    ordinal_absolute,
    ordinal_information,
    ordinal_squareroot,
    ordinal_variation,
)
from placemix.indices.overlaps import kullback_leibler, min_max, symmetric_atkinson
from placemix.indices.places import extremes, local_exposure, local_information, local_isolation, location_quotient
from placemix.indices.profiles import above, concentration
from placemix.indices.rank_order import rank_order_information, rank_order_squareroot, rank_order_variation
from placemix.indices.surfaces import surface_separation
from placemix.indices.targets import overall_entropy, overall_gini, target_entropy, target_gini
from placemix.indices.trajectories import distortion, local_distortion

__all__ = [
    "above",
    "absolute_centralisation",
    "absolute_clustering",
    "absolute_concentration",
    "atkinson",
    "byar",
    "carrington_troske",
    "concentration",
    "contact_gap",
    "correlation_ratio",
    "dealt_dissimilarity",
    "dealt_mutual_information",
    "delta",
    "density_corrected_dissimilarity",
    "dissimilarity",
    "distance_decay_exposure",
    "distance_decay_isolation",
    "distortion",
    "effective_groups",
    "expected_correlation_ratio",
    "expected_dissimilarity",
    "expected_isolation",
    "exposure",
    "extremes",
    "fit",
    "fit_two_groups",
    "getis_ord",
    "gini",
    "gorard",
    "hutchens",
    "information_theory",
    "isolation",
    "karmel_maclachlan",
    "kullback_leibler",
    "local_distortion",
    "local_exposure",
    "local_information",
    "local_isolation",
    "local_moran",
    "local_relative_centralisation",
    "location_quotient",
    "marginal_matching",
    "mean_proximity",
    "mean_proximity_between",
    "miller_madow",
    "min_max",
    "morrill",
    "mutual_information",
    "normalised_exposure",
    "ordinal_absolute",
    "ordinal_information",
    "ordinal_squareroot",
    "ordinal_variation",
    "overall_entropy",
    "overall_gini",
    "profile_r",
    "proportion_central",
    "rank_order_information",
    "rank_order_squareroot",
    "rank_order_variation",
    "relative_centralisation",
    "relative_clustering",
    "relative_concentration",
    "relative_diversity",
    "renyi",
    "scaled_entropy",
    "shannon",
    "simpson",
    "size_standardised",
    "somers",
    "spatial_proximity",
    "squared_variation",
    "surface_separation",
    "symmetric_atkinson",
    "target_entropy",
    "target_gini",
    "wong_boundary",
    "wong_shape",
]
