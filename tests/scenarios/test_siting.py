"""Sites of services: users, comparisons, choices, shared supply, against plain recomputations."""

from __future__ import annotations

import sys
import warnings
from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

import placemix as pm
from placemix.errors import (
    CRSMismatch,
    DuplicateUnit,
    EmptyTable,
    GeographicCRS,
    IncompletePartition,
    InvalidParameter,
    InvalidTable,
    MissingExtra,
    NoPlace,
    UnknownColumn,
    UnknownGroup,
    UnmatchedUnit,
)

S = pm.scenarios


def made(xy, values, *, crs=27700, names="xy", total=None):
    """Counts at points."""
    table = pd.DataFrame(values, columns=list(names))
    table["id"] = [f"u{n:02d}" for n in range(len(table))]
    if total is not None:
        table["total"] = total
    table = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(*np.asarray(xy, dtype=float).T), crs=crs)
    return pm.from_wide(table, groups=list(names), unit="id", total=None if total is None else "total")


def spots(xy, prefix="s", crs=27700, **columns):
    ids = [f"{prefix}{n}" for n in range(len(xy))]
    points = gpd.points_from_xy(*np.asarray(xy, dtype=float).T)
    return gpd.GeoDataFrame({"site": ids, **columns}, geometry=points, crs=crs)


TOYVILLE = made([[500, 0], [1500, 0], [3000, 0], [6000, 0]], [[80, 20], [20, 80], [0, 100], [20, 80]])


def random_map(seed, units=40, sites=6, crs=27700, shift=0.0):
    rng = np.random.default_rng(seed)
    xy = rng.integers(0, 5000, (units, 2)).astype(float)
    xy[1] = xy[0]  # two units at one point
    values = rng.integers(0, 60, (units, 3))
    values[2] = 0  # nobody there
    at = rng.integers(0, 5000, (sites, 2)).astype(float)
    at[0] = xy[5]  # a site at distance 0
    return made(xy + shift, values, crs=crs, names="abc"), spots(at + shift, crs=crs), xy, values, at


def by_site(found, group="everyone"):
    return found[found["group"] == group].set_index("site")["users"]


def test_toyville_between_communities():
    """The nearest 200 of zone 1 are half of the group, of zone 3 a tenth; where zones 1 and 2 meet, half as well."""
    there = spots([[500, 0], [3000, 0], [1000, 0]])
    found = S.service_users(TOYVILLE, there, by="nearest people", number=200)
    share = found[found["group"] == "x"].set_index("site")["share"]
    assert share.tolist() == pytest.approx([0.5, 0.1, 0.5])
    assert by_site(found).tolist() == pytest.approx([200.0] * 3)
    mix = S.compare_sites(TOYVILLE, there, by="nearest people", number=200)
    assert mix["mix"].tolist() == pytest.approx([0.5, 2 * 0.1 * 0.9, 0.5])
    assert mix["mix_of_all"].tolist() == pytest.approx([2 * 0.3 * 0.7] * 3)
    assert mix["least_ratio"].tolist() == pytest.approx([0.5 / 0.7, 0.1 / 0.3, 0.5 / 0.7])
    assert mix["least_group"].tolist() == ["y", "x", "y"]


def plain_nearest(cost, people, number, ids):
    """One person after the other, nearest unit first, the first by id among equals."""
    out, left = np.zeros(len(cost)), min(number, people.sum())
    for place in sorted(range(len(cost)), key=lambda place: (round(cost[place], 6), ids[place])):
        if people[place] > 0:
            part = min(1.0, left / people[place])
            out[place], left = part, left - part * people[place]
            if left <= 1e-9:
                break
    return out


@pytest.mark.parametrize(("crs", "shift"), [(27700, 0.0), (27700, 1e7), (2263, 0.0)])
def test_users_by_every_rule_are_those_of_a_plain_recomputation(crs, shift):
    people, there, xy, values, at = random_map(1, crs=crs, shift=shift)
    scale = 0.3048006096012192 if crs == 2263 else 1.0
    away = np.hypot(*(xy[:, None] - at[None]).T).T * scale
    total = values.sum(axis=1)
    now = there.tail(1).assign(site="e")  # by these two rules it keeps nobody away, and the note says so
    for rule in ({"by": "nearest people", "number": 300}, {"by": "radius", "within": 1200}):
        beside, alone = (S.service_users(people, there.head(2), existing=some, **rule) for some in (now, None))
        assert beside["users"].tolist() == alone["users"].tolist()
        assert "whatever else is open" in beside["note"].iloc[0]
    near = S.service_users(people, there, by="nearest people", number=300)
    within = S.service_users(people, there, by="radius", within=1200, detour=1.25)
    huff = S.service_users(people, there, by="huff", beta=1.7, within=2000, together=True)
    first = S.service_users(people, there, by="nearest service", together=True)
    reached = away <= 2000
    for place, name in enumerate(there["site"]):
        part = plain_nearest(away[:, place], total, 300, list(people.units))
        inside = away[:, place] * 1.25 <= 1200
        pull = np.zeros(len(total))
        for unit in range(len(total)):
            if (away[unit] == 0).any():
                pull[unit] = (away[unit, place] == 0) / (away[unit] == 0).sum()
            elif reached[unit, place]:
                pull[unit] = away[unit, place] ** -1.7 / (away[unit][reached[unit]] ** -1.7).sum()
        nearest = away.argmin(axis=1) == place
        for found, share in ((near, part), (within, inside), (huff, pull), (first, nearest)):
            rows = found[found["site"] == name]
            assert rows["users"].to_numpy() == pytest.approx([*(share @ values), share @ total], rel=1e-9)
    rows = within[within["site"] == "s1"]
    inside = away[:, 1] * 1.25 <= 1200
    ways = (inside * away[:, 1] * 1.25) @ np.column_stack([values, total])
    assert rows["way"].to_numpy() == pytest.approx(ways / rows["users"].to_numpy())


