"""Measures of groups from lowest to highest, as placemix gives them for rows of other packages."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import peers

import placemix as pm
from placemix.indices import _thresholds, rank_order

#: Our name, by the name elsewhere.
ORDINAL = {
    "ordinalseg:H_entropy": "ordinal_information",
    "ordinalseg:R_variation": "ordinal_variation",
    "ordinalseg:S_squareroot": "ordinal_squareroot",
    "ordinalseg:A_absolute": "ordinal_absolute",
}
RANKS = {
    "RankOrderInfoTheory": "rank_order_information", "rankorderseg:Hr": "rank_order_information",
    "RankOrderVarianceRatio": "rank_order_variation", "rankorderseg:Rr": "rank_order_variation",
    "RankOrderSqrt": "rank_order_squareroot", "rankorderseg:Sr": "rank_order_squareroot",
}  # fmt: skip
WAYS = {
    "rank_order_information": rank_order.INFORMATION,
    "rank_order_variation": rank_order.VARIATION,
    "rank_order_squareroot": rank_order.SQUAREROOT,
}


def bands(row: pd.Series) -> pm.Counts:
    """People in bands, the lowest first."""
    if row.dataset == "school_ses":
        people = peers.counts("school_ses", "school_id", ("ses_quintile",), None, ())
        return people.select(["1", "2", "3", "4", "5"])
    return pm.from_wide(peers.table(row.dataset), groups=row.groups.split("|"), unit=peers.UNIT[row.dataset])


def ordered(rows: pd.DataFrame) -> peers.Ours:
    """Measures of ordered groups, and rank-order measures with the degree that the row states."""
    values, reasons = np.full(len(rows), np.nan), [""] * len(rows)
    for at, (_, row) in enumerate(rows.iterrows()):
        people = bands(row)
        name = ORDINAL.get(row.measure) or f"{RANKS[row.measure]}(degree={degree_of(row, people)})"
        found = pm.measure(people, name, order=people.groups).iloc[0]
        values[at], reasons[at] = found["value"], "" if pd.isna(found["reason"]) else found["reason"]
    return peers.Ours(values, reasons, [""] * len(rows))


def degree_of(row: pd.Series, people: pm.Counts) -> int:
    """Degree that a row asks for; where thresholds are too few, R drops the highest powers."""
    options = json.loads(row.parameters)
    return int(options.get("degree") or min(options["polorder"], len(people.groups) - 2))


def unweighted(rows: pd.DataFrame) -> peers.Ours:
    """The same values at the thresholds, with every threshold weighing alike in the fit."""
    values = np.full(len(rows), np.nan)
    for at, (_, row) in enumerate(rows.iterrows()):
        people, way = bands(row), WAYS[RANKS[row.measure]]
        whole, within = _thresholds.varieties(people.values, None, way.variation)
        share = people.values.sum(axis=0).cumsum()[:-1] / people.values.sum()
        mean = rank_order.moments(way, degree_of(row, people))
        every = np.ones_like(share)
        values[at] = rank_order.averaged(share, (1 - within / whole)[0], every, every > 0, mean)
    return peers.Ours(values, [""] * len(rows), [""] * len(rows))
