"""placemix curves and placemix vertical, from files."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from core.occupations import table

OPTIONS = ["-u", "occupation", "-g", "women,men", "-f", "women", "-a", "men"]


@pytest.fixture
def jobs(tmp_path):
    path = tmp_path / "jobs [2013].csv"
    table().assign(side=["n", "s"] * 8).to_csv(path, index=False)
    return path


def test_vertical(run, jobs, tmp_path):
    code, out, err = run("vertical", jobs, *OPTIONS, "--height", "pay", "--pack", tmp_path / "p.zip")
    assert code == 0, err
    assert "0.229 apart over units (Gini); ordered by pay 0.083, where the men group stands higher" in out
    assert "Everyone in a unit stands equally high" in err
    assert run("verify", tmp_path / "p.zip")[0] == 0
    code, out, err = run("vertical", jobs, *OPTIONS, "--height", "pay", "--by", "side", "--json")
    rows = json.loads(out)
    assert [row["side"] for row in rows] == ["n", "s"]
    for row in rows:
        assert row["horizontal"] ** 2 + row["vertical"] ** 2 == pytest.approx(row["overall"] ** 2)
    code, _, err = run("vertical", jobs, *OPTIONS, "--height", "pya")
    assert code == 1
    assert "Did you mean 'pay'" in err
    code, _, err = run("vertical", jobs, *OPTIONS[:4], "--height", "pay")
    assert code == 1
    assert "--focal" in err


def test_curves(run, jobs, tmp_path):
    code, out, err = run("curves", jobs, *OPTIONS, "--out", tmp_path / "curve.csv")
    assert code == 0, err
    curve = pd.read_csv(tmp_path / "curve.csv")
    assert curve["focal_passed"].iloc[[0, -1]].tolist() == [0, 1]
    assert len(curve) == 17
    even = tmp_path / "even.csv"
    table().assign(women=10, men=20).to_csv(even, index=False)
    code, out, err = run("curves", jobs, even, *OPTIONS, "--pack", tmp_path / "p.zip")
    assert code == 0, err
    assert "more apart in jobs [2013] than in even, by every index that leaves group sizes out" in out
    assert "dominates" in out
    assert run("verify", tmp_path / "p.zip")[0] == 0
