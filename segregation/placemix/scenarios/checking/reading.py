"""Evidence on a district from a TOML file that says which tables hold it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from placemix._keys import Faults, date_text, year_of
from placemix._toml import Lines, read_toml
from placemix.checks import unit_ids
from placemix.counts import Counts
from placemix.described import Described, expanded, opened
from placemix.errors import (
    CRSMismatch,
    DuplicateUnit,
    GeographicCRS,
    InvalidConfig,
    InvalidParameter,
    UnmatchedUnit,
    did_you_mean,
    listed,
    plural,
)
from placemix.harmonise import common_areas
from placemix.readers import brownfield
from placemix.readers.files import existing
from placemix.scenarios.checking.facts import Evidence
from placemix.scenarios.checking.gathering import evidence
from placemix.scenarios.checking.keys import faults_of
from placemix.scenarios.checking.naming import columns, files
from placemix.scenarios.composition import calibrate
from placemix.scenarios.schemes.proposals import Scheme
from placemix.scenarios.schemes.registers import schemes_from_register
from placemix.scenarios.schemes.sites import misfit

#: What a file of a calibration holds at least.
LEARNT = (
    "group", "growth_from", "growth_to", "growth_largest", "lower", "upper", "level", "coverage", "mean_error",
    "mean_error_no_change",
)  # fmt: skip


def read_evidence(path: str | Path) -> Evidence:
    """Read what is known of a district from a TOML file.

    Parameters
    ----------
    path
        File with `name`, `census`, `[homes]`, `[areas]` and whatever else is known; the guide "Check a scheme" lists
        its keys. Names of files start from its `folder`, or else from its own folder; ``${PLACEMIX_DATA}`` may stand
        in `folder`.

    Returns
    -------
    evidence
        Frozen, as `evidence` makes it.

    Raises
    ------
    UnreadableFile
        The file, or files that it names, are not there; the error says where each is published.
    InvalidConfig
        It is no TOML, or has faults. All of them come in one error, each with its line.
    CRSMismatch, GeographicCRS
        The areas have no coordinate reference system or not the one they are said to have, or are in degrees.
    UnmatchedUnit, DuplicateUnit
        Tables are not of the same units, or areas and schools are there twice.
    InvalidParameter
        As for `evidence`.
    """
    file = existing(path)
    config, text = read_toml(file)
    lines = Lines(text)
    faults = Faults(lines, whole="the evidence")
    faults_of(config, faults)
    faults.refuse(repr(file.name))
    tables = Described(file.parent / expanded(str(config.get("folder", ".")), "placemix check …"), lines)
    opened(tables, config, faults, files=files(config), columns=columns(config), what="this evidence", name=file.name)
    return _Reading(config, tables).evidence()


class _Reading:
    """A checked configuration while its tables are read."""

    def __init__(self, config: Mapping[str, Any], tables: Described) -> None:
        self.config, self.tables = config, tables
        self.notes: list[str] = []
        self.homes = self._mapped(tables.counts({"name": "homes", **config["homes"]}))

    def evidence(self) -> Evidence:
        """Read everything."""
        given = self.config
        occupancy, mix, yields = given.get("occupancy", {}), given.get("mix", {}), given.get("yields", {})
        condition, annex = given.get("condition"), given.get("annex")
        residents = self._of_units("residents", given["residents"]) if "residents" in given else None
        census = given["census"]
        return evidence(
            given["name"], self.homes, census=date_text(census) or int(census), district=given.get("district"),
            dimensions={one["name"]: self._of_units(one["name"], one) for one in given.get("dimensions", [])},
            residents=residents,
            occupancy=self.tables.table(occupancy) if occupancy else None, occupancy_source=occupancy.get("source"),
            or_more=occupancy.get("or_more"), fill=occupancy.get("fill", "refuse"),
            mix=_mix(mix["homes"]) if mix else None, mix_source=mix.get("source"),
            yields=yields.get("rates") or (self.tables.table(yields) if "file" in yields else None),
            yield_source=yields.get("source"),
            calibrations={one["of"]: self._calibration(one) for one in given.get("calibrations", [])},
            pupils=self._pupils(), services=self._services(), meeting=given.get("meeting", ()),
            condition=None if condition is None else self.tables.values(condition),
            condition_words=None if condition is None else condition["words"], focal=given.get("focal"),
            others=tuple(self._others()),
            annex={} if annex is None else {
                "tenure_groups": self.tables.table(annex), "tenure_groups_source": annex["source"],
                **({"tenure_groups_of": annex["of"]} if "of" in annex else {}),
                **({"universe": annex["universe"]} if "universe" in annex else {}),
            },
            names=self._names(), sources=[*given.get("sources", ()), *self._sources()], notes=self.notes,
        )  # fmt: skip

    def _mapped(self, counts: Counts) -> Counts:
        """Put counts on their areas, and keep one district if only one is wanted."""
        spec = self.config["areas"]
        shapes = _drawn(self.tables.table(spec, shapes=True), spec)
        _refuse_system(shapes, spec["file"])
        ids, _ = unit_ids(shapes[spec["unit"]])
        _refuse_twice(pd.Index(ids, dtype=object), spec["file"], "areas")
        at = pd.Index(ids, dtype=object).get_indexer(pd.Index(counts.units, dtype=object))
        if (at < 0).any():
            message = f"{(at < 0).sum():,} units of the homes have no shape in {spec['file']!r}."
            raise UnmatchedUnit(message, units=counts.units[at < 0], remedy="Check that both are of one vintage.")
        placed = replace(counts, geometry=shapes.geometry.iloc[at].reset_index(drop=True))
        return self._only(placed)

    def _only(self, counts: Counts) -> Counts:
        wanted, district = self.config.get("only"), self.config.get("district")
        if wanted is None or district is None:
            return counts
        labels = counts.strata[district].astype(str)
        inside = (labels == wanted).to_numpy()
        if not inside.any():
            remedy = did_you_mean(wanted, labels.unique()) or f"There are {listed(list(labels.unique()), shown=20)}."
            message = f"There is no {district} {wanted!r}."
            raise InvalidParameter(message, remedy=remedy)
        return counts.take(inside)

    def _of_units(self, name: str, one: Mapping[str, Any]) -> Counts:
        return self._only(self.tables.counts({"name": name, **one}))

    def _calibration(self, one: Mapping[str, Any]) -> pd.DataFrame:
        if "file" in one:
            return _learnt(self.tables.table(one), one["file"])
        before, after = (self.tables.counts({"name": f"{one['of']}, {end}", **one[end]}) for end in ("before", "after"))
        if "lookup" in one:
            spec = one["lookup"]
            areas = common_areas(self.tables.table(spec), source=spec["source"], target=spec["target"])
            before, after = (
                counts.merge_units(areas[areas["vintage"] == spec[end]].set_index("unit")["area"], straddling="largest")
                for counts, end in ((before, "source"), (after, "target"))
            )
        district = one.get("district", self.config.get("district"))
        if district is None:
            message = f"The calibration of {one['of']!r} needs districts, whose mix newcomers are foretold to have."
            raise InvalidConfig(message, remedy="Name them with 'district' and under strata.")
        options = {name: one[name] for name in ("bands", "level") if name in one}
        return calibrate(before, after, district=district, **options)

    def _pupils(self) -> dict[str, Any]:
        spec = self.config.get("schools")
        if spec is None:
            return {}
        frame = _kept(self.tables.table(spec, shapes=True), spec)
        columns = dict(spec.get("columns", {}))
        if "phases" in spec:
            name = columns.get("phase", "phase")
            _refuse_absent(spec["phases"], frame[name], f"{spec['file']!r} has no school", name)
            frame = frame.assign(**{name: frame[name].replace(spec["phases"])})
        if "places" in spec:
            # A school that the lookup lacks has places that nobody knows, which is for `unknown` to say.
            known = self.tables.values(spec["places"])
            _refuse_twice(known.index, spec["places"]["file"], "places")
            keys, _ = unit_ids(frame[spec["places"]["key"]])
            frame = frame.assign(places=pd.Series(keys, dtype=object).map(known).to_numpy())
            columns["places"] = "places"
        options = dict(spec.get("options", {})) | ({"columns": columns} if columns else {})
        return {"schools": frame, **options}

    def _services(self) -> Any:  # noqa: ANN401
        import geopandas as gpd

        parts, system = [], self.homes.geometry.crs
        for one in self.config.get("services", []):
            frame = _kept(_drawn(self.tables.table(one, shapes=True), one), one)
            here = frame.geometry.notna() & ~frame.geometry.is_empty
            if lost := int((~here).sum()):
                many = plural(lost, "row has", "rows have")
                self.notes.append(f"Of {one['file']}, for {one['kind']}, {many} no place and are no service here.")
            frame = frame[here].to_crs(system)
            names = frame[one["name"]].astype(str) if "name" in one else pd.Series(range(1, len(frame) + 1)).astype(str)
            names = _unique(names.to_numpy(dtype=object))
            parts.append(gpd.GeoDataFrame({"kind": one["kind"], "service": names}, geometry=frame.geometry.array))
        return pd.concat(parts, ignore_index=True) if parts else None

    def _others(self) -> Iterator[Scheme]:
        for one in self.config.get("others", []):
            keys = {name: one[name] for name in ("reference", "columns", "statuses", "status") if name in one}
            same: dict[str, Any] = {"as_of": date_text(one["as_of"])} if "as_of" in one else {}
            same |= {"year": year_of(one["year"])} if "year" in one else {}
            if one.get("brownfield", False):
                read = {name: one[name] for name in ("columns", "encoding", "crs") if name in one}
                frame = brownfield(self.tables.folder / one["file"], **read)
                register: Any = replace(frame, table=frame.table.assign(**same))
                keys.pop("columns", None)
            else:
                register = _drawn(self.tables.table(one, shapes=True), one).assign(**same)
            yield from schemes_from_register(register, areas=self.homes, **keys)

    def _names(self) -> dict[str, str]:
        spec = self.config["areas"]
        if "name" not in spec:
            return {}
        frame = self.tables.table(spec, shapes=True)
        ids, _ = unit_ids(frame[spec["unit"]])
        return dict(zip(map(str, ids), frame[spec["name"]].astype(str), strict=True))

    def _sources(self) -> list[str]:
        published = [spec["published"] for spec, _ in files(self.config) if "published" in spec]
        return list(dict.fromkeys(published))


def _kept(frame: pd.DataFrame, spec: Mapping[str, Any]) -> pd.DataFrame:
    for column, wanted in spec.get("where", {}).items():
        values = wanted if isinstance(wanted, list) else [wanted]
        _refuse_absent(values, frame[column], f"{spec['file']!r} has no row", column)
        frame = frame[frame[column].isin(values)]
    return frame


def _refuse_absent(values: Iterable[Any], cells: pd.Series, what: str, column: str) -> None:
    """Refuse words that no cell holds: rows would be left out that nobody misses."""
    known = list(cells.dropna().unique())
    absent = [value for value in values if value not in known]
    if absent:
        message = f"{what} whose {column!r} is {listed([*map(repr, absent)])}."
        remedy = did_you_mean(absent[0], map(str, known)) or f"There are {listed([*map(repr, known)], shown=20)}."
        raise InvalidConfig(message, remedy=remedy)


def _drawn(frame: pd.DataFrame, spec: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Refuse a table without shapes where they are needed."""
    import geopandas as gpd

    if not isinstance(frame, gpd.GeoDataFrame):
        message = f"{spec['file']!r} holds no shapes."
        raise InvalidConfig(message, remedy="Name a GeoPackage, GeoJSON, Shapefile or GeoParquet file.")
    return frame


