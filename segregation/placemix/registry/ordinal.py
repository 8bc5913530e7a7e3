"""Rows of the catalogue: evenness of groups that have an order, and of ranks of which only bands are known."""

from __future__ import annotations

from placemix import indices
from placemix.registry.measures import Measure, Parameter

_ALWAYS = frozenset({"scale", "unit_order", "split", "zero_if_even", "one_if_apart"})
#: With two groups there is one threshold, and which group is the lower one does not matter.
_PAIR = _ALWAYS | {"group_order", "transfers_weak", "nests"}
_NEEDS = ("order",)
_DEGREE = {"degree": Parameter(default=4, allowed="a whole number from 1 to 8, at most the number of bands less 2")}
_LOSS = r"\Lambda = \frac{\sum_k \big( v(p_k) - \sum_i \frac{t_i}{T} v(p_{ik}) \big)}{\sum_k v(p_k)}, \qquad "
_RANKS = (
    r"\Lambda^R = \sum_m \delta_m \beta_m, \qquad \beta = \arg\min_\beta \sum_k v(p_k)^2 \Big( \Lambda(p_k) - "
    r"\sum_m \beta_m p_k^m \Big)^2, \qquad "
)
_ENTROPY = r"v(p) = -p \log_2 p - (1 - p) \log_2 (1 - p)"
_ROOT = r"v(p) = 2 \sqrt{p (1 - p)}"
_PRODUCT = r"v(p) = 4 p (1 - p)"
_OF = "People, weighted by the loss of mixing between lower and higher groups in their unit, of all people."

ROWS: tuple[Measure, ...] = (
    Measure(
        name="ordinal_information",
        function=indices.ordinal_information,
        label="Ordinal information theory index",
        symbol="H^O",
        dimension="evenness",
        call="groups",
        focal="none",
        lowest=0,
        highest=1,
        unit="share",
        question="How much less mixed are the units than the whole place, where groups have an order, such as bands of "
        "overcrowding?",
        of=_OF,
        sentence="In {place}, units are {percent} less mixed between lower and higher groups than the place as a "
        "whole, on average over the cuts between two groups.",
        formula=_LOSS + _ENTROPY,
        cites=("reardon_2009",),
        tier="specialist",
        needs=_NEEDS,
        claims=_ALWAYS | {"nests"},
        pair_claims=_PAIR | {"transfers"},
        equals_with_two_groups="information_theory",
    ),
    Measure(
        name="ordinal_variation",
        function=indices.ordinal_variation,
        label="Ordinal variation ratio",
        symbol="R^O",
        dimension="evenness",
        call="groups",
        focal="none",
        lowest=0,
        highest=1,
        unit="share",
        question="How much of the difference between lower and higher groups lies between the units?",
        of=_OF,
        sentence="In {place}, {percent} of the variance between lower and higher groups lies between units, over "
        "all cuts between two groups.",
        formula=_LOSS + _PRODUCT,
        cites=("reardon_2009",),
        tier="specialist",
        needs=_NEEDS,
        claims=_ALWAYS | {"nests"},
        pair_claims=_PAIR | {"transfers"},
        equals_with_two_groups="correlation_ratio",
    ),
    Measure(
        name="ordinal_squareroot",
        function=indices.ordinal_squareroot,
        label="Ordinal square root index",
        symbol="S^O",
        dimension="evenness",
        call="groups",
        focal="none",
        lowest=0,
        highest=1,
        unit="share",
        question="How far from evenly spread are ordered groups, when the ends of the scale weigh most?",
        of=_OF,
        sentence="In {place}, units are {percent} less mixed between lower and higher groups than the place as a "
        "whole, by the square root index, which looks most at both ends of the scale.",
        formula=_LOSS + _ROOT,
        cites=("reardon_2009", "hutchens_2001"),
        tier="specialist",
        needs=_NEEDS,
        claims=_ALWAYS | {"nests"},
        pair_claims=_PAIR | {"transfers", "group_margins"},
        equals_with_two_groups="hutchens",
    ),
    Measure(
        name="ordinal_absolute",
        function=indices.ordinal_absolute,
        label="Ordinal absolute index",
        symbol="A^O",
        dimension="evenness",
        call="groups",
        focal="none",
        lowest=0,
        highest=1,
        unit="share",
        question="How much rarer is the smaller part within units, when ordered groups are cut in two?",
        of="People of the smaller part who are missing within units, summed over all cuts, of the smaller parts of the "
        "whole.",
        sentence="In {place}, where ordered groups are cut in two, the smaller part is {percent} rarer within units "
        "than in the place as a whole.",
        formula=_LOSS + r"v(p) = 1 - |2 p - 1|",
        cites=("reardon_2009",),
        tier="replication",
        replaced_by="ordinal_information",
        needs=_NEEDS,
        claims=_ALWAYS | {"nests"},
        pair_claims=_PAIR,
    ),
    Measure(
        name="rank_order_information",
        function=indices.rank_order_information,
        label="Rank-order information theory index",
        symbol="H^R",
        dimension="evenness",
        call="groups",
        focal="none",
        lowest=float("-inf"),
        highest=None,
        unit="share",
        question="How separate are people by rank, such as rank in income, whatever the bands that are published?",
        of=_OF,
        sentence="In {place}, units are {percent} less mixed between people of lower and of higher rank than the place "
        "as a whole, on average over all ranks.",
        formula=_RANKS + _ENTROPY,
        cites=("reardon_2011", "reardon_bischoff_2011"),
        tier="specialist",
        parameters=_DEGREE,
        needs=_NEEDS,
        claims=_ALWAYS,
        pair_claims=_ALWAYS,
    ),
    Measure(
        name="rank_order_variation",
        function=indices.rank_order_variation,
        label="Rank-order variance ratio index",
        symbol="R^R",
        dimension="evenness",
        call="groups",
        focal="none",
        lowest=float("-inf"),
        highest=None,
        unit="share",
        question="How much of the difference in rank lies between the units, when the middle ranks weigh most?",
        of=_OF,
        sentence="In {place}, {percent} of the variance between people of lower and of higher rank lies between "
        "units, over all ranks.",
        formula=_RANKS + _PRODUCT,
        cites=("reardon_2011",),
        tier="specialist",
        parameters=_DEGREE,
        needs=_NEEDS,
        claims=_ALWAYS,
        pair_claims=_ALWAYS,
    ),
    Measure(
        name="rank_order_squareroot",
        function=indices.rank_order_squareroot,
        label="Rank-order square root index",
        symbol="S^R",
        dimension="evenness",
        call="groups",
        focal="none",
        lowest=float("-inf"),
        highest=None,
        unit="share",
        question="How separate are people by rank, when the lowest and the highest ranks weigh most?",
        of=_OF,
        sentence="In {place}, units are {percent} less mixed between people of lower and of higher rank than the place "
        "as a whole, by the square root index, which looks most at the lowest and the highest ranks.",
        formula=_RANKS + _ROOT,
        cites=("reardon_2011",),
        tier="specialist",
        parameters=_DEGREE,
        needs=_NEEDS,
        claims=_ALWAYS,
        pair_claims=_ALWAYS,
    ),
)
