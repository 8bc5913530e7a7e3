"""Schemes as planners hand them in: every fault listed with its line, and no coordinate repaired."""

from __future__ import annotations

import datetime as dt
import pickle

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix.errors import (
    CRSMismatch,
    DuplicateUnit,
    EmptyTable,
    InvalidConfig,
    InvalidCounts,
    InvalidParameter,
    InvalidTable,
    NoPlace,
    PlacemixError,
    UnknownColumn,
    UnmatchedUnit,
    UnreadableFile,
)
from placemix.scenarios.schemes import recalling
from placemix.scenarios.schemes.sites import known_crs, misfit

HOMES = [{"tenure": "owned", "bedrooms": 3, "count": 10}]
WHOLE = """
reference = "24/0001"
name = "Mill Lane"
status = "permissioned"
as_of = 2026-04-01

[site]
x = 390000
y = 412000
crs = "OSGB36"

[[homes]]
tenure = "owned"
bedrooms = 3
type = "house"
count = 40

[[homes]]
tenure = "social_rent"
bedrooms = 2
type = "flat"
count = 18

[[demolished]]
tenure = "social_rent"
bedrooms = 2
type = "flat"
count = 8

[phasing]
2028 = 30
2027 = 20

[assumptions]
vacancy = 0.03
internal = 0.4
yields = "county council, 2024"
"""


def written(folder, text, name="scheme.toml"):
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def said(folder, text, **options):
    """Return the faults of a file as lines."""
    with pytest.raises(PlacemixError) as caught:
        pm.scenarios.read_scheme(written(folder, text), **options)
    return caught.value


def test_a_whole_file(tmp_path):
    one = pm.scenarios.read_scheme(written(tmp_path, WHOLE), tenures=["owned", "social_rent"])
    assert repr(one) == "<Scheme 24/0001: 50 net homes, permissioned, 2027 to 2028>"
    assert (one.name, one.as_of, one.vacancy, one.internal, one.file) == (
        "Mill Lane", "2026-04-01", 0.03, 0.4, "scheme.toml",
    )  # fmt: skip
    assert one.assumptions == {"yields": "county council, 2024"}
    assert one.phasing.to_dict() == {2027: 0.4, 2028: 0.6}
    assert one.homes[["tenure", "kind", "built", "demolished"]].to_numpy().tolist() == [
        ["owned", "house", 40.0, 0.0], ["social_rent", "flat", 18.0, 8.0],
    ]  # fmt: skip
    assert (one.site.x, one.site.y, one.crs) == (390_000, 412_000, "EPSG:27700")


def test_the_same_from_python(tmp_path):
    read = pm.scenarios.read_scheme(written(tmp_path, WHOLE))
    homes = pd.DataFrame(
        {"tenure": ["owned", "social_rent"], "bedrooms": [3, 2], "kind": ["house", "flat"], "count": [40, 18]}
    )
    made = pm.scenarios.scheme(
        "24/0001",
        name="Mill Lane",
        status="permissioned",
        as_of=dt.date(2026, 4, 1),
        homes=homes,
        demolished=homes.iloc[1:].assign(count=8),
        phasing=pd.Series({2027: 20, 2028: 30}),
        site=shapely.Point(390_000, 412_000),
        crs="OSGB36",
        vacancy=0.03,
        internal=0.4,
        assumptions={"yields": "county council, 2024"},
    )
    one, other = recalling.record(read), recalling.record(made)
    assert one | {"file": None} == other


