"""Measures made for occupations, overlaps, extremes and diversity of any order, each a second time in fractions."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from core.occupations import table
from placemix import indices
from placemix.registry import MEASURES

#: The toy of methods: women and men in four occupations of a hundred each.
TOY = np.array([[20, 80], [40, 60], [60, 40], [80, 20]])

CELLS = st.integers(0, 30)


def grids(groups: int):
    return st.lists(st.lists(CELLS, min_size=groups, max_size=groups), min_size=2, max_size=6)


def usable(rows) -> bool:
    return all(map(sum, zip(*rows, strict=True))) and sum(map(bool, map(sum, rows))) > 1


# -- the same once more, one person and one unit at a time -----------------------------------------


def matched(rows):
    """Marginal matching: everyone in line by their occupation's share of the group; the first F are above the cut."""
    x, y = (sum(row[k] for row in rows) for k in (0, 1))
    line = sorted((row for row in rows if sum(row)), key=lambda row: Fraction(row[0], sum(row)), reverse=True)
    inside, left = Fraction(0), Fraction(x)
    for row in line:
        taken = min(left, Fraction(sum(row)))
        inside += taken * Fraction(row[0], sum(row))
        left -= taken
    f_f, m_f, f_m = inside, x - inside, x - inside
    m_m = y - m_f
    return (f_f * m_m - f_m * m_f) / (x * y)


def sized(rows):
    mixes = [(Fraction(row[0], sum(row)), Fraction(row[1], sum(row))) for row in rows if sum(row)]
    own, other = (sum(mix[k] for mix in mixes) for k in (0, 1))
    return sum(abs(mix[0] / own - mix[1] / other) for mix in mixes) / 2


def gini_against_everyone(rows, group):
    people, members = sum(map(sum, rows)), sum(row[group] for row in rows)
    lived = [row for row in rows if sum(row)]
    gaps = sum(
        sum(one) * sum(other) * abs(Fraction(one[group], sum(one)) - Fraction(other[group], sum(other)))
        for one, other in itertools.product(lived, lived)
    )
    return gaps / (2 * Fraction(people) ** 2 * Fraction(members, people))


def entropy_against_everyone(rows, group, a):
    people, members = sum(map(sum, rows)), sum(row[group] for row in rows)
    value = 0.0
    for row in rows:
        if sum(row):
            relative = Fraction(row[group] * people, sum(row) * members)
            if a == 1:
                value += sum(row) / people * float(relative) * (math.log(relative) if relative else 0.0)
            else:
                value += sum(row) / people * (float(relative) ** a - 1) / (a * (a - 1))
    return value


@settings(max_examples=15)
@given(grids(2).filter(usable))
def test_two_groups_in_fractions(rows):
    counts = np.array(rows)
    assert indices.marginal_matching(counts).item() == pytest.approx(float(matched(rows)), abs=1e-12)
    assert indices.size_standardised(counts).item() == pytest.approx(float(sized(rows)), abs=1e-12)
    assert indices.target_gini(counts).item() == pytest.approx(float(gini_against_everyone(rows, 0)), abs=1e-12)
    x, y = counts.sum(axis=0)
    least = sum(min(Fraction(int(row[0]), int(x)), Fraction(int(row[1]), int(y))) for row in rows)
    most = sum(max(Fraction(int(row[0]), int(x)), Fraction(int(row[1]), int(y))) for row in rows)
    assert indices.min_max(counts).item() == pytest.approx(float(1 - least / most), abs=1e-12)
    if all(row[1] for row in rows if row[0]):
        surprise = sum(row[0] / x * math.log(Fraction(int(row[0] * y), int(row[1] * x))) for row in rows if row[0])
        assert indices.kullback_leibler(counts).item() == pytest.approx(surprise, abs=1e-12)
    else:
        assert indices.kullback_leibler(counts).item() == math.inf


