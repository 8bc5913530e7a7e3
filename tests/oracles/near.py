"""How placemix computes what other packages computed of who is near whom, row by row.

Adapters as in `peers`; the names of the rules' `ours` are looked up there first, then here.
"""

from __future__ import annotations

import functools
import json
import warnings
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import peers
import shapely
from peers import FOLDER, MANY, TWO, UNIT, Ours

import placemix as pm
from placemix import surroundings

#: Name elsewhere of measures of clustering.
NEAR = {
    "Pxx": "mean_proximity", "Pxy": "mean_proximity_between", "ACL": "absolute_clustering",
    "RCL": "relative_clustering", "SP": "spatial_proximity",
    "DPxx": "distance_decay_isolation", "DPxy": "distance_decay_exposure", "AbsoluteClustering": "absolute_clustering",
    "RelativeClustering": "relative_clustering", "SpatialProximity": "spatial_proximity",
    "DistanceDecayIsolation": "distance_decay_isolation", "DistanceDecayInteraction": "distance_decay_exposure",
}  # fmt: skip

#: A group of each data set with shapes; surroundings are the same for all of its groups.
FIRST = {"grenoble_hh_size": "small", "segdata_grid": "a1", "georgia_counties": "black90"}

SPATIAL = {"D": "dissimilarity", "H": "information_theory", "R": "relative_diversity"}


@functools.cache
def shapes(dataset: str) -> gpd.GeoDataFrame:
    return gpd.read_parquet(FOLDER / f"{dataset}.parquet")


@functools.cache
def people(dataset: str, groups: str) -> pm.Counts:
    """Counts with shapes of the groups that a text such as `a1|a2`, `not_big` or `small->small` speaks of."""
    frame, unit = shapes(dataset), UNIT[dataset]
    if dataset == "georgia_counties":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", pm.errors.IncompletePartition)
            return pm.from_wide(
                frame, groups=["black90"], unit=unit, total="tot_pop90", residual="group", geometry="geometry"
            )
    if dataset == "grenoble_hh_size":
        counts = pm.from_wide(frame, groups=["small", "medium", "big"], unit=unit, geometry="geometry")
    else:
        letter = groups.removeprefix("not_")[0]
        counts = pm.from_wide(
            frame, groups=[f"{letter}1", f"{letter}2"], unit=unit, geometry="geometry", crs="planar"
        )  # fmt: skip
    apart = [name for name in groups.replace("->", "|").split("|") if name.startswith("not_")]
    if apart:
        others = [name for name in counts.groups if name != apart[0].removeprefix("not_")]
        counts = counts.merge_groups({apart[0]: others})
    return counts


def split(groups: str) -> tuple[str, str]:
    """Focal and compared group; `rest` where the row names the total, or nothing."""
    first, _, second = groups.replace("->", "|").partition("|")
    if second in {"", "total", "tot_pop90"} or second.endswith("_t"):
        second = "rest"
    return first, second


def each(rows: pd.DataFrame, one: Callable[[str, str, dict[str, Any]], float]) -> Ours:
    """Evaluate row by row: data set, groups and parameters to a value."""
    values = [
        one(row.dataset, row.groups, json.loads(row.parameters) if row.parameters else {}) for row in rows.itertuples()
    ]
    return Ours(np.array(values, dtype=float), [""] * len(rows), [""] * len(rows))


def value(counts: pm.Counts, name: str, focal: str | None, against: str, around: surroundings.Surroundings) -> float:
    return float(pm.estimate(counts, name, focal=focal, against=against, around=around).value)


# --- clustering ----------------------------------------------------------------------------------------


@functools.cache
def proximity(dataset: str, options: str) -> surroundings.Surroundings:
    """Surroundings as a row's parameters say: decay, own distance, or another function of distance."""
    said = json.loads(options)
    counts = people(dataset, FIRST[dataset])
    if "alpha" in said:  # PySAL's distances have no unit: its own distance, and a kilometre
        return surroundings.proximity(counts, decay_length=1 if dataset == "segdata_grid" else "1 km")
    if said.get("spatmat") == "c":
        return surroundings.contiguity(counts, rule="rook", own=1)
    if said.get("fdist") == "l" or "fun" in said:
        return surroundings.from_matrix(counts, _function(counts, dataset, said))
    own: Any = {"0": 0, "a": "white", "0.6*sqrt(area)": "white"}[str(said.get("diagval", said.get("diag")))]
    length = 1 / said.get("beta", 1)
    unit = length if dataset == "segdata_grid" else f"{length:g} km"
    return surroundings.proximity(counts, decay_length=unit, own=own)


def _function(counts: pm.Counts, dataset: str, said: dict[str, Any]) -> np.ndarray:
    """Distances themselves, or R seg's functions of them without the diagonal, in its unit."""
    points = np.column_stack([counts.geometry.centroid.x, counts.geometry.centroid.y])
    apart = np.linalg.norm(points[:, np.newaxis] - points, axis=2) / (1 if dataset == "segdata_grid" else 1000)
    if "fun" not in said:
        return apart
    with np.errstate(divide="ignore"):
        near = 1 / apart if said["fun"] == "1/d" else np.exp(-apart)
    return np.where(apart > 0, near, 0.0)


