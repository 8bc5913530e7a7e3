"""D as a multilevel model: at which level two groups are apart, net of the other levels."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix._version import __version__
from placemix.counts import Counts, checked, group_text
from placemix.decompose import _reml
from placemix.decompose._pairs import Omitted, left_of, pair, undefined
from placemix.decompose.levels import _are_levels, _codes
from placemix.errors import InvalidParameter, did_you_mean, plural, together
from placemix.measuring.plan import Which
from placemix.results import Call, Result, remember

#: Frozen id of the model; the second for weights="population".
METHOD = {None: "MLID_HARRIS_OWEN", "population": "MLID_PER_PERSON"}


class Levels(NamedTuple):
    """D by level; arrays run from the finest areas to the largest, with units before them.

    Attributes
    ----------
    dissimilarity
        D.
    variance
        Variance of the differences at each level, shape (levels + 1,).
    holdback
        Relative change of D without the effects of each level, shape (levels + 1,).
    criterion
        Minus twice the log-likelihood.
    """

    dissimilarity: float
    variance: FloatArray
    holdback: FloatArray
    criterion: float


def levels_of_dissimilarity(
    x: FloatArray, y: FloatArray, parents: list[IntArray], *, per_person: bool = False, mean: bool = False
) -> Levels:
    """Fit the multilevel index of dissimilarity.

    Parameters
    ----------
    x, y
        People of either group in each unit, shape (units,).
    parents
        Finest area of each unit, then for each level the area of the next that holds its areas,
        numbered from 0 without gaps.
    per_person
        Model differences for each person compared, with variance inversely proportional to people,
        rather than differences of shares of a group, with equal variances. Every unit needs people.
    mean
        Estimate the mean difference rather than hold it at 0.

    Returns
    -------
    levels
        D, variances and holdbacks.

    Examples
    --------
    >>> import numpy as np
    >>> x, y = np.array([40.0, 30, 10, 20]), np.array([10.0, 20, 40, 30])
    >>> found = levels_of_dissimilarity(x, y, [np.array([0, 0, 1, 1])])
    >>> found.variance.round(4), found.holdback.round(4)
    (array([0.02, 0.03]), array([-0.25, -0.5 ]))
    """
    gap = x / x.sum() - y / y.sum()
    size = (x + y) / (x + y).sum() if per_person else np.ones(len(x))
    weights = (x + y) / (x + y).mean() if per_person else None
    found = _reml.fit(gap / size, parents, weights, mean=mean)
    codes = _reml.unit_codes(parents)
    effects = [found.residual, *(effect[code] for effect, code in zip(found.effects, codes, strict=True))]
    whole = np.abs(gap).sum() / 2
    held = [np.abs(gap - size * effect).sum() / 2 / whole - 1 for effect in effects]
    return Levels(float(whole), np.array([found.variance, *found.variances]), np.array(held), found.criterion)


def multilevel_dissimilarity(
    counts: Counts,
    levels: str | Sequence[str],
    *,
    focal: Which,
    against: Which = "rest",
    weights: Literal["population"] | None = None,
    mean: Literal["zero", "estimated"] = "zero",
    omit: Omitted = None,
) -> Result:
    """Say at which level D arises: the multilevel index of dissimilarity.

    D is half the sum of the absolute differences xᵢ/X − yᵢ/Y. Here the differences themselves are a
    multilevel model, the sum of an effect of each area that holds the unit and of the unit's own:
    the variance at a level says how much areas of that level differ *net of* those around and inside
    them. Groups that are apart in few large areas and groups that are apart everywhere, street by
    street, may have the same D; their levels differ.

    Parameters
    ----------
    counts
        People of each group in each unit, with a column of strata for each level.
    levels
        Columns of strata from the largest areas to the smallest, each nested in the one before. The
        units are the last level and need no name.
    focal, against
        A group and what it is compared with.
    weights
        None models differences of shares with equal variances, as published. ``"population"`` is a
        variant of placemix's own: it models differences for each person compared,
        (xᵢ/X − yᵢ/Y) / (tᵢ/T) with t = x + y, whose variance is inversely proportional to people, so
        that a large unit is not taken for a very uneven one.
    mean
        ``"zero"`` as published: the differences sum to 0, and their model has no intercept.
        ``"estimated"`` adds one, by restricted maximum likelihood.
    omit
        Areas to leave out before anything is computed, by level: ``{"district": ["Barking"]}``.

    Returns
    -------
    result
        One row a level, the largest first and ``unit`` last. Columns: `level`, `focal`, `against`,
        `dissimilarity` (D of all units), `variance` (of the differences at this level), `share` (of the
        sum of variances), `holdback` (relative change of D if the effects of this level were 0, as a
        share of D: −0.15 means that D would be 15 % lower; it may be above 0 where a level
        offsets another), `areas` of the level, `criterion` (minus twice the restricted log-likelihood,
        to compare models of the same units), `weights`, `people`, `residual` (people left out),
        `units_dropped`, `units_omitted`, `reason`, `method`, `source`, `version`.

    Raises
    ------
    UnknownColumn
        A level is no column of strata.
    InvalidParameter
        An area belongs to several of the level before; a level has one area only, or as many as the
        level inside it, so that its variance cannot be told; or a name to omit is unknown.

    Notes
    -----
    Variances are those of maximum likelihood, with predicted effects (best linear unbiased), by a
    recursion over areas whose time is linear in units; areas may be of any size. Effects are shrunk
    towards 0, so the holdbacks of all levels need not add up to −1. Units in which neither group lives are
    part of the published model, with a difference of 0, if anyone lives there; they have no
    weight in ``weights="population"`` and are dropped. Where `reason` is ``undefined`` D is 0 and
    there is nothing to share.

    The model's effects are Gaussian and differences of shares are not: a few areas with very large
    differences carry much of a variance. Compare `holdback`, which is in terms of D, with `share`.

    References
    ----------
    Harris and Owen 2018.

    Examples
    --------
    >>> import placemix as pm
    >>> homes = pm.datasets.town().residents("before")
    >>> parts = pm.decompose.multilevel_dissimilarity(homes, ["district", "ward"], focal="blue")
    >>> parts[["level", "areas", "share", "holdback"]].round(2)
          level  areas  share  holdback
    0  district      6   0.07     -0.08
    1      ward     48   0.31     -0.23
    2      unit   2397   0.63     -0.25
    """
    counts = checked(counts)
    if weights not in METHOD:
        message = f"weights is None or 'population', not {weights!r}."
        raise InvalidParameter(message, remedy=did_you_mean(str(weights), ["population"]))
    if mean not in {"zero", "estimated"}:
        message = f"mean is 'zero' or 'estimated', not {mean!r}."
        raise InvalidParameter(message, remedy=did_you_mean(str(mean), ["zero", "estimated"]))
    names = [levels] if isinstance(levels, str) else list(levels)
    _are_levels(counts, names)
    left, omitted, without = left_of(counts, omit)
    everybody, groups = pair(left, focal, against)
    lived_in = np.flatnonzero(everybody.sum(axis=1) > 0 if weights else left.total > 0)
    x, y = everybody[lived_in].T
    depths, _ = _codes(left, names, lived_in)
    frame = pd.DataFrame({"level": [*names, "unit"]})
    frame["focal"], frame["against"] = (group_text(name) for name in groups)
    frame["areas"] = [int(code.max(initial=-1)) + 1 for code in depths[1:]]
    frame["weights"] = weights or "none"
    reason = undefined(x, y)
    frame["dissimilarity"] = np.nan if reason else np.abs(x / x.sum() - y / y.sum()).sum() / 2
    for name in ("variance", "share", "holdback", "criterion"):
        frame[name] = np.nan
    if not reason and np.abs(x / x.sum() - y / y.sum()).max() <= 1e-15:
        reason, frame["dissimilarity"], frame["variance"] = "undefined", 0.0, 0.0
    if not reason:
        _can_be_told(frame)
        found = levels_of_dissimilarity(
            x, y, _parents(depths), per_person=weights == "population", mean=mean == "estimated"
        )
        frame["variance"], frame["holdback"] = found.variance[::-1], found.holdback[::-1]
        frame["share"] = frame["variance"] / found.variance.sum()
        frame["criterion"] = found.criterion
    frame["people"] = float(everybody.sum())
    frame["residual"] = float(left.total.sum() - everybody.sum())
    frame["units_dropped"], frame["units_omitted"] = len(left) - len(lived_in), omitted
    frame["reason"] = pd.Series([reason or None] * len(frame), dtype=object)
    frame["method"] = METHOD[weights] + ("_MEAN" if mean == "estimated" else "")
    frame["source"], frame["version"] = counts.source, __version__
    ordered = [
        "level", "focal", "against", "dissimilarity", "variance", "share", "holdback", "areas", "criterion", "weights",
        "people", "residual", "units_dropped", "units_omitted", "reason", "method", "source", "version",
    ]  # fmt: skip
    arguments: dict[str, Any] = {
        "levels": names, "focal": focal, "against": against, "weights": weights, "mean": mean, "omit": without,
    }  # fmt: skip
    result = remember(frame[ordered], Call("decompose.multilevel_dissimilarity", {"counts": counts}, arguments))
    result.attrs["cites"] = ("harris_owen_2018", "duncan_1955")
    return result


def _parents(depths: list[IntArray]) -> list[IntArray]:
    """Finest area of each unit, then the area of the next level that holds each area."""
    finest_first = depths[-2:0:-1]
    parents = [finest_first[0]]
    for lower, upper in pairwise(finest_first):
        parent = np.zeros(int(lower.max()) + 1, dtype=np.int64)
        parent[lower] = upper
        parents.append(parent)
    return parents


def _can_be_told(frame: pd.DataFrame) -> None:
    """Refuse levels whose variance is mixed up with that of another."""
    faults: list[Any] = []
    rows = list(zip(frame["level"], frame["areas"], strict=True))
    if rows[0][1] < 2:
        message = f"All units are in one area of {rows[0][0]}, and one area has no variance."
        faults.append(InvalidParameter(message, remedy=f"Leave {rows[0][0]!r} out of levels=."))
    for (upper, few), (lower, many) in pairwise(rows):
        if few == many:
            message = (
                f"{upper} and {lower} have {plural(few, 'area')} each, so that their variances cannot be told apart."
            )
            faults.append(InvalidParameter(message, remedy=f"Leave {upper!r} out of levels=."))
    if faults:
        raise together(faults)
