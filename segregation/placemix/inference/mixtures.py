"""The distribution of shares behind small units: a mixture of beta distributions, and measures of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from placemix._typing import FloatArray
from placemix.errors import InvalidParameter

#: Measures of a distribution of shares.
MEASURED = (
    "dissimilarity", "gini", "correlation_ratio", "information_theory", "hutchens", "isolation",
)  # fmt: skip
#: Steps of the search from each start.
_STEPS = 2000
#: Logarithms of the least and the largest parameter of a beta distribution: from apart to even.
_RANGE = (-7.0, 14.0)
#: Most components.
_MOST = 5
#: What L-BFGS-B answers where its line search finds nothing lower, and the slope below which that is an end.
_NO_LOWER, _FLAT = 2, 1e-4


class Mixture(NamedTuple):
    """A mixture of beta distributions.

    Attributes
    ----------
    weights, a, b
        Of each component, shape (components,).
    likelihood
        Logarithm of the likelihood, but for a constant.
    converged
        Whether the search for the likeliest ended by itself.
    steps
        How many it took.
    """

    weights: FloatArray
    a: FloatArray
    b: FloatArray
    likelihood: float
    converged: bool
    steps: int


def known_components(components: int) -> None:
    """Refuse a number of components that is none.

    Raises
    ------
    InvalidParameter
        It is no whole number from 1 to 5.
    """
    if isinstance(components, bool) or not isinstance(components, int | np.integer) or not 1 <= components <= _MOST:
        message = f"components is a whole number from 1 to {_MOST}, not {components!r}."
        raise InvalidParameter(message, remedy="1 is one hump, 2 lets groups have places of their own.")


def likeliest(members: FloatArray, people: FloatArray, components: int) -> Mixture:
    """Fit the shares that units have by law, from what they turned out to have.

    Parameters
    ----------
    members, people
        Of each unit, shape (units,): the group, and everyone; in households where these are dealt.
    components
        Beta distributions that are mixed.

    Returns
    -------
    mixture
        The likeliest of those that were reached from three starts.

    References
    ----------
    Rathelot 2012.

    Examples
    --------
    >>> found = likeliest(np.array([0.0, 10, 0, 10, 5]), np.full(5, 10.0), 1)
    >>> found.converged, bool(found.a[0] < 1)
    (True, True)
    """
    from scipy.optimize import minimize

    cells, times = np.unique(np.column_stack([members, people]), axis=0, return_counts=True)
    k, n, often = cells[:, 0], cells[:, 1], times.astype(np.float64)
    bounds = [(-12.0, 12.0)] * (components - 1) + [_RANGE] * (2 * components)
    best: Mixture | None = None
    for width in (1.0, 4.0, 0.25):
        start = _start(members, people, components, width)
        found = minimize(
            _surprise, start, args=(k, n, often, components), jac=True, method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": _STEPS, "maxfun": 4 * _STEPS, "ftol": 1e-11, "gtol": 1e-6},
        )  # fmt: skip
        weights, a, b = _read(found.x, components)
        # Without a lower place on the line to look at, it is as low as rounding lets it be where it is flat.
        ended = bool(found.success) or (found.status == _NO_LOWER and _slope(found.x, found.jac, bounds) < _FLAT)
        one = Mixture(weights, a, b, -float(found.fun) * float(often.sum()), ended, int(found.nit))
        if best is None or one.likelihood > best.likelihood:
            best = one
    assert best is not None  # noqa: S101 - there are three starts
    return best


def measured(name: str, mixture: Mixture) -> float:
    """Evaluate a measure of the distribution of shares, each as many people as any other.

    Examples
    --------
    >>> even = Mixture(np.ones(1), np.ones(1), np.ones(1), 0.0, True, 1)  # shares from 0 to 1, all alike
    >>> measured("dissimilarity", even), round(measured("correlation_ratio", even), 6)
    (0.5, 0.333333)
    """
    from scipy.special import betainc, betaln, digamma

    weights, a, b, *_ = mixture
    both = a + b
    mean = a / both
    share = float(weights @ mean)
    held = share * (1 - share)
    if held <= 0:
        return float("nan")
    square = float(weights @ (mean * (a + 1) / (both + 1)))
    if name in {"isolation", "correlation_ratio"}:
        return square / share if name == "isolation" else (square - share**2) / held
    if name == "dissimilarity":
        below, part = weights @ betainc(a, b, share), weights @ (mean * betainc(a + 1, b, share))
        return float((share * below - part) / held)
    if name == "hutchens":
        return float(1 - weights @ np.exp(betaln(a + 0.5, b + 0.5) - betaln(a, b)) / np.sqrt(held))
    if name == "information_theory":
        own = mean * (digamma(a + 1) - digamma(both + 1)) + (1 - mean) * (digamma(b + 1) - digamma(both + 1))
        whole = share * np.log(share) + (1 - share) * np.log(1 - share)
        return float(1 - weights @ own / whole)
    return _gini(weights, a, b, held)


def _gini(weights: FloatArray, a: FloatArray, b: FloatArray, held: float) -> float:
    """Mean difference of two shares, ∫ F (1 - F) / PQ, between places where F may turn quickly."""
    from scipy.special import betainc

    spread = np.sqrt(a * b / (a + b + 1)) / (a + b)
    near = (a / (a + b) + spread * np.array([-8, -4, -2, -1, 0, 1, 2, 4, 8])[:, np.newaxis]).ravel()
    edge = 10.0 ** np.arange(-12, 0)
    knots = np.unique(np.clip(np.concatenate([[0, 0.5, 1], edge, 1 - edge, near]), 0, 1))
    nodes, parts = np.polynomial.legendre.leggauss(24)
    half = np.diff(knots)[:, np.newaxis] / 2
    at = knots[:-1, np.newaxis] + half * (1 + nodes)
    below = np.tensordot(weights, betainc(a[:, np.newaxis, np.newaxis], b[:, np.newaxis, np.newaxis], at), 1)
    return float((below * (1 - below) * parts * half).sum() / held)


def _start(members: FloatArray, people: FloatArray, components: int, width: float) -> FloatArray:
    """Begin where moments say; components stand at quantiles of the shares."""
    share = (members + 0.5) / (people + 1)
    overall = float(np.clip(members.sum() / people.sum(), 1e-4, 1 - 1e-4))
    spread = max(float(np.var(share) - np.mean(overall * (1 - overall) / (people + 1))), 1e-5)
    both = width * max(overall * (1 - overall) / spread - 1, 0.3)
    means = np.array([overall]) if components == 1 else np.quantile(share, (np.arange(components) + 0.5) / components)
    means = np.clip(means + 1e-3 * np.arange(components), 0.01 * overall, 1 - 0.01 * (1 - overall))
    ends = np.log(np.concatenate([means * both, (1 - means) * both]))
    return np.clip(np.concatenate([np.zeros(components - 1), ends]), _RANGE[0] + 0.1, _RANGE[1] - 0.1)


def _slope(place: FloatArray, slopes: FloatArray, bounds: list[tuple[float, float]]) -> float:
    """Steepest slope that does not lead out of the bounds."""
    low, high = np.array(bounds).T
    return float(np.abs(np.clip(place - slopes, low, high) - place).max())


def _read(place: FloatArray, components: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    free = np.append(place[: components - 1], 0.0)
    weights = np.exp(free - free.max())
    rest = np.exp(place[components - 1 :])
    return weights / weights.sum(), rest[:components], rest[components:]


def _surprise(
    place: FloatArray, k: FloatArray, n: FloatArray, often: FloatArray, components: int
) -> tuple[float, FloatArray]:
    """Mean of the negative logarithm of the likelihood, and its slopes."""
    from scipy.special import betaln, digamma

    weights, a, b = _read(place, components)
    first, other = k[:, np.newaxis] + a, (n - k)[:, np.newaxis] + b
    logs = np.log(weights) + betaln(first, other) - betaln(a, b)
    top = logs.max(axis=1, keepdims=True)
    summed = np.exp(logs - top).sum(axis=1, keepdims=True)
    belongs = np.exp(logs - top) / summed
    shared = digamma(a + b) - digamma(n[:, np.newaxis] + a + b)
    of_a = belongs * (digamma(first) - digamma(a) + shared) * a
    of_b = belongs * (digamma(other) - digamma(b) + shared) * b
    slopes = np.column_stack([(belongs - weights)[:, : components - 1], of_a, of_b])
    many = often.sum()
    return -float(often @ (top + np.log(summed))[:, 0]) / many, -(often @ slopes) / many
