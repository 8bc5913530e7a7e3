"""The page of a scorecard: its headings, its numbers, its gaps, and that everyone can read it."""

from __future__ import annotations

import base64
import os
import re
import shutil
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import placemix as pm
from placemix import errors
from placemix.report.scorecards import drawing, parts, scaling, tenets

ABOUT = {"area": "Town", "period": "2021", "universe": "people", "source": "a survey"}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}


@pytest.fixture(scope="module")
def card():
    table = pd.DataFrame({"group": ["A", "B"], "numerator": [31, 38], "denominator": [47, 48]})
    hidden = pm.outcomes.compare_groups(table, "risk_ratio", focal="A", against="B").assign(
        value=float("nan"), lower=0.4, upper=0.8, interval_method="bounds:suppressed", reason="suppressed"
    )
    homes = pd.DataFrame({"unit": ["u", "u", "v", "v"], "group": ["A", "B"] * 2, "people": [8, 2, 2, 8]})
    evidence = [
        {"indicator": "work-indicator-1", "table": table, **ABOUT},
        {"indicator": "housing-indicator-2", "result": hidden, **ABOUT},
        {"indicator": "housing-indicator-3", "table": homes, "perturbed": (0.3, 0.4), **ABOUT},
        {"indicator": "justice-indicator-1", "table": table, "proxy": "fear of crime", **ABOUT},
        {
            "indicator": "education-indicator-1", "table": table, **ABOUT, "area": "England",
            "local": {"x": 0.5, "y": 0.9, "z": 1.4}, "local_here": "y",
        },
        {
            "indicator": "work-indicator-2", "table": pd.DataFrame({"group": ["A", "B"], "rate": [9.0, 12.0]}), **ABOUT,
            "area": "England", "measure": "pay_gap", "local": {"x": 42, "y": 60}, "local_per": 100, "local_in": "share",
            "local_what": "share of everyone who is paid by the hour", "what": "pay <an hour>", "synthetic": True,
        },
    ]  # fmt: skip
    note = {"indicator": "politics-indicator-3", "text": "One chair of four", "source": "minutes", "date": "2021-05-01"}
    return pm.outcomes.scorecard("Town", "2021", {"A": "B", "C": "B"}, evidence=evidence, notes=[note])


@pytest.fixture(scope="module")
def html(card):
    return pm.report.of_scorecard(card, published_by="Town council")


def test_headings_and_sentences(html, read):
    page = read(html)
    headings = re.findall(r"<h2[^>]*>(.*?)</h2>", html, re.DOTALL)
    assert [re.sub(r"<[^>]+>", "", one).strip() for one in headings][1:] == [
        "Where the evidence is", "How to read the figures", "Equality", "Interaction", "Participation",
        "Safety and trust", "What is missing", "Notes", "What is known of each indicator", "Sources",
    ]  # fmt: skip
    assert (
        "Of 25 indicators 2 have a number, 1 only a proxy, 1 one that is undefined, 2 one of the nation alone; "
        "19 have none." in page.text
    )
    assert "Work: nothing is known of participation and interaction." in page.text
    assert "Education: only figures of the nation are known of equality." in page.text
    # An invented place says so, and what stands in the data is escaped.
    assert "invented" in page.text
    assert "<an hour>" not in html
    assert "One chair of four. (minutes, 2021-05-01)" in page.text
    assert "Town council" in page.text
    assert not any(word in page.text.casefold() for word in ("discriminat", "overall score", "composite"))


def test_numbers_are_those_of_the_table(card, html, read):
    text = read(html).text
    for row in card[card["presence"].isin(["number", "proxy"])].to_dict("records"):
        scale = scaling.scale_of(row["measured_in"])
        assert f"{row['group']} beside {row['comparator']} {scaling.written(row['value'], scale)}" in text
    value = (31 / 47) / (38 / 48)
    assert f"{value:.2f} times" in text
    assert "32.0 %" in text  # 0.8 × 0.2 + 0.2 × 0.8
    # Katz: 0.833 times and over e to the 1.96 × 0.128.
    assert "95 % sampling range 0.65 times to 1.07 times; of 47" in text


def test_the_nation_stands_apart(card, html, read):
    text = read(html).text
    here, _, nation = text.partition("Of a whole nation, which is not this area, with what is known of local areas:")
    assert "England as a whole" not in here.rpartition("In words, of this area:")[2]
    # 9 beside 12 an hour is a quarter less.
    assert "pay <an hour>; England as a whole, 2021). Pay of those compared with" in nation
    assert "A beside B 25.0 % less" in nation
    assert "Share of everyone who is paid by the hour: from 42.0 % to 60.0 % in 2 areas, the middle at 51.0 %" in nation
    assert "from 0.5 to 1.4 in 3 areas, the middle at 0.9, y at 0.9" in nation
    # It fills no gap: the cell of the area is still there, and says that the nation alone is known.
    cells = card[(card["indicator"] == "work-indicator-2") & (card["group"] == "A")]
    assert cells["presence"].tolist() == ["missing", "number"]
    assert cells["missing"].tolist()[0] == "national only"
    assert "England, 2021" in cells["reason"].iloc[0]
    table = tenets.numbers(card[card["tenet"] == "equality"], "equality")
    assert {row[1] for row in table.rows} == {"this area", "England as a whole"}


