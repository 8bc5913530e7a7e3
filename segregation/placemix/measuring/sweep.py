"""Values of the rows of a call, from one compiled sweep: the fast way, for large tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from placemix._typing import FloatArray
from placemix.counts import Counts
from placemix.indices._parts import ratio
from placemix.indices._sums import Sums, additive, gini_sums
from placemix.measuring.plan import REST, Row
from placemix.strata import Strata

#: Cells (units x groups) from which the compiled sweep repays loading the compiler.
LARGE = 200_000

_LOGS = {"information_theory", "mutual_information"}
_ROOTS = {"atkinson", "hutchens", "symmetric_atkinson"}
_TWO = {
    "dissimilarity", "gini", "information_theory", "mutual_information", "relative_diversity", "squared_variation",
    "normalised_exposure", "atkinson", "hutchens", "gorard", "karmel_maclachlan", "isolation", "exposure",
    "correlation_ratio", "min_max", "symmetric_atkinson", "target_gini", "overall_gini",
}  # fmt: skip
_GINI = {"gini", "target_gini", "overall_gini"}


def covers(row: Row) -> bool:
    """Whether the sweep holds the sums of a row."""
    name, values = row.asked.row.name, row.asked.values
    if name not in _TWO or values.get("exclude_self") or values.get("b", 0.5) != 0.5:
        return False
    if row.focal is None:  # overlaps of many groups are products, and no sums over pairs
        return name != "symmetric_atkinson"
    return row.against == REST or name == "exposure"


def values(rows: Sequence[Row], counts: Counts, strata: Strata, *, alone: bool = False) -> dict[int, FloatArray]:
    """Evaluate the rows that the sweep covers, by their place in `rows`: shape (strata,) each.

    With `alone` it starts no thread, because others like it run beside it.
    """
    covered = {place: row for place, row in enumerate(rows) if covers(row)}
    if not covered:
        return {}
    two = {row.asked.row.name for row in covered.values() if row.focal is not None}
    many = {row.asked.row.name for row in covered.values() if row.focal is None}
    pairs = any(row.asked.row.name == "exposure" and row.against != REST for row in covered.values())
    same = not counts.residual.any()
    if not many and not pairs:
        return _of_focal_groups(covered, counts, strata, two, alone=alone)
    grouped = counts.total if same or not many else counts.values.sum(axis=1)
    against_rest: Any = None
    against_each: Any = None
    if two or (many and same):
        against_rest = _swept(counts, counts.total, strata, two | (many if same else set()), pairs=pairs, alone=alone)
    if many:
        against_each = against_rest if same else _swept(counts, grouped, strata, many, pairs=False, alone=alone)
    out: dict[int, FloatArray] = {}
    for place, row in covered.items():
        name = row.asked.row.name
        if row.focal is None:
            out[place] = _many(name, against_each)
        elif name == "exposure" and row.against != REST and row.against is not None:
            sums = against_rest[0]
            out[place] = ratio(sums.meeting[:, row.focal, row.against], sums.members[:, row.focal])
        else:
            out[place] = _two(name, against_rest, row.focal)
    return out


def _of_focal_groups(
    covered: dict[int, Row], counts: Counts, strata: Strata, two: set[str], *, alone: bool
) -> dict[int, FloatArray]:
    """Sweep only over the groups that are asked for, each against everyone else."""
    groups = sorted({int(row.focal or 0) for row in covered.values()})
    swept = _swept(counts, counts.total, strata, two, pairs=False, alone=alone, groups=groups)
    return {place: _two(row.asked.row.name, swept, groups.index(int(row.focal or 0))) for place, row in covered.items()}


Swept = tuple[Sums, FloatArray | None]


def _swept(
    counts: Counts,
    total: FloatArray,
    strata: Strata,
    names: set[str],
    *,
    pairs: bool,
    alone: bool,
    groups: Sequence[int] | None = None,
) -> Swept:
    values = counts.values
    if groups is not None and len(groups) < values.shape[1]:
        values = np.ascontiguousarray(values[:, groups])
    place = (values, total, strata.order, strata.bounds)
    sums = additive(*place, logs=bool(names & _LOGS), roots=bool(names & _ROOTS), pairs=pairs, alone=alone)
    return sums, gini_sums(*place, alone=alone) if names & _GINI else None


def _two(name: str, swept: Any, k: int) -> FloatArray:  # noqa: ANN401, PLR0911
    sums, differences = swept
    x, everyone = sums.members[:, k], sums.people
    p = ratio(x, everyone)
    with np.errstate(divide="ignore", invalid="ignore"):
        if name in {"dissimilarity", "gorard", "karmel_maclachlan", "min_max"}:
            d = ratio(sums.deviation[:, k], 2 * x * (1 - p))
            return {"gorard": d * (1 - p), "karmel_maclachlan": d * 2 * p * (1 - p), "min_max": 2 * d / (1 + d)}.get(
                name, d
            )
        if name in _GINI:
            g = ratio(differences[:, k], 2 * everyone * x * (1 - p))
            return {"target_gini": g * (1 - p), "overall_gini": g * 2 * p * (1 - p)}.get(name, g)
        if name in _LOGS:
            e = -np.where(p > 0, p * np.log(p), 0) - np.where(p < 1, (1 - p) * np.log(1 - p), 0)
            local = ratio(sums.entropy[:, k], everyone)
            return 1 - ratio(local, e) if name == "information_theory" else e - local
        if name in {"hutchens", "symmetric_atkinson"}:
            return 1 - ratio(sums.root[:, k], np.sqrt(x * (everyone - x)))
        if name == "atkinson":
            return 1 - ratio(p, 1 - p) * ratio(sums.root[:, k], x) ** 2
        own = ratio(sums.square[:, k], x)
        if name == "isolation":
            return own
        return 1 - own if name == "exposure" else ratio(own - p, 1 - p)


def _many(name: str, swept: Any) -> FloatArray:  # noqa: ANN401
    sums, differences = swept
    everyone = sums.people
    p = ratio(sums.members, everyone[:, np.newaxis])
    i = (p * (1 - p)).sum(axis=1)
    if name in {"dissimilarity", "karmel_maclachlan"}:
        d = ratio(sums.deviation.sum(axis=1), 2 * everyone * i)
        return d if name == "dissimilarity" else d * i
    if name in {"gini", "overall_gini"}:
        g = ratio(differences.sum(axis=1), 2 * everyone**2 * i)
        return g if name == "gini" else g * i
    if name in _LOGS:
        e = -(p * np.log(p, out=np.zeros_like(p), where=p > 0)).sum(axis=1)
        local = ratio(sums.own_entropy.sum(axis=1), everyone)
        return 1 - ratio(local, e) if name == "information_theory" else e - local
    if name == "relative_diversity":
        return 1 - ratio(everyone - sums.square.sum(axis=1), everyone * i)
    spread = sums.square - sums.members * p
    if name == "squared_variation":
        present = (p > 0).sum(axis=1)
        weighted = np.divide(spread, p, out=np.zeros_like(p), where=p > 0).sum(axis=1)
        return ratio(weighted, everyone * (present - 1))
    return ratio(np.divide(spread, 1 - p, out=np.zeros_like(p), where=p < 1).sum(axis=1), everyone)
