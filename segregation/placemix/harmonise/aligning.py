"""Two tables made comparable: one geography and one classification, and what it cost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal, TypeAlias

import pandas as pd

from placemix._typing import Table
from placemix.counts import Counts
from placemix.crosswalks import Crosswalk
from placemix.errors import (
    InvalidParameter,
    NotCounts,
    UnmatchedUnit,
    did_you_mean,
    listed,
    plural,
)
from placemix.harmonise.alignments import Alignment, conservation, lineage_row, warned
from placemix.harmonise.areas.ancillaries import Reading
from placemix.harmonise.areas.components import common_areas
from placemix.harmonise.areas.editions import changes
from placemix.harmonise.areas.interpolation import crossing
from placemix.harmonise.areas.layers import Outside
from placemix.harmonise.areas.moving_counts import moved
from placemix.harmonise.areas.rasters import Coverage
from placemix.harmonise.areas.walks import Walks, shared_out
from placemix.harmonise.matching import (
    one_classification,
    pairs_of,
    refuse_different,
    refuse_matching_codes,
    with_codes,
)

#: How two geographies are made one.
Method: TypeAlias = Literal["common", "weights", "areal", "dasymetric"]
METHODS = ("common", "weights", "areal", "dasymetric")
Columns: TypeAlias = tuple[str | None, str | None, str | None]


def align(
    before: Counts,
    after: Counts,
    *,
    lookup: Table | Crosswalk | None = None,
    method: Method = "common",
    source: str | None = None,
    target: str | None = None,
    change: str | None = None,
    people: pd.Series | str | None = None,
    irregular: Literal["refuse", "people"] = "refuse",
    groups: Any = None,  # noqa: ANN401
    by: Any = None,  # noqa: ANN401
    weight: str | None = None,
    band: int = 1,
    coverage: Coverage = "exact",
    outside: Outside = "refuse",
    slivers: float = 0.0,
    straddling: Literal["refuse", "largest"] = "refuse",
) -> Alignment:
    """Make two tables comparable, and say what it cost.

    Parameters
    ----------
    before, after
        Counts of two dates, or of two tables of one date. The result is on the units of `after`, or
        on those that both have in common.
    lookup
        Table with one row for each pair of units that share ground, or a crosswalk. Needed for
        ``"common"`` and ``"weights"`` where the units differ.
    method
        ``"common"`` merges both tables onto the smallest areas they have in common: nothing is
        estimated and nobody lost, but areas that changed are larger. ``"weights"`` moves `before`
        onto the units of `after` by the lookup, and shares splits out by people. ``"areal"`` does so
        by ground shared, ``"dasymetric"`` by where people live; both need geometry.
    source, target, change
        Columns of the lookup: ids of `before`, ids of `after`, and change codes. Default: the columns
        that hold them.
    people, irregular
        What splits are shared out by; see `changes`. Default: everyone in `after`.
    groups
        How groups are made one: ``"common"`` for the finest that both classifications share; the id
        of a classification, or a crosswalk, for `regroup`; or a mapping from each new group to the
        groups merged into it, of either table.
    by, weight, band, coverage
        The ancillary of ``"dasymetric"``; see `interpolate`.
    outside, slivers
        Of ``"areal"`` and ``"dasymetric"``; see `areal`.
    straddling
        What to do with a common area that lies in two strata.

    Returns
    -------
    alignment
        Both tables, the lineage, a conservation check, the share of people interpolated, warnings.

    Raises
    ------
    VintageMismatch
        The units differ and there is nothing to bring them together by; the message says how many
        people matching codes would lose.
    DenominatorMismatch
        The two count different universes, or groups by different classifications.
    UnmatchedUnit
        The lookup joins a unit of one table with one that the other lacks.
    TotalsNotConserved, InvalidCrosswalk, CRSMismatch
        And others, as for `changes`, `interpolate` and `Counts.merge_units`.

    Warns
    -----
    SmoothedByInterpolation
        People were divided between units, which makes groups look more evenly spread;
        `placemix.inference.smoothing_bias` estimates by how much.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town()
    >>> aligned = align(town.residents("before"), town.residents("after"), lookup=town.lookup)
    >>> aligned
    <Alignment (common): 2,375 units, 5 groups, 0.0% of the earlier people interpolated>
    >>> aligned.lineage[["step", "side", "units_in", "units_out"]].values.tolist()
    [['common areas', 'before', 2400, 2375], ['common areas', 'after', 2425, 2375]]
    """
    _known(before, after, method, straddling)
    _refuse_unused(method, lookup=lookup, people=people, by=by)
    refuse_different(before, after, groups)
    steps: list[dict[str, Any]] = []
    if groups is not None:
        one, other, notes = one_classification(before, after, groups)
        steps += [
            lineage_row("groups", "before", before, one, notes[0]),
            lineage_row("groups", "after", after, other, notes[1]),
        ]
        before, after = one, other
    if before.groups != after.groups:
        order = [before.groups.index(group) for group in after.groups]
        before = before.take_groups(order)
    ready, walks = (before, after), None
    done: str = method
    same = len(before) == len(after) and bool((after.units.get_indexer(before.units) >= 0).all())
    editions = [counts.about.vintage for counts in (before, after)]
    # The same ids need not be the same ground: where the editions may differ, a lookup says so.
    one_edition = editions[0] == editions[1] is not None
    if method in {"common", "weights"} and same and (lookup is None or one_edition):
        done = "same units"
        ordered = before.take(before.units.get_indexer(after.units))
        note = ""
        if all(editions) and not one_edition:
            note = f"Boundaries of {editions[0]} and {editions[1]} are taken to be the same, for all ids are."
        steps += [lineage_row(done, "before", before, ordered, note), lineage_row(done, "after", after, after)]
        before = ordered
    elif method == "common":
        if lookup is None:
            refuse_matching_codes(before, after)
        before, after = _on_common_areas(before, after, lookup, (source, target, change), straddling, steps)
    else:
        if method == "weights":
            if lookup is None:
                refuse_matching_codes(before, after)
            walks = _by_lookup(before, after, lookup, (source, target, change), people, irregular)
        else:
            if method == "dasymetric" and by is None:
                message = "A dasymetric alignment needs by=, which says where people live."
                remedy = "Pass a raster, points, or counts of smaller areas; or method='areal' to go by area."
                raise InvalidParameter(message, remedy=remedy)
            reading = Reading(weight, band, coverage)
            by = "area" if method == "areal" else by
            walks = crossing(before, after, by=by, reading=reading, outside=outside, slivers=slivers)[0]
        before = _moved(before, after, walks, method, steps)
    before, after = _one_set_of_strata(before, after)
    share = 0.0 if walks is None else float(steps[-1]["interpolated"])
    return Alignment(
        before=before,
        after=after,
        method=done,
        lineage=pd.DataFrame(steps),
        conserved=conservation(ready, (before, after)),
        interpolated=share,
        warnings=warned(share, walks),
        walks=walks,
        original=None if walks is None else ready[0],
    )


def _known(before: object, after: object, method: str, straddling: str) -> None:
    if method not in METHODS:
        message = f"method is {', '.join(map(repr, METHODS[:-1]))} or {METHODS[-1]!r}, not {method!r}."
        raise InvalidParameter(message, remedy=did_you_mean(method, METHODS))
    if straddling not in {"refuse", "largest"}:
        message = f"straddling is 'refuse' or 'largest', not {straddling!r}."
        raise InvalidParameter(message)
    for counts in (before, after):
        if not isinstance(counts, Counts):
            message = f"Counts are needed, not a {type(counts).__name__}."
            raise NotCounts(message, remedy="Read the table first: placemix.from_wide(table, groups=[…], unit='…').")


#: Options that only some methods use.
USED = {"lookup": ("common", "weights"), "people": ("weights",), "by": ("dasymetric",)}


def _refuse_unused(method: str, **given: object) -> None:
    """Refuse options that would change nothing, for whoever passes them thinks that they do."""
    idle = [f"{name}=" for name, value in given.items() if value is not None and method not in USED[name]]
    if idle:
        message = f"method={method!r} does not use {listed(idle)}"
        methods = " or ".join(f"method={name!r}" for name in USED[idle[0][:-1]])
        raise InvalidParameter(f"{message}.", remedy=f"{idle[0]} goes with {methods}.")


def _on_common_areas(
    before: Counts,
    after: Counts,
    lookup: Any,  # noqa: ANN401
    columns: Columns,
    straddling: Literal["refuse", "largest"],
    steps: list[dict[str, Any]],
) -> tuple[Counts, Counts]:
    rows = pairs_of(before, after, lookup, columns)
    areas = common_areas(rows, source="source", target="target")
    # Both get the strata and shapes of the later table where it has any, so those of the earlier are not merged.
    bare = replace(before, strata=before.strata[[]]) if len(after.strata.columns) else before
    bare = bare if after.geometry is None else replace(bare, geometry=None)
    merged = []
    for side, counts, vintage in (("before", bare, "source"), ("after", after, "target")):
        found = counts.merge_units(areas[areas["vintage"] == vintage].set_index("unit")["area"], straddling=straddling)
        mine = areas[(areas["vintage"] == vintage) & areas["unit"].isin(counts.units)]
        together = mine["area"].duplicated(keep=False)
        joined = mine["area"][together].nunique()
        what = (
            f"{plural(int(together.sum()), 'unit')} merged into {plural(joined, 'area')}"
            if joined
            else "no unit merged"
        )
        note = f"{what}; nothing estimated"
        steps.append(lineage_row("common areas", side, counts, found, note))
        merged.append(found)
    one, other = merged
    one = one.take(one.units.get_indexer(other.units))
    one = one if other.geometry is None else replace(one, geometry=other.geometry)
    editions = [counts.about.vintage for counts in (before, after)]
    if editions[0] != editions[1] and all(editions):
        vintage = f"common areas of {editions[0]} and {editions[1]}"
        one, other = (replace(counts, about=replace(counts.about, vintage=vintage)) for counts in (one, other))
    return one, other


def _by_lookup(
    before: Counts,
    after: Counts,
    lookup: Any,  # noqa: ANN401
    columns: Columns,
    people: pd.Series | str | None,
    irregular: Literal["refuse", "people"],
) -> Walks:
    if isinstance(lookup, Crosswalk):
        return Walks.of(before, lookup)
    rows = with_codes(pairs_of(before, after, lookup, columns))
    basis = ""
    if people is None:
        people = after.totals
        basis = f"{after.about.universe or 'people'} of the later table"
    walk = changes(
        rows, source="source", target="target", change="change", people=people, irregular=irregular, basis=basis
    )
    return Walks.of(before, walk)


def _moved(before: Counts, after: Counts, walks: Walks, method: str, steps: list[dict[str, Any]]) -> Counts:
    """Move the earlier table onto the units of the later one."""
    own = len(after.strata.columns) > 0
    targets = walks.residual.targets
    places = after.units.get_indexer(targets)
    strata = None
    if own and (places >= 0).all():
        strata = after.strata.iloc[places].reset_index(drop=True)
    found = moved(before, walks, strata=strata, vintage=after.about.vintage)
    odd = found.units.symmetric_difference(after.units)
    if len(odd):
        message = f"{plural(len(odd), 'unit is', 'units are')} on one side only after moving."
        remedy = "Give a lookup that reaches every unit of the later table, and take both for the same ground."
        raise UnmatchedUnit(message, units=odd, remedy=remedy)
    found = found.take(found.units.get_indexer(after.units))
    if after.geometry is not None:
        found = replace(found, geometry=after.geometry)
    split, away = shared_out(walks.matched(before.units))
    everyone = max(before.total.sum(), 1)
    share = float(before.total[split].sum() / everyone)
    new = [note for note in found.about.notes if note not in before.about.notes]
    if share:
        new.append(
            f"At most {(before.total * away).sum() / everyone:.2%} of people went elsewhere than to the main one."
        )
    steps.append(lineage_row(method, "before", before, found, " ".join(new), share))
    return found


def _one_set_of_strata(before: Counts, after: Counts) -> tuple[Counts, Counts]:
    """Give both tables the same strata: those of the later, for the units are the same."""
    if len(after.strata.columns):
        return replace(before, strata=after.strata), after
    return (before, replace(after, strata=before.strata)) if len(before.strata.columns) else (before, after)
