"""Published tables brought to other groups: equal to what their publishers and users made of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix import errors, harmonise

pytestmark = pytest.mark.data

BROAD = {
    "white": ["white_british", "white_irish", "traveller_irish_heritage", "white_other", "gypsy_roma"],
    "mixed": ["mixed_white_black_caribbean", "mixed_white_black_african", "mixed_white_asian", "mixed_other"],
    "asian": ["indian", "pakistani", "bangladeshi", "asian_other", "chinese"],
    "black": ["black_caribbean", "black_african", "black_other"],
    "other": ["other"],
}


@pytest.fixture(scope="module")
def areas(gm):
    table = pd.read_parquet(gm / "groups_lsoa11_2011.parquet")
    groups = [name for name in table if name not in {"lsoa11cd", "total"}]
    return pm.from_wide(table, groups=groups, unit="lsoa11cd", total="total")


@pytest.fixture(scope="module")
def schools(gm):
    table = pd.read_parquet(gm / "schools_2022_23.parquet").drop(columns="geometry")
    table = table[table["eth_unclassified"].notna()]
    groups = [name for name in table if name.startswith("eth_")]
    about = {"scheme": "dfe18", "universe": "pupils", "period": "2022/23"}
    return pm.from_wide(table, groups=groups, unit="urn", total="headcount", about=about)


@pytest.fixture(scope="module")
def trafford(data_root):
    table = pd.read_parquet(data_root / "data" / "trafford" / "groups19_oa21_2021.parquet")
    groups = [name for name in table if name != "oa21cd"]
    return pm.from_wide(table, groups=groups, unit="oa21cd", about={"universe": "usual residents"})


def test_fourteen_groups_become_the_five_of_the_published_table(areas, data_root):
    broad = harmonise.regroup(areas, "eth5_2011")
    table = pd.read_parquet(data_root / "data" / "england_wales" / "groups5_lsoa11_2011.parquet").set_index("lsoa11cd")
    expected = table.loc[broad.units]
    np.testing.assert_array_equal(broad.values, expected[list(broad.groups)].to_numpy())
    assert broad.total.sum() == 2_682_528


def test_trafford_of_2021(trafford):
    assert harmonise.identify(trafford.groups).id == "eth19_2021"
    broad = harmonise.regroup(trafford, "eth5_2021")
    columns = {name: [item.id for item in harmonise.scheme("eth19_2021").categories if item.broad == name]
               for name in broad.groups}  # fmt: skip
    for name, parts in columns.items():
        by_hand = sum(trafford.values[:, trafford.position(part)] for part in parts)
        np.testing.assert_array_equal(broad.values[:, broad.position(name)], by_hand)
    assert broad.total.sum() == 235_068


def test_chinese_people_are_asian_or_other_by_definition(areas):
    now = harmonise.regroup(areas, "eth5_2011")
    with pytest.warns(errors.BreakInSeries, match="Arab had no box"):
        then = harmonise.regroup(areas, "eth5_2001")
    chinese = areas.values[:, areas.position("chinese")].sum()
    assert chinese > 20_000
    assert now.values[:, now.position("asian")].sum() - then.values[:, then.position("asian")].sum() == chinese


def test_pupils_of_schools_in_five_groups(schools):
    broad = harmonise.regroup(schools, "eth5_2021")
    assert set(broad.groups) == {*BROAD, "unclassified"}
    for name, parts in BROAD.items():
        by_hand = sum(schools.values[:, schools.position(f"eth_{part}")] for part in parts)
        np.testing.assert_array_equal(broad.values[:, broad.position(name)], by_hand)
    np.testing.assert_array_equal(broad.values.sum(axis=1), schools.total)
    apart = harmonise.regroup(schools, "eth5_2021", unstated="residual")
    np.testing.assert_array_equal(apart.residual, schools.values[:, schools.position("eth_unclassified")])


def test_schools_and_neighbourhoods_on_one_list(schools, trafford):
    first, second = harmonise.finest_common(schools, trafford)
    pupils = harmonise.regroup(schools, first, unstated="residual")
    people = harmonise.regroup(trafford, second)
    assert set(pupils.groups) == set(people.groups)
    assert len(people.groups) == 17
    both = [pm.estimate(counts, "dissimilarity", focal="pakistani", against="white_british").value
            for counts in (pupils, people)]  # fmt: skip
    assert all(0 < value < 1 for value in both)
    with pytest.raises(errors.DenominatorMismatch, match="pupils"):
        harmonise.guard(pupils, people)


def test_trafford_of_2011_and_2021_share_fifteen_groups(areas, trafford):
    common = harmonise.finest_common(areas, trafford)
    assert len(common.groups) == 15
    with pytest.warns(errors.BreakInSeries, match="Roma"):
        now = harmonise.regroup(trafford, common.second)
    assert set(harmonise.regroup(areas, common.first).groups) == set(now.groups)
    assert now.values.sum() == 235_068


def test_searches_by_what_people_said_and_by_what_officers_saw(gm):
    table = pd.read_parquet(gm / "stop_search_gmp_2018-12_2019-06.parquet").drop(columns="geometry")
    said = table.dropna(subset=["self_defined_ethnicity"])
    about = {"scheme": "police_sde18", "universe": "searches", "period": "2018-12 to 2019-06"}
    counts = pm.from_long(said, unit="file_month", group="self_defined_ethnicity", about=about)
    broad = harmonise.regroup(counts, "eth5_2011")
    texts = said["self_defined_ethnicity"]
    by_hand = [texts.str.startswith("Asian").sum(), texts.str.endswith("Not stated").sum()]
    assert [broad.values[:, broad.position(name)].sum() for name in ("asian", "not_stated")] == by_hand
    assert by_hand[1] == 93, "93 searches are Not stated, and not Other"
    seen = table.dropna(subset=["officer_defined_ethnicity"])
    about = {"scheme": "police_officer5", "universe": "searches"}
    saw = pm.from_long(seen, unit="file_month", group="officer_defined_ethnicity", about=about)
    with pytest.raises(errors.DenominatorMismatch, match="officer-defined appearance"):
        harmonise.regroup(saw, "eth5_2011")


@pytest.mark.slow
def test_all_output_areas_are_regrouped_at_once(data_root):
    table = pd.read_parquet(data_root / "data" / "england_wales" / "groups_oa11_2011.parquet")
    groups = list(table.columns[6:])
    counts = pm.from_wide(table, groups=groups, unit="oa11cd", total="total")
    broad = harmonise.regroup(counts, "eth5_2011")
    assert len(broad) == 181_408
    assert broad.values.sum() == counts.values.sum() == 56_075_912
