"""Chance among households in Greater Manchester, as the page on chance tells it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import placemix as pm

pytestmark = [pytest.mark.data, pytest.mark.slow]

ETHNIC = [
    "white_british", "white_irish", "white_other", "mixed", "indian", "pakistani", "bangladeshi", "chinese",
    "asian_other", "black_african", "black_caribbean", "black_other", "arab", "other",
]  # fmt: skip


@pytest.mark.filterwarnings("ignore::placemix.errors.IncompletePartition")
def test_households_make_small_groups_like_chance(gm):
    table = pd.read_parquet(gm / "groups_oa11_2011.parquet")
    homes = pm.from_wide(table, groups=ETHNIC, unit="oa11cd", strata=["lad11nm"], total="total")
    flags = {
        size: pm.inference.table(homes, "dissimilarity", focal="each", by="lad11nm", cluster=size, draws=100)["flag"]
        for size in (1, 2.4)
    }
    assert len(flags[1]) == 140
    assert flags[1].notna().sum() == 0
    # 45 in the study that first counted them; draws move the few that lie on the line.
    assert 40 <= flags[2.4].notna().sum() <= 50


def test_expected_d_grows_with_the_root_of_the_household(gm):
    table = pd.read_parquet(gm / "groups5_lsoa21_2021.parquet")
    groups = ["white", "asian", "black", "mixed", "other"]
    homes = pm.from_wide(table, groups=groups, unit="lsoa21cd")
    one, several = (
        pm.inference.table(homes, "dissimilarity", focal="each", cluster=size, draws=60)["expected"]
        for size in (1, 2.4)
    )
    np.testing.assert_allclose(several / one, 2.4**0.5, rtol=0.01)
