"""Every measure of counts alone, of 14 groups in 348 districts, beside loops over districts, groups and indices."""

from __future__ import annotations

import sys
import time

import calls
import numpy as np
import peaks
import tables
from timing import Line, at_most, seconds

import placemix as pm
from placemix.registry import MEASURES

NAME = "counts"
#: Each how-manyeth district the loops are run on, unless all are asked for; their time is scaled up by units.
SAMPLE = 12


def names(form: str) -> list[str]:
    """Measures that need people alone: of each group against the rest, or of all groups at once."""
    rows = [row for row in MEASURES.values() if not row.needs and row.dimension != "local"]
    if form == "two":
        return [row.name for row in rows if row.focal != "none" and row.call in {"groups", "meeting"}]
    return [row.name for row in rows if row.call == "mix" or (row.call == "groups" and row.focal == "optional")]


def everything() -> list:
    """All of them, in one call a form."""
    counts = tables.counts()
    return [
        pm.measure(counts, names("two"), focal="each", by="lad"),
        pm.measure(counts, names("many"), by="lad"),
    ]


def one_index_a_time(parts: list[np.ndarray]) -> list[float]:
    """The same in the manner of OasisR: an index a call, on the matrix of a place, in every pair of units for Gini."""
    out = []
    for values in parts:
        total = values.sum(axis=1)
        for group in range(values.shape[1]):
            x, size = values[:, group], total.sum()
            share, overall = x / np.maximum(total, 1), x.sum() / size
            if not 0 < overall < 1:
                continue
            scale = 2 * size * overall * (1 - overall)
            out.append((total * np.abs(share - overall)).sum() / scale)
            pairs = np.abs(share[:, np.newaxis] - share)
            out.append((total[:, np.newaxis] * total * pairs).sum() / (scale * size))
            with np.errstate(divide="ignore", invalid="ignore"):
                mixed = -np.nan_to_num(share * np.log(share)) - np.nan_to_num((1 - share) * np.log(1 - share))
            whole = -overall * np.log(overall) - (1 - overall) * np.log(1 - overall)
            out.append((total * (whole - mixed)).sum() / (size * whole))
            out.append((x * share).sum() / x.sum())
            for shape in (0.1, 0.5, 0.9):
                mean = ((1 - share) ** (1 - shape) * share**shape * total).sum() / (overall * size)
                out.append(1 - overall / (1 - overall) * mean ** (1 / (1 - shape)))
    return out


def case(*, full: bool, peer: calls.Peer | None) -> list[Line]:
    """Time all measures in one call a form; the loops on a sample of districts, scaled by units."""
    tables.counts()
    ours = seconds(everything, repeats=3)
    found = everything()
    what = f"{len(names('two'))} measures of 14 groups, {len(names('many'))} of all: {sum(map(len, found)):,} rows"
    line = at_most(Line(NAME, what + ", with frames", ours), 5)
    parts = list(tables.districts().values())[:: 1 if full else SAMPLE]
    scale = len(tables.areas()) / sum(map(len, parts))
    scaled = "" if full else f"; {len(parts)} districts scaled by units"
    start = time.perf_counter()
    one_index_a_time([part[tables.groups()].to_numpy(dtype=float) for part in parts])
    theirs = (time.perf_counter() - start) * scale
    beside = Line(NAME, "the same beside a loop in OasisR's manner, of 7 indices", ours, theirs)
    beside.note = "one index, group and district a time, in Python; Gini by all pairs of units" + scaled
    lines = [line, beside]
    if peer is not None:
        from segregation import singlegroup

        peer.warm()
        two = [*peer.two, singlegroup.HutchensSqrt, singlegroup.MinMax, *peer.gini]
        start = time.perf_counter()
        peer.loop(parts, two, peer.many)
        last = Line(NAME, f"the same beside the peer's loop, of its {len(two)} and {len(peer.many)} indices", ours)
        last.theirs = (time.perf_counter() - start) * scale
        last.note = "its Gini compares all pairs of units" + scaled
        lines.append(last)
    probe = peaks.elsewhere(__file__)
    memory = Line(NAME, "all of them: peak of the process", float(probe["whole"]) / 2**30, unit="GiB")
    memory.note = f"{float(probe['on_top']) / 1e6:.0f} MB of it on top of the counts, frames included"
    return [*lines, at_most(memory, 1.5)]


if __name__ == "__main__":
    import json

    tables.counts()
    print(json.dumps(peaks.measured(everything)))
    sys.exit()
