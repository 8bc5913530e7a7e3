"""Surroundings by travel time, from a table of journeys between units."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix import checks
from placemix._typing import BoolArray, FloatArray, IntArray, Table
from placemix.columns import column_faults, native, one_name, taken
from placemix.counts import Counts, counted
from placemix.errors import (
    DuplicateUnit,
    EmptyTable,
    InvalidParameter,
    InvalidTable,
    NotNumbers,
    PlacemixError,
    UnitsDiffer,
    did_you_mean,
    plural,
    together,
)
from placemix.surroundings.around import Pairs, Surroundings
from placemix.surroundings.distance import _cells
from placemix.surroundings.distance.nearby import Shape
from placemix.surroundings.matrices import Cut, Sparse, gathered, with_own
from placemix.surroundings.neighbours.given import pair_faults, uneven
from placemix.surroundings.travel.durations import duration, kernel_text, known_kernel, reach, written

#: What to do with places that are in a table of journeys and not in the counts.
Extra: TypeAlias = Literal["refuse", "ignore"]


def travel_time(
    counts: Counts,
    table: Table,
    *,
    minutes: float | str,
    shape: Shape = "uniform",
    cutoff: float | str | None = None,
    own: float | str | None = None,
    origin: str = "origin",
    destination: str = "destination",
    time: str = "minutes",
    extra: Extra = "refuse",
) -> Surroundings:
    """People whom the residents of each unit can reach in time, or weighted by a kernel of the time.

    Parameters
    ----------
    counts
        Counts of the units.
    table
        One row for each pair of units between which somebody can travel: a pandas, polars or
        pyarrow table. A pair that is not there, or has no time or an infinite one, is unreachable.
    minutes
        The kernel's bandwidth: a number of minutes, or text such as ``"15 minutes"`` or ``"1 hour"``.
    shape
        Shape of the kernel, as in `kernel`; ``"uniform"`` counts everyone nearer than `minutes`.
    cutoff
        Time from which on weights are zero, for Gaussian and exponential kernels. Default: none.
    own
        How far a unit is from itself, as a time, or ``"table"`` for what the table says. Default: 0,
        where its own people count fully.
    origin, destination
        Columns with the ids of the units where a journey starts and ends.
    time
        Column with the time, in minutes.
    extra
        ``"ignore"`` leaves out journeys from or to places that are not in the counts, and says how many.

    Returns
    -------
    surroundings
        For ``around=`` of `placemix.measure`. What is around a unit is what can be reached from it:
        journeys need not take as long in both directions. `notes` says how many pairs are
        unreachable, and how many units weigh each other unequally.

    Raises
    ------
    UnitsDiffer
        Journeys start or end where the counts have no unit, and are not ignored; or none has one.
    InvalidTable
        The table lacks columns or rows, ids are missing, or a pair stands on several rows.
    InvalidParameter
        Times are negative, and their pairs are listed; or a time given is none.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABC"), "asian": [80, 20, 0], "white": [20, 80, 100]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> buses = pd.DataFrame({"origin": list("ABB"), "destination": list("BAC"), "minutes": [12, 14, 40]})
    >>> near = pm.surroundings.travel_time(homes, buses, minutes="15 minutes")
    >>> near
    <Surroundings of 3 units: within 15 minutes of travel time>
    >>> near.notes
    ('3 of 6 journeys between units are not in the table: unreachable',)
    >>> near.isolates.tolist()
    ['C']
    """
    counts = counted(counts)
    known_kernel(shape, cutoff)
    bandwidth = duration(minutes, "minutes")
    cut = reach(shape, bandwidth, None if cutoff is None else duration(cutoff, "cutoff"))
    if extra not in ("refuse", "ignore"):
        message = f"extra is 'refuse' or 'ignore', not {extra!r}."
        raise InvalidParameter(message, remedy=did_you_mean(extra, ["refuse", "ignore"]))
    own_minutes = None if own == "table" else duration(own or 0, "own", zero=True)
    names = {
        role: one_name(role, name)
        for role, name in {"origin": origin, "destination": destination, "time": time}.items()
    }
    (i, j), cost, notes = _journeys(counts, table, names, extra)
    itself = i == j
    here = np.full(len(counts), own_minutes or 0.0)
    if own_minutes is None:
        here[i[itself]] = cost[itself]
    elif itself.any():
        notes.append(f"times of {plural(int(itself.sum()), 'unit')} to itself in the table not used")
    text = kernel_text(shape, written(bandwidth), "" if np.isinf(cut) else written(cut), "of travel time")
    if own:
        text += f", own time {'of the table' if own_minutes is None else written(own_minutes)}"
    return reached(
        counts,
        [(i, j, cost)],
        here,
        lambda apart: _cells.weights(apart, shape=shape, bandwidth=bandwidth, cutoff=cut),
        text=text,
        own_stated=own is not None,
        notes=notes,
    )


def reached(
    counts: Counts,
    blocks: Iterable[Pairs],
    own: FloatArray,
    weigh: Callable[[FloatArray], FloatArray],
    *,
    text: str,
    own_stated: bool,
    notes: Iterable[str],
) -> Surroundings:
    """Make surroundings of how far apart units are, by time or along streets.

    Parameters
    ----------
    counts
        Counts of the units.
    blocks
        Unit, other unit, how far apart they are.
    own
        How far each unit is from itself, shape (units,).
    weigh
        The kernel.
    text, own_stated, notes
        As `Surroundings` has them.
    """

    def weighed() -> Iterator[Pairs]:
        for i, j, apart in blocks:
            weight = weigh(apart)
            kept = (weight > 0) & (i != j)
            yield i[kept], j[kept], weight[kept]

    remedy = "Give a kernel that ends, or a nearer cutoff=."
    operator = Sparse(with_own(gathered(weighed(), len(counts), remedy=remedy), weigh(own)))
    return Surroundings(
        units=counts.units,
        operator=operator,
        text=text,
        outside=Cut(operator),
        own_stated=own_stated,
        notes=(*notes, *uneven(operator.matrix)),
    )


def _journeys(
    counts: Counts, table: Table, names: Mapping[str, str], extra: Extra
) -> tuple[tuple[IntArray, IntArray], FloatArray, list[str]]:
    """Units where journeys start and end, their times, and what was left out."""
    frame = native(table)
    faults = column_faults(frame, {}, list(names.values()), ())
    if len(frame) == 0:
        faults.append(EmptyTable("The table has no rows.", remedy="Check the filter or the file that made it."))
    if faults:
        raise together(faults)
    ends = {role: _ends(taken(frame, names[role])) for role in ("origin", "destination")}
    for role, (places, ids) in ends.items():
        absent = np.flatnonzero(np.append(ids.str.strip() == "", True)[places])
        if len(absent):
            message = f"{plural(len(absent), 'row has', 'rows have')} no {role}."
            units = [f"row {row}" for row in absent + 1]
            faults.append(InvalidTable(message, units=units, remedy="Name the unit, or leave the row out."))
    column = taken(frame, names["time"])
    # Rows are spelt out only where they may be listed: a table of journeys may have millions.
    many = range(1, len(frame) + 1)
    numeric = pd.api.types.is_numeric_dtype(column.dtype)
    rows = pd.RangeIndex(many) if numeric else pd.Index([f"row {row}" for row in many])
    read = checks.numbers(column, names["time"], rows, {})
    # Text was read as counts are, whose symbols have a meaning that no journey has.
    words = "Write times as plain numbers of minutes; leave empty what nobody can travel."
    faults += [
        NotNumbers(fault.message.replace("counts", "times"), units=fault.units, remedy=words) for fault in read.faults
    ]
    cost = read.values
    i, j = (np.append(counts.units.get_indexer(ids), -1)[places] for places, ids in ends.values())
    known = (i >= 0) & (j >= 0)
    spare = pd.Index(np.unique(np.concatenate([_spare(counts, *end) for end in ends.values()])))
    if not faults and (not known.any() or (len(spare) and extra == "refuse")):
        faults.append(_elsewhere(spare, any_known=bool(known.any())))
    faults += _bad_times(ends, cost)
    if faults:
        raise together(faults)
    notes = []
    if not known.all():
        several = f"{plural(int((~known).sum()), 'journey')} from or to {plural(len(spare), 'place')}"
        notes.append(f"{several} that are not in the counts left out")
    timed = known & np.isfinite(cost)
    notes += _unreachable(len(counts), i[known], j[known], np.isfinite(cost[known]))
    return (i[timed], j[timed]), cost[timed], notes


def _ends(column: pd.Series) -> tuple[IntArray, pd.Index]:
    """Where journeys start or end: for each row the place of its id, -1 where it has none, and the ids."""
    places, found = pd.factorize(column)
    return np.asarray(places, dtype=np.int64), checks.unit_ids(pd.Series(found))[0]


def _spare(counts: Counts, places: IntArray, ids: pd.Index) -> Any:  # noqa: ANN401
    """Ids of a table that are not in the counts."""
    used = np.bincount(places[places >= 0], minlength=len(ids)) > 0
    return ids[used & ~ids.isin(counts.units)].to_numpy(dtype=object)


def _elsewhere(spare: Any, *, any_known: bool) -> UnitsDiffer:  # noqa: ANN401
    message = f"{plural(len(spare), 'place')} of the table {'is' if len(spare) == 1 else 'are'} not in the counts."
    remedy = "Leave such journeys out with extra='ignore', or keep the rows of these units."
    if not any_known:
        message = "No journey of the table is between units of the counts."
        remedy = "Check that both use the same ids and the same boundary vintage."
    return UnitsDiffer(message, units=spare, remedy=remedy)


def _bad_times(ends: Mapping[str, tuple[IntArray, pd.Index]], cost: FloatArray) -> list[PlacemixError]:
    """Find times below 0 and pairs on several rows."""
    everywhere = ends["origin"][1].append(ends["destination"][1]).unique()
    a, b = (np.append(everywhere.get_indexer(ids), -1)[places] for places, ids in ends.values())
    remedy = "A journey that nobody can make has no time: leave it empty, or leave the row out."
    faults = list(pair_faults(everywhere, a, b, [("negative", cost < 0, remedy)], "time"))
    twice = pd.Series(a * (len(everywhere) + 1) + b).duplicated().to_numpy() & (a >= 0) & (b >= 0)
    if twice.any():
        pairs = [f"{everywhere[start]} → {everywhere[end]}" for start, end in zip(a[twice], b[twice], strict=True)]
        message = f"{plural(len(pairs), 'row repeats', 'rows repeat')} a pair of units above."
        faults.append(DuplicateUnit(message, units=pairs, remedy="Keep one time for each pair, such as the shortest."))
    return faults


def _unreachable(units: int, i: IntArray, j: IntArray, timed: BoolArray) -> list[str]:
    """Say how many pairs of different units nobody can travel between."""
    apart = i != j
    every, present, without = units * (units - 1), int(apart.sum()), int((apart & ~timed).sum())
    notes = []
    if present < every:
        notes.append(f"{every - present:,} of {every:,} journeys between units are not in the table: unreachable")
    if without:
        notes.append(f"{plural(without, 'journey')} without a time: unreachable")
    return notes
