"""What is around each unit, as the rows of a call need it: computed when first asked for, and once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from placemix._typing import Across, BoolArray, FloatArray, IntArray
from placemix.counts import Counts
from placemix.errors import InvalidParameter, NotCounts, UnmatchedUnit, did_you_mean, listed, plural
from placemix.measuring.assembly import Notes
from placemix.measuring.ground import land_text
from placemix.measuring.ordered import Everyone
from placemix.measuring.plan import REST, Row
from placemix.registry import Measure
from placemix.strata import Strata
from placemix.surroundings import Surroundings
from placemix.surroundings.distance.densities import densities_of

#: Dimensions that ask whom people have around them, which no border ends.
_BORDERLESS = frozenset({"exposure", "local", "diversity"})
#: Calls that compare the units of one stratum, so that no neighbour may be outside.
_CLOSED = frozenset({"contrast", "neighbours", "surface"})
#: Pairs of neighbours that are held at once, about 1 GiB; measures that compare neighbours need few.
_MOST_PAIRS = 40_000_000

#: Neighbouring units in the order of the strata: unit, neighbour, weight.
Neighbours = tuple[IntArray, IntArray, FloatArray]


class Vicinity:
    """Surroundings of the units of a call.

    Attributes
    ----------
    counts, strata
        The counts and their strata.
    given
        Surroundings fitted to the counts, not limited by any border of the call.
    names
        Columns of the strata.
    across, rows
        What surroundings do at borders, and the rows of the call.
    """

    def __init__(
        self,
        counts: Counts,
        strata: Strata,
        given: Surroundings,
        across: Across | None,
        rows: Sequence[Row] = (),
    ) -> None:
        self.counts, self.strata, self.given = counts, strata, given.on(counts)
        closed = sorted({row.asked.row.name for row in rows if row.asked.row.call in _CLOSED})
        if across == "keep" and closed:
            message = f"{listed(closed)} compares the units of one stratum, so nothing crosses its border."
            raise InvalidParameter(message, remedy="Leave out across='keep'.")
        self.names = tuple(str(name) for name in strata.labels.columns)
        self.across, self.rows = across, rows
        self._sums: dict[bool, tuple[Everyone, FloatArray]] = {}

    def ends(self, measure: Measure) -> bool:
        """Whether what is around a unit ends at the border of its stratum, for a measure."""
        if not self.names:
            return False
        if measure.call in _CLOSED:
            return True
        return measure.dimension not in _BORDERLESS if self.across is None else self.across == "limit"

    @cached_property
    def _limited(self) -> Surroundings:
        return self.given.limited(self.strata) if self.names else self.given

    def surroundings(self, *, ends: bool) -> Surroundings:
        """Return the surroundings, ending at the borders of the strata or not."""
        return self._limited if ends else self.given

    def people(self, *, ends: bool) -> Everyone:
        """People around each unit, in the order of the strata."""
        return self._summed(ends=ends)[0]

    def weight(self, row: Row, *, ends: bool) -> FloatArray:
        """Sum of the weights of the units that a row looks at, its own included, in the order of the strata."""
        return self._summed(ends=ends)[1][self.strata.order, 1 + self._masks.index(self.looked_at(row))]

    def isolates(self, *, ends: bool) -> IntArray:
        """How many units with people have no other such unit around them, shape (strata,)."""
        alone = self.alone(ends=ends)
        return np.add.reduceat(alone[self.strata.order].astype(np.int64), self.strata.starts)

    def alone(self, *, ends: bool) -> BoolArray:
        """Units with people that have no other such unit around them, in the order of the counts."""
        here = self.surroundings(ends=ends)
        weight, lived_in = self._summed(ends=ends)[1][:, 0], self.counts.total > 0
        return np.asarray(lived_in & (weight - here.own <= 1e-12 * np.maximum(weight, 1e-300)))

    def _summed(self, *, ends: bool) -> tuple[Everyone, FloatArray]:
        """People and weights around each unit, all in one pass: whole units in the first column of weights."""
        if ends not in self._sums:
            counts = self.counts
            masks = [np.frombuffer(mask, dtype=bool) for mask in self._masks]
            table = np.column_stack([counts.values, counts.total, counts.total > 0, *masks])
            sums = self.surroundings(ends=ends) @ table
            groups = counts.values.shape[1]
            total = np.maximum(sums[:, groups], sums[:, :groups].sum(axis=1))
            around = replace(counts, values=sums[:, :groups], total=total, low=None, high=None, error=None)
            self._sums[ends] = Everyone(around, self.strata), sums[:, groups + 1 :]
        return self._sums[ends]

    @cached_property
    def _masks(self) -> list[bytes]:
        """Which units the rows that need weights look at; most look at the same."""
        return list(dict.fromkeys(self.looked_at(row) for row in self.rows if "weight" in row.asked.row.needs))

    def looked_at(self, row: Row) -> bytes:
        """Units with people of the groups that a row compares, in the order of the counts."""
        people = self.counts.total
        if row.focal is not None and row.against not in {None, REST}:
            people = self.counts.values[:, [row.focal, int(row.against or 0)]].sum(axis=1)
        elif row.focal is None:
            people = self.counts.values.sum(axis=1)
        return (people > 0).tobytes()

    def neighbours(self, row: Row) -> Neighbours:
        """Pairs of different units with people of a row, within strata and in their order."""
        i, j, weight = self.every_pair
        looked = np.frombuffer(self.looked_at(row), dtype=bool)[self.strata.order]
        kept = looked[i] & looked[j]
        return (i, j, weight) if kept.all() else (i[kept], j[kept], weight[kept])

    @cached_property
    def every_pair(self) -> Neighbours:
        """All pairs of different units that are neighbours, within strata and in their order."""
        place = np.empty(len(self.counts), dtype=np.int64)
        place[self.strata.order] = np.arange(len(self.counts))
        blocks, many = [], 0
        for i, j, weight in self._limited.pairs():
            blocks.append((place[i], place[j], weight))
            many += len(i)
            if many > _MOST_PAIRS:
                message = f"These surroundings have more than {_MOST_PAIRS:,} pairs of neighbours."
                remedy = "Measures that compare neighbours are about few: surroundings.contiguity or nearest_places."
                raise InvalidParameter(message, remedy=remedy)
        if not blocks:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0)
        i, j, weight = (np.concatenate(part) for part in zip(*blocks, strict=True))
        return i, j, weight

    def surfaces(self, row: Row) -> list[FloatArray]:
        """Densities of the two groups of a row at the cells of a grid, shape (cells, 2), for each stratum."""
        first, other = int(row.focal or 0), REST if row.against is None else row.against
        return [
            np.column_stack([
                table[:, first], np.maximum(table[:, -1] - table[:, first], 0) if other == REST else table[:, other]
            ])
            for table in self._surfaces
        ]  # fmt: skip

    @cached_property
    def _surfaces(self) -> list[FloatArray]:
        """Densities of every group and of everyone, one table a stratum."""
        people = np.column_stack([self.counts.values, self.counts.total])
        order, bounds = self.strata.order, self.strata.bounds
        parts = [order[low:high] for low, high in pairwise(bounds)]
        return [densities_of(self.given.take(here), people[here]) for here in parts]

    def own(self) -> FloatArray:
        """Weight of each unit for itself, within strata and in their order."""
        return np.asarray(self._limited.own[self.strata.order])

    def edge_share(self, *, ends: bool) -> FloatArray:
        """Share of the surroundings where nobody is counted, mean over people, shape (strata,)."""
        people = self.counts.total
        outside = np.add.reduceat(
            np.where(people > 0, people * self.edge_shares(ends=ends), 0.0)[self.strata.order], self.strata.starts
        )
        everyone = np.add.reduceat(people[self.strata.order], self.strata.starts)
        return np.divide(outside, everyone, out=np.full(len(self.strata), np.nan), where=everyone > 0)

    def texts(self, *, ends: bool) -> list[str]:
        """Say for each stratum how the surroundings were made."""
        alone, unknown = self.isolates(ends=ends), np.isnan(self.edge_share(ends=ends))
        return [
            self.text(plural(count, "isolate") if count else "", ends=ends, edge_known=not lost)
            for count, lost in zip(alone.tolist(), unknown.tolist(), strict=True)
        ]

    def text(self, alone: str, *, ends: bool, edge_known: bool) -> str:
        """Say how the surroundings were made, what they do at borders, and what `alone` says of isolates."""
        border = "ending at the borders of strata" if self.given.codes is not None else ""
        if self.names:
            border = f"{'limited to' if ends else 'across'} {', '.join(self.names)}"
        edge = "" if edge_known else "edge share not known"
        here = self.surroundings(ends=ends)
        return "; ".join(filter(None, [here.text, border, alone, *here.notes, edge]))

    def edge_shares(self, *, ends: bool) -> FloatArray:
        """Share of each unit's surroundings where nobody is counted, in the order of the counts.

        That is outside its stratum where surroundings end at the border, else outside the study area.
        """
        if not ends:
            return self.given.edge_shares()
        codes = self._limited.codes  # borders that were there before end them too
        return self.given.edge_shares(self.strata if codes is None else codes)


class Arounds:
    """Texts of the `around` column of a call.

    Attributes
    ----------
    notes
        The texts, each held once.
    """

    def __init__(self, counts: Counts, nearby: Vicinity | Counts | None, strata: Strata, otherwise: str) -> None:
        self.notes = Notes()
        self._counts, self._nearby, self._strata, self._otherwise = counts, nearby, strata, otherwise
        self._codes: dict[bool, IntArray] = {}

    def of(self, row: Row) -> tuple[IntArray, BoolArray | None]:
        """Return the number of a row's text in each stratum, and where it compares no neighbours at all."""
        nearby = self._nearby
        if row.asked.row.call == "trajectory":
            names = ", ".join(str(name) for name in self._strata.labels.columns)
            return np.full(len(self._strata), self.notes.code(walks(names, row))), None
        if row.asked.row.call == "groups" and row.asked.row.looks_at_a_map:
            return np.array([self.notes.code(text) for text in self._grounds(row)]), None
        if not isinstance(nearby, Vicinity):
            return np.full(len(self._strata), self.notes.code(self._otherwise)), None
        ends = nearby.ends(row.asked.row)
        if ends not in self._codes:
            self._codes[ends] = np.array([self.notes.code(text) for text in nearby.texts(ends=ends)])
        alone = None
        if row.asked.row.call == "contrast":
            found = np.searchsorted(self._strata.bounds, nearby.neighbours(row)[0], side="right") - 1
            alone = np.bincount(found, minlength=len(self._strata)) == 0
        return self._codes[ends], alone

    def _grounds(self, row: Row) -> list[str]:
        """Say for each stratum from where distances are counted, and in which unit land is measured."""
        needs, centres = row.asked.row.needs, row.given.centres
        land = land_text(self._counts) if "area" in needs else ""
        far = centres.texts if "distance" in needs and centres is not None else ("",) * len(self._strata)
        reach = self._reach(row) or ("",) * len(self._strata)
        return [
            "; ".join(filter(None, [text or self._otherwise, near, land]))
            for text, near in zip(far, reach, strict=True)
        ]

    def _reach(self, row: Row) -> list[str]:
        """Say for each stratum which units are under the influence of its centre, and how much is left out."""
        near = row.given.reached(row.asked, self._strata)
        if near is None:
            return []
        starts, people = self._strata.starts, self._counts.total[self._strata.order]
        sizes = [np.add.reduceat(each, starts) for each in (near * 1, np.ones_like(near * 1), near * people, people)]
        return [
            f"only {inside:,} of {units:,} units, {some:,.10g} of {everyone:,.10g} people, within its reach"
            if inside < units
            else "every unit within its reach"
            for inside, units, some, everyone in zip(*sizes, strict=True)
        ]


