"""Changes in sorting between real dates: districts, and schools that open and close."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from published import BROAD, DISTRICTS, census, of, same

import placemix as pm

pytestmark = pytest.mark.data

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explain" / "greater-manchester.md"


@pytest.fixture(scope="module")
def dates(data_root):
    folder = data_root / "data" / "england_wales"
    return census(folder, 2011), census(folder, 2021)


@pytest.mark.slow
def test_unchanged_areas_only_would_have_said_less_of_tower_hamlets(dates, data_root):
    lookup = pd.read_parquet(data_root / "data" / "england_wales" / "lookup_lsoa11_lsoa21_lad22.parquet")
    unchanged = lookup.groupby("lsoa21cd")["change_code"].agg(lambda codes: set(codes) == {"U"})
    whole = [of(counts, "Tower Hamlets") for counts in dates]
    some = [counts.take(unchanged.loc[counts.units].to_numpy()) for counts in whole]
    for pair, text in ((whole, "-0.0363"), (some, "-0.0246")):
        change = pm.compare_dates(*pair, focal="asian", against="white")["dissimilarity_change"].item()
        assert same(change, text)


def test_the_page_says_what_the_censuses_do(dates):
    found = pm.compare_dates(*(of(counts, *DISTRICTS) for counts in dates), focal="each", by="lad")
    structure = pd.DataFrame(found).set_index(["lad", "focal"])["structure"]
    rows = re.findall(r"^\| (\w+) \| (.+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    # The table of all groups comes first; another has more columns.
    printed = {name: cells.split(" | ") for name, cells in rows if name in DISTRICTS and cells.count("|") == 4}
    assert sorted(printed) == sorted(DISTRICTS)
    for name, cells in printed.items():
        for group, cell in zip(BROAD, cells, strict=True):
            assert same(100 * structure[name, group], cell.strip("\\*?+").replace("+", "")), (name, group)


@pytest.mark.slow
def test_schools_of_two_years(oracle_root):
    """Elbers's school years: what opened and closed, sizes and sorting sum to each district's change."""
    years = [
        pm.from_long(
            pd.read_parquet(oracle_root / f"{name}.parquet"), unit="school", group="race", count="n",
            strata=["state", "district"], about={"universe": "pupils"},
        )
        for name in ("schools00", "schools05")
    ]  # fmt: skip
    large = set.intersection(*(
        set(counts.strata["district"].astype(str).value_counts().loc[lambda many: many >= 30].index) for counts in years
    ))  # fmt: skip
    some = [counts.take(counts.strata["district"].astype(str).isin(large).to_numpy()) for counts in years]
    found = pm.decompose.sorting_beyond_chance(
        *some, focal="black", by="district", unmatched="common", draws=20 * len(large)
    )
    parts = found["turnover"] + found["composition"] + found["structure"]
    assert parts.to_numpy() == pytest.approx(found["isolation_change"].to_numpy(), abs=1e-12)
    assert (found["units_common"] <= found[["units_before", "units_after"]].min(axis=1)).all()
    assert (found["turnover"] != 0).any()
    assert set(found["sorting"]) >= {"less sorted", "not beyond chance"}
    assert found["cluster_before"].str.contains("one by one").all()
    print(
        found[["district", "isolation_change", "turnover", "composition", "structure", "sorting"]].round(4).to_string()
    )
