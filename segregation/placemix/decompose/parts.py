"""Which units a value rests on, and what one more person would do to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.counts import Counts, checked, group_text
from placemix.decompose.information import behind, people_of, plogp
from placemix.errors import InvalidParameter, did_you_mean
from placemix.measuring.plan import Which
from placemix.results import Call, Result, remember


class Parts(NamedTuple):
    """Of a measure of people, shape (units, groups).

    Attributes
    ----------
    terms
        What each unit contributes, shape (units,); they sum to the value.
    slopes
        Change of the value with one more person of each group in each unit, shape (units, groups).
    """

    terms: FloatArray
    slopes: FloatArray


def contributions(counts: Counts, measure: str, *, focal: Which = None, against: Which = "rest") -> Result:
    """Say which units a value rests on.

    Parameters
    ----------
    counts
        People of each group in each unit.
    measure
        ``"dissimilarity"``, ``"isolation"``, ``"exposure"``, ``"correlation_ratio"``, ``"mutual_information"`` or
        ``"information_theory"``.
    focal, against
        As in `placemix.estimate`. Without a group, M and H of all groups.

    Returns
    -------
    result
        One row a unit with people: `unit`, `measure`, `focal`, `against`, `contribution` (they sum to
        the value), `share` of the value, `influence` (the value less what it would be without the
        unit; NaN where that is undefined), `people`, `residual`
        (people left out), `units_dropped`, `method`, `source`, `version`.

    Raises
    ------
    InvalidParameter
        The measure is no sum over units.

    Notes
    -----
    A contribution depends on the formula: H in its entropy form may have units below 0, more mixed
    than the whole.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> parts = pm.decompose.contributions(homes, "dissimilarity", focal="asian")
    >>> parts[["unit", "contribution", "influence"]].round(4)
      unit  contribution  influence
    0    A        0.2976     0.2106
    1    B        0.0595    -0.1048
    2    C        0.1786     0.0397
    3    D        0.0595    -0.1048
    """
    counts, everybody, names, lived_in = _asked(counts, measure, focal, against)
    people = everybody[lived_in]
    found = _PARTS[measure](people)
    value = found.terms.sum()
    frame = pd.DataFrame({
        "unit": counts.units[lived_in],
        "contribution": found.terms,
        "share": found.terms / value if value else np.nan,
        "influence": value - _without(measure, people),
        "people": people.sum(axis=1),
    })  # fmt: skip
    return _result(frame, counts, measure, names, everybody, focal, against, "contributions")


def gradients(counts: Counts, measure: str, *, focal: Which = None, against: Which = "rest") -> Result:
    """Say what one more person would do: the derivative of a value by each group in each unit.

    Parameters
    ----------
    counts, measure, focal, against
        As in `contributions`.

    Returns
    -------
    result
        One row for each unit with people and group compared: `unit`, `group`, `measure`, `focal`,
        `against`, `gradient` (change of the value for one more person, to first order), `people`,
        `residual`, `units_dropped`, `method`, `source`, `version`. M and H fall infinitely
        fast with the first member of a group in a unit: their gradient there is -inf. D has a
        kink where a unit's mix is that of the whole: its gradient is the mean of both sides.

    Raises
    ------
    InvalidParameter
        The measure is no sum over units.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> slopes = pm.decompose.gradients(homes, "isolation", focal="asian")
    >>> slopes.pivot(index="unit", columns="group", values="gradient").round(5)
    group    asian     rest
    unit
    A      0.00300 -0.00533
    B     -0.00200 -0.00033
    C     -0.00500 -0.00000
    D     -0.00200 -0.00033
    """
    counts, everybody, names, lived_in = _asked(counts, measure, focal, against)
    people = everybody[lived_in]
    found = _PARTS[measure](people)
    units, groups = people.shape
    frame = pd.DataFrame({
        "unit": counts.units[np.repeat(lived_in, groups)],
        "group": np.tile([group_text(name) for name in names], units),
        "gradient": found.slopes.ravel(),
        "people": np.repeat(people.sum(axis=1), groups),
    })  # fmt: skip
    return _result(frame, counts, measure, names, everybody, focal, against, "gradients")


def _asked(counts: Counts, measure: str, focal: Which, against: Which) -> tuple[Counts, FloatArray, list[Any], Any]:
    counts = checked(counts)
    if measure not in _PARTS:
        message = f"{measure!r} is not known as a sum over units; {', '.join(_PARTS)} are."
        raise InvalidParameter(message, remedy=did_you_mean(str(measure), list(_PARTS)))
    if focal is None and measure not in {"mutual_information", "information_theory"}:
        message = f"{measure} is taken apart for one group."
        raise InvalidParameter(message, remedy="Pass focal= a group.")
    people, names = people_of(counts, focal, against)
    if measure in {"isolation", "exposure", "correlation_ratio"} and names[1] != "rest":
        message = f"{measure} is taken apart against the rest only."
        raise InvalidParameter(message, remedy="Leave out against=, or keep the two groups alone with counts.select.")
    lived_in = np.flatnonzero(people.sum(axis=1) > 0)
    if (people.sum(axis=0) > 0).sum() < 2 or len(lived_in) < 2:
        message = "Two groups and two units with people are needed to take a value apart."
        raise InvalidParameter(message, remedy="placemix.measure says why the value is undefined.")
    return counts, people, names, lived_in


def _result(
    frame: pd.DataFrame,
    counts: Counts,
    measure: str,
    names: list[Any],
    everybody: FloatArray,
    focal: Which,
    against: Which,
    verb: str,
) -> Result:
    place = 2 if verb == "gradients" else 1
    frame.insert(place, "measure", measure)
    frame.insert(place + 1, "focal", None if focal is None else group_text(names[0]))
    frame.insert(place + 2, "against", None if focal is None else group_text(names[1]))
    frame = behind(frame, counts, measure, everybody)
    arguments = {"measure": measure, "focal": focal, "against": against}
    return remember(frame, Call(f"decompose.{verb}", {"counts": counts}, arguments))


def _dissimilarity(people: FloatArray) -> Parts:
    members = people.sum(axis=0)
    share = people / members
    side = np.sign(share[:, 0] - share[:, 1])
    terms = np.abs(share[:, 0] - share[:, 1]) / 2
    slopes = np.column_stack([side - (side * share[:, 0]).sum(), -(side - (side * share[:, 1]).sum())])
    return Parts(terms, slopes / (2 * members))


def _isolation(people: FloatArray) -> Parts:
    members, p = people[:, 0].sum(), people[:, 0] / people.sum(axis=1)
    terms = people[:, 0] * p / members
    slopes = np.column_stack([2 * p - p**2 - terms.sum(), -(p**2)]) / members
    return Parts(terms, slopes)


def _exposure(people: FloatArray) -> Parts:
    own = _isolation(people)
    return Parts(people[:, 0] / people[:, 0].sum() - own.terms, -own.slopes)


def _correlation_ratio(people: FloatArray) -> Parts:
    own, everyone, share = _isolation(people), people.sum(), people[:, 0].sum() / people.sum()
    value = (own.terms.sum() - share) / (1 - share)
    # P rises by (1 - P)/T with a member, and falls by P/T with another.
    moved = np.array([1 - share, -share]) / everyone
    slopes = (own.slopes - moved * (1 - value)) / (1 - share)
    return Parts((own.terms - share * people[:, 0] / people[:, 0].sum()) / (1 - share), slopes)


def _mutual_information(people: FloatArray) -> Parts:
    total, members, everyone = people.sum(axis=1), people.sum(axis=0), people.sum()
    with np.errstate(divide="ignore"):
        local = np.log(people / total[:, np.newaxis]) - np.log(members / everyone)
    terms = np.where(people > 0, people * np.where(people > 0, local, 0.0), 0.0).sum(axis=1) / everyone
    # Nobody of the group lives anywhere: one more of them is infinitely telling, whoever else is there.
    slopes = np.where(members > 0, local, np.inf)
    return Parts(terms, (slopes - terms.sum()) / everyone)


def _information_theory(people: FloatArray) -> Parts:
    m, members, everyone = _mutual_information(people), people.sum(axis=0), people.sum()
    share = members / everyone
    entropy = float(-plogp(share).sum())
    value = m.terms.sum() / entropy
    total = people.sum(axis=1)
    own = -plogp(people / total[:, np.newaxis]).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mixed = (-np.log(share) - entropy) / everyone
        slopes = np.where(members > 0, (m.slopes - value * mixed) / entropy, np.nan)
    return Parts(total * (entropy - own) / (everyone * entropy), slopes)


_PARTS: dict[str, Callable[[FloatArray], Parts]] = {
    "dissimilarity": _dissimilarity,
    "isolation": _isolation,
    "exposure": _exposure,
    "correlation_ratio": _correlation_ratio,
    "mutual_information": _mutual_information,
    "information_theory": _information_theory,
}


def _without(measure: str, people: FloatArray) -> FloatArray:
    """Value without each unit, shape (units,)."""
    if len(people) < 3:
        return np.full(len(people), np.nan)
    left = people.sum(axis=0) - people
    if measure == "dissimilarity":
        return _dissimilarity_without(people)
    total = people.sum(axis=1)
    everyone = total.sum() - total
    with np.errstate(divide="ignore", invalid="ignore"):
        if measure in {"mutual_information", "information_theory"}:
            cells = plogp(people).sum(axis=1) - plogp(total)
            m = (cells.sum() - cells - plogp(left).sum(axis=1) + plogp(everyone)) / everyone
            entropy = (plogp(everyone) - plogp(left).sum(axis=1)) / everyone
            value = m if measure == "mutual_information" else m / entropy
        else:
            square = people[:, 0] ** 2 / total
            own = (square.sum() - square) / left[:, 0]
            share = left[:, 0] / everyone
            value = {"isolation": own, "exposure": 1 - own}.get(measure, (own - share) / (1 - share))
    return np.asarray(np.where((left > 0).sum(axis=1) > 1, value, np.nan))


def _dissimilarity_without(people: FloatArray) -> FloatArray:
    """D without each unit: the sum of |x/X - y/Y| for other X and Y, from units sorted by x/y once."""
    x, y = people.T
    left_x, left_y = x.sum() - x, y.sum() - y
    with np.errstate(divide="ignore", invalid="ignore"):
        order = np.argsort(x / (x + y), kind="stable")
        ranked = (x / (x + y))[order]
        below_x, below_y = (np.concatenate([[0.0], np.cumsum(part[order])]) for part in (x, y))
        # Units whose share is below the others' have x/X < y/Y: their sum of y/Y - x/X is D itself.
        place = np.searchsorted(ranked, left_x / (left_x + left_y), side="left")
        own = _place(order)
        inside = own < place
        value = (below_y[place] - np.where(inside, y, 0)) / left_y - (below_x[place] - np.where(inside, x, 0)) / left_x
    return np.asarray(np.where((left_x > 0) & (left_y > 0), value, np.nan))


def _place(order: Any) -> Any:  # noqa: ANN401
    """Place of each unit in an order."""
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place
