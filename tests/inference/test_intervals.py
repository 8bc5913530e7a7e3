"""Intervals: their ends by hand, against SciPy's, what is refused, and what has none."""

from __future__ import annotations

from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
import scipy.stats

import placemix as pm
from placemix.errors import InvalidParameter
from placemix.inference import difference, difference_of_groups, drawing, interval, intervals
from placemix.inference.ends import ONE_SIDED, OUTSIDE, ends
from placemix.inference.nulls import Table, drawing_of
from placemix.inference.resamples import RESAMPLES


def counts_of(a, b, **strata) -> pm.Counts:
    frame = pd.DataFrame({"a": a, "b": b, "unit": [f"u{n:03d}" for n in range(len(a))], **strata})
    return pm.from_wide(frame, groups=["a", "b"], unit="unit", strata=list(strata))


def sorted_town(units: int = 40, *, size: int = 60, apart: float = 0.8, seed: int = 0) -> pm.Counts:
    rng = np.random.default_rng(seed)
    share = 1 / (1 + np.exp(-rng.normal(-0.8, apart, units)))
    a = rng.binomial(size, share)
    return counts_of(a, size - a)


TOYVILLE = counts_of([80, 20, 0, 20], [20, 80, 100, 80])


def test_ends_by_hand():
    draws = np.linspace(0.4, 0.8, 401)
    low, high, _ = ends(0.5, draws, 0.9, "basic")
    assert (low, high) == (pytest.approx(2 * 0.5 - 0.78), pytest.approx(2 * 0.5 - 0.42))
    z = NormalDist().inv_cdf(0.95)
    found = ends(0.5, draws, 0.9, "normal")
    assert found.lower == pytest.approx(0.4 - z * draws.std(ddof=1))
    assert found.upper == pytest.approx(0.4 + z * draws.std(ddof=1))
    assert ends(0.5, draws, 0.9, "percentile")[:2] == (pytest.approx(0.42), pytest.approx(0.78))
    refused = ends(0.3, draws, 0.9, "percentile")
    assert np.isnan(refused.lower)
    assert refused.reason == OUTSIDE
    assert ends(0.3, draws, 0.9, "bca").reason == ONE_SIDED
    # Half of the draws below and no skewness: BCa is the percentile interval.
    assert ends(0.6, draws, 0.9, "bca")[:2] == (pytest.approx(0.42, abs=1e-3), pytest.approx(0.78, abs=1e-3))
    assert ends(float("nan"), draws, 0.9, "basic").reason == "undefined"


def test_bca_of_units_is_scipys():
    counts = sorted_town(30)

    def d(a, b):
        return pm.indices.dissimilarity(np.stack([a, b], axis=-1)).item()

    known = scipy.stats.bootstrap(
        tuple(counts.values.T), d, paired=True, vectorized=False, n_resamples=2000, method="BCa", rng=3
    ).confidence_interval
    found = intervals(counts, "dissimilarity", focal="a", resample="units", method="bca", draws=2000)
    # Two bootstraps of 2,000 draws: quantiles differ by a few hundredths of their spread.
    room = 0.25 * found["sd"].item()
    assert found["lower"].item() == pytest.approx(known.low, abs=room)
    assert found["upper"].item() == pytest.approx(known.high, abs=room)


def test_toyville_drawn_anew():
    """Methods 2.4: the mean of D over such draws is .59532, by the folded normal of Mazza and Punzo."""
    found = intervals(TOYVILLE, "dissimilarity", focal="a", resample="people", cluster=1, draws=2500)
    mean = found["value"].item() + found["bias"].item()
    assert mean == pytest.approx(0.59532, abs=4 * found["sd"].item() / np.sqrt(2500) + 2e-4)


@pytest.mark.parametrize("size", [1.0, 2.4])
def test_what_is_kept(size):
    counts = sorted_town(12)
    deal = Table.of(counts.values, counts.total, counts.arranged(()), size)
    for name, drawer in RESAMPLES.items():
        found = drawing_of(drawer, deal)(drawing.stream(1, 0))
        if name == "people":
            np.testing.assert_allclose(found.sum(axis=0), deal.people.sum(axis=0))
            assert (found[deal.people == 0] == 0).all()
        elif name == "cells":
            assert found.sum() == pytest.approx(deal.people.sum())
            assert (found[deal.people == 0] == 0).all()
        elif name == "parametric":
            np.testing.assert_allclose(found.sum(axis=1), deal.people.sum(axis=1))
        else:
            assert {tuple(row) for row in found} <= {tuple(row) for row in deal.people}


def test_a_percentile_interval_of_d_lies_above_it():
    """Nobody is sorted, and units are small: every draw adds chance to chance."""
    rng = np.random.default_rng(0)
    a = rng.binomial(25, 0.1, 60)
    counts = counts_of(a, 25 - a)
    found = {
        method: intervals(counts, "dissimilarity", focal="a", resample="people", method=method, cluster=1).iloc[0]
        for method in ("percentile", "basic", "normal")
    }
    assert np.isnan(found["percentile"]["lower"])
    assert found["percentile"]["interval_reason"] == OUTSIDE
    assert found["basic"]["bias"] > 2 * found["basic"]["sd"]
    assert found["basic"]["upper"] < found["basic"]["value"]


