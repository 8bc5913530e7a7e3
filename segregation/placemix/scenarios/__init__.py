"""What a plan would do: who would live where, how sure that is, and what it changes."""

from placemix.scenarios.baseline import without
from placemix.scenarios.composition import calibrate, expected_mix
from placemix.scenarios.effects import index_effects, plan_effects
from placemix.scenarios.fronts import pareto_table
from placemix.scenarios.neighbourhood import neighbourhood_effects
from placemix.scenarios.people import added_by_unit, scheme_people
from placemix.scenarios.records import Record, evaluate, read_record, record
from placemix.scenarios.schemes import Scheme, Schemes, placed, read_scheme, scheme, schemes_from_register
from placemix.scenarios.siting import choose_sites, co_locate, compare_sites, floating_access, service_users

__all__ = [
    "Record",
    "Scheme",
    "Schemes",
    "added_by_unit",
    "calibrate",
    "choose_sites",
    "co_locate",
    "compare_sites",
    "evaluate",
    "expected_mix",
    "floating_access",
    "index_effects",
    "neighbourhood_effects",
    "pareto_table",
    "placed",
    "plan_effects",
    "read_record",
    "read_scheme",
    "record",
    "scheme",
    "scheme_people",
    "schemes_from_register",
    "service_users",
    "without",
]
