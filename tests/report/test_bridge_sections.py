"""Sections of the bridge: the parts on the map sum to the gap, and words speak of places."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

import placemix as pm
from placemix import errors
from placemix.report import Figure, Table, sections
from placemix.report.sections.bridging import CLASSES, LITTLE, class_of

AIR = {"domain": "environment", "higher_is": "worse", "describes": "places", "measured_in": "µg/m³"}


@pytest.fixture(scope="module")
def map_of_four():
    table = pd.DataFrame({"unit": list("ABCD"), "x": [80, 20, 0, 20], "y": [20, 80, 100, 80]})
    shapes = gpd.GeoDataFrame(table, geometry=[box(place, 0, place + 1, 1) for place in range(4)], crs=27700)
    homes = pm.from_wide(shapes, groups=["x", "y"], unit="unit")
    air = pd.Series({"A": 20.0, "B": 14.0, "C": 11.0, "D": 17.0})
    return homes, shapes, air


def terms_of(map_of_four, **options):
    homes, _, air = map_of_four
    return pm.outcomes.bridge_terms(homes, {"air": air}, facts={"air": AIR}, focal="x", **options)


@pytest.mark.slow
@given(st.lists(st.floats(-100, 100, allow_subnormal=False), min_size=1, max_size=40))
def test_classes_hold_what_their_words_say(values):
    term = np.array(values)
    level = class_of(term).to_numpy()
    size = np.abs(term)
    assert set(level) <= set(CLASSES)
    assert size[level == "next to nothing"].sum() <= LITTLE * size.sum() * (1 + 1e-9)
    for sign, name in ((1, "widen it"), (-1, "narrow it")):
        most, rest = level == f"{name} most", level == name
        assert (np.sign(term[most | rest]) == sign).all()
        if most.any():
            # The fewest that make half: without the least of them it would be less.
            whole, held = size[most | rest].sum(), size[most].sum()
            assert held >= whole / 2 * (1 - 1e-9)
            assert held - size[most].min() < whole / 2 * (1 + 1e-9)
        if most.any() and rest.any():
            assert size[most].min() >= size[rest].max()


def test_the_map_and_its_tables(map_of_four):
    homes, shapes, air = map_of_four
    terms = terms_of(map_of_four)
    section = sections.gap_by_place(terms, shapes, unit="unit", units="areas", place="Fourtown")
    figure = next(item for item in section.items if isinstance(item, Figure))
    assert figure.image.startswith(b"\x89PNG")
    assert {name for _, name in figure.legend} <= set(CLASSES)
    gap = pm.place_gap(homes, air, focal="x")["gap"].item()
    for grid in (figure.table, *(item for item in section.items if isinstance(item, Table))):
        assert grid.rows[-1][0] == "all"
        assert grid.rows[-1][-1] == "100.0 %"
        assert grid.rows[-1][-2] == f"+{gap:.3g}"
        parts = [float(row[-2].replace("−", "-")) for row in grid.rows]
        assert sum(parts[:-1]) == pytest.approx(parts[-1], abs=0.02)
    words = " ".join([item for item in section.items if isinstance(item, str)] + [figure.caption, figure.alt])
    assert "people who" not in words
    assert "not of people" in words
    assert "In Fourtown, 1 of 4 areas make half of all that widens the gap" in words
    assert (
        "Of these, 1 holds a larger part of all x residents than of everyone else, and is worse than the mean." in words
    )


def test_a_negative_gap_is_widened_by_negative_terms(map_of_four):
    homes, shapes, air = map_of_four
    facts = {"air": {**AIR, "higher_is": "better"}}
    both = [
        pm.outcomes.bridge_terms(homes, {"air": level}, facts=facts, focal="x").assign(unit=list("ABCD"))
        for level in (air, -air)
    ]
    one, other = (sections.gap_by_place(terms, shapes, unit="unit").items[1] for terms in both)
    assert [row[1] for row in one.table.rows] == [row[1] for row in other.table.rows]
    assert one.image == other.image


def test_what_is_refused(map_of_four):
    homes, shapes, air = map_of_four
    with pytest.raises(errors.UnknownColumn, match="term"):
        sections.gap_by_place(pd.DataFrame({"unit": ["A"]}), shapes, unit="unit")
    both = pm.outcomes.bridge_terms(homes, {"air": air}, facts={"air": AIR}, focal="each")
    with pytest.raises(errors.InvalidParameter, match="2 gaps"):
        sections.gap_by_place(both, shapes, unit="unit")
    with pytest.raises(errors.UnmatchedUnit):
        sections.gap_by_place(terms_of(map_of_four), shapes.assign(unit=list("WXYZ")), unit="unit")


def test_conditions_side_by_side(map_of_four):
    homes, _, air = map_of_four
    facts = {"air": AIR, "meals": {**AIR, "domain": "education", "measured_in": "share"}}
    table = pd.DataFrame({"air": air, "meals": air / 50})
    found = pm.outcomes.bridge(homes, table, facts=facts, focal="x", worst=0.25)
    _, grid = sections.gaps_by_condition(found, place="Fourtown").items
    assert [row[0] for row in grid.rows] == ["air (µg/m³)", "meals"]
    first = found.iloc[0]
    assert grid.rows[0][5] == f"+{first['gap']:.3g}"
    assert grid.rows[1][5] == f"+{100 * found.iloc[1]['gap']:.1f} points"
    assert "no rates of the groups" in grid.note
    assert "the worst 25 % of areas" in grid.note
    several = pm.outcomes.bridge(homes, table, facts=facts, focal="each")
    with pytest.raises(errors.InvalidParameter, match="several focal"):
        sections.gaps_by_condition(several)


def test_a_page_of_both(map_of_four, tmp_path):
    homes, shapes, air = map_of_four
    found = pm.outcomes.bridge(homes, {"air": air}, facts={"air": AIR}, focal="x")
    made = [
        sections.gaps_by_condition(found), sections.gap_by_place(terms_of(map_of_four), shapes, unit="unit")
    ]  # fmt: skip
    text = pm.report.page(made, title="Bridge", out=tmp_path / "page.html").read_text(encoding="utf-8")
    assert "Where the gap in air is made" in text
