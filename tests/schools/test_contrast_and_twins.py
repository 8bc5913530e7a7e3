"""Contrast with the nearest schools, and twinning."""

from __future__ import annotations

import itertools
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix.errors import InvalidPack, InvalidParameter, UnknownGroup
from placemix.schools.nearby.contrasts import differs


def rolls(rows: list[tuple[float, float]], xy: list[tuple[float, float]], **strata: list[str]) -> pm.Counts:
    """Schools with points."""
    table = pd.DataFrame(rows, columns=["x", "y"]).assign(school=[f"s{n:02d}" for n in range(len(rows))], **strata)
    shapes = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(*zip(*xy, strict=True)), crs=27700)
    return pm.from_wide(shapes, groups=["x", "y"], unit="school", strata=list(strata))


@pytest.mark.parametrize(
    ("own", "near", "word"),
    [
        (34, 50, "low"), (36, 50, "similar"), (66, 50, "high"), (9, 20, "low"), (11, 20, "similar"),
        (35, 50, "similar"),  # exactly 15 points, and .65 is less than twice .5
        (65, 50, "similar"), (10, 20, "similar"), (30, 15, "similar"),  # exactly on each threshold
        (31, 15, "high"), (95, 89, "high"),  # the others' 5 % is less than half of 11 %
    ],
)  # fmt: skip
def test_the_rule_of_2017(own: float, near: float, word: str) -> None:
    found, _ = differs(*(np.array([value]) for value in (own * 1.0, 100.0, near * 1.0, 100.0)))
    assert found.item() == word


def test_more_mixed_is_a_contrast_and_says_so() -> None:
    # One school of two halves among ten of nine tenths.
    table = rolls([(50, 50), *[(90, 10)] * 10], [(0, 0), *((n, 1) for n in range(10))])
    found = pm.schools.contrast(table, focal="x").set_index("unit")
    assert found.loc["s00", ["contrast", "rule", "direction"]].tolist() == ["low", "both", "more diverse"]
    assert found.loc["s00", "share_near"] == 0.9
    assert found.loc["s00", "diversity"] == 0.5
    assert found.loc["s01", "pupils_near"] == 1000


def test_the_host_group_and_who_has_more_of_it() -> None:
    table = rolls([(50, 50), *[(90, 10)] * 10], [(0, 0), *((n, 1) for n in range(10))])
    found = pm.schools.contrast(table, focal="y").set_index("unit")
    assert found.loc["s00", ["contrast", "host", "host_direction"]].tolist() == ["high", "x", "less of the host group"]
    assert found.loc["s00", ["host_share", "host_share_near"]].tolist() == [0.5, 0.9]
    other = pm.schools.contrast(table, focal="y", host="y").set_index("unit")
    assert other.loc["s00", "host_direction"] == "more of the host group"
    assert (pm.schools.contrast(rolls([(5, 5)] * 12, [(n, 0) for n in range(12)]), focal="x")["host_direction"] ==
            "the same share").all()  # fmt: skip


def test_contrasts_by_chance_against_every_way_to_deal_pupils() -> None:
    # Six pupils in the school and eight around it, five of the group: every choice of six of the fourteen.
    table = rolls([(3, 3), (1, 3), (1, 3)], [(0, 0), (1, 0), (2, 0)])
    found = pm.schools.contrast(table, focal="x", nearest=2).set_index("unit")
    dealt = [sum(chosen) for chosen in itertools.combinations([1] * 5 + [0] * 9, 6)]
    words = [differs(*(np.array([float(value)]) for value in (x, 6, 5 - x, 8)))[0].item() != "similar" for x in dealt]
    assert found.loc["s00", "by_chance"] == pytest.approx(np.mean(words), rel=1e-12)
    halves = rolls([(2.5, 3), (1, 3), (1, 3)], [(0, 0), (1, 0), (2, 0)])
    assert pm.schools.contrast(halves, focal="x", nearest=2)["by_chance"].isna().all()


def test_neighbours_are_the_nearest_of_the_same_phase() -> None:
    rng = np.random.default_rng(4)
    xy = [tuple(point) for point in rng.random((40, 2)) * 1000]
    phase = rng.choice(["primary", "secondary"], 40).tolist()
    people = [tuple(row) for row in rng.integers(1, 60, (40, 2))]
    table = rolls(people, xy, phase=phase)
    found = pm.schools.contrast(table, focal="x", phase="phase", nearest=5)
    for place in range(40):
        others = [n for n in range(40) if n != place and phase[n] == phase[place]]
        away = {n: float(np.hypot(*(np.array(xy[n]) - xy[place]))) for n in others}
        near = sorted(others, key=lambda n: (away[n], f"s{n:02d}"))[:5]
        x, t = sum(people[n][0] for n in near), sum(sum(people[n]) for n in near)
        row = found.iloc[place]
        assert row["share_near"] == pytest.approx(x / t, abs=1e-12)
        assert row["near"] == ", ".join(f"s{n:02d}" for n in near)
        assert row["furthest"] == pytest.approx(away[near[-1]])
        simpson = 1 - (x / t) ** 2 - (1 - x / t) ** 2
        assert row["diversity_near"] == pytest.approx(simpson, abs=1e-12)


