"""Output areas joined with rates, brought onto districts, and compared with them, alone and with neighbours."""

from __future__ import annotations

import warnings

import calls
import numpy as np
import pandas as pd
import points
import tables
from timing import Line, seconds

import placemix as pm

NAME = "outcomes of places"


def case(*, full: bool, peer: calls.Peer | None) -> list[Line]:
    """Join every output area, its district, and a map of 10,000 with the models of neighbours by moments."""
    del full, peer
    counts = tables.counts()
    rates, group = made_up(counts), counts.groups[5]
    everywhere = seconds(lambda: pm.outcomes.link(counts, rates, focal=group), repeats=3)
    districts = seconds(lambda: pm.outcomes.link(counts, rates, on="lad", along="unit", focal=group), repeats=3)
    linked = pm.outcomes.link(counts, rates, focal=group)
    alone = seconds(lambda: associated(linked, weight="people"), repeats=3)
    spread = seconds(lambda: pm.outcomes.local_distribution(rates), repeats=3)
    near = points.nearest(points.output_areas(), 10_000)
    around = pm.surroundings.nearest_places(near, places=7)
    part = pm.outcomes.link(near, made_up(near), focal=near.groups[5])
    models = seconds(lambda: associated(part, spatial=around, estimator="gm"), repeats=1)
    many = f"{len(counts):,} units"
    return [
        Line(NAME, f"link, one group, one rate, {many}", everywhere),
        Line(NAME, f"link along units onto 348 districts, {many}", districts, note="sums checked"),
        Line(NAME, f"association, ranks and weighted least squares, {many}", alone),
        Line(NAME, f"local_distribution of one rate, {many}", spread),
        Line(NAME, "association with Moran's I, spatial lag and error by moments, 10,000 units", models, note="spreg"),
    ]


def made_up(counts: pm.Counts) -> pm.Rates:
    """People with some outcome in each unit, drawn with a fixed seed."""
    draw = np.random.default_rng(2011)
    below = np.maximum(counts.total.astype(np.int64), 1)
    top = draw.binomial(below, draw.beta(2, 18, len(below)))
    table = {"indicator": "made up", "unit": counts.units, "numerator": top, "denominator": below, "measured_in": "%"}
    return pm.Rates(pd.DataFrame(table))


def associated(linked: pd.DataFrame, **options: object) -> pd.DataFrame:
    """Associate quietly: the warning is of areas, and these are made up."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pm.errors.EcologicalFallacyWarning)
        return pm.outcomes.association(linked, linked["quantity"].iloc[0], "made up", **options)
