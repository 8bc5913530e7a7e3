"""Pay gaps, what accounts for them, and the summary of employers: by hand, by other libraries, and refusals."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import placemix as pm
from placemix.errors import (
    EmptyTable,
    InvalidCounts,
    InvalidParameter,
    InvalidTable,
    NotNumbers,
    RepeatedColumn,
    ReservedName,
    TooFewGroups,
    UnknownColumn,
    UnknownGroup,
)
from placemix.inference.drawing import stream
from placemix.outcomes.work.gaps import drawn_median

O = pm.outcomes  # noqa: E741


def staff(seed=0, many=200, groups="ab"):
    """People with grade, years, sex and pay that depends on all of them."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({"group": rng.choice(list(groups), many)})
    table["grade"] = rng.choice(["clerk", "officer", "manager"], many, p=[0.5, 0.3, 0.2])
    table["years"] = rng.integers(0, 30, many)
    table["part_time"] = rng.random(many) < 0.3
    top = table["grade"].map({"clerk": 0, "officer": 4, "manager": 11})
    table["pay"] = 10 + top + 0.2 * table["years"] - 1.5 * (table["group"] == "b") + rng.gamma(2, 1, many)
    return table


# -- gaps ----------------------------------------------------------------------------


def test_gaps_by_hand():
    table = pd.DataFrame({"group": list("aaaabbb"), "pay": [10, 12, 14, 24, 9, 12, 12]})
    found = O.pay_gap(table, against="a", draws=19).set_index("statistic")
    assert found.loc["mean", "gap"] == pytest.approx((15 - 11) / 15)
    assert found.loc["median", "gap"] == pytest.approx((13 - 12) / 13)
    back = O.pay_gap(table, against="b", focal="a", draws=19).set_index("statistic")
    assert back.loc["mean", "gap"] == pytest.approx((11 - 15) / 11)
    assert found["people_focal"].tolist() == [3, 3]


def test_the_rest_is_everybody_else_and_never_the_whole():
    table = staff(1, groups="abc")
    found = O.pay_gap(table, against="rest", focal="b", draws=19).set_index("statistic")
    others = table.loc[table["group"] != "b", "pay"]
    assert found.loc["mean", "pay_against"] == pytest.approx(others.mean())
    assert found.loc["median", "pay_against"] == pytest.approx(others.median())
    assert O.pay_gap(table, against="rest", draws=9)["focal"].unique().tolist() == ["a", "b", "c"]


def test_the_log_normal_interval_by_numerical_derivatives():
    """Delta method on ln(ȳ_B/ȳ_A): the derivative by each person's pay, taken numerically."""
    table = staff(2, many=60)
    found = O.pay_gap(table, against="a", interval="log_normal", draws=9, level=0.9).iloc[0]
    parts = [table.loc[table["group"] == name, "pay"].to_numpy() for name in "ba"]

    def log_ratio(one, other):
        return np.log(one.mean() / other.mean())

    spread, step = 0.0, 1e-5
    for which in (0, 1):
        pay = parts[which]
        moved = [pay + step, pay - step]
        ends = [log_ratio(*(m if at == which else parts[at] for at in (0, 1))) for m in moved]
        # Moving everybody moves the mean, whose variance is s²/n.
        spread += ((ends[0] - ends[1]) / (2 * step)) ** 2 * pay.var(ddof=1) / len(pay)
    middle, wide = log_ratio(*parts), 1.6448536269514722 * np.sqrt(spread)
    assert found["upper"] == pytest.approx(1 - np.exp(middle - wide), abs=1e-9)
    assert found["lower"] == pytest.approx(1 - np.exp(middle + wide), abs=1e-9)
    assert found["draws"] == 0


@pytest.mark.parametrize("pay", [[1.0, 2.0, 3.0], [1.0, 2.0, 4.0, 8.0]])
def test_the_median_drawn_has_the_distribution_of_every_resample(pay):
    """All 27 or 256 samples with replacement, against 40,000 draws by order statistics."""
    values, many = np.unique([np.median(one) for one in product(pay, repeat=len(pay))], return_counts=True)
    rng = np.random.default_rng(0)
    drawn = np.array([drawn_median(np.array(pay), rng) for _ in range(40_000)])
    assert set(drawn) <= set(values)
    share = np.array([(drawn == value).mean() for value in values])
    want = many / many.sum()
    assert (np.abs(share - want) < 5 * np.sqrt(want * (1 - want) / 40_000)).all()


