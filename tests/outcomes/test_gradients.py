"""Gradients: published values, people counted one by one, other packages, intervals against draws."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix import errors
from placemix.outcomes.gradients.fitting import Classes
from placemix.outcomes.gradients.indices import INDICES, relative_index_mackenbach

O = pm.outcomes  # noqa: E741
ALL = list(INDICES)
CONCENTRATION = ALL[2:]
PHE = pd.DataFrame(
    {
        "decile": range(1, 11),
        "denominator": [7291, 7997, 6105, 7666, 5790, 6934, 5918, 5974, 7147, 7534],
        "rate": [
            75.933459, 78.344238, 83.836063, 83.63754, 80.465503, 81.115676, 81.693084, 84.190006, 80.595564, 86.289435,
        ],
    }
)  # fmt: skip
FIFTHS = pd.DataFrame({"fifth": range(1, 6), "rate": [0.5, 0.4, 0.3, 0.2, 0.1], "denominator": 100})


def value(table, measure, order="decile", **options):
    return O.inequality(table, measure, of="people", order=order, **options)["value"].item()


# -- published values (methods 3.6) --------------------------------------------------------


def test_slope_and_relative_index_as_published():
    # The values are printed to six places, so that the last one of the result is unsure.
    assert value(PHE, "slope_index") == pytest.approx(6.934616, abs=1e-6)
    assert value(PHE, "relative_index", rii_definition="phe") == pytest.approx(1.088818, abs=5e-7)


def test_the_published_interval_is_that_of_one_error():
    """100,000 draws gave 3.1276 to 10.7587; a normal interval is symmetric, as far as draws can tell."""
    middle, half = (3.1276 + 10.7587) / 2, (10.7587 - 3.1276) / 2
    assert middle == pytest.approx(6.934616, abs=0.03)
    errors_ = pd.Series(np.full(10, 1.0))
    unit = O.inequality(PHE.assign(error=errors_), "slope_index", of="people", order="decile", error="error")
    scale = half / (unit["upper"].item() - unit["value"].item())
    same = O.inequality(PHE.assign(error=scale), "slope_index", of="people", order="decile", error="error")
    assert same[["lower", "upper"]].iloc[0].tolist() == pytest.approx([3.1276, 10.7587], abs=0.03)


def test_concentration_as_published():
    options = {"order": "fifth", "bounds": (0, 1)}
    assert value(FIFTHS, "concentration_index", **options) == pytest.approx(-0.26667, abs=5e-6)
    assert value(FIFTHS, "concentration_wagstaff", **options) == pytest.approx(-0.38095, abs=5e-6)
    assert value(FIFTHS, "concentration_erreygers", **options) == pytest.approx(-0.32)


def test_one_end_beside_the_other():
    found = O.quantile_ratio(0.1, 0.001, width=0.05, against_width=0.5)
    assert found["value"].item() == pytest.approx(100)
    assert found["interval_method"].item() == "none:rates_only"
    assert "different shares of people" in found["note"].item()
    even = O.quantile_ratio(2, 1, width=0.1, against_width=0.1)
    assert even["note"].item() is None
    assert O.quantile_ratio(2, 0, width=0.1, against_width=0.1)["reason"].item() == "none_against"
    with pytest.raises(TypeError, match="width"):
        O.quantile_ratio(2, 1, width=0.1)
    with pytest.raises(errors.InvalidParameter, match=r"Write the most disadvantaged 5 % as width=0\.05"):
        O.quantile_ratio(2, 1, width=5, against_width=50)
    with pytest.raises(errors.InvalidParameter, match="overlap"):
        O.quantile_ratio(2, 1, width=0.6, against_width=0.5)


# -- other computations --------------------------------------------------------------------

classes = st.lists(st.tuples(st.floats(0.05, 0.9), st.integers(1, 60)), min_size=5, max_size=9)


def table_of(numbers):
    return pd.DataFrame(numbers, columns=["rate", "denominator"]).assign(decile=range(1, len(numbers) + 1))


@pytest.mark.slow
@settings(max_examples=15)
@given(classes)
def test_people_counted_one_by_one_give_the_same(numbers):
    table = table_of(numbers)
    people = np.repeat(table["rate"], table["denominator"]).to_numpy()
    place = np.repeat(table["decile"], table["denominator"])
    # Everyone of a class has the mean rank of the class.
    rank = (
        pd.Series((np.arange(len(people)) + 0.5) / len(people)).groupby(place.to_numpy()).transform("mean").to_numpy()
    )
    found = O.inequality(table, ALL, of="people", order="decile", bounds=(0, 1), rii_definition="phe").set_index(
        "measure"
    )
    mean, lean = people.mean(), 2 * np.cov(people, rank, bias=True)[0, 1]
    slope, foot = np.polyfit(rank, people, 1)
    expected = {
        "slope_index": slope,
        "concentration_index": lean / mean,
        "concentration_wagstaff": lean / (mean * (1 - mean)),
        "concentration_erreygers": 4 * lean,
    }
    for name, number in expected.items():
        assert found.loc[name, "value"] == pytest.approx(number, rel=1e-9, abs=1e-12)
    if foot > 1e-6 and foot + slope > 1e-6:
        assert found.loc["relative_index", "value"] == pytest.approx((foot + slope) / foot, rel=1e-6)
    mackenbach = value(table, "relative_index", rii_definition="mackenbach")
    assert mackenbach == pytest.approx(slope / mean, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("transform", ["none", "log", "logit"])
def test_the_line_is_that_of_statsmodels(transform):
    api = pytest.importorskip("statsmodels.api")
    table = PHE.assign(rate=PHE["rate"] / 100)
    share = (PHE["denominator"] / PHE["denominator"].sum()).to_numpy()
    rank = np.cumsum(share) - share / 2
    y = table["rate"].to_numpy()
    moved = {"none": y, "log": np.log(y), "logit": np.log(y / (1 - y))}[transform]
    foot, slope = api.WLS(moved, api.add_constant(rank), weights=share).fit().params
    back = {"none": lambda h: h, "log": np.exp, "logit": lambda h: 1 / (1 + np.exp(-h))}[transform]
    low, high = back(foot), back(foot + slope)
    names = ["slope_index", "relative_index"]
    found = O.inequality(table, names, of="people", order="decile", transform=transform, rii_definition="phe")
    assert found["value"].tolist() == pytest.approx([high - low, high / low], rel=1e-9)
    assert found[["most_disadvantaged", "least_disadvantaged"]].iloc[0].tolist() == pytest.approx([low, high], rel=1e-9)


@pytest.mark.parametrize("measure", [*ALL, "mackenbach", "log", "logit", "log ratio", "logit ratio"])
def test_intervals_are_those_of_draws(measure):
    """200,000 draws of the values; limits within the error of the draws, and of the first order."""
    rng = np.random.default_rng(8)
    y, share, error = np.array([0.42, 0.35, 0.33, 0.25, 0.22, 0.16]), np.array([0.2, 0.15, 0.2, 0.15, 0.2, 0.1]), 0.008
    draws = rng.normal(y, error, (200_000, 6))
    rank = np.cumsum(share) - share / 2
    table = pd.DataFrame({"rate": y, "denominator": 1000 * share, "decile": range(1, 7), "error": error})
    transform, name = (
        ("none", measure) if " " not in measure and measure not in {"log", "logit"} else (measure.split()[0], "")
    )
    name = name or ("relative_index" if "ratio" in measure else "slope_index")
    definition = "phe"
    if measure == "mackenbach":
        name, definition = "relative_index", "mackenbach"
    found = O.inequality(
        table,
        name,
        of="people",
        order="decile",
        error="error",
        bounds=(0, 1),
        rii_definition=definition,
        transform=transform,
    )
    moved = {"none": draws, "log": np.log(draws), "logit": np.log(draws / (1 - draws))}[transform]
    slopes = share * (rank - 0.5) / (share * (rank - 0.5) ** 2).sum()
    foot, top = moved @ (share - slopes / 2), moved @ (share + slopes / 2)
    back = {"none": lambda h: h, "log": np.exp, "logit": lambda h: 1 / (1 + np.exp(-h))}[transform]
    mean, lean = draws @ share, 2 * draws @ (share * (rank - 0.5))
    drawn = {
        "slope_index": back(top) - back(foot),
        "relative_index": back(top) / back(foot) if definition == "phe" else draws @ slopes / mean,
        "concentration_index": lean / mean,
        "concentration_wagstaff": lean / (mean * (1 - mean)),
        "concentration_erreygers": 4 * lean,
    }[name]
    low, high = np.quantile(drawn, [0.025, 0.975])
    width = high - low
    assert found["lower"].item() == pytest.approx(low, abs=0.02 * width)
    assert found["upper"].item() == pytest.approx(high, abs=0.02 * width)


def test_limits_of_values_give_their_errors_back():
    names = ["slope_index", "concentration_index"]
    half = 1.959963984540054 * 0.8
    table = PHE.assign(lower=PHE["rate"] - half, upper=PHE["rate"] + half, error=0.8)
    one = O.inequality(table, names, of="people", order="decile", lower="lower", upper="upper")
    other = O.inequality(table, names, of="people", order="decile", error="error")
    np.testing.assert_allclose(one[["lower", "upper"]], other[["lower", "upper"]], rtol=1e-12)
    none = O.inequality(table, names, of="people", order="decile")
    assert set(none["interval_method"]) == {"none:no_errors"}


# -- identities ----------------------------------------------------------------------------


@pytest.mark.slow
@settings(max_examples=7)
@given(classes, st.floats(0.1, 20))
def test_order_complement_and_scale(numbers, scale):
    table = table_of(numbers)
    options = {"of": "people", "order": "decile", "bounds": (0, 1)}
    names = ["slope_index", *CONCENTRATION]
    found = O.inequality(table, names, **options).set_index("measure")["value"]
    back = table.assign(decile=len(table) + 1 - table["decile"])
    turned = O.inequality(back, names, **options).set_index("measure")["value"]
    np.testing.assert_allclose(turned, -found, atol=1e-12)
    # Those without: Wagstaff's and Erreygers' index only change their sign, the plain one does not.
    without = O.inequality(table.assign(rate=1 - table["rate"]), names, **options).set_index("measure")["value"]
    for name in ("slope_index", "concentration_wagstaff", "concentration_erreygers"):
        assert without[name] == pytest.approx(-found[name], abs=1e-12)
    larger = O.inequality(table.assign(rate=scale * table["rate"]), names, **options | {"bounds": (0, scale)})
    larger = larger.set_index("measure")["value"]
    assert larger["slope_index"] == pytest.approx(scale * found["slope_index"], abs=1e-12)
    for name in CONCENTRATION:
        assert larger[name] == pytest.approx(found[name], abs=1e-12)
    # Rows in any order, and a class cut in two alike halves, change nothing of concentration.
    mixed = table.sample(frac=1, random_state=1)
    np.testing.assert_allclose(O.inequality(mixed, names, **options)["value"], found, rtol=1e-12)


def test_an_even_spread_is_no_gradient():
    flat = FIFTHS.assign(rate=0.3)
    found = O.inequality(flat, ALL, of="people", order="fifth", bounds=(0, 1), rii_definition="phe")
    assert found["value"].tolist() == pytest.approx([0, 1, 0, 0, 0], abs=1e-12)


# -- when there is no index ----------------------------------------------------------------


def test_a_line_needs_five_to_a_hundred_classes():
    found = O.inequality(FIFTHS[:4], ["slope_index", "concentration_index"], of="people", order="fifth")
    assert found["reason"].tolist() == ["too_few_or_many_classes", None]
    many = pd.DataFrame({"fifth": range(101), "rate": 0.3, "denominator": 5})
    assert O.inequality(many, "slope_index", of="people", order="fifth")["reason"].item() == "too_few_or_many_classes"


def test_what_is_missing_is_a_reason():
    def reason(table, measure="concentration_index", **options):
        return O.inequality(table, measure, of="people", order="fifth", **options)["reason"].item()

    gone = FIFTHS.assign(rate=[0.5, np.nan, 0.3, 0.2, 0.1])
    assert reason(gone) == "not_known"
    assert reason(gone.assign(symbol=[None, "c", None, None, None])) == "suppressed"
    assert reason(FIFTHS.assign(denominator=0)) == "no_people"
    assert reason(FIFTHS.assign(denominator=[9, 0, 0, 0, 0])) == "one_class"
    assert reason(FIFTHS, bounds=(0, 0.4)) == "outside_bounds"
    assert reason(FIFTHS.assign(rate=0.0)) == "mean_at_an_end"
    assert reason(FIFTHS.assign(rate=0.0), "slope_index", transform="log") == "outside_transform"
    steep = FIFTHS.assign(rate=[0, 0, 0, 0.4, 0.9])
    assert reason(steep, "relative_index", rii_definition="phe") == "line_reaches_0"
    # An error so large that the mean may be 0 leaves a value without an interval.
    unsure = O.inequality(FIFTHS.assign(error=1.0), "concentration_index", of="people", order="fifth", error="error")
    assert unsure["interval_method"].item() == "none:undefined"
    assert unsure["value"].notna().item()


def test_gradients_of_groups_intersections_and_areas():
    both = pd.concat(
        [FIFTHS.assign(group=group, sex=sex, area=area) for group in "xy" for sex in "fm" for area in "ab"],
        ignore_index=True,
    )  # fmt: skip
    found = O.inequality(both, of="people", order="fifth", focal={"group": "x", "sex": "f"}, by="area")
    assert found["area"].tolist() == ["a", "a", "b", "b"]
    assert set(found["focal"]) == {"x, f"}
    assert found["value"].tolist() == pytest.approx([-0.5, -0.8 / 3] * 2)
    small = both.assign(denominator=both["denominator"].where(both["fifth"] > 1, 6))
    hidden = O.inequality(small, of="people", order="fifth", focal={"group": "x", "sex": "f"}, by="area")
    assert set(hidden["reason"]) == {"suppressed"}
    with pytest.raises(errors.DuplicateUnit, match="by= or focal="):
        O.inequality(both, of="people", order="fifth")


def test_a_gradient_over_areas_speaks_of_areas():
    people = O.inequality(FIFTHS, of="people", order="fifth")
    areas = O.inequality(FIFTHS, of="areas", order="fifth")
    assert "the most disadvantaged" in people.explain()
    assert people["note"].isna().all()
    assert "areas where disadvantage is greatest" in areas.explain()
    assert "people who" not in areas.explain()
    assert areas["note"].str.contains("nothing is said of disadvantaged people").all()


@pytest.mark.parametrize(
    ("kind", "word", "options"),
    [
        (errors.InvalidParameter, "rii_definition='phe'", {"measures": "relative_index"}),
        (
            errors.InvalidParameter,
            "Slope over mean",
            {"measures": "relative_index", "rii_definition": "mackenbach", "transform": "log"},
        ),
        (errors.InvalidParameter, r"bounds=\(0, 1\)", {"measures": "concentration_wagstaff"}),
        (errors.InvalidParameter, "Did you mean 'slope_index'", {"measures": "slopeindex"}),
        (errors.InvalidParameter, "of says who is ranked", {"of": "wards"}),
        (errors.InvalidParameter, "lower= and upper=", {"lower": "rate"}),
        (errors.UnknownColumn, "Did you mean 'fifth'", {"order": "fift"}),
        (errors.RankOrDecileArithmetic, "is a rank", {"value": "decile"}),
        (errors.InvalidParameter, "transform is", {"transform": "sqrt"}),
    ],
)
def test_refused(kind, word, options):
    table = FIFTHS.assign(decile=FIFTHS["fifth"])
    with pytest.raises(kind, match=word):
        O.inequality(table, **({"measures": "slope_index", "of": "people", "order": "fifth"} | options))


def test_tables_with_faults_are_refused_all_together():
    odd = FIFTHS.astype({"rate": object}).assign(
        rate=["c", 1, 1, 1, 1], denominator=[-1, 1, 1, 1, 1], fifth=[1, 1, 3, 4, 5]
    )
    with pytest.raises(errors.NotNumbers) as caught:
        O.inequality(odd, of="people", order="fifth")
    assert len(caught.value.faults) == 3
    assert isinstance(caught.value, errors.DuplicateUnit)


def test_a_kernel_takes_plain_numbers():
    one = Classes(np.array([1.0, 3.0]), np.array([0.5, 0.5]), np.zeros(2), np.zeros(2), "none")
    found = relative_index_mackenbach(one, 1.96, (-math.inf, math.inf))
    assert found.value == pytest.approx(2)  # slope 4 over a mean of 2


def test_saved_and_verified(tmp_path):
    table = pd.concat([PHE.assign(area=area, error=1.0, symbol=None) for area in "ab"], ignore_index=True)
    results = [
        O.inequality(
            table, ALL, of="areas", order="decile", by="area", error="error", bounds=(0, 100), rii_definition="phe"
        ),
        O.inequality(pm.Rates(PHE.assign(indicator=PHE["decile"].astype(str))), of="people", order="decile"),
        O.quantile_ratio(0.1, 0.001, width=0.05, against_width=0.5),
    ]
    for number, result in enumerate(results):
        outcome = pm.verify(result.save(tmp_path / f"{number}.zip"))
        assert outcome.same, str(outcome)
        assert result.cite()
        assert result["sentence"].notna().all()
