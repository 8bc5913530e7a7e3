"""Columns of codes in files of the Open Geography Portal: the kind of area and its vintage stand in their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pandas as pd

from placemix.errors import InvalidTable, PlacemixError, VintageMismatch, WrongFormat, did_you_mean, listed, plural
from placemix.readers.codes import KINDS, kind_of
from placemix.readers.geography.lsoa_vintages import telling

#: Kinds of areas by the beginning of a column's name.
NAMES = {
    "OA": "OA", "LSOA": "LSOA", "MSOA": "MSOA", "LAD": "district", "LTLA": "district", "WD": "ward", "RGN": "region",
    "CTRY": "nation", "CTY": "county", "CTYUA": "upper tier", "UTLA": "upper tier", "PCON": "constituency",
    "PAR": "parish", "PARNCP": "parish", "DZ": "data zone", "SDZ": "super data zone", "IZ": "intermediate zone",
    "LGD": "district",
}  # fmt: skip
#: Kinds that a column's name may stand for besides its own, where codes tell more.
_ALSO = {"upper tier": {"district", "county"}, "nation": {"nation"}, "region": {"region", "nation"}}
_COLUMN = re.compile(r"(?P<kind>[A-Z]+?)(?P<year>\d\d|\d{4})(?P<what>CD|NM)", re.IGNORECASE)
#: Two digits from here on are of the last century.
_CENTURY = 60


class CodeColumn(NamedTuple):
    """A column of codes.

    Attributes
    ----------
    name
        As the file spells it.
    kind
        Kind of area.
    vintage
        Year of the boundaries.
    """

    name: str
    kind: str
    vintage: str


def code_columns(headers: Iterable[str], what: str = "CD") -> list[CodeColumn]:
    """Find the columns of codes, or with ``"NM"`` of names, in the order of the file.

    Examples
    --------
    >>> [column[1:] for column in code_columns(["OA21CD", "LSOA21NM", "lad22cd", "ObjectId"])]
    [('OA', '2021'), ('district', '2022')]
    """
    out = []
    for name in headers:
        found = _COLUMN.fullmatch(name.replace("_", ""))
        if found and found["what"].upper() == what:
            year = found["year"] if len(found["year"]) == 4 else _year(int(found["year"]))
            out.append(CodeColumn(name, NAMES.get(found["kind"].upper(), found["kind"].upper()), year))
    return out


def lost(headers: Sequence[str], form: str) -> list[PlacemixError]:
    """Find columns of names whose codes are not in the file; names alone identify no area."""
    codes = {(column.kind, column.vintage) for column in code_columns(headers)}
    absent = [
        re.sub("NM$", "CD", column.name, flags=re.IGNORECASE)
        for column in code_columns(headers, "NM")
        if (column.kind, column.vintage) not in codes
    ]
    if not absent and codes:
        return []
    wanted = listed([repr(name) for name in absent]) if absent else "a column such as 'LSOA21CD'"
    hint = did_you_mean(absent[0] if absent else "LSOA21CD", [name for name in headers if "CD" in name.upper()])
    message = f"The file lacks {plural(max(len(absent), 1), 'column')} of {form}: {wanted}."
    there = f"The file has: {listed(list(headers), shown=12)}. Names alone identify no area."
    return [WrongFormat(message, remedy=f"{hint} {there}".strip())]


def wrong_codes(column: CodeColumn, codes: pd.Series) -> list[PlacemixError]:
    """Check that codes are of the kind and vintage that their column's name says."""
    texts = pd.Series(pd.unique(codes.dropna().astype(str)), dtype=object)
    texts = texts[texts != ""].reset_index(drop=True)
    odd = texts[~texts.str.fullmatch(r"[A-Z]\d{8}").astype(bool)]
    if len(odd):
        message = f"{column.name!r} has {plural(len(odd), 'value')} that are no codes of a letter and eight digits."
        return [InvalidTable(message, units=map(repr, odd), remedy="Codes stay text: read the file as published.")]
    kinds = {KINDS.get(code[:3]) for code in texts}
    known = column.kind in set(KINDS.values()) | set(_ALSO)
    strange = kinds - {None} - _ALSO.get(column.kind, {column.kind})
    if known and strange:
        units = [code for code in texts if KINDS.get(code[:3]) in strange]
        others = listed(sorted(map(str, strange)))
        message = f"{column.name!r} should hold codes of {column.kind}s, and holds some of {others}."
        return [WrongFormat(message, units=units, remedy="The columns are mixed up: fetch the file again.")]
    if column.kind == "LSOA" and column.vintage in ("2011", "2021"):
        old, new = telling(texts)
        foreign = new if column.vintage == "2011" else old
        if foreign.any():
            other = "2021" if column.vintage == "2011" else "2011"
            message = f"{column.name!r} holds {plural(int(foreign.sum()), 'code')} that exist in {other} alone."
            return [VintageMismatch(message, units=texts[foreign], remedy="Fetch the file of one vintage.")]
    return []


def kind_in(codes: Iterable[str], column: CodeColumn) -> str:
    """Name the kind of area, as the codes tell it or else the column's name."""
    return kind_of(codes) or column.kind


def _year(two: int) -> str:
    return str((1900 if two >= _CENTURY else 2000) + two)
