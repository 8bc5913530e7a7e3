"""What changed between dates: units that came and went, the sizes of groups and of units, and how people are sorted."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix import indices
from placemix._typing import FloatArray
from placemix._version import __version__
from placemix.counts import Counts, checked, group_text
from placemix.decompose.information import people_of
from placemix.errors import InvalidParameter, VintageMismatch, did_you_mean, listed
from placemix.indices.margins import fit
from placemix.measuring.plan import Which
from placemix.registry import asked
from placemix.results import Call, Result, remember

_MANY: dict[str, Callable[..., FloatArray]] = {
    "mutual_information": indices.mutual_information,
    "information_theory": indices.information_theory,
    "dissimilarity": indices.dissimilarity,
}
_TWO: dict[str, Callable[..., FloatArray]] = {
    **_MANY,
    "isolation": indices.isolation,
    "correlation_ratio": indices.correlation_ratio,
    "gini": indices.gini,
}
#: Dates are compared in pairs.
_PAIR = 2


def change(
    dates: Sequence[Counts],
    measure: str = "mutual_information",
    *,
    focal: Which = None,
    against: Which = "rest",
    names: Sequence[str] | None = None,
) -> Result:
    """Split the change of a measure between two or more dates into five parts.

    A total that rises or falls says little of sorting: units open and close, groups and units grow. The
    structural part alone is about how people are sorted: the odds ratios of one date are put into
    tables of the other's margins, by iterative proportional fitting, in both directions.

    Parameters
    ----------
    dates
        The table at each date, in order, of the same groups. Units are matched by their ids; those
        of one date alone (schools that open and close) are additions and removals. Bring areas of two
        vintages onto common areas first.
    measure
        ``"mutual_information"``, ``"information_theory"`` or ``"dissimilarity"``; of one group also
        ``"isolation"``, ``"correlation_ratio"`` or ``"gini"``.
    focal, against
        A group and what it is compared with, or every group if left out.
    names
        Name of each date. Default: their periods, or 1, 2, ….

    Returns
    -------
    result
        One row for each step from a date to the next, and for more than two dates a last one with their
        sums. Columns: `before`, `after`, `measure`, `focal`, `against`, `value_before`, `value_after`,
        `change` = `additions` (units that came) + `removals` (units that went) + `group_marginal`
        (sizes of groups) + `unit_marginal` (sizes of units) + `structural` (sorting); `units_before`,
        `units_after`, `units_common`, `zero_cells_before`, `zero_cells_after` (of units common to both
        dates; they stay zero), `residual_before`, `residual_after` (people left out), `reason`, `method`,
        `source_before`, `source_after`, `version`. Where margins
        cannot be met with those zeros, the three parts of common units are NaN with the reason
        ``ipf_not_converged``.

    Raises
    ------
    VintageMismatch
        The dates are not of the same groups, or share no unit.
    InvalidParameter
        There are fewer than two dates, or the measure is none of these.

    References
    ----------
    Elbers 2021; Deming and Stephan 1940.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> then = pd.DataFrame({"school": list("ABC"), "x": [80, 20, 30], "y": [20, 80, 70]})
    >>> now = pd.DataFrame({"school": list("ABD"), "x": [90, 30, 10], "y": [30, 70, 90]})
    >>> dates = [pm.from_wide(table, groups=["x", "y"], unit="school") for table in (then, now)]
    >>> found = pm.decompose.change(dates, names=["2000", "2005"])
    >>> parts = ["additions", "removals", "group_marginal", "unit_marginal", "structural"]
    >>> found[["change", *parts]].round(3)
       change  additions  removals  group_marginal  unit_marginal  structural
    0   0.025      0.067     0.046          -0.001         -0.001      -0.087
    """
    tables = [checked(counts) for counts in dates]
    _fit(tables, measure, focal)
    labels = _names(tables, names)
    people = [_people(counts, tables[-1], focal, against) for counts in tables]
    function = (_MANY if focal is None else _TWO)[measure]
    rows = [
        _step(people[place : place + _PAIR], function) | {"before": labels[place], "after": labels[place + 1]}
        for place in range(len(tables) - 1)
    ]
    frame = pd.DataFrame(rows)
    left = [float(counts.total.sum() - table.to_numpy().sum()) for counts, table in zip(tables, people, strict=True)]
    frame["residual_before"], frame["residual_after"] = left[:-1], left[1:]
    frame["source_before"] = [counts.source for counts in tables[:-1]]
    frame["source_after"] = [counts.source for counts in tables[1:]]
    if len(tables) > _PAIR:
        frame = pd.concat([frame, _whole(frame)], ignore_index=True)
    compared = people_of(tables[-1], focal, against)[1]
    frame["measure"], frame["method"], frame["version"] = measure, asked(measure).row.method, __version__
    frame["focal"] = None if focal is None else group_text(compared[0])
    frame["against"] = None if focal is None else group_text(compared[1])
    ordered = [
        "before", "after", "measure", "focal", "against", "value_before", "value_after", "change", *_PARTS,
        "units_before", "units_after", "units_common", "zero_cells_before", "zero_cells_after", "residual_before",
        "residual_after", "reason", "method",
        "source_before", "source_after", "version",
    ]  # fmt: skip
    inputs = {f"date_{place}": counts for place, counts in enumerate(tables)}
    arguments: dict[str, Any] = {"measure": measure, "focal": focal, "against": against, "names": labels}
    result = remember(frame[ordered], Call("decompose.change", inputs, arguments))
    result.attrs["cites"] = ("elbers_2021", "deming_1940")
    return result


_PARTS = ("additions", "removals", "group_marginal", "unit_marginal", "structural")


def _fit(tables: list[Counts], measure: str, focal: Which) -> None:
    if len(tables) < _PAIR:
        message = f"A change needs two dates or more, not {len(tables)}."
        raise InvalidParameter(message, remedy="Pass a list: change([before, after]).")
    known = _MANY if focal is None else _TWO
    if measure not in known:
        message = f"The change of {measure!r} is not taken apart; {', '.join(known)} are."
        remedy = "Pass focal= a group." if measure in _TWO else did_you_mean(str(measure), list(known))
        raise InvalidParameter(message, remedy=remedy)
    for counts in tables[1:]:
        if set(counts.groups) != set(tables[0].groups):
            odd = set(counts.groups) ^ set(tables[0].groups)
            message = f"The dates do not have the same groups: {listed(sorted(map(group_text, odd)))}."
            raise VintageMismatch(message, remedy="Merge the groups of all to those they share, with merge_groups.")
    for one, other in itertools.pairwise(tables):
        if not one.units.isin(other.units).any():
            message = "Two dates share no unit."
            raise VintageMismatch(message, remedy="Give units the same ids at every date; see common_areas.")


def _names(tables: list[Counts], names: Sequence[str] | None) -> list[str]:
    if names is None:
        periods = [counts.about.period for counts in tables]
        different = all(periods) and len(set(periods)) == len(periods)
        return [str(period) for period in periods] if different else [str(n + 1) for n in range(len(tables))]
    if len(names) != len(tables):
        message = f"{len(names)} names do not fit {len(tables)} dates."
        raise InvalidParameter(message, remedy="Name each date once.")
    return [str(name) for name in names]


def _people(counts: Counts, last: Counts, focal: Which, against: Which) -> pd.DataFrame:
    """People of the groups compared, in the order of the last date's groups, of units that have any."""
    values, names = people_of(counts, focal, against)
    frame = pd.DataFrame(values, index=counts.units, columns=[group_text(name) for name in names])
    if focal is None:
        frame = frame[[group_text(name) for name in last.groups]]
    return frame[frame.sum(axis=1) > 0]


