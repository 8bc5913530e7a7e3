"""Properties that measures claim; tests uphold each claim and refute each one not made."""

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
    "nests": "The value is that between larger areas plus a weighted mean of those within them.",
}
