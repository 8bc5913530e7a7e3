"""The one place where numbers are rounded and written as text."""

from __future__ import annotations

import math

import pandas as pd

#: Written where a value is undefined.
ABSENT = "–"


def index(value: float) -> str:
    """Write an index from 0 to 1, or a ratio.

    Examples
    --------
    >>> index(0.71904), index(-0.0031)
    ('0.719', '−0.003')
    """
    return ABSENT if _missing(value) else f"{value + 0.0:.3f}".replace("-0.000", "0.000").replace("-", "−")


def share(value: float) -> str:
    """Write a share as a percentage.

    Examples
    --------
    >>> share(0.4562)
    '45.6 %'
    """
    return ABSENT if _missing(value) else f"{100 * value:.1f} %".replace("-", "−")


def count(value: float) -> str:
    """Write a number of people or units.

    Examples
    --------
    >>> count(1178265.0)
    '1,178,265'
    """
    return ABSENT if _missing(value) else f"{value:,.0f}".replace("-", "−")


def change(value: float) -> str:
    """Write a change of an index, with its sign.

    Examples
    --------
    >>> change(-0.0419)
    '−0.042'
    """
    return ABSENT if _missing(value) else _signed(f"{value:+.3f}")


def points(value: float, digits: int = 1) -> str:
    """Write a difference of two shares in percentage points, with its sign.

    Examples
    --------
    >>> points(0.0178)
    '+1.8'
    """
    return ABSENT if _missing(value) else _signed(f"{100 * value:+.{digits}f}")


def quantity(value: float) -> str:
    """Write a value of unknown unit with three significant digits.

    Examples
    --------
    >>> quantity(1234.5), quantity(0.012345)
    ('1,234', '0.0123')
    """
    if _missing(value):
        return ABSENT
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return text.replace("-", "−")


def joined(names: list[str]) -> str:
    """Join names with commas and a final "and".

    Examples
    --------
    >>> joined(["Bury", "Oldham", "Wigan"])
    'Bury, Oldham and Wigan'
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def about(value: float) -> str:
    """Write a number with two significant digits, for "about".

    Examples
    --------
    >>> about(1685.0), about(321.2)
    ('1,700', '320')
    """
    if _missing(value) or value <= 0:
        return ABSENT
    return f"{float(f'{value:.2g}'):,.0f}" if value >= 10 else f"{value:.2g}"


def _signed(text: str) -> str:
    """Write a true minus, and no sign before nothing."""
    return text[1:] if not text.strip("+-0.") else text.replace("-", "−")


def _missing(value: float) -> bool:
    return bool(pd.isna(value)) or math.isinf(value)
