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
from placemix.decompose.changed_parts import Split, split_of
from placemix.decompose.information import people_of
from placemix.errors import InvalidParameter, VintageMismatch, did_you_mean, listed
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
    method: Split = "shapley",
    zeros: float | None = None,
    names: Sequence[str] | None = None,
) -> Result:
    """Split the change of a measure between two or more dates into its parts.

    A total that rises or falls says little of sorting: units open and close, groups and units grow. The
    structural part alone is about how people are sorted: the odds ratios of one date are put into
    tables of the other's margins, by iterative proportional fitting, in both directions.
    `change_by_unit` says in which units each part lies.

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
    method
        ``"shapley"`` (Elbers): groups, units and sorting change in every order, and parts are means; the way
        back has the same parts with other signs. ``"karmel_maclachlan"``: the earlier table takes the later
        sizes, one way only; each kind of size is changed alone by multiplying once, and `interaction` is what
        both do beyond that. ``"mrc"`` (Mora and Ruiz-Castillo), of M alone: by its own terms, without fitting:
        `group_marginal` is the change of the groups' entropy, and `structural` that of how mixed units are, at
        mean sizes; it moves with the sizes of groups.
    zeros
        Number put in cells where a group has nobody before fitting, such as 0.5. Default: they stay empty.
    names
        Name of each date. Default: their periods, or 1, 2, ….

    Returns
    -------
    result
        One row for each step from a date to the next, and for more than two dates a last one with their
        sums. Columns: `before`, `after`, `measure`, `focal`, `against`, `value_before`, `value_after`,
        `change` = `additions` (units that came) + `removals` (units that went) + `group_marginal`
        (sizes of groups) + `unit_marginal` (sizes of units) + `structural` (sorting) + `interaction` (of both
        sizes; 0 where the method shares it out); `units_before`,
        `units_after`, `units_common`, `zero_cells_before`, `zero_cells_after` (of units common to both
        dates), `zeros`, `residual_before`, `residual_after` (people left out), `parts_by` (how the change was
        split), `reason`, `method`, `source_before`, `source_after`, `version`. Where margins
        cannot be met with those zeros, the parts of common units are NaN with the reason
        ``ipf_not_converged``.

    Raises
    ------
    VintageMismatch
        The dates are not of the same groups, or share no unit.
    InvalidParameter
        There are fewer than two dates, or the measure, the method or `zeros` is none of these.

    References
    ----------
    Elbers 2021; Karmel and Maclachlan 1988; Mora and Ruiz-Castillo 2009; Deming and Stephan 1940.

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
    tables = checked_dates(dates, measure, focal, method, zeros)
    labels = names_of(tables, names)
    people = [people_at(counts, tables[-1], focal, against) for counts in tables]
    function = (_MANY if focal is None else _TWO)[measure]
    rows = [
        _step(people[place : place + _PAIR], function, method, zeros)
        | {"before": labels[place], "after": labels[place + 1]}
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
    frame["parts_by"], frame["zeros"] = method, np.nan if zeros is None else float(zeros)
    frame["focal"] = None if focal is None else group_text(compared[0])
    frame["against"] = None if focal is None else group_text(compared[1])
    ordered = [
        "before", "after", "measure", "focal", "against", "value_before", "value_after", "change", *PARTS,
        "units_before", "units_after", "units_common", "zero_cells_before", "zero_cells_after", "zeros",
        "residual_before", "residual_after", "parts_by", "reason", "method",
        "source_before", "source_after", "version",
    ]  # fmt: skip
    inputs = {f"date_{place}": counts for place, counts in enumerate(tables)}
    arguments: dict[str, Any] = {
        "measure": measure, "focal": focal, "against": against, "method": method, "zeros": zeros, "names": labels,
    }  # fmt: skip
    result = remember(frame[ordered], Call("decompose.change", inputs, arguments))
    result.attrs["cites"] = CITES[method]
    return result


#: Parts that sum to a change.
PARTS = ("additions", "removals", "group_marginal", "unit_marginal", "structural", "interaction")
#: Sources of each way to take a change apart.
CITES: dict[str, tuple[str, ...]] = {
    "shapley": ("elbers_2021", "deming_1940"),
    "karmel_maclachlan": ("karmel_1988", "elbers_2021", "deming_1940"),
    "mrc": ("mora_2009", "elbers_2021"),
}


def checked_dates(
    dates: Sequence[Counts], measure: str, focal: Which, method: str, zeros: float | None, known: Sequence[str] = ()
) -> list[Counts]:
    """Return the tables, which must fit each other, the measure and the method.

    Parameters
    ----------
    dates, measure, focal, method, zeros
        As in `change`.
    known
        Measures that are taken apart. Default: those of `change`.

    Raises
    ------
    InvalidParameter, VintageMismatch
        As in `change`.
    """
    tables = [checked(counts) for counts in dates]
    if len(tables) < _PAIR:
        message = f"A change needs two dates or more, not {len(tables)}."
        raise InvalidParameter(message, remedy="Pass a list: change([before, after]).")
    here = [name for name in (_MANY if focal is None else _TWO) if not known or name in known]
    if measure not in here:
        message = f"The change of {measure!r} is not taken apart; {', '.join(here)} are."
        alone = measure in _TWO and (not known or measure in known)
        remedy = "Pass focal= a group." if alone else did_you_mean(str(measure), here)
        raise InvalidParameter(message, remedy=remedy)
    if method not in CITES:
        message = f"method is one of {', '.join(CITES)}, not {method!r}."
        raise InvalidParameter(message, remedy=did_you_mean(str(method), list(CITES)))
    if method == "mrc" and measure != "mutual_information":
        message = f"The parts of Mora and Ruiz-Castillo are of M alone, not of {measure}."
        raise InvalidParameter(message, remedy="Pass method='shapley', or measure='mutual_information'.")
    if zeros is not None and (isinstance(zeros, bool) or not isinstance(zeros, int | float) or not 0 < zeros < np.inf):
        message = f"zeros is a number above 0 to put in empty cells, or None to leave them empty, not {zeros!r}."
        raise InvalidParameter(message, remedy="0.5 is usual.")
    for counts in tables[1:]:
        if set(counts.groups) != set(tables[0].groups):
            odd = set(counts.groups) ^ set(tables[0].groups)
            message = f"The dates do not have the same groups: {listed(sorted(map(group_text, odd)))}."
            raise VintageMismatch(message, remedy="Merge the groups of all to those they share, with merge_groups.")
    for one, other in itertools.pairwise(tables):
        if (other.units.get_indexer(one.units) < 0).all():
            message = "Two dates share no unit."
            raise VintageMismatch(message, remedy="Give units the same ids at every date; see common_areas.")
    return tables


def names_of(tables: list[Counts], names: Sequence[str] | None) -> list[str]:
    """Name each date: as given, by its period, or by its number."""
    if names is None:
        periods = [counts.about.period for counts in tables]
        different = all(periods) and len(set(periods)) == len(periods)
        return [str(period) for period in periods] if different else [str(n + 1) for n in range(len(tables))]
    if len(names) != len(tables):
        message = f"{len(names)} names do not fit {len(tables)} dates."
        raise InvalidParameter(message, remedy="Name each date once.")
    return [str(name) for name in names]


def people_at(counts: Counts, last: Counts, focal: Which, against: Which) -> pd.DataFrame:
    """People of the groups compared, in the order of the last date's groups, of units that have any."""
    values, names = people_of(counts, focal, against)
    frame = pd.DataFrame(values, index=counts.units, columns=[group_text(name) for name in names])
    if focal is None:
        frame = frame[[group_text(name) for name in last.groups]]
    return frame[frame.sum(axis=1) > 0]


