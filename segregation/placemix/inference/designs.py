"""Surveys whose people were not drawn one by one: standard errors with the effect of the design."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, GroupName
from placemix.counts import Counts, checked
from placemix.errors import InvalidParameter, UnmatchedUnit, plural

#: A factor of the variance, or one for each group.
Effect = float | Mapping[GroupName, float]


def with_design_effect(
    counts: Counts, design_effect: Effect, *, sampled: float | Mapping[str, float] | pd.Series | None = None
) -> Counts:
    """Widen the standard errors of a survey by the effect of its design.

    People who were drawn together, as households or whole streets, tell less than as many drawn one by
    one: the variance of their counts is larger by the design effect, and the standard error by its root.

    Parameters
    ----------
    counts
        Counts of a survey, with standard errors of people drawn one by one, or with `sampled`.
    design_effect
        How many times the variance is that of people drawn one by one, above 0; one number, or one for
        each group by name. Errors that a publisher gives for the design itself, as the American Community
        Survey does, hold it already.
    sampled
        People who were asked in each unit, by unit id, or one number for all: where the counts have no
        errors, they become t √(p (1 - p) / n) with t everyone and p the group's share, times the root of
        the design effect. A share of 0 or 1 takes p = 1 / (n + 2), as nobody seen is not nobody there.

    Returns
    -------
    counts
        The same people with other errors; `about.notes` says which effect. `placemix.inference.intervals`
        then draws from them.

    Raises
    ------
    InvalidParameter
        An effect or a number of people asked is not above 0; groups lack an effect; or there are neither
        errors nor `sampled`, or both.
    UnmatchedUnit
        Units lack a number of people asked.

    References
    ----------
    Kish 1965.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> survey = pm.inference.with_design_effect(homes, 2.25, sampled=25)
    >>> survey.error[:2].round(2).tolist()
    [[12.0, 12.0], [12.0, 12.0]]
    >>> pm.inference.intervals(survey, "dissimilarity", focal="asian", draws=99)["interval_method"].item()[:4]
    'moe:'
    """
    counts = checked(counts)
    effect = _effects(counts, design_effect)
    if (counts.error is None) == (sampled is None):
        both = "both standard errors and people asked" if sampled is not None else "no standard errors"
        message = f"The counts have {both}."
        remedy = "Leave out sampled=." if sampled is not None else "Pass sampled=, the people asked in each unit."
        raise InvalidParameter(message, remedy=remedy)
    error = counts.error if counts.error is not None else _of_people_asked(counts, sampled)
    words = f"{design_effect:g}" if not isinstance(design_effect, Mapping) else "one for each group"
    notes = [f"Standard errors hold a design effect of {words}."]
    return replace(counts, error=error * np.sqrt(effect), about=counts.about.noting(*notes))


def _effects(counts: Counts, given: Effect) -> FloatArray:
    if isinstance(given, Mapping):
        places = {counts.position(name): value for name, value in given.items()}
        lacking = [str(group) for place, group in enumerate(counts.groups) if place not in places]
        if lacking:
            message = f"Groups have no design effect: {', '.join(lacking)}."
            raise InvalidParameter(message, remedy="Give every group one, or one number for all.")
        values = [places[place] for place in range(len(counts.groups))]
    else:
        values = [given] * len(counts.groups)
    odd = [
        value
        for value in values
        if isinstance(value, bool) or not isinstance(value, int | float | np.number) or not 0 < float(value) < np.inf
    ]
    if odd:
        message = f"A design effect is a number above 0, not {odd[0]!r}."
        raise InvalidParameter(message, remedy="1 is people drawn one by one; clustered surveys have 1.5 to 3.")
    return np.asarray(values, dtype=np.float64)


def _of_people_asked(counts: Counts, sampled: float | Mapping[str, float] | pd.Series | None) -> FloatArray:
    if isinstance(sampled, Mapping | pd.Series):
        found = pd.Series(sampled, dtype=np.float64).reindex(counts.units).to_numpy()
    else:
        found = np.full(len(counts), sampled, dtype=np.float64)
    if np.isnan(found).any():
        message = f"{plural(int(np.isnan(found).sum()), 'unit has', 'units have')} no number of people asked."
        raise UnmatchedUnit(message, units=counts.units[np.isnan(found)], remedy="Give every unit one in sampled=.")
    if not (found > 0).all():
        message = "People asked are above 0."
        raise InvalidParameter(message, units=counts.units[~(found > 0)], remedy="Leave out units where nobody was.")
    many, people = found[:, np.newaxis], counts.total[:, np.newaxis]
    share = np.divide(counts.values, people, out=np.zeros(counts.values.shape), where=people > 0)
    least = 1 / (many + 2)
    share = np.where(share <= 0, least, np.where(share >= 1, 1 - least, share))
    return np.asarray(people * np.sqrt(share * (1 - share) / many))
