"""Rows of the catalogue: clustering, how near each other the members of a group live.

All speak of the proximity of every pair of units, which `placemix.surroundings.proximity` gives; none
has a meaning without it. The two distance-decay indices ask whom people meet, and are rows of exposure.
"""

from __future__ import annotations

from placemix import indices
from placemix.registry.measures import Measure

_ALWAYS = frozenset({"scale", "unit_order"})

ROWS: tuple[Measure, ...] = (
    Measure(
        name="spatial_proximity",
        function=indices.spatial_proximity,
        label="Spatial proximity",
        symbol="SP",
        dimension="clustering",
        call="clustering",
        focal="optional",
        lowest=0,
        highest=None,
        unit="ratio",
        question="Do people live nearer to their own group than to everyone?",
        of="Value times members of the focal group, of all its members (multigroup: of all people).",
        sentence="In {place}, people of {focal} and {against} live {value} times as near to their own group as to "
        "both together (1: no nearer).",
        sentence_many="In {place}, people live {value} times as near to their own group as to everyone (1: no nearer).",
        formula=r"SP = \frac{X P_{xx} + Y P_{yy}}{T P_{tt}}, \qquad "
        r"P_{xx} = \frac{\sum_i \sum_j x_i x_j c_{ij}}{X^2}, \qquad "
        r"SP_m = \frac{\sum_g X_g P_{gg}}{T P_{tt}}",
        cites=("white_1983", "massey_1988"),
        tier="specialist",
        spatial=True,
        needs=("surroundings",),
        claims=_ALWAYS | {"group_order"},
        pair_claims=_ALWAYS | {"group_order"},
    ),
    Measure(
        name="absolute_clustering",
        function=indices.absolute_clustering,
        label="Absolute clustering",
        symbol="ACL",
        dimension="clustering",
        call="clustering",
        focal="needed",
        lowest=float("-inf"),
        highest=None,
        unit="ratio",
        question="Of the people near a member of a group, beyond what an even number of members everywhere "
        "would give, how many are members too?",
        of="Value times members of the focal group, of all its members.",
        sentence="In {place}, the absolute clustering of {focal} among {against} is {value}: 0 is as near as the same "
        "number of members in every unit, more is nearer.",
        formula=r"ACL = \frac{\sum_i \frac{x_i}{X} \sum_j c_{ij} x_j - \frac{X}{n^2} \sum_i \sum_j c_{ij}}"
        r"{\sum_i \frac{x_i}{X} \sum_j c_{ij} t_j - \frac{X}{n^2} \sum_i \sum_j c_{ij}}",
        cites=("massey_1988",),
        tier="specialist",
        spatial=True,
        needs=("surroundings", "weight"),
        pair_claims=_ALWAYS,
    ),
    Measure(
        name="relative_clustering",
        function=indices.relative_clustering,
        label="Relative clustering",
        symbol="RCL",
        dimension="clustering",
        call="clustering",
        focal="needed",
        lowest=-1,
        highest=None,
        unit="ratio",
        question="Do members of one group live nearer each other than those of another?",
        of="Value times members of the focal group, of all its members.",
        sentence="In {place}, the mean proximity of two people of {focal} differs by {percent} from that of two people "
        "of {against} (above 0: nearer).",
        formula=r"RCL = \frac{P_{xx}}{P_{yy}} - 1",
        cites=("massey_1988",),
        tier="specialist",
        spatial=True,
        needs=("surroundings",),
        pair_claims=_ALWAYS | {"zero_if_even", "group_margins"},
    ),
    Measure(
        name="mean_proximity",
        function=indices.mean_proximity,
        label="Mean proximity within a group",
        symbol="Pxx",
        dimension="clustering",
        call="clustering",
        focal="needed",
        lowest=0,
        highest=None,
        unit="ratio",
        question="How near each other do two members of a group live, on average?",
        of="Value times members of the focal group, of all its members.",
        sentence="In {place}, two people of {focal} live at a mean proximity of {value}, where 1 is one place and 0 "
        "far away.",
        formula=r"P_{xx} = \frac{\sum_i \sum_j x_i x_j c_{ij}}{X^2}",
        cites=("white_1983", "massey_1988"),
        tier="specialist",
        spatial=True,
        needs=("surroundings",),
        pair_claims=_ALWAYS | {"group_margins"},
    ),
    Measure(
        name="mean_proximity_between",
        function=indices.mean_proximity_between,
        label="Mean proximity between groups",
        symbol="Pxy",
        dimension="clustering",
        call="clustering",
        focal="needed",
        lowest=0,
        highest=None,
        unit="ratio",
        question="How near to members of a group do those of another live, on average?",
        of="Value times members of the focal group, of all its members.",
        sentence="In {place}, people of {focal} live at a mean proximity of {value} to {against}, where 1 is one place "
        "and 0 far away.",
        formula=r"P_{xy} = \frac{\sum_i \sum_j x_i y_j c_{ij}}{X Y}",
        cites=("white_1983", "massey_1988"),
        tier="specialist",
        spatial=True,
        needs=("surroundings",),
        pair_claims=_ALWAYS | {"group_order", "group_margins"},
    ),
    Measure(
        name="distance_decay_isolation",
        function=indices.distance_decay_isolation,
        label="Distance-decay isolation",
        symbol="DPxx",
        dimension="exposure",
        call="meeting",
        focal="needed",
        lowest=0,
        highest=1,
        unit="share",
        question="If a member of a group meets people anywhere, but those nearby sooner, what share are of the same "
        "group?",
        of="Own-group share met, summed over members of the focal group, of all its members.",
        sentence="In {place}, of those whom a member of {focal} meets, anywhere but sooner nearby, {percent} are of "
        "the same group.",
        formula=r"DP_{xx} = \sum_i \frac{x_i}{X} \sum_j k_{ij} \frac{x_j}{t_j}, \qquad "
        r"k_{ij} = \frac{c_{ij} t_j}{\sum_j c_{ij} t_j}",
        cites=("morgan_1983", "massey_1988"),
        tier="specialist",
        spatial=True,
        needs=("surroundings",),
        claims=_ALWAYS,
        pair_claims=_ALWAYS,
    ),
    Measure(
        name="distance_decay_exposure",
        function=indices.distance_decay_exposure,
        label="Distance-decay exposure",
        symbol="DPxy",
        dimension="exposure",
        call="meeting",
        focal="needed",
        lowest=0,
        highest=1,
        unit="share",
        question="If a member of a group meets people anywhere, but those nearby sooner, what share are of another "
        "group?",
        of="Other-group share met, summed over members of the focal group, of all its members.",
        sentence="In {place}, of those whom a member of {focal} meets, anywhere but sooner nearby, {percent} belong to "
        "{against}.",
        formula=r"DP_{xy} = \sum_i \frac{x_i}{X} \sum_j k_{ij} \frac{y_j}{t_j}, \qquad "
        r"k_{ij} = \frac{c_{ij} t_j}{\sum_j c_{ij} t_j}",
        cites=("morgan_1983", "massey_1988"),
        tier="specialist",
        spatial=True,
        needs=("surroundings",),
        claims=_ALWAYS,
        pair_claims=_ALWAYS,
    ),
)
