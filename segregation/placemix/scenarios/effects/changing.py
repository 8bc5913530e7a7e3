"""What the indices of an area would be with people added to one place or another, exactly."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, GroupName, IntArray
from placemix._version import __version__
from placemix.counts import Counts, checked, group_text
from placemix.decompose.information import people_of
from placemix.errors import (
    InvalidParameter,
    did_you_mean,
    listed,
)
from placemix.measuring import measure
from placemix.results import Call, Result, remember
from placemix.scenarios.effects import _sums
from placemix.scenarios.newcomers import read

#: Measures that need a group, and those of all groups.
OF_A_GROUP = ("dissimilarity", "gini", "isolation", "exposure", "correlation_ratio")
OF_ALL = ("information_theory", "mutual_information", "relative_diversity")


def index_effects(
    counts: Counts,
    newcomers: pd.DataFrame,
    measures: str | Sequence[str],
    *,
    focal: GroupName | None = None,
    against: GroupName = "rest",
    unit: str = "unit",
) -> Result:
    """Say what indices of an area would be if these people were added to this place, each row by itself.

    Nothing is computed anew: sums over units are made once, and each row takes the terms of one unit away and puts
    others in their place. The values are those of `placemix.measure` of the changed table.

    Parameters
    ----------
    counts
        People of each group in each unit of the area.
    newcomers
        One row for each place and mix: the unit, and a column for each group with the people added (below 0 for those
        who leave). Groups without a column get nobody. Further columns, such as the name of the mix, are kept.
    measures
        Of one group: ``"dissimilarity"``, ``"gini"``, ``"isolation"``, ``"exposure"``, ``"correlation_ratio"``. Of one
        group or all: ``"information_theory"``, ``"mutual_information"``, ``"relative_diversity"``.
    focal, against
        As in `placemix.estimate`. Without a group, measures of all groups.
    unit
        Column of the units.

    Returns
    -------
    result
        The rows of `newcomers` for each measure. Columns: `unit`, the further columns, `measure`, `focal`, `against`,
        `before`, `after`, `change`, `people_added`, `source`, `version`.

    Raises
    ------
    InvalidParameter
        A measure is none of these, or needs a group.
    UnmatchedUnit
        Rows name units that are not in the counts.
    UnknownGroup
        `newcomers` has no column of a group, or the groups compared are not there.
    InvalidCounts
        People added are missing, or more leave than are there.

    Notes
    -----
    D cannot rank places for people who have the mix of the whole: adding n of them to any unit multiplies every
    term, and so D, by T/(T + n). That is arithmetic of the index and no property of the places. H, V and
    isolation do tell places apart, and not in the same order.

    Examples
    --------
    Four zones, and a hundred people with the mix of the whole in each:

    >>> import pandas as pd, placemix as pm
    >>> zones = pd.DataFrame({"zone": list("1234"), "x": [80, 20, 0, 20], "y": [20, 80, 100, 80]})
    >>> zones = pm.from_wide(zones, groups=["x", "y"], unit="zone")
    >>> homes = pd.DataFrame({"unit": list("1234"), "x": 30, "y": 70})
    >>> found = pm.scenarios.index_effects(zones, homes, ["dissimilarity", "information_theory"], focal="x")
    >>> found.pivot(index="unit", columns="measure", values="after").round(4)
    measure  dissimilarity  information_theory
    unit
    1               0.4762              0.2217
    2               0.4762              0.3041
    3               0.4762              0.2317
    4               0.4762              0.3041
    """
    counts = checked(counts)
    names = [measures] if isinstance(measures, str) else list(measures)
    _known(names, focal)
    where, added, kept = read(counts, newcomers, unit)
    found = _values(counts, where, added, names, focal, against)
    before = measure(counts, names, focal=focal, against=against).set_index("measure")["value"]
    parts = []
    for name in names:
        part = kept.copy()
        part.insert(0, "unit", np.asarray(counts.units, dtype=object)[where])
        part["measure"] = name
        part["focal"] = None if focal is None else group_text(focal)
        part["against"] = None if focal is None else group_text(against)
        part["before"], part["after"] = float(before[name]), found[name]
        part["change"] = part["after"] - part["before"]
        part["people_added"] = added.sum(axis=1)
        parts.append(part)
    frame = pd.concat(parts, ignore_index=True)
    frame["source"], frame["version"] = counts.source, __version__
    arguments = {"measures": names, "focal": focal, "against": against, "unit": unit}
    return remember(frame, Call("scenarios.index_effects", {"counts": counts, "newcomers": newcomers}, arguments))


def _known(names: Sequence[str], focal: GroupName | None) -> None:
    every = (*OF_A_GROUP, *OF_ALL)
    unknown = [name for name in names if name not in every]
    if unknown or not names:
        message = f"{listed(unknown)} cannot be followed here." if unknown else "No measure was named."
        remedy = did_you_mean(unknown[0], every) if unknown else ""
        raise InvalidParameter(message, remedy=remedy or f"Measures are {', '.join(every)}.")
    lacking = [name for name in names if name in OF_A_GROUP] if focal is None else []
    if lacking:
        message = f"{listed(lacking)} is of one group."
        raise InvalidParameter(message, remedy="Pass focal= a group.")


def _values(
    counts: Counts,
    where: IntArray,
    added: FloatArray,
    names: Sequence[str],
    focal: GroupName | None,
    against: GroupName,
) -> dict[str, FloatArray]:
    people, _ = people_of(counts, focal, against)
    whole = added
    if focal is not None:
        dx, dt = added[:, counts.position(focal)], added.sum(axis=1)
        dy = dt - dx if against == "rest" else added[:, counts.position(against)]
        whole = np.column_stack([dx, dy])
    mixed = _sums.Mixed.of(people)
    ways: dict[str, Callable[[], FloatArray]] = {
        "mutual_information": lambda: _sums.information(mixed, where, whole)[0],
        "information_theory": lambda: _share(*_sums.information(mixed, where, whole)),
        "relative_diversity": lambda: _sums.relative_diversity(mixed, where, whole),
        **({} if focal is None else _of_a_group(counts, people, where, (dx, dy, dt))),
    }
    found = {name: ways[name]() for name in names}
    # A table of one group, or with people in one or two units, may have no value: those few are measured anew.
    members, lived = people.sum(axis=0) + whole, people.sum(axis=1) > 0
    rare = (members <= 0).any(axis=1) | (lived.sum() - lived[where] < 2)
    for row in np.flatnonzero(rare):
        anew = measure(_changed(counts, where[row], added[row]), names, focal=focal, against=against)
        for name, value in zip(anew["measure"], anew["value"], strict=True):
            found[str(name)][row] = value
    return found


def _changed(counts: Counts, unit: int, added: FloatArray) -> Counts:
    values, total = counts.values.copy(), counts.total.copy()
    values[unit] += added
    total[unit] += added.sum()
    return replace(counts, values=values, total=total, error=None, low=None, high=None)


def _of_a_group(
    counts: Counts, people: FloatArray, where: IntArray, added: tuple[FloatArray, FloatArray, FloatArray]
) -> Mapping[str, Callable[[], FloatArray]]:
    dx, dy, dt = added
    x, y, total = people[:, 0], people[:, 1], counts.total
    pair = _sums.Pair.of(x, y)
    return {
        "dissimilarity": lambda: _sums.dissimilarity(pair, where, dx, dy),
        "gini": lambda: _sums.gini(pair, where, dx, dy),
        "isolation": lambda: _sums.met(x, x, total, where, np.stack([dx, dx, dt], axis=-1)),
        "exposure": lambda: _sums.met(x, y, total, where, np.stack([dx, dy, dt], axis=-1)),
        "correlation_ratio": lambda: _sums.correlation_ratio(x, total, where, dx, dt),
    }


def _share(part: FloatArray, whole: FloatArray) -> Any:  # noqa: ANN401
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)
