"""Rank correlation and least squares of areas, with what single areas and other terms do to them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from placemix._typing import FloatArray
from placemix.errors import MissingExtra
from placemix.outcomes.joining.selecting import Design

#: Fewest areas of which a correlation of ranks says anything.
ENOUGH = 4
#: An area has much leverage beyond this many times the mean.
MUCH = 2.0


@dataclass(frozen=True, eq=False)
class Term:
    """One number of a model.

    Attributes
    ----------
    term
        What it belongs to: the name of a quantity or outcome, or of a parameter.
    value, error, lower, upper, p
        Estimate, its standard error, interval and p-value; NaN where there is none.
    more
        Other columns of its row.
    """

    term: str
    value: float
    error: float = math.nan
    lower: float = math.nan
    upper: float = math.nan
    p: float = math.nan
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Fit:
    """A model of some areas.

    Attributes
    ----------
    model
        Its name in the result.
    terms
        Its numbers; where it is undefined one without a value.
    reason
        Why it is undefined.
    note
        What else is to be known.
    residuals
        Of each area, weighted as the fit is; or None.
    """

    model: str
    terms: tuple[Term, ...]
    reason: str | None = None
    note: str | None = None
    residuals: FloatArray | None = None


def undefined(model: str, term: str, reason: str) -> Fit:
    """A model without numbers."""
    return Fit(model, (Term(term, math.nan),), reason)


def statistics(part: str) -> Any:  # noqa: ANN401
    """Return a module of statsmodels, or say what to install.

    Raises
    ------
    MissingExtra
        It is not installed.
    """
    try:
        import statsmodels.regression.linear_model
        import statsmodels.regression.mixed_linear_model
        import statsmodels.stats.outliers_influence
    except ImportError as error:
        message = "Regressions are computed by statsmodels, which is not installed."
        raise MissingExtra(message, remedy="pip install 'placemix[model]'") from error
    return {
        "linear": statsmodels.regression.linear_model,
        "mixed": statsmodels.regression.mixed_linear_model,
        "influence": statsmodels.stats.outliers_influence,
    }[part]


def spearman(design: Design, level: float) -> Fit:
    """Correlate the ranks of the outcome and of the first term; no weights, no other terms."""
    from scipy import stats

    model, term = "spearman", design.names[0]
    x, y = design.x[:, 0], design.y
    if len(y) < ENOUGH:
        return undefined(model, term, "too_few_areas")
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return undefined(model, term, "no_difference")
    found = stats.spearmanr(x, y)
    value = float(found.statistic)
    lower = upper = math.nan
    if abs(value) < 1:
        # Bonett and Wright's standard error of the transformed coefficient.
        spread = math.sqrt((1 + value**2 / 2) / (len(y) - 3)) * float(stats.norm.ppf((1 + level) / 2))
        lower, upper = math.tanh(math.atanh(value) - spread), math.tanh(math.atanh(value) + spread)
    return Fit(model, (Term(term, value, lower=lower, upper=upper, p=float(found.pvalue)),))


def least_squares(design: Design, level: float) -> Fit:
    """Regress the outcome on the terms, by ordinary or weighted least squares."""
    model = "regression"
    reason = unfit(design)
    if reason:
        return undefined(model, design.names[0], reason)
    matrix, y = design.matrix, design.y
    weight = np.ones(len(y)) if design.weight is None else design.weight
    found = statistics("linear").WLS(y, matrix, weights=weight).fit()
    ends = found.conf_int(alpha=1 - level)
    hat = (found.model.wexog * found.model.pinv_wexog.T).sum(axis=1)
    common = {
        "r_squared": float(found.rsquared),
        "log_likelihood": float(found.llf),
        "aic": float(found.aic),
        "leverage_most": float(hat.max()),
        "leverage_place": str(design.ids[int(hat.argmax())]),
        "leverage_many": float((hat > MUCH * matrix.shape[1] / len(y)).sum()),
    }
    terms = []
    for place, name in enumerate(("intercept", *design.names)):
        more: dict[str, Any] = dict(common)
        if place:
            more["vif"] = inflation(matrix, place)
            more["per_deviation"] = float(found.params[place]) * deviation(matrix[:, place], design.weight)
        value, error, p = (float(one[place]) for one in (found.params, found.bse, found.pvalues))
        terms.append(Term(name, value, error, float(ends[place][0]), float(ends[place][1]), p, more))
    return Fit(model, tuple(terms), residuals=np.asarray(found.wresid))


def unfit(design: Design) -> str | None:
    """Why a regression of these areas is undefined, or None."""
    terms = design.x.shape[1] + 1
    if len(design.y) <= terms + 1:
        return "too_few_areas"
    if np.ptp(design.y) == 0 or (np.ptp(design.x, axis=0) == 0).any():
        return "no_difference"
    scaled = (design.x - design.x.mean(axis=0)) / design.x.std(axis=0)
    return "collinear" if np.linalg.matrix_rank(scaled) < terms - 1 else None


def inflation(matrix: FloatArray, place: int) -> float:
    """How much the other terms widen the variance of one's slope; 1 where it is the only one."""
    if matrix.shape[1] == 2:
        return 1.0
    return float(statistics("influence").variance_inflation_factor(matrix, place))


def deviation(values: FloatArray, weight: FloatArray | None) -> float:
    """Standard deviation over areas, weighted as the fit is."""
    mean = np.average(values, weights=weight)
    return float(np.sqrt(np.average((values - mean) ** 2, weights=weight)))
