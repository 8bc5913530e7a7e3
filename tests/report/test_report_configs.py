"""A configuration is read whole, and all that is wrong with it is said at once."""

from __future__ import annotations

import pandas as pd
import pytest

import placemix as pm
from placemix.errors import InvalidConfig, UnmatchedUnit, UnreadableFile

GOOD = """
title = "Six areas"
place = "Sixtown"
by = "district"

[[tables]]
name = "Ethnic group"
file = "groups.csv"
published = "Statistics office, table 1: https://example.org/1"
unit = "code"
total = "all"
groups = { Asian = ["indian", "pakistani"], White = "white" }
strata.district = { file = "lookup.csv", unit = "code", column = "district" }
focal = "Asian"
against = "White"
about.universe = "usual residents"
about.period = "2021"

[[tables]]
name = "Free meals"
file = "groups.csv"
unit = "code"
total = "all"
groups = { Free = "free" }
rest = "Not free"
strata.district = { file = "lookup.csv", unit = "code", column = "district" }

[condition]
file = "lookup.csv"
unit = "code"
column = "score"
words = "income deprivation"
"""


@pytest.fixture
def folder(tmp_path):
    pd.DataFrame(
        {
            "code": ["01", "02", "03", "04"],
            "all": [110, 105, 100, 100],
            "indian": [40, 10, 5, 10],
            "pakistani": [40, 10, 5, 5],
            "white": [20, 80, 90, 85],
            "free": [30, 20, 10, 60],
        }
    ).to_csv(tmp_path / "groups.csv", index=False)
    pd.DataFrame(
        {"code": ["01", "02", "03", "04"], "district": ["N", "N", "S", "S"], "score": [0.4, 0.2, 0.1, 0.3]}
    ).to_csv(tmp_path / "lookup.csv", index=False)
    (tmp_path / "report.toml").write_text(GOOD, encoding="utf-8")
    return tmp_path


