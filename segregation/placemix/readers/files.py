"""Tables and areas from files of any common kind; codes stay text."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from placemix.errors import MissingExtra, RepeatedColumn, UnknownColumn, UnreadableFile, did_you_mean, listed

if TYPE_CHECKING:
    import geopandas as gpd

#: Kinds of table, and of file with shapes, by their ending.
TABLES = (".csv", ".tsv", ".txt", ".parquet", ".pq", ".xlsx", ".xls", ".xlsm", ".ods")
SHAPES = (".gpkg", ".geojson", ".json", ".shp", ".zip", ".fgb", ".gml", ".kml")
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")


def read_table(
    path: str | Path,
    *,
    columns: Sequence[str] | None = None,
    encoding: str = "utf-8",
    sheet: str | int = 0,
    separator: str | None = None,
    text: Sequence[str] = (),
) -> pd.DataFrame:
    r"""Read a table from CSV, Parquet or Excel.

    Codes stay text: a column of a CSV or Excel file becomes numbers only if every value is a
    plain number without a leading zero, plus sign or exponent, and no two texts are one number.

    Parameters
    ----------
    path
        File ending in ``.csv``, ``.tsv``, ``.txt``, ``.parquet`` or ``.xlsx``.
    columns
        Columns wanted. Default: all.
    encoding
        Encoding of a text file, such as ``"cp1252"``. It is never guessed.
    sheet
        Name or position of the sheet of a workbook.
    separator
        Character between the values of a text file. Default: a comma, or a tab for ``.tsv``.
    text
        Columns that stay text even if every value is a number.

    Returns
    -------
    table
        One row a line of the file.

    Raises
    ------
    UnreadableFile
        There is no such file, or it is not of its kind or encoding.
    UnknownColumn
        A column is missing; the message lists what is there.
    MissingExtra
        Reading workbooks needs openpyxl.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "wards.csv"
    ...     _ = file.write_text("code,asian\n007,3\n")
    ...     read_table(file).values.tolist()
    [['007', 3]]
    """
    file = existing(path)
    kind = file.suffix.casefold()
    if kind in {".parquet", ".pq"}:
        table = _parquet(file)
    elif kind in {".xlsx", ".xls", ".xlsm", ".ods"}:
        table = _typed(_workbook(file, sheet), text)
    elif kind in {".csv", ".tsv", ".txt"}:
        table = _typed(_delimited(file, encoding, separator or ("\t" if kind == ".tsv" else ",")), text)
    elif kind in SHAPES:
        table = _without_shapes(file)
    else:
        message = f"{file.name!r} is of no kind that is read; tables end in {', '.join(TABLES)}."
        raise UnreadableFile(message, remedy="Save it as CSV or Parquet.")
    return _wanted(table, columns, file)


def read_areas(
    path: str | Path,
    *,
    columns: Sequence[str] | None = None,
    layer: str | None = None,
    encoding: str | None = None,
) -> gpd.GeoDataFrame:
    """Read areas or points from GeoPackage, GeoJSON, Shapefile or GeoParquet.

    Parameters
    ----------
    path
        File ending in ``.gpkg``, ``.geojson``, ``.shp``, a zipped Shapefile, or ``.parquet``.
    columns
        Columns wanted beside the geometry. Default: all.
    layer
        Layer of a file with several; needed there.
    encoding
        Encoding of a Shapefile's texts.

    Returns
    -------
    areas
        One row a shape, with its coordinate reference system.

    Raises
    ------
    UnreadableFile
        There is no such file or layer, or it holds no shapes.
    UnknownColumn
        A column is missing; the message lists what is there.
    """
    import geopandas as gpd

    file = existing(path)
    try:
        if file.suffix.casefold() in {".parquet", ".pq"}:
            areas = gpd.read_parquet(file)
        else:
            options: dict[str, Any] = {}
            if layer is None:
                _one_layer(file)
            if layer is not None:
                options["layer"] = layer
            if encoding is not None:
                options["encoding"] = encoding
            areas = gpd.read_file(file, **options)
    except UnreadableFile:
        raise
    except Exception as error:  # GDAL, Arrow and GeoPandas each raise errors of their own
        message = f"{file.name!r} cannot be read as areas: {error}"
        raise UnreadableFile(message, remedy="Read a table without shapes with read_table.") from error
    if not isinstance(areas, gpd.GeoDataFrame):
        message = f"{file.name!r} holds no shapes."
        raise UnreadableFile(message, remedy="Read it with read_table.")
    if columns is None:
        return areas
    kept = _wanted(areas, [*columns, areas.geometry.name], file)
    return gpd.GeoDataFrame(kept, geometry=areas.geometry.name, crs=areas.crs)


def _without_shapes(file: Path) -> pd.DataFrame:
    """Read the table of a file made for shapes, which need not hold any."""
    import pyogrio

    try:
        _one_layer(file)
        return pd.DataFrame(pyogrio.read_dataframe(file, read_geometry=False))
    except UnreadableFile:
        raise
    except Exception as error:  # GDAL raises errors of its own
        message = f"{file.name!r} cannot be read as a table: {error}"
        raise UnreadableFile(message, remedy="Save it as CSV or Parquet.") from error


def has_shapes(path: Path) -> bool:
    """Whether a Parquet file holds shapes."""
    import pyarrow.parquet

    try:
        return b"geo" in (pyarrow.parquet.read_schema(path).metadata or {})
    except (OSError, ValueError):
        return False  # whatever is wrong with the file, reading it says


def _one_layer(file: Path) -> None:
    """Refuse a file with several layers where none was named."""
    found = layers(file)
    if len(found) > 1:
        message = f"{file.name!r} has several layers: {', '.join(found)}."
        raise UnreadableFile(message, remedy=f"Name one, layer={found[0]!r}.")


def layers(file: Path) -> list[str]:
    """Return the names of the layers of a file with shapes."""
    import pyogrio

    return [str(name) for name, _ in pyogrio.list_layers(file)]


def existing(path: str | Path) -> Path:
    """Return the path of a file that is there, or say what is there instead."""
    file = Path(path)
    try:
        there, folder = file.exists(), file.is_dir()
        beside = [] if there or not file.parent.is_dir() else [item.name for item in file.parent.iterdir()]
    except OSError as error:  # a name that is too long, or a folder that may not be looked into
        message = f"{str(file)!r} cannot be reached: {error.strerror}."
        raise UnreadableFile(message, remedy="Copy it to where you may read it.") from error
    if not there:
        message = f"There is no file {str(file)!r}."
        raise UnreadableFile(message, remedy=did_you_mean(file.name, beside))
    if folder:
        message = f"{str(file)!r} is a folder."
        raise UnreadableFile(message, remedy="Name the file in it.")
    if not file.is_file() or not os.access(file, os.R_OK):
        message = f"{str(file)!r} is no file that may be read: it is a pipe or device, or belongs to somebody else."
        raise UnreadableFile(message, remedy="Copy it into a file of your own.")
    return file


def _parquet(file: Path) -> pd.DataFrame:
    try:
        table = pd.read_parquet(file)
    except Exception as error:  # Arrow raises errors of its own
        message = f"{file.name!r} cannot be read as Parquet: {error}"
        raise UnreadableFile(message) from error
    if "geometry" in table.columns and table["geometry"].dtype == object:
        return pd.DataFrame(table.drop(columns="geometry"))
    return table


def sheet_names(file: Path) -> list[str]:
    """Return the names of a workbook's sheets.

    Raises
    ------
    UnreadableFile
        The file is no workbook.
    MissingExtra
        Reading workbooks needs openpyxl.
    """
    try:
        with pd.ExcelFile(file) as book:
            return [str(name) for name in book.sheet_names]
    except ImportError as error:
        message = "Reading workbooks needs openpyxl."
        raise MissingExtra(message, remedy="pip install 'placemix[excel]'") from error
    except Exception as error:  # each engine raises errors of its own
        message = f"{file.name!r} cannot be read as a workbook: {error}"
        raise UnreadableFile(message) from error


def sheet_cells(file: Path, sheet: str | int, *, rows: int | None = None) -> pd.DataFrame:
    """Return the cells of a workbook's sheet as text, without taking any line for the header."""
    try:
        return pd.read_excel(file, sheet_name=sheet, dtype=str, keep_default_na=False, header=None, nrows=rows)
    except ImportError as error:
        message = "Reading workbooks needs openpyxl."
        raise MissingExtra(message, remedy="pip install 'placemix[excel]'") from error
    except Exception as error:  # each engine raises errors of its own
        message = f"{file.name!r} cannot be read as a workbook: {error}"
        raise UnreadableFile(message) from error


