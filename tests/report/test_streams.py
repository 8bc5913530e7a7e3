"""Alluvial diagrams: what is drawn is what was counted, and everyone can read it."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.patches import PathPatch, Rectangle

import placemix as pm
from placemix.errors import InvalidParameter
from placemix.report import alluvial, hues, theme

LABELS = {"I": "80 % or more white", "II": "50 to under 80 % white", "III": "under 50 % white"}
MOVES = {
    ("I", "I"): (8, 800.0, 760.0),
    ("I", "II"): (2, 210.0, 240.0),
    ("II", "II"): (3, 300.0, 330.0),
    ("II", "III"): (1, 90.0, 130.0),
    ("III", "III"): (2, 180.0, 200.0),
    ("I", None): (1, 70.0, np.nan),
    (None, "III"): (1, np.nan, 55.0),
}
#: Machado, Oliveira and Fernandes 2009: what red-, green- and blue-blind readers see.
BLIND = {
    "none": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def made(moves, **more) -> pd.DataFrame:
    frame = pd.DataFrame(
        [
            {"type_before": a, "type_after": b, "label_before": LABELS.get(a), "label_after": LABELS.get(b),
             "units": units, "people_before": then, "people_after": now, "matched": bool(a and b),
             "source_before": "aaa", "source": "bbb"}
            for (a, b), (units, then, now) in moves.items()
        ]
    )  # fmt: skip
    for end in ("type_before", "type_after"):
        frame[end] = pd.Categorical(frame[end], list(LABELS), ordered=True)
    return frame.assign(**more)


@pytest.fixture
def drawn(monkeypatch):
    """Give the axes of a diagram instead of its bytes."""
    kept = []

    def _keep(figure):
        kept.append(figure.axes[0])
        return b"<svg></svg>"

    def _draw(*args, **options):
        monkeypatch.setattr(theme, "svg", _keep)
        return pm.report.streams(*args, **options), kept[-1]

    return _draw


def blocks(axes):
    return sorted((p.get_x(), -p.get_y() - p.get_height(), p.get_height()) for p in axes.patches
                  if isinstance(p, Rectangle))  # fmt: skip


def test_blocks_and_bands_are_as_thick_as_people(drawn):
    _, axes = drawn(made(MOVES))
    found = blocks(axes)
    left = [height for x, _, height in found if x == found[0][0]]
    right = [height for x, _, height in found if x == found[-1][0]]
    scale = left[0] / 1080.0
    # 1,080 = 800 + 210 + 70 people of type I at the earlier date; the grey block stands for 55 of the later.
    assert left == pytest.approx([scale * many for many in (1080, 390, 180, 55)])
    assert right == pytest.approx([scale * many for many in (760, 570, 385, 70)])
    ends = [0.0, 0.0]
    for band in axes.patches:
        if isinstance(band, PathPatch):
            path = band.get_path().vertices
            ends[0] += path[0][1] - path[7][1]
            ends[1] += path[3][1] - path[4][1]
    assert ends == pytest.approx([sum(left), sum(right)])


def test_bands_stay_inside_their_blocks(drawn):
    _, axes = drawn(made(MOVES))
    found = blocks(axes)
    for band in (patch for patch in axes.patches if isinstance(patch, PathPatch)):
        path = band.get_path().vertices
        for top, bottom, side in ((path[0][1], path[7][1], 0), (path[3][1], path[4][1], -1)):
            x = found[side][0]
            assert any(-y + 1e-6 >= top and bottom >= -y - height - 1e-6 for left, y, height in found if left == x)


def test_the_table_has_every_person_once():
    figure = pm.report.streams(made(MOVES), dates=("2011", "2021"), member="resident")
    rows = figure.table.rows
    assert figure.table.columns == ("From", "To", "Units", "Residents 2011", "Residents 2021")
    number = [[float(text.replace(",", "")) if text != "–" else np.nan for text in row[2:]] for row in rows]
    units, then, now = np.nansum(number, axis=0)
    assert (units, then, now) == (18, 1650, 1715)
    assert ("not matched, or without a type", LABELS["III"], "1", "–", "55") in rows
    # 1,280 of 1,580 people of matched places of the earlier date are in places that kept their type.
    assert "Of 1,580 residents in 2011, 81.0 % lived in places of the same type at both dates." in figure.caption
    assert "Grey: 2 units" in figure.caption
    assert "In 2011, of 1,650 residents: 80 % or more white 65.5 %" in figure.alt


def test_strata_are_added_up():
    halves = pd.concat([made(MOVES), made(MOVES)], ignore_index=True)
    halves.insert(0, "district", ["north"] * len(MOVES) + ["south"] * len(MOVES))
    whole, once = pm.report.streams(halves), pm.report.streams(made(MOVES))
    assert [float(row[2]) for row in whole.table.rows] == [2 * float(row[2]) for row in once.table.rows]


def test_units_and_a_group_can_be_counted(drawn):
    _, axes = drawn(made(MOVES), count="units", units="wards")
    left = [height for x, _, height in blocks(axes) if x == blocks(axes)[0][0]]
    assert np.array(left) / left[0] == pytest.approx(np.array([11, 4, 2, 1]) / 11)
    members = made(MOVES, focal="asian", focal_before=10.0, focal_after=20.0)
    figure = pm.report.streams(members, count="focal", dates=("then", "now"))
    assert figure.table.columns[3:] == ("Asian people then", "Asian people now")


def test_several_dates(drawn):
    figure, axes = drawn([made(MOVES), made(MOVES)], dates=("2001", "2011", "2021"))
    assert len({x for x, _, _ in blocks(axes)}) == 3
    assert figure.wide
    assert sum("(2021)" in row[1] for row in figure.table.rows) == len(MOVES)


def test_what_is_not_matched_is_grey_and_what_is_kept_is_paler(drawn):
    _, axes = drawn(made(MOVES))
    bands = [(patch.get_facecolor(), patch.get_alpha()) for patch in axes.patches if isinstance(patch, PathPatch)]
    grey = tuple(int(hues.UNMATCHED[place : place + 2], 16) / 255 for place in (1, 3, 5))
    assert sum(np.allclose(colour[:3], grey) for colour, _ in bands) == 2
    assert sorted(alpha for _, alpha in bands) == [0.45] * 3 + [0.9] * 4


@pytest.mark.parametrize(
    ("frame", "options", "said"),
    [
        (pd.DataFrame({"a": [1]}), {}, "holds no transitions"),
        (made(MOVES), {"dates": ("one",)}, "1 tables of transitions and 1 names"),
        (made(MOVES), {"count": "focal"}, "of no group"),
        (made(MOVES), {"count": "homes"}, "'people', 'units' or 'focal'"),
        (made({("I", "I"): (1, 0.0, 0.0)}), {}, "nothing to draw"),
        (made(MOVES, focal="asian", focal_before=1.0, focal_after=1.0), {"count": "focal", "focal": "x"}, "has asian"),
    ],
)
def test_refusals(frame, options, said):
    with pytest.raises(InvalidParameter, match=re.escape(said)):
        pm.report.streams(frame, **options)


def test_the_same_frame_gives_the_same_bytes():
    one, two = (pm.report.streams(made(MOVES), dates=("2011", "2021")).image for _ in range(2))
    assert one == two
    assert one.lstrip().startswith(b"<?xml")
    assert b"<image" not in one


def test_texts_of_the_data_are_only_texts():
    evil = made(MOVES, label_before="$x^2$ <script>alert(1)</script> _a")
    figure = pm.report.streams(evil)
    assert b"<script" not in figure.image
    html = figure._repr_mimebundle_()["text/html"]
    assert "<script" not in html
    assert "<script" not in pm.report.page([("Change", [figure])], title="x")


@given(
    st.lists(st.tuples(st.floats(0, 300), st.integers(1, 4)), min_size=1, max_size=9).map(
        lambda items: sorted(items, key=lambda item: -item[0])
    )
)
def test_labels_do_not_touch_and_keep_their_order(items):
    middles = [middle for middle, _ in items]
    heights = [12.0 * lines for _, lines in items]
    room = max(300.0, sum(heights))
    places = alluvial.apart(middles, heights, 300.0, 300.0 - room)
    for (one, tall), (other, high) in itertools.pairwise(zip(places, heights, strict=True)):
        assert one - other >= (tall + high) / 2 - 1e-6
    assert places[0] + heights[0] / 2 <= 300.0 + 1e-6
    assert places[-1] - heights[-1] / 2 >= 300.0 - room - 1e-6


@pytest.mark.parametrize("kind", list(BLIND))
def test_colours_of_types_differ_for_every_reader(kind):
    """CIE76 distances of linear colours as each kind of colour blindness sees them."""
    seen = [_lab(np.clip(np.array(BLIND[kind]) @ _linear(hue), 0, 1)) for hue in hues.TYPES]
    nearest = min(float(np.linalg.norm(one - other)) for one, other in itertools.combinations(seen, 2))
    assert nearest > 20
    against_grey = min(
        float(np.linalg.norm(one - _lab(np.clip(np.array(BLIND[kind]) @ _linear(hues.UNMATCHED), 0, 1))))
        for one in seen
    )
    assert against_grey > 20


def _linear(hue):
    parts = np.array([int(hue[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def _lab(linear):
    matrix = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x = matrix @ linear / np.array([0.9505, 1, 1.089])
    f = np.where(x > 0.008856, np.cbrt(x), 7.787 * x + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])
