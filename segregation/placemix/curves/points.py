"""The segregation curve of two groups, point by point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix._version import __version__
from placemix.counts import Counts, checked
from placemix.curves.pairs import framed, pairs, why_undefined
from placemix.measuring.plan import Which
from placemix.results import Call, Result, remember


class Curve(NamedTuple):
    """A segregation curve: its corners from (0, 0) to (1, 1), and what lies between two of them.

    Attributes
    ----------
    across, up
        Shares of the others and of the focal group passed so far, shape (steps + 1,).
    share
        The focal group's share in the units of a step, shape (steps,).
    units
        Units of a step; those of one share are one step.
    people
        People of both groups in the units of a step.
    """

    across: FloatArray
    up: FloatArray
    share: FloatArray
    units: IntArray
    people: FloatArray


def curve_of(people: FloatArray) -> Curve:
    """Order units by the first group's share, and pass them; `people` of both groups, shape (units, 2)."""
    share = people[:, 0] / people.sum(axis=1)
    order = np.argsort(share, kind="stable")
    share, people = share[order], people[order]
    first = np.flatnonzero(np.append(True, np.diff(share) != 0))
    alike = np.add.reduceat(people, first, axis=0)
    passed = np.cumsum(alike, axis=0)
    passed = np.vstack([[0.0, 0.0], passed / passed[-1]])
    return Curve(passed[:, 1], passed[:, 0], share[first], np.diff(np.append(first, len(share))), alike.sum(axis=1))


def segregation_curve(counts: Counts, *, focal: Which, against: Which = "rest", by: str | Sequence[str] = ()) -> Result:
    """Give the points of the segregation curve of two groups.

    Units are passed in order of the focal group's share, lowest first. The curve runs from (0, 0) to
    (1, 1): across, the share of the others passed so far; up, that of the focal group. Where groups are
    spread alike it is the diagonal; where they share no unit it runs along two sides of the square. D is its
    greatest distance below the diagonal, Gini twice the area between.

    Parameters
    ----------
    counts
        People of each group in each unit: areas, schools, occupations.
    focal
        Group of interest, a list of groups, or ``"each"``.
    against
        Group compared with, a list of groups, or ``"rest"`` (everyone else).
    by
        Strata, each with a curve of its own.

    Returns
    -------
    result
        One row a point, in order: the strata, `focal`, `against`, `point` (from 0), `share` (the focal
        group's, in the units passed to reach the point; missing at point 0), `units` (passed with it: those
        of one share are passed together), `against_passed`, `focal_passed` (shares, from 0 to 1), `people`
        (of both groups in these units), `reason`, `source`, `version`. Where a group is absent, or only one
        unit has people, there is one row without a point, and the reason.

    Raises
    ------
    FocalNeeded, UnknownGroup, UnknownColumn
        No group was named, or no group or stratum has that name.
    InvalidParameter
        A group is compared with itself.

    References
    ----------
    Duncan and Duncan 1955; James and Taeuber 1985; Hutchens 2015.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> jobs = pd.DataFrame({"job": list("ABCD"), "women": [20, 40, 60, 80], "men": [80, 60, 40, 20]})
    >>> jobs = pm.from_wide(jobs, groups=["women", "men"], unit="job")
    >>> curve = pm.segregation_curve(jobs, focal="women")
    >>> curve[["point", "share", "against_passed", "focal_passed"]]
       point  share  against_passed  focal_passed
    0      0    NaN             0.0           0.0
    1      1    0.2             0.4           0.1
    2      2    0.4             0.7           0.3
    3      3    0.6             0.9           0.6
    4      4    0.8             1.0           1.0
    """
    counts = checked(counts)
    names = (by,) if isinstance(by, str) else tuple(by)
    rows: list[dict[str, object]] = []
    for pair in pairs(counts, focal, against, names):
        who = {**pair.place, "focal": pair.focal, "against": pair.against}
        reason = why_undefined(pair)
        if reason is not None:
            nothing = dict.fromkeys(("share", "against_passed", "focal_passed", "people"), np.nan)
            rows.append({**who, "point": 0, "units": 0, **nothing, "reason": reason})
            continue
        curve = curve_of(pair.people)
        rows += [
            {
                **who,
                "point": point,
                "share": curve.share[point - 1] if point else np.nan,
                "units": int(curve.units[point - 1]) if point else 0,
                "against_passed": curve.across[point],
                "focal_passed": curve.up[point],
                "people": curve.people[point - 1] if point else 0.0,
                "reason": None,
            }
            for point in range(len(curve.up))
        ]
    frame = framed(rows, names).assign(source=counts.source, version=__version__)
    columns = [*names, "focal", "against", "point", "share", "units", "against_passed", "focal_passed", "people"]
    frame = frame[[*columns, "reason", "source", "version"]]
    arguments = {"focal": focal, "against": against, "by": list(names)}
    result = remember(frame, Call("segregation_curve", {"counts": counts}, arguments))
    result.attrs["cites"] = ("duncan_1955", "james_1985", "hutchens_2015")
    return result
