"""`order=`: groups from lowest to highest reach the kernel in that order, and what is wrong with it is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import placemix as pm
from placemix import errors, registry
from placemix.cli import ranked
from placemix.registry import MEASURES

ORDER = ["low", "middle", "high"]


def highest(counts, *, starts=None):
    """Share of the last group: what a kernel sees of the order."""
    sums = counts.sum(axis=-2, keepdims=True) if starts is None else np.add.reduceat(counts, starts, axis=-2)
    return sums[..., -1] / sums.sum(axis=-1)


@pytest.fixture
def stub(monkeypatch):
    row = replace(
        MEASURES["information_theory"], name="top", function=highest, focal="none", needs=("order",), spatial=False
    )
    monkeypatch.setattr(registry, "MEASURES", {**MEASURES, "top": row})


def town():
    table = pd.DataFrame({
        "id": list("abcd"), "part": list("nnss"), "high": [1, 2, 3, 4], "low": [5, 6, 7, 8], "middle": [9, 8, 7, 6]
    })  # fmt: skip
    return pm.from_wide(table, groups=["high", "low", "middle"], unit="id", strata="part")


@pytest.mark.usefixtures("stub")
def test_groups_reach_the_kernel_in_order_whatever_their_place_in_the_table():
    found = pm.measure(town(), "top", by="part", order=ORDER)
    assert found["value"].tolist() == pytest.approx([3 / 31, 7 / 35])
    assert found["focal"].isna().all()
    turned = pm.measure(town().select(["middle", "high", "low"]), "top", by="part", order=ORDER)
    assert turned["value"].tolist() == found["value"].tolist()
    assert pm.estimate(town(), "top", order=ORDER[::-1]).value == pytest.approx(26 / 66)


@pytest.mark.usefixtures("stub")
def test_draws_see_the_same_order(tmp_path):
    found = pm.inference.table(town(), "top", order=ORDER, null="fixed_margins", cluster=1, draws=19)
    # Dealing people to places changes no share of the whole.
    assert found["expected"].item() == pytest.approx(found["value"].item()) == pytest.approx(10 / 66)
    pack = pm.measure(town(), "top", order=ORDER).save(tmp_path / "pack.zip")
    assert pm.verify(pack).same
    assert pm.verify(found.save(tmp_path / "drawn.zip")).same


@pytest.mark.usefixtures("stub")
@pytest.mark.parametrize(
    ("order", "error", "said"),
    [
        (None, errors.OrderNeeded, "Pass order="),
        (["low", "middle"], errors.InvalidParameter, "leaves out high"),
        (["low", "midle", "high"], errors.UnknownGroup, "midle"),
        (["low", "midle", "high"], errors.InvalidParameter, "leaves out middle"),
        (["low", "low", "middle", "high"], errors.InvalidParameter, "low twice"),
        ("low", errors.InvalidParameter, "order is a list"),
    ],
)
def test_orders_at_fault(order, error, said):
    with pytest.raises(error, match=said):
        pm.measure(town(), "top", order=order)


def test_an_order_that_nobody_looks_at_is_refused():
    with pytest.raises(errors.InvalidParameter, match="no meaning for information_theory"):
        pm.measure(town(), "information_theory", order=ORDER)


@pytest.mark.usefixtures("stub")
def test_from_the_command_line(tmp_path):
    from placemix.cli.program import app

    file = tmp_path / "town.csv"
    town().to_frame().to_csv(file, index=False)
    call = ["measure", str(file), "-u", "unit", "-g", "high,low,middle", "-m", "top"]
    done = CliRunner().invoke(app, [*call, "--order", "low,middle,high", "--json"])
    assert done.exit_code == 0, done.output
    assert f"{10 / 66:.6f}" in done.output
    assert "Lowest to highest: low, middle, high." in done.output
    assert ranked.order(None) is None


def test_a_rank_order_index_off_its_scale_is_told_as_such():
    # Shares at or below the 1st threshold 0.2 and 0, at the 2nd 0.2 and 0.2: 1 - v(0.2)/2 / v(0.1) = 0.2303 and 0, at
    # 0.1 and 0.2 of all; the line through both is at -3 x 0.2303 in the middle of all ranks.
    table = pd.DataFrame({"id": list("ab"), "low": [10, 0], "middle": [0, 10], "high": [40, 40]})
    found = pm.measure(pm.from_wide(table, groups=ORDER, unit="id"), "rank_order_information(degree=1)", order=ORDER)
    assert found["value"].item() == pytest.approx(-0.691, abs=5e-4)
    assert found["note"].item() == "the fitted curve leaves 0 to 1"
    assert "outside the range from 0 to 1" in found.explain()
    assert "less mixed" not in found.explain()
