"""The mix of a place and around it, before and after."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix.errors import InvalidParameter, NoPlace, UnmatchedUnit


def area(count, seed=0, *, mapped=True):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(rng.integers(0, 90, (count, 3)), columns=["own", "social", "private"])
    table["unit"], table["district"] = [f"u{n:02d}" for n in range(count)], rng.choice(["north", "south"], count)
    table["everyone"] = table[["own", "social", "private"]].sum(axis=1) + rng.integers(0, 3, count)
    points = gpd.points_from_xy(*(rng.random((2, count)) * 3000))
    shown = gpd.GeoDataFrame(table, geometry=points, crs=27700) if mapped else table
    with pytest.warns(pm.errors.IncompletePartition):
        return pm.from_wide(
            shown, groups=["own", "social", "private"], unit="unit", total="everyone", strata=["district"]
        )


def test_every_scale_against_a_loop():
    homes = area(40)
    schemes = pd.DataFrame({"unit": ["u03", "u17"], "mix": ["a", "b"], "own": [10, 60], "social": [90, 0]})
    found = pm.scenarios.neighbourhood_effects(homes, schemes, radii=["600 m", 1500], district="district")
    xy = np.column_stack([homes.geometry.x, homes.geometry.y])
    for _, row in found.iterrows():
        here = homes.units.get_loc(row["unit"])
        if row["scale"] == "unit":
            near = np.arange(40) == here
        elif row["scale"] == "district":
            near = (homes.strata["district"] == homes.strata["district"].iloc[here]).to_numpy()
        else:
            near = np.hypot(*(xy - xy[here]).T) <= (600 if row["scale"] == "600 m" else 1500)
        column = homes.position(row["group"])
        scheme = schemes[schemes["mix"] == row["mix"]].iloc[0]
        came = float(scheme.get(row["group"], 0))
        everyone = homes.total[near].sum()
        assert row["people_before"] == pytest.approx(homes.values[near, column].sum())
        assert row["people_after"] == pytest.approx(row["people_before"] + came)
        assert row["everyone_after"] == pytest.approx(everyone + scheme["own"] + scheme["social"])
        assert row["share_after"] == pytest.approx(row["people_after"] / row["everyone_after"])
        assert row["change"] == pytest.approx(row["share_after"] - row["share_before"])
        district = found[
            (found["scale"] == "district") & (found["mix"] == row["mix"]) & (found["group"] == row["group"])
        ]
        assert row["from_district_after"] == pytest.approx(row["share_after"] - district["share_after"].item())


def test_a_place_becomes_and_ceases_to_be_defined_by_one_tenure():
    table = pd.DataFrame({"unit": list("ab"), "own": [70, 10], "social": [30, 90]})
    homes = pm.from_wide(table, groups=["own", "social"], unit="unit")
    schemes = pd.DataFrame({"unit": ["a", "b", "a"], "own": [0, 40, 30], "social": [10, 0, 0]})
    found = pm.scenarios.neighbourhood_effects(homes, schemes, radii=[], threshold=0.7)
    words = found[found["scale"] == "unit"]["defined"].tolist()
    assert words == [
        "ceases to be defined by it", "not defined by it",  # 70 of 100 is 70 %; 70 of 110 is not
        "not defined by it", "ceases to be defined by it",
        "stays defined by it", "not defined by it",
    ]  # fmt: skip
    grown = pm.scenarios.neighbourhood_effects(
        homes, pd.DataFrame({"unit": ["a"], "social": [150]}), radii=[], threshold=0.7
    )
    assert grown[grown["scale"] == "unit"]["defined"].tolist() == [
        "ceases to be defined by it", "becomes defined by it",
    ]  # fmt: skip


def test_refusals_and_packs(tmp_path):
    homes = area(30)
    scheme = pd.DataFrame({"unit": ["u03"], "own": [10]})
    result = pm.scenarios.neighbourhood_effects(homes, scheme, radii=["1 km"])
    assert pm.verify(result.save(tmp_path / "n.zip"), counts=homes).same
    with pytest.raises(UnmatchedUnit):
        pm.scenarios.neighbourhood_effects(homes, scheme.assign(unit="nowhere"), radii=[])
    with pytest.raises(InvalidParameter, match="threshold"):
        pm.scenarios.neighbourhood_effects(homes, scheme, radii=[], threshold=70)
    with pytest.raises(NoPlace):
        pm.scenarios.neighbourhood_effects(area(30, mapped=False), scheme)
    assert set(pm.scenarios.neighbourhood_effects(area(30, mapped=False), scheme, radii=[])["scale"]) == {
        "unit", "district",
    }  # fmt: skip


def test_parts_of_one_scheme_come_together_as_one_changed_table_shows():
    homes = area(40)
    parts = pd.DataFrame({
        "unit": ["u03", "u17", "u03", "u22"], "scheme": ["S", "S", "T", "S"],
        "own": [10, 60, 5, 7], "social": [90, 0, 5, 30], "private": [0, 4, 0, 0],
    })  # fmt: skip
    asked = {"radii": ["600 m", 1500], "district": "district"}
    found = pm.scenarios.neighbourhood_effects(homes, parts, together="scheme", **asked)
    rest = homes.total - homes.values.sum(axis=1)
    for scheme, rows in found.groupby("scheme"):
        values = homes.values.copy()
        for _, part in parts[parts["scheme"] == scheme].iterrows():
            values[homes.units.get_loc(part["unit"])] += [part["own"], part["social"], part["private"]]
        table = pd.DataFrame(values, columns=homes.groups).assign(
            unit=homes.units, district=homes.strata["district"].to_numpy(), everyone=values.sum(axis=1) + rest
        )
        places = gpd.GeoDataFrame(table, geometry=list(homes.geometry), crs=27700)
        with pytest.warns(pm.errors.IncompletePartition):
            changed = pm.from_wide(places, groups=homes.groups, unit="unit", total="everyone", strata=["district"])
        nobody = pd.DataFrame({"unit": rows["unit"].unique(), "own": 0})
        after = pm.scenarios.neighbourhood_effects(changed, nobody, **asked)
        keys = ["unit", "scale", "group"]
        joined = rows.merge(after, on=keys, suffixes=("", "_anew"), validate="one_to_one")
        assert len(joined) == len(rows)
        for name in ("people", "everyone", "share", "from_district"):
            assert joined[f"{name}_after"].to_numpy() == pytest.approx(joined[f"{name}_before_anew"].to_numpy())
    alone = pm.scenarios.neighbourhood_effects(homes, parts, **asked)
    assert (alone["people_after"] <= found["people_after"]).all()
    with pytest.raises(pm.errors.UnknownColumn, match="schem"):
        pm.scenarios.neighbourhood_effects(homes, parts, together="schem", **asked)
