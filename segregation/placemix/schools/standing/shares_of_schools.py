"""Which schools the separation of an authority rests on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, GroupName
from placemix.counts import Counts, checked
from placemix.decompose import contributions as contributions_of
from placemix.errors import InvalidParameter, listed, plural
from placemix.measuring.plan import Which
from placemix.results import Call, Result, remember


def contributions(
    rolls: Counts,
    measure: str = "dissimilarity",
    *,
    focal: GroupName | None = None,
    against: Which = "rest",
    phase: str | None = None,
    by: str | None = None,
) -> Result:
    """Say which schools the separation of each phase and authority rests on.

    Parameters
    ----------
    rolls
        Pupils of each group in each school.
    measure, focal, against
        As in `placemix.decompose.contributions`.
    phase, by
        Strata columns, such as phase and authority; each stratum is taken apart by itself.

    Returns
    -------
    result
        One row for each school with pupils: the strata, and the columns of `placemix.decompose.contributions`, of which
        `contribution` sums to the value of the stratum and `influence` is the value less what it would be without the
        school; `share_focal` (of the school's pupils; missing without a group), and `note`, which names the strata
        that cannot be taken apart.

    Raises
    ------
    InvalidParameter
        The measure is no sum over schools, or no stratum can be taken apart.
    UnknownColumn
        The counts carry no such strata.

    Examples
    --------
    >>> import placemix as pm
    >>> rolls = pm.datasets.town().rolls_latest()
    >>> found = pm.schools.contributions(rolls, focal="blue", phase="phase")
    >>> found.groupby("phase")["contribution"].sum().round(2).to_dict()
    {'primary': 0.54, 'secondary': 0.44}
    """
    rolls = checked(rolls)
    column = None if focal is None else rolls.position(focal)
    names = tuple(name for name in (phase, by) if name is not None)
    strata = rolls.arranged(names)
    parts, left, fault = [], [], None
    for number in range(len(strata)):
        part = rolls.take(strata.order[strata.bounds[number] : strata.bounds[number + 1]])
        label = [str(strata.labels[name].iloc[number]) for name in names]
        try:
            found = pd.DataFrame(contributions_of(part, measure, focal=focal, against=against))
        except InvalidParameter as error:
            if not names or not _cannot(part, column):
                raise
            left.append(", ".join(label))
            fault = error
            continue
        for place, (name, text) in enumerate(zip(names, label, strict=True)):
            found.insert(place, name, text)
        found["share_focal"] = _shares(part, column, found)
        parts.append(found)
    if not parts:
        assert fault is not None  # noqa: S101 (a stratum that was left out had one)
        raise fault
    frame = pd.concat(parts, ignore_index=True)
    frame["note"] = (
        f"{plural(len(left), 'stratum', 'strata')} with one school or one group not taken apart: {listed(left)}."
        if left
        else None
    )
    frame["source"] = rolls.source
    arguments = {"measure": measure, "focal": focal, "against": against, "phase": phase, "by": by}
    return remember(frame, Call("schools.contributions", {"rolls": rolls}, arguments))


def _cannot(part: Counts, column: int | None) -> bool:
    """Whether a stratum has too few schools or groups, rather than the call a fault."""
    if (part.total > 0).sum() < 2:
        return True
    if column is None:
        return bool((part.values.sum(axis=0) > 0).sum() < 2)
    return not 0 < part.values[:, column].sum() < part.total.sum()


def _shares(part: Counts, column: int | None, found: pd.DataFrame) -> FloatArray:
    place = part.units.get_indexer(found["unit"])
    if column is None:
        return np.full(len(place), np.nan)
    return np.asarray(part.values[place, column] / part.total[place])
