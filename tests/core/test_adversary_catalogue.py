"""What an adversary of the aspatial catalogue found: each case is the smallest table that showed it."""

from __future__ import annotations

from decimal import Decimal, localcontext

import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix import indices
from placemix.errors import InvalidArea, InvalidParameter, PlacemixError, UnknownGroup

TOWN = [[80, 20], [20, 80], [0, 100], [20, 80]]


def counted(**columns):
    frame = pd.DataFrame({"x": [80, 20, 0, 20], "y": [20, 80, 100, 80], **columns}).assign(unit=list("abcd"))
    return pm.from_wide(frame, groups=["x", "y"], unit="unit", area="land" if "land" in columns else None)


def by_definition(a):
    """Generalised entropy of the town's first group, in 60 digits."""
    with localcontext(prec=60):
        power = Decimal(a)
        ratios = [Decimal(x) / 30 for x, _ in TOWN]
        return float(sum(r**power - 1 if r else Decimal(-1) for r in ratios) / 4 / (power * (power - 1)))


@pytest.mark.parametrize("a", [1e-12, 0.3, 1 - 1e-13, 1 + 1e-9, 1.01, 700])
def test_generalised_entropy_keeps_its_digits_near_its_limits_and_far_out(a):
    assert indices.target_entropy(TOWN, a=a).item() == pytest.approx(by_definition(a), rel=1e-12)


def test_a_value_beyond_all_numbers_has_a_reason_and_warns_of_nothing():
    row = pm.measure(counted(), "target_entropy(a=1000)", focal="x").iloc[0]
    assert np.isnan(row["value"])
    assert row["reason"] == "too_large"


def test_eight_people_among_thousands_of_millions_are_not_absent():
    earth = pm.from_wide(
        pd.DataFrame({"unit": list("ab"), "x": [4e9, 6e9], "y": [5, 3]}), groups=["x", "y"], unit="unit"
    )
    value = pm.estimate(earth, "dissimilarity", focal="x").value
    assert value == pytest.approx(5 / 8 - 0.4)
    assert pm.estimate(earth, "dissimilarity", focal="y").value == pytest.approx(value)


@pytest.mark.parametrize("name", [0, None, True, ["x", None]])
def test_a_group_that_is_no_text_is_refused(name):
    with pytest.raises((UnknownGroup, InvalidParameter)) as caught:
        pm.measure(counted(), "profile_r", focal="x", against=[name] if name is None else name)
    assert "x; y" in str(caught.value)
    with pytest.raises(UnknownGroup, match="named by a text"):
        pm.measure(counted(), "ordinal_information", order=["x", 0])


def test_a_parameter_or_a_measure_given_twice_is_refused():
    with pytest.raises(InvalidParameter, match="once in other words"):
        pm.measure(counted(), ["renyi", "renyi(order=2)"])
    with pytest.raises(UnknownGroup, match="Did you mean 'rest'"):
        pm.measure(counted(), "profile_r", focal="x", against="Rest")
    with pytest.raises(InvalidParameter, match="a is given twice"):
        pm.measure(counted(), "target_entropy(a=1, a=2)", focal="x")


def test_a_missing_date_is_no_lowest_height():
    dates = pd.Series(pd.to_datetime(["2020", "2021", None, "2023"]), index=list("abcd"), name="founded")
    with pytest.raises(InvalidParameter, match="founded holds datetime64"):
        pm.vertical_segregation(counted(), dates, focal="x")


def test_what_is_no_pair_of_names_and_no_frame_is_refused():
    for names in (None, "ab"):
        with pytest.raises(InvalidParameter, match="two unlike texts"):
            pm.lorenz_dominance(counted(), counted(), focal="x", names=names)
    with pytest.raises(InvalidParameter, match="but a int"):
        pm.matrix(3)


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_sorting_does_not_depend_on_the_unit_of_money(scale):
    homes = pd.DataFrame({"area": list("AABBCC"), "income": [10, 20, 20, 30, 40, 60]})
    one, other = (
        pm.continuous.sorting_index(homes.assign(income=homes["income"] * factor), value="income", unit="area")
        for factor in (1.0, scale)
    )
    assert other["value"].item() == pytest.approx(one["value"].item(), rel=1e-12)


@pytest.mark.slow
def test_far_below_what_chance_gives_is_no_chance_for_measures_that_go_either_way():
    town = counted(land=[4, 1, 1, 1])
    row = pm.inference.table(town, "relative_concentration", focal="x", draws=99).iloc[0]
    assert row["value"] < row["expected"] - 5 * row["sd"]
    assert pd.isna(row["flag"])
    even = pm.from_wide(
        pd.DataFrame({"unit": list("abcd"), "x": [9, 10, 11, 10], "y": 90, "land": [4, 1, 1, 1]}),
        groups=["x", "y"], unit="unit", area="land",
    )  # fmt: skip
    assert pm.inference.table(even, "relative_concentration", focal="x", draws=99)["flag"].notna().all()
    assert pm.inference.table(even, "simpson", draws=99)["flag"].isna().all()  # one mix, however it is dealt


def test_areas_that_are_none_are_told_as_areas_with_all_units():
    with pytest.raises(InvalidArea) as caught:
        counted(land=[-1, "1 ha", None, np.inf])
    assert [fault.units for fault in caught.value.faults] == [("b",), ("c",), ("a",), ("d",)]
    assert "people" not in str(caught.value)


@pytest.mark.parametrize("by", [["side", "side"], 5, [None]])
def test_strata_named_twice_or_by_no_text_are_refused(by):
    town = pd.DataFrame({"unit": list("abcd"), "side": list("nnss"), "x": [80, 20, 0, 20], "y": [20, 80, 100, 80]})
    town = pm.from_wide(town, groups=["x", "y"], unit="unit", strata="side")
    with pytest.raises(InvalidParameter, match="columns of strata, each once"):
        pm.measure(town, "profile_r", focal="x", by=by)


def test_r_of_a_majority_may_exceed_that_of_complete_separation_but_never_2():
    # P = 10/11: nine tenths of the members lie 1/11 above it, one tenth 9/22 below; over 1 - P that is 0.9 + 0.45.
    assert indices.profile_r([[90, 0], [10, 10]]).item() == pytest.approx(1.35, rel=1e-12)
    people = np.random.default_rng(3).lognormal(0, 4, (500, 4, 2))
    value, share = indices.profile_r(people)[:, 0], people[..., 0].sum(axis=1) / people.sum(axis=(1, 2))
    assert value.max() < 2
    assert value[share <= 0.5].max() <= 1 + 1e-12
    assert value[share > 0.5].max() > 1


@pytest.mark.parametrize("measure", ["simpson", "karmel_maclachlan", "target_gini", "exposure"])
def test_chance_is_taken_off_only_where_complete_separation_is_1(measure):
    # Of a diversity that no sorting changes it left 0; a G(1 - P) of people wholly apart was brought to less than that.
    with pytest.raises(InvalidParameter, match="1 where groups are apart"):
        pm.inference.corrected(counted(), measure, focal="x", draws=9)


def test_kernels_refuse_what_is_no_number():
    four = ["a", 1, 2, 3]
    for call in (
        lambda: indices.delta(TOWN, area=four),
        lambda: indices.relative_centralisation(TOWN, distance=four),
        lambda: indices.somers(TOWN, four),
        lambda: indices.renyi([1, 2], order="2"),
        lambda: indices.renyi(["a", 2]),
        lambda: indices.target_entropy(TOWN, a=None),
    ):
        with pytest.raises(PlacemixError):
            call()
