"""A cold start is quick: heavy packages load on first use, and never before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "segregation"
NEVER_AT_START = ("geopandas", "matplotlib", "numba", "rasterio", "scipy.stats", "esda", "giddy")

LIST_MODULES = """
import atexit, json, sys
atexit.register(lambda: print("\\nloaded:", json.dumps(sorted(sys.modules))))
"""
HELP = """
import runpy
sys.argv = ["placemix", "--help"]
runpy.run_module("placemix", run_name="__main__", alter_sys=True)
"""


def loaded_after(code: str) -> set[str]:
    """Names of all modules that a fresh interpreter holds after running the code."""
    done = subprocess.run(
        [sys.executable, "-c", LIST_MODULES + code],
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.rpartition("loaded:")[2]))


@pytest.mark.parametrize("code", ["import placemix", HELP], ids=["import", "help"])
def test_nothing_heavy_is_loaded(code):
    loaded = loaded_after(code)
    assert "placemix" in loaded
    assert not loaded.intersection(NEVER_AT_START)


def test_dir_lists_what_is_public():
    import placemix

    assert set(placemix.__all__) <= set(dir(placemix))
    assert len(set(placemix.__all__)) == len(placemix.__all__)
    for name in placemix.__all__:
        assert getattr(placemix, name) is not None
        assert getattr(placemix, name) is getattr(placemix, name), f"{name} changes on its second use"


def test_an_unknown_name_is_an_attribute_error():
    import placemix

    with pytest.raises(AttributeError, match="no_such_name"):
        _ = placemix.no_such_name
