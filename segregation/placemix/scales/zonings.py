"""Zoning: how much of a value is due to where the borders of areas happen to run."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.counts import Counts, checked
from placemix.errors import InvalidParameter, SmoothedByInterpolation, UnknownColumn, did_you_mean, plural
from placemix.measuring import measure
from placemix.measuring.inputs import described
from placemix.measuring.plan import Which
from placemix.results import Call, Result, remember
from placemix.surroundings import Surroundings, contiguity

#: Share of the draws between `lower` and `upper`.
LEVEL = 0.9


def zoning(
    counts: Counts,
    measures: str | Sequence[str],
    *,
    zones: int | str,
    draws: int = 200,
    seed: int = 0,
    focal: Which = None,
    against: Which = "rest",
    by: str | Sequence[str] = (),
    neighbours: Surroundings | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Measure over many random zonings: the units joined into as many connected zones, differently each time.

    Parameters
    ----------
    counts
        People of each group in small units, with shapes.
    measures, focal, against
        See `placemix.measure`.
    zones
        Number of zones; or the name of strata that are a zoning, whose value is compared with those of
        as many random zones.
    draws
        Number of random zonings.
    seed
        Seed; the same seed gives the same zonings.
    by
        Strata to measure apart; no zone crosses their borders.
    neighbours
        Which units touch. Default: those that share a border or a corner.
    progress
        Called with the number of zonings done and of all.

    Returns
    -------
    result
        As from `placemix.measure`. `value` is that of the given zoning, or the median of the draws where
        a number was given (the note says which); `expected` is their mean, `lower` and `upper` hold
        nine tenths of them, and `flag` says whether the value lies below, within or above these.

    Raises
    ------
    InvalidParameter
        There are fewer zones than parts of the map that do not touch, or more than units.
    UnknownColumn
        There are no strata of that name.
    NoPlace, CRSMismatch
        Units have no usable shape; see `placemix.surroundings.contiguity`.

    Notes
    -----
    Each zoning grows zones around units drawn at random, one in every connected part of the map at least,
    along random lengths of the links between neighbours (first-passage percolation), so every zone is
    connected. It is **not** a uniform draw from all zonings with so many zones, which nobody can make for a
    map of any size, and zones differ in people more than official ones do.

    References
    ----------
    Openshaw 1984.

    Examples
    --------
    >>> import placemix as pm
    >>> homes = pm.datasets.town().residents("before")
    >>> found = pm.scales.zoning(homes, "information_theory", zones="ward", draws=40)
    >>> found[["value", "lower", "upper", "flag"]].round(2)
       value  lower  upper    flag
    0   0.14   0.13   0.14  within
    """
    counts = checked(counts)
    if isinstance(draws, bool) or not isinstance(draws, int) or draws < 1:
        message = f"draws is a whole number above 0, not {draws!r}."
        raise InvalidParameter(message)
    strata = [by] if isinstance(by, str) else list(by)
    given, wanted = _given(counts, zones)
    touching = contiguity(counts) if neighbours is None else neighbours.on(counts)
    codes = counts.arranged(strata)
    links = _links(touching.limited(codes), len(counts))
    plain = replace(counts, geometry=None, strata=counts.strata[strata])
    options: dict[str, Any] = {"focal": focal, "against": against, "by": strata}
    values = []
    for draw in range(draws):
        member = _zones(links, len(counts), wanted, np.random.Generator(np.random.Philox(key=seed, counter=draw << 64)))
        with warnings.catch_warnings():
            if draw:
                warnings.simplefilter("ignore", SmoothedByInterpolation)
            rows = measure(_joined(plain, member), measures, **options)
        values.append(rows["value"].to_numpy())
        if progress is not None:
            progress(draw + 1, draws)
    found = np.array(values)
    out = pd.DataFrame(rows)
    if given is not None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SmoothedByInterpolation)
            out = pd.DataFrame(measure(_joined(plain, given), measures, **options))
    inputs = {"counts": counts, "neighbours": touching}
    return _framed(out, found, inputs, compared=given is not None, arguments={
        "measures": [measures] if isinstance(measures, str) else list(measures), "zones": zones, "draws": draws,
        "seed": seed, **options,
    })  # fmt: skip


