"""Each measure's page: what it cannot see, two towns that it tells apart, counter-examples; which measure for what."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest

import placemix as pm
from placemix.registry import CLAIMS, MEASURES
from placemix.registry.blind import BLIND
from placemix.registry.elsewhere import DIFFERENT

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs"))

import find_towns  # noqa: E402
import own_words  # noqa: E402
import refuted  # noqa: E402
import town_pictures  # noqa: E402
import towns  # noqa: E402
from claims.checks import forms  # noqa: E402

NAMES = list(MEASURES)
WHICH = (ROOT / "docs" / "explain" / "which-measure.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("texts", "where"),
    [
        (BLIND, "placemix/registry/blind.py"),
        (DIFFERENT, "placemix/registry/elsewhere/"),
        (towns.pairs(), "docs/assets/towns.json: run `python docs/find_towns.py`"),
    ],
    ids=["blind", "elsewhere", "towns"],
)
def test_no_row_lacks_a_text_or_a_picture(texts, where):
    assert [name for name in NAMES if name not in texts] == [], where
    assert [name for name in texts if name not in MEASURES] == [], where


def test_what_a_measure_cannot_see_is_said_in_sentences():
    for name, text in BLIND.items():
        assert re.fullmatch(r"[A-Z].{30,420}\.", text), name


# -- two towns --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_two_towns_are_alike_in_what_is_held_and_not_in_the_measure(name):
    pair = towns.pairs()[name]
    assert pair.rule == towns.rule_of(MEASURES[name])
    for said, (first, second) in pair.common().items():
        if isinstance(first, float):
            assert first == pytest.approx(second, abs=1e-12), said
        else:
            assert first == second, said
    first, second = pair.values
    assert np.isfinite([first, second]).all()
    assert abs(first - second) > 0.1 * max(abs(first), abs(second))


def test_the_d_of_towns_is_that_of_the_library():
    for name in ("gini", "location_quotient", "gorard"):
        for town in towns.pairs()[name].towns:
            d = pm.estimate(towns.counted(town), "dissimilarity", focal="x").value
            assert towns.dissimilarity(town) == pytest.approx(d, abs=1e-12)
    for town in towns.pairs()["ordinal_information"].towns:
        d = pm.estimate(towns.counted(town), "dissimilarity").value
        assert towns.of_all(town) == pytest.approx(d, abs=1e-12)


def test_a_town_that_is_not_alike_is_noticed():
    pair = towns.pairs()["gini"]
    moved = pair.towns[1].copy()
    moved[0] += [-1, 1]
    first, second = towns.Pair("gini", pair.rule, (pair.towns[0], moved)).common()["people"]
    assert first != second


@pytest.mark.parametrize(
    "name",
    ["simpson", pytest.param("hutchens", marks=pytest.mark.slow), pytest.param("morrill", marks=pytest.mark.slow)],
)
def test_the_search_finds_the_stored_towns_again(name):
    for found, stored in zip(find_towns.search(name).towns, towns.pairs()[name].towns, strict=True):
        np.testing.assert_array_equal(found, stored)


@pytest.mark.parametrize("name", ["gini", "simpson", "ordinal_information", "extremes", "getis_ord"])
def test_a_picture_is_told_in_words_too(name):
    drawn = town_pictures.figure(towns.pairs()[name])
    assert drawn.count('role="img"') == 2
    told = re.findall(r'aria-label="([^"]+)"', drawn)
    for text, town in zip(told, towns.pairs()[name].towns, strict=True):
        said = [int(number) for number in re.findall(r"\d+", text)]
        assert set(town[:, 0].tolist()) <= set(said)
    assert len(drawn) < 20_000


# -- counter-examples --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_property_that_fails_has_a_counter_example_on_the_page(name):
    row = MEASURES[name]
    page = "\n".join(refuted.refutations(row))
    assert all(text in page for (_, of), text in own_words.own_words().items() if of == name)
    assert "As with two groups" not in page
    for claim, text in CLAIMS.items():
        fails = [
            form
            for form, groups, claimed in (("pair", 2, row.pair_claims), ("many", 3, row.claims))
            if claim not in claimed and forms(row, groups)
        ]
        # One example may serve both claims about transfers.
        texts = [
            refuted.TEXTS.get(claim, text),
            *([CLAIMS["transfers"]] if fails and claim == "transfers_weak" else []),
        ]
        shown = [said for said in texts if f"{said[0].lower()}{said[1:].removesuffix('.')}" in page]
        assert bool(shown) == bool(fails), claim


def test_a_counter_example_shows_the_numbers():
    (shown,) = [block for block in refuted.refutations(MEASURES["gorard"]) if "order of the groups" in block]
    assert "| 1 | 8 | 2 | 2 | 8 |" in shown
    # D = 0.8 - 0.5 = 0.3; times the others' share, 4/14 and 10/14.
    assert "Value: 0.086 before, 0.214 after." in shown


# -- pages -------------------------------------------------------------------------------------------


def test_which_measure_names_measures_that_exist():
    linked = re.findall(r"\[`([\w.]+)`\]\(\.\./measures/(\w+)\.md\)", WHICH)
    assert len(linked) > 20
    assert all(shown == name and name in MEASURES for shown, name in linked)
    # Whatever else is linked among the measures is a measure, and names without a link are not measures.
    assert set(re.findall(r"measures/(\w+)\.md", WHICH)) <= {*MEASURES, "index"}
    table = [line for line in WHICH.splitlines() if line.startswith("| ")]
    plain = {name for line in table for name in re.findall(r"(?<!\[)`(\w+)`", line)}
    assert not plain & set(MEASURES)


def test_which_measure_answers_every_question():
    first = [line.split("|")[1].strip() for line in WHICH.splitlines() if line.startswith("| ")]
    assert sum(text.endswith("?") for text in first) >= 20
    recommended = {name for name, row in MEASURES.items() if row.tier == "recommended"}
    assert {name for name in recommended if f"measures/{name}.md" not in WHICH} == set()


def test_towns_are_stored_in_the_order_of_the_catalogue():
    stored = list(json.loads(towns.STORED.read_text("utf-8"))["pairs"])
    assert stored == [name for name in NAMES if name in stored]
