"""nc_births: against the raw file, read here without the library."""

import importlib.util
import socket
import struct
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest

from placemix.datasets import carolina as module
from placemix.datasets import nc_births
from placemix.errors import UnreadableFile

PERIODS = {"1974": "74", "1979": "79"}


@pytest.fixture(scope="module")
def counties():
    return nc_births()


@pytest.fixture(scope="module")
def raw():
    """Read the dbf by its published layout: 32-byte header, 32-byte fields, fixed-width text."""
    path = Path(importlib.util.find_spec("libpysal").origin).parent / "examples" / "sids2" / "sids2.dbf"
    data = path.read_bytes()
    rows, header, width = struct.unpack("<IHH", data[4:12])
    fields, at = [], 32
    while data[at] != 0x0D:
        fields.append((data[at : at + 11].split(b"\0")[0].decode(), data[at + 16]))
        at += 32
    table = {name: [] for name, _ in fields}
    for row in range(rows):
        place = header + row * width + 1
        for name, length in fields:
            table[name].append(data[place : place + length].decode("latin-1").strip())
            place += length
    return table


def test_hundred_counties_in_the_order_of_the_file(counties, raw):
    assert len(counties) == len(raw["NAME"]) == 100
    assert counties["county"].tolist() == raw["NAME"]
    assert counties["fips"].tolist() == raw["FIPS"]
    assert counties["fips"].is_unique
    assert counties["fips"].str.fullmatch(r"37\d{3}").all()


@pytest.mark.parametrize(("year", "short"), PERIODS.items())
def test_numbers_are_those_of_the_file(counties, raw, year, short):
    births = np.array(raw[f"BIR{short}"], float)
    nonwhite = np.array(raw[f"NWBIR{short}"], float)
    assert (counties[f"births_{year}"] == births).all()
    assert (counties[f"nonwhite_{year}"] == nonwhite).all()
    assert (counties[f"white_{year}"] == births - nonwhite).all()
    assert (counties[f"sids_{year}"] == np.array(raw[f"SID{short}"], float)).all()


@pytest.mark.parametrize("year", PERIODS)
def test_parts_sum_and_nothing_is_negative(counties, year):
    columns = [f"{name}_{year}" for name in ("white", "nonwhite", "births", "sids")]
    assert (counties[columns].dtypes == "int64").all()
    assert (counties[columns] >= 0).all(axis=None)
    assert (counties[f"white_{year}"] + counties[f"nonwhite_{year}"] == counties[f"births_{year}"]).all()
    assert (counties[f"sids_{year}"] < counties[f"births_{year}"]).all()


def test_known_totals(counties):
    sums = counties.drop(columns="geometry").sum(numeric_only=True)
    assert sums["births_1974"] == 329_962
    assert sums["nonwhite_1974"] == 105_081
    assert sums["sids_1974"] == 667
    assert sums["births_1979"] == 422_392
    assert sums["nonwhite_1979"] == 135_281
    assert sums["sids_1979"] == 836


def test_projected_to_the_state(counties):
    assert counties.crs.to_epsg() == 32119
    assert counties.geometry.is_valid.all()
    # North Carolina has 139,000 km² with its sounds, 126,000 km² of land.
    assert 120_000 < counties.area.sum() / 1e6 < 140_000
    assert "no datum grid" in counties.attrs["source_crs"]


def test_the_shift_without_a_grid_is_tens_of_metres(counties):
    path = Path(importlib.util.find_spec("libpysal").origin).parent / "examples" / "sids2" / "sids2.shp"
    unshifted = gpd.read_file(path).geometry.set_crs("EPSG:4269").to_crs("EPSG:32119")
    assert unshifted.centroid.distance(counties.centroid).between(5, 60).all()


def test_needs_no_network(monkeypatch):
    def refuse(*_args, **_kwargs):
        pytest.fail("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert len(nc_births()) == 100


def test_two_calls_share_nothing():
    first = nc_births()
    first.loc[0, "births_1974"] = -1
    assert nc_births().loc[0, "births_1974"] > 0


def test_a_libpysal_without_the_file_is_a_typed_error(monkeypatch, tmp_path):
    class Found:
        origin = str(tmp_path / "__init__.py")

    monkeypatch.setattr(module.importlib.util, "find_spec", lambda _name: Found)
    with pytest.raises(UnreadableFile, match="sids2"):
        nc_births()


@pytest.mark.slow
def test_importing_datasets_loads_nothing_heavy():
    code = (
        "import sys, placemix.datasets; from placemix._typing import HEAVY; "
        "print(sorted(set(HEAVY) & set(sys.modules) - {'pyarrow'}))"  # which pandas itself may load
    )
    source = Path(module.__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=source)
    assert done.stdout.strip() == "[]"
