"""placemix: how separate and how unequal the places people share are.

Read a table with `from_wide`, measure it with `measure`, and explain what came out:

>>> import pandas as pd
>>> import placemix as pm
>>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
>>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
>>> pm.measure(homes, "dissimilarity", focal="asian")["value"].round(4).tolist()
[0.5952]
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from placemix._version import __version__

if TYPE_CHECKING:
    from placemix import (
        continuous,
        datasets,
        decompose,
        errors,
        harmonise,
        indices,
        inference,
        outcomes,
        patterns,
        readers,
        report,
        scales,
        scenarios,
        schools,
        surroundings,
        typology,
    )
    from placemix.about import About
    from placemix.counts import Counts
    from placemix.crosswalks import Crosswalk
    from placemix.curves import lorenz_dominance, segregation_curve, vertical_segregation
    from placemix.decompose import compare_dates
    from placemix.estimating import Estimate, Uncertainty
    from placemix.fetching import Harvest, get
    from placemix.flows import Flows
    from placemix.frames import Frame
    from placemix.gaps import compare_gaps, place_gap
    from placemix.harmonise import common_areas
    from placemix.measuring import catalogue, estimate, matrix, measure, pairwise
    from placemix.packs import verify
    from placemix.rates import Rates, plausible
    from placemix.readers import read_areas, read_table
    from placemix.results import Result, estimates
    from placemix.suppression import Suppressed
    from placemix.tables import from_long, from_wide
    from placemix.units import concentration_profile, local

__all__ = [
    "About",
    "Counts",
    "Crosswalk",
    "Estimate",
    "Flows",
    "Frame",
    "Harvest",
    "Rates",
    "Result",
    "Suppressed",
    "Uncertainty",
    "__version__",
    "catalogue",
    "common_areas",
    "compare_dates",
    "compare_gaps",
    "concentration_profile",
    "continuous",
    "datasets",
    "decompose",
    "errors",
    "estimate",
    "estimates",
    "from_long",
    "from_wide",
    "get",
    "harmonise",
    "indices",
    "inference",
    "local",
    "lorenz_dominance",
    "matrix",
    "measure",
    "outcomes",
    "pairwise",
    "patterns",
    "place_gap",
    "plausible",
    "read_areas",
    "read_table",
    "readers",
    "report",
    "scales",
    "scenarios",
    "schools",
    "segregation_curve",
    "surroundings",
    "typology",
    "verify",
    "vertical_segregation",
]

_MODULES = frozenset({
    "continuous", "datasets", "decompose", "errors", "harmonise", "indices", "inference", "outcomes", "patterns",
    "readers", "report", "scales", "scenarios", "schools", "surroundings", "typology",
})  # fmt: skip
_HOMES = {
    "About": "about",
    "Counts": "counts",
    "Crosswalk": "crosswalks",
    "Estimate": "estimating",
    "Flows": "flows",
    "Frame": "frames",
    "Harvest": "fetching",
    "Rates": "rates",
    "Result": "results",
    "Suppressed": "suppression",
    "Uncertainty": "estimating",
    "catalogue": "measuring",
    "common_areas": "harmonise",
    "compare_dates": "decompose",
    "compare_gaps": "gaps",
    "concentration_profile": "units",
    "estimate": "measuring",
    "estimates": "results",
    "from_long": "tables",
    "from_wide": "tables",
    "get": "fetching",
    "local": "units",
    "lorenz_dominance": "curves",
    "matrix": "measuring",
    "measure": "measuring",
    "pairwise": "measuring",
    "place_gap": "gaps",
    "plausible": "rates",
    "read_areas": "readers",
    "read_table": "readers",
    "segregation_curve": "curves",
    "verify": "packs",
    "vertical_segregation": "curves",
}


def __getattr__(name: str) -> object:
    # Parts load on first use (PEP 562), so that `import placemix` stays quick.
    if name in _MODULES:
        return importlib.import_module(f"placemix.{name}")
    if name in _HOMES:
        return getattr(importlib.import_module(f"placemix.{_HOMES[name]}"), name)
    message = f"module 'placemix' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted(__all__)
