"""Published areas: England and Wales, Greater Manchester, Trafford and London, 2011 and 2021."""

from __future__ import annotations

import functools
import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import placemix as pm
from placemix.errors import (
    InvalidCrosswalk,
    SmoothedByInterpolation,
    TotalsNotConserved,
    UnmatchedUnit,
    VintageMismatch,
)
from placemix.harmonise import align, areal, best_fit, changes, interpolate, locate, nesting, reunit
from placemix.inference import smoothing_bias

pytestmark = pytest.mark.data

BROAD = ["white", "mixed", "asian", "black", "other"]
FIVE = {
    "white": ["white_british", "white_irish", "white_other", "gypsy_irish_traveller_residual"],
    "mixed": ["mixed"],
    "asian": ["indian", "pakistani", "bangladeshi", "chinese", "asian_other"],
    "black": ["black_african", "black_caribbean", "black_other"],
    "other": ["arab", "other"],
}
MEASURES = ["dissimilarity", "information_theory", "isolation"]
LOOKUP = {"source": "lsoa11cd", "target": "lsoa21cd"}


@functools.cache
def read(file):
    return gpd.read_parquet(file) if "geometry" in _columns(file) else pd.read_parquet(file)


def _columns(file):
    import pyarrow.parquet as pq

    return pq.read_schema(file).names


@pytest.fixture(scope="module")
def nation(data_root):
    return data_root / "data" / "england_wales"


def silently(function, *arguments, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SmoothedByInterpolation)
        return function(*arguments, **options)


# --- England and Wales -------------------------------------------------------------------------------------


@functools.cache
def census(folder, year):
    unit = {2011: "lsoa11cd", 2021: "lsoa21cd"}[year]
    frame = read(folder / f"groups5_{unit[:-2]}_{year}.parquet")
    about = {"geography": "LSOA", "vintage": str(year), "universe": "residents"}
    return pm.from_wide(frame, groups=BROAD, unit=unit, total="total", about=about)


def test_matching_codes_of_2011_and_2021_would_lose_the_places_that_grew(nation):
    with pytest.raises(VintageMismatch) as caught:
        align(census(nation, 2011), census(nation, 2021))
    text = str(caught.value)
    assert "2,223,540 people (4.0%) of the earlier table and 3,306,143 people (5.5%) of the later" in text
    assert "lookup=" in text


@pytest.mark.slow
def test_common_areas_of_the_nation(nation):
    lookup = read(nation / "lookup_lsoa11_lsoa21_lad22.parquet")
    done = align(census(nation, 2011), census(nation, 2021), lookup=lookup)
    assert len(done.after) == 34_630
    assert done.before.total.sum() == census(nation, 2011).total.sum()
    assert done.after.total.sum() == census(nation, 2021).total.sum()


def test_a_best_fit_version_leaves_out_the_parts_of_areas_that_were_split(nation):
    lookup = read(nation / "lookup_lsoa11_lsoa21_lad22.parquet")
    people = census(nation, 2021).totals
    # One row for each area of 2011, as the best-fit version has: the part where most people live.
    most = lookup.assign(people=lookup["lsoa21cd"].map(people)).sort_values("people", kind="stable")
    fit = most.drop_duplicates("lsoa11cd", keep="last")
    assert len(fit) == 34_753
    with pytest.raises(VintageMismatch, match="cannot move counts"):
        best_fit(fit, **LOOKUP)
    with pytest.raises(VintageMismatch, match="cannot move counts"):
        nesting(fit, **LOOKUP)
    with pytest.raises(UnmatchedUnit, match=r"1,04\d of 35,672 targets get nobody"):
        nesting(fit, **LOOKUP, targets=people.index)


def test_the_nine_irregular_pairs_are_refused(nation):
    lookup = read(nation / "lookup_lsoa11_lsoa21_lad22.parquet")
    people = census(nation, 2021).totals
    with pytest.raises(InvalidCrosswalk, match="9 pairs are irregular"):
        changes(lookup, **LOOKUP, change="change_code", people=people)
    walk = changes(lookup, **LOOKUP, change="change_code", people=people, irregular="people")
    assert len(walk.lossy) == 6
    # 861 areas were split, and three of the irregular ones have several targets.
    assert walk.split.sum() == 864
    older = read(nation / "lookup_lsoa01_lsoa11.parquet")
    with pytest.raises(InvalidCrosswalk, match="163 pairs are irregular"):
        changes(older, source="lsoa01cd", target="lsoa11cd", change="change_code")


