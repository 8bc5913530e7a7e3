"""Forecasts of school places: by hand, by a second implementation, by identities, and against years held out."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix.errors import DuplicateUnit, InvalidCounts, InvalidParameter, InvalidTable, UnknownColumn, UnmatchedUnit

TOWN = pm.datasets.town()
YIELDS = {"yields": {"primary": 0.28, "secondary": 0.2}, "yield_source": "a study of one's own"}


def table_of(pupils, *, first=2020, phase="primary", low=0):
    """Rolls from a block of years × areas × year groups; each area has one school."""
    rows = [
        (f"{phase[0]}{area}", phase, f"{phase[0].upper()}{area}", first + year, low + group, value)
        for year, block in enumerate(pupils)
        for area, row in enumerate(block)
        for group, value in enumerate(row)
    ]
    return pd.DataFrame(rows, columns=["school", "phase", "planning_area", "year", "year_group", "pupils"])


def capacity_of(rolls, places):
    table = rolls[["phase", "planning_area"]].drop_duplicates()
    return table.assign(places=places)


def births_of(children, *, first=2020):
    """Children from a block of areas × years of intake."""
    rows = [(f"P{area}", first + year, value) for area, row in enumerate(children) for year, value in enumerate(row)]
    return pd.DataFrame(rows, columns=["planning_area", "intake_year", "registered"])


def pick(found, column="forecast", **keys):
    for name, value in keys.items():
        found = found[found[name] == value]
    assert len(found) == 1
    return found[column].iloc[0]


#: Two areas, three years, year groups 0 to 2.
HAND = table_of([[[20, 30, 40], [60, 50, 40]], [[30, 20, 30], [60, 66, 50]], [[24, 27, 24], [66, 60, 60]]])
#: Of 40 and 50 and 60 children in the first area 20, 30 and 24 came: 74 of 150.
HAND_BIRTHS = births_of([[40, 50, 60, 75, 30], [60, 60, 66, 70, 80]])


def test_by_hand():
    found = pm.schools.places(HAND, capacity_of(HAND, 30), HAND_BIRTHS, years=2, smallest=0)
    # First area: 0 to 1: (20 + 27) / (20 + 30); 1 to 2: (30 + 24) / (30 + 20).
    assert pick(found, "ratio", planning_area="P0", year=2023, year_group="1") == pytest.approx(47 / 50)
    assert pick(found, planning_area="P0", year=2023, year_group="0") == pytest.approx(75 * 74 / 150)
    assert pick(found, planning_area="P0", year=2023, year_group="1") == pytest.approx(24 * 0.94)
    assert pick(found, planning_area="P0", year=2023, year_group="2") == pytest.approx(27 * 54 / 50)
    assert pick(found, planning_area="P0", year=2024, year_group="0") == pytest.approx(30 * 74 / 150)
    assert pick(found, planning_area="P0", year=2024, year_group="1") == pytest.approx(37 * 0.94)
    assert pick(found, planning_area="P0", year=2024, year_group="2") == pytest.approx(24 * 0.94 * 1.08)
    whole = 30 * 74 / 150 + 37 * 0.94 + 24 * 0.94 * 1.08
    assert pick(found, planning_area="P0", year=2024, year_group="all") == pytest.approx(whole)
    assert pick(found, "surplus", planning_area="P0", year=2024, year_group="all") == pytest.approx(90 - whole)
    # Second area: all who are born come; 0 to 1 (66 + 60) / 120; 1 to 2 (50 + 60) / (50 + 66).
    assert pick(found, planning_area="P1", year=2023, year_group="0") == pytest.approx(70)
    assert pick(found, planning_area="P1", year=2024, year_group="2") == pytest.approx(66 * 1.05 * 110 / 116)
    # With the last pair only.
    late = pm.schools.places(HAND, capacity_of(HAND, 30), HAND_BIRTHS, years=1, smallest=0, last=1)
    assert pick(late, planning_area="P0", year=2023, year_group="1") == pytest.approx(24 * 27 / 30)
    assert pick(late, planning_area="P0", year=2023, year_group="0") == pytest.approx(75 * 24 / 60)


def test_ranges_by_hand():
    found = pm.schools.places(
        HAND, capacity_of(HAND, 30), HAND_BIRTHS, years=2, smallest=0, fewest=2, level=1 / 3
    )  # fmt: skip
    # The one back-cast is of 2022 from 2021: two errors of entry. Take-up 50 of 90 in the first area, 120 of 120.
    errors = sorted([24 / (60 * 50 / 90) - 1, 66 / 66 - 1])
    row = found[(found["planning_area"] == "P0") & (found["year_group"] == "0")]
    assert row["errors"].tolist() == [2, 2]
    assert row["range_basis"].tolist() == ["back-cast", "extrapolated from 1 year ahead"]
    # Of two errors the places (2 + 1) / 3 and (2 + 1) × 2 / 3 are the errors themselves.
    assert row["lower"].iloc[0] == pytest.approx(37 * (1 + errors[0]))
    assert row["upper"].iloc[0] == pytest.approx(37 * (1 + errors[1]))
    assert row["lower"].iloc[1] == pytest.approx(14.8 * (1 + errors[0] * math.sqrt(2)))
    assert row["bias"].iloc[0] == pytest.approx(np.mean(errors))
    few = pm.schools.places(HAND, capacity_of(HAND, 30), HAND_BIRTHS, years=2)
    assert few.loc[few["year_group"] == "0", "lower"].isna().all()
    assert few["range_basis"].iloc[0] == "2 back-cast errors, fewer than 9"
    assert few["reason"].iloc[0] == "too few back-cast errors for a range"


def test_cohorts_age_exactly_if_nobody_comes_or_goes():
    cohort = {year: 20 + 3 * (year % 5) for year in range(2005, 2030)}
    primary = [[[cohort[year - group] for group in range(7)]] for year in (2018, 2019, 2020)]
    secondary = [[[cohort[year - group] for group in range(7, 10)]] for year in (2018, 2019, 2020)]
    rolls = pd.concat(
        [table_of(primary, first=2018), table_of(secondary, first=2018, phase="secondary", low=7)], ignore_index=True
    )
    births = births_of([[cohort[year] for year in range(2018, 2026)]], first=2018)
    found = pm.schools.places(rolls, capacity_of(rolls, 30), births, smallest=0)
    assert found["year"].max() == 2027
    parts = found[(found["year_group"] != "all") & found["forecast"].notna()]
    entered = parts["year"] - parts["year_group"].astype(int)
    assert np.allclose(parts["forecast"], entered.map(cohort))
    # A pupil in Year 7 in 2027 is in Reception in 2020, so that only the primary phase lacks births.
    assert found.loc[found["forecast"].isna(), "phase"].unique().tolist() in ([], ["primary"])
    assert (found.loc[found["phase"] == "secondary", "ratio"].dropna() == 1).all()


def loops(rolls, births, *, last, years):
    """A second implementation: plain loops, each area with its own ratios."""
    number = {}
    for row in rolls.itertuples():
        key = (row.phase, row.planning_area, row.year, row.year_group)
        number[key] = number.get(key, 0) + row.pupils
    child = {(row.planning_area, row.intake_year): row.registered for row in births.itertuples()}
    final = max(key[2] for key in number)
    areas = {phase: sorted({key[1] for key in number if key[0] == phase}) for phase in ("primary", "secondary")}
    past = range(final - last, final)
    recent = range(final - last + 1, final + 1)
    out = dict(number)
    came = sum(number["secondary", area, year + 1, 7] for area in areas["secondary"] for year in past)
    left = sum(number["primary", area, year, 6] for area in areas["primary"] for year in past)
    entries = {a: sum(number["secondary", a, year, 7] for year in recent) for a in areas["secondary"]}
    for year in range(final + 1, final + years + 1):
        for area in areas["primary"]:
            entered = sum(number["primary", area, then, 0] for then in recent)
            born = sum(child[area, then] for then in recent)
            out["primary", area, year, 0] = entered / born * child.get((area, year), math.nan)
        leavers = sum(out["primary", area, year - 1, 6] for area in areas["primary"])
        for area in areas["secondary"]:
            out["secondary", area, year, 7] = came / left * leavers * entries[area] / sum(entries.values())
        for phase, groups in (("primary", range(1, 7)), ("secondary", range(8, 12))):
            for area in areas[phase]:
                for group in groups:
                    after = sum(number[phase, area, then + 1, group] for then in past)
                    before = sum(number[phase, area, then, group - 1] for then in past)
                    out[phase, area, year, group] = out[phase, area, year - 1, group - 1] * after / before
    return out


def test_a_second_implementation_agrees():
    found = pm.schools.places(TOWN.rolls, TOWN.schools, TOWN.births, years=5, last=2)
    expected = loops(TOWN.rolls, TOWN.births, last=2, years=5)
    parts = found[found["year_group"] != "all"]
    ours = parts["forecast"].to_numpy()
    theirs = [
        expected[row.phase, row.planning_area, row.year, int(row.year_group)]
        for row in parts.itertuples()
    ]  # fmt: skip
    assert len(ours) == 5 * (12 * 7 + 3 * 5)
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    whole = found[found["year_group"] == "all"].set_index(["phase", "planning_area", "year"])["forecast"]
    sums = parts.groupby(["phase", "planning_area", "year"])["forecast"].sum(min_count=7)
    primary = sums.loc["primary"]
    np.testing.assert_allclose(whole.loc["primary"].reindex(primary.index), primary)


def test_areas_sum_to_the_whole_with_ratios_of_the_phase():
    by_area = pm.schools.places(TOWN.rolls, TOWN.schools, TOWN.births, years=4, ratios="phase")
    one_rolls = TOWN.rolls.assign(planning_area="all of it")
    one_births = TOWN.births.groupby("intake_year")["registered"].sum().reset_index().assign(planning_area="all of it")
    one_places = TOWN.schools.assign(planning_area="all of it")
    whole = pm.schools.places(one_rolls, one_places, one_births, years=4)
    keys = ["phase", "year", "year_group"]
    sums = by_area.groupby(keys)[["forecast", "places"]].sum()
    np.testing.assert_allclose(sums, whole.set_index(keys)[["forecast", "places"]].reindex(sums.index), rtol=1e-12)


def test_feeds_send_leavers_where_they_say():
    areas = {"primary": sorted(TOWN.births["planning_area"].unique()), "secondary": ["S1", "S2", "S3"]}
    homes = TOWN.units_after.groupby(["primary_area", "secondary_area"]).size().reset_index()
    feeds = homes.rename(columns={"primary_area": "from_area", "secondary_area": "to_area"}).assign(share=1.0)
    assert feeds["from_area"].tolist() == areas["primary"]
    found = pm.schools.places(TOWN.rolls, TOWN.schools, TOWN.births, years=1, feeds=feeds)
    rolls = TOWN.rolls.merge(feeds[["from_area", "to_area"]], left_on="planning_area", right_on="from_area", how="left")
    left = rolls[rolls["year_group"] == 6].groupby(["to_area", "year"])["pupils"].sum()
    came = TOWN.rolls[TOWN.rolls["year_group"] == 7].groupby(["planning_area", "year"])["pupils"].sum()
    for area in areas["secondary"]:
        ratio = came[area].loc[2019:2021].sum() / left[area].loc[2018:2020].sum()
        assert pick(found, planning_area=area, year_group="7") == pytest.approx(left[area].loc[2021] * ratio)
    with pytest.raises(InvalidTable, match="do not sum to 1"):
        pm.schools.places(TOWN.rolls, TOWN.schools, TOWN.births, feeds=feeds.assign(share=0.9))


SITES = pd.DataFrame(
    {
        "primary_area": ["D1A", "D1A", "D2B"], "secondary_area": ["S3", "S3", "S2"], "year": [2022, 2024, 2023],
        "dwellings": [100, 50, 200], "status": ["committed", "committed", "proposed"],
    }
)  # fmt: skip


@pytest.mark.slow
def test_homes_are_told_apart_and_add_up():
    plain = pm.schools.places(TOWN.rolls, TOWN.schools, TOWN.births, years=4)
    every = pm.schools.places(TOWN.rolls, TOWN.schools, TOWN.births, SITES, years=4, **YIELDS)
    parts = [
        pm.schools.places(TOWN.rolls, TOWN.schools, TOWN.births, SITES.iloc[[place]], years=4, **YIELDS)
        for place in range(3)
    ]
    pd.testing.assert_series_equal(every["from_rolls"], plain["from_rolls"])
    for column in ("from_committed", "from_proposed"):
        np.testing.assert_allclose(every[column], sum(part[column] for part in parts))
    np.testing.assert_allclose(every["forecast"], every["from_rolls"] + every["from_committed"])
    np.testing.assert_allclose(every["surplus"] - every["surplus_with_proposed"], every["from_proposed"])
    # 100 homes send 28 pupils to primary school in the year that they are ready, 4 to each year group.
    first = every[(every["planning_area"] == "D1A") & (every["year"] == 2022)].set_index("year_group")
    np.testing.assert_allclose(first.loc[[str(group) for group in range(7)], "from_committed"], 4.0)
    assert first.loc["all", "from_committed"] == pytest.approx(28)
    second = every[(every["planning_area"] == "D1A") & (every["year"] == 2023)].set_index("year_group")
    assert second.loc["0", "from_committed"] == pytest.approx(4)
    assert second.loc["3", "from_committed"] == pytest.approx(4 * second.loc["3", "ratio"])
    # The range moves with committed homes, and is no wider for them.
    np.testing.assert_allclose((every["upper"] - every["lower"]).dropna(), (plain["upper"] - plain["lower"]).dropna())
    note = every["note"].iloc[0]
    assert "a study of one's own" in note
    assert "Survival ratios already hold what past building brought" in note


def test_homes_by_phase_and_yields_by_column():
    tidy = pd.concat(
        [
            SITES.assign(phase=phase, planning_area=SITES[f"{phase}_area"], each=YIELDS["yields"][phase])
            for phase in ("primary", "secondary")
        ]
    ).drop(columns=["primary_area", "secondary_area"])
    yields = {"primary": "each", "secondary": "each"}
    ours = pm.schools.places(
        TOWN.rolls, TOWN.schools, TOWN.births, tidy, years=3, yields=yields, yield_source="columns"
    )  # fmt: skip
    theirs = pm.schools.places(TOWN.rolls, TOWN.schools, TOWN.births, SITES, years=3, **YIELDS)
    pd.testing.assert_series_equal(ours["forecast"], theirs["forecast"])
    late = SITES.assign(year=[2021, 2030, 2023])
    found = pm.schools.places(TOWN.rolls, TOWN.schools, TOWN.births, late, years=3, **YIELDS)
    assert "1 row of homes completed by 2021" in found["note"].iloc[0]
    assert "1 row of homes completed later" in found["note"].iloc[0]


def test_capacity_and_its_changes():
    rolls, births = HAND, HAND_BIRTHS
    more = pd.DataFrame({"phase": ["primary"] * 2, "planning_area": ["P0", "P1"], "year": [2023, 2024]})
    more = more.assign(change=[15, -10], fills=["entry", "all"])
    plain = pm.schools.places(rolls, capacity_of(rolls, 30), births, years=2)
    found = pm.schools.places(rolls, capacity_of(rolls, 30), births, years=2, changes=more)
    pd.testing.assert_series_equal(plain["forecast"], found["forecast"])
    grown = {group: [pick(found, "places", planning_area="P0", year=year, year_group=group) for year in (2023, 2024)]
             for group in ("0", "1", "2", "all")}  # fmt: skip
    assert grown == {"0": [45, 45], "1": [30, 45], "2": [30, 30], "all": [105, 120]}
    assert pick(found, "places", planning_area="P1", year=2023, year_group="all") == 90
    assert pick(found, "places", planning_area="P1", year=2024, year_group="all") == 60
    of_group = more.assign(year_group=["1", "all"])
    one = pm.schools.places(rolls, capacity_of(rolls, 30), births, years=2, changes=of_group)
    assert pick(one, "places", planning_area="P0", year=2023, year_group="1") == 45
    assert pick(one, "places", planning_area="P0", year=2024, year_group="0") == 30
    by_school = capacity_of(rolls, 90).assign(school=["p0", "p1"])
    halves = pm.schools.places(rolls, by_school, births, years=2, capacity_of="school", capacity_year=2015)
    pd.testing.assert_series_equal(halves["places"], plain["places"])
    assert "1 school has more pupils in 2022 than places (2015): p1." in halves["note"].iloc[0]
    with pytest.raises(InvalidCounts, match="below 0"):
        pm.schools.places(rolls, capacity_of(rolls, 30), births, changes=more.assign(change=-40))


def test_a_school_that_closes_is_listed_and_its_pupils_counted():
    half = HAND.assign(pupils=HAND["pupils"] / 2)
    twin = half.assign(school=half["school"] + "x")
    split = pd.concat([half, twin[twin["year"] < 2022], half[half["year"] == 2022]])
    split = split.groupby(list(split.columns[:-1]))["pupils"].sum().reset_index()
    ours = pm.schools.places(split, capacity_of(HAND, 30), HAND_BIRTHS, years=2)
    theirs = pm.schools.places(HAND, capacity_of(HAND, 30), HAND_BIRTHS, years=2)
    pd.testing.assert_series_equal(ours["forecast"], theirs["forecast"])
    assert "2 schools are no longer on the rolls" in ours["note"].iloc[0]
    assert "p0x" in ours["note"].iloc[0]


def test_small_areas_take_the_ratio_of_the_phase():
    tiny = HAND.assign(pupils=HAND["pupils"].where(HAND["planning_area"] != "P0", HAND["pupils"] // 10))
    found = pm.schools.places(tiny, capacity_of(tiny, 30), HAND_BIRTHS, years=1)
    rows = found[found["planning_area"] == "P0"].set_index("year_group")
    assert rows.loc["1", "ratio_of"] == "phase"
    assert rows.loc["1", "ratio"] == pytest.approx((66 + 60 + 2 + 2) / (60 + 60 + 2 + 3))
    assert rows.loc["0", "ratio_of"] == "area"
    assert "primary P0 into year group 1" in found["note"].iloc[0]
    with pytest.raises(InvalidTable, match="rest on fewer than 20"):
        pm.schools.places(tiny, capacity_of(tiny, 30), HAND_BIRTHS, years=1, small="refuse")


def test_a_forecast_of_intake_is_taken_as_it_is():
    ahead = HAND_BIRTHS[HAND_BIRTHS["intake_year"] > 2022]
    found = pm.schools.places(HAND, capacity_of(HAND, 30), ahead, years=3, intake_is="forecast")
    assert pick(found, planning_area="P0", year=2023, year_group="0") == 75
    assert pick(found, "ratio_of", planning_area="P0", year=2023, year_group="0") == "given"
    assert math.isnan(pick(found, planning_area="P0", year=2025, year_group="0"))
    assert (
        pick(found, "reason", planning_area="P0", year=2025, year_group="all")
        == "intake not given for the year of entry"
    )
    kept = pm.schools.places(HAND, capacity_of(HAND, 30), ahead, years=3, intake_is="forecast", beyond="hold")
    assert pick(kept, planning_area="P0", year=2025, year_group="0") == pytest.approx((75 + 30) / 2)
    assert "The intake of 2025 is not given and held" in kept["note"].iloc[0]
    came = births_of([[20, 30, 24, 75], [60, 60, 66, 70]])
    with pytest.raises(InvalidTable, match="is what came"):
        pm.schools.places(HAND, capacity_of(HAND, 30), came, intake_is="forecast")
    with pytest.raises(InvalidTable, match="of no year of the rolls"):
        pm.schools.places(HAND, capacity_of(HAND, 30), ahead)


blocks = st.lists(
    st.lists(st.lists(st.integers(1, 90), min_size=3, max_size=3), min_size=2, max_size=2), min_size=3, max_size=3
)


@pytest.mark.slow
@settings(max_examples=8)
@given(blocks, st.lists(st.lists(st.integers(1, 90), min_size=5, max_size=5), min_size=2, max_size=2), st.randoms())
def test_scale_and_order_change_nothing_else(pupils, children, rng):
    rolls, births = table_of(pupils), births_of(children)
    capacity = capacity_of(rolls, 30)
    options = {"years": 2, "smallest": 0, "fewest": 2}
    found = pm.schools.places(rolls, capacity, births, **options)
    double = pm.schools.places(
        rolls.assign(pupils=rolls["pupils"] * 2),
        capacity,
        births.assign(registered=births["registered"] * 2),
        **options,
    )
    for column in ("forecast", "lower", "upper"):
        np.testing.assert_allclose(double[column], found[column] * 2)
    shuffled = [table.sample(frac=1, random_state=rng.randrange(99)) for table in (rolls, capacity, births)]
    pd.testing.assert_frame_equal(pd.DataFrame(pm.schools.places(*shuffled, **options)), pd.DataFrame(found))
    assert (found["lower"].dropna() <= found["upper"].dropna()).all()


def test_ranges_hold_a_year_that_was_held_out():
    past = TOWN.rolls[TOWN.rolls["year"] < 2021]
    found = pm.schools.places(past, TOWN.schools, TOWN.births[["planning_area", "intake_year", "registered"]], years=1)
    truth = TOWN.rolls[TOWN.rolls["year"] == 2021].groupby(["phase", "planning_area", "year_group"])["pupils"].sum()
    parts = found[found["year_group"] != "all"]
    keys = [(row.phase, row.planning_area, int(row.year_group)) for row in parts.itertuples()]
    true = truth.reindex(pd.MultiIndex.from_tuples(keys)).to_numpy()
    primary = (parts["phase"] == "primary").to_numpy()
    inside = ((true >= parts["lower"]) & (true <= parts["upper"])).to_numpy()[primary]
    # One back-cast year stands behind them; the ranges say four in five.
    assert 0.65 < inside.mean() <= 1
    off = np.abs(parts["forecast"].to_numpy() / true - 1)
    assert np.median(off) < 0.03


def test_shortfalls_by_hand():
    frame = pd.DataFrame(
        {
            "planning_area": "North", "phase": "primary", "year": np.repeat([2022, 2023, 2024], 3),
            "year_group": ["0", "1", "all"] * 3, "forecast": [28, 20, 48, 33, 28, 61, 31, 33, 64],
            "lower": [25, 18, 45, 29, 26, 58, 27, 31, 60], "upper": [31, 22, 52, 37, 31, 66, 36, 36, 70],
            "forecast_with_proposed": [31, 21, 52, 36, 29, 65, 34, 34, 68], "places": [30, 30, 60] * 3, "level": 0.8,
            "bias": -0.061, "errors": 9,
        }
    ).astype({"forecast": float})  # fmt: skip
    entry, whole = pm.schools.shortfalls(frame).to_dict("records")
    assert (entry["year_group"], entry["first_short"], entry["earliest"]) == ("0", 2023, 2022)
    assert pd.isna(entry["latest"])
    assert (entry["first_short_with_proposed"], entry["largest_deficit"], entry["largest_deficit_year"]) == (
        2022,
        3,
        2023,
    )
    assert entry["year_groups_short"] == "0, 1"
    assert entry["first_below_margin"] == 2023
    assert (whole["first_short"], whole["earliest"], whole["largest_deficit"]) == (2023, 2023, 4)
    assert pd.isna(whole["latest"])
    assert "short from 2023 (33 pupils, 30 places)" in entry["sentence"]
    assert "short from 2022 at its upper end, not at its lower" in entry["sentence"]
    assert "were 6% too high, in the median of 9." in entry["sentence"]
    enough = frame.assign(places=90.0).replace({"forecast": {31: np.nan, 64: np.nan}})
    entry, _ = pm.schools.shortfalls(enough).to_dict("records")
    assert pd.isna(entry["first_short"])
    assert entry["unknown_years"] == "2024"
    assert "not short within 2022–2023; fewest to spare in 2023, 57 of 90" in entry["sentence"]
    assert "No forecast for 2024." in entry["sentence"]
    with pytest.raises(InvalidTable, match="no rows of the total"):
        pm.schools.shortfalls(frame[frame["year_group"] != "all"])
    with pytest.raises(InvalidTable, match="no forecast"):
        pm.schools.shortfalls(frame[["year"]])
    with pytest.raises(InvalidParameter, match="margin"):
        pm.schools.shortfalls(frame, margin=2)


@pytest.mark.slow
def test_the_mix_stands_beside():
    found = pm.schools.places(TOWN.rolls, TOWN.schools, TOWN.births)
    mix = pm.schools.place_mix(TOWN.rolls, of=["free_meals", *TOWN.groups])
    table = pm.schools.shortfalls(found, mix=mix)
    now = TOWN.rolls[TOWN.rolls["year"] == 2021].groupby("planning_area")[["blue", "pupils"]].sum()
    row = table[table["planning_area"] == "S2"].iloc[0]
    assert row["blue_share"] == pytest.approx(now.loc["S2", "blue"] / now.loc["S2", "pupils"])
    assert row["blue_denominator"] == now.loc["S2", "pupils"]
    assert row["mix_year"] == 2021
    shares = mix[mix["of"] != "free_meals"].groupby(["phase", "planning_area"])["share"].sum()
    np.testing.assert_allclose(shares, 1)
    with pytest.raises(InvalidTable, match="have no mix"):
        pm.schools.shortfalls(found, mix=mix[mix["planning_area"] != "S2"])
    with pytest.raises(InvalidCounts, match="more than pupils"):
        pm.schools.place_mix(TOWN.rolls.assign(blue=9999), of="blue")
    with pytest.raises(InvalidParameter, match="no rows of 1999"):
        pm.schools.place_mix(TOWN.rolls, of="blue", year=1999)


def test_faults_come_together():
    births = HAND_BIRTHS.replace({"planning_area": {"P1": "P9"}})
    capacity = capacity_of(HAND, -5)
    sites = SITES.drop(columns=["primary_area", "secondary_area"])
    sites = sites.assign(planning_area=["P0", "Q", "P1"], status=["committed", "comitted", "proposed"])
    sites["dwellings"] = [10, -3, np.nan]
    with pytest.raises(InvalidTable) as caught:
        pm.schools.places(HAND, capacity, births, sites, yields={"primary": 0.3}, feeds=SITES)
    error = caught.value
    for kind in (UnmatchedUnit, InvalidCounts, InvalidParameter):
        assert isinstance(error, kind)
    text = str(error)
    for part in (
        "P9", "P1", "'places' are negative", "where the pupil yields come from", "the rolls have one phase",
    ):  # fmt: skip
        assert part in text, part
    with pytest.raises(InvalidTable) as caught:
        pm.schools.places(
            HAND, capacity_of(HAND, 30), HAND_BIRTHS, sites, yields={"primary": 0.3}, yield_source="guess"
        )  # fmt: skip
    text = str(caught.value)
    for part in ("comitted", "Q", "'dwellings' are negative", "'dwellings' are missing"):
        assert part in text, part


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda table: table[table["year"] != 2021], "leave years out: 2021"),
        (lambda table: table[table["year"] == 2022], "of one year, 2022"),
        (lambda table: table[(table["planning_area"] != "P1") | (table["year"] != 2022)], "primary P1"),
        (lambda table: table[table["year_group"] != 1], "nobody in year groups 1"),
        (lambda table: pd.concat([table, table.iloc[[3]]]), "same school, year and year group"),
        (lambda table: table.assign(pupils=table["pupils"].replace(27, -1)), "are negative"),
        (lambda table: table.assign(pupils=table["pupils"].replace(27, np.nan)), "Missing is not 0"),
        (lambda table: table.astype({"pupils": str}).replace({"pupils": {"27": "c"}}), "are no numbers"),
        (lambda table: table.assign(year_group="nursery"), "are no year groups"),
        (lambda table: table.assign(year=table["year"] + 0.5), "are no whole years"),
        (lambda table: table.rename(columns={"pupils": "pupil"}), "Did you mean 'pupil'"),
        (lambda table: table.iloc[:0], "have no rows"),
    ],
)
def test_rolls_that_cannot_be_followed_are_refused(change, said):
    with pytest.raises(InvalidTable) as caught:
        pm.schools.places(change(HAND), capacity_of(HAND, 30), HAND_BIRTHS)
    assert said in str(caught.value)


def test_arguments_are_checked_together():
    with pytest.raises(InvalidParameter) as caught:
        pm.schools.places(
            HAND, capacity_of(HAND, 30), HAND_BIRTHS, last=0, level=2, fewest=1, smallest=-1, fills="top",
            columns={"pupls": "x"},
        )  # fmt: skip
    for part in ("last is", "level is", "fewest is", "smallest is", "fills is", "Did you mean 'pupils'"):
        assert part in str(caught.value)
    for years in (0, True, 2.5, {"tertiary": 3}):
        with pytest.raises(InvalidParameter):
            pm.schools.places(HAND, capacity_of(HAND, 30), HAND_BIRTHS, years=years)
    with pytest.raises(DuplicateUnit):
        pm.schools.places(HAND, pd.concat([capacity_of(HAND, 30)] * 2), HAND_BIRTHS)
    with pytest.raises(InvalidTable, match="leave out primary planning areas"):
        pm.schools.places(HAND, capacity_of(HAND, 30).iloc[:1], HAND_BIRTHS)
    with pytest.raises(UnknownColumn):
        pm.schools.places(HAND, capacity_of(HAND, 30).drop(columns="places"), HAND_BIRTHS)


def test_nothing_is_changed_and_names_may_differ():
    own = HAND.rename(columns={"pupils": "headcount", "planning_area": "zone"})
    own["year_group"] = own["year_group"].map({0: "R", 1: "Year 1", 2: "Y2"})
    places, births = (table.rename(columns={"planning_area": "zone"}) for table in (capacity_of(HAND, 30), HAND_BIRTHS))
    copies = [table.copy() for table in (own, places, births)]
    named = {"pupils": "headcount", "planning_area": "zone"}
    ours = pm.schools.places(own, places, births, years=2, columns=named)
    theirs = pm.schools.places(HAND, capacity_of(HAND, 30), HAND_BIRTHS, years=2)
    pd.testing.assert_series_equal(ours["forecast"], theirs["forecast"])
    for table, copy in zip((own, places, births), copies, strict=True):
        pd.testing.assert_frame_equal(table, copy)


@pytest.mark.slow
def test_packs_come_out_again(tmp_path):
    sites = SITES.assign(phase="primary", planning_area=SITES["primary_area"])
    more = pd.DataFrame({"phase": ["primary"], "planning_area": ["D1A"], "year": [2023], "change": [30]})
    found = pm.schools.places(TOWN.rolls, TOWN.schools, TOWN.births, sites, changes=more, beyond="hold", **YIELDS)
    mix = pm.schools.place_mix(TOWN.rolls, of="free_meals")
    short = pm.schools.shortfalls(found, mix=mix)
    for name, result in {"places": found, "mix": mix, "short": short}.items():
        outcome = pm.verify(result.save(tmp_path / f"{name}.zip"))
        assert outcome.same, f"{name}: {outcome}"
    assert "Hamilton" in found.cite()
    assert "Primary places in D1A" in short.explain()


def test_errors_of_all_phases_serve_a_phase_with_too_few():
    plain = pm.schools.places(TOWN.rolls, TOWN.schools, TOWN.births, years=3)
    pooled = pm.schools.places(TOWN.rolls, TOWN.schools, TOWN.births, years=3, too_few="phases")
    primary = plain["phase"] == "primary"
    pd.testing.assert_frame_equal(pd.DataFrame(plain[primary]), pd.DataFrame(pooled[primary]))
    entry = {"phase": "secondary", "planning_area": "S1", "year_group": "7"}
    assert pick(plain, "errors", year=2022, **entry) == 6
    assert math.isnan(pick(plain, "lower", year=2022, **entry))
    assert pick(pooled, "errors", year=2022, **entry) == 6 + 24
    assert pick(pooled, "range_basis", year=2022, **entry) == "back-cast, errors of all phases"
    assert pick(pooled, "range_basis", year=2024, **entry) == "extrapolated from 2 years ahead, errors of all phases"
    # Other year groups have enough of their own.
    assert pick(pooled, "errors", year=2022, phase="secondary", planning_area="S1", year_group="8") == 24


def test_ranges_are_the_errors_of_forecasts_made_from_earlier_rolls():
    found = pm.schools.places(TOWN.rolls, TOWN.schools, TOWN.births, years=3, level=0.6)
    keys = ["phase", "planning_area", "year", "year_group"]
    came = TOWN.rolls.astype({"year_group": str}).groupby(keys)["pupils"].sum().rename("came").reset_index()
    parts = []
    for final in (2019, 2020):
        past = pm.schools.places(TOWN.rolls[TOWN.rolls["year"] <= final], TOWN.schools, TOWN.births, years=2)
        parts.append(pd.DataFrame(past).merge(came, on=keys))
    made = pd.concat(parts)
    made["error"] = made["came"] / made["forecast"] - 1
    primary = made[made["phase"] == "primary"]
    for ahead, reception in ((1, True), (2, True), (1, False), (2, False)):
        here = primary[(primary["ahead"] == ahead) & ((primary["year_group"] == "0") == reception)]["error"]
        group = "0" if reception else "4"
        row = found[
            (found["planning_area"] == "D2A") & (found["ahead"] == ahead) & (found["year_group"] == group)
        ].iloc[0]
        assert row["errors"] == len(here) == 12 * (3 - ahead) * (1 if reception else 6)
        assert row["bias"] == pytest.approx(here.median())
        ordered, place = np.sort(here), (len(here) + 1) * 0.2
        low = np.interp(place, np.arange(1, len(here) + 1), ordered)
        assert row["lower"] == pytest.approx(row["forecast"] * (1 + low))


def test_three_phases_in_a_row_and_an_area_that_is_new():
    """First, middle and upper schools; the second area of each has rolls of two years only."""
    size = {"first": range(5), "middle": range(5, 9), "upper": range(9, 12)}
    rows = [
        (f"{phase}{area}", phase, f"{phase}{area}", year, group, 30 if area else 60)
        for phase, groups in size.items()
        for group in groups
        for year in (2019, 2020, 2021)
        for area in (0, 1)
        if area == 0 or year > 2019
    ]
    rolls = pd.DataFrame(rows, columns=["school", "phase", "planning_area", "year", "year_group", "pupils"])
    births = pd.DataFrame(
        {"planning_area": np.repeat(["first0", "first1"], 20), "intake_year": [*range(2018, 2038)] * 2}
    )
    births["registered"] = np.repeat([80, 40], 20)
    found = pm.schools.places(rolls, capacity_of(rolls, 60), births, years={"upper": 12})
    parts = found[found["year_group"] != "all"]
    assert parts.groupby("phase")["ahead"].max().to_dict() == {"first": 5, "middle": 7, "upper": 12}
    np.testing.assert_allclose(parts["forecast"], np.where(parts["planning_area"].str.endswith("0"), 60, 30))
    assert "3 schools are new on the rolls" in found["note"].iloc[0]


def test_other_kinds_of_tables_do():
    polars = pytest.importorskip("polars")
    ours = pm.schools.places(polars.from_pandas(HAND), capacity_of(HAND, 30), HAND_BIRTHS, years=2)
    theirs = pm.schools.places(HAND, capacity_of(HAND, 30), HAND_BIRTHS, years=2)
    pd.testing.assert_series_equal(ours["forecast"], theirs["forecast"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"year": 2022}, "not after 2022"),
        ({"planning_area": "P7"}, "P7"),
        ({"phase": "primry"}, "Did you mean 'primary'"),
        ({"fills": "slowly"}, "neither 'entry' nor 'all'"),
        ({"year_group": "9"}, "no year group 9"),
        ({"change": np.nan}, "Missing is not 0"),
    ],
)
def test_changes_that_cannot_be_are_refused(change, said):
    row = {"phase": "primary", "planning_area": "P0", "year": 2023, "change": 15.0} | change
    with pytest.raises(InvalidTable) as caught:
        pm.schools.places(HAND, capacity_of(HAND, 30), HAND_BIRTHS, changes=pd.DataFrame([row]))
    assert said in str(caught.value)


def invented(seed, *, years=10, areas=8, groups=7):
    """Rolls of a council whose pupils do what the method assumes: pupils by year, area and group, and children."""
    rng = np.random.default_rng(seed)
    size, take = rng.integers(80, 400, areas), rng.uniform(0.6, 1, areas)
    children = rng.poisson(size * rng.lognormal(0, 0.05, (years, areas)))
    pupils = np.zeros((years, areas, groups))
    pupils[0] = rng.poisson((size * take)[:, None], (areas, groups))
    for year in range(years):
        pupils[year, :, 0] = rng.poisson(children[year] * take * rng.lognormal(0, 0.03, areas))
        if year:
            below = pupils[year - 1, :, :-1]
            pupils[year, :, 1:] = rng.binomial(below.astype(int), 0.96) + rng.poisson(0.045 * below)
    return pupils, children


@pytest.mark.slow
def test_ranges_hold_about_as_often_as_they_say():
    parts = []
    for seed in range(12):
        pupils, children = invented(seed)
        rolls = table_of(pupils[:5])
        found = pm.schools.places(rolls, capacity_of(rolls, 300), births_of(children.T), years=5)
        place = [(year - 2020, int(area[1:])) for year, area in zip(found["year"], found["planning_area"], strict=True)]
        true = [
            pupils[year, area].sum() if group == "all" else pupils[year, area, int(group)]
            for (year, area), group in zip(place, found["year_group"], strict=True)
        ]
        kind = found["year_group"].map({"0": "entry", "all": "all"}).fillna("other")
        inside = (found["lower"] <= true) & (true <= found["upper"])
        parts.append(pd.DataFrame({"kind": kind, "ahead": found["ahead"], "inside": inside}))
    held = pd.concat(parts).groupby(["kind", "ahead"])["inside"].mean()
    # One world's errors stand together, so that twelve worlds say four in five only roughly.
    assert held.between(0.66, 0.95).all(), held
    assert 0.75 < held.mean() < 0.9


def test_places_of_whole_schools_are_not_taken_for_those_of_a_year_group():
    town = pm.datasets.town()
    whole = town.schools.assign(places=town.schools["capacity"])
    with pytest.raises(pm.errors.PlacemixError, match="capacity_of='school'"):
        pm.schools.places(town.rolls, whole, town.births)
    found = pm.schools.places(town.rolls, whole, town.births, capacity_of="school")
    assert found["places"].gt(0).all()


def test_changes_after_the_last_year_are_told():
    late = pd.DataFrame({"phase": ["primary"], "planning_area": ["D1A"], "year": [2090], "change": [30]})
    found = pm.schools.places(TOWN.rolls, TOWN.schools, TOWN.births, changes=late)
    assert "1 planned change of capacity after" in found["note"].iloc[0]
