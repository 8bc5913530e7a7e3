"""Contributions, influence and gradients: against leaving out, adding a little, and the measures themselves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix.decompose import contributions, gradients

MEASURES = ["dissimilarity", "isolation", "exposure", "correlation_ratio", "mutual_information", "information_theory"]


def counts_of(values) -> pm.Counts:
    frame = pd.DataFrame(values, columns=list("abcde")[: np.shape(values)[1]])
    frame["unit"] = [f"u{n:03d}" for n in range(len(frame))]
    return pm.from_wide(frame, groups=list(frame.columns[:-1]), unit="unit")


@st.composite
def tables(draw, groups=(2, 3)):
    rng = np.random.default_rng(draw(st.integers(0, 2**20)))
    units = draw(st.integers(3, 12))
    values = rng.poisson(rng.uniform(0, 30, (units, 1)), (units, draw(st.sampled_from(groups)))).astype(float)
    values[0] += 1
    values[1] += np.arange(values.shape[1]) + 2
    return values


@pytest.mark.slow
@given(tables(), st.sampled_from(MEASURES))
@settings(max_examples=10)
def test_parts_sum_and_influence_is_leaving_out(values, measure):
    counts = counts_of(values)
    found = contributions(counts, measure, focal="a")
    value = pm.estimate(counts, measure, focal="a").value
    assert found["contribution"].sum() == pytest.approx(value, rel=1e-9, abs=1e-12)
    for row in found.itertuples():
        left = counts.take(np.flatnonzero(counts.units != row.unit))
        without = pm.estimate(left, measure, focal="a").value
        assert row.influence == pytest.approx(value - without, rel=1e-8, abs=1e-10, nan_ok=True)


@given(tables(), st.sampled_from(MEASURES))
@settings(max_examples=10)
def test_gradients_are_slopes(values, measure):
    values = values + 1.5  # nobody absent, where M and H have no slope
    counts = counts_of(values)
    pair = np.column_stack([values[:, 0], values[:, 1:].sum(axis=1)])
    if measure == "dissimilarity":  # keep away from its kinks
        share = pair / pair.sum(axis=0)
        if np.abs(share[:, 0] - share[:, 1]).min() < 1e-3:
            return
    found = gradients(counts, measure, focal="a")["gradient"].to_numpy().reshape(len(values), 2)
    kernel, step = getattr(pm.indices, measure), 1e-4
    for unit in range(len(values)):
        for group in range(2):
            ends = []
            for sign in (-1, 1):
                moved = pair.copy()
                moved[unit, group] += sign * step
                ends.append(kernel(moved).item())
            assert found[unit, group] == pytest.approx((ends[1] - ends[0]) / (2 * step), rel=2e-4, abs=2e-8)


def test_every_group_together():
    values = np.random.default_rng(1).poisson(20, (9, 4)) + 1.0
    counts = counts_of(values)
    for measure in ("mutual_information", "information_theory"):
        found, slopes = contributions(counts, measure), gradients(counts, measure)
        assert found["contribution"].sum() == pytest.approx(pm.estimate(counts, measure).value, rel=1e-12)
        assert set(slopes["group"]) == set("abcd")
        # People added everywhere in proportion change nothing.
        assert (slopes["gradient"].to_numpy().reshape(9, 4) * values).sum() == pytest.approx(0, abs=1e-12)


def test_the_first_of_a_group_and_kinks():
    counts = counts_of([[80.0, 20], [20, 80], [0, 100], [20, 80]])
    m = gradients(counts, "mutual_information", focal="a")
    assert m["gradient"][4] == -np.inf
    even = gradients(counts_of([[10.0, 10], [20, 20], [30, 30]]), "dissimilarity", focal="a")
    np.testing.assert_allclose(even["gradient"], 0)


def test_refusals():
    counts = counts_of([[80.0, 20, 5], [20, 80, 5]])
    for call, words in (
        (lambda: contributions(counts, "gini", focal="a"), "not known as a sum over units"),
        (lambda: contributions(counts, "dissimilarity"), "for one group"),
        (lambda: contributions(counts, "isolation", focal="a", against="b"), "against the rest only"),
        (lambda: gradients(counts_of([[1.0, 0], [2, 0]]), "dissimilarity", focal="a"), "Two groups and two units"),
        (lambda: gradients(counts, "dissimilarity", focal=["a", "b"]), "compared with one other"),
    ):
        with pytest.raises(pm.errors.InvalidParameter, match=words):
            call()
