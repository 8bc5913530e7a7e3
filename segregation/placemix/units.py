"""Local values: one a unit; and how many people live above a threshold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray, Threshold
from placemix._version import __version__
from placemix.about import ESTIMATED
from placemix.counts import Counts, checked, group_text
from placemix.errors import FocalNeeded, InvalidParameter
from placemix.indices import above, byar
from placemix.measuring.evaluation import Everyone, compared
from placemix.measuring.plan import Which
from placemix.registry import Asked, asked
from placemix.results import COLUMNS, Call, Result, first_reason, remember
from placemix.strata import Strata

#: Thresholds of a profile unless others are asked for: every tenth.
TENTHS: tuple[float, ...] = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def local(
    counts: Counts,
    measures: str | Sequence[str],
    *,
    focal: Which = None,
    by: str | Sequence[str] = (),
    level: float = 0.95,
) -> Result:
    """Measure each unit: location quotients, local segregation, diversity.

    Parameters
    ----------
    counts
        People of each group in each unit.
    measures
        Names from `catalogue` whose dimension is local or diversity.
    focal
        Group of interest, a list of groups, or ``"each"``. Local segregation without one
        compares all groups.
    by
        Strata that units are compared with. Default: the whole table.
    level
        Level of the limits of location quotients: Byar's, what chance alone would give a
        unit of that size.

    Returns
    -------
    result
        One row for each unit, measure and group; columns `unit`, the strata, then as from
        `placemix.measure`. Units where nobody lives are NaN with the reason ``no_people``.

    Raises
    ------
    FocalNeeded
        A measure is about one group and none was named.
    InvalidParameter
        A measure has one value a stratum.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> pm.local(homes, "location_quotient", focal="asian")[["unit", "value", "lower", "upper"]].round(2)
      unit  value  lower  upper
    0    A   2.67   2.11   3.32
    1    B   0.67   0.41   1.03
    2    C   0.00   0.00   0.12
    3    D   0.67   0.41   1.03
    """
    counts = checked(counts)
    strata = counts.arranged(by)
    everyone = Everyone(counts, strata)
    place = np.empty(len(counts), dtype=np.intp)
    place[strata.order] = np.arange(len(counts))
    stratum = np.repeat(np.arange(len(strata)), np.diff(strata.bounds))[place]
    names = (by,) if isinstance(by, str) else tuple(by)
    blocks = []
    for ask in (asked(text) for text in ([measures] if isinstance(measures, str) else measures)):
        blocks += [
            _block(ask, position, counts, everyone, strata, place, level) for position in _focals(ask, counts, focal)
        ]
    if not blocks:
        message = "No measure was asked for."
        raise InvalidParameter(message, remedy="Name at least one; placemix.catalogue() lists them.")
    frame = pd.concat(blocks, ignore_index=True)
    frame = frame.iloc[np.arange(len(frame)).reshape(len(blocks), len(counts)).T.ravel()].reset_index(drop=True)
    repeats = np.repeat(np.arange(len(counts)), len(blocks))
    ahead = {"unit": np.asarray(counts.units, dtype=object)[repeats]}
    ahead |= {name: strata.labels[name].array.take(stratum[repeats]) for name in names}
    for name in (
        "measure",
        "focal",
        "against",
        "flag",
        "reason",
        "note",
        "around",
        "method",
        "interval_method",
        "source",
        "version",
    ):
        frame[name] = frame[name].astype("category")
    frame = pd.concat([pd.DataFrame(ahead), frame[list(COLUMNS)]], axis=1)
    arguments = {
        "measures": [measures] if isinstance(measures, str) else list(measures),
        "focal": focal,
        "by": list(names),
        "level": level,
    }
    return remember(frame, Call("local", {"counts": counts}, arguments))


def _focals(ask: Asked, counts: Counts, focal: Which) -> list[int | None]:
    row = ask.row
    if row.call not in {"unit", "mix"}:
        message = f"{row.name} has one value a stratum, not one a unit."
        raise InvalidParameter(message, remedy=f"Call placemix.measure(counts, {row.name!r}, …).")
    if row.call == "mix" or (focal is None and row.focal != "needed"):
        return [None]
    if focal is None:
        names = ", ".join(map(group_text, counts.groups))
        message = f"{row.name} is about one group."
        raise FocalNeeded(message, remedy=f"Pass focal= one of {names}, or focal='each'.")
    if focal == "each":
        return list(range(len(counts.groups)))
    return [counts.position(name) for name in (focal if isinstance(focal, list) else [focal])]


def _block(
    ask: Asked,
    position: int | None,
    counts: Counts,
    everyone: Everyone,
    strata: Strata,
    place: IntArray,
    level: float,
) -> pd.DataFrame:
    """One measure of one group for every unit, in the order of the counts."""
    row, options = ask.row, dict(ask.values)
    people = counts.total
    blank: FloatArray = np.full(len(counts), np.nan)
    lower, upper, expected = blank, blank, blank
    against: str | None = None
    if row.call == "mix":
        value, people = np.asarray(row.function(counts.values, **options)), counts.values.sum(axis=1)
        numerator, denominator = value * people, people
    elif row.name == "location_quotient" and position is not None:
        value = row.function(everyone.pair(position, -1), starts=everyone.starts, **options)[place]
        members = np.add.reduceat(everyone.values[:, position], everyone.starts)
        size = np.add.reduceat(everyone.total, everyone.starts)
        share = np.divide(members, size, out=np.zeros_like(size), where=size > 0)
        share = np.repeat(share, np.diff(strata.bounds))[place]
        numerator, denominator = counts.values[:, position], people * share
        lower, upper = byar(numerator, denominator, level=level)
        expected = np.where(np.isnan(value), np.nan, 1.0)  # the stratum as a whole, the group included
    else:
        table = everyone.values if position is None else everyone.pair(position, -1)
        value = row.function(table, starts=everyone.starts, **options)[place]
        people = table.sum(axis=1)[place]
        numerator, denominator = value * people, people
        against = None if position is None else "rest"
    undefined = "one_person" if options.get("finite") else "group_absent"
    reason = first_reason({"no_people": people <= 0, undefined: np.isnan(value)})
    limits = row.name == "location_quotient"
    doubt = "none:estimated_counts" if counts.about.estimated else "none:complete_count"
    fixed = {
        "measure": ask.text,
        "focal": None if position is None else group_text(counts.groups[position]),
        "against": against,
        "level": level if limits else np.nan,
        "flag": None,
        "note": ESTIMATED if counts.about.estimated else None,
        "around": "own unit",
        "method": row.method,
        "interval_method": "null:byar" if limits else doubt,
        "source": counts.source,
        "version": __version__,
    }
    here = counts.values > 0
    return pd.DataFrame(
        {
            **fixed,
            "value": value,
            "expected": expected,
            "lower": lower,
            "upper": upper,
            "numerator": numerator,
            "denominator": denominator,
            "people": people,
            "units": pd.array(np.ones(len(counts), dtype=np.int64), dtype="Int64"),
            "groups": pd.array(here.sum(axis=1).astype(np.int64), dtype="Int64"),
            "residual": counts.residual,
            "units_dropped": pd.array(np.zeros(len(counts), dtype=np.int64), dtype="Int64"),
            "reason": reason,
        },
        index=range(len(counts)),
    )


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
