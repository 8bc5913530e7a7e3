"""The bridge: the identity, its local terms, exact ends under hidden cells, two dates, and what is refused."""

from __future__ import annotations

import itertools
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix import errors
from placemix.outcomes import Condition, bridge, bridge_change, bridge_terms
from placemix.outcomes.bridging.spans import Cells, gap_span, mean_span
from placemix.outcomes.bridging.worst import worst_part

AIR = {"domain": "environment", "higher_is": "worse", "describes": "places"}
POOR = {"domain": "living standards", "higher_is": "worse", "describes": "people", "measured_in": "share"}
ROOMS = {"domain": "housing", "higher_is": "better", "describes": "places"}
FEW = settings(max_examples=6)


def town(x, y, *, about=None, total=None, suppressed=None, **more):
    frame = pd.DataFrame({"unit": [f"u{place}" for place in range(len(x))], "x": x, "y": y, **more})
    options = {} if total is None else {"total": "total"}
    if total is not None:
        frame["total"] = total
    groups = ["x", "y", *(["z"] if "z" in more else [])]
    strata = [name for name in more if name != "z"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", errors.IncompletePartition)
        return pm.from_wide(
            frame, groups=groups, unit="unit", strata=strata, suppressed=suppressed, about=about, **options
        )


def of(values, counts, name="air"):
    return pd.Series(values, index=counts.units, name=name, dtype=float)


HOMES = town([80, 20, 0, 20], [20, 80, 100, 80], about={"period": "2021"})
LEVEL = of([20.0, 14, 11, 14], HOMES)

rows = st.lists(
    st.tuples(
        st.integers(0, 400), st.integers(0, 400), st.floats(-50, 50, allow_subnormal=False), st.sampled_from("pq")
    ),
    min_size=2,
    max_size=25,
)


# -- the identity ----------------------------------------------------------------------


@pytest.mark.slow
@FEW
@given(rows)
def test_gap_is_separation_times_contrast_and_the_sum_of_its_terms(table):
    x, y, score, place = (list(column) for column in zip(*table, strict=True))
    assume(sum(x) > 0 and sum(y) > 0)
    counts = town(x, y, place=place)
    found = bridge(counts, {"air": of(score, counts)}, facts={"air": AIR}, focal="each", against="rest", by="place")
    known = found[found["gap"].notna()]
    off = known["gap"] - known["separation"] * known["contrast"]
    assert (off[known["contrast"].notna()].abs() <= 1e-12 * 50).all()
    assert (known.loc[known["contrast"].isna(), "gap"].abs() <= 1e-12 * 50).all()
    terms = bridge_terms(counts, {"air": of(score, counts)}, facts={"air": AIR}, focal="each", by="place")
    sums = terms.groupby(["place", "focal"])["term"].sum(min_count=1)
    for row in known[known["place"] != "whole"].itertuples():
        assert sums[row.place, row.focal] == pytest.approx(row.gap, abs=1e-11)
    whole = bridge_terms(counts, {"air": of(score, counts)}, facts={"air": AIR}, focal="x")
    assert whole["term"].sum() == pytest.approx(found[found["place"] == "whole"].iloc[0]["gap"], abs=1e-11)


@FEW
@given(rows)
def test_agrees_with_place_gap(table):
    """The two are worked out apart from each other."""
    x, y, score, place = (list(column) for column in zip(*table, strict=True))
    assume(sum(x) > 0 and sum(y) > 0)
    score[0] = np.nan
    counts = town(x, y, place=place)
    values = of(score, counts)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", errors.IncompleteCondition)
        found = bridge(counts, {"air": values}, facts={"air": AIR}, focal="each", by="place")
        other = pm.place_gap(counts, values, focal="each", by="place")
    inside = found[found["place"] != "whole"].reset_index(drop=True)
    for name in (
        "focal_mean",
        "against_mean",
        "gap",
        "separation",
        "over_mean",
        "under_mean",
        "people_dropped",
        "units",
    ):
        np.testing.assert_allclose(inside[name].astype(float), other[name].astype(float), atol=1e-11, rtol=0)
    assert inside["reason"].fillna("").tolist() == other["reason"].fillna("").tolist()


def test_worked_by_hand():
    """Asian members live 2/3 in A and 1/6 each in B and D; the others 20, 160 and 100 of 280."""
    found = bridge(HOMES, {"air": LEVEL, "rooms": of([3.0, 4, 5, 5], HOMES)}, facts={"air": AIR, "rooms": ROOMS},
                   focal="x", worst=0.25)  # fmt: skip
    first, second = found.to_dict("records")
    assert first["focal_mean"] == pytest.approx(2 / 3 * 20 + 1 / 3 * 14)
    assert first["against_mean"] == pytest.approx((20 * 20 + 160 * 14 + 100 * 11) / 280)
    assert first["worse_for"] == "x"
    # Fewer rooms are worse, and the group lives where there are fewer.
    assert second["gap"] == pytest.approx(3.5 - (60 + 320 + 500 + 400) / 280)
    assert second["worse_for"] == "x"
    # One place of four is the worst quarter: A, where 80 of 120, 20 of 280 and 100 of 400 live.
    assert [first[name] for name in ("worst_focal", "worst_against", "worst_everyone")] == pytest.approx(
        [80 / 120, 20 / 280, 100 / 400]
    )
    assert first["worst_rule"] == "the worst 25 % of areas (4 in the whole table)"
    assert first["interval_method"] == "none:complete_count"


@pytest.mark.slow
@FEW
@given(rows, st.randoms())
def test_no_order_of_rows_decides(table, random):
    x, y, score, place = (list(column) for column in zip(*table, strict=True))
    assume(sum(x) > 0 and sum(y) > 0)
    score = [round(value / 20) for value in score]
    counts = town(x, y, place=place)
    order = list(range(len(x)))
    random.shuffle(order)
    shuffled = counts.take(np.array(order))
    values = of(score, counts)
    for by_whom in ("places", "people"):
        one, other = (
            bridge(table, {"air": given_}, facts={"air": AIR}, focal="each", by="place", of=by_whom)
            for table, given_ in ((counts, values), (shuffled, values.iloc[::-1]))
        )
        keys = ["place", "focal"]
        one, other = (frame.sort_values(keys).reset_index(drop=True) for frame in (one, other))
        for name in ("gap", "separation", "worst_focal", "worst_against", "worst_everyone"):
            np.testing.assert_allclose(one[name], other[name], atol=1e-11, rtol=0)


@FEW
@given(rows)
def test_shares_in_the_worst_places_add_up_over_strata(table):
    x, y, score, place = (list(column) for column in zip(*table, strict=True))
    assume(sum(x) > 0 and sum(y) > 0)
    counts = town(x, y, place=place)
    found = bridge(counts, {"air": of(score, counts)}, facts={"air": AIR}, focal="x", by="place", of="people")
    inside, whole = found[found["place"] != "whole"], found[found["place"] == "whole"].iloc[0]
    assert (inside["worst_focal"] * inside["focal_people"]).sum() / sum(x) == pytest.approx(whole["worst_focal"])
    # The part asked for is exactly the part of all people.
    assert whole["worst_everyone"] == pytest.approx(0.1)


# -- the worst places ------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 50)), min_size=1, max_size=20),
    st.floats(0.01, 0.99),
    st.booleans(),
)
def test_the_worst_part_is_exact_and_ties_are_alike(units, share, up):
    value, weight = (np.array(column, dtype=float) for column in zip(*units, strict=True))
    assume(weight.sum() > 0)
    part = worst_part(value, weight, share, higher_is_worse=up)
    assert (part * weight).sum() == pytest.approx(share * weight.sum())
    key = value if up else -value
    for one, other in itertools.combinations(np.flatnonzero(weight > 0), 2):
        if key[one] == key[other]:
            assert part[one] == part[other]
        else:
            more, less = (one, other) if key[one] > key[other] else (other, one)
            assert part[more] >= part[less]
            assert part[more] == 1 or part[less] == 0


