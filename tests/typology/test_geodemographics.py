"""Types found in data: planted classes come back, and nothing depends on what it should not."""

from __future__ import annotations

import itertools
import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

import placemix as pm
from placemix import errors
from placemix.indices import byar
from placemix.typology import choose_classes, geodemographics, portraits
from placemix.typology.clusters import grouping, preparing, steadiness
from placemix.typology.clusters.fitting import assign

PROFILES = np.array([[0.8, 0.1, 0.05, 0.05], [0.2, 0.7, 0.05, 0.05], [0.1, 0.1, 0.5, 0.3]])
GROUPS = ["white", "asian", "black", "other"]


def planted(units=90, seed=3, people=600):
    random = np.random.default_rng(seed)
    kind = np.sort(random.choice(3, units, p=[0.5, 0.3, 0.2]))
    values = np.array([random.multinomial(people, PROFILES[one]) for one in kind])
    return table(values), kind


def table(values, ids=None, groups=GROUPS):
    ids = [f"u{place:03}" for place in range(len(values))] if ids is None else ids
    frame = pd.DataFrame(np.asarray(values, dtype=float), columns=list(groups)).assign(id=ids)
    return pm.from_wide(frame, groups=list(groups), unit="id")


def grid(values, side):
    places = [(row, column) for row in range(side) for column in range(side)]
    boxes = [shapely.box(100 * x, 100 * y, 100 * x + 100, 100 * y + 100) for x, y in places]
    frame = pd.DataFrame(np.asarray(values, dtype=float), columns=GROUPS[: values.shape[1]])
    frame["id"] = [f"g{place:03}" for place in range(len(values))]
    shapes = gpd.GeoDataFrame(frame, geometry=boxes, crs="EPSG:27700")
    return pm.from_wide(shapes, groups=GROUPS[: values.shape[1]], unit="id")


COUNTS, KIND = planted()
ELSE = table(np.random.default_rng(5).multinomial(300, [0.6, 0.4], 90), groups=["owned", "rented"])
BOTH = {"ethnicity": COUNTS, "tenure": ELSE}
NUMBERS = COUNTS.shares()


@pytest.mark.parametrize("method", ["kmeans", "ward", "mixture"])
def test_planted_classes_come_back(method):
    found = geodemographics(COUNTS, classes=3, method=method, covariance="diag", draws=4)
    assert adjusted_rand_score(KIND, found["class"].to_numpy(dtype=int)) == 1
    assert (found["class"].value_counts(sort=False).sort_index().diff().dropna() <= 0).all()
    assert found["stability"].min() == 1
    assert found["silhouette"].min() > 0.5
    assert found["probability"].notna().all() == (method == "mixture")
    names = found.drop_duplicates("class").set_index("class")["name"].to_dict()
    assert names == {1: "white", 2: "asian", 3: "black, other"}


@pytest.mark.slow
def test_planted_number_of_classes_stands_out():
    seen = choose_classes(COUNTS, classes=[2, 3, 4, 5], draws=6)
    assert seen.set_index("classes")["silhouette"].idxmax() == 3
    assert seen.set_index("classes")["calinski_harabasz"].idxmax() == 3
    assert seen.set_index("classes").loc[3, "stability"] == 1
    assert (seen["stability_lower"] <= seen["stability"]).all()
    assert (seen["within"].diff().dropna() < 0).all()
    assert seen["bic"].isna().all()
    assert seen.set_index("classes").loc[3, "least_units"] == np.bincount(KIND).min()
    mixed = choose_classes(COUNTS, classes=[2, 3, 5], method="mixture", covariance="diag", draws=0)
    assert mixed["bic"].notna().all()
    assert mixed["stability"].isna().all()


