"""Separate x contrast = unequal: the conditions of the places where groups live."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd

from placemix import checks, wording
from placemix._typing import FloatArray
from placemix._version import __version__
from placemix.counts import Counts, checked, group_text
from placemix.errors import (
    IncompleteCondition,
    InvalidParameter,
    RankOrDecileArithmetic,
    UnmatchedUnit,
    VintageMismatch,
    listed,
)
from placemix.measuring.plan import REST, Which, focal_groups, rival_text, rivals
from placemix.rates.scales import looks_ranked, ordinal
from placemix.results import Call, Result, first_reason, remember
from placemix.strata import Strata
from placemix.wording import percent

#: A larger share of people left out for want of a condition is warned of.
FEW_LOST = 0.05


def place_gap(
    counts: Counts,
    condition: pd.Series,
    *,
    focal: Which,
    against: Which = "rest",
    by: str | Sequence[str] = (),
) -> Result:
    """Measure how unequal the places are where two groups live, and why.

    The gap between the condition of the place where the average member of each group lives
    is, exactly, how separately they live times how different those places are:

    gap = Σ (a_i - w_i) y_i = D x contrast,

    with a_i and w_i the shares of each group's members who live in unit i, y_i its condition,
    D their dissimilarity, and the contrast the mean condition where the focal group is
    over-represented minus that where it is under-represented.

    Parameters
    ----------
    counts
        People of each group in each unit.
    condition
        A condition of each unit, by unit id: a score, rate, share or price, never a rank or
        decile. Units without one are left out with their people, and counted.
    focal
        Group of interest, a list of groups, or ``"each"``.
    against
        Group compared with, a list of groups, or ``"rest"``.
    by
        Strata to compare within.

    Returns
    -------
    result
        One row for each stratum and pair of groups. Columns: the strata, `focal`, `against`,
        `condition` (its name), `focal_mean`, `against_mean`, `gap`, `separation` (D),
        `contrast`, `over_mean` and `under_mean` (the two means the contrast compares),
        `focal_people`, `against_people`, `people_dropped`, `units`, `units_dropped`,
        `reason`, `note`, `sentence`, `source`, `version`.

    Raises
    ------
    RankOrDecileArithmetic
        The condition is a rank or decile, whose mean says nothing.
    VintageMismatch
        The condition, as `Rates.condition` gives it, is of another edition of the areas.
    UnmatchedUnit
        No unit has a condition.

    Warns
    -----
    IncompleteCondition
        More than a twentieth of the people compared live in units without a value.

    Notes
    -----
    The result says where the average member lives, never what members are.

    References
    ----------
    Logan and Stults 2011 (neighborhood gap); the factors follow from the definition of D.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> deprivation = pd.Series({"A": 0.4, "B": 0.2, "C": 0.1, "D": 0.2}, name="income deprivation")
    >>> pm.place_gap(homes, deprivation, focal="asian", against="white")[["gap", "separation", "contrast"]].round(4)
          gap  separation  contrast
    0  0.1548      0.5952      0.26
    """
    counts = checked(counts)
    y = _condition(counts, condition)
    strata = counts.arranged(by)
    focals, others = focal_groups(counts, focal), rivals(counts, against)
    names = (by,) if isinstance(by, str) else tuple(by)
    blocks = [_gap(counts, strata, y, position, other) for position in focals for other in others if other != position]
    if not blocks:
        message = "A group is compared with itself."
        raise InvalidParameter(message, remedy="Pass against= another group, or 'rest'.")
    frame = pd.concat(blocks, ignore_index=True)
    frame = frame.iloc[np.arange(len(frame)).reshape(len(blocks), len(strata)).T.ravel()].reset_index(drop=True)
    frame.insert(2, "condition", str(condition.name or "condition"))
    which = np.repeat(np.arange(len(strata)), len(blocks))
    ahead = pd.DataFrame({name: strata.labels[name].array.take(which) for name in names}, index=range(len(frame)))
    frame = pd.concat([ahead, frame], axis=1)
    frame.insert(len(frame.columns) - 2, "sentence", wording.gap(frame, list(names)))
    inputs: dict[str, Counts | pd.Series] = {"counts": counts, "condition": condition}
    lost = frame["people_dropped"] / (frame["people_dropped"] + frame["focal_people"] + frame["against_people"])
    if (lost > FEW_LOST).any():
        worst = percent(float(lost.max()))
        message = (
            f"Up to {worst} of the people compared live in units without a value of the condition, and are left out."
        )
        warnings.warn(IncompleteCondition(message), stacklevel=2)
    result = remember(
        frame,
        Call("place_gap", inputs, {"focal": focal, "against": against, "by": list(names)}),
    )
    result.attrs["cites"] = ("logan_2011", "duncan_1955")
    return result


def _condition(counts: Counts, condition: pd.Series) -> FloatArray:
    if not isinstance(condition, pd.Series):
        message = "The condition must be a pandas Series by unit id."
        raise InvalidParameter(message, remedy="Write frame.set_index('unit')['score'].")
    name = str(condition.name or "")
    values = pd.to_numeric(condition, errors="coerce").astype(np.float64)
    unread = (values.isna() & condition.notna()).to_numpy()
    if unread.any():
        message = f"The condition {name!r} holds text where numbers are needed."
        raise InvalidParameter(message, units=condition.index[unread], remedy="Give numbers; leave unknown ones out.")
    if np.isinf(values).any():
        message = f"The condition {name!r} holds infinite values."
        raise InvalidParameter(message, units=values.index[np.isinf(values)])
    values.index = checks.unit_ids(pd.Series(values.index))[0]
    if values.index.has_duplicates:
        message = f"The condition {name!r} gives a unit twice."
        raise InvalidParameter(message, units=values.index[values.index.duplicated()], remedy="Keep one value a unit.")
    _refuse_ranks(name, values.dropna().to_numpy())
    _same_edition(counts, condition)
    found = values.reindex(counts.units).to_numpy()
    if np.isnan(found).all():
        message = "No unit of the counts has a value of the condition."
        remedy = "Check that both use the same ids and the same boundary vintage."
        raise UnmatchedUnit(message, units=counts.units[:5], remedy=remedy)
    return found


def _same_edition(counts: Counts, condition: pd.Series) -> None:
    """Refuse a condition of another edition of the areas: most codes match, and those that changed are lost."""
    about = condition.attrs.get("about")
    edition = getattr(about, "vintage", None)
    if edition is None or counts.about.vintage is None or edition == counts.about.vintage:
        return
    units = counts.units[~counts.units.isin(pd.Index(condition.index.astype(str)))]
    lost = counts.total[counts.units.isin(units)].sum()
    message = (
        f"The condition is of areas of {edition}, the counts of those of {counts.about.vintage}: matching codes would "
        f"lose {lost:,.0f} people, where areas changed."
    )
    remedy = "Bring one of them onto the areas of the other: harmonise.reunit along harmonise.changes(lookup, …)."
    raise VintageMismatch(message, units=units, remedy=remedy)


def _refuse_ranks(name: str, values: FloatArray) -> None:
    if ordinal(name) or looks_ranked(values):
        message = f"The condition {name!r} holds ranks or deciles, and their mean says nothing."
        remedy = (
            "Use the score or rate that they order; for a decile, measure the share of each group in the worst one."
        )
        raise RankOrDecileArithmetic(message, remedy=remedy)


def _gap(counts: Counts, strata: Strata, y: FloatArray, position: int, other: int) -> pd.DataFrame:
    known = ~np.isnan(y)
    x = np.where(known, counts.values[:, position], 0.0)[strata.order]
    rival = counts.total - counts.values[:, position] if other == REST else counts.values[:, other]
    lost = np.where(known, 0.0, counts.values[:, position] + rival)[strata.order]
    w = np.where(known, rival, 0.0)[strata.order]
    score = np.where(known, y, 0.0)[strata.order]
    counted = (known & (counts.values[:, position] + rival > 0))[strata.order]

    def summed(values: FloatArray) -> FloatArray:
        return np.add.reduceat(values, strata.starts)

    def here(values: FloatArray) -> FloatArray:
        return np.repeat(values, np.diff(strata.bounds))

    def ratio(top: FloatArray, bottom: FloatArray) -> FloatArray:
        return np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)

    size, rivals = summed(x), summed(w)
    with np.errstate(divide="ignore", invalid="ignore"):
        difference = np.nan_to_num(x / here(size)) - np.nan_to_num(w / here(rivals))
    over, under = np.maximum(difference, 0), np.maximum(-difference, 0)
    separation = summed(over)
    over_mean, under_mean = (
        ratio(summed(over * score), separation),
        ratio(summed(under * score), summed(under)),
    )
    focal_mean, against_mean = ratio(summed(x * score), size), ratio(summed(w * score), rivals)
    absent = (size <= 0) | (rivals <= 0)
    reason = first_reason({"no_condition": summed(counted.astype(np.float64)) <= 0, "group_absent": absent})
    together = ~absent & (separation <= 0)
    gap = np.where(absent, np.nan, focal_mean - against_mean)
    return pd.DataFrame(
        {
            "focal": group_text(counts.groups[position]),
            "against": rival_text(counts, other),
            "focal_mean": focal_mean,
            "against_mean": against_mean,
            "gap": gap,
            "separation": np.where(absent, np.nan, separation),
            "contrast": np.where(absent, np.nan, over_mean - under_mean),
            "over_mean": np.where(absent, np.nan, over_mean),
            "under_mean": np.where(absent, np.nan, under_mean),
            "focal_people": size,
            "against_people": rivals,
            "people_dropped": summed(lost),
            "units": summed(counted.astype(np.float64)).astype(np.int64),
            "units_dropped": (np.diff(strata.bounds) - summed(counted.astype(np.float64))).astype(np.int64),
            "reason": reason,
            "note": first_reason({"both groups live in the same places, so there is no contrast": together}),
            "source": counts.source,
            "version": __version__,
        }
    )


def compare_gaps(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Split the change of a gap between two dates into separation and contrast, exactly.

    Δgap = ΔD x mean contrast + mean D x Δcontrast.

    Parameters
    ----------
    before, after
        What `place_gap` gave at two dates, for the same strata, groups and condition.

    Returns
    -------
    table
        One row for each row both have. Columns: the strata, `focal`, `against`, `condition`,
        `gap_before`, `gap_after`, `change`, `from_separation`, `from_contrast`,
        `separation_change`, `contrast_change`.

    Raises
    ------
    VintageMismatch
        The two do not have the same strata and groups.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> then = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> now = pm.from_wide(homes.assign(asian=[80, 40, 20, 20]), groups=["asian", "white"], unit="area")
    >>> score = pd.Series({"A": 0.4, "B": 0.2, "C": 0.1, "D": 0.2}, name="deprivation")
    >>> change = pm.compare_gaps(*(pm.place_gap(counts, score, focal="asian") for counts in (then, now)))
    >>> change[["change", "from_separation", "from_contrast"]].round(4)
       change  from_separation  from_contrast
    0 -0.0458          -0.0428         -0.003
    """
    keys = [*before.columns[: list(before.columns).index("focal")], "focal", "against", "condition"]
    before, after, renamed = _one_condition(before, after)
    missing = [name for name in keys if name not in after.columns]
    if missing:
        message = f"The later gaps lack {listed(missing)}."
        raise VintageMismatch(message, remedy="Call place_gap with the same by= at both dates.")
    left, right = (pd.DataFrame(frame).astype(dict.fromkeys(keys, str)) for frame in (before, after))
    both = left.merge(right, on=keys, how="outer", suffixes=("_before", "_after"), indicator=True)
    if (both["_merge"] != "both").any():
        lonely = both.loc[both["_merge"] != "both", keys].agg(", ".join, axis=1)
        message = "The two dates do not have the same rows."
        remedy = "Call place_gap with the same strata, groups and conditions at both."
        raise VintageMismatch(message, units=[f"({label})" for label in lonely], remedy=remedy)
    both = left[keys].merge(both, on=keys, how="left")
    separation = both["separation_after"] - both["separation_before"]
    contrast = both["contrast_after"] - both["contrast_before"]
    table = both[keys].copy()
    table["condition"] = renamed or table["condition"]
    table["gap_before"], table["gap_after"] = both["gap_before"], both["gap_after"]
    table["from_separation"] = separation * (both["contrast_after"] + both["contrast_before"]) / 2
    table["from_contrast"] = contrast * (both["separation_after"] + both["separation_before"]) / 2
    table["change"] = table["gap_after"] - table["gap_before"]
    table["separation_change"], table["contrast_change"] = separation, contrast
    return table


def _one_condition(before: pd.DataFrame, after: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """One condition named after its date is the same condition; both names are kept."""
    names = [frame["condition"].unique() if "condition" in frame else [] for frame in (before, after)]
    if [len(name) for name in names] != [1, 1] or names[0][0] == names[1][0]:
        return before, after, ""
    both = f"{names[0][0]} → {names[1][0]}"
    return before.assign(condition=both), after.assign(condition=both), both
