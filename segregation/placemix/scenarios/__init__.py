"""What a plan would do: who would live where, how sure that is, and what it changes."""

from placemix.scenarios.access import access_gained, access_of, meeting_places
from placemix.scenarios.baseline import without
from placemix.scenarios.checking import Checked, Evidence, check, evidence, rank, read_evidence
from placemix.scenarios.choosing import best_mixes, best_sites, index_gradients, objectives_of
from placemix.scenarios.composition import calibrate, expected_mix
from placemix.scenarios.effects import index_effects, plan_effects
from placemix.scenarios.equality import equality_annex, people_by_tenure, tenure_profile
from placemix.scenarios.fronts import pareto_table
from placemix.scenarios.neighbourhood import neighbourhood_effects
from placemix.scenarios.people import added_by_unit, scheme_people
from placemix.scenarios.pupils import school_places
from placemix.scenarios.records import Record, evaluate, read_record, record
from placemix.scenarios.schemes import Scheme, Schemes, placed, read_scheme, scheme, schemes_from_register
from placemix.scenarios.siting import choose_sites, co_locate, compare_sites, floating_access, service_users

__all__ = [
    "Checked",
    "Evidence",
    "Record",
    "Scheme",
    "Schemes",
    "access_gained",
    "access_of",
    "added_by_unit",
    "best_mixes",
    "best_sites",
    "calibrate",
    "check",
    "choose_sites",
    "co_locate",
    "compare_sites",
    "equality_annex",
    "evaluate",
    "evidence",
    "expected_mix",
    "floating_access",
    "index_effects",
    "index_gradients",
    "meeting_places",
    "neighbourhood_effects",
    "objectives_of",
    "pareto_table",
    "people_by_tenure",
    "placed",
    "plan_effects",
    "rank",
    "read_evidence",
    "read_record",
    "read_scheme",
    "record",
    "scheme",
    "scheme_people",
    "schemes_from_register",
    "school_places",
    "service_users",
    "tenure_profile",
    "without",
]
