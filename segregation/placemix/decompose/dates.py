"""What changed between two dates: the size of the groups, or how they are sorted into places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd

from placemix import indices, wording
from placemix._typing import BoolArray, FloatArray
from placemix._version import __version__
from placemix.about import ESTIMATED
from placemix.counts import Counts, checked, group_text
from placemix.decompose._two_dates import alignment, structures, two
from placemix.errors import InvalidParameter, VintageMismatch, listed
from placemix.measuring.plan import REST, Which, focal_groups, rival_text, rivals
from placemix.results import Call, Result, first_reason, remember

#: A structural change of isolation below this is no change in sorting: a fifth of a point.
NEGLIGIBLE = 0.002
#: What a caller may pass for units that open and close.
_OPEN_AND_CLOSE = {
    "keep": "unmatched='keep' if units open and close, as schools do.",
    "common": "unmatched='common' if units open and close, as schools do.",
}
#: Above this share of units where a cell was patched, filled or emptied, sorting is not determined.
PATCHED = 0.1


def compare_dates(
    before: Counts,
    after: Counts,
    *,
    focal: Which,
    against: Which = "rest",
    by: str | Sequence[str] = (),
    zeros: float | None = None,
    unmatched: Literal["refuse", "keep"] = "refuse",
    negligible: float = NEGLIGIBLE,
) -> Result:
    """Split the change of isolation between two dates into composition and structure.

    Isolation rises when a group grows, even where nobody moves. The structural part is what
    is left when the earlier table is given the later one's unit and group totals with its
    odds ratios kept (iterative proportional fitting), averaged with the same step in reverse.
    Only this part says whether people became more or less sorted into places; the change of
    D and of V beside it both move with the size of the group.

    Parameters
    ----------
    before, after
        People of the same groups in the same units at two dates. Bring two boundary vintages
        onto `common_areas` first.
    focal
        Group of interest, a list of groups, or ``"each"``.
    against
        What it is compared with: ``"rest"``, a group, or a list of these. Against a named
        group everything is measured among those two groups alone.
    by
        Strata to compare within.
    zeros
        Number put in cells where a group has nobody before fitting, such as 0.5. Default:
        such cells stay empty, and units where a group came or went are counted. Where either
        touches more than a tenth of the units, sorting is not determined.
    unmatched
        Whether units found at one date only are refused, or each date keeps its own (schools
        that open and close); the structural part is then undefined.
    negligible
        Smallest structural change that is called a change in sorting.

    Returns
    -------
    result
        One row for each stratum, group and comparison. Columns: the strata, `focal`,
        `against`; `share_before`, `share_after`; `isolation_before`, `isolation_after`,
        `isolation_change` = `composition` + `structure`; `structure_forward` and
        `structure_reverse` (the two paths); `dissimilarity_before`, `dissimilarity_after`,
        `dissimilarity_change`; `v_before`, `v_after`, `v_change`, `v_remainder` (ΔV times the
        others' share, the remainder of the exact identity isolation = P + V(1 - P); it moves
        with group size and is never worded); `people_before`, `people_after`, `units`,
        `zero_cells`, `zero_units` (where a group came or went, or a cell was
        patched), `patched_units`; `verdict`, `sorting`, `sentence`; `reason`, `note`,
        `source_before`, `source`, `version`.

    Raises
    ------
    VintageMismatch
        The two dates do not have the same units or groups.

    References
    ----------
    Elbers 2021; Deming and Stephan 1940.

    Examples
    --------
    The ten wards in which D falls while isolation rises:

    >>> import pandas as pd, placemix as pm
    >>> then, now = [700, 400, 100, 50, 0, 0, 0, 0, 0, 0], [850, 700, 300, 250, 150, 100, 60, 50, 40, 0]
    >>> wards = [pm.from_wide(pd.DataFrame({"ward": range(10), "minority": x, "majority": [1000 - n for n in x]}),
    ...                       groups=["minority", "majority"], unit="ward") for x in (then, now)]
    >>> change = pm.compare_dates(*wards, focal="minority", zeros=0.5)
    >>> change[["dissimilarity_change", "isolation_change"]].round(4)
       dissimilarity_change  isolation_change
    0               -0.1905            0.0321
    >>> change["sorting"].item()  # six of the ten wards had nobody of the group at first
    'not determined'
    """
    before, after = checked(before), checked(after)
    if unmatched not in {"refuse", "keep"}:
        message = f"unmatched is 'refuse' or 'keep', not {unmatched!r}."
        raise InvalidParameter(message)
    before, after = matched(before, after, unmatched)
    names = (by,) if isinstance(by, str) else tuple(by)
    focals, others = focal_groups(after, focal), rivals(after, against)
    pairs = [(x, y) for x in focals for y in others if y != x]
    if not pairs:
        message = "A group is compared with itself."
        raise InvalidParameter(message, remedy="Pass against= another group, or 'rest'.")
    parts = [_change(before, after, x, y, names, zeros) for x, y in pairs]
    frame = pd.concat(parts, ignore_index=True)
    count = len(parts[0])
    frame = frame.iloc[np.arange(len(frame)).reshape(len(pairs), count).T.ravel()].reset_index(drop=True)
    labels = after.arranged(names).labels
    which = np.repeat(np.arange(count), len(pairs))
    ahead = pd.DataFrame({name: labels[name].array.take(which) for name in names}, index=range(len(frame)))
    frame = pd.concat([ahead, frame], axis=1)
    frame["sorting"] = _sorting(frame, negligible)
    frame["verdict"] = _verdict(frame)
    frame["sentence"] = wording.change(frame, list(names))
    frame["source_before"], frame["source"], frame["version"] = before.source, after.source, __version__
    arguments = {
        "focal": focal,
        "against": against,
        "by": list(names),
        "zeros": zeros,
        "unmatched": unmatched,
        "negligible": negligible,
    }
    result = remember(frame, Call("compare_dates", {"before": before, "after": after}, arguments))
    result.attrs["cites"] = ("elbers_2021", "deming_1940", "duncan_1955", "bell_1954")
    return result


def matched(before: Counts, after: Counts, unmatched: str, *, word: str = "keep") -> tuple[Counts, Counts]:
    """Give both dates the same groups, and the same units in the same order where they have them.

    `word` is what a caller passes as ``unmatched=`` for units that open and close.
    """
    if set(before.groups) != set(after.groups):
        odd = set(before.groups) ^ set(after.groups)
        message = f"The two dates do not have the same groups: {listed(sorted(map(group_text, odd)))}."
        raise VintageMismatch(message, remedy="Merge the groups of both to those they share, with merge_groups.")
    if before.groups != after.groups:
        columns = [before.groups.index(group) for group in after.groups]
        before = replace(before, values=before.values[:, columns], groups=after.groups)
    odd_units = before.units.symmetric_difference(after.units)
    if len(odd_units) and unmatched == "refuse":
        lost = (
            before.total[after.units.get_indexer(before.units) < 0].sum(),
            after.total[before.units.get_indexer(after.units) < 0].sum(),
        )
        message = (
            f"{len(odd_units):,} units are found at one date only; matching codes would lose {lost[0]:,.0f} people "
            f"of the earlier date and {lost[1]:,.0f} of the later."
        )
        remedy = (
            "Bring both onto common areas: areas = common_areas(lookup, …), then counts.merge_units(…) each; or pass "
            + _OPEN_AND_CLOSE[word]
        )
        raise VintageMismatch(message, units=odd_units, remedy=remedy)
    if before.about.vintage != after.about.vintage and before.about.vintage and after.about.vintage and len(odd_units):
        message = f"The two dates have boundaries of {before.about.vintage} and of {after.about.vintage}."
        raise VintageMismatch(message, units=odd_units, remedy="Bring both onto common areas with common_areas.")
    if not len(odd_units):
        before = before.take(before.units.get_indexer(after.units))
    return before, after


def _change(
    before: Counts, after: Counts, focal: int, rival: int, by: tuple[str, ...], zeros: float | None
) -> pd.DataFrame:
    later = after.arranged(by)
    old = two(before, focal, rival, *alignment(before, after, by))
    new = two(after, focal, rival, later.order, later.starts)
    same = same_units(before, after, by)
    both = [np.column_stack([date.x, date.y]) for date in (old, new)]
    d = [indices.dissimilarity(values, starts=date.starts) for values, date in zip(both, (old, new), strict=True)]
    v = [indices.correlation_ratio(values, starts=date.starts) for values, date in zip(both, (old, new), strict=True)]
    isolation = [indices.isolation(values, starts=date.starts) for values, date in zip(both, (old, new), strict=True)]
    share = [np.divide(date.sums(date.x), date.sums(date.people)) for date in (old, new)]
    forward = reverse = np.full(len(same), np.nan)
    patched: FloatArray = np.zeros(len(same))
    zero_cells: FloatArray = np.zeros(len(same))
    zero_units: FloatArray = np.zeros(len(same))
    if same.all() and len(old.x) == len(new.x):
        forward, reverse = structures(old, new, zeros)
        # One unit, or an absent group, has no isolation to take apart.
        undefined = np.isnan(isolation[0]) | np.isnan(isolation[1])
        forward, reverse = (np.where(undefined, np.nan, path) for path in (forward, reverse))
        empty = [(date.people > 0) & ((date.x <= 0) | (date.y <= 0)) for date in (old, new)]
        zero_cells = old.sums(empty[0].astype(np.float64)) + new.sums(empty[1].astype(np.float64))
        # Filling a cell that was empty, or emptying one, is more than any fit of the margins can tell.
        turned = (empty[0] | empty[1]) if zeros else (empty[0] ^ empty[1])
        zero_units = new.sums(turned.astype(np.float64))
        patched = zero_units if zeros else patched
    structure = (forward + reverse) / 2
    units = new.sums((new.people > 0).astype(np.float64)).astype(np.int64)
    absent, alone = np.zeros(len(same), dtype=bool), np.zeros(len(same), dtype=bool)
    for date in (old, new):
        absent |= (date.sums(date.x) <= 0) | (date.sums(date.y) <= 0)
        alone |= date.sums((date.people > 0).astype(np.float64)) < 2
    reason = first_reason(
        {"group_absent": absent, "one_unit": alone, "units_differ": ~same, "ipf_not_converged": np.isnan(structure)}
    )
    change = isolation[1] - isolation[0]
    notes = [] if rival == REST else ["measured among the two groups alone"]
    notes += [] if same.all() else ["each date on its own units"]
    if before.about.estimated or after.about.estimated:
        notes.append(ESTIMATED)
    note = "; ".join(notes) or None
    return pd.DataFrame(
        {
            "focal": group_text(after.groups[focal]),
            "against": rival_text(after, rival),
            "share_before": share[0],
            "share_after": share[1],
            "isolation_before": isolation[0],
            "isolation_after": isolation[1],
            "isolation_change": change,
            "composition": change - structure,
            "structure": structure,
            "structure_forward": forward,
            "structure_reverse": reverse,
            "dissimilarity_before": d[0],
            "dissimilarity_after": d[1],
            "dissimilarity_change": d[1] - d[0],
            "v_before": v[0],
            "v_after": v[1],
            "v_change": v[1] - v[0],
            "v_remainder": (v[1] - v[0]) * (1 - (share[0] + share[1]) / 2),
            "people_before": old.sums(old.people),
            "people_after": new.sums(new.people),
            "units": units,
            "zero_cells": np.asarray(zero_cells).astype(np.int64),
            "zero_units": np.asarray(zero_units).astype(np.int64),
            "patched_units": np.asarray(patched).astype(np.int64),
            "verdict": None,
            "sorting": None,
            "sentence": None,
            "reason": reason,
            "note": note,
        },
        index=range(len(same)),
    )


def same_units(before: Counts, after: Counts, by: tuple[str, ...]) -> BoolArray:
    """Whether a stratum has the same units at both dates, shape (strata,)."""
    second = after.arranged(by)
    if len(before) != len(after) or not before.units.equals(after.units):
        return np.zeros(len(second), dtype=bool)
    if not by:
        return np.ones(1, dtype=bool)
    moved = np.zeros(len(after), dtype=bool)
    for name in by:
        moved |= before.strata[name].astype(str).to_numpy() != after.strata[name].astype(str).to_numpy()
    same: BoolArray = np.add.reduceat(moved[second.order].astype(np.int64), second.starts) == 0
    # One unit in another stratum upsets the order of both, so that all wait.
    return same if same.all() else np.zeros(len(second), dtype=bool)


def _sorting(frame: pd.DataFrame, negligible: float) -> list[str | None]:
    out: list[str | None] = []
    for row in frame.itertuples():
        opposite = row.structure_forward * row.structure_reverse < 0
        if np.isnan(row.structure):
            out.append("not determined")
        elif abs(row.structure) < negligible:
            out.append("no change in sorting")
        elif opposite or row.zero_units > PATCHED * row.units:
            out.append("not determined")
        else:
            out.append("more sorted" if row.structure > 0 else "less sorted")
    return out


def _verdict(frame: pd.DataFrame) -> list[str | None]:
    out: list[str | None] = []
    for d, isolation in zip(frame["dissimilarity_change"], frame["isolation_change"], strict=True):
        if np.isnan(d) or np.isnan(isolation):
            out.append(None)
        else:
            out.append(f"{'less' if d > 0 else 'more'}_even_{'more' if isolation > 0 else 'less'}_isolated")
    return out