def test_every_fault_with_its_line(tmp_path):
    text = """reference = "24/0001"
staus = "proposed"
status = "permisioned"
as_of = "1 April"
year = 28
[site]
x = 390000
crs = "EPSG:27700"
layer = "sites"
[[homes]]
tenure = "social_rnt"
bedrooms = 2
count = -4
[[homes]]
tenure = "owned"
bedrooms = "three"
count = 4.5
[phasing]
2027 = 20
soon = 3
[assumptions]
vacancy = 3
intern = 0.2
"""
    fault = said(tmp_path, text, tenures=["owned", "social_rent"])
    assert isinstance(fault, InvalidConfig)
    assert isinstance(fault, InvalidCounts)
    words = str(fault)
    for line in (
        "'scheme.toml' has 14 faults",
        "Line 2: there is no key 'staus'. Remedy: Did you mean 'status'?",
        "Line 3: 'status' cannot be 'permisioned'. Remedy: Did you mean 'permissioned'?",
        "Line 4: 'as_of' must be a date such as 2026-04-01, not '1 April'.",
        "Line 5: 'year' must be a year such as 2028, not 28.",
        "Line 5: there is a year beside phasing.",
        "Line 6: site lacks 'y'",
        "Line 9: 'layer' does not go with x, y and crs in site.",
        "Line 11: there is no tenure 'social_rnt'. Remedy: Did you mean 'social_rent'?",
        "Line 13: 'count' in homes 1 must be a whole number of homes from 0 to 999,999, not -4.",
        "Line 16: 'bedrooms' in homes 2 must be a whole number from 0 to 99, not 'three'.",
        "Line 17: 'count' in homes 2 must be a whole number of homes from 0 to 999,999, not 4.5.",
        "Line 20: phasing has 'soon', which is no year.",
        "Line 22: 'vacancy' in assumptions must be a share between 0 and 1, not 3.",
        "Line 23: 'intern' in assumptions must be a text. Remedy: Did you mean 'internal'?",
    ):
        assert line in words
    assert len(fault.faults) == 14
    assert "faults" in str(pickle.loads(pickle.dumps(fault)))  # noqa: S301 (our own bytes)


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        (("2027 = 20", "2027 = 21"), InvalidCounts, "Line 30: phasing sums to 51 homes, and the net homes are 50."),
        (("2027 = 20", "2027 = -20"), InvalidCounts, "'2027' in phasing must be a whole number of homes"),
        (("count = 8", "count = 58"), InvalidConfig, "phasing divides net homes, and there are none"),
        (
            ("status =", "dwellings = {min = 60, max = 40}\nstatus ="),
            InvalidCounts,
            "the smallest number of dwellings, 60, is above the largest, 40",
        ),
        (
            ("status =", "dwellings = {min = 60, max = 70}\nstatus ="),
            InvalidCounts,
            "homes net of those demolished are 50, and dwellings 60 to 70",
        ),
        (("status =", "dwellings = {min = 40}\nstatus ="), InvalidConfig, "dwellings lacks 'max'"),
        (("y = 412000", "y = 1412000"), CRSMismatch, "coordinates outside the area"),
        (('crs = "OSGB36"', 'crs = "Mars"'), CRSMismatch, "no coordinate reference system 'Mars'"),
        (('x = 390000\ny = 412000\ncrs = "OSGB36"', ""), InvalidConfig, "says where it is in 0 ways"),
        (("x = 390000", 'x = 390000\nfile = "a.gpkg"'), InvalidConfig, "says where it is in 2 ways"),
        (('x = 390000\ny = 412000\ncrs = "OSGB36"', 'file = "a.gpkg"'), UnreadableFile, "Line 8: there is no file"),
        (('x = 390000\ny = 412000\ncrs = "OSGB36"', 'register = "r.csv"'), InvalidConfig, "site lacks 'reference'"),
        (('reference = "24/0001"', ""), InvalidConfig, "the scheme lacks 'reference'"),
        (('"Mill Lane"', "Mill Lane"), InvalidConfig, "is no TOML"),
    ],
)
def test_one_fault(change, kind, words, tmp_path):
    fault = said(tmp_path, WHOLE.replace(*change))
    assert isinstance(fault, kind)
    assert words.casefold() in str(fault).casefold()


SCHOOL = """
reference = "24/0007"
year = 2030
[site]
x = 390000
y = 412000
crs = "OSGB36"
[[services]]
kind = "primary school"
name = "Mill Lane Primary"
places = 210
[[services]]
kind = "library"
year = 2032
"""


