"""The main job on published data: the numbers that it must reproduce stand on its page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

import placemix as pm

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
    row = cells(
        html, "D and share of own group, among the two groups alone, in 2011 and 2021: Asian against White", "Oldham"
    )
    assert (row["D 2011"], row["D 2021"]) == ("0.761", "0.719")


def test_manchester_on_common_areas(html):
    row = cells(
        html,
        "D and share of own group, among the two groups alone, in 2011 and 2021: Asian against White",
        "Manchester",
    )
    assert (row["D 2011"], row["D 2021"]) == ("0.475", "0.470")  # .4751 and .4695


def test_white_british_and_pakistani_in_oldham(html):
    row = cells(html, "D of the two groups named, by district, counted by LSOA", "Oldham")
    assert row["Ethnic group 2011, 14 groups (census 2011): Pakistani compared with White British"] == "0.820"


def test_schools_of_oldham(html):
    row = cells(html, "D of the two groups named, by district, counted by school", "Oldham")
    assert row["Primary schools: ethnic group: Pakistani and Bangladeshi compared with White British"] == "0.804"
    assert row["Secondary schools: ethnic group: Pakistani and Bangladeshi compared with White British"] == "0.632"


@pytest.mark.parametrize(
    ("place", "separation", "contrast", "gap"),
    [
        ("Greater Manchester", "0.569", "+23.4", "+13.3"),
        ("Oldham", "0.719", "+30.9", "+22.2"),
        ("Stockport", "0.384", "−0.8", "−0.3"),
        ("Salford", "0.267", "−3.8", "−1.0"),
    ],
)
def test_separate_times_different_is_unequal(html, place, separation, contrast, gap):
    caption = "How separate × how different the places = how unequal: income deprivation, Asian and White"
    row = cells(html, caption, place)
    assert list(row.values())[:3] == [separation, contrast, gap]


def test_tenure_separates_more_in_seven_districts(html, read):
    assert "tenure separates more than ethnic group in 7 of the 10 districts" in read(html).text.casefold()


def test_drawn_in_eight_tenure_separates_more_in_three(gm, html, read):
    lookup = pd.read_parquet(gm / "lookup_lsoa11_lsoa21_changes.parquet")[["lsoa21cd", "lad22nm"]].drop_duplicates()
    h = {}
    for file, start in (("households_lsoa21_2021", "ten_"), ("groups5_lsoa21_2021", "")):
        frame = pd.read_parquet(gm / f"{file}.parquet").merge(lookup, on="lsoa21cd")
        groups = (
            [name for name in frame if name.startswith(start) and name != "ten_total"]
            if start
            else ["white", "asian", "black", "mixed", "other"]
        )
        counts = pm.from_wide(frame, groups=groups, unit="lsoa21cd", strata="lad22nm")
        found = pd.DataFrame(pm.measure(counts, "information_theory", by="lad22nm"))
        h[len(groups)] = found.set_index(found["lad22nm"].astype(str))["value"]
    assert sorted(h) == [5, 8]
    assert sorted(h[8].index[h[8] > h[5]]) == ["Salford", "Stockport", "Wigan"]
    assert "tenure separates more in 3 of the 10 districts (Salford, Stockport and Wigan)" in read(html).text


def test_few_people_are_marked(html):
    row = cells(html, "D of the two groups named, by district, counted by LSOA", "Wigan")
    assert row["Ethnic group 2011, 14 groups (census 2011): Pakistani compared with White British"] == "0.583 †"


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
