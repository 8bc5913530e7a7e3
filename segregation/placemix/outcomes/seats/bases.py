"""What a share is compared with: a population of stated ages, eligible as stated, of a year, from a source."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from placemix.errors import InvalidParameter, PlacemixError, UnmatchedUnit, did_you_mean, listed, together
from placemix.rates.scales import years


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The population that seats or posts are compared with. Every field is needed.

    Attributes
    ----------
    share
        Share of the group in that population, above 0 and below 1.
    population
        Who they are, such as ``"residents of Great Britain"``.
    ages
        Their ages, such as ``"18 and over"`` or ``"all ages"``.
    pool
        Who of them could be chosen, such as ``"citizens"`` or ``"staff one grade below"``.
    year
        Of which year, as ``2021`` or ``"2021/22"``.
    source
        Where the share was published.

    Raises
    ------
    InvalidParameter
        A field is missing, empty or out of range; all faults are listed.

    Notes
    -----
    "Half of what it should be" depends on the base as much as on the seats: for the same 27 Members of Parliament of
    2010 the press printed bases of 8, 14 and 18 %.

    Examples
    --------
    >>> Base(share=0.14, population="residents", ages="all ages", pool="everyone", year=2011, source="census").share
    0.14
    >>> Base(share=14, population="residents", ages="", pool="everyone", year=2011, source="census")
    Traceback (most recent call last):
        ...
    placemix.errors.SeveralFaults: There are 2 faults:
    1. The share of a base lies above 0 and below 1, not at 14. Remedy: Write 14 % as 0.14.
    2. A base lacks ages. Remedy: Say which ages, such as '18 and over' or 'all ages'.
    """

    share: float
    population: str
    ages: str
    pool: str
    year: int | str
    source: str

    def __post_init__(self) -> None:
        faults = list(_faults(self))
        if faults:
            raise together(faults)
        object.__setattr__(self, "share", float(self.share))

    @property
    def exact(self) -> Fraction:
        """The share as it is written, without what a computer adds to 0.14."""
        return Fraction(repr(self.share))

    def plain(self) -> dict[str, Any]:
        """Plain values, of which a base can be made again."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.population}, {self.ages}, {self.pool}, {self.year} ({self.source})"


#: One base for all bodies, or one for each; fields may stand in a mapping.
GivenBase: TypeAlias = Base | Mapping[str, Any]

_NAMES = tuple(field.name for field in fields(Base))
_SAY = {
    "population": "Say whose share it is, such as 'residents of Great Britain'.",
    "ages": "Say which ages, such as '18 and over' or 'all ages'.",
    "pool": "Say who of them could be chosen, such as 'citizens' or 'everyone'.",
    "year": "Say of which year, as 2021 or '2021/22'.",
    "source": "Say where the share was published.",
    "share": "Give it as a number, such as 0.14.",
}


def _faults(base: Base) -> Iterator[PlacemixError]:
    share = base.share
    if isinstance(share, bool) or not isinstance(share, int | float | np.number):
        yield InvalidParameter(f"The share of a base is a number, not {share!r}.", remedy=_SAY["share"])
    elif math.isnan(share):
        yield InvalidParameter("A base lacks share.", remedy=_SAY["share"])
    elif not 0 < share < 1:
        message = f"The share of a base lies above 0 and below 1, not at {share:g}."
        remedy = f"Write {share:g} % as {share / 100:g}." if 1 <= share < 100 else "Give the group's share."
        yield InvalidParameter(message, remedy=remedy)
    for name in ("population", "ages", "pool", "source"):
        value = getattr(base, name)
        if not isinstance(value, str) or not value.strip():
            yield InvalidParameter(f"A base lacks {name}.", remedy=_SAY[name])
    if isinstance(base.year, bool) or years(base.year) is None:
        yield InvalidParameter(f"A base names no year: {base.year!r}.", remedy=_SAY["year"])


def one_base(given: object, what: str = "base") -> Base:
    """Read a base, or the fields of one.

    Raises
    ------
    InvalidParameter
        It is no base, or its fields have faults; all are listed.
    """
    if isinstance(given, Base):
        return given
    if not isinstance(given, Mapping):
        remedy = "Write base=placemix.outcomes.Base(share=…, population=…, ages=…, pool=…, year=…, source=…)."
        message = f"{what} is {given!r}: a share alone does not say whose it is."
        raise InvalidParameter(message, remedy=remedy)
    odd = [str(name) for name in given if name not in _NAMES]
    faults: list[PlacemixError] = [
        InvalidParameter(f"A base has no field {name!r}.", remedy=did_you_mean(name, _NAMES)) for name in odd
    ]
    absent: dict[str, Any] = {name: math.nan if name == "share" else "" for name in _NAMES if name not in given}
    try:
        made = Base(**{**absent, **{name: given[name] for name in _NAMES if name in given}})
    except PlacemixError as error:
        faults += error.faults
    if faults:
        raise together(faults)
    return made


def base_of_each(given: object, bodies: list[str]) -> list[Base]:
    """Read one base for all bodies, or one for each by name.

    Raises
    ------
    UnmatchedUnit
        Bodies have no base, or bases no body.
    InvalidParameter
        A base has faults; all faults of all bases are listed.
    """
    each = isinstance(given, Mapping) and given and all(isinstance(one, Base | Mapping) for one in given.values())
    if not each:
        return [one_base(given)] * len(bodies)
    assert isinstance(given, Mapping)  # noqa: S101 (for the type checker)
    named = {str(name): one for name, one in given.items()}
    faults: list[PlacemixError] = []
    lacking = [name for name in bodies if name not in named]
    spare = [name for name in named if name not in bodies]
    if lacking:
        message = f"No base is given for {listed([repr(name) for name in lacking])}."
        faults.append(UnmatchedUnit(message, units=lacking, remedy="Give each body its own, or all of them one."))
    if spare:
        message = f"Bases are given for {listed([repr(name) for name in spare])}, which are no bodies here."
        faults.append(UnmatchedUnit(message, units=spare, remedy=did_you_mean(spare[0], bodies)))
    made: dict[str, Base] = {}
    for name, one in named.items():
        try:
            made[name] = one_base(one, f"base of {name!r}")
        except PlacemixError as error:
            faults += error.faults
    if faults:
        raise together(faults)
    return [made[name] for name in bodies]


def plain_bases(bodies: list[str], bases: list[Base]) -> dict[str, Any]:
    """The fields of one base for all, or of one for each, as a saved result holds them."""
    if len(set(bases)) == 1:
        return bases[0].plain()
    return {name: one.plain() for name, one in zip(bodies, bases, strict=True)}
