"""Who gains access to what from schemes, and who would share places near them, against plain recomputations."""

from __future__ import annotations

from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix.errors import (
    CRSMismatch,
    DuplicateUnit,
    EmptyTable,
    GeographicCRS,
    InvalidCounts,
    InvalidParameter,
    InvalidTable,
    NoPlace,
    UnknownColumn,
    UnknownGroup,
    UnmatchedUnit,
)

S = pm.scenarios
approx = partial(pytest.approx, rel=1e-9, abs=1e-9)
GROUPS = ["a", "b", "c"]
FOOT = 0.3048006096012192
#: Where the maps of these tests begin: coordinates near 0 would be taken for degrees.
BASE = {"EPSG:27700": (400_000, 300_000), "EPSG:2263": (950_000, 200_000)}


def points(xy, crs="EPSG:27700"):
    return gpd.points_from_xy(*(np.asarray(xy, dtype=float) + BASE[crs]).T)


def made(xy, values, *, crs="EPSG:27700", **columns):
    """Counts at points."""
    table = pd.DataFrame(values, columns=GROUPS[: np.shape(values)[1]])
    groups = list(table.columns)
    table = table.assign(id=[f"u{n:02d}" for n in range(len(table))], **columns)
    table = gpd.GeoDataFrame(table, geometry=points(xy, crs), crs=crs)
    return pm.from_wide(table, groups=groups, unit="id", strata=list(columns))


def things(xy, kinds, crs="EPSG:27700", **columns):
    """Services at points, of kinds in turn."""
    ids = [f"s{n}" for n in range(len(xy))]
    of = [kinds[n % len(kinds)] for n in range(len(xy))]
    return gpd.GeoDataFrame({"service": ids, "kind": of, **columns}, geometry=points(xy, crs), crs=crs)


def at(x, y, reference="p0", services=(), crs="EPSG:27700", **more):
    more = more or ({} if services else {"dwellings": 10})
    rows = [{"kind": one} if isinstance(one, str) else one for one in services]
    return S.scheme(reference, services=rows or None, site=points([[x, y]], crs)[0], crs=crs, **more)