@settings(max_examples=15)
@given(st.integers(2, 5).flatmap(grids).filter(usable), st.sampled_from([0.1, 0.5, 1, 1.5, 2]))
def test_many_groups_in_fractions(rows, a):
    counts = np.array(rows, dtype=float)
    totals = counts.sum(axis=0)
    share = totals / totals.sum()
    groups = range(len(totals))
    ginis = [float(gini_against_everyone(rows, group)) for group in groups]
    assert indices.overall_gini(counts).item() == pytest.approx(share @ ginis, abs=1e-12)
    spreads = [entropy_against_everyone(rows, group, a) for group in groups]
    assert indices.overall_entropy(counts, a=a).item() == pytest.approx(share @ spreads, abs=1e-10)
    for group in groups:
        pair = np.column_stack([counts[:, group], counts.sum(axis=1) - counts[:, group]])
        assert indices.target_entropy(pair, a=a).item() == pytest.approx(spreads[group], abs=1e-10)
    overlap = sum(
        math.prod(Fraction(cell, int(total)) for cell, total in zip(row, totals, strict=True)) ** (1 / len(totals))
        for row in rows
    )
    assert indices.symmetric_atkinson(counts).item() == pytest.approx(1 - float(overlap), abs=1e-12)


# -- what the families are members of --------------------------------------------------------------


@settings(max_examples=15)
@given(st.integers(2, 5).flatmap(grids).filter(usable))
def test_members_of_the_family_are_known_measures(rows):
    """Alonso-Villar and Del Río: order 1 is M, order 2 the squared variation before it is scaled, D is Gorard's."""
    counts = np.array(rows, dtype=float)
    groups = counts.shape[1]
    mutual = indices.mutual_information(counts).item()
    assert indices.overall_entropy(counts, a=1).item() == pytest.approx(mutual, abs=1e-10)
    squared = indices.squared_variation(counts).item() * (groups - 1) / 2
    assert indices.overall_entropy(counts, a=2).item() == pytest.approx(squared, abs=1e-10)
    share = counts.sum(axis=0) / counts.sum()
    against = [
        indices.gorard(np.column_stack([counts[:, group], counts.sum(axis=1) - counts[:, group]])).item()
        for group in range(groups)
    ]
    assert share @ against == pytest.approx(indices.karmel_maclachlan(counts).item(), abs=1e-12)


# -- published figures and cases by hand -----------------------------------------------------------


def test_the_toy_of_four_occupations():
    assert indices.marginal_matching(TOY).item() == pytest.approx(0.4, abs=1e-12)
    assert indices.dissimilarity(TOY).item() == pytest.approx(0.4, abs=1e-12)
    assert indices.karmel_maclachlan(TOY).item() == pytest.approx(0.2, abs=1e-12)
    assert indices.size_standardised(TOY).item() == pytest.approx(0.4, abs=1e-12)


def test_a_cut_within_an_occupation():
    # 5 women, so 5 places: the 4 of the first (3 women) and 1 of the 6 of the second (2 women): 3 + 1/3 women.
    counts = [[3, 1], [2, 4], [0, 10]]
    assert indices.marginal_matching(counts).item() == pytest.approx((10 / 3) / 5 - (5 / 3) / 15, abs=1e-12)


def test_large_strata_are_matched_one_by_one():
    draw = np.random.default_rng(8)
    people, starts = draw.integers(0, 40, size=(2, 330, 2)), np.array([0, 100, 230])
    together = indices.marginal_matching(people, starts=starts)
    for layer in range(2):
        blocks = np.split(people[layer], starts[1:])
        alone = [float(matched(block.tolist())) for block in blocks]
        np.testing.assert_allclose(together[layer], alone, atol=1e-12)


