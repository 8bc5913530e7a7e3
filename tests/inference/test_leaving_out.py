"""Each unit left out: by hand, against leaving it out of the table, and strata apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix.inference import influence, jackknife


def counts_of(values, cities) -> pm.Counts:
    frame = pd.DataFrame(values, columns=list("abc")).assign(unit=[f"u{n}" for n in range(len(values))], city=cities)
    return pm.from_wide(frame, groups=list("abc"), unit="unit", strata=["city"])


def some(seed, units=24) -> pm.Counts:
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 40, (units, 3)).astype(float)
    values[3] = 0  # nobody
    return counts_of(values, rng.choice(["N", "S"], units))


MEASURES = ["dissimilarity", "information_theory", "gini", "isolation"]


@pytest.mark.parametrize("seed", range(2))
def test_same_as_leaving_it_out_of_the_table(seed):
    counts = some(seed)
    found = influence(counts, MEASURES, focal="a", by="city")
    whole = jackknife(counts, MEASURES, focal="a", by="city")
    for place in range(0, len(found), 7):
        row = found.iloc[place]
        left = counts.take(np.asarray(counts.units != row["unit"]))
        again = pm.measure(left, row["measure"], focal="a", by="city")
        assert row["without"] == pytest.approx(again[again["city"] == row["city"]]["value"].item(), abs=1e-12)
        assert row["influence"] == pytest.approx(row["value"] - row["without"], abs=1e-15)
    assert "u3" not in set(found["unit"])
    for (city, name), part in found.groupby(["city", "measure"], observed=True):
        row = whole[(whole["city"] == city) & (whole["measure"] == name)].iloc[0]
        many, without = len(part), part["without"].to_numpy()
        assert row["left_out"] == many
        assert row["corrected"] == pytest.approx(many * row["value"] - (many - 1) * without.mean())
        assert row["sd"] == pytest.approx(np.sqrt((many - 1) / many * ((without - without.mean()) ** 2).sum()))
        assert row["bias"] == pytest.approx(row["value"] - row["corrected"])
        assert row["lower"] < row["corrected"] < row["upper"]


def test_isolation_by_hand():
    """Without A, B, C, D isolation is .2, .68, .6, .68, so that 4 x .6 - 3 x .54 = .78."""
    frame = pd.DataFrame({"unit": list("ABCD"), "a": [80, 20, 0, 20], "b": [20, 80, 100, 80]})
    homes = pm.from_wide(frame, groups=["a", "b"], unit="unit")
    found = influence(homes, "isolation", focal="a").set_index("unit")["without"]
    np.testing.assert_allclose(found[list("ABCD")], [0.2, 0.68, 0.6, 0.68])
    row = jackknife(homes, "isolation", focal="a").iloc[0]
    assert row["corrected"] == pytest.approx(0.78)
    assert row["sd"] == pytest.approx(np.sqrt(0.75 * 0.1584))


def test_a_ratio_is_corrected_as_published():
    """Many groups, no focal: M and H of all groups are jackknifed too, and agree with decompose."""
    counts = some(4)
    found = influence(counts, "mutual_information").set_index("unit")["influence"]
    parts = pm.decompose.contributions(counts, "mutual_information").set_index("unit")["influence"]
    np.testing.assert_allclose(found[parts.index], parts, atol=1e-12)


def test_undefined_without_a_unit_is_said():
    counts = counts_of([[5, 5, 0], [0, 9, 0], [0, 7, 0]], ["N"] * 3)
    row = jackknife(counts, "dissimilarity", focal="a").iloc[0]
    assert np.isnan(row["sd"])
    assert row["interval_reason"] == "undefined without 1 of 3 units"
    worst = influence(counts, "dissimilarity", focal="a").set_index("unit").loc["u0"]
    assert worst["reason"] == "undefined"


def test_near_and_saved(tmp_path):
    homes = pm.datasets.town().residents("before")
    homes = homes.take(np.arange(30))
    near = pm.surroundings.within(homes, radius="600 m")
    found = influence(homes, "isolation", focal="blue", around=near)
    assert pm.verify(found.save(tmp_path / "i.zip")).same
    row = jackknife(homes, "isolation", focal="blue", around=near)
    assert pm.verify(row.save(tmp_path / "j.zip")).same
    assert np.isfinite(row["sd"].item())


def test_too_many_are_refused(monkeypatch):
    monkeypatch.setattr("placemix.inference.leaving_out._MOST", 10)
    with pytest.raises(pm.errors.InvalidParameter, match="would be left out in turn"):
        jackknife(some(1), "dissimilarity", focal="a")


def test_a_stratum_with_the_name_of_a_column():
    counts = some(1, 8)
    frame = counts.to_frame().drop(columns="total").rename(columns={"city": "sd"})
    counts = pm.from_wide(frame, groups=list("abc"), unit="unit", strata=["sd"])
    with pytest.raises(pm.errors.ReservedName, match="'sd'"):
        jackknife(counts, "dissimilarity", focal="a", by="sd")
    assert len(influence(counts, "dissimilarity", focal="a", by="sd")) == 7
