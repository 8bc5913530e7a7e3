"""How often intervals hold the true value, by measure, size of units, size of group and how apart people are.

    make study            writes results/coverage.csv and coverage.md beside this file; some minutes

The grid is fixed here before the first run. In each of the towns that are made up for a cell of the grid, every unit
has a true share; its people are drawn with it, and the true value is that of the table of expected people. Coverage is
the share of towns whose interval holds the true value; its Monte Carlo error stands beside it.
"""

from __future__ import annotations

import itertools
import platform
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "segregation")]

import placemix as pm  # noqa: E402
from placemix.inference.ends import ends  # noqa: E402
from placemix.inference.resampling import resampled  # noqa: E402
from placemix.measuring.plan import rows  # noqa: E402

MEASURES = ["dissimilarity", "information_theory", "isolation", "correlation_ratio", "gini"]
METHODS = ["percentile", "basic", "normal", "bca"]
RESAMPLES = ["people", "parametric"]
UNITS = [50, 300]
SIZES = [25, 100, 1000]
SHARES = [0.03, 0.1, 0.4]
#: Spread of the units' log odds: hardly sorted, and strongly.
SPREADS = [0.3, 1.2]
TOWNS, DRAWS, SEED = 400, 399, 20261128


def town(rng: np.random.Generator, units: int, size: int, share: float, spread: float) -> tuple[pm.Counts, pm.Counts]:
    """One made-up town: people as drawn, and as expected."""
    odds = rng.normal(0, spread, units)
    # The share of the whole is met on average over units, whatever the spread.
    low, high = -15.0, 15.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if (1 / (1 + np.exp(-middle - odds))).mean() < share else (low, middle)
    p = 1 / (1 + np.exp(-low - odds))
    x = rng.binomial(size, p)
    ids = np.arange(units)
    return tuple(
        pm.from_wide(pd.DataFrame({"unit": ids, "a": part, "b": size - part}), groups=["a", "b"], unit="unit")
        for part in (x, size * p)
    )


def cell(place: int, units: int, size: int, share: float, spread: float) -> list[dict]:
    """Coverage of every measure and method in one cell of the grid."""
    held: dict[tuple, list[bool]] = {}
    for number in range(TOWNS):
        rng = np.random.Generator(np.random.Philox(key=SEED + place, counter=number << 64))
        seen, true = town(rng, units, size, share, spread)
        if seen.values[:, 0].sum() == 0:
            continue
        plan = rows(seen, MEASURES, "a", "rest")
        known = pm.measure(true, MEASURES, focal="a")["value"].to_numpy()
        value = pm.measure(seen, MEASURES, focal="a")["value"].to_numpy()
        for resample in RESAMPLES:
            drawn = resampled(plan, seen, seen.arranged(()), None, resample=resample, size=1, draws=DRAWS, seed=number)[
                :, :, 0
            ]
            for at, measure in enumerate(MEASURES):
                for method in METHODS:
                    found = ends(value[at], drawn[:, at], 0.95, method)
                    held.setdefault((measure, resample, method), []).append(
                        bool(found.lower <= known[at] <= found.upper)
                    )
    return [
        {
            "measure": measure, "resample": resample, "method": method, "units": units, "size": size, "share": share,
            "spread": spread, "towns": len(values), "coverage": float(np.mean(values)),
            "error": float(np.sqrt(max(np.mean(values) * (1 - np.mean(values)), 1e-4) / len(values))),
        }
        for (measure, resample, method), values in held.items()
    ]  # fmt: skip


def main() -> None:
    """Run the grid and write what was found."""
    grid = list(enumerate(itertools.product(UNITS, SIZES, SHARES, SPREADS)))
    found: list[dict] = []
    with ProcessPoolExecutor() as pool:
        jobs = [pool.submit(cell, place, *values) for place, values in grid]
        for done, job in enumerate(jobs):
            found += job.result()
            print(f"{done + 1} of {len(jobs)}", flush=True)
    table = pd.DataFrame(found)
    folder = HERE / "results"
    folder.mkdir(exist_ok=True)
    table.to_csv(folder / "coverage.csv", index=False, float_format="%.4f")
    (folder / "coverage.md").write_text(_page(table), "utf-8")


def _page(table: pd.DataFrame) -> str:
    """The share of towns whose interval holds the true value, as a page."""
    made = (
        f"Written by `make study` on {datetime.now(UTC):%Y-%m-%d}: placemix {pm.__version__}, numpy {np.__version__}, "
        f"Python {platform.python_version()}, seed {SEED}. {TOWNS} made-up towns a cell, {DRAWS} draws each, nominal "
        "95 %; coverage of 0.93 to 0.97 is bold. The Monte Carlo error of a coverage near 95 % is 0.011, near 50 % "
        "0.025. An interval that is refused holds nothing."
    )
    head = ["# How often intervals hold the true value", "", made, ""]
    for measure in MEASURES:
        head += [f"## {measure}", "", "| units × people | share | spread | " + " | ".join(
            f"{resample}, {method}" for resample in RESAMPLES for method in METHODS) + " |"]  # fmt: skip
        head.append("|" + " --- |" * (3 + len(RESAMPLES) * len(METHODS)))
        part = table[table["measure"] == measure]
        for (units, size, share, spread), rows_ in part.groupby(["units", "size", "share", "spread"], sort=False):
            values = rows_.set_index(["resample", "method"])["coverage"]
            cells = [f"{values[resample, method]:.2f}" for resample in RESAMPLES for method in METHODS]
            cells = [f"**{text}**" if 0.93 <= float(text) <= 0.97 else text for text in cells]
            head.append(f"| {units} × {size:,} | {share:g} | {spread:g} | " + " | ".join(cells) + " |")
        head.append("")
    return "\n".join(head)


if __name__ == "__main__":
    main()
