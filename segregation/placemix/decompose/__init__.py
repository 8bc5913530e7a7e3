"""Where separation lies, and what changed of it."""

from placemix.decompose.changes import change
from placemix.decompose.dates import compare_dates
from placemix.decompose.groups import nested_groups
from placemix.decompose.levels import nested
from placemix.decompose.parts import contributions, gradients

__all__ = ["change", "compare_dates", "contributions", "gradients", "nested", "nested_groups"]
