"""One classification for counts and rates that differ in theirs."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, overload

import numpy as np

from placemix._typing import FloatArray, GroupName
from placemix.counts import Counts, group_text
from placemix.errors import InvalidParameter, listed
from placemix.harmonise.groups.categories import Scheme
from placemix.harmonise.groups.dividing import Weights
from placemix.harmonise.groups.group_moves import Move, Names, Target, called, move_of, warn_lossy
from placemix.harmonise.groups.rate_groups import regrouped_rates
from placemix.harmonise.guards import as_counts
from placemix.rates import Rates

#: What stands between the schemes of groups with several axes.
_CROSSED = " × "


@overload
def regroup(
    counts: Counts,
    target: Target,
    *,
    source: str | Scheme | None = ...,
    weights: Weights | None = ...,
    names: Names = ...,
    unstated: Literal["group", "residual"] = ...,
    axis: str | None = ...,
) -> Counts: ...


@overload
def regroup(
    counts: Rates,
    target: Target,
    *,
    source: str | Scheme | None = ...,
    weights: Weights | None = ...,
    names: Names = ...,
) -> Rates: ...


def regroup(
    counts: Counts | Rates,
    target: Target,
    *,
    source: str | Scheme | None = None,
    weights: Weights | None = None,
    names: Names = "id",
    unstated: Literal["group", "residual"] = "group",
    axis: str | None = None,
) -> Counts | Rates:
    """Bring counts or rates to another classification; nobody is lost.

    Parameters
    ----------
    counts
        Counts, or `Rates` with numerators and denominators. Groups are found by their published
        labels, codes or short names, whatever their case and punctuation.
    target
        Id of a classification (`schemes` lists them), or a crosswalk from `group_crosswalk` or
        `finest_common`.
    source
        Classification of the groups. Default: `about.scheme`, else the one in which all labels are.
    weights
        How to divide categories with several targets, as in `group_crosswalk`; the result is then
        marked as estimated.
    names
        What to call the groups: short ``"id"``, published ``"label"``, or ``"code"``.
    unstated
        Whether people whose group is not known stay a group of their own, or become the residual:
        part of every total, and never one of the groups.
    axis
        Where groups have several axes: which one to regroup.

    Returns
    -------
    regrouped
        Of the same kind. Totals, strata, shapes, intervals, standard errors (of independent cells)
        and everything else stay. `about.notes` say what was moved, on whose word, and what was not
        checked. Groups of which the table has no part are left out, not 0.

    Raises
    ------
    UnknownGroup, OverlappingGroups
        Labels fit no category, or some are totals of others.
    InvalidCrosswalk
        Categories would have to be divided.
    DenominatorMismatch
        The two classifications record different things; or a rate lacks what it is a share of.
    InvalidParameter
        The groups could be those of several classifications.

    Warns
    -----
    BreakInSeries
        A move changes what is counted.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> pupils = pd.DataFrame({"school": ["a", "b"], "APKN": [30, 5], "CHNE": [2, 1], "WBRI": [8, 40], "REFU": [1, 0]})
    >>> pupils = pm.from_wide(pupils, groups=["APKN", "CHNE", "WBRI", "REFU"], unit="school")
    >>> regroup(pupils, "eth5_2021", source="dfe18").to_frame()
      unit  asian  white  refused  total
    0    a   32.0    8.0      1.0   41.0
    1    b    6.0   40.0      0.0   46.0
    """
    if names not in {"id", "label", "code"} or unstated not in {"group", "residual"}:
        message = f"names is 'id', 'label' or 'code', and unstated 'group' or 'residual', not {names!r}, {unstated!r}."
        raise InvalidParameter(message)
    if isinstance(counts, Rates):
        return regrouped_rates(counts, target, source, weights, names)
    counts = as_counts(counts)
    place = _axis(counts, axis)
    labels = list(dict.fromkeys(_part(group, place) for group in counts.groups))
    schemes_ = (counts.about.scheme or "").split(_CROSSED)
    crossed = place is not None and len(schemes_) == len(counts.axes)
    move = move_of(labels, schemes_[place or 0] if crossed else counts.about.scheme, target, source, weights)
    groups, matrix = _matrix(counts.groups, place, move, called(move, names))
    people = dict.fromkeys(labels, 0.0)
    for group, size in zip(counts.groups, counts.values.sum(axis=0), strict=True):
        people[_part(group, place)] += size
    warn_lossy(move, [label for label, size in people.items() if size > 0])
    scheme = move.target if place is None else counts.about.scheme
    if crossed:
        scheme = _CROSSED.join([*schemes_[:place], str(move.target), *schemes_[(place or 0) + 1 :]])
    moved = replace(
        counts,
        values=counts.values @ matrix,
        groups=groups,
        low=None if counts.low is None else counts.low @ matrix,
        high=None if counts.high is None else counts.high @ matrix,
        error=None if counts.error is None else np.sqrt(counts.error**2 @ matrix**2),
        about=counts.about.noting(
            *move.notes,
            scheme=scheme,
            estimated=counts.about.estimated or bool(move.divided),
        ),
    )
    return _without(moved, move, names, place) if unstated == "residual" else moved


def _axis(counts: Counts, axis: str | None) -> int | None:
    if axis is None and not counts.axes:
        return None
    if axis not in counts.axes:
        message = f"The groups have the axes {', '.join(counts.axes) or 'none'}; axis is {axis!r}."
        raise InvalidParameter(message, remedy="Name the one to regroup, as axis='ethnicity'.")
    return counts.axes.index(str(axis))


def _part(group: GroupName, place: int | None) -> str:
    return group_text(group) if place is None else group[place]


def _matrix(
    groups: tuple[GroupName, ...], place: int | None, move: Move, names: dict[str, str]
) -> tuple[tuple[GroupName, ...], FloatArray]:
    """Names of the new groups, and the share of each old one that goes to each, shape (old, new)."""
    weights = move.walk.weights.toarray()
    row = {str(label): number for number, label in enumerate(_labels_of(groups, place))}
    shares: dict[GroupName, dict[int, float]] = {}
    for column, target in enumerate(move.walk.targets):
        for number, group in enumerate(groups):
            share = weights[row[_part(group, place)], column]
            if share > 0:
                text = names[str(target)]
                name: GroupName = text if place is None else (*group[:place], text, *group[place + 1 :])
                shares.setdefault(name, {})[number] = float(share)
    matrix = np.zeros((len(groups), len(shares)))
    for column, parts in enumerate(shares.values()):
        matrix[list(parts), column] = list(parts.values())
    return tuple(shares), matrix


def _labels_of(groups: tuple[GroupName, ...], place: int | None) -> list[str]:
    return list(dict.fromkeys(_part(group, place) for group in groups))


def _without(counts: Counts, move: Move, names: Names, place: int | None) -> Counts:
    """Make people whose group is not known the residual."""
    new_names = called(move, names)
    drop = {new_names[name] for name in move.unstated}
    keep = [number for number, group in enumerate(counts.groups) if _part(group, place) not in drop]
    gone = counts.values.sum() - counts.values[:, keep].sum()
    note = f"{gone:,.0f} people whose group is not known ({listed(sorted(drop))}) are in totals and in no group."
    kept = counts.take_groups(keep)
    return replace(kept, about=counts.about.noting(note)) if drop else kept
