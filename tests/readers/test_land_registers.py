"""Brownfield registers: coordinates row by row, nothing repaired and nothing lost."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

import placemix as pm
from placemix.errors import PlacemixError
from placemix.readers.land.site_points import linked, placed, system

FOLDER = Path(__file__).parent / "fixtures" / "brownfield"
ROWS = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
SOUND = [row for row in ROWS if "must_fail" not in row and not row["file"].startswith("PLACEMIX_DATA")]
ROCHDALE = next(row for row in ROWS if row["file"].startswith("PLACEMIX_DATA"))
MAP = {
    "reference": "LA SITE REF",
    "name": "NAME AND ADDRESS OF SITE",
    "link": "PLAN OF SITE",
    "x": "COORDINATES: EAST/WEST",
    "y": "COORDINATES: NORTH/SOUTH",
    "crs": "COORDINATE REFERENCE SYSTEM",
    "hectares": "AREA (HA)",
    "organisation": "LOCAL AUTHORITY",
    "ownership": "OWNERSHIP STATUS",
    "deliverable": "LAND DELIVERABLE?",
    "status": "PLANNING STATUS",
    "permission_date": "IF PERMISSIONED: DATE GRANTED",
    "permission_type": "IF PERMISSIONED: PERMISSION TYPE",
    "min_dwellings": "MINIMUM NET DWELLINGS",
    "max_dwellings": "MAXIMUM NET DWELLINGS",
    "first_added": "DATE ENTERED ON REGISTER",
    "last_updated": "DATE LAST UPDATED",
}


def written(folder, *rows, drop=()):
    usual = {
        "SiteReference": "EX/1", "SiteNameAddress": "Mill Lane", "SiteplanURL": "",
        "CoordinateReferenceSystem": "OSGB36", "GeoX": "390000", "GeoY": "412000", "Hectares": "1.25",
        "PlanningStatus": "Permissioned", "PermissionDate": "", "MinNetDwellings": "30",
    }  # fmt: skip
    file = folder / "register.csv"
    pd.DataFrame([usual | row for row in rows]).drop(columns=list(drop)).to_csv(file, index=False)
    return file


def kinds(frame):
    """Problems by kind of those that the fixtures list."""
    return {unit: text for unit, text in frame.column("problems").items() if text}


@pytest.mark.parametrize("row", SOUND, ids=lambda row: row["file"])
def test_fixtures(row):
    frame = pm.readers.brownfield(FOLDER / row["file"])
    assert frame.units.tolist() == row["units"]
    assert (frame.about.geography, frame.about.universe) == (row["geography"], row["universe"])
    assert frame.geometry.crs == "EPSG:27700"
    # The expectation for planning.data.gov.uk is in degrees, as the file is.
    metres = row["crs"] == "EPSG:27700"
    points = frame.geometry if metres else frame.geometry.to_crs(row["crs"])
    found = {unit: point for unit, point in zip(frame.units, points, strict=True) if point is not None}
    assert set(found) == set(row["points"])
    for unit, (x, y) in row["points"].items():
        assert (found[unit].x, found[unit].y) == pytest.approx((x, y), abs=10 if metres else 1e-4)
    listed = kinds(frame)
    above = {*row.get("range_from_above_to", ()), *row.get("min_above_max", ())}
    assert set(listed) == set(row["no_point_listed"]) | above
    for unit, why in row["no_point_listed"].items():
        word = {"latitude before longitude": "swapped", "no point": "no coordinates"}.get(why, why)
        assert word in listed[unit]
    for unit in above:
        assert "smallest number of dwellings above the largest" in listed[unit]
    for key, name in (
        ("hectares", "hectares"),
        ("min_net_dwellings", "min_dwellings"),
        ("max_net_dwellings", "max_dwellings"),
    ):
        if key in row:
            assert frame.column(name).dropna().to_dict() == row[key]
    assert frame.column("hectares").sum() == pytest.approx(row["hectares_sum"])
    status = frame.column("status").dropna().to_dict()
    assert status == {unit: word.replace("-", " ") for unit, word in row["status"].items() if word}
    ranges = frame.table[["range_from", "range_to"]].set_axis(frame.units).dropna()
    assert {unit: list(pair) for unit, *pair in ranges.itertuples()} == row.get("range", {})
    for name in ("permission_date", "first_added"):
        if name in row:
            assert frame.column(name).dropna().dt.strftime("%Y-%m-%d").to_dict() == row[name]
    if "crs_as_printed" in row:
        assert frame.column("crs").to_dict() == row["crs_as_printed"]
    assert list(() if frame.left_out is None else frame.left_out.index) == row.get("left_out", [])


@pytest.mark.parametrize("row", [row for row in ROWS if "must_fail" in row], ids=lambda row: row["file"])
def test_refused_fixtures(row):
    with pytest.raises(PlacemixError) as caught:
        pm.readers.brownfield(FOLDER / row["file"])
    for text in (*row["must_fail"].get("missing", ()), *row["must_fail"].get("values", ())):
        assert text in str(caught.value)


@pytest.mark.parametrize(
    ("x", "y", "of", "why"),
    [
        ("390000", "412000", "OSGB36", ""),
        ("-2.15", "53.6", "WGS84", ""),
        ("53.6", "-2.15", "WGS84", "longitude and latitude swapped"),
        ("390000", "412000", "ETRS89", "metres under a label of degrees"),
        ("-2.15", "53.6", "OSGB36", "degrees under a label of metres"),
        ("53.6", "-2.15", "OSGB36", "degrees under a label of metres"),
        ("980000", "300000", "OSGB36", "easting and northing swapped"),
        ("2390000", "412000", "OSGB36", "coordinates outside Great Britain"),
        ("12.5", "41.9", "WGS84", "coordinates outside Great Britain"),
        ("", "", "OSGB36", "no coordinates"),
        ("390000", "", "OSGB36", "coordinates are no numbers"),
        ("SD 900 120", "412000", "OSGB36", "coordinates are no numbers"),
        ("390000", "412000", "", "no coordinate reference system"),
    ],
)
def test_coordinates_that_do_not_fit_are_listed_and_never_moved(x, y, of, why, tmp_path):
    frame = pm.readers.brownfield(written(tmp_path, {"GeoX": x, "GeoY": y, "CoordinateReferenceSystem": of}))
    assert frame.column("problems").tolist() == [why]
    assert (frame.geometry.iloc[0] is not None) == (not why)
    assert why in " ".join(frame.about.notes)


def test_systems_by_their_many_names():
    for word in ("OSGB36", "osgb 1936", "British National Grid", "EPSG:27700", "British Coordinate Systems", "BNG"):
        assert system(word, {}) == "EPSG:27700"
    assert system("WGS 84", {}) == "EPSG:4326"
    assert system("ETRS89", {}) == "EPSG:4258"
    assert system("Example local grid", {}) is None
    assert system("Example local grid", {"example LOCAL grid": "WGS84"}) == "EPSG:4326"
    with pytest.raises(pm.errors.InvalidParameter, match="none of WGS84"):
        system("Example local grid", {"example local grid": "NAD27"})


def test_the_three_systems_agree_on_one_place():
    x, y = pd.Series(["390000", "-2.152596", "-2.152596"]), pd.Series(["412000", "53.604464", "53.604464"])
    points, why = placed(x, y, pd.Series(["EPSG:27700", "EPSG:4326", "EPSG:4258"]))
    assert (why == "").all()
    assert max(points.distance(points.iloc[0])) < 10


def test_one_system_for_all_rows_where_there_is_no_column(tmp_path):
    file = written(tmp_path, {}, drop=["CoordinateReferenceSystem"])
    with pytest.raises(pm.errors.WrongFormat, match="CoordinateReferenceSystem"):
        pm.readers.brownfield(file)
    assert pm.readers.brownfield(file, crs="OSGB36").geometry.iloc[0].x == 390_000


def test_places_that_links_show():
    links = pd.Series(
        [
            "https://maps.example/19/53.604464/-2.152596",
            "https://maps.example/?lat=53.604464&lon=-2.152596&zoom=17",
            "https://maps.example/@-2.152596,53.604464,17z",
            "https://maps.example/?x=390000&y=412000",
            "https://maps.example/?easting=390000&northing=412000",
            "https://maps.example/site/EX-001",
            "https://maps.example/17.25/81.125",
            "https://maps.example/53.604464/-2.152596/to/51.500000/-0.120000",
            "",
        ]
    )  # fmt: skip
    found = linked(links)
    assert found.notna().tolist() == [True] * 5 + [False] * 4
    here = gpd.GeoSeries(gpd.points_from_xy([390_000], [412_000]), crs=27700).iloc[0]
    assert (found[:5].distance(here) < 10).all()


def test_a_link_that_shows_another_place_is_told(tmp_path):
    far = "https://maps.example/19/53.614464/-2.152596"
    file = written(
        tmp_path, {"SiteplanURL": far}, {"SiteReference": "EX/2", "SiteplanURL": "https://maps.example/EX-2"}
    )
    frame = pm.readers.brownfield(file)
    distance = frame.column("link_distance")
    # A hundredth of a degree of latitude is about 1,113 m.
    assert distance["EX/1"] == pytest.approx(1_113, abs=15)
    assert np.isnan(distance["EX/2"])
    assert kinds(frame) == {"EX/1": f"its map link shows another place: {distance['EX/1']:,.0f} m away"}
    assert kinds(pm.readers.brownfield(file, near=2_000)) == {}


def test_sites_outside_the_authority_are_told(tmp_path):
    file = written(tmp_path, {}, {"SiteReference": "EX/2", "GeoX": "399000"})
    areas = gpd.GeoDataFrame({"code": ["E08999001"]}, geometry=[box(389_000, 411_000, 391_000, 413_000)], crs=27700)
    frame = pm.readers.brownfield(file, boundary=areas)
    assert kinds(frame) == {"EX/2": "outside the boundary: 8,000 m"}
    degrees = pm.Frame(pd.Index(["E08999001"]), pd.DataFrame({"n": [1]}), geometry=areas.to_crs(4326).geometry)
    assert list(kinds(pm.readers.brownfield(file, boundary=degrees))) == ["EX/2"]
    with pytest.raises(pm.errors.CRSMismatch):
        pm.readers.brownfield(file, boundary=areas.set_crs(None, allow_override=True))


def test_what_cannot_be_read_is_missing_and_told(tmp_path):
    rows = [
        {"Hectares": "1.2ha", "MinNetDwellings": "-5", "PermissionDate": "TBC"},
        {"SiteReference": "EX/2", "MinNetDwellings": "", "PermissionDate": "04/03/2016", "Hectares": "N/A"},
    ]
    frame = pm.readers.brownfield(written(tmp_path, *rows))
    assert frame.table[["hectares", "min_dwellings"]].isna().all(axis=None)
    assert frame.column("permission_date")["EX/2"] == pd.Timestamp(2016, 3, 4)
    text = kinds(frame)
    assert list(text) == ["EX/1"]
    for part in ("'1.2ha'", "'-5'", "'TBC'"):
        assert part in text["EX/1"]
    assert "2 sites state no smallest number of dwellings" in " ".join(frame.about.notes)


def test_a_whole_country_asks_for_one_authority(tmp_path):
    header = "dataset,reference,organisation-entity,point,hectares,planning-permission-status,end-date"
    rows = [
        "brownfield-land,A1,1,POINT (-2.15 53.6),1,permissioned,",
        "brownfield-land,A1,2,POINT (-1.5 52.4),2,permissioned,",
    ]
    file = tmp_path / "brownfield-land.csv"
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    with pytest.raises(pm.errors.DuplicateUnit, match="organisation="):
        pm.readers.brownfield(file)
    assert pm.readers.brownfield(file, organisation="2").column("hectares").to_dict() == {"A1": 2.0}
    with pytest.raises(pm.errors.InvalidParameter, match="no organisation '3'"):
        pm.readers.brownfield(file, organisation="3")


def test_arguments_that_name_nothing(tmp_path):
    file = written(tmp_path, {})
    with pytest.raises(pm.errors.InvalidParameter, match="Did you mean 'reference'"):
        pm.readers.brownfield(file, columns={"referance": "SiteReference"})
    with pytest.raises(pm.errors.WrongFormat, match="'Site No'"):
        pm.readers.brownfield(file, columns={"reference": "Site No"})
    with pytest.raises(pm.errors.UnknownColumn, match="Did you mean 'Hectares'"):
        pm.readers.brownfield(file, keep=["Hectare"])


@pytest.mark.data
def test_rochdale(data_root, gm):
    file = data_root / ROCHDALE["file"].partition(":")[2]
    with pytest.raises(pm.errors.WrongFormat, match=r"SiteReference.*GeoX.*GeoY"):
        pm.readers.brownfield(file)
    districts = pm.read_areas(gm / "lad21.parquet")
    frame = pm.readers.brownfield(file, columns=MAP, boundary=districts[districts["lad21nm"] == "Rochdale"])
    assert frame.units.tolist() == ROCHDALE["units"]
    assert len(frame) == ROCHDALE["sites"]
    assert frame.column("hectares").sum() == pytest.approx(ROCHDALE["hectares_sum"])
    assert frame.column("min_dwellings").sum() == ROCHDALE["min_net_dwellings_sum"]
    assert frame.column("max_dwellings").sum() == ROCHDALE["max_net_dwellings_sum"]
    assert frame.column("status").value_counts().to_dict() == ROCHDALE["status_counts"]
    assert frame.column("crs").value_counts().to_dict() == ROCHDALE["crs_as_printed"]
    assert frame.column("permission_date").notna().sum() == ROCHDALE["permission_dates"]
    assert frame.about.period.startswith(ROCHDALE["period"])
    for unit, (x, y) in ROCHDALE["points_first_and_last"].items():
        point = frame.geometry[frame.units.get_loc(unit)]
        assert (point.x, point.y) == (x, y)
    away = ROCHDALE["map_link_disagrees_m"]
    assert set(kinds(frame)) == set(away)
    for unit, metres in away.items():
        assert frame.column("link_distance")[unit] == pytest.approx(metres, abs=ROCHDALE["map_link_tolerance_m"])
    known = gpd.read_parquet(gm / "brownfield_rochdale_2018-12.parquet").set_index("site_ref").loc[frame.units]
    assert max(frame.geometry.distance(gpd.GeoSeries(known.geometry.to_numpy(), crs=27700), align=False)) == 0
    own = known["dist_geoxy_to_planlink_m"].to_numpy()
    np.testing.assert_allclose(frame.column("link_distance"), own, atol=1.0)
