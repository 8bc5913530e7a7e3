"""Frames: lists of units with what is said of them, one row each."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point

import placemix as pm
from placemix import errors


def frame(**options):
    table = pd.DataFrame({"name": ["Ash", "Beech", "Cedar"], "district": ["D1", "D1", "D2"]}, index=[7, 8, 9])
    points = gpd.GeoSeries([Point(0, 0), None, Point(1, 1)], crs="EPSG:27700", index=[7, 8, 9])
    given = {
        "units": pd.Index(["a", "b", "c"]),
        "table": table,
        "geometry": points,
        "area_km2": np.array([1.0, 2.0, 3.0]),
        "parents": ("district",),
        "about": pm.About(geography="school", vintage="2021"),
    }
    return pm.Frame(**given | options)


def test_columns_are_by_unit():
    assert frame().column("name").to_dict() == {"a": "Ash", "b": "Beech", "c": "Cedar"}
    with pytest.raises(errors.UnknownColumn, match=r"Did you mean 'district'"):
        frame().column("distrct")


@pytest.mark.parametrize("which", [[2, 0], np.array([2, 0]), pd.Index([2, 0])])
def test_units_are_taken_with_everything_that_belongs_to_them(which):
    part = frame().take(which)
    assert part.units.tolist() == ["c", "a"]
    assert part.table["name"].tolist() == ["Cedar", "Ash"]
    assert part.geometry.iloc[0] == Point(1, 1)
    assert part.area_km2.tolist() == [3.0, 1.0]


def test_a_mask_fits_or_is_refused():
    assert frame().take(np.array([True, False, True])).units.tolist() == ["a", "c"]
    with pytest.raises(errors.InvalidParameter, match=r"shape \(2,\) does not fit 3 units"):
        frame().take(np.array([True, False]))


def test_as_a_table_it_has_its_ids_and_shapes():
    out = frame().to_frame()
    assert list(out.columns) == ["unit", "name", "district", "geometry"]
    assert out.crs.to_epsg() == 27700
    assert out.geometry.isna().tolist() == [False, True, False]
    assert list(frame(geometry=None).to_frame().columns) == ["unit", "name", "district"]


def test_it_says_what_it_is():
    assert repr(frame()) == "<Frame: 3 × school 2021, 2 with shapes; columns: name, district>"


@pytest.mark.parametrize(
    ("options", "kind", "word"),
    [
        ({"units": pd.Index(["a", "b"])}, errors.InvalidTable, "2 ids do not fit a table of 3 rows"),
        ({"units": pd.Index(["a", "a", "b"])}, errors.DuplicateUnit, r"repeats.*\[a\]"),
        ({"units": pd.Index(["a", None, "b"])}, errors.DuplicateUnit, r"1 unit has no id.*row 2"),
        ({"geometry": gpd.GeoSeries([Point(0, 0)])}, errors.InvalidTable, "shapes of 1 rows"),
        ({"area_km2": np.array([1.0])}, errors.InvalidTable, "land areas of 1 rows"),
        ({"area_km2": np.array([1.0, -2.0, 3.0])}, errors.InvalidTable, "negative"),
        ({"parents": ("distrct",)}, errors.UnknownColumn, "Did you mean 'district'"),
    ],
)
def test_what_does_not_fit_is_refused(options, kind, word):
    with pytest.raises(kind, match=word):
        frame(**options)


def test_all_faults_are_told_together():
    with pytest.raises(errors.DuplicateUnit) as caught:
        frame(units=pd.Index(["a", "a", "b"]), parents=("x",), area_km2=np.array([1.0]))
    assert len(caught.value.faults) == 3


def test_the_callers_own_data_stay_as_they_were():
    area = np.array([1.0, 2.0, 3.0])
    found = frame(area_km2=area)
    area[0] = 99
    assert found.area_km2[0] == 1
    with pytest.raises(ValueError, match="read-only"):
        found.area_km2[0] = 5
