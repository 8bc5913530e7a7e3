"""The school-level file of the school census: its rows, its schools and its symbols, whatever is counted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from placemix._typing import BoolArray
from placemix.about import About
from placemix.checks import Suppression
from placemix.errors import (
    InvalidParameter,
    InvalidTable,
    PlacemixError,
    RepeatedColumn,
    WrongFormat,
    did_you_mean,
    listed,
    plural,
    together,
)
from placemix.readers.formats import columns, provenance
from placemix.readers.headers import normalise
from placemix.readers.raw import Raw, raw_table
from placemix.readers.schemas import faults, pattern

#: Symbols by which the Department's releases hide a cell or say that there is none; what hides how much
#: differs by release, so that each stands for anything from 0 to what the headcount leaves.
HIDDEN = ("c", "x", "u", "k", "low", "z", "SUPP", "NE", "NA", "*", "~", ":", ".", "..")
#: Symbols that, in every cell of a row, say that the row has no such figures.
NOTHING = frozenset({"", "z", "x", "..", ".", ":", "NA", "NE"})
#: Published names of what each school is, by the name of the stratum; the first found counts.
SCHOOL = {
    "name": ("school_name", "School Name"),
    "phase": ("phase_type_grouping", "Phase-type grouping"),
    "sector": ("academy_flag",),
    "type": ("typeofestablishment_name", "TypeOfEstablishment (name)"),
    "denomination": ("denomination",),
    "admissions": ("admissions_policy",),
    "sex": ("sex_of_school_description",),
    "la_code": ("new_la_code",),
    "la": ("la_name", "LA name"),
    "district_code": ("district_administrative_code", "District Administrative code"),
    "district": ("district_administrative_name", "District Administrative name"),
    "region": ("region_name", "Region"),
    "ward_code": ("ward_code", "Ward code"),
    "urban_rural": ("urban_rural", "Urban rural"),
    "postcode": ("school_postcode", "School Postcode"),
    "laestab": ("laestab", "LAESTAB"),
}
#: How academies were flagged in older files.
FLAGS = {"0": "not an academy", "1": "Academy"}
HEADCOUNT = ("headcount of pupils", "headcount of pupils (unrounded)")
_YEAR = re.compile(r"(\d{4})[/-]?(\d{2})")


@dataclass(frozen=True, slots=True)
class Schools:
    """The rows of one year's file that a caller asked for, every cell text.

    Attributes
    ----------
    raw
        The file.
    rows
        Its rows of that year and those phases.
    ids
        URNs, in the order of the rows.
    names
        The file's own names by key.
    strata
        What each school is, one column each.
    about
        Where it comes from.
    """

    raw: Raw
    rows: pd.DataFrame
    ids: pd.Index
    names: dict[str, str]
    strata: pd.DataFrame
    about: About

    def cells(self, keys: Sequence[str]) -> pd.DataFrame:
        """Return columns by key."""
        return self.rows[[self.names[key] for key in keys]].set_axis(list(keys), axis=1)


def schools(
    path: str | Path,
    wanted: Mapping[str, str | Sequence[str]],
    *,
    phases: str | Sequence[str] | None,
    period: str | None,
    encoding: str | None,
    scheme: str,
) -> Schools:
    """Read the school-level file and find the columns wanted.

    Raises
    ------
    WrongFormat
        Columns are missing.
    RepeatedColumn
        A column wanted has a header that, cut short, stands for another column too.
    InvalidTable, DuplicateUnit
        URNs are none or repeat, or the file holds several years and none was chosen.
    InvalidParameter
        There is no such phase.
    """
    raw = raw_table(path, encoding=encoding, repeated=True)
    every = {"urn": ("urn", "URN"), "headcount": HEADCOUNT, **wanted}
    others = {"time": ("time_period",), **SCHOOL}
    names = columns(raw, "spc", every | others, optional=others)
    _unambiguous(raw, {key: names[key] for key in every})
    table, period = _one_year(raw, names, period)
    ids = pd.Index(table[names["urn"]], dtype=str)
    said = _urns(ids)
    if said:
        raise together(said)
    strata = _strata(table, names)
    keep, passed = _phases(strata, phases)
    notes = [f"{plural(passed, 'school')} of other phases not asked for."] if passed else []
    if period is None:
        notes.append("The file does not say its year: give period='2015/16' where it matters.")
    about = provenance(raw, "spc", geography="school", period=period, scheme=scheme, table="school level")
    return Schools(
        raw,
        table[keep].reset_index(drop=True),
        ids[keep],
        names,
        strata[keep].reset_index(drop=True),
        about.noting(*notes),
    )


def _unambiguous(raw: Raw, names: Mapping[str, str]) -> None:
    """Refuse headers that were cut so short that two columns bear them."""
    owners: dict[str, list[str]] = {}
    for key, own in names.items():
        owners.setdefault(own, []).append(key)
    twice = [own for own, keys in owners.items() if len(keys) > 1 or f"{own} (2)" in raw.headers]
    if twice:
        message = f"{raw.file!r} has two columns under the same header, cut short: {listed([*map(repr, twice)])}."
        raise RepeatedColumn(message, remedy="Which is which cannot be told: use a copy with whole headers.")


def _one_year(raw: Raw, names: Mapping[str, str], period: str | None) -> tuple[pd.DataFrame, str | None]:
    if "time" not in names:
        return raw.table, period
    years = raw.table[names["time"]]
    texts = years.map(_year)
    unread = sorted(set(years[texts.isna()]))
    if unread:
        message = f"'time_period' holds what is no academic year: {listed([*map(repr, unread)])}."
        raise InvalidTable(message, remedy="Published years are written 202223.")
    there = list(dict.fromkeys(texts))
    if period is None and len(there) > 1:
        message = f"The file holds {len(there)} years: {listed(there)}."
        raise InvalidTable(message, remedy=f"Choose one, period={there[-1]!r}: one Counts is one date.")
    if period is not None and period not in there:
        message = f"The file has no year {period!r}; it has {listed(there)}."
        raise InvalidParameter(message, remedy=did_you_mean(period, there))
    if len(there) == 1:
        return raw.table, there[0]
    return raw.table[(texts == period).to_numpy()].reset_index(drop=True), period


def _year(text: str) -> str | None:
    found = _YEAR.fullmatch(text)
    return f"{found[1]}/{found[2]}" if found and int(found[1][2:]) + 1 == int(found[2] or 100) else None


def _urns(ids: pd.Index) -> list[PlacemixError]:
    import pandera.pandas as pa

    remedy = "The file was re-exported by a spreadsheet; use the published one, and keep codes text."
    check = pattern(r"\d{5,6}", "that is no URN of five or six digits", remedy=remedy)
    schema = pa.DataFrameSchema({"urn": pa.Column(checks=check, unique=True)})
    return faults(pd.DataFrame({"urn": np.asarray(ids, dtype=object)}), schema, ids)


def _strata(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    strata = {}
    for key in SCHOOL:
        if key in names:
            column = table[names[key]]
            strata[key] = column.where(column != "", "not stated")
    out = pd.DataFrame(strata, index=table.index)
    if "sector" in out:
        out["sector"] = out["sector"].replace(FLAGS)
    return out


def _phases(strata: pd.DataFrame, phases: str | Sequence[str] | None) -> tuple[BoolArray, int]:
    if phases is None:
        return np.ones(len(strata), dtype=bool), 0
    if "phase" not in strata:
        message = "The file has no column of phases to choose by."
        raise WrongFormat(message, remedy="Leave phases= out.")
    wanted = [phases] if isinstance(phases, str) else list(phases)
    known = {normalise(name): name for name in strata["phase"].unique()}
    unknown = [name for name in wanted if normalise(name) not in known]
    if unknown:
        message = f"There is no phase {listed([*map(repr, unknown)])}; there are {listed([*known.values()], shown=12)}."
        raise InvalidParameter(message, remedy=did_you_mean(unknown[0], known.values()))
    keep = strata["phase"].isin([known[normalise(name)] for name in wanted]).to_numpy(dtype=bool)
    return keep, int((~keep).sum())


def meanings(suppressed: Suppression | None) -> Suppression:
    """Return what each symbol means: the caller's word before the release's."""
    return dict.fromkeys(HIDDEN, "unknown") | dict(suppressed or {})  # type: ignore[return-value]


def without_figures(cells: pd.DataFrame, suppressed: Suppression | None) -> BoolArray:
    """Say which rows have, in every cell, only a symbol that there are no such figures."""
    nothing = NOTHING - set(suppressed or {})
    absent: BoolArray = cells.isin(nothing).to_numpy().all(axis=1)
    return absent


def left_out_note(data: Schools, absent: BoolArray, what: str) -> str:
    """Say which schools have no figures, by phase, and how many pupils they have."""
    count = int(absent.sum())
    pupils = pd.to_numeric(data.rows.loc[absent, data.names["headcount"]], errors="coerce").sum()
    phases = ""
    if "phase" in data.strata:
        by_phase = data.strata.loc[absent, "phase"].value_counts()
        phases = f" ({listed([f'{number:,} {name}' for name, number in by_phase.items()])})"
    return (
        f"{plural(count, 'school publishes', 'schools publish')} no {what}{phases} and "
        f"{'is' if count == 1 else 'are'} left out, with {pupils:,.0f} pupils."
    )
