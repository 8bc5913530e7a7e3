"""Common Core of Data: membership of schools in the United States (file 052, long)."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, GroupName
from placemix.counts import Counts
from placemix.errors import (
    DuplicateUnit,
    InvalidCounts,
    InvalidTable,
    NotNumbers,
    PlacemixError,
    UnreadableFile,
    WrongFormat,
    listed,
    plural,
    together,
)
from placemix.readers import formats
from placemix.readers.cells import blank, numeric
from placemix.readers.files import existing
from placemix.readers.raw import Raw, digest, header_of
from placemix.readers.schemas import faults, pattern
from placemix.tables import from_wide

NAME = "nces"
#: Rows that count every pupil once, by race and sex, and those with each school's total.
BY_RACE = "Derived - Subtotal by Race/Ethnicity and Sex minus Adult Education Count"
IN_ALL = "Derived - Education Unit Total minus Adult Education Count"
#: The race of pupils whose race is not known, who are in the total and in no group.
NOT_SPECIFIED = "Not Specified"
#: A blank that stands for nobody: no pupils of unspecified race.
NOBODY = "Not applicable"
_WANTED = (
    "SCHOOL_YEAR", "ST", "LEAID", "NCESSCH", "RACE_ETHNICITY", "SEX", "STUDENT_COUNT", "TOTAL_INDICATOR", "DMS_FLAG",
)  # fmt: skip
_HIDDEN = "hidden"


def nces(path: str | Path, *, total_indicator: str = BY_RACE, encoding: str | None = None) -> Counts:
    r"""Read the pupils of each school by race from the Common Core of Data (file 052, long).

    Parameters
    ----------
    path
        ``ccd_sch_052_…csv``, or a zip archive with it. It is read in pieces, so that the national
        file of over ten million rows fits.
    total_indicator
        Which rows to add up. Default: the derived subtotals by race and sex, without adult
        education. Rows of other kinds count the same pupils again.
    encoding
        Default: UTF-8, or Windows-1252 where the bytes are no UTF-8.

    Returns
    -------
    counts
        Pupils of each race, added over sexes; `total` is the school's derived total. Pupils of
        unspecified race are the residual. A suppressed or missing cell lies between what is known
        of it (0, or the other sex) and what the total leaves. Units are NCESSCH, text of twelve
        digits; strata: `state`, `district` (LEAID).

    Raises
    ------
    WrongFormat
        Columns are missing, or no row is of the kind asked for.
    InvalidTable
        Ids are not of twelve digits, counts are none, or rows repeat; the error lists every fault.

    Warns
    -----
    IncompletePartition
        Some pupils are of unspecified race.
    UnitsLeftOut
        Schools that reported nothing, or whose hidden cells no total bounds.

    Notes
    -----
    Columns, indicators and flags: as listed in public code that reads these files.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> head = "SCHOOL_YEAR,ST,LEAID,NCESSCH,RACE_ETHNICITY,SEX,STUDENT_COUNT,TOTAL_INDICATOR,DMS_FLAG"
    >>> start = "2021-2022,AL,0100005,010000500870"
    >>> rows = [
    ...     f"{start},Asian,Female,3,{BY_RACE},Derived", f"{start},Asian,Male,4,{BY_RACE},Derived",
    ...     f"{start},White,Female,5,{BY_RACE},Derived", f"{start},White,Male,,{BY_RACE},Suppressed",
    ...     f"{start},No Category Codes,No Category Codes,14,{IN_ALL},Derived",
    ... ]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "ccd_sch_052.csv"
    ...     _ = file.write_text("\n".join([head, *rows]))
    ...     schools = nces(file)
    >>> schools.low.tolist(), schools.high.tolist()
    ([[7.0, 5.0]], [[7.0, 7.0]])
    """
    file = existing(path)
    names, lines = header_of(file)
    head = Raw(pd.DataFrame(columns=names), file.name, digest(file))
    own = formats.columns(head, NAME, {name: name for name in _WANTED})
    table, used = _rows(file, own, {total_indicator, IN_ALL}, encoding, (names, lines))
    table = table.rename(columns={column: name for name, column in own.items()})[list(_WANTED)]
    kind = table["TOTAL_INDICATOR"].str.strip()
    groups = table[(kind == total_indicator).to_numpy()].reset_index(drop=True)
    whole = table[(kind == IN_ALL).to_numpy()].reset_index(drop=True)
    if not len(groups):
        message = f"No row has the indicator {total_indicator!r}."
        raise WrongFormat(message, remedy=f"Leave total_indicator out for {BY_RACE!r}, and fetch the file whole.")
    wrong = [*_checked(groups), *_totals_repeated(whole)]
    if wrong:
        raise together(wrong)
    return _counted(groups, whole, replace(head, encoding=used))


def _rows(
    file: Path, own: Mapping[str, str], wanted: set[str], encoding: str | None, header: tuple[list[str], int]
) -> tuple[pd.DataFrame, str]:
    """Rows of the kinds wanted, read in pieces; and the encoding they were read by."""
    import pyarrow as pa

    for used in (encoding,) if encoding else ("utf8", "cp1252"):
        try:
            return _pieces(file, list(own.values()), own["TOTAL_INDICATOR"], wanted, used, header), used
        except LookupError as error:
            message = f"There is no encoding {used!r}."
            raise UnreadableFile(message, remedy="Use 'utf-8', 'utf-8-sig' or 'cp1252'.") from error
        except (pa.ArrowInvalid, UnicodeDecodeError, zipfile.BadZipFile, zlib.error, EOFError) as error:
            if "UTF8" in str(error).upper().replace("-", "") and used == "utf8" and encoding is None:
                continue
            message = f"{file.name!r} cannot be read as a table: {error}"
            raise UnreadableFile(message, remedy="The file is torn, or of another encoding: fetch it again.") from error
    message = f"{file.name!r} is no text in UTF-8 or Windows-1252."
    raise UnreadableFile(message, remedy="Name its encoding.")


def _pieces(
    file: Path, columns: list[str], indicator: str, wanted: set[str], encoding: str, header: tuple[list[str], int]
) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.csv

    kept = []
    kinds = pa.array(sorted(wanted))
    with _stream(file) as stream:
        pieces = pa.csv.open_csv(
            stream,
            read_options=pa.csv.ReadOptions(
                encoding=encoding, use_threads=False, block_size=1 << 24, column_names=header[0], skip_rows=header[1]
            ),
            convert_options=pa.csv.ConvertOptions(
                include_columns=columns, column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=False
            ),
        )
        for piece in pieces:
            kind = pc.utf8_trim_whitespace(piece.column(indicator))
            kept.append(piece.filter(pc.is_in(kind, value_set=kinds)))
    table = pa.Table.from_batches(kept) if kept else pa.table({name: pa.array([], pa.string()) for name in columns})
    return table.to_pandas().apply(lambda column: column.str.strip())


@contextmanager
def _stream(file: Path) -> Iterator[IO[bytes]]:
    if file.suffix.casefold() != ".zip":
        with file.open("rb") as stream:
            yield stream
        return
    with zipfile.ZipFile(file) as archive:
        names = [name for name in archive.namelist() if name.casefold().endswith(".csv")]
        if len(names) != 1:
            message = f"{file.name!r} holds {plural(len(names), 'table')}: {listed(names)}."
            raise UnreadableFile(message, remedy="Unpack it, and name the membership file.")
        with archive.open(names[0]) as member:
            yield member


def _checked(groups: pd.DataFrame) -> list[PlacemixError]:
    import pandera.pandas as pa

    id_of = pattern(
        r"\d{12}",
        "that is no school's id of twelve digits",
        remedy="A spreadsheet shortened it: fetch the file again, and keep NCESSCH as text.",
    )
    rows = groups["NCESSCH"] + " " + groups["RACE_ETHNICITY"] + " " + groups["SEX"]
    schools = groups[["NCESSCH"]].drop_duplicates().reset_index(drop=True)
    wrong = faults(schools, pa.DataFrameSchema({"NCESSCH": pa.Column(checks=id_of)}), schools["NCESSCH"].tolist())
    twice = groups.duplicated(["NCESSCH", "RACE_ETHNICITY", "SEX"]).to_numpy()
    if twice.any() and not wrong:
        message = f"{plural(int(twice.sum()), 'row repeats', 'rows repeat')} a school, race and sex."
        remedy = "Rows by grade count pupils again: choose one total_indicator, and one year."
        wrong.append(DuplicateUnit(message, units=rows[twice].unique(), remedy=remedy))
    years = [year for year in pd.unique(groups["SCHOOL_YEAR"]) if year]
    if len(years) > 1:
        message = f"The file holds several years: {listed(years)}."
        wrong.append(InvalidTable(message, remedy="One Counts is one date: read one year at a time."))
    unnamed = blank(groups["RACE_ETHNICITY"])
    if unnamed.any():
        message = f"{plural(int(unnamed.sum()), 'row does', 'rows do')} not say of which race."
        remedy = f"Fetch the file again: pupils of unspecified race are marked {NOT_SPECIFIED!r}."
        wrong.append(InvalidTable(message, units=groups["NCESSCH"][unnamed].unique(), remedy=remedy))
    values, empty = numeric(groups["STUDENT_COUNT"]), blank(groups["STUDENT_COUNT"])
    text = np.isnan(values) & ~empty
    if text.any():
        shown = listed([repr(item) for item in pd.unique(groups["STUDENT_COUNT"][text])])
        message = f"'STUDENT_COUNT' has {plural(int(text.sum()), 'cell that is', 'cells that are')} no number: {shown}."
        wrong.append(
            NotNumbers(message, units=rows[text], remedy="Fetch the file again; blanks are explained by DMS_FLAG.")
        )
    if (values < 0).any():
        message = f"'STUDENT_COUNT' has {plural(int((values < 0).sum()), 'negative number')}."
        wrong.append(
            InvalidCounts(message, units=rows[values < 0], remedy="Older files mark missing so: read their notes.")
        )
    return wrong


def _totals_repeated(whole: pd.DataFrame) -> Iterator[PlacemixError]:
    twice = whole["NCESSCH"].duplicated().to_numpy()
    if twice.any():
        message = f"{plural(int(twice.sum()), 'school has', 'schools have')} several totals."
        yield DuplicateUnit(message, units=whole["NCESSCH"][twice].unique(), remedy="Read one year at a time.")


def _counted(groups: pd.DataFrame, whole: pd.DataFrame, raw: Raw) -> Counts:
    """Add over sexes; hidden cells get a column of their own beside what is known of them."""
    values = numeric(groups["STUDENT_COUNT"])
    school, ids = pd.factorize(groups["NCESSCH"])
    race, names = pd.factorize(groups["RACE_ETHNICITY"])
    known = np.zeros((len(ids), len(names)))
    np.add.at(known, (school, race), np.nan_to_num(values))
    hidden = np.zeros(known.shape, dtype=bool)
    unspecified = (groups["RACE_ETHNICITY"] == NOT_SPECIFIED).to_numpy()
    nobody = unspecified & (groups["DMS_FLAG"].str.strip() == NOBODY).to_numpy()
    away = np.isnan(values) & ~nobody
    hidden[school[away], race[away]] = True
    total, stated = _totals(ids, known, hidden, whole)
    kept: BoolArray = ~np.isnan(total)
    leaves = [place for place, name in enumerate(names) if name != NOT_SPECIFIED]
    frame = pd.DataFrame({"unit": np.asarray(ids, dtype=object), "total": total})
    first = np.unique(school, return_index=True)[1]
    frame["state"] = groups["ST"].to_numpy(dtype=object)[first]
    frame["district"] = groups["LEAID"].to_numpy(dtype=object)[first]
    parts: dict[GroupName, list[str]] = {}
    for place in leaves:
        name = str(names[place])
        parts[name] = [name, f"{name} ({_HIDDEN})"]
        frame[name] = pd.Series(known[:, place], dtype=object)
        frame[f"{name} ({_HIDDEN})"] = np.where(hidden[:, place], _HIDDEN, "0").astype(object)
    # A school left out has one cell that says so; from_wide lists it, and warns.
    frame.loc[~kept, next(iter(parts))] = "not applicable"
    frame["total"] = np.where(kept, total, 0.0)
    flags = [flag for flag in pd.unique(groups["DMS_FLAG"][away & kept[school]].str.strip()) if flag]
    about = formats.provenance(
        raw, NAME, geography="school", period=_year(groups["SCHOOL_YEAR"]), table="file 052",
        suppression="cells of few pupils may be hidden",
    )  # fmt: skip
    return from_wide(
        frame, groups=parts, unit="unit", total="total", strata=["state", "district"],
        about=about.noting(*_notes(hidden[kept][:, leaves], flags, int((~kept).sum()), stated)),
        suppressed={_HIDDEN: "unknown", "not applicable": "not_applicable"},
    )  # fmt: skip


def _totals(
    ids: Any,  # noqa: ANN401
    known: FloatArray,
    hidden: BoolArray,
    whole: pd.DataFrame,
) -> tuple[FloatArray, bool]:
    """Everyone in each school; NaN where hidden cells have no bound, or nothing is known."""
    stated = pd.Series(numeric(whole["STUDENT_COUNT"]), index=whole["NCESSCH"].to_numpy(dtype=object))
    total = stated.reindex(ids).to_numpy(dtype=np.float64)
    summed = np.where(hidden.any(axis=1), np.nan, known.sum(axis=1))
    return np.where(np.isnan(total), summed, total), bool(len(whole))


def _notes(hidden: BoolArray, flags: list[str], left_out: int, stated: bool) -> list[str]:  # noqa: FBT001
    notes = ["Pupils of adult education are not counted; those of unspecified race are in the total alone."]
    if hidden.any():
        cells = plural(int(hidden.sum()), "cell is", "cells are")
        notes.append(
            f"{cells} not known (flags: {listed(flags)}), and {'an interval' if hidden.sum() == 1 else 'intervals'}."
        )
    if left_out:
        notes.append(f"{plural(left_out, 'school')} left out: nothing was reported, or no total bounds what is hidden.")
    if not stated:
        notes.append("The file has no totals of schools; the sum of the groups is taken.")
    return notes


def _year(column: pd.Series) -> str | None:
    years = [year for year in pd.unique(column) if year]
    return str(years[0]) if len(years) == 1 else None
