"""Patterns over many draws: the mean of each window, and how much draws differ."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any, Literal

import numpy as np
import pandas as pd

from placemix.patterns.counting import Fun
from placemix.patterns.draws import Drawn, checked_draws, checked_window, people_of
from placemix.patterns.populations import Population
from placemix.patterns.summing import MEASURES, Sums, Way, framed, in_cells, note_of, transform_of


def landscape(
    people: Any,  # noqa: ANN401
    *,
    draws: int,
    seed: int = 0,
    window: int | str | None = None,
    step: int | str | None = None,
    density_window: int | str = 10,
    neighbourhood: Literal[4, 8] = 4,
    fun: Fun = "mean",
    most_missing: float | None = None,
    base: float = 2,
) -> pd.DataFrame:
    """Measure the pattern of groups in a raster of people: the racial landscape method.

    For each draw every cell gets one group by chance (`realisations`) and the local density of that
    group (`densities`); pairs of neighbouring cells, weighted by these, are summed up by their
    entropies (`measures`). Draws and densities are made block by block and never kept, so that the
    raster may be larger than memory.

    Parameters
    ----------
    people
        People of each group in each cell; see `realisations`.
    draws, seed
        How many draws, and the seed that makes them the same again. A hundred are usual.
    window, step, neighbourhood, fun, most_missing, base
        As for `measures`.
    density_window
        Side of the windows of local densities: cells, or on a map a length such as ``"1 km"``.

    Returns
    -------
    frame
        As from `measures`, where `value` is the mean of the draws; `sd` their standard deviation, and
        `draws` how many had a value. `categories`, `missing` and `pairs` are those of the last draw.

    Raises
    ------
    InvalidParameter, InvalidTable, UnreadableFile
        As for `measures` and `realisations`.

    References
    ----------
    Dmowska, Stepinski and Nowosad 2020.

    Examples
    --------
    >>> import numpy as np
    >>> west = np.repeat([[8.0, 8.0, 1.0, 1.0]], 4, axis=0)
    >>> found = landscape(np.stack([west, 9 - west]), draws=50, seed=1, density_window=4)
    >>> found[["measure", "value", "sd", "draws"]].round(2).values.tolist()[0][:1]
    ['entropy']
    """
    numbers = checked_draws(draws, seed)
    with ExitStack() as stack:
        source = people_of(people, stack)
        dataset = people if isinstance(people, Population) else source.dataset
        window, step, wide = (
            in_cells(size, name, dataset)
            for name, size in (("window", window), ("step", step), ("density_window", density_window))
        )
        how = Way.checked(window, step, neighbourhood, fun, base, most_missing)
        around = checked_window(wide)
        windows = how.windows(source.shape)

        def work(number: int) -> Sums:
            return Sums.of(Drawn(source, seed, number, around), windows, how)

        count = np.zeros((len(windows), len(MEASURES)))
        mean, spread = np.zeros_like(count), np.zeros_like(count)
        # An open file is read by one thread; draws are added in their order in any case.
        threads = 1 if source.dataset is not None else os.cpu_count() or 1
        with ThreadPoolExecutor(threads) as pool:
            for found in pool.map(work, numbers):
                there = ~np.isnan(found.values)
                count += there
                off = np.where(there, found.values - mean, 0.0)
                mean += np.divide(off, count, out=np.zeros_like(off), where=count > 0)
                spread += off * np.where(there, found.values - mean, 0.0)
        sd = np.sqrt(np.divide(spread, count - 1, out=np.full_like(spread, np.nan), where=count > 1))
        values = np.where(count > 0, mean, np.nan)
        means = Sums(values, found.categories, found.cells, found.missing, found.pairs, _reason(found, count))
        more = {"sd": sd, "draws": count.astype(np.int64)}
        return framed(means, windows, source.shape, transform_of(dataset), note_of(dataset), more)


def _reason(found: Sums, count: Any) -> Any:  # noqa: ANN401
    return np.where(count[:, 0] > 0, None, found.reason)
