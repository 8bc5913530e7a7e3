"""The counter-examples of the tests, as tables: one small town for each property that a measure has not."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import numpy as np
import own_words
from claims.checks import Example, Form, forms, holds, moved
from claims.maps import on_a_map
from claims.stored import REFUTED

from placemix.registry import CLAIMS, Measure

DONE = {
    "scale": "Every count × {factor:g}.",
    "group_order": "The groups change places.",
    "split": "The first unit is cut in two.",
    "transfers": "One member moves from unit {sender} to unit {receiver}.",
    "transfers_weak": "One member moves from unit {sender} to unit {receiver}.",
    "group_margins": "The first group × {factor:g}.",
    "unit_margins": "The first unit × {factor:g}.",
}

#: Where a claim's text leans on the one before it.
TEXTS = {"transfers_weak": "Moving one focal person to a unit with a lower share never raises the value."}
#: Where the units of the tables lie.
NEAR = (
    "The units lie at the first places of a fixed map: proximity is 0.741 within a unit, 0.349 between the first and "
    "the second, 0.336 between the first and the third, 0.180 between these two; the first neighbours both."
)
LAND = (
    "The units are the first places of a fixed map: they lie 0.36, 0.77, 1.06 and 1.24 from the centre and have 0.6, "
    "0.95, 1.3 and 1.65 of land."
)


def refutations(row: Measure) -> Iterator[str]:
    """One block for each property that does not hold, with two groups where it fails with two."""
    shown: set[tuple[str, Example]] = set()
    for claim, text in CLAIMS.items():
        for form, groups, claimed in (("pair", 2, row.pair_claims), ("many", 3, row.claims)):
            found = None if claim in claimed else _example(row, claim, form, groups)
            if found:
                example, way = found
                if ("transfers" if "transfers" in claim else claim, example) not in shown:
                    shown.add(("transfers" if "transfers" in claim else claim, example))
                    yield _block(row, claim, TEXTS.get(claim, text), example, way)
                break


def ground(row: Measure) -> str:
    """Where the units of a measure's counter-examples lie, if that matters."""
    if not on_a_map(row):
        return ""
    return LAND if row.dimension in {"concentration", "centralisation"} else NEAR


def _example(row: Measure, claim: str, form: str, groups: int) -> tuple[Example, Form] | None:
    for each in REFUTED:
        if (each.claim, each.form) == (claim, form) and row.name in each.rows:
            ways = [way for way in forms(row, groups) if not holds(claim, way, each.example, row)]
            if ways:
                return each.example, ways[0]
    return None


def _block(row: Measure, claim: str, text: str, example: Example, way: Form) -> str:
    many = " (of more than two groups)" if not example.tables and len(example.table[0]) > 2 else ""
    head = f"**Not so{many}: {text[0].lower()}{text[1:].removesuffix('.')}.**"
    # Both claims about transfers share a town.
    why = own_words.own_words().get((claim.removesuffix("_weak"), row.name), example.why)
    form_of = _form(row, way)
    if example.tables:
        return f"{head} {why}\n\n{_family(example, way, form_of)}"
    before = example.counts
    after, places = _after(claim, example)
    # Land of a unit that is cut is divided, where land counts.
    cut = claim == "split" and row.call == "groups" and on_a_map(row)
    land = np.insert(
        np.where(np.arange(len(before)) == example.unit, 1 - example.part, 1.0), example.unit, example.part
    )
    values = _written(way.value(before))
    if after is None:
        return f"{head} {why}\n\n{_table(before, None)}\n\nValue{form_of}: {values}.\n"
    now = _written(way.value(after, places, land) if cut else way.value(after, places))
    done = DONE[claim].format(factor=example.factor, sender=example.sender + 1, receiver=example.receiver + 1)
    return f"{head} {done} {why}\n\n{_table(before, after)}\n\nValue{form_of}: {values} before, {now} after.\n"


def _form(row: Measure, way: Form) -> str:
    """Say of which form a value is, where it is not the one that a call without parameters gives."""
    if row.call == "threshold":
        share, op, threshold = way.name.split()
        whose = {"own": "the group's share", "met": "the other group's share"}[share]
        return "" if (share, op, threshold) == ("own", ">=", "0.5") else f", where {whose} is {op} {threshold}"
    written = re.search(r"\{.*\}", way.name)
    given = ast.literal_eval(written[0]) if written else {}
    other = {key: value for key, value in given.items() if value != row.parameters[key].default}
    said = f", with {', '.join(f'{key}={value}' for key, value in other.items())}" if other else ""
    return f"{said}, one for each unit" if way.per_unit else said


def _after(claim: str, example: Example) -> tuple[np.ndarray | None, np.ndarray | None]:
    counts, places = example.counts, np.arange(len(example.counts))
    if claim == "scale":
        return counts * example.factor, places
    if claim == "group_order":
        return counts[:, list(example.order)], places
    if claim == "split":
        unit, part = example.unit, example.part
        halves = [counts[unit] * part, counts[unit] * (1 - part)]
        return np.vstack([counts[:unit], *halves, counts[unit + 1 :]]), np.insert(places, unit, unit)
    if claim in {"transfers", "transfers_weak"}:
        return moved(example), places
    if claim == "group_margins":
        counts[:, example.group] *= example.factor
    elif claim == "unit_margins":
        counts[example.unit] *= example.factor
    else:
        return None, None
    return counts, places


def _table(before: np.ndarray, after: np.ndarray | None) -> str:
    groups = [f"group {number + 1}" for number in range(before.shape[1])]
    heads = ["unit", *groups, *([f"after: {group}" for group in groups] if after is not None else ())]
    lines = [f"| {' | '.join(heads)} |", "| --- " + "| ---: " * (len(heads) - 1) + "|"]
    for place in range(max(len(before), 0 if after is None else len(after))):
        cells = [f"{place + 1}", *_cells(before, place)]
        cells += _cells(after, place) if after is not None else []
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _cells(table: np.ndarray, place: int) -> list[str]:
    return [f"{count:g}" for count in table[place]] if place < len(table) else [""] * table.shape[1]


def _family(example: Example, way: Form, form_of: str) -> str:
    """Tables of one set of areas, whose values no weights of the areas explain."""
    tables = [np.array(table, dtype=float) for table in example.tables]
    heads = ["unit", "area", *(f"table {number + 1}" for number in range(len(tables)))]
    lines = [f"| {' | '.join(heads)} |", "| --- | --- " + "| ---: " * len(tables) + "|"]
    for place, area in enumerate(example.areas):
        cells = [" : ".join(f"{count:g}" for count in table[place]) for table in tables]
        lines.append(f"| {place + 1} | {area} | {' | '.join(cells)} |")
    lines.append(f"| value{form_of} | | {' | '.join(_written(way.value(table)) for table in tables)} |")
    return "\n".join(lines) + "\n"


def _written(value: np.ndarray) -> str:
    each = [_number(one) for one in np.atleast_1d(value).ravel()]
    return each[0] if len(set(each)) == 1 else ", ".join(each)


def _number(one: float) -> str:
    if np.isnan(one):
        return "undefined"
    return (f"{one:.3f}" if np.isfinite(one) else f"{one:+}".replace("inf", "∞")).replace("-", "−").replace("+", "")
