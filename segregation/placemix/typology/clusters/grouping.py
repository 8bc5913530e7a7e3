"""Units put into classes by k-means, Ward, a Gaussian mixture or max-p regions; classes numbered by their size."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.errors import InvalidParameter, MissingExtra, listed, plural

Method: TypeAlias = Literal["kmeans", "ward", "mixture", "max_p"]

METHODS: dict[str, str] = {"kmeans": "KMEANS", "ward": "WARD", "mixture": "GAUSSIAN_MIXTURE", "max_p": "MAX_P_REGIONS"}
#: What is cited for each method.
CITED = {"kmeans": "lloyd_1982", "ward": "ward_1963", "mixture": "fraley_2002", "max_p": "duque_2012"}

#: Most units between which all distances are held: Ward without neighbours, and max-p regions.
MOST_WARD, MOST_REGIONS = 10_000, 3_000
#: Most units whose silhouette compares every pair.
MOST_PAIRS = 20_000
#: How often k-means and the mixture start anew; the best is kept.
STARTS = {"kmeans": 10, "mixture": 3}
#: Directions that hold less than this of the largest are no directions of a mixture.
_FLAT = 1e-8


class Plan(NamedTuple):
    """How classes are made.

    Attributes
    ----------
    method, classes, covariance, least_people
        As asked.
    neighbours
        Which units border on which, sparse, shape (units, units), or None.
    people
        People of each unit, for the floor of regions.
    """

    method: str
    classes: int | None
    covariance: str
    least_people: float | None
    neighbours: Any
    people: FloatArray


class Grouping(NamedTuple):
    """Classes of points.

    Attributes
    ----------
    labels
        Class of each point, from 0, the largest first.
    centres
        Mean of each class, shape (classes, columns).
    likely
        Probability of each class for each point, or None.
    model, rank, axes
        A fitted mixture, the number of each of its components, and the directions it sees.
    bic
        Bayesian information criterion of a mixture, or NaN.
    settled
        Whether the search came to an end.
    """

    labels: IntArray
    centres: FloatArray
    likely: FloatArray | None
    model: Any
    rank: IntArray
    axes: FloatArray
    bic: float
    settled: bool


def grouped(points: FloatArray, plan: Plan, *, seed: int, weight: FloatArray | None = None) -> Grouping:
    """Put points into classes.

    Raises
    ------
    InvalidParameter
        There are fewer different points than classes, or too many points for the method, or the
        neighbours fall into parts.
    MissingExtra
        scikit-learn or spopt is not installed.
    """
    if plan.method == "kmeans":
        library = learned("cluster")
        model = library.KMeans(plan.classes, n_init=STARTS["kmeans"], random_state=seed, max_iter=500)
        with _alone():
            found = model.fit_predict(points, sample_weight=weight)
        return _numbered(points, found, plan.classes, weight, settled=model.n_iter_ < 500)
    if plan.method == "ward":
        library = learned("cluster")
        model = library.AgglomerativeClustering(plan.classes, linkage="ward", connectivity=plan.neighbours)
        with _alone():
            found = model.fit_predict(points)
        return _numbered(points, found, plan.classes, None)
    if plan.method == "mixture":
        axes = _axes(points)
        model = learned("mixture").GaussianMixture(
            plan.classes, covariance_type=plan.covariance, n_init=STARTS["mixture"], random_state=seed, max_iter=500
        )
        with _alone():
            found = model.fit_predict(points @ axes)
            likely, bic = model.predict_proba(points @ axes), float(model.bic(points @ axes))
        plain = _numbered(points, found, plan.classes, None, settled=bool(model.converged_))
        likely = likely[:, np.argsort(plain.rank)]
        return plain._replace(likely=likely, model=model, axes=axes, bic=bic)
    return _numbered(points, _regions(points, plan, seed), None, None)


def nearest(grouping: Grouping, points: FloatArray) -> tuple[IntArray, FloatArray | None]:
    """Class of each point, by the mixture or by the nearest centre, and the probabilities of a mixture."""
    if grouping.model is not None:
        with _alone():
            likely = grouping.model.predict_proba(points @ grouping.axes)[:, np.argsort(grouping.rank)]
        return likely.argmax(axis=1), likely
    return distances(points, grouping.centres).argmin(axis=1), None


def distances(points: FloatArray, centres: FloatArray) -> FloatArray:
    """Distance of each point to each centre, shape (points, centres); infinite to a class without members."""
    from scipy.spatial.distance import cdist

    return np.nan_to_num(cdist(points, centres), nan=np.inf)


def silhouettes(points: FloatArray, labels: IntArray) -> tuple[FloatArray, str]:
    """Silhouette of each point, and how it was found; NaN where there is one class alone."""
    classes = len(np.unique(labels))
    if not 2 <= classes < len(labels):
        return np.full(len(labels), np.nan), "undefined: one class, or each unit its own"
    if len(labels) > MOST_PAIRS:
        _, own = np.unique(labels, return_inverse=True)
        centres = np.array([points[own == label].mean(axis=0) for label in range(classes)])
        away = distances(points, centres)
        inside = away[np.arange(len(own)), own]
        away[np.arange(len(own)), own] = np.inf
        outside = away.min(axis=1)
        most = np.maximum(inside, outside)
        found = np.divide(outside - inside, most, out=np.zeros(len(own)), where=most > 0)
        return found, "silhouette by distances to centres of classes, as the units are many"
    with _alone():
        return np.asarray(learned("metrics").silhouette_samples(points, labels)), ""


def learned(part: str) -> Any:  # noqa: ANN401
    """Return a module of scikit-learn, or say what to install."""
    try:
        import sklearn.cluster
        import sklearn.metrics
        import sklearn.mixture
    except ImportError as error:
        message = "Types from data are made by scikit-learn, which is not installed."
        raise MissingExtra(message, remedy="pip install 'placemix[model]'.") from error
    return getattr(sklearn, part)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One thread, since sums in another order change last digits; and no warnings, since results say what they say."""
    import threadpoolctl

    with threadpoolctl.threadpool_limits(limits=1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _numbered(
    points: FloatArray, found: IntArray, classes: int | None, weight: FloatArray | None, *, settled: bool = True
) -> Grouping:
    """Number classes by the units in them, the largest first; ties by the first unit."""
    number = int(found.max()) + 1 if classes is None else classes
    size = np.bincount(found, minlength=number)
    first = np.full(number, len(found))
    np.minimum.at(first, found, np.arange(len(found)))
    order = np.lexsort((first, -size))
    rank = np.empty(number, dtype=np.intp)
    rank[order] = np.arange(number)
    labels = rank[found]
    heavy = np.ones(len(points)) if weight is None else weight
    mass = np.bincount(labels, weights=heavy, minlength=number)[:, np.newaxis]
    sums = np.zeros((number, points.shape[1]))
    np.add.at(sums, labels, points * heavy[:, np.newaxis])
    centres = np.divide(sums, mass, out=np.full(sums.shape, np.nan), where=mass > 0)
    return Grouping(labels, centres, None, None, rank, np.empty((0, 0)), np.nan, settled)


def _axes(points: FloatArray) -> FloatArray:
    """Directions in which points vary: shares sum to 1, and a mixture needs as many directions as there are."""
    centred = points - points.mean(axis=0)
    _, size, axes = np.linalg.svd(centred, full_matrices=False)
    axes = axes[size > _FLAT * size[0]]
    # The sign of a direction is the library's whim; its largest part shall be positive.
    largest = axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)]
    return np.asarray((axes * np.sign(largest)[:, np.newaxis]).T)


