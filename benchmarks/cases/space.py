"""Measures with surroundings: who lives nearby, of the whole country, against PySAL and a bare loop."""

from __future__ import annotations

import json
import sys
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

# In a process of its own this file is the script, and its folder's parent is not on the path.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import calls
import peaks
import points
from timing import Line, at_least, interleaved, seconds

import placemix as pm
from placemix import surroundings

NAME = "space"
EVEN = ["information_theory", "dissimilarity"]
CLUSTERED = [
    "spatial_proximity", "absolute_clustering", "relative_clustering", "distance_decay_isolation",
    "distance_decay_exposure",
]  # fmt: skip
DECAY, CUTOFF = "1 km", "20 km"
#: Longest that one run of the peer may be expected to take, in seconds.
PATIENCE = 420
GIB = 2**30


def case(*, full: bool, peer: calls.Peer | None) -> list[Line]:
    """Smoothed evenness, sums against a bare loop, clustering, and what they hold in memory."""
    counts = points.output_areas()
    return [
        *evenness(counts, peer, full=full),
        *bare_loop(counts),
        *clustering(counts, peer),
        *in_bounded_memory(),
        *(exact(counts) if full else []),
    ]


def even(counts: pm.Counts) -> pm.Result:
    """H and D of all groups within 1 km, weighted by nearness; surroundings made anew."""
    return pm.measure(counts, EVEN, around=surroundings.kernel(counts, bandwidth="1 km", shape="triangular"))


def clustered(counts: pm.Counts, cutoff: str | None = None) -> pm.Result:
    """Five measures of clustering of each group; surroundings made anew."""
    near = surroundings.proximity(counts, decay_length=DECAY, cutoff=cutoff)
    return pm.measure(counts, CLUSTERED, focal="each", around=near)


def gini(counts: pm.Counts) -> pm.Result:
    """Gini of each group against the rest, within 1 km."""
    return pm.measure(counts, "gini", focal="each", around=surroundings.kernel(counts, bandwidth="1 km"))


def table(counts: pm.Counts):
    """The counts as users of the peer hold them."""
    import geopandas as gpd

    frame = gpd.GeoDataFrame(counts.values, columns=list(counts.groups), geometry=counts.geometry.to_numpy())
    return frame.set_crs(counts.geometry.crs).assign(persons=counts.total)


def evenness(counts: pm.Counts, peer: calls.Peer | None, *, full: bool) -> list[Line]:
    """H and D at 1 km; the peer once, at the largest size that it is expected to finish."""
    sizes = (50_000, len(counts))
    compared = [] if peer is None else sizes if full else [largest(counts, sizes)]
    lines = []
    for count in sizes:
        part = points.nearest(counts, count)
        what = f"H and D of 14 groups, triangular kernel of 1 km, {count:,} points, surroundings made anew"
        line = Line(NAME, what, seconds(lambda part=part: even(part), repeats=5))
        lines.append(line)
        if count not in compared:
            continue
        start = time.perf_counter()
        found = theirs(part)
        line.theirs = time.perf_counter() - start
        # The peer takes the people around, rounded, for the people: the same numbers come out of that.
        around = surroundings.kernel(part, bandwidth="1 km", shape="triangular") @ part
        known = [getattr(pm.indices, name)(np.round(around.values)).item() for name in EVEN]
        np.testing.assert_allclose(found, known, rtol=1e-6)
        line.note = "peer run once, warmed; equal to 1e-6 on its terms (who is around, rounded, in place of who lives)"
        if count == max(compared):
            at_least(line, 200)
    return lines


def largest(counts: pm.Counts, sizes: tuple[int, ...]) -> int:
    """Size that the peer is expected to finish with patience, from its time for 5,000 points."""
    theirs(points.nearest(counts, 500))
    few = points.nearest(counts, 5_000)
    taken = seconds(lambda: theirs(few), repeats=1, warm=False)
    return max((size for size in sizes if taken * size / 5_000 <= PATIENCE), default=min(sizes))


def theirs(counts: pm.Counts) -> list[float]:
    """The same two indices with the peer, as its guide calls them."""
    from segregation import multigroup

    frame, groups = table(counts), list(counts.groups)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [
            index(frame, groups=groups, distance=1000, function="triangular").statistic
            for index in (multigroup.MultiInfoTheory, multigroup.MultiDissim)
        ]


