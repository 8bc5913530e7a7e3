"""The synthetic town's map: units, levels, changes, and that everything is marked synthetic."""

import socket
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from placemix.datasets import Town, synthetic_areas, town
from placemix.datasets.synthetic_map import town_ground
from placemix.datasets.synthetic_people import settle
from placemix.errors import InvalidParameter

LEVELS = ["neighbourhood", "ward", "district"]


def same(one: Town, two: Town) -> list[str]:
    """Return the names of tables that are equal."""
    return [name for name, frame in one.frames().items() if frame.equals(two.frames()[name])]


def test_same_seed_same_town_without_a_network(place, monkeypatch):
    def refuse(*_args, **_kwargs):
        pytest.fail("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    again = town(np.int64(1))
    assert same(place, again) == list(place.frames())
    assert again.residents().hash == place.residents().hash


def test_another_seed_another_town(place, other):
    assert same(place, other) == []


@pytest.mark.parametrize("seed", [-1, 1.5, "1", None, True])
def test_a_bad_seed_is_refused(seed):
    with pytest.raises(InvalidParameter, match="seed"):
        town(seed=seed)


def test_every_table_and_count_says_synthetic(place):
    assert place.about.synthetic
    assert "synthetic" in repr(place)
    assert len(place.frames()) == 18
    for frame in place.frames().values():
        assert frame.attrs["synthetic"] is True
        assert "does not exist" in frame.attrs["about"]
    for counts in (
        place.residents("before"), place.residents(), place.children(), place.tenure(), place.rolls_latest(),
    ):  # fmt: skip
        assert counts.about.synthetic
        assert "synthetic" in repr(counts)


def test_the_units(place):
    assert len(place.units_before) == 2_400
    assert len(place.units_after) == 2_400 + 40 + 5 - 20
    for date in ("before", "after"):
        units = place.units(date)
        assert units["unit"].is_unique
        assert (units["residents"] == 0).sum() == 3
        assert units["residents"][units["residents"] > 0].median() == pytest.approx(160, abs=25)
        assert units["residents"][units["residents"] > 0].quantile([0.05, 0.95]).between(80, 400).all()
        assert (units[list(place.groups)].sum(axis=1) == units["residents"]).all()
        assert units.crs.to_epsg() == 32631
    assert place.units_before.geometry.notna().all()
    assert place.units_after.geometry.isna().sum() == 1
    hidden = place.units_after[place.units_after.geometry.isna()]
    assert hidden["residents"].item() > 0
    with pytest.raises(InvalidParameter, match="before"):
        place.units("today")


def test_the_map_is_a_coverage_and_no_grid(place):
    shapely = pytest.importorskip("shapely", minversion="2.1")
    for polygons in (place.pieces.geometry, place.units_before.geometry):
        assert polygons.is_valid.all()
        assert shapely.coverage_is_valid(polygons.to_numpy())
    hectares = place.units_after["hectares"]
    assert hectares.quantile(0.95) > 10 * hectares.quantile(0.05)
    assert place.units_before["hectares"].sum() == pytest.approx(hectares.sum(), rel=1e-6)
    corners = shapely.get_num_coordinates(place.units_before.geometry.to_numpy()) - 1
    assert len(np.unique(corners)) > 5


def test_denser_towards_the_centre(place):
    units = place.units_before
    away = np.hypot(units.centroid.x - 500_000, units.centroid.y - 20_000)
    inner, outer = units[away < 3_000], units[away > 6_000]
    dense, sparse = (part["residents"].sum() / part["hectares"].sum() for part in (inner, outer))
    assert dense > 4 * sparse


@pytest.mark.slow
@pytest.mark.parametrize("which", ["place", "other"])
def test_splits_merges_and_irregular_changes(which, request):
    lookup = request.getfixturevalue(which).lookup
    before = lookup.groupby("unit_before").agg(to=("unit_after", "nunique"), kind=("change", "unique"))
    after = lookup.groupby("unit_after").agg(of=("unit_before", "nunique"), kind=("change", "unique"))
    assert (before["kind"].str.len() == 1).all()
    assert (after["kind"].str.len() == 1).all()
    before["kind"], after["kind"] = before["kind"].str[0], after["kind"].str[0]
    assert before["kind"].value_counts().to_dict() == {"U": 2_310, "S": 40, "M": 40, "X": 10}
    assert after["kind"].value_counts().to_dict() == {"U": 2_310, "S": 85, "M": 20, "X": 10}
    assert set(before.loc[before["kind"] == "S", "to"]) == {2, 3}
    assert set(after.loc[after["kind"] == "M", "of"]) == {2}
    assert set(before.loc[before["kind"] == "X", "to"]) == set(after.loc[after["kind"] == "X", "of"]) == {2}
    unchanged = lookup[lookup["change"] == "U"]
    assert (unchanged["unit_before"] == unchanged["unit_after"]).all()
    changed = lookup[lookup["change"] != "U"]
    assert not set(changed["unit_before"]) & set(changed["unit_after"])


def test_lookups_nest_and_agree_with_the_tables(place):
    lookup = place.lookup
    assert not lookup.duplicated(["unit_before", "unit_after"]).any()
    for low, high in pairwise(LEVELS):
        assert lookup.groupby(low)[high].nunique().max() == 1
    assert [lookup[level].nunique() for level in LEVELS] == [288, 48, 6]
    for date in ("before", "after"):
        units = place.units(date).set_index("unit")
        said = lookup.groupby(f"unit_{date}")[LEVELS].agg(["first", "nunique"])
        assert set(said.index) == set(units.index)
        for level in LEVELS:
            assert (said[level, "nunique"] == 1).all()
            assert (said[level, "first"] == units.loc[said.index, level]).all()


def test_planning_areas_nest_and_teach(place, other):
    for each in (place, other):
        units = each.units_after
        assert units.groupby("ward")["primary_area"].nunique().max() == 1
        assert units.groupby("primary_area")["district"].nunique().max() == 1
        assert units.groupby("district")["secondary_area"].nunique().max() == 1
        assert units["secondary_area"].nunique() == 3
        for phase in ("primary", "secondary"):
            schools = each.schools[each.schools["phase"] == phase].set_index("school")
            assert set(units[f"{phase}_area"]) == set(schools["planning_area"])
            home = units.set_index("unit").loc[schools["unit"], f"{phase}_area"]
            assert (home.to_numpy() == schools["planning_area"].to_numpy()).all()
            assert set(units[f"{phase}_catchment"]) <= set(schools.index[~schools["faith"]])


def test_a_planning_area_always_has_a_school():
    draw = np.random.default_rng(5)
    ground = town_ground(draw)
    units = synthetic_areas.added_up(ground, settle(ground, draw), late=True)
    children = np.ones(len(units.code), dtype=np.int64)
    taught = np.flatnonzero(units.levels["district"] == "D3")[:2]
    primary, _ = synthetic_areas.planning_areas(units, children, taught, draw)
    assert set(primary) == set(primary[taught])


def test_pieces_add_up_to_both_dates(place):
    for date in ("before", "after"):
        columns = [f"{group}_{date}" for group in place.groups]
        sums = place.pieces.groupby(f"unit_{date}")[columns].sum()
        units = place.units(date).set_index("unit")[list(place.groups)]
        assert (sums.to_numpy() == units.loc[sums.index].to_numpy()).all()
        assert len(sums) == len(units)
    pairs = place.pieces[["unit_before", "unit_after"]].apply(tuple, axis=1)
    assert set(pairs) == set(place.lookup[["unit_before", "unit_after"]].apply(tuple, axis=1))


def test_polygons_are_those_of_their_pieces(place):
    for date in ("before", "after"):
        units = place.units(date)
        changed = set(place.lookup.loc[place.lookup["change"] != "U", f"unit_{date}"])
        some = units[units["unit"].isin(changed)].set_index("unit")
        whole = place.pieces.dissolve(f"unit_{date}").loc[some.index]
        assert np.allclose(some.area, whole.area)
        assert np.allclose(some.intersection(whole.geometry).area, some.area)
        assert isinstance(whole, pd.DataFrame)
