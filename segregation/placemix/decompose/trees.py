"""The steps of a compression as a tree that SciPy draws."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.errors import InvalidParameter


class Tree(NamedTuple):
    """Merged units as a tree.

    Attributes
    ----------
    linkage
        What `scipy.cluster.hierarchy` takes, shape (steps, 4): both branches, the height at which they meet, and the
        units below. Heights are shares of M lost.
    labels
        Name of each unit, in the order that the branches are numbered.
    """

    linkage: FloatArray
    labels: list[str]


def merging_tree(steps: pd.DataFrame) -> Tree:
    """Make a tree of the steps of a compression.

    Parameters
    ----------
    steps
        What `compress` gave.

    Returns
    -------
    tree
        Draw it with ``scipy.cluster.hierarchy.dendrogram(tree.linkage, labels=tree.labels)``; with many units pass
        ``truncate_mode="lastp"``.

    Raises
    ------
    InvalidParameter
        The map has several parts, whose units never merge.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> tree = merging_tree(pm.decompose.compress(homes))
    >>> tree.labels
    ['A', 'B', 'C', 'D']
    >>> tree.linkage.round(3).tolist()
    [[1.0, 3.0, 0.0, 2.0], [2.0, 4.0, 0.188, 3.0], [0.0, 5.0, 1.0, 4.0]]
    """
    left = int(steps["units"].iloc[-1])
    if left > 1:
        message = f"The units end in {left} parts that never merge, which make no one tree."
        raise InvalidParameter(message, remedy="Compress each part alone, or without neighbours=.")
    labels = sorted({str(name) for name in pd.concat([steps["first"], steps["second"]])})
    branch = {label: place for place, label in enumerate(labels)}
    below = dict.fromkeys(labels, 1)
    rows = np.empty((len(steps), 4))
    lost = 1.0 - steps["kept"].to_numpy()
    for step, (first, second) in enumerate(zip(steps["first"].astype(str), steps["second"].astype(str), strict=True)):
        rows[step, :2] = sorted((branch[first], branch[second]))
        below[first] += below[second]
        rows[step, 3] = below[first]
        # The merged unit bears the first one's name from now on.
        branch[first] = len(labels) + step
    # Sums that round down would make a branch that points backwards.
    rows[:, 2] = np.maximum.accumulate(np.maximum(lost, 0.0))
    return Tree(rows, labels)
