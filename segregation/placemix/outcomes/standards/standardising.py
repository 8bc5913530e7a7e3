"""Standardised rates and ratios of groups and areas: as if all had the same ages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix._version import __version__
from placemix.carried import fingerprint
from placemix.errors import InvalidParameter, PlacemixError, did_you_mean, together
from placemix.outcomes.disparity import asking
from placemix.outcomes.disparity.cells import Cell
from placemix.outcomes.disparity.keying import KEYS, keyed, plain_table, used_columns
from placemix.outcomes.disparity.measures import Counted
from placemix.outcomes.disparity.pairs import quotient
from placemix.outcomes.disparity.rows import COLUMNS, Told
from placemix.outcomes.disparity.who import Axes, Who, axes_of, label
from placemix.outcomes.standards.banding import banded, placed, weights_of
from placemix.outcomes.standards.populations import Standard
from placemix.outcomes.standards.telling import sentence
from placemix.outcomes.standards.weighing import Standardised, direct, indirect
from placemix.rates import Rates
from placemix.rates.scales import EVERYONE
from placemix.results import Call, Result, first_reason, remember

Method: TypeAlias = Literal["direct", "indirect"]
#: Fewer events than this give no standardised rate, as in the public health profiles of England.
FEWEST = 10
_OWN = (*COLUMNS, "expected", "standard_error", "bands", "standard")


def standardise(
    rates: Rates | pd.DataFrame,
    *,
    band: str = "age",
    method: Method = "direct",
    standard: Standard = "esp2013",
    reference: str | Mapping[str, float] | pd.Series | None = None,
    focal: Who | None = None,
    by: str | Sequence[str] = (),
    per: float | None = None,
    level: float = 0.95,
    counted: Counted | None = None,
    squares: str | None = None,
    fewest: float = FEWEST,
    least: float | None = None,
    dimensions: Sequence[str] = (),
    tenet: str = "equality",
    kind: str = "outcome",
) -> Result:
    """Bring rates of groups or areas to the same ages (or any other bands), directly or indirectly.

    Parameters
    ----------
    rates
        `Rates`, or a table with `numerator` (events), `denominator` (people) and the column `band`, and as far as it
        has them `group`, `indicator`, `unit`, `period`.
    band
        Column of the bands, such as ages. Every row of the result needs every band.
    method
        ``"direct"``: Σ w (events/people) over Σ w, with w the people of a standard. ``"indirect"``: events over those
        that a reference's rates would give, Σ people × rate.
    standard
        Of direct rates: ``"esp2013"`` (bands must name ages), ``"pooled"`` (everyone in the table, by indicator and
        period), or weights by band.
    reference
        Of indirect ratios: events a person by band, or the name of a group of the table, taken over all its units.
    focal
        A group, several to be taken together, or an intersection of columns, as of `compare_groups`. Default: every
        value of column `group`.
    by
        More columns that tell rows of the result apart.
    per
        How many people a rate is for, by default 100,000; for ratios, what 1 is written as, by default 100.
    level
        Confidence level.
    counted
        ``"people"`` who have the outcome, or ``"events"``, of which one person may have several. Default: events.
    squares
        Column of Σ f² of events (`event_frequencies`).
    fewest
        Fewer events than this give no direct rate.
    least
        Numbers of events from 1 to below this are hidden, and what is computed from them. Default: 10 for
        intersections, else 0.
    dimensions, tenet, kind
        As of `compare_groups`.

    Returns
    -------
    result
        One row for each indicator, unit, period, further columns of `by`, and group. Columns: these; `measure`
        (``"standardised_rate"`` or ``"standardised_ratio"``), `focal`, `against` (the reference, where it is a group),
        `value`, `lower`, `upper`, `level`, `numerator`, `denominator`, `expected` (of indirect ones),
        `standard_error`, `rate` (crude), `bands`, `standard`, `comparator`, `measured_in`, `tenet`, `kind`, `reason`,
        `note`, `method`, `interval_method`, `sentence`, `source`, `version`.

    Raises
    ------
    InvalidParameter, OverlappingGroups
        Bands do not fit the standard, or overlap; an option is out of range; a reference is missing.
    UnknownGroup, UnknownColumn, InvalidTable, DuplicateUnit, NotNumbers
        As of `compare_groups`. All faults of one kind of input come in one error.

    Notes
    -----
    Indirect ratios of two groups have different weights, so that they say nothing of one beside the other:
    `compare_standardised` refuses them, and compares direct rates. Where events and people come from different sources,
    a group need not be the same in both.

    References
    ----------
    Dobson and others 1991; Breslow and Day 1987 (Byar); Garwood 1936 (exact, below ten events).

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({
    ...     "group": ["x", "x", "y", "y"], "age": ["0-64", "65+"] * 2,
    ...     "numerator": [30, 40, 60, 10], "denominator": [3000, 400, 2000, 100],
    ... })
    >>> found = standardise(table, per=1000)
    >>> found[["focal", "rate", "value", "lower", "upper"]].round(2)
      focal   rate  value  lower  upper
    0     x  20.59  27.55  21.25  35.08
    1     y  33.33  43.65  30.90  58.88
    """
    by = [by] if isinstance(by, str) else list(by)
    told = Told(level=level, per=1.0 if per is None else per, tenet=tenet, kind=kind, intervals={})
    faults = [*told.faults(), *asking.least_faults(least), *asking.reserved_faults([*by, band], _OWN)]
    faults += _faults(method, standard, reference, fewest)
    if counted not in {None, "people", "events"}:
        faults.append(InvalidParameter(f"counted is 'people' or 'events', not {counted!r}."))
    side = None if focal is None else axes_of(focal, "focal", faults)
    if faults:
        raise together(faults)
    every = _groups(plain_table(rates), focal, side)
    axes = list(every[0])
    few = asking.least_of(least, axes)
    table = keyed(
        rates, axes=axes, by=[*by, band], dimensions=dimensions, keys=KEYS, least=few, people=counted == "people",
        squares=squares,
    )  # fmt: skip
    scale = (100_000.0 if method == "direct" else 100.0) if per is None else float(per)
    bands = list(dict.fromkeys(str(one) for one in table.keys[band]))
    keys, place = placed(table, band, bands)
    weights, words = weights_of(table, method, standard, reference, bands, keys, place)
    blocks = [
        _block(
            keys,
            place,
            table.cell(part),
            part,
            weights,
            words,
            told,
            scale,
            method,
            fewest,
            repeated=squares is not None,
        )
        for part in every
    ]
    frame = pd.concat(blocks, ignore_index=True)
    order = np.argsort(np.tile(np.arange(len(keys)), len(blocks)), kind="stable")
    frame = frame.iloc[order].reset_index(drop=True)
    used = used_columns(rates, [*axes, *by, band, *dimensions, squares])
    frame["source"] = fingerprint(used)[:12]
    frame["note"] = asking.joined(frame["note"], asking.notes(table, None, (None, None)))
    frame["sentence"] = [sentence(row, list(keys.columns)) for row in frame.to_dict("records")]
    arguments = {
        "band": band, "method": method, "standard": _plain(standard), "reference": _plain(reference),
        "focal": None if focal is None else asking.plain(focal), "by": by, "per": per, "level": level,
        "counted": counted, "squares": squares, "fewest": fewest, "least": few,
        "dimensions": list(rates.dimensions) if isinstance(rates, Rates) else list(dimensions), "tenet": tenet,
        "kind": kind,
    }  # fmt: skip
    result = remember(frame, Call("outcomes.standardise", {"rates": used}, arguments))
    result.attrs["cites"] = ("dobson_1991", "breslow_1987", "garwood_1936")[0 if method == "direct" else 1 :]
    return result


def _faults(method: str, standard: object, reference: object, fewest: object) -> list[PlacemixError]:
    faults: list[PlacemixError] = []
    if method not in {"direct", "indirect"}:
        message = f"method is 'direct' or 'indirect', not {method!r}."
        faults.append(InvalidParameter(message, remedy=did_you_mean(method, ["direct", "indirect"])))
    if isinstance(standard, str) and standard not in {"esp2013", "pooled"}:
        message = f"standard is 'esp2013', 'pooled' or weights by band, not {standard!r}."
        faults.append(InvalidParameter(message, remedy=did_you_mean(standard, ["esp2013", "pooled"])))
    if (method == "indirect") != (reference is not None):
        needs = "An indirect ratio needs a reference." if reference is None else "Direct rates take no reference."
        remedy = "Pass reference=, rates by band or the name of a group; or take method='direct' with standard=."
        faults.append(InvalidParameter(needs, remedy=remedy))
    if not isinstance(fewest, int | float) or isinstance(fewest, bool) or not fewest >= 0:
        faults.append(InvalidParameter(f"fewest is a number of events from 0, not {fewest!r}."))
    return faults


def _groups(table: pd.DataFrame, focal: Who | None, side: Axes | None) -> list[Axes]:
    """Groups of the result: the one asked for, every value of column `group`, or everyone."""
    if focal is not None and side is not None:
        return [asking.groups_of(table, focal, "rest", ())[0][0]]
    there = [str(name) for name in table["group"].dropna().unique()] if "group" in table.columns else []
    return [{"group": (name,)} for name in there] or [{}]


def _block(
    keys: pd.DataFrame, place: IntArray, cell: Cell, part: Axes, weights: FloatArray, words: tuple[str, str | None],
    told: Told, scale: float, method: str, fewest: float, *, repeated: bool,
) -> pd.DataFrame:  # fmt: skip
    """Standardised values of one group; repeated events need their squares."""
    events, people = banded(cell.numerator, place), banded(cell.denominator, place)
    variances = banded(cell.squares if repeated else cell.numerator, place)
    held, small = (np.append(marks, False)[place].any(axis=1) for marks in (cell.held, cell.small))
    rows = np.append(cell.rows, 0)[place]
    found: Standardised = (direct if method == "direct" else indirect)(events, people, weights, variances, told.level)
    total = events.sum(axis=1)
    weighted = np.broadcast_to(weights, events.shape) > 0
    tests = {
        "no_row_for_focal": (rows == 0).all(axis=1),
        "band_missing": (rows == 0).any(axis=1),
        "suppressed": held | small,
        "not_known": np.isnan(events + people).any(axis=1),
        "nobody_in_a_band": ((people == 0) & weighted).any(axis=1) if method == "direct" else False,
        "too_few_events": (total < fewest) if method == "direct" else False,
        "nothing_expected": ~(found.expected > 0) if method == "indirect" else False,
    }
    reason = np.asarray(first_reason({name: np.broadcast_to(test, total.shape) for name, test in tests.items()}))
    gone = np.asarray(reason != np.array(None))
    value, lower, upper, error = (np.where(gone, np.nan, scale * end) for end in found[:4])
    there = ~np.isnan(lower)
    hide = held | small
    name = "standardised_rate" if method == "direct" else "standardised_ratio"
    frame = pd.DataFrame(
        {
            "measure": name,
            "focal": label(part) or "everyone",
            "against": words[1],
            "value": value,
            "lower": lower,
            "upper": upper,
            "level": np.where(there, told.level, np.nan),
            "numerator": np.where(hide, np.nan, total),
            "denominator": people.sum(axis=1),
            "expected": np.where(hide, np.nan, found.expected),
            "standard_error": error,
            "rate": np.where(hide, np.nan, (scale if method == "direct" else 1) * quotient(total, people.sum(axis=1))),
            "bands": place.shape[1],
            "standard": words[0],
            "comparator": f"none: a rate of one group, at the ages of the {words[0]}"
            if method == "direct"
            else words[0],
            "measured_in": f"per {scale:,.12g}" if method == "direct" else f"ratio, {scale:g} = as the reference",
            "tenet": told.tenet,
            "kind": told.kind,
            "reason": reason,
            "note": _note(part, words[1]),
            "method": f"{name}/1",
            "interval_method": np.where(there, "sampling:" + found.interval, "none:no_value"),
            "sentence": None,
            "source": "",
            "version": __version__,
        }
    )
    return pd.concat([keys, frame], axis=1)


def _note(part: Axes, reference: str | None) -> str | None:
    if reference is None:
        return None
    if reference.casefold() in EVERYONE and label(part) != reference:
        return "The reference is everyone, the group among them: the ratio to all others is further from 100."
    return None


def _plain(given: Any) -> Any:  # noqa: ANN401
    """A standard or reference as plain values, for a pack."""
    if given is None or isinstance(given, str):
        return given
    return {str(name): float(value) for name, value in pd.Series(given, dtype=np.float64).items()}
