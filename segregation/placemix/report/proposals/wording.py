"""How a page names schemes, categories and scales."""

from __future__ import annotations

import pandas as pd

from placemix.report import rounding
from placemix.scenarios import Checked
from placemix.scenarios.checking.facts import of_households

#: What a scale is called, where it is no radius.
SCALES = {"unit": "own area", "district": "the district"}
#: Share of households or people, in the noun of the table.
HOMES, HOUSEHOLDS, PEOPLE = "homes", "households", "people"


def called(checked: Checked) -> str:
    """Name what is checked, for a sentence."""
    if checked.is_plan:
        return f"the {len(checked.schemes)} schemes"
    one = checked.schemes[0]
    return one.name or f"scheme {one.reference}"


def plain(name: str) -> str:
    """Write the name of a category without the underscores of a column.

    Examples
    --------
    >>> plain("social_rent"), plain("Owned outright")
    ('social rent', 'Owned outright')
    """
    return name.replace("_", " ")


def scale(name: str) -> str:
    """Name a scale in a table.

    Examples
    --------
    >>> scale("unit"), scale("500 m")
    ('own area', 'within 500 m')
    """
    return SCALES.get(name, f"within {name}")


def noun(checked: Checked, dimension: str) -> str:
    """Name what a dimension counts."""
    if dimension == "Tenure":
        return HOMES
    return HOUSEHOLDS if of_households(checked.evidence.tables[dimension]) else PEOPLE


def moved(before: float, after: float) -> str:
    """Say how a share moves, or that it stays as far as is printed.

    Examples
    --------
    >>> moved(0.2, 0.25), moved(0.3791, 0.3793)
    ('would go from 20.0 % to 25.0 %', 'would stay at 37.9 %')
    """
    first, last = rounding.share(before), rounding.share(after)
    return f"would stay at {last}" if first == last else f"would go from {first} to {last}"


def spread(values: pd.Series, write: object = rounding.count) -> str:
    """Write a number, or both ends where they differ.

    Examples
    --------
    >>> spread(pd.Series([40.0, 60.0])), spread(pd.Series([40.0, 40.2])), spread(pd.Series([float("nan")]))
    ('40 to 60', '40', '–')
    """
    texts = [write(value) for value in (values.min(), values.max())]  # type: ignore[operator]
    return texts[0] if texts[0] == texts[1] else f"{texts[0]} to {texts[1]}"
