"""Tables and operations that hypothesis draws to try a claim: not tame ones."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from claims.checks import Example

#: Scales are powers of two, from about 1e-3 to 1e9, so that multiples and halves are exact.
SCALES = tuple(2.0**power for power in (-10, -6, 0, 1, 10, 20, 30))


@st.composite
def tables(draw: Any, groups: int, *, least: int = 1) -> tuple[tuple[float, ...], ...]:
    """Draw people of each group in each unit.

    Zeros, empty units, absent groups, one unit, fractions (a scale below one), and tables where
    one group or unit is a thousand times as large as the others.
    """
    units = draw(st.integers(least, 7))
    cell = st.one_of(st.just(0), st.integers(0, 3), st.integers(0, 40), st.integers(0, 4000))
    rows = [draw(st.lists(cell, min_size=groups, max_size=groups)) for _ in range(units)]
    for unit in draw(st.sets(st.integers(0, units - 1), max_size=2)):
        if draw(st.booleans()):
            rows[unit] = [0] * groups
    if draw(st.integers(0, 3)) == 0:
        absent = draw(st.integers(0, groups - 1))
        for row in rows:
            row[absent] = 0
    if draw(st.integers(0, 3)) == 0:
        large = draw(st.integers(0, groups - 1))
        for row in rows:
            row[large] *= 1024
    scale = draw(st.sampled_from(SCALES))
    return tuple(tuple(value * scale for value in row) for row in rows)


@st.composite
def scaled(draw: Any, groups: int) -> Example:
    return Example(draw(tables(groups)), factor=draw(st.sampled_from([0.5, 2.0, 3.0, 7.0, 1000.0, 2.0**-10, 2.0**20])))


@st.composite
def reordered_units(draw: Any, groups: int) -> Example:
    table = draw(tables(groups))
    return Example(table, order=tuple(draw(st.permutations(range(len(table))))))


@st.composite
def reordered_groups(draw: Any, groups: int) -> Example:
    return Example(draw(tables(groups)), order=tuple(draw(st.permutations(range(groups)))))


@st.composite
def cut(draw: Any, groups: int) -> Example:
    table = draw(tables(groups))
    return Example(table, unit=draw(st.integers(0, len(table) - 1)), part=draw(st.sampled_from([0.5, 0.25, 0.875])))


def _two(values: list[int]) -> bool:
    return sum(map(bool, values)) > 1


@st.composite
def even(draw: Any, groups: int) -> Example:
    """Draw units of different sizes and one mix: the first group and another, in at least two units."""
    mix = draw(st.lists(st.integers(0, 30), min_size=groups, max_size=groups).filter(lambda mix: mix[0] and _two(mix)))
    sizes = draw(st.lists(st.integers(0, 300), min_size=2, max_size=7).filter(_two))
    scale = draw(st.sampled_from(SCALES))
    return Example(tuple(tuple(size * share * scale for share in mix) for size in sizes))


@st.composite
def apart(draw: Any, groups: int) -> Example:
    """Draw units of one group each; the first group and another are present."""
    others = draw(st.lists(st.integers(0, groups - 1), max_size=5))
    homes = draw(st.permutations([0, draw(st.integers(1, groups - 1)), *others]))
    scale = draw(st.sampled_from(SCALES))
    sizes = [draw(st.one_of(st.integers(1, 9), st.integers(1, 4000))) * scale for _ in homes]
    rows = [
        tuple(size if group == home else 0.0 for group in range(groups))
        for home, size in zip(homes, sizes, strict=True)
    ]
    if draw(st.booleans()):
        rows.append((0.0,) * groups)
    return Example(tuple(rows))


@st.composite
def transfers(draw: Any, groups: int, *, group: int | None = None) -> Example:
    """Draw a move of people of one group to a unit with less of it, so far that the shares do not cross."""
    units = draw(st.integers(2, 6))
    cell = st.one_of(st.just(0), st.integers(0, 40))
    rows = [draw(st.lists(cell, min_size=groups, max_size=groups)) for _ in range(units)]
    who = draw(st.integers(0, groups - 1)) if group is None else group
    sender, receiver = draw(st.permutations(range(units)))[:2]
    # The sender has some of the group, the receiver some of the others.
    rows[sender][who] = max(rows[sender][who], draw(st.integers(1, 40)))
    other = draw(st.sampled_from([place for place in range(groups) if place != who]))
    rows[receiver][other] = max(rows[receiver][other], draw(st.integers(1, 40)))
    x_from, x_to = rows[sender][who], rows[receiver][who]
    y_from, y_to = sum(rows[sender]) - x_from, sum(rows[receiver]) - x_to
    if x_from * y_to <= x_to * y_from:
        rows[receiver][who] = x_to = 0
    level = (x_from * y_to - x_to * y_from) / (y_from + y_to)  # moving this many makes the shares equal
    scale = draw(st.sampled_from(SCALES))
    # At most 15/16 of it, and in sixteenths of what rounds down, so that no unit is emptied.
    amount = draw(st.sampled_from([1, 8, 15])) / 16 * level
    table = tuple(tuple(value * scale for value in row) for row in rows)
    return Example(table, group=who, sender=sender, receiver=receiver, amount=amount * scale)


@st.composite
def weighted_groups(draw: Any, groups: int) -> Example:
    return Example(
        draw(tables(groups)),
        group=draw(st.integers(0, groups - 1)),
        factor=draw(st.sampled_from([0.25, 0.5, 3.0, 10.0, 100.0])),
    )


@st.composite
def weighted_units(draw: Any, groups: int) -> Example:
    table = draw(tables(groups))
    unit, factor = draw(st.integers(0, len(table) - 1)), draw(st.sampled_from([0.25, 0.5, 3.0, 100.0]))
    return Example(table, unit=unit, factor=factor)


@st.composite
def nested(draw: Any, groups: int) -> Example:
    """Draw a table whose first two groups are present in at least two units, and an area for each unit."""
    table = draw(
        tables(groups, least=2).filter(
            lambda table: (
                sum(1 for row in table if sum(row) > 0) > 1
                and all(sum(row[group] for row in table) > 0 for group in (0, 1))
            )
        )
    )
    areas = draw(st.lists(st.sampled_from("ABC"), min_size=len(table), max_size=len(table)))
    return Example(table, areas="".join(areas))


STRATEGIES = {
    "scale": scaled,
    "unit_order": reordered_units,
    "group_order": reordered_groups,
    "split": cut,
    "zero_if_even": even,
    "one_if_apart": apart,
    "transfers": transfers,
    "transfers_weak": transfers,
    "group_margins": weighted_groups,
    "unit_margins": weighted_units,
    "nests": nested,
}