def test_the_nearest_people_are_those_of_surroundings():
    rng = np.random.default_rng(5)
    people = made(rng.random((60, 2)) * 9000, rng.integers(0, 50, (60, 2)))
    around = pm.surroundings.nearest_people(people, people=400)
    found = S.service_users(people, list(people.units), by="nearest people", number=400)
    sums = np.asarray(around @ people.values)
    for place, group in enumerate("xy"):
        assert by_site(found, group).to_numpy() == pytest.approx(sums[:, place], abs=1e-9)
    same = S.service_users(people, people, by="nearest people", number=400)  # counts with places are sites as well
    assert same["users"].to_numpy() == pytest.approx(found["users"].to_numpy())


@pytest.mark.slow
@settings(max_examples=15)
@given(st.integers(0, 10_000), st.floats(0.3, 4), st.booleans())
def test_huff_loses_nobody(seed, beta, existing):
    people, there, *_ = random_map(seed, units=15)
    there["size"] = np.random.default_rng(seed).uniform(0.5, 9, len(there))
    open_now = there.tail(2).assign(site=["e0", "e1"]) if existing else None
    found = S.service_users(
        people, there.head(4), by="huff", beta=beta, within=2500, attraction="size", existing=open_now, together=True
    )
    every = found[found["group"] == "everyone"]
    assert every["users"].sum() + every["beyond"].iloc[0] == pytest.approx(people.total.sum())
    # As an alternative a candidate never has fewer than when all are open.
    alone = S.service_users(
        people, there.head(4), by="huff", beta=beta, within=2500, attraction="size", existing=open_now
    )
    assert (by_site(alone) >= by_site(found)[by_site(alone).index] - 1e-9).all()


@pytest.mark.parametrize("seed", [4, 5])
def test_attraction_draws_users_of_alternatives_beside_existing_services(seed):
    """Each candidate alone beside two services, by floor space over the way squared, within 2.5 km: by plain loops."""
    people, there, xy, values, at = random_map(seed)
    size = np.random.default_rng(seed).uniform(0.5, 9, len(there))
    there["size"] = size
    asked = {"by": "huff", "beta": 2, "within": 2500, "attraction": "size", "detour": 1.1}
    found = S.service_users(people, there.head(4), existing=there.tail(2), **asked)
    total = values.sum(axis=1)
    for place in range(4):
        users, beyond, travelled = np.zeros(3), 0.0, 0.0
        for unit, folk in enumerate(values):
            ways = {site: 1.1 * float(np.hypot(*(xy[unit] - at[site]))) for site in (place, 4, 5)}
            pull = {site: size[site] / max(way, 1e-9) ** 2 for site, way in ways.items() if way <= 2500}
            share = pull.get(place, 0.0) / sum(pull.values()) if pull else 0.0
            users += share * folk
            travelled += share * total[unit] * ways[place]
            beyond += 0.0 if pull else total[unit]
        rows = found[found["site"] == f"s{place}"]
        assert rows["users"].to_numpy() == pytest.approx([*users, users.sum()], rel=1e-9)
        assert rows["way"].iloc[-1] == pytest.approx(travelled / users.sum())
        assert rows["beyond"].iloc[-1] == pytest.approx(beyond)
    same = S.compare_sites(people, there.head(4), existing=there.tail(2), **asked)
    assert same["users"].to_numpy() == pytest.approx(by_site(found).to_numpy())


def test_the_order_of_rows_and_candidates_changes_nothing():
    people, there, *_ = random_map(3)
    order = np.random.default_rng(0).permutation(len(people))
    rule = {"by": "nearest people", "number": 250, "existing": there.tail(1), "within": 1500}
    one = S.compare_sites(people, there.head(5), **rule).set_index("site")
    two = S.compare_sites(people.take(order), there.head(5).iloc[::-1], **rule).set_index("site").loc[one.index]
    numbers = one.select_dtypes("number").columns
    np.testing.assert_allclose(one[numbers].astype(float), two[numbers].astype(float), rtol=1e-9)
    assert (one["front"] == two["front"]).all()