def test_the_bootstrap_of_means_is_a_plain_loop_and_does_not_see_the_order_of_rows():
    table = staff(3, many=50)
    found = O.pay_gap(table, against="a", draws=60, seed=4).set_index("statistic")
    pay = {name: np.sort(table.loc[table["group"] == name, "pay"]) for name in "ab"}
    gaps = []
    for draw in range(60):
        rng = stream(4, draw)
        means = {}
        for name in "ba":
            means[name] = pay[name][rng.integers(0, len(pay[name]), len(pay[name]))].mean()
            drawn_median(pay[name], rng)
        gaps.append(1 - means["b"] / means["a"])
    assert found.loc["mean", ["lower", "upper"]].tolist() == pytest.approx(np.quantile(gaps, [0.025, 0.975]), abs=1e-12)
    mixed = O.pay_gap(table.sample(frac=1, random_state=1), against="a", draws=60, seed=4)
    pd.testing.assert_frame_equal(
        pd.DataFrame(mixed).drop(columns="source"),
        pd.DataFrame(found.reset_index())[mixed.columns].drop(columns="source"),
    )


def test_what_has_no_gap_says_why():
    table = pd.DataFrame({"group": list("aabbc"), "pay": [0, 0, 5, 6, 9]})
    found = O.pay_gap(table, against="a", draws=9)
    assert found["gap"].isna().all()
    assert found["reason"].eq("no_pay_to_compare_with").all()
    one = O.pay_gap(table, against="b", focal="c", draws=9)
    assert one["lower"].isna().all()
    assert one["interval_method"].eq("none:fewer_than_two_people").all()
    none = O.pay_gap(table, against="b", focal="c", draws=0)
    assert none["draws"].eq(0).all()


# -- the summary of employers --------------------------------------------------------


def test_summary_by_hand():
    """Eight people, two of whom have the same pay on the line between the second and the third quarter."""
    table = pd.DataFrame(
        {"sex": list("mmmmffff"), "hourly": [10, 14, 16, 20, 9, 12, 14, 13], "bonus": [0, 5, 9, None, 3, 0, 0, 1]}
    )
    found = O.pay_summary(table, against="m", pay="hourly", group="sex", bonus="bonus").set_index(
        ["statistic", "group"]
    )
    assert found.loc[("mean_gap", "f"), "value"].item() == pytest.approx((15 - 12) / 15)
    assert found.loc[("median_gap", "f"), "value"].item() == pytest.approx((15 - 12.5) / 15)
    assert found.loc[("mean_bonus_gap", "f"), "value"].item() == pytest.approx((7 - 2) / 7)
    assert found.loc[("bonus_share", "f"), "value"].item() == 0.5
    assert found.loc[("bonus_share", "m"), "people"].item() == 4
    # From the lowest: 9 f, 10 m | 12 f, 13 f | 14 m and f | 16 m, 20 m.
    assert found.loc[("band_share", "f"), "value"].tolist() == [0.5, 1.0, 0.5, 0.0]


def test_equal_pay_on_a_line_is_shared_out_alike():
    table = pd.DataFrame({"group": ["a"] * 6 + ["b"] * 2, "pay": [10.0] * 8})
    found = O.pay_summary(table, against="a")
    bands = found[found["statistic"] == "band_share"]
    assert bands.loc[bands["group"] == "b", "value"].tolist() == pytest.approx([0.25] * 4)
    assert bands.groupby("band")["numerator"].sum().tolist() == pytest.approx([2.0] * 4)


@pytest.mark.slow
@given(st.integers(0, 10_000), st.integers(5, 40))
def test_quarters_hold_everybody_once(seed, many):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({"group": ["a", "b", *rng.choice(list("abc"), many - 2)], "pay": rng.integers(5, 12, many)})
    found = O.pay_summary(table, against="rest")
    bands = found[found["statistic"] == "band_share"]
    people = table["group"].value_counts()
    for name, rows in bands.groupby("group"):
        assert rows["numerator"].sum() == pytest.approx(people[name])
    assert bands["denominator"].to_numpy() == pytest.approx(many / 4)
    # One person after the other, in the order of pay: people of one pay are as mixed in each quarter they are in.
    ordered = table.sort_values("pay", kind="stable").reset_index(drop=True)
    mixed = ordered.groupby("pay")["group"].transform(lambda part: (part == "a").mean())
    start = np.arange(many)
    for place, band in enumerate(("lower", "lower middle", "upper middle", "upper")):
        part = np.clip(np.minimum(start + 1, (place + 1) * many / 4) - np.maximum(start, place * many / 4), 0, None)
        got = bands[(bands["band"] == band) & (bands["group"] == "a")]["numerator"].item()
        assert got == pytest.approx((part * mixed).sum(), abs=1e-9)


