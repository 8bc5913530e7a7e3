"""Sequences of types: distances, clusters and sums against slower ways to the same."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix.errors import InvalidParameter, ReservedName, VintageMismatch
from placemix.typology.dates.alignments import clustered, sequence_distances, silhouettes, substitutions

RULES = {"scheme": "PJF2001", "reference": "white"}


def date(white, units=None):
    frame = pd.DataFrame({"area": list("ABCDEFGHIJ")[: len(white)] if units is None else units, "white": white})
    return pm.from_wide(frame.assign(asian=100 - frame["white"]), groups=["white", "asian"], unit="area")


DATES = {
    "1991": date([95, 90, 60, 85, 90, 20]),
    "2001": date([90, 75, 55, 70, 95, 10]),
    "2011": date([85, 60, 40, 65, 90, 15]),
}


def by_brute_force(one, other, matrix):
    """Cost of the cheapest of all alignments, each tried."""

    @functools.cache
    def cost(i, j):
        if i == len(one) or j == len(other):
            return len(one) - i + len(other) - j
        swap = matrix[one[i], other[j]] + cost(i + 1, j + 1)
        return min(swap, 1 + cost(i + 1, j), 1 + cost(i, j + 1))

    return cost(0, 0)


def some_sequences(rng, types, dates=4, many=14):
    return np.unique(rng.integers(0, types, (many, dates)), axis=0)


@pytest.mark.parametrize("costs", ["indel", "transitions", "hamming"])
@pytest.mark.parametrize("types", [3, 14])
def test_distances_are_those_of_every_alignment_tried(costs, types):
    rng = np.random.default_rng(types)
    rows = some_sequences(rng, types)
    matrix = substitutions(rows, rng.integers(1, 9, len(rows)).astype(float), costs, types)
    assert (matrix == matrix.T).all()
    found = sequence_distances(rows, matrix, gaps=costs != "hamming")
    if costs == "hamming":
        assert (found == (rows[:, np.newaxis] != rows[np.newaxis]).sum(axis=2)).all()
        return
    expected = [[by_brute_force(tuple(one), tuple(other), matrix) for other in rows] for one in rows]
    assert found == pytest.approx(np.array(expected, dtype=float))


def test_substitutions_by_hand():
    rows = np.array([[0, 0, 1], [0, 1, 1]])
    # Three units go the first way, one the second: 0 stayed 3 of 7 times and became 1 in 4; 1 always stayed.
    assert substitutions(rows, np.array([3.0, 1.0]), "transitions", 2) == pytest.approx(
        np.array([[0, 10 / 7], [10 / 7, 0]])
    )
    assert substitutions(rows, np.array([3.0, 1.0]), "indel", 2)[0, 1] == 2


@pytest.mark.slow
def test_distances_are_giddys_where_types_are_few():
    """With more than ten types giddy takes 1 then 11 for 11 then 1, which is why placemix has its own."""
    sequence = pytest.importorskip("giddy.sequence")
    rows = some_sequences(np.random.default_rng(0), 6)
    matrix = substitutions(rows, np.ones(len(rows)), "transitions", 6)
    theirs = sequence.Sequence(rows, subs_mat=matrix, indel=1).seq_dis_mat
    assert sequence_distances(rows, matrix, gaps=True) == pytest.approx(theirs)
    mixed = np.array([[1, 10, 0], [11, 0, 0], *([n, n, n] for n in range(12))])
    costs = substitutions(mixed, np.ones(len(mixed)), "indel", 12)
    with pytest.raises(KeyError):
        sequence.Sequence(mixed, subs_mat=costs, indel=1)


@pytest.mark.parametrize("seed", range(3))
def test_clusters_are_those_of_all_units(seed):
    """SciPy and scikit-learn over every unit, with their n × n distances."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform
    from sklearn.metrics import silhouette_samples

    rng = np.random.default_rng(seed)
    many = 15
    points = rng.random((many, 2))
    distances = np.hypot(*(points[:, np.newaxis] - points[np.newaxis]).transpose(2, 0, 1))
    weights = rng.integers(1, 6, many)
    units = np.repeat(np.arange(many), weights)
    every = distances[np.ix_(units, units)]
    found = clustered(distances, weights.astype(float), 4)
    theirs = fcluster(linkage(squareform(every), method="average"), 4, criterion="maxclust")
    assert (np.equal.outer(theirs, theirs) == np.equal.outer(found.codes[units], found.codes[units])).all()
    assert found.silhouettes[units] == pytest.approx(silhouette_samples(every, theirs, metric="precomputed"))
    sizes = np.bincount(found.codes, weights=weights)
    assert (np.diff(sizes) <= 0).all()
    for number, medoid in enumerate(found.medoids):
        inside = found.codes == number
        cost = distances[:, inside] @ weights[inside]
        assert inside[medoid]
        assert cost[medoid] == cost[inside].min()


def test_a_unit_alone_in_its_cluster_has_silhouette_0():
    away = np.array([[0.0, 1, 9], [1, 0, 9], [9, 9, 0]])
    assert silhouettes(away, np.ones(3), np.array([0, 0, 1])) == pytest.approx([8 / 9, 8 / 9, 0])


