"""Who else computes measures made for occupations, overlaps and extremes, and where the numbers part."""

from __future__ import annotations

from placemix.registry.elsewhere.versions import PYSAL

_LOCALSEG = (
    "Stata's `localseg` and `dicseg` compute this family. They have not been compared: the values here are held "
    "against sums in fractions, and against the measures that its members are."
)

#: The formula stands as it is told by others; only what is printed of the paper's abstract could be read.
_UNREAD = "UNVERIFIED: the formula is as others tell it; the paper's own text has not been read, hence experimental."

#: Sentences on other packages, by measure.
DIFFERENT: dict[str, tuple[str, ...]] = {
    "size_standardised": (
        (
            "No package known computes it. It is D of a table in which each unit has the same number of people, and "
            "held against that."
        ),
        _UNREAD,
    ),
    "marginal_matching": (
        (
            "No package known computes it. Where the cut falls into a unit, that unit is divided in proportion, so "
            "that the margins match exactly and the order of units of one share does not matter."
        ),
    ),
    "target_gini": (
        _LOCALSEG,
        "With D in the place of G it is Gorard's index, which the family calls D of a group.",
        _UNREAD,
    ),
    "overall_gini": (
        _LOCALSEG,
        f"{PYSAL} (`MultiGini`) divides it by the chance that two people differ, which gives the multigroup Gini.",
        _UNREAD,
    ),
    "target_entropy": (_LOCALSEG, "With `a=1`, its mean over groups is the mutual information index.", _UNREAD),
    "overall_entropy": (
        _LOCALSEG,
        f"With `a=1` it is the mutual information index, which {PYSAL} has as `MultiDivergence`.",
        _UNREAD,
    ),
    "symmetric_atkinson": (
        (
            "Stata's `dseg atkinson` has it; it has not been compared. With two groups it is Hutchens' index, which "
            f"{PYSAL} has as `HutchensSqrt` and with which it agrees."
        ),
        _UNREAD,
    ),
    "kullback_leibler": (
        (
            f"`MultiDivergence` of {PYSAL} bears a like name, and is the mutual information index: the divergence of "
            "each unit's mix from the overall one. This is of one group's spread from another's."
        ),
    ),
    "min_max": (f"Agrees with {PYSAL} (`MinMax`) where both groups are present.",),
    "extremes": (
        (
            "R `ndi` (`krieger`) makes it for census tables of the United States, whose income bands it knows. Here "
            "the two ends are groups of the table; `counts.merge_groups` joins several into one."
        ),
    ),
    "renyi": (
        "Its exponential is the effective number of groups, which divseg 0.0.5 returns as 1 for its default order.",
    ),
}
