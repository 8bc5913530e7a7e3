"""Rows of the catalogue: evenness that looks across borders, and at surfaces instead of units.

They are rows of evenness, as in the literature: D less what differs between neighbours, and D's kin on a
surface of density. Better answers to the same worry are D and H with surroundings, which the rows name.
"""

from __future__ import annotations

from placemix import indices
from placemix.registry.measures import Measure, Parameter

_ALWAYS = frozenset({"scale", "unit_order", "group_order", "zero_if_even"})

ROWS: tuple[Measure, ...] = (
    Measure(
        name="morrill",
        function=indices.morrill,
        label="Dissimilarity adjusted for neighbours",
        symbol="D(adj)",
        dimension="evenness",
        call="contrast",
        focal="needed",
        lowest=float("-inf"),
        highest=1,
        unit="share",
        question="How uneven is the spread, when differences between neighbouring units count for less?",
        of="Value times members of the focal group, of all its members.",
        sentence="In {place}, the dissimilarity of {focal} and {against}, less the mean difference between "
        "neighbouring units, is {value}.",
        formula=r"D(adj) = D - \frac{\sum_i \sum_j c_{ij} |p_i - p_j|}{\sum_i \sum_j c_{ij}}, \qquad "
        r"D(adj, K) = D - \sum_{k=1}^{K} e^{1-k} \frac{\sum_i \sum_j c^{(k)}_{ij} |p_i - p_j|}"
        r"{\sum_i \sum_j c^{(k)}_{ij}}",
        cites=("morrill_1991", "tivadar_2019"),
        tier="replication",
        parameters={
            "order": Parameter(1, "a whole number of steps from neighbour to neighbour"),
            "reciprocal": Parameter(default=False, allowed="True (weights 1/k) or False (weights exp(1 - k))"),
        },
        spatial=True,
        needs=("pairs",),
        pair_claims=_ALWAYS,
        replaced_by="dissimilarity",
    ),
    Measure(
        name="wong_boundary",
        function=indices.wong_boundary,
        label="Dissimilarity adjusted for borders",
        symbol="D(w)",
        dimension="evenness",
        call="contrast",
        focal="needed",
        lowest=-1,
        highest=1,
        unit="share",
        question="How uneven is the spread, when differences across long borders count for less?",
        of="Value times members of the focal group, of all its members.",
        sentence="In {place}, the dissimilarity of {focal} and {against}, less the mean difference across borders by "
        "their length, is {value}.",
        formula=r"D(w) = D - \sum_i \sum_j w_{ij} |p_i - p_j|, \qquad w_{ij} = \frac{b_{ij}}{\sum_i \sum_j b_{ij}}",
        cites=("wong_1993", "hong_2014"),
        tier="replication",
        spatial=True,
        needs=("pairs",),
        pair_claims=_ALWAYS,
        replaced_by="dissimilarity",
    ),
    Measure(
        name="wong_shape",
        function=indices.wong_shape,
        label="Dissimilarity adjusted for borders and shapes",
        symbol="D(s)",
        dimension="evenness",
        call="contrast",
        focal="needed",
        lowest=-1,
        highest=1,
        unit="share",
        question="How uneven is the spread, when differences across long borders of ragged units count for less?",
        of="Value times members of the focal group, of all its members.",
        sentence="In {place}, the dissimilarity of {focal} and {against}, less the mean difference across borders by "
        "their length and the units' shapes, is {value}.",
        formula=r"D(s) = D - \sum_i \sum_j w_{ij} |p_i - p_j| \, \frac{l_i / a_i + l_j / a_j}{2 \max_k l_k / a_k}",
        cites=("wong_1993", "hong_2014", "tivadar_2019"),
        tier="replication",
        parameters={"perimeter": Parameter("full", "'full', or 'interior': borders with other units alone")},
        spatial=True,
        needs=("pairs", "outline", "area"),
        pair_claims=_ALWAYS,
        replaced_by="dissimilarity",
    ),
    Measure(
        name="surface_separation",
        function=indices.surface_separation,
        label="Separation of surfaces",
        symbol="S",
        dimension="evenness",
        call="surface",
        focal="needed",
        lowest=0,
        highest=1,
        unit="share",
        question="Drawn as two surfaces of equal volume, how little do the groups' densities overlap?",
        of="Value times members of the focal group, of all its members.",
        sentence="In {place}, drawn as surfaces of equal volume, {focal} and {against} fail to overlap by {percent}.",
        sentence_near="In {place}, drawn as surfaces of density of equal volume, {focal} and {against} fail to "
        "overlap by {percent}.",
        formula=r"S = 1 - \frac{\sum_i \min(f_i, g_i)}{\sum_i \max(f_i, g_i)}, \qquad "
        r"f_i = \frac{x_i}{X}, \quad g_i = \frac{y_i}{Y}",
        cites=("osullivan_2007",),
        tier="experimental",
        spatial=True,
        pair_claims=_ALWAYS | {"split", "one_if_apart", "transfers_weak", "group_margins"},
    ),
)
