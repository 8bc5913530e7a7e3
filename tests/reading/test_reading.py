"""Every answer that readers are asked for stands on the page, and so does what guards against misreading it."""

from __future__ import annotations

import html
import re
import tomllib
from functools import lru_cache
from pathlib import Path

import pytest

import placemix as pm

HERE = Path(__file__).resolve().parent
EXAMPLE = HERE.parents[1] / "examples" / "greater_manchester" / "scorecard.toml"
KINDS = {
    "questions": {"cause", "discrimination", "individuals", "who should be housed", "a figure without its range"},
    "scorecard": {"cause", "discrimination", "individuals", "the nation's number as the area's", "one figure"},
}
ASKED = {name: tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8")) for name in KINDS}
EVERY = [
    pytest.param(name, one, id=f"{name}: {one.get('kind') or one['ask'][:40]}")
    for name, asked in ASKED.items()
    for one in (*asked["question"], *asked["forbidden"])
]


@lru_cache
def said(page: str) -> str:
    """What a reader sees of a page, with every space alike."""
    page = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


@pytest.fixture(scope="module")
def pages(request):
    """Pages, each made when it is first asked for."""
    made: dict[str, str] = {}

    def text(name: str) -> str:
        if name not in made and name == "questions":
            made[name] = request.getfixturevalue("gm_page").read_text(encoding="utf-8")
        elif name not in made:
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("PLACEMIX_DATA", str(request.getfixturevalue("data_root")))
                made[name] = str(pm.report.of_scorecard(pm.outcomes.read_scorecard(EXAMPLE)))
        return made[name]

    return text


@pytest.mark.parametrize("name", KINDS)
def test_there_are_ten_questions_and_five_forbidden_conclusions(name):
    assert len(ASKED[name]["question"]) == 10
    assert {one["kind"] for one in ASKED[name]["forbidden"]} == KINDS[name]
    assert all(one["answer"] and one["stands"] for one in ASKED[name]["question"])


@pytest.mark.slow
@pytest.mark.data
@pytest.mark.parametrize(("name", "one"), EVERY)
def test_what_a_reader_needs_stands_on_the_page(name, one, pages):
    missing = [wanted for wanted in one["stands"] if wanted.casefold() not in said(pages(name)).casefold()]
    assert not missing


@pytest.mark.slow
@pytest.mark.data
@pytest.mark.parametrize("name", KINDS)
def test_the_page_says_none_of_what_it_forbids(name, pages):
    for one in ASKED[name]["forbidden"]:
        assert one["claim"].casefold() not in said(pages(name)).casefold()


@pytest.mark.slow
@pytest.mark.data
def test_sentences_of_the_scorecard_are_short(pages):
    told = [said(one) for one in re.findall(r"<(?:p|li)[ >].*?</(?:p|li)>", pages("scorecard"), re.DOTALL)]
    parts = [part for one in told for part in re.split(r"(?<=[.:;])\s+", one.strip()) if part]
    lengths = sorted(len(part.split()) for part in parts)
    assert len(lengths) > 100
    assert lengths[len(lengths) // 2] <= 12
    assert lengths[int(0.95 * len(lengths))] <= 25
    assert lengths[-1] <= 40