def test_comparison_is_that_of_a_plain_recomputation():
    people, there, xy, values, at = random_map(7)
    found = S.compare_sites(people, there.head(4), by="radius", within="1.5 km", existing=there.tail(2))
    away = np.hypot(*(xy[:, None] - at[None]).T).T
    total = values.sum(axis=1)

    def sums(way):
        means, inside = (way @ values) / values.sum(axis=0), ((way <= 1500) @ values) / values.sum(axis=0)
        covered = (way <= 1500) @ total / total.sum()
        return [np.ptp(means), np.ptp(inside), way @ total / total.sum(), covered, way[total > 0].max(), 0.0]

    names = ["gap", "gap_within", "mean", "covered", "worst", "unreachable"]
    before = away[:, 4:].min(axis=1)
    for place, row in enumerate(found.to_dict("records")):
        assert [row[f"{name}_before"] for name in names] == pytest.approx(sums(before))
        assert [row[f"{name}_with"] for name in names] == pytest.approx(sums(np.minimum(before, away[:, place])))
        assert row["mean_with"] <= row["mean_before"]
    # The front, pair by pair.
    table = found[["mix", "gap_with", "mean_with", "covered_with", "worst_with"]].to_numpy() * [1, -1, -1, 1, -1]
    for row, values_here in enumerate(table):
        beaten = sum((other >= values_here).all() and (other > values_here).any() for other in table)
        assert found["better"].iloc[row] == beaten
        assert found["front"].iloc[row] == (beaten == 0)
    assert found["objectives"].iloc[0] == "more mix; less gap; less mean; more covered; less worst"


def test_two_groups_and_ties():
    there = spots([[1500, 0], [1500, 0], [6000, 0]])
    found = S.compare_sites(TOYVILLE, there, by="nearest service", focal="x", objectives=["mean", "gap"])
    # Everyone goes to a service that is alone.
    assert found["users"].tolist() == [400.0] * 3
    x = np.array([1000, 0, 1500, 4500]) @ [80, 20, 0, 20] / 120
    y = np.array([1000, 0, 1500, 4500]) @ [20, 80, 100, 80] / 280
    assert found["gap_with"].iloc[0] == pytest.approx(abs(x - y))
    assert found["farthest_group"].iloc[0] == "rest"
    assert found["tied"].tolist() == [1, 1, 0]
    assert found["front"].tolist() == [True, True, False]
    assert (found["reason"] == "no_existing_services; no_within").all()
    assert found["mean_before"].isna().all()


def test_what_is_as_near_to_an_existing_service_stays_with_it():
    there, now = spots([[1000, 0], [2000, 0]]), spots([[2000, 0]], "e")
    found = S.service_users(TOYVILLE, there, by="nearest service", existing=now)
    # Zone 2 is 500 m from both; zone 1 is nearer to the first candidate. The second offers nothing new.
    assert by_site(found).tolist() == [100.0, 0.0]
    rows = found[(found["site"] == "s1") & (found["group"] == "everyone")]
    assert rows["reason"].tolist() == ["no_users"]
    assert rows["share"].isna().all()


def table_of_times(cost):
    units, sites = cost.shape
    pairs = [(f"u{i:02d}", f"s{j}", cost[i, j]) for i in range(units) for j in range(sites)]
    return pd.DataFrame(pairs, columns=["unit", "site", "minutes"])


def test_who_is_not_reached_is_counted_and_never_at_no_distance():
    times = table_of_times(np.array([[5, 20.0], [10, np.nan], [np.nan, 30], [np.nan, np.nan]]))
    people = made([[0, 0]] * 4, [[10, 0], [0, 10], [5, 5], [1, 3]])
    asked = {"times": times, "by": "radius", "within": 15}
    found = S.compare_sites(people, ["s0", "s1"], **asked)
    assert found["unreachable_with"].tolist() == [14.0, 14.0]
    assert found["mean_with"].tolist() == pytest.approx([(50 + 100) / 20, (200 + 300) / 20])
    assert found["covered_with"].tolist() == pytest.approx([20 / 34, 0.0])
    assert found["objectives"].iloc[0].endswith("less unreachable")
    assert bool(found["front"].iloc[0])
    assert pd.isna(found["front"].iloc[1])  # nobody is within 15 minutes, so there is no mix
    assert "no_users" in found["reason"].iloc[1]
    assert found["measured_in"].eq("minutes").all()
    users = S.service_users(people, ["s0", "s1"], by="nearest people", number=30, times=times)
    assert by_site(users).tolist() == [20.0, 20.0]
    assert "Fewer people than asked for" in users["note"].iloc[0]
    assert users.loc[users["group"] == "everyone", "beyond"].tolist() == [14.0, 14.0]