def test_a_school_and_no_homes(tmp_path):
    one = pm.scenarios.read_scheme(written(tmp_path, SCHOOL))
    assert repr(one) == "<Scheme 24/0007: no homes, 2 services, unknown, 2030 to 2032>"
    assert (one.net, one.only_services, len(one.homes)) == ((0, 0), True, 0)
    assert one.services.astype(object).where(one.services.notna(), None).to_numpy().tolist() == [
        ["primary school", "Mill Lane Primary", 210, None],
        ["library", None, None, 2032],
    ]
    assert one.opening.tolist() == [2030, 2032]  # a service without a year of its own opens with the scheme
    table = pd.DataFrame(
        {
            "kind": ["primary school", "library"],
            "name": ["Mill Lane Primary", None],
            "places": [210, np.nan],
            "year": [None, 2032],
        }
    )
    point = shapely.Point(390_000, 412_000)
    made = pm.scenarios.scheme("24/0007", year=2030, services=table, site=point, crs="OSGB36")
    assert recalling.record(made) == recalling.record(one) | {"file": None}
    people = pm.scenarios.scheme_people(one, pm.datasets.town().occupancy, years=[2030])
    assert people[["homes", "people", "children"]].to_numpy().tolist() == [[0, 0, 0]]
    assert people["reason"].isna().all()


def test_homes_and_a_service(tmp_path):
    text = WHOLE + '[[services]]\nkind = "gp"\nplaces = 4\n'
    one = pm.scenarios.read_scheme(written(tmp_path, text))
    assert repr(one) == "<Scheme 24/0001: 50 net homes, 1 service, permissioned, 2027 to 2028>"
    assert not one.only_services
    assert one.opening.tolist() == [2028]
    plan = pm.scenarios.Schemes((one, pm.scenarios.scheme("b", services=[{"kind": "a"}, {"kind": "b"}])))
    assert plan.table()["services"].tolist() == ["gp", "a; b"]
    assert plan["b"].opening.isna().all()
    none = pm.scenarios.scheme("c", dwellings=4)
    assert none.services.dtypes.to_dict() == one.services.dtypes.to_dict()
    assert not len(none.services)


def test_faults_of_services(tmp_path):
    text = """reference = "a"
[[services]]
name = "Library"
places = 0
yaer = 2030
[[services]]
kind = ""
places = -3
year = "soon"
[phasing]
2030 = 4
"""
    fault = said(tmp_path, text)
    assert isinstance(fault, InvalidCounts)
    for line in (
        "has 7 faults",
        "Line 4: 'places' in services 1 must be a whole number of places from 1 to 999,999, not 0.",
        "Line 5: there is no key 'yaer' in services 1. Remedy: Did you mean 'year'?",
        "Line 2: services 1 lacks 'kind', which must be a text.",
        "Line 7: 'kind' in services 2 must be a text, not ''.",
        "Line 8: 'places' in services 2 must be a whole number of places from 1 to 999,999, not -3.",
        "Line 9: 'year' in services 2 must be a year such as 2028, not 'soon'.",
        "phasing divides net homes, and there are none after demolitions.",
    ):
        assert line in str(fault)
    assert len(fault.faults) == 7
    with pytest.raises(InvalidConfig, match=r"'services' must be written as \[\[…\]\]"):
        pm.scenarios.scheme("a", services=["library"])
    for services in ([], None):
        with pytest.raises(InvalidConfig, match="has no homes and no services"):
            pm.scenarios.scheme("a", services=services)


def test_a_file_without_homes_or_text(tmp_path):
    assert "has no homes and no services" in str(said(tmp_path, 'reference = "a"\n'))
    file = tmp_path / "latin.toml"
    file.write_bytes('name = "Café"'.encode("latin-1"))
    with pytest.raises(UnreadableFile, match="not UTF-8"):
        pm.scenarios.read_scheme(file)


@pytest.mark.parametrize(
    ("x", "y", "crs", "why"),
    [
        (390_000, 412_000, "EPSG:27700", ""),
        (-2.15, 53.6, "EPSG:4326", ""),
        (-2.15, 53.6, "EPSG:27700", "degrees under a label of metres"),
        (53.6, -2.15, "EPSG:27700", "degrees under a label of metres"),
        (390_000, 412_000, "EPSG:4326", "metres under a label of degrees"),
        (980_000, 300_000, "EPSG:27700", "easting and northing swapped"),
        (23_405, 497_365, "EPSG:32631", "easting and northing swapped"),
        (53.6, -172.15, "EPSG:4326", "longitude and latitude swapped"),
        (55.0, 12.0, "EPSG:4258", "longitude and latitude swapped"),
        (2_390_000, 4_412_000, "EPSG:27700", "coordinates outside the area that the system is made for"),
        (49_736, 23_405, "EPSG:32631", "coordinates outside the area that the system is made for"),
    ],
)
def test_coordinates_by_their_size(x, y, crs, why):
    assert misfit(np.array([x, y, x, y], dtype=float), known_crs(crs)) == why
    if why:
        with pytest.raises(CRSMismatch, match=why):
            pm.scenarios.scheme("a", homes=HOMES, site=shapely.Point(x, y), crs=crs)
    assert misfit(np.array([x, y, x, y]), None) == ""


