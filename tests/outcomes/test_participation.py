"""Turnout, part and whole, and the weight of a vote: printed values, exact identities, brute force."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import placemix as pm
from placemix import errors

# -- part and whole --------------------------------------------------------------------


def test_printed_turnout():
    """47 % beside a national 61 %, which includes the group."""
    found = pm.outcomes.gap_to_rest(0.47, 0.61, share=[0.05, 0.08, 0.10])
    assert found["rest"].round(4).tolist() == [0.6174, 0.6222, 0.6256]
    row = found.iloc[1]
    assert 100 * row["gap"] == pytest.approx(-15.22, abs=0.005)
    assert 100 * row["gap_whole"] == pytest.approx(-14)
    assert row["ratio_whole"] == pytest.approx(0.770, abs=0.0005)
    assert row["odds_ratio_whole"] == pytest.approx(0.567, abs=0.0005)


@given(st.integers(1, 500), st.integers(1, 500), st.floats(0, 1), st.floats(0, 1))
def test_the_rest_is_what_is_left_of_the_whole(ours, others, rate, rest):
    share = ours / (ours + others)
    whole = min(share * rate + (1 - share) * rest, 1.0)
    found = pm.outcomes.gap_to_rest(rate, whole, share=share).iloc[0]
    assert found["rest"] == pytest.approx(rest, abs=1e-9)
    assert found["gap"] == pytest.approx(rate - rest, abs=1e-9)
    # The gap to the whole is that to the rest, less the group's own part of it.
    assert found["gap_whole"] == pytest.approx((1 - share) * found["gap"], abs=1e-9)


def test_agrees_with_rates():
    table = pd.DataFrame({"indicator": "turnout", "group": ["minority", "all"], "rate": [47, 61]})
    with pytest.warns(errors.PartWholeComparison):
        other = pm.Rates(table).against_rest("minority", share=0.08)
    assert 100 * pm.outcomes.gap_to_rest(0.47, 0.61, share=0.08)["rest"].iloc[0] == pytest.approx(
        other["rate_rest"].iloc[0]
    )


def test_a_rest_that_cannot_be():
    found = pm.outcomes.gap_to_rest(0.9, 0.2, share=[0.1, 0.3])
    assert found["reason"].iloc[1] == "share_impossible"
    assert math.isnan(found["gap"].iloc[1])
    assert found["rest"].iloc[0] == pytest.approx(0.11 / 0.9)


def test_gap_to_rest_refuses():
    with pytest.raises(errors.PlacemixError) as caught:
        pm.outcomes.gap_to_rest(47, -1, share=[0.5, 1])
    for words in ("rate lies", "whole lies", "share lies"):
        assert words in str(caught.value)


# -- registration and voting -----------------------------------------------------------

GROUPS = st.lists(st.tuples(st.integers(1, 900), st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=5)


def table_of(groups):
    rows = [
        {"group": f"g{number}", "adults": adults, "registered": (many := round(adults * a)), "voted": round(many * b)}
        for number, (adults, a, b) in enumerate(groups)
    ]
    return pd.DataFrame(rows)


@pytest.mark.slow
@given(GROUPS)
def test_both_splits_sum_exactly(groups):
    table = table_of(groups)
    found = pm.outcomes.turnout_gaps(table, self_report=False)
    for number, row in found.iterrows():
        ours, others = table.iloc[number], table.drop(index=number)[["adults", "registered", "voted"]].sum()
        assert row["turnout"] == pytest.approx(ours["voted"] / ours["adults"])
        assert row["turnout_rest"] == pytest.approx(others["voted"] / others["adults"])
        assert row["gap"] == pytest.approx(row["turnout"] - row["turnout_rest"], abs=1e-12)
        if ours["registered"] and others["registered"]:
            assert row["gap_registration"] + row["gap_voting"] == pytest.approx(row["gap"], abs=1e-12)
        if ours["voted"] and others["voted"]:
            assert row["log_registration"] + row["log_voting"] == pytest.approx(row["log_ratio"], abs=1e-12)
            assert row["log_ratio"] == pytest.approx(math.log(row["turnout"] / row["turnout_rest"]), abs=1e-12)
        else:
            assert row["reason"] == "nobody_voted"
            assert math.isnan(row["log_ratio"])


@pytest.mark.slow
@given(GROUPS)
def test_a_row_of_everyone_gives_the_same_rest(groups):
    table = table_of(groups)
    everyone = table[["adults", "registered", "voted"]].sum().to_frame().T.assign(group="all")
    with_all = pm.outcomes.turnout_gaps(pd.concat([table, everyone]), self_report=False, everyone="all")
    alone = pm.outcomes.turnout_gaps(table, self_report=False)
    columns = ["group", "gap", "gap_registration", "log_voting", "turnout_rest", "gap_whole"]
    pd.testing.assert_frame_equal(pd.DataFrame(with_all[columns]), pd.DataFrame(alone[columns]))


def test_registration_alone_and_voting_alone():
    table = pd.DataFrame({"group": ["x", "y"], "adults": [100, 100], "registered": [50, 80], "voted": [25, 40]})
    row = pm.outcomes.turnout_gaps(table, self_report=False, focal="x").iloc[0]
    assert row["gap_voting"] == row["log_voting"] == 0
    assert row["gap_registration"] == pytest.approx(-0.15)
    table["registered"], table["voted"] = [80, 80], [20, 40]
    row = pm.outcomes.turnout_gaps(table, self_report=False, focal="x").iloc[0]
    assert row["gap_registration"] == row["log_registration"] == 0


def test_what_people_say_is_marked():
    table = pd.DataFrame({"group": ["x", "y"], "adults": [100, 90], "registered": [120, 80], "voted": [25, 40]})
    found = pm.outcomes.turnout_gaps(table, self_report=True)
    assert found["self_report"].all()
    assert "more say that they voted than did" in found["note"].iloc[0]
    assert "More are registered than there are adults: x." in found["note"].iloc[0]
    assert found["registration"].iloc[0] == pytest.approx(1.2)
    with pytest.raises(TypeError):
        pm.outcomes.turnout_gaps(table)


def test_turnout_refuses():
    table = pd.DataFrame(
        {"group": ["x", "x", "z"], "adults": [100, -5, "c"], "registered": [9, 8, 7], "voted": [10, 4, 1]}
    )
    with pytest.raises(errors.PlacemixError) as caught:
        pm.outcomes.turnout_gaps(table, self_report=False)
    for kind in (errors.NotNumbers, errors.InvalidCounts, errors.DuplicateUnit):
        assert isinstance(caught.value, kind)
    good = table_of([(9, 1, 1), (8, 1, 1)])
    with pytest.raises(errors.UnknownColumn, match="'voted'"):
        pm.outcomes.turnout_gaps(good.rename(columns={"voted": "votes"}), self_report=False)
    with pytest.raises(errors.UnknownGroup, match="Did you mean 'g1'"):
        pm.outcomes.turnout_gaps(good, self_report=False, focal="g11")
    with pytest.raises(errors.InvalidCounts, match="nobody to compare"):
        pm.outcomes.turnout_gaps(good.head(1), self_report=False)
    with pytest.raises(errors.InvalidCounts, match="less than a group"):
        pm.outcomes.turnout_gaps(good, self_report=False, everyone="g1")


# -- what a vote weighs ----------------------------------------------------------------


def adults_of(rows, groups=("x", "y"), **options):
    table = pd.DataFrame(rows, columns=list(groups)).assign(unit=[f"u{number}" for number in range(len(rows))])
    return pm.from_wide(table, groups=list(groups), unit="unit", **options)


def by_unit(values):
    return pd.Series(dict(enumerate(values))).rename(lambda number: f"u{number}")


def test_worked_by_hand():
    """Two seats of 60 electors: 100 adults (60 x, 40 y) and 80 adults (10 x, 70 y); one member each, 180 adults.

    An adult of the first has 1/100 of a member, of the second 1/80, on average 2/180: weights 0.9 and 1.125. Group x
    has (60 × 0.9 + 10 × 1.125)/70 = 65.25/70, group y (40 × 0.9 + 70 × 1.125)/110 = 114.75/110.
    """
    found = pm.outcomes.electoral_weight(by_unit([60, 60]), adults_of([(60, 40), (10, 70)]), by_unit(["N", "S"]))
    assert found["weight"].tolist() == pytest.approx([65.25 / 70, 114.75 / 110, 1])
    assert found["from_electors"].tolist() == pytest.approx([65.25 / 70 - 1, 114.75 / 110 - 1, 0], abs=1e-12)
    assert found["from_lines"].tolist() == pytest.approx([0, 0, 0], abs=1e-12)
    # Members that each group's adults make up: 0.6 + 10/80 of the first and second for x.
    assert found["members_share"].tolist() == pytest.approx([0.725, 1.275, 2])
    assert found["members_by_adults"].tolist() == pytest.approx([2 * 70 / 180, 2 * 110 / 180, 2])


MAPS = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(1, 90), st.integers(0, 3)), min_size=1, max_size=12
).filter(lambda rows: all(sum(x + y for x, y, _, s in rows if s == seat) for *_, seat in rows))


@pytest.mark.slow
@given(MAPS, st.data())
def test_identities_of_weights(rows, data):
    adults = adults_of([(x, y) for x, y, *_ in rows])
    electors, seats = by_unit([e for *_, e, _ in rows]), by_unit([f"s{seat}" for *_, seat in rows])
    names = sorted(set(seats))
    members = {name: data.draw(st.integers(1, 4)) for name in names}
    found = pm.outcomes.electoral_weight(electors, adults, seats, members=members).set_index("group")
    held, people = sum(members.values()), float(adults.total.sum())
    for column, group in enumerate(adults.groups):
        # Member by member: every adult has an equal part of each member of the seat.
        ours, total = 0.0, 0.0
        for unit, seat in enumerate(seats):
            there = float(adults.total[(seats == seat).to_numpy()].sum())
            ours += adults.values[unit, column] * members[seat] / there
            total += adults.values[unit, column]
        if not total:
            assert found.loc[group, "reason"] == "group_absent"
            continue
        row = found.loc[group]
        assert row["weight"] == pytest.approx(ours / total * people / held, rel=1e-9)
        assert row["members_share"] == pytest.approx(ours, rel=1e-9)
        assert 1 + row["from_electors"] + row["from_lines"] == pytest.approx(row["weight"], rel=1e-9)
    assert found.loc["everyone", "weight"] == pytest.approx(1, rel=1e-9)
    parts = found.drop(index="everyone")[["adults", "weight", "on_electors"]].fillna(0)
    for column in ("weight", "on_electors"):
        assert (parts["adults"] * parts[column]).sum() == pytest.approx(people, rel=1e-9)
    assert found.loc["everyone", "from_electors"] == pytest.approx(-found.loc["everyone", "from_lines"], abs=1e-9)


@given(MAPS)
def test_seats_drawn_on_adults_give_everybody_the_same(rows):
    """Members in proportion to adults: all weights are 1, whatever the electorates."""
    adults = adults_of([(x, y) for x, y, *_ in rows])
    electors, seats = by_unit([e for *_, e, _ in rows]), by_unit([f"s{seat}" for *_, seat in rows])
    members = pd.Series(adults.total, index=adults.units).groupby(seats).sum()
    found = pm.outcomes.electoral_weight(electors, adults, seats, members=members)
    np.testing.assert_allclose(found["weight"].dropna(), 1, rtol=1e-9)


@given(MAPS)
def test_seats_drawn_on_electors_have_no_part_of_lines(rows):
    """Members in proportion to electors: the weight is the registration around a group over everyone's."""
    adults = adults_of([(x, y) for x, y, *_ in rows])
    electors, seats = by_unit([e for *_, e, _ in rows]), by_unit([f"s{seat}" for *_, seat in rows])
    sums = electors.groupby(seats).sum()
    found = pm.outcomes.electoral_weight(electors, adults, seats, members=sums)
    np.testing.assert_allclose(found["from_lines"].dropna(), 0, atol=1e-9)
    people = pd.Series(adults.total, index=adults.units).groupby(seats).sum()
    registered = (sums / people / (sums.sum() / people.sum())).reindex(seats).to_numpy()
    share = adults.values / adults.total.sum()
    for column, total in enumerate(share.sum(axis=0)):
        if total:
            assert found["weight"].iloc[column] == pytest.approx(share[:, column] @ registered / total, rel=1e-9)
            # 1 and the covariance of the group's share with registration, over everyone's share.
            there = adults.total / adults.total.sum()
            mix = np.divide(adults.values[:, column], adults.total, out=np.zeros(len(seats)), where=adults.total > 0)
            spread = (there * (mix - total) * (registered - there @ registered)).sum()
            assert found["on_electors"].iloc[column] == pytest.approx(1 + spread / total, rel=1e-9)