def random_map(seed, units=40, sites=9, schemes=4, crs="EPSG:27700"):
    rng = np.random.default_rng(seed)
    xy = rng.integers(0, 5000, (units, 2)).astype(float)
    xy[1] = xy[0]  # two units at one point
    values = rng.integers(0, 60, (units, 3))
    values[2] = 0  # nobody there
    spots, at_ = (rng.integers(0, 5000, (many, 2)).astype(float) for many in (sites, schemes))
    spots[0], at_[0] = xy[5], xy[7]  # a service and a scheme at distance 0
    names = np.array(["north", "south"])[(xy[:, 1] < 2500).astype(int)]
    hoods = np.array([f"h{n}" for n in range(6)])[(xy[:, 0] // 850).astype(int)]
    people = made(xy, values, crs=crs, district=names, hood=hoods)
    plan = [at(*point, reference=f"p{n}", crs=crs) for n, point in enumerate(at_)]
    return people, things(spots, ["gp", "library"], crs=crs), plan, xy, values, spots, at_


def away(one, other):
    return np.hypot(*(one[:, None] - other[None]).transpose(2, 0, 1))


# -- what a new resident would have near -----------------------------------------------------------


@pytest.mark.parametrize(("crs", "detour"), [("EPSG:27700", 1.0), ("EPSG:27700", 1.3), ("EPSG:2263", 1.0)])
def test_access_is_that_of_plain_loops(crs, detour):
    people, there, plan, xy, values, spots, at_ = random_map(1, crs=crs)
    scale = (FOOT if crs == "EPSG:2263" else 1.0) * detour
    found = S.access_of(plan, there, people, reach=1500, district="district", detour=detour)
    assert len(found) == 4 * 2 * 4
    lived = np.column_stack([values, values.sum(axis=1)])
    for one, point in enumerate(at_):
        nearest_unit = np.hypot(*(xy - point).T).argmin()
        name = "south" if xy[nearest_unit, 1] < 2500 else "north"
        inside = (xy[:, 1] < 2500) == (name == "south")
        for place, kind in enumerate(["gp", "library"]):
            of = spots[place::2]
            ways, own = away(xy, of) * scale, np.hypot(*(of - point).T) * scale
            rows = found[(found["reference"] == f"p{one}") & (found["kind"] == kind)]
            assert rows["group"].tolist() == [*GROUPS, "everyone"]
            assert rows["way"].to_numpy() == approx([own.min()] * 4)
            assert set(rows["nearest"]) == {f"s{place + 2 * own.argmin()}"}
            assert rows["number"].tolist() == [(own <= 1500).sum()] * 4
            assert set(rows["district"]) == {name}
            for group, row in enumerate(rows.to_dict("records")):
                folk = lived[inside, group]
                way = ways[inside].min(axis=1)
                assert row["people"] == folk.sum()
                assert row["mean_way"] == approx(sum(way * folk) / folk.sum())
                assert row["difference"] == approx(own.min() - sum(way * folk) / folk.sum())
                assert row["share_farther"] == approx(sum(folk[way > own.min() + 1e-6]) / folk.sum())
                assert row["mean_number"] == approx(((ways[inside] <= 1500).sum(axis=1) @ folk) / folk.sum())
                assert row["share_within"] == approx(sum(folk[way <= 1500]) / folk.sum())
                assert row["unreachable"] == 0
    assert found["reason"].isna().all()
    assert found["provided"].eq(0).all()


@pytest.mark.slow
@settings(max_examples=6)
@given(st.integers(0, 10_000), st.floats(100, 4000))
def test_what_everyone_has_is_the_mean_of_what_each_place_has(seed, reach):
    """Asked of every unit, ways and numbers weighted by people are those that the people have."""
    people, there, *_ = random_map(seed, units=15)
    found = S.access_of(list(people.units), there, people, reach=reach)
    every = found[found["group"] == "everyone"]
    for _, rows in every.groupby("kind"):
        weight = people.totals[rows["reference"]].to_numpy() / people.total.sum()
        assert weight @ rows["way"] == approx(rows["mean_way"].iloc[0])
        assert weight @ rows["number"] == approx(rows["mean_number"].iloc[0])
        assert weight @ (rows["number"] > 0) == approx(rows["share_within"].iloc[0])
        order = rows.sort_values("way")["share_farther"].to_numpy()
        assert (np.diff(order) <= 1e-12).all()


def test_ways_by_group_are_those_of_school_access():
    """The same sums by another room: mean ways, and services within reach of the average member of a group."""
    people, there, plan, *_ = random_map(8)
    some = there[there["kind"] == "gp"].rename(columns={"service": "school"})
    theirs = pm.schools.access(people, some, within=1200, least=[1])
    ours = S.access_of(plan[:1], {"gp": there[there["kind"] == "gp"]}, people, reach=1200).set_index("group")
    for statistic, column in (
        ("mean", "mean_way"), ("schools within reach", "mean_number"), ("share with a choice", "share_within"),
    ):  # fmt: skip
        wanted = theirs[theirs["statistic"] == statistic].set_index("group")["value"]
        assert ours[column].to_numpy() == approx(wanted[ours.index].to_numpy())


def test_the_order_of_rows_changes_nothing():
    people, there, plan, *_ = random_map(3)
    order = np.random.default_rng(0).permutation(len(people))
    one = S.access_of(plan, there, people, reach=900, district="district")
    two = S.access_of(plan[::-1], there.iloc[::-1], people.take(order), reach=900, district="district")
    keys = ["reference", "kind", "group"]
    one, two = (frame.set_index(keys).sort_index().drop(columns="source") for frame in (one, two))
    pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(two), check_exact=False, rtol=1e-9)


def test_ties_go_to_the_first_by_id_and_are_not_farther():
    people = made([[0, 0], [2000, 0]], [[5, 0], [5, 0]])
    there = things([[1500, 0], [500, 0]], ["gp"])
    found = S.access_of(at(1000, 0), there, people, reach=500).iloc[-1]
    assert (found["nearest"], found["way"], found["number"]) == ("s0", 500, 2)
    assert found["share_farther"] == 0  # everyone has just as far
    assert found["share_within"] == 1


def test_grounds_stand_for_their_centroids_and_other_systems_are_brought_over():
    people, there, *_ = random_map(2)
    ground = shapely.box(400_900, 300_900, 401_100, 301_300)
    ours = S.scheme("g", dwellings=4, site=ground, crs="EPSG:27700")
    moved = gpd.GeoSeries([ground], crs=27700).to_crs(4326).iloc[0]
    theirs = S.scheme("w", dwellings=4, site=moved, crs="EPSG:4326")
    found = S.access_of([ours, theirs, at(1_000, 1_100)], there, people, reach=900).set_index("reference")
    assert found.loc["g", "way"].to_numpy() == approx(found.loc["p0", "way"].to_numpy())
    assert found.loc["w", "way"].to_numpy() == approx(found.loc["g", "way"].to_numpy(), abs=0.05)


def test_why_a_value_is_missing():
    people = made([[0, 0], [100, 0]], [[5, 0], [5, 0]], district=["d", "d"])
    lost = S.scheme("lost", dwellings=3)
    far = at(50_000, 0, "far", services=["gp"])
    found = S.access_of(
        [lost, far], things([[0, 0]], ["gp"]), people, reach=500, kinds=["gp", "pool"], district="district"
    ).set_index(["reference", "kind", "group"])
    assert set(found["reason"].iloc[:6]) == {"no_site"}
    assert found.loc[("lost", "gp", "everyone"), ["way", "number", "mean_way"]].isna().all()
    assert found.loc[("far", "gp", "everyone"), "reason"] == "outside_every_district"
    assert found.loc[("far", "gp", "everyone"), "way"] == 50_000
    assert found.loc[("far", "gp", "everyone"), "provided"] == 1
    assert found["outside"].fillna(value=False).tolist() == [False] * 6 + [True] * 6
    assert "1 site lies outside the map" in found["note"].iloc[0]
    every = S.access_of(far, things([[0, 0]], ["gp"]), people, reach=500, kinds=["gp", "pool"]).set_index(
        ["kind", "group"]
    )
    assert every.loc[("gp", "everyone"), "reason"] is None
    assert every.loc[("gp", "b"), "reason"] == "nobody_of_the_group"
    assert every.loc[("pool", "everyone"), "reason"] == "no_service_of_this_kind"
    # None is in reach of anybody; how far the nearest is has no answer.
    assert every.loc[("pool", "everyone"), ["number", "mean_number", "share_within"]].tolist() == [0, 0, 0]
    assert every.loc[("pool", "everyone"), "unreachable"] == 10
    assert every.loc["pool"]["way"].isna().all()


def minutes_of(cost, sites, units):
    pairs = [(unit, site, cost[i, j]) for i, unit in enumerate(units) for j, site in enumerate(sites)]
    return pd.DataFrame(pairs, columns=["unit", "service", "minutes"])


def test_ways_by_minutes():
    """A scheme has its own rows, or those of its unit; a pair that is not there is not reachable."""
    people = made([[0, 0], [1000, 0], [2000, 0]], [[4, 0], [0, 6], [5, 5]])
    there = pd.DataFrame({"service": ["s0", "s1"], "kind": ["gp", "pool"]})
    times = minutes_of(np.array([[5, np.nan], [10, 20.0], [np.nan, 30]]), ["s0", "s1"], people.units)
    times = pd.concat([times, pd.DataFrame({"unit": ["p0"], "service": ["s0"], "minutes": [7.0]})])
    plan = [at(990, 0), at(1990, 10, "p1"), S.scheme("p2", dwellings=1)]
    found = S.access_of(plan, there, people, reach=9, times=times).set_index(["reference", "kind", "group"])
    assert found.loc[("p0", "gp", "everyone"), ["way", "number", "measured_in"]].tolist() == [7.0, 1.0, "minutes"]
    assert found.loc[("p0", "gp", "everyone"), "mean_way"] == approx((4 * 5 + 6 * 10) / 10)
    assert found.loc[("p0", "gp", "everyone"), "unreachable"] == 10
    assert found.loc[("p0", "gp", "everyone"), "share_farther"] == approx(16 / 20)
    assert found.loc[("p0", "pool", "everyone"), "reason"] == "no_service_reached"
    # The second lies in no shape, but units that are points have none: without a map of areas nobody can tell.
    assert found.loc[("p1", "gp", "everyone"), "reason"] == "no_times"
    assert found.loc[("p2", "gp", "everyone"), "reason"] == "no_site"
    shapes = [point.buffer(499, cap_style="square") for point in points([[0, 0], [1000, 0], [2000, 0]])]
    table = gpd.GeoDataFrame({"id": people.units, "a": [4, 0, 5], "b": [0, 6, 5]}, geometry=shapes, crs=27700)
    areas = pm.from_wide(table, groups=["a", "b"], unit="id")
    found = S.access_of(plan, there, areas, reach=9, times=times).set_index(["reference", "kind", "group"])
    assert found.loc[("p0", "gp", "everyone"), "way"] == 7.0
    assert found.loc[("p1", "pool", "everyone"), "way"] == 30.0
    assert found.loc[("p1", "gp", "everyone"), "reason"] == "no_service_reached"


# -- who gains from the services of a scheme -------------------------------------------------------


def test_gains_are_those_of_plain_loops():
    people, there, _, xy, values, spots, at_ = random_map(5)
    plan = [at(*point, f"p{n}", services=["library"]) for n, point in enumerate(at_)]
    come = pd.DataFrame({"reference": ["p1", "p1", "p2"], "a": [3, 4, 0], "c": [1, 0, 9]})
    found = S.access_gained(plan, there, people, reach=1500, district="district", newcomers=come, detour=1.2)
    found = found.set_index(["reference", "population"])
    lived = np.column_stack([values, values.sum(axis=1)]).astype(float)
    before = (away(xy, spots[1::2]) * 1.2).min(axis=1)
    here = away(at_, spots[1::2]).min(axis=1) * 1.2
    for one, point in enumerate(at_):
        south = xy[np.hypot(*(xy - point).T).argmin(), 1] < 2500
        inside = (xy[:, 1] < 2500) == south
        after = np.minimum(before, np.hypot(*(xy - point).T) * 1.2)
        mine = come[come["reference"] == f"p{one}"]
        new = np.array([mine["a"].sum(), 0, mine["c"].sum(), mine["a"].sum() + mine["c"].sum()], dtype=float)
        for name, first, second, old, now in (
            ("residents", before[inside], after[inside], lived[inside], lived[inside]),
            (
                "all", np.append(before[inside], here[one]), np.append(after[inside], 0),
                np.vstack([lived[inside], 0 * new]), np.vstack([lived[inside], new]),
            ),
        ):  # fmt: skip
            rows = found.loc[(f"p{one}", name)]
            assert rows["people"].to_numpy() == approx(now.sum(axis=0))
            within = [(first <= 1500) @ old, (second <= 1500) @ now]
            for column, wanted in (
                ("within_before", within[0]),
                ("within_after", within[1]),
                ("gained", within[1] - within[0]),
                ("shorter", (second < first - 1e-6) @ old),
                ("mean_before", first @ old / old.sum(axis=0)),
                ("mean_after", second @ now / now.sum(axis=0)),
                ("change", second @ now / now.sum(axis=0) - first @ old / old.sum(axis=0)),
                ("share_before", within[0] / old.sum(axis=0)),
                ("share_after", within[1] / now.sum(axis=0)),
                ("gap_before", np.ptp((first @ old / old.sum(axis=0))[:3])),
                ("gap_after", np.ptp((second @ now / now.sum(axis=0))[:3])),
                ("gap_within_after", np.ptp((within[1] / now.sum(axis=0))[:3])),
            ):
                assert rows[column].to_numpy() == approx(np.broadcast_to(wanted, 4)), column
            short = (second < first - 1e-6) @ old
            saved = np.where(second < first - 1e-6, first - second, 0) @ old
            assert rows["saved"].to_numpy() == approx(saved / np.where(short > 0, short, np.nan), nan_ok=True)
            elsewhere = lived[~inside, 3][(after <= 1500)[~inside] & (before > 1500)[~inside]].sum()
            assert rows["gained_elsewhere"].to_numpy() == approx(elsewhere)
        rows = found.loc[(f"p{one}", "newcomers")]
        assert rows["within_after"].to_numpy() == approx(new)
        assert rows["within_before"].isna().all()
    assert "No newcomers are given of p0, p3." in found["note"].iloc[0]


@pytest.mark.parametrize("seed", range(3))
def test_a_service_of_a_scheme_is_a_candidate_site(seed):
    """What siting finds of a candidate at the same point, by code of its own."""
    people, there, _, *_, at_ = random_map(seed)
    plan = [at(*point, f"p{n}", services=["gp"]) for n, point in enumerate(at_)]
    ours = S.access_gained(plan, there, people, reach="1.1 km").drop_duplicates("reference", keep="last")
    sites = pd.DataFrame({"site": [one.reference for one in plan], "x": at_[:, 0] + 400_000, "y": at_[:, 1] + 300_000})
    now = there[there["kind"] == "gp"].rename(columns={"service": "site"})
    theirs = S.compare_sites(people, sites, by="nearest service", within="1.1 km", existing=now)
    for column, other in (
        ("mean_before", "mean_before"), ("mean_after", "mean_with"), ("share_before", "covered_before"),
        ("share_after", "covered_with"), ("gap_before", "gap_before"), ("gap_after", "gap_with"),
        ("gap_within_after", "gap_within_with"),
    ):  # fmt: skip
        assert ours[column].to_numpy(dtype=float) == approx(theirs[other].to_numpy(dtype=float)), column
    users = S.service_users(people, sites, by="nearest service", existing=now)
    assert ours["shorter"].to_numpy() == approx(users.loc[users["group"] == "everyone", "users"].to_numpy())
    # And with the scheme's service among those that exist, people have what they have after.
    for one, row in zip(plan, ours.to_dict("records"), strict=True):
        more = gpd.GeoDataFrame({"service": ["new"], "kind": "gp"}, geometry=[one.site], crs=27700)
        then = S.access_of([one], pd.concat([there, more]), people, reach="1.1 km", kinds="gp").iloc[-1]
        assert row["mean_after"] == approx(then["mean_way"])
        assert row["share_after"] == approx(then["share_within"])


@pytest.mark.slow
@settings(max_examples=6)
@given(st.integers(0, 10_000), st.floats(50, 4000))
def test_nobody_loses_a_service_and_all_gains_are_counted_once(seed, reach):
    people, there, _, *_, at_ = random_map(seed, units=15, schemes=3)
    plan = [at(*point, f"p{n}", services=["gp", "gp", "library"]) for n, point in enumerate(at_)]
    alone = S.access_gained(plan, there, people, reach=reach)
    whole = S.access_gained(plan, there, people, reach=reach, together=True)
    assert whole["reference"].eq("all together").all()
    assert len(whole) == 2 * 4
    for frame in (alone, whole):
        assert (frame["gained"] >= 0).all()
        assert (frame["change"].dropna() <= 1e-9).all()
        parts = frame[frame["group"] != "everyone"].groupby(["reference", "kind"])[["gained", "shorter"]].sum()
        every = frame[frame["group"] == "everyone"].set_index(["reference", "kind"])[["gained", "shorter"]]
        assert every.loc[parts.index].to_numpy() == approx(parts.to_numpy())
    most = alone.groupby(["kind", "group"])["gained"]
    together = whole.set_index(["kind", "group"])["gained"]
    assert (most.max() <= together[most.max().index] + 1e-9).all()
    assert (most.sum() >= together[most.max().index] - 1e-9).all()
    assert whole.loc[whole["kind"] == "gp", "provided"].eq(6).all()


def test_years_places_and_schemes_that_provide_nothing():
    people = made([[0, 0], [1000, 0]], [[5, 0], [5, 0]])
    there = things([[3000, 0]], ["gp"])
    services = [{"kind": "gp", "places": 3, "year": 2032}, {"kind": "gp", "places": 2}]
    plan = [
        at(0, 0, "a", services=services, dwellings=5, year=2028),
        at(0, 0, "b", services=["gp"]),
        at(0, 0, "c"),
        S.scheme("d", services=[{"kind": "gp", "places": 4}]),
    ]
    found = S.access_gained(plan, there, people, reach=500, year=2030).drop_duplicates("reference", keep="last")
    found = found.set_index("reference")
    assert found["provided"].tolist() == [1, 1, 0, 1]
    assert found.loc["a", "places"] == 2
    assert pd.isna(found.loc["b", "places"])
    assert found["gained"].dropna().tolist() == [5, 5]
    assert found.loc["c", "reason"] == "provides_no_service"
    assert found.loc["d", "reason"] == "no_site"
    assert found.loc["d", ["gained", "mean_after", "gap_after"]].isna().all()
    assert "Not open by 2030: gp of a (2032)." in found["note"].iloc[0]
    assert "taken to be open by 2030: gp of b, gp of d." in found["note"].iloc[0]
    whole = S.access_gained(plan, there, people, reach=500, year=2030, together=True).set_index("reference")
    assert whole.loc["all together", ["provided", "gained", "kind"]].iloc[-1].tolist() == [2, 5, "gp"]
    assert whole.loc["c", "reason"] == "provides_no_service"
    assert "Left out, as nothing says how far they are: gp of d." in whole["note"].iloc[0]
    assert S.access_gained(plan[3], there, people, reach=500, together=True)["reason"].eq("no_site").all()
    early = S.access_gained(plan[0], there, people, reach=500, year=2027).iloc[-1]
    assert (early["provided"], early["gained"], early["change"], early["places"]) == (0, 0, 0, 0)
    assert early["sentence"].startswith("With a, none of the 10 people has a gp within 500 m who had none before.")


def test_a_kind_that_nobody_has_is_refused_or_named():
    people = made([[0, 0], [1000, 0]], [[5, 0], [5, 0]])
    plan = at(0, 0, "a", services=["primary school"])
    there = things([[3000, 0]], ["primary_school"])
    with pytest.raises(InvalidParameter, match=r"Did you mean 'primary_school'.*name all kinds in kinds="):
        S.access_gained(plan, there, people, reach=500)
    for found in (
        S.access_gained(plan, there, people, reach=500, kinds=["primary school"]),
        S.access_gained(plan, {"primary school": []}, people, reach=500),
    ):
        row = found.iloc[-1]
        assert row["reason"] == "nobody_reaches_one_before"
        assert row[["within_before", "gained", "shorter", "unreachable_before", "unreachable_after"]].tolist() == [
            0, 5, 10, 10, 0,
        ]  # fmt: skip
        assert (row["mean_after"], row["gap_after"]) == (500, approx(np.nan, nan_ok=True))
        assert row["sentence"].endswith("Nobody reaches one without it.")
    # Kinds that are not asked about are left out, and so is the scheme's row of them.
    other = S.access_gained(plan, there, people, reach=500, kinds=["gp"])
    assert other["reason"].tolist() == ["provides_no_service"]


def test_gains_by_minutes():
    people = made([[0, 0], [1000, 0]], [[4, 1], [0, 6]])
    there = pd.DataFrame({"service": ["s0"], "kind": ["gp"]})
    times = minutes_of(np.array([[12.0], [np.nan]]), ["s0"], people.units)
    own = pd.DataFrame({"unit": ["u00", "u01", "p0"], "service": ["p0", "p0", "s0"], "minutes": [15.0, 6, 8]})
    plan = [at(0, 0, services=["gp"]), at(0, 0, "p1", services=["gp"])]
    come = pd.DataFrame({"reference": ["p0"], "a": [10]})
    found = S.access_gained(plan, there, people, reach=10, times=pd.concat([times, own]), newcomers=come)
    found = found.set_index(["reference", "population", "group"])
    row = found.loc[("p0", "residents", "everyone")]
    assert row[["within_before", "gained", "shorter", "mean_before", "mean_after"]].tolist() == [0, 6, 6, 12, 96 / 11]
    assert row[["unreachable_before", "unreachable_after"]].tolist() == [6, 0]
    assert np.isnan(row["saved"])  # those with a shorter way reached none before
    assert found.loc[("p0", "newcomers", "a"), ["within_after", "mean_after"]].tolist() == [10, 0]
    assert found.loc[("p0", "all", "everyone"), "mean_after"] == approx(96 / 21)
    assert found.loc[("p1", "residents", "everyone"), "reason"] == "no_times_to_the_scheme"
    with pytest.raises(DuplicateUnit, match="id of a scheme"):
        S.access_gained(at(0, 0, "s0", services=["gp"]), there, people, reach=10, times=times)


# -- who would share a place -----------------------------------------------------------------------

RULES = [
    {"by": "nearest people", "number": 400},
    {"by": "radius", "within": 1300},
    {"by": "nearest service"},
    {"by": "huff", "beta": 1.5, "within": 2500},
]


def joined(xy, values, point, new):
    """People with the newcomers as one more unit, at the site."""
    return made(np.vstack([xy, point]), np.vstack([values, new]))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["by"])