@pytest.mark.parametrize("standardise", ["none", "columns", "dimensions"])
@pytest.mark.parametrize("weights", [None, "people"])
def test_k_means_is_that_of_scikit_learn(standardise, weights):
    random = np.random.default_rng(1)
    counts = table(random.integers(1, 200, (60, 4)))
    shares, weight = counts.shares().to_numpy(), counts.total if weights else None
    away = (shares - np.average(shares, axis=0, weights=weight)) ** 2
    spread = np.sqrt(np.average(away, axis=0, weights=weight))
    points = shares / {"none": 1, "columns": spread, "dimensions": np.sqrt((spread**2).sum())}[standardise]
    theirs = KMeans(4, n_init=10, random_state=7, max_iter=500).fit(points, sample_weight=weight).labels_
    ours = geodemographics(counts, classes=4, standardise=standardise, weights=weights, draws=0, seed=7)
    assert adjusted_rand_score(theirs, ours["class"].to_numpy(dtype=int)) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        {"classes": 4},
        {"classes": 4, "transform": "hellinger", "resample": "people"},
        {"classes": 4, "method": "ward", "standardise": "columns"},
        {"classes": 3, "method": "mixture"},
    ],
)
def test_neither_row_order_nor_repetition_matters(options):
    order = np.random.default_rng(2).permutation(len(COUNTS))
    mixed = {"ethnicity": COUNTS.take(order), "tenure": ELSE.take(order[::-1])}
    first, second = (geodemographics(one, draws=3, **options) for one in (BOTH, mixed))
    assert set(first["class"]) > {1}
    same = pd.DataFrame(second).set_index("unit").loc[first["unit"]].reset_index()
    pd.testing.assert_frame_equal(pd.DataFrame(first).drop(columns="source"), same.drop(columns="source"))
    pd.testing.assert_frame_equal(first, geodemographics(BOTH, draws=3, **options))


def test_each_dimension_has_the_same_say():
    ready = preparing.prepared(
        BOTH, classes=2, method="kmeans", transform="none", standardise="dimensions", weights=None, covariance="full",
        around=None, least_people=None, seed=0, floor=0.1, level=0.95,
    )  # fmt: skip
    spread = ready.points.var(axis=0)
    assert spread[:4].sum() == pytest.approx(1)
    assert spread[4:].sum() == pytest.approx(1)


def test_portraits_by_hand():
    counts = table([[90, 10], [80, 20], [10, 90], [0, 0]], groups=["white", "asian"])
    found = geodemographics(counts, classes=2, draws=0)
    assert found["class"].tolist()[:3] == [1, 1, 2]
    assert pd.isna(found["class"].iloc[3])
    assert found["reason"].fillna("").tolist() == ["", "", "", "no_people"]
    seen = portraits(found).set_index(["class", "category"])
    assert seen.loc[(1, "white"), "share"] == 170 / 200
    assert seen.loc[(1, "white"), "overall"] == 180 / 300
    assert seen.loc[(1, "white"), "quotient"] == pytest.approx(0.85 / 0.6)
    lower, upper = byar(np.array([170.0]), np.array([120.0]))
    assert seen.loc[(1, "white"), ["lower", "upper"]].tolist() == pytest.approx([lower[0], upper[0]])
    assert seen.loc[(2, "asian"), "count"] == 90
    assert seen.loc[(2, "asian"), "people"] == 100
    assert seen.loc[(2, "asian"), "mean"] == 0.9
    assert found["name"].fillna("").tolist() == ["white", "white", "asian", ""]


def test_names_have_three_categories_at_most_and_those_above_the_floor():
    random = np.random.default_rng(0)
    groups = [f"group {place}" for place in range(8)]
    even = np.repeat([[40] * 4 + [1] * 4, [1] * 4 + [40] * 4], 20, axis=0) + random.integers(0, 3, (40, 8))
    found = geodemographics(table(even, groups=groups), classes=2, draws=0)
    assert {len(name.split(", ")) for name in found["name"]} == {3}
    assert set(geodemographics(table(even, groups=groups), classes=2, draws=0, floor=0.3)["name"]) == {"mixed"}
    assert portraits(found)["named"].sum() == 6


def test_names_that_repeat_have_the_share():
    random = np.random.default_rng(1)
    shares = np.repeat([[0.98, 0.02], [0.7, 0.3], [0.1, 0.9]], [20, 15, 25], axis=0)
    counts = table([random.multinomial(500, share) for share in shares], groups=["white", "asian"])
    found = geodemographics(counts, classes=3, draws=0)
    names = found.drop_duplicates("class").set_index("class")["name"]
    expected = [counts.take(range(20)), counts.take(range(20, 35))]
    white = [f"white {100 * part.values[:, 0].sum() / part.total.sum():.0f} %" for part in expected]
    assert names.loc[[1, 2, 3]].tolist() == ["asian", *white]


def test_a_category_of_two_dimensions_is_named_with_its_dimension():
    faith = table(COUNTS.values, groups=["christian", "muslim", "none", "other"])
    found = geodemographics({"ethnicity": COUNTS, "faith": faith}, classes=3, draws=0)
    assert set(found["name"].iloc[-1].split(", ")) < {"black", "none", "ethnicity: other", "faith: other"}