def _refuse_system(shapes: Any, file: str) -> None:  # noqa: ANN401
    """Refuse a map in which nothing can be measured, or whose coordinates are not of its system."""
    if shapes.crs is None:
        message = f"{file!r} has no coordinate reference system."
        raise CRSMismatch(message, remedy="Save it with one, such as EPSG:27700.")
    if why := misfit(shapes.total_bounds, shapes.crs):
        message = f"{file!r} holds {why} ({shapes.crs.name})."
        raise CRSMismatch(message, remedy="Correct its coordinates or its system; none is guessed.")
    if shapes.crs.is_geographic:
        message = f"{file!r} is in degrees ({shapes.crs.name}), in which no distance can be measured."
        raise GeographicCRS(message, remedy="Save it in a projected system, such as a national grid or UTM.")


def _refuse_twice(ids: pd.Index, file: str, what: str) -> None:
    if ids.has_duplicates:
        message = f"{file!r} has {what} twice."
        raise DuplicateUnit(message, units=ids[ids.duplicated()].unique(), remedy="Keep one row of each.")


def _learnt(frame: pd.DataFrame, file: str) -> pd.DataFrame:
    """What was kept of `calibrate`; a CSV file writes the infinite end of a band as a word."""
    lacking = [name for name in LEARNT if name not in frame.columns]
    if lacking:
        message = f"{file!r} is no calibration: it lacks {listed(lacking)}."
        raise InvalidConfig(message, remedy="Keep what placemix.scenarios.calibrate gave.")
    numbers = frame[[name for name in LEARNT if name != "group"]].apply(pd.to_numeric, errors="coerce")
    strange = [name for name in numbers if (numbers[name].isna() & frame[name].notna()).any()]
    if strange:
        message = f"{file!r} is no calibration: no numbers stand in {listed(strange)}."
        raise InvalidConfig(message, remedy="Keep what placemix.scenarios.calibrate gave.")
    return frame.assign(**numbers)


def _unique(names: np.ndarray) -> list[str]:
    """Names told apart where they repeat, such as surgeries of one practice."""
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return out


def _mix(rows: list[Mapping[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame([dict(row) for row in rows]).rename(columns={"type": "kind"})
