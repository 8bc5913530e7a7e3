"""Ordered groups: published values, arithmetic written out here, and what thresholds cannot carry."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix import indices
from placemix.indices import _thresholds, rank_order

ORDINAL = ("ordinal_information", "ordinal_variation", "ordinal_squareroot", "ordinal_absolute")
RANKS = ("rank_order_information", "rank_order_variation", "rank_order_squareroot")
MIXED = {
    "information": lambda p: -sum(q * math.log2(q) for q in (p, 1 - p) if q > 0),
    "variation": lambda p: 4 * p * (1 - p),
    "squareroot": lambda p: 2 * math.sqrt(max(p * (1 - p), 0)),
    "absolute": lambda p: 1 - abs(2 * p - 1),
}
WAYS = {
    "information": rank_order.INFORMATION, "variation": rank_order.VARIATION, "squareroot": rank_order.SQUAREROOT,
}  # fmt: skip


def towns(seed=4, units=60, bands=16):
    """Units with incomes about means of their own, in bands."""
    draw = np.random.default_rng(seed)
    means = draw.normal(bands / 2, 3, units)
    shares = np.exp(-0.5 * ((np.arange(bands) - means[:, np.newaxis]) / 3) ** 2)
    return np.array([draw.multinomial(draw.integers(300, 900), share / share.sum()) for share in shares], dtype=float)


def at_thresholds(table, mixed):
    """Shares at or below, and the loss of mixing, one threshold after the other."""
    people = table.sum(axis=1)
    found = []
    for k in range(1, table.shape[1]):
        below = table[:, :k].sum(axis=1)
        p = below.sum() / people.sum()
        within = sum(t * mixed(b / t) for b, t in zip(below, people, strict=True) if t > 0) / people.sum()
        found.append((p, mixed(p), within))
    return found


# -- ordinal -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "printed"),
    [
        ([[0, 0, 30], [0, 20, 10], [10, 20, 0], [30, 0, 0]], 0.75),
        ([[0, 30, 0], [0, 10, 20], [10, 0, 20], [30, 0, 0]], 0.625),
    ],
)
def test_the_examples_that_oasisr_prints(table, printed):
    # Its manual's page on ordinalseg prints .75 four times for one table, .625 four times for the other.
    for name in ORDINAL:
        assert getattr(indices, name)(table).item() == pytest.approx(printed, abs=1e-12)


@settings(max_examples=15)
@given(st.integers(2, 6).flatmap(lambda k: st.lists(
    st.lists(st.integers(0, 30), min_size=k, max_size=k), min_size=2, max_size=6
)))  # fmt: skip
def test_ordinal_values_are_these_sums(rows):
    table = np.array(rows, dtype=float)
    for name in ORDINAL:
        value = getattr(indices, name)(table).item()
        found = at_thresholds(table, MIXED[name.partition("_")[2]]) if table.sum() else []
        whole = sum(mixed for _, mixed, _ in found)
        if (table.sum(axis=1) > 0).sum() < 2 or (table.sum(axis=0) > 0).sum() < 2:
            assert np.isnan(value)
        else:
            assert value == pytest.approx(1 - sum(within for *_, within in found) / whole, abs=1e-12)
        turned = getattr(indices, name)(table[:, ::-1]).item()
        assert turned == pytest.approx(value, abs=1e-12, nan_ok=True)


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=6))
def test_two_groups_have_one_threshold(rows):
    table = np.array(rows, dtype=float)
    others = (indices.information_theory, indices.correlation_ratio, indices.hutchens)
    for name, other in zip(ORDINAL[:3], others, strict=True):
        expected = other(table).item()
        assert getattr(indices, name)(table).item() == pytest.approx(expected, abs=1e-12, nan_ok=True)


def test_an_empty_band_keeps_its_place_within_the_scale_but_not_at_its_ends():
    table = np.array([[8.0, 2, 0], [3, 3, 4]])
    inside = np.insert(table, 1, 0, axis=1)
    for name in ORDINAL:
        value = getattr(indices, name)(table).item()
        assert getattr(indices, name)(np.insert(table, 0, 0, axis=1)).item() == pytest.approx(value, abs=1e-12)
        assert getattr(indices, name)(np.insert(table, 3, 0, axis=1)).item() == pytest.approx(value, abs=1e-12)
        assert getattr(indices, name)(inside).item() != pytest.approx(value, abs=1e-4)
        assert np.isnan(getattr(indices, name)(table[:1])).all()  # one unit


@pytest.mark.parametrize("mixed", [*(way.variation for way in WAYS.values()), _thresholds.smaller_of])
def test_a_half_and_a_half_are_as_mixed_as_can_be(mixed):
    np.testing.assert_allclose(mixed(np.array([0.0, 0.5, 1]), np.array([1.0, 0.5, 0])), [0, 1, 0])


# -- rank order ------------------------------------------------------------------------------------


def test_means_of_powers_are_those_that_reardon_lists():
    listed = {
        "information": ["1", "1/2", "11/36", "5/24", "137/900"],
        "variation": ["1", "1/2", "3/10", "1/5", "1/7"],
        "squareroot": ["1", "1/2", "5/16", "7/32", "21/128"],
    }
    for name, values in listed.items():
        expected = [float(Fraction(value)) for value in values]
        np.testing.assert_allclose(rank_order.moments(WAYS[name], 4), expected, rtol=1e-14)


@pytest.mark.parametrize("name", list(WAYS))
def test_means_of_powers_are_integrals(name):
    # Gauss and Chebyshev's nodes of the second kind, whose weight is the root of p (1 - p).
    angle = np.arange(1, 4001) * math.pi / 4001
    p, weight = (1 + np.cos(angle)) / 2, np.sin(angle) ** 2
    mixed = np.array([MIXED[name](q) for q in p]) / np.sqrt(p * (1 - p)) * weight
    expected = [(mixed * p**m).sum() / mixed.sum() for m in range(9)]
    np.testing.assert_allclose(rank_order.moments(WAYS[name], 8), expected, atol=2e-7)


@pytest.mark.parametrize("name", list(WAYS))
@pytest.mark.parametrize("degree", [1, 2, 4])
def test_rank_order_values_are_those_of_a_plain_fit(name, degree):
    table = towns()
    found = at_thresholds(table, MIXED[name])
    p, mixed, within = (np.array(column) for column in zip(*found, strict=True))
    line = np.polynomial.Polynomial.fit(p, 1 - within / mixed, degree, w=mixed).convert().coef
    expected = line @ rank_order.moments(WAYS[name], degree)
    assert getattr(indices, f"rank_order_{name}")(table, degree=degree).item() == pytest.approx(expected, abs=1e-9)


def test_values_hardly_depend_on_the_bands():
    table = towns()
    for name in RANKS:
        fine = getattr(indices, name)(table).item()
        coarse = getattr(indices, name)(table.reshape(len(table), 8, 2).sum(axis=2)).item()
        assert coarse == pytest.approx(fine, abs=0.005)


def test_an_empty_band_changes_no_rank():
    table = towns(bands=7)
    for name in RANKS:
        value = getattr(indices, name)(table).item()
        for place in (0, 3, 7):
            again = getattr(indices, name)(np.insert(table, place, 0, axis=1)).item()
            assert again == pytest.approx(value, abs=1e-12)


def test_a_town_is_as_separate_from_the_top_as_from_the_bottom():
    table = towns(bands=9)
    for name in RANKS:
        assert getattr(indices, name)(table[:, ::-1]).item() == pytest.approx(
            getattr(indices, name)(table).item(), abs=1e-9
        )


def test_what_thresholds_cannot_carry_is_refused():
    for name in RANKS:
        kernel = getattr(indices, name)
        with pytest.raises(pm.errors.TooFewGroups, match="three bands"):
            kernel([[1, 2], [3, 4]], degree=1)
        with pytest.raises(pm.errors.InvalidParameter, match=r"5 bands have 4 thresholds.*degree=3"):
            kernel(np.ones((2, 5)))
        for degree in (0, 9, 1.5, True):
            with pytest.raises(pm.errors.InvalidParameter, match="from 1 to 8"):
                kernel(np.ones((2, 12)), degree=degree)
    # Four thresholds, of which a stratum with two empty bands has only two.
    table = np.array([[4.0, 1, 1, 2, 5], [1, 3, 2, 4, 1], [6, 0, 2, 0, 1], [1, 0, 3, 0, 2]])
    value = indices.rank_order_information(table, starts=np.array([0, 2]), degree=2)
    assert np.isfinite(value).tolist() == [True, False]
    assert np.isfinite(indices.rank_order_information(table, starts=np.array([0, 2]), degree=1)).all()


# -- the verbs --------------------------------------------------------------------------------------


def homes():
    draw = np.random.default_rng(8)
    frame = pd.DataFrame(draw.integers(1, 30, size=(40, 5)), columns=["none", "some", "most", "all", "more"])
    frame.loc[frame.index >= 30, ["some", "all"]] = 0
    frame["unit"] = [f"u{place}" for place in frame.index]
    frame["city"] = np.where(frame.index < 30, "x", "y")
    return pm.from_wide(frame, groups=["all", "none", "more", "some", "most"], unit="unit", strata=["city"])


ORDER = ["none", "some", "most", "all", "more"]


def test_groups_are_ranked_as_the_call_says():
    counts = homes()
    ranked = counts.select(ORDER).values
    found = pm.measure(counts, [*ORDINAL, "rank_order_variation(degree=3)"], order=ORDER)
    for name, value in zip(ORDINAL, found["value"], strict=False):
        assert value == pytest.approx(getattr(indices, name)(ranked).item(), abs=1e-12)
    assert found["value"].iloc[-1] == pytest.approx(indices.rank_order_variation(ranked, degree=3).item(), abs=1e-12)
    assert found["focal"].isna().all()
    assert not found["reason"].notna().any()
    with pytest.raises(pm.errors.OrderNeeded):
        pm.measure(counts, "ordinal_information")
    with pytest.raises(pm.errors.NoSpatialForm):
        pm.measure(counts, "ordinal_information", order=ORDER, around=counts)


def test_strata_with_too_few_thresholds_say_so(tmp_path):
    found = pm.measure(homes(), ["rank_order_information(degree=3)", "ordinal_variation"], order=ORDER, by="city")
    assert found["reason"].astype(object).where(found["reason"].notna(), None).tolist() == [
        None, None, "too_few_thresholds", None
    ]  # fmt: skip
    assert "too few thresholds" in found.explain()
    assert pm.verify(found.save(tmp_path / "ranks.zip")).same


def test_a_planner_can_read_the_sentences():
    found = pm.measure(homes(), ["ordinal_information", "rank_order_squareroot(degree=2)"], order=ORDER)
    text = found.explain()
    assert "less mixed between lower and higher groups" in text
    assert "people of lower and of higher rank" in text
    assert "Reardon" in found.cite()
