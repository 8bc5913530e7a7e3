"""At which level people are apart: between regions, between districts of a region, between units of a district."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import IntArray
from placemix.counts import Counts, checked, group_text
from placemix.decompose.information import behind, information, known, people_of, summed
from placemix.errors import InvalidParameter, UnknownColumn, did_you_mean, plural
from placemix.measuring.plan import Which
from placemix.results import Call, Result, remember


def nested(
    counts: Counts,
    levels: str | Sequence[str],
    *,
    measure: str = "mutual_information",
    focal: Which = None,
    against: Which = "rest",
) -> Result:
    """Split M or H into what lies between the parts of each level and what lies within them.

    Parameters
    ----------
    counts
        People of each group in each unit, with a column of strata for each level.
    levels
        Columns of strata from the largest areas to the smallest, each nested in the one before. The
        units are the last level and need no name.
    measure
        ``"mutual_information"`` or ``"information_theory"``.
    focal, against
        A group and what it is compared with, or every group if left out.

    Returns
    -------
    result
        One row for each area whose parts are compared, the whole first. Columns: a column for each
        level (missing where an area is larger), `between` (what its parts are: a level, or ``unit``),
        `measure`, `focal`, `against`, `value` (M or H of its parts), `weight` (its people's share of the
        whole; for H also by how mixed it is), `contribution` = value × weight, `share` of the total,
        `people`, `parts`, `residual` (people left out), `units_dropped`, `reason`, `method`, `source`,
        `version`. Contributions sum to the measure of the whole
        table over its units.

    Raises
    ------
    UnknownColumn
        A level is no column of strata.
    InvalidParameter
        The measure does not fall into parts, or an area belongs to several of the level before.

    References
    ----------
    Theil 1972; Mora and Ruiz-Castillo 2011.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "side": list("wwee"), "asian": [80, 20, 0, 20],
    ...                       "white": [20, 80, 100, 80]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area", strata=["side"])
    >>> parts = pm.decompose.nested(homes, ["side"])
    >>> parts.groupby("between", sort=False)["contribution"].sum().round(6)
    between
    side    0.101749
    unit    0.133813
    Name: contribution, dtype: float64
    """
    counts = checked(counts)
    known(measure)
    names = [levels] if isinstance(levels, str) else list(levels)
    _are_levels(counts, names)
    people, groups = people_of(counts, focal, against)
    lived_in = np.flatnonzero(people.sum(axis=1) > 0)
    everybody, people = people, people[lived_in]
    codes, labels = _codes(counts, names, lived_in)
    whole = information(people, np.zeros(len(people), dtype=np.int64), 1)
    entropy, everyone = float(whole[1][0]), float(whole[2][0])
    blocks = []
    for depth in range(len(names) + 1):
        parent, child = codes[depth], codes[depth + 1]
        many, parts = len(labels[depth]), int(child.max(initial=-1)) + 1
        # A part's people, and the area that it belongs to.
        inside = summed(people, child, parts)
        belongs = np.zeros(parts, dtype=np.int64)
        belongs[child] = parent
        m, mixed, size = information(inside, belongs, many)
        block = labels[depth].copy()
        block["between"] = names[depth] if depth < len(names) else "unit"
        with np.errstate(invalid="ignore", divide="ignore"):
            if measure == "mutual_information":
                block["value"], block["weight"] = m, size / everyone
            else:
                block["value"] = np.where(mixed > 0, m / mixed, np.nan)
                block["weight"] = size * mixed / (everyone * entropy)
        # Areas of one group are not mixed, and have nothing to contribute.
        block["contribution"] = np.where(block["weight"] > 0, block["value"] * block["weight"], 0.0)
        block["people"], block["parts"] = size, np.bincount(belongs, minlength=many)
        blocks.append(block)
    frame = pd.concat(blocks, ignore_index=True)
    total = frame["contribution"].sum()
    frame["share"] = frame["contribution"] / total if total > 0 else np.nan
    frame["reason"] = [("one_group" if undefined else None) for undefined in frame["value"].isna()]
    frame["measure"] = measure
    frame = behind(frame, counts, measure, everybody)
    frame["focal"] = None if focal is None else group_text(groups[0])
    frame["against"] = None if focal is None else group_text(groups[1])
    ordered = [
        *names, "between", "measure", "focal", "against", "value", "weight", "contribution", "share", "people",
        "parts", "residual", "units_dropped", "reason", "method", "source", "version",
    ]  # fmt: skip
    arguments: dict[str, Any] = {"levels": names, "measure": measure, "focal": focal, "against": against}
    result = remember(frame[ordered], Call("decompose.nested", {"counts": counts}, arguments))
    result.attrs["cites"] = ("theil_1972", "mora_2011")
    return result


def _are_levels(counts: Counts, names: list[str]) -> None:
    if not names:
        message = "No level was named."
        raise InvalidParameter(message, remedy="Name columns of strata, from the largest areas to the smallest.")
    for name in names:
        if name not in counts.strata.columns:
            message = f"{name!r} is no column of strata."
            known_columns = [str(column) for column in counts.strata.columns]
            raise UnknownColumn(message, remedy=did_you_mean(name, known_columns) or "Add it with with_strata.")
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        message = f"{twice[0]!r} is named twice."
        raise InvalidParameter(message, remedy="Name each level once, from the largest areas to the smallest.")
    faults = []
    for upper, lower in pairwise(names):
        pairs = counts.strata[[upper, lower]].astype(str).drop_duplicates()
        odd = pairs[lower][pairs[lower].duplicated()].unique()
        faults += [f"{area} ({lower}) is in several areas of {upper}" for area in odd]
    if faults:
        message = (
            f"Levels do not nest: {plural(len(faults), 'area lies', 'areas lie')} in several areas of the level before."
        )
        raise InvalidParameter(
            message, units=faults, remedy="Name levels from the largest to the smallest, each inside the one before."
        )


def _codes(counts: Counts, names: list[str], kept: IntArray) -> tuple[list[IntArray], list[pd.DataFrame]]:
    """Number of each unit's area at each depth, the whole first and the unit last; and the areas' labels."""
    strata = counts.strata.iloc[kept].reset_index(drop=True)
    codes: list[IntArray] = [np.zeros(len(kept), dtype=np.int64)]
    labels = [pd.DataFrame({name: [None] for name in names})]
    for depth in range(1, len(names) + 1):
        code = strata.groupby(names[:depth], sort=False, observed=True, dropna=False).ngroup().to_numpy()
        first = np.unique(code, return_index=True)[1]
        block = strata[names[:depth]].iloc[first].astype(object).reset_index(drop=True)
        codes.append(code.astype(np.int64))
        labels.append(block.reindex(columns=names))
    codes.append(np.arange(len(kept)))
    return codes, labels
