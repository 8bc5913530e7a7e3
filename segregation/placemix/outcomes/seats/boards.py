"""A set of boards: on how many of them chance alone would leave a group without a member."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix._version import __version__
from placemix.carried import fingerprint
from placemix.errors import InvalidCounts, InvalidParameter, PlacemixError, together
from placemix.outcomes.seats.bases import GivenBase, base_of_each, plain_bases
from placemix.outcomes.seats.chances import how_many
from placemix.results import Call, Result, remember


def boards_without_member(
    places: Mapping[str, float] | pd.Series,
    *,
    base: GivenBase | Mapping[str, GivenBase],
    without: int | None = None,
) -> Result:
    """Say on how many of several boards chance alone would leave a group without a member.

    One small board without a member of a group is no evidence: with a base of 8 % every second board of 8 has none. The
    set of boards can be.

    Parameters
    ----------
    places
        Places of each board, by its name.
    base
        Share of the group in the population that members are drawn from; see `Base`. One for all boards or one for
        each by name.
    without
        On how many of the boards the group has no member.

    Returns
    -------
    result
        One row for each number of boards without a member, from 0 to all. Columns: `without`, `probability` (of exactly
        so many), `at_most`, `at_least`, `observed` (whether it is the number given), `expected` (Σ (1 − b)ⁿ, in every
        row), `boards`, `note`, `source`, `version`.

    Raises
    ------
    InvalidCounts
        Places are no whole numbers from 1, or `without` is no number of these boards.
    UnmatchedUnit, InvalidParameter
        Boards have no base, or a base has faults; all are listed.

    Notes
    -----
    Boards are filled independently of each other, and each place of a board from the base by chance alone. Then the
    number of boards without a member has the Poisson binomial distribution, which is exact for boards of any sizes. A
    small probability says that boards are not filled so, and not why.

    Examples
    --------
    >>> import placemix as pm
    >>> base = pm.outcomes.Base(
    ...     share=0.08, population="residents", ages="16-74", pool="everyone", year=2011, source="census"
    ... )
    >>> found = pm.outcomes.boards_without_member({"A": 6, "B": 8, "C": 12}, base=base, without=3)
    >>> found[["without", "probability", "at_least", "expected"]].round(3)
       without  probability  at_least  expected
    0        0        0.121     1.000     1.487
    1        1        0.385     0.879     1.487
    2        2        0.380     0.494     1.487
    3        3        0.114     0.114     1.487
    """
    sizes = pd.Series(places, dtype=object)
    faults: list[PlacemixError] = []
    names = [str(name) for name in sizes.index]
    wrong = [name for name, size in zip(names, sizes, strict=True) if not _is_board(size)]
    if wrong or not names:
        message = "Places of a board are a whole number from 1." if names else "No board is given."
        faults.append(InvalidCounts(message, units=wrong, remedy="Leave out boards that have no places."))
    if len(set(names)) < len(names):
        faults.append(InvalidParameter("A board is named twice.", remedy="Give each a name of its own."))
    if without is not None and not (_is_number(without) and 0 <= without <= len(names)):
        message = f"without is a number of boards from 0 to {len(names)}, not {without!r}."
        faults.append(InvalidCounts(message, remedy="Count the boards on which the group has no member."))
    if faults:
        raise together(faults)
    bases = base_of_each(base, names)
    sizes = sizes.astype(np.float64)
    none = np.exp(sizes.to_numpy() * np.log1p(-np.array([one.share for one in bases])))
    probability = how_many(none)
    frame = pd.DataFrame({"without": np.arange(len(names) + 1), "probability": probability})
    frame["at_most"] = _running(probability)
    frame["at_least"] = _running(probability[::-1])[::-1]
    frame["observed"] = frame["without"] == (-1 if without is None else without)
    frame["expected"] = math.fsum(none)
    frame["boards"] = len(names)
    frame["note"] = f"Boards are taken to be filled independently, each place by chance from the base: {bases[0]}" + (
        "." if len(set(bases)) == 1 else ", and others."
    )
    kept = pd.Series(sizes.to_numpy(), index=pd.Index(names), name="places")
    frame["source"], frame["version"] = fingerprint(kept)[:12], __version__
    arguments = {"base": plain_bases(names, bases), "without": None if without is None else int(without)}
    return remember(frame, Call("outcomes.boards_without_member", {"places": kept}, arguments))


def _running(probability: FloatArray) -> FloatArray:
    """Running sums, the last of which is 1 but for rounding."""
    return np.minimum(np.cumsum(probability), 1.0)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool) and float(value).is_integer()


def _is_board(size: object) -> bool:
    return _is_number(size) and float(size) >= 1  # type: ignore[arg-type]
