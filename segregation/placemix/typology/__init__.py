"""Types of places by rules that are data, and how places change type."""

from placemix.typology.clusters.choosing import choose_classes
from placemix.typology.clusters.fitting import assign, geodemographics
from placemix.typology.clusters.naming import portraits
from placemix.typology.dates.crossings import transitions
from placemix.typology.dates.moving import mobility
from placemix.typology.dates.neighbouring import conditioned_transitions
from placemix.typology.dates.sequencing import sequence_table, sequences
from placemix.typology.places.classes import classify
from placemix.typology.places.defined import characteristics, objective
from placemix.typology.places.pairs import compare_schemes, disagreements
from placemix.typology.places.uncertain import uncertainty
from placemix.typology.rules.files import load_scheme, schemes
from placemix.typology.rules.kinds import Scheme
from placemix.typology.space.clustered import type_clusters
from placemix.typology.space.patched import patches

__all__ = [
    "Scheme",
    "assign",
    "characteristics",
    "choose_classes",
    "classify",
    "compare_schemes",
    "conditioned_transitions",
    "disagreements",
    "geodemographics",
    "load_scheme",
    "mobility",
    "objective",
    "patches",
    "portraits",
    "schemes",
    "sequence_table",
    "sequences",
    "transitions",
    "type_clusters",
    "uncertainty",
]
