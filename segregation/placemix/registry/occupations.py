"""Rows of the catalogue: evenness, as it is measured of occupations and sectors."""

from __future__ import annotations

from placemix import indices
from placemix.registry.measures import Measure, Parameter

_ALWAYS = frozenset({"scale", "unit_order", "split", "zero_if_even"})
_TRANSFERS = frozenset({"transfers", "transfers_weak"})
_A = {"a": Parameter(0.5, "a number above 0; 1 Theil, 2 half the squared coefficient of variation")}

ROWS: tuple[Measure, ...] = (
    Measure(
        name="size_standardised",
        function=indices.size_standardised,
        label="Size-standardised dissimilarity",
        symbol="D_s",
        dimension="evenness",
        call="groups",
        focal="needed",
        lowest=0,
        highest=1,
        unit="share",
        question="How unevenly would two groups be spread if all units, such as occupations, were equally large?",
        of="Value times members of the focal group, of all its members.",
        sentence="In {place}, if all units were equally large, {percent} of {focal} would have to move to be spread as "
        "{against} is.",
        formula=r"D_s = \tfrac12 \sum_i \left| \frac{p_i}{\sum_j p_j} - \frac{1 - p_i}{\sum_j (1 - p_j)} \right|, "
        r"\qquad t_i > 0",
        cites=("gross_1968", "blackburn_1995"),
        tier="experimental",
        pair_claims=(_ALWAYS - {"split"}) | {"group_order", "one_if_apart", "unit_margins"},
    ),
    Measure(
        name="marginal_matching",
        function=indices.marginal_matching,
        label="Marginal matching",
        symbol="MM",
        dimension="evenness",
        call="groups",
        focal="needed",
        lowest=0,
        highest=1,
        unit="share",
        question="How far do a group and its own units coincide, where these units are as many places as it has "
        "members?",
        of="Value times members of the focal group, of all its members.",
        sentence="In {place}, the part of {focal} that is in its own units, less the part of {against} that is there, "
        "is {percent}; these units have as many places as {focal} has members.",
        formula=r"MM = \frac{F_f M_m - F_m M_f}{F M}, \qquad F_f + M_f = F = F_f + F_m",
        cites=("blackburn_1995", "blackburn_2006"),
        tier="specialist",
        pair_claims=_ALWAYS | {"group_order", "one_if_apart", "transfers_weak"},
    ),
    Measure(
        name="target_gini",
        function=indices.target_gini,
        label="Gini of a group against everyone",
        symbol="G^g",
        dimension="evenness",
        call="groups",
        focal="needed",
        lowest=0,
        highest=1,
        unit="share",
        question="How far is one group's spread from that of everyone, the group included?",
        of="Value times members of the focal group, of all its members.",
        sentence="In {place}, the spread of {focal} differs from that of {focal} and {against} together by {value} "
        "(Gini, at most the share of {against}).",
        formula=r"G^g = \frac{\sum_i \sum_j t_i t_j |p_i - p_j|}{2 T^2 P} = G (1 - P)",
        cites=("alonso_villar_2010",),
        tier="experimental",
        pair_claims=_ALWAYS | _TRANSFERS,
    ),
    Measure(
        name="overall_gini",
        function=indices.overall_gini,
        label="Gini of all groups against everyone",
        symbol="G_o",
        dimension="evenness",
        call="groups",
        focal="optional",
        lowest=0,
        highest=1,
        unit="share",
        question="How far are the groups' spreads from that of everyone, on average over people?",
        of="Gini of the own group's spread summed over people, of all people.",
        sentence="In {place}, the spreads of {focal} and {against} differ from that of both together by {value} "
        "(Gini), on average over people.",
        sentence_many="In {place}, the groups' spreads differ from that of everyone by {value} (Gini), on average over "
        "people.",
        formula=r"G_o = \sum_g P_g\, G^g",
        cites=("alonso_villar_2010", "reardon_2002"),
        tier="experimental",
        claims=_ALWAYS | {"group_order"},
        pair_claims=_ALWAYS | _TRANSFERS | {"group_order"},
    ),
    Measure(
        name="target_entropy",
        function=indices.target_entropy,
        label="Generalised entropy of a group against everyone",
        symbol="Φ^g",
        dimension="evenness",
        call="groups",
        focal="needed",
        lowest=0,
        highest=None,
        unit="ratio",
        question="How far does one group's spread diverge from that of everyone, where over-representation may weigh "
        "more?",
        of="Value times members of the focal group, of all its members.",
        sentence="In {place}, the spread of {focal} diverges by {value} from that of {focal} and {against} together "
        "(generalised entropy).",
        formula=r"\Phi_a^g = \frac{1}{a (a - 1)} \sum_i \frac{t_i}{T} \left[ \Big( \frac{p_i}{P} \Big)^a - 1 \right], "
        r"\qquad \Phi_1^g = \sum_i \frac{x_i}{X} \ln \frac{p_i}{P}",
        cites=("alonso_villar_2010",),
        tier="experimental",
        parameters=_A,
        pair_claims=_ALWAYS | _TRANSFERS | {"nests"},
    ),
    Measure(
        name="overall_entropy",
        function=indices.overall_entropy,
        label="Generalised entropy of all groups against everyone",
        symbol="Φ",
        dimension="evenness",
        call="groups",
        focal="optional",
        lowest=0,
        highest=None,
        unit="ratio",
        question="How far do the groups' spreads diverge from that of everyone, on average over people?",
        of="Divergence of the own group's spread summed over people, of all people.",
        sentence="In {place}, the spreads of {focal} and {against} diverge by {value} from that of both together "
        "(generalised entropy), on average over people.",
        sentence_many="In {place}, the groups' spreads diverge by {value} from that of everyone (generalised entropy), "
        "on average over people.",
        formula=r"\Phi_a = \sum_g P_g\, \Phi_a^g, \qquad \Phi_1 = M",
        cites=("alonso_villar_2010",),
        tier="experimental",
        parameters=_A,
        claims=_ALWAYS | {"group_order"},
        pair_claims=_ALWAYS | _TRANSFERS | {"group_order"},
    ),
)
