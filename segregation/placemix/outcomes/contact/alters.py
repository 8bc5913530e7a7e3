"""How mixed the people are whom somebody has ties to."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.errors import InvalidParameter
from placemix.indices._parts import ratio
from placemix.outcomes.contact.matrices import beyond_note
from placemix.outcomes.contact.recalling import finished
from placemix.outcomes.contact.tie_tables import EVERYONE
from placemix.outcomes.contact.ties import Ties, known
from placemix.results import Result, first_reason


def alter_diversity(ties: Ties, *, each: bool = False) -> Result:
    """Say how mixed the people are whom the members of each group have ties to.

    The diversity of a person's ties is the share of pairs among those named who are of different groups,
    1 − Σ n_g (n_g − 1)/(n (n − 1)). It does not depend on how many are named, as 1 − Σ π² does.

    Parameters
    ----------
    ties
        Who has a tie to whom. With institutions, those inside a person's own count.
    each
        Whether each institution is looked at by itself.

    Returns
    -------
    result
        One row for each group and one for ``"everyone"``. Columns: with `each` the institution; `group`, `diversity`
        (mean over people with two ties or more, 0 to 1), `expected` (if the same people had named anybody else in
        their institution with the same chance, exactly), `ratio` of the two, `egos` (people with two ties or more),
        `left_out` (with fewer), `alters` (mean number of ties of those), `reason`, `note`, `source`, `version`.

    Raises
    ------
    InvalidParameter
        No ties were given, or only counts of them.

    References
    ----------
    Simpson 1949; Blau 1977.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> named = pd.DataFrame({"ego": [1, 1, 1, 1, 2, 2, 3], "group": list("xxxxyyy"), "alter_group": list("xxyyxyy")})
    >>> found = pm.outcomes.alter_diversity(pm.outcomes.Ties.from_alters(named))
    >>> found[["group", "diversity", "egos", "left_out", "alters"]].round(3)
          group  diversity  egos  left_out  alters
    0         x      0.667     1         0     4.0
    1         y      1.000     1         1     2.0
    2  everyone      0.833     2         1     3.0
    """
    ties = known(ties, each=each)
    if not len(ties.people):
        message = "Only counts of ties are known, not who has them."
        raise InvalidParameter(message, remedy="Use Ties.from_edges, or Ties.from_alters for a survey.")
    has = _named(ties)
    many = has.sum(axis=1)
    found, expected = pairs_apart(has), _expected(ties)
    parts: list[tuple[str | None, Any]] = [(None, np.ones(len(ties.people), dtype=bool))]
    if each:
        parts = [(str(name), ties.institution == place) for place, name in enumerate(ties.institutions)]
    blocks = []
    for name, here in parts:
        rows = []
        for place, group in enumerate((*ties.groups, EVERYONE)):
            who = here & ((ties.group == place) | (group == EVERYONE))
            some = who & (many >= 2)
            rows.append(
                {
                    "group": group,
                    "diversity": found[some].mean() if some.any() else np.nan,
                    "expected": expected[some].mean() if some.any() else np.nan,
                    "egos": int(some.sum()),
                    "left_out": int((who & ~some).sum()),
                    "alters": many[some].mean() if some.any() else np.nan,
                }
            )
        block = pd.DataFrame(rows)
        block.insert(3, "ratio", ratio(block["diversity"].to_numpy(), block["expected"].to_numpy()))
        block["reason"] = first_reason(
            {
                "nobody_with_two_ties": (block["egos"] == 0).to_numpy(),
                "sizes_not_known": np.full(len(block), ties.sizes is None),
                "nobody_of_another_group": ~(block["expected"] > 0).to_numpy(),
            }
        )
        if name is not None:
            block.insert(0, str(ties.within), name)
        blocks.append(block)
    notes = beyond_note(ties, left_out=True)
    frame = pd.concat(blocks, ignore_index=True)
    return finished("alter_diversity", ties, frame, {"each": each}, notes=notes, cites=("simpson_1949", "blau_1977"))


def _named(ties: Ties) -> FloatArray:
    """Ties of each person to each group, shape (people, groups)."""
    groups = len(ties.groups)
    key = (ties.ego * groups + ties.alter_group)[ties.inside]
    return np.bincount(key, minlength=len(ties.people) * groups).reshape(-1, groups).astype(np.float64)


def _expected(ties: Ties) -> FloatArray:
    """Diversity of two others in each person's institution, drawn without replacement, shape (people,)."""
    if ties.sizes is None:
        return np.full(len(ties.people), np.nan)
    others = ties.here[ties.institution].copy()
    others[np.arange(len(ties.people)), ties.group] -= 1
    return pairs_apart(others)


def pairs_apart(counts: FloatArray) -> FloatArray:
    """Share of pairs who are of different groups in each row; NaN where there is no pair.

    Examples
    --------
    >>> pairs_apart(np.array([[2.0, 2.0], [1.0, 0.0]])).round(3).tolist()
    [0.667, nan]
    """
    many = counts.sum(axis=1)
    return ratio(many * (many - 1) - (counts * (counts - 1)).sum(axis=1), many * (many - 1))
