"""Types of places by rules that are data, and how places change type."""

from placemix.typology.characteristics import characteristics, objective
from placemix.typology.choosing import choose_classes
from placemix.typology.classes import classify
from placemix.typology.clustered import type_clusters
from placemix.typology.crossings import transitions
from placemix.typology.data_driven import assign, geodemographics
from placemix.typology.moving import mobility
from placemix.typology.naming import portraits
from placemix.typology.neighbouring import conditioned_transitions
from placemix.typology.patched import patches
from placemix.typology.rules import Scheme
from placemix.typology.scheme_files import load_scheme, schemes
from placemix.typology.scheme_pairs import compare_schemes, disagreements
from placemix.typology.sequencing import sequence_table, sequences
from placemix.typology.uncertain import uncertainty

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
