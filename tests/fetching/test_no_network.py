"""No verb but `get` uses the network, and none imports what would."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pandas as pd
import pytest

import placemix as pm
from fetching import made_up
from placemix.errors import AssumedReading

FORBID = """
import socket
def refuse(*_arguments, **_options):
    raise AssertionError("the network was used")
class Refused(socket.socket):
    __init__ = refuse
socket.socket = Refused
socket.create_connection = socket.getaddrinfo = refuse
"""


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_options: object) -> NoReturn:
        message = "the network was used"
        raise AssertionError(message)

    class Refused(socket.socket):
        __init__ = refuse

    monkeypatch.setattr(socket, "socket", Refused)
    for name in ("create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)


@pytest.mark.slow
@pytest.mark.usefixtures("no_network")
def test_readers_harmonise_measures_and_reports_stay_on_this_machine(tmp_path: Path) -> None:
    made_up.place_by_hand(tmp_path / "downloads")
    folder = tmp_path / "downloads"
    before = pm.readers.nomis(next(folder.glob("ks201ew*.csv")))
    after = pm.readers.nomis(folder / "census2021-ts021.zip", geography="LSOA")
    lookup = pm.readers.ons_lookup(next(folder.glob("LSOA_(2011)*.csv")))
    areas = pm.common_areas(lookup, source="LSOA11CD", target="LSOA21CD").set_index("unit")
    shapes = pm.readers.ons_boundaries(next(folder.glob("*2021_Boundaries*.gpkg")))
    assert len(shapes) == len(after)
    joined = [
        counts.merge_units(areas.loc[areas["vintage"] == column, "area"])
        for column, counts in (("LSOA11CD", before), ("LSOA21CD", after))
    ]
    focal = "White: Irish"
    pm.measure(joined[1], ["dissimilarity", "isolation"], focal=focal)
    pm.pairwise(joined[1], "dissimilarity")
    pm.local(joined[1], "location_quotient", focal=focal)
    page = pm.report.of_counts({"Ethnic group": joined[1]}, title="Exampleton", focal=focal, out=tmp_path / "page.html")
    assert Path(page).is_file()
    pm.readers.indices_of_deprivation(next(folder.glob("File_7_IoD2025*.csv")))
    pm.readers.spc(next(folder.glob("spc*.csv")))
    with pytest.warns(AssumedReading):  # made-up codes tell no vintage
        pm.readers.gias(next(folder.glob("edubase*.csv")))
    pm.read_table(next(folder.glob("ks201ew*.csv")))


@pytest.mark.slow
@pytest.mark.usefixtures("no_network")
def test_get_itself_stays_on_this_machine_offline(tmp_path: Path) -> None:
    made_up.place_by_hand(tmp_path / "downloads")
    harvest = pm.get(district="Exampleton", tables=["faith"], dates=[2011, 2021], folder=tmp_path, offline=True)
    assert harvest.path is not None
    assert harvest.counts("faith", 2021, common=True).total.sum() > 0


@pytest.mark.usefixtures("no_network")
def test_the_guard_would_see_it(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="the network was used"):
        pm.get(district="Exampleton", tables=["faith"], dates=[2021], folder=tmp_path)


@pytest.mark.slow
def test_the_commands_stay_on_this_machine(tmp_path: Path) -> None:
    table = tmp_path / "areas.csv"
    pd.DataFrame({"code": list("ABCD"), "asian": [80, 20, 5, 20], "white": [20, 80, 95, 80]}).to_csv(table, index=False)
    arguments = [
        ["measures"],
        ["measure", str(table), "-u", "code", "-g", "asian,white", "--pack", str(tmp_path / "pack.zip")],
        ["verify", str(tmp_path / "pack.zip")],
        ["inspect", str(table)],
    ]
    code = f"""{FORBID}
import sys
from placemix.cli import main
for words in {arguments!r}:
    sys.argv = ["placemix", *words]
    try:
        main()
    except SystemExit as ended:
        assert not ended.code, words
print("done")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("done\n")
