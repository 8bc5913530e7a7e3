"""Associations between areas, against SciPy, NumPy, statsmodels, spreg, esda and sums by hand; and what they say."""

from __future__ import annotations

import functools
import math
import re
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from libpysal.graph import Graph
from scipy import stats
from scipy.optimize import minimize_scalar

import placemix as pm
from placemix import errors
from placemix.outcomes.joining import fitting, neighbouring, saying
from placemix.outcomes.joining.selecting import Design

pytest.importorskip("statsmodels", reason="pip install 'placemix[model]'")

O = pm.outcomes  # noqa: E741
SINGLE = re.compile(
    r"\b(people|persons|residents|members|those) who\b|\beffect|\bcause[sd]?\b|\bbecause of\b", re.IGNORECASE
)


def join(x, y, *, weight=None, larger=None, more=None, **options):
    """A join of a quantity x and an outcome y of areas a0, a1, …"""
    ids = [f"a{n}" for n in range(len(x))]
    table = pd.DataFrame({"area": ids, "mix": x, "size": np.ones(len(x)) if weight is None else weight, **(more or {})})
    if larger is not None:
        table["larger"] = larger
    outcome = pd.Series(list(y), index=ids, name="crowding", dtype=object)
    return O.link(table, outcome, on="area", values=["mix", *(more or {})], people="size", **options)


def associate(linked, x="mix", y="crowding", **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", errors.EcologicalFallacyWarning)
        return O.association(linked, x, y, **options)


def of(found, model, term="mix", name="value"):
    rows = found[(found["model"] == model) & (found["term"] == term)]
    assert len(rows) == 1
    return rows.iloc[0][name]


def ring(count):
    """Each area has the next and the one after that as neighbours, unequally."""
    here = np.arange(count)
    ends = np.concatenate([(here + 1) % count, (here + 2) % count, (here - 1) % count])
    return pd.DataFrame(
        {"place": [f"a{n}" for n in np.tile(here, 3)], "neighbour": [f"a{n}" for n in ends],
         "weight": np.repeat([1.0, 0.5, 2.0], count)}
    )  # fmt: skip


def dense(pairs, count):
    matrix = np.zeros((count, count))
    for place, neighbour, weight in pairs.itertuples(index=False):
        matrix[int(place[1:]), int(neighbour[1:])] += weight
    return matrix / matrix.sum(axis=1, keepdims=True)


@pytest.fixture(scope="module")
def town():
    rng = np.random.default_rng(11)
    count = 60
    near = dense(ring(count), count)
    noise = np.linalg.solve(np.eye(count) - 0.6 * near, rng.normal(size=count))
    x = rng.random(count)
    other = 0.4 * x + rng.random(count)
    larger = np.repeat(list("PQRSTU"), 10)
    y = 2 + 3 * x - other + noise + np.repeat(rng.normal(size=6), 10)
    weight = rng.integers(50, 500, count).astype(float)
    return join(x, y, weight=weight, larger=larger, more={"rent": other}), x, other, y, weight, larger


#: Every model of the town that tests look at, by name.
MODELS = {
    "plain": {"near": True, "levels": "larger"},
    "full": {"near": True, "levels": "larger", "weight": "people", "controls": ["rent"]},
    "moments": {"near": True, "estimator": "gm"},
    "by larger": {"by": "larger"},
}


@pytest.fixture(scope="module")
def fits(town):
    """Associations of the town, each fitted once for all tests that look at it."""

    @functools.cache
    def _fits(name):
        options = dict(MODELS[name])
        near = {"spatial": ring(60)} if options.pop("near", False) else {}
        return associate(town[0], **near, **options)

    return _fits


def design(x, y, weight=None):
    """Numbers of areas as the models take them, without a join."""
    ids = np.array([f"a{n}" for n in range(len(x))], dtype=object)
    return Design(ids, np.asarray(y, dtype=float), np.column_stack([x]).astype(float), ("mix",), weight)


# -- ranks -------------------------------------------------------------------------------

PAIRS = st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=4, max_size=25)


@given(PAIRS)
def test_spearman_is_the_correlation_of_mean_ranks(pairs):
    x, y = (np.array(side, dtype=float) for side in zip(*pairs, strict=True))
    found = fitting.spearman(design(x, y), 0.95)
    (row,) = found.terms
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        assert np.isnan(row.value)
        assert found.reason == "no_difference"
        return
    # A rank by counting: as many as are below, and half of those alike.
    ranks = [[(side < one).sum() + ((side == one).sum() + 1) / 2 for one in side] for side in (x, y)]
    assert row.value == pytest.approx(np.corrcoef(ranks)[0, 1], abs=1e-12)
    assert row.p == pytest.approx(stats.spearmanr(x, y).pvalue, abs=1e-12)
    if abs(row.value) < 1:
        assert row.lower <= row.value <= row.upper


