"""Data to try things on: real births by county, and a synthetic town. Both work offline."""

from __future__ import annotations

from placemix.datasets.carolina import nc_births
from placemix.datasets.synthetic_building import town
from placemix.datasets.synthetic_town import Town

__all__ = ["Town", "nc_births", "town"]
