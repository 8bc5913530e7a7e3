"""One small table for every claim that a row of the catalogue does not make.

Rows of a table are units, columns are groups; the first group is the focal one. Each entry names
the rows it refutes, with two groups ("pair") or with more ("many"). Where a row is about who is near
whom, the units lie at the first places of `claims.maps`: proximity is 0.741 within a place, 0.349
between the first and the second, 0.336 between the first and the third, 0.180 between these two; the
first neighbours both, which do not neighbour each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from claims.checks import Example
from claims.ranked import RANKED

DIVERSITY = ("simpson", "effective_groups", "shannon", "scaled_entropy", "local_entropy")
DIVERGENCE = ("local_information", "local_divergence")
SHARES = ("local_isolation", "local_exposure")
LOCAL = (*DIVERGENCE, "location_quotient", *SHARES)
MEETING = ("isolation", "exposure", "correlation_ratio")
SQUARES = ("relative_diversity", "squared_variation", "normalised_exposure")
NO_MARGINS = ("information_theory", "mutual_information", *SQUARES, "karmel_maclachlan", *MEETING,
              "concentration_profile", *LOCAL, *DIVERSITY)  # fmt: skip
PAIRED = ("atkinson", "hutchens", "gorard")
MANY = ("dissimilarity", "gini", *NO_MARGINS)


CONTRASTS = ("morrill", "wong_boundary", "wong_shape")
NEAR_PAIRS = ("absolute_clustering", "relative_clustering", "mean_proximity", "mean_proximity_between")
NEAR_MANY = ("spatial_proximity", "distance_decay_isolation", "distance_decay_exposure")
NEAR = (*NEAR_PAIRS, *NEAR_MANY)
CLUSTERS = ("getis_ord", "local_moran")
WALKS = ("distortion", "local_distortion")


@dataclass(frozen=True)
class Refuted:
    claim: str
    form: Literal["pair", "many"]
    rows: tuple[str, ...]
    example: Example


#: Two areas of two units. The areas' totals are those of every table, 6 and 4, then 2 and 6; only
#: who lives in which unit within an area changes. If a measure were "between plus a weighted sum of
#: within", one pair of weights would serve all four tables.
FAMILY = (
    ((4, 0), (2, 4), (1, 3), (1, 3)),
    ((6, 0), (0, 4), (1, 3), (1, 3)),
    ((3, 1), (3, 3), (1, 3), (1, 3)),
    ((4, 0), (2, 4), (2, 2), (0, 4)),
)
#: The same with a third group.
FAMILY_OF_THREE = (
    ((4, 0, 1), (2, 4, 1), (1, 3, 2), (1, 3, 2)),
    ((6, 0, 1), (0, 4, 1), (1, 3, 2), (1, 3, 2)),
    ((3, 1, 2), (3, 3, 0), (1, 3, 2), (1, 3, 2)),
    ((4, 0, 1), (2, 4, 1), (2, 2, 2), (0, 4, 2)),
)

REFUTED: tuple[Refuted, ...] = (
    *(Refuted(*entry) for entry in RANKED),
    # -- the order of the groups ----------------------------------------------------------
    Refuted(
        "group_order",
        "pair",
        ("isolation", "exposure", "gorard", "concentration_profile", "location_quotient", *SHARES),
        Example(
            ((8, 2), (2, 2)),
            order=(1, 0),
            why="The first group meets 0.8 and 0.5 of its own, (6.4 + 1) / 10 = 0.74; the second (0.4 + 1) / 4 = 0.35. "
            "Gorard's index is D times the others' share: 4/14 for the first, 10/14 for the second.",
        ),
    ),
    Refuted(
        "group_order",
        "pair",
        ("atkinson",),
        Example(
            ((8, 0), (2, 2)),
            order=(1, 0),
            why="At b = 0.1 the overlap is 0.2^0.1 = 0.851 for the first group and 0.2^0.9 = 0.235 for the second; "
            "only b = 0.5 treats both alike.",
        ),
    ),
    Refuted(
        "group_order",
        "many",
        (*MEETING, "concentration_profile", "location_quotient", *SHARES),
        Example(((8, 2, 1), (2, 2, 4)), order=(1, 0, 2), why="They are about the first group, and another is first."),
    ),
    # -- zero where even --------------------------------------------------------------------
    Refuted(
        "zero_if_even",
        "pair",
        ("isolation", "exposure", "concentration_profile", "location_quotient", *SHARES, *DIVERSITY),
        Example(
            ((6, 4), (3, 2)),
            why="Everyone meets 0.6 and 0.4; all of the first group are where it has at least half; the quotient of an "
            "even spread is 1; and an even town is as diverse as its units.",
        ),
    ),
    Refuted(
        "zero_if_even",
        "many",
        ("isolation", "exposure", "concentration_profile", "location_quotient", *SHARES, *DIVERSITY),
        Example(((6, 3, 1), (12, 6, 2)), why="As with two groups."),
    ),
    # -- one where apart --------------------------------------------------------------------
    Refuted(
        "one_if_apart",
        "pair",
        ("mutual_information", "exposure", "gorard", "karmel_maclachlan", "concentration_profile", *LOCAL, *DIVERSITY),
        Example(
            ((10, 0), (0, 5)),
            why="M is the town's entropy, ln 3 - 2/3 ln 2 = 0.637; nobody meets the other group; Gorard's index ends "
            "at the others' share, 1/3, and Karmel and MacLachlan's at 2 x 2/3 x 1/3; nobody of the first group is "
            "where the second has half; the quotient is 1.5; the town has more than one effective group.",
        ),
    ),
    Refuted(
        "one_if_apart",
        "many",
        ("mutual_information", "exposure", "karmel_maclachlan", "concentration_profile", *LOCAL, *DIVERSITY),
        Example(((10, 0, 0), (0, 5, 0), (0, 0, 3)), why="As with two groups."),
    ),
    # -- transfers with two groups ------------------------------------------------------------
    Refuted(
        "transfers",
        "pair",
        ("dissimilarity", "karmel_maclachlan", "gorard"),
        Example(
            ((9, 1), (7, 3), (0, 10)),
            why="Both units have more of the first group than the town (16 of 30) before and after, so that the sum of "
            "what is above stays: never up, but not down.",
        ),
    ),
    *(
        Refuted(
            claim,
            "pair",
            ("exposure", "location_quotient", *SHARES, *DIVERSITY),
            Example(
                ((8, 2), (1, 9)),
                why="The one who moves meets more of the others, 8 x 0.2 + 1 x 0.9 against 7 x 0.22 + 2 x 0.82; the "
                "receiving unit has more of the group and more diversity.",
            ),
        )
        for claim in ("transfers", "transfers_weak")
    ),
    *(
        Refuted(
            claim,
            "pair",
            ("concentration_profile",),
            Example(((8, 2), (4, 5)), why="The move lifts the second unit to half: 12 of 12 members count, not 8."),
        )
        for claim in ("transfers", "transfers_weak")
    ),
    *(
        Refuted(
            claim,
            "pair",
            DIVERGENCE,
            Example(
                ((9, 1), (4, 6), (1, 9)),
                sender=1,
                receiver=2,
                why="The town's share is 14/30 and the sending unit's, 0.4, was already below: it goes on to 3/9.",
            ),
        )
        for claim in ("transfers", "transfers_weak")
    ),
    # -- transfers with more groups: Reardon and Firebaugh 2002, only H (and M) obey --------------
    *(
        Refuted(
            claim,
            "many",
            ("dissimilarity", "karmel_maclachlan"),
            Example(
                ((2, 0, 1), (1, 1, 1), (0, 2, 2)),
                why="With three of ten in each group but the last (four), the move evens the first group and takes the "
                "other two away from their mean in the first unit, which shrinks: the sum of gaps t|p - P| rises "
                "from 5.0 to 5.2.",
            ),
        )
        for claim in ("transfers", "transfers_weak")
    ),
    *(
        Refuted(
            claim,
            "many",
            ("gini",),
            Example(
                ((2, 0, 2), (0, 1, 1), (2, 0, 2)),
                why="The third group had half of every unit; after the move it has 2/3, 1/3 and 1/2.",
            ),
        )
        for claim in ("transfers", "transfers_weak")
    ),
    *(
        Refuted(
            claim,
            "many",
            ("relative_diversity",),
            Example(
                ((4, 0, 6), (2, 3, 3)),
                why="Members of the first unit meet someone alike 5.2 times in 10 and 2.75 in 8 in the second, sum "
                "52/10 + 22/8 = 7.95; after the move 45/9 + 27/9 = 8.",
            ),
        )
        for claim in ("transfers", "transfers_weak")
    ),
    *(
        Refuted(
            claim,
            "many",
            ("squared_variation",),
            Example(
                ((2, 0, 1), (1, 2, 0), (0, 2, 0)),
                why="The one member of the third group counts by 1/P = 8 and has 1/2 of its unit after the move.",
            ),
        )
        for claim in ("transfers", "transfers_weak")
    ),
    *(
        Refuted(
            claim,
            "many",
            ("normalised_exposure",),
            Example(
                ((2, 4, 0), (0, 2, 2)),
                why="The second group, 6 of 10, counts by 1/0.4 and spreads from 4/6 and 2/4 to 4/5 and 2/5.",
            ),
        )
        for claim in ("transfers", "transfers_weak")
    ),
    *(
        Refuted(
            claim,
            "many",
            ("exposure", "location_quotient", *SHARES, *DIVERSITY),
            Example(((8, 2, 1), (1, 9, 1)), why="As with two groups."),
        )
        for claim in ("transfers", "transfers_weak")
    ),
    *(
        Refuted(
            claim,
            "many",
            ("concentration_profile",),
            Example(((8, 2, 1), (4, 4, 1)), why="The move lifts the second unit to half, 5 of 10."),
        )
        for claim in ("transfers", "transfers_weak")
    ),
    *(
        Refuted(
            claim,
            "many",
            DIVERGENCE,
            Example(((9, 1, 1), (4, 6, 1), (1, 9, 1)), sender=1, receiver=2, why="As with two groups."),
        )
        for claim in ("transfers", "transfers_weak")
    ),
    # -- margins ------------------------------------------------------------------------------
    Refuted(
        "group_margins",
        "pair",
        ("gorard", *NO_MARGINS),
        Example(
            ((8, 2), (2, 8), (5, 5)),
            factor=3,
            why="Three times the first group: it meets more of its own everywhere, and the squares and the entropies "
            "are those of other shares. D stays 0.4, so that Gorard's D x 1/2 becomes D x 1/4 and Karmel and "
            "MacLachlan's D x 1/2 becomes D x 3/8.",
        ),
    ),
    Refuted(
        "group_margins",
        "many",
        MANY,
        Example(((8, 2, 1), (2, 8, 1), (5, 5, 4)), factor=3, why="The other groups' shares change with the first's."),
    ),
    Refuted(
        "unit_margins",
        "pair",
        tuple({"dissimilarity", "gini", *PAIRED, *NO_MARGINS} - {*SHARES}),
        Example(((8, 2), (2, 8), (5, 5)), factor=3, why="Three times the first unit: the town's mix is another."),
    ),
    Refuted(
        "unit_margins",
        "many",
        tuple({*MANY} - {*SHARES}),
        Example(((8, 2, 1), (2, 8, 1), (5, 5, 4)), factor=3, why="As with two groups."),
    ),
    # -- between + within = total ----------------------------------------------------------------
    Refuted(
        "nests",
        "pair",
        (
            "dissimilarity",
            "gini",
            "atkinson",
            "gorard",
            "karmel_maclachlan",
            "isolation",
            "exposure",
            "concentration_profile",
            *LOCAL,
            *DIVERSITY,
        ),
        Example((), areas="AABB", tables=FAMILY, why="No two weights serve the four tables."),
    ),
    Refuted(
        "nests",
        "many",
        (
            "dissimilarity",
            "gini",
            "squared_variation",
            "normalised_exposure",
            "karmel_maclachlan",
            "isolation",
            "exposure",
            "concentration_profile",
            *LOCAL,
            *DIVERSITY,
        ),
        Example((), areas="AABB", tables=FAMILY_OF_THREE, why="No two weights serve the four tables."),
    ),
    # -- who is near whom: on the map ------------------------------------------------------------
    Refuted(
        "group_order",
        "pair",
        (
            "absolute_clustering",
            "relative_clustering",
            "mean_proximity",
            "distance_decay_isolation",
            "distance_decay_exposure",
        ),
        Example(((8, 2), (2, 2)), order=(1, 0), why="The first group is more in one place than the second."),
    ),
    Refuted(
        "group_order",
        "many",
        ("distance_decay_isolation", "distance_decay_exposure"),
        Example(((8, 2, 1), (2, 2, 4)), order=(1, 0, 2), why="They are about the first group, and another is first."),
    ),
    Refuted(
        "split",
        "pair",
        (*CONTRASTS, *NEAR),
        Example(
            ((8, 2), (2, 8)),
            why="D is 0.6, as the difference between the two neighbours, so that D(adj) is 0; the two halves of the "
            "first unit are neighbours that do not differ, the mean difference becomes 0.4 and D(adj) 0.2. Within a "
            "unit people are at proximity 0.741; between its halves, which lie at one point, at proximity 1.",
        ),
    ),
    Refuted(
        "split",
        "many",
        NEAR_MANY,
        Example(((8, 2, 1), (2, 8, 4)), why="Within a unit people are at proximity 0.741; between its halves at 1."),
    ),
    Refuted(
        "zero_if_even",
        "pair",
        ("absolute_clustering", "mean_proximity", "mean_proximity_between", *NEAR_MANY),
        Example(
            ((6, 4), (3, 2)),
            why="Proximity is above 0 and the same for everyone, so that SP is 1; the average member meets 0.6 of the "
            "own group and 0.4 of the other; absolute clustering compares with equal numbers, not shares, and the "
            "first unit has more members.",
        ),
    ),
    Refuted("zero_if_even", "many", NEAR_MANY, Example(((6, 3, 1), (12, 6, 2)), why="As with two groups.")),
    Refuted(
        "one_if_apart",
        "pair",
        (*CONTRASTS, *NEAR),
        Example(
            ((10, 0), (0, 5)),
            why="D is 1, as the difference between the two neighbours; the other group is near although it shares no "
            "unit.",
        ),
    ),
    Refuted(
        "one_if_apart",
        "many",
        NEAR_MANY,
        Example(((10, 0, 0), (0, 5, 0), (0, 0, 3)), why="The other groups are near although they share no unit."),
    ),
    Refuted(
        "transfers",
        "pair",
        ("surface_separation",),
        Example(
            ((9, 1), (7, 3), (0, 10)),
            why="S is 2D / (1 + D), and D does not fall: both units have more of the group than the whole.",
        ),
    ),
    *(
        Refuted(
            claim,
            "pair",
            (*CONTRASTS, "spatial_proximity"),
            Example(
                ((9, 1), (7, 3), (0, 10)),
                why="D stays, and the first unit, which neighbours the second, differs from it by 0.889 - 0.727 "
                "instead of 0.2, so that less is taken off. The first place is near everyone, the second is not: who "
                "moves there is farther from the others, and SP rises from 1.214 to 1.217.",
            ),
        )
        for claim in ("transfers", "transfers_weak")
    ),
    *(
        Refuted(
            claim,
            "pair",
            ("absolute_clustering", "relative_clustering", "mean_proximity", "distance_decay_isolation"),
            Example(
                ((8, 40), (2, 1)),
                sender=1,
                receiver=0,
                why="The second unit has the higher share but only two members; who moves to the first has eight "
                "others at hand instead of one: 0.741 (8 x 8 + 2 x 2) + 0.349 x 2 x 8 x 2 = 61.6 pairs become 67.0.",
            ),
        )
        for claim in ("transfers", "transfers_weak")
    ),
    *(
        Refuted(
            claim,
            "pair",
            ("mean_proximity_between", "distance_decay_exposure"),
            Example(((8, 2), (1, 9)), why="The one who moves has nine of the others at hand instead of two."),
        )
        for claim in ("transfers", "transfers_weak")
    ),
    *(
        Refuted(
            claim,
            "many",
            ("spatial_proximity", "distance_decay_exposure"),
            Example(
                ((2, 0, 1), (1, 1, 1), (0, 2, 2)),
                why="The first place is near all, the second is not: the one who moves leaves the third group to "
                "itself there, SP rises from 1.135 to 1.147, and meets two others at hand instead of one.",
            ),
        )
        for claim in ("transfers", "transfers_weak")
    ),
    *(
        Refuted(
            claim,
            "many",
            ("distance_decay_isolation",),
            Example(((8, 40, 3), (2, 1, 0)), sender=1, receiver=0, why="As with two groups."),
        )
        for claim in ("transfers", "transfers_weak")
    ),
    Refuted(
        "group_margins",
        "pair",
        (*CONTRASTS, "absolute_clustering", *NEAR_MANY),
        Example(
            ((8, 2), (2, 8), (5, 5)),
            factor=3,
            why="Three times the first group: D stays and the neighbours' shares differ by other amounts; the group is "
            "more of those who are near.",
        ),
    ),
    Refuted(
        "group_margins",
        "many",
        NEAR_MANY,
        Example(((8, 2, 1), (2, 8, 1), (5, 5, 4)), factor=3, why="As with two groups."),
    ),
    Refuted(
        "unit_margins",
        "pair",
        (*CONTRASTS, "surface_separation", *NEAR),
        Example(((8, 2), (2, 8), (5, 5)), factor=3, why="Three times the first unit: both groups live elsewhere."),
    ),
    Refuted(
        "unit_margins",
        "many",
        NEAR_MANY,
        Example(((8, 2, 1), (2, 8, 1), (5, 5, 4)), factor=3, why="As with two groups."),
    ),
    Refuted(
        "nests",
        "pair",
        (*CONTRASTS, "surface_separation", *NEAR),
        Example((), areas="AABB", tables=FAMILY, why="No two weights serve the four tables."),
    ),
    Refuted(
        "nests",
        "many",
        NEAR_MANY,
        Example((), areas="AABB", tables=FAMILY_OF_THREE, why="No two weights serve the four tables."),
    ),
    # -- clusters of units, on the map: the first place neighbours the three others, the second and fourth each other
    Refuted(
        "scale",
        "pair",
        CLUSTERS,
        Example(
            ((8, 2), (2, 8), (5, 50), (3, 1)),
            factor=10,
            why="Empirical Bayes trusts the shares of small units less, and ten times as many people make all of them "
            "large: the first unit's local Moran goes from -0.36 to what raw shares give, -0.28.",
        ),
    ),
    Refuted(
        "group_order",
        "pair",
        CLUSTERS,
        Example(
            ((8, 2), (2, 8), (5, 50), (3, 1)),
            order=(1, 0),
            why="Where one group's share is high, the other's is low; and the variance of a share is taken in "
            "proportion to the group's overall share.",
        ),
    ),
    Refuted(
        "split",
        "pair",
        CLUSTERS,
        Example(((8, 2), (2, 8), (5, 50), (3, 1)), why="Each half of the first unit is a neighbour of the other."),
    ),
    Refuted(
        "zero_if_even",
        "pair",
        CLUSTERS,
        Example(
            ((6, 4), (3, 2), (12, 8), (9, 6)), why="Where all shares are the same there is no spread to compare with."
        ),
    ),
    Refuted(
        "one_if_apart",
        "pair",
        CLUSTERS,
        Example(((10, 0), (0, 5), (10, 0), (0, 7)), why="The third unit has a neighbour alike, the others have not."),
    ),
    *(
        Refuted(
            claim,
            "pair",
            CLUSTERS,
            Example(((8, 2), (2, 8), (5, 50), (3, 1)), why="Where the one who moves arrives, the share is higher."),
        )
        for claim in ("transfers", "transfers_weak")
    ),
    *(
        Refuted(
            claim,
            "pair",
            CLUSTERS,
            Example(
                ((8, 2), (2, 8), (5, 50), (3, 1)),
                factor=3,
                why="Shares change, or the trust in that of one unit.",
            ),
        )
        for claim in ("group_margins", "unit_margins")
    ),
    Refuted(
        "nests",
        "pair",
        CLUSTERS,
        Example((), areas="AABB", tables=FAMILY, why="No two weights serve the four tables."),
    ),
    # -- walks outward, on the map ----------------------------------------------------------------
    Refuted(
        "one_if_apart",
        "pair",
        WALKS,
        Example(((10, 0), (0, 5)), why="Only the smaller group's unit is as far off as can be, 1; the other's is not."),
    ),
    Refuted("one_if_apart", "many", WALKS, Example(((10, 0, 0), (0, 5, 0), (0, 0, 3)), why="As with two groups.")),
    *(
        Refuted(
            claim,
            "pair",
            WALKS,
            Example(
                ((1, 3), (0, 4), (2, 0), (4, 1)),
                sender=2,
                receiver=3,
                why="The one who moves leaves the third place and joins four members in the fourth: the group is more "
                "in one place than before, and 0.425 becomes 0.453.",
            ),
        )
        for claim in ("transfers", "transfers_weak")
    ),
    *(
        Refuted(
            claim,
            "many",
            WALKS,
            Example(
                ((2, 0, 1), (0, 4, 2), (2, 3, 0), (1, 2, 4)),
                sender=0,
                receiver=2,
                why="The first place, from which all are near, loses a member; 0.179 becomes 0.192.",
            ),
        )
        for claim in ("transfers", "transfers_weak")
    ),
    *(
        Refuted(claim, form, WALKS, Example(table, factor=3, why="The mix of the whole is another."))
        for claim in ("group_margins", "unit_margins")
        for form, table in (("pair", ((8, 2), (2, 8), (5, 5))), ("many", ((8, 2, 1), (2, 8, 1), (5, 5, 4))))
    ),
    *(
        Refuted(
            "nests", form, WALKS, Example((), areas="AABB", tables=family, why="No two weights serve the four tables.")
        )
        for form, family in (("pair", FAMILY), ("many", FAMILY_OF_THREE))
    ),
)
