"""Two hundred random tables, measured by placemix and by PySAL's segregation in one run.

Stored values (test_oracles.py) are of few real tables. These have 2 to 8 groups, units without people, and
groups without members; where the packages part by definition, the test says so.
"""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from placemix import indices

pytestmark = pytest.mark.slow

WHY = "PySAL's segregation is not installed (make peer)"
TABLES = 200
TWO = {
    "Dissim": indices.dissimilarity, "Gini": indices.gini, "Entropy": indices.information_theory,
    "Atkinson": indices.atkinson, "HutchensSqrt": indices.hutchens, "CorrelationR": indices.correlation_ratio,
    "Isolation": indices.isolation, "Interaction": indices.exposure, "MinMax": indices.min_max,
}  # fmt: skip
MANY = {
    "MultiDissim": indices.dissimilarity, "MultiGini": indices.gini, "MultiInfoTheory": indices.information_theory,
    "MultiDivergence": indices.mutual_information, "MultiRelativeDiversity": indices.relative_diversity,
    "MultiSquaredCoefVar": indices.squared_variation, "MultiNormExposure": indices.normalised_exposure,
}  # fmt: skip
MIXES = {
    "MultiDiversity": indices.shannon,
    "SimpsonsInteraction": indices.simpson,
    "SimpsonsConcentration": lambda mix: 1 - indices.simpson(mix),
}


def table(seed: int) -> np.ndarray:
    """Draw people of each group in each unit; now and then a unit or a group has none."""
    draw = np.random.default_rng(seed)
    units, groups = int(draw.integers(3, 30)), int(draw.integers(2, 9))
    people = draw.integers(0, 60, size=(units, groups)) * (draw.random((units, groups)) < 0.8)
    people[draw.random(units) < 0.15] = 0
    if groups > 2 and seed % 4 == 0:
        people[:, draw.integers(1, groups)] = 0
    people[0], people[1] = np.maximum(people[0], 0), np.maximum(people[1], 0)
    people[:2, 0] += 1  # the first group lives in two units at least
    people[:2, 1] += people[:, 1].sum() == 0 and groups == 2
    return people.astype(float)


def framed(people: np.ndarray) -> pd.DataFrame:
    frame = pd.DataFrame(people, columns=[f"g{place}" for place in range(people.shape[1])])
    return frame.assign(all=people.sum(axis=1))


def quiet(function, *given, **named):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*given, **named)


@pytest.mark.parametrize("name", TWO)
def test_two_groups_agree(name):
    peer = quiet(pytest.importorskip, "segregation.singlegroup", reason=WHY)
    compared = 0
    for seed in range(TABLES):
        people = table(seed)
        pair = np.column_stack([people[:, 0], people[:, 1:].sum(axis=1)])
        ours = TWO[name](pair).item()
        if not pair[:, 1].any():
            assert np.isnan(ours)  # everyone else is absent: theirs is 0 or undefined
            continue
        theirs = quiet(getattr(peer, name), framed(people), "g0", "all").statistic
        assert ours == pytest.approx(theirs, abs=1e-9), seed
        compared += 1
    assert compared > 0.9 * TABLES


@pytest.mark.parametrize("name", [*MANY, *MIXES])
def test_many_groups_agree(name):
    peer = quiet(pytest.importorskip, "segregation.multigroup", reason=WHY)
    for seed in range(TABLES):
        people = table(seed)
        # A group without members leaves our sums; given to theirs, it makes some of them undefined.
        present = people[:, people.any(axis=0)]
        if present.shape[1] < 2:
            continue
        groups = [f"g{place}" for place in range(present.shape[1])]
        # Theirs divides by a unit's people.
        theirs = quiet(getattr(peer, name), framed(present[present.sum(axis=1) > 0]), groups).statistic
        ours = MIXES[name](people.sum(axis=0)) if name in MIXES else MANY[name](people).item()
        assert float(ours) == pytest.approx(float(theirs), abs=1e-9), seed
