"""placemix school-places: tables of planners in, a forecast and its shortfalls out."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import placemix as pm

TOWN = pm.datasets.town()


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """The tables of the synthetic town, as files."""
    sites = pd.DataFrame(
        {
            "primary_area": ["D3A", "D6A"], "secondary_area": ["S1", "S1"], "year": [2022, 2024],
            "dwellings": [120, 300], "status": ["committed", "proposed"],
        }
    )  # fmt: skip
    tables = {
        "rolls": TOWN.rolls,
        "schools": TOWN.schools.drop(columns="geometry"),
        "births": TOWN.births,
        "homes": sites,
        "changes": pd.DataFrame({"phase": ["primary"], "planning_area": ["D3A"], "year": [2022], "change": [30]}),
    }
    paths = {name: tmp_path / f"{name}.csv" for name in tables}
    for name, path in paths.items():
        pd.DataFrame(tables[name]).to_csv(path, index=False)
    return paths


def asked(files):
    return (
        "school-places", files["rolls"], "--capacity", files["schools"], "--intake", files["births"],
    )  # fmt: skip


@pytest.mark.slow
def test_what_is_printed_and_written(run, files, tmp_path):
    code, out, err = run(*asked(files), "--mix", "free_meals,blue", "-o", tmp_path / "all.csv")
    assert code == 0
    assert "Primary places, 2022–2026" in out
    assert "Primary places in D3A, Reception: short from 2024" in " ".join(out.split())
    assert "No forecast for 2026" in err
    assert "too few past errors are known: secondary" in err
    assert "not of pupils to come" in err
    assert "survival ratios of each planning area" in err
    written = pd.read_csv(tmp_path / "all.csv", dtype={"year_group": str})
    found = pm.schools.places(TOWN.rolls, TOWN.schools, TOWN.births)
    pd.testing.assert_series_equal(written["forecast"], found["forecast"])
    assert written["year_group"].tolist() == found["year_group"].tolist()


@pytest.mark.slow
def test_homes_and_changes(run, files, tmp_path):
    options = ("--developments", files["homes"], "--yield", "primary=0.28,secondary=0.2", "--hold")
    more = ("--yield-source", "our study of 2024", "--changes", files["changes"], "--years", "primary=5,secondary=3")
    code, out, err = run(*asked(files), *options, *more, "--pack", tmp_path / "pack.zip")
    assert code == 0
    assert "proposed" in out  # a narrow terminal breaks the heading in two
    assert "our study of 2024" in err
    assert "Changes of capacity fill from the entry year up" in err
    code, out, _ = run("verify", tmp_path / "pack.zip")
    assert code == 0, out
    code, out, _ = run(*asked(files), *options, *more, "--json")
    rows = json.loads(out)
    assert code == 0
    assert {row["year"] for row in rows if row["phase"] == "secondary"} == {2022, 2023, 2024}
    assert sum(row["from_proposed"] for row in rows if row["year_group"] == "all") > 0


@pytest.mark.slow
def test_what_is_wrong_is_said(run, files):
    code, _, err = run(*asked(files), "--developments", files["homes"])
    assert code == 1
    assert "No pupil yield is given" in err
    assert "where the pupil yields come from" in err
    code, _, err = run(*asked(files), "--years", "primary=five")
    assert code == 1
    assert "--years is a number" in err
    code, _, err = run(*asked(files), "--columns", "pupils")
    assert code == 1
    assert "takes pairs" in err
    code, _, err = run("school-places", files["births"], "--capacity", files["schools"], "--intake", files["births"])
    assert code == 1
    assert "have no column" in err


@pytest.mark.slow
def test_a_page_shows_what_was_found(run, files, tmp_path):
    code, _, err = run(*asked(files), "--mix", "free_meals", "--page", tmp_path / "places.html", "--place", "Our town")
    assert code == 0
    assert "Page:" in err
    html = (tmp_path / "places.html").read_text(encoding="utf-8")
    found = pm.schools.places(TOWN.rolls, TOWN.schools, TOWN.births)
    short = pm.schools.shortfalls(found)
    for text in short.loc[short["first_short"].notna(), "sentence"]:
        assert text in html
    for part in ("School places: Our town", "Secondary places", "free meals", "Hamilton", "<strong>"):
        assert part in html, part
    assert "−14" in html  # D3A in 2024
    assert "http://" not in html.replace("http://www.w3.org", "")


def test_places_of_whole_schools(run, files, tmp_path):
    schools = pd.read_csv(files["schools"])
    whole = tmp_path / "whole.csv"
    schools.assign(places=schools["places"] * 7).to_csv(whole, index=False)
    arguments = [whole if item == files["schools"] else item for item in asked(files)]
    code, _, err = run(*arguments)
    assert code == 1
    assert "--whole-schools" in " ".join(err.split())
    code, out, err = run(*arguments, "--whole-schools", "--hold")
    assert code == 0, err
    assert "Reception" in out
