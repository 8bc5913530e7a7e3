"""From overlapping census columns to groups that count everyone once.

A published total is compared with the sum of its parts before it is left out, so that a torn file,
a lost column or a wrong label cannot pass unseen.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, GroupName
from placemix.about import About
from placemix.checks import Suppression
from placemix.counts import Counts
from placemix.errors import (
    CountRateMix,
    InvalidParameter,
    InvalidTable,
    OverlappingGroups,
    PlacemixError,
    listed,
    plural,
    together,
)
from placemix.readers.census.grids import Grid, Key
from placemix.readers.census.labels import Label
from placemix.tables import from_wide

Level: TypeAlias = Literal["leaves", "broad"]
#: In a perturbed table a total may differ from the sum of its parts by this many people, times √(parts + 1): the noise
#: of each cell is about half a person, as totals of two tables of 2021 show, and independent.
PERTURBATION = 3


def counted(
    grid: Grid,
    *,
    about: About,
    level: Level = "leaves",
    strata: Mapping[str, pd.Series] | None = None,
    suppressed: Suppression | None = None,
    lacking: Sequence[str] = (),
    faults: Sequence[PlacemixError] = (),
) -> Counts:
    """Make counts of a census table: the leaves or the broad groups, with the published total.

    Parameters
    ----------
    grid
        The table.
    about
        What is counted; `perturbed` says that totals may differ a little from the sums of their parts.
    level
        ``"leaves"``: the finest categories; ``"broad"``: those of the first level.
    strata
        Categories of the areas by code, such as the district.
    suppressed
        What symbols mean, as in `placemix.from_wide`.
    lacking
        Columns that tables of this kind have and this one lacks, for the message about sums.
    faults
        What was found wrong before; raised together with what is found here.

    Raises
    ------
    InvalidTable
        A total is not the sum of its parts, counts are no whole numbers, or any fault of `from_wide`.
    """
    if level not in ("leaves", "broad"):
        message = f"level is 'leaves' or 'broad', not {level!r}."
        raise InvalidParameter(message)
    grid = grid.without_margins()
    faults = [*faults, *_fractions(grid)]
    said = list(_sums(grid, level, lacking, perturbed=about.perturbed))
    faults += [item for item in said if isinstance(item, PlacemixError)]
    notes = [*grid.notes, *(item for item in said if isinstance(item, str))]
    groups, summed = _groups(grid, level)
    if summed:
        notes.append(f"The table prints no column for {listed(summed)}; the parts were added up.")
    names: dict[Key, str] = {}
    for key in grid.cells:
        names[key] = " × ".join(": ".join(path) for path in key)
    columns: dict[str, Any] = {names[key]: _plain(grid, key) for keys in groups.values() for key in keys}
    total = "total" if "total" not in columns else "everyone"
    if grid.total is not None:
        columns[total] = _plain(grid, grid.total)
        notes.append(f"Published total: {names[grid.total]}.")
    else:
        notes.append("The file has no total; everyone is the sum of the groups.")
        if lacking:
            message = f"The file has no total, and lacks {listed([repr(one) for one in lacking])}."
            remedy = "Fetch the table whole: without a total, whoever is in a column that is not there is lost."
            faults.append(InvalidTable(message, remedy=remedy))
        known = [grid.values[key] for keys in groups.values() for key in keys]
        columns |= {total: np.sum(known, axis=0)} if known and not np.isnan(known).any() else {}
    frame = pd.DataFrame(columns, index=range(len(grid.codes)))
    frame["area"] = np.asarray(grid.codes, dtype=object)
    for name, column in (strata or {}).items():
        frame[name] = column.reindex(grid.codes).to_numpy()
    try:
        with warnings.catch_warnings():
            if faults:  # what is wrong is told below; a warning of it would come first
                warnings.simplefilter("ignore")
            counts = from_wide(
                frame,
                groups={name: [names[key] for key in keys] for name, keys in groups.items()},
                unit="area",
                strata=tuple(strata or ()),
                total=total if total in frame.columns else None,
                about=about.noting(*notes),
                suppressed=suppressed,
                axes=grid.axes if len(grid.axes) > 1 else (),
            )
    except PlacemixError as error:
        # A sum that is wrong was told above in plainer words.
        own = [item for item in error.faults if not (faults and isinstance(item, OverlappingGroups))]
        raise together([*faults, *own] or [error]) from error
    if faults:
        raise together(faults)
    return counts


def _groups(grid: Grid, level: Level) -> tuple[dict[GroupName, list[Key]], list[str]]:
    """Cells of each group, and the groups that no column of their own holds."""
    choices = [
        [(label.text, [label.path]) for label in leaves] if level == "leaves" else _broad(labels, leaves)
        for labels, leaves in zip(grid.labels, grid.leaves, strict=True)
    ]
    groups: dict[GroupName, list[Key]] = {}
    missing = []
    for parts in itertools.product(*choices):
        texts = tuple(text for text, _ in parts)
        keys = list(itertools.product(*(paths for _, paths in parts)))
        missing += [" × ".join(texts) for key in keys if key not in grid.cells]
        groups[texts[0] if len(texts) == 1 else texts] = keys
    if missing:
        message = f"The table lacks {plural(len(missing), 'combination')} of its categories: {listed(missing)}."
        remedy = f"Take one variable alone, axis={grid.axes[0]!r}, or fetch the table whole."
        raise InvalidTable(message, remedy=remedy)
    summed = [text for each in choices for text, paths in each if len(paths) > 1]
    return groups, summed


def _broad(labels: Sequence[Label], leaves: Sequence[Label]) -> list[tuple[str, list[tuple[str, ...]]]]:
    own = {label.path for label in labels if len(label.path) == 1}
    found: dict[str, list[tuple[str, ...]]] = {}
    for label in leaves:
        first = label.path[0]
        if (first,) in own:
            found[first] = [(first,)]
        else:
            found.setdefault(first, []).append(label.path)
    return list(found.items())


def _plain(grid: Grid, key: Key) -> Any:  # noqa: ANN401
    """Numbers where every cell is one, which is quick; else the texts, for the boundary to judge."""
    values = grid.values[key]
    return grid.cells[key].to_numpy(dtype=object) if np.isnan(values).any() else values


def _fractions(grid: Grid) -> Iterator[PlacemixError]:
    broken: dict[str, Any] = {}
    for key, values in grid.values.items():
        here = ~np.isnan(values) & (values != np.rint(values))
        if here.any():
            broken[" × ".join(": ".join(path) for path in key)] = here
    if broken:
        units = grid.codes[np.logical_or.reduce(list(broken.values()))]
        message = f"Cells hold fractions, which are percentages or rates, not counts: {listed(list(broken))}."
        remedy = "Fetch the values (measure 20100), not the percentages."
        yield CountRateMix(message, units=units, remedy=remedy)


def _sums(grid: Grid, level: Level, lacking: Sequence[str], *, perturbed: bool) -> Iterator[PlacemixError | str]:
    """Compare every published total with the sum of its parts, on each axis in turn."""
    near, largest = np.zeros(len(grid.codes), dtype=bool), 0.0
    for place, (labels, leaves) in enumerate(zip(grid.labels, grid.leaves, strict=True)):
        first = [path for _, paths in _broad(labels, leaves) for path in paths]
        for whole in labels:
            under = [leaf.path for leaf in leaves if leaf.path[: len(whole.path)] == whole.path]
            parts = (first if level == "broad" else [leaf.path for leaf in leaves]) if whole.everyone else under
            if not parts or parts == [whole.path]:
                continue
            off, gap = _compared(grid.values, place, whole.path, parts, len(grid.codes))
            wrong = np.abs(off) > (PERTURBATION * np.sqrt(len(parts) + 1) if perturbed else 0)
            if wrong.any() and level == "broad" and not whole.everyone:
                yield f"The parts of {whole.text!r} in the file are not all of it; the broad group is taken as printed."
            elif wrong.any():
                yield _wrong(grid.codes[wrong], off[wrong], whole, len(parts), lacking)
            elif gap > 0:
                near |= off != 0
                largest = max(largest, gap)
    if near.any():
        yield (
            f"In {plural(int(near.sum()), 'area')} a published total differs from the sum of its parts by up to "
            f"{largest:,.0f}, as the cells were perturbed one by one."
        )


def _compared(
    values: Mapping[Key, FloatArray], place: int, whole: tuple[str, ...], parts: Sequence[tuple[str, ...]], size: int
) -> tuple[FloatArray, float]:
    """How far the parts exceed the whole, the furthest over all categories of the other axes."""
    off = np.zeros(size)
    for key, total in values.items():
        if key[place] != whole:
            continue
        keys = [(*key[:place], part, *key[place + 1 :]) for part in parts]
        if all(one in values for one in keys):
            gap = np.nan_to_num(np.sum([values[one] for one in keys], axis=0) - total)
            off = np.where(np.abs(gap) > np.abs(off), gap, off)
    return off, float(np.abs(off).max(initial=0.0))


def _wrong(units: pd.Index, off: FloatArray, whole: Label, parts: int, lacking: Sequence[str]) -> PlacemixError:
    more = bool((off > 0).any())
    message = (
        f"In {plural(len(units), 'area')} {f'{whole.variable}: {whole.text}'!r} differs from the sum of its "
        f"{plural(parts, 'part')}, by up to {np.abs(off).max():,.0f}."
    )
    if lacking and not more:
        message += f" The file lacks {listed([repr(one) for one in lacking])}."
    remedy = (
        "Fetch the table again, whole: a column is lost or the file was changed. level='broad' needs the broad groups "
        "and the total alone. Some categories without the others are read by read_table and from_wide, which keep "
        "everyone else in the total."
    )
    kind = OverlappingGroups if more else InvalidTable
    return kind(message, units=units, remedy=remedy)
