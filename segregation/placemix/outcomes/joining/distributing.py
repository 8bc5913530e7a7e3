"""A national figure with its local distribution: quantiles, areas above and below, the ends named, and the spread."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._version import __version__
from placemix.carried import fingerprint
from placemix.errors import InvalidParameter, NationalMask, PlacemixError, together
from placemix.outcomes.joining.areas import PUBLISHED, Areas, areas_of
from placemix.outcomes.joining.distributed import rows_of
from placemix.outcomes.joining.reading import Outcomes
from placemix.outcomes.joining.tidying import Facts
from placemix.results import Call, Result, remember

#: Columns of `local_distribution`.
COLUMNS: tuple[str, ...] = (
    "outcome", "group", "period", "measured_in", "part", "name", "value", "difference", "ratio", "share", "areas",
    "share_of_areas", "people", "share_of_people", "national", "national_from", "nation", "weighted_by", "reason",
    "note", "sentence", "source", "version",
)  # fmt: skip


def local_distribution(
    outcomes: Outcomes | pd.DataFrame,
    outcome: str | None = None,
    *,
    national: float | None = None,
    within: str | pd.Series | Mapping[Any, Any] | None = None,
    people: pd.Series | Mapping[Any, float] | None = None,
    names: pd.Series | Mapping[Any, str] | None = None,
    quantiles: Sequence[float] = (0.1, 0.25, 0.5, 0.75, 0.9),
    ends: int = 3,
    facts: Facts = None,
) -> Result:
    """Give a national figure together with how the areas in it lie around it.

    Parameters
    ----------
    outcomes
        What `link` gave, or outcomes as `link` takes them; rows about a nation are its figure.
    outcome
        One of them. Default: all.
    national
        The national figure, where the table has none, or another one.
    within
        Larger area of each area: a series or mapping by id, or a column of strata of the join.
    people
        People of each area, by id, by which areas are averaged. Default: denominators, then people of the join, and
        otherwise every area counts alike.
    names
        Names of areas, by id.
    quantiles
        Shares of areas, and of people.
    ends
        How many areas to name at either end.
    facts
        What outcomes do not say themselves, as in `link`.

    Returns
    -------
    result
        Rows of each outcome by `part`: ``national``; ``areas together`` (numerators over denominators, else the mean);
        ``quantile of areas`` and ``quantile of people`` (least value at or below which that share of them is), with the
        share in `name`; ``above``, ``below``, ``equal``, ``open`` (hidden, on either side), ``unknown``: how many areas
        lie so to the national figure; ``lowest`` and ``highest`` (``best`` and ``worst`` where `higher_is` says which),
        named; and of ``variance``, ``Theil index`` and, for shares, ``mutual information`` the ``total``, and with
        `within` its parts ``between`` larger areas and ``within`` them, which sum to it. Columns: `outcome`, `group`,
        `period`, `measured_in`, `part`, `name`, `value`, `difference` and `ratio` (to the national figure), `share` (of
        the total), `areas`, `share_of_areas`, `people`, `share_of_people`; `national`, `national_from` (``published``,
        ``given``, ``areas together``), `nation`, `weighted_by`, `reason`, `note`, `sentence`, `source`, `version`.

    Raises
    ------
    UnknownColumn, UnmatchedUnit, DuplicateUnit, InvalidParameter, InvalidTable, NotNumbers
        There is no such outcome, larger areas or people are not of these areas, or an option is out of range.

    Warns
    -----
    NationalMask
        Only national figures are given, so that there is no local distribution.

    Notes
    -----
    Variance and Theil index weigh areas by their people: variance = Σ w (v - m)², T = Σ w (v/m) ln(v/m). Mutual
    information is that of areas and of having the outcome or not. All three in the square of the unit or in nats.

    References
    ----------
    Theil 1972.

    Examples
    --------
    >>> import textwrap, pandas as pd, placemix as pm
    >>> table = pd.DataFrame({"unit": ["England", "A", "B", "C", "D"], "numerator": [60, 2, 4, 10, 20],
    ...                       "denominator": [1000, 100, 100, 100, 100], "indicator": "claimants", "measured_in": "%"})
    >>> found = pm.outcomes.local_distribution(pm.Rates(table), within={"A": "N", "B": "N", "C": "S", "D": "S"}, ends=1)
    >>> shown = found[found["part"].isin(["national", "above", "below", "lowest", "highest", "variance: between"])]
    >>> shown[["part", "name", "value", "areas", "share"]].round(2)
                     part name  value  areas  share
    0            national  NaN    6.0    4.0    NaN
    12              above  NaN    NaN    2.0    NaN
    13              below  NaN    NaN    2.0    NaN
    17             lowest    A    2.0    1.0    NaN
    18            highest    D   20.0    1.0    NaN
    20  variance: between  NaN   36.0    NaN   0.73
    >>> print(textwrap.fill(found["sentence"][0], 100))
    The national figure of claimants is 6 % (England). In 4 areas it goes from 2 in A to 20 in D; half
    of them lie from 3.5 to 12.5. 50.0 % of areas, with 50.0 % of those it counts, are above it.
    """
    faults: list[PlacemixError] = []
    shares = _known(national, quantiles, ends, faults)
    if faults:
        raise together(faults)
    found, table = areas_of(outcomes, outcome, facts, national, within, people)
    calls = {} if names is None else {str(key): str(value) for key, value in dict(names).items()}
    frame = pd.DataFrame([row for one in found for row in rows_of(one, shares, int(ends), calls)])
    for name in COLUMNS:
        if name not in frame.columns:
            frame[name] = None
    frame["source"], frame["version"] = fingerprint(table)[:12], __version__
    _warn(found)
    inputs: dict[str, Any] = {"outcomes": table}
    arguments: dict[str, Any] = {
        "outcome": outcome, "national": national, "names": calls or None, "quantiles": shares, "ends": int(ends),
    }  # fmt: skip
    for name, given in (("within", within), ("people", people)):
        if isinstance(given, str) or given is None:
            arguments[name] = given
        else:
            inputs[name] = given if isinstance(given, pd.Series) else pd.Series(given)
    result = remember(frame[list(COLUMNS)], Call("outcomes.local_distribution", inputs, arguments))
    result.attrs["cites"] = ("theil_1972",)
    return result


def _known(
    national: object, quantiles: Sequence[float], ends: object, faults: list[PlacemixError]
) -> list[float]:  # fmt: skip
    if national is not None and (
        isinstance(national, bool) or not isinstance(national, int | float | np.number) or not math.isfinite(national)
    ):
        faults.append(InvalidParameter(f"national is the national figure, a number, not {national!r}."))
    if isinstance(ends, bool) or not isinstance(ends, int | np.integer) or ends < 0:
        faults.append(InvalidParameter(f"ends is how many areas to name at either end, not {ends!r}."))
    try:
        shares = [float(one) for one in quantiles]
    except (TypeError, ValueError):
        shares = [math.nan]
    if any(not 0 <= one <= 1 for one in shares):
        faults.append(InvalidParameter(f"quantiles lie from 0 to 1, unlike {quantiles!r}.", remedy="Write [0.1, 0.9]."))
    return shares


def _warn(found: list[Areas]) -> None:
    only = [one.name for one in found if not len(one.ids) and one.national_from == PUBLISHED]
    if only:
        message = (
            f"Only national figures of {', '.join(map(repr, only))}: they can hide large local differences, and say "
            "nothing of any area in it. Look for the same outcome by area before you judge a place by it."
        )
        warnings.warn(NationalMask(message), stacklevel=4)
