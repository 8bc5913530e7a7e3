"""Crosswalks: how the categories or areas of one list become those of another.

A crosswalk is a matrix of weights whose rows sum to 1: the share of each old category or area
that goes to each new one. Counts moved by it lose nobody and make nobody.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, Table
from placemix.checks import id_text
from placemix.columns import native, one_name, taken
from placemix.errors import (
    InvalidCrosswalk,
    InvalidParameter,
    PlacemixError,
    TotalsNotConserved,
    UnknownColumn,
    UnmatchedUnit,
    did_you_mean,
    listed,
    plural,
    together,
)

#: How the weights came about.
Kind: TypeAlias = Literal["exact", "best-fit", "areal", "dasymetric", "weighted", "groups"]
#: Weights of one source may miss 1 by this much; it is rounding, and is scaled away.
ROUNDING = 1e-6


@dataclass(frozen=True, eq=False, repr=False)
class Crosswalk:
    """Shares of each source category or area that go to each target.

    Make one with `Crosswalk.from_table`, or with the functions of `placemix.harmonise`.

    Attributes
    ----------
    sources, targets
        Ids of the old and of the new list, as text.
    weights
        Sparse array, shape (sources, targets), rows that sum to 1; a row of zeros is a source that
        goes nowhere, which `left_out` must name.
    kind
        ``"exact"`` (every source whole), ``"best-fit"`` (whole, but to the area that fits best),
        ``"areal"``, ``"dasymetric"`` or ``"weighted"`` (shares estimated), ``"groups"``.
    basis
        What the weights are shares of: ``"residents 2021"``, ``"area"``.
    version
        Where the crosswalk comes from, and of when.
    lossy
        Sources whose move changes what is counted: merged with what another list keeps apart, or
        defined differently there. Says why, by source.
    left_out
        Sources that go nowhere, with the reason.
    notes
        What else was decided on the way: shapes repaired, sources without ancillary people.
    """

    sources: pd.Index
    targets: pd.Index
    weights: Any
    kind: Kind = "exact"
    basis: str = ""
    version: str = ""
    lossy: pd.Series | None = None
    left_out: pd.Series | None = None
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        split = int(self.split.sum())
        return (
            f"<Crosswalk ({self.kind}): {plural(len(self.sources), 'source')} to {plural(len(self.targets), 'target')}"
            f"{f', {split:,} split' if split else ''}>"
        )

    @classmethod
    def from_table(
        cls,
        frame: Table,
        *,
        source: str,
        target: str,
        weight: str | None = None,
        kind: Kind | None = None,
        basis: str = "",
        version: str = "",
    ) -> Crosswalk:
        """Read a table with one row for each pair of source and target.

        Parameters
        ----------
        frame
            A pandas, polars or pyarrow table.
        source, target
            Columns with the ids.
        weight
            Column with how much of the source the pair stands for: shares, or any amounts (people,
            addresses), which are scaled to sum to 1 within each source. Default: every source goes
            whole to one target; one with several is a fault.
        kind, basis, version
            As in `Crosswalk`. Default kind: ``"exact"`` without weights, ``"weighted"`` with them.

        Raises
        ------
        UnknownColumn
            The table lacks a column.
        InvalidCrosswalk
            Ids or weights are missing, weights are negative or all zero, or a source has several
            targets and no weights to divide it by. The error lists every fault.

        Examples
        --------
        >>> table = pd.DataFrame({"old": ["a", "b", "b"], "new": ["A", "A", "B"], "people": [9, 30, 10]})
        >>> walk = Crosswalk.from_table(table, source="old", target="new", weight="people")
        >>> walk.apply(pd.Series({"a": 5.0, "b": 8.0})).to_dict()
        {'A': 11.0, 'B': 2.0}
        """
        table = native(frame)
        wanted = [one_name("source", source), one_name("target", target), *([weight] if weight else [])]
        unknown = [name for name in wanted if name not in table.columns]
        if unknown:
            message = f"The crosswalk has no column {listed([repr(name) for name in unknown])}."
            remedy = f"{did_you_mean(unknown[0], table.columns)} It has: {listed(table.columns, shown=40)}."
            raise UnknownColumn(message, remedy=remedy.strip())
        old, new = taken(table, source), taken(table, target)
        half = (old.isna() | new.isna()).to_numpy()
        faults: list[PlacemixError] = []
        if half.any():
            rows = [f"row {row}" for row in np.flatnonzero(half) + 1]
            message = f"{plural(half.sum(), 'row names', 'rows name')} no source or no target."
            faults.append(InvalidCrosswalk(message, units=rows, remedy="Complete them, or leave them out and say so."))
        amounts = np.ones(len(old)) if weight is None else _amounts(taken(table, weight))
        wrong = ~(amounts >= 0) | np.isinf(amounts)
        if wrong.any():
            message = f"{plural(wrong.sum(), 'weight is', 'weights are')} missing, negative or infinite."
            faults.append(InvalidCrosswalk(message, units=old[wrong].astype(str), remedy="Weights start at 0."))
        if faults:
            raise together(faults)
        old_codes, sources = pd.factorize(texts(old))
        new_codes, targets = pd.factorize(texts(new))
        pairs = pd.DataFrame({"old": old_codes, "new": new_codes, "weight": amounts})
        if weight is None:
            pairs = pairs.drop_duplicates()
            several = np.bincount(pairs["old"], minlength=len(sources)) > 1
            if several.any():
                message = f"{plural(several.sum(), 'source goes', 'sources go')} to several targets, without weights."
                remedy = "Name a column of people or shares with weight=, or merge both sides with common_areas."
                raise InvalidCrosswalk(message, units=np.asarray(sources)[several], remedy=remedy)
        return cls.from_pairs(
            pairs["old"].to_numpy(),
            pairs["new"].to_numpy(),
            pairs["weight"].to_numpy(),
            sources=sources,
            targets=targets,
            kind=kind or ("exact" if weight is None else "weighted"),
            basis=basis,
            version=version,
        )

    @classmethod
    def from_pairs(
        cls,
        old: Any,  # noqa: ANN401
        new: Any,  # noqa: ANN401
        weight: Any,  # noqa: ANN401
        *,
        sources: Iterable[Hashable],
        targets: Iterable[Hashable],
        kind: Kind,
        basis: str = "",
        version: str = "",
        left_out: pd.Series | None = None,
        lossy: pd.Series | None = None,
        notes: tuple[str, ...] = (),
    ) -> Crosswalk:
        """Build from positions and amounts; amounts are scaled to sum to 1 within each source.

        Raises
        ------
        InvalidCrosswalk
            A source has no weight at all, and is not named in `left_out`.
        """
        from scipy.sparse import coo_array, diags_array

        old_ids, new_ids = (_index(ids) for ids in (sources, targets))
        for ids in (old_ids, new_ids):
            if ids.has_duplicates:
                message = "An id stands several times in a list of sources or targets."
                raise InvalidCrosswalk(message, units=ids[ids.duplicated()].unique(), remedy="Name each once.")
        matrix = coo_array(
            (np.asarray(weight, dtype=np.float64), (np.asarray(old), np.asarray(new))),
            shape=(len(old_ids), len(new_ids)),
        ).tocsr()
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        sums = np.asarray(matrix.sum(axis=1)).ravel()
        nowhere = sums <= 0
        named = np.zeros(len(old_ids), dtype=bool) if left_out is None else np.asarray(old_ids.isin(left_out.index))
        if (nowhere & ~named).any():
            message = f"{plural((nowhere & ~named).sum(), 'source goes', 'sources go')} nowhere: no weight is above 0."
            remedy = "Give weights, or name them in left_out with the reason."
            raise InvalidCrosswalk(message, units=old_ids[nowhere & ~named], remedy=remedy)
        scale = np.divide(1.0, sums, out=np.zeros(len(sums)), where=~nowhere)
        weights = (diags_array(scale) @ matrix).tocsr()
        weights.sort_indices()
        return cls(
            old_ids,
            new_ids,
            weights,
            kind,
            basis,
            version,
            lossy=lossy,
            left_out=left_out,
            notes=notes,
        )

    # -- what it does -----------------------------------------------------------------

    @property
    def split(self) -> BoolArray:
        """Which sources go to several targets, shape (sources,)."""
        return np.diff(self.weights.indptr) > 1

    @property
    def is_exact(self) -> bool:
        """Whether every source goes whole to one target."""
        return not self.split.any()

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each pair: `source`, `target`, `weight`."""
        pairs = self.weights.tocoo()
        return pd.DataFrame(
            {
                "source": self.sources.to_numpy(dtype=object)[pairs.coords[0]],
                "target": self.targets.to_numpy(dtype=object)[pairs.coords[1]],
                "weight": pairs.data,
            }
        )

    def matched(self, ids: Iterable[Hashable]) -> Crosswalk:
        """Put the sources into the order of `ids`, leaving out those not among them.

        Raises
        ------
        UnmatchedUnit
            Some ids are no source of this crosswalk.
        """
        wanted = _index(ids)
        places = self.sources.get_indexer(wanted)
        missing = places < 0
        if missing.any():
            message = f"{missing.sum():,} of {len(wanted):,} are not in the crosswalk."
            remedy = f"{did_you_mean(wanted[missing][0], self.sources) if len(self.sources) < 1000 else ''}"
            raise UnmatchedUnit(
                message, units=wanted[missing], remedy=f"{remedy} Check that both are of one vintage.".strip()
            )
        return replace(self, sources=wanted, weights=self.weights[places])

    def apply(self, values: pd.Series | pd.DataFrame) -> pd.Series | pd.DataFrame:
        """Move amounts, given by source id, to the targets; people are conserved.

        Raises
        ------
        UnmatchedUnit
            Some ids are no source of this crosswalk.
        TotalsNotConserved
            People are in sources that go nowhere.
        """
        moved = self.move(values.to_numpy(dtype=np.float64), values.index)
        if isinstance(values, pd.Series):
            return pd.Series(moved, index=self.targets, name=values.name)
        return pd.DataFrame(moved, index=self.targets, columns=values.columns)

    def move(self, values: FloatArray, ids: Iterable[Hashable]) -> FloatArray:
        """Move amounts, shape (sources, …), to the targets; the array form of `apply`.

        Raises
        ------
        UnmatchedUnit
            Some ids are no source of this crosswalk.
        TotalsNotConserved
            People are in sources that go nowhere.
        """
        walk = self.matched(ids)
        moved: FloatArray = walk.weights.T @ values
        nowhere, missing = np.diff(walk.weights.indptr) == 0, np.isnan(values)
        known, there = values, moved
        if missing.any():
            known = np.where(missing, 0.0, values)
            there = walk.weights.T @ known
        lost = np.abs(known.sum(axis=0) - there.sum(axis=0))
        # What is missing in a source that goes nowhere would come out as 0.
        if (lost > ROUNDING * np.maximum(np.abs(known).sum(axis=0), 1)).any() or missing[nowhere].any():
            message = f"{lost.sum():,.6g} people would be lost between the two lists."
            remedy = "Their areas or categories go nowhere: extend the crosswalk, or leave those units out and say so."
            raise TotalsNotConserved(message, units=walk.sources[nowhere], remedy=remedy)
        return moved

    def then(self, other: Crosswalk) -> Crosswalk:
        """Join two crosswalks end to end: from this one's sources to the other's targets.

        Raises
        ------
        InvalidParameter
            The targets of this one are not the sources of the other.
        """
        missing = self.targets.difference(other.sources)
        if len(missing):
            message = f"{plural(len(missing), 'target')} of the first crosswalk cannot be found in the second."
            raise InvalidParameter(f"{message} [{listed(list(missing))}]", remedy="Join them where the ids agree.")
        kinds = {self.kind, other.kind} - {"exact"}
        weights = (self.weights @ other.matched(self.targets).weights).tocsr()
        weights.sort_indices()
        return Crosswalk(
            self.sources,
            other.targets,
            weights,
            kind=kinds.pop() if len(kinds) == 1 else "weighted" if kinds else "exact",
            basis="; ".join(dict.fromkeys(text for text in (self.basis, other.basis) if text)),
            version="; ".join(dict.fromkeys(text for text in (self.version, other.version) if text)),
            lossy=self._inherited(self.lossy, other.lossy),
            left_out=self._inherited(self.left_out, other.left_out),
            notes=tuple(dict.fromkeys((*self.notes, *other.notes))),
        )

    def _inherited(self, own: pd.Series | None, later: pd.Series | None) -> pd.Series | None:
        """Join what is said of sources with what is said of the targets that they reach."""
        if later is None:
            return own
        said = self.to_frame()
        said["why"] = said["target"].map(later[~later.index.duplicated()])
        reached = said.dropna(subset="why").drop_duplicates("source").set_index("source")["why"]
        if own is None:
            return reached
        return pd.concat([own, reached[~reached.index.isin(own.index)]])


def texts(column: pd.Series) -> pd.Series:
    """Return a column of ids as text, without a pass over what is text already."""
    return column if isinstance(column.dtype, pd.StringDtype) else column.map(id_text)


def _index(ids: Iterable[Hashable]) -> pd.Index:
    return pd.Index(ids if isinstance(ids, (pd.Index, pd.Series)) else list(ids), dtype=str).rename(None)


def _amounts(column: pd.Series) -> FloatArray:
    return pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
