"""Surroundings written down and built again: the same to the last digit, told apart, and refused where changed."""

from __future__ import annotations

import io
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from placemix import errors, surroundings
from placemix.surroundings.packing import fingerprint, pack, unpack
from surroundings.lattices import counts_of, matrix_of, outlines, pairs_of

PAPER = np.array([[0, 1, 1, 2], [0, 3, 1, 2], [4, 4, -1, -1], [4, 4, -1, 5]])
CODES = np.array([0, 0, 1, 0, 1, 1])
RIVER = gpd.GeoSeries([shapely.LineString([(150, -900), (150, 900)])], crs=27700)


def areas():
    return counts_of(outlines(PAPER, side=100, turn=0.3), stratum=CODES)


MAKERS = {
    "within": lambda counts: surroundings.within(counts, radius=200),
    "kernel": lambda counts: surroundings.kernel(counts, bandwidth=150, shape="exponential", own="disc"),
    "renormalised": lambda counts: surroundings.kernel(counts, bandwidth=250, edge="renormalise"),
    "study area": lambda counts: surroundings.within(counts, radius=200, study_area=shapely.box(-900, -900, 900, 900)),
    "proximity": lambda counts: surroundings.proximity(counts, decay_length=90, cutoff=400),
    "contiguity": lambda counts: surroundings.contiguity(counts, order=2, own=0),
    "shared boundary": surroundings.shared_boundary,
    "matrix": lambda counts: surroundings.from_matrix(counts, np.arange(36.0).reshape(6, 6) / 7),
    "limited": lambda counts: surroundings.kernel(counts, bandwidth=250, edge="renormalise").limited(CODES),
    "barriers": lambda counts: surroundings.with_barriers(counts, surroundings.contiguity(counts), RIVER),
    "raster": lambda counts: surroundings.raster(counts, cell=30, bandwidth=150),
    "nobody near": lambda counts: surroundings.from_matrix(counts, np.zeros((6, 6))),
}  # fmt: skip


def through_a_file(about, table):
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    return json.loads(json.dumps(about, allow_nan=False)), pd.read_parquet(io.BytesIO(buffer.getvalue()))


@pytest.mark.parametrize("made", MAKERS)
def test_what_comes_back_is_the_same(made):
    counts = areas()
    near = MAKERS[made](counts)
    again = unpack(*through_a_file(*pack(near)))
    assert repr(again) == repr(near)
    assert again.units.equals(near.units)
    assert again.units.name == near.units.name
    assert (again.notes, again.own_stated, again.renormalised) == (near.notes, near.own_stated, near.renormalised)
    assert (matrix_of(again) == matrix_of(near)).all()
    assert (pairs_of(again) == pairs_of(near)).all()
    assert (again.own == near.own).all()
    for codes in (None, CODES, CODES[::-1].copy()):
        assert np.array_equal(again.edge_shares(codes), near.edge_shares(codes), equal_nan=True)
    assert (matrix_of(again.limited(CODES[::-1])) == matrix_of(near.limited(CODES[::-1]))).all()
    some = np.array([4, 0, 2])
    assert (matrix_of(again.take(some)) == matrix_of(near.take(some))).all()
    assert fingerprint(again) == fingerprint(near)
    # Nothing in it has to be executed: a table of numbers, texts and shapes.
    assert list(pack(near)[1].columns) == ["array", "number", "text", "shape"]


def test_points_without_an_outline():
    near = surroundings.within(counts_of(shapely.points([[0, 0], [3, 4]]), "planar"), radius=9)
    again = unpack(*through_a_file(*pack(near)))
    assert again.outside is None
    assert (matrix_of(again) == 1).all()


def test_one_thing_is_written_once():
    _, table = pack(surroundings.contiguity(areas()))
    assert not table["array"].astype(str).str.contains("outside").any()


@pytest.mark.parametrize("made", MAKERS)
def test_the_order_of_units_is_no_difference(made):
    if made in {"matrix", "limited"}:
        return
    counts = areas()
    mixed = counts.take(np.array([3, 1, 5, 0, 2, 4]))
    assert fingerprint(MAKERS[made](counts)) == fingerprint(MAKERS[made](mixed))


def test_other_surroundings_are_told_apart():
    counts = areas()
    kinds = [make(counts) for make in MAKERS.values()]
    kinds += [
        surroundings.within(counts, radius=201),
        surroundings.within(counts.take(np.arange(5)), radius=200),
        surroundings.contiguity(counts, order=2),
        surroundings.contiguity(counts, rule="rook", order=2, own=0),
    ]
    assert len({fingerprint(kind) for kind in kinds}) == len(kinds)


def test_what_was_changed_is_refused():
    about, table = pack(surroundings.kernel(areas(), bandwidth=150))
    changed = [
        ({**about, "format": 2}, table, "format 2"),
        (about, table.iloc[:-1], "incomplete or were changed"),
        (about, pd.concat([table, table.iloc[:1]]), "other rows"),
        (about, table.drop(columns="shape"), "incomplete or were changed"),
        ({**about, "tree": {"is": "Popen", "of": {"args": "ls"}}}, table, "incomplete or were changed"),
        ({**about, "tree": {"eval": "1"}}, table, "incomplete or were changed"),
        ({**about, "tree": {"list": []}}, table, "other rows"),
        ({"format": 1}, table, "incomplete or were changed"),
    ]
    for told, rows, words in changed:
        with pytest.raises(errors.InvalidPack, match=words):
            unpack(told, rows)


def test_what_cannot_be_written_down():
    near = surroundings.within(areas(), radius=200)
    odd = surroundings.Surroundings(near.units, object(), "odd")
    with pytest.raises(errors.InvalidPack, match=r"surroundings\.operator is a object, which cannot be written down"):
        pack(odd)
