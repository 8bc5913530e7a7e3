"""What placemix refuses and what it warns of: each is triggered through a public verb, and says what to do."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point, box

import placemix as pm
from placemix import errors
from placemix.errors import PlacemixError, PlacemixWarning

PAGE = Path(__file__).resolve().parents[1] / "docs" / "explain" / "refusals.md"


def town(**columns):
    table = pd.DataFrame({"id": ["a", "b"], "x": [8, 2], "y": [2, 8]})
    return table.assign(**columns)


def wide(table=None, **options):
    return pm.from_wide(town() if table is None else table, **({"groups": ["x", "y"], "unit": "id"} | options))


def mapped(crs="EPSG:27700", **options):
    shapes = gpd.GeoDataFrame(town(), geometry=[box(0, 0, 4, 4), box(4, 0, 8, 4)], crs=crs)
    return pm.from_wide(shapes, groups=["x", "y"], unit="id", **options)


def lsoas(vintage, codes):
    table = pd.DataFrame({"id": codes, "x": 5, "y": 5})
    return pm.from_wide(table, groups=["x", "y"], unit="id", about={"geography": "LSOA", "vintage": vintage})


def total_among_its_parts():
    wide(town(all=[10, 10]), groups=["x", "y", "all"])


def race_beside_hispanic_origin():
    import json
    import tempfile

    names = ["B03002_001E", "B03002_012E", "B02001_002E", "B02001_003E"]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "acs.json"
        file.write_text(json.dumps([[*names, "state"], ["36", "8", "20", "16", "06"]]))
        pm.readers.acs(file)


def groups_below_the_total(*, strict):
    wide(town(all=[12, 10]), total="all", strict=strict)


def shares_for_counts():
    wide(town(x=[0.8, 0.2], y=[0.2, 0.8]))


def two_maps():
    targets = gpd.GeoSeries([box(0, 0, 8, 4)], index=["t"], crs="EPSG:3857")
    pm.harmonise.interpolate(mapped(), targets)


def degrees():
    schools = gpd.GeoSeries([Point(1, 1)], index=["s"], crs="EPSG:4326")
    pm.harmonise.locate(schools, gpd.GeoSeries([box(0, 0, 4, 4)], index=["a"], crs="EPSG:4326"))


def two_vintages_by_code():
    pm.harmonise.align(lsoas("2011", ["E01000001", "E01032921"]), lsoas("2021", ["E01000001", "E01034232"]))


def people_lost_on_the_way():
    pm.harmonise.interpolate(mapped(), gpd.GeoSeries([box(0, 0, 4, 4)], index=["t"], crs="EPSG:27700"))


def another_universe():
    pm.Rates.from_counts(wide(about={"universe": "pupils"}), wide(about={"universe": "residents"}), indicator="i")


def hidden_cells():
    pm.measure(wide(town(x=["c", 2]), suppressed={"c": (1, 4)}), "dissimilarity", focal="x")


def repeated_unit():
    wide(town(id=["a", "a"]))


def unmatched_unit():
    walk = pm.Crosswalk.from_table(pd.DataFrame({"old": ["a"], "new": ["A"]}), source="old", target="new")
    pm.harmonise.reunit(wide(), walk)


def eighty_eight_wards():
    pm.plausible(0.67, 4_460_000, 88, largest=30_000)


def rates_of(**columns):
    return pm.Rates(pd.DataFrame({"indicator": "i", "unit": "E07999001"} | columns))


def part_against_whole():
    rates_of(group=["minority", "all"], rate=[47, 61], denominator=[8, 100]).against_rest("minority")


def mean_of_deciles():
    pm.place_gap(wide(), pd.Series({"a": 1, "b": 10}, name="IMD decile"), focal="x")


def mean_of_ranks():
    rates_of(rate=[3], measured_in="rank").condition("i")


def practices_like_their_areas():
    trips = pd.DataFrame({"lsoa": ["a", "b"], "practice": ["p", "p"], "all": [30, 10]})
    flows = pm.Flows.from_table(trips, origin="lsoa", destination="practice", groups=["all"])
    pm.readers.practice_mix(flows, wide())


def events_over_people():
    pm.Rates.from_counts(wide(about={"universe": "events"}), wide(town(x=[80, 20], y=[20, 80])), indicator="searches")


def a_national_figure():
    rates_of(unit=["E92000001"], rate=[1]).condition("i")


def few_events():
    rates_of(numerator=[3]).few()


def indices_of_interpolated_counts():
    targets = gpd.GeoSeries([box(0, 0, 5, 4), box(5, 0, 8, 4)], index=["s", "t"], crs="EPSG:27700")
    pm.measure(pm.harmonise.interpolate(mapped(), targets), "dissimilarity", focal="x")


class Case(NamedTuple):
    """A refusal or warning, what triggers it, and a word of its remedy."""

    id: str
    kind: type[Exception]
    trigger: Callable[[], object]
    remedy: str


REFUSALS = [
    Case("R1", errors.OverlappingGroups, total_among_its_parts, "Leave 'all' out of the groups"),
    Case("R1", errors.OverlappingGroups, race_beside_hispanic_origin, "every line of B03002"),
    Case("R2", errors.ResidualExceedsLimit, lambda: groups_below_the_total(strict=True), "residual='group'"),
    Case("R3", errors.CountRateMix, shares_for_counts, "Give counts"),
    Case("R4", errors.CRSMismatch, two_maps, "to_crs"),
    Case("R4", errors.GeographicCRS, degrees, "to_crs"),
    Case("R5", errors.VintageMismatch, two_vintages_by_code, "lookup="),
    Case("R6", errors.TotalsNotConserved, people_lost_on_the_way, "outside="),
    Case("R7", errors.DenominatorMismatch, another_universe, "pupils by pupils"),
    Case("R8", errors.SuppressedValue, hidden_cells, "counts.fill("),
    Case("R9", errors.DuplicateUnit, repeated_unit, "Add up the rows"),
    Case("R9", errors.UnmatchedUnit, unmatched_unit, "one vintage"),
    Case("R10", errors.ImplausibleUnit, eighty_eight_wards, "districts are often misnamed wards"),
    Case("R12", errors.RankOrDecileArithmetic, mean_of_deciles, "Use the score or rate"),
    Case("R12", errors.RankOrDecileArithmetic, mean_of_ranks, "Use the score or rate"),
]
WARNINGS = [
    Case("R2", errors.IncompletePartition, lambda: groups_below_the_total(strict=False), "residual='group'"),
    Case("R11", errors.PartWholeComparison, part_against_whole, "with everyone else"),
    Case("W1", errors.EcologicalFallacyWarning, practices_like_their_areas, "no statement about individuals"),
    Case("W2", errors.EventsNotPeople, events_over_people, "Write 'events per person'"),
    Case("W3", errors.NationalMask, a_national_figure, "by area"),
    Case("W4", errors.SmallNumbers, few_events, "pool years or areas"),
    Case("W5", errors.SmoothedByInterpolation, indices_of_interpolated_counts, "more evenly"),
]


def _name(case):
    return f"{case.id}-{case.kind.__name__}"


@pytest.mark.parametrize("case", REFUSALS, ids=_name)
def test_it_is_refused_and_the_message_names_the_remedy(case):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PlacemixWarning)
        with pytest.raises(case.kind) as caught:
            case.trigger()
    message = str(caught.value)
    assert isinstance(caught.value, PlacemixError)
    before, _, remedy = message.partition("Remedy:")
    assert before.strip()
    assert case.remedy in remedy


@pytest.mark.parametrize("case", WARNINGS, ids=_name)
def test_it_is_warned_of_and_the_message_says_what_to_do(case):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        case.trigger()
    said = [str(item.message) for item in caught if item.category is case.kind]
    assert len(said) == 1
    assert case.remedy in said[0]


def test_every_refusal_and_warning_of_the_list_is_triggered():
    assert {case.id for case in REFUSALS + WARNINGS} == {f"R{n}" for n in range(1, 13)} | {f"W{n}" for n in range(1, 6)}


def test_the_page_has_a_row_for_each():
    rows = dict(re.findall(r"^\| ([RW]\d+) \|(.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    for case in REFUSALS + WARNINGS:
        assert f"`{case.kind.__name__}`" in rows[case.id]
