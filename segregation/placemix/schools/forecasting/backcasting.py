"""Ranges from what the same method would have got wrong in the past."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from placemix._typing import FloatArray
from placemix.schools.forecasting.entering import Entrants
from placemix.schools.forecasting.rosters import Rosters
from placemix.schools.forecasting.survival import Settings, carry, learn

#: Kinds of forecasts whose errors are pooled apart.
ENTRY, OTHER, ALL = "entry", "other", "all"


class Range(NamedTuple):
    """How far the truth lay from forecasts, as shares of the forecast.

    Attributes
    ----------
    low, high
        Quantiles of the relative errors; NaN where there are too few.
    bias
        Their median, also of few.
    errors
        How many there are.
    basis
        In words.
    """

    low: float
    high: float
    bias: float
    errors: int
    basis: str


Errors = dict[tuple[str, str, int], FloatArray]


def errors(known: Rosters, entrants: Entrants, settings: Settings) -> Errors:
    """Forecast every year from every earlier one, and compare: truth / forecast - 1 by phase, kind and years ahead."""
    found: dict[tuple[str, str, int], list[FloatArray]] = {}
    final = len(known.years) - 1
    for base in range(1, final):
        carried = carry(known, base, final - base, learn(known, base, entrants, settings), entrants)
        for phase, block in zip(known.phases, carried, strict=True):
            for ahead in range(1, final - base + 1):
                seen = phase.present[base] & phase.present[base + ahead]
                truth, guess = phase.pupils[base + ahead][seen], block[ahead][seen]
                for kind, (true, guessed) in {
                    ENTRY: (truth[:, 0], guess[:, 0]),
                    OTHER: (truth[:, 1:], guess[:, 1:]),
                    ALL: (truth.sum(axis=1), guess.sum(axis=1)),
                }.items():
                    use = np.isfinite(guessed) & (guessed > 0)
                    found.setdefault((phase.name, kind, ahead), []).append(true[use] / guessed[use] - 1)
    return {key: np.concatenate(parts) for key, parts in found.items()}


def spanning(level: float) -> int:
    """Return how many errors there must be for the smallest and the largest of them to span this share.

    The next error falls between the ends of n others with probability (n - 1)/(n + 1): no rule makes more of them.

    Examples
    --------
    >>> [spanning(level) for level in (0.5, 0.8, 0.9, 0.95)]
    [3, 9, 19, 39]
    """
    return int(np.ceil(2 / (1 - level) - 1 - 1e-9))


def ranges(
    past: Errors, *, phase: str, kind: str, horizon: int, level: float, fewest: int, pool: bool
) -> list[Range]:  # fmt: skip
    """Return the range of each year ahead, from 1 on.

    Where that many years ahead have too few errors, those of the most years ahead that have enough are widened by
    the square root of the ratio of the years, as errors of a random walk grow. With `pool`, errors of all phases
    serve a phase that has too few at any horizon.
    """
    fewest = max(fewest, spanning(level))
    own = [past.get((phase, kind, ahead), np.empty(0)) for ahead in range(1, horizon + 1)]
    words = ""
    if pool and max(map(len, own)) < fewest:
        phases = dict.fromkeys(name for name, _, _ in past)
        own = [
            np.concatenate([past.get((name, kind, ahead), np.empty(0)) for name in phases] or [np.empty(0)])
            for ahead in range(1, horizon + 1)
        ]
        words = ", errors of all phases"
    out: list[Range] = []
    enough = 0
    for ahead, here in enumerate(own, start=1):
        if len(here) >= fewest:
            enough = ahead
        if not enough:
            has = f"{len(here)} back-cast errors, fewer than {fewest}"
            bias = float(np.median(here)) if len(here) else np.nan
            out.append(Range(np.nan, np.nan, bias, len(here), has))
            continue
        then = own[enough - 1]
        tail = (1 - level) / 2
        # Of n errors the one at place (n + 1) p: the next error falls beyond it with probability p.
        low, middle, high = np.quantile(then, [tail, 0.5, 1 - tail], method="weibull")
        wider = np.sqrt(ahead / enough)
        years = "year" if enough == 1 else "years"
        basis = "back-cast" if enough == ahead else f"extrapolated from {enough} {years} ahead"
        out.append(Range(float(low * wider), float(high * wider), float(middle), len(then), f"{basis}{words}"))
    return out
