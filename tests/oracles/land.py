"""How placemix computes what other packages computed of concentration and centralisation, row by row.

Adapters as in `peers`; their maps are those of `near`.
"""

from __future__ import annotations

import json
from typing import Any

import near
import numpy as np
import pandas as pd
from peers import Ours

import placemix as pm
from placemix import indices

#: Our name of a measure, by the name elsewhere.
LAND = {
    "Delta": "delta(land='all')",
    "ACO": "absolute_concentration", "AbsoluteConcentration": "absolute_concentration",
    "RCO": "relative_concentration", "RelativeConcentration": "relative_concentration",
    "ACE": "absolute_centralisation(land='all')", "ACEPoly": "absolute_centralisation(land='all')",
    "AbsoluteCentralization": "absolute_centralisation(land='all')",
    # Duncan's absolute index is the relative one of a group and everyone else.
    "ACEDuncan": "relative_centralisation", "ACEDuncanPoly": "relative_centralisation",
    "RCE": "relative_centralisation", "RCEPoly": "relative_centralisation",
    "RelativeCentralization": "relative_centralisation",
    "RCEPolyK": "relative_centralisation(nearest={})", "ACEDuncanPolyK": "relative_centralisation(nearest={})",
}  # fmt: skip


def land(rows: pd.DataFrame) -> Ours:
    """Concentration and centralisation, with the centre that a row names."""
    values, reasons = [], []
    for row in rows.itertuples():
        counts, options = near.people(row.dataset, row.groups), json.loads(row.parameters or "{}")
        focal, against = near.split(row.groups)
        name = _named(row.library, row.measure, options)
        centre = centre_of(counts, options) if "centralisation" in name else None
        if focal == against:  # OasisR fills its matrices: a group beside itself
            found = beside_itself(counts, focal, name)
            values.append(found)
            reasons.append("undefined" if np.isnan(found) else "")
            continue
        if "K" in options:
            name = name.format(_units(counts, centre, options["K"]))
        one = pm.measure(counts, name, focal=focal, against=against, centre=centre).iloc[0]
        values.append(float(one["value"]))
        reasons.append("" if pd.isna(one["reason"]) else str(one["reason"]))
    return Ours(np.array(values), reasons, [""] * len(rows))


def _named(library: str, measure: str, options: dict[str, Any]) -> str:
    """OasisR takes as many people from the largest units as the other group has."""
    other = library.startswith("OasisR") or "majority" in options.get("n2", "")
    return "relative_concentration(largest='against')" if measure == "RCO" and other else LAND[measure]


def _units(counts: pm.Counts, centre: list[Any], rings: int) -> int:
    """OasisR's K counts distances beyond the centres, not units: 10 of them reach 61 squares of a grid."""
    far = np.min([np.hypot(*(_middles(counts) - np.array(one)).T) for one in centre], axis=0).round(9)
    return int((far <= np.unique(far)[: rings + 1].max()).sum())


def _middles(counts: pm.Counts) -> np.ndarray:
    return np.column_stack([counts.geometry.centroid.x, counts.geometry.centroid.y])


def centre_of(counts: pm.Counts, options: dict[str, Any]) -> Any:
    """The centre, or the centres, that a row's parameters name."""
    xy = _middles(counts)
    said = options.get("center", "")
    if "centers_1based" in options:
        return [tuple(xy[int(number) - 1]) for number in options["centers_1based"].split(",")]
    if said.startswith("unit"):
        return tuple(xy[int(said.split()[1]) - 1])
    if said == "median":
        return tuple(np.median(xy, axis=0))
    if said == "population_weighted_mean":
        return tuple(np.average(xy, axis=0, weights=counts.total))
    if said == "largest_population":
        return tuple(xy[counts.total == counts.total.max()].mean(axis=0))
    assert said.startswith("mean")
    return tuple(xy.mean(axis=0))


def beside_itself(counts: pm.Counts, focal: str, name: str) -> float:
    x = counts.values[:, counts.position(focal)]
    if name.startswith("relative_centralisation"):
        return 0.0
    return float(indices.relative_concentration(np.column_stack([x, x]), area=counts.geometry.area.to_numpy()).item())
