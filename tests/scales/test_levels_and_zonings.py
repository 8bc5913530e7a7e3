"""Levels of area, and random zonings: people conserved, zones connected, published values."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix.errors import InvalidParameter, InvalidTable, UnknownColumn
from placemix.scales import forests, zonings


@pytest.fixture(scope="module")
def homes():
    return pm.datasets.town().residents("before")


@pytest.fixture(scope="module")
def wards(homes):
    """The wards' neighbourhoods: a map of a few hundred units."""
    return homes.take(np.flatnonzero(homes.strata["district"].isin(["D1", "D2"])))


def test_levels_are_the_merged_units(homes):
    found = pm.scales.table(homes, ["ward", "district"], ["dissimilarity", "isolation"], focal="blue")
    assert found["scale"].tolist() == ["units", "units", "ward", "ward", "district", "district"]
    ward = homes.merge_units(
        pd.Series(homes.strata["ward"].astype(str).to_numpy(), index=homes.units), straddling="largest"
    )
    alone = pm.measure(ward, ["dissimilarity", "isolation"], focal="blue")
    np.testing.assert_allclose(found["value"][2:4], alone["value"], rtol=1e-12)
    assert (found["denominator"] == found["denominator"][0]).all()


def test_mutual_information_falls_as_units_grow(homes):
    found = pm.scales.table(homes, ["neighbourhood", "ward", "district"], "mutual_information")["value"]
    assert (np.diff(found) < 0).all()


def test_levels_by_strata_and_packs(homes, tmp_path):
    found = pm.scales.table(homes, "ward", "dissimilarity", focal="blue", by="district")
    assert found.columns[:3].tolist() == ["district", "scale", "measure"]
    assert found["scale"].value_counts().tolist() == [6, 6]
    assert pm.verify(found.save(tmp_path / "table.zip")).same
    with pytest.raises(InvalidTable, match="more than one"):
        pm.scales.table(homes, "district", "dissimilarity", by="ward")


def test_levels_that_are_not_there(homes):
    with pytest.raises(UnknownColumn, match="Did you mean 'ward'"):
        pm.scales.table(homes, ["warde"], "dissimilarity")
    with pytest.raises(InvalidParameter, match="twice"):
        pm.scales.table(homes, ["ward", "ward"], "dissimilarity")


@pytest.mark.slow
@pytest.mark.data
def test_published_values_of_england_and_wales(oracle_root):
    frame = pd.read_parquet(oracle_root / "ew2011_oa_ethnicity.parquet")
    groups = [name for name in frame.columns if name not in {"oa", "persons", "lsoa", "msoa", "lad", "rgn"}]
    areas = ["lsoa", "msoa", "lad", "rgn"]
    counts = pm.from_wide(frame, groups=groups, unit="oa", strata=areas)
    h = pm.scales.table(counts, areas, "information_theory")["value"]
    np.testing.assert_allclose(h, [0.2861, 0.2402, 0.2185, 0.1586, 0.0790], atol=5.1e-5)
    d = pm.scales.table(counts, areas, "dissimilarity", focal="bangladeshi", against="white_brit")["value"]
    np.testing.assert_allclose(d, [0.8522, 0.7716, 0.7441, 0.6458, 0.4345], atol=5.1e-5)


# -- zonings ------------------------------------------------------------------------------------------------


def forest(counts, zones, by=()):
    return zonings._ground(counts, pm.surroundings.contiguity(counts), counts.arranged(by), zones)


def test_zones_are_connected_as_many_as_asked_and_hold_everyone(wards):
    ground = forest(wards, 40)
    graph = nx.Graph()
    graph.add_nodes_from(range(len(wards)))
    graph.add_edges_from(zip(ground.i.tolist(), ground.j.tolist(), strict=True))
    for draw in range(5):
        rng = np.random.Generator(np.random.Philox(key=1, counter=draw << 64))
        member = forests.zoning_of(ground, rng)
        assert len(np.unique(member)) == 40
        for zone in range(40):
            assert nx.is_connected(graph.subgraph(np.flatnonzero(member == zone).tolist()))
        joined = zonings._joined(wards, member)
        assert joined.total.sum() == wards.total.sum()
        np.testing.assert_array_equal(joined.values.sum(axis=0), wards.values.sum(axis=0))
        # Official wards differ by a fifth; zones that did by ten times could not be compared with them.
        assert joined.total.std() / joined.total.mean() < 0.35