def test_units_at_the_edge_are_told():
    found = bridge(HOMES, {"air": LEVEL}, facts={"air": AIR}, focal="x", worst=0.5).iloc[0]
    # A, and half of B and D, which are alike.
    assert found["worst_focal"] == pytest.approx((80 + 10 + 10) / 120)
    assert found["worst_rule"] == "the worst 50 % of areas (4 in the whole table), 2 areas at the edge counted to 50 %"
    found = bridge(HOMES, {"air": LEVEL}, facts={"air": AIR}, focal="x", worst=0.5, of="people").iloc[0]
    assert found["worst_everyone"] == pytest.approx(0.5)
    assert found["worst_rule"].startswith("the worst areas that hold 50 % of the people")
    found = bridge(HOMES, {"air": LEVEL}, facts={"air": AIR}, focal="x", worst=None).iloc[0]
    assert np.isnan(found["worst_focal"])
    assert found["worst_rule"] is None


def test_the_worst_class_of_the_publisher_goes_before():
    one = Condition(values=LEVEL, worst_places=["u0", "u3", "elsewhere"], **AIR)
    found = bridge(HOMES, {"air": one}, focal="x").iloc[0]
    assert found["worst_focal"] == pytest.approx(100 / 120)
    assert found["worst_rule"] == "the areas in the worst class that the publisher made (2 in the whole table)"


# -- hidden cells ----------------------------------------------------------------------

cell = st.tuples(st.integers(0, 6), st.integers(0, 2))
few = st.lists(st.tuples(cell, cell, st.integers(-4, 4)), min_size=2, max_size=4)


def gap_of(x, w, y):
    return (x * y).sum() / x.sum() - (w * y).sum() / w.sum()


def whole(low, high):
    """All tables of whole people between two bounds."""
    ends = zip(low, high, strict=True)
    return [np.array(x, dtype=float) for x in itertools.product(*(range(int(a), int(b) + 1) for a, b in ends))]