@pytest.mark.parametrize("existing", [False, True])
@pytest.mark.parametrize("seed", [0, 1])
def test_choices_are_the_best_of_all(seed, existing):
    people, there, xy, values, at = random_map(seed, units=25, sites=7)
    away = np.hypot(*(xy[:, None] - at[None]).T).T
    total = values.sum(axis=1)
    now = there.tail(1) if existing else None
    near = away[:, 6] if existing else np.full(len(total), np.inf)

    def best(worth, counts):
        options = [
            np.minimum(away[:, list(some)].min(axis=1), near)
            for number in counts
            for some in combinations(range(6), number)
        ]
        return [worth(way) for way in options]

    def chosen(method, **more):
        found = S.choose_sites(people, there.head(6), method=method, existing=now, **more)
        assert found["solution"].eq("optimal").all()
        assert found.loc[found["open"], "nearest"].sum() == pytest.approx(total.sum())
        return found["objective"].iloc[0], found

    value, found = chosen("p-median", count=2)
    assert value == pytest.approx(min(best(lambda way: way @ total / total.sum(), [2])))
    assert found["open"].sum() == 2 + existing
    value, _ = chosen("mclp", count=2, within=1500)
    assert value == pytest.approx(max(best(lambda way: (way <= 1500) @ total / total.sum(), [2])))
    value, _ = chosen("p-center", count=2)
    assert value == pytest.approx(min(best(lambda way: way[total > 0].max(), [2])))
    value, _ = chosen("lscp", within=4000)
    fewest = [number for number in range(1, 7) if max(best(lambda way: (way[total > 0] <= 4000).all(), [number]))]
    none = existing and (near[total > 0] <= 4000).all()
    assert value == (0 if none else fewest[0])


def test_a_choice_that_reaches_everyone_or_none():
    times = table_of_times(np.array([[5.0, 20], [10, np.nan], [np.nan, 3]]))
    people = made([[0, 0]] * 3, [[10, 0], [0, 10], [5, 5]])
    both = S.choose_sites(people, ["s0", "s1"], method="p-median", count=2, times=times)
    assert both["objective"].iloc[0] == pytest.approx((50 + 100 + 30) / 30)
    none = S.choose_sites(people, ["s0", "s1"], method="p-median", count=1, times=times)
    assert none["solution"].tolist() == ["infeasible"] * 2
    assert none["open"].isna().all()
    assert none["reason"].tolist() == ["infeasible"] * 2
    assert none["objective"].isna().all()
    assert S.choose_sites(people, ["s0"], method="lscp", within=30, times=times[times["site"] == "s0"])[
        "solution"
    ].tolist() == ["infeasible"]


def test_without_spopt(monkeypatch):
    monkeypatch.setitem(sys.modules, "spopt.locate", None)
    with pytest.raises(MissingExtra, match="placemix\\[plan\\]"):
        S.choose_sites(TOYVILLE, ["u00"], method="p-median", count=1)


def shared(seed):
    people, there, xy, values, at = random_map(seed)
    there["doctors"] = np.random.default_rng(seed).integers(1, 9, len(there))
    away = np.hypot(*(xy[:, None] - at[None]).T).T
    inside = away <= 1400
    return people, there, values, inside


def test_floating_catchments_are_those_of_the_formula_and_share_out_what_is_used():
    people, there, values, inside = shared(11)
    total = values.sum(axis=1)
    offer = there["doctors"].to_numpy() / np.maximum(inside.T @ total, 1e-300)
    offer[inside.T @ total == 0] = 0
    by_unit = S.floating_access(people, there, supply="doctors", within="1.4 km", rows="unit")
    assert by_unit["value"].to_numpy() == pytest.approx(inside @ offer)
    assert by_unit["value"] @ total == pytest.approx(by_unit["supply"].iloc[0] - by_unit["unused"].iloc[0])
    groups = S.floating_access(people, there, supply="doctors", within="1.4 km").set_index("group")
    for place, group in enumerate("abc"):
        assert groups.loc[group, "value"] == pytest.approx(values[:, place] @ (inside @ offer) / values[:, place].sum())
        assert groups.loc[group, "without"] == pytest.approx(values[:, place] @ ~inside.any(axis=1))
    rest = total - values[:, 0]
    assert groups.loc["a", "value_against"] == pytest.approx(rest @ (inside @ offer) / rest.sum())


def test_floating_catchments_are_those_of_pysals_access():
    fca = pytest.importorskip("access.fca")
    people, there, values, inside = shared(12)
    home, site = np.nonzero(inside)
    cost = pd.DataFrame({"origin": people.units[home], "dest": there["site"].to_numpy()[site], "cost": 1.0})
    demand = pd.DataFrame({"geoid": people.units, "demand": values.sum(axis=1)}).set_index("geoid")
    supply = pd.DataFrame({"geoid": there["site"], "supply": there["doctors"]}).set_index("geoid")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = fca.two_stage_fca(demand, supply, cost, 2.0, demand_index=True, supply_index=True)
    ours = S.floating_access(people, there, supply="doctors", within=1400, rows="unit").set_index("unit")["value"]
    assert ours[theirs.index].to_numpy() == pytest.approx(theirs.to_numpy())
    assert (ours.drop(theirs.index) == 0).all()


