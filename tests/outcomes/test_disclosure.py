"""Tables to be printed: an attacker with a linear programme, every table of a small grid, real counts, refusals."""

from __future__ import annotations

import pickle
import warnings
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix.errors import (
    DuplicateUnit,
    IncompletePartition,
    InvalidCounts,
    InvalidParameter,
    InvalidTable,
    NotCounts,
    ReservedName,
    UnknownColumn,
)

O = pm.outcomes  # noqa: E741
GROUPS = list("xyz")


def counts_of(values, *, strata=None, more=0, names=None):
    """Counts of units u0, u1 …, with so many people of no group in each."""
    values = np.asarray(values)
    groups = list("xyzuv"[: values.shape[1]])
    table = pd.DataFrame(values, columns=groups)
    table["id"] = names or [f"u{n:03}" for n in range(len(values))]
    table["total"] = values.sum(axis=1) + more
    table["district"] = "d" if strata is None else strata
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IncompletePartition)
        return pm.from_wide(table, groups=groups, unit="id", total="total", strata=["district"])


def draw(seed, units=8, groups=3, strata=1, mean=12.0, zeros=0.2):
    rng = np.random.default_rng(seed)
    values = rng.poisson(rng.gamma(0.7, mean / 0.7, (units, groups))) * (rng.random((units, groups)) > zeros)
    return counts_of(values, strata=[f"d{n % strata}" for n in range(units)], more=int(rng.integers(0, 2)) * 4)


# -- the attacker ----------------------------------------------------------------------


def known(frame, rule, *, by=None, national=False):
    """What a printed table says: cells by row and column, hidden ones, between what each lies, and lines that add up.

    Whoever reads it knows the rule: hidden counts are at least its least one, and printed ones were rounded.
    """
    columns = [name for name in frame.columns if name not in {"unit", "district"}]
    rows = frame.to_dict("records")
    place = {(at, name): number for number, (at, name) in enumerate(product(range(len(rows)), columns))}
    bounds, hidden = [], []
    for at, name in place:
        text = rows[at][name]
        if text == rule.symbol:
            bounds.append((rule.low, np.inf))
            hidden.append((at, name))
            continue
        value = int(text)
        exact = rule.rounded_to is None or (national and at == len(rows) - 1)
        if value == 0 and rule.low > 0 and not exact:
            # A printed 0 is one, unless the least count that is not hidden is rounded to it.
            bounds.append((0, 0 if rule.high + 1 > 2 else 2))
            continue
        bounds.append((value, value) if exact else (max(value - 2, rule.high + 1), value + 2))
    lines = []
    for at in range(len(rows)):
        line = np.zeros(len(place))
        line[[place[at, name] for name in columns[:-1]]] = 1
        line[place[at, columns[-1]]] = -1
        lines.append(line)
    units = [at for at, row in enumerate(rows) if row["unit"] != "all"]
    sums = [at for at, row in enumerate(rows) if row["unit"] == "all"]
    for name in columns:
        for at in sums:
            every = at == len(rows) - 1
            parts = [one for one in units if every or rows[one][by] == rows[at][by]]
            line = np.zeros(len(place))
            line[[place[one, name] for one in parts]] = 1
            line[place[at, name]] = -1
            lines.append(line)
    return place, hidden, np.array(bounds, dtype=float), np.array(lines)


