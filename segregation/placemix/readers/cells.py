"""Cells of published tables as numbers, where the text is one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray
from placemix.errors import NotNumbers, PlacemixError, listed, plural

_GROUPED = r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d*)?"
_WRITTEN = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"


def numeric(column: pd.Series) -> FloatArray:
    """Return texts as numbers, thousands marked by commas included; NaN for any other text.

    Examples
    --------
    >>> numeric(pd.Series(["12", "1,234.5", "", "c", "1,2", "inf"])).tolist()
    [12.0, 1234.5, nan, nan, nan, nan]
    """
    quick = _all_numbers(column)
    if quick is not None:
        return quick
    text = _text(column).str.strip()
    grouped = text.str.fullmatch(_GROUPED).to_numpy(dtype=bool)
    if grouped.any():
        text = text.where(~grouped, text.str.replace(",", ""))
    plain = text.where(text.str.fullmatch(_WRITTEN).to_numpy(dtype=bool), "")
    return pd.to_numeric(plain, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def _all_numbers(column: pd.Series) -> FloatArray | None:
    """Read a column whose every text is a plain number, which most are; None where one is not."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not isinstance(column.dtype, pd.StringDtype):
        return None
    try:
        values: FloatArray = pc.cast(pa.array(column), pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return None
    return values if np.isfinite(values).all() else None


def _text(column: pd.Series) -> pd.Series:
    """Texts of a column, nothing where it holds none."""
    if isinstance(column.dtype, pd.StringDtype):
        return column.fillna("")
    return column.astype(object).where(column.notna(), "").astype(str)


def blank(column: pd.Series, *, also: tuple[str, ...] = ()) -> BoolArray:
    """Say which cells hold nothing; `also` are texts that mean nothing, such as ``"NA"``."""
    empty: BoolArray = _text(column).str.strip().isin(["", *also]).to_numpy(dtype=bool)
    return empty


def only_numbers(
    column: pd.Series, name: str, ids: pd.Index, *, missing: bool = False
) -> tuple[FloatArray, list[PlacemixError]]:
    """Read a column that must hold numbers alone.

    Parameters
    ----------
    column, name
        The cells, and the column's own name.
    ids
        What to call each row in messages.
    missing
        Whether cells may be empty; they become NaN.
    """
    values = numeric(column)
    if not np.isnan(values).any():
        return values, []
    empty = blank(column)
    faults: list[PlacemixError] = []
    text = np.isnan(values) & ~empty
    if text.any():
        shown = listed([repr(item) for item in pd.unique(column[text].astype(str))])
        message = f"{name!r} has {plural(int(text.sum()), 'cell that is', 'cells that are')} no number: {shown}."
        faults.append(NotNumbers(message, units=ids[text], remedy="Missing is not 0: fetch the file as published."))
    if empty.any() and not missing:
        message = f"{name!r} has {plural(int(empty.sum()), 'empty cell')}."
        faults.append(NotNumbers(message, units=ids[empty], remedy="Missing is not 0: fetch the file as published."))
    return values, faults
