"""The scorecard: every indicator has its row, gaps are told, and what does not belong is refused."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

import placemix as pm
from placemix import errors

O = pm.outcomes  # noqa: E741
ABOUT = {"area": "Town", "period": "2021", "universe": "people aged 16 to 64", "source": "a survey"}
IDS = set(O.framework().query("role != 'aim'")["id"])


def jobs(a=31, b=38, n=47, m=48) -> pd.DataFrame:
    return pd.DataFrame({"group": ["A", "B"], "numerator": [a, b], "denominator": [n, m]})


def piece(**more):
    return {"indicator": "work-indicator-1", "table": jobs(), **ABOUT, **more}


def card(*evidence, groups=None, **more):
    return O.scorecard("Town", "2020 to 2022", groups or {"A": "B"}, evidence=list(evidence), **more)


def test_every_indicator_has_a_row_for_every_group_and_tenet():
    found = card(piece(), groups={"A": "B", "C": "B"})
    assert set(found["indicator"]) == IDS
    tenets = O.framework(status=True, holdings={}).set_index("id")["tenet"].str.split(", ")
    for id_, part in found.groupby("indicator"):
        whole = part["group"].eq("everyone").all()
        assert len(part) == len(tenets[id_]) * (1 if whole else 2)
        assert set(part["tenet"]) == set(tenets[id_])
    assert found["presence"].value_counts().to_dict() == {"missing": len(found) - 1, "number": 1}
    assert not any("index" in str(name) or "rank" in str(name) for name in found.columns)


def test_the_number_is_that_of_its_own_verb():
    row = card(piece()).query("presence == 'number'").iloc[0]
    # 31/47 over 38/48 by hand, and Katz's interval.
    assert row["value"] == pytest.approx((31 / 47) / (38 / 48), abs=1e-12)
    spread = 1.959963984540054 * math.sqrt(1 / 31 - 1 / 47 + 1 / 38 - 1 / 48)
    assert row["lower"] == pytest.approx(row["value"] * math.exp(-spread), abs=1e-9)
    assert row["upper"] == pytest.approx(row["value"] * math.exp(spread), abs=1e-9)
    assert (row["numerator"], row["denominator"], row["uncertainty"]) == (31, 47, "sampling")
    found = O.estimate_indicator("work-indicator-1", jobs(), focal="A", against="B")
    again = card({"indicator": "work-indicator-1", "estimate": found, **ABOUT})
    assert again.query("presence == 'number'").iloc[0]["value"] == row["value"]


@pytest.mark.slow
@settings(max_examples=4)
@given(st.tuples(*[st.integers(1, 40)] * 2), st.tuples(*[st.integers(41, 90)] * 2))
def test_any_two_shares(part, whole):
    table = jobs(*part, *whole)
    row = card(piece(table=table, measure="risk_difference")).query("presence == 'number'").iloc[0]
    assert row["value"] == pytest.approx(part[0] / whole[0] - part[1] / whole[1], abs=1e-12)
    ends = confint_proportions_2indep(part[0], whole[0], part[1], whole[1], method="newcomb", compare="diff")
    assert (row["lower"], row["upper"]) == pytest.approx(ends, abs=1e-9)


def test_groups_are_renamed_and_places_added_up():
    table = pd.DataFrame({
        "group": ["a1", "a2", "b", "z"] * 2, "town": ["x"] * 4 + ["y"] * 4, "numerator": [1, 2, 3, 9] * 2,
        "denominator": [5, 6, 7, 9] * 2, "rate": np.arange(8.0),
    })  # fmt: skip
    given_ = piece(table=table, groups={"A": ["a1", "a2"], "B": "b"}, over=["town"])
    row = card(given_).query("presence == 'number'").iloc[0]
    assert (row["numerator"], row["denominator"]) == (6, 22)
    assert row["value"] == pytest.approx((6 / 22) / (6 / 14))
    with pytest.raises(errors.DuplicateUnit, match="evidence 1: 2 rows repeat"):
        card({key: value for key, value in given_.items() if key != "over"})


def test_hidden_numbers_keep_their_bounds():
    rows = O.compare_groups(jobs(), "risk_ratio", focal="A", against="B").assign(
        value=np.nan, lower=0.1, upper=0.5, level=np.nan, interval_method="bounds:suppressed", reason="suppressed"
    )
    given_ = {key: value for key, value in piece(result=rows).items() if key != "table"}
    row = card(given_).query("presence == 'undefined'").iloc[0]
    assert (row["lower"], row["upper"], row["uncertainty"]) == (0.1, 0.5, "hidden cells")
    assert "it lies between 0.1 and 0.5" in row["sentence"]


def test_changed_cells_are_told_apart():
    counts = pd.DataFrame({"unit": ["u", "u", "v", "v"], "group": ["A", "B"] * 2, "people": [8, 2, 2, 8]})
    flat = {**ABOUT, "indicator": "housing-indicator-3", "table": counts}
    row = card({**flat, "perturbed": True}).query("presence == 'number'").iloc[0]
    # Eight of ten members live with 2 of 10, two with 8 of 10.
    assert row["value"] == pytest.approx(0.8 * 0.2 + 0.2 * 0.8)
    assert row["uncertainty"] == "perturbation"
    assert math.isnan(row["lower"])
    row = card({**flat, "perturbed": (0.3, 0.35)}).query("presence == 'number'").iloc[0]
    assert (row["lower"], row["upper"]) == (0.3, 0.35)


def test_a_nation_needs_its_local_numbers():
    nation = piece(area="England")
    with pytest.raises(errors.IncompleteEstimate, match="local"):
        card(nation)
    with pytest.raises(errors.NotNumbers):
        card({**nation, "local": {"x": 1.0}})
    row = card({**nation, "local": {"x": 0.5, "y": 0.9, "z": 1.3}}).query("presence == 'number'").iloc[0]
    assert (row["local_lowest"], row["local_median"], row["local_highest"]) == (0.5, 0.9, 1.3)
    assert row["flag"] == "Of equality in Work only national figures are known."
    assert "hides local ones" in row["sentence"]


def test_gaps_have_their_reasons():
    holdings = {
        "wards": {"indicators": ["politics-indicator-2"], "table": ["unit", "rate"], "area": "ward", "period": 2021},
        "party": {"indicators": ["politics-indicator-1"], "refused": "party alone"},
        "pay": {"indicators": ["work-indicator-2"], "table": ["group", "rate"], "area": "England", "period": 2020},
        "mix": {"indicators": ["education-indicator-3"], "proxy": "the mix of schools"},
        "base": {"indicators": ["housing-indicator-2"], "table": ["group", "rate"], "area": "district", "period": 2021},
    }
    found = card(piece(), holdings=holdings, groups={"A": "B", "C": "B"}).query("presence == 'missing'")
    gaps = found.groupby("indicator")["missing"].first()
    assert gaps["politics-indicator-2"] == "area only"
    assert gaps["politics-indicator-1"] == "not published"
    assert gaps["work-indicator-2"] == "national only"
    assert gaps["education-indicator-3"] == "proxy only"
    assert gaps["housing-indicator-2"] == "no number"
    assert gaps["work-indicator-1"] == "other groups only"
    assert gaps["politics-indicator-3"] == "not published"  # nobody is known to publish it
    assert gaps["solidarity-capital-1"] == "no source"
    assert found.set_index("indicator").loc["politics-indicator-1", "reason"].iloc[0] == "party: party alone"
    assert found.set_index("indicator").loc["work-indicator-2", "last_year"].iloc[0] == 2020
    status = O.framework(status=True, holdings=holdings).set_index("id")["status"]
    same = found.groupby("indicator")["status"].first()
    others = [id_ for id_ in same.index if id_ != "work-indicator-1"]
    assert same[others].to_dict() == status[others].to_dict()


def test_tenets_are_flagged_and_never_averaged_over():
    found = card(piece(), piece(indicator="justice-indicator-1", proxy="fear of crime"))
    flags = found.groupby(["domain", "tenet"])["flag"].first()
    assert flags["Work", "equality"] is None or pd.isna(flags["Work", "equality"])
    assert flags["Work", "participation"] == "Of participation in Work nothing is known."
    assert "only a proxy" in flags["Criminal justice and safety", "safety"]
    said = found.explain()
    assert said.count("Of participation in Work nothing is known.") == 1
    alone = card(piece(indicator="politics-indicator-4", table=jobs().assign(deff=1.5), measure="risk_difference"))
    flag = alone.groupby(["domain", "tenet"])["flag"].first()["Political participation and empowerment", "safety"]
    assert "only what people say" in flag


def test_notes_need_a_source_and_a_date():
    note = {"indicator": "politics-indicator-3", "text": "One chair of four", "source": "minutes", "date": "2021-05-01"}
    found = card(piece(), notes=[note])
    row = found.query("indicator == 'politics-indicator-3'").iloc[0]
    assert (row["presence"], row["qualitative_source"], row["qualitative_date"]) == ("missing", "minutes", "2021-05-01")
    assert "Note: One chair of four (minutes, 2021-05-01)." in row["sentence"]
    bad = [{"indicator": "politics-indicatr-3", "text": "x", "date": "May"}, note, note]
    with pytest.raises(errors.PlacemixError) as caught:
        card(piece(), notes=bad)
    text = str(caught.value)
    assert all(part in text for part in ("note 1 has no source", "'May'", "politics-indicator-3"))


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"area": "Elsewhere"}, errors.InvalidParameter, "none is ranked"),
        ({"period": "2015"}, errors.InvalidParameter, "does not hold"),
        ({"indicator": "work-aim-1"}, errors.InvalidParameter, "is an aim"),
        ({"indicator": "work-indicatr-1"}, errors.InvalidParameter, "work-indicator-1"),
        ({"measure": "dissimilarity"}, errors.InvalidParameter, "not measured by"),
        ({"universe": ""}, errors.InvalidParameter, "universe"),
        ({"tabel": 1}, errors.InvalidParameter, "table"),
        ({"estimate": 1}, errors.InvalidParameter, "one of"),
        ({"groups": {"A": "q"}}, errors.UnknownGroup, "'q'"),
        ({"table": jobs().assign(group=["X", "Y"])}, errors.UnknownGroup, "none of the scorecard's groups"),
        ({"table": jobs().drop(columns="numerator")}, errors.UnknownColumn, "numerator"),
    ],
)
def test_what_does_not_belong_is_refused(change, error, words):
    with pytest.raises(error, match=words):
        card(piece(**change))


def test_all_faults_come_together_and_nothing_is_changed():
    table = jobs()
    before = table.copy()
    with pytest.raises(errors.PlacemixError) as caught:
        card(piece(table=table, period="spring"), piece(area=""), piece(indicator="nothing"))
    assert all(f"evidence {place}" in str(caught.value) for place in (1, 2, 3))
    pd.testing.assert_frame_equal(table, before)
    with pytest.raises(errors.DuplicateUnit):
        card(piece(), piece())
    with pytest.raises(errors.DenominatorMismatch, match="universe"):
        card(piece(), piece(table=jobs().assign(group=["C", "B"]), universe="pupils"), groups={"A": "B", "C": "B"})
    for groups in ({}, "A", {"A": "A"}, {"everyone": "B"}):
        with pytest.raises(errors.InvalidParameter):
            O.scorecard("Town", 2021, groups, evidence=[])
    with pytest.raises(errors.InvalidParameter, match="one area"):
        O.scorecard(["Town", "City"], 2021, {"A": "B"}, evidence=[])


@pytest.mark.slow
def test_packs_are_verified(tmp_path):
    note = {"indicator": "politics-indicator-3", "text": "One of four", "source": "minutes", "date": 2021}
    held = {"party": {"indicators": ["politics-indicator-1"], "refused": "party alone"}}
    full = card(
        piece(),
        piece(area="England", indicator="housing-indicator-2", local={"x": 1, "y": 2}),
        notes=[note],
        holdings=held,
    )
    for place, found in enumerate((full, card())):
        assert pm.verify(found.save(tmp_path / f"{place}.zip")).same
    assert "Johnson" in full.cite()
