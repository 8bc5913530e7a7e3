"""Tables that a configuration file describes: in which file, by which columns, of which groups."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from placemix._keys import Faults
from placemix._keys import Path as KeyPath
from placemix._toml import Lines
from placemix.checks import unit_ids
from placemix.counts import Counts
from placemix.errors import IncompletePartition, InvalidConfig, UnmatchedUnit, UnreadableFile, did_you_mean
from placemix.fetching.manifests import about_table
from placemix.readers import read_areas, read_table
from placemix.readers.files import SHAPES, has_shapes
from placemix.tables import from_wide

#: The only variable that a configuration may name.
VARIABLE = "PLACEMIX_DATA"


class Filtered(NamedTuple):
    """What `where` left of a table.

    Attributes
    ----------
    name
        Name of the table.
    kept, every
        Rows that are used, and rows there were.
    words
        Which ones, in words.
    geography
        What a row is, where the description says so.
    """

    name: str
    kept: int
    every: int
    words: str
    geography: str


class Described:
    """Reads the tables of one configuration, each file once.

    Parameters
    ----------
    folder
        Folder that names of files start from.
    lines
        Where the keys of the configuration stand.
    """

    def __init__(self, folder: Path, lines: Lines) -> None:
        self.folder, self.lines = folder, lines
        self.filtered: list[Filtered] = []
        self._read: dict[tuple[Path, str | None, bool], pd.DataFrame] = {}

    def missing(
        self, parts: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]], what: str, hint: str = ""
    ) -> UnreadableFile | None:
        """Say which files are absent, and where each is published.

        Parameters
        ----------
        parts
            Parts that name a file, each with the part that owns it.
        what
            What the files are of, such as "this report".
        hint
            What else may help, for the end of the remedy.
        """
        absent: dict[Path, dict[str, None]] = {}
        for spec, owner in parts:
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
        message = f"{len(absent)} of the files of {what} are not there:\n{told}\n"
        remedy = f"Put them there, or name their folder as folder = … in the configuration{hint}."
        return UnreadableFile(message, remedy=remedy)

    def lacking(
        self, parts: Iterable[tuple[tuple[str | int, ...], Mapping[str, Any], list[tuple[str, str]]]]
    ) -> Iterator[InvalidConfig]:
        """List every column that is named and that its file lacks.

        Parameters
        ----------
        parts
            Path of each part, the part, and its keys with the columns they name.
        """
        for path, spec, names in parts:
            have = list(self.table(spec).columns)
            for key, column in names:
                if column not in have:
                    at = self.lines.of((*path, key))
                    message = f"{at}{Path(spec['file']).name!r} has no column {column!r}."
                    remedy = did_you_mean(column, have) or f"It has {', '.join(map(str, have[:30]))}."
                    yield InvalidConfig(message[:1].upper() + message[1:], remedy=remedy)

    def table(self, spec: Mapping[str, Any], *, shapes: bool = False) -> pd.DataFrame:
        """Read a table once: a file, or a layer of one.

        Parameters
        ----------
        spec
            `file`, and if need be `layer`.
        shapes
            Whether its shapes are wanted too; then it is a GeoDataFrame if it has any.
        """
        path, layer = self.folder / spec["file"], spec.get("layer")
        shaped = shapes and (path.suffix.casefold() in SHAPES or _shaped(path))
        if (path, layer, shaped) not in self._read:
            read = read_areas(path, layer=layer) if shaped or layer is not None else read_table(path)
            self._read[path, layer, shaped] = read if shapes else pd.DataFrame(read)
        return self._read[path, layer, shaped]

    def counts(self, one: Mapping[str, Any]) -> Counts:
        """Read, filter and join one table, and make counts of it."""
        frame = self.table(one).copy()
        every = len(frame)
        for column, wanted in one.get("where", {}).items():
            frame = frame[frame[column].isin(wanted if isinstance(wanted, list) else [wanted])]
        if len(frame) < every:
            words = one.get("words") or "; ".join(f"{column} = {wanted}" for column, wanted in one["where"].items())
            geography = str(one.get("about", {}).get("geography", "row"))
            self.filtered.append(Filtered(one["name"], len(frame), every, words, geography))
        groups = dict(one["groups"]) if isinstance(one["groups"], Mapping) else {name: name for name in one["groups"]}
        if "rest" in one:
            named = [column for part in groups.values() for column in (part if isinstance(part, list) else [part])]
            frame["rest of the total"] = frame[one["total"]] - frame[named].sum(axis=1)
            groups[one["rest"]] = "rest of the total"
        ids, _ = unit_ids(frame[one["unit"]])
        strata = {}
        for name, source in one.get("strata", {}).items():
            strata[f"stratum {name}"] = (
                frame[source] if isinstance(source, str) else self.joined(ids, source, name, one["name"])
            )
        frame = frame.assign(**{name: pd.Series(column).to_numpy() for name, column in strata.items()})
        with warnings.catch_warnings():
            # Whoever describes a table prints its residual.
            warnings.simplefilter("ignore", IncompletePartition)
            counts = from_wide(
                frame,
                groups=groups,
                unit=one["unit"],
                strata=list(strata),
                total=one.get("total"),
                about=self._about(one),
            )
        return replace(counts, strata=counts.strata.rename(columns=lambda name: str(name).removeprefix("stratum ")))

    def _about(self, one: Mapping[str, Any]) -> dict[str, Any]:
        """What the configuration says of a table, and what its manifest says where that is silent."""
        if one.get("layer") is None:
            return dict(one.get("about", {}))
        return about_table(
            self.folder / one["file"], one["layer"], whole=not isinstance(one["groups"], Mapping)
        ) | dict(one.get("about", {}))

    def joined(self, ids: pd.Series, source: Mapping[str, str], name: str, owner: str) -> pd.Series:
        """Look units up in another table.

        Parameters
        ----------
        ids
            Units of the table.
        source
            `file`, `unit` and `column` of the lookup.
        name
            What is looked up, for messages.
        owner
            Name of the table, for messages.

        Raises
        ------
        UnmatchedUnit
            Units are not in the lookup, or it gives one several values.
        """
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

    def values(self, spec: Mapping[str, Any]) -> pd.Series:
        """Read one column by unit id."""
        frame = self.table(spec)
        ids, _ = unit_ids(frame[spec["unit"]])
        return pd.Series(frame[spec["column"]].to_numpy(), index=pd.Index(ids, dtype=object), name=spec["column"])


def opened(
    tables: Described,
    config: Mapping[str, Any],
    faults: Faults,
    *,
    files: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]],
    columns: Iterable[tuple[KeyPath, Mapping[str, Any], list[tuple[str, str]]]],
    what: str,
    name: str,
) -> None:
    """Refuse a configuration whose files or columns are not there.

    Parameters
    ----------
    tables
        Its tables.
    config
        What it says.
    faults
        Where columns that lack are listed.
    files, columns
        As for `Described.missing` and `Described.lacking`.
    what
        What it is of, such as "this report".
    name
        Name of its file.

    Raises
    ------
    UnreadableFile
        Files are not there; all are named, with where they are published.
    InvalidConfig
        Columns are not in their files; all are named, each with its line.
    """
    hint = f", or set {VARIABLE}" if VARIABLE in str(config.get("folder", "")) else ""
    if absent := tables.missing(files, what, hint):
        raise absent
    faults.found += tables.lacking(columns)
    faults.refuse(repr(name))


def _shaped(path: Path) -> bool:
    return path.suffix.casefold() in {".parquet", ".pq"} and has_shapes(path)


def expanded(text: str, command: str = "placemix report --config …") -> str:
    """Put the value of ``${PLACEMIX_DATA}`` where it is written.

    Parameters
    ----------
    text
        Text that may name the variable.
    command
        Command to show with it set.

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
        raise InvalidConfig(message, remedy=f"Set it to the folder of the data, as in {VARIABLE}=/folder {command}.")
    return re.sub(r"\$\{?" + VARIABLE + r"\}?", lambda _: value, text)
