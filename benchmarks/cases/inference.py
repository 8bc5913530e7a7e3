"""999 draws by chance of three measures together, against PySAL's test of one at a time."""

from __future__ import annotations

import time
import warnings

import calls
import numpy as np
import pandas as pd
import points
import shapely
from timing import Line, at_least, seconds

import placemix as pm
from placemix.inference import drawing

NAME = "inference"
MEASURES = ["dissimilarity", "information_theory", "isolation"]
DRAWS = 999
#: Our null, the peer's word for it, how much faster we mean to be, and how many draws of the peer are timed
#: and scaled up to all of them unless its whole run is asked for.
NULLS = {
    "systematic": ("systematic", 50, DRAWS),
    "evenness": ("evenness", 50, DRAWS),
    "units": ("bootstrap", 50, DRAWS),
    "fixed_margins": ("person_permutation", 500, 15),
}


def case(*, full: bool, peer: calls.Peer | None) -> list[Line]:
    """Time each null at 10,000 units, and one group of the whole country."""
    whole = points.output_areas()
    counts = _one_group(points.nearest(whole, 10_000))
    lines = []
    for null, (theirs, times, some) in NULLS.items():
        what = f"{DRAWS} draws, {null}, of D, H and isolation, 10,000 units, 2 groups"
        line = Line(NAME, what, seconds(lambda null=null: _drawn(counts, null), repeats=3))
        lines.append(line)
        if peer is not None:
            count = DRAWS if full else some
            line.theirs = _theirs(counts, theirs, count) * DRAWS / count
            line.note = f"the peer's {theirs}, one measure at a time, its pool warm" + (
                "" if count == DRAWS else f"; {count} draws scaled"
            )
            at_least(line, times)
    everyone = _one_group(whole)
    what = f"{DRAWS} draws, evenness, of D, H and isolation, {len(everyone):,} units, 2 groups"
    note = f"at most {drawing.CHUNK:,} numbers drawn at once"
    lines.append(Line(NAME, what, seconds(lambda: _drawn(everyone, "evenness"), repeats=1), note=note))
    return lines


def _one_group(counts: pm.Counts) -> pm.Counts:
    frame = pd.DataFrame({"unit": counts.units, "x": counts.values[:, 5]})
    frame["rest of them"] = counts.total - frame["x"]
    return pm.from_wide(frame, groups=["x", "rest of them"], unit="unit")


def _drawn(counts: pm.Counts, null: str) -> pd.DataFrame:
    if null == "units":
        return pm.inference.intervals(counts, MEASURES, focal="x", resample="units", cluster=1, draws=DRAWS)
    return pm.inference.table(counts, MEASURES, focal="x", null=null, cluster=1, draws=DRAWS)


def _theirs(counts: pm.Counts, null: str, draws: int) -> float:
    """Seconds of the peer for so many draws of each measure, as its guide calls it."""
    import geopandas as gpd
    from segregation.inference import SingleValueTest
    from segregation.singlegroup import Dissim, Entropy, Isolation

    frame = gpd.GeoDataFrame(
        {"x": counts.values[:, 0], "everyone": counts.total}, geometry=shapely.points(np.arange(len(counts)), 0)
    )
    taken = 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for kind in (Dissim, Entropy, Isolation):
            index = kind(frame, group_pop_var="x", total_pop_var="everyone")
            # Its pool of processes takes seconds to start, which is no part of a draw.
            SingleValueTest(index, iterations_under_null=4, null_approach=null)
            start = time.perf_counter()
            SingleValueTest(index, iterations_under_null=draws, null_approach=null)
            taken += time.perf_counter() - start
    return taken
