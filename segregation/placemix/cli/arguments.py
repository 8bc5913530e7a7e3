"""Options that several commands share, and how their texts are read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from placemix._typing import Residual
from placemix.checks import id_text
from placemix.cli import nearness
from placemix.counts import Counts
from placemix.errors import InvalidParameter, did_you_mean, listed
from placemix.fetching.manifests import about_table
from placemix.readers import read_areas, read_table
from placemix.readers.files import SHAPES, has_shapes
from placemix.tables import from_wide

File = Annotated[
    Path,
    typer.Argument(help="Table or areas: CSV, Parquet, Excel, GeoPackage, GeoJSON, Shapefile, GeoParquet."),
]
Groups = Annotated[
    list[str],
    typer.Option(
        "--groups",
        "-g",
        help="Columns of the groups, separated by commas or repeated. name=a+b sums columns.",
    ),
]
Unit = Annotated[str, typer.Option("--unit", "-u", help="Column with the ids of the areas, schools or other units.")]
Total = Annotated[str | None, typer.Option("--total", help="Column with everyone in the unit.")]
Focal = Annotated[
    str | None,
    typer.Option("--focal", "-f", help="Group of interest, or 'each'. Without it: all groups at once."),
]
OneFocal = Annotated[str | None, typer.Option("--focal", "-f", help="Group of interest, or 'each'. Needed.")]
Against = Annotated[str, typer.Option("--against", "-a", help="Group compared with, 'rest' or 'each'.")]
By = Annotated[
    list[str] | None,
    typer.Option("--by", "-b", help="Columns of strata to measure apart, such as a district."),
]
Rest = Annotated[
    str, typer.Option("--residual", help="'keep' people in none of the groups apart, or make them a 'group'.")
]
Strict = Annotated[bool, typer.Option("--strict", help="Refuse a table whose groups sum to less than the total.")]
Encoding = Annotated[str, typer.Option("--encoding", help="Encoding of a text file, such as cp1252.")]
Layer = Annotated[str | None, typer.Option("--layer", help="Layer of a GeoPackage, or sheet of a workbook.")]
Suppressed = Annotated[
    list[str] | None,
    typer.Option(
        "--suppressed",
        help="Meaning of a symbol: c=1:4 for an interval, x=unknown (needs --total), "
        "z=not_applicable to leave the unit out.",
    ),
]
Where = Annotated[
    list[str] | None,
    typer.Option("--where", "-w", help="Only rows with a value in a column, such as side=after; may be repeated."),
]
Fill = Annotated[
    str | None,
    typer.Option("--fill", help="Number used for suppressed cells: low, middle or high end of the interval."),
]


_WORDS = ("not_applicable", "unknown")


def split(texts: Sequence[str] | None) -> list[str]:
    """Split at commas, but not inside brackets.

    Examples
    --------
    >>> split(["white,asian", "atkinson(b=0.9),isolation"])
    ['white', 'asian', 'atkinson(b=0.9)', 'isolation']
    """
    out: list[str] = []
    for text in texts or ():
        depth, part = 0, ""
        for letter in text:
            depth += (letter == "(") - (letter == ")")
            if letter == "," and depth == 0:
                out.append(part)
                part = ""
            else:
                part += letter
        out.append(part)
    return [part.strip() for part in out if part.strip()]


def group_columns(texts: Sequence[str], columns: Sequence[str]) -> list[str] | dict[Any, Any]:
    """Read ``white``, ``pb=pakistani+bangladeshi`` and columns whose names hold commas.

    Examples
    --------
    >>> group_columns(["wb,pb=pakistani+bangladeshi"], ["wb", "pakistani", "bangladeshi"])
    {'wb': ['wb'], 'pb': ['pakistani', 'bangladeshi']}
    """
    names: list[str] = []
    for text in texts:
        names += [text] if text in columns else split([text])
    if not any("=" in name and name not in columns for name in names):
        return names
    out: dict[str, list[str]] = {}
    for name in names:
        label, _, parts = name.partition("=") if name not in columns else (name, "", "")
        wanted = [part.strip() for part in parts.split("+")] if parts else [label.strip()]
        if label.strip() in out:
            message = f"The group {label.strip()!r} is named twice."
            raise InvalidParameter(message)
        out[label.strip()] = wanted
    return out


def meanings(texts: Sequence[str] | None) -> dict[str, Any]:
    """Read what the symbols of suppressed cells mean.

    Examples
    --------
    >>> meanings(["c=1:4", "z=not_applicable"])
    {'c': (1.0, 4.0), 'z': 'not_applicable'}
    """
    out: dict[str, Any] = {}
    for text in texts or ():
        mark, sign, meaning = text.partition("=")
        low, colon, high = meaning.partition(":")
        try:
            out[mark] = meaning if meaning in _WORDS else (float(low), float(high))
        except ValueError as error:
            message = f"{text!r} does not say what a symbol means."
            raise InvalidParameter(message, remedy="Write c=1:4, x=unknown or z=not_applicable.") from error
        if not (mark and sign and (colon or meaning in _WORDS)):
            message = f"{text!r} does not say what a symbol means."
            raise InvalidParameter(message, remedy="Write c=1:4, x=unknown or z=not_applicable.")
    return out


def chosen(frame: pd.DataFrame, where: Sequence[str] | None) -> pd.DataFrame:
    """Keep the rows that have the values asked for.

    Examples
    --------
    >>> chosen(pd.DataFrame({"year": [2011, 2021], "x": [1, 2]}), ["year=2021"])["x"].tolist()
    [2]
    """
    for text in where or ():
        name, sign, value = text.partition("=")
        if not sign or name not in frame.columns:
            message = f"{text!r} does not name a column and a value."
            raise InvalidParameter(message, remedy=f"{did_you_mean(name, frame.columns)} Write column=value.".strip())
        kept = frame[frame[name].map(id_text) == value]
        if kept.empty:
            there = listed([str(item) for item in pd.unique(frame[name])], shown=20)
            message = f"No row has {value!r} in {name!r}; it holds {there}."
            raise InvalidParameter(message)
        frame = kept
    return frame


def table(path: Path, *, encoding: str, layer: str | None, text: Sequence[str]) -> pd.DataFrame:
    """Read a table, or areas where the file holds shapes."""
    if path.suffix.casefold() in SHAPES:
        return read_areas(path, layer=layer)
    if path.suffix.casefold() in {".parquet", ".pq"} and has_shapes(path):
        return read_areas(path)
    return read_table(path, encoding=encoding, sheet=layer or 0, text=text)


def counts(
    path: Path,
    *,
    groups: Sequence[str],
    unit: str,
    total: str | None,
    by: Sequence[str] | None,
    residual: str,
    strict: bool,
    encoding: str,
    layer: str | None,
    suppressed: Sequence[str] | None,
    fill: str | None,
    where: Sequence[str] | None = None,
    areas: Path | None = None,
) -> Counts:
    """Read the counts that the options describe."""
    frame = chosen(table(path, encoding=encoding, layer=layer, text=[unit]), where)
    if areas is not None and unit in frame.columns:
        frame = nearness.with_shapes(frame, areas, unit, split(by))
    kind: Residual = "group" if residual == "group" else "keep"
    if residual not in {"keep", "group"}:
        message = f"--residual is keep or group, not {residual!r}."
        raise InvalidParameter(message)
    wanted = group_columns(groups, list(frame.columns))
    read = from_wide(
        frame,
        groups=wanted,
        unit=unit,
        strata=split(by),
        total=total,
        residual=kind,
        strict=strict,
        suppressed=meanings(suppressed),
        about=about_table(path, layer, whole=isinstance(wanted, list)),
    )
    if fill is not None:
        if fill not in {"low", "middle", "high"}:
            message = f"--fill is low, middle or high, not {fill!r}."
            raise InvalidParameter(message)
        read = read.fill(fill)  # type: ignore[arg-type]
    return read
