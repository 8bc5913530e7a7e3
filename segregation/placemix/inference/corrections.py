"""A value less what chance adds to it, by the methods of the literature."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Literal, TypeAlias

import numpy as np

from placemix import indices
from placemix._typing import FloatArray, GroupName
from placemix.counts import Counts, checked
from placemix.errors import Approximated, InvalidParameter, did_you_mean
from placemix.estimating import Estimate, Uncertainty
from placemix.indices.corrections import meeting
from placemix.inference import drawing, mixtures
from placemix.inference.chances import table
from placemix.inference.households import Cluster, Dealt, dealt
from placemix.inference.nulls import Null, Size, households_of
from placemix.inference.resampling import intervals
from placemix.measuring import estimate
from placemix.measuring.plan import REST, focal_groups, rivals
from placemix.registry import asked
from placemix.surroundings import Surroundings

#: Ways to correct a value.
Correction: TypeAlias = Literal["carrington_troske", "bootstrap", "density", "unbiased", "miller_madow", "beta_mixture"]
#: Measures that each is published for; None: any, or any that rises from 0 to 1 where groups are apart.
_FOR: dict[str, tuple[str, ...] | None] = {
    "carrington_troske": None,
    "bootstrap": None,
    "density": ("dissimilarity",),
    "unbiased": ("dissimilarity", "gini", "correlation_ratio", "information_theory", "hutchens"),
    "miller_madow": ("information_theory", "mutual_information"),
    "beta_mixture": mixtures.MEASURED,
}
#: Tables drawn from a mixture to see whether it fits, and the deviations within which it does.
_TABLES, _FITS = 99, 3.0
#: Methods that look at two groups.
_OF_TWO = ("density", "unbiased", "beta_mixture")


def corrected(
    counts: Counts,
    measure: str,
    *,
    focal: GroupName | None = None,
    against: GroupName = "rest",
    around: Surroundings | None = None,
    method: Correction = "carrington_troske",
    null: Null = "evenness",
    cluster: Cluster | None = None,
    draws: int = 999,
    seed: int = 0,
    components: int = 2,
) -> Estimate:
    """Give a value less what chance adds to it.

    Parameters
    ----------
    counts, measure, focal, against, around
        As in `placemix.estimate`.
    method
        ``"carrington_troske"``: (v - e)/(1 - e), or (v - e)/e below e, with e the mean under `null`; for any
        measure between 0 and 1 that is 1 where groups are apart. ``"bootstrap"``: 2v less the mean over people
        drawn anew. ``"density"``: D with the likeliest difference of each unit, no draws. ``"unbiased"``: V less
        its exact mean under dealing, (V - e)/(1 - e); D, Gini, H and Hutchens as differences of contact that
        leave the own household out, with mean 0 under dealing (`placemix.indices.contact_gap`).
        ``"miller_madow"``: H and M less the first term of their bias. ``"beta_mixture"``: D, Gini, V, H,
        Hutchens and isolation of the distribution of shares that makes what is seen likeliest.
    null, cluster, draws, seed
        As in `placemix.inference.table`.
    components
        Beta distributions that ``"beta_mixture"`` mixes, from 1 to 5.

    Returns
    -------
    estimate
        `value` is corrected, `note` names the method and the plain value, `expected` is what was taken
        off, where there is such a number.

    Raises
    ------
    InvalidParameter
        There is no such method, or it is published for other measures, or for two groups and none was
        named.

    Warns
    -----
    Approximated
        The search for the likeliest distribution was broken off, or the likeliest does not fit: tables
        drawn from it show another value than the one seen.

    Notes
    -----
    Corrected values are estimates of what remains without chance; they may fall below 0, and are not
    comparable with plain ones of other studies. ``"beta_mixture"`` takes it that shares do not go with
    the size of units.

    References
    ----------
    Carrington and Troske 1997; Allen, Burgess, Davidson and Windmeijer 2015; Winship 1977; Miller 1955;
    Fossett 2017; Rathelot 2012.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> round(pm.inference.corrected(homes, "correlation_ratio", focal="asian", method="unbiased", cluster=1).value, 4)
    0.4242
    >>> round(pm.inference.corrected(homes, "gini", focal="asian", method="unbiased", cluster=2).value, 4)
    0.619
    """
    counts = checked(counts)
    mixtures.known_components(components)
    plain = estimate(counts, measure, focal=focal, against=against, around=around)
    _suits(method, measure, two=focal is not None)
    if method in _OF_TWO and focal is None:
        message = f"{method} compares two groups."
        raise InvalidParameter(message, remedy="Pass focal= a group.")
    together = dealt(counts, cluster)
    chance, value, more = float("nan"), float("nan"), ""
    if method == "carrington_troske":
        found = table(
            counts, measure, focal=focal, against=against, around=around, null=null, cluster=cluster, draws=draws,
            seed=seed,
        )  # fmt: skip
        chance = float(found["expected"].item())
        value = float(indices.carrington_troske(np.array([plain.value]), np.array([chance]))[0])
    elif method == "bootstrap":
        drawn = intervals(
            counts, measure, focal=focal, against=against, around=around, resample="people", cluster=cluster,
            draws=draws, seed=seed,
        )  # fmt: skip
        value = plain.value - float(drawn["bias"].item())
    elif around is not None:
        message = f"{method} is published for the people of units, not for those around them."
        raise InvalidParameter(message, remedy="Use carrington_troske or bootstrap, or leave out around=.")
    elif not np.isnan(plain.value):
        pair = counts.values if focal is None else _pair(counts, focal, against)
        value, chance, more = _worked_out(method, plain, counts, pair, together, components, seed)
    text = f"corrected ({method}, {together.text}) from {plain.value:.6g}{more}"
    return replace(
        plain,
        value=value,
        numerator=float("nan"),
        expected=chance,
        reason=plain.reason if np.isnan(plain.value) else ("undefined" if np.isnan(value) else None),
        note="; ".join(filter(None, [plain.note, text])),
        uncertainty=Uncertainty("none", "corrected value: see inference.intervals for the plain one"),
    )


def _worked_out(
    method: str, plain: Estimate, counts: Counts, pair: FloatArray, together: Dealt, components: int, seed: int
) -> tuple[float, float, str]:
    """Return the corrected value, what was taken off, and what is to be said of it, where nothing is drawn."""
    name, none = asked(plain.measure).row.name, float("nan")
    if method == "density":
        return float(indices.density_corrected_dissimilarity(pair, size=together.size)[0]), none, ""
    if method == "beta_mixture":
        value, more = _fitted(name, counts, pair, together.of_units, components, seed)
        return value, none, more
    if method == "unbiased" and (name != "correlation_ratio" or together.by_unit is not None):
        value, more = _gap(name, counts, pair, together.of_units)
        return value, none, more
    if method == "unbiased":
        chance = float(indices.expected_correlation_ratio(counts.total, size=together.size)[0])
        return (plain.value - chance) / (1 - chance), chance, ""
    chance = float(indices.miller_madow(pair, size=together.size)[0])
    if name == "information_theory":
        share = pair.sum(axis=0) / pair.sum()
        chance /= -float((share * np.log(np.where(share > 0, share, 1.0))).sum())
    return plain.value - chance, chance, ""


def _worth(counts: Counts, size: Size) -> FloatArray:
    """People of a household in each unit: whole households, as nulls deal them."""
    households = households_of(counts.total, size)
    return counts.total / np.maximum(households, 1)


def _gap(name: str, counts: Counts, pair: FloatArray, size: Size) -> tuple[float, str]:
    worth = _worth(counts, size)
    alone = pair[~meeting(pair, worth)].sum()
    left = f"; {alone:,.6g} people in units of one household are left out" if alone else ""
    return float(indices.contact_gap(pair, name, size=worth)[0]), left


def _fitted(name: str, counts: Counts, pair: FloatArray, size: Size, components: int, seed: int) -> tuple[float, str]:
    worth, there = _worth(counts, size), pair.sum(axis=1) > 0
    households = pair[there] / worth[there, np.newaxis]
    mixture = mixtures.likeliest(households[:, 0], households.sum(axis=1), components)
    if not mixture.converged:
        message = (
            f"The likeliest mixture of {components} was not reached in {mixture.steps} steps; its value is a guess."
        )
        warnings.warn(f"{message} Try fewer components.", Approximated, stacklevel=4)
    humps = ", ".join(
        f"{weight:.2g} x beta({a:.3g}, {b:.3g})"
        for weight, a, b in zip(mixture.weights, mixture.a, mixture.b, strict=True)
    )
    seen = float(getattr(indices, name)(pair)[0])
    shown, spread = _shown(name, mixture, households.sum(axis=1), seed)
    if mixture.converged and abs(seen - shown) > _FITS * spread:
        message = (
            f"The mixture of {components} does not fit: its tables show {shown:.4g} ± {spread:.2g}, not {seen:.4g}."
        )
        warnings.warn(f"{message} Try more components, or another method.", Approximated, stacklevel=4)
    end = "converged" if mixture.converged else "not converged"
    return mixtures.measured(
        name, mixture
    ), f"; {humps}, {end} in {mixture.steps} steps; its tables show {shown:.4g} ± {spread:.2g}"


def _shown(name: str, mixture: mixtures.Mixture, households: FloatArray, seed: int) -> tuple[float, float]:
    """Mean and spread of the plain measure in tables drawn from a mixture: near what is seen if it fits."""
    rng, whole = drawing.stream(seed, 0), np.rint(households).astype(np.int64)
    of = rng.choice(len(mixture.weights), (_TABLES, len(whole)), p=mixture.weights)
    members = rng.binomial(whole, rng.beta(mixture.a[of], mixture.b[of]))
    values = getattr(indices, name)(np.stack([members, whole - members], axis=-1))[:, 0]
    return float(np.nanmean(values)), float(np.nanstd(values))


def _suits(method: str, measure: str, *, two: bool) -> None:
    if method not in _FOR:
        message = f"{method!r} is no correction; they are {', '.join(_FOR)}."
        raise InvalidParameter(message, remedy=did_you_mean(method, list(_FOR)))
    row, published = asked(measure).row, _FOR[method]
    if published is not None and row.name not in published:
        message = f"{method} is published for {' and '.join(published)}, not for {row.name}."
        raise InvalidParameter(message, remedy="Use carrington_troske or bootstrap.")
    apart = "one_if_apart" in (row.pair_claims if two else row.claims)
    if method == "carrington_troske" and (row.highest != 1 or float(row.lowest) < 0 or not apart):
        message = f"carrington_troske is for measures between 0 and 1, and 1 where groups are apart; {row.name} is not."
        raise InvalidParameter(message, remedy="Use bootstrap.")


def _pair(counts: Counts, focal: GroupName | None, against: GroupName) -> FloatArray:
    (first,) = focal_groups(counts, focal)
    (other,) = rivals(counts, against)
    x = counts.values[:, first]
    return np.column_stack([x, np.maximum(counts.total - x, 0) if other == REST else counts.values[:, other]])
