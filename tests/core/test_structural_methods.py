"""What Counts can do: give parts, sums and other cuts of the same people, and lose none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import placemix as pm
from placemix import errors


def town() -> pm.Counts:
    frame = pd.DataFrame(
        {"id": list("abcdef"), "x": [1, 2, 3, 4, 0, 0], "y": [9, 8, 7, 6, 5, 0], "z": [0, 1, 0, 1, 0, 0],
         "district": list("ppqqqr"), "tenure": list("oroooo"), "all": [11, 12, 10, 11, 5, 0], "km2": [1, 1, 2, 2, 3, 9]}
    )  # fmt: skip
    with pytest.warns(errors.IncompletePartition):
        return pm.from_wide(
            frame, groups=["x", "y", "z"], unit="id", strata=["district", "tenure"], total="all", area="km2"
        )


def test_what_it_says_of_itself():
    counts = town()
    assert repr(counts) == "<Counts: 49 people, 6 units, 3 groups: x, y, z>"
    assert len(counts) == 6
    assert counts.totals.to_dict() == {"a": 11, "b": 12, "c": 10, "d": 11, "e": 5, "f": 0}
    assert counts.shares().loc["b"].tolist() == pytest.approx([2 / 12, 8 / 12, 1 / 12])
    assert counts.shares().loc["f"].isna().all()
    assert counts.source == counts.hash[:12]
    assert list(counts.to_frame().columns) == ["unit", "district", "tenure", "x", "y", "z", "total"]
    assert "(synthetic)" in repr(
        pm.from_wide(counts.to_frame(), groups=["x", "y"], unit="unit", about={"synthetic": True})
    )


def test_select_leaves_everyone_else_out():
    pair = town().select(["y", "x"])
    assert pair.groups == ("y", "x")
    assert pair.total.tolist() == [10, 10, 10, 10, 5, 0]
    assert not pair.residual.any()
    with pytest.raises(errors.UnknownGroup, match="Did you mean 'x'"):
        town().select(["X", "y"])
    with pytest.raises(errors.InvalidParameter, match="twice"):
        town().select(["x", "x"])


def test_merged_groups_keep_everyone():
    counts = town()
    merged = counts.merge_groups({"others": ["y", "z"]})
    assert merged.groups == ("x", "others")
    assert merged.values[:, 1].tolist() == [9, 9, 7, 7, 5, 0]
    assert merged.total.tolist() == counts.total.tolist()
    assert merged.residual.tolist() == counts.residual.tolist()
    assert counts.merge_groups({"w": ["x"]}).groups == ("y", "z", "w")
    with pytest.raises(errors.InvalidParameter, match="twice"):
        counts.merge_groups({"a": ["x", "y"], "b": ["y"]})
    with pytest.raises(errors.InvalidParameter, match="new name"):
        counts.merge_groups({"z": ["x", "y"]})


def test_merged_units_keep_everyone():
    counts = town()
    lookup = {"a": "A", "b": "A", "c": "C", "d": "C", "e": "C", "f": "F"}
    with pytest.raises(errors.InvalidTable, match="more than one tenure") as caught:
        counts.merge_units(lookup)
    assert caught.value.units == ("A",)
    merged = counts.merge_units(lookup, straddling="largest")
    assert list(merged.units) == ["A", "C", "F"]
    assert merged.values.tolist() == [[3, 17, 1], [7, 18, 1], [0, 0, 0]]
    assert merged.total.tolist() == [23, 26, 0]
    assert merged.area.tolist() == [2, 7, 9]
    assert merged.strata["tenure"].tolist() == ["r", "o", "o"]  # twelve people rent, eleven own
    assert counts.merge_units(pd.Series(lookup), straddling="largest").hash == merged.hash


def test_merging_refuses_what_would_lose_or_double_people():
    counts = town()
    with pytest.raises(errors.UnmatchedUnit, match="3 of 6 units") as caught:
        counts.merge_units({"a": "A", "b": "A", "c": None, "d": "A"})
    assert caught.value.units == ("c", "e", "f")
    assert isinstance(caught.value, KeyError)
    twice = pd.Series(["A", "B", *"ABCDE"], index=list("aabcdef"))
    with pytest.raises(errors.DuplicateUnit, match="twice"):
        counts.merge_units(twice)


def test_merged_shapes_are_dissolved():
    import geopandas as gpd
    from shapely.geometry import box

    frame = gpd.GeoDataFrame(
        {"id": list("abc"), "x": [1, 2, 3], "y": [3, 2, 1]},
        geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1), box(5, 5, 6, 6)],
        crs="EPSG:27700",
    )
    counts = pm.from_wide(frame, groups=["x", "y"], unit="id")
    merged = counts.merge_units({"a": "A", "b": "A", "c": "C"})
    assert merged.geometry.area.tolist() == [2, 1]
    assert merged.geometry.crs == "EPSG:27700"
    assert counts.take(np.array([2])).geometry.area.tolist() == [1]


def test_split_and_take():
    counts = town()
    parts = dict(counts.split("district"))
    assert [label for (label,) in parts] == ["p", "q", "r"]
    assert sum(part.total.sum() for part in parts.values()) == counts.total.sum()
    assert list(parts["q",].units) == ["c", "d", "e"]
    both = dict(counts.split(["district", "tenure"]))
    assert list(both) == [("p", "o"), ("p", "r"), ("q", "o"), ("r", "o")]
    assert counts.take(counts.total > 10).hash == counts.take(np.array([3, 0, 1])).hash
    with pytest.raises(errors.UnknownColumn, match="Did you mean 'district'"):
        counts.arranged("distrikt")


def test_strata_are_added_by_unit_id():
    counts = town().with_strata(side=pd.Series(list("wweeew"), index=list("fedcba")))
    assert counts.strata["side"].tolist() == ["w", "e", "e", "e", "w", "w"]
    assert list(counts.strata.columns) == ["district", "tenure", "side"]
    with pytest.raises(errors.UnmatchedUnit, match="no side") as caught:
        town().with_strata(side={"a": "w"})
    assert caught.value.units == ("b", "c", "d", "e", "f")


def test_the_arrangement_is_kept():
    counts = town()
    assert counts.arranged("district") is counts.arranged(["district"])
    assert counts.arranged("district").starts.tolist() == [0, 2, 5]
    assert len(counts.arranged()) == 1


def test_strata_come_in_order_of_first_appearance():
    frame = pd.DataFrame({"id": list("abcd"), "x": [1, 2, 3, 4], "y": [4, 3, 2, 1], "where": list("zaza")})
    counts = pm.from_wide(frame, groups=["x", "y"], unit="id", strata="where")
    assert pm.measure(counts, "simpson", by="where")["where"].tolist() == ["z", "a"]


@pytest.mark.slow
@given(
    st.lists(st.tuples(*[st.integers(0, 99)] * 3), min_size=1, max_size=12),
    st.lists(st.sampled_from("ABC"), min_size=12, max_size=12),
    st.randoms(use_true_random=False),
)
def test_people_are_conserved(rows, areas, random):
    if not sum(map(sum, rows)):
        return
    values = np.array(rows, dtype=float)
    counts = pm.Counts(
        values=values,
        groups=("x", "y", "z"),
        units=pd.Index([f"u{place}" for place in range(len(rows))], dtype=str),
        total=values.sum(axis=1) + 1,
        strata=pd.DataFrame({"area": pd.Categorical(areas[: len(rows)])}),
    )
    people = counts.total.sum()
    lookup = dict(zip(counts.units, areas, strict=False))
    assert counts.merge_units(lookup).total.sum() == people
    assert counts.merge_groups({"w": ["y", "x"]}).values.sum() == values.sum()
    assert sum(part.total.sum() for _, part in counts.split("area")) == people
    order = list(range(len(rows)))
    random.shuffle(order)
    shuffled = counts.take(np.array(order))
    assert shuffled.hash == counts.hash
    assert counts.merge_units(lookup).hash == shuffled.merge_units(lookup).hash
    assert counts.with_strata(copy=lookup).total.sum() == people


def test_counts_of_the_wrong_shape_cannot_be_made():
    with pytest.raises(errors.InvalidTable, match="from_wide"):
        pm.Counts(
            values=np.ones((2, 2)), groups=("x",), units=pd.Index(["a", "b"]), total=np.ones(2), strata=pd.DataFrame()
        )


def test_about_is_checked_and_listed():
    about = pm.About(vintage="2021", synthetic=True)
    assert about.to_dict() == {"vintage": "2021", "synthetic": True}
    with pytest.raises(AttributeError):
        about.vintage = "2011"
