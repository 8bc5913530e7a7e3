"""Reading tables and areas from files."""

from placemix.readers.files import read_areas, read_table

__all__ = ["read_areas", "read_table"]
