"""Test inversion and the skewness of BCa: by definition, by SciPy's, and where they say nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix.errors import InvalidParameter
from placemix.inference import accelerations, interval, intervals
from placemix.inference.ends import MORE_EVEN
from placemix.inference.inverting import stretched
from placemix.inference.nulls import Table
from placemix.measuring.plan import rows


def town(units: int = 30, size: int = 40, apart: float = 0.8, seed: int = 0, **strata) -> pm.Counts:
    rng = np.random.default_rng(seed)
    a = rng.binomial(size, 1 / (1 + np.exp(-rng.normal(-0.8, apart, units))))
    frame = pd.DataFrame({"unit": np.arange(units), "a": a, "b": size - a, **strata})
    return pm.from_wide(frame, groups=["a", "b"], unit="unit", strata=list(strata))


def table_of(counts: pm.Counts, by=()) -> Table:
    return Table.of(counts.values, counts.total, counts.arranged(by), 1.0)


def test_scaled_copies_keep_people_and_scale_dissimilarity():
    counts = town(side=["e", "w"] * 15)
    whole = pm.measure(counts, "dissimilarity", focal="a", by="side")["value"].to_numpy()
    for scale in (0.0, 0.3, 1.0):
        people = stretched(table_of(counts, ["side"]), scale)
        assert people.sum(axis=1) == pytest.approx(counts.total)
        assert people[:, :2].sum(axis=0) == pytest.approx(counts.values.sum(axis=0))
        scaled = replace(counts, values=people[:, :2])
        found = pm.measure(scaled, "dissimilarity", focal="a", by="side")["value"].to_numpy()
        assert found == pytest.approx(scale * whole)
    beyond = stretched(table_of(counts, ["side"]), 2.5)
    assert (beyond >= 0).all()
    assert beyond.sum(axis=1) == pytest.approx(counts.total)


@pytest.mark.slow
def test_inversion_holds_what_the_value_does_not_surprise():
    """In a town of chance alone it begins at 0; where units are large it agrees with the basic interval."""
    even = interval(town(apart=0.0, size=20), "dissimilarity", focal="a", resample="parametric", method="inversion",
                    cluster=1, draws=199).uncertainty  # fmt: skip
    assert even.lower == pytest.approx(0, abs=1e-12)
    large = town(size=4000)
    measures = ["dissimilarity", "isolation", "information_theory"]
    both = [
        intervals(large, measures, focal="a", resample="parametric", method=method, cluster=1, draws=299)
        for method in ("inversion", "basic")
    ]
    for end in ("lower", "upper"):
        assert both[0][end].to_numpy() == pytest.approx(both[1][end].to_numpy(), rel=0.02)
    assert (both[0]["interval_method"].str.contains("inversion interval")).all()


def test_inversion_by_stratum_is_each_alone():
    counts = town(side=["e"] * 15 + ["w"] * 15)
    found = intervals(counts, "dissimilarity", focal="a", by="side", resample="people", method="inversion", draws=99)
    assert (found["lower"] < found["upper"]).all()
    assert found["lower"].nunique() == 2


def test_where_inversion_says_nothing():
    checkered = pd.DataFrame({"unit": range(40), "a": [10] * 40, "b": [10] * 40})
    checkered = pm.from_wide(checkered, groups=["a", "b"], unit="unit")
    found = intervals(checkered, "dissimilarity", focal="a", resample="parametric", method="inversion", draws=99)
    assert found["interval_reason"].item() == MORE_EVEN
    with pytest.raises(InvalidParameter, match="scaled copies"):
        intervals(town(), "dissimilarity", focal="a", resample="units", method="inversion", draws=9)


@pytest.mark.parametrize("resample", ["people", "parametric", "cells"])
def test_skewness_of_people_is_that_of_the_derivative(resample):
    """V's change with one household more, centred among those drawn with it, written out."""
    counts = town(units=8)
    plan = rows(counts, ["isolation"], "a", "rest")
    found = accelerations.of_people(plan, counts, counts.arranged(()), None, resample, 1.0)[0, 0]
    x, t = counts.values[:, 0], counts.total

    def xpx(x, t):
        return float((x**2 / t).sum() / x.sum())

    one = np.eye(8)
    push = np.stack(
        [[xpx(x + e, t + e) for e in one], [xpx(x, t + e) for e in one]], axis=1
    ) - xpx(x, t)  # fmt: skip
    many = counts.values
    if resample == "people":
        push = push - (push * many).sum(axis=0) / many.sum(axis=0)
    elif resample == "parametric":
        push = push - ((push * many).sum(axis=1) / many.sum(axis=1))[:, np.newaxis]
    else:
        push = push - (push * many).sum() / many.sum()
    assert found == pytest.approx((many * push**3).sum() / 6 / (many * push**2).sum() ** 1.5)


def test_bca_of_people_moves_with_skewness():
    counts = town(units=60, size=200)
    found = intervals(counts, "isolation", focal="a", resample="people", method="bca", draws=199, cluster=1)
    assert (found["lower"] < found["value"]).all()
    assert (found["value"] < found["upper"]).all()
