"""The rows that schemes become: one for each number of homes, and for each year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.scenarios.people.cells import KEYS
from placemix.scenarios.schemes.proposals import Scheme

#: Why a scheme has no people.
NO_HOMES, NO_MIX = "no number of homes is stated", "no mix of tenures and bedrooms is stated or assumed"


class Case(NamedTuple):
    """One scheme with one number of homes.

    Attributes
    ----------
    place
        Position of the scheme.
    name
        ``"stated"``, ``"low"`` or ``"high"``.
    homes
        Net homes, or NaN.
    mixed
        Whether its homes are known by kind.
    """

    place: int
    name: str
    homes: float
    mixed: bool

    @property
    def reason(self) -> str | None:
        """Why there are no people."""
        return None if self.mixed else NO_HOMES if np.isnan(self.homes) else NO_MIX


def cases_of(schemes: tuple[Scheme, ...], *, mixable: bool) -> list[Case]:
    """Return one case for each scheme, and two where its number of homes is a range.

    Parameters
    ----------
    schemes
        The schemes.
    mixable
        Whether a mix is assumed for those that state none.
    """
    cases = []
    for place, one in enumerate(schemes):
        low, high = one.net
        if len(one.homes):
            net = float(one.homes["built"].sum() - one.homes["demolished"].sum())
            cases.append(Case(place, "stated", net, mixed=True))
        elif np.isnan(low) or low == high:
            # No homes at all need no mix.
            cases.append(Case(place, "stated", low, mixed=one.only_services or (mixable and not np.isnan(low))))
        else:
            cases += [Case(place, "low", low, mixable), Case(place, "high", high, mixable)]
    return cases


def homes_of(schemes: tuple[Scheme, ...], cases: list[Case], mix: pd.DataFrame | None) -> tuple[pd.DataFrame, IntArray]:
    """Homes by kind of all cases, one after the other, and whose each row is."""
    tables, owner = [], []
    for place, case in enumerate(cases):
        table = schemes[case.place].homes
        if not len(table) and case.mixed and mix is not None:
            table = mix[list(KEYS)].assign(built=mix["share"] * case.homes, demolished=0.0)
        if len(table):
            tables.append(table)
            owner += [place] * len(table)
    columns = [*KEYS, "built", "demolished"]
    # A table without rows would turn whole numbers of the others into objects.
    joined = pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)
    return joined, np.array(owner, dtype=np.int64)


def summed(owner: IntArray, values: FloatArray, many: int) -> FloatArray:
    """Sum rows of homes by case, shape (cases, columns)."""
    total = np.zeros((many, values.shape[1]))
    np.add.at(total, owner, values)
    return total


def unknown(values: FloatArray, known: BoolArray) -> FloatArray:
    """Missing is never 0: cases without a mix have no people."""
    return np.where(known[:, np.newaxis], values, np.nan)


def timed(
    schemes: tuple[Scheme, ...], cases: list[Case], years: Sequence[int] | None, not_phased: int | None
) -> tuple[IntArray, list[int | None], FloatArray]:
    """Case, year and share completed of each row."""
    phasing = [
        one.phasing if len(one.phasing) or not_phased is None else pd.Series([1.0], index=[not_phased])
        for one in schemes
    ]
    ends = [int(year) for one in phasing for year in one.index]
    asked = (
        [int(year) for year in years] if years is not None else list(range(min(ends), max(ends) + 1)) if ends else []
    )
    case: list[int] = []
    when: list[int | None] = []
    done: list[float] = []
    for place, one in enumerate(cases):
        steps = phasing[one.place]
        if not len(steps):
            case, when, done = [*case, place], [*when, None], [*done, 1.0]
            continue
        for year in asked:
            case.append(place)
            when.append(year)
            # The last year completes the whole, whatever sums of shares make of it.
            done.append(1.0 if year >= max(steps.index) else float(steps[steps.index <= year].sum()))
    return np.array(case, dtype=np.int64), when, np.array(done)


def identified(schemes: tuple[Scheme, ...], cases: list[Case], case: IntArray, year: list[int | None]) -> pd.DataFrame:
    """Begin the result: which scheme, case and year a row is."""
    own = [schemes[cases[at].place] for at in case]
    return pd.DataFrame(
        {
            "reference": pd.Series([one.reference for one in own], dtype=object),
            "name": pd.Series([one.name for one in own], dtype=object),
            "status": pd.Series([one.status for one in own], dtype=object),
            "case": pd.Series([cases[at].name for at in case], dtype=object),
            "year": pd.array(year, dtype="Int64"),
        }
    )


def assumptions_of(one: Scheme, mix: str | None) -> str:
    """Say what is assumed of a scheme."""
    parts = [f"{one.vacancy * 100:.4g} % of homes empty", f"{one.internal * 100:.4g} % of new residents from within"]
    if mix is not None and not np.isnan(one.net[0]) and not one.only_services:
        parts.append(f"mix assumed: {mix}")
    parts += [f"{name}: {text}" for name, text in one.assumptions.items()]
    return "; ".join(parts)