def test_services_under_one_roof():
    people, there, xy, values, at = random_map(21)
    rules = {"gp": {"by": "nearest people", "number": 300}, "pool": {"by": "radius", "within": 1500}}
    rules["library"] = {"by": "huff", "beta": 2}
    now = there.tail(2).assign(kind=["library", "gp"])
    found = S.co_locate(people, there.head(4), rules, existing=now)
    away = np.hypot(*(xy[:, None] - at[None]).T).T
    total = values.sum(axis=1)
    for place in range(4):
        huff = np.where(away[:, place] == 0, 1, 1 / (1 + (away[:, place] / np.maximum(away[:, 4], 1e-300)) ** 2))
        parts = [plain_nearest(away[:, place], total, 300, list(people.units)), away[:, place] <= 1500, huff]
        p, q, r = (np.asarray(part, dtype=float) for part in parts)
        any_of = 1 - (1 - p) * (1 - q) * (1 - r)
        two = p * q * (1 - r) + p * r * (1 - q) + q * r * (1 - p) + p * q * r
        rows = found[found["site"] == f"s{place}"].set_index("service")["users"]
        wholes = [p, q, r, any_of, two, p * q * r]
        assert rows.to_numpy() == pytest.approx([part @ total for part in wholes], abs=1e-8)
    assert (found["share_of_any"] <= 1 + 1e-12).all()
    assert "library (beside 1 existing)" in found["note"].iloc[0]


def test_a_site_outside_the_map_is_allowed_and_stated():
    shapes = [box(0, 0, 1000, 1000), box(1000, 0, 2000, 1000)]
    table = gpd.GeoDataFrame({"id": ["a", "b"], "x": [5, 5], "y": [1, 9]}, geometry=shapes, crs=27700)
    people = pm.from_wide(table, groups=["x", "y"], unit="id")
    found = S.service_users(people, spots([[500, 500], [2000, 1000], [2500, 500]]), by="radius", within="5 km")
    assert found.drop_duplicates("site")["outside"].tolist() == [False, False, True]
    assert "1 candidate lies outside the map" in found["note"].iloc[0]


def test_people_in_none_of_the_groups_are_users_and_no_part_of_the_mix():
    with pytest.warns(IncompletePartition):
        people = made([[0, 0], [1000, 0]], [[6, 2], [4, 4]], total=[10, 20])
    found = S.service_users(people, ["u00"], by="nearest people", number=20)
    assert found["users"].tolist() == pytest.approx([8, 4, 20])
    assert found["share"].tolist() == pytest.approx([0.4, 0.2, 1])
    mix = S.compare_sites(people, ["u00"], by="nearest people", number=20)
    assert mix["users"].tolist() == [20.0]
    assert mix["mix"].tolist() == pytest.approx([2 * (8 / 12) * (4 / 12)])
    assert mix["mean_with"].tolist() == pytest.approx([1000 * 20 / 30])


def test_more_pairs_than_a_solver_takes(monkeypatch):
    monkeypatch.setattr("placemix.scenarios.siting.choosing.LARGEST", 15)
    with pytest.raises(InvalidParameter, match="4 units and 4 candidates are too many"):
        S.choose_sites(TOYVILLE, list(TOYVILLE.units), method="p-median", count=1)


def test_faults_are_told_together():
    twice = pd.concat([spots([[0, 0], [1, 1]]), spots([[2, 2]])])
    with pytest.raises(DuplicateUnit) as caught:
        S.service_users(TOYVILLE, twice, by="radius", within=10, existing=spots([[0, 0]]).drop(columns="geometry"))
    assert [type(fault) for fault in caught.value.faults] == [DuplicateUnit, UnknownColumn]
    with pytest.raises(InvalidParameter) as told:
        S.service_users(TOYVILLE, ["u00"], by="huff", number=5)
    assert len(told.value.faults) == 2


ONE = pd.DataFrame({"unit": ["u00"], "site": ["s0"], "minutes": [1.0]})
HUFF = {"by": "huff", "beta": 1, "within": None}


@pytest.mark.parametrize(
    ("error", "word", "candidates", "more"),
    [
        (CRSMismatch, "not on one map", spots([[0, 0]], crs=3857), {}),
        (CRSMismatch, "not on one map", spots([[0, 0]], crs=None), {}),
        (GeographicCRS, "degrees", spots([[0, 0]], crs=4326), {}),
        (UnmatchedUnit, "no unit has", ["nowhere"], {}),
        (EmptyTable, "no candidates", spots([[0, 0]]).head(0), {}),
        (UnknownColumn, "'site'", spots([[0, 0]]).rename(columns={"site": "sites"}), {}),
        (NoPlace, "no place", pd.DataFrame({"site": ["a"], "x": [np.nan], "y": [0]}), {}),
        (DuplicateUnit, "id of a candidate", spots([[0, 0]]), {"existing": spots([[9, 9]])}),
        (InvalidParameter, "detour", spots([[0, 0]]), {"detour": 0.5}),
        (InvalidParameter, "by is", spots([[0, 0]]), {"by": "circle"}),
        (InvalidParameter, "does not use beta", spots([[0, 0]]), {"beta": 2}),
        (InvalidParameter, "Pass \\['u00'\\]", "u00", {}),
        (InvalidTable, "missing or not above 0", spots([[0, 0]], size=[0]), HUFF | {"attraction": "size"}),
        (DuplicateUnit, "on two rows", ["s0"], {"times": pd.concat([ONE, ONE])}),
        (InvalidTable, "negative", ["s0"], {"times": ONE.assign(minutes=-1.0)}),
        (InvalidTable, "text", ["s0"], {"times": ONE.assign(minutes="soon")}),
        (UnknownColumn, "'minutes'", ["s0"], {"times": ONE.drop(columns="minutes")}),
        (UnmatchedUnit, "sites that are not there", ["s0"], {"times": ONE.assign(site="s1")}),
    ],
)  # fmt: skip
def test_refused(error, word, candidates, more):
    asked = {"by": "radius", "within": 500} | more
    with pytest.raises(error, match=word):
        S.service_users(TOYVILLE, candidates, **asked)


