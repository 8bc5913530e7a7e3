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
