"""Maps of local values: clusters by flag, other values by class, and no limits where none are known."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from shapely import MultiPolygon, Point, Polygon, box

import placemix as pm
from placemix.errors import InvalidParameter, UnmatchedUnit
from placemix.report import Figure, grounds, mapping, sections, theme

gpd = pytest.importorskip("geopandas")


@pytest.fixture(scope="module")
def town() -> pm.Counts:
    return pm.datasets.town().residents("before").take(np.arange(120))


@pytest.fixture(scope="module")
def shapes(town):
    return gpd.GeoDataFrame({"id": town.units}, geometry=gpd.GeoSeries(town.geometry).to_numpy(), crs=town.geometry.crs)


def figures(section):
    return [item for item in section.items if isinstance(item, Figure)]


def people(town):
    return town.values[:, town.position("blue")].sum() / town.total.sum()


def test_quotients_around_people_have_no_limits(town, shapes):
    near = pm.surroundings.kernel(town, bandwidth="1 km")
    frame = pm.local(town, "location_quotient", focal="blue", around=near)
    assert frame["lower"].isna().all()
    share, quotient = figures(sections.maps(frame, shapes, focal="blue", unit="id", member="resident"))
    for figure in (share, quotient):
        assert "biweight kernel, bandwidth 1,000 m" in figure.caption
    assert "blue share of the people around each unit" in share.caption
    above, below = int((frame["value"] > 1).sum()), int((frame["value"] < 1).sum())
    assert f"above 1 in {above:,} units and below 1 in {below:,}" in quotient.caption
    assert "the map has no limits" in quotient.caption
    for text in (quotient.caption, quotient.alt):
        assert "95 %" not in text
        assert "range" not in text
        assert "could explain" not in text
    assert quotient.table.columns == ("Class", "Units", "Residents")
    assert quotient.table.rows[-1][2] == f"{town.total.sum():,.0f}"
    # The share of the whole is that of residents, not the mean of what is around them.
    assert f"Of the whole it is {100 * people(town):.1f} %" in share.caption
    assert f"its overall share ({100 * people(town):.1f} %)" in quotient.caption


def test_quotients_of_units_keep_their_limits(town, shapes):
    frame = pm.local(town, "location_quotient", focal="blue", level=0.9)
    share, quotient = figures(sections.maps(frame, shapes, focal="blue", unit="id", member="resident"))
    assert f"Of the whole it is {100 * people(town):.1f} %" in share.caption
    above, below = int((frame["lower"] > 1).sum()), int((frame["upper"] < 1).sum())
    rest = int(frame["value"].notna().sum()) - above - below
    assert f"above in {above:,} units and below in {below:,}; in the other {rest:,} the 90 % range" in quotient.caption
    assert quotient.table.columns[2] == "of them beyond chance"


def test_quotients_by_stratum_are_of_its_share(town, shapes):
    frame = pm.local(town, "location_quotient", focal="blue", by="district")
    share, quotient = figures(sections.maps(frame, shapes, focal="blue", unit="id"))
    assert "how many times its share of the unit's district the group has in each unit" in quotient.caption
    assert f"Of the whole it is {100 * people(town):.1f} %" in share.caption


@pytest.mark.parametrize("measure", ["getis_ord(rates='raw')", "local_moran"])
def test_clusters_are_drawn_by_their_flag(measure, town, shapes, monkeypatch):
    pytest.importorskip("esda")
    near = pm.surroundings.contiguity(town)
    frame = pm.local(town, measure, focal="blue", around=near, permutations=99, level=0.5)
    drawn = []
    draw = mapping.flags
    monkeypatch.setattr(mapping, "flags", lambda *given, **more: drawn.append(given[1]) or draw(*given, **more))
    (figure,) = figures(sections.maps(frame, shapes, focal="blue", unit="id"))
    flags = frame.set_index("unit")["flag"].astype(object)
    pd.testing.assert_series_equal(drawn[0], flags, check_names=False)
    found = flags.dropna().value_counts()
    assert {label for _, label in figure.legend if not label.startswith("no value")} == set(found.index)
    assert all(theme.CLUSTERS[label] == hue for hue, label in figure.legend if hue != "hatched")
    assert {row[0]: row[1] for row in figure.table.rows} == {label: f"{many:,}" for label, many in found.items()}
    assert "queen contiguity" in figure.caption
    assert "at 50 %" in figure.caption


def test_every_flag_has_a_colour():
    from placemix.units import clusters

    assert set(theme.CLUSTERS) == {*clusters._FLAGS.values(), clusters._NOTHING}


def _light(hue):
    parts = [int(hue[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_high_and_low_are_told_apart_without_colour():
    light = {label: _light(hue) + 0.05 for label, hue in theme.CLUSTERS.items()}
    steps = [light[label] for label in ("cluster of high share", "cluster of low share", "not distinguishable")]
    assert steps[1] / steps[0] > 3
    assert steps[2] / steps[1] > 3


@pytest.mark.slow
def test_other_values_are_drawn_in_classes(town, shapes):
    near = pm.surroundings.kernel(town, bandwidth="1 km")
    wanted = ["local_isolation", "local_information", "effective_groups"]
    frame = pm.local(town, wanted, focal="blue", around=near)
    section = sections.maps(frame, shapes, focal="blue", unit="id", source="Source: nobody.")
    isolation, information, groups = found = figures(section)
    for figure, measure in zip(found, wanted, strict=True):
        rows = frame[frame["measure"].astype(str).str.startswith(measure)]
        assert sum(int(row[1].replace(",", "")) for row in figure.table.rows) == rows["value"].notna().sum()
        assert [label for hue, label in figure.legend if hue != "hatched"] == [row[0] for row in figure.table.rows]
        assert figure.caption.endswith("Source: nobody.")
        assert "Around each unit: biweight kernel, bandwidth 1,000 m." in figure.caption
    assert "Local isolation of blue members" in isolation.caption
    assert re.search(r"highest is [\d.]+ %", isolation.caption)
    assert information.table.columns[0] == "Class (nats)"
    assert "Effective number of groups" in groups.caption
    assert "blue" not in groups.caption


def test_units_without_a_value_are_hatched_with_the_reason(homes, areas):
    frame = pm.local(homes, "local_isolation", focal="asian")
    (figure,) = figures(sections.maps(frame, areas, focal="asian", unit="id"))
    assert ("hatched", "no value: nobody lives there") in figure.legend
    assert "Units without a value: 1 (nobody lives there)." in figure.caption
    assert f"Source: counts {homes.source}." in figure.caption
    assert "Of each unit itself." in figure.caption


def test_what_the_result_notes_stands_under_the_map(homes, areas):
    frame = pm.local(homes, "local_isolation", focal="asian").assign(note="few permutations")
    (figure,) = figures(sections.maps(frame, areas, focal="asian", unit="id"))
    assert "To know: few permutations." in figure.caption
    assert figure.caption.count("few permutations") == 1


def test_what_cannot_be_mapped_says_the_right_reason(homes, areas):
    frame = pm.local(homes, "local_isolation", focal=["asian", "white"])
    with pytest.raises(InvalidParameter, match="no values of 'asain'") as caught:
        sections.maps(frame, areas, focal="asain", unit="id")
    assert "asian" in str(caught.value)
    with pytest.raises(InvalidParameter, match="maps one group"):
        sections.maps(frame, areas, unit="id")
    with pytest.raises(InvalidParameter, match="no local values"):
        sections.maps(pm.measure(homes, "dissimilarity", focal="asian"), areas, focal="asian", unit="id")
    with pytest.raises(UnmatchedUnit):
        sections.maps(frame, areas.assign(id=list("UVWXYZ")), focal="asian", unit="id")
    assert len(figures(sections.maps(pm.local(homes, "simpson"), areas, unit="id"))) == 1


def test_maps_carry_a_scale_bar(areas, monkeypatch):
    written = []
    of = mapping.written
    monkeypatch.setattr(mapping, "written", lambda *given: written.append(of(*given)) or written[-1])
    keyed = areas.set_index("id").geometry
    wide = keyed.scale(4000, 4000, origin=(0, 0)) if hasattr(keyed, "scale") else keyed
    mapping.shares(wide, pd.Series([0.1] * 6, index=list("ABCDEF")))
    assert written == ["2 km"]
    mapping.shares(wide.set_crs(None, allow_override=True), pd.Series([0.1] * 6, index=list("ABCDEF")))
    assert written == ["2 km"]


def test_areas_are_filled_as_geopandas_fills_them():
    """Holes, several parts, an empty shape and none at all: the same picture to the byte."""
    hole = box(0, 0, 4, 4).difference(box(1, 1, 2, 2))
    parts = MultiPolygon([box(5, 0, 6, 1), box(5, 2, 6, 3).difference(box(5.2, 2.2, 5.4, 2.4))])
    shapes = gpd.GeoSeries([hole, parts, Polygon(), None, box(0, 5, 6, 6)])
    hues = ["#123456", "#abcdef", "#ff0000", "#00ff00", "#654321"]
    style = {"edgecolor": "#ffffff", "linewidth": 0.5}
    mixed = gpd.GeoSeries([hole, Point(3, 3).buffer(0.5).boundary])
    for drawn, colours in ((shapes, hues), (shapes, "#123456"), (mixed, hues[:2])):
        pictures = []
        with theme.drawing(2, 2) as (figure, axes):
            grounds.fill(axes, drawn, colours, **style)
            axes.set_axis_off()
            pictures.append(theme.png(figure))
        with theme.drawing(2, 2) as (figure, axes):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # it says that nothing is there to be drawn
                drawn.plot(ax=axes, color=colours, aspect="equal", **style)
            axes.set_axis_off()
            pictures.append(theme.png(figure))
        assert pictures[0] == pictures[1]
