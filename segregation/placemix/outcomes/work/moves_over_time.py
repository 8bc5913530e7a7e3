"""How mobility changes from one cohort to the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._version import __version__
from placemix.columns import one_name
from placemix.errors import InvalidParameter
from placemix.inference import drawing
from placemix.outcomes.work.mobility_tables import moves_of
from placemix.outcomes.work.move_statistics import STATISTICS, drawn_statistics, ends_of, odds, statistics
from placemix.results import Call, Result, first_reason, remember


def mobility_change(
    table: pd.DataFrame,
    *,
    classes: Sequence[object],
    cohort: str = "cohort",
    origin: str = "origin",
    destination: str = "destination",
    count: str | None = None,
    haldane: bool = False,
    draws: int = 999,
    seed: int = 0,
    level: float = 0.95,
) -> Result:
    """Compare mobility in each cohort with that in the first.

    Parameters
    ----------
    table, classes, origin, destination, count, haldane
        As in `mobility` and `mobility_odds`.
    cohort
        Column of the cohorts, such as years of birth; they are taken in ascending order, numbers as such also
        where they are written as text. People of different cohorts are taken as independent samples.
    draws, seed, level
        As in `mobility`.

    Returns
    -------
    result
        One row for each cohort after the first and each statistic. Columns: `from_cohort` (the first), `cohort`,
        `statistic` (those of `mobility`, and ``"log_odds_ratio"``), `first`, `second` (classes of the odds),
        `value_from`, `value`, `change`, `lower`, `upper`, `level`, `interval_method`, `p_value` (of log odds ratios
        alone: two-sided, normal), `people_from`, `people`, `draws`, `seed`, `reason`, `note`, `source`, `version`.

    Raises
    ------
    InvalidParameter
        There is only one cohort, or an argument is out of range.
    UnknownColumn, InvalidTable, InvalidCounts, NotNumbers, EmptyTable, UnmatchedUnit
        As in `mobility`.

    Notes
    -----
    Shares who stay or move change with the sizes of classes too; log odds ratios do not. Ranks are those among each
    cohort. Of many pairs of classes some change by chance: at 95 % one in twenty.

    References
    ----------
    Goodman 1969; Woolf 1955; Chetty, Hendren, Kline and Saez 2014.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> moves = pd.DataFrame({"cohort": [1950] * 4 + [1970] * 4, "origin": ["low", "low", "high", "high"] * 2,
    ...                       "destination": ["low", "high"] * 4, "people": [60, 20, 10, 30, 50, 30, 15, 25]})
    >>> found = pm.outcomes.mobility_change(moves, classes=["low", "high"], count="people", draws=99)
    >>> found[["statistic", "value_from", "value", "change", "p_value"]].round(3)
             statistic  value_from  value  change  p_value
    0          staying       0.750  0.625  -0.125      NaN
    1           upward       0.167  0.250   0.083      NaN
    2         downward       0.083  0.125   0.042      NaN
    3  rank_rank_slope       0.500  0.250  -0.250      NaN
    4   log_odds_ratio       2.197  1.022  -1.176     0.05
    """
    drawing.checked(draws, seed)
    drawing.known_level(level)
    cohort = one_name("cohort", cohort)
    moves = moves_of(table, origin=origin, destination=destination, classes=classes, by=cohort, count=count)
    if len(moves.labels) < 2:
        message = f"There is only one {cohort!r}, so that nothing can change."
        raise InvalidParameter(message, remedy="Give several cohorts in one table, or call mobility.")
    draws = draws if moves.whole else 0
    found, drawn = statistics(moves.people, everyone=False), drawn_statistics(moves, draws, seed, everyone=False)
    ratios = odds(moves, level, haldane=haldane)
    people = moves.people.sum(axis=(1, 2))
    blocks = []
    for later in range(1, len(moves.labels)):
        change = found[later] - found[0]
        shifts = drawn[:, later] - drawn[:, 0]
        ends = ends_of(shifts, change, level)
        shares = pd.DataFrame(
            {
                "statistic": STATISTICS, "value_from": found[0], "value": found[later], "change": change,
                "lower": ends[0], "upper": ends[1], "draws": np.isfinite(shifts).sum(axis=0),
                "interval_method": np.where(np.isfinite(ends[0]), "sampling:bootstrap percentiles", "none:no_draws"),
                "reason": first_reason({"nobody_or_one_origin": np.isnan(change)}),
            }
        )  # fmt: skip
        block = pd.concat([shares, _of_odds(ratios, moves.labels[cohort], later, level)], ignore_index=True)
        block.insert(0, "from_cohort", moves.labels[cohort].iloc[0])
        block.insert(1, "cohort", moves.labels[cohort].iloc[later])
        block["people_from"], block["people"] = people[0], people[later]
        blocks.append(block)
    frame = pd.concat(blocks, ignore_index=True)
    frame["level"], frame["seed"] = level, seed
    added = "A half was added to every cell of odds (Haldane)." if haldane else ""
    frame["note"] = " ".join(filter(None, [added, "" if moves.whole else "People are not whole: no draws."])) or None
    frame["source"], frame["version"] = moves.source, __version__
    frame = frame[
        [
            "from_cohort", "cohort", "statistic", "first", "second", "value_from", "value", "change", "lower", "upper",
            "level", "interval_method", "p_value", "people_from", "people", "draws", "seed", "reason", "note", "source",
            "version",
        ]
    ]  # fmt: skip
    arguments: dict[str, Any] = {
        "classes": list(moves.classes), "cohort": cohort, "origin": origin, "destination": destination, "count": count,
        "haldane": haldane, "draws": draws, "seed": seed, "level": level,
    }  # fmt: skip
    result = remember(frame, Call("outcomes.mobility_change", {"table": moves.table}, arguments))
    result.attrs["cites"] = ("goodman_1969", "woolf_1955", "chetty_2014")
    return result


def _of_odds(ratios: pd.DataFrame, cohorts: pd.Series, later: int, level: float) -> pd.DataFrame:
    """Changes of log odds ratios with their normal intervals."""
    from scipy.special import ndtr, ndtri

    name = cohorts.name
    before, after = (ratios[ratios[name] == cohorts.iloc[at]].reset_index(drop=True) for at in (0, later))
    change = after["log_odds_ratio"] - before["log_odds_ratio"]
    error = np.sqrt(before["standard_error"] ** 2 + after["standard_error"] ** 2)
    wide = float(ndtri((1 + level) / 2)) * error
    return pd.DataFrame(
        {
            "statistic": "log_odds_ratio", "first": before["first"], "second": before["second"],
            "value_from": before["log_odds_ratio"], "value": after["log_odds_ratio"], "change": change,
            "lower": change - wide, "upper": change + wide, "p_value": 2 * ndtr(-np.abs(change / error)), "draws": 0,
            "interval_method": np.where(change.notna(), "sampling:log odds ratio, Woolf", "none:empty_cell"),
            "reason": first_reason({"empty_cell": change.isna().to_numpy()}),
        }
    )  # fmt: skip
