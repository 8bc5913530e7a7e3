"""Pupils from homes that are to be built."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.errors import InvalidParameter, InvalidTable, PlacemixError, did_you_mean, listed, plural
from placemix.schools.forecasting.rosters import Phase, Rosters, indexer
from placemix.schools.forecasting.survival import Learned
from placemix.schools.forecasting.tidying import Columns

#: How sure homes are.
COMMITTED, PROPOSED = "committed", "proposed"
_COMING = (
    "Pupils of new homes come in the September of the year named, spread evenly over the year groups of the phase; "
    "they age by the same ratios, and each year as many again enter the first year group."
)
_TWICE = (
    "Survival ratios already hold what past building brought. Homes are counted on top, so that where building goes "
    "on at its usual pace the forecast with homes is too high."
)
Yields = Mapping[str, float | str]


class Homes(NamedTuple):
    """New pupils of all year groups together, by phase and status: shape (years ahead, areas)."""

    arriving: dict[tuple[str, str], FloatArray]
    notes: list[str]


def homes(
    table: Columns,
    known: Rosters,
    *,
    horizon: int,
    area: str,
    phase: str,
    columns: tuple[str, str, str],
    yields: Yields | None,
    yield_source: str | None,
) -> Homes | None:
    """Read developments: dwellings by planning area, year of completion and status.

    A row is of one phase where there is a column of phases; otherwise each phase has a column of its own
    planning areas, such as ``primary_area``.
    """
    when, dwellings, status = columns
    by_phase = table.has(phase) and table.has(area)
    own = {one.name: f"{one.name}_area" for one in known.phases}
    needed = [phase, area] if by_phase else list(own.values())
    if not by_phase and not all(table.has(name) for name in needed) and len(known.phases) == 1:
        own, needed = {known.phases[0].name: area}, [area]
    rates = _rates(table, known, yields, yield_source)
    if not table.needs([*needed, *columns]) or rates is None:
        return None
    before = len(table.faults)
    years, count, kind = table.years(when), table.numbers(dwellings), table.texts(status)
    odd = [one for one in dict.fromkeys(kind) if one not in {COMMITTED, PROPOSED}]
    if odd:
        hints = " ".join(filter(None, (did_you_mean(one, (COMMITTED, PROPOSED)) for one in odd)))
        message = f"The {table.name} have a status that is neither 'committed' nor 'proposed'."
        table.faults.append(
            InvalidTable(message, units=odd, remedy=f"{hints} Leave homes out that are neither.".strip())
        )
    phases = table.texts(phase) if by_phase else None
    if phases is not None:
        table.unknown(phase, phases, [one.name for one in known.phases], "phases")
    arriving: dict[tuple[str, str], FloatArray] = {}
    ahead = years - known.years[-1]
    counted = (ahead >= 1) & (ahead <= horizon)
    for one in known.phases:
        areas = table.texts(area if by_phase else own[one.name])
        here = phases == one.name if phases is not None else np.ones(len(table), dtype=bool)
        table.unknown(area if by_phase else own[one.name], areas[here], one.areas, f"{one.name} planning areas")
        place = indexer(one, areas)
        for state in (COMMITTED, PROPOSED):
            use = here & counted & (kind == state) & (place >= 0)
            block = np.zeros((horizon + 1, len(one.areas)))
            np.add.at(block, (ahead[use], place[use]), (count * rates[one.name])[use])
            arriving[one.name, state] = block
    if len(table.faults) > before:
        return None
    return Homes(arriving, _notes(known, years, ahead, horizon, (count, kind), (yields or {}, str(yield_source))))


def _rates(table: Columns, known: Rosters, yields: Yields | None, source: str | None) -> dict[str, FloatArray] | None:
    """Pupils of a phase that a home sends, by row."""
    faults: list[PlacemixError] = []
    names = [phase.name for phase in known.phases]
    given: Mapping[str, Any] = yields if isinstance(yields, Mapping) else {}
    lost = [name for name in names if name not in given]
    if lost:
        message = f"No pupil yield is given for {listed([repr(name) for name in lost])}."
        remedy = "Pass yields={'primary': pupils of the phase a home}, from your own study or the department's."
        faults.append(InvalidParameter(message, remedy=remedy))
    odd = [name for name in given if name not in names]
    if odd:
        remedy = " ".join(did_you_mean(name, names) for name in odd)
        faults.append(InvalidParameter(f"Yields are given for unknown phases: {listed(odd)}.", remedy=remedy))
    if not (isinstance(source, str) and source.strip()):
        message = "Nothing says where the pupil yields come from."
        faults.append(InvalidParameter(message, remedy="Pass yield_source='…', which every result repeats."))
    rates: dict[str, FloatArray] = {}
    for name in names:
        rate = given.get(name)
        if isinstance(rate, str):
            if table.needs([rate]):
                rates[name] = table.numbers(rate)
        elif rate is not None:
            number = isinstance(rate, int | float | np.number) and not isinstance(rate, bool)
            if not (number and np.isfinite(rate) and rate >= 0):
                message = f"The yield of {name!r} is pupils a home, 0 or more, or a column, not {rate!r}."
                faults.append(InvalidParameter(message))
                continue
            rates[name] = np.full(len(table), float(rate))
    table.faults += faults
    return rates if not faults and len(rates) == len(names) else None


def _notes(
    known: Rosters,
    years: Any,  # noqa: ANN401
    ahead: Any,  # noqa: ANN401
    horizon: int,
    homes_given: tuple[FloatArray, Any],
    asked: tuple[Yields, str],
) -> list[str]:
    count, kind = homes_given
    yields, source = asked
    said = ", ".join(
        f"{name} by column {rate!r}" if isinstance(rate, str) else f"{rate:g} {name} pupils a home"
        for name, rate in yields.items()
    )
    inside = (ahead >= 1) & (ahead <= horizon)
    total = {state: count[inside & (kind == state)].sum() for state in (COMMITTED, PROPOSED)}
    homes_are = f"Homes: {total[COMMITTED]:,.0f} committed, {total[PROPOSED]:,.0f} proposed."
    notes = [f"{homes_are} Yields: {said}. Source of the yields: {source.strip().rstrip('.')}.", _COMING, _TWICE]
    for where, word in (
        (ahead < 1, f"by {known.years[-1]}, whose rolls hold their pupils"),
        (ahead > horizon, "later"),
    ):
        if where.any():
            rows = plural(int(where.sum()), "row", "rows")
            dates = pd.unique(pd.Series(np.sort(years[where])))
            notes.append(f"{rows} of homes completed {word}, are not counted ({listed(list(map(int, dates)))}).")
    return notes


def aged(arriving: FloatArray, phase: Phase, ratios: Learned) -> FloatArray:
    """Age pupils of new homes: shape (years ahead + 1, areas, groups).

    Where a planning area has no ratio of a year group, its pupils stay as many.
    """
    groups = len(phase.groups)
    block = np.zeros((*arriving.shape, groups))
    survive = np.where(np.isfinite(ratios.value), ratios.value, 1.0)
    each = arriving / groups
    homes_so_far = np.cumsum(each, axis=0)
    for ahead in range(1, len(block)):
        block[ahead, :, 1:] = block[ahead - 1, :, :-1] * survive[:, 1:] + each[ahead][:, None]
        block[ahead, :, 0] = homes_so_far[ahead]
    return block
