"""Which units a change lies in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix._version import __version__
from placemix.counts import Counts, group_text
from placemix.decompose.changed_parts import SUMS, Changed, Split, Valued, split_of, terms_of
from placemix.decompose.changes import CITES, PARTS, checked_dates, names_of, people_at
from placemix.decompose.information import people_of
from placemix.measuring.plan import Which
from placemix.registry import asked
from placemix.results import Call, Result, first_reason, remember


def change_by_unit(
    dates: Sequence[Counts],
    measure: str = "mutual_information",
    *,
    focal: Which = None,
    against: Which = "rest",
    method: Split = "shapley",
    zeros: float | None = None,
    names: Sequence[str] | None = None,
) -> Result:
    """Say in which units each part of a change lies.

    Parameters
    ----------
    dates, method, zeros, names
        As in `change`.
    measure
        ``"mutual_information"``, ``"information_theory"`` or ``"dissimilarity"``; of one group also ``"isolation"``
        or ``"correlation_ratio"``: sums over units.
    focal, against
        A group and what it is compared with, or every group if left out.

    Returns
    -------
    result
        One row for each step from a date to the next and each unit with people at either. Columns: `before`,
        `after`, `unit`, `status` (``"both"``, ``"came"`` or ``"went"``), `measure`, `focal`, `against`, `change` =
        `additions` + `removals` + `group_marginal` + `unit_marginal` + `structural` + `interaction`;
        `share_before`, `share_after` (of the people of units there at both dates), `sorting_before`,
        `sorting_after` (by how much the unit's local value rose by sorting alone, with the sizes of the earlier and
        of the later date), `people_before`, `people_after`, `residual_before`, `residual_after` (of the whole
        table), `parts_by`, `zeros`, `reason`, `method`, `source_before`, `source_after`, `version`. Each
        column of parts sums to that of `change`.

    Raises
    ------
    VintageMismatch
        The dates are not of the same groups, or share no unit.
    InvalidParameter
        As for `change`; or the measure is no sum over units.

    Notes
    -----
    A unit's part is the change of its own term of the measure; local values are terms for each person, of M the
    local segregation. By ``"shapley"`` `structural` is the mean of `share_before` × `sorting_before` and
    `share_after` × `sorting_after`. A unit that came changes the terms of all others too, because it changes
    the whole that they are compared with: what those lose or gain is shared among the units that came by their people,
    so that a school as mixed as the whole takes from M. In the same way for units that went. By
    ``"mrc"`` terms are a unit's people times the entropy of all less its own, which sum to M as well.

    References
    ----------
    Elbers 2021.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> then = pd.DataFrame({"school": list("ABC"), "x": [80, 20, 30], "y": [20, 80, 70]})
    >>> now = pd.DataFrame({"school": list("ABD"), "x": [90, 30, 10], "y": [30, 70, 90]})
    >>> dates = [pm.from_wide(table, groups=["x", "y"], unit="school") for table in (then, now)]
    >>> found = pm.decompose.change_by_unit(dates)
    >>> found[["unit", "status", "change", "additions", "removals", "structural"]].round(3)
      unit status  change  additions  removals  structural
    0    A   both  -0.048      0.000     0.000      -0.042
    1    B   both  -0.041      0.000     0.000      -0.045
    2    C   went   0.046      0.000     0.046       0.000
    3    D   came   0.067      0.067     0.000       0.000
    """
    tables = checked_dates(dates, measure, focal, method, zeros, SUMS)
    labels = names_of(tables, names)
    people = [people_at(counts, tables[-1], focal, against) for counts in tables]
    left = [float(counts.total.sum() - table.to_numpy().sum()) for counts, table in zip(tables, people, strict=True)]
    steps = []
    for place in range(len(tables) - 1):
        step = _step(people[place], people[place + 1], terms_of(measure), method, zeros)
        step.insert(0, "before", labels[place])
        step.insert(1, "after", labels[place + 1])
        step["residual_before"], step["residual_after"] = left[place], left[place + 1]
        step["source_before"], step["source_after"] = tables[place].source, tables[place + 1].source
        steps.append(step)
    frame = pd.concat(steps, ignore_index=True)
    compared = people_of(tables[-1], focal, against)[1]
    frame["measure"], frame["method"], frame["version"] = measure, asked(measure).row.method, __version__
    frame["parts_by"], frame["zeros"] = method, np.nan if zeros is None else float(zeros)
    frame["focal"] = None if focal is None else group_text(compared[0])
    frame["against"] = None if focal is None else group_text(compared[1])
    ordered = [
        "before", "after", "unit", "status", "measure", "focal", "against", "change", *PARTS, "share_before",
        "share_after", "sorting_before", "sorting_after", "people_before", "people_after", "residual_before",
        "residual_after", "parts_by", "zeros", "reason", "method", "source_before", "source_after", "version",
    ]  # fmt: skip
    inputs = {f"date_{place}": counts for place, counts in enumerate(tables)}
    arguments: dict[str, Any] = {
        "measure": measure, "focal": focal, "against": against, "method": method, "zeros": zeros, "names": labels,
    }  # fmt: skip
    result = remember(frame[ordered], Call("decompose.change_by_unit", inputs, arguments))
    result.attrs["cites"] = CITES[method]
    return result


def _step(before: pd.DataFrame, after: pd.DataFrame, terms: Valued, method: Split, zeros: float | None) -> pd.DataFrame:
    """Parts of every unit: those of both dates in the order of the first, then those that went, then that came."""
    common = before.index[after.index.get_indexer(before.index) >= 0]
    went, came = (one.index[common.get_indexer(one.index) < 0] for one in (before, after))
    every = common.append(went).append(came)
    frame = pd.DataFrame(
        {"unit": every, "status": np.repeat(["both", "went", "came"], [len(common), len(went), len(came)])}
    )
    ours = [one.reindex(every).fillna(0.0).to_numpy() for one in (before, after)]
    stayed = np.arange(len(common))
    tables = [one[stayed] for one in ours]
    found = split_of(method)(tables[0], tables[1], terms, zeros)
    columns: dict[str, FloatArray] = {name: np.zeros(len(every)) for name in PARTS}
    for name, part in zip(PARTS[2:], (found.group, found.unit, found.structural, found.interaction), strict=True):
        columns[name][stayed] = part
    status = frame["status"].to_numpy()
    columns["additions"] = _of_others(ours[1], tables[1], status == "came", terms)
    columns["removals"] = 0.0 - _of_others(ours[0], tables[0], status == "went", terms)
    # Known even where its parts are not, as where margins cannot be met.
    moved = columns["additions"] + columns["removals"]
    moved[stayed] += terms(tables[1]) - terms(tables[0])
    summed = np.sum(list(columns.values()), axis=0)
    frame["change"] = np.where(np.isfinite(summed), summed, moved)
    for name, part in columns.items():
        frame[name] = part
    for name, part in _sorting(found, tables).items():
        frame[name] = np.append(part, np.full(len(every) - len(common), np.nan))
    frame["people_before"], frame["people_after"] = (one.sum(axis=1) for one in ours)
    known = np.isfinite([terms(table).sum() for table in tables]).all()
    undefined = frame[["change", *PARTS]].isna().any(axis=1).to_numpy()
    frame["reason"] = first_reason({"ipf_not_converged" if known else "undefined": undefined})
    return frame


def _of_others(ours: FloatArray, common: FloatArray, others: Any, terms: Valued) -> FloatArray:  # noqa: ANN401
    """Share what units of one date alone add to a value: their own terms, and what they do to those of the rest."""
    part = np.zeros(len(ours))
    if not others.any():
        return part
    there = ours.sum(axis=1) > 0
    found = np.zeros(len(ours))
    found[there] = terms(ours[there])
    # Of a unit of the other date alone nothing is there, and its term is 0.
    pushed = found[: len(common)].sum() - terms(common).sum()
    size = ours[others].sum(axis=1)
    part[others] = found[others] + pushed * size / size.sum()
    return part


def _sorting(found: Changed, tables: list[FloatArray]) -> dict[str, FloatArray]:
    shares = [table.sum(axis=1) / table.sum() for table in tables]
    return {
        "share_before": shares[0], "share_after": shares[1],
        "sorting_before": found.sorted_before / shares[0], "sorting_after": found.sorted_after / shares[1],
    }  # fmt: skip
