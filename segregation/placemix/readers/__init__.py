"""Reading tables and areas from files."""

from placemix.readers.census.census_tables import nomis
from placemix.readers.census.small_area_tables import data_zones
from placemix.readers.files import read_areas, read_table
from placemix.readers.geography.boundary_files import ons_boundaries
from placemix.readers.geography.lookup_files import ons_lookup
from placemix.readers.inspection import Inspection, inspect, read
from placemix.readers.land.land_registers import brownfield
from placemix.readers.outcomes.deprivation import indices_of_deprivation
from placemix.readers.outcomes.health_profiles import fingertips
from placemix.readers.outcomes.rate_tables import rates
from placemix.readers.schools.establishment_links import gias_links, succession
from placemix.readers.schools.establishments import gias
from placemix.readers.schools.flow_tables import flows
from placemix.readers.schools.pupil_tables import pupils
from placemix.readers.schools.pupil_yields import pupil_yield
from placemix.readers.schools.school_groups import spc
from placemix.readers.schools.school_rolls import spc_rolls
from placemix.readers.services.police_searches import force_months, stop_search
from placemix.readers.services.practice_groups import practice_mix
from placemix.readers.services.practice_lists import gp_patients
from placemix.readers.services.search_counts import recorded_in, searches
from placemix.readers.united_states.community_survey import acs
from placemix.readers.united_states.redistricting import pl94
from placemix.readers.united_states.school_membership import nces

__all__ = [
    "Inspection",
    "acs",
    "brownfield",
    "data_zones",
    "fingertips",
    "flows",
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
    "pupil_yield",
    "pupils",
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
