"""placemix gap --map: a page that loads nothing, maps each gap, escapes names and refuses what cannot be drawn."""

from __future__ import annotations

import html
import re

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

GROUPS = ["-u", "code", "-g", "x <b>,y", "-f", "x <b>", "-a", "y"]
FACTS = ["--worse", "higher", "--describes", "places", "--domain", "environment"]


@pytest.fixture(scope="module")
def areas(tmp_path_factory):
    table = pd.DataFrame({
        "code": list("ABCD"), "town": ["N", "N", "S", "S"], "x <b>": [80, 20, 0, 20], "y": [20, 80, 100, 80],
        "no2": [20.0, 14, 11, 17],
    })  # fmt: skip
    shapes = gpd.GeoDataFrame(table, geometry=[box(place, 0, place + 1, 1) for place in range(4)], crs=27700)
    file = tmp_path_factory.mktemp("gap") / "towns.gpkg"
    shapes.to_file(file)
    return file


def test_the_page_maps_the_gap(run, areas):
    page = areas.parent / "gap.html"
    code, _, err = run("gap", areas, *GROUPS, "-c", "no2", *FACTS, "--by", "town", "--map", page)
    assert code == 0, err
    text = page.read_text(encoding="utf-8")
    said = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))
    assert "gap.html" in err
    assert "Where the gap in no2 is made" in said
    # By hand: shares of x 2/3, 1/6, 0, 1/6, of y 1/14, 2/7, 5/14, 2/7, so that the gap is 16.833 − 15.214 = 2.5 + …
    shares = [(80 / 120 - 20 / 280), (20 / 120 - 80 / 280), -100 / 280, (20 / 120 - 80 / 280)]
    gap = sum(part * air for part, air in zip(shares, [20, 14, 11, 17], strict=True))
    assert f"(+{gap:.3g})" in said
    assert "1 of 4 areas make half of all that widens the gap" in said
    # North: x 4/5 and 1/5, y 1/5 and 4/5, hence D 0.6, contrast 6 and gap 3.6.
    assert "N 0.600 +6 +3.6" in said
    assert "Sources: towns.gpkg (people); towns.gpkg (condition)" in said
    assert all(word in said for word in ("widen it most", "says nothing of anybody", "Nothing here shows why"))
    # It loads nothing, and what stands in the data is escaped.
    assert not re.findall(r'(?:src|href)="(?!data:|#|https://doi\.org)[^"]*"', text)
    assert "<b>" not in text
    assert "x &lt;b&gt;" in text
    images = re.findall(r"<img[^>]*>", text)
    assert len(images) == 1
    assert 'alt="Map of areas' in images[0]


def test_several_groups_and_a_gap_that_is_undefined(run, areas):
    table = gpd.read_file(areas).assign(z=0)
    file, page = areas.parent / "more.gpkg", areas.parent / "more.html"
    table.to_file(file)
    code, _, err = run("gap", file, "-u", "code", "-g", "y,z", "-f", "each", "-c", "no2", *FACTS, "--map", page)
    assert code == 0, err
    text = page.read_text(encoding="utf-8")
    assert "There is no gap to map" in text
    assert "<img" not in text


@pytest.mark.parametrize(
    ("change", "more", "words"),
    [
        ("csv", ["--map", "gap.html"], "has no shapes, so there is nothing to map"),
        ("degrees", ["--map", "gap.html"], "in degrees"),
        ("same", ["--map", "gap.pdf"], "HTML page"),
    ],
)
def test_refused(run, areas, tmp_path, change, more, words):
    file = areas
    shapes = gpd.read_file(areas)
    if change == "csv":
        file = tmp_path / "towns.csv"
        shapes.drop(columns="geometry").to_csv(file, index=False)
    if change == "degrees":
        file = tmp_path / "towns.gpkg"
        shapes.to_crs(4326).to_file(file)
    code, out, err = run("gap", file, *GROUPS, "-c", "no2", *FACTS, *more)
    assert code == 1
    assert words in " ".join(err.split())
    assert out == ""
