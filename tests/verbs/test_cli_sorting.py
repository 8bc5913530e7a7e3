"""placemix sorting: values of people, from a file."""

from __future__ import annotations

import json

import pandas as pd
import pytest


@pytest.fixture
def survey(tmp_path):
    path = tmp_path / "survey.csv"
    pd.DataFrame(
        {"area": ["01", "01", "02", "02", "03", "03"], "income": [10, 20, 20, 30, 40, 60], "w": [1] * 6}
    ).to_csv(path, index=False)
    return path


def test_each_measure(run, survey, tmp_path):
    code, out, err = run("sorting", survey, "--value", "income", "-u", "area", "--weight", "w", "--degree", "2")
    assert code == 0, err
    assert "rank_order_information" in out
    assert "people of lower and of higher rank" in out
    code, out, err = run(
        "sorting", survey, "--value", "income", "-u", "area", "-m", "sorting_index", "--json", "--pack",
        tmp_path / "sorting.zip",
    )  # fmt: skip
    assert code == 0, err
    assert json.loads(out)[0]["value"] == pytest.approx((650 / 3 / (1600 / 6)) ** 0.5)
    assert run("verify", tmp_path / "sorting.zip")[0] == 0
    code, out, _ = run("sorting", survey, "--value", "income", "-u", "area", "-m", "centile_gap", "--draws", "19")
    assert (code, "expected" in out, "dealt to units at random" in " ".join(out.split())) == (0, True, True)
    code, out, err = run("sorting", survey, "--value", "income", "-u", "area", "-m", "centile_gap")
    assert code == 0, err
    assert "nearer to the middle of their unit" in out


def test_what_is_refused(run, survey):
    for options, word in (
        (["-m", "median"], "rank_order, sorting_index, centile_gap"),
        (["-m", "centile_gap", "--bands", "5"], "no curve"),
        (["--weight", "weights"], "weights"),
        (["--degree", "9"], "from 1 to 8"),
    ):
        code, _, err = run("sorting", survey, "--value", "income", "-u", "area", *options)
        assert code != 0
        assert word in err
