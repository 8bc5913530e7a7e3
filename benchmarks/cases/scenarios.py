"""Indices with people added to one place, against measuring every changed table anew; a calibration of many areas."""

from __future__ import annotations

import calls
import numpy as np
import pandas as pd
from peaks import measured
from timing import Line, at_least, at_most, seconds

import placemix as pm

NAME = "scenarios"
MEASURES = (
    "dissimilarity", "gini", "isolation", "exposure", "correlation_ratio", "information_theory", "mutual_information",
    "relative_diversity",
)  # fmt: skip
UNITS, MIXES, ANEW = 2_000, 5, 20


def case(*, full: bool, peer: calls.Peer | None) -> list[Line]:  # noqa: ARG001
    """Five mixes on each of 2,000 places, beside a hundredth of them measured anew and scaled; one site alone."""
    counts = district(UNITS)
    rng = np.random.default_rng(2)
    homes = pd.DataFrame(rng.integers(0, 200, (UNITS * MIXES, len(counts.groups))), columns=list(counts.groups))
    homes.insert(0, "unit", np.repeat(np.asarray(counts.units), MIXES))
    pm.scenarios.index_effects(counts, homes.head(3), MEASURES, focal="g0")

    def anew():
        return [pm.measure(counts, list(MEASURES), focal="g0") for _ in range(ANEW)]

    theirs = seconds(anew) * len(homes) / ANEW
    ours = seconds(lambda: pm.scenarios.index_effects(counts, homes, MEASURES, focal="g0"))
    what = f"{len(MEASURES)} measures of {len(homes):,} changes of a district of {UNITS:,} areas"
    note = f"beside {ANEW} measured anew, scaled to all"
    lines = [at_least(Line(NAME, what, ours, theirs, note=note), 100)]
    one = seconds(lambda: pm.scenarios.index_effects(counts, homes.head(1), MEASURES, focal="g0"))
    lines.append(at_most(Line(NAME, "one changed site", one), 0.5))
    then, now = district(35_000, seed=3), district(35_000, seed=4)
    found = measured(lambda: pm.scenarios.calibrate(then, now, district="district"))
    note = f"20 splits into halves, peak {found['on_top'] / 1e6:.0f} MB on top"
    lines.append(Line(NAME, "calibration on 35,000 areas of five groups", found["seconds"], note=note))
    return lines


def district(units: int, *, seed: int = 1) -> pm.Counts:
    """Made-up areas of five groups in a hundred districts."""
    rng = np.random.default_rng(seed)
    share = rng.dirichlet([4, 1, 1, 0.5, 0.5], units)
    people = rng.integers(900, 2_600, units)
    table = pd.DataFrame(np.rint(share * people[:, np.newaxis]), columns=[f"g{place}" for place in range(5)])
    table["unit"] = [f"u{place:05d}" for place in range(units)]
    table["district"] = [f"d{place % 100:02d}" for place in range(units)]
    return pm.from_wide(table, groups=[f"g{place}" for place in range(5)], unit="unit", strata=["district"])