def _regions(points: FloatArray, plan: Plan, seed: int) -> IntArray:
    """Max-p regions, which are as many as the floor of people allows."""
    try:
        import spopt.region
    except ImportError as error:
        message = "Max-p regions are found by spopt, which is not installed."
        raise MissingExtra(message, remedy="pip install 'placemix[plan]'.") from error
    import geopandas as gpd
    import libpysal

    near = plan.neighbours.tocsr()
    names = [f"column {place}" for place in range(points.shape[1])]
    table = gpd.GeoDataFrame(pd.DataFrame(points, columns=names).assign(people=plan.people))
    lists = {i: near.indices[near.indptr[i] : near.indptr[i + 1]].tolist() for i in range(len(points))}
    state = np.random.get_state()  # noqa: NPY002 (the library draws from NumPy's global numbers)
    try:
        np.random.seed(seed % 2**32)  # noqa: NPY002
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            graph = libpysal.weights.W(lists, silence_warnings=True)
            model = spopt.region.MaxPHeuristic(table, graph, names, "people", plan.least_people, policy="keep")
            model.solve()
    finally:
        np.random.set_state(state)  # noqa: NPY002
    return np.unique(np.asarray(model.labels_), return_inverse=True)[1].reshape(-1)


def fitting(points: FloatArray, plan: Plan, units: pd.Index) -> None:
    """Refuse what cannot be put into classes, before the libraries do.

    Raises
    ------
    InvalidParameter
        Fewer different units than classes; too many units; or neighbours that fall into parts.
    """
    different = len(np.unique(points, axis=0))
    if plan.classes is not None and different < plan.classes:
        message = (
            f"Only {plural(different, 'unit is', 'units are')} different, and {plan.classes} classes were asked for."
        )
        raise InvalidParameter(message, remedy="Ask for fewer classes.")
    most = MOST_WARD if plan.method == "ward" and plan.neighbours is None else MOST_REGIONS
    if (plan.method == "max_p" or (plan.method == "ward" and plan.neighbours is None)) and len(points) > most:
        message = f"{plan.method} holds the distances of all pairs, and {len(points):,} units are more than {most:,}."
        remedy = "Pass around=surroundings.contiguity(…), or take method='kmeans'."
        raise InvalidParameter(message, remedy=remedy if plan.method == "ward" else "Split the map, or merge units.")
    if plan.neighbours is None:
        return
    from scipy.sparse.csgraph import connected_components

    parts, part = connected_components(plan.neighbours, directed=False)
    if plan.method == "ward" and parts > 1:
        size = np.bincount(part)
        apart = units[part != size.argmax()]
        message = (
            f"The neighbours fall into {parts} parts, which cannot become one class: {listed(list(apart))} lie apart."
        )
        raise InvalidParameter(message, remedy="Leave these units out with counts.take, or pass other neighbours.")
    if plan.method == "max_p":
        people = np.bincount(part, weights=plan.people)
        poor = units[people[part] < float(plan.least_people or 0)]
        if len(poor):
            message = f"{listed(list(poor))} lie apart from all others, with fewer people than least_people."
            raise InvalidParameter(message, remedy="Lower least_people, leave them out, or pass other neighbours.")
