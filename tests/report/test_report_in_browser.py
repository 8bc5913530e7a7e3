"""The page in headless Chromium: nothing leaves, nothing fails, everyone can read it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

import placemix as pm

pytestmark = [pytest.mark.browser]

IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES = {"desktop": (1280, 900), "phone": (360, 740)}


def _absent(reason: str) -> None:
    if IN_CI:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def chromium():
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        _absent("no chromium on this machine")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _absent("playwright is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def axe() -> str:
    try:
        import axe_playwright_python
    except ImportError:
        _absent("axe-playwright-python, which carries axe-core, is not installed")
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def _opened(browser, path, size="desktop"):
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height})
    page.heard = {"requests": [], "said": []}
    page.on("request", lambda request: page.heard["requests"].append(request.url))
    page.on("console", lambda message: page.heard["said"].append(message.text))
    page.on("pageerror", lambda error: page.heard["said"].append(str(error)))
    page.goto(path.as_uri())
    return page


def _violations(page, axe):
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    page.add_script_tag(content=axe)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert found["passes"]
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in found["violations"]]


@pytest.fixture
def small(whole_page, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(whole_page, encoding="utf-8")
    return path


@pytest.mark.parametrize("size", list(SIZES))
def test_nothing_leaves_and_nothing_fails(chromium, small, size):
    page = _opened(chromium, small, size)
    assert [url for url in page.heard["requests"] if not url.startswith("data:")] == [small.as_uri()]
    assert page.heard["said"] == []
    assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.close()


@pytest.mark.parametrize("size", [pytest.param("desktop", marks=pytest.mark.slow), "phone"])
def test_everyone_can_read_it(chromium, small, axe, size):
    page = _opened(chromium, small, size)
    assert _violations(page, axe) == []
    page.close()


@pytest.mark.slow
@pytest.mark.parametrize("size", list(SIZES))
def test_types_and_their_change(chromium, homes, earlier, tenure, areas, axe, tmp_path, size):
    rules = {"scheme": "PJF2001", "reference": "white"}
    types = [pm.typology.classify(counts, **rules) for counts in (earlier, homes)]
    data, sections = {"Ethnic group": homes, "Tenure": tenure}, pm.report.sections
    body = [
        sections.change_of_types(
            pm.typology.transitions(earlier, homes, by="district", **rules), before=types[0], after=types[1],
            areas=pm.report.Areas(shapes=areas, unit="id"), dates=("2011", "2021"),
        ),
        sections.strong_characteristics(pm.typology.objective(data), pm.typology.characteristics(data)),
        sections.types_of_places(types[1]),
    ]  # fmt: skip
    page = _opened(chromium, pm.report.page(body, title="Types", out=tmp_path / "types.html"), size)
    assert page.heard["said"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
    # Two dates stand beside each other where there is room, and below each other on a phone.
    tops = page.evaluate("[...document.querySelectorAll('.pair img')].map(image => image.getBoundingClientRect().top)")
    assert (tops[0] == tops[1]) == (size == "desktop")
    assert _violations(page, axe) == []
    page.close()


def test_folded_tables_are_printed(chromium, small):
    page = _opened(chromium, small)
    page.emulate_media(media="print")
    hidden = page.evaluate(
        "[...document.querySelectorAll('details table')].filter(t => t.getClientRects().length === 0).length"
    )
    assert hidden == 0
    page.close()


@pytest.mark.slow
@pytest.mark.data
@pytest.mark.parametrize("size", list(SIZES))
def test_the_report_on_greater_manchester(chromium, gm_page, axe, size):
    page = _opened(chromium, gm_page, size)
    assert [url for url in page.heard["requests"] if not url.startswith("data:")] == [gm_page.as_uri()]
    assert page.heard["said"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert _violations(page, axe) == []
    page.close()
