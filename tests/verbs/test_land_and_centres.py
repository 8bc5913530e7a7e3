"""Areas and centres in calls: what they may be, what is refused, and what results, draws, packs and commands say."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from shapely import Point, box

import placemix as pm
from placemix import errors, indices

#: Toyville: strips of a road one kilometre wide, the centre at its beginning.
STRIPS = ((0, 1), (1, 2), (2, 4), (4, 8))
LAND = ["delta", "absolute_concentration", "relative_concentration"]


def toyville(crs="EPSG:27700", side=1000, **columns):
    table = pd.DataFrame({"id": list("ABCD"), "part": list("nnss"), "x": [80, 20, 0, 20], "y": [20, 80, 100, 80]})
    shapes = [box(start * side, 0, end * side, side) for start, end in STRIPS]
    frame = gpd.GeoDataFrame(table.assign(**columns), geometry=shapes, crs=None if crs == "planar" else crs)
    return pm.from_wide(
        frame, groups=["x", "y"], unit="id", strata="part", crs=crs, area="land" if "land" in columns else None
    )


def values(counts, measures, **options):
    return pm.measure(counts, measures, focal="x", **options)["value"].to_numpy()


def test_the_printed_values_of_toyville():
    assert values(toyville(), LAND) == pytest.approx([0.5833333, 0.75, 0.4838710], abs=5e-8)
    around = values(toyville(), ["relative_centralisation", "absolute_centralisation"], centre=(0, 500))
    assert around == pytest.approx([0.5952381, 0.6041667], abs=5e-8)
    assert values(toyville(), "proportion_central(radius=2000)", centre=(0, 500)) == pytest.approx([100 / 120])
    local = pm.local(toyville(), "local_relative_centralisation(neighbours=2)", focal="x")
    assert local["value"].to_numpy() == pytest.approx([0.8, 0.2, -0.8, 0.0], abs=1e-12)
    assert local["around"].unique().tolist() == ["own unit and the 2 nearest, with those as far as these"]


@pytest.mark.parametrize("crs", ["EPSG:2263", "planar"])
def test_no_value_depends_on_the_unit_of_the_map(crs):
    # A foot of New York's grid is 1200/3937 m.
    side = 1000 / (1200 / 3937) if crs == "EPSG:2263" else 1
    counts = toyville(crs, side)
    assert values(counts, LAND) == pytest.approx(values(toyville(), LAND), rel=1e-9)
    one = values(counts, "absolute_centralisation", centre=(0, side / 2))
    assert one == pytest.approx([0.6041667], abs=5e-8)
    reach = 2000 if crs == "EPSG:2263" else 2
    assert values(counts, f"proportion_central(radius={reach})", centre=(0, side / 2)) == pytest.approx([100 / 120])


def test_stated_land_comes_before_that_of_the_shapes_and_needs_no_map():
    stated = toyville(land=[1.0, 1.0, 2.0, 2.0])
    assert values(stated, "delta") == pytest.approx([0.5])
    assert pm.measure(stated, "delta", focal="x")["around"].item() == "own unit; areas as stated"
    table = pd.DataFrame({"id": list("AB"), "x": [3, 1], "y": [1, 3], "land": [1, 3]})
    flat = pm.from_wide(table, groups=["x", "y"], unit="id", area="land")
    assert values(flat, "delta") == pytest.approx([0.5])


def test_what_the_result_says_of_land_and_centre():
    found = pm.measure(toyville(), ["delta", "absolute_centralisation"], focal="x", centre=(0, 500))
    assert found["around"].tolist() == [
        "own unit; areas of the shapes in m²",
        "outward from (0, 500); distances in m; areas of the shapes in m²",
    ]
    away = pm.measure(toyville(), "relative_centralisation", focal="x", centre=(-9000, 500))
    assert away["around"].item() == "outward from (-9000, 500); outside the map; distances in m"
    assert away["value"].item() == pytest.approx(0.5952381, abs=5e-8)  # the same order outward


@pytest.mark.parametrize(
    "centre",
    [(0.0, 500.0), [0, 500], np.array([0, 500]), Point(0, 500), "POINT (0 500)", [(0, 500)],
     gpd.GeoSeries([Point(0, 500)], crs="EPSG:27700")],
)  # fmt: skip
def test_ways_to_name_one_centre(centre, tmp_path):
    found = pm.measure(toyville(), "relative_centralisation", focal="x", centre=centre)
    assert found["value"].item() == pytest.approx(0.5952381, abs=5e-8)
    pack = found.save(tmp_path / "pack.zip")
    assert pm.verify(pack, counts=toyville()).same


def test_several_centres_count_by_the_nearest_and_an_area_is_all_centre():
    # From the nearer end of the road, the units are 0.5, 1.5, 3 and 2 km away.
    ends = values(toyville(), "relative_centralisation", centre=[(0, 500), (8000, 500)])
    order = indices.relative_centralisation([[80, 20], [20, 80], [0, 100], [20, 80]], distance=[0.5, 1.5, 3, 2])
    assert ends == pytest.approx(order)
    inside = box(0, 0, 2500, 1000)
    assert values(toyville(), "proportion_central", centre=inside) == pytest.approx([100 / 120])
    merged = indices.relative_centralisation([[80, 20], [20, 80], [0, 100], [20, 80]], distance=[0, 0, 1, 2])
    assert values(toyville(), "relative_centralisation", centre=inside) == pytest.approx(merged)


@settings(deadline=None)
@given(
    table=arrays(float, (7, 2), elements=st.integers(0, 9)),
    distance=arrays(float, 7, elements=st.sampled_from([0.5, 1.0, 1.5, 2.0])),
    nearest=st.integers(1, 8),
    within=st.sampled_from([0.4, 1.0, 1.7, 9.0]),
    cut=st.integers(1, 6),
)
def test_units_out_of_reach_of_a_centre_might_as_well_not_be(table, distance, nearest, within, cut):
    land, starts = np.arange(1.0, 8.0), np.array([0, cut])
    for place, part in enumerate((slice(0, cut), slice(cut, 7))):
        far = distance[part]
        kept = (far <= np.sort(far)[min(nearest, len(far)) - 1]) & (far <= within)
        for name, given_land in (("relative_centralisation", {}), ("absolute_centralisation", {"land": "all"})):
            area = {"area": land[part][kept]} if given_land else {}
            alone = (
                getattr(indices, name)(table[part][kept], distance=far[kept], **area, **given_land)
                if kept.any()
                else np.array(np.nan)
            )
            area = {"area": land} if given_land else {}
            found = getattr(indices, name)(
                table, distance=distance, nearest=nearest, within=within, starts=starts, **area, **given_land
            )
            np.testing.assert_allclose(found[place], alone.item(), rtol=0, atol=1e-12)


def test_a_centre_reaches_the_nearest_units_only():
    # Of A and B, members have 4/5 and 1/5, the others 1/5 and 4/5.
    found = pm.measure(toyville(), "relative_centralisation(nearest=2)", focal="x", centre=(0, 500)).iloc[0]
    assert found["value"] == pytest.approx(0.6)
    assert (found["denominator"], found["people"], found["units"], found["units_dropped"]) == (100, 200, 2, 2)
    assert found["around"].endswith("only 2 of 4 units, 200 of 400 people, within its reach")
    assert values(toyville(), "relative_centralisation(within=1500)", centre=(0, 500)) == pytest.approx([0.6])
    alone = pm.measure(toyville(), "relative_centralisation(nearest=1)", focal="x", centre=(0, 500))
    assert alone["reason"].tolist() == ["out_of_reach"]
    assert "fewer than two units" in alone.explain()
    # A is 0.5 km from the first centre, D as far from the second: both are the nearest.
    two = pm.measure(toyville(), "relative_centralisation(nearest=1)", focal="x", centre=[(0, 500), (6500, 500)])
    assert (two["units"].item(), two["value"].item()) == (2, 0)
    for wrong in ("nearest=0", "nearest=True", "nearest=1.5", "within=-1", "nearest='two'"):
        with pytest.raises(errors.InvalidParameter):
            values(toyville(), f"relative_centralisation({wrong})", centre=(0, 500))


def test_each_stratum_may_have_its_own_centre(tmp_path):
    found = pm.measure(
        toyville(), "relative_centralisation", focal="x", by="part", centre={"n": (0, 500), "s": [(8000, 500)]}
    )
    north = indices.relative_centralisation([[80, 20], [20, 80]], distance=[1, 2]).item()
    assert found["value"].iloc[0] == pytest.approx(north)
    south = indices.relative_centralisation([[0, 100], [20, 80]], distance=[2, 1]).item()
    assert found["value"].iloc[1] == pytest.approx(south)
    assert found["around"].tolist()[1] == "outward from (8000, 500); distances in m"
    assert pm.verify(found.save(tmp_path / "pack.zip"), counts=toyville()).same


def test_ties_do_not_depend_on_the_order_of_rows():
    table = pd.DataFrame({"id": list("abcd"), "x": [9, 0, 4, 1], "y": [0, 9, 1, 6]})
    places = [box(1, 0, 2, 1), box(-2, 0, -1, 1), box(0, 1, 1, 2), box(-1, -2, 0, -1)]
    frame = gpd.GeoDataFrame(table, geometry=places)
    seen = set()
    for order in ([0, 1, 2, 3], [1, 3, 0, 2], [3, 2, 1, 0]):
        counts = pm.from_wide(frame.iloc[order], groups=["x", "y"], unit="id", crs="planar")
        names = ["relative_centralisation", "absolute_centralisation", "relative_concentration"]
        found = values(counts, names, centre=(0, 0))
        seen.add(tuple(np.round(found, 12).tolist()[:2]))
        assert np.isnan(found[2])  # all units are equally large
    assert seen == {(0.0, 0.0)}


def test_empty_units_are_no_unit_without_the_group():
    table = pd.DataFrame({"id": list("ABC"), "x": [3, 1, 0], "y": [1, 3, 0], "land": [1, 3, 4]})
    counts = pm.from_wide(table, groups=["x", "y"], unit="id", area="land")
    found = pm.measure(counts, ["delta", "delta(land='all')"], focal="x")
    assert found["value"].tolist() == pytest.approx([0.5, 5 / 8])
    assert found["units_dropped"].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("land", "said", "units"),
    [
        ([1, 0, 2, 0], "areas of 0", ("B", "D")),
        ([1, 2, -3, 1], "negative, in 'land'", ("C",)),
        ([1, 2, 3, np.nan], "in 'land'", ("D",)),
    ],
)
def test_areas_that_are_none_are_refused_by_name(land, said, units):
    with pytest.raises((errors.InvalidArea, errors.InvalidTable), match=said) as caught:
        pm.measure(toyville(land=land), "delta", focal="x")
    assert caught.value.units == units


def test_degrees_points_and_tables_have_no_land():
    degrees = toyville("EPSG:4326", 0.01)
    with pytest.raises(errors.GeographicCRS):
        values(degrees, "delta")
    with pytest.raises(errors.GeographicCRS):
        values(degrees, "relative_centralisation", centre=(0, 0))
    table = pd.DataFrame({"id": list("AB"), "x": [3, 1], "y": [1, 3]})
    with pytest.raises(errors.NoPlace, match="no shapes"):
        values(pm.from_wide(table, groups=["x", "y"], unit="id"), "delta")
    points = gpd.GeoDataFrame(table, geometry=[Point(0, 0), Point(1, 0)], crs="EPSG:27700")
    points = pm.from_wide(points, groups=["x", "y"], unit="id")
    with pytest.raises(errors.NoPlace, match="areas"):
        values(points, "absolute_centralisation", centre=(0, 0))
    assert values(points, "relative_centralisation", centre=(0, 0)) == pytest.approx([0.5])


@pytest.mark.parametrize(
    ("measure", "options", "error", "said"),
    [
        ("relative_centralisation", {}, errors.CentreNeeded, "Pass centre="),
        ("relative_centralisation", {"centre": []}, errors.InvalidParameter, "empty list"),
        ("relative_centralisation", {"centre": (0, np.inf)}, errors.InvalidParameter, "not finite"),
        ("relative_centralisation", {"centre": "city hall"}, errors.InvalidParameter, "no centre"),
        ("relative_centralisation", {"centre": Point()}, errors.InvalidParameter, "no place"),
        ("relative_centralisation", {"centre": 5}, errors.InvalidParameter, "no centre"),
        ("relative_centralisation", {"centre": {"n": (0, 0)}}, errors.InvalidParameter, "the call has none"),
        (
            "relative_centralisation",
            {"centre": {"n": (0, 0), "w": (0, 0)}, "by": "part"},
            errors.InvalidParameter,
            "none for s",
        ),
        (
            "relative_centralisation",
            {"centre": gpd.GeoSeries([Point(0, 0)], crs="EPSG:4326")},
            errors.CRSMismatch,
            "Project it first",
        ),
        ("proportion_central", {"centre": (0, 500)}, errors.InvalidParameter, "no inside"),
        ("proportion_central(radius=-1)", {"centre": (0, 500)}, errors.InvalidParameter, "at least 0"),
        ("delta", {"centre": (0, 500)}, errors.InvalidParameter, "no meaning for delta"),
        ("delta(land='some')", {}, errors.InvalidParameter, "inhabited"),
        ("relative_concentration(largest='x')", {}, errors.InvalidParameter, "focal"),
    ],
)
def test_what_is_refused_and_why(measure, options, error, said):
    with pytest.raises(error, match=said):
        pm.measure(toyville(), measure, focal="x", **options)


@pytest.mark.parametrize("centre", [(-2.24, 53.48), Point(-2.24, 53.48), [(380_000, 400_000), (-2.24, 53.48)]])
def test_a_centre_in_degrees_on_a_map_in_metres_is_refused(centre):
    shapes = [box(380_000 + 1000 * x, 400_000, 381_000 + 1000 * x, 401_000) for x in range(4)]
    frame = gpd.GeoDataFrame({"id": list("ABCD"), "x": [1, 2, 3, 4], "y": 5}, geometry=shapes, crs="EPSG:27700")
    counts = pm.from_wide(frame, groups=["x", "y"], unit="id")
    with pytest.raises(errors.CRSMismatch, match=r"\(-2.24, 53.48\) lies .* look like degrees"):
        pm.measure(counts, "relative_centralisation", focal="x", centre=centre)


def test_a_centre_with_small_numbers_on_a_map_with_small_numbers_is_none_in_degrees():
    assert np.isfinite(values(toyville(), "relative_centralisation", centre=(-2.24, 53.48))).all()
    far = values(toyville(crs="planar", side=1), "relative_centralisation", centre=(100, 0))
    assert np.isfinite(far).all()


def test_land_of_counts_without_a_map_asks_for_areas():
    table = pd.DataFrame({"id": list("AB"), "x": [1, 2], "y": [3, 4]})
    with pytest.raises(errors.NoPlace, match="how much land") as found:
        pm.measure(pm.from_wide(table, groups=["x", "y"], unit="id"), "delta", focal="x")
    assert "area=" in found.value.remedy


def test_units_without_a_shape_have_no_land_and_are_named():
    frame = gpd.GeoDataFrame(
        {"id": list("AB"), "x": [1, 2], "y": [3, 4]}, geometry=[box(0, 0, 1, 1), None], crs="EPSG:27700"
    )
    with pytest.raises(errors.NoPlace, match="1 unit has neither an area nor a shape") as found:
        pm.measure(pm.from_wide(frame, groups=["x", "y"], unit="id"), "delta", focal="x")
    assert list(found.value.units) == ["B"]


def test_draws_keep_the_map_and_units_cannot_be_drawn_from_it():
    options = {"focal": "x", "centre": (0, 500), "cluster": 1, "draws": 49}
    found = pm.inference.table(toyville(), ["relative_centralisation", "delta"], null="fixed_margins", **options)
    # People dealt to units of one size: as central, and as dense, as anybody.
    assert abs(found["expected"].iloc[0]) < 0.1 < found["value"].iloc[0]
    moved = pm.inference.table(toyville(), "relative_centralisation", null="permuted_units", **options)
    assert moved["sd"].item() > 0.1
    with pytest.raises(errors.InvalidParameter, match="no map"):
        pm.inference.intervals(toyville(), "delta", focal="x", resample="units", draws=9)
    assert pm.inference.jackknife(toyville(), "delta", focal="x")["left_out"].item() == 4


def test_pairs_of_groups_see_each_other_alone():
    table = gpd.GeoDataFrame(
        {"id": list("abc"), "x": [5, 1, 1], "y": [1, 5, 1], "z": [40, 0, 90]},
        geometry=[box(0, 0, 1, 1), box(1, 0, 3, 1), box(3, 0, 6, 1)],
    )
    counts = pm.from_wide(table, groups=["x", "y", "z"], unit="id", crs="planar")
    found = pm.pairwise(counts, "relative_centralisation", centre=(0, 0))
    value = found.set_index([found["focal"].astype(str), found["against"].astype(str)])["value"]
    assert value["x", "y"] == pytest.approx(-value["y", "x"])
    alone = indices.relative_concentration([[5, 1], [1, 5], [1, 1]], area=[1, 2, 3]).item()
    assert values(counts, "relative_concentration", against="y") == pytest.approx([alone])


def test_from_the_command_line(tmp_path, run):
    file = tmp_path / "town.gpkg"
    shapes = gpd.GeoDataFrame(
        {"id": list("ABCD"), "x": [80, 20, 0, 20], "y": [20, 80, 100, 80]},
        geometry=[box(start * 1000, 0, end * 1000, 1000) for start, end in STRIPS], crs="EPSG:27700",
    )  # fmt: skip
    shapes.to_file(file)
    call = ["measure", file, "-u", "id", "-g", "x,y", "-f", "x", "-m", "relative_centralisation"]
    code, out, _ = run(*call, "--centre", "0,500", "--json")
    assert code == 0
    assert "0.59523" in out
    code, _, said = run(*call)
    assert code != 0
    assert "--centre X,Y" in said
    code, out, _ = run("measures", "--all", "--dimension", "centralisation")
    assert code == 0
    assert "centre=" in out


def test_sentences_say_from_where_and_of_which_land():
    found = pm.measure(toyville(), ["delta", "proportion_central(radius=2000)"], focal="x", centre=(0, 500))
    first, second = found.explain().splitlines()
    assert first.endswith("to live at the same density on all land (areas of the shapes in m²).")
    assert second.endswith("83.3 % of the x group live in the centre, outward from (0, 500) (distances in m).")
    local = pm.local(toyville(), "local_relative_centralisation", focal="x", against="y")
    assert local.explain().splitlines()[0].endswith("among its own unit and the 5 nearest, with those as far as these.")


def test_packs_of_inference_hold_the_centre(tmp_path):
    options = {"centre": (0, 500), "draws": 9, "cluster": 1}
    counts = toyville()
    for place, found in enumerate([
        pm.inference.influence(counts, "relative_centralisation", focal="x", centre=(0, 500)),
        pm.inference.difference_of_groups(counts, "absolute_centralisation", groups=("x", "y"), **options),
        pm.inference.intervals(counts, "relative_centralisation", focal="x", resample="people", **options),
    ]):  # fmt: skip
        assert pm.verify(found.save(tmp_path / f"{place}.zip"), counts=counts).same
