"""The main job on published data: the numbers that it must reproduce stand on its page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "greater_manchester" / "report.toml"

pytestmark = [pytest.mark.data]


def cells(html: str, caption: str, row: str) -> dict[str, str]:
    """Give a row of the table with a caption, by heading."""
    for table in re.findall(r"<table>.*?</table>", html, flags=re.DOTALL):
        if f"<span>{caption}</span>" not in table:
            continue
        heads = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', table, flags=re.DOTALL)
        found = re.search(rf'<th scope="row">{re.escape(row)}</th>(.*?)</tr>', table, flags=re.DOTALL)
        assert found, f"{caption!r} has no row {row!r}"
        values = re.findall(r"<td[^>]*>(.*?)</td>", found[1], flags=re.DOTALL)
        return dict(
            zip(heads[1:], [re.sub(r"<.*?>", "", value).replace("\u00a0", " ") for value in values], strict=True)
        )
    pytest.fail(f"there is no table {caption!r}")


@pytest.fixture(scope="module")
def html(gm_page):
    return gm_page.read_text(encoding="utf-8")


def test_white_and_asian_in_oldham_at_two_dates(html):
    row = cells(html, "D and isolation in 2011 and 2021: Asian against White", "Oldham")
    assert (row["D 2011"], row["D 2021"]) == ("0.761", "0.719")


def test_manchester_on_common_areas(html):
    row = cells(html, "D and isolation in 2011 and 2021: Asian against White", "Manchester")
    assert (row["D 2011"], row["D 2021"]) == ("0.475", "0.470")  # .4751 and .4695


def test_white_british_and_pakistani_in_oldham(html):
    row = cells(html, "D of the two groups named, by district, counted by LSOA", "Oldham")
    assert row["Ethnic group 2011, 14 groups: Pakistani / White British"] == "0.820"


def test_schools_of_oldham(html):
    row = cells(html, "D of the two groups named, by district, counted by school", "Oldham")
    assert row["Primary schools: ethnic group: Pakistani and Bangladeshi / White British"] == "0.804"
    assert row["Secondary schools: ethnic group: Pakistani and Bangladeshi / White British"] == "0.632"


@pytest.mark.parametrize(
    ("place", "separation", "contrast", "gap"),
    [
        ("Greater Manchester", "0.569", "+0.234", "+0.133"),
        ("Oldham", "0.719", "+0.309", "+0.222"),
        ("Stockport", "0.384", "−0.008", "−0.003"),
        ("Salford", "0.267", "−0.038", "−0.010"),
    ],
)
def test_separate_times_different_is_unequal(html, place, separation, contrast, gap):
    caption = "How separate × how different the places = how unequal: income deprivation, Asian and White"
    row = cells(html, caption, place)
    assert list(row.values())[:3] == [separation, contrast, gap]


def test_tenure_separates_more_in_seven_districts(html, read):
    assert "tenure separates more than ethnic group in 7 of the 10 districts" in read(html).text.casefold()


def test_what_was_left_out_is_said(html, read):
    text = read(html).text
    assert (
        cells(html, "What was left out of the arithmetic", "Ethnic group 2011, 14 groups")["In none of the groups"]
        == "1,523"
    )
    assert "1,673 units of the earlier date and the 1,702 of the later were joined into 1,670 common areas" in text


def test_the_page_is_light(gm_page):
    assert gm_page.stat().st_size < 4_000_000


@pytest.mark.slow
def test_a_cold_start_takes_at_most_twenty_seconds(gm, tmp_path):
    out = tmp_path / "report.html"
    script = f"import placemix as pm; pm.report.from_config({str(EXAMPLE)!r}, out={str(out)!r})"
    environment = os.environ | {
        "PLACEMIX_DATA": str(gm.parents[1]),
        "NUMBA_CACHE_DIR": str(tmp_path / "numba"),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", script], env=environment, check=True, timeout=120)
    seconds = time.perf_counter() - start
    assert out.exists()
    # A busy machine takes longer; the benchmark holds the twenty seconds.
    assert seconds < 60, seconds
