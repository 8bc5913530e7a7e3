"""The stored study of intervals: of this code, of the page that tells of it, and of what the package says."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix.inference import studied

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "benchmarks" / "studies" / "results"


@pytest.fixture(scope="module")
def study():
    spec = importlib.util.spec_from_file_location(
        "interval_coverage", ROOT / "benchmarks" / "studies" / "interval_coverage.py"
    )
    module = importlib.util.module_from_spec(spec)
    before = list(sys.path)
    spec.loader.exec_module(module)
    sys.path[:] = before
    return module


@pytest.mark.slow
def test_the_results_are_of_this_code(study):
    """The first towns are made again: ends that differ mean that `make study` has to be run."""
    stored = pd.read_csv(RESULTS / "first_towns.csv")
    made = study.sample()
    keys = ["cell", "measure", "resample", "method"]
    both = stored.merge(made, on=keys, suffixes=("", "_now"))
    assert len(both) == len(stored) == len(made)
    for name in ("value", "lower", "upper"):
        np.testing.assert_allclose(both[f"{name}_now"], both[name], rtol=1e-7, atol=1e-9)


def test_the_grid_is_whole(study):
    table = pd.read_csv(RESULTS / "coverage.csv")
    cells = len(study.UNITS) * len(study.SIZES) * len(study.SHARES) * len(study.SPREADS)
    assert len(table) == cells * len(study.MEASURES) * len(study.PAIRS)
    assert table["coverage"].between(0, 1).all()
    # Towns in which nobody of the group was drawn have no value.
    assert (table["towns"] >= 0.9 * study.INVERTED).all()


@pytest.mark.slow
def test_the_package_and_the_page_say_what_was_found(study):
    table = pd.read_csv(RESULTS / "coverage.csv")
    pd.testing.assert_frame_equal(studied.study(), table)
    page = (ROOT / "docs" / "explain" / "how-often-intervals-hold.md").read_text("utf-8")
    assert study.recommended(table) in page


def made_town(units: int, size: int, apart: float, seed: int = 1) -> pm.Counts:
    rng = np.random.default_rng(seed)
    x = rng.binomial(size, 1 / (1 + np.exp(-rng.normal(-2.2, apart, units))))
    frame = pd.DataFrame({"unit": range(units), "a": x, "b": size - x})
    return pm.from_wide(frame, groups=["a", "b"], unit="unit")


def test_intervals_are_judged_by_the_nearest_towns():
    small, large = made_town(60, 25, 0.3), made_town(60, 1000, 1.2)
    options = {"focal": "a", "resample": "parametric", "draws": 99}
    measures = ["dissimilarity", "isolation"]
    found = {
        name: pm.inference.intervals(counts, measures, cluster=1, **options).set_index("measure")
        for name, counts in (("small", small), ("large", large))
    }
    table = studied.study()
    cell = table[
        (table["measure"] == "dissimilarity") & (table["resample"] == "parametric") & (table["method"] == "basic")
        & (table["units"] == 50) & (table["size"] == 25) & (table["share"] == 0.1) & (table["spread"] == 0.3)
    ]  # fmt: skip
    assert found["small"].loc["dissimilarity", "coverage"] == cell["coverage"].item()
    assert found["small"].loc["dissimilarity", "flag"] == studied.UNDERCOVERS
    assert found["large"].loc["dissimilarity", "coverage"] > 0.9
    assert found["large"].loc["isolation", "coverage"] > 0.9
    # People of a household come together, so that a unit of 1,000 in households of 40 is one of 25.
    grouped = pm.inference.intervals(large, "dissimilarity", cluster=40, **options)
    assert grouped["coverage"].item() < found["large"].loc["dissimilarity", "coverage"]


def test_an_estimate_bears_the_flag_in_its_note():
    small = made_town(60, 25, 0.3)
    said = pm.inference.interval(small, "dissimilarity", focal="a", resample="parametric", cluster=1, draws=99)
    assert "undercovers: such intervals held the true value in 40 % of made-up towns" in said.note
    large = made_town(60, 1000, 0.3)
    held = pm.inference.interval(large, "information_theory", focal="a", resample="parametric", cluster=1, draws=99)
    assert held.note is None
    noise = pm.inference.expected(small, "dissimilarity", focal="a", cluster=3, draws=49)
    assert "not_distinguishable_from_chance" in noise.note


def test_what_was_not_studied_has_no_coverage():
    counts = made_town(30, 100, 0.8)
    for measure, options in (
        ("hutchens", {}), ("isolation(exclude_self=True)", {}), ("dissimilarity", {"level": 0.9}),
    ):  # fmt: skip
        found = pm.inference.intervals(counts, measure, focal="a", resample="people", draws=19, **options)
        assert found["coverage"].isna().all()
        assert found["flag"].isna().all()
    assert pm.inference.intervals(counts, "dissimilarity", focal="a")["coverage"].isna().all()