@given(few, st.booleans())
def test_ends_are_those_of_every_table(units, tied):
    """All tables are gone through: free cells, and cells whose rest is what they leave of a published total."""
    low, high = (np.array([one[0][0] + plus * one[0][1] for one in units], dtype=float) for plus in (0, 1))
    w_low, w_high = (np.array([one[1][0] + plus * one[1][1] for one in units], dtype=float) for plus in (0, 1))
    y = np.array([one[2] for one in units], dtype=float)
    total = high + w_low
    if tied:
        w_low, w_high = total - high, total - low
    free = np.full(len(units), np.inf)
    span = gap_span(Cells(low, high, w_low, w_high, free, total if tied else None), y, y)
    every = []
    for x in whole(low, high):
        others = [total - x] if tied else whole(w_low, w_high)
        every += [gap_of(x, w, y) if x.sum() > 0 and w.sum() > 0 else np.nan for w in others]
    every = np.array(every)
    if np.isnan(every).all():
        assert np.isnan(span.lower)
        return
    assert span.lower == pytest.approx(np.nanmin(every), abs=1e-12)
    assert span.upper == pytest.approx(np.nanmax(every), abs=1e-12)
    assert span.undefined == bool(np.isnan(every).any())
    assert (span.lower_by, span.upper_by) == ("exact", "exact")


@given(few, st.integers(0, 2))
def test_ends_of_two_groups_with_a_published_total(units, spare):
    """Where both groups share the room of a total, an end is exact or lies beyond every table."""
    low, high = (np.array([one[0][0] + plus * one[0][1] for one in units], dtype=float) for plus in (0, 1))
    w_low, w_high = (np.array([one[1][0] + plus * one[1][1] for one in units], dtype=float) for plus in (0, 1))
    y = np.array([one[2] for one in units], dtype=float)
    room = low + w_low + spare
    high, w_high = np.minimum(high, room - w_low), np.minimum(w_high, room - low)
    span = gap_span(Cells(low, high, w_low, w_high, room, None), y, y)
    every = []
    choices = [
        [(a, b) for a in range(int(one[0]), int(one[1]) + 1) for b in range(int(one[2]), int(one[3]) + 1)
         if a + b <= one[4]]
        for one in zip(low, high, w_low, w_high, room, strict=True)
    ]  # fmt: skip
    for table in itertools.product(*choices):
        x, w = (np.array(side, dtype=float) for side in zip(*table, strict=True))
        if x.sum() > 0 and w.sum() > 0:
            every.append(gap_of(x, w, y))
    if not every:
        return
    for end, by, best, side in (
        (span.lower, span.lower_by, min(every), -1), (span.upper, span.upper_by, max(every), 1)
    ):  # fmt: skip
        if by == "exact":
            assert end == pytest.approx(best, abs=1e-12)
        else:
            assert side * end >= side * best - 1e-12


@given(few, st.lists(st.floats(0, 1), min_size=8, max_size=8))
def test_fractions_of_people_stay_within_the_ends(units, draws):
    low, high = (np.array([one[0][0] + plus * (one[0][1] + 0.5) for one in units], dtype=float) for plus in (0, 1))
    y = np.array([one[2] for one in units], dtype=float)
    total = high + np.array([one[1][0] for one in units])
    x = low + (high - low) * np.array(draws[: len(units)])
    assume(x.sum() > 0 and (total - x).sum() > 1e-6)
    span = gap_span(Cells(low, high, total - high, total - low, np.full(len(units), np.inf), total), y, y)
    assert span.lower - 1e-9 <= gap_of(x, total - x, y) <= span.upper + 1e-9


@given(few, st.lists(st.booleans(), min_size=4, max_size=4), st.integers(0, 3))
def test_hidden_values_of_the_condition(units, held, width):
    x = np.array([one[0][0] for one in units], dtype=float)
    w = np.array([one[1][0] for one in units], dtype=float)
    assume(x.sum() > 0 and w.sum() > 0)
    low = np.array([one[2] for one in units], dtype=float)
    high = low + width * np.array(held[: len(units)])
    span = gap_span(Cells(x, x, w, w, np.full(len(x), np.inf), None), low, high)
    every = [gap_of(x, w, np.array(y)) for y in itertools.product(*zip(low, high, strict=True))]
    assert span.lower == pytest.approx(min(every), abs=1e-12)
    assert span.upper == pytest.approx(max(every), abs=1e-12)


@given(few)
def test_ends_of_a_share(units):
    low, high = (np.array([one[0][0] + plus * one[0][1] for one in units], dtype=float) for plus in (0, 1))
    part = np.array([one[2] > 0 for one in units], dtype=float)
    every = [(x * part).sum() / x.sum() for x in whole(low, high) if x.sum() > 0]
    assume(every)
    assert mean_span(low, high, part) == pytest.approx((min(every), max(every)), abs=1e-12)