def test_sites_from_files(tmp_path):
    shapes = gpd.GeoDataFrame(
        {"ref": ["a", "b"]}, geometry=[shapely.box(0, 0, 50, 50), shapely.box(100, 0, 180, 50)], crs=27700
    )
    moved = shapes.translate(390_000, 412_000)
    shapes.set_geometry(moved).to_file(tmp_path / "two.gpkg", layer="sites")
    shapes.set_geometry(moved).iloc[:1].to_file(tmp_path / "one.geojson")
    shapes.set_geometry(moved).iloc[:1].set_crs(4326, allow_override=True).to_file(tmp_path / "wrong.gpkg")
    head = 'reference = "a"\ndwellings = {min = 5, max = 8}\n[site]\n'
    one = pm.scenarios.read_scheme(written(tmp_path, head + 'file = "one.geojson"\n'))
    assert one.site.geom_type == "Polygon"
    two = pm.scenarios.read_scheme(
        written(tmp_path, head + 'file = "two.gpkg"\nlayer = "sites"\ncolumn = "ref"\nvalue = "b"\n')
    )
    assert two.site.area == 4_000
    # Ids of a column with gaps are read as numbers with a decimal point.
    shapes.set_geometry(moved).assign(ref=[7.0, 8.0]).to_file(tmp_path / "numbered.gpkg")
    for value in ("8", '"8"'):
        text = head + f'file = "numbered.gpkg"\ncolumn = "ref"\nvalue = {value}\n'
        assert pm.scenarios.read_scheme(written(tmp_path, "\ufeff" + text)).site.equals(two.site)
    assert two.crs == "EPSG:27700"
    for more, words in (
        ('file = "two.gpkg"\n', "Line 4: 'two.gpkg' has 2 shapes of this site."),
        ('file = "two.gpkg"\ncolumn = "rf"\nvalue = "b"\n', "Did you mean 'ref'"),
        ('file = "two.gpkg"\ncolumn = "ref"\nvalue = "c"\n', "no row whose ref is 'c'"),
        ('file = "two.gpkg"\ncolumn = "ref"\n', "a column without a value"),
        ('file = "wrong.gpkg"\n', "metres under a label of degrees"),
    ):
        assert words in str(said(tmp_path, head + more))


def test_shapes_that_are_no_site():
    bow = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    for shape, words in (
        (shapely.LineString([(0, 0), (1, 1)]), "a LineString as its shape"),
        (bow, "crosses itself"),
        (shapely.Point(), "empty"),
        ("POINT (1 2)", "not a str"),
    ):
        with pytest.raises(NoPlace, match=words):
            pm.scenarios.scheme("a", homes=HOMES, site=shape)
    with pytest.raises(PlacemixError) as caught:
        pm.scenarios.scheme("a", dwellings=(1, 2, 3), phasing=[2030], assumptions=["none"])
    for words in ("fewest and the most", "'phasing' must be a table", "'assumptions' must be a table"):
        assert words in str(caught.value)
    for more, words in (
        ({"homes": []}, "has no homes"),
        ({"homes": [3]}, "'homes' must be written"),
        ({"dwellings": float("nan")}, "'min' in dwellings must be a whole number of homes"),
        ({"dwellings": "40"}, "fewest and the most, not '40'"),
        ({"homes": HOMES, "assumptions": {"vacancy": 0.5}}, "'vacancy' stands in assumptions"),
        ({"homes": HOMES, "phasing": {2028: 4, "2028": 6}}, "has 2028 twice"),
        ({"homes": HOMES, "as_of": "20210101"}, "'as_of' must be a date"),
        ({"homes": HOMES, "as_of": "01/02/2021"}, "'as_of' must be a date"),
    ):
        with pytest.raises(InvalidConfig, match=words):
            pm.scenarios.scheme("a", **more)
    with pytest.raises(CRSMismatch, match="without a site"):
        pm.scenarios.scheme("a", homes=HOMES, crs="EPSG:27700")


