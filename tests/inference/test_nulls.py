"""Nulls: what they keep is kept, what they draw has the moments of its distribution, and seeds are all that counts."""

from __future__ import annotations

import itertools
import warnings

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix.indices import dealt_dissimilarity, dealt_mutual_information, expected_dissimilarity
from placemix.inference import _lookups, drawing, nulls, table
from placemix.inference._lookups import Binomials, Multinomials
from placemix.inference.households import dealt
from placemix.inference.nulls import NULLS, Table, drawing_of


@pytest.fixture(autouse=True)
def _people_of_no_group():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pm.errors.IncompletePartition)
        yield


def town(units: int = 12, groups: int = 3, seed: int = 0, *, districts: int = 2) -> pm.Counts:
    """Units in two districts in turn, with some people in none of the groups."""
    rng = np.random.default_rng(seed)
    people = rng.poisson(rng.uniform(1, 60, (units, 1)), (units, groups))
    people[0] += 1
    frame = pd.DataFrame(people, columns=list("abcdef")[:groups]).assign(
        unit=[f"u{n:03d}" for n in range(units)],
        district=(np.arange(units) % districts).astype(str),
        total=people.sum(axis=1) + rng.integers(0, 5, units),
    )
    return pm.from_wide(frame, groups=list("abcdef")[:groups], unit="unit", total="total", strata=["district"])


def drawn(counts: pm.Counts, null: str, *, by=("district",), size: float = 1, many: int = 3, seed: int = 1):
    deal = Table.of(counts.values, counts.total, counts.arranged(by), size)
    draw = drawing_of(NULLS[null], deal)
    return deal, np.stack([draw(drawing.stream(seed, number)) for number in range(many)])


@pytest.mark.slow
@given(st.integers(0, 2**20), st.sampled_from([1.0, 2.4]), st.sampled_from(sorted(NULLS)))
@settings(max_examples=30)
def test_what_is_kept_is_kept(seed, size, null):
    counts = town(seed=seed)
    deal, found = drawn(counts, null, size=size, many=2, seed=seed)
    district = counts.arranged(("district",)).order
    codes = np.arange(12) % 2
    assert len(district) == 12
    for one in found:
        assert (one >= 0).all()
        for code in (0, 1):
            # Nobody is lost, and nobody changes district.
            assert one[codes == code].sum() == pytest.approx(deal.people[codes == code].sum())
            if null == "systematic" or (null == "fixed_margins" and size == 1):
                np.testing.assert_allclose(one[codes == code].sum(axis=0), deal.people[codes == code].sum(axis=0))
            if null == "permuted_units":
                rows = sorted(map(tuple, one[codes == code].tolist()))
                assert rows == sorted(map(tuple, deal.people[codes == code].tolist()))
        if null in {"evenness", "fixed_margins"}:
            np.testing.assert_allclose(one.sum(axis=1), deal.people.sum(axis=1))


@pytest.mark.parametrize("null", ["evenness", "systematic", "multinomial", "fixed_margins"])
def test_people_are_spread_evenly_on_average(null):
    counts = town(seed=4)
    deal, found = drawn(counts, null, many=1500)
    mean, error = found.mean(axis=0), found.std(axis=0) / np.sqrt(1500)
    for code in (0, 1):
        here = deal.people[np.arange(12) % 2 == code]
        even = here.sum(axis=1, keepdims=True) * here.sum(axis=0) / here.sum()
        off = (mean - 0)[np.arange(12) % 2 == code] - even
        assert (np.abs(off) <= 5 * error[np.arange(12) % 2 == code] + 1e-9).all()


def test_households_vary_more_by_their_size():
    counts = pm.from_wide(
        pd.DataFrame({"a": [600] * 8, "b": [1400] * 8, "unit": range(8)}), groups=["a", "b"], unit="unit"
    )
    spread = {}
    for size in (1.0, 2.5, 4.0):
        _, found = drawn(counts, "evenness", by=(), size=size, many=800)
        spread[size] = found[..., 0].var()
    assert spread[2.5] / spread[1.0] == pytest.approx(2.5, rel=0.08)
    assert spread[4.0] / spread[1.0] == pytest.approx(4.0, rel=0.08)


