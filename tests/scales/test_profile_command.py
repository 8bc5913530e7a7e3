"""The profile on the command line and in a report."""

from __future__ import annotations

import json

import numpy as np
import pytest

import placemix as pm
from placemix.errors import InvalidParameter
from placemix.report import scale_charts, sections

GROUPS = "amber,blue,green,red,violet"


@pytest.fixture(scope="module")
def small():
    """Two hundred units of the town that lie together, with their shapes."""
    units = pm.datasets.town().units("before")
    return units[units["ward"].isin(["D1W1", "D1W2", "D1W3", "D1W4"])]


@pytest.fixture(scope="module")
def file(small, tmp_path_factory):
    path = tmp_path_factory.mktemp("profile") / "town.gpkg"
    small.to_file(path)
    return path


def test_the_command_gives_what_the_verb_gives(run, file, small):
    options = ("-f", "blue", "-r", "300,1 km", "--aspatial", "--json")
    code, out, _ = run("profile", file, "-u", "unit", "-g", GROUPS, *options)
    assert code == 0
    rows = json.loads(out)
    counts = pm.from_wide(small, groups=GROUPS.split(","), unit="unit")
    found = pm.scales.profile(counts, "isolation", radii=[300, 1000], focal="blue", aspatial=True)
    assert [row["radius"] for row in rows] == [0, 300, 1000]
    np.testing.assert_allclose([row["value"] for row in rows], found["value"], rtol=1e-12)


def test_the_command_writes_a_chart_and_a_pack(run, file, tmp_path):
    figure, pack = tmp_path / "p.svg", tmp_path / "p.zip"
    code, out, err = run(
        "profile", file, "-u", "unit", "-g", GROUPS, "--people", "200,2000", "--figure", figure, "--pack", pack
    )
    assert code == 0
    assert figure.read_bytes().startswith(b"<?xml")
    assert b"town.gpkg, counts" in figure.read_bytes()
    assert pm.verify(pack).same
    assert "nearest 200 people" in out
    assert "Chart" in err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["-r", "0"], "above 0"),
        (["--people", "many"], "list of numbers"),
        ([], "one of them"),
        (["-r", "100", "--figure", "p.gif"], ".svg"),
        (["-r", "100", "--figure", "p.svg", "-m", "dissimilarity,information_theory"], "draws one measure"),
    ],
)
def test_what_the_command_refuses(run, file, options, words):
    code, _, err = run("profile", file, "-u", "unit", "-g", GROUPS, *options)
    assert code == 1
    assert words in err


def test_a_chart_that_is_refused_leaves_no_file(run, file, tmp_path):
    options = ("-f", "each", "-m", "isolation", "-r", "300", "--by", "ward")
    paths = ("--figure", tmp_path / "p.svg", "-o", tmp_path / "p.csv", "--pack", tmp_path / "p.zip")
    code, _, err = run("profile", file, "-u", "unit", "-g", GROUPS, *options, *paths)
    assert code == 1
    assert "cannot be told apart" in err
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_the_section_says_what_its_picture_says(small):
    counts = pm.from_wide(small, groups=GROUPS.split(","), unit="unit")
    found = pm.scales.profile(counts, "isolation", radii=[300, 1000], focal="each", aspatial=True)
    figure = sections.scale_profile(found, source="a <synthetic> town").items[0]
    assert figure.image.count(b"<path") > 10
    assert "From the own unit to 1 km (radius)" in figure.caption
    assert "but their own people" not in figure.caption
    lonely = pm.scales.profile(counts, "isolation", radii=[50, 1000], focal="each")
    caption = sections.scale_profile(lonely).items[0].caption
    assert f"{len(small):,} of {len(small):,} at 50 m." in caption
    assert figure.table.columns[1:] if hasattr(figure.table, "columns") else figure.table
    miles = pm.scales.profile(counts, "isolation", radii=["0.5 mile", "2 mile"], focal="blue")
    figure = sections.scale_profile(miles).items[0]
    assert [row[0] for row in figure.table.rows] == ["805 m", "3.22 km"]
    assert "From 805 m to 3.22 km (radius)" in figure.caption
    with pytest.raises(InvalidParameter, match="no profile"):
        sections.scale_profile(found.drop(columns="radius"))
    both = pm.scales.profile(counts, ["isolation", "dissimilarity"], radii=[300], focal="blue")
    with pytest.raises(InvalidParameter, match="one measure"):
        sections.scale_profile(both)


def test_the_range_over_zonings_is_drawn_and_told(small):
    counts = pm.from_wide(small, groups=GROUPS.split(","), unit="unit", strata="ward")
    found = pm.scales.zoning(counts, "dissimilarity", zones="ward", draws=5, focal=["blue", "green"])
    figure = sections.zoning_range(found, source="a synthetic town").items[0]
    assert "the zoning as it is" in figure.caption
    assert "nine tenths of 5 random zonings: blue 0." in figure.caption
    assert [row[0] for row in figure.table.rows] == ["blue", "green"]
    assert f"Dissimilarity against everyone else in the zoning as it is, {found['units'].iloc[0]} zones." in (
        figure.caption
    )
    for (_, row), told in zip(found.iterrows(), figure.caption.split(": ", 1)[1].split("; "), strict=True):
        assert told.strip(". ").endswith(f", {row['flag']}")
    middle = pm.scales.zoning(counts, "dissimilarity", zones=6, draws=5, focal="blue")
    caption = sections.zoning_range(middle).items[0].caption
    assert "Dissimilarity of blue against everyone else in the median of random zonings, 6 zones." in caption
    with pytest.raises(InvalidParameter, match="no range over zonings"):
        sections.zoning_range(pm.measure(counts, "dissimilarity", focal="blue"))


def test_names_of_lines_stand_apart_and_near_their_lines():
    places = scale_charts._spread([0.1, 0.11, 0.12, 0.5], 0.05)
    assert (np.diff(places) > 0.05 - 1e-12).all()
    assert np.mean(places[:3]) == pytest.approx(0.11)
    assert places[3] == 0.5
