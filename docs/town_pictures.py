"""Pictures of two toy towns, as SVG in the page itself, with their counts as a text alternative."""

from __future__ import annotations

import numpy as np
import towns

from placemix.registry import MEASURES

# Okabe and Ito's colours, which people who do not see red or green tell apart; bands from pale to dark.
GROUPS = ("#0072b2", "#e69f00", "#d9d9d9", "#009e73", "#cc79a7")
BANDS = ("#e6f0f8", "#b5d6ec", "#7fb9de", "#4596c9", "#1b6aa5", "#003f66")
PALE, DARK, FRAME = (238, 244, 249), (0, 63, 102), "#d55e00"
WIDTH = 240


def figure(pair: towns.Pair) -> str:
    """Both towns side by side, each with the measure's value below it."""
    row = MEASURES[pair.measure]
    held = pair.common()
    drawn = []
    for name, town, value, which in zip(("First", "Second"), pair.towns, pair.values, (0, 1), strict=True):
        caption = f"{row.symbol.replace('_', '')} <b>{_number(value)}</b>"
        for label in ("D", "isolation"):
            if label in held:
                caption = f"{label} {_number(held[label][which])}, {caption}"
        drawn.append(
            f'<figure><svg viewBox="-2 -2 {WIDTH + 4} {WIDTH + 4}" role="img" aria-label="{name} town. {_told(town)}">'
            f"{_people(town) if len(town) == 1 else _units(pair, town)}</svg>"
            f"<figcaption>{name} town: {caption}</figcaption></figure>"
        )
    return f'<div class="towns">{"".join(drawn)}</div>\n\n{_key(pair)}'


def _units(pair: towns.Pair, town: np.ndarray) -> str:
    scale = WIDTH / sum(towns.PLANS[pair.plan])
    height = sum(towns.PLANS[pair.plan])
    parts = []
    for place, (shape, unit) in enumerate(zip(towns.shapes(pair.plan), town, strict=True)):
        left, _, right, top = shape.bounds
        x, y, wide = scale * left, scale * (height - top), scale * (right - left)
        high = scale * (top - shape.bounds[1])
        parts.append(_bars(pair, unit, x, y, wide, high) if town.shape[1] > 2 else _square(unit, x, y, wide, high))
        if place == towns.MARKED and pair.rule in {"unit", "around", "swap"}:
            framed = f'<rect x="{x + 3:.1f}" y="{y + 3:.1f}" width="{wide - 6:.1f}" height="{high - 6:.1f}"'
            parts.append(f'{framed} fill="none" stroke="{FRAME}" stroke-width="4"/>')
    if "distance" in MEASURES[pair.measure].needs:
        middle = WIDTH / 2
        parts.append(
            f'<path d="M{middle - 8} {middle}h16M{middle} {middle - 8}v16" stroke="{FRAME}" stroke-width="4" '
            'fill="none"/>'
        )
    return "".join(parts)


def _square(unit: np.ndarray, x: float, y: float, wide: float, high: float) -> str:
    share = unit[0] / unit.sum()
    colour = "#" + "".join(f"{round(pale + share * (dark - pale)):02x}" for pale, dark in zip(PALE, DARK, strict=True))
    said = f"{unit[0]}" if unit.sum() == towns.PEOPLE else f"{unit[0]}/{unit.sum()}"
    ink = "#ffffff" if share > 0.45 else "#222222"
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{colour}" stroke="#ffffff" '
        f'stroke-width="2"/><text x="{x + wide / 2:.1f}" y="{y + high / 2 + 6:.1f}" text-anchor="middle" '
        f'font-size="17" fill="{ink}">{said}</text>'
    )


def _bars(pair: towns.Pair, unit: np.ndarray, x: float, y: float, wide: float, high: float) -> str:
    parts, at = [], y + 2
    for colour, people in zip(_colours(pair), unit, strict=False):
        tall = (high - 4) * people / unit.sum()
        if people:
            parts.append(
                f'<rect x="{x + 2:.1f}" y="{at:.1f}" width="{wide - 4:.1f}" height="{tall:.1f}" fill="{colour}"/>'
            )
        at += tall
    return "".join(parts)


def _people(town: np.ndarray) -> str:
    """A hundred people of one town, group after group."""
    step = WIDTH / 10
    each = np.repeat(np.arange(town.shape[1]), town[0])
    return "".join(
        f'<circle cx="{step * (place % 10 + 0.5):.0f}" cy="{step * (place // 10 + 0.5):.0f}" r="9" '
        f'fill="{GROUPS[group]}"/>'
        for place, group in enumerate(each)
    )


def _colours(pair: towns.Pair) -> tuple[str, ...]:
    return BANDS if pair.rule == "order" else GROUPS


def _key(pair: towns.Pair) -> str:
    groups = pair.towns[0].shape[1]
    if pair.rule == "mix":
        return "Each dot is one person, each colour one group."
    framed = " The framed unit is the one that is looked at." if pair.rule in {"unit", "around", "swap"} else ""
    if pair.rule == "order":
        return (
            f"Each square is a unit of {towns.PEOPLE} people in {groups} bands, from the lowest (pale) to the highest "
            "(dark)."
        )
    if pair.rule == "swap":
        return (
            f"Each square is a unit of {towns.PEOPLE} people: the first group blue, its opposite orange, "
            f"the rest grey.{framed}"
        )
    if pair.rule == "sizes":
        return f"Each square is a unit; the numbers are members of the group among its people.{framed}"
    area = " Units differ in ground." if pair.plan == "plots" else ""
    cross = " The cross is the centre." if "distance" in MEASURES[pair.measure].needs else ""
    return (
        f"Each square is a unit of {towns.PEOPLE} people; the number says how many of them are of the group."
        f"{area}{cross}{framed}"
    )


def _told(town: np.ndarray) -> str:
    """A town in words: the people of each group in each unit."""
    if len(town) == 1:
        return "People of each group: " + ", ".join(map(str, town[0])) + "."
    if town.shape[1] == 2:
        rows = [", ".join(f"{x} of {x + y}" for x, y in line) for line in np.split(town, towns.SIDE)]
        return "Members of the group in each unit, row by row: " + "; ".join(rows) + "."
    units = ["-".join(map(str, unit)) for unit in town]
    rows = [", ".join(units[start : start + towns.SIDE]) for start in range(0, len(units), towns.SIDE)]
    return "People of each group in each unit, row by row: " + "; ".join(rows) + "."


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
