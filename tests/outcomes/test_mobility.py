"""Mobility: the table of Glass (1954), persons one by one, statsmodels, and refusals."""

from __future__ import annotations

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
    NotNumbers,
    RepeatedColumn,
    ReservedName,
    UnknownColumn,
    UnmatchedUnit,
)

O = pm.outcomes  # noqa: E741

#: Sons by the class of their fathers in Britain (Glass 1954), from unskilled to professional.
CLASSES = ["unskilled", "skilled", "supervisory", "managerial", "professional"]
GLASS = [
    [411, 320, 72, 42, 0],
    [447, 714, 185, 150, 14],
    [96, 223, 110, 78, 11],
    [55, 154, 84, 174, 28],
    [8, 18, 8, 45, 50],
]


def tabled(cells, classes=CLASSES, **more):
    rows = [(one, other) for one in classes for other in classes]
    table = pd.DataFrame(rows, columns=["origin", "destination"])
    return table.assign(people=np.asarray(cells).ravel(), **more)


def persons(cells, classes=CLASSES):
    table = tabled(cells, classes)
    return table.loc[table.index.repeat(table["people"])].drop(columns="people").reset_index(drop=True)


def slope_of(origin, destination):
    """Slope of ranks, one person at a time."""
    from scipy.stats import linregress, rankdata

    return linregress(rankdata(origin), rankdata(destination)).slope


def test_the_table_of_glass():
    """3,497 men; each number from people one by one."""
    cells = np.array(GLASS)
    found = O.mobility(tabled(GLASS), classes=CLASSES, count="people", draws=199).set_index("statistic")
    assert found["people"].eq(3497).all()
    assert found.loc["staying", "value"] == pytest.approx(np.trace(cells) / 3497)
    assert found.loc["upward", "value"] == pytest.approx(np.triu(cells, 1).sum() / 3497)
    code = persons(GLASS)[["origin", "destination"]].map(CLASSES.index)
    assert found.loc["rank_rank_slope", "value"] == pytest.approx(
        slope_of(code["origin"], code["destination"]), abs=1e-9
    )
    independent = np.outer(cells.sum(axis=1), cells.sum(axis=0)) / 3497**2
    assert found.loc["staying", "expected"] == pytest.approx(np.trace(independent))
    assert found.loc["downward", "expected"] == pytest.approx(np.tril(independent, -1).sum())
    assert found.loc["rank_rank_slope", "expected"] == 0
    assert (found["lower"] < found["value"]).all()
    assert (found["value"] < found["upper"]).all()
    # The bootstrap of a share is binomial, whose normal interval is near.
    share = found.loc["staying", "value"]
    wide = 1.96 * np.sqrt(share * (1 - share) / 3497)
    assert found.loc["staying", "upper"] - share == pytest.approx(wide, rel=0.25)


def test_people_one_by_one_and_counts_are_the_same():
    one = O.mobility(persons(GLASS), classes=CLASSES, draws=29)
    other = O.mobility(tabled(GLASS), classes=CLASSES, count="people", draws=29)
    pd.testing.assert_frame_equal(pd.DataFrame(one).drop(columns="source"), pd.DataFrame(other).drop(columns="source"))


def test_odds_ratios_are_those_of_statsmodels():
    tables = pytest.importorskip("statsmodels.stats.contingency_tables")
    found = O.mobility_odds(tabled(GLASS), classes=CLASSES, count="people", level=0.9)
    assert len(found) == 10
    for row in found.to_dict("records"):
        i, j = CLASSES.index(row["first"]), CLASSES.index(row["second"])
        cells = np.array(GLASS)[np.ix_([i, j], [i, j])]
        if (cells == 0).any():
            assert np.isnan(row["log_odds_ratio"])
            assert row["reason"] == "empty_cell"
            continue
        theirs = tables.Table2x2(cells, shift_zeros=False)
        assert row["log_odds_ratio"] == pytest.approx(theirs.log_oddsratio, abs=1e-9)
        assert row["standard_error"] == pytest.approx(theirs.log_oddsratio_se, abs=1e-9)
        assert [row["lower"], row["upper"]] == pytest.approx(theirs.log_oddsratio_confint(alpha=0.1), abs=1e-9)
        assert row["people"] == cells.sum()
    half = O.mobility_odds(tabled(GLASS), classes=CLASSES, count="people", haldane=True)
    assert half["log_odds_ratio"].notna().all()
    empty = found["log_odds_ratio"].isna()
    i, j = (CLASSES.index(found.loc[empty, name].iloc[0]) for name in ("first", "second"))
    shifted = np.array(GLASS)[np.ix_([i, j], [i, j])] + 0.5
    want = np.log(shifted[0, 0] * shifted[1, 1] / (shifted[0, 1] * shifted[1, 0]))
    assert half.loc[empty, "log_odds_ratio"].iloc[0] == pytest.approx(want, abs=1e-12)
    assert half["people"].sum() == found["people"].sum()