def attack(printed, *, enough=None):
    """Least and most of every hidden count, by linear programmes over nothing but what the printed table says.

    Every table found tells of all counts; `enough` says which of them need no further one, because those found already
    get far enough.
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    place, hidden, bounds, lines = printed
    fixed = bounds[:, 0] == bounds[:, 1]
    free, sums = np.flatnonzero(~fixed), -lines[:, fixed] @ bounds[fixed, 0]
    lines, bounds = csr_array(lines[:, free]), bounds[free]
    reached = np.tile([np.inf, -np.inf], (len(place), 1))
    for cell in hidden:
        for end, sign in ((0, 1), (1, -1)):
            if enough is not None and enough(cell, *reached[place[cell]]):
                break
            cost = np.zeros(len(free))
            cost[np.searchsorted(free, place[cell])] = sign
            answer = linprog(cost, A_eq=lines, b_eq=sums, bounds=bounds, method="highs")
            assert answer.status in {0, 3}, answer.message
            if answer.status == 0:
                reached[free, 0] = np.minimum(reached[free, 0], answer.x)
                reached[free, 1] = np.maximum(reached[free, 1], answer.x)
            else:
                reached[place[cell], end] = -sign * np.inf
    return {cell: tuple(reached[place[cell]]) for cell in hidden}


def truth_of(counts, by, of=None):
    """The table with its margins, or that of a function of its cells, in the order of `to_frame`."""
    frame = counts.to_frame()[[*counts.groups, "total", "unit", "district"]]
    if counts.residual.any():
        frame.insert(len(counts.groups), "none of these", counts.residual)
    if of is not None:
        cells = [name for name in frame if name not in {"total", "unit", "district"}]
        frame[cells] = of(frame[cells])
        frame["total"] = frame[cells].sum(axis=1)
    sums = [frame.drop(columns=["unit", "district"])]
    if by:
        sums.append(frame.drop(columns="unit").groupby("district").sum())
    return np.vstack([*sums, sums[0].sum(axis=0).to_numpy()[np.newaxis]])


def safe(counts, rule, *, by=None, **more):
    """Protect a table, attack it, and check every hidden count."""
    protected = O.suppress(counts, rule, by=by, **more)
    chosen = protected.rule
    frame, truth = protected.to_frame(), truth_of(counts, by)
    columns = [name for name in frame.columns if name not in {"unit", "district"}]
    national = bool(more.get("national"))
    # Readers see which cells are 0: a sum is at least the number of the others in it.
    seen = truth_of(counts, by, of=lambda part: (part > 0).astype(float) * chosen.low)
    kept = {(at, name): truth[at, columns.index(name)] for at, name in product(range(len(truth)), columns)}

    def far(cell, least, most):
        """Whether these tables leave open what the rule wants left open."""
        at, name = cell
        if chosen.low <= kept[cell] <= chosen.high:
            fewest = max(chosen.low, seen[at, columns.index(name)])
            return least <= fewest + 1e-6 and most >= chosen.high - 1e-6
        return most - least >= chosen.high - chosen.low - 1e-6

    printed = known(frame, chosen, by=by, national=national)
    values = np.array([kept[cell] for cell in printed[0]])
    assert (printed[2][:, 0] <= values).all(), "what is printed holds the truth"
    assert (values <= printed[2][:, 1]).all()
    assert np.abs(printed[3] @ values).max() < 1e-6
    found = attack(printed, enough=far)
    assert all(far(cell, *ends) for cell, ends in found.items())
    shown = frame[columns].to_numpy()
    small = (truth >= chosen.low) & (truth <= chosen.high)
    if national and chosen.rounded_to:
        small[-1] = False
    assert (shown[small] == chosen.symbol).all(), "no small count is printed"
    return protected


@pytest.mark.slow
@settings(max_examples=7)
@given(st.integers(0, 100_000), st.integers(2, 9), st.integers(2, 4), st.sampled_from([3.0, 12.0, 60.0]))
def test_no_attacker_pins_down_a_hidden_count(seed, units, groups, mean):
    safe(draw(seed, units, groups, mean=mean), "min10")


@pytest.mark.slow
@settings(max_examples=7)
@given(st.integers(0, 100_000), st.integers(4, 10), st.sampled_from([5.0, 20.0]))
def test_nor_with_the_sums_of_districts(seed, units, mean):
    safe(draw(seed, units, 3, strata=3, mean=mean), "min10", by="district")


@pytest.mark.slow
@settings(max_examples=7)
@given(st.integers(0, 100_000), st.sampled_from([6.0, 25.0, 120.0]))
def test_nor_where_counts_are_rounded(seed, mean):
    safe(draw(seed, 6, 3, mean=mean), "hes2018")


@pytest.mark.slow
@settings(max_examples=7)
@given(st.integers(0, 100_000))
def test_nor_where_zeros_are_hidden_too(seed):
    protected = safe(draw(seed, 6, 3, mean=8.0, zeros=0.4), "min10", hide_zeros=True)
    assert protected.rule.low == 0
    assert "0" not in set(protected.to_frame()[GROUPS].to_numpy().ravel())


@pytest.mark.slow
def test_many_seeds_of_every_rule():
    for seed in range(6):
        safe(draw(seed, 7, 3, strata=2, mean=15.0), "dfe", by="district")
        safe(draw(seed, 7, 4, mean=30.0), O.Rule("ours", 1, 4, symbol="x"))
        safe(draw(seed, 5, 3, mean=9.0), O.Rule("coarse", 1, 1, rounded_to=5))


def test_national_sums_are_printed_as_they_are():
    counts = draw(5, 12, 3, mean=40.0)
    protected = safe(counts, "hes2018", national=True)
    last = protected.to_frame().iloc[-1]
    assert last["x"] == f"{counts.values[:, 0].sum():.0f}"
    # Two units: a small count and a zero; the national sum is small itself and printed, so nothing can be done.
    few = counts_of([[3, 100], [0, 100]])
    with pytest.raises(InvalidParameter, match="give away"):
        O.suppress(few, "hes2018", national=True)
    safe(few, "hes2018")


def test_an_attacker_does_recover_what_is_hidden_alone():
    """The attacker of these tests is no straw man: without further cells hidden it finds every small count."""
    counts = counts_of([[3, 60, 20], [40, 25, 35], [30, 50, 80]])
    frame = O.suppress(counts, "none", protected_by="a test").to_frame()
    frame.loc[0, "x"] = "c"
    assert attack(known(frame, O.RULES["min10"])) == {(0, "x"): (3, 3)}


# -- what follows from a printed table -------------------------------------------------


@pytest.mark.slow
def test_recoverable_against_every_table_of_a_small_grid():
    """All whole tables of three by three with these margins, one by one."""
    counts = counts_of([[2, 5, 3], [4, 1, 6], [3, 3, 2]])
    protected = O.suppress(counts, O.Rule("ours", 1, 2))
    found = O.recoverable(protected)
    cells = protected.cells()
    shown = {
        (row["unit"], row["group"]): row["value"]
        for row in cells.to_dict("records")
        if not np.isnan(row["value"])
    }  # fmt: skip
    units, groups = list(counts.units), list(counts.groups)
    ends: dict[tuple[object, object], list[int]] = {}
    for values in product(range(12), repeat=4):
        # Four cells and six margins give the other five.
        grid = np.zeros((3, 3), dtype=int)
        grid[:2, :2] = np.array(values).reshape(2, 2)
        grid[:2, 2] = [10 - grid[0, :2].sum(), 11 - grid[1, :2].sum()]
        grid[2] = np.array([9, 9, 11]) - grid[:2].sum(axis=0)
        table = {(units[a], groups[b]): int(grid[a, b]) for a in range(3) for b in range(3)}
        fits = grid.min() >= 0 and all(
            table[key] == shown[key] if key in shown else table[key] >= 1 for key in table
        )  # fmt: skip
        if fits:
            for key, value in table.items():
                ends.setdefault(key, []).append(value)
    assert len(found) >= 4
    for row in found.to_dict("records"):
        every = ends[row["unit"], row["group"]]
        assert (row["least"], row["most"]) == pytest.approx((min(every), max(every)), abs=1e-6)
        assert not row["recovered"]


def test_recoverable_is_the_attacker_of_these_tests():
    counts = draw(3, 8, 3, strata=2)
    protected = O.suppress(counts, "min10", by="district")
    found = O.recoverable(protected)
    ends = attack(known(protected.to_frame(), protected.rule, by="district"))
    np.testing.assert_allclose(found[["least", "most"]].to_numpy(float), np.array(list(ends.values())), atol=1e-6)


def test_a_published_table_that_gives_itself_away():
    """A release with one cell hidden in its row, as found in the wild, and one rounded."""
    table = pd.DataFrame(
        [("A", "x", None), ("A", "y", 6), ("A", None, 10), ("B", "x", 40), ("B", "y", None), ("B", None, None)],
        columns=["unit", "group", "value"],
    )
    found = O.recoverable(table).set_index(["unit", "group"])
    assert found.loc[("A", "x"), ["least", "most"]].tolist() == [4, 4]
    assert found.loc[("A", "x"), "recovered"]
    assert np.isinf(found.loc[("B", "y"), "most"])
    assert found.loc[("B", "y"), "reason"] == "nothing_bounds_it"
    rounded = table.assign(low=[None, 4, 8, 38, None, None], high=[None, 8, 12, 42, None, None])
    ends = O.recoverable(rounded).set_index(["unit", "group"]).loc[("A", "x"), ["least", "most"]]
    assert ends.tolist() == [0, 8]


# -- what is kept and what is not ------------------------------------------------------


def test_nothing_of_what_is_hidden_is_kept():
    """Whoever gets the object gets no more than the table: everything in it follows from what is printed."""
    counts = counts_of([[3, 6011, 7027], [4013, 2503, 3511], [3019, 5023, 8053]])
    protected = O.suppress(counts, "min10")
    hidden = [value for value in counts.values[np.isnan(protected.printed[:3, :3])] if value > 1000]
    text = (
        pickle.dumps(protected) + protected.counts.to_frame().to_csv().encode() + protected.shares().to_csv().encode()
    )
    for value in hidden:
        assert np.float64(value).tobytes() not in text
        assert str(int(value)).encode() not in text
    from placemix.outcomes.disclosure.lines import Grid, carried_bounds

    kind, printed = protected.rows["kind"].to_numpy(), protected.printed
    blank = Grid(np.zeros_like(printed), kind, np.where(kind == 2, -1, 0))
    low, high = carried_bounds(
        blank, np.where(np.isnan(printed), 1, printed), np.where(np.isnan(printed), np.inf, printed)
    )
    np.testing.assert_array_equal(protected.low, low)
    np.testing.assert_array_equal(protected.high, high)


@pytest.mark.slow
@settings(max_examples=7)
@given(st.integers(0, 100_000))
def test_intervals_hold_the_truth_and_what_the_attacker_finds(seed):
    counts = draw(seed, 8, 3, strata=2, mean=20.0)
    protected = O.suppress(counts, "min10", by="district")
    truth = truth_of(counts, "district")
    assert (protected.low <= truth).all()
    assert (truth <= protected.high).all()
    found = O.recoverable(protected)
    hidden = np.isnan(protected.printed)
    assert (protected.low[hidden] <= found["least"] + 1e-6).all()
    assert (protected.high[hidden] >= found["most"] - 1e-6).all()
    shares = protected.shares()
    with np.errstate(invalid="ignore"):
        true = (truth[:, :-1] / truth[:, -1:]).ravel()
    some = ~np.isnan(true)
    assert (shares["low"][some] <= true[some] + 1e-12).all()
    assert (true[some] <= shares["high"][some] + 1e-12).all()
    if np.isinf(protected.high[protected.rows["kind"] == 0]).any():
        return
    kept = protected.counts
    assert (kept.values.sum(axis=1) <= kept.total + 1e-9).all()
    if not hidden[:8].any():
        np.testing.assert_array_equal(kept.values, counts.values)


def test_measures_of_a_protected_table_are_ranges_that_hold_the_true_value():
    counts = draw(2, 12, 3, mean=40.0)
    kept = O.suppress(counts, "min10").counts
    assert kept.stated
    bounds = pm.inference.hidden_bounds(kept, "dissimilarity", focal="x")
    value = pm.estimate(counts, "dissimilarity", focal="x").value
    assert bounds["lower"].item() <= value <= bounds["upper"].item()


def test_the_order_of_rows_changes_nothing():
    counts = draw(7, 20, 3, strata=2)
    order = np.random.default_rng(0).permutation(20)
    first, second = (O.suppress(one, "min10", by="district").to_frame() for one in (counts, counts.take(order)))
    columns = ["district", "unit"]
    pd.testing.assert_frame_equal(
        first.sort_values(columns, ignore_index=True), second.sort_values(columns, ignore_index=True)
    )
    assert second["unit"].tolist()[:20] == list(counts.units[order])


def test_nothing_small_nothing_hidden():
    counts = counts_of([[30, 60, 20], [40, 25, 35]])
    protected = O.suppress(counts, "min10")
    assert (protected.small, protected.further, protected.margins) == (0, 0, 0)
    np.testing.assert_array_equal(protected.counts.values, counts.values)
    assert not protected.counts.hidden.any()


def test_a_rate_is_with_those_without():
    """Three of 500 excluded: the other 497 would tell, so both are hidden, and another school beside."""
    table = pd.DataFrame({"school": list("ABC"), "excluded": [3, 20, 31], "others": [497, 380, 609]})
    counts = pm.from_wide(table, groups=["excluded", "others"], unit="school")
    frame = O.suppress(counts, "dfe").to_frame().set_index("unit")
    assert frame.loc["A", ["excluded", "others"]].tolist() == ["SUPP", "SUPP"]
    assert frame.loc["A", "total"] == "500"
    assert (frame.loc[["B", "C"], "excluded"] == "SUPP").sum() == 1
    shares = O.suppress(counts, "dfe").shares().set_index(["unit", "group"])
    assert shares.loc[("A", "excluded"), "low"] <= 3 / 500 <= shares.loc[("A", "excluded"), "high"]


def test_rules_say_where_they_come_from():
    counts = draw(0)
    notes = " ".join(O.suppress(counts, "dfe").counts.about.notes)
    assert "UNVERIFIED" in notes
    assert "UNVERIFIED" not in " ".join(O.suppress(counts, "min10").counts.about.notes)
    declared = O.suppress(counts, "none", protected_by="record swapping and cell keys")
    assert "record swapping" in " ".join(declared.counts.about.notes)
    np.testing.assert_array_equal(declared.counts.values, counts.values)
    assert "Protected (none)" in repr(declared)


def test_saved_and_verified_without_the_true_table(tmp_path):
    counts = counts_of([[3, 6011, 7027], [4013, 2503, 3511], [3019, 5023, 8053]])
    protected = O.suppress(counts, "min10")
    path = O.recoverable(protected).save(tmp_path / "safe.zip")
    outcome = pm.verify(path)
    assert outcome.same, str(outcome)
    kept = pm.measure(protected.counts.fill("middle"), "dissimilarity", focal="x")
    assert pm.verify(kept.save(tmp_path / "kept.zip")).same


# -- real counts -----------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.data
def test_oldham_by_ward(gm):
    """Fifteen groups of 2011 in 40 output areas, attacked count by count."""
    table = pd.read_parquet(gm / "groups_oa11_2011.parquet")
    table = table[table["lad11nm"] == "Oldham"].head(40)
    groups = [name for name in table if name not in {"oa11cd", "lsoa11cd", "msoa11cd", "lad11nm", "rgn11nm", "total"}]
    counts = pm.from_wide(table, groups=groups, unit="oa11cd")
    protected = O.suppress(counts, "min10")
    found = O.recoverable(protected)
    inside = found["unit"].notna() & found["group"].notna()
    assert (found.loc[inside, "width"] >= 8 - 1e-6).all()
    assert not found["recovered"].any()
    assert protected.small > 200
    assert protected.further < 0.5 * protected.small


# -- refusals --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "error", "word"),
    [
        ({"rule": "min11"}, InvalidParameter, "Did you mean 'min10'"),
        ({"rule": "none"}, InvalidParameter, "declared"),
        ({"rule": "none", "protected_by": "  "}, InvalidParameter, "declared"),
        ({"protected_by": "swapping"}, InvalidParameter, "alone"),
        ({"by": "distict"}, UnknownColumn, "district"),
        ({"table": counts_of([[3, 20], [40, 50]], names=["all", "b"])}, ReservedName, "'all'"),
        ({"table": pd.DataFrame()}, NotCounts, "from_wide"),
        ({"table": counts_of([[1.5, 2], [20, 30]])}, InvalidCounts, "not whole"),
    ],
)
def test_refused(change, error, word):
    with pytest.raises(error, match=word):
        O.suppress(**({"table": draw(0), "rule": "min10"} | change))


@pytest.mark.parametrize(
    "rule",
    [
        {"low": 2, "high": 5},
        {"low": 1, "high": 0},
        {"low": 1, "high": 4.5},
        {"low": 1, "high": 4, "rounded_to": 1},
        {"low": 1, "high": 4, "symbol": "0"},
        {"low": 1, "high": 4, "symbol": " "},
    ],
)
def test_refused_rules(rule):
    with pytest.raises(InvalidParameter):
        O.Rule("ours", **rule)


def test_refused_printed_tables():
    table = pd.DataFrame({"unit": ["A", "A", "A"], "group": ["x", "y", None], "value": [None, 6, 10]})
    with pytest.raises(InvalidTable):
        O.recoverable("a table")
    with pytest.raises(UnknownColumn, match="Did you mean"):
        O.recoverable(table.rename(columns={"value": "valu"}))
    with pytest.raises(DuplicateUnit):
        O.recoverable(pd.concat([table, table.head(1)]))
    with pytest.raises(InvalidCounts):
        O.recoverable(table.assign(value=[None, -6, 10]))
    with pytest.raises(InvalidParameter, match="No table adds up"):
        O.recoverable(table.assign(value=[None, 16, 10]))
    with pytest.raises(InvalidTable, match="in several"):
        O.recoverable(table.assign(district=["d", "e", "d"]), by="district")
