"""How much a school differs from the schools nearest to it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, GroupName
from placemix._version import __version__
from placemix.counts import Counts, checked, group_text
from placemix.errors import InvalidParameter
from placemix.indices._parts import ratio
from placemix.results import Call, Result, first_reason, remember
from placemix.surroundings import nearest_places
from placemix.surroundings.points import locate

#: Points of a hundred by which a school differs, and times by which a group's share does, in the rule of 2017.
POINTS = 15
TIMES = 2


def contrast(
    rolls: Counts,
    *,
    focal: GroupName,
    host: GroupName | None = None,
    phase: str | None = None,
    nearest: int = 10,
    within: str | None = None,
) -> Result:
    """Compare each school with the schools nearest to it, by the rule of 2017.

    A school contrasts with its neighbours if its share of the group differs from theirs by more than 15 points,
    or if its share of the group, or of everyone else, is less than half or more than twice theirs. That is a
    contrast, not segregation: a school of two equal halves among schools of one group contrasts by being
    more mixed, and `direction` says so.

    Parameters
    ----------
    rolls
        Pupils of each group in each school, with points on a projected map.
    focal
        The group.
    host
        The host group, whose share in the school is also compared with its neighbours'. Default: the largest group.
    phase
        Strata column of the phases; a school is compared with schools of its own. Default: all are of one phase.
    nearest
        With how many schools; of those equally far, the first by id as text.
    within
        Further strata column whose border neighbours do not cross, such as the authority. Default: they do, as
        pupils do.

    Returns
    -------
    result
        One row for each school. Columns: `unit`, `phase`, `focal`, `share`, `share_near` (of all pupils of the nearest
        schools together), `difference`, `ratio`, `ratio_others`; `contrast` (``"low"``, ``"high"``, ``"similar"``),
        `rule` (``"difference"``, ``"ratio"``, ``"both"``, or missing); `by_chance` (how likely a school of this size
        would contrast if its pupils and its neighbours' were dealt to the places of both regardless of group; summed,
        the contrasts that chance alone would give); `host`, `host_share`, `host_share_near`, `host_direction`
        (``"more of the host group"``, ``"less of the host group"``, ``"the same share"``); `diversity`,
        `diversity_near` (Simpson's: the chance that two pupils are of different groups), `direction` (``"more
        diverse"``, ``"less diverse"``, ``"as diverse"``); `pupils`, `pupils_near`, `near` (ids of the schools),
        `furthest` (metres to the last of them), `reason`, `note`, `source`, `version`.

    Raises
    ------
    InvalidParameter
        `nearest` is no whole number above 0.
    UnknownGroup, UnknownColumn, NoPlace, GeographicCRS
        The group, the strata or the points are not there.

    Notes
    -----
    Thresholds are compared on counts. A school exactly on one is similar: the rule says more than. A small school or
    a small group contrasts easily by chance: half of 4 % is 2 %, which is one pupil of fifty.

    References
    ----------
    SchoolDash, The Challenge and iCoCo 2017.

    Examples
    --------
    >>> import placemix as pm
    >>> rolls = pm.datasets.town().rolls_latest()
    >>> found = pm.schools.contrast(rolls, focal="blue", phase="phase")
    >>> found["contrast"].value_counts().to_dict()
    {'low': 35, 'similar': 21, 'high': 4}
    """
    rolls = checked(rolls)
    column = rolls.position(focal)
    hosts = int(np.argmax(rolls.values.sum(axis=0))) if host is None else rolls.position(host)
    if isinstance(nearest, bool) or not isinstance(nearest, int | np.integer) or nearest < 1:
        message = f"nearest is a whole number above 0, not {nearest!r}."
        raise InvalidParameter(message)
    by = tuple(name for name in (phase, within) if name is not None)
    strata = rolls.arranged(by)
    near = np.zeros((len(rolls), rolls.values.shape[1] + 1))
    names: Any = np.full(len(rolls), None, dtype=object)
    furthest, alone = np.full(len(rolls), np.nan), np.zeros(len(rolls), dtype=bool)
    for number in range(len(strata)):
        here = strata.order[strata.bounds[number] : strata.bounds[number + 1]]
        part = rolls.take(here)
        if (part.total > 0).sum() <= nearest:
            alone[here] = True
            continue
        sums, ids, far = _nearest(part, nearest)
        near[here], names[here], furthest[here] = sums, ids, far
    own = np.column_stack([rolls.values, rolls.residual])
    frame = _compared(own, near, column)
    frame.insert(list(frame.columns).index("rule") + 1, "by_chance", _by_chance(own, near, column))
    for name, values in _hosts(own, near, hosts).items():
        frame.insert(list(frame.columns).index("diversity"), name, values)
    frame.insert(list(frame.columns).index("host_share"), "host", group_text(rolls.groups[hosts]))
    empty = rolls.total <= 0
    reason = first_reason({"no_people": empty, "too_few_schools": alone})
    undefined = empty | alone
    for name in ("share_near", "difference", "ratio", "ratio_others", "by_chance", "diversity_near", "host_share_near"):
        frame.loc[undefined, name] = np.nan
    for name in ("contrast", "rule", "direction", "host_direction"):
        frame[name] = frame[name].astype(object).where(~undefined, None)
    frame.insert(0, "unit", np.asarray(rolls.units, dtype=object))
    frame.insert(1, "phase", None if phase is None else rolls.strata[phase].astype(str).to_numpy(dtype=object))
    frame.insert(2, "focal", group_text(rolls.groups[column]))
    frame["pupils"], frame["pupils_near"] = rolls.total, np.where(undefined, np.nan, near.sum(axis=1))
    frame["near"], frame["furthest"], frame["reason"] = names, furthest, reason
    left = float(rolls.residual.sum())
    frame["note"] = f"{left:,.0f} pupils in none of the groups stay in the totals." if left else None
    frame["source"], frame["version"] = rolls.source, __version__
    arguments = {"focal": focal, "host": host, "phase": phase, "nearest": int(nearest), "within": within}
    result = remember(frame, Call("schools.contrast", {"rolls": rolls}, arguments))
    result.attrs["cites"] = ("schooldash_2017",)
    return result


def _nearest(part: Counts, nearest: int) -> tuple[FloatArray, Any, FloatArray]:
    """Pupils of the nearest schools by group, their ids, and how far the last of them is."""
    around = nearest_places(part, places=nearest)
    own = np.column_stack([part.values, part.residual])
    sums = around @ own - own
    xy = locate(part, point="centroid").xy
    ids = part.units.to_numpy(dtype=object)
    listed: list[list[int]] = [[] for _ in range(len(part))]
    for i, j, _ in around.pairs():
        for one, other in zip(i.tolist(), j.tolist(), strict=True):
            listed[one].append(other)
    far = np.full(len(part), np.nan)
    names: Any = np.full(len(part), None, dtype=object)
    for place, others in enumerate(listed):
        away = np.hypot(*(xy[others] - xy[place]).T) if others else np.array([np.nan])
        far[place] = away.max()
        order = sorted(range(len(others)), key=lambda at: (away[at], ids[others[at]]))
        names[place] = ", ".join(str(ids[others[at]]) for at in order)
    return sums, names, far


def _compared(own: FloatArray, near: FloatArray, column: int) -> pd.DataFrame:
    x, t = own[:, column], own.sum(axis=1)
    x_near, t_near = near[:, column], near.sum(axis=1)
    level, by_points = differs(x, t, x_near, t_near)
    share, share_near = ratio(x, t), ratio(x_near, t_near)
    mixed, mixed_near = _simpson(own), _simpson(near)
    by_ratio = ratios_differ(x, t, x_near, t_near)
    rule = first_reason({"both": by_points & by_ratio, "difference": by_points, "ratio": by_ratio})
    # Rounding of two sums is no difference in diversity.
    gap = np.where(np.isclose(mixed, mixed_near, rtol=1e-12, atol=1e-12), 0.0, mixed - mixed_near)
    direction = np.where(gap > 0, "more diverse", np.where(gap < 0, "less diverse", "as diverse"))
    return pd.DataFrame(
        {
            "share": share,
            "share_near": share_near,
            "difference": share - share_near,
            "ratio": ratio(share, share_near),
            "ratio_others": ratio(1 - share, 1 - share_near),
            "contrast": level,
            "rule": rule,
            "diversity": mixed,
            "diversity_near": mixed_near,
            "direction": direction,
        }
    )


def _hosts(own: FloatArray, near: FloatArray, column: int) -> dict[str, Any]:
    """The host group's share in each school and nearby, and which is larger, compared on counts."""
    x, t, x_near, t_near = own[:, column], own.sum(axis=1), near[:, column], near.sum(axis=1)
    apart = x * t_near - x_near * t
    words = ["more of the host group", "less of the host group"]
    return {
        "host_share": ratio(x, t),
        "host_share_near": ratio(x_near, t_near),
        "host_direction": np.select([apart > 0, apart < 0], words, default="the same share"),
    }


def _by_chance(own: FloatArray, near: FloatArray, column: int) -> FloatArray:
    """How likely each school would contrast if its pupils were drawn from its own and its neighbours' together."""
    from scipy.special import gammaln

    out = np.full(len(own), np.nan)
    whole = (own % 1 == 0).all(axis=1) & (near % 1 == 0).all(axis=1)
    for place in np.flatnonzero(whole & (own.sum(axis=1) > 0) & (near.sum(axis=1) > 0)):
        t, t_near = own[place].sum(), near[place].sum()
        members = own[place, column] + near[place, column]
        low, high = max(0.0, members - t_near), min(t, members)
        x = np.arange(low, high + 1)
        ends = np.full(len(x), t), members - x, np.full(len(x), t_near)
        words, _ = differs(x, *ends)
        # The hypergeometric distribution by logarithms: binomials of a thousand pupils overflow.
        parts = (members, x), (t + t_near - members, t - x), (t + t_near, np.full(len(x), t))
        logs = [gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1) for n, k in parts]
        out[place] = min(1.0, float(np.exp(logs[0] + logs[1] - logs[2])[words != "similar"].sum()))
    return out


