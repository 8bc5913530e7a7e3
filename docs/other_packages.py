"""Who else computes each measure: the texts live in the package, so that `placemix explain` has them too.

Those of new measures go into a module of `placemix.registry.elsewhere`, one for each dimension.
"""

from __future__ import annotations

from placemix.registry.elsewhere import DIFFERENT

__all__ = ["DIFFERENT"]