def test_a_site_of_a_register(tmp_path):
    rows = [
        (
            "SiteReference,SiteNameAddress,CoordinateReferenceSystem,GeoX,GeoY,Hectares,PlanningStatus,MinNetDwellings,"
            "NetDwellingsRangeFrom,NetDwellingsRangeTo"
        ),
        "EX/1,Mill Lane,OSGB36,390000,412000,1.25,permissioned,30,30,40",
        "EX/2,Hill Street,WGS84,53.6,-2.16,0.4,permissioned,,,",
    ]
    written(tmp_path, "\n".join(rows), "register.csv")
    site = '[site]\nregister = "register.csv"\nreference = "{}"\n'
    one = pm.scenarios.read_scheme(written(tmp_path, 'reference = "a"\n' + site.format("EX/1")))
    assert one.net == (30, 40)
    assert one.site.x == 390_000
    mixed = 'reference = "a"\nhomes = [{tenure = "owned", bedrooms = 2, count = 50}]\n'
    two = pm.scenarios.read_scheme(written(tmp_path, mixed + site.format("EX/1")))
    assert two.net == (50, 50)
    assert "The register states 30 to 40 net homes, and the scheme 50." in two.notes
    assert "longitude and latitude swapped" in str(said(tmp_path, mixed + site.format("EX/2")))
    assert "Did you mean 'EX/1'" in str(said(tmp_path, mixed + site.format("EX/11")))


# -- registers ------------------------------------------------------------------------------------


def sites(**columns):
    points = gpd.points_from_xy([390_000, 391_000, 392_000], [412_000] * 3)
    usual = {
        "site": ["a", "b", "c"],
        "status": ["not permissioned", "Under Construction", None],
        "low": [10, 20, 30],
        "high": [10, 25, 30],
    }
    return gpd.GeoDataFrame(usual | columns, geometry=points, crs=27700)


MINE = {"min_dwellings": "low", "max_dwellings": "high"}


def test_registers_keep_every_row_and_say_what_is_wrong():
    table = sites(low=[10.0, np.nan, 40.0], high=[np.nan, 25.0, 30.0])
    table.loc[1, "geometry"] = shapely.Point(-2.1, 53.6)
    table.loc[2, "geometry"] = None
    found = pm.scenarios.schemes_from_register(table, reference="site", columns=MINE, vacancy=0.02)
    assert [one.reference for one in found] == ["a", "b", "c"]
    assert [one.status for one in found] == ["proposed", "under construction", "unknown"]
    assert [one.dwellings for one in found] == [(10, 10), None, None]
    assert [one.site is None for one in found] == [False, True, True]
    text = " ".join(found.notes)
    for words in (
        "1 site: degrees under a label of metres: b.",
        "1 site: no coordinates: c.",
        "2 sites without a number of homes: b, c.",
        "'not permissioned' as 'proposed' (1)",
        "'no status' as 'unknown' (1)",
    ):
        assert words in text
    assert "the smallest is unknown, not 0" in " ".join(found["b"].notes)
    assert "The smallest number of homes, 40, is above the largest, 30" in " ".join(found["c"].notes)
    assert found.table()["sited"].tolist() == [True, False, False]
    assert repr(found) == "<Schemes: 3 schemes, 10 net homes>"
    with pytest.raises(UnmatchedUnit):
        found["d"]


def test_registers_with_other_words():
    table = sites(status=["Under offer", "x", "permissioned"], done=pd.array([2020, None, 2030], dtype="Int64"))
    found = pm.scenarios.schemes_from_register(
        table, reference="site", columns={**MINE, "year": "done"}, statuses={"under offer": "proposed"}
    )
    assert [one.status for one in found] == ["proposed", "unknown", "permissioned"]
    assert [list(one.phasing.index) for one in found] == [[2020], [], [2030]]
    plan = pm.scenarios.schemes_from_register(table, reference="site", columns=MINE, status="allocated")
    assert {one.status for one in plan} == {"allocated"}
    areas = gpd.GeoDataFrame(geometry=[shapely.box(389_000, 411_000, 391_500, 413_000)], crs=27700)
    assert "1 site: outside the areas: c." in " ".join(
        pm.scenarios.schemes_from_register(table, reference="site", columns=MINE, areas=areas.to_crs(4326)).notes
    )