def test_nobody_with_a_bonus():
    table = pd.DataFrame({"group": list("aabb"), "pay": [1, 2, 3, 4], "bonus": [0, 0, 5, 0]})
    found = O.pay_summary(table, against="a", bonus="bonus")
    gap = found[found["statistic"] == "mean_bonus_gap"].iloc[0]
    assert np.isnan(gap["value"])
    assert gap["reason"] == "nobody_with_pay_to_compare"


# -- Oaxaca–Blinder ------------------------------------------------------------------


def toy():
    table = pd.DataFrame({"group": ["a"] * 3 + ["b"] * 3, "years": [10, 12, 14, 8, 10, 12]})
    table["pay"] = np.where(table["group"] == "a", 2 + 0.1 * table["years"], 1.9 + 0.08 * table["years"])
    return table


@pytest.mark.parametrize(("reference", "explained"), [("against", 0.2), ("focal", 0.16)])
def test_the_toy(reference, explained):
    found = O.oaxaca_blinder(
        toy(), focal="b", against="a", characteristics=["years"], reference=reference, draws=9
    ).set_index("part")
    total = found[found["characteristic"].isna()]["value"]
    assert total["difference"] == pytest.approx(0.5)
    assert total["explained"] == pytest.approx(explained)
    assert total["unexplained"] == pytest.approx(0.5 - explained)
    sides = total[["unexplained_against", "unexplained_focal"]]
    assert sides.tolist() == pytest.approx([0, 0.3] if reference == "against" else [0.34, 0], abs=1e-12)


def dummies(table):
    return pd.DataFrame(
        {
            "b": (table["group"] == "b").astype(float),
            "manager": (table["grade"] == "manager").astype(float),
            "officer": (table["grade"] == "officer").astype(float),
            "years": table["years"].astype(float),
            "part_time": table["part_time"].astype(float),
        }
    )


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize(
    ("reference", "kind"),
    [
        ("pooled", {"two_fold_type": "pooled"}),
        ("neumark", {"two_fold_type": "nuemark"}),  # as they spell it
        ("against", {"two_fold_type": "self_submitted", "submitted_weight": 1}),
        ("focal", {"two_fold_type": "self_submitted", "submitted_weight": 0}),
    ],
)
def test_parts_are_those_of_statsmodels(reference, kind, log):
    oaxaca = pytest.importorskip("statsmodels.stats.oaxaca")
    table = staff(5)
    names = ["grade", "years", "part_time"]
    found = O.oaxaca_blinder(
        table, focal="b", against="a", characteristics=names, reference=reference, draws=0, log=log
    ).set_index("part")
    total = found[found["characteristic"].isna()]["value"]
    exog = dummies(table)
    pay = np.log(table["pay"]) if log else table["pay"]
    model = oaxaca.OaxacaBlinder(pay.to_numpy(), exog.to_numpy(), 0, hasconst=False, swap=False)
    theirs = model.two_fold(**kind).params
    assert total["difference"] == pytest.approx(theirs[2], abs=1e-9)
    assert total["explained"] == pytest.approx(theirs[1], abs=1e-9)
    assert total["unexplained"] == pytest.approx(theirs[0], abs=1e-9)


def plain_parts(table, reference):
    """Parts by least squares on the columns themselves."""
    exog = dummies(table).drop(columns="b").assign(one=1.0)
    sides = [table["group"] == "a", table["group"] == "b"]

    def beta(rows, more=()):
        columns = np.column_stack([exog[rows], *(one[rows] for one in more)])
        return np.linalg.lstsq(columns, table.loc[rows, "pay"].to_numpy(), rcond=None)[0][: exog.shape[1]]

    every = pd.Series(data=True, index=table.index)
    star = {
        "against": lambda: beta(sides[0]),
        "focal": lambda: beta(sides[1]),
        "pooled": lambda: beta(every, [sides[0].astype(float)]),
        "neumark": lambda: beta(every),
    }[reference]()
    means = [exog[side].mean().to_numpy() for side in sides]
    own = [beta(side) for side in sides]
    terms = (means[0] - means[1]) * star
    return {
        "difference": table.loc[sides[0], "pay"].mean() - table.loc[sides[1], "pay"].mean(),
        "explained": terms.sum(),
        "grade": terms[:2].sum(),
        "years": terms[2],
        "part_time": terms[3],
        "unexplained_against": means[0] @ (own[0] - star),
        "unexplained_focal": means[1] @ (star - own[1]),
    }


