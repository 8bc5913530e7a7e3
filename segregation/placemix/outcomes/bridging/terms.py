"""Where separation and contrast meet: what each unit adds to the gap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._version import __version__
from placemix.counts import Counts, group_text
from placemix.errors import PlacemixError
from placemix.measuring.plan import REST, Which, rival_text
from placemix.outcomes.bridging.asking import Asked, asked
from placemix.outcomes.bridging.reading import Conditions, Facts, tabled
from placemix.outcomes.bridging.sums import parts, weighted
from placemix.results import Call, Result, first_reason, remember

COLUMNS: tuple[str, ...] = (
    "unit", "focal", "against", "condition", "domain", "measured_in", "higher_is", "value", "mean", "deviation",
    "focal_people", "against_people", "focal_share", "against_share", "difference", "term", "gap", "meets", "reason",
    "note", "source", "version",
)  # fmt: skip
#: How a unit may add to a gap: whom it holds more of, and what it is like beside the mean.
MEETS = ("more of the group, worse", "more of the group, better", "less of the group, worse",
         "less of the group, better")  # fmt: skip


def bridge_terms(
    counts: Counts,
    conditions: Conditions,
    *,
    focal: Which,
    against: Which = "rest",
    by: str | Sequence[str] = (),
    facts: Facts = None,
) -> Result:
    """Say what each unit adds to the gap: where separation and contrast meet.

    The terms (a_i - w_i) x (y_i - mean) of all units sum to the gap exactly, because the differences a_i - w_i sum to
    0. A unit adds to the gap where the group is over-represented and the condition is above the mean, or neither; it
    takes off where it is one of the two.

    Parameters
    ----------
    counts, conditions, focal, against, by, facts
        As in `bridge`. Hidden cells and values stand in the middle of their intervals.

    Returns
    -------
    result
        One row for each condition, pair of groups and unit, in the order of the counts. Columns: the strata; `unit`,
        `focal`, `against`, `condition`, `domain`, `measured_in`, `higher_is`; `value` of the condition; `mean` (over
        everyone of the stratum who is in a unit with a value), `deviation` (the one less the other); `focal_people`,
        `against_people`; `focal_share`, `against_share` (of all members in units with a value: a_i, w_i), `difference`
        (the one less the other), `term`, `gap` (of the stratum), `meets` (one of ``"more of the group, worse"``,
        ``"more of the group, better"``, ``"less of the group, worse"``, ``"less of the group, better"``; missing where
        the unit adds nothing), `reason` (``no_condition``, ``no_people``, ``group_absent``), `note`, `source`,
        `version`.

    Raises
    ------
    PlacemixError
        As `bridge`.

    Notes
    -----
    Which mean is taken does not change the sum, and changes single terms; that of everyone asks of each place how
    unlike it is to where people live. A term is of a place: it says nothing of any person in it.

    References
    ----------
    Logan and Stults 2011.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> air = pd.Series({"A": 20.0, "B": 14.0, "C": 11.0, "D": 14.0})
    >>> facts = {"air": {"domain": "environment", "higher_is": "worse", "describes": "places"}}
    >>> found = pm.outcomes.bridge_terms(homes, {"air": air}, facts=facts, focal="asian")
    >>> found[["unit", "difference", "deviation", "term", "meets"]].round(3)
      unit  difference  deviation   term                      meets
    0    A       0.595       5.25  3.125   more of the group, worse
    1    B      -0.119      -0.75  0.089  less of the group, better
    2    C      -0.357      -3.75  1.339  less of the group, better
    3    D      -0.119      -0.75  0.089  less of the group, better
    >>> found["term"].sum().round(3), found["gap"].iloc[0].round(3)
    (np.float64(4.643), np.float64(4.643))
    """
    faults: list[PlacemixError] = []
    common = asked(counts, conditions, facts, focal, against, by, COLUMNS, faults)
    middle = common.counts
    blocks = [_block(common, row, pair) for row in range(len(common.found)) for pair in common.pairs]
    frame = pd.DataFrame({name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]})
    for place, name in enumerate(common.by):
        labels = middle.strata[name].astype(str).to_numpy(dtype=object)
        frame.insert(place, name, np.tile(labels, len(blocks)))
    frame["source"], frame["version"] = counts.source, __version__
    inputs: dict[str, Any] = {"counts": counts, "conditions": tabled([one.about for one in common.found])}
    arguments = {"focal": focal, "against": against, "by": common.by}
    result = remember(frame[[*common.by, *COLUMNS]], Call("outcomes.bridge_terms", inputs, arguments))
    result.attrs["cites"] = ("logan_2011", "duncan_1955")
    return result


def _block(common: Asked, row: int, pair: tuple[int, int]) -> dict[str, Any]:
    counts, one, strata = common.counts, common.found[row], common.counts.arranged(common.by)
    order, starts = strata.order, strata.starts
    total = counts.total[order]
    x = counts.values[order, pair[0]]
    w = total - x if pair[1] == REST else counts.values[order, pair[1]]
    y = one.value[order]
    found = parts(x, w, y, starts)
    mean = weighted(total, np.nan_to_num(y), y, starts)
    known, lived = ~np.isnan(y), total > 0

    def here(values: Any) -> Any:  # noqa: ANN401
        return np.repeat(values, np.diff(strata.bounds))

    absent = here((found.focal_people <= 0) | (found.against_people <= 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = [
            np.where(known & ~absent, members / here(size), np.nan)
            for members, size in ((x, found.focal_people), (w, found.against_people))
        ]
    difference, deviation = shares[0] - shares[1], y - here(mean)
    term = np.where(lived, difference * deviation, np.nan)
    sign = 1.0 if one.about.higher_is == "worse" else -1.0
    place = 2 * (difference < 0) + (sign * deviation < 0)
    nothing = ~np.isfinite(term) | (term == 0)
    meets = np.where(nothing, np.array(None, dtype=object), np.array(MEETS, dtype=object)[place.astype(np.int64)])
    reason = first_reason({"no_people": ~lived, "no_condition": ~known, "group_absent": absent})
    hidden = one.hidden[order]
    note = np.where(hidden, "the condition is hidden or rounded here", np.array(None, dtype=object))
    columns = {
        "unit": counts.units.to_numpy(dtype=object)[order],
        "value": y,
        "mean": here(mean),
        "deviation": deviation,
        "focal_people": x,
        "against_people": w,
        "focal_share": shares[0],
        "against_share": shares[1],
        "difference": difference,
        "term": term,
        "gap": here(found.gap),
        "meets": meets,
        "reason": np.broadcast_to(np.asarray(reason, dtype=object), (len(order),)),
        "note": note,
    }
    about = one.about
    words = {
        "focal": group_text(counts.groups[pair[0]]), "against": rival_text(counts, pair[1]), "condition": about.name,
        "domain": about.domain, "measured_in": about.measured_in, "higher_is": about.higher_is,
    }  # fmt: skip
    back = np.argsort(order, kind="stable")
    columns = {name: np.asarray(column)[back] for name, column in columns.items()}
    return {**columns, **{name: np.full(len(order), text, dtype=object) for name, text in words.items()}}
