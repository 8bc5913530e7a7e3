"""Surroundings by people: as far as one has to look until so many residents, or places, are counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.counts import Counts
from placemix.errors import InvalidParameter, plural
from placemix.surroundings.around import Pairs, Surroundings
from placemix.surroundings.people import _nearest
from placemix.surroundings.points import Places, Point, coincident, locate

#: Share of everyone by which a number of people may exceed them: the rounding of fractions.
_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Nearest:
    """The nearest so many, each unit's own first and the last unit in part; nothing is kept but the points.

    Attributes
    ----------
    xy
        Points, shape (units, 2).
    rank
        Rank of each unit's id, as text: who comes first of those equally far.
    total
        People of each unit; a unit without is nobody's neighbour.
    size
        How many are counted.
    counted
        ``"people"``, or ``"places"`` beside the own one.
    codes
        Strata at whose borders surroundings end, or None.
    """

    xy: FloatArray
    rank: IntArray
    total: FloatArray
    size: float
    counted: Literal["people", "places"]
    codes: IntArray | None = None

    @property
    def text(self) -> str:
        """How many are counted, in words."""
        return f"nearest {_written(self.size, self.counted)}"

    @cached_property
    def own(self) -> FloatArray:
        """Weight of each unit in its own surroundings: below 1 where more people live in it than are counted."""
        if self.counted == "places":
            return np.ones(len(self.total))
        return np.minimum(self.size / np.maximum(self.total, self.size), 1.0)

    @cached_property
    def search(self) -> _nearest.Search:
        """Points made ready, once."""
        if self.counted == "people":
            return _nearest.prepared(self.xy, self.total, self.total, self.rank, self.codes)
        places = (self.total > 0).astype(np.float64)
        return _nearest.prepared(self.xy, places, np.ones(len(places)), self.rank, self.codes)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader must know of the strata."""
        if self.codes is None:
            return ()
        code = np.unique(self.codes, return_inverse=True)[1].reshape(-1)
        there = self.total if self.counted == "people" else (self.total > 0).astype(np.float64)
        short = int((np.bincount(code, there) < self._reach(self.size) * (1 - _ROUNDING)).sum())
        if not short:
            return ()
        strata = plural(short, "stratum has", "strata have")
        return (f"{strata} fewer than {_written(self.size, self.counted)}, and all of them are counted",)

    def _reach(self, size: float) -> float:
        return size if self.counted == "people" else size + 1

    def sums(self, values: FloatArray) -> FloatArray:
        """Weighted sums around each unit."""
        return self.sums_at(values, [self.size])[0]

    def sums_at(self, values: FloatArray, sizes: Sequence[float] | FloatArray) -> FloatArray:
        """Weighted sums around each unit for several sizes, in one walk outward from each.

        Parameters
        ----------
        values
            What is summed, shape (units, columns).
        sizes
            How many people, or places beside the own one.

        Returns
        -------
        sums
            Shape (sizes, units, columns).

        Raises
        ------
        InvalidParameter
            A size is not above 0, or the whole table has fewer.
        """
        for size in sizes:
            _checked(size, self)
        asked = np.array([self._reach(float(size)) for size in sizes])
        ascending, place = np.unique(asked, return_inverse=True)
        found = _nearest.sums(self.search, np.asarray(values, dtype=np.float64), ascending)
        return found if np.array_equal(ascending, asked) else found[place.reshape(-1)]

    def pairs(self) -> Iterator[Pairs]:
        """Pairs of different units, in blocks."""
        return _nearest.lists(self.search, self._reach(self.size))

    def limited(self, codes: IntArray) -> Nearest:
        """Look only inside strata; where one has too few, all of it is counted."""
        return replace(self, codes=codes)

    def on(self, total: FloatArray) -> Nearest:
        """Count other people."""
        if np.array_equal(total, self.total):
            return self
        found = replace(self, total=total)
        _checked(self.size, found)
        return found

    def take(self, places: IntArray) -> Nearest:
        """Keep some units."""
        rank = np.argsort(np.argsort(self.rank[places], kind="stable"), kind="stable")
        codes = None if self.codes is None else self.codes[places]
        found = replace(self, xy=self.xy[places], rank=rank, total=self.total[places], codes=codes)
        _checked(self.size, found)
        return found


@dataclass(frozen=True, eq=False)
class Beyond:
    """Edge shares of the nearest so many: the part of them who belong to other strata.

    Attributes
    ----------
    operator
        The whole surroundings, before any limit.
    """

    operator: Nearest

    def shares(self, codes: IntArray | None) -> FloatArray:
        """Share of those counted who are in other strata; NaN for the whole table, beyond which nobody was counted."""
        count = len(self.operator.total)
        if codes is None:
            return np.full(count, np.nan)
        people = self.operator.counted == "people"
        size = self.operator.total if people else np.ones(count)
        whole, outside = self.operator.own * size, np.zeros(count)
        for i, j, weight in self.operator.pairs():
            met = weight * size[j]
            whole += np.bincount(i, met, minlength=count)
            outside += np.bincount(i, met * (codes[i] != codes[j]), minlength=count)
        return np.divide(outside, whole, out=np.zeros(count), where=whole > 0)

    def on(self, total: FloatArray) -> Beyond:
        """Count other people."""
        operator = self.operator.on(total)
        return self if operator is self.operator else Beyond(operator)

    def take(self, places: IntArray) -> Beyond:
        """Keep some units."""
        return Beyond(self.operator.take(places))


