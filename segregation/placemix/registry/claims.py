"""Properties that measures claim; tests uphold each claim and refute each one not made.

A claim holds for every value of a measure's parameters, except for the forms that count whole
people one by one (``exclude_self``, ``finite``), whose value depends on the size of the table. Where
a measure has one value a unit, the order of the units is that of the values, the parts of a cut
unit have its value, and the rest is said of every unit.
"""

from __future__ import annotations

#: What each claim says.
CLAIMS: dict[str, str] = {
    "scale": "Multiplying every count by the same number changes nothing.",
    "unit_order": "The order of the units changes nothing.",
    "group_order": "The order of the groups changes nothing.",
    "split": "Cutting a unit into two parts of the same mix changes nothing.",
    "zero_if_even": "Zero where every unit has the overall mix.",
    "one_if_apart": "One where no two groups share a unit.",
    "transfers": (
        "Moving one focal person from a unit with a higher share of the group to one with a lower share, "
        "without the two shares crossing, lowers the value."
    ),
    "transfers_weak": "Such a move never raises the value.",
    "group_margins": "Multiplying one group's counts by the same number in every unit changes nothing.",
    "unit_margins": "Multiplying one unit's counts by the same number changes nothing.",
    "nests": (
        "The value is that between larger areas plus a weighted sum of those within them, with weights that "
        "depend on the areas' totals alone."
    ),
}
