"""Parts of a set of points: compact clusters, and parts of equal size."""

from __future__ import annotations

import numpy as np

from placemix._typing import FloatArray, IntArray


def clusters(
    point: FloatArray,
    number: int,
    rng: np.random.Generator,
    *,
    weight: FloatArray | None = None,
    crowding: bool = False,
) -> tuple[IntArray, FloatArray]:
    """Part points into compact clusters (k-means), and return their labels and centres.

    Parameters
    ----------
    point
        Coordinates in metres, shape (points, 2).
    number
        How many clusters, at most one a point.
    rng
        Source of randomness for the first centres.
    weight
        Weight of each point, positive. Default: all the same.
    crowding
        Whether centres crowd where the weight is, rather than spread over the map.

    Examples
    --------
    >>> label, _ = clusters(np.array([[0.0, 0], [1, 0], [9, 0]]), 2, np.random.default_rng(1))
    >>> bool(label[0] == label[1] != label[2])
    True
    """
    weight = np.ones(len(point)) if weight is None else weight
    number = min(number, len(point))
    if crowding:
        centre = point[rng.choice(len(point), number, replace=False, p=weight / weight.sum())]
    else:
        centre = point[rng.choice(len(point), 1, p=weight / weight.sum())]
        while len(centre) < number:  # each further centre is likely to be far from those so far
            square = ((point[:, None] - centre) ** 2).sum(-1).min(1) * weight
            centre = np.vstack([centre, point[rng.choice(len(point), 1, p=square / square.sum())]])
    label = np.zeros(len(point), dtype=np.intp)
    for _ in range(3 if crowding else 15):
        label = ((point[:, None] - centre) ** 2).sum(-1).argmin(1)
        heavy = np.bincount(label, weight, number)
        mean = np.stack([np.bincount(label, weight * axis, number) for axis in point.T], axis=1)
        centre = np.where(heavy[:, None] > 0, mean / np.maximum(heavy, 1e-9)[:, None], centre)
    return label, centre


def equal_parts(point: FloatArray, number: int, rng: np.random.Generator) -> IntArray:
    """Cut points into parts of equal size, again and again across the longer way, and label them.

    Parameters
    ----------
    point
        Coordinates in metres, shape (points, 2).
    number
        How many parts; sizes differ by one point at most for each cut.
    rng
        Source of randomness, which turns each cut a little.

    Examples
    --------
    >>> line = np.array([[0.0, 0], [10, 0], [20, 0], [30, 0]])
    >>> bool(np.ptp(equal_parts(line, 2, np.random.default_rng(1))[:2]) == 0)
    True
    """
    label = np.zeros(len(point), dtype=np.intp)
    if number == 1 or len(point) < 2:
        return label
    offset = point - point.mean(0)
    x, y = np.linalg.eigh(offset.T @ offset)[1][:, -1]
    turn = np.arctan2(y, x) + rng.normal(0, 0.25)
    order = np.argsort(offset @ np.array([np.cos(turn), np.sin(turn)]), kind="stable")
    low = number // 2
    cut = round(len(point) * low / number)
    label[order[:cut]] = equal_parts(point[order[:cut]], low, rng)
    label[order[cut:]] = low + equal_parts(point[order[cut:]], number - low, rng)
    return label
