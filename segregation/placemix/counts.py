"""Counts: how many people of each group are in each unit.

A unit is an area, a school, a workplace, an occupation or a board; nothing here knows
which. `placemix.from_wide` and `placemix.from_long` validate a table once and make a
`Counts`, which is frozen and read-only, so functions that receive one never check again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, Fill, FloatArray, GroupName, IntArray
from placemix.about import About
from placemix.errors import (
    DuplicateUnit,
    InvalidParameter,
    InvalidTable,
    NotCounts,
    SuppressedValue,
    UnknownGroup,
    UnmatchedUnit,
    did_you_mean,
    listed,
    plural,
    together,
)
from placemix.strata import Strata, arrange, categorical, clashes, merged
from placemix.suppression import filled


@dataclass(frozen=True, eq=False, repr=False)
class Counts:
    """People of each group in each unit; read-only.

    Make one with `placemix.from_wide` or `placemix.from_long`.

    Attributes
    ----------
    values
        People, float64, shape (units, groups), never NaN. Fractions are allowed.
    groups
        Name of each group; tuples where groups have several axes.
    units
        Unique id of each unit, as text.
    total
        Everyone in each unit, shape (units,); at least the sum of the groups.
    strata
        Named categories of the units, one column each.
    geometry
        Shape or point of each unit, or None. Single shapes may be missing.
    area
        Size of each unit in the square of its CRS's unit or as given, or None.
    about
        What is counted and where it comes from.
    low, high
        Bounds of cells known only as an interval, or None where every cell is known.
    error
        Standard error of each cell of a survey, shape (units, groups), or None for a full count.
    stated
        Whether the totals stand in the published table, rather than being the sum of the groups.
    axes
        Names of the axes where group names are tuples.
    left_out
        Ids of rows that the published table marks as not applicable.
    planar
        Whether shapes without a coordinate reference system were declared to lie on a plane of no
        named unit, rather than having lost it.
    """

    values: FloatArray
    groups: tuple[GroupName, ...]
    units: pd.Index
    total: FloatArray
    strata: pd.DataFrame
    geometry: Any = None
    area: FloatArray | None = None
    about: About = field(default_factory=About)
    low: FloatArray | None = None
    high: FloatArray | None = None
    error: FloatArray | None = None
    stated: bool = False
    axes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    planar: bool = False

    def __post_init__(self) -> None:
        for name in ("values", "total", "area", "low", "high", "error"):
            array = getattr(self, name)
            if array is not None:
                own = np.array(array, dtype=np.float64, order="C")
                own.flags.writeable = False
                object.__setattr__(self, name, own)
        if self.values.shape != (len(self.units), len(self.groups)) or self.total.shape != (len(self.units),):
            message = f"Values of shape {self.values.shape} do not fit {len(self.units)} units and {self.groups}."
            raise InvalidTable(message, remedy="Build counts with placemix.from_wide or placemix.from_long.")

        faults = clashes(map(group_text, self.groups), map(str, self.strata.columns), final=True)
        if faults:
            raise together(faults)

    def __repr__(self) -> str:
        names = listed([group_text(group) for group in self.groups])
        marks = [name for name in ("synthetic", "estimated") if getattr(self.about, name)]
        kind = f" ({', '.join(marks)})" if marks else ""
        hidden = int(self.hidden.sum())
        more = f"; {plural(hidden, 'cell')} hidden" if hidden else ""
        return (
            f"<Counts{kind}: {self.total.sum():,.0f} people, {len(self.units):,} units, "
            f"{len(self.groups)} groups: {names}{more}>"
        )

    def __len__(self) -> int:
        return len(self.units)

    # -- what is in it ----------------------------------------------------------------

    @cached_property
    def residual(self) -> FloatArray:
        """People of each unit who are in none of the groups, shape (units,)."""
        left = self.total - self.values.sum(axis=1)
        # Sums of fractions may differ in the last digit; that is no person.
        left = np.where(np.abs(left) <= 1e-9 * np.maximum(self.total, 1), 0.0, left)
        left.flags.writeable = False
        return left

    @property
    def totals(self) -> pd.Series:
        """Everyone in each unit, by unit id."""
        return pd.Series(self.total, index=self.units, name="total")

    def shares(self) -> pd.DataFrame:
        """Share of each group in each unit's total, by unit id; NaN where nobody is.

        Raises
        ------
        SuppressedValue
            Some cells are suppressed.

        Examples
        --------
        >>> import pandas as pd, placemix as pm
        >>> town = pm.from_wide(pd.DataFrame({"id": ["a", "b"], "x": [1, 2], "y": [3, 2]}),
        ...                     groups=["x", "y"], unit="id")
        >>> town.shares()["x"].tolist()
        [0.25, 0.5]
        """
        self._certain()
        people = self.total[:, np.newaxis]
        share = np.divide(self.values, people, out=np.full(self.values.shape, np.nan), where=people > 0)
        return pd.DataFrame(share, index=self.units, columns=[group_text(group) for group in self.groups])

    def position(self, group: GroupName | list[str]) -> int:
        """Return the column of a group; of a label with several parts its last one will do where it is unique.

        Raises
        ------
        UnknownGroup
            There is no such group; the message proposes the nearest.
        """
        wanted = tuple(group) if isinstance(group, list) else group
        texts = [group_text(item) for item in self.groups]
        named: object = wanted
        if not all(isinstance(part, str) for part in (named if isinstance(named, tuple) else (named,))):
            message = f"A group is named by a text, not {named!r}; the groups are {'; '.join(texts)}."
            raise UnknownGroup(message, remedy="Name it as the table does.")
        if wanted in self.groups:
            return self.groups.index(wanted)
        if wanted in texts:
            return texts.index(str(wanted))
        # Published labels are paths, as in 'White: Irish'; their last part will do where it is unique.
        ends = [place for place, text in enumerate(texts) if text.endswith(f": {wanted}")]
        if len(ends) == 1:
            return ends[0]
        message = f"There is no group {wanted!r}; the groups are {'; '.join(texts)}."
        text = group_text(wanted).casefold()
        held = [name for name in texts if text in name.casefold()]
        remedy = (
            f"Did you mean {' or '.join(map(repr, held[:3]))}?" if held else did_you_mean(group_text(wanted), texts)
        )
        if any(": " in name for name in texts) and self.about.scheme:
            remedy = f"{remedy} Or give the groups short names: counts = harmonise.regroup(counts, 'eth5_2021')."
            remedy = remedy.replace("'eth5_2021'", repr(self.about.scheme)).strip()
        if isinstance(wanted, tuple) and not self.axes:
            remedy = "A tuple is one group with several axes; give several groups as a list."
        raise UnknownGroup(message, remedy=remedy)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of groups, units, strata, totals and values; the same for any row order."""
        order = np.argsort(self.units.to_numpy(dtype=object), kind="stable")
        # Each list of texts ends with a mark of its own, so that no text can pass from one to the next.
        digest = hashlib.sha256(("\x1f".join(map(group_text, self.groups)) + "\x1e").encode())
        digest.update(("\x1f".join(self.units.take(order)) + "\x1e").encode())
        for name in sorted(self.strata.columns):
            column = self.strata[name].cat.remove_unused_categories().cat
            texts = column.categories.astype(str)
            rank = np.argsort(np.argsort(texts.to_numpy(dtype=object)))
            codes = np.append(rank, -1)[column.codes.to_numpy()][order]
            digest.update(f"{name}\x1f{chr(31).join(sorted(texts))}\x1e".encode())
            digest.update(codes.astype("<i8").tobytes())
        for array in (self.total, self.values, self.low, self.high, self.error):
            if array is not None:
                digest.update(np.ascontiguousarray(array[order] + 0.0, dtype="<f8").tobytes())
        return digest.hexdigest()

    @property
    def source(self) -> str:
        """First twelve digits of the hash; the `source` of every result."""
        return self.hash[:12]

    @cached_property
    def kept(self) -> dict[object, Any]:
        """Sums that measuring computes once and keeps; counts never change, so they stay true."""
        return {}

    @cached_property
    def _arranged(self) -> dict[tuple[str, ...], Strata]:
        return {}

    def arranged(self, by: str | Sequence[str] = ()) -> Strata:
        """Order the units by strata; computed once for each `by` and kept.

        Raises
        ------
        UnknownColumn
            The counts carry no strata of that name.
        InvalidParameter
            `by` names no columns, or one twice.
        """
        names = tuple(by) if isinstance(by, Iterable) and not isinstance(by, str) else (by,)
        if not all(isinstance(name, str) for name in names) or names not in self._arranged:
            strata = arrange(self.strata, names)
            self._arranged[names] = strata
        return self._arranged[names]

    # -- other counts of the same people ----------------------------------------------

    def select(self, groups: Iterable[GroupName]) -> Counts:
        """Keep some groups alone: everyone else leaves the totals too.

        For an index among two groups only, and the form of exposure whose denominator is
        those two.

        Raises
        ------
        UnknownGroup
            There is no such group.
        InvalidParameter
            A group is named twice.
        """
        columns = [self.position(group) for group in groups]
        if len(set(columns)) < len(columns):
            message = "A group is named twice; nobody may count twice."
            raise InvalidParameter(message)
        kept = self.take_groups(columns)
        return replace(kept, total=kept.values.sum(axis=1), stated=False)

    def take_groups(self, columns: Sequence[int]) -> Counts:
        """Keep groups by position, in that order; people of the others stay in the totals."""

        def part(array: Any) -> Any:  # noqa: ANN401
            return None if array is None else array[:, columns]

        return replace(
            self,
            values=self.values[:, columns],
            groups=tuple(self.groups[column] for column in columns),
            low=part(self.low),
            high=part(self.high),
            error=part(self.error),
        )

    def merge_groups(self, groups: Mapping[str, Iterable[GroupName]]) -> Counts:
        """Sum groups under a new name; those not mentioned stay as they are.

        Raises
        ------
        UnknownGroup
            A group to merge does not exist.
        InvalidParameter
            A group is merged twice, or a new name is taken.

        Examples
        --------
        >>> import pandas as pd, placemix as pm
        >>> town = pm.from_wide(pd.DataFrame({"id": ["a"], "x": [1], "y": [3], "z": [5]}),
        ...                     groups=["x", "y", "z"], unit="id")
        >>> town.merge_groups({"others": ["y", "z"]}).to_frame()[["x", "others"]].values.tolist()
        [[1.0, 8.0]]
        """
        merged = {name: [self.position(group) for group in parts] for name, parts in groups.items()}
        used = [column for columns in merged.values() for column in columns]
        kept = [column for column in range(len(self.groups)) if column not in used]
        names = [self.groups[column] for column in kept]
        if len(used) != len(set(used)) or set(merged) & set(map(group_text, names)):
            message = "A group is merged twice, or a new name is that of a group which stays."
            raise InvalidParameter(message)
        blocks = [[column] for column in kept] + list(merged.values())

        def summed(array: Any) -> Any:  # noqa: ANN401
            return None if array is None else np.column_stack([array[:, block].sum(axis=1) for block in blocks])

        values = summed(self.values)
        return replace(
            self,
            values=values,
            groups=(*names, *merged),
            low=summed(self.low),
            high=summed(self.high),
            error=None if self.error is None else np.sqrt(summed(self.error**2)),
            axes=(),
        )

    def merge_units(
        self, lookup: Mapping[str, str] | pd.Series, *, straddling: Literal["refuse", "largest"] = "refuse"
    ) -> Counts:
        """Sum units into larger ones, such as the common areas of two vintages; nobody is lost.

        Parameters
        ----------
        lookup
            New unit for each unit id.
        straddling
            What to do with a new unit whose parts lie in different strata: refuse, or count
            it with the stratum where most of its people are.

        Raises
        ------
        UnmatchedUnit
            The lookup lacks units.
        InvalidTable
            A new unit lies in two strata and `straddling` is ``"refuse"``.
        """
        table = lookup if isinstance(lookup, pd.Series) else pd.Series(dict(lookup), dtype=object)
        target = table[~table.index.duplicated()].reindex(self.units) if len(table) else table.reindex(self.units)
        if len(set(table.index)) != len(table):
            message = "The lookup gives a unit twice."
            raise DuplicateUnit(message, units=table.index[table.index.duplicated()], remedy="Use common_areas first.")
        missing = target.isna().to_numpy()
        if missing.any():
            message = f"{missing.sum():,} of {len(self):,} units are not in the lookup."
            raise UnmatchedUnit(message, units=self.units[missing], remedy="Check that both are of one vintage.")
        codes, names = pd.factorize(target.astype(str))
        count = len(names)

        def summed(array: Any) -> Any:  # noqa: ANN401
            if array is None:
                return None
            out = np.zeros((count, *array.shape[1:]))
            np.add.at(out, codes, array)
            return out

        columns = {}
        for name in self.strata.columns:
            columns[name] = merged(self.strata[name], self.total, codes, names, refuse=straddling == "refuse")
        return replace(
            self,
            values=summed(self.values),
            units=pd.Index(names, dtype=self.units.dtype),
            total=summed(self.total),
            strata=pd.DataFrame(columns, index=range(count)),
            geometry=None if self.geometry is None else _dissolved(self.geometry, codes, names),
            area=summed(self.area),
            low=summed(self.low),
            high=summed(self.high),
            error=None if self.error is None else np.sqrt(summed(self.error**2)),
        )

    def split(self, by: str | Sequence[str]) -> Iterator[tuple[tuple[str, ...], Counts]]:
        """Give the label and the counts of each stratum in turn."""
        strata = self.arranged(by)
        for number in range(len(strata)):
            label = tuple(str(value) for value in strata.labels.iloc[number])
            yield label, self.take(strata.order[strata.bounds[number] : strata.bounds[number + 1]])

    def take(self, which: IntArray | BoolArray) -> Counts:
        """Keep some units, by position or by a mask."""
        places = np.flatnonzero(which) if np.asarray(which).dtype == bool else np.asarray(which)

        def part(array: Any) -> Any:  # noqa: ANN401
            return None if array is None else array[places]

        return replace(
            self,
            values=self.values[places],
            units=self.units.take(places),
            total=self.total[places],
            strata=self.strata.iloc[places].reset_index(drop=True),
            geometry=None if self.geometry is None else self.geometry.iloc[places].reset_index(drop=True),
            area=part(self.area),
            low=part(self.low),
            high=part(self.high),
            error=part(self.error),
        )

    def with_strata(self, **strata: Mapping[str, str] | pd.Series) -> Counts:
        """Add or replace named strata, given by unit id.

        Raises
        ------
        UnmatchedUnit
            Units have no stratum.
        """
        columns = {name: self.strata[name] for name in self.strata.columns}
        for name, given in strata.items():
            found = pd.Series(given).reindex(self.units)
            missing = found.isna().to_numpy()
            if missing.any():
                message = f"{plural(missing.sum(), 'unit has', 'units have')} no {name}."
                raise UnmatchedUnit(message, units=self.units[missing], remedy="Give every unit one.")
            columns[name] = categorical(found.to_numpy())
        return replace(self, strata=pd.DataFrame(columns, index=range(len(self))))

    def fill(self, how: Fill) -> Counts:
        """Give suppressed cells a number: the low or high end of their interval, or its middle.

        Totals that are the sum of the groups follow; stated totals stay, and hidden cells share what
        those leave where their ends together would exceed it. `about.notes` says what was chosen.
        """
        if self.low is None or self.high is None:
            return self
        values, total, notes = filled(self.low, self.high, self.total if self.stated else None, how)
        return replace(self, values=values, total=total, low=None, high=None, about=self.about.noting(*notes))

    @property
    def hidden(self) -> BoolArray:
        """Cells known only as an interval, shape (units, groups)."""
        if self.low is None or self.high is None:
            return np.zeros(self.values.shape, dtype=bool)
        return self.low != self.high

    def _certain(self) -> None:
        """Raise where cells are known only as an interval.

        Raises
        ------
        SuppressedValue
            Some cells are suppressed.
        """
        if self.low is None or self.high is None:
            return
        unknown = self.hidden.any(axis=1)
        if unknown.any():
            message = f"{plural(unknown.sum(), 'unit has', 'units have')} suppressed cells, known only as an interval."
            remedy = "Choose a value with counts.fill('low'), .fill('high') or .fill('middle'), and compare all three."
            raise SuppressedValue(message, units=self.units[unknown], remedy=remedy)

    def to_frame(self) -> pd.DataFrame:
        """Return a table with one row a unit: id, strata, groups and total.

        Suppressed cells are NaN, with their bounds in two more columns of the group.
        """
        frame = pd.DataFrame({"unit": self.units})
        for name in self.strata.columns:
            frame[name] = self.strata[name].to_numpy()
        hidden = self.hidden
        for column, group in enumerate(self.groups):
            frame[group_text(group)] = np.where(hidden[:, column], np.nan, self.values[:, column])
            if hidden[:, column].any() and self.low is not None and self.high is not None:
                frame[f"{group_text(group)} (low)"] = self.low[:, column]
                frame[f"{group_text(group)} (high)"] = self.high[:, column]
        frame["total"] = self.total
        return frame


