"""Between and within: parts sum to wholes, and are those of R segregation."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix.decompose import nested, nested_groups


def town(seed: int, units: int = 24, groups: int = 3) -> pm.Counts:
    rng = np.random.default_rng(seed)
    values = rng.poisson(rng.uniform(0, 25, (units, groups)))
    values[0] += 1
    values[1, 0] += 3
    frame = pd.DataFrame(values, columns=list("abcd")[:groups])
    small = rng.integers(0, 8, units)
    frame["unit"], frame["ward"], frame["side"] = np.arange(units), [f"w{n}" for n in small], small % 3
    frame["side"] = frame["side"].astype(str)
    return pm.from_wide(frame, groups=list("abcd")[:groups], unit="unit", strata=["ward", "side"])


@pytest.mark.slow
@given(st.integers(0, 2**20), st.sampled_from(["mutual_information", "information_theory"]))
@settings(max_examples=4)
def test_parts_sum_to_the_whole(seed, measure):
    counts = town(seed)
    for levels in (["side"], ["side", "ward"], ["ward"]):
        for focal in (None, "a"):
            found = nested(counts, levels, measure=measure, focal=focal)
            whole = pm.estimate(counts, measure, focal=focal).value
            assert found["contribution"].sum() == pytest.approx(whole, rel=1e-9, abs=1e-13)
            within = found[(found["between"] == "unit") & found[levels[-1]].notna()]
            known = pm.measure(counts, measure, focal=focal, by=levels[-1]).set_index(levels[-1])["value"]
            for row in within.itertuples():
                if row.parts > 1 and not np.isnan(row.value):
                    assert row.value == pytest.approx(known[getattr(row, levels[-1])], rel=1e-9, abs=1e-12)


@given(st.integers(0, 2**20), st.sampled_from(["mutual_information", "information_theory"]))
@settings(max_examples=6)
def test_groups_sum_to_the_whole(seed, measure):
    counts = town(seed, groups=4)
    broad = {"one": ["a", "c"], "other": ["b"], "last": ["d"]}
    found = nested_groups(counts, broad, measure=measure)
    assert found["contribution"].sum() == pytest.approx(pm.estimate(counts, measure).value, rel=1e-9, abs=1e-13)
    assert found["residual"].eq(0).all()
    merged = counts.merge_groups({"one": ["a", "c"], "other": ["b"], "last": ["d"]})
    assert found["value"][0] == pytest.approx(pm.estimate(merged, measure).value, rel=1e-9)
    pair = pm.estimate(counts.select(["a", "c"]), measure).value
    assert found["value"][1] == pytest.approx(pair, rel=1e-9, abs=1e-12, nan_ok=True)


def test_toyville():
    """Methods 2.3: between the sides .10174923, within them .13381326, together .23556248."""
    frame = pd.DataFrame({"area": list("1234"), "side": list("aabb"), "x": [80, 20, 0, 20], "y": [20, 80, 100, 80]})
    counts = pm.from_wide(frame, groups=["x", "y"], unit="area", strata=["side"])
    found = nested(counts, "side").groupby("between", sort=False)["contribution"].sum()
    np.testing.assert_allclose(found, [0.10174923, 0.13381326], atol=5e-9)


def test_refusals():
    counts = town(1)
    with pytest.raises(pm.errors.InvalidParameter, match=r"do not nest.*is in several areas of ward"):
        nested(counts, ["ward", "side"])
    with pytest.raises(pm.errors.UnknownColumn, match="'wards' is no column"):
        nested(counts, ["wards"])
    with pytest.raises(pm.errors.InvalidParameter, match="does not fall into parts"):
        nested(counts, "side", measure="dissimilarity")
    with pytest.raises(pm.errors.OverlappingGroups, match="In two broad groups: a"):
        nested_groups(counts, {"p": ["a", "b"], "q": ["a", "c"]})
    with pytest.raises(pm.errors.UnknownGroup, match="In no broad group: c"):
        nested_groups(counts, {"p": ["a", "b"]})


# --- values that R segregation printed ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reference(oracle_root):
    rows = pd.read_parquet(oracle_root / "reference_values.parquet")
    return rows[rows["library"] == "R-segregation"]


def schools(oracle_root, year: str) -> pm.Counts:
    frame = pd.read_parquet(oracle_root / f"schools{year}.parquet")
    return pm.from_long(frame, unit="school", group="race", count="n", strata=["state", "district"])


@pytest.mark.data
@pytest.mark.parametrize("year", ["00", "05"])
def test_levels_of_schools(oracle_root, reference, year):
    counts = schools(oracle_root, year)
    rows = reference[(reference["dataset"] == f"schools{year}")]
    for measure, letter in (("mutual_information", "M"), ("information_theory", "H")):
        found = nested(counts, ["state", "district"], measure=measure).groupby("between")["contribution"].sum()
        known = rows[rows["measure"] == f"mutual_total_nested:{letter}"]
        compared = 0
        for row in known.itertuples():
            level = json.loads(row.parameters)["between"]
            whole = found["unit" if level == "school" else level]
            # The package prints H of a level as the mean over areas by people and entropy: the same number.
            if letter == "M" or level == "state":
                assert whole == pytest.approx(row.value, rel=1e-9), (letter, level)
                compared += 1
        assert compared >= (3 if letter == "M" else 1)