def test_plans_side_by_side_and_units_of_a_table():
    adults = adults_of([(60, 40), (10, 70), (30, 30)])
    plans = pd.DataFrame({"unit": ["u0", "u1", "u2"], "now": ["N", "S", "S"], "next": ["N", "N", "S"]})
    found = pm.outcomes.electoral_weight(by_unit([60, 60, 40]), adults, plans)
    assert found["plan"].tolist() == ["now"] * 3 + ["next"] * 3
    one = pm.outcomes.electoral_weight(by_unit([60, 60, 40]), adults, plans.set_index("unit")["next"])
    assert found["weight"].tolist()[3:] == one["weight"].tolist()


def test_what_is_counted_is_said():
    adults = adults_of([(6, 4), (1, 7)], about={"universe": "residents of all ages"})
    found = pm.outcomes.electoral_weight(by_unit([60, 6]), adults, by_unit(["N", "S"]))
    assert (
        found["note"].iloc[0] == "People counted: residents of all ages. 1 unit has more electors than people counted."
    )


def test_weights_refuse():
    adults = adults_of([(60, 40), (10, 70)])
    with pytest.raises(errors.PlacemixError) as caught:
        pm.outcomes.electoral_weight(
            pd.Series({"u0": 60, "u1": None, "u7": 5}), adults, pd.Series({"u0": "N"}), members={"S": 1}
        )
    for words in ("has no number of electors", "electors and no adults", "is in no seat", "no number of members"):
        assert words in str(caught.value)
    with pytest.raises(errors.InvalidCounts, match="S has no electors"):
        pm.outcomes.electoral_weight(by_unit([60, 0]), adults, by_unit(["N", "S"]))
    with pytest.raises(errors.InvalidCounts, match="S has no adults"):
        pm.outcomes.electoral_weight(by_unit([60, 6]), adults_of([(60, 40), (0, 0)]), by_unit(["N", "S"]))
    with pytest.raises(errors.InvalidParameter, match="no plan"):
        pm.outcomes.electoral_weight(by_unit([60, 6]), adults, pd.DataFrame(index=["u0", "u1"]))
    with pytest.raises(errors.UnmatchedUnit, match="two seats"):
        pm.outcomes.electoral_weight(by_unit([60, 6]), adults, pd.Series(["N", "S", "S"], index=["u0", "u1", "u1"]))
    with pytest.raises(errors.NotCounts):
        pm.outcomes.electoral_weight(by_unit([60, 6]), pd.DataFrame(), by_unit(["N", "S"]))


