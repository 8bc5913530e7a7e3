"""One file from one address: cut, changed, refused, slow, or too large."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.request import Request

import pytest

from fetching.server import Served, refusal, whole
from placemix.errors import DownloadFailed, NoConnection
from placemix.fetching.downloading import beside, download
from placemix.fetching.transport import Patience, _SameKind, fetched

CONTENT = b"unit,people\n" + b"".join(b"E%08d,%d\n" % (number, number % 97) for number in range(40_000))
OTHER = CONTENT[::-1]


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "table.csv.part"


def test_a_whole_file_comes_at_once(server: Served, part: Path, patience: Patience) -> None:
    seen: list[tuple[int, int]] = []
    state = download(
        server.put("/a", whole(CONTENT)), part, patience=patience, limit=10**7, progress=lambda *at: seen.append(at)
    )
    assert part.read_bytes() == CONTENT
    assert state.size == len(CONTENT)
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert seen == sorted(seen)
    assert "placemix/" in server.headers_of("/a")[0]["User-Agent"]


def test_a_cut_connection_is_carried_on(server: Served, part: Path, patience: Patience) -> None:
    address = server.put(
        "/a",
        whole(CONTENT, etag='"1"', cut=100_000),
        whole(CONTENT, etag='"1"', cut=50_000),
        whole(CONTENT, etag='"1"'),
    )
    download(address, part, patience=patience, limit=10**7)
    assert part.read_bytes() == CONTENT
    asked = server.headers_of("/a")
    assert [headers.get("Range") for headers in asked] == [None, "bytes=100000-", "bytes=150000-"]
    assert [headers.get("If-Range") for headers in asked] == [None, '"1"', '"1"']


def test_an_earlier_run_is_carried_on(server: Served, part: Path, patience: Patience) -> None:
    address = server.put("/a", whole(CONTENT, etag='"1"', cut=100_000))
    with pytest.raises(DownloadFailed, match="cut after"):
        download(address, part, patience=Patience(attempts=1, sleep=patience.sleep), limit=10**7)
    assert part.read_bytes() == CONTENT[:100_000]
    server.put("/a", whole(CONTENT, etag='"1"'))
    download(address, part, patience=patience, limit=10**7)
    assert part.read_bytes() == CONTENT
    assert server.headers_of("/a")[-1]["Range"] == "bytes=100000-"


def test_an_interruption_leaves_only_what_can_be_carried_on(server: Served, part: Path, patience: Patience) -> None:
    address = server.put("/a", whole(CONTENT, etag='"1"'))

    def stop(done: int, _total: int) -> None:
        if done > 200_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download(address, part, patience=patience, limit=10**7, progress=stop)
    assert sorted(file.name for file in part.parent.iterdir()) == ["table.csv.part", "table.csv.part.json"]
    have = part.stat().st_size
    assert CONTENT.startswith(part.read_bytes())
    download(address, part, patience=patience, limit=10**7)
    assert part.read_bytes() == CONTENT
    assert server.headers_of("/a")[-1]["Range"] == f"bytes={have}-"


def test_a_server_without_ranges_is_begun_anew(server: Served, part: Path, patience: Patience) -> None:
    address = server.put(
        "/a", whole(CONTENT, etag='"1"', cut=100_000, ranges=False), whole(CONTENT, etag='"1"', ranges=False)
    )
    download(address, part, patience=patience, limit=10**7)
    assert part.read_bytes() == CONTENT


def test_a_server_that_marks_no_edition_is_begun_anew(server: Served, part: Path, patience: Patience) -> None:
    address = server.put("/a", whole(CONTENT, cut=100_000), whole(CONTENT))
    download(address, part, patience=patience, limit=10**7)
    assert part.read_bytes() == CONTENT
    assert all("Range" not in headers for headers in server.headers_of("/a"))


@pytest.mark.parametrize("heed", [True, False], ids=["heeds If-Range", "does not"])
def test_a_new_edition_between_attempts_is_never_mixed(
    server: Served, part: Path, patience: Patience, *, heed: bool
) -> None:
    address = server.put("/a", whole(CONTENT, etag='"1"', cut=100_000), whole(OTHER, etag='"2"', heed_if_range=heed))
    download(address, part, patience=patience, limit=10**7)
    assert part.read_bytes() == OTHER
    assert json.loads(beside(part).read_text())["mark"] == '"2"'


def test_a_weak_mark_is_not_carried_on(server: Served, part: Path, patience: Patience) -> None:
    address = server.put("/a", whole(CONTENT, etag='W/"1"', cut=100_000), whole(CONTENT, etag='W/"1"'))
    download(address, part, patience=patience, limit=10**7)
    assert part.read_bytes() == CONTENT
    assert all("Range" not in headers for headers in server.headers_of("/a"))


def test_a_file_that_has_become_shorter_is_begun_anew(server: Served, part: Path, patience: Patience) -> None:
    short = CONTENT[:50_000]
    address = server.put("/a", whole(CONTENT, etag='"1"', cut=100_000), whole(short, etag='"1"', heed_if_range=False))
    download(address, part, patience=patience, limit=10**7)
    assert part.read_bytes() == short


def test_a_part_of_another_address_is_not_used(server: Served, part: Path, patience: Patience) -> None:
    with pytest.raises(DownloadFailed):
        download(
            server.put("/a", whole(OTHER, etag='"1"', cut=1000)),
            part,
            patience=Patience(attempts=1, sleep=patience.sleep),
            limit=10**7,
        )
    download(server.put("/b", whole(CONTENT, etag='"1"')), part, patience=patience, limit=10**7)
    assert part.read_bytes() == CONTENT


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_passing_error_is_asked_again(
    server: Served, part: Path, patience: Patience, waits: list[float], status: int
) -> None:
    address = server.put("/a", refusal(status), refusal(status), whole(CONTENT))
    download(address, part, patience=patience, limit=10**7)
    assert part.read_bytes() == CONTENT
    assert waits == [1, 2]


def test_waits_as_long_as_the_server_asks_but_no_longer_than_is_sane(
    server: Served, part: Path, patience: Patience, waits: list[float]
) -> None:
    soon = format_datetime(datetime.now(tz=UTC) + timedelta(seconds=30), usegmt=True)
    address = server.put(
        "/a", refusal(503, Retry_After="7"), refusal(503, Retry_After="86400"), refusal(503, Retry_After=soon),
        whole(CONTENT),
    )  # fmt: skip
    download(address, part, patience=patience, limit=10**7)
    assert waits[:2] == [7, 60]
    assert 20 <= waits[2] <= 30


def test_gives_up_after_so_many_attempts(server: Served, part: Path, patience: Patience, waits: list[float]) -> None:
    address = server.put("/a", refusal(500))
    with pytest.raises(DownloadFailed, match=r"asked 4 times.*500") as caught:
        download(address, part, patience=patience, limit=10**7)
    assert not isinstance(caught.value, NoConnection)
    assert len(server.asked) == 4
    assert waits == [1, 2, 4]


@pytest.mark.parametrize("status", [404, 403, 410])
def test_a_lasting_error_is_not_asked_again(server: Served, part: Path, patience: Patience, status: int) -> None:
    with pytest.raises(DownloadFailed, match=rf"{status}.*by hand"):
        download(server.put("/a", refusal(status)), part, patience=patience, limit=10**7)
    assert len(server.asked) == 1


def test_a_slow_server_is_given_up(server: Served, part: Path, waits: list[float]) -> None:
    begun = time.monotonic()
    with pytest.raises(DownloadFailed, match="too long"):
        download(
            server.put("/a", whole(CONTENT, pause=1)), part, limit=10**7,
            patience=Patience(attempts=2, timeout=0.2, sleep=waits.append),
        )  # fmt: skip
    assert time.monotonic() - begun < 5
    assert waits == [1]


def test_nobody_there_is_another_error(part: Path, patience: Patience) -> None:
    with pytest.raises(NoConnection, match="no connection"):
        download("http://127.0.0.1:9/a", part, patience=patience, limit=10**7)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://127.0.0.1/a", "/etc/passwd", "http://a:b@127.0.0.1/"])
def test_no_other_kind_of_address_is_fetched(part: Path, patience: Patience, address: str) -> None:
    with pytest.raises(DownloadFailed, match="no http or https address"):
        download(address, part, patience=patience, limit=10**7)


def test_is_not_sent_on_to_another_kind_of_address(server: Served, part: Path, patience: Patience) -> None:
    address = server.put("/a", refusal(302, Location="file:///etc/passwd"))
    with pytest.raises(DownloadFailed, match="not allowed"):
        download(address, part, patience=patience, limit=10**7)
    with pytest.raises(DownloadFailed, match=r"sends on to http://a.b/, which is not fetched"):
        _SameKind().redirect_request(Request("https://a.b/"), None, 302, "Found", {}, "http://a.b/")
    server.put("/c", whole(CONTENT))
    download(server.put("/b", refusal(302, Location="/c")), part, patience=patience, limit=10**7)
    assert part.read_bytes() == CONTENT


def test_a_file_that_is_too_large_is_refused_before_it_is_fetched(
    server: Served, part: Path, patience: Patience
) -> None:
    with pytest.raises(DownloadFailed, match="cannot have more than 1,000"):
        download(server.put("/a", whole(CONTENT)), part, patience=patience, limit=1000)
    assert not part.exists()
    with pytest.raises(DownloadFailed, match="more than 1,000"):
        fetched(server.put("/b", whole(CONTENT)), patience, limit=1000)


def test_an_endless_file_is_refused_where_no_length_is_stated(server: Served, part: Path, patience: Patience) -> None:
    def endless(handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(1000):
            handler.wfile.write(b"x" * 10_000)

    with pytest.raises(DownloadFailed, match="cannot have more"):
        download(server.put("/a", endless), part, patience=patience, limit=100_000)
    assert not part.exists()


def test_a_page_that_was_cut_is_fetched_again(server: Served, patience: Patience) -> None:
    address = server.put("/a", whole(CONTENT, cut=10), whole(CONTENT))
    assert fetched(address, patience, limit=10**7) == CONTENT
