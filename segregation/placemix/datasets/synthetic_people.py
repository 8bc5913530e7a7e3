"""The people of the synthetic town: five groups at two dates, by age, and as an office would publish them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from placemix._typing import FloatArray
from placemix.datasets.synthetic_map import CENTRE, RADIUS, Ground, distance_from_centre, smooth_noise

#: The five groups. Their names are colours because they stand for nobody.
GROUPS: tuple[str, ...] = ("amber", "blue", "green", "red", "violet")
#: Age bands in years; those of 4 to 15 go to school.
AGES: tuple[str, ...] = ("0-3", "4-10", "11-15", "16+")

ENCLAVES = 5
#: Share of a cell's people who are still there at the second date.
STAYERS = 0.72
#: Share of each group in each age band, rows in the order of GROUPS.
AGE_PROFILE = np.array([
    [0.036, 0.068, 0.052, 0.844],
    [0.072, 0.137, 0.101, 0.690],
    [0.046, 0.070, 0.046, 0.838],
    [0.058, 0.104, 0.075, 0.763],
    [0.056, 0.092, 0.066, 0.786],
])  # fmt: skip


@dataclass(frozen=True)
class People:
    """People by piece of the map and group at both dates, and what shapes their homes.

    Attributes
    ----------
    before, after
        People, shape (pieces, groups).
    hardship
        How poor a piece is, about 0 with standard deviation 1, shape (pieces,).
    """

    before: NDArray[np.int64]
    after: NDArray[np.int64]
    hardship: FloatArray


def settle(ground: Ground, rng: np.random.Generator) -> People:
    """Draw who lives in each piece at either date.

    Examples
    --------
    >>> from placemix.datasets.synthetic_map import town_ground
    >>> ground = town_ground(np.random.default_rng(1))
    >>> people = settle(ground, np.random.default_rng(2))
    >>> people.before.shape == (len(ground.geometry), len(GROUPS))
    True
    """
    first, last = np.unique(ground.cell, return_index=True)
    point, kind, empty = ground.point[last], ground.change[last], ground.empty[last]
    cells = len(first)
    size = np.clip(rng.lognormal(np.log(158), 0.22, cells), 92, 330)
    size = np.where(kind == "S", size * 1.25, np.where(kind == "M", size * 0.62, size))
    growth = np.exp(rng.normal(0.02, 0.07, cells))
    growth[rng.random(cells) < 0.04] *= rng.uniform(1.35, 1.9)
    growth = np.where(kind == "S", rng.uniform(1.5, 2.1, cells), np.where(kind == "M", 0.92, growth))
    size[empty] = 0

    shares = _shares(point, rng)
    # Pieces of one cell differ a little, and share its people partly by area, partly alike.
    parts = np.bincount(ground.cell)[ground.cell]
    weight = (ground.area / np.bincount(ground.cell, ground.area)[ground.cell] + 1 / parts) / 2
    own = rng.gamma(60.0, 1 / 60.0, (len(ground.cell), len(GROUPS)))
    early, late = (_normed(share[ground.cell] * own) for share in shares)
    before = rng.multinomial(rng.poisson(size[ground.cell] * weight), early)
    stayers = rng.binomial(before, STAYERS)
    target = rng.poisson(size[ground.cell] * growth[ground.cell] * weight)
    after = stayers + rng.multinomial(np.maximum(target - stayers.sum(1), 0), late)

    away = distance_from_centre(ground.point)
    hardship = (
        1.1 * np.tanh(smooth_noise(ground.point, rng, width=1_300))
        - 0.9 * away
        + 1.6 * late[:, 1]
        + 1.5 * late[:, 2]
        + 0.8 * late[:, 3]
        + 0.55 * rng.normal(size=cells)[ground.cell]
    )
    return People(before, after, (hardship - hardship.mean()) / hardship.std())


def _shares(point: FloatArray, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Return the expected share of each group in each cell at either date."""
    away = distance_from_centre(point)
    # Noise that moves the map under the formulas makes their circles ragged.
    bent = point + 520.0 * np.stack([smooth_noise(point, rng, width=800) for _ in range(2)], axis=1)
    bearing = rng.uniform(0, 2 * np.pi) + (np.arange(ENCLAVES) + rng.uniform(-0.42, 0.42, ENCLAVES)) * (
        2 * np.pi / ENCLAVES
    )
    reach = RADIUS * rng.uniform(0.14, 0.48, ENCLAVES)
    middle = CENTRE + reach[:, None] * np.stack([1.15 * np.cos(bearing), 0.9 * np.sin(bearing)], axis=1)
    square = ((bent[:, None] - middle) ** 2).sum(-1) / rng.uniform(0.5, 1.25, ENCLAVES) ** 2
    inner = distance_from_centre(bent)
    street = rng.uniform(0, 2 * np.pi)  # one road out of town along which green spreads
    turn = np.array([[np.cos(street), -np.sin(street)], [np.sin(street), np.cos(street)]])
    along, aside = ((bent - CENTRE) @ turn).T
    along = np.clip(along, 0, None)
    road = np.exp(-((aside / 650) ** 2)) * np.clip(along / 1_500, 0, 1) * np.exp(-along / 6_000)
    spot = rng.normal(size=len(point))
    drift = smooth_noise(point, rng, width=1_500)
    wander = smooth_noise(point, rng, width=900)
    even = np.exp(0.33 * rng.normal(size=len(point)))
    shares = []
    for late in (0.0, 1.0):
        width = 840.0 + 90.0 * late
        odds = np.exp(
            np.stack(
                [
                    0.85 + 1.9 * away + 0.25 * drift - 0.3 * late,
                    -2.7 + 5.6 * np.exp(-square / (2 * width**2)).max(1) + 0.25 * wander + 0.25 * late,
                    -2.1
                    + np.logaddexp(3.0 * np.exp(-((inner / (0.25 + 0.05 * late)) ** 2)), 2.6 * road)
                    - 0.3 * drift
                    + 0.1 * late,
                    -1.0 + 0.95 * spot + 0.3 * late,
                ],
                axis=1,
            )
        )
        violet = (0.06 + 0.015 * late) * even
        shares.append(np.column_stack([_normed(odds) * (1 - violet[:, None]), violet]))
    return shares[0], shares[1]


