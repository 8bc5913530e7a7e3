"""Results with chance, intervals and parts can be saved, and come out again to the digit."""

from __future__ import annotations

import pytest

import placemix as pm

TOWN = pm.datasets.town()
HOMES = TOWN.residents("before")
NEAR = pm.surroundings.within(HOMES, radius="600 m")
CALLS = {
    "chance": lambda: pm.inference.table(HOMES, "dissimilarity", focal="blue", by="district", draws=9),
    "chance nearby": lambda: pm.inference.table(
        HOMES, "isolation", focal="blue", around=NEAR, cluster={1: 3, 2: 4}, draws=5
    ),
    "intervals": lambda: pm.inference.intervals(HOMES, "gini", focal="blue", resample="people", draws=9),
    "difference": lambda: pm.inference.difference(
        HOMES, TOWN.residents("after"), "isolation", focal="blue", cluster=(2.4, 2.2), draws=5
    ),
    "nested": lambda: pm.decompose.nested(HOMES, ["district", "ward"], measure="information_theory"),
    "groups": lambda: pm.decompose.nested_groups(HOMES, {"first": [HOMES.groups[0]], "others": list(HOMES.groups[1:])}),
    "change": lambda: pm.decompose.change([HOMES, TOWN.residents("after")], "gini", focal="blue"),
    "contributions": lambda: pm.decompose.contributions(HOMES, "dissimilarity", focal="blue"),
    "gradients": lambda: pm.decompose.gradients(HOMES, "isolation", focal="blue"),
}


@pytest.mark.parametrize("name", CALLS)
def test_saved_and_verified(name, tmp_path):
    result = CALLS[name]()
    outcome = pm.verify(result.save(tmp_path / "pack.zip"))
    assert outcome.same, str(outcome)
