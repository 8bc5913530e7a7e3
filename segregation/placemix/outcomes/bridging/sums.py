"""Gap, separation and contrast of one pair of groups and one condition, by stratum."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from placemix._typing import FloatArray, IntArray


class Parts(NamedTuple):
    """The factors of a gap, shape (..., strata) each; NaN where a group is absent that they are of.

    Attributes
    ----------
    focal_people, against_people
        Members in units with a value.
    focal_mean, against_mean
        Condition of the place of the average member.
    separation
        Their dissimilarity among these units.
    over_mean, under_mean
        Mean condition where the focal group is over-represented and under-represented; NaN where nowhere is either.
    """

    focal_people: FloatArray
    against_people: FloatArray
    focal_mean: FloatArray
    against_mean: FloatArray
    separation: FloatArray
    over_mean: FloatArray
    under_mean: FloatArray

    @property
    def gap(self) -> FloatArray:
        """The one mean less the other."""
        return self.focal_mean - self.against_mean

    @property
    def contrast(self) -> FloatArray:
        """How different the places are."""
        return self.over_mean - self.under_mean


def parts(x: FloatArray, w: FloatArray, y: FloatArray, starts: IntArray) -> Parts:
    """Work out the factors of a gap.

    gap = Σ (a_i - w_i) y_i = D x contrast.

    Parameters
    ----------
    x, w
        Members of the focal group and of those compared with, shape (..., units), in the order of strata.
    y
        The condition, shape (units,); NaN where it is not known, and whoever lives there is left out.
    starts
        First unit of each stratum.

    References
    ----------
    Logan and Stults 2011; Duncan and Duncan 1955.

    Examples
    --------
    >>> one = parts(np.array([80.0, 20, 0, 20]), np.array([20.0, 80, 100, 80]), np.array([0.4, 0.2, 0.1, 0.2]),
    ...             np.array([0]))
    >>> one.gap.round(4), (one.separation * one.contrast).round(4)
    (array([0.1548]), array([0.1548]))
    """
    known = ~np.isnan(y)
    score, x, w = np.where(known, y, 0.0), np.where(known, x, 0.0), np.where(known, w, 0.0)
    lengths = np.diff(np.append(starts, len(y)))

    def summed(values: FloatArray) -> FloatArray:
        return np.add.reduceat(values, starts, axis=-1)

    def here(values: FloatArray) -> FloatArray:
        return np.repeat(values, lengths, axis=-1)

    size, others = summed(x), summed(w)
    absent = (size <= 0) | (others <= 0)
    ours, theirs = np.where(size > 0, size, np.nan), np.where(others > 0, others, np.nan)
    difference = np.nan_to_num(x / here(ours) - w / here(theirs))
    over, under = np.maximum(difference, 0.0), np.maximum(-difference, 0.0)
    apart, other = summed(over), summed(under)
    separated = (apart > 0) & (other > 0)
    return Parts(
        focal_people=size,
        against_people=others,
        focal_mean=summed(x * score) / ours,
        against_mean=summed(w * score) / theirs,
        separation=np.where(absent, np.nan, apart),
        over_mean=summed(over * score) / np.where(separated, apart, np.nan),
        under_mean=summed(under * score) / np.where(separated, other, np.nan),
    )


def weighted(x: FloatArray, part: FloatArray, y: FloatArray, starts: IntArray) -> FloatArray:
    """Mean of `part` over the members who live where the condition is known, shape (..., strata)."""
    x = np.where(np.isnan(y), 0.0, x)
    size = np.add.reduceat(x, starts, axis=-1)
    return np.add.reduceat(x * part, starts, axis=-1) / np.where(size > 0, size, np.nan)
