"""What happens to people, by group: gaps, standards, seats, pay, contact, and the framework that names them all."""

from placemix.outcomes.bridging import Condition, bridge, bridge_change, bridge_terms
from placemix.outcomes.contact import (
    Ties,
    alter_diversity,
    between_within,
    contact_test,
    contact_to_opportunity,
    exposure_by_place,
    homophily,
    mixing_matrix,
)
from placemix.outcomes.disclosure import RULES, Protected, Rule, recoverable, suppress
from placemix.outcomes.disparity import (
    compare_groups,
    disproportionality,
    event_frequencies,
    odds_ratio,
    proportion,
    rate,
    rate_difference,
    rate_ratio,
    relative_rates,
    risk_difference,
    risk_ratio,
)
from placemix.outcomes.gradients import inequality, quantile_ratio
from placemix.outcomes.indicators import Evidence, estimate_indicator, framework
from placemix.outcomes.joining import association, link, local_distribution
from placemix.outcomes.participation import electoral_weight, gap_to_rest, turnout_gaps
from placemix.outcomes.perception import divergence, divergence_by_area, survey_proportions
from placemix.outcomes.scoring import read_scorecard, scorecard
from placemix.outcomes.seats import (
    Base,
    boards_without_member,
    grade_profile,
    recruitment_for_parity,
    representation,
    time_to_parity,
)
from placemix.outcomes.standards import compare_standardised, standardise
from placemix.outcomes.work import mobility, mobility_change, mobility_odds, oaxaca_blinder, pay_gap, pay_summary

__all__ = [
    "RULES",
    "Base",
    "Condition",
    "Evidence",
    "Protected",
    "Rule",
    "Ties",
    "alter_diversity",
    "association",
    "between_within",
    "boards_without_member",
    "bridge",
    "bridge_change",
    "bridge_terms",
    "compare_groups",
    "compare_standardised",
    "contact_test",
    "contact_to_opportunity",
    "disproportionality",
    "divergence",
    "divergence_by_area",
    "electoral_weight",
    "estimate_indicator",
    "event_frequencies",
    "exposure_by_place",
    "framework",
    "gap_to_rest",
    "grade_profile",
    "homophily",
    "inequality",
    "link",
    "local_distribution",
    "mixing_matrix",
    "mobility",
    "mobility_change",
    "mobility_odds",
    "oaxaca_blinder",
    "odds_ratio",
    "pay_gap",
    "pay_summary",
    "proportion",
    "quantile_ratio",
    "rate",
    "rate_difference",
    "rate_ratio",
    "read_scorecard",
    "recoverable",
    "recruitment_for_parity",
    "relative_rates",
    "representation",
    "risk_difference",
    "risk_ratio",
    "scorecard",
    "standardise",
    "suppress",
    "survey_proportions",
    "time_to_parity",
    "turnout_gaps",
]
