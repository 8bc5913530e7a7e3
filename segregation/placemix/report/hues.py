"""Which colour each type of place has, the same on every map and chart of a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

#: Told apart in every common kind of colour blindness, the first pale because most people often live there.
TYPES: tuple[str, ...] = (
    "#f2d27e", "#8094cc", "#f5821f", "#129a63", "#912f68", "#14175c", "#6d5400", "#461507",
)  # fmt: skip
#: Types beyond these share one colour; every table has all of them.
OTHERS = "#6f777d"
#: Units that could not be matched or have no type.
UNMATCHED = "#c4c9cd"


def of_types(types: Sequence[str], sizes: Mapping[str, float] | None = None) -> dict[str, str]:
    """Give each type its colour, by its place in the order of the scheme.

    Where a scheme has more types than there are colours, the largest keep their own and the others share one.

    Parameters
    ----------
    types
        Types in display order.
    sizes
        People or units of each type, for schemes of many types.

    Examples
    --------
    >>> of_types(["I", "II"])
    {'I': '#f2d27e', 'II': '#8094cc'}
    >>> many = of_types(list("abcdefghij"), dict(zip("abcdefghij", range(10))))
    >>> [name for name, hue in many.items() if hue == OTHERS]
    ['a', 'b']
    """
    names = list(dict.fromkeys(str(name) for name in types))
    if len(names) <= len(TYPES):
        return dict(zip(names, TYPES, strict=False))
    known = sizes or {}
    largest = set(sorted(names, key=lambda name: -known.get(name, 0.0))[: len(TYPES)])
    own = iter(TYPES)
    return {name: next(own) if name in largest else OTHERS for name in names}


def ordered(*columns: pd.Series) -> list[str]:
    """Types in display order: that of the categories where a column has them, else as they appear."""
    found: dict[str, None] = {}
    for column in columns:
        if isinstance(column.dtype, pd.CategoricalDtype):
            found.update(dict.fromkeys(str(name) for name in column.cat.categories))
    for column in columns:
        found.update(dict.fromkeys(str(name) for name in column.dropna()))
    return list(found)
