"""What whole plans do to the indices of an area, and whether that is more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, GroupName, IntArray
from placemix._version import __version__
from placemix.counts import Counts, checked
from placemix.inference import difference
from placemix.inference.households import Cluster
from placemix.results import Call, Result, remember
from placemix.scenarios.newcomers import ROUNDING, named, read, refuse_gone

#: What is said of a change that chance alone would often give.
SMALL = "too small to change the area's figure"


def plan_effects(
    counts: Counts,
    newcomers: pd.DataFrame,
    measures: str | Sequence[str],
    *,
    plan: str | None = None,
    focal: GroupName | None = None,
    against: GroupName = "rest",
    cluster: Cluster | None = None,
    unit: str = "unit",
    draws: int = 199,
    level: float = 0.95,
    seed: int = 0,
) -> Result:
    """Say what indices of an area would be with all the people of a plan, and whether the change is more than chance.

    Parameters
    ----------
    counts
        People of each group in each unit of the area.
    newcomers
        People added, as in `index_effects`; all rows of a plan together. One site is one row.
    measures
        As in `placemix.measure`.
    plan
        Column that names the plans, or the subsets of one; each is added to the area by itself. Default: all rows are
        one plan.
    focal, against
        As in `placemix.estimate`.
    cluster
        How many people move together, as in `placemix.inference.difference`.
    unit
        Column of the units.
    draws, level, seed
        As in `placemix.inference.difference`.

    Returns
    -------
    result
        One row for each plan and measure. Columns: `plan`, `places` (units with newcomers), `people_added`, `measure`,
        `focal`, `against`, `before`, `after`, `change`, `lower`, `upper`, `level` (of the change, if both tables came
        about anew), `p_value`, `beyond_chance`, `verdict`, `method`, `reason` (why an index is not defined; then it has
        no verdict), `draws`, `seed`, `source`, `version`.

    Raises
    ------
    InvalidParameter, UnknownGroup, UnmatchedUnit, InvalidCounts
        As in `index_effects`; also where all rows of a plan take more from a unit than are there.
    UnknownColumn, InvalidTable
        There is no such column of plans, or rows name none.

    Notes
    -----
    Chance is here what would happen if households of the same kinds had settled anew: an index of the area moves
    by as much without any plan. A change below it does not order plans.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> town = pm.datasets.town().residents("after")
    >>> site = pd.DataFrame({"unit": ["Z00010"], "amber": [60], "blue": [30]})
    >>> found = pm.scenarios.plan_effects(town, site, "information_theory", focal="blue", cluster=2.4, draws=99)
    >>> found[["change", "beyond_chance", "verdict"]].round(5)
        change  beyond_chance                                verdict
    0 -0.00039          False  too small to change the area's figure
    """
    counts = checked(counts)
    of = np.array(["all"] * len(newcomers) if plan is None else named(newcomers, plan), dtype=object)
    where, added, _ = read(counts, newcomers, unit)
    names = ["all"] if plan is None else list(dict.fromkeys(of))
    refuse_gone(counts, where, added, pd.factorize(of)[0])
    parts = []
    for name in names:
        here = of == name
        changed, people = _with(counts, where[here], added[here])
        found = difference(
            counts, changed, measures, focal=focal, against=against, cluster=(cluster, cluster), draws=draws,
            level=level, seed=seed,
        )  # fmt: skip
        # An index that is not defined is neither beyond chance nor below it.
        known = (found["lower"].notna() & found["upper"].notna()).to_numpy()
        beyond = ((found["lower"] > 0) | (found["upper"] < 0)).to_numpy()
        parts.append(
            pd.DataFrame(
                {
                    "plan": name,
                    "places": len(np.unique(where[here])),
                    "people_added": people,
                    "measure": found["measure"].to_numpy(),
                    "focal": found["focal"].to_numpy(),
                    "against": found["against"].to_numpy(),
                    "before": found["value_first"].to_numpy(),
                    "after": found["value_second"].to_numpy(),
                    "change": found["difference"].to_numpy(),
                    "lower": found["lower"].to_numpy(),
                    "upper": found["upper"].to_numpy(),
                    "level": level,
                    "p_value": found["p_value"].to_numpy(),
                    "beyond_chance": pd.Series(beyond, dtype="boolean").mask(~known).array,
                    "verdict": pd.Series(np.where(beyond, "more than chance", SMALL), dtype=object).where(known, None),
                    "method": found["method"].to_numpy(),
                    "reason": found["reason"].to_numpy(dtype=object, na_value=None),
                }
            )
        )
    frame = pd.concat(parts, ignore_index=True)
    frame["draws"], frame["seed"], frame["source"], frame["version"] = draws, seed, counts.source, __version__
    arguments = {
        "measures": [measures] if isinstance(measures, str) else list(measures), "plan": plan, "focal": focal,
        "against": against, "cluster": cluster, "unit": unit, "draws": draws, "level": level, "seed": seed,
    }  # fmt: skip
    return remember(frame, Call("scenarios.plan_effects", {"counts": counts, "newcomers": newcomers}, arguments))


def _with(counts: Counts, where: IntArray, added: FloatArray) -> tuple[Counts, float]:
    """The counts with people added to several units; rows of one unit add up."""
    values, total = counts.values.copy(), counts.total.copy()
    np.add.at(values, where, added)
    np.add.at(total, where, added.sum(axis=1))
    # What rounding leaves of a group that goes altogether is nobody.
    values = np.where((values < 0) & (values > -ROUNDING), 0.0, values)
    return replace(counts, values=values, total=total, error=None, low=None, high=None), float(added.sum())
