"""Whether one segregation curve lies inside another, or the two cross."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from placemix._typing import FloatArray
from placemix._version import __version__
from placemix.counts import Counts, checked
from placemix.curves.pairs import Pair, framed, pairs, why_undefined
from placemix.curves.points import Curve, curve_of
from placemix.errors import InvalidParameter
from placemix.indices import gini
from placemix.measuring.plan import Which
from placemix.results import Call, Result, remember
from placemix.wording import rival

#: Distances of two curves below this are rounding.
_ROUNDING = 1e-12


class Compared(NamedTuple):
    """Two curves, the first less the second: its range, where it changes its sign, and how often."""

    lowest: float
    highest: float
    crosses_at: float
    crossings: int

    @property
    def verdict(self) -> str:
        """Whether one dominates, they cross, or they are equal."""
        if self.crossings:
            return "cross"
        return "equal" if max(-self.lowest, self.highest) <= _ROUNDING else "dominates"

    @property
    def more(self) -> str | None:
        """Which is more segregated: the one whose curve lies farther from the diagonal."""
        if self.verdict != "dominates":
            return None
        return "first" if self.highest <= _ROUNDING else "second"


def _below(curve: Curve) -> tuple[FloatArray, FloatArray]:
    """Corners of a curve before the last step straight up, where only the focal group is left."""
    last = len(curve.across) - (1 if len(curve.share) > 1 and curve.share[-1] == 1 else 0)
    return curve.across[:last], curve.up[:last]


def compared(one: Curve, other: Curve) -> Compared:
    """Compare two curves at the corners of both, between which they are straight."""
    first, second = _below(one), _below(other)
    across = np.union1d(first[0], second[0])
    apart = np.interp(across, *first) - np.interp(across, *second)
    clear = np.flatnonzero(np.abs(apart) > _ROUNDING)
    turns = clear[:-1][np.sign(apart[clear[:-1]]) != np.sign(apart[clear[1:]])]
    at = np.nan
    if len(turns):
        start, end = turns[0], clear[np.searchsorted(clear, turns[0]) + 1]
        if end - start > 1:  # they meet at a corner
            at = float(across[start + 1])
        else:
            part = apart[start] / (apart[start] - apart[end])
            at = float(across[start] + part * (across[end] - across[start]))
    return Compared(float(apart.min()), float(apart.max()), at, len(turns))


def lorenz_dominance(
    first: Counts,
    second: Counts,
    *,
    focal: Which,
    against: Which = "rest",
    by: str | Sequence[str] = (),
    names: tuple[str, str] = ("first", "second"),
) -> Result:
    """Say which of two tables is more segregated whatever the index, or that it depends on the index.

    If one segregation curve lies nowhere inside the other, every index agrees that obeys the principle of
    transfers and does not depend on the groups' sizes: Gini, Atkinson with any shape, Hutchens, and D, which
    may be equal. If the curves cross, such indices can be found that disagree. Indices that depend on the
    groups' sizes, such as H, V and exposure, are not meant.

    Parameters
    ----------
    first, second
        The two tables: dates, places, or homes and schools. Their units need not be the same.
    focal
        Group of interest, a list of groups, or ``"each"``; in both tables.
    against
        Group compared with, a list of groups, or ``"rest"``.
    by
        Strata, compared with those of the same name in the other table.
    names
        What the tables are called in the sentences.

    Returns
    -------
    result
        One row for each stratum and pair of groups: the strata, `focal`, `against`, `verdict`
        (``"dominates"``, ``"cross"`` or ``"equal"``), `more_segregated` (``"first"`` or ``"second"``, whose
        curve lies farther from the diagonal; missing unless one dominates), `crossings`, `crosses_at` (the
        share of the others passed at the first crossing), `lowest_difference`, `highest_difference` (of the
        first curve less the second, at one share of the others passed), `gini_first`, `gini_second`,
        `reason`, `sentence`, `source_first`, `source_second`, `version`.

    Raises
    ------
    FocalNeeded, UnknownGroup, UnknownColumn
        No group was named, or no group or stratum has that name.
    InvalidParameter
        A group is compared with itself; the names are not two unlike texts.

    Notes
    -----
    Curves are compared as they are, without a test of chance.

    References
    ----------
    Duncan and Duncan 1955; James and Taeuber 1985; Hutchens 2015.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> jobs = pd.DataFrame({"job": list("ABC"), "women": [10, 30, 60], "men": [60, 30, 10]})
    >>> later = pd.DataFrame({"job": list("ABC"), "women": [20, 30, 50], "men": [50, 30, 20]})
    >>> jobs, later = (pm.from_wide(each, groups=["women", "men"], unit="job") for each in (jobs, later))
    >>> pm.lorenz_dominance(jobs, later, focal="women")[["verdict", "more_segregated", "crossings"]]
         verdict more_segregated  crossings
    0  dominates           first          0
    """
    tables = checked(first), checked(second)
    columns = (by,) if isinstance(by, str) else tuple(by)
    given: object = names
    two = isinstance(given, tuple | list) and len(given) == len(tables)
    if not two or not all(isinstance(name, str) and name for name in names) or names[0] == names[1]:
        message = f"names= says what the two tables are called, not {names!r}."
        raise InvalidParameter(message, remedy="Pass two unlike texts, such as ('1991', '2001').")
    one, other = ({_key(pair): pair for pair in pairs(table, focal, against, columns)} for table in tables)
    rows: list[dict[str, object]] = []
    for key in dict.fromkeys([*one, *other]):
        pair = one.get(key) or other[key]
        found = _row(one.get(key), other.get(key))
        sentence = _sentence(pair, found, names)
        rows.append({**pair.place, "focal": pair.focal, "against": pair.against, **found, "sentence": sentence})
    frame = framed(rows, columns)
    frame["crossings"] = frame["crossings"].astype("Int64")
    frame = frame.assign(source_first=tables[0].source, source_second=tables[1].source, version=__version__)
    arguments = {"focal": focal, "against": against, "by": list(columns), "names": list(names)}
    call = Call("lorenz_dominance", {"first": tables[0], "second": tables[1]}, arguments)
    result = remember(frame, call)
    result.attrs["cites"] = ("duncan_1955", "james_1985", "hutchens_2015")
    return result


def _key(pair: Pair) -> tuple[str, ...]:
    return (*map(str, pair.place.values()), pair.focal, pair.against)


def _row(one: Pair | None, other: Pair | None) -> dict[str, object]:
    reason: str | None = "one_table_only"
    found = None
    values = [np.nan, np.nan]
    if one is not None and other is not None:
        reasons = [why_undefined(pair) for pair in (one, other)]
        reason = reasons[0] or reasons[1]
        values = [
            gini(pair.people).item() if not why else np.nan for pair, why in zip((one, other), reasons, strict=True)
        ]
        found = None if reason else compared(curve_of(one.people), curve_of(other.people))
    return {
        "verdict": found and found.verdict,
        "more_segregated": found and found.more,
        "crossings": found.crossings if found else None,
        "crosses_at": found.crosses_at if found else np.nan,
        "lowest_difference": found.lowest if found else np.nan,
        "highest_difference": found.highest if found else np.nan,
        "gini_first": values[0],
        "gini_second": values[1],
        "reason": reason,
    }


def _sentence(pair: Pair, found: dict[str, object], names: tuple[str, str]) -> str | None:
    if found["verdict"] is None:
        return None
    place = ", ".join(map(str, pair.place.values())) or "the whole table"
    who = f"In {place}, the {pair.focal} group and {rival(pair.against)}"
    if found["verdict"] == "equal":
        return f"{who} are as far apart in {names[0]} as in {names[1]}, at every point of the curve."
    if found["verdict"] == "cross":
        return f"{who} are more apart in {names[0]} by one index and in {names[1]} by another: the curves cross."
    more, less = names if found["more_segregated"] == "first" else names[::-1]
    return f"{who} are more apart in {more} than in {less}, by every index that leaves group sizes out."
