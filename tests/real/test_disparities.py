"""Outcomes by group from published tables: attainment, stops, use of force, health by disability."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix import errors

pytestmark = pytest.mark.data
O = pm.outcomes  # noqa: E741
TEN = ["Bolton", "Bury", "Manchester", "Oldham", "Rochdale", "Salford", "Stockport", "Tameside", "Trafford", "Wigan"]


@pytest.fixture(scope="module")
def by_group(data_root):
    return data_root / "data" / "by_group"


@pytest.fixture(scope="module")
def attainment(by_group):
    """Pupils at 16 with A*-C in English and maths, by sex and ethnic group; x is hidden."""
    table = pd.read_parquet(by_group / "dfe_ks4_2016_la_by_sex_ethnicity.parquet")
    table = table[table["indicator"] == "Total achieve A*-C in English and Maths"]
    return pd.DataFrame(
        {
            "indicator": "A*-C in English and maths", "unit": table["area_name"], "period": table["period"],
            "ethnicity": table["ethnicity"], "sex": table["sex"], "numerator": table["value"],
            "denominator": table["pupils"], "symbol": table["suppressed_symbol"].replace("", None),
        }
    ).reset_index(drop=True)  # fmt: skip


def test_attainment_of_asian_and_white_pupils_in_ten_districts(attainment):
    table = attainment[attainment["unit"].isin(TEN)]
    found = O.compare_groups(
        table, focal={"ethnicity": "Asian"}, against={"ethnicity": "White"}, dimensions=["sex"]
    ).set_index(["unit", "measure"])  # fmt: skip
    wide = table[table["sex"] == "All"].pivot_table(
        index="unit", columns="ethnicity", values=["numerator", "denominator"]
    )
    share = wide["numerator"] / wide["denominator"]
    gap = found.xs("risk_difference", level="measure")["value"]
    assert gap.to_dict() == pytest.approx((share["Asian"] - share["White"]).loc[gap.index].to_dict())
    # Higher in nine of ten; the interval of Oldham, Bury and others holds 0.
    assert (gap > 0).sum() == 9
    assert gap.idxmin() == "Oldham"
    lower = found.xs("risk_difference", level="measure")["lower"]
    assert set(lower[lower > 0].index) == {"Bolton", "Manchester", "Salford", "Trafford"}


def test_what_the_department_hides_stays_hidden(attainment):
    table = attainment[attainment["unit"].isin(TEN)]
    found = O.compare_groups(
        table, "risk_ratio", focal={"ethnicity": "Chinese", "sex": "Female"}, least=0,
        against={"ethnicity": "White", "sex": "Female"},
    )  # fmt: skip
    cells = table[(table["ethnicity"] == "Chinese") & (table["sex"] == "Female")].set_index("unit")
    hidden = cells["numerator"].isna()
    assert hidden.any()
    reasons = found.set_index("unit")["reason"]
    assert (reasons == "suppressed").to_dict() == hidden.to_dict()
    # Rochdale has none, which the table prints as 0 of 0.
    assert reasons["Rochdale"] == "nobody_in_focal"
    assert found.set_index("unit")["value"].notna().sum() == 2


def test_being_both_in_england(attainment):
    """p11 − p10 − p01 + p00 of Black girls, from the four shares of the table."""
    table = attainment[attainment["unit"] == "England"].set_index(["ethnicity", "sex"])
    share = table["numerator"] / table["denominator"]
    found = O.compare_groups(
        table.reset_index(),
        focal={"ethnicity": "Black", "sex": "Female"},
        against={"ethnicity": "White", "sex": "Male"},
    ).set_index("measure")
    expected = share["Black", "Female"] - share["Black", "Male"] - share["White", "Female"] + share["White", "Male"]
    assert found.loc["interaction_additive", "value"] == pytest.approx(expected)
    assert found.loc["interaction_additive", "lower"] > 0
    product = share["Black", "Female"] * share["White", "Male"] / (share["Black", "Male"] * share["White", "Female"])
    assert found.loc["interaction_multiplicative", "value"] == pytest.approx(product)


@pytest.fixture(scope="module")
def stops(by_group):
    table = pd.read_parquet(by_group / "policeuk_stop_search_lad_by_ethnicity.parquet")
    return table[(table["source_file_group"] == "Black") & table["group"].isin(["Black", "White"])]


def test_risk_ratios_and_limits_are_those_that_were_published(stops):
    """326 districts: computed by others, in R, from the same two numbers."""
    table = stops[stops["stats_altered_flag"] == "0"]
    black, white = (table[table["group"] == name].set_index("area_code") for name in ("Black", "White"))
    both = black.join(white[["numerator", "denominator"]].add_suffix("_white"), how="inner")
    found = O.risk_ratio(*(both[name] for name in ("numerator", "denominator", "numerator_white", "denominator_white")))
    assert len(found) == 326
    some = ((both["numerator"] > 0) & (both["numerator_white"] > 0)).to_numpy()
    assert some.sum() > 300
    for ours, theirs in (("value", "rr"), ("lower", "rr_ci_low"), ("upper", "rr_ci_upp")):
        np.testing.assert_allclose(found[ours][some], both[theirs][some], rtol=1e-9)


def test_stops_pooled_over_forces_and_within_them(stops):
    table = stops[~stops["gm_incomplete"]].rename(columns={"area_code": "unit"})
    table = table[["unit", "force", "group", "numerator", "denominator"]]
    with pytest.warns(errors.EventsNotPeople):
        found = O.disproportionality(
            table, focal="Black", against="White", by="force", denominator_kind="residents, census 2021"
        )
    value = found.drop_duplicates("measure").set_index("measure")["value"]
    sums = table.pivot_table(index="force", columns="group", values=["numerator", "denominator"], aggfunc="sum")
    rate = sums["numerator"] / sums["denominator"]
    weight = sums["denominator", "White"]
    assert value["standardised_ratio"] == pytest.approx((weight * rate["Black"]).sum() / (weight * rate["White"]).sum())
    total = sums.sum()
    crude = (total["numerator", "Black"] / total["denominator", "Black"]) / (
        total["numerator", "White"] / total["denominator", "White"]
    )
    assert value["crude_ratio"] == pytest.approx(crude)
    assert value["crude_ratio"] > value["standardised_ratio"] > value["indirect_ratio"]
    strata = found[found["scope"] == "stratum"].set_index("force")
    assert (strata["value"] > 1).sum() == 41
    # The City of London has more stops than residents.
    assert "1 stratum has more events than people" in found["note"].iloc[0]


def test_reports_of_force_are_not_people(by_group):
    table = pd.read_parquet(by_group / "ho_police_use_of_force_by_group.parquet")
    people = pd.read_parquet(by_group / "census2011_population_by_police_ethnicity_force.parquet")
    table = table[
        table["group_dimension"].str.startswith("ethnicity") & (table["tactic"] == "*Total Tactics")
        & (table["area_level"] == "police force") & (table["group"] != "Number of times tactic reported")
    ]  # fmt: skip
    table = table.merge(
        people[["area_name", "group", "value"]].rename(columns={"value": "denominator"}),
        on=["area_name", "group"],
        how="left",
    )
    table = table.drop(columns="unit").rename(columns={"area_name": "unit", "value": "numerator"})
    table = table[["unit", "period", "group", "numerator", "denominator"]].assign(indicator="tactic reports")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = O.disproportionality(
            table, focal="Black (or Black British)", against="White", denominator_kind="residents",
            denominator_period="census 2011", not_stated="Not reported", events_classed="officer-perceived",
            people_classed="self-defined",
        )  # fmt: skip
    assert {item.category for item in caught} == {errors.EventsNotPeople, errors.ClassifiedApart}
    assert found["year_gap"].unique().tolist() == [7, 8]
    both = found[(found["measure"] == "standardised_ratio") & (found["period"] == "2019/20")].set_index(
        "interval_method"
    )
    bounds = both.loc["bounds:not_stated"]
    assert bounds["lower"] < bounds["value"] < bounds["upper"]
    manchester = found[(found["unit"] == "Greater Manchester") & found["interval_method"].str.startswith("sampling")]
    assert manchester["value"].round(2).tolist() == [3.95, 4.44]


def test_health_by_disability_at_the_same_ages(by_group):
    table = pd.read_parquet(by_group / "census2021_health_by_disability_age_la.parquet")
    table = table[table["area_name"].isin(TEN) & table["indicator"].str.endswith("Not good health")]
    table = table[["area_name", "group", "age", "numerator", "denominator"]].rename(columns={"area_name": "unit"})
    rates = O.standardise(table, per=100)
    assert set(rates["standard"]) == {"European Standard Population 2013"}
    weights = {
        "14 years and": 16,
        "15 to": 11.5,
        "25 to": 12.5,
        "35 to": 14,
        "45 to": 14,
        "55 to": 12.5,
        "65 to": 10.5,
        "75 years": 9,
    }
    weight = table["age"].map(lambda age: next(w for text, w in weights.items() if text in age))
    plain = (weight * table["numerator"] / table["denominator"]).groupby([table["unit"], table["group"]]).sum()
    assert rates.set_index(["unit", "focal"])["value"].to_dict() == pytest.approx(plain.to_dict())
    # Disabled people are older: at the same ages fewer of them are in poor health than at their own.
    much = rates[rates["focal"].str.endswith("a lot")]
    assert (much["value"] < much["rate"]).all()
