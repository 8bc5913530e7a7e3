"""The nearest so many people of every output area, against EquiPop; and walks outward over everyone."""

from __future__ import annotations

import contextlib
import importlib.metadata
import io
import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np

# In a process of its own this file is the script, and its folder's parent is not on the path.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import calls
import peaks
import points
import shapely
from timing import Line, at_least, at_most, interleaved

import placemix as pm
from placemix import surroundings
from placemix.indices import trajectories as walks
from placemix.surroundings.people.nearest import ranks

NAME = "people"
SIZES = [100 * 2**step for step in range(10)]
#: Units from each of which every other is still sorted.
EXACT = 20_000
GIB = 2**30


def case(*, full: bool, peer: calls.Peer | None) -> list[Line]:
    """Ten numbers of people in one walk, and how unlike the whole the people around are."""
    del full, peer
    return [*nearest(), *distorted()]


def ours(counts: pm.Counts) -> np.ndarray:
    """People of each group among the nearest so many; surroundings made anew."""
    return surroundings.nearest_people(counts, people=SIZES[0]).operator.sums_at(counts.values, SIZES)


def theirs(counts: pm.Counts) -> np.ndarray:
    """The same with EquiPop's quick engine and its own choice of how many cells to fetch; its table not made anew."""
    from equipop.fastcounts import run_knn_counts

    with contextlib.redirect_stdout(io.StringIO()):
        found = run_knn_counts(cells(counts), k_values=SIZES)
    names = [f"T_g{place}" for place in range(counts.values.shape[1])]
    return np.stack([found[[f"{name}_{size}" for name in names]].to_numpy() for size in SIZES])


def cells(counts: pm.Counts):
    """The counts as EquiPop holds them: a cell for each point, and no snapping to a grid."""
    from equipop.cells import CellData

    x, y = shapely.get_coordinates(counts.geometry.array).T
    groups = {f"g{place}": counts.values[:, place] for place in range(counts.values.shape[1])}
    return CellData(E=x, N=y, n=counts.total, binary_sums=groups, unit_size=1.0)


def nearest() -> list[Line]:
    """Of one group and of fourteen, interleaved."""
    whole = points.output_areas()
    try:
        version = importlib.metadata.version("equipop")
    except importlib.metadata.PackageNotFoundError:
        version = ""
    lines = []
    for groups in (1, len(whole.groups)):
        counts = whole.take_groups(range(groups))
        what = f"nearest 100 … 51,200 people (ten numbers), {groups} of 14 groups, {len(counts):,} points"
        if not version:
            (seconds,) = interleaved(lambda counts=counts: ours(counts))
            lines.append(Line(NAME, what, seconds, note="EquiPop is not installed"))
            continue
        # Points drawn at random are never equally far, so that its rings and our order of ids agree.
        off = np.abs(ours(counts) - theirs(counts)).max()
        assert off < 1e-6
        taken = interleaved(lambda counts=counts: ours(counts), lambda counts=counts: theirs(counts), repeats=3)
        line = Line(NAME, f"{what}; peer EquiPop {version}", *taken)
        line.note = f"largest difference {off:.0e} people; ours with surroundings made anew"
        lines.append(at_least(line, 3))
    return lines


def distorted() -> list[Line]:
    """Distortion, exact and by rings, and the profile, each in a process of its own."""
    lines = []
    for name, what, most in (
        ("exact", f"distortion seen from each of {EXACT:,} points, exact, 14 groups", 60),
        ("rings", "distortion seen from each of 181,408 points, by rings, 14 groups", 300),
        ("profile", "divergence at 64 numbers of people from each of 181,408 points, 14 groups", 300),
    ):
        found = peaks.elsewhere(str(Path(__file__).resolve()), name, seconds=3600)
        note = f"{found['said']}; {found['processor']:.0f} s of processor time"
        lines.append(at_most(Line(NAME, what, found["seconds"], note=note), most))
        memory = Line(NAME, f"{what}: peak of the process", found["whole"] / GIB, unit="GiB")
        lines.append(at_most(memory, 1))
    return lines


def _alone(name: str) -> None:
    """Print seconds and peak of one of them, and what it said of its error."""
    counts = points.output_areas()
    few = points.nearest(counts, 300)
    if name == "exact":
        counts = points.nearest(counts, EXACT)

    def call(counts: pm.Counts) -> None:
        if name == "profile":
            surroundings.trajectories(counts)
        else:
            places = shapely.get_coordinates(counts.geometry.array), ranks(counts)
            walks.local_distortion(counts.values, places=places)

    def warm() -> None:
        walks.EXACT, known = 100, walks.EXACT
        call(few)
        walks.EXACT = known
        call(few)

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", pm.errors.Approximated)
        warm()
        before = time.process_time()
        found = peaks.measured(lambda: call(counts))
        found["processor"] = time.process_time() - before
    found["said"] = str(said[-1].message) if name != "exact" else "exact"
    print(json.dumps(found))


if __name__ == "__main__":
    _alone(sys.argv[1])
