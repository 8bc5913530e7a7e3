"""How many ties go from each group to each other, beside what chance meetings would give."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.indices._parts import ratio
from placemix.outcomes.contact.recalling import finished
from placemix.outcomes.contact.ties import Ties, known
from placemix.results import Result, first_reason


class Part(NamedTuple):
    """Ties of everybody, or those inside one institution.

    Attributes
    ----------
    name
        The institution, or None.
    matrix
        Ties by both groups, shape (groups, groups).
    sizes
        People of each group, or None.
    """

    name: str | None
    matrix: FloatArray
    sizes: FloatArray | None


def parts_of(ties: Ties, *, each: bool) -> list[Part]:
    """Take ties apart by institution, or take all of them together."""
    if not each:
        return [Part(None, ties.matrix, ties.sizes)]
    many, groups = len(ties.institutions), len(ties.groups)
    alter: Any = ties.alter
    own = ties.inside
    one, other = ties.group[ties.ego[own]], ties.group[alter[own]]
    at = ties.institution[ties.ego[own]]
    cells = np.zeros((many, groups, groups))
    np.add.at(cells, (at, one, other), 1.0)
    return [Part(str(name), cells[place], ties.here[place]) for place, name in enumerate(ties.institutions)]


def chances_of(sizes: FloatArray | None, groups: int) -> FloatArray:
    """Share of each group among everybody else, for people of each group, shape (groups, groups)."""
    if sizes is None:
        return np.full((groups, groups), np.nan)
    others = sizes - np.eye(groups)
    # A group without members has nobody for whom there are others.
    return np.where(sizes[:, np.newaxis] > 0, ratio(others, np.full((groups, 1), sizes.sum() - 1)), np.nan)


def beyond_note(ties: Ties, *, left_out: bool) -> list[str]:
    """Say how many ties lead out of an institution, and what became of them."""
    if ties.within is None or ties.alter is None:
        return []
    many = int((~ties.inside).sum())
    what = "left out" if left_out else "counted as well"
    return [f"Ties between people of different {ties.within!r}: {many:,}, {what}."]


def mixing_matrix(ties: Ties, *, each: bool = False) -> Result:
    """Count the ties from each group to each, and compare them with meetings by chance.

    Parameters
    ----------
    ties
        Who has a tie to whom.
    each
        Whether each institution has a matrix of its own, of the ties inside it. Default: everybody together.

    Returns
    -------
    result
        One row for each group that names and each that is named. Columns: with `each` the institution; `group`,
        `alter_group`, `ties`, `share` (of the ties of `group`, 0 to 1), `expected` (share of `alter_group` among
        everybody else, for people of `group`), `ratio` of the two (1: as by chance), `people` (of `group`), `reason`,
        `note`, `source`, `version`.

    Raises
    ------
    InvalidParameter
        No ties were given, or `each` needs people and only counts are known.

    References
    ----------
    Coleman 1958; Newman 2003.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> named = pd.DataFrame([[30, 10], [20, 40]], index=["x", "y"], columns=["x", "y"])
    >>> ties = pm.outcomes.Ties.from_matrix(named, {"x": 20, "y": 30})
    >>> pm.outcomes.mixing_matrix(ties)[["group", "alter_group", "ties", "share", "expected", "ratio"]].round(3)
      group alter_group  ties  share  expected  ratio
    0     x           x  30.0  0.750     0.388  1.934
    1     x           y  10.0  0.250     0.612  0.408
    2     y           x  20.0  0.333     0.408  0.817
    3     y           y  40.0  0.667     0.592  1.126
    """
    ties = known(ties, people=each, each=each)
    groups, blocks = ties.groups, []
    names = np.array(groups, dtype=object)
    for part in parts_of(ties, each=each):
        own = part.matrix.sum(axis=1, keepdims=True)
        share, expected = (
            ratio(part.matrix, np.broadcast_to(own, part.matrix.shape)),
            chances_of(part.sizes, len(groups)),
        )
        block = pd.DataFrame(
            {
                "group": np.repeat(names, len(groups)),
                "alter_group": np.tile(names, len(groups)),
                "ties": part.matrix.ravel(),
                "share": share.ravel(),
                "expected": expected.ravel(),
                "ratio": ratio(share, expected).ravel(),
                "people": np.nan if part.sizes is None else np.repeat(part.sizes, len(groups)),
            }
        )
        block["reason"] = first_reason(
            {
                "no_ties": np.repeat(own.ravel() <= 0, len(groups)),
                "sizes_not_known": np.full(len(block), part.sizes is None),
                "nobody_to_meet": ~(expected.ravel() > 0),
            }
        )
        if part.name is not None:
            block.insert(0, str(ties.within), part.name)
        blocks.append(block)
    frame = pd.concat(blocks, ignore_index=True)
    notes = beyond_note(ties, left_out=each)
    return finished("mixing_matrix", ties, frame, {"each": each}, notes=notes, cites=("coleman_1958", "newman_2003"))
