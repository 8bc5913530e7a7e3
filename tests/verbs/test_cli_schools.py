"""placemix schools: contrasts and twins from a file with points."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import placemix as pm


@pytest.fixture
def rolls(tmp_path: Path) -> Path:
    """Fourteen schools of one phase, and one of another."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.integers(1, 90, (15, 2)), columns=["x", "y"])
    table["urn"], table["phase"] = np.arange(100, 115), ["primary"] * 14 + ["secondary"]
    points = gpd.points_from_xy(rng.random(15) * 5000, rng.random(15) * 5000)
    file = tmp_path / "rolls.gpkg"
    gpd.GeoDataFrame(table, geometry=points, crs=27700).to_file(file)
    return file


def test_contrasts(run, rolls, tmp_path):
    options = ("-u", "urn", "-g", "x,y", "-f", "x", "--phase", "phase")
    code, out, err = run("schools", rolls, *options)
    assert code == 0
    assert "Most different" in out
    assert "1 school has no value" in err
    code, _, _ = run("schools", rolls, *options, "-o", tmp_path / "all.csv")
    assert code == 0
    written = pd.read_csv(tmp_path / "all.csv", dtype={"unit": str})
    counts = pm.from_wide(gpd.read_file(rolls), groups=["x", "y"], unit="urn", strata=["phase"])
    found = pm.schools.contrast(counts, focal="x", phase="phase")
    assert written["contrast"].fillna("").tolist() == found["contrast"].fillna("").tolist()


def test_twins(run, rolls):
    options = ("-u", "urn", "-g", "x,y", "-f", "x", "--phase", "phase", "--twins", "0.1", "--within", "4 km")
    code, out, err = run("schools", rolls, *options)
    assert code == 0
    assert "Twins that would raise exposure most" in out
    assert "exposure would go from" in err
    code, out, _ = run("schools", rolls, *options, "--json")
    assert code == 0
    assert json.loads(out)


def test_what_is_wrong_is_said_in_words_of_the_shell(run, rolls):
    code, _, err = run("schools", rolls, "-u", "urn", "-g", "x,y")
    assert code == 1
    assert "--focal" in err
    code, _, err = run("schools", rolls, "-u", "urn", "-g", "x,y", "-f", "x", "--twins", "7")
    assert code == 1
    assert "contact is a share" in err


@pytest.fixture
def town(tmp_path: Path) -> tuple[Path, Path]:
    """The synthetic town's schools, one of them without a point, and its residents."""
    place = pm.datasets.town()
    latest = place.rolls_latest().to_frame()[["unit", *place.groups]]
    table = place.schools.merge(latest, left_on="school", right_on="unit", suffixes=("_at", ""))
    table["name"] = "School <b>" + table["school"] + "</b>"
    table.loc[0, "geometry"] = None
    rolls, homes = tmp_path / "schools.gpkg", tmp_path / "homes.gpkg"
    columns = ["school", "name", "phase", "district", "faith", *place.groups, "geometry"]
    table[columns].to_file(rolls)
    place.units_after[["unit", "district", *place.groups, "geometry"]].dropna(subset="geometry").to_file(homes)
    return rolls, homes


@pytest.mark.slow
def test_the_page(run, town, tmp_path):
    rolls, homes = town
    page = tmp_path / "schools.html"
    options = (
        "-u", "school", "-g", "amber,blue,green,red,violet", "-f", "blue", "-a", "amber", "--phase", "phase", "--by",
        "district", "--label", "name", "--kind", "faith", "--residents", homes, "--residents-unit", "unit", "--page",
        page, "--place", "the town", "--draws", 9,
    )  # fmt: skip
    code, out, err = run("schools", rolls, *options)
    assert code == 0, err
    assert not out
    assert "Page:" in err
    text = page.read_text(encoding="utf-8")
    for heading in (
        "In short", "Schools and the neighbourhoods around them", "How separate schools are",
        "Schools beside the schools nearest to them", "Schools that could be twinned", "Between kinds of school",
    ):  # fmt: skip
        assert f">{heading}</h2>" in text, heading
    assert "<b>P" not in text  # names come from data
    assert "School &lt;b&gt;" in text
    assert "Without a place on the map" in text
    assert "Primary schools of the town: D of blue pupils compared with amber is" in text
    assert "Carrington" in text and "SchoolDash" in text  # noqa: PT018


def test_the_page_needs_no_residents_and_no_phase(run, rolls, tmp_path):
    page = tmp_path / "plain.html"
    code, _, err = run("schools", rolls, "-u", "urn", "-g", "x,y", "-f", "x", "--page", page, "--draws", 9)
    assert code == 0, err
    text = page.read_text(encoding="utf-8")
    assert "neighbourhoods around them" not in text
    assert "How separate schools are" in text


def test_options_of_the_page_alone(run, rolls):
    code, _, err = run("schools", rolls, "-u", "urn", "-g", "x,y", "-f", "x", "--by", "phase")
    assert code == 1
    assert "for the page" in err
