"""Small tables for every claim that measures of occupations, overlaps, extremes and any order do not make."""

from __future__ import annotations

from claims.checks import Example
from claims.counterexamples import FAMILY, FAMILY_OF_THREE, Refuted

TARGETS = ("target_gini", "target_entropy")
OVERALL = ("overall_gini", "overall_entropy")
LOCAL_AND_MIX = ("extremes", "renyi")
TRIPLED = ((8, 2), (2, 8), (5, 5))
TRIPLED_OF_THREE = ((8, 2, 1), (2, 8, 1), (5, 5, 4))

REFUTED_OF_OCCUPATIONS: tuple[Refuted, ...] = (
    Refuted(
        "group_order",
        "pair",
        (*TARGETS, "kullback_leibler", "extremes"),
        Example(
            ((8, 2), (2, 2)),
            order=(1, 0),
            why="The first group, 10 of 14, is nearer to the spread of everyone than the second; divergence from the "
            "one spread to the other is not that back; and the ends change places.",
        ),
    ),
    Refuted(
        "group_order",
        "many",
        ("extremes",),
        Example(((8, 2, 1), (2, 2, 4)), order=(1, 0, 2), why="The ends change places."),
    ),
    Refuted(
        "split",
        "pair",
        ("size_standardised",),
        Example(
            ((8, 2), (2, 8)),
            why="Every unit counts once: with the first cut in two, shares 0.8, 0.8, 0.2 of each group's 1.8 and 1.2 "
            "give 5/9 instead of 0.6.",
        ),
    ),
    *(
        Refuted(
            "zero_if_even",
            form,
            LOCAL_AND_MIX,
            Example(table, why="The two ends have different shares; an even town is as diverse as its units."),
        )
        for form, table in (("pair", ((6, 4), (3, 2))), ("many", ((6, 3, 1), (12, 6, 2))))
    ),
    Refuted(
        "one_if_apart",
        "pair",
        (*TARGETS, *OVERALL, "kullback_leibler", *LOCAL_AND_MIX),
        Example(
            ((10, 0), (0, 5)),
            why="Against everyone, the ceiling of a group is the others' share, 1/3, or another number below 1; the "
            "divergence has no bound; the second unit has only the lower end, -1.",
        ),
    ),
    Refuted(
        "one_if_apart",
        "many",
        (*OVERALL, *LOCAL_AND_MIX),
        Example(((10, 0, 0), (0, 5, 0), (0, 0, 3)), why="As with two groups."),
    ),
    # -- transfers -----------------------------------------------------------------------------
    *(
        Refuted(
            claim,
            "pair",
            ("size_standardised",),
            Example(
                ((6, 0), (3, 3), (0, 3)),
                why="Shares 1, 1/2, 0 give |2/3 - 0| = 2/3; after the move they are 1, 4/7, 0, and the group's sum is "
                "11/7: 0.7.",
            ),
        )
        for claim in ("transfers", "transfers_weak")
    ),
    Refuted(
        "transfers",
        "pair",
        ("marginal_matching",),
        Example(
            ((9, 1), (5, 1), (2, 20)),
            why="The first two units have 16 people, as many as the group has members: 14 of these before and after.",
        ),
    ),
    Refuted(
        "transfers",
        "pair",
        ("kullback_leibler",),
        Example(((9, 0), (1, 5)), why="Some of the group stay where none of the other is: no bound before and after."),
    ),
    Refuted(
        "transfers",
        "pair",
        ("min_max",),
        Example(
            ((9, 1), (7, 3), (0, 10)),
            why="It is 2D / (1 + D), and D does not fall: both units have more of the group than the whole.",
        ),
    ),
    *(
        Refuted(
            claim,
            "pair",
            LOCAL_AND_MIX,
            Example(((8, 2), (1, 9)), why="The receiving unit has more of the upper end, and is more diverse."),
        )
        for claim in ("transfers", "transfers_weak")
    ),
    *(
        Refuted(
            claim,
            "many",
            LOCAL_AND_MIX,
            Example(((8, 2, 1), (1, 9, 1)), why="As with two groups."),
        )
        for claim in ("transfers", "transfers_weak")
    ),
    *(
        Refuted(
            claim,
            "many",
            ("overall_gini",),
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
            ("overall_entropy",),
            Example(
                ((2, 0, 1), (1, 2, 0), (0, 2, 0)),
                why="With a = 2 it is half the squared variation, where the one member of the third group, who has "
                "half of the unit after the move, counts by 1/P = 8.",
            ),
        )
        for claim in ("transfers", "transfers_weak")
    ),
    *(
        Refuted(
            claim,
            "many",
            ("symmetric_atkinson",),
            Example(
                ((2, 2, 2), (0, 0, 4)),
                why="Only the first unit has all groups, and it loses a member: (1 x 1 x 1/3)^(1/3) of overlap becomes "
                "(1/2 x 1 x 1/3)^(1/3).",
            ),
        )
        for claim in ("transfers", "transfers_weak")
    ),
    # -- margins ---------------------------------------------------------------------------------
    Refuted(
        "group_margins",
        "pair",
        ("size_standardised", *TARGETS, *OVERALL, *LOCAL_AND_MIX),
        Example(TRIPLED, factor=3, why="Three times the first group: shares, and what everyone's spread is, change."),
    ),
    Refuted(
        "group_margins",
        "pair",
        ("marginal_matching",),
        Example(
            ((3, 1), (4, 0)),
            factor=3,
            why="7 of 8 people are above the cut, 6.25/7 - 0.75 = 1/7; with three times the group 21 of 22, "
            "20.1/21 - 0.9 = 2/35.",
        ),
    ),
    Refuted(
        "group_margins",
        "many",
        (*OVERALL, *LOCAL_AND_MIX),
        Example(TRIPLED_OF_THREE, factor=3, why="As with two groups."),
    ),
    Refuted(
        "unit_margins",
        "pair",
        ("marginal_matching", *TARGETS, *OVERALL, "symmetric_atkinson", "kullback_leibler", "min_max", "renyi"),
        Example(TRIPLED, factor=3, why="Three times the first unit: both groups live elsewhere."),
    ),
    Refuted(
        "unit_margins",
        "many",
        (*OVERALL, "symmetric_atkinson", "renyi"),
        Example(TRIPLED_OF_THREE, factor=3, why="As with two groups."),
    ),
    # -- between + within = total ----------------------------------------------------------------
    Refuted(
        "nests",
        "pair",
        ("size_standardised", "marginal_matching", "target_gini", *OVERALL, "min_max", *LOCAL_AND_MIX),
        Example((), areas="AABB", tables=FAMILY, why="No two weights serve the four tables."),
    ),
    Refuted(
        "nests",
        "many",
        (*OVERALL, *LOCAL_AND_MIX),
        Example((), areas="AABB", tables=FAMILY_OF_THREE, why="No two weights serve the four tables."),
    ),
)
