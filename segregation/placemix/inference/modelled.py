"""How much the rates of a group vary between areas beyond what small numbers alone would do."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, GroupName, IntArray
from placemix._version import __version__
from placemix.counts import Counts, checked, group_text
from placemix.errors import InvalidParameter, MissingExtra, UnknownColumn, did_you_mean, plural, together
from placemix.results import Call, Result, remember

#: Upper quartile of the normal distribution, by which a variance becomes a median ratio.
_QUARTILE = 0.6744897501960817
#: Members a unit below which the Laplace approximation overstates variances.
SPARSE = 1.0


def modelled_segregation(
    counts: Counts, levels: str | Sequence[str] = (), *, groups: Sequence[GroupName] | None = None
) -> Result:
    """Estimate how much each group's rates vary at every level, net of Poisson noise.

    A unit with tᵢ people would have tᵢ × (the group's share of everyone) members if all were spread
    evenly. The model says that its count is Poisson about that number times a rate, and that the
    logarithm of the rate is the sum of normal effects: one of each area that holds the unit, and the
    unit's own. The variance of the effects at a level is the group's segregation at that scale; what is
    only chance in small numbers is left to the Poisson part.

    Parameters
    ----------
    counts
        People of each group in each unit, whole numbers, with a column of strata for each level.
    levels
        Columns of strata from the largest areas to the smallest, each nested in the one before. The
        units are the last level and need no name; without levels they are the only one.
    groups
        Groups to model, each by itself; all if left out.

    Returns
    -------
    result
        One row for each group and level, the largest level first and ``unit`` last. Columns: `group`,
        `level`, `variance` (of the log rate), `standard_error` of the variance (by the curvature of the
        likelihood; no guide near 0), `share` of the sum of variances,
        `median_rate_ratio` (exp(√(2 variance) × 0.674): the median, over pairs of areas of this level, of
        the higher rate over the lower; 1 without segregation), `areas` of the level, `mean_count`
        (members a unit), `log_likelihood` (approximate), `people`, `residual`, `units_dropped`, `reason`,
        `note`, `method`, `source`, `version`.

    Raises
    ------
    MissingExtra
        GPBoost is not installed.
    UnknownColumn
        A level is no column of strata.
    InvalidParameter
        An area belongs to several of the level before, or a level has one area only, or as many as the
        level inside it.

    Notes
    -----
    The marginal likelihood is maximised with GPBoost, by the Laplace approximation. It is good where units have a few
    members of the group and *overstates* variances where most have none: of 2,000 made-up
    units whose true variance was 0.2 it gave 0.19 at 3 members a unit, 0.21 at 1, 0.73 at 0.3 and 2.7 at
    0.1, where the exact likelihood gave 0.19, 0.17, 0.37 and 0.26. Below 1 a `note` says so: use larger
    units. The published estimates are Bayesian, of all groups in one model; with few areas at a level
    the mean of such an estimate lies above the maximum of the likelihood.

    The intercept is estimated, because the mean of a log-normal rate is not its median. Where a count
    says nothing but noise the variance is 0 to about five places. The library's search ends when the
    likelihood changes by less than a millionth, about three digits of a variance.

    A variance of log rates is no D: it weighs all units alike, and a rare group in few areas has a high one.

    References
    ----------
    Jones, Johnston, Manley, Owen and Charlton 2015.

    Examples
    --------
    >>> import placemix as pm
    >>> homes = pm.datasets.town().residents("before")  # doctest: +SKIP
    >>> found = pm.inference.modelled_segregation(homes, ["district", "ward"], groups=["blue"])  # doctest: +SKIP
    >>> found[["level", "variance", "median_rate_ratio"]].round(2)  # doctest: +SKIP
          level  variance  median_rate_ratio
    0  district      0.55               2.03
    1      ward      0.76               2.29
    2      unit      1.11               2.73
    """
    counts = checked(counts)
    names = [levels] if isinstance(levels, str) else list(levels)
    lived_in = np.flatnonzero(counts.total > 0)
    codes = _areas(counts, names, lived_in)
    wanted = list(counts.groups) if groups is None else [counts.groups[counts.position(name)] for name in groups]
    fitted = _fitter()
    people = counts.total[lived_in]
    blocks = []
    for group in wanted:
        # The library reads a column of a table as if its numbers lay side by side.
        members = np.ascontiguousarray(counts.values[lived_in, counts.position(group)])
        block = pd.DataFrame({"level": [*names, "unit"]})
        block.insert(0, "group", group_text(group))
        block["areas"] = [int(code.max(initial=-1)) + 1 for code in codes]
        block["mean_count"] = members.mean() if len(members) else np.nan
        reason = _undefined(members, people)
        variances, errors, likelihood = (
            (np.full(len(codes), np.nan), np.full(len(codes), np.nan), np.nan)
            if reason
            else fitted(members, people * (members.sum() / people.sum()), codes)
        )
        block["variance"], block["standard_error"], block["log_likelihood"] = variances, errors, likelihood
        block["share"] = variances / variances.sum()
        block["median_rate_ratio"] = np.exp(np.sqrt(2 * variances) * _QUARTILE)
        sparse = not reason and members.mean() < SPARSE
        note = f"fewer than {SPARSE:g} members a unit, so that the variance is overstated" if sparse else None
        block["reason"], block["note"] = (pd.Series([text] * len(block), dtype=object) for text in (reason, note))
        blocks.append(block)
    frame = pd.concat(blocks, ignore_index=True)
    frame["people"], frame["residual"] = float(people.sum()), float(counts.residual.sum())
    frame["units_dropped"] = len(counts) - len(lived_in)
    frame["method"], frame["source"], frame["version"] = "POISSON_LOGNORMAL_LAPLACE", counts.source, __version__
    ordered = [
        "group", "level", "variance", "standard_error", "share", "median_rate_ratio", "areas", "mean_count",
        "log_likelihood", "people", "residual", "units_dropped", "reason", "note", "method", "source", "version",
    ]  # fmt: skip
    arguments: dict[str, Any] = {"levels": names, "groups": None if groups is None else list(groups)}
    result = remember(frame[ordered], Call("inference.modelled_segregation", {"counts": counts}, arguments))
    result.attrs["cites"] = ("jones_2015",)
    return result


def _fitter() -> Any:  # noqa: ANN401
    """Return the function that fits, or refuse where GPBoost is absent."""
    try:
        import gpboost
    except ImportError as error:
        message = "A modelled variance needs the package gpboost."
        raise MissingExtra(message, remedy="pip install 'placemix[model]'") from error

    def fitted(
        members: FloatArray, expected: FloatArray, codes: list[IntArray]
    ) -> tuple[FloatArray, FloatArray, float]:
        # More threads only wait for each other here, and sums in another order change digits.
        model = gpboost.GPModel(
            group_data=np.column_stack(codes).astype(np.float64), likelihood="poisson", num_parallel_threads=1
        )
        model.fit(y=members, X=np.ones((len(members), 1)), offset=np.log(expected))
        found = np.asarray(model.get_cov_pars(std_err=True, format_pandas=False), dtype=np.float64)
        return found[0], found[1], -float(model.get_current_neg_log_likelihood())

    return fitted


def _undefined(members: FloatArray, people: FloatArray) -> str | None:
    """Why a variance is undefined, or None."""
    if not len(people):
        return "no_people"
    if len(people) < 2:
        return "one_unit"
    if not members.sum() > 0:
        return "group_absent"
    if (members == people).all():
        return "one_group"
    return None if (members == np.round(members)).all() else "not_whole"


def _areas(counts: Counts, names: list[str], kept: IntArray) -> list[IntArray]:
    """Number of each unit's area at each level, units last."""
    columns = [str(name) for name in counts.strata.columns]
    faults: list[Any] = []
    for name in names:
        if name not in columns:
            remedy = did_you_mean(name, columns) or "Add it with with_strata."
            faults.append(UnknownColumn(f"{name!r} is no column of strata.", remedy=remedy))
    if faults:
        raise together(faults)
    strata = counts.strata.iloc[kept]
    codes = [pd.factorize(strata[name].astype(str))[0].astype(np.int64) for name in names]
    for (upper, outer), (lower, inner) in pairwise(zip(names, codes, strict=True)):
        pairs = pd.DataFrame({"inner": inner, "outer": outer}).drop_duplicates()
        if pairs["inner"].duplicated().any():
            first = str(
                strata[lower].astype(str).to_numpy()[inner == pairs["inner"][pairs["inner"].duplicated()].iloc[0]][0]
            )
            remedy = "Name levels from the largest to the smallest, each inside the one before."
            faults.append(InvalidParameter(f"{first} ({lower}) is in several areas of {upper}.", remedy=remedy))
    codes.append(np.arange(len(kept)))
    sizes = [(name, int(code.max(initial=-1)) + 1) for name, code in zip([*names, "unit"], codes, strict=True)]
    if names and sizes[0][1] == 1:
        message = f"All units are in one area of {names[0]}, and one area has no variance."
        faults.append(InvalidParameter(message, remedy=f"Leave {names[0]!r} out of levels=."))
    for (upper, few), (lower, many) in pairwise(sizes):
        if few == many and len(kept) > 1:
            message = f"{upper} and {lower} have {plural(few, 'area')} each, and their variances cannot be told apart."
            faults.append(InvalidParameter(message, remedy=f"Leave {upper!r} out of levels=."))
    if faults:
        raise together(faults)
    return codes
