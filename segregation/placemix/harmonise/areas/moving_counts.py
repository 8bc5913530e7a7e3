"""Counts moved onto other units, with all that goes along with people: totals, bounds, strata, shapes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.about import About
from placemix.counts import Counts
from placemix.crosswalks import Crosswalk
from placemix.errors import InvalidParameter, TotalsNotConserved, UnmatchedUnit, plural
from placemix.harmonise.areas.lookups import refuse_best_fit
from placemix.harmonise.areas.outlines import outlines
from placemix.harmonise.areas.walks import Partial, SplitBy, Unreached, Walks, reached_by, shared_out, targets_kept
from placemix.strata import merged

#: What to do with a target whose people come from several strata.
Straddling: TypeAlias = Literal["refuse", "largest", "drop"]
#: People that rounding may lose, as a share of all.
LOST = 1e-6


def moved(
    counts: Counts,
    walks: Walks,
    *,
    split_by: SplitBy = "share",
    straddling: Straddling = "refuse",
    unreached: Unreached | None = None,
    partial: Partial = "refuse",
    geometry: Any = None,  # noqa: ANN401
    strata: pd.DataFrame | None = None,
    vintage: str | None = None,
) -> Counts:
    """Move counts; what `reunit` and `interpolate` share.

    `strata` are the targets' own, one row a target in the crosswalk's order; the rest as in `reunit`.
    """
    for walk in walks.each():
        refuse_best_fit(walk)
    matched = walks.matched(counts.units)
    found = matched.divided(split_by)
    whole = found.whole(counts)
    keep, notes = targets_kept(replace(walks.residual, weights=walks.reach()), counts.units, unreached, partial)
    values = found.move(counts.values)
    total = whole.weights.T @ counts.total
    _conserved(counts, values, total, whole)
    low, high = (None if ends is None else found.move(ends) for ends in (counts.low, counts.high))
    error = None if counts.error is None else np.sqrt(found.move(counts.error**2, squared=True))
    exact = whole.is_exact
    taken = np.flatnonzero(keep)
    targets = walks.residual.targets[taken].rename(counts.units.name)
    unreached_ids = () if unreached != "leave_out" else tuple(walks.residual.targets[~reached_by(walks.reach())])
    about = _about(counts, walks, matched, found, vintage)
    if strata is None:
        strata, dropped = _strata(counts, whole, taken, straddling)
        notes = (*notes, *dropped)
    else:
        strata = strata.iloc[taken].reset_index(drop=True)
    return replace(
        counts,
        values=values[taken],
        units=targets,
        total=total[taken],
        strata=strata,
        geometry=_shapes(counts, whole, taken, geometry),
        area=(whole.weights.T @ counts.area)[taken] if counts.area is not None and exact else None,
        about=about.noting(*notes),
        low=None if low is None else low[taken],
        high=None if high is None else high[taken],
        error=None if error is None else error[taken],
        left_out=(*counts.left_out, *unreached_ids),
    )


def _conserved(counts: Counts, values: FloatArray, total: FloatArray, whole: Crosswalk) -> None:
    """Check that as many people came out as went in, of each group and of all."""
    before = np.append(counts.values.sum(axis=0), counts.total.sum())
    after = np.append(values.sum(axis=0), total.sum())
    if (np.abs(before - after) <= LOST * np.maximum(before, 1)).all():
        return
    nowhere = (np.diff(whole.weights.indptr) == 0) & (counts.total > 0)
    message = f"{before[-1] - after[-1]:,.6g} of {before[-1]:,.0f} people would be lost between the two lists."
    remedy = "Their units go nowhere: extend the crosswalk, or leave those units out first and say so."
    raise TotalsNotConserved(message, units=counts.units[nowhere], remedy=remedy)


def _about(counts: Counts, walks: Walks, matched: Walks, found: Walks, vintage: str | None) -> About:
    """Say what was estimated, of how many people, and by what."""
    given = list(walks.each())
    split, _ = shared_out(matched)
    people = counts.total[split].sum()
    notes = [note for walk in given for note in walk.notes]
    if people > 0:
        bases = dict.fromkeys(walk.basis for walk in found.each() if walk.basis)
        notes.append(
            f"{people:,.0f} of {counts.total.sum():,.0f} people ({people / counts.total.sum():.1%}) are of "
            f"{plural(int((split & (counts.total > 0)).sum()), 'unit')} with several new ones, and were divided by "
            f"{'; '.join(bases) or 'the weights given'}."
        )
    for walk in given:
        if walk.kind == "best-fit":
            notes.append(f"Best fit, not exact: each unit counts whole where its {walk.basis or 'centroid'} lies.")
        if walk.lossy is not None:
            here = walk.lossy[counts.units.get_indexer(pd.Index(walk.lossy.index, dtype=str)) >= 0]
            notes += [f"{plural(int(number), 'unit')}: {why}." for why, number in here.value_counts().items()]
    about = counts.about.noting(*notes, interpolated=counts.about.interpolated or bool(people > 0))
    return about if vintage is None else replace(about, vintage=str(vintage))


def _strata(
    counts: Counts, whole: Crosswalk, taken: IntArray, straddling: Straddling
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Give each target the stratum of its people, and say which strata were dropped."""
    pairs = whole.weights.tocoo()
    source, target = pairs.coords
    place = np.full(len(whole.targets), -1)
    place[taken] = np.arange(len(taken))
    codes, reached = pd.factorize(place[target], sort=True)
    people = pairs.data * counts.total[source]
    names = whole.targets[taken[reached]]
    columns, dropped = {}, []
    for name in counts.strata.columns:
        column = counts.strata[name].iloc[source]
        if straddling == "drop" and _straddles(column, codes):
            dropped.append(f"Strata {name!r} left out: a unit lies in several.")
            continue
        label = merged(column, people, codes, names, refuse=straddling == "refuse")
        if len(reached) < len(taken):
            texts = np.full(len(taken), "none", dtype=object)
            texts[reached] = np.asarray(label, dtype=object)
            label = pd.Categorical(texts, categories=list(dict.fromkeys([*label.categories, "none"])))
        columns[name] = label
    return pd.DataFrame(columns, index=range(len(taken))), tuple(dropped)


