"""The packages that placemix was compared with, by version."""

from __future__ import annotations

PYSAL = "PySAL `segregation` 2.6.0"
OASIS = "OasisR 3.1.1"
ELBERS = "R `segregation` 1.1.0.9000"
