"""Records of what was foretold: whole, unchanged, and held against what came."""

from __future__ import annotations

import json
from importlib import resources

import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix.errors import InvalidPack, InvalidParameter, UnknownGroup, UnmatchedUnit, UnreadableFile


def homes(rows, period=None):
    table = pd.DataFrame(rows, columns=["x", "y"]).assign(area=[f"a{n}" for n in range(len(rows))], district="d")
    about = {"source": "made up", "period": period, "licence": "none"}
    return pm.from_wide(table, groups=["x", "y"], unit="area", strata=["district"], about=about)


@pytest.fixture
def kept():
    now = homes([[80, 20], [20, 80], [50, 50]], "2021")
    learnt = pd.DataFrame({
        "group": ["x", "y"], "growth_from": 0.0, "growth_to": np.inf, "growth_largest": 9.0, "lower": -0.5,
        "upper": 0.5, "level": 0.9, "coverage": 0.9,
    })  # fmt: skip
    mix = pm.scenarios.expected_mix(now, pd.Series({"a0": 100, "a2": 50}), district="district", calibration=learnt)
    return pm.scenarios.record(
        "26/1",
        {"mix": mix},
        as_of="2026-11-28",
        inputs={"residents": now},
        scheme={"homes": np.int64(40)},
        assumptions=["Nobody moves."],
    )


def test_a_record_is_whole_and_says_what_it_is_not(kept, tmp_path):
    path = kept.save(tmp_path / "record.json")
    again = pm.scenarios.read_record(path)
    assert again.content == kept.content
    assert "not advice on whom to let" in again.content["what_this_is_not"]
    assert again.content["inputs"][0]["source"] == "made up"
    assert again.content["scheme"] == {"homes": 40}
    assert again.table("mix")["share_central"].tolist() == pytest.approx(kept.table("mix")["share_central"].tolist())
    with pytest.raises(InvalidParameter, match="holds no 'mixx'"):
        again.table("mixx")


def test_the_schema_names_what_a_record_holds(kept):
    text = resources.files("placemix.scenarios.records").joinpath("record.schema.json").read_text(encoding="utf-8")
    schema = json.loads(text)
    assert set(schema["required"]) <= set(kept.content)
    assert set(kept.content) == set(schema["properties"])
    assert set(schema["properties"]["inputs"]["items"]["properties"]) == set(kept.content["inputs"][0])
    row = schema["properties"]["results"]["additionalProperties"]
    assert set(row["required"]) == set(kept.content["results"]["mix"])


def test_a_changed_record_is_found(kept, tmp_path):
    path = kept.save(tmp_path / "record.json")
    content = json.loads(path.read_text(encoding="utf-8"))
    content["results"]["mix"]["rows"][0]["share_central"] = 0.1
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(InvalidPack, match="its hash differs"):
        pm.scenarios.read_record(path)
    path.write_text(json.dumps({**kept.content, "record": 2}), encoding="utf-8")
    with pytest.raises(InvalidPack, match="of format 2"):
        pm.scenarios.read_record(path)
    path.write_text("[]", encoding="utf-8")
    with pytest.raises(InvalidPack, match="it lacks"):
        pm.scenarios.read_record(path)
    with pytest.raises(UnreadableFile):
        pm.scenarios.read_record(tmp_path / "nowhere.json")
    with pytest.raises(InvalidParameter, match="no day"):
        pm.scenarios.record("r", {"mix": kept.table("mix")}, as_of="soon")


def test_what_came_beside_what_was_foretold(kept):
    came = homes([[120, 80], [20, 80], [140, 10]], "2031")
    found = pm.scenarios.evaluate(kept, came)
    rows = found.set_index(["unit", "group"])
    # 80 of 100 and a hundred with the district's half: 130 of 200, and 120 came.
    assert rows.loc[("a0", "x"), "share_central"] == pytest.approx(0.65)
    assert rows.loc[("a0", "x"), "share_observed"] == pytest.approx(0.6)
    assert rows.loc[("a0", "x"), "error"] == pytest.approx(-0.05)
    assert rows.loc[("a0", "x"), "error_no_change"] == pytest.approx(-0.2)
    assert rows["inside"].tolist() == [True, True, False, False]
    assert "2 of 4 lay in their range of 90 %." in found["sentence"].iloc[0]
    with pytest.raises(UnmatchedUnit):
        pm.scenarios.evaluate(kept, came.take([0, 1]))
    with pytest.raises(UnknownGroup):
        pm.scenarios.evaluate(kept, came.merge_groups({"z": ["x"]}))
    plain = pm.scenarios.record("r", {"mix": pd.DataFrame({"a": [1]})}, as_of="2026-01-01")
    with pytest.raises(InvalidParameter, match="holds no mix"):
        pm.scenarios.evaluate(plain, came)
