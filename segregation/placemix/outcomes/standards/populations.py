"""Standard populations: how many people of each age rates are brought to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.errors import InvalidParameter, OverlappingGroups, PlacemixError, listed, together

#: A standard by name, or people (weights) by band.
Standard: TypeAlias = str | Mapping[str, float] | pd.Series

#: European Standard Population 2013: people of each five years of age from 0 to 4 up to 85 to 89, and of 90 and over.
ESP2013 = (
    5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000, 7000, 6500, 6000, 5500, 5000, 4000, 2500, 1500, 1000,
)  # fmt: skip
#: Its first five years in two parts, as many tables have them.
INFANTS, TODDLERS = 1000, 4000
_OPEN = re.compile(r"\+|\band over\b|\bor over\b|\band above\b|\bor more\b|\bplus\b", re.IGNORECASE)
_UNDER = re.compile(r"^(?:aged )?(?:under|<)\s*\d+", re.IGNORECASE)
_TO = re.compile(r"\bunder\b|\bor less\b|\bor younger\b|\bup to\b", re.IGNORECASE)


def ages(text: str) -> tuple[int, int | None] | None:
    """Read the first and last age of a band, None where it has no end; None where it names no ages.

    Examples
    --------
    >>> ages("Aged 15 to 24 years"), ages("90+"), ages("Aged 14 years and under"), ages("under 1"), ages("all")
    ((15, 24), (90, None), (0, 14), (0, 0), None)
    """
    found = [int(number) for number in re.findall(r"\d+", text)]
    if not found or len(found) > 2:
        return None
    if _OPEN.search(text) and len(found) == 1:
        return found[0], None
    if _UNDER.match(text.strip()) and len(found) == 1:
        return 0, found[0] - 1
    if _TO.search(text) and len(found) == 1:
        return 0, found[0]
    first, last = found[0], found[-1]
    return (first, last) if first <= last else None


def esp2013(bands: Sequence[str]) -> tuple[FloatArray, str]:
    """Return the people of the European Standard Population 2013 in each band, and what must be said.

    Bands may take several of its five years together, and 0 and 1 to 4 apart.

    Raises
    ------
    InvalidParameter, OverlappingGroups
        A band names no ages or cuts five years in two; bands overlap or leave ages out between them. All faults come
        in one error.

    Examples
    --------
    >>> esp2013(["0-14", "15-64", "65 and over"])[0].tolist()
    [16000.0, 64500.0, 19500.0]
    """
    faults: list[PlacemixError] = []
    read = {band: ages(band) for band in bands}
    nameless = [repr(band) for band, one in read.items() if one is None]
    if nameless:
        message = f"These bands name no ages: {listed(nameless)}."
        faults.append(InvalidParameter(message, remedy="Name them as '15-24' and '90+', or give standard= by band."))
    known = {band: one for band, one in read.items() if one is not None}
    people = {band: _people(*one) for band, one in known.items()}
    cut = [repr(band) for band, number in people.items() if number is None]
    if cut:
        message = f"These bands cut five years of the standard in two: {listed(cut)}."
        faults.append(InvalidParameter(message, remedy="Take whole fives of years, or give standard= by band."))
    order = sorted(known.values(), key=lambda one: one[0])
    for (first, last), (after, end) in pairwise(order):
        if last is None or after <= last:
            ends = "over" if end is None else str(end)
            message = f"Ages {first} to {last or 'over'} and {after} to {ends} overlap."
            faults.append(OverlappingGroups(message, remedy="Keep bands that share nobody."))
        elif after > last + 1:
            message = f"Ages {last + 1} to {after - 1} are in no band."
            faults.append(InvalidParameter(message, remedy="Add their row, or give standard= by band."))
    if faults:
        raise together(faults)
    first, last = order[0][0], order[-1][1]
    part = "" if first == 0 and last is None else f", ages {first} to {'over' if last is None else last} only"
    weights = np.array([people[band] for band in bands], dtype=np.float64)
    return weights, f"European Standard Population 2013{part}"


def _people(first: int, last: int | None) -> float | None:
    """People of the standard from one age to another, None where they cut five years in two."""
    if (first, last) == (0, 0):
        return INFANTS
    if (first, last) == (1, 4):
        return TODDLERS
    whole = first % 5 == 0 and first <= 90 and (last is None or (last % 5 == 4 and last <= 89))
    if not whole:
        return None
    return float(sum(ESP2013[first // 5 : None if last is None else last // 5 + 1]))


def given(standard: Mapping[str, float] | pd.Series, bands: Sequence[str], *, words: str = "standard") -> FloatArray:
    """Return the weights of a standard, or the rates of a reference, given by band.

    Raises
    ------
    InvalidParameter
        Bands lack a number or have two, a number is below 0, or all weights are 0.
    """
    weights = pd.Series(standard, dtype=np.float64)
    weights.index = weights.index.astype(str)
    faults: list[PlacemixError] = []
    if weights.index.has_duplicates:
        faults.append(InvalidParameter(f"The {words} gives a band twice.", remedy="Keep one number a band."))
    absent = [repr(band) for band in bands if band not in weights.index]
    spare = [repr(band) for band in weights.index if band not in bands]
    if absent or spare:
        message = f"The {words} and the table do not have the same bands"
        lacks = [f"{word} {listed(names)}" for word, names in (("it lacks", absent), ("it adds", spare)) if names]
        faults.append(InvalidParameter(f"{message}: {'; '.join(lacks)}.", remedy="Name the bands alike."))
    if not (np.isfinite(weights) & (weights >= 0)).all() or (words == "standard" and not weights.sum() > 0):
        faults.append(InvalidParameter(f"The {words} has numbers from 0; weights are not all 0."))
    if faults:
        raise together(faults)
    return weights.loc[list(bands)].to_numpy()
