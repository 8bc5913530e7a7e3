"""Saved results: recomputed, and refused when anything was changed."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix import errors


@pytest.fixture
def homes() -> pm.Counts:
    frame = pd.DataFrame(
        {"area": list("ABCDEF"), "x": [80, 20, 0, 20, 5, 7], "y": [20, 80, 100, 80, 50, 3], "place": list("ppppqq"),
         "all": [101, 100, 100, 100, 60, 10]}
    )  # fmt: skip
    with pytest.warns(errors.IncompletePartition):
        return pm.from_wide(
            frame, groups=["x", "y"], unit="area", strata="place", total="all", about={"vintage": "2021"}
        )


@pytest.mark.slow
def test_every_verb_comes_out_again(homes: pm.Counts, tmp_path: Path) -> None:
    score = pd.Series(range(6), index=homes.units, name="score", dtype=float)
    results = {
        "measure": pm.measure(
            homes, ["dissimilarity", "isolation", "simpson"], focal="each", by="place", chance="binomial"
        ),
        "pairwise": pm.pairwise(homes, "exposure", by="place"),
        "local": pm.local(homes, ["location_quotient", "shannon"], focal="x", by="place"),
        "profile": pm.concentration_profile(homes, focal="x", by="place"),
        "gap": pm.place_gap(homes, score, focal="x", by="place"),
        "dates": pm.compare_dates(homes, homes, focal="x", by="place"),
    }
    for name, result in results.items():
        outcome = pm.verify(result.save(tmp_path / f"{name}.zip"))
        assert outcome.same, (name, outcome.first)
        assert outcome.values > 0
        assert "Verified" in str(outcome)


def test_arguments_may_be_numbers_of_numpy(homes: pm.Counts, tmp_path: Path) -> None:
    result = pm.local(homes, "shannon", permutations=np.int64(99), seed=np.int32(3), level=np.float32(0.5))
    assert pm.verify(result.save(tmp_path / "local.zip")).same


def test_part_of_a_result_verifies(homes: pm.Counts, tmp_path: Path) -> None:
    result = pm.measure(homes, ["dissimilarity", "isolation"], focal="each", by="place")
    part = result[result["measure"].astype(str) == "isolation"]
    assert pm.verify(part.save(tmp_path / "part.zip")).same


def test_a_pack_of_hashes_needs_the_counts(homes: pm.Counts, tmp_path: Path) -> None:
    pack = pm.measure(homes, "dissimilarity", focal="x").save(tmp_path / "bare.zip", inputs=False)
    with pytest.raises(errors.InvalidPack, match="counts="):
        pm.verify(pack)
    assert pm.verify(pack, counts=homes).same
    with pytest.raises(errors.InvalidPack, match="hash differs"):
        pm.verify(pack, counts=homes.take([0, 1, 2]))


def _changed(pack: Path, name: str, content: bytes) -> Path:
    out = pack.with_name("changed.zip")
    with zipfile.ZipFile(pack) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.namelist():
            new.writestr(item, content if item == name else old.read(item))
    return out


def test_a_changed_value_is_named(homes: pm.Counts, tmp_path: Path) -> None:
    pack = pm.measure(homes, ["dissimilarity", "gini"], focal="x").save(tmp_path / "p.zip")
    with zipfile.ZipFile(pack) as archive:
        values = pd.read_parquet(io.BytesIO(archive.read("values.parquet")))
    values.loc[1, "value"] *= 1 + 1e-7
    buffer = io.BytesIO()
    values.to_parquet(buffer, index=False)
    outcome = pm.verify(_changed(pack, "values.parquet", buffer.getvalue()))
    assert not outcome.same
    assert "value of 'gini" in outcome.first
    assert outcome.largest == pytest.approx(1e-7, rel=1e-3)


def test_changed_inputs_and_foreign_files_are_refused(homes: pm.Counts, tmp_path: Path) -> None:
    pack = pm.measure(homes, "dissimilarity", focal="x").save(tmp_path / "p.zip")
    with zipfile.ZipFile(pack) as archive:
        inputs = pd.read_parquet(io.BytesIO(archive.read("inputs/counts.parquet")))
        manifest = json.loads(archive.read("manifest.json"))
    inputs.loc[0, "group 0"] += 1
    buffer = io.BytesIO()
    inputs.to_parquet(buffer, index=False)
    with pytest.raises(errors.InvalidPack, match="hash"):
        pm.verify(_changed(pack, "inputs/counts.parquet", buffer.getvalue()))
    for name in ("os.system", "eval"):
        evil = json.dumps({**manifest, "verb": name}).encode()
        with pytest.raises(errors.InvalidPack, match="format"):
            pm.verify(_changed(pack, "manifest.json", evil))
    (tmp_path / "no.zip").write_bytes(b"not a zip")
    with pytest.raises(errors.InvalidPack):
        pm.verify(tmp_path / "no.zip")
    with pytest.raises(errors.UnreadableFile):
        pm.verify(tmp_path / "absent.zip")


def test_a_failed_write_leaves_nothing(homes: pm.Counts, tmp_path: Path) -> None:
    folder = tmp_path / "taken"
    folder.mkdir()
    with pytest.raises(OSError, match="taken"):
        pm.measure(homes, "dissimilarity", focal="x").save(folder)
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("column", ["sorting", "sentence", "verdict"])
def test_a_changed_conclusion_is_named(homes: pm.Counts, tmp_path: Path, column: str) -> None:
    pack = pm.compare_dates(homes, homes, focal="x").save(tmp_path / "p.zip")
    with zipfile.ZipFile(pack) as archive:
        values = pd.read_parquet(io.BytesIO(archive.read("values.parquet")))
    buffer = io.BytesIO()
    values.assign(**{column: "more sorted"}).to_parquet(buffer, index=False)
    outcome = pm.verify(_changed(pack, "values.parquet", buffer.getvalue()))
    assert not outcome.same
    assert outcome.first.startswith(column)


def test_packs_without_rows_or_columns_do_not_verify(homes: pm.Counts, tmp_path: Path) -> None:
    result = pm.measure(homes, ["dissimilarity", "gini"], focal="x")
    with pytest.raises(errors.InvalidPack, match="no rows"):
        pm.verify(result.iloc[:0].save(tmp_path / "none.zip"))
    assert "'value'" in pm.verify(result.drop(columns="value").save(tmp_path / "part.zip")).first
    with pytest.raises(errors.NotCounts, match="from_wide"):
        pm.verify(result.save(tmp_path / "p.zip"), counts=pd.DataFrame({"x": [1]}))
