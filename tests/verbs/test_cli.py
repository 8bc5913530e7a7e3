"""The command line: what it prints and writes, its exit codes, and what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import placemix as pm

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def areas(tmp_path: Path) -> Path:
    frame = pd.DataFrame(
        {"code": ["007", "010", "011", "012"], "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80],
         "place": ["N", "N", "S", "S"], "all": [110, 100, 100, 100]}
    )  # fmt: skip
    file = tmp_path / "areas.csv"
    frame.to_csv(file, index=False)
    return file


def test_measures_lists_recommended_ones_and_all(run: Run) -> None:
    code, out, _ = run("measures")
    assert code == 0
    assert "dissimilarity" in out
    assert "squared_variation" not in out
    assert "squared_variation" in run("measures", "--all")[1]
    assert len(json.loads(run("measures", "--json")[1])) == len(pm.catalogue())
    code, _, err = run("measures", "--dimension", "evenes")
    assert code == 1
    assert "Did you mean 'evenness'?" in err


def test_measure_prints_the_values_that_python_gives(run: Run, areas: Path) -> None:
    code, out, err = run("measure", areas, "-u", "code", "-g", "asian,white", "--focal", "asian")
    assert (code, err) == (0, "")
    assert "0.5952" in out
    assert "0.6000" in out


@pytest.mark.parametrize("kind", ["csv", "json", "parquet"])
def test_out_holds_every_column(run: Run, areas: Path, tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"out.{kind}"
    code, _, _ = run("measure", areas, "-u", "code", "-g", "asian,white", "-f", "asian", "-b", "place", "-o", file)
    assert code == 0
    table = {"csv": pd.read_csv, "json": pd.read_json, "parquet": pd.read_parquet}[kind](file)
    assert list(table.columns)[:4] == ["place", "measure", "focal", "against"]
    assert table["value"].notna().sum() > 0
    assert set(table["place"].astype(str)) == {"N", "S"}


def test_json_has_null_and_a_reason(run: Run, areas: Path) -> None:
    frame = pd.read_csv(areas, dtype={"code": str})
    frame.loc[frame["place"] == "S", "asian"] = 0
    frame.to_csv(areas, index=False)
    code, out, _ = run("measure", areas, "-u", "code", "-g", "asian,white", "-f", "asian", "-b", "place", "--json")
    rows = [row for row in json.loads(out) if row["place"] == "S"]
    assert code == 0
    assert all(row["value"] is None and row["reason"] == "group_absent" for row in rows)


def test_options_reach_the_table(run: Run, areas: Path) -> None:
    base = ("measure", areas, "-u", "code", "-g", "asian,white", "--total", "all", "-f", "asian", "--json")
    code, out, err = run(*base)
    assert (code, json.loads(out)[0]["residual"]) == (0, 10)
    assert "none of the groups" in err
    code, _, err = run(*base, "--strict")
    assert code == 1
    assert "007 (10)" in err
    code, out, _ = run(*base[:3], *base[3:], "--residual", "group", "-m", "atkinson(b=0.9),isolation")
    assert {row["measure"] for row in json.loads(out)} == {"atkinson(b=0.9)", "isolation"}
    code, out, _ = run("measure", areas, "-u", "code", "-g", "both=asian+white,all", "-f", "both", "--json")
    assert code == 0
    areas.write_text(areas.read_text().replace("80,20,N", "80,c,N", 1))
    code, _, err = run("measure", areas, "-u", "code", "-g", "asian,white")
    assert code == 1
    assert "'c'" in err
    given = ("measure", areas, "-u", "code", "-g", "asian,white", "--suppressed", "c=10:20", "--json")
    assert run(*given)[0] == 1
    assert run(*given, "--fill", "middle")[0] == 0


def test_refusals_leave_no_file_and_say_what_to_do(run: Run, areas: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    for arguments, words in [
        (("-g", "asian,whte"), "Did you mean 'white'"),
        (("-g", "asian,white", "-f", "asain"), "Did you mean 'asian'"),
        (("-g", "asian,white", "-f", "asian", "-m", "interaction"), "Did you mean 'exposure'"),
        (("-g", "asian,white", "-f", "asian", "-m", "__import__('os').system('true')"), "not the name of a measure"),
        (("-g", "asian,white", "-b", "plaice"), "Did you mean 'place'"),
    ]:
        code, _, err = run("measure", areas, "-u", "code", *arguments, "-o", out)
        assert code == 1, err
        assert words in err
        assert not out.exists()
    assert run("measure", areas, "-u", "code", "-g", "asian,white", "-o", tmp_path / "out.doc")[0] == 1
    assert run("measure")[0] == 2
    assert run("mesure")[0] == 2
    assert run("measure", areas, "--nonsense")[0] == 2


def test_verify_says_what_differs(run: Run, areas: Path, tmp_path: Path) -> None:
    pack = tmp_path / "pack.zip"
    run("measure", areas, "-u", "code", "-g", "asian,white", "-f", "asian", "--pack", pack)
    code, out, _ = run("verify", pack)
    assert code == 0
    assert out.startswith("Verified")
    pack.write_bytes(b"nothing")
    assert run("verify", pack)[0] == 1


def test_version_and_help_name_the_commands(run: Run) -> None:
    assert run("--version")[1].strip() == f"placemix {pm.__version__}"
    out = run("--help")[1]
    for command in ("measures", "measure", "report", "demo", "verify"):
        assert command in out
    assert "placemix measure areas" in " ".join(run("measure", "--help")[1].split())


@pytest.mark.slow
def test_the_module_runs_as_a_program() -> None:
    done = subprocess.run([sys.executable, "-m", "placemix", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"placemix {pm.__version__}"


@pytest.mark.slow
def test_report_writes_one_page(run: Run, areas: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    code, text, _ = run("report", areas, "-u", "code", "-g", "asian,white", "-f", "asian", "-b", "place", "-o", out)
    assert code == 0
    assert str(out) in text
    assert "<html" in out.read_text(encoding="utf-8")
    frame = pd.read_csv(areas, dtype={"code": str}).assign(score=[0.4, 0.2, 0.1, 0.2])
    frame.to_csv(areas, index=False)
    base = ("report", areas, "-u", "code", "-g", "asian,white", "-o", out)
    assert run(*base, "--condition", "score")[0] == 0
    code, _, err = run(*base, "--condition", "scroe")
    assert code == 1
    assert "Did you mean 'score'" in err
    frame.assign(score=[30.0, 35, 40, 45]).to_csv(areas, index=False)
    assert run(*base, "--condition", "score")[0] == 0
    assert "4000.0 %" not in out.read_text(encoding="utf-8")
    assert run(*base[:-1], tmp_path / "page.pdf")[0] == 1


def test_report_without_its_inputs_is_refused(run: Run, areas: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    assert run("report", areas, "-o", out)[0] == 2
    assert run("report", areas, "-c", tmp_path / "report.toml", "-o", out)[0] == 1
    assert run("report", "-c", tmp_path / "absent.toml", "-o", out)[0] == 1
    assert run("demo", "--data", "twon", "-o", out)[0] == 1
    assert not out.exists()


@pytest.mark.parametrize("data", [pytest.param("town", marks=pytest.mark.slow), "nc_births"])
def test_demo_reports_on_what_comes_with_placemix(run: Run, tmp_path: Path, data: str) -> None:
    out = tmp_path / "demo.html"
    code, text, _ = run("demo", "--data", data, "-o", out)
    assert code == 0
    assert str(out) in text
    html = out.read_text(encoding="utf-8")
    assert ("The town is synthetic" in html) == (data == "town")