def test_ranks_among_everyone_and_in_each_group():
    rng = np.random.default_rng(3)
    table = pd.concat([persons(rng.integers(1, 12, (4, 4)), list("abcd")).assign(group=name) for name in "pq"])
    code = table[["origin", "destination"]].map("abcd".index)
    from scipy.stats import rankdata

    ranks = {name: rankdata(code[name]) / len(code) for name in code}
    whole = O.mobility(table, classes=list("abcd"), by="group", ranked_among="everyone", draws=9)
    own = O.mobility(table, classes=list("abcd"), by="group", draws=9)
    for name in "pq":
        here = (table["group"] == name).to_numpy()
        slope = np.polyfit(ranks["origin"][here], ranks["destination"][here], 1)[0]
        got = whole[(whole["group"] == name) & (whole["statistic"] == "rank_rank_slope")]["value"].item()
        assert got == pytest.approx(slope, abs=1e-9)
        apart = slope_of(code["origin"][here], code["destination"][here])
        got = own[(own["group"] == name) & (own["statistic"] == "rank_rank_slope")]["value"].item()
        assert got == pytest.approx(apart, abs=1e-9)


def test_change_between_cohorts():
    cells = {1950: [[60, 20], [10, 30]], 1970: [[50, 30], [15, 25]], 1990: [[9, 9], [0, 9]]}
    table = pd.concat([tabled(one, ["low", "high"], cohort=year) for year, one in cells.items()])
    found = O.mobility_change(table, classes=["low", "high"], count="people", draws=99)
    assert found["cohort"].unique().tolist() == [1970, 1990]
    odds = found[found["statistic"] == "log_odds_ratio"].set_index("cohort")
    assert odds.loc[1970, "change"] == pytest.approx(np.log(50 * 25 / (30 * 15)) - np.log(9))
    assert np.isnan(odds.loc[1990, "change"])
    assert odds.loc[1990, "reason"] == "empty_cell"
    from scipy.stats import norm

    error = np.sqrt(sum(1 / n for n in (60, 20, 10, 30, 50, 30, 15, 25)))
    assert odds.loc[1970, "p_value"] == pytest.approx(2 * norm.sf(abs(odds.loc[1970, "change"]) / error), abs=1e-12)
    each = O.mobility(table, classes=["low", "high"], count="people", by="cohort", draws=99).set_index("statistic")
    for name in ("staying", "upward", "downward", "rank_rank_slope"):
        rows = found[(found["statistic"] == name) & (found["cohort"] == 1970)].iloc[0]
        values = each.loc[name].set_index("cohort")["value"]
        assert rows["change"] == pytest.approx(values[1970] - values[1950])
        assert rows["lower"] < rows["change"] < rows["upper"]
    assert found["people_from"].eq(120).all()


@settings(max_examples=7)
@given(st.integers(0, 10_000), st.integers(2, 5))
def test_identities(seed, many):
    rng = np.random.default_rng(seed)
    classes = list("abcde"[:many])
    cells = rng.integers(0, 30, (many, many)) + np.eye(many, dtype=int)
    found = O.mobility(tabled(cells, classes), classes=classes, count="people", draws=0).set_index("statistic")["value"]
    assert found[["staying", "upward", "downward"]].sum() == pytest.approx(1)
    code = persons(cells, classes)[["origin", "destination"]].map(classes.index)
    if len(set(code["origin"])) > 1:
        assert found["rank_rank_slope"] == pytest.approx(slope_of(code["origin"], code["destination"]), abs=1e-9)
    # Turned round, up is down and the slope stays.
    back = O.mobility(tabled(cells, classes), classes=classes[::-1], count="people", draws=0)
    back = back.set_index("statistic")["value"]
    assert back["upward"] == pytest.approx(found["downward"])
    assert back["rank_rank_slope"] == pytest.approx(found["rank_rank_slope"], abs=1e-9, nan_ok=True)
    # Growing and shrinking classes leave odds as they are.
    grown = cells * rng.integers(1, 9, (many, 1)) * rng.integers(1, 9, many)
    odds = [O.mobility_odds(tabled(one, classes), classes=classes, count="people") for one in (cells, grown)]
    np.testing.assert_allclose(odds[0]["log_odds_ratio"], odds[1]["log_odds_ratio"], atol=1e-9)


