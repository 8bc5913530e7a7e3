"""About: what a table counts, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

#: Note of every value from counts of a date at which nobody was counted.
ESTIMATED = "estimated, not counted"


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
    table
        Name of the published table, such as ``"TS021"``.
    source, licence
        Publisher and table, and the terms of use.
    suppression
        How the publisher protects privacy: which cells are hidden, rounded or perturbed.
    file, sha256
        Name and fingerprint of the file that was read.
    address, retrieved
        Where the file was fetched from, and on which day.
    perturbed
        Whether cells were perturbed to protect privacy, so that tables disagree slightly.
    interpolated
        Whether counts were estimated from other areas.
    estimated
        Whether counts were estimated for a date at which nobody was counted, or divided among
        groups that nobody was asked about. Printed wherever they are shown.
    synthetic
        Whether the people are invented. Printed wherever they are shown.
    notes
        What else a reader of the numbers must know: what was left out, merged or assumed.
    """

    geography: str | None = None
    vintage: str | None = None
    universe: str | None = None
    period: str | None = None
    scheme: str | None = None
    table: str | None = None
    source: str | None = None
    licence: str | None = None
    suppression: str | None = None
    file: str | None = None
    sha256: str | None = None
    address: str | None = None
    retrieved: str | None = None
    perturbed: bool = False
    interpolated: bool = False
    estimated: bool = False
    synthetic: bool = False
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # A list, as JSON gives it back, would make the record unhashable.
        object.__setattr__(self, "notes", tuple(self.notes))

    def noting(self, *notes: str, **fields_: Any) -> About:  # noqa: ANN401
        """Return a copy with more notes, and with other fields replaced.

        Examples
        --------
        >>> About(vintage="2011").noting("Two units were merged.", vintage="2021").notes
        ('Two units were merged.',)
        """
        return replace(self, notes=(*self.notes, *(note for note in notes if note not in self.notes)), **fields_)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields that are set."""
        every = {item.name: getattr(self, item.name) for item in fields(self)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in every.items() if value}
