"""Periods: read as printed, compared by days, refused where they could be two things."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import placemix as pm
from placemix import errors, harmonise


@pytest.mark.parametrize(
    ("text", "kind", "start", "end"),
    [
        ("census day 2021", "census_day", "2021-03-21", "2021-03-21"),
        ("Census 2011", "census_day", "2011-03-27", "2011-03-27"),
        ("Census Day, 21 March 2021", "census_day", "2021-03-21", "2021-03-21"),
        ("mid-2016", "mid_year", "2016-06-30", "2016-06-30"),
        ("mid 2022", "mid_year", "2022-06-30", "2022-06-30"),
        ("2022/23", "academic_year", "2022-09-01", "2023-08-31"),
        ("202223", "academic_year", "2022-09-01", "2023-08-31"),
        ("2022-23", "academic_year", "2022-09-01", "2023-08-31"),
        ("1999/00", "academic_year", "1999-09-01", "2000-08-31"),
        ("academic year 2003", "academic_year", "2002-09-01", "2003-08-31"),
        ("financial year 2022/23", "financial_year", "2022-04-01", "2023-03-31"),
        ("year ending March 2023", "year_ending", "2022-04-01", "2023-03-31"),
        ("2019-06", "month", "2019-06-01", "2019-06-30"),
        ("June 2019", "month", "2019-06-01", "2019-06-30"),
        ("2018-12 to 2019-06", "month", "2018-12-01", "2019-06-30"),
        ("201906", "month", "2019-06-01", "2019-06-30"),
        ("2017-19", "rolling_3y", "2017-01-01", "2019-12-31"),
        ("2018 - 20", "rolling_3y", "2018-01-01", "2020-12-31"),
        ("2016-2020", "rolling_5y", "2016-01-01", "2020-12-31"),
        ("2021", "calendar_year", "2021-01-01", "2021-12-31"),
        ("04JAN2021", "extract_date", "2021-01-04", "2021-01-04"),
        ("2026-01-01", "extract_date", "2026-01-01", "2026-01-01"),
        ("1 January 2026", "extract_date", "2026-01-01", "2026-01-01"),
        ("nowcast mid-2023", "mid_year", "2023-06-30", "2023-06-30"),
    ],
)
def test_texts_as_printed(text, kind, start, end):
    found = harmonise.period(text)
    assert (found.kind, found.start.isoformat(), found.end.isoformat()) == (kind, start, end)
    assert harmonise.period(found) is found


@pytest.mark.parametrize("kind", ["academic_year", "financial_year", "mid_year", "calendar_year"])
@given(year=st.integers(1950, 2100))
def test_a_year_of_a_named_kind(kind, year):
    found = harmonise.period(year, kind=kind)
    assert found.kind == kind
    assert found.end.year == year
    assert harmonise.period(found.text, kind=kind) == harmonise.period(found.text, kind=kind)


def test_the_academic_year_2003_is_2002_03():
    assert harmonise.period(2003, kind="academic_year") == harmonise.period("2003", kind="academic_year")
    found = harmonise.period(2003, kind="academic_year")
    assert (found.text, found.start, found.end) == ("2002/03", dt.date(2002, 9, 1), dt.date(2003, 8, 31))


def test_what_was_assumed_is_remarked():
    assert "read as an academic year" in harmonise.period("2022/23").remark
    assert harmonise.period("academic year 2022/23").remark == ""
    assert harmonise.period("2022/23", kind="financial_year").start == dt.date(2022, 4, 1)


@pytest.mark.parametrize("text", ["2011-12", "2009-10", "2009-11", "201011"])
def test_what_could_be_two_things_is_refused(text):
    with pytest.raises(errors.InvalidParameter, match=r"could be .* or .*Name the kind"):
        harmonise.period(text)


def test_naming_the_kind_settles_it():
    assert harmonise.period("2011-12", kind="month").start == dt.date(2011, 12, 1)
    assert harmonise.period("2011-12", kind="academic_year").start == dt.date(2011, 9, 1)
    assert harmonise.period("2009-11", kind="rolling_3y").end == dt.date(2011, 12, 31)


@pytest.mark.parametrize(
    "text", ["", "spring", "2015-18", "2021-13", "2021-02-30", "mid", "census day 2015", "31/12/2020"]
)
def test_what_cannot_be_read_says_what_can(text):
    with pytest.raises(errors.InvalidParameter, match=r"no period that can be read.*Write 'census day 2021'"):
        harmonise.period(text)
    with pytest.raises(errors.InvalidParameter, match="Did you mean 'mid_year'"):
        harmonise.period("2016", kind="mid_yaer")


days = st.dates(dt.date(1990, 1, 1), dt.date(2030, 1, 1))


@given(st.tuples(days, days), st.tuples(days, days))
def test_the_gap_is_symmetric_and_zero_where_a_day_is_shared(one, two):
    first, second = (harmonise.Period("calendar_year", min(ends), max(ends), "x") for ends in (one, two))
    assert first.gap(second) == second.gap(first) >= 0
    shared = any(start <= day <= end for start, end in [(second.start, second.end)] for day in (first.start, first.end))
    assert (first.gap(second) == 0) >= shared
    assert first.start <= dt.date(int(first.middle), 1, 1) + dt.timedelta(366)


def test_people_within_a_year_may_be_divided_by():
    assert harmonise.overlap("2021", "census day 2021") == 0
    assert 0.9 < harmonise.overlap("2022-03", "census day 2021") < 1
    with pytest.raises(errors.DenominatorMismatch, match=r"1.0 years apart, where 1 may be.*interpolate_between"):
        harmonise.overlap("2022-04", "census day 2021")
    assert harmonise.overlap("2022-04", "census day 2021", tolerance=2) > 1


# -- breaks --------------------------------------------------------------------------------


def counts_at(period, x, *, scheme=None, **about):
    table = pd.DataFrame({"id": ["a", "b"], "white": x, "asian": [10.0, 20.0]})
    return pm.from_wide(table, groups=["white", "asian"], unit="id",
                        about={"period": period, "scheme": scheme, **about})  # fmt: skip


def test_breaks_are_listed_by_topic_and_date():
    every = harmonise.breaks()
    assert set(every.columns) == {"id", "date", "topics", "says", "source", "unverified"}
    assert every["source"].str.len().min() > 10
    assert harmonise.breaks("deprivation", since="2015", until="2019").empty
    assert harmonise.breaks(
        "pupils' ethnic group", since="1996/97", until=harmonise.period(2003, kind="academic_year")
    )["id"].tolist() == ["pupils-ethnic-group-2003"]
    assert harmonise.breaks("pupils' ethnic group", since="2002/03").empty
    assert len(harmonise.breaks("ethnic group", since="census day 1991", until="census day 2021")) == 4
    with pytest.raises(errors.InvalidParameter, match="Did you mean 'tenure'"):
        harmonise.breaks("tenures")


# -- between two counts -------------------------------------------------------------------------


def test_between_two_counts_every_cell_moves_by_days():
    then, now = counts_at("mid-2010", [100.0, 0.0]), counts_at("mid-2020", [0.0, 50.0])
    made = harmonise.interpolate_between(then, now, at="mid-2013")
    share = (dt.date(2013, 6, 30) - dt.date(2010, 6, 30)).days / (dt.date(2020, 6, 30) - dt.date(2010, 6, 30)).days
    np.testing.assert_allclose(made.values[:, 0], [100 * (1 - share), 50 * share], rtol=1e-3)
    assert made.about.estimated
    assert made.about.period == "interpolated mid-2013"
    assert any("Nobody was counted then" in note for note in made.about.notes)
    assert set(pm.measure(made, "dissimilarity", focal="white")["interval_method"]) == {"none:estimated_counts"}
    assert "from estimates, not a count" in pm.estimate(made, "dissimilarity", focal="white").explain()
    assert pm.local(made, "shannon")["note"].unique().tolist() == ["estimated, not counted"]


@given(st.lists(st.floats(0, 1e6), min_size=4, max_size=4), st.dates(dt.date(2010, 6, 30), dt.date(2020, 6, 30)))
def test_ends_are_exact_and_all_else_lies_between(cells, day):
    then, now = counts_at("mid-2010", [*cells[:2]]), counts_at("mid-2020", [*cells[2:]])
    assert harmonise.interpolate_between(then, now, at="mid-2010") is then
    assert harmonise.interpolate_between(then, now, at="mid-2020") is now
    made = harmonise.interpolate_between(then, now, at=day.isoformat())
    low, high = np.minimum(then.values, now.values), np.maximum(then.values, now.values)
    slack = 1e-9 * np.maximum(high, 1)
    assert ((made.values >= low - slack) & (made.values <= high + slack)).all()
    np.testing.assert_allclose(made.total, made.values.sum(axis=1))


def test_order_of_units_and_groups_does_not_matter():
    then, now = counts_at("mid-2010", [100.0, 0.0]), counts_at("mid-2020", [0.0, 50.0])
    table = pd.DataFrame({"id": ["b", "a"], "asian": [20.0, 10.0], "white": [50.0, 0.0]})
    turned = pm.from_wide(table, groups=["asian", "white"], unit="id", about={"period": "mid-2020"})
    one, two = (harmonise.interpolate_between(then, other, at="mid-2013") for other in (now, turned))
    pd.testing.assert_frame_equal(one.to_frame(), two.to_frame())


def test_hidden_cells_and_errors_are_mixed_too():
    table = pd.DataFrame({"id": ["a"], "white": ["c"], "asian": ["7"]})
    then = pm.from_wide(table, groups=["white", "asian"], unit="id", suppressed={"c": (1, 5)},
                        about={"period": "mid-2010"})  # fmt: skip
    now = pm.from_wide(table.assign(white=9), groups=["white", "asian"], unit="id", about={"period": "mid-2020"})
    made = harmonise.interpolate_between(then, now, at="2015-06-30")
    assert made.low[0, 0] < made.values[0, 0] < made.high[0, 0]
    np.testing.assert_allclose([made.low[0, 0], made.high[0, 0]], [5, 7], rtol=1e-3)


def test_a_break_between_the_two_warns():
    then = counts_at("census day 2011", [1.0, 2.0], scheme="eth5_2011")
    now = counts_at("census day 2021", [3.0, 4.0], scheme="eth5_2011")
    with pytest.warns(errors.BreakInSeries, match="Roma is new"):
        made = harmonise.interpolate_between(then, now, at="2019-06")
    assert any("Roma is new" in note for note in made.about.notes)
    pupils = [counts_at(when, [1.0, 2.0], scheme="dfe6", universe="pupils") for when in ("2000/01", "2004/05")]
    with pytest.warns(errors.BreakInSeries, match="New ethnic codes became compulsory"):
        harmonise.interpolate_between(*pupils, at="2002/03")
    score = [counts_at(when, [1.0, 2.0]) for when in ("2019", "2025")]
    with pytest.warns(errors.BreakInSeries, match="not comparable with those of 2019"):
        harmonise.interpolate_between(*score, at="2022", topic="deprivation")
    hidden = [counts_at(when, [1.0, 2.0]) for when in ("2013", "2015")]
    with pytest.warns(errors.BreakInSeries, match="UNVERIFIED: The recording of violence"):
        harmonise.interpolate_between(*hidden, at="2014", topic="recorded violence")


def test_what_cannot_be_mixed_is_refused_all_at_once():
    then = counts_at("mid-2010", [1.0, 2.0], universe="residents", scheme="eth5_2011")
    other = pm.from_wide(
        pd.DataFrame({"id": ["a", "c"], "white": [1, 2], "black": [3, 4]}), groups=["white", "black"], unit="id",
        about={"period": "mid-2020", "universe": "households", "scheme": "eth5_2001"},
    )  # fmt: skip
    with pytest.raises(errors.PlacemixError) as caught:
        harmonise.interpolate_between(then, other, at="mid-2030")
    assert isinstance(caught.value, errors.VintageMismatch)
    assert isinstance(caught.value, errors.DenominatorMismatch)
    assert isinstance(caught.value, errors.InvalidParameter)
    for told in ("common_areas", "finest_common", "One table counts persons, the other households", "Use nowcast"):
        assert told in str(caught.value)
    with pytest.raises(errors.InvalidParameter, match="Exchange the two tables"):
        harmonise.interpolate_between(counts_at("mid-2020", [1, 2]), counts_at("mid-2010", [1, 2]), at="mid-2015")
    with pytest.raises(errors.InvalidParameter, match="does not say when"):
        harmonise.interpolate_between(counts_at(None, [1, 2]), counts_at("mid-2010", [1, 2]), at="mid-2015")
    with pytest.raises(errors.NotCounts):
        harmonise.interpolate_between(pd.DataFrame(), then, at="mid-2015")
    with pytest.raises(errors.VintageMismatch, match="boundaries of 2011 and of 2021"):
        harmonise.interpolate_between(
            counts_at("mid-2010", [1, 2], vintage="2011"), counts_at("mid-2020", [1, 2], vintage="2021"), at="mid-2015"
        )
