"""Oldham from real tables: tenure and religion of 2021, written back under their published headers."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

import placemix as pm
from fetching.made_up import RECIPES

#: The real tables' columns, in the order of the published header.
TENURE = {
    "Tenure of household: Total: All households": ["ten_total"],
    "Tenure of household: Owned": ["ten_owned_owns_outright", "ten_owned_owns_with_a_mortgage_or_loan"],
    "Tenure of household: Owned: Owns outright": ["ten_owned_owns_outright"],
    "Tenure of household: Owned: Owns with a mortgage or loan": ["ten_owned_owns_with_a_mortgage_or_loan"],
    "Tenure of household: Shared ownership": ["ten_shared_ownership_shared_ownership"],
    "Tenure of household: Shared ownership: Shared ownership": ["ten_shared_ownership_shared_ownership"],
    "Tenure of household: Social rented": [
        "ten_social_rented_rents_from_council_or_local_authority", "ten_social_rented_other_social_rented",
    ],
    "Tenure of household: Social rented: Rents from council or Local Authority": [
        "ten_social_rented_rents_from_council_or_local_authority"
    ],
    "Tenure of household: Social rented: Other social rented": ["ten_social_rented_other_social_rented"],
    "Tenure of household: Private rented": [
        "ten_private_rented_private_landlord_or_letting_agency", "ten_private_rented_other_private_rented",
    ],
    "Tenure of household: Private rented: Private landlord or letting agency": [
        "ten_private_rented_private_landlord_or_letting_agency"
    ],
    "Tenure of household: Private rented: Other private rented": ["ten_private_rented_other_private_rented"],
    "Tenure of household: Lives rent free": ["ten_lives_rent_free"],
}  # fmt: skip
FAITH = {
    "Religion: Total: All usual residents": ["rel_total"],
    **{
        f"Religion: {label}": [f"rel_{label.casefold().replace(' ', '_')}"]
        for label in ("No religion", "Christian", "Buddhist", "Hindu", "Jewish", "Muslim", "Sikh", "Other religion",
                      "Not answered")
    },
}  # fmt: skip


def as_published(table: pd.DataFrame, columns: dict[str, list[str]], file: Path) -> pd.DataFrame:
    code = table["lsoa21cd"]
    sums = {name: table[parts].sum(axis=1).astype(int) for name, parts in columns.items()}
    out = pd.DataFrame({"date": 2021, "geography": code, "geography code": code, **sums})
    out.to_csv(file, index=False)
    return out


@pytest.fixture
def folder(gm: Path, data_root: Path, tmp_path: Path) -> Path:
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    households, faiths = (pd.read_parquet(gm / f"{name}_lsoa21_2021.parquet") for name in ("households", "religion"))
    assert list(as_published(households, TENURE, downloads / "census2021-ts054-lsoa.csv")) == list(
        RECIPES["tenure-2021"].header
    )
    assert list(as_published(faiths, FAITH, downloads / "census2021-ts030-lsoa.csv")) == list(
        RECIPES["faith-2021"].header
    )
    lookup = pd.read_parquet(data_root / "data" / "england_wales" / "lookup_lsoa11_lsoa21_lad22.parquet")
    lookup = lookup.rename(columns={"change_code": "CHGIND"}).rename(columns=str.upper)
    lookup.to_csv(downloads / "LSOA11_LSOA21_LAD22_EW_LU_v5.csv", index=False)
    nested = pd.read_parquet(gm / "lookup_oa21_lsoa21_msoa21_lad22.parquet").rename(columns=str.upper)
    nested.to_csv(downloads / "OA21_LSOA21_MSOA21_LAD22_EW_LU.csv", index=False)
    shapes = gpd.read_parquet(gm / "lsoa21.parquet").rename(
        columns=lambda name: name if name == "geometry" else name.upper()
    )
    shapes.to_file(downloads / "Lower_layer_Super_Output_Areas_December_2021_Boundaries_EW_BFC_V10.gpkg", driver="GPKG")
    return tmp_path


@pytest.mark.slow
@pytest.mark.data
def test_oldham_has_the_households_and_residents_of_the_source(folder: Path, gm: Path) -> None:
    harvest = pm.get(
        district="Oldham", tables=["tenure", "faith", "nesting"], dates=[2021], folder=folder, offline=True
    )
    assert harvest.path is not None
    own = pd.read_parquet(gm / "lookup_oa21_lsoa21_msoa21_lad22.parquet")
    own = own[own["lad22nm"] == "Oldham"]
    units = set(own["lsoa21cd"])
    households = pd.read_parquet(gm / "households_lsoa21_2021.parquet")
    faiths = pd.read_parquet(gm / "religion_lsoa21_2021.parquet")
    tenure, faith = harvest.counts("tenure", 2021), harvest.counts("faith", 2021)
    assert set(tenure.units) == set(faith.units) == units
    assert len(units) == 142
    parts = [column for column in households if column.startswith("ten_") and column != "ten_total"]
    here = households[households["lsoa21cd"].isin(units)]
    # Cells are perturbed: the reader takes the published total, or the sum of the groups where that is larger.
    assert tenure.values.sum() == here[parts].to_numpy().sum()
    assert tenure.total.sum() == here[parts].sum(axis=1).clip(lower=here["ten_total"]).sum()
    here = faiths[faiths["lsoa21cd"].isin(units)].set_index("lsoa21cd")
    muslims = faith.values[:, faith.position("Muslim")]
    assert muslims.tolist() == here.loc[faith.units, "rel_muslim"].tolist()
    assert faith.strata["msoa"].nunique() == own["msoa21cd"].nunique()
    assert pm.estimate(faith, "dissimilarity", focal="Muslim", against="Christian").value > 0.5
