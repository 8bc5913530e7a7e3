"""Rows of the catalogue: on how much land the members of a group live.

All but the profile's summary compare areas, which come from the column named when counts are built, or from
the shapes of a projected map.
"""

from __future__ import annotations

from placemix.indices.concentrations import absolute_concentration, delta, profile_r, relative_concentration
from placemix.registry.measures import Measure, Parameter

_ALWAYS = frozenset({"scale", "unit_order"})
_FRACTIONAL = Parameter(
    default=False, allowed="True (of the unit that crosses the limit only those wanting) or False (all of it)"
)

#: Whether the land of empty units counts.
LAND = Parameter("inhabited", "'inhabited' (units with people), or 'all' (empty ones too)")

ROWS: tuple[Measure, ...] = (
    Measure(
        name="delta",
        function=delta,
        label="Delta",
        symbol="Δ",
        dimension="concentration",
        call="groups",
        focal="needed",
        lowest=0,
        highest=1,
        unit="share",
        question="What share of a group would have to move to live at the same density everywhere?",
        of="Members of the focal group who would have to move, of all its members.",
        sentence="In {place}, {percent} of {focal} would have to move for it to live at the same density on all land.",
        formula=r"\Delta = \tfrac12 \sum_i \left| \frac{x_i}{X} - \frac{a_i}{A} \right|",
        cites=("hoover_1941", "duncan_1961", "massey_1988"),
        tier="specialist",
        parameters={"land": LAND},
        needs=("area",),
        pair_claims=_ALWAYS | {"split", "group_margins"},
    ),
    Measure(
        name="absolute_concentration",
        function=absolute_concentration,
        label="Absolute concentration",
        symbol="ACO",
        dimension="concentration",
        call="groups",
        focal="needed",
        lowest=float("-inf"),
        highest=None,
        unit="ratio",
        question="Does a group live in the smallest units that it could, or in the largest?",
        of="Value times members of the focal group, of all its members.",
        sentence="In {place}, the absolute concentration of {focal} among {against} is {value}: 1 is in the smallest "
        "units that so many people could live in, 0 in the largest.",
        formula=r"ACO = 1 - \frac{\sum_i \frac{x_i a_i}{X} - \sum_{i=1}^{n_1} \frac{t_i a_i}{T_1}}"
        r"{\sum_{i=n_2}^{n} \frac{t_i a_i}{T_2} - \sum_{i=1}^{n_1} \frac{t_i a_i}{T_1}}",
        cites=("massey_1988",),
        tier="specialist",
        parameters={"fractional": _FRACTIONAL},
        needs=("area",),
        pair_claims=_ALWAYS,
    ),
    Measure(
        name="relative_concentration",
        function=relative_concentration,
        label="Relative concentration",
        symbol="RCO",
        dimension="concentration",
        call="groups",
        focal="needed",
        lowest=float("-inf"),
        highest=None,
        unit="ratio",
        question="Does one group live in smaller units than another?",
        of="Value times members of the focal group, of all its members.",
        sentence="In {place}, the relative concentration of {focal} and {against} is {value}: above 0, {focal} has the "
        "smaller units.",
        formula=r"RCO = \frac{\sum_i \frac{x_i a_i}{X} \, / \, \sum_i \frac{y_i a_i}{Y} - 1}"
        r"{\sum_{i=1}^{n_1} \frac{t_i a_i}{T_1} \, / \, \sum_{i=n_2}^{n} \frac{t_i a_i}{T_2} - 1}",
        cites=("massey_1988",),
        tier="specialist",
        parameters={
            "largest": Parameter(
                "focal",
                "'focal' (from the largest units as many people as the focal group has) or 'against' (as many as the "
                "other group)",
            ),
            "fractional": _FRACTIONAL,
        },
        needs=("area",),
        pair_claims=_ALWAYS | {"zero_if_even"},
    ),
    Measure(
        name="profile_r",
        function=profile_r,
        label="Summary of the concentration profile",
        symbol="R",
        dimension="concentration",
        call="groups",
        focal="needed",
        lowest=0,
        highest=2,
        unit="ratio",
        question="Over all thresholds, how far is a group's concentration profile from that of an even spread?",
        of="Value times members of the focal group, of all its members.",
        sentence="In {place}, the concentration profile of {focal} among {against} is {value} times as far from that "
        "of an even spread as complete separation would be.",
        formula=r"R = \frac{P - \int_0^P v(s) \, ds + \int_P^1 v(s) \, ds}{1 - P} = "
        r"\frac{1}{1 - P} \sum_i \frac{x_i}{X} |p_i - P|",
        cites=("hong_sadahiro_2014",),
        tier="specialist",
        pair_claims=_ALWAYS | {"split", "zero_if_even", "one_if_apart"},
    ),
)
