"""Codes of areas: what kind of area a code names."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: Beginnings of codes in the United Kingdom, and the kind of area they name.
KINDS = {
    "E00": "OA", "W00": "OA", "E01": "LSOA", "W01": "LSOA", "E02": "MSOA", "W02": "MSOA",
    "E05": "ward", "W05": "ward", "E06": "district", "E07": "district", "E08": "district", "E09": "district",
    "W06": "district", "E10": "county", "E11": "county", "E12": "region", "E92": "nation", "W92": "nation",
    "S92": "nation", "N92": "nation", "K02": "nation", "K03": "nation", "K04": "nation",
    "S00": "output area", "S01": "data zone", "S02": "intermediate zone", "S12": "district", "S13": "ward",
    "N00": "small area", "N20": "data zone", "N21": "super data zone", "N08": "ward", "N09": "district",
    "E14": "constituency", "W07": "constituency", "S14": "constituency", "N05": "constituency", "N06": "constituency",
}  # fmt: skip
_CODE = re.compile(r"[A-Z]\d{8}")


def kind_of(codes: Iterable[str]) -> str | None:
    """Return the kind of area that all the codes name, or None where they differ or name none.

    Examples
    --------
    >>> kind_of(["E01000001", "W01000002"])
    'LSOA'
    """
    kinds = {KINDS.get(code[:3]) if _CODE.fullmatch(code) else None for code in codes}
    return kinds.pop() if len(kinds) == 1 else None
