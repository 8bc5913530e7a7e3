"""The file of a recipe: fetched through pooch, found in the folder, checked, or refused."""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from fetching.server import Served, refusal, whole
from placemix.errors import DownloadFailed, MissingExtra, UnreadableFile, WrongFormat
from placemix.fetching.keeping import Kept, Missing, Where
from placemix.fetching.loading import Recipe, known_recipes
from placemix.fetching.obtaining import obtain
from placemix.fetching.transport import Patience

RECIPES = {recipe.id: recipe for recipe in known_recipes()}
TS021 = RECIPES["ethnicity-2021"]
#: The zip alone, so that its faults are not mended by the second address.
ZIPPED = replace(TS021, sources=TS021.sources[:1])
PLAIN = replace(RECIPES["faith-2011"], sources=RECIPES["faith-2011"].sources[:1])
PATH = "/www.nomisweb.co.uk/output/census/2021/census2021-ts021.zip"
PLAIN_PATH = "/www.nomisweb.co.uk/api/v01/dataset/nm_616_1.bulk.csv"


def table(header: tuple[str, ...], *, rows: int = 3) -> bytes:
    quoted = ",".join(f'"{name}"' for name in header)
    return "\n".join([quoted, *(",".join(["1"] * len(header)) for _ in range(rows))]).encode() + b"\n"


def zipped(*members: tuple[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


LSOA = table(TS021.header)
ARCHIVE = zipped(("census2021-ts021-oa.csv", b"other"), ("census2021-ts021-lsoa.csv", LSOA))


@pytest.fixture
def where(tmp_path: Path, server: Served, patience: Patience) -> Where:
    return Where(downloads=tmp_path / "downloads", base=server.address, patience=patience)


def names(where: Where) -> list[str]:
    return sorted(file.name for file in where.downloads.iterdir()) if where.downloads.is_dir() else []


def kept(recipe: Recipe, where: Where) -> Kept:
    found = obtain(recipe, where, district="E08000004", units=["E01000001"])
    assert isinstance(found, Kept)
    return found


def test_an_archive_is_fetched_and_its_member_unpacked(server: Served, where: Where) -> None:
    server.put(PATH, whole(ARCHIVE, etag='"1"'))
    found = kept(ZIPPED, where)
    assert found.path.read_bytes() == LSOA
    assert found.entry.sha256 == hashlib.sha256(ARCHIVE).hexdigest()
    assert found.entry.size == len(ARCHIVE)
    assert found.entry.address == server.address + PATH
    assert not found.entry.by_hand
    assert names(where) == ["census2021-ts021-lsoa.csv", "census2021-ts021.zip", "record.json"]
    # What is there is not fetched again.
    assert kept(ZIPPED, where) == found
    assert len(server.asked) == 1


def test_a_cut_archive_is_carried_on_through_pooch(server: Served, where: Where) -> None:
    server.put(PATH, whole(ARCHIVE, etag='"1"', cut=200), whole(ARCHIVE, etag='"1"'))
    assert kept(ZIPPED, where).path.read_bytes() == LSOA
    assert server.headers_of(PATH)[1]["Range"] == "bytes=200-"


def test_an_interruption_leaves_the_part_alone(server: Served, where: Where) -> None:
    server.put(PATH, whole(ARCHIVE, etag='"1"'))

    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        obtain(ZIPPED, where, district="E08000004", progress=stop)
    assert names(where) == ["census2021-ts021.zip.part", "census2021-ts021.zip.part.json"]


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (TS021.header[:-1], "lacks 'Ethnic group: Other ethnic group: Any other ethnic group'"),
        (
            tuple(name.replace("Roma", "Romani") for name in TS021.header),
            r"New in it: 'Ethnic group: White: Romani'.*Did you mean",
        ),
        ((*TS021.header, "Ethnic group: White: Manx"), "1 column that TS021 had not: 'Ethnic group: White: Manx'"),
    ],
)  # fmt: skip
def test_a_changed_header_is_refused(server: Served, where: Where, header: tuple[str, ...], words: str) -> None:
    server.put(PATH, whole(zipped(("census2021-ts021-lsoa.csv", table(header))), etag='"1"'))
    with pytest.raises(DownloadFailed, match=words):
        obtain(ZIPPED, where)
    assert names(where) == []


def test_spacing_case_and_the_suffix_of_measures_are_no_change(server: Served, where: Where) -> None:
    header = tuple(f"{name.replace(': ', ':  ')}; measures: Value" for name in TS021.header)
    server.put(PATH, whole(zipped(("census2021-ts021-lsoa.csv", b"\xef\xbb\xbf" + table(header)))))
    assert kept(ZIPPED, where).path.is_file()