def nearest_people(counts: Counts, *, people: float, point: Point = "centroid") -> Surroundings:
    """The nearest so many residents of each unit, its own first.

    Other units follow by distance, and of those equally far by their id as text, until so many people are
    counted; of the last unit only the part that is needed. So surroundings hold equally many people
    everywhere, whether the units are large or small and the town dense or not.

    A unit with more people than are asked for is its own surroundings, with its own mix. Units
    without people are nobody's neighbours, and have surroundings themselves. Where surroundings end at
    the borders of strata, a stratum with fewer people is counted whole, and a note says so.

    Parameters
    ----------
    counts
        Counts with shapes or points on a projected map.
    people
        How many residents are counted, above 0 and at most everyone in the table.
    point
        Which point stands for a shape: its centroid, or one that lies surely inside (``"representative"``).

    Returns
    -------
    surroundings
        For ``around=`` of `placemix.measure`, or ``surroundings @ counts``. For other counts of the same
        units they are built anew, because who is among the nearest depends on how many live there.

    Raises
    ------
    InvalidParameter
        `people` is no number above 0, or more than there are.
    NoPlace
        Units have no usable shape.
    CRSMismatch, GeographicCRS
        The shapes have no coordinate reference system, or one in degrees.

    Notes
    -----
    Distances that differ by less than 10⁻¹¹ of the map's extent count as equal. For several numbers of people
    in one walk use ``surroundings.operator.sums_at(values, [100, 200, 400])``.

    References
    ----------
    Östh, Malmberg and Andersson 2014; Östh, Clark and Malmberg 2015.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town().residents("before")
    >>> near = pm.surroundings.nearest_people(town, people=800)
    >>> near
    <Surroundings of 2,400 units: nearest 800 people>
    >>> float((near @ town).total.min().round(6))
    800.0
    """
    return _nearest_to(counts, people, "people", point)


def nearest_places(counts: Counts, *, places: int, point: Point = "centroid") -> Surroundings:
    """Each unit and the nearest others in which people live, all with weight 1.

    Parameters
    ----------
    counts
        Counts with shapes or points on a projected map.
    places
        How many other units are counted; of those equally far, the first by id as text.
    point
        Which point stands for a shape; see `nearest_people`.

    Returns
    -------
    surroundings
        For ``around=`` of `placemix.measure`, or ``surroundings @ counts``.

    Raises
    ------
    InvalidParameter
        `places` is no whole number above 0, or there are not so many others.
    NoPlace, CRSMismatch, GeographicCRS
        As for `nearest_people`.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town().residents("before")
    >>> near = pm.surroundings.nearest_places(town, places=8)
    >>> near, sorted(set(near.weight.tolist()))
    (<Surroundings of 2,400 units: nearest 8 places>, [9.0])
    """
    return _nearest_to(counts, places, "places", point)


def _nearest_to(counts: Counts, size: float, counted: Literal["people", "places"], point: Point) -> Surroundings:
    value = _number(size, counted)
    where = locate(counts, point=point)
    operator = Nearest(where.xy, ranks(counts), counts.total, value, counted)
    _checked(value, operator)
    return Surroundings(
        units=counts.units,
        operator=operator,
        text=operator.text,
        outside=Beyond(operator),
        notes=_together(where),
    )


def ranks(counts: Counts) -> IntArray:
    """Rank of each unit's id among all, as text: it decides between those equally far, whatever the order of rows."""
    order = np.argsort(counts.units.to_numpy(dtype=object), kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank


def _together(where: Places) -> tuple[str, ...]:
    twins = coincident(where.xy)
    return (f"{plural(twins, 'unit')} at the same point as another, the first by id counted first",) if twins else ()


def _written(size: float, counted: str) -> str:
    one = {"people": "person", "places": "place"}[counted]
    return f"{size:,.10g} {one if size == 1 else counted}"


def _number(size: object, counted: str) -> float:
    """Read a number of people or places, or refuse what is none."""
    whole = counted == "places"
    value = float(size) if isinstance(size, int | float | np.number) and not isinstance(size, bool) else np.nan
    if 0 < value < np.inf and (value.is_integer() or not whole):
        return value
    message = f"{counted} is a {'whole ' if whole else ''}number above 0, not {size!r}."
    several = isinstance(size, Sequence | np.ndarray) and not isinstance(size, str)
    raise InvalidParameter(message, remedy="Call once for each number." if several else "")


def _checked(size: object, operator: Nearest) -> None:
    """Refuse a number that is none, or that the whole table does not have."""
    value = _number(size, operator.counted)
    if operator.codes is not None:
        return
    if operator.counted == "people":
        there, words = float(operator.total.sum()), "in the table"
    else:
        there, words = max(float((operator.total > 0).sum()) - 1, 0.0), "with people beside a unit's own"
    if value > there * (1 + _ROUNDING):
        asked = f"The nearest {_written(value, operator.counted)} were asked for"
        message = f"{asked}, and there are {there:,.10g} {words}."
        raise InvalidParameter(message, remedy="Ask for fewer; everyone together is the whole table.")
