"""placemix evaluate: a record beside a table of what came."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import placemix as pm


@pytest.fixture
def files(tmp_path):
    now = pd.DataFrame({"code": list("ab"), "x": [80, 20], "y": [20, 80], "district": "d"})
    counts = pm.from_wide(now, groups=["x", "y"], unit="code", strata=["district"])
    mix = pm.scenarios.expected_mix(counts, pd.Series({"a": 100}), district="district")
    record = pm.scenarios.record("26/1", {"mix": mix}, as_of="2026-11-28", inputs={"residents": counts})
    observed = tmp_path / "observed.csv"
    now.assign(x=[120, 20], y=[80, 80]).to_csv(observed, index=False)
    return record.save(tmp_path / "record.json"), observed


def test_what_came_is_printed_beside_what_was_foretold(run, files, tmp_path):
    record, observed = files
    code, out, err = run("evaluate", record, observed, "-u", "code", "-g", "x,y")
    assert code == 0
    assert "65.0%" in out
    assert "60.0%" in out
    assert "Shares were off by 5.0 points" in " ".join(out.split())
    assert "not advice on whom to let" in " ".join(err.split())
    code, out, _ = run("evaluate", record, observed, "-u", "code", "-g", "x,y", "--json")
    assert [round(row["error"], 2) for row in json.loads(out)] == [-0.05, 0.05]
    code, _, _ = run("evaluate", record, observed, "-u", "code", "-g", "x,y", "-o", tmp_path / "out.csv")
    assert code == 0
    assert len(pd.read_csv(tmp_path / "out.csv")) == 2


def test_what_is_wrong_is_said(run, files):
    record, observed = files
    code, _, err = run("evaluate", observed, observed, "-u", "code", "-g", "x,y")
    assert code == 1
    assert "is no record" in err
    code, _, err = run("evaluate", record, observed, "-u", "code", "-g", "z=x,y")
    assert code == 1
    assert "not observed" in err
