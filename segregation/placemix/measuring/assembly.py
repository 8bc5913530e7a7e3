"""The tidy frame of a call: values with their denominators, reasons and provenance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, Chance, FloatArray, IntArray
from placemix._version import __version__
from placemix.about import ESTIMATED
from placemix.counts import Counts, group_text
from placemix.errors import plural
from placemix.indices import expected_correlation_ratio, expected_dissimilarity, expected_isolation
from placemix.measuring.plan import REST, Row
from placemix.strata import Strata

#: Reasons in the order in which they are looked for; the first that fits is given.
_REASONS = (
    "no_people",
    "one_person",
    "out_of_reach",
    "group_absent",
    "one_group",
    "one_unit",
    "nobody_accompanied",
    "too_few_thresholds",
    "no_neighbours",
    "unbounded",
    "too_large",
    "undefined",
)

#: Share of the people that fractions may leave of a rest that is nobody.
_ROUNDING = 1e-12

#: Calls that see only the people of the two groups compared.
PAIRED = frozenset({"groups", "clustering", "contrast", "surface", "trajectory"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of every stratum before any measure; arrays of shape (strata,) or (strata, groups).

    Attributes
    ----------
    members
        People of each group.
    everyone, grouped, residual
        People in all, those in the groups, and the others.
    lived_in, dropped
        Units with people and without.
    counted
        Units with people of the groups.
    """

    members: FloatArray
    everyone: FloatArray
    grouped: FloatArray
    residual: FloatArray
    lived_in: IntArray
    dropped: IntArray
    counted: IntArray


def facts(counts: Counts, strata: Strata) -> Facts:
    """Count what stands behind the values; once for each way of grouping the units."""
    key = ("facts", id(strata))  # strata are kept by the counts as long as they live
    if key not in counts.kept:
        counts.kept[key] = _facts(counts, strata)
    found: Facts = counts.kept[key]
    return found


def _facts(counts: Counts, strata: Strata) -> Facts:
    starts = strata.starts
    # Group by group, so that no second table of counts is made.
    members = np.column_stack([np.add.reduceat(group[strata.order], starts) for group in counts.values.T])
    everyone = np.add.reduceat(counts.total[strata.order], starts)
    lived_in = np.add.reduceat((counts.total > 0)[strata.order].astype(np.int64), starts)
    residual = np.add.reduceat(counts.residual[strata.order], starts)
    sizes = np.diff(strata.bounds)
    counted = lived_in
    if residual.any():  # a unit may have people, but none of the groups
        inside = np.asarray((counts.values > 0).any(axis=1))
        counted = np.add.reduceat(inside[strata.order].astype(np.int64), starts)
    return Facts(members, everyone, members.sum(axis=1), residual, lived_in, sizes - lived_in, counted)


@dataclass(slots=True)
class Block:
    """One row of a call for every stratum: arrays of shape (strata,)."""

    value: FloatArray
    denominator: FloatArray
    people: FloatArray
    units: IntArray
    groups: IntArray
    dropped: IntArray
    reason: IntArray
    note: IntArray
    around: IntArray
    expected: FloatArray | None = None
    edge_share: FloatArray | None = None


