"""A value less what chance adds to it, by the methods of the literature."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeAlias

import numpy as np

from placemix import indices
from placemix._typing import FloatArray, GroupName
from placemix.counts import Counts, checked
from placemix.errors import InvalidParameter, did_you_mean
from placemix.estimating import Estimate, Uncertainty
from placemix.inference.chances import table
from placemix.inference.households import Cluster, dealt
from placemix.inference.nulls import Null
from placemix.inference.resampling import intervals
from placemix.measuring import estimate
from placemix.measuring.plan import REST, focal_groups, rivals
from placemix.registry import asked
from placemix.surroundings import Surroundings

#: Ways to correct a value.
Correction: TypeAlias = Literal["carrington_troske", "bootstrap", "density", "unbiased", "miller_madow"]
#: Measures that each is published for; None: any that lies between 0 and 1.
_FOR: dict[str, tuple[str, ...] | None] = {
    "carrington_troske": None,
    "bootstrap": None,
    "density": ("dissimilarity",),
    "unbiased": ("correlation_ratio",),
    "miller_madow": ("information_theory", "mutual_information"),
}


def corrected(
    counts: Counts,
    measure: str,
    *,
    focal: GroupName | None = None,
    against: GroupName = "rest",
    around: Surroundings | None = None,
    method: Correction = "carrington_troske",
    null: Null = "evenness",
    cluster: Cluster | None = None,
    draws: int = 999,
    seed: int = 0,
) -> Estimate:
    """Give a value less what chance adds to it.

    Parameters
    ----------
    counts, measure, focal, against, around
        As in `placemix.estimate`.
    method
        ``"carrington_troske"``: (v - e)/(1 - e), or (v - e)/e below e, with e the mean under `null`; for
        any measure between 0 and 1. ``"bootstrap"``: 2v less the mean over people drawn anew.
        ``"density"``: D with the likeliest difference of each unit, no draws. ``"unbiased"``: V less its
        exact mean under dealing, (V - e)/(1 - e). ``"miller_madow"``: H and M less the first term of their
        bias.
    null, cluster, draws, seed
        As in `placemix.inference.table`.

    Returns
    -------
    estimate
        `value` is corrected, `note` names the method and the plain value, `expected` is what was taken
        off, where there is such a number.

    Raises
    ------
    InvalidParameter
        There is no such method, or it is published for other measures.

    Notes
    -----
    Corrected values are estimates of what remains without chance; they may fall below 0, and are not
    comparable with plain ones of other studies.

    References
    ----------
    Carrington and Troske 1997; Allen, Burgess, Davidson and Windmeijer 2015; Winship 1977; Miller 1955.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> round(pm.inference.corrected(homes, "correlation_ratio", focal="asian", method="unbiased", cluster=1).value, 4)
    0.4242
    """
    counts = checked(counts)
    plain = estimate(counts, measure, focal=focal, against=against, around=around)
    _suits(method, measure)
    together = dealt(counts, cluster)
    chance, value = float("nan"), float("nan")
    if method == "carrington_troske":
        found = table(
            counts, measure, focal=focal, against=against, around=around, null=null, cluster=cluster, draws=draws,
            seed=seed,
        )  # fmt: skip
        chance = float(found["expected"].item())
        value = float(indices.carrington_troske(np.array([plain.value]), np.array([chance]))[0])
    elif method == "bootstrap":
        drawn = intervals(
            counts, measure, focal=focal, against=against, around=around, resample="people", cluster=cluster,
            draws=draws, seed=seed,
        )  # fmt: skip
        value = plain.value - float(drawn["bias"].item())
    elif around is not None:
        message = f"{method} is published for the people of units, not for those around them."
        raise InvalidParameter(message, remedy="Use carrington_troske or bootstrap, or leave out around=.")
    elif method == "density":
        value = float(indices.density_corrected_dissimilarity(_pair(counts, focal, against), size=together.size)[0])
    elif method == "unbiased":
        chance = float(indices.expected_correlation_ratio(counts.total, size=together.size)[0])
        value = (plain.value - chance) / (1 - chance)
    else:
        pair = counts.values if focal is None else _pair(counts, focal, against)
        chance = float(indices.miller_madow(pair, size=together.size)[0])
        if asked(measure).row.name == "information_theory":
            chance /= float(indices.mutual_information(pair)[0]) / plain.value if plain.value else float("nan")
        value = plain.value - chance
    text = f"corrected ({method}, {together.text}) from {plain.value:.6g}"
    return replace(
        plain,
        value=value,
        numerator=float("nan"),
        expected=chance,
        reason=plain.reason if np.isnan(plain.value) else ("undefined" if np.isnan(value) else None),
        note="; ".join(filter(None, [plain.note, text])),
        uncertainty=Uncertainty("none", "corrected value: see inference.intervals for the plain one"),
    )


def _suits(method: str, measure: str) -> None:
    if method not in _FOR:
        message = f"{method!r} is no correction; they are {', '.join(_FOR)}."
        raise InvalidParameter(message, remedy=did_you_mean(method, list(_FOR)))
    row, published = asked(measure).row, _FOR[method]
    if published is not None and row.name not in published:
        message = f"{method} is published for {' and '.join(published)}, not for {row.name}."
        raise InvalidParameter(message, remedy="Use carrington_troske or bootstrap.")
    if method == "carrington_troske" and (row.highest is None or float(row.highest) != 1 or float(row.lowest) < 0):
        message = f"carrington_troske is for measures between 0 and 1, which {row.name} is not."
        raise InvalidParameter(message, remedy="Use bootstrap.")


def _pair(counts: Counts, focal: GroupName | None, against: GroupName) -> FloatArray:
    (first,) = focal_groups(counts, focal)
    (other,) = rivals(counts, against)
    x = counts.values[:, first]
    return np.column_stack([x, np.maximum(counts.total - x, 0) if other == REST else counts.values[:, other]])
