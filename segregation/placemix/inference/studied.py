"""How often intervals held the true value in made-up towns like the table at hand."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from importlib import resources

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray
from placemix.counts import Counts
from placemix.measuring.plan import REST, Row
from placemix.strata import Strata

#: Flag of an interval that holds the true value less often than its level says.
UNDERCOVERS = "undercovers"
#: Level that was studied, and the least coverage that counts as reaching it.
LEVEL, ENOUGH = 0.95, 0.93
_COLUMNS = ["size", "share", "spread", "units", "coverage", "bias"]


@functools.cache
def study() -> pd.DataFrame:
    """What `make study` found: one row for each measure, way to draw, method and cell of its grid.

    Examples
    --------
    >>> study()[["measure", "resample", "method", "size", "share", "spread", "coverage"]].shape[1]
    7
    """
    with resources.files("placemix.inference").joinpath("coverage.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file)


def coverage(
    plan: Sequence[Row],
    counts: Counts,
    strata: Strata,
    *,
    resample: str | None,
    method: str,
    size: float,
    bias: FloatArray,
) -> FloatArray:
    """Say how often such intervals held the true value in the towns most like each stratum.

    Parameters
    ----------
    plan, counts, strata
        Rows of a call, its table and its strata.
    resample, method
        How people were drawn anew, and how the ends were found.
    size
        People dealt together.
    bias
        Mean of the draws less the value, as a share of the value, shape (strata, rows).

    Returns
    -------
    coverage
        Shape (strata, rows), NaN where no such interval was studied. Of the towns of the study those are taken
        whose units and group are nearest in size (households in a unit, share of the group), and of these the
        ones in which chance adds as much to the value, and whose number of units is nearest.
    """
    out = np.full((len(strata), len(plan)), np.nan)
    table = study()
    table = table[(table["resample"] == resample) & (table["method"] == method)]
    for at, row in enumerate(plan):
        known = table.loc[table["measure"] == row.asked.row.name, _COLUMNS].to_numpy(dtype=np.float64)
        # Options such as exclude_self make another measure of it, which was not studied.
        if not len(known) or row.focal is None or row.asked.text != row.asked.row.name:
            continue
        x = counts.values[:, row.focal]
        other = counts.total - x if row.against == REST else counts.values[:, int(row.against or 0)]
        both = x + other
        for stratum, (low, high) in enumerate(zip(strata.bounds[:-1], strata.bounds[1:], strict=True)):
            here = strata.order[low:high]
            units, people = int((both[here] > 0).sum()), float(both[here].sum())
            if not units or not 0 < x[here].sum() < people:
                continue
            out[stratum, at] = _nearest(
                known, people / size / units, float(x[here].sum()) / people, units, float(bias[stratum, at])
            )
    return out


def _nearest(cells: FloatArray, households: float, share: float, units: int, bias: float) -> float:
    """Coverage in the cell of the grid that is nearest; its columns are `_COLUMNS`."""
    # A group of most people is to an even measure what a group of few is; isolation has no cell above 0.4.
    for column, value in ((0, households), (1, min(share, 1 - share))):
        cells = cells[_closest(np.log(cells[:, column]), float(np.log(value)))]
    if np.isfinite(bias):
        spreads = np.unique(cells[:, 2])
        middle = np.array([cells[cells[:, 2] == spread, 5].mean() for spread in spreads])
        cells = cells[cells[:, 2] == spreads[np.abs(middle - bias).argmin()]]
    cells = cells[_closest(np.log(cells[:, 3]), float(np.log(units)))]
    return float(cells[:, 4].min())


def _closest(values: FloatArray, value: float) -> BoolArray:
    away = np.abs(values - value)
    closest: BoolArray = away <= away.min() + 1e-12
    return closest