@pytest.mark.slow
def test_output_areas_of_2011_on_the_areas_of_2021(nation):
    blocks = read(nation / "groups_oa11_2011.parquet")
    groups = [name for names in FIVE.values() for name in names]
    counts = pm.from_wide(blocks, groups=groups, unit="oa11cd", total="total")
    people = census(nation, 2021).totals
    later = changes(
        read(nation / "lookup_lsoa11_lsoa21_lad22.parquet"), **LOOKUP, change="change_code", people=people,
        irregular="people", basis="residents 2021",
    )  # fmt: skip
    moved = reunit(counts, nesting(blocks, source="oa11cd", target="lsoa11cd").then(later))
    assert len(moved) == 35_672
    np.testing.assert_allclose(moved.values.sum(axis=0), counts.values.sum(axis=0), rtol=1e-12)
    assert moved.about.interpolated
    assert any("residents 2021" in note for note in moved.about.notes)
    # The same people by way of the areas of 2011.
    summed = counts.merge_units(blocks.set_index("oa11cd")["lsoa11cd"])
    again = reunit(summed, later)
    np.testing.assert_allclose(moved.values, again.take(again.units.get_indexer(moved.units)).values, atol=1e-9)


# --- Greater Manchester ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def dates(gm):
    about = {"geography": "LSOA", "universe": "residents"}
    old = read(gm / "lsoa11.parquet").merge(read(gm / "groups_lsoa11_2011.parquet"), on="lsoa11cd")
    new = read(gm / "lsoa21.parquet").merge(read(gm / "groups5_lsoa21_2021.parquet"), on="lsoa21cd")
    new = new.rename(columns={"lad22nm": "district"})
    before = pm.from_wide(old, groups=FIVE, unit="lsoa11cd", total="total", about={**about, "vintage": "2011"})
    after = pm.from_wide(
        new, groups=BROAD, unit="lsoa21cd", total="total", strata="district", about={**about, "vintage": "2021"}
    )
    return before, after


@pytest.fixture(scope="module")
def ways(gm, dates):
    """The people of 2011 on the areas of 2021, in several ways."""
    lookup = read(gm / "lookup_lsoa11_lsoa21_changes.parquet")
    ground = {"outside": "rescale", "slivers": 0.02}
    return {
        "lookup": silently(align, *dates, lookup=lookup, method="weights"),
        "raster": silently(align, *dates, method="dasymetric", by=gm / "worldpop_2020_1km.tif", **ground),
        "postcodes": silently(align, *dates, method="dasymetric", by=_postcodes(gm), **ground),
        "area": silently(align, *dates, method="areal", **ground),
    }


def _postcodes(gm):
    return read(gm / "postcodes_2018-08.parquet").set_index("postcode")


@pytest.fixture(scope="module")
def differences(ways):
    """How each way differs from the lookup: people elsewhere, and what that does to D, H and isolation."""
    rows = {}
    known = ways["lookup"].before
    for name, done in ways.items():
        values = silently(pm.measure, done.before, MEASURES, focal="asian", by="district")
        rows[name] = {
            "interpolated": done.interpolated,
            "elsewhere": np.abs(done.before.values - known.values).sum() / 2 / known.values.sum(),
            **values.groupby("measure", observed=True)["value"].mean(),
        }
    return pd.DataFrame(rows).T


@pytest.mark.slow
def test_both_ways_agree_on_which_people_had_to_be_divided(ways, dates):
    for done in ways.values():
        assert done.before.units.equals(dates[1].units)
        assert done.before.total.sum() == pytest.approx(2_682_528, rel=1e-12)
        assert 0.024 < done.interpolated < 0.026
    # 63 rows of the lookup are parts of areas that were split.
    assert ways["lookup"].walks.residual.split.sum() == 31


@pytest.mark.slow
def test_the_two_ways_differ_by_less_than_one_in_two_hundred_people(differences):
    text = differences.round(5).to_string()
    assert (differences["elsewhere"] < 0.005).all(), text
    assert differences.loc["raster", "elsewhere"] > 0, text
    spread = differences[MEASURES].max() - differences[MEASURES].min()
    assert (spread < 0.0005).all(), text


