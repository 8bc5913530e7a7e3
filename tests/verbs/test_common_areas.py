"""Common areas: connected, loss-free, and the least that two vintages share."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import placemix as pm
from placemix import errors

pairs = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=40)


@given(pairs)
def test_areas_are_the_connected_components(links: list[tuple[int, int]]) -> None:
    lookup = pd.DataFrame({"old": [f"a{old}" for old, _ in links], "new": [f"b{new}" for _, new in links]})
    areas = pm.common_areas(lookup, source="old", target="new").set_index("unit")["area"]
    # An independent reference: join until nothing changes.
    group = {unit: unit for unit in [*lookup["old"], *lookup["new"]]}
    for _ in group:
        for old, new in zip(lookup["old"], lookup["new"], strict=True):
            group[old] = group[new] = min(group[old], group[new])
    for (one, here), (two, there) in itertools.product(group.items(), repeat=2):
        assert (areas[one] == areas[two]) == (here == there)
    assert areas.index.is_unique


def test_unchanged_units_keep_their_id_and_faults_are_named() -> None:
    lookup = pd.DataFrame({"old": ["a", "b"], "new": ["a", None]})
    with pytest.raises(errors.InvalidTable, match="only one unit"):
        pm.common_areas(lookup, source="old", target="new")
    with pytest.raises(errors.UnknownColumn, match="Did you mean 'old'"):
        pm.common_areas(lookup, source="odl", target="new")
    kept = pm.common_areas(lookup.iloc[:1], source="old", target="new")
    assert kept["area"].tolist() == ["a", "a"]
