"""How often intervals hold the true value, by measure, size of units, size of group and how apart people are.

    make study            writes results/coverage.csv and coverage.md beside this file; about an hour

The grid is fixed here before the first run. In each of the towns that are made up for a cell of the grid, every unit
has a true share; its people are drawn with it, and the true value is that of the table of expected people. Coverage is
the share of towns whose interval holds the true value; its Monte Carlo error stands beside it, and the median of the
draws' bias as a share of the value.
"""

from __future__ import annotations

import itertools
import platform
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parent
PACKAGED = HERE.parents[1] / "segregation" / "placemix" / "inference" / "coverage.csv"
sys.path[:0] = [str(HERE.parents[1] / "segregation")]

import placemix as pm  # noqa: E402
from placemix.inference import accelerations  # noqa: E402
from placemix.inference.ends import ends  # noqa: E402
from placemix.inference.inverting import inverted  # noqa: E402
from placemix.inference.resampling import resampled  # noqa: E402
from placemix.measuring.plan import rows  # noqa: E402
from placemix.measuring.stacked import evaluator  # noqa: E402

MEASURES = ["dissimilarity", "information_theory", "isolation", "correlation_ratio", "gini"]
METHODS = ["percentile", "basic", "normal", "bca", "inversion"]
RESAMPLES = ["people", "parametric"]
#: Inversion is studied for one way to draw.
PAIRS = [pair for pair in itertools.product(RESAMPLES, METHODS) if pair != ("people", "inversion")]
UNITS = [50, 300]
SIZES = [25, 100, 1000]
SHARES = [0.03, 0.1, 0.4]
#: Spread of the units' log odds: hardly sorted, and strongly.
SPREADS = [0.3, 1.2]
TOWNS, DRAWS, SEED = 300, 399, 20261128
#: Cells of the grid whose first town is kept in results/first_towns.csv.
SAMPLED = (0, 9, 15)
#: Test inversion draws at ten scales, so that fewer towns and draws, of one kind, have to do.
INVERTED, INVERTED_DRAWS, INVERTED_RESAMPLE = 200, 99, "parametric"


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
    frame = pd.DataFrame({"unit": np.arange(units), "a": x, "b": size - x})
    seen = pm.from_wide(frame, groups=["a", "b"], unit="unit")
    return seen, replace(seen, values=np.column_stack([size * p, size * (1 - p)]))


def cell(place: int, units: int, size: int, share: float, spread: float) -> list[dict]:
    """Coverage of every measure and method in one cell of the grid."""
    held: dict[tuple, list[bool]] = {}
    bias: dict[tuple, list[float]] = {}
    for number in range(TOWNS):
        rng = np.random.Generator(np.random.Philox(key=SEED + place, counter=number << 64))
        seen, true = town(rng, units, size, share, spread)
        if seen.values[:, 0].sum() == 0:
            continue
        plan, strata = rows(seen, MEASURES, "a", "rest"), seen.arranged(())
        known, value = (evaluator(plan, table, strata, None)(table.values[np.newaxis])[0] for table in (true, seen))
        for resample in RESAMPLES:
            how = {"resample": resample, "size": 1.0, "seed": number}
            drawn = resampled(plan, seen, strata, None, draws=DRAWS, **how)
            skewness = accelerations.of_people(plan, seen, strata, None, resample, 1.0)
            found = {
                method: [
                    ends(value[at, 0], drawn[:, at, 0], 0.95, method, skewness[at, 0]) for at in range(len(MEASURES))
                ]
                for method in METHODS[:-1]
            }
            if number < INVERTED and resample == INVERTED_RESAMPLE:
                inside = inverted(plan, seen, strata, None, value, level=0.95, draws=INVERTED_DRAWS, **how)
                found["inversion"] = [of_row[0] for of_row in inside]
            for method, several in found.items():
                for at, end in enumerate(several):
                    held.setdefault((MEASURES[at], resample, method), []).append(
                        bool(end.lower <= known[at, 0] <= end.upper)
                    )
                    bias.setdefault((MEASURES[at], resample, method), []).append(
                        float(drawn[:, at, 0].mean() / value[at, 0] - 1)
                    )
    return [
        {
            "measure": measure, "resample": resample, "method": method, "units": units, "size": size, "share": share,
            "spread": spread, "towns": len(values), "coverage": float(np.mean(values)),
            "error": float(np.sqrt(max(np.mean(values) * (1 - np.mean(values)), 1e-4) / len(values))),
            "bias": float(np.median(bias[measure, resample, method])),
        }
        for (measure, resample, method), values in held.items()
    ]  # fmt: skip


