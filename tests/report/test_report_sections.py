"""Sections say what their frames hold."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix.errors import GeographicCRS, UnknownGroup, UnmatchedUnit
from placemix.report import Figure, Table, charts, mapping, rounding, sections


def numbers(section):
    return [item for item in section.items if isinstance(item, Table)]


def test_separate_times_different_is_unequal(homes, condition):
    gap = pm.place_gap(homes, condition, focal="asian", against="white", by="district")
    whole = pm.place_gap(homes, condition, focal="asian", against="white")
    section = sections.unequal(gap, whole=whole, member="resident", place="Sixtown")
    (table,) = numbers(section)
    assert [row[0] for row in table.rows] == ["north", "south", "Sixtown"]
    for row, (_, found) in zip(
        table.rows, pd.concat([gap.sort_values("gap", ascending=False), whole]).iterrows(), strict=True
    ):
        assert row[1] == rounding.index(found["separation"])
        assert row[3] == rounding.points(found["gap"])
    assert any(
        "the place where the average asian resident lives" in item for item in section.items if isinstance(item, str)
    )


def test_the_change_names_what_it_is_against(homes, earlier):
    change = pm.compare_dates(earlier, homes, focal="asian", against=["rest", "white"], by="district")
    whole = pm.compare_dates(earlier, homes, focal="asian", against=["rest", "white"])
    section = sections.change(change, whole=whole, before="2011", after="2021", place="Sixtown")
    captions = [table.caption for table in numbers(section)]
    assert any("asian against everyone else" in caption for caption in captions)
    assert any("asian against white" in caption for caption in captions)
    assert section.items[0].startswith(("In Sixtown", "Whether"))


def test_the_change_begins_with_the_named_group(homes, earlier):
    change = pm.compare_dates(earlier, homes, focal="asian", against=["rest", "white"], by="district")
    whole = pm.compare_dates(earlier, homes, focal="asian", against=["rest", "white"])
    section = sections.change(change, whole=whole, before="2011", after="2021", place="Sixtown", member="resident")
    assert section.items[0].startswith("In Sixtown, D of asian residents against white residents went from")
    assert "against everyone else it went from" in section.items[0]
    first, second = (table.caption for table in numbers(section))
    assert "among the two groups alone" in first
    assert "against everyone else" in second


def test_no_change_in_sorting_never_looks_like_some():
    assert sections.changing._sorted(-0.00196) == "−0.196"
    assert sections.changing._sorted(-0.0020) == "−0.20"
    assert sections.changing._sorted(0.0009) == "+0.09"


def test_the_table_of_quotients_adds_up(homes, areas):
    frame = pm.local(homes, "location_quotient", focal="asian")
    figure = [item for item in sections.maps(frame, areas, focal="asian", unit="id").items if isinstance(item, Figure)][
        1
    ]
    *rows, every = figure.table.rows
    for column in (1, 2, 3):
        assert sum(int(row[column]) for row in rows) == int(every[column])
    above, below = int((frame["lower"] > 1).sum()), int((frame["upper"] < 1).sum())
    assert int(every[2]) == above + below


def test_a_change_without_strata_stands_once(homes, earlier):
    change = pm.compare_dates(earlier, homes, focal="asian")
    (table,) = numbers(sections.change(change, whole=change, place="Sixtown"))
    assert [row[0] for row in table.rows] == ["Sixtown"]


@pytest.mark.slow
def test_every_dimension_stands_in_the_first_table(homes, tenure):
    html = pm.report.of_counts({"Ethnic group": homes, "Tenure": tenure}, title="T", by="district")
    assert html.index("Every dimension in the data") < html.index("Tables by district")
    assert html.count('<th scope="row">Tenure</th>') >= 4


@pytest.mark.slow
def test_dimensions_of_the_same_units_are_compared_and_others_are_not(homes, tenure):
    schools = pm.from_wide(
        pd.DataFrame({"s": list("1234"), "x": [9, 1, 9, 1], "y": [0, 9, 0, 9], "district": list("nnss")}),
        groups=["x", "y"], unit="s", strata="district", about={"geography": "school", "universe": "pupils"},
    )  # fmt: skip
    html = pm.report.of_counts({"Ethnic group": homes, "Tenure": tenure, "Schools": schools}, title="T", by="district")
    assert "Schools separates more than" not in html
    assert "counted by school" in html


def test_the_curve_is_as_far_from_the_diagonal_as_d_says(homes):
    frame = pm.local(homes, "location_quotient", focal=["asian", "white"])
    x, y = charts.cumulated(
        *(frame.loc[frame["focal"].astype(str) == name, "numerator"].to_numpy() for name in ("asian", "white"))
    )
    d = pm.estimate(homes, "dissimilarity", focal="asian", against="white").value
    assert np.max(x - y) == pytest.approx(d, abs=1e-12)
    section = sections.segregation_curve({"2021": frame}, focal="asian", against="white")
    assert rounding.index(d) in section.items[0].caption


@pytest.mark.slow
def test_the_chance_value_of_h_is_what_random_placement_gives():
    random = np.random.default_rng(8)
    people, shares = np.full(200, 150), [0.6, 0.3, 0.1]
    drawn = [random.multinomial(people, shares) for _ in range(30)]
    values, said = [], []
    for table in drawn:
        frame = pd.DataFrame(table, columns=list("xyz")).assign(unit=range(200))
        counts = pm.from_wide(frame, groups=list("xyz"), unit="unit")
        result = pm.measure(counts, ["information_theory", "mutual_information"])
        values.append(result["value"].iloc[0])
        said.append(sections.lookups.chance_of_h(result).iloc[0])
    assert np.mean(said) == pytest.approx(np.mean(values), rel=0.05)


def test_maps_hatch_where_nobody_lives(homes, areas):
    frame = pm.local(homes, "location_quotient", focal="asian")
    section = sections.maps(frame, areas, focal="asian", unit="id", member="resident")
    figures = [item for item in section.items if isinstance(item, Figure)]
    assert len(figures) == 2
    assert all(("hatched", "no residents, or no data") in figure.legend for figure in figures)
    assert any("hatched and count nowhere (1)" in item for item in section.items if isinstance(item, str))


def test_maps_refuse_degrees_and_strangers(homes, areas):
    frame = pm.local(homes, "location_quotient", focal="asian")
    with pytest.raises(GeographicCRS):
        sections.maps(frame, areas.to_crs("EPSG:4326"), focal="asian", unit="id")
    with pytest.raises(UnmatchedUnit):
        sections.maps(frame, areas.assign(id=list("UVWXYZ")), focal="asian", unit="id")


@pytest.mark.parametrize("ramp", ["SEQUENTIAL", "CONDITION"])
def test_neighbouring_colours_differ_in_lightness(ramp):
    def light(hue):
        parts = [int(hue[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    steps = [light(hue) for hue in getattr(mapping.theme, ramp)]
    assert steps == sorted(steps, reverse=True)
    assert all((pale + 0.05) / (dark + 0.05) > 1.2 for pale, dark in pairwise(steps))


def test_two_groups_are_chosen_and_the_page_says_so(homes):
    html = pm.report.of_counts({"Ethnic group": homes}, title="T")
    assert "No groups were named for Ethnic group, so its two largest are compared: asian and white" in html


@pytest.mark.slow
def test_of_many_strata_the_highest_are_drawn_and_all_are_tabled():
    frame = pd.DataFrame(
        {
            "unit": range(400),
            "x": np.arange(400) % 7 + 1,
            "y": np.arange(400) % 5 + 1,
            "district": [f"district {place // 4}" for place in range(400)],
        }
    )
    counts = pm.from_wide(frame, groups=["x", "y"], unit="unit", strata="district")
    score = pd.Series(np.arange(400) % 11 / 11, index=frame["unit"].astype(str), name="score")
    html = pm.report.of_counts({"Group": counts}, title="T", by="district", condition=score)
    assert "Drawn are the 40 highest; the table has all." in html
    assert html.count('<th scope="row">district 99</th>') >= 4


@pytest.mark.parametrize("absent", ["x", "y"])
def test_an_absent_group_makes_a_page_that_says_so(absent):
    frame = pd.DataFrame({"unit": ["a", "b"], "x": [4, 2], "y": [2, 3]}).assign(**{absent: 0})
    counts = pm.from_wide(frame, groups=["x", "y"], unit="unit")
    html = pm.report.of_counts({"Group": counts}, title="T", focal="x", against="y")
    assert "D of x and y is undefined" in html
    assert "There is no curve, because one of the groups is absent" in html


def test_unknown_groups_are_refused(homes):
    with pytest.raises(UnknownGroup, match="Did you mean 'asian'"):
        pm.report.of_counts({"Ethnic group": homes}, title="T", focal="asain")


def test_progress_counts_to_the_end(homes, tenure):
    seen = []
    pm.report.of_counts(
        {"Ethnic group": homes, "Tenure": tenure}, title="T", progress=lambda done, of: seen.append((done, of))
    )
    assert [done for done, _ in seen] == list(range(1, seen[-1][1] + 1))


def test_an_undefined_value_is_a_dash_with_its_reason(homes):
    result = pm.measure(homes.take(np.array([2])), "dissimilarity", focal="asian", against="white")
    html = pm.report.page([("One area", result)], title="T")
    assert '<td class="number">–</td>' in html
    assert "– where" in html


@pytest.mark.parametrize(
    ("write", "value", "text"),
    [
        (rounding.index, 0.71904, "0.719"),
        (rounding.index, -0.00004, "0.000"),
        (rounding.change, -0.00004, "0.000"),
        (rounding.points, 0.0178, "+1.8"),
        (rounding.points, -0.0002, "0.0"),
        (rounding.share, float("nan"), "–"),
        (rounding.count, 1234567.0, "1,234,567"),
    ],
)
def test_numbers_are_rounded_here_alone(write, value, text):
    assert write(value) == text