def _step(
    pair: list[pd.DataFrame], function: Callable[..., FloatArray], method: Split, zeros: float | None
) -> dict[str, Any]:
    before, after = pair
    common = before.index[after.index.get_indexer(before.index) >= 0]
    tables = [frame.loc[common].to_numpy() for frame in pair]
    whole = [_value(function, frame.to_numpy()) for frame in pair]
    inside = [_value(function, table) for table in tables]
    found = split_of(method)(tables[0], tables[1], lambda table: np.asarray(_value(function, table)), zeros)
    of_units = [float(part.sum()) for part in (found.group, found.unit, found.structural, found.interaction)]
    parts = (whole[1] - inside[1], inside[0] - whole[0], *of_units)
    undefined = not np.isfinite([*whole, *inside]).all()
    return {
        "value_before": whole[0], "value_after": whole[1], "change": whole[1] - whole[0],
        **dict(zip(PARTS, parts, strict=True)),
        "units_before": len(before), "units_after": len(after), "units_common": len(common),
        "zero_cells_before": int((tables[0] == 0).sum()), "zero_cells_after": int((tables[1] == 0).sum()),
        "reason": "undefined" if undefined else "ipf_not_converged" if np.isnan(sum(of_units)) else None,
    }  # fmt: skip


def _value(function: Callable[..., FloatArray], table: FloatArray) -> float:
    return float("nan") if np.isnan(table).any() else float(function(table)[0])


def _whole(frame: pd.DataFrame) -> pd.DataFrame:
    """The whole way from the first date to the last: parts of the steps summed."""
    first, last = frame.iloc[0], frame.iloc[-1]
    row = {name: frame[name].sum(skipna=False) for name in ("change", *PARTS)}
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
