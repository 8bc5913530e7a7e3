"""The verbs of contact as `placemix.packs` calls them, with ties and flows made from the tables that packs hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from placemix.outcomes.contact.alters import alter_diversity
from placemix.outcomes.contact.exposures import exposed_again
from placemix.outcomes.contact.institutions import between_within
from placemix.outcomes.contact.matrices import mixing_matrix
from placemix.outcomes.contact.opportunities import contact_to_opportunity
from placemix.outcomes.contact.own_group import homophily
from placemix.outcomes.contact.permuting import contact_test
from placemix.outcomes.contact.recalling import remade

#: Every verb by its name in packs.
RECALLED: Mapping[str, Callable[..., pd.DataFrame]] = {
    "outcomes.between_within": between_within,
    "outcomes.exposure_by_place": exposed_again,
    **remade(
        {
            "outcomes.alter_diversity": alter_diversity,
            "outcomes.contact_test": contact_test,
            "outcomes.contact_to_opportunity": contact_to_opportunity,
            "outcomes.homophily": homophily,
            "outcomes.mixing_matrix": mixing_matrix,
        }
    ),
}