@pytest.mark.slow
@FEW
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(5, 30), st.floats(0, 9)), min_size=3, max_size=8),
    st.integers(0, 2**32 - 1),
    st.booleans(),
)
def test_every_fill_lies_within_the_ends(units, seed, stated):
    """Small cells are hidden as a publisher hides them; whatever they were, the gap lies within its ends."""
    x, y, score = (np.array(column) for column in zip(*units, strict=True))
    hidden = (x > 0) & (x < 5)
    assume(hidden.any() and x.sum() > 0)
    total = x + y + 3 if stated else None
    shown = [("c" if gone else str(value)) for gone, value in zip(hidden, x, strict=True)]
    counts = town(shown, y, total=total, suppressed={"c": (1, 4)})
    facts = {"air": AIR}
    found = bridge(counts, {"air": of(score, counts)}, facts=facts, focal="x", against=["rest", "y"], worst=0.4)
    assert set(found["lower_by"]) == set(found["upper_by"]) == {"exact"}
    rng = np.random.default_rng(seed)
    for _ in range(5):
        fill = np.where(hidden, rng.integers(1, 5, len(x)), x)
        rest = {"rest": total - fill if stated else y, "y": y}
        for row in found.itertuples():
            assert row.lower - 1e-9 <= gap_of(fill, rest[row.against], score) <= row.upper + 1e-9
            assert row.lower - 1e-12 <= row.gap <= row.upper + 1e-12
    assert (found["interval_method"] == "bounds:exact over all tables within the hidden cells and values").all()
    assert found["hidden_cells"].tolist() == [int(hidden.sum())] * 2
    assert found["note"].str.contains("middle of their intervals").all()


def test_ends_of_hidden_cells_by_hand():
    """Between one and four of x are in u0: 1 + 5 or 4 + 5 of x, of whom the share in the bad place is 1/6 to 4/9."""
    counts = town(["c", "5"], [10, 10], suppressed={"c": (1, 4)})
    row = bridge(counts, {"air": of([1.0, 0.0], counts)}, facts={"air": AIR}, focal="x", worst=0.5).iloc[0]
    assert (row["lower"], row["upper"]) == pytest.approx((1 / 6 - 1 / 2, 4 / 9 - 1 / 2))
    assert (row["worst_focal_lower"], row["worst_focal_upper"]) == pytest.approx((1 / 6, 4 / 9))
    assert (row["worst_against_lower"], row["worst_against_upper"]) == pytest.approx((1 / 2, 1 / 2))
    assert row["worse_for"] == "rest"
    # With ends on both sides of 0 nobody's places are called worse.
    counts = town(["c", "2"], [10, 10], suppressed={"c": (1, 4)})
    row = bridge(counts, {"air": of([1.0, 0.0], counts)}, facts={"air": AIR}, focal="x").iloc[0]
    assert row["lower"] < 0 < row["upper"]
    assert row["worse_for"] is None


def test_hidden_and_rounded_values_of_conditions():
    values = pd.Series({"u0": pm.Suppressed(1, 4, symbol="c"), "u1": 2.0, "u2": 3.0, "u3": 2.0}, dtype=object)
    row = bridge(HOMES, {"air": values}, facts={"air": AIR}, focal="x").iloc[0]
    weight = 80 / 120 - 20 / 280
    middle = bridge(HOMES, {"air": of([2.5, 2, 3, 2], HOMES)}, facts={"air": AIR}, focal="x")["gap"].iloc[0]
    assert row["gap"] == pytest.approx(middle)
    assert (row["lower"], row["upper"]) == pytest.approx((middle - 1.5 * weight, middle + 1.5 * weight))
    assert row["hidden_values"] == 1
    rounded = Condition(values=LEVEL, low=LEVEL - 0.5, high=LEVEL + 0.5, **AIR)
    row = bridge(HOMES, {"air": rounded}, focal="x").iloc[0]
    assert row["upper"] - row["lower"] == pytest.approx(2 * row["separation"])
    # With hidden cells beside hidden values an end is only a bound.
    counts = town(["c", "20", "0", "20"], [20, 80, 100, 80], suppressed={"c": (1, 4)})
    row = bridge(counts, {"air": rounded}, focal="x").iloc[0]
    assert row["interval_method"] == "bounds:no table within the hidden cells and values lies beyond"
    for first in (1, 4):
        for shift in itertools.product((-0.5, 0.5), repeat=4):
            gap = gap_of(np.array([first, 20, 0, 20.0]), np.array([20, 80, 100, 80.0]), LEVEL.to_numpy() + shift)
            assert row["lower"] - 1e-12 <= gap <= row["upper"] + 1e-12


def test_cells_that_a_total_leaves_no_room_are_refused():
    counts = town(["c", "5"], [10, 10], total=[12, 15], suppressed={"c": (1, 4)})
    counts = replace(counts, low=counts.low + np.array([[5.0, 0], [0, 0]]), high=counts.high + 5)
    with pytest.raises(errors.InvalidCounts, match="fewer people"):
        bridge(counts, {"air": of([1.0, 0], counts)}, facts={"air": AIR}, focal="x")


# -- errors of the counts ----------------------------------------------------------------


def survey():
    rng = np.random.default_rng(5)
    x, y = rng.integers(200, 900, 30), rng.integers(200, 900, 30)
    counts = town(x, y)
    return replace(counts, error=np.sqrt(counts.values) * 2), of(rng.normal(10, 3, 30), counts)


def linearised(counts, y, error):
    """Standard error of a difference of two means with independent cells, to first order: an independent working."""
    (x, w), y = counts.values.T, y.to_numpy()
    parts = [
        ((members / members.sum() * 0 + (y - (members * y).sum() / members.sum()) / members.sum()) * sd) ** 2
        for members, sd in ((x, error[:, 0]), (w, error[:, 1]))
    ]
    return float(np.sqrt(np.concatenate(parts).sum()))


