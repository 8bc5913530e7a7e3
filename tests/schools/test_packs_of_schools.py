"""Packs of schools: markets, flows and tables go in, and every value comes out again."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix import carried
from placemix.errors import InvalidPack

TOWN = pm.datasets.town()


def secondary_market():
    schools = TOWN.schools[TOWN.schools["phase"] == "secondary"]
    return pm.schools.market(
        TOWN.applicants, schools, TOWN.preferences, group="group", criteria=["looked_after", "sibling"],
        distance="distance",
    )  # fmt: skip


def trips():
    of_phase = TOWN.flows[TOWN.flows["phase"] == "secondary"]
    table = of_phase.pivot_table(
        index=["unit", "school"], columns="group", values="pupils", aggfunc="sum", observed=True, fill_value=0
    )
    table.columns = [str(name) for name in table.columns]
    return pm.Flows.from_table(table.reset_index(), origin="unit", destination="school", groups=list(table.columns))


@pytest.mark.slow
def test_allocations_come_out_again(tmp_path):
    plain = secondary_market()
    for place, result in enumerate(
        (
            pm.schools.admit(plain, tie_break="multiple lottery", seed=3),
            pm.schools.lotteries(
                plain, tie_breaks={"a": "distance", "b": "single lottery"}, measures="isolation", focal="blue", draws=3
            ),
        )
    ):
        outcome = pm.verify(result.save(tmp_path / f"{place}.zip"))
        assert outcome.same, str(outcome)


@pytest.mark.slow
def test_bands_and_coordinates_come_out_again(tmp_path):
    schools = TOWN.schools[TOWN.schools["phase"] == "secondary"]
    policies = schools["admissions"].unique()
    homes = pm.schools.market(
        TOWN.applicants, schools, TOWN.preferences, group="group", distance="distance", policy="admissions",
        criteria={name: ["sibling"] for name in policies}, band="band", banded=["banding"], xy=("x", "y"),
    )  # fmt: skip
    result = pm.schools.admit(homes, tie_break="single lottery", unplaced="nearest", seed=5)
    assert (result["how"] == "nearest with places").any()
    outcome = pm.verify(result.save(tmp_path / "bands.zip"))
    assert outcome.same, str(outcome)


@pytest.mark.slow
def test_flows_come_out_again_and_are_asked_for(tmp_path):
    flows = trips()
    result = pm.schools.ratio_same_children(flows, focal="blue", draws=9)
    assert pm.verify(result.save(tmp_path / "whole.zip")).same
    bare = result.save(tmp_path / "bare.zip", inputs=False)
    assert pm.verify(bare, flows=flows).same
    with pytest.raises(InvalidPack, match="only the hash of flows"):
        pm.verify(bare)
    moved = pm.Flows(
        flows.origins, flows.destinations, flows.origin, flows.destination, flows.values[::-1], flows.groups
    )
    with pytest.raises(InvalidPack, match="its hash differs"):
        pm.verify(bare, flows=moved)
    with pytest.raises(pm.errors.NotCounts, match="must be flows"):
        pm.verify(bare, flows=flows.at_origin())


@pytest.mark.slow
def test_nearest_places_come_out_again_with_their_map(tmp_path):
    rolls = TOWN.rolls_latest()
    rolls = rolls.take((rolls.strata["phase"] == "secondary").to_numpy())
    homes = TOWN.units_after[["unit", "geometry"]].dropna().merge(trips().at_origin().to_frame(), on="unit")
    children = pm.from_wide(homes, groups=list(TOWN.groups), unit="unit")
    result = pm.schools.gap_nearest(rolls, children, focal="blue", measures="dissimilarity", draws=9)
    path = result.save(tmp_path / "nearest.zip")
    assert pm.verify(path, rolls=rolls, children=children).same
    # What asks where units are is saved with their places.
    assert pm.verify(path).same


def test_tables_keep_their_cells():
    table = pd.DataFrame(
        {
            "id": ["b", "a", None],
            "mixed": [1, "x", None],
            "number": [1.5, np.nan, 0.1 + 0.2],
            "whole": [3, 2, 1],
            "truth": [True, False, True],
            "kind": pd.Categorical(["u", "v", "u"]),
            "numbers as objects": np.array([1, 2.5, None], dtype=object),
        }
    )
    about, frame = carried.describe(table)
    again = carried.restore(json.loads(json.dumps(about)), frame)
    assert again["number"].tolist()[2] == 0.1 + 0.2
    assert again["mixed"].tolist()[:2] == ["1", "x"]
    assert carried.fingerprint(table.iloc[::-1]) == about["hash"]  # the order of rows is not the table
    for column, row, value in (("id", 0, "c"), ("number", 2, 0.3), ("truth", 0, False)):
        other = table.copy()
        other.loc[row, column] = value
        assert carried.fingerprint(other) != about["hash"], column
    with pytest.raises(InvalidPack, match="neither number nor text"):
        carried.describe(pd.DataFrame({"a": [[1, 2]]}))
    with pytest.raises(InvalidPack, match="twice"):
        carried.describe(pd.DataFrame([[1, 2]], columns=["a", "a"]))


def test_tables_keep_their_shapes(tmp_path):
    about, frame = carried.describe(TOWN.schools)
    file = tmp_path / "table.parquet"
    frame.to_parquet(file)
    again = carried.restore(about, pd.read_parquet(file))
    assert again.crs == TOWN.schools.crs
    assert again.geometry.geom_equals(TOWN.schools.geometry).all()


def test_a_changed_flow_in_a_pack_is_found(tmp_path):
    result = pm.schools.ratio_same_children(trips(), focal="blue", draws=9)
    path = result.save(tmp_path / "pack.zip")
    with zipfile.ZipFile(path) as archive:
        names = {name: archive.read(name) for name in archive.namelist()}
    changed = names["manifest.json"].replace(b'"kind": "flows"', b'"kind": "maps"')
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in names.items():
            archive.writestr(name, changed if name == "manifest.json" else content)
    with pytest.raises(InvalidPack, match="another format"):
        pm.verify(path)


def test_a_moved_school_in_a_pack_is_found(tmp_path):
    rolls = TOWN.rolls_latest()
    path = pm.schools.contrast(rolls, focal="blue", phase="phase").save(tmp_path / "pack.zip")
    with zipfile.ZipFile(path) as archive:
        names = {name: archive.read(name) for name in archive.namelist()}
    table = pd.read_parquet(io.BytesIO(names["inputs/rolls.parquet"]))
    table.loc[[0, 1], "places"] = table.loc[[1, 0], "places"].to_numpy()
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in names.items():
            archive.writestr(name, buffer.getvalue() if name == "inputs/rolls.parquet" else content)
    with pytest.raises(InvalidPack, match="does not have the hash"):
        pm.verify(path)
