"""The bridge on published data: every condition of Greater Manchester, schools, and two dates of London."""

from __future__ import annotations

import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from published import BROAD, classified, misses

import placemix as pm
from placemix import errors
from placemix.outcomes import Condition, bridge, bridge_change, bridge_terms

pytestmark = pytest.mark.data

PEOPLE = {"higher_is": "worse", "describes": "people"}
PLACES = {"higher_is": "worse", "describes": "places"}
#: Domain scores of 2025, with the domain each belongs to, and whom it describes.
SCORES = {
    "income": ("living standards", PEOPLE), "employment": ("work", PEOPLE), "education": ("education", PEOPLE),
    "health": ("health", PEOPLE), "crime": ("justice", PLACES), "housing_and_services": ("housing", PLACES),
    "environment": ("environment", PLACES),
}  # fmt: skip
#: Indicators of 2025 that are measured directly.
DIRECT = {
    "patient_to_gp_ratio": ("health", PLACES), "burglary_rate_per_1_000_at_risk_properties": ("justice", PLACES),
    "household_overcrowding_indicator_bedrooms": ("housing", PEOPLE),
    "adult_skills_and_english_language_proficiency_indicator": ("education", PEOPLE),
    "connectivity_score": ("housing", {**PLACES, "higher_is": "better"}),
}  # fmt: skip


