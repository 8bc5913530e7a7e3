"""The few sums and guards that every kernel is written with."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.errors import InvalidCounts, InvalidParameter, NotNumbers, TooFewGroups

#: A kernel needs at least this many groups present and units lived in.
AT_LEAST = 2


class Parts(NamedTuple):
    """What a kernel needs to know of its counts.

    Attributes
    ----------
    people
        Residents of each unit, shape (..., units).
    share
        Share of each group in what residents experience, shape (..., units, groups);
        zero where nobody is.
    overall
        Share of each group in the stratum, shape (..., strata, groups).
    size
        Residents of each stratum, shape (..., strata).
    defined
        Whether at least two groups are present and two units lived in, shape (..., strata).
    """

    people: FloatArray
    share: FloatArray
    overall: FloatArray
    size: FloatArray
    defined: BoolArray


def table(counts: Any) -> FloatArray:  # noqa: ANN401
    """Return counts as a float array of at least two groups, or say what is wrong with them."""
    try:
        values = np.asarray(counts, dtype=np.float64)
    except (TypeError, ValueError) as error:
        message = "Counts must be numbers."
        raise NotNumbers(message, remedy="Read the table with placemix.from_wide, which lists each fault.") from error
    if values.ndim < AT_LEAST or values.shape[-1] < AT_LEAST:
        message = f"Counts need the shape (units, groups) with at least two groups, not {values.shape}."
        raise TooFewGroups(message)
    if values.size and not (values.min() >= 0 and values.max() < np.inf):
        message = "Counts must be finite and not negative."
        raise InvalidCounts(message, remedy="Read the table with placemix.from_wide, which lists the units at fault.")
    return values


def two_groups(counts: Any) -> FloatArray:  # noqa: ANN401
    """Return counts as a float array of exactly two groups."""
    values = table(counts)
    if values.shape[-1] != AT_LEAST:
        message = f"This measure compares two groups; the counts have {values.shape[-1]}."
        raise InvalidParameter(
            message, remedy="Pass the group of interest and the group (or rest) it is compared with."
        )
    return values


def total(values: FloatArray, starts: IntArray | None) -> FloatArray:
    """Sum over the units of each stratum: (..., units) to (..., strata)."""
    if starts is None:
        return values.sum(axis=-1, keepdims=True)
    return np.add.reduceat(values, starts, axis=-1)


def total_groups(values: FloatArray, starts: IntArray | None) -> FloatArray:
    """Sum over the units of each stratum: (..., units, groups) to (..., strata, groups)."""
    if starts is None:
        return values.sum(axis=-2, keepdims=True)
    return np.add.reduceat(values, starts, axis=-2)


def here(values: Any, starts: IntArray | None, units: int, *, axis: int) -> Any:  # noqa: ANN401
    """Give each unit the value of its stratum, along `axis`."""
    if starts is None:
        return values
    return np.repeat(values, np.diff(starts, append=units), axis=axis)


def ratio(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """Divide; NaN where the denominator is zero or undefined."""
    out = np.full(np.broadcast_shapes(np.shape(numerator), np.shape(denominator)), np.nan)
    return np.divide(numerator, denominator, out=out, where=np.asarray(denominator) != 0)


def shares(values: FloatArray) -> FloatArray:
    """Share of each group; zero where nobody is."""
    people = values.sum(axis=-1, keepdims=True)
    return np.divide(values, people, out=np.zeros_like(values), where=people > 0)


def defined(group_totals: FloatArray, people: FloatArray, starts: IntArray | None) -> BoolArray:
    """Whether at least two groups are present and at least two units lived in."""
    groups = (group_totals > 0).sum(axis=-1)
    units = total((people > 0).astype(np.float64), starts)
    return (groups >= AT_LEAST) & (units >= AT_LEAST)


def parts(values: FloatArray, surroundings: Any, starts: IntArray | None) -> Parts:  # noqa: ANN401
    """Collect what evenness and exposure kernels share."""
    people = values.sum(axis=-1)
    groups = total_groups(values, starts)
    around = values if surroundings is None else table(surroundings)
    if around.shape != values.shape:
        message = f"Surroundings have the shape {around.shape}, the counts {values.shape}."
        raise InvalidParameter(message, remedy="Give the people around each unit, in the same order.")
    share = shares(around)
    if surroundings is not None:
        # Who has nobody around experiences the own unit.
        alone = around.sum(axis=-1, keepdims=True) <= 0
        share = np.where(alone, shares(values), share)
    size = groups.sum(axis=-1)
    return Parts(people, share, shares(groups), size, defined(groups, people, starts))


def where_defined(value: FloatArray, valid: BoolArray) -> FloatArray:
    """NaN where the measure is undefined."""
    return np.where(valid, value, np.nan)


def entropy(share: FloatArray) -> FloatArray:
    """Return -sum(p ln p) over the last axis, with 0 ln 0 = 0, in nats."""
    logs = np.log(share, out=np.zeros_like(share), where=share > 0)
    return -(share * logs).sum(axis=-1)


def interaction(share: FloatArray) -> FloatArray:
    """Return sum(p (1 - p)) over the last axis: the chance that two people differ."""
    return (share * (1 - share)).sum(axis=-1)
