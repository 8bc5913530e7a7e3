"""The three sentences that a page opens with."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from placemix.report import rounding
from placemix.report.sections.comparing import Measured, by_stratum, family
from placemix.report.sections.lookups import both, inner, plural, rival, rows, strata_of, units_in_words


def opening(
    measured: Mapping[str, Measured],
    *,
    place: str = "the whole table",
    gap: pd.DataFrame | None = None,
    condition: str = "",
    shares: bool = True,
    period: str = "",
    change: pd.DataFrame | None = None,
) -> tuple[str, str, str]:
    """Say in three sentences what was looked at, what was found, and how sure it is.

    Parameters
    ----------
    measured
        Frames by name of the dimension.
    place
        Name of the whole.
    gap
        What `placemix.place_gap` gave for the whole.
    condition
        The condition in words.
    shares
        Whether the condition is a share.
    period
        Publication and year of the condition.
    change
        What `placemix.compare_dates` gave for the whole.
    """
    return (
        _separate(measured, place),
        _found(measured, gap, condition, shares=shares, change=change),
        _sure(measured, condition, period),
    )


def _separate(measured: Mapping[str, Measured], place: str) -> str:
    names = family(measured)
    values = {
        name: float(rows(measured[name].whole, "information_theory", many=True)["value"].iloc[0]) for name in names
    }
    if len(values) == 1:
        name, one = next(iter(measured.items()))
        row = rows(one.whole, "isolation").iloc[0]
        focal, member = str(row["focal"]), one.source.member
        return (
            f"In {place}, the average {focal} {member} is where {rounding.share(row['value'])} are {focal}; "
            f"if everyone were spread alike it would be {rounding.share(row['denominator'] / row['people'])} "
            f"({inner(name)})."
        )
    high, low = max(values, key=values.__getitem__), min(values, key=values.__getitem__)
    text = (
        f"In {place} as a whole {inner(high)} separates people most, and {inner(low)} least, of the {len(values)} "
        f"dimensions counted in the same {units_in_words(measured[high].source)}"
    )
    with_strata = {name: measured[name] for name in names if measured[name].by is not None}
    if high not in with_strata:
        return f"{text}."
    multi = by_stratum(with_strata)
    above = {other: int((multi[other] > multi[high]).sum()) for other in multi.columns if other != high}
    most = max(above, key=above.__getitem__, default="")
    if not most or not above[most]:
        return f"{text}."
    label = plural(" and ".join(strata_of(measured[high].by)))
    return (
        f"{text}; but as they are grouped here {inner(most)} separates more than {inner(high)} within {above[most]} of "
        f"the {len(multi)} {label}."
    )


def _found(
    measured: Mapping[str, Measured],
    gap: pd.DataFrame | None,
    condition: str,
    *,
    shares: bool,
    change: pd.DataFrame | None,
) -> str:
    one = next(iter(measured.values()))
    pair = rows(one.whole, "dissimilarity").iloc[0]
    focal, against = str(pair["focal"]), rival(str(pair["against"]))
    text = (
        f"On a scale from 0 (spread alike) to 1 (apart), {both(focal, against, one.source.member)} are at "
        f"{rounding.index(pair['value'])} (D; chance alone gives {rounding.index(pair['expected'])}"
    )
    if pd.isna(pair["value"]):
        return f"D of {focal} and {against} is undefined: one of them is absent, or all are in one unit."
    if one.by is not None and strata_of(one.by):
        by = rows(one.by, "dissimilarity")["value"].dropna()
        if len(by) > 1:
            text += f"; from {rounding.index(by.min())} in {by.idxmin()} to {rounding.index(by.max())} in {by.idxmax()}"
    text += ")"
    if gap is not None and len(gap):
        row = gap.iloc[0]
        write = rounding.share if shares else rounding.quantity
        beside = "higher" if row["gap"] > 0 else "lower"
        size = f"{rounding.points(abs(row['gap'])).lstrip('+')} points" if shares else write(abs(row["gap"]))
        return (
            f"{text}, and the place where the average {focal} {one.source.member} lives has {condition} "
            f"{size} {beside} than the place where the "
            f"average {against} {one.source.member} lives ({write(row['focal_mean'])} and "
            f"{write(row['against_mean'])})."
        )
    if change is not None and len(change):
        row = change.iloc[-1]
        then, now = rounding.index(row["dissimilarity_before"]), rounding.index(row["dissimilarity_after"])
        return f"{text}; against {rival(str(row['against']))} it went from {then} to {now}."
    return f"{text}."


def _sure(measured: Mapping[str, Measured], condition: str, period: str) -> str:
    perturbed = any(one.source.about.get("perturbed") for one in measured.values())
    noise = ", some cells changed slightly to protect privacy" if perturbed else ""
    score = f", {condition} is a published score{f' ({period})' if period else ''}," if condition else ""
    return (
        f"{_whom(measured).capitalize()} were counted completely{noise}{score} and all numbers describe places and not "
        "persons: they do not show why people live or learn where they do."
    )


def _whom(measured: Mapping[str, Measured]) -> str:
    return rounding.joined(list(dict.fromkeys(f"{one.source.member}s" for one in measured.values())))
