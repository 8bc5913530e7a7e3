"""The multilevel index of dissimilarity: against dense matrices, statsmodels, MLID, and cases checked by hand."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix.decompose import _reml, impacts, multilevel_dissimilarity
from placemix.decompose.multilevel import levels_of_dissimilarity

TOWN = pm.datasets.town().residents("before")


def nest(rng, units, many):
    """Parents of a random nesting, sizes uneven; `many` areas a level, the finest first."""
    parents = []
    for size, below in zip(many, (units, *many), strict=False):
        code = np.concatenate([np.arange(size), rng.integers(0, size, below - size)])
        parents.append(rng.permutation(code))
    return parents


def dense(values, parents, ratio, weights, *, mean):
    """Criterion, mean and effects at some ratios, by matrices."""
    n, codes = len(values), _reml.unit_codes(parents)
    spread = [np.equal.outer(code, np.arange(code.max() + 1)).astype(float) for code in codes]
    v = np.diag(1 / weights) + sum(r * z @ z.T for r, z in zip(ratio, spread, strict=True))
    inverse, ones = np.linalg.inv(v), np.ones(n)
    middle = (ones @ inverse @ values) / (ones @ inverse @ ones) if mean else 0.0
    off, left = values - middle, n - int(mean)
    square = off @ inverse @ off
    effects = [r * z.T @ inverse @ off for r, z in zip(ratio, spread, strict=True)]
    criterion = left * np.log(2 * np.pi * square / left) + left + np.linalg.slogdet(v)[1]
    return criterion + (np.log(ones @ inverse @ ones) if mean else 0.0), middle, effects


@pytest.mark.parametrize("mean", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_recursion_is_the_dense_likelihood(seed, mean):
    rng = np.random.default_rng(seed)
    many = [(12,), (15, 6), (20, 9, 3), (14, 5)][seed]
    parents, weights = nest(rng, 50, many), rng.uniform(0.2, 3, 50)
    values = rng.normal(1, 1, 50) + sum(rng.normal(0, 1, code.max() + 1)[code] for code in _reml.unit_codes(parents))
    sums = _reml.summed(values, parents[0], weights, mean=mean)
    left = 50 - int(mean)
    for _ in range(3):
        ratio = np.exp(rng.normal(0, 1.5, len(many)))
        found = _reml.likelihood(ratio, parents, sums)
        criterion, middle, effects = dense(values, parents, ratio, weights, mean=mean)
        whole = found.value + left * (1 + np.log(2 * np.pi)) - np.log(weights).sum()
        assert whole == pytest.approx(criterion, rel=1e-10)
        assert found.mean == pytest.approx(middle, rel=1e-9, abs=1e-12)
        for ours, theirs in zip(found.effects, effects, strict=True):
            assert ours == pytest.approx(theirs, rel=1e-8, abs=1e-10)
        for level in range(len(many)):
            step = np.zeros(len(many))
            step[level] = 1e-5 * ratio[level]
            ends = [_reml.likelihood(ratio + sign * step, parents, sums).value for sign in (1, -1)]
            assert found.slopes[level] == pytest.approx((ends[0] - ends[1]) / (2 * step[level]), rel=1e-4, abs=1e-5)
    fit = _reml.fit(values, parents, weights, mean=mean)
    assert fit.criterion == pytest.approx(
        dense(values, parents, fit.variances / fit.variance, weights, mean=mean)[0], rel=1e-10
    )
    assert fit.slope < 1e-6
    for _ in range(20):  # nothing fits better
        other = fit.variances / fit.variance * np.exp(rng.normal(0, 0.5, len(many))) + rng.choice([0, 0.01])
        assert dense(values, parents, other, weights, mean=mean)[0] >= fit.criterion - 1e-9
    inside = sum(effect[code] for effect, code in zip(fit.effects, _reml.unit_codes(parents), strict=True))
    assert fit.mean + inside + fit.residual == pytest.approx(values)


def test_variance_that_is_not_there_is_zero():
    # The two units of each area are as far apart as units are: less alike than by chance.
    values = np.array([1.0, -1.0] * 6) * np.repeat([1, 1.1, 0.9], 4)
    fit = _reml.fit(values, [np.repeat(np.arange(6), 2), np.repeat(np.arange(3), 2)])
    assert (fit.variances == 0).all()
    assert all((effect == 0).all() for effect in fit.effects)
    assert fit.variance == pytest.approx((values**2).mean())


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_reml_is_that_of_statsmodels(seed):
    mixed = pytest.importorskip("statsmodels.regression.mixed_linear_model", reason="statsmodels is not installed")
    rng = np.random.default_rng(seed)
    parents = nest(rng, 90, (30, 8))
    small, large = _reml.unit_codes(parents)
    values = 0.7 + rng.normal(0, 1.2, 8)[large] + rng.normal(0, 0.8, 30)[small] + rng.normal(0, 1, 90)
    data = pd.DataFrame({"y": values, "small": small, "large": large})
    model = mixed.MixedLM.from_formula(
        "y ~ 1", groups="large", re_formula="1", vc_formula={"small": "0 + C(small)"}, data=data
    )
    theirs = model.fit(reml=True, method="bfgs", gtol=1e-6)
    ours = _reml.fit(values, parents, mean=True)
    assert ours.variance == pytest.approx(theirs.scale, rel=1e-4)
    assert ours.variances == pytest.approx([theirs.vcomp[0], theirs.cov_re.iloc[0, 0]], rel=2e-3)
    assert ours.mean == pytest.approx(theirs.fe_params.iloc[0], rel=1e-4)


HAND = pd.DataFrame({"id": list("abcd"), "side": list("wwee"), "x": [40, 30, 10, 20], "y": [10, 20, 40, 30]})


def test_by_hand():
    # Differences .3 .1 −.3 −.1: .02 within sides, .08 = .02 + 2 × .03 between; effects are shrunk by .06/.08.
    counts = pm.from_wide(HAND, groups=["x", "y"], unit="id", strata=["side"])
    found = multilevel_dissimilarity(counts, "side", focal="x", against="y")
    assert list(found["level"]) == ["side", "unit"]
    assert found["dissimilarity"].tolist() == pytest.approx([0.4, 0.4])
    assert found["variance"].tolist() == pytest.approx([0.03, 0.02])
    assert found["holdback"].tolist() == pytest.approx([-0.5, -0.25])
    assert found["areas"].tolist() == [2, 4]
    each = levels_of_dissimilarity(*HAND[["x", "y"]].to_numpy(float).T, [np.array([0, 0, 1, 1])], per_person=True)
    assert each.variance == pytest.approx(16 * np.array([0.02, 0.03]))  # units of a quarter of the people each
    assert each.holdback == pytest.approx([-0.25, -0.5])


@pytest.mark.parametrize("weights", [None, "population"])
def test_levels_of_the_town(weights):
    found = multilevel_dissimilarity(TOWN, ["district", "ward"], focal="blue", weights=weights)
    assert list(found["level"]) == ["district", "ward", "unit"]
    assert found["share"].sum() == pytest.approx(1)
    assert found["dissimilarity"].iloc[0] == pytest.approx(pm.estimate(TOWN, "dissimilarity", focal="blue").value)
    scrambled = TOWN.take(np.random.default_rng(3).permutation(len(TOWN)))
    again = multilevel_dissimilarity(scrambled, ["district", "ward"], focal="blue", weights=weights)
    for name in ("variance", "holdback", "criterion"):
        assert again[name].to_numpy() == pytest.approx(found[name].to_numpy(), rel=1e-7)


def test_areas_are_left_out_before_anything_is_computed():
    first = str(TOWN.strata["district"].iloc[0])
    kept = TOWN.take(TOWN.strata["district"].astype(str).to_numpy() != first)
    for verb, options in ((multilevel_dissimilarity, {"levels": ["district", "ward"]}), (impacts, {"level": "ward"})):
        ours = verb(TOWN, **options, focal="blue", omit={"district": first})
        theirs = verb(kept, **options, focal="blue")
        assert (ours["units_omitted"] == len(TOWN) - len(kept)).all()
        numbers = [name for name in ours.columns if pd.api.types.is_float_dtype(ours[name])]
        pd.testing.assert_frame_equal(pd.DataFrame(ours[numbers]), pd.DataFrame(theirs[numbers]))


@given(st.integers(0, 2**20), st.integers(2, 5))
@settings(max_examples=6)
def test_impacts_sum_to_d_and_what_if_is_what_would_be(seed, areas):
    rng = np.random.default_rng(seed)
    units = 14
    frame = pd.DataFrame(rng.poisson(rng.uniform(0, 12, (units, 2))), columns=["x", "y"])
    frame.loc[0, ["x", "y"]] += 1
    frame["id"], frame["ward"] = [f"u{n}" for n in range(units)], [f"w{n}" for n in rng.integers(0, areas, units)]
    counts = pm.from_wide(frame, groups=["x", "y"], unit="id", strata=["ward"])
    found = impacts(counts, "ward", focal="x", against="y")
    whole = pm.estimate(counts, "dissimilarity", focal="x", against="y").value
    assert found["contribution"].sum() == pytest.approx(whole)
    assert found["difference"].sum() == pytest.approx(0, abs=1e-12)
    for row in found.itertuples():
        here = frame["ward"] == row.ward
        left = pm.measure(counts.take(~here.to_numpy()), "dissimilarity", focal="x", against="y")["value"]
        if (frame.loc[~here, ["x", "y"]].sum() > 0).all():
            if len(left) and not np.isnan(left.iloc[0]):
                assert row.left_out == pytest.approx(left.iloc[0], abs=1e-12)
        else:
            assert np.isnan(row.left_out)
        even = frame[["x", "y"]].astype(float)
        people = even[here].sum(axis=1)
        if people.sum() > 0:
            even.loc[here] = np.outer(people / people.sum(), even[here].sum())
        share = even / even.sum()
        assert row.evened_inside == pytest.approx(np.abs(share["x"] - share["y"]).sum() / 2)


def test_impact_as_published_is_by_units():
    counts = pm.from_wide(HAND, groups=["x", "y"], unit="id", strata=["side"])
    found = impacts(counts.take([0, 1, 2]), "side", focal="x", against="y").set_index("side")
    # x/X − y/Y: 4/8 − 1/7, 3/8 − 2/7, 1/8 − 4/7; the east is one unit of three, and half of D.
    assert found.loc["e", "share"] == pytest.approx(0.5)
    assert found.loc["e", "impact"] == pytest.approx(150)
    assert found.loc["e", "impact_by_people"] == pytest.approx(150)


def test_what_cannot_be_told_is_refused():
    counts = pm.from_wide(HAND.assign(all="all", own=HAND["id"]), groups=["x", "y"], unit="id",
                          strata=["side", "all", "own"])  # fmt: skip
    with pytest.raises(pm.errors.InvalidParameter, match="one area of all") as caught:
        multilevel_dissimilarity(counts, ["all", "own"], focal="x")
    assert "cannot be told apart" in str(caught.value)  # both faults together
    with pytest.raises(pm.errors.UnknownColumn, match="no column of strata"):
        multilevel_dissimilarity(counts, "sid", focal="x")
    with pytest.raises(pm.errors.InvalidParameter, match="several areas"):
        multilevel_dissimilarity(counts, ["own", "side"], focal="x")
    with pytest.raises(pm.errors.InvalidParameter, match="with itself"):
        impacts(counts, "side", focal="x", against="x")
    with pytest.raises(pm.errors.InvalidParameter, match="D compares"):
        impacts(counts, "side", focal=None)
    with pytest.raises(pm.errors.InvalidParameter, match="'north' of side") as caught:
        impacts(counts, "side", focal="x", omit={"side": ["north"], "sidd": ["w"]})
    assert isinstance(caught.value, pm.errors.UnknownColumn)
    for wrong in ({"weights": "people"}, {"mean": "free"}):
        with pytest.raises(pm.errors.InvalidParameter):
            multilevel_dissimilarity(counts, "side", focal="x", **wrong)


def test_undefined_says_why():
    absent = pm.from_wide(HAND.assign(x=0), groups=["x", "y"], unit="id", strata=["side"])
    even = pm.from_wide(HAND.assign(x=HAND["y"]), groups=["x", "y"], unit="id", strata=["side"])
    for verb in (multilevel_dissimilarity, impacts):
        found = verb(absent, "side", focal="x")
        assert set(found["reason"]) == {"group_absent"}
        assert found["share"].isna().all()
        assert found["dissimilarity"].isna().all()
        found = verb(even, "side", focal="x")
        assert set(found["reason"]) == {"undefined"}
        assert (found["dissimilarity"] == 0).all()
        assert found["share"].isna().all()


@pytest.mark.parametrize(
    "call",
    [
        lambda: multilevel_dissimilarity(TOWN, ["district", "ward"], focal="blue", weights="population"),
        lambda: impacts(TOWN, "ward", focal="blue", omit={"district": [str(TOWN.strata["district"].iloc[0])]}),
    ],
)
def test_saved_and_verified(call, tmp_path):
    result = call()
    outcome = pm.verify(result.save(tmp_path / "pack.zip"))
    assert outcome.same, str(outcome)
    assert "Harris" in result.cite()


@pytest.mark.data
@pytest.mark.slow
def test_likelihood_is_that_of_mlid_and_never_lower(oracle_root):
    rows = pd.read_parquet(oracle_root / "reference_values.parquet").query("library == 'MLID'")
    rows = rows[rows["parameters"].str.contains("levels")]
    frame = pd.read_parquet(oracle_root / "ew2011_oa_ethnicity.parquet").drop(columns="geometry", errors="ignore")
    frame.columns = [name.replace("_", "") for name in frame.columns]
    worst = 0.0
    for (options, groups), part in rows.groupby(["parameters", "groups"]):
        plain = json.loads(options)
        base, levels = plain["base"].lower(), plain["levels"].lower().split("+")
        x, y = groups.lower().split("|")
        table = frame if base == "oa" else frame.groupby([base, *levels], sort=False)[[x, y]].sum().reset_index()
        gap = (table[x] / table[x].sum() - table[y] / table[y].sum()).to_numpy()
        codes = [pd.factorize(table[name])[0] for name in levels]
        parents = [codes[0], *(pd.Series(up).groupby(low).first().to_numpy() for low, up in pairwise(codes))]
        theirs = part.set_index("measure")["value"]
        ratio = np.array([theirs[f"variance_component:{name.upper()}"] for name in levels])
        ratio = ratio / theirs["variance_component:Base"]
        ours = _reml.fit(gap, parents)
        scale = 1e-4
        sums = _reml.summed(gap / scale, parents[0], np.ones(len(gap)))
        there = _reml.likelihood(ratio, parents, sums).value
        here = _reml.likelihood(ours.variances / ours.variance, parents, sums).value
        constant = len(gap) * (1 + np.log(2 * np.pi * scale**2))
        assert there + constant == pytest.approx(theirs["REML_criterion"], rel=1e-9)
        assert here <= there + 1e-9
        worst = max(worst, float(np.abs(ours.variances / ours.variance / ratio - 1).max()))
    assert worst < 2.5e-3  # where lme4's search stops short
