"""Fingertips: the public health profiles of England, as the service and its packages write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray
from placemix.errors import (
    DuplicateUnit,
    InvalidParameter,
    NotNumbers,
    PlacemixError,
    did_you_mean,
    listed,
    plural,
    together,
)
from placemix.rates import Rates, warn_national
from placemix.rates.scales import per
from placemix.readers import formats
from placemix.readers.cells import blank, numeric
from placemix.readers.codes import kind_of
from placemix.readers.raw import raw_table
from placemix.readers.schemas import faults, pattern, rule

NAME = "fingertips"
#: What rows without a category are called.
EVERYONE = "all"
_WANTED = (
    "Indicator ID", "Indicator Name", "Area Code", "Sex", "Age", "Category Type", "Category", "Time period", "Value",
    "Lower CI 95.0 limit", "Upper CI 95.0 limit", "Count", "Denominator", "Value note",
)  # fmt: skip
_OPTIONAL = ("Area Name", "Area Type", "Parent Code", "Parent Name", "Time period Sortable", "Recent Trend")
_NUMBERS = {
    "rate": "Value", "lower": "Lower CI 95.0 limit", "upper": "Upper CI 95.0 limit", "numerator": "Count",
    "denominator": "Denominator",
}  # fmt: skip


def fingertips(
    path: str | Path, *, category_type: str | None = None, unit: str | None = None, encoding: str | None = None
) -> Rates:
    r"""Read a file of Fingertips, from the service itself, `fingertips_py` or `fingertipsR`.

    Parameters
    ----------
    path
        A CSV of the service's 26 or 27 columns; the R package writes their names without blanks.
    category_type
        A breakdown to read beside the plain rows, such as ``"Ethnic groups"``. Default: plain rows
        only, as rows by ethnic group and by deprivation decile count the same people again.
    unit
        What the rates are per, such as ``"per 100,000"`` or ``"%"``. The file does not say.
    encoding
        As in `placemix.read_table`.

    Returns
    -------
    rates
        `indicator` is the indicator's name, `group` the category (``"all"`` in plain rows), and
        `symbol` the publisher's note where there is no value. Columns beside the usual:
        `indicator_id`, `sex`, `age` (which with it tell rows apart), `name`, `area_type`, `parent`,
        `note`, `trend`. Rows of other breakdowns are listed in `left_out`; an area that stands under
        two area types with the same numbers is one row.

    Raises
    ------
    WrongFormat
        Columns are missing; without those of categories a breakdown cannot be told from its total.
    InvalidParameter
        The file has no such breakdown.
    InvalidTable
        Codes or numbers are none, or one area has two different values; every fault is listed.

    Warns
    -----
    NationalMask
        Every row is about England.

    Notes
    -----
    Headers: those of the service's own tests, and of exports of both packages in public code.
    Values may be standardised by age, so that they are not Count over Denominator.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> head = ",".join(_WANTED)
    >>> rows = [
    ...     "1,Made up,E06000001,Persons,All ages,,,2021/22,20,18,22,40,200,",
    ...     "1,Made up,E06000001,Persons,All ages,Ethnic groups,Asian,2021/22,30,20,40,15,50,",
    ... ]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "fingertips.csv"
    ...     _ = file.write_text("\n".join([head, *rows]))
    ...     plain, groups = fingertips(file), fingertips(file, category_type="Ethnic groups", unit="%")
    >>> plain.condition("Made up").to_dict(), plain.left_out.to_dict()
    ({'E06000001': 20.0}, {'row 2': 'Ethnic groups: Asian'})
    >>> groups.table["group"].tolist()
    ['all', 'Asian']
    """
    raw = raw_table(path, encoding=encoding)
    # fingertipsR takes the blanks out of the names.
    wanted = {name: (name, name.replace(" ", "")) for name in (*_WANTED, *_OPTIONAL)}
    own = formats.columns(raw, NAME, wanted, optional=_OPTIONAL)
    table = pd.DataFrame({name: raw.table[column].astype(str).str.strip() for name, column in own.items()})
    texts = {name: table[name].where(~blank(table[name], also=("NA",)), "") for name in table}
    rows = pd.Index([f"row {number}" for number in range(1, len(table) + 1)])
    keep, left_out = _breakdown(texts["Category Type"], texts["Category"], category_type, rows)
    texts = {name: column[keep].reset_index(drop=True) for name, column in texts.items()}
    rows = rows[keep]
    wrong: list[PlacemixError] = faults(pd.DataFrame(texts), _schema(), rows)
    numbers = {key: _numbers(texts[name], name, rows, wrong) for key, name in _NUMBERS.items()}
    once = _once(texts, numbers, wrong)
    if unit is not None and per(unit) is None:
        message = f"The unit {unit!r} does not say how many people a rate is per."
        wrong.append(InvalidParameter(message, remedy="Write '%', 'share' or 'per 100,000'."))
    if wrong:
        raise together(wrong)
    frame = _frame(texts, numbers, unit).loc[once].reset_index(drop=True)
    notes = _notes(frame, int((~once).sum()), left_out)
    about = formats.provenance(raw, NAME, geography=kind_of(frame["unit"].unique()), period=_one(frame["period"]))
    source = {"source": about.source, "licence": about.licence}
    out = Rates(
        frame.assign(**source),
        about=about.noting(*notes),
        left_out=left_out if len(left_out) else None,
        dimensions=("indicator_id", "sex", "age"),
    )
    warn_national(out.table["unit"])
    return out


def _breakdown(
    types: pd.Series, categories: pd.Series, wanted: str | None, rows: pd.Index
) -> tuple[BoolArray, pd.Series]:
    """Which rows to keep, and what the others are."""
    plain = ((types == "") & (categories == "")).to_numpy()
    keep = plain
    if wanted is not None:
        there = [name for name in types.unique() if name]
        if wanted not in there:
            message = f"The file has no category type {wanted!r}; it has {listed(there, shown=40) or 'none'}."
            raise InvalidParameter(message, remedy=did_you_mean(wanted, there))
        keep = plain | (types == wanted).to_numpy()
    said = (types + ": " + categories)[~keep]
    return keep, pd.Series(said.to_numpy(dtype=object), index=rows[~keep], name="reason")


def _schema() -> object:
    import pandera.pandas as pa

    filled = pattern(r"\S.*", "that is empty", remedy="Fetch the file again.")
    columns = {
        name: pa.Column(checks=filled) for name in ("Indicator ID", "Indicator Name", "Time period", "Sex", "Age")
    }
    code = rule(
        lambda column: column.str.fullmatch(r"[A-Za-z0-9]\S*"),
        "that is no code of an area",
        remedy="Names are no ids: fetch the file again.",
    )
    return pa.DataFrameSchema(columns | {"Area Code": pa.Column(checks=code)})


def _numbers(column: pd.Series, name: str, rows: pd.Index, wrong: list[PlacemixError]) -> FloatArray:
    values = numeric(column)
    text = np.isnan(values) & ~blank(column)
    if text.any():
        shown = listed([repr(item) for item in pd.unique(column[text])])
        message = f"{name!r} has {plural(int(text.sum()), 'cell that is', 'cells that are')} no number: {shown}."
        wrong.append(NotNumbers(message, units=rows[text], remedy="Fetch the file again; missing is never 0."))
    return values


def _once(texts: Mapping[str, pd.Series], numbers: Mapping[str, FloatArray], wrong: list[PlacemixError]) -> BoolArray:
    """Mark one row of each area; areas that stand under two types with other numbers are a fault."""
    keys = ["Indicator ID", "Area Code", "Time period", "Sex", "Age", "Category Type", "Category"]
    table = pd.DataFrame({name: texts[name] for name in keys} | dict(numbers))
    first: BoolArray = ~table.duplicated(keys).to_numpy()
    same = ~table.duplicated().to_numpy()
    odd = same & ~first
    if odd.any():
        again = table[odd]
        message = f"{plural(int(odd.sum()), 'row gives', 'rows give')} an area another value than a row above."
        units = (again["Area Code"] + " " + again["Time period"]).unique()
        remedy = "The file joins two releases: fetch it again, and keep one."
        wrong.append(DuplicateUnit(message, units=units, remedy=remedy))
    return first


def _frame(texts: Mapping[str, pd.Series], numbers: Mapping[str, FloatArray], unit: str | None) -> pd.DataFrame:
    columns: dict[str, object] = {
        "domain": "health",
        "indicator": texts["Indicator Name"],
        "unit": texts["Area Code"],
        "period": texts["Time period"],
        "group": texts["Category"].where(texts["Category"] != "", EVERYONE),
        "measured_in": unit,
        "symbol": texts["Value note"].where(np.isnan(numbers["rate"]) & (texts["Value note"] != ""), None),
        "indicator_id": texts["Indicator ID"],
        "sex": texts["Sex"],
        "age": texts["Age"],
    }
    others = {
        "name": "Area Name", "area_type": "Area Type", "parent": "Parent Code", "note": "Value note",
        "trend": "Recent Trend",
    }  # fmt: skip
    columns |= {key: texts[name].where(texts[name] != "", None) for key, name in others.items() if name in texts}
    return pd.DataFrame(columns | dict(numbers))


def _notes(frame: pd.DataFrame, repeats: int, left_out: pd.Series) -> list[str]:
    notes = []
    if len(left_out):
        kinds = list(left_out.str.partition(": ")[0].unique())
        notes.append(f"{plural(len(left_out), 'row')} of breakdowns left out: {listed(kinds)}.")
    if repeats:
        notes.append(f"{plural(repeats, 'row')} of areas under a second area type, with the same numbers, left out.")
    if len(frame["sex"].unique()) > 1:
        notes.append("Rows by sex repeat those of persons: choose with select(sex='Persons').")
    hidden = int((frame["symbol"].notna()).sum())
    if hidden:
        notes.append(f"{plural(hidden, 'row has', 'rows have')} no value, and a note why: not 0.")
    if frame["measured_in"].isna().all():
        notes.append("The file does not say what the rates are per: give unit=.")
    return notes


def _one(column: pd.Series) -> str | None:
    values: Sequence[str] = list(column.unique())
    return str(values[0]) if len(values) == 1 else None
