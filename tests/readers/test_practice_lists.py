"""Patients of GP practices by area, and the mix that can be estimated from it."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix.errors import (
    AssumedReading,
    EcologicalFallacyWarning,
    PlacemixError,
    PlacemixWarning,
    SmoothedByInterpolation,
    UnitsLeftOut,
    VintageMismatch,
)

#: For tests of which each example takes long.
FEWER = settings(max_examples=settings().max_examples // 3)
FOLDER = Path(__file__).parent / "fixtures" / "gp_patients"
ROWS = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
SOUND = [row for row in ROWS if "must_fail" not in row]
BOTH = [FOLDER / "2024-04" / f"gp-reg-pat-prac-lsoa-{sex}.csv" for sex in ("male", "female")]


def mixed(flows, counts, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PlacemixWarning)
        return pm.readers.practice_mix(flows, counts, **options)


def written(folder, *rows):
    file = folder / "gp-reg-pat-prac-lsoa-all.csv"
    header = "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,LSOA_CODE,SEX,NUMBER_OF_PATIENTS"
    lines = [
        f"GP,{row.get('date', '01APR2024')},{row.get('practice', 'Y99901')},X,{row.get('lsoa', 'E01034232')},"
        f"{row.get('sex', 'ALL')},{row.get('patients', '10')}"
        for row in rows
    ]
    file.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return file


@pytest.mark.parametrize("row", SOUND, ids=lambda row: row["file"])
def test_fixtures(row):
    flows = pm.readers.gp_patients(FOLDER / row["file"])
    assert flows.destinations.tolist() == row["units"]
    assert flows.origins.tolist() == row["groups"]
    assert flows.groups == (row["sex"].lower(),)
    found = {unit: {} for unit in row["units"]}
    for line in flows.to_frame().itertuples(index=False):
        found[line.destination][line.origin] = line[2]
    assert found == row["values"]
    assert [[*ends, patients] for ends, patients in flows.left_out.items()] == row["left_out"]
    at = flows.at_destination().totals
    assert at.to_dict() == row["patients_in_english_lsoas"]
    assert at.add(flows.left_out.groupby("practice").sum(), fill_value=0).to_dict() == row["patients_on_the_list"]
    about = flows.about
    assert (about.vintage, about.period, about.universe) == (row["vintage"], row["period"], row["universe"])
    assert about.geography == row["group_geography"]


@pytest.mark.parametrize("row", [row for row in ROWS if "must_fail" in row], ids=lambda row: row["file"])
def test_refused_fixtures(row):
    with pytest.raises(PlacemixError) as caught:
        pm.readers.gp_patients(FOLDER / row["file"])
    parts = [*row["must_fail"].get("missing", ()), *row["must_fail"].get("values", ())]
    for text in [part for item in parts for part in (item if isinstance(item, list) else [item])]:
        assert text in str(caught.value)


def test_men_and_women_together_are_everyone():
    flows = pm.readers.gp_patients(BOTH)
    everyone = pm.readers.gp_patients(FOLDER / "2024-04" / "gp-reg-pat-prac-lsoa-all.csv")
    assert flows.groups == ("male", "female")
    assert flows.at_destination().totals.to_dict() == everyone.at_destination().totals.to_dict()
    assert flows.at_origin().total.sum() == everyone.at_origin().total.sum()
    assert flows.left_out.to_dict() == everyone.left_out.to_dict()


def test_all_three_files_count_everyone_twice():
    files = [*BOTH, FOLDER / "2024-04" / "gp-reg-pat-prac-lsoa-all.csv"]
    with pytest.raises(pm.errors.OverlappingGroups, match="everyone would count twice"):
        pm.readers.gp_patients(files)
    assert pm.readers.gp_patients(files, sex="all").groups == ("all",)
    with pytest.raises(pm.errors.InvalidParameter, match="'all' stands alone"):
        pm.readers.gp_patients(files, sex=["all", "male"])


def test_two_extracts_are_refused():
    with pytest.raises(pm.errors.InvalidTable, match="2 extracts: 2021-01-04, 2024-04-01"):
        pm.readers.gp_patients([FOLDER / SOUND[0]["file"], FOLDER / SOUND[1]["file"]])


def test_vintages(tmp_path):
    both = written(tmp_path, {"lsoa": "E01032921", "patients": 7}, {})
    with pytest.raises(VintageMismatch, match="E01032921, E01034232"):
        pm.readers.gp_patients(both)
    flows = pm.readers.gp_patients(both, vintage="2021")
    assert flows.left_out.to_dict() == {("Y99901", "E01032921"): 7}
    plain = written(tmp_path, {"lsoa": "E01000001"})
    with pytest.warns(AssumedReading, match="State it"):
        assert pm.readers.gp_patients(plain).about.vintage is None
    assert pm.readers.gp_patients(plain, vintage="2011").about.vintage == "2011"


def test_faults_come_together(tmp_path):
    rows = [
        {"patients": "*"},
        {"practice": ""},
        {"sex": "OTHER"},
        {"date": "2024"},
        {"lsoa": "E01034233", "patients": "-1"},
    ]
    with pytest.raises(PlacemixError) as caught:
        pm.readers.gp_patients(written(tmp_path, *rows))
    text = str(caught.value)
    for part in ("'*'", "no code of a practice", "'other'", "no date of the form", "1 count is negative"):
        assert part in text


def test_nobody_in_england(tmp_path):
    with pytest.raises(pm.errors.EmptyTable, match="English LSOA"):
        pm.readers.gp_patients(written(tmp_path, {"lsoa": "CLOSED"}))


def homes(ids, **about):
    values = {"x": [1, 8, 0][: len(ids)], "y": [3, 2, 0][: len(ids)]}
    return pm.from_wide(pd.DataFrame({"id": ids} | values), groups=["x", "y"], unit="id", about=about)


def flows_of(pairs, **about):
    table = pd.DataFrame(pairs, columns=["lsoa", "practice", "all"])
    return pm.Flows.from_table(table, origin="lsoa", destination="practice", groups=["all"], about=about)


def test_a_mix_counted_by_hand_and_what_it_says():
    flows = flows_of([("a", "p", 40), ("b", "p", 10), ("b", "q", 5)], period="2024-04-01", universe="patients")
    with pytest.warns(EcologicalFallacyWarning), pytest.warns(SmoothedByInterpolation, match="more alike"):
        mix = pm.readers.practice_mix(flows, homes(["a", "b"], scheme="eth5_2021", period="2021"))
    assert mix.to_frame().values.tolist() == [["p", 18.0, 32.0, 50.0], ["q", 4.0, 1.0, 5.0]]
    about = mix.about
    assert about.interpolated
    assert about.estimated
    assert (about.scheme, about.geography, about.universe) == ("eth5_2021", "GP practice", "patients")
    assert about.period == "patients 2024-04-01; residents 2021"


def test_practices_with_patients_elsewhere():
    flows = flows_of([("a", "p", 90), ("z", "p", 10), ("z", "q", 5)])
    with pytest.raises(pm.errors.UnmatchedUnit, match="100% of its patients"):
        pm.readers.practice_mix(flows, homes(["a", "b"]))
    with pytest.warns(PlacemixWarning) as said:
        pm.readers.practice_mix(flows, homes(["a", "b"]), least=0.9)
    assert [str(one.message)[:10] for one in said if one.category is UnitsLeftOut] == ["1 practice"]
    mix = mixed(flows, homes(["a", "b"]), least=0.9)
    assert (mix.units.tolist(), mix.left_out) == (["p"], ("q",))
    assert mix.total.tolist() == [100]
    assert mix.residual.tolist() == [10]
    assert "10 patients live in areas without residents here" in " ".join(mix.about.notes)


def test_patients_of_an_area_where_nobody_lives_are_in_no_group():
    mix = mixed(flows_of([("a", "p", 6), ("c", "p", 4)]), homes(["a", "b", "c"]), least=0.5)
    assert mix.residual.tolist() == [4]


def test_vintages_of_patients_and_residents_must_agree():
    flows = flows_of([("a", "p", 6)], vintage="2021")
    with pytest.raises(VintageMismatch, match=r"areas of 2021.*areas of 2011"):
        pm.readers.practice_mix(flows, homes(["a"], vintage="2011"))
    with pytest.raises(pm.errors.InvalidParameter, match="least"):
        pm.readers.practice_mix(flows, homes(["a"]), least=0)


@FEWER
@given(st.integers(0, 2**32 - 1))
def test_nobody_is_lost_and_mixing_never_parts(seed):
    """Practices draw on areas, so that they can be no more uneven than those are."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(rng.integers(1, 50, (6, 2)), columns=["x", "y"]).assign(id=list("abcdef"))
    residents = pm.from_wide(table, groups=["x", "y"], unit="id")
    # Everyone registers somewhere: each area's residents are divided among four practices.
    share = rng.dirichlet(np.ones(4), 6) * residents.total[:, np.newaxis]
    pairs = [("abcdef"[row], "pqrs"[column], share[row, column]) for row in range(6) for column in range(4)]
    mix = mixed(flows_of(pairs), residents)
    np.testing.assert_allclose(mix.values.sum(axis=0), residents.values.sum(axis=0), rtol=1e-9)
    np.testing.assert_allclose(mix.total.sum(), residents.total.sum(), rtol=1e-9)
    for measure in ("dissimilarity", "information_theory"):
        before = pm.estimate(residents, measure, focal="x").value
        with pytest.warns(SmoothedByInterpolation):
            after = pm.estimate(mix, measure, focal="x").value
        assert after <= before + 1e-9
