"""placemix gap: how separate x how different = how unequal, from files."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

FACTS = ["--worse", "higher", "--describes", "places", "--domain", "environment"]
GROUPS = ["-u", "code", "-g", "asian [a],white", "-f", "asian [a]", "-a", "white"]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Four areas whose gap is worked out by hand, and a condition in another file."""
    areas, other = tmp_path / "areas.csv", tmp_path / "air [x].csv"
    table = pd.DataFrame(
        {
            "code": list("ABCD"), "town": ["N", "N", "S", "S"], "asian [a]": [80, 20, 0, 20],
            "white": [20, 80, 100, 80], "income": [0.4, 0.2, 0.1, 0.2], "income decile": [1, 3, 10, 3],
        }
    )  # fmt: skip
    table.to_csv(areas, index=False)
    pd.DataFrame({"code": list("ABCD"), "no2": [20.0, 14, 11, 14], "rank": [1, 2, 4, 3]}).to_csv(other, index=False)
    return areas, other


def test_by_condition(run, files, tmp_path):
    areas, other = files
    code, out, err = run(
        "gap", areas, *GROUPS, "-c", "income", "-c", f"air={other}:no2", "--worse", "higher", "--describes",
        "income=people", "--describes", "air=places", "--domain", "income=work", "--domain", "air=environment",
        "--measured-in", "air=µg/m³", "--worst", "0.25", "--period", "2019", "--people-period", "2021",
        "--pack", tmp_path / "gap.zip", "-o", tmp_path / "gap.csv",
    )  # fmt: skip
    assert code == 0, err
    assert "asian [a] against white" in out
    found = pd.read_csv(tmp_path / "gap.csv").set_index("condition")
    # As in the example of bridge: 0.5952 x 7.8 = 4.643, and 0.5952 x 0.26 = 0.1548.
    assert found["gap"].to_dict() == pytest.approx({"income": 0.5952380952 * 0.26, "air": 0.5952380952 * 7.8})
    assert found["worst_focal"].tolist() == pytest.approx([80 / 120] * 2)
    assert found["worst_against"].tolist() == pytest.approx([20 / 280] * 2)
    assert "+4.64" in out
    assert "66.7 %" in out
    assert "That is how separate they are (0.595) times how different the areas are (+7.8)" in out
    assert "2 years apart" in err
    assert "compare groups with 'placemix disparity'" in err
    assert run("verify", tmp_path / "gap.zip")[0] == 0


def test_strata_and_each_group(run, files):
    code, out, err = run("gap", files[0], *GROUPS, "-c", "income", *FACTS, "--by", "town", "--json")
    assert code == 0, err
    rows = json.loads(out)
    assert [row["town"] for row in rows] == ["N", "S", "whole"]
    for row in rows:
        assert row["gap"] == pytest.approx(row["separation"] * row["contrast"])
    code, out, _ = run("gap", files[0], "-u", "code", "-g", "asian [a],white", "-f", "each", "-c", "income", *FACTS)
    assert code == 0
    assert "of focal" in out


def test_lower_is_worse(run, files):
    arguments = ["gap", files[0], *GROUPS, "-c", "income", "--describes", "places", "--domain", "health", "--json"]
    worse = [json.loads(run(*arguments, "--worse", way)[1])[0]["worse_for"] for way in ("higher", "lower")]
    assert worse == ["asian [a]", "white"]


def test_people_without_a_condition_are_said(run, files):
    areas, other = files
    pd.read_csv(other).drop(index=3).to_csv(other, index=False)
    code, out, err = run("gap", areas, *GROUPS, "-c", f"{other}:no2", *FACTS)
    assert code == 0, err
    assert "Left out: 25.0 % of these people" in out
    assert "are left out" in err


def test_symbols_of_a_condition(run, files):
    areas, other = files
    pd.read_csv(other).astype({"no2": object}).replace({"no2": {20.0: "c"}}).to_csv(other, index=False)
    arguments = ["gap", areas, *GROUPS, "-c", f"{other}:no2", *FACTS]
    code, _, err = run(*arguments)
    assert code == 1
    assert "--condition-suppressed c=0:5" in err
    code, out, _ = run(*arguments, "--condition-suppressed", "c=18:22", "--json")
    row = json.loads(out)[0]
    assert code == 0
    assert (row["lower"], row["upper"]) == pytest.approx((4.642857 - 2 * (80 / 120 - 20 / 280), 4.642857 + 25 / 21))
    code, out, _ = run(*arguments, "--condition-suppressed", "c=unknown", "--json")
    assert code == 0
    assert json.loads(out)[0]["units_dropped"] == 1


def test_ids_of_another_name(run, files):
    areas, other = files
    pd.read_csv(other).rename(columns={"code": "lsoa"}).to_csv(other, index=False)
    code, _, err = run("gap", areas, *GROUPS, "-c", f"{other}:no2", *FACTS)
    assert code == 1
    assert "'air [x].csv' has no column 'code'" in err
    assert run("gap", areas, *GROUPS, "-c", f"{other}:no2", *FACTS, "--condition-unit", "lsoa")[0] == 0


@pytest.mark.parametrize(
    ("more", "word"),
    [
        (["-c", "incom", *FACTS], "Did you mean 'income'"),
        (["-c", "OTHER:no3", *FACTS], "Did you mean 'no2'"),
        (["-c", "nowhere.csv:no2", *FACTS], "There is no file 'nowhere.csv'"),
        (["-c", "income decile", *FACTS], "holds ranks or deciles, and their mean says nothing"),
        (["-c", "OTHER:rank", *FACTS], "holds ranks or deciles, and their mean says nothing"),
        (["-c", "income", "-c", "income", *FACTS], "Two conditions are called 'income'"),
        (["-c", "income"], "--worse is not said of 'income'"),
        (["-c", "income"], "--describes is not said of 'income'"),
        (["-c", "income"], "--domain is not said of 'income'"),
        (["-c", "income", *FACTS, "--worse", "incme=lower"], "Did you mean 'income'"),
        (["-c", "income", *FACTS, "--worse", "lower"], "--worse is said twice"),
        (["-c", "income", "--worse", "hiher", *FACTS[2:]], "Did you mean 'higher'"),
        (["-c", "income", "--domain", "helth", *FACTS[:4]], "Did you mean 'health'"),
        (["-c", "income", "--measured-in", "count", *FACTS], "a count grows with the place"),
        (["-c", "income", *FACTS, "--by", "twon"], "twon"),
        (["-c", "income", *FACTS, "--worst", "2"], "above 0 and below 1"),
        (["-c", "income", *FACTS, "-o", "out.doc"], "no ending that is known"),
    ],
)
def test_refused(run, files, more, word):
    areas, other = files
    code, out, err = run("gap", areas, *GROUPS, *(str(part).replace("OTHER", str(other)) for part in more))
    assert code == 1
    assert word in " ".join(err.split())
    assert out == ""


def test_a_group_of_interest_is_needed(run, files):
    code, _, err = run("gap", files[0], "-u", "code", "-g", "white", "-c", "income", *FACTS)
    assert code == 1
    assert "--focal each" in err
    assert run("gap", files[0], *GROUPS)[0] == 2