def sample() -> pd.DataFrame:
    """Ends of every interval in the first town of some cells: a test makes them again."""
    found = []
    for place in SAMPLED:
        units, size, share, spread = list(itertools.product(UNITS, SIZES, SHARES, SPREADS))[place]
        seen = town(np.random.Generator(np.random.Philox(key=SEED + place, counter=0)), units, size, share, spread)[0]
        for resample in RESAMPLES:
            for method in METHODS:
                if method == "inversion" and resample != INVERTED_RESAMPLE:
                    continue
                draws = INVERTED_DRAWS if method == "inversion" else DRAWS
                made = pm.inference.intervals(
                    seen, MEASURES, focal="a", resample=resample, method=method, cluster=1, draws=draws, seed=0
                )
                table = made[["measure", "value", "lower", "upper"]].assign(
                    cell=place, resample=resample, method=method
                )
                found.append(pd.DataFrame(table))
    return pd.concat(found, ignore_index=True)


def recommended(table: pd.DataFrame) -> str:
    """The intervals that held 93 to 97 % of true values, for towns of 50 and of 300 units alike, as a table."""
    lines = ["| measure | people a unit | share | hardly sorted | strongly sorted |", "| --- | --- | --- | --- | --- |"]
    table = table.assign(coverage=table["coverage"].round(2))
    for measure, size, share in itertools.product(MEASURES, SIZES, SHARES):
        part = table[(table["measure"] == measure) & (table["size"] == size) & (table["share"] == share)]
        cells = [_best(part[part["spread"] == spread]) for spread in SPREADS]
        lines.append(f"| {measure} | {size:,} | {share:g} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _best(part: pd.DataFrame) -> str:
    found = part.groupby(["resample", "method"], sort=False)["coverage"].agg(["min", "max"])
    held = found[(found["min"] >= 0.93) & (found["max"] <= 0.97)]
    wide = found[found["min"] >= 0.93]
    some = held if len(held) else wide
    pair = (some["max"] - some["min"]).idxmin() if len(some) else found["min"].idxmax()
    low, high = found.loc[pair, "min"], found.loc[pair, "max"]
    text = f"{', '.join(pair)} ({low:.2f} to {high:.2f})" if low < high else f"{', '.join(pair)} ({low:.2f})"
    if len(held):
        return text
    return f"too wide: {text}" if len(wide) else f"no interval is reliable here; nearest: {text}"


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
    sample().to_csv(folder / "first_towns.csv", index=False, float_format="%.10g")
    (folder / "coverage.md").write_text(_page(table), "utf-8")
    (folder / "recommended.md").write_text(recommended(table) + "\n", "utf-8")
    # The package says of each interval how often its like held the true value.
    table.to_csv(PACKAGED, index=False, float_format="%.4f")


def _page(table: pd.DataFrame) -> str:
    """The share of towns whose interval holds the true value, as a page."""
    made = (
        f"Written by `make study` on {datetime.now(UTC):%Y-%m-%d}: placemix {pm.__version__}, numpy {np.__version__}, "
        f"Python {platform.python_version()}, seed {SEED}. {TOWNS} made-up towns a cell, {DRAWS} draws each, nominal "
        f"95 %; test inversion in {INVERTED} towns with {INVERTED_DRAWS} draws at each of ten scales. Coverage of 0.93 "
        "to 0.97 is bold. The Monte Carlo error of a coverage near 95 % is 0.013, near 50 % "
        "0.029 (0.015 and 0.035 for inversion). An interval that is refused holds nothing."
    )
    head = ["# How often intervals hold the true value", "", made, ""]
    for measure in MEASURES:
        head += [f"## {measure}", "", "| units × people | share | spread | " + " | ".join(
            f"{resample}, {method}" for resample, method in PAIRS) + " |"]  # fmt: skip
        head.append("|" + " --- |" * (3 + len(PAIRS)))
        part = table[table["measure"] == measure]
        for (units, size, share, spread), rows_ in part.groupby(["units", "size", "share", "spread"], sort=False):
            values = rows_.set_index(["resample", "method"])["coverage"]
            cells = [f"{values[pair]:.2f}" for pair in PAIRS]
            cells = [f"**{text}**" if 0.93 <= float(text) <= 0.97 else text for text in cells]
            head.append(f"| {units} × {size:,} | {share:g} | {spread:g} | " + " | ".join(cells) + " |")
        head.append("")
    return "\n".join(head)


if __name__ == "__main__":
    main()
