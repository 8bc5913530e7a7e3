"""One year's applications to the secondary schools of the synthetic town."""

from __future__ import annotations

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.datasets.synthetic_people import GROUPS
from placemix.datasets.synthetic_schools import FAITH_LEANING, REACH, Homes, Schooling, distances

#: Most schools that a form has room for.
CHOICES = 6
#: Year group of those who apply.
LAST_PRIMARY = 6
#: How many forms name 1, 2 … 6 schools.
FORM_LENGTHS = np.array([0.10, 0.12, 0.25, 0.20, 0.13, 0.20])


def applications(
    homes: Homes, schooling: Schooling, catchment: IntArray, poverty: FloatArray, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw the applicants, who are the Year 6 pupils of the last roll, and their ranked schools.

    Parameters
    ----------
    homes, schooling
        Where children live, and the flows of the last year.
    catchment
        Position of the secondary school whose catchment a unit lies in, shape (units,).
    poverty
        Probability of free meals in each unit, shape (units,).
    rng
        Source of randomness.

    Returns
    -------
    applicants
        One row a pupil.
    preferences
        One row for each school that a pupil names, best first.
    """
    schools = schooling.schools
    leaving = schooling.pupils[:, LAST_PRIMARY]
    flow = np.repeat(np.arange(len(leaving)), leaving)
    flow = rng.permutation(flow)
    unit, group = schooling.unit[flow], schooling.group[flow]
    number = len(flow)
    point = homes.point[unit] + rng.normal(size=(number, 2)) * np.sqrt(homes.area[unit])[:, None] / 5
    believes = rng.random(number) < np.array([0.22, 0.05, 0.45, 0.15, 0.28])[group]
    band = np.clip(np.round(3 - 0.45 * homes.hardship[unit] + 1.2 * rng.normal(size=number)), 1, 5)
    applicants = pd.DataFrame(
        {
            "pupil": [f"A{place + 1:05d}" for place in range(number)],
            "unit": homes.unit[unit].astype(str),
            "group": pd.Categorical.from_codes(group, categories=pd.Index(GROUPS)),
            "primary_school": schools["school"].to_numpy()[schooling.school[flow]],
            "x": point[:, 0].round(1),
            "y": point[:, 1].round(1),
            "looked_after": rng.random(number) < 0.012,
            "free_meals": rng.random(number) < poverty[unit],
            "faith": believes,
            "band": band.astype(np.int64),
        }
    )

    secondary = schools[schools["phase"] == "secondary"]
    away = distances(point, homes.point[secondary["place"].to_numpy()])
    faith = secondary["faith"].to_numpy()
    fame = rng.normal(0, 0.7, len(secondary))
    liking = fame - away / (1.3 * REACH["secondary"]) + np.where(faith, FAITH_LEANING[group][:, None], 0.0)
    liking += np.where(faith, np.where(believes, 1.6, -0.8)[:, None], 0.0)
    # A third have an older sibling at a school that their family would choose.
    older = rng.random(number) < 0.33
    family = (liking + rng.gumbel(size=liking.shape)).argmax(1)
    sibling = older[:, None] & (np.arange(len(secondary)) == family[:, None])
    liking += np.where(sibling, 4.0, 0.0)
    ranked = (-(liking + rng.gumbel(size=liking.shape))).argsort(axis=1)[:, :CHOICES]
    length = 1 + rng.choice(CHOICES, size=number, p=FORM_LENGTHS)
    pupil, rank = np.nonzero(np.arange(CHOICES) < length[:, None])
    named = ranked[pupil, rank]
    first = len(schools) - len(secondary)
    preferences = pd.DataFrame(
        {
            "pupil": applicants["pupil"].to_numpy()[pupil],
            "rank": rank + 1,
            "school": secondary["school"].to_numpy()[named],
            "distance": away[pupil, named].round(1),
            "sibling": sibling[pupil, named],
            "faith": believes[pupil] & faith[named],
            "catchment": catchment[unit[pupil]] == named + first,
        }
    )
    return applicants, preferences
