"""From a checked configuration to counts, shapes and conditions."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from placemix._toml import Lines
from placemix.checks import unit_ids
from placemix.counts import Counts
from placemix.errors import IncompletePartition, InvalidConfig, UnmatchedUnit, UnreadableFile, did_you_mean
from placemix.fetching.manifests import about_table, cited
from placemix.harmonise import common_areas
from placemix.readers import read_areas, read_table
from placemix.report import naming, rounding
from placemix.report.choices import Areas, Condition, Dates, Dimension
from placemix.report.schema import fault
from placemix.report.sections.lookups import plural
from placemix.tables import from_wide

#: The only variable that a configuration may name.
VARIABLE = "PLACEMIX_DATA"


@dataclass(slots=True)
class Loader:
    """Reads the files of one configuration, each once.

    Attributes
    ----------
    config
        The checked configuration.
    folder
        Folder of the data.
    lines
        Where its keys stand.
    notes
        Sentences on what a filter left out.
    """

    config: Mapping[str, Any]
    folder: Path
    lines: Lines
    notes: list[str] = field(default_factory=list)
    _tables: dict[tuple[Path, str | None], pd.DataFrame] = field(default_factory=dict)

    def missing(self) -> UnreadableFile | None:
        """Say which files are absent, and where each is published."""
        absent: dict[Path, dict[str, None]] = {}
        for spec, owner in naming.files(self.config):
            path = self.folder / spec["file"]
            if not path.exists():
                where = str(spec.get("published") or owner.get("published") or "")
                absent.setdefault(path, {}).update({where: None} if where else {})
        if not absent:
            return None
        told = "\n".join(
            f"  {path}\n    published: {'; and '.join(places) or 'the configuration does not say where'}"
            for path, places in absent.items()
        )
        message = f"{len(absent)} of the files of this report are not there:\n{told}\n"
        return UnreadableFile(
            message,
            remedy=f"Put them there, or name their folder as folder = … in the configuration{_hint(self.config)}.",
        )

    def columns(self) -> Iterator[InvalidConfig]:
        """List every column that the configuration names and its file lacks."""
        for path, spec, names in naming.columns(self.config):
            have = list(self.table(spec).columns)
            for key, column in names:
                if column not in have:
                    remedy = did_you_mean(column, have) or f"It has {', '.join(map(str, have[:30]))}."
                    yield fault(
                        f"{self.lines.of((*path, key))}{Path(spec['file']).name!r} has no column {column!r}.", remedy
                    )

    def table(self, spec: Mapping[str, Any]) -> pd.DataFrame:
        """Read a table once: a file, or a layer of one."""
        path, layer = self.folder / spec["file"], spec.get("layer")
        if (path, layer) not in self._tables:
            read = read_table(path) if layer is None else read_areas(path, layer=layer)
            self._tables[path, layer] = pd.DataFrame(read)
        return self._tables[path, layer]

    def manifests(self) -> list[dict[str, Any]]:
        """Return the manifests that stand beside the files."""
        paths = dict.fromkeys(self.folder / spec["file"] for spec, _ in naming.files(self.config))
        return [manifest for path in paths if (manifest := cited(path)) is not None]

    def dimension(self, one: Mapping[str, Any]) -> Dimension:
        """Read the counts of one table."""
        return Dimension(
            counts=self.counts(one),
            focal=one.get("focal"),
            against=one.get("against", ""),
            note=one.get("note", ""),
            unit_words=one.get("unit_words", ""),
            others=one.get("others", ""),
        )

    def counts(self, one: Mapping[str, Any]) -> Counts:
        """Read, filter and join one table, and make counts of it."""
        frame = self.table(one).copy()
        every = len(frame)
        for column, wanted in one.get("where", {}).items():
            frame = frame[frame[column].isin(wanted if isinstance(wanted, list) else [wanted])]
        if len(frame) < every:
            kept = one.get("words") or "; ".join(f"{column} = {wanted}" for column, wanted in one["where"].items())
            what = plural(one.get("about", {}).get("geography", "row"))
            self.notes.append(
                f"{one['name']}: {rounding.count(len(frame))} of {rounding.count(every)} {what} used: {kept}."
            )
        groups = dict(one["groups"]) if isinstance(one["groups"], Mapping) else {name: name for name in one["groups"]}
        if "rest" in one:
            named = [column for part in groups.values() for column in (part if isinstance(part, list) else [part])]
            frame["rest of the total"] = frame[one["total"]] - frame[named].sum(axis=1)
            groups[one["rest"]] = "rest of the total"
        ids, _ = unit_ids(frame[one["unit"]])
        strata = {}
        for name, source in one.get("strata", {}).items():
            strata[f"stratum {name}"] = (
                frame[source] if isinstance(source, str) else self._joined(ids, source, name, one["name"])
            )
        frame = frame.assign(**{name: pd.Series(column).to_numpy() for name, column in strata.items()})
        with warnings.catch_warnings():
            # The page prints the residual of every table.
            warnings.simplefilter("ignore", IncompletePartition)
            counts = from_wide(
                frame,
                groups=groups,
                unit=one["unit"],
                strata=list(strata),
                total=one.get("total"),
                about=self._about(one),
            )
        return _renamed(counts)

    def _about(self, one: Mapping[str, Any]) -> dict[str, Any]:
        """What the configuration says of a table, and what its manifest says where that is silent."""
        if one.get("layer") is None:
            return dict(one.get("about", {}))
        return about_table(
            self.folder / one["file"], one["layer"], whole=not isinstance(one["groups"], Mapping)
        ) | dict(one.get("about", {}))

    def _joined(self, ids: pd.Series, source: Mapping[str, str], name: str, owner: str) -> pd.Series:
        lookup = self.table(source)[[source["unit"], source["column"]]].dropna().drop_duplicates()
        keys, _ = unit_ids(lookup[source["unit"]])
        found = pd.Series(lookup[source["column"]].to_numpy(), index=pd.Index(keys, dtype=object))
        if found.index.has_duplicates:
            message = f"The lookup {Path(source['file']).name!r} gives units of {owner!r} more than one {name}."
            raise UnmatchedUnit(
                message, units=found.index[found.index.duplicated()].unique(), remedy="Choose a lookup that is unique."
            )
        joined = pd.Series(pd.Index(ids, dtype=object).map(found))
        lost = joined.isna().to_numpy()
        if lost.any():
            message = f"{lost.sum():,} units of {owner!r} are not in the lookup {Path(source['file']).name!r}."
            raise UnmatchedUnit(message, units=pd.Index(ids)[lost], remedy="Check that both are of one vintage.")
        return joined

    def condition(self) -> Condition | None:
        """Read the condition of places."""
        spec = self.config.get("condition")
        if spec is None:
            return None
        frame = self.table(spec)
        ids, _ = unit_ids(frame[spec["unit"]])
        values = pd.Series(frame[spec["column"]].to_numpy(), index=pd.Index(ids, dtype=object), name=spec["column"])
        return Condition(
            values=values,
            words=spec.get("words", ""),
            shares=spec.get("shares"),
            source=spec.get("source", ""),
            period=spec.get("period", ""),
            meaning=spec.get("meaning", ""),
        )

    def areas(self) -> Areas | None:
        """Read the shapes to map."""
        spec = self.config.get("areas")
        if spec is None:
            return None
        outlines = None
        if "outlines" in spec:
            drawn = spec["outlines"]
            outlines = read_areas(self.folder / drawn["file"], columns=[drawn["name"]], layer=drawn.get("layer"))
            outlines = outlines.rename(columns={spec["outlines"]["name"]: "name"})
        shapes = read_areas(self.folder / spec["file"], columns=[spec["unit"]], layer=spec.get("layer"))
        return Areas(shapes=shapes, unit=spec["unit"], outlines=outlines, source=spec.get("source", ""))

    def dates(self, lead: Counts) -> Dates | None:
        """Bring two dates onto the same units."""
        spec = self.config.get("change")
        if spec is None:
            return None
        tables = {one["name"]: one for one in self.config["tables"]}
        before = self.counts(tables[spec["before"]])
        after = self.counts(tables[spec["after"]]) if "after" in spec else lead
        note = ""
        if "lookup" in spec:
            lookup = spec["lookup"]
            areas = common_areas(self.table(lookup), source=lookup["source"], target=lookup["target"])
            sizes = len(before), len(after)
            before, after = (
                counts.merge_units(
                    areas[areas["vintage"] == lookup[end]].set_index("unit")["area"], straddling="largest"
                )
                for counts, end in ((before, "source"), (after, "target"))
            )
            note = (
                f"The {rounding.count(sizes[0])} units of the earlier date and the "
                f"{rounding.count(sizes[1])} of the later were joined into "
                f"{rounding.count(len(after))} common areas: nobody is dropped and nobody is estimated; "
                f"{_straddling(self, areas, lookup)}."
            )
        if told := tables[spec["before"]].get("note"):
            note = f"{note} {told}".strip()
        names = tuple(spec.get("names", ("before", "after")))
        return Dates(before=before, after=after, names=(names[0], names[1]), against=spec.get("against", ()), note=note)


def expanded(text: str) -> str:
    """Put the value of ``${PLACEMIX_DATA}`` where it is written.

    Raises
    ------
    InvalidConfig
        The variable is not set, or another one is named.
    """
    for name in re.findall(r"\$\{?(\w+)\}?", text):
        if name != VARIABLE:
            message = f"The configuration names the variable {name!r}."
            raise InvalidConfig(message, remedy=f"Only ${{{VARIABLE}}} is read; write the folder instead.")
    if VARIABLE not in text:
        return text
    value = os.environ.get(VARIABLE)
    if not value:
        message = f"The configuration names ${{{VARIABLE}}}, and that variable is not set."
        raise InvalidConfig(
            message, remedy=f"Set it to the folder of the data, as in {VARIABLE}=/folder placemix report --config …."
        )
    return re.sub(r"\$\{?" + VARIABLE + r"\}?", lambda _: value, text)


def _straddling(loader: Loader, areas: pd.DataFrame, lookup: Mapping[str, str]) -> str:
    """Say how many common areas lie in several strata of the lookup itself."""
    tables = loader.config["tables"]
    columns = {
        source["column"]: name
        for one in tables
        for name, source in one.get("strata", {}).items()
        if isinstance(source, Mapping) and source["file"] == lookup["file"]
    }
    if not columns:
        return "one that lies in two larger areas counts where most of its people are"
    frame = loader.table(lookup)
    area = frame[lookup["target"]].map(areas[areas["vintage"] == lookup["target"]].set_index("unit")["area"])
    several = max(
        int(frame[[column]].assign(area=area).drop_duplicates()["area"].duplicated().sum()) for column in columns
    )
    label = " or ".join(dict.fromkeys(columns.values()))
    if not several:
        return f"no area crosses the boundary of a {label}"
    return f"{several} of them {'crosses' if several == 1 else 'cross'} the boundary of a {label}"


def _renamed(counts: Counts) -> Counts:
    return replace(counts, strata=counts.strata.rename(columns=lambda name: str(name).removeprefix("stratum ")))


def _hint(config: Mapping[str, Any]) -> str:
    return f", or set {VARIABLE}" if VARIABLE in str(config.get("folder", "")) else ""
