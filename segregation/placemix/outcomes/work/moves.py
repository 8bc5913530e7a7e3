"""Mobility between classes: who stays, who moves up or down, and how much origin says of destination."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix._version import __version__
from placemix.errors import InvalidParameter
from placemix.inference import drawing
from placemix.outcomes.work.mobility_tables import moves_of
from placemix.outcomes.work.move_statistics import (
    STATISTICS,
    drawn_statistics,
    ends_of,
    odds,
    statistics,
    unrelated,
)
from placemix.results import Call, Result, first_reason, remember

#: Among whom ranks are taken.
Ranked: TypeAlias = Literal["stratum", "everyone"]


def mobility(
    table: pd.DataFrame,
    *,
    classes: Sequence[object],
    by: str | Sequence[str] = (),
    ranked_among: Ranked = "stratum",
    origin: str = "origin",
    destination: str = "destination",
    count: str | None = None,
    draws: int = 999,
    seed: int = 0,
    level: float = 0.95,
) -> Result:
    """Say how many people stay in the class they come from, how many move, and how far ranks are passed on.

    Parameters
    ----------
    table
        One row for each person, or for each cell with a column that counts people.
    classes
        Every class once, from the lowest to the highest.
    by
        Columns of strata, such as cohort or group.
    ranked_among
        Ranks are places in the order of the ``"stratum"``, or of ``"everyone"`` in the table, as it takes to compare
        groups.
    origin, destination, count
        Columns of the class a person comes from, the class they are in, and how many people a row is.
    draws, seed, level
        People drawn anew in each stratum for the intervals, where the random numbers begin, and their level.

    Returns
    -------
    result
        Four rows for each stratum. Columns: the strata; `statistic`: ``"staying"``, ``"upward"`` and ``"downward"``
        (shares of people in the same, a higher or a lower class than where they come from, which sum to 1) and
        ``"rank_rank_slope"`` (of the rank of destination, 0 to 1, on that of origin: 0 if origin says nothing);
        `value`, `expected` (with the same origins and destinations, if they had nothing to do with each other),
        `lower`, `upper`, `level`, `interval_method`, `people`, `draws` (those in which it is defined), `seed`,
        `reason`, `note`, `source`, `version`.

    Raises
    ------
    UnknownColumn, InvalidTable, InvalidCounts, NotNumbers, EmptyTable, UnmatchedUnit, InvalidParameter
        The table, the classes or an argument have faults; one error lists those of the table.

    Notes
    -----
    Everybody of a class has the mean rank of the class, so that few classes blur the slope. If classes shrink or grow
    between generations, people move without any odds changing: `mobility_odds` is free of that. People are taken as a
    simple sample.

    References
    ----------
    Chetty, Hendren, Kline and Saez 2014; Glass 1954.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> moves = pd.DataFrame({"origin": ["low", "low", "high", "high"], "destination": ["low", "high"] * 2,
    ...                       "people": [60, 20, 10, 30]})
    >>> found = pm.outcomes.mobility(moves, classes=["low", "high"], count="people", draws=99)
    >>> found[["statistic", "value", "expected"]].round(4)
             statistic   value  expected
    0          staying  0.7500    0.5278
    1           upward  0.1667    0.2778
    2         downward  0.0833    0.1944
    3  rank_rank_slope  0.5000    0.0000
    """
    drawing.checked(draws, seed)
    drawing.known_level(level)
    if ranked_among not in {"stratum", "everyone"}:
        raise InvalidParameter(f"ranked_among is 'stratum' or 'everyone', not {ranked_among!r}.")
    moves = moves_of(table, origin=origin, destination=destination, classes=classes, by=by, count=count)
    draws = draws if moves.whole else 0
    among = ranked_among == "everyone"
    found, drawn = statistics(moves.people, everyone=among), drawn_statistics(moves, draws, seed, everyone=among)
    frame = moves.labels.loc[np.repeat(np.arange(len(moves.labels)), len(STATISTICS))].reset_index(drop=True)
    frame["statistic"] = list(STATISTICS) * len(moves.labels)
    frame["value"] = found.ravel()
    frame["expected"] = statistics(unrelated(moves.people), everyone=among).ravel()
    # If nothing is passed on inside a stratum, ranks do not go together there, whatever those of everybody do.
    frame.loc[frame["value"].notna() & (frame["statistic"] == STATISTICS[-1]), "expected"] = 0.0
    frame["lower"], frame["upper"] = ends_of(drawn.reshape(len(drawn), found.size), found.ravel(), level)
    frame["level"] = level
    some = frame["lower"].notna()
    frame["interval_method"] = np.where(some, "sampling:bootstrap percentiles", "none:no_draws")
    frame["people"] = np.repeat(moves.people.sum(axis=(1, 2)), len(STATISTICS))
    frame["draws"] = np.isfinite(drawn).sum(axis=0).ravel() if len(drawn) else 0
    frame["seed"] = seed
    frame["reason"] = first_reason(
        {"nobody": ~(frame["people"] > 0).to_numpy(), "one_origin": frame["value"].isna().to_numpy()}
    )
    ranks = "everyone in the table" if among else "each stratum" if moves.strata else "everyone"
    frame["note"] = f"Ranks are those among {ranks}." + ("" if moves.whole else " People are not whole: no draws.")
    frame["source"], frame["version"] = moves.source, __version__
    arguments = {
        "classes": list(moves.classes), "by": list(moves.strata), "ranked_among": ranked_among, "origin": origin,
        "destination": destination, "count": count, "draws": draws, "seed": seed, "level": level,
    }  # fmt: skip
    result = remember(frame, Call("outcomes.mobility", {"table": moves.table}, arguments))
    result.attrs["cites"] = ("chetty_2014", "glass_1954")
    return result


def mobility_odds(
    table: pd.DataFrame,
    *,
    classes: Sequence[object],
    by: str | Sequence[str] = (),
    origin: str = "origin",
    destination: str = "destination",
    count: str | None = None,
    haldane: bool = False,
    level: float = 0.95,
) -> Result:
    """Compare the odds of ending in one class rather than another between people who come from the two.

    Parameters
    ----------
    table, classes, by, origin, destination, count
        As in `mobility`.
    haldane
        Whether a half is added to the four cells of every pair, which makes empty ones bearable and moves the value.
    level
        Level of the intervals.

    Returns
    -------
    result
        One row for each stratum and pair of classes. Columns: the strata; `first`, `second` (the lower and the higher
        class), `log_odds_ratio` = ln(n_ii n_jj/(n_ij n_ji)) (0: origin makes no difference to the odds of the two;
        NaN if a cell is empty), `standard_error` = √(Σ 1/n), `lower`, `upper`, `odds_ratio`, `level`,
        `interval_method`, `people` (in the four cells), `reason`, `note`, `source`, `version`.

    Raises
    ------
    UnknownColumn, InvalidTable, InvalidCounts, NotNumbers, EmptyTable, UnmatchedUnit, InvalidParameter
        As in `mobility`.

    Notes
    -----
    Odds ratios do not change if all of a row or of a column is multiplied, so that growing and shrinking classes leave
    them as they are.

    References
    ----------
    Goodman 1969; Woolf 1955.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> moves = pd.DataFrame({"origin": ["low", "low", "high", "high"], "destination": ["low", "high"] * 2,
    ...                       "people": [60, 20, 10, 30]})
    >>> found = pm.outcomes.mobility_odds(moves, classes=["low", "high"], count="people")
    >>> found[["first", "second", "odds_ratio", "log_odds_ratio", "lower", "upper"]].round(3)
      first second  odds_ratio  log_odds_ratio  lower  upper
    0   low   high         9.0           2.197  1.321  3.074
    """
    drawing.known_level(level)
    moves = moves_of(table, origin=origin, destination=destination, classes=classes, by=by, count=count)
    frame = odds(moves, level, haldane=haldane)
    frame["source"], frame["version"] = moves.source, __version__
    arguments = {
        "classes": list(moves.classes), "by": list(moves.strata), "origin": origin, "destination": destination,
        "count": count, "haldane": haldane, "level": level,
    }  # fmt: skip
    result = remember(frame, Call("outcomes.mobility_odds", {"table": moves.table}, arguments))
    result.attrs["cites"] = ("goodman_1969", "woolf_1955")
    return result
