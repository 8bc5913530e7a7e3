"""The place gap with homes added to one unit, from sums that were made once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, GroupName, IntArray
from placemix.checks import unit_ids
from placemix.counts import Counts
from placemix.errors import InvalidParameter, PlacemixError
from placemix.gaps import place_gap
from placemix.scenarios.choosing.kinds import of_people


class Moments(NamedTuple):
    """Sums of one kind of homes over the units whose condition is known.

    Attributes
    ----------
    homes
        Homes, shape (rows,) or ().
    first, second
        Sums of homes × condition, and of homes × its square.
    """

    homes: FloatArray
    first: FloatArray
    second: FloatArray

    @property
    def mean(self) -> FloatArray:
        """Condition of the place of the average home."""
        return _over(self.first, self.homes)

    @property
    def noise(self) -> FloatArray:
        """Variance of that mean, were each home put anew where homes of its kind are."""
        spread = np.maximum(_over(self.second, self.homes) - self.mean**2, 0.0)
        return _over(spread, self.homes)


class Gap(NamedTuple):
    """The place gap before and with new homes.

    Attributes
    ----------
    before
        Shape ().
    after, noise
        The gap with the homes of each row, and the variance by chance of its change, shape (rows,). NaN where the
        unit of the row has no condition.
    """

    before: FloatArray
    after: FloatArray
    noise: FloatArray


def gap_with(
    homes: Counts, condition: pd.Series, focal: GroupName, against: GroupName, where: IntArray, added: FloatArray
) -> Gap:
    """Say what the place gap would be with homes added to the unit of each row, each row by itself.

    gap = (Σ x y + dx y_u) / (X + dx) - (Σ w y + dw y_u) / (W + dw), for x homes of the focal kind and w of those
    compared with, summed over units whose condition y is known. Were each home put anew into one of the places where
    homes of its kind are, the variance of the gap would be that of y over the homes of each kind, over their number.

    Parameters
    ----------
    homes
        Homes of each kind in each unit.
    condition
        As in `placemix.place_gap`.
    focal, against
        The kinds compared.
    where, added
        Unit of each row, and homes of each kind added there.

    Raises
    ------
    InvalidParameter, RankOrDecileArithmetic, VintageMismatch, UnmatchedUnit, UnknownGroup
        As in `placemix.place_gap`, which is asked first.

    Notes
    -----
    The variance of the change is that of both tables, as in `placemix.inference.difference`.
    """
    place_gap(homes, condition, focal=focal, against=against)
    known = pd.to_numeric(condition).astype(np.float64).set_axis(unit_ids(pd.Series(condition.index))[0])
    y = known.reindex(homes.units).to_numpy()
    column = homes.position(focal)
    x, dx = homes.values[:, column], added[:, column]
    w: FloatArray = homes.total - x
    dw: FloatArray = added.sum(axis=1) - dx
    if against != "rest":
        w, dw = (table[:, homes.position(against)] for table in (homes.values, added))
    here = y[where]
    before = _moments(x, y), _moments(w, y)
    after = _with(before[0], dx, here), _with(before[1], dw, here)
    noise = before[0].noise + before[1].noise + after[0].noise + after[1].noise
    return Gap(before[0].mean - before[1].mean, after[0].mean - after[1].mean, noise)


def condition_faults(condition: object, focal: GroupName | None) -> list[PlacemixError]:
    """Say why a place gap cannot be asked for."""
    faults = [] if condition is None else list(of_people("Conditions", [getattr(condition, "name", None)]))
    if condition is not None and focal is None:
        message = "A place gap is of one kind of homes against others."
        faults.append(InvalidParameter(message, remedy="Pass focal= a kind, such as a tenure."))
    return faults


def _moments(homes: FloatArray, y: FloatArray) -> Moments:
    known = ~np.isnan(y)
    x, score = homes[known], y[known]
    return Moments(*(np.asarray(part.sum()) for part in (x, x * score, x * score**2)))


def _with(moments: Moments, more: FloatArray, y: FloatArray) -> Moments:
    return Moments(moments.homes + more, moments.first + more * y, moments.second + more * y**2)


def _over(top: FloatArray, bottom: FloatArray) -> FloatArray:
    return np.divide(top, bottom, out=np.full(np.shape(top), np.nan), where=bottom > 0)
