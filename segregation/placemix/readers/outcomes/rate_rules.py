"""What must hold of the rows of a table of rates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray
from placemix.errors import CountRateMix, DuplicateUnit, InvalidTable, PlacemixError, plural
from placemix.rates.scales import per
from placemix.readers.schemas import pattern, rule

#: Columns of the layout, in its order; the last three may be absent.
LAYOUT = (
    "domain", "indicator", "area_code", "period", "group", "numerator", "denominator", "rate", "lower", "upper",
    "unit", "source", "url", "licence",
)  # fmt: skip
NEEDED = ("indicator", "area_code", "period", "rate", "unit")
NUMBERS = ("numerator", "denominator", "rate", "lower", "upper")


def schema(names: list[str]) -> Any:  # noqa: ANN401
    """Return what must hold of each row by itself, for the columns that there are."""
    import pandera.pandas as pa

    filled = pattern(
        r"\S.*", "that is empty", remedy="A rate without it cannot be joined to anything: complete the table."
    )
    columns: dict[str, Any] = {key: pa.Column(checks=filled) for key in NEEDED if key != "rate"}
    numbers = {"numerator": 0.0, "denominator": 0.0}
    for key in NUMBERS:
        low = numbers.get(key)
        checks = [] if low is None else [rule(lambda column: column >= 0, "below 0", remedy="Counts start at 0.")]
        columns[key] = pa.Column(checks=checks, nullable=True)
    ends = rule(
        lambda table: ~((table["lower"] > table["rate"]) | (table["rate"] > table["upper"])),
        "a rate outside its own interval",
        remedy="Check that rate, lower and upper are in one unit.",
    )
    return pa.DataFrameSchema({key: column for key, column in columns.items() if key in names}, checks=ends)


def contradictions(table: pd.DataFrame, half: FloatArray, rows: pd.Index) -> Iterator[PlacemixError]:
    """Find rates that their own numerator and denominator contradict by more than rounding.

    `half` is half of the last place that each rate is printed with.
    """
    scale = table["unit"].map(per).astype(np.float64).to_numpy()
    numerator, denominator, rate = (table[key].to_numpy() for key in ("numerator", "denominator", "rate"))
    with np.errstate(divide="ignore", invalid="ignore"):
        real = np.where(denominator > 0, numerator / denominator, np.nan) * scale
    off: BoolArray = np.abs(real - rate) > half * 1.001 + 1e-9 * np.abs(real)
    if off.any():
        first = int(np.flatnonzero(off)[0])
        message = (
            f"{plural(int(off.sum()), 'rate contradicts', 'rates contradict')} numerator and denominator: "
            f"{_whole(table, rows, off)[0]!r} prints {rate[first]:g}, and "
            f"{numerator[first]:g} of {denominator[first]:g} is {real[first]:.4g} ({table['unit'].iloc[first]})."
        )
        remedy = "One of the three, or the unit, is wrong; of a standardised rate leave the numerator out."
        yield InvalidTable(message, units=_whole(table, rows, off), remedy=remedy)
    above = (scale == 1.0) & (rate > 1) & ~table["unit"].str.contains("per ").to_numpy()
    if above.any():
        message = f"{plural(int(above.sum()), 'share is', 'shares are')} above 1."
        yield CountRateMix(message, units=_whole(table, rows, above), remedy="Percentages are of the unit '%'.")
    over = (
        (numerator > denominator) & np.isin(scale, (1.0, 100.0)) & ~table["unit"].str.contains("per person").to_numpy()
    )
    if over.any():
        message = f"{plural(int(over.sum()), 'numerator is', 'numerators are')} above the denominator of a share."
        yield InvalidTable(message, units=_whole(table, rows, over), remedy="Check the two columns, or the unit.")


def _whole(table: pd.DataFrame, rows: pd.Index, where: BoolArray) -> list[str]:
    group = table["group"] if "group" in table else pd.Series("", index=table.index)
    return [f"{row} {name}".strip() for row, name in zip(rows[where], group[where], strict=True)]


def repeated(texts: Mapping[str, pd.Series], rows: pd.Index) -> Iterator[PlacemixError]:
    """Find rows about the same indicator, area, period and group."""
    keys = [key for key in ("indicator", "area_code", "period", "group") if key in texts]
    table = pd.DataFrame({key: texts[key] for key in keys})
    twice = table.duplicated(keys, keep=False).to_numpy()
    if twice.any():
        again = int(table.duplicated(keys).sum())
        message = f"{plural(again, 'row repeats', 'rows repeat')} a row above: the same {', '.join(keys)}."
        whole = _whole(table, rows, twice)
        yield DuplicateUnit(message, units=dict.fromkeys(whole), remedy="Keep one; where categories overlap, filter.")