def test_a_complete_count_has_none():
    found = interval(TOYVILLE, "isolation", focal="a")
    assert found.uncertainty.kind == "none"
    assert found.uncertainty.method == "complete_count"
    asked = interval(TOYVILLE, "isolation", focal="a", resample="people", cluster=1, draws=99)
    assert asked.uncertainty.kind == "chance model"
    assert "people, cluster=1" in asked.uncertainty.method
    assert "(chance model range" in asked.explain()


def test_standard_errors_of_cells():
    counts = replace(TOYVILLE, error=np.full((4, 2), 5.0))
    found = intervals(counts, "dissimilarity", focal="a", draws=800).iloc[0]
    assert found["interval_method"].startswith("moe:basic interval; cells, none below 0; draws=800")
    none = intervals(replace(TOYVILLE, error=np.zeros((4, 2))), "dissimilarity", focal="a", draws=20).iloc[0]
    assert none["sd"] == pytest.approx(0, abs=1e-12)
    # First-order propagation by numbers moved a little: where cells are far from 0 the draws agree with it.
    far = replace(counts_of([80, 30, 15, 20], [20, 80, 100, 80]), error=np.full((4, 2), 2.0))
    found = intervals(far, "dissimilarity", focal="a", draws=4000).iloc[0]
    slopes = []
    for unit in range(4):
        for group in range(2):
            moved = [pm.indices.dissimilarity(far.values + step * np.eye(8)[2 * unit + group].reshape(4, 2)).item()
                     for step in (-0.01, 0.01)]  # fmt: skip
            slopes.append((moved[1] - moved[0]) / 0.02)
    assert found["sd"] == pytest.approx(2 * np.linalg.norm(slopes), rel=0.08)


def test_units_are_not_drawn_from_a_map():
    town = pm.datasets.town().residents("before")
    near = pm.surroundings.within(town, radius="1 km")
    with pytest.raises(pm.errors.InvalidParameter, match="have no map"):
        intervals(town, "dissimilarity", focal="blue", around=near, resample="units", draws=5)
    found = intervals(town, "dissimilarity", focal="blue", around=near, resample="people", draws=19, cluster=2.4)
    assert found["lower"].item() < found["value"].item() < found["upper"].item() + 2 * found["sd"].item()


def test_bad_options():
    for options, words in (
        ({"method": "percentiles"}, "percentile"),
        ({"resample": "persons"}, "no way to draw people anew"),
        ({"draws": 1}, "draws is a whole number of at least 2"),
        ({"level": 0}, "level is between 0 and 1"),
    ):
        with pytest.raises(pm.errors.InvalidParameter, match=words):
            intervals(TOYVILLE, "dissimilarity", focal="a", **{"resample": "people", **options})


# --- differences -------------------------------------------------------------------------------------------------


def test_a_difference_is_what_stands_beside_it():
    one, other = sorted_town(seed=1), sorted_town(units=55, apart=1.6, seed=2)
    found = difference(one, other, ["dissimilarity", "isolation"], focal="a", cluster=1, draws=299)
    for counts, column in ((one, "value_first"), (other, "value_second")):
        known = pm.measure(counts, ["dissimilarity", "isolation"], focal="a")["value"]
        np.testing.assert_array_equal(found[column], known)
    np.testing.assert_array_equal(found["difference"], found["value_second"] - found["value_first"])
    assert found["p_value"][0] == pytest.approx(1 / 300)
    less = difference(one, other, "dissimilarity", focal="a", cluster=1, draws=299, alternative="less")
    assert less["p_value"].item() > 0.9
    swapped = difference(other, one, "dissimilarity", focal="a", cluster=1, draws=299, alternative="less")
    assert swapped["p_value"].item() == pytest.approx(1 / 300)


def test_strata_are_matched_by_name():
    one = counts_of([5, 9, 4, 20], [9, 8, 20, 3], place=["p", "p", "q", "q"])
    other = counts_of([5, 9, 4, 20, 2, 2], [9, 8, 20, 3, 1, 7], place=["q", "q", "p", "p", "r", "r"])
    found = difference(one, other, "dissimilarity", focal="a", by="place", cluster=1, draws=9)
    assert found["place"].tolist() == ["q", "p", "r"]
    assert found["reason"].isna().tolist() == [True, True, False]
    assert found["reason"].iloc[2] == "one_table_only"
    assert found["value_first"].isna().tolist() == [False, False, True]
    assert found["people_second"].tolist() == [31, 47, 12]
    back = difference(other, one, "dissimilarity", focal="a", by="place", cluster=1, draws=9)
    assert back["place"].tolist() == ["p", "q", "r"]
    assert back["value_second"].isna().tolist() == [False, False, True]
    found = found.iloc[:2]
    known = pm.measure(one, "dissimilarity", focal="a", by="place").set_index("place")["value"]
    np.testing.assert_array_equal(found["value_first"], known.loc[["q", "p"]])
    with pytest.raises(pm.errors.VintageMismatch, match="share no stratum"):
        difference(one, other.select_units(other.units[4:]) if hasattr(other, "select_units") else other.take([4, 5]),
                   "dissimilarity", focal="a", by="place", cluster=1, draws=9)  # fmt: skip


