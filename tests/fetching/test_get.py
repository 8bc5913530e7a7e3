"""From the name of a district to one GeoPackage with a manifest, over a server on this machine or by hand."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
import pytest

import placemix as pm
from fetching import made_up
from fetching.server import Served, refusal, whole
from placemix.errors import DownloadFailed, InvalidParameter, UnmatchedUnit, UnreadableFile, WrongFormat
from placemix.fetching import Harvest, geopackages, get
from placemix.fetching.districts import cleaned, district, found
from placemix.fetching.transport import Patience

Run = Callable[..., tuple[int, str, str]]
TABLES = ("ethnicity", "tenure", "faith", "deprivation", "schools")
PUPILS = "spc_school_level_underlying_data_23112023.csv"


@pytest.fixture
def published(server: Served) -> Served:
    made_up.publish(server)
    return server


@pytest.fixture(scope="module")
def placed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("placed")
    made_up.place_by_hand(folder / "downloads")
    return folder


@pytest.fixture
def filled(placed: Path, tmp_path: Path) -> Path:
    """A folder in which everything was placed by hand."""
    return Path(shutil.copytree(placed, tmp_path / "filled"))


def people(content: bytes, units: list[int]) -> dict[str, dict[str, int]]:
    """Rows of a census table as the standard library reads them, by code."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = archive.read(next(name for name in archive.namelist() if name.endswith("-lsoa.csv")))
    rows = {row["geography code"]: row for row in csv.DictReader(io.StringIO(content.decode()))}
    skipped = {"date", "geography", "geography code", "Rural Urban"}
    return {
        made_up.code(unit): {
            name.removesuffix("; measures: Value"): int(value)
            for name, value in rows[made_up.code(unit)].items()
            if name not in skipped
        }
        for unit in units
    }


HOMES = {2011: [unit for unit in made_up.OLD if unit not in made_up.NEIGHBOURS],
         2021: [unit for unit in made_up.NEW if unit not in made_up.NEIGHBOURS]}  # fmt: skip


@pytest.mark.slow
def test_the_command_fetches_asks_for_the_rest_and_carries_on(run: Run, published: Served, tmp_path: Path) -> None:
    command = [
        "get", "--district", "exampleton", "--tables", *TABLES, "--dates", 2011, 2021, "--folder", tmp_path, "--base",
        published.address,
    ]  # fmt: skip
    code, out, _ = run(*command)
    assert code == 1
    assert "1 of 14 files is missing" in out
    assert "School pupils and their characteristics 2022/23" in out
    assert "find-statistics/school-pupils-and-their-characteristics/2022-23" in out
    assert str(tmp_path / "downloads") in out
    assert "No address here was ever tried by placemix itself" in out
    assert not list(tmp_path.glob("*.gpkg"))

    asked = len(published.asked)
    (tmp_path / "downloads" / PUPILS).write_bytes(made_up.files()["schools-pupils"])
    code, out, err = run(*command)
    assert code == 0, err
    assert len(published.asked) == asked, "what is there is not fetched again"
    assert "Exampleton (E08999001), one of the districts of 2022" in out
    assert "Nobody was lost on the way: 7 tables" in out
    assert "Source: Office for National Statistics, Census 2021" in out
    assert "999104" in err, "a school that closed has no point in the register"
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "downloads", "exampleton.gpkg", "exampleton.manifest.json",
    ]  # fmt: skip

    manifest = json.loads((tmp_path / "exampleton.manifest.json").read_text(encoding="utf-8"))
    assert len(manifest["files"]) == 14
    for file in manifest["files"]:
        kept = (tmp_path / "downloads" / file["file"]).read_bytes()
        assert hashlib.sha256(kept).hexdigest() == file["sha256"]
        assert len(kept) == file["size"]
        assert file["licence"] == "Open Government Licence v3.0"
        assert (file["address"] or "").startswith(published.address) is not file["placed_by_hand"]
    assert [file["file"] for file in manifest["files"] if file["placed_by_hand"]] == [PUPILS]
    package = (tmp_path / "exampleton.gpkg").read_bytes()
    assert manifest["geopackage"]["sha256"] == hashlib.sha256(package).hexdigest()

    harvest = Harvest.open(tmp_path / "exampleton.gpkg")
    for table in ("ethnicity", "tenure", "faith"):
        for date in (2011, 2021):
            source = people(made_up.files()[f"{table}-{date}"], HOMES[date])
            whole_column = next(iter(next(iter(source.values()))))
            total = sum(row[whole_column] for row in source.values())
            own, common = harvest.counts(table, date), harvest.counts(table, date, common=True)
            assert own.total.sum() == common.total.sum() == total
            for place, group in enumerate(own.groups):
                # The published column ends in the group's own label.
                column = next(name for name in next(iter(source.values())) if name.endswith(f": {group}"))
                assert own.values[:, place].sum() == sum(row[column] for row in source.values())
            assert own.values.sum() == total
            assert set(own.units) == set(source)
            assert (own.about.vintage, own.about.retrieved is not None) == (str(date), True)

    # Both dates on the same areas, through the command that measures.
    measured = {}
    for date, focal in ((2011, "Asian/Asian British: Pakistani"),
                        (2021, "Asian, Asian British or Asian Welsh: Pakistani")):  # fmt: skip
        groups = [word for group in harvest.counts("ethnicity", date).groups for word in ("-g", group)]
        code, out, err = run(
            "measure", tmp_path / "exampleton.gpkg", "--layer", f"ethnicity-{date}-common", "-u", "unit", *groups,
            "--focal", focal, "--total", "total", "--json",
        )  # fmt: skip
        assert code == 0, err
        measured[date] = {row["measure"]: row for row in json.loads(out)}
        assert measured[date]["dissimilarity"]["units"] == 11
        assert 0 < measured[date]["dissimilarity"]["value"] < 1
    direct = pm.estimate(harvest.counts("ethnicity", 2011, common=True), "dissimilarity",
                         focal="Asian/Asian British: Pakistani").value  # fmt: skip
    assert measured[2011]["dissimilarity"]["value"] == pytest.approx(direct, abs=1e-12)


