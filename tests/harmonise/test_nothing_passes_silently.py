"""Found by review: what gave wrong numbers, or an error of no type, without a word."""

from __future__ import annotations

import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import placemix as pm
from placemix import errors, harmonise


def read(x, y, period=None, ids="ab", **about):
    frame = pd.DataFrame({"id": list(ids), "x": x, "y": y})
    return pm.from_wide(frame, groups=["x", "y"], unit="id", about={"period": period, **about})


CENSUS = read([20, 10], [80, 90], "census day 2021")


def series(*values, index="ab"):
    return pd.Series(values, index=list(index))


def made(**options):
    return harmonise.nowcast(CENSUS, at="mid-2024", **options)


# -- crosswalks ----------------------------------------------------------------------------------


@pytest.mark.parametrize("values", [[1, np.nan, 100], [1, 1, np.nan]])
def test_missing_values_hide_no_loss_and_are_not_lost_themselves(values):
    why = pd.Series("sea", index=["c"])
    walk = pm.Crosswalk.from_pairs(
        [0, 1], [0, 0], [1, 1], sources=list("abc"), targets=["A"], kind="exact", left_out=why
    )
    with pytest.raises(errors.TotalsNotConserved, match="would be lost"):
        walk.apply(series(*map(float, values), index="abc"))
    assert np.isnan(walk.apply(series(1.0, np.nan)).loc["A"])


def test_sources_that_stand_twice_are_refused():
    with pytest.raises(errors.InvalidCrosswalk, match="several times"):
        pm.Crosswalk.from_pairs([0, 1], [0, 0], [1, 1], sources=["a", "a"], targets=["A"], kind="exact")


def test_labels_of_a_crosswalk_are_read_as_written_before_their_signs_are_left_out():
    walk = pm.Crosswalk.from_table(
        pd.DataFrame({"old": ["<1", "1", "2 - 4"], "new": ["baby", "child", "child"]}), source="old", target="new"
    )
    ages = pm.from_wide(pd.DataFrame({"id": ["a"], "<1": 5, "1": 7, "2-4": 9}), groups=["<1", "1", "2-4"], unit="id")
    assert harmonise.regroup(ages, walk).to_frame()[["baby", "child"]].to_numpy().tolist() == [[5, 16]]


# -- the same ids on other ground ----------------------------------------------------------------


@pytest.mark.parametrize("method", ["common", "weights"])
def test_a_lookup_is_used_though_the_ids_are_the_same(method):
    before, after = (read([8, 2], [2, 8], ids="12", vintage=vintage) for vintage in ("2010", "2020"))
    lookup = pd.DataFrame({"old": [1, 1, 2], "new": [1, 2, 2], "people": [1, 3, 1]})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", errors.SmoothedByInterpolation)
        found = harmonise.align(
            before, after, lookup=lookup, source="old", target="new", method=method,
            people="people" if method == "weights" else None, irregular="people",
        )  # fmt: skip
    assert found.method == method
    expected = [[2, 0.5], [8, 9.5]] if method == "weights" else [[10, 10]]
    np.testing.assert_allclose(found.before.values, expected)


def test_the_same_ids_of_two_editions_are_said_to_be_taken_as_one():
    before, after = (read([8, 2], [2, 8], ids="12", vintage=vintage) for vintage in ("2010", "2020"))
    assert "2010 and 2020 are taken to be the same" in harmonise.align(before, after).lineage["note"].iloc[0]


# -- maps ----------------------------------------------------------------------------------------


def test_targets_that_overlap_where_a_source_sticks_out_are_found():
    source = gpd.GeoSeries([shapely.box(0, 0, 10, 10)], index=["s"])
    targets = gpd.GeoSeries([shapely.box(0, 0, 1, 10), shapely.box(0, 0, 5, 10)], index=["ward", "district"])
    with pytest.raises(errors.InvalidTable, match="overlap"):
        harmonise.areal(source, targets, outside="rescale")
    apart = gpd.GeoSeries([shapely.box(0, 0, 1, 10), shapely.box(1, 0, 5, 10)], index=["a", "b"])
    assert harmonise.areal(source, apart, outside="rescale").to_frame()["weight"].round(9).tolist() == [0.2, 0.8]


def raster(path, cells):
    rasterio = pytest.importorskip("rasterio")
    shape = {"height": cells.shape[0], "width": cells.shape[1], "count": 1, "dtype": "float64"}
    transform = rasterio.Affine(1, 0, 0, 0, -1, 10)
    with rasterio.open(path, "w", driver="GTiff", crs="EPSG:27700", transform=transform, **shape) as file:
        file.write(cells, 1)
    return path


SOURCE = gpd.GeoSeries([shapely.box(0, 0, 20, 10)], index=["s"], crs=27700)
HALVES = gpd.GeoSeries([shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)], index=["w", "e"], crs=27700)


def test_a_raster_that_ends_within_a_source_is_told(tmp_path):
    walk = harmonise.dasymetric(SOURCE, HALVES, ancillary=raster(tmp_path / "half.tif", np.ones((10, 10))))
    assert "does not cover 1 source whole" in walk.notes[-1]
    whole = harmonise.dasymetric(SOURCE, HALVES, ancillary=raster(tmp_path / "whole.tif", np.ones((10, 20))))
    assert whole.notes == ()