def test_a_wrong_checksum_is_refused(server: Served, where: Where) -> None:
    server.put(PATH, whole(ARCHIVE))
    with pytest.raises(DownloadFailed, match="SHA-256 is not 000000000000…"):
        obtain(replace(ZIPPED, sha256="0" * 64), where)
    assert names(where) == []
    right = hashlib.sha256(ARCHIVE).hexdigest()
    assert kept(replace(ZIPPED, sha256=right), where).entry.sha256 == right


def test_a_file_that_the_publisher_changes_is_not_taken_for_the_old_one(server: Served, where: Where) -> None:
    server.put(PATH, whole(ARCHIVE))
    first = kept(ZIPPED, where)
    (where.downloads / first.file).unlink()
    first.path.unlink()
    server.put(PATH, whole(zipped(("census2021-ts021-lsoa.csv", table(TS021.header, rows=4)))))
    with pytest.raises(DownloadFailed, match="gives another file than on"):
        obtain(ZIPPED, where)
    assert names(where) == ["record.json"]


def test_a_file_that_is_changed_in_the_folder_is_refused(server: Served, where: Where) -> None:
    server.put(PLAIN_PATH, whole(table(PLAIN.header)))
    found = kept(PLAIN, where)
    found.path.write_bytes(table(PLAIN.header, rows=5))
    with pytest.raises(DownloadFailed, match="not the file it was"):
        obtain(PLAIN, where)


def test_a_web_page_instead_of_a_table_is_named(server: Served, where: Where) -> None:
    server.put(PLAIN_PATH, whole(b"\n <!DOCTYPE html>\n<html><head><title>Page not\n found</title></head>"))
    with pytest.raises(DownloadFailed, match="web page titled 'Page not found'"):
        obtain(PLAIN, where)
    assert names(where) == []


@pytest.mark.parametrize("status", [404, 500])
def test_where_one_address_fails_the_next_is_asked(server: Served, where: Where, status: int) -> None:
    server.put(PATH, refusal(status))
    with pytest.raises(
        DownloadFailed, match=rf"{status}.*by hand from https://www.nomisweb.co.uk.*census2021-ts021.zip"
    ):
        obtain(ZIPPED, where)
    header = '"GEOGRAPHY_NAME","GEOGRAPHY_CODE","C2021_ETH_20_NAME","OBS_VALUE","RECORD_OFFSET","RECORD_COUNT"'
    server.put(
        "/www.nomisweb.co.uk/api/v01/dataset/NM_2041_1.data.csv",
        whole(f'{header}\n"A","E01000001","Total: All usual residents",5,0,1\n'.encode()),
    )
    found = kept(TS021, where)
    assert found.file == "ts021-E08000004.csv"
    assert str(status) in found.notes[0]
    assert found.path.read_text().splitlines()[1] == "A,E01000001,Total: All usual residents,5"


def test_nobody_there_means_missing_and_what_to_do(tmp_path: Path, patience: Patience) -> None:
    found = obtain(
        TS021, Where(downloads=tmp_path / "downloads", base="http://127.0.0.1:9", patience=patience),
        district="E08000004", units=["E01000001"],
    )  # fmt: skip
    assert isinstance(found, Missing)
    assert found.file == "census2021-ts021.zip"
    assert "no connection" in found.reason


def test_offline_nothing_is_asked(server: Served, where: Where) -> None:
    found = obtain(TS021, replace(where, offline=True))
    assert isinstance(found, Missing)
    assert server.asked == []
    pupils = obtain(RECIPES["schools-pupils"], where)
    assert isinstance(pupils, Missing)
    assert pupils.reason == "no address of the file was ever seen"


@pytest.mark.parametrize("name", ["census2021-ts021.zip", "census2021-ts021-lsoa.csv", "CENSUS2021-TS021-LSOA.CSV"])
def test_a_file_placed_by_hand_is_taken(where: Where, server: Served, name: str) -> None:
    where.downloads.mkdir()
    (where.downloads / name).write_bytes(ARCHIVE if name.endswith("zip") else LSOA)
    found = kept(TS021, where)
    assert found.path.read_bytes() == LSOA
    assert found.entry.by_hand
    assert found.entry.address == ""
    assert server.asked == []
    assert kept(TS021, where).entry == found.entry


def test_a_wrong_file_placed_by_hand_is_named(where: Where) -> None:
    where.downloads.mkdir()
    (where.downloads / "census2021-ts021-lsoa.csv").write_bytes(table(RECIPES["faith-2021"].header))
    with pytest.raises(WrongFormat, match=r"is not TS021.*It looks like TS030, of 'faith-2021'"):
        obtain(TS021, where)


def test_of_several_extracts_the_latest_is_taken_and_the_others_named(where: Where) -> None:
    register = RECIPES["schools-register"]
    where.downloads.mkdir()
    for day in ("20240105", "20230901"):
        (where.downloads / f"edubasealldata{day}.csv").write_bytes(table(register.header))
    found = kept(register, replace(where, offline=True))
    assert found.file == "edubasealldata20240105.csv"
    assert found.notes == ("'edubasealldata20240105.csv' was used, and not 'edubasealldata20230901.csv'.",)


