"""Two sides of one question, schools and what they are held against, each beside what chance gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, GroupName
from placemix.counts import Counts, group_text
from placemix.indices._parts import ratio
from placemix.inference import table
from placemix.inference.households import Cluster


class Sides(NamedTuple):
    """What is asked of both sides.

    Attributes
    ----------
    measures, focal, against
        As in `placemix.measure`.
    draws, seed
        As in `placemix.inference.table`.
    """

    measures: str | Sequence[str]
    focal: GroupName
    against: GroupName
    draws: int
    seed: int

    def of(
        self, school: Counts, home: Counts, *, clusters: tuple[Cluster | None, Cluster | None] = (1, 1)
    ) -> pd.DataFrame:
        """Measure both: values, ratio and difference, and the same corrected for chance.

        Parameters
        ----------
        school, home
            The two sides.
        clusters
            How many people are dealt together on each.

        Returns
        -------
        frame
            One row a measure; the columns are those of `placemix.schools.ratio_same_children`.
        """
        sides = [
            pd.DataFrame(
                table(
                    counts, self.measures, focal=self.focal, against=self.against, cluster=cluster, draws=self.draws,
                    seed=self.seed,
                )
            )
            for counts, cluster in zip((school, home), clusters, strict=True)
        ]  # fmt: skip
        a, b = (side["value"].to_numpy(dtype=np.float64) for side in sides)
        e, f = (side["expected"].to_numpy(dtype=np.float64) for side in sides)
        c, d = corrected(a, e), corrected(b, f)
        beyond = [(side["flag"].isna() & side["value"].notna()).to_numpy() for side in sides]
        words = np.select(
            [beyond[0] & beyond[1], beyond[0], beyond[1]], ["both", "school only", "home only"], default="neither"
        )
        return pd.DataFrame(
            {
                "measure": sides[0]["measure"].astype(str).to_numpy(dtype=object),
                "focal": group_text(self.focal),
                "against": group_text(self.against),
                "school": a,
                "home": b,
                "ratio": ratio(a, b),
                "difference": a - b,
                "expected_school": e,
                "expected_home": f,
                "corrected_school": c,
                "corrected_home": d,
                "corrected_ratio": np.where(d > 0, ratio(c, d), np.nan),
                "corrected_difference": c - d,
                "beyond_chance": words,
            }
        )


def corrected(value: FloatArray, expected: FloatArray, highest: FloatArray | float = 1.0) -> FloatArray:
    """Carrington and Troske's: 0 where the value is what chance gives, and 1 where it is the highest there can be.

    Examples
    --------
    >>> import numpy as np
    >>> corrected(np.array([0.2, 0.6, 0.1]), np.full(3, 0.2)).round(2).tolist()
    [0.0, 0.5, -0.5]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        above, below = (value - expected) / (highest - expected), (value - expected) / expected
    return np.where(value >= expected, above, below)
