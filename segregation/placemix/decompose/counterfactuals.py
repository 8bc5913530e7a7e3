"""What a place would be with the mix of another: people of one map with another's distribution of shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, GroupName
from placemix.counts import Counts, checked, group_text
from placemix.decompose.information import people_of
from placemix.errors import InvalidParameter, did_you_mean, plural

#: Whose distribution is taken over.
How: TypeAlias = Literal["composition", "share", "dual_composition"]
#: How a unit's place among the others is said.
Percentile: TypeAlias = Literal["midpoint", "rank"]
_PERCENTILES = ("midpoint", "rank")
#: Digits to which values are compared before they are ranked.
_DIGITS = 12


class Mix(NamedTuple):
    """Two groups of a place, each of shape (units,), of units that have some of either.

    Attributes
    ----------
    focal, other
        People of the two groups.
    everyone
        All people, with those of other groups.
    """

    focal: FloatArray
    other: FloatArray
    everyone: FloatArray


def like_quantiles(values: FloatArray, like: FloatArray, percentile: Percentile = "midpoint") -> FloatArray:
    """Give every unit the value that another place has at its percentile.

    Parameters
    ----------
    values
        Values of units, shape (units,).
    like
        Values of the other place's units, shape (others,).
    percentile
        ``"midpoint"``: (r - 1/2)/n of rank r, and quantiles that go with it, so that a place is given its own
        values if it is its own model, and shares of the others mirror those of a group. ``"rank"``: r/n, and
        quantiles on a scale that begins at 0, as PySAL's segregation does.

    Returns
    -------
    values
        Shape (units,); equal ones stay equal, and get the value at the middle of their ranks.

    References
    ----------
    Rey, Cortes and Knaap 2021; Hazen 1914 for the midpoints.

    Examples
    --------
    >>> like_quantiles(np.array([0.1, 0.5, 0.3]), np.array([0.2, 0.4, 0.9])).tolist()
    [0.2, 0.9, 0.4]
    """
    # Shares that are equal as numbers may differ in their last digit where people are fractions.
    scale = np.abs(values).max(initial=0.0)
    rank = pd.Series(np.round(values / scale, _DIGITS) if scale > 0 else values).rank().to_numpy()
    if percentile == "rank":
        return np.asarray(np.quantile(like, rank / len(values)))
    return np.asarray(np.quantile(like, (rank - 0.5) / len(values), method="hazen"))


def _composition(mix: Mix, like: Mix, percentile: Percentile) -> tuple[FloatArray, FloatArray]:
    total = mix.focal + mix.other
    share = like_quantiles(mix.focal / total, like.focal / (like.focal + like.other), percentile)
    return share * total, (1 - share) * total


def _share(mix: Mix, like: Mix, percentile: Percentile) -> tuple[FloatArray, FloatArray]:
    found = []
    for ours, theirs in zip(mix[:2], like[:2], strict=True):
        share = like_quantiles(ours / ours.sum(), theirs / theirs.sum(), percentile)
        # Quantiles of other places need not sum to 1.
        found.append(share / share.sum() * ours.sum())
    return found[0], found[1]


def _dual_composition(mix: Mix, like: Mix, percentile: Percentile) -> tuple[FloatArray, FloatArray]:
    pairs = zip(mix[:2], like[:2], strict=True)
    first, other = (
        like_quantiles(ours / mix.everyone, theirs / like.everyone, percentile) * mix.everyone for ours, theirs in pairs
    )
    return first, other


_HOW: dict[str, Callable[[Mix, Mix, Percentile], tuple[FloatArray, FloatArray]]] = {
    "composition": _composition,
    "share": _share,
    "dual_composition": _dual_composition,
}
_KEPT = {
    "composition": "units keep their people",
    "share": "groups keep their members",
    "dual_composition": "neither units nor groups keep their people",
}


def counterfactual(
    counts: Counts,
    like: Counts,
    how: How = "composition",
    *,
    focal: GroupName,
    against: GroupName = "rest",
    percentile: Percentile = "midpoint",
) -> Counts:
    """Give one place's units the shares that another place has, the most for the unit with the most.

    Where each unit stands among the others stays as it is; how large the shares are is the other place's.

    Parameters
    ----------
    counts
        The place whose map, units and order are kept.
    like
        The place whose distribution is taken over. It needs neither the same units nor as many.
    how
        ``"composition"``: of the group's share in each unit; units keep their people, and the group's size
        becomes what follows. ``"share"``: of each unit's share of a group's members, for both groups apart;
        groups keep their members, and the size of units becomes what follows. ``"dual_composition"``: of both
        groups' shares in everyone of a unit; neither is kept. Against the rest this is ``"composition"``
        unless percentiles are ranks.
    focal, against
        A group of both places, and what it is compared with.
    percentile
        ``"midpoint"``, or ``"rank"`` to reproduce PySAL's numbers: see `like_quantiles`.

    Returns
    -------
    counts
        Two groups, with fractions of people, in the units of the first place; marked `synthetic`, and
        `about.notes` says how they were made, what was kept and what was not. Units without people of
        either group stay empty, and the people of other groups are left out.

    Raises
    ------
    InvalidParameter
        `how` or `percentile` is none; or one of the two groups has no members in one of the places.
    UnknownGroup
        A place lacks a group.

    References
    ----------
    Rey, Cortes and Knaap 2021.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> one, other = ({"area": list("ABC"), "x": x, "y": y} for x, y in
    ...               (([80, 20, 20], [20, 80, 180]), ([30, 20, 10], [70, 80, 90])))
    >>> one, other = (pm.from_wide(pd.DataFrame(t), groups=["x", "y"], unit="area") for t in (one, other))
    >>> changed = pm.decompose.counterfactual(one, other, focal="x")
    >>> changed.to_frame()[["unit", "x", "rest"]].round(6)
      unit     x   rest
    0    A  30.0   70.0
    1    B  20.0   80.0
    2    C  20.0  180.0
    """
    counts, like = checked(counts), checked(like)
    known_ways(how, percentile)
    alone = two_groups(counts, focal, against)
    mix, lived_in = mix_of(counts, focal, against)
    first, other = _HOW[how](mix, mix_of(like, focal, against)[0], percentile)
    values = np.zeros((len(counts), 2))
    values[lived_in] = np.column_stack([first, other])
    was, now = alone.values.sum(axis=0), values.sum(axis=0)
    sizes = "; ".join(
        f"{group_text(name)} {before:,.0f} before, {after:,.0f} now"
        for name, before, after in zip(alone.groups, was, now, strict=True)
    )
    origin = f"the {how.replace('_', ' ')} of another place ({like.source})"
    note = f"Counterfactual: these units with {origin}, matched by {percentile}; {_KEPT[how]}: {sizes}."
    if counts.error is not None or like.error is not None:
        note += " Standard errors of the cells are left out: they are not those of a counterfactual."
    return replace(
        alone, values=values, total=values.sum(axis=1), about=alone.about.noting(note, synthetic=True), stated=False
    )


def two_groups(counts: Counts, focal: GroupName, against: GroupName) -> Counts:
    """Return a group and what it is compared with alone; everyone else leaves the totals too."""
    values, names = people_of(counts, focal, against)
    return replace(
        counts, values=values, groups=tuple(names), total=values.sum(axis=1), low=None, high=None, error=None,
        stated=False, axes=(),
    )  # fmt: skip


def mix_of(counts: Counts, focal: GroupName, against: GroupName) -> tuple[Mix, FloatArray]:
    """Return both groups of units that have some of either, and which units those are, shape (units,).

    Raises
    ------
    InvalidParameter
        A group has no members.
    """
    values, names = people_of(counts, focal, against)
    lived_in = values.sum(axis=1) > 0
    absent = [group_text(name) for name, size in zip(names, values.sum(axis=0), strict=True) if size <= 0]
    if absent:
        message = f"{' and '.join(map(repr, absent))} {'has' if len(absent) == 1 else 'have'} no members in a place of "
        message += f"{plural(len(counts), 'unit')}."
        raise InvalidParameter(message, remedy="Compare groups that live in both places.")
    return Mix(values[lived_in, 0], values[lived_in, 1], counts.total[lived_in]), lived_in


def known_ways(how: str, percentile: str) -> None:
    """Refuse a distribution or a percentile that is none.

    Raises
    ------
    InvalidParameter
        There is none of that name.
    """
    for name, value, known in (("how", how, list(_HOW)), ("percentile", percentile, list(_PERCENTILES))):
        if value not in known:
            message = f"{name} is one of {', '.join(known)}, not {value!r}."
            raise InvalidParameter(message, remedy=did_you_mean(str(value), known))