def bare_loop(counts: pm.Counts) -> list[Line]:
    """Sums within 4 km against a compiled loop over the lists of the same pairs, which are made beforehand."""
    import numba
    from scipy.sparse import coo_array

    within = surroundings.within(counts, radius="4 km")
    blocks = [(i.astype(np.int32), j.astype(np.int32)) for i, j, _ in within.pairs()]
    i, j = (np.concatenate(part) for part in zip(*blocks, strict=True))
    del blocks
    lists = coo_array((np.ones(len(i), dtype=np.int8), (i, j)), shape=(len(counts), len(counts))).tocsr()
    lists.sort_indices()
    del i, j
    starts, neighbour = lists.indptr, lists.indices

    @numba.njit(nogil=True)
    def add(starts, neighbour, values, low, high, sums):
        columns = values.shape[1]
        for unit in range(low, high):
            for k in range(columns):
                sums[unit, k] = values[unit, k]
            for place in range(starts[unit], starts[unit + 1]):
                other = neighbour[place]
                for k in range(columns):
                    sums[unit, k] += values[other, k]

    sums, values, half = np.empty(counts.values.shape), counts.values, int(np.searchsorted(starts, starts[-1] // 2))

    def loop() -> None:
        with ThreadPoolExecutor(2) as pool:
            parts = [(0, half), (half, len(values))]
            list(pool.map(lambda part: add(starts, neighbour, values, *part, sums), parts))

    operators = {
        "everyone alike": within,
        "biweight kernel": surroundings.kernel(counts, bandwidth="4 km"),
        "exponential kernel of 1 km": surroundings.kernel(counts, bandwidth="1 km", shape="exponential", cutoff="4 km"),
    }
    *ours, bare = interleaved(*(lambda near=near: near @ values for near in operators.values()), loop)
    np.testing.assert_allclose(sums, within @ values, rtol=1e-9)
    lines = []
    for name, taken in zip(operators, ours, strict=True):
        line = Line(NAME, f"sums of 14 groups within 4 km, {name}, {len(counts):,} points", taken, bare)
        line.target, line.holds = "≤ 10 × the loop's time", taken <= 10 * bare
        line.note = (
            f"{len(neighbour) / 1e6:.0f} M pairs; the other is a loop on two threads over stored lists, weight 1"
        )
        lines.append(line)
    return lines


def clustering(counts: pm.Counts, peer: calls.Peer | None) -> list[Line]:
    """Five measures of every group in one sweep over all pairs, against five calls for one group."""
    part = points.nearest(counts, 10_000)
    what = "SP, ACL, RCL, DPxx, DPxy of 14 groups, all pairs of 10,000 points; peer's five calls do one group"
    if peer is None:
        return [Line(NAME, what, seconds(lambda: clustered(part), repeats=5))]
    from segregation import singlegroup

    frame = table(part)
    kinds = [
        singlegroup.SpatialProximity, singlegroup.AbsoluteClustering, singlegroup.RelativeClustering,
        singlegroup.DistanceDecayIsolation, singlegroup.DistanceDecayInteraction,
    ]  # fmt: skip

    def five() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for kind in kinds:
                kind(frame, group_pop_var=part.groups[5], total_pop_var="persons")

    ours, other = interleaved(lambda: clustered(part), five, repeats=3)
    note = "the peer's values differ: it divides distances by their sums, and calls exp(-d) distance"
    return [at_least(Line(NAME, what, ours, other, note=note), 20)]


def in_bounded_memory() -> list[Line]:
    """What runs in a process of its own, whose whole peak counts: program, counts and all."""
    lines = []
    for name, what, most in (
        ("radius", "sums of 14 groups within 4 km, 181,408 points: peak of the process", 2),
        ("exactly", "SP, ACL, RCL, DPxx, DPxy of 14 groups, all pairs of 50,000 points", 1),
        ("cut_off", f"the same of 181,408 points, decay {DECAY}, cut off at {CUTOFF}, with bounds", 1),
        ("gini_nearby", "Gini of 14 groups within 1 km, 181,408 points: peak of the process", 1),
    ):
        found = peaks.elsewhere(str(Path(__file__).resolve()), name)
        peak = f"peak {found['whole'] / GIB:.2f} GiB, of which {found['on_top'] / GIB:.2f} above the counts"
        if what.endswith("process"):
            line = Line(NAME, what, found["whole"] / GIB, unit="GiB", note=f"{found['seconds']:.3g} s; {peak}")
        else:
            line = Line(NAME, what, found["seconds"], note=peak)
        line.target, line.holds = f"≤ {most} GiB", found["whole"] <= most * GIB
        if "bounds" in found:
            line.note += f"; {found['bounds']}"
        lines.append(line)
    return lines


def exact(counts: pm.Counts) -> list[Line]:
    """All pairs of all points, to see that the exact values lie between the bounds."""
    start = time.perf_counter()
    known = clustered(counts)
    taken = time.perf_counter() - start
    bounds = surroundings.truncation_bound(counts, surroundings.proximity(counts, decay_length=DECAY, cutoff=CUTOFF))
    both = known.merge(bounds, on=["measure", "focal"], suffixes=("", "_cut"))
    held = ((both["low"] <= both["value"] * (1 + 1e-11)) & (both["value"] <= both["high"] * (1 + 1e-11))).sum()
    moved = (both["value_cut"] / both["value"] - 1).abs().max()
    note = f"{held} of {len(both)} values between the bounds; the cut-off moves none by more than {moved:.1e} of itself"
    return [Line(NAME, f"SP, ACL, RCL, DPxx, DPxy of 14 groups, all pairs of {len(counts):,} points", taken, note=note)]


def alone(name: str) -> dict[str, float | str]:
    """Run one call in this process, warmed on a part of the country."""
    counts = points.output_areas()
    few = points.nearest(counts, 2_000)
    run = {
        "radius": lambda some: surroundings.kernel(some, bandwidth="4 km") @ some.values,
        "exactly": clustered,
        "cut_off": lambda some: clustered(some, CUTOFF),
        "gini_nearby": gini,
    }[name]
    part = points.nearest(counts, 50_000) if name == "exactly" else counts
    found = peaks.measured(lambda: run(part), lambda: run(few))
    if name == "cut_off":
        start = time.perf_counter()
        bounds = surroundings.truncation_bound(
            counts, surroundings.proximity(counts, decay_length=DECAY, cutoff=CUTOFF)
        )
        taken = time.perf_counter() - start
        wide = ((bounds["high"] - bounds["low"]) / bounds["value"].abs()).groupby(bounds["measure"]).max()
        texts = [f"{measure} {wide[measure]:.1e}" for measure in CLUSTERED]
        found["bounds"] = f"widest bounds, of the value: {', '.join(texts)} ({taken:.3g} s)"
    return found


if __name__ == "__main__":
    print(json.dumps(alone(sys.argv[1])))
