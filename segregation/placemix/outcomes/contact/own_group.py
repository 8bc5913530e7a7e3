"""How far people keep to their own group: E–I and Coleman's index."""

from __future__ import annotations

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.indices._parts import ratio
from placemix.outcomes.contact.matrices import beyond_note, chances_of, parts_of
from placemix.outcomes.contact.recalling import finished
from placemix.outcomes.contact.tie_tables import EVERYONE
from placemix.outcomes.contact.ties import Ties, known
from placemix.results import Result, first_reason


def homophily(ties: Ties, *, each: bool = False) -> Result:
    """Say how far ties stay inside groups, by E–I and by Coleman's index.

    Parameters
    ----------
    ties
        Who has a tie to whom.
    each
        Whether each institution is looked at by itself, with the ties inside it. Default: everybody together.

    Returns
    -------
    result
        One row for each group and one for ``"everyone"``. Columns: with `each` the institution; `group`, `ties`,
        `inside` and `outside` (ties to one's own group, and to others), `e_i` = (outside − inside)/(outside + inside),
        from −1 (all inside) to 1, `expected_e_i` (if ties went to anybody with the same chance), `expected_inside`
        (d (n − 1)/(N − 1) of the d ties of a group), `coleman` (0 as by chance, 1 all inside, −1 none; for groups
        only), `people`, `reason`, `note`, `source`, `version`.

    Raises
    ------
    InvalidParameter
        No ties were given, or `each` needs people and only counts are known.

    Notes
    -----
    What E–I would be by chance depends on the sizes of groups and is not 0: `contact_test` says how far it may lie
    from there. Chance is here that anybody could be named: inside schools of different mix use `each`, or
    `contact_to_opportunity`. Whom people could meet, and whom they would like to, both make ties.

    References
    ----------
    Krackhardt and Stern 1988; Coleman 1958.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> named = pd.DataFrame([[30, 10], [20, 40]], index=["x", "y"], columns=["x", "y"])
    >>> ties = pm.outcomes.Ties.from_matrix(named, {"x": 20, "y": 30})
    >>> pm.outcomes.homophily(ties)[["group", "e_i", "expected_e_i", "expected_inside", "coleman"]].round(6)
          group       e_i  expected_e_i  expected_inside   coleman
    0         x -0.500000      0.224490        15.510204  0.591667
    1         y -0.333333     -0.183673        35.510204  0.183333
    2  everyone -0.400000     -0.020408        51.020408       NaN
    """
    ties = known(ties, people=each, each=each)
    blocks = []
    for part in parts_of(ties, each=each):
        own = np.append(np.diag(part.matrix), np.trace(part.matrix))
        out = np.append(part.matrix.sum(axis=1), part.matrix.sum())
        mean = part.matrix.sum(axis=1) * np.diag(chances_of(part.sizes, len(ties.groups)))
        # Of a group without members nothing is expected, as it has no ties.
        some = part.sizes is not None and bool((part.sizes > 0).any())
        mean = np.append(mean, np.nansum(mean) if some else np.nan)
        block = pd.DataFrame(
            {
                "group": [*ties.groups, EVERYONE],
                "ties": out,
                "inside": own,
                "outside": out - own,
                "e_i": e_i(own, out),
                "expected_e_i": e_i(mean, out),
                "expected_inside": mean,
                "coleman": np.append(coleman(own, out, mean)[:-1], np.nan),
                "people": np.nan if part.sizes is None else np.append(part.sizes, part.sizes.sum()),
            }
        )
        whole = (block["group"] == EVERYONE).to_numpy()
        block["reason"] = first_reason(
            {
                "no_ties": out <= 0,
                "sizes_not_known": np.full(len(block), part.sizes is None),
                "coleman_is_of_one_group": whole,
                "nobody_to_meet": block["coleman"].isna().to_numpy(),
            }
        )
        if part.name is not None:
            block.insert(0, str(ties.within), part.name)
        blocks.append(block)
    frame = pd.concat(blocks, ignore_index=True)
    notes = beyond_note(ties, left_out=each)
    cites = ("krackhardt_1988", "coleman_1958")
    return finished("homophily", ties, frame, {"each": each}, notes=notes, cites=cites)


def e_i(inside: FloatArray, ties: FloatArray) -> FloatArray:
    """(E − I)/(E + I), NaN where there are no ties.

    Examples
    --------
    >>> e_i(np.array([70.0]), np.array([100.0])).tolist()
    [-0.4]
    """
    return ratio(ties - 2 * inside, ties)


def coleman(inside: FloatArray, ties: FloatArray, expected: FloatArray) -> FloatArray:
    """Coleman's index: what lies above the expected number inside, as a share of what could, or below of what is.

    Examples
    --------
    >>> coleman(np.array([30.0, 5.0]), np.array([40.0, 40.0]), np.array([15.510204, 10.0])).round(6).tolist()
    [0.591667, -0.5]
    """
    above = inside >= expected
    return ratio(inside - expected, np.where(above, ties - expected, expected))
