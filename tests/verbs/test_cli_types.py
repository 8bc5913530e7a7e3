"""Types of places on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import placemix as pm
from placemix.cli.wording import in_shell

Run = Callable[..., tuple[int, str, str]]
GROUPS = ("-u", "code", "-g", "white,asian,black")
PJF = ("--scheme", "PJF2001", "--reference", "white")


def made(white, asian) -> pd.DataFrame:
    return pd.DataFrame(
        {"code": [f"{k:03d}" for k in range(8)], "white": white, "asian": asian, "black": [5] * 7 + [0],
         "own": [70, 20, 50, 90, 30, 40, 80, 0], "rent": [30, 80, 50, 10, 70, 60, 20, 0], "side": ["w", "e"] * 4}
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("types")
    then = made([90, 85, 60, 30, 95, 88, 40, 0], [5, 10, 35, 65, 0, 7, 55, 0])
    now = made([88, 70, 40, 20, 95, 79, 30, 0], [7, 25, 55, 75, 0, 16, 65, 0])
    then.to_csv(path / "then.csv", index=False)
    now.to_csv(path / "now.csv", index=False)
    pd.concat([then.assign(year="2011"), now.assign(year="2021")]).to_csv(path / "both.csv", index=False)
    shapes = [shapely.box(1000 * (k % 4), 1000 * (k // 4), 1000 * (k % 4) + 1000, 1000 * (k // 4) + 1000)
              for k in range(8)]  # fmt: skip
    gpd.GeoDataFrame({"code": now["code"]}, geometry=shapes, crs=27700).to_file(path / "areas.gpkg")
    return path


@pytest.fixture(scope="module")
def dates(folder: Path) -> list[pm.Counts]:
    read = {"dtype": {"code": str}}
    return [
        pm.from_wide(pd.read_csv(folder / f"{name}.csv", **read), groups=["white", "asian", "black"], unit="code",
                     strata="side")
        for name in ("then", "now")
    ]  # fmt: skip


def same(out: str, frame: pd.DataFrame, columns: list[str]) -> bool:
    found = pd.DataFrame(json.loads(out))[columns].fillna("–").astype(str)
    wanted = pd.DataFrame(frame)[columns].astype(object).where(frame[columns].notna(), "–").astype(str)
    return found.to_numpy().tolist() == wanted.to_numpy().tolist()


def test_schemes(run: Run):
    code, out, err = run("schemes")
    assert code == 0
    assert all(name in out for name in pm.typology.schemes()["scheme"])
    assert "--reference" in out
    assert "PJF2001: Types V and VI" in err
    assert len(json.loads(run("schemes", "--json")[1])) == len(pm.typology.schemes())


def test_types_what_python_types(run: Run, folder: Path, dates):
    wanted = pm.typology.classify(dates[1], scheme="PJF2001", reference="white")
    code, out, _ = run("types", folder / "now.csv", *GROUPS, *PJF, "--json")
    assert code == 0
    assert same(out, wanted, ["unit", "type", "label", "reason"])
    code, out, err = run("types", folder / "now.csv", *GROUPS, *PJF, "--by", "side")
    assert code == 0
    assert "80 % or more white" in out
    assert "no type: nobody there" in out
    assert "UNVERIFIED" in err
    original = run("types", folder / "now.csv", *GROUPS, *PJF, "--labels", "original", "--json")[1]
    assert "isolated host community" in original
    city = run("types", folder / "now.csv", *GROUPS, *PJF, "--city", "side", "--json")[1]
    assert {row["city"] for row in json.loads(city)} == {"e", "w"}


def test_changes_what_python_finds(run: Run, folder: Path, dates):
    wanted = pm.typology.transitions(*dates, scheme="PJF2001", reference="white", by="side")
    code, out, _ = run(
        "types", folder / "now.csv", "--before", folder / "then.csv", *GROUPS, *PJF, "--by", "side", "--json"
    )
    assert code == 0
    assert same(out, wanted, ["side", "type_before", "type_after", "units"])
    code, out, _ = run(
        "types", folder / "both.csv", "--before", folder / "both.csv", "--where", "year=2021", "--before-where",
        "year=2011", "--dates", "2011,2021", *GROUPS, *PJF,
    )  # fmt: skip
    assert code == 0
    assert "people 2011" in out
    assert "In the whole table, " in out
    assert "II: 50 to under 80 % white" in out


def test_single_characteristics_of_several_dimensions(run: Run, folder: Path, tmp_path: Path):
    options = ("-u", "code", "-d", "ethnicity=white,asian,black", "-d", f"tenure@{folder / 'then.csv'}=own,rent",
               "--threshold", "0.5,70%")  # fmt: skip
    code, out, err = run("types", folder / "now.csv", *options)
    assert code == 0
    assert "any" in out
    assert "meet the objective" in err
    page = tmp_path / "strong.html"
    code, out, _ = run("types", folder / "now.csv", *options, "--page", page, "--json")
    rows = json.loads(out)
    assert {row["dimension"] for row in rows} == {"ethnicity", "tenure"}
    assert {row["threshold"] for row in rows} == {0.5, 0.7}
    assert "Places with one very strong characteristic" in page.read_text("utf-8")
    code, out, _ = run("types", folder / "now.csv", *GROUPS, "--threshold", "0.9")
    assert code == 0
    assert "90%" in out


@pytest.mark.slow
def test_pages_with_maps(run: Run, folder: Path, tmp_path: Path):
    change, types = tmp_path / "change.html", tmp_path / "types.html"
    kept = (*GROUPS, *PJF, "--by", "side", "--areas", folder / "areas.gpkg")
    code, _, err = run("types", folder / "now.csv", "--before", folder / "then.csv", *kept, "--page", change)
    assert code == 0, err
    assert "change.html" in err
    html = change.read_text("utf-8")
    assert html.count("data:image/png") == 3
    assert html.count("data:image/svg+xml") == 1
    assert "UNVERIFIED" in html
    code, _, _ = run("types", folder / "now.csv", *kept, "--page", types)
    assert code == 0
    assert types.read_text("utf-8").count("data:image/png") == 1


def test_results_are_saved_and_verified(run: Run, folder: Path, tmp_path: Path):
    for number, more in enumerate((PJF, (*PJF, "--before", folder / "then.csv"), ("--threshold", "0.5,0.9"))):
        pack, out = tmp_path / f"{number}.zip", tmp_path / f"{number}.csv"
        code, _, err = run("types", folder / "now.csv", *GROUPS, *more, "--pack", pack, "--out", out)
        assert code == 0, err
        assert run("verify", pack)[0] == 0
        assert len(pd.read_csv(out))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "No scheme was named"),
        (("--scheme", "PJF2001"), "Pass --reference one or several of"),
        (("--scheme", "PJF2001", "--reference", "whyte"), "whyte"),
        (("--scheme", "PJF201", "--reference", "white"), "Did you mean 'PJF2001'?"),
        (("--scheme", "Hall2015", "--reference", "white"), "Leave out --reference."),
        (("--scheme", "HWE2012"), "or add --recalibrate."),
        (("--scheme", "missing.toml"), "missing.toml"),
        (("--scheme", "single_characteristic"), "No threshold was named"),
        (("--threshold", "many"), "'many' is no share"),
        (("--threshold", "70"), "0.5"),
        ((*PJF, "--threshold", "0.5,0.7"), "one threshold"),
        ((*PJF, "-d", "x=own,rent"), "--dimension goes with"),
        (("-d", "x=own,rent", "--threshold", "0.5"), "--groups for one dimension"),
        ((*PJF, "--page", "page.pdf"), "HTML"),
        ((*PJF, "--out", "out.txt"), ".csv"),
        ((*PJF, "--before", "then.csv", "--dates", "2011"), "Write --dates 2011,2021."),
        ((*PJF, "--before", "now.csv"), "the same counts"),
        ((*PJF, "--before", "then.csv", "--labels", "original"), "--labels"),
    ],
)
def test_refusals(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, options, said):
    monkeypatch.chdir(folder)
    code, _, err = run("types", "now.csv", *GROUPS, *options)
    assert code == 1
    assert "Refused." in err
    assert said in err


def test_dimensions_are_read_or_refused(run: Run, folder: Path):
    for options, said in (
        (("-d", "own,rent"), "does not name a dimension"),
        (("-d", "a=own,rent", "-d", "a=own,rent"), "named twice"),
    ):
        code, _, err = run("types", folder / "now.csv", "-u", "code", *options, "--threshold", "0.5")
        assert code == 1
        assert said in err
    code, _, err = run("types", folder / "now.csv", "-u", "code", *PJF)
    assert code == 1
    assert "--groups" in err


def test_remedies_are_of_the_shell():
    text = in_shell("Some units are not found. Remedy: Bring both onto common areas with placemix.harmonise.align; or "
                    "pass unmatched='count' to leave these out and have them counted.")  # fmt: skip
    assert text.endswith("with 'placemix harmonise'; or add --common to count them apart.")


@pytest.mark.slow
def test_halves_of_merged_areas_and_whose_boundaries_are_said(run, tmp_path):
    town = pm.datasets.town()
    areas = pm.common_areas(town.lookup, source="unit_before", target="unit_after")
    aligned = pm.harmonise.align(town.residents("before"), town.residents("after"), lookup=town.lookup)
    groups = ",".join(town.groups)
    for name, counts in (("then", aligned.before), ("now", aligned.after)):
        counts.to_frame().to_csv(tmp_path / f"{name}.csv", index=False)
    town.residents("before").to_frame().to_csv(tmp_path / "before.csv", index=False)
    single = town.pieces[["geometry"]].assign(unit=town.pieces["unit_after"]).dissolve("unit").reset_index()
    single.to_file(tmp_path / "single.gpkg")
    joined = areas[areas["vintage"] == "unit_after"].set_index("unit")["area"]
    whole = single.assign(unit=single["unit"].map(joined)).dissolve("unit").reset_index()
    whole.to_file(tmp_path / "whole.gpkg")
    options = ("-u", "unit", "-g", groups, "--scheme", "PJF2001", "--reference", "amber", "--before")
    page = tmp_path / "page.html"
    for map_, said, more in (
        ("single", True, ()), ("whole", False, ("--page", page, "--source", "A made-up office")),
    ):  # fmt: skip
        code, _, err = run(
            "types", tmp_path / "now.csv", *options, tmp_path / "then.csv", "--areas", tmp_path / f"{map_}.gpkg", *more
        )
        assert code == 0
        assert ("dissolve their shapes" in err) is said
    assert "Source: A made-up office." in page.read_text("utf-8")
    code, _, err = run(
        "types", tmp_path / "now.csv", *options, tmp_path / "before.csv", "--areas", tmp_path / "whole.gpkg"
    )
    assert code == 1
    assert "before.csv" in err
    assert "placemix harmonise" in err