def _workbook(file: Path, sheet: str | int) -> pd.DataFrame:
    return _headed(sheet_cells(file, sheet), file)


def _delimited(file: Path, encoding: str, separator: str) -> pd.DataFrame:
    try:
        raw = pd.read_csv(
            file,
            dtype=str,
            encoding=encoding,
            sep=separator,
            keep_default_na=False,
            encoding_errors="strict",
            header=None,
        )
    except UnicodeDecodeError as error:
        message = f"{file.name!r} is not {encoding} text: byte {error.start:,} does not fit."
        raise UnreadableFile(message, remedy="Name the encoding, often encoding='cp1252' or 'utf-8-sig'.") from error
    except LookupError as error:
        message = f"There is no encoding {encoding!r}."
        raise UnreadableFile(message, remedy="Use 'utf-8', 'utf-8-sig' or 'cp1252'.") from error
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as error:
        message = f"{file.name!r} cannot be read as a table: {error}"
        raise UnreadableFile(message, remedy="Check the separator and that every line has the same columns.") from error
    return _headed(raw, file)


def _headed(raw: pd.DataFrame, file: Path) -> pd.DataFrame:
    """Take the first line as the names of the columns; names given twice are a fault."""
    if raw.empty:
        message = f"{file.name!r} holds nothing."
        raise UnreadableFile(message)
    names = pd.Index(
        [f"column {place}" if pd.isna(name) or name == "" else str(name) for place, name in enumerate(raw.iloc[0], 1)],
        dtype=str,
    )
    if names.has_duplicates:
        twice = names[names.duplicated()].unique()
        message = f"{file.name!r} has columns of the same name: {listed([repr(name) for name in twice])}."
        raise RepeatedColumn(message, remedy="Rename one of them in the file.")
    return raw.iloc[1:].set_axis(names, axis=1).reset_index(drop=True)


