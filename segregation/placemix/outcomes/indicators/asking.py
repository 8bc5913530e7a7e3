"""One indicator of one table: columns found, groups known, and the number computed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from placemix.errors import (
    DuplicateUnit,
    InvalidParameter,
    InvalidTable,
    NotNumbers,
    OverlappingGroups,
    PlacemixError,
    UnknownColumn,
    UnknownGroup,
    did_you_mean,
    listed,
    together,
)
from placemix.outcomes.indicators.computing import OF_ALL, OF_PEOPLE, REST, Asked, number_of
from placemix.outcomes.indicators.evidence import Evidence, evidence_of
from placemix.outcomes.indicators.forms import FORMS
from placemix.outcomes.indicators.reading import founding, own_rows
from placemix.outcomes.indicators.rows import Row
from placemix.rates.scales import EVERYONE

_NUMBERS = frozenset({
    "step", "people", "events", "members", "numerator", "denominator", "deff", "ties", "pay", "adults", "registered",
    "voted", "base_people",
})  # fmt: skip


def estimate_indicator(
    indicator: str,
    table: pd.DataFrame,
    *,
    focal: str | None = None,
    against: str = REST,
    columns: Mapping[str, str] | None = None,
    level: float = 0.95,
    own: Sequence[str | Path] = (),
) -> Evidence:
    """Compute the one number of an aim or indicator of the framework, from a table with the columns it needs.

    Parameters
    ----------
    indicator
        Id of a row of `framework`, such as ``"work-indicator-1"``.
    table
        Rows of one place and period, with the columns that the row `needs`.
    focal
        Group that the number is of. Measures of the whole mix take none.
    against
        Group it is compared with, or ``"rest"``: all others together.
    columns
        Which column is which, where the table has other names, as ``{"numerator": "passed"}``.
    level
        Level of the interval.
    own
        TOML files of further domains, as in `framework`.

    Returns
    -------
    evidence
        An `Estimate` with the indicator, its domain, tenet and kind. Measures that have more than one number (both
        parts of a gap, crude beside standardised) give them in full by their own verb, named in the row.

    Raises
    ------
    InvalidParameter
        There is no such indicator, or no group is named.
    UnknownColumn, UnknownGroup, OverlappingGroups, DuplicateUnit, NotNumbers, InvalidTable
        The table lacks columns or groups, has a row of everyone among its groups, or several rows of one group; all
        faults are listed.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> table = pd.DataFrame({"group": ["x", "y", "z"], "in_work": [60, 75, 80], "aged_16_64": [100, 100, 100]})
    >>> found = pm.outcomes.estimate_indicator(
    ...     "work-aim-1", table, focal="x", columns={"numerator": "in_work", "denominator": "aged_16_64"}
    ... )
    >>> round(found.value, 3), found.tenet, found.kind
    (-0.175, 'equality', 'outcome')
    >>> print(found.explain())
    Work, 'equal access to a diverse range of employment opportunities': share of the group less that of those
    compared with, x beside rest: -0.175 (sampling range -0.286 to -0.0648).
    """
    row = _row_of(indicator, [*founding(), *own_rows(own)])
    if not isinstance(table, pd.DataFrame):
        raise InvalidTable(f"{row.id} is computed from a table, not from a {type(table).__name__}.")
    named = {str(wanted): str(column) for wanted, column in (columns or {}).items()}
    faults = list(_column_faults(row, table, named))
    if faults:
        raise together(faults)
    form = FORMS[row.measure]
    there = [*row.needs, *(name for name in form.may if name in table.columns and name not in row.needs)]
    read = pd.DataFrame({name: table[named.get(name, name)].to_numpy() for name in there})
    faults = [*_number_faults(read), *_group_faults(row, read, focal, against), *_repeated(row, read)]
    if faults:
        raise together(faults)
    for name in ("group", "other_group", "unit"):
        if name in read.columns:
            read[name] = read[name].astype(str)
    found = number_of(Asked(read, row.measure, focal or "everyone", against, level))
    return evidence_of(
        found,
        indicator=row.id,
        domain=row.label,
        wording=row.wording,
        tenet=", ".join(row.tenets),
        kind=row.kind,
        says=form.value,
        references=("johnson_2010",),
    )


def _row_of(indicator: str, rows: Sequence[Row]) -> Row:
    for row in rows:
        if row.id == indicator:
            return row
    ids = [row.id for row in rows]
    remedy = did_you_mean(indicator, ids) or "placemix.outcomes.framework() lists them."
    raise InvalidParameter(f"The framework has no {indicator!r}.", remedy=remedy)


def _column_faults(row: Row, table: pd.DataFrame, named: Mapping[str, str]) -> Iterator[PlacemixError]:
    lacking = [name for name in row.needs if named.get(name, name) not in table.columns]
    if lacking:
        hints = " ".join(filter(None, (did_you_mean(name, table.columns) for name in lacking)))
        example = f"Name them with columns={{{lacking[0]!r}: '…'}}; {row.measure} counts {row.counts}."
        message = (
            f"{row.id} needs {listed(lacking, shown=9)}, and the table has {listed(list(table.columns), shown=9)}."
        )
        yield UnknownColumn(message, remedy=f"{hints} {example}".strip())
    form = FORMS[row.measure]
    spare = [name for name in named if name not in (*row.needs, *form.may)]
    if spare:
        message = f"{row.id} does not use {listed([repr(name) for name in spare])}."
        yield InvalidParameter(message, remedy=did_you_mean(spare[0], row.needs))


def _number_faults(read: pd.DataFrame) -> Iterator[PlacemixError]:
    for name in _NUMBERS & set(read.columns):
        numbers = pd.to_numeric(read[name], errors="coerce")
        wrong = numbers.isna()
        if wrong.any():
            message = f"Column {name!r} holds what is no number, in {int(wrong.sum())} rows."
            yield NotNumbers(message, remedy="Missing and hidden numbers are not 0; leave out such rows knowingly.")
        else:
            read[name] = numbers


def _repeated(row: Row, read: pd.DataFrame) -> Iterator[PlacemixError]:
    """Rows about the same people, which would be added up: other places, periods, questions or groupings."""
    if row.measure in OF_PEOPLE:
        return
    keys = [name for name in ("unit", "group", "other_group", "age") if name in row.needs]
    twice = read.duplicated(keys)
    if twice.any():
        names = list(dict.fromkeys(read.loc[twice, "group"].astype(str)))
        message = f"{int(twice.sum())} rows repeat the {' and '.join(keys)} of a row above."
        remedy = "Take one place, period, indicator and way of grouping, or sum the rows first."
        yield DuplicateUnit(message, units=names, remedy=remedy)


def _group_faults(row: Row, read: pd.DataFrame, focal: str | None, against: str) -> Iterator[PlacemixError]:
    names = [str(name) for name in pd.unique(read["group"])]
    whole = [name for name in names if name.casefold() in EVERYONE]
    if whole:
        message = f"{listed([repr(name) for name in whole])} is everyone, and stands among the groups."
        yield OverlappingGroups(message, remedy="Leave the row out: the rest is all other groups.")
    if row.measure in OF_ALL:
        return
    if focal is None:
        yield InvalidParameter(
            f"{row.id} is of one group, and none is named.", remedy=f"Name focal=, of {listed(names)}."
        )
        return
    for name in (focal, *([] if against == REST else [against])):
        if name not in names:
            message = f"There is no group {name!r}; there are {listed(names, shown=20)}."
            yield UnknownGroup(message, remedy=did_you_mean(name, names))
    if focal == against:
        yield InvalidParameter(f"{focal!r} is compared with itself.")
    if set(names) == {focal} and against == REST and row.measure not in {"proportion", "alter_diversity"}:
        yield InvalidTable(f"The table has nobody to compare {focal!r} with.", remedy="Give a row for the others too.")
