"""Surroundings: who is around each unit, as one operator whose inner workings nobody else need know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol, overload

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.counts import Counts, checked, counted
from placemix.errors import InvalidParameter, NoPlace, UnitsDiffer
from placemix.strata import Strata

#: Memory that a product may take beside its result, in bytes.
WORKSPACE = 256 * 2**20

#: A block of pairs: unit, neighbour, weight.
Pairs = tuple[IntArray, IntArray, FloatArray]


class Operator(Protocol):
    """How one kind of surroundings is computed; units are numbered from 0."""

    @property
    def own(self) -> FloatArray:
        """Weight of each unit in its own surroundings, shape (units,)."""

    def sums(self, values: FloatArray) -> FloatArray:
        """Weighted sums around each unit, own unit included: (units, columns) to (units, columns)."""

    def pairs(self) -> Iterator[Pairs]:
        """Pairs of different units with a weight, in blocks of bounded size."""

    def limited(self, codes: IntArray) -> Operator:
        """Keep only pairs of units with the same code."""

    def on(self, total: FloatArray) -> Operator:
        """Rebuild what depends on how many people live in each unit."""

    def take(self, places: IntArray) -> Operator:
        """Keep some units, in that order; the others are as if they were not there."""


class Outside(Protocol):
    """How much of a unit's surroundings lies outside the study area."""

    def shares(self, codes: IntArray | None) -> FloatArray:
        """Share outside the study area, or outside the unit's stratum, shape (units,); NaN where not known."""

    def take(self, places: IntArray) -> Outside:
        """Keep some units, in that order."""


