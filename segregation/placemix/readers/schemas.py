"""Rules about the rows of a published table, checked together, and told as placemix's own errors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix.errors import DuplicateUnit, InvalidTable, PlacemixError, listed, plural


def rule(test: Callable[[Any], Any], phrase: str, *, remedy: str = "", kind: type[PlacemixError] = InvalidTable) -> Any:  # noqa: ANN401
    """Return a pandera check that says what is wrong and what to do.

    Parameters
    ----------
    test
        Takes a column, or the whole table for a rule about several columns; gives a truth value a row.
        Missing values of a column are not tested: whether they may be missing is the column's `nullable`.
    phrase
        Ends the sentence "'URN' has 3 values …": ``"not of six digits"``.
    remedy
        What to do.
    kind
        Class of the error.
    """
    import pandera.pandas as pa

    check = pa.Check(test, error=phrase, description=remedy)
    # pandera has no place for a class of its own; the check carries it.
    check.statistics = {"kind": kind}
    return check


def pattern(expression: str, phrase: str, *, remedy: str = "Codes stay text: read the file as published.") -> Any:  # noqa: ANN401
    r"""Return a check that every text of a column matches a regular expression whole.

    Examples
    --------
    >>> import pandas as pd, pandera.pandas as pa
    >>> schema = pa.DataFrameSchema({"URN": pa.Column(checks=pattern(r"\d{6}", "not of six digits"), unique=True)})
    >>> table = pd.DataFrame({"URN": ["100000", "1e+05", "100000"]})
    >>> for fault in faults(table, schema, ["row 1", "row 2", "row 3"]):
    ...     print(type(fault).__name__, fault)
    DuplicateUnit 'URN' has 1 value that stands on several rows: '100000'. [row 1, row 3] Remedy: Keep one row of each.
    InvalidTable 'URN' has 1 value not of six digits: '1e+05'. [row 2] Remedy: Codes stay text: read the file as ...
    """
    return rule(lambda column: column.astype(str).str.fullmatch(expression), phrase, remedy=remedy)


def faults(frame: pd.DataFrame, schema: Any, ids: Sequence[object] | pd.Index) -> list[PlacemixError]:  # noqa: ANN401
    """Check a table by a schema, and return every fault as an error of placemix, one for each column and rule.

    Parameters
    ----------
    frame
        The table; it is not changed.
    schema
        A pandera `DataFrameSchema`. Checks made with `rule` and `pattern` bring their own words.
    ids
        What to call each row in messages, such as its code, in the order of the rows.

    Returns
    -------
    faults
        Empty where the table keeps every rule.
    """
    import pandera.pandas as pa

    table = frame.reset_index(drop=True)
    names = np.asarray(list(ids), dtype=object)
    try:
        schema.validate(table, lazy=True)
    except pa.errors.SchemaErrors as several:
        return [_fault(one, names) for one in sorted(several.schema_errors, key=_order)]
    return []


def _order(error: Any) -> int:  # noqa: ANN401
    """Put rows that repeat first, as pandera's own order depends on where a rule was written."""
    return 0 if _reason(error) in {"DUPLICATES", "SERIES_CONTAINS_DUPLICATES"} else 1


def _reason(error: Any) -> str:  # noqa: ANN401
    return str(getattr(error.reason_code, "name", error.reason_code))


def _fault(error: Any, names: Any) -> PlacemixError:  # noqa: ANN401
    cases = error.failure_cases
    if not isinstance(cases, pd.DataFrame):
        return InvalidTable(f"The table has no column {cases!r}.")
    rows = pd.unique(cases["index"].dropna()).astype(np.int64) if "index" in cases else np.array([], dtype=np.int64)
    units, reason = names[np.sort(rows)], _reason(error)
    column = getattr(error.schema, "name", None)
    said = listed([repr(str(case)) for case in pd.unique(cases["failure_case"].astype(object))])
    if reason == "SERIES_CONTAINS_NULLS":
        message = f"{column!r} has {plural(len(rows), 'missing value')}."
        return InvalidTable(message, units=units, remedy="Missing is not 0: fill it in, or leave the row out.")
    if reason == "SERIES_CONTAINS_DUPLICATES":
        several = cases["failure_case"].nunique()
        message = f"{column!r} has {plural(several, 'value that stands', 'values that stand')} on several rows: {said}."
        return DuplicateUnit(message, units=units, remedy="Keep one row of each.")
    if reason == "DUPLICATES":
        keys = listed([repr(name) for name in pd.unique(cases["column"])])
        message = f"{plural(len(rows), 'row agrees', 'rows agree')} in {keys} with another."
        return DuplicateUnit(message, units=units, remedy="Keep one row of each.")
    check = error.check
    phrase = getattr(check, "error", None) or f"that break the rule {check}"
    kind = (getattr(check, "statistics", None) or {}).get("kind", InvalidTable)
    if column is None:
        message = f"{plural(len(rows), 'row has', 'rows have')} {phrase}."
    else:
        message = f"{column!r} has {plural(len(cases), 'value')} {phrase}: {said}."
    fault: PlacemixError = kind(message, units=units, remedy=getattr(check, "description", None) or "")
    return fault
