"""Whether two groups of one table differ by more than chance would make them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import Across, GroupName
from placemix._version import __version__
from placemix.counts import Counts, checked, group_text
from placemix.errors import InvalidParameter
from placemix.inference import drawing, ends
from placemix.inference.asking import question
from placemix.inference.differences import Alternative, compared, either, known_alternative
from placemix.inference.households import Cluster, dealt
from placemix.inference.resamples import Resample
from placemix.inference.resampling import resampled
from placemix.measuring.centres import Centre
from placemix.measuring.given import Order, arguments_of
from placemix.measuring.inputs import described
from placemix.results import Call, Result, remember
from placemix.surroundings import Surroundings

#: What two groups of one table share.
_OF_TABLES = ("people", "units", "residual", "units_dropped")


def difference_of_groups(
    counts: Counts,
    measures: str | Sequence[str],
    *,
    groups: tuple[GroupName, GroupName],
    against: GroupName = "rest",
    by: str | Sequence[str] = (),
    around: Surroundings | None = None,
    across: Across | None = None,
    centre: Centre = None,
    order: Order = None,
    resample: Resample = "people",
    method: ends.Method = "basic",
    alternative: Alternative = "two-sided",
    cluster: Cluster | None = None,
    level: float = 0.95,
    draws: int = 999,
    seed: int = 0,
    progress: drawing.Progress = None,
) -> Result:
    """Compare a measure of two groups of one table: the difference, its interval and a test.

    Both are worked out from the same draws, because the groups live in the same units.

    Parameters
    ----------
    counts
        People of each group in each unit.
    groups
        The two groups.
    measures, against, by, around, across, centre, order
        As in `placemix.measure`.
    resample, method, cluster, level, draws, seed, progress
        As in `placemix.inference.intervals`.
    alternative
        ``"two-sided"``, or whether the second group's value is ``"greater"`` or ``"less"``.

    Returns
    -------
    result
        One row for each stratum and measure. Columns: the strata, `measure`, `focal_first`, `focal_second`,
        `against`, `value_first`, `value_second`, `difference` (second less first), `lower`, `upper`, `level`,
        `sd`, `bias`, `p_value`, `alternative`, `people`, `units`, `units_dropped`, `residual`, `reason`,
        `interval_reason`, `interval_method`, `cluster`, `draws`, `seed`, `around`, `method`, `source`,
        `version`.

    Raises
    ------
    InvalidParameter
        They are not two groups, or an option is none.

    Notes
    -----
    A measure that rises with the size of a group, as isolation does, differs between groups of different
    sizes however alike they are spread; D and H by chance are larger for the smaller group.

    Examples
    --------
    >>> import placemix as pm
    >>> homes = pm.datasets.town().residents("before")
    >>> found = pm.inference.difference_of_groups(homes, "dissimilarity", groups=("amber", "blue"), draws=99)
    >>> found[["focal_first", "focal_second", "difference", "p_value"]].round(3)
      focal_first focal_second  difference  p_value
    0       amber         blue       0.301     0.01
    """
    counts = checked(counts)
    known_alternative(alternative, None)
    ends.known(method)
    drawing.checked(draws, seed, least=2)
    drawing.known_level(level)
    if not isinstance(groups, tuple | list) or len(groups) != 2 or groups[0] == groups[1]:
        message = f"groups are two different groups, not {groups!r}."
        raise InvalidParameter(message, remedy="Pass groups=('asian', 'black'), for example.")
    pair, together = list(groups), dealt(counts, cluster)
    names, whole, plan, strata, nearby = question(
        counts, measures, pair, against, by, around, across, centre=centre, order=order
    )
    drawn = resampled(
        plan, counts, strata, nearby, resample=resample, size=together.of_units, draws=draws, seed=seed,
        progress=progress,
    ).transpose(2, 1, 0).reshape(len(whole), draws)  # fmt: skip
    second = whole["focal"].astype(str) == group_text(counts.groups[counts.position(pair[1])])
    places = [np.flatnonzero(~second), np.flatnonzero(second)]
    frames = [whole.iloc[place].reset_index(drop=True) for place in places]
    keys = [*names, "measure", "against"]
    matched = pd.MultiIndex.from_frame(frames[1][keys].astype(str)).get_indexer(
        pd.MultiIndex.from_frame(frames[0][keys].astype(str))
    )
    one, other = np.arange(len(matched)), np.asarray(matched, dtype=np.int64)
    moved = drawn[places[1][other]] - drawn[places[0]]
    both = [frame.assign(focal="") for frame in frames]
    table = compared(both, (one, other), names, moved, level, method, alternative).drop(columns="focal")
    for place, name in enumerate(("focal_first", "focal_second")):
        table.insert(int(table.columns.get_indexer(["against"])[0]) + place, name, frames[place]["focal"].astype(str))
    table = table.rename(columns={f"{name}_first": name for name in _OF_TABLES})
    table = table.drop(columns=[f"{name}_second" for name in _OF_TABLES])
    table["interval_method"] = (
        f"resampled:{method} interval; {resample}, cluster={together.size:g}; draws={draws}; seed={seed}"
    )
    table["cluster"], table["seed"] = together.text, seed
    for column in ("around", "method"):
        table[column] = either(frames, (one, other), column)
    table["source"], table["version"] = counts.source, __version__
    inputs: dict[str, Any] = {"counts": counts} if around is None else {"counts": counts, "around": around}
    arguments: dict[str, Any] = {
        "measures": [measures] if isinstance(measures, str) else list(measures), "groups": pair, "against": against,
        "by": names, "across": across, **arguments_of(centre, order),
        "resample": resample, "method": method, "alternative": alternative,
        "level": level, "draws": draws, "seed": seed,
    }  # fmt: skip
    (inputs if isinstance(cluster, pd.Series) else arguments)["cluster"] = cluster
    return remember(table, Call("inference.difference_of_groups", inputs, arguments, described))
