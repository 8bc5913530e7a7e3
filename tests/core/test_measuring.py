"""measure, pairwise and estimate: the frame's columns and rows, reasons for NaN, and who is compared."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix import errors
from placemix.registry import MEASURES

COLUMNS = [
    *("measure", "focal", "against", "value", "expected", "lower", "upper", "level", "flag"),
    *("numerator", "denominator", "people", "units", "groups", "residual", "units_dropped", "reason", "note"),
    *("around", "method", "interval_method", "source", "version"),
]


def table(rows: list[tuple], groups: list[str], **options: object) -> pm.Counts:
    frame = pd.DataFrame(rows, columns=["where", *groups, "all"][: 1 + len(groups) + ("total" in options)])
    frame["unit"] = [f"u{place}" for place in range(len(frame))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", errors.PlacemixWarning)
        return pm.from_wide(frame, groups=groups, unit="unit", strata="where", **options)


@pytest.fixture
def towns() -> pm.Counts:
    """Two towns, an island of one unit, a town without the third group, and one where nobody lives."""
    rows = [
        ("south", 80, 20, 5),
        ("north", 20, 80, 0),
        ("south", 0, 100, 5),
        ("island", 7, 2, 1),
        ("north", 30, 10, 0),
        ("desert", 0, 0, 0),
        ("south", 20, 80, 0),
        ("desert", 0, 0, 0),
        ("north", 0, 0, 0),
    ]
    return table(rows, ["a", "b", "c"])


EVERY = [
    row.name
    for row in MEASURES.values()
    if row.call in {"groups", "meeting", "mix", "surface"} and not row.needs_around and not row.needs
]
MANY = [name for name in EVERY if MEASURES[name].focal != "needed"]


def test_columns_and_their_types(towns):
    result = pm.measure(towns, EVERY, focal="each", by="where", chance="binomial")
    assert list(result.columns) == ["where", *COLUMNS]
    floats = ["value", "expected", "lower", "upper", "level", "numerator", "denominator", "people", "residual"]
    whole = ["units", "groups", "units_dropped"]
    for name in result.columns:
        kind = "float64" if name in floats else "Int64" if name in whole else "category"
        assert str(result[name].dtype) == kind, name
    assert list(pm.measure(towns, "shannon").columns) == COLUMNS


def test_rows_are_strata_then_measures_then_groups(towns):
    result = pm.measure(towns, ["isolation", "dissimilarity"], focal=["b", "a"], by="where")
    expected = [
        (where, measure, focal)
        for where in ["south", "north", "island", "desert"]
        for measure in ["isolation", "dissimilarity"]
        for focal in ["a", "b"]
    ]
    assert list(zip(result["where"], result["measure"], result["focal"], strict=True)) == expected


def test_values_by_hand(towns):
    south = pm.measure(towns, ["dissimilarity", "isolation", "exposure", "simpson"], focal="a", by="where").iloc[:4]
    d = (abs(80 / 100 - 25 / 210) + abs(0 - 105 / 210) + abs(20 / 100 - 80 / 210)) / 2
    xpx = (80 * 80 / 105 + 20 * 20 / 100) / 100
    simpson = 1 - (100**2 + 200**2 + 10**2) / 310**2
    assert south["value"].tolist() == pytest.approx([d, xpx, 1 - xpx, simpson])
    assert south["denominator"].tolist() == [100, 100, 100, 310]
    assert south["numerator"].tolist() == pytest.approx([100 * d, 100 * xpx, 100 - 100 * xpx, 310 * simpson])
    assert south["people"].tolist() == [310] * 4
    assert south["units"].tolist() == [3] * 4
    assert south["groups"].tolist() == [2, 2, 2, 3]
    assert south["focal"].tolist()[:3] == ["a"] * 3
    assert south[["focal", "against"]].iloc[3].isna().all()
    assert south["source"].tolist() == [towns.source] * 4
    assert south["method"].tolist() == ["dissimilarity/1", "isolation/1", "exposure/1", "simpson/1"]
    assert set(south["version"]) == {pm.__version__}
    assert set(south["interval_method"]) == {"none:complete_count"}
    assert set(south["around"]) == {"own unit"}


def test_reasons_for_no_value(towns):
    result = pm.measure(towns, EVERY, focal="c", by="where")
    needs_two = result["focal"].notna()
    for where, reason in {"island": "one_unit", "north": "group_absent", "desert": "no_people"}.items():
        rows = result[(result["where"] == where) & needs_two]
        assert rows["value"].isna().all()
        assert rows["numerator"].isna().all()
        assert set(rows["reason"]) == {reason}
    assert (result["value"].isna() == result["reason"].notna()).all()
    assert result.loc[result["where"] == "south", "value"].notna().all()


def test_an_absent_group_is_never_zero(towns):
    for measure in [name for name in EVERY if MEASURES[name].focal != "none"]:
        value = pm.measure(towns, measure, focal="c", by="where").set_index("where")["value"]
        assert np.isnan(value["north"])


def test_multigroup_rows_leave_absent_groups_out_and_say_so(towns):
    result = pm.measure(towns, MANY, by="where")
    north = result[result["where"] == "north"]
    assert set(north["groups"]) == {2}
    assert set(north["note"]) == {"1 of 3 groups absent"}
    assert set(north["units_dropped"]) == {1}
    assert set(north["units"]) == {2}
    alone = table([("north", 20, 80), ("north", 30, 10)], ["a", "b"])
    without = pm.measure(alone, [name for name in MANY if MEASURES[name].call == "groups"], by="where")
    assert north["value"].iloc[: len(without)].tolist() == pytest.approx(without["value"].tolist())
    island = result[result["where"] == "island"]
    assert set(island.loc[island["value"].isna(), "reason"]) == {"one_unit"}
    assert set(result.loc[result["where"] == "desert", "reason"]) == {"no_people"}


def test_one_group_alone():
    counts = table([("p", 5, 0), ("p", 7, 0), ("q", 1, 2)], ["a", "b"])
    result = pm.measure(counts, MANY, by="where")
    p = result[result["where"] == "p"].set_index("measure")
    assert p.loc["information_theory", "reason"] == "one_group"
    assert p.loc["shannon", "value"] == 0
    assert p.loc["effective_groups(order=1)", "value"] == 1


def test_counting_oneself_out():
    counts = table([("p", 1, 0), ("p", 0, 5), ("q", 2, 1), ("q", 1, 2)], ["a", "b"])
    result = pm.measure(counts, "isolation(exclude_self=True)", focal="a", by="where")
    assert result["measure"].tolist() == ["isolation(exclude_self=True)"] * 2
    assert result["reason"].tolist()[0] == "nobody_accompanied"
    assert result["value"].tolist()[1] == pytest.approx((2 * 1 / 2 + 1 * 0 / 2) / 3)


def test_one_person_has_no_finite_diversity():
    counts = table([("p", 1, 0), ("q", 2, 1)], ["a", "b"])
    result = pm.measure(counts, "simpson(finite=True)", by="where")
    assert result["reason"].tolist()[0] == "one_person"
    assert result["value"].tolist()[1] == pytest.approx(1 - (2 * 1) / (3 * 2))


# -- who is compared ---------------------------------------------------------------------------


@pytest.fixture
def three() -> pm.Counts:
    rows = [("t", 10, 20, 30, 65), ("t", 30, 20, 10, 60), ("t", 5, 40, 5, 52)]
    return table(rows, ["x", "y", "z"], total="all")


def test_against_the_rest_counts_the_residual(three):
    d = pm.estimate(three, "dissimilarity", focal="x")
    x, rest = np.array([10, 30, 5]), np.array([55, 30, 47])
    assert d.value == pytest.approx(np.abs(x / 45 - rest / 132).sum() / 2)
    assert (d.people, d.residual, d.against) == (177, 7, "rest")


def test_against_a_group_evenness_sees_the_two_alone(three):
    d = pm.estimate(three, "dissimilarity", focal="x", against="y")
    assert d.value == pytest.approx((abs(10 / 45 - 20 / 80) + abs(30 / 45 - 20 / 80) + abs(5 / 45 - 40 / 80)) / 2)
    assert d.people == 125
    assert d.value == pytest.approx(pm.estimate(three.select(["x", "y"]), "dissimilarity", focal="x").value)


def test_against_a_group_exposure_keeps_everyone(three):
    met = pm.estimate(three, "exposure", focal="x", against="y")
    assert met.value == pytest.approx((10 * 20 / 65 + 30 * 20 / 60 + 5 * 40 / 52) / 45)
    assert met.people == 177
    parts = [pm.estimate(three, "exposure", focal="x", against=group).value for group in "yz"]
    residual = (10 * 5 / 65 + 0 + 5 * 2 / 52) / 45
    isolation = pm.estimate(three, "isolation", focal="x").value
    assert sum(parts) + residual + isolation == pytest.approx(1, abs=1e-12)
    two_alone = pm.estimate(three.select(["x", "y"]), "exposure", focal="x", against="y").value
    assert two_alone == pytest.approx((10 * 20 / 30 + 30 * 20 / 50 + 5 * 40 / 45) / 45)


def test_isolation_is_one_row_whoever_stands_beside(three):
    result = pm.measure(three, "isolation", focal="each", against="each")
    assert result["focal"].tolist() == ["x", "y", "z"]
    assert len({pm.estimate(three, "isolation", focal="x", against=group).value for group in "yz"}) == 1


def test_the_multigroup_form_leaves_the_residual_out(three):
    many = pm.estimate(three, "dissimilarity")
    alone = table([("t", 10, 20, 30), ("t", 30, 20, 10), ("t", 5, 40, 5)], ["x", "y", "z"])
    assert many.value == pytest.approx(pm.estimate(alone, "dissimilarity").value, abs=1e-12)
    assert (many.people, many.residual) == (170, 7)
    assert many.note == "people in none of the groups left out"


def test_units_where_the_residual_lives_alone_are_out_of_the_multigroup_form():
    counts = table([("t", 10, 20, 30), ("t", 0, 0, 9)], ["x", "y"], total="all")
    many = pm.estimate(counts, "dissimilarity")
    assert (many.reason, many.units, many.units_dropped) == ("one_unit", 1, 1)
    assert pm.estimate(counts, "dissimilarity", focal="x").units == 2


def test_pairs(three):
    pairs = pm.pairwise(three, "dissimilarity")
    assert list(zip(pairs["focal"], pairs["against"], strict=True)) == [
        ("x", "y"), ("x", "z"), ("y", "x"), ("y", "z"), ("z", "x"), ("z", "y")
    ]  # fmt: skip
    matrix = pairs.pivot_table(index="focal", columns="against", values="value", observed=True)
    assert matrix.loc["x", "y"] == matrix.loc["y", "x"]
    each = pm.measure(three, "exposure", focal="each", against="each")
    assert len(each) == 6


def test_chance_stands_beside_the_value():
    counts = table([("t", 3, 2), ("t", 2, 8), ("t", 5, 5)], ["x", "y"])
    result = pm.measure(counts, ["dissimilarity", "isolation", "gini"], focal="x", chance="binomial")
    people, share = np.array([5.0, 10, 10]), np.array([0.4])
    assert result["expected"].tolist()[:2] == pytest.approx(
        [pm.indices.expected_dissimilarity(people, share).item(), pm.indices.expected_isolation(people, share).item()]
    )
    assert np.isnan(result["expected"].iloc[2])
    with pytest.raises(errors.InvalidParameter, match="binomial"):
        pm.measure(counts, "gini", chance="binomal")


def test_around_is_matched_by_unit_id(three):
    same = pm.measure(three, ["dissimilarity", "isolation"], focal="x", around=three.take(np.array([2, 0, 1])))
    plain = pm.measure(three, ["dissimilarity", "isolation"], focal="x")
    assert same["value"].tolist() == pytest.approx(plain["value"].tolist(), abs=1e-12)
    assert same["around"].tolist() == [f"given ({three.source})"] * 2
    with pytest.raises(errors.UnmatchedUnit):
        pm.measure(three, "isolation", focal="x", around=three.take(np.array([0, 1])))
    with pytest.raises(errors.InvalidParameter, match="same groups"):
        pm.measure(three, "isolation", focal="x", around=three.select(["y", "x", "z"]))


# -- what is refused ------------------------------------------------------------------------------

REFUSED = [
    ({"measures": "dissimilarty"}, errors.UnknownMeasure, "Did you mean 'dissimilarity'"),
    ({"measures": "interaction"}, errors.UnknownMeasure, "Did you mean 'exposure'"),
    ({"measures": "sorting_index"}, errors.UnknownMeasure, "placemix.continuous.sorting_index"),
    ({"measures": ["jini", "simson"]}, errors.UnknownMeasure, "2. There is no measure 'simson'"),
    ({"measures": []}, errors.InvalidParameter, "No measure"),
    ({"measures": [5]}, errors.InvalidParameter, "named by a text"),
    ({"measures": "isolation"}, errors.FocalNeeded, "one of x, y, z"),
    ({"measures": "gini", "focal": "w"}, errors.UnknownGroup, "the groups are x; y; z"),
    ({"measures": "gini", "focal": "X"}, errors.UnknownGroup, "Did you mean 'x'"),
    ({"measures": "gini", "focal": "rest"}, errors.InvalidParameter, "no group itself"),
    ({"measures": "gini", "focal": []}, errors.InvalidParameter, "empty list"),
    ({"measures": "gini", "focal": "x", "against": "x"}, errors.InvalidParameter, "with itself"),
    ({"measures": "gini", "focal": "x", "against": "w"}, errors.UnknownGroup, "the groups are"),
    ({"measures": "gini", "by": "district"}, errors.UnknownColumn, "they carry where"),
    ({"measures": "correlation_ratio", "focal": "x", "against": "y"}, errors.InvalidParameter, "select"),
    ({"measures": "location_quotient", "focal": "x"}, errors.InvalidParameter, "placemix.local"),
    ({"measures": "concentration_profile"}, errors.FocalNeeded, "share='largest'"),
    ({"measures": "concentration_profile(threshold=50)", "focal": "x"}, errors.InvalidParameter, "0.9"),
    ({"measures": "concentration_profile(share='not w')", "focal": "x"}, errors.UnknownGroup, "'w'"),
    ({"measures": "atkinson(b=2)", "focal": "x"}, errors.InvalidParameter, "between 0 and 1"),
    ({"measures": "effective_groups(order=-1)"}, errors.InvalidParameter, "from 0"),
]


@pytest.mark.parametrize(("call", "kind", "words"), REFUSED, ids=[words for _, _, words in REFUSED])
def test_what_is_refused(three, call, kind, words):
    with pytest.raises(kind) as caught:
        pm.measure(three, **call)
    assert words in str(caught.value)
    assert isinstance(caught.value, (ValueError, KeyError))


def test_unknown_measures_are_key_errors_that_read_well(three):
    with pytest.raises(KeyError) as caught:
        pm.estimate(three, "ginni")
    assert (
        str(caught.value) == "There is no measure 'ginni'. Remedy: Did you mean 'gini'? placemix.catalogue() lists all."
    )


INJECTIONS = [
    "__import__('os').system('touch owned')",
    "atkinson(b=__import__('os').getpid())",
    "atkinson(b=open('owned', 'w'))",
    "atkinson(b=(lambda: 0.5)())",
    "atkinson(b=[x for x in (0.5,)])",
    "atkinson(b=0.5 if True else 0.1)",
    "atkinson(**{'b': 0.5})",
    "atkinson(0.5)",
    "atkinson(b=0.5)(b=0.5)",
    "atkinson.__class__",
    "atkinson(b=0.5); import os",
    "atkinson(b=1e999)",
    "atkinson(b=True)",
    "atkinson(b='0.5')",
    "atkinson(b=None)",
    "atkinson(b=nan)",
    "atkinson(b=-0.5)",
    "atkinson(c=0.5)",
    "isolation(exclude_self=1)",
    "atkinson(b=0.5",
    "",
    "\x00",
    "(" * 500 + "1" + ")" * 500,
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_parameters_are_parsed_and_never_evaluated(three, text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(errors.InvalidParameter):
        pm.measure(three, text, focal="x")
    assert not list(tmp_path.iterdir())


def test_parameters_as_written(three):
    result = pm.measure(three, [" atkinson( b = .25 ) ", "atkinson", "isolation(exclude_self=False)"], focal="x")
    assert result["measure"].tolist() == ["atkinson(b=0.25)", "atkinson(b=0.5)", "isolation"]
    assert result["method"].tolist() == ["atkinson/1", "atkinson/1", "isolation/1"]


def test_groups_that_bear_our_own_words():
    counts = table([("t", 5, 1), ("t", 2, 7)], ["rest", "each"])
    values = pm.measure(counts, "isolation", focal=["rest", "each"])["value"].tolist()
    assert values == pytest.approx([(25 / 6 + 4 / 9) / 7, (1 / 6 + 49 / 9) / 8])
    assert pm.estimate(counts, "isolation", focal="rest").value == pytest.approx(values[0])


def test_the_counts_are_not_changed_by_measuring(three):
    before = three.hash
    pm.measure(three, EVERY, focal="each")
    assert pm.Counts(**{name: getattr(three, name) for name in three.__dataclass_fields__}).hash == before


@pytest.mark.parametrize("call", [{"focal": "each"}, {"focal": ["x", "y"]}, {"focal": "x", "against": "each"}])
def test_an_estimate_is_one_number(three, call):
    with pytest.raises(errors.InvalidParameter, match="one number"):
        pm.estimate(three, "dissimilarity", **call)
