"""What one more home or person would do to indices, and up to how many that holds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, GroupName
from placemix.counts import Counts, checked
from placemix.decompose import gradients
from placemix.decompose.information import people_of
from placemix.errors import InvalidParameter
from placemix.results import Call, Result, remember


def index_gradients(
    counts: Counts, measures: str | Sequence[str], *, focal: GroupName | None = None, against: GroupName = "rest"
) -> Result:
    """Say how indices would change with one more person of each group in each unit, and how far that formula holds.

    Good for a first look at where an index would move; `index_effects` gives the change itself, and takes so little
    time that nothing here needs a shortlist.

    Parameters
    ----------
    counts
        People, or homes, of each group in each unit.
    measures
        ``"dissimilarity"``, ``"isolation"``, ``"exposure"``, ``"correlation_ratio"``, ``"mutual_information"`` or
        ``"information_theory"``.
    focal, against
        As in `placemix.decompose.gradients`, which gives the derivatives.

    Returns
    -------
    result
        One row for each measure, unit with people and group compared. Columns: those of
        `placemix.decompose.gradients`, and `holds_for`: of D, how many of the group can be added to the unit until the
        sign of a unit flips (between the units where the focal group is over-represented and the others), from which on
        its derivative is another; 0 where a unit's mix is that of the whole. Infinite for measures that have no signs.

    Raises
    ------
    InvalidParameter
        A measure is none of these, or is given twice or not at all; otherwise as in `placemix.decompose.gradients`.

    Notes
    -----
    With s_i the sign of x_i/X - y_i/Y, D changes by (s_i - Σ s_j x_j/X) / 2X for a person of the group and by
    (Σ s_j y_j/Y - s_i) / 2Y for another. That is of first order: D is no straight line in between either, because X and
    Y grow. So a change by gradients is an estimate, to be computed exactly before anything is said of it.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> zones = pd.DataFrame({"zone": list("1234"), "x": [80, 20, 0, 20], "y": [20, 80, 100, 80]})
    >>> zones = pm.from_wide(zones, groups=["x", "y"], unit="zone")
    >>> slopes = pm.scenarios.index_gradients(zones, "dissimilarity", focal="x")
    >>> slopes.loc[slopes["group"] == "x", ["unit", "gradient", "holds_for"]].round(4)
      unit  gradient  holds_for
    0    1    0.0028        inf
    2    2   -0.0056    20.0000
    4    3   -0.0056    66.6667
    6    4   -0.0056    20.0000
    """
    counts = checked(counts)
    names = [measures] if isinstance(measures, str) else list(measures)
    if not names or len(set(names)) < len(names):
        message = "Name one measure or several, each once."
        raise InvalidParameter(message, remedy="Write measures=['dissimilarity'].")
    parts = []
    for name in names:
        part = pd.DataFrame(gradients(counts, name, focal=focal, against=against))
        part.insert(list(part.columns).index("gradient") + 1, "holds_for", np.inf)
        if name == "dissimilarity":
            people, _ = people_of(counts, focal, against)
            part["holds_for"] = _until_a_flip(people[people.sum(axis=1) > 0]).ravel()
        parts.append(part)
    frame = pd.concat(parts, ignore_index=True)
    arguments = {"measures": names, "focal": focal, "against": against}
    return remember(frame, Call("scenarios.index_gradients", {"counts": counts}, arguments))


def _until_a_flip(people: FloatArray) -> FloatArray:
    """How many of each group can be added to each unit before a sign of D flips, shape (units, 2)."""
    columns = [(people[:, 0], people[:, 1]), (people[:, 1], people[:, 0])]
    return np.column_stack([_of_group(own, other) for own, other in columns])


def _of_group(x: FloatArray, y: FloatArray) -> FloatArray:
    X, Y = x.sum(), y.sum()
    side = x * Y - y * X
    with np.errstate(divide="ignore", invalid="ignore"):
        # Units where the group is over-represented cease to be so as X grows; one of these that grows itself does not.
        theirs = np.where(side > 0, side / y, np.inf)
        theirs[side == 0] = 0.0
        own = np.where(side < 0, -side / (Y - y), np.inf)
    own[side == 0] = 0.0
    first, second = np.partition(theirs, 1)[:2]
    others = np.where(np.arange(len(x)) == int(np.argmin(theirs)), second, first)
    return np.asarray(np.minimum(own, others))
