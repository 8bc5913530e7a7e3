"""What is left out or put in the place of something else is said."""

from __future__ import annotations

import pandas as pd
import pytest

import placemix as pm
from placemix import errors


def test_members_alone_leave_the_mean_and_its_denominator() -> None:
    counts = pm.from_wide(pd.DataFrame({"u": list("abc"), "x": [1, 3, 2], "y": [0, 4, 5]}), groups=["x", "y"], unit="u")
    row = pm.measure(counts, "isolation(exclude_self=True)", focal="x").iloc[0]
    # By hand: three members meet 2 of 6, two meet 1 of 6; the sixth is alone.
    assert row["numerator"] == pytest.approx(3 * 2 / 6 + 2 * 1 / 6)
    assert (row["denominator"], row["note"]) == (5, "1 member alone in a unit left out")
    assert row["value"] == pytest.approx(row["numerator"] / 5)


def test_a_total_below_its_groups_is_raised_aloud() -> None:
    frame = pd.DataFrame({"u": ["a", "b"], "x": [9000, 9000], "y": [100, 100], "t": [9100, 9099]})
    with pytest.warns(errors.TotalsRaised, match=r"1 unit, by 1 people.*\[b\]"):
        counts = pm.from_wide(frame, groups=["x", "y"], unit="u", total="t", about={"perturbed": True})
    assert counts.total.tolist() == [9100, 9100]
