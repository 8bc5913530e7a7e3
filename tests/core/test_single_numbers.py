"""Estimate and Result: a number with what it takes to be understood, there and back again."""

from __future__ import annotations

import json
import math

import pandas as pd
import pytest

import placemix as pm
from placemix import errors
from placemix.registry import CITATIONS, MEASURES


@pytest.fixture
def homes() -> pm.Counts:
    frame = pd.DataFrame(
        {
            "area": list("ABCDEF"),
            "asian": [80, 20, 0, 20, 4, 0],
            "white": [20, 80, 100, 80, 6, 3],
            "town": list("ppppqr"),
        }
    ).assign(town=list("ppppqr"))
    return pm.from_wide(frame, groups=["asian", "white"], unit="area", strata="town")


def all_rows(homes: pm.Counts) -> pd.DataFrame:
    calls = {"groups", "meeting", "mix", "threshold", "surface"}
    names = [row.name for row in MEASURES.values() if row.call in calls and not row.needs_around and not row.needs]
    return pm.measure(homes, names, focal="each", by="town", chance="binomial")


def test_every_row_goes_there_and_back(homes):
    result = all_rows(homes)
    estimates = pm.estimates(result)
    assert len(estimates) == len(result)
    assert any(math.isnan(estimate.value) for estimate in estimates)
    for estimate in estimates:
        text = estimate.to_json()
        assert "NaN" not in text
        back = pm.Estimate.from_dict(json.loads(text))
        assert back == estimate
        assert hash(back) == hash(estimate)
        assert json.loads(text)["value"] is None or float(back) == estimate.value
    assert len(set(estimates)) == len(estimates)


def test_an_undefined_value_is_null_beside_its_reason(homes):
    row = pm.measure(homes, "dissimilarity", focal="asian", by="town").iloc[1]
    estimate = pm.Estimate.from_row(row)
    data = json.loads(estimate.to_json())
    assert data["value"] is None
    assert data["reason"] == "one_unit"
    assert math.isnan(pm.Estimate.from_dict(data).value)
    assert estimate.explain() == (
        "Dissimilarity is undefined for q: it has only one unit with people, and a spread needs two."
    )


def test_estimates_differ_where_anything_does(homes):
    one = pm.estimate(homes, "dissimilarity", focal="asian")
    assert one != pm.estimate(homes, "dissimilarity", focal="white")
    assert one != pm.estimate(homes, "gini", focal="asian")
    assert one != 0.5952
    assert one.place == {}
    assert one.comparator == "rest"


def test_comparators(homes):
    named = pm.estimate(homes, "exposure", focal="asian", against="white")
    assert named.comparator == "white"
    assert pm.estimate(homes, "information_theory").comparator.startswith("none: ")
    assert pm.estimate(homes, "shannon").comparator == "none: a diversity describes one mix"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"denominator": math.nan}, "denominator"),
        ({"comparator": ""}, "comparator"),
        ({"value": math.nan}, "reason"),
    ],
)
def test_a_number_without_its_context_cannot_be_built(changes, words):
    doubt = pm.Uncertainty("none", "complete_count")
    whole = {"value": 0.5, "measure": "dissimilarity", "denominator": 10.0, "comparator": "rest", "unit": "share",
             "method": "dissimilarity/1", "uncertainty": doubt}  # fmt: skip
    assert pm.Estimate(**whole).value == 0.5
    with pytest.raises(errors.IncompleteEstimate, match=words):
        pm.Estimate(**{**whole, **changes})
    with pytest.raises(AttributeError):
        pm.Estimate(**whole).value = 0.6


def test_every_row_can_be_said_and_cited(homes):
    for estimate in pm.estimates(all_rows(homes)):
        sentence = estimate.explain()
        assert sentence.endswith(".")
        assert "{" not in sentence
        assert "None" not in sentence
        assert "nan" not in sentence.split()
        assert estimate.cite().splitlines()[-1].endswith(f"Version {pm.__version__}.")
        assert estimate.cite("bibtex").count("@") == len(estimate.asked.row.cites) + 1
        assert estimate.method in estimate.cite("bibtex")


def test_a_sentence(homes):
    text = pm.estimate(homes.take(homes.strata["town"].to_numpy() == "p"), "isolation", focal="asian").explain()
    assert "60.0 %" in text
    assert "asian" in text


def test_a_result_says_and_cites_all_of_its_rows(homes):
    result = pm.measure(homes, ["dissimilarity", "isolation"], focal="asian", by="town")
    assert len(result.explain().splitlines()) == 6
    text = result.cite()
    for key in {*MEASURES["dissimilarity"].cites, *MEASURES["isolation"].cites}:
        assert CITATIONS[key].text() in text
    assert isinstance(result.head(2), pm.Result)
    assert len(result.estimates()) == 6


def test_slices_remember_their_call_and_other_frames_do_not(homes, tmp_path):
    result = pm.measure(homes, ["dissimilarity", "isolation"], focal="asian", by="town")
    part = result[result["measure"] == "isolation"].sort_values("value")
    assert part.save(tmp_path / "part.pack").exists()
    with pytest.raises(errors.InvalidPack, match="no longer knows"):
        pm.Result(pd.DataFrame(result)).save(tmp_path / "other.pack")
    assert not (tmp_path / "other.pack").exists()


def test_what_is_saved_verifies(homes, tmp_path):
    path = all_rows(homes).save(tmp_path / "all.pack")
    found = pm.verify(path)
    assert found.same
    assert found.values > 100


def test_what_is_saved_without_its_counts_asks_for_them(homes, tmp_path):
    path = pm.measure(homes, "gini", focal="asian").save(tmp_path / "hash.pack", inputs=False)
    with pytest.raises(errors.InvalidPack):
        pm.verify(path)
    assert pm.verify(path, counts=homes).same
    with pytest.raises(errors.InvalidPack):
        pm.verify(path, counts=homes.take(homes.total > 5))