@pytest.mark.slow
@settings(max_examples=8)
@given(st.lists(st.tuples(*[st.integers(0, 60)] * 3), min_size=8, max_size=25, unique=True), st.integers(2, 4))
def test_people_are_conserved_and_classes_are_numbered_by_size(rows, classes):
    counts = table(rows, groups=GROUPS[:3])
    shares = counts.shares().dropna().drop_duplicates()
    if len(shares) < classes:
        with pytest.raises(errors.InvalidParameter):
            geodemographics(counts, classes=classes, draws=0)
        return
    found = geodemographics(counts, classes=classes, draws=2)
    sizes = found["class"].value_counts(sort=False).sort_index()
    assert (sizes.diff().dropna() <= 0).all()
    assert sizes.sum() == (counts.total > 0).sum()
    seen = portraits(found)
    assert np.allclose(seen.groupby("category", sort=False)["count"].sum(), counts.values.sum(axis=0))
    assert seen.drop_duplicates("class")["people"].sum() == counts.total.sum()
    assert found["stability"].dropna().between(0, 1).all()


def test_silhouettes_by_brute_force(monkeypatch):
    random = np.random.default_rng(4)
    points, labels = random.random((30, 3)), random.integers(0, 3, 30)
    away = np.linalg.norm(points[:, None] - points[None], axis=2)
    expected = []
    for i in range(30):
        own = away[i, (labels == labels[i]) & (np.arange(30) != i)].mean()
        other = min(away[i, labels == label].mean() for label in range(3) if label != labels[i])
        expected.append((other - own) / max(own, other))
    assert np.allclose(grouping.silhouettes(points, labels)[0], expected)
    monkeypatch.setattr(grouping, "MOST_PAIRS", 10)
    found, remark = grouping.silhouettes(points, labels)
    centres = np.array([points[labels == label].mean(axis=0) for label in range(3)])
    to = np.linalg.norm(points[:, None] - centres[None], axis=2)
    for i in range(30):
        own, other = to[i, labels[i]], min(to[i, label] for label in range(3) if label != labels[i])
        assert found[i] == pytest.approx((other - own) / max(own, other))
    assert "centres" in remark


def test_classes_are_matched_as_well_as_can_be():
    random = np.random.default_rng(8)
    for _ in range(5):
        first, other = random.integers(0, 4, 40), random.integers(0, 4, 40)
        best = max((np.array(order)[other] == first).sum() for order in itertools.permutations(range(4)))
        assert (steadiness.matched(first, other) == first).sum() == best


def test_noise_is_less_steady_than_classes():
    noise = table(np.random.default_rng(6).multinomial(200, [0.25] * 4, 80))
    assert geodemographics(noise, classes=4, draws=8)["stability"].mean() < 0.9
    people = geodemographics(noise, classes=4, draws=8, resample="people")
    assert people["stability"].mean() < 0.8
    assert people["resample"].iloc[0] == "people"


@pytest.mark.parametrize("method", ["kmeans", "mixture"])
def test_fitted_units_are_assigned_to_their_own_class(method):
    fitted = geodemographics(BOTH, classes=3, method=method, draws=0)
    again = assign(fitted, BOTH)
    assert (again["class"] == fitted["class"]).all()
    assert (again["name"] == fitted["name"]).all()
    assert not again["beyond"].any()
    if method == "mixture":
        assert np.allclose(again["probability"], fitted["probability"])


def test_other_units_go_to_the_nearest_centre():
    fitted = geodemographics(COUNTS, classes=3, draws=0)
    new = table([[70, 20, 5, 5], [0, 0, 0, 9], [0, 0, 0, 0]], ids=["x", "y", "z"])
    found = assign(fitted, new).set_index("unit")
    shares = COUNTS.shares().to_numpy()
    labels = fitted["class"].to_numpy(dtype=int) - 1
    centres = np.array([shares[labels == label].mean(axis=0) for label in range(3)])
    scale = np.sqrt(shares.var(axis=0).sum())
    for unit, share in zip(["x", "y"], new.shares().to_numpy(), strict=False):
        away = np.linalg.norm(centres - share, axis=1)
        assert found.loc[unit, "class"] == away.argmin() + 1
        assert found.loc[unit, "distance"] == pytest.approx(away.min() / scale)
    assert found.loc["y", "beyond"]
    assert pd.isna(found.loc["z", "class"])
    assert found.loc["z", "reason"] == "no_people"
    with pytest.raises(errors.UnknownGroup, match="white"):
        assign(fitted, table([[1, 2, 9, 4]], groups=["White", "asian", "black", "other"]))
    with pytest.raises(errors.InvalidParameter, match="no rule"):
        assign(geodemographics(COUNTS, classes=3, method="ward", draws=0), new)