def _framed(
    out: pd.DataFrame, found: FloatArray, inputs: dict[str, Any], *, compared: bool, arguments: dict[str, Any]
) -> Result:
    defined = ~np.isnan(found)
    tail = (1 - LEVEL) / 2
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a row undefined in every draw stays so
        low, middle, high = np.nanquantile(found, [tail, 0.5, 1 - tail], axis=0)
        mean = np.nanmean(found, axis=0)
    if not compared:
        out["value"] = middle
        out["numerator"] = middle * out["denominator"]
    value = out["value"].to_numpy()
    out["expected"], out["lower"], out["upper"] = mean, low, high
    out["level"] = np.where(np.isnan(low), np.nan, LEVEL)
    flag = np.select([np.isnan(value) | np.isnan(low), value < low, value > high], ["", "below", "above"], "within")
    out["flag"] = pd.Categorical([word or None for word in flag], categories=["below", "within", "above"])
    draws = len(found)
    words = [
        f"{'' if compared else 'median of '}{plural(draws, 'random zoning')}"
        + (f", {draws - kept} of them undefined" if kept < draws else "")
        for kept in defined.sum(axis=0).tolist()
    ]
    notes = [
        f"{note}; {word}" if isinstance(note, str) else word for note, word in zip(out["note"], words, strict=True)
    ]
    out["note"] = pd.Categorical(notes)
    out["interval_method"] = pd.Categorical([f"zoning:{LEVEL:.0%} of random contiguous zones"] * len(out))
    out["source"] = pd.Categorical([inputs["counts"].source] * len(out))
    return remember(out, Call("zoning", inputs, arguments, described))


def _given(counts: Counts, zones: int | str) -> tuple[IntArray | None, int]:
    """Zone of each unit in a zoning that was named, and the number of zones."""
    if isinstance(zones, str):
        if zones not in counts.strata.columns:
            known = ", ".join(map(str, counts.strata.columns)) or "none"
            message = f"The counts carry no strata {zones!r}; they carry {known}."
            raise UnknownColumn(message, remedy=did_you_mean(zones, counts.strata.columns))
        codes, names = pd.factorize(counts.strata[zones])
        return np.asarray(codes), len(names)
    if isinstance(zones, bool) or not isinstance(zones, int | np.integer) or not 1 < zones <= len(counts):
        message = f"zones is a number from 2 to the {len(counts):,} units, or the name of strata, not {zones!r}."
        raise InvalidParameter(message)
    return None, int(zones)


def _links(touching: Surroundings, units: int) -> tuple[IntArray, IntArray, IntArray]:
    """Pairs of touching units, each once, and the connected part of the map that each unit is in."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    blocks = [(i[i < j], j[i < j]) for i, j, _ in touching.pairs()]
    i = np.concatenate([block[0] for block in blocks]) if blocks else np.empty(0, dtype=np.int64)
    j = np.concatenate([block[1] for block in blocks]) if blocks else np.empty(0, dtype=np.int64)
    order = np.lexsort((j, i))  # random lengths must not depend on how the pairs were found
    i, j = i[order], j[order]
    _, part = connected_components(coo_array((np.ones(len(i)), (i, j)), shape=(units, units)), directed=False)
    return i, j, np.asarray(part)


def _zones(links: tuple[IntArray, IntArray, IntArray], units: int, zones: int, rng: np.random.Generator) -> IntArray:
    """Grow zones from random units along random lengths."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    i, j, part = links
    parts = int(part.max()) + 1
    if zones < parts:
        message = f"The map falls into {parts:,} parts that do not touch, so it has no {zones:,} connected zones."
        raise InvalidParameter(message, remedy="Ask for more zones, or join islands by neighbours=.")
    order = rng.permutation(units)
    first = np.unique(part[order], return_index=True)[1]
    kept = np.ones(units, dtype=bool)
    kept[first] = False
    seeds = np.concatenate([order[first], order[kept][: zones - parts]])
    length = rng.exponential(size=len(i)) + 1e-12  # a length of 0 would be no link
    graph = coo_array((length, (i, j)), shape=(units, units)).tocsr()
    _, _, source = dijkstra(graph, directed=False, indices=seeds, return_predecessors=True, min_only=True)
    return np.asarray(pd.factorize(source)[0])


def _joined(counts: Counts, member: IntArray) -> Counts:
    """Sum units into zones; a zone lies in one stratum, that of its first unit."""
    zones = int(member.max()) + 1
    first = np.unique(member, return_index=True)[1]
    values = np.column_stack([np.bincount(member, group, minlength=zones) for group in counts.values.T]).astype(
        np.float64
    )
    total = np.bincount(member, counts.total, minlength=zones)
    return replace(
        counts,
        values=values,
        total=np.maximum(total, values.sum(axis=1)),
        units=pd.Index([str(zone) for zone in range(zones)], dtype=counts.units.dtype),
        strata=counts.strata.iloc[first].reset_index(drop=True),
        area=None,
        error=None,
        geometry=None,
    )
