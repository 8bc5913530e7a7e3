"""Rules about rows: pandera's findings told in placemix's own errors, all of them, by unit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest

from placemix import errors
from placemix.readers.schemas import faults, pattern, rule

CODE = pattern(r"E\d{3}", "that is no code", remedy="Fetch it again.")
SCHEMA = pa.DataFrameSchema(
    {
        "code": pa.Column(checks=CODE, unique=True),
        "share": pa.Column(float, rule(lambda column: column.between(0, 1), "outside 0 to 1"), nullable=True),
        "people": pa.Column(float, rule(lambda column: column >= 0, "below 0", kind=errors.InvalidCounts)),
    },
    checks=rule(lambda table: ~(table["share"] > table["people"]), "a share above its people"),
)


def table(code=("E001", "E002"), share=(0.5, np.nan), people=(1.0, 2.0)):
    return pd.DataFrame({"code": list(code), "share": list(share), "people": list(people)})


def found(**columns):
    return faults(table(**columns), SCHEMA, ["first", "second"])


def test_a_table_that_keeps_the_rules_has_no_faults():
    assert found() == []


@pytest.mark.parametrize(
    ("columns", "kind", "units", "word"),
    [
        ({"code": ("E001", "1e+05")}, errors.InvalidTable, ("second",), "1 value that is no code: '1e"),
        ({"code": ("E001", "E001")}, errors.DuplicateUnit, ("first", "second"), "on several rows: 'E001'"),
        (
            {"share": (2.0, -1.0), "people": (3.0, 3.0)},
            errors.InvalidTable,
            ("first", "second"),
            "2 values outside 0 to 1",
        ),
        ({"people": (1.0, -1.0)}, errors.InvalidCounts, ("second",), "'people' has 1 value below 0"),
        ({"people": (1.0, np.nan)}, errors.InvalidTable, ("second",), "missing value.*Missing is not 0"),
        ({"share": (0.9, 0.1), "people": (0.5, 1.0)}, errors.InvalidTable, ("first",), "1 row has a share above"),
    ],
)
def test_each_kind_of_fault_names_its_column_rows_and_remedy(columns, kind, units, word):
    (fault,) = found(**columns)
    assert type(fault) is kind
    assert fault.units == units
    with pytest.raises(kind, match=word):
        raise fault


def test_every_fault_is_found_and_repeats_come_first():
    kinds = [type(fault) for fault in found(code=("x", "x"), share=(5.0, 0.5), people=(-1.0, -2.0))]
    assert kinds[0] is errors.DuplicateUnit
    assert len(kinds) == 5


def test_any_index_will_do_and_the_table_stays_as_it_was():
    own = table(code=("E001", "x")).set_axis([7, 9])
    before = own.copy()
    (fault,) = faults(own, SCHEMA, pd.Index(["first", "second"]))
    assert fault.units == ("second",)
    pd.testing.assert_frame_equal(own, before)
