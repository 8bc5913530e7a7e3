"""placemix scorecard: a file read, every fault with its line, a page, a Word file and JSON."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import placemix as pm
from placemix import errors

GOOD = """
area = "Town"
period = "2020 to 2022"
title = "The town's card"

[[groups]]
group = "A"
against = "B"

[[evidence]]
indicator = "work-indicator-1"
file = "jobs.csv"
period = 2021
universe = "people aged 16 to 64"
source = "a survey"
over = ["ward"]
columns = { numerator = "in_work", denominator = "people" }
groups = { A = ["a1", "a2"], B = "b" }

[[evidence]]
indicator = "housing-indicator-3"
file = "homes.csv"
period = 2021
universe = "households"
source = "a count"
columns = { unit = "ward" }
wide = { A = ["a1", "a2"], B = "b" }

[[held]]
name = "councillors"
indicators = ["politics-indicator-1"]
refused = "party alone"

[[notes]]
indicator = "politics-indicator-3"
text = "One chair of four"
source = "minutes"
date = 2021-05-01
"""


@pytest.fixture
def folder(tmp_path):
    table = pd.DataFrame({
        "ward": ["x"] * 3 + ["y"] * 3, "group": ["a1", "a2", "b"] * 2, "in_work": [5, 6, 30, 7, 8, 20],
        "people": [10, 10, 40, 10, 10, 30],
    })  # fmt: skip
    table.to_csv(tmp_path / "jobs.csv", index=False)
    pd.DataFrame({"ward": ["x", "y"], "a1": [4, 1], "a2": [4, 1], "b": [2, 8]}).to_csv(
        tmp_path / "homes.csv", index=False
    )
    (tmp_path / "card.toml").write_text(GOOD, encoding="utf-8")
    return tmp_path


@pytest.mark.slow
def test_a_card_is_printed_and_written(run, folder):
    page, word, pack = folder / "card.html", folder / "card.docx", folder / "card.zip"
    code, out, err = run("scorecard", folder / "card.toml", "--page", page, "--word", word, "--pack", pack)
    assert code == 0, err
    text = " ".join(out.split())
    assert "Of 25 indicators 2 have a number" in text
    assert "politics-indicator-1" in text
    assert "not published" in text
    assert "nothing is known" in " ".join(err.split())
    assert "The town's card" in page.read_text(encoding="utf-8").replace("&#39;", "'")
    assert word.stat().st_size > 10_000
    assert pm.verify(pack).same


def test_json_has_every_cell(run, folder):
    code, out, err = run("scorecard", folder / "card.toml", "--json")
    assert code == 0, err
    rows = json.loads(out)
    assert len({row["indicator"] for row in rows}) == 25
    (jobs,) = [row for row in rows if row["indicator"] == "work-indicator-1"]
    assert jobs["value"] == pytest.approx((26 / 40) / (50 / 70))
    (homes,) = [row for row in rows if row["indicator"] == "housing-indicator-3"]
    assert homes["value"] == pytest.approx(0.8 * 0.2 + 0.2 * 0.8)
    (note,) = [row for row in rows if row["indicator"] == "politics-indicator-3"]
    assert note["qualitative_date"] == "2021-05-01"


def test_every_fault_has_its_line(run, folder):
    file = folder / "card.toml"
    bad = GOOD.replace('"work-indicator-1"', '"work-indicatr-1"').replace('source = "minutes"\n', "").replace(
        'universe = "households"', 'univers = "households"'
    )  # fmt: skip
    file.write_text(bad, encoding="utf-8")
    code, _, err = run("scorecard", file)
    said = " ".join(err.split())
    assert code == 1
    assert "3 faults" in said
    assert "Line 24: there is no key 'univers'" in said
    assert "Line 34: notes 1 lacks" in said
    assert "'source'" in said
    file.write_text(GOOD.replace('"work-indicator-1"', '"work-indicatr-1"'), encoding="utf-8")
    with pytest.raises(errors.InvalidConfig, match="Line 11: there is no indicator 'work-indicatr-1'"):
        pm.outcomes.read_scorecard(file)


@pytest.mark.parametrize(
    ("old", "new", "error", "words"),
    [
        ('"in_work"', '"in_wrk"', errors.InvalidConfig, "Line 17.*in_wrk"),
        ('"jobs.csv"', '"lost.csv"', errors.UnreadableFile, "a survey"),
        (
            'period = 2021\nuniverse = "people',
            'period = 2019\nuniverse = "people',
            errors.InvalidParameter,
            "does not hold",
        ),
        ('B = "b" }\n\n[[evidence', 'B = "c" }\n\n[[evidence', errors.UnknownGroup, "Line 10.*'c'"),
        ("[[held]]", "[[hold]]", errors.InvalidConfig, "held"),
        ('against = "B"', 'against = "A"', errors.InvalidParameter, "with itself"),
        ('area = "Town"', 'area = "Town', errors.InvalidConfig, "no TOML"),
    ],
)
def test_refusals(folder, old, new, error, words):
    file = folder / "card.toml"
    assert old in GOOD
    file.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(error, match=f"(?s){words}"):
        pm.outcomes.read_scorecard(file)


def test_hidden_rows_are_refused_until_they_are_left_out(folder):
    table = pd.read_csv(folder / "jobs.csv")
    table.loc[0, "in_work"] = None
    table.to_csv(folder / "jobs.csv", index=False)
    file = folder / "card.toml"
    with pytest.raises(errors.SuppressedValue, match="hidden"):
        pm.outcomes.read_scorecard(file)
    file.write_text(GOOD.replace('over = ["ward"]', 'over = ["ward"]\nhidden = "leave out"'), encoding="utf-8")
    row = pm.outcomes.read_scorecard(file).query("indicator == 'work-indicator-1'").iloc[0]
    # The whole ward is left out, for B too.
    assert (row["numerator"], row["denominator"]) == (15, 20)
    assert row["value"] == pytest.approx((15 / 20) / (20 / 30))
    assert "1 of 2 places" in row["note"]


def test_other_endings_are_refused(run, folder):
    code, _, err = run("scorecard", folder / "card.toml", "--page", folder / "card.pdf")
    assert code == 1
    assert ".html" in err
    code, _, err = run("scorecard", folder / "card.toml", "--word", folder / "card.doc")
    assert code == 1
    assert ".docx" in err