def test_a_table_of_numbers():
    numbers = NUMBERS.assign(constant=3.0)
    numbers.iloc[4, 1] = np.nan
    found = geodemographics(numbers, classes=3, draws=2)
    assert found["reason"].iloc[4] == "missing_values"
    assert pd.isna(found["class"].iloc[4])
    assert found["note"].str.contains("constant").all()
    assert found["name"].isna().all()
    typed = found.drop(index=4)
    assert adjusted_rand_score(np.delete(KIND, 4), typed["class"].to_numpy(dtype=int)) == 1
    seen = portraits(found)
    assert seen["reason"].eq("no_counts").all()
    assert seen["quotient"].isna().all()
    white = seen[(seen["category"] == "white") & (seen["class"] == 1)]["mean"].item()
    assert white == pytest.approx(NUMBERS["white"].drop(NUMBERS.index[4]).to_numpy()[np.delete(KIND, 4) == 0].mean())


def test_transforms():
    none = table([[5, 0], [4, 6], [1, 9], [2, 8]], groups=["a", "b"])
    with pytest.raises(errors.InvalidParameter, match="b is 0 somewhere, in 1 unit"):
        geodemographics(none, classes=2, transform="clr", draws=0)
    assert geodemographics(none, classes=2, transform="hellinger", draws=0)["class"].nunique() == 2
    ready = preparing.prepared(
        table([[5, 1, 2], [4, 6, 3], [1, 9, 7]], groups=["a", "b", "c"]), classes=2, method="kmeans", transform="clr",
        standardise="none", weights=None, covariance="full", around=None, least_people=None, seed=0, floor=0.1,
        level=0.95,
    )  # fmt: skip
    logs = np.log([[5, 1, 2], [4, 6, 3], [1, 9, 7]])
    expected = logs - logs.mean(axis=1, keepdims=True)
    assert np.allclose(ready.points, expected - expected.mean(axis=0))
    with pytest.raises(errors.InvalidParameter, match="holds none"):
        geodemographics(NUMBERS, classes=2, transform="hellinger")


SIDE = 4
MAP = grid(np.random.default_rng(9).multinomial(100, [0.6, 0.25, 0.15], SIDE * SIDE), SIDE)
NEAR = pm.surroundings.contiguity(MAP, rule="rook")


def connected(counts, found, near):
    for _, rows in found.groupby("class"):
        places = counts.units.get_indexer(rows["unit"])
        inside = near.take(places)
        matrix = np.zeros((len(places), len(places)))
        for i, j, _ in inside.pairs():
            matrix[i, j] = 1
        if connected_components(matrix)[0] != 1:
            return False
    return True


def test_regions_are_connected_and_large_enough():
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    found = geodemographics(MAP, method="max_p", around=NEAR, least_people=300)
    assert (np.random.get_state()[1] == state).all()  # noqa: NPY002
    assert found["class"].nunique() > 2
    assert found.groupby("class")["people"].sum().min() >= 300
    assert connected(MAP, found, NEAR)
    order = np.random.default_rng(1).permutation(len(MAP))
    other = geodemographics(MAP.take(order), method="max_p", around=NEAR.take(order), least_people=300)
    assert (other.set_index("unit")["class"].loc[found["unit"]].to_numpy() == found["class"].to_numpy()).all()


def test_ward_on_the_map_makes_connected_classes():
    found = geodemographics(MAP, classes=5, method="ward", around=NEAR, draws=2)
    assert connected(MAP, found, NEAR)
    assert found["resample"].eq("people").all()
    apart = MAP.take([*range(4), *range(8, 16)])
    with pytest.raises(errors.InvalidParameter, match="2 parts"):
        geodemographics(apart, classes=2, method="ward", around=pm.surroundings.contiguity(apart), draws=0)


