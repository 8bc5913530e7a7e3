"""Every row of the catalogue × every claim, both ways, and the identities that tie rows together.

A claim made is upheld by tables that hypothesis draws; a claim not made is refuted by a stored
table. A row that claims too much fails the first, one that claims too little the second.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from claims.checks import FOCAL, WEIGHTS, forms, holds, slack
from claims.counterexamples import REFUTED as STORED
from claims.maps import OPTIONS, mapped, on_a_map
from claims.of_land import REFUTED_OF_LAND
from claims.of_occupations import REFUTED_OF_OCCUPATIONS
from claims.strategies import STRATEGIES, tables
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix import indices
from placemix.errors import InvalidParameter, NoSpatialForm
from placemix.measuring import sweep
from placemix.registry import CLAIMS, MEASURES, Measure

ROWS = tuple(MEASURES.values())
REFUTED = (*STORED, *REFUTED_OF_OCCUPATIONS, *REFUTED_OF_LAND)
EXAMPLES = max(settings().max_examples // 5, 5)


def claimed(row: Measure, form: str) -> frozenset[str]:
    return row.claims if form == "many" else row.pair_claims


def cases(*, made: bool) -> list[tuple[str, str, str]]:
    return [
        (row.name, claim, form)
        for row in ROWS
        for claim in CLAIMS
        for form in ("pair", "many")
        if (claim in claimed(row, form)) is made and forms(row, 2 if form == "pair" else 3)
    ]


# -- both ways ---------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "claim", "form"), cases(made=True))
def test_a_claim_made_is_upheld(name, claim, form):
    row = MEASURES[name]
    options = {"group": 0} if claim.startswith("transfers") and name in FOCAL else {}
    strategy = STRATEGIES[claim]
    drawn = strategy(2, **options) if form == "pair" else st.integers(3, 6).flatmap(lambda k: strategy(k, **options))

    @settings(max_examples=EXAMPLES)
    @given(drawn)
    def check(example):
        groups = len(example.table[0])
        for way in forms(row, groups):
            assert holds(claim, way, example, row), way.name

    check()


@pytest.mark.parametrize(("name", "claim", "form"), cases(made=False))
def test_a_claim_not_made_is_refuted(name, claim, form):
    entries = [item for item in REFUTED if item.claim == claim and item.form == form and name in item.rows]
    assert entries, f"no counter-example: {name} may hold {claim} with {form} groups and claims too little"
    row = MEASURES[name]
    for entry in entries:
        table = entry.example.table or entry.example.tables[0]
        groups = len(table[0])
        assert (groups == 2) == (form == "pair")
        assert entry.example.why
        assert not all(holds(claim, way, entry.example, row) for way in forms(row, groups))


def test_no_counter_example_is_against_a_claim():
    wanted = set(cases(made=False))
    stored = {(name, item.claim, item.form) for item in REFUTED for name in item.rows}
    assert stored == wanted


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_claims_are_known_and_what_holds_for_many_holds_for_two(row):
    assert row.claims | row.pair_claims <= set(CLAIMS)
    assert row.claims <= row.pair_claims
    if not forms(row, 3):
        assert not row.claims
        with pytest.raises(InvalidParameter):
            _called(row, np.ones((2, 3)))


def _called(row, counts, starts=None, places=None, **options):
    if on_a_map(row):
        places = np.arange(counts.shape[-2]) if places is None else places
        return mapped(row, counts, places, starts=starts, **options)
    return row.function(counts, starts=starts, **options)


def test_every_nesting_row_has_its_weights():
    assert {row.name for row in ROWS if "nests" in row.claims | row.pair_claims} == set(WEIGHTS)


def test_forms_that_count_whole_people_stand_outside_the_claims():
    school = np.array([[4, 2], [2, 4]])
    once = indices.isolation(school, exclude_self=True).item()
    # Members meet 3 of 5 in the first unit and 1 of 5 in the second: (4 x 3/5 + 2 x 1/5) / 6.
    assert once == pytest.approx(14 / 30)
    assert indices.isolation(2 * school, exclude_self=True).item() != pytest.approx(once, abs=1e-3)
    assert indices.simpson([2, 2], finite=True).item() == pytest.approx(2 / 3)
    assert indices.simpson([4, 4], finite=True).item() == pytest.approx(4 / 7)


# -- range ---------------------------------------------------------------------------------


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_values_stay_in_the_range_of_the_row(row):
    @settings(max_examples=2 * EXAMPLES)
    @given(st.integers(2, 6).flatmap(tables))
    def check(table):
        counts = np.array(table)
        for way in forms(row, counts.shape[1]):
            value = way.value(counts)
            value = value[~np.isnan(value)]
            allowed = 10 * slack(counts)
            assert (value >= row.lowest - allowed).all(), way.name
            assert row.highest is None or (value <= row.highest + allowed).all(), way.name

    check()


@settings(max_examples=60)
@given(tables(2, least=2))
def test_ceilings_that_depend_on_the_margins(table):
    counts = np.array(table)
    share = counts.sum(axis=0) / max(counts.sum(), 1e-300)
    allowed = 10 * slack(counts)
    for kernel, ceiling in (
        (indices.gorard, 1 - share[0]),
        (indices.karmel_maclachlan, 2 * share[0] * share[1]),
        (indices.mutual_information, indices.shannon(counts.sum(axis=0)).item()),
    ):
        value = kernel(counts).item()
        assert math.isnan(value) or value <= ceiling + allowed


# -- equal rows -------------------------------------------------------------------------------


@pytest.mark.slow
@settings(max_examples=60)
@given(tables(2, least=2))
def test_rows_that_say_they_are_equal_with_two_groups_are(table):
    counts = np.array(table)
    for row in ROWS:
        if row.equals_with_two_groups:
            other = MEASURES[row.equals_with_two_groups]
            allowed = 10 * slack(counts)
            np.testing.assert_allclose(row.function(counts), other.function(counts), rtol=allowed, atol=allowed)


@settings(max_examples=40)
@given(st.integers(2, 6).flatmap(tables))
def test_rows_that_say_they_are_always_equal_are(table):
    counts = np.array(table)
    for row in ROWS:
        if row.equals:
            seen = counts if forms(row, counts.shape[1]) else counts[:, :2]
            np.testing.assert_array_equal(row.function(seen), MEASURES[row.equals].function(seen))


def test_rows_that_are_equal_say_so():
    # Three units, no two numbers of which are alike: equal values mean equal measures.
    # Where shares fall from the centre on, RCE is the Gini index.
    counts = np.array([[23.0, 77.0], [81.0, 20.0], [5.0, 101.0]])
    strata = {
        row.name: _called(row, counts).item()
        for row in ROWS
        if row.call not in {"mix", "threshold"} and row.dimension != "local" and forms(row, 2)
    }
    for name, value in strata.items():
        twins = {other for other, found in strata.items() if abs(found - value) < 1e-9}
        said = {name} | {other for other in strata if _same_as(name) == _same_as(other)}
        assert twins == said


def _same_as(name):
    return MEASURES[name].equals_with_two_groups or MEASURES[name].equals or name


# -- identities, each against arithmetic written out here ----------------------------------------


@pytest.mark.slow
@settings(max_examples=60)
@given(st.integers(2, 6).flatmap(lambda groups: tables(groups, least=2)))
def test_identities(table):
    counts = np.array(table)
    everyone = counts.sum(axis=1)
    totals = counts.sum(axis=0)
    if (everyone > 0).sum() < 2 or (totals > 0).sum() < 2:
        for kernel in (indices.dissimilarity, indices.gini, indices.information_theory, indices.mutual_information):
            assert np.isnan(kernel(counts)).all()
        return
    share = totals / totals.sum()
    allowed = 10 * slack(counts)
    d, h = indices.dissimilarity(counts).item(), indices.information_theory(counts).item()
    m = indices.mutual_information(counts).item()
    assert d <= indices.gini(counts).item() + allowed
    differ = (share * (1 - share)).sum()
    assert indices.karmel_maclachlan(counts).item() == pytest.approx(d * differ, rel=1e-9, abs=1e-12)
    assert m == pytest.approx(h * indices.shannon(totals).item(), abs=1e-9)
    local = indices.local_information(counts)
    assert np.nansum(local * everyone) / everyone.sum() == pytest.approx(m, abs=1e-9)
    if totals[0] > 0:
        lived_in = everyone > 0
        pair = np.column_stack([counts[:, 0], counts[:, 1:].sum(axis=1)])
        met = (counts[lived_in, 0] ** 2 / everyone[lived_in]).sum() / totals[0]
        p, v = share[0], indices.correlation_ratio(counts).item()
        assert indices.isolation(counts).item() == pytest.approx(met, rel=1e-12)
        assert p + v * (1 - p) == pytest.approx(met, abs=1e-12)
        assert indices.exposure(pair).item() + met == pytest.approx(1, abs=1e-12)
        exposures = [indices.exposure(counts, against=other).item() for other in range(1, len(totals))]
        assert sum(exposures) + met == pytest.approx(1, abs=1e-12)
        d = indices.dissimilarity(pair).item()
        assert indices.gorard(pair).item() == pytest.approx(d * (1 - p), abs=1e-12)
        moves = np.abs(pair[:, 0] / pair[:, 0].sum() - pair[:, 1] / pair[:, 1].sum()).sum() / 2
        assert d == pytest.approx(moves, abs=allowed)


def test_free_leading_axes_and_strata_are_the_same_as_one_by_one():
    draw = np.random.default_rng(5)
    pairs = draw.integers(0, 50, size=(3, 9, 2)).astype(float)
    bands = draw.integers(0, 50, size=(3, 9, 6)).astype(float)
    pairs[1, 2:5, 0] = bands[1, 2:5, 0] = 0  # the second stratum is without one group
    starts = np.array([0, 2, 5, 8])  # the last stratum has one unit
    for row in ROWS:
        if row.call in {"mix", "threshold"}:
            continue
        stack = pairs if forms(row, 2) else bands
        for options in OPTIONS.get(row.name, ({},)):
            if row.call == "trajectory":  # one table at a time
                together = np.stack([_called(row, layer, starts, **options) for layer in stack])
            else:
                together = _called(row, stack, starts, **options)
            for layer in range(3):
                blocks = zip(np.split(stack[layer], [2, 5, 8]), np.split(np.arange(9), [2, 5, 8]), strict=True)
                alone = [_called(row, block, None, places, **options) for block, places in blocks]
                np.testing.assert_allclose(together[layer], np.concatenate(alone), rtol=1e-12, err_msg=row.name)


def test_a_unit_of_one_person_is_lived_in():
    for table in ([[0, 1], [6, 3], [2, 5], [1, 0], [4, 4]], [[0, 1, 0], [6, 3, 1], [2, 5, 4], [1, 0, 0], [4, 4, 0]]):
        counts = np.array(table, dtype=float)
        for row in ROWS:
            if "scale" in row.pair_claims:
                for way in forms(row, counts.shape[1]):
                    np.testing.assert_allclose(way.value(3 * counts), way.value(counts), rtol=1e-9, err_msg=way.name)


# -- the sweep and the kernels --------------------------------------------------------------------


def ragged(seed: int, *, residual: bool) -> pm.Counts:
    """Draw strata of 1 to 40 units with empty units, absent groups and, if asked, a residual."""
    draw = np.random.default_rng(seed)
    sizes = [1, 2, 1, 40, 7, 3, 15]
    rows = []
    for number, size in enumerate(sizes):
        block = draw.integers(0, 60, size=(size, 4)).astype(float)
        block[draw.random(size) < 0.15] = 0
        if number in {4, 5}:
            block[:, draw.integers(0, 4)] = 0
        rows += [(f"s{number}", *row) for row in block]
    frame = pd.DataFrame(rows, columns=["stratum", "a", "b", "c", "d"])
    frame = frame.sample(frac=1, random_state=seed).reset_index(drop=True)
    frame["unit"] = [f"u{place}" for place in range(len(frame))]
    groups = ["a", "b", "c", "d"]
    if not residual:
        return pm.from_wide(frame, groups=groups, unit="unit", strata="stratum")
    frame["all"] = frame[groups].sum(axis=1) + draw.integers(0, 20, size=len(frame))
    with pytest.warns(pm.errors.IncompletePartition):
        return pm.from_wide(frame, groups=groups, unit="unit", strata="stratum", total="all")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("residual", [False, True])
def test_the_sweep_equals_the_kernels(monkeypatch, seed, residual):
    counts = ragged(seed, residual=residual)
    names = [row.name for row in ROWS if row.call in {"groups", "meeting"} and not on_a_map(row) and not row.needs]
    many = [row.name for row in ROWS if row.call == "groups" and row.focal == "optional"]
    both = [name for name in names if name != "correlation_ratio"]
    calls = [
        {"measures": many},
        {"measures": [*names, "atkinson(b=0.3)"], "focal": "each"},
        {"measures": both, "focal": "each", "against": "each"},
    ]
    covered = 0
    for call in calls:
        for by in ("stratum", ()):
            results = []
            for large in (10**9, 0):
                monkeypatch.setattr(sweep, "LARGE", large)
                results.append(pm.measure(counts, **call, by=by))
            by_kernel, by_sweep = results
            inexact = ["value", "numerator"]
            pd.testing.assert_frame_equal(by_kernel.drop(columns=inexact), by_sweep.drop(columns=inexact))
            for column in inexact:
                np.testing.assert_allclose(by_kernel[column], by_sweep[column], rtol=1e-12, atol=1e-12)
            covered += int(by_kernel["value"].notna().sum())
    assert covered > 100


#: Rows of other sums, or of units that count alike; their kernels are quick enough (benchmarks, "counts").
PLAIN = {"profile_r", "size_standardised", "marginal_matching", "target_entropy", "overall_entropy", "kullback_leibler"}


def test_the_sweep_covers_every_additive_row():
    from placemix.measuring.plan import rows

    counts = ragged(0, residual=False)
    names = [row.name for row in ROWS if row.call in {"groups", "meeting"} and not on_a_map(row) and not row.needs]
    plan = rows(counts, [name for name in names if name not in PLAIN], "a", "rest")
    assert all(sweep.covers(row) for row in plan)


# -- spatial forms --------------------------------------------------------------------------------

TOYVILLE = np.array([[80.0, 20.0], [20.0, 80.0], [0.0, 100.0], [20.0, 80.0]])
KILOMETRES = np.array([0.5, 1.5, 3.0, 6.0])
APART = np.abs(KILOMETRES[:, np.newaxis] - KILOMETRES)
SPATIAL = (indices.dissimilarity, indices.information_theory, indices.relative_diversity, indices.isolation)


def exponential(length: float) -> np.ndarray:
    return np.exp(-APART / length)


@pytest.mark.parametrize(
    ("weights", "printed"),
    [
        (np.eye(4), (0.5952381, 0.3856216, 0.4285714, 0.6)),
        (exponential(1e-3), (0.5952381, 0.3856216, 0.4285714, 0.6)),
        (exponential(1), (0.3747433, 0.1480926, 0.1783460, 0.4847116)),
        (exponential(2), (0.2496137, 0.0604712, 0.0751739, 0.4046868)),
        # methods.md prints .3523725 for the last; the sum written out below gives .3523773.
        (exponential(4), (0.1412784, 0.0224415, 0.0283177, None)),
        (np.ones((4, 4)), (0.0, 0.0, 0.0, 0.3)),
        (np.where(APART < 2, (1 - (APART / 2) ** 2) ** 2, 0.0), (0.4300418, 0.1893783, 0.2055968, 0.4844336)),
    ],
    ids=["own unit", "0 km", "1 km", "2 km", "4 km", "everywhere", "biweight 2 km"],
)
def test_toyville_with_surroundings(weights, printed):
    # Reardon and O'Sullivan 2004, exponential kernel on the centroids, own weight 1.
    around = weights @ TOYVILLE
    values = [kernel(TOYVILLE, around).item() for kernel in SPATIAL]
    met = sum(
        TOYVILLE[i, 0]
        / 120
        * sum(weights[i, j] * TOYVILLE[j, 0] for j in range(4))
        / sum(weights[i, j] * 100 for j in range(4))
        for i in range(4)
    )
    assert values[3] == pytest.approx(met, abs=1e-12)
    assert values[:3] == pytest.approx(printed[:3], abs=5.01e-8)
    assert printed[3] is None or values[3] == pytest.approx(printed[3], abs=5.01e-8)
    h, entropy = values[1], -(0.3 * math.log(0.3) + 0.7 * math.log(0.7))
    assert indices.mutual_information(TOYVILLE, around).item() == pytest.approx(h * entropy, abs=1e-12)
    assert indices.correlation_ratio(TOYVILLE, around).item() == pytest.approx((values[3] - 0.3) / 0.7, abs=1e-12)


@pytest.mark.slow
@settings(max_examples=30)
@given(st.integers(2, 5).flatmap(tables))
def test_surroundings_of_the_own_unit_change_nothing(table):
    counts = np.array(table)
    for row in ROWS:
        if row.spatial and row.call in {"groups", "meeting"} and not on_a_map(row):
            np.testing.assert_array_equal(row.function(counts, counts), row.function(counts))
            np.testing.assert_allclose(row.function(counts, 4 * counts), row.function(counts), atol=slack(counts))


def test_spatial_gini_by_the_double_sum():
    around = exponential(1) @ TOYVILLE
    p, t = around[:, 0] / around.sum(axis=1), TOYVILLE.sum(axis=1)
    gaps = (t[:, np.newaxis] * t * np.abs(p[:, np.newaxis] - p)).sum()
    assert indices.gini(TOYVILLE, around).item() == pytest.approx(gaps / (2 * 400**2 * 0.3 * 0.7), abs=1e-12)


@pytest.mark.parametrize("row", [row for row in ROWS if not row.spatial and row.call in {"groups", "threshold"}],
                         ids=lambda row: row.name)  # fmt: skip
def test_rows_without_a_spatial_form_refuse_surroundings(row):
    counts = pm.from_wide(pd.DataFrame({"id": list("abcd"), "x": TOYVILLE[:, 0], "y": TOYVILLE[:, 1]}),
                          groups=["x", "y"], unit="id")  # fmt: skip
    with pytest.raises(NoSpatialForm, match=row.name):
        pm.measure(counts, row.name, focal="x", around=counts)


def test_who_has_nobody_around_experiences_the_own_unit():
    around = np.array([[0.0, 0.0], *TOYVILLE[1:]])
    assert indices.isolation(TOYVILLE, around).item() == pytest.approx(0.6)
