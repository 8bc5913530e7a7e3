"""Association between areas: ranks, least squares, neighbours, larger areas, and what their residuals show."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._version import __version__
from placemix.carried import fingerprint
from placemix.errors import (
    EcologicalFallacyWarning,
    InvalidParameter,
    PlacemixError,
    RankOrDecileArithmetic,
    did_you_mean,
    listed,
    together,
)
from placemix.inference import drawing
from placemix.outcomes.bridging.asking import WHOLE
from placemix.outcomes.joining.modelling import COLUMNS, METHODS, Asked, modelled, notes
from placemix.outcomes.joining.neighbouring import Estimator, pairs_of
from placemix.outcomes.joining.saying import names_of, told, where
from placemix.outcomes.joining.selecting import Sample, Variable, checked_join, sampled, variable
from placemix.results import Call, Result, remember

#: Fewest permutations of which a p-value says anything.
FEWEST = 99


def association(
    linked: pd.DataFrame,
    x: str,
    y: str,
    *,
    weight: str | None = None,
    controls: Sequence[str] = (),
    by: str | None = None,
    spatial: Any = None,  # noqa: ANN401
    levels: str | None = None,
    words: Mapping[str, str] | None = None,
    estimator: Estimator = "ml",
    permutations: int = 999,
    seed: int = 0,
    level: float = 0.95,
) -> Result:
    """Say whether areas that are high in one thing are high in another, and how sure their neighbours let one be.

    Parameters
    ----------
    linked
        What `link` gave.
    x, y
        A quantity of places, such as ``"share of asian"``, and an outcome, as columns `quantity` and `outcome` name
        them; or two of one kind.
    weight
        ``"people"`` or ``"denominator"`` (of the outcome) for weighted least squares. Correlation of ranks, spatial and
        multilevel models take none. Default: every area counts alike.
    controls
        Other quantities or outcomes, in which areas are compared as if they were alike.
    by
        Strata: rows of each, then of all areas together, with ``"whole"`` in this column.
    spatial
        Who is near whom: `Surroundings`, a graph or weights of libpysal, or a table `place`, `neighbour`, `weight`.
        Rows of weights are made to sum to 1. Adds Moran's I of the residuals, a spatial lag and a spatial error model,
        and the tests between them.
    levels
        Strata that areas lie in: adds a model with a random intercept of each.
    words
        How quantities and outcomes are called in sentences, by name.
    estimator
        Of the spatial models: ``"ml"`` (maximum likelihood, up to 2,000 areas) or ``"gm"`` (two-stage least squares for
        the lag, moments robust to unequal variances for the error).
    permutations, seed
        For the p-value of Moran's I.
    level
        Level of the intervals.

    Returns
    -------
    result
        One row for each number of each model, for each stratum. Columns: the stratum; `x`, `y`; `model` (``spearman``,
        ``regression``, ``residuals``, ``spatial lag``, ``spatial error``, ``spatial tests``, ``multilevel``), `term`
        (the quantity or outcome it belongs to; ``intercept``, ``moran``, ``rho``, ``lambda``, a test, a variance),
        `value`, `standard_error`, `lower`, `upper`, `level`, `p_value`; `per_deviation` (slope times the standard
        deviation of the term), `vif` (variance inflation by the other terms; 1 where it is alone), `expected` (of
        Moran's I); `areas`, `areas_dropped` (for want of a number), `areas_hidden` (of these, known as an interval),
        `people`; `at_low`, `at_high` (value with all hidden numbers at that end); `weight`, `levels_of`, `levels` (how
        many), `islands` (areas without a neighbour), `r_squared`, `log_likelihood`, `aic`; `leverage_most`,
        `leverage_place`, `leverage_many` (areas beyond twice the mean); `years_apart`, `period_check`,
        `universe_check` (of the join); `reason`, `note`, `method`, `interval_method`, `sentence`, `source`, `version`.

    Raises
    ------
    InvalidParameter
        Only a national figure of an outcome is known; names or words speak of single people, or of causes and effects;
        there are more areas than the estimator takes; an option is out of range.
    UnknownColumn, InvalidTable, UnitsDiffer
        There is no such quantity, outcome or stratum, or neighbours are of other places.
    RankOrDecileArithmetic
        Areas would be held alike in a rank. All faults come in one error.
    MissingExtra
        statsmodels, esda or spreg is not installed.

    Warns
    -----
    EcologicalFallacyWarning
        Always.
    NationalMask
        Before a national figure is refused.

    Notes
    -----
    It is a statement of areas. Correlations of areas differ from those of people in size and often in sign, and change
    with the size of the areas; nothing here is an effect of anything. Where the places are of several groups, how each
    fares is told by outcomes of each (`compare_groups`). Intervals take the areas for a draw of many like them; where
    neighbours are alike they are too narrow.

    A rank has no mean: of ranks and deciles only Spearman's correlation is given, other models say ``ordinal``.

    Spearman: interval by Bonett and Wright. Moran's I is esda's, with two-sided p-values (r + 1)/(n + 1) by permutation
    of the residuals (weighted as the fit is). With the neighbours' outcome among the terms, a slope b is of an area's
    own term; the row ``…, with neighbours`` is b/(1 - rho), its mean over all areas at once.

    References
    ----------
    Robinson 1950; Spearman 1904; Bonett and Wright 2000; Moran 1950; Anselin 1988; Anselin, Bera, Florax and Yoon 1996;
    Laird and Ware 1982.

    Examples
    --------
    >>> import textwrap, warnings, pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCDEF"), "asian": [80, 20, 0, 20, 50, 10]})
    >>> homes["white"] = 100 - homes["asian"]
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> air = pd.Series({"A": 20.0, "B": 14.0, "C": 11.0, "D": 12.0, "E": 17.0, "F": 15.0}, name="no2")
    >>> linked = pm.outcomes.link(homes, air, focal="asian")
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore", pm.errors.EcologicalFallacyWarning)
    ...     found = pm.outcomes.association(linked, "share of asian", "no2")
    >>> found[["model", "term", "value", "areas"]].round(3)
            model            term   value  areas
    0    spearman  share of asian   0.812      6
    1  regression       intercept  11.765      6
    2  regression  share of asian  10.227      6
    >>> print(textwrap.fill(found["sentence"][2], 100))
    Areas where share of asian is one standard deviation higher have, on average, no2 that is 2.77
    higher (every area counting alike; slope 10.2, 95 % 4.02 to 16.4; 6 areas). This compares areas: it
    says nothing of single residents, and no cause follows from it.
    """
    join = checked_join(linked)
    faults: list[PlacemixError] = []
    _known(estimator, permutations, seed, level, controls, faults)
    pairs = None
    try:
        pairs = None if spatial is None else pairs_of(spatial)
    except PlacemixError as error:
        faults += error.faults
    names = [str(x), str(y), *map(str, controls if not isinstance(controls, str) else [controls])]
    twice = [name for place, name in enumerate(names) if name in names[:place]]
    if twice:
        faults.append(InvalidParameter(f"{twice[0]!r} is asked for twice.", remedy="Name each once."))
    calls = names_of(names, words, faults)
    found: list[Variable] = []
    for name in names:
        try:
            found.append(variable(join, name))
        except PlacemixError as error:
            faults += error.faults
    if faults:
        raise together(faults)
    terms, outcome = [found[0], *found[2:]], found[1]
    ranks = [one.name for one in found[2:] if one.ordinal]
    if ranks:
        message = f"Ranks and classes of ranks cannot be held alike: {listed([repr(one) for one in ranks])}."
        raise RankOrDecileArithmetic(message, remedy="Use the score or rate that they order.")
    sample = sampled(join, outcome, terms, weight, [name for name in (by, levels) if name is not None])
    asked = Asked(found[0], outcome, pairs, levels, float(level), estimator, int(permutations), int(seed))
    blocks = []
    for label, part in _parts(sample, by):
        frame = modelled(part, asked)
        if by is not None:
            frame.insert(0, by, label)
        blocks.append(frame)
    frame = pd.concat(blocks, ignore_index=True)
    ahead = [] if by is None else [by]
    return _finished(frame, ahead, join, asked, calls, names[2:], weight, by, words, pairs)


def _known(
    estimator: object, permutations: object, seed: object, level: float, controls: object, faults: list[PlacemixError]
) -> None:
    if estimator not in {"ml", "gm"}:
        message = f"estimator is 'ml' (maximum likelihood) or 'gm' (moments), not {estimator!r}."
        faults.append(InvalidParameter(message, remedy=did_you_mean(estimator, ["ml", "gm"])))
    if isinstance(controls, str):
        faults.append(InvalidParameter("controls is a list of names.", remedy=f"Write controls=[{controls!r}]."))
    if isinstance(permutations, bool) or not isinstance(permutations, int | np.integer) or permutations < FEWEST:
        message = f"permutations is a whole number of at least {FEWEST}, not {permutations!r}."
        faults.append(InvalidParameter(message, remedy="999 are usual."))
    for check, value in ((drawing.known_level, level), (_seed, seed)):
        try:
            check(value)  # type: ignore[arg-type]
        except PlacemixError as error:
            faults += error.faults


def _seed(seed: int) -> None:
    drawing.checked(FEWEST, seed)


def _parts(sample: Sample, by: str | None) -> list[tuple[str, Sample]]:
    """All areas, after each stratum of them."""
    if by is None:
        return [(WHOLE, sample)]
    labels = sample.strata[by]
    return [*((str(label), sample.take(labels == label)) for label in pd.unique(labels)), (WHOLE, sample)]


def _finished(
    frame: pd.DataFrame, ahead: list[str], join: pd.DataFrame, asked: Asked, calls: Mapping[str, str],
    controls: list[str], weight: str | None, by: str | None, words: Mapping[str, str] | None,
    pairs: pd.DataFrame | None,
) -> Result:  # fmt: skip
    frame["x"], frame["y"] = asked.x.name, asked.y.name
    weighted = frame["model"].isin(["regression", "residuals"])
    frame["weight"] = weighted.map({True: weight, False: None}).astype(object)
    facts = asked.y.rows if asked.y.is_outcome else asked.x.rows
    for name in ("years_apart", "period_check", "universe_check"):
        frame[name] = facts[name].iloc[0]
    frame["note"] = notes(frame, asked)
    frame["method"] = frame["model"].map({name: pair[0] for name, pair in METHODS.items()})
    bare = frame["lower"].isna() & (frame["model"] != "residuals")
    frame["interval_method"] = frame["model"].map({name: pair[1] for name, pair in METHODS.items()})
    frame["interval_method"] = frame["interval_method"].where(~bare, "none:not given")
    for name in COLUMNS:
        if name not in frame.columns:
            frame[name] = None if name in {"leverage_place", "sentence"} else np.nan
    several = bool(join["groups"].max() > 1)
    alike = ", ".join(calls[name] for name in controls)
    texts = []
    for row in frame.to_dict("records"):
        lead = where({name: str(row[name]) for name in ahead})
        text = told(row, lead, calls[asked.x.name], calls[asked.y.name], alike=alike, several=several)
        texts.append(text)
    frame["sentence"] = texts
    carried = _carried(join, [asked.x.name, asked.y.name, *controls])
    frame["source"], frame["version"] = fingerprint(carried)[:12], __version__
    _warn(several)
    inputs: dict[str, Any] = {"linked": carried} | ({} if pairs is None else {"spatial": pairs})
    arguments = {
        "x": asked.x.name, "y": asked.y.name, "weight": weight, "controls": controls, "by": by, "levels": asked.levels,
        "words": None if words is None else dict(words), "estimator": asked.estimator,
        "permutations": asked.permutations, "seed": asked.seed, "level": asked.level,
    }  # fmt: skip
    result = remember(frame[[*ahead, *COLUMNS]], Call("outcomes.association", inputs, arguments))
    result.attrs["cites"] = _cites(frame)
    return result


def _carried(join: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Rows of the join that the numbers come from."""
    wanted = join["quantity"].isin(names) | join["outcome"].isin(names)
    return join[wanted].reset_index(drop=True)


def _warn(several: bool) -> None:  # noqa: FBT001
    message = (
        "An association between areas is none between the people in them: say 'areas where … have …', and never that "
        "a group is or does what its areas have or are."
    )
    if several:
        message += (
            " The places are of several groups: for how each fares take outcomes by group, with "
            "outcomes.compare_groups."
        )
    warnings.warn(EcologicalFallacyWarning(message), stacklevel=4)


def _cites(frame: pd.DataFrame) -> tuple[str, ...]:
    keys = ["robinson_1950", "spearman_1904", "bonett_2000"]
    keys += ["moran_1950"] if (frame["model"] == "residuals").any() else []
    keys += ["anselin_1988", "anselin_1996"] if (frame["model"] == "spatial lag").any() else []
    keys += ["laird_1982"] if (frame["model"] == "multilevel").any() else []
    return tuple(keys)
