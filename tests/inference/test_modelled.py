"""Variance of rates net of Poisson noise: known variances come out again, and noise alone gives none."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.special import gammaln, logsumexp

import placemix as pm
from placemix.inference import modelled_segregation


@pytest.fixture
def library():
    return pytest.importorskip("gpboost", reason="gpboost is not installed: pip install 'placemix[model]'")


def made(seed, *, areas=60, each=8, share=0.02, outer=0.0, inner=0.0):
    """People of a group and of everyone else in units of areas, log rates normal at both levels."""
    rng = np.random.default_rng(seed)
    area = np.repeat(np.arange(areas), each)
    people = rng.integers(400, 1600, areas * each)
    rate = rng.normal(0, np.sqrt(outer), areas)[area] + rng.normal(0, np.sqrt(inner), areas * each)
    members = np.minimum(rng.poisson(people * share * np.exp(rate - (outer + inner) / 2)), people)
    frame = pd.DataFrame({"id": [f"u{n}" for n in range(len(area))], "area": [f"a{n}" for n in area]})
    frame["few"], frame["most"] = members, people - members
    return pm.from_wide(frame, groups=["few", "most"], unit="id", strata=["area"])


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)])
def test_known_variances_are_found(seed, library):  # noqa: ARG001
    outer, inner, areas, each = 0.4, 0.25, 60, 8
    found = modelled_segregation(made(seed, outer=outer, inner=inner), "area", groups=["few"]).set_index("level")
    # Of a variance of n normal effects of which each is seen with its own noise: √(2/n) of what is seen.
    noise = 1 / (1000 * 0.02)
    doubt = {
        "area": np.sqrt(2 / areas) * (outer + (inner + noise) / each),
        "unit": np.sqrt(2 / (areas * (each - 1))) * (inner + noise),
    }
    for level, true in (("area", outer), ("unit", inner)):
        assert found.loc[level, "variance"] == pytest.approx(true, abs=4 * doubt[level])
        assert found.loc[level, "standard_error"] == pytest.approx(doubt[level], rel=0.5)
    assert found["share"].sum() == pytest.approx(1)
    # The median of exp|a − b| over pairs of effects, by what the formula says of the estimate.
    rng = np.random.default_rng(0)
    pairs = rng.normal(0, np.sqrt(found.loc["unit", "variance"]), (2, 200_000))
    assert found.loc["unit", "median_rate_ratio"] == pytest.approx(
        np.median(np.exp(np.abs(pairs[0] - pairs[1]))), rel=0.01
    )


def test_noise_alone_is_no_segregation(library):  # noqa: ARG001
    counts = made(4, share=0.005)  # five members a unit
    found = modelled_segregation(counts, "area", groups=["few"]).set_index("level")
    assert found.loc["unit", "variance"] < 4 * np.sqrt(2 / len(counts)) / 5
    assert found.loc["area", "variance"] < 4 * np.sqrt(2 / 60) / 40
    # What is seen without a model is far above that.
    rates = counts.values[:, 0] / counts.total
    assert pm.estimate(counts, "dissimilarity", focal="few").value > 0.1
    assert (rates / rates.mean()).var() > 0.15


def exact(members, expected):
    """Variance of one level at the maximum of the likelihood, integrated by Gauss and Hermite about each mode."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(41)

    def target(place):
        mean, spread = place[0], np.exp(place[1])
        mode = np.zeros(len(members))
        for _ in range(40):
            rate = expected * np.exp(mean + mode)
            mode -= (rate - members + mode / spread**2) / (rate + 1 / spread**2)
        width = 1 / np.sqrt(expected * np.exp(mean + mode) + 1 / spread**2)
        effect = mode[:, None] + width[:, None] * nodes
        log = (
            members[:, None] * (np.log(expected)[:, None] + mean + effect) - expected[:, None] * np.exp(mean + effect)
            - gammaln(members + 1)[:, None] - effect**2 / (2 * spread**2) - np.log(spread) + nodes**2 / 2
            + np.log(width)[:, None]
        )  # fmt: skip
        return -logsumexp(log + np.log(weights / np.sqrt(2 * np.pi)), axis=1).sum()

    return float(np.exp(2 * minimize(target, [-0.2, -0.3], method="Nelder-Mead").x[1]))


def test_approximation_is_good_where_there_are_members_and_says_where_not(library):  # noqa: ARG001
    for share, far in ((0.01, 0.05), (0.0002, None)):
        counts = made(5, inner=0.5, share=share)
        found = modelled_segregation(counts, groups=["few"]).iloc[0]
        members = counts.values[:, 0]
        true = exact(members, counts.total * members.sum() / counts.total.sum())
        if far:
            assert found["variance"] == pytest.approx(true, rel=far)
            assert found["note"] is None or pd.isna(found["note"])
        else:
            assert found["variance"] > 1.5 * true
            assert "overstated" in found["note"]


def test_saved_and_verified(library, tmp_path):  # noqa: ARG001
    result = modelled_segregation(made(6, areas=20, each=5, inner=0.3), ["area"], groups=["few"])
    outcome = pm.verify(result.save(tmp_path / "pack.zip"))
    assert outcome.same, str(outcome)
    assert "Jones" in result.cite()


def test_undefined_says_why(library):  # noqa: ARG001
    frame = pd.DataFrame({"id": list("abc"), "none": 0, "half": [1.5, 2, 3], "many": [5.5, 8, 7]})
    found = modelled_segregation(
        pm.from_wide(frame, groups=["none", "half", "many"], unit="id"), groups=["none", "half"]
    )
    assert found["reason"].tolist() == ["group_absent", "not_whole"]
    assert found["variance"].isna().all()
    alone = pm.from_wide(frame, groups=["half", "many"], unit="id").select(["many"])
    assert modelled_segregation(alone)["reason"].tolist() == ["one_group"]


def test_faults_are_told_before_the_library_is_needed(monkeypatch):
    counts = made(7, areas=4, each=3).with_strata(
        all={f"u{n}": "all" for n in range(12)}, cross={f"u{n}": f"c{n % 3}" for n in range(12)}
    )
    monkeypatch.setitem(sys.modules, "gpboost", None)
    with pytest.raises(pm.errors.UnknownColumn):
        modelled_segregation(counts, "aera")
    with pytest.raises(pm.errors.InvalidParameter, match="one area of all") as caught:
        modelled_segregation(counts, ["all", "cross", "area"])
    assert "several areas of cross" in str(caught.value)
    with pytest.raises(pm.errors.MissingExtra, match="gpboost") as caught:
        modelled_segregation(counts, "area")
    assert "placemix[model]" in str(caught.value)