def test_interval_of_ranks_by_hand():
    """Ranks 1 2 3 4 5 against 2 1 4 3 5: Σd² = 4, rho = 1 - 6 × 4/120 = 0.8; z = 1.0986, s.e. = √(1.32/2)."""
    row = associate(join([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])).iloc[0]
    assert row["value"] == pytest.approx(0.8)
    wide = 1.959963984540054 * np.sqrt(0.66)
    ends = [np.tanh(1.0986122886681098 - wide), np.tanh(1.0986122886681098 + wide)]
    assert [row["lower"], row["upper"]] == pytest.approx(ends, abs=1e-12)
    assert np.isnan(associate(join([1, 2, 3, 4], [1, 2, 3, 4]))["lower"].iloc[0])


# -- least squares -----------------------------------------------------------------------


def by_numpy(columns, y, weight):
    matrix = np.column_stack([np.ones(len(y)), *columns])
    root = np.sqrt(weight)
    beta = np.linalg.lstsq(matrix * root[:, None], y * root, rcond=None)[0]
    left = (y - matrix @ beta) * root
    spread = left @ left / (len(y) - matrix.shape[1])
    cover = spread * np.linalg.inv((matrix * weight[:, None]).T @ matrix)
    hat = np.einsum("ij,jk,ik->i", matrix, np.linalg.inv((matrix * weight[:, None]).T @ matrix), matrix) * weight
    return beta, np.sqrt(np.diag(cover)), left, hat


@pytest.mark.parametrize("name", ["plain", "full"])
def test_regression_is_numpys_least_squares(town, fits, name):
    _, x, other, y, weight, _ = town
    weighted = name == "full"
    found, load = fits(name), weight if weighted else np.ones(len(y))
    terms = [x, other] if weighted else [x]
    beta, error, left, hat = by_numpy(terms, y, load)
    rows = found[found["model"] == "regression"].set_index("term")
    order = ["intercept", "mix", *(["rent"] if weighted else [])]
    assert rows.loc[order, "value"].tolist() == pytest.approx(beta.tolist(), rel=1e-9)
    assert rows.loc[order, "standard_error"].tolist() == pytest.approx(error.tolist(), rel=1e-9)
    free = len(y) - len(order)
    t = stats.t.ppf(0.975, free)
    assert rows.loc[order, "upper"].tolist() == pytest.approx((beta + t * error).tolist(), rel=1e-9)
    assert rows.loc[order, "p_value"].tolist() == pytest.approx(
        (2 * stats.t.sf(np.abs(beta / error), free)).tolist(), rel=1e-7
    )
    middle = np.average(y, weights=load)
    assert rows["r_squared"].iloc[0] == pytest.approx(1 - left @ left / (load @ (y - middle) ** 2), rel=1e-9)
    assert rows["leverage_most"].iloc[0] == pytest.approx(hat.max(), rel=1e-9)
    assert rows["leverage_place"].iloc[0] == f"a{hat.argmax()}"
    assert rows["leverage_many"].iloc[0] == (hat > 2 * len(order) / len(y)).sum()
    # Of two terms each widens the other's variance by 1/(1 - r²).
    inflation = np.diag(np.linalg.inv(np.corrcoef(x, other))) if weighted else [1.0]
    assert rows.loc[order[1:], "vif"].tolist() == pytest.approx(list(inflation), rel=1e-9)
    deviation = np.sqrt(np.average((x - np.average(x, weights=load)) ** 2, weights=load))
    assert rows.loc["mix", "per_deviation"] == pytest.approx(beta[1] * deviation, rel=1e-9)
    assert set(found.loc[found["model"] == "regression", "weight"].astype(object).fillna("none")) == {
        "people" if weighted else "none"
    }


