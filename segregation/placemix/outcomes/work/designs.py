"""Characteristics as columns of a regression, and regressions from sums of products alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.checks import id_texts
from placemix.errors import (
    InvalidParameter,
    InvalidTable,
    PlacemixError,
    RepeatedColumn,
    listed,
    plural,
    together,
)
from placemix.outcomes.work.pay_tables import numbers, rows_of

#: Part of a column's size below which what the other columns leave of it is rounding.
_LEFT = 1e-10


class Design(NamedTuple):
    """Columns of a regression, the constant first.

    Attributes
    ----------
    columns
        Shape (people, columns).
    names
        Name of each column.
    of
        Characteristic of each column, −1 for the constant, shape (columns,).
    """

    columns: FloatArray
    names: tuple[str, ...]
    of: tuple[int, ...]


def design_of(table: pd.DataFrame, characteristics: Sequence[str]) -> Design:
    """Make columns of characteristics: numbers as they are, texts as one column for each category but the first.

    Numbers are centred, which changes no part of a gap and keeps its digits.

    Raises
    ------
    InvalidParameter, RepeatedColumn, InvalidTable, InvalidCounts
        None or repeated ones were named, or values are missing; one error lists all.
    """
    faults: list[PlacemixError] = []
    if isinstance(characteristics, str) or not len(characteristics):
        message = f"characteristics is a list of columns, not {characteristics!r}."
        raise InvalidParameter(message, remedy="Write characteristics=['grade', 'years'].")
    if len(set(characteristics)) < len(characteristics):
        message = f"A characteristic is named twice: {listed(list(characteristics))}."
        faults.append(RepeatedColumn(message, remedy="Name each once."))
    blocks, names, of = [np.ones((len(table), 1))], ["constant"], [-1]
    for place, name in enumerate(characteristics):
        column = table[name]
        if pd.api.types.is_numeric_dtype(column.dtype):
            values = numbers(column, name, faults, least=None)
            blocks.append((values - values.mean())[:, np.newaxis])
            names.append(name)
            of.append(place)
            continue
        lost = column.isna().to_numpy()
        if lost.any():
            message = f"{plural(int(lost.sum()), 'value', 'values')} of {name!r} missing."
            remedy = "Name what is not known, or leave those rows out and say how many."
            faults.append(InvalidTable(message, units=rows_of(lost), remedy=remedy))
            continue
        texts = id_texts(column).to_numpy(dtype=object)
        kinds = sorted(set(texts))
        blocks.append(
            np.column_stack([texts == kind for kind in kinds[1:]] or [np.zeros((len(table), 0))]).astype(float)
        )
        names += [f"{name}: {kind}" for kind in kinds[1:]]
        of += [place] * (len(kinds) - 1)
    if faults:
        raise together(faults)
    return Design(np.column_stack(blocks), tuple(names), tuple(of))


def coefficients(products: FloatArray, names: Sequence[str]) -> FloatArray:
    """Least squares from sums of products of the columns and what is explained, which comes last.

    Parameters
    ----------
    products
        Shape (columns + 1, columns + 1).
    names
        Names of the columns.

    Raises
    ------
    InvalidParameter
        Columns are sums of others among these people; they are named.
    """
    odd = dependent(products[:-1, :-1])
    if len(odd):
        several = listed([names[at] for at in odd], shown=20)
        message = f"The regression cannot tell {several} from the other characteristics among these people."
        remedy = "Merge categories that one group lacks, leave out what repeats another column, or change reference=."
        raise InvalidParameter(message, remedy=remedy)
    return _solved(products)


def coefficients_or_none(products: FloatArray) -> FloatArray:
    """Least squares, or NaN where the columns are not independent."""
    if len(dependent(products[:-1, :-1])):
        return np.full(len(products) - 1, np.nan)
    return _solved(products)


def dependent(products: FloatArray) -> list[int]:
    """Columns that the columns before them already give, from sums of products, shape (columns, columns)."""
    left, odd = products.copy(), []
    size = np.diag(products).copy()
    for at in range(len(left)):
        if left[at, at] <= _LEFT * size[at] or size[at] == 0:
            odd.append(at)
            continue
        # Sweeping the column out of the others leaves what it does not explain of them.
        rest = left[at + 1 :, at] / left[at, at]
        left[at + 1 :, at:] -= rest[:, np.newaxis] * left[at, at:]
    return odd


def _solved(products: FloatArray) -> FloatArray:
    # Columns of size 1, or large ones would cost small ones their digits.
    size = np.sqrt(np.diag(products)[:-1])
    inner = products[:-1, :-1] / size / size[:, np.newaxis]
    return np.asarray(np.linalg.solve(inner, products[:-1, -1] / size) / size)