def test_no_zone_crosses_a_border(wards):
    found = pm.scales.zoning(wards, "dissimilarity", zones=30, draws=4, by="district", focal="blue")
    assert found["district"].tolist() == ["D1", "D2"]
    assert found["units"].sum() == 30
    assert (
        found["people"].to_numpy() == pm.measure(wards, "dissimilarity", focal="blue", by="district")["people"]
    ).all()


@pytest.mark.slow
def test_the_same_seed_gives_the_same_digits(wards, tmp_path):
    options = {"zones": "ward", "draws": 6, "focal": "blue"}
    one, again = (pm.scales.zoning(wards, "dissimilarity", seed=3, **options) for _ in range(2))
    other = pm.scales.zoning(wards, "dissimilarity", seed=4, **options)
    assert one["expected"].item() == again["expected"].item() != other["expected"].item()
    ward = wards.merge_units(
        pd.Series(wards.strata["ward"].astype(str).to_numpy(), index=wards.units), straddling="largest"
    )
    assert one["value"].item() == pytest.approx(pm.estimate(ward, "dissimilarity", focal="blue").value, rel=1e-12)
    assert one["lower"].item() <= one["expected"].item() <= one["upper"].item()
    assert one["flag"].item() in {"below", "within", "above"}
    assert "6 random zonings" in one["note"].item()
    assert pm.verify(one.save(tmp_path / "zoning.zip")).same


def test_the_order_of_rows_changes_the_draws_but_not_who_is_counted(wards):
    found = pm.scales.zoning(wards, "mutual_information", zones=len(wards), draws=2)
    # As many zones as units: every zoning is the units themselves.
    assert found["value"].item() == pytest.approx(pm.estimate(wards, "mutual_information").value, rel=1e-12)
    assert found["lower"].item() == pytest.approx(found["upper"].item())
    assert found["flag"].isna().all()  # a median lies within its own draws


def test_each_stratum_has_as_many_zones_as_are_named_in_it(homes):
    found = pm.scales.zoning(homes, "dissimilarity", zones="ward", draws=2, by="district", focal="blue")
    named = pd.DataFrame(homes.strata).groupby("district", observed=True)["ward"].nunique()
    assert found.set_index("district")["units"].to_dict() == named.to_dict()
    assert found["note"].str.contains("2 random zonings, nine tenths of zones with .* people").all()
    assert found.estimates()[0].uncertainty.kind == "zoning"
    assert "zoning range" in found.explain()
    assert "Openshaw" in found.cite()


def test_zonings_that_cannot_be(wards, homes):
    for name in ("spatial_proximity", "distortion", "morrill"):
        with pytest.raises(InvalidParameter, match=r"which a zoning does not look at.*scales\.profile"):
            pm.scales.zoning(wards, name, zones=5, focal="blue")
    with pytest.raises(InvalidParameter, match=r"6 strata of by=, so \d+ parts.*\d+ zones or more, leave out by="):
        pm.scales.zoning(homes, "dissimilarity", zones=3, draws=1, by="district")
    for zones in (1, len(wards) + 1, 2.5, True):
        with pytest.raises(InvalidParameter, match="zones is a number"):
            pm.scales.zoning(wards, "dissimilarity", zones=zones)
    with pytest.raises(UnknownColumn, match="ward"):
        pm.scales.zoning(wards, "dissimilarity", zones="wards")
    with pytest.raises(InvalidTable, match="6 zones lie in several"):
        pm.scales.zoning(homes, "dissimilarity", zones="district", by="ward")
    with pytest.raises(InvalidParameter, match="draws"):
        pm.scales.zoning(wards, "dissimilarity", zones=10, draws=0)
    for seed in (-1, 1.5, "a", None, True):
        with pytest.raises(InvalidParameter, match="seed is a whole number"):
            pm.scales.zoning(wards, "dissimilarity", zones=10, draws=1, seed=seed)
    with pytest.raises(InvalidParameter, match="neighbours are surroundings, not a DataFrame"):
        pm.scales.zoning(wards, "dissimilarity", zones=10, draws=1, neighbours=pd.DataFrame())