@given(
    st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50), st.integers(1, 20)), min_size=5, max_size=20),
    st.floats(0.01, 100),
    st.floats(-50, 50),
)
def test_units_of_the_numbers_do_not_matter(rows, scale, shift):
    x, y, weight = (np.array(side, dtype=float) for side in zip(*rows, strict=True))
    one, other = design(x, y, weight), design(x * scale, y + shift, weight * 3)
    ranks = [fitting.spearman(side, 0.95).terms[0].value for side in (one, other)]
    assert ranks[1] == pytest.approx(ranks[0], abs=1e-6, nan_ok=True)
    lines = [fitting.least_squares(side, 0.95) for side in (one, other)]
    assert lines[0].reason == lines[1].reason
    if lines[0].reason is None:
        slopes = [line.terms[1] for line in lines]
        assert slopes[1].value * scale == pytest.approx(slopes[0].value, rel=1e-6, abs=1e-6)
        assert slopes[1].more["per_deviation"] == pytest.approx(slopes[0].more["per_deviation"], rel=1e-6, abs=1e-6)


def test_order_of_areas_does_not_matter(town, fits):
    one = fits("full")
    other = associate(
        town[0].iloc[::-1], spatial=ring(60).iloc[::-1], levels="larger", weight="people", controls=["rent"]
    )
    same = one["model"] != "residuals"
    for name in ("value", "standard_error", "p_value", "at_low"):
        assert other.loc[same, name].tolist() == pytest.approx(
            one.loc[same, name].tolist(), rel=1e-6, abs=1e-9, nan_ok=True
        )
    assert of(other, "residuals", "moran") == pytest.approx(of(one, "residuals", "moran"), rel=1e-9)


@pytest.mark.parametrize(
    ("x", "y", "controls", "reason"),
    [
        ([1, 2, 3], [1, 2, 4], [], "too_few_areas"),
        ([1, 1, 1, 1, 1], [1, 2, 4, 3, 9], [], "no_difference"),
        ([1, 2, 3, 4, 5], [2, 2, 2, 2, 2], [], "no_difference"),
        ([1, 2, 3, 4, 5, 6], [1, 2, 4, 3, 9, 7], ["rent"], "collinear"),
    ],
)
def test_undefined(x, y, controls, reason):
    linked = join(x, y, larger=["p"] * len(x), more={"rent": [2.0 * one for one in x]})
    found = associate(linked, controls=controls, spatial=ring(len(x)), levels="larger")
    for model in ("regression", "spatial lag", "spatial error", "multilevel"):
        assert np.isnan(of(found, model))
        assert of(found, model, name="reason") == reason
    assert "undefined" in found.explain()


# -- neighbours --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["plain", "full"])
def test_moran_of_residuals_is_the_sum_over_all_pairs(town, fits, name):
    _, x, other, y, weight, _ = town
    found, weighted = fits(name), name == "full"
    left = by_numpy([x, other] if weighted else [x], y, weight if weighted else np.ones(60))[2]
    z = left - left.mean()
    matrix = dense(ring(60), 60)
    expected = sum(matrix[i, j] * z[i] * z[j] for i in range(60) for j in range(60)) / (z @ z)
    assert of(found, "residuals", "moran") == pytest.approx(expected, rel=1e-9)
    assert of(found, "residuals", "moran", "expected") == pytest.approx(-1 / 59)
    p = of(found, "residuals", "moran", "p_value")
    assert 0.001 <= p <= 0.01
    assert "alike residuals" in found.explain()


def test_moran_p_by_counting():
    """Of many more permutations than ours nearly the same share is as far from the middle."""
    rng = np.random.default_rng(3)
    z, matrix = rng.normal(size=20), dense(ring(20), 20)
    z -= z.mean()
    graph = neighbouring.weights_of(neighbouring.pairs_of(ring(20)), [f"a{n}" for n in range(20)])
    found, again = (neighbouring.moran(z, graph, "z", 1999, 5).terms[0].p for _ in range(2))
    assert found == again
    own = z @ matrix @ z / (z @ z) + 1 / 19
    draws = rng.permuted(np.tile(z, (20000, 1)), axis=1)
    share = (
        np.abs(np.einsum("di,ij,dj->d", draws, matrix, draws, optimize=True) / (z @ z) + 1 / 19) >= abs(own)
    ).mean()
    assert 0.01 < share < 0.99
    assert found == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / 1999))


def log_likelihood(kind, parameter, y, matrix, near):
    """Concentrated log-likelihood of a spatial model, by dense matrices."""
    count = len(y)
    filtered = np.eye(count) - parameter * near
    left = filtered @ y
    terms = matrix if kind == "spatial lag" else filtered @ matrix
    beta = np.linalg.lstsq(terms, left, rcond=None)[0]
    spread = ((left - terms @ beta) ** 2).mean()
    return -count / 2 * (np.log(2 * np.pi * spread) + 1) + np.linalg.slogdet(filtered)[1], beta


