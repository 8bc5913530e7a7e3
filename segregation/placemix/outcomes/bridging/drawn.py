"""How far a gap may be off where cells have errors: tables drawn around the one at hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from placemix._typing import FloatArray
from placemix.counts import Counts
from placemix.inference import drawing
from placemix.inference.nulls import Draw
from placemix.inference.perturbing import changed
from placemix.measuring.plan import REST
from placemix.outcomes.bridging.reading import Aligned
from placemix.outcomes.bridging.sums import parts
from placemix.strata import Strata


class Draws(NamedTuple):
    """What is drawn.

    Attributes
    ----------
    level
        Share of the draws within the interval.
    draws, seed
        How many, and where their random numbers begin.
    perturbed
        Probability that a publisher changed a cell, and people by which at most; or None.
    """

    level: float
    draws: int
    seed: int
    perturbed: tuple[float, int] | None

    @property
    def words(self) -> str:
        """The method of the interval, its kind first."""
        made = f"draws={self.draws}; seed={self.seed}"
        if self.perturbed is None:
            return f"moe:basic interval; cells, none below 0; {made}"
        share, most = self.perturbed
        return f"assumption:a share of {share:g} of cells changed by 1 to {most}, none below 0; {made}"


def gap_intervals(
    counts: Counts,
    found: Sequence[Aligned],
    pairs: Sequence[tuple[int, int]],
    strata: Strata,
    value: FloatArray,
    how: Draws,
) -> tuple[FloatArray, FloatArray]:
    """Give both ends of the interval of every gap.

    Parameters
    ----------
    counts
        People, with standard errors of the cells unless a perturbation is assumed.
    found, pairs, strata
        Conditions, positions of the groups compared, and strata.
    value
        The gaps, shape (strata, conditions, pairs).
    how
        What is drawn.

    Returns
    -------
    lower, upper
        Shape of `value`. From standard errors a basic interval, 2v - q; of an assumed perturbation the middle of the
        draws, as `placemix.inference.perturbation_sensitivity` gives.
    """
    # Nobody is in none of the groups where all are counted in one, and no publisher puts anybody there.
    cells = np.column_stack([counts.values, counts.residual]) if counts.residual.any() else counts.values
    drawer: Draw = _errors(counts) if how.perturbed is None else changed(cells, *how.perturbed)

    def gaps(tables: FloatArray) -> FloatArray:
        tables = tables[:, strata.order]
        total = tables.sum(axis=-1)
        out = np.empty((len(tables), len(strata), len(found), len(pairs)))
        for column, (one, other) in enumerate(pairs):
            x = tables[..., one]
            w = total - x if other == REST else tables[..., other]
            for row, condition in enumerate(found):
                out[:, :, row, column] = parts(x, w, condition.value[strata.order], strata.starts).gap
        return out

    drawn = drawing.over(drawer, gaps, draws=how.draws, seed=how.seed, apart=True, cells=cells.size)
    tail = (1 - how.level) / 2
    known = np.isfinite(value) & (np.isfinite(drawn).sum(axis=0) > 1)
    ends: FloatArray = np.full((2, *value.shape), np.nan)
    ends[:, known] = np.nanquantile(drawn[:, known], [tail, 1 - tail], axis=0)
    if how.perturbed is None:
        return 2 * value - ends[1], 2 * value - ends[0]
    return ends[0], ends[1]


def _errors(counts: Counts) -> Draw:
    error = counts.error
    assert error is not None  # noqa: S101 (asked before)

    def drawn(rng: np.random.Generator) -> FloatArray:
        values = np.maximum(rng.normal(counts.values, error), 0.0)
        return np.column_stack([values, counts.residual])

    return drawn