def test_by_hand():
    found = pm.typology.sequences(DATES, **RULES, clusters=3)
    assert list(found["sequence"]) == [
        "I > I > I", "I > II > II", "II > II > III", "I > II > II", "I > I > I", "VI > VI > VI",
    ]  # fmt: skip
    assert list(found["changes"]) == [0, 1, 1, 1, 0, 0]
    assert list(found["2001"]) == ["I", "II", "II", "II", "I", "VI"]
    assert list(found["first"]) == list(found["1991"])
    assert found["1991"].cat.ordered
    # I > II > II is two changes from II > II > III and four from I > I > I.
    assert list(found["cluster"]) == [2, 1, 1, 1, 2, 3]
    assert list(found["cluster_name"].unique()) == ["I > I > I", "I > II > II", "VI > VI > VI"]
    assert "Mean silhouette of units in 3 clusters" in found["note"].iloc[0]
    assert "Needleman" in found.cite()
    assert "Needleman" not in pm.typology.sequences(DATES, **RULES).cite()


def test_gaps_are_counted_and_in_no_cluster():
    dates = dict(DATES)
    dates["2001"] = date([90, 75, 55, 70, 95, 15], list("ABCDEX"))
    with pytest.raises(VintageMismatch, match="1 of 6 units of 1991"):
        pm.typology.sequences(dates, **RULES)
    found = pm.typology.sequences(dates, **RULES, clusters=2, unmatched="count").set_index("unit")
    assert found.loc["F", ["sequence", "reason"]].to_list() == ["VI > – > VI", "not_at: 2001"]
    assert found.loc["X", ["sequence", "reason"]].to_list() == ["– > VI > –", "not_at: 1991"]
    assert found.loc[["F", "X"], ["cluster", "changes", "silhouette"]].isna().all().all()
    assert not found.loc["F", "matched"]
    table = pm.typology.sequence_table(dates, **RULES, clusters=2, unmatched="count")
    assert table["units"].sum() == 7
    for name, counts in dates.items():
        assert table[f"people_{name}"].sum() == counts.total.sum()
    assert table["share_units"].sum() == pytest.approx(1)
    assert list(table["sequence"][-2:]) == ["– > VI > –", "VI > – > VI"]


def test_the_table_counts_what_the_units_do():
    table = pm.typology.sequence_table(DATES, **RULES, clusters=2)
    found = pd.DataFrame(pm.typology.sequences(DATES, **RULES, clusters=2))
    sums = found.groupby("sequence")[["people_first", "people_last"]].sum()
    rows = pd.DataFrame(table).set_index("sequence")
    assert rows["units"].to_dict() == found["sequence"].value_counts().to_dict()
    assert rows["people_1991"].to_dict() == sums["people_first"].to_dict()
    assert rows["people_2011"].to_dict() == sums["people_last"].to_dict()
    assert list(table["units"]) == [2, 2, 1, 1]


def test_within_strata():
    side = pd.Series(["east", "west"] * 3, index=list("ABCDEF"))
    dates = {name: counts.with_strata(side=side) for name, counts in DATES.items()}
    table = pm.typology.sequence_table(dates, **RULES, by="side")
    assert table.groupby("side", observed=True)["share_units"].sum().to_list() == pytest.approx([1, 1])
    assert table.groupby("side", observed=True)["units"].sum().to_list() == [3, 3]
    again = {name: counts.with_strata(cluster=side) for name, counts in DATES.items()}
    with pytest.raises(ReservedName):
        pm.typology.sequence_table(again, **RULES, by="cluster")


@pytest.mark.parametrize(
    ("dates", "options", "words"),
    [
        ({"2011": DATES["2011"]}, {}, "two dates at least"),
        (list(DATES.values()), {}, "mapping"),
        ({"unit": DATES["1991"], "2011": DATES["2011"]}, {}, "not be named unit"),
        (DATES, {"clusters": 9}, "at most 4"),
        (DATES, {"clusters": 1}, "from 2 on"),
        (DATES, {"clusters": 2, "costs": "hammin"}, "'hamming'"),
        (DATES, {"around": {"1991": None}}, "The dates are 1991"),
    ],
)
def test_what_cannot_be_asked(dates, options, words):
    with pytest.raises(InvalidParameter, match=words):
        pm.typology.sequences(dates, **RULES, **options)


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32))
def test_the_order_of_units_changes_nothing(seed):
    rng = np.random.default_rng(seed)
    dates = {str(year): date(rng.integers(0, 101, 10)) for year in range(3)}
    order = rng.permutation(10)
    again = {name: counts.take(order) for name, counts in dates.items()}
    many = pm.typology.sequences(dates, **RULES)["sequence"].nunique()
    clusters = min(3, many) if many > 1 else None
    one, other = (pm.typology.sequences(each, **RULES, clusters=clusters) for each in (dates, again))
    pd.testing.assert_frame_equal(pd.DataFrame(one).iloc[order].reset_index(drop=True), pd.DataFrame(other))


@pytest.mark.parametrize("verb", ["sequences", "sequence_table"])
def test_saved_and_verified(verb, tmp_path):
    near = pm.surroundings.from_matrix(DATES["1991"], np.roll(np.eye(6), 1, axis=1), own=0)
    for around in (None, near, dict.fromkeys(DATES, near)):
        found = getattr(pm.typology, verb)(DATES, **RULES, clusters=2, around=around)
        outcome = pm.verify(found.save(tmp_path / "pack.zip"))
        assert outcome.same, str(outcome)