def _typed(table: pd.DataFrame, text: Sequence[str]) -> pd.DataFrame:
    """Make numbers of columns in which every value is a plain one; empty cells are missing."""
    out = {}
    for name in table.columns:
        column = table[name].astype(object).map(lambda item: item.strip() if isinstance(item, str) else item)
        filled = column.notna() & (column != "")
        plain = (
            filled.any()
            and name not in text
            and column[filled].map(lambda item: bool(_NUMBER.fullmatch(str(item)))).all()
        )
        numbers = pd.to_numeric(column.where(filled)) if plain else None
        # Two codes that are one number, such as 5001.1 and 5001.10, are no numbers.
        if numbers is not None and numbers[filled].nunique() == column[filled].nunique():
            out[name] = numbers
        else:
            out[name] = column.where(filled).astype("str")
    return pd.DataFrame(out)


def _wanted(table: pd.DataFrame, columns: Sequence[str] | None, file: Path) -> pd.DataFrame:
    if columns is None:
        return table
    missing = [name for name in columns if name not in table.columns]
    if missing:
        hints = [hint for name in missing if (hint := did_you_mean(name, table.columns))]
        message = f"{file.name!r} has no column {listed([repr(name) for name in missing])}."
        remedy = f"{' '.join(hints)} It has: {listed(list(table.columns), shown=60)}."
        raise UnknownColumn(message, remedy=remedy.strip())
    return table[list(columns)]