def test_refused_elsewhere():
    degrees = made([[0, 0], [1, 1]], [[1, 2], [3, 4]], crs=4326)
    with pytest.raises(GeographicCRS):
        S.compare_sites(degrees, ["u00"], by="radius", within=500)
    with pytest.raises(InvalidParameter, match="Did you mean 'mean'"):
        S.compare_sites(TOYVILLE, ["u00"], by="nearest service", objectives=["meen"])
    with pytest.raises(InvalidParameter, match="'covered' needs within="):
        S.compare_sites(TOYVILLE, ["u00"], by="nearest service", objectives=["covered"])
    with pytest.raises(UnknownGroup):
        S.compare_sites(TOYVILLE, ["u00"], by="nearest service", focal="z")
    with pytest.raises(InvalidParameter, match="from 1 to the number of candidates, 1"):
        S.choose_sites(TOYVILLE, ["u00"], method="p-median", count=2)
    with pytest.raises(InvalidParameter, match="needs within="):
        S.choose_sites(TOYVILLE, ["u00"], method="mclp", count=1)
    with pytest.raises(InvalidParameter, match="no count"):
        S.choose_sites(TOYVILLE, ["u00"], method="lscp", count=1, within=5)
    with pytest.raises(InvalidParameter, match="two kinds"):
        S.co_locate(TOYVILLE, ["u00"], {"gp": {"by": "nearest service"}})
    with pytest.raises(InvalidParameter, match="Did you mean 'within'"):
        S.co_locate(TOYVILLE, ["u00"], {"gp": {"by": "radius", "withn": 5}, "pool": {"by": "nearest service"}})
    rules = {kind: {"by": "nearest service"} for kind in ("gp", "pool")}
    with pytest.raises(InvalidParameter, match="not asked about: park"):
        S.co_locate(TOYVILLE, ["u00"], rules, existing=spots([[0, 0]], kind=["park"]))


def test_services_equally_near_share_alike():
    there = spots([[500, 0], [2500, 0], [2500, 0]])
    found = S.service_users(TOYVILLE, there, by="nearest service", together=True)
    # Zone 2 is 1 km from all three; zones 3 and 4 are nearer to the two at one place.
    assert by_site(found).tolist() == pytest.approx([100 + 100 / 3, 100 + 100 / 3, 100 + 100 / 3])


@pytest.mark.parametrize("seed", range(6))
def test_nobody_is_unreachable_by_the_rounding_of_fractions(seed):
    rng = np.random.default_rng(seed)
    people = made(rng.random((30, 2)) * 1000, rng.random((30, 2)) * 10)
    found = S.compare_sites(people, ["u00", "u05"], by="radius", within=1e6)
    assert (found["unreachable_with"] == 0).all()
    assert (found["covered_with"] == 1).all()
    assert "unreachable" not in found["objectives"].iloc[0]


def test_a_building_that_nobody_shares_has_no_mix():
    """What is left when shares are subtracted from 1 is nobody, and not a few millionths with a mix of their own."""
    people, there, *_ = random_map(1)
    rules = {"a": {"by": "huff", "beta": 1.3}, "b": {"by": "radius", "within": 0.5}}
    found = S.co_locate(people, spots([[5001, 5001]]), rules, existing=there.tail(1).assign(kind="a"))
    rows = found[found["service"].isin(["two or more", "all of them"])]
    assert rows["users"].tolist() == [0.0, 0.0]
    assert rows["mix"].isna().all()
    assert rows["reason"].tolist() == ["no_users"] * 2


def test_times_of_several_kinds():
    """Ids that a table holds as numbers are the same ids, and a time to a site that is not there is no missing one."""
    rules = {"gp": {"by": "nearest service"}, "pool": {"by": "radius", "within": 15}}
    times = pd.DataFrame({"unit": ["u00", "u01"], "site": [101.0, 101.0], "minutes": [10.0, 20.0]})
    found = S.co_locate(TOYVILLE, pd.DataFrame({"site": [101.0]}), rules, times=times)
    assert found.set_index("service")["users"].to_dict() == {
        "gp": 200.0, "pool": 100.0, "any of them": 200.0, "two or more": 100.0, "all of them": 100.0,
    }  # fmt: skip
    assert found["site"].unique().tolist() == ["101"]
    with pytest.raises(UnmatchedUnit, match="1O1"):
        S.co_locate(TOYVILLE, ["101"], rules, times=times.assign(site=["101", "1O1"]))


def test_who_cannot_reach_an_existing_service_is_a_reason():
    times = table_of_times(np.array([[5, np.nan], [10, np.nan]]))
    people = made([[0, 0]] * 2, [[10, 0], [0, 10]])
    found = S.compare_sites(people, ["s0"], by="nearest service", existing=["s1"], times=times, within=9)
    assert found["mean_before"].isna().all()
    assert found["unreachable_before"].tolist() == [20.0]
    assert found["reason"].tolist() == ["nobody_reaches_an_existing_service"]