def test_offline_the_command_lists_every_file_and_where_to_put_it(run: Run, tmp_path: Path) -> None:
    code, out, _ = run(
        "get", "--district", "Oldham", "--tables", "ethnicity,tenure", "schools", "--dates", "2011,2021", "--offline",
        "--folder", tmp_path,
    )  # fmt: skip
    assert code == 1
    assert "9 of 9 files are missing" in out
    assert "census2021-ts021.zip or census2021-ts021-lsoa.csv" in out
    assert "https://www.nomisweb.co.uk/output/census/2021/census2021-ts054.zip" in out
    assert out.count("page       https://") == 9
    assert out.count("size       about") == 9
    assert "address    none known" in out
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def made(placed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(shutil.copytree(placed, tmp_path_factory.mktemp("made") / "made"))
    get(district="Exampleton", tables=[*TABLES], dates=[2011, 2021], folder=folder, offline=True)
    return folder


@pytest.fixture
def harvest(made: Path, tmp_path: Path) -> Harvest:
    return Harvest.open(Path(shutil.copytree(made, tmp_path / "made")) / "exampleton.gpkg")


@pytest.mark.slow
def test_everything_placed_by_hand_gives_the_same_as_fetched(
    harvest: Harvest, published: Served, tmp_path_factory: pytest.TempPathFactory, patience: Patience
) -> None:
    other = tmp_path_factory.mktemp("fetched")
    (other / "downloads").mkdir()
    (other / "downloads" / PUPILS).write_bytes(made_up.files()["schools-pupils"])
    by_hand = harvest
    fetched = get(
        district="Exampleton",
        tables=TABLES,
        dates=[2011, 2021],
        folder=other,
        base=published.address,
        patience=patience,
    )
    assert by_hand.path is not None
    assert fetched.path is not None
    assert by_hand.layers == fetched.layers
    for one, two in zip(by_hand.manifest["layers"], fetched.manifest["layers"], strict=True):
        assert one.get("counts_sha256") == two.get("counts_sha256")
    for name in ("deprivation-2019", "areas", "units-2021"):
        pd.testing.assert_frame_equal(
            pd.DataFrame(by_hand.layer(name)).drop(columns="geometry"),
            pd.DataFrame(fetched.layer(name)).drop(columns="geometry"),
        )
        assert by_hand.layer(name).geometry.geom_equals(fetched.layer(name).geometry).all()
    assert all(file["placed_by_hand"] for file in by_hand.manifest["files"])


@pytest.mark.slow
def test_where_the_whole_table_is_gone_the_cells_give_the_same(
    harvest: Harvest, published: Served, tmp_path: Path, patience: Patience
) -> None:
    for table in ("ethnicity", "tenure", "faith"):
        for date in (2011, 2021):
            recipe = made_up.RECIPES[f"{table}-{date}"]
            first, second = (urlsplit(source.url) for source in recipe.sources)
            published.put(f"/{first.netloc}{first.path}", refusal(404))
            published.put(f"/{second.netloc}{second.path}", made_up.cells_of(recipe))
    fetched = get(district="Exampleton", tables=["ethnicity", "tenure", "faith"], dates=[2011, 2021],
                  folder=tmp_path / "cells", base=published.address, patience=patience)  # fmt: skip
    for table in ("ethnicity", "tenure", "faith"):
        for date in (2011, 2021):
            for common in (False, True):
                one, two = (each.counts(table, date, common=common) for each in (harvest, fetched))
                assert one.hash == two.hash
                assert one.about.table == two.about.table


def test_the_layers_are_what_the_district_is(harvest: Harvest) -> None:
    areas = harvest.layer("areas")
    assert len(areas) == 11
    assert sorted(areas["area"][areas["changed"]]) == [made_up.code(unit) for unit in (21, 23, 25)]
    assert areas["km2"].sum() == pytest.approx(12)
    assert areas.crs.to_epsg() == 27700
    for date, units in HOMES.items():
        layer = harvest.layer(f"units-{date}")
        assert sorted(layer["unit"]) == sorted(made_up.code(unit) for unit in units)
        assert set(layer["district"]) == {"Exampleton"}
        assert layer["km2"].sum() == pytest.approx(12)
        assert layer.dissolve(by="area").geometry.area.sum() == pytest.approx(areas.geometry.area.sum())
        assert layer["unit"].dtype.kind not in "if"
    schools = harvest.layer("schools-2021")
    assert list(schools["name"]) == ["Mill Primary", "Hill Primary", "Valley Academy", "Closed Primary"]
    assert list(schools.geometry.notna()) == [True, True, True, False]
    assert schools["unit"].tolist() == ["999101", "999102", "999103", "999104"]


def test_schools_come_back_as_counts(harvest: Harvest) -> None:
    counts = harvest.counts("schools", 2021)
    assert counts.total.sum() == 4 * 300
    assert counts.about.universe == "pupils"
    assert "phase" in counts.strata.columns
    assert set(pm.measure(counts, "dissimilarity", focal="Pakistani", by="phase")["phase"]) == {
        "State-funded primary", "State-funded secondary",
    }  # fmt: skip


def test_deprivation_stands_on_its_own_boundaries(harvest: Harvest) -> None:
    assert [name for name in harvest.layers if name.startswith("deprivation")] == [
        "deprivation-2015", "deprivation-2019", "deprivation-2025",
    ]  # fmt: skip
    layer = harvest.layer("deprivation-2025").set_index("unit")
    source = {row["LSOA code (2021)"]: row for row in csv.DictReader(
        io.StringIO(made_up.files()["deprivation-2025"].decode()))}  # fmt: skip
    assert layer["imd score"].to_dict() == {
        unit: float(source[unit]["Index of Multiple Deprivation (IMD) Score"]) for unit in layer.index
    }
    assert any("not averaged" in line for line in harvest.manifest["left_out"])
    with pytest.raises(InvalidParameter, match="holds no counts"):
        harvest.counts("deprivation", 2025)


def test_counts_are_those_that_the_reader_gives(harvest: Harvest, placed: Path) -> None:
    whole_country = pm.readers.nomis(placed / "downloads" / "census2021-ts030.zip", geography="LSOA")
    own = harvest.counts("faith", 2021)
    places = whole_country.units.get_indexer(own.units)
    np.testing.assert_array_equal(own.values, whole_country.values[places])
    assert own.groups == whole_country.groups
    assert own.about.universe == whole_country.about.universe
    assert own.about.perturbed
    assert own.geometry is not None


def test_a_layer_that_was_changed_is_refused(harvest: Harvest) -> None:
    assert harvest.path is not None
    frame = harvest.layer("faith-2021")
    frame.loc[0, "Muslim"] += 1
    frame.to_file(harvest.path, layer="faith-2021", driver="GPKG")
    with pytest.raises(UnreadableFile, match="not what it was"):
        harvest.counts("faith", 2021)


def test_one_date_alone_needs_no_common_areas(filled: Path) -> None:
    harvest = get(district="Exampleborough", tables="faith", dates=2021, folder=filled, offline=True)
    assert harvest.layers == ("units-2021", "faith-2021")
    assert len(harvest.counts("faith", 2021)) == 2
    assert harvest.path is not None
    assert harvest.path.name == "exampleborough.gpkg"


def test_an_unknown_district_is_answered_with_the_nearest(filled: Path, run: Run) -> None:
    code, _, err = run(
        "get", "--district", "Exampelton", "--tables", "faith", "--dates", 2021, "--folder", filled, "--offline"
    )
    assert code == 1
    assert "Did you mean 'Exampleton'" in err


def test_ambiguous_names_are_refused() -> None:
    rows = [{**row, "LAD22NM": "Newport"} for row in made_up.LOOKUP]
    with pytest.raises(InvalidParameter, match=r"Newport \(E08999001\), Newport \(E08999002\).*Give the code"):
        found(cleaned(pd.DataFrame(rows)), "newport")


def test_a_boundary_between_districts_that_moved_takes_the_units_behind_it_along() -> None:
    base = made_up.LOOKUP
    moved = [
        {**base[0], "LSOA11CD": "E01990030", "LSOA21CD": "E01990031", "CHGIND": "X"},
        {**base[-1], "LSOA11CD": "E01990030", "LSOA21CD": "E01990032", "CHGIND": "X"},
    ]
    place = district(cleaned(pd.DataFrame([*base, *moved])), "E08999001", [2011, 2021])
    assert place.outside == {2011: (), 2021: ("E01990032",)}
    assert {"E01990031", "E01990032"} <= set(place.units[2021]["unit"])
    assert place.areas is not None
    assert int(place.areas.set_index("area").loc["E01990031", "units_2021"]) == 2
    # From the other side the unit of 2011 is the same, as part of it lies there too.
    other = district(cleaned(pd.DataFrame([*base, *moved])), "E08999002", [2011, 2021])
    assert other.outside == {2011: (), 2021: ("E01990031",)}


def test_a_wrong_file_in_the_folder_is_refused_with_what_it_is(filled: Path) -> None:
    file = filled / "downloads" / "census2021-ts030.zip"
    member = made_up.RECIPES["faith-2021"].sources[0].member
    with zipfile.ZipFile(filled / "downloads" / "census2021-ts054.zip") as archive:
        content = archive.read("census2021-ts054-lsoa.csv")
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(member, content)
    with pytest.raises(WrongFormat, match="It looks like TS054"):
        get(district="Exampleton", tables=["faith"], dates=[2021], folder=filled, offline=True)


def test_a_file_of_another_year_is_refused(filled: Path) -> None:
    file = filled / "downloads" / PUPILS
    file.write_bytes(file.read_bytes().replace(b"202223", b"202324"))
    with pytest.raises(WrongFormat, match="of 2023/24, not 2022/23"):
        get(district="Exampleton", tables=["schools"], dates=[2021], folder=filled, offline=True)


def test_a_file_without_units_of_the_district_is_refused(filled: Path) -> None:
    file = next((filled / "downloads").glob("ks209ew*.csv"))
    file.write_bytes(b"\n".join(line for line in file.read_bytes().splitlines() if b"E01990003" not in line))
    with pytest.raises(UnmatchedUnit, match="E01990003"):
        get(district="Exampleton", tables=["faith"], dates=[2011], folder=filled, offline=True)


def test_all_faults_of_fetching_come_together_and_the_rest_is_kept(
    published: Served, tmp_path: Path, patience: Patience
) -> None:
    for dataset in ("nm_616_1.bulk.csv", "NM_616_1.data.csv"):
        published.put(f"/www.nomisweb.co.uk/api/v01/dataset/{dataset}", refusal(404))
    published.put(
        "/www.nomisweb.co.uk/output/census/2021/census2021-ts030.zip",
        whole(b"<html><title>Moved</title></html>"),
    )
    with pytest.raises(DownloadFailed) as caught:
        get(
            district="Exampleton", tables=["faith", "tenure"], dates=[2011, 2021], folder=tmp_path,
            base=published.address, patience=patience,
        )  # fmt: skip
    told = [str(fault) for fault in caught.value.faults]
    assert len(told) == 2
    assert any("404" in fault and "ks209ew*.csv" in fault for fault in told)
    assert any("no whole zip archive" in fault or "web page" in fault for fault in told)
    assert (tmp_path / "downloads" / "census2021-ts054.zip").is_file()
    assert not list(tmp_path.glob("*.gpkg"))


def test_without_a_network_the_plan_is_what_comes_back(tmp_path: Path, patience: Patience) -> None:
    harvest = get(district="Exampleton", tables=["faith"], dates=[2021], folder=tmp_path, base="http://127.0.0.1:9",
                  patience=patience)  # fmt: skip
    assert harvest.path is None
    assert [missing.recipe.id for missing in harvest.missing] == [
        "lookup-lsoa-2011-2021", "boundaries-2021", "faith-2021",
    ]  # fmt: skip
    with pytest.raises(InvalidParameter, match="none yet"):
        harvest.layer("areas")


@pytest.mark.slow
def test_progress_goes_from_nothing_to_all(published: Served, tmp_path: Path, patience: Patience) -> None:
    seen: list[tuple[int, int]] = []
    get(district="Exampleton", tables=["faith"], dates=[2011, 2021], folder=tmp_path, base=published.address,
        patience=patience, progress=lambda *at: seen.append(at))  # fmt: skip
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1]
    assert len({total for _, total in seen}) == 1


