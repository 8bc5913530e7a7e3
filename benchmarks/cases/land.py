"""Concentration and centralisation of 14 groups in 181,408 units, in one call."""

from __future__ import annotations

from dataclasses import replace

import calls
import numpy as np
import points
from timing import Line, seconds

import placemix as pm

NAME = "land"
MEASURES = [
    "delta", "absolute_concentration", "relative_concentration", "profile_r", "relative_centralisation",
    "absolute_centralisation", "proportion_central(radius=5000)",
]  # fmt: skip
CENTRE = (384_000.0, 398_000.0)


def case(*, full: bool, peer: calls.Peer | None) -> list[Line]:
    """All seven measures of every group against the rest, once for the whole and once for each district."""
    del full, peer
    counts = points.output_areas()
    counts = replace(counts, area=np.random.default_rng(0).uniform(1e4, 1e6, len(counts)))  # points have no area
    return [
        Line(NAME, f"{len(MEASURES)} measures of 14 groups, whole", seconds(lambda: measured(counts, ()))),
        Line(NAME, "the same in 348 districts", seconds(lambda: measured(counts, "district"))),
    ]


def measured(counts: pm.Counts, by: str | tuple[str, ...]) -> pm.Result:
    """One call with its frame."""
    return pm.measure(counts, MEASURES, focal="each", by=by, centre=CENTRE)