@dataclass(frozen=True, eq=False, repr=False)
class Surroundings:
    """Who is around each unit: a frozen recipe, bound to units.

    Make one with a function of `placemix.surroundings`. ``S @ values`` gives weighted sums around
    each unit, its own included; ``S @ counts`` gives the people around as `Counts`.

    Attributes
    ----------
    units
        Ids of the units.
    operator
        How sums are computed.
    text
        How they were made, in words; part of the `around` column of results.
    outside
        How edge shares are computed, or None where nobody knows.
    own_stated
        Whether the caller said how near a unit is to itself.
    renormalised
        Whether weights are divided by the share of them that lies inside the study area.
    codes
        Stratum of each unit where surroundings end at its border, or None.
    notes
        What else a reader must know: points that coincide, weights that were left out.
    """

    units: pd.Index
    operator: Operator
    text: str
    outside: Outside | None = None
    own_stated: bool = True
    renormalised: bool = False
    codes: IntArray | None = None
    notes: tuple[str, ...] = field(default=())

    def __repr__(self) -> str:
        limit = "" if self.codes is None else ", ending at the borders of strata"
        return f"<Surroundings of {len(self.units):,} units: {self.text}{limit}>"

    def __len__(self) -> int:
        return len(self.units)

    @overload
    def __matmul__(self, values: Counts) -> Counts: ...
    @overload
    def __matmul__(self, values: FloatArray) -> FloatArray: ...
    def __matmul__(self, values: Counts | FloatArray) -> Counts | FloatArray:
        """Weighted sums of what is around each unit.

        Parameters
        ----------
        values
            Counts, or an array of shape (..., units, columns) or (units,).
        """
        if isinstance(values, Counts):
            return self._around(values)
        try:
            given = np.asarray(values, dtype=np.float64)
        except (TypeError, ValueError) as error:
            message = f"Sums around units are of counts or of numbers, not of a {type(values).__name__}."
            raise InvalidParameter(message) from error
        if given.ndim == 1:
            return np.asarray((self @ given[:, np.newaxis])[:, 0])
        if given.ndim < 1 or given.shape[-2] != len(self.units):
            message = f"Values of shape {given.shape} do not fit surroundings of {len(self.units):,} units."
            raise InvalidParameter(message, remedy="Their last axis but one holds the units, in the same order.")
        out = np.empty_like(given)
        # Draws and columns are all columns to the operator; as many at once as fit the workspace.
        lead = int(np.prod(given.shape[:-2], dtype=np.int64))
        flat, into = given.reshape(lead, *given.shape[-2:]), out.reshape(lead, *given.shape[-2:])
        fits = max(1, WORKSPACE // max(24 * given.shape[-2] * given.shape[-1], 1))
        for first in range(0, lead, fits):
            block = flat[first : first + fits]
            columns = np.ascontiguousarray(block.transpose(1, 0, 2).reshape(len(self.units), -1))
            sums = self.operator.sums(columns)
            if self.renormalised:
                sums = sums * self._scale[:, np.newaxis]
            into[first : first + fits] = sums.reshape(len(self.units), len(block), -1).transpose(1, 0, 2)
        return into.reshape(given.shape)

    def _around(self, counts: Counts) -> Counts:
        # Sums of cells that are known as an interval only would pass for known ones.
        fitted = self.on(checked(counts))
        sums = fitted @ np.column_stack([counts.values, counts.total])
        values, total = sums[:, :-1], np.maximum(sums[:, -1], sums[:, :-1].sum(axis=1))
        about = counts.about.noting(f"People around each unit: {self.text}.")
        return replace(counts, values=values, total=total, low=None, high=None, error=None, about=about)

    @cached_property
    def weight(self) -> FloatArray:
        """Sum of the weights around each unit, its own included, shape (units,)."""
        return self @ np.ones(len(self.units))

    @cached_property
    def own(self) -> FloatArray:
        """Weight of each unit in its own surroundings, shape (units,)."""
        return self.operator.own * self._scale if self.renormalised else self.operator.own

    def pairs(self) -> Iterator[Pairs]:
        """Pairs of different units with their weight: unit, neighbour, weight, in bounded blocks."""
        for i, j, weight in self.operator.pairs():
            yield i, j, weight * self._scale[i] if self.renormalised else weight

    @cached_property
    def isolates(self) -> pd.Index:
        """Units that have no other unit around them."""
        alone = self.weight - self.own <= 1e-12 * np.maximum(self.weight, 1e-300)
        return self.units[alone]

    def limited(self, strata: Strata | IntArray) -> Surroundings:
        """End surroundings at the borders of strata: a study region is closed.

        Parameters
        ----------
        strata
            Strata of the same units, as from ``counts.arranged(by)``, or a code for each unit.
        """
        codes = self._codes_of(strata)
        if self.codes is not None:
            codes = np.unique(np.column_stack([self.codes, codes]), axis=0, return_inverse=True)[1].reshape(-1)
        if (codes == codes[:1]).all():
            return self
        operator = self.operator.limited(codes)
        notes = (*self.notes, *getattr(operator, "remarks", ()))
        return replace(self, operator=operator, codes=codes, notes=notes)

    def on(self, counts: Counts) -> Surroundings:
        """Return the surroundings for these counts: what depends on people is built again.

        Raises
        ------
        UnitsDiffer
            The counts are of other units; those that differ are listed.
        """
        here = self
        if not self.units.equals(counted(counts).units):
            here = self.take(self._places(counts.units))
        operator = here.operator.on(counts.total)
        if operator is here.operator:
            return here
        renew = getattr(here.outside, "on", None)
        return replace(here, operator=operator, outside=renew(counts.total) if renew else here.outside)

    def take(self, places: IntArray) -> Surroundings:
        """Keep some units, by position and in that order."""
        return replace(
            self,
            units=self.units.take(places),
            operator=self.operator.take(places),
            outside=None if self.outside is None else self.outside.take(places),
            codes=None if self.codes is None else self.codes[places],
        )

    def _codes_of(self, strata: Strata | IntArray) -> IntArray:
        codes = codes_of(strata)
        if codes.shape != self.units.shape:
            message = f"Strata of {codes.size:,} units do not fit surroundings of {len(self.units):,}."
            raise UnitsDiffer(message, remedy="Take those of the same units, in the same order.")
        return codes

    def _places(self, units: pd.Index) -> IntArray:
        places = self.units.get_indexer(units)
        missing, spare = units[places < 0], self.units[~self.units.isin(units)]
        if len(missing) or len(spare):
            message = (
                f"The surroundings are of other units: {len(missing):,} are not in them, {len(spare):,} only there."
            )
            remedy = "Build them from these counts, or from counts of the same units."
            raise UnitsDiffer(message, units=[*missing, *spare], remedy=remedy)
        return places

    def edge_shares(self, strata: Strata | IntArray | None = None) -> FloatArray:
        """Share of each unit's surroundings that lies outside the study area, or outside its stratum.

        Parameters
        ----------
        strata
            Strata whose borders end the study area. Default: the whole table, or the strata
            that the surroundings are limited to.

        Returns
        -------
        share
            Shape (units,), from 0 to 1; NaN where it is not known, because units are points or
            the weights came from elsewhere.
        """
        codes = self.codes if strata is None else self._codes_of(strata)
        if self.outside is None:
            return np.full(len(self.units), np.nan)
        # Borders take seconds to walk for a country, and every call asks for the same ones.
        key = b"" if codes is None else np.ascontiguousarray(codes).tobytes()
        if key not in self._edges:
            self._edges[key] = self.outside.shares(codes)
        return self._edges[key]

    @cached_property
    def _edges(self) -> dict[bytes, FloatArray]:
        return {}

    @cached_property
    def _scale(self) -> FloatArray:
        outside = self.edge_shares()
        if np.isnan(outside).any():
            message = "Nobody knows how much of a kernel lies inside a stratum whose units are points."
            raise NoPlace(message, units=self.units[np.isnan(outside)], remedy="Give areas, or edge='none'.")
        if (outside >= 1).any():
            message = "Nothing of the kernel around some units lies inside the study area, to be renormalised by."
            remedy = "Give point='representative', a larger bandwidth, or a study_area= that holds them."
            raise NoPlace(message, units=self.units[outside >= 1], remedy=remedy)
        return np.asarray(1 / (1 - outside))


def codes_of(strata: Strata | IntArray) -> IntArray:
    """Give each unit the number of its stratum."""
    if not isinstance(strata, Strata):
        return np.asarray(strata)
    codes = np.empty(len(strata.order), dtype=np.int64)
    codes[strata.order] = np.repeat(np.arange(len(strata)), np.diff(strata.bounds))
    return codes


def plain(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters as plain values that JSON can hold."""
    return {name: value.item() if isinstance(value, np.generic) else value for name, value in parameters.items()}