def test_too_few_schools_and_schools_without_pupils() -> None:
    table = rolls([(5, 5), (0, 0), (9, 1)], [(0, 0), (1, 0), (2, 0)])
    found = pm.schools.contrast(table, focal="x", nearest=1)
    assert found["reason"].fillna("").tolist() == ["", "no_people", ""]
    assert found["contrast"].isna().tolist() == [False, True, False]
    few = pm.schools.contrast(table, focal="x", nearest=5)
    assert few["reason"].tolist() == ["too_few_schools", "no_people", "too_few_schools"]
    assert few["share_near"].isna().all()
    with pytest.raises(InvalidParameter, match="nearest"):
        pm.schools.contrast(table, focal="x", nearest=0)
    with pytest.raises(UnknownGroup):
        pm.schools.contrast(table, focal="z")


def exposure(people: np.ndarray, pairs: list[tuple[int, int]], contact: float) -> float:
    """Exposure of x to y over all schools when pairs share a part of their time, written out."""
    x, y = people.T.astype(float)
    met = np.divide(y, x + y)
    then = met.copy()
    for one, other in pairs:
        both = (y[one] + y[other]) / (x[one] + x[other] + y[one] + y[other])
        for school in (one, other):
            then[school] = (1 - contact) * met[school] + contact * both
    return float((x * then).sum() / x.sum())


def test_the_matching_is_the_best_of_all_sets_of_pairs() -> None:
    rng = np.random.default_rng(6)
    for _ in range(12):
        people = rng.integers(1, 50, (6, 2))
        xy = rng.random((6, 2)) * 1000
        table = rolls([tuple(row) for row in people], [tuple(point) for point in xy])
        found = pm.schools.twin(table, focal="x", contact=0.2, within=600)
        reach = [
            (a, b) for a, b in itertools.combinations(range(6), 2) if np.hypot(*(xy[a] - xy[b])) <= 600
        ]  # fmt: skip
        best = max(
            exposure(people, list(chosen), 0.2)
            for size in range(4)
            for chosen in itertools.combinations(reach, size)
            if len({school for pair in chosen for school in pair}) == 2 * size
        )
        assert found["exposure_then"].iloc[0] == pytest.approx(best, abs=1e-6) if len(found) else not reach
        if len(found):
            pairs = [(int(a[1:]), int(b[1:])) for a, b in zip(found["first"], found["second"], strict=True)]
            assert found["exposure_then"].iloc[0] == pytest.approx(exposure(people, pairs, 0.2), abs=1e-12)
            assert found["exposure_now"].iloc[0] == pytest.approx(exposure(people, [], 0.2), abs=1e-12)
            assert found["contribution"].sum() == pytest.approx(
                found["exposure_then"].iloc[0] - found["exposure_now"].iloc[0]
            )


def test_two_schools_by_hand() -> None:
    table = rolls([(90, 10), (10, 90)], [(0, 0), (500, 0)])
    found = pm.schools.twin(table, focal="x", contact=0.1, within="2 miles")
    assert found[["exposure_apart", "exposure_twinned", "exposure_now", "exposure_then"]].values.round(12).tolist() == [
        [0.18, 0.212, 0.18, 0.212]
    ]
    assert found["distance"].item() == 500
    assert pm.schools.twin(table, focal="x", contact=0.1, within=499).empty
    assert pm.schools.twin(table, focal="x", contact=0.0, within=600, pairs="all")["gain"].item() == 0
    other = pm.schools.twin(rolls([(90, 10), (10, 90)], [(0, 0), (5, 0)], phase=["a", "b"]), focal="x", contact=0.5,
                            within=10, phase="phase")  # fmt: skip
    assert other.empty
    for wrong in (-0.1, 1.5, True):
        with pytest.raises(InvalidParameter, match="contact"):
            pm.schools.twin(table, focal="x", contact=wrong, within=100)


def test_saved_and_made_again(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    table = rolls([tuple(row) for row in rng.integers(1, 50, (12, 2))], [tuple(p) for p in rng.random((12, 2)) * 900])
    # Packs of schools hold where they are; one that holds only hashes asks for them.
    for name, result in {
        "contrast": pm.schools.contrast(table, focal="x", nearest=3),
        "twin": pm.schools.twin(table, focal="x", contact=0.1, within=500),
    }.items():
        pack = result.save(tmp_path / f"{name}.zip", inputs=False)
        assert pm.verify(pack, rolls=table).same
        assert pm.verify(result.save(tmp_path / f"{name}_whole.zip")).same
        with pytest.raises(InvalidPack, match="only the hash of rolls"):
            pm.verify(pack)