def differs(x: FloatArray, t: FloatArray, x_near: FloatArray, t_near: FloatArray) -> tuple[Any, BoolArray]:
    """The word of the rule of 2017 for each school, and where the shares differ by more than 15 points.

    Examples
    --------
    >>> import numpy as np
    >>> own, near = np.array([34, 36, 66, 9, 11.0]), np.array([50, 50, 50, 20, 20.0])
    >>> differs(own, np.full(5, 100.0), near, np.full(5, 100.0))[0].tolist()
    ['low', 'similar', 'high', 'low', 'similar']
    """
    apart = x * t_near - x_near * t
    by_points = 100 * np.abs(apart) > POINTS * t * t_near
    holds = by_points | ratios_differ(x, t, x_near, t_near)
    word: Any = np.where(holds, np.where(apart < 0, "low", "high"), "similar")
    return word, by_points


def ratios_differ(x: FloatArray, t: FloatArray, x_near: FloatArray, t_near: FloatArray) -> BoolArray:
    """Where the share of the group, or of the others, is less than half or more than twice that of the neighbours."""
    found = np.zeros(len(x), dtype=bool)
    for part, part_near in ((x, x_near), (t - x, t_near - x_near)):
        mine, theirs = part * t_near, part_near * t
        found |= (TIMES * mine < theirs) | (mine > TIMES * theirs)
    return found


def _simpson(table: FloatArray) -> FloatArray:
    total = table.sum(axis=1)
    return 1 - ratio((table**2).sum(axis=1), total**2)
