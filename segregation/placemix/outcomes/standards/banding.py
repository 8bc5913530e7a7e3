"""Bands of each row of a result, and the people or rates that a standard or reference gives them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.errors import UnknownGroup, did_you_mean, listed
from placemix.outcomes.disparity.cells import Keyed
from placemix.outcomes.disparity.pairs import quotient
from placemix.outcomes.standards import populations
from placemix.outcomes.standards.populations import Standard


def placed(table: Keyed, band: str, bands: Sequence[str]) -> tuple[pd.DataFrame, IntArray]:
    """Rows of the result, and the key of each of their bands, -1 where there is none."""
    names = [name for name in table.keys.columns if name != band]
    code = table.keys.groupby(names, sort=False, dropna=False).ngroup().to_numpy()
    place = np.full((int(code.max()) + 1, len(bands)), -1)
    place[code, [bands.index(str(one)) for one in table.keys[band]]] = np.arange(len(table.keys))
    return table.keys[names].drop_duplicates().reset_index(drop=True), place


def weights_of(
    table: Keyed, method: str, standard: Standard, reference: Any, bands: Sequence[str],  # noqa: ANN401
    keys: pd.DataFrame, place: IntArray,
) -> tuple[FloatArray, tuple[str, str | None]]:  # fmt: skip
    """People of the standard or rates of the reference, with their name and the reference's group."""
    if method == "direct" and not isinstance(standard, str):
        return populations.given(standard, bands), ("weights given", None)
    if method == "direct" and standard == "esp2013":
        weights, words = populations.esp2013(bands)
        return weights, (words, None)
    if method == "indirect" and not isinstance(reference, str):
        return populations.given(reference, bands, words="reference"), ("rates given", None)
    pool = keys.groupby(["indicator", "period"], sort=False, dropna=False).ngroup().to_numpy()
    if method == "direct":
        return _over(pool, banded(table.cell({}).denominator, place)), ("everyone in the table", None)
    there = [value for texts in table.texts.values() for value in dict.fromkeys(texts)]
    if reference not in there:
        message = f"No row is of the reference {reference!r}; there are {listed(there, shown=40)}."
        raise UnknownGroup(message, remedy=did_you_mean(reference, there))
    name = next(name for name, texts in table.texts.items() if reference in texts)
    cell = table.cell({name: (str(reference),)})
    events, people = (_over(pool, banded(values, place)) for values in (cell.numerator, cell.denominator))
    return quotient(events, people), (f"rates of {reference}", str(reference))


def banded(values: FloatArray, place: IntArray) -> FloatArray:
    """Numbers of keys by row of the result and band, NaN where there is no row."""
    return np.append(values, np.nan)[place]


def _over(pool: IntArray, banded: FloatArray) -> FloatArray:
    """Sum over the units of each indicator and period that have a number, one row for each row of the result."""
    out = np.zeros((int(pool.max()) + 1, banded.shape[1]))
    np.add.at(out, pool, np.nan_to_num(banded))
    return out[pool]
