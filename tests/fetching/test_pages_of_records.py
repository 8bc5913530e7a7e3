"""Layers and census cells, which come page by page: all of them, each once, and none invented."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from fetching.publishers import HEADER, arcgis, nomis
from fetching.server import Served, refusal, whole
from placemix.errors import DownloadFailed, InvalidParameter
from placemix.fetching.cells import cells
from placemix.fetching.features import layer
from placemix.fetching.transport import Patience

FIELDS = ("LSOA11CD", "LSOA21CD", "CHGIND")
RECORDS = [{"LSOA11CD": f"E01{number:06d}", "LSOA21CD": f"E02{number:06d}", "CHGIND": "U"} for number in range(4_321)]


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "lookup.csv.part"


@pytest.mark.parametrize("most", [2000, 1000, 4321, 777])
@pytest.mark.parametrize("flag", ["top", "none"])
def test_all_records_come_whatever_the_server_gives_at_once(
    server: Served, part: Path, patience: Patience, most: int, flag: str
) -> None:
    address = server.put("/query", arcgis(RECORDS, most=most, flag=flag))
    content = layer(address, part, fields=FIELDS, patience=patience, limit=10**7)
    assert rows(content) == RECORDS
    asked = [path for path, _ in server.asked if "resultOffset" in path]
    assert len(asked) == -(-4321 // min(most, 2000))
    assert all("resultRecordCount=2000" in path and "outSR=27700" in path for path in asked)


def test_a_repeated_page_is_refused(server: Served, part: Path, patience: Patience) -> None:
    address = server.put("/query", arcgis(RECORDS, shift=lambda offset, page: 0 if page == 2 else offset))
    with pytest.raises(DownloadFailed, match=r"E01000000 E02000000 U.*twice: a page was repeated"):
        layer(address, part, fields=FIELDS, patience=patience, limit=10**7)
    assert not part.exists()


def test_a_skipped_page_is_refused(server: Served, part: Path, patience: Patience) -> None:
    address = server.put("/query", arcgis(RECORDS, shift=lambda offset, page: 4000 if page == 2 else offset))
    with pytest.raises(DownloadFailed, match=r"2,321 records and had stated 4,321"):
        layer(address, part, fields=FIELDS, patience=patience, limit=10**7)


@pytest.mark.parametrize("count", [4320, 4322, 0])
def test_another_number_than_stated_is_refused(server: Served, part: Path, patience: Patience, count: int) -> None:
    with pytest.raises(DownloadFailed, match="had stated"):
        layer(server.put("/query", arcgis(RECORDS, count=count)), part, fields=FIELDS, patience=patience, limit=10**7)


def test_an_interruption_loses_no_page(server: Served, part: Path, patience: Patience) -> None:
    address = server.put("/query", arcgis(RECORDS))

    def stop(done: int, _total: int) -> None:
        if done >= 4000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        layer(address, part, fields=FIELDS, patience=patience, limit=10**7, progress=stop)
    # A page cut in the middle of a line is fetched again.
    kept = part.read_text().splitlines()
    assert len(kept) == 3
    part.write_text("\n".join([*kept[:2], kept[2][:500]]))
    before = len(server.asked)
    assert rows(layer(address, part, fields=FIELDS, patience=patience, limit=10**7)) == RECORDS
    assert len(server.asked) - before == 1 + 2


def test_pages_of_another_request_are_not_used(server: Served, part: Path, patience: Patience) -> None:
    layer(server.put("/query", arcgis(RECORDS)), part, fields=FIELDS, patience=patience, limit=10**7)
    assert part.exists()
    fewer = RECORDS[:100]
    assert (
        rows(layer(server.put("/query", arcgis(fewer)), part, fields=FIELDS, patience=patience, limit=10**7)) == fewer
    )


def test_only_some_units_are_asked_for_in_batches(server: Served, part: Path, patience: Patience) -> None:
    units = [record["LSOA11CD"] for record in RECORDS[100:300]]
    content = layer(
        server.put("/query", arcgis(RECORDS)), part, fields=FIELDS, only="LSOA11CD", units=units, patience=patience,
        limit=10**7,
    )  # fmt: skip
    assert rows(content) == RECORDS[100:300]
    assert max(len(path) for path, _ in server.asked) < 3000


def test_no_text_but_a_code_becomes_part_of_an_address(server: Served, part: Path, patience: Patience) -> None:
    with pytest.raises(InvalidParameter, match="no codes of areas"):
        layer(
            server.put("/query", arcgis(RECORDS)), part, fields=FIELDS, only="LSOA11CD", units=["') OR 1=1 --"],
            patience=patience, limit=10**7,
        )  # fmt: skip
    assert server.asked == []


def test_shapes_come_in_the_national_grid(server: Served, part: Path, patience: Patience) -> None:
    content = json.loads(
        layer(
            server.put("/query", arcgis(RECORDS[:50], shapes=True, most=20)), part, fields=FIELDS, shapes=True,
            patience=patience, limit=10**7,
        )
    )  # fmt: skip
    assert content["crs"]["properties"]["name"].endswith("27700")
    assert [feature["properties"] for feature in content["features"]] == RECORDS[:50]


def test_shapes_in_degrees_are_refused(server: Served, part: Path, patience: Patience) -> None:
    # A corner in degrees, though the grid was asked for.
    with pytest.raises(DownloadFailed, match="in degrees"):
        layer(
            server.put("/query", arcgis(RECORDS[:5], shapes=True, degrees=True)), part, fields=FIELDS, shapes=True,
            patience=patience, limit=10**7,
        )  # fmt: skip


def test_an_error_written_as_success_is_an_error(server: Served, part: Path, patience: Patience) -> None:
    def error(code: int, message: str) -> Callable[[BaseHTTPRequestHandler], None]:
        return whole(json.dumps({"error": {"code": code, "message": message, "details": []}}).encode())

    with pytest.raises(DownloadFailed, match=r"400 \(Invalid field: CHGIND\)"):
        layer(
            server.put("/query", error(400, "Invalid field: CHGIND")), part, fields=FIELDS, patience=patience,
            limit=10**7,
        )  # fmt: skip
    server.put("/query", error(504, "Timed out"), arcgis(RECORDS[:10]))
    assert rows(layer(f"{server.address}/query", part, fields=FIELDS, patience=patience, limit=10**7)) == RECORDS[:10]


def test_a_web_page_instead_of_records_is_named(server: Served, part: Path, patience: Patience) -> None:
    page = whole(b"<!DOCTYPE html><html><head><title>Sign in</title></head></html>")
    with pytest.raises(DownloadFailed, match="web page titled 'Sign in'"):
        layer(server.put("/query", page), part, fields=FIELDS, patience=patience, limit=10**7)


UNITS = [f"E01{number:06d}" for number in range(120)]


@pytest.mark.parametrize("most", [25_000, 100, 7])
def test_all_cells_come(server: Served, part: Path, patience: Patience, most: int) -> None:
    content = cells(
        server.put("/data.csv", nomis(most=most)) + "?date=latest", part, units=UNITS, header=HEADER, patience=patience,
        limit=10**7,
    )  # fmt: skip
    got = rows(content)
    assert list(got[0]) == list(HEADER)
    assert [(row["GEOGRAPHY_CODE"], row["CELL_NAME"], row["OBS_VALUE"]) for row in got] == [
        (code, f"Cell {cell}", str(int(code[3:]) * 10 + cell)) for code in UNITS for cell in range(7)
    ]


@pytest.mark.parametrize(
    ("faulty", "words"),
    [
        (nomis(most=100, shift=1), "a page was repeated"),
        (nomis(double=True), "twice"),
        (nomis(header=("GEOGRAPHY_NAME", "GEOGRAPHY_CODE", "CELL", "OBS_VALUE")), "lacks the columns 'CELL_NAME'"),
        (whole(b"<html><title>Down for maintenance</title></html>"), "Down for maintenance"),
        (whole(f"{','.join(HEADER)},RECORD_OFFSET,RECORD_COUNT\n".encode()), "no cells"),
        (refusal(400), "400"),
    ],
)  # fmt: skip
def test_faulty_cells_are_refused(
    server: Served, part: Path, patience: Patience, faulty: Callable[[BaseHTTPRequestHandler], None], words: str
) -> None:
    with pytest.raises(DownloadFailed, match=words):
        cells(
            server.put("/data.csv", faulty) + "?date=latest", part, units=UNITS, header=HEADER, patience=patience,
            limit=10**7,
        )  # fmt: skip


def test_an_answer_that_stops_early_is_asked_on(server: Served, part: Path, patience: Patience) -> None:
    content = cells(
        server.put("/data.csv", nomis(most=100, short=13)) + "?a=b", part, units=UNITS[:20], header=HEADER,
        patience=patience, limit=10**7,
    )  # fmt: skip
    assert len(rows(content)) == 140
