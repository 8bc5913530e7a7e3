"""Who enters: children of each intake, and which primary areas feed which secondary ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.errors import DuplicateUnit, InvalidParameter, InvalidTable, PlacemixError, listed, plural
from placemix.schools.forecasting.rosters import Phase, Rosters, indexer
from placemix.schools.forecasting.tidying import Columns

Kind: TypeAlias = Literal["children", "forecast"]


class Entrants(NamedTuple):
    """What is known of future intakes of the youngest phase.

    Attributes
    ----------
    kind
        ``"children"``, of whom a share is learnt to enter, or the user's own ``"forecast"``.
    first
        Year of the first row of `children`.
    children
        Shape (years, areas); NaN where nothing is known.
    feeds
        Shares of each younger area's leavers that each older area expects, by the older phase's name; None to share
        the whole by past intakes.
    notes
        What was held where children are not known.
    """

    kind: Kind
    first: int
    children: FloatArray
    feeds: FloatArray | None
    notes: list[str]

    def of(self, year: int) -> FloatArray:
        """Return children by area in a year of intake; NaN where unknown."""
        place = year - self.first
        if 0 <= place < len(self.children):
            return self.children[place]
        return np.full(self.children.shape[1], np.nan)


def entering(
    table: Columns, feeds: Columns | None, known: Rosters, *, kind: Kind, hold: bool, last: int,
    ahead: Mapping[str, int], columns: tuple[str, str, str], feeds_columns: tuple[str, str, str],
) -> Entrants | None:  # fmt: skip
    """Read who enters; None if that has faults, which are listed in the table."""
    feed = None
    if feeds is not None and len(known.phases) > 1:
        feed = _feeding(feeds, known.phases[0], known.phases[1], columns=feeds_columns)
    elif feeds is not None:
        table.faults.append(InvalidParameter("feeds is given, but the rolls have one phase.", remedy="Leave it out."))
    read = _children(table, known, *columns)
    if read is None:
        return None
    first, block = read
    table.faults += _past_faults(kind, known, first, block)
    notes: list[str] = []
    if hold:
        youngest = known.phases[0]
        # Older phases need only those who will have gone through the youngest by then.
        needed = max(ahead.get(youngest.name, 1), max(ahead.values(), default=1) - len(youngest.groups))
        block, notes = _held(known, first, block, horizon=needed, last=last)
    return Entrants(kind, first, block, feed, notes)


def _children(table: Columns, known: Rosters, area: str, year: str, number: str) -> tuple[int, FloatArray] | None:
    """Read children by planning area and year of intake, of the youngest phase."""
    if not table.needs([area, year, number]):
        return None
    before = len(table.faults)
    areas, years, values = table.texts(area), table.years(year), table.numbers(number)
    phase = known.phases[0]
    table.unknown(area, areas, phase.areas, f"{phase.name} planning areas")
    twice = pd.DataFrame({"area": areas, "year": years}).duplicated(keep=False).to_numpy()
    table.fault(DuplicateUnit, twice, "stand for the same area and year of intake", "Keep one row each.")
    lost = [name for name in phase.areas if name not in set(areas)]
    if lost:
        message = f"The {table.name} leave out planning areas of the rolls."
        table.faults.append(InvalidTable(message, units=lost, remedy="Give children of every planning area."))
    if len(table.faults) > before:
        return None
    first = int(years.min())
    block = np.full((int(years.max()) - first + 1, len(phase.areas)), np.nan)
    block[years - first, indexer(phase, areas)] = values
    return first, block


def _past_faults(kind: Kind, known: Rosters, first: int, block: FloatArray) -> list[PlacemixError]:
    """Find intakes from whose past years nothing can be learnt."""
    entrants = Entrants(kind, first, block, None, [])
    phase = known.phases[0]
    then = np.array([entrants.of(year) for year in known.years])
    both = np.isfinite(then) & phase.present
    if kind == "children" and not both.any():
        message = f"The children are of no year of the rolls, {known.years[0]}–{known.years[-1]}."
        remedy = "Add past years, from which the share who enter is learnt; or pass intake_is='forecast'."
        return [InvalidTable(message, remedy=remedy)]
    if kind == "forecast" and both.any() and (then[both] == phase.pupils[:, :, 0][both]).all():
        message = "The forecast of past years is what came, to the pupil, so that its errors cannot be learnt."
        remedy = "Give what was forecast then, or leave past years out; entry then has no range."
        return [InvalidTable(message, remedy=remedy)]
    return []


def _held(known: Rosters, first: int, block: FloatArray, *, horizon: int, last: int) -> tuple[FloatArray, list[str]]:
    """Put the mean of the last known years where children of years ahead are not known."""
    longer = np.full((max(known.years[-1] + horizon - first + 1, len(block)), block.shape[1]), np.nan)
    longer[: len(block)] = block
    ahead = max(known.years[-1] + 1 - first, 0)
    lost = np.isnan(longer)
    lost[:ahead] = False
    for area in np.flatnonzero(lost.any(axis=0)):
        recent = longer[:, area][np.isfinite(longer[:, area])][-last:]
        longer[lost[:, area], area] = recent.mean()
    if not lost.any():
        return longer, []
    years = listed([first + int(place) for place in np.flatnonzero(lost.any(axis=1))])
    mean = f"at the mean of the last {plural(last, 'known year', 'known years')} of each area"
    return longer, [f"The intake of {years} is not given and held {mean}."]


def _feeding(table: Columns, younger: Phase, older: Phase, *, columns: tuple[str, str, str]) -> FloatArray | None:
    """Read which share of each younger area's leavers each older area expects; the shares of an area sum to 1."""
    if not table.needs(columns):
        return None
    before = len(table.faults)
    start, end, shares = table.texts(columns[0]), table.texts(columns[1]), table.numbers(columns[2])
    table.unknown(columns[0], start, younger.areas, f"{younger.name} planning areas")
    table.unknown(columns[1], end, older.areas, f"{older.name} planning areas")
    if len(table.faults) > before:
        return None
    block = np.zeros((len(younger.areas), len(older.areas)))
    np.add.at(block, (indexer(younger, start), indexer(older, end)), shares)
    off = [
        f"{name} {total:.4g}"
        for name, total in zip(younger.areas, block.sum(axis=1), strict=True)
        if abs(total - 1) > 1e-6
    ]
    if off:
        message = f"The shares of {plural(len(off), 'planning area')} in the {table.name} do not sum to 1."
        remedy = "Give each area's shares; pupils who leave the authority are in the ratio that is learnt."
        table.faults.append(InvalidTable(message, units=off, remedy=remedy))
    unfed = [name for name, total in zip(older.areas, block.sum(axis=0), strict=True) if not total]
    if unfed:
        message = f"No area feeds {listed(unfed)}."
        table.faults.append(InvalidTable(message, units=unfed, remedy="Say from which areas its pupils come."))
    return None if len(table.faults) > before else block
