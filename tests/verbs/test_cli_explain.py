"""The command that says what a measure is."""

from __future__ import annotations

import json
import re

import pytest

import placemix as pm
from placemix.cli import explaining
from placemix.cli.formulas import plain
from placemix.registry import MEASURES

NEVER = re.compile(r"\b(ghetto|white flight|problem area|discriminat)", re.IGNORECASE)


def test_it_says_all_that_the_catalogue_knows(run):
    code, out, err = run("explain", "dissimilarity")
    assert (code, err) == (0, "")
    for text in (
        "What share of a group would have to move",
        "From 0 to 1; a share.",
        "40 % of the group would have to move to be spread as another group is",
        "D = 1/2 Σᵢ |xᵢ/X - yᵢ/Y|",
        "two halves of a town and a checkerboard",
        "Cutting a unit into two parts of the same mix changes nothing.",
        "PySAL segregation 2.6.0",
        "doi:10.2307/2088328",
    ):
        assert text in re.sub(r"\s+", " ", out), text


def test_it_says_what_to_use_instead_and_what_is_the_same_number(run):
    out = run("explain", "squared_variation")[1]
    assert "use information_theory instead" in out
    assert "equal to correlation_ratio" in out
    assert "Always equal to local_information" in run("explain", "local_divergence")[1]


def test_parameters_and_needs_are_said(run):
    out = run("explain", "atkinson(b=0.9)")[1]
    assert "b: 0.5 unless told; above 0 and below 1" in out
    assert "no value without them" in run("explain", "morrill")[1]


@pytest.mark.parametrize(("said", "meant"), [("disimilarity", "dissimilarity"), ("xPx", "isolation")])
def test_a_name_that_is_none_gets_an_answer(run, said, meant):
    code, out, err = run("explain", said)
    assert (code, out) == (1, "")
    assert f"Did you mean '{meant}'?" in err
    assert "placemix measures --all" in err


def test_no_name_is_used_wrongly_and_help_has_examples(run):
    assert run("explain")[0] == 2
    out = run("explain", "--help")[1]
    assert "placemix explain atkinson --json" in out


def test_json_has_every_part(run):
    told = json.loads(run("explain", "gini", "--json")[1])
    assert told["measure"] == "gini"
    assert told["latex"] == MEASURES["gini"].formula
    assert told["holds"]["two groups"][0] == "scale"
    assert told["highest"] == 1
    assert json.loads(run("explain", "morrill", "--json")[1])["lowest"] is None


@pytest.mark.parametrize("name", list(MEASURES))
def test_every_measure_is_explained_in_plain_words(name):
    told = explaining.page(MEASURES[name])
    assert told["cannot_see"]
    assert told["elsewhere"]
    assert told["sources"]
    assert told["reads"]
    assert json.dumps(told, allow_nan=False)
    words = " ".join([told["cannot_see"], *told["elsewhere"], *told["reads"], *told["takes"]])
    assert not re.search(r"[`*]|\]\(|\{|\}", words)
    assert not NEVER.search(words)


@pytest.mark.parametrize("name", list(MEASURES))
def test_formulas_are_written_without_latex(name):
    text = plain(MEASURES[name].formula)
    assert not re.search(r"\\|\{|\}|\$| {3,}", text)
    assert text.count("(") == text.count(")")


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\frac{1}{2T}", "1/(2T)"),
        (r"\frac{x_i + 1}{Y}", "(xᵢ + 1)/Y"),
        (r"\sqrt{x} \geq \tilde\pi_{ix}^2", "√(x) ≥ π̃ᵢₓ²"),
        (r"G_i^* \, e^{-q}", "Gᵢ^* e^(-q)"),
        (r"a, \qquad b", "a,  b"),
    ],
)
def test_signs_of_a_formula(latex, text):
    assert plain(latex) == text


def test_a_dimension_is_listed_whole(run):
    _, out, _ = run("measures", "--dimension", "evenness")
    every = [name for name, row in MEASURES.items() if row.dimension == "evenness"]
    assert [name for name in every if name not in out] == []
    assert "isolation " not in out


def test_the_catalogue_says_what_a_measure_cannot_see():
    table = pm.catalogue().set_index("measure")
    assert table.loc["gorard", "cannot_see"].startswith("Whether a change is one of the spread")
