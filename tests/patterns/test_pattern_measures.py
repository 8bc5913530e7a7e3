"""Co-occurrence and entropies: worked out by hand, against plain loops, and in blocks as in one piece."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix.patterns import cooccurrence, counting, measures, sources

rasterio = pytest.importorskip("rasterio")

ROOT = Path(__file__).resolve().parents[2]
FOUR = np.array([[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 2, 2], [3, 3, 2, 2]])


def loops(raster, weights, queen, fun, kinds):
    """Pairs as they are defined: every cell with each of its neighbours."""
    ways = [(0, 1), (1, 0), (0, -1), (-1, 0)] + ([(1, 1), (1, -1), (-1, 1), (-1, -1)] if queen else [])
    table = {(a, b): 0.0 for a in kinds for b in kinds}
    pairs = 0
    for (r, c), x in np.ndenumerate(raster):
        for up, across in ways:
            if not (0 <= r + up < raster.shape[0] and 0 <= c + across < raster.shape[1]):
                continue
            y = raster[r + up, c + across]
            if np.isnan(x) or np.isnan(y):
                continue
            one, other = (1, 1) if weights is None else (weights[r, c], weights[r + up, c + across])
            if np.isnan(one) or np.isnan(other):
                continue
            table[x, y] += {"mean": (one + other) / 2, "geometric_mean": math.sqrt(one * other), "focal": one}[fun]
            pairs += 1
    return table, pairs


def entropy(numbers, base):
    whole = sum(numbers)
    return -sum(number / whole * math.log(number / whole, base) for number in numbers if number > 0)


def by_definition(table, kinds, base=2):
    alone = entropy([sum(table[a, b] for a in kinds) for b in kinds], base)
    joint = entropy(table.values(), base)
    return [alone, joint, joint - alone, 2 * alone - joint]


# --- by hand -----------------------------------------------------------------------------------------


def test_a_raster_worked_out_by_hand():
    # 24 pairs of sides: 4 of 1 and 1, 10 of 2 and 2, 4 of 3 and 3, 2 each of 1 and 2, 2 and 3, 1 and 3.
    table = cooccurrence(FOUR)
    assert table.to_numpy().tolist() == [[8, 2, 2], [2, 20, 2], [2, 2, 8]]
    assert table.index.tolist() == table.columns.tolist() == [1, 2, 3]
    # Shares of neighbours: 12, 24, 12 of 48.
    alone = 1.5
    joint = 2 * (1 / 6) * math.log2(6) + 5 / 12 * math.log2(12 / 5) + 6 * (1 / 24) * math.log2(24)
    found = measures(FOUR)
    assert found["measure"].tolist() == ["entropy", "joint_entropy", "conditional_entropy", "mutual_information"]
    np.testing.assert_allclose(found["value"], [alone, joint, joint - alone, 2 * alone - joint], rtol=1e-14)
    assert found[
        ["row", "column", "categories", "cells", "missing", "pairs"]
    ].drop_duplicates().to_numpy().tolist() == [[0, 0, 3, 16, 0, 48]]


def test_corners_by_hand():
    # 18 pairs of corners more: 2 of 1 and 1, 6 of 2 and 2, 2 of 3 and 3, 3 of 1 and 2, 3 of 2 and 3, 2 of 1 and 3.
    table = cooccurrence(FOUR, neighbourhood=8)
    assert table.to_numpy().sum() == 2 * (24 + 18)
    assert table.to_numpy().tolist() == [[12, 5, 4], [5, 32, 5], [4, 5, 12]]


def test_weights_by_hand():
    # Two cells of 4 and 1: mean 2.5, geometric mean 2, focal 4 one way and 1 the other.
    raster, weights = np.array([[1, 2]]), np.array([[4.0, 1.0]])
    assert cooccurrence(raster, weights=weights).to_numpy().tolist() == [[0, 2.5], [2.5, 0]]
    assert cooccurrence(raster, weights=weights, fun="geometric_mean").to_numpy().tolist() == [[0, 2], [2, 0]]
    assert cooccurrence(raster, weights=weights, fun="focal").to_numpy().tolist() == [[0, 4], [1, 0]]


@pytest.mark.parametrize(("base", "unit"), [(2, 1.0), (math.e, math.log(2)), (10, math.log10(2))])
def test_the_base_is_the_unit(base, unit):
    np.testing.assert_allclose(measures(FOUR, base=base)["value"], measures(FOUR)["value"] * unit, rtol=1e-14)


def test_windows_stand_alone():
    # Each quarter has one category: no diversity, and no pair across its border.
    found = measures(FOUR, window=2)
    assert found["value"].tolist() == [0.0] * 16
    assert found.groupby(["row", "column"], observed=True)["pairs"].first().tolist() == [8] * 4
    # Windows of 3, one cell apart; the last are cut off.
    found = measures(FOUR, window=3, step=1)
    assert found.loc[found["measure"] == "entropy", "cells"].tolist() == [
        9, 9, 6, 3, 9, 9, 6, 3, 6, 6, 4, 2, 3, 3, 2, 1,
    ]  # fmt: skip
    assert found["reason"].iloc[-1] == "no_pairs"


def test_one_category_has_no_diversity_and_one_cell_no_pattern():
    assert measures(np.ones((3, 3)))["value"].tolist() == [0, 0, 0, 0]
    one = measures([[7]])
    assert one["value"].isna().all()
    assert set(one["reason"]) == {"no_pairs"}


# --- loops -------------------------------------------------------------------------------------------


@pytest.mark.slow
@settings(max_examples=25)
@given(
    seed=st.integers(0, 10**6),
    queen=st.booleans(),
    fun=st.sampled_from(counting.FUNS),
    weighted=st.booleans(),
    window=st.sampled_from([None, 2, 3, 5]),
    step=st.sampled_from([None, 1, 2, 7]),
)
def test_tables_are_those_of_plain_loops(seed, queen, fun, weighted, window, step):
    rng = np.random.default_rng(seed)
    shape = rng.integers(2, 9, 2)
    raster = rng.choice([-3.0, 0, 8, 70000], shape)
    raster[rng.random(shape) < 0.3] = np.nan
    if np.isnan(raster).all():
        raster[0, 0] = 8
    kinds = np.unique(raster[~np.isnan(raster)])
    weights = rng.random(shape) * 9 if weighted else None
    if weighted:
        weights[rng.random(shape) < 0.2] = np.nan
    options = {"neighbourhood": 8 if queen else 4, "weights": weights, "fun": fun}
    if window is None:
        step = None
    found = measures(raster, window=window, step=step, most_missing=0.5, base=10, **options)
    whole, _ = loops(raster, weights, queen, fun, kinds)
    np.testing.assert_allclose(cooccurrence(raster, **options).to_numpy().ravel(), list(whole.values()), rtol=1e-12)
    for (row, column), rows in found.groupby(["row", "column"]):
        size, apart = window or max(shape), step or window or 1
        part = (slice(row * apart, row * apart + size), slice(column * apart, column * apart + size))
        cut = raster[part]
        table, pairs = loops(cut, None if weights is None else weights[part], queen, fun, kinds)
        assert rows["cells"].tolist() == [cut.size] * 4
        assert rows["missing"].tolist() == [np.isnan(cut).sum()] * 4
        assert rows["pairs"].tolist() == [pairs] * 4
        if np.isnan(cut).mean() > 0.5:
            assert set(rows["reason"]) == {"too_much_missing"}
        elif not sum(table.values()):
            assert set(rows["reason"]) == {"no_pairs"}
        else:
            assert rows["reason"].isna().all()
            np.testing.assert_allclose(rows["value"], by_definition(table, kinds, 10), rtol=1e-9, atol=1e-12)
            continue
        assert rows["value"].isna().all()


def test_missing_weights_are_left_out_or_nothing_or_kept():
    raster, weights = np.array([[1, 2, 1]]), np.array([[4.0, np.nan, 2.0]])
    assert set(measures(raster, weights=weights)["reason"]) == {"no_pairs"}
    zero = cooccurrence(raster, weights=weights, unweighted="zero")
    assert zero.to_numpy().tolist() == [[0, 3], [3, 0]]
    assert set(measures(raster, weights=weights, unweighted="keep")["reason"]) == {"missing_weights"}


def test_integers_text_and_masks_are_read_as_they_are():
    masked = np.ma.masked_equal(FOUR, 3)
    there = np.where(FOUR == 3, np.nan, FOUR)
    assert measures(masked).equals(measures(there))
    assert measures(FOUR > 1)["categories"].tolist() == [2] * 4
    before = there.copy()
    measures(there, window=2)
    np.testing.assert_array_equal(there, before)


# --- blocks and files --------------------------------------------------------------------------------


def written(path, values, **profile):
    profile = {"crs": "EPSG:27700", "transform": rasterio.Affine(10, 0, 500, 0, -10, 900), **profile}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        with rasterio.open(
            path, "w", driver="GTiff", height=values.shape[0], width=values.shape[1], count=1, dtype=values.dtype,
            **{name: value for name, value in profile.items() if value is not None},
        ) as file:  # fmt: skip
            file.write(values, 1)
    return path


@pytest.mark.parametrize("profile", [{}, {"tiled": True, "blockxsize": 16, "blockysize": 16}])
@pytest.mark.parametrize("options", [{}, {"window": 9}, {"window": 20, "step": 7}, {"window": 40}])
def test_blocks_give_what_the_whole_gives(tmp_path, monkeypatch, profile, options):
    rng = np.random.default_rng(4)
    raster = rng.integers(0, 5, (67, 53)).astype("uint8")
    weights = rng.random(raster.shape).astype("float32")
    weights[rng.random(raster.shape) < 0.1] = np.nan
    path = written(tmp_path / "groups.tif", raster, nodata=4, **profile)
    heavy = written(tmp_path / "weights.tif", weights, nodata=None, **profile)
    whole = measures(np.ma.masked_equal(raster, 4), weights=weights, neighbourhood=8, **options)
    for cells in (300, 10_000):
        monkeypatch.setattr(sources, "CELLS", cells)
        monkeypatch.setattr(counting, "CELLS", cells)
        found = measures(path, weights=heavy, neighbourhood=8, **options)
        same = ["row", "column", "measure", "categories", "cells", "missing", "pairs", "reason"]
        assert found[same].equals(whole[same])
        np.testing.assert_allclose(found["value"], whole["value"], rtol=1e-12, atol=1e-14)


def test_windows_lie_on_the_map(tmp_path):
    path = written(tmp_path / "groups.tif", np.array([[1, 2, 2], [2, 1, 1], [1, 1, 2]], dtype="uint8"))
    found = measures(path, window=2)
    edges = found[["west", "south", "east", "north"]].drop_duplicates().to_numpy().tolist()
    assert edges == [[500, 880, 520, 900], [520, 880, 530, 900], [500, 870, 520, 880], [520, 870, 530, 880]]
    assert found["note"].isna().all()
    assert measures(path)[["west", "south", "east", "north"]].iloc[0].tolist() == [500, 870, 530, 900]
    with rasterio.open(path) as file:
        assert measures(file, window=2).equals(found)
        assert not file.closed


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_raster_without_a_map_is_measured_and_says_so(tmp_path):
    path = written(tmp_path / "lost.tif", FOUR.astype("int16"), crs=None, transform=None)
    found = measures(path)
    assert found["value"].equals(measures(FOUR)["value"])
    assert found["note"].iloc[0].startswith("lost.tif has no coordinate reference system")
    assert found["west"].isna().all()


BIG = """
import sys, json, time
import placemix as pm
import rasterio
start = time.perf_counter()
found = pm.patterns.measures(sys.argv[1], **json.loads(sys.argv[2]))
# The kernel's mark for this program alone: getrusage begins with the memory of the one that started it.
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024
print(json.dumps({"peak": peak, "rows": found[["value", "pairs", "missing"]].fillna(-1).values.tolist()}))
"""


@pytest.mark.slow
@pytest.mark.parametrize("options", [{}, {"window": 5000, "most_missing": 1.0}])
def test_a_raster_larger_than_memory_stays_within_500_mebibytes(tmp_path, options):
    # 40,000 × 40,000 cells, written in a few places only: checkerboards of two groups, and stripes of two others.
    side, tile = 40_000, 512
    path = tmp_path / "large.tif"
    board = np.indices((tile, tile)).sum(axis=0) % 2
    stripes = np.broadcast_to(np.arange(tile) // 256, (tile, tile)) + 2
    places = [(0, 0), (9, 70), (40, 40), (41, 40), (60, 3), (77, 77)]
    with rasterio.open(
        path, "w", driver="GTiff", height=side, width=side, count=1, dtype="uint8", nodata=255, tiled=True,
        blockxsize=tile, blockysize=tile, compress="deflate", SPARSE_OK=True, crs="EPSG:27700",
        transform=rasterio.Affine(10, 0, 0, 0, -10, 400_000),
    ) as file:  # fmt: skip
        for number, (row, column) in enumerate(places):
            values = (stripes if number == 4 else board).astype("uint8")
            file.write(values, 1, window=rasterio.windows.Window(column * tile, row * tile, tile, tile))
    done = subprocess.run(
        [sys.executable, "-c", BIG, str(path), json.dumps(options)],
        env={"PYTHONPATH": str(ROOT / "segregation"), "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    print(f"peak {found['peak']:.0f} MiB")
    assert found["peak"] < 500
    rows = np.array(found["rows"]).reshape(-1, 4, 3)
    inner = 2 * tile * (tile - 1)  # pairs of sides in a tile
    # A board has pairs of unlike cells alone, also where two of its tiles meet.
    boards = 2 * (5 * inner + (0 if options else tile))
    assert rows[:, 0, 1].sum() == boards + 2 * inner
    assert rows[:, 0, 2].sum() == side**2 - len(places) * tile**2
    if not options:
        across = 2 * tile
        table = {(0, 1): boards / 2, (1, 0): boards / 2, (2, 3): across / 2, (3, 2): across / 2}
        table |= {(a, a): (2 * inner - across) / 2 for a in (2, 3)}
        kinds = range(4)
        every = {(a, b): table.get((a, b), 0.0) for a in kinds for b in kinds}
        np.testing.assert_allclose(rows[0, :, 0], by_definition(every, kinds), rtol=1e-12)


# --- refusals ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"window": 0}, "window is a whole number"),
        ({"window": 2.5}, "window is a whole number"),
        ({"step": 2}, "there are none"),
        ({"window": 2, "step": 0}, "step is a whole number"),
        ({"neighbourhood": 6}, "neighbourhood is 4 or 8"),
        ({"fun": "geometric"}, "Did you mean 'geometric_mean'"),
        ({"base": 1}, "base is a number above 1"),
        ({"most_missing": 1.5}, "most_missing is a share"),
        ({"unweighted": "drop"}, "unweighted is one of"),
        ({"weights": np.ones((3, 4))}, "The weights have 3 × 4 cells, the raster 4 × 4"),
        ({"categories": []}, "names none"),
        ({"categories": [1, 1, 2, 3]}, "one twice"),
    ],
)
def test_what_means_nothing_is_refused(options, words):
    with pytest.raises(pm.errors.InvalidParameter, match=words):
        measures(FOUR, **options)


@pytest.mark.parametrize(
    ("raster", "words"),
    [
        (FOUR + 0.5, "not whole, such as 1.5"),
        (np.full((3, 3), np.nan), "no cell with data"),
        (np.array([[1.0, np.inf]]), "not whole, such as inf"),
        (np.arange(40 * 40).reshape(40, 40), "more than 1,000 different values"),
        (np.array([["a", "b"]]), "not numbers"),
        (np.zeros((0, 4)), "no cells"),
    ],
)
def test_what_is_no_categorical_raster_is_refused(raster, words):
    with pytest.raises(pm.errors.InvalidTable, match=words):
        measures(raster)


def test_other_refusals(tmp_path):
    with pytest.raises(pm.errors.InvalidParameter, match="3 dimensions"):
        measures(np.ones((2, 3, 3)))
    with pytest.raises(pm.errors.InvalidTable, match="1 weight is below 0"):
        measures(FOUR, weights=np.where(np.arange(16).reshape(4, 4) == 8, -1.0, 1.0))
    with pytest.raises(pm.errors.InvalidTable, match="1 value that categories= does not name: 3"):
        measures(FOUR, categories=[1, 2])
    with pytest.raises(pm.errors.UnreadableFile, match="There is no raster"):
        measures(tmp_path / "none.tif")
    path = written(tmp_path / "groups.tif", FOUR.astype("uint8"))
    with pytest.raises(pm.errors.InvalidParameter, match=r"bands \[1\], not 3"):
        measures(path, band=3)
    moved = written(tmp_path / "weights.tif", np.ones((4, 4)), transform=rasterio.Affine(10, 0, 510, 0, -10, 900))
    with pytest.raises(pm.errors.CRSMismatch, match="do not lie where those"):
        measures(path, weights=moved)
    with pytest.raises(pm.errors.InvalidParameter, match="windows, more than"):
        measures(np.ones((3000, 3000), dtype="uint8"), window=1)
