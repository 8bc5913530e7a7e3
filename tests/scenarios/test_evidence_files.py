"""Files of evidence: every key does what the guide says, every fault has its line, and nothing is guessed or run."""

from __future__ import annotations

import tempfile
import tomllib
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from row_evidence import (
    CAPACITY,
    DISTRICTS,
    EVERYTHING,
    GROUPS,
    HOMES,
    LEAST,
    OCCUPANCY,
    PEOPLE,
    POOR,
    SCHOOLS,
    SERVICES,
    SHAPES,
    SITES,
    TENURES,
    UNITS,
    write,
)
from shapely import Point

import placemix as pm
from placemix.errors import (
    CRSMismatch,
    DuplicateUnit,
    GeographicCRS,
    InvalidConfig,
    InvalidCounts,
    InvalidParameter,
    UnknownColumn,
    UnmatchedUnit,
    UnreadableFile,
)
from placemix.scenarios.checking.keys import SCHEMA

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "howto" / "check-a-scheme.md"


#: Where each part of the file of everything begins; what stands before the first is always there.
STARTS = {
    "Age": '[[dimensions]]\nname = "Age"', "Poverty": '[[dimensions]]\nname = "Poverty"', "residents": "[residents]",
    "occupancy": "[occupancy]", "yields": "[yields]", "calibrations": "[[calibrations]]", "schools": "[schools]",
    "services": "[[services]]", "condition": "[condition]", "others": "[[others]]\nfile",
    "brownfield": "[[others]]\nbrownfield", "annex": "[annex]",
}  # fmt: skip


def only(*parts):
    """The file of everything, with these of its parts."""
    places = [EVERYTHING.index(start) for start in STARTS.values()]
    each = {
        part: EVERYTHING[start:end]
        for part, start, end in zip(STARTS, places, [*places[1:], len(EVERYTHING)], strict=True)
    }
    assert set(parts) <= set(each)
    return EVERYTHING[: places[0]] + "".join(text for part, text in each.items() if part in parts)


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    return pm.scenarios.read_evidence(write(tmp_path_factory.mktemp("row")))


@pytest.fixture
def read(tmp_path):
    def _read(text=EVERYTHING, **replaced):
        for old, new in replaced.pop("swap", {}).items():
            assert old in text
            text = text.replace(old, new)
        return pm.scenarios.read_evidence(write(tmp_path / "row", text))

    return _read


def counts(table, groups, universe, *, unit="code", mapped=False, total=None, **about):
    frame = gpd.GeoDataFrame(table, geometry=SHAPES, crs=27700) if mapped else table
    strata = ["district"] if "district" in table else []
    given_ = {"groups": groups, "unit": unit, "strata": strata, "total": total}
    return pm.from_wide(frame, **given_, about={"universe": universe, **about})


def poverty():
    table = POOR.assign(**{"Not poor": POOR["all"] - POOR["poor"], "district": DISTRICTS}).rename(
        columns={"poor": "Poor"}
    )
    return counts(table, ["Poor", "Not poor"], "households", total="all")


def scheme(**more):
    given_ = {
        "homes": [{"tenure": "own", "bedrooms": 3, "count": 30}, {"tenure": "social", "bedrooms": 2, "count": 10}],
        "year": 2028, "site": Point(401_500, 400_500), "crs": "EPSG:27700", "status": "proposed",
        "as_of": "2026-01-01",
    } | more  # fmt: skip
    return pm.scenarios.scheme("26/1", **given_)


# -- every key ------------------------------------------------------------------------------------


