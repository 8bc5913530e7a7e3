"""Areas and their neighbours: autocorrelation of residuals, and regressions that allow for it."""

from __future__ import annotations

import contextlib
import io
import math
import warnings
from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.checks import id_texts
from placemix.errors import InvalidParameter, InvalidTable, MissingExtra, UnitsDiffer
from placemix.outcomes.joining.fitting import Fit, Term, deviation, undefined, unfit
from placemix.outcomes.joining.selecting import Design
from placemix.surroundings import Surroundings

#: How spatial regressions are fitted: by maximum likelihood, or by moments and instruments.
Estimator: TypeAlias = Literal["ml", "gm"]
#: Most areas for maximum likelihood, whose variance needs the inverse of a matrix of areas by areas.
MOST = 2000
#: How near to the best value the search for the likelihood's maximum ends.
NEAR = 1e-12
PAIRS = ("place", "neighbour", "weight")


def pairs_of(spatial: Any) -> pd.DataFrame:  # noqa: ANN401
    """Read surroundings, a graph of PySAL or a table as pairs: `place`, `neighbour`, `weight`.

    Raises
    ------
    InvalidParameter, InvalidTable
        It is none of these, or weights are missing, negative or infinite.
    """
    if isinstance(spatial, Surroundings):
        ids = spatial.units.to_numpy(dtype=object)
        blocks = [pd.DataFrame(dict(zip(PAIRS, (ids[i], ids[j], w), strict=True))) for i, j, w in spatial.pairs()]
        pairs = pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame({name: [] for name in PAIRS})
    elif isinstance(spatial, pd.DataFrame):
        lacking = [name for name in PAIRS[:2] if name not in spatial.columns]
        if lacking:
            message = f"The table of neighbours has no column {lacking[0]!r}."
            raise InvalidTable(message, remedy="It has one row for each pair: place, neighbour, and if need be weight.")
        pairs = pd.DataFrame(spatial).reset_index(drop=True)
        pairs = pairs.assign(weight=pairs.get("weight", 1.0))[list(PAIRS)]
    else:
        graph = spatial if hasattr(spatial, "adjacency") else _graph(spatial)
        adjacency = graph.adjacency
        pairs = pd.DataFrame(
            {
                "place": adjacency.index.get_level_values(0), "neighbour": adjacency.index.get_level_values(1),
                "weight": adjacency.to_numpy(dtype=np.float64),
            }
        )  # fmt: skip
    pairs = pairs.assign(place=id_texts(pairs["place"]), neighbour=id_texts(pairs["neighbour"]))
    weight = pd.to_numeric(pairs["weight"], errors="coerce").to_numpy(dtype=np.float64)
    wrong = ~(weight >= 0) | np.isinf(weight)
    if wrong.any():
        message = "Weights of neighbours are missing, negative or infinite."
        raise InvalidParameter(message, units=pairs["place"][wrong].unique(), remedy="Give numbers from 0 on.")
    kept = (weight > 0) & (pairs["place"] != pairs["neighbour"]).to_numpy()
    return pairs.assign(weight=weight)[kept].reset_index(drop=True)


def _graph(given: Any) -> Any:  # noqa: ANN401
    from libpysal.graph import Graph

    if not hasattr(given, "id_order") or not hasattr(given, "sparse"):
        message = f"spatial is Surroundings, a graph of libpysal or a table of pairs, not a {type(given).__name__}."
        raise InvalidParameter(message, remedy="Pass placemix.surroundings.contiguity(counts).")
    return Graph.from_W(given)


def weights_of(pairs: pd.DataFrame, ids: Any) -> Any:  # noqa: ANN401
    """Return the row-standardised graph of some areas, numbered in their order; None where nobody has a neighbour.

    Raises
    ------
    UnitsDiffer
        None of the areas is among the pairs.
    """
    from libpysal.graph import Graph

    index = pd.Index(ids, dtype=str)
    known = set(pairs["place"]) | set(pairs["neighbour"])
    if len(index) and len(pairs) and not known.intersection(index):
        message = "The neighbours are of other places than the join."
        raise UnitsDiffer(message, units=list(known)[:5], remedy="Build them from counts of the same places.")
    i, j = index.get_indexer(pairs["place"]), index.get_indexer(pairs["neighbour"])
    kept = (i >= 0) & (j >= 0)
    if not kept.any():
        return None
    table = pd.DataFrame({"i": i[kept], "j": j[kept], "w": pairs["weight"].to_numpy()[kept]})
    table = table.groupby(["i", "j"], as_index=False)["w"].sum()
    alone = np.setdiff1d(np.arange(len(index)), table["i"])
    table = pd.concat([table, pd.DataFrame({"i": alone, "j": alone, "w": 0.0})]).sort_values(["i", "j"])
    return Graph.from_arrays(table["i"].to_numpy(), table["j"].to_numpy(), table["w"].to_numpy()).transform("R")


