"""Search two toy towns for each measure: alike in what a rule of `towns` says, as far apart as possible in the measure.

    python docs/find_towns.py                 all measures that have no towns yet
    python docs/find_towns.py gini getis_ord  these, anew

Seeded, so that the same towns are found again. Without a map many towns are drawn and those alike are compared; with
one, units change places as long as that moves the measure on.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from itertools import permutations
from zlib import crc32

import numpy as np
import towns

from placemix.registry import MEASURES, Measure

DRAWN, SWAPS, STARTS = 40_000, 150, 2
UNITS, PEOPLE = towns.SIDE**2, towns.PEOPLE
Found = tuple[np.ndarray, np.ndarray]


def drawn(draw: np.random.Generator, members: np.ndarray) -> np.ndarray:
    """Draw towns of units of 20 people with that many members: even ones, lopsided ones, and all between."""
    many = len(members)
    spread = 10 ** draw.uniform(-1.5, 1.5, size=(many, 1))
    weight = draw.gamma(np.broadcast_to(spread, (many, UNITS))) + 1e-9
    level = draw.integers(0, PEOPLE + 1, size=(many, 3))[
        np.arange(many)[:, np.newaxis], draw.integers(0, 3, (many, UNITS))
    ]
    x = np.where(
        draw.random((many, 1)) < 0.5, weight / weight.sum(axis=1, keepdims=True) * members[:, np.newaxis], level
    )
    x = np.clip(np.rint(x), 0, PEOPLE).astype(int)
    for _ in range(UNITS * PEOPLE):
        short = members - x.sum(axis=1)
        if not short.any():
            break
        room = np.where(short[:, np.newaxis] > 0, x < PEOPLE, x > 0) * draw.random((many, UNITS))
        x[np.arange(many), room.argmax(axis=1)] += np.sign(short)
    return x[x.sum(axis=1) == members]


def paired(x: np.ndarray, y: np.ndarray | None = None) -> np.ndarray:
    """Members and others of each unit; the units with most members first, because their places mean nothing."""
    return np.stack([x, PEOPLE - x if y is None else y], axis=-1)


def farthest(keys: np.ndarray, values: np.ndarray, stock: np.ndarray) -> Found:
    """Among towns with one key, the two whose values differ most."""
    known = np.isfinite(values)
    keys, values, stock = keys[known], values[known], stock[known]
    _, group = np.unique(np.round(keys, 10), axis=0, return_inverse=True)
    order = np.lexsort((values, group.ravel()))
    ends = np.flatnonzero(np.diff(group.ravel()[order])) + 1
    first, last = np.concatenate([[0], ends]), np.concatenate([ends, [len(order)]]) - 1
    best = (values[order[last]] - values[order[first]]).argmax()
    return stock[order[first[best]]], stock[order[last[best]]]


def kernel(row: Measure) -> Callable[[np.ndarray], np.ndarray]:
    """What many towns have, in one call."""
    if row.call == "threshold":
        return lambda stock: (
            np.where(2 * stock[..., 0] >= stock.sum(-1), stock[..., 0], 0).sum(-1) / stock[..., 0].sum(-1)
        )
    if row.call == "unit":
        return lambda stock: row.function(stock.astype(float))[..., towns.MARKED]
    return lambda stock: row.function(stock.astype(float))[..., 0]


def without_map(row: Measure, rule: str, draw: np.random.Generator) -> Found:
    members = draw.integers(2, 15, size=DRAWN) * UNITS // 2 if rule in {"size", "unit"} else np.full(DRAWN, UNITS * 5)
    if rule == "sizes":
        members = np.full(DRAWN, UNITS * 8)
    x = drawn(draw, members)
    if rule != "unit":
        x = -np.sort(-x, axis=1)
    stock = paired(x)
    if rule == "sizes":
        other = drawn(draw, members)[: len(x)]
        stock = paired(x[: len(other)], other[: len(x)])
    if rule == "unit":
        stock = stock[stock[:, towns.MARKED, 0] == PEOPLE // 2]
    share = stock / stock.sum(axis=1, keepdims=True)
    apart = np.abs(share[..., 0] - share[..., 1]).sum(axis=1) / 2
    squares = (stock[..., 0] ** 2).sum(axis=1)
    keys = squares if rule == "isolation" else apart
    kept = (apart > 0.25) & (apart < 0.75) & (stock.sum(axis=-1) > 0).all(axis=-1)
    return farthest(keys[kept][:, np.newaxis], kernel(row)(stock[kept]), stock[kept])


def reordered(row: Measure, groups: int, draw: np.random.Generator) -> Found:
    """A town, and the same with its groups in another order."""
    stock = draw.multinomial(PEOPLE, draw.dirichlet(np.full(groups, 0.5), size=(400, UNITS)))
    ways = [list(way) for way in permutations(range(groups)) if groups > 3 or way[0] == 0]
    ways = [ways[way] for way in draw.choice(len(ways), min(60, len(ways)), replace=False)]
    asked = {"against": 1} if row.name == "extremes" else {}

    def values(table: np.ndarray) -> np.ndarray:
        found = row.function(table.astype(float), **asked)
        found = found[..., towns.MARKED] if row.dimension == "local" else found[..., 0]
        # A fitted curve may run out of the range.
        return np.where((found >= 0) & (found <= 1), found, np.nan) if "degree" in row.parameters else found

    each = np.array([values(stock[..., way]) for way in ways])
    each, stock = each[:, ~np.isnan(each).all(axis=0)], stock[~np.isnan(each).all(axis=0)]
    town = (np.nanmax(each, axis=0) - np.nanmin(each, axis=0)).argmax()
    return stock[town][:, ways[np.nanargmin(each[:, town])]], stock[town][:, ways[np.nanargmax(each[:, town])]]


def of_mixes(row: Measure) -> Found:
    """The most and the least diverse of all mixes of five groups whose largest has 40 people."""
    found: list[tuple[int, ...]] = []

    def divide(left: int, so_far: tuple[int, ...]) -> None:
        if len(so_far) == 5:
            found.extend([so_far] if left == 0 else [])
            return
        for next_one in range(min(left, so_far[-1]), -1, -5):
            divide(left - next_one, (*so_far, next_one))

    divide(60, (40,))
    values = np.array([float(np.atleast_1d(row.function(np.array(mix, dtype=float)))[0]) for mix in found])
    return np.array([found[values.argmin()]]), np.array([found[values.argmax()]])


def on_map(name: str, rule: str, draw: np.random.Generator) -> Found:
    """Move the same units about."""
    base = np.array([18] * 4 + [2] * 12)
    plan = towns.Pair(name, rule, (np.array([]), np.array([]))).plan
    free = [place for place in range(UNITS) if rule != "around" or place != towns.MARKED]
    known: dict[bytes, float] = {}

    def value(x: np.ndarray) -> float:
        if x.tobytes() not in known:
            known[x.tobytes()] = towns.value(name, paired(x), plan)
        return known[x.tobytes()]

    def climb(sign: int) -> tuple[float, np.ndarray]:
        best = (-np.inf, base)
        for _ in range(STARTS):
            x = draw.permutation(base)
            if rule == "around":
                there = int(x.argmax())
                x[[there, towns.MARKED]] = x[[towns.MARKED, there]]
            now = sign * value(x)
            for _ in range(SWAPS):
                one, other = draw.choice(free, 2, replace=False)
                if x[one] == x[other]:
                    continue
                x[[one, other]] = x[[other, one]]
                new = sign * value(x)
                if new >= now:
                    now = new
                else:
                    x[[one, other]] = x[[other, one]]
            best = max(best, (now, x.copy()), key=lambda pair: pair[0])
        return best

    return paired(climb(-1)[1]), paired(climb(1)[1])


def search(name: str) -> towns.Pair:
    """Find the two towns of one measure."""
    row, rule = MEASURES[name], towns.rule_of(MEASURES[name])
    draw = np.random.default_rng(crc32(name.encode()))
    if rule in {"map", "around"}:
        found = on_map(name, rule, draw)
    elif rule == "mix":
        found = of_mixes(row)
    elif rule in {"order", "swap"}:
        found = reordered(row, 3 if rule == "swap" else 6, draw)
    else:
        found = without_map(row, rule, draw)
    return towns.Pair(name, rule, found)


def main(asked: list[str]) -> None:
    stored = json.loads(towns.STORED.read_text("utf-8"))["pairs"] if towns.STORED.is_file() else {}
    stored = {name: pair for name, pair in stored.items() if name in MEASURES}
    for name in asked or [name for name in MEASURES if name not in stored]:
        pair = search(name)
        print(name, pair.rule, *(f"{value:.4f}" for value in pair.values))
        stored[name] = {"rule": pair.rule, "first": pair.towns[0].tolist(), "second": pair.towns[1].tolist()}
        lines = [f'  "{name}": {json.dumps(stored[name])}' for name in MEASURES if name in stored]
        towns.STORED.write_text('{"pairs": {\n' + ",\n".join(lines) + "\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
