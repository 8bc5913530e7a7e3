"""About: what a table counts, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a table counts, and where it comes from. Every field is optional.

    Attributes
    ----------
    geography
        Kind of unit, such as ``"LSOA"`` or ``"school"``.
    vintage
        Edition of the boundaries, such as ``"2021"``.
    universe
        Whom it counts: ``"residents"``, ``"households"``, ``"pupils"``.
    period
        When: ``"census day 2021"``, ``"2022/23"``.
    scheme
        Classification of the groups.
    source, licence
        Publisher and table, and the terms of use.
    perturbed
        Whether cells were perturbed to protect privacy, so that tables disagree slightly.
    interpolated
        Whether counts were estimated from other areas.
    synthetic
        Whether the people are invented. Printed wherever they are shown.
    """

    geography: str | None = None
    vintage: str | None = None
    universe: str | None = None
    period: str | None = None
    scheme: str | None = None
    source: str | None = None
    licence: str | None = None
    perturbed: bool = False
    interpolated: bool = False
    synthetic: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the fields that are set."""
        every = {item.name: getattr(self, item.name) for item in fields(self)}
        return {name: value for name, value in every.items() if value}
