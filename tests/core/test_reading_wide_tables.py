"""from_wide: every fault with its units and remedy, all faults together, and what is kept of a table."""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import placemix as pm
from placemix import errors


def town(**columns: object) -> pd.DataFrame:
    frame = {"id": ["A1", "A2", "A3"], "asian": [10, 20, 0], "white": [30, 5, 7]}
    return pd.DataFrame({**frame, **columns})


def read(frame: object, **options: object) -> pm.Counts:
    return pm.from_wide(frame, **{"groups": ["asian", "white"], "unit": "id", **options})


FAULTS = [
    ("negative", {"asian": [1, -2, 3]}, {}, errors.InvalidCounts, ValueError, ["A2"], "start at 0"),
    ("infinite", {"asian": [1, 2, np.inf]}, {}, errors.InvalidCounts, ValueError, ["A3"], "number of people"),
    ("missing", {"asian": [None, 2, 3]}, {}, errors.InvalidCounts, ValueError, ["A1"], "not 0"),
    ("too large", {"asian": [1, 2, 10**16]}, {}, errors.InvalidCounts, ValueError, ["A3"], "exact below"),
    ("text", {"asian": [1, "c", "SUPP"]}, {}, errors.NotNumbers, TypeError, ["A2", "A3"], "suppressed={'c': (1, 4)}"),
    ("booleans", {"asian": [True, False, True]}, {}, errors.NotNumbers, TypeError, [], "from_long"),
    ("dates", {"asian": pd.to_datetime(["2021"] * 3)}, {}, errors.NotNumbers, TypeError, [], "Count people"),
    ("complex", {"asian": [1j, 2, 3]}, {}, errors.NotNumbers, TypeError, [], ""),
    ("same id twice", {"id": ["A1", "A2", "A2"]}, {}, errors.DuplicateUnit, ValueError, ["A2"], "groupby('year')"),
    ("no id", {"id": ["A1", None, "A3"]}, {}, errors.DuplicateUnit, ValueError, ["row 2"], "every unit"),
    ("blank id", {"id": ["A1", " ", "A3"]}, {}, errors.DuplicateUnit, ValueError, ["row 2"], "every unit"),
    ("unknown column", {}, {"groups": ["asain", "white"]}, errors.UnknownColumn, KeyError, [], "'asian'"),
    ("unknown strata", {}, {"strata": "district"}, errors.UnknownColumn, KeyError, [], "It has: id, asian, white"),
    ("group twice", {}, {"groups": ["asian", "white", "asian"]}, errors.RepeatedColumn, ValueError, [], "twice"),
    ("unit as a group", {}, {"groups": ["asian", "id"]}, errors.RepeatedColumn, ValueError, [], "unit"),
    ("above the total", {"all": [40, 24, 7]}, {"total": "all"}, errors.OverlappingGroups, ValueError, ["A2"], "pertur"),
    ("strict residual", {"all": [41, 25, 7]}, {"total": "all", "strict": True}, errors.ResidualExceedsLimit, ValueError,
     ["A1 (1)"], "residual='group'"),
    ("percentages", {"asian": [33.3, 40, 50], "white": [66.7, 60, 50]}, {}, errors.CountRateMix, ValueError, [],
     "multiply"),
    ("proportions", {"asian": [0.25, 0.5, 1], "white": [0.75, 0.5, 0]}, {}, errors.CountRateMix, ValueError, [],
     "multiply"),
    ("rates", {"asian": [0.25, 0.5, 0.1], "white": [0.3, 0.1, 0]}, {}, errors.CountRateMix, ValueError, [], "people"),
    ("one group", {}, {"groups": ["asian"]}, errors.TooFewGroups, ValueError, [], "residual='group'"),
    ("nobody", {"asian": [0, 0, 0], "white": [0, 0, 0]}, {}, errors.EmptyTable, ValueError, [], "counts were read"),
    ("no stratum", {"area": ["n", None, "s"]}, {"strata": "area"}, errors.InvalidTable, ValueError, ["A2"], "'none'"),
    ("empty group", {}, {"groups": {"a": [], "w": "white"}}, errors.InvalidTable, ValueError, [], "at least one"),
    ("symbols", {}, {"suppressed": {"c": (4, 1)}}, errors.InvalidTable, ValueError, [], "low <= high"),
    ("about", {}, {"about": {"vintge": "2021"}}, errors.InvalidParameter, ValueError, [], "'vintage'"),
    ("residual", {}, {"residual": "drop"}, errors.InvalidParameter, ValueError, [], ""),
    ("axes without tuples", {}, {"axes": ["ethnicity", "tenure"]}, errors.InvalidParameter, ValueError, [], "rented"),
    ("groups as text", {}, {"groups": "asian"}, errors.InvalidParameter, ValueError, [], "groups=["),
    ("no shapes", {}, {"geometry": "id"}, errors.InvalidTable, ValueError, [], "from_wkt"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "options", "kind", "builtin", "units", "remedy"),
    [fault[1:] for fault in FAULTS],
    ids=[fault[0] for fault in FAULTS],
)
def test_each_fault_names_its_units_and_its_remedy(columns, options, kind, builtin, units, remedy):
    with pytest.raises(kind) as caught:
        read(town(**columns), **options)
    error = caught.value
    assert isinstance(error, builtin)
    assert isinstance(error, errors.PlacemixError)
    assert list(error.units) == units
    assert all(unit in str(error) for unit in units)
    assert remedy in str(error)
    assert str(error).startswith(error.message)
    assert pickle.loads(pickle.dumps(error)).message == error.message  # noqa: S301 (our own object)