def quiet(verb, *given, **options):
    """Call a verb whose warnings of areas and of units left out other tests look at."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", errors.EcologicalFallacyWarning)
        warnings.simplefilter("ignore", errors.IncompleteCondition)
        return verb(*given, **options)


@pytest.fixture(scope="module")
def homes(gm):
    names = pd.read_parquet(gm / "lsoa21.parquet", columns=["lsoa21cd", "lad22nm"])
    table = pd.read_parquet(gm / "groups5_lsoa21_2021.parquet").merge(names, on="lsoa21cd")
    about = {"geography": "LSOA", "vintage": "2021", "period": "census day 2021", "perturbed": True}
    return pm.from_wide(table, groups=BROAD, unit="lsoa21cd", total="total", strata="lad22nm", about=about)


@pytest.fixture(scope="module")
def homes_then(gm):
    table = pd.read_parquet(gm / "groups_lsoa11_2011.parquet")
    groups = [name for name in table if name not in {"lsoa11cd", "total"}]
    about = {"geography": "LSOA", "vintage": "2011", "period": "census day 2011"}
    counts = pm.from_wide(table, groups=groups, unit="lsoa11cd", total="total", about=about)
    return counts.merge_groups({"pakistani and bangladeshi": ["pakistani", "bangladeshi"]})


@pytest.fixture(scope="module")
def conditions(gm):
    imd = pd.read_parquet(gm / "imd_2025_lsoa21.parquet").set_index("lsoa21cd")
    of = {"period": "2025", "vintage": "2021", "source": "Indices of Deprivation 2025", "definition": "IoD 2025"}
    found = {}
    for name, (domain, facts) in SCORES.items():
        worst = imd.index[imd[f"imd2025_{name}_decile"] == 1]
        found[name] = Condition(values=imd[f"imd2025_{name}_score"], domain=domain, worst_places=worst, **facts, **of)
    for name, (domain, facts) in DIRECT.items():
        found[name] = Condition(values=imd[f"ind2025_{name}"], domain=domain, **facts, **of)
    rooms = pd.read_parquet(gm / "households_lsoa21_2021.parquet").set_index("lsoa21cd")
    crowded = rooms["occ_minus1"] + rooms["occ_minus2_or_less"]
    found["overcrowded households"] = Condition(
        values=crowded / rooms["occ_total"], domain="housing", measured_in="share", period=2021, vintage=2021, **PEOPLE
    )
    areas = gpd.read_parquet(gm / "lsoa21.parquet").set_index("lsoa21cd")
    practices = gpd.read_parquet(gm / "gp_practices_2018-10.parquet").to_crs(areas.crs)
    metres = areas.set_geometry(areas.centroid)[["geometry"]].sjoin_nearest(practices[["geometry"]], distance_col="m")
    found["way to a practice"] = Condition(
        values=metres["m"][~metres.index.duplicated()], domain="health", measured_in="m", period="2018-10",
        vintage=2021, **PLACES,
    )  # fmt: skip
    return found


def by_hand(counts, condition, focal, against):
    """Gap of one pair of groups, and the identity's two factors, from one table and nothing of the library's own."""
    frame = counts.to_frame().set_index("unit")
    frame["y"] = condition.reindex(frame.index)
    frame = frame.dropna(subset="y")
    a, w = (frame[group] / frame[group].sum() for group in (focal, against))
    more, less = (a - w).clip(lower=0), (w - a).clip(lower=0)
    contrast = (more * frame["y"]).sum() / more.sum() - (less * frame["y"]).sum() / less.sum()
    return (a * frame["y"]).sum() - (w * frame["y"]).sum(), (a - w).abs().sum() / 2, contrast


@pytest.mark.slow
def test_every_condition_of_greater_manchester(homes, conditions):
    found = quiet(bridge, homes, conditions, focal=["asian", "black"], against="white", by="lad22nm")
    assert len(found) == 11 * len(conditions) * 2
    size = found["condition"].map({name: one.values.abs().max() for name, one in conditions.items()})
    assert ((found["gap"] - found["separation"] * found["contrast"]).abs() <= 1e-12 * size).all()
    whole = found[found["lad22nm"] == "whole"].set_index(["condition", "focal"])
    for (name, focal), row in whole.iterrows():
        gap, separation, contrast = by_hand(homes, conditions[name].values, focal, "white")
        assert row["gap"] == pytest.approx(gap, rel=1e-9)
        assert row["separation"] == pytest.approx(separation, rel=1e-9)
        assert row["contrast"] == pytest.approx(contrast, rel=1e-9)
    assert set(found["domain"]) == {
        "living standards", "work", "education", "health", "justice", "housing", "environment"
    }  # fmt: skip
    # Every number says from when it is, and that small cells were changed.
    late = found[found["period"].astype(str) == "2025"]
    assert late["note"].str.startswith("the condition is of 2025, the counts of census day 2021: 4 years apart").all()
    assert found["note"].str.contains("changed small cells").all()


def test_income_agrees_with_the_place_gaps_printed_before(homes, conditions):
    found = quiet(bridge, homes, {"income": conditions["income"]}, focal="asian", against="white", by="lad22nm")
    row = found[found["lad22nm"] == "Salford"].iloc[0].to_dict()
    assert misses(row, {"separation": "0.2667", "contrast": "-0.0384", "gap": "-0.0102"}) == []
    # There the areas where the average white resident lives are the worse ones.
    assert row["worse_for"] == "white"


def test_share_in_the_worst_tenth_of_england(gm, homes, conditions):
    found = quiet(bridge, homes, {"income": conditions["income"]}, focal="asian", against="white").iloc[0]
    imd = pd.read_parquet(gm / "imd_2025_lsoa21.parquet")
    people = pd.read_parquet(gm / "groups5_lsoa21_2021.parquet").merge(imd, on="lsoa21cd")
    worst = people[people["imd2025_income_decile"] == 1]
    for name, group in (("worst_focal", "asian"), ("worst_against", "white"), ("worst_everyone", "total")):
        assert found[name] == pytest.approx(worst[group].sum() / people[group].sum(), rel=1e-12)
    assert len(worst) == 357
    decile = imd.set_index("lsoa21cd")["imd2025_income_decile"]
    with pytest.raises(errors.RankOrDecileArithmetic):
        bridge(homes, {"income": decile}, facts={"income": {"domain": "work", **PEOPLE}}, focal="asian")


def test_terms_of_every_condition_sum_to_its_gap(homes, conditions):
    found = quiet(bridge, homes, conditions, focal="asian", against="white").set_index("condition")["gap"]
    terms = bridge_terms(homes, conditions, focal="asian", against="white")
    sums = terms.groupby("condition")["term"].sum()
    assert np.abs((sums - found) / found).max() <= 1e-9


def test_free_meals_of_schools(gm):
    """Greater Manchester, state-funded secondary schools: Pakistani and Bangladeshi against White British pupils."""
    schools = pd.read_parquet(gm / "schools_2022_23.parquet")
    schools = schools[schools["phase_type_grouping"] == "State-funded secondary"]
    schools = schools.assign(school=schools["laestab"].astype(str))
    groups = classified(schools)
    schools[groups] = schools[groups].astype(float)
    rolls = pm.from_wide(schools, groups=groups, unit="school", about={"universe": "pupils", "period": "2022/23"})
    rolls = rolls.merge_groups({"pakistani and bangladeshi": ["eth_pakistani", "eth_bangladeshi"]})
    meals = schools.set_index("school")
    meals = meals["fsm_eligible"].astype(float) / meals["headcount"].astype(float)
    one = Condition(values=meals, domain="education", measured_in="share", period="2022/23", **PEOPLE)
    with pytest.warns(errors.EcologicalFallacyWarning, match="between schools where groups are"):
        found = bridge(
            rolls, {"free meals": one}, focal="pakistani and bangladeshi", against="eth_white_british", places="schools"
        )
    row = found.iloc[0].to_dict()
    assert misses(row, {"separation": "0.6796", "contrast": "0.1204", "gap": "0.0818"}) == []
    assert row["note"] is None
    # Part and whole: how much of the school of the average pupil is the pupil's own group.
    for name, group in (("own_share_focal", "pakistani and bangladeshi"), ("own_share_against", "eth_white_british")):
        share = pm.measure(rolls, "isolation", focal=group)["value"].item()
        assert row[name] == pytest.approx(share, abs=1e-12)
    assert "schools where the average member of the pakistani and bangladeshi group is" in row["sentence"]


def test_areas_without_claimants_are_missing_and_not_0(gm, homes_then):
    claimants = pd.read_parquet(gm / "claimants_lsoa11_2017-10.parquet").set_index("lsoa11cd")["claimants"]
    adults = homes_then.totals[claimants.index]
    # Printed to the nearest five.
    one = Condition(
        values=claimants / adults, low=(claimants - 2.5).clip(lower=0) / adults, high=(claimants + 2.5) / adults,
        domain="work", measured_in="claimants a resident", period="2017-10", vintage="2011", **PEOPLE,
    )  # fmt: skip
    found = quiet(bridge, homes_then, {"claimants": one}, focal="pakistani and bangladeshi", against="white_british")
    row = found.iloc[0]
    assert (row["units_dropped"], row["units"]) == (64, 1609)
    lost = homes_then.take(~homes_then.units.isin(claimants.index))
    place = lost.position("pakistani and bangladeshi")
    assert row["focal_dropped"] == lost.values[:, place].sum() > 0
    assert row["years_apart"] == 6
    # As 0 the gap would be another one.
    zero = (claimants / adults).reindex(homes_then.units).fillna(0.0)
    filled = by_hand(homes_then, zero, "pakistani and bangladeshi", "white_british")[0]
    assert filled != pytest.approx(row["gap"], rel=0.01)
    # Rounding leaves the gap within ± 2.5 people in every area, all against it.
    frame = homes_then.to_frame().set_index("unit").loc[claimants.index]
    shares = [frame[name] / frame[name].sum() for name in ("pakistani and bangladeshi", "white_british")]
    d, ends = shares[0] - shares[1], (one.low[claimants.index], one.high[claimants.index])
    assert row["upper"] == pytest.approx((d.clip(lower=0) * ends[1] + d.clip(upper=0) * ends[0]).sum(), rel=1e-9)
    assert row["lower"] == pytest.approx((d.clip(lower=0) * ends[0] + d.clip(upper=0) * ends[1]).sum(), rel=1e-9)
    assert row["lower"] < row["gap"] < row["upper"]


def test_house_prices_and_deprivation_of_the_older_areas(gm, homes_then):
    prices = pd.read_parquet(gm / "house_prices_lsoa11_2017.parquet").set_index("lsoa11cd")
    imd = pd.read_parquet(gm / "imd_2015_2019_lsoa11.parquet").set_index("lsoa11cd")
    conditions = {
        "median price": Condition(values=prices["median_price"].astype(float), domain="housing", measured_in="£",
                                  period=2017, vintage=2011, higher_is="better", describes="places"),
        "deprivation": Condition(values=imd["imd2015_score"], domain="living standards", period=2015, vintage=2011,
                                 definition="IMD 2015", **PEOPLE),
        "way to a practice by road": Condition(
            values=imd["ind2019_road_distance_to_a_gp_surgery_indicator_km"], domain="health", measured_in="km",
            period=2019, vintage=2011, **PLACES),
    }  # fmt: skip
    found = quiet(bridge, homes_then, conditions, focal="pakistani and bangladeshi", against="white_british")
    for row in found.to_dict("records"):
        values = conditions[row["condition"]].values
        gap, separation, contrast = by_hand(homes_then, values, "pakistani and bangladeshi", "white_british")
        assert row["gap"] == pytest.approx(gap, rel=1e-9)
        assert row["separation"] * row["contrast"] == pytest.approx(separation * contrast, rel=1e-9)
    assert found.set_index("condition")["units_dropped"]["median price"] == 2
    # Ranks of 2019 are no scores; the table has no others.
    rank = {"rank": Condition(values=imd["imd2015_score"], domain="work", **PEOPLE)}
    with pytest.raises(errors.RankOrDecileArithmetic):
        bridge(homes_then, {"imd2019_rank": rank["rank"]}, focal="pakistani and bangladeshi")


def test_air_by_ward(gm, homes_then):
    """Wards are larger than the areas of the counts, so that these are added up to wards first."""
    lookup = pd.read_parquet(gm / "lookup_lsoa11_ward_bestfit.parquet").set_index("lsoa11cd")["wd17cd"]
    wards = homes_then.merge_units(lookup)
    air = pd.read_parquet(gm / "air_quality_ward16.parquet").set_index("wd16cd")
    one = {
        name: Condition(values=air[column], domain="environment", measured_in="µg/m³", period=2011, **PLACES)
        for name, column in (("nitrogen dioxide", "2011_no2_total"), ("fine particles", "2011_pm25_total"))
    }
    found = bridge(wards, one, focal="pakistani and bangladeshi", against="white_british")
    assert found["years_apart"].tolist() == [0, 0]
    for row in found.to_dict("records"):
        values = one[row["condition"]].values
        assert row["gap"] == pytest.approx(
            by_hand(wards, values, "pakistani and bangladeshi", "white_british")[0], rel=1e-9
        )
        # The mean over members is the same from the smaller areas; how separate they are is not.
        small = values.reindex(lookup.loc[homes_then.units]).set_axis(homes_then.units)
        below = by_hand(homes_then, small, "pakistani and bangladeshi", "white_british")
        assert row["gap"] == pytest.approx(below[0], rel=1e-9)
        assert row["separation"] < below[1]


def test_another_edition_is_refused(homes_then, conditions):
    with pytest.raises(errors.VintageMismatch) as caught:
        bridge(homes_then, {"income": conditions["income"]}, focal="indian")
    lost = homes_then.totals[~homes_then.units.isin(conditions["income"].values.index)].sum()
    assert f"lose {lost:,.0f} people" in str(caught.value)


# -- London ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def london(data_root):
    folder = data_root / "data" / "london"
    lookup = pd.read_parquet(folder / "lookup_lsoa11_lsoa21_changes.parquet")
    areas = pm.common_areas(lookup, source="lsoa11cd", target="lsoa21cd")
    onto = {name: areas[areas["vintage"] == name].set_index("unit")["area"] for name in ("lsoa11cd", "lsoa21cd")}
    then = pd.read_parquet(folder / "groups_lsoa11_2011.parquet")
    groups = [name for name in then if name not in {"lsoa11cd", "total"}]
    parts = {
        "white": ["white_british", "white_irish", "white_other", "gypsy_irish_traveller_residual"],
        "black": ["black_african", "black_caribbean", "black_other"],
        "asian": ["indian", "pakistani", "bangladeshi", "chinese", "asian_other"],
    }
    first = pm.from_wide(then, groups=groups, unit="lsoa11cd", total="total", about={"period": "2011"})
    first = first.merge_groups({**parts, "others": ["mixed", "arab", "other"]})
    now = pd.read_parquet(folder / "groups5_lsoa21_2021.parquet")
    second = pm.from_wide(now, groups=BROAD, unit="lsoa21cd", total="total", about={"period": "2021"})
    second = second.merge_groups({"others": ["mixed", "other"]})
    return folder, first, second, onto


def test_income_of_london(london):
    folder, first, _, _ = london
    income = pd.read_parquet(folder / "household_income_median_lsoa11_2001_2012.parquet").set_index("lsoa11cd")
    one = Condition(values=income["hhi_median_2011"].astype(float), domain="living standards", measured_in="£ a year",
                    period=2011, higher_is="better", describes="people", source="modelled estimates")  # fmt: skip
    found = quiet(bridge, first, {"household income": one}, focal=["black", "asian"], against="white")
    for row in found.to_dict("records"):
        assert row["gap"] == pytest.approx(by_hand(first, one.values, row["focal"], "white")[0], rel=1e-9)
        assert row["gap"] < 0
        assert row["worse_for"] == row["focal"]


def test_burglary_at_two_dates(london):
    """On areas common to both editions: recorded offences over residents of each date."""
    folder, first, second, onto = london
    offences = pd.read_parquet(folder / "crime_lsoa11_2011_2021.parquet").set_index("lsoa11cd")
    dates = []
    for counts, edition, year in ((first, "lsoa11cd", 2011), (second, "lsoa21cd", 2021)):
        common = counts.merge_units(onto[edition])
        # Offences of both years are printed on the areas of 2011.
        moved = offences[f"burglary_{year}"].groupby(onto["lsoa11cd"].reindex(offences.index)).sum()
        rate = 1000 * moved / common.totals[moved.index]
        one = Condition(values=rate, domain="justice", measured_in="per 1,000 residents", period=year, **PLACES)
        dates.append(bridge(common, {"burglary": one}, focal=["black", "asian"], against="white"))
        assert dates[-1]["units_dropped"].tolist() == [6, 6]  # the City has a police force of its own
        for row in dates[-1].to_dict("records"):
            assert row["gap"] == pytest.approx(by_hand(common, rate, row["focal"], "white")[0], rel=1e-9)
    change = bridge_change(*dates)
    off = change["change"] - change["from_separation"] - change["from_contrast"]
    assert off.abs().max() <= 1e-12
    assert not change["scale_break"].any()
    assert change["separation_before"].tolist() == dates[0]["separation"].tolist()


def test_deprivation_at_two_dates_is_on_two_scales(london):
    """Scores of 2015 and 2025 are of other areas and indicators: on common areas the scale still breaks."""
    folder, first, second, onto = london
    dates = []
    for counts, edition, year, file in (
        (first, "lsoa11cd", 2015, "imd_2015_2019_lsoa11"), (second, "lsoa21cd", 2025, "imd_2025_lsoa21")
    ):  # fmt: skip
        score = pd.read_parquet(folder / f"{file}.parquet").set_index(edition)[f"imd{year}_score"]
        area, people = onto[edition].reindex(score.index), counts.totals.reindex(score.index)
        common = (score * people).groupby(area).sum() / people.groupby(area).sum()
        one = Condition(values=common, domain="living standards", period=year, definition=f"IMD {year}", **PEOPLE)
        dates.append(quiet(bridge, counts.merge_units(onto[edition]), {"deprivation": one}, focal="black"))
    with pytest.warns(errors.BreakInSeries, match="change of scale"):
        change = bridge_change(*dates).iloc[0]
    assert change["scale_break"]
    assert change["sentence"].endswith("The condition was defined otherwise at the two dates.")
