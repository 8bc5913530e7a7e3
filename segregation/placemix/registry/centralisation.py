"""Rows of the catalogue: how near the centre the members of a group live.

Each call names the centre, or the centres; placemix guesses none, because half the differences between published
values are differences between centres.
"""

from __future__ import annotations

from placemix.indices.centralisations import (
    absolute_centralisation,
    local_relative_centralisation,
    proportion_central,
    relative_centralisation,
)
from placemix.registry.concentration import LAND
from placemix.registry.measures import Measure, Parameter

_ALWAYS = frozenset({"scale", "unit_order"})

#: Which units a centre is taken to reach.
_INFLUENCE = {
    "nearest": Parameter(
        default=False,
        allowed="a whole number: only so many units nearest to a centre count, and those as far as the last of them",
        or_number=True,
    ),
    "within": Parameter(
        default=False,
        allowed="a number of metres from a centre, or of units of a plane, beyond which no unit counts",
        or_number=True,
    ),
}

ROWS: tuple[Measure, ...] = (
    Measure(
        name="relative_centralisation",
        function=relative_centralisation,
        label="Relative centralisation",
        symbol="RCE",
        dimension="centralisation",
        call="groups",
        focal="needed",
        lowest=-1,
        highest=1,
        unit="ratio",
        question="Does one group live nearer the centre than another?",
        of="Value times members of the focal group, of all its members.",
        sentence="In {place}, the relative centralisation of {focal} and {against} is {value}: 1 is all of {focal} "
        "nearer the centre than any of {against}, -1 all of it farther out.",
        formula=r"RCE = \sum_i X_{i-1} Y_i - \sum_i X_i Y_{i-1}",
        cites=("duncan_1955", "massey_1988", "tivadar_2019"),
        tier="specialist",
        parameters=_INFLUENCE,
        needs=("distance",),
        pair_claims=_ALWAYS | {"split", "zero_if_even", "group_margins"},
    ),
    Measure(
        name="absolute_centralisation",
        function=absolute_centralisation,
        label="Absolute centralisation",
        symbol="ACE",
        dimension="centralisation",
        call="groups",
        focal="needed",
        lowest=-1,
        highest=1,
        unit="ratio",
        question="Does a group live nearer the centre than the land lies?",
        of="Value times members of the focal group, of all its members.",
        sentence="In {place}, the absolute centralisation of {focal} is {value}: above 0, its members live nearer the "
        "centre than if they were spread over the land alike.",
        formula=r"ACE = \sum_i X_{i-1} A_i - \sum_i X_i A_{i-1}",
        cites=("massey_1988", "tivadar_2019"),
        tier="specialist",
        parameters={"land": LAND, **_INFLUENCE},
        needs=("distance", "area"),
        pair_claims=_ALWAYS | {"split", "group_margins"},
    ),
    Measure(
        name="proportion_central",
        function=proportion_central,
        label="Proportion in the centre",
        symbol="PCC",
        dimension="centralisation",
        call="groups",
        focal="needed",
        lowest=0,
        highest=1,
        unit="share",
        question="What share of a group lives in the centre?",
        of="Members of the focal group in the centre, of all its members.",
        sentence="In {place}, {percent} of {focal} live in the centre.",
        formula=r"PCC = \frac{X_{cc}}{X}",
        cites=("massey_1988",),
        tier="specialist",
        parameters={
            "radius": Parameter(0.0, "metres from the centre, or units of a plane; 0 only where the centre is an area")
        },
        needs=("distance",),
        pair_claims=_ALWAYS | {"split", "group_margins"},
    ),
    Measure(
        name="local_relative_centralisation",
        function=local_relative_centralisation,
        label="Local relative centralisation",
        symbol="RCE_i",
        dimension="local",
        call="trajectory",
        focal="needed",
        lowest=-1,
        highest=1,
        unit="ratio",
        question="Of the people around a unit, do members of one group live nearer to it than those of another?",
        of="Value times the unit's people, of its people.",
        sentence="Around {place}, the relative centralisation of {focal} and {against} is {value}: above 0, {focal} "
        "lives nearer to it.",
        formula=r"RCE_i = \sum_{j=1}^{k+1} X_{j-1} Y_j - \sum_{j=1}^{k+1} X_j Y_{j-1}",
        cites=("folch_2016",),
        tier="experimental",
        parameters={"neighbours": Parameter(5, "a whole number of nearest units")},
        pair_claims=_ALWAYS | {"zero_if_even", "group_margins"},
    ),
)
