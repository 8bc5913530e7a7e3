"""Ten radii in one sweep over pairs, against the sweep of the largest radius alone."""

from __future__ import annotations

import points
from timing import Line, at_most, interleaved, seconds

import placemix as pm
from placemix import surroundings

NAME = "profiles"
#: Evenly spaced: the hardest for kernels whose pairs at a radius are no use at the next.
RADII = [400.0 * step for step in range(1, 11)]
#: Bandwidths at which endless kernels end.
CUTOFF = 1.0
LIMITS = {"uniform": 3.5, "triangular": 3.5, "biweight": 3.5, "gaussian": 8.0, "exponential": 8.0}


def case(*, full: bool, peer: object) -> list[Line]:
    """Time both for each kernel, then what the measures add."""
    del full, peer
    counts = points.output_areas()
    lines = []
    for shape, limit in LIMITS.items():
        ends = None if limit < 8 else CUTOFF * RADII[-1]
        operator = surroundings.kernel(counts, bandwidth=RADII[-1], shape=shape, cutoff=ends).operator
        one, ten = interleaved(
            lambda operator=operator: operator.sums(counts.values),
            lambda operator=operator: operator.sums_at(counts.values, RADII),
            repeats=3,
        )
        what = f"ten radii to 4 km, {shape} kernel, 14 groups, {len(counts):,} points: times the largest radius alone"
        line = Line(NAME, what, ten / one, unit="×", note=f"{ten:.1f} s against {one:.1f} s")
        lines.append(at_most(line, limit))
    profile = seconds(lambda: pm.scales.profile(counts, "information_theory", radii=RADII), repeats=1)
    what = f"profile of H of 14 groups at ten radii to 4 km, biweight, {len(counts):,} points, with all measures"
    return [*lines, Line(NAME, what, profile)]
