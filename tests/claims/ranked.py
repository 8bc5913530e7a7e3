"""Counter-examples of measures of ordered groups: claim, form, rows and example, as `claims.counterexamples` has them.

Groups stand from lowest to highest. Rank-order measures have no form for two groups; those of three have two
thresholds and a straight line through them.
"""

from __future__ import annotations

from typing import Literal

from claims.checks import Example

ORDINAL = ("ordinal_information", "ordinal_variation", "ordinal_squareroot", "ordinal_absolute")
RANKS = ("rank_order_information", "rank_order_variation", "rank_order_squareroot")

#: Two areas of two units, with the same totals of three groups in every table.
FAMILY = (
    ((4, 0, 1), (2, 4, 1), (1, 3, 2), (1, 3, 2)),
    ((6, 0, 1), (0, 4, 1), (1, 3, 2), (1, 3, 2)),
    ((3, 1, 2), (3, 3, 0), (1, 3, 2), (1, 3, 2)),
    ((4, 0, 1), (2, 4, 1), (2, 2, 2), (0, 4, 2)),
)

RANKED: tuple[tuple[str, Literal["pair", "many"], tuple[str, ...], Example], ...] = (
    (
        "group_order",
        "many",
        (*ORDINAL, *RANKS),
        Example(
            ((8, 2, 1), (2, 2, 4)),
            order=(1, 0, 2),
            why="With the first two groups changed over, the units' shares below the first threshold are 2/11 and 2/8, "
            "nearly alike, and no longer 8/11 and 2/8.",
        ),
    ),
    (
        "transfers",
        "pair",
        ("ordinal_absolute",),
        Example(
            ((9, 1), (7, 3), (0, 10)),
            why="The smaller parts are 1, 3 and 0 before and after: the first group is the larger one in both units.",
        ),
    ),
    *(
        (
            claim,
            "many",
            (*ORDINAL, *RANKS),
            Example(
                ((5, 0, 5), (2, 3, 2)),
                why="The lowest group evens out, from 5/10 and 2/7 to 4/9 and 3/8, but the highest had 5/10 and 2/7 as "
                "well and spreads to 5/9 and 2/8: the second threshold parts the units by more than the first gains.",
            ),
        )
        for claim in ("transfers", "transfers_weak")
    ),
    (
        "group_margins",
        "pair",
        ("ordinal_information", "ordinal_variation", "ordinal_absolute"),
        Example(
            ((8, 2), (2, 8), (5, 5)),
            factor=3,
            why="Smaller parts of 2, 2 and 5 of 15 become 2, 6 and 5 of 15; entropies and squares are of other shares.",
        ),
    ),
    (
        "group_margins",
        "many",
        (*ORDINAL, *RANKS),
        Example(
            ((8, 2, 1), (2, 8, 1), (5, 5, 4)),
            factor=3,
            why="Three times the lowest group moves every share at or below a threshold.",
        ),
    ),
    (
        "unit_margins",
        "pair",
        ORDINAL,
        Example(((8, 2), (2, 8), (5, 5)), factor=3, why="Three times the first unit: the town's mix is another."),
    ),
    (
        "unit_margins",
        "many",
        (*ORDINAL, *RANKS),
        Example(((8, 2, 1), (2, 8, 1), (5, 5, 4)), factor=3, why="As with two groups."),
    ),
    (
        "nests",
        "many",
        RANKS,
        Example(
            (),
            areas="AABB",
            tables=FAMILY,
            why="Each area's line is fitted to thresholds of its own, so that no two weights serve the four tables.",
        ),
    ),
)
