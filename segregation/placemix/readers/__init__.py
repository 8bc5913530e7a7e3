"""Reading tables and areas from files."""

from placemix.readers.boundary_files import ons_boundaries
from placemix.readers.census_tables import nomis
from placemix.readers.community_survey import acs
from placemix.readers.deprivation import indices_of_deprivation
from placemix.readers.establishment_links import gias_links, succession
from placemix.readers.establishments import gias
from placemix.readers.files import read_areas, read_table
from placemix.readers.health_profiles import fingertips
from placemix.readers.inspection import Inspection, inspect, read
from placemix.readers.land_registers import brownfield
from placemix.readers.lookup_files import ons_lookup
from placemix.readers.police_searches import force_months, stop_search
from placemix.readers.practice_groups import practice_mix
from placemix.readers.practice_lists import gp_patients
from placemix.readers.rate_tables import rates
from placemix.readers.redistricting import pl94
from placemix.readers.school_groups import spc
from placemix.readers.school_membership import nces
from placemix.readers.school_rolls import spc_rolls
from placemix.readers.search_counts import recorded_in, searches
from placemix.readers.small_area_tables import data_zones

__all__ = [
    "Inspection",
    "acs",
    "brownfield",
    "data_zones",
    "fingertips",
    "force_months",
    "gias",
    "gias_links",
    "gp_patients",
    "indices_of_deprivation",
    "inspect",
    "nces",
    "nomis",
    "ons_boundaries",
    "ons_lookup",
    "pl94",
    "practice_mix",
    "rates",
    "read",
    "read_areas",
    "read_table",
    "recorded_in",
    "searches",
    "spc",
    "spc_rolls",
    "stop_search",
    "succession",
]
