"""A rate beside that of everyone else, where only the group's and the whole's are printed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from placemix._version import __version__
from placemix.carried import fingerprint
from placemix.errors import InvalidParameter, PlacemixError, together
from placemix.indices._parts import ratio
from placemix.results import Call, Result, first_reason, remember


def gap_to_rest(rate: float, whole: float, *, share: float | Sequence[float]) -> Result:
    """Compare a group's rate with that of everyone else, where what is printed is the group's and the whole's.

    The whole includes the group, so that its rate lies between the two that are to be compared. With s the group's
    share of the whole, the rest has (r̄ − s r)/(1 − s).

    Parameters
    ----------
    rate
        The group's rate, such as its turnout; from 0 to 1.
    whole
        The rate of everyone, the group among them.
    share
        The group's share of everyone, above 0 and below 1; several, where it is not known well.

    Returns
    -------
    result
        One row for each share. Columns: `share`, `rate`, `whole`, `rest`; `gap`, `ratio`, `odds_ratio` (against the
        rest); `gap_whole`, `ratio_whole`, `odds_ratio_whole` (against the whole, a part of which is the group itself);
        `reason` (why numbers are missing: ``"share_impossible"`` where the rest would have a rate below 0 or above 1;
        ``"rest_has_none"``, which no ratio can be of; ``"whole_group_has_it"``, which has no odds), `note`, `source`,
        `version`. Gaps are differences of rates: 0.14 is 14 percentage points.

    Raises
    ------
    InvalidParameter
        A rate or share is out of range; all faults are listed.

    Examples
    --------
    A turnout of 47 % beside a national 61 %, which includes the group, by its share of the electorate:

    >>> import placemix as pm
    >>> found = pm.outcomes.gap_to_rest(0.47, 0.61, share=[0.05, 0.08, 0.10])
    >>> found[["share", "rest", "gap", "gap_whole"]].round(4)
       share    rest     gap  gap_whole
    0   0.05  0.6174 -0.1474      -0.14
    1   0.08  0.6222 -0.1522      -0.14
    2   0.10  0.6256 -0.1556      -0.14
    """
    parts = np.atleast_1d(np.asarray(share, dtype=np.float64))
    faults: list[PlacemixError] = []
    for name, value in (("rate", rate), ("whole", whole)):
        if not 0 <= value <= 1:
            faults.append(InvalidParameter(f"{name} lies from 0 to 1, not at {value!r}.", remedy="Write 47 % as 0.47."))
    if parts.ndim != 1 or not len(parts) or not ((parts > 0) & (parts < 1)).all():
        message = f"share lies above 0 and below 1, not at {share!r}."
        faults.append(InvalidParameter(message, remedy="Write 8 % as 0.08."))
    if faults:
        raise together(faults)
    rest = (whole - parts * rate) / (1 - parts)
    possible = (rest >= -1e-12) & (rest <= 1 + 1e-12)
    # Rounding of the division is no rate of anybody.
    rest = np.where(np.abs(rest - np.rint(rest)) <= 1e-12, np.rint(rest), rest)
    rest = np.where(possible, rest, np.nan)
    ours, all_ = np.full(len(parts), float(rate)), np.full(len(parts), float(whole))
    frame = pd.DataFrame(
        {
            "share": parts,
            "rate": ours,
            "whole": all_,
            "rest": rest,
            "gap": ours - rest,
            "ratio": ratio(ours, rest),
            "odds_ratio": ratio(ours * (1 - rest), rest * (1 - ours)),
            "gap_whole": ours - all_,
            "ratio_whole": ratio(ours, all_),
            "odds_ratio_whole": ratio(ours * (1 - all_), all_ * (1 - ours)),
            "reason": first_reason(
                {
                    "share_impossible": ~possible,
                    "rest_has_none": rest == 0,
                    "whole_group_has_it": np.full(len(parts), rate == 1),
                }
            ),
        }
    )
    frame["note"] = "Against the whole a group is compared in part with itself; the gap to the rest is the larger one."
    frame["source"], frame["version"] = fingerprint(frame[["share", "rate", "whole"]])[:12], __version__
    arguments = {"rate": float(rate), "whole": float(whole), "share": parts.tolist()}
    return remember(frame, Call("outcomes.gap_to_rest", {}, arguments))
