"""The command that makes two tables comparable."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from placemix._files import write_whole
from placemix.about import About
from placemix.cli import arguments
from placemix.cli.terminal import OUT, say_note
from placemix.cli.values import file_content, writable
from placemix.counts import Counts
from placemix.errors import InvalidParameter, UnknownColumn
from placemix.harmonise import align
from placemix.readers import inspect, read
from placemix.tables import from_wide


def harmonise(
    before: Annotated[Path, typer.Argument(help="Table of the earlier date: of a known format, or any with --unit.")],
    after: Annotated[Path, typer.Argument(help="Table of the later date.")],
    *,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Both tables, one below the other: a .csv, .parquet or .json file.")
    ],
    lookup: Annotated[
        Path | None, typer.Option("--lookup", help="Table with a row for each pair of units that share ground.")
    ] = None,
    method: Annotated[
        str, typer.Option(help="common (merges areas that changed, estimates nothing), weights, areal or dasymetric.")
    ] = "common",
    scheme: Annotated[
        str | None,
        typer.Option(
            "--scheme", help="Classification of the groups: 'common' for the finest that both share, or an id."
        ),
    ] = None,
    raster: Annotated[
        Path | None, typer.Option("--raster", help="Raster of where people live, for --method dasymetric.")
    ] = None,
    unit: Annotated[
        list[str] | None, typer.Option("--unit", "-u", help="Column with the ids; twice if it differs.")
    ] = None,
    groups: Annotated[
        list[str] | None,
        typer.Option("--groups", "-g", help="Columns of the groups, separated by commas; name=a+b sums columns."),
    ] = None,
    groups_after: Annotated[
        list[str] | None, typer.Option("--groups-after", help="Those of the later table, where they differ.")
    ] = None,
    total: Annotated[
        list[str] | None, typer.Option("--total", help="Column with everyone; twice if it differs.")
    ] = None,
    by: arguments.By = None,
    vintage: Annotated[
        list[str] | None, typer.Option("--vintage", help="Editions of the two geographies, such as 2011 and 2021.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Column of the lookup with the earlier ids.")] = None,
    target: Annotated[str | None, typer.Option(help="Column of the lookup with the later ids.")] = None,
    change: Annotated[str | None, typer.Option(help="Column of the lookup with change codes U, S, M, X.")] = None,
) -> None:
    """Bring two tables onto one geography and one classification, and say what it cost.

    Examples:  placemix harmonise ks201_2011.csv ts021_2021.csv --lookup lsoa11_lsoa21.csv --scheme common -o both.csv

    placemix harmonise old.csv new.csv -u zone -g white,asian,other --lookup pairs.csv -o both.parquet
    """
    writable(out)
    strata = arguments.split(by)
    counts = [
        _counts(path, _one(unit, place), which, _one(total, place), strata, _one(vintage, place))
        for place, (path, which) in enumerate(((before, groups), (after, groups_after or groups)))
    ]
    _known(strata, counts)
    aligned = align(
        counts[0],
        counts[1],
        lookup=None if lookup is None else _lookup(lookup),
        method=method,  # type: ignore[arg-type]
        groups=scheme,
        by=raster,
        source=source,
        target=target,
        change=change,
    )
    frames = []
    for side, table in (("before", aligned.before), ("after", aligned.after)):
        frame = table.to_frame()
        frame.insert(0, "date", counts[side == "after"].about.period or counts[side == "after"].about.vintage or side)
        frame.insert(0, "side", side)
        frames.append(frame)
    write_whole(out, file_content(out, pd.concat(frames, ignore_index=True)))
    OUT.print(str(aligned), highlight=False, markup=False, soft_wrap=True)
    say_note(f"Both tables: {out}")


def _one(given: list[str] | None, place: int) -> str | None:
    """The value for one of two files: the same for both where only one is given."""
    if given is None or not given:
        return None
    if len(given) > 2:
        message = f"There are two files, but {len(given)} values: {', '.join(given)}."
        raise InvalidParameter(message)
    return given[min(place, len(given) - 1)]


def _counts(
    path: Path,
    unit: str | None,
    groups: list[str] | None,
    total: str | None,
    strata: list[str],
    vintage: str | None,
) -> Counts:
    if unit is None and groups is None:
        data = read(path)
        if not isinstance(data, Counts):
            message = f"{path.name!r} holds no counts of groups, but a {type(data).__name__}."
            raise InvalidParameter(message, remedy="Name a table of counts, or its columns with --unit and --groups.")
        return data
    if unit is None or groups is None:
        message = "--unit and --groups go together."
        remedy = f"'placemix inspect {path.name}' proposes both."
        raise InvalidParameter(message, remedy=remedy)
    frame = arguments.table(path, encoding="utf-8", layer=None, text=[unit])
    return from_wide(
        frame,
        groups=arguments.group_columns(groups, list(frame.columns)),
        unit=unit,
        strata=[name for name in strata if name in frame.columns],
        total=total,
        about=About(source=path.name, vintage=vintage, file=path.name),
    )


def _known(strata: list[str], counts: list[Counts]) -> None:
    """Refuse strata that neither table has."""
    there = [str(name) for table in counts for name in table.strata.columns]
    missing = [name for name in strata if name not in there]
    if missing:
        message = f"Neither table has a column {missing[0]!r} for --by."
        raise UnknownColumn(
            message, remedy="See the columns with 'placemix inspect FILE'; --by goes with --unit and --groups."
        )


def _lookup(path: Path) -> pd.DataFrame:
    """A lookup of a known format, or any table of pairs."""
    found = inspect(path)
    if found.format == "ons_lookup":
        return pd.DataFrame(read(path))
    return arguments.table(path, encoding="utf-8", layer=None, text=[])