def test_standard_errors_give_an_interval_of_sampling():
    counts, score = survey()
    row = bridge(counts, {"air": score}, facts={"air": AIR}, focal="x", against="y", draws=2000, seed=3).iloc[0]
    half = (row["upper"] - row["lower"]) / 2
    assert half == pytest.approx(1.96 * linearised(counts, score, counts.error), rel=0.06)
    assert row["lower"] < row["gap"] < row["upper"]
    assert row["interval_method"] == "moe:basic interval; cells, none below 0; draws=2000; seed=3"
    again = bridge(counts, {"air": score}, facts={"air": AIR}, focal="x", against="y", draws=2000, seed=3).iloc[0]
    assert again["lower"] == row["lower"]


def test_an_assumed_perturbation():
    counts, score = survey()
    counts = replace(counts, error=None)
    row = bridge(counts, {"air": score}, facts={"air": AIR}, focal="x", against="y", perturbed=(0.5, 3), draws=2000)
    row = row.iloc[0]
    # Half of the cells move by 1, 2 or 3: variance 0.5 x 14/3.
    sd = linearised(counts, score, np.full(counts.values.shape, np.sqrt(0.5 * 14 / 3)))
    assert (row["upper"] - row["lower"]) / 2 == pytest.approx(1.96 * sd, rel=0.06)
    assert row["interval_method"].startswith("assumption:a share of 0.5 of cells changed by 1 to 3")
    noisy = town([80, 20], [20, 80], about={"perturbed": True})
    found = bridge(noisy, {"air": of([1.0, 2], noisy)}, facts={"air": AIR}, focal="x")
    assert "changed small cells" in found["note"].iloc[0]
    assert found["interval_method"].iloc[0] == "none:complete_count"


# -- what is told ------------------------------------------------------------------------


def test_periods_apart_are_told():
    def note(period, **options):
        one = {**AIR, "period": period}
        return bridge(HOMES, {"air": LEVEL}, facts={"air": one}, focal="x", **options).iloc[0]

    assert note("2020/21")["note"] is None
    assert note(2022)["years_apart"] == 1
    assert note("2019")["note"] == "the condition is of 2019, the counts of 2021: 2 years apart"
    assert note("2019", apart=2)["note"] is None
    assert "not known" in note(None)["note"]


def test_units_without_a_value_are_counted_with_their_people():
    values = LEVEL.drop("u1")
    with pytest.warns(errors.IncompleteCondition, match=r"25\.0 % of the people compared are in units without a value"):
        row = bridge(HOMES, {"air": values}, facts={"air": AIR}, focal="x").iloc[0]
    told = [row[name] for name in ("units", "units_dropped", "people_dropped", "focal_dropped", "against_dropped")]
    assert told == [3, 1, 100, 20, 80]
    assert row["against_mean"] == pytest.approx((20 * 20 + 100 * 11 + 80 * 14) / 200)
    # It is not 0.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", errors.IncompleteCondition)
        zero = bridge(HOMES, {"air": LEVEL.where(LEVEL.index != "u1", 0.0)}, facts={"air": AIR}, focal="x").iloc[0]
    assert zero["gap"] != pytest.approx(row["gap"])


def test_a_condition_of_people_is_no_rate_of_a_group():
    with pytest.warns(errors.EcologicalFallacyWarning, match="no rate of a group"):
        row = bridge(HOMES, {"poor": of([0.4, 0.2, 0.1, 0.2], HOMES)}, facts={"poor": POOR}, focal="x").iloc[0]
    # By hand: of the people of the place of the average member of x, 80 % (2/3 of them) or 20 % are x.
    assert row["own_share_focal"] == pytest.approx(2 / 3 * 0.8 + 1 / 3 * 0.2)
    assert row["own_share_focal"] == pytest.approx(pm.measure(HOMES, "isolation", focal="x")["value"].item(), abs=1e-12)
    assert row["sentence"] == (
        "In the whole table, areas where the average member of the x group lives have poor of 0.333, and areas where "
        "the average one of all others lives 0.179: a gap of +0.155, worse for the areas of the x group. That is how "
        "separate they are (0.595) times how different the areas are (+0.26). In the worst 10 % of areas live 26.7 % "
        "of the x group and 2.9 % of all others."
    )
    place = bridge(HOMES, {"air": LEVEL}, facts={"air": AIR}, focal="x").iloc[0]
    assert np.isnan(place["own_share_focal"])


def test_sentences_speak_of_places():
    counts = town([80, 20, 0, 0], [20, 80, 100, 80], place=list("aabb"))
    found = bridge(counts, {"air": of([1.0, 2, 3, 4], counts)}, facts={"air": AIR}, focal="x", by="place",
                   places="schools")  # fmt: skip
    assert found["sentence"].str.contains("schools where|undefined").all()
    assert not found["sentence"].str.contains("who are|people who").any()
    assert found["place"].tolist() == ["a", "b", "whole"]
    assert found["reason"].tolist()[1] == "group_absent"
    assert "no members there" in found["sentence"].iloc[1]


# -- terms -------------------------------------------------------------------------------


