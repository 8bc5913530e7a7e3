"""The equality annex on published counts: RM134 of one district, and what is refused where there is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix.errors import CountRateMix, InvalidParameter

pytestmark = pytest.mark.data
GROUPS = ["white", "mixed", "asian", "black", "other"]
FIXTURES = Path(__file__).resolve().parents[1] / "readers" / "fixtures" / "nomis_2021"
MIDDLESBROUGH = "E06000002"
OWNED = ["Owned: Owns outright", "Owned: Owns with a mortgage or loan or shared ownership"]
TENURES = {
    "owner_occupied": OWNED,
    "social_rent": "Rented: Social rented",
    "private_rent": "Rented: Private rented or lives rent free",
}
FIVE = {
    "white": [
        "White: English, Welsh, Scottish, Northern Irish or British",
        "White: Irish",
        "White: Gypsy or Irish Traveller, Roma or Other White",
    ],
    "mixed": "Mixed or Multiple ethnic groups",
    "asian": "Asian, Asian British or Asian Welsh",
    "black": "Black, Black British, Black Welsh, Caribbean or African",
    "other": "Other ethnic group",
}


@pytest.fixture(scope="module")
def dates(data_root):
    """England and Wales at two dates on common areas, and the areas of 2021 as they are."""
    folder = data_root / "data" / "england_wales"
    lookup = pd.read_parquet(folder / "lookup_lsoa11_lsoa21_lad22.parquet")
    parts = pm.harmonise.common_areas(lookup, source="lsoa11cd", target="lsoa21cd")
    merged, last = [], None
    for file, column, period in (
        ("groups5_lsoa11_2011.parquet", "lsoa11cd", "2011"),
        ("groups5_lsoa21_2021.parquet", "lsoa21cd", "2021"),
    ):
        table = pd.read_parquet(folder / file)
        table["district"] = table[column].map(lookup.drop_duplicates(column).set_index(column)["lad22cd"])
        last = pm.from_wide(table, groups=GROUPS, unit=column, strata=["district"], about={"period": period})
        merged.append(
            last.merge_units(parts[parts["vintage"] == column].set_index("unit")["area"], straddling="largest")
        )
    return pm.scenarios.calibrate(*merged, district="district", splits=4), last


def people_of(homes):
    """People of a scheme that does not exist: 2.4 in each home, nobody's figure."""
    rows = [
        {"reference": "made up", "case": "stated", "year": 2030, "tenure": tenure, "homes": float(number),
         "people": 2.4 * number, "people_new": 2.4 * number, "displaced": 0.0, "from_internal": 0.0, "reason": None}
        for tenure, number in homes.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_middlesbrough_with_its_own_table(dates):
    learnt, residents = dates
    profile = pm.scenarios.tenure_profile(
        pm.readers.nomis(FIXTURES / "rm134_api.csv"), tenures=TENURES, groups=FIVE, units=[MIDDLESBROUGH]
    )
    # The table's own margin: Asian households are 7.2 % of all, and 2.9 % of those that rent from the council.
    assert profile[GROUPS].sum().to_dict() == {
        "white": 52692,
        "mixed": 731,
        "asian": 4318,
        "black": 1354,
        "other": 1166,
    }
    rented = profile.set_index("tenure").loc["social_rent", GROUPS]
    assert rented["asian"] / rented.sum() == pytest.approx(444 / 14007)
    own = residents.take((residents.strata["district"].astype(str) == MIDDLESBROUGH).to_numpy())
    assert len(own) > 80
    unit = str(own.units[int(np.argsort(own.total)[len(own) // 2])])
    where = pd.DataFrame({"reference": ["made up"], "unit": [unit], "share": [1.0]})
    found = pm.scenarios.equality_annex(
        people_of({"owner_occupied": 150, "social_rent": 90, "private_rent": 60}), {"district tenure profile": profile},
        where=where, residents=own, district="district", calibration=learnt, draws=199,
    )  # fmt: skip
    assert found["reason"].isna().all()
    assert len(found) == 5
    mix = pm.scenarios.expected_mix(own, pd.Series({unit: 720.0}), district="district", calibration=learnt)
    lower, upper = mix["lower"].to_numpy(), mix["upper"].to_numpy()
    ends = found["group_share_upper"].notna().to_numpy()
    assert found["group_share_upper"].to_numpy()[ends] == pytest.approx(upper[ends])
    shown = found["group_share_lower"].notna().to_numpy()
    assert found["group_share_lower"].to_numpy()[shown] == pytest.approx(lower[shown])
    for name in ("group_people_central", "group_people_lower", "group_people_upper"):
        assert not (found[name] < 10).any()
    # The range is far wider than chance alone: chance is not what is unknown.
    widths = found["group_share_upper"] - found["group_share_lower"]
    both = widths.notna() & found["group_noise_sd"].notna()
    assert both.any()
    assert (widths[both] > 4 * found.loc[both, "group_noise_sd"]).all()
    assert (found["coverage"] > 0.8).all()
    assert "of E06000002" not in found["note"].iloc[0]  # it is of the district
    assert "reference person" in found["note"].iloc[0]
    assert "from 2011 to 2021" in found["note"].iloc[0]


def test_rochdale_has_no_table_and_the_run_says_so(dates):
    learnt, residents = dates
    own = residents.take((residents.strata["district"].astype(str) == "E08000005").to_numpy())
    where = pd.DataFrame({"reference": ["made up"], "unit": [str(own.units[0])], "share": [1.0]})
    with pytest.raises(InvalidParameter) as caught:
        pm.scenarios.equality_annex(
            people_of({"social_rent": 90}), None, where=where, residents=own, district="district", calibration=learnt
        )
    assert "RM134, 'Tenure by ethnic group (Household Reference Persons)'" in str(caught.value)
    assert "The mix of an area is never taken in its place" in str(caught.value)


def test_a_national_table_of_shares_is_no_profile(dates, data_root):
    learnt, residents = dates
    table = pd.read_parquet(data_root / "data" / "by_group" / "rdu_alpha_tenure_by_ethnicity_national.parquet")
    table = table[table["source_file"] == "access_to_social_housing_by_ethnicity"]
    wide = table.pivot_table(index="indicator", columns="group", values="value", sort=False)
    names = {"Tenure: Owners": "owner_occupied", "Tenure: Social sector": "social_rent"}
    national = pd.DataFrame(
        {
            "tenure": [names.get(name, "private_rent") for name in wide.index],
            "white": wide["White British"].to_numpy(),
            "mixed": wide["Mixed"].to_numpy(),
            "asian": wide["Indian"].to_numpy(),
            "black": wide["Black"].to_numpy(),
            "other": wide["Other"].to_numpy(),
        }
    )
    own = residents.take((residents.strata["district"].astype(str) == "E08000005").to_numpy())
    where = pd.DataFrame({"reference": ["made up"], "unit": [str(own.units[0])], "share": [1.0]})
    with pytest.raises(CountRateMix, match="shares of groups, not households"):
        pm.scenarios.equality_annex(
            people_of({"social_rent": 90}), {"national": national}, where=where, residents=own, district="district",
            calibration=learnt, tenure_groups_source="Race Disparity Unit alpha", tenure_groups_of="England",
        )  # fmt: skip
