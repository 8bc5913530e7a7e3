"""Greater Manchester and England and Wales, 2011 and 2021, on common areas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from published import BROAD, DISTRICTS, census, misses, non_white, of, same

import placemix as pm

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def dates(data_root):
    folder = data_root / "data" / "england_wales"
    return census(folder, 2011), census(folder, 2021)


def by_district(result):
    frame = pd.DataFrame(result)
    return frame.set_index(frame["lad"].astype(str))


@pytest.fixture(scope="module")
def changes(dates):
    """Change of the non-White share of every district, with half a person in empty cells."""
    return by_district(pm.compare_dates(*map(non_white, dates), focal="non_white", by="lad", zeros=0.5))


def test_common_areas_lose_nobody(dates, data_root):
    folder = data_root / "data" / "england_wales"
    for counts, name in zip(dates, ("groups5_lsoa11_2011", "groups5_lsoa21_2021"), strict=True):
        assert len(counts) == 34_630
        assert counts.total.sum() == pd.read_parquet(folder / f"{name}.parquet")["total"].sum()
    assert dates[0].total.sum() == 56_075_912
    assert of(dates[0], *DISTRICTS).total.sum() == 2_682_528
    assert of(dates[1], *DISTRICTS).total.sum() == 2_867_871
    assert of(dates[0], "Oldham").total.sum() == 224_897
    assert of(dates[0], "Bradford").total.sum() == 522_452


def test_dropping_changed_areas_would_lose_a_quarter_of_tower_hamlets(data_root, dates):
    folder = data_root / "data" / "england_wales"
    lookup = pd.read_parquet(folder / "lookup_lsoa11_lsoa21_lad22.parquet")
    later = pd.read_parquet(folder / "groups5_lsoa21_2021.parquet").set_index("lsoa21cd")["total"]
    here = lookup[lookup["lad22nm"] == "Tower Hamlets"]
    lost = later[here.loc[here["change_code"] != "U", "lsoa21cd"].unique()].sum()
    assert same(lost / of(dates[1], "Tower Hamlets").total.sum(), "0.27")


@pytest.mark.parametrize(
    ("district", "then", "now"), [("Oldham", "0.7610", "0.7190"), ("Manchester", "0.4751", "0.4695")]
)
def test_asian_and_white_dissimilarity_on_common_areas(dates, district, then, now):
    for counts, text in zip(dates, (then, now), strict=True):
        value = pm.measure(of(counts, district), "dissimilarity", focal="asian", against="white")["value"].item()
        assert same(value, text)


def test_manchester_on_each_vintage_differs(data_root):
    folder = data_root / "data" / "england_wales"
    then = pd.read_parquet(folder / "groups5_lsoa11_2011.parquet").query("lad11nm == 'Manchester'")
    lookup = pd.read_parquet(folder / "lookup_lsoa11_lsoa21_lad22.parquet").query("lad22nm == 'Manchester'")
    now = pd.read_parquet(folder / "groups5_lsoa21_2021.parquet")
    now = now[now["lsoa21cd"].isin(lookup["lsoa21cd"])]
    for frame, unit, text in ((then, "lsoa11cd", "0.4775"), (now, "lsoa21cd", "0.4701")):
        counts = pm.from_wide(frame, groups=BROAD, unit=unit)
        assert same(pm.measure(counts, "dissimilarity", focal="asian", against="white")["value"].item(), text)


# --- T8 ------------------------------------------------------------------------------------------------

# Share, D, isolation and V at both dates; composition and structure by the forward path.
T8 = {
    ("Bradford", "non_white"): "0.3256 0.3888 0.6454 0.6324 0.6357 0.6685 0.4598 0.4577 0.0345 -0.0017",
    ("Blackburn with Darwen", "non_white"): "0.3084 0.3965 0.6769 0.6834 0.6546 0.7141 0.5006 0.5263 0.0473 0.0122",
    ("Oldham", "asian"): "0.1919 0.2461 0.7503 0.6858 0.6255 0.6050 0.5366 0.4761 0.0304 -0.0510",
    ("Birmingham", "non_white"): "0.4207 0.5138 0.5260 0.4947 0.6225 0.6640 0.3483 0.3089 0.0470 -0.0054",
    ("Manchester", "asian"): "0.1709 0.2085 0.4322 0.4210 0.3166 0.3595 0.1758 0.1907 0.0428 0.0001",
}
COLUMNS = [
    "share_before", "share_after", "dissimilarity_before", "dissimilarity_after", "isolation_before",
    "isolation_after", "v_before", "v_after", "composition_forward", "structure_forward",
]  # fmt: skip


@pytest.mark.parametrize(("place", "group"), T8)
def test_dissimilarity_falls_and_isolation_rises(dates, place, group):
    pair = [of(counts, place) if group == "asian" else non_white(of(counts, place)) for counts in dates]
    row = pm.compare_dates(*pair, focal=group, zeros=0.5).iloc[0].to_dict()
    row["composition_forward"] = row["isolation_change"] - row["structure_forward"]
    assert misses(row, dict(zip(COLUMNS, T8[place, group].split(), strict=True))) == []


def test_england_and_wales(dates):
    row = pm.compare_dates(*map(non_white, dates), focal="non_white", zeros=0.5).iloc[0].to_dict()
    printed = ["0.1403", "0.1829", "0.5765", "0.5434", "0.4014", "0.4242", "0.3038", "0.2953"]
    assert misses(row, dict(zip(COLUMNS, printed, strict=False))) == []


def test_signs_over_all_districts(changes):
    assert len(changes) == 331
    assert (changes["dissimilarity_change"] < 0).sum() == 263
    rises = changes["isolation_change"] > 0
    # The text counts 322: with the Isles of Scilly, one area, where isolation is the group's share.
    alone = changes[changes["isolation_change"].isna()]
    assert list(alone.index) == ["Isles of Scilly"]
    assert list(alone["units"]) == [1]
    assert rises.sum() + (alone["share_after"] > alone["share_before"]).sum() == 322
    assert (rises & (changes["dissimilarity_change"] < 0)).sum() == 254
    assert (changes["v_change"] > 0).sum() == 206
    assert (changes["structure_forward"] > 0).sum() == 66
    structure = np.sign(changes["structure_forward"])
    assert same(100 * (np.sign(changes["dissimilarity_change"]) == structure).mean(), "90.9")
    assert same(100 * (np.sign(changes["v_change"]) == structure).mean(), "56.8")
    known = changes["structure_forward"].notna()
    assert (np.sign(changes["v_remainder"]) != structure)[known].sum() == 142


@pytest.mark.parametrize(
    ("district", "remainder", "structure"),
    [("Bury", "0.022", "-0.006"), ("Salford", "0.011", "-0.010"), ("Stockport", "0.016", "-0.001")],
)
def test_v_and_structure_contradict(changes, district, remainder, structure):
    assert same(changes.loc[district, "v_remainder"], remainder)
    assert same(changes.loc[district, "structure_forward"], structure)


def test_isles_of_scilly_have_one_area(changes):
    assert changes.loc["Isles of Scilly", "reason"] == "one_unit"


@pytest.mark.parametrize(
    ("year", "shares", "areas", "exposure"),
    [(2011, ".6865 .4432 .0599", 37, ".1289"), (2021, ".7445 .4964 .0592", 52, ".1567")],
)
def test_bradford_profile(dates, year, shares, areas, exposure):
    counts = of(dates[year == 2021], "Bradford")
    profile = pm.concentration_profile(counts, focal="asian", thresholds=[0.5, 0.7, 0.9])
    assert [text for value, text in zip(profile["value"], shares.split(), strict=True) if not same(value, text)] == []
    assert profile["units_above"].iloc[1] == areas
    assert profile["units"].iloc[1] == 310
    assert same(pm.measure(counts, "exposure", focal="white", against="asian")["value"].item(), exposure)


# --- the cases -----------------------------------------------------------------------------------


def change_of(dates, district, group, against, **options):
    pair = [of(counts, district) for counts in dates]
    return pm.compare_dates(*pair, focal=group, against=against, zeros=0.5, **options).iloc[0]


def test_bolton(dates):
    rest, white = (change_of(dates, "Bolton", "asian", name) for name in ("rest", "white"))
    printed = {
        "v_remainder": "0.0107",
        "structure": "-0.0238",
        "structure_forward": "-0.0190",
        "structure_reverse": "-0.0287",
        "dissimilarity_change": "-0.0164",
    }
    assert misses(rest.to_dict(), printed) == []
    assert same(white["dissimilarity_change"], "0.0052")
    both = pm.compare_dates(*(of(c, "Bolton") for c in dates), focal="asian", against=["rest", "white"], zeros=0.5)
    first = both["sentence"].iloc[0].split(". ")[0]
    assert "rest" in first or "everyone else" in first
    assert "white" in first.casefold(), "the signs differ between comparators, and the first sentence says so"


def test_manchester(dates):
    row = change_of(dates, "Manchester", "asian", "rest")
    assert same(row["structure"], "0.0009")
    assert row["sorting"] == "no change in sorting"
    assert "no change in sorting" in row["sentence"]


def test_leicester(dates):
    assert same(change_of(dates, "Leicester", "black", "rest")["dissimilarity_change"], "0.0173")
    assert same(change_of(dates, "Leicester", "black", "white")["dissimilarity_change"], "-0.0801")


def test_v_contradicts_structure_in_29_of_50_cases(dates):
    pair = [of(counts, *DISTRICTS) for counts in dates]
    result = pm.compare_dates(*pair, focal="each", by="lad", zeros=0.5)
    assert len(result) == 50
    assert (np.sign(result["v_remainder"]) != np.sign(result["structure"])).sum() == 29


def test_parts_add_up(dates):
    result = pm.compare_dates(*(of(counts, *DISTRICTS) for counts in dates), focal="each", by="lad")
    assert np.allclose(result["composition"] + result["structure"], result["isolation_change"], atol=1e-12, rtol=0)
    assert not any("v_remainder" in str(text) or " V " in str(text) for text in result["sentence"])
