"""Values of the rows of a call, by the kernels: the readable way, and the one for small tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from placemix._typing import FloatArray
from placemix.counts import Counts
from placemix.errors import InvalidParameter
from placemix.measuring.ground import GROUND, LAND, places_of
from placemix.measuring.ordered import Everyone
from placemix.measuring.plan import REST, Row
from placemix.measuring.vicinity import Vicinity
from placemix.registry import Asked


def value(row: Row, everyone: Everyone, around: Everyone | Vicinity | None, counts: Counts) -> FloatArray:
    """Evaluate one row for every stratum, shape (strata,)."""
    call, function = row.asked.row.call, row.asked.row.function
    options: dict[str, Any] = dict(row.asked.values)
    starts = everyone.starts
    if call == "mix":
        return np.asarray(function(everyone.members, **options))
    if call == "threshold":
        return threshold(row, everyone, counts)
    if call == "trajectory":
        return walked(row, everyone, counts)
    if isinstance(around, Vicinity) and call in {"contrast", "surface"}:
        return _apart(row, everyone, around, counts)
    ends = isinstance(around, Vicinity) and around.ends(row.asked.row)
    near = around.people(ends=ends) if isinstance(around, Vicinity) else around
    if "weight" in row.asked.row.needs and isinstance(around, Vicinity):
        options["weight"] = around.weight(row, ends=ends)
    options |= _ground(row, everyone, counts)
    if row.focal is None:
        ranked = row.given.ranked(row.asked.row, everyone.values)
        spatial = {} if near is None else {"surroundings": row.given.ranked(row.asked.row, near.values)}
        return np.asarray(function(ranked, starts=starts, **spatial, **options))
    pick = Everyone.met if call == "meeting" else Everyone.pair
    spatial = {} if near is None else {"surroundings": pick(near, *_pair(row))}
    return np.asarray(function(pick(everyone, *_pair(row)), starts=starts, **spatial, **options))


def _ground(row: Row, everyone: Everyone, counts: Counts) -> dict[str, FloatArray]:
    """What a kernel is given of the ground under its units, in their order."""
    measure = row.asked.row
    if measure.call != "groups":
        return {}
    found = {name: of(counts) for name, of in LAND.items() if name in measure.needs} | row.given.options(measure)
    return {name: array[everyone.order] for name, array in found.items()}


def walked(row: Row, everyone: Everyone, counts: Counts) -> FloatArray:
    """Evaluate a measure of walks outward over everyone; in each stratum, or for each unit in their order."""
    xy, rank = places_of(counts)
    people = everyone.values if row.focal is None else everyone.pair(*_pair(row))
    places = xy[everyone.order], rank[everyone.order]
    options = dict(row.asked.values)
    return np.asarray(row.asked.row.function(people, places=places, starts=everyone.starts, **options))


def _apart(row: Row, everyone: Everyone, around: Vicinity, counts: Counts) -> FloatArray:
    """Evaluate a measure that compares neighbours, or surfaces of density."""
    measure, options = row.asked.row, dict(row.asked.values)
    if measure.call == "surface":
        return np.concatenate([np.asarray(measure.function(table, **options)) for table in around.surfaces(row)])
    ground = {name: of(counts)[everyone.order] for name, of in GROUND.items() if name in measure.needs}
    pair, pairs = everyone.pair(*_pair(row)), around.neighbours(row)
    return np.asarray(measure.function(pair, pairs=pairs, starts=everyone.starts, **ground, **options))


def _pair(row: Row) -> tuple[int, int]:
    return int(row.focal or 0), REST if row.against is None else row.against


def threshold(row: Row, everyone: Everyone, counts: Counts) -> FloatArray:
    """Share of members where a share reaches the threshold."""
    options: Mapping[str, Any] = row.asked.values
    members = everyone.total if row.focal is None else everyone.values[:, row.focal]
    return np.asarray(
        row.asked.row.function(
            members,
            compared(row.asked, row.focal, everyone, counts),
            everyone.total,
            threshold=float(options["threshold"]),
            op=options["op"],
            starts=everyone.starts,
        )
    )


def compared(ask: Asked, focal: int | None, everyone: Everyone, counts: Counts) -> FloatArray:
    """People whose share of the unit is compared with the threshold, shape (units,)."""
    share = str(ask.values["share"])
    if share == "largest":
        return everyone.values.max(axis=1)
    if share == "own":
        if focal is None:
            message = "share='own' needs a focal group."
            raise InvalidParameter(message)
        return everyone.values[:, focal]
    if share.startswith("not ") and share not in counts.groups:
        return everyone.total - everyone.values[:, counts.position(share.removeprefix("not "))]
    return everyone.values[:, counts.position(share)]
