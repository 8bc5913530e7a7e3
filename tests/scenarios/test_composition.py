"""Who would live where a place grows: people conserved, ranges learnt, and how often they held."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import placemix as pm
from placemix.errors import InvalidCounts, InvalidParameter, UnknownGroup, UnmatchedUnit
from placemix.scenarios.composition.growing import district_mix, grown, logit, share_of


def homes(values, districts, period=None):
    table = pd.DataFrame(values, columns=["x", "y"]).assign(
        area=[f"a{place:04d}" for place in range(len(values))], district=districts
    )
    return pm.from_wide(table, groups=["x", "y"], unit="area", strata=["district"], about={"period": period})


def growing(areas, spread, seed):
    """Two dates of areas in ten districts, whose newcomers' logits part from the district's by so much."""
    rng = np.random.default_rng(seed)
    district = rng.integers(0, 10, areas)
    share = rng.beta(2, 5, 10)[district]
    then = rng.binomial(1500, share)
    size = rng.integers(150, 1500, areas)
    mix = district_mix(np.column_stack([then, 1500 - then]).astype(float), district, 10)[:, 0]
    odds = np.log(mix / (1 - mix)) + rng.normal(0, spread, areas)
    came = rng.binomial(size, 1 / (1 + np.exp(-odds)))
    names = [f"d{number}" for number in district]
    before = homes(np.column_stack([then, 1500 - then]), names, "2011")
    after = homes(np.column_stack([then + came, 1500 - then + size - came]), names, "2021")
    return before, after


@given(
    arrays(np.int64, (4, 3), elements=st.integers(0, 500)),
    arrays(np.int64, 4, elements=st.integers(0, 900)),
)
def test_people_are_conserved_and_the_mix_lies_between(now, added):
    now = now.astype(float)
    if (now.sum(axis=1) == 0).any():
        return
    mix = district_mix(now, np.array([0, 0, 1, 1]), 2)
    then = grown(now, added.astype(float), mix)
    assert then.sum(axis=1) == pytest.approx(now.sum(axis=1) + added)
    own, new = now / now.sum(axis=1, keepdims=True), then / then.sum(axis=1, keepdims=True)
    assert (new >= np.minimum(own, mix) - 1e-12).all()
    assert (new <= np.maximum(own, mix) + 1e-12).all()
    assert share_of(logit(then), then.sum(axis=1, keepdims=True)) == pytest.approx(new)


def test_fewer_people_leave_the_mix_as_it_is():
    now = np.array([[30.0, 70.0]])
    assert grown(now, np.array([-50.0]), np.array([[1.0, 0.0]])).tolist() == [[15.0, 35.0]]


def test_errors_are_those_of_a_loop():
    before, after = growing(600, 0.4, 1)
    found = pm.scenarios.calibrate(before, after, district="district", bands=[0, 0.5], splits=3)
    errors = {0: [], 1: []}
    sums = before.to_frame().groupby("district", observed=True)[["x", "y"]].sum()
    for (_, one), (_, other) in zip(before.to_frame().iterrows(), after.to_frame().iterrows(), strict=True):
        then, now = one["x"] + one["y"], other["x"] + other["y"]
        mix = sums.loc[one["district"], "x"] / sums.loc[one["district"]].sum()
        forecast = one["x"] + (now - then) * mix
        error = np.log((other["x"] + 0.5) / (other["y"] + 0.5)) - np.log((forecast + 0.5) / (now - forecast + 0.5))
        errors[int(now / then - 1 >= 0.5)].append(error)
    rows = found[found["group"] == "x"].reset_index(drop=True)
    for band, values in errors.items():
        assert rows.loc[band, "areas"] == len(values)
        low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
        assert rows.loc[band, ["lower", "middle", "upper"]].to_numpy(float) == pytest.approx([low, middle, high])
    # Of two groups the errors of one are those of the other turned round.
    other = found[found["group"] == "y"].reset_index(drop=True)
    assert rows["upper"].to_numpy() == pytest.approx(-other["lower"].to_numpy())


def test_ranges_hold_as_often_as_they_say_in_places_not_learnt_from():
    learnt = pm.scenarios.calibrate(*growing(4000, 0.5, 2), district="district", splits=4)
    before, after = growing(3000, 0.5, 3)
    came = pd.Series(after.total - before.total, index=before.units)
    found = pm.scenarios.expected_mix(before, came, district="district", calibration=learnt)
    known = found[found["group"] == "x"]
    assert known["reason"].isna().mean() > 0.99  # a few grew by more than any that was learnt from
    actual = (after.values[:, 0] / after.total)[known["reason"].isna()]
    known = known[known["reason"].isna()]
    held = (known["lower"].to_numpy() <= actual) & (actual <= known["upper"].to_numpy())
    assert 0.88 < held.mean() < 0.92
    assert (known["lower"] < known["share_central"]).mean() > 0.9
    # What was learnt where people differ little is too narrow where they differ much.
    narrow = pm.scenarios.calibrate(*growing(4000, 0.1, 2), district="district", splits=2)
    tight = pm.scenarios.expected_mix(before, came, district="district", calibration=narrow)
    tight = tight[(tight["group"] == "x")].set_index("unit").loc[known["unit"]]
    assert ((tight["lower"].to_numpy() <= actual) & (actual <= tight["upper"].to_numpy())).mean() < 0.6


def test_without_what_was_learnt_there_is_no_range():
    before, after = growing(120, 0.5, 4)
    few = pm.scenarios.calibrate(before, after, district="district", bands=[0, 0.9], least=100, splits=2)
    assert set(few["reason"].dropna()) == {"too_few_areas"}
    added = pd.Series({"a0000": 1400.0, "a0001": -100.0, "a0002": 200.0})
    for learnt, words in ((None, "nothing was learnt"), (few, "too few places")):
        found = pm.scenarios.expected_mix(before, added, district="district", calibration=learnt)
        row = found.iloc[0]
        assert words in row["reason"]
        assert np.isnan(row["lower"])
        assert 0 < row["share_central"] < 1
    much = pm.scenarios.calibrate(before, after, district="district", bands=[0], splits=2)
    added = pd.Series({"a0000": 1e6, **added.drop("a0000")})
    found = pm.scenarios.expected_mix(before, added, district="district", calibration=much)
    assert "no place that was learnt from grew by as much" in found["reason"].iloc[0]
    assert np.isnan(found["lower"].iloc[0])
    assert found.set_index("unit").loc["a0001", "reason"].str.startswith("fewer people").all()
    assert (found.loc[found["unit"] == "a0002", "lower"] < found.loc[found["unit"] == "a0002", "upper"]).all()


def test_refusals_name_everything():
    before, after = growing(120, 0.5, 4)
    with pytest.raises(PlacemixFault) as caught:
        pm.scenarios.expected_mix(
            before, pd.Series({"a0000": -5000.0, "nowhere": 1.0, "a0001": np.nan}), district="district"
        )
    for word in ("not among the units", "More people would leave", "missing or infinite"):
        assert word in str(caught.value)
    with pytest.raises(UnmatchedUnit, match="two rows"):
        pm.scenarios.expected_mix(before, pd.Series([1.0, 2.0], index=["a0000", "a0000"]), district="district")
    with pytest.raises(InvalidParameter, match="no calibration"):
        pm.scenarios.expected_mix(
            before, pd.Series({"a0000": 1.0}), district="district", calibration=pd.DataFrame({"group": ["x"]})
        )
    learnt = pm.scenarios.calibrate(before, after, district="district", splits=2)
    with pytest.raises(UnknownGroup, match="Nothing was learnt"):
        pm.scenarios.expected_mix(
            before, pd.Series({"a0000": 1.0}), district="district", calibration=learnt[learnt["group"] == "x"]
        )
    with pytest.raises(InvalidParameter, match="Bands of growth rise"):
        pm.scenarios.calibrate(before, after, district="district", bands=[0.5, 0.1])
    with pytest.raises(pm.errors.VintageMismatch):
        pm.scenarios.calibrate(before.take(range(50)), after, district="district")
    with pytest.raises(InvalidCounts):
        pm.scenarios.expected_mix(before, pd.Series({"a0000": np.inf}), district="district")


PlacemixFault = pm.errors.PlacemixError


def test_saved_and_verified(tmp_path):
    before, after = growing(400, 0.5, 5)
    learnt = pm.scenarios.calibrate(before, after, district="district", splits=2, bands=[0, 0.4])
    assert pm.verify(learnt.save(tmp_path / "learnt.zip")).same
    found = pm.scenarios.expected_mix(before, pd.Series({"a0003": 600.0}), district="district", calibration=learnt)
    assert pm.verify(found.save(tmp_path / "found.zip")).same


def test_people_in_none_of_the_groups_are_told():
    table = pd.DataFrame({"u": list("ab"), "x": [30, 20], "y": [10, 40], "all": [45, 60], "district": "d"})
    with pytest.warns(pm.errors.IncompletePartition):
        counts = pm.from_wide(table, groups=["x", "y"], unit="u", total="all", strata=["district"])
    found = pm.scenarios.expected_mix(counts, pd.Series({"a": 10}), district="district")
    assert found["note"].iloc[0].startswith("5 people in none of the groups")
    assert found["share_now"].sum() == pytest.approx(1)
    learnt = pm.scenarios.calibrate(counts, counts, district="district", least=1, splits=2)
    assert "10 people in none of the groups" in learnt["note"].iloc[0]
