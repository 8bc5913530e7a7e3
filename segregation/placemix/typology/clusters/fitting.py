"""Types found in the data: classes of units alike, how sure each is, and other data put into them."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from placemix._version import __version__
from placemix.errors import InvalidParameter
from placemix.inference.drawing import checked as whole
from placemix.measuring.inputs import described as packed
from placemix.results import Call, Result, remember
from placemix.surroundings import Surroundings
from placemix.typology.clusters import naming, steadiness
from placemix.typology.clusters.given_data import Data, read, same_columns
from placemix.typology.clusters.grouping import CITED, METHODS, Method, distances, grouped, nearest, silhouettes
from placemix.typology.clusters.preparing import PREPARED, framed, prepared, remarks
from placemix.typology.clusters.scaling import Standardise, Transform, points

#: Draws where none are asked for; max-p regions take minutes, and get none.
_DRAWS = 50


def geodemographics(
    data: Data,
    *,
    classes: int | None = None,
    method: Method = "kmeans",
    transform: Transform = "none",
    standardise: Standardise = "dimensions",
    weights: Literal["people"] | None = None,
    covariance: Literal["full", "tied", "diag", "spherical"] = "full",
    around: Surroundings | None = None,
    least_people: float | None = None,
    floor: float = 0.1,
    level: float = 0.95,
    draws: int | None = None,
    resample: Literal["units", "people"] | None = None,
    seed: int = 0,
) -> Result:
    """Put units that are alike into classes, and say how sure each unit's class is.

    Parameters
    ----------
    data
        Counts; counts of several dimensions on the same units, such as ``{"ethnicity": …, "tenure": …}``; or
        a table of numbers indexed by unit id. Of counts the shares in each dimension's total are compared.
    classes
        How many. `choose_classes` shows what speaks for each number; nothing chooses for you. None for max-p
        regions, which are as many as `least_people` allows.
    method
        ``"kmeans"``; ``"ward"``, of up to 10,000 units, or of any number with `around`, when classes are
        connected on the map; ``"mixture"``, of Gaussian distributions, with a probability for each unit; or
        ``"max_p"``, connected regions of at least `least_people`, of up to 3,000 units.
    transform
        ``"none"``: shares as they stand. ``"hellinger"``: their square roots, so that a change from 1 to 4 %
        counts as much as one from 16 to 25 %. ``"clr"``: centred log ratios in each dimension, which refuse
        shares of 0.
    standardise
        ``"dimensions"``: each dimension is divided by the root of its total variance, so that each has the
        same say, however many categories it has, and within it a category has the say of its variance; each
        column of a table of numbers is a dimension. ``"columns"``: each column has a variance of 1, so that
        rare categories have the same say as common ones. ``"none"``.
    weights
        ``"people"``: units count by their people (k-means only). Default: each unit counts once.
    covariance
        Of the mixture: ``"full"``, ``"tied"``, ``"diag"`` or ``"spherical"``.
    around
        Which units border on which, such as `placemix.surroundings.contiguity`: for ``"max_p"`` needed, for
        ``"ward"`` possible.
    least_people
        Fewest people of a max-p region, in the first dimension.
    floor
        Least share in the class of a category that its name has.
    level
        Of the limits that decide on names.
    draws
        How often classes are made again from resampled data. Default: 50, for max-p regions 0.
    resample
        ``"units"``: units drawn with replacement; all units then go to the nearest class. ``"people"``: the
        people of each unit drawn anew from its shares. Default: units, where neighbours are given people.
    seed
        Same seed, same classes, for any order of the units.

    Returns
    -------
    result
        One row a unit, in the order of the data: `unit`, `class` (1 is that with most units), `name` (see
        `portraits`; none for a table of numbers), `silhouette` (-1 to 1; below 0 the unit is nearer to
        another class), `probability` (of its class; mixtures only), `stability` (share of draws in which the
        unit stayed with its class, classes matched one to one), `people` (in the first dimension), `reason`
        (``no_people``, ``missing_values``), `note`, `transform`, `standardise`, `weights`, `resample`,
        `draws`, `seed`, `floor`, `around`, `method`, `source`, `version`.

    Raises
    ------
    NotCounts, UnitsDiffer, DuplicateUnit, NotNumbers, SuppressedValue
        The data are not what they should be.
    InvalidParameter
        An option is unknown, or does not go with the method or the data; or there are too many classes.
    SurroundingsNeeded
        Max-p regions have no `around`.
    MissingExtra
        scikit-learn or spopt is not installed.

    Notes
    -----
    Such classes describe these data alone. Another date, another city, another set of categories gives other
    classes, with other numbers and names, and two maps made apart cannot be compared: `assign` puts new data
    into classes that exist. Columns that are the same everywhere are left out, and the note says so.
    The silhouette compares all pairs of up to 20,000 units, and centres of classes above that.

    References
    ----------
    Lloyd 1982; Ward 1963; Fraley and Raftery 2002; Duque, Anselin and Rey 2012; Rousseeuw 1987; Hennig 2007.

    Examples
    --------
    >>> import placemix as pm
    >>> homes = pm.datasets.town().residents("before")
    >>> types = pm.typology.geodemographics(homes, classes=3, draws=0)
    >>> types["class"].value_counts().tolist()
    [1788, 454, 155]
    """
    fit = prepared(
        data, classes=classes, method=method, transform=transform, standardise=standardise, weights=weights,
        covariance=covariance, around=around, least_people=least_people, seed=seed, floor=floor, level=level,
    )  # fmt: skip
    given, plan = fit.given, fit.plan
    times = (0 if method == "max_p" else _DRAWS) if draws is None else draws
    whole(times, seed)
    how = steadiness.way(given, plan, resample, times)
    found = grouped(fit.points, plan, seed=seed, weight=fit.weight)
    steady = steadiness.steady(given, fit.scale, plan, found, how=how, draws=times, seed=seed, weight=fit.weight)
    silhouette, remark = silhouettes(fit.points, found.labels)
    _, names = naming.described(given, found.labels, len(found.centres), floor=floor, level=level)
    notes = [*remarks(fit, found), remark]
    likely = None if found.likely is None else found.likely[np.arange(len(found.labels)), found.labels]
    frame = framed(given, found.labels, names, {
        "silhouette": silhouette, "probability": likely, "stability": steady.stays,
    }, notes)  # fmt: skip
    fixed = {
        "transform": transform, "standardise": standardise, "weights": weights, "resample": how, "draws": times,
        "seed": int(seed), "floor": floor, "around": None if around is None else around.text,
        "method": METHODS[method], "source": given.source, "version": __version__,
    }  # fmt: skip
    for name, value in fixed.items():
        frame[name] = pd.Series(value, index=frame.index, dtype=object if value is None else None)
    arguments = {
        **given.arguments, "classes": classes, "method": method, "transform": transform, "standardise": standardise,
        "weights": weights, "covariance": covariance, "least_people": least_people, "floor": floor, "level": level,
        "draws": times, "resample": resample, "seed": int(seed),
    }  # fmt: skip
    inputs = {**given.inputs} if around is None else {**given.inputs, "around": around}
    result = remember(frame, Call("typology.geodemographics", inputs, arguments, packed))
    result.attrs["cites"] = (CITED[method], "rousseeuw_1987", *(("hennig_2007",) if times else ()), "breslow_1987")
    return result


def assign(fitted: Result, new: Data) -> Result:
    """Put other data into classes that exist: a second date, another city, beside the first.

    Parameters
    ----------
    fitted
        What `geodemographics` gave, by k-means or a mixture.
    new
        Data of the same categories, in the same order. They are scaled as the first were.

    Returns
    -------
    result
        One row a unit of the new data: `unit`, `class`, `name` (both as in `fitted`), `probability` (of a
        mixture), `distance` (to the centre of the class), `beyond` (whether it is farther than that of any
        unit the class was made of), `people`, `reason`, `note`, `method`, `source` (of both), `version`.

    Raises
    ------
    NotCounts
        `fitted` is not what `geodemographics` gave.
    UnknownGroup
        The new data are of other categories.
    InvalidParameter
        The classes are Ward's or max-p regions, which have no rule for other units.

    Notes
    -----
    What the first data did not have, the classes do not know: where many units lie beyond, make classes of
    both dates together instead.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town()
    >>> types = pm.typology.geodemographics(town.residents("before"), classes=3, draws=0)
    >>> later = pm.typology.assign(types, town.residents("after"))
    >>> later["class"].value_counts().tolist(), int(later["beyond"].sum())
    ([1740, 515, 167], 6)
    """
    call = naming.known(fitted, "assign")
    given = call.arguments
    if given["method"] not in ("kmeans", "mixture"):
        message = f"Classes by {given['method']} have no rule for other units."
        raise InvalidParameter(message, remedy="Take method='kmeans' or 'mixture'.")
    options = {name: given[name] for name in PREPARED}
    fit = prepared(naming.collected(call), around=None, **options)
    later = read(new, word="new")
    same_columns(fit.given, later)
    found = grouped(fit.points, fit.plan, seed=given["seed"], weight=fit.weight)
    _, names = naming.described(fit.given, found.labels, len(found.centres), floor=given["floor"], level=given["level"])
    there = points(later, fit.scale)
    labels, likely = nearest(found, there)
    farthest = np.full(len(found.centres), -np.inf)
    away = distances(fit.points, found.centres)[np.arange(len(found.labels)), found.labels]
    np.maximum.at(farthest, found.labels, away)
    rows = np.arange(len(labels))
    distance = distances(there, found.centres)[rows, labels]
    frame = framed(later, labels, names, {
        "probability": None if likely is None else likely[rows, labels], "distance": distance,
        "beyond": distance > farthest[labels] * (1 + 1e-9),
    }, remarks(fit, found))  # fmt: skip
    frame["method"] = METHODS[given["method"]]
    frame["source"], frame["version"] = f"{fit.given.source} / {later.source}", __version__
    inputs = {**call.inputs, **later.inputs}
    result = remember(frame, Call("typology.assign", inputs, {**given, "draws": 0, **later.arguments}, packed))
    result.attrs["cites"] = (CITED[given["method"]],)
    return result
