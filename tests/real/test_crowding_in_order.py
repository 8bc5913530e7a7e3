"""Homes of Greater Manchester by bedrooms short or to spare, as groups from lowest to highest."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

import placemix as pm

pytestmark = pytest.mark.data

BANDS = ["occ_minus2_or_less", "occ_minus1", "occ_zero", "occ_plus1", "occ_plus2_or_more"]


@pytest.fixture(scope="module")
def homes(gm):
    names = pd.read_parquet(gm / "lsoa21.parquet", columns=["lsoa21cd", "lad22nm"])
    table = pd.read_parquet(gm / "households_lsoa21_2021.parquet").merge(names, on="lsoa21cd")
    return pm.from_wide(table, groups=BANDS, unit="lsoa21cd", strata="lad22nm", about={"universe": "households"})


def test_bands_are_summed_threshold_by_threshold(homes):
    found = pm.measure(homes, ["ordinal_information", "ordinal_variation"], order=BANDS, by="lad22nm")
    assert len(found) == 20
    assert found["value"].between(0, 1).all()
    names = homes.strata["lad22nm"].astype(str).to_numpy()
    for district in ("Manchester", "Trafford"):
        table = homes.values[names == district]
        people = table.sum(axis=1)
        entropy, variance = [0.0, 0.0], [0.0, 0.0]
        for k in range(1, 5):
            below = table[:, :k].sum(axis=1) / people
            share = table[:, :k].sum() / people.sum()
            for p, weight, side in ((below, people / people.sum(), 0), (np.array([share]), np.ones(1), 1)):
                bits = [-sum(q * math.log2(q) for q in (x, 1 - x) if q > 0) for x in p.tolist()]
                entropy[side] += float(weight @ np.array(bits))
                variance[side] += float(weight @ (p * (1 - p)))
        expected = [1 - side[0] / side[1] for side in (entropy, variance)]
        values = found.loc[found["lad22nm"] == district, "value"]
        np.testing.assert_allclose(values, expected, atol=1e-9)


def test_ranks_of_room_to_spare(homes):
    found = pm.measure(homes, ["rank_order_information(degree=2)", "rank_order_variation(degree=3)"], order=BANDS)
    assert found["value"].between(0, 1).all()
    turned = pm.measure(homes, ["rank_order_information(degree=2)"], order=BANDS[::-1])
    assert turned["value"].item() == pytest.approx(found["value"].iloc[0], abs=1e-9)
    with pytest.raises(pm.errors.InvalidParameter, match="degree=3"):
        pm.measure(homes, "rank_order_information", order=BANDS)
