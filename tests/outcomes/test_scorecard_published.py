"""Published rates without counts on a scorecard: by hand, over local areas, and what is refused of them."""

from __future__ import annotations

import math

import pandas as pd
import pytest

import placemix as pm
from placemix import errors
from placemix.outcomes.scoring.telling import summary

RATES = pd.DataFrame({"group": ["a", "B", "C"], "rate": [60.0, 80.0, 50.0]})
LOCAL = {"x": 55.0, "y": 65.0, "z": 85.0, "w": 45.0, "v": 70.0}
PIECE = {
    "indicator": "education-indicator-1", "table": RATES, "area": "England", "period": "2021", "per": 100,
    "universe": "children", "source": "a profile", "groups": {"A": "a", "B": "B"}, "local": LOCAL, "local_per": 100,
    "local_in": "share", "local_what": "share of all", "what": "ready at 5",
}  # fmt: skip


def card(*evidence, groups=None):
    return pm.outcomes.scorecard("Town", "2021", groups or {"A": "B"}, evidence=list(evidence))


def shown(found):
    (row,) = found[found["presence"].isin(["number", "proxy", "undefined"])].to_dict("records")
    return row


@pytest.mark.parametrize(
    ("measure", "value"), [("risk_ratio", 0.75), ("risk_difference", -0.2), ("pay_gap", 0.25), ("proportion", 0.6)]
)
def test_from_two_rates(measure, value):
    row = shown(card({**PIECE, "measure": measure, "proxy": "another"}))
    assert row["value"] == pytest.approx(value, abs=1e-12)
    assert row["interval_method"] == "none:no_counts_published"
    assert math.isnan(row["lower"])
    assert math.isnan(row["denominator"])
    assert "no range" in row["note"]


def test_local_areas_lie_beneath():
    row = shown(card({**PIECE, "local_here": "y"}))
    ends = [row[f"local_{name}"] for name in ("lowest", "quartile_1", "median", "quartile_3", "highest", "value")]
    assert ends == pytest.approx([0.45, 0.55, 0.65, 0.7, 0.85, 0.65])
    assert (row["local_here"], row["local_units"]) == ("y", 5)
    assert "(ready at 5)" in row["sentence"]
    assert "England as a whole, 2021" in row["sentence"]
    assert "Share of all: from 45.0 % to 85.0 % in 5 areas, the middle at 65.0 %, y at 65.0 %." in row["sentence"]


def test_a_nation_fills_no_gap():
    found = card(PIECE, groups={"A": "B", "C": "B"})
    rows = found[found["indicator"] == "education-indicator-1"]
    assert rows[["group", "presence", "missing"]].fillna("").to_numpy().tolist() == [
        ["A", "missing", "national only"], ["A", "number", ""], ["C", "missing", "other groups only"],
    ]  # fmt: skip
    assert rows["reason"].tolist()[2] == "the nation's is of A"
    assert "0 have a number, 0 only a proxy, 1 one of the nation alone; 24 have none" in summary(found)
    local = card(PIECE, {**PIECE, "area": "Town", "local": None, "groups": {"A": "C", "B": "B"}})
    rows = local[(local["indicator"] == "education-indicator-1")]
    assert rows["national"].tolist() == [False, True]
    assert rows["value"].tolist() == pytest.approx([0.625, 0.75])


@pytest.mark.slow
def test_invented_people_are_marked_and_packs_are_verified(tmp_path):
    marked = RATES.copy()
    marked.attrs["synthetic"] = True
    found = card({**PIECE, "table": marked})
    assert shown(found)["synthetic"]
    assert not shown(card({**PIECE, "table": marked, "synthetic": False}))["synthetic"]
    assert pm.verify(found.save(tmp_path / "card.zip")).same


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"per": 1}, errors.InvalidParameter, "per = 100"),
        ({"per": -1}, errors.InvalidParameter, "per of evidence 1"),
        ({"per": True}, errors.InvalidParameter, "per of evidence 1"),
        ({"local_here": "q"}, errors.InvalidParameter, "none of its local areas"),
        ({"synthetic": "yes"}, errors.InvalidParameter, "synthetic"),
        ({"table": pd.concat([RATES, RATES])}, errors.InvalidTable, "several rates"),
        ({"table": RATES.assign(rate=[None, 80, 50])}, errors.NotNumbers, "may be missing"),
        ({"groups": {"A": "a", "B": "b"}}, errors.UnknownGroup, "'b'"),
        ({"groups": {"C": "C", "B": "B"}}, errors.UnknownGroup, "none of the scorecard's groups"),
        ({"local": None}, errors.IncompleteEstimate, "whole nation"),
    ],
)
def test_refused(change, error, words):
    with pytest.raises(error, match=words):
        card({**PIECE, **change})


def test_nobody_knows_the_rest_from_rates():
    with pytest.raises(errors.InvalidParameter, match="everyone but A"):
        card(PIECE, groups={"A": "rest"})


def test_a_rate_of_nobody_has_no_ratio():
    row = shown(card({**PIECE, "table": RATES.assign(rate=[60.0, 0.0, 50.0])}))
    assert (row["presence"], row["reason"]) == ("undefined", "undefined")


FILE = """
area = "Town"
period = "2021"

[[groups]]
group = "A"
against = "B"

[[evidence]]
indicator = "education-indicator-1"
file = "rates.csv"
area = "England"
period = "2021"
universe = "children"
source = "a profile"
columns = { rate = "value" }
per = 100
synthetic = true

[evidence.where]
place = "nation"

[evidence.local]
file = "rates.csv"
unit = "place"
column = "value"
per = 100
what = "the same in regions"
here = "North"
group = "group"
focal = "A"
against = "B"
called = { n = "North" }

[evidence.local.where]
place = ["n", "s"]
"""


def test_from_a_file(tmp_path):
    table = pd.DataFrame(
        {"place": ["nation", "n", "s"] * 2, "group": list("AAABBB"), "value": [60, 30, 80, 80, 60, 100]}
    )
    table.to_csv(tmp_path / "rates.csv", index=False)
    file = tmp_path / "card.toml"
    file.write_text(FILE, encoding="utf-8")
    row = shown(pm.outcomes.read_scorecard(file))
    assert row["value"] == pytest.approx(0.75)
    assert (row["local_lowest"], row["local_highest"]) == pytest.approx((0.5, 0.8))
    assert (row["local_here"], row["local_value"], row["synthetic"]) == ("North", pytest.approx(0.5), True)
    for old, new, words in (
        ('focal = "A"\n', "", "who is compared with whom"),
        ("per = 100\nsynthetic", "per = 0\nsynthetic", "what rates are of"),
    ):
        file.write_text(FILE.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(errors.InvalidConfig, match=words):
            pm.outcomes.read_scorecard(file)
    table.drop(index=5).to_csv(tmp_path / "rates.csv", index=False)
    file.write_text(FILE, encoding="utf-8")
    with pytest.raises(errors.InvalidTable, match=r"Line 9.*one of the two groups alone"):
        pm.outcomes.read_scorecard(file)
