"""How saved data-driven types, and types in space, are made again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from placemix.results import Result
from placemix.typology.clusters.choosing import choose_classes
from placemix.typology.clusters.fitting import assign, geodemographics
from placemix.typology.clusters.given_data import Data, from_pack
from placemix.typology.clusters.naming import portraits
from placemix.typology.places.again import recalled
from placemix.typology.space.clustered import type_clusters


def _portraits(data: Data, **given: Any) -> Result:  # noqa: ANN401
    return portraits(geodemographics(data, **given))


def _assigned(data: Data, new: Data, **given: Any) -> Result:  # noqa: ANN401
    return assign(geodemographics(data, **given), new)


#: Verbs of `packs` that are made again from the data they were given.
RECALLED: Mapping[str, Callable[..., pd.DataFrame]] = {
    "typology.assign": partial(from_pack, _assigned, words=("data", "new")),
    "typology.choose_classes": partial(from_pack, choose_classes),
    "typology.geodemographics": partial(from_pack, geodemographics),
    "typology.portraits": partial(from_pack, _portraits),
    "typology.type_clusters": partial(recalled, type_clusters),
}