def test_one_objective_as_a_text_is_kept(tmp_path):
    found = S.compare_sites(TOYVILLE, ["u00", "u02"], by="nearest service", objectives="mean")
    assert found["objectives"].iloc[0] == "less mean"
    assert pm.verify(found.save(tmp_path / "one.zip")).same


def test_shared_supply_says_why_a_comparison_is_missing():
    doctors = spots([[0, 0]], doctors=[2])
    found = S.floating_access(TOYVILLE, doctors, supply="doctors", within=600, against="x").set_index("group")
    assert found.loc["everyone", "reason"] == "everyone_is_compared_with_nobody"
    assert pd.isna(found.loc["y", "reason"])
    alone = S.floating_access(TOYVILLE, spots([[3000, 0]], doctors=[2]), supply="doctors", within=10, against="x")
    assert alone["reason"].tolist()[:2] == ["no_access_to_compare_with"] * 2
    assert alone["ratio"].isna().all()
    far = S.floating_access(TOYVILLE, spots([[0, 9]], doctors=[2]), supply="doctors", within=600)
    assert "1 service lies outside the map" in far["note"].iloc[0]


OLDHAM = made([[392000, 404000], [394000, 405000], [393000, 406000]], [[5, 5], [3, 7], [9, 1]])


@pytest.mark.parametrize(
    ("at", "word"),
    [([[-2.11, 53.54], [-2.1, 53.6]], "degrees"), ([[53.54, -2.11]], "degrees"), ([[404100, 392500]], "swapped")],
)
def test_places_of_another_system_are_seen_by_their_size(at, word):
    wrong = pd.DataFrame(at, columns=["x", "y"]).assign(site=list("ab")[: len(at)])
    with pytest.raises(CRSMismatch, match=word):
        S.service_users(OLDHAM, wrong, by="nearest people", number=5)
    with pytest.raises(CRSMismatch, match=f"existing services .*{word}"):
        S.compare_sites(OLDHAM, ["u00"], by="nearest service", existing=wrong)
    far = pd.DataFrame({"site": ["a"], "x": [500_000.0], "y": [200_000.0]})  # a place that may be
    assert S.service_users(OLDHAM, far, by="nearest people", number=5)["outside"].all()


GP = {"by": "nearest service"}


@pytest.mark.parametrize(
    ("error", "word", "call"),
    [
        (InvalidParameter, "no focal=", lambda: S.compare_sites(TOYVILLE, ["u00"], against="x", **GP)),
        (InvalidParameter, "with itself", lambda: S.compare_sites(TOYVILLE, ["u00"], focal="x", against="x", **GP)),
        (InvalidParameter, "list of ids", lambda: S.service_users(TOYVILLE, None, **GP)),
        (InvalidTable, "times is a table", lambda: S.service_users(TOYVILLE, ["u00"], times=[1], **GP)),
        (InvalidParameter, "two kinds", lambda: S.co_locate(TOYVILLE, ["u00"], ["gp", "pool"])),
        (InvalidParameter, "by what rule", lambda: S.co_locate(TOYVILLE, ["u00"], {"gp": None, "pool": GP})),
        (
            InvalidTable,
            "with a column 'kind'",
            lambda: S.co_locate(TOYVILLE, ["u00"], {"gp": GP, "pool": GP}, existing=["u01"]),
        ),
        (
            InvalidParameter,
            "compared with nobody",
            lambda: S.floating_access(TOYVILLE, spots([[0, 0]], n=1), supply="n", within=5, rows="unit", against="x"),
        ),
        (
            InvalidParameter,
            "within= is needed",
            lambda: S.floating_access(TOYVILLE, spots([[0, 0]], n=1), supply="n", within=None),
        ),
        (
            UnknownColumn,
            "The services have no column 'doctors'",
            lambda: S.floating_access(TOYVILLE, spots([[0, 0]]), supply="doctors", within=5),
        ),
    ],
)
def test_arguments_without_sense_are_refused_and_not_passed_over(error, word, call):
    with pytest.raises(error, match=word):
        call()


@pytest.mark.parametrize("seed", range(4))
def test_choices_by_minutes_are_the_best_of_all(seed):
    """With pairs that are missing: the best of every choice, or none where no choice reaches everyone."""
    rng = np.random.default_rng(seed)
    cost = rng.integers(1, 30, (8, 5)).astype(float)
    cost[rng.random(cost.shape) < 0.35] = np.nan
    values = rng.integers(0, 9, (8, 2))
    values[0] = 0
    people, total = made([[0, 0]] * 8, values), values.sum(axis=1)
    lived, way = total > 0, np.where(np.isnan(cost), np.inf, cost)
    asked = {"existing": ["s4"], "times": table_of_times(cost)}
    ways = {
        number: [
            np.minimum(way[:, 4], way[:, list(some)].min(axis=1, initial=np.inf))
            for some in combinations(range(4), number)
        ]
        for number in range(5)
    }
    reaching = [one for one in ways[2] if np.isfinite(one[lived]).all()]
    best = {
        "p-median": min((one[lived] @ total[lived] / total.sum() for one in reaching), default=None),
        "p-center": min((one[lived].max() for one in reaching), default=None),
        "mclp": max((one <= 12) @ total / total.sum() for one in ways[2]),
        "lscp": min((n for n, some in ways.items() if any((one[lived] <= 12).all() for one in some)), default=None),
    }
    for method, value in best.items():
        more = {} if method == "lscp" else {"count": 2}
        found = S.choose_sites(people, [f"s{n}" for n in range(4)], method=method, within=12, **more, **asked)
        if value is None:
            assert found["solution"].eq("infeasible").all()
        else:
            assert found["objective"].iloc[0] == pytest.approx(value)


