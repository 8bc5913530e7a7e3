"""Ties between people: who named whom, by group and institution, checked once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.carried import fingerprint
from placemix.errors import InvalidParameter, PlacemixError, plural, together
from placemix.outcomes.contact import tie_tables

#: What becomes of a tie to somebody who is not among the people.
Strangers: TypeAlias = Literal["refuse", "skip"]


@dataclass(frozen=True, eq=False, repr=False)
class Ties:
    """Who has a tie to whom, by group; make it with `from_edges`, `from_alters` or `from_matrix`.

    Attributes
    ----------
    groups
        Names of the groups, sorted.
    sizes
        People of each group, shape (groups,); None where it is not known who could have been named.
    matrix
        Ties from people of one group (rows) to people of another, shape (groups, groups). A tie that both people have
        counts once from each end.
    people
        Ids of the people, sorted as text; empty where only counts of ties are known.
    group, institution
        Position of each person's group and institution, shape (people,).
    institutions
        Names of the institutions; one without a name where none were given.
    ego, alter
        Position of the two people of each tie, shape (ties,); `alter` is None where only groups were named.
    alter_group
        Position of the group of whoever was named, shape (ties,).
    within
        Column of the institutions, or None.
    notes
        What a result must say.
    """

    groups: tuple[str, ...]
    sizes: FloatArray | None
    matrix: FloatArray
    people: pd.Index
    group: IntArray
    institution: IntArray
    institutions: pd.Index
    ego: IntArray
    alter: IntArray | None
    alter_group: IntArray
    within: str | None
    tables: Mapping[str, pd.DataFrame]
    made: Mapping[str, Any]
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        many = len(self.ego) if len(self.people) else self.matrix.sum()
        where = f", {len(self.institutions):,} of {self.within!r}" if self.within else ""
        return f"<Ties: {many:,.0f} ties, {len(self.people):,} people, {len(self.groups)} groups{where}>"

    @classmethod
    def from_edges(
        cls,
        edges: pd.DataFrame,
        people: pd.DataFrame,
        *,
        directed: bool,
        group: str,
        within: str | None = None,
        person: str = "person",
        ego: str = "ego",
        alter: str = "alter",
        strangers: Strangers = "refuse",
    ) -> Ties:
        """Read ties between people who are all listed.

        Parameters
        ----------
        edges
            One row a tie: columns `ego` and `alter`, ids of two people.
        people
            One row for everybody who could be named: columns `person`, `group` and, if asked, `within`.
        directed
            Whether `ego` named `alter`, or the two have the tie together; then each stands once, in either order.
        group
            Column of the groups.
        within
            Column of the institutions, such as schools or classes. Verbs that compare ties with opportunity then take
            those inside a person's own institution, and count the others.
        person, ego, alter
            Names of these columns.
        strangers
            Whether a tie to or from somebody not in `people` is refused, or left out and counted in the note.

        Raises
        ------
        UnknownColumn, DuplicateUnit, UnmatchedUnit, InvalidTable, TooFewGroups, EmptyTable
            The tables have faults; one error lists them all.

        Examples
        --------
        >>> people = pd.DataFrame({"person": list("abcd"), "group": ["x", "x", "y", "y"]})
        >>> edges = pd.DataFrame({"ego": ["a", "a", "c"], "alter": ["b", "c", "d"]})
        >>> Ties.from_edges(edges, people, directed=True, group="group").matrix.tolist()
        [[1.0, 1.0], [0.0, 1.0]]
        """
        faults: list[PlacemixError] = []
        stated: object = directed
        if not isinstance(stated, bool):
            faults.append(InvalidParameter(f"directed is True or False, not {stated!r}."))
        if strangers not in {"refuse", "skip"}:
            faults.append(InvalidParameter(f"strangers is 'refuse' or 'skip', not {strangers!r}."))
        roster = tie_tables.roster_of(people, person, group, within, faults)
        pairs = tie_tables.edges_of(edges, ego, alter, faults)
        if faults:
            raise together(faults)
        one, other, left = tie_tables.placed(
            pairs, roster.people, directed=directed, skip=strangers == "skip", faults=faults
        )
        if faults:
            raise together(faults)
        carried = {
            "people": pd.DataFrame({"person": roster.people.to_numpy(dtype=object), "group": roster.names}),
            "edges": pd.DataFrame({"ego": roster.people.take(one), "alter": roster.people.take(other)}, dtype=object),
        }
        if within is not None:
            carried["people"]["within"] = roster.institutions.to_numpy(dtype=object)[roster.institution]
        if not directed:
            one, other = np.concatenate([one, other]), np.concatenate([other, one])
        notes = [] if directed else ["Each tie counts once from each end."]
        if left:
            notes.append(f"{plural(left, 'tie', 'ties')} with people not listed left out.")
        return cls(
            groups=roster.groups,
            sizes=np.bincount(roster.group, minlength=len(roster.groups)).astype(np.float64),
            matrix=crossed(roster.group[one], roster.group[other], len(roster.groups)),
            people=roster.people,
            group=roster.group,
            institution=roster.institution,
            institutions=roster.institutions,
            ego=one,
            alter=other,
            alter_group=roster.group[other],
            within=within,
            tables=carried,
            made={"kind": "edges", "directed": directed, "within": within, "notes": notes[not directed :]},
            notes=tuple(notes),
        )

    @classmethod
    def from_alters(
        cls, alters: pd.DataFrame, *, ego: str = "ego", group: str = "group", alter_group: str = "alter_group"
    ) -> Ties:
        """Read whom people of a survey named, where only the groups of those named are known.

        Parameters
        ----------
        alters
            One row for each person named: columns `ego` (who named), `group` (of who named) and `alter_group`.
        ego, group, alter_group
            Names of these columns.

        Raises
        ------
        UnknownColumn, InvalidTable, TooFewGroups, EmptyTable
            The table has faults; one error lists them all.

        Examples
        --------
        >>> named = pd.DataFrame({"ego": [1, 1, 2], "group": ["x", "x", "y"], "alter_group": ["x", "y", "y"]})
        >>> Ties.from_alters(named).matrix.tolist()
        [[1.0, 1.0], [0.0, 1.0]]
        """
        faults: list[PlacemixError] = []
        read = tie_tables.alters_of(alters, ego, group, alter_group, faults)
        if faults:
            raise together(faults)
        egos, at = np.unique(read["ego"].to_numpy(dtype=object), return_inverse=True)
        groups = tuple(sorted({*read["group"], *read["alter_group"]}))
        named = pd.Index(groups).get_indexer(read["alter_group"])
        own = np.zeros(len(egos), dtype=np.int64)
        own[at] = pd.Index(groups).get_indexer(read["group"])
        return cls(
            groups=groups, sizes=None, matrix=crossed(own[at], named, len(groups)),
            people=pd.Index(egos, name="person"),
            group=own, institution=np.zeros(len(egos), dtype=np.int64), institutions=pd.Index([""]), ego=at, alter=None,
            alter_group=named, within=None, tables={"alters": read}, made={"kind": "alters"},
            notes=("Who could have been named is not known.",),
        )  # fmt: skip

    @classmethod
    def from_matrix(cls, matrix: pd.DataFrame, sizes: Mapping[str, float] | pd.Series | None = None) -> Ties:
        """Read a table of how many ties go from each group to each.

        Parameters
        ----------
        matrix
            Ties from the group of the row to that of the column, with the groups as index and as columns. Ties that
            both people have are given from both ends: twice on the diagonal, and in both cells off it.
        sizes
            People of each group. Without them nothing can be said of opportunity.

        Raises
        ------
        UnmatchedUnit, InvalidCounts, NotNumbers, TooFewGroups, EmptyTable
            Rows, columns and sizes do not have the same groups, or numbers are none; one error lists them all.

        Examples
        --------
        >>> named = pd.DataFrame([[30, 10], [20, 40]], index=["x", "y"], columns=["x", "y"])
        >>> Ties.from_matrix(named, {"x": 20, "y": 30})
        <Ties: 100 ties, 0 people, 2 groups>
        """
        faults: list[PlacemixError] = []
        groups, values, many = tie_tables.matrix_of(matrix, sizes, faults)
        if faults:
            raise together(faults)
        nobody: IntArray = np.zeros(0, dtype=np.int64)
        cells = pd.DataFrame(
            {
                "group": np.repeat(groups, len(groups)),
                "alter_group": np.tile(groups, len(groups)),
                "ties": values.ravel(),
            }
        )
        tables = {"matrix": cells}
        if many is not None:
            tables["sizes"] = pd.DataFrame({"group": list(groups), "people": many})
        return cls(
            groups=groups, sizes=many, matrix=values, people=pd.Index([], name="person"), group=nobody,
            institution=nobody, institutions=pd.Index([""]), ego=nobody, alter=None, alter_group=nobody, within=None,
            tables=tables, made={"kind": "matrix"}, notes=(),
        )  # fmt: skip

    @cached_property
    def inside(self) -> BoolArray:
        """Ties inside one institution, shape (ties,); all where no institutions were given."""
        if self.alter is None:
            return np.ones(len(self.ego), dtype=bool)
        return self.institution[self.ego] == self.institution[self.alter]

    @cached_property
    def here(self) -> FloatArray:
        """People of each group in each institution, shape (institutions, groups)."""
        many = np.zeros((len(self.institutions), len(self.groups)))
        np.add.at(many, (self.institution, self.group), 1.0)
        return many

    @cached_property
    def source(self) -> str:
        """First twelve digits of the hash of the tables; the `source` of every result."""
        return fingerprint(pd.DataFrame({"hash": [fingerprint(table) for table in self.tables.values()]}))[:12]


def crossed(one: IntArray, other: IntArray, groups: int) -> FloatArray:
    """Count pairs by both groups, shape (groups, groups)."""
    return np.bincount(one * groups + other, minlength=groups**2).reshape(groups, groups).astype(np.float64)


def known(ties: object, *, people: bool = False, each: bool = False) -> Ties:
    """Return ties, or say how they are made; the first line of every verb.

    Parameters
    ----------
    ties
        What was given.
    people
        Whether it has to be known who has a tie to whom.
    each
        Whether each institution is looked at by itself.

    Raises
    ------
    InvalidParameter
        They are no ties, only counts of them, or without institutions.
    """
    if not isinstance(ties, Ties):
        message = f"Ties are needed, not a {type(ties).__name__}."
        raise InvalidParameter(message, remedy="Make them with placemix.outcomes.Ties.from_edges or from_matrix.")
    if people and ties.alter is None:
        message = "Who has a tie to whom is not known here, only groups."
        raise InvalidParameter(message, remedy="Read the people and their ties with Ties.from_edges.")
    if each and ties.within is None:
        message = "Institutions cannot be looked at one by one, as none were given."
        raise InvalidParameter(
            message, remedy="Name their column, within=, where the ties are read, or leave out each."
        )
    return ties
