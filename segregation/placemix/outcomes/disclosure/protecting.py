"""Hide small counts of a table, and as many others as it takes, before anything of it is printed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.counts import Counts, checked, group_text
from placemix.errors import (
    InvalidCounts,
    InvalidParameter,
    PlacemixError,
    ReservedName,
    UnknownColumn,
    did_you_mean,
    listed,
    plural,
    together,
)
from placemix.outcomes.disclosure.lines import ALL, Grid, carried_bounds, grid_of
from placemix.outcomes.disclosure.publishing import COLUMNS, EVERY, Protected
from placemix.outcomes.disclosure.rules import NONE, Rule, rule_of
from placemix.outcomes.disclosure.shields import Shield, counted

#: Column of people who are in none of the groups.
NO_GROUP = "none of these"


def suppress(
    table: Counts,
    rule: str | Rule,
    *,
    by: str | None = None,
    hide_zeros: bool = False,
    national: bool = False,
    protected_by: str | None = None,
) -> Protected:
    """Hide small counts of a table and as many others as it takes that nobody can work them out.

    All of the table counts as printed: cells, everyone in each unit, each group in all units (and in each stratum), and
    everyone. A small count in a margin is hidden like one inside. Then further cells are hidden until, for every hidden
    count, tables that agree with everything printed have any number in its place that the rule leaves open. (Where
    zeros are printed, a small sum is seen to be at least the number of cells in it that are none.)

    Parameters
    ----------
    table
        People of each group in each unit, in whole numbers. People of no group are a column of their own. For a rate,
        the groups are those with and those without, and everyone is the denominator.
    rule
        ``"min10"`` (1 to 9 hidden), ``"hes2018"`` (1 to 7 hidden, others rounded to the nearest 5), ``"dfe"`` (1 to 5
        hidden; UNVERIFIED), a `Rule` of your own, or ``"none"``, which has to be declared in `protected_by`.
    by
        Column of strata whose sums are printed as well, such as districts.
    hide_zeros
        Whether zeros are hidden like small counts, where that nobody is there tells something too.
    national
        Whether the sums of all units are national ones, which a rule that rounds prints as they are.
    protected_by
        What protects the table already, with ``rule="none"``: such as record swapping and cell keys of a census.

    Returns
    -------
    table
        What may be printed: `to_frame()` with symbols; `counts` with intervals in place of hidden and rounded cells;
        `cells()`, `shares()`.

    Raises
    ------
    InvalidCounts
        Counts are not whole.
    InvalidParameter
        The rule is unknown or undeclared, or counts that have to be printed give others away.
    UnknownColumn, ReservedName
        There are no such strata, or a name is one that tables to be printed use.

    Notes
    -----
    Every hidden cell bears the same symbol, small or not. What is safe is safe against sums of this table alone: two
    tables of the same people with other cuts, or the table of last year, can be subtracted from each other. Which cells
    are hidden is found cell by cell, along rectangles and by linear programmes: it is safe, but fewer may do.

    References
    ----------
    Kelly, Golden and Assad 1992; Fischetti and Salazar 2001; Hundepool et al. 2012.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> wards = pd.DataFrame({"ward": ["A", "B", "C"], "x": [3, 40, 30], "y": [60, 25, 50], "z": [20, 35, 80]})
    >>> wards = pm.from_wide(wards, groups=["x", "y", "z"], unit="ward")
    >>> safe = pm.outcomes.suppress(wards, "min10")
    >>> safe.to_frame()
      unit   x    y    z total
    0    A   c   60    c    83
    1    B   c   25    c   100
    2    C  30   50   80   160
    3  all  73  135  135   343
    >>> safe.counts
    <Counts: 343 people, 3 units, 3 groups: x, y, z; 4 cells hidden>
    """
    table = checked(table)
    faults: list[PlacemixError] = []
    chosen = _declared(rule, protected_by, faults)
    if by is not None and by not in table.strata.columns:
        remedy = did_you_mean(by, [str(name) for name in table.strata.columns]) or "Add it with with_strata."
        faults.append(UnknownColumn(f"{by!r} is no column of strata.", remedy=remedy))
    names = [group_text(group) for group in table.groups]
    taken = [name for name, held in ((EVERY, table.units), (NO_GROUP, names)) if name in held]
    taken += [by] if by in COLUMNS else []
    if taken:
        message = f"Tables to be printed use the name {listed([repr(name) for name in taken])} themselves."
        faults.append(ReservedName(message, remedy="Rename that unit, group or column of strata."))
    odd = ~((table.values == np.rint(table.values)).all(axis=1) & (table.total == np.rint(table.total)))
    if odd.any() and chosen is not None:
        message = f"{plural(int(odd.sum()), 'unit has', 'units have')} counts that are not whole."
        remedy = "Estimates and rounded sums are not the people counted: protect the table that they come from."
        faults.append(InvalidCounts(message, units=table.units[odd], remedy=remedy))
    if faults:
        raise together(faults)
    # Sorted by id, so that the order of rows changes nothing.
    order = np.argsort(table.units.to_numpy(dtype=object), kind="stable")
    grid, labels = _gridded(table.take(order), by)
    if chosen is None:
        return _printed(table, grid, labels, by, None, protected_by, None, order)
    chosen = replace(chosen, low=0) if hide_zeros else chosen
    exact = (grid.kind == ALL)[:, np.newaxis] & np.full(grid.x.shape, national and chosen.rounded_to is not None)
    small = chosen.hides(grid.x) & ~exact
    ends = chosen.reach(grid.x)
    ends = (np.where(exact, grid.x, ends[0]), np.where(exact, grid.x, ends[1]))
    shield = Shield(grid, small, ends, chosen.low, chosen.high)
    shield.safe(exact)
    return _printed(table, grid, labels, by, chosen, None, shield, order, exact=exact)


def _declared(rule: str | Rule, protected_by: str | None, faults: list[PlacemixError]) -> Rule | None:
    """Return the rule; nothing is hidden only where something else is said to protect the table."""
    said = protected_by is not None and bool(str(protected_by).strip())
    if rule == NONE:
        if not said:
            message = "To hide nothing has to be declared."
            remedy = "Say what protects the table already, protected_by='…', or choose a rule such as 'min10'."
            faults.append(InvalidParameter(message, remedy=remedy))
        return None
    if protected_by is not None:
        faults.append(InvalidParameter("protected_by goes with rule='none' alone.", remedy="Leave one of them out."))
    try:
        return rule_of(rule)
    except InvalidParameter as fault:
        faults.append(fault)
        return None


def _gridded(table: Counts, by: str | None) -> tuple[Grid, list[str]]:
    residual = np.rint(table.residual)
    values = np.column_stack([table.values, residual]) if residual.any() else table.values
    if by is None:
        return grid_of(values, table.total, None), []
    codes, labels = pd.factorize(table.strata[by].astype(str), sort=True)
    return grid_of(values, table.total, codes.astype(np.int64)), [str(label) for label in labels]


def _printed(
    table: Counts, grid: Grid, labels: list[str], by: str | None, rule: Rule | None, declared: str | None,
    shield: Shield | None, order: object, *, exact: FloatArray | None = None,
) -> Protected:  # fmt: skip
    """Take out what is hidden, and put units back into the order of the table."""
    hidden = np.zeros(grid.x.shape, dtype=bool) if shield is None else shield.hidden.reshape(grid.x.shape)
    back = np.concatenate([np.argsort(np.asarray(order)), np.arange(grid.units, len(grid.x))])
    shown, ends = grid.x.copy(), (grid.x, grid.x)
    if rule is not None and shield is not None:
        ends = (shield.least.reshape(grid.x.shape), shield.most.reshape(grid.x.shape))
        shown = np.where(exact, grid.x, rule.printed(grid.x)) if exact is not None else rule.printed(grid.x)
    low, high = carried_bounds(
        grid, np.where(hidden, 0 if rule is None else rule.low, ends[0]), np.where(hidden, np.inf, ends[1])
    )
    names = [group_text(group) for group in table.groups]
    if grid.x.shape[1] - 1 > len(names):
        names.append(NO_GROUP)
    units = table.units.to_numpy(dtype=object)
    rows = pd.DataFrame({"kind": grid.kind[back]})
    rows["unit"] = [*units, *[None] * (len(rows) - len(units))]
    if by is not None:
        rows[by] = [*table.strata[by].astype(str), *labels, None]
    return Protected(
        rule=rule,
        rows=rows,
        groups=table.groups,
        names=tuple(names),
        printed=np.where(hidden, np.nan, shown)[back],
        low=low[back],
        high=high[back],
        by=by,
        about=table.about.noting(_note(rule, declared)),
        strata=table.strata,
        stated=True,
        **dict(zip(("small", "further", "margins"), (0, 0, 0) if shield is None else counted(shield), strict=True)),
    )


def _note(rule: Rule | None, declared: str | None) -> str:
    if rule is None:
        return f"Nothing was hidden; protected by: {declared}."
    rounded = f", others rounded to the nearest {rule.rounded_to}" if rule.rounded_to else ""
    doubt = "" if rule.verified else " The rule is UNVERIFIED."
    return (
        f"Counts from {rule.low} to {rule.high} are hidden ({rule.symbol}), and others so that sums do not give them "
        f"away{rounded}: rule {rule.name} ({rule.source}).{doubt}"
    )
