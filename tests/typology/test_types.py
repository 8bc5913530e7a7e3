"""The type of each place: published cases, refusals, what a result says."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix.errors import (
    IncompletePartition,
    InvalidParameter,
    NotCounts,
    ReferenceNeeded,
    SchemeMismatch,
    UnknownColumn,
    UnknownGroup,
    UnmatchedUnit,
)

#: Twelve units of two cities: everyone, the host group, three others (the source data of an R implementation).
TWELVE = [
    (280, 250, 10, 10, 10), (240, 50, 10, 40, 140), (170, 100, 20, 25, 25), (180, 100, 20, 25, 35),
    (370, 300, 20, 25, 25), (260, 200, 20, 25, 15), (330, 150, 60, 60, 60), (300, 20, 30, 20, 230),
    (470, 300, 40, 85, 45), (300, 140, 40, 95, 25), (660, 520, 40, 45, 45), (440, 270, 90, 45, 35),
]  # fmt: skip


def twelve() -> pm.Counts:
    """The twelve units; one has ten people in none of the groups."""
    table = pd.DataFrame(TWELVE, columns=["all", "host", "g2", "g3", "g4"])
    table["id"] = [f"u{place + 1:02d}" for place in range(12)]
    table["town"] = ["one"] * 6 + ["two"] * 6
    with pytest.warns(IncompletePartition):
        return pm.from_wide(table, groups=["host", "g2", "g3", "g4"], unit="id", total="all", strata=["town"])


def counts(rows: list[list[int]], groups: list[str], **more: list[str]) -> pm.Counts:
    """A table of hand-written units."""
    table = pd.DataFrame(rows, columns=groups).assign(id=[f"u{place}" for place in range(len(rows))], **more)
    return pm.from_wide(table, groups=groups, unit="id", strata=list(more))


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        ("PJF2001", "I IV II II I II IV VI II III II II"),
        ("PJF2007-reconstructed", "I VI II II I II III VI II III II II"),
    ],
)
def test_twelve_units_of_two_cities(scheme: str, expected: str) -> None:
    found = pm.typology.classify(twelve(), scheme=scheme, reference="host", city="town")
    assert found["type"].tolist() == expected.split()
    # The ten people of no group are said, not hidden.
    assert found["note"].str.startswith("10 people in none of the groups, in 1 unit, count as one more minority").all()
    assert found["city"].tolist() == ["one"] * 6 + ["two"] * 6


def test_the_order_of_rows_and_of_groups_changes_no_type() -> None:
    table = twelve()
    found = pm.typology.classify(table, scheme="PJF2001", reference="host", city="town").set_index("unit")["type"]
    turned = table.take(np.arange(12)[::-1]).take_groups([3, 0, 2, 1])
    again = pm.typology.classify(turned, scheme="PJF2001", reference="host", city="town").set_index("unit")["type"]
    assert again.reindex(found.index).astype(str).tolist() == found.astype(str).tolist()


def test_people_of_no_group_can_never_be_the_largest_minority() -> None:
    # 20 of the reference group, 15 of another, 65 in none: no named group holds 60 %.
    table = pd.DataFrame({"id": ["a"], "all": [100], "host": [20], "x": [15]})
    with pytest.warns(IncompletePartition):
        one = pm.from_wide(table, groups=["host", "x"], unit="id", total="all")
    assert pm.typology.classify(one, scheme="PJF2001", reference="host")["type"].tolist() == ["IV"]
    # In the scheme of 2007 x is at least twice any other minority only if those of no group are one.
    found = pm.typology.classify(one, scheme="PJF2007-reconstructed", reference="host")
    assert found["type"].tolist() == ["IV"]


def test_several_reference_groups_are_one() -> None:
    rows = [[40, 41, 19], [30, 30, 40]]
    split = counts(rows, ["british", "irish", "asian"])
    merged = split.merge_groups({"white": ["british", "irish"]})
    one = pm.typology.classify(split, scheme="PJF2001", reference=["british", "irish"])
    other = pm.typology.classify(merged, scheme="PJF2001", host="white")
    assert one["type"].tolist() == other["type"].tolist() == ["I", "II"]
    assert one["label"].iloc[0] == "80 % or more british + irish"


def test_thresholds_are_compared_on_counts() -> None:
    # 0.2 is reached exactly where 1 - 0.8 in floating point is a little less.
    rows = [[8 * n, 2 * n] for n in range(1, 60)]
    found = pm.typology.classify(counts(rows, ["host", "x"]), scheme="PJF2001", reference="host")
    assert (found["type"] == "I").all()
    assert np.abs(found["margin"]).max() < 1e-12


def test_labels_are_descriptive_unless_the_papers_words_are_asked_for() -> None:
    table = counts([[90, 10], [10, 90]], ["host", "x"])
    plain = pm.typology.classify(table, scheme="PJF2001", reference="host")
    papers = pm.typology.classify(table, scheme="PJF2001", reference="host", labels="original")
    assert plain["label"].iloc[0] == "80 % or more host"
    assert papers["label"].iloc[0] == "isolated host community"
    assert not plain["label"].str.contains("enclave|polaris").any()
    with pytest.raises(InvalidParameter, match="labels"):
        pm.typology.classify(table, scheme="PJF2001", reference="host", labels="papers")  # type: ignore[arg-type]


def test_units_without_people_have_no_type() -> None:
    found = pm.typology.classify(counts([[9, 1], [0, 0]], ["host", "x"]), scheme="PJF2001", reference="host")
    assert found["type"].isna().tolist() == [False, True]
    assert found["reason"].tolist()[1] == "no_people"
    assert np.isnan(found["margin"].iloc[1])


def test_six_groups_or_recalibrated() -> None:
    six = counts([[50, 10, 10, 10, 10, 10], [95, 1, 1, 1, 1, 1], [20, 20, 20, 20, 10, 10]], list("abcdef"))
    found = pm.typology.classify(six, scheme="HWE2012")
    assert found["type"].tolist() == ["moderate a", "low a", "high"]
    assert len(found["type"].cat.categories) == 13
    # A group that nobody belongs to changes no type once thresholds are carried over.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        seven = counts([[*row, 0] for row in six.values.astype(int).tolist()], list("abcdefg"))
    with pytest.raises(SchemeMismatch, match="set for 6 groups, and the table has 7"):
        pm.typology.classify(seven, scheme="HWE2012")
    again = pm.typology.classify(seven, scheme="HWE2012", recalibrate=True)
    assert again["type"].tolist() == ["moderate a", "low a", "high"]
    assert "ln 6 / ln 7" in again["note"].iloc[0]


def test_several_faults_come_in_one_error() -> None:
    table = counts([[9, 1]], ["white", "asian"])
    with pytest.raises(ReferenceNeeded, match=r"none was named.*white, asian"):
        pm.typology.classify(table, scheme="PJF2001")
    with pytest.raises(UnknownGroup, match="Did you mean 'white'"):
        pm.typology.classify(table, scheme="PJF2001", reference="whit")
    with pytest.raises(UnknownGroup) as raised:
        pm.typology.classify(table, scheme="PJF2001", reference=["whit", "asien"], parameters={"threshold": 0.5})
    assert len(raised.value.faults) == 3
    with pytest.raises(InvalidParameter, match="nobody to compare with"):
        pm.typology.classify(table, scheme="PJF2001", reference=["white", "asian"])
    with pytest.raises(InvalidParameter, match="no reference group"):
        pm.typology.classify(table, scheme="Hall2015", reference="white")
    with pytest.raises(InvalidParameter, match="one argument"):
        pm.typology.classify(table, scheme="PJF2001", reference="white", host="asian")
    with pytest.raises(UnknownColumn):
        pm.typology.classify(table, scheme="PJF2001", reference="white", city="town")
    with pytest.raises(NotCounts):
        pm.typology.classify(pd.DataFrame(), scheme="PJF2001", reference="white")  # type: ignore[arg-type]
    with pytest.raises(NotCounts, match="surroundings"):
        pm.typology.classify(table, scheme="PJF2001", reference="white", around=table)  # type: ignore[arg-type]


def test_shares_are_no_counts() -> None:
    table = pd.DataFrame({"id": ["a", "b"], "white": [0.5, 0.3], "asian": [0.4, 0.7]})
    with pytest.raises(pm.errors.CountRateMix):
        pm.from_wide(table, groups=["white", "asian"], unit="id")


def test_one_dimension_or_several() -> None:
    faith = counts([[85, 15], [20, 80], [50, 50]], ["muslim", "christian"])
    tenure = counts([[60, 40], [95, 5], [55, 45]], ["own", "rent"])
    asked = {"scheme": "single_characteristic", "parameters": {"threshold": 0.75}}
    one = pm.typology.classify(faith, **asked)
    assert one["type"].tolist() == ["one", "one", "none"]
    both = pm.typology.classify({"faith": faith, "tenure": tenure}, **asked)
    assert both["type"].tolist() == ["one", "several", "none"]
    assert both["group"].tolist()[1] == "faith: christian; tenure: own"
    assert both["label"].tolist()[0] == "one category 75 % or more (faith: muslim)"
    assert both["margin"].round(6).tolist() == [0.1, 0.05, -0.2]
    with pytest.raises(InvalidParameter, match="needs the parameter 'threshold'"):
        pm.typology.classify(faith, scheme="single_characteristic")
    with pytest.raises(InvalidParameter, match="a share above 0"):
        pm.typology.classify(faith, scheme="single_characteristic", parameters={"threshold": 50})
    with pytest.raises(SchemeMismatch, match="one table of groups"):
        pm.typology.classify({"faith": faith}, scheme="PJF2001", reference="muslim")
    with pytest.raises(UnmatchedUnit):
        pm.typology.classify({"faith": faith, "tenure": tenure.take(np.array([0, 1]))}, **asked)


def test_a_quotient_asks_for_more_than_the_city_has() -> None:
    # Everywhere 80 % own: strong, but no more than the city.
    tenure = counts([[80, 20], [80, 20]], ["own", "rent"])
    parameters = {"threshold": 0.75, "quotient": 1.2}
    found = pm.typology.classify(tenure, scheme="single_characteristic", parameters=parameters)
    assert found["type"].tolist() == ["none", "none"]


def test_types_of_surroundings() -> None:
    table = pd.DataFrame({"id": list("ab"), "host": [90, 10], "x": [10, 90], "east": [0.0, 100.0], "north": [0.0, 0.0]})
    shapes = pytest.importorskip("geopandas").GeoDataFrame(
        table, geometry=pytest.importorskip("geopandas").points_from_xy(table["east"], table["north"]), crs=27700
    )
    homes = pm.from_wide(shapes, groups=["host", "x"], unit="id")
    near = pm.surroundings.within(homes, radius=500)
    found = pm.typology.classify(homes, scheme="PJF2001", reference="host", around=near)
    # Both are surrounded by 100 of each: exactly half.
    assert found["type"].tolist() == ["II", "II"]
    assert found["around"].notna().all()


def test_people_who_are_all_in_no_group_have_a_reason_of_their_own() -> None:
    table = pd.DataFrame({"id": ["a", "b", "c"], "all": [10, 9, 0], "x": [6, 0, 0], "y": [4, 0, 0]})
    with pytest.warns(IncompletePartition):
        one = pm.from_wide(table, groups=["x", "y"], unit="id", total="all")
    found = pm.typology.classify(one, scheme="Hall2015")
    assert found["reason"].fillna("").tolist() == ["", "none_in_groups", "no_people"]
