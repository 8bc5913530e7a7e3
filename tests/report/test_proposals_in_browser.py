"""Pages of checks in headless Chromium: everyone can read them, and they print on two sheets."""

from __future__ import annotations

import re

import checked_town
import pytest
from test_proposals_by_hand import hostile  # noqa: F401
from test_report_in_browser import _violations, axe, chromium  # noqa: F401

import placemix as pm

pytestmark = [pytest.mark.browser]

WIDE, PHONE = 1100, 390
#: Width of the printed part of an A4 sheet, in pixels of CSS: 210 mm less margins of 13 mm.
SHEET = 695
KINDS = ["single", "plan", "hostile"]
#: Points of every text that is seen, with the text.
SIZES = """() => {
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim(), of = walk.currentNode.parentElement;
    if (text && of.getClientRects().length && of.closest('.skip') === null) {
      found.push([parseFloat(getComputedStyle(of).fontSize) * 0.75, text.slice(0, 60)]);
    }
  }
  return found;
}"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory, hostile):  # noqa: F811
    folder = tmp_path_factory.mktemp("pages")
    texts = {"single": checked_town.html_of("single"), "plan": checked_town.html_of("plan")}
    texts["hostile"] = pm.report.of_check(hostile)
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in texts}


@pytest.fixture(params=KINDS)
def opened(chromium, pages, request):  # noqa: F811
    def _opened(width):
        page = chromium.new_page(viewport={"width": width, "height": 900})
        page.heard = []
        page.on("request", lambda one: page.heard.append(one.url))
        page.on("console", lambda one: page.heard.append(one.text))
        page.on("pageerror", lambda one: page.heard.append(str(one)))
        page.goto(pages[request.param].as_uri())
        made.append(page)
        return page

    made = []
    yield _opened
    for page in made:
        page.close()


@pytest.mark.parametrize("width", [pytest.param(WIDE, marks=pytest.mark.slow), PHONE])
def test_everyone_can_read_it(opened, axe, width):  # noqa: F811
    page = opened(width)
    assert [one for one in page.heard if not one.startswith(("data:", "file:"))] == []
    assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert _violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width  # with everything opened, too


def test_a_phone_scrolls_tables_and_nothing_else(opened):
    page = opened(PHONE)
    beyond = page.evaluate(
        """width => [...document.querySelectorAll('main *')].filter(one =>
        !one.closest('.scroll') && one.getBoundingClientRect().right > width + 0.5).map(one => one.outerHTML)""",
        PHONE,
    )
    assert beyond == []


def test_it_prints_on_two_sheets_that_can_be_read(opened):
    page = opened(SHEET)
    sheets = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", sheets)) <= 2
    (box,) = set(re.findall(rb"/MediaBox\s*\[([^\]]+)\]", sheets))
    assert [round(float(one)) for one in box.split()] == [0, 0, 595, 842]  # A4 upright, in points
    page.emulate_media(media="print")
    # What is wider than the sheet would be printed smaller.
    assert page.evaluate("document.documentElement.scrollWidth") <= SHEET
    sizes = page.evaluate(SIZES)
    assert len(sizes) > 100
    assert min(sizes)[0] >= 7, min(sizes)


def test_no_text_stands_on_another_in_print(opened):
    page = opened(SHEET)
    page.emulate_media(media="print")
    on_the_map = page.evaluate("""() => {
      const map = document.querySelector('figure:not(.wide)').getBoundingClientRect();
      const found = [], range = document.createRange();
      const walk = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) {
        range.selectNodeContents(walk.currentNode);
        const over = [...range.getClientRects()].some(at => at.right > map.left + 1 && at.left < map.right
            && at.bottom > map.top + 1 && at.top < map.bottom - 1);
        if (over && walk.currentNode.textContent.trim() && !walk.currentNode.parentElement.closest('figure')) {
          found.push(walk.currentNode.textContent);
        }
      }
      return found;
    }""")
    assert on_the_map == []
