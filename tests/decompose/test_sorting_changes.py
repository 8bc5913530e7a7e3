"""Changes in sorting beyond chance: parts sum, no change is seldom called one, schools that open and close."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix.decompose import sorting_beyond_chance
from placemix.errors import InvalidParameter, VintageMismatch


def counts_of(x, total, *, ids=None, **strata) -> pm.Counts:
    frame = pd.DataFrame({"unit": np.arange(len(x)) if ids is None else ids, "a": x, "b": total - x, **strata})
    return pm.from_wide(frame, groups=["a", "b"], unit="unit", strata=list(strata))


def dates(seed: int = 0, units: int = 40, moved: float = 0.0, grown: float = 0.6, **strata) -> list[pm.Counts]:
    """Two dates of the same odds ratios, but for `moved`: the later ones are so much closer to each other."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(-1.5, 1.0, units)
    total = rng.integers(400, 900, (2, units))
    later = (1 - moved) * (odds + 1.5) - 1.5 + grown
    tables = [
        rng.binomial(people, 1 / (1 + np.exp(-logit))) for people, logit in zip(total, (odds, later), strict=True)
    ]
    return [counts_of(x, people, **strata) for x, people in zip(tables, total, strict=True)]


def test_parts_are_those_of_compare_dates_and_sum():
    before, after = dates(side=["e", "w"] * 20)
    found = sorting_beyond_chance(before, after, focal=["a", "b"], by="side", draws=80)
    known = pm.compare_dates(before, after, focal=["a", "b"], by="side")
    for name in ("isolation_change", "composition", "structure", "dissimilarity_change"):
        assert found[name].to_numpy() == pytest.approx(known[name].to_numpy(), abs=1e-12)
    total = found["turnover"] + found["composition"] + found["structure"]
    assert total.to_numpy() == pytest.approx(found["isolation_change"].to_numpy(), abs=1e-12)
    assert (found["turnover"] == 0).all()
    assert (found["p_adjusted"] >= found["p_value"]).all()
    assert (found["structure_lower"] < found["structure_upper"]).all()


def test_what_is_drawn_is_the_change_of_the_drawn_tables():
    """The mean of the draws is near the change itself, stratum by stratum and group by group."""
    before, after = dates(units=60, moved=0.3, side=["e"] * 20 + ["w"] * 40)
    # Units in another order at each date, which must not matter.
    before = before.take(np.random.default_rng(1).permutation(60))
    found = sorting_beyond_chance(before, after, focal="a", by="side", draws=60, cluster=1)
    for name in ("isolation", "dissimilarity"):
        middle = (found[f"{name}_lower"] + found[f"{name}_upper"]) / 2
        assert middle.to_numpy() == pytest.approx(found[f"{name}_change"].to_numpy(), abs=0.02)
    assert (found["sorting"] == "less sorted").all()
    assert found["sentence"].str.contains("less sorted into particular places").all()
    assert (found["structure_upper"] < 0).all()


@pytest.mark.slow
def test_no_change_in_sorting_is_seldom_called_one():
    """Groups grow by half and nothing else: about one table in twenty has p below 0.05."""
    small = 0
    for seed in range(40):
        found = sorting_beyond_chance(*dates(seed), focal="a", draws=79, cluster=1, seed=seed)
        assert found["isolation_change"].item() > 0
        small += found["p_value"].item() <= 0.05
    assert small / 40 <= 0.05 + 4 * np.sqrt(0.05 * 0.95 / 40)


def test_schools_that_open_and_close_are_turnover():
    before, after = dates(units=30)
    kept = counts_of(after.values[:25, 0], after.total[:25])
    new = counts_of(np.array([90, 0, 10]), np.array([100, 120, 300]), ids=[101, 102, 103])
    frame = pd.concat(
        [pd.DataFrame({"unit": part.units, "a": part.values[:, 0], "b": part.values[:, 1]}) for part in (kept, new)]
    )
    after = pm.from_wide(frame, groups=["a", "b"], unit="unit")
    with pytest.raises(VintageMismatch):
        sorting_beyond_chance(before, after, focal="a", draws=25)
    found = sorting_beyond_chance(before, after, focal="a", draws=50, unmatched="common").iloc[0]
    inside = pm.compare_dates(before.take(np.arange(25)), kept, focal="a").iloc[0]
    assert found["structure"] == pytest.approx(inside["structure"])
    assert found["turnover"] == pytest.approx(found["isolation_change"] - inside["isolation_change"])
    assert found["turnover"] + found["composition"] + found["structure"] == pytest.approx(found["isolation_change"])
    assert list(found[["units_before", "units_after", "units_common"]]) == [30, 28, 25]
    assert "came or went" in found["sentence"]
    assert found["reason"] is None


def test_a_place_without_units_of_both_dates_is_not_determined():
    before = counts_of(np.array([10, 20, 5, 9]), np.full(4, 50), ids=list("pqrs"), side=list("eeww"))
    after = counts_of(np.array([12, 15, 5, 9]), np.full(4, 60), ids=list("pqtu"), side=list("eeww"))
    found = sorting_beyond_chance(before, after, focal="a", by="side", draws=25, unmatched="common")
    reasons = found.set_index("side")["reason"]
    assert pd.isna(reasons["e"])
    assert reasons["w"] == "units_differ"
    assert np.isnan(found["structure"].iloc[1])
    assert "not determined" in found["sentence"].iloc[1]


def test_one_unit_and_a_wrong_stratum():
    before, after = (
        counts.with_strata(side=pd.Series(["one", *["rest"] * 9], counts.units)) for counts in dates(units=10)
    )
    found = sorting_beyond_chance(before, after, focal="a", by="side", draws=60)
    alone = found[found["side"] == "one"].iloc[0]
    assert alone["sorting"] == "not determined"
    assert np.isnan(alone["p_value"])
    assert "one unit" in alone["sentence"]
    with pytest.raises(pm.errors.UnknownColumn, match="'sid'") as told:
        sorting_beyond_chance(before, after, focal="a", by="sid")
    assert "side" in str(told.value)


def test_too_few_draws_are_said():
    sides = np.array(["e", "w"] * 20)
    (before, after), moved = dates(side=sides), dates(moved=0.7, side=sides)[1]
    values = np.where(sides[:, np.newaxis] == "e", moved.values, after.values)
    after = replace(after, values=values, total=values.sum(axis=1))
    with pytest.warns(pm.errors.TooFewDraws, match="use 40 or more"):
        found = sorting_beyond_chance(before, after, focal="a", by="side", draws=30, cluster=1)
    assert found.set_index("side")["sorting"].to_dict() == {"e": "too few draws", "w": "not beyond chance"}
    assert "so few draws cannot tell" in found["sentence"].iloc[0]


def test_refusals_and_packs(tmp_path):
    before, after = dates(units=10)
    with pytest.raises(InvalidParameter, match="Whole units"):
        sorting_beyond_chance(before, after, focal="a", resample="units")
    with pytest.raises(InvalidParameter, match="unmatched"):
        sorting_beyond_chance(before, after, focal="a", unmatched="keep")
    found = sorting_beyond_chance(before, after, focal="a", draws=25, seed=4, cluster=(1, 2.4))
    assert pm.verify(found.save(tmp_path / "dates.zip")).same
    other = sorting_beyond_chance(before, after, focal="a", draws=25, seed=5, cluster=(1, 2.4))
    assert other["structure_sd"].item() != found["structure_sd"].item()
