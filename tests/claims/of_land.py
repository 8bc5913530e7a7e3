"""Small tables for every claim that measures of concentration and centralisation do not make.

The units lie at the first places of `claims.maps`: 0.36, 0.77, 1.06 and 1.24 from the centre, with 0.6, 0.95, 1.3 and
1.65 of land.
"""

from __future__ import annotations

from claims.checks import Example
from claims.counterexamples import FAMILY, Refuted

AREAS = ("delta", "absolute_concentration", "relative_concentration")
CENTRES = ("relative_centralisation", "absolute_centralisation", "proportion_central")
LOCAL = ("local_relative_centralisation",)

#: The family of tables with areas that lie between each other.
INTERLEAVED = tuple((first, third, second, fourth) for first, second, third, fourth in FAMILY)

REFUTED_OF_LAND: tuple[Refuted, ...] = (
    Refuted(
        "group_order",
        "pair",
        (*AREAS, "profile_r", *CENTRES, *LOCAL),
        Example(
            ((8, 2), (2, 2), (1, 6)),
            order=(1, 0),
            why="They are about the first group's land, its place, or the share of its own that it meets.",
        ),
    ),
    Refuted(
        "zero_if_even",
        "pair",
        ("delta", "absolute_concentration", "absolute_centralisation", "proportion_central"),
        Example(
            ((6, 4), (3, 2)),
            why="Two thirds of either group live on 0.6 of 1.55 of the land, which is also the nearer: delta is "
            "2/3 - 0.387 = 0.28.",
        ),
    ),
    Refuted(
        "one_if_apart",
        "pair",
        (*AREAS, *CENTRES, *LOCAL),
        Example(
            ((0, 5), (10, 0), (10, 0)),
            why="The group lives apart on the larger and outer units: on more than half of the land, and all farther "
            "out than the others. Half of it lives beyond 0.9.",
        ),
    ),
    *(
        Refuted(
            claim,
            "pair",
            (*AREAS, *CENTRES, *LOCAL),
            Example(
                ((12, 12), (0, 6), (5, 1)),
                sender=2,
                receiver=0,
                why="The share is higher in the third unit, but the first is smaller and nearer the centre: who moves "
                "there makes the group denser and more central.",
            ),
        )
        for claim in ("transfers", "transfers_weak")
    ),
    *(
        Refuted(
            claim,
            "pair",
            ("profile_r",),
            Example(
                ((0, 6), (2, 0), (2, 6)),
                sender=2,
                receiver=0,
                why="Who lived where the share is the town's, 1/4, moves to where it is lower, and both who moved and "
                "who stayed now meet 1/7: R rises from 0.5 to 0.571.",
            ),
        )
        for claim in ("transfers", "transfers_weak")
    ),
    Refuted(
        "group_margins",
        "pair",
        ("absolute_concentration", "relative_concentration", "profile_r"),
        Example(
            ((8, 2), (2, 8), (3, 3)),
            group=0,
            factor=3.0,
            why="Three times the members need more of the smallest units, and all shares change.",
        ),
    ),
    Refuted(
        "unit_margins",
        "pair",
        (*AREAS, "profile_r", *CENTRES, *LOCAL),
        Example(((8, 2), (2, 8), (3, 3)), unit=0, factor=3.0, why="The first unit holds more of everybody."),
    ),
    Refuted(
        "split",
        "pair",
        ("absolute_concentration", "relative_concentration"),
        Example(
            ((8, 2), (2, 8), (3, 3)),
            unit=2,
            part=0.5,
            why="The third unit was the largest, and each of its halves is the second smallest.",
        ),
    ),
    Refuted(
        "split",
        "pair",
        LOCAL,
        Example(
            ((8, 2), (2, 8), (5, 5), (1, 6)),
            unit=0,
            part=0.5,
            why="Around the first unit, one of the two nearest is now its own other half.",
        ),
    ),
    Refuted(
        "nests",
        "pair",
        (*AREAS, "profile_r", *CENTRES, *LOCAL),
        Example(
            (),
            areas="ABAB",
            tables=INTERLEAVED,
            why="No two weights serve all four tables. (Where areas lie one behind the other, RCE does nest.)",
        ),
    ),
)
