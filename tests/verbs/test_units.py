"""Local values and profiles, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix import errors
from placemix.results import COLUMNS


@pytest.fixture
def homes() -> pm.Counts:
    frame = pd.DataFrame(
        {"area": list("ABCDE"), "x": [80, 20, 0, 20, 0], "y": [20, 80, 100, 80, 0], "place": list("ppqqq")}
    )
    return pm.from_wide(frame, groups=["x", "y"], unit="area", strata="place")


def test_columns_order_and_reasons(homes: pm.Counts) -> None:
    result = pm.local(homes, ["location_quotient", "shannon"], focal="each", by="place")
    assert tuple(result.columns) == ("unit", "place", *COLUMNS)
    assert result["unit"].tolist() == [unit for unit in "ABCDE" for _ in range(3)]
    empty = result[result["unit"] == "E"]
    assert empty["value"].isna().all()
    assert set(empty["reason"].astype(str)) == {"no_people"}


def test_location_quotients_are_of_their_stratum(homes: pm.Counts) -> None:
    values = pm.local(homes, "location_quotient", focal="x", by="place").set_index("unit")
    assert values["value"].iloc[:4].tolist() == pytest.approx([0.8 / 0.5, 0.2 / 0.5, 0, 0.2 / 0.1])
    assert values.loc["A", "denominator"] == pytest.approx(50)
    assert (values["lower"].iloc[:4] <= values["value"].iloc[:4]).all()
    assert set(values["interval_method"].astype(str)) == {"null:byar"}
    estimate = pm.estimates(pm.local(homes, "location_quotient", focal="x"))[0]
    assert estimate.uncertainty.kind == "chance model"
    assert "chance model range" in estimate.explain()


def test_mean_local_information_is_mutual_information(homes: pm.Counts) -> None:
    local = pm.local(homes, "local_information").dropna(subset=["value"])
    mean = (local["value"] * local["people"]).sum() / local["people"].sum()
    assert mean == pytest.approx(pm.estimate(homes, "mutual_information").value, abs=1e-14)


def test_absent_group_is_undefined_never_zero() -> None:
    frame = pd.DataFrame({"area": list("ABCD"), "x": [0, 0, 5, 5], "y": [9, 9, 5, 1], "place": list("ppqq")})
    homes = pm.from_wide(frame, groups=["x", "y"], unit="area", strata="place")
    values = pm.local(homes, "location_quotient", focal="x", by="place")
    assert values["value"].isna().tolist() == [True, True, False, False]
    assert values["reason"].astype(str).tolist()[:2] == ["group_absent"] * 2


def test_measures_of_strata_and_missing_focal_are_refused(homes: pm.Counts) -> None:
    with pytest.raises(errors.InvalidParameter, match=r"placemix\.measure"):
        pm.local(homes, "dissimilarity")
    with pytest.raises(errors.FocalNeeded, match="x, y"):
        pm.local(homes, "location_quotient")
    with pytest.raises(errors.FocalNeeded):
        pm.concentration_profile(homes)
    with pytest.raises(errors.InvalidParameter, match="No threshold"):
        pm.concentration_profile(homes, focal="x", thresholds=[])
    assert len(pm.concentration_profile(homes, focal="x", thresholds=0.5)) == 1
    with pytest.raises(errors.InvalidParameter, match="twice"):
        pm.measure(homes, ["gini", "gini"])
    with pytest.raises(errors.InvalidParameter, match="one measure"):
        pm.pairwise(homes, ["gini"])  # type: ignore[arg-type]
    with pytest.raises(errors.InvalidParameter, match="share between"):
        pm.concentration_profile(homes, focal="x", thresholds=[90])


def test_profile_counts_people_and_units_and_keeps_the_inequality(homes: pm.Counts) -> None:
    at_least = pm.concentration_profile(homes, focal="x", thresholds=[0.2, 0.8], op=">=")
    above = pm.concentration_profile(homes, focal="x", thresholds=[0.2, 0.8], op=">")
    assert at_least["members_above"].tolist() == [120, 80]
    assert above["members_above"].tolist() == [80, 0]
    assert at_least["units_above"].tolist() == [3, 1]
    assert at_least["people_above"].tolist() == [300, 100]
    assert at_least["units"].tolist() == [4, 4]


def test_thresholds_are_exact_where_floats_are_not() -> None:
    # 1 - 3.9/13 is below 0.7 in floating point; 91 of 130 is exactly seven tenths.
    frame = pd.DataFrame({"area": ["A", "B"], "x": [91, 1], "y": [39, 99]})
    homes = pm.from_wide(frame, groups=["x", "y"], unit="area")
    for tenths in range(1, 10):
        threshold = tenths / 10
        frame = pd.DataFrame({"area": ["A", "B"], "x": [13 * tenths, 0], "y": [13 * (10 - tenths), 5]})
        homes = pm.from_wide(frame, groups=["x", "y"], unit="area")
        for share in ("own", "not y", "x"):
            row = pm.concentration_profile(homes, focal="x", share=share, thresholds=[threshold])
            assert row["value"].item() == 1.0


def test_a_profile_never_rises_with_the_threshold(homes: pm.Counts) -> None:
    values = pm.concentration_profile(homes, focal="each", thresholds=list(np.linspace(0, 1, 41)))
    for _, part in values.groupby("focal"):
        assert (part["value"].diff().dropna() <= 0).all()
        assert part["value"].iloc[0] == 1.0


def test_the_measure_of_the_same_name_agrees(homes: pm.Counts) -> None:
    text = "concentration_profile(threshold=0.8, share='largest', op='>=')"
    measured = pm.measure(homes, text)["value"].item()
    assert measured == pm.concentration_profile(homes, share="largest", thresholds=[0.8])["value"].item()
