"""The homes of the synthetic town: households by tenure and group, and who lives in which size of home."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from placemix._typing import FloatArray
from placemix.datasets.synthetic_people import AGES

TENURES: tuple[str, ...] = ("owner_occupied", "shared_ownership", "social_rent", "private_rent")
#: Households for each resident of 16 or over.
HEADSHIP = np.array([0.56, 0.42, 0.55, 0.50, 0.52])
#: What belonging to a group adds to the log odds of each tenure.
TENURE_LEANING = np.array([
    [0.35, 0.0, -0.1, -0.2],
    [0.15, -0.2, -0.1, 0.25],
    [-0.8, 0.1, 0.5, 0.4],
    [-0.3, 0.1, 0.5, 0.1],
    [0.0, 0.1, 0.0, 0.2],
])  # fmt: skip
#: Share of homes with 1, 2, 3 and 4 or more bedrooms, by tenure.
BEDROOMS = np.array([
    [0.06, 0.24, 0.48, 0.22],
    [0.16, 0.48, 0.32, 0.04],
    [0.30, 0.36, 0.29, 0.05],
    [0.24, 0.43, 0.24, 0.09],
])  # fmt: skip
#: People of each age band in a home of 1, 2, 3 and 4 bedrooms, and how full homes of each tenure are.
OCCUPANTS = np.array([
    [0.04, 0.14, 0.17, 0.20],
    [0.03, 0.20, 0.40, 0.55],
    [0.01, 0.11, 0.30, 0.45],
    [1.30, 1.70, 2.10, 2.50],
])  # fmt: skip
FULLNESS = np.array([0.9, 1.0, 1.25, 0.95])


def by_tenure(
    adults: NDArray[np.int64], hardship: FloatArray, away: FloatArray, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Draw households by tenure; each has one adult of the group as its reference person.

    Parameters
    ----------
    adults
        People of 16 or over, shape (units, groups).
    hardship, away
        How poor a unit is, and how far from the centre, shape (units,).
    rng
        Source of randomness.

    Returns
    -------
    households
        Shape (units, groups, tenures); sums over tenures are at most `adults`.

    Examples
    --------
    >>> by_tenure(np.full((1, 5), 40), np.zeros(1), np.zeros(1), np.random.default_rng(1)).shape
    (1, 5, 4)
    """
    households = rng.binomial(adults, HEADSHIP)
    estate = rng.random(len(away)) < 1 / (1 + np.exp(2.4 - 1.2 * hardship))
    place = np.stack(
        [
            0.9 + 0.7 * away - 0.55 * hardship - 1.2 * estate,
            np.full(len(away), -2.4),
            -0.9 + 0.45 * hardship + 1.9 * estate,
            0.1 - 1.0 * away + 0.1 * hardship - 0.4 * estate,
        ],
        axis=1,
    )
    odds = np.exp(place[:, None] + TENURE_LEANING + 0.25 * rng.normal(size=place.shape)[:, None])
    return rng.multinomial(households, odds / odds.sum(-1, keepdims=True))


def occupancy_table(households: NDArray[np.int64], ages: NDArray[np.int64], rng: np.random.Generator) -> pd.DataFrame:
    """Part the town's households and residents by tenure and bedrooms, for yields of new homes.

    Parameters
    ----------
    households
        Shape (units, groups, tenures).
    ages
        Residents, shape (units, groups, ages).
    rng
        Source of randomness.

    Returns
    -------
    table
        One row for each tenure and number of bedrooms (1 to 4, 4 meaning four or more):
        households and residents in each age band. Columns sum to the town's.

    Examples
    --------
    >>> table = occupancy_table(np.full((1, 5, 4), 10), np.full((1, 5, 4), 30), np.random.default_rng(1))
    >>> int(table["households"].sum()), int(table["16+"].sum())
    (200, 150)
    """
    homes = rng.multinomial(households.sum((0, 1)), BEDROOMS)
    table = pd.DataFrame(
        {
            "tenure": np.repeat(TENURES, 4),
            "bedrooms": np.tile(np.arange(1, 5), 4),
            "households": homes.ravel(),
        }
    )
    table["tenure"] = pd.Categorical(table["tenure"], categories=list(TENURES))
    for place, (age, people) in enumerate(zip(AGES, ages.sum((0, 1)), strict=True)):
        weight = (homes * FULLNESS[:, None] * OCCUPANTS[place]).ravel()
        table[age] = rng.multinomial(people, weight / weight.sum())
    return table