def _step(pair: list[pd.DataFrame], function: Callable[..., FloatArray]) -> dict[str, Any]:
    before, after = pair
    common = before.index[before.index.isin(after.index)]
    tables = [frame.loc[common].to_numpy() for frame in pair]
    shares = [table / table.sum() for table in tables]
    whole = [_value(function, frame.to_numpy()) for frame in pair]
    inside = [_value(function, table) for table in tables]
    # Value of a table with the groups' sizes of one date, the units' of another and the sorting of a third.
    corner = {}
    for groups, units, sorting in itertools.product((0, 1), repeat=3):
        if groups == units == sorting:
            corner[groups, units, sorting] = inside[sorting]
        else:
            fitted = fit(shares[sorting], shares[units].sum(axis=1), shares[groups].sum(axis=0)).values
            corner[groups, units, sorting] = _value(function, fitted)
    both = (0, 1)
    group = sum(corner[1, units, sorting] - corner[0, units, sorting] for units in both for sorting in both) / 4
    unit = sum(corner[groups, 1, sorting] - corner[groups, 0, sorting] for groups in both for sorting in both) / 4
    structural = sum(corner[same, same, 1] - corner[same, same, 0] for same in both) / 2
    parts = (whole[1] - inside[1], inside[0] - whole[0], group, unit, structural)
    undefined = not np.isfinite(whole).all()
    return {
        "value_before": whole[0], "value_after": whole[1], "change": whole[1] - whole[0],
        **dict(zip(_PARTS, parts, strict=True)),
        "units_before": len(before), "units_after": len(after), "units_common": len(common),
        "zero_cells_before": int((tables[0] == 0).sum()), "zero_cells_after": int((tables[1] == 0).sum()),
        "reason": "undefined" if undefined else "ipf_not_converged" if np.isnan(structural + group + unit) else None,
    }  # fmt: skip


def _value(function: Callable[..., FloatArray], table: FloatArray) -> float:
    return float("nan") if np.isnan(table).any() else float(function(table)[0])


def _whole(frame: pd.DataFrame) -> pd.DataFrame:
    """The whole way from the first date to the last: parts of the steps summed."""
    first, last = frame.iloc[0], frame.iloc[-1]
    row = {name: frame[name].sum(skipna=False) for name in ("change", *_PARTS)}
    reasons = frame["reason"].dropna()
    row |= {
        "before": first["before"], "after": last["after"], "value_before": first["value_before"],
        "value_after": last["value_after"], "units_before": first["units_before"], "units_after": last["units_after"],
        "residual_before": first["residual_before"], "residual_after": last["residual_after"],
        "units_common": None, "zero_cells_before": None, "zero_cells_after": None,
        "reason": reasons.iloc[0] if len(reasons) else None,
        "source_before": first["source_before"], "source_after": last["source_after"],
    }  # fmt: skip
    return pd.DataFrame([row])