def test_a_file_fetched_for_another_district_is_not_taken(server: Served, where: Where) -> None:
    header = '"DATE_NAME","GEOGRAPHY_NAME","GEOGRAPHY_CODE","CELL_NAME","OBS_VALUE","RECORD_OFFSET","RECORD_COUNT"'
    server.put(
        "/www.nomisweb.co.uk/api/v01/dataset/NM_616_1.data.csv",
        whole(f'{header}\n2011,"A","E01000001","All",5,0,1\n'.encode()),
    )
    recipe = replace(RECIPES["faith-2011"], sources=RECIPES["faith-2011"].sources[1:])
    assert kept(recipe, where).file == "ks209ew-E08000004.csv"
    other = obtain(recipe, replace(where, offline=True), district="E08000005")
    assert isinstance(other, Missing)


def test_without_pooch_the_extra_is_named(where: Where, server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pooch", None)
    server.put(PATH, whole(ARCHIVE))
    with pytest.raises(MissingExtra, match=r"placemix\[change\]"):
        obtain(ZIPPED, where)
    where.downloads.mkdir(exist_ok=True)
    (where.downloads / "census2021-ts021.zip").write_bytes(ARCHIVE)
    assert kept(TS021, where).path.is_file()


def test_a_torn_archive_is_refused(server: Served, where: Where) -> None:
    server.put(PATH, whole(ARCHIVE[:-30]))
    with pytest.raises(DownloadFailed, match="no whole zip archive"):
        obtain(ZIPPED, where)
    torn = bytearray(ARCHIVE)
    torn[ARCHIVE.index(b"census2021-ts021-lsoa.csv") + 40] ^= 255
    server.put(PATH, whole(bytes(torn)))
    with pytest.raises(DownloadFailed, match="no whole zip archive"):
        obtain(ZIPPED, where)
    assert names(where) == []


@pytest.mark.parametrize(
    "name",
    ["../census2021-ts021-lsoa.csv", "/etc/census2021-ts021-lsoa.csv", "..\\census2021-ts021-lsoa.csv", "C:\\a.csv"],
)
def test_an_archive_that_writes_outside_itself_is_refused(server: Served, where: Where, name: str) -> None:
    server.put(PATH, whole(zipped((name, LSOA), ("census2021-ts021-lsoa.csv", LSOA))))
    with pytest.raises(DownloadFailed, match="outside it"):
        obtain(ZIPPED, where)
    assert sorted(where.downloads.parent.iterdir()) == [where.downloads]
    assert names(where) == []


def test_a_member_in_a_folder_is_found_and_written_beside(server: Served, where: Where) -> None:
    server.put(PATH, whole(zipped(("TS021/census2021-ts021-lsoa.csv", LSOA))))
    assert kept(ZIPPED, where).path == (where.downloads / "census2021-ts021-lsoa.csv").resolve()


def test_an_archive_without_the_member_is_refused(server: Served, where: Where) -> None:
    server.put(PATH, whole(zipped(("census2021-ts021-msoa.csv", LSOA))))
    with pytest.raises(WrongFormat, match=r"no single file 'census2021-ts021-lsoa.csv'.*Did you mean"):
        obtain(ZIPPED, where)


def test_a_bomb_is_not_unpacked(server: Served, where: Where) -> None:
    bomb = zipped(("census2021-ts021-lsoa.csv", LSOA + b"\n" * 60_000_000))
    assert len(bomb) < 100_000
    server.put(PATH, whole(bomb))
    with pytest.raises(DownloadFailed, match=r"would unpack to 60,0\d\d,\d\d\d bytes or more"):
        obtain(ZIPPED, where)


def test_a_member_that_lies_about_its_size_is_not_unpacked(server: Served, where: Where) -> None:
    bomb = bytearray(zipped(("census2021-ts021-lsoa.csv", LSOA + b"\n" * 60_000_000)))
    true = (len(LSOA) + 60_000_000).to_bytes(4, "little")
    while true in bomb:
        place = bomb.index(true)
        bomb[place : place + 4] = (1000).to_bytes(4, "little")
    server.put(PATH, whole(bytes(bomb)))
    with pytest.raises(DownloadFailed):
        obtain(ZIPPED, where)
    assert names(where) == []


def test_a_damaged_record_is_said_so(where: Where) -> None:
    where.downloads.mkdir()
    (where.downloads / "record.json").write_text("{")
    with pytest.raises(UnreadableFile, match="Delete it"):
        obtain(TS021, where)
    (where.downloads / "record.json").write_text(json.dumps({"files": {"a": {"recipe": "b"}}}))
    with pytest.raises(UnreadableFile, match="Delete it"):
        obtain(TS021, where)
