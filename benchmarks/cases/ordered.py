"""Ordered groups: every output area of England and Wales at once, and a million people with values."""

from __future__ import annotations

import calls
import numpy as np
import pandas as pd
import tables
from timing import Line, at_most, seconds

import placemix as pm

NAME = "ordered"
MEASURES = [
    "ordinal_information", "ordinal_variation", "ordinal_squareroot", "ordinal_absolute", "rank_order_information",
    "rank_order_variation", "rank_order_squareroot",
]  # fmt: skip


def case(*, full: bool, peer: calls.Peer | None) -> list[Line]:  # noqa: ARG001
    """All seven measures of the largest table, whose 14 groups stand for bands, and the three of values."""
    counts = tables.counts()
    ours = seconds(lambda: pm.measure(counts, MEASURES, order=counts.groups))
    what = f"7 ordinal and rank-order measures of {len(counts.groups)} bands in {len(counts):,} areas"
    lines = [at_most(Line(NAME, what, ours), 5)]
    draw = np.random.default_rng(9)
    area = draw.integers(0, 2_000, 1_000_000)
    people = pd.DataFrame({"area": area, "income": np.exp(draw.normal(10 + area / 4_000, 0.6))})
    for verb in (pm.continuous.rank_order, pm.continuous.sorting_index, pm.continuous.centile_gap):
        took = seconds(lambda verb=verb: verb(people, value="income", unit="area"))
        lines.append(Line(NAME, f"{verb.__name__} of 1,000,000 people in 2,000 areas", took))
    some = people.head(100_000)
    for name in ("rank_order_information", "sorting_index"):
        took = seconds(
            lambda name=name: pm.inference.sorting(some, name, value="income", unit="area", draws=99),
            repeats=1,
            warm=False,
        )
        lines.append(Line(NAME, f"{name} beside 99 deals of 100,000 people, once", took))
    return lines
