"""The forecast as rows: pupils, places, ranges and what they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix._version import __version__
from placemix.errors import InvalidTable, listed, plural
from placemix.schools.forecasting.backcasting import ALL, ENTRY, OTHER, Errors, ranges
from placemix.schools.forecasting.entering import Entrants
from placemix.schools.forecasting.homes import COMMITTED, PROPOSED, Homes, aged
from placemix.schools.forecasting.rosters import Phase, Rosters, capital
from placemix.schools.forecasting.survival import Learned, Settings

#: Year group of the rows of an area's total.
TOTAL = "all"


class Forecast(NamedTuple):
    """Everything that the rows are made of; `over` says which schools are over full."""

    known: Rosters
    learnt: list[Learned]
    carried: list[FloatArray]
    homes: Homes | None
    places: dict[str, FloatArray]
    errors: Errors
    entrants: Entrants
    over: list[str]


class Asked(NamedTuple):
    """What the caller asked for."""

    years: Mapping[str, int]
    settings: Settings
    refuse_small: bool
    level: float
    fewest: int
    pool: bool
    fills: str
    changed: bool


def laid_out(forecast: Forecast, asked: Asked) -> pd.DataFrame:
    """Return one row a planning area, year and year group, and the totals.

    Raises
    ------
    InvalidTable
        Ratios rest on too few pupils, and that is to be refused.
    """
    small = _small(forecast, asked)
    if small and asked.refuse_small:
        message = (
            f"{plural(len(small), 'ratio rests', 'ratios rest')} on fewer than {asked.settings.smallest:g} pupils."
        )
        raise InvalidTable(
            message, units=small, remedy="Pass small='phase' to take those of the phase, or merge areas."
        )
    note = " ".join(_notes(forecast, asked, small))
    parts = [_rows(forecast, asked, place) for place in range(len(forecast.known.phases))]
    frame = pd.concat(parts, ignore_index=True)
    frame["note"], frame["version"] = note, __version__
    return frame


def _rows(forecast: Forecast, asked: Asked, place: int) -> pd.DataFrame:
    """Rows of one phase."""
    phase, ratios = forecast.known.phases[place], forecast.learnt[place]
    horizon = asked.years[phase.name]
    then = slice(1, horizon + 1)
    rolls = _with_total(forecast.carried[place][then])
    nothing = np.zeros_like(rolls)
    new = {
        state: nothing
        if forecast.homes is None
        else _with_total(aged(forecast.homes.arriving[phase.name, state], phase, ratios)[then])
        for state in (COMMITTED, PROPOSED)
    }
    spread = {
        kind: ranges(
            forecast.errors,
            phase=phase.name,
            kind=kind,
            horizon=horizon,
            level=asked.level,
            fewest=asked.fewest,
            pool=asked.pool,
        )
        for kind in (ENTRY, OTHER, ALL)
    }
    kinds = [ENTRY, *[OTHER] * (len(phase.groups) - 1), ALL]
    found: dict[str, Any] = {
        name: np.array([[getattr(spread[kind][ahead], name) for kind in kinds] for ahead in range(horizon)])
        for name in ("low", "high", "bias", "errors", "basis")
    }
    wide = {name: np.broadcast_to(values[:, None, :], rolls.shape).ravel() for name, values in found.items()}
    forecast_of = rolls + new[COMMITTED]
    places = _with_total(forecast.places[phase.name][then])
    frame = _labels(phase, forecast.known.years[-1], horizon)
    frame["forecast"] = forecast_of.ravel()
    for name, end in (("lower", "low"), ("upper", "high")):
        frame[name] = np.maximum(rolls.ravel() * (1 + wide[end]), 0) + new[COMMITTED].ravel()
    frame["level"] = asked.level
    frame["from_rolls"], frame["from_committed"] = rolls.ravel(), new[COMMITTED].ravel()
    frame["from_proposed"] = new[PROPOSED].ravel()
    frame["forecast_with_proposed"] = frame["forecast"] + frame["from_proposed"]
    frame["places"] = places.ravel()
    frame["surplus"] = frame["places"] - frame["forecast"]
    frame["surplus_lower"], frame["surplus_upper"] = frame["places"] - frame["upper"], frame["places"] - frame["lower"]
    frame["surplus_share"] = np.divide(
        frame["surplus"].to_numpy(), places.ravel(), out=np.full(len(frame), np.nan), where=places.ravel() > 0
    )
    frame["surplus_with_proposed"] = frame["places"] - frame["forecast_with_proposed"]
    _behind(frame, ratios, rolls.shape, given=place == 0 and forecast.entrants.kind == "forecast")
    frame["bias"], frame["errors"] = wide["bias"].astype(np.float64), wide["errors"].astype(np.int64)
    lost = frame["forecast"].isna().to_numpy()
    frame["range_basis"] = np.where(lost, np.array("no forecast", dtype=object), wide["basis"])
    unknown, few = "intake not given for the year of entry", "too few back-cast errors for a range"
    no_ratio = _without_ratio(forecast.carried[place][then], ratios)
    frame["reason"] = np.select(
        [lost & no_ratio, lost, frame["lower"].isna().to_numpy()],
        np.array(["no pupils to learn a ratio from", unknown, few], dtype=object),
        default=np.array(None, dtype=object),
    )
    return frame


def _with_total(block: FloatArray) -> FloatArray:
    """Put the total of each area after its year groups."""
    return np.concatenate([block, block.sum(axis=2, keepdims=True)], axis=2)


def _without_ratio(block: FloatArray, ratios: Learned) -> Any:  # noqa: ANN401
    """Where no forecast can be, because a ratio on the way is not known."""
    none = ~np.isfinite(ratios.value) & (ratios.denominator == 0)
    touched = np.broadcast_to(np.maximum.accumulate(none, axis=1), block.shape)
    return np.concatenate([touched, touched.any(axis=2, keepdims=True)], axis=2).ravel()


def _labels(phase: Phase, last: int, horizon: int) -> pd.DataFrame:
    groups = [*map(str, phase.groups), TOTAL]
    index = pd.MultiIndex.from_product(
        [range(1, horizon + 1), phase.areas, groups], names=["ahead", "planning_area", "year_group"]
    )
    frame = index.to_frame(index=False)
    frame["phase"], frame["year"] = phase.name, last + frame["ahead"]
    return frame[["planning_area", "phase", "year", "year_group", "ahead"]]


def _behind(frame: pd.DataFrame, ratios: Learned, shape: tuple[int, ...], *, given: bool) -> None:
    """Add the ratio behind each year group; totals have none."""
    of = np.where(ratios.pooled, "phase", "area").astype(object)
    if given:
        of[:, 0] = "given"
    for name, values in (
        ("ratio", ratios.value), ("ratio_numerator", ratios.numerator), ("ratio_denominator", ratios.denominator),
    ):  # fmt: skip
        total = np.full((len(values), 1), np.nan)
        frame[name] = np.broadcast_to(np.hstack([values, total]), shape).ravel()
    frame["ratio_of"] = np.broadcast_to(np.hstack([of, np.full((len(of), 1), None)]), shape).ravel()


def _small(forecast: Forecast, asked: Asked) -> list[str]:
    """Ratios of areas that rest on too few and are those of the phase."""
    if asked.settings.by_phase:
        return []
    out = []
    for place, (phase, ratios) in enumerate(zip(forecast.known.phases, forecast.learnt, strict=True)):
        pooled = ratios.pooled.copy()
        if place == 0 and forecast.entrants.kind == "forecast":
            pooled[:, 0] = False
        if place and (place > 1 or forecast.entrants.feeds is None):
            pooled[:, 0] = False
        out += [
            f"{phase.name} {phase.areas[area]} into year group {phase.groups[group]}"
            for area, group in np.argwhere(pooled)
        ]
    return out


def _notes(forecast: Forecast, asked: Asked, small: list[str]) -> list[str]:
    years, phases = forecast.known.years, forecast.known.phases
    first, pairs = phases[0], min(asked.settings.last, len(years) - 1)
    whose = "of the phase" if asked.settings.by_phase else "of each planning area"
    over = f"pooled over the last {plural(pairs, 'pair', 'pairs')} of years"
    notes = [f"Forecast from the rolls of {years[-1]}; survival ratios {whose}, {over}."]
    entered = f"{capital(first.name)} year group {first.groups[0]}"
    if forecast.entrants.kind == "children":
        counted = min(asked.settings.last, len(years))
        notes.append(f"{entered}: children times the share who entered in the last {plural(counted, 'year')}.")
    else:
        notes.append(f"{entered}: the forecast given, as it is.")
    notes += forecast.entrants.notes
    for younger, older in pairwise(phases):
        by_feeds = forecast.entrants.feeds is not None and younger is first
        how = "by the shares of feeds" if by_feeds else "all together, then shared by each area's recent entries"
        notes.append(
            f"{capital(older.name)} year group {older.groups[0]}: leavers of {younger.name} a year before, {how}."
        )
    if asked.changed:
        how = "from the entry year up, one year group a year" if asked.fills == "entry" else "all year groups at once"
        notes.append(f"Changes of capacity fill {how}, unless their row says otherwise.")
    notes.append(
        f"Ranges hold the middle {asked.level:.0%} of the errors of back-casts; the forecast is not corrected for "
        "their bias, and homes are in the range as given."
    )
    if small:
        rest = plural(len(small), "ratio rests", "ratios rest")
        notes.append(f"{rest} on fewer than {asked.settings.smallest:g} and are the phase's ({listed(small)}).")
    if forecast.homes is not None:
        notes += forecast.homes.notes
    return [*notes, *forecast.over, *forecast.known.notes]
