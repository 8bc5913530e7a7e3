"""The smallest change that is seen, and what small changes of cells do."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix.inference import minimum_detectable_change, perturbation_sensitivity
from placemix.inference.powers import _steeper


def counts_of(a, b) -> pm.Counts:
    frame = pd.DataFrame({"a": a, "b": b, "unit": [f"u{n:03d}" for n in range(len(a))]})
    return pm.from_wide(frame, groups=["a", "b"], unit="unit")


def town(units: int, size: int, seed: int = 1) -> pm.Counts:
    rng = np.random.default_rng(seed)
    a = rng.binomial(size, 1 / (1 + np.exp(-rng.normal(-0.7, 1, units))))
    return counts_of(a, size - a)


@pytest.mark.slow
def test_a_change_of_that_size_is_seen_as_often_as_asked():
    counts = town(40, 120)
    found = minimum_detectable_change(counts, "dissimilarity", focal="a", cluster=1, draws=400)
    rise, fall = found.iloc[0], found.iloc[1]
    assert 0 < rise["detectable"] < 0.2
    assert fall["detectable"] < 0
    # The share of 400 draws that pass, by steps of the search, and no change passing about one time in twenty.
    assert rise["power"] == pytest.approx(0.8, abs=0.05)
    assert found["false_alarms"][0] == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / 400) + 0.02)
    # Normal theory as a rough guide: (1.96 + 0.84) standard deviations of a difference.
    sd = pm.inference.intervals(counts, "dissimilarity", focal="a", resample="parametric", cluster=1, draws=400)["sd"]
    assert rise["detectable"] == pytest.approx(2.8 * np.sqrt(2) * sd.item(), rel=0.35)


@pytest.mark.slow
def test_larger_places_show_smaller_changes():
    few, many = (
        minimum_detectable_change(town(30, size), "isolation", focal="a", cluster=1, draws=200)["detectable"][0]
        for size in (60, 600)
    )
    assert many < 0.6 * few


def test_steeper_tables_keep_their_margins():
    counts = town(12, 90)
    for power in (0.0, 0.5, 2.0):
        moved = _steeper(counts, power)
        np.testing.assert_allclose(moved.values.sum(axis=0), counts.values.sum(axis=0), rtol=1e-7)
        np.testing.assert_allclose(moved.values.sum(axis=1), counts.total, rtol=1e-7)
    even = pm.estimate(_steeper(counts, 0.0), "dissimilarity", focal="a").value
    assert even == pytest.approx(0, abs=1e-7)
    same = pm.estimate(_steeper(counts, 1.0), "dissimilarity", focal="a").value
    assert same == pytest.approx(pm.estimate(counts, "dissimilarity", focal="a").value, abs=1e-7)


def test_changes_of_cells():
    counts = town(40, 120)
    none = perturbation_sensitivity(counts, ["dissimilarity", "isolation"], focal="a", share=0, draws=5)
    np.testing.assert_allclose(none[["sd", "median_shift"]], 0, atol=1e-15)
    little = perturbation_sensitivity(counts, "dissimilarity", focal="a", draws=99)
    much = perturbation_sensitivity(counts, "dissimilarity", focal="a", share=1, most=20, draws=99)
    assert (
        little["interval_method"]
        .item()
        .startswith("assumption:a share of 0.14 of cells changed by 1 to 3, none below 0")
    )
    assert abs(little["median_shift"].item()) < abs(much["median_shift"].item())
    assert much["median_shift"].item() > 0  # noise adds to unevenness where nobody is absent
    assert pm.estimates(little)[0].uncertainty.kind == "assumption"


def test_refusals():
    counts = town(8, 50)
    for call, words in (
        (lambda: minimum_detectable_change(counts, "dissimilarity", focal="a", power=1), "power is between"),
        (lambda: minimum_detectable_change(counts, "dissimilarity", focal="a", draws=3), "at least 20"),
        (lambda: minimum_detectable_change(counts_of([0, 0], [4, 5]), "gini", focal="a"), "undefined here"),
        (lambda: minimum_detectable_change(counts, "shannon"), "not looked for"),
        (lambda: perturbation_sensitivity(counts, "gini", focal="a", share=2), "a probability"),
        (lambda: perturbation_sensitivity(counts, "gini", focal="a", most=0), "at least 1"),
    ):
        with pytest.raises(pm.errors.InvalidParameter, match=words):
            call()
