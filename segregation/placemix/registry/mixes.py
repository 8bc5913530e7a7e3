"""Rows of the catalogue: two ends of an order in each unit, and diversity of any order."""

from __future__ import annotations

from placemix import indices
from placemix.registry.measures import Measure, Parameter

_UNIT = frozenset({"scale", "unit_order", "split"})
_MIX = _UNIT | {"group_order"}

ROWS: tuple[Measure, ...] = (
    Measure(
        name="extremes",
        function=indices.extremes,
        label="Concentration at the extremes",
        symbol="ICE",
        dimension="local",
        call="unit",
        focal="needed",
        lowest=-1,
        highest=1,
        unit="share",
        question="Which of two ends, such as the highest and lowest incomes, is more of this unit, and by how much?",
        of="Members of the focal group less those of the other, of all people in the unit.",
        sentence="In {place}, the share of {focal} less that of {against} is {value}.",
        formula=r"ICE_i = \frac{x_i - y_i}{t_i}",
        cites=("massey_2001", "krieger_2016"),
        tier="specialist",
        claims=_UNIT | {"unit_margins"},
        pair_claims=_UNIT | {"unit_margins"},
    ),
    Measure(
        name="renyi",
        function=indices.renyi,
        label="Rényi diversity",
        symbol="H_q",
        dimension="diversity",
        call="mix",
        focal="none",
        lowest=0,
        highest=None,
        unit="nats",
        question="How diverse is this place, as entropy that weighs small groups more or less?",
        of="Nats times people, of all people.",
        sentence="The mix of {place} has a Rényi entropy of {value} nats.",
        sentence_near="The mix around {place} has a Rényi entropy of {value} nats.",
        formula=r"H_q = \frac{1}{1 - q} \ln \sum_k \pi_k^q = \ln N_q",
        cites=("renyi_1961", "hill_1973"),
        tier="specialist",
        parameters={"order": Parameter(2, "a number from 0; 0 groups present, 1 Shannon, 2 Simpson")},
        spatial=True,
        claims=_MIX,
        pair_claims=_MIX,
    ),
)
