"""T9 to T12: schools of January 2023."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from published import ASIAN, BROAD, WHITE, classified, misses, pupils, same

import placemix as pm

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def folder(data_root):
    return data_root / "data" / "england_wales"


# --- T9: how many pupils attend a school of one group depends on what a group is ---------------------------


@pytest.mark.parametrize(
    ("phase", "schools", "categories", "broad", "british"),
    [("primary", 156, ".0618", ".1374", ".4509"), ("secondary", 36, "0.0", ".1576", ".4004")],
)
def test_share_of_pupils_in_schools_of_one_group(folder, phase, schools, categories, broad, british):
    frame = pupils(folder, phase, "Bradford")
    every = classified(frame)
    assert len(frame) == schools
    largest = "concentration_profile(share='largest', threshold=0.9, op='>')"
    counts = pm.from_wide(frame, groups=every, unit="school")
    assert same(pm.measure(counts, largest)["value"].item(), categories)
    merged = counts.merge_groups({"white": WHITE, "asian": ASIAN})
    above = [
        pm.concentration_profile(merged, share=name, thresholds=[0.9], op=">")["value"].item()
        for name in ("white", "asian")
    ]
    assert same(sum(above), broad)
    two = counts.merge_groups({"everyone else": [name for name in every if name != "eth_white_british"]})
    assert same(pm.measure(two, largest)["value"].item(), british)


# --- T10 ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phase", "schools", "indian", "pakistani"),
    [("secondary", 12, ".8831", ".8368"), ("primary", 55, ".9038", ".8222")],
)
def test_blackburn_schools_above_three_quarters(folder, phase, schools, indian, pakistani):
    frame = pupils(folder, phase, "Blackburn with Darwen")
    assert len(frame) == schools
    counts = pm.from_wide(frame, groups=classified(frame), unit="school")
    for name, text in (("eth_indian", indian), ("eth_pakistani", pakistani)):
        row = pm.concentration_profile(counts, focal=name, share="not eth_white_british", thresholds=[0.75], op=">")
        assert same(row["value"].item(), text)
        if phase == "secondary":
            assert row["members"].item() == {"eth_indian": 2155, "eth_pakistani": 3279}[name]


# --- T11 ---------------------------------------------------------------------------------------------------

T11 = {
    ("primary", "ethnic"): (16_778, ".365726 .550455 .349139 .329486 .612285 .388727"),
    ("secondary", "ethnic"): (3_443, ".361253 .537094 .343067 .311792 .598969 .372159"),
    ("primary", "meals"): (16_778, ".239957 .326348 .248038 .105702 .327471 .115144"),
    ("secondary", "meals"): (3_443, ".226917 .290326 .224446 .084588 .296813 .090411"),
}
MEASURES = ["dissimilarity", "gorard", "information_theory", "isolation", "correlation_ratio"]


def two_groups(folder, phase, kind):
    frame = pupils(folder, phase)
    if kind == "meals":
        frame = frame.assign(focal=frame["fsm_eligible"], rest=frame["headcount"] - frame["fsm_eligible"])
    else:
        others = [name for name in classified(frame) if name != "eth_white_british"]
        frame = frame.assign(focal=frame[others].sum(axis=1), rest=frame["eth_white_british"])
    return pm.from_wide(frame, groups=["focal", "rest"], unit="school", strata="la_name")


@pytest.mark.parametrize(("phase", "kind"), T11)
def test_england(folder, phase, kind):
    units, numbers = T11[phase, kind]
    result = pd.DataFrame(pm.measure(two_groups(folder, phase, kind), MEASURES, focal="focal")).set_index("measure")
    assert set(result["units"]) == {units}
    share = (result["denominator"] / result["people"]).iloc[0]
    values = {"share": share, **result["value"].to_dict()}
    assert misses(values, dict(zip(["share", *MEASURES], numbers.split(), strict=True))) == []


@pytest.mark.parametrize(
    ("phase", "kind", "printed"),
    [
        ("primary", "ethnic", 0.0481), ("secondary", "ethnic", 0.0252),
        ("primary", "meals", 0.0537), ("secondary", "meals", 0.0287),
    ],
)  # fmt: skip
def test_expected_dissimilarity_is_the_mean_of_random_draws(folder, phase, kind, printed):
    counts = two_groups(folder, phase, kind)
    closed = pm.measure(counts, "dissimilarity", focal="focal", chance="binomial")["expected"].item()
    draw = np.random.default_rng(20230119)
    size = counts.total.astype(int)
    share = counts.values[:, 0].sum() / size.sum()
    found = []
    for _ in range(100):
        x = draw.binomial(size, share)
        y = size - x
        found.append(0.5 * np.abs(x / x.sum() - y / y.sum()).sum())
    assert abs(closed - np.mean(found)) <= 4 * np.std(found) / np.sqrt(len(found))
    # The text's figures are themselves means of a few draws: four spreads of one draw allow for that.
    assert abs(closed - printed) <= 0.00005 + 4 * np.std(found)


@pytest.mark.parametrize(
    ("phase", "above", "printed"),
    [
        ("primary", 17, {"Blackburn with Darwen": ".764", "Bradford": ".705", "Oldham": ".633"}),
        ("secondary", 11, {"Brent": ".696"}),
    ],
)
def test_half_would_have_to_switch(folder, phase, above, printed):
    result = pd.DataFrame(pm.measure(two_groups(folder, phase, "ethnic"), "dissimilarity", focal="focal", by="la_name"))
    # One authority has a single school of the phase and no value.
    assert list(result["reason"].dropna()) == ["one_unit"]
    assert result["value"].notna().sum() == 150
    assert (result["value"] >= 0.5).sum() == above
    values = result.set_index(result["la_name"].astype(str))["value"]
    assert misses(values.to_dict(), printed) == []
    assert values.idxmax() == next(iter(printed))


def test_largest_expected_value_is_that_of_cumbria(folder):
    counts = two_groups(folder, "primary", "ethnic")
    result = pd.DataFrame(pm.measure(counts, "dissimilarity", focal="focal", by="la_name", chance="binomial"))
    largest = result.loc[result["expected"].idxmax()]
    assert largest["la_name"] == "Cumbria"
    # Printed as .122, a mean of a few draws whose spread is .006.
    assert abs(largest["expected"] - 0.122) <= 0.002


@pytest.mark.parametrize(("phase", "printed"), [("secondary", ".2202"), ("primary", ".2101")])
def test_pupils_in_mostly_white_schools(folder, phase, printed):
    frame = pupils(folder, phase)
    groups = {"white": WHITE, "others": [name for name in classified(frame) if name not in WHITE]}
    counts = pm.from_wide(frame, groups=groups, unit="school")
    row = pm.concentration_profile(counts, focal="others", share="white", thresholds=[0.75], op=">")
    assert same(row["value"].item(), printed)


# --- T12: school against neighbourhood depends on the size of units -----------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("phase", "school", "pooled", "units", "ratio", "matched"),
    [("primary", ".7328", ".6566", 144, "1.083", "1.116"), ("secondary", ".6824", ".6093", 36, "1.009", "1.120")],
)
def test_schools_against_neighbourhoods(folder, phase, school, pooled, units, ratio, matched):
    import geopandas as gpd

    frame = pupils(folder, phase, "Bradford")
    groups = {"white": WHITE, "asian": [*ASIAN, "eth_chinese"]}  # the census counts Chinese as Asian
    at_school = dissimilarity(pm.from_wide(frame, groups=groups, unit="school"))
    lookup = pd.read_parquet(folder / "lookup_lsoa11_lsoa21_lad22.parquet").query("lad22nm == 'Bradford'")
    census = pd.read_parquet(folder / "groups5_lsoa21_2021.parquet")
    homes = pm.from_wide(census[census["lsoa21cd"].isin(lookup["lsoa21cd"])], groups=BROAD, unit="lsoa21cd")
    at_home = dissimilarity(homes)
    shapes = gpd.read_parquet(folder / "lsoa21_boundaries_ultra_generalised.parquet").set_index("lsoa21cd")
    points = shapes.loc[homes.units].to_crs(27700).centroid
    homes = replace(homes, geometry=points.reset_index(drop=True))
    places = gpd.read_parquet(folder / "schools_england_2022_23.parquet", columns=["laestab", "geometry"])
    places = places[places["laestab"].isin(frame["laestab"]) & places.geometry.notna()]
    located = places.merge(frame.drop(columns="laestab").assign(laestab=frame["laestab"]), on="laestab")
    rolls = pm.from_wide(located, groups=groups, unit="school")
    around = pm.schools.to_nearest_school(homes, rolls)
    assert len(around) == units
    values = {"school": at_school, "homes": at_home, "pooled": dissimilarity(around)}
    values |= {"ratio": at_school / at_home, "matched": at_school / values["pooled"]}
    printed = {"school": school, "homes": ".6765", "pooled": pooled, "ratio": ratio, "matched": matched}
    assert misses(values, printed) == []


def dissimilarity(counts):
    return pm.measure(counts, "dissimilarity", focal="asian", against="white")["value"].item()
