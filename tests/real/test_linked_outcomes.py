"""Segregation beside deprivation in Greater Manchester: small areas, areas common to two censuses, and districts."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from published import BROAD, DISTRICTS
from scipy import stats

import placemix as pm
from placemix import errors

pytestmark = pytest.mark.data

O = pm.outcomes  # noqa: E741
INCOME = {"income": {"period": "2025", "vintage": "2021", "measured_in": "share", "higher_is": "worse"}}
ASIAN = ["indian", "pakistani", "bangladeshi", "chinese", "asian_other"]


def associated(linked, x, y, **options):
    with pytest.warns(errors.EcologicalFallacyWarning, match="areas where … have …"):
        return O.association(linked, x, y, **options)


def of(found, model, term, name="value"):
    (row,) = found[(found["model"] == model) & (found["term"] == term)].to_dict("records")
    return row[name]


@pytest.fixture(scope="module")
def common(gm):
    lookup = pd.read_parquet(gm / "lookup_lsoa11_lsoa21_changes.parquet")
    areas = pm.common_areas(lookup, source="lsoa11cd", target="lsoa21cd")
    return areas, lookup.drop_duplicates("lsoa21cd").set_index("lsoa21cd")["lad22nm"]


@pytest.fixture(scope="module")
def now(gm, common):
    areas, district = common
    table = pd.read_parquet(gm / "groups5_lsoa21_2021.parquet")
    table["area"] = table["lsoa21cd"].map(areas[areas["vintage"] == "lsoa21cd"].set_index("unit")["area"])
    table["district"] = table["lsoa21cd"].map(district)
    about = {"geography": "LSOA", "vintage": "2021", "period": "census day 2021", "universe": "residents"}
    return pm.from_wide(
        table, groups=BROAD, unit="lsoa21cd", total="total", strata=["area", "district"], about=about
    )  # fmt: skip


@pytest.fixture(scope="module")
def then(gm, common):
    areas, district = common
    table = pd.read_parquet(gm / "groups_lsoa11_2011.parquet")
    table["area"] = table["lsoa11cd"].map(areas[areas["vintage"] == "lsoa11cd"].set_index("unit")["area"])
    table["district"] = table["area"].map(district)
    groups = [name for name in table if name not in {"lsoa11cd", "total", "area", "district"}]
    about = {"geography": "LSOA", "vintage": "2011", "period": "census day 2011", "universe": "residents"}
    counts = pm.from_wide(
        table, groups=groups, unit="lsoa11cd", total="total", strata=["area", "district"], about=about
    )
    return counts.merge_groups({"asian": ASIAN})


@pytest.fixture(scope="module")
def deprived(gm):
    """Scores and the tables they come from, by edition."""
    latest = pd.read_parquet(gm / "imd_2025_lsoa21.parquet").set_index("lsoa21cd")
    older = pd.read_parquet(gm / "imd_2015_2019_lsoa11.parquet").set_index("lsoa11cd")
    return latest, older


@pytest.fixture(scope="module")
def small(now, deprived):
    """Every small area of 2021 beside the share of low incomes of 2025."""
    return O.link(now, deprived[0]["imd2025_income_score"].rename("income"), focal="asian", facts=INCOME)


def test_the_join_covers_everyone_and_says_what_does_not_fit(small, now):
    told = small.iloc[0]
    assert told[["places", "places_matched", "places_valued"]].tolist() == [1702, 1702, 1702]
    assert told["people_valued"] == told["people_all"] == now.total.sum()
    assert told["period_check"] == "apart"
    assert told["vintage_check"] == "same"
    assert set(small["match"]) == {"both"}
    assert "The outcome is of 2025, the counts of census day 2021: 3.8 years apart, more than 1." in small.explain()


def test_small_areas_by_hand(small, now, deprived):
    frame = now.to_frame().set_index("unit")
    share = frame["asian"] / now.totals
    income = deprived[0]["imd2025_income_score"].reindex(frame.index)
    found = associated(small, "share of asian", "income", weight="people", levels="district")
    assert of(found, "spearman", "share of asian") == pytest.approx(stats.spearmanr(share, income).statistic, abs=1e-12)
    root = np.sqrt(now.total)
    terms = np.column_stack([np.ones(len(frame)), share])
    slope = np.linalg.lstsq(terms * root[:, None], income.to_numpy() * root, rcond=None)[0]
    assert of(found, "regression", "intercept") == pytest.approx(slope[0], rel=1e-9)
    assert of(found, "regression", "share of asian") == pytest.approx(slope[1], rel=1e-9)
    assert of(found, "multilevel", "share of asian", "levels") == len(DISTRICTS)
    # Districts differ in income for other reasons too: within them the slope is another one.
    assert of(found, "multilevel", "share of asian") > 0
    for sentence in found["sentence"].dropna():
        assert sentence.startswith("Areas where ")
        assert "says nothing of single residents" in sentence


@pytest.mark.slow
def test_the_same_areas_at_two_dates(now, then, deprived, common):
    """On areas common to both censuses: scores go by the people of their parts, and people are never lost."""
    latest, older = deprived
    sides = {
        "then": (then, older["imd2015_score"], {"period": "2015", "vintage": "2011"}),
        "now": (now, latest["imd2025_score"], {"period": "2025", "vintage": "2021"}),
    }
    found = {}
    for name, (counts, score, facts) in sides.items():
        linked = O.link(
            counts, score.rename("deprivation"), on="area", along="unit", weigh="people", focal="asian",
            facts={"deprivation": facts}, apart=5,
        )  # fmt: skip
        frame = counts.to_frame().set_index("unit").assign(people=counts.totals, score=score)
        frame["area"] = counts.strata["area"].astype(str).to_numpy()
        whole = frame.groupby("area")[["asian", "people"]].sum()
        mean = (frame["score"] * frame["people"]).groupby(frame["area"]).sum() / whole["people"]
        rows = linked.set_index("place")
        assert len(rows) == len(whole) == common[0]["area"].nunique()
        assert rows["people"].sum() == counts.total.sum()
        assert rows["value"].to_dict() == pytest.approx((whole["asian"] / whole["people"]).to_dict(), rel=1e-12)
        assert rows["outcome_value"].to_dict() == pytest.approx(mean.to_dict(), rel=1e-12)
        assert rows["years_apart"].between(3.5, 4.5).all()
        found[name] = associated(linked, "share of asian", "deprivation")
        expected = stats.spearmanr(rows["value"], rows["outcome_value"]).statistic
        assert of(found[name], "spearman", "share of asian") == pytest.approx(expected, abs=1e-12)
    # Codes of one edition on areas of the other are refused, with the people who would be lost.
    lost = now.total[~now.units.isin(older.index)].sum()
    with pytest.raises(errors.VintageMismatch, match=f"would lose {lost:,.0f} people"):
        O.link(now, older["imd2015_score"].rename("d"), facts={"d": {"vintage": "2011"}})
    # Deciles stand beside their areas, and have no mean on others.
    decile = latest["imd2025_decile"]
    with pytest.raises(errors.RankOrDecileArithmetic):
        O.link(now, decile, on="area", along="unit", weigh="people")


@pytest.mark.slow
def test_districts_are_another_question_than_small_areas(small, now, deprived):
    """Ten districts: how separate they are beside how many of their people have low incomes."""
    measured = pm.measure(now, "dissimilarity", focal="asian", against="white", by="district")
    income = deprived[0]["imd2025_income_score"].rename("income")
    linked = O.link(measured, income, along="unit", weigh="people", facts=INCOME)
    frame = now.to_frame().set_index("unit").assign(people=now.totals, income=income)
    district = now.strata["district"].astype(str).to_numpy()
    mean = (frame["income"] * frame["people"]).groupby(district).sum() / frame["people"].groupby(district).sum()
    parts = frame.groupby(district)[["asian", "white"]].transform("sum")
    d = ((frame["asian"] / parts["asian"]) - (frame["white"] / parts["white"])).abs().groupby(district).sum() / 2
    rows = linked.set_index("place")
    assert sorted(rows.index) == DISTRICTS
    assert rows["value"].to_dict() == pytest.approx(d.to_dict(), rel=1e-9)
    assert rows["outcome_value"].to_dict() == pytest.approx(mean.to_dict(), rel=1e-9)
    name = rows["quantity"].iloc[0]
    found = associated(linked, str(name), "income")
    assert of(found, "spearman", name) == pytest.approx(stats.spearmanr(d, mean).statistic, abs=1e-12)
    assert of(found, "spearman", name, "areas") == 10
    # The share of a group by district and by small area are two associations, of other sizes.
    wide = O.link(now, income, on="district", along="unit", weigh="people", focal="asian", facts=INCOME)
    two = [of(associated(one, "share of asian", "income"), "spearman", "share of asian") for one in (small, wide)]
    assert abs(two[0] - two[1]) > 0.05


@pytest.mark.slow
def test_neighbouring_areas_have_alike_residuals(small, gm):
    pytest.importorskip("spreg", reason="pip install 'placemix[model]'")
    import geopandas as gpd

    areas = gpd.read_parquet(gm / "lsoa21.parquet").set_index("lsoa21cd")
    pairs = areas[["geometry"]].sjoin(areas[["geometry"]], predicate="touches").reset_index()
    pairs.columns = ["place", "geometry", "neighbour"]
    found = associated(small, "share of asian", "income", spatial=pairs[["place", "neighbour"]], estimator="gm")
    rows = small.set_index("place")
    terms = np.column_stack([np.ones(len(rows)), rows["value"]])
    left = rows["outcome_value"] - terms @ np.linalg.lstsq(terms, rows["outcome_value"], rcond=None)[0]
    around = left.reindex(pairs["neighbour"]).groupby(pairs["place"].to_numpy()).mean().reindex(rows.index)
    assert of(found, "residuals", "moran") == pytest.approx((left @ around) / (left @ left), rel=1e-9)
    assert of(found, "residuals", "moran") > 0.4
    assert of(found, "residuals", "moran", "p_value") == pytest.approx(1 / 1000)
    assert "near each other have alike residuals" in found.explain()
    assert of(found, "spatial lag", "rho") > 0.5


@pytest.mark.slow
def test_a_figure_of_all_never_without_its_districts(now, gm):
    """Crowded households: one figure of ten districts, and how 1,702 small areas lie around it."""
    rooms = pd.read_parquet(gm / "households_lsoa21_2021.parquet").set_index("lsoa21cd")
    crowded = rooms["occ_minus1"] + rooms["occ_minus2_or_less"]
    rates = pm.Rates(
        pd.DataFrame(
            {"indicator": "crowded households", "unit": rooms.index, "numerator": crowded.to_numpy(),
             "denominator": rooms["occ_total"].to_numpy(), "measured_in": "share", "period": "census day 2021"}
        ),
        about=pm.About(universe="households", vintage="2021"),
    )  # fmt: skip
    district = pd.Series(now.strata["district"].astype(str).to_numpy(), index=now.units)
    found = O.local_distribution(rates, within=district).set_index(["part", "name"])["value"]
    whole = crowded.sum() / rooms["occ_total"].sum()
    assert found[("national", None)] == pytest.approx(whole, rel=1e-12)
    rate = crowded / rooms["occ_total"]
    assert found[("quantile of areas", "90 %")] == pytest.approx(np.quantile(rate, 0.9), rel=1e-12)
    size = rooms["occ_total"] / rooms["occ_total"].sum()
    mean = (rate * size).groupby(district).sum() / size.groupby(district).sum()
    between = (size.groupby(district).sum() * (mean - whole) ** 2).sum()
    assert found[("variance: between", None)] == pytest.approx(between, rel=1e-9)
    assert found[("variance: total", None)] == pytest.approx((size * (rate - whole) ** 2).sum(), rel=1e-9)
    linked = O.link(now, rates, on="district", along="unit", focal="asian")
    assert linked["numerator"].sum() == crowded.sum()
    assert set(linked["universe_check"]) == {"differs"}


@pytest.mark.slow
def test_a_pack_of_published_tables_is_recomputed(now, deprived, tmp_path):
    income = deprived[0]["imd2025_income_score"].rename("income")
    linked = O.link(now, income, on="district", along="unit", weigh="people", focal="asian", facts=INCOME)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", errors.EcologicalFallacyWarning)
        results = [linked, O.association(linked, "share of asian", "income"), O.local_distribution(linked)]
        for place, one in enumerate(results):
            assert pm.verify(one.save(tmp_path / f"{place}.zip")).same
