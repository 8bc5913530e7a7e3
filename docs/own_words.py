"""What a counter-example shows of one measure, where the same small town refutes several.

The tests store one town for many measures, with a reason that speaks of all of them; a page speaks of one.
"""

from __future__ import annotations

from collections.abc import Iterator

_TWO_SHARES = ("relative_diversity", "squared_variation", "normalised_exposure", "correlation_ratio")
_MIXES = ("simpson", "effective_groups", "shannon", "scaled_entropy", "local_entropy", "renyi")
_CONTRASTS = ("morrill", "wong_boundary", "wong_shape")
_PROXIMITY = (
    "spatial_proximity",
    "absolute_clustering",
    "relative_clustering",
    "mean_proximity",
    "mean_proximity_between",
    "distance_decay_isolation",
    "distance_decay_exposure",
)
_LAND = ("delta", "absolute_concentration", "relative_concentration")
_CENTRES = ("absolute_centralisation", "proportion_central")
_TARGETS = ("target_gini", "target_entropy")
_OVERALL = ("overall_gini", "overall_entropy")
_TRIPLED = "Shares of 0.8, 0.2 and 0.5 become 0.92, 0.43 and 0.75"

#: A property, the measures, and what the town of the tests shows of them.
_SAID: tuple[tuple[str, tuple[str, ...], str], ...] = (
    # -- the groups change places: 8 : 2 and 2 : 2
    (
        "group_order",
        ("gorard",),
        "It is D times the others' share: 4/14 for the first group, 10/14 for the second.",
    ),
    (
        "group_order",
        ("isolation",),
        "The first group meets 0.8 and 0.5 of its own, (6.4 + 1) / 10 = 0.74; the second (0.4 + 1) / 4 = 0.35.",
    ),
    (
        "group_order",
        ("exposure",),
        (
            "The first group meets 0.2 and 0.5 of the second, (1.6 + 1) / 10 = 0.26; the second 0.8 and 0.5 of the "
            "first, (1.6 + 1) / 4 = 0.65."
        ),
    ),
    (
        "group_order",
        ("concentration_profile",),
        "All of the first group live where it has at least half; of the second, two of four do.",
    ),
    (
        "group_order",
        ("location_quotient",),
        "The first group's shares, 0.8 and 0.5, are compared with 10/14; the second's, 0.2 and 0.5, with 4/14.",
    ),
    ("group_order", ("local_isolation",), "The first group's shares are 0.8 and 0.5, the second's 0.2 and 0.5."),
    (
        "group_order",
        ("local_exposure",),
        "The first group has 0.2 and 0.5 of the second around it; the second has 0.8 and 0.5 of the first.",
    ),
    ("group_order", ("kullback_leibler",), "The divergence from the one spread to the other is not that back."),
    ("group_order", _TARGETS, "The first group, 10 of 14, is nearer to the spread of everyone than the second."),
    ("group_order", ("extremes",), "The two ends change places, and so does the sign."),
    ("group_order", _LAND, "It is about the land of the first group, and another is first."),
    ("group_order", ("profile_r",), "It is about the shares of its own that the first group meets."),
    (
        "group_order",
        ("relative_centralisation", "local_relative_centralisation"),
        "As much as the one group is nearer, the other is farther out: the sign changes.",
    ),
    ("group_order", _CENTRES, "It is about where the first group lives, and another is first."),
    # -- a unit is cut in two, on the map
    (
        "split",
        _CONTRASTS,
        (
            "D is 0.6, and so is the difference between the two neighbours. The two halves of the first unit are "
            "neighbours that do not differ, so that less is taken from D."
        ),
    ),
    (
        "split",
        _PROXIMITY,
        "Within a unit people are at proximity 0.741; between its halves, which lie at one point, at proximity 1.",
    ),
    # -- every unit has the overall mix: 6 : 4 and 3 : 2
    ("zero_if_even", ("isolation", "local_isolation"), "Everyone has 0.6 of the first group around."),
    ("zero_if_even", ("exposure", "local_exposure"), "Everyone has 0.4 of the second group around."),
    ("zero_if_even", ("concentration_profile",), "All of the group live where it has at least half."),
    ("zero_if_even", ("location_quotient",), "Where the overall share is found everywhere, the quotient is 1."),
    ("zero_if_even", _MIXES, "An even town is as diverse as its units."),
    ("zero_if_even", ("extremes",), "The two ends have different shares, 0.6 and 0.4."),
    ("zero_if_even", ("spatial_proximity",), "People live as near to their own group as to everyone: 1."),
    (
        "zero_if_even",
        ("absolute_clustering",),
        "It compares with equal numbers in all units, not with equal shares, and the first unit has more members.",
    ),
    ("zero_if_even", ("mean_proximity", "mean_proximity_between"), "Proximity is above 0 wherever people live."),
    ("zero_if_even", ("distance_decay_isolation",), "The average member meets 0.6 of the own group."),
    ("zero_if_even", ("distance_decay_exposure",), "The average member meets 0.4 of the other group."),
    (
        "zero_if_even",
        ("delta",),
        "Two thirds of either group live on 0.6 of 1.55 of the land: 2/3 - 0.387 = 0.28.",
    ),
    ("zero_if_even", ("absolute_concentration",), "Two thirds of either group live in the smaller unit."),
    (
        "zero_if_even",
        ("absolute_centralisation",),
        "Two thirds of either group live in the nearer unit, on 0.6 of 1.55 of the land: 2/3 - 0.387 = 0.28.",
    ),
    ("zero_if_even", ("proportion_central",), "Both units lie within the radius, and so does everyone."),
    # -- no two groups share a unit: 10 : 0 and 0 : 5
    (
        "one_if_apart",
        ("mutual_information", "shannon", "renyi"),
        "It is the town's entropy, ln 3 - 2/3 ln 2 = 0.637.",
    ),
    ("one_if_apart", ("gorard", "target_gini"), "It ends at the others' share, 1/3."),
    ("one_if_apart", ("karmel_maclachlan", "overall_gini"), "It ends at 2 x 2/3 x 1/3."),
    ("one_if_apart", ("exposure",), "Nobody meets the other group."),
    ("one_if_apart", ("concentration_profile",), "Nobody of the first group is where the second has half."),
    ("one_if_apart", ("location_quotient",), "All of the first unit are of a group of two thirds: 1 / (2/3) = 1.5."),
    (
        "one_if_apart",
        ("local_information", "local_divergence"),
        "Each unit holds one group alone, of two thirds and of one third of everyone: ln 3/2 and ln 3.",
    ),
    ("one_if_apart", ("local_isolation",), "The second unit has none of the group."),
    ("one_if_apart", ("local_exposure",), "The first unit has none of the other group."),
    ("one_if_apart", ("simpson",), "Two people of the town differ with a chance of 2 x 2/3 x 1/3."),
    ("one_if_apart", ("effective_groups",), "The town has groups of 10 and 5, as diverse as 1.89 of one size."),
    (
        "one_if_apart",
        ("scaled_entropy", "local_entropy"),
        "The town's entropy, 0.637, is below that of two equally large groups, ln 2 = 0.693.",
    ),
    ("one_if_apart", ("kullback_leibler",), "The divergence has no bound."),
    ("one_if_apart", ("target_entropy", "overall_entropy"), "Its end depends on the groups' sizes."),
    ("one_if_apart", ("extremes",), "The second unit has only the lower end: -1."),
    ("one_if_apart", ("morrill", "wong_boundary"), "D is 1, and so is the difference between the two neighbours."),
    ("one_if_apart", ("wong_shape",), "D is 1, and nearly as much is taken off for the two neighbours."),
    (
        "one_if_apart",
        ("spatial_proximity", "absolute_clustering", "distance_decay_isolation", "distance_decay_exposure"),
        "The other group is near although it shares no unit.",
    ),
    ("one_if_apart", ("relative_clustering",), "Either group is alone in one unit, and so as near to itself."),
    ("one_if_apart", ("mean_proximity",), "It is the proximity within one unit."),
    ("one_if_apart", ("mean_proximity_between",), "It is the proximity of the two units."),
    ("one_if_apart", ("delta",), "The group lives apart, but on 2.25 of 2.85 of the land."),
    ("one_if_apart", ("absolute_concentration",), "The group lives apart, in the largest units."),
    ("one_if_apart", ("relative_concentration",), "The group lives apart, in larger units than the other."),
    ("one_if_apart", ("relative_centralisation",), "All of the group live farther out than all of the others: -1."),
    ("one_if_apart", ("absolute_centralisation",), "The group lives apart, in the outer units."),
    ("one_if_apart", ("proportion_central",), "The group lives apart, and half of it beyond the radius."),
    (
        "one_if_apart",
        ("local_relative_centralisation",),
        "Around the first unit, all of the group live farther than all of the others: -1.",
    ),
    # -- one member moves to where the group is rarer: 8 : 2 and 1 : 9
    (
        "transfers",
        ("exposure",),
        "The one who moves meets more of the others: (8 x 0.2 + 1 x 0.9) / 9 becomes (7 x 0.22 + 2 x 0.82) / 9.",
    ),
    ("transfers", ("location_quotient", "local_isolation"), "The receiving unit has more of the group."),
    ("transfers", ("local_exposure",), "The sending unit has more of the others."),
    ("transfers", _MIXES, "Whoever moves within the town leaves its mix as it was."),
    ("transfers", ("extremes",), "The receiving unit has more of the upper end."),
    (
        "transfers",
        _CONTRASTS,
        (
            "D stays, and the first unit, which neighbours the second, differs from it by 0.889 - 0.727 instead of "
            "0.2, so that less is taken off."
        ),
    ),
    (
        "transfers",
        ("spatial_proximity",),
        "The first place is near everyone, the second is not: who moves there is farther from the others.",
    ),
    (
        "transfers",
        ("absolute_clustering", "relative_clustering", "distance_decay_isolation"),
        (
            "The second unit has the higher share but only two members; who moves to the first has eight others at "
            "hand instead of one."
        ),
    ),
    (
        "transfers",
        _LAND,
        "The share is higher in the third unit, but the first is smaller: who moves there makes the group denser.",
    ),
    (
        "transfers",
        ("relative_centralisation", *_CENTRES, "local_relative_centralisation"),
        (
            "The share is higher in the third unit, but the first is nearer the centre: who moves there makes the "
            "group more central."
        ),
    ),
    # -- three times the first group: 8 : 2, 2 : 8 and 5 : 5
    (
        "group_margins",
        ("information_theory", "mutual_information"),
        f"{_TRIPLED}, and the entropies of units and town with them.",
    ),
    ("group_margins", _TWO_SHARES, f"{_TRIPLED}, which vary by another part of what they could."),
    ("group_margins", ("gorard",), "D stays 0.4, so that D x 1/2 becomes D x 1/4."),
    ("group_margins", ("karmel_maclachlan",), "D stays 0.4, so that D x 1/2 becomes D x 3/8."),
    ("group_margins", ("isolation",), f"The group meets more of its own everywhere. {_TRIPLED}."),
    ("group_margins", ("exposure",), "The group meets fewer of the other everywhere: 0.08, 0.57 and 0.25 of it."),
    (
        "group_margins",
        ("concentration_profile",),
        "The group's share in the second unit goes from 0.2 to 0.43, so that its members there count too.",
    ),
    ("group_margins", ("location_quotient",), f"{_TRIPLED}, and the overall share goes from 0.5 to 0.75."),
    (
        "group_margins",
        ("local_information", "local_divergence"),
        f"{_TRIPLED}, and what they are compared with goes from 0.5 to 0.75.",
    ),
    ("group_margins", ("local_isolation",), f"{_TRIPLED}."),
    ("group_margins", ("local_exposure",), "The other's shares of 0.2, 0.8 and 0.5 become 0.08, 0.57 and 0.25."),
    ("group_margins", _MIXES, "The town's mix goes from 15 : 15 to 45 : 15."),
    (
        "group_margins",
        ("size_standardised",),
        f"{_TRIPLED}, and D of equally large units is another.",
    ),
    (
        "group_margins",
        (*_TARGETS, *_OVERALL),
        "Everyone's spread changes: the group goes from 15 of 30 to 45 of 60.",
    ),
    ("group_margins", ("extremes",), "(8 - 2) / 10 becomes (24 - 2) / 26."),
    (
        "group_margins",
        ("ordinal_information", "ordinal_variation"),
        f"{_TRIPLED}, and the entropies or squares with them.",
    ),
    ("group_margins", ("ordinal_absolute",), "Smaller parts of 2, 2 and 5 of 15 become 2, 6 and 5 of 15."),
    ("group_margins", _CONTRASTS, "D stays, and the neighbours' shares differ by other amounts."),
    (
        "group_margins",
        ("spatial_proximity", "absolute_clustering", "distance_decay_isolation", "distance_decay_exposure"),
        "The group is more of those who are near.",
    ),
    (
        "group_margins",
        ("absolute_concentration", "relative_concentration"),
        "Three times the members need more of the smallest units.",
    ),
    ("group_margins", ("profile_r",), "All shares of the group change."),
    # -- three times the first unit
    ("unit_margins", ("renyi",), "The town's mix is another."),
    (
        "unit_margins",
        ("rank_order_information", "rank_order_variation", "rank_order_squareroot"),
        "Three times the first unit moves every share at or below a threshold.",
    ),
    # -- larger areas
    (
        "nests",
        (*_LAND, "profile_r", *_CENTRES, "local_relative_centralisation"),
        "No two weights serve the four tables.",
    ),
)


def own_words() -> dict[tuple[str, str], str]:
    """Return what to say, by property and measure."""
    return dict(_entries())


def _entries() -> Iterator[tuple[tuple[str, str], str]]:
    for claim, names, text in _SAID:
        for name in names:
            yield (claim, name), text
