"""Which census an LSOA code belongs to, where the code itself tells."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import BoolArray
from placemix.errors import InvalidParameter, PlacemixError, VintageMismatch

#: Last codes of the numbering of 2011; what comes after them was made for 2021.
LAST_2011 = {"E01": 33768, "W01": 1958}
#: What codes of made-up places in examples and tests begin with after the letters.
MADE_UP = 900_000
VINTAGES = ("2011", "2021")
_PATTERN = r"([EW]01)(\d{6})"


@cache
def withdrawn() -> frozenset[str]:
    """Return the codes of 2011 that no longer exist in 2021: split, merged or redrawn."""
    file = Path(__file__).with_name("withdrawn_lsoa11.txt")
    return frozenset(file.read_text(encoding="ascii").split())


def telling(codes: pd.Series) -> tuple[BoolArray, BoolArray]:
    """Say which codes exist in 2011 only, or before it, and which in 2021 only; most exist at both dates.

    Examples
    --------
    >>> old, new = telling(pd.Series(["E01000001", "E01032921", "E01034232"]))
    >>> old.tolist(), new.tolist()
    ([False, True, False], [False, False, True])
    """
    # Lists name the same areas many times; each is looked at once.
    place, names = pd.factorize(codes.fillna("").astype(str))
    unique = pd.Series(names, dtype=str)
    parts = unique.str.extract(f"^{_PATTERN}$")
    number = pd.to_numeric(parts[1]).to_numpy(dtype=np.float64, na_value=np.nan)
    last = parts[0].map(LAST_2011).to_numpy(dtype=np.float64, na_value=np.nan)
    new: BoolArray = (number > last) & (number < MADE_UP)
    old: BoolArray = unique.isin(withdrawn()).to_numpy(dtype=bool)
    return old[place], new[place]


class Settled(NamedTuple):
    """What LSOA codes say of their vintage.

    Attributes
    ----------
    vintage
        ``"2011"`` or ``"2021"``, or None where no code tells and none was stated.
    foreign
        Codes that are of another vintage than the one stated, one truth value a row.
    faults
        What is wrong.
    """

    vintage: str | None
    foreign: BoolArray
    faults: list[PlacemixError]


def settle(codes: pd.Series, *, stated: str | None = None, column: str = "LSOA") -> Settled:
    """Find the vintage that LSOA codes tell, and hold it against the one stated.

    Parameters
    ----------
    codes
        Codes of LSOAs in England and Wales, one a row; other texts tell nothing.
    stated
        Vintage that the caller says they are of. Where the codes are of both, those of the other
        are foreign; where they tell the other alone, that is a fault.
    column
        What the codes are called in messages.

    Raises
    ------
    InvalidParameter
        The vintage that was stated is none.

    Examples
    --------
    >>> settle(pd.Series(["E01000001", "E01034232"])).vintage
    '2021'
    >>> settle(pd.Series(["E01000001"])).vintage is None
    True
    >>> print(settle(pd.Series(["E01032921", "E01034232"])).faults[0])
    LSOA codes of 2011 and of 2021 stand in one file. [E01032921, E01034232] Remedy: Say which is meant, ...
    """
    if stated is not None and stated not in VINTAGES:
        message = f"The vintage of LSOAs is one of {', '.join(map(repr, VINTAGES))}, not {stated!r}."
        raise InvalidParameter(message)
    old, new = telling(codes)
    none = np.zeros(len(codes), dtype=bool)
    if old.any() and new.any():
        if stated is not None:
            return Settled(stated, old if stated == "2021" else new, [])
        message = f"{column} codes of 2011 and of 2021 stand in one file."
        units = [*pd.unique(codes[old])[:3], *pd.unique(codes[new])[:3]]
        remedy = "Say which is meant, vintage='2011' or '2021': codes of the other are then listed apart."
        return Settled(None, none, [VintageMismatch(message, units=units, remedy=remedy)])
    found = "2021" if new.any() else "2011" if old.any() else None
    if stated is None or found is None or found == stated:
        return Settled(stated or found, none, [])
    message = f"The {column} codes were said to be of {stated}, and some exist in {found} alone."
    remedy = f"Leave vintage= out, or say vintage={found!r}."
    fault = VintageMismatch(message, units=pd.unique(codes[old | new]), remedy=remedy)
    return Settled(None, none, [fault])


def untold(column: str) -> str:
    """Say that nothing tells the vintage."""
    return (
        f"No code in {column!r} tells whether it is of 2011 or of 2021. State it with vintage=: "
        "a join of one with the other finds most codes and silently loses the places that changed."
    )
