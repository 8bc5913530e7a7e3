"""What each measure of the framework takes from a table, and what a table must have to be evidence at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: Sets of columns, any one of which is enough.
Sets = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Form:
    """What a measure takes.

    Attributes
    ----------
    needs
        Columns it takes.
    may
        Columns it takes where they are there.
    value
        What the one number of it is, in words.
    by_group, by_area
        Columns with which a table is evidence by group, or by area only, although the measure cannot be computed.
    """

    needs: tuple[str, ...]
    value: str
    may: tuple[str, ...] = ()
    by_group: Sets = ()
    by_area: Sets = ()


_SHARES = ("group", "numerator", "denominator")
_MIX = ("unit", "group", "people")
_TIES = ("group", "other_group", "ties", "people")
_BY_GROUP: Sets = (("group", "rate"), ("group", "numerator", "denominator"))
_BY_AREA: Sets = (("unit", "rate"), ("unit", "numerator", "denominator"))
_BASE = tuple(f"base_{name}" for name in ("people", "population", "ages", "pool", "year", "source"))

#: Every measure by which a row is computed.
FORMS: Mapping[str, Form] = {
    "risk_ratio": Form(_SHARES, "share of the group over that of those compared with", ("deff",), _BY_GROUP, _BY_AREA),
    "risk_difference": Form(
        _SHARES, "share of the group less that of those compared with", ("deff",), _BY_GROUP, _BY_AREA
    ),
    "proportion": Form(_SHARES, "share of the group", ("deff",), _BY_GROUP, _BY_AREA),
    "rate_ratio": Form(_SHARES, "rate of the group over that of those compared with", (), _BY_GROUP, _BY_AREA),
    "standardised_rate_ratio": Form(
        ("group", "age", "numerator", "denominator"),
        "age-standardised rate of the group over that of those compared with",
        (),
        _BY_GROUP,
        _BY_AREA,
    ),
    "disproportionality": Form(
        ("unit", "group", "events", "people", "denominator_kind"),
        "rate of the group over that of those compared with, within each place",
        (),
        (("group", "events", "people"), ("group", "rate")),
        (("unit", "events", "people"), ("unit", "rate")),
    ),
    "representation": Form(
        ("unit", "group", "members", *_BASE),
        "share of the group in all posts over its share in the base",
        (),
        (("group", "members"), ("group", "rate")),
    ),
    "grade_profile": Form(
        ("unit", "step", "group", "people"),
        "share of the group at the highest grade over its share at all others",
        (),
        (("group", "rate"), ("unit", "group", "people")),
    ),
    "turnout_gaps": Form(
        ("group", "adults", "registered", "voted", "self_report"),
        "turnout of the group's adults less that of those compared with",
        (),
        (("group", "rate"), ("group", "adults", "voted"), ("group", "adults", "registered")),
        (("unit", "rate"), ("unit", "registered", "voted"), ("unit", "adults", "voted")),
    ),
    "pay_gap": Form(
        ("group", "pay"),
        "median pay of those compared with less that of the group, over the former",
        (),
        (("group", "rate"),),
        (("unit", "pay"), ("unit", "rate")),
    ),
    "homophily": Form(_TIES, "E-I index of the group: ties to others less ties within, over all"),
    "alter_diversity": Form(
        ("person", "group", "other_group"), "chance that two of those named by a member are of different groups"
    ),
    "dissimilarity": Form(_MIX, "share of the group that would have to move to be spread as those compared with"),
    "exposure": Form(_MIX, "share of those compared with in the unit of the average member of the group"),
    "relative_diversity": Form(_MIX, "share of all diversity that lies between units"),
}