def moran(residuals: FloatArray, graph: Any, name: str, permutations: int, seed: int) -> Fit:  # noqa: ANN401
    """Measure whether neighbouring areas have alike residuals, by Moran's I.

    The p-value is two-sided, by permutation: residuals are put on areas at random.
    """
    model = "residuals"
    try:
        from esda import Moran
    except ImportError as error:
        message = "Autocorrelation of residuals is measured by esda, which is not installed."
        raise MissingExtra(message, remedy="pip install 'placemix[model]'") from error
    with _quiet():
        value = float(Moran(residuals, graph, permutations=0).I)
    z = residuals - residuals.mean()
    sparse = graph.sparse
    rng = np.random.default_rng(np.random.Philox(key=seed))
    scale = len(z) / float(sparse.sum()) / float(z @ z)
    drawn = np.empty(permutations)
    for first in range(0, permutations, 100):
        many = min(100, permutations - first)
        shuffled = np.column_stack([rng.permutation(z) for _ in range(many)])
        drawn[first : first + many] = ((sparse @ shuffled) * shuffled).sum(axis=0) * scale
    middle = -1 / (len(z) - 1)
    beyond = int((np.abs(drawn - middle) >= abs(value - middle) * (1 - 1e-12)).sum())
    p = (beyond + 1) / (permutations + 1)
    more = {"expected": middle, "islands": float(len(graph.isolates))}
    return Fit(model, (Term("moran", value, p=p, more=more),), note=f"of the residuals of {name}")


def spatial_fits(design: Design, graph: Any, level: float, estimator: Estimator) -> list[Fit]:  # noqa: ANN401
    """Regress with the neighbours' outcome among the terms, and with neighbours' errors alike; and test which."""
    first = design.names[0]
    reason = unfit(design) or (None if graph is not None else "no_neighbours")
    if reason:
        return [undefined(model, first, reason) for model in ("spatial lag", "spatial error", "spatial tests")]
    if estimator == "ml" and len(design.y) > MOST:
        message = (
            f"Maximum likelihood of {len(design.y):,} areas takes minutes and gigabytes; it is limited to {MOST:,}."
        )
        raise InvalidParameter(message, remedy="Pass estimator='gm', which takes moments and instruments.")
    spreg = _spreg()
    y, x = design.y[:, np.newaxis], design.x
    with _quiet():
        weights = graph.to_W()
        weights.transform = "r"
        if estimator == "ml":
            lag = spreg.ML_Lag(y, x, w=weights, method="LU", epsilon=NEAR, spat_diag=False, spat_impacts=None)
            error = spreg.ML_Error(y, x, w=weights, method="LU", epsilon=NEAR)
        else:
            lag = spreg.GM_Lag(y, x, w=weights, spat_diag=False, spat_impacts=None)
            error = spreg.GM_Error_Het(y, x, w=weights)
        tests = spreg.LMtests(spreg.OLS(y, x), weights)
    note = None if design.weight is None else "without weights, which this model does not take"
    fits = []
    for model, found, parameter in (("spatial lag", lag, "rho"), ("spatial error", error, "lambda")):
        fits.append(Fit(model, tuple(_terms(found, design, parameter, level)), note=note))
    told = (("lag", tests.lml), ("error", tests.lme), ("lag, robust", tests.rlml), ("error, robust", tests.rlme))
    rows = tuple(Term(name, float(one[0]), p=float(one[1])) for name, one in told)
    return [*fits, Fit("spatial tests", rows, note=note)]


def _terms(found: Any, design: Design, parameter: str, level: float) -> Iterator[Term]:  # noqa: ANN401
    from scipy.stats import norm

    values = np.asarray(found.betas, dtype=np.float64).ravel()
    errors = np.asarray(found.std_err, dtype=np.float64).ravel()
    wide = float(norm.ppf((1 + level) / 2))
    fit = {
        name: float(getattr(found, own)) if hasattr(found, own) else math.nan
        for name, own in (("log_likelihood", "logll"), ("aic", "aic"), ("r_squared", "pr2"))
    }
    names = ("intercept", *design.names, parameter)
    for place, (name, value, error) in enumerate(zip(names, values, errors, strict=True)):
        more: dict[str, Any] = dict(fit)
        if 0 < place < len(names) - 1:
            more["per_deviation"] = float(value) * deviation(design.x[:, place - 1], None)
        p = float(2 * norm.sf(abs(value / error))) if error > 0 else math.nan
        yield Term(name, float(value), float(error), float(value - wide * error), float(value + wide * error), p, more)
    if parameter == "rho":
        # With the neighbours' outcome among the terms, an area's own term is only part of the difference.
        yield Term(f"{design.names[0]}, with neighbours", float(values[1] / (1 - values[-1])), more=dict(fit))


def _spreg() -> Any:  # noqa: ANN401
    try:
        import spreg
    except ImportError as error:
        message = "Spatial regressions are computed by spreg, which is not installed."
        raise MissingExtra(message, remedy="pip install 'placemix[model]'") from error
    return spreg


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """No prints and no warnings of the libraries: results say what is to be said."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield
