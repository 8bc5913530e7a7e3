"""The map on which claims of measures about who is near whom are tried: a fixed, irregular spiral.

Proximity is exp(-d) between places and exp(-0.3) within one. Places nearer than 1.6 are neighbours;
the lengths of their borders, and the outlines and areas of places, are made up but fixed. The centre is (0, 0).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from placemix.registry import Measure

#: Places; no two distances are alike.
PLACES = np.array([
    [0.65 * np.sqrt(k + 0.3) * np.cos(2.4 * k), 0.7 * np.sqrt(k + 0.3) * np.sin(2.4 * k)]
    for k in range(40)
])  # fmt: skip
AREA = 0.6 + 0.35 * (np.arange(len(PLACES)) % 4)
OUTLINE = (4.0 + 0.8 * (np.arange(len(PLACES)) % 3)) * np.sqrt(AREA)

#: Every way of calling a row that its claims speak of.
OPTIONS: dict[str, tuple[dict[str, Any], ...]] = {
    "morrill": ({}, {"order": 2}, {"order": 3, "reciprocal": True}),
    "wong_shape": ({}, {"perimeter": "interior"}),
    "getis_ord": ({}, {"rates": "raw"}),
    "local_moran": ({}, {"rates": "raw"}),
    "distortion": ({}, {"plain": True}),
    "local_distortion": ({}, {"plain": True}),
    "delta": ({}, {"land": "all"}),
    "absolute_concentration": ({}, {"fractional": True}),
    "relative_concentration": ({}, {"largest": "against"}, {"fractional": True}),
    "relative_centralisation": ({}, {"within": 1.1}),
    "absolute_centralisation": ({}, {"land": "all"}, {"within": 1.1}),
    "proportion_central": ({"radius": 0.9}, {"radius": 1.4}),
    "local_relative_centralisation": ({"neighbours": 2}, {"neighbours": 5}),
    "rank_order_information": ({"degree": 1}, {"degree": 4}),
    "rank_order_variation": ({"degree": 1}, {"degree": 4}),
    "rank_order_squareroot": ({"degree": 1}, {"degree": 4}),
}


def on_a_map(row: Measure) -> bool:
    """Whether a row has no meaning without a map."""
    return row.looks_at_a_map


def apart(places: np.ndarray) -> np.ndarray:
    return np.linalg.norm(PLACES[places][:, np.newaxis] - PLACES[places], axis=2)


def proximities(places: np.ndarray, starts: np.ndarray | None = None) -> np.ndarray:
    """Proximity of every pair of places of one stratum."""
    near = np.exp(-apart(places))
    np.fill_diagonal(near, np.exp(-0.3))
    return near * _together(len(places), starts)


def neighbours(places: np.ndarray, starts: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ordered pairs of neighbours of one stratum; the length of their border shrinks with distance."""
    distance = apart(places)
    linked = (distance < 1.6) & _together(len(places), starts) & ~np.eye(len(places), dtype=bool)
    i, j = np.nonzero(linked)
    return i, j, 2.0 - distance[i, j]


def _together(units: int, starts: np.ndarray | None) -> np.ndarray:
    code = np.zeros(units) if starts is None else np.repeat(np.arange(len(starts)), np.diff(starts, append=units))
    return code[:, np.newaxis] == code


def mapped(
    row: Measure,
    counts: np.ndarray,
    places: np.ndarray,
    *,
    starts: np.ndarray | None = None,
    parts: np.ndarray | None = None,
    **options: Any,
) -> np.ndarray:
    """Evaluate a row with its units at these places, or with parts of the land there."""
    counts = np.asarray(counts, dtype=float)
    if row.call == "groups" and not row.needs_around:
        land = AREA[places] * (1.0 if parts is None else parts)
        ground = {"area": land, "distance": np.hypot(*PLACES[places].T)}
        return row.function(
            counts, starts=starts, **{name: ground[name] for name in row.needs if name in ground}, **options
        )
    if row.call == "trajectory":
        rank = np.argsort(np.argsort(places, kind="stable"))
        return row.function(counts, places=(PLACES[places], rank), starts=starts, **options)
    if row.call in {"contrast", "neighbours"}:
        pairs = neighbours(places, starts)
        if row.name == "morrill":
            pairs = (*pairs[:2], np.ones(len(pairs[0])))
        ground = {"outline": OUTLINE[places], "area": AREA[places]}
        given = {name: ground[name] for name in row.needs if name in ground}
        return row.function(counts, pairs=pairs, starts=starts, **given, **options)
    near = proximities(places, starts)
    if "weight" in row.needs:
        inhabited = (counts.sum(axis=-1) > 0).astype(float)
        options["weight"] = (near @ inhabited[..., np.newaxis])[..., 0]
    return row.function(counts, near @ counts, starts=starts, **options)