def test_the_guide_lists_every_key():
    rows = [line.split("|")[1] for line in GUIDE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    named = {part for row in rows for part in row.replace("`", "").replace("[", "").replace("]", "").split(", ")}
    assert {one.strip() for one in named} == set(SCHEMA)
    # And the file of these tests has all of them, but for those that stand in files of their own below.
    assert set(SCHEMA) - set(tomllib.loads(EVERYTHING)) == {"folder", "only"}


def test_tables_of_counts(everything):
    known = everything
    assert (known.name, known.census, known.district, known.focal) == ("The row", "2021-03-21", "district", "private")
    homes = known.homes
    assert homes.values.tolist() == HOMES[TENURES].to_numpy().tolist()
    assert homes.about.source == "made up"
    assert homes.geometry.crs.to_epsg() == 27700
    assert list(homes.geometry.centroid.x) == [400_500 + n * 1000 for n in range(6)]
    assert list(homes.strata["district"]) == DISTRICTS
    age, poor = known.dimensions["Age"], known.dimensions["Poverty"]
    assert age.values.tolist() == [[row.kids, row.adults + row.old] for row in PEOPLE.itertuples()]
    # The rest of the total is a group; `where` leaves out the row of elsewhere; the strata come from another file.
    assert poor.values.tolist() == [[many, 100 - many] for many in POOR["poor"]]
    assert list(poor.strata["district"]) == DISTRICTS
    assert known.residents.values.tolist() == GROUPS[["x", "y"]].to_numpy().tolist()
    assert known.names["u3"] == "Area 3"
    assert known.sources == ("Drawn for a test.", "https://example.org/areas")


@pytest.mark.slow
def test_only_keeps_one_district_of_every_table(read):
    known = read(swap={'district = "district"\nfocal': 'district = "district"\nonly = "north"\nfocal'})
    for one in (*known.tables.values(), known.residents):
        assert list(one.units) == UNITS[:4]
    with pytest.raises(InvalidParameter, match=r"no district 'nrth'.*Did you mean 'north'"):
        read(swap={'district = "district"\nfocal': 'district = "district"\nonly = "nrth"\nfocal'})


def test_layers(tmp_path):
    path = write(tmp_path / "row", only().replace('[homes]\nfile = "homes.gpkg"', '[homes]\nfile = "two.gpkg"'))
    folder = path.parent
    shapes = gpd.GeoDataFrame(HOMES, geometry=SHAPES, crs=27700)
    shapes.assign(own=1, social=2, private=4).to_file(folder / "two.gpkg", layer="wrong")
    shapes.to_file(folder / "two.gpkg", layer="right")
    path.write_text(path.read_text().replace('"two.gpkg"', '"two.gpkg"\nlayer = "right"'))
    assert pm.scenarios.read_evidence(path).homes.values.tolist() == HOMES[TENURES].to_numpy().tolist()
    path.write_text(path.read_text().replace('layer = "right"', 'layer = "wrong"'))
    assert pm.scenarios.read_evidence(path).homes.values[0].tolist() == [1, 2, 4]


@pytest.mark.slow
def test_homes_people_and_pupils(read):
    text = only("occupancy", "yields")
    known = read(text)
    assert known.occupancy.equals(OCCUPANCY)
    assert (known.occupancy_source, known.or_more, known.fill) == ("made up", 3, "tenure")
    # Four bedrooms are three or more, and private homes of one bedroom have the mean of their tenure.
    many = [{"tenure": "own", "bedrooms": 4, "count": 10}, {"tenure": "private", "bedrooms": 1, "count": 12}]
    with pytest.raises(UnmatchedUnit):
        pm.scenarios.check(
            scheme(homes=many), read(text, swap={"or_more = 3": "", 'fill = "tenure"': ""}), unknown="exclude"
        )
    found = pm.scenarios.check(scheme(homes=many), known, unknown="exclude", radii=[])
    assert found["people"]["people"].iloc[0] == pytest.approx(10 * 2.6 + 12 * 2.0)
    assert (found["people"]["pupils_primary"].iloc[0], found["people"]["pupils_secondary"].iloc[0]) == (4.4, 2.2)
    bare = pm.scenarios.check(scheme(homes=None, dwellings=40), known, unknown="exclude", radii=[])
    assert bare["people"]["people"].iloc[0] == pytest.approx(20 * 2.6 + 20 * 2.25)
    assert any("for a test" in text and "own, 3 bedrooms 50 %" in text for text in bare.assumptions)


def test_yields_by_file(read, tmp_path):
    (tmp_path / "row").mkdir()
    table = pd.DataFrame({"phase": ["primary", "primary"], "bedrooms": [2, 3], "pupils_per_home": [0.1, 0.4]})
    table.to_csv(tmp_path / "row" / "yields.csv", index=False)
    text = only("occupancy", "yields")
    known = read(text, swap={"rates = { primary = 0.2, secondary = 0.1 }": 'file = "yields.csv"'})
    found = pm.scenarios.check(scheme(), known, unknown="exclude", radii=[])
    assert found["people"]["pupils_primary"].iloc[0] == pytest.approx(30 * 0.4 + 10 * 0.1)


@pytest.mark.slow
@pytest.mark.parametrize(("unknown", "left"), [("leave out", 30.0), ("missing", np.nan)])
def test_schools_whose_places_nobody_knows(read, unknown, left):
    text = only("occupancy", "yields", "schools", "others")
    known = read(text, swap={'unknown = "leave out"': f'unknown = "{unknown}"'})
    schools = known.pupils["schools"]
    assert schools["places"].fillna(-1).tolist() == [120, -1, 100, 260]
    assert schools["stage"].tolist() == ["primary", "primary", "primary", "secondary"]
    found = pm.scenarios.check(scheme(), known, unknown="exclude", radii=[])["schools"]
    row = found[found["phase"] == "primary"].iloc[0]
    # A has 30 left; of B nobody knows, so that it is left out or nothing is known of the North.
    assert row["planning_area"] == "North"
    assert row["left_without"] == pytest.approx(left - 2, nan_ok=True)  # ten homes come anyway, with two pupils
    assert (row["rolls_year"], row["places_year"]) == ("2022/23", "2021")
    refusing = read(text, swap={'unknown = "leave out"': 'unknown = "refuse"'})
    with pytest.raises(InvalidCounts, match="B"):
        pm.scenarios.check(scheme(), refusing, unknown="exclude", radii=[])


@pytest.mark.slow
def test_other_options_of_schools(read):
    text = only("occupancy", "yields", "schools")
    known = read(
        text, swap={"places_year = 2021": 'places_year = 2021\nwithin = { primary = "600 m" }\nphases = ["primary"]'}
    )
    found = pm.scenarios.check(scheme(site=Point(400_900, 400_500)), known, unknown="exclude", radii=[])["schools"]
    assert set(found["phase"]) == {"primary"}
    assert found["places"].iloc[0] == 120  # of A alone, which is so near
    with pytest.raises(InvalidConfig, match=r"no row whose 'kind' is 'private', 'special'.*There are 'state'"):
        read(text, swap={'where = { kind = "state" }': 'where = { kind = ["private", "special"] }'})


@pytest.mark.slow
def test_services_where_people_meet_and_a_condition(read):
    known = read(only("Age", "occupancy", "services", "condition"))
    assert known.services["kind"].tolist() == ["GP", "GP", "library"]
    # Two of one name are told apart, and those without a name are numbered.
    assert known.services["service"].tolist() == ["East", "East (2)", "1"]
    assert known.meeting == ("library",)
    assert known.condition.to_dict() == POOR.set_index("code")["poor"].to_dict() | {"elsewhere": 5}
    assert known.condition_words == "poverty"
    found = pm.scenarios.check(scheme(), known, unknown="exclude", radii=[])
    assert found["access"].groupby("kind")["way"].first().to_dict() == pytest.approx(
        {"GP": np.hypot(1000, 400), "library": 1000}
    )
    assert set(found["meeting"]["kind"]) == {"library"}


def test_services_are_brought_onto_the_map_of_the_homes(read, tmp_path):
    (tmp_path / "row").mkdir()
    empty = SERVICES.assign(what="gp")
    empty.loc[0, "geometry"] = None
    empty.to_crs(4326).to_file(tmp_path / "row" / "degrees.gpkg")
    known = read(only("services"), swap={'kind = "GP"\nfile = "services.gpkg"': 'kind = "GP"\nfile = "degrees.gpkg"'})
    near = known.services[known.services["kind"] == "GP"].geometry
    assert near.crs.to_epsg() == 27700
    assert near.x.tolist() == pytest.approx([404_500, 402_500], abs=0.01)  # one has no point


def test_what_else_is_coming(read, everything):
    known = {one.reference: one for one in everything.others}
    assert list(known) == ["s1", "s2", "s3", "B/1", "B/2"]
    status = {name: one.status for name, one in known.items()}
    assert status == {
        "s1": "under construction", "s2": "proposed", "s3": "allocated", "B/1": "permissioned", "B/2": "proposed",
    }  # fmt: skip
    assert known["s2"].dwellings == (20, 25)
    assert all(known[name].phasing.to_dict() == {2027: 1.0} for name in ("s1", "s2", "s3"))
    assert known["s1"].as_of == "2026-04-01"
    assert known["B/1"].as_of == "2020-01-01"
    assert known["B/2"].name == "Café Yard"
    assert known["B/1"].phasing.empty
    same = {'encoding = "cp1252"': 'encoding = "cp1252"\nstatus = "allocated"\nyear = 2030\nas_of = 2026-05-01'}
    others = {one.reference: one for one in read(only("others", "brownfield"), swap=same).others}
    told = others["B/1"]
    assert (told.status, told.as_of, told.phasing.to_dict()) == ("allocated", "2026-05-01", {2030: 1.0})


def test_a_register_says_what_its_system_is(tmp_path):
    text = only("brownfield").replace('encoding = "cp1252"', 'encoding = "cp1252"\ncrs = "OSGB36"')
    path = write(tmp_path / "row", text)
    bare = pd.read_csv(path.parent / "register.csv", encoding="cp1252").drop(columns="CoordinateReferenceSystem")
    bare.to_csv(path.parent / "register.csv", index=False, encoding="cp1252")
    others = {one.reference: one for one in pm.scenarios.read_evidence(path).others}
    assert (others["B/1"].site.x, others["B/1"].site.y) == (401_300, 400_400)


def test_a_calibration_by_two_dates(everything):
    learnt = everything.calibrations["Poverty"]
    half = POOR.assign(
        **{"Poor": POOR["poor"] // 2, "Not poor": POOR["all"] - POOR["poor"] // 2, "district": DISTRICTS}
    )
    before = counts(half, ["Poor", "Not poor"], "households", total="all")
    expected = pm.scenarios.calibrate(before, poverty(), district="district", bands=[0, 0.2], level=0.5)
    same = [name for name in expected if not name.startswith(("source", "note"))]
    pd.testing.assert_frame_equal(pd.DataFrame(learnt)[same], pd.DataFrame(expected)[same])


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_calibration_by_file(read, tmp_path, ending):
    (tmp_path / "row").mkdir()
    rows = [
        {"group": group, "growth_from": 0.0, "growth_to": np.inf, "growth_largest": 2.0, "lower": -3e-05, "upper": 0.4,
         "level": 0.9, "coverage": 0.88, "mean_error": 0.03, "mean_error_no_change": 0.02}
        for group in ("Poor", "Not poor")
    ]  # fmt: skip
    learnt = pd.DataFrame(rows)
    file = tmp_path / "row" / f"learnt.{ending}"
    learnt.to_parquet(file) if ending == "parquet" else learnt.to_csv(file, index=False)
    text = f'{only("Poverty", "occupancy")}[[calibrations]]\nof = "Poverty"\nfile = "learnt.{ending}"\n'
    known = read(text)
    # Parquet keeps infinity and small numbers; CSV writes them as words, and they are numbers again.
    pd.testing.assert_frame_equal(known.calibrations["Poverty"], learnt, check_dtype=False)
    ranges = pm.scenarios.check(scheme(), known, unknown="exclude", radii=[])["ranges"]
    assert ranges["lower"].notna().all()
    if ending == "csv":
        learnt.assign(lower="low").to_csv(file, index=False)
        with pytest.raises(InvalidConfig, match=r"is no calibration: no numbers stand in lower"):
            read(text)
        learnt.drop(columns=["coverage", "upper"]).to_csv(file, index=False)
        with pytest.raises(InvalidConfig, match=r"is no calibration: it lacks upper, coverage"):
            read(text)


def test_the_annex(read, everything):
    given_ = dict(everything.annex)
    assert given_.pop("tenure_groups")["x"].tolist() == [50, 60, 70]
    assert given_ == {"tenure_groups_source": "made up", "tenure_groups_of": "north", "universe": "people"}
    without = read(only("residents", "occupancy"))
    with pytest.raises(InvalidParameter, match="RM134"):
        pm.scenarios.check(scheme(), without, unknown="exclude", radii=[], annex="equality")


def test_the_least_is_enough(read):
    known = read(LEAST)
    assert repr(known) == "<Evidence on The row: 6 units, 600 households>"
    assert known.census == 2021
    assert known.focal == "social"  # the smaller of the two largest
    assert (known.district, known.services, known.others, known.pupils) == (None, None, (), {})


# -- where files are ------------------------------------------------------------------------------


@pytest.mark.slow
def test_files_start_from_a_folder_that_may_be_named_by_a_variable(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    write(tmp_path / "data" / "row")
    path = tmp_path / "row.toml"
    path.write_text('folder = "${PLACEMIX_DATA}/row"\n' + EVERYTHING)
    monkeypatch.setenv("PLACEMIX_DATA", str(tmp_path / "data"))
    assert len(pm.scenarios.read_evidence(path).others) == 5
    monkeypatch.delenv("PLACEMIX_DATA")
    with pytest.raises(InvalidConfig, match=r"not set.*PLACEMIX_DATA=/folder placemix check"):
        pm.scenarios.read_evidence(path)
    path.write_text('folder = "${HOME}/row"\n' + EVERYTHING)
    with pytest.raises(InvalidConfig, match="Only"):
        pm.scenarios.read_evidence(path)
    path.write_text('folder = "data/row"\n' + EVERYTHING)
    assert len(pm.scenarios.read_evidence(path).others) == 5


def test_files_that_are_not_there_are_all_named_with_where_they_are_published(tmp_path):
    text = EVERYTHING.replace(
        '[schools]\nfile = "schools.gpkg"',
        '[schools]\nfile = "schools.gpkg"\npublished = "https://example.org/schools"',
    )
    path = write(tmp_path / "row", text)
    for name in ("homes.gpkg", "districts.csv", "schools.gpkg", "capacity.csv", "lookup.csv", "register.csv"):
        (path.parent / name).unlink()
    with pytest.raises(UnreadableFile) as caught:
        pm.scenarios.read_evidence(path)
    lines = str(caught.value).splitlines()
    where = {Path(line.strip()).name: after.strip() for line, after in pairwise(lines)}
    assert lines[0].startswith("6 of the files of this evidence are not there")
    assert where["homes.gpkg"] == "published: https://example.org/areas"
    # Places that are looked up are published with the schools.
    assert where["capacity.csv"] == where["schools.gpkg"] == "published: https://example.org/schools"
    assert where["lookup.csv"] == "published: the configuration does not say where"
    with pytest.raises(UnreadableFile, match=r"no\.toml"):
        pm.scenarios.read_evidence(tmp_path / "no.toml")


# -- faults ---------------------------------------------------------------------------------------


def line_of(text, part):
    return text[: text.index(part)].count("\n") + 1


FAULTS = {
    # what stands there: what is written instead, the line's text, words of the fault
    'name = "The row"': ("name = 7", "name = 7", "must be a text, not 7"),
    "census = 2021-03-21": ('census = "spring"', "census =", "a date such as 2021-03-21, or a year"),
    'focal = "private"': ('focl = "private"', "focl", "no key 'focl'. Remedy: Did you mean 'focal'"),
    "or_more = 3": ("or_more = -1", "or_more", "a whole number from 0 to 99, not -1"),
    'fill = "tenure"': ('fill = "tenur"', "fill", "cannot be 'tenur'. Remedy: Did you mean 'tenure'"),
    'total = "all"\nrest = "Not poor"\nwhere': ('rest = "Not poor"\nwhere', "rest", "'rest' needs 'total'"),
    "level = 0.5": ("level = 1.5", "level", "a share between 0 and 1, not 1.5"),
    'unknown = "leave out"': ('unknwn = "leave out"', "unknwn", "Did you mean 'unknown'"),
    'rolls_year = "2022/23"': ("rolls_year = true", "rolls_year", "a text or a number"),
    'columns = { school = "id", phase': (
        'columns = { scool = "id", phase',
        "columns = { scool",
        "Did you mean 'school'",
    ),
    "brownfield = true": ('brownfield = "yes"', "brownfield", "true or false"),
    "as_of = 2026-04-01": ('as_of = "1/4/2026"', "as_of", "a date such as 2026-04-01"),
    "year = 2027": ("year = 27", "year = 27", "a year such as 2028"),
    'kind = "library"\n': ("", "[[services]]\nfile", "services 2 lacks 'kind'"),
    'words = "poverty"\n': ("", "[condition]", "condition lacks 'words'"),
    'universe = "people"': ('universe = "persons"', 'universe = "persons"', "cannot be 'persons'"),
    'about.source = "made up"': ('about.sourc = "made up"', "about.sourc", "Did you mean 'source'"),
    'meeting = ["library"]': ('meeting = "library"', "meeting", "a list of texts"),
    "primary = 0.2": ("primary = -0.2", "rates", "pupils for each home"),
    "share = 0.5 }, { tenure": ("share = 50 }, { tenure", "homes = [ {", "a share between 0 and 1, not 50"),
}


@pytest.mark.parametrize("old", FAULTS)
def test_each_fault_has_its_line(tmp_path, old):
    new, stands, words = FAULTS[old]
    assert old in EVERYTHING
    text = EVERYTHING.replace(old, new, 1)
    with pytest.raises(InvalidConfig) as caught:
        pm.scenarios.read_evidence(write(tmp_path / "row", text))
    assert words in str(caught.value)
    assert f"Line {line_of(text, stands)}:" in str(caught.value)


def test_all_faults_come_at_once(tmp_path):
    text = EVERYTHING
    for old, (new, _, _) in FAULTS.items():
        text = text.replace(old, new, 1)
    with pytest.raises(InvalidConfig) as caught:
        pm.scenarios.read_evidence(write(tmp_path / "row", text))
    said = str(caught.value)
    # One key of another is looked at when each is right by itself: all but that of the rest.
    assert f"'row.toml' has {len(FAULTS) - 1} faults:" in said
    for old, (_, _, words) in FAULTS.items():
        assert words in said or "rest" in old


TOGETHER = {
    'strata.district = "district"\nabout.universe = "households"\nabout.source': (
        'strata.distrct = "district"\nabout.universe = "households"\nabout.source',
        "Tenure has no strata 'district'. Remedy: Did you mean 'distrct'",
    ),
    'district = "district"\nfocal': ("focal", "needs districts"),
    "rates = { primary = 0.2, secondary = 0.1 }": ("", "yields are given by 'rates' or by 'file'"),
    "[calibrations.after]": ("[calibrations.lookup.strange]", "no key 'strange'"),
    'name = "Poverty"': ('name = "Age"', "another of the dimensions is of 'Age' too"),
    'encoding = "cp1252"': ('encoding = "cp1252"\nreference = "SiteReference"', "under 'columns'"),
    'reference = "ref"': ('reference = "ref"\nencoding = "cp1252"', "'encoding' is for brownfield registers"),
    'columns = { status = "state",': ('columns = { year = "low", status = "state",', "'year' is given for all rows"),
}  # fmt: skip


@pytest.mark.parametrize("old", TOGETHER)
def test_keys_that_do_not_go_together(tmp_path, old):
    new, words = TOGETHER[old]
    assert old in EVERYTHING
    with pytest.raises((InvalidConfig, InvalidParameter, UnknownColumn)) as caught:
        pm.scenarios.read_evidence(write(tmp_path / "row", EVERYTHING.replace(old, new, 1)))
    assert words.casefold() in str(caught.value).casefold()


def test_columns_that_are_not_there_are_all_named(tmp_path):
    wrong = {
        'unit = "unit"\nname = "label"': 'unit = "unit"\nname = "lable"',
        '"16+" = ["adults", "old"]': '"16+" = ["adults", "odl"]',
        'column = "lad" }\nabout': 'column = "lda" }\nabout',
        'pupils = "roll" }': 'pupils = "rol" }',
        'column = "net"': 'column = "nett"',
        'name = "title"': 'name = "titel"',
        'target = "new"': 'target = "nwe"',
        'column = "poor"': 'column = "por"',
        'reference = "ref"': 'reference = "rfe"',
        'min_dwellings = "low"': 'min_dwellings = "lwo"',
    }
    text = EVERYTHING
    for old, new in wrong.items():
        assert old in text
        text = text.replace(old, new)
    with pytest.raises(InvalidConfig) as caught:
        pm.scenarios.read_evidence(write(tmp_path / "row", text))
    said = str(caught.value)
    for right in ("label", "old", "lad", "roll", "net", "title", "new", "poor", "ref", "low"):
        assert f"Did you mean '{right}'" in said
    assert said.count("Line ") == len(wrong) + 1  # two tables look their districts up
    assert f"Line {line_of(text, 'column = {}'.format(chr(34) + 'nett'))}:" in said


@pytest.mark.parametrize("text", ["name = The row", "name = 'a'\nname = 'b'", "[homes", "census = 31.02.2021"])
def test_what_is_no_toml(tmp_path, text):
    with pytest.raises(InvalidConfig, match=r"'row\.toml' is no TOML.*quotes"):
        pm.scenarios.read_evidence(write(tmp_path / "row", text))
    path = tmp_path / "row" / "row.toml"
    path.write_bytes('name = "Café"'.encode("cp1252"))
    with pytest.raises(UnreadableFile, match="is not UTF-8 text"):
        pm.scenarios.read_evidence(path)


# -- maps -----------------------------------------------------------------------------------------


def shapes(path, crs=27700, to=None, rows=None):
    frame = gpd.GeoDataFrame(HOMES, geometry=SHAPES, crs=crs)
    frame = frame if to is None else frame.to_crs(to)
    frame = frame if rows is None else frame.iloc[rows]
    frame.to_file(path.parent / "areas.gpkg", layer="areas")
    path.write_text(path.read_text().replace('file = "homes.gpkg"\nunit = "unit"\n[homes]', _AREAS))


_AREAS = 'file = "areas.gpkg"\nunit = "unit"\n[homes]'


def test_a_map_in_degrees_or_of_another_system_is_refused(tmp_path):
    path = write(tmp_path / "row", LEAST)
    shapes(path, to=4326)
    with pytest.raises(GeographicCRS, match=r"areas\.gpkg.*degrees \(WGS 84\).*projected system"):
        pm.scenarios.read_evidence(path)
    shapes(path, crs=4326)  # metres that are said to be degrees
    with pytest.raises(CRSMismatch, match="metres under a label of degrees"):
        pm.scenarios.read_evidence(path)
    degrees = gpd.GeoDataFrame(HOMES, geometry=SHAPES, crs=27700).to_crs(4326).set_crs(27700, allow_override=True)
    degrees.to_file(path.parent / "areas.gpkg", layer="areas")
    with pytest.raises(CRSMismatch, match="degrees under a label of metres"):
        pm.scenarios.read_evidence(path)
    with pytest.warns(UserWarning, match="crs"):
        gpd.GeoDataFrame(HOMES, geometry=SHAPES).to_file(path.parent / "areas.gpkg", layer="areas")
    with pytest.raises(CRSMismatch, match="no coordinate reference system"):
        pm.scenarios.read_evidence(path)


def test_areas_that_are_not_those_of_the_homes_are_refused(tmp_path):
    path = write(tmp_path / "row", LEAST)
    shapes(path, rows=[0, 1, 2, 3])
    with pytest.raises(UnmatchedUnit, match=r"2 units of the homes have no shape in 'areas\.gpkg'.*u4, u5.*vintage"):
        pm.scenarios.read_evidence(path)
    shapes(path, rows=[0, 0, 1, 2, 3, 4, 5])
    with pytest.raises(DuplicateUnit, match=r"has areas twice.*u0"):
        pm.scenarios.read_evidence(path)
    HOMES.to_csv(path.parent / "areas.csv", index=False)
    path.write_text(path.read_text().replace("areas.gpkg", "areas.csv"))
    with pytest.raises(InvalidConfig, match=r"'areas\.csv' holds no shapes.*GeoPackage"):
        pm.scenarios.read_evidence(path)


@pytest.mark.slow
def test_tables_that_do_not_fit_are_refused(tmp_path):
    path = write(tmp_path / "row")
    pd.concat([CAPACITY, CAPACITY.iloc[:1]]).to_csv(path.parent / "capacity.csv", index=False)
    with pytest.raises(DuplicateUnit, match=r"'capacity\.csv' has places twice.*A"):
        pm.scenarios.read_evidence(path)
    path = write(tmp_path / "row")
    PEOPLE.iloc[:4].to_csv(path.parent / "people.csv", index=False)
    with pytest.raises(UnmatchedUnit, match="Age is not of the units of the homes: 2 lack"):
        pm.scenarios.read_evidence(path)
    path = write(tmp_path / "row", EVERYTHING.replace('"services.gpkg"', '"capacity.csv"', 1).replace(
        'name = "title"\nwhere = { what = ["gp"] }', ""
    ))  # fmt: skip
    with pytest.raises(InvalidConfig, match="holds no shapes"):
        pm.scenarios.read_evidence(path)
    short = only("occupancy").replace("share = 0.5 }, { tenure", "share = 0.4 }, { tenure")
    known = pm.scenarios.read_evidence(write(tmp_path / "row", short))
    with pytest.raises(InvalidParameter, match=r"sum"):
        pm.scenarios.check(scheme(homes=None, dwellings=40), known, unknown="exclude", radii=[])


# -- files as they come ---------------------------------------------------------------------------


@pytest.mark.slow
def test_files_of_windows_and_names_with_quotes(tmp_path, monkeypatch):
    name = "O'Brien & \"Sons\" <b>; ${HOME} __import__('os').system('false')"
    text = EVERYTHING.replace('name = "The row"', "name = '''" + name + "'''")
    path = write(tmp_path / "row", text)
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    ran = []
    monkeypatch.setattr("os.system", ran.append)
    monkeypatch.setattr("builtins.eval", ran.append)
    known = pm.scenarios.read_evidence(path)
    assert known.name == name  # read as it stands, and nothing of it run
    assert ran == []
    assert len(known.others) == 5
    broken = text.replace('focal = "private"', 'focl = "private"').replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + broken.encode())
    with pytest.raises(InvalidConfig, match=f"Line {line_of(broken, 'focl')}:"):
        pm.scenarios.read_evidence(path)


def test_codes_stay_text(tmp_path):
    path = write(tmp_path / "row", LEAST)
    coded = gpd.GeoDataFrame(HOMES.assign(unit=[f"00{n}" for n in range(6)]), geometry=SHAPES, crs=27700)
    coded.to_file(path.parent / "homes.gpkg", layer="homes")
    text = path.read_text()
    HOMES.assign(unit=[f"00{n}" for n in range(6)]).to_csv(path.parent / "homes.csv", index=False)
    path.write_text(text.replace('[homes]\nfile = "homes.gpkg"', '[homes]\nfile = "homes.csv"'))
    assert list(pm.scenarios.read_evidence(path).homes.units) == [f"00{n}" for n in range(6)]


# -- the same as in Python ------------------------------------------------------------------------

PARTS = ["Age", "Poverty", "occupancy", "yields", "services", "others", "condition"]


def in_python(parts):
    """The same evidence from tables in memory."""
    homes = counts(HOMES, TENURES, "households", unit="unit", mapped=True, source="made up")
    dimensions = {}
    if "Age" in parts:
        table = PEOPLE.assign(**{"0-15": PEOPLE["kids"], "16+": PEOPLE["adults"] + PEOPLE["old"]})
        dimensions["Age"] = counts(table, ["0-15", "16+"], "residents")
    if "Poverty" in parts:
        dimensions["Poverty"] = poverty()
    named = SERVICES.assign(kind=["GP", "GP", "library"], service=["East", "East (2)", "1"])
    schools = SCHOOLS.assign(places=[120, np.nan, 100, 260], stage=["primary", "primary", "primary", "secondary"])
    others = pm.scenarios.schemes_from_register(
        SITES.assign(as_of="2026-04-01", year=2027), reference="ref", areas=homes,
        columns={"status": "state", "min_dwellings": "low", "max_dwellings": "high"},
        statuses={"on hold": "allocated"},
    )  # fmt: skip
    optional = {}
    if "occupancy" in parts:
        optional |= {"occupancy": OCCUPANCY, "occupancy_source": "made up", "fill": "tenure", "or_more": 3}
    if "yields" in parts:
        optional |= {"yields": {"primary": 0.2, "secondary": 0.1}, "yield_source": "a county"}
    names = {"school": "id", "phase": "stage", "planning_area": "area", "pupils": "roll", "places": "places"}
    return pm.scenarios.evidence(
        "The row", homes, census="2021-03-21", district="district", dimensions=dimensions, focal="private",
        residents=counts(GROUPS, ["x", "y"], "usual residents"),
        mix=pd.DataFrame({"tenure": ["own", "social"], "bedrooms": [3, 2], "share": [0.5, 0.5]}),
        mix_source="for a test", **optional,
        pupils={
            "schools": schools, "unknown": "leave out", "rolls_year": "2022/23", "places_year": 2021,
            "columns": names,
        },
        services=named[["kind", "service", "geometry"]] if "services" in parts else None,
        meeting=["library"],
        condition=POOR.set_index("code")["poor"] if "condition" in parts else None,
        condition_words="poverty" if "condition" in parts else None, others=others if "others" in parts else (),
    )  # fmt: skip


def in_a_file(parts):
    # The brownfield register and the annex have no like in memory here; calibrations are tested above.
    text = only("residents", "schools", *parts, *({"occupancy"} - parts))
    if "occupancy" not in parts:
        text = text.replace(text[text.index("[occupancy]") : text.index("[mix]")], "")
    with tempfile.TemporaryDirectory() as folder:
        return pm.scenarios.read_evidence(write(Path(folder) / "row", text))


@pytest.mark.slow
@settings(max_examples=3)
@example(parts=set(PARTS), many=30, x=401_500.0, several=True)
@given(
    parts=st.sets(st.sampled_from(PARTS), min_size=1),
    many=st.integers(1, 80),
    x=st.floats(400_010, 405_990),
    several=st.booleans(),
)
def test_a_file_gives_the_same_check_as_python(parts, many, x, several):
    plan = [scheme(homes=[{"tenure": "own", "bedrooms": 3, "count": many}], site=Point(x, 400_300))]
    if several:
        second = {"reference": "26/2", "dwellings": (5, 9), "status": "proposed", "as_of": "2026-01-01"}
        name = second.pop("reference")
        plan.append(pm.scenarios.scheme(name, **second, site=Point(402_500, 400_500), crs="EPSG:27700", year=2030))
    one, other = (
        pm.scenarios.check(plan, known, unknown="exclude", radii=["1 km"], draws=19, outside="leave out")
        for known in (in_a_file(parts), in_python(parts))
    )
    assert one.assumptions == other.assumptions
    assert one.absent == other.absent
    assert list(one.tables) == list(other.tables)
    for part, table in one.tables.items():
        pd.testing.assert_frame_equal(
            pd.DataFrame(table), pd.DataFrame(other.tables[part]), check_dtype=False, rtol=1e-12
        )