def test_numbers_looked_up_are_binomial(monkeypatch):
    """Against SciPy's distribution: every number as often as it should come, and none twice as seldom."""
    sizes = np.array([0, 1, 7, 40, 7, 250])
    looked = Binomials(sizes, 0.2)
    found = np.stack([looked.draw(drawing.stream(3, number)) for number in range(4000)])
    assert (found <= sizes).all()
    for place in (1, 2, 3, 5):
        number, times = np.unique(found[:, place], return_counts=True)
        likely = scipy.stats.binom.pmf(number, sizes[place], 0.2) * 4000
        enough = likely > 10
        assert (np.abs(times - likely)[enough] < 5 * np.sqrt(likely[enough])).all()
        assert times[~enough].sum() < 200
    monkeypatch.setattr(_lookups, "_MOST", 10)
    again = np.stack([Binomials(sizes, 0.2).draw(drawing.stream(3, number)) for number in range(500)])
    assert again[:, 5].mean() == pytest.approx(50, abs=5 * np.sqrt(40 / 500))


def test_a_table_of_households_is_the_household_that_a_person_lives_in():
    counts = town()
    # One alone and one family of three: the four people live with 1, 3, 3 and 3.
    assert dealt(counts, {1: 1, 3: 1}).size == pytest.approx(10 / 4)
    assert dealt(counts, 2.4).size == 2.4
    assert dealt(counts, None).text.startswith("one by one (whom the table counts is not stated")
    for bad in (0.5, True, "2", {0: 3}, {}, {2: -1}, float("nan")):
        with pytest.raises(pm.errors.InvalidParameter, match="cluster"):
            dealt(counts, bad)


@pytest.mark.parametrize(
    ("universe", "size"), [("residents", 2.4), ("usual residents", 2.4), ("pupils", 1), ("staff", 1)]
)
def test_whom_the_table_counts_says_who_is_dealt_together(universe, size):
    frame = pd.DataFrame({"a": [5, 6], "b": [7, 8], "unit": ["p", "q"]})
    counts = pm.from_wide(frame, groups=["a", "b"], unit="unit", about=pm.About(universe=universe))
    assert dealt(counts, None).size == size


# --- closed forms: every way to deal people, one by one -------------------------------------------------------


@pytest.mark.parametrize(("people", "members"), [([3, 2, 2], 3), ([4, 1, 2, 1], 2), ([5, 3], 4), ([1, 6], 6)])
def test_dealt_means_are_those_of_all_deals(people, members):
    unit = np.repeat(np.arange(len(people)), people)
    everyone = len(unit)
    d, m = [], []
    for chosen in itertools.combinations(range(everyone), members):
        x = np.bincount(unit[list(chosen)], minlength=len(people))
        pair = np.column_stack([x, np.array(people) - x]).astype(float)
        d.append(pm.indices.dissimilarity(pair).item())
        m.append(pm.indices.mutual_information(pair).item())
    sizes = np.array(people, dtype=float)
    assert dealt_dissimilarity(sizes, np.array([float(members)])).item() == pytest.approx(np.mean(d), rel=1e-12)
    both = np.array([[float(members), float(everyone - members)]])
    assert dealt_mutual_information(sizes, both).item() == pytest.approx(np.mean(m), rel=1e-10)


def test_toyville_by_both_nulls():
    """Methods 2.4: D* of Toyville is .0757 where groups are drawn and .0750 with fixed margins."""
    frame = pd.DataFrame({"a": [80, 20, 0, 20], "b": [20, 80, 100, 80], "unit": list("ABCD")})
    counts = pm.from_wide(frame, groups=["a", "b"], unit="unit")
    found = table(counts, "dissimilarity", focal="a", cluster=1, draws=1500)
    assert found["expected"].item() == pytest.approx(0.0757, abs=4 * found["sd"].item() / np.sqrt(1500))
    assert dealt_dissimilarity(np.full(4, 100.0), np.array([120.0])).item() == pytest.approx(0.0750, abs=2e-4)


