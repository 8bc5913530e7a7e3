"""placemix catchments: zones judged and redrawn from files."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

import placemix as pm


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Thirty square areas and four schools."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.integers(1, 20, (30, 2)), columns=["x", "y"])
    table["code"] = [f"E{n:02d}" for n in range(30)]
    shapes = [box(300 * (n % 6), 300 * (n // 6), 300 * (n % 6 + 1), 300 * (n // 6 + 1)) for n in range(30)]
    homes, schools = tmp_path / "children.gpkg", tmp_path / "schools.gpkg"
    gpd.GeoDataFrame(table, geometry=shapes, crs=27700).to_file(homes)
    there = pd.DataFrame({"urn": [101, 102, 103, 104], "pupils": [90, 150, 160, 200], "places": [100, 150, 170, 180]})
    points = gpd.points_from_xy([310, 1400, 320, 1350], [310, 320, 1200, 1210])
    gpd.GeoDataFrame(there, geometry=points, crs=27700).to_file(schools)
    return homes, schools


def options(files: tuple[Path, Path], *more: object) -> list[object]:
    homes, schools = files
    return [
        "catchments", homes, "-u", "code", "-g", "x,y", "-f", "x", "-s", schools, "--school", "urn", "--roll", "pupils",
        *more,
    ]  # fmt: skip


def test_zones_are_judged(run, files):
    code, out, err = run(*options(files, "--capacity", "places"))
    assert code == 0
    assert "dissimilarity" in out
    assert "travel of nine in ten" in out
    assert "In England about half" in err
    assert "nearest school" in err
    code, out, _ = run(*options(files, "--take-up", "0.5", "--json"))
    assert code == 0
    rows = json.loads(out)
    assert {row["statistic"] for row in rows} >= {"isolation", "mean travel", "pieces"}
    intakes = [row["after"] for row in rows if row["statistic"] == "intake"]
    assert sum(intakes) == pytest.approx(gpd.read_file(files[0])[["x", "y"]].to_numpy().sum())


@pytest.mark.slow
def test_zones_are_redrawn_and_judged_again(run, files, tmp_path):
    zones, pack = tmp_path / "new.csv", tmp_path / "new.zip"
    more = ("--redraw", "--near", "900 m", "--size", "20%", "--rezoned", "40%", "--effort", "0.2", "-o", zones)
    code, out, _ = run(*options(files, *more, "--pack", pack))
    assert code == 0
    assert "Dissimilarity of the intakes would go from" in out
    assert "rezoned" in out
    written = pd.read_csv(zones, dtype={"school": str})
    assert len(written) == 30
    assert written["value"].iloc[0] < written["value_before"].iloc[0]
    code, out, _ = run(*options(files, "--assignment", zones, "--json"))
    assert code == 0
    told = {row["statistic"]: row["after"] for row in json.loads(out) if row["scope"] == "intakes"}
    assert told["dissimilarity"] == pytest.approx(written["value"].iloc[0])
    children = pm.from_wide(gpd.read_file(files[0]), groups=["x", "y"], unit="code")
    assert told["dissimilarity"] == pytest.approx(
        pm.measure(children.merge_units(written.set_index("unit")["school"]), "dissimilarity", focal="x")[
            "value"
        ].item()
    )
    code, _, _ = run(*options(files, "--redraw", "--method", "local search", "--seconds", "0.5", "--size", "any"))
    assert code == 0


def test_what_is_wrong_is_said(run, files, tmp_path):
    zones = tmp_path / "zones.csv"
    pd.DataFrame({"code": ["E00", "E01"], "school": [101, 999]}).to_csv(zones, index=False)
    code, _, err = run(*options(files, "--assignment", zones))
    assert code == 1
    assert "999" in err
    assert "28 units with children have no school" in err
    for more, word in (
        (("--size", "much"), "--size"),
        (("--capacity", "place"), "places"),
        (("--redraw", "--travel", "0.5"), "travel"),
        (("--redraw", "--method", "best"), "cp-sat"),
    ):
        code, _, err = run(*options(files, *more))
        assert code == 1
        assert word in err
    pd.DataFrame({"area": ["E00"], "school": [101]}).to_csv(zones, index=False)
    code, _, err = run(*options(files, "--assignment", zones))
    assert code == 1
    assert "no column" in err
    zones = tmp_path / "before.csv"
    pd.DataFrame({"code": ["a"], "school": ["b"]}).to_csv(zones, index=False)
    code, _, err = run(*options(files, "--redraw", "--before", zones))
    assert code == 1
    assert "pass its table as --assignment" in " ".join(err.split())


@pytest.mark.slow
def test_the_page_shows_zones_before_and_after(run, files, tmp_path):
    _, schools = files
    named = gpd.read_file(schools)
    named["name"] = ["Mill <i>School</i>", "Hill", "Park", "Lane"]
    named.to_file(schools)
    page = tmp_path / "zones.html"
    more = ("--redraw", "--near", "900 m", "--size", "30%", "--effort", "0.2", "--page", page, "--label", "name")
    code, _, err = run(*options(files, *more, "--place", "the town"))
    assert code == 0, err
    text = page.read_text(encoding="utf-8")
    assert "School catchments: the town" in text
    assert "Dissimilarity of the intakes would go from" in text
    assert "<i>School</i>" not in text
    code, _, err = run(*options(files, "--page", page))
    assert code == 1
    assert "before and after" in err
    code, _, err = run(*options(files, *more[:-1], "nam"))
    assert code == 1
    assert "no column 'nam'" in err
