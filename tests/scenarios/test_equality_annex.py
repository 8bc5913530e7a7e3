"""The equality annex: a calibrated range or nothing, small numbers hidden, and no way to rank by group."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import placemix as pm
from placemix.errors import (
    CountRateMix,
    DuplicateUnit,
    InvalidCounts,
    InvalidParameter,
    InvalidTable,
    OverlappingGroups,
    PlacemixError,
    ReservedName,
    UnknownColumn,
    UnknownGroup,
    UnmatchedUnit,
)
from placemix.scenarios.equality import NEVER_RANKED, never_ranked
from placemix.scenarios.equality.hiding import hidden_groups
from placemix.scenarios.equality.mixing import mixes, newcomers, noise

GROUPS = ["x", "y", "z"]
FIXTURES = Path(__file__).resolve().parents[1] / "readers" / "fixtures" / "nomis_2021"
NUMBERS = [name for name in NEVER_RANKED if name.startswith("group_")]


def homes(**more):
    table = pd.DataFrame({"area": list("ABC"), "x": [600, 300, 900], "y": [300, 900, 60], "z": [100, 300, 540]})
    return pm.from_wide(table.assign(district=["D", "D", "E"], **more), groups=GROUPS, unit="area", strata=["district"])


def learnt(lower=-0.5, upper=0.4, largest=2.0, **more):
    rows = [
        {"group": group, "growth_from": 0.0, "growth_to": np.inf, "growth_largest": largest, "lower": lower,
         "upper": upper, "level": 0.9, "coverage": 0.88, "mean_error": 0.03, "mean_error_no_change": 0.02, **more}
        for group in GROUPS
    ]  # fmt: skip
    return pd.DataFrame(rows)


def coming(rows, **same):
    """A table as people_by_tenure gives it: reference, tenure, homes, new people, people displaced."""
    made = [
        {"reference": name, "case": "stated", "year": 2030, "tenure": tenure, "homes": float(number),
         "people": new - old, "people_new": float(new), "displaced": float(old), "from_internal": 0.0, "reason": None}
        for name, tenure, number, new, old in rows
    ]  # fmt: skip
    return pd.DataFrame(made).assign(**same)


PROFILE = pd.DataFrame({"tenure": ["owned", "rented"], "x": [600, 100], "y": [300, 200], "z": [100, 100]})
PEOPLE = coming([("a", "owned", 80, 200, 0), ("a", "rented", 40, 100, 0)])
WHERE = pd.DataFrame({"reference": ["a"], "unit": ["A"], "share": [1.0]})
SAID = {"tenure_groups_source": "made up for this test"}


def annex(people=PEOPLE, tenure_groups=PROFILE, **more):
    given_ = {
        "where": WHERE, "residents": homes(), "district": "district", "calibration": learnt(), "draws": 20, **SAID,
    }  # fmt: skip
    return pm.scenarios.equality_annex(people, tenure_groups, **(given_ | more))


# -- people of each tenure ------------------------------------------------------------------------

AGES = ["0-3", "4-10", "11-15", "16+"]
TENURES = ["owned", "social_rent", "private_rent"]
OCCUPANCY = pd.DataFrame(
    [
        (tenure, rooms, *np.random.default_rng(place).integers(100, 900, 5))
        for place, (tenure, rooms) in enumerate((one, rooms) for one in TENURES for rooms in (1, 2, 3))
    ],
    columns=["tenure", "bedrooms", "households", *AGES],
)
SIZES = st.lists(
    st.tuples(st.sampled_from(TENURES), st.integers(1, 3), st.integers(0, 300), st.integers(0, 60)),
    min_size=1, max_size=6,
)  # fmt: skip


def scheme(name, sizes, **more):
    def rows(place):
        return [{"tenure": one[0], "bedrooms": one[1], "count": one[place]} for one in sizes]

    return pm.scenarios.scheme(name, homes=rows(2), demolished=rows(3), **more)


@pytest.mark.slow
@given(SIZES, SIZES, st.floats(0, 0.3), st.floats(0, 1))
@settings(max_examples=10)
def test_tenures_sum_to_the_people_of_the_scheme(one, other, vacancy, internal):
    assumed = {"vacancy": vacancy, "internal": internal}
    net = sum(built - gone for _, _, built, gone in one)
    phased = {"phasing": {2027: net // 3, 2029: net - net // 3}} if net > 0 else {"year": 2029}
    schemes = [
        scheme("a", one, **phased, **assumed),
        scheme("b", other, year=2028, **assumed),
        pm.scenarios.scheme("c", dwellings=(30, 50), year=2028),
    ]
    mix = pd.DataFrame({"tenure": ["owned", "social_rent"], "bedrooms": [3, 2], "share": [0.75, 0.25]})
    for more in ({}, {"mix": mix}):
        whole = pm.scenarios.scheme_people(schemes, OCCUPANCY, **more)
        parts = pm.scenarios.people_by_tenure(schemes, OCCUPANCY, **more)
        numbers = ["homes", "people", "people_new", "displaced", "from_internal"]
        keys = ["reference", "case", "year"]
        summed = parts.groupby(keys, dropna=False, sort=False)[numbers].sum(min_count=1)
        expected = whole.set_index(keys)[numbers]
        assert summed.index.equals(expected.index)
        assert summed.to_numpy() == pytest.approx(expected.to_numpy(), nan_ok=True, abs=1e-9)
        assert parts.loc[parts["reference"] == "c", "tenure"].isna().all() == (not more)
        assert (parts["reason"].isna() == parts["people"].notna()).all()


def test_people_of_tenures_by_hand():
    found = pm.scenarios.people_by_tenure(scheme("a", [("owned", 2, 40, 0), ("social_rent", 1, 20, 5)]), OCCUPANCY)
    cells = OCCUPANCY.set_index(["tenure", "bedrooms"])
    per_home = cells[AGES].sum(axis=1) / cells["households"]
    assert found["tenure"].tolist() == ["owned", "social_rent"]
    owned, rented = 40 * per_home["owned", 2], per_home["social_rent", 1]
    assert found["people_new"].to_numpy() == pytest.approx([owned, 20 * rented])
    assert found["displaced"].to_numpy() == pytest.approx([0, 5 * rented])
    with pytest.raises(UnmatchedUnit):
        pm.scenarios.people_by_tenure(scheme("a", [("owned", 9, 1, 0)]), OCCUPANCY)


# -- the numbers ----------------------------------------------------------------------------------


def test_by_hand():
    found = annex()
    assert found["unit"].tolist() == ["A"] * 3
    assert found["group"].tolist() == GROUPS
    # 200 people in owned homes, 6/10, 3/10 and 1/10; 100 in rented ones, 1/4, 1/2 and 1/4.
    new = np.array([120 + 25, 60 + 50, 20 + 25])
    after = np.array([600, 300, 100]) + new
    assert found["group_people_central"].to_numpy() == pytest.approx(after)
    assert found["group_share_central"].to_numpy() == pytest.approx(after / 1300)
    assert found["group_share_now"].to_numpy() == pytest.approx([0.6, 0.3, 0.1])
    assert found["arriving"].to_numpy() == pytest.approx([300] * 3)
    assert found["growth"].to_numpy() == pytest.approx([0.3] * 3)
    # The range: newcomers as the district D, 900, 1200 and 400 of 2,500; odds times e to the errors learnt.
    forecast = np.array([600, 300, 100]) + 300 * np.array([900, 1200, 400]) / 2500
    for name, error in (("lower", -0.5), ("upper", 0.4)):
        odds = (forecast + 0.5) / (1300 - forecast + 0.5) * np.exp(error)
        share = (odds * 1300.5 - 0.5) / (1300 * (1 + odds))
        assert found[f"group_share_{name}"].to_numpy() == pytest.approx(share, rel=1e-9)
        assert found[f"group_people_{name}"].to_numpy() == pytest.approx(1300 * share)
    assert found["central_inside"].tolist() == [True, True, True]
    first = found.iloc[0]
    assert first["printed"] == (
        "A, x: 42 to 65 % of residents after (540 to 840 people), now 60 %; such ranges held in 88 % of places."
    )
    assert first["printed_central"] == first["printed"] + " Central estimate by the profile 'the table given': 57 %."


@pytest.mark.slow
def test_households_count_by_their_size():
    sizes = {"x": 2.0, "y": 3.0, "z": 4.0}
    found = annex(sizes=sizes, sizes_source="made up")
    owned, rented = np.array([600, 300, 100]) * [2, 3, 4], np.array([100, 200, 100]) * [2, 3, 4]
    after = np.array([600, 300, 100]) + 200 * owned / owned.sum() + 100 * rented / rented.sum()
    assert found["group_people_central"].to_numpy() == pytest.approx(after)
    assert "times mean sizes by group (made up)" in found["note"].iloc[0]
    flagged = annex()["note"].iloc[0]
    assert "reference person" in flagged
    assert "sizes of households by group were not given" in flagged
    assert "reference person" not in annex(universe="people")["note"].iloc[0]
    # One size for all is no size at all.
    same = annex(sizes=dict.fromkeys(GROUPS, 2.4), sizes_source="made up")
    assert same["group_people_central"].to_numpy() == pytest.approx(annex()["group_people_central"].to_numpy())


@pytest.mark.slow
def test_the_range_is_that_of_expected_mix_whatever_the_profile():
    other = PROFILE.assign(x=[10, 10], y=[900, 800], z=[90, 190])
    found = annex(tenure_groups={"district": PROFILE, "nearby": other})
    mix = pm.scenarios.expected_mix(homes(), pd.Series({"A": 300.0}), district="district", calibration=learnt())
    for _, rows in found.groupby("profile"):
        for mine, theirs in (("lower", "lower"), ("upper", "upper")):
            assert rows[f"group_share_{mine}"].to_numpy() == pytest.approx(mix[theirs].to_numpy())
        for name in ("level", "coverage", "mean_error", "mean_error_no_change"):
            assert rows[name].to_numpy() == pytest.approx(mix[name].to_numpy())
    assert found["printed"].nunique() == 3  # one line a group, whatever the profiles
    # A profile may expect what was hardly ever seen; that widens nothing, and is said.
    low = annex(
        tenure_groups={"odd": PROFILE.assign(x=[1, 2], y=[9000, 8000], z=[900, 900])}, calibration=learnt(-0.1, 0.1)
    )
    outside = low[(low["symbol"] == "") & ~low["central_inside"].fillna(value=True)]
    assert len(outside)
    assert outside["printed_central"].str.contains("(?:above|below) the range, which (?:ends|begins) at").all()
    # No column gives the lowest and highest of profiles, and the rules say why.
    assert "25 %" in found["rules"].iloc[0]
    assert "25 %" not in annex()["rules"].iloc[0]


def test_several_units_and_schemes_conserve_people():
    people = coming([("a", "owned", 80, 200, 30), ("a", "rented", 40, 100, 0), ("b", "rented", 60, 150, 12)])
    people.loc[2, "from_internal"] = 90.0
    where = pd.DataFrame({"reference": ["a", "a", "b"], "unit": ["A", "B", "B"], "share": [0.75, 0.25, 1.0]})
    origins = homes().totals
    found = annex(people, where=where, origins=origins)
    added = pm.scenarios.added_by_unit(
        people.groupby(["reference", "case", "year"], as_index=False)[["homes", "people", "from_internal"]]
        .sum()
        .assign(reason=None),
        where,
        origins=origins,
    ).set_index("unit")
    for unit, rows in found.groupby("unit"):
        assert rows["added"].iloc[0] == pytest.approx(added.loc[unit, "added"])
        assert rows["homes"].iloc[0] == pytest.approx(added.loc[unit, "homes"])
        total = rows["people_now"].iloc[0] + rows["added"].iloc[0]
        assert rows["group_people_central"].sum() == pytest.approx(total)
        assert rows["group_share_central"].sum() == pytest.approx(1)
    assert found.loc[found["unit"] == "B", "schemes"].iloc[0] == "a; b"
    # Those who leave have the mix of the unit: B loses 7.5 + 12 to demolition and movers in proportion.
    rows = found[found["unit"] == "B"]
    gone = 0.25 * 30 + 12 + added.loc["B", "leaving"]
    new = 0.25 * np.array([145, 110, 45]) + 150 * np.array([0.25, 0.5, 0.25])
    after = np.array([300, 900, 300]) * (1 - gone / 1500) + new
    assert rows["group_people_central"].to_numpy() == pytest.approx(after)


def test_new_homes_keep_their_people():
    rng = np.random.default_rng(3)
    people, counts = rng.uniform(0, 200, (4, 3)), rng.integers(0, 500, (2, 3, 5)) + 1.0
    mix = mixes(counts, np.array([1.5, 2.0, 2.5, 3.0, 4.0]))
    assert mix.sum(axis=-1) == pytest.approx(np.ones((2, 3)))
    new = newcomers(people, mix)
    looped = np.zeros((2, 4, 5))
    for profile in range(2):
        for unit in range(4):
            for tenure in range(3):
                looped[profile, unit] += people[unit, tenure] * mix[profile, tenure]
    assert new == pytest.approx(looped, abs=1e-9)
    assert new.sum(axis=-1) == pytest.approx(np.tile(people.sum(axis=1), (2, 1)))


@pytest.mark.slow
def test_noise_is_that_of_the_compound_distribution():
    # Mosimann 1962: n p (1 − p) (n + A) / (1 + A) with A households; tenures are independent, fractions scaled.
    people = np.array([[60.0, 30.0], [0.4, 120.5]])
    counts = np.array([[[30.0, 10.0, 0.0], [5.0, 5.0, 10.0]]])
    found = noise(people, counts, None, draws=6000, seed=1)[0]
    for unit, sizes in enumerate(people):
        variance = np.zeros(3)
        for size, table in zip(sizes, counts[0], strict=True):
            n, total = np.rint(size), table.sum()
            share = table / total
            if n:
                variance += (size / n) ** 2 * n * share * (1 - share) * (n + total) / (1 + total)
        assert found[unit] == pytest.approx(np.sqrt(variance), rel=0.04)
    assert noise(people, counts, None, draws=50, seed=1) == pytest.approx(noise(people, counts, None, draws=50, seed=1))
    assert (noise(people, counts, None, draws=50, seed=2) != noise(people, counts, None, draws=50, seed=1)).any()
    shown = annex(draws=400)
    assert (shown["group_noise_sd"] > 0).all()
    # Chance alone is far narrower than what was seen, and stands apart from it.
    assert (shown["group_noise_sd"] * 3 < shown["group_share_upper"] - shown["group_share_lower"]).all()
    assert "no range" in shown["rules"].iloc[0]


# -- what is hidden -------------------------------------------------------------------------------


def feasible(people, hidden, least):
    """Least and largest value of each hidden number that fits the total, by linear programming."""
    from scipy.optimize import linprog

    few = people[hidden] < least
    bounds = [(0, least) if low else (least, None) for low in few]
    total = people[hidden].sum()
    ends = []
    for place in range(len(few)):
        aim = np.zeros(len(few))
        aim[place] = 1
        ends.append(
            tuple(
                way * linprog(way * aim, A_eq=np.ones((1, len(few))), b_eq=[total], bounds=bounds).fun
                for way in (1, -1)
            )
        )
    return few, ends


@given(arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(2, 7)), elements=st.floats(0, 60)))
def test_hidden_numbers_cannot_be_had_from_the_total(tables):
    hidden = hidden_groups(tables, 10)
    small = (tables < 10 - 1e-9).any(axis=0)
    assert (hidden | ~small).all()
    if not small.any():
        assert not hidden.any()
        return
    assert hidden.sum() >= 2
    if hidden.all():
        return
    for people in tables:
        few, ends = feasible(people, hidden, 10)
        for low, (least, most) in zip(few, ends, strict=True):
            # Not by subtraction, and not by bounds: a small number stays open by five people at least.
            assert not low or most - least >= 5 - 1e-6


@pytest.mark.slow
@given(
    arrays(np.int64, (2, 5), elements=st.integers(0, 400)),
    arrays(np.int64, (2, 2, 5), elements=st.integers(0, 300)),
    st.integers(60, 400),
)
@settings(max_examples=12)
def test_nothing_below_ten_is_printed(now, counts, new):
    groups = list("vwxyz")
    now = now + np.array([[40], [40]])  # somebody lives there
    counts = counts + np.array([[[1, 0, 0, 0, 0], [0, 1, 0, 0, 0]]])  # and in homes of each tenure
    shares_of = counts / counts.sum(axis=-1, keepdims=True)
    assume(not any(np.allclose(one[0], one[1], atol=1e-6) for one in shares_of))
    table = pd.DataFrame(now, columns=groups).assign(area=list("AB"), district="D")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # columns that happen to sum to others
        residents = pm.from_wide(table, groups=groups, unit="area", strata=["district"])
    profiles = {
        str(place): pd.DataFrame(part, columns=groups).assign(tenure=["owned", "rented"])
        for place, part in enumerate(counts)
    }
    people = coming([("a", "owned", 60, new, 0), ("a", "rented", 30, new / 2, 0)])
    calibration = pd.concat([learnt(largest=50).iloc[:1].assign(group=group) for group in groups])
    found = annex(people, profiles, residents=residents, calibration=calibration, draws=3)
    for name in NUMBERS:
        if name.startswith("group_people"):
            assert not (found[name] < 10 - 1e-9).any()
    assert (found["group_share_now"].isna() | (found["group_share_now"] * found["people_now"] >= 10 - 1e-6)).all()
    mix = {name: table.set_index("tenure")[groups].to_numpy() for name, table in profiles.items()}
    for name, rows in found.groupby("profile"):
        shares = mix[name] / mix[name].sum(axis=1, keepdims=True)
        expected = new * shares[0] + new / 2 * shares[1]
        shown = rows["group_people_central"].notna().to_numpy()
        # What is shown is what comes, and nobody can subtract from it to fewer than ten newcomers.
        assert rows["group_people_central"].to_numpy()[shown] == pytest.approx((now[0] + expected)[shown])
        assert (expected[shown] >= 10 - 1e-6).all()
        assert (now[0][shown] >= 10).all()
        assert (~shown).sum() != 1
        assert ((rows["symbol"] == "") == shown).all()
        assert rows["group_share_now"].isna().sum() != 1
        assert rows.loc[~shown, "group_noise_sd"].isna().all()
        assert rows.loc[~shown, "central_inside"].isna().all()
    for text in found["printed_central"]:
        for number in re.findall(r"(\d[\d,]*) (?:to \d[\d,]* )?people", text):
            assert int(number.replace(",", "")) >= 10 or "fewer than 10" in text


def test_ends_below_ten_are_not_printed():
    # 12 of z in a unit of 1,000, and few come: the low end has fewer than ten.
    table = pd.DataFrame({"area": list("AB"), "x": [500, 900], "y": [488, 600], "z": [12, 10], "district": "D"})
    residents = pm.from_wide(table, groups=GROUPS, unit="area", strata=["district"])
    found = annex(residents=residents, calibration=learnt(-1.5, 0.5)).set_index("group")
    assert np.isnan(found.loc["z", "group_share_lower"])
    assert np.isnan(found.loc["z", "group_people_lower"])
    assert found.loc["z", "symbol_lower"] == "<10"
    assert found.loc["z", "symbol_upper"] == ""
    assert "fewer than 10 people to 2 % of residents after (up to 30 people)" in found.loc["z", "printed"]
    assert found.loc[["x", "y"], "symbol_lower"].eq("").all()
    hidden = annex(residents=residents, calibration=learnt(-3, -1.5)).set_index("group").loc["z"]
    assert hidden["symbol_upper"] == "<10"
    assert "fewer than 10 residents after" in hidden["printed"]
    # The smallest number is an argument that can be raised and not lowered.
    assert annex(least_count=50)["symbol"].tolist() == ["", "withheld", "<50"]
    with pytest.raises(InvalidParameter, match="least_count is a number from 10"):
        annex(least_count=5)


def test_one_hidden_group_takes_another_with_it():
    few = PROFILE.assign(z=[1, 1])
    found = annex(tenure_groups=few).set_index("group")
    assert found["symbol"].to_dict() == {"x": "", "y": "withheld", "z": "<10"}
    assert found.loc[["y", "z"], "group_share_central"].isna().all()
    assert "it would tell a smaller one" in found.loc["y", "printed_central"]
    assert "fewer than 10 people in the unit or the new homes" in found.loc["z", "printed_central"]
    # Its range stays: it is of the whole unit and sums to nothing.
    assert found["group_share_upper"].notna().all()
    # Each profile is a table of its own.
    both = annex(tenure_groups={"few": few, "many": PROFILE}).set_index(["profile", "group"])["symbol"]
    assert both["many"].eq("").all()
    assert both["few"].to_dict() == found["symbol"].to_dict()


# -- why there is nothing -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"calibration": None}, "A: not predictable from these data: nothing was learnt from places that grew."),
        ({"calibration": learnt(largest=0.1)}, "no place that was learnt from grew by as much"),
        ({"calibration": learnt(np.nan, np.nan)}, "too few places grew by as much"),
        ({"people": coming([("a", "owned", 80, 10, 200)])}, "fewer people: no such place was learnt from"),
    ],
)
def test_without_a_range_there_is_no_number_by_group(more, words):
    found = annex(**more)
    assert found[NUMBERS].isna().all(axis=None)
    assert found["central_inside"].isna().all()
    assert found["symbol"].eq("").all()
    [printed] = found["printed"].unique()
    assert words in printed
    assert found["printed_central"].eq(printed).all()
    assert found["reason"].notna().all()
    assert found["homes"].notna().all()


def test_schemes_of_few_homes_have_none():
    people = coming([("a", "owned", 80, 200, 0), ("small", "owned", 49, 90, 0)])
    where = pd.DataFrame({"reference": ["a", "small"], "unit": ["A", "A"], "share": [1.0, 1.0]})
    found = annex(people, where=where)
    last = found.iloc[-1]
    assert last["schemes"] == "small"
    assert last["printed"] == "small: a net gain of 49 homes, and the equality annex needs at least 50."
    assert pd.isna(last["unit"])
    assert last[NUMBERS].isna().all()
    # Nor are they in the numbers of the unit.
    alone = annex(people.iloc[:1])
    assert found.iloc[:-1]["group_people_central"].to_numpy() == pytest.approx(alone["group_people_central"].to_numpy())
    assert "Schemes of too few homes are in no number here: small." in found["note"].iloc[0]
    # The least number is an argument that is shown.
    assert found["least_homes"].eq(50).all()
    more = annex(people, where=where, least_homes=49)
    assert more["least_homes"].eq(49).all()
    assert more["schemes"].eq("a; small").all()
    only = annex(people.iloc[1:], where=where)
    assert only["reason"].tolist() == ["small: a net gain of 49 homes, and the equality annex needs at least 50"]
    assert list(only.columns) == list(found.columns)
    # A gain is net: 80 built and 40 pulled down are 40.
    assert annex(coming([("a", "owned", 40, 200, 90)]))["reason"].notna().all()


def test_years_and_cases():
    early, late = coming([("a", "owned", 40, 100, 0)], year=2027), coming([("a", "owned", 80, 200, 0)], year=2030)
    both = pd.concat([early, late], ignore_index=True)
    with pytest.raises(InvalidParameter, match="People are given for 2 years"):
        annex(both)
    found = annex(both, year=2030)
    assert found["year"].eq(2030).all()
    assert found["arriving"].eq(200).all()
    assert annex(both, year=2027)["reason"].str.contains("net gain of 40 homes").all()
    low, high = coming([("a", "owned", 60, 150, 0)], case="low"), coming([("a", "owned", 80, 200, 0)], case="high")
    both = pd.concat([low, high], ignore_index=True)
    with pytest.raises(InvalidParameter, match="Choose case="):
        annex(both)
    assert annex(both, case="low")["arriving"].eq(150).all()
    undated = annex(PEOPLE.assign(year=pd.array([None, None], dtype="Int64")))
    assert undated["year"].isna().all()


# -- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize("nothing", [None, {}])
def test_without_a_table_it_is_refused_with_its_name(nothing):
    with pytest.raises(InvalidParameter) as caught:
        annex(tenure_groups=nothing)
    for words in (
        "needs a table of tenure by group",
        "RM134",
        "Tenure by ethnic group (Household Reference Persons)",
        "NM_2234_1",
        "LC4201EW or DC4201EW of 2011",
        "The mix of an area is never taken in its place.",
    ):
        assert words in str(caught.value)


@pytest.mark.parametrize(
    ("table", "kind", "words"),
    [
        (
            PROFILE.assign(x=[60, 30], y=[30, 15], z=[10, 5]),
            InvalidTable,
            "Every tenure of the table given has the same",
        ),
        (PROFILE.assign(x=[60.5, 25.5], y=[29.5, 50.5], z=[10, 24]), CountRateMix, "these are shares"),
        (
            PROFILE.assign(x=[60.5, 39.5], y=[20.5, 79.5], z=[50, 50]),
            CountRateMix,
            "shares of groups, not households",
        ),
        (PROFILE.drop(columns="tenure"), UnknownColumn, "it tells no tenure from another"),
        (PROFILE.iloc[:1], UnmatchedUnit, "lacks tenures that the homes have. [rented]"),
        (PROFILE.assign(tenure=["owned", "rentd"]), UnmatchedUnit, "Did you mean 'rentd'?"),
        (PROFILE.drop(columns="z"), UnknownGroup, "has no column of"),
        (PROFILE.assign(total=1000), UnknownGroup, "are no groups of the residents: 'total'"),
        (PROFILE.assign(x=[0, 1], y=[0, 1], z=[0, 1]), InvalidCounts, "Nobody lives in homes of these tenures"),
        (PROFILE.assign(x=[-1, 1]), InvalidCounts, "missing, negative or no numbers. [owned]"),
        (PROFILE.assign(x=["c", 1]), InvalidCounts, "missing, negative or no numbers. [owned]"),
        (pd.concat([PROFILE, PROFILE]), DuplicateUnit, "Tenures stand twice"),
        (PROFILE.iloc[:0], PlacemixError, "has no rows"),
        ({"a": "RM134"}, InvalidTable, "The profile 'a' must be a table"),
    ],
)
def test_what_is_no_table_of_tenure_by_group(table, kind, words):
    with pytest.raises(kind) as caught:
        annex(tenure_groups=table)
    assert words in str(caught.value)


def test_every_fault_is_told_together():
    with pytest.raises(PlacemixError) as caught:
        annex(
            tenure_groups={"one": PROFILE.iloc[:1], "two": PROFILE.drop(columns="z")},
            tenure_groups_source={"one": "made up", "three": "x"},
            universe="houses",
            least_homes=0,
            sizes={"x": 2, "y": 0},
        )
    for words in (
        "universe is 'households' or 'people'",
        "least_homes is a number from 1",
        "Nothing says where the sizes of households come from",
        "Sizes of households lack groups: 'z'",
        "numbers of people from 1. [y]",
        "The profile 'one' lacks tenures",
        "the profile 'two' has no column of",
        "tenure_groups_source names what is no profile: 'three'",
    ):
        assert words in str(caught.value), words


@pytest.mark.parametrize(
    ("more", "kind", "words"),
    [
        ({"tenure_groups_source": None}, InvalidParameter, "Nothing says where the table given comes from"),
        ({"tenure_groups_source": " "}, InvalidParameter, "Nothing says where"),
        ({"sizes_source": "a survey"}, InvalidParameter, "given without sizes"),
        (
            {"sizes": dict.fromkeys(GROUPS, 2), "sizes_source": "s", "universe": "people"},
            InvalidParameter,
            "counts people",
        ),
        ({"draws": 1}, InvalidParameter, "draws is a whole number of at least 2"),
        ({"people": PEOPLE.drop(columns="tenure")}, UnknownColumn, "Pass what people_by_tenure gave"),
        ({"people": pd.concat([PEOPLE, PEOPLE])}, InvalidTable, "repeat a scheme, case, year and tenure"),
        ({"people": PEOPLE.assign(people_new=-1.0)}, InvalidCounts, "are negative or infinite"),
        ({"people": PEOPLE.assign(people=np.nan)}, InvalidCounts, "are not known"),
        ({"people": coming([("a", "owned", 80, 1900, 1800)])}, InvalidCounts, "More people would leave homes"),
        ({"calibration": learnt().iloc[:2]}, UnknownGroup, "Nothing was learnt about the group z"),
        ({"where": WHERE.assign(unit="Z")}, UnmatchedUnit, "not among the units"),
        ({"residents": pd.DataFrame()}, PlacemixError, "Counts are needed"),
        ({"people": [1]}, InvalidTable, "must be a table"),
    ],
)
def test_other_refusals(more, kind, words):
    with pytest.raises(kind) as caught:
        annex(**more)
    assert words in str(caught.value)


def test_a_profile_of_another_place_is_flagged():
    found = annex(
        tenure_groups={"national": PROFILE, "own": PROFILE, "unsaid": PROFILE},
        tenure_groups_of={"national": "England", "own": "D"},
    )
    notes = {name: rows["note"].iloc[0] for name, rows in found.groupby("profile")}
    assert "The profile 'national' is of England, not of the district D." in notes["national"]
    assert "It is not said of which district the profile 'unsaid' is." in notes["unsaid"]
    assert "profile" not in notes["own"]
    # A profile may say it of itself.
    own = annex(tenure_groups=PROFILE.assign(of="England", source="an office"), tenure_groups_source=None)
    assert own["profile_source"].eq("an office").all()
    assert "is of England, not of the district D" in own["note"].iloc[0]


def test_it_says_what_it_is_not():
    said = annex()["what_this_is_not"].unique()
    assert len(said) == 1
    assert "not advice on whom homes should be let, sold or allocated to" in said[0]
    assert "no substitute for an equality impact assessment" in said[0]
    for text in [*annex()["printed_central"], *annex()["rules"]]:
        assert not re.search(r"\b(should|recommend|prefer|best|target|quota)\b", text)


def test_nothing_of_it_can_be_ranked():
    found = annex()
    for name in found.columns:
        assert never_ranked(found, [name])
    # Nor as plain columns of another table.
    plain = pd.DataFrame({"site": ["A"], **{name: [0.5] for name in NEVER_RANKED}, "places": [3]})
    for name in NEVER_RANKED:
        [fault] = never_ranked(plain, ["places", name])
        assert name in str(fault)
        assert "who would live there" in str(fault)
    assert never_ranked(plain, ["places"]) == []
    # Every number by group has a name that is refused.
    numbers = [name for name in found.columns if name.startswith("group_")]
    assert set(numbers) <= set(NEVER_RANKED)


# -- census tables that cross tenure with group ---------------------------------------------------

OWNED = ["Owned: Owns outright", "Owned: Owns with a mortgage or loan or shared ownership"]
TENURE_NAMES = {
    "owner_occupied": OWNED,
    "shared_ownership": OWNED[1],
    "social_rent": "Rented: Social rented",
    "private_rent": "Rented: Private rented or lives rent free",
}
FIVE = {
    "white": [
        "White: English, Welsh, Scottish, Northern Irish or British",
        "White: Irish",
        "White: Gypsy or Irish Traveller, Roma or Other White",
    ],
    "mixed": "Mixed or Multiple ethnic groups",
    "asian": "Asian, Asian British or Asian Welsh",
    "black": "Black, Black British, Black Welsh, Caribbean or African",
    "other": "Other ethnic group",
}


def test_the_published_table_becomes_a_profile():
    table = pm.readers.nomis(FIXTURES / "rm134_api.csv")
    found = pm.scenarios.tenure_profile(table, tenures=TENURE_NAMES, groups=FIVE, units=["E06000002"])
    raw = pd.read_csv(FIXTURES / "rm134_api.csv")
    raw = raw[raw["GEOGRAPHY_CODE"] == "E06000002"].set_index(["C2021_ETH_8_NAME", "C2021_HHTENURE_5_NAME"])[
        "OBS_VALUE"
    ]
    for tenure, names in TENURE_NAMES.items():
        for group, parts in FIVE.items():
            homes_of = sum(
                raw[part, name]
                for part in ([parts] if isinstance(parts, str) else parts)
                for name in ([names] if isinstance(names, str) else names)
            )
            assert found.set_index("tenure").loc[tenure, group] == homes_of
    assert found["of"].eq("E06000002").all()
    assert found["source"].iloc[0] == "RM134, Office for National Statistics, via Nomis, 2021"
    # Both areas, groups as published.
    both = pm.scenarios.tenure_profile(table, tenures=TENURE_NAMES)
    assert both["White: Irish"].tolist() == [40 + 25 + 88 + 53, 25 + 53, 25 + 58, 20 + 44]
    assert "Summed over 2 areas." in both["note"].iloc[0]
    left = pm.scenarios.tenure_profile(table, tenures={"social_rent": "Rented: Social rented"})
    assert "were left out" in left["note"].iloc[0]
    assert "Owns outright" in left["note"].iloc[0]


def test_a_table_of_2011_is_summed_over_age(tmp_path):
    # Made up, in the shape of an answer of the API for LC4201EW; names of its dimensions as in public scripts.
    ages = ["All categories: Age", "Age 24 and under", "Age 25 and over"]
    groups = ["All categories: Ethnic group of HRP", "White", "Asian"]
    tenures = ["All categories: Tenure", "Owned", "Rented"]
    rows, value = [], iter([7, 31, 53, 19, 101, 211, 43, 89])
    cells = {(a, g, t): next(value) for a in ages[1:] for g in groups[1:] for t in tenures[1:]}
    for age in ages:
        for group in groups:
            for tenure in tenures:
                number = sum(
                    count
                    for (a, g, t), count in cells.items()
                    if age in (a, ages[0]) and group in (g, groups[0]) and tenure in (t, tenures[0])
                )
                rows.append(("2011", "E06000001", age, group, tenure, number))
    names = ["DATE_NAME", "GEOGRAPHY_CODE", "C_AGE_NAME", "C_ETHPUK11_NAME", "C_TENHUK11_NAME", "OBS_VALUE"]
    pd.DataFrame(rows, columns=names).to_csv(tmp_path / "lc4201ew.csv", index=False)
    table = pm.readers.nomis(tmp_path / "lc4201ew.csv")
    found = pm.scenarios.tenure_profile(table, tenures={"owned": "Owned", "rented": "Rented"})
    assert found[["White", "Asian"]].to_numpy().tolist() == [[7 + 101, 53 + 43], [31 + 211, 19 + 89]]
    assert "Summed over" in found["note"].iloc[0]


def test_profiles_that_are_refused():
    table = pm.readers.nomis(FIXTURES / "rm134_api.csv")
    make = pm.scenarios.tenure_profile
    with pytest.raises(InvalidParameter, match="its groups are not crossed"):
        make(homes(), tenures={"owned": "Owned"})
    with pytest.raises(InvalidParameter, match="has no axis 'tenur'"):
        make(table, tenures=TENURE_NAMES, tenure_axis="tenur")
    with pytest.raises(PlacemixError) as caught:
        make(
            table,
            tenures={"social_rent": "Social rented"},
            groups={**FIVE, "irish": "White: Irish", "other": []},
            units=["E06000009"],
        )
    for words in (
        "no tenure 'Social rented'. Remedy: Did you mean 'Rented: Social rented'?",
        "Published groups are in none of yours: 'Other ethnic group'",
        "1 published group would be counted twice",
        "[E06000009]",
    ):
        assert words in str(caught.value)
    assert isinstance(caught.value, OverlappingGroups)
    assert isinstance(caught.value, UnmatchedUnit)
    with pytest.raises(ReservedName):
        make(
            table, tenures=TENURE_NAMES, groups={**{k: v for k, v in FIVE.items() if k != "other"}, "of": FIVE["other"]}
        )


# -- keeping --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_saved_and_verified(tmp_path):
    plan = [scheme("a", [("owned", 2, 80, 5), ("social_rent", 1, 30, 0)], year=2030, internal=0.3)]
    people = pm.scenarios.people_by_tenure(plan, OCCUPANCY, occupancy_source="made up")
    assert pm.verify(people.save(tmp_path / "people.zip")).same
    table = pd.DataFrame({"tenure": ["owned", "social_rent"], "x": [600, 100], "y": [300, 200], "z": [100, 100]})
    found = annex(
        people, {"one": table, "two": table.assign(x=[9, 800])}, origins=homes().totals,
        tenure_groups_of={"one": "D"}, sizes=pd.Series({"z": 3, "x": 2.1, "y": 2.5}), sizes_source="made up",
    )  # fmt: skip
    assert pm.verify(found.save(tmp_path / "annex.zip")).same
    for number, other in enumerate((annex(), annex(calibration=None), annex(coming([("a", "owned", 9, 20, 0)])))):
        assert pm.verify(other.save(tmp_path / f"{number}.zip")).same
    rm134 = pm.readers.nomis(FIXTURES / "rm134_api.csv")
    profile = pm.scenarios.tenure_profile(rm134, tenures=TENURE_NAMES, groups=FIVE, units=["E06000001"], of="Here")
    assert pm.verify(profile.save(tmp_path / "profile.zip")).same


@pytest.mark.slow
def test_inputs_are_left_as_they_are():
    people, profile, where, learning = PEOPLE.copy(), PROFILE.copy(), WHERE.copy(), learnt()
    given_ = [frame.copy() for frame in (people, profile, where, learning)]
    annex(people, {"a": profile}, where=where, calibration=learning)
    for frame, before in zip((people, profile, where, learning), given_, strict=True):
        pd.testing.assert_frame_equal(frame, before)
    indexed = annex(tenure_groups=PROFILE.set_index("tenure"))
    assert indexed["group_people_central"].to_numpy() == pytest.approx(annex()["group_people_central"].to_numpy())