def test_an_empty_table():
    with pytest.raises(errors.EmptyTable, match="no rows"):
        read(town().iloc[:0])


def test_a_frame_with_columns_of_the_same_name():
    frame = pd.concat([town(), town()[["asian"]]], axis=1)
    with pytest.raises(errors.RepeatedColumn, match="'asian'"):
        read(frame)


def test_something_that_is_no_table():
    with pytest.raises(errors.NotNumbers, match="list is not a table"):
        read([1, 2])


def test_all_faults_are_reported_together():
    frame = town(id=["A1", "A1", "A3"], asian=[-1, "x", None], white=[np.inf, 5, 7], area=["n", None, "s"])
    with pytest.raises(errors.InvalidTable) as caught:
        read(frame, strata="area")
    error = caught.value
    kinds = {type(fault) for fault in error.faults}
    assert kinds == {errors.DuplicateUnit, errors.NotNumbers, errors.InvalidCounts, errors.InvalidTable}
    for word in ("One Counts is one date", "'x'", "negative", "infinite", "missing", "no area"):
        assert word in str(error)
    assert "Remedy:" in str(error)
    assert set(error.units) == {"A1", "A3"}


def test_unknown_columns_and_repeated_ones_are_reported_together():
    with pytest.raises(errors.UnknownColumn) as caught:
        read(town(), groups=["asian", "asian", "wite"], strata="nowhere")
    assert isinstance(caught.value, errors.RepeatedColumn)
    assert "'wite', 'nowhere'" in str(caught.value)
    assert "Did you mean 'white'?" in str(caught.value)


@pytest.mark.parametrize("kind", [errors.DuplicateUnit, errors.InvalidCounts, errors.NotNumbers, ValueError, TypeError])
def test_several_faults_are_caught_as_any_of_them(kind):
    with pytest.raises(kind):
        read(town(id=["A1", "A1", "A3"], asian=[-1, "x", 3]))


def test_several_faults_as_a_key_error():
    with pytest.raises(KeyError) as caught:
        read(town(), groups=["asian", "asian", "wite"])
    assert "1. " in str(caught.value)  # a KeyError would show the quoted form


def test_several_faults_can_be_pickled():
    with pytest.raises(errors.InvalidTable) as caught:
        read(town(id=["A1", "A1", "A3"], asian=[-1, "x", 3]))
    back = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 (our own object)
    assert str(back) == str(caught.value)
    assert back.units == caught.value.units
    assert isinstance(back, errors.DuplicateUnit)
    assert isinstance(back, errors.NotNumbers)


def test_only_the_first_units_are_spelt_out():
    frame = pd.DataFrame({"id": [f"U{place}" for place in range(20)], "a": [-1] * 20, "b": [2] * 20})
    with pytest.raises(errors.InvalidCounts) as caught:
        pm.from_wide(frame, groups=["a", "b"], unit="id")
    assert len(caught.value.units) == 20
    assert "U4 and 15 more" in str(caught.value)
    assert "U5" not in str(caught.value)


# -- overlapping groups -------------------------------------------------------------------------


def census(rows: int = 12) -> pd.DataFrame:
    """Lay a table out as the census of 2021 does: a total, 5 broad groups, each before its detailed ones."""
    parts = {"Asian": 5, "Black": 3, "Mixed": 4, "White": 5, "Other": 2}
    draw = np.random.default_rng(21)
    columns: dict[str, object] = {"geography code": [f"E0{place}" for place in range(rows)]}
    broad = {}
    for name, count in parts.items():
        detail = draw.integers(0, 90, size=(rows, count))
        broad[name] = detail.sum(axis=1)
        columns[name] = broad[name]
        columns |= {f"{name}: part {place}": detail[:, place] for place in range(count)}
    columns["Total"] = sum(broad.values())
    return pd.DataFrame(columns)


