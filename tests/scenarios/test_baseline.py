"""What is there without a scheme: each site listed, and unknown ones never decided in silence."""

from __future__ import annotations

import pytest

import placemix as pm
from placemix.errors import InvalidParameter, UnmatchedUnit


def one(reference, status, year=None, as_of="2025-01-01", **more):
    return pm.scenarios.scheme(reference, status=status, as_of=as_of, dwellings=100, year=year, **more)


PLAN = [
    one("before", "completed", 2020),
    one("since", "completed", 2024),
    one("building", "under construction", 2027),
    one("late", "under construction", 2040),
    one("permitted", "permissioned"),
    one("allocated", "allocated", 2028),
    one("proposed", "proposed", 2028),
    one("mine", "permissioned", 2028),
    one("undated", "completed"),
    one("unknown", "unknown", 2028),
    one("stale", "permissioned", 2028, as_of="2018-12-05"),
]


def test_each_scheme_has_a_role_and_a_reason():
    found = pm.scenarios.without(PLAN, census="2021-03-21", year=2030, unknown="exclude", proposal=["mine"])
    rows = found.set_index("reference")
    assert found["reference"].tolist() == [scheme.reference for scheme in PLAN]
    assert rows["role"].to_dict() == {
        "before": "completed before", "since": "completed since", "building": "under construction",
        "late": "under construction", "permitted": "committed", "allocated": "allocated", "proposed": "proposed",
        "mine": "proposal", "undated": "unknown", "unknown": "unknown", "stale": "unknown",
    }  # fmt: skip
    assert set(found.loc[found["counted"], "reference"]) == {"since", "building", "late", "permitted"}
    assert found["homes_high"].sum() == 300  # the late one comes after 2030
    assert rows.loc["permitted", "reason"] == "permissioned, without a year: taken to be complete by 2030"
    assert rows.loc["stale", "reason"].endswith("it may be built and counted since: excluded")


def test_policies_decide_and_are_needed():
    both = pm.scenarios.without(PLAN, census=2021, year=2030, unknown="include", allocated="include")
    assert both["homes_low"].sum() == 100 * 8
    with pytest.raises(InvalidParameter) as caught:
        pm.scenarios.without(PLAN, census=2021, year=2030, unknown="refuse", allocated="refuse")
    for words in ("[undated, unknown, stale]", "[allocated]", "unknown='exclude' or 'include'"):
        assert words in str(caught.value)
    with pytest.raises(TypeError, match="unknown"):
        pm.scenarios.without(PLAN, census=2021, year=2030)


def test_only_what_is_completed_in_between_counts():
    phased = pm.scenarios.scheme(
        "a", status="under construction", as_of="2025-01-01", dwellings=(80, 100),
        phasing={2020: 20, 2024: 30, 2029: 40, 2033: 10},
    )  # fmt: skip
    found = pm.scenarios.without(phased, census=2021, year=2030, unknown="refuse")
    assert found["share"].tolist() == pytest.approx([0.7])
    assert found[["homes_low", "homes_high"]].iloc[0].tolist() == pytest.approx([56, 70])


def test_schemes_without_a_year():
    plan = [one("undated", "permissioned"), one("unknown", "unknown"), one("dated", "unknown", 2028)]
    found = pm.scenarios.without(plan, census=2021, year=2030, unknown="include")
    assert found["homes_low"].tolist() == [100, 100, 100]
    assert found["reason"].str.endswith("taken to be complete by 2030").tolist() == [True, True, False]
    # Nothing comes between the end of a year and the end of the same.
    assert pm.scenarios.without(plan, census=2021, year=2021, unknown="include")["homes_high"].sum() == 0


def test_refusals():
    for more, words in (
        ({"year": "2030"}, "year is a whole year"),
        ({"year": 2030.5}, "year is a whole year"),
        ({"unknown": "drop"}, "unknown is 'exclude'"),
        ({"year": 2019}, "before the census of 2021"),
        ({"census": "spring"}, "census is a date"),
    ):
        with pytest.raises(InvalidParameter, match=words):
            pm.scenarios.without(PLAN, **{"census": 2021, "year": 2030, "unknown": "exclude", **more})
    with pytest.raises(UnmatchedUnit, match="Did you mean 'mine'"):
        pm.scenarios.without(PLAN, census=2021, year=2030, unknown="exclude", proposal=["mines"])


def test_saved_and_verified(tmp_path):
    found = pm.scenarios.without(PLAN, census="2021-03-21", year=2030, unknown="exclude", proposal=["mine"])
    assert pm.verify(found.save(tmp_path / "without.zip")).same