def test_dealing_to_a_country_is_dealing_with_a_binomial():
    sizes = np.full(1000, 300.0)
    dealt_to, drawn_for = (
        dealt_dissimilarity(sizes, np.array([30_000.0])),
        expected_dissimilarity(sizes, np.array([0.1])),
    )
    assert dealt_to.item() == pytest.approx(drawn_for.item(), rel=2e-3)
    # Miller and Madow's first term: (n - 1)(K - 1) / 2T.
    m = dealt_mutual_information(sizes, np.array([[30_000.0, 270_000.0]])).item()
    assert m == pytest.approx(999 / 600_000, rel=1e-2)


def test_expected_d_by_winship():
    """Winship 1977, table 2, as printed: .387, .246 and .131 (the last is .13187)."""
    for size, share, value in ((10, 0.1, 0.387), (10, 0.5, 0.246), (100, 0.1, 0.132)):
        assert expected_dissimilarity(np.full(9, float(size)), np.array([share])).item() == pytest.approx(
            value, abs=5e-4
        )


@pytest.mark.parametrize("null", ["evenness", "fixed_margins"])
def test_closed_forms_are_the_mean_of_draws(null):
    counts = town(units=10, seed=2)
    asked = [
        "dissimilarity", "isolation", "correlation_ratio", "information_theory", "mutual_information", "gorard",
        "exposure",
    ]  # fmt: skip
    options = {"focal": "a", "by": "district", "null": null, "cluster": 1}
    closed = table(counts, asked, draws=0, **options)
    found = table(counts, asked, draws=60, seed=5, **options)
    # The mean of the draws by the kernels themselves, whatever stands in `expected`.
    deal, versions = drawn(counts, null, many=1200, seed=5)
    known, mean, error = closed["expected"].to_numpy(), [], []
    for code in (0, 1):
        here = versions[:, np.arange(10) % 2 == code]
        pair = np.stack([here[..., 0], here[..., 1:].sum(axis=-1)], axis=-1)
        values = [getattr(pm.indices, name)(pair)[:, 0] for name in asked]
        mean += [np.nanmean(value) for value in values]
        error += [np.nanstd(value) / np.sqrt(1200) for value in values]
    mean, error = np.array(mean), np.array(error)
    exact = (closed["expected_by"] == "exact").to_numpy()
    assert exact.sum() == (6 if null == "evenness" else 14)
    assert (np.abs(mean - known)[exact] <= 4.5 * error[exact]).all()
    np.testing.assert_array_equal(found["expected"][exact], known[exact])
    assert deal.people.sum() == counts.total.sum()


# --- draws, seeds and p values ---------------------------------------------------------------------------------


def test_seeds_and_chunks(monkeypatch):
    counts = town(units=30)
    once = table(counts, ["dissimilarity", "gini"], focal="a", draws=60, seed=7)
    monkeypatch.setattr(drawing, "CHUNK", 200)
    told = []
    again = table(
        counts, ["dissimilarity", "gini"], focal="a", draws=60, seed=7, progress=lambda *done: told.append(done)
    )
    pd.testing.assert_frame_equal(pd.DataFrame(once), pd.DataFrame(again))
    assert told[-1] == (60, 60)
    assert len(told) > 20
    other = table(counts, ["dissimilarity", "gini"], focal="a", draws=60, seed=8)
    assert (other["sd"] != once["sd"]).all()