def test_the_census_layout_of_total_broad_and_detailed_columns():
    frame = census()
    everything = [name for name in frame.columns if name != "geography code"]
    assert len(everything) == 1 + 5 + 19
    with pytest.raises(errors.OverlappingGroups, match="equals the sum of"):
        pm.from_wide(frame, groups=everything, unit="geography code")
    detailed = [name for name in everything if ":" in name]
    broad = [name for name in everything if ":" not in name and name != "Total"]
    by_detail = pm.from_wide(frame, groups=detailed, unit="geography code", total="Total")
    by_broad = pm.from_wide(frame, groups=broad, unit="geography code", total="Total")
    assert by_detail.total.sum() == by_broad.total.sum() == frame["Total"].sum()


@pytest.mark.parametrize("kept", [["Total", "broad"], ["broad", "detail"], ["Total", "detail"]])
@pytest.mark.parametrize("rows", [1, 12])
def test_any_two_levels_of_the_census_overlap(kept, rows):
    frame = census(rows)
    level = {name: "detail" if ":" in name else "broad" for name in frame.columns} | {"Total": "Total"}
    groups = [name for name in frame.columns if name != "geography code" and level[name] in kept]
    with pytest.raises(errors.OverlappingGroups):
        pm.from_wide(frame, groups=groups, unit="geography code")


def test_an_equal_sum_in_few_units_is_a_warning():
    frame = town(x=[40, 25, 7])
    with pytest.warns(errors.PossibleOverlap, match="'x'"):
        counts = read(frame, groups=["asian", "white", "x"])
    assert counts.total.sum() == 144


def test_small_tables_of_zeros_and_ones_are_counts():
    board = pd.DataFrame({"id": list("abc"), "x": [1, 0, 1], "y": [0, 1, 0]})
    assert pm.from_wide(board, groups=["x", "y"], unit="id").total.sum() == 3


def test_fractions_of_people_pass():
    counts = read(town(asian=[10.5, 0.25, 3]), about={"interpolated": True})
    assert counts.total.sum() == pytest.approx(55.75)


# -- the residual --------------------------------------------------------------------------------


def test_the_residual_is_kept_and_told():
    with pytest.warns(errors.IncompletePartition, match=r"5 people \(6\.49%\).*A2 \(4\), A1 \(1\)"):
        counts = read(town(all=[41, 29, 7]), total="all")
    assert counts.residual.tolist() == [1, 4, 0]
    assert counts.total.tolist() == [41, 29, 7]
    assert counts.groups == ("asian", "white")
    rest = pm.estimate(counts, "isolation", focal="asian")
    assert rest.value == pytest.approx((10 * 10 / 41 + 20 * 20 / 29) / 30)
    assert rest.residual == 5
    many = pm.estimate(counts, "simpson")
    assert many.value == pytest.approx(1 - (30 / 72) ** 2 - (42 / 72) ** 2)
    assert many.note == "people in none of the groups left out"


def test_the_residual_as_a_group():
    counts = read(town(all=[41, 29, 7]), total="all", residual="group")
    assert counts.groups == ("asian", "white", "residual")
    assert counts.values[:, 2].tolist() == [1, 4, 0]
    assert not counts.residual.any()


def test_one_group_against_everyone_else():
    counts = read(town(all=[40, 29, 7]), groups=["asian"], total="all", residual="group")
    assert pm.estimate(counts, "isolation", focal="asian").value == pytest.approx((100 / 40 + 400 / 29) / 30)


def test_rounded_and_perturbed_tables():
    slightly = town(all=[40, 25, 7], asian=[10.01, 20, 0])
    with pytest.warns(errors.TotalsRaised, match=r"by 0\.01 people"):
        assert read(slightly, total="all").total[0] == pytest.approx(40.01)
    perturbed = town(all=[41, 24, 7])
    with pytest.warns(errors.IncompletePartition), pytest.warns(errors.TotalsRaised, match="by 1 people"):
        counts = read(perturbed, total="all", about={"perturbed": True})
    assert counts.total.tolist() == [41, 25, 7]


# -- suppressed cells ----------------------------------------------------------------------------------