@pytest.mark.parametrize("reference", ["against", "focal", "pooled", "neumark"])
def test_each_characteristic_and_both_sides_by_least_squares(reference):
    table = staff(6)
    names = ["grade", "years", "part_time"]
    found = O.oaxaca_blinder(table, focal="b", against="a", characteristics=names, reference=reference, draws=0)
    want = plain_parts(table, reference)
    for row in found.to_dict("records"):
        key = row["characteristic"] if isinstance(row["characteristic"], str) else row["part"]
        if reference == "pooled" and key.startswith("unexplained_"):
            assert np.isnan(row["value"])
            assert row["reason"] == "split_depends_on_coding"
        elif key != "unexplained":
            assert row["value"] == pytest.approx(want[key], abs=1e-9)
    totals = found[found["characteristic"].isna()].set_index("part")["value"]
    assert totals["explained"] + totals["unexplained"] == pytest.approx(totals["difference"], abs=1e-12)
    each = found.loc[found["characteristic"].notna(), "value"].sum()
    assert each == pytest.approx(totals["explained"], abs=1e-12)


def test_the_category_left_out_and_the_units_of_numbers_change_nothing():
    table = staff(7)
    names, asked = ["grade", "years", "part_time"], {"focal": "b", "against": "a", "reference": "neumark", "draws": 0}
    found = O.oaxaca_blinder(table, characteristics=names, **asked)
    other = table.assign(
        grade=table["grade"].map({"clerk": "3", "officer": "1", "manager": "2"}), years=table["years"] * 1e6 - 5e7
    )
    again = O.oaxaca_blinder(other, characteristics=names, **asked)
    np.testing.assert_allclose(again["value"], found["value"], atol=1e-8)


def test_the_bootstrap_is_a_plain_loop():
    """People of each group drawn anew with the same random numbers, and every part by least squares."""
    table = staff(8, many=80)
    names = ["grade", "years", "part_time"]
    found = O.oaxaca_blinder(
        table, focal="b", against="a", characteristics=names, reference="neumark", draws=40, seed=2
    )
    columns = dummies(table)
    centred = columns[["manager", "officer", "years", "part_time"]].assign(pay=table["pay"]).to_numpy()
    centred[:, 2:4] -= centred[:, 2:4].mean(axis=0)
    sides = [np.flatnonzero(table["group"] == name) for name in "ab"]
    sides = [side[np.lexsort(centred[side].T)] for side in sides]
    explained = []
    for draw in range(40):
        rng = stream(2, draw)
        rows = np.concatenate([side[rng.integers(0, len(side), len(side))] for side in sides])
        explained.append(plain_parts(table.iloc[rows].reset_index(drop=True), "neumark")["explained"])
    row = found[(found["part"] == "explained") & found["characteristic"].isna()].iloc[0]
    assert [row["lower"], row["upper"]] == pytest.approx(np.quantile(explained, [0.025, 0.975]), abs=1e-9)
    assert row["draws"] == 40


def test_the_unexplained_part_has_no_other_name():
    found = O.oaxaca_blinder(staff(9), focal="b", against="a", characteristics=["years"], reference="pooled", draws=9)
    text = found.to_csv().casefold()
    assert "discriminat" not in text
    assert "unexplained" in text
    assert "does not account for" in text or "do not account for" in text


@pytest.mark.slow
@given(st.integers(0, 10_000), st.sampled_from(["against", "focal", "pooled", "neumark"]))
def test_parts_add_up_and_swapping_groups_swaps_references(seed, reference):
    table = staff(seed, many=60)
    names = ["grade", "years"]
    found = O.oaxaca_blinder(table, focal="b", against="a", characteristics=names, reference=reference, draws=0)
    other = {"against": "focal", "focal": "against"}.get(reference, reference)
    back = O.oaxaca_blinder(table, focal="a", against="b", characteristics=names, reference=other, draws=0)
    one, two = (part.loc[part["characteristic"].isna()].set_index("part")["value"] for part in (found, back))
    assert one["explained"] + one["unexplained"] == pytest.approx(one["difference"])
    for name in ("difference", "explained", "unexplained"):
        assert two[name] == pytest.approx(-one[name], abs=1e-9)


@pytest.mark.slow
def test_a_hundred_thousand_people_in_time():
    """The bootstrap weighs people rather than copying them: 20 draws here, so that the suite stays quick."""
    table = staff(10, many=100_000)
    found = O.oaxaca_blinder(
        table, focal="b", against="a", characteristics=["grade", "years", "part_time"], reference="pooled", draws=20
    )
    row = found[found["part"] == "unexplained"].iloc[0]
    # With both groups together and a column for the group, what is left is that column's coefficient, 1.5 as drawn up.
    assert row["value"] == pytest.approx(1.5, abs=0.05)
    assert row["lower"] < row["value"] < row["upper"]


