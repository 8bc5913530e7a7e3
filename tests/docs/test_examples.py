"""Every example runs, and every page prints what its code really gives."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


def _load(name):
    spec = importlib.util.spec_from_file_location(f"docs_{name}", ROOT / "docs" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


BLOCKS = _load("blocks")
#: Read first, so looked at first; the others run with the slow tests.
FIRST = {"README.md", "start.md", "measure_strata.py"}


def _each(paths, name):
    marks = [() if path.name in FIRST else (pytest.mark.slow,) for path in paths]
    return [pytest.param(path, marks=mark, id=name(path)) for path, mark in zip(paths, marks, strict=True)]


@pytest.mark.parametrize("script", _each(EXAMPLES, lambda path: path.stem))
def test_the_example_runs(script, tmp_path):
    answer = BLOCKS.run(script=str(script), folder=str(tmp_path))
    assert answer["done"], answer["said"]
    assert answer["printed"].strip(), "an example prints something"
    assert "\nwarning" not in answer["said"].lower()


@pytest.mark.parametrize("script", EXAMPLES, ids=lambda path: path.stem)
def test_the_example_is_short(script):
    assert len(script.read_text(encoding="utf-8").splitlines()) < 40


@pytest.mark.parametrize("page", _each(BLOCKS.pages(), lambda page: page.relative_to(ROOT).as_posix()))
def test_the_page_prints_what_its_code_gives(page):
    text = page.read_text(encoding="utf-8")
    assert BLOCKS.filled(text) == text, "run `python docs/blocks.py --write` and read what changed"


def test_a_wrong_output_is_found():
    page = "# Page\n\n```python\nprint(1 + 1)\n```\n\n```text\n3\n```\n\nEnd.\n"
    assert BLOCKS.filled(page) == page.replace("3\n", "2\n")


def test_a_warning_in_a_page_is_an_error():
    page = "```python\nimport warnings\n\nwarnings.warn('no')\n```\n"
    with pytest.raises(RuntimeError, match="no"):
        BLOCKS.filled(page)
