"""Zoning: how much of a value is due to where the borders of areas happen to run."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.counts import Counts, checked
from placemix.errors import (
    InvalidParameter,
    InvalidTable,
    SmoothedByInterpolation,
    UnknownColumn,
    did_you_mean,
    listed,
    plural,
)
from placemix.measuring import measure
from placemix.measuring.inputs import described
from placemix.measuring.plan import Which
from placemix.registry import asked
from placemix.results import Call, Result, remember
from placemix.scales.forests import Ground, parts, shared_out, zoning_of
from placemix.strata import Strata
from placemix.surroundings import Surroundings, contiguity
from placemix.surroundings.around import codes_of

#: Share of the draws between `lower` and `upper`.
LEVEL = 0.9


def zoning(
    counts: Counts,
    measures: str | Sequence[str],
    *,
    zones: int | str,
    draws: int = 200,
    seed: int = 0,
    focal: Which = None,
    against: Which = "rest",
    by: str | Sequence[str] = (),
    neighbours: Surroundings | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Measure over many random zonings: the units joined into as many connected zones, differently each time.

    Parameters
    ----------
    counts
        People of each group in small units, with shapes.
    measures, focal, against
        See `placemix.measure`.
    zones
        Number of zones; or the name of strata that are a zoning, whose value is compared with those of
        as many random zones.
    draws
        Number of random zonings.
    seed
        Seed; the same seed gives the same zonings.
    by
        Strata to measure apart; no zone crosses their borders. Each has as many zones as the zoning that
        is named has in it; a number is shared out by their people.
    neighbours
        Which units touch. Default: those that share a border or a corner.
    progress
        Called with the number of zonings done and of all.

    Returns
    -------
    result
        As from `placemix.measure`. `value` is that of the given zoning, or the median of the draws where
        a number was given; `expected` is their mean, `lower` and `upper` hold nine tenths of them, and
        `flag` says whether a given zoning's lies below, within or above these. The note says how many
        people the zones have.

    Raises
    ------
    InvalidParameter
        There are fewer zones than parts of the map that do not touch, or more than units; or a measure
        needs surroundings, which zones have not.
    UnknownColumn
        There are no strata of that name.
    InvalidTable
        A zone of the zoning that is named lies in several strata of `by`.
    NoPlace, CRSMismatch
        Units have no usable shape; see `placemix.surroundings.contiguity`.

    Notes
    -----
    A zoning is a spanning forest: the links between neighbours get random lengths, the shortest tree over
    them is cut in two where both sides hold nearly a whole number of zones' people, and so on, as in
    the drawing of electoral districts by computer. So zones are connected and have about as many people
    each; they would not compare with official ones if some were ten times as large as others. It is
    **not** a uniform draw from all such zonings, which nobody can make for a map of any size. Every
    island, and every other part of the map that touches nothing else, is at least one zone of its own.

    References
    ----------
    Openshaw 1984; DeFord, Duchin and Solomon 2021 (cutting trees).

    Examples
    --------
    >>> import placemix as pm
    >>> homes = pm.datasets.town().residents("before")
    >>> found = pm.scales.zoning(homes, "information_theory", zones="ward", draws=40)
    >>> found[["value", "lower", "upper", "flag"]].round(2)
       value  lower  upper    flag
    0   0.14   0.14   0.15  within
    """
    counts = checked(counts)
    if isinstance(draws, bool) or not isinstance(draws, int | np.integer) or draws < 1:
        message = f"draws is a whole number above 0, not {draws!r}."
        raise InvalidParameter(message)
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed < 2**128:
        message = f"seed is a whole number from 0, not {seed!r}."
        raise InvalidParameter(message)
    near: object = neighbours
    if near is not None and not isinstance(near, Surroundings):
        message = f"neighbours are surroundings, not a {type(near).__name__}."
        raise InvalidParameter(message, remedy="Make them with surroundings.contiguity or another function of it.")
    _of_zones([measures] if isinstance(measures, str) else measures)
    strata = [by] if isinstance(by, str) else list(by)
    arranged = counts.arranged(strata)
    given = _given(counts, zones, arranged)
    touching = contiguity(counts) if neighbours is None else neighbours.on(counts)
    ground = _ground(counts, touching, arranged, given if given is not None else int(zones))
    plain = replace(counts, geometry=None, strata=counts.strata[strata])
    options: dict[str, Any] = {"focal": focal, "against": against, "by": strata}
    values, people = [], []
    for draw in range(draws):
        member = zoning_of(ground, np.random.Generator(np.random.Philox(key=seed, counter=draw << 64)))
        with warnings.catch_warnings():
            if draw:
                warnings.simplefilter("ignore", SmoothedByInterpolation)
            joined = _joined(plain, member)
            rows = measure(joined, measures, **options)
        values.append(rows["value"].to_numpy())
        people.append(_sizes(joined, strata))
        if progress is not None:
            progress(draw + 1, draws)
    out, own = pd.DataFrame(rows), None
    if given is not None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SmoothedByInterpolation)
            joined = _joined(plain, given)
            out, own = pd.DataFrame(measure(joined, measures, **options)), _sizes(joined, strata)
    inputs = {"counts": counts, "neighbours": touching}
    notes = np.repeat(_notes(people, own, draws), len(out) // len(arranged))
    return _framed(out, np.array(values), notes.tolist(), inputs, compared=given is not None, arguments={
        "measures": [measures] if isinstance(measures, str) else list(measures), "zones": zones, "draws": draws,
        "seed": seed, **options,
    })  # fmt: skip


def _of_zones(measures: Sequence[str]) -> None:
    """Refuse measures of who is near whom: zones are drawn anew each time, and have no surroundings."""
    rows = [asked(text).row for text in measures]
    near = listed([row.name for row in rows if row.needs_around or row.call in {"trajectory", "surface"}])
    if near:
        message = f"{near} is about who is near whom, which a zoning does not look at."
        remedy = "Zonings are for measures of area counts, such as dissimilarity; for scale see scales.profile."
        raise InvalidParameter(message, remedy=remedy)


def _framed(
    out: pd.DataFrame,
    found: FloatArray,
    notes: list[str],
    inputs: dict[str, Any],
    *,
    compared: bool,
    arguments: dict[str, Any],
) -> Result:
    """Put the range of the draws beside the values."""
    undefined = np.isnan(found).sum(axis=0)
    tail = (1 - LEVEL) / 2
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a row undefined in every draw stays so
        low, middle, high = np.nanquantile(found, [tail, 0.5, 1 - tail], axis=0)
        mean = np.nanmean(found, axis=0)
    if not compared:
        out["value"] = middle
        out["numerator"] = middle * out["denominator"]
    value = out["value"].to_numpy()
    out["expected"], out["lower"], out["upper"] = mean, low, high
    out["level"] = np.where(np.isnan(low), np.nan, LEVEL)
    if not compared:
        value = np.full(len(out), np.nan)  # a median lies within its own draws, which says nothing
    flag = np.select([np.isnan(value) | np.isnan(low), value < low, value > high], ["", "below", "above"], "within")
    out["flag"] = pd.Categorical([word or None for word in flag], categories=["below", "within", "above"])
    texts = []
    for before, note, lost in zip(out["note"], notes, undefined.tolist(), strict=True):
        told = f"{note}; undefined in {lost} of them" if lost else note
        told = told if compared else f"median of {told}"
        texts.append(f"{before}; {told}" if isinstance(before, str) else told)
    out["note"] = pd.Categorical(texts)
    out["interval_method"] = pd.Categorical([f"zoning:{LEVEL:.0%} of balanced random forests"] * len(out))
    out["source"] = pd.Categorical([inputs["counts"].source] * len(out))
    result = remember(out, Call("zoning", inputs, arguments, described))
    result.attrs["cites"] = ("openshaw_1984", "deford_2021")
    return result


def _notes(people: list[list[FloatArray]], own: list[FloatArray] | None, draws: int) -> list[str]:
    """Say of each stratum how large zones are, for a range means nothing among zones of other sizes."""
    out = []
    for place in range(len(people[0])):
        low, high = np.quantile(np.concatenate([draw[place] for draw in people]), [0.05, 0.95])
        text = f"{plural(draws, 'random zoning')}, nine tenths of zones with {low:,.0f} to {high:,.0f} people"
        if own is not None:
            low, high = np.quantile(own[place], [0.05, 0.95])
            text += f" (given: {low:,.0f} to {high:,.0f})"
        out.append(text)
    return out


def _sizes(joined: Counts, strata: list[str]) -> list[FloatArray]:
    """People of the zones of each stratum."""
    found = joined.arranged(strata)
    return np.split(joined.total[found.order], found.bounds[1:-1])


def _given(counts: Counts, zones: int | str, strata: Strata) -> IntArray | None:
    """Zone of each unit in a zoning that was named, or None for a number."""
    if isinstance(zones, str):
        if zones not in counts.strata.columns:
            known = ", ".join(map(str, counts.strata.columns)) or "none"
            message = f"The counts carry no strata {zones!r}; they carry {known}."
            raise UnknownColumn(message, remedy=did_you_mean(zones, counts.strata.columns))
        zone, names = pd.factorize(counts.strata[zones])
        pairs = pd.DataFrame({"zone": zone, "stratum": codes_of(strata)}).drop_duplicates()
        several = pairs["zone"][pairs["zone"].duplicated()].unique()
        if len(several):
            message = f"{plural(len(several), 'zone lies', 'zones lie')} in several strata of by=."
            remedy = f"Leave out by=, or name strata that {zones} nest in."
            raise InvalidTable(message, units=names[several], remedy=remedy)
        return np.asarray(zone, dtype=np.int64)
    if isinstance(zones, bool) or not isinstance(zones, int | np.integer) or not 1 < zones <= len(counts):
        message = f"zones is a number from 2 to the {len(counts):,} units, or the name of strata, not {zones!r}."
        raise InvalidParameter(message)
    return None


def _ground(counts: Counts, touching: Surroundings, strata: Strata, zones: IntArray | int) -> Ground:
    """Make the map that zones are drawn on: links, parts, and how many zones each part is cut into."""
    blocks = [(i[i < j], j[i < j]) for i, j, _ in touching.limited(strata).pairs()]
    none = np.empty(0, dtype=np.int64)
    i, j = (np.concatenate(ends) if ends else none for ends in (list(end) for end in zip(*blocks, strict=True)))
    order = np.lexsort((j, i))  # random lengths must not depend on how the pairs were found
    i, j = i[order], j[order]
    part = parts(i, j, len(counts))
    people, most = np.asarray(np.bincount(part, counts.total), dtype=np.float64), np.bincount(part)
    if isinstance(zones, int):
        groups, wanted = [np.arange(len(most))], [zones]
    else:
        stratum = codes_of(strata)[np.unique(part, return_index=True)[1]]
        groups = [np.flatnonzero(stratum == number) for number in range(len(strata))]
        wanted = [len(np.unique(zones[codes_of(strata) == number])) for number in range(len(strata))]
    shares = np.zeros(len(most), dtype=np.int64)
    lacking = [(len(places), many) for places, many in zip(groups, wanted, strict=True) if many < len(places)]
    if lacking:
        islands, many = lacking[0]
        less = ", leave out by=" if len(strata) > 1 else ""
        where = f"The map falls into {islands:,} parts that do not touch"
        if less and isinstance(zones, int):
            where = (
                f"No zone crosses the borders of the {len(strata):,} strata of by=, so {islands:,} parts do not touch"
            )
        elif less:
            where = f"A stratum of by= falls into {islands:,} parts that do not touch"
        message = f"{where}, and there are no {many:,} connected zones."
        remedy = f"Ask for {islands:,} zones or more{less}, or join islands by neighbours=."
        raise InvalidParameter(message, remedy=remedy)
    for places, many in zip(groups, wanted, strict=True):
        shares[places] = shared_out(many, people[places], most[places])
    return Ground(i, j, part, shares, counts.total)


def _joined(counts: Counts, member: IntArray) -> Counts:
    """Sum units into zones; a zone lies in one stratum, that of its first unit."""
    zones = int(member.max()) + 1
    first = np.unique(member, return_index=True)[1]
    values = np.column_stack([np.bincount(member, group, minlength=zones) for group in counts.values.T]).astype(
        np.float64
    )
    total = np.bincount(member, counts.total, minlength=zones)
    return replace(
        counts,
        values=values,
        total=np.maximum(total, values.sum(axis=1)),
        units=pd.Index([str(zone) for zone in range(zones)], dtype=counts.units.dtype),
        strata=counts.strata.iloc[first].reset_index(drop=True),
        area=None,
        error=None,
        geometry=None,
    )
