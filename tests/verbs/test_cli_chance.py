"""The commands about chance: what they print, write and refuse."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import placemix as pm
from placemix.cli.program import app

RUN = CliRunner()


@pytest.fixture
def town(tmp_path):
    rng = np.random.default_rng(0)
    for name, apart in (("then", 1.6), ("now", 0.4)):
        share = 1 / (1 + np.exp(-rng.normal(-1, apart, 40)))
        a = rng.binomial(90, share)
        frame = pd.DataFrame({"code": [f"u{n:02d}" for n in range(40)], "side": ["w", "e"] * 20, "a": a, "b": 90 - a})
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    return tmp_path


@pytest.mark.slow
def test_chance(town):
    common = ["chance", str(town / "then.csv"), "-u", "code", "-g", "a,b", "-f", "a", "--by", "side", "--draws", "99"]
    said = RUN.invoke(app, [*common, "--cluster", "2.4", "-m", "dissimilarity"])
    assert said.exit_code == 0, said.output
    assert "People were dealt in households of 2.4." in said.output
    assert "0.010" in said.output
    machine = json.loads(RUN.invoke(app, [*common, "--json"]).stdout)
    known = pm.inference.table(
        pm.from_wide(pd.read_csv(town / "then.csv"), groups=["a", "b"], unit="code", strata=["side"]),
        ["dissimilarity", "isolation"], focal="a", by="side", draws=99,
    )  # fmt: skip
    assert [row["expected"] for row in machine] == known["expected"].tolist()
    done = RUN.invoke(app, [*common, "-o", str(town / "out.csv"), "--pack", str(town / "out.zip")])
    assert done.exit_code == 0, done.output
    assert {"expected", "p_value", "cluster", "seed"} <= set(pd.read_csv(town / "out.csv").columns)
    assert pm.verify(town / "out.zip").same


@pytest.mark.slow
def test_difference(town):
    files = [str(town / "then.csv"), str(town / "now.csv")]
    said = RUN.invoke(
        app, ["difference", *files, "-u", "code", "-g", "a,b", "-f", "a", "--cluster", "1", "--draws", "99"]
    )
    assert said.exit_code == 0, said.output
    assert "say nothing of why" in said.output
    assert "0.010" in said.output
    same = RUN.invoke(app, ["difference", files[0], files[0], "-u", "code", "-g", "a,b"])
    assert isinstance(same.exception, pm.errors.InvalidParameter)


@pytest.mark.slow
def test_changes(town):
    files = [str(town / "then.csv"), str(town / "now.csv")]
    common = ["changes", *files, "-u", "code", "-g", "a,b", "-f", "a", "--cluster", "1", "--draws", "99"]
    said = RUN.invoke(app, [*common, "--by", "side"])
    assert said.exit_code == 0, said.output
    assert "Sorting:" in said.output
    assert "says nothing of why" in said.output
    machine = json.loads(RUN.invoke(app, [*common, "--common", "--json"]).stdout)
    assert {"turnover", "composition", "structure", "p_adjusted", "sentence"} <= set(machine[0])
    done = RUN.invoke(app, [*common, "-o", str(town / "changes.csv"), "--pack", str(town / "changes.zip")])
    assert done.exit_code == 0, done.output
    assert pm.verify(town / "changes.zip").same
    same = RUN.invoke(app, ["changes", files[0], files[0], "-u", "code", "-g", "a,b", "-f", "a"])
    assert "same counts" in str(same.exception)
    nobody = RUN.invoke(app, ["changes", *files, "-u", "code", "-g", "a,b"])
    assert isinstance(nobody.exception, pm.errors.InvalidParameter)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--null", "evennes"], "evenness"),
        (["--cluster", "0.2"], "at least 1"),
        (["--draws", "-4"], "draws is a whole number"),
        (["--tail", "up"], "tail is one of"),
        (["-o", "x.doc"], "no ending that is known"),
    ],
)
def test_refusals(town, options, words):
    said = RUN.invoke(app, ["chance", str(town / "then.csv"), "-u", "code", "-g", "a,b", "-f", "a", *options])
    assert isinstance(said.exception, pm.errors.InvalidParameter)
    assert words in str(said.exception)