def test_a_published_table_of_occupations():
    frame = table()
    share = frame["women"] / (frame["women"] + frame["men"])
    assert (abs(100 * share - frame["printed"]) <= 0.0501).all()  # typed as printed
    jobs = pm.from_wide(frame, groups=["women", "men"], unit="occupation")
    rows = frame[["women", "men"]].to_numpy().tolist()
    found = pm.measure(jobs, ["dissimilarity", "size_standardised", "marginal_matching", "target_gini"], focal="women")
    value = found.set_index("measure")["value"]
    assert value["marginal_matching"] == pytest.approx(float(matched(rows)), abs=1e-12)
    assert value["size_standardised"] == pytest.approx(float(sized(rows)), abs=1e-12)
    assert value["target_gini"] == pytest.approx(float(gini_against_everyone(rows, 0)), abs=1e-12)
    women, men = frame["women"].sum(), frame["men"].sum()
    by_hand = (frame["women"] / women - frame["men"] / men).abs().sum() / 2
    assert value["dissimilarity"] == pytest.approx(by_hand, abs=1e-12)
    # Small occupations with many women count as much as software development here.
    assert value["size_standardised"] > value["dissimilarity"]


# -- reasons ------------------------------------------------------------------------------------------


def test_a_divergence_without_bound_is_undefined_with_its_reason():
    frame = {"unit": ["a", "b"], "x": [4, 6], "y": [0, 10]}
    counts = pm.from_wide(pd.DataFrame(frame), groups=["x", "y"], unit="unit")
    one = pm.estimate(counts, "kullback_leibler", focal="x", against="y")
    assert math.isnan(one.value)
    assert one.reason == "unbounded"
    assert "no bound" in one.explain()
    back = pm.estimate(counts, "kullback_leibler", focal="y", against="x")
    assert back.value == pytest.approx(math.log(10 / 6), abs=1e-12)


def test_overlaps_leave_absent_groups_out():
    three = [[4, 1, 0], [1, 4, 0]]
    two = [row[:2] for row in three]
    for kernel in (indices.symmetric_atkinson, indices.overall_gini, indices.overall_entropy):
        assert kernel(three).item() == pytest.approx(kernel(two).item(), abs=1e-15)
        assert np.isnan(kernel([[4, 0], [1, 0]])).all()


@pytest.mark.parametrize("a", [0, -1, math.inf, math.nan])
def test_orders_of_entropy_are_above_zero(a):
    with pytest.raises(pm.errors.InvalidParameter, match="above 0"):
        indices.overall_entropy(TOY, a=a)


# -- extremes and diversity ----------------------------------------------------------------------------


def test_extremes_of_income():
    frame = pd.DataFrame({"area": ["a", "b", "c"], "low": [10, 0, 5], "middle": [10, 10, 5], "high": [20, 0, 0]})
    bands = pm.from_wide(frame, groups=["low", "middle", "high"], unit="area")
    found = pm.local(bands, "extremes", focal="high", against="low")
    assert found["value"].tolist() == [0.25, 0.0, -0.5]
    assert found["denominator"].tolist() == [40, 10, 10]
    assert found["numerator"].tolist() == [10, 0, -5]
    rest = pm.local(bands, "extremes", focal="high")["value"]  # against everyone else: 2p - 1
    assert rest.tolist() == [0.0, -1.0, -1.0]
    with pytest.raises(pm.errors.InvalidParameter, match="one value a unit"):
        pm.measure(bands, "extremes", focal="high", against="low")


@settings(max_examples=15)
@given(st.lists(st.integers(0, 1000), min_size=2, max_size=7).filter(sum), st.floats(0, 60))
def test_diversity_of_any_order(mix, order):
    share = [cell / sum(mix) for cell in mix if cell]
    number = indices.effective_groups(mix, order=order).item()
    entropy = indices.renyi(mix, order=order).item()
    if order == 1:
        expected = -sum(p * math.log(p) for p in share)
    elif abs(order - 1) > 1e-4:
        expected = math.log(math.fsum(p**order for p in share)) / (1 - order)
    else:
        expected = -sum(p * math.log(p) for p in share)
        assert entropy == pytest.approx(expected, abs=1e-3)
        return
    assert entropy == pytest.approx(expected, abs=1e-9)
    assert number == pytest.approx(math.exp(expected), rel=1e-9)
    lower = indices.effective_groups(mix, order=order + 1).item()
    assert lower <= number + 1e-9
    assert 1 - 1e-12 <= number <= len(share) + 1e-9