def _straddles(column: pd.Series, codes: IntArray) -> bool:
    pairs = pd.DataFrame({"to": codes, "stratum": column.cat.codes.to_numpy()}).drop_duplicates()
    return bool(pairs["to"].duplicated().any())


def _shapes(counts: Counts, whole: Crosswalk, taken: IntArray, geometry: Any) -> Any:  # noqa: ANN401
    """Return the shapes of the targets: as given, or joined from those of the sources."""
    dissolve = isinstance(geometry, str)
    if dissolve and geometry != "dissolve":
        message = f"geometry is the shapes of the targets or 'dissolve', not {geometry!r}."
        raise InvalidParameter(message)
    if dissolve and not whole.is_exact:
        message = "Shapes of units that are split cannot be joined to those of the targets."
        raise InvalidParameter(message, remedy="Pass the targets' own shapes as geometry=.")
    targets = whole.targets[taken]
    if geometry is not None and not dissolve:
        found = outlines(geometry, "geometry")
        places = found.ids.get_indexer(targets)
        if (places < 0).any():
            message = f"{plural((places < 0).sum(), 'target has', 'targets have')} no shape in geometry."
            raise UnmatchedUnit(message, units=targets[places < 0], remedy="Give every target one, or pass none.")
        return found.series().iloc[places].reset_index(drop=True)
    if counts.geometry is None or not (dissolve or (whole.is_exact and whole.kind == "exact")):
        return None
    import geopandas as gpd

    pairs = whole.weights.tocoo()
    frame = gpd.GeoDataFrame(
        {"to": pairs.coords[1]}, geometry=counts.geometry.iloc[pairs.coords[0]].to_list(), crs=counts.geometry.crs
    )
    return frame.dissolve(by="to").geometry.reindex(taken).reset_index(drop=True)