#: Notes are few, so that they are kept as numbers into this table.
class Notes:
    """Texts of the note column, each held once."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._place: dict[str, int] = {}

    def code(self, text: str) -> int:
        """Return the number of a text, or -1 for none."""
        if not text:
            return -1
        if text not in self._place:
            self._place[text] = len(self.texts)
            self.texts.append(text)
        return self._place[text]


def block(
    row: Row,
    value: FloatArray,
    counts: Counts,
    strata: Strata,
    known: Facts,
    notes: Notes,
    around: IntArray,
    alone: BoolArray | None = None,
) -> Block:
    """Put a denominator, a reason, a note and what was around beside the values of one row.

    Parameters
    ----------
    row, value
        The row and its value in each stratum.
    counts, strata, known
        What is measured, and what is known of every stratum.
    notes
        Texts of the note column.
    around
        Number of the text of the `around` column, shape (strata,).
    alone
        Strata where no two units are neighbours, for measures that compare neighbours.
    """
    call = row.asked.row.call
    count = len(strata)
    two = row.focal is not None
    people, units, dropped = known.everyone, known.lived_in, known.dropped
    present = (known.members > 0).sum(axis=1)
    reasons: dict[str, np.ndarray] = {}
    note = np.full(count, -1)
    if two:
        x = known.members[:, row.focal]
        y = known.everyone - x if row.against == REST else known.members[:, row.against]
        reached = row.given.reached(row.asked, strata)
        if reached is not None or (call in PAIRED and row.against != REST):
            x, y, units = _compared(row, counts, strata, reached)
            dropped, people = np.diff(strata.bounds) - units, x + y
        denominator = x
        if row.asked.values.get("exclude_self"):
            denominator, note = _accompanied(counts, strata, int(row.focal or 0), x, notes)
        reasons["group_absent"] = (x <= 0) | ((y <= _ROUNDING * people) if call != "threshold" else False)
        present = (x > 0).astype(np.int64) + (y > 0)
    else:
        denominator = people = known.everyone if call == "threshold" else known.grouped
        if call in PAIRED:
            reasons["one_group"] = present < 2
        if call != "threshold":
            units, dropped = known.counted, np.diff(strata.bounds) - known.counted
            note = _notes(known, present, len(counts.groups), notes)
    reasons["no_people"] = people <= 0
    if call in PAIRED or call == "meeting":
        reasons["one_unit"] = units < 2
    if alone is not None:
        reasons["no_neighbours"] = alone & np.isnan(value)
    reasons |= _of_parameters(row, value, known)
    reasons["unbounded" if row.asked.row.name == "kullback_leibler" else "too_large"] = np.isinf(value)
    reasons["undefined"] = np.isnan(value)
    reason = np.full(count, -1)
    for code in range(len(_REASONS) - 1, -1, -1):
        if _REASONS[code] in reasons:
            reason = np.where(reasons[_REASONS[code]], code, reason)
    value = np.where(reason >= 0, np.nan, value)
    note = _off_the_scale(row, value, note, notes)
    return Block(value, denominator, people, units, present, dropped, reason, note, around)


def _compared(
    row: Row, counts: Counts, strata: Strata, reached: BoolArray | None
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Members of the groups compared and units with any of them, where only some units or groups count."""
    x = counts.values[:, row.focal]
    y = counts.total - x if row.against == REST else counts.values[:, row.against]
    both = np.column_stack([x, y])[strata.order]
    if reached is not None:
        both = both * reached[:, np.newaxis]
    sums = np.add.reduceat(both, strata.starts)
    return sums[:, 0], sums[:, 1], np.add.reduceat((both.sum(axis=1) > 0).astype(np.int64), strata.starts)


def _of_parameters(row: Row, value: FloatArray, known: Facts) -> dict[str, np.ndarray]:
    """Reasons that only some forms have: for small bodies, polynomials of ranks, and surroundings of a centre."""
    if any(row.asked.values.get(name, False) is not False for name in ("nearest", "within")):
        whole = (known.lived_in > 1) & (known.members[:, row.focal] > 0)
        return {"out_of_reach": np.isnan(value) & whole}
    if row.asked.values.get("finite"):
        return {"one_person": known.grouped <= 1}
    if "degree" in row.asked.values:
        return {"too_few_thresholds": np.isnan(value)}
    return {"nobody_accompanied": np.isnan(value)} if row.asked.values.get("exclude_self") else {}


def _accompanied(
    counts: Counts, strata: Strata, focal: int, members: FloatArray, notes: Notes
) -> tuple[FloatArray, IntArray]:
    """Members who have somebody to meet; those alone in their unit leave the mean, and the note counts them."""
    met = np.where(counts.total > 1, counts.values[:, focal], 0.0)
    kept = np.add.reduceat(met[strata.order], strata.starts)
    note = np.full(len(strata), -1)
    for alone in {*(members - kept).tolist()} - {0.0}:
        note[members - kept == alone] = notes.code(f"{plural(round(alone), 'member')} alone in a unit left out")
    return kept, note


def _notes(known: Facts, present: IntArray, groups: int, notes: Notes) -> IntArray:
    out = np.full(len(present), -1)
    outside = known.residual > 0
    for absent, left in {*zip((groups - present).tolist(), outside.tolist(), strict=True)}:
        texts = [f"{absent} of {groups} groups absent"] if absent else []
        texts += ["people in none of the groups left out"] if left else []
        out[(groups - present == absent) & (outside == left)] = notes.code("; ".join(texts))
    return out


def _off_the_scale(row: Row, value: FloatArray, note: IntArray, notes: Notes) -> IntArray:
    """Say of a rank-order index below 0 or above 1 that it is one of the fitted curve alone."""
    if "degree" not in row.asked.values:
        return note
    outside = (value < -_ROUNDING) | (value > 1 + _ROUNDING)
    out = note.copy()
    for code in {*note[outside].tolist()}:
        texts = [notes.texts[code]] if code >= 0 else []
        out[outside & (note == code)] = notes.code("; ".join([*texts, "the fitted curve leaves 0 to 1"]))
    return out


