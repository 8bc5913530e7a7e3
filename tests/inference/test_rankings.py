"""Rankings: noise is refused by name, order is claimed only where it is known, and what is claimed holds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix.inference import ranking
from placemix.inference.rankings import ordered


def town(shares, units=20, people=100, seed=0) -> pm.Counts:
    """Make districts whose units hold 30 % in one half and so much more or less in the other."""
    rng = np.random.default_rng(seed)
    parts = []
    for number, apart in enumerate(shares):
        law = np.where(np.arange(units) % 2, 0.3 + apart, 0.3 - apart)
        a = rng.binomial(people, law)
        parts.append(
            pd.DataFrame(
                {"unit": [f"{number}-{u}" for u in range(units)], "a": a, "b": people - a, "city": f"C{number}"}
            )
        )
    return pm.from_wide(pd.concat(parts), groups=["a", "b"], unit="unit", strata=["city"])


def test_noise_is_refused_and_all_of_it_is_named():
    counts = town([0.0, 0.2, 0.0, 0.1], units=12)
    with pytest.raises(pm.errors.RankedNoise, match="allow_noise=True") as raised:
        ranking(counts, "dissimilarity", by="city", focal="a", cluster=1, draws=29)
    assert raised.value.units == ("C0", "C2")
    assert isinstance(raised.value, ValueError)
    found = ranking(counts, "dissimilarity", by="city", focal="a", cluster=1, draws=29, allow_noise=True)
    assert found["city"].tolist()[:2] == ["C1", "C3"]
    assert found["rank"].tolist()[:2] == [1, 2]
    assert found["rank"].isna().tolist() == [False, False, True, True]
    assert found["flag"].notna().tolist() == [False, False, True, True]
    assert found["block"].tolist()[:2] == [1, 2]
    turned = ranking(
        counts, "dissimilarity", by="city", focal="a", cluster=1, draws=19, allow_noise=True, ascending=True
    )
    assert turned["city"].tolist()[:2] == ["C3", "C1"]


def test_undefined_places_come_last():
    counts = town([0.2, 0.1])
    empty = pm.from_wide(
        pd.DataFrame({"unit": ["x", "y"], "a": [0, 0], "b": [5, 6], "city": "C9"}), groups=["a", "b"], unit="unit",
        strata=["city"],
    )  # fmt: skip
    frame = pd.concat([counts.to_frame(), empty.to_frame()])
    both = pm.from_wide(frame.drop(columns="total"), groups=["a", "b"], unit="unit", strata=["city"])
    found = ranking(both, "dissimilarity", by="city", focal="a", cluster=1, draws=49)
    assert found["city"].tolist() == ["C0", "C1", "C9"]
    assert found["reason"].iloc[-1] == "group_absent"
    assert found["rank"].isna().tolist() == [False, False, True]


def test_order_by_hand():
    """Two draws a place with mean 0 and spread 1: the rule asks for c standard errors, c from the draws."""
    value = np.array([0.0, 10.0, 10.5, 30.0])
    rng = np.random.default_rng(3)
    order = ordered(value, value + rng.normal(0, 1, (2000, 4)), 0.95)
    assert order.rank.tolist() == [1, 2, 3, 4]
    assert order.low.tolist() == [1, 2, 2, 4]
    assert order.high.tolist() == [1, 3, 3, 4]
    assert order.tied.tolist() == [0, 1, 1, 0]
    assert order.block.tolist() == [1, 2, 2, 3]
    # A lead that is nothing but bias is none.
    biased = value + np.array([0, 0, 0, 25.0]) + rng.normal(0, 1, (2000, 4))
    assert ordered(value, biased, 0.95).low.tolist()[-1] == 2
    assert ordered(np.empty(0), np.empty((5, 0)), 0.95).rank.tolist() == []


def test_intervals_of_ranks_hold_all_at_once():
    """Of repeated tables of the same cities, nearly all give only intervals that hold the true ranks."""
    rng = np.random.default_rng(5)
    truth, spread = np.array([0.0, 0.3, 0.35, 1.0, 1.02]), 0.1
    rank = np.argsort(np.argsort(truth)) + 1
    held = []
    for _ in range(200):
        value = truth + rng.normal(0, spread, 5)
        order = ordered(value, value + rng.normal(0, spread, (200, 5)), 0.9)
        held.append(bool(((order.low <= rank) & (rank <= order.high)).all()))
        assert ((order.low <= order.rank) & (order.rank <= order.high)).all()
    assert np.mean(held) > 0.9 - 3 * np.sqrt(0.9 * 0.1 / 200)


def test_survey_and_refusals(tmp_path):
    counts = town([0.2, 0.15, 0.1])
    survey = pm.inference.with_design_effect(counts, 2.0, sampled=20)
    found = ranking(survey, "dissimilarity", by="city", focal="a", cluster=1, draws=49)
    assert "cells drawn anew" in found["interval_method"].iloc[0]
    assert pm.verify(found.save(tmp_path / "r.zip")).same
    for options, words in (({"by": []}, "two places"), ({"by": "city", "focal": "each"}, "one value a place")):
        with pytest.raises(pm.errors.InvalidParameter, match=words):
            ranking(counts, "dissimilarity", **{"focal": "a", "draws": 49, **options})


def test_ties_are_no_order():
    """Places apart altogether have D 1, whatever rounding makes of it, and nothing that is drawn differs."""
    value = np.array([-1 - 2e-16, -1.0, -0.5])
    order = ordered(value, np.tile(value, (50, 1)), 0.95)
    assert order.rank.tolist() == [1, 1, 3]
    assert order.low.tolist() == [1, 1, 3]
    assert order.high.tolist() == [2, 2, 3]
    assert order.tied.tolist() == [1, 1, 0]
    assert order.block.tolist() == [1, 1, 2]


def test_households_of_each_unit(tmp_path):
    counts = town([0.2, 0.1], units=8)
    sizes = pd.Series(2.0, index=counts.units)
    options = {"by": "city", "focal": "a", "draws": 29, "allow_noise": True}
    found = ranking(counts, "dissimilarity", cluster=sizes, **options)
    same = ranking(counts, "dissimilarity", cluster=2, **options)
    assert found["value"].tolist() == same["value"].tolist()
    assert "of each unit" in found["cluster"].iloc[0]
    assert pm.verify(found.save(tmp_path / "r.zip")).same


def test_a_stratum_with_the_name_of_a_column():
    counts = town([0.2, 0.1], units=4)
    counts = pm.from_wide(
        counts.to_frame().drop(columns="total").rename(columns={"city": "block"}), groups=["a", "b"], unit="unit",
        strata=["block"],
    )  # fmt: skip
    with pytest.raises(pm.errors.ReservedName, match="'block'"):
        ranking(counts, "dissimilarity", by="block", focal="a", draws=19, allow_noise=True)


@pytest.mark.slow
def test_bands_and_a_centre_can_be_ranked(tmp_path):
    homes = pm.datasets.town().residents("after")
    homes = homes.take(homes.geometry.notna().to_numpy())
    middle = tuple(homes.geometry.union_all().centroid.coords[0])
    asked = {
        "relative_centralisation": {"focal": "amber", "centre": middle},
        "ordinal_information": {"order": list(homes.groups)},
    }
    for name, options in asked.items():
        found = pm.inference.ranking(homes, name, by="district", draws=19, allow_noise=True, **options)
        values = pm.measure(homes, name, by="district", **options).set_index("district")["value"]
        assert found.set_index("district")["value"].to_dict() == pytest.approx(values.to_dict())
        ranked = found[found["rank"].notna()]
        assert ranked["value"].is_monotonic_decreasing
        assert pm.verify(found.save(tmp_path / f"{name}.zip"), counts=homes).same