@pytest.mark.slow
def test_where_they_differ_is_where_areas_were_split(ways, dates):
    lookup, raster = ways["lookup"].before, ways["raster"].before
    apart = np.abs(lookup.total - raster.total) / dates[1].total
    parts = ways["lookup"].walks.residual
    split = parts.targets[parts.weights[parts.split].sum(axis=0) > 0]
    here = dates[1].units.isin(split)
    assert here.sum() == 63
    # A raster of a kilometre does not see where in an area the new homes stand.
    assert apart[here].mean() > 0.1
    # Elsewhere borders that were drawn anew move a few people at most.
    assert np.mean(apart[~here]) < 1e-4
    assert apart[~here].max() < 0.03


@pytest.mark.slow
@pytest.mark.parametrize("way", ["lookup", "raster", "postcodes", "area"])
def test_interpolation_smooths_by_a_few_thousandths_at_most(ways, way):
    found = smoothing_bias(ways[way], MEASURES, focal="each", by="district")
    assert (found["bias"].dropna() <= 1e-9).all()
    assert found["bias"].min() > -0.05
    whole = smoothing_bias(ways[way], MEASURES, focal="asian")
    assert (whole["bias"] < 0).all()
    assert (whole["bias"] > -0.002).all()
    # The areas that were split are those that grew: they held 2.4 % of people in 2011, and more in 2021.
    assert (whole["interpolated"] > ways[way].interpolated).all()
    assert (whole["interpolated"] < 0.05).all()


@pytest.mark.slow
def test_borders_generalised_apart_stick_out_a_little(dates):
    with pytest.raises(TotalsNotConserved, match=r"by 0\.21% at most; 12\.5 people would be lost") as caught:
        interpolate(*dates)
    assert len(caught.value.units) == 39
    moved = interpolate(*dates, outside="rescale")
    assert any("12.5 people" in note for note in moved.about.notes)
    assert moved.total.sum() == pytest.approx(2_682_528, rel=1e-12)


def test_every_school_is_placed_or_listed(gm):
    schools = read(gm / "schools_2022_23.parquet")
    areas = read(gm / "lsoa21.parquet").set_index("lsoa21cd")
    found = locate(schools, areas, unit="laestab")
    placed = found.column("placed").value_counts()
    assert placed["no location"] == 4
    assert placed.sum() == 1258
    assert round(placed["within"] / 1254, 3) == 0.998
    assert len(found.left_out) == 1258 - placed["within"]
    # Where a school is placed, it is nearly always in a district of its own authority.
    inside = found.to_frame().dropna(subset="area_id")
    assert (inside["area_id"].map(areas["lad22nm"]) == inside["la_name"]).mean() > 0.995
    # One stands seventeen kilometres away: its postcode is wrong, and no tolerance that makes sense takes it in.
    near = locate(schools, areas, unit="laestab", tolerance="200 m")
    assert len(near.left_out) == len(found.left_out) - 1
    assert "km" not in near.about.notes[-1]


def test_every_surgery_is_placed(gm):
    sites = read(gm / "gp_practices_2018-10.parquet")
    areas = read(gm / "lsoa21.parquet").set_index("lsoa21cd")
    found = locate(sites.set_index(sites.index.map("site {}".format)), areas)
    assert (found.column("placed") == "within").all()
    assert found.left_out is None
    # The register lists some sites twice; by postcode as id they are refused.
    with pytest.raises(pm.errors.DuplicateUnit):
        locate(sites, areas, unit="postcode")


# --- Trafford ----------------------------------------------------------------------------------------------

DETAIL = {
    "mixed": ["mixed", "mixed_white_asian", "mixed_white_black_african", "mixed_white_black_caribbean", "mixed_other"],
    "white_other": ["white_other", "white_roma"],
    "gypsy_irish_traveller": ["gypsy_irish_traveller_residual", "white_gypsy_traveller"],
}