def _normed(weight: FloatArray) -> FloatArray:
    share: FloatArray = weight / weight.sum(-1, keepdims=True)
    return share


def by_age(residents: NDArray[np.int64], away: FloatArray, rng: np.random.Generator) -> NDArray[np.int64]:
    """Part residents into age bands; groups differ in age, and suburbs have more children.

    Parameters
    ----------
    residents
        People, shape (units, groups).
    away
        Distance from the centre in radii of the town, shape (units,).
    rng
        Source of randomness.

    Returns
    -------
    people
        Shape (units, groups, ages); sums over ages are `residents`.

    Examples
    --------
    >>> by_age(np.full((1, 5), 40), np.zeros(1), np.random.default_rng(1)).sum(-1).tolist()
    [[40, 40, 40, 40, 40]]
    """
    tilt = 0.75 + 0.5 * np.clip(away, 0, 1)[:, None] + rng.normal(0, 0.12, (len(away), 1))
    young = AGE_PROFILE[:, :-1] * np.clip(tilt, 0.4, 1.5)[:, None]
    profile = np.concatenate([young, 1 - young.sum(-1, keepdims=True)], axis=-1)
    return rng.multinomial(residents, profile)


def long_table(counts: NDArray[np.int64], unit: NDArray[np.str_], kind: str, labels: tuple[str, ...]) -> pd.DataFrame:
    """Write (units, groups, labels) as one row for each unit and label, one column for each group.

    Examples
    --------
    >>> long_table(np.arange(10).reshape(1, 5, 2), np.array(["a"]), "half", ("x", "y"))
      unit half  amber  blue  green  red  violet
    0    a    x      0     2      4    6       8
    1    a    y      1     3      5    7       9
    """
    code = np.tile(np.arange(len(labels)), len(unit))
    frame = pd.DataFrame({"unit": np.repeat(unit, len(labels)).astype(str)})
    frame[kind] = pd.Categorical.from_codes(code, categories=pd.Index(labels))
    frame[list(GROUPS)] = counts.transpose(0, 2, 1).reshape(-1, len(GROUPS))
    return frame


def as_published(units: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return residents by group as text, with ``c`` in about one cell of a hundred.

    Only cells of one to four people are hidden, drawn at random among them; the unit's
    total stays, so a single hidden cell of a unit can be worked out by subtraction.

    Examples
    --------
    >>> units = pd.DataFrame({"unit": [f"u{i}" for i in range(20)], "residents": 5})
    >>> units[list(GROUPS)] = 1
    >>> table = as_published(units, np.random.default_rng(1))
    >>> int((table[list(GROUPS)] == "c").sum().sum()), table.columns[-1]
    (1, 'residents')
    """
    known = units[list(GROUPS)].to_numpy()
    text = np.array(known.astype(str), dtype=object, order="C")
    small = np.flatnonzero((known > 0) & (known < 5))
    hidden = rng.choice(small, min(len(small), round(known.size / 100)), replace=False)
    text.ravel()[hidden] = "c"
    frame = pd.DataFrame(text, columns=list(GROUPS), dtype="object").astype(str)
    frame.insert(0, "unit", units["unit"].to_numpy().astype(str))
    frame["residents"] = units["residents"].to_numpy()
    return frame
