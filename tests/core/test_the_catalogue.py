"""The table of measures, the tree of errors, and the words of both."""

from __future__ import annotations

import inspect
import pickle
import re
import string

import pytest

import placemix as pm
from placemix import errors, indices
from placemix.registry import CITATIONS, MEASURES, asked, row, split_call

ROWS = list(MEASURES.values())
FIELDS = {"percent", "value", "focal", "against", "place", "threshold", "op", "share"}
NEVER = ("ghetto", "white flight", "problem area", "discriminat")


@pytest.mark.parametrize("measure", ROWS, ids=lambda item: item.name)
def test_a_row_is_whole(measure):
    assert getattr(indices, measure.function.__name__) is measure.function
    assert measure.label
    assert measure.symbol
    assert measure.question.endswith("?")
    assert measure.of.endswith(".")
    assert measure.formula
    assert measure.cites
    assert set(measure.cites) <= set(CITATIONS)
    assert re.fullmatch(r"[a-z_]+/\d+", measure.method)
    assert measure.highest is None or measure.highest > measure.lowest
    assert measure.sentence
    assert measure.sentence_many or measure.focal != "optional"
    for text in (measure.sentence, measure.sentence_many):
        assert {name for _, name, _, _ in string.Formatter().parse(text) if name} <= FIELDS
        assert not any(word in text.casefold() for word in NEVER)


@pytest.mark.parametrize("measure", ROWS, ids=lambda item: item.name)
def test_parameters_are_those_of_the_kernel(measure):
    takes = inspect.signature(measure.function).parameters
    own = {"counts", "surroundings", "focal", "against", "starts", "members", "part", "whole"}
    own |= {"weight", "pairs", "own", "outline", "area", "densities", "places", "distance"}
    assert set(takes) - own == set(measure.parameters) - ({"share"} if measure.call == "threshold" else set())
    for name, spec in measure.parameters.items():
        assert spec.allowed
        if name in takes and takes[name].default is not inspect.Parameter.empty:
            assert takes[name].default == spec.default
    # A mix is that of the people around where there are any: its kernel does not ask where they are.
    assert measure.spatial == (measure.call == "mix" or bool({"surroundings", "pairs", "densities"} & set(takes)))


@pytest.mark.parametrize("measure", ROWS, ids=lambda item: item.name)
def test_rows_point_at_rows(measure):
    for other in (measure.equals, measure.equals_with_two_groups, measure.replaced_by):
        assert not other or other in MEASURES
    assert bool(measure.replaced_by) == (measure.tier == "replication")
    assert asked(measure.name).row is measure
    assert asked(asked(measure.name).text).values == asked(measure.name).values


def test_the_list_of_measures():
    table = pm.catalogue()
    assert set(table["measure"]) == set(MEASURES)
    assert (table["tier"] == "recommended").sum() <= 10
    tiers = ["recommended", "specialist", "replication", "experimental"]
    assert list(dict.fromkeys(table["tier"])) == [tier for tier in tiers if tier in set(table["tier"])]
    assert table.set_index("measure").loc["atkinson", "parameters"] == "b=0.5 (above 0 and below 1)"


@pytest.mark.parametrize(
    ("text", "name", "values"),
    [
        ("gini", "gini", {}),
        ("atkinson(b=.9)", "atkinson", {"b": 0.9}),
        ("concentration_profile(threshold=0.9, share='not a b', op='>')", "concentration_profile",
         {"threshold": 0.9, "share": "not a b", "op": ">"}),
    ],
)  # fmt: skip
def test_how_a_measure_is_written(text, name, values):
    assert split_call(text) == (name, values)


@pytest.mark.parametrize(
    ("said", "meant"), [("xPx", "isolation"), ("Theil", "information_theory"), ("LQ", "location_quotient")]
)
def test_names_from_elsewhere_get_an_answer(said, meant):
    with pytest.raises(errors.UnknownMeasure, match=f"Did you mean '{meant}'"):
        row(said)


KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.PlacemixError) and not kind.__name__.startswith("_")
]
BUILTIN = (ValueError, TypeError, KeyError, OSError, ImportError)


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind is not errors.PlacemixError], ids=lambda kind: kind.__name__
)
def test_every_error_is_also_a_builtin_one_and_reads_the_same(kind):
    error = kind("Something is wrong.", units=["a", 2], remedy="Mend it.")
    assert isinstance(error, BUILTIN)
    assert str(error) == "Something is wrong. [a, 2] Remedy: Mend it."
    assert error.units == ("a", "2")
    back = pickle.loads(pickle.dumps(error))  # noqa: S301 (our own object)
    assert (type(back), str(back), back.units) == (kind, str(error), error.units)
    assert kind.__doc__
    assert not kind.__name__.endswith("Error")


def test_any_two_faults_can_be_raised_as_one():
    tables = [kind for kind in KINDS if issubclass(kind, errors.InvalidTable)]
    for first in tables:
        for second in tables:
            error = errors.together([first("One.", units=["u"]), second("Two.", units=["u", "v"])])
            assert isinstance(error, first)
            assert isinstance(error, second)
            assert error.units == ("u", "v")
            assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 (our own object)
    alone = errors.InvalidCounts("One.")
    assert errors.together([alone]) is alone


def test_warnings_are_user_warnings():
    assert issubclass(errors.IncompletePartition, errors.PlacemixWarning)
    assert issubclass(errors.PlacemixWarning, UserWarning)


def test_did_you_mean():
    assert errors.did_you_mean("ASAIN", ["asian", "white"]) == "Did you mean 'asian'?"
    assert not errors.did_you_mean("zzz", ["asian"])
    assert errors.listed(list("abcdefg")) == "a, b, c, d, e and 2 more"
