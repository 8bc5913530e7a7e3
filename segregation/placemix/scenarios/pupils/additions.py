"""Places that schemes add: a school beside the homes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix.checks import id_texts
from placemix.errors import (
    InvalidCounts,
    InvalidParameter,
    InvalidTable,
    NotNumbers,
    PlacemixError,
    UnknownColumn,
    UnmatchedUnit,
    did_you_mean,
    listed,
)

_NONE = ["reference", "phase", "planning_area", "slot", "places_scheme"]


def added(
    given: Any,  # noqa: ANN401
    belonging: pd.DataFrame,
    references: Sequence[str],
    years: Sequence[int | None],
    called: Mapping[str, str],
    *,
    alone: bool,
    own: bool,
    faults: list[PlacemixError],
) -> pd.DataFrame:
    """Return the places that schemes add, by area and year.

    Parameters
    ----------
    given
        `phase`, `year` (from which on), `places`, and `reference` of a scheme, `planning_area`, or both; None for none.
    belonging
        Which planning areas schemes belong to.
    references
        Schemes proposed.
    years
        Years asked for; None where no scheme states one, and all places count.
    called
        Names of columns.
    alone
        Whether each scheme stands by itself, so that each row must name one.
    own
        Whether each scheme has an area of its own.
    faults
        List that faults are added to.

    Returns
    -------
    rows
        Columns `reference`, `phase`, `planning_area`, `slot` (position of the year), `places_scheme`.
    """
    nothing = pd.DataFrame({name: pd.Series(dtype=object) for name in _NONE}).astype({"places_scheme": np.float64})
    if given is None:
        return nothing
    if not isinstance(given, pd.DataFrame):
        message = f"added_places must be a table, not a {type(given).__name__}."
        faults.append(InvalidTable(message, remedy="Give a DataFrame with reference, phase, year and places."))
        return nothing
    area_column = called["planning_area"]
    by_area = area_column in given.columns and not own
    lost = [name for name in ("phase", "year", "places") if name not in given.columns]
    if "reference" not in given.columns and (alone or own or not by_area):
        lost.append("reference")
    if lost:
        message = f"added_places has no column {listed([*map(repr, lost)])}."
        hints = " ".join(filter(None, (did_you_mean(name, given.columns) for name in lost)))
        remedy = f"{hints} Give reference, phase, year and places, and planning_area where it is another.".strip()
        faults.append(UnknownColumn(message, remedy=remedy))
        return nothing
    before = len(faults)
    rows = [f"row {row + 1}" for row in range(len(given))]
    places, begin = (_whole(given[name], name, rows, faults) for name in ("places", "year"))
    phases = list(dict.fromkeys(belonging["phase"]))
    odd = [str(phase) for phase in given["phase"].unique() if phase not in phases]
    if odd:
        message = "added_places names phases that are not asked for."
        remedy = f"{did_you_mean(odd[0], phases)} There are: {', '.join(phases)}.".strip()
        faults.append(UnmatchedUnit(message, units=odd, remedy=remedy))
    names = [None] * len(given) if "reference" not in given.columns else _texts(given["reference"])
    areas = _texts(given[area_column]) if by_area else [None] * len(given)
    _named(names, areas, rows, references, alone=alone or own, faults=faults)
    if len(faults) > before:
        return nothing
    made, torn = [], []
    for name, phase, area, number, year in zip(names, given["phase"], areas, places, begin, strict=True):
        mine = belonging[(belonging["reference"] == name) & (belonging["phase"] == phase)]
        here = [area] if area is not None else list(mine["planning_area"])
        if len(here) != 1:
            torn.append(f"{name} ({phase})")
            continue
        # An area that has its places later has rows of the years before as well.
        there = [when is None or when >= year for when in years]
        made += [(name, phase, here[0], slot, number * counts) for slot, counts in enumerate(there)]
    if torn:
        message = "Schemes that add places lie in several planning areas of the phase."
        faults.append(InvalidParameter(message, units=torn, remedy="Give added_places a column planning_area."))
    return pd.DataFrame(made, columns=_NONE) if made else nothing


def _texts(cells: pd.Series) -> list[str | None]:
    texts = id_texts(cells)
    return [text if there else None for text, there in zip(texts, cells.notna(), strict=True)]


def _named(
    names: Sequence[str | None], areas: Sequence[str | None], rows: list[str], references: Sequence[str],
    *, alone: bool, faults: list[PlacemixError],
) -> None:  # fmt: skip
    """List rows that say neither whose nor where the places are, and schemes that are not proposed."""
    open_ = [
        row for row, name, area in zip(rows, names, areas, strict=True) if name is None and (alone or area is None)
    ]
    if open_:
        what = "of no scheme" if alone else "of neither a scheme nor a planning area"
        faults.append(InvalidTable(f"Rows of added_places are {what}.", units=open_, remedy="Give them a reference."))
    odd = [name for name in dict.fromkeys(names) if name is not None and name not in set(references)]
    if odd:
        message = "added_places are of schemes that are not among the people."
        remedy = (
            f"{did_you_mean(odd[0], references)} Places that come anyway belong into the table of schools, or into "
            "changes= of schools.places."
        )
        faults.append(UnmatchedUnit(message, units=odd, remedy=remedy.strip()))


def _whole(cells: pd.Series, name: str, rows: list[str], faults: list[PlacemixError]) -> Any:  # noqa: ANN401
    values = pd.to_numeric(cells.astype(object), errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    lost = ~np.isfinite(values)
    low = values < 0
    if lost.any():
        units = [rows[place] for place in np.flatnonzero(lost)]
        message = f"Cells in {name!r} of added_places are missing or no numbers."
        faults.append(NotNumbers(message, units=units, remedy="Say how many places open, and from which year on."))
    if low.any():
        units = [rows[place] for place in np.flatnonzero(low)]
        message = f"Cells in {name!r} of added_places are negative."
        faults.append(InvalidCounts(message, units=units, remedy="Places that close belong into the supply."))
    return values