@pytest.fixture(scope="module")
def trafford(data_root):
    folder = data_root / "data" / "trafford"
    old = read(folder / "oa11.parquet").merge(
        read(folder / "groups_oa11_2011.parquet").drop(columns=["lsoa11cd", "msoa11cd"]), on="oa11cd"
    )
    new = read(folder / "oa21.parquet").merge(read(folder / "groups19_oa21_2021.parquet"), on="oa21cd")
    skipped = {"geometry", "lsoa11cd", "msoa11cd", "lad11nm", "rgn11nm", "total", "lsoa21cd", "msoa21cd"}
    return tuple(
        pm.from_wide(
            frame, groups=[name for name in frame if name not in {*skipped, unit}], unit=unit,
            about={"vintage": year, "universe": "residents", "perturbed": True},
        )
        for frame, unit, year in ((old, "oa11cd", "2011"), (new, "oa21cd", "2021"))
    )  # fmt: skip


def test_codes_of_output_areas_are_mostly_the_same_and_still_not_to_be_matched(trafford):
    assert len(set(trafford[0].units) & set(trafford[1].units)) == 713
    with pytest.raises(VintageMismatch, match="5,461 people"):
        align(*trafford, groups=DETAIL)


@pytest.mark.parametrize("groups", [DETAIL, "common"])
def test_full_detail_on_the_output_areas_of_2021(trafford, groups):
    with warnings.catch_warnings():
        # Roma had no box of their own in 2011, which regrouping tells.
        warnings.simplefilter("ignore", pm.errors.BreakInSeries)
        done = silently(align, *trafford, groups=groups, method="areal", outside="rescale", slivers=0.02)
    assert len(done.after.groups) == 15
    assert len(done.after) == 738
    assert done.before.total.sum() == pytest.approx(226_578, rel=1e-12)
    assert done.after.total.sum() == 235_068
    assert done.conserved["difference"].abs().max() < 1e-6
    mixed = done.after.values[:, done.after.position("mixed")].sum()
    parts = [trafford[1].position(name) for name in DETAIL["mixed"][1:]]
    assert mixed == trafford[1].values[:, parts].sum()
    assert 0.03 < done.interpolated < 0.06
    found = smoothing_bias(done, MEASURES, focal=["pakistani", "indian"])
    assert (found["bias"] < 0).all()


def test_areas_that_kept_their_code_keep_their_people(trafford):
    walk = areal(*trafford, outside="rescale", slivers=0.02).to_frame()
    same = walk[walk["source"] == walk["target"]]
    assert (same["weight"] > 0.99).mean() > 0.97


def test_best_fit_wards_are_nearly_those_published(data_root, gm):
    folder = data_root / "data" / "trafford"
    frame = read(folder / "oa21.parquet").merge(read(folder / "groups19_oa21_2021.parquet"), on="oa21cd")
    people = frame.drop(columns=["oa21cd", "geometry", "lsoa21cd", "msoa21cd"]).sum(axis=1)
    wards = read(gm / "ward22.parquet").set_index("wd22cd")
    walk = best_fit(frame.assign(people=people).set_index("oa21cd"), wards, parent="lsoa21cd", people="people")
    published = read(gm / "lookup_lsoa21_ward22_bestfit.parquet").set_index("lsoa21cd")["wd22cd"]
    pairs = walk.to_frame()
    # The office has the people's own points; here each output area stands at the middle of its ground.
    assert (pairs["source"].map(published) == pairs["target"]).mean() > 0.97


# --- London ------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_london_on_a_grid_equals_tobler(data_root):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        area_interpolate = pytest.importorskip("tobler.area_weighted").area_interpolate
    folder = data_root / "data" / "london"
    frame = read(folder / "lsoa11.parquet").merge(read(folder / "groups_lsoa11_2011.parquet"), on="lsoa11cd")
    groups = [name for names in FIVE.values() for name in names]
    counts = pm.from_wide(frame, groups=groups, unit="lsoa11cd", total="total")
    west, south, east, north = frame.total_bounds
    x, y = np.meshgrid(np.arange(west // 500 * 500, east, 500), np.arange(south // 500 * 500, north, 500))
    cells = shapely.box(x.ravel(), y.ravel(), x.ravel() + 500, y.ravel() + 500)
    grid = gpd.GeoDataFrame({"unit": np.arange(len(cells))}, geometry=cells, crs=frame.crs)
    ours = interpolate(counts, grid)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = area_interpolate(frame, grid, extensive_variables=groups)[groups].to_numpy()
    # Their areas have seven digits, so that a cell of next to nobody differs by more of itself.
    np.testing.assert_allclose(ours.values, theirs, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(ours.values.sum(axis=0), counts.values.sum(axis=0), rtol=1e-9)
