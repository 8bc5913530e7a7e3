"""Stop and search: events of people, by force; places without a rate."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

import placemix as pm
from placemix.errors import (
    BreakInSeries,
    DenominatorMismatch,
    EventsNotPeople,
    PlacemixError,
    PlacemixWarning,
)
from placemix.events import event_concentration

FOLDER = Path(__file__).parent / "fixtures" / "stop_search"
ROWS = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
SOUND = [row for row in ROWS if "must_fail" not in row]
HEADER = (
    "Type", "Date", "Part of a policing operation", "Policing operation", "Latitude", "Longitude", "Gender",
    "Age range", "Self-defined ethnicity", "Officer-defined ethnicity", "Legislation", "Object of search", "Outcome",
    "Outcome linked to object of search", "Removal of more than just outer clothing",
)  # fmt: skip


def counted(frame, **options):
    with pytest.warns(EventsNotPeople, match="one person may be searched several times"):
        return pm.readers.searches(frame, **options)


def written(folder, *rows, name="2019-06-exampleshire-stop-and-search.csv"):
    file = folder / name
    usual = {"Type": "Person search", "Date": "2019-06-03T10:00:00+00:00", "Latitude": "52.48", "Longitude": "-1.9"}
    table = [dict.fromkeys(HEADER, "") | usual | row for row in rows]
    pd.DataFrame(table, columns=list(HEADER)).to_csv(file, index=False)
    return file


@pytest.mark.parametrize("row", SOUND, ids=lambda row: row["file"])
def test_fixtures(row):
    frame = pm.readers.stop_search(FOLDER / row["file"])
    assert len(frame) == row["rows"]
    assert [unit for unit, point in zip(frame.units, frame.geometry, strict=True) if point is None] == row["no_point"]
    dates = frame.column("date")
    assert (dates.min(), dates.max()) == (pd.Timestamp(row["first"]), pd.Timestamp(row["last"]))
    assert frame.about.period == row["period"]
    for by, groups, values in (("officer", "groups", "values"), ("self", "groups_self_defined", "values_self_defined")):
        counts = counted(frame, by=by)
        assert list(counts.groups) == row[groups]
        assert counts.totals.to_dict() == row["totals"]
        assert counts.left_out == tuple(row["left_out"])
        for place, unit in enumerate(counts.units):
            assert dict(zip(counts.groups, counts.values[place], strict=True)) == row[values][unit]
        assert (counts.about.geography, counts.about.universe) == (row["geography"], row["universe"])
        kind = "officer_defined" if by == "officer" else "self_defined"
        unstated = row[f"blank_{kind}"] + row.get(f"not_stated_{kind}", 0)
        assert counts.residual.tolist() == [unstated]
        shown = counted(frame, by=by, unstated="group")
        assert shown.residual.tolist() == [0]
        assert shown.total.tolist() == counts.total.tolist()


@pytest.mark.parametrize("row", [row for row in ROWS if "must_fail" in row], ids=lambda row: row["file"])
def test_refused_fixtures(row):
    with pytest.raises(PlacemixError) as caught:
        pm.readers.stop_search(FOLDER / row["file"])
    for text in (*row["must_fail"].get("missing", ()), *row["must_fail"].get("values", ())):
        assert text in str(caught.value)


def test_several_files_and_the_months_that_are_not_there():
    frame = pm.readers.stop_search([FOLDER / row["file"] for row in SOUND])
    assert frame.units[0] == "2019-06 greater-manchester row 1"
    months = pm.readers.force_months(frame)
    assert months.isna().sum().sum() == 2
    assert months.loc["exampleshire", "2019-07"] == 9
    with pytest.warns(BreakInSeries, match="2 force-months have no file"):
        counts = counted(frame)
    assert counts.totals.to_dict() == {"greater-manchester": 14, "exampleshire": 8}
    assert any("missing, not 0" in note for note in counts.about.notes)


def test_a_folder_is_read_as_it_was_unpacked(tmp_path):
    for month in ("2019-06", "2019-07"):
        (tmp_path / month).mkdir()
        written(
            tmp_path / month, {"Date": f"{month}-03T10:00:00+00:00"}, name=f"{month}-exampleshire-stop-and-search.csv"
        )
        (tmp_path / month / f"{month}-exampleshire-street.csv").write_text("Crime ID\n1\n", encoding="utf-8")
    frame = pm.readers.stop_search(tmp_path)
    assert frame.about.period == "2019-06 to 2019-07"
    (tmp_path / "empty").mkdir()
    with pytest.raises(pm.errors.UnreadableFile, match="stop-and-search"):
        pm.readers.stop_search(tmp_path / "empty")


def test_a_force_month_given_twice_is_refused(tmp_path):
    file = written(tmp_path, {})
    (tmp_path / "again").mkdir()
    with pytest.raises(pm.errors.DuplicateUnit, match="1 force-month stands in several files"):
        pm.readers.stop_search([file, written(tmp_path / "again", {})])


def test_a_file_of_another_name_needs_force_and_month(tmp_path):
    file = written(tmp_path, {}, name="searches.csv")
    with pytest.raises(pm.errors.InvalidParameter, match="does not say which force and month"):
        pm.readers.stop_search(file)
    frame = pm.readers.stop_search(file, force="exampleshire", month="2019-06")
    assert frame.column("force").tolist() == ["exampleshire"]


@pytest.mark.parametrize(
    ("time", "month", "fits"),
    [
        ("2019-05-31T23:00:00+00:00", "2019-06", True),
        ("2019-05-31T22:59:00+00:00", "2019-06", False),
        ("2019-06-30T22:59:00+00:00", "2019-06", True),
        ("2019-06-30T23:00:00+00:00", "2019-06", False),
        ("2019-10-31T23:30:00+00:00", "2019-10", True),
        ("2019-03-31T23:30:00+00:00", "2019-04", True),
        ("2018-12-31T23:30:00+00:00", "2018-12", True),
        ("2019-01-01T00:10:00Z", "2019-01", True),
    ],
)
def test_months_are_of_british_time(time, month, fits, tmp_path):
    file = written(tmp_path, {"Date": time}, name=f"{month}-exampleshire-stop-and-search.csv")
    if fits:
        assert len(pm.readers.stop_search(file)) == 1
        # The clock of the time zone says the same.
        assert pd.Timestamp(time).tz_convert("Europe/London").strftime("%Y-%m") == month
    else:
        with pytest.raises(pm.errors.InvalidTable, match="British time"):
            pm.readers.stop_search(file)


def test_faults_come_together(tmp_path):
    file = written(tmp_path, {"Type": "Searching"}, {"Date": "yesterday"}, {"Latitude": "north"})
    with pytest.raises(PlacemixError) as caught:
        pm.readers.stop_search(file)
    assert len(caught.value.faults) == 3
    assert set(caught.value.units) == {"row 1", "row 2", "row 3"}


def test_units_finer_than_the_force_are_refused():
    frame = pm.readers.stop_search(FOLDER / SOUND[0]["file"])
    with pytest.raises(DenominatorMismatch, match=r"'lsoa21cd'.*recorded_in"):
        pm.readers.searches(frame, unit="lsoa21cd")
    with pytest.raises(pm.errors.InvalidParameter, match="'self' or 'officer'"):
        pm.readers.searches(frame, by="both")


def test_vehicle_searches_alone_count_nobody(tmp_path):
    frame = pm.readers.stop_search(written(tmp_path, {"Type": "Vehicle search"}))
    with pytest.raises(pm.errors.EmptyTable, match="of a person"):
        pm.readers.searches(frame)


def _squares():
    """Two squares around 52.48 north 1.9 west, and one far away."""
    point = gpd.GeoSeries(gpd.points_from_xy([-1.9], [52.48]), crs=4326).to_crs(27700).iloc[0]
    shapes = [box(point.x + dx, point.y - 500, point.x + dx + 1000, point.y + 500) for dx in (-500, 500, 9_000)]
    return gpd.GeoDataFrame({"code": ["here", "beside", "far"]}, geometry=shapes, crs=27700)


def test_where_searches_were_recorded(tmp_path):
    rows = [{}, {}, {"Type": "Vehicle search"}, {"Latitude": "", "Longitude": ""}, {"Latitude": "57"}]
    frame = pm.readers.stop_search(written(tmp_path, *rows))
    with pytest.warns(EventsNotPeople, match="not a rate"):
        places = pm.readers.recorded_in(frame, _squares(), unit="code")
    assert places.totals.to_dict() == {"here": 3, "beside": 0, "far": 0}
    assert places.left_out == ("row 4", "row 5")
    assert places.about.universe == "events"
    with pytest.warns(EventsNotPeople):
        assert pm.readers.recorded_in(frame, _squares(), unit="code", vehicles=False).totals["here"] == 2
    with pytest.raises(pm.errors.UnknownColumn, match="Did you mean 'code'"):
        pm.readers.recorded_in(frame, _squares(), unit="coda")
    with pytest.raises(pm.errors.EmptyTable, match="any of the areas"):
        pm.readers.recorded_in(frame, _squares().iloc[[2]], unit="code")
    with pytest.raises(pm.errors.CRSMismatch):
        pm.readers.recorded_in(frame, _squares().set_crs(None, allow_override=True), unit="code")


def test_a_point_on_a_border_counts_once(tmp_path):
    frame = pm.readers.stop_search(written(tmp_path, {}))
    point = frame.geometry.iloc[0]
    shapes = [box(point.x - 10, point.y - 10, point.x, point.y + 10), box(point.x, point.y - 10, point.x + 10, point.y)]
    areas = gpd.GeoDataFrame({"code": ["a", "b"]}, geometry=shapes, crs=27700)
    with pytest.warns(EventsNotPeople):
        assert pm.readers.recorded_in(frame, areas, unit="code").total.sum() == 1


def raw_months(folder, source):
    """Write the two months of Greater Manchester in the published form."""
    known = gpd.read_parquet(source)
    degrees = known.geometry.to_crs(4326)
    names = {
        "Type": "type", "Date": "datetime", "Gender": "gender", "Age range": "age_range",
        "Self-defined ethnicity": "self_defined_ethnicity", "Officer-defined ethnicity": "officer_defined_ethnicity",
        "Legislation": "legislation", "Object of search": "object_of_search", "Outcome": "outcome",
    }  # fmt: skip
    frame = pd.DataFrame({name: known[names[name]] if name in names else "" for name in HEADER})
    frame["Latitude"], frame["Longitude"] = degrees.y, degrees.x
    for month, rows in frame.groupby(known["file_month"]):
        (folder / month).mkdir()
        rows.to_csv(folder / month / f"{month}-greater-manchester-stop-and-search.csv", index=False)
    return known


@pytest.mark.data
def test_greater_manchester(gm, tmp_path):
    known = raw_months(tmp_path, gm / "stop_search_gmp_2018-12_2019-06.parquet")
    frame = pm.readers.stop_search(tmp_path)
    assert len(frame) == len(known) == 1_359
    assert frame.about.period == "2018-12, 2019-06"
    june = frame.take((frame.column("month") == "2019-06").to_numpy())
    # As counted when the methods were written: 742 of persons, 125 of persons and vehicles, 40 of vehicles.
    counts = counted(june, by="officer")
    assert counts.total.tolist() == [867]
    assert len(counts.left_out) == 40
    people = known[(known["file_month"] == "2019-06") & (known["type"] != "Vehicle search")]
    said = people["officer_defined_ethnicity"].value_counts()
    assert dict(zip(counts.groups, counts.values[0], strict=True)) == said.to_dict()

    areas = pm.read_areas(gm / "lsoa11.parquet")
    table = pd.read_parquet(gm / "groups_lsoa11_2011.parquet")
    groups = [name for name in table.columns if name not in ("lsoa11cd", "total", "msoa11cd", "lad11nm", "lad11cd")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PlacemixWarning)
        homes = pm.from_wide(table, groups=groups[:2], unit="lsoa11cd", total="total", about={"universe": "residents"})
        places = pm.readers.recorded_in(frame, areas, unit="lsoa11cd")
    found = event_concentration(places, homes)
    # Ten LSOAs with 0.6 % of residents hold 28 % of the searches that have a place.
    assert found.busiest == 10
    assert round(found.busiest_residents, 3) == 0.006
    with_place = int(frame.geometry.notna().sum())
    assert with_place == 1_346
    assert round(found.busiest_events * places.total.sum() / with_place, 2) == 0.28
    assert found.apart
    assert found.events > 5 * found.expected

    rated = places.merge_groups({"everyone": ["searches"]})
    residents = homes.merge_groups({"everyone": list(homes.groups)})
    with pytest.raises(DenominatorMismatch, match=r"The 10 of 1,673 units .* 0\.6% of residents and 29% of events"):
        pm.Rates.from_counts(rated, residents, indicator="searches", apart=10)
