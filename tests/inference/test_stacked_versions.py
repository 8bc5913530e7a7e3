"""Versions evaluated together: what each gives by itself, for every call of the catalogue."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from surroundings.lattices import counts_of

import placemix as pm
from placemix.measuring import stacked
from placemix.measuring.plan import rows
from placemix.measuring.vicinity import Vicinity
from placemix.surroundings import contiguity, kernel, nearest_people, proximity, shared_boundary

PLAIN = ["dissimilarity", "gini", "information_theory", "isolation", "exposure", "correlation_ratio", "atkinson"]


def squares(side: int = 6) -> pm.Counts:
    """Counts on squared paper of 100 m, in strata side by side, whose units are not in order."""
    row, column = (place.ravel() for place in np.indices((side, side)))
    shapes = shapely.box(100 * column, 100 * row, 100 * column + 100, 100 * row + 100)
    return counts_of(shapes, district=column // (side // 2))


def versions_of(counts: pm.Counts, *, totals: bool) -> list[pm.Counts]:
    """The table, one with its groups shuffled within units or otherwise, and one with empty units elsewhere."""
    rng = np.random.default_rng(3)
    found = [counts]
    for _ in range(3):
        values = rng.permutation(counts.values, axis=1) if not totals else rng.permutation(counts.values, axis=0)
        found.append(replace(counts, values=values, total=values.sum(axis=1)))
    return found


@pytest.mark.parametrize("by", [(), ("district",)])
def test_without_surroundings(by, monkeypatch):
    counts = squares()
    versions = versions_of(counts, totals=True)
    for measures, focal in ((PLAIN, "x"), (["information_theory", "gini", "shannon"], None)):
        known = [pm.measure(one, measures, focal=focal, by=by)["value"].to_numpy() for one in versions]
        for large in (0, 10**12):
            monkeypatch.setattr(stacked, "LARGE", large)
            _agree(counts, versions, measures, focal, by, known=known)


@pytest.mark.parametrize("totals", [False, True])
@pytest.mark.parametrize("by", [(), ("district",)])
def test_with_surroundings(by, totals):
    counts = squares()
    versions = versions_of(counts, totals=totals)
    for around, measures in (
        (kernel(counts, bandwidth=250), ["dissimilarity", "isolation", "information_theory"]),
        (nearest_people(counts, people=300), ["dissimilarity", "isolation"]),
        (proximity(counts, decay_length=200), ["spatial_proximity", "absolute_clustering", "distance_decay_isolation"]),
        (contiguity(counts), ["morrill"]),
        (shared_boundary(counts), ["wong_boundary", "wong_shape"]),
        (kernel(counts, bandwidth=150, shape="biweight"), ["surface_separation"]),
    ):
        _agree(counts, versions, measures, "x", by, around)
        if "isolation" in measures:
            _agree(counts, versions, ["information_theory"], None, by, around)


def test_walks_outward():
    counts = squares(4)
    _agree(counts, versions_of(counts, totals=True), ["distortion"], None, ("district",))


def _agree(counts, versions, measures, focal, by, around=None, known=None):
    plan, strata = rows(counts, measures, focal, "rest", around=around), counts.arranged(by)
    nearby = None if around is None else Vicinity(counts, strata, around, None, plan)
    together = stacked.Versions(np.stack([one.values for one in versions]), np.stack([one.total for one in versions]))
    found = stacked.evaluate(plan, counts, strata, nearby, together)
    if known is None:
        known = [pm.measure(one, measures, focal=focal, by=by, around=around)["value"].to_numpy() for one in versions]
    for place, values in enumerate(known):
        assert np.isfinite(values).any()
        # `measure` says NaN, with its reason, of strata where a kernel gives a number.
        ours = np.where(np.isnan(values), np.nan, found[place].T.ravel())
        np.testing.assert_allclose(ours, values, rtol=1e-10, atol=1e-12, err_msg=str(measures))
