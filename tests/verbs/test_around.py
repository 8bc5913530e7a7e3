"""Surroundings in the verbs: Toyville by hand, borders, columns, and what does not change a value."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix import errors, surroundings
from placemix.results import COLUMNS

EVENNESS = ["dissimilarity", "information_theory", "relative_diversity"]
KILOMETRES = np.array([500.0, 1500, 3000, 6000])


def placed(
    x: object, y: object, points: object, *, strata: object = None, crs: object = 27700, ids: object = None
) -> pm.Counts:
    """Counts of two groups at points."""
    frame = gpd.GeoDataFrame({"x": x, "y": y}, geometry=list(shapely.points(np.asarray(points))), crs=crs)
    frame["unit_id"] = [f"u{place:03d}" for place in range(len(frame))] if ids is None else ids
    frame["district"] = "one" if strata is None else strata
    return pm.from_wide(frame, groups=["x", "y"], unit="unit_id", strata="district", geometry="geometry")


@pytest.fixture(scope="module")
def toyville() -> pm.Counts:
    return placed([80, 20, 0, 20], [20, 80, 100, 80], np.column_stack([KILOMETRES, np.zeros(4)]), strata=list("ppqq"))


@pytest.fixture(scope="module")
def squares() -> pm.Counts:
    shapes = [shapely.box(1000 * place, 0, 1000 * place + 1000, 1000) for place in range(6)]
    frame = gpd.GeoDataFrame(
        {"id": list("abcdef"), "x": [9, 8, 5, 2, 1, 0], "y": [1, 4, 5, 6, 9, 0], "z": [0, 1, 0, 2, 3, 0],
         "side": list("wwweee")}, geometry=shapes, crs=27700,
    )  # fmt: skip
    return pm.from_wide(frame, groups=["x", "y", "z"], unit="id", strata="side", geometry="geometry")


# -- values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bandwidth", "shape", "printed", "isolation"),
    [
        (1e-3, "exponential", (0.5952381, 0.3856216, 0.4285714), 0.6),
        (1000, "exponential", (0.3747433, 0.1480926, 0.1783460), 0.4847116),
        (2000, "exponential", (0.2496137, 0.0604712, 0.0751739), 0.4046868),
        (4000, "exponential", (0.1412784, 0.0224415, 0.0283177), 0.3523773),
        (1e13, "exponential", (0, 0, 0), 0.3),
        (2000, "biweight", (0.4300418, 0.1893783, 0.2055968), 0.4844336),
    ],
)
def test_toyville(toyville: pm.Counts, bandwidth: float, shape: str, printed: tuple[float, ...], isolation: float):
    near = surroundings.kernel(toyville, bandwidth=bandwidth, shape=shape)
    assert pm.measure(toyville, EVENNESS, around=near)["value"].tolist() == pytest.approx(printed, abs=5.01e-8)
    met = pm.measure(toyville, ["isolation", "exposure", "correlation_ratio"], focal="x", around=near)["value"]
    assert met[0] == pytest.approx(isolation, abs=5.01e-8)
    assert met[0] + met[1] == pytest.approx(1, abs=1e-14)
    assert met[2] == pytest.approx((met[0] - 0.3) / 0.7, abs=1e-12)


def test_far_apart_or_all_together(squares: pm.Counts):
    alone, all_one = (surroundings.within(squares, radius=radius) for radius in ("1 m", "100 km"))
    names = [*EVENNESS, "gini", "mutual_information"]
    assert pm.measure(squares, names, around=alone)["value"].tolist() == pytest.approx(
        pm.measure(squares, names)["value"].tolist(), abs=1e-14
    )
    assert pm.measure(squares, names, around=all_one)["value"].tolist() == pytest.approx([0] * 5, abs=1e-14)
    shares = squares.values.sum(axis=0) / squares.total.sum()
    met = pm.measure(squares, "isolation", focal="each", around=all_one)["value"]
    assert met.tolist() == pytest.approx(shares.tolist(), abs=1e-14)


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(st.data())
def test_a_dense_matrix_says_the_same_and_row_order_does_not_matter(data):
    units = data.draw(st.integers(2, 12))
    numbers = st.integers(0, 60)
    people = np.array(data.draw(st.lists(st.tuples(numbers, numbers), min_size=units, max_size=units)), dtype=float)
    people[0] += 1
    points = np.array(data.draw(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=units,
                                         max_size=units)), dtype=float) * 1000  # fmt: skip
    strata = data.draw(st.lists(st.sampled_from("pq"), min_size=units, max_size=units))
    counts = placed(people[:, 0], people[:, 1], points, strata=strata)
    near = surroundings.kernel(counts, bandwidth=2500, shape="triangular")
    result = pm.measure(counts, ["dissimilarity", "isolation"], focal="x", by="district", around=near)
    apart = np.hypot(*(points[:, np.newaxis] - points).transpose(2, 0, 1))
    weights = np.where(apart < 2500, 1 - apart / 2500, 0)
    code = np.array([ord(name) for name in strata])
    for label, rows in result.groupby("district", observed=True):
        here = code == ord(str(label))
        x, t = people[here, 0], people[here].sum(axis=1)
        limited, kept = weights[np.ix_(here, here)] @ people[here], weights[here] @ people
        p, met = (np.divide(a[:, 0], a.sum(axis=1), out=np.zeros(len(a)), where=a.sum(axis=1) > 0)
                  for a in (limited, kept))  # fmt: skip
        if rows["value"].isna().all():
            assert x.sum() in {0, t.sum()} or (t > 0).sum() < 2
            continue
        share = x.sum() / t.sum()
        wanted = (t * np.abs(p - share)).sum() / (2 * t.sum() * share * (1 - share)), (x * met).sum() / x.sum()
        assert rows["value"].tolist() == pytest.approx(wanted, abs=1e-10)
    order = np.array(data.draw(st.permutations(range(units))))
    again = pm.measure(counts.take(order), ["dissimilarity", "isolation"], focal="x", by="district", around=near)
    both = (frame.set_index(["district", "measure"])["value"].sort_index() for frame in (result, again))
    pd.testing.assert_series_equal(*both, rtol=1e-10, atol=1e-12)


def test_counts_given_by_hand_are_another_question(toyville: pm.Counts):
    # PySAL measures the smoothed people as if they were residents; ours keeps residents' own weights.
    near = surroundings.kernel(toyville, bandwidth=1000, shape="exponential")
    weights = np.exp(-np.abs(KILOMETRES[:, np.newaxis] - KILOMETRES) / 1000)
    x, t = weights @ toyville.values[:, 0], weights @ toyville.total
    share = x.sum() / t.sum()
    theirs = (t * np.abs(x / t - share)).sum() / (2 * t.sum() * share * (1 - share))
    assert pm.estimate(near @ toyville, "dissimilarity").value == pytest.approx(theirs, abs=1e-12)
    ours = pm.estimate(toyville, "dissimilarity", around=near)
    assert abs(ours.value - theirs) > 0.01
    given_by_hand = pm.estimate(toyville, "dissimilarity", around=near @ toyville)
    assert given_by_hand.value == pytest.approx(ours.value, abs=1e-12)
    assert given_by_hand.around.startswith("given (")
    assert "edge_share" not in pm.measure(toyville, "dissimilarity", around=near @ toyville)


def test_who_has_nobody_around_experiences_the_own_unit(squares: pm.Counts):
    others = surroundings.kernel(squares, bandwidth="900 m", shape="biweight", own="massey_denton")
    # √(0.6 a) = 775 m is within the bandwidth, so that each unit weighs itself alone.
    assert pm.estimate(squares, "dissimilarity", around=others).value == pytest.approx(
        pm.estimate(squares, "dissimilarity").value, abs=1e-14
    )
    # A matrix may leave units with nothing around them at all, not even themselves.
    nobody = surroundings.from_matrix(squares, np.zeros((6, 6)))
    result = pm.measure(squares, "dissimilarity", around=nobody)
    assert result["value"].item() == pytest.approx(pm.estimate(squares, "dissimilarity").value, abs=1e-14)
    assert "5 isolates" in result["around"].item()  # the sixth unit has nobody


# -- borders --------------------------------------------------------------------------------------


def test_evenness_ends_at_borders_and_exposure_does_not(squares: pm.Counts):
    near = surroundings.within(squares, radius="1.5 km")
    result = pm.measure(squares, ["dissimilarity", "isolation"], focal="x", by="side", around=near)
    texts = result.set_index(["side", "measure"])["around"].astype(str)
    assert texts["w", "dissimilarity"] == "within 1500 m; limited to side"
    assert texts["w", "isolation"] == "within 1500 m; across side"
    alone = pm.measure(squares.take(np.arange(3)), "dissimilarity", focal="x", around=near.take(np.arange(3)))
    assert result["value"][0] == pytest.approx(alone["value"][0], abs=1e-14)
    crossing = near @ squares
    met = (squares.values[:3, 0] * crossing.values[:3, 0] / crossing.total[:3]).sum() / squares.values[:3, 0].sum()
    assert result["value"][1] == pytest.approx(met, abs=1e-14)
    both = [pm.measure(squares, ["dissimilarity", "isolation"], focal="x", by="side", around=near, across=across)
            for across in ("limit", "keep")]  # fmt: skip
    assert [set(frame["around"].astype(str)) for frame in both] == [
        {"within 1500 m; limited to side"}, {"within 1500 m; across side"},
    ]  # fmt: skip
    assert both[0]["value"][0] == result["value"][0]
    assert both[1]["value"][1] == result["value"][1]
    assert both[0]["value"][1] != both[1]["value"][1]
    whole = pm.measure(squares, "dissimilarity", around=near)
    assert set(whole["around"].astype(str)) == {"within 1500 m"}


def test_borders_that_were_there_before_stay(squares: pm.Counts):
    near = surroundings.within(squares, radius="1.5 km")
    halves = near.limited(squares.arranged("side"))
    whole = pm.measure(squares, "isolation", focal="x", around=halves)
    assert whole["around"].item() == "within 1500 m; ending at the borders of strata"
    both = pm.measure(squares, "isolation", focal="x", by="side", around=near, across="limit")
    x = squares.values[:, 0]
    west = x[:3].sum() / x.sum()
    assert whole["value"].item() == pytest.approx(west * both["value"][0] + (1 - west) * both["value"][1], abs=1e-12)
    apart = pm.measure(squares, "isolation", focal="x", by="side", around=halves)
    assert apart["value"].tolist() == pytest.approx(both["value"].tolist(), abs=1e-14)
    assert apart["edge_share"].tolist() == pytest.approx(both["edge_share"].tolist(), abs=1e-12)


@pytest.mark.slow
@pytest.mark.data
def test_greater_manchester_closes_its_districts(gm):
    areas = gpd.read_parquet(gm / "lsoa21.parquet", columns=["lsoa21cd", "lad22nm", "geometry"])
    frame = areas.merge(pd.read_parquet(gm / "groups5_lsoa21_2021.parquet"), on="lsoa21cd")
    groups = ["asian", "black", "mixed", "white", "other"]
    homes = pm.from_wide(frame, groups=groups, unit="lsoa21cd", total="total", strata="lad22nm", geometry="geometry")
    near = surroundings.kernel(homes, bandwidth="2 km")
    printed = {"Stockport": (-0.0014, 0.0502), "Salford": (0.0017, 0.0369), "Tameside": (0.0027, 0.0436)}
    for place, across in enumerate(("keep", None)):
        values = pm.measure(homes, "information_theory", by="lad22nm", around=near, across=across)
        found = values.set_index("lad22nm")["value"]
        for district, pair in printed.items():
            assert found[district] == pytest.approx(pair[place], abs=5.01e-5), district
    shares = values.set_index("lad22nm")["edge_share"]
    # A district's border cuts off more than that of the whole county, whose own cuts off some.
    assert pm.estimate(homes, "information_theory", around=near).edge_share < shares.min()
    assert shares.idxmax() == "Salford"


# -- columns --------------------------------------------------------------------------------------


def test_edge_share_stands_after_around_and_is_a_mean_over_people(squares: pm.Counts):
    near = surroundings.within(squares, radius="1.5 km")
    result = pm.measure(squares, "dissimilarity", around=near)
    place = COLUMNS.index("around") + 1
    assert tuple(result.columns) == (*COLUMNS[:place], "edge_share", *COLUMNS[place:])
    shares, people = near.edge_shares(), squares.total
    assert result["edge_share"].item() == pytest.approx((shares * people).sum() / people.sum(), abs=1e-14)
    assert tuple(pm.measure(squares, "dissimilarity").columns) == COLUMNS


def test_edge_shares_are_computed_once(squares: pm.Counts, monkeypatch: pytest.MonkeyPatch):
    near = surroundings.within(squares, radius="1.5 km")
    first = pm.measure(squares, ["dissimilarity", "isolation"], focal="each", by="side", around=near)
    monkeypatch.setattr(type(near.outside), "shares", None)
    again = pm.measure(squares, ["dissimilarity", "isolation"], focal="each", by="side", around=near)
    assert first["edge_share"].tolist() == again["edge_share"].tolist()


def test_points_say_that_no_edge_is_known_and_isolates_are_counted(toyville: pm.Counts):
    near = surroundings.within(toyville, radius="1.2 km")
    result = pm.measure(toyville, ["dissimilarity", "isolation"], focal="x", by="district", around=near)
    assert result["edge_share"].isna().tolist() == [False] * 4 or result["edge_share"].isna().all()
    whole = pm.measure(toyville, "dissimilarity", around=near)
    assert whole["around"].item() == "within 1200 m; 2 isolates; edge share not known"
    assert np.isnan(whole["edge_share"].item())
    texts = result[result["measure"] == "dissimilarity"].set_index("district")["around"].astype(str)
    assert "isolates" not in texts["p"]
    assert "2 isolates" in texts["q"]


def test_units_without_people_are_no_isolates(squares: pm.Counts):
    # f has nobody; e is its only neighbour, and loses nothing but company.
    near = surroundings.within(squares.take(np.array([0, 1, 5])), radius="1.2 km")
    result = pm.measure(squares.take(np.array([0, 1, 5])), "dissimilarity", around=near)
    assert "isolate" not in result["around"].item()
    near = surroundings.within(squares.take(np.array([0, 4, 5])), radius="1.2 km")
    result = pm.measure(squares.take(np.array([0, 4, 5])), "dissimilarity", around=near)
    assert "2 isolates" in result["around"].item()


def test_estimates_carry_and_say_their_surroundings(squares: pm.Counts):
    near = surroundings.within(squares, radius="1.5 km")
    estimate = pm.estimate(squares, "isolation", focal="x", around=near)
    assert estimate.edge_share == pytest.approx(pm.measure(squares, "dissimilarity", around=near)["edge_share"].item())
    text = estimate.explain()
    assert "measured within 1,500 m of each unit" in text
    assert f"{100 * estimate.edge_share:.1f} % of it lies beyond the border" in text
    assert "in surroundings where" in text
    assert pm.Estimate.from_dict(estimate.to_dict()) == estimate
    plain = pm.estimate(squares, "isolation", focal="x")
    assert "measured" not in plain.explain()
    assert "in a unit where" in plain.explain()
    assert plain.to_dict()["edge_share"] is None
    assert pm.Estimate.from_dict(plain.to_dict()) == plain
    kernel = surroundings.kernel(squares, bandwidth="1 mile", shape="gaussian", cutoff="10 km")
    assert "measured around each unit: gaussian kernel, bandwidth 1,609.344 m" in (
        pm.estimate(squares, "gini", around=kernel).explain()
    )


def test_chance_has_no_closed_form_around(squares: pm.Counts):
    near = surroundings.within(squares, radius="1.5 km")
    with pytest.raises(errors.InvalidParameter, match="as chance='binomial' asks"):
        pm.measure(squares, "isolation", focal="x", around=near, chance="binomial")


def test_pairs_of_groups(squares: pm.Counts):
    near = surroundings.within(squares, radius="1.5 km")
    pairs = pm.pairwise(squares, "exposure", around=near, by="side", across="limit")
    one = pm.measure(squares, "exposure", focal="x", against="z", around=near, by="side", across="limit")
    row = pairs.query("focal == 'x' and against == 'z'")
    assert row["value"].tolist() == pytest.approx(one["value"].tolist(), abs=1e-14)
    assert set(pairs["around"].astype(str)) == {"within 1500 m; limited to side"}


# -- refusals -------------------------------------------------------------------------------------


def test_other_units_are_listed(squares: pm.Counts, toyville: pm.Counts):
    near = surroundings.within(toyville, radius="1 km")
    with pytest.raises(errors.UnitsDiffer) as caught:
        pm.measure(squares, "dissimilarity", around=near)
    assert set(caught.value.units) >= {"a", "u000"}


def test_what_around_and_across_may_be(squares: pm.Counts):
    near = surroundings.within(squares, radius="1 km")
    with pytest.raises(errors.NotCounts, match="from_matrix"):
        pm.measure(squares, "dissimilarity", around=np.eye(6))  # type: ignore[arg-type]
    with pytest.raises(errors.InvalidParameter, match="Did you mean 'limit'"):
        pm.measure(squares, "dissimilarity", around=near, across="limits")  # type: ignore[arg-type]
    with pytest.raises(errors.InvalidParameter, match="there are none"):
        pm.measure(squares, "dissimilarity", across="keep")
    with pytest.raises(errors.NoSpatialForm, match="atkinson"):
        pm.measure(squares, "atkinson", focal="x", around=near)


def test_sums_of_what_is_not_known_are_refused(squares: pm.Counts):
    near = surroundings.within(squares, radius="1 km")
    hidden = squares.to_frame().astype({"x": object})
    hidden.loc[1, "x"] = "c"
    hidden = pm.from_wide(hidden, groups=list(squares.groups), unit="unit", suppressed={"c": (1, 4)})
    with pytest.raises(errors.SuppressedValue, match="fill"):
        near @ hidden
    assert (near @ hidden.fill("low")).values.shape == squares.values.shape


def test_values_and_strata_that_do_not_fit(squares: pm.Counts):
    near = surroundings.within(squares, radius="1 km")
    for values in ("x", 3.0, np.ones(2), {"a": 1}):
        with pytest.raises(errors.InvalidParameter):
            near @ values  # type: ignore[operator]
    for call in (near.limited, near.edge_shares):
        with pytest.raises(errors.UnitsDiffer, match="Strata of 2 units"):
            call(np.array([0, 1]))


# -- packs ----------------------------------------------------------------------------------------


def test_packs_hold_their_surroundings(squares: pm.Counts, tmp_path):
    near = surroundings.kernel(squares, bandwidth="1.5 km")
    result = pm.measure(squares, ["dissimilarity", "isolation"], focal="each", by="side", around=near, across="keep")
    pack = result.save(tmp_path / "whole.zip")
    assert pm.verify(pack).same
    assert pm.verify(pack, counts=squares, around=near).same
    with pytest.raises(errors.InvalidPack, match="its hash differs"):
        pm.verify(pack, around=surroundings.kernel(squares, bandwidth="1.6 km"))
    with pytest.raises(errors.NotCounts, match="surroundings"):
        pm.verify(pack, around=squares)
    light = result.save(tmp_path / "light.zip", inputs=False)
    with pytest.raises(errors.InvalidPack, match="hash of"):
        pm.verify(light)
    assert pm.verify(light, counts=squares, around=near.take(np.arange(5, -1, -1))).same
    pairs = pm.pairwise(squares, "exposure", around=near)
    assert pm.verify(pairs.save(tmp_path / "pairs.zip")).same


def test_every_group_in_one_sweep(squares: pm.Counts, monkeypatch: pytest.MonkeyPatch):
    near = surroundings.proximity(squares, decay_length="1 km")
    swept = []
    sums = type(near.operator).sums
    monkeypatch.setattr(type(near.operator), "sums", lambda self, values: swept.append(1) or sums(self, values))
    names = ["spatial_proximity", "absolute_clustering", "relative_clustering", "distance_decay_isolation", "gini"]
    pm.measure(squares, names, focal="each", around=near)
    assert len(swept) == 1
