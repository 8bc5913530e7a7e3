"""Between which groups people are apart: broad groups first, then the groups within them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import GroupName
from placemix.counts import Counts, checked, group_text
from placemix.decompose.information import behind, information, known
from placemix.errors import OverlappingGroups, UnknownGroup, listed
from placemix.results import Call, Result, remember


def nested_groups(
    counts: Counts, broad: Mapping[str, Sequence[GroupName]], *, measure: str = "mutual_information"
) -> Result:
    """Split M or H into what lies between broad groups and what lies between the groups of each.

    Says how much of separation is, for instance, between White and all others, and how much between
    the minorities themselves. With groups named by two things, such as ethnicity and tenure, `broad`
    can gather either: separation by the one, and by the other among those alike in the first.

    Parameters
    ----------
    counts
        People of each group in each unit.
    broad
        Names of broad groups, and the groups in each. Every group belongs to one.
    measure
        ``"mutual_information"`` or ``"information_theory"``.

    Returns
    -------
    result
        A row for the broad groups and one for each of them: `between` (``broad groups``, or the groups
        of which), `measure`, `value` (M or H of these groups alone), `weight`, `contribution` = value ×
        weight, `share`, `people`, `groups` (how many are compared), `reason`, `residual`
        (people in none of the groups, left out), `units_dropped`, `method`, `source`, `version`.
        Contributions sum to the measure of all groups.

    Raises
    ------
    UnknownGroup
        A group does not exist, or belongs to no broad group.
    OverlappingGroups
        A group belongs to two.

    References
    ----------
    Theil 1972; Mora and Ruiz-Castillo 2011.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> town = pd.DataFrame({"area": list("AB"), "x": [80, 20], "y": [10, 40], "z": [10, 40]})
    >>> town = pm.from_wide(town, groups=["x", "y", "z"], unit="area")
    >>> parts = pm.decompose.nested_groups(town, {"x": ["x"], "others": ["y", "z"]})
    >>> parts[["between", "contribution"]].round(4)
               between  contribution
    0     broad groups        0.1927
    1           x only        0.0000
    2  within 'others'        0.0000
    """
    counts = checked(counts)
    known(measure)
    places = _places(counts, broad)
    merged = np.column_stack([counts.values[:, columns].sum(axis=1) for columns in places.values()])
    one = np.zeros(len(counts), dtype=np.int64)
    _, entropy, everyone = (float(part[0]) for part in information(counts.values, one, 1))
    rows: list[dict[str, Any]] = []
    for name, people in [(None, merged), *((name, counts.values[:, columns]) for name, columns in places.items())]:
        m, mixed, size = (float(part[0]) for part in information(people, one, 1))
        single = people.shape[1] == 1
        text = "broad groups" if name is None else f"{name} only" if single else f"within {name!r}"
        weight = size / everyone if measure == "mutual_information" else size * mixed / (everyone * entropy)
        value = m if measure == "mutual_information" else (m / mixed if mixed > 0 else float("nan"))
        rows.append({
            "between": text, "measure": measure, "value": value, "weight": weight,
            "contribution": value * weight if weight > 0 and mixed > 0 else 0.0, "people": size,
            "groups": int((people.sum(axis=0) > 0).sum()), "reason": "one_group" if np.isnan(value) else None,
        })  # fmt: skip
    frame = pd.DataFrame(rows)
    total = frame["contribution"].sum()
    frame.insert(5, "share", frame["contribution"] / total if total > 0 else np.nan)
    frame = behind(frame, counts, measure, counts.values)
    arguments = {"broad": {name: list(groups) for name, groups in broad.items()}, "measure": measure}
    result = remember(frame, Call("decompose.nested_groups", {"counts": counts}, arguments))
    result.attrs["cites"] = ("theil_1972", "mora_2011")
    return result


def _places(counts: Counts, broad: Mapping[str, Sequence[GroupName]]) -> dict[str, list[int]]:
    places = {name: [counts.position(group) for group in groups] for name, groups in broad.items()}
    every = [place for columns in places.values() for place in columns]
    twice = {place for place in every if every.count(place) > 1}
    if twice:
        message = f"In two broad groups: {listed([group_text(counts.groups[place]) for place in sorted(twice)])}."
        raise OverlappingGroups(message, remedy="Put every group into one.")
    left = [group_text(group) for place, group in enumerate(counts.groups) if place not in every]
    if left:
        message = f"In no broad group: {listed(left)}."
        raise UnknownGroup(message, remedy="Put every group into one, or keep some alone with counts.select.")
    return places
