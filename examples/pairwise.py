"""A measure between every ordered pair of groups, as a matrix."""

from __future__ import annotations

import placemix as pm

homes = pm.datasets.town().residents()


def matrix(measure):
    return pm.pairwise(homes, measure).pivot_table(index="focal", columns="against", values="value", observed=True)


print("D is the same both ways:")
print(matrix("dissimilarity").round(3))
print("Exposure is not: row group meets column group")
print(matrix("exposure").round(3))