def test_suppressed_cells_are_intervals():
    with pytest.warns(errors.UnitsLeftOut, match="1 unit is marked.*A3"):
        counts = read(town(asian=["c", "20", "z"]), suppressed={"c": (1, 4), "z": "not_applicable"})
    assert counts.left_out == ("A3",)
    assert list(counts.units) == ["A1", "A2"]
    assert counts.low[:, 0].tolist() == [1, 20]
    assert counts.high[:, 0].tolist() == [4, 20]
    with pytest.raises(errors.SuppressedValue, match="fill") as caught:
        pm.measure(counts, "dissimilarity")
    assert caught.value.units == ("A1",)
    for how, value in {"low": 1, "middle": 2.5, "high": 4}.items():
        filled = counts.fill(how)
        assert filled.values[0].tolist() == [value, 30]
        assert filled.total[0] == 30 + value
        assert filled.low is None
        pm.measure(filled, "dissimilarity")
    with pytest.raises(errors.InvalidParameter):
        counts.fill("zero")


def test_a_stated_total_stays_when_cells_are_filled():
    with pytest.warns(errors.IncompletePartition):
        counts = read(town(asian=["c", 20, 0], all=[34, 30, 7]), total="all", suppressed={"c": (1, 4)})
    assert counts.fill("low").total.tolist() == [34, 30, 7]
    assert counts.fill("high").total.tolist() == [34, 30, 7]


def test_a_symbol_without_a_meaning():
    with pytest.raises(errors.NotNumbers, match=r"'\*'") as caught:
        read(town(asian=["c", "*", 3]), suppressed={"c": (1, 4)})
    assert caught.value.units == ("A2",)


# -- what is kept ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ids",
    [
        [105142.0, 2.0, 3.0],
        [105142, 2, 3],
        ["105142", "2", "3"],
        np.array([105142.0, 2, "3"], dtype=object),
    ],
)
def test_ids_that_arrive_as_floats(ids):
    assert list(read(town(id=ids)).units) == ["105142", "2", "3"]


def test_arrays_are_read_only_and_counts_frozen():
    counts = read(town(area=[1.0, 2.0, 3.0]), area="area")
    for array in (counts.values, counts.total, counts.area, counts.residual):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    with pytest.raises(AttributeError):
        counts.groups = ("a", "b")
    assert counts.values.flags.c_contiguous
    assert counts.values.dtype == np.float64


def test_the_callers_array_is_not_shared():
    frame = town().astype({"asian": float, "white": float})
    counts = read(frame)
    frame.loc[0, "asian"] = 99
    assert counts.values[0, 0] == 10


def test_summed_groups_and_groups_of_several_axes():
    frame = town(black=[1, 2, 3])
    merged = read(frame, groups={"minority": ["asian", "black"], "white": "white"})
    assert merged.groups == ("minority", "white")
    assert merged.values[:, 0].tolist() == [11, 22, 3]
    axes = read(frame, groups={("asian", "rent"): "asian", ("white", "own"): "white"}, axes=("ethnicity", "tenure"))
    assert axes.groups == (("asian", "rent"), ("white", "own"))
    assert pm.measure(axes, "isolation", focal=("asian", "rent"))["focal"].tolist() == ["asian × rent"]


def test_units_keep_the_order_of_the_table():
    frame = town(id=["b", "c", "a"], area=["n", "s", "n"])
    counts = read(frame, strata="area")
    assert list(counts.units) == ["b", "c", "a"]
    assert counts.to_frame()["area"].tolist() == ["n", "s", "n"]


# -- kinds of table ------------------------------------------------------------------------------------


def test_every_kind_of_table_gives_the_same_counts():
    import geopandas as gpd
    import polars as pl
    import pyarrow as pa
    from shapely.geometry import Point

    frame = town(area=["n", "s", "n"], all=[41, 29, 7])
    shapes = gpd.GeoDataFrame(frame, geometry=[Point(0, 0), Point(1, 1), None], crs="EPSG:27700")
    tables = [
        frame,
        frame.iloc[::-1],
        frame.convert_dtypes(),
        frame.astype({"asian": "float32", "white": "int16", "id": "category"}),
        frame.set_index(pd.Index([5, 5, 5])),
        shapes,
        pl.from_pandas(frame),
        pl.from_pandas(frame).with_columns(pl.col("area").cast(pl.Categorical)),
        pa.Table.from_pandas(frame),
        pa.Table.from_pandas(frame, preserve_index=False),
        frame.assign(asian=frame["asian"].astype(str)),
    ]
    hashes = set()
    for table in tables:
        with pytest.warns(errors.IncompletePartition):
            hashes.add(read(table, strata="area", total="all").hash)
    assert len(hashes) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", errors.IncompletePartition)
        spatial = read(shapes, strata="area", total="all")
    assert spatial.geometry.crs == "EPSG:27700"
    assert spatial.geometry.isna().tolist() == [False, False, True]


