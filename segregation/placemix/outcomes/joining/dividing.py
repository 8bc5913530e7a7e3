"""Counts of outcomes divided by the people of the places they are of."""

from __future__ import annotations

import numpy as np
import pandas as pd

from placemix._typing import BoolArray
from placemix.errors import InvalidParameter, PlacemixError
from placemix.outcomes.joining.checking import division_faults, exceeding
from placemix.outcomes.joining.places import Places


def bare_counts(table: pd.DataFrame) -> BoolArray:
    """Rows that are a count, known or hidden, without anything that it is of."""
    some = table["numerator"].notna() | table["numerator_low"].notna()
    return np.asarray(some & table["denominator"].isna() & table["rate"].isna() & table["rate_low"].isna())


def per_people(
    table: pd.DataFrame, places: Places, per: float, apart: float, faults: list[PlacemixError]
) -> pd.DataFrame:
    """Divide counts without a denominator by the people who are in the units they are known of.

    Parameters
    ----------
    table
        Outcomes by place, as `moving` gives them.
    places
        Places with their people.
    per
        ``1`` for a share, ``1000`` for a rate per 1,000.
    apart
        Years that may lie between the two.
    faults
        Takes what is wrong.
    """
    if isinstance(per, bool) or not isinstance(per, int | float | np.number) or not 0 < per < np.inf:
        faults.append(InvalidParameter(f"per is how many people a rate is for, such as 1, 100 or 1000, not {per!r}."))
        return table
    bare = bare_counts(table)
    if not bare.any():
        message = "per= divides counts by people, and every outcome has its denominator, or is no count."
        remedy = "Leave it out; or say facts={'claimants': {'measured_in': 'count'}}."
        faults.append(InvalidParameter(message, remedy=remedy))
        return table
    out = table.copy()
    # Where parts of a place are missing, or lie elsewhere in part, only those who are in the known parts count.
    out.loc[bare, "denominator"] = table.loc[bare, "known"]
    below = out["denominator"].to_numpy()
    for outcome, rows in out[bare].groupby("outcome", sort=False):
        faults += division_faults(places, str(outcome), rows.iloc[0].to_dict(), apart)
        fault = exceeding(str(outcome), rows["unit"], rows["numerator_low"].to_numpy(), rows["denominator"].to_numpy())
        faults += [] if fault is None else [fault]
    for name, end in (("rate", "numerator"), ("rate_low", "numerator_low"), ("rate_high", "numerator_high")):
        top = out[end].to_numpy()
        made = np.divide(top * per, below, out=np.full(len(out), np.nan), where=below > 0)
        hidden = np.isnan(out["numerator"].to_numpy()) if name != "rate" else np.ones(len(out), dtype=bool)
        out.loc[bare, name] = np.where(hidden, made, np.nan)[bare]
    unit = "share" if per == 1 else "%" if per == 100 else f"per {per:,.12g}"
    out.loc[bare, "measured_in"] = unit
    return out