@pytest.mark.parametrize(("model", "parameter"), [("spatial lag", "rho"), ("spatial error", "lambda")])
def test_spatial_models_are_the_most_likely_and_spregs(town, fits, model, parameter):
    spreg = pytest.importorskip("spreg", reason="pip install 'placemix[model]'")
    _, x, other, y, _, _ = town
    found = fits("full")
    assert "without weights" in of(found, model, name="note")
    matrix, near = np.column_stack([np.ones(60), x, other]), dense(ring(60), 60)
    best = minimize_scalar(
        lambda one: -log_likelihood(model, one, y, matrix, near)[0], bounds=(-0.99, 0.99), method="bounded",
        options={"xatol": 1e-12},
    )  # fmt: skip
    # A likelihood is flat at its top: half of the digits of the parameter are its own.
    assert of(found, model, parameter) == pytest.approx(best.x, abs=1e-6)
    top, beta = log_likelihood(model, of(found, model, parameter), y, matrix, near)
    assert of(found, model, name="log_likelihood") == pytest.approx(top, rel=1e-9)
    assert top == pytest.approx(-best.fun, rel=1e-9)
    got = [of(found, model, term) for term in ("intercept", "mix", "rent")]
    assert got == pytest.approx(beta.tolist(), rel=1e-9)
    kind = spreg.ML_Lag if model == "spatial lag" else spreg.ML_Error
    graph = Graph.from_arrays(*np.nonzero(near), near[np.nonzero(near)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        direct = kind(y[:, None], np.column_stack([x, other]), w=graph.to_W(), method="LU", epsilon=1e-12)
    assert [*got, of(found, model, parameter)] == pytest.approx(direct.betas.ravel().tolist(), rel=1e-6)
    errors_ = [of(found, model, term, "standard_error") for term in ("intercept", "mix", "rent", parameter)]
    assert errors_ == pytest.approx(np.asarray(direct.std_err).tolist(), rel=1e-6)
    if parameter == "rho":
        reached = np.linalg.inv(np.eye(60) - of(found, model, parameter) * near).sum(axis=1) * beta[1]
        assert of(found, model, "mix, with neighbours") == pytest.approx(reached.mean(), rel=1e-9)


def test_moments_are_spregs(town, fits):
    spreg = pytest.importorskip("spreg", reason="pip install 'placemix[model]'")
    _, x, _, y, _, _ = town
    found = fits("moments")
    near = dense(ring(60), 60)
    graph = Graph.from_arrays(*np.nonzero(near), near[np.nonzero(near)]).to_W()
    for model, kind, parameter in (
        ("spatial lag", spreg.GM_Lag, "rho"),
        ("spatial error", spreg.GM_Error_Het, "lambda"),
    ):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            direct = kind(y[:, None], x[:, None], w=graph)
        got = [of(found, model, term) for term in ("intercept", "mix", parameter)]
        assert got == pytest.approx(np.asarray(direct.betas).ravel().tolist(), rel=1e-9)
        assert np.isnan(of(found, model, name="aic")) or model == "spatial lag"


def test_two_stage_least_squares_of_the_lag_by_hand(town, fits):
    """Instruments of Wy are x, Wx and WWx: beta = (Z'PZ)⁻¹ Z'Py, P the projection on them."""
    _, x, _, y, _, _ = town
    near = dense(ring(60), 60)
    terms = np.column_stack([np.ones(60), x, near @ y])
    tools = np.column_stack([np.ones(60), x, near @ x])
    onto = tools @ np.linalg.solve(tools.T @ tools, tools.T)
    beta = np.linalg.solve(terms.T @ onto @ terms, terms.T @ onto @ y)
    got = [of(fits("moments"), "spatial lag", term) for term in ("intercept", "mix", "rho")]
    assert got == pytest.approx(beta.tolist(), rel=1e-8)


def test_tests_between_spatial_models_by_their_formulas(town, fits):
    """Anselin 1988: LM error = (e'We/s²)²/T; LM lag = (e'Wy/s²)²/(T + (WXb)'M(WXb)/s²), T = tr(W'W + WW)."""
    _, x, _, y, _, _ = town
    found = fits("plain")
    near, matrix = dense(ring(60), 60), np.column_stack([np.ones(60), x])
    left = by_numpy([x], y, np.ones(60))[2]
    spread, trace = left @ left / 60, np.trace(near.T @ near + near @ near)
    score = left @ near @ left / spread
    assert of(found, "spatial tests", "error") == pytest.approx(score**2 / trace, rel=1e-9)
    fitted = near @ (y - left)
    beside = fitted - matrix @ np.linalg.lstsq(matrix, fitted, rcond=None)[0]
    lag = left @ near @ y / spread
    under = beside @ beside / spread
    assert of(found, "spatial tests", "lag") == pytest.approx(lag**2 / (trace + under), rel=1e-9)
    robust = (score - trace / (trace + under) * lag) ** 2 / (trace * (1 - trace / (trace + under)))
    assert of(found, "spatial tests", "error, robust") == pytest.approx(robust, rel=1e-9)
    assert of(found, "spatial tests", "lag, robust") == pytest.approx((lag - score) ** 2 / under, rel=1e-9)


def test_neighbours_in_every_form():
    table = pd.DataFrame({"id": [f"a{n}" for n in range(9)], "asian": [1, 5, 2, 8, 3, 9, 4, 6, 7], "white": 10})
    counts = pm.from_wide(table, groups=["asian", "white"], unit="id")
    linked = O.link(counts, pd.Series([3.0, 1, 4, 1, 5, 9, 2, 6, 5], index=table["id"], name="y"))
    pairs = ring(9)
    graph = Graph.from_arrays(pairs["place"].to_numpy(), pairs["neighbour"].to_numpy(), pairs["weight"].to_numpy())
    forms = [pairs, graph, graph.to_W(), pm.surroundings.from_graph(counts, graph)]
    for form in forms:
        weights = neighbouring.weights_of(neighbouring.pairs_of(form), table["id"]).sparse.toarray()
        assert weights == pytest.approx(dense(pairs, 9), abs=1e-15)
    found = associate(linked, "share of asian", "y", spatial=forms[-1])
    assert found["islands"].dropna().tolist() == [0]


def test_islands_and_strangers():
    linked = join(range(8), [3, 1, 4, 1, 5, 9, 2, 6])
    few = ring(8)[lambda pairs: ~pairs["place"].isin(["a7"]) & ~pairs["neighbour"].isin(["a7"])]
    found = associate(linked, spatial=few)
    assert of(found, "residuals", "moran", "islands") == 1
    assert "no neighbour" in found["note"].dropna().str.cat()
    with pytest.raises(errors.UnitsDiffer, match="other places"):
        associate(linked, spatial=few.assign(place="z1", neighbour="z2"))
    lonely = few[few["place"] == "a99"]
    assert of(associate(linked, spatial=lonely), "spatial lag", name="reason") == "no_neighbours"


@pytest.mark.parametrize(
    ("spatial", "kind"),
    [(3, errors.InvalidParameter), (pd.DataFrame({"a": [1]}), errors.InvalidTable),
     (ring(8).assign(weight=-1.0), errors.InvalidParameter)],
)  # fmt: skip
def test_what_are_no_neighbours(spatial, kind):
    with pytest.raises(kind):
        associate(join(range(8), [3, 1, 4, 1, 5, 9, 2, 6]), spatial=spatial)


def test_likelihood_of_many_areas_is_refused(monkeypatch):
    monkeypatch.setattr(neighbouring, "MOST", 19)
    rng = np.random.default_rng(0)
    linked = join(rng.random(20), rng.random(20))
    with pytest.raises(errors.InvalidParameter, match="estimator='gm'"):
        associate(linked, spatial=ring(20))
    assert associate(linked, spatial=ring(20), estimator="gm")["model"].nunique() == 6


# -- larger areas ------------------------------------------------------------------------


def reml(ratio, y, matrix, codes):
    """Restricted log-likelihood of a random intercept, by sums over larger areas."""
    count, terms = matrix.shape
    inner, outer, square, volume = matrix.T @ matrix, matrix.T @ y, y @ y, 0.0
    for code in range(codes.max() + 1):
        own = codes == code
        part = ratio / (1 + own.sum() * ratio)
        sums, total = matrix[own].sum(axis=0), y[own].sum()
        inner = inner - part * np.outer(sums, sums)
        outer, square = outer - part * sums * total, square - part * total**2
        volume += np.log(1 + own.sum() * ratio)
    beta = np.linalg.solve(inner, outer)
    within = (square - outer @ beta) / (count - terms)
    value = -((count - terms) * (np.log(2 * np.pi * within) + 1) + volume + np.linalg.slogdet(inner)[1]) / 2
    return value, beta, within, np.sqrt(np.diag(np.linalg.inv(inner) * within))


@pytest.mark.parametrize(("name", "controls"), [("plain", []), ("full", ["rent"])])
def test_multilevel_is_the_most_likely(town, fits, name, controls):
    _, x, other, y, _, larger = town
    found = fits(name)
    matrix = np.column_stack([np.ones(60), x, *([other] if controls else [])])
    codes = pd.factorize(larger)[0]
    best = minimize_scalar(
        lambda one: -reml(np.exp(one), y, matrix, codes)[0], bounds=(-10, 5), method="bounded", options={"xatol": 1e-12}
    )
    ratio = of(found, "multilevel", "variance between larger") / of(found, "multilevel", "variance within larger")
    assert ratio == pytest.approx(np.exp(best.x), rel=1e-5)
    value, beta, within, error = reml(ratio, y, matrix, codes)
    assert value == pytest.approx(-best.fun, rel=1e-10)
    terms = ["intercept", "mix", *controls]
    assert [of(found, "multilevel", term) for term in terms] == pytest.approx(beta.tolist(), rel=1e-8)
    assert of(found, "multilevel", "variance within larger") == pytest.approx(within, rel=1e-8)
    assert [of(found, "multilevel", term, "standard_error") for term in terms] == pytest.approx(
        error.tolist(), rel=1e-3
    )
    assert of(found, "multilevel", "intraclass correlation") == pytest.approx(ratio / (1 + ratio))
    assert of(found, "multilevel", name="levels") == 6


def test_multilevel_is_near_statsmodels_own_search(town, fits):
    from statsmodels.regression.mixed_linear_model import MixedLM

    _, x, _, y, _, larger = town
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        direct = MixedLM(y, np.column_stack([np.ones(60), x]), groups=larger).fit(reml=True)
    found = fits("plain")
    assert of(found, "multilevel") == pytest.approx(direct.fe_params[1], rel=1e-3)
    assert of(found, "multilevel", "variance within larger") == pytest.approx(direct.scale, rel=1e-3)


def test_multilevel_without_differences_is_least_squares():
    """Larger areas with the same means have no variance between them."""
    x = np.array([1.0, 2, 3, 4] * 3)
    y = np.array([1.0, 3, 2, 4] * 3)
    found = associate(join(x, y, larger=np.repeat(list("pqr"), 4)), levels="larger")
    assert of(found, "multilevel", "variance between larger") == 0
    assert of(found, "multilevel") == pytest.approx(of(found, "regression"), rel=1e-12)
    assert of(found, "multilevel", name="standard_error") == pytest.approx(
        of(found, "regression", name="standard_error")
    )
    assert "this is least squares" in of(found, "multilevel", name="note")


def test_one_larger_area_is_no_level():
    found = associate(join(range(6), [1, 3, 2, 5, 4, 7], larger=["p"] * 6), levels="larger")
    assert of(found, "multilevel", name="reason") == "one_level"


# -- strata, hidden numbers, ranks ---------------------------------------------------------


def test_by_stratum_and_all_together(town, fits):
    _, x, _, y, _, larger = town
    found = fits("by larger")
    assert list(dict.fromkeys(found["larger"])) == [*"PQRSTU", "whole"]
    for label in "PQRSTU":
        rows = found[found["larger"] == label]
        here = larger == label
        assert of(rows, "spearman") == pytest.approx(stats.spearmanr(x[here], y[here]).statistic, abs=1e-12)
        assert set(rows["areas"]) == {10}
        assert rows["sentence"].iloc[0].startswith(f"In {label}: areas where")
    assert of(found[found["larger"] == "whole"], "spearman") == pytest.approx(
        stats.spearmanr(x, y).statistic, abs=1e-12
    )


def test_hidden_numbers_are_left_out_and_shown_at_their_ends():
    x, y = np.arange(7.0), [3.0, 1, 4, pm.Suppressed(0, 9), 5, 2, 6]
    found = associate(join(x, y))
    ends = {end: [3.0, 1, 4, end, 5, 2, 6] for end in (0.0, 9.0)}
    known = np.arange(7) != 3
    assert of(found, "spearman") == pytest.approx(stats.spearmanr(x[known], np.array(ends[0.0])[known]).statistic)
    for name, end in (("at_low", 0.0), ("at_high", 9.0)):
        assert of(found, "spearman", name=name) == pytest.approx(stats.spearmanr(x, ends[end]).statistic)
        assert of(found, "regression", name=name) == pytest.approx(np.polyfit(x, ends[end], 1)[0])
    assert found[["areas", "areas_dropped", "areas_hidden"]].iloc[0].tolist() == [6, 1, 1]
    assert "left out" in found["note"].iloc[0]


def test_areas_without_weight_are_left_out():
    found = associate(join(range(6), [1, 3, 2, 5, 4, 7], weight=[1, 2, 0, 3, 4, 5]), weight="people")
    assert found[["areas", "areas_dropped", "people"]].iloc[0].tolist() == [5, 1, 15]


@pytest.mark.slow
def test_ranks_are_correlated_and_never_averaged():
    linked = join(range(6), [1, 3, 2, 5, 4, 7], larger=list("ppqqrr"), facts={"crowding": {"measured_in": "rank"}})
    found = associate(linked, spatial=ring(6), levels="larger")
    assert of(found, "spearman") == pytest.approx(stats.spearmanr(range(6), [1, 3, 2, 5, 4, 7]).statistic)
    for model in ("regression", "spatial lag", "multilevel"):
        assert of(found, model, name="reason") == "ordinal"
    outcome = pd.DataFrame({"decile": [1, 3, 2, 5, 4, 7], "y": [3.5, 1, 4, 1, 5, 9]}, index=[f"a{n}" for n in range(6)])
    table = pd.DataFrame({"area": outcome.index, "mix": np.arange(6.0)})
    both = O.link(table, outcome, on="area", values=["mix"])
    with pytest.raises(errors.RankOrDecileArithmetic, match="decile"):
        associate(both, y="y", controls=["decile"])
    assert of(associate(both, "decile", "y"), "spearman", "decile") == pytest.approx(
        stats.spearmanr(outcome["decile"], outcome["y"]).statistic
    )


# -- what is said --------------------------------------------------------------------------

NUMBER = st.floats(-1e6, 1e6)
ROWS = st.fixed_dictionaries(
    {
        "model": st.sampled_from(["spearman", "regression", "residuals", "spatial lag", "spatial error", "multilevel"]),
        "value": NUMBER | st.just(math.nan), "lower": NUMBER | st.just(math.nan), "upper": NUMBER,
        "per_deviation": NUMBER, "p_value": st.floats(0, 1), "expected": st.floats(-0.5, 0),
        "areas": st.integers(0, 10**6), "term": st.just("mix"), "x": st.just("mix"),
        "reason": st.sampled_from(["too_few_areas", "no_difference", "collinear", "ordinal"]),
        "weight": st.sampled_from([None, "people"]), "level": st.just(0.95),
        "levels_of": st.just("district"),
    }
)  # fmt: skip
#: What a sentence of areas begins with, and what it must never hold.
OF_AREAS = re.compile(r"^(In P: areas|Areas) .*(where|with|near)")


def said_of_areas(sentence):
    assert OF_AREAS.search(sentence), sentence
    assert not SINGLE.search(sentence.replace(saying.CAUTION, "")), sentence
    if "residuals" not in sentence and "undefined" not in sentence:
        assert "This compares areas: it says nothing of single residents, and no cause follows from it." in sentence


@given(ROWS, st.sampled_from(["Areas", "In P: areas"]), st.sampled_from(["", "rent, prices"]), st.booleans())
def test_every_sentence_is_of_areas(row, lead, alike, several):
    sentence = saying.told(row, lead, "a higher mix", "crowding", alike=alike, several=several)
    if sentence is None:
        assert row["model"] == "residuals"
        assert np.isnan(row["value"])
        return
    said_of_areas(sentence)


@pytest.mark.parametrize("name", list(MODELS))
def test_every_sentence_of_a_result_is_of_areas(fits, name):
    found = fits(name)
    sentences = found["sentence"].dropna()
    asked = found["term"].eq("mix") | found["model"].eq("residuals")
    assert len(sentences) == (asked & (found["model"] != "spatial tests")).sum()
    for sentence in sentences:
        said_of_areas(re.sub(r"^In [A-Z]: ", "In P: ", sentence))


@pytest.mark.slow
def test_direction_in_words():
    up = associate(join(range(9), [1, 2, 3, 4, 6, 5, 7, 8, 9])).explain()
    down = associate(join(range(9), [9, 8, 7, 5, 6, 4, 3, 2, 1])).explain()
    none = associate(join(range(9), [5, 1, 9, 2, 8, 3, 7, 4, 6])).explain()
    assert "Areas where mix is higher have higher crowding on the whole" in up
    assert "Areas where mix is higher have lower crowding on the whole" in down
    assert "neither clearly higher nor clearly lower" in none
    assert "have, on average, crowding that is" in up


@pytest.mark.slow
def test_the_warning_comes_always_and_points_to_outcomes_by_group():
    linked = join(range(6), [1, 3, 2, 5, 4, 7])
    with pytest.warns(errors.EcologicalFallacyWarning, match="areas where … have …") as caught:
        O.association(linked, "mix", "crowding")
    assert "compare_groups" not in str(caught[0].message)
    counts = pm.from_wide(
        pd.DataFrame({"id": [f"a{n}" for n in range(6)], "asian": range(6), "white": 5}),
        groups=["asian", "white"],
        unit="id",
    )
    two = O.link(counts, pd.Series(np.arange(6.0), index=counts.units, name="y"), focal="asian")
    with pytest.warns(errors.EcologicalFallacyWarning, match="compare_groups"):
        found = O.association(two, "share of asian", "y")
    assert "compare_groups" in found["sentence"].iloc[0]


@pytest.mark.parametrize(
    "text",
    ["people who are poor", "residents that claim", "individual poverty", "the effect of crowding",
     "poverty caused by mix", "impact on pay", "what drives pay", "each resident's pay"],
)  # fmt: skip
def test_words_about_single_people_or_effects_are_refused(text):
    # A published name may be so; it needs other words to be said.
    for name, words in (("crowding", {"crowding": text}), (text, None)):
        faults: list[errors.PlacemixError] = []
        saying.names_of(["mix", name], words, faults)
        assert len(faults) == 1
        assert "areas show neither" in str(faults[0])
        assert "words=" in str(faults[0])
    faults = []
    assert saying.names_of(["mix", text], {text: "a share of claimants"}, faults)[text] == "a share of claimants"
    assert not faults


def test_names_that_need_other_words():
    ids, text = [f"a{n}" for n in range(6)], "people who claim"
    table = pd.DataFrame({"area": ids, "mix": np.arange(6.0)})
    named = O.link(table, pd.Series([1.0, 3, 2, 5, 4, 7], index=ids, name=text), on="area", values=["mix"])
    with pytest.raises(errors.InvalidParameter, match="areas show neither"):
        associate(named, y=text)
    found = associate(named, y=text, words={text: "a share of claimants"})
    assert text not in found.explain()
    assert "a share of claimants" in found.explain()


def test_national_figures_are_refused():
    table = pd.DataFrame({"area": ["a0", "a1"], "mix": [1.0, 2.0]})
    with pytest.warns(errors.NationalMask):
        linked = O.link(
            table, pm.Rates(pd.DataFrame({"indicator": "trust", "unit": ["England"], "rate": [0.7]})), on="area",
            values=["mix"],
        )  # fmt: skip
    with pytest.warns(errors.NationalMask), pytest.raises(errors.InvalidParameter, match="local_distribution"):
        O.association(linked, "mix", "trust")


def test_all_faults_come_together():
    linked = join(range(6), [1, 3, 2, 5, 4, 7], larger=list("ppqqrr"))
    with pytest.raises(errors.PlacemixError) as caught:
        associate(linked, "mixx", "crowding", controls="rent", estimator="best", permutations=3, level=2, spatial=4)
    assert len(caught.value.faults) == 7
    assert "Did you mean 'mix'" in str(caught.value)


@pytest.mark.parametrize(
    ("options", "kind"),
    [({"x": "crowding"}, errors.InvalidParameter), ({"weight": "population"}, errors.InvalidParameter),
     ({"weight": "denominator"}, errors.InvalidParameter), ({"by": "region"}, errors.UnknownColumn),
     ({"levels": "value"}, errors.UnknownColumn), ({"words": {"rent": "r"}}, errors.InvalidParameter)],
)  # fmt: skip
def test_refused(options, kind):
    with pytest.raises(kind):
        associate(join(range(6), [1, 3, 2, 5, 4, 7], larger=list("ppqqrr")), **options)


def test_only_a_join_is_associated():
    with pytest.raises(errors.InvalidTable, match=r"outcomes\.link"):
        associate(pd.DataFrame({"mix": [1]}))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("package", "options"), [("statsmodels", {}), ("esda", {"spatial": ring(6)}), ("spreg", {"spatial": ring(6)})]
)
def test_a_missing_package_says_what_to_install(package, options, monkeypatch):
    for name in [one for one in sys.modules if one.split(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(errors.MissingExtra, match=r"placemix\[model\]"):
        associate(join(range(6), [1, 3, 2, 5, 4, 7]), **options)


# -- packs -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["full", "by larger"])
def test_a_pack_is_recomputed(fits, name, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", errors.EcologicalFallacyWarning)
        told = pm.verify(fits(name).save(tmp_path / "association.zip"))
    assert told.same, told


def test_references(fits):
    cited = fits("full").cite()
    for name in ("Robinson", "Spearman", "Moran", "Anselin", "Laird"):
        assert name in cited
