"""Overall, vertical and horizontal: how far groups are apart, and how far the one stands higher."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd

from placemix import checks
from placemix._version import __version__
from placemix.counts import Counts, checked
from placemix.curves.pairs import framed, pairs, why_undefined
from placemix.errors import IncompleteCondition, InvalidParameter, UnmatchedUnit
from placemix.gaps import FEW_LOST
from placemix.indices import gini, somers
from placemix.measuring.plan import Which
from placemix.results import Call, Result, remember
from placemix.wording import percent, rival


def vertical_segregation(
    counts: Counts, height: pd.Series, *, focal: Which, against: Which = "rest", by: str | Sequence[str] = ()
) -> Result:
    """Divide how far two groups are apart into a part that is inequality and a part that is difference alone.

    Overall segregation is Gini: the association of group and unit when units are ordered by the group's
    share. Vertical segregation is the same association, Somers' D, when they are ordered by what makes them
    unequal, such as pay. Horizontal segregation is what completes the vertical part to the overall one, at
    right angles: √(overall² − vertical²).

    Parameters
    ----------
    counts
        People of each group in each unit: occupations, sectors, grades.
    height
        What orders the units, by unit id: median pay, a scale of status, a grade. Only its order matters,
        so that ranks may be used. Units without one are left out with their people, and counted.
    focal
        Group of interest, a list of groups, or ``"each"``.
    against
        Group compared with, a list of groups, or ``"rest"`` (everyone else).
    by
        Strata to measure apart.

    Returns
    -------
    result
        One row for each stratum and pair of groups: the strata, `focal`, `against`, `height` (its name),
        `overall` (from 0 to 1), `vertical` (from -overall to overall; above 0 where the focal group stands
        higher), `horizontal` (from 0 to overall), `focal_people`, `against_people`, `people_dropped`,
        `units`, `units_dropped`, `reason`, `sentence`, `source`, `version`.

    Raises
    ------
    FocalNeeded, UnknownGroup, UnknownColumn
        No group was named, or no group or stratum has that name.
    InvalidParameter
        The heights are no numbers by unit id, or a group is compared with itself.
    UnmatchedUnit
        No unit has a height.

    Warns
    -----
    IncompleteCondition
        More than a twentieth of the people compared are in units without a height.

    Notes
    -----
    Within a unit, everyone stands equally high: what members of a group are paid in their occupation is not
    known here. Neither part says why groups are where they are.

    References
    ----------
    Blackburn and Jarman 2006; Jarman, Blackburn and Racko 2012; Somers 1962.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> jobs = pd.DataFrame({"job": list("ABCD"), "women": [20, 40, 60, 80], "men": [80, 60, 40, 20]})
    >>> jobs = pm.from_wide(jobs, groups=["women", "men"], unit="job")
    >>> pay = pd.Series({"A": 30, "B": 20, "C": 40, "D": 10}, name="pay")
    >>> pm.vertical_segregation(jobs, pay, focal="women")[["overall", "vertical", "horizontal"]].round(4)
       overall  vertical  horizontal
    0      0.5      -0.3         0.4
    """
    counts = checked(counts)
    heights = _heights(counts, height)
    names = (by,) if isinstance(by, str) else tuple(by)
    called = str(height.name or "height")
    rows: list[dict[str, object]] = []
    for pair in pairs(counts, focal, against, names):
        known = np.isfinite(heights[pair.units])
        kept = pair._replace(people=pair.people[known])
        reason = why_undefined(kept)
        if reason == "no_people" and len(pair.people):
            reason = "no_condition"
        overall = vertical = horizontal = np.nan
        if reason is None:
            overall = gini(kept.people).item()
            vertical = somers(kept.people, heights[pair.units][known]).item()
            # No order of units gives more than that by share, but for the last digit.
            horizontal = float(np.sqrt(max(overall**2 - vertical**2, 0.0)))
        members, others = kept.people.sum(axis=0)
        row: dict[str, object] = {
            **pair.place,
            "focal": pair.focal,
            "against": pair.against,
            "height": called,
            "overall": overall,
            "vertical": vertical,
            "horizontal": horizontal,
            "focal_people": members,
            "against_people": others,
            "people_dropped": pair.people[~known].sum(),
            "units": len(kept.people),
            "units_dropped": pair.dropped + int((~known).sum()),
            "reason": reason,
        }
        rows.append({**row, "sentence": _sentence(row, list(pair.place.values()))})
    frame = framed(rows, names).assign(source=counts.source, version=__version__)
    lost = frame["people_dropped"] / (frame["people_dropped"] + frame["focal_people"] + frame["against_people"])
    if (lost > FEW_LOST).any():
        worst = percent(float(lost.max()))
        message = f"Up to {worst} of the people compared are in units without {called}, and are left out."
        warnings.warn(IncompleteCondition(message), stacklevel=2)
    arguments = {"focal": focal, "against": against, "by": list(names)}
    result = remember(frame, Call("vertical_segregation", {"counts": counts, "height": height}, arguments))
    result.attrs["cites"] = ("blackburn_2006", "jarman_2012", "somers_1962")
    return result


def _heights(counts: Counts, height: pd.Series) -> np.ndarray:
    """One height for each unit, in the order of the counts; NaN where there is none."""
    if not isinstance(height, pd.Series):
        message = "The height must be a pandas Series by unit id."
        raise InvalidParameter(message, remedy="Write frame.set_index('unit')['pay'].")
    if pd.api.types.is_complex_dtype(height) or not (
        pd.api.types.is_numeric_dtype(height) or height.dtype == object or pd.api.types.is_string_dtype(height)
    ):
        # Of dates, a missing one would be read as the lowest.
        message = f"{height.name or 'The height'!s} holds {height.dtype}, where numbers are needed."
        raise InvalidParameter(message, remedy="Give numbers, such as years or ranks: height.rank().")
    values = pd.to_numeric(height, errors="coerce").astype(np.float64)
    wrong = ((values.isna() & height.notna()) | np.isinf(values)).to_numpy()
    if wrong.any():
        message = f"{height.name or 'The height'!s} holds text, or infinite values, where numbers are needed."
        raise InvalidParameter(message, units=height.index[wrong], remedy="Give numbers; leave unknown ones out.")
    index = pd.Index([checks.id_text(value) for value in height.index])
    twice = index[index.duplicated()]
    if len(twice):
        message = "Some units have two heights."
        raise InvalidParameter(message, units=twice.unique(), remedy="Keep one value for each unit.")
    found = pd.Series(values.to_numpy(), index=index).reindex(counts.units).to_numpy()
    if not np.isfinite(found).any():
        message = f"No unit of the counts has a value of {height.name or 'the height'!s}."
        raise UnmatchedUnit(message, remedy="Give the height the same unit ids as the counts.")
    return found


def _sentence(row: dict[str, object], place: Sequence[object]) -> str | None:
    if row["reason"] is not None:
        return None
    where = ", ".join(map(str, place)) or "the whole table"
    overall, vertical = (float(row[name]) for name in ("overall", "vertical"))  # type: ignore[arg-type]
    horizontal = float(row["horizontal"])  # type: ignore[arg-type]
    who, whom = f"the {row['focal']} group", rival(str(row["against"]))
    side = f"{who} stands higher" if vertical > 0 else f"{whom} stands higher"
    side = "neither stands higher" if round(vertical, 3) == 0 else side
    return (
        f"In {where}, {who} and {whom} are {overall:.3f} apart over units (Gini); ordered by {row['height']} "
        f"{abs(vertical):.3f}, where {side}; and {horizontal:.3f} is difference without inequality of {row['height']}."
    )
