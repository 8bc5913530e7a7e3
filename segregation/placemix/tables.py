"""The boundary where tables become counts: read once, checked once, every fault reported together."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix import checks, columns
from placemix._typing import FloatArray, GroupName, Residual, Table
from placemix.about import About
from placemix.columns import Groups
from placemix.counts import Counts, group_text
from placemix.errors import (
    EmptyTable,
    IncompletePartition,
    InvalidParameter,
    InvalidTable,
    NotNumbers,
    OverlappingGroups,
    PlacemixError,
    PossibleOverlap,
    ResidualExceedsLimit,
    TooFewGroups,
    TotalsRaised,
    UnitsLeftOut,
    listed,
    plural,
    together,
)
from placemix.strata import categorical


def from_wide(
    frame: Table,
    *,
    groups: Groups,
    unit: str,
    strata: str | Sequence[str] = (),
    geometry: str | None = None,
    area: str | None = None,
    total: str | None = None,
    about: About | Mapping[str, Any] | None = None,
    suppressed: checks.Suppression | None = None,
    crs: Any = None,  # noqa: ANN401
    axes: Sequence[str] = (),
    residual: Residual = "keep",
    strict: bool = False,
) -> Counts:
    """Read a table with one row a unit and one column a group.

    Parameters
    ----------
    frame
        A pandas, GeoPandas, polars or pyarrow table. It is not changed.
    groups
        Columns that hold the groups, or a mapping from the name of a group to its column or
        to several columns that are summed. Names may be tuples, one entry an axis.
    unit
        Column with the units' ids. Whole numbers become text without a decimal point.
    strata
        Columns with categories of the units, such as the district.
    geometry
        Column with shapes or points. Default: the active geometry of a GeoDataFrame.
    area
        Column with the size of each unit.
    total
        Column with everyone in the unit. People in none of the groups are kept as the
        residual: part of every total, never one of the groups.
    about
        What is counted and where it comes from.
    suppressed
        What symbols mean: an interval such as ``{"c": (1, 4)}``; ``"unknown"``, of which only the
        total says how large it can be; or ``"not_applicable"``, which leaves the unit out and
        lists it.
    crs
        Coordinate reference system of the geometry, where it carries none; ``"planar"`` for
        coordinates on a plane of no named unit.
    axes
        Names of the axes where group names are tuples.
    residual
        ``"group"`` makes the residual a group of its own, named ``residual``.
    strict
        Refuse a table whose groups sum to less than the total, instead of warning.

    Returns
    -------
    counts
        People of each group in each unit.

    Raises
    ------
    InvalidTable
        The table has faults; the error lists all of them with the units at fault and can be
        caught as any of them (`InvalidCounts`, `NotNumbers`, `InvalidArea`, `DuplicateUnit`, `UnknownColumn`,
        `RepeatedColumn`, `OverlappingGroups`, `ResidualExceedsLimit`, `CountRateMix`,
        `TooFewGroups`, `EmptyTable`).

    Warns
    -----
    IncompletePartition
        Groups sum to less than the total.
    TotalsRaised
        Groups sum to a little more than the total, as rounded and perturbed tables do.
    UnitsLeftOut
        Units are marked as not applicable.
    PossibleOverlap
        A column equals the sum of others, in fewer than ten units.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": ["A", "B", "C", "D"], "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> pm.from_wide(homes, groups=["asian", "white"], unit="area")
    <Counts: 400 people, 4 units, 2 groups: asian, white>
    """
    table = columns.native(frame)
    unit, total, area, geometry = (
        columns.one_name("unit", unit),
        columns.optional_name("total", total),
        columns.optional_name("area", area),
        columns.optional_name("geometry", geometry),
    )
    strata, axes = columns.several_names("strata", strata), columns.several_names("axes", axes)
    wanted = columns.group_columns(groups)
    if axes and not all(isinstance(name, tuple) and len(name) == len(axes) for name in wanted):
        message = f"With axes={axes!r}, each group's name is a tuple of {len(axes)}."
        raise InvalidParameter(message, remedy="Write groups={('asian', 'rented'): 'column', …}.")
    faults = columns.column_faults(table, wanted, [unit, *(name for name in (area, total, geometry) if name)], strata)
    faults += list(checks.meanings(suppressed or {}))
    if len(table) == 0:
        faults.append(EmptyTable("The table has no rows.", remedy="Check the filter or the file that made it."))
    if faults:
        raise together(faults)
    raw = {name: columns.taken(table, name) for name in columns.ordered(wanted)}
    return _build(
        raw,
        wanted,
        ids=columns.taken(table, unit),
        strata={name: columns.taken(table, name) for name in strata},
        total=(total, columns.taken(table, total)) if total else None,
        area=(area, columns.taken(table, area)) if area else None,
        geometry=columns.shapes(frame, geometry, crs),
        planar=isinstance(crs, str) and crs == "planar",
        about=columns.read_about(about),
        suppressed=suppressed or {},
        axes=axes,
        residual=residual,
        strict=strict,
    )


def from_long(
    frame: Table,
    *,
    unit: str,
    group: str,
    count: str | None = None,
    strata: str | Sequence[str] = (),
    about: About | Mapping[str, Any] | None = None,
) -> Counts:
    """Read a table with one row a person, or one row a unit and group.

    Parameters
    ----------
    frame
        A pandas, GeoPandas, polars or pyarrow table. It is not changed.
    unit
        Column with the units' ids.
    group
        Column with each row's group.
    count
        Column with the people a row stands for; rows of the same unit and group add up, and
        a unit without a row of a group has none of it. Default: each row is one person.
    strata
        Columns with categories of the units, the same on every row of a unit.
    about
        What is counted and where it comes from.

    Returns
    -------
    counts
        People of each group in each unit, groups in order of first appearance.

    Raises
    ------
    InvalidTable
        The table has faults; the error lists all of them.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> pupils = pd.DataFrame({"school": ["A", "A", "B"], "meal": ["free", "paid", "paid"]})
    >>> pm.from_long(pupils, unit="school", group="meal").to_frame()
      unit  free  paid  total
    0    A   1.0   1.0    2.0
    1    B   0.0   1.0    1.0
    """
    table = columns.native(frame)
    unit, group = columns.one_name("unit", unit), columns.one_name("group", group)
    count = columns.optional_name("count", count)
    strata = columns.several_names("strata", strata)
    faults = columns.column_faults(table, {}, [unit, group, *([count] if count else [])], strata)
    if len(table) == 0:
        faults.append(EmptyTable("The table has no rows.", remedy="Check the filter or the file that made it."))
    if faults:
        raise together(faults)
    rows = pd.Index([f"row {number}" for number in range(1, len(table) + 1)])
    ids = checks.unit_ids(columns.taken(table, unit))[0]
    labels = columns.taken(table, group)
    blank_id, blank_group = columns.taken(table, unit).isna().to_numpy(), labels.isna().to_numpy()
    if blank_id.any():
        faults.append(InvalidTable("Rows have no unit.", units=rows[blank_id], remedy="Give each row its unit."))
    if blank_group.any():
        message, remedy = (
            "Rows have no group.",
            "Name it, for example 'not stated'; missing people are not dropped.",
        )
        faults.append(InvalidTable(message, units=rows[blank_group], remedy=remedy))
    people: FloatArray = np.ones(len(table))
    if count:
        column = checks.numbers(columns.taken(table, count), count, rows, {})
        faults += column.faults or list(checks.amounts({count: column.values}, rows))
        people = column.values
    codes, units = pd.factorize(ids)
    carried = {name: columns.taken(table, name) for name in strata}
    for name, column in carried.items():
        several = column.astype(str).groupby(codes).nunique().to_numpy() > 1
        if several.any():
            message = f"Units have more than one {name}."
            faults.append(InvalidTable(message, units=units[several], remedy="Give each unit one."))
    if faults:
        raise together(faults)
    group_codes, names = pd.factorize(labels.astype(str))
    values = np.zeros((len(units), len(names)))
    np.add.at(values, (codes, group_codes), people)
    first = np.unique(codes, return_index=True)[1]
    return _build(
        {str(name): pd.Series(values[:, place]) for place, name in enumerate(names)},
        {str(name): [str(name)] for name in names},
        ids=pd.Series(np.asarray(units, dtype=object)),
        strata={name: column.iloc[first].reset_index(drop=True) for name, column in carried.items()},
        total=None,
        area=None,
        geometry=None,
        about=columns.read_about(about),
        suppressed={},
        axes=(),
        residual="keep",
        strict=False,
    )


def _build(
    raw: Mapping[str, pd.Series],
    wanted: Mapping[GroupName, Sequence[str]],
    *,
    ids: pd.Series,
    strata: Mapping[str, pd.Series],
    total: tuple[str, pd.Series] | None,
    area: tuple[str, pd.Series] | None,
    geometry: Any,  # noqa: ANN401
    about: About,
    suppressed: checks.Suppression,
    axes: tuple[str, ...],
    residual: Residual,
    strict: bool,
    planar: bool = False,
) -> Counts:
    """Check the columns of a table together and make the counts."""
    units, faults = checks.unit_ids(ids.reset_index(drop=True))
    read = {
        name: checks.numbers(column.reset_index(drop=True), name, units, suppressed) for name, column in raw.items()
    }
    others = {
        name: checks.numbers(column.reset_index(drop=True), name, units, {})
        for name, column in (item for item in (total, area) if item)
    }
    ground = {area[0]: others.pop(area[0])} if area else {}
    faults += [fault for column in (*read.values(), *others.values()) for fault in column.faults]
    left_out = np.logical_or.reduce([column.not_applicable for column in read.values()], axis=0)
    kept = ~left_out if read else np.ones(len(units), dtype=bool)
    sound = {
        name: column.values[kept]
        for name, column in (*read.items(), *others.items())
        if not any(isinstance(fault, NotNumbers) and not fault.units for fault in column.faults)
    }
    faults += list(checks.amounts(sound, units[kept]))
    faults += [fault for name, column in ground.items() for fault in checks.land(name, column, units, kept)]
    faults += list(checks.complete(strata, units))
    if residual not in ("keep", "group"):
        raise InvalidParameter(f"residual is 'keep' or 'group', not {residual!r}.")
    if len(wanted) + (residual == "group") < 2:
        remedy = "Name at least two, or give total= and residual='group' to compare one group with everyone else."
        faults.append(TooFewGroups("Fewer than two groups were named.", remedy=remedy))
    if faults:
        raise together(faults)

    def summed(bound: str) -> FloatArray:
        blocks = [np.sum([getattr(read[name], bound)[kept] for name in names], axis=0) for names in wanted.values()]
        return np.column_stack(blocks)

    values, low, high = summed("values"), summed("low"), summed("high")
    stated = others[total[0]].values[kept] if total else None
    values, high, faults = checks.bounded(values, low, high, stated, units[kept])
    if faults:
        raise together(faults)
    everyone = values.sum(axis=1) if stated is None else stated
    names = [group_text(name) for name in wanted]
    everyone, faults = _partition(values, everyone, names, units[kept], about, total_given=total is not None, low=low)
    if faults:
        raise together(faults)
    labels: tuple[GroupName, ...] = tuple(wanted)
    if residual == "group":
        rest = [np.maximum(everyone - block.sum(axis=1), 0.0) for block in (values, high, low)]
        values, low, high = (np.column_stack(pair) for pair in zip((values, low, high), rest, strict=True))
        labels = (*labels, "residual")
    known = bool(np.array_equal(low, high))
    counts = Counts(
        values=values,
        groups=labels,
        units=units[kept],
        total=everyone,
        strata=pd.DataFrame(
            {name: categorical(column[kept]) for name, column in strata.items()}, index=range(int(kept.sum()))
        ),
        geometry=None if geometry is None else geometry[kept].reset_index(drop=True),
        area=ground[area[0]].values[kept] if area else None,
        about=about,
        low=None if known else low,
        high=None if known else high,
        stated=stated is not None,
        axes=axes,
        left_out=tuple(units[~kept]),
        planar=planar,
    )
    _tell_residual(counts, strict=strict, as_group=residual == "group")
    if counts.left_out:
        message = f"{plural(len(counts.left_out), 'unit is', 'units are')} marked as not applicable and left out."
        warnings.warn(UnitsLeftOut(f"{message} [{listed(counts.left_out)}]"), stacklevel=3)
    return counts


def _partition(
    values: FloatArray,
    everyone: FloatArray,
    names: Sequence[str],
    units: pd.Index,
    about: About,
    *,
    total_given: bool,
    low: FloatArray,
) -> tuple[FloatArray, list[PlacemixError]]:
    """Check that the groups are parts of one whole; return the totals to use."""
    faults: list[PlacemixError] = list(checks.rates(low))
    if not everyone.sum() > 0:
        faults.append(EmptyTable("Nobody lives in any unit.", remedy="Check that the counts were read."))
    found = checks.overlap(values, names, total_given=total_given)
    if found:
        surely = total_given or (values.sum(axis=1) > 0).sum() >= checks.SURE
        if surely or _related(found):
            faults.append(checks.overlapping(found))
        else:
            warnings.warn(PossibleOverlap(f"{checks.overlapping(found)}"), stacklevel=5)
    summed = values.sum(axis=1)
    excess = low.sum(axis=1) - everyone
    over = excess > checks.TOLERANCE * everyone + 1e-9
    if (
        total_given
        and not found
        and over.any()
        and (not about.perturbed or summed.sum() > (1 + checks.TOLERANCE) * everyone.sum() + _noise(values))
    ):
        message = f"Groups sum to more than the total in {over.sum():,} units, by {excess[over].sum():,.0f} people."
        remedy = (
            "Leave sub-totals and overlapping groups out. If the cells were perturbed, say so: "
            "about={'perturbed': True} takes the sum of the groups as the total there."
        )
        faults.append(OverlappingGroups(message, units=units[over], remedy=remedy))
    raised = summed > everyone + 1e-9 * np.maximum(everyone, 1)
    if not faults and raised.any():
        which = plural(int(raised.sum()), "unit")
        message = (
            f"Groups sum to more than the stated total in {which}, by {(summed - everyone)[raised].sum():,.6g} people."
        )
        warnings.warn(
            TotalsRaised(f"{message} The sum is taken as the total there. [{listed(units[raised])}]"), stacklevel=4
        )
    return np.maximum(everyone, summed), faults


def _noise(values: FloatArray) -> float:
    """People by which perturbed cells may together exceed their totals: each by about one."""
    return 3.0 * np.sqrt(values.shape[0] * (values.shape[1] + 1))


def _related(found: checks.Overlap) -> bool:
    """Whether the labels themselves say that one is the total of the others."""
    whole = found.whole.casefold()
    stem = whole.removesuffix("_total").removesuffix(" total").rstrip(" :_-")
    return whole in {"total", "all", "persons", "people", "everyone"} or all(
        part.casefold().startswith(stem) for part in found.parts
    )


def _tell_residual(counts: Counts, *, strict: bool, as_group: bool) -> None:
    """Warn of people in none of the groups, or refuse them."""
    # Only people who are certainly in no group: hidden cells may hold the others.
    residual = counts.residual if counts.high is None else np.maximum(counts.total - counts.high.sum(axis=1), 0.0)
    left = float(residual.sum())
    if left <= 0 or as_group:
        return
    largest = np.argsort(-residual, kind="stable")[:5]
    units = [f"{counts.units[place]} ({residual[place]:,.0f})" for place in largest if residual[place] > 0]
    message = f"{left:,.0f} people ({left / counts.total.sum():.2%}) are in none of the groups."
    remedy = "They stay in every total. Pass residual='group' to make them a group, or name the missing columns."
    if strict:
        raise ResidualExceedsLimit(message, units=units, remedy=remedy)
    warnings.warn(IncompletePartition(f"{message} Largest: {listed(units)}. {remedy}"), stacklevel=4)
