"""What a census table classifies: which scheme its categories are, and which of them it lacks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from placemix.readers.census.grids import Grid
from placemix.readers.census.labels import Label
from placemix.readers.headers import normalise

_2011 = {
    "White": ("English/Welsh/Scottish/Northern Irish/British", "Irish", "Gypsy or Irish Traveller", "Other White"),
    "Mixed/multiple ethnic groups": (
        "White and Black Caribbean", "White and Black African", "White and Asian", "Other Mixed",
    ),
    "Asian/Asian British": ("Indian", "Pakistani", "Bangladeshi", "Chinese", "Other Asian"),
    "Black/African/Caribbean/Black British": ("African", "Caribbean", "Other Black"),
    "Other ethnic group": ("Arab", "Any other ethnic group"),
}  # fmt: skip
_2021 = {
    "Asian, Asian British or Asian Welsh": ("Bangladeshi", "Chinese", "Indian", "Pakistani", "Other Asian"),
    "Black, Black British, Black Welsh, Caribbean or African": ("African", "Caribbean", "Other Black"),
    "Mixed or Multiple ethnic groups": (
        "White and Asian", "White and Black African", "White and Black Caribbean",
        "Other Mixed or Multiple ethnic groups",
    ),
    "White": (
        "English, Welsh, Scottish, Northern Irish or British", "Irish", "Gypsy or Irish Traveller", "Roma",
        "Other White",
    ),
    "Other ethnic group": ("Arab", "Any other ethnic group"),
}  # fmt: skip
#: Schemes of ethnic groups, by census: the finest, and the broad one.
_KNOWN = {"2011": (_2011, "eth18_2011", "eth5_2011"), "2021": (_2021, "eth19_2021", "eth5_2021")}
#: Whom tables count whose total does not say.
_TABLES = {
    "residents": r"(KS|QS)2\d\dEW|(LC|DC|CT)2\d{3}EW[a-z]?|TS02\d|TS03\d|RM03\d",
    "households": r"(KS|QS)4\d\dEW|(LC|DC|CT)4\d{3}EW[a-z]?|TS05[3-6]|RM134",
}
_POPULATIONS = {
    r"(all )?usual residents": "residents",
    r"(all )?(people|persons)": "residents",
    r"(all )?(occupied )?households": "households",
    r"(all )?household reference persons": "household reference persons",
}


class Classified(NamedTuple):
    """What a table's axis classifies.

    Attributes
    ----------
    scheme
        Id of the classification, or None where it is none of the known ones.
    lacking
        Columns that tables of the scheme have and this one lacks.
    """

    scheme: str | None
    lacking: tuple[str, ...] = ()


def classified(axis: str, labels: Sequence[Label], census: str, *, broad: bool, table: str | None) -> Classified:
    """Say which scheme an axis is: of ethnic groups by its categories, of others by the table's id.

    Examples
    --------
    >>> from placemix.readers.census.labels import parted
    >>> classified("Religion", [parted("Religion: Sikh")], "2021", broad=False, table="TS030").scheme
    'TS030'
    """
    if "ethnic group" not in normalise(axis) or census not in _KNOWN:
        return Classified(table)
    known, fine, coarse = _KNOWN[census]
    names = {normalise(label.path[-1]) for label in labels}
    wanted = {normalise(part): f"{axis}: {whole}: {part}" for whole, parts in known.items() for part in parts}
    here = wanted.keys() & names
    if wanted.keys() == names:
        return Classified(coarse if broad else fine)
    firsts = {normalise(label.path[0]).rstrip("s") for label in labels}
    if {normalise(whole).rstrip("s") for whole in known} == firsts and (broad or len(labels) == len(known)):
        return Classified(coarse)
    if len(here) > len(wanted) / 2 or (names and here == names):
        return Classified(None, tuple(text for part, text in wanted.items() if part not in names))
    return Classified(None)


def universe_of(grid: Grid, population: str, table: str | None) -> str | None:
    """Say whom a table counts: by its total's label, else by what its file or its id says.

    Examples
    --------
    >>> universe_in("All usual residents aged 16 years and over")
    'residents aged 16 years and over'
    """
    totals = [label.path[-1] for labels in grid.labels for label in labels if label.everyone]
    for text in (*totals, population):
        found = universe_in(text)
        if found is not None:
            return found
    matched = (name for name, pattern in _TABLES.items() if table and re.fullmatch(pattern, table))
    return next(matched, None) or (population or None)


def universe_in(text: str) -> str | None:
    """Read whom a label counts, or None where it does not say."""
    plain = normalise(text)
    for pattern, universe in _POPULATIONS.items():
        found = re.fullmatch(rf"{pattern}(?P<rest> (?:aged|in|living) .+)?", plain)
        if found:
            return f"{universe}{found['rest'] or ''}"
    return None
