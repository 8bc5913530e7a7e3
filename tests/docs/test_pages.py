"""The generated pages are complete and right, and the site needs no network."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import placemix as pm
from placemix import surroundings
from placemix.registry import CLAIMS, MEASURES
from placemix.registry.blind import BLIND

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs"))

import by_hand  # noqa: E402
import generate  # noqa: E402
import other_packages  # noqa: E402

NEVER = re.compile(r"\b(ghetto|white flight|problem area|discriminat)", re.IGNORECASE)


@pytest.fixture(scope="module")
def pages():
    return generate.pages()


@pytest.fixture(scope="module")
def toyville():
    table = pd.DataFrame({"unit": by_hand.UNITS, "x": by_hand.GROUP, "y": by_hand.REST})
    strips = [shapely.box(start, 0, end, 1) for start, end in by_hand.STRIPS]
    return pm.from_wide(gpd.GeoDataFrame(table, geometry=strips), groups=["x", "y"], unit="unit", crs="planar")


@pytest.fixture(scope="module")
def bands():
    high = [rest - middle for rest, middle in zip(by_hand.REST, by_hand.MIDDLE, strict=True)]
    table = pd.DataFrame({"unit": by_hand.UNITS, "low": by_hand.GROUP, "middle": by_hand.MIDDLE, "high": high})
    return pm.from_wide(table, groups=["low", "middle", "high"], unit="unit")


def near(town, working):
    """The surroundings that a working takes for granted."""
    return {
        "": lambda: None,
        "bands": lambda: None,
        "road": lambda: None,
        "land": lambda: None,
        "proximity": lambda: surroundings.proximity(town, decay_length=1),
        "contiguity": lambda: surroundings.contiguity(town, rule="rook"),
        "shared_boundary": lambda: surroundings.shared_boundary(town),
    }[working.near]()


def test_every_measure_has_a_page_a_working_and_a_word_on_others(pages):
    assert {f"measures/{name}.md" for name in MEASURES} <= set(pages)
    assert set(by_hand.workings()) == set(MEASURES) == set(other_packages.DIFFERENT)


@pytest.mark.parametrize("name", list(MEASURES))
def test_the_working_by_hand_is_what_placemix_gives(name, toyville, bands):
    working = by_hand.workings()[name]
    focal = None if MEASURES[name].focal == "none" else "x"
    around = near(toyville, working)
    if isinstance(working.value, tuple):
        value = pm.local(toyville, name, focal=focal, around=around)["value"].to_numpy()
    elif working.near == "bands":
        asked = f"{name}(degree=1)" if MEASURES[name].parameters else name
        value = pm.estimate(bands, asked, order=bands.groups).value
    else:
        asked = "proportion_central(radius=2)" if name == "proportion_central" else name
        centre = (0, 0.5) if "distance" in MEASURES[name].needs else None
        value = pm.estimate(toyville, asked, focal=focal, around=around, centre=centre).value
    np.testing.assert_allclose(value, working.value, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("row", MEASURES.values(), ids=lambda row: row.name)
def test_the_page_says_what_the_row_says(row, pages):
    page = pages[f"measures/{row.name}.md"]
    for text in (row.question, row.formula, row.method, "<svg", *row.parameters, *CLAIMS.values()):
        assert text in page
    for other in (row.equals, row.equals_with_two_groups, row.replaced_by):
        assert f"({other}.md)" in page or not other


def test_every_page_has_its_parts(pages):
    for name in MEASURES:
        page = pages[f"measures/{name}.md"]
        parts = re.findall(r"^## (.+)$", page, re.MULTILINE)
        wanted = ["Formula", "What it says", "What it cannot see", "Two towns it tells apart", "What holds"]
        assert [part for part in parts if part in wanted] == wanted, name
        assert {"By hand", "In other packages", "Sources"} <= set(parts), name
        assert BLIND[name] in page, name
    for name in ("dissimilarity", "gini", "local_moran", "effective_groups"):
        assert "\n## Counter-examples\n" in pages[f"measures/{name}.md"]


def test_every_public_name_is_in_the_reference(pages):
    shown = "".join(text for address, text in pages.items() if address.startswith("reference/"))
    modules = {*generate.MODULES, "errors", "__version__"}
    missing = [name for name in set(pm.__all__) - modules if f"## `placemix.{name}`" not in shown]
    for module in generate.MODULES:
        names = [name for name in getattr(pm, module).__all__ if callable(getattr(getattr(pm, module), name))]
        missing += [f"{module}.{name}" for name in names if f"## `placemix.{module}.{name}`" not in shown]
    assert not missing


def test_defaults_are_shown_as_written(pages):
    assert "against: Which = 'rest'," in pages["reference/measuring.md"]


def test_words_that_judge_places_are_absent(pages):
    texts = dict(pages)
    for path in (ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")):
        texts[str(path)] = path.read_text(encoding="utf-8")
    assert not [name for name, text in texts.items() if NEVER.search(text)]


def test_the_architecture_names_every_room():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = {path.stem for path in (ROOT / "segregation" / "placemix").iterdir() if path.suffix in {"", ".py"}}
    missing = [room for room in rooms - {"__init__", "__main__", "__pycache__"} if f"`{room}" not in page]
    assert not missing


@pytest.mark.slow
def test_the_site_builds_strictly_and_asks_nothing_of_the_network(tmp_path):
    """Where PLACEMIX_SITE names a site that `make docs` has just built, that one is looked through."""
    site = Path(os.environ.get("PLACEMIX_SITE") or tmp_path)
    if site == tmp_path:
        pytest.importorskip("material", reason="the documentation's theme is not installed (make docs)")
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(site)],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT / "segregation"), "MPLBACKEND": "Agg"},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert len(list(site.rglob("*.html"))) > len(MEASURES)
    outside = r"[\"']?(?:https?:)?//"
    loads = re.compile(rf"<(?:script|img|iframe|source)[^>]+src={outside}|<link(?![^>]+canonical)[^>]+href={outside}")
    for page in site.rglob("*.html"):
        assert not loads.search(page.read_text(encoding="utf-8")), page
    for sheet in site.rglob("*.css"):
        assert not re.search(r"@import|url\(\s*[\"']?(?:https?:)?//", sheet.read_text(encoding="utf-8")), sheet
