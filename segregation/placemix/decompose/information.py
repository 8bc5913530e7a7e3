"""M of any part of a table: what unit and group say of each other, in nats."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix._version import __version__
from placemix.counts import Counts, group_text
from placemix.errors import InvalidParameter, did_you_mean
from placemix.measuring.plan import REST, Which, focal_groups, rivals
from placemix.registry import asked

#: Measures whose parts sum to the whole.
MEASURES = ("mutual_information", "information_theory")


def known(measure: str) -> None:
    """Refuse a measure that does not fall into parts.

    Raises
    ------
    InvalidParameter
        It is neither M nor H.
    """
    if measure not in MEASURES:
        message = f"{measure!r} does not fall into parts between and within; {' and '.join(MEASURES)} do."
        raise InvalidParameter(message, remedy=did_you_mean(str(measure), list(MEASURES)))


def people_of(counts: Counts, focal: Which, against: Which) -> tuple[FloatArray, list[Any]]:
    """People of each group, or of one and those it is compared with, and the names of both."""
    if focal is None:
        return counts.values, list(counts.groups)
    firsts, others = focal_groups(counts, focal), rivals(counts, against)
    if len(firsts) > 1 or len(others) > 1:
        message = "One group is compared with one other, or with the rest."
        raise InvalidParameter(message, remedy="Call once for each, or leave out focal= for all groups together.")
    if firsts == others:
        message = f"{group_text(counts.groups[firsts[0]])!r} is compared with itself."
        raise InvalidParameter(message, remedy="Pass against= another group, or 'rest'.")
    x, other = counts.values[:, firsts[0]], others[0]
    y = np.maximum(counts.total - x, 0.0) if other == REST else counts.values[:, other]
    return np.column_stack([x, y]), [counts.groups[firsts[0]], "rest" if other == REST else counts.groups[other]]


def behind(frame: pd.DataFrame, counts: Counts, measure: str, people: FloatArray) -> pd.DataFrame:
    """Add what every value rests on: people and units that were left out, method, counts and version.

    Parameters
    ----------
    frame
        Parts of a value.
    counts, measure
        What was measured.
    people
        Those who were compared, shape (units, groups), of all units.
    """
    out = frame.copy()
    out["residual"] = float(counts.total.sum() - people.sum())
    out["units_dropped"] = int((people.sum(axis=1) <= 0).sum())
    out["method"], out["source"], out["version"] = asked(measure).row.method, counts.source, __version__
    return out


def plogp(values: FloatArray) -> FloatArray:
    """Return x ln x, which is 0 for nobody."""
    return values * np.log(np.where(values > 0, values, 1.0))


def summed(values: FloatArray, code: IntArray, many: int) -> FloatArray:
    """Sums of rows by code, shape (many, …)."""
    out = np.zeros((many, *values.shape[1:]))
    np.add.at(out, code, values)
    return out


def information(people: FloatArray, code: IntArray, many: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """M and entropy of the rows of each code, and their people.

    Parameters
    ----------
    people
        Shape (rows, groups).
    code
        Part that each row belongs to, shape (rows,).
    many
        Number of parts.

    Returns
    -------
    m, entropy, size
        Shape (many,) each; M and entropy are NaN for parts without people.
    """
    size, members = summed(people.sum(axis=1), code, many), summed(people, code, many)
    inside = summed(plogp(people).sum(axis=1) - plogp(people.sum(axis=1)), code, many)
    with np.errstate(invalid="ignore", divide="ignore"):
        m = (inside - plogp(members).sum(axis=1) + plogp(size)) / size
        entropy = (plogp(size) - plogp(members).sum(axis=1)) / size
    return m, entropy, size
