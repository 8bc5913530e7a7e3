"""How many people live above a threshold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, Threshold
from placemix._version import __version__
from placemix.counts import Counts, checked, group_text
from placemix.errors import FocalNeeded, InvalidParameter
from placemix.indices import above
from placemix.measuring.evaluation import compared
from placemix.measuring.ordered import Everyone
from placemix.measuring.plan import Which
from placemix.registry import Asked, asked
from placemix.results import Call, Result, remember

#: Thresholds of a profile unless others are asked for: every tenth.
TENTHS: tuple[float, ...] = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def concentration_profile(
    counts: Counts,
    *,
    focal: Which = None,
    share: str = "own",
    thresholds: float | Sequence[float] = TENTHS,
    op: Threshold = ">=",
    by: str | Sequence[str] = (),
) -> Result:
    """Count people and units where a share reaches each of a series of thresholds.

    Which share is thresholded is half of the debate about such profiles, so the result
    repeats it in every row.

    Parameters
    ----------
    counts
        People of each group in each unit.
    focal
        Group whose members are counted, a list of groups, or ``"each"``. None counts everyone.
    share
        Share of the unit that is compared with the threshold: ``"own"`` (the focal group's),
        ``"largest"`` (of whatever group is largest), the name of a group, or ``"not "`` and
        the name of a group.
    thresholds
        Shares from 0 to 1. They are compared on counts, so that a unit exactly on a threshold
        is on the right side of it.
    op
        ``">="`` reaches, ``">"`` exceeds ("over 90 %").
    by
        Strata to count apart.

    Returns
    -------
    result
        One row for each stratum, group and threshold. Columns: the strata, `focal`, `share`,
        `op`, `threshold`, `value` (share of members above), `members_above`, `members`,
        `people_above`, `people`, `units_above`, `units`, `source`, `version`.

    Raises
    ------
    FocalNeeded
        `share` is ``"own"`` and no group was named.
    InvalidParameter
        A threshold is not a share.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> rolls = pd.DataFrame({"school": list("ABCDE"), "x": [95, 10, 92, 40, 3], "y": [5, 80, 4, 30, 91],
    ...                       "z": [0, 10, 4, 30, 6]})
    >>> rolls = pm.from_wide(rolls, groups=["x", "y", "z"], unit="school")
    >>> pm.concentration_profile(rolls, share="largest", thresholds=[0.9], op=">")["value"].item()
    0.6
    """
    counts = checked(counts)
    by = () if by is None else by
    levels = [float(thresholds)] if isinstance(thresholds, (int, float)) else [float(level) for level in thresholds]
    strata = counts.arranged(by)
    if not levels:
        message = "No threshold was asked for."
        raise InvalidParameter(message, remedy="Give at least one share from 0 to 1.")
    everyone = Everyone(counts, strata)
    ask = Asked(asked("concentration_profile").row, {"share": share})
    if share == "own" and focal is None:
        names = ", ".join(map(group_text, counts.groups))
        message = "A profile of a group's own share is about one group."
        raise FocalNeeded(message, remedy=f"Pass focal= one of {names}, focal='each', or share='largest'.")
    focals: list[int | None] = [None]
    if focal is not None:
        wanted = list(counts.groups) if focal == "each" else focal if isinstance(focal, list) else [focal]
        focals = [counts.position(name) for name in wanted]

    def summed(values: Any) -> FloatArray:  # noqa: ANN401
        return np.add.reduceat(np.asarray(values, dtype=np.float64), strata.starts)

    parts = []
    lived_in = everyone.total > 0
    for position in focals:
        members = everyone.total if position is None else everyone.values[:, position]
        part = compared(ask, position, everyone, counts)
        for threshold in levels:
            reached = above(part, everyone.total, threshold, op=op)
            there, all_members = summed(members * reached), summed(members)
            value = np.divide(there, all_members, out=np.full(len(strata), np.nan), where=all_members > 0)
            parts.append(
                pd.DataFrame(
                    {
                        "focal": None if position is None else group_text(counts.groups[position]),
                        "share": share,
                        "op": op,
                        "threshold": threshold,
                        "value": value,
                        "members_above": there,
                        "members": all_members,
                        "people_above": summed(everyone.total * reached),
                        "people": summed(everyone.total),
                        "units_above": summed(reached).astype(np.int64),
                        "units": summed(lived_in).astype(np.int64),
                        "source": counts.source,
                        "version": __version__,
                    },
                    index=range(len(strata)),
                )
            )
    strata_names = (by,) if isinstance(by, str) else tuple(by)
    frame = pd.concat(parts, ignore_index=True)
    rows = np.arange(len(frame)).reshape(len(parts), len(strata)).T.ravel()
    frame = frame.iloc[rows].reset_index(drop=True)
    which = np.repeat(np.arange(len(strata)), len(parts))
    ahead = pd.DataFrame(
        {name: strata.labels[name].array.take(which) for name in strata_names}, index=range(len(frame))
    )
    result = remember(
        pd.concat([ahead, frame], axis=1),
        Call(
            "concentration_profile",
            {"counts": counts},
            {"focal": focal, "share": share, "thresholds": levels, "op": op, "by": list(strata_names)},
        ),
    )
    result.attrs["cites"] = ("poulsen_2001",)
    return result