def clustering(rows: pd.DataFrame) -> Ours:
    """Clustering and distance decay."""
    measure = rows.iloc[0].measure

    def one(dataset: str, groups: str, options: dict[str, Any]) -> float:
        counts, near = people(dataset, groups), proximity(dataset, json.dumps(options))
        focal, against = split(groups)
        if measure == "isp":
            return value(counts, "spatial_proximity", None, "rest", near)
        if "itype" in options:
            return _variant(measure, counts, focal, against, near, options["itype"])
        if focal == against:  # OasisR fills its matrices: a group beside itself
            alone = {"Pxy": "mean_proximity", "DPxy": "distance_decay_isolation"}
            return 0.0 if measure == "RCL" else value(counts, alone[measure], focal, "rest", near)
        found = value(counts, NEAR[measure], focal, against, near)
        return -found if options.get("fdist") == "l" else found  # nearer is less there

    return each(rows, one)


def _variant(
    measure: str, counts: pm.Counts, focal: str, against: str, near: surroundings.Surroundings, kind: str
) -> float:
    """Poo and SP of OasisR: of all groups, of pairs, and of one group relative to everyone."""
    if kind == "multi":
        if measure == "SP":
            return value(counts, "spatial_proximity", None, "rest", near)
        return together(counts, counts.groups[0], "rest", near)
    if kind == "one":
        return value(counts, "mean_proximity", focal, "rest", near) / together(counts, focal, "rest", near)
    if focal == against:
        return 1.0 if measure == "SP" else value(counts, "mean_proximity", focal, "rest", near)
    if measure == "SP":
        return value(counts, "spatial_proximity", focal, against, near)
    return together(counts, focal, against, near)


def together(counts: pm.Counts, focal: str, against: str, near: surroundings.Surroundings) -> float:
    """Mean proximity of all people of two groups, from that within and between them."""
    x = counts.values[:, counts.position(focal)].sum()
    y = counts.total.sum() - x if against == "rest" else counts.values[:, counts.position(against)].sum()
    within, between = (
        value(counts, name, focal, against, near) for name in ("mean_proximity", "mean_proximity_between")
    )
    other = within / (value(counts, "relative_clustering", focal, against, near) + 1)
    return (x * x * within + y * y * other + 2 * x * y * between) / (x + y) ** 2


# --- boundaries ------------------------------------------------------------------------------------------


@functools.cache
def neighbours(dataset: str, rule: str, *, standardised: bool = False) -> surroundings.Surroundings:
    """Contiguity, or shared boundary; each unit's weights made to sum to 1 if asked."""
    counts = people(dataset, FIRST[dataset])
    near = (
        surroundings.shared_boundary(counts)
        if rule == "boundary"
        else surroundings.contiguity(counts, rule=rule, own=0)  # type: ignore[arg-type]
    )
    if not standardised:
        return near
    i, j, weight = (np.concatenate(part) for part in zip(*near.pairs(), strict=True))
    matrix = np.zeros((len(counts), len(counts)))
    matrix[i, j] = weight
    return surroundings.from_matrix(counts, matrix / matrix.sum(axis=1, keepdims=True))


def contrasts(rows: pd.DataFrame) -> Ours:
    """D less what differs between neighbours."""
    measure = rows.iloc[0].measure

    def one(dataset: str, groups: str, options: dict[str, Any]) -> float:
        counts = people(dataset, groups)
        focal, against = split(groups)
        if measure == "dissim:adjusted(nb)":
            options["contiguity"] = options["nb"].split()[0]
        if focal == against:
            return 0.0
        standard = bool(options.get("standardize")) and measure != "PARDissim"
        if measure.endswith("Wong") or measure in {"BoundarySpatialDissim", "PARDissim"}:
            shape = options.get("variant") == "s" or measure == "PARDissim"
            full = options.get("ptype", "all") == "all"
            name = "wong_boundary" if not shape else f"wong_shape(perimeter='{'full' if full else 'interior'}')"
            return value(counts, name, focal, against, neighbours(dataset, "boundary", standardised=standard))
        rule = str(options.get("contiguity", options.get("w"))).split()[0].casefold()
        name = "morrill"
        if "K" in options:
            name = f"morrill(order={options['K']}, reciprocal={options['f'] == 'rec'})"
        return value(counts, name, focal, against, neighbours(dataset, rule, standardised=standard))

    return each(rows, one)


def lengths(rows: pd.DataFrame) -> Ours:
    """Total length of shared borders, each counted once, to twelve digits."""

    def one(dataset: str, groups: str, options: dict[str, Any]) -> float:  # noqa: ARG001
        total = neighbours(dataset, "boundary").weight.sum() / 2
        theirs = rows.loc[rows.dataset == dataset, "value"].iloc[0]
        return float(theirs) if abs(total / theirs - 1) < 1e-12 else float(total)

    return each(rows, one)


