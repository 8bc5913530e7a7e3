"""Rows of the catalogue: exposure, and concentration by threshold."""

from __future__ import annotations

from placemix import indices
from placemix.registry.measures import Measure, Parameter

_ALWAYS = frozenset({"scale", "unit_order", "split"})
_TRANSFERS = frozenset({"transfers", "transfers_weak"})
_SELF = {"exclude_self": Parameter(default=False, allowed="True or False")}

ROWS: tuple[Measure, ...] = (
    Measure(
        name="isolation",
        function=indices.isolation,
        label="Isolation",
        symbol="xPx",
        dimension="exposure",
        call="meeting",
        focal="needed",
        lowest=0,
        highest=1,
        unit="share",
        question="In the unit of the average member of a group, what share are of the same group?",
        of="Own-group share summed over members of the focal group, of all its members.",
        sentence="In {place}, the average member of {focal} is in a unit where {percent} are of the same group.",
        sentence_near="In {place}, the average member of {focal} is in surroundings where {percent} are of the same "
        "group.",
        formula=r"{}_xP_x = \sum_i \frac{x_i}{X} \frac{x_i}{t_i}",
        cites=("shevky_1949", "bell_1954", "lieberson_1981", "massey_1988"),
        tier="recommended",
        parameters=_SELF,
        spatial=True,
        claims=_ALWAYS | _TRANSFERS | {"one_if_apart"},
        pair_claims=_ALWAYS | _TRANSFERS | {"one_if_apart"},
    ),
    Measure(
        name="exposure",
        function=indices.exposure,
        label="Exposure (interaction)",
        symbol="xPy",
        dimension="exposure",
        call="meeting",
        focal="needed",
        lowest=0,
        highest=1,
        unit="share",
        question="In the unit of the average member of a group, what share are of another group?",
        of="Other-group share summed over members of the focal group, of all its members.",
        sentence="In {place}, the average member of {focal} is in a unit where {percent} belong to {against}.",
        sentence_near="In {place}, the average member of {focal} is in surroundings where {percent} belong to "
        "{against}.",
        formula=r"{}_xP_y = \sum_i \frac{x_i}{X} \frac{y_i}{t_i}",
        cites=("bell_1954", "lieberson_1981", "massey_1988"),
        tier="recommended",
        parameters=_SELF,
        spatial=True,
        claims=_ALWAYS,
        pair_claims=_ALWAYS,
    ),
    Measure(
        name="correlation_ratio",
        function=indices.correlation_ratio,
        label="Correlation ratio",
        symbol="V",
        dimension="exposure",
        call="meeting",
        focal="needed",
        lowest=0,
        highest=1,
        unit="share",
        question="How far is isolation above what an even spread would give, of the most it could be?",
        of="Isolation above the overall share, as a share of the others, times members of the focal group, of all.",
        sentence="In {place}, the isolation of {focal} is {percent} of the way from an even spread to "
        "complete separation.",
        sentence_near="In {place}, the share of {focal} in the surroundings of its average member is {percent} of the "
        "way from its overall share to 100 %.",
        formula=r"V = \frac{{}_xP_x - P}{1 - P}",
        cites=("bell_1954", "white_1986", "massey_1988"),
        tier="recommended",
        spatial=True,
        claims=_ALWAYS | _TRANSFERS | {"zero_if_even", "one_if_apart", "nests"},
        pair_claims=_ALWAYS | _TRANSFERS | {"group_order", "zero_if_even", "one_if_apart", "nests"},
    ),
    Measure(
        name="concentration_profile",
        function=indices.concentration,
        label="Concentration profile",
        symbol="v(τ)",
        dimension="concentration",
        call="threshold",
        focal="optional",
        lowest=0,
        highest=1,
        unit="share",
        question="What share of a group's members are where its share is above a threshold?",
        of="Members of the focal group where the share reaches the threshold, of all its members (without a focal "
        "group: people).",
        sentence="In {place}, {percent} of {focal} are in units where the share of {share} is {op} {threshold}.",
        sentence_many="In {place}, {percent} of people are in units where the share of {share} is {op} {threshold}.",
        formula=r"v(\tau) = \frac{\sum_i x_i\, 1[s_i \geq \tau]}{X}",
        cites=("poulsen_2001",),
        tier="recommended",
        parameters={
            "threshold": Parameter(0.5, "a share from 0 to 1"),
            "share": Parameter("own", "'own', 'largest', the name of a group, or 'not ' and a group"),
            "op": Parameter(">=", "'>=' or '>'"),
        },
        claims=_ALWAYS,
        pair_claims=_ALWAYS,
    ),
)
