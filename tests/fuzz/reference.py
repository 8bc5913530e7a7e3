"""What a table means, worked out a second time in plain Python: no numpy, no placemix."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction
from numbers import Real

PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def people(cell: object) -> float:
    """Return the people a cell stands for, or raise ValueError where it stands for none."""
    if isinstance(cell, str) and PLAIN.fullmatch(cell.strip()):
        cell = float(cell)
    if type(cell).__name__ in {"bool", "bool_"} or not isinstance(cell, (Real, Decimal, Fraction)):
        raise ValueError(cell)
    number = float(cell)
    if not 0 <= number < math.inf:
        raise ValueError(cell)
    return number


def identity(cell: object) -> str:
    """Return a unit's id as text, whole numbers without a decimal point."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def table(columns: dict[str, list], groups: dict[object, list[str]], unit: str, total: str | None) -> dict[str, list]:
    """Return for each unit the people of each group, and everyone at the end."""
    out = {}
    for row, name in enumerate(columns[unit]):
        counts = [math.fsum(people(columns[column][row]) for column in parts) for parts in groups.values()]
        everyone = people(columns[total][row]) if total else 0.0
        out[identity(name)] = [*counts, max(everyone, math.fsum(counts))]
    assert len(out) == len(columns[unit])
    return out


def measures(units: list[list]) -> tuple[float, float]:
    """Return dissimilarity and isolation of the first group against the rest; NaN where undefined."""
    lived_in = [(row[0], row[-1]) for row in units if row[-1] > 0]
    x, t = math.fsum(row[0] for row in lived_in), math.fsum(row[1] for row in lived_in)
    if len(lived_in) < 2 or x <= 0 or t - x <= 1e-9 * t:
        return math.nan, math.nan
    isolation = math.fsum(a / x * (a / b) for a, b in lived_in)
    return math.fsum(abs(a / x - (b - a) / (t - x)) for a, b in lived_in) / 2, isolation
