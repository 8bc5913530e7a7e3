"""Ties between groups: published values, other libraries, every arrangement of small tables, packs and refusals."""

from __future__ import annotations

from itertools import combinations, permutations, product
from math import factorial, prod

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix.errors import (
    DuplicateUnit,
    EmptyTable,
    InvalidCounts,
    InvalidParameter,
    InvalidTable,
    NotCounts,
    NotNumbers,
    ReservedName,
    TooFewGroups,
    UnknownColumn,
    UnknownGroup,
    UnmatchedUnit,
)

O = pm.outcomes  # noqa: E741
Ties = O.Ties


def square(values, names="xyzuv"):
    names = list(names[: len(values)])
    return pd.DataFrame(values, index=names, columns=names)


def drawn(seed, *, people=14, many=40, groups="xyz", schools=0, directed=True):
    """People of some groups and institutions, and ties between random pairs of them."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({"person": [f"p{n:02}" for n in range(people)]})
    table["group"] = rng.permutation([groups[n % len(groups)] for n in range(people)])
    if schools:
        table["school"] = rng.permutation([f"s{n % schools}" for n in range(people)])
    pairs = [(a, b) for a in range(people) for b in range(people) if (a != b if directed else a < b)]
    chosen = rng.choice(len(pairs), min(many, len(pairs)), replace=False)
    ids = table["person"].to_numpy()
    edges = pd.DataFrame([(ids[pairs[at][0]], ids[pairs[at][1]]) for at in chosen], columns=["ego", "alter"])
    return table, edges


def tied(table, edges, *, directed=True, **more):
    within = {"within": "school"} if "school" in table else {}
    return Ties.from_edges(edges, table, directed=directed, group="group", **within, **more)


# -- published values ----------------------------------------------------------------


def test_the_published_example():
    found = O.homophily(Ties.from_matrix(square([[30, 10], [20, 40]]), {"x": 20, "y": 30})).set_index("group")
    assert found["expected_inside"].round(4).tolist()[:2] == [15.5102, 35.5102]
    assert found["coleman"].round(6).tolist()[:2] == [0.591667, 0.183333]
    assert found.loc["everyone", "e_i"] == pytest.approx(-0.4)
    assert found.loc["everyone", "reason"] == "coleman_is_of_one_group"


def test_coleman_s_own_boys_and_girls():
    """His table of 1958; he printed .375 and .167 with n/N in place of (n − 1)/(N − 1)."""
    found = O.homophily(Ties.from_matrix(square([[45, 15], [20, 20]]), {"x": 60, "y": 40}))
    expected = [(45 - 60 * 59 / 99) / (60 - 60 * 59 / 99), (20 - 40 * 39 / 99) / (40 - 40 * 39 / 99)]
    assert found["coleman"].tolist()[:2] == pytest.approx(expected, abs=1e-12)
    assert found["coleman"].tolist()[:2] == pytest.approx([0.38125, 0.175], abs=1e-12)
    near = [(45 - 36) / (60 - 36), (20 - 16) / (40 - 16)]
    assert near == pytest.approx([0.375, 0.167], abs=5e-4)


def test_below_chance_coleman_is_a_share_of_what_is_expected():
    found = O.homophily(Ties.from_matrix(square([[5, 45], [45, 5]]), {"x": 11, "y": 10}))
    assert found["coleman"].iloc[0] == pytest.approx((5 - 25) / 25)


# -- other libraries -----------------------------------------------------------------


@pytest.mark.parametrize("directed", [True, False])
def test_mixing_is_that_of_networkx(directed):
    nx = pytest.importorskip("networkx")
    table, edges = drawn(3, many=60, directed=directed)
    graph = (nx.DiGraph if directed else nx.Graph)()
    graph.add_nodes_from(table["person"])
    nx.set_node_attributes(graph, table.set_index("person")["group"].to_dict(), "group")
    graph.add_edges_from(edges.itertuples(index=False))
    mapping = {"x": 0, "y": 1, "z": 2}
    theirs = nx.attribute_mixing_matrix(graph, "group", mapping=mapping, normalized=False)
    ties = tied(table, edges, directed=directed)
    ours = O.mixing_matrix(ties)["ties"].to_numpy().reshape(3, 3)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)
    share = ours / ours.sum()
    both = (share.sum(axis=1) * share.sum(axis=0)).sum()
    assert (np.trace(share) - both) / (1 - both) == pytest.approx(
        nx.attribute_assortativity_coefficient(graph, "group"), abs=1e-9
    )


def test_the_karate_club_of_zachary():
    """34 members, two parts that split up in 1977: ties keep to parts more than all but few deals of the parts do."""
    nx = pytest.importorskip("networkx")
    club = nx.karate_club_graph()
    people = pd.DataFrame([(node, data["club"]) for node, data in club.nodes(data=True)], columns=["person", "part"])
    edges = pd.DataFrame(list(club.edges()), columns=["ego", "alter"])
    ties = Ties.from_edges(edges, people, directed=False, group="part")
    inside = sum(club.nodes[a]["club"] == club.nodes[b]["club"] for a, b in club.edges())
    found = O.contact_test(ties, draws=199, tail="below").iloc[0]
    assert found["value"] == pytest.approx((len(edges) - 2 * inside) / len(edges))
    assert found["expected"] == pytest.approx(1 - 2 * 17 * 16 * 2 / (34 * 33))
    assert found["p_value"] == pytest.approx(1 / 200)


# -- every arrangement ---------------------------------------------------------------


def plain(table, edges, group, statistic, name, *, within):
    """One statistic by loops over ties and people."""
    group = dict(zip(table["person"], group, strict=True))
    school = dict(zip(table["person"], table["school"] if within else ["" for _ in table["person"]], strict=True))
    pairs = [(a, b) for a, b in edges.itertuples(index=False) if school[a] == school[b]]
    own = {p: [group[b] for a, b in pairs if a == p] for p in group}
    mine = [p for p in group if name in ("everyone", group[p])]
    inside = sum(one == group[p] for p in mine for one in own[p])
    out = sum(len(own[p]) for p in mine)

    def alike(p):
        near = [q for q in group if q != p and school[q] == school[p]]
        return sum(group[q] == group[p] for q in near) / len(near) if near else 0.0

    if statistic == "e_i":
        return (out - 2 * inside) / out if out else np.nan
    if statistic == "coleman":
        mean = sum(len(own[p]) * alike(p) for p in mine)
        under = out - mean if inside >= mean else mean
        return (inside - mean) / under if under else np.nan
    named = [p for p in mine if own[p]]
    met = sum(sum(one != group[p] for one in own[p]) / len(own[p]) for p in named)
    could = sum(1 - alike(p) for p in named)
    return met / could if could else np.nan


@pytest.mark.parametrize(("schools", "within"), [(0, False), (2, False), (2, True)])
def test_every_arrangement_of_a_small_table(schools, within):
    """Seven people, every way to deal their groups, against a loop over all permutations."""
    table, edges = drawn(11, people=7, many=14, groups="xy", schools=schools)
    ties = tied(table, edges)
    found = O.contact_test(ties, within=within, draws=5000, tail="above")
    labels = set(permutations(table["group"]))
    if within:
        school = table["school"].tolist()

        def at_school(row):
            return sorted(zip(school, row, strict=True))

        labels = {row for row in labels if at_school(row) == at_school(table["group"])}
    assert found["arrangements"].eq(len(labels)).all()
    for row in found.to_dict("records"):
        every = np.array(
            [plain(table, edges, one, row["statistic"], row["group"], within=within) for one in sorted(labels)]
        )
        value = plain(table, edges, table["group"], row["statistic"], row["group"], within=within)
        assert row["value"] == pytest.approx(value, abs=1e-9, nan_ok=True)
        assert row["expected"] == pytest.approx(np.nanmean(every), abs=1e-9)
        assert row["sd"] == pytest.approx(np.nanstd(every), abs=1e-9)
        share = np.nanmean(np.where(np.isnan(every), np.nan, every >= value - 1e-12))
        assert row["p_value"] == pytest.approx(share, abs=1e-9)
        assert row["expected_by"] == "exact"


@pytest.mark.slow
def test_draws_are_near_every_arrangement_and_do_not_depend_on_the_order_of_rows():
    table, edges = drawn(5, people=12, many=40, groups="xy")  # 924 arrangements
    ties = tied(table, edges)
    every = O.contact_test(ties, draws=1000)
    some = O.contact_test(ties, draws=900)
    assert every["arrangements"].eq(924).all()
    assert some["arrangements"].isna().all()
    room = 5 * every["sd"] / np.sqrt(900)
    assert ((every["expected"] - some["expected"]).abs() < room).all()
    assert (every["p_value"] - some["p_value"]).abs().max() < 0.1
    mixed = tied(table.sample(frac=1, random_state=1), edges.sample(frac=1, random_state=2))
    pd.testing.assert_frame_equal(pd.DataFrame(O.contact_test(mixed, draws=900)), pd.DataFrame(some))


def test_dealing_inside_schools_keeps_what_separates_them():
    """Two schools of one group each: E–I says nothing about wishes there, and the test says so."""
    people = pd.DataFrame({"person": range(8), "group": list("xxxxyyyy"), "school": list("aaaabbbb")})
    edges = pd.DataFrame([(a, b) for a, b in combinations(range(8), 2) if a // 4 == b // 4], columns=["ego", "alter"])
    ties = Ties.from_edges(edges, people, directed=False, group="group", within="school")
    whole, inside = O.contact_test(ties).iloc[0], O.contact_test(ties, within=True).iloc[0]
    assert whole["value"] == inside["value"] == -1
    assert whole["expected"] == pytest.approx(1 - 2 * 3 / 7)
    assert inside["expected"] == -1
    assert whole["p_value"] == pytest.approx(2 * 2 / 70)
    assert inside["p_value"] == 1


# -- opportunity and diversity -------------------------------------------------------


@pytest.mark.parametrize("average", ["people", "ties"])
def test_contact_to_opportunity_is_a_plain_loop(average):
    table, edges = drawn(8, people=20, many=70, schools=3)
    found = O.contact_to_opportunity(tied(table, edges), average=average)
    group = dict(zip(table["person"], table["group"], strict=True))
    school = dict(zip(table["person"], table["school"], strict=True))
    own = {p: [b for a, b in edges.itertuples(index=False) if a == p and school[a] == school[b]] for p in group}
    for row in found.to_dict("records"):
        named = [p for p in group if group[p] == row["group"] and own[p]]
        weight = [1 if average == "people" else len(own[p]) for p in named]

        def met(q, p, row=row):
            return group[q] != group[p] if row["met"] == "others" else group[q] == row["met"]

        observed = [np.mean([met(q, p) for q in own[p]]) for p in named]
        near = [[met(q, p) for q in group if q != p and school[q] == school[p]] for p in named]
        anywhere = [met(q, p) for p in named[:1] for q in group if q != p]
        assert row["observed"] == pytest.approx(np.average(observed, weights=weight), abs=1e-12)
        assert row["opportunity"] == pytest.approx(
            np.average([np.mean(one) for one in near], weights=weight), abs=1e-12
        )
        assert row["share_of_all"] == pytest.approx(np.mean(anywhere), abs=1e-12)
        assert row["ratio"] * row["opportunity_ratio"] == pytest.approx(
            row["observed"] / row["share_of_all"], abs=1e-12
        )
        assert row["egos"] == len(named)
        assert row["ties"] == sum(len(own[p]) for p in named)
    lost = sum(school[a] != school[b] for a, b in edges.itertuples(index=False))
    assert found[found["met"] == "others"]["beyond"].sum() == lost
    assert f"{lost:,}, left out" in found["note"].iloc[0]


def test_where_everybody_has_a_tie_with_everybody_contact_is_what_opportunity_gives():
    table, _ = drawn(2, people=18, schools=3)
    pairs = [(a, b) for a, b in permutations(table["person"], 2)]
    edges = pd.DataFrame(pairs, columns=["ego", "alter"])
    ties = tied(table, edges)
    assert O.contact_to_opportunity(ties)["ratio"].dropna().to_numpy() == pytest.approx(1.0, abs=1e-12)
    assert O.alter_diversity(ties)["ratio"].to_numpy() == pytest.approx(1.0, abs=1e-12)
    assert O.mixing_matrix(ties, each=True)["ratio"].dropna().to_numpy() == pytest.approx(1.0, abs=1e-12)


def test_counts_give_what_people_give_by_ties():
    table, edges = drawn(4, people=15, many=60)
    ties = tied(table, edges)
    counts = Ties.from_matrix(square(ties.matrix), table["group"].value_counts().to_dict())
    ours, theirs = (O.contact_to_opportunity(one, average="ties") for one in (counts, ties))
    for name in ("observed", "opportunity", "ratio", "share_of_all"):
        np.testing.assert_allclose(ours[name], theirs[name], atol=1e-12)
    for verb in (O.homophily, O.mixing_matrix):
        pd.testing.assert_frame_equal(
            pd.DataFrame(verb(counts)).drop(columns="source"), pd.DataFrame(verb(ties)).drop(columns="source")
        )


def test_alter_diversity_is_a_share_of_pairs():
    table, edges = drawn(9, people=12, many=45, schools=2)
    ties = tied(table, edges)
    group = dict(zip(table["person"], table["group"], strict=True))
    school = dict(zip(table["person"], table["school"], strict=True))
    apart, chance, who = [], [], []
    for p, mine in group.items():
        own = [b for a, b in edges.itertuples(index=False) if a == p and school[a] == school[b]]
        near = [q for q in group if q != p and school[q] == school[p]]
        if len(own) >= 2:
            apart.append(np.mean([group[a] != group[b] for a, b in combinations(own, 2)]))
            # Two friends drawn from everybody else: every pair is as likely, whatever number is named.
            chance.append(np.mean([group[a] != group[b] for a, b in combinations(near, 2)]))
            who.append(mine)
    found = O.alter_diversity(ties).set_index("group")
    who = np.array(who)
    for name in (*"xyz", "everyone"):
        here = (who == name) | (name == "everyone")
        assert found.loc[name, "egos"] == here.sum()
        if here.any():
            assert found.loc[name, "diversity"] == pytest.approx(np.mean(np.array(apart)[here]), abs=1e-12)
            assert found.loc[name, "expected"] == pytest.approx(np.mean(np.array(chance)[here]), abs=1e-12)


def test_diversity_does_not_depend_on_how_many_are_named():
    """The mean over all sets of two, three or four of six others is the diversity of the six; 1 − Σ π² is not."""
    others = list("xxxyyz")
    want = np.mean([a != b for a, b in combinations(others, 2)])
    for size in (2, 3, 4):
        rows = [
            {"ego": place, "group": "x", "alter_group": one}
            for place, some in enumerate(combinations(range(6), size))
            for one in np.array(others)[list(some)]
        ]
        found = O.alter_diversity(Ties.from_alters(pd.DataFrame(rows))).set_index("group")
        assert found.loc["everyone", "diversity"] == pytest.approx(want, abs=1e-12)
        plug = [
            1 - sum((np.array(others)[list(some)] == g).mean() ** 2 for g in "xyz")
            for some in combinations(range(6), size)
        ]
        assert np.mean(plug) < want - 0.05
    assert found.loc["everyone", "reason"] == "sizes_not_known"


# -- between and within institutions -------------------------------------------------


def rolls(values, classes, schools, names=None):
    names = names or [f"c{n}" for n in range(len(values))]
    table = pd.DataFrame(np.asarray(values), columns=list("xyz")[: np.shape(values)[1]])
    table = table.assign(id=names, school=schools, set=classes)
    return pm.from_wide(table, groups=list("xyz")[: np.shape(values)[1]], unit="id", strata=["school", "set"])


def m_of(table):
    table = np.asarray(table, dtype=float)
    p = table / table.sum()
    out = np.outer(p.sum(axis=1), p.sum(axis=0))
    return float((p[p > 0] * np.log(p[p > 0] / out[p > 0])).sum())


def rows_of(left, size):
    """Every way to take so many people from what is left of each group."""
    if len(left) == 1:
        return [(size,)] if left[0] >= size else []
    return [(first, *rest) for first in range(min(left[0], size) + 1) for rest in rows_of(left[1:], size - first)]


def tables_of(left, sizes):
    """Every table with these margins."""
    if not sizes:
        return [()]
    return [
        (row, *rest)
        for row in rows_of(left, sizes[0])
        for rest in tables_of([a - b for a, b in zip(left, row, strict=True)], sizes[1:])
    ]


def allocations(sizes, members):
    """Every table with these margins, and in how many ways people can be dealt into it."""
    for table in tables_of(list(members), list(sizes)):
        yield table, prod(factorial(sum(row)) // prod(factorial(one) for one in row) for row in table)


def dealt_mean(table):
    table = np.asarray(table)
    found = [(m_of(one), ways) for one, ways in allocations(table.sum(axis=1).tolist(), table.sum(axis=0).tolist())]
    return sum(m * ways for m, ways in found) / sum(ways for _, ways in found)


def test_between_within_against_every_allocation():
    """Lunch tables of three to five in two schools: the mean of M over all ways to seat the same pupils."""
    values = np.array([[3, 1, 0], [0, 2, 2], [1, 1, 1], [4, 0, 1], [0, 1, 2]])
    schools = list("aaabb")
    found = O.between_within(rolls(values, [f"s{n}" for n in range(5)], schools), "school", each=True)
    whole = O.between_within(rolls(values, [f"s{n}" for n in range(5)], schools), "school").set_index("between")
    of = np.array(schools)
    sums = np.array([values[of == one].sum(axis=0) for one in "ab"])
    means = [dealt_mean(sums), dealt_mean(values[of == "a"]), dealt_mean(values[of == "b"])]
    np.testing.assert_allclose(found["expected"], means, atol=1e-12)
    np.testing.assert_allclose(
        found["value"], [m_of(sums), m_of(values[of == "a"]), m_of(values[of == "b"])], atol=1e-12
    )
    weight = sums.sum(axis=1) / values.sum()
    assert whole.loc["unit", "expected"] == pytest.approx(weight @ means[1:], abs=1e-12)
    assert whole.loc["total", "value"] == pytest.approx(m_of(values), abs=1e-12)
    assert whole.loc["total", "expected"] == pytest.approx(means[0] + weight @ means[1:], abs=1e-12)
    assert whole.loc[["school", "unit"], "share"].sum() == pytest.approx(1)


@pytest.mark.slow
def test_between_within_is_nested_and_draws_agree_with_the_exact_mean():
    rng = np.random.default_rng(0)
    values = rng.integers(0, 9, (24, 2))
    values[5] = 0  # a class nobody is in
    schools, sets = np.repeat(list("abcd"), 6), np.repeat([f"t{n}" for n in range(8)], 3)
    counts = rolls(values, sets, schools)
    found = O.between_within(counts, ["school", "set"], draws=49).set_index("between")
    parts = pm.decompose.nested(counts, ["school", "set"])
    sums = parts.groupby("between")["contribution"].sum()
    for name in ("school", "set", "unit"):
        assert found.loc[name, "value"] == pytest.approx(sums[name], abs=1e-12)
    assert found.loc["total", "value"] == pytest.approx(pm.estimate(counts, "mutual_information").value, abs=1e-12)
    each = O.between_within(counts, ["school", "set"], each=True, draws=0)
    np.testing.assert_allclose(each["value"], parts["value"], atol=1e-12)
    assert each["p_value"].isna().all()
    assert found.loc["unit", "parts"] == (values.sum(axis=1) > 0).sum()
    # The mean of the draws lies within five of its standard errors of what is worked out exactly.
    again = O.between_within(counts, ["school", "set"], draws=49, seed=1).set_index("between")
    assert found["expected"].tolist() == again["expected"].tolist()
    from placemix.outcomes.contact.institutions import _stage, _stages

    kept = np.flatnonzero(values.sum(axis=1) > 0)
    for level in _stages(counts, ["school", "set"], kept, values[kept].astype(float)):
        block = _stage(level, whole=True, draws=400, seed=3)
        spread = block["drawn"].std(axis=0) / 20 + 1e-9
        assert (np.abs(block["drawn"].mean(axis=0) - block["expected"]) < 5 * spread).all()


def test_small_tables_by_chance_are_flagged_and_sorted_ones_are_not():
    even = rolls([[6, 6]] * 4, list("abcd"), list("sstt"))
    apart = rolls([[12, 0], [0, 12], [12, 0], [0, 12]], list("abcd"), list("sstt"))
    found = [O.between_within(one, "school", focal="x").set_index("between") for one in (even, apart)]
    assert found[0].loc["unit", "flag"] == "not_distinguishable_from_chance"
    assert pd.isna(found[1].loc["unit", "flag"])
    assert found[1].loc["unit", "p_value"] == pytest.approx(1 / 200)
    assert found[1].loc["unit", "value"] == pytest.approx(np.log(2))
    half = O.between_within(rolls([[6.5, 6], [2, 3]], list("ab"), list("ss")), "school")
    assert half["expected"].isna().all()
    assert half["reason"].eq("not_whole_people").all()


# -- home and elsewhere --------------------------------------------------------------


def trips(seed=0):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(list(product("abcde", "stu")), columns=["home", "school"])
    for name in "xyz":
        table[name] = rng.integers(0, 20, len(table))
    return table


def test_exposure_by_place_is_exposure_as_measured():
    table = trips()
    flows = pm.Flows.from_table(table, origin="home", destination="school", groups=list("xyz"))
    found = O.exposure_by_place({"school": flows}, focal="each", against=["rest", "x", "y", "z"])
    for side, name in ((flows.at_origin(), "home"), (flows.at_destination(), "there")):
        want = pm.measure(side, "exposure", focal="each", against=["rest", "x", "y", "z"])
        want = want.set_index(["focal", "against"])["value"]
        for row in found.to_dict("records"):
            assert row[name] == pytest.approx(want[row["focal"], row["against"]], abs=1e-12)
    shares = [table.groupby(by)[list("xyz")].transform("sum") for by in ("home", "school")]
    shares = [part.div(part.sum(axis=1), axis=0) for part in shares]
    row = found.set_index(["focal", "against"]).loc[("x", "y")]
    more = shares[1]["y"] > shares[0]["y"] + 1e-12
    assert row["more_there"] == pytest.approx((table["x"] * more).sum() / table["x"].sum())
    assert row[["more_there", "as_much", "less_there"]].sum() == pytest.approx(1)


def test_residents_stand_beside_those_who_travel():
    table = trips(1)
    flows = pm.Flows.from_table(table, origin="home", destination="school", groups=list("xyz"))
    people = pd.DataFrame({"home": list("abcdef"), "x": 10, "y": range(6), "z": 5})
    living = pm.from_wide(people, groups=list("xyz"), unit="home")
    found = O.exposure_by_place(flows, focal="x", against="y", residents=living).iloc[0]
    share = (people["y"] / people[list("xyz")].sum(axis=1)).to_numpy()[:5]
    x = table.groupby("home")["x"].sum().to_numpy()
    assert found["among_residents"] == pytest.approx(x @ share / x.sum())
    assert found["place"] == "destination"


# -- properties ----------------------------------------------------------------------


@pytest.mark.slow
@settings(max_examples=8)
@given(st.integers(0, 10_000), st.integers(2, 4), st.booleans())
def test_bounds_symmetry_and_order(seed, groups, directed):
    table, edges = drawn(seed, people=11, many=18, groups="xyzu"[:groups], directed=directed)
    before = table.copy(), edges.copy()
    ties = tied(table, edges, directed=directed)
    found = O.homophily(ties).set_index("group")
    assert found["e_i"].dropna().between(-1, 1).all()
    assert found["coleman"].dropna().between(-1 - 1e-12, 1 + 1e-12).all()
    assert found.loc["everyone", "inside"] == pytest.approx(found["inside"].iloc[:-1].sum())
    matrix = O.mixing_matrix(ties)
    shares = matrix.groupby("group")["share"].sum(min_count=1).dropna().to_numpy()
    assert shares == pytest.approx(1)
    assert matrix.groupby("group")["expected"].sum().to_numpy() == pytest.approx(1)
    renamed = {name: chr(ord("z") - place) * 2 for place, name in enumerate("xyzu")}
    other = O.homophily(tied(table.assign(group=table["group"].map(renamed)), edges, directed=directed))
    other = other.set_index("group")
    for name in "xyzu"[:groups]:
        assert other.loc[renamed[name], "coleman"] == pytest.approx(found.loc[name, "coleman"], abs=1e-12, nan_ok=True)
    mixed = tied(table.iloc[::-1], edges.sample(frac=1, random_state=seed), directed=directed)
    pd.testing.assert_frame_equal(pd.DataFrame(O.homophily(mixed)), pd.DataFrame(O.homophily(ties)))
    pd.testing.assert_frame_equal(before[0], table)
    pd.testing.assert_frame_equal(before[1], edges)


# -- packs ---------------------------------------------------------------------------


@pytest.mark.slow
def test_saved_and_verified(tmp_path):
    table, edges = drawn(1, people=16, many=50, schools=3)
    strange = pd.concat([edges, pd.DataFrame({"ego": ["p00"], "alter": ["nobody"]})])
    ties = tied(table, strange, strangers="skip")
    mutual = tied(*drawn(2, directed=False), directed=False)
    bare = Ties.from_matrix(square(ties.matrix), {"x": 16, "y": 16, "z": 16})
    survey = Ties.from_alters(pd.DataFrame({"ego": [1, 1, 2], "group": ["x", "x", "y"], "alter_group": list("xyy")}))
    flows = pm.Flows.from_table(trips(), origin="home", destination="school", groups=list("xyz"))
    counts = rolls([[6, 2], [1, 5], [2, 2]], list("abc"), list("sst"))
    results = [
        O.mixing_matrix(ties, each=True), O.homophily(bare), O.homophily(mutual),
        O.contact_test(ties, within=True, draws=99),
        O.contact_to_opportunity(ties), O.contact_to_opportunity(bare, average="ties"), O.alter_diversity(survey),
        O.alter_diversity(ties, each=True), O.between_within(counts, "school", draws=19),
        O.exposure_by_place({"school": flows, "club": flows}, residents=flows.at_origin()),
    ]  # fmt: skip
    for number, result in enumerate(results):
        path = result.save(tmp_path / f"{number}.zip")
        outcome = pm.verify(path)
        assert outcome.same, str(outcome)
        assert result.cite()
    assert "1 tie with people not listed left out" in results[0]["note"].iloc[0]


# -- refusals ------------------------------------------------------------------------


def test_every_fault_of_both_tables_is_named():
    people = pd.DataFrame({"person": [1, 1, 2], "group": ["x", None, "y"]})
    edges = pd.DataFrame({"ego": [1, 2], "alter": [1, None]})
    with pytest.raises(InvalidTable) as caught:
        Ties.from_edges(edges, people, directed="yes", group="group")
    text = str(caught.value)
    for part in ("directed is True or False", "without a value in 'group'", "repeats a person", "same person"):
        assert part in text
    assert len(caught.value.faults) == 5


@pytest.mark.parametrize(
    ("change", "error", "word"),
    [
        ({"group": "grup"}, UnknownColumn, "did you mean"),
        ({"within": "ties"}, ReservedName, "Rename"),
        ({"strangers": "drop"}, InvalidParameter, "refuse"),
        ({"people": pd.DataFrame({"person": ["a"], "group": ["x"]})}, TooFewGroups, "one group"),
        ({"people": pd.DataFrame({"person": [], "group": []})}, EmptyTable, "Nobody"),
        ({"people": pd.DataFrame({"person": ["a", "b"], "group": ["x", "others"]})}, ReservedName, "others"),
        ({"edges": pd.DataFrame({"ego": ["a", "a"], "alter": ["b", "b"]})}, DuplicateUnit, "a and b"),
        ({"edges": pd.DataFrame({"ego": ["a"], "alter": ["q"]})}, UnmatchedUnit, "strangers='skip'"),
        ({"edges": pd.DataFrame({"ego": [], "alter": []})}, EmptyTable, "no rows"),
        ({"edges": [("a", "b")]}, InvalidTable, "no table"),
    ],
)
def test_refused_edges(change, error, word):
    given_ = {
        "edges": pd.DataFrame({"ego": ["a"], "alter": ["b"]}),
        "people": pd.DataFrame({"person": ["a", "b"], "group": ["x", "y"], "ties": [1, 1]}),
        "directed": True,
        "group": "group",
    } | change
    with pytest.raises(error, match=f"(?i){word}"):
        Ties.from_edges(**given_)


def test_mutual_ties_stand_once():
    people = pd.DataFrame({"person": ["a", "b"], "group": ["x", "y"]})
    edges = pd.DataFrame({"ego": ["a", "b"], "alter": ["b", "a"]})
    assert Ties.from_edges(edges, people, directed=True, group="group").matrix.sum() == 2
    with pytest.raises(DuplicateUnit, match="Its two ends make one row"):
        Ties.from_edges(edges, people, directed=False, group="group")


@pytest.mark.parametrize(
    ("matrix", "sizes", "error"),
    [
        ([[1, 2], [3, -1]], None, InvalidCounts),
        ([[1, 2], [3, "many"]], None, NotNumbers),
        ([[0, 0], [0, 0]], None, EmptyTable),
        ([[7, 2], [3, 1]], {"x": 3, "y": 9}, InvalidCounts),
        ([[1, 2], [3, 1]], {"x": 3, "z": 9}, UnmatchedUnit),
        ([[1]], None, TooFewGroups),
    ],
)
def test_refused_matrices(matrix, sizes, error):
    with pytest.raises(error):
        Ties.from_matrix(square(matrix), sizes)
    with pytest.raises(UnmatchedUnit):
        Ties.from_matrix(pd.DataFrame([[1, 2], [3, 4]], index=["x", "y"], columns=["x", "z"]))


def test_what_counts_alone_cannot_say():
    bare = Ties.from_matrix(square([[30, 10], [20, 40]]))
    found = O.homophily(bare)
    assert found["coleman"].isna().all()
    assert found["reason"].iloc[0] == "sizes_not_known"
    for verb, more in (
        (O.contact_test, {}),
        (O.contact_to_opportunity, {}),
        (O.alter_diversity, {}),
        (O.contact_to_opportunity, {"average": "ties", "each": True}),
    ):
        with pytest.raises(InvalidParameter):
            verb(bare, **more)
    sized = Ties.from_matrix(square([[30, 10], [20, 40]]), {"x": 20, "y": 30})
    with pytest.raises(InvalidParameter, match="average='ties'"):
        O.contact_to_opportunity(sized)
    with pytest.raises(InvalidParameter, match="'people' or 'ties'"):
        O.contact_to_opportunity(sized, average="tie")
    table, edges = drawn(1)
    for verb in (O.homophily, O.mixing_matrix, O.alter_diversity, O.contact_to_opportunity):
        with pytest.raises(InvalidParameter, match="one by one"):
            verb(tied(table, edges), each=True)
    for verb in (O.homophily, O.mixing_matrix, O.alter_diversity, O.contact_test, O.contact_to_opportunity):
        with pytest.raises(InvalidParameter, match="Ties are needed"):
            verb(pd.DataFrame())


def test_refused_tests_and_flows():
    table, edges = drawn(1)
    ties = tied(table, edges)
    for change in ({"within": True}, {"tail": "left"}, {"draws": -1}, {"level": 2}):
        with pytest.raises(InvalidParameter):
            O.contact_test(ties, **change)
    with pytest.raises(NotCounts):
        O.exposure_by_place({"school": table})
    with pytest.raises(InvalidParameter):
        O.exposure_by_place({})
    flows = pm.Flows.from_table(trips(), origin="home", destination="school", groups=list("xyz"))
    living = pm.from_wide(pd.DataFrame({"home": list("ab"), "x": 1, "y": 2}), groups=list("xy"), unit="home")
    with pytest.raises(UnknownGroup) as caught:
        O.exposure_by_place(flows, residents=living)
    assert isinstance(caught.value, UnmatchedUnit)


def test_a_group_without_ties_has_a_reason_and_no_number():
    people = pd.DataFrame({"person": list("abcd"), "group": list("xxyy")})
    edges = pd.DataFrame({"ego": ["a"], "alter": ["b"]})
    ties = Ties.from_edges(edges, people, directed=True, group="group")
    found = O.homophily(ties).set_index("group")
    assert np.isnan(found.loc["y", "e_i"])
    assert found.loc["y", "reason"] == "no_ties"
    near = O.contact_to_opportunity(ties).set_index("group").loc["y"]
    assert near["reason"].eq("no_ties").all()
    assert near["left_out"].eq(2).all()
    assert O.alter_diversity(ties)["reason"].eq("nobody_with_two_ties").all()