@pytest.mark.parametrize("seed", [3, 4])
def test_users_are_those_of_sites_without_and_with_the_newcomers(seed, rule):
    """What siting finds of all places at once, among the people and among them with the newcomers."""
    people, there, plan, xy, values, _, at_ = random_map(seed)
    plan[1] = at(*at_[1], "p1", services=["library", "gp"])  # it brings a place of its own
    come = pd.DataFrame({"reference": ["p0", "p1"], "a": [30, 10], "b": [0, 25]})
    found = S.meeting_places(plan, there, people, reach=1800, kinds="library", newcomers=come, detour=1.1, **rule)
    libraries = there[there["kind"] == "library"].rename(columns={"service": "site"})
    before = S.service_users(people, libraries, together=True, detour=1.1, **rule)
    before = before.set_index(["site", "group"])["users"]
    for one, point in enumerate(at_):
        name = f"p{one}"
        new = come.loc[come["reference"] == name, ["a", "b"]].reindex(columns=GROUPS, fill_value=0).sum().to_numpy()
        more = joined(xy, values, point, new)
        own = gpd.GeoDataFrame({"site": ["p1"]}, geometry=points([point]), crs=27700) if name == "p1" else None
        sites = libraries if own is None else pd.concat([libraries, own])
        after = S.service_users(more, sites, together=True, detour=1.1, **rule).set_index(["site", "group"])["users"]
        rows = found[(found["reference"] == name) & found["place"].notna()].set_index(["place", "group"])
        ways = np.hypot(*(np.column_stack([libraries.geometry.x, libraries.geometry.y]) - BASE["EPSG:27700"] - point).T)
        near = [site for site, way in zip(libraries["site"], ways * 1.1, strict=True) if way <= 1800]
        assert set(rows.index.get_level_values(0)) == {*near, *(["p1"] if own is not None else [])}
        for key, row in rows.iterrows():
            assert row["users_after"] == approx(after[key])
            if row["status"] == "existing":
                assert row["users_before"] == approx(before[key])
            else:
                assert (key[0], row["way"]) == ("p1", 0)
                assert np.isnan(row["users_before"])
        whole = [values.sum(axis=0), values.sum(axis=0) + new]
        for place in dict.fromkeys(rows.index.get_level_values(0)):
            users = rows.loc[place]
            for when, everyone in zip(("before", "after"), whole, strict=True):
                folk = users[f"users_{when}"].to_numpy()[:3]
                if not folk.sum() > 0:
                    assert users[f"apart_{when}"].isna().all()
                    continue
                share = folk / folk.sum()
                assert users[f"mix_{when}"].to_numpy() == approx(1 - sum(share**2))
                assert users[f"apart_{when}"].to_numpy() == approx(sum(abs(share - everyone / everyone.sum())) / 2)
                assert users[f"from_district_{when}"].to_numpy()[:3] == approx(share - everyone / everyone.sum())


