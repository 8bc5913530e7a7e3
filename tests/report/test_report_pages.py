"""A page is one file, loads nothing, escapes everything, and gives each figure its words and its table."""

from __future__ import annotations

import re
from itertools import pairwise

import pandas as pd
import pytest

import placemix as pm
from placemix.errors import InvalidParameter

WORDS = re.compile(
    r"ghetto|white flight|discriminat|problem area|\bcause[sd]?\b|\beffects?\b|enclaves? are", re.IGNORECASE
)


def test_sentences_frames_and_estimates_make_a_page(homes, read):
    result = pm.measure(homes, ["dissimilarity", "isolation"], focal="asian", by="district")
    html = pm.report.page(
        [("Frame", result), ("Words", ["One sentence.", "Another."]), ("Estimates", result.estimates())], title="A page"
    )
    page = read(html)
    assert "0.6" in page.text
    assert "One sentence." in page.text
    assert "would have to move" in page.text
    assert len(page.named("table")) == 2


def test_what_a_page_cannot_show_is_refused():
    with pytest.raises(InvalidParameter, match="shows no set"):
        pm.report.page([("Odd", [{1, 2}])], title="A page")


def test_a_page_is_written_whole(homes, tmp_path):
    result = pm.measure(homes, "dissimilarity", focal="asian")
    path = pm.report.page([("Frame", result)], title="A page", out=tmp_path / "deep" / "page.html")
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [item.name for item in path.parent.iterdir()] == ["page.html"]


def test_the_page_loads_nothing(whole_page, read):
    page = read(whole_page)
    assert page.loads
    assert all(load.startswith(("data:", "#")) for load in page.loads)
    assert not re.search(r"@import|url\(", whole_page)
    assert not page.named("script")


@pytest.mark.slow
def test_the_same_counts_give_the_same_page(homes):
    pages = {pm.report.of_counts({"Ethnic group": homes}, title="A", focal="asian", by="district") for _ in range(2)}
    assert len(pages) == 1


@pytest.fixture(scope="module")
def nasty_page(areas):
    """Give a page where every text that comes from the data would run a script of its own."""

    def nasty(where):
        return f"<script>alert('{where}')</script>"

    ids = [nasty("unit"), *"BCDEF"]
    frame = pd.DataFrame(
        {
            "area": ids,
            nasty("group"): [80, 20, 0, 20, 30, 0],
            "y": [20, 80, 100, 80, 60, 0],
            "district": [nasty("stratum")] * 3 + ["south"] * 3,
        }
    )
    counts = pm.from_wide(
        frame, groups=[nasty("group"), "y"], unit="area", strata="district", about={"source": nasty("source")}
    )
    return pm.report.of_counts(
        {nasty("dimension"): counts},
        title=nasty("title"),
        place=nasty("place"),
        focal=nasty("group"),
        against="y",
        by="district",
        condition=pd.Series([0.4, 0.2, 0.1, 0.2, 0.3, 0.1], index=ids, name=nasty("condition")),
        before=counts,
        areas=areas.assign(id=ids).set_index("id"),
    )


@pytest.mark.parametrize("where", ["group", "stratum", "title", "dimension", "source", "condition", "place"])
def test_every_text_from_the_data_is_escaped(where, nasty_page):
    assert f"&lt;script&gt;alert(&#39;{where}&#39;)&lt;/script&gt;" in nasty_page


def test_no_text_from_the_data_runs(nasty_page):
    assert "<script" not in nasty_page
    assert "alert('" not in nasty_page


def test_every_figure_has_words_and_numbers(whole_page, read):
    page = read(whole_page)
    images = page.named("img")
    assert len(images) >= 8
    assert all(len(image["alt"] or "") > 60 for image in images)
    figures = re.findall(r"<figure.*?</figure>", whole_page, flags=re.DOTALL)
    assert len(figures) == len(images)
    for figure in figures:
        assert re.search(r"<figcaption>.{40,}</figcaption>", figure, flags=re.DOTALL)
        assert "<details>" in figure
        assert "<table>" in figure


def test_every_table_has_a_caption_and_headings(whole_page, read):
    page = read(whole_page)
    tables = len(page.named("table"))
    assert len(page.named("caption")) == tables
    scopes = [head.get("scope") for head in page.named("th")]
    assert set(scopes) == {"col", "row"}


def test_headings_do_not_skip_a_level(whole_page, read):
    levels = [int(tag[1]) for tag, _ in read(whole_page).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_ids_are_unique_and_links_lead_somewhere(whole_page, read):
    page = read(whole_page)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert all(load[1:] in ids for load in page.loads if load.startswith("#"))


def test_the_words_claim_no_more_than_the_numbers_do(whole_page, read):
    text = read(whole_page).text
    references = text.index("Methods and references")
    assert not WORDS.search(text[text.index("Six areas") : text.rindex("Methods and references", references)])
    assert "asian residents are" not in text.casefold()


@pytest.mark.slow
def test_the_synthetic_is_called_so(read):
    homes = pm.from_wide(
        pd.DataFrame({"a": ["1", "2"], "x": [1, 9], "y": [8, 2]}),
        groups=["x", "y"],
        unit="a",
        about={"synthetic": True},
    )
    text = read(pm.report.of_counts({"Group": homes}, title="T")).text
    assert "these people and places are invented" in text