def test_what_cannot_be_is_refused(monkeypatch):
    with pytest.raises(errors.PlacemixError) as caught:
        geodemographics(COUNTS, classes=1, weights="peple", floor=3, least_people=4)
    assert len(str(caught.value).splitlines()) >= 5
    for options in (
        {"classes": 3, "method": "kmean"},
        {"classes": 3, "transform": "log"},
        {"classes": 3, "standardise": "z"},
        {"classes": 3, "covariance": "round"},
        {"classes": 3, "method": "ward", "weights": "people"},
        {"classes": 3, "resample": "homes"},
        {"classes": 3, "draws": -1},
        {"classes": 3, "seed": -1},
        {"classes": 3, "level": 1.2},
        {"classes": 3.0},
        {"classes": 91},
    ):
        with pytest.raises(errors.InvalidParameter):
            geodemographics(COUNTS, **options)
    with pytest.raises(errors.SurroundingsNeeded):
        geodemographics(COUNTS, method="max_p", least_people=100)
    with pytest.raises(errors.InvalidParameter, match="as many as"):
        choose_classes(COUNTS, method="max_p")
    with pytest.raises(errors.InvalidParameter, match="lie apart"):
        geodemographics(MAP, method="max_p", around=NEAR, least_people=1e6)
    for resample, data in (("units", MAP), ("people", MAP)):
        broken = MAP if resample == "units" else table(MAP.values + 0.5, groups=MAP.groups, ids=MAP.units)
        near = NEAR if resample == "units" else None
        with pytest.raises(errors.InvalidParameter, match=r"resample|whole"):
            geodemographics(broken, classes=2, method="ward", around=near, resample=resample)
        assert len(data) == SIDE**2
    for wrong in (COUNTS.shares().to_numpy(), {}, {"a": 3}, geodemographics(COUNTS, classes=2, draws=0)):
        with pytest.raises(errors.NotCounts):
            geodemographics(wrong, classes=2)
    with pytest.raises(errors.UnitsDiffer):
        geodemographics({"a": COUNTS, "b": ELSE.take(range(50))}, classes=2)
    with pytest.raises(errors.DuplicateUnit):
        geodemographics(NUMBERS.set_index(np.zeros(len(NUMBERS), dtype=int)), classes=2)
    with pytest.raises(errors.NotNumbers, match="word"):
        geodemographics(NUMBERS.assign(word="x"), classes=2)
    with pytest.raises(errors.InvalidParameter, match="varies"):
        geodemographics(table([[1, 1, 1, 1]] * 5), classes=2)
    with pytest.raises(errors.NotCounts):
        portraits(pm.measure(COUNTS, "dissimilarity", focal="white"))
    with pytest.raises(errors.InvalidParameter, match="all rows"):
        portraits(geodemographics(COUNTS, classes=2, draws=0).iloc[5:])
    monkeypatch.setattr(grouping, "MOST_WARD", 50)
    with pytest.raises(errors.InvalidParameter, match="more than 50"):
        geodemographics(COUNTS, classes=2, method="ward")
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setitem(sys.modules, "sklearn.cluster", None)
    with pytest.raises(errors.MissingExtra, match="scikit-learn"):
        geodemographics(COUNTS, classes=2)
    monkeypatch.setitem(sys.modules, "spopt.region", None)
    with pytest.raises(errors.MissingExtra, match="spopt"):
        geodemographics(MAP, method="max_p", around=NEAR, least_people=300)


CALLS = {
    "counts": lambda: geodemographics(COUNTS, classes=3, draws=2),
    "dimensions": lambda: geodemographics(BOTH, classes=3, method="mixture", draws=2),
    "numbers": lambda: geodemographics(NUMBERS, classes=3, draws=2),
    "near": lambda: geodemographics(MAP, classes=4, method="ward", around=NEAR, draws=2),
    "portraits": lambda: portraits(geodemographics(BOTH, classes=3, draws=0)),
    "assigned": lambda: assign(geodemographics(BOTH, classes=3, draws=0), BOTH),
    "chosen": lambda: choose_classes(BOTH, classes=[2, 3], draws=2),
}


@pytest.mark.parametrize("name", CALLS)
def test_saved_and_verified(name, tmp_path):
    result = CALLS[name]()
    outcome = pm.verify(result.save(tmp_path / "pack.zip"))
    assert outcome.same, str(outcome)
    assert result.cite()


@pytest.mark.data
def test_greater_manchester(gm):
    ethnicity = pm.from_wide(
        pd.read_parquet(gm / "groups5_lsoa21_2021.parquet"), groups=["white", "mixed", "asian", "black", "other"],
        unit="lsoa21cd", total="total",
    )  # fmt: skip
    faith = pd.read_parquet(gm / "religion_lsoa21_2021.parquet")
    names = [name for name in faith if name.startswith("rel_") and name != "rel_total"]
    faith = pm.from_wide(faith, groups=names, unit="lsoa21cd", total="rel_total")
    found = geodemographics({"ethnicity": ethnicity, "faith": faith}, classes=5, draws=3)
    assert found["class"].notna().all()
    assert found["people"].sum() == ethnicity.total.sum()
    seen = portraits(found)
    sums = seen.groupby(["dimension", "category"])["count"].sum()
    assert sums["ethnicity"]["asian"] == ethnicity.values[:, 2].sum()
    assert (seen[seen["named"]]["lower"] > 1).all()
    assert (seen[seen["named"]]["share"] >= 0.1).all()
