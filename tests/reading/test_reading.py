"""Every answer that readers are asked for stands on the page, and so does what guards against misreading it."""

from __future__ import annotations

import html
import re
import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ASKED = tomllib.loads((HERE / "questions.toml").read_text(encoding="utf-8"))
KINDS = {"cause", "discrimination", "individuals", "who should be housed", "a figure without its range"}


@pytest.fixture(scope="module")
def text(gm_page):
    page = re.sub(r"<style>.*?</style>", "", gm_page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def test_there_are_ten_questions_and_five_forbidden_conclusions():
    assert len(ASKED["question"]) == 10
    assert {one["kind"] for one in ASKED["forbidden"]} == KINDS
    assert all(one["answer"] and one["stands"] for one in ASKED["question"])


@pytest.mark.slow
@pytest.mark.data
@pytest.mark.parametrize(
    "one", [*ASKED["question"], *ASKED["forbidden"]], ids=lambda one: one.get("kind") or one["ask"][:40]
)
def test_what_a_reader_needs_stands_on_the_page(one, text):
    missing = [wanted for wanted in one["stands"] if wanted.casefold() not in text.casefold()]
    assert not missing


@pytest.mark.slow
@pytest.mark.data
def test_the_page_says_none_of_what_it_forbids(text):
    for one in ASKED["forbidden"]:
        assert one["claim"].casefold() not in text.casefold()
