"""Clusters of a type: one situation a unit, the same as counted by hand."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import placemix as pm
from placemix import errors
from placemix.typology import type_clusters

GROUPS = ["white", "asian", "black"]
MIXED = ["III", "IV", "V", "VI"]


def town(values, places):
    boxes = [shapely.box(100 * x, 100 * y, 100 * x + 100, 100 * y + 100) for x, y in places]
    frame = pd.DataFrame(np.asarray(values, dtype=float), columns=GROUPS)
    frame["id"] = [f"u{x:02}-{y:02}" for x, y in places]
    return pm.from_wide(gpd.GeoDataFrame(frame, geometry=boxes, crs="EPSG:27700"), groups=GROUPS, unit="id")


def random_town(seed, side=7):
    random = np.random.default_rng(seed)
    places = [(x, y) for x in range(side) for y in range(side)]
    hill = np.array([np.exp(-((x - 2) ** 2 + (y - 2) ** 2) / 3) for x, y in places])
    share = np.clip(0.1 + 0.75 * hill + random.normal(0, 0.12, len(places)), 0.01, 0.95)
    values = np.array([random.multinomial(200, [1 - p, 0.7 * p, 0.3 * p]) for p in share])
    values[random.random(len(places)) < 0.06] = 0
    return town(values, places), places


def by_hand(found, places, hot):
    """Situations by loops over all pairs of squares."""
    typed = found["type"].notna().to_numpy()
    ours = found["type"].isin(MIXED).to_numpy()
    high = (hot["flag"] == "cluster of high share").to_numpy()
    near = [
        [j for j, (a, b) in enumerate(places) if typed[j] and (a, b) != (x, y) and abs(a - x) <= 1 and abs(b - y) <= 1]
        for x, y in places
    ]
    alike = [sum(ours[j] for j in row) for row in near]
    core = [ours[i] and high[i] and alike[i] > 0 and alike[i] >= len(near[i]) / 2 for i in range(len(places))]
    out = []
    for i in range(len(places)):
        word = "not of the type"
        if not typed[i]:
            word = None
        elif core[i]:
            word = "cluster"
        elif ours[i] and alike[i] == 0:
            word = "isolated unit"
        elif ours[i]:
            word = "edge of a cluster" if high[i] or any(core[j] for j in near[i]) else "adjoining units"
        elif high[i]:
            word = "beside a cluster"
        out.append(word)
    return out


@pytest.mark.parametrize("seed", range(4))
def test_situations_are_those_counted_by_hand(seed):
    counts, places = random_town(seed)
    near = pm.surroundings.contiguity(counts)
    options = {"scheme": "PJF2001", "reference": "white", "types": MIXED, "focal": ["asian", "black"]}
    found = type_clusters(counts, around=near, **options)
    merged = counts.merge_groups({"others": ["asian", "black"]})
    hot = pm.local(merged, "getis_ord", focal="others", around=near)
    assert np.allclose(found["value"], hot["value"], equal_nan=True)
    assert np.allclose(found["p_adjusted"], hot["p_adjusted"], equal_nan=True)
    expected = by_hand(found, places, hot)
    assert found["situation"].astype(object).where(found["situation"].notna(), None).tolist() == expected
    kinds = pm.typology.classify(counts, scheme="PJF2001", reference="white")["type"]
    assert (found["type"].astype(object).fillna("") == kinds.astype(object).fillna("")).all()
    assert (found["situation"].isna() == (counts.total == 0)).all()
    assert found["reason"].eq("no_people").sum() == (counts.total == 0).sum()
    order = np.random.default_rng(0).permutation(len(counts))
    other = type_clusters(counts.take(order), around=near.take(order), **options)
    columns = ["unit", "situation", "value", "p_value", "neighbours", "neighbours_of_type", "share"]
    same = pd.DataFrame(other)[columns].set_index("unit").loc[found["unit"]].reset_index()
    pd.testing.assert_frame_equal(pd.DataFrame(found)[columns], same)


def planned():
    """Nine by nine squares: a block of type V with a hole, one lone unit, an island, and a pair far from the block."""
    places = [(x, y) for x in range(9) for y in range(9)] + [(30, 30)]
    values = np.tile([180, 10, 10], (len(places), 1))
    block = {(x, y) for x in range(5) for y in range(5)} - {(2, 2)} | {(8, 1), (30, 30), (7, 8), (8, 8)}
    for number, place in enumerate(places):
        if place in block:
            values[number] = [20, 170, 10]
        elif place == (2, 2):
            values[number] = [110, 80, 10]
    return town(values, places)


def test_a_planned_town():
    counts = planned()
    found = type_clusters(
        counts, scheme="PJF2001", reference="white", types=MIXED, focal="asian",
        around=pm.surroundings.contiguity(counts),
    ).set_index("unit")  # fmt: skip
    situation = found["situation"].astype(object)
    assert {situation[f"u0{x}-0{y}"] for x in (1, 2, 3) for y in (1, 3)} == {"cluster"}
    assert situation["u04-04"] == "edge of a cluster"
    assert found.loc["u04-04", ["neighbours", "neighbours_of_type"]].tolist() == [8, 3]
    assert situation["u08-01"] == situation["u30-30"] == "isolated unit"
    assert situation["u07-08"] == situation["u08-08"] == "adjoining units"
    assert situation["u02-02"] == "beside a cluster"
    assert situation["u07-05"] == "not of the type"
    assert found.loc["u30-30", "reason"] == "no_neighbours"
    assert found.loc["u30-30", "flag"] is None or pd.isna(found.loc["u30-30", "flag"])
    assert list(found["situation"].cat.categories) == [
        "cluster", "edge of a cluster", "adjoining units", "isolated unit", "beside a cluster", "not of the type",
    ]  # fmt: skip


def test_what_cannot_be_is_refused():
    counts, _ = random_town(0)
    near = pm.surroundings.contiguity(counts)
    whole = {"scheme": "PJF2001", "reference": "white", "types": "V", "focal": "asian", "around": near}
    for change, kind, words in (
        ({"types": None}, errors.InvalidParameter, "No type was named"),
        ({"types": ["V", "VII"]}, errors.InvalidParameter, "'VII'"),
        ({"focal": None}, errors.FocalNeeded, "Gi"),
        ({"focal": GROUPS}, errors.InvalidParameter, "everybody"),
        ({"focal": "asien"}, errors.UnknownGroup, "asien"),
        ({"around": None}, errors.SurroundingsNeeded, "neighbours"),
        ({"reference": None}, errors.ReferenceNeeded, "reference"),
        ({"permutations": 3}, errors.InvalidParameter, "permutations"),
        ({"level": 2}, errors.InvalidParameter, "level"),
    ):
        with pytest.raises(kind, match=words):
            type_clusters(counts, **{**whole, **change})
    with pytest.raises(errors.NotCounts):
        type_clusters({"a": counts}, **whole)


def test_saved_and_verified(tmp_path):
    counts, _ = random_town(1)
    result = type_clusters(
        counts, scheme="PJF2001", host="white", types=MIXED, focal=["asian", "black"], permutations=99,
        around=pm.surroundings.contiguity(counts),
    )  # fmt: skip
    outcome = pm.verify(result.save(tmp_path / "pack.zip"))
    assert outcome.same, str(outcome)
    assert "London example" in result.cite()
