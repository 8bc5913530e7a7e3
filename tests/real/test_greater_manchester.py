"""The numbers that the Greater Manchester report has to reproduce."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from published import BROAD, misses, same

import placemix as pm

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def homes(gm):
    district = pd.read_parquet(gm / "lsoa21.parquet", columns=["lsoa21cd", "lad22nm"])
    frame = pd.read_parquet(gm / "groups5_lsoa21_2021.parquet").merge(district, on="lsoa21cd")
    return pm.from_wide(frame, groups=BROAD, unit="lsoa21cd", total="total", strata="lad22nm")


@pytest.fixture(scope="module")
def score(gm):
    return pd.read_parquet(gm / "imd_2025_lsoa21.parquet").set_index("lsoa21cd")["imd2025_income_score"]


def residents(gm, district):
    """Fourteen groups of a district in 2011, with the Travellers as the residual."""
    names = pd.read_parquet(gm / "lsoa11.parquet", columns=["lsoa11cd", "lad11nm"])
    frame = pd.read_parquet(gm / "groups_lsoa11_2011.parquet").merge(names, on="lsoa11cd")
    groups = [name for name in frame if name not in {"lsoa11cd", "lad11nm", "total", "gypsy_irish_traveller_residual"}]
    with pytest.warns(pm.errors.IncompletePartition):
        return pm.from_wide(frame[frame["lad11nm"] == district], groups=groups, unit="lsoa11cd", total="total")


def test_white_and_asian_in_oldham(gm, homes):
    asian = ["indian", "pakistani", "bangladeshi", "chinese", "asian_other"]
    then = residents(gm, "Oldham")
    white = ["white_british", "white_irish", "white_other"]
    assert same(asian_white(then.merge_groups({"white": white, "asian": asian})), "0.761")
    # The broad table counts Gypsies and Irish Travellers as White.
    names = pd.read_parquet(gm / "lsoa11.parquet", columns=["lsoa11cd", "lad11nm"])
    frame = pd.read_parquet(gm / "groups_lsoa11_2011.parquet").merge(names, on="lsoa11cd").query("lad11nm == 'Oldham'")
    broad = {"white": [*white, "gypsy_irish_traveller_residual"], "asian": asian}
    assert same(asian_white(pm.from_wide(frame, groups=broad, unit="lsoa11cd")), "0.761")
    oldham = homes.take(homes.strata["lad22nm"].eq("Oldham").to_numpy())
    assert same(asian_white(oldham), "0.719")


def asian_white(counts):
    return pm.measure(counts, "dissimilarity", focal="asian", against="white")["value"].item()


def test_white_british_and_pakistani_in_oldham(gm):
    result = pm.measure(residents(gm, "Oldham"), "dissimilarity", focal="white_british", against="pakistani")
    assert same(result["value"].item(), "0.820")


@pytest.mark.parametrize(("phase", "printed"), [("primary", "0.804"), ("secondary", "0.632")])
def test_schools_of_oldham(gm, phase, printed):
    frame = pd.read_parquet(gm / "schools_2022_23.parquet").drop(columns="geometry")
    frame = frame[(frame["la_name"] == "Oldham") & (frame["phase_type_grouping"] == f"State-funded {phase}")]
    groups = {"white_british": "eth_white_british", "south_asian": ["eth_pakistani", "eth_bangladeshi"]}
    counts = pm.from_wide(frame.assign(school=frame["laestab"].astype(str)), groups=groups, unit="school")
    result = pm.measure(counts, "dissimilarity", focal="white_british", against="south_asian")
    assert same(result["value"].item(), printed)


# --- separate x contrast = unequal ----------------------------------------------------------------------

GAPS = {
    "Greater Manchester": "0.5686 0.2340 0.1330",
    "Oldham": "0.7190 0.3089 0.2221",
    "Stockport": "0.3840 -0.0082 -0.0031",
    "Salford": "0.2667 -0.0384 -0.0102",
}


@pytest.mark.parametrize("place", GAPS)
def test_place_gap(homes, score, place):
    by = () if place == "Greater Manchester" else "lad22nm"
    result = pd.DataFrame(pm.place_gap(homes, score, focal="asian", against="white", by=by))
    row = (result if not by else result[result["lad22nm"].astype(str) == place]).iloc[0].to_dict()
    printed = dict(zip(["separation", "contrast", "gap"], GAPS[place].split(), strict=True))
    assert misses(row, printed) == []


@pytest.mark.parametrize("against", ["rest", "white"])
def test_place_gap_is_separation_times_contrast(homes, score, against):
    groups = [name for name in BROAD if name != against]
    result = pm.place_gap(homes, score, focal=groups, against=against, by="lad22nm")
    assert len(result) == 10 * len(groups)
    assert np.abs(result["gap"] - result["separation"] * result["contrast"]).max() <= 1e-12
    district = pd.Series(homes.strata["lad22nm"].astype(str).to_numpy(), index=homes.units)
    reach = score[homes.units].groupby(district).agg(np.ptp)
    bound = result["separation"] * result["lad22nm"].astype(str).map(reach)
    assert (result["gap"].abs() <= bound + 1e-12).all()


def test_deciles_are_refused(gm, homes):
    decile = pd.read_parquet(gm / "imd_2025_lsoa21.parquet").set_index("lsoa21cd")["imd2025_income_decile"]
    with pytest.raises(pm.errors.RankOrDecileArithmetic):
        pm.place_gap(homes, decile, focal="asian", against="white")