def test_a_failure_while_writing_leaves_what_was_there(harvest: Harvest, monkeypatch: pytest.MonkeyPatch) -> None:
    assert harvest.path is not None
    filled = harvest.path.parent
    before = harvest.path.read_bytes()
    told: list[str] = []
    plain = geopackages._plain

    def fail(frame: object) -> object:
        told.append("layer")
        if len(told) == 3:
            raise OSError(28, "No space left on device")
        return plain(frame)

    monkeypatch.setattr(geopackages, "_plain", fail)
    with pytest.raises(OSError, match="No space left"):
        get(district="Exampleton", tables=["faith"], dates=[2011, 2021], folder=filled, offline=True)
    assert harvest.path.read_bytes() == before
    assert sorted(file.name for file in filled.iterdir()) == [
        "downloads",
        "exampleton.gpkg",
        "exampleton.manifest.json",
    ]


@pytest.mark.slow
def test_a_report_cites_the_manifest(run: Run, harvest: Harvest, tmp_path: Path) -> None:
    assert harvest.path is not None
    groups = [word for group in harvest.counts("faith", 2021).groups for word in ("-g", group)]
    page = tmp_path / "report.html"
    command = ["report", harvest.path, "--layer", "faith-2021", "-u", "unit", *groups, "--total", "total", "--focal",
               "Muslim", "-o", page]  # fmt: skip
    code, _, err = run(*command)
    assert code == 0, err
    html = page.read_text(encoding="utf-8")
    used = [file for file in harvest.manifest["files"] if file["recipe"] in
            {"faith-2021", "lookup-lsoa-2011-2021", "boundaries-2011", "boundaries-2021"}]  # fmt: skip
    assert len(used) == 4
    for file in used:
        for word in ("sha256", "retrieved", "licence", "publisher", "published_as"):
            assert file[word] in html
        assert file["attribution"] in html
    assert "TS054" not in html
    assert "exampleton.manifest.json" in html
    assert "was changed after its manifest" not in html
    # What the layer counts comes from the manifest too.
    assert "residents" in html

    frame = harvest.layer("faith-2021")
    frame.to_file(harvest.path, layer="faith-2021", driver="GPKG")
    assert run(*command)[0] == 0
    assert "was changed after its manifest" in page.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_configured_report_reads_layers_and_cites_the_manifest(run: Run, harvest: Harvest, tmp_path: Path) -> None:
    assert harvest.path is not None
    groups = ", ".join(json.dumps(group) for group in harvest.counts("faith", 2021).groups)
    text = f"""
title = "Exampleton"
[[tables]]
name = "Faith"
file = "{harvest.path.as_posix()}"
layer = "faith-2021"
unit = "unit"
total = "total"
groups = [{groups}]
focal = "Muslim"
[areas]
file = "{harvest.path.as_posix()}"
layer = "units-2021"
unit = "unit"
"""
    (tmp_path / "report.toml").write_text(text, encoding="utf-8")
    code, _, err = run("report", "--config", tmp_path / "report.toml", "-o", tmp_path / "page.html")
    assert code == 0, err
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert harvest.manifest["files"][0]["sha256"] in html


def test_a_damaged_manifest_is_said_so(harvest: Harvest) -> None:
    assert harvest.path is not None
    manifest = harvest.path.with_suffix(".manifest.json")
    manifest.write_text("{}")
    with pytest.raises(UnreadableFile, match="Run 'placemix get' again"):
        Harvest.open(harvest.path)
    manifest.unlink()
    with pytest.raises(UnreadableFile, match="no GeoPackage with a manifest"):
        Harvest.open(harvest.path)
