"""Every model of an association, one row for each of its numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix.outcomes.joining.fitting import Fit, least_squares, spearman, undefined
from placemix.outcomes.joining.levelling import mixed
from placemix.outcomes.joining.neighbouring import Estimator, moran, spatial_fits, weights_of
from placemix.outcomes.joining.selecting import Sample, Variable

#: Columns of `association` after those of the strata.
COLUMNS: tuple[str, ...] = (
    "x", "y", "model", "term", "value", "standard_error", "lower", "upper", "level", "p_value", "per_deviation", "vif",
    "expected", "areas", "areas_dropped", "areas_hidden", "people", "at_low", "at_high", "weight", "levels_of",
    "levels", "islands", "r_squared", "log_likelihood", "aic", "leverage_most", "leverage_place", "leverage_many",
    "years_apart", "period_check", "universe_check", "reason", "note", "method", "interval_method",
    "sentence", "source", "version",
)  # fmt: skip
#: Method and kind of interval of each model.
METHODS: Mapping[str, tuple[str, str]] = {
    "spearman": ("spearman_1904", "sampling:bonett_wright_2000"),
    "regression": ("least_squares", "sampling:t of the model"),
    "residuals": ("moran_1950", "null:permutation of residuals"),
    "spatial lag": ("anselin_1988", "sampling:normal"),
    "spatial error": ("anselin_1988", "sampling:normal"),
    "spatial tests": ("lagrange_multiplier", "none:test"),
    "multilevel": ("random_intercept_reml", "sampling:normal"),
}


class Asked(NamedTuple):
    """What an association was asked for."""

    x: Variable
    y: Variable
    pairs: pd.DataFrame | None
    levels: str | None
    level: float
    estimator: Estimator
    permutations: int
    seed: int


def modelled(sample: Sample, asked: Asked) -> pd.DataFrame:
    """Every model of some areas."""
    design = sample.design()
    first = asked.x.name
    ordinal = asked.x.ordinal or asked.y.ordinal
    fits = [spearman(design, asked.level)]
    line = undefined("regression", first, "ordinal") if ordinal else least_squares(design, asked.level)
    fits.append(line)
    if asked.pairs is not None:
        graph = weights_of(asked.pairs, design.ids)
        if line.residuals is not None and graph is not None:
            fits.append(moran(line.residuals, graph, "the regression", asked.permutations, asked.seed))
        else:
            fits.append(undefined("residuals", "moran", line.reason or "no_neighbours"))
        fits += (
            [undefined(name, first, "ordinal") for name in ("spatial lag", "spatial error", "spatial tests")]
            if ordinal
            else spatial_fits(design, graph, asked.level, asked.estimator)
        )
    if asked.levels is not None:
        labels = sample.strata[asked.levels][sample.known]
        fits.append(
            undefined("multilevel", first, "ordinal") if ordinal else mixed(design, labels, asked.levels, asked.level)
        )
    frame = pd.DataFrame([row for fit in fits for row in _rows(fit, asked)])
    known, hidden = sample.known, sample.hidden
    frame["areas"], frame["areas_dropped"] = int(known.sum()), int((~known).sum())
    frame["areas_hidden"], frame["people"] = int(hidden.sum()), float(sample.people[known].sum())
    _at_ends(frame, sample, asked, ordinal=ordinal)
    return frame


def _rows(fit: Fit, asked: Asked) -> list[dict[str, Any]]:
    return [
        {
            "model": fit.model, "term": one.term, "value": one.value, "standard_error": one.error, "lower": one.lower,
            "upper": one.upper, "level": asked.level if math.isfinite(one.lower) else math.nan, "p_value": one.p,
            "reason": fit.reason, "note": fit.note,
            "levels_of": asked.levels if fit.model == "multilevel" else None, **one.more,
        }
        for one in fit.terms
    ]  # fmt: skip


def _at_ends(frame: pd.DataFrame, sample: Sample, asked: Asked, *, ordinal: bool) -> None:
    """Add what correlation and slope are with all hidden numbers at one end, in place."""
    for name, end in (("at_low", "low"), ("at_high", "high")):
        frame[name] = np.nan
        if not sample.hidden.any():
            continue
        design = sample.design(end)  # type: ignore[arg-type]
        fits = [spearman(design, asked.level), *([] if ordinal else [least_squares(design, asked.level)])]
        for fit in fits:
            for one in fit.terms:
                frame.loc[(frame["model"] == fit.model) & (frame["term"] == one.term), name] = one.value


def notes(frame: pd.DataFrame, asked: Asked) -> list[str | None]:
    """Say of each row what else is to be known of it."""
    common = []
    if (frame["period_check"] == "apart").any():
        common.append(f"the two sides are {frame['years_apart'].iloc[0]:.1f} years apart")
    if (frame["universe_check"] == "differs").any():
        common.append("the two sides count different things")
    common += list(asked.y.rows["note"].dropna().astype(str).unique())[:1]
    out = []
    for note, hidden, islands in zip(
        frame["note"], frame["areas_hidden"], frame.get("islands", [np.nan] * len(frame)), strict=True
    ):
        said = [*common, *([note] if isinstance(note, str) else [])]
        if hidden:
            said.append(f"{hidden:,} areas known only as an interval are left out; at_low and at_high take their ends")
        if islands > 0:
            said.append(f"{int(islands):,} areas have no neighbour with both numbers")
        out.append("; ".join(said) or None)
    return out
