"""Types of places, their changes and strong characteristics on a page."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix.errors import GeographicCRS, InvalidParameter, UnmatchedUnit
from placemix.report import hues

RULES = {"scheme": "PJF2001", "reference": "white"}
FORBIDDEN = ("ghetto", "enclave", "white flight", "problem area", "polarised", "isolated host")


@pytest.fixture(scope="module")
def typed(homes, earlier):
    return [pm.typology.classify(counts, **RULES) for counts in (earlier, homes)]


@pytest.fixture(scope="module")
def moves(homes, earlier):
    return pm.typology.transitions(earlier, homes, by="district", **RULES)


@pytest.fixture(scope="module")
def changed(moves, typed, areas):
    return pm.report.sections.change_of_types(
        moves, before=typed[0], after=typed[1], areas=areas, unit="id", dates=("2011", "2021"), place="Sixtown",
        member="resident", units="areas",
    )  # fmt: skip


@pytest.fixture(scope="module")
def strong(homes, tenure):
    data = {"Ethnic group": homes, "Tenure": tenure}
    return pm.typology.objective(data), pm.typology.characteristics(data)


def tables(section, start):
    return [item for item in section.items if isinstance(item, pm.report.Table) and item.caption.startswith(start)]


def figures(section):
    return [item for item in section.items if isinstance(item, pm.report.Figure)]


def test_the_paragraph_says_what_was_counted(changed):
    """White of 2011: A 30/105, B 90/105, C 98/105, D 90/105, E 80/95; 2021: 20/100, 80/105, 100/110, 80/105, 60/100."""
    text = changed.items[0]
    # Of 515 residents B, C, D and E have 410 in 2011; of 520 C has 110 in 2021.
    assert text.startswith(
        "In Sixtown, 79.6 % of residents lived in areas of the type “80 % or more white” in 2011, and "
    )
    assert "and 21.2 % in 2021." in text
    # B, D and E: 105 + 105 + 100 people.
    assert "3 of 5 areas (60.0 %) changed their type; 310 residents lived in them in 2021." in text
    assert "The most common change, in 3 of them, was from “80 % or more white” to “50 to under 80 % white”." in text
    assert "None of the areas went the other way." in text
    assert "nobody is followed" in text


def test_the_grid_sums_to_all_places(changed, homes, earlier):
    units, then, now = tables(changed, "From type to type")
    for grid, total in ((units, 5), (then, earlier.total.sum()), (now, homes.total.sum())):
        assert grid.rows[-1][0] == "all in 2021"
        assert float(grid.rows[-1][-1].replace(",", "")) == total
        inside = [[float(text.replace(",", "")) for text in row[1:]] for row in grid.rows]
        assert np.sum(inside, axis=0)[:-1] == pytest.approx(2 * np.array(inside[-1][:-1]))
    assert (0, 1) in units.strong


def test_districts_are_listed_and_add_up(changed):
    (by,) = tables(changed, "Changes of type by district")
    assert [row[0] for row in by.rows] == ["north", "south"]
    assert sum(int(row[1]) for row in by.rows) == 5


def test_maps_share_their_colours_and_hatch_who_has_none(changed, typed):
    flows, pair, moved = figures(changed)
    assert flows.kind == "image/svg+xml"
    assert pair.titles == ("2011", "2021")
    assert len(pair.pictures) == 2
    assert all(image.startswith(b"\x89PNG") for image, _, _ in pair.pictures)
    assert ("hatched", "no type: nobody lives there") in pair.legend
    first = hues.of_types(list(typed[0]["type"].cat.categories))
    labels = dict(zip(typed[1]["type"].astype(str), typed[1]["label"], strict=True))
    known = {label: first[name] for name, label in labels.items() if name in first}
    for figure in (pair, moved):
        for hue, text in figure.legend:
            label = text.rpartition(":")[0]
            assert known.get(label, hue) == hue
    # Numbers beside the labels of the pair sum to the five places with people, at both dates.
    pairs = [re.search(r": (\d+) → (\d+)$", text) for hue, text in pair.legend if hue != "hatched"]
    assert np.sum([[int(found[1]), int(found[2])] for found in pairs], axis=0).tolist() == [5, 5]


def test_unverified_thresholds_are_said(changed, typed):
    types = pm.report.sections.types_of_places(typed[1], title="Six types", period="2021", units="areas")
    for section in (changed, types):
        points = [text for item in section.items if isinstance(item, pm.report.Points) for text in item.texts]
        assert any("UNVERIFIED" in text for text in points)
    assert any("Status of these rules: partly verified" in item for item in types.items if isinstance(item, str))
    (listed,) = tables(types, "Areas and people by type")
    assert listed.rows[-1][2:4] == ("6", "520")
    assert listed.rows[-2][0] == "no type: nobody lives there"


def test_no_words_that_judge(changed, typed, strong):
    sections = [
        changed,
        pm.report.sections.types_of_places(typed[1]),
        pm.report.sections.strong_characteristics(*strong),
    ]
    html = pm.report.page(sections, title="Six areas").casefold()
    assert not [word for word in FORBIDDEN if word in html]


def test_maps_of_counts_with_geometry_and_refusals(homes, typed, areas):
    with pytest.raises(InvalidParameter, match="no geometry"):
        pm.report.map_of_types(typed[1], homes)
    with pytest.raises(InvalidParameter, match="lacks"):
        pm.report.map_of_types(pd.DataFrame({"unit": ["A"]}), areas, unit="id")
    with pytest.raises(GeographicCRS):
        pm.report.map_of_types(typed[1], areas.set_crs(4326, allow_override=True), unit="id")
    with pytest.raises(UnmatchedUnit):
        pm.report.map_of_types(typed[1], areas.assign(id="x"), unit="id")
    with pytest.raises(InvalidParameter, match="no types"):
        pm.report.sections.types_of_places(pd.DataFrame({"a": [1]}))
    with pytest.raises(InvalidParameter, match="no characteristics"):
        pm.report.sections.strong_characteristics(pd.DataFrame({"a": [1]}))


def test_more_types_than_colours_share_one(areas):
    names = [f"type {number}" for number in range(11)]
    frame = pd.DataFrame(
        {"unit": list("ABCDEF"), "type": pd.Categorical(names[5:11], names, ordered=True), "label": names[5:11],
         "people": [1.0, 2, 3, 4, 5, 6], "reason": None, "source": "abc"}
    )  # fmt: skip
    hue = hues.of_types(names, dict(zip(names, range(11), strict=True)))
    assert sorted(set(hue.values())) == sorted([*hues.TYPES, hues.OTHERS])
    assert [name for name, one in hue.items() if one == hues.OTHERS] == names[:3]
    figure = pm.report.map_of_types(frame, areas, unit="id", colours=dict.fromkeys(names, hues.OTHERS))
    assert figure.legend == ((hues.OTHERS, "6 further types: 6"),)
    assert len(figure.table.rows) == 7


def test_strong_characteristics_by_hand(strong, areas):
    """At 70 %: A is Asian (80/100), B and D White (80/105), C White; tenure: A rented 50/60, B owned 60/80, C 70/80."""
    section = pm.report.sections.strong_characteristics(*strong, areas, unit="id", empty=["F"], place="Sixtown")
    table, which = (item for item in section.items if isinstance(item, pm.report.Table))
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["Ethnic group"][4] == "4"
    assert rows["Tenure"][4] == "3"
    assert rows["any of the 2 above"][4] == "4"
    assert rows["none: the objective is met"][4] == "1"
    assert rows["none: the objective is met"][-1] == "5"
    # E alone is free of any, with 100 of 520 residents.
    assert rows["none: the objective is met"][1] == "19.2 %"
    assert "no category of ethnic group and tenure holds 70 % or more in 1 of 5 units" in section.items[0]
    assert {row[0]: row[3] for row in which.rows}["Ethnic group: white"] == "3"
    (figure,) = figures(section)
    legend = {text.rpartition(": ")[0]: text.rpartition(": ")[2] for _, text in figure.legend if ":" in text}
    assert legend["asian and rented"] == "1"
    assert legend["white and owned"] == "2"
    assert legend["none"] == "1"
    assert any(hue == "hatched" for hue, _ in figure.legend)


def test_strata_add_up_to_the_whole(homes, tenure, strong):
    data = {"Ethnic group": homes, "Tenure": tenure}
    by = pm.report.sections.strong_characteristics(pm.typology.objective(data, by="district"), strong[1])
    whole = pm.report.sections.strong_characteristics(*strong)
    first = [next(item for item in one.items if isinstance(item, pm.report.Table)) for one in (by, whole)]
    assert first[0].rows == first[1].rows
    assert any("by district" in item.caption for item in by.items if isinstance(item, pm.report.Table))


def test_the_standard_page_has_them_for_every_dimension(whole_page, read):
    text = read(whole_page).text
    assert "Places with one very strong characteristic" in text
    assert "no category of ethnic group and tenure holds 70 % or more" in text
    assert "50 %, 70 % and 90 % stand side by side" in text.replace("\u00a0", " ")


@pytest.mark.slow
def test_the_standard_page_without_and_with_other_units(homes):
    schools = pm.from_wide(
        pd.DataFrame({"urn": ["1", "2"], "asian": [10, 80], "white": [90, 20]}), groups=["asian", "white"], unit="urn",
        about={"geography": "school", "universe": "pupils"},
    )  # fmt: skip
    given = {"Ethnic group": homes, "Pupils": schools}
    html = pm.report.of_counts(given, title="x", focal="asian", against="white")
    assert "schools where somebody lives or learns" in html
    assert "any of the" not in html
    without = pm.report.of_counts(given, title="x", focal="asian", against="white", thresholds=())
    assert "very strong characteristic" not in without


def test_figures_show_in_a_notebook(changed):
    pair = figures(changed)[1]
    html = pair._repr_mimebundle_()["text/html"]
    assert html.count("<img ") == 2
    assert "repeating-linear-gradient" in html
    assert all(f"<strong>{date}</strong>" in html for date in ("2011", "2021"))
