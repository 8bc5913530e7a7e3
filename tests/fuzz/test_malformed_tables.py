"""Thousands of spoilt tables: each ends in a typed error or a right answer, and in nothing else."""

from __future__ import annotations

import math
import warnings
from collections import Counter

import numpy as np
import pandas as pd
import pytest

import placemix as pm
from fuzz import reference
from fuzz.mutations import EITHER, GOOD, MUTATIONS, Case, good
from placemix.counts import group_text
from placemix.errors import PlacemixError, PlacemixWarning

AT_LEAST = 50


def carried(case: Case) -> object:
    """Return the table in the form that the case asks for, where that form can hold it."""
    if case.carrier == "pandas" or not isinstance(case.frame, pd.DataFrame):
        return case.frame
    import polars as pl
    import pyarrow as pa

    try:
        if case.carrier.startswith("pyarrow"):
            table = pa.Table.from_pandas(case.frame, preserve_index=False)
            return table.append_column(table.column_names[0], table.column(0)) if "twice" in case.carrier else table
        table = pl.from_pandas(case.frame)
        return table.lazy() if case.carrier == "lazy" else table
    except (TypeError, ValueError, OverflowError, pa.ArrowException, pl.exceptions.PolarsError):
        case.carrier = "pandas"  # it cannot hold these cells
        return case.frame


def read(case: Case) -> pm.Counts | PlacemixError:
    """Read the table; anything but a typed error or our own warnings goes through and fails the test."""
    frame = carried(case)
    before = case.frame.copy(deep=True) if isinstance(case.frame, pd.DataFrame) else None
    outcome: pm.Counts | PlacemixError
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", PlacemixWarning)
        try:
            outcome = pm.from_wide(frame, groups=case.groups, unit=case.unit, **case.options)
        except PlacemixError as error:
            outcome = error
    if before is not None:
        pd.testing.assert_frame_equal(case.frame, before)
    return outcome


def is_said(error: PlacemixError) -> None:
    """Check that the error says something and can be caught as a builtin one."""
    assert str(error).strip()
    assert isinstance(error, (ValueError, TypeError, KeyError, OSError, ImportError))
    assert all(fault.message for fault in error.faults)


def is_right(case: Case, counts: pm.Counts) -> None:
    """Compare with the table worked out again in plain Python."""
    frame = case.frame
    if counts.left_out:  # marked as not applicable
        frame = frame[~frame[case.unit].map(reference.identity).isin(counts.left_out)]
    columns = {str(name): frame.iloc[:, place].tolist() for place, name in enumerate(frame.columns)}
    if isinstance(case.groups, dict):
        groups = {name: [parts] if isinstance(parts, str) else parts for name, parts in case.groups.items()}
    else:
        groups = {str(name): [str(name)] for name in case.groups}
    expected = reference.table(columns, groups, case.unit, case.options.get("total"))
    assert [group_text(name) for name in counts.groups] == [group_text(name) for name in groups]
    assert list(counts.units) == list(expected)
    rows = list(expected.values())
    np.testing.assert_allclose(counts.values, [row[:-1] for row in rows], rtol=1e-12)
    np.testing.assert_allclose(counts.total, [row[-1] for row in rows], rtol=1e-12)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = pm.measure(counts, ["dissimilarity", "isolation", "information_theory"], focal=counts.groups[0])
    for value, wanted in zip(result["value"][:2], reference.measures(rows), strict=True):
        assert (math.isnan(value) and math.isnan(wanted)) or value == pytest.approx(wanted, rel=1e-9, abs=1e-12)
    assert (result["value"].isna() == result["reason"].notna()).all()


def run(case: Case, expected: str | tuple[str, ...] | None) -> str:
    outcome = read(case)
    if isinstance(outcome, PlacemixError):
        is_said(outcome)
        names = {kind.__name__ for kind in type(outcome).__mro__}
        if expected is not None:
            assert expected != GOOD, outcome
            assert expected == EITHER or set(expected) <= names, outcome
        return type(outcome).__name__
    assert expected in {None, GOOD, EITHER}, "was read without a word"
    if outcome.low is not None:
        with pytest.raises(pm.errors.SuppressedValue):
            pm.measure(outcome, "dissimilarity")
        return "right"
    is_right(case, outcome)
    return "right"


def fuzz(each: int, pairs: int, seed: int) -> pd.DataFrame:
    """Spoil `each` tables in every way and `pairs` tables in two ways at once; return what became of them."""
    seen: Counter[tuple[str, str]] = Counter()
    names = list(MUTATIONS)
    for place, name in enumerate(names):
        function, expected = MUTATIONS[name]
        for number in range(each):
            case = good(np.random.default_rng([seed, place, number]))
            function(case)
            try:
                seen[name, run(case, expected)] += 1
            except Exception as error:
                error.add_note(f"mutation {name}, number {number}: {case.groups!r} {case.options!r}\n{case.frame!r}")
                raise
    for number in range(pairs):
        rng = np.random.default_rng([seed, 10**6, number])
        case = good(rng)
        both = rng.choice(names, size=2, replace=False)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                for name in both:
                    MUTATIONS[name][0](case)
        except Exception:  # noqa: BLE001 (the second cannot be done to what the first left)
            seen["two at once", "no table"] += 1
            continue
        try:
            seen["two at once", "right" if run(case, None) == "right" else "an error"] += 1
        except Exception as error:
            error.add_note(f"mutations {both}, number {number}: {case.groups!r} {case.options!r}\n{case.frame!r}")
            raise
    table = pd.DataFrame([(*key, count) for key, count in seen.items()], columns=["mutation", "outcome", "tables"])
    return table.pivot_table(index="mutation", columns="outcome", values="tables", fill_value=0, aggfunc="sum")


def test_there_are_enough_mutations():
    assert len(MUTATIONS) >= 25
    assert len({function.__name__ for function, _ in MUTATIONS.values()}) == len(MUTATIONS)


def test_good_tables_are_read():
    for number in range(20):
        assert run(good(np.random.default_rng(number)), GOOD) == "right"


@pytest.mark.slow
def test_thousands_of_malformed_tables(capsys):
    table = fuzz(each=AT_LEAST, pairs=400, seed=2)
    with capsys.disabled():
        print()
        for name, row in table.astype(int).iterrows():
            print(f"{name:36}", ", ".join(f"{outcome} {count}" for outcome, count in row[row > 0].items()))
    assert table.to_numpy().sum() >= 2000
    hits = table.sum(axis=1)
    assert (hits[list(MUTATIONS)] >= AT_LEAST).all()