def test_nothing_is_passed_on_and_everything_is():
    even = tabled(np.outer([4, 2, 6], [3, 5, 2]), list("abc"))
    same = tabled(np.diag([4, 2, 6]), list("abc"))
    values = [
        O.mobility(one, classes=list("abc"), count="people", draws=0).set_index("statistic")["value"]
        for one in (even, same)
    ]
    assert values[0]["rank_rank_slope"] == pytest.approx(0, abs=1e-12)
    assert values[1]["rank_rank_slope"] == pytest.approx(1)
    assert values[1]["staying"] == 1


def test_one_origin_has_no_slope_and_weights_no_draws():
    table = tabled([[3, 4], [0, 0]], ["a", "b"])
    found = O.mobility(table, classes=["a", "b"], count="people", draws=9).set_index("statistic")
    assert np.isnan(found.loc["rank_rank_slope", "value"])
    assert found.loc["rank_rank_slope", "reason"] == "one_origin"
    part = O.mobility(tabled([[3.5, 4], [1, 2]], ["a", "b"]), classes=["a", "b"], count="people")
    assert part["lower"].isna().all()
    assert part["note"].str.contains("not whole").all()


def test_saved_and_verified(tmp_path):
    table = pd.concat([tabled(GLASS, cohort=1949), tabled(np.array(GLASS).T, cohort=1972)])
    results = [
        O.mobility(table, classes=CLASSES, by=["cohort"], count="people", draws=29, ranked_among="everyone"),
        O.mobility_odds(table, classes=CLASSES, by="cohort", count="people", haldane=True),
        O.mobility_change(table, classes=CLASSES, count="people", draws=29),
        O.mobility(persons(GLASS), classes=CLASSES, draws=9),
    ]
    for number, result in enumerate(results):
        outcome = pm.verify(result.save(tmp_path / f"{number}.zip"))
        assert outcome.same, str(outcome)
        assert result.cite()


@pytest.mark.parametrize(
    ("change", "error", "word"),
    [
        ({"table": 3}, InvalidTable, "table of people"),
        ({"table": pd.DataFrame({"origin": [], "destination": [], "people": []})}, EmptyTable, "no rows"),
        ({"origin": "orgin"}, UnknownColumn, "Did you mean 'origin'"),
        ({"classes": ["a"]}, InvalidParameter, "at least two"),
        ({"classes": "ab"}, InvalidParameter, "at least two"),
        ({"classes": ["a", "b", "a"]}, InvalidParameter, "each once"),
        ({"classes": ["a", "c"]}, UnmatchedUnit, "not in classes"),
        ({"by": "value"}, ReservedName, "results use it"),
        ({"by": "origin"}, RepeatedColumn, "two things"),
        ({"ranked_among": "all"}, InvalidParameter, "stratum"),
        ({"draws": -1}, InvalidParameter, "draws"),
        ({"level": 1.0}, InvalidParameter, "level"),
        ({"table": tabled([[1, 2], [3, -1]], ["a", "b"])}, InvalidCounts, "negative"),
        ({"table": tabled([[1, 2], [3, "many"]], ["a", "b"])}, NotNumbers, "no numbers"),
        ({"table": pd.concat([tabled([[1, 2], [3, 4]], ["a", "b"])] * 2)}, DuplicateUnit, "several rows"),
        (
            {"table": tabled([[1, 2], [3, 4]], ["a", "b"]).replace({"destination": {"b": None}})},
            InvalidTable,
            "without",
        ),
    ],
)
def test_refused(change, error, word):
    table = tabled([[1, 2], [3, 4]], ["a", "b"], value=1)
    with pytest.raises(error, match=word):
        O.mobility(**({"table": table, "classes": ["a", "b"], "count": "people", "draws": 3} | change))


def test_one_cohort_cannot_change():
    with pytest.raises(InvalidParameter, match="only one"):
        O.mobility_change(tabled(GLASS, cohort=1), classes=CLASSES, count="people")
