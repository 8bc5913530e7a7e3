"""Lookups between areas, as the Open Geography Portal publishes them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias, overload

import numpy as np
import pandas as pd

from placemix.crosswalks import Crosswalk
from placemix.errors import (
    DuplicateUnit,
    InvalidCrosswalk,
    InvalidParameter,
    InvalidTable,
    PlacemixError,
    UnknownColumn,
    did_you_mean,
    listed,
    plural,
    together,
)
from placemix.readers.formats import provenance
from placemix.readers.geography.area_columns import CodeColumn, code_columns, lost, wrong_codes
from placemix.readers.headers import normalise
from placemix.readers.raw import raw_table

#: What a lookup is: every unit whole in one larger one; whole, but in the one that fits best; or two editions.
Kind: TypeAlias = Literal["nesting", "best-fit", "changes"]
#: Larger areas in which each kind lies whole, whatever the year: their borders follow those of the smaller.
NESTED = {
    "OA": {"LSOA", "MSOA", "district", "upper tier", "region", "nation"},
    "LSOA": {"MSOA", "district", "upper tier", "region", "nation"},
    "MSOA": {"district", "upper tier", "region", "nation"},
    "ward": {"district", "upper tier", "region", "nation"},
    "parish": {"district", "upper tier", "region", "nation"},
    "district": {"county", "upper tier", "region", "nation"},
    "county": {"region", "nation"},
    "upper tier": {"region", "nation"},
    "region": {"nation"},
    "data zone": {"super data zone", "intermediate zone", "district", "nation"},
    "super data zone": {"district", "nation"},
    "intermediate zone": {"district", "nation"},
    "output area": {"data zone", "intermediate zone", "district", "nation"},
}
#: What the codes of change allow: whether a source may stand on several rows, and a target.
CHANGES = {"U": (False, False), "S": (True, False), "M": (False, True), "X": (True, True)}
_CHANGE = ("CHGIND", "change_code", "CHNGIND")


@overload
def ons_lookup(
    path: str | Path, *, source: None = None, target: None = None, encoding: str | None = None
) -> pd.DataFrame: ...
@overload
def ons_lookup(path: str | Path, *, source: str, target: str, encoding: str | None = None) -> Crosswalk: ...
def ons_lookup(
    path: str | Path, *, source: str | None = None, target: str | None = None, encoding: str | None = None
) -> pd.DataFrame | Crosswalk:
    r"""Read a lookup: areas and the larger ones they lie in, or two editions of small areas.

    Parameters
    ----------
    path
        CSV file or workbook, or a CSV in a zip archive.
    source, target
        Columns to make a crosswalk of, such as ``"OA21CD"`` and ``"LSOA21CD"``. Default: none, and
        the whole table is returned.
    encoding
        Encoding of the file. Default: UTF-8, or Windows-1252 where it is none.

    Returns
    -------
    lookup
        Without `source` and `target` the table as published, codes as text, missing names as missing,
        without ``ObjectId``. Its `attrs` say what it is: `kind` (``"nesting"``, ``"best-fit"`` or
        ``"changes"``), `source` (column of the smallest, or earlier, areas), `targets` (for every
        other column of codes ``"exact"``, ``"best-fit"`` or ``"changes"``), `change` (column of change codes),
        `vintages` and `geographies` by column, `notes`, `file`, `sha256`, `publisher` and `licence`.
        `placemix.harmonise` takes it with those names: ``nesting(lookup, source=…, target=…)``, ``changes(…,
        change="CHGIND")``, ``common_areas(…)``.

        With them a `Crosswalk` of kind ``"exact"``, or ``"best-fit"`` where borders do not follow each other.

    Raises
    ------
    WrongFormat
        No column holds codes, a column of names has lost its codes, or codes are of other areas.
    DuplicateUnit
        In a lookup of nested areas one stands on several rows.
    InvalidTable
        Codes are missing, or change codes contradict the rows.
    InvalidCrosswalk
        A crosswalk was asked for and areas go to several targets: they need weights, or common areas.
    UnknownColumn
        The lookup lacks the column asked for. The error lists every fault.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "changes.csv"
    ...     _ = file.write_text("LSOA11CD,LSOA21CD,CHGIND\nE01999901,E01999901,U\nE01999902,E01999911,S\n"
    ...                         "E01999902,E01999912,S\n")
    ...     lookup = ons_lookup(file)
    >>> lookup.attrs["kind"], lookup.attrs["source"], lookup.attrs["vintages"]
    ('changes', 'LSOA11CD', {'LSOA11CD': '2011', 'LSOA21CD': '2021'})
    """
    if (source is None) != (target is None):
        message = "A crosswalk goes from one column to another: give both source= and target=, or neither."
        raise InvalidParameter(message)
    raw = raw_table(path, encoding=encoding)
    table = raw.table.drop(columns=[name for name in raw.headers if normalise(name) in ("objectid", "fid")])
    known = code_columns(table.columns)
    faults = lost(list(table.columns), "a lookup")
    if faults:
        raise together(faults)
    if len(known) < 2:
        message = f"{raw.file!r} has codes of one kind of area only, {known[0].name!r}."
        raise InvalidTable(message, remedy="A lookup names two.")
    change = next((own for own in table.columns if normalise(own) in map(normalise, _CHANGE)), None)
    first = _source(table, known, change)
    # Districts change by mergers, which keep them whole; smaller areas are redrawn.
    pair = next((one for one in known if one.kind == first.kind != "district" and one.vintage > first.vintage), None)
    for column in known:
        faults += [*_missing(table, column, first), *wrong_codes(column, table[column.name])]
    faults += _repeated(table, first, pair, change)
    if faults:
        raise together(faults)
    targets = {column.name: _fit(first, column, change) for column in known if column.name != first.name}
    if pair is not None:
        targets = targets | {pair.name: "changes"} if change else dict.fromkeys(targets, "best-fit")
    kind: Kind = "changes" if pair and change else _kind(targets)
    notes = [*raw.notes, *_notes(table, first, pair, targets, kind)]
    about = provenance(raw, "ons_lookup")
    codes = [column.name for column in known]
    table[[*codes, *([change] if change else [])]] = table[[*codes, *([change] if change else [])]].astype("str")
    table = table.where(table != "")
    table.attrs = {
        "kind": kind,
        "source": first.name,
        "targets": targets,
        "change": change,
        "vintages": {column.name: column.vintage for column in known},
        "geographies": {column.name: column.kind for column in known},
        "notes": notes,
        "file": about.file,
        "sha256": about.sha256,
        "publisher": about.source,
        "licence": about.licence,
    }
    return table if source is None or target is None else _crosswalk(table, source, target, known)


def _source(table: pd.DataFrame, known: list[CodeColumn], change: str | None) -> CodeColumn:
    """Column of the smallest areas; of two editions, the earlier."""
    counts = {column.name: table[column.name].nunique() for column in known}
    kinds = [column.kind for column in known]
    twice = [column for column in known if kinds.count(column.kind) > 1 and column.kind != "district"]
    if change is not None and twice:
        return min(twice, key=lambda column: column.vintage)
    ordered = list(NESTED)

    def rank(column: CodeColumn) -> tuple[int, int, str]:
        place = ordered.index(column.kind) if column.kind in ordered else len(ordered)
        return -counts[column.name], place, column.vintage

    inner = [column for column in known if not any(column.kind in NESTED.get(other.kind, set()) for other in known)]
    return min(twice or inner or known, key=rank if not twice else lambda column: (0, 0, column.vintage))


def _missing(table: pd.DataFrame, column: CodeColumn, first: CodeColumn) -> list[PlacemixError]:
    blank = (table[column.name] == "").to_numpy()
    if not blank.any():
        return []
    if column.name == first.name:
        rows = [f"row {row}" for row in np.flatnonzero(blank) + 1]
        message = f"{column.name!r} is missing in {plural(int(blank.sum()), 'row')}."
        return [InvalidTable(message, units=rows, remedy="Complete it, or leave the rows out and say so.")]
    message = f"{plural(int(blank.sum()), 'area has', 'areas have')} no {column.name!r}."
    return [InvalidTable(message, units=table[first.name][blank], remedy="Complete it, or leave the rows out.")]


def _repeated(
    table: pd.DataFrame, first: CodeColumn, pair: CodeColumn | None, change: str | None
) -> list[PlacemixError]:
    """Areas that stand on several rows, where nothing allows it."""
    if pair is None or change is None:
        again = table[first.name].duplicated(keep=False).to_numpy()
        if not again.any():
            return []
        units = pd.unique(table[first.name][again])
        several = plural(len(units), "area stands", "areas stand")
        message = f"{several} on several rows of {first.name!r}, though each lies whole in one larger area."
        remedy = "Remove the rows that are wrong. A lookup of changes between two editions has a column CHGIND."
        return [DuplicateUnit(message, units=units, remedy=remedy)]
    codes = table[change].str.strip().str.upper()
    strange = ~codes.isin(list(CHANGES)).to_numpy()
    if strange.any():
        message = (
            f"{change!r} holds {listed([repr(one) for one in pd.unique(codes[strange])])}; it may hold U, S, M, X."
        )
        return [InvalidTable(message, units=table[first.name][strange])]
    again = table.duplicated([first.name, pair.name]).to_numpy()
    if again.any():
        message = f"{plural(int(again.sum()), 'row repeats', 'rows repeat')} a pair of areas from a row above."
        return [DuplicateUnit(message, units=table[first.name][again], remedy="Keep one row for each pair.")]
    repeats = [table[column.name].duplicated(keep=False).to_numpy() for column in (first, pair)]
    wrong = np.zeros(len(table), dtype=bool)
    for code, allowed in CHANGES.items():
        here = (codes == code).to_numpy()
        for found, may in zip(repeats, allowed, strict=True):
            wrong |= here & found & (not may)
    # An area that did not change kept its code.
    wrong |= ((codes == "U") & (table[first.name] != table[pair.name])).to_numpy()
    if not wrong.any():
        return []
    rules = "U keeps its code, S goes to several, M joins several"
    message = f"{change!r} contradicts {plural(int(wrong.sum()), 'row')}: {rules}."
    return [InvalidTable(message, units=pd.unique(table[first.name][wrong]), remedy="Fetch the lookup again, whole.")]


def _fit(first: CodeColumn, column: CodeColumn, change: str | None) -> str:
    """Whether areas of one kind lie whole in those of another."""
    if column.kind == first.kind:
        return "exact" if change or column.kind == "district" else "best-fit"
    return "exact" if column.kind in NESTED.get(first.kind, set()) else "best-fit"


def _kind(targets: dict[str, str]) -> Kind:
    return "best-fit" if "best-fit" in targets.values() else "nesting"


def _notes(
    table: pd.DataFrame, first: CodeColumn, pair: CodeColumn | None, targets: dict[str, str], kind: Kind
) -> list[str]:
    fits = [name for name, fit in targets.items() if fit == "best-fit"]
    notes = []
    if kind == "best-fit" and pair is not None:
        notes.append(
            f"A best fit of {first.name} to {pair.name}: one row for each of {len(table):,} areas, reaching "
            f"{table[pair.name].nunique():,}. Areas that are nobody's best fit get nothing, so that counts must not be "
            "moved with it: use the lookup of changes (CHGIND)."
        )
    elif fits:
        notes.append(
            f"{listed(fits)}: the area that fits best, by population-weighted centroid. Sums of {first.name} are "
            "estimates of it."
        )
    if kind == "changes":
        notes.append("Rows are pairs of areas that share ground, not areas: a split area stands on several.")
        if any(name != (pair.name if pair else "") for name in targets):
            notes.append(f"Larger areas are those of {pair.name if pair else 'the later areas'}.")
    return notes


def _crosswalk(table: pd.DataFrame, source: str, target: str, known: list[CodeColumn]) -> Crosswalk:
    names = {column.name.casefold(): column for column in known}
    faults: list[PlacemixError] = []
    for wanted in (source, target):
        if wanted.casefold() not in names:
            message = (
                f"The lookup has no column of codes {wanted!r}; it has {listed([column.name for column in known])}."
            )
            faults.append(UnknownColumn(message, remedy=did_you_mean(wanted, [column.name for column in known])))
    if faults:
        raise together(faults)
    old, new = names[source.casefold()], names[target.casefold()]
    pairs = table[[old.name, new.name]].drop_duplicates()
    several = pairs[old.name].duplicated(keep=False)
    if several.any():
        units = pd.unique(pairs[old.name][several])
        message = f"{plural(len(units), 'area goes', 'areas go')} from {old.name!r} to several of {new.name!r}."
        remedy = (
            "Read the table alone, without source= and target=, and share them out by people with "
            "placemix.harmonise.changes, or merge both sides with placemix.harmonise.common_areas."
        )
        raise InvalidCrosswalk(message, units=units, remedy=remedy)
    version = f"{table.attrs['file']}, sha256 {str(table.attrs['sha256'])[:12]}"
    exact = "best-fit" not in (table.attrs["targets"].get(old.name), table.attrs["targets"].get(new.name))
    walk: Crosswalk = Crosswalk.from_table(
        pairs, source=old.name, target=new.name, kind="exact" if exact else "best-fit", version=version
    )
    return walk
