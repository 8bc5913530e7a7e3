"""Who meets whom: ties against opportunity, between and within institutions, at home and elsewhere."""

from placemix.outcomes.contact.alters import alter_diversity
from placemix.outcomes.contact.exposures import exposure_by_place
from placemix.outcomes.contact.institutions import between_within
from placemix.outcomes.contact.matrices import mixing_matrix
from placemix.outcomes.contact.opportunities import contact_to_opportunity
from placemix.outcomes.contact.own_group import homophily
from placemix.outcomes.contact.permuting import contact_test
from placemix.outcomes.contact.ties import Ties

__all__ = [
    "Ties",
    "alter_diversity",
    "between_within",
    "contact_test",
    "contact_to_opportunity",
    "exposure_by_place",
    "homophily",
    "mixing_matrix",
]