@pytest.mark.slow
def test_one_in_twenty_equal_places_is_called_different():
    """Two tables from the same shares: the test at 5 % errs in about 5 % of pairs."""
    rng = np.random.default_rng(5)
    share = 1 / (1 + np.exp(-rng.normal(-0.5, 1.2, 30)))
    wrong = 0
    for number in range(60):
        one, other = (rng.binomial(80, share) for _ in range(2))
        found = difference(
            counts_of(one, 80 - one), counts_of(other, 80 - other), "dissimilarity", focal="a", cluster=1,
            draws=99, seed=number, resample="parametric",
        )  # fmt: skip
        wrong += found["p_value"].item() <= 0.05
    # Four standard errors of 60 throws at 0.05.
    assert wrong <= 3 + 4 * np.sqrt(60 * 0.05 * 0.95)


def test_surroundings_come_in_pairs():
    town = pm.datasets.town()
    near = pm.surroundings.within(town.residents("before"), radius="1 km")
    with pytest.raises(pm.errors.InvalidParameter, match="of the first table and of the second"):
        difference(town.residents("before"), town.residents("after"), "dissimilarity", focal="blue", around=near)
    with pytest.raises(pm.errors.InvalidParameter, match="alternative is one of"):
        difference(town.residents("before"), town.residents("after"), "dissimilarity", focal="blue", alternative="more")


# --- two groups of one table -----------------------------------------------------------------------------------


@pytest.mark.slow
def test_two_groups_of_one_table(tmp_path):
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({
        "a": rng.binomial(200, 1 / (1 + np.exp(-rng.normal(-1, 1.0, 40)))), "b": rng.binomial(150, 0.3, 40),
        "c": 300, "unit": range(40), "side": list("ew") * 20,
    })  # fmt: skip
    counts = pm.from_wide(frame, groups=["a", "b", "c"], unit="unit", strata=["side"])
    measures = ["dissimilarity", "isolation"]
    found = difference_of_groups(counts, measures, groups=("a", "b"), by="side", draws=199, cluster=1)
    known = pm.measure(counts, measures, focal=["a", "b"], by="side").set_index(["side", "measure", "focal"])["value"]
    for row in found.itertuples():
        assert row.value_first == known[row.side, row.measure, "a"]
        assert row.value_second == known[row.side, row.measure, "b"]
        assert row.difference == row.value_second - row.value_first
    assert (found["upper"] < 0).all()
    assert (found["p_value"] <= 0.01).all()
    assert found.drop_duplicates("side")["people"].sum() == counts.total.sum()
    turned = difference_of_groups(counts, measures, groups=("b", "a"), by="side", draws=199, cluster=1)
    assert turned["difference"].to_numpy() == pytest.approx(-found["difference"].to_numpy())
    assert turned["sd"].to_numpy() == pytest.approx(found["sd"].to_numpy())
    sizes = pd.Series(2.0, index=counts.units)
    saved = difference_of_groups(counts, "dissimilarity", groups=("a", "b"), draws=20, cluster=sizes)
    assert pm.verify(saved.save(tmp_path / "groups.zip")).same
    for wrong in (("a", "a"), ("a",), "ab"):
        with pytest.raises(InvalidParameter, match="two different groups"):
            difference_of_groups(counts, "dissimilarity", groups=wrong)


def test_sizes_by_unit_serve_both_tables(tmp_path):
    first, second = sorted_town(20, seed=1), sorted_town(20, seed=2)
    sizes = pd.Series(3.0, index=first.units)
    found = difference(first, second, "dissimilarity", focal="a", cluster=sizes, draws=30)
    assert found["sd"].item() == pytest.approx(
        difference(first, second, "dissimilarity", focal="a", cluster=3.0, draws=30)["sd"].item(), rel=0.5
    )
    assert pm.verify(found.save(tmp_path / "two.zip")).same
    with pytest.raises(InvalidParameter, match="one for both tables"):
        difference(first, second, "dissimilarity", focal="a", cluster=(sizes, 1.0), draws=30)


def test_digits_do_not_depend_on_threads(monkeypatch):
    town = sorted_town(60)
    found = []
    for processors in (1, 2, 5):
        monkeypatch.setattr(drawing.os, "cpu_count", lambda processors=processors: processors)
        monkeypatch.setattr(drawing, "CHUNK", 120 * processors)
        found.append(intervals(town, ["dissimilarity", "gini"], focal="a", resample="people", draws=40))
    for other in found[1:]:
        pd.testing.assert_frame_equal(pd.DataFrame(found[0]), pd.DataFrame(other))
