"""Rows of the catalogue: evenness, as the overlap of the groups' spreads."""

from __future__ import annotations

from placemix import indices
from placemix.registry.measures import Measure

_ALWAYS = frozenset({"scale", "unit_order", "split", "zero_if_even"})

ROWS: tuple[Measure, ...] = (
    Measure(
        name="symmetric_atkinson",
        function=indices.symmetric_atkinson,
        label="Symmetric Atkinson",
        symbol="A",
        dimension="evenness",
        call="groups",
        focal="optional",
        lowest=0,
        highest=1,
        unit="share",
        question="How little do the spreads of all groups overlap, whatever their sizes?",
        of="Value times people, of all people.",
        sentence="In {place}, the spreads of {focal} and {against} fail to overlap by {percent} (square root index).",
        sentence_many="In {place}, the spreads of all groups together fail to overlap by {percent} (symmetric "
        "Atkinson; units that lack a group count for nothing).",
        formula=r"A = 1 - \sum_i \prod_k \Big( \frac{n_{ik}}{N_k} \Big)^{1/K}",
        cites=("frankel_2011",),
        tier="experimental",
        claims=_ALWAYS | {"group_order", "one_if_apart", "group_margins", "nests"},
        pair_claims=_ALWAYS | {"group_order", "one_if_apart", "group_margins", "nests", "transfers", "transfers_weak"},
        equals_with_two_groups="hutchens",
    ),
    Measure(
        name="kullback_leibler",
        function=indices.kullback_leibler,
        label="Kullback–Leibler divergence",
        symbol="KL",
        dimension="evenness",
        call="groups",
        focal="needed",
        lowest=0,
        highest=None,
        unit="nats",
        question="How surprising is one group's spread to someone who expects that of another?",
        of="Nats of divergence summed over members of the focal group, of all its members.",
        sentence="In {place}, the spread of {focal} diverges by {value} nats from that of {against}.",
        formula=r"KL = \sum_i \frac{x_i}{X} \ln \frac{x_i / X}{y_i / Y}",
        cites=("kullback_1951",),
        tier="specialist",
        pair_claims=_ALWAYS | {"transfers_weak", "group_margins", "nests"},
    ),
    Measure(
        name="min_max",
        function=indices.min_max,
        label="Min–max",
        symbol="MinMax",
        dimension="evenness",
        call="groups",
        focal="needed",
        lowest=0,
        highest=1,
        unit="share",
        question="How much of two groups' spreads, taken together, is not common to both?",
        of="Value times members of the focal group, of all its members.",
        sentence="In {place}, {percent} of the spreads of {focal} and {against}, laid over each other, is not common "
        "to both.",
        formula=r"MM = 1 - \frac{\sum_i \min(x_i / X,\, y_i / Y)}{\sum_i \max(x_i / X,\, y_i / Y)} = "
        r"\frac{2 D}{1 + D}",
        cites=("osullivan_2007",),
        tier="replication",
        pair_claims=_ALWAYS | {"group_order", "one_if_apart", "transfers_weak", "group_margins"},
        equals="surface_separation",
        replaced_by="dissimilarity",
    ),
)