def checked(counts: Any) -> Counts:  # noqa: ANN401
    """Return counts whose every cell is known; the first line of every verb.

    Raises
    ------
    NotCounts
        A table was given instead of counts.
    SuppressedValue
        Some cells are suppressed.
    """
    found = counted(counts)
    found._certain()  # noqa: SLF001
    return found


def counted(counts: Any) -> Counts:  # noqa: ANN401
    """Return counts, of which cells may be suppressed: where units are needs no people.

    Raises
    ------
    NotCounts
        A table was given instead of counts.
    """
    if not isinstance(counts, Counts):
        message = f"Counts are needed, not a {type(counts).__name__}."
        raise NotCounts(message, remedy="Read the table first: placemix.from_wide(table, groups=[…], unit='…').")
    return counts


def group_text(group: GroupName) -> str:
    """Write a group's name as one text."""
    return group if isinstance(group, str) else " × ".join(group)


def _dissolved(geometry: Any, codes: Any, names: Any) -> Any:  # noqa: ANN401
    import geopandas as gpd
    import shapely

    parts = np.asarray(geometry.array, dtype=object)[np.argsort(codes, kind="stable")]
    shapes = np.empty(len(names), dtype=object)
    for place, members in enumerate(np.split(parts, np.cumsum(np.bincount(codes))[:-1])):
        # Most units stand alone, and a union of one shape is that shape.
        shapes[place] = members[0] if len(members) == 1 else shapely.union_all(members)
    return gpd.GeoSeries(shapes, crs=geometry.crs)