def test_p_values_count_the_value_itself():
    counts = town(units=30)
    result = table(counts, "dissimilarity", focal="a", draws=99, cluster=1)
    assert result["p_value"].item() >= 1 / 100
    apart = pd.DataFrame({"a": [90, 0, 0], "b": [0, 80, 70], "unit": list("pqr")})
    apart = pm.from_wide(apart, groups=["a", "b"], unit="unit")
    for tail, p in (("above", 0.01), ("below", 1.0), ("both", 0.02)):
        found = table(apart, "dissimilarity", focal="a", draws=99, cluster=1, tail=tail)
        assert found["p_value"].item() == pytest.approx(p)
        assert found["flag"].isna().item()
    even = pd.DataFrame({"a": [50, 50, 50], "b": [50, 50, 50], "unit": list("pqr")})
    found = table(pm.from_wide(even, groups=["a", "b"], unit="unit"), "dissimilarity", focal="a", draws=99, cluster=1)
    assert found["p_value"].item() == 1.0
    assert found["flag"].item() == "not_distinguishable_from_chance"


@pytest.mark.slow
def test_one_in_twenty_tables_by_chance_is_called_unusual():
    """Tables drawn from the null itself: p values are uniform, so that 5 % of them lie below 0.05."""
    rng = np.random.default_rng(11)
    total = rng.integers(20, 80, 40)
    small = 0
    for number in range(100):
        x = rng.binomial(total, 0.2)
        frame = pd.DataFrame({"a": x, "b": total - x, "unit": np.arange(40)})
        counts = pm.from_wide(frame, groups=["a", "b"], unit="unit")
        small += table(counts, "dissimilarity", focal="a", draws=99, cluster=1, seed=number)["p_value"].item() <= 0.05
    # Four standard errors of 100 throws at 0.05.
    assert abs(small / 100 - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 100)


def test_refusals():
    counts = town()
    for options, words in (
        ({"null": "eveness"}, "evenness"),
        ({"draws": -1}, "draws is a whole number"),
        ({"draws": 2.5}, "draws is a whole number"),
        ({"seed": -3}, "seed is a whole number"),
        ({"level": 1}, "level is between 0 and 1"),
        ({"tail": "upper"}, "tail is one of above, below, both"),
        ({"null": "permuted_units"}, "changes nothing of dissimilarity"),
        ({"cluster": 0}, "cluster is the people dealt together"),
    ):
        with pytest.raises(pm.errors.InvalidParameter, match=words):
            table(counts, "dissimilarity", focal="a", **options)
    assert set(nulls.NULLS) == {"evenness", "systematic", "multinomial", "fixed_margins", "permuted_units"}


@pytest.mark.slow
def test_places_of_people_are_multinomial(monkeypatch):
    """Sums are met exactly; means, variances and covariances are those of the multinomial distribution."""
    share = np.array([0.001, 0.05, 0.149, 0.3, 0.5, 0.0])
    for many in (3, 60, 5000):
        places = Multinomials(share, float(many))
        found = np.stack([places.draw(drawing.stream(5, number), many) for number in range(6000)])
        assert (found.sum(axis=1) == many).all()
        assert (found[:, -1] == 0).all()
        mean, spread = many * share, np.sqrt(many * share * (1 - share))
        assert (np.abs(found.mean(axis=0) - mean) <= 5 * spread / np.sqrt(6000)).all()
        assert found[:, 4].var() == pytest.approx(many / 4, rel=0.1)
        assert np.cov(found[:, 3], found[:, 4])[0, 1] == pytest.approx(-many * 0.15, rel=0.12)
    # Fewer than were expected when the tables were made: the sum is met all the same.
    assert places.draw(drawing.stream(5, 0), 4990).sum() == 4990
    monkeypatch.setattr(_lookups, "_MOST", 1)
    assert Multinomials(share, 60.0).draw(drawing.stream(5, 0), 60).sum() == 60


def test_numbers_looked_up_follow_each_places_chance():
    sizes, chance = np.array([0, 10, 10, 10, 30]), np.array([0.3, 0.0, 1.0, 0.25, 0.9])
    looked = Binomials(sizes, chance)
    found = np.stack([looked.draw(drawing.stream(4, number)) for number in range(4000)])
    assert (found[:, :3] == [0, 0, 10]).all()
    for place in (3, 4):
        number, times = np.unique(found[:, place], return_counts=True)
        likely = scipy.stats.binom.pmf(number, sizes[place], chance[place]) * 4000
        enough = likely > 10
        assert (np.abs(times - likely)[enough] < 5 * np.sqrt(likely[enough])).all()


