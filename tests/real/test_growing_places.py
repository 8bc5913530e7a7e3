"""England and Wales, 2011 to 2021: a growing place's mix is hardly predictable, and a calibrated range says so."""

from __future__ import annotations

import pandas as pd
import pytest

import placemix as pm

pytestmark = pytest.mark.data
GROUPS = ["white", "mixed", "asian", "black", "other"]


@pytest.fixture(scope="module")
def dates(data_root):
    folder = data_root / "data" / "england_wales"
    lookup = pd.read_parquet(folder / "lookup_lsoa11_lsoa21_lad22.parquet")
    parts = pm.harmonise.common_areas(lookup, source="lsoa11cd", target="lsoa21cd")
    out = []
    for file, column, period in (
        ("groups5_lsoa11_2011.parquet", "lsoa11cd", "2011"),
        ("groups5_lsoa21_2021.parquet", "lsoa21cd", "2021"),
    ):
        table = pd.read_parquet(folder / file)
        districts = lookup.drop_duplicates(column).set_index(column)["lad22cd"]
        table["district"] = table[column].map(districts)
        counts = pm.from_wide(table, groups=GROUPS, unit=column, strata=["district"], about={"period": period})
        where = parts[parts["vintage"] == column].set_index("unit")["area"]
        out.append(counts.merge_units(where, straddling="largest"))
    return out


def test_the_plain_forecast_is_no_better_than_no_change_and_the_range_covers(dates):
    found = pm.scenarios.calibrate(*dates, district="district", splits=20)
    assert found["reason"].isna().all()
    grew = found[found["growth_from"] >= 0.3]
    many = grew.groupby("group")["areas"].sum()
    assert (many > 1000).all()

    def mean(name):
        return (grew[name] * grew["areas"]).sum() / grew["areas"].sum()

    # Of 100 people: about 3 off, whichever way it is foretold.
    assert mean("mean_error") > mean("mean_error_no_change")
    assert 0.02 < mean("mean_error_no_change") < 0.04
    # Learnt from half of the districts, the ranges hold in the other half as often as they say.
    assert 0.85 < mean("coverage") < 0.95
    for _, part in grew.groupby("group"):
        assert 0.85 < (part["coverage"] * part["areas"]).sum() / part["areas"].sum() < 0.95
