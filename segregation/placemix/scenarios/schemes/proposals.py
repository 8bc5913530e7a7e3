"""Schemes as planners speak of them: where, how many homes of which kind, and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import pandas as pd

from placemix.about import About
from placemix.errors import UnmatchedUnit, did_you_mean, plural

Status: TypeAlias = Literal["proposed", "permissioned", "under construction", "completed", "allocated", "unknown"]
STATUSES: tuple[str, ...] = get_args(Status)


def no_homes() -> pd.DataFrame:
    """Return the homes of a scheme whose mix is not known."""
    return homes_table([])


def homes_table(rows: list[tuple[str, int, str | None, float, float]]) -> pd.DataFrame:
    """Return homes as a scheme holds them, one row for each tenure, number of bedrooms and kind, summed."""
    summed: dict[tuple[str, int, str | None], list[float]] = {}
    for tenure, bedrooms, kind, built, demolished in rows:
        both = summed.setdefault((tenure, bedrooms, kind), [0.0, 0.0])
        both[0] += built
        both[1] += demolished
    # Types are named so that a scheme without homes has those of one with them.
    return pd.DataFrame(
        {
            "tenure": pd.Series([key[0] for key in summed], dtype="str"),
            "bedrooms": np.array([key[1] for key in summed], dtype=np.int64),
            "kind": pd.Series([key[2] for key in summed], dtype=object),
            "built": np.array([both[0] for both in summed.values()], dtype=np.float64),
            "demolished": np.array([both[1] for both in summed.values()], dtype=np.float64),
        }
    )


def services_table(rows: list[tuple[str, str | None, int | None, int | None]]) -> pd.DataFrame:
    """Return services as a scheme holds them, one row each."""
    return pd.DataFrame(
        {
            "kind": pd.Series([row[0] for row in rows], dtype="str"),
            "name": pd.Series([row[1] for row in rows], dtype=object),
            "places": pd.array([row[2] for row in rows], dtype="Int64"),
            "year": pd.array([row[3] for row in rows], dtype="Int64"),
        }
    )


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Scheme:
    """One development. Make it with `scheme`, `read_scheme` or `schemes_from_register`, which check it.

    Attributes
    ----------
    reference
        What the authority calls it.
    name
        Its name or address.
    status
        ``"proposed"``, ``"permissioned"``, ``"under construction"``, ``"completed"``, ``"allocated"`` or ``"unknown"``.
    as_of
        Date of what is said of it, as year-month-day.
    homes
        One row for each `tenure`, number of `bedrooms` and `kind` (house, flat; None where it is not stated): `built`
        and `demolished` homes. Empty where the mix is not known.
    dwellings
        Fewest and most net homes, where they are stated, or None.
    phasing
        Share of the net homes completed in each year, by year; the shares sum to 1. Empty where no year is stated.
    services
        One row for each service that it provides at its site: `kind` (primary school, library), `name`, `places`, and
        the `year` in which it opens; missing where they are not stated. Empty where it provides none.
    site
        Point or ground as a Shapely geometry, or None.
    crs
        Its coordinate reference system, or None on a plane of no named unit.
    vacancy
        Share of homes that stand empty.
    internal
        Share of the new residents who come from within the district.
    assumptions
        What else was assumed, in words.
    file
        Name of the file it was read from, or None.
    notes
        What a reader of its numbers must know.
    """

    reference: str
    name: str | None = None
    status: Status = "unknown"
    as_of: str | None = None
    homes: pd.DataFrame = field(default_factory=no_homes)
    dwellings: tuple[float, float] | None = None
    phasing: pd.Series = field(default_factory=lambda: pd.Series(dtype=np.float64))
    services: pd.DataFrame = field(default_factory=lambda: services_table([]))
    site: Any = None
    crs: str | None = None
    vacancy: float = 0.0
    internal: float = 0.0
    assumptions: Mapping[str, str] = field(default_factory=dict)
    file: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def net(self) -> tuple[float, float]:
        """Fewest and most net homes, those of the mix where it is known; NaN where nothing is stated."""
        if len(self.homes):
            number = float(self.homes["built"].sum() - self.homes["demolished"].sum())
            return (number, number)
        return (float("nan"), float("nan")) if self.dwellings is None else self.dwellings

    @property
    def only_services(self) -> bool:
        """Whether it provides services and has no homes at all."""
        return len(self.services) > 0 and not len(self.homes) and self.dwellings == (0.0, 0.0)

    @property
    def opening(self) -> pd.Series:
        """Year in which each service opens: its own, else the last of the scheme; missing where none is stated."""
        last = int(max(self.phasing.index)) if len(self.phasing) else pd.NA
        return self.services["year"].fillna(last) if last is not pd.NA else self.services["year"]

    def __repr__(self) -> str:
        low, high = self.net
        number = "homes not stated" if np.isnan(low) else f"{low:,.0f}" if low == high else f"{low:,.0f} to {high:,.0f}"
        many = number if np.isnan(low) else f"{number} net {'home' if high == 1 else 'homes'}"
        if self.only_services:
            many = "no homes"
        if len(self.services):
            many += f", {plural(len(self.services), 'service')}"
        years = sorted({*map(int, self.phasing.index), *map(int, self.services["year"].dropna())})
        when = "no year" if not years else f"{years[0]}" if len(years) == 1 else f"{years[0]} to {years[-1]}"
        return f"<Scheme {self.reference}: {many}, {self.status}, {when}>"


@dataclass(frozen=True, eq=False, repr=False)
class Schemes:
    """Several schemes, such as a register or the allocations of a plan, and what is wrong with its rows.

    Attributes
    ----------
    schemes
        The schemes, in the order of the register.
    notes
        What was read how, and which rows have which problem.
    about
        What is listed and where it comes from.
    """

    schemes: tuple[Scheme, ...]
    notes: tuple[str, ...] = ()
    about: About = field(default_factory=About)

    def __iter__(self) -> Iterator[Scheme]:
        return iter(self.schemes)

    def __len__(self) -> int:
        return len(self.schemes)

    def __getitem__(self, reference: str) -> Scheme:
        """Return the scheme of that reference.

        Raises
        ------
        UnmatchedUnit
            There is none; the message proposes the nearest.
        """
        for one in self.schemes:
            if one.reference == reference:
                return one
        message = f"There is no scheme {reference!r}."
        raise UnmatchedUnit(message, remedy=did_you_mean(reference, [one.reference for one in self.schemes]))

    def __repr__(self) -> str:
        low, high = (np.nansum([one.net[end] for one in self.schemes] or [0.0]) for end in (0, 1))
        number = f"{low:,.0f}" if low == high else f"{low:,.0f} to {high:,.0f}"
        return f"<Schemes: {plural(len(self), 'scheme')}, {number} net homes>"

    def table(self) -> pd.DataFrame:
        """Return one row a scheme.

        Columns: `reference`, `name`, `status`, `as_of`, `homes_low`, `homes_high` (net), `services` (their kinds),
        `sited`, `notes`.
        """
        return pd.DataFrame(
            {
                "reference": [one.reference for one in self.schemes],
                "name": [one.name for one in self.schemes],
                "status": [one.status for one in self.schemes],
                "as_of": [one.as_of for one in self.schemes],
                "homes_low": [one.net[0] for one in self.schemes],
                "homes_high": [one.net[1] for one in self.schemes],
                "services": ["; ".join(one.services["kind"]) for one in self.schemes],
                "sited": [one.site is not None for one in self.schemes],
                "notes": [" ".join(one.notes) for one in self.schemes],
            }
        )
