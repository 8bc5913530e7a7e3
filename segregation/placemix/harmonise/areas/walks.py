"""One crosswalk for everyone, or one for each group: what moves which column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, GroupName, IntArray
from placemix.counts import Counts, group_text
from placemix.crosswalks import Crosswalk
from placemix.errors import (
    InvalidCrosswalk,
    InvalidParameter,
    UnknownGroup,
    UnmatchedUnit,
    did_you_mean,
    listed,
    plural,
)

#: How a source in several targets is divided.
SplitBy: TypeAlias = Literal["share", "largest", "refuse"]
#: What to do with targets that no source of the crosswalk goes to.
Unreached: TypeAlias = Literal["refuse", "keep", "leave_out"]
#: What to do with targets some of whose sources are not among the units.
Partial: TypeAlias = Literal["refuse", "keep"]
#: Kinds of crosswalk that send whole units somewhere; of others a target may hold nobody by weight.
WHOLE_UNITS = frozenset({"exact", "best-fit"})
#: Name of those in none of the groups, where each group has a crosswalk of its own.
RESIDUAL = "residual"


@dataclass(frozen=True, eq=False)
class Walks:
    """The crosswalk of each group, and that of people in none of them.

    Attributes
    ----------
    groups
        One crosswalk a group; the same one throughout where there is only one.
    residual
        Crosswalk of people in none of the groups.
    """

    groups: tuple[Crosswalk, ...]
    residual: Crosswalk

    @classmethod
    def of(cls, counts: Counts, given: Crosswalk | Mapping[GroupName, Crosswalk]) -> Walks:
        """Read one crosswalk, or a mapping that names every group.

        Raises
        ------
        InvalidParameter
            It is neither, or the crosswalks do not have the same sources and targets.
        UnknownGroup
            The mapping names a group that is not there, or lacks one that is.
        """
        if isinstance(given, Crosswalk):
            return cls((given,) * len(counts.groups), given)
        if not isinstance(given, Mapping) or not all(isinstance(walk, Crosswalk) for walk in given.values()):
            message = f"A Crosswalk is needed, or a mapping from groups to crosswalks, not a {type(given).__name__}."
            raise InvalidParameter(message, remedy="Make one with nesting, changes, areal or Crosswalk.from_table.")
        by_name = {group_text(name): walk for name, walk in given.items()}
        check_names(counts, by_name, "The mapping")
        groups = tuple(by_name[group_text(group)] for group in counts.groups)
        first = groups[0]
        for walk in by_name.values():
            if not walk.targets.equals(first.targets) or not walk.sources.equals(first.sources):
                message = "The crosswalks of the groups do not have the same sources and targets."
                raise InvalidParameter(message, remedy="Make them all between the same two lists of areas.")
        if RESIDUAL in by_name:
            return cls(groups, by_name[RESIDUAL])
        walks = cls(groups, first).matched(counts.units) if counts.residual.any() else cls(groups, first)
        return cls(walks.groups, walks.blended(counts)) if counts.residual.any() else walks

    @property
    def single(self) -> bool:
        """Whether one crosswalk moves everyone."""
        return len(list(self.each())) == 1

    def each(self) -> Iterator[Crosswalk]:
        """Yield every crosswalk once."""
        yield from {id(walk): walk for walk in (*self.groups, self.residual)}.values()

    def matched(self, units: pd.Index) -> Walks:
        """Put the sources of all crosswalks into the order of the units."""
        return self._each(lambda walk: walk.matched(units))

    def divided(self, split_by: SplitBy) -> Walks:
        """Divide sources as asked; see `divided`."""
        return self if split_by == "share" else self._each(lambda walk: divided(walk, split_by))

    def _each(self, change: Any) -> Walks:  # noqa: ANN401
        done = {id(walk): change(walk) for walk in self.each()}
        return Walks(tuple(done[id(walk)] for walk in self.groups), done[id(self.residual)])

    def move(self, values: FloatArray, *, squared: bool = False) -> FloatArray:
        """Move one column a group, shape (units, groups), to the targets."""
        out = np.zeros((len(self.residual.targets), values.shape[1]))
        for walk in self.each():
            columns = [place for place, mine in enumerate(self.groups) if mine is walk]
            weights = walk.weights**2 if squared else walk.weights
            out[:, columns] = weights.T @ values[:, columns]
        return out

    def reach(self) -> Any:  # noqa: ANN401
        """Return a sparse array of which source goes to which target, whatever the group."""
        return sum(walk.weights for walk in self.each())

    def whole(self, counts: Counts) -> Crosswalk:
        """Return the crosswalk along which everyone together moves."""
        return self.residual if self.single else self.blended(counts, residual=True)

    def blended(self, counts: Counts, *, residual: bool = False) -> Crosswalk:
        """Return the mean of the groups' crosswalks, weighted in each unit by its people.

        The sources are in the order of the units; a unit without people counts each alike.
        """
        from scipy.sparse import diags_array

        walks = [*self.groups, *([self.residual] if residual else [])]
        people = np.column_stack([counts.values, *([counts.residual] if residual else [])])
        everyone = people.sum(axis=1, keepdims=True)
        parts = np.divide(people, everyone, out=np.full(people.shape, 1 / len(walks)), where=everyone > 0)
        mixed = sum(diags_array(parts[:, place]) @ walk.weights for place, walk in enumerate(walks))
        return replace(self.groups[0], weights=mixed.tocsr(), basis="the groups of their unit")


def check_names(counts: Counts, given: Mapping[str, object], what: str) -> None:
    """Check that a mapping by group names every group, and no other.

    Raises
    ------
    UnknownGroup
        It does not; the message lists which.
    """
    known = [group_text(group) for group in counts.groups]
    odd = sorted(set(given) - {*known, RESIDUAL})
    lacking = [name for name in known if name not in given]
    if odd:
        message = f"{what} names {listed(odd)}; the groups are {listed(known, shown=20)}."
        raise UnknownGroup(message, remedy=did_you_mean(odd[0], known))
    if lacking:
        message = f"{what} lacks {listed(lacking)}."
        raise UnknownGroup(message, remedy="Give every group its own.")


def divided(walk: Crosswalk, split_by: SplitBy) -> Crosswalk:
    """Divide sources that go to several targets.

    Parameters
    ----------
    walk
        A crosswalk.
    split_by
        ``"share"`` leaves the weights; ``"largest"`` sends each source whole to the target with the
        most weight, the first of them if several; ``"refuse"`` raises.

    Raises
    ------
    InvalidCrosswalk
        A source is split and that was to be refused.
    """
    split = walk.split
    if split_by == "share" or not split.any():
        return walk
    if split_by == "refuse":
        message = f"{plural(split.sum(), 'source goes', 'sources go')} to several targets, and splits are refused."
        remedy = "Pass split_by='share' to estimate, or merge both sides with common_areas, which loses nothing."
        raise InvalidCrosswalk(message, units=walk.sources[split], remedy=remedy)
    from scipy.sparse import csr_array

    rows, columns, weights = _pairs(walk)
    order = np.lexsort((columns, -weights, rows))
    first = np.unique(rows[order], return_index=True)[1]
    most = order[first]
    shape = walk.weights.shape
    whole = csr_array((np.ones(len(most)), (rows[most], columns[most])), shape=shape)
    return replace(walk, weights=whole, basis=f"whole to the target with the most of them ({walk.basis})")


def _pairs(walk: Crosswalk) -> tuple[IntArray, IntArray, FloatArray]:
    pairs = walk.weights.tocoo()
    return pairs.coords[0], pairs.coords[1], pairs.data


def shared_out(walks: Walks) -> tuple[BoolArray, FloatArray]:
    """Return which sources are split, and what part of each leaves its main target at most."""
    split = np.zeros(len(walks.residual.sources), dtype=bool)
    away = np.zeros(len(split))
    for walk in walks.each():
        split |= walk.split
        most = walk.weights.max(axis=1)
        most = most.toarray().ravel() if hasattr(most, "toarray") else np.asarray(most).ravel()
        away = np.maximum(away, np.where(walk.split, 1 - most, 0.0))
    return split, away


def reached_by(weights: Any) -> BoolArray:  # noqa: ANN401
    """Which targets any source goes to, shape (targets,)."""
    found: BoolArray = np.bincount(weights.indices, minlength=weights.shape[1]) > 0
    return found


def targets_kept(
    walk: Crosswalk, units: pd.Index, unreached: Unreached | None, partial: Partial
) -> tuple[BoolArray, tuple[str, ...]]:
    """Tell which targets a result has, and check that each gets all that it is made of.

    Parameters
    ----------
    walk
        The whole crosswalk, sources that are no units included.
    units
        Ids of the units moved.
    unreached, partial
        As in `reunit`.

    Raises
    ------
    UnmatchedUnit
        Targets get nobody, or only part of their sources, and that was to be refused.
    """
    every = walk.weights.tocsc()
    here = pd.Index(units, dtype=str).get_indexer(walk.sources) >= 0
    mine = walk.weights[np.flatnonzero(here)]
    reached, alone = reached_by(mine), ~reached_by(walk.weights)
    if unreached is None:
        unreached = "refuse" if walk.kind in WHOLE_UNITS else "keep"
    notes = []
    if alone.any():
        what = f"{alone.sum():,} of {plural(len(walk.targets), 'target')}"
        if unreached == "refuse":
            message = f"{what} get nobody: no source goes there."
            remedy = (
                "A best-fit lookup of two editions does that to the new parts of areas that were split: use "
                "changes() or common_areas(). If nobody can be there, pass unreached='keep' or 'leave_out'."
            )
            raise UnmatchedUnit(message, units=walk.targets[alone], remedy=remedy)
        word = "hold nobody" if unreached == "keep" else "were left out"
        notes.append(f"{what} share nothing with any source, and {word}.")
    lacking = reached & (np.diff(every.indptr) > np.bincount(mine.indices, minlength=len(walk.targets)))
    if lacking.any():
        what = f"{lacking.sum():,} of {plural(int(reached.sum()), 'target')}"
        if partial == "refuse":
            absent = walk.sources[~here & (np.diff(walk.weights[:, np.flatnonzero(lacking)].tocsr().indptr) > 0)]
            message = (
                f"{what} would hold only part of their people: {plural(len(absent), 'source')} are not among the units"
            )
            remedy = "Add those units, or pass partial='keep' if what is known is what you want."
            raise UnmatchedUnit(f"{message}.", units=absent, remedy=remedy)
        notes.append(f"{what} have sources that are not among the units, and hold only those that are.")
    return reached | (alone & (unreached == "keep")), tuple(notes)
