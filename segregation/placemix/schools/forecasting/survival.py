"""Cohort survival: what is learnt from past rolls, and rolls carried forward by it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from placemix._typing import BoolArray, FloatArray
from placemix.schools.forecasting.entering import Entrants
from placemix.schools.forecasting.rosters import Phase, Rosters

#: Where a ratio comes from.
OF_AREA, OF_PHASE, GIVEN, NONE = "area", "phase", "given", "none"


class Settings(NamedTuple):
    """How ratios are learnt.

    Attributes
    ----------
    last
        Pairs of years that are pooled.
    smallest
        Pupils or children that a ratio of one area needs behind it.
    by_phase
        Whether every area takes the ratios of its phase.
    """

    last: int
    smallest: float
    by_phase: bool


class Learned(NamedTuple):
    """Ratios of one phase, shape (areas, groups); those of the first year group are of who enters.

    Attributes
    ----------
    value, numerator, denominator
        The ratio that is used, and the pupils behind it.
    pooled
        Whether it is of the whole phase.
    feed
        Shares of the younger phase's leavers, shape (younger areas, areas), or None.
    """

    value: FloatArray
    numerator: FloatArray
    denominator: FloatArray
    pooled: BoolArray
    feed: FloatArray | None


def learn(known: Rosters, base: int, entrants: Entrants, settings: Settings) -> list[Learned]:
    """Learn the ratios of every phase from the rolls up to the year at a position."""
    learnt: list[Learned] = []
    pairs = list(range(max(base - settings.last, 0), base))
    for place, phase in enumerate(known.phases):
        both = np.array([phase.present[year] & phase.present[year + 1] for year in pairs])
        before = np.array([phase.pupils[year] for year in pairs])
        after = np.array([phase.pupils[year + 1] for year in pairs])
        top = np.where(both[:, :, None], after, 0.0).sum(axis=0)
        under = np.zeros_like(top)
        under[:, 1:] = np.where(both[:, :, None], before, 0.0).sum(axis=0)[:, :-1]
        feed: FloatArray | None = None
        shared = False
        if place:
            top[:, 0], under[:, 0], feed, shared = _transfer(known, place, base, pairs, entrants, settings)
        elif entrants.kind == "children":
            top[:, 0], under[:, 0] = _take_up(phase, known.years, base, entrants, settings)
        else:
            top[:, 0] = under[:, 0] = np.nan
        learnt.append(_pooled(top, under, feed, settings, shared=shared))
    return learnt


def _take_up(
    phase: Phase, years: list[int], base: int, entrants: Entrants, settings: Settings
) -> tuple[FloatArray, FloatArray]:
    """Sum who entered and the children they came from, over the last years in which both are known."""
    entered, born = np.zeros((2, len(phase.areas)))
    for year in range(max(base - settings.last + 1, 0), base + 1):
        children = entrants.of(years[year])
        both = phase.present[year] & np.isfinite(children)
        entered += np.where(both, phase.pupils[year, :, 0], 0.0)
        born += np.where(both, children, 0.0)
    return entered, born


def _transfer(
    known: Rosters, place: int, base: int, pairs: list[int], entrants: Entrants, settings: Settings
) -> tuple[FloatArray, FloatArray, FloatArray, bool]:
    """Sum who entered an older phase, and the younger phase's leavers expected there a year before."""
    younger, older = known.phases[place - 1], known.phases[place]
    # Where an area is not on the rolls, who left or came there is not known, and leavers have no whole.
    whole = [year for year in pairs if younger.present[year].all() and older.present[year + 1].all()]
    came, left = np.zeros(len(older.areas)), np.zeros(len(younger.areas))
    for year in whole:
        came += older.pupils[year + 1, :, 0]
        left += younger.pupils[year, :, -1]
    if entrants.feeds is not None and place == 1:
        return came, left @ entrants.feeds, entrants.feeds, False
    recent = slice(max(base - settings.last + 1, 0), base + 1)
    seen = older.present[recent].sum(axis=0)
    mean = older.pupils[recent, :, 0].sum(axis=0) / np.maximum(seen, 1)
    share = mean / mean.sum() if mean.sum() else np.full(len(mean), np.nan)
    feed = np.tile(share, (len(younger.areas), 1))
    # One ratio for the authority: an area's own would count its share twice.
    return came, left.sum() * share, feed, True


def _pooled(
    top: FloatArray, under: FloatArray, feed: FloatArray | None, settings: Settings, *, shared: bool
) -> Learned:
    """Divide, and take the ratio of the phase where an area's own rests on too few."""
    whole_top, whole_under = (np.broadcast_to(part.sum(axis=0), part.shape) for part in (top, under))
    pooled = (under < settings.smallest) | (under <= 0) | settings.by_phase
    if shared:
        pooled = pooled.copy()
        pooled[:, 0] = True
    numerator, denominator = np.where(pooled, whole_top, top), np.where(pooled, whole_under, under)
    value = np.divide(numerator, denominator, out=np.full(top.shape, np.nan), where=denominator > 0)
    return Learned(value, numerator, denominator, pooled, feed)


def carry(known: Rosters, base: int, horizon: int, learnt: list[Learned], entrants: Entrants) -> list[FloatArray]:
    """Carry the rolls of a year forward: one block a phase, shape (horizon + 1, areas, groups), now first.

    NaN where an intake is not known, and for the cohorts that come of it.
    """
    carried: list[FloatArray] = []
    for place, (phase, ratios) in enumerate(zip(known.phases, learnt, strict=True)):
        block = np.empty((horizon + 1, len(phase.areas), len(phase.groups)))
        block[0] = phase.pupils[base]
        for ahead in range(1, horizon + 1):
            block[ahead, :, 1:] = block[ahead - 1, :, :-1] * ratios.value[:, 1:]
            if place:
                leavers = carried[place - 1][ahead - 1, :, -1]
                block[ahead, :, 0] = _fed(leavers, ratios.feed) * ratios.value[:, 0]
            else:
                children = entrants.of(known.years[base] + ahead)
                block[ahead, :, 0] = children if entrants.kind == "forecast" else children * ratios.value[:, 0]
        carried.append(block)
    return carried


def _fed(leavers: FloatArray, feed: FloatArray | None) -> FloatArray:
    """Leavers by the area they are expected in; NaN only where an unknown number is a part."""
    if feed is None:
        return leavers
    parts = np.where(feed > 0, leavers[:, None] * feed, 0.0)
    fed: FloatArray = parts.sum(axis=0)
    return fed
