"""Patients registered at GP practices in England, by the LSOA they live in."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix import checks
from placemix._typing import BoolArray, FloatArray
from placemix.errors import (
    AssumedReading,
    DuplicateUnit,
    EmptyTable,
    InvalidParameter,
    InvalidTable,
    NotNumbers,
    OverlappingGroups,
    PlacemixError,
    UnreadableFile,
    did_you_mean,
    listed,
    plural,
    together,
)
from placemix.flows import Flows
from placemix.readers.cells import numeric
from placemix.readers.formats import columns, provenance
from placemix.readers.geography.lsoa_vintages import settle, untold
from placemix.readers.listed_values import dates
from placemix.readers.raw import Raw, raw_table

Sex: TypeAlias = Literal["all", "male", "female"]
NEEDED = {
    "date": "EXTRACT_DATE",
    "practice": "PRACTICE_CODE",
    "lsoa": "LSOA_CODE",
    "sex": "SEX",
    "patients": ("NUMBER_OF_PATIENTS", "Number of Patients"),
}
FORMS = ("%d%b%Y", "%Y-%m-%d", "%d/%m/%Y")
SEXES = ("all", "male", "female")


def gp_patients(
    paths: str | Path | Sequence[str | Path],
    *,
    sex: Sex | Sequence[Sex] | None = None,
    vintage: str | None = None,
    encoding: str | None = None,
) -> Flows:
    r"""Read patients by practice and LSOA, `gp-reg-pat-prac-lsoa-all.csv` or `-male` and `-female`.

    Parameters
    ----------
    paths
        The file of all patients, or the files of male and of female patients.
    sex
        Which rows to take where a file holds several: ``"all"``, ``"male"``, ``"female"``, or the
        last two as a list. Default: what there is; all beside male or female is refused.
    vintage
        Vintage of the LSOA codes, ``"2011"`` or ``"2021"``. Default: what the codes tell. Where
        they are of both, rows of the other are left out and listed with their patients.
    encoding
        Encoding of the files.

    Returns
    -------
    flows
        Patients from each English LSOA (`origins`) to each practice (`destinations`), groups
        ``"all"``, or ``"male"`` and ``"female"``. `at_destination()` counts them by practice,
        `at_origin()` by LSOA. `left_out` has the patients of every practice whose LSOA is not
        English or not known, by practice and what the file says: with them the list is whole.

    Raises
    ------
    WrongFormat
        Columns are missing.
    OverlappingGroups
        Rows of all patients stand beside rows of one sex.
    DuplicateUnit
        A practice and LSOA stand on several rows.
    InvalidTable
        Numbers, dates, codes or words for sex are none, or there are several extracts; the error
        lists every fault.
    VintageMismatch
        LSOA codes of 2011 and of 2021 stand together, or are not of the vintage stated.

    Warns
    -----
    AssumedReading
        No LSOA code tells its vintage.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = pathlib.Path(folder.name) / "gp-reg-pat-prac-lsoa-all.csv"
    >>> _ = file.write_text(
    ...     "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,LSOA_CODE,SEX,NUMBER_OF_PATIENTS\n"
    ...     "GP_PRAC_PAT_LIST,01APR2024,Y99901,HILL SURGERY,E01032921,ALL,120\n"
    ...     "GP_PRAC_PAT_LIST,01APR2024,Y99901,HILL SURGERY,NO2011,ALL,3\n"
    ... )
    >>> flows = gp_patients(file)
    >>> flows.about.period, flows.about.vintage, flows.left_out.to_dict()
    ('2024-04-01', '2011', {('Y99901', 'NO2011'): 3.0})
    >>> folder.cleanup()
    """
    raws = [raw_table(path, encoding=encoding) for path in ([paths] if isinstance(paths, (str, Path)) else paths)]
    if not raws:
        message = "No file was named."
        raise UnreadableFile(message)
    table = pd.concat([_renamed(raw) for raw in raws], ignore_index=True)
    table["sex"] = table["sex"].str.casefold()
    wrong = _words(table)
    chosen = _sexes(table["sex"], sex, wrong)
    table = table[table["sex"].isin(chosen)].reset_index(drop=True)
    period = _extract(table["date"], wrong)
    patients = _patients(table, wrong)
    found = settle(table["lsoa"], stated=vintage, column="LSOA_CODE")
    wrong += found.faults
    english = table["lsoa"].str.fullmatch(r"E01\d{6}").to_numpy(dtype=bool) & ~found.foreign
    wrong += [*_torn(table), *_twice(table[english])]
    if not english.any() and not wrong:
        message = "No row has the code of an English LSOA."
        wrong.append(EmptyTable(message, remedy="Use the file by LSOA, gp-reg-pat-prac-lsoa."))
    if wrong:
        raise together(wrong)
    if found.vintage is None:
        warnings.warn(AssumedReading(untold("LSOA_CODE")), stacklevel=2)
    return _flows(raws, table, patients, english, chosen, period, found.vintage)


def _renamed(raw: Raw) -> pd.DataFrame:
    names = columns(raw, "gp_patients", NEEDED)
    return pd.DataFrame({key: raw.table[name] for key, name in names.items()})


def _words(table: pd.DataFrame) -> list[PlacemixError]:
    """Find practices without a code, and words that are no sex."""
    said: list[PlacemixError] = []
    none = ~table["practice"].str.fullmatch(r"(?=.*\d)[A-Z0-9]{5,6}").to_numpy(dtype=bool)
    if none.any():
        shown = listed([repr(text) for text in pd.unique(table["practice"][none])])
        message = f"'PRACTICE_CODE' has {plural(none.sum(), 'value')} that is no code of a practice: {shown}."
        said.append(InvalidTable(message, units=_rows(none), remedy="Codes are text such as Y02507."))
    unknown = ~table["sex"].isin(SEXES).to_numpy()
    if unknown.any():
        shown = listed([repr(text) for text in pd.unique(table["sex"][unknown])])
        message = f"'SEX' has {plural(unknown.sum(), 'value')} that is none of ALL, MALE, FEMALE: {shown}."
        said.append(InvalidTable(message, units=_rows(unknown)))
    return said


def _rows(where: BoolArray) -> list[str]:
    return [f"row {row}" for row in np.flatnonzero(where) + 1]


def _sexes(column: pd.Series, sex: Sex | Sequence[Sex] | None, wrong: list[PlacemixError]) -> list[str]:
    there = [name for name in SEXES if (column == name).any()]
    if sex is None:
        if "all" in there and len(there) > 1:
            message = f"Rows of {', '.join(name.upper() for name in there)} stand together: everyone would count twice."
            wrong.append(OverlappingGroups(message, remedy="Say which to take, sex='all' or sex=['male', 'female']."))
        return there
    wanted = [sex] if isinstance(sex, str) else list(sex)
    unknown = [name for name in wanted if name not in there]
    if unknown or ("all" in wanted and len(wanted) > 1):
        message = f"sex={sex!r} cannot be taken: the file has {', '.join(map(repr, there))}, and 'all' stands alone."
        raise InvalidParameter(message, remedy=did_you_mean(unknown[0], there) if unknown else "")
    return [str(name) for name in wanted]


def _extract(column: pd.Series, wrong: list[PlacemixError]) -> str | None:
    """Read the one date of the extract."""
    texts = pd.Series(pd.unique(column), dtype=str)
    days, said = dates(texts, "EXTRACT_DATE", pd.Index(texts), forms=FORMS)
    wrong += said
    if days.isna().any() and not said:
        wrong.append(InvalidTable("'EXTRACT_DATE' is blank in some rows.", remedy="Use the published file."))
    known = days.dropna().dt.strftime("%Y-%m-%d").unique()
    if len(known) > 1:
        message = f"There are {len(known)} extracts: {listed([*known])}."
        wrong.append(InvalidTable(message, remedy="Read one at a time: one table of flows is one date."))
    return str(known[0]) if len(known) else None


def _patients(table: pd.DataFrame, wrong: list[PlacemixError]) -> FloatArray:
    values = numeric(table["patients"])
    none = np.isnan(values)
    if none.any():
        shown = listed([repr(text) for text in pd.unique(table["patients"][none])])
        message = f"The number of patients is no number in {plural(none.sum(), 'row')}: {shown}."
        wrong.append(NotNumbers(message, units=_ends(table[none]), remedy="Missing is not 0: use the published file."))
    wrong += checks.amounts({"number of patients": np.where(none, 0.0, values)}, pd.Index(table["practice"]))
    return values


def _ends(table: pd.DataFrame) -> list[str]:
    return [f"{practice} {lsoa}" for practice, lsoa in zip(table["practice"], table["lsoa"], strict=True)]


def _torn(table: pd.DataFrame) -> list[PlacemixError]:
    """Find codes that begin as an English one and are none: words for no LSOA, and other countries, do not."""
    texts = table["lsoa"].str
    torn = (texts.match(r"[Ee]\d") & ~texts.fullmatch(r"E01\d{6}")).to_numpy(dtype=bool)
    if not torn.any():
        return []
    shown = listed([repr(text) for text in pd.unique(table["lsoa"][torn])])
    message = f"'LSOA_CODE' has {plural(torn.sum(), 'value')} that is no code of an English LSOA: {shown}."
    return [InvalidTable(message, units=_ends(table[torn]), remedy="Codes stay text: use the published file.")]


def _twice(table: pd.DataFrame) -> list[PlacemixError]:
    twice = table.duplicated(["practice", "lsoa", "sex"]).to_numpy()
    if not twice.any():
        return []
    message = f"{plural(twice.sum(), 'row repeats', 'rows repeat')} a practice and LSOA above."
    return [DuplicateUnit(message, units=_ends(table[twice]), remedy="Give each file, and each pair, once.")]


def _flows(
    raws: Sequence[Raw],
    table: pd.DataFrame,
    patients: FloatArray,
    english: BoolArray,
    sexes: Sequence[str],
    period: str | None,
    vintage: str | None,
) -> Flows:
    practice, practices = pd.factorize(table["practice"])
    lsoa, lsoas = pd.factorize(table["lsoa"][english])
    values = np.zeros((int(english.sum()), len(sexes)))
    column = pd.Index(sexes).get_indexer(table["sex"][english])
    values[np.arange(len(values)), column] = patients[english]
    away = pd.Series(patients[~english]).groupby(
        [table["practice"][~english].to_numpy(), table["lsoa"][~english].to_numpy()], sort=False
    ).sum()  # fmt: skip
    away.index.names = ["practice", "lsoa"]
    notes = []
    if len(away):
        notes.append(
            f"{away.sum():,.0f} of {patients.sum():,.0f} patients ({away.sum() / max(patients.sum(), 1):.2%}) have no "
            f"LSOA in England by the file ({listed(sorted({code or 'blank' for _, code in away.index}))}): "
            "on the lists of their practices, left out of the flows."
        )
    about = provenance(
        raws[0], "gp_patients", geography="LSOA", vintage=vintage, period=period, table="gp-reg-pat-prac-lsoa",
        scheme="sex",
    )  # fmt: skip
    if len(raws) > 1:
        about = about.noting(file=", ".join(raw.file for raw in raws), sha256=None)
    return Flows.from_pairs(
        lsoa,
        lsoas,
        practice[english],
        practices,
        values,
        groups=tuple(sexes),
        about=about.noting(*notes),
        left_out=away.rename("patients") if len(away) else None,
    )
