"""One district out of a national lookup: which units lie in it at each date, and what they have in common."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from placemix.errors import InvalidParameter, WrongFormat, did_you_mean, listed
from placemix.harmonise import common_areas
from placemix.readers.headers import normalise

#: Columns of the lookup with the units of each date.
UNIT = {2011: "LSOA11CD", 2021: "LSOA21CD"}
NAME = {2011: "LSOA11NM", 2021: "LSOA21NM"}


@dataclass(frozen=True, eq=False, slots=True)
class District:
    """A district and its units.

    Attributes
    ----------
    code, name
        Which it is.
    vintage
        Year of the districts it is one of.
    units
        By date, one row a unit, in order of their ids: `unit`, `name`, `district` (of which the
        most of its rows of the lookup are), and with two dates `area` (id of the common area).
    areas
        Common areas of the two dates: `area`, `units_2011`, `units_2021`, `changed`; None for one date.
    outside
        Units, by date, that lie in another district and are there because they share ground with
        units of this one, which cannot be divided.
    """

    code: str
    name: str
    vintage: str
    units: Mapping[int, pd.DataFrame]
    areas: pd.DataFrame | None
    outside: Mapping[int, tuple[str, ...]]


def cleaned(lookup: pd.DataFrame) -> pd.DataFrame:
    """Return the lookup under its published names, whatever their case, with codes as text.

    Raises
    ------
    WrongFormat
        Columns are missing.
    """
    plain = {normalise(column).upper(): column for column in lookup.columns}
    district = sorted(name for name in plain if re.fullmatch(r"LAD\d\dCD", name))
    wanted = [*UNIT.values(), *NAME.values()]
    missing = [name for name in wanted if name not in plain] + ([] if district else ["LAD22CD"])
    if missing:
        message = f"The lookup lacks the columns {', '.join(missing)}."
        raise WrongFormat(message, remedy=f"It has {listed(list(lookup.columns), shown=12)}.")
    code = district[-1]
    columns = {name: plain[name] for name in wanted} | {"code": plain[code], "name": plain[f"{code[:5]}NM"]}
    table = pd.DataFrame({name: lookup[own].astype(str).str.strip() for name, own in columns.items()})
    return table.assign(vintage=f"20{code[3:5]}")


def found(lookup: pd.DataFrame, wanted: str) -> tuple[str, str]:
    """Find a district by its code or name.

    Parameters
    ----------
    lookup
        What `cleaned` returns.
    wanted
        Code, or name in any case.

    Raises
    ------
    InvalidParameter
        There is none, with the nearest names; or several bear the name.

    Examples
    --------
    >>> lookup = pd.DataFrame({"code": ["E08000004", "E08000005"], "name": ["Oldham", "Rochdale"], "vintage": "2022"})
    >>> found(lookup, "oldham")
    ('E08000004', 'Oldham')
    >>> found(lookup, "Oldam")
    Traceback (most recent call last):
    placemix.errors.InvalidParameter: There is no district 'Oldam' among the 2 of 2022. Remedy: Did you mean 'Oldham'?
    """
    every = lookup[["code", "name"]].drop_duplicates()
    asked = " ".join(wanted.split()).casefold()
    hit = every[(every["code"].str.casefold() == asked) | (every["name"].str.casefold() == asked)]
    if len(hit) == 1:
        return str(hit["code"].iloc[0]), str(hit["name"].iloc[0])
    if len(hit) > 1:
        names = [f"{name} ({code})" for code, name in hit.itertuples(index=False, name=None)]
        message = f"Several districts are called {wanted!r}: {listed(names, shown=8)}."
        raise InvalidParameter(message, remedy="Give the code.")
    year = lookup["vintage"].iloc[0] if len(lookup) else ""
    message = f"There is no district {wanted!r} among the {len(every):,} of {year}."
    within = [name for name in every["name"] if asked and asked in name.casefold()]
    remedy = f"Did you mean {' or '.join(map(repr, within[:5]))}?" if within else did_you_mean(wanted, every["name"])
    raise InvalidParameter(message, remedy=remedy or f"Districts that were formed after {year} are not in it.")


def district(lookup: pd.DataFrame, code: str, dates: Sequence[int]) -> District:
    """Collect the units of a district at some dates, and what they have in common.

    A unit of 2011 lies in the district if any of its ground does. With two dates, units of other
    districts come along where a boundary between districts moved: they share ground with units of
    this one, and leaving them out would lose people at one date and not at the other.

    Parameters
    ----------
    lookup
        What `cleaned` returns, of the whole country.
    code
        Code of the district.
    dates
        2011, 2021 or both.
    """
    own = lookup["code"] == code
    rows = lookup[own]
    areas = None
    if len(dates) > 1:
        linked = common_areas(lookup, source=UNIT[2011], target=UNIT[2021])
        by_unit = {date: linked[linked["vintage"] == UNIT[date]].set_index("unit") for date in UNIT}
        reached = set(by_unit[2021].loc[rows[UNIT[2021]], "area"])
        every = by_unit[2021].reindex(lookup[UNIT[2021]])["area"].to_numpy()
        own_or_linked = pd.Series(every, index=lookup.index).isin(reached)
        rows = lookup[own_or_linked]
        areas = _areas(by_unit[2021], reached)
    units = {}
    outside = {}
    for date in dates:
        table = _units(rows, date, code)
        if areas is not None:
            table["area"] = by_unit[date]["area"].reindex(table["unit"]).to_numpy()
        outside[date] = tuple(table["unit"][~table.pop("own")])
        units[date] = table
    named = lookup.loc[own].iloc[0]
    return District(code, str(named["name"]), str(named["vintage"]), units, areas, outside)


def _units(rows: pd.DataFrame, date: int, code: str) -> pd.DataFrame:
    table = pd.DataFrame({"unit": rows[UNIT[date]], "name": rows[NAME[date]], "district": rows["name"]})
    table["own"] = (rows["code"] == code).to_numpy()
    # A unit of 2011 may lie in two districts: it is one row, and of this district if any row is.
    table = table.sort_values(["unit", "own"], ascending=[True, False], kind="stable").drop_duplicates("unit")
    return table.reset_index(drop=True)


def _areas(linked: pd.DataFrame, reached: set[str]) -> pd.DataFrame:
    table = linked[linked["area"].isin(reached)].drop_duplicates("area").sort_values("area")
    return pd.DataFrame(
        {
            "area": table["area"].to_numpy(dtype=object),
            "units_2011": table["source_units"].to_numpy(),
            "units_2021": table["target_units"].to_numpy(),
            "changed": ((table["source_units"] != 1) | (table["target_units"] != 1)).to_numpy(),
        }
    )
