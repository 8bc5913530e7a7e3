"""How many classes? What speaks for each number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from placemix._version import __version__
from placemix.errors import InvalidParameter
from placemix.inference.drawing import checked as whole
from placemix.measuring.inputs import described as packed
from placemix.results import Call, Result, remember
from placemix.surroundings import Surroundings
from placemix.typology.clusters import steadiness
from placemix.typology.clusters.given_data import Data
from placemix.typology.clusters.grouping import CITED, METHODS, grouped, learned, silhouettes
from placemix.typology.clusters.preparing import prepared, remarks
from placemix.typology.clusters.scaling import Standardise, Transform


def choose_classes(
    data: Data,
    *,
    classes: Sequence[int] = range(2, 11),
    method: Literal["kmeans", "ward", "mixture"] = "kmeans",
    transform: Transform = "none",
    standardise: Standardise = "dimensions",
    weights: Literal["people"] | None = None,
    covariance: Literal["full", "tied", "diag", "spherical"] = "full",
    around: Surroundings | None = None,
    draws: int = 20,
    resample: Literal["units", "people"] | None = None,
    seed: int = 0,
) -> Result:
    """Show what speaks for each number of classes; the choice is yours.

    Parameters
    ----------
    data, method, transform, standardise, weights, covariance, around, draws, resample, seed
        As in `geodemographics`.
    classes
        Numbers to compare.

    Returns
    -------
    result
        One row a number: `classes`, `silhouette` (mean of the units; higher is more distinct),
        `silhouette_people` (mean of the people), `calinski_harabasz` (variance between classes over that
        within; higher is more distinct), `bic` (mixtures; lower is better), `within` (share of the variance
        that lies within classes), `stability` (mean adjusted Rand index of the resampled classes with these;
        1 is the same classes, 0 is chance), `stability_lower`, `stability_upper` (5 and 95 % of the draws),
        `least_units`, `least_people` (of the smallest class), `units`, `draws`, `resample`, `note`,
        `method`, `source`, `version`.

    Raises
    ------
    InvalidParameter
        As `geodemographics`; or the method is max-p, which finds its own number.

    Notes
    -----
    The figures often disagree, and none knows what the classes are for. A number that is stable and whose
    classes a reader can tell apart by their `portraits` is a better choice than the highest silhouette.

    References
    ----------
    Rousseeuw 1987; Caliński and Harabasz 1974; Hubert and Arabie 1985; Hennig 2007.

    Examples
    --------
    >>> import placemix as pm
    >>> homes = pm.datasets.town().residents("before")
    >>> pm.typology.choose_classes(homes, classes=[2, 3], draws=0)[["classes", "silhouette"]].round(2)
       classes  silhouette
    0        2        0.61
    1        3        0.63
    """
    if str(method) == "max_p":
        message = "Max-p regions are as many as least_people allows; there is no number to choose."
        raise InvalidParameter(message, remedy="Compare floors of people, or take another method.")
    whole(draws, seed)
    rows = []
    given_classes: Any = classes
    numbers = list(given_classes) if np.iterable(given_classes) else [given_classes]
    if not numbers:
        message = "No number of classes was given."
        raise InvalidParameter(message, remedy="Pass classes=range(2, 11).")
    for number in numbers:
        fit = prepared(
            data, classes=number, method=method, transform=transform, standardise=standardise, weights=weights,
            covariance=covariance, around=around, least_people=None, seed=seed, floor=0.0, level=0.95,
        )  # fmt: skip
        given = fit.given
        how = steadiness.way(given, fit.plan, resample, draws)
        found = grouped(fit.points, fit.plan, seed=seed, weight=fit.weight)
        agreed = steadiness.steady(
            given, fit.scale, fit.plan, found, how=how, draws=draws, seed=seed, weight=fit.weight
        ).agreement
        silhouette, remark = silhouettes(fit.points, found.labels)
        people = given.people[given.typed]
        away = ((fit.points - found.centres[found.labels]) ** 2).sum(axis=1)
        mass = np.ones(len(away)) if fit.weight is None else fit.weight
        spread = ((fit.points - np.average(fit.points, axis=0, weights=fit.weight)) ** 2).sum(axis=1)
        least = np.bincount(found.labels, weights=people, minlength=number).min()
        several = len(np.unique(found.labels)) > 1 and number < len(away)
        score = learned("metrics").calinski_harabasz_score(fit.points, found.labels) if several else np.nan
        low, high = np.quantile(agreed, [0.05, 0.95]) if len(agreed) else (np.nan, np.nan)
        rows.append({
            "classes": number, "silhouette": silhouette.mean(),
            "silhouette_people": np.average(silhouette, weights=people) if given.counts else np.nan,
            "calinski_harabasz": score, "bic": found.bic,
            "within": (away * mass).sum() / (spread * mass).sum(),
            "stability": agreed.mean() if len(agreed) else np.nan, "stability_lower": low, "stability_upper": high,
            "least_units": int(np.bincount(found.labels, minlength=number).min()), "least_people": least,
            "units": len(away), "draws": draws, "resample": how,
            "note": "; ".join(filter(None, [*remarks(fit, found), remark])) or None,
            "method": METHODS[method], "source": given.source, "version": __version__,
        })  # fmt: skip
    frame = pd.DataFrame(rows)
    for name in ("resample", "note"):
        frame[name] = frame[name].astype(object)
    arguments = {
        **given.arguments, "classes": [int(number) for number in numbers], "method": method, "transform": transform,
        "standardise": standardise, "weights": weights, "covariance": covariance, "draws": draws,
        "resample": resample, "seed": int(seed),
    }  # fmt: skip
    inputs = {**given.inputs} if around is None else {**given.inputs, "around": around}
    result = remember(frame, Call("typology.choose_classes", inputs, arguments, packed))
    result.attrs["cites"] = (CITED[method], "rousseeuw_1987", "calinski_1974", "hubert_1985", "hennig_2007")
    return result