def test_rows_that_hold_something_else_are_kept_and_told():
    table = sites(low=["12", "n/k", "7"], high=[None, "30", "7"], done=["2023", "2023/24", None])
    table.loc[2, "geometry"] = shapely.LineString([(390_000, 412_000), (390_100, 412_000)])
    found = pm.scenarios.schemes_from_register(table, reference="site", columns={**MINE, "year": "done"})
    assert [one.dwellings for one in found] == [(12, 12), None, (7, 7)]
    assert [list(one.phasing.index) for one in found] == [[2023], [], []]
    assert found["b"].notes == ("'n/k' is no number of homes.", "'2023/24' is no year: none is taken.")
    assert found["c"].site is None
    assert "1 site: a LineString as its shape" in " ".join(found.notes)


def test_registers_whose_columns_serve_twice_or_bear_other_names():
    table = sites(planning=["permissioned", "allocated", "x"], last_updated=["05/12/2024", "2024-12-05", None])
    named = {"min_dwellings": "low", "max_dwellings": "low", "status": "planning"}
    found = pm.scenarios.schemes_from_register(table, reference="site", columns=named, statuses={" X ": "proposed"})
    assert [one.dwellings for one in found] == [(10, 10), (20, 20), (30, 30)]
    assert [one.status for one in found] == ["permissioned", "allocated", "proposed"]
    # Dates are compared with that of the census, so that only those which can be are taken.
    assert [one.as_of for one in found] == [None, "2024-12-05", None]
    assert found["a"].notes == ("'05/12/2024' is no date such as 2026-04-01: none is taken.",)
    both = table.assign(as_of=pd.Timestamp("2025-01-02"), low=["inf", "nan", 3])
    found = pm.scenarios.schemes_from_register(both, reference="site", columns=MINE)
    assert {one.as_of for one in found} == {"2025-01-02"}
    assert found["a"].dwellings is None
    assert "'inf' is no number of homes." in found["a"].notes


def test_registers_refused_with_every_fault():
    table = sites(site=["a", "a", None])
    with pytest.raises(PlacemixError) as caught:
        pm.scenarios.schemes_from_register(
            table.set_crs(None, allow_override=True),
            reference="site",
            columns={"min_dwelings": "low", "max_dwellings": "hihg"},
            statuses={"x": "permited"},
            vacancy=2,
        )
    for kind in (DuplicateUnit, CRSMismatch, UnknownColumn, InvalidParameter):
        assert isinstance(caught.value, kind)
    for words in ("Did you mean 'min_dwellings'", "Did you mean 'high'", "no status 'permited'", "vacancy is a share"):
        assert words in str(caught.value)
    with pytest.raises(InvalidTable, match="a Frame or a GeoDataFrame"):
        pm.scenarios.schemes_from_register(pd.DataFrame({"a": [1]}))
    with pytest.raises(UnknownColumn):
        pm.scenarios.schemes_from_register(table, reference="sit")


def test_the_towns_wrong_coordinates_are_found():
    town = pm.datasets.town()
    mine = {"min_dwellings": "dwellings_min", "max_dwellings": "dwellings_max", "year": "completed_year"}
    plan = pm.scenarios.schemes_from_register(town.sites, reference="site", columns=mine)
    fault = town.sites.set_index("site")["coordinate_fault"].astype(str)
    # A site that was shifted within the town cannot be told by its size.
    visible = {"axes swapped", "longitude and latitude", "digit dropped"}
    assert {one.reference for one in plan if one.site is None} == set(fault.index[fault.isin(visible)])
    assert sum(one.net[0] for one in plan) == town.sites["dwellings_min"].sum()
    assert sum(one.net[1] for one in plan) == town.sites["dwellings_max"].sum()
    where = pm.scenarios.placed(plan, town.residents(), outside="leave out").set_index("reference")["unit"]
    right = fault.index[fault == "none"]
    assert (where[right] == town.sites.set_index("site").loc[right, "unit"]).all()


# -- on the map -----------------------------------------------------------------------------------


