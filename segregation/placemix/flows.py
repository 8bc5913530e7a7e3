"""Flows: how many people of each group go from each origin to each destination."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from placemix import checks
from placemix._typing import FloatArray, GroupName, IntArray, Table
from placemix.about import About
from placemix.columns import column_faults, group_columns, native, ordered, read_about, taken
from placemix.counts import Counts, group_text
from placemix.errors import (
    DuplicateUnit,
    EmptyTable,
    InvalidCounts,
    InvalidTable,
    PlacemixError,
    listed,
    plural,
    together,
)


@dataclass(frozen=True, eq=False, repr=False)
class Flows:
    """People of each group between origins and destinations; only pairs with people are stored.

    Attributes
    ----------
    origins, destinations
        Unique ids, as text.
    origin, destination
        Position of each pair's ends, shape (pairs,).
    values
        People, shape (pairs, groups).
    groups
        Name of each group.
    about
        What is counted and where it comes from.
    left_out
        Origins or destinations that the published table does not place, with the people there.
    """

    origins: pd.Index
    destinations: pd.Index
    origin: IntArray
    destination: IntArray
    values: FloatArray
    groups: tuple[GroupName, ...]
    about: About = field(default_factory=About)
    left_out: pd.Series | None = None

    def __post_init__(self) -> None:
        for name, kind in (("values", np.float64), ("origin", np.int64), ("destination", np.int64)):
            own = np.array(getattr(self, name), dtype=kind, order="C")
            own.flags.writeable = False
            object.__setattr__(self, name, own)
        for name in ("origins", "destinations"):
            object.__setattr__(self, name, pd.Index(getattr(self, name), dtype=str, name="unit"))
        if self.values.shape != (len(self.origin), len(self.groups)) or len(self.origin) != len(self.destination):
            message = f"Flows of shape {self.values.shape} do not fit {len(self.origin):,} pairs and {self.groups}."
            raise InvalidTable(message)
        faults = list(self._faults())
        if faults:
            raise together(faults)

    def _faults(self) -> Iterator[PlacemixError]:
        for role, codes, ids in (
            ("origin", self.origin, self.origins),
            ("destination", self.destination, self.destinations),
        ):
            if ids.has_duplicates:
                twice = ids[ids.duplicated()].unique()
                message = f"{plural(len(twice), f'{role} stands', f'{role}s stand')} several times in the list."
                yield DuplicateUnit(message, units=twice, remedy="Name each once.")
            yield from _beyond(codes, len(ids), role)
        wrong = ~(self.values >= 0) | np.isinf(self.values)
        if wrong.any():
            message = f"{plural(int(wrong.sum()), 'flow is', 'flows are')} negative, missing or infinite."
            yield InvalidCounts(message, remedy="Missing is not 0: leave the pair out, and say so in left_out.")

    def __repr__(self) -> str:
        return (
            f"<Flows: {self.values.sum():,.0f} people from {len(self.origins):,} origins "
            f"to {len(self.destinations):,} destinations, groups: {listed([group_text(name) for name in self.groups])}>"
        )

    def __len__(self) -> int:
        return len(self.origin)

    @classmethod
    def from_table(
        cls,
        frame: Table,
        *,
        origin: str,
        destination: str,
        groups: Sequence[str],
        about: About | dict[str, Any] | None = None,
    ) -> Flows:
        """Read a table with one row for each pair and one column for each group.

        Rows of the same pair add up.

        Raises
        ------
        InvalidTable
            The table has faults; the error lists all of them.

        Examples
        --------
        >>> table = pd.DataFrame({"home": ["a", "a", "b"], "school": ["s", "t", "t"], "free": [1, 2, 3], "paid": 4})
        >>> flows = Flows.from_table(table, origin="home", destination="school", groups=["free", "paid"])
        >>> flows.at_destination().to_frame()[["unit", "free", "paid"]].values.tolist()
        [['s', 1.0, 4.0], ['t', 5.0, 8.0]]
        """
        table = native(frame)
        wanted = group_columns(groups)
        faults = column_faults(table, wanted, (origin, destination), ())
        if len(table) == 0:
            faults.append(EmptyTable("The table has no rows.", remedy="Check the filter or the file that made it."))
        if faults:
            raise together(faults)
        rows = pd.Index([f"row {row}" for row in range(1, len(table) + 1)])
        ends = {}
        for role, name in (("origin", origin), ("destination", destination)):
            column = taken(table, name)
            ids = checks.unit_ids(column)[0]
            missing = column.isna().to_numpy() | (ids.str.strip() == "")
            if missing.any():
                message = f"{plural(missing.sum(), 'row has', 'rows have')} no {role}."
                faults.append(InvalidTable(message, units=rows[missing], remedy="Name it, for example 'not known'."))
            ends[role] = pd.factorize(ids)
        read = {name: checks.numbers(taken(table, name), name, rows, {}) for name in ordered(wanted)}
        faults += [fault for column in read.values() for fault in column.faults]
        faults += list(checks.amounts({name: column.values for name, column in read.items()}, rows))
        if faults:
            raise together(faults)
        values = np.column_stack([sum(read[name].values for name in names) for names in wanted.values()])
        (origin_codes, origins), (ends_codes, destinations) = ends["origin"], ends["destination"]
        return cls.from_pairs(
            origin_codes, origins, ends_codes, destinations, values, groups=tuple(wanted), about=read_about(about)
        )

    @classmethod
    def from_pairs(
        cls,
        origin: Any,  # noqa: ANN401
        origins: Any,  # noqa: ANN401
        destination: Any,  # noqa: ANN401
        destinations: Any,  # noqa: ANN401
        values: FloatArray,
        *,
        groups: tuple[GroupName, ...],
        about: About,
        left_out: pd.Series | None = None,
    ) -> Flows:
        """Build from positions; pairs given more than once add up, and those without people are not stored.

        Parameters
        ----------
        origin, destination
            Position of each pair's ends in `origins` and `destinations`.
        origins, destinations
            Unique ids.
        values
            People, shape (pairs, groups).
        groups, about, left_out
            As in `Flows`.
        """
        # A destination beyond the list would pass for one of the next origin's.
        faults = [*_beyond(origin, len(origins), "origin"), *_beyond(destination, len(destinations), "destination")]
        if faults:
            raise together(faults)
        key = np.asarray(origin, dtype=np.int64) * max(len(destinations), 1) + np.asarray(destination)
        pair, place = np.unique(key, return_inverse=True)
        total = np.zeros((len(pair), values.shape[1]))
        np.add.at(total, place, values)
        # Missing and negative flows stay, so that they are refused rather than lost.
        some = (total != 0).any(axis=1)
        pair, total = pair[some], total[some]
        ends = (pair // max(len(destinations), 1), pair % max(len(destinations), 1))
        return cls(
            pd.Index(origins, dtype=str, name="unit"),
            pd.Index(destinations, dtype=str, name="unit"),
            *ends,
            values=total,
            groups=groups,
            about=about,
            left_out=left_out,
        )

    def at_origin(self) -> Counts:
        """Count people where they set out."""
        return self._at(self.origin, self.origins)

    def at_destination(self) -> Counts:
        """Count the same people where they arrive."""
        return self._at(self.destination, self.destinations)

    def at_home(self) -> Counts:
        """Count pupils where they live: `at_origin` in the words of schools."""
        return self.at_origin()

    def at_school(self) -> Counts:
        """Count the same pupils where they learn: `at_destination` in the words of schools."""
        return self.at_destination()

    def _at(self, codes: IntArray, units: pd.Index) -> Counts:
        values = np.zeros((len(units), len(self.groups)))
        np.add.at(values, codes, self.values)
        return Counts(
            values=values,
            groups=self.groups,
            units=units,
            total=values.sum(axis=1),
            strata=pd.DataFrame(index=range(len(units))),
            about=self.about.noting(*self._unplaced()),
        )

    def _unplaced(self) -> tuple[str, ...]:
        if self.left_out is None or not len(self.left_out):
            return ()
        return (f"{plural(len(self.left_out), 'end')} of flows not placed: {listed(list(self.left_out.index))}.",)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each pair: `origin`, `destination`, and the groups."""
        frame = pd.DataFrame(self.values, columns=[group_text(name) for name in self.groups])
        frame.insert(0, "destination", self.destinations.to_numpy(dtype=object)[self.destination])
        frame.insert(0, "origin", self.origins.to_numpy(dtype=object)[self.origin])
        return frame


def _beyond(positions: Any, count: int, role: str) -> Iterator[PlacemixError]:  # noqa: ANN401
    """Find positions that are not in a list."""
    places = np.asarray(positions)
    if len(places) and not (places.min() >= 0 and places.max() < count):
        yield InvalidTable(f"A pair's {role} is not in the list of {count:,} {role}s.", remedy="Positions start at 0.")
