"""Which of several alternatives none other is better than, without ever making one score of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray
from placemix._version import __version__
from placemix.errors import InvalidParameter, PlacemixError, UnknownColumn, did_you_mean, together
from placemix.results import Call, Result, remember
from placemix.scenarios.equality.ranking import never_ranked

Direction: TypeAlias = Literal["more", "less"]
#: Columns that the table gains.
_ADDED = ("front", "better", "bettered_by", "missing", "objectives", "version")


def pareto_table(
    alternatives: pd.DataFrame,
    objectives: Mapping[str, Direction],
    *,
    least: Mapping[str, float] | None = None,
) -> Result:
    """Say which alternatives none other is better than in every objective, and which others are better than each.

    There is no score: what one objective is worth in another is for those to say who decide.

    Parameters
    ----------
    alternatives
        One row for each site, mix or plan; its first column names it.
    objectives
        Columns that are compared, and whether ``"more"`` or ``"less"`` of each is wanted.
    least
        Smallest difference of an objective that counts, by column, such as what chance alone would give: alternatives
        that differ by no more are alike in it.

    Returns
    -------
    result
        The rows of `alternatives`, those on the front first and each part in the order given. Further columns: `front`
        (whether no other is better: at least as good in every objective and better in one), `better` (how many are),
        `bettered_by` (their names), `missing` (objectives that are missing, with which a row is not compared),
        `objectives` (in words), `version`.

    Raises
    ------
    UnknownColumn
        An objective is no column.
    InvalidParameter
        No objective was named, a direction is neither, an objective or a smallest difference is no number, names are
        not unique, a column has a name of those added, or the table is an equality annex: sites are not compared by
        who would live there.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> sites = pd.DataFrame({"site": list("ABC"), "places": [20, 10, 5], "walk": [900, 400, 500]})
    >>> found = pm.scenarios.pareto_table(sites, {"places": "more", "walk": "less"})
    >>> found[["site", "front", "bettered_by"]]
      site  front bettered_by
    0    A   True
    1    B   True
    2    C  False           B
    """
    _checked(alternatives, objectives, least or {})
    name = alternatives.columns[0]
    sign = np.array([1.0 if way == "more" else -1.0 for way in objectives.values()])
    values = alternatives[list(objectives)].to_numpy(dtype=np.float64) * sign
    margin = np.array([float((least or {}).get(column, 0.0)) for column in objectives])
    better = dominated(values, margin)
    texts = alternatives[name].astype(str).to_numpy(dtype=object)
    missing = np.isnan(values)
    frame = alternatives.copy()
    frame["front"] = ~better.any(axis=1) & ~missing.any(axis=1)
    frame["better"] = better.sum(axis=1)
    frame["bettered_by"] = [", ".join(map(str, texts[row])) for row in better]
    columns = np.array(list(objectives), dtype=object)
    frame["missing"] = [", ".join(columns[row]) for row in missing]
    frame["objectives"] = "; ".join(f"{way} {column}" for column, way in objectives.items())
    frame["version"] = __version__
    frame = frame.iloc[(~frame["front"].to_numpy()).argsort(kind="stable")].reset_index(drop=True)
    arguments = {"objectives": dict(objectives), "least": None if least is None else dict(least)}
    return remember(frame, Call("scenarios.pareto_table", {"alternatives": alternatives}, arguments))


def dominated(values: FloatArray, margin: FloatArray) -> BoolArray:
    """Which alternatives are better than each, more being better; shape (alternatives, alternatives).

    Differences up to the margin are none. Alternatives with a missing value are compared with nobody.

    Examples
    --------
    >>> import numpy as np
    >>> dominated(np.array([[1.0, 1.0], [2.0, 1.0], [0.0, 3.0]]), np.zeros(2)).sum(axis=1).tolist()
    [1, 0, 0]
    """
    known = ~np.isnan(values).any(axis=1)
    out = np.zeros((len(values), len(values)), dtype=bool)
    for place in np.flatnonzero(known):
        with np.errstate(invalid="ignore"):
            # What is beyond any bound is alike to what is too.
            apart = np.where(values == values[place], 0.0, values - values[place])
        out[place] = known & (apart >= -margin).all(axis=1) & (apart > margin).any(axis=1)
    return out


def _checked(alternatives: pd.DataFrame, objectives: Mapping[str, Direction], least: Mapping[str, float]) -> None:
    faults: list[PlacemixError] = []
    faults += _odd(alternatives, objectives, least)
    faults += never_ranked(alternatives, objectives)
    if not objectives:
        faults.append(InvalidParameter("No objective was named.", remedy="Write objectives={'places': 'more'}."))
    for column, way in objectives.items():
        if column not in alternatives.columns:
            message = f"The alternatives have no column {column!r}."
            faults.append(UnknownColumn(message, remedy=did_you_mean(column, alternatives.columns)))
        elif not pd.api.types.is_numeric_dtype(alternatives[column]):
            faults.append(InvalidParameter(f"The objective {column!r} is no number."))
        if way not in {"more", "less"}:
            faults.append(InvalidParameter(f"Of {column!r} more or less is wanted, not {way!r}."))
    if len(alternatives.columns) and alternatives[alternatives.columns[0]].astype(str).duplicated().any():
        name = alternatives.columns[0]
        faults.append(InvalidParameter(f"Names in {name!r}, the first column, are not unique."))
    if faults:
        raise together(faults)


def _odd(
    alternatives: pd.DataFrame, objectives: Mapping[str, Direction], least: Mapping[str, float]
) -> list[PlacemixError]:
    """Smallest differences that say nothing, and columns that would be overwritten."""
    faults: list[PlacemixError] = []
    for column, size in least.items():
        if column not in objectives:
            message = f"A smallest difference is given of {column!r}, which is no objective."
            faults.append(InvalidParameter(message, remedy=did_you_mean(column, objectives)))
        elif not (isinstance(size, int | float) and size >= 0):
            faults.append(InvalidParameter(f"The smallest difference of {column!r} is a number from 0, not {size!r}."))
    added = [name for name in _ADDED if name in alternatives.columns]
    if added:
        message = f"The alternatives have columns that are added here: {', '.join(added)}."
        faults.append(InvalidParameter(message, remedy="Rename them."))
    return faults
