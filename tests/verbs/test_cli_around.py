"""Surroundings on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from rich.console import Console

import placemix as pm
from placemix import surroundings
from placemix.cli import wording

Run = Callable[..., tuple[int, str, str]]
GROUPS = ("-u", "code", "-g", "x,y")


@pytest.fixture(scope="module")
def frame() -> gpd.GeoDataFrame:
    shapes = [shapely.box(1000 * (k % 4), 1000 * (k // 4), 1000 * (k % 4) + 1000, 1000 * (k // 4) + 1000)
              for k in range(12)]  # fmt: skip
    return gpd.GeoDataFrame(
        {"code": [f"{k:03d}" for k in range(12)], "x": [40, 30, 9, 5, 44, 28, 7, 4, 39, 30, 12, 3],
         "y": [11, 19, 30, 44, 12, 22, 36, 41, 9, 18, 33, 47], "side": ["w", "w", "e", "e"] * 3},
        geometry=shapes, crs=27700,
    )  # fmt: skip


@pytest.fixture(scope="module")
def areas(frame: gpd.GeoDataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("areas") / "areas.gpkg"
    frame.to_file(file)
    return file


@pytest.fixture(scope="module")
def counts(frame: gpd.GeoDataFrame) -> pm.Counts:
    return pm.from_wide(frame, groups=["x", "y"], unit="code", strata="side")


@pytest.mark.parametrize(
    ("options", "make"),
    [
        (("--around", "1.2 km"), lambda homes: surroundings.within(homes, radius=1200)),
        (("--around", "1200"), lambda homes: surroundings.within(homes, radius=1200)),
        (("--around", "2 km", "--kernel", "biweight"), lambda homes: surroundings.kernel(homes, bandwidth=2000)),
        (("--around", "1 mile", "--kernel", "exponential", "--own", "massey_denton", "--cutoff", "9 km"),
         lambda homes: surroundings.proximity(homes, decay_length="1 mile", cutoff="9 km")),
        (("--contiguity", "rook"), lambda homes: surroundings.contiguity(homes, rule="rook")),
        (("--people", "120"), lambda homes: surroundings.nearest_people(homes, people=120)),
        (("--places", "3"), lambda homes: surroundings.nearest_places(homes, places=3)),
    ],
)  # fmt: skip
def test_measures_what_python_measures(run: Run, areas: Path, counts: pm.Counts, options, make):
    code, out, err = run("measure", areas, *GROUPS, "-f", "x", *options, "-b", "side", "--json")
    assert (code, err) == (0, "")
    rows = json.loads(out)
    wanted = pm.measure(counts, list(dict.fromkeys(row["measure"] for row in rows)), focal="x", by="side",
                        around=make(counts))  # fmt: skip
    assert [row["value"] for row in rows] == pytest.approx(wanted["value"].tolist(), rel=1e-12)
    assert [row["around"] for row in rows] == wanted["around"].astype(str).tolist()


def test_prints_how_and_how_much_lies_beyond(run: Run, areas: Path, tmp_path: Path):
    code, out, _ = run("measure", areas, *GROUPS, "--around", "1.2 km")
    assert code == 0
    assert "Around each unit: within 1200 m" in out
    assert "beyond" in out  # a narrow terminal breaks the heading
    assert "by chance" not in out
    pack = tmp_path / "pack.zip"
    code, _, _ = run("measure", areas, *GROUPS, "--around", "1.2 km", "-b", "side", "--across", "keep", "--pack", pack)
    assert code == 0
    code, out, _ = run("verify", pack)
    assert code == 0
    assert "Verified" in out


def test_clustering_and_borders(run: Run, areas: Path):
    options = ("-f", "x", "--around", "1 km", "--kernel", "exponential")
    code, _, err = run("measure", areas, *GROUPS, *options, "-m", "spatial_proximity")
    assert code == 1
    assert "how near a unit is to itself" in err
    code, out, _ = run("measure", areas, *GROUPS, *options, "--own", "disc", "-m", "spatial_proximity", "--json")
    assert code == 0
    assert json.loads(out)[0]["value"] > 1
    code, out, _ = run("measure", areas, *GROUPS, "-f", "x", "--contiguity", "rook", "-m", "morrill", "--json")
    assert code == 0


def test_local_values(run: Run, areas: Path, tmp_path: Path):
    code, out, _ = run("local", areas, *GROUPS, "-f", "x")
    assert code == 0
    assert "location_quotient" in out
    file = tmp_path / "clusters.csv"
    code, _, err = run("local", areas, *GROUPS, "-f", "x", "-m", "getis_ord", "--contiguity", "queen", "-o", file)
    assert code == 0
    assert "Every column" in err
    table = pd.read_csv(file)
    assert {"unit", "value", "flag", "p_value", "p_adjusted", "edge_share"} <= set(table.columns)
    assert len(table) == 12
    code, out, _ = run("local", areas, *GROUPS, "-m", "shannon", "--around", "1.2 km", "--json")
    assert code == 0
    assert {row["around"] for row in json.loads(out)} == {"within 1200 m"}


def test_shapes_of_another_file(run: Run, areas: Path, frame: gpd.GeoDataFrame, tmp_path: Path):
    table = tmp_path / "table.csv"
    pd.DataFrame(frame.drop(columns="geometry")).iloc[::-1].to_csv(table, index=False)
    code, _, err = run("measure", table, *GROUPS, "--around", "1.2 km")
    assert code == 1
    assert "has no shapes" in err
    assert "--areas" in err
    code, out, err = run("measure", table, "--areas", areas, *GROUPS, "--around", "1.2 km", "--json")
    assert (code, err) == (0, "")
    beside = run("measure", areas, *GROUPS, "--around", "1.2 km", "--json")[1]
    assert [row["value"] for row in json.loads(out)] == pytest.approx([row["value"] for row in json.loads(beside)])
    other = tmp_path / "other.gpkg"
    frame.iloc[:10].to_file(other)
    code, _, err = run("measure", table, "--areas", other, *GROUPS, "--around", "1.2 km")
    assert code == 1
    assert "010" in err
    frame.rename(columns={"code": "codes"}).to_file(other)
    code, _, err = run("measure", table, "--areas", other, *GROUPS, "--around", "1.2 km")
    assert code == 1
    assert "Did you mean 'codes'" in err


def test_strata_of_another_file(run: Run, areas: Path, frame: gpd.GeoDataFrame, tmp_path: Path):
    table = tmp_path / "table.csv"
    pd.DataFrame(frame.drop(columns=["geometry", "side"])).iloc[::-1].to_csv(table, index=False)
    options = (*GROUPS, "--around", "1.2 km")
    found, wanted = (
        {(row["side"], row["measure"]): row["value"] for row in json.loads(out)}
        for _, out, _ in (
            run("measure", *given, *options, "-b", "side", "--json") for given in ((table, "--areas", areas), (areas,))
        )
    )
    assert found == pytest.approx(wanted)
    code, _, err = run("measure", table, "--areas", areas, *options, "-b", "sides")
    assert code == 1
    assert "Did you mean 'side'" in err
    twice = tmp_path / "twice.gpkg"
    pd.concat([frame, frame.iloc[[3]]]).to_file(twice)
    code, _, err = run("measure", table, "--areas", twice, *options)
    assert code == 1
    assert "1 unit stands on several rows of 'twice.gpkg'. [003]" in err


def test_a_table_of_units_keeps_their_ids_and_counts_the_flags(run: Run, areas: Path, monkeypatch: pytest.MonkeyPatch):
    options = ("-f", "x", "-m", "local_moran", "--contiguity", "queen")
    monkeypatch.setattr("placemix.cli.terminal.OUT", Console(width=80))
    code, out, _ = run("local", areas, *GROUPS, *options)
    assert code == 0
    assert all(f"{k:03d}" in out for k in range(12))
    assert "\nUnits: " in out
    assert "by chance" not in out
    assert out.count("local_moran") == 1  # said once, above the table


def test_isolates_are_explained_and_ways_not_repeated(run: Run, areas: Path):
    code, out, _ = run("measure", areas, *GROUPS, "--around", "600 m", "-b", "side", "-m", "dissimilarity")
    assert code == 0
    assert out.count("Around each unit") == 1
    assert "6 isolates a stratum, units with nobody around but their own people" in out
    measures = "dissimilarity,isolation"
    code, out, _ = run("measure", areas, *GROUPS, "--around", "1.2 km", "-b", "side", "-f", "x", "-m", measures)
    assert code == 0
    assert "Around each unit (dissimilarity): within 1200 m; limited to side" in out
    assert "Around each unit (isolation): within 1200 m; across side" in out


def test_errors_name_options(run: Run, areas: Path, frame: gpd.GeoDataFrame, tmp_path: Path):
    degrees, unnamed = tmp_path / "degrees.geojson", tmp_path / "unnamed.gpkg"
    frame.to_crs(4326).to_file(degrees)
    with pytest.warns(UserWarning, match="crs"):
        frame.set_crs(None, allow_override=True).to_file(unnamed)
    for command, words in (
        (("measure", degrees, "--around", "1 km"), "ogr2ogr -t_srs"),
        (("measure", unnamed, "--around", "1 km"), "ogr2ogr -a_srs"),
        (("measure", areas, "-f", "x", "-m", "spatial_proximity", "--around", "1 km"), "--own disc, for example."),
        (("measure", areas, "-m", "getis_ord"), "Use 'placemix local … -m getis_ord'."),
        (("measure", areas, "-m", "isolation"), "--focal each"),
        (("measure", areas, "-m", "isolatoin"), "'placemix measures --all' lists all"),
        (("measure", areas, "--around", "1 km", "--kernel", "bi"), "--kernel is one of"),
        (("measure", areas, "--around", "0"), "without --around"),
        (("local", areas, "-f", "x", "-m", "getis_ord"), "--contiguity queen"),
        (("profile", areas), "--radii 500,1000"),
        (("measure", areas, "-g", "side"), "=1:4 for an interval or"),
    ):
        code, out, err = run(*command, *GROUPS)
        assert (code, out) == (1, "")
        assert words in err
        assert "…)" not in err


def test_rows_of_several_dates_are_chosen_by_an_option(frame: gpd.GeoDataFrame):
    with pytest.raises(pm.errors.DuplicateUnit) as raised:
        pm.from_wide(frame, groups=["x", "y"], unit="side")
    text = wording.in_shell(str(raised.value))
    assert "--where year=2021" in text
    assert "\n" not in text


def test_a_place_that_cannot_be_written_is_said(run: Run, areas: Path, tmp_path: Path):
    folder = tmp_path / "folder.csv"
    folder.mkdir()
    for out in (folder, areas / "x.csv"):
        code, _, err = run("measure", areas, *GROUPS, "-o", out)
        assert code == 1
        assert "cannot be read or written" in err
        assert str(tmp_path) not in err
    assert [file.name for file in tmp_path.iterdir()] == ["folder.csv"]


def test_what_is_said_otherwise_is_still_said():
    """A remedy that is put in other words must stand in the sources word by word, or it is never found."""
    package = Path(pm.__file__).parent
    sources = "".join(file.read_text(encoding="utf-8") for file in package.rglob("*.py") if file.parent.name != "cli")
    for text in wording.REMEDIES:
        assert text in sources, text


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--around", "1 km", "--people", "80"), "each say who is around"),
        (("--kernel", "biweight"), "--around says none"),
        (("--around", "1 km", "--cutoff", "3 km"), "own cut-off"),
        (("--around", "1 parsec"), "parsec"),
        (("--around", "1 km", "--kernel", "biwight"), "biweight"),
        (("--around", "1 km", "--across", "cut"), "limit"),
        (("--across", "keep"), "there are none"),
        (("--contiguity", "bishop"), "queen"),
    ],
)
def test_what_is_refused(run: Run, areas: Path, options, words: str):
    code, _, err = run("measure", areas, *GROUPS, *options)
    assert code == 1
    assert words in err


def test_help_has_examples(run: Run):
    for command in ("measure", "local"):
        code, out, _ = run(command, "--help")
        assert code == 0
        assert "--around" in out
        assert "Examples" in out
