"""What happens without a scheme: homes that are built or committed anyway."""

from placemix.scenarios.baseline.committed import without

__all__ = ["without"]
