"""Files that look right and are not: codes torn, columns exchanged, years mixed, archives damaged."""

from __future__ import annotations

import csv
import io
import json
import ssl
import warnings
import zipfile
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
from shapely.geometry import Point

import placemix as pm
from placemix import errors, readers
from placemix.errors import PlacemixWarning
from placemix.fetching.transport import Passing, Patience, fetched, passing

FIXTURES = Path(__file__).resolve().parent / "fixtures"
TS021 = FIXTURES / "nomis_2021" / "census2021-ts021-lsoa.csv"


def rows_of(file, encoding="utf-8-sig"):
    return list(csv.reader(io.StringIO(file.read_text(encoding=encoding), newline="")))


@pytest.fixture
def write(tmp_path):
    def written(rows, name="census2021-ts021-lsoa.csv"):
        stream = io.StringIO(newline="")
        csv.writer(stream, lineterminator="\n").writerows(rows)
        (tmp_path / name).write_text(stream.getvalue(), encoding="utf-8")
        return tmp_path / name

    return written


def test_paths_that_cannot_be_reached(tmp_path):
    import os

    with pytest.raises(errors.UnreadableFile, match="cannot be reached"):
        readers.inspect("x" * 300 + ".csv")
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(errors.UnreadableFile, match="pipe or device"):
        readers.nomis(tmp_path / "pipe.csv")


def test_a_torn_code_is_not_lost_among_areas_of_another_kind(write):
    rows = rows_of(TS021)
    rows[1][2] = "E010061O9"
    rows.append(["2021", "England", "E92000001", *rows[2][3:]])
    with pytest.raises(errors.InvalidTable, match="no code of a letter"):
        readers.nomis(write(rows), geography="LSOA")


@pytest.mark.parametrize("kept", ["Asian Welsh: ", "a", "White"])
def test_some_groups_without_a_total_are_not_everyone(write, kept):
    rows = rows_of(TS021)
    columns = [
        place
        for place, name in enumerate(rows[0])
        if place < 3 or (name.count(": ") == 2 and kept in name and "Total" not in name and "Roma" not in name)
    ]
    with pytest.raises(errors.InvalidTable, match="has no total, and lacks"):
        readers.nomis(write([[row[place] for place in columns] for row in rows]))


def test_lookups_that_contradict_themselves():
    codes = [row[2] for row in rows_of(TS021)[1:]]
    twice = pd.Series(["a"] * len(codes) + ["b"], index=[*codes, codes[0]])
    with pytest.raises(errors.DuplicateUnit, match="several districts"):
        readers.nomis(TS021, lookup=twice)
    table = pd.DataFrame({"LSOA21CD": twice.index, "LAD22NM": twice.to_numpy()})
    with pytest.raises(errors.DuplicateUnit, match="several districts"):
        readers.nomis(TS021, lookup=table)
    same = table.assign(LAD22NM="a")
    assert set(readers.nomis(TS021, lookup=same).strata["district"]) == {"a"}
    with pytest.raises(errors.InvalidParameter):
        readers.nomis(TS021, lookup=pd.DataFrame())


@pytest.mark.parametrize("fault", ["column", "repeated"])
def test_files_of_names_with_faults(tmp_path, fault):
    for name in ("KS201EWDATA.CSV", "KS201EWMETA0.CSV"):
        (tmp_path / name).write_bytes((FIXTURES / "nomis_2011" / name).read_bytes())
    text = (FIXTURES / "nomis_2011" / "KS201EWDESC0.CSV").read_text(encoding="utf-8-sig")
    lines = text.splitlines()
    changed = [*lines, lines[2]] if fault == "repeated" else [lines[0].replace("Description", "Words"), *lines[1:]]
    (tmp_path / "KS201EWDESC0.CSV").write_text("\n".join(changed), encoding="utf-8")
    with pytest.raises(errors.RepeatedColumn if fault == "repeated" else errors.WrongFormat):
        readers.nomis(tmp_path / "KS201EWDATA.CSV", geography="LSOA")


