"""Who came, went and stayed: churn of units, from flows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from placemix.counts import group_text
from placemix.flows import Flows


def churn(flows: Flows) -> pd.DataFrame:
    """Count who stayed in each unit, who left it and who came, by group.

    Parameters
    ----------
    flows
        People by where they were and where they are, those who stayed included, such as pupils by
        school in two years or residents by address one year ago.

    Returns
    -------
    table
        One row for each unit and group, and for each unit ``"everyone"``: `unit`, `group`, `stayed`,
        `left`, `came`, `before` (stayed + left), `after` (stayed + came), `net` (came - left),
        `left_rate` (left / before), `came_rate` (came / after), and `turnover`, (left + came) /
        (before + after): 0 where nobody moved, 1 where all are new. NaN where nobody is. Over all
        units as many left as came: people are conserved.

    Notes
    -----
    Moves within a unit are no churn, so larger units have less. People who come from or go to
    nowhere that the table names are not in it; `flows.left_out` has them.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> moves = pd.DataFrame({"was": list("aab"), "is": list("abb"), "x": [6, 2, 3], "y": [1, 0, 4]})
    >>> moves = pm.Flows.from_table(moves, origin="was", destination="is", groups=["x", "y"])
    >>> churn(moves).query("group == 'x'")[["unit", "stayed", "left", "came", "turnover"]].round(3).values.tolist()
    [['a', 6.0, 2.0, 0.0, 0.143], ['b', 3.0, 0.0, 2.0, 0.25]]
    """
    units = flows.origins.append(flows.destinations[~flows.destinations.isin(flows.origins)])
    start = units.get_indexer(flows.origins)[flows.origin]
    end = units.get_indexer(flows.destinations)[flows.destination]
    everyone = np.column_stack([flows.values, flows.values.sum(axis=1)])
    stays = start == end
    stayed, left, came = (np.zeros((len(units), everyone.shape[1])) for _ in range(3))
    np.add.at(stayed, start[stays], everyone[stays])
    np.add.at(left, start[~stays], everyone[~stays])
    np.add.at(came, end[~stays], everyone[~stays])
    names = [*(group_text(name) for name in flows.groups), "everyone"]
    table = pd.DataFrame(
        {
            "unit": np.repeat(np.asarray(units, dtype=object), len(names)),
            "group": names * len(units),
            "stayed": stayed.ravel(),
            "left": left.ravel(),
            "came": came.ravel(),
        }
    )
    table["before"], table["after"] = table["stayed"] + table["left"], table["stayed"] + table["came"]
    table["net"] = table["came"] - table["left"]
    for name, top, bottom in (
        ("left_rate", table["left"], table["before"]),
        ("came_rate", table["came"], table["after"]),
        ("turnover", table["left"] + table["came"], table["before"] + table["after"]),
    ):
        table[name] = top / bottom.where(bottom > 0)
    return table