def border_errors(rows: pd.DataFrame) -> Ours:
    """Greatest difference between lengths of shared borders and those that GEOS finds pair by pair."""

    def one(dataset: str, groups: str, options: dict[str, Any]) -> float:  # noqa: ARG001
        area = shapes(dataset).geometry.array
        i, j, length = (np.concatenate(part) for part in zip(*neighbours(dataset, "boundary").pairs(), strict=True))
        return float(np.abs(shapely.length(shapely.intersection(area[i], area[j])) - length).max())

    return each(rows, one)


def separation(rows: pd.DataFrame) -> Ours:
    """Overlap of the two groups' spreads over units."""
    first = rows.iloc[0]
    if first.dataset in UNIT:
        return each(
            rows,
            lambda dataset, groups, _: float(
                pm.estimate(people(dataset, groups), "surface_separation", focal=split(groups)[0]).value
            ),
        )
    parts = rows.groups.str.split("|", expand=True)
    options = json.loads(first.parameters)
    if first.dataset.startswith("schools"):
        place = peers.Place(first.dataset, "school", peers._races(first.dataset), None)
    else:
        place = peers.Place("ew2011", options["unit"], tuple(peers.ETHNIC.values()), "persons")
    return peers.looked_up(place, "surface_separation", rows, list(parts[0]), ["rest"] * len(rows))


# --- people around -----------------------------------------------------------------------------------------


@functools.cache
def kernel(dataset: str, options: str) -> surroundings.Surroundings:
    """R seg's weights: exp(-pd), 1/(d + eps)^p, or (1 - (d/m)^p)^p, the own unit at distance 0, up to a distance."""
    said = json.loads(options)
    counts = people(dataset, FIRST[dataset])
    points = np.column_stack([counts.geometry.centroid.x, counts.geometry.centroid.y])
    apart = np.linalg.norm(points[:, np.newaxis] - points, axis=2) / (1 if dataset == "segdata_grid" else 1000)
    power, most = said["power"], said.get("maxdist", np.inf)
    if said["useExp"]:
        near = np.exp(-power * apart)
    elif said.get("scale"):
        near = np.maximum(1 - (apart / most) ** power, 0) ** power
    else:
        near = 1 / (apart + np.finfo(float).eps) ** power
    return surroundings.from_matrix(counts, np.where(apart <= most, near, 0.0))


def seg(rows: pd.DataFrame) -> Ours:
    """Spatial D, H, R and exposure of R seg."""
    kind = rows.iloc[0].measure.removeprefix("spseg:spatial_")[0]

    def one(dataset: str, groups: str, options: dict[str, Any]) -> float:
        counts, near = people(dataset, groups), kernel(dataset, json.dumps(options))
        if kind != "P":
            return value(counts, SPATIAL[kind], None, "rest", near)
        focal, met = split(groups)
        return value(counts, "isolation" if focal == met else "exposure", focal, "rest" if focal == met else met, near)

    return each(rows, one)


@functools.cache
def rounded(dataset: str, groups: str, distance: float | None, rule: str, *, others: bool) -> pm.Counts:
    """People around each unit, rounded to whole people: what PySAL measures instead of the residents.

    PySAL rounds the group and everyone, or, for classes that are told of the `others`, the group and those.
    """
    counts = people(dataset, groups)
    if distance == 0:
        return counts
    if distance is None:
        near = surroundings.contiguity(counts, rule=rule, own=1)  # type: ignore[arg-type]
    else:
        near = surroundings.kernel(counts, bandwidth=distance, shape="triangular")
    sums = np.round(near @ np.column_stack([counts.values, counts.total]))
    if "total" in groups or groups.endswith(("_t", "90")):
        name, _ = split(groups)
        focal = counts.position(name)
        x, rest = sums[:, focal], np.round(near @ (counts.total - counts.values[:, focal]))
        table = pd.DataFrame({name: x, "others": rest if others else sums[:, -1] - x})
    else:
        table = pd.DataFrame(sums[:, :-1], columns=list(counts.groups))
    return pm.from_wide(table.assign(unit=list(counts.units)), groups=list(table), unit="unit")


def smoothed(rows: pd.DataFrame) -> Ours:
    """PySAL's variant: the measure of the smoothed and rounded counts themselves."""
    short = rows.iloc[0].measure.split(":")[1]

    def one(dataset: str, groups: str, options: dict[str, Any]) -> float:
        rule = str(options.get("w")).split("_")[0]
        counts = rounded(dataset, groups, options.get("distance"), rule, others=short in {"MinMax", "HutchensSqrt"})
        focal, _ = split(groups)
        if short in MANY:
            found = float(pm.estimate(counts, MANY[short]).value)
            return 1 - found if short == "SimpsonsConcentration" else found
        if short == "ConProf":
            return peers.profile(counts, focal, 1000)
        name = "surface_separation" if short == "MinMax" else TWO[short]
        return float(pm.estimate(counts, name, focal=focal).value)

    return each(rows, one)
