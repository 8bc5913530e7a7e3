"""Profiles: every size in one sweep is what each gives alone, and what the paper's invariants say."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix.errors import GeographicCRS, InvalidParameter, NoSpatialForm, NotCounts
from placemix.surroundings.sizes import at_sizes

RADII = [300.0, 700.0, 1500.0, 4000.0]


@pytest.fixture(scope="module")
def place():
    rng = np.random.default_rng(7)
    xy = rng.uniform(0, 5000, (60, 2)) + 1e6
    xy[3] = xy[4]
    table = pd.DataFrame(rng.poisson(20, (60, 3)), columns=list("abc")).assign(unit=[f"u{k}" for k in range(60)])
    table["part"] = np.where(np.arange(60) % 2 == 0, "east", "west")
    table.loc[9, list("abc")] = 0
    frame = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(*xy.T), crs=27700)
    return pm.from_wide(frame, groups=list("abc"), unit="unit", strata=["part"])


@pytest.mark.parametrize(
    ("shape", "cutoff"),
    [
        ("uniform", None),
        ("triangular", None),
        ("biweight", None),
        ("gaussian", 3),
        ("exponential", 4),
        ("exponential", None),
    ],
)
def test_each_radius_is_what_it_is_alone(place, shape, cutoff):
    names = ["information_theory", "dissimilarity", "isolation"]
    found = pm.scales.profile(place, names, radii=RADII[::-1], focal="a", by="part", shape=shape, cutoff=cutoff)
    assert found["radius"].unique().tolist() == RADII
    for radius in RADII:
        ends = None if cutoff is None else cutoff * radius
        near = pm.surroundings.kernel(place, bandwidth=radius, shape=shape, cutoff=ends)
        alone = pm.measure(place, names, focal="a", by="part", around=near)
        rows = pd.DataFrame(found)[found["radius"] == radius].drop(columns="radius").reset_index(drop=True)
        np.testing.assert_allclose(rows["value"], alone["value"], rtol=1e-10)
        for column in ("part", "measure", "around", "units", "denominator", "note", "source"):
            assert rows[column].astype(object).tolist() == alone[column].astype(object).tolist(), column


def test_edge_shares_are_those_of_each_radius():
    homes = pm.datasets.town().residents("before").take(np.arange(150))
    found = pm.scales.profile(homes, "isolation", radii=[300, 900], focal="blue")
    for radius, share in zip(found["radius"], found["edge_share"], strict=True):
        near = pm.surroundings.kernel(homes, bandwidth=radius)
        assert share == pytest.approx(pm.measure(homes, "isolation", focal="blue", around=near)["edge_share"].item())


def test_numbers_of_people(place):
    found = pm.scales.profile(place, "isolation", people=[50, 500, place.total.sum()], focal="b", aspatial=True)
    assert found["nearest"].tolist() == [0, 50, 500, place.total.sum()]
    for people, value in zip(found["nearest"][1:], found["value"][1:], strict=True):
        near = pm.surroundings.nearest_people(place, people=people)
        assert value == pytest.approx(pm.estimate(place, "isolation", focal="b", around=near).value, rel=1e-12)
    assert found["value"].iloc[0] == pytest.approx(pm.estimate(place, "isolation", focal="b").value)
    assert found["value"].iloc[-1] == pytest.approx(place.values[:, 1].sum() / place.total.sum())


def test_from_the_unit_alone_to_everyone_alike(place):
    # The two units at one point are neighbours at any distance, so they leave.
    apart = place.take(np.flatnonzero(np.arange(60) != 3))
    found = pm.scales.profile(apart, "dissimilarity", radii=[1e-3, 1e9], aspatial=True)["value"]
    assert found[1] == pytest.approx(found[0], rel=1e-12)
    assert found[2] == pytest.approx(0, abs=1e-9)


def test_surroundings_of_ones_own(place):
    near = pm.surroundings.kernel(place, bandwidth=2000, shape="gaussian", cutoff=5000, own=0)
    found = pm.scales.profile(place, "dissimilarity", radii=[1000, 2000], around=near)
    texts = pm.scales.profile(place, "dissimilarity", radii=["1 km", "2000 m"], around=near)
    assert texts["value"].tolist() == found["value"].tolist()
    with pytest.raises(InvalidParameter, match=r"around=surroundings\.proximity"):
        pm.scales.profile(place, "spatial_proximity", radii=[500], focal="a")
    half = pm.surroundings.kernel(place, bandwidth=1000, shape="gaussian", cutoff=2500, own=0)
    assert found["value"][0] == pytest.approx(pm.estimate(place, "dissimilarity", around=half).value, rel=1e-12)
    with pytest.raises(InvalidParameter, match="several sizes"):
        at_sizes(pm.surroundings.from_matrix(place, np.eye(60)), [1.0])


def test_a_pack_holds_what_recomputes_it(place, tmp_path):
    found = pm.scales.profile(place, "dissimilarity", radii=[500, "1 km"], by="part")
    assert pm.verify(found.save(tmp_path / "profile.zip")).same
    assert pm.verify(pm.scales.profile(place, "dissimilarity", people=[100]).save(tmp_path / "people.zip")).same


def test_progress_counts_to_the_end(place):
    seen = []
    pm.scales.profile(place, "dissimilarity", radii=RADII, progress=lambda done, every: seen.append((done, every)))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_macro_by_micro(place):
    found = pm.scales.profile(place, "information_theory", radii=[500, 4000], by="part")
    ratio = pm.scales.macro_micro(found)
    small, large = (found["value"][found["radius"] == radius].to_numpy() for radius in (500, 4000))
    np.testing.assert_allclose(ratio["ratio"], large / small)
    assert ratio.columns.tolist() == ["part", "measure", "focal", "against", "micro", "macro", "ratio"]
    pd.testing.assert_frame_equal(ratio, pm.scales.macro_micro(found, micro="500 m", macro="4 km"))
    with pytest.raises(InvalidParameter, match="A radius is a length"):
        pm.scales.macro_micro(found, micro="small")
    with pytest.raises(InvalidParameter, match="numbers of people"):
        pm.scales.macro_micro(
            pm.scales.profile(place, "isolation", people=[50, 500], focal="a"), micro="50 m", macro=500
        )
    with pytest.raises(InvalidParameter, match="no radius of 250"):
        pm.scales.macro_micro(found, micro=250)
    with pytest.raises(InvalidParameter, match="no profile"):
        pm.scales.macro_micro(found.drop(columns="radius"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "one of them"),
        ({"radii": [1], "people": [1]}, "one of them"),
        ({"radii": []}, "list of sizes"),
        ({"radii": "1 km"}, "list of sizes"),
        ({"radii": [0, 100]}, "aspatial=True"),
        ({"people": [0, 100]}, "aspatial=True"),
        ({"radii": [1000, "1 km"]}, "more than once"),
        ({"people": [-3]}, "above 0"),
        ({"people": [1e9]}, "people"),
        ({"radii": [10], "cutoff": 3}, "cutoff"),
        ({"radii": [10], "cutoff": "2 km", "shape": "gaussian"}, "number of bandwidths .* and no length, not '2 km'"),
        ({"radii": 500}, r"list of sizes, not 500.*radii=\[500\]"),
        ({"people": 500}, "list of sizes"),
    ],
)
def test_what_is_refused(place, options, words):
    with pytest.raises(InvalidParameter, match=words):
        pm.scales.profile(place, "dissimilarity", **options)


def test_sizes_that_the_surroundings_do_not_have(place):
    people, near = pm.surroundings.nearest_people(place, people=100), pm.surroundings.within(place, radius=100)
    for options, words in (
        ({"radii": [100], "around": people}, "radii are sizes of surroundings by distance, not of nearest 100 people"),
        ({"people": [100], "around": near}, "people are sizes of surroundings by people, not of within 100 m"),
        ({"radii": [100], "around": pm.surroundings.from_matrix(place, np.eye(len(place)))}, "by distance"),
    ):
        with pytest.raises(InvalidParameter, match=words):
            pm.scales.profile(place, "dissimilarity", **options)
    with pytest.raises(NotCounts):
        pm.scales.profile(place, "dissimilarity", radii=[100], around="near")


def test_sizes_in_an_array(place):
    for options in ({"radii": [200, 400]}, {"people": [200, 400]}, {"radii": [200, 400], "around": within(place)}):
        name, sizes = next(iter(options.items()))
        found = pm.scales.profile(place, "dissimilarity", **{**options, name: np.array(sizes)})
        assert found["value"].equals(pm.scales.profile(place, "dissimilarity", **options)["value"])


def within(place):
    return pm.surroundings.within(place, radius=100)


def test_places_and_measures_that_do_not_fit(place):
    with pytest.raises(NoSpatialForm):
        pm.scales.profile(place, "atkinson", radii=[100], focal="a")
    table = gpd.GeoDataFrame(
        {"u": ["1", "2"], "a": [1, 2], "b": [3, 4]}, geometry=gpd.points_from_xy([0, 1], [50, 51]), crs=4326
    )
    with pytest.raises(GeographicCRS):
        pm.scales.profile(pm.from_wide(table, groups=["a", "b"], unit="u"), "dissimilarity", radii=[100])
