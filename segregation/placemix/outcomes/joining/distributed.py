"""Rows of a local distribution: quantiles, areas on either side, the ends named, and the spread in parts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from placemix.outcomes.bridging.telling import amount
from placemix.outcomes.joining.areas import TOGETHER, Areas
from placemix.outcomes.joining.areas import together as all_areas
from placemix.outcomes.joining.spreading import Spread, mutual_information, theil, variance, weighted_quantile
from placemix.wording import percent

#: Two numbers closer than this, beside their size, are the same.
SAME = 1e-12
#: A published figure farther from that of the areas together than this part of it is remarked.
APART = 0.01


def rows_of(one: Areas, shares: list[float], ends: int, calls: Mapping[str, str]) -> list[dict[str, Any]]:
    """Rows of one outcome."""
    which = one.known
    value, load = one.value[which], one.loads(which)
    common = {
        "outcome": one.name, **{key: one.facts[key] for key in ("group", "period", "measured_in")},
        "national": one.national, "national_from": one.national_from, "nation": one.nation,
        "weighted_by": one.weighted_by,
    }  # fmt: skip
    every = all_areas(one.value, one.numerator, one.denominator, one.weight, one.facts["measured_in"])
    rows: list[dict[str, Any]] = [
        {"part": "national", "value": one.national, "areas": len(one.ids), "note": _note(one, every),
         "reason": _reason(one), "sentence": _sentence(one, calls)},
        {"part": TOGETHER, "value": every, "areas": int(which.sum()), "people": float(load.sum()),
         "reason": None if which.any() else "national_only"},
    ]  # fmt: skip
    for share in shares if which.any() else ():
        name = f"{100 * share:g} %"
        rows.append({"part": "quantile of areas", "name": name, "value": float(np.quantile(value, share))})
        if one.weight is not None:
            rows.append({"part": "quantile of people", "name": name, "value": weighted_quantile(value, load, share)})
    rows += _sides(one)
    rows += _ends(one, ends, calls)
    rows += _spreads(one)
    return [{**row, **common, **_beside(row, one.national)} for row in rows]


def _beside(row: dict[str, Any], national: float) -> dict[str, float]:
    """A value that is one of the outcome, beside the national figure."""
    if "value" not in row or "share" in row:
        return {}
    value = float(row["value"])
    return {"difference": value - national, "ratio": value / national if national > 0 else math.nan}


def _sides(one: Areas) -> list[dict[str, Any]]:
    """Areas above the national figure, below it, at it, and those of which that is not known."""
    if math.isnan(one.national) or not len(one.ids):
        return []
    slack = SAME * max(abs(one.national), 1e-300)
    low, high = (np.where(np.isnan(one.value), end, one.value) for end in (one.low, one.high))
    sides = {
        "above": low > one.national + slack,
        "below": high < one.national - slack,
        "equal": np.abs(one.value - one.national) <= slack,
        "unknown": np.isnan(low) | np.isnan(high),
    }
    sides["open"] = ~np.logical_or.reduce(list(sides.values()))
    load = one.weight
    rows = []
    for part, which in sides.items():
        row: dict[str, Any] = {"part": part, "areas": int(which.sum()), "share_of_areas": float(which.mean())}
        if load is not None and not np.isnan(load).any():
            row["people"], row["share_of_people"] = float(load[which].sum()), float(load[which].sum() / load.sum())
        rows.append(row)
    return rows


def _ends(one: Areas, ends: int, calls: Mapping[str, str]) -> list[dict[str, Any]]:
    """Areas with the lowest and the highest values, alike ones in the order of their ids."""
    places = np.flatnonzero(~np.isnan(one.value))
    order = places[np.lexsort((one.ids[places].astype(str), one.value[places]))]
    back = places[np.lexsort((one.ids[places].astype(str), -one.value[places]))]
    words = {"worse": ("best", "worst"), "better": ("worst", "best")}.get(one.facts["higher_is"], ("lowest", "highest"))
    rows = []
    for part, chosen in zip(words, (order[:ends], back[:ends]), strict=True):
        for place in chosen:
            row = {"part": part, "name": called(one.ids[place], calls), "value": float(one.value[place]), "areas": 1}
            rows.append(row if one.weight is None else {**row, "people": float(one.weight[place])})
    return rows


def called(area: object, calls: Mapping[str, str]) -> str:
    """Name an area in words, with its id."""
    text = str(area)
    return f"{calls[text]} ({text})" if text in calls and calls[text] != text else text


def _spreads(one: Areas) -> list[dict[str, Any]]:
    """Parts of the spread between areas."""
    which = one.known
    if which.sum() < 2:
        return []
    code = one.codes(which)
    found = [spread(one.value[which], one.loads(which), code) for spread in (variance, theil)]
    top, bottom = one.numerator[which], one.denominator[which]
    if one.scale in {1.0, 100.0} and not np.isnan(top + bottom).any() and (bottom > 0).all():
        found.append(mutual_information(top, bottom, code))
    rows: list[dict[str, Any]] = []
    for spread in found:
        rows.append({"part": f"{spread.measure}: total", "value": spread.total, "share": 1.0, "reason": spread.reason})
        if code is None or spread.reason:
            continue
        for part, value in (("between", spread.between), ("within", spread.within)):
            share = value / spread.total if spread.total > 0 else math.nan
            row = {"part": f"{spread.measure}: {part}", "value": value, "share": share}
            if part == "between":
                row["sentence"] = _split(one, spread)
            rows.append(row)
    return rows


def _split(one: Areas, spread: Spread) -> str | None:
    if not spread.total > 0:
        return None
    between = spread.between / spread.total
    return (
        f"{one.name}: of the differences between areas ({spread.measure}) {percent(between)} lie between larger areas "
        f"and {percent(1 - between)} within them."
    )


def _reason(one: Areas) -> str | None:
    if math.isnan(one.national):
        return "no_national_figure"
    return None if len(one.ids) else "national_only"


def _note(one: Areas, every: float) -> str | None:
    said = []
    if one.weight is None and len(one.ids):
        said.append("every area counts alike, because nothing says how many people it has")
    if one.national_from == TOGETHER:
        said.append("no national figure is given: this one is that of the areas together")
    elif abs(every - one.national) > APART * abs(one.national):
        said.append(
            f"the areas together give {amount(every)}: they are not all of the nation, or not counted the same way"
        )
    hidden = int((np.isnan(one.value) & ~np.isnan(one.low)).sum())
    missing = int((np.isnan(one.value) & np.isnan(one.low)).sum())
    if hidden:
        said.append(f"{hidden:,} areas are known only as an interval, and in no quantile")
    if missing:
        said.append(f"{missing:,} areas have no value")
    return "; ".join(said) or None


def _sentence(one: Areas, calls: Mapping[str, str]) -> str:
    """The national figure, never without what it can hide."""
    unit = one.facts["measured_in"]
    unit = f" {unit}" if unit and unit not in {"share", "value"} else ""
    where = f" ({one.nation})" if one.nation else ""
    lead = f"The national figure of {one.name} is {amount(one.national)}{unit}{where}"
    if one.national_from == TOGETHER:
        lead = f"All areas together have {one.name} of {amount(one.national)}{unit}"
    if math.isnan(one.national):
        lead = f"No national figure of {one.name} is known"
    places = np.flatnonzero(~np.isnan(one.value))
    if not len(places):
        return f"{lead}; no area is known, so that it says nothing of any place."
    value = one.value[places]
    least, most = (places[int(at)] for at in (value.argmin(), value.argmax()))
    text = (
        f"{lead}. In {len(places):,} areas it goes from {amount(float(value.min()))} in "
        f"{called(one.ids[least], calls)} to {amount(float(value.max()))} in {called(one.ids[most], calls)}; half of "
        f"them lie from {amount(float(np.quantile(value, 0.25)))} to {amount(float(np.quantile(value, 0.75)))}."
    )
    sides = {row["part"]: row for row in _sides(one)}
    if sides:
        people = sides["above"].get("share_of_people")
        with_ = "" if people is None else f", with {percent(people)} of {one.counted},"
        text += f" {percent(sides['above']['share_of_areas'])} of areas{with_} are above it."
    return text
