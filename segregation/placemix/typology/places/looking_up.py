"""What a verb of types was given, looked up and checked: tables, reference, parameters, cities."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from placemix._typing import BoolArray, GroupName, IntArray
from placemix.counts import Counts, checked, group_text
from placemix.errors import (
    InvalidParameter,
    InvalidTable,
    PlacemixError,
    ReferenceNeeded,
    ReservedName,
    ResidualExceedsLimit,
    SchemeMismatch,
    UnknownGroup,
    UnmatchedUnit,
    did_you_mean,
    listed,
    plural,
)
from placemix.results import first_reason
from placemix.typology.rules.conditions import Condition
from placemix.typology.rules.kinds import Scheme

Reference: TypeAlias = GroupName | Sequence[GroupName] | None
Data: TypeAlias = Counts | Mapping[str, Counts]


#: What to do where a parameter is missing; the command line says it in its own words.
_PASS = {"threshold": "Pass parameters={'threshold': 0.5}."}


def tables_of(counts: Data, rules: Scheme) -> dict[str, Counts]:
    """Return counts by dimension, of the same units in the same order."""
    if not isinstance(counts, Mapping):
        return {"": checked(counts)}
    if not counts:
        message = "No dimension was given."
        raise InvalidParameter(message, remedy="Pass counts, or a mapping from names to counts.")
    data = {str(name): checked(one) for name, one in counts.items()}
    if len(data) < len(counts):
        message = "Two dimensions have the same name, once written as text."
        raise InvalidParameter(message, remedy="Name each dimension otherwise.")
    if not rules.characteristic:
        message = f"{rules.id} is of one table of groups, not of a mapping of dimensions."
        raise SchemeMismatch(message, remedy="Pass the counts of one dimension.")
    first = next(iter(data.values()))
    aligned = {}
    for name, one in data.items():
        place = one.units.get_indexer(first.units)
        lost = [*first.units[place < 0], *one.units[~one.units.isin(first.units)]]
        if lost:
            message = f"The dimension {name!r} is of other units than the first."
            remedy = "Bring both to the same units, with harmonise.align or merge_units."
            raise UnmatchedUnit(message, units=lost, remedy=remedy)
        aligned[name] = one.take(place)
    return aligned


def listed_reference(reference: Reference, host: Reference) -> list[GroupName]:
    """Return the reference groups as a list."""
    wanted: Any = host if reference is None else reference
    if wanted is None:
        return []
    if isinstance(wanted, str | tuple):
        return [wanted]
    if not isinstance(wanted, Iterable):
        message = f"reference is a group or a list of groups, not {wanted!r}."
        raise InvalidParameter(message, remedy="Name groups as the table does.")
    return list(wanted)


def reference_of(
    counts: Counts, rules: Scheme, reference: Reference, host: Reference, faults: list[PlacemixError]
) -> tuple[tuple[list[int], list[int]], tuple[str, ...]]:
    """Return the columns of the reference groups and of the others, and the names of the former."""
    everyone = list(range(len(counts.groups)))
    if reference is not None and host is not None and listed_reference(reference, None) != listed_reference(None, host):
        faults.append(InvalidParameter("reference and host are one argument.", remedy="Pass one of them."))
    wanted = listed_reference(reference, host)
    if not rules.reference:
        if wanted:
            message = f"{rules.id} compares with no reference group."
            faults.append(InvalidParameter(message, remedy="Leave reference out."))
        return ([], everyone), ()
    if not wanted:
        groups = ", ".join(map(group_text, counts.groups))
        message = f"{rules.id} compares every group with a reference group, and none was named."
        faults.append(ReferenceNeeded(message, remedy=f"Pass reference= one or several of {groups}."))
        return ([], everyone), ()
    ours: list[int] = []
    for name in wanted:
        try:
            ours.append(counts.position(name))
        except UnknownGroup as fault:
            faults.append(fault)
    if len(set(ours)) < len(ours):
        faults.append(InvalidParameter("A group is named twice as reference.", remedy="Name each once."))
    theirs = [place for place in everyone if place not in ours]
    if not theirs:
        message = "Every group is a reference group, so there is nobody to compare with."
        faults.append(InvalidParameter(message, remedy="Leave one group or more out of reference."))
    return (ours, theirs), tuple(group_text(counts.groups[place]) for place in ours)


def parameters_of(rules: Scheme, given: Mapping[str, float] | None, faults: list[PlacemixError]) -> dict[str, Fraction]:
    """Return each parameter's exact value."""
    values: dict[str, Fraction] = {}
    asked_for: Any = given
    if given is not None and not isinstance(asked_for, Mapping):
        message = f"parameters is a mapping from names to numbers, not a {type(asked_for).__name__}."
        faults.append(InvalidParameter(message, remedy="Write parameters={'threshold': 0.5}."))
        return values
    for name in given or {}:
        if name not in rules.parameters:
            message = f"{rules.id} has no parameter {name!r}."
            known = ", ".join(rules.parameters) or "none"
            faults.append(InvalidParameter(message, remedy=did_you_mean(name, rules.parameters) or f"It has {known}."))
    for name, one in rules.parameters.items():
        value: Any = (given or {}).get(name)
        if value is None:
            if one.default is None:
                message = f"{rules.id} needs the parameter {name!r}: {one.says}."
                faults.append(
                    InvalidParameter(message, remedy=_PASS.get(name, f"Give it in parameters={{{name!r}: …}}."))
                )
            else:
                values[name] = one.default
            continue
        number = isinstance(value, int | float | Fraction | np.number) and not isinstance(value, bool)
        if not number or not math.isfinite(value) or value < 0:
            message = f"The parameter {name!r} is {one.says}, not {value!r}."
            faults.append(InvalidParameter(message, remedy="Write 50 % as 0.5."))
            continue
        values[name] = Fraction(str(value)).limit_denominator(10**6)
        shares = [c for c in _all(rules) if c.parameter == name and c.base in {"everyone", "city members"}]
        if shares and not 0 < values[name] <= 1:
            message = f"The parameter {name!r} is a share above 0 and up to 1, not {value!r}."
            faults.append(InvalidParameter(message, remedy="Write 50 % as 0.5."))
    return values


