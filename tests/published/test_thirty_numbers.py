"""The pamphlet's thirty numbers: each call gives what another computation gave, or is refused with its reason."""

from __future__ import annotations

import importlib.util
import math
import re
import sys
from pathlib import Path

import pamphlet
import pytest
from pamphlet_tables import TABLES
from published import same

import placemix as pm

ROOT = Path(__file__).resolve().parents[2]
NUMBERS = pamphlet.numbers()
CASES = pytest.mark.parametrize("number", NUMBERS, ids=lambda number: f"{number.item:02d}")
#: Kinds as the list of methods has them; every other number is arithmetic.
RECOMPUTED, CIRCULAR, REFUSED = {1, 2, 3, 4, 9, 10, 24, 29, 30}, {15}, {8, 17, 18}


@pytest.fixture(scope="module")
def writer():
    spec = importlib.util.spec_from_file_location("docs_thirty_numbers", ROOT / "docs" / "thirty_numbers.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def text(writer):
    return writer.page(*writer.last_run())


def agrees(value, found):
    """Whether a value is what another source prints, to the digits printed there."""
    if isinstance(found, str) or math.isinf(found):
        return str(found) == value.expected
    return same(found, value.expected)


def of_kind(kind):
    return {number.item for number in NUMBERS if number.kind == kind}


def test_there_are_thirty_and_each_has_a_kind():
    assert [number.item for number in NUMBERS] == list(range(1, 31))
    assert of_kind("recomputed") == RECOMPUTED
    assert of_kind("circular") == CIRCULAR
    assert of_kind("refused") == REFUSED
    assert of_kind("arithmetic") == set(range(1, 31)) - RECOMPUTED - CIRCULAR - REFUSED


@CASES
def test_what_needs_no_data_is_what_another_source_prints(number):
    wrong = []
    for call, outcome in pamphlet.run(number, None):
        if call.raises is None:
            assert outcome.error is None, outcome.error
            assert outcome.warned == call.warns
        if not call.tables:
            wrong += [f"{value.what}: {found}" for value, found in outcome.values.items() if not agrees(value, found)]
    assert not wrong


@CASES
def test_what_is_refused_says_why(number):
    refused = [(call, outcome.error) for call, outcome in pamphlet.run(number, None) if call.raises]
    assert bool(refused) == (number.kind == "refused")
    for call, error in refused:
        assert isinstance(error, getattr(pm.errors, call.raises))
        assert call.says in str(error)


@CASES
def test_every_value_has_another_computation(number):
    """By another source in the table, or, where data are needed, in the test that recomputes them."""
    for call in number.calls:
        assert call.raises or call.name or call.values
        for value in call.values:
            assert value.expected is not None or call.tables, value.what
            assert (value.expected is None) or value.by or not value.form


@CASES
def test_every_number_calls_a_public_function(number):
    called = {name for call in number.calls for name in re.findall(r"\bpm\.([\w.]+)\(", call.code)}
    assert called
    for name in called:
        place = pm
        for part in name.split("."):
            assert part in place.__all__, name
            place = getattr(place, part)


@CASES
def test_data_are_named_where_and_only_where_numbers_are_recomputed(number):
    reads = {name for call in number.calls for name in call.tables}
    assert bool(number.year) == (number.kind == "recomputed")
    if number.kind == "recomputed":
        assert reads
    assert reads <= set(TABLES)


@CASES
def test_the_pamphlet_is_quoted_by_numbers_and_a_few_words(number):
    words = [word for word in re.findall(r"[^\W\d_]+", number.printed) if len(word) > 3]
    assert len(words) <= 12
    assert number.printed not in number.claim


# -- what the three that are refused leave open, and what is circular --------------------------------------------------


def test_seventeen_years_come_out_of_any_turnover_that_they_were_worked_back_from():
    """The circle: recruits worked back from 17 years give 17 years, whatever else is assumed."""
    for turnover in (0.02, 0.05, 0.09, 0.2):
        recruits = pm.outcomes.recruitment_for_parity(0.035, 0.07, turnover, 17)["recruited"].iloc[0]
        assert pm.outcomes.time_to_parity(0.035, 0.07, turnover, recruits)["years"].iloc[0] == pytest.approx(17)


def test_less_than_half_begins_at_a_base_of_831_in_10_000():
    fields = {"population": "x", "ages": "x", "pool": "x", "year": 2010, "source": "x"}
    for share, below in ((0.0830, False), (0.0831, True)):
        ratio = pm.outcomes.representation(27, 650, base={"share": share, **fields})["ratio"].iloc[0]
        assert (ratio < 0.5) == below


def test_no_ward_holds_what_the_sentence_needs_and_every_district_could():
    with pytest.raises(pm.errors.ImplausibleUnit, match="districts are often misnamed wards"):
        pm.plausible(0.67, 4_460_000, 88, largest=33_956)
    assert pm.plausible(0.67, 4_460_000, 88, largest=33_957) == pytest.approx(0.67 * 4_460_000 / 88)


# -- the page ----------------------------------------------------------------------------------------------------------


def test_the_page_is_current(writer, text):
    assert writer.PAGE.read_text(encoding="utf-8") == text, "run `python docs/thirty_numbers.py --write` and read it"


def test_the_page_counts_the_kinds_and_leaves_no_value_out(text):
    for kind in pamphlet.KINDS:
        assert f"| {kind} | {len(of_kind(kind))} |" in text
    assert not re.search(r"\{\d+\.\d+\}", text)
    for number in NUMBERS:
        assert f"\n## {number.item}. {number.title}\n" in text
        for call in number.calls:
            assert call.code in text


@pytest.mark.slow
def test_the_page_shows_every_stored_value(writer, text):
    stored, date = writer.last_run()
    sections = dict(re.findall(r"^## (\d+)\. (.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    values = {value.key: value for number in NUMBERS for call in number.calls for value in call.values}
    for key, found in stored.items():
        assert f"| {values[key].what} | {values[key].shown(found)} |" in sections[str(key[0])]
    assert writer.page({**stored, key: found + 1}, date) != text


def test_nothing_stored_is_left_over(writer):
    needed = {value.key for number in NUMBERS for call in number.calls if call.tables for value in call.values}
    assert set(writer.last_run()[0]) == needed
