"""What other packages did where they went wrong: it must give their very values, or a rule's reason is a guess.

Functions take rows as the adapters of `peers` do, and return the values that the package gave.
"""

from __future__ import annotations

import json

import drawn
import near
import numpy as np
import pandas as pd
import peers
from scipy.optimize import minimize

from placemix import indices
from placemix._typing import FloatArray


def one_draw(rows: pd.DataFrame) -> FloatArray:
    """PySAL's Carrington and Troske: the generator is put back to one seed before each of 500 draws."""
    seed = np.random.RandomState(12345).randint(0, int(10e6))
    values = []
    for row in rows.itertuples():
        counts, focal = drawn.of_row(row)
        members, everyone = counts.values[:, counts.position(focal)], counts.total.astype(int)
        gini = row.measure.endswith("Gini")
        share = (members if gini else members.astype(int)).sum() / everyone.sum()
        dealt = np.random.RandomState(seed).binomial(everyone, share)
        measure = indices.gini if gini else indices.dissimilarity
        plain, chance = (
            measure(np.column_stack([x, counts.total - x]).astype(float)).item() for x in (members, dealt)
        )  # fmt: skip
        values.append(indices.carrington_troske(np.array([plain]), np.array([chance])).item())
    return np.array(values)


def from_zero(rows: pd.DataFrame) -> FloatArray:
    """PySAL's density correction: the likeliest difference is searched for from 0, where its density underflows."""
    values = []
    for row in rows.itertuples():
        counts, focal = drawn.of_row(row)
        x = counts.values[:, counts.position(focal)]
        y = counts.total - x
        p, q = x / x.sum(), y / y.sum()
        spread = np.sqrt(p * (1 - p) / x.sum() + q * (1 - q) / y.sum())
        likeliest = [_searched(size) for size in np.abs(p - q) / spread]
        values.append(float(spread @ likeliest) / 2)
    return np.array(values)


def _searched(size: float) -> float:
    def density(at: FloatArray) -> FloatArray:
        return -(np.exp(-((at - size) ** 2) / 2) + np.exp(-((at + size) ** 2) / 2)) / np.sqrt(2 * np.pi)

    found = minimize(density, np.array(0), method="nelder-mead", options={"xatol": 1e-5})
    return float(found.final_simplex[0][1][0])


def of_everyone(rows: pd.DataFrame) -> FloatArray:
    """OasisR's RCO of two groups: units are filled up, and their areas averaged, with the people of all groups."""
    values = []
    for row in rows.itertuples():
        counts = near.people(row.dataset, row.groups)
        focal, against = near.split(row.groups)
        area = counts.geometry.area.to_numpy()
        order = np.argsort(area, kind="stable")
        x, y = (counts.values[:, counts.position(name)] for name in (focal, against))
        smallest, largest = (
            _filled(counts.total, area, order, x.sum()),
            _filled(counts.total, area, order[::-1], y.sum()),
        )
        values.append(((x @ area / x.sum()) / (y @ area / y.sum()) - 1) / (smallest / largest - 1))
    return np.array(values)


def _filled(people: FloatArray, area: FloatArray, order: FloatArray, many: float) -> float:
    """Mean area of the first units of an order that hold so many people, the one that crosses it included."""
    last = int(np.searchsorted(np.cumsum(people[order]), many))
    taken = order[: last + 1]
    return float(np.average(area[taken], weights=people[taken]))


def stopped_early(rows: pd.DataFrame) -> FloatArray:
    """R segregation's parts of a change: fitting stops when shares of units are met to 1e-3, be they ever so small."""
    first, options = rows.iloc[0], json.loads(rows.iloc[0].parameters)
    tables = [
        peers.table(dataset).groupby(options["unit"], observed=True)[list(peers._races(dataset))].sum()
        for dataset in first.dataset.split("->")
    ]
    common = tables[0].index.intersection(tables[1].index)
    before, after = (table.loc[common].to_numpy() / table.loc[common].to_numpy().sum() for table in tables)
    parts = [_m(after) - _m(_loosely_fitted(before, after)), _m(_loosely_fitted(after, before)) - _m(before)]
    sorting = parts[0] if options["method"] == "km" else np.mean(parts)
    if first.measure.endswith("structural"):
        return np.full(len(rows), sorting)
    whole, _ = peers.split_change(first.dataset, options["unit"], "karmel_maclachlan")
    return np.full(len(rows), whole["interaction"] + whole["structural"] - sorting)


def _m(people: FloatArray) -> float:
    return float(indices.mutual_information(people).item())


def _loosely_fitted(seed: FloatArray, margins: FloatArray) -> FloatArray:
    """Scale groups, then units and groups in turn, until no unit's share is off by 1e-3."""
    values = seed * (margins.sum(axis=0) / seed.sum(axis=0))
    while np.abs(values.sum(axis=1) - margins.sum(axis=1)).max() > 1e-3:
        values = values * (margins.sum(axis=1) / values.sum(axis=1))[:, np.newaxis]
        values = values * (margins.sum(axis=0) / values.sum(axis=0))
    return values
