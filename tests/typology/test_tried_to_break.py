"""What was found by trying to break the types of places: each of these once gave a wrong answer or a bare error."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from importlib.resources import files
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import placemix as pm
from placemix.about import About
from placemix.typology.dates import crossings
from placemix.typology.places import uncertain

SHARES = {"threshold": 0.5}


def table(columns: dict[str, list[float]], **more: object) -> pm.Counts:
    frame = pd.DataFrame(columns)
    frame["unit"] = [f"u{row}" for row in range(len(frame))]
    return pm.from_wide(frame, groups=list(columns), unit="unit", **more)  # type: ignore[arg-type]


def written(tmp_path: Path, types: str, before: str = "") -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(f'id = "mine"\ntitle = "Mine"\n{before}\n{types}\n[[type]]\nid = "rest"\nlabel = "rest"\n', "utf-8")
    return path


def of_type(condition: str) -> str:
    return f'[[type]]\nid = "A"\nlabel = "A"\nwhen = ["{condition}"]'


THREE = table({"white": [90, 50, 20], "asian": [5, 50, 60], "black": [5, 0, 20]})
CITY = '[concentrated]\nwhen = ["group >= 60% of everyone"]'
DEFINED = '[characteristic]\nwhen = ["category >= {threshold} of everyone"]\n[parameters.threshold]\nsays = "share"'

# -- scheme files ---------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["1/0", "1.5/2"])
def test_a_number_that_is_none_is_no_condition(tmp_path: Path, number: str) -> None:
    path = written(tmp_path, of_type(f"largest group >= {number} of everyone"))
    with pytest.raises(pm.errors.InvalidScheme, match=r"Line 7: .* is no condition"):
        pm.typology.load_scheme(path)


@pytest.mark.parametrize(
    "condition",
    [
        "city members >= 5% of everyone",
        "concentrated members >= 30% of everyone",
        "largest minority >= 30% of city members",
        "largest group >= 2 times scaled entropy",
    ],
)
def test_quantities_that_cannot_be_compared(tmp_path: Path, condition: str) -> None:
    path = written(tmp_path, of_type(condition), f"reference = true\n{CITY}")
    with pytest.raises(pm.errors.InvalidScheme, match=f"Line 9: .*{condition}"):
        pm.typology.load_scheme(path)


@pytest.mark.parametrize("condition", ["largest group >= 50% of everyone", "category >= 2 times second group"])
def test_a_category_is_compared_with_everyone(tmp_path: Path, condition: str) -> None:
    path = written(tmp_path, of_type("characteristics >= 1"), f'[characteristic]\nwhen = ["{condition}"]')
    with pytest.raises(pm.errors.InvalidScheme, match=r"Line 4: .*compared with everyone"):
        pm.typology.load_scheme(path)


@pytest.mark.parametrize("default", ["5", "-0.5", "'1/0'", "0"])
def test_a_default_is_in_range(tmp_path: Path, default: str) -> None:
    path = written(tmp_path, of_type("characteristics >= 1"), f"{DEFINED}\ndefault = {default}")
    with pytest.raises(pm.errors.InvalidScheme, match=r"Line 7: The default|Line 7: the default"):
        pm.typology.load_scheme(path)


def test_a_scheme_is_packed_as_it_is_written(tmp_path: Path) -> None:
    # A line separator may stand in a text of TOML, and ends no line of it.
    path = tmp_path / "mine.toml"
    text = (files("placemix.typology.rules") / "published" / "PJF2001.toml").read_text(encoding="utf-8")
    path.write_text(text.replace('"PJF2001"', '"mi\u2028ne"'), "utf-8")
    found = pm.typology.classify(THREE, scheme=path, reference="white")
    assert pm.verify(found.save(tmp_path / "pack.zip")).same
    path.write_text(path.read_text("utf-8").replace("reference >= 80%", "refrence >= 80%"), "utf-8")
    line = 1 + path.read_text("utf-8").split("\n").index('when = ["refrence >= 80% of everyone"]')
    with pytest.raises(pm.errors.InvalidScheme, match=f"Line {line}:"):
        pm.typology.load_scheme(path)


# -- one characteristic -----------------------------------------------------------------------------


def test_quotients_are_compared_on_counts() -> None:
    # 55 % where half of all are: 1.1 times exactly, which 1.1 in floating point is above.
    halves = table({"a": [55, 45], "b": [45, 55]})
    typed = pm.typology.classify(halves, scheme="single_characteristic", parameters={**SHARES, "quotient": 1.1})
    assert typed["type"].tolist() == ["one", "one"]
    assert pm.typology.objective(halves, thresholds=0.5, quotient=1.1)["units_defined"].tolist() == [2]
    assert pm.typology.characteristics(halves, thresholds=0.5, quotient=1.1)["category"].tolist() == ["a", "b"]


def test_the_reference_group_is_of_the_first_dimension(tmp_path: Path) -> None:
    types = (
        '[[type]]\nid = "most"\nlabel = "most"\nwhen = ["reference >= 85% of everyone"]\n'
        '[[type]]\nid = "some"\nlabel = "some"\nnames = "characteristics"\nwhen = ["characteristics >= 1"]'
    )
    path = written(tmp_path, types, f"reference = true\n{DEFINED}")
    homes = table({"own": [800, 100, 500], "rent": [200, 900, 500]})
    data = {"people": THREE, "homes": homes}
    for reference in THREE.groups:
        found = pm.typology.classify(data, scheme=path, reference=reference, parameters={"threshold": 0.7})
        # 90 of 100 people, however many homes there are.
        assert found["type"].tolist() == ["most" if reference == "white" else "some", "some", "rest"]
        assert found["group"][1] == "homes: rent"


def test_dimensions_whose_names_are_one_text() -> None:
    for verb in (
        pm.typology.objective,
        lambda data: pm.typology.geodemographics(data, classes=2, draws=0),
    ):
        with pytest.raises(pm.errors.InvalidParameter, match="same name"):
            verb({1: THREE, "1": THREE})


@pytest.mark.parametrize("threshold", ["0.5", None, ["a"], True, [0.5, None]])
def test_thresholds_that_are_none(threshold: object) -> None:
    with pytest.raises(pm.errors.InvalidParameter, match="thresholds are shares"):
        pm.typology.objective(THREE, thresholds=threshold)  # type: ignore[arg-type]


@pytest.mark.parametrize("threshold", [Fraction(1, 2), np.float32(0.5), np.array([0.5])])
def test_thresholds_of_any_kind_of_number(threshold: object, tmp_path: Path) -> None:
    found = pm.typology.objective(THREE, thresholds=threshold, quotient=Fraction(1, 3))  # type: ignore[arg-type]
    assert found["units_defined"].tolist() == [3]
    assert pm.verify(found.save(tmp_path / "pack.zip")).same


def test_a_fraction_is_packed(tmp_path: Path) -> None:
    thirds = table({"a": [1, 1], "b": [2, 1], "c": [0, 1]})
    rules = {"scheme": "single_characteristic", "parameters": {"threshold": Fraction(1, 3)}}
    for found in (pm.typology.classify(thirds, **rules), pm.typology.transitions(thirds, thirds, **rules)):
        assert pm.verify(found.save(tmp_path / f"{len(found)}.zip")).same


# -- names --------------------------------------------------------------------------------------------


def test_names_of_groups_that_make_two_types_one() -> None:
    mixed = table({"a": [40, 50], "b": [30, 0], "c": [30, 0], "b; c": [0, 50]})
    for verb in (
        lambda: pm.typology.classify(mixed, scheme="Hall2015"),
        lambda: pm.typology.transitions(mixed, mixed, scheme="Hall2015"),
        lambda: pm.typology.uncertainty(mixed, scheme="Hall2015", error="sampling", draws=2),
    ):
        with pytest.raises(pm.errors.SchemeMismatch, match="mix a; b; c"):
            verb()


def test_braces_in_the_name_of_a_group() -> None:
    named = table({"{threshold}": [90], "{reference}": [10]})
    found = pm.typology.classify(named, scheme="single_characteristic", parameters=SHARES)
    assert found["label"].tolist() == ["one category 50 % or more ({threshold})"]


# -- arguments ----------------------------------------------------------------------------------------


def test_one_group_has_no_entropy() -> None:
    with pytest.raises(pm.errors.SchemeMismatch, match="one"):
        pm.typology.classify(THREE.take_groups([0]), scheme="HWE2012", recalibrate=True)


def test_types_that_no_place_can_have_are_said() -> None:
    three = pm.typology.classify(THREE, scheme="HWE2012", recalibrate=True)["note"][0]
    assert "With 3 groups no place can be of type high." in three
    four = table({name: [1, 2] for name in "abcd"})
    assert "no place can be" not in pm.typology.classify(four, scheme="HWE2012", recalibrate=True)["note"][0]


@pytest.mark.parametrize(
    "wrong", [{"reference": 5}, {"labels": ["x"]}, {"parameters": [0.5]}, {"city": 5}], ids=lambda one: next(iter(one))
)
def test_arguments_of_another_kind(wrong: dict[str, object]) -> None:
    given: dict[str, object] = {"scheme": "PJF2001", "reference": "white"} | wrong
    with pytest.raises(pm.errors.InvalidParameter, match=next(iter(wrong))):
        pm.typology.classify(THREE, **given)  # type: ignore[arg-type]


def test_a_city_and_a_group_that_are_not_there() -> None:
    with pytest.raises(pm.errors.PlacemixError) as caught:
        pm.typology.classify(THREE, scheme="PJF2001", reference="whte", city="town")
    assert [type(one) for one in caught.value.faults] == [pm.errors.UnknownGroup, pm.errors.UnknownColumn]


# -- dates --------------------------------------------------------------------------------------------


def test_ties_do_not_depend_on_the_order_of_groups_at_a_date() -> None:
    before = table({"white": [50, 10], "asian": [50, 90]})
    after = table({"asian": [50, 90], "white": [50, 10]})
    found = pm.typology.transitions(before, after, scheme="HWE2012", recalibrate=True)
    rows = found[found["units"] > 0]
    assert rows["type_before"].astype(str).tolist() == rows["type_after"].astype(str).tolist()


def test_a_date_without_boundaries_is_no_bridge() -> None:
    dates = {
        name: table({"white": [90], "asian": [10]}, about=About(vintage=vintage))
        for name, vintage in (("2001", "2001"), ("2011", None), ("2021", "2021"))
    }
    with pytest.raises(pm.errors.VintageMismatch, match="2001 '2001', 2021 '2021'"):
        pm.typology.sequences(dates, scheme="PJF2001", reference="white")


def test_why_places_with_people_have_no_type() -> None:
    frame = pd.DataFrame({"unit": list("abcd"), "w": [50, 0, 0, 10], "x": [50, 0, 0, 5], "all": [100, 80, 0, 15]})
    shaped = gpd.GeoDataFrame(frame, geometry=[shapely.box(n, 0, n + 1, 1) for n in range(4)], crs=27700)
    with pytest.warns(pm.errors.IncompletePartition):
        counts = pm.from_wide(shaped, groups=["w", "x"], unit="unit", total="all")
    left_out = pm.typology.transitions(counts, counts, scheme="HWE2012", recalibrate=True)
    people = left_out[left_out["type_before"].isna()].set_index("reason")["people_before"]
    assert people.to_dict() == {"no_people": 0, "none_in_groups_before": 80}
    # The only neighbour of the last is empty: it has the type of its own people, and the note says so.
    near = pm.surroundings.contiguity(counts, own=0)
    found = pm.typology.classify(counts, scheme="PJF2001", reference="w", around=near)
    assert found["type"].astype(str).tolist()[-1] == "II"
    assert "1 unit has nobody around" in found["note"].iloc[0]
    around = pm.typology.transitions(counts, counts, scheme="PJF2001", reference="w", around=near)
    assert around["people_before"].sum() == 195


def test_a_table_that_no_memory_holds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crossings, "LARGEST", 3)
    with pytest.raises(pm.errors.InvalidParameter, match="over 3 rows"):
        pm.typology.transitions(THREE, THREE, scheme="PJF2001", reference="white")


def test_classes_of_surroundings_with_one_type_each() -> None:
    shaped = gpd.GeoDataFrame(
        {"unit": list("ab"), "w": [90, 10], "x": [10, 90]}, geometry=[shapely.box(n, 0, n + 1, 1) for n in range(2)]
    )
    counts = pm.from_wide(shaped, groups=["w", "x"], unit="unit", crs="planar")
    near = pm.surroundings.contiguity(counts, own=0)
    rules = {"scheme": "PJF2001", "reference": "w", "around": near}
    found = pm.typology.conditioned_transitions(counts, counts, classes={"one": "V", "two": "I"}, **rules)
    rows = found[found["units"] > 0]
    assert rows["surroundings"].astype(str).tolist() == ["one", "two"]
    assert rows["type_before"].astype(str).tolist() == ["I", "VI"]
    with pytest.raises(pm.errors.InvalidParameter, match="classes is a mapping"):
        pm.typology.conditioned_transitions(counts, counts, classes=["I"], **rules)


@pytest.mark.parametrize("name", ["dimension", "share_units", "agree", "type_first"])
def test_a_stratum_named_like_a_column(name: str) -> None:
    frame = pd.DataFrame({"unit": list("abc"), "w": [9, 5, 1], "x": [1, 5, 9], name: ["p", "q", "q"]})
    counts = pm.from_wide(frame, groups=["w", "x"], unit="unit", strata=name)
    verb = (
        (lambda: pm.typology.objective(counts, by=name))
        if name == "dimension"
        else lambda: pm.typology.compare_schemes(
            counts, schemes=["PJF2001", "PJF2007-reconstructed"], reference="w", by=name
        )
    )
    with pytest.raises(pm.errors.ReservedName, match=name):
        verb()


def test_types_of_all_dates_stand_in_the_order_of_the_scheme() -> None:
    before = table({"a": [95, 60, 5], "b": [5, 40, 5], "c": [0, 0, 90]})
    after = table({"a": [95, 40, 40], "b": [5, 20, 5], "c": [0, 40, 55]})
    found = pm.typology.transitions(before, after, scheme="Hall2015")
    kinds = [name.split()[0] for name in found["type_before"].cat.categories]
    assert kinds == sorted(kinds, key=["all", "one", "mix", "none"].index)


def test_rules_say_which_scheme_they_are(tmp_path: Path) -> None:
    known = pm.typology.load_scheme("PJF2001")
    with pytest.raises(pm.errors.InvalidScheme, match="other rules than its text"):
        pm.typology.classify(THREE, scheme=replace(known, types=known.types[1:]), reference="white")
    path = tmp_path / "mine.toml"
    path.write_text(known.text.replace("80%", "85%"), "utf-8")
    with pytest.raises(pm.errors.InvalidScheme, match="is a scheme of placemix"):
        pm.typology.load_scheme(path)
    path.write_text("\ufeff" + known.text, "utf-8")
    assert pm.typology.load_scheme(path).types == known.types


@pytest.mark.parametrize("schemes", [["Hall2015", "PJF2001"], ["PJF2001", "Hall2015"]])
def test_people_whom_one_of_two_schemes_leaves_out(schemes: list[str]) -> None:
    frame = pd.DataFrame({"unit": list("abc"), "w": [50, 0, 0], "x": [50, 0, 0], "all": [100, 80, 0]})
    with pytest.warns(pm.errors.IncompletePartition):
        counts = pm.from_wide(frame, groups=["w", "x"], unit="unit", total="all")
    found = pm.typology.compare_schemes(counts, schemes=schemes, reference="w")
    assert found["people"].sum() == counts.total.sum()
    side = "first" if schemes[0] == "Hall2015" else "second"
    lost = found[found[f"type_{side}"].isna()]
    assert lost["people"].tolist() == [80]
    assert lost[f"label_{side}"].isna().all()
    assert "1 unit without people left out." in found["note"].iloc[0]


def test_more_probabilities_than_memory_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uncertain, "LARGEST", 17)
    with pytest.raises(pm.errors.InvalidParameter, match="6 types occur in 3 places"):
        pm.typology.uncertainty(THREE, scheme="PJF2001", reference="white", error="sampling", draws=2)


@pytest.mark.parametrize("blank", ["grup", "group", "reference", "threshold"])
def test_a_label_that_nothing_fills_in(tmp_path: Path, blank: str) -> None:
    path = written(
        tmp_path, of_type("largest group >= 50% of everyone").replace('label = "A"', f'label = "{{{blank}}}"')
    )
    with pytest.raises(pm.errors.InvalidScheme, match=f"Line 6: nothing fills {{{blank}}} in"):
        pm.typology.load_scheme(path)