def faults(folder, text):
    (folder / "report.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidConfig) as caught:
        pm.report.from_config(folder / "report.toml")
    return str(caught.value), caught.value.faults


@pytest.mark.slow
def test_a_good_one_makes_a_page_beside_it(folder, read):
    path = pm.report.from_config(folder / "report.toml")
    assert path == folder / "report.html"
    text = read(path.read_text(encoding="utf-8")).text
    assert "Six areas" in text
    assert "Not free" in text
    assert "the place where the average Asian resident lives" in text
    assert "In none of the groups" in text


@pytest.mark.slow
def test_words_of_a_configuration_stand_on_the_page(folder, read):
    text = GOOD.replace(
        'total = "all"\ngroups = { Asian',
        'total = "all"\nunit_words = "quarters"\nothers = "people of other groups"\n'
        'where = { code = ["01", "02", "03"] }\nwords = "the first three"\nabout.geography = "ward"\ngroups = { Asian',
    ).replace('place = "Sixtown"', 'place = "Sixtown"\npublished_by = "The town hall"')
    (folder / "report.toml").write_text(text + 'period = "Scores 2019"\n', encoding="utf-8")
    found = read(pm.report.from_config(folder / "report.toml").read_text(encoding="utf-8")).text
    assert "Sixtown · 2021 · income deprivation: Scores 2019" in found
    assert "income deprivation is a published score (Scores 2019)" in found
    assert "wards (quarters of about 100 residents)" in found
    assert "3 of 4 wards used: the first three." in found
    assert "are people of other groups." in found
    assert "Published by The town hall." in found


@pytest.mark.slow
def test_the_page_is_the_one_that_counts_make(folder):
    frame = pm.read_table(folder / "groups.csv").merge(pm.read_table(folder / "lookup.csv"), on="code")
    frame["not free"] = frame["all"] - frame["free"]
    with pytest.warns(pm.errors.IncompletePartition):
        ethnic = pm.from_wide(
            frame, groups={"Asian": ["indian", "pakistani"], "White": "white"}, unit="code", strata="district",
            total="all", about={"universe": "usual residents", "period": "2021"},
        )  # fmt: skip
    meals = pm.from_wide(
        frame, groups={"Free": "free", "Not free": "not free"}, unit="code", strata="district", total="all"
    )
    score = pd.Series(frame["score"].to_numpy(), index=frame["code"], name="score")
    out = pm.report.of_counts(
        {"Ethnic group": ethnic, "Free meals": meals}, title="Six areas", place="Sixtown", focal="Asian",
        against="White", by="district", out=folder / "own.html",
        condition=pm.report.Condition(values=score, words="income deprivation"),
    )  # fmt: skip
    assert out.read_bytes() == pm.report.from_config(folder / "report.toml").read_bytes()


def test_all_faults_come_together_with_their_lines(folder):
    bad = (
        GOOD.replace("place =", "plaec =")
        .replace('focal = "Asian"', "focal = 3")
        .replace("[condition]", "[conditions]")
    )
    bad = bad.replace('unit = "code"\ntotal = "all"\ngroups = { Free', 'total = "all"\ngroups = { Free')
    text, found = faults(folder, bad)
    assert len(found) == 4
    assert "Line 3: there is no key 'plaec'. Remedy: Did you mean 'place'?" in text
    assert "Line 14: 'focal' in tables 1 must be a text, not 3." in text
    assert "ables 2 lacks 'unit'" in text
    assert "Did you mean 'condition'?" in text


def test_what_keys_say_of_each_other_is_checked(folder):
    bad = GOOD.replace('by = "district"', 'by = "distrikt"').replace('against = "White"', 'against = "Whit"')
    bad += '\n[change]\nbefore = "Ethnic groups"\n'
    text, found = faults(folder, bad)
    assert len(found) == 3
    assert "no table has strata 'distrikt'" in text
    assert "Did you mean 'White'?" in text
    assert "Did you mean 'Ethnic group'?" in text


def test_columns_that_files_lack_come_together(folder):
    bad = GOOD.replace('White = "white"', 'White = "whyte"').replace('column = "score"', 'column = "scores"')
    text, found = faults(folder, bad)
    assert len(found) == 2
    assert "Line 12: 'groups.csv' has no column 'whyte'. Remedy: Did you mean 'white'?" in text
    assert "'lookup.csv' has no column 'scores'. Remedy: Did you mean 'score'" in text


def test_what_is_no_toml_is_said_with_its_line(folder):
    text, _ = faults(folder, "title = Six areas")
    assert "line 1" in text


def test_missing_files_are_named_with_where_they_are_published(folder):
    (folder / "groups.csv").unlink()
    with pytest.raises(UnreadableFile) as caught:
        pm.report.from_config(folder / "report.toml")
    assert "groups.csv" in str(caught.value)
    assert "published: Statistics office, table 1: https://example.org/1" in str(caught.value)
    assert not (folder / "report.html").exists()


def test_a_missing_configuration_proposes_the_nearest(folder):
    with pytest.raises(UnreadableFile, match=r"Did you mean 'report\.toml'"):
        pm.report.from_config(folder / "reprot.toml")


@pytest.mark.slow
def test_the_variable_is_read_only_where_it_is_written(folder, monkeypatch):
    monkeypatch.setenv("PLACEMIX_DATA", str(folder))
    elsewhere = folder / "sub"
    elsewhere.mkdir()
    (elsewhere / "report.toml").write_text('folder = "${PLACEMIX_DATA}"\n' + GOOD, encoding="utf-8")
    assert pm.report.from_config(elsewhere / "report.toml").exists()
    (elsewhere / "report.toml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(UnreadableFile):
        pm.report.from_config(elsewhere / "report.toml")
    monkeypatch.delenv("PLACEMIX_DATA")
    (elsewhere / "report.toml").write_text('folder = "${PLACEMIX_DATA}"\n' + GOOD, encoding="utf-8")
    with pytest.raises(InvalidConfig, match="is not set"):
        pm.report.from_config(elsewhere / "report.toml")
    (elsewhere / "report.toml").write_text('folder = "${HOME}"\n' + GOOD, encoding="utf-8")
    with pytest.raises(InvalidConfig, match="'HOME'"):
        pm.report.from_config(elsewhere / "report.toml")


def test_units_that_the_lookup_lacks_are_named(folder):
    pd.DataFrame({"code": ["01", "02"], "district": ["N", "N"], "score": [0.4, 0.2]}).to_csv(
        folder / "lookup.csv", index=False
    )
    with pytest.raises(UnmatchedUnit, match="2 units of 'Ethnic group' are not in the lookup"):
        pm.report.from_config(folder / "report.toml")


@pytest.mark.slow
def test_thresholds_of_strong_characteristics_are_shares(folder):
    text, found = faults(folder, GOOD.replace("title =", "thresholds = [50, 0.7]\ntitle =", 1))
    assert len(found) == 1
    assert "'thresholds' must be a list of shares such as [0.5, 0.7, 0.9]" in text
    (folder / "none.toml").write_text(GOOD.replace("title =", "thresholds = []\ntitle =", 1), encoding="utf-8")
    page = pm.report.from_config(folder / "none.toml").read_text(encoding="utf-8")
    assert "one very strong characteristic" not in page
    (folder / "one.toml").write_text(GOOD.replace("title =", "thresholds = [0.6]\ntitle =", 1), encoding="utf-8")
    assert "60 %" in pm.report.from_config(folder / "one.toml").read_text(encoding="utf-8")