@pytest.mark.parametrize("null", ["evenness", "fixed_margins", "systematic", "multinomial"])
def test_a_size_for_every_unit(null):
    """Where all are of one size nothing changes; where half the units have larger ones, these vary more."""
    counts = town(units=20, districts=1)
    same = pd.Series(2.4, index=counts.units)
    one, each = (
        table(counts, "dissimilarity", focal="a", null=null, cluster=cluster, draws=60) for cluster in (2.4, same)
    )
    assert each["sd"].item() == pytest.approx(one["sd"].item(), rel=0.02)
    # Closed forms know one size only.
    assert each["expected_by"].item().startswith("draws")


def test_larger_households_vary_more_where_they_are():
    frame = pd.DataFrame({"a": [200] * 40, "b": [800] * 40, "unit": np.arange(40)})
    counts = pm.from_wide(frame, groups=["a", "b"], unit="unit")
    sizes = pd.Series(np.where(np.arange(40) < 20, 1.0, 4.0), index=counts.units)
    deal = Table.of(counts.values, counts.total, counts.arranged(()), dealt(counts, sizes).of_units)
    for name in ("evenness", "fixed_margins"):
        draw = drawing_of(NULLS[name], deal)
        found = np.stack([draw(drawing.stream(2, number))[:, 0] for number in range(600)])
        assert found[:, 20:].var() / found[:, :20].var() == pytest.approx(4.0, rel=0.12)


def test_sizes_by_unit_are_checked_and_saved(tmp_path):
    counts = town(units=10)
    sizes = pd.Series(np.linspace(1.8, 3.2, 10), index=counts.units)
    found = table(counts, "dissimilarity", focal="a", cluster=sizes, draws=20)
    assert "from 1.8 to 3.2" in found["cluster"].item()
    assert pm.verify(found.save(tmp_path / "sizes.zip")).same
    held = pm.inference.intervals(
        counts, "isolation", focal="a", cluster=sizes, resample="people", method="bca", draws=30
    )
    assert pm.verify(held.save(tmp_path / "held.zip")).same
    with pytest.raises(pm.errors.UnmatchedUnit, match="1 unit with"):
        table(counts, "dissimilarity", focal="a", cluster=sizes.iloc[1:], draws=9)
    with pytest.raises(pm.errors.InvalidParameter, match="size below 1"):
        table(counts, "dissimilarity", focal="a", cluster=sizes - 1, draws=9)
    with pytest.raises(pm.errors.DuplicateUnit):
        table(counts, "dissimilarity", focal="a", cluster=pd.concat([sizes, sizes]), draws=9)


def test_an_interrupted_run_stops_and_leaves_no_thread_waiting():
    """What stops a run, such as Ctrl-C, comes through at once; what was not begun is not drawn."""
    drawn = []

    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    def draw(rng: np.random.Generator) -> np.ndarray:
        drawn.append(1)
        return rng.random((50, 2))

    with pytest.raises(KeyboardInterrupt):
        drawing.over(
            draw, lambda people: people.sum(axis=(1, 2)), draws=4000, seed=1, cells=50_000, apart=True, progress=stop
        )
    assert len(drawn) < 4000


def test_exposure_is_lowered_by_sorting():
    """Two groups apart: exposure lies far below chance, isolation far above, and neither is flagged."""
    frame = pd.DataFrame({"a": [90, 80, 5, 4], "b": [10, 20, 95, 96], "unit": range(4)})
    counts = pm.from_wide(frame, groups=["a", "b"], unit="unit")
    found = table(counts, ["isolation", "exposure"], focal="a", draws=99, cluster=1)
    assert found["flag"].isna().all()
    even = pd.DataFrame({"a": [50, 49, 51], "b": [50, 51, 49], "unit": range(3)})
    found = table(pm.from_wide(even, groups=["a", "b"], unit="unit"), ["isolation", "exposure"], focal="a", draws=99)
    assert (found["flag"] == "not_distinguishable_from_chance").all()