@pytest.mark.slow
def test_sheets_with_a_title_alone_are_passed_over(tmp_path):
    book = openpyxl.load_workbook(FIXTURES / "data_zones" / "census-2021-ms-b01.xlsx")
    book.remove(book["SDZ"])
    book.create_sheet("Cover", 0)["A1"] = "Only a title"
    book.save(tmp_path / "zones.xlsx")
    assert len(readers.data_zones(tmp_path / "zones.xlsx")) == 5
    name = "File_7_IoD2025_header_cut.xlsx"
    book = openpyxl.load_workbook(FIXTURES / "deprivation" / name)
    book.create_sheet("Cover", 0)["A1"] = "Only a title"
    book.create_sheet("Empty")
    book.save(tmp_path / name)
    whole = readers.indices_of_deprivation(FIXTURES / "deprivation" / name)
    assert len(readers.indices_of_deprivation(tmp_path / name).table) == len(whole.table)


def test_table_builder_headers_that_repeat_or_never_end(tmp_path):
    text = (FIXTURES / "data_zones" / "UV201_data_zone_2011_table_builder.csv").read_text(encoding="utf-8")
    file = tmp_path / "built.csv"
    file.write_text(text.replace('"White: White Irish"', '"White: White Scottish"'), encoding="utf-8")
    with pytest.raises(errors.RepeatedColumn, match="White Scottish"):
        readers.data_zones(file)
    file.write_text(text.replace('"White: White Irish"', f'"{"W" * 200_000}"'), encoding="utf-8")
    with pytest.raises(errors.UnreadableFile):
        readers.data_zones(file)


def test_scores_exchanged_between_indices_contradict_the_ranks(write):
    rows = rows_of(next((FIXTURES / "deprivation").glob("File_7_-_All_IoD2019*")))
    one, two = (rows[0].index(f"{name} Score (rate)") for name in ("Income", "Employment"))
    # Ranks of the file's few LSOAs are the same by income and by employment but for those exchanged.
    for row in rows[1:]:
        row[one] = f"{1 - float(row[two]):.3f}"
    with pytest.raises(errors.InvalidTable, match=r"Income Score.*contradicts"):
        readers.indices_of_deprivation(write(rows, "file7.csv"))


def test_patients_of_a_total_row_or_a_torn_code(write):
    rows = rows_of(FIXTURES / "gp_patients" / "2021-01" / "gp-reg-pat-prac-lsoa-all.csv")
    practice, lsoa = rows[0].index("PRACTICE_CODE"), rows[0].index("LSOA_CODE")
    total = list(rows[1])
    total[practice] = "TOTAL"
    with pytest.raises(errors.InvalidTable, match="no code of a practice"):
        readers.gp_patients(write([*rows, total], "gp.csv"))
    for torn in ("E0100530", "e01005306", "E02000001"):
        rows[1][lsoa] = torn
        with pytest.raises(errors.InvalidTable, match="no code of an English LSOA"):
            readers.gp_patients(write(rows, "gp.csv"))


def test_one_name_for_several_forces_is_refused():
    folder = FIXTURES / "stop_search"
    files = sorted(folder.glob("2019-0[67]-*.csv"))
    with pytest.raises(errors.InvalidParameter, match="several"):
        readers.stop_search(files, force="kent")
    assert readers.stop_search(files[0], force="kent").column("force").unique().tolist() == ["kent"]


def test_a_share_above_one_is_a_percentage():
    row = {"indicator": "i", "area_code": "E06000001", "period": "2021", "group": "all", "unit": "share", "rate": "15"}
    columns = ("numerator", "denominator", "lower", "upper")
    table = pd.DataFrame([row | dict.fromkeys(columns, "")])
    with pytest.raises(errors.CountRateMix, match="above 1"):
        readers.rates(table)
    assert readers.rates(table.assign(unit="per person")).table["rate"].tolist() == [15]


