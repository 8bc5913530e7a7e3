"""Corrections: published values of Toyville, chance comes out as 0, and who may not be corrected how."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
import scipy.optimize
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix.indices import (
    carrington_troske,
    contact_gap,
    density_corrected_dissimilarity,
    miller_madow,
    mutual_information,
)
from placemix.inference import corrected, mixtures
from placemix.inference.nulls import NULLS, households_of


def counts_of(a, b) -> pm.Counts:
    frame = pd.DataFrame({"a": a, "b": b, "unit": [f"u{n:03d}" for n in range(len(a))]})
    return pm.from_wide(frame, groups=["a", "b"], unit="unit")


TOYVILLE = counts_of([80, 20, 0, 20], [20, 80, 100, 80])


def test_toyville():
    """Methods 2.4: .5621 and .5624 by Carrington and Troske, .5951 by bootstrap, .595238 by density."""
    dealt = corrected(TOYVILLE, "dissimilarity", focal="a", null="fixed_margins", cluster=1, draws=200)
    assert dealt.value == pytest.approx(0.5624, abs=2e-4)
    drawn = corrected(TOYVILLE, "dissimilarity", focal="a", cluster=1, draws=1500)
    assert drawn.value == pytest.approx(0.5621, abs=3e-3)
    assert "corrected (carrington_troske, one by one) from 0.595238" in drawn.note
    again = corrected(TOYVILLE, "dissimilarity", focal="a", method="bootstrap", cluster=1, draws=1500)
    assert again.value == pytest.approx(0.5951, abs=4e-3)
    density = corrected(TOYVILLE, "dissimilarity", focal="a", method="density", cluster=1)
    assert density.value == pytest.approx(0.595238, abs=5e-7)


@given(st.floats(1 + 1 / 1000, 30))
@settings(max_examples=30)
def test_the_likeliest_difference_is_the_likeliest(t):
    """The root is where the density of what was seen is greatest, found by search instead."""
    # One unit pair whose difference is t standard deviations; everything else alike.
    found = scipy.optimize.minimize_scalar(
        lambda theta: -(scipy.stats.norm.pdf(t - theta) + scipy.stats.norm.pdf(t + theta)),
        bounds=(1e-9, t + 1), method="bounded", options={"xatol": 1e-12},
    )  # fmt: skip
    from placemix.indices.corrections import _root

    assert _root(np.array([t]))[0] == pytest.approx(found.x, abs=2e-5)
    assert _root(np.array([0.3, 1.0])).tolist() == [0, 0]


def test_small_differences_are_none():
    even = np.array([[10, 90], [11, 89], [9, 91]])
    assert density_corrected_dissimilarity(even).item() == 0
    assert density_corrected_dissimilarity(even * 10_000).item() > 0
    assert np.isnan(density_corrected_dissimilarity([[0, 5], [0, 6]]).item())
    both = density_corrected_dissimilarity(np.tile([[80, 20], [20, 80]], (2, 1)), starts=np.array([0, 2]))
    assert both[0] == both[1]


def test_ends_of_carrington_and_troske():
    found = carrington_troske([1.0, 0.2, 0.0, 0.1], [0.2, 0.2, 0.2, 0.2])
    np.testing.assert_allclose(found, [1, 0, -1, -0.5])


@pytest.mark.slow
def test_chance_is_corrected_to_about_nothing():
    rng = np.random.default_rng(2)
    kept = {"carrington_troske": [], "bootstrap": [], "density": [], "unbiased": [], "miller_madow": []}
    plain = []
    for seed in range(6):
        a = rng.binomial(60, 0.3, 50)
        counts = counts_of(a, 60 - a)
        plain.append(pm.estimate(counts, "dissimilarity", focal="a").value)
        for method, values in kept.items():
            name = {"unbiased": "correlation_ratio", "miller_madow": "mutual_information"}.get(method, "dissimilarity")
            values.append(corrected(counts, name, focal="a", method=method, cluster=1, draws=40, seed=seed).value)
    assert np.mean(plain) > 0.1
    for method in ("carrington_troske", "unbiased", "miller_madow"):
        spread = np.std(kept[method]) / np.sqrt(6)
        assert abs(np.mean(kept[method])) < 4.5 * spread + 1e-3, method
    # Allen et al. say of both that they take off most of the bias, not all.
    assert np.mean(kept["density"]) < 0.8 * np.mean(plain)
    assert np.mean(kept["bootstrap"]) < 0.8 * np.mean(plain)


def test_miller_and_madow_are_close_to_the_exact_bias():
    rng = np.random.default_rng(4)
    a = rng.binomial(200, 0.3, 80)
    pair = np.column_stack([a, 200 - a])
    exact = pm.indices.dealt_mutual_information(np.full(80, 200.0), pair.sum(axis=0)[np.newaxis].astype(float)).item()
    assert miller_madow(pair).item() == pytest.approx(exact, rel=0.02)
    counts = counts_of(a, 200 - a)
    m = corrected(counts, "mutual_information", focal="a", method="miller_madow", cluster=1)
    h = corrected(counts, "information_theory", focal="a", method="miller_madow", cluster=1)
    assert h.value / m.value == pytest.approx(
        pm.estimate(counts, "information_theory", focal="a").value / mutual_information(pair).item()
    )


def test_refusals():
    town = pm.datasets.town().residents("before")
    near = pm.surroundings.within(town, radius="1 km")
    for options, words in (
        ({"method": "carrington"}, "carrington_troske"),
        ({"method": "density", "measure": "gini"}, "published for dissimilarity"),
        ({"method": "carrington_troske", "measure": "mutual_information"}, "between 0 and 1"),
        ({"method": "density", "around": near}, "not for those around them"),
    ):
        with pytest.raises(pm.errors.InvalidParameter, match=words):
            corrected(town, options.pop("measure", "dissimilarity"), focal="blue", **options)
    undefined = corrected(counts_of([0, 0], [3, 4]), "dissimilarity", focal="a", method="density")
    assert np.isnan(undefined.value)
    assert undefined.reason == "group_absent"


FORMS = ("dissimilarity", "gini", "correlation_ratio", "information_theory", "hutchens")


@pytest.mark.parametrize("form", FORMS)
def test_every_way_to_deal_gives_zero_on_average(form):
    """Exact: the mean over all ways to put 3 of 9 people into places of 2, 3 and 4 is 0, and plain values are not."""
    sizes = np.array([2, 3, 4])
    unit = np.repeat(np.arange(3), sizes)
    ways = [np.bincount(unit[list(who)], minlength=3) for who in itertools.combinations(range(9), 3)]
    tables = [np.column_stack([x, sizes - x]) for x in ways]
    assert np.mean([contact_gap(table, form).item() for table in tables]) == pytest.approx(0, abs=1e-14)
    assert np.mean([getattr(pm.indices, form)(table).item() for table in tables]) > 0.1
    # The same with households of three.
    assert np.mean([contact_gap(3 * t, form, size=3).item() for t in tables]) == pytest.approx(0, abs=1e-14)


@pytest.mark.parametrize("form", FORMS)
def test_apart_is_one_and_many_people_change_nothing(form):
    assert contact_gap([[5, 0], [0, 7], [3, 0]], form).item() == pytest.approx(1)
    rng = np.random.default_rng(7)
    table = rng.integers(1, 60, (30, 2)) * 1_000_003
    plain = getattr(pm.indices, form)(table).item()
    # Pairs who share a unit meet nobody of another mix, in either form, but for exact ties of units.
    assert contact_gap(table, form).item() == pytest.approx(plain, abs=0.02)
    both = contact_gap(np.tile(table[:5], (2, 1)), form, starts=np.array([0, 5]))
    assert both[0] == both[1]
    assert np.isnan(contact_gap([[0, 5], [0, 6]], form).item())


@pytest.mark.parametrize("cluster", [1, 2.4])
def test_nulls_give_zero_for_households_too(cluster):
    """Monte Carlo: by both nulls that keep units, with whole households and 9 to 60 people a unit."""
    rng = np.random.default_rng(1)
    total = rng.integers(9, 60, 25).astype(float)
    table = np.column_stack([0.3 * total, 0.7 * total, 0 * total])
    worth = total / households_of(total, cluster)
    for null in ("evenness", "fixed_margins"):
        draw = NULLS[null](table, cluster)
        drawn = [draw(np.random.default_rng(number))[:, :2] for number in range(150)]
        for form in FORMS:
            values = np.array([contact_gap(one, form, size=worth).item() for one in drawn])
            assert abs(values.mean()) < 4 * values.std() / np.sqrt(150), (null, form)


def test_unbiased_says_who_is_left_out():
    counts = counts_of([1, 5, 2, 0], [0, 5, 8, 9])
    found = corrected(counts, "dissimilarity", focal="a", method="unbiased", cluster=1)
    assert "1 people in units of one household are left out" in found.note
    with pytest.raises(pm.errors.InvalidParameter, match="compares two groups"):
        corrected(counts, "information_theory", method="unbiased")
    with pytest.raises(pm.errors.InvalidParameter, match="no form of contact"):
        contact_gap(counts.values, "isolation")


def test_measures_of_a_mixture():
    """By many shares drawn from it, and in closed form for shares from 0 to 1 alike (D 1/2, Gini 2/3, V 1/3)."""
    even = mixtures.Mixture(np.ones(1), np.ones(1), np.ones(1), likelihood=0.0, converged=True, steps=1)
    for name, value in (("dissimilarity", 1 / 2), ("gini", 2 / 3), ("correlation_ratio", 1 / 3), ("isolation", 2 / 3)):
        assert mixtures.measured(name, even) == pytest.approx(value, abs=1e-9)
    rng = np.random.default_rng(6)
    of = np.array([0.7, 0.3]), np.array([0.4, 20.0]), np.array([3.0, 30.0])
    which = rng.choice(2, 100_000, p=of[0])
    share = rng.beta(of[1][which], of[2][which])
    table = np.column_stack([share, 1 - share])
    mixed = mixtures.Mixture(*of, likelihood=0.0, converged=True, steps=1)
    for name in mixtures.MEASURED:
        assert mixtures.measured(name, mixed) == pytest.approx(getattr(pm.indices, name)(table).item(), abs=0.005)


def test_slopes_of_the_likelihood():
    rng = np.random.default_rng(8)
    k = rng.integers(0, 11, 20).astype(float)
    place = np.array([0.3, 0.1, 0.5, 1.0, 0.2])
    rest = (k, np.full(20, 10.0), np.ones(20), 2)
    found = mixtures._surprise(place, *rest)[1]
    expected = scipy.optimize.approx_fprime(place, lambda at: mixtures._surprise(at, *rest)[0], 1e-6)
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.slow
def test_small_units_of_known_shares():
    """Units of 10 whose shares are beta(0.8, 2): the mean of 12 fits lies within their error, plain D does not."""
    rng = np.random.default_rng(11)
    law = mixtures.Mixture(np.ones(1), np.array([0.8]), np.array([2.0]), likelihood=0.0, converged=True, steps=1)
    found, plain = [], []
    for _ in range(12):
        k = rng.binomial(10, rng.beta(0.8, 2, 400)).astype(float)
        fit = mixtures.likeliest(k, np.full(400, 10.0), 1)
        assert fit.converged
        found.append([mixtures.measured(name, fit) for name in mixtures.MEASURED])
        plain.append(pm.indices.dissimilarity(np.column_stack([k, 10 - k])).item())
    true = np.array([mixtures.measured(name, law) for name in mixtures.MEASURED])
    off, error = np.mean(found, axis=0) - true, np.std(found, axis=0, ddof=1) / np.sqrt(12)
    assert (np.abs(off) < 4 * error).all()
    assert np.mean(plain) - true[0] > 0.04


def test_a_mixture_that_does_not_fit_says_so():
    a = np.r_[np.full(30, 2), np.full(30, 10), np.full(30, 90)]
    counts = counts_of(a, 100 - a)
    with pytest.warns(pm.errors.Approximated, match="does not fit"):
        corrected(counts, "dissimilarity", focal="a", method="beta_mixture", cluster=1, components=1)
    found = corrected(counts, "dissimilarity", focal="a", method="beta_mixture", cluster=1, components=3)
    assert "converged" in found.note
    with pytest.raises(pm.errors.InvalidParameter, match="from 1 to 5"):
        corrected(counts, "dissimilarity", focal="a", method="beta_mixture", components=9)


def test_what_is_undefined_stays_so_and_an_even_table_has_a_value():
    one = counts_of([5], [5])
    methods = ("carrington_troske", "bootstrap", "density", "unbiased", "beta_mixture")
    for method in methods:
        found = corrected(one, "dissimilarity", focal="a", method=method, draws=9)
        assert (np.isnan(found.value), found.reason) == (True, "one_unit"), method
    # H is M over the entropy, which is ln 2: 1/60 less than 0.
    even = corrected(counts_of([5, 10], [5, 10]), "information_theory", focal="a", method="miller_madow", cluster=1)
    assert even.value == pytest.approx(-1 / 60 / np.log(2))


def test_households_of_each_unit():
    counts = counts_of([24, 6, 0, 12], [6, 24, 30, 18])
    alike, mixed = pd.Series(2.0, index=counts.units), pd.Series([1.0, 2, 3, 6], index=counts.units)
    for form in FORMS:
        plain = corrected(counts, form, focal="a", method="unbiased", cluster=2).value
        assert corrected(counts, form, focal="a", method="unbiased", cluster=alike).value == pytest.approx(plain), form
        found = corrected(counts, form, focal="a", method="unbiased", cluster=mixed).value
        assert found == pytest.approx(contact_gap(counts.values, form, size=mixed.to_numpy()).item()), form


def test_a_search_that_ends_at_rounding_has_ended():
    """Shares that are alike in all units: the likelihood is flat to the last digit, and nothing lower is found."""
    rng = np.random.default_rng(3)
    values = rng.poisson(20, (30, 3)) * rng.uniform(0.3, 3, (30, 1))
    for components in (1, 2):
        assert mixtures.likeliest(values[:, 0], np.rint(values.sum(axis=1)), components).converged


def test_a_search_that_is_broken_off_says_so(monkeypatch):
    monkeypatch.setattr(mixtures, "_STEPS", 1)
    with pytest.warns(pm.errors.Approximated) as raised:
        found = corrected(TOYVILLE, "dissimilarity", focal="a", method="beta_mixture", cluster=1)
    assert ["was not reached" in str(one.message) for one in raised] == [True]
    assert "Try fewer components" in str(raised[0].message)
    assert "not converged in 1 steps" in found.note