def test_terms_by_hand():
    terms = bridge_terms(HOMES, {"air": LEVEL}, facts={"air": AIR}, focal="x", against="y").set_index("unit")
    mean = (100 * 20 + 100 * 14 + 100 * 11 + 100 * 14) / 400
    assert terms["mean"].tolist() == pytest.approx([mean] * 4)
    assert terms.loc["u0", "term"] == pytest.approx((80 / 120 - 20 / 280) * (20 - mean))
    assert terms.loc["u0", "meets"] == "more of the group, worse"
    assert terms.loc["u2", "meets"] == "less of the group, better"


def test_terms_say_why_a_unit_has_none():
    counts = town([80, 20, 0, 0], [20, 80, 100, 0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", errors.IncompleteCondition)
        terms = bridge_terms(counts, {"air": of([1.0, 2, np.nan, 4], counts)}, facts={"air": AIR}, focal="x")
    assert terms["reason"].fillna("").tolist() == ["", "", "no_condition", "no_people"]
    assert terms["term"].isna().tolist() == [False, False, True, True]
    assert terms["unit"].tolist() == counts.units.tolist()


# -- two dates ---------------------------------------------------------------------------


@pytest.mark.slow
@FEW
@given(rows, rows)
def test_a_change_splits_exactly(one, other):
    size = min(len(one), len(other))
    dates = []
    for table in (one[:size], other[:size]):
        x, y, score, _ = (list(column) for column in zip(*table, strict=True))
        assume(sum(x) > 0 and sum(y) > 0)
        counts = town(x, y)
        dates.append(bridge(counts, {"air": of(score, counts), "rooms": of(score[::-1], counts)},
                            facts={"air": AIR, "rooms": ROOMS}, focal="x"))  # fmt: skip
    change = bridge_change(*dates)
    known = change[change["from_contrast"].notna()]
    off = known["change"] - known["from_separation"] - known["from_contrast"]
    assert (off.abs() <= 1e-10).all()
    np.testing.assert_allclose(change["change"], dates[1]["gap"] - dates[0]["gap"], atol=1e-12)
    np.testing.assert_allclose(change["separation_after"], dates[1]["separation"], atol=0)
    plain = pm.compare_gaps(*dates)
    np.testing.assert_allclose(change["from_separation"], plain["from_separation"])


def test_a_change_of_definition_breaks_the_scale():
    one, other = (
        bridge(HOMES, {"air": LEVEL}, facts={"air": {**AIR, "definition": name}}, focal="x")
        for name in ("index of 2015", "index of 2025")
    )
    with pytest.warns(errors.BreakInSeries, match="defined otherwise"):
        change = bridge_change(one, other).iloc[0]
    assert change["scale_break"]
    assert "index of 2025 at the later" in change["note"]
    assert not bridge_change(one, one)["scale_break"].any()
    with pytest.raises(errors.VintageMismatch):
        bridge_change(one, other.assign(focal="z"))
    with pytest.raises(errors.InvalidTable, match="lacks") as caught:
        bridge_change(one.drop(columns="gap"), other.drop(columns=["focal"]))
    assert len(caught.value.faults) == 2


@pytest.mark.slow
def test_ends_of_a_change():
    counts = [town(["c", "5", "9"], [10, last, 10], suppressed={"c": (1, 4)}) for last in (10, 20)]
    score = of([1.0, 0, 0.5], counts[0])
    one, other = (bridge(table, {"air": score}, facts={"air": AIR}, focal="x") for table in counts)
    row = bridge_change(one, other).iloc[0]
    gaps = [
        [gap_of(np.array([first, 5, 9.0]), np.array([10, last, 10.0]), score.to_numpy()) for first in range(1, 5)]
        for last in (10, 20)
    ]
    every = [later - earlier for earlier, later in itertools.product(*gaps)]
    assert (row["change_lower"], row["change_upper"]) == pytest.approx((min(every), max(every)))
    assert row["interval_method"].startswith("bounds:")
    known = bridge(town([2, 5, 9], [10, 20, 10]), {"air": score}, facts={"air": AIR}, focal="x")
    row = bridge_change(one, known).iloc[0]
    assert row["change_upper"] == pytest.approx(known["gap"].iloc[0] - min(gaps[0]))
    counts, level = survey()
    sampled = bridge(counts, {"air": level}, facts={"air": AIR}, focal="x")
    row = bridge_change(sampled, sampled).iloc[0]
    wide = sampled.iloc[0]["upper"] - sampled.iloc[0]["lower"]
    assert row["change_upper"] - row["change_lower"] > wide
    assert row["interval_method"].startswith("moe:")


# -- how conditions are given ------------------------------------------------------------


def test_every_way_to_give_conditions_is_the_same():
    facts = {"air": {**AIR, "period": "2021", "source": "maps"}}
    by_series = bridge(HOMES, {"air": LEVEL}, facts=facts, focal="x")
    ways = [
        bridge(HOMES, {"air": Condition(values=LEVEL, **facts["air"])}, focal="x"),
        bridge(HOMES, {"air": {"values": LEVEL, **facts["air"]}}, focal="x"),
        bridge(HOMES, pd.DataFrame({"air": LEVEL, "other": "text"}), facts=facts, focal="x"),
        bridge(HOMES, {"air": LEVEL}, facts=pd.DataFrame([{"condition": "air", **facts["air"]}]), focal="x"),
        bridge(
            HOMES,
            pd.DataFrame({"condition": "air", "unit": LEVEL.index, "value": LEVEL.to_numpy()}).assign(**facts["air"]),
            focal="x",
        ),
        bridge(
            HOMES,
            {"air": pm.Rates(
                pd.DataFrame({"indicator": "no2", "unit": LEVEL.index, "rate": LEVEL.to_numpy(), "measured_in": "value",
                              "domain": "environment", "period": "2021", "source": "maps"})
            )},
            facts={"air": {"higher_is": "worse", "describes": "places"}},
            focal="x",
        ),
    ]  # fmt: skip
    for way in ways:
        pd.testing.assert_frame_equal(pd.DataFrame(way), pd.DataFrame(by_series))


def test_rates_bring_the_interval_of_hidden_numerators():
    table = pd.DataFrame(
        {"indicator": "meals", "unit": ["u0", "u1", "u2", "u3"], "numerator": [np.nan, 20, 10, 20],
         "numerator_low": [1, 20, 10, 20], "numerator_high": [4, 20, 10, 20], "denominator": 50,
         "rate": [np.nan, 40, 20, 40], "measured_in": "%", "symbol": ["c", None, None, None], "domain": "education",
         "period": "2021"}
    )  # fmt: skip
    rates = pm.Rates(table, about=pm.About(vintage="2021"))
    one = Condition.from_rates(rates, "meals", higher_is="worse", describes="people")
    assert (one.low["u0"], one.high["u0"], one.vintage) == (2, 8, "2021")
    with pytest.warns(errors.EcologicalFallacyWarning):
        row = bridge(HOMES, {"meals": rates}, facts={"meals": {"higher_is": "worse", "describes": "people"}},
                     focal="x").iloc[0]  # fmt: skip
    assert row["upper"] - row["lower"] == pytest.approx(6 * (80 / 120 - 20 / 280))
    assert row["domain"] == "education"


def test_inputs_are_not_changed():
    values, facts = LEVEL.copy(), {"air": dict(AIR)}
    bridge(HOMES, {"air": values}, facts=facts, focal="x")
    pd.testing.assert_series_equal(values, LEVEL)
    assert facts == {"air": AIR}


# -- refusals ----------------------------------------------------------------------------


def test_all_faults_come_together():
    bad = {
        "income rank": LEVEL,
        "tenths": of([1.0, 2, 3, 4], HOMES),
        "claimants": LEVEL,
        "air": LEVEL,
        "bare": LEVEL,
        "far": pd.Series({"E01": 1.0}),
        "text": pd.Series({"u0": "c"}),
    }
    facts = {
        "income rank": POOR | {"measured_in": "value"},
        "tenths": {**POOR, "measured_in": "decile"},
        "claimants": {**POOR, "measured_in": "count"},
        "air": {"domain": "enviroment", "higher_is": "bad", "describes": "places"},
        "far": AIR,
        "text": AIR,
        "nobody": AIR,
    }
    with pytest.raises(errors.PlacemixError) as caught:
        bridge(HOMES, bad, facts=facts, focal="x", worst=2, of="areas", apart=-1, perturbed=(0.1,), level=95)
    said = str(caught.value)
    for words in (
        "'income rank' holds ranks", "'tenths' holds ranks", "'claimants' is measured in 'count'",
        "Did you mean 'environment'?", "higher_is= one of worse, better", "'bare' does not say higher_is",
        "No unit of the counts has a value of the condition 'far'", "'text' holds text", "of which there are no",
        "worst is a share", "of 'places' or of 'people'", "apart is a whole number", "perturbed is the share",
        "level is between 0 and 1",
    ):  # fmt: skip
        assert words in said, words
    for kind in (errors.RankOrDecileArithmetic, errors.CountRateMix, errors.UnmatchedUnit, errors.NotNumbers):
        assert isinstance(caught.value, kind)


def test_ranks_are_refused_by_their_values_too():
    counts = town([5] * 40, range(1, 41))
    with pytest.raises(errors.RankOrDecileArithmetic, match="worst_places"):
        bridge(counts, {"score": of([place % 10 + 1 for place in range(40)], counts)}, facts={"score": AIR}, focal="x")
    share = {**POOR, "measured_in": "share"}
    with pytest.warns(errors.EcologicalFallacyWarning):
        bridge(HOMES, {"in the poorest decile": of([0.4, 0.2, 0.1, 0.2], HOMES)},
               facts={"in the poorest decile": share}, focal="x")  # fmt: skip


def test_another_edition_of_the_areas_is_refused():
    counts = town([5, 5, 9], [5, 8, 1], about={"vintage": "2011"})
    one = Condition(values=pd.Series({"u0": 1.0, "u1": 2.0, "v": 3.0}), vintage=2021, **AIR)
    with pytest.raises(errors.VintageMismatch, match="lose 10 people"):
        bridge(counts, {"air": one}, focal="x")
    with pytest.raises(errors.VintageMismatch):
        bridge_terms(counts, {"air": one}, focal="x")


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        ({"focal": "w"}, errors.UnknownGroup, "no group 'w'"),
        ({"focal": None}, errors.FocalNeeded, "No group"),
        ({"against": "x"}, errors.InvalidParameter, "itself"),
        ({"by": "ward"}, errors.UnknownColumn, "no strata"),
        ({"conditions": {}}, errors.InvalidParameter, "No condition"),
        ({"conditions": [1]}, errors.InvalidParameter, "by name"),
        ({"conditions": {"air": pd.concat([LEVEL, LEVEL])}}, errors.DuplicateUnit, "twice"),
        ({"conditions": {"air": LEVEL.replace(20.0, np.inf)}}, errors.InvalidParameter, "infinite"),
        ({"conditions": {"air": [1, 2]}}, errors.InvalidParameter, "pandas Series"),
        ({"facts": {"air": {**AIR, "colour": "red"}}}, errors.InvalidParameter, "'colour'"),
        ({"facts": {"air": {**AIR, "low": LEVEL + 1, "high": LEVEL + 2}}}, errors.InvalidParameter, "do not hold"),
        ({"facts": {"air": {**AIR, "worst_places": "u0"}}}, errors.InvalidParameter, "one text"),
        ({"counts": pd.DataFrame({"x": [1]})}, errors.NotCounts, "from_wide"),
        ({"seed": -1}, errors.InvalidParameter, "seed"),
        ({"perturbed": (2, 3)}, errors.InvalidParameter, "share is a probability"),
        ({"perturbed": ("a", 3)}, errors.InvalidParameter, "share is a probability"),
        ({"places": ""}, errors.InvalidParameter, "places= is what"),
    ],
)
def test_single_refusals(change, kind, words):
    asked = {"counts": HOMES, "conditions": {"air": LEVEL}, "facts": {"air": AIR}, "focal": "x", **change}
    with pytest.raises(kind, match=words):
        bridge(asked.pop("counts"), asked.pop("conditions"), **asked)


