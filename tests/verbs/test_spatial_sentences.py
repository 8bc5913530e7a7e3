"""Sentences of spatial forms are about what is around people, and never about moving between units."""

from __future__ import annotations

import re

import numpy as np
import pytest

import placemix as pm
from placemix.registry import MEASURES
from placemix.registry.measures import Measure

#: What is true of units alone.
OF_UNITS = ("would have to", "units are", "a person's unit", "in a unit where", "of one unit", "units' mixes")


@pytest.fixture(scope="module")
def town() -> pm.Counts:
    homes = pm.datasets.town().residents("before")
    return homes.take(np.arange(60))


def _said(row: Measure, town: pm.Counts, focal: str | None) -> str:
    near = pm.surroundings
    if row.call == "surface":
        around = near.kernel(town, bandwidth="500 m", shape="gaussian")
    elif row.call in {"neighbours", "contrast"}:
        around = near.shared_boundary(town) if "wong" in row.name else near.contiguity(town)
    else:
        around = near.proximity(town, decay_length="500 m") if row.needs_around else near.kernel(town, bandwidth="1 km")
    local = row.dimension == "local" or row.call == "mix"
    options = {} if focal is None else {"focal": focal}
    found = (pm.local if local else pm.measure)(town, row.name, around=around, **options)
    return pm.estimates(found.dropna(subset="value").head(1))[0].explain()


@pytest.mark.parametrize("name", [row.name for row in MEASURES.values() if row.spatial])
def test_a_spatial_row_says_what_is_around_people(name: str, town: pm.Counts):
    row = MEASURES[name]
    asked = [*([] if row.focal == "needed" else [None]), *([] if row.focal == "none" else ["blue"])]
    for focal in asked:
        text = _said(row, town, focal)
        assert not any(words in text for words in OF_UNITS), text
        assert re.search(
            r"around|surroundings|neighbour|near|proximity|surface|border|beside", text.split(", measured")[0]
        ), text
        assert "{" not in text
        assert "around each unit" in text or "of each unit" in text


@pytest.mark.parametrize("row", [row for row in MEASURES.values() if row.spatial], ids=lambda row: row.name)
def test_forms_with_surroundings_name_the_fields_of_the_plain_ones(row: Measure):
    for near, plain in ((row.sentence_near, row.sentence), (row.sentence_near_many, row.sentence_many)):
        if near:
            assert set(re.findall(r"{(\w+)}", near)) <= set(re.findall(r"{(\w+)}", plain))
    # A row that has a value without surroundings needs words of its own for the value with them.
    assert row.needs_around or row.sentence_near
    assert row.needs_around or not row.sentence_many or row.sentence_near_many


def test_nobody_is_said_to_move_for_spatial_dissimilarity(town: pm.Counts):
    near = pm.surroundings.kernel(town, bandwidth="1 km")
    value = pm.estimate(town, "dissimilarity", focal="blue", around=near)
    text = value.explain()
    assert text.startswith("In the whole table, the mix of the blue group and everyone else around people differs")
    assert f"by {100 * value.value:.1f} % of the most it could, on average, measured around each unit" in text
    # By hand: the mean deviation over people, as a share of that of complete separation.
    blue = town.values[:, town.position("blue")]
    everyone = town.values.sum(axis=1)
    seen = near @ np.column_stack([blue, everyone])
    share, overall = seen[:, 0] / seen[:, 1], blue.sum() / everyone.sum()
    most = 2 * overall * (1 - overall)
    assert value.value == pytest.approx((everyone @ abs(share - overall)) / everyone.sum() / most, rel=1e-12)
    assert "would have to move" in pm.estimate(town, "dissimilarity", focal="blue").explain()


def test_a_scale_is_said_in_words(town: pm.Counts):
    found = pm.scales.profile(town, "isolation", focal="blue", radii=[500, "2 mile"], aspatial=True)
    own, near, far = found.explain().splitlines()
    assert own.startswith("Over units, in the whole table, the average member of the blue group is in a unit where")
    assert near.startswith("Within 500 m of each unit, in the whole table, the average member")
    assert far.startswith("Within 3.22 km of each unit, in the whole table")
    found = pm.scales.profile(town, "isolation", focal="blue", people=[1000], by="ward")
    assert found.explain().startswith("Among the 1,000 people nearest to each unit, in ")
    found = pm.scales.profile(town, "information_theory", radii=[500], shape="gaussian", cutoff=3)
    assert found.explain().startswith("At a bandwidth of 500 m, in the whole table, the surroundings of people are")
    units, wards = (
        pm.scales.table(pm.datasets.town().residents("before"), "ward", "information_theory").explain().splitlines()
    )
    assert units.startswith("Over units, in the whole table, units are")
    assert wards.startswith("Over areas (ward), in the whole table,")


def test_a_stratum_of_that_name_is_no_scale(town: pm.Counts):
    near = pm.surroundings.kernel(town, bandwidth="1 km")
    row = pm.measure(town, "isolation", focal="blue", around=near)
    row.insert(0, "radius", "inner")
    assert row.explain().startswith("In inner, the average member of the blue group")
