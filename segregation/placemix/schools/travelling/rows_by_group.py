"""Values of homes as rows by group: means and quantiles, each beside those it is compared with."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, GroupName, IntArray
from placemix.counts import Counts, group_text
from placemix.indices._parts import ratio
from placemix.results import first_reason

#: Group of the rows of everyone.
EVERYONE = "everyone"
#: Shares of the children whose way is at most this long, and what they are called.
_QUANTILES = ((0.5, "median"), (0.9, "90th percentile"))


class Compared(NamedTuple):
    """Children by group, and how rows about them are made.

    Attributes
    ----------
    children, against, by
        As in `placemix.schools.access`.
    measured_in
        Unit of ways.
    """

    children: Counts
    against: GroupName
    by: str | None
    measured_in: str

    def means(self, statistic: str, measured_in: str, values: FloatArray, rank: int | None = None) -> pd.DataFrame:
        """Give rows of the mean of a value of homes."""
        return self._rows(statistic, measured_in, values, np.zeros(len(values), dtype=bool), None, rank)

    def ways(self, values: FloatArray, rank: int) -> pd.DataFrame:
        """Give rows of the mean and the quantiles of the way to a school; infinite where none is reached."""
        far = np.isinf(values)
        rows = [self._rows("mean", self.measured_in, np.where(far, 0.0, values), far, None, rank)]
        rows += [self._rows(name, self.measured_in, values, far, level, rank) for level, name in _QUANTILES]
        return pd.concat(rows, ignore_index=True)

    def _rows(
        self,
        statistic: str,
        measured_in: str,
        values: FloatArray,
        far: BoolArray,
        level: float | None,
        rank: int | None,
    ) -> pd.DataFrame:
        blocks = []
        for label, here in _strata(self.children, self.by):
            people, other, names, rivals = _people(self.children, self.against, here)
            lost = people @ far[here]
            if level is None:
                value, value_other = (ratio(side @ values[here], side @ ~far[here]) for side in (people, other))
            else:
                value, value_other = (_quantile(values[here], side, level) for side in (people, other))
            none = first_reason({"no_people": ~(people.sum(axis=1) > 0), "unreachable": ~np.isfinite(value)})
            rows = {
                "statistic": statistic, "rank": pd.array([rank] * len(names), dtype="Int64"), "group": names,
                "against": rivals, "value": np.where(np.isfinite(value), value, np.nan),
                "value_against": np.where(np.isfinite(value_other), value_other, np.nan),
            }  # fmt: skip
            block = pd.DataFrame(({} if self.by is None else {self.by: label}) | rows)
            block["difference"] = block["value"] - block["value_against"]
            block["ratio"] = ratio(block["value"].to_numpy(), block["value_against"].to_numpy())
            block["measured_in"], block["people"] = measured_in, people.sum(axis=1)
            block["counted"] = block["people"] - (lost if level is None else 0.0)
            block["unreachable"], block["reason"] = lost, none
            blocks.append(block)
        return pd.concat(blocks, ignore_index=True)


def _strata(children: Counts, by: str | None) -> list[tuple[str, IntArray]]:
    if by is None:
        return [("", np.arange(len(children)))]
    children.arranged(by)  # refuses a column that is not there
    labels = children.strata[by].astype(str).to_numpy(dtype=object)
    return [(label, np.flatnonzero(labels == label)) for label in dict.fromkeys(labels)]


def _people(
    children: Counts, against: GroupName, here: IntArray
) -> tuple[FloatArray, FloatArray, list[str], list[str | None]]:
    """People of each group and of those it is compared with, with everyone last, shape (groups + 1, units)."""
    values, total = children.values[here].T, children.total[here]
    names = [group_text(name) for name in children.groups]
    if against == "rest":
        other = total - values
        rivals: list[str | None] = ["rest"] * len(names)
    else:
        place = children.position(against)
        other = np.repeat(values[place][np.newaxis], len(names), axis=0)
        rivals = [names[place] if row != place else None for row in range(len(names))]
        other[place] = 0.0  # a group is not compared with itself
    nobody = np.zeros((1, len(here)))
    return np.vstack([values, total]), np.vstack([other, nobody]), [*names, EVERYONE], [*rivals, None]


def _quantile(values: FloatArray, people: FloatArray, level: float) -> FloatArray:
    """Smallest way that at least this share of the people have, shape (groups,); NaN of nobody."""
    order = np.argsort(values, kind="stable")
    held = np.cumsum(people[:, order], axis=1)
    found = np.full(len(people), np.nan)
    for row, along in enumerate(held):
        if along[-1] > 0:
            # Rounding of a sum must not push the quantile on to the next home.
            place = np.searchsorted(along, level * along[-1] * (1 - 1e-12))
            found[row] = values[order[place]]
    return found