def test_rows_of_a_table_that_contradict_each_other():
    table = pd.DataFrame({"condition": ["air", "air", None], "unit": ["u0", "u1", "u2"], "value": [1.0, 2, 3], **AIR})
    table["period"] = ["2019", "2021", "2021"]
    with pytest.raises(errors.InvalidTable) as caught:
        bridge(HOMES, table, focal="x")
    assert "differ in period" in str(caught.value)
    assert "names no condition" in str(caught.value)


def test_strata_may_not_bear_names_of_the_result():
    counts = town([1, 2], [2, 1], domain=["a", "b"], place=["whole", "b"])
    with pytest.raises(errors.ReservedName, match="domain"):
        bridge(counts, {"air": of([1.0, 2], counts)}, facts={"air": AIR}, focal="x", by="domain")
    with pytest.raises(errors.ReservedName, match="'whole'"):
        bridge(counts, {"air": of([1.0, 2], counts)}, facts={"air": AIR}, focal="x", by="place")


# -- packs -------------------------------------------------------------------------------


@pytest.mark.slow
def test_results_are_saved_and_recomputed(tmp_path: Path):
    counts = town(["c", "5", "9"], [10, 20, 10], place=list("ppq"), suppressed={"c": (1, 4)})
    conditions = {
        "air": Condition(values=of([1.0, 2, 3], counts), worst_places=["u2"], period=2019, **AIR),
        "rooms": Condition(values=of([3.0, 2, np.nan], counts), low=of([2.5, 2, 1], counts),
                           high=of([3.5, 2, 4], counts), **ROOMS),
    }  # fmt: skip
    found = bridge(counts, conditions, focal="x", against=["rest", "y"], by="place", worst=0.5, of="people")
    terms = bridge_terms(counts, conditions, focal="each", by="place")
    change = bridge_change(found, found)
    noisy, score = survey()
    drawn = bridge(noisy, {"air": score}, facts={"air": AIR}, focal="x", draws=19)
    for number, result in enumerate((found, terms, change, drawn)):
        outcome = pm.verify(result.save(tmp_path / f"{number}.zip"))
        assert outcome.same, outcome.first
        assert "duncan" in result.cite().casefold()
    assert found.explain().startswith("In p, areas where")


def test_many_districts_at_once_are_each_alone():
    """Five groups and six conditions in many districts; `benchmarks/cases/outcomes.py` times 331 with twenty."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.integers(0, 300, (900, 5)), columns=list("abcde"))
    frame["unit"], frame["place"] = [f"u{number}" for number in range(900)], rng.integers(0, 90, 900).astype(str)
    counts = pm.from_wide(frame, groups=list("abcde"), unit="unit", strata="place")
    table = pd.DataFrame(rng.normal(size=(900, 6)), index=counts.units, columns=[f"c{n}" for n in range(6)])
    found = bridge(counts, table, facts=dict.fromkeys(table, AIR), focal="each", by="place")
    assert len(found) == (counts.strata["place"].nunique() + 1) * 6 * 5
    one = found[(found["condition"] == "c4") & (found["focal"] == "c")].set_index("place")["gap"]
    other = pm.place_gap(counts, table["c4"], focal="c", by="place").set_index("place")["gap"]
    np.testing.assert_allclose(one[other.index.astype(str)], other, atol=1e-12)