def test_infinite_cells_are_refused(tmp_path):
    cells = np.ones((10, 20))
    cells[0, 0] = np.inf
    with pytest.raises(errors.InvalidTable, match="infinite"):
        harmonise.dasymetric(SOURCE, HALVES, ancillary=raster(tmp_path / "inf.tif", cells))


def test_rows_without_a_larger_unit_are_not_a_unit_called_nan():
    blocks = gpd.GeoDataFrame({"unit": ["a1", "a2"], "zone": ["a", None]}, geometry=gpd.points_from_xy([1, 7], [1, 1]))
    wards = gpd.GeoSeries([shapely.box(0, 0, 8, 4)], index=["west"])
    with pytest.raises(errors.UnmatchedUnit, match="no 'zone'"):
        harmonise.best_fit(blocks, wards, parent="zone")


# -- rates ---------------------------------------------------------------------------------------


def rates(rows, **columns):
    names = ["unit", "group", "numerator", "denominator", "rate"]
    return pm.Rates(pd.DataFrame(rows, columns=names).assign(indicator="i", **{"measured_in": "share", **columns}))


def test_a_group_without_a_row_is_not_a_group_of_nobody():
    found = rates([("A", "Indian", 10, 100, 0.1), ("A", "Pakistani", 40, 100, 0.4), ("B", "Indian", 10, 100, 0.1)])
    with pytest.raises(errors.UnmatchedUnit, match="some of the groups") as caught:
        harmonise.regroup(found, "eth5_2021", source="eth19_2021")
    assert "[B]" in str(caught.value)
    whole = harmonise.regroup(found.select(unit="A"), "eth5_2021", source="eth19_2021")
    assert whole.table["rate"].tolist() == [0.25]


def test_per_cent_and_shares_are_not_averaged():
    walk = pm.Crosswalk.from_table(pd.DataFrame({"old": ["a", "b"], "new": "A"}), source="old", target="new")
    rows = [("a", "all", 1, 10, 0.1), ("b", "all", 2, 20, 10)]
    with pytest.raises(errors.CountRateMix, match="would mix"):
        harmonise.reunit(rates(rows, measured_in=["share", "%"]), walk)


@pytest.mark.parametrize(
    ("people", "error"),
    [
        (series(10, 99, 20, index="aab"), errors.DuplicateUnit),
        (series(-10, 20), errors.InvalidCounts),
    ],
)
def test_people_to_average_rates_by(people, error):
    walk = pm.Crosswalk.from_table(pd.DataFrame({"old": ["a", "b"], "new": "A"}), source="old", target="new")
    bare = pm.Rates(pd.DataFrame({"indicator": "i", "unit": ["a", "b"], "rate": [0.1, 0.2], "measured_in": "share"}))
    with pytest.raises(error):
        harmonise.reunit(bare, walk, people=people)


def test_guard_of_what_are_no_counts():
    with pytest.raises(errors.NotCounts):
        harmonise.guard("pupils.csv", CENSUS)


# -- dates ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["0000", "9999/00", "year ending January 0001"])
def test_years_beyond_the_calendar(text):
    with pytest.raises(errors.InvalidParameter, match="no period"):
        harmonise.period(text)


@pytest.mark.parametrize(
    ("totals", "match"),
    [
        ({"mid-2011": series(200, 300)}, "totals are of mid-2011"),
        ({"mid-2011": series(200, 300), "mid-2024": series(400, 300)}, "earlier totals are of mid-2011"),
        ({"mid-2021": series(200, 300), "mid-2015": series(400, 300)}, "9.0 years|6.0 years|5.7 years"),
    ],
)
def test_totals_of_other_dates_are_refused(totals, match):
    with pytest.raises(errors.PlacemixError, match=match):
        made(series=totals, method="totals")


def test_totals_of_the_two_dates_move_people_in_their_ratio():
    totals = {"mid-2021": series(200, 300), "mid-2024": series(400, 300)}
    assert made(series=totals, method="totals").counts.total.tolist() == [200, 100]
    with pytest.raises(errors.DuplicateUnit):
        made(series=series(1, 2, 3, index="aab"), method="totals")


def test_an_earlier_series_long_before_the_count_is_refused():
    now = read([60, 30], [40, 70], "2023/24")
    with pytest.raises(errors.DenominatorMismatch, match="earlier series is of 2012/13"):
        made(series={"2012/13": read([30, 10], [70, 90], "2012/13"), "2023/24": now}, method="share")
    then = read([30, 10], [70, 90], "2020/21")
    moved = made(series={"2020/21": then, "2023/24": now}, method="share", borrow=0)
    assert moved.counts.values[1].tolist() == [30, 70]


def test_members_borrowed_are_not_negative():
    with pytest.raises(errors.InvalidParameter, match="borrow"):
        made(series=read([60, 30], [40, 70], "2023/24"), method="cohort", weight=0.5, borrow=-300)
