"""Areas within larger areas: a regression in which each larger area has a level of its own."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from placemix._typing import FloatArray
from placemix.outcomes.joining.fitting import Fit, Term, deviation, least_squares, statistics, undefined, unfit
from placemix.outcomes.joining.selecting import Design

MODEL = "multilevel"
#: Logarithms of the ratio of the variance between larger areas to that within, where the best is looked for; where it
#: is the least, it is 0.
RATIOS = (-16.0, 12.0, 0.5)
#: How near to the best logarithm the search ends.
NEAR = 1e-12


def mixed(design: Design, labels: Any, column: str, level: float) -> Fit:  # noqa: ANN401
    """Regress with a random intercept of each larger area, by restricted maximum likelihood.

    Parameters
    ----------
    design
        Numbers of the areas.
    labels
        Larger area of each, shape (areas,).
    column
        What larger areas are called.
    level
        Level of the intervals.
    """
    from scipy.stats import norm

    reason = unfit(design)
    many = len(set(labels))
    if reason is None and not 1 < many < len(design.y):
        reason = "one_level"
    if reason:
        return undefined(MODEL, design.names[0], reason)
    # On one scale the search ends as near for shares as for prices; the estimates are scaled back exactly.
    centre, spread = design.x.mean(axis=0), design.x.std(axis=0)
    middle, width = float(design.y.mean()), float(design.y.std())
    matrix = np.column_stack([np.ones(len(design.y)), (design.x - centre) / spread])
    found = _fitted((design.y - middle) / width, matrix, labels)
    if found is None:
        return _without(design, many, column, level)
    scaled = np.asarray(found.fe_params, dtype=np.float64)
    cover = np.asarray(found.cov_params(), dtype=np.float64)[: len(scaled), : len(scaled)]
    back = np.zeros((len(scaled), len(scaled)))
    back[0, 0] = width
    back[0, 1:] = -width * centre / spread
    back[np.arange(1, len(scaled)), np.arange(1, len(scaled))] = width / spread
    values = back @ scaled
    values[0] += middle
    errors = np.sqrt(np.diag(back @ cover @ back.T))
    wide = float(norm.ppf((1 + level) / 2))
    terms = []
    for place, name in enumerate(("intercept", *design.names)):
        value, error = float(values[place]), float(errors[place])
        more: dict[str, Any] = {"levels": float(many)}
        if place:
            more["per_deviation"] = value * deviation(design.x[:, place - 1], None)
        p = float(2 * norm.sf(abs(value / error))) if error > 0 else np.nan
        terms.append(Term(name, value, error, value - wide * error, value + wide * error, p, more))
    between, within = (float(one) * width**2 for one in (np.asarray(found.cov_re).ravel()[0], found.scale))
    more = {"levels": float(many)}
    terms += [
        Term(f"variance between {column}", between, more=dict(more)),
        Term(f"variance within {column}", within, more=dict(more)),
        Term("intraclass correlation", between / (between + within), more=dict(more)),
    ]
    return Fit(MODEL, tuple(terms), note=_note(design))


def _fitted(y: FloatArray, matrix: FloatArray, labels: Any) -> Any:  # noqa: ANN401
    """Fit with statsmodels at the most likely ratio of the two variances, or None where that is 0.

    Its own searches may end at 0 or early; the likelihood of one ratio is searched over all of its range instead.
    """
    from scipy.optimize import minimize_scalar

    tools = statistics("mixed")
    model = tools.MixedLM(y, matrix, groups=labels)
    blank = np.zeros(matrix.shape[1])

    def at(logarithm: float) -> Any:  # noqa: ANN401
        return tools.MixedLMParams.from_components(fe_params=blank, cov_re=np.array([[np.exp(logarithm)]]))

    def unlikely(logarithm: float) -> float:
        return -float(model.loglike(at(logarithm), profile_fe=True))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(reml=True, method="bfgs", maxiter=0)
        grid = np.arange(*RATIOS)
        low = np.array([unlikely(one) for one in grid])
        best = int(low.argmin())
        if best == 0:
            return None
        ends = (grid[best - 1], grid[min(best + 1, len(grid) - 1)])
        ratio = minimize_scalar(unlikely, bounds=ends, method="bounded", options={"xatol": NEAR}).x
        effects, _ = model.get_fe_params(np.array([[np.exp(ratio)]]), np.zeros(0))
        start = tools.MixedLMParams.from_components(fe_params=effects, cov_re=np.array([[np.exp(ratio)]]))
        return model.fit(start_params=start, reml=True, method="bfgs", maxiter=0)


def _without(design: Design, many: int, column: str, level: float) -> Fit:
    """The model where larger areas do not differ beyond what their areas do: least squares without weights."""
    line = least_squares(design._replace(weight=None), level)
    terms = []
    for one in line.terms:
        more = {"levels": float(many), **{key: one.more[key] for key in ("per_deviation",) if key in one.more}}
        terms.append(Term(one.term, one.value, one.error, one.lower, one.upper, one.p, more))
    residuals = np.asarray(line.residuals)
    within = float(residuals @ residuals) / (len(design.y) - design.matrix.shape[1])
    more = {"levels": float(many)}
    terms += [
        Term(f"variance between {column}", 0.0, more=dict(more)),
        Term(f"variance within {column}", within, more=dict(more)),
        Term("intraclass correlation", 0.0, more=dict(more)),
    ]
    said = f"the variance between {column} is 0, so that this is least squares"
    return Fit(MODEL, tuple(terms), note="; ".join(filter(None, [_note(design), said])))


def _note(design: Design) -> str | None:
    return None if design.weight is None else "without weights, which this model does not take"