def grid(crs=27700, size=100.0, x=400_000, y=300_000):
    cells = [shapely.box(x + size * i, y + size * j, x + size * (i + 1), y + size * (j + 1))
             for j in range(3) for i in range(3)]  # fmt: skip
    return gpd.GeoDataFrame({"unit": [f"u{place}" for place in range(9)]}, geometry=cells, crs=crs)


def at(shape, reference="a", crs="EPSG:27700", **more):
    return pm.scenarios.scheme(reference, dwellings=10, site=shape, crs=crs, **more)


def test_points_and_ground_by_unit():
    point = at(shapely.Point(400_150, 300_050), "p")
    ground = at(shapely.box(400_075, 300_020, 400_175, 300_120), "g")
    found = pm.scenarios.placed([point, ground], grid()).set_index(["reference", "unit"])
    assert found.loc[("p", "u1"), "share"] == 1
    # 25 and 75 m wide, 80 and 20 m high.
    expected = {"u0": 0.25 * 0.8, "u1": 0.75 * 0.8, "u3": 0.25 * 0.2, "u4": 0.75 * 0.2}
    assert found.loc["g", "share"].to_dict() == pytest.approx(expected)
    assert found.loc["g", "hectares"].sum() == pytest.approx(1.0)


@pytest.mark.slow
@settings(max_examples=25)
@given(
    st.floats(0, 250), st.floats(0, 250), st.floats(1, 300), st.floats(1, 300),
    st.sampled_from(["EPSG:27700", "EPSG:2263", None]),
)  # fmt: skip
def test_shares_sum_to_one_and_are_those_of_the_ground(x, y, wide, high, crs):
    areas = grid(crs=crs, x=950_000 if crs == "EPSG:2263" else 400_000, y=200_000 if crs == "EPSG:2263" else 300_000)
    corner = areas.total_bounds[:2]
    site = shapely.box(corner[0] + x, corner[1] + y, corner[0] + x + wide, corner[1] + y + high)
    found = pm.scenarios.placed(at(site, crs=crs), areas, outside="leave out")
    assert found["share"].sum() == pytest.approx(1)
    ground = areas.set_index("unit").geometry.intersection(site).area
    truth = ground[ground > 1e-6] / ground.sum()
    assert found.set_index("unit")["share"].to_dict() == pytest.approx(truth.to_dict(), abs=1e-5)
    assert found["reason"].notna().all() == (ground.sum() < site.area * (1 - 1e-6))


def test_sites_in_another_system_than_the_map():
    areas = grid()
    degrees = gpd.GeoSeries([shapely.Point(400_250, 300_250)], crs=27700).to_crs(4326).iloc[0]
    assert pm.scenarios.placed(at(degrees, crs="WGS84"), areas)["unit"].tolist() == ["u8"]
    assert pm.scenarios.placed(at(shapely.Point(400_250, 300_250)), areas.to_crs(4326))["unit"].tolist() == ["u8"]
    with pytest.raises(pm.errors.GeographicCRS):
        pm.scenarios.placed(at(shapely.box(400_010, 300_010, 400_020, 300_020)), areas.to_crs(4326))
    plane = areas.set_crs(None, allow_override=True)
    with pytest.raises(CRSMismatch, match="areas has no coordinate"):
        pm.scenarios.placed(at(shapely.Point(400_250, 300_250)), plane)
    with pytest.raises(CRSMismatch, match="site of the scheme 'a' has no"):
        pm.scenarios.placed(at(shapely.Point(1, 1), crs=None), areas)


def test_a_plane_of_no_named_unit_has_no_metres():
    plane, free = grid(crs=None), {"crs": None}
    found = pm.scenarios.placed(
        [
            at(shapely.box(400_010, 300_010, 400_020, 300_020), "in", **free),
            at(shapely.Point(401_400, 300_050), **free),
        ],
        plane,
        outside="leave out",
    )
    assert found[["hectares", "distance"]].isna().all(axis=None)
    assert "1100 units from the nearest" in found["reason"].iloc[1].replace(",", "")
    feet = grid(crs=2263, x=950_000, y=200_000)
    away = at(shapely.Point(951_300, 200_050), crs="EPSG:2263")
    assert pm.scenarios.placed(away, feet, outside="leave out")["distance"].iloc[0] == pytest.approx(1_000 * 0.3048006)
    ground = at(shapely.box(951_300, 200_000, 951_400, 200_100), crs="EPSG:2263")
    assert pm.scenarios.placed(ground, feet, outside="leave out")["distance"].iloc[0] == pytest.approx(304.8006)