def test_block_groups_that_lost_their_zero_are_no_tracts(write):
    rows = rows_of(FIXTURES / "us_acs" / "b03002_2020_tract_wide.csv")
    for row in rows[1:]:
        row[0], row[1] = f"6{row[0][2:]}1", f"Block Group 1, {row[1]}"
    counts = readers.acs(write(rows, "wide.csv"))
    assert counts.about.geography == "block group"
    assert all(unit.startswith("06") and len(unit) == 12 for unit in counts.units)
    long = rows_of(FIXTURES / "us_acs" / "b03002_2020_tract_tidycensus_long.csv")
    dated = [[*long[0], "year"], *([*row, str(2015 + 5 * (row[0] == long[1][0]))] for row in long[1:])]
    with pytest.raises(errors.InvalidTable, match="several years"):
        readers.acs(write(dated, "long.csv"))


def test_membership_of_two_years_without_a_race_or_in_a_torn_archive(write, tmp_path):
    rows = rows_of(FIXTURES / "us_nces" / "ccd_sch_052_2122_l_1a_071722.csv", "cp1252")
    year, race, school = (rows[0].index(name) for name in ("SCHOOL_YEAR", "RACE_ETHNICITY", "NCESSCH"))
    first = rows[1][school]
    mixed = [row if row[school] != first else ["2022-2023" if p == year else c for p, c in enumerate(row)]
             for row in rows]  # fmt: skip
    with pytest.raises(errors.InvalidTable, match="several years"):
        readers.nces(write(mixed, "ccd.csv"))
    blank = [["" if (place, cell) == (race, "Asian") else cell for place, cell in enumerate(row)] for row in rows]
    with pytest.raises(errors.InvalidTable, match="not say of which race"):
        readers.nces(write(blank, "ccd.csv"))
    with pytest.raises(errors.UnreadableFile, match="no encoding"):
        readers.nces(write(rows, "ccd.csv"), encoding="nope")
    with zipfile.ZipFile(tmp_path / "ccd.zip", "w") as archive:
        archive.write(write([rows[0], *rows[1:] * 200], "ccd.csv"), "ccd.csv")
    content = bytearray((tmp_path / "ccd.zip").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "ccd.zip").write_bytes(content)
    with pytest.raises(errors.UnreadableFile):
        readers.nces(tmp_path / "ccd.zip")


def test_boundaries_that_lie_elsewhere(tmp_path):
    whole = json.loads((FIXTURES / "ons_boundaries" / "LSOA_2021_EW_BGC_V5.geojson").read_text(encoding="utf-8"))

    def swapped(part):
        return [swapped(one) for one in part] if isinstance(part[0], list) else part[::-1]

    file = tmp_path / "LSOA_2021_EW_BGC_V5.geojson"
    file.write_text(json.dumps(whole), encoding="utf-8")
    with pytest.raises(errors.CRSMismatch, match="label of metres"):
        readers.ons_boundaries(file, crs="EPSG:27700")
    for feature in whole["features"]:
        feature["geometry"]["coordinates"] = swapped(feature["geometry"]["coordinates"])
    file.write_text(json.dumps(whole), encoding="utf-8")
    with pytest.raises(errors.CRSMismatch, match="not in the United Kingdom"):
        readers.ons_boundaries(file)
    for feature in whole["features"]:
        feature["properties"]["LSOA21CD"] = {"code": "E01000001"}
    file.write_text(json.dumps(whole), encoding="utf-8")
    with pytest.raises(errors.PlacemixError):
        readers.ons_boundaries(file)


def test_a_boundary_that_is_no_shape():
    register = FIXTURES / "brownfield" / "exampleton_brownfieldregister_2017-12-20_rev1.csv"
    with pytest.raises(errors.CRSMismatch, match="no shapes"):
        readers.brownfield(register, boundary="oldham.gpkg")