def test_gaps_are_shown(card, html, read):
    text = read(html).text
    gaps = card[card["presence"] == "missing"]
    assert len(gaps) > 0.8 * len(card)
    for name in set(gaps["missing"]):
        assert name in text
    section = parts.gaps(card).items[1]
    told = {row[0].split(": ", 1)[1] for row in section.rows}
    assert told == set(gaps["wording"])


def test_pictures_have_words_and_one_width(card, html, read):
    pictures = read(html).named("img")
    domains = card.drop_duplicates(["tenet", "domain"])
    assert len(pictures) == len(domains) + 1
    assert all(picture["alt"] for picture in pictures)
    widths = {Image.open(BytesIO(picture_of(one["src"]))).size[0] for one in pictures}
    assert len(widths) == 1
    work = card[card["domain"] == "Work"]
    assert drawing.picture(work) == drawing.picture(work)


def picture_of(source: str) -> bytes:
    return base64.b64decode(source.partition("base64,")[2])


def test_a_word_file_and_refusals(card, tmp_path):
    part = card[card["domain"] == "Work"]
    out = pm.report.of_scorecard(part, out=tmp_path / "card.docx")
    with zipfile.ZipFile(out) as archive:
        said = archive.read("word/document.xml").decode("utf-8")
    assert "What is missing" in said
    assert "invented" in said
    with pytest.raises(errors.InvalidParameter, match="docx"):
        pm.report.of_scorecard(part, out=tmp_path / "card.pdf")
    with pytest.raises(errors.InvalidTable, match="no scorecard"):
        pm.report.of_scorecard(card.drop(columns="tenet"))


def test_a_card_without_any_number():
    card = pm.outcomes.scorecard("Town", 2021, ["A"], evidence=[])
    html = pm.report.of_scorecard(card[card["domain"] == "Work"])
    assert "Of 4 indicators 0 have a number" in html
    assert "invented" not in html


def test_axes_hold_what_is_drawn(card):
    for _, part in card[card["presence"] != "missing"].groupby("indicator"):
        scale = scaling.scale_of(part["measured_in"].iloc[0])
        numbers = part[["value", "lower", "upper"]].to_numpy(dtype=float).ravel()
        low, high = scaling.ends(numbers, scale)
        assert low <= np.nanmin(numbers)
        assert np.nanmax(numbers) <= high
        assert len(scaling.ticks(low, high, logs=scaling.on_logs(numbers, scale))) >= 2


def _absent(reason: str) -> None:
    if IN_CI:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.mark.slow
@pytest.mark.browser
def test_everyone_can_read_it(html, tmp_path):
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        _absent("no chromium on this machine")
    try:
        import axe_playwright_python
        from playwright.sync_api import sync_playwright
    except ImportError:
        _absent("playwright or axe-playwright-python is not installed")
    file = tmp_path / "card.html"
    file.write_text(html, encoding="utf-8")
    axe = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(file.as_uri())
        assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
        page.add_script_tag(content=axe)
        faults = []
        for width, height in ((1280, 900), (360, 740)):
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
            found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
            assert found["passes"]
            faults += [f"{fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in found["violations"]]
        browser.close()
    assert said == []
    assert faults == []


def test_gaps_of_one_reason_are_one_row_that_names_all_their_groups(card):
    rows = card[card["tenet"] == "equality"]
    found = tenets.numbers(rows, "equality")
    gaps = [row for row in found.rows if row[0].startswith("Work: ") and row[1] == "this area"]
    named = {row[0].removeprefix("Work: "): (row[2], row[3], row[4]) for row in gaps}
    assert named["Average pay rates for different groups in society"] == ("C", "B", "other groups only")
    once = [row[0] for row in found.rows if row[4] == "no source"]
    assert len(once) == len(set(once)) > 0
    assert {row[2] for row in found.rows if row[4] == "no source"} == {"all"}
    drawn = rows[rows["presence"] != "missing"]
    assert len(found.rows) == len(drawn) + len(rows[rows["presence"] == "missing"].groupby(["indicator", "missing"]))


def test_a_picture_says_that_its_numbers_stand_in_for_something():
    rows = [{"presence": "proxy"}, {"presence": "missing"}]
    assert drawing._of_what("Town, 2021", "pupils", rows) == "Town, 2021: pupils, a proxy"
    assert drawing._of_what("Town, 2021", None, rows) == "Town, 2021: a proxy"
    assert drawing._of_what("Town, 2021", None, rows[1:]) == "Town, 2021"