def test_outside_is_refused_or_left_out_and_swaps_are_named():
    sites_ = [
        at(shapely.Point(400_050, 300_050), "in"),
        at(shapely.Point(400_050, 301_300), "out"),
        at(shapely.Point(300_150, 400_050), "swapped"),
        at(shapely.box(400_250, 300_000, 400_350, 300_100), "half"),
        pm.scenarios.scheme("nowhere", dwellings=3),
    ]
    with pytest.raises(NoPlace) as caught:
        pm.scenarios.placed(sites_, grid())
    text = str(caught.value)
    assert "'out' (read as EPSG:27700) lies outside the units, 1 km from the nearest." in text
    assert "'swapped' (read as EPSG:27700) lies outside the units, 141 km from the nearest. With its two" in text
    assert "50.0% of the ground of the scheme 'half' lies outside the units." in text
    assert "The scheme 'nowhere' has no site." in text
    found = pm.scenarios.placed(sites_, grid(), outside="leave out")
    assert found["reference"].tolist() == ["in", "out", "swapped", "half", "nowhere"]
    assert found["unit"].tolist() == ["u0", None, None, "u2", None]
    assert found["share"].dropna().tolist() == [1, 1]
    assert found.loc[1, "distance"] == 1_000
    assert found["reason"].isna().tolist() == [True, False, False, False, False]
    degrees = gpd.GeoSeries([shapely.Point(400_050, 300_050)], crs=27700).to_crs(4326).iloc[0]
    turned = at(shapely.Point(degrees.y, degrees.x), crs="EPSG:4326")
    with pytest.raises(NoPlace, match="With its two coordinates swapped it would lie inside"):
        pm.scenarios.placed(turned, grid())


def test_maps_that_cannot_be_used():
    point = at(shapely.Point(400_050, 300_050))
    counts = pm.from_wide(pd.DataFrame({"id": ["a"], "x": [1], "y": [2]}), groups=["x", "y"], unit="id")
    with pytest.raises(NoPlace, match="no shapes"):
        pm.scenarios.placed(point, counts)
    twice = pd.concat([grid(), grid().assign(unit=lambda table: table["unit"] + "b")])
    with pytest.raises(NoPlace, match="units that overlap"):
        pm.scenarios.placed(at(shapely.box(400_010, 300_010, 400_020, 300_020)), twice)
    with pytest.raises(InvalidParameter, match="Did you mean 'leave out'"):
        pm.scenarios.placed(point, grid(), outside="leave-out")
    with pytest.raises(EmptyTable):
        pm.scenarios.placed([], grid())
    with pytest.raises(DuplicateUnit):
        pm.scenarios.placed([point, point], grid())
    with pytest.raises(InvalidTable, match="not str"):
        pm.scenarios.placed("24/1", grid())
    with pytest.raises(InvalidTable, match="holds no schemes"):
        pm.scenarios.placed(pd.DataFrame({"a": [1]}), grid())


def test_records_come_back_whole(tmp_path):
    read = pm.scenarios.read_scheme(written(tmp_path, WHOLE))
    plan = [read, at(shapely.box(0.1, 0.2, 1 / 3, 2 / 3), crs=None), pm.scenarios.scheme("b", dwellings=(3, 7))]
    plan.append(pm.scenarios.read_scheme(written(tmp_path, SCHOOL)))
    # What has no services is written as before there were any, so that older packs keep their hash.
    assert [("services" in recalling.record(one)) for one in plan] == [False, False, False, True]
    back = recalling.known(recalling.tabled(plan))
    assert [recalling.record(one) for one in back] == [recalling.record(one) for one in plan]
    for one, other in zip(plan, back, strict=True):
        pd.testing.assert_frame_equal(one.homes, other.homes)
        pd.testing.assert_frame_equal(one.services, other.services)
        pd.testing.assert_series_equal(one.phasing, other.phasing, check_index_type=False)
    found = pm.scenarios.placed([read], grid(x=389_900, y=411_900))
    assert pm.verify(found.save(tmp_path / "placed.zip")).same