@pytest.mark.slow
def test_saved_and_verified(tmp_path):
    people, there, *_ = random_map(2)
    there["size"], now = 3, there.tail(2).assign(size=5, kind=["gp", "pool"])
    some = there.head(4)
    rules = {"gp": {"by": "nearest people", "number": 90}, "pool": {"by": "radius", "within": "1 km"}}
    results = [
        S.service_users(people, some, by="huff", beta=2, attraction="size", existing=now, together=True),
        S.compare_sites(people, list(people.units[:5]), by="nearest people", number=99, existing=now, within="1 km"),
        S.choose_sites(people, some, method="mclp", count=2, within=900, existing=now),
        S.floating_access(people, there, supply="size", within=900),
        S.co_locate(people, some, rules, existing=now),
    ]
    for number, result in enumerate(results):
        outcome = pm.verify(result.save(tmp_path / f"{number}.zip"))
        assert outcome.same, str(outcome)
    minutes = table_of_times(np.arange(1.0, 81).reshape(40, 2))
    timed = S.compare_sites(people, ["s0", "s1"], by="nearest people", number=99, times=minutes, within=30)
    assert pm.verify(timed.save(tmp_path / "timed.zip")).same


@pytest.mark.data
def test_oldham(gm):
    """Practices and school grounds of Oldham: ways as a tree of points gives them, people counted once each."""
    from scipy.spatial import cKDTree

    groups = ["white", "mixed", "asian", "black", "other"]
    table = gpd.read_parquet(gm / "lsoa21.parquet").merge(pd.read_parquet(gm / "groups5_lsoa21_2021.parquet"))
    table = table[table["lad22nm"] == "Oldham"]
    people = pm.from_wide(table, groups=groups, unit="lsoa21cd", total="total")
    practices = gpd.read_parquet(gm / "gp_practices_2018-10.parquet").drop_duplicates("geometry")
    practices["site"] = [f"gp{number}" for number in range(len(practices))]
    schools = gpd.read_parquet(gm / "schools_2022_23.parquet")
    schools = schools[(schools["la_name"] == "Oldham") & schools.geometry.notna()].drop_duplicates("geometry")
    asked = {"existing": practices, "site": "site"}
    there = schools.assign(site=schools["urn"].astype(int).astype(str))
    found = S.compare_sites(people, there, by="nearest people", number=10_000, within="1 km", **asked)
    homes = np.column_stack([table.centroid.x, table.centroid.y])
    old = np.column_stack([practices.geometry.x, practices.geometry.y])
    way = cKDTree(old).query(homes)[0]
    total = people.total
    assert found["mean_before"].iloc[0] == pytest.approx(way @ total / total.sum())
    assert found["covered_before"].iloc[0] == pytest.approx((way <= 1000) @ total / total.sum())
    means = way @ people.values / people.values.sum(axis=0)
    assert found["gap_before"].iloc[0] == pytest.approx(np.ptp(means))
    assert found["users"].to_numpy() == pytest.approx(np.full(len(found), 10_000.0))
    assert (found["mean_with"] <= found["mean_before"] + 1e-9).all()
    assert 0 < found["front"].sum() < len(found)
    every = S.service_users(people, there, by="huff", beta=2, together=True, **asked)
    assert every.loc[every["group"] == "everyone", "users"].sum() == pytest.approx(total.sum())


def test_packs_keep_a_plane_of_no_named_unit(tmp_path):
    table = pd.DataFrame({"unit": list("ab"), "x": [4, 1], "y": [2, 5]})
    shapes = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy([0, 3], [0, 4]))
    people = pm.from_wide(shapes, groups=["x", "y"], unit="unit", crs="planar")
    result = pm.scenarios.neighbourhood_effects(people, pd.DataFrame({"unit": ["a"], "x": [3]}), radii=[5])
    assert pm.verify(result.save(tmp_path / "plane.zip")).same


@pytest.mark.parametrize("far", [0.0, 1e5, 1e7])
def test_units_exactly_as_far_as_the_reach_are_within_it(far):
    """A row of units 0.1 apart: within 0.3 of the middle are three on either side, wherever the map lies."""
    row = np.column_stack([np.arange(-20, 21) / 10 + far, np.full(41, far)])
    people, there = made(row, [[1, 1]] * 41), spots([[far, far]], places=[14])
    found = S.service_users(people, there, by="radius", within=0.3)
    assert by_site(found).tolist() == [14.0]
    shared = S.floating_access(people, there, supply="places", within=0.3, rows="unit")
    assert (shared["services"] == 1).sum() == 7
