"""What a file is: every fixture is told by its headers, and other tables by what they seem to hold."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, Polygon

import placemix as pm
from placemix import errors
from placemix.errors import PlacemixWarning
from placemix.readers import formats
from placemix.readers.headers import normalise

FIXTURES = Path(__file__).resolve().parent / "fixtures"
READERS = {"deprivation": "indices_of_deprivation"}
#: Files that a table of another shape stands in, or that need to be told what is in them.
TOLD = {"links_edubasealldata20210412.csv": "gias_links", "rates_other_headers.csv": None}
#: Workbooks with several tables, where the reader asks for the sheet.
ASKS = {"census-2021-ms-b01.xlsx"}


def entries(*, refused):
    for expected in sorted(FIXTURES.glob("*/expected.json")):
        for entry in json.loads(expected.read_text(encoding="utf-8")):
            file = expected.parent / entry["file"]
            if file.is_file() and ("must_fail" in entry) == refused:
                yield pytest.param(file, entry, id=f"{expected.parent.name}/{file.name}")


#: Lines that were proposed and run: of files alike but for their path they are run once.
RAN: set[str] = set()


@pytest.mark.parametrize(("file", "entry"), list(entries(refused=False)))
def test_every_format_is_told(file, entry):
    found = pm.readers.inspect(file)
    assert found.format == TOLD.get(file.name, READERS.get(entry["format"], entry["format"]))
    assert found.code.startswith("import placemix as pm\n")
    assert repr(str(file)) in found.code
    if found.format is None or file.name in ASKS or "may_refuse" in entry:
        return
    assert found.faults is None
    assert found.about.source
    assert found.about.licence
    json.dumps(found.to_dict())
    alike = found.code.replace(str(file), "")
    if alike in RAN:
        return
    RAN.add(alike)
    code = found.code.replace("import placemix as pm", "")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PlacemixWarning)
        names: dict = {"pm": pm}
        exec(code, names)  # noqa: S102 (the lines it proposes are run, as the reader would)
    assert found.kind == {"DataFrame": "table"}.get(type(names["data"]).__name__, type(names["data"]).__name__)


@pytest.mark.parametrize(("file", "entry"), list(entries(refused=True)))
def test_a_file_that_is_refused_is_told_why(file, entry):
    found = pm.readers.inspect(file)
    said = f"{found.faults} {' '.join(found.traps)}"
    assert found.faults or found.format is None
    if "lacks" in said:
        for name in entry["must_fail"].get("missing", []):
            assert normalise(name) in normalise(said)


def test_a_table_of_no_known_format_is_described(tmp_path):
    file = tmp_path / "wards.csv"
    file.write_text(
        "ward,district,all,white,asian,% asian\n"
        "E05000001,N,100,80,20,20.5\nE05000002,S,90,40,c,44.4\nE05000003,S,50,30,20,40.0\n"
    )
    found = pm.readers.inspect(file)
    assert found.format is None
    assert (found.units, found.about.geography, found.groups) == (3, "ward", ("white", "asian"))
    assert "total='all'" in found.code
    assert any("'c'" in trap for trap in found.traps)
    assert any("% asian" in trap for trap in found.traps)
    table = pm.read_table(file)
    counts = pm.from_wide(
        table, groups=["white", "asian"], unit="ward", strata=["district"], total="all", suppressed={"c": (1, 50)}
    )
    assert counts.total.tolist() == [100, 90, 50]


def test_a_total_among_its_parts_and_a_panel_are_traps(tmp_path):
    rows = [(f"unit {place}", 3 * place + 3, place + 1, 2 * place + 2) for place in range(12)]
    table = pd.DataFrame(rows, columns=["name", "everybody", "x", "y"])
    table.to_csv(tmp_path / "a.csv", index=False)
    assert pm.readers.inspect(tmp_path / "a.csv").groups == ("x", "y")
    pd.concat([table.assign(year=2011), table.assign(year=2021)]).to_csv(tmp_path / "b.csv", index=False)
    assert any("panel" in trap for trap in pm.readers.inspect(tmp_path / "b.csv").traps)


def test_areas_say_what_their_coordinates_are(tmp_path):
    square = Polygon([(0, 0), (1, 0), (1, 1), (0, 1)])
    bow = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    frame = gpd.GeoDataFrame({"id": ["a", "b"], "x": [1, 2], "y": [3, 4]}, geometry=[square, bow], crs=4326)
    frame.to_file(tmp_path / "areas.gpkg")
    traps = " ".join(pm.readers.inspect(tmp_path / "areas.gpkg").traps)
    assert "degrees" in traps
    assert "1 shape is invalid" in traps
    points = gpd.GeoDataFrame({"id": ["a"]}, geometry=[Point(0, 0)], crs=27700)
    points.to_parquet(tmp_path / "points.parquet")
    assert "Point" in pm.readers.inspect(tmp_path / "points.parquet").label


def test_what_is_no_table_is_refused(tmp_path):
    with pytest.raises(errors.UnreadableFile, match="no file"):
        pm.readers.inspect(tmp_path / "none.csv")
    (tmp_path / "noise.csv").write_bytes(bytes(range(256)))
    with pytest.raises(errors.UnreadableFile):
        pm.readers.inspect(tmp_path / "noise.csv")


def test_read_takes_any_known_format_and_no_other(tmp_path):
    data = pm.readers.read(FIXTURES / "nomis_2021" / "census2021-ts021-lsoa.csv")
    assert isinstance(data, pm.Counts)
    (tmp_path / "x.csv").write_text("id,a,b\nu,1,2\nv,3,4\n")
    with pytest.raises(errors.UnreadableFile, match=r"(?s)no known format.*from_wide"):
        pm.readers.read(tmp_path / "x.csv")


def test_every_format_names_a_reader_its_traps_and_what_was_seen():
    for row in formats.known():
        assert callable(getattr(pm.readers, row.name))
        assert row.traps
        assert row.seen
        assert "{path}" in row.call
        assert all(edition.columns for edition in row.editions)
