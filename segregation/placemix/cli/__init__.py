"""The command line: `placemix measures`, `measure`, `report`, `demo`, `verify`."""

from placemix.cli.program import main

__all__ = ["main"]
