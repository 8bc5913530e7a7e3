"""One small table for every claim that a row of the catalogue does not make.

Rows of a table are units, columns are groups; the first group is the focal one. Each entry names
the rows it refutes, with two groups ("pair") or with more ("many").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from claims.checks import Example

DIVERSITY = ("simpson", "effective_groups", "shannon", "scaled_entropy", "local_entropy")
DIVERGENCE = ("local_information", "local_divergence")
LOCAL = (*DIVERGENCE, "location_quotient")
MEETING = ("isolation", "exposure", "correlation_ratio")
SQUARES = ("relative_diversity", "squared_variation", "normalised_exposure")
NO_MARGINS = ("information_theory", "mutual_information", *SQUARES, "karmel_maclachlan", *MEETING,
              "concentration_profile", *LOCAL, *DIVERSITY)  # fmt: skip
PAIRED = ("atkinson", "hutchens", "gorard")
MANY = ("dissimilarity", "gini", *NO_MARGINS)


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
    # -- the order of the groups ----------------------------------------------------------
    Refuted(
        "group_order",
        "pair",
        ("isolation", "exposure", "gorard", "concentration_profile", "location_quotient"),
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
        (*MEETING, "concentration_profile", "location_quotient"),
        Example(((8, 2, 1), (2, 2, 4)), order=(1, 0, 2), why="They are about the first group, and another is first."),
    ),
    # -- zero where even --------------------------------------------------------------------
    Refuted(
        "zero_if_even",
        "pair",
        ("isolation", "exposure", "concentration_profile", "location_quotient", *DIVERSITY),
        Example(
            ((6, 4), (3, 2)),
            why="Everyone meets 0.6 and 0.4; all of the first group are where it has at least half; the quotient of an "
            "even spread is 1; and an even town is as diverse as its units.",
        ),
    ),
    Refuted(
        "zero_if_even",
        "many",
        ("isolation", "exposure", "concentration_profile", "location_quotient", *DIVERSITY),
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
            ("exposure", "location_quotient", *DIVERSITY),
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
            ("exposure", "location_quotient", *DIVERSITY),
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
        ("dissimilarity", "gini", *PAIRED, *NO_MARGINS),
        Example(((8, 2), (2, 8), (5, 5)), factor=3, why="Three times the first unit: the town's mix is another."),
    ),
    Refuted(
        "unit_margins",
        "many",
        MANY,
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
)
