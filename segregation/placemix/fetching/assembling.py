"""From files as published to the layers of one district, with nobody lost on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from placemix.counts import Counts
from placemix.errors import TotalsNotConserved, UnmatchedUnit, WrongFormat, listed, plural
from placemix.fetching import layers
from placemix.fetching.districts import District
from placemix.fetching.layers import Layer
from placemix.fetching.loading import Recipe
from placemix.fetching.reading import Read
from placemix.frames import Frame

#: Names of the parents that a table of output areas gives each unit.
NESTED = {2011: ("LSOA11CD", "MSOA11CD", "MSOA11NM"), 2021: ("LSOA21CD", "MSOA21CD", "MSOA21NM")}
#: Share of people that may be lost to the rounding of sums.
ROUNDING = 1e-9


@dataclass(slots=True)
class Assembly:
    """Layers while they are made.

    Attributes
    ----------
    district
        The district.
    layers
        The layers, in the order they are written.
    checks
        What was compared, and how it came out.
    left_out
        Sentences on what is not there, and why.
    """

    district: District
    layers: list[Layer] = field(default_factory=list)
    checks: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def assemble(district: District, read: Mapping[str, Read], dates: Sequence[int]) -> Assembly:
    """Restrict every table to a district, and bring it onto common areas.

    Parameters
    ----------
    district
        The district and its units.
    read
        What was read, by id of its recipe.
    dates
        Dates of the request.

    Raises
    ------
    UnmatchedUnit
        A file lacks units of the district.
    TotalsNotConserved
        People were lost on the way.
    """
    done = Assembly(district)
    by_table: dict[str, list[Read]] = {}
    for item in read.values():
        by_table.setdefault(item.kept.recipe.table, []).append(item)
    units = {date: table.copy() for date, table in district.units.items()}
    for item in by_table.get("nesting", ()):
        date = item.kept.recipe.answers[0]
        units[date] = _nested(units[date], item, date)
    shapes = _shapes(done, by_table["boundaries"], units)
    for date in dates:
        done.layers.append(layers.of_areas(units[date], shapes[date], name=f"units-{date}"))
    for table, items in by_table.items():
        if table in {"ethnicity", "tenure", "faith"}:
            for item in items:
                _counts(done, item, units, shapes)
        elif table == "deprivation":
            for item in items:
                _deprivation(done, item, units, shapes)
        elif table == "schools":
            _schools(done, items)
    _outside(done)
    return done


def _shapes(done: Assembly, items: Sequence[Read], units: Mapping[int, pd.DataFrame]) -> dict[int | str, Any]:
    """Shapes of the units of each date and of the common areas, by id."""
    found: dict[int | str, Any] = {}
    for item in items:
        date = item.kept.recipe.answers[0]
        frame: Frame = item.content
        own = frame.geometry.set_axis(frame.units)
        layers.need_shapes(list(units[date]["unit"]), own, item.kept.file)
        found[date] = own.reindex(units[date]["unit"])
        units[date]["km2"] = found[date].area.to_numpy() / 1e6
    areas = done.district.areas
    if areas is not None:
        last = max(units)
        import geopandas as gpd

        table = gpd.GeoDataFrame(
            {"area": units[last]["area"].to_numpy()}, geometry=list(found[last]), crs=found[last].crs
        )
        found["areas"] = table.dissolve(by="area").geometry.reindex(areas["area"])
        named = units[last].drop_duplicates("area").set_index("area")["district"]
        common = areas.assign(
            district=named.reindex(areas["area"]).to_numpy(), km2=found["areas"].area.to_numpy() / 1e6
        )
        done.layers.append(layers.of_areas(common, found["areas"], name="areas", unit="area"))
        size = {date: float(table["km2"].sum()) for date, table in units.items()}
        done.checks.append(
            {"check": "square kilometres of the units", **{str(date): size[date] for date in sorted(size)}}
        )
    return found


def _counts(done: Assembly, item: Read, units: Mapping[int, pd.DataFrame], shapes: Mapping[int | str, Any]) -> None:
    recipe = item.kept.recipe
    date = recipe.answers[0]
    own = units[date]
    whole: Counts = item.content
    places = whole.units.get_indexer(own["unit"])
    if (places < 0).any():
        message = f"{plural(int((places < 0).sum()), 'unit')} of the district are not in {item.kept.file!r}."
        remedy = "It may be of another vintage, or cut to another place."
        raise UnmatchedUnit(message, units=own["unit"][places < 0], remedy=remedy)
    counts = replace(whole.take(np.asarray(places)), geometry=None)
    by_unit = own.set_index("unit")
    strata = {"district": by_unit["district"]}
    if "msoa" in own:
        strata["msoa"] = by_unit["msoa"]
    counts = counts.with_strata(**strata)
    counts = replace(counts, about=counts.about.noting(*_note_of_take(whole, counts, done.district)))
    further = by_unit[["name", *(["area"] if "area" in own else [])]]
    done.layers.append(
        layers.of_counts(
            counts, name=f"{recipe.table}-{date}", table=recipe.table, date=date, shapes=shapes[date], further=further
        )
    )
    check: dict[str, Any] = {
        "check": "people conserved",
        "table": recipe.table,
        "date": date,
        "in the file, of these units": float(whole.total[places].sum()),
        "on units": float(counts.total.sum()),
    }
    sums = [whole.values[places].sum(axis=0), counts.values.sum(axis=0)]
    if "area" in own:
        common = counts.merge_units(by_unit["area"], straddling="largest")
        common = replace(common, about=common.about.noting(_note_of_areas(len(counts), len(common))))
        name = f"{recipe.table}-{date}-common"
        done.layers.append(
            layers.of_counts(common, name=name, table=recipe.table, date=date, shapes=shapes["areas"], common=True)
        )
        check["on common areas"] = float(common.total.sum())
        sums.append(common.values.sum(axis=0))
    _conserved(recipe, check, sums)
    done.checks.append(check)


def _conserved(recipe: Recipe, check: dict[str, Any], sums: Sequence[Any]) -> None:
    totals = [value for key, value in check.items() if key.startswith(("in the file", "on "))]
    off = max(totals) - min(totals)
    groups = max(float(np.abs(part - sums[0]).max()) for part in sums)
    check["difference"] = off
    if max(off, groups) > ROUNDING * max(totals[0], 1.0):
        message = f"{recipe.id}: people were lost or made, {off:,.3f} in all and {groups:,.3f} in one group."
        raise TotalsNotConserved(message, remedy="This is a fault of placemix; please report it.")


def _deprivation(
    done: Assembly, item: Read, units: Mapping[int, pd.DataFrame], shapes: Mapping[int | str, Any]
) -> None:
    recipe = item.kept.recipe
    edition = int(recipe.id.rpartition("-")[2])
    date = recipe.answers[0]
    own = list(units[date]["unit"])
    known = set(item.content.table["unit"])
    absent = [unit for unit in own if unit not in known]
    if len(absent) == len(own):
        done.left_out.append(f"{recipe.id}: the English index has no unit of {done.district.name}.")
        return
    if absent:
        message = f"{plural(len(absent), 'unit')} of the district are not in {item.kept.file!r}."
        raise UnmatchedUnit(message, units=absent, remedy="It may be cut to another place.")
    layer = layers.of_rates(
        item.content, name=f"deprivation-{edition}", table="deprivation", date=edition, units=own, shapes=shapes[date]
    )
    done.layers.append(replace(layer, about=item.content.about.to_dict()))
    if done.district.areas is not None and not any("not averaged" in text for text in done.left_out):
        done.left_out.append(
            "deprivation: not on the common areas, as scores, ranks and deciles are not averaged; "
            "the editions of 2015 and 2019 are on the units of 2011, that of 2025 on those of 2021."
        )


def _schools(done: Assembly, items: Sequence[Read]) -> None:
    pupils = next(item for item in items if item.kept.recipe.reader == "spc")
    register = next(item for item in items if item.kept.recipe.reader == "gias")
    whole: Counts = pupils.content
    places: Frame = register.content
    if "district_code" not in whole.strata.columns:
        message = f"{pupils.kept.file!r} does not say in which district a school is."
        raise WrongFormat(message, remedy="Use the file as published.")
    own = (whole.strata["district_code"].astype(str) == done.district.code).to_numpy()
    if not own.any():
        done.left_out.append(f"schools: none in {done.district.name} in the file, which is of England.")
        return
    counts = replace(whole.take(own), geometry=None, left_out=())
    there = places.units.get_indexer(counts.units)
    points = places.geometry.set_axis(places.units)
    placeless = [
        str(unit)
        for unit, place in zip(counts.units, there, strict=True)
        if place < 0 or places.geometry.iloc[place] is None
    ]
    if placeless:
        done.left_out.append(
            f"schools: no point for {plural(len(placeless), 'school')}, closed since or not in the register; "
            f"their pupils are counted all the same: {listed(placeless, shown=20)}."
        )
    counts = replace(counts, about=counts.about.noting(*_note_of_take(whole, counts, done.district)))
    year = pupils.kept.recipe.answers[0]
    layer = layers.of_counts(counts, name=f"schools-{year}", table="schools", date=year, shapes=points)
    done.layers.append(layer)
    done.checks.append(
        {
            "check": "people conserved",
            "table": "schools",
            "date": year,
            "in the file, of these units": float(whole.total[own].sum()),
            "on units": float(counts.total.sum()),
            "difference": float(whole.total[own].sum() - counts.total.sum()),
        }
    )


def _nested(units: pd.DataFrame, item: Read, date: int) -> pd.DataFrame:
    """Add the middle layer super output area of each unit."""
    lsoa, msoa, name = NESTED[date]
    table = item.content
    columns = {str(column).upper(): column for column in table.columns}
    missing = [wanted for wanted in (lsoa, msoa) if wanted not in columns]
    if missing:
        message = f"{item.kept.file!r} lacks {', '.join(missing)}."
        raise WrongFormat(message, remedy=f"It has {listed(list(table.columns), shown=12)}.")
    rows = table.drop_duplicates(columns[lsoa]).set_index(columns[lsoa])
    lacking = [unit for unit in units["unit"] if unit not in rows.index]
    if lacking:
        message = f"{plural(len(lacking), 'unit')} of the district are not in {item.kept.file!r}."
        raise UnmatchedUnit(message, units=lacking, remedy="It may be of another vintage.")
    own = rows.reindex(units["unit"])
    out = units.assign(msoa=own[columns[msoa]].astype(str).to_numpy())
    return out.assign(msoa_name=own[columns[name]].astype(str).to_numpy()) if name in columns else out


def _outside(done: Assembly) -> None:
    for date, units in done.district.outside.items():
        if units:
            done.left_out.append(
                f"{plural(len(units), 'unit')} of {date} in other districts came along, as a boundary between "
                f"districts moved through common areas: {listed(units, shown=12)}. They are counted here."
            )


def _note_of_take(whole: Counts, own: Counts, district: District) -> Iterator[str]:
    yield f"{plural(len(own), 'unit')} of {district.name} of {len(whole):,} in the file."


def _note_of_areas(units: int, areas: int) -> str:
    joined = plural(units, "unit was", "units were")
    return f"{joined} joined into {plural(areas, 'area')} common to both dates; nobody is estimated."
