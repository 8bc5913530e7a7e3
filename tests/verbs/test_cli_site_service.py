"""placemix site-service: candidates compared and chosen from files."""

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
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Thirty square areas, four candidates and one service."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.integers(1, 20, (30, 2)), columns=["x", "y"])
    table["code"] = [f"E{n:02d}" for n in range(30)]
    shapes = [box(300 * (n % 6), 300 * (n // 6), 300 * (n % 6 + 1), 300 * (n // 6 + 1)) for n in range(30)]
    homes, sites, now = tmp_path / "homes.gpkg", tmp_path / "sites.gpkg", tmp_path / "now.csv"
    gpd.GeoDataFrame(table, geometry=shapes, crs=27700).to_file(homes)
    there = pd.DataFrame({"ref": [101, 102, 103, 104], "called": ["Mill [b]", "Yard", "Hill", "Lane"]})
    points = gpd.points_from_xy([310, 1400, 320, 1350], [310, 320, 1200, 1210])
    gpd.GeoDataFrame(there, geometry=points, crs=27700).to_file(sites)
    pd.DataFrame({"ref": ["a"], "x": [900], "y": [700]}).to_csv(now, index=False)
    return homes, sites, now


def options(files: tuple[Path, Path, Path], *more: object) -> list[object]:
    homes, sites, now = files
    return ["site-service", homes, "-u", "code", "-g", "x,y", "-c", sites, "--site", "ref", "-e", now, *more]


def test_candidates_are_compared(run, files, tmp_path):
    pack = tmp_path / "sites.zip"
    code, out, err = run(
        *options(files, "--by", "nearest people", "--number", "100", "--within", "500 m", "--name", "called"),
        "--pack", pack,
    )  # fmt: skip
    assert code == 0, err
    assert "Mill [b]" in out
    assert "With the existing services alone: mean way" in out
    assert "more mix; less gap; less mean; more covered; less worst" in out.replace("\n", " ")
    assert "nearest 100 people" in err
    assert pm.verify(pack).same
    code, out, _ = run(*options(files, "--by", "nearest service", "--json"))
    rows = json.loads(out)
    assert [row["site"] for row in rows] == ["101", "102", "103", "104"]
    assert all(row["mean_with"] <= row["mean_before"] for row in rows)


def test_a_candidate_without_a_name_is_printed_by_its_id(run, files):
    sites = gpd.read_file(files[1])
    sites.loc[1, "called"] = None
    sites.to_file(files[1])
    code, out, err = run(*options(files, "--by", "nearest service", "--name", "called"))
    assert code == 0, err
    assert "Mill [b]" in out
    assert "102" in out
    assert "None" not in out
    assert "nan" not in out


def test_several_are_chosen(run, files, tmp_path):
    out_file = tmp_path / "chosen.csv"
    code, out, _ = run(*options(files, "--choose", "p-median", "--count", "2", "-o", out_file))
    assert code == 0
    assert "Sites chosen by p-median (optimal)" in " ".join(out.split())
    assert "Mean way: from" in out
    assert pd.read_csv(out_file)["open"].sum() == 3
    code, out, _ = run(*options(files, "--choose", "lscp", "--within", "10"))
    assert code == 0
    assert "No choice: infeasible." in out


def test_minutes(run, files, tmp_path):
    codes = [f"E{n:02d}" for n in range(30)]
    pairs = pd.DataFrame([(code, site, 1 + n % 7) for n, code in enumerate(codes) for site in (101, 102, 103, 104)])
    pairs.columns = ["code", "ref", "minutes"]
    path = tmp_path / "times.csv"
    pairs.to_csv(path, index=False)
    arguments = options(files, "--times", path, "--within", "5", "--by", "radius", "--json")
    arguments = [item for item in arguments if item not in ("-e", files[2])]
    code, out, err = run(*arguments)
    assert code == 0, err
    rows = json.loads(out)
    assert {row["measured_in"] for row in rows} == {"minutes"}
    assert {row["unreachable_with"] for row in rows} == {0}
    # Who reaches none is printed with the means that leave them out.
    pairs[pairs["code"] != "E00"].to_csv(path, index=False)
    lost = gpd.read_file(files[0]).set_index("code").loc["E00", ["x", "y"]].sum()
    arguments[-1] = "--name=called"
    code, out, err = run(*arguments)
    assert code == 0, err
    assert f"With a candidate {lost:,.0f} to {lost:,.0f} people still reach no service" in " ".join(out.split())
    arguments = [item for item in arguments if item not in ("--by", "radius", "--name=called")]
    code, out, err = run(*arguments, "--choose", "mclp", "--count", "1")
    assert code == 0, err
    assert f"{lost:,.0f} people reach none of them" in out


@pytest.mark.parametrize(
    ("more", "word"),
    [
        (["--by", "huff"], "needs beta="),
        (["--choose", "p-median", "--count", "1", "--beta", "2"], "does not use --beta"),
        (["--choose", "p-median", "--count", "1", "--against", "y"], "does not use --against"),
        (["--choose", "p-median", "--count", "1", "--number", "0"], "does not use --number"),
        (["--count", "1"], "nothing is chosen"),
        (["--by", "nearest service", "--seconds", "5"], "nothing is chosen"),
        (["--by", "nearest service", "--against", "y"], "no focal= is given"),
        (["--by", "nearest service", "--objectives", "joy"], "Objectives are"),
        ([], "It is not said who would use a site"),
        (["--name", "calld"], "Did you mean 'called'"),
    ],
)
def test_refused(run, files, more, word):
    code, _, err = run(*options(files, *more))
    assert code == 1
    assert word in err.replace("\n", " ")