def walks(names: str, row: Row) -> str:
    """Say whom a walk outward meets."""
    near = row.asked.values.get("neighbours")
    met = "everyone, nearest first" if near is None else f"own unit and the {near} nearest, with those as far as these"
    return f"{met}; limited to {names}" if names else met


def known_around(around: object) -> None:
    """Refuse what is neither surroundings nor counts.

    Raises
    ------
    NotCounts
        Something else was given.
    """
    if around is not None and not isinstance(around, Surroundings | Counts):
        message = f"around= takes surroundings or counts of the people around, not a {type(around).__name__}."
        remedy = "Make them with a function of placemix.surroundings; weights of your own with its from_matrix."
        raise NotCounts(message, remedy=remedy)


def known_across(across: object, around: object) -> None:
    """Refuse a word that says nothing of borders, or one without surroundings.

    Raises
    ------
    InvalidParameter
        `across` is not ``"limit"``, ``"keep"`` or None, or nothing crosses a border.
    """
    if across is None:
        return
    if across not in {"limit", "keep"}:
        message = f"across is 'limit' or 'keep', not {across!r}."
        raise InvalidParameter(message, remedy=did_you_mean(across, ["limit", "keep"]))
    if not isinstance(around, Surroundings):
        message = f"across={across!r} says what surroundings do at borders, and there are none."
        raise InvalidParameter(message, remedy="Pass around= surroundings, or leave out across=.")


def matched(counts: Counts, around: Counts) -> Counts:
    """Bring counts of the people around into the order of the units.

    Raises
    ------
    InvalidParameter
        They are of other groups.
    UnmatchedUnit
        They lack units.
    """
    if around.groups != counts.groups:
        message = "The people around must be of the same groups, in the same order."
        raise InvalidParameter(message, remedy="Build both from tables with the same groups.")
    place = around.units.get_indexer(counts.units)
    if (place < 0).any():
        message = f"{(place < 0).sum():,} units have nobody around them given."
        raise UnmatchedUnit(message, units=counts.units[place < 0], remedy="Give every unit a row.")
    return around.take(place)