def test_an_unchanged_area_keeps_its_code(write):
    rows = rows_of(FIXTURES / "ons_lookups" / "lsoa11_lsoa21_lad22_exact.csv")
    rows[1][rows[0].index("LSOA21CD")] = "E01034567"
    with pytest.raises(errors.InvalidTable, match="U keeps its code"):
        readers.ons_lookup(write(rows, "lookup.csv"))


def test_addresses_and_connections_that_fail_in_other_ways():
    patience = Patience(attempts=2, timeout=1, sleep=lambda _: None)
    for address in ("http://[::1", "http://127.0.0.1:1/é", f"http://{'a' * 300}.invalid/"):
        with pytest.raises(errors.DownloadFailed):
            fetched(address, patience, limit=10)
    with pytest.raises(Passing), passing("https://example.invalid"):
        raise ssl.SSLError(1, "bad record")


ODD = {
    "cp1252.csv": "area,wh\xe9te,asian\nE01000001,1,2\nE01000002,3,4\n".encode("cp1252"),
    "utf16.csv": "area,white,asian\nE01000001,1,2\nE01000002,3,4\n".encode("utf-16"),
    "below.csv": b"area,white,asian\nE01000001,1,2\nE01000002,3,4\nCrown copyright 2020\n",
    "broken.csv": b'area,"white\n british", asian \nE01000001,1,2\nE01000002,3,4\n',
    "twice.csv": b"area,x,x\nE01000001,1,2\nE01000002,3,4\n",
    "one.csv": b"area,x\nE01000001,1\nE01000002,3\n",
    "no ids.csv": b"x,y,z\n1,2,2\n1,2,2\n",
    "total.csv": b"area,all,a,b,c\nx,9,c,2,3\ny,6,1,2,3\nz,6,1,2,3\nv,6,1,2,3\nw,6,1,x,3\n",
    "tabs.tab": b"area\twhite\tasian\nE01000001\t1\t2\nE01000002\t3\t4\n",
    "no ending": b"area,white,asian\nE01000001,1,2\nE01000002,3,4\n",
    "lists.json": b'[["area", "x", "y"], ["a", "1", "2"], ["b", "2", "3"]]',
}


@pytest.mark.parametrize("name", ODD)
def test_the_lines_proposed_run(tmp_path, name):
    (tmp_path / name).write_bytes(ODD[name])
    names = run(readers.inspect(tmp_path / name).code)
    assert len(names.get("table", names.get("data", ()))) > 0


def run(code):
    names: dict = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PlacemixWarning)
        exec(code, names)  # noqa: S102 (the lines it proposes are run, as the reader would)
    return names


def test_shapes_in_archives_and_layers_and_lists_in_columns(tmp_path):
    frame = gpd.GeoDataFrame({"id": ["a", "b"], "n": [1, 2]}, geometry=[Point(0, 0), Point(1, 1)], crs=4326)
    (tmp_path / "shapes").mkdir()
    frame.to_file(tmp_path / "shapes" / "x.shp")
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for file in (tmp_path / "shapes").iterdir():
            archive.write(file, file.name)
        archive.writestr("readme.txt", "hello, world\n1,2\n")
    found = readers.inspect(tmp_path / "x.zip")
    assert found.label == "areas or points (Point)"
    assert len(run(found.code)["areas"]) == 2
    frame.to_file(tmp_path / "two.gpkg", layer="a")
    frame.to_file(tmp_path / "two.gpkg", layer="b")
    assert len(run(readers.inspect(tmp_path / "two.gpkg").code)["areas"]) == 2
    nested = pa.table({"id": ["a", "b"], "lists": [[1, 2], [3]], "n": [1, 2], "m": [3, 4]})
    pyarrow.parquet.write_table(nested, tmp_path / "nested.parquet")
    assert isinstance(run(readers.inspect(tmp_path / "nested.parquet").code)["counts"], pm.Counts)
    (tmp_path / "twice.json").write_text('[["a", "a"], ["1", "2"]]', encoding="utf-8")
    with pytest.raises(errors.RepeatedColumn):
        readers.inspect(tmp_path / "twice.json")