def test_orders_that_have_names():
    board = [5, 3, 2, 0]
    assert indices.effective_groups(board, order=0).item() == 3
    assert indices.effective_groups(board, order=2).item() == pytest.approx(1 / 0.38, rel=1e-14)
    assert indices.renyi(board).item() == pytest.approx(-math.log(0.38), rel=1e-14)
    assert indices.renyi(board, order=1).item() == indices.shannon(board).item()
    # Near order 1 a plain power leaves few digits: the derivative of the entropy there is -var(ln p) / 2.
    spread = 0.5 * math.log(0.5) ** 2 + 0.3 * math.log(0.3) ** 2 + 0.2 * math.log(0.2) ** 2
    slope = -(spread - indices.shannon(board).item() ** 2) / 2
    near = indices.renyi(board, order=1 + 1e-6).item() - indices.shannon(board).item()
    assert near / 1e-6 == pytest.approx(slope, rel=1e-4)
    for kernel in (indices.shannon, indices.simpson, indices.renyi, indices.effective_groups, indices.scaled_entropy):
        assert np.isnan(kernel([[0, 0], [1, 0]])).tolist() == [True, False]
    for order in (-1, math.inf, math.nan):
        with pytest.raises(pm.errors.InvalidParameter, match="from 0"):
            indices.renyi(board, order=order)


# -- pairs ----------------------------------------------------------------------------------------------


def paired():
    draw = np.random.default_rng(3)
    frame = pd.DataFrame(draw.integers(0, 40, size=(12, 4)), columns=list("wxyz"))
    frame = frame.assign(unit=[f"u{place}" for place in range(12)], part=["n"] * 5 + ["s"] * 7)
    return pm.from_wide(frame, groups=list("wxyz"), unit="unit", strata="part")


COMPARING = [
    row.name
    for row in MEASURES.values()
    if row.call in {"groups", "meeting"} and row.focal != "none" and not row.needs
    and row.name not in {"isolation", "correlation_ratio"}
]  # fmt: skip


@pytest.mark.parametrize("name", COMPARING)
def test_pairs_of_every_measure_that_compares_two_groups(name):
    counts = paired()
    square = pm.matrix(pm.pairwise(counts, name))
    assert list(square.index) == list(square.columns) == list("wxyz")
    kernel = MEASURES[name].function
    for i, j in itertools.permutations(range(4), 2):
        people = counts.values[:, [i, j]]
        if name == "exposure":
            everyone = counts.values.sum(axis=1)
            met = (people[:, 0] * people[:, 1] / np.where(everyone > 0, everyone, 1)).sum() / people[:, 0].sum()
            assert square.iloc[i, j] == pytest.approx(met, abs=1e-12)
        else:
            value = kernel(people).item()
            assert square.iloc[i, j] == pytest.approx(value if math.isfinite(value) else math.nan, nan_ok=True)
    assert np.isnan(np.diag(square)).all()


def test_a_row_of_exposures_and_isolation_add_up_to_one():
    counts = paired()
    met = pm.matrix(pm.pairwise(counts, "exposure", by="part"))
    assert met.index.names == ["part", "focal"]
    own = pm.measure(counts, "isolation", focal="each", by="part").set_index(["part", "focal"])["value"]
    for key, row in met.iterrows():
        assert row.sum() + own[key] == pytest.approx(1, abs=1e-12)


def test_what_is_no_matrix():
    counts = paired()
    with pytest.raises(pm.errors.InvalidParameter, match="one measure"):
        pm.matrix(pm.measure(counts, ["dissimilarity", "gini"], focal="each", against="each"))
    with pytest.raises(pm.errors.InvalidParameter, match="none does"):
        pm.matrix(pm.measure(counts, "dissimilarity"))
    with pytest.raises(pm.errors.InvalidParameter, match="missing"):
        pm.matrix(pm.pairwise(counts, "dissimilarity"), column="colour")
    for name in ("isolation", "simpson", "extremes"):
        with pytest.raises(pm.errors.InvalidParameter, match="does not compare two groups"):
            pm.pairwise(counts, name)