def test_a_crs_that_does_not_exist():
    from shapely.geometry import Point

    frame = town(where=[Point(0, 0)] * 3)
    with pytest.raises(errors.CRSMismatch, match="EPSG:0"):
        read(frame, geometry="where", crs="EPSG:0")
    assert read(frame, geometry="where", crs="planar").geometry.crs is None
    assert read(frame, geometry="where", crs="EPSG:27700").geometry.crs == "EPSG:27700"


def test_the_hash_sees_every_change():
    frame = town(area=["n", "s", "n"])
    base = read(frame, strata="area").hash
    changed = [
        read(town(area=["n", "s", "n"], asian=[10, 20, 1]), strata="area"),
        read(town(area=["n", "s", "n"], asian=[20, 10, 0]), strata="area"),
        read(town(area=["n", "s", "n"], id=["A1", "A2", "A4"]), strata="area"),
        read(town(area=["n", "s", "s"]), strata="area"),
        read(town(area=["n", "s", "nn"]), strata="area"),
        read(town(area=["n", "s", "n"]).rename(columns={"area": "zone"}), strata="zone"),
        read(frame),
        read(frame, groups=["white", "asian"], strata="area"),
        read(frame, groups={"asian": "asian", "White": "white"}, strata="area"),
        read(frame.iloc[:2], strata="area"),
        read(town(area=["n", "s", "n"], all=[40, 25, 8]), strata="area", total="all", residual="group"),
    ]
    assert len({base, *(counts.hash for counts in changed)}) == len(changed) + 1


def test_no_text_passes_from_one_name_to_the_next_in_the_hash():
    one = pd.DataFrame({"id": ["y", "z"], "a": [1, 2], "bx": [3, 4]})
    two = pd.DataFrame({"id": ["xy", "z"], "a": [1, 2], "b": [3, 4]})
    assert pm.from_wide(one, groups=["a", "bx"], unit="id").hash != pm.from_wide(two, groups=["a", "b"], unit="id").hash


def test_a_part_has_the_hash_of_the_same_table_read_alone():
    frame = town(area=["n", "s", "n"])
    part = read(frame, strata="area").take(np.array([0, 2]))
    assert part.hash == read(frame.iloc[[0, 2]], strata="area").hash


# -- any table ---------------------------------------------------------------------------------------------

cells = st.one_of(st.integers(0, 5), st.integers(0, 10**6), st.floats(0, 1e6, allow_nan=False).map(lambda x: x + 2))


@st.composite
def wide(draw):
    groups = draw(st.lists(st.text(min_size=1, max_size=4), min_size=2, max_size=5, unique=True))
    ids = draw(st.lists(st.text(min_size=1, max_size=5).filter(str.strip), min_size=1, max_size=8, unique=True))
    rows = [[draw(cells) for _ in groups] for _ in ids]
    return groups, ids, rows


def read_quietly(reader: Callable[..., pm.Counts], *arguments: object, **options: object) -> pm.Counts | None:
    """Read a table, or None where the numbers happen to be shares or sums of one another."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", errors.PossibleOverlap)
        try:
            return reader(*arguments, **options)
        except (errors.CountRateMix, errors.OverlappingGroups, errors.EmptyTable):
            return None


@given(wide())
def test_any_sound_table_is_read_as_it_stands(table):
    groups, ids, rows = table
    names = {f"group {place}": place for place in range(len(groups))}
    frame = pd.DataFrame(rows, columns=list(names), dtype=float).assign(unit=ids)
    counts = read_quietly(pm.from_wide, frame, groups=dict(zip(groups, names, strict=True)), unit="unit")
    if counts is None:
        return
    assert counts.groups == tuple(groups)
    assert list(counts.units) == ids
    assert counts.values.tolist() == rows
    assert counts.total.tolist() == pytest.approx([sum(row) for row in rows])
    assert not counts.residual.any()
    long = frame.melt(id_vars="unit", var_name="group", value_name="people").sample(frac=1, random_state=1)
    back = read_quietly(pm.from_long, long, unit="unit", group="group", count="people")
    if back is None:
        return
    assert set(back.units) == set(ids)
    order = [back.groups.index(name) for name in names]
    places = [list(back.units).index(unit) for unit in ids]
    assert back.values[places][:, order].tolist() == rows
