"""A whole register, or the allocations of a plan, as schemes: one a row, nothing repaired and nothing lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from placemix._keys import SHARE, date_text, year_of
from placemix._typing import BoolArray
from placemix.about import About
from placemix.checks import id_text
from placemix.errors import (
    CRSMismatch,
    DuplicateUnit,
    InvalidParameter,
    InvalidTable,
    NoPlace,
    PlacemixError,
    UnknownColumn,
    did_you_mean,
    listed,
    plural,
    together,
)
from placemix.frames import Frame
from placemix.scenarios.schemes.proposals import STATUSES, Scheme, Schemes
from placemix.scenarios.schemes.sites import crs_text, misfit, stated_dwellings, unusable

#: What the words of registers are taken to mean; a site without permission is land that somebody proposes for homes.
REGISTER_STATUSES: Mapping[str, str] = {
    "permissioned": "permissioned",
    "not permissioned": "proposed",
    "pending decision": "proposed",
    **{status: status for status in STATUSES},
}
#: What schemes are made of, and the columns that hold it where none are named.
_COLUMNS = (
    "name", "status", "as_of", "year", "min_dwellings", "max_dwellings", "range_from", "range_to", "problems",
)  # fmt: skip


def schemes_from_register(
    register: Any,  # noqa: ANN401
    *,
    reference: str | None = None,
    columns: Mapping[str, str] | None = None,
    statuses: Mapping[str, str] | None = None,
    status: str | None = None,
    vacancy: float = 0.0,
    internal: float = 0.0,
    areas: Any = None,  # noqa: ANN401
) -> Schemes:
    """Make a scheme of each row of a register of sites, or of the allocations of a plan.

    Parameters
    ----------
    register
        `Frame` that `placemix.readers.brownfield` gave, or a GeoDataFrame with points or ground.
    reference
        Column with the ids of a GeoDataFrame. Default: `unit`, or its index.
    columns
        Your names of columns, such as ``{"min_dwellings": "dwellings_min"}``, for any of `name`, `status`, `as_of`,
        `year` (of completion), `min_dwellings`, `max_dwellings`, `range_from`, `range_to` and `problems`. One column
        may serve several. Where none is named for `as_of`, it is `as_of` or `last_updated`.
    statuses
        What words of your register mean: ``{"under offer": "proposed"}``. Beside the usual ones: ``"not permissioned"``
        and ``"pending decision"`` are ``"proposed"``, and any other word, or none, is ``"unknown"`` and listed.
    status
        One status for all rows, such as ``"allocated"`` for the allocations of a plan.
    vacancy, internal
        As for `scheme`, for all rows.
    areas
        Areas of your map, as a GeoDataFrame, `Frame` or `Counts`: sites outside them are listed.

    Returns
    -------
    schemes
        One for each row, in order. `notes` says which rows have which problem, how statuses were read, and which state
        no number of homes; each scheme repeats its own. A row whose coordinates do not fit their system has no site.

    Raises
    ------
    InvalidTable
        The register is none, or has no shapes.
    UnknownColumn
        A column named is not there.
    DuplicateUnit
        References repeat or are blank.
    CRSMismatch
        The shapes have no coordinate reference system.
    InvalidParameter
        A status is none. All faults come in one error.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town()
    >>> mine = {"min_dwellings": "dwellings_min", "max_dwellings": "dwellings_max", "year": "completed_year"}
    >>> plan = schemes_from_register(town.sites, reference="site", columns=mine)
    >>> plan
    <Schemes: 64 schemes, 3,275 to 3,868 net homes>
    >>> plan["R002"]
    <Scheme R002: 17 to 23 net homes, completed, 2021>
    """
    table, shapes, about = _parts(register, reference)
    faults: list[PlacemixError] = []
    named = dict(columns or {})
    odd = [name for name in named if name not in _COLUMNS]
    if odd:
        message = f"columns= names what is no part of a scheme: {listed([*map(repr, odd)])}."
        remedy = did_you_mean(odd[0], _COLUMNS) or f"It may name {', '.join(_COLUMNS)}."
        faults.append(InvalidParameter(message, remedy=remedy))
    lost = [column for column in named.values() if column not in table.columns]
    if lost:
        message = f"The register has no column {listed([*map(repr, lost)])}."
        hints = " ".join(filter(None, (did_you_mean(column, table.columns) for column in lost)))
        faults.append(UnknownColumn(message, remedy=f"{hints} It has {listed(list(table.columns), shown=40)}.".strip()))
    means = {**REGISTER_STATUSES, **{_word(word): meant for word, meant in (statuses or {}).items()}}
    wrong = [word for word in (*means.values(), *([status] if status else [])) if word not in STATUSES]
    if wrong:
        message = f"There is no status {wrong[0]!r}."
        faults.append(InvalidParameter(message, remedy=did_you_mean(wrong[0], STATUSES) or f"{', '.join(STATUSES)}."))
    for name, share in (("vacancy", vacancy), ("internal", internal)):
        if not SHARE.fits(share):
            faults.append(InvalidParameter(f"{name} is a share between 0 and 1, not {share!r}."))
    ids = pd.Index([id_text(item) for item in table["unit"]])
    faults += _ids(ids)
    if shapes.crs is None:
        faults.append(CRSMismatch("The sites have no coordinate reference system.", remedy="Set it: set_crs(…)."))
    if faults:
        raise together(faults)
    usual = {name: name for name in _COLUMNS if name in table.columns}
    if "last_updated" in table.columns:
        usual = {"as_of": "last_updated"} | usual
    rows = pd.DataFrame({name: table[column] for name, column in (usual | named).items()}, index=table.index)
    problems, fits = _problems(rows, shapes, areas)
    code = crs_text(shapes.crs)
    made = tuple(
        _scheme(row, (one, code) if fit else (None, None), found, means, status, vacancy, internal, about.file)
        for row, one, fit, found in zip(rows.assign(unit=ids).to_dict("records"), shapes, fits, problems, strict=True)
    )
    return Schemes(made, (*_summary(made, problems), *_read_as(rows, status, means)), about)


def _parts(register: Any, reference: str | None) -> tuple[pd.DataFrame, Any, About]:  # noqa: ANN401
    """Return the rows with their ids in `unit`, the shapes, and what is known of the register."""
    import geopandas as gpd

    if isinstance(register, Frame):
        if register.geometry is None:
            message = "The register has no shapes."
            raise InvalidTable(message, remedy="Read it with placemix.readers.brownfield.")
        table = register.table.assign(unit=np.asarray(register.units, dtype=object))
        return table.reset_index(drop=True), register.geometry.reset_index(drop=True), register.about
    if not isinstance(register, gpd.GeoDataFrame):
        message = f"A register is a Frame or a GeoDataFrame, not a {type(register).__name__}."
        raise InvalidTable(message, remedy="Read it with placemix.readers.brownfield or read_areas.")
    name = reference or ("unit" if "unit" in register.columns else None)
    if name is not None and name not in register.columns:
        message = f"The register has no column {name!r}."
        raise UnknownColumn(message, remedy=did_you_mean(name, register.columns))
    units = register.index if name is None else register[name]
    table = pd.DataFrame(register.drop(columns=register.geometry.name)).reset_index(drop=True)
    return table.assign(unit=np.asarray(units, dtype=object)), register.geometry.reset_index(drop=True), About()


def _ids(ids: pd.Index) -> list[PlacemixError]:
    said: list[PlacemixError] = []
    blank = np.isin(np.asarray(ids, dtype=object), ["", "nan", "None", "<NA>"])
    if blank.any():
        rows = [f"row {row + 1}" for row in np.flatnonzero(blank)]
        said.append(DuplicateUnit("Sites have no reference.", units=rows, remedy="Give every site one."))
    twice = ids.duplicated() & ~blank
    if twice.any():
        message = "References of sites repeat."
        said.append(DuplicateUnit(message, units=ids[twice].unique(), remedy="Keep one row of each."))
    return said


def _problems(rows: pd.DataFrame, shapes: Any, areas: Any) -> tuple[list[list[str]], BoolArray]:  # noqa: ANN401
    """What is wrong with each row, as its reader or its coordinates say, and which sites can be used."""
    import shapely

    said = rows["problems"] if "problems" in rows else pd.Series("", index=rows.index)
    problems: list[list[str]] = [str(text).split("; ") if isinstance(text, str) and text else [] for text in said]
    outside = _outside(shapes, areas)
    fits: BoolArray = np.ones(len(shapes), dtype=bool)
    for place, one in enumerate(shapes):
        mine = problems[place]
        if one is None or one.is_empty:
            if not any("coordinate" in text or "degrees" in text or "swapped" in text for text in mine):
                mine.append("no coordinates")
            fits[place] = False
            continue
        why = unusable(one) or misfit(np.asarray(shapely.bounds(one)), shapes.crs)
        if why:
            mine.append(why)
            fits[place] = False
        elif outside[place]:
            mine.append("outside the areas")
    return problems, fits


def _outside(shapes: Any, areas: Any) -> BoolArray:  # noqa: ANN401
    """Which sites touch none of the areas."""
    import shapely

    if areas is None:
        return np.zeros(len(shapes), dtype=bool)
    ground = getattr(areas, "geometry", None)
    if ground is None:
        message = "The areas have no shapes."
        raise NoPlace(message, remedy="Give areas with their shapes.")
    if getattr(ground, "crs", None) is None:
        message = "The areas have no coordinate reference system."
        raise CRSMismatch(message, remedy="Set it: areas.set_crs(…).")
    moved = np.asarray(shapes.to_crs(ground.crs).array, dtype=object)
    tree = shapely.STRtree(np.asarray(ground.array, dtype=object))
    outside: BoolArray = np.ones(len(shapes), dtype=bool)
    outside[np.unique(tree.query(moved, predicate="intersects")[0])] = False
    return outside


def _scheme(
    row: Mapping[str, Any], site: tuple[Any, str | None], problems: list[str], means: Mapping[str, str],
    status: str | None, vacancy: float, internal: float, file: str | None,
) -> Scheme:  # fmt: skip
    dwellings, notes = stated_dwellings(row)
    if problems:
        notes = [f"The register's row: {'; '.join(problems)}.", *notes]
    year = row.get("year")
    when = None if year is None or pd.isna(year) else year_of(year)
    if when is None and year is not None and not pd.isna(year):
        notes.append(f"{year!r} is no year: none is taken.")
    date, told = row.get("as_of"), None
    if date is not None and not pd.isna(date):
        told = date_text(date)
        notes += [] if told else [f"{date!r} is no date such as 2026-04-01: none is taken."]
    name = row.get("name")
    return Scheme(
        reference=row["unit"],
        name=None if name is None or pd.isna(name) else str(name),
        status=status or means.get(_word(row.get("status")), "unknown"),  # type: ignore[arg-type]
        as_of=told,
        dwellings=dwellings,
        phasing=pd.Series(dtype=np.float64) if when is None else pd.Series([1.0], index=[when]),
        site=site[0],
        crs=site[1],
        vacancy=float(vacancy),
        internal=float(internal),
        file=file,
        notes=tuple(notes),
    )


def _word(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value).strip().casefold()


def _summary(made: tuple[Scheme, ...], problems: list[list[str]]) -> list[str]:
    """Sites of each problem, and those without homes."""
    by_kind: dict[str, list[str]] = {}
    for one, found in zip(made, problems, strict=True):
        for text in found:
            kind, _, detail = text.partition(": ")
            by_kind.setdefault(kind, []).append(f"{one.reference} ({detail})" if detail else one.reference)
    notes = [f"{plural(len(ids), 'site')}: {kind}: {listed(ids, shown=10)}." for kind, ids in by_kind.items()]
    without = [one.reference for one in made if one.dwellings is None]
    if without:
        notes.append(f"{plural(len(without), 'site')} without a number of homes: {listed(without, shown=10)}.")
    return notes


def _read_as(rows: pd.DataFrame, status: str | None, means: Mapping[str, str]) -> list[str]:
    """How statuses were read, and which words were not understood."""
    if status is not None:
        return [f"All sites are taken to be {status}."]
    words = (rows["status"] if "status" in rows else pd.Series([None] * len(rows))).astype(object).map(_word)
    number = words.value_counts()
    changed = [
        f"{word or 'no status'!r} as {means.get(word, 'unknown')!r} ({number[word]:,})"
        for word in number.index
        if means.get(word, "unknown") != word
    ]
    return [f"Statuses were read: {'; '.join(changed)}."] if changed else []