def test_saved_and_verified(tmp_path):
    adults = adults_of([(60, 40), (10, 70)])
    results = [
        pm.outcomes.gap_to_rest(0.47, 0.61, share=[0.05, 0.08]),
        pm.outcomes.turnout_gaps(table_of([(90, 0.9, 0.5), (80, 0.7, 0.6)]), self_report=True, focal="g0"),
        pm.outcomes.electoral_weight(by_unit([60, 60]), adults, by_unit(["N", "S"]), members={"N": 2, "S": 1}),
        pm.outcomes.electoral_weight(by_unit([60, 60]), adults, pd.DataFrame({"a": by_unit(["N", "S"])})),
    ]
    for number, result in enumerate(results):
        outcome = pm.verify(result.save(tmp_path / f"{number}.zip"))
        assert outcome.same, f"{number}: {outcome}"


@pytest.mark.data
def test_trafford_wards(data_root):
    """Electors of 2024 by ward beside residents of 2021: weights, and turnout that has no group."""
    results = pd.read_parquet(data_root / "data" / "trafford" / "election_results_2016_2026.parquet")
    election = results[results["election_date"].astype(str) == "2024-05-02"]
    wards = election.drop_duplicates("wardcd").set_index("wardcd")
    groups = ["white", "mixed", "asian", "black", "other"]
    lookup = pd.read_parquet(data_root / "data" / "england_wales" / "lookup_lsoa21_ward24_lad24.parquet")
    people = pd.read_parquet(data_root / "data" / "greater_manchester" / "groups5_lsoa21_2021.parquet")
    people = people.merge(lookup, on="lsoa21cd").query("lad24nm == 'Trafford'").groupby("wd24cd")[groups].sum()
    assert set(people.index) == set(wards.index)
    counts = pm.from_wide(people.reset_index(), groups=groups, unit="wd24cd", about={"universe": "residents"})
    found = pm.outcomes.electoral_weight(wards["electorate"], counts, pd.Series({code: code for code in people.index}))
    found = found.set_index("group")
    assert (found["from_electors"] + found["from_lines"] + 1).to_numpy() == pytest.approx(found["weight"].to_numpy())
    shares = people.div(people.sum(axis=1), axis=0).mean()
    for group in groups:  # a ward's member stands for the ward's mix
        assert found.loc[group, "members_share"] == pytest.approx(21 * shares[group])
    assert "group" not in results.columns
    # What the page on representation prints.
    assert (wards["electorate"].sum(), counts.total.sum()) == (172_319, 234_987)
    assert found["weight"].round(3).to_dict() == {
        "white": 1.001, "mixed": 1.001, "asian": 0.997, "black": 0.987, "other": 1.004, "everyone": 1,
    }  # fmt: skip
    assert found["on_electors"].round(4)[["black", "asian"]].tolist() == [1.0005, 0.9991]
    more = 3 * (found["members_share"] - found["members_by_adults"])
    assert more.round(2)[["white", "asian", "black"]].tolist() == [0.05, -0.03, -0.03]
    registered = (wards["electorate"] / people.sum(axis=1)).groupby(wards["area_label"]).first()
    assert registered.agg(["idxmin", "idxmax"]).tolist() == ["Sale Central", "Manor"]
    assert registered.agg(["min", "max"]).round(2).tolist() == [0.65, 0.86]
