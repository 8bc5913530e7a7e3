"""Alternatives beside each other: those that no other is better than first, without a score."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.counts import Counts
from placemix.errors import InvalidParameter, PlacemixError, listed, together
from placemix.scenarios.choosing.alternatives import objectives_of
from placemix.scenarios.choosing.chance import GAP, indices_in, margins
from placemix.scenarios.choosing.kinds import of_people
from placemix.scenarios.fronts import Direction, pareto_table

#: Values are equal that differ by less, as a share of the largest: rounding decides nothing.
_EQUAL = 1e-9
#: Alternatives that `bettered_by` names.
_SHOWN = 5


class Chance(NamedTuple):
    """How indices among the objectives are put beside chance.

    Attributes
    ----------
    below
        Whether they order alternatives whatever chance would do.
    draws, level, seed
        As in `placemix.inference.difference`.
    """

    below: bool
    draws: int
    level: float
    seed: int


def compared(
    homes: Counts,
    newcomers: pd.DataFrame,
    objectives: Mapping[str, Direction],
    *,
    name: str,
    margin: Mapping[str, float] | None,
    chance: Chance,
    options: Mapping[str, Any],
) -> pd.DataFrame:
    """Compute the objectives of all alternatives and set those apart that no other is better than.

    Parameters
    ----------
    homes, newcomers
        As in `objectives_of`.
    objectives
        Columns that are compared, and whether more or less of each is wanted.
    name
        Column of `newcomers` that names the alternatives; the first of the result.
    margin
        Smallest differences that count, by objective.
    chance
        How indices are put beside chance.
    options
        Other arguments of `objectives_of`.

    Returns
    -------
    frame
        The rows of `objectives_of`, those on the front first.
    """
    faults = _objective_faults(objectives, conditioned=options["condition"] is not None)
    if faults:
        raise together(faults)
    asked = indices_in(objectives)
    known = [options["measures"]] if isinstance(options["measures"], str) else list(options["measures"])
    measures = list(dict.fromkeys([*known, *asked]))
    table = pd.DataFrame(objectives_of(homes, newcomers, **{**options, "measures": measures}, name=name))
    table = table.drop(columns=[name, "version"]).rename(columns={"alternative": name})
    given = dict(margin or {})
    pareto_table(table.head(0), objectives, least=given)  # faults of the objectives, all together
    by_chance = margins(
        homes, newcomers, table, objectives, focal=options["focal"], against=options["against"],
        condition=options["condition"], draws=chance.draws, level=chance.level, seed=chance.seed,
        unit=options["unit"], below_chance=chance.below,
    )  # fmt: skip
    counts = {column: given.get(column, by_chance.get(column, 0.0)) for column in objectives}
    words = _words(table, objectives, {column: by_chance[column] for column in by_chance if column not in given})
    if chance.below and (asked or any(column in GAP for column in objectives)):
        words.append("Indices order alternatives here whether or not they change by more than chance: asked for.")
    frame = set_apart(table, objectives, counts)
    frame["note"] = [" ".join([*words, str(text)]) for text in frame["note"]]
    last = ["reason", "note", "source"]
    return frame[[*(column for column in frame.columns if column not in last), *last]]


def _objective_faults(objectives: object, *, conditioned: bool) -> list[PlacemixError]:
    if not isinstance(objectives, Mapping):
        message = f"Objectives are columns, and whether more or less of each is wanted, not {objectives!r}."
        return [InvalidParameter(message, remedy="Write objectives={'from_district_unit': 'less'}.")]
    faults = list(of_people("Objectives", objectives))
    gaps = [str(column) for column in objectives if column in GAP]
    if gaps and not conditioned:
        message = f"{listed(gaps)} is the gap of a condition of places, and none is given."
        faults.append(InvalidParameter(message, remedy="Pass condition=, by unit id, and focal= a kind of homes."))
    return faults


def set_apart(table: pd.DataFrame, objectives: Mapping[str, Direction], margin: Mapping[str, float]) -> pd.DataFrame:
    """Add what `pareto_table` adds, for many alternatives; the first column names them.

    Parameters
    ----------
    table
        One row for each alternative.
    objectives
        Columns that are compared, and whether ``"more"`` or ``"less"`` of each is wanted.
    margin
        Smallest differences that count, by objective.

    Returns
    -------
    frame
        The rows, those on the front first, with `front`, `better`, `bettered_by` (up to five of those on the front,
        and how many more are better), `missing` and `objectives`.
    """
    sign = np.array([1.0 if way == "more" else -1.0 for way in objectives.values()])
    values = table[list(objectives)].to_numpy(dtype=np.float64, na_value=np.nan) * sign
    slack = np.array([max(margin.get(column, 0.0), _rounding(table, column)) for column in objectives])
    known = ~np.isnan(values).any(axis=1)
    better = _better(values, slack, known)
    front = known & (better == 0)
    names = table.iloc[:, 0].astype(str).to_numpy(dtype=object)
    frame = table.copy()
    frame["front"], frame["better"] = front, better
    frame["bettered_by"] = _named(values, slack, front, better, names)
    columns = np.array(list(objectives), dtype=object)
    frame["missing"] = [", ".join(columns[row]) for row in np.isnan(values)]
    frame["objectives"] = "; ".join(f"{way} {column}" for column, way in objectives.items())
    return frame.iloc[(~front).argsort(kind="stable")].reset_index(drop=True)


def _better(values: FloatArray, slack: FloatArray, known: FloatArray) -> IntArray:
    """How many alternatives are better than each: as good in all, and better in one."""
    found = np.zeros(len(values), dtype=np.int64)
    columns = np.ascontiguousarray(values[known].T)
    counts = np.array([_above(columns, columns[:, place], slack).sum() for place in range(columns.shape[1])])
    found[known] = counts
    return found


def _above(columns: FloatArray, one: FloatArray, slack: FloatArray) -> Any:  # noqa: ANN401
    as_good = columns[0] >= one[0] - slack[0]
    beyond = columns[0] > one[0] + slack[0]
    for column, value, least in zip(columns[1:], one[1:], slack[1:], strict=True):
        as_good &= column >= value - least
        beyond |= column > value + least
    return as_good & beyond


def _named(values: FloatArray, slack: FloatArray, front: FloatArray, better: IntArray, names: np.ndarray) -> list[str]:
    """Name some of those on the front that are better than each, and count the others."""
    columns, ahead = np.ascontiguousarray(values[front].T), names[front]
    texts = [""] * len(values)
    for row in np.flatnonzero(better > 0):
        above = np.flatnonzero(_above(columns, values[row], slack))[:_SHOWN]
        more = int(better[row]) - len(above)
        said = [", ".join(ahead[above])] if len(above) else []
        texts[row] = " and ".join([*said, *([f"{more:,} more"] if more else [])])
    return texts


def _rounding(table: pd.DataFrame, column: str) -> float:
    """What differences of a column may be by rounding alone: a change is as exact as what it is the change of."""
    level = column.removesuffix("_change")
    both = table[list(dict.fromkeys([column, *([level] if level in table.columns else [])]))]
    size = np.abs(both.to_numpy(dtype=np.float64, na_value=np.nan))
    return _EQUAL * float(size[np.isfinite(size)].max(initial=0.0))


def _words(table: pd.DataFrame, objectives: Mapping[str, Direction], by_chance: Mapping[str, float]) -> list[str]:
    """What is to be said of indices among the objectives."""
    said = [
        f"Differences of {column} up to {wide:.2g} are counted as none: chance alone would give them."
        for column, wide in by_chance.items()
    ]
    for column in objectives:
        values = table[column].to_numpy(dtype=np.float64, na_value=np.nan)
        if len(table) > 1 and np.isfinite(values).all() and np.ptp(values) <= _rounding(table, column):
            said.append(f"{column} is the same for all, and tells none apart.")
    return said