@pytest.mark.parametrize("seed", range(3))
def test_the_two_neighbourhoods_a_place_draws_on(seed):
    people, there, plan, xy, values, spots, at_ = random_map(seed)
    come = pd.DataFrame({"reference": ["p0"], "a": [500]})
    found = S.meeting_places(
        plan[:1], there, people, by="radius", within=1500, reach=2500, newcomers=come, neighbourhood="hood"
    )
    found = found[found["group"] == "everyone"].set_index("place")
    hood = np.array([f"h{n}" for n in range(6)])[(xy[:, 0] // 850).astype(int)]
    home = hood[np.hypot(*(xy - at_[0]).T).argmin()]
    assert len(found) > 1
    for place, row in found.iterrows():
        spot = spots[int(place[1:])]
        inside = np.hypot(*(xy - spot).T) <= 1500
        for when, new in (("before", 0), ("after", 500 * (np.hypot(*(at_[0] - spot)) <= 1500))):
            users = {name: values[inside & (hood == name)].sum(axis=0).astype(float) for name in set(hood)}
            users[home] = users[home] + [new, 0, 0]
            ranked = sorted(users, key=lambda name: (-users[name].sum(), name))
            whole = sum(mix.sum() for mix in users.values())
            first, second = ranked[:2]
            assert row[f"first_{when}"] == first
            assert row[f"first_share_{when}"] == approx(users[first].sum() / whole)
            if users[second].sum() == 0:
                assert row[f"second_{when}"] is None
                continue
            assert row[f"second_{when}"] == second
            assert row[f"second_share_{when}"] == approx(users[second].sum() / whole)
            mixes = [users[name] / users[name].sum() for name in (first, second)]
            assert row[f"between_{when}"] == approx(abs(mixes[0] - mixes[1]).sum() / 2)


def test_what_defines_a_place():
    people = made([[0, 0], [1000, 0], [9000, 0]], [[70, 30], [10, 90], [40, 60]])
    there = things([[0, 0], [1000, 0]], ["library"])
    asked = {"by": "nearest service", "within": 100, "reach": 2000}
    found = S.meeting_places(at(0, 0), there, people, newcomers=pd.DataFrame({"b": [1]}), **asked)
    words = found.set_index(["place", "group"])["defined"]
    # A share that is exactly the threshold reaches it.
    assert words[("s0", "a")] == "ceases to be defined by it"
    assert words[("s0", "b")] == "not defined by it"
    assert words[("s1", "b")] == "stays defined by it"
    assert words[("s0", "everyone")] is None
    more = S.meeting_places(at(0, 0), there, people, newcomers=pd.DataFrame({"b": [200]}), **asked)
    assert more.set_index(["place", "group"]).loc[("s0", "b"), "defined"] == "becomes defined by it"
    assert more["of_the_scheme"].tolist() == [0, 200, 200, 0, 0, 0]
    own = S.meeting_places(at(9000, 0, services=["library"]), there, people, **asked)
    assert own[["place", "status", "defined", "reason"]].to_numpy().tolist() == [
        ["p0", "of the scheme", "not defined by it", "not_there_without_the_scheme"],
        ["p0", "of the scheme", "not defined by it", "not_there_without_the_scheme"],
        ["p0", "of the scheme", None, "not_there_without_the_scheme"],
    ]
    assert own["sentence"].iloc[2] == (
        "100 people would share the library of p0 itself. All live in u02. Their mix differs by 0.0 % from that of "
        "the district."
    )


def test_places_that_are_not_there():
    people = made([[0, 0], [1000, 0]], [[5, 1], [0, 0]], district=["d", "d"])
    there = things([[1000, 0]], ["library"])
    plan = [at(0, 0), at(9000, 0, "far"), S.scheme("lost", dwellings=3)]
    found = S.meeting_places(
        plan, there, people, by="radius", within=100, reach=1000, kinds=["library", "pool"], district="district"
    )
    assert found["reason"].tolist() == [
        "no_users", "no_users", "no_users", "no_service_of_this_kind", "no_place_within_reach",
        "no_service_of_this_kind", "no_site", "no_site",
    ]  # fmt: skip
    assert found["share_before"].isna().all()
    assert found["defined"].isna().all()
    assert found["users_before"].tolist()[:3] == [0, 0, 0]
    assert "who would share a place, and not who would meet there" in found["note"].iloc[0]
    near = S.meeting_places(at(9000, 0), {"library": ["u01"]}, people, by="radius", within=10, reach=9000)
    assert near["outside"].tolist() == [True] * 3


def test_attraction_of_what_a_scheme_brings():
    people = made([[0, 0], [1000, 0]], [[5, 1], [2, 2]])
    there = things([[0, 0]], ["library"], places=[300])
    own = at(1000, 0, services=[{"kind": "library", "places": 100}, {"kind": "library", "places": 50}])
    asked = {"by": "huff", "beta": 1, "reach": 1500}
    found = S.meeting_places(own, there, people, attraction="places", **asked).set_index(["place", "group"])
    assert found["users_after"].groupby(level="group").sum()["everyone"] == approx(10)
    # At distance 0 everyone stays; nobody is between.
    assert found.loc[("p0", "everyone"), "users_after"] == 4
    middle = made([[500, 0], [1000, 100]], [[5, 1], [2, 2]])
    found = S.meeting_places(own, there, middle, attraction="places", **asked).set_index(["place", "group"])
    away_ = np.hypot(1000, 100)
    wanted = 6 * 150 / 450 + 4 * (150 / 100) / (150 / 100 + 300 / away_)
    assert found.loc[("p0", "everyone"), "users_after"] == approx(wanted)
    for one, column in ((at(1000, 0, services=["library"]), "places"), (own, "size")):
        with pytest.raises(InvalidParameter, match="how attractive a library is"):
            S.meeting_places(one, there.assign(size=3), people, attraction=column, **asked)


# -- refusals and packs ----------------------------------------------------------------------------

PEOPLE = made([[0, 0], [1000, 0]], [[5, 1], [2, 2]], district=["d", "d"])
HERE = things([[0, 0], [900, 0]], ["gp"])
ONE = pd.DataFrame({"unit": ["u00"], "service": ["s0"], "minutes": [1.0]})


@pytest.mark.parametrize(
    ("error", "word", "where", "services", "more"),
    [
        (UnknownColumn, "no column 'kind'", at(0, 0), HERE.drop(columns="kind"), {}),
        (UnknownColumn, "Did you mean 'service'", at(0, 0), HERE, {"service": "servce"}),
        (InvalidTable, "1 service has no kind", at(0, 0), HERE.assign(kind=["gp", None]), {}),
        (InvalidTable, "a table for each kind", at(0, 0), ["u00"], {}),
        (EmptyTable, "There are no services", at(0, 0), {}, {}),
        (DuplicateUnit, "stands twice", at(0, 0), HERE.assign(service="s"), {}),
        (CRSMismatch, "not on one map", at(0, 0), HERE.to_crs(3857), {}),
        (GeographicCRS, "degrees", at(0, 0), HERE.to_crs(4326), {}),
        (NoPlace, "no place", at(0, 0), {"gp": pd.DataFrame({"service": ["a"], "x": [np.nan], "y": [0]})}, {}),
        (UnmatchedUnit, "no unit has", at(0, 0), {"gp": ["nowhere"]}, {}),
        (InvalidTable, "not str", ["p0", at(0, 0)], HERE, {}),
        (EmptyTable, "no sites", [], HERE, {}),
        (CRSMismatch, "has no coordinate", S.scheme("a", dwellings=1, site=shapely.Point(1, 1)), HERE, {}),
        (InvalidParameter, "kinds are names", at(0, 0), HERE, {"kinds": ["gp", "gp"]}),
        (InvalidParameter, "reach is a length", at(0, 0), HERE, {"reach": "far"}),
        (InvalidParameter, "reach= is needed", at(0, 0), HERE, {"reach": None}),
        (InvalidParameter, "detour is at least 1", at(0, 0), HERE, {"detour": 0.5}),
        (UnknownColumn, "Did you mean 'district'", at(0, 0), HERE, {"district": "distric"}),
        (InvalidTable, "times is a table", at(0, 0), HERE, {"times": [1]}),
        (UnknownColumn, "no column 'minutes'", at(0, 0), HERE, {"times": ONE.drop(columns="minutes")}),
        (UnmatchedUnit, "sites that are not there", at(0, 0), HERE, {"times": ONE.assign(service="s9")}),
        (UnmatchedUnit, "units that are not there", at(0, 0), HERE, {"times": ONE.assign(unit="u9")}),
        (InvalidParameter, "reach is a number", at(0, 0), HERE, {"times": ONE, "reach": "1 km"}),
    ],
)  # fmt: skip
def test_access_refuses(error, word, where, services, more):
    with pytest.raises(error, match=word):
        S.access_of(where, services, PEOPLE, **{"reach": 500} | more)


PLAN = [at(0, 0, services=["gp"]), at(500, 0, "p1", services=["gp"])]


@pytest.mark.parametrize(
    ("error", "word", "more"),
    [
        (UnknownColumn, "no column 'reference', and there are 2", {"newcomers": pd.DataFrame({"a": [1]})}),
        (UnknownGroup, "no column of any group", {"newcomers": pd.DataFrame({"reference": ["p0"], "x": [1]})}),
        (UnmatchedUnit, "schemes that are not there", {"newcomers": pd.DataFrame({"reference": ["p9"], "a": [1]})}),
        (InvalidCounts, "Newcomers are below 0", {"newcomers": pd.DataFrame({"reference": ["p0"], "a": [-1]})}),
        (InvalidCounts, "Newcomers are missing", {"newcomers": pd.DataFrame({"reference": ["p0"], "a": ["many"]})}),
        (InvalidTable, "a table with a column for each group", {"newcomers": {"a": 1}}),
        (InvalidParameter, "year is a whole year", {"year": "2030"}),
    ],
)
def test_gains_and_places_refuse(error, word, more):
    with pytest.raises(error, match=word):
        S.access_gained(PLAN, HERE, PEOPLE, reach=500, **more)
    with pytest.raises(error, match=word):
        S.meeting_places(PLAN, HERE, PEOPLE, reach=500, by="radius", within=500, **more)


def test_refused_elsewhere():
    with pytest.raises(InvalidTable, match="Schemes are needed"):
        S.access_gained(["u00"], HERE, PEOPLE, reach=500)
    with pytest.raises(InvalidParameter, match="With together=True everyone is counted"):
        S.access_gained(PLAN, HERE, PEOPLE, reach=500, together=True, district="district")
    with pytest.raises(InvalidParameter, match="The threshold is a share"):
        S.meeting_places(PLAN, HERE, PEOPLE, reach=500, by="nearest service", threshold=70)
    with pytest.raises(InvalidParameter, match="does not use beta"):
        S.meeting_places(PLAN, HERE, PEOPLE, reach=500, by="nearest service", beta=2)
    with pytest.raises(UnknownColumn, match="hood"):
        S.meeting_places(PLAN, HERE, PEOPLE, reach=500, by="nearest service", neighbourhood="hood")
    # One map that is wrong is told once, and not for every kind.
    with pytest.raises(CRSMismatch) as told:
        S.access_of(PLAN, things([[0, 0], [1, 1]], ["gp", "pool"]).to_crs(3857), PEOPLE, reach=500)
    assert len(told.value.faults) == 1


def test_nothing_given_is_changed():
    people, there, plan, *_ = random_map(6)
    plan[0] = at(100, 100, "p0", services=["gp"])
    come = pd.DataFrame({"reference": ["p0"], "a": [3], "note": ["x"]})
    kept = there.copy(), come.copy(), people.values.copy()
    S.access_of(plan, there, people, reach=500)
    S.access_gained(plan, there, people, reach=500, newcomers=come)
    S.meeting_places(plan, there, people, reach=500, by="nearest people", number=90, newcomers=come)
    pd.testing.assert_frame_equal(pd.DataFrame(there), pd.DataFrame(kept[0]))
    pd.testing.assert_frame_equal(come, kept[1])
    assert (people.values == kept[2]).all()


@pytest.mark.slow
@pytest.mark.parametrize("crs", ["EPSG:27700", "EPSG:2263"])
def test_saved_and_verified(crs, tmp_path):
    people, there, plan, *_ = random_map(9, crs=crs)
    plan[1] = at(300, 300, "p1", services=[{"kind": "gp", "places": 3, "year": 2030}, "pool"], crs=crs)
    come = pd.DataFrame({"reference": ["p0", "p1"], "a": [3, 4], "unit": ["u00", "u01"]})
    by_kind = {"gp": there[there["kind"] == "gp"], "pool": [], "unit": list(people.units[:3])}
    beside = {"district": "district", "detour": 1.2}
    cost = np.arange(1.0, 1 + len(people) * len(there)).reshape(len(people), len(there))
    times = minutes_of(cost, list(there["service"]), people.units)
    own = pd.DataFrame({"unit": ["u00", "p1"], "service": ["p1", "s0"], "minutes": [3.0, 4.0]})
    results = [
        lambda: S.access_of(plan, there, people, reach="900 m", **beside),
        lambda: S.access_of(list(people.units[:4]), by_kind, people, reach=900),
        lambda: S.access_of(
            there.rename(columns={"service": "site"}), by_kind, people, reach=900, kinds=["gp", "none"]
        ),
        lambda: S.access_of(people.take(np.array([3, 4])), by_kind, people, reach=900),
        lambda: S.access_of(plan, there, people, reach=30, times=times),
        lambda: S.access_gained(plan, by_kind, people, reach=900, newcomers=come, year=2029, **beside),
        lambda: S.access_gained(plan, by_kind, people, reach=900, together=True),
        lambda: S.access_gained(plan[1], {**by_kind, "gp": there}, people, reach=30, times=pd.concat([times, own])),
        lambda: S.meeting_places(
            plan, there, people, reach=1500, by="nearest people", number=99, newcomers=come, neighbourhood="hood",
            **beside,
        ),
        lambda: S.meeting_places(plan, by_kind, people, reach=1500, by="huff", beta=2, kinds=["unit", "gp"]),
    ]  # fmt: skip
    # Another system changes lengths alone: one result of each verb tells.
    for number in range(len(results)) if crs == "EPSG:27700" else (0, 5, 8):
        result = results[number]()
        outcome = pm.verify(result.save(tmp_path / f"{number}.zip"))
        assert outcome.same, f"{number}: {outcome}"
        assert result.explain()
        assert "1959" in result.cite() or "Simpson" in result.cite()


def test_places_by_minutes():
    """Newcomers are at the door of a place of their own, and have the minutes of their rows to others."""
    people = made([[0, 0], [1000, 0]], [[4, 1], [0, 6]])
    there = pd.DataFrame({"service": ["s0"], "kind": ["library"]})
    times = pd.DataFrame(
        [("u00", "s0", 12.0), ("u01", "s0", 5), ("p0", "s0", 8), ("u00", "p0", 4), ("u01", "p0", 30)],
        columns=["unit", "service", "minutes"],
    )
    found = S.meeting_places(
        at(0, 0, services=["library"]), there, people, by="nearest service", within=20, reach=10, times=times,
        newcomers=pd.DataFrame({"a": [10]}),
    )  # fmt: skip
    every = found[found["group"] == "everyone"].set_index("place")
    assert every["way"].to_dict() == {"p0": 0, "s0": 8}
    assert every["users_before"].to_dict() == {"p0": approx(np.nan, nan_ok=True), "s0": 11}
    assert every["users_after"].to_dict() == {"p0": 15, "s0": 6}
    assert every["of_the_scheme"].to_dict() == {"p0": 10, "s0": 0}
    assert set(found["measured_in"]) == {"minutes"}


# -- real places -----------------------------------------------------------------------------------


def practices_of(gm):
    found = gpd.read_parquet(gm / "gp_practices_2018-10.parquet").drop_duplicates("geometry")
    return found.assign(kind="practice", service=[f"gp{number}" for number in range(len(found))])


@pytest.mark.data
def test_rochdales_register_and_the_practices_of_greater_manchester(gm):
    """Each site's practices, beside those of Rochdale's households by tenure; points found by a tree."""
    from scipy.spatial import cKDTree

    table = gpd.read_parquet(gm / "lsoa21.parquet").merge(pd.read_parquet(gm / "households_lsoa21_2021.parquet"))
    rented = [name for name in table.columns if name.startswith("ten_social")]
    tenures = {
        "owned": ["ten_owned_owns_outright", "ten_owned_owns_with_a_mortgage_or_loan"],
        "shared": ["ten_shared_ownership_shared_ownership"],
        "social": rented,
        "private": [name for name in table.columns if name.startswith("ten_private")] + ["ten_lives_rent_free"],
    }
    homes = pm.from_wide(table, groups=tenures, unit="lsoa21cd", strata=["lad22nm"])
    register = gpd.read_parquet(gm / "brownfield_rochdale_2018-12.parquet")
    mine = {"min_dwellings": "min_net_dwellings", "max_dwellings": "max_net_dwellings"}
    plan = S.schemes_from_register(register, reference="site_ref", columns=mine)
    practices = practices_of(gm)
    found = S.access_of(plan, practices, homes, reach="800 m", district="lad22nm")
    assert len(found) == 110 * 5
    assert found["reason"].isna().all()
    tree = cKDTree(np.column_stack([practices.geometry.x, practices.geometry.y]))
    sites = np.column_stack([register.geometry.x, register.geometry.y])
    every = found[found["group"] == "everyone"]
    assert every["way"].to_numpy() == approx(tree.query(sites)[0])
    assert every["number"].tolist() == [len(near) for near in tree.query_ball_point(sites, 800)]
    assert set(found["district"]) == {"Rochdale"}
    inside = (table["lad22nm"] == "Rochdale").to_numpy()
    way = tree.query(np.column_stack([table.centroid.x, table.centroid.y])[inside])[0]
    for place, tenure in enumerate(tenures):
        folk = homes.values[inside, place]
        rows = found[found["group"] == tenure]
        assert rows["mean_way"].to_numpy() == approx(np.full(110, way @ folk / folk.sum()))
        assert rows["share_within"].to_numpy() == approx(np.full(110, (way <= 800) @ folk / folk.sum()))
        farther = [(way > own + 1e-6) @ folk / folk.sum() for own in every["way"]]
        assert rows["share_farther"].to_numpy() == approx(farther)


@pytest.mark.data
def test_a_practice_in_trafford_by_output_area(gm):
    """A practice on a school's ground in Partington, for residents by ethnic group of 738 output areas."""
    from scipy.spatial import cKDTree

    trafford = gm.parent / "trafford"
    table = gpd.read_parquet(trafford / "oa21.parquet").merge(
        pd.read_parquet(trafford / "groups19_oa21_2021.parquet"), on="oa21cd"
    )
    groups = {name: [one for one in table.columns if one.startswith(name)] for name in ("white", "mixed", "black")}
    groups["asian"] = ["asian_other", "bangladeshi", "chinese", "indian", "pakistani"]
    groups["other"] = ["arab", "other"]
    people = pm.from_wide(table, groups=groups, unit="oa21cd")
    practices = practices_of(gm)
    schools = gpd.read_parquet(gm / "schools_2022_23.parquet")
    ground = schools[schools["school_name"].str.contains("Broadoak School", na=False)].geometry.iloc[0]
    plan = S.scheme("24/1", services=[{"kind": "practice"}], site=ground, crs="EPSG:27700")
    row = S.access_gained(plan, practices, people, reach="1 km").set_index("group").loc["everyone"]
    xy = np.column_stack([table.centroid.x, table.centroid.y])
    before = cKDTree(np.column_stack([practices.geometry.x, practices.geometry.y])).query(xy)[0]
    own = np.hypot(xy[:, 0] - ground.x, xy[:, 1] - ground.y)
    total = people.total
    assert row["gained"] == ((before > 1000) & (own <= 1000)) @ total
    assert row["shorter"] == (own < before - 1e-6) @ total
    assert row["mean_after"] == approx(np.minimum(before, own) @ total / total.sum())
    assert row["saved"] == approx(np.maximum(before - own, 0) @ total / ((own < before - 1e-6) @ total))