def by_chance(row: Row, counts: Counts, strata: Strata, known: Facts, chance: Chance) -> FloatArray | None:
    """Value that chance alone would give, where a closed form is known, shape (strata,)."""
    name = row.asked.row.name
    if row.focal is None or row.asked.values.get("exclude_self"):
        return None
    x, starts = known.members[:, row.focal], strata.starts
    if name == "dissimilarity" and chance == "binomial":
        people, size = counts.total, known.everyone
        if row.against != REST:
            people = counts.values[:, row.focal] + counts.values[:, row.against]
            size = x + known.members[:, row.against]
        share = np.divide(x, size, out=np.zeros_like(x), where=size > 0)
        return expected_dissimilarity(people[strata.order], share, starts=starts)
    people = counts.total[strata.order]
    share = np.divide(x, known.everyone, out=np.zeros_like(x), where=known.everyone > 0)
    if name == "isolation":
        return expected_isolation(people, share, starts=starts)
    return expected_correlation_ratio(people, starts=starts) if name == "correlation_ratio" else None


def frame(
    rows: Sequence[Row],
    blocks: Sequence[Block],
    counts: Counts,
    strata: Strata,
    known: Facts,
    notes: Notes,
    arounds: Notes,
) -> pd.DataFrame:
    """Lay the blocks out: strata in order of first appearance, then rows as asked.

    Edge shares are a column of their own where any block has them.
    """
    many, count = len(rows), len(strata)

    def flat(name: str) -> np.ndarray:
        out = np.empty((count, many), dtype=getattr(blocks[0], name).dtype)
        for place, item in enumerate(blocks):
            out[:, place] = getattr(item, name)
        return out.ravel()

    def repeated(texts: Sequence[str | None]) -> pd.Categorical:
        # Groups keep their stored order, so that a pivot is a matrix as expected.
        used = dict.fromkeys(text for text in texts if text is not None)
        names = [text for text in used if text not in groups] + [group for group in groups if group in used]
        place = {text: number for number, text in enumerate(names)}
        codes = np.array([-1 if text is None else place[text] for text in texts], dtype=np.int16)
        return pd.Categorical.from_codes(np.tile(codes, count), categories=pd.Index(names, dtype=str))

    def coded(codes: IntArray, texts: Sequence[str]) -> pd.Categorical:
        return pd.Categorical.from_codes(codes.astype(np.int16), categories=pd.Index(list(texts), dtype=str))

    def scattered(name: str) -> np.ndarray:
        out = np.full((count, many), np.nan)
        for place, item in enumerate(blocks):
            if getattr(item, name) is not None:
                out[:, place] = getattr(item, name)
        return out.ravel()

    blank = np.full(many * count, np.nan)
    value, denominator = flat("value"), flat("denominator")
    expected = np.where(np.isnan(value), np.nan, scattered("expected"))
    columns: dict[str, object] = {
        name: strata.labels[name].array.take(np.repeat(np.arange(count), many)) for name in strata.labels.columns
    }
    groups = [group_text(group) for group in counts.groups]
    doubt = "none:interpolated_counts" if counts.about.interpolated else "none:complete_count"
    note, texts = flat("note"), notes.texts
    if counts.about.estimated:
        doubt = "none:estimated_counts"
        note, texts = note + 1, [ESTIMATED, *(f"{text}; {ESTIMATED}" for text in texts)]
    same = np.zeros(many * count, dtype=np.int8)
    columns |= {
        "measure": repeated([row.asked.text for row in rows]),
        "focal": repeated([None if row.focal is None else groups[row.focal] for row in rows]),
        "against": repeated([row.shown for row in rows]),
        "value": value,
        "expected": expected,
        "lower": blank,
        "upper": blank,
        "level": blank,
        "flag": coded(np.full(many * count, -1), []),
        "numerator": value * denominator,
        "denominator": denominator,
        "people": flat("people"),
        "units": pd.array(flat("units").astype(np.int64), dtype="Int64"),
        "groups": pd.array(flat("groups").astype(np.int64), dtype="Int64"),
        "residual": np.repeat(known.residual, many),
        "units_dropped": pd.array(flat("dropped").astype(np.int64), dtype="Int64"),
        "reason": coded(flat("reason"), _REASONS),
        "note": coded(note, texts),
        "around": coded(flat("around"), arounds.texts),
        **({"edge_share": scattered("edge_share")} if any(item.edge_share is not None for item in blocks) else {}),
        "method": repeated([row.asked.row.method for row in rows]),
        "interval_method": coded(same, [doubt]),
        "source": coded(same, [counts.source]),
        "version": coded(same, [__version__]),
    }
    return pd.DataFrame(columns, copy=False)