def plain(given: Mapping[str, float] | None) -> dict[str, float] | None:
    """Parameters as a pack writes them; read again they are the same fractions."""
    if given is None:
        return None
    values: Mapping[str, Any] = given
    return {name: float(value) if isinstance(value, Fraction) else value for name, value in values.items()}


def recalibration(
    rules: Scheme, groups: int, *, recalibrate: bool, faults: list[PlacemixError], notes: list[str]
) -> float:
    """By how much thresholds of entropy are multiplied."""
    if rules.groups is None or rules.groups == groups:
        return 1.0
    if not recalibrate:
        message = f"The thresholds of {rules.id} were set for {rules.groups} groups, and the table has {groups}."
        remedy = f"Merge the groups to {rules.groups} with merge_groups, or pass recalibrate=True."
        faults.append(SchemeMismatch(message, remedy=remedy))
        return 1.0
    if groups < 2:
        message = f"{rules.id} is of how mixed several groups are, and the table has one."
        faults.append(SchemeMismatch(message, remedy="Pass counts of two groups or more."))
        return 1.0
    notes.append(
        f"Thresholds of entropy are those for {rules.groups} groups times ln {rules.groups} / ln {groups}, so that "
        "they stand for the same number of groups of equal size."
    )
    factor = math.log(rules.groups) / math.log(groups)
    least = {one for one in _all(rules) if one.left == "scaled entropy" and one.op[0] == ">" and one.factor is not None}
    none = [
        kind.id
        for kind in rules.types
        if any(one in least and float(one.factor or 0) * factor > 1 for one in kind.when)
    ]
    if none:
        notes.append(f"With {groups} groups no place can be of type {listed(none)}.")
    return factor


def cities_of(counts: Counts, city: object) -> tuple[IntArray, Any]:
    """Return the code and the name of each unit's city."""
    if city is None:
        return np.zeros(len(counts), dtype=np.int64), None
    if not isinstance(city, str):
        message = f"city is the name of one strata column, not {city!r}."
        raise InvalidParameter(message, remedy="Leave it out where the whole table is one city.")
    counts.arranged(city)  # refuses a column that is not there
    column = counts.strata[city]
    codes = column.cat.codes.to_numpy().astype(np.int64)
    if (codes < 0).any():
        message = f"Some units have no {city}."
        raise InvalidTable(message, units=counts.units[codes < 0], remedy="Give every unit its city.")
    return codes, column.astype(str).to_numpy(dtype=object)


def reserved(names: Sequence[str], columns: Sequence[str]) -> None:
    """Refuse strata that bear the name of a column of the result.

    Raises
    ------
    ReservedName
        Some do.
    """
    taken = [name for name in names if name in columns]
    if taken:
        message = f"Strata may not be named {listed(taken)}: the result uses that name."
        raise ReservedName(message, remedy="Give them to counts.with_strata under another name.")


def untyped(lived_in: BoolArray, counts: Counts) -> Any:  # noqa: ANN401
    """Why units have no type, or None."""
    return first_reason({"no_people": ~lived_in & (counts.total <= 0), "none_in_groups": ~lived_in})


def residuals_said(data: Mapping[str, Counts], rules: Scheme) -> list[str]:
    """Say what becomes of people in none of the groups, or refuse them."""
    notes = []
    for name, counts in data.items():
        left, where = float(counts.residual.sum()), f" of {name}" if name else ""
        if left <= 0:
            continue
        people = plural(round(left, 3) if left % 1 else int(left), "person", "people")
        units = counts.units[counts.residual > 0]
        if rules.residual == "refuse":
            message = f"{people}{where} are in none of the groups, and {rules.id} needs everyone in one."
            raise ResidualExceedsLimit(message, units=units, remedy="Add them as a group: from_wide(residual='group').")
        if rules.residual == "leave out":
            notes.append(f"{people}{where} in none of the groups, in {plural(len(units), 'unit')}, are left out.")
        elif rules.reference:
            notes.append(
                f"{people} in none of the groups, in {plural(len(units), 'unit')}, count as one more minority, which "
                "is never the largest."
            )
        else:
            notes.append(f"{people}{where} in none of the groups, in {plural(len(units), 'unit')}, stay in the totals.")
    return notes


def _all(rules: Scheme) -> list[Condition]:
    of_types = [condition for kind in rules.types for condition in kind.conditions]
    return [*of_types, *rules.concentrated, *rules.present, *rules.characteristic]


def with_parameters(rules: Scheme, values: Mapping[str, Fraction], factor: float) -> Scheme:
    """The scheme with its parameters, and thresholds of entropy carried over."""

    def one(condition: Condition) -> Condition:
        here = condition.given(values)
        if factor == 1.0 or here.left != "scaled entropy" or here.factor is None:
            return here
        moved = Fraction(float(here.factor) * factor)
        return replace(here, factor=moved, text=f"{here.left} {here.op} {float(moved):.4f}")

    def each(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
        return tuple(map(one, conditions))

    return replace(
        rules,
        types=tuple(replace(kind, when=each(kind.when), either=each(kind.either)) for kind in rules.types),
        concentrated=each(rules.concentrated),
        present=each(rules.present),
        characteristic=each(rules.characteristic),
    )