# -- packs and refusals --------------------------------------------------------------


def test_saved_and_verified(tmp_path):
    table = staff(11).assign(bonus=3, extra=[object()] * 200)
    results = [
        O.pay_gap(table, against="a", draws=29),
        O.pay_gap(table, against="rest", interval="log_normal", draws=29),
        O.pay_summary(table, against="a", bonus="bonus"),
        O.oaxaca_blinder(table, focal="b", against="a", characteristics=["grade"], reference="focal", draws=29),
    ]
    for number, result in enumerate(results):
        outcome = pm.verify(result.save(tmp_path / f"{number}.zip"))
        assert outcome.same, str(outcome)
        assert result.cite()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"table": [1, 2]}, InvalidTable),
        ({"table": pd.DataFrame({"group": [], "pay": []})}, EmptyTable),
        ({"pay": "wage"}, UnknownColumn),
        ({"against": "z"}, UnknownGroup),
        ({"against": "a", "focal": "a"}, InvalidParameter),
        ({"interval": "normal"}, InvalidParameter),
        ({"draws": 1.5}, InvalidParameter),
        ({"level": 0}, InvalidParameter),
        ({"table": pd.DataFrame({"group": ["a", "b"], "pay": [1, "lots"]})}, NotNumbers),
        ({"table": pd.DataFrame({"group": ["a", "b"], "pay": [1, -2]})}, InvalidCounts),
        ({"table": pd.DataFrame({"group": ["a", "b"], "pay": [1, None]})}, InvalidCounts),
        ({"table": pd.DataFrame({"group": ["a", None, "b"], "pay": [1, 2, 3]})}, InvalidTable),
        ({"table": pd.DataFrame({"group": ["a", "a"], "pay": [1, 2]})}, TooFewGroups),
        ({"table": pd.DataFrame({"group": ["a", "rest"], "pay": [1, 2]})}, ReservedName),
    ],
)
def test_refused_gaps(change, error):
    with pytest.raises(error) as caught:
        O.pay_gap(**({"table": staff(many=30), "against": "a", "draws": 3} | change))
    assert str(caught.value)


def test_faults_of_pay_come_together():
    table = pd.DataFrame({"group": ["a", None, "b", "b"], "pay": [1, None, "x", -1]})
    with pytest.raises(InvalidTable) as caught:
        O.pay_gap(table, against="a")
    assert len(caught.value.faults) == 4
    assert "row 2" in str(caught.value)


def test_the_reference_is_stated():
    with pytest.raises(TypeError):
        O.oaxaca_blinder(toy(), focal="b", against="a", characteristics=["years"])  # type: ignore[call-arg]
    with pytest.raises(InvalidParameter, match="pooled"):
        O.oaxaca_blinder(toy(), focal="b", against="a", characteristics=["years"], reference="pool")


@pytest.mark.parametrize(
    ("change", "error", "word"),
    [
        ({"characteristics": []}, InvalidParameter, "list of columns"),
        ({"characteristics": ["years", "years"]}, RepeatedColumn, "twice"),
        ({"characteristics": ["pay"]}, InvalidParameter, "no characteristic"),
        ({"characteristics": ["yeers"]}, UnknownColumn, "Did you mean 'years'"),
        ({"characteristics": ["years", "twice"]}, InvalidParameter, "cannot tell twice"),
        ({"characteristics": ["years", "same"]}, InvalidParameter, "cannot tell same"),
        ({"characteristics": ["only_a"], "reference": "focal"}, InvalidParameter, "only_a: q"),
        ({"characteristics": ["gap"]}, InvalidTable, "missing"),
        ({"characteristics": ["years"], "log": True, "pay": "unpaid"}, InvalidCounts, "logarithm"),
    ],
)
def test_refused_decompositions(change, error, word):
    table = toy().assign(twice=lambda t: 2 * t["years"] + 1, same=7, unpaid=[0, 1, 2, 3, 4, 5])
    table["only_a"] = ["p", "q", "q", "q", "q", "q"]
    table["gap"] = ["p", None, "q", "q", "q", "q"]
    asked = {"focal": "b", "against": "a", "reference": "against", "draws": 3} | change
    with pytest.raises(error, match=word):
        O.oaxaca_blinder(table, **asked)


def test_inputs_stay_as_they_are():
    table = staff(12)
    before = table.copy()
    O.pay_gap(table, against="a", draws=5)
    O.pay_summary(table, against="a")
    O.oaxaca_blinder(table, focal="b", against="a", characteristics=["grade"], reference="pooled", draws=5)
    pd.testing.assert_frame_equal(table, before)
