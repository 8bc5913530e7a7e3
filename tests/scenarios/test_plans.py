"""Whole plans beside chance, and alternatives that none other is better than."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import placemix as pm
from placemix.errors import InvalidParameter, PlacemixError, UnknownColumn
from placemix.scenarios.fronts import dominated

TOWN = pm.datasets.town().residents("after")


def test_one_row_alone_is_the_effect_of_a_site():
    site = pd.DataFrame({"unit": [TOWN.units[7]], "blue": [80.0], "amber": [40.0]})
    names = ["dissimilarity", "isolation", "information_theory"]
    plan = pm.scenarios.plan_effects(TOWN, site, names, focal="blue", draws=40, cluster=2.4)
    alone = pm.scenarios.index_effects(TOWN, site, names, focal="blue")
    assert plan["change"].to_numpy() == pytest.approx(alone["change"].to_numpy(), rel=1e-6)
    assert not plan["beyond_chance"].any()
    assert set(plan["verdict"]) == {"too small to change the area's figure"}


@pytest.mark.slow
def test_subsets_of_a_plan_and_a_plan_that_matters():
    rng = np.random.default_rng(0)
    sites = pd.DataFrame({"unit": rng.choice(TOWN.units, 60), "blue": 150, "plan": ["north"] * 20 + ["south"] * 40})
    found = pm.scenarios.plan_effects(TOWN, sites, "isolation", focal="blue", plan="plan", cluster=2.4, draws=60)
    assert found["plan"].tolist() == ["north", "south"]
    assert found["people_added"].tolist() == [3000, 6000]
    for name, row in found.set_index("plan").iterrows():
        here = sites[sites["plan"] == name]
        assert row["places"] == here["unit"].nunique()
        values = TOWN.values.copy()
        np.add.at(values[:, TOWN.position("blue")], TOWN.units.get_indexer(here["unit"]), 150)
        isolation = (values[:, TOWN.position("blue")] ** 2 / np.where(values.sum(1) > 0, values.sum(1), 1)).sum()
        assert row["after"] == pytest.approx(isolation / values[:, TOWN.position("blue")].sum())
    everyone = TOWN.units[:300]
    large = pd.DataFrame({"unit": everyone, "blue": 100})
    row = pm.scenarios.plan_effects(TOWN, large, "information_theory", focal="blue", cluster=2.4, draws=60).iloc[0]
    assert row["beyond_chance"]
    assert row["verdict"] == "more than chance"
    with pytest.raises(UnknownColumn):
        pm.scenarios.plan_effects(TOWN, large, "isolation", focal="blue", plan="plans")


@given(arrays(np.int64, (8, 3), elements=st.integers(0, 4)))
def test_the_front_is_that_of_a_loop(values):
    values = values.astype(float)
    found = dominated(values, np.zeros(3))
    for one in range(8):
        for other in range(8):
            better = all(values[other] >= values[one]) and any(values[other] > values[one])
            assert found[one, other] == better
    assert (~found.any(axis=1)).any()  # somebody is always on the front


def test_the_table_of_alternatives(tmp_path):
    sites = pd.DataFrame(
        {"site": list("ABCD"), "places": [20, 20, 5, np.nan], "walk": [900.0, 400, 500, 1], "note": list("wxyz")}
    )
    found = pm.scenarios.pareto_table(sites, {"places": "more", "walk": "less"})
    assert found["site"].tolist() == ["B", "A", "C", "D"]
    assert found["front"].tolist() == [True, False, False, False]
    assert found["bettered_by"].tolist() == ["", "B", "B", ""]
    assert found["missing"].tolist() == ["", "", "", "places"]
    assert found["note"].tolist() == ["x", "w", "y", "z"]
    near = pm.scenarios.pareto_table(sites, {"places": "more", "walk": "less"}, least={"walk": 600})
    assert near.set_index("site")["front"].to_dict() == {"A": True, "B": True, "C": False, "D": False}
    assert pm.verify(found.save(tmp_path / "front.zip")).same


def test_refusals():
    sites = pd.DataFrame({"site": ["A", "A"], "places": ["many", "few"], "walk": [1, 2]})
    with pytest.raises(PlacemixError) as caught:
        pm.scenarios.pareto_table(sites, {"places": "more", "walks": "less", "walk": "least"})
    for words in ("is no number", "no column 'walks'", "not 'least'", "not unique"):
        assert words in str(caught.value)
    plain = pd.DataFrame({"site": list("AB"), "walk": [1, 2], "front": [0, 1]})
    with pytest.raises(InvalidParameter) as caught:
        pm.scenarios.pareto_table(plain, {"walk": "less"}, least={"wlak": 1, "walk": -1})
    for words in ("'wlak', which is no objective", "number from 0, not -1", "added here: front"):
        assert words in str(caught.value)
    with pytest.raises(InvalidParameter, match="No objective"):
        pm.scenarios.pareto_table(sites.assign(site=list("AB")), {})


def test_what_is_beyond_any_bound_is_alike_and_an_equality_annex_orders_nothing():
    table = pd.DataFrame({"site": list("abc"), "way": [np.inf, np.inf, 500.0], "places": [4.0, 3.0, 1.0]})
    found = pm.scenarios.pareto_table(table, {"way": "less", "places": "more"}).set_index("site")
    assert found["bettered_by"].to_dict() == {"a": "", "b": "a", "c": ""}
    with pytest.raises(InvalidParameter, match="not compared by who would live there"):
        pm.scenarios.pareto_table(table.assign(group_share_upper=0.4), {"group_share_upper": "less"})
    with pytest.raises(InvalidParameter, match="equality annex"):
        pm.scenarios.pareto_table(table.assign(what_this_is_not="advice"), {"places": "more"})
