"""Greater Manchester's scorecard from published tables: most cells are gaps, and each says why."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import placemix as pm

pytestmark = pytest.mark.data
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "greater_manchester" / "scorecard.toml"
TEN = ["Bolton", "Bury", "Manchester", "Oldham", "Rochdale", "Salford", "Stockport", "Tameside", "Trafford", "Wigan"]


@pytest.fixture(scope="module")
def card(data_root):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLACEMIX_DATA", str(data_root))
        return pm.outcomes.read_scorecard(EXAMPLE)


def number(card, indicator, group, *, national=False, measure=None):
    these = (card["indicator"] == indicator) & (card["group"] == group) & (card["national"] == national)
    these &= (card["measure"] == measure) if measure else True
    (row,) = card[these].drop_duplicates(["measure", "value"]).to_dict("records")
    return row


def test_results_at_eleven_by_hand(card, data_root):
    table = pd.read_parquet(data_root / "data" / "by_group" / "dfe_ks2_2016_la_by_group.parquet")
    table = table[table["area_name"].isin(TEN) & table["indicator"].str.endswith("combined")]
    free = table[table["group_dimension"] == "free school meals"].groupby("group")[["numerator", "denominator"]].sum()
    share = free["numerator"] / free["denominator"]
    row = number(card, "education-indicator-2", "Free meals")
    assert row["value"] == pytest.approx(share["FSM eligible"] / share["All other pupils"], abs=1e-12)
    wide = table[table["group"].isin(["Asian", "Black", "White"])].pivot_table(
        index="area_name", columns="group", values=["numerator", "denominator"], aggfunc="sum", dropna=False
    )
    named = table[table["group"].isin(["Asian", "Black", "White"])]
    lost = set(named.loc[named["numerator"].isna() | named["denominator"].isna(), "area_name"])
    kept = wide[~wide.index.isin(lost)].sum()
    share = kept["numerator"] / kept["denominator"]
    for group in ("Asian", "Black"):
        row = number(card, "education-indicator-2", group)
        assert row["value"] == pytest.approx(share[group] / share["White"], abs=1e-12)
        assert row["lower"] < row["value"] < row["upper"] < 1


def test_who_lives_beside_whom_by_hand(card, data_root):
    table = pd.read_parquet(data_root / "data" / "greater_manchester" / "groups5_lsoa21_2021.parquet")
    people = table[["white", "mixed", "asian", "black", "other"]].sum(axis=1)
    wanted = np.average(table["white"] / people, weights=table["asian"])
    row = number(card, "housing-indicator-3", "Asian")
    assert row["value"] == pytest.approx(wanted, abs=1e-9)
    assert row["uncertainty"] == "perturbation"


def test_health_by_disability_by_hand(card, data_root):
    table = pd.read_parquet(data_root / "data" / "by_group" / "census2021_health_by_disability_age_la.parquet")
    table = table[table["area_name"].isin(TEN) & table["indicator"].str.endswith("Not good health")]
    table = table.assign(group=np.where(table["group"].str.startswith("Not"), "rest", "disabled"))
    sums = table.groupby(["age", "group"], sort=False)[["numerator", "denominator"]].sum().reset_index()
    rates = pm.outcomes.standardise(sums)
    wanted = pm.outcomes.compare_standardised(rates, focal="disabled", against="rest").iloc[0]["value"]
    row = number(card, "health-indicator-1", "Disabled")
    assert row["value"] == pytest.approx(wanted, abs=1e-9)
    assert row["value"] > 3


def test_most_cells_are_gaps_with_reasons(card):
    gaps = card[card["presence"] == "missing"]
    assert len(gaps) / (~card["national"]).sum() > 0.8
    assert gaps["missing"].notna().all()
    why = gaps.groupby("indicator")[["missing", "reason"]].first()
    assert why.loc["politics-indicator-1", "missing"] == "not published"
    assert "party alone" in why.loc["politics-indicator-1", "reason"]
    assert why.loc["housing-indicator-2", "missing"] == "area only"
    assert set(gaps.loc[gaps["indicator"] == "work-indicator-3", "missing"]) == {"national only", "other groups only"}
    assert why.loc["justice-indicator-2", "missing"] == "proxy only"
    assert set(card.loc[(card["presence"] == "proxy") & ~card["national"], "indicator"]) == {"education-indicator-3"}


def test_national_figures_fill_no_gap_and_stand_over_local_ones(card):
    nation = card[card["national"]]
    assert set(nation["indicator"]) == {
        "education-indicator-1", "work-indicator-2", "work-indicator-3", "housing-indicator-1", "justice-indicator-1",
        "politics-indicator-4",
    }  # fmt: skip
    assert (nation["local_units"] >= 9).all()
    assert nation[["lower", "upper", "denominator"]].isna().all(axis=None)
    assert nation["note"].str.contains("without the numbers behind them").all()
    here = card[~card["national"]]
    for row in nation.to_dict("records"):
        cell = here[(here["indicator"] == row["indicator"]) & (here["group"] == row["group"])]
        assert (cell["missing"] == "national only").all()


def test_national_figures_by_hand(card, data_root):
    table = pd.read_parquet(data_root / "data" / "by_group" / "ons_sdg_outcomes_by_group.parquet")
    table = table[table["detail"] == ""]
    early = table[(table["sdg_indicator"] == "4-2-1") & (table["period"] == "2021/22")]
    rate = early[early["area_level"].str.startswith("headline")].set_index("group")["value"]
    row = number(card, "education-indicator-1", "Black", national=True)
    assert row["value"] == pytest.approx(rate["Black/African/Caribbean/Black British"] / rate["White"], abs=1e-12)
    ten = early.loc[early["area_name"].isin(TEN), "value"]
    assert len(ten) == 10
    assert row["local_median"] == pytest.approx(ten.median() / 100, abs=1e-12)
    assert (row["local_lowest"], row["local_highest"]) == (ten.min() / 100, ten.max() / 100)
    pay = table[(table["sdg_indicator"] == "8-5-1") & (table["period"] == "2021") & (table["group_dimension"] == "sex")]
    whole = pay[pay["area_level"].str.startswith("headline")].set_index("group")["value"]
    row = number(card, "work-indicator-2", "Women and girls", national=True)
    assert row["value"] == pytest.approx(1 - whole["Female"] / whole["Male"], abs=1e-12)
    west = pay[pay["area_code"] == "E12000002"].set_index("group")["value"]
    assert row["local_here"] == "North West"
    assert row["local_value"] == pytest.approx(1 - west["Female"] / west["Male"], abs=1e-12)
    safe = table[(table["sdg_indicator"] == "16-1-4") & (table["period"] == "2022/23")]
    share = safe[safe["area_name"] == ""].set_index("group")["value"] / 100
    row = number(card, "justice-indicator-1", "Disabled", national=True, measure="risk_difference")
    wanted = share["Disabled (GSS harmonised)"] - share["Non-disabled (GSS harmonised)"]
    assert row["value"] == pytest.approx(wanted, abs=1e-12)


@pytest.mark.slow
def test_the_page_and_the_pack(card, tmp_path):
    html = pm.report.of_scorecard(card)
    assert "0.63 times" in html
    assert "proxy only" in html
    assert pm.verify(card.save(tmp_path / "card.zip")).same
