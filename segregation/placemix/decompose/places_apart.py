"""Why two places differ: by their maps, or by the mix of their units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import Across, GroupName
from placemix._version import __version__
from placemix.counts import Counts, checked
from placemix.decompose.counterfactuals import How, Percentile, counterfactual, known_ways, two_groups
from placemix.errors import FocalNeeded, InvalidParameter
from placemix.measuring import measure
from placemix.measuring.inputs import described
from placemix.measuring.plan import REST, Which, focal_groups, rival_text, rivals
from placemix.results import Call, Result, remember
from placemix.surroundings import Surroundings


def compare_places(
    first: Counts,
    second: Counts,
    measures: str | Sequence[str],
    *,
    focal: Which,
    against: Which = "rest",
    how: How = "composition",
    percentile: Percentile = "midpoint",
    around: tuple[Surroundings, Surroundings] | None = None,
    across: Across | None = None,
) -> Result:
    """Split the difference of a measure between two places into what their maps and what their mixes make.

    Each place is measured again with the distribution of shares of the other (`counterfactual`), and the
    difference falls into the mean effect of changing the map and that of changing the mix. The places need
    neither the same units nor as many.

    Parameters
    ----------
    first, second
        People of each group in each unit of the two places.
    measures
        Names from `catalogue`, of measures that compare two groups.
    focal, against
        As in `placemix.measure`. Both groups are measured among themselves alone.
    how, percentile
        As in `counterfactual`.
    around
        Surroundings of the first and of the second place, for spatial measures.
    across
        As in `placemix.measure`.

    Returns
    -------
    result
        One row for each measure and group. Columns: `measure`, `focal`, `against`, `value_first`,
        `value_second`, `difference` (second less first) = `spatial` (units' sizes and places, and which unit stands
        where among the others) + `attribute` (how shares are distributed); `first_as_second` (the first map
        with the second's shares), `second_as_first`; `how`, `percentile`, `people_first`, `people_second`,
        `units_first`, `units_second`, `residual_first`, `residual_second` (people of other groups, left out),
        `units_dropped_first`, `units_dropped_second`, `reason`, `note`, `around`, `method`, `source_first`,
        `source_second`, `version`.

    Raises
    ------
    FocalNeeded
        No group was named.
    InvalidParameter
        `how` or `percentile` is none; a group has no members in one of the places; or surroundings are given
        for one place alone.

    Notes
    -----
    With m(map, mix), spatial = ½[m(2, 1) - m(1, 1) + m(2, 2) - m(1, 2)] and attribute = ½[m(1, 2) - m(1, 1) + m(2, 2) -
    m(2, 1)]: both orders of changing one thing after the other, with equal weight (Shapley). The attribute part
    holds the size of the group as well as how it is sorted: it says nothing of why shares are so distributed. A
    measure that takes no map sees of the map only how large the units are where the shares are high or low.

    References
    ----------
    Rey, Cortes and Knaap 2021.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> one, other = ({"area": list("ABC"), "x": x, "y": y} for x, y in
    ...               (([80, 20, 20], [20, 80, 180]), ([30, 20, 10], [70, 80, 90])))
    >>> one, other = (pm.from_wide(pd.DataFrame(t), groups=["x", "y"], unit="area") for t in (one, other))
    >>> found = pm.decompose.compare_places(one, other, "dissimilarity", focal="x")
    >>> found[["value_first", "value_second", "difference", "spatial", "attribute"]].round(4)
       value_first  value_second  difference  spatial  attribute
    0       0.5952        0.2083     -0.3869  -0.0123    -0.3746
    """
    first, second = checked(first), checked(second)
    known_ways(how, percentile)
    nearby: tuple[Any, Any] = (None, None)
    if around is not None:
        if not isinstance(around, tuple) or len(around) != 2 or not all(isinstance(x, Surroundings) for x in around):
            message = "around takes the surroundings of the first place and of the second."
            raise InvalidParameter(message, remedy="Make both alike, and pass around=(near_first, near_second).")
        nearby = around
    if focal is None:
        message = "A difference of places is taken apart for one group at a time."
        raise FocalNeeded(message, remedy="Pass focal= a group, a list of groups, or 'each'.")
    pairs = [
        (first.groups[x], rival_text(first, y) if y == REST else first.groups[y])
        for x in focal_groups(first, focal)
        for y in rivals(first, against)
        if x != y
    ]
    if not pairs:
        message = "A group is compared with itself."
        raise InvalidParameter(message, remedy="Pass against= another group, or 'rest'.")
    blocks = [_compared(first, second, measures, pair, how, percentile, nearby, across) for pair in pairs]
    frame = pd.concat(blocks, ignore_index=True)
    # Measures first, then groups, as everywhere.
    order = np.arange(len(frame)).reshape(len(pairs), -1).T.ravel()
    frame = frame.iloc[order].reset_index(drop=True)
    frame["how"], frame["percentile"] = how, percentile
    frame["source_first"], frame["source_second"], frame["version"] = first.source, second.source, __version__
    ordered = [
        "measure", "focal", "against", "value_first", "value_second", "difference", "spatial", "attribute",
        "first_as_second", "second_as_first", "how", "percentile", *(f"{name}_{place}" for name in
        ("people", "units", "residual", "units_dropped") for place in ("first", "second")), "reason", "note", "around",
        "method", "source_first", "source_second", "version",
    ]  # fmt: skip
    inputs: dict[str, Any] = {"first": first, "second": second}
    if around is not None:
        inputs |= {"around_first": around[0], "around_second": around[1]}
    arguments: dict[str, Any] = {
        "measures": [measures] if isinstance(measures, str) else list(measures), "focal": focal, "against": against,
        "how": how, "percentile": percentile, "across": across,
    }  # fmt: skip
    result = remember(frame[ordered], Call("decompose.compare_places", inputs, arguments, described))
    result.attrs["cites"] = ("rey_2021",)
    return result


def _compared(
    first: Counts,
    second: Counts,
    measures: str | Sequence[str],
    pair: tuple[GroupName, GroupName],
    how: How,
    percentile: Percentile,
    nearby: tuple[Surroundings | None, Surroundings | None],
    across: Across | None,
) -> pd.DataFrame:
    """Measures of two groups of both places, each with its own mix and with the other's."""
    focal, against = pair
    options: dict[str, Any] = {"focal": focal, "against": against, "percentile": percentile}
    alone = [two_groups(counts, focal, against) for counts in (first, second)]
    tables = [*alone, counterfactual(first, second, how, **options), counterfactual(second, first, how, **options)]
    frames = [
        pd.DataFrame(measure(table, measures, focal=focal, around=near, across=across))
        for table, near in zip(tables, (*nearby, *nearby), strict=True)
    ]
    one, other, swapped, back = (frame["value"].to_numpy(dtype=np.float64) for frame in frames)
    out = frames[0][["measure", "focal", "against", "around", "method"]].copy()
    out["against"] = out["against"].astype(object).where(out["against"].isna(), str(against))
    out["value_first"], out["value_second"], out["difference"] = one, other, other - one
    out["spatial"] = (back - one + other - swapped) / 2
    out["attribute"] = (swapped - one + other - back) / 2
    out["first_as_second"], out["second_as_first"] = swapped, back
    for place, counts, frame in zip(("first", "second"), (first, second), frames, strict=False):
        out[f"people_{place}"], out[f"units_{place}"] = frame["people"].to_numpy(), frame["units"].to_numpy()
        out[f"residual_{place}"] = float(counts.total.sum()) - frame["people"].to_numpy()
        out[f"units_dropped_{place}"] = frame["units_dropped"].to_numpy()
    reasons = [frame["reason"].astype(object).where(frame["reason"].notna(), None) for frame in frames]
    out["reason"] = [next((text for text in texts if text), None) for texts in zip(*reasons, strict=True)]
    out["note"] = None if against == "rest" else "measured among the two groups alone"
    return out
