"""Transitions by what surrounded a place at first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import IntArray
from placemix.counts import Counts
from placemix.errors import (
    InvalidParameter,
    PlacemixError,
    SurroundingsNeeded,
    did_you_mean,
    listed,
    together,
)
from placemix.measuring.inputs import described
from placemix.measuring.plan import Which, focal_groups
from placemix.results import Call, Result, remember
from placemix.surroundings import Surroundings
from placemix.typology.dates.crossings import COLUMNS, arguments, crossed, finished, inputs
from placemix.typology.dates.matching import AnyScheme, MatchedDates, Rules, Unmatched, Vintages, match, strata_of
from placemix.typology.places.looking_up import Reference, reserved

_AHEAD = ("surroundings", "label_surroundings")
_TESTS = ("lr", "lr_p_value", "chi2", "chi2_p_value", "dof", "small_cells", "test_reason")
#: Cells that expect fewer places than this make the tests unsure.
SMALL = 5
_CAVEAT = (
    "The tests take places as independent of each other, which neighbours are not, so that p-values are too small."
)


def conditioned_transitions(
    before: Counts,
    after: Counts,
    *,
    scheme: AnyScheme,
    around: Surroundings,
    reference: Reference = None,
    classes: Mapping[str, Sequence[str]] | None = None,
    focal: Which = None,
    by: str | Sequence[str] = (),
    city: str | None = None,
    parameters: Mapping[str, float] | None = None,
    recalibrate: bool = False,
    unmatched: Unmatched = "refuse",
    vintages: Vintages = "refuse",
    host: Reference = None,
) -> Result:
    """Count transitions apart for places that had different types of surroundings at the earlier date.

    "Places of type II surrounded by type I stayed so more often than those surrounded by type IV" says which places
    changed, and not that their surroundings made them: what is near is also alike in other ways.

    Parameters
    ----------
    before, after, scheme, reference, focal, by, city, parameters, recalibrate, unmatched, vintages, host
        As in `transitions`. Places are typed by their own people.
    around
        Surroundings of the units of the earlier date; the people in them are typed by the same scheme. Made with
        ``own=0`` (`placemix.surroundings.contiguity`) they leave the place itself out.
    classes
        Types of surroundings put together, by the name of each class, such as ``{"mostly white": ["I", "II"], "other":
        ["III", "IV"]}``; every type of surroundings that occurs stands in one. Default: each is a class of its own.

    Returns
    -------
    result
        Rows of `transitions` for each class of surroundings that occurs. Columns: the strata; `surroundings` (missing
        where no other unit with people was around, or the unit is not found at the earlier date) and
        `label_surroundings`; those of
        `transitions`, with shares within the class; and of the stratum, on each of its rows: `lr` and `chi2`
        (likelihood ratio and Pearson's statistic of homogeneity), `lr_p_value`, `chi2_p_value`, `dof`, `small_cells`
        (share of cells that expect fewer than five places) and `test_reason` (``one_class``: places in fewer
        than two classes; ``nothing_varies``: no type that occurs in two classes went to two types).

        Units, and people of both dates, sum to those of both tables.

    Raises
    ------
    SurroundingsNeeded
        No surroundings were given.
    InvalidParameter
        A type of surroundings is in none of the classes or in two.
    VintageMismatch, UnknownGroup
        As in `transitions`.

    Notes
    -----
    The statistics of homogeneity are sums, over the types at first, of those of a table of classes by later types, and
    so are their degrees of freedom: classes without such places, and types that none of them became, take no part
    (Bickenbach and Bode). They count places, each as much as any other, and take them as independent, which
    neighbours are not; with many `small_cells` they are unsure as well.

    References
    ----------
    Rey 2001; Bickenbach and Bode 2003.

    Examples
    --------
    >>> import placemix as pm
    >>> homes = pm.datasets.town().residents("before")
    >>> near = pm.surroundings.contiguity(homes, own=0)
    >>> found = pm.typology.conditioned_transitions(homes, homes, scheme="PJF2001", reference="amber", around=near)
    >>> bool(found["units"].sum() == len(homes))
    True
    """
    names = (by,) if isinstance(by, str) else tuple(by)
    reserved(names, (*_AHEAD, *COLUMNS, *_TESTS))
    given: Any = around
    if not isinstance(given, Surroundings):
        message = "Transitions are told apart by what was around each place, and no surroundings were given."
        raise SurroundingsNeeded(message, remedy="Pass around=surroundings.contiguity(before, own=0).")
    classes = _listed(classes)
    rules = Rules(scheme, reference, city, parameters, recalibrate, host)
    dates = match((before, after), rules=rules, around=(None, None), unmatched=unmatched, vintages=vintages, by=names)
    strata, labels = strata_of(dates, names)
    nearby = rules.of(before, around)
    kinds, texts, codes = _classed(nearby.codes, nearby.types, nearby.labels, classes)
    # An isolate stands in for its own surroundings, and says nothing of any others.
    near = around.on(dates.tables[0])
    alone = near.isolates.get_indexer(near.units) >= 0
    codes = np.where(alone, -1, codes)
    here = dates.places[:, 0]
    # One class more, for places of which nobody knows what was around them.
    code = np.where((here >= 0) & (codes[here] >= 0), codes[here], len(kinds))
    present = np.unique(code)
    blocks = strata * len(present) + np.searchsorted(present, code)
    focals: list[int | None] = [None] if focal is None else [*focal_groups(dates.tables[-1], focal)]
    table = crossed(dates, blocks, len(labels) * len(present), focals)
    stratum, place = np.divmod(table["block"].to_numpy(), len(present))
    table["class"], table["stratum"] = present[place], stratum
    # A class that nobody knows has rows only where something is in it.
    table = table[(table["class"] < len(kinds)) | (table["units"] > 0)].reset_index(drop=True)
    frame = finished(table, dates)
    known = np.where(table["class"] < len(kinds), table["class"], -1)
    frame["surroundings"] = pd.Categorical.from_codes(known, categories=pd.Index(kinds, dtype=str), ordered=True)
    frame["label_surroundings"] = np.array([*texts, None], dtype=object)[known]
    tests = pd.DataFrame([_tested(part, dates, len(kinds)) for _, part in table.groupby("stratum", sort=True)])
    frame = pd.concat([frame, tests.take(table["stratum"].to_numpy()).reset_index(drop=True)], axis=1)
    frame = pd.concat([labels.take(table["stratum"].to_numpy()).reset_index(drop=True), frame], axis=1)
    own = "Each place's own people are part of its surroundings." if (near.own > 0)[~alone].any() else None
    notes = [*dates.notes, *(note for note in nearby.notes if note not in dates.notes), own, _CAVEAT]
    frame["note"] = " ".join(note for note in notes if note) or None
    frame["around"] = around.text
    options = arguments(dates, rules, names, unmatched, vintages) | {
        "classes": classes,
        "focal": focal,
    }  # fmt: skip
    result = remember(
        frame[[*names, *_AHEAD, *COLUMNS, *_TESTS]],
        Call("typology.conditioned_transitions", {**inputs(dates), "around": around}, options, described),
    )
    result.attrs["cites"] = (*dates.scheme.cites, "rey_2001", "bickenbach_2003")
    return result


def _listed(classes: Any) -> dict[str, list[str]] | None:  # noqa: ANN401
    """Classes with the types of each as a list; one type may stand by itself."""
    if classes is None:
        return None
    if not isinstance(classes, Mapping):
        message = f"classes is a mapping from names of classes to types, not a {type(classes).__name__}."
        raise InvalidParameter(message, remedy="Write classes={'mostly white': ['I', 'II'], 'other': ['III', 'IV']}.")
    return {name: [kinds] if isinstance(kinds, str) else list(kinds) for name, kinds in classes.items()}


def _classed(
    codes: IntArray, types: Sequence[str], labels: Sequence[str], classes: Mapping[str, Sequence[str]] | None
) -> tuple[tuple[str, ...], tuple[str, ...], IntArray]:
    """Names, labels and codes of the classes of surroundings."""
    if classes is None:
        return tuple(types), tuple(labels), codes
    faults: list[PlacemixError] = []
    given = [(name, kind) for name, kinds in classes.items() for kind in kinds]
    for _, kind in given:
        if kind not in types:
            message = f"There is no type {kind!r}; the types are {'; '.join(types)}."
            faults.append(InvalidParameter(message, remedy=did_you_mean(kind, types)))
    several = sorted({kind for _, kind in given if [other for _, other in given].count(kind) > 1})
    occurring = [types[code] for code in np.unique(codes[codes >= 0])]
    lacking = [kind for kind in occurring if kind not in [other for _, other in given]]
    for kinds, words in ((several, "in two classes"), (lacking, "in no class")):
        if kinds:
            message = f"Some types of surroundings are {words}: {listed(kinds)}."
            faults.append(InvalidParameter(message, remedy="Put every type that occurs into one class."))
    if faults:
        raise together(faults)
    names = tuple(classes)
    number = np.full(len(types) + 1, -1, dtype=np.intp)
    for name, kind in given:
        number[types.index(kind)] = names.index(name)
    texts = tuple("; ".join(labels[types.index(kind)] for kind in classes[name]) for name in names)
    return names, texts, number[codes]


def _tested(part: pd.DataFrame, dates: MatchedDates, classes: int) -> dict[str, Any]:
    """Test of one stratum that transitions are the same in all classes of surroundings."""
    from scipy.stats import chi2, chi2_contingency

    many = len(dates.types)
    counts = np.zeros((classes, many, many))
    # Every group has the same units, so one block of rows is enough.
    first = part["focal"].isna() | (part["focal"] == part["focal"].iloc[0])
    rows = part[first & (part["before"] >= 0) & (part["after"] >= 0) & (part["class"] < classes)]
    np.add.at(counts, (rows["class"], rows["before"], rows["after"]), rows["units"])
    ratio = pearson = 0.0
    dof = 0
    expected = []
    for table in counts.transpose(1, 0, 2):
        # A class without such places, or a type that none of them became, says nothing.
        lived = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
        if min(lived.shape) > 1:
            square = chi2_contingency(lived, correction=False)
            ratio += float(chi2_contingency(lived, correction=False, lambda_="log-likelihood").statistic)
            pearson, dof = pearson + float(square.statistic), dof + int(square.dof)
            expected.append(square.expected_freq.ravel())
    if not dof:
        alone = (counts.sum(axis=(1, 2)) > 0).sum() < 2
        return dict.fromkeys(_TESTS[:-1], np.nan) | {"test_reason": "one_class" if alone else "nothing_varies"}
    return {
        "lr": ratio, "lr_p_value": float(chi2.sf(ratio, dof)), "chi2": pearson,
        "chi2_p_value": float(chi2.sf(pearson, dof)), "dof": dof,
        "small_cells": float((np.concatenate(expected) < SMALL).mean()), "test_reason": None,
    }  # fmt: skip
