"""Figures of a scorecard: one picture a domain; under each indicator the area, and apart from it the nation."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix.report import theme
from placemix.report.scorecards import scaling, shapes
from placemix.report.scorecards.scaling import Scale, scale_of
from placemix.report.scorecards.shapes import SIZE, WIDTH

_LEFT, _RIGHT = 1.06, 0.9
_LINE, _LANE, _AXIS, _SPACE = 0.175, 0.27, 0.36, 0.2
#: Letters in a line of a title, and in one of the smaller lines.
_LETTERS, _SMALL = 54, 58

#: What of a row is drawn.
_SHOWN = (
    "indicator", "wording", "national", "presence", "group", "area", "period", "what", "measured_in", "value", "lower",
    "upper", "uncertainty", "local_what", "local_in", "local_units", "local_lowest", "local_quartile_1", "local_median",
    "local_quartile_3", "local_highest", "local_here", "local_value", "missing", "qualitative",
)  # fmt: skip

Rows = Sequence[dict[str, Any]]


class Block(NamedTuple):
    """Part of a picture.

    Attributes
    ----------
    tall
        Its height in inches.
    draw
        Draws it into a figure, from its upper edge; heights are in inches from below.
    """

    tall: float
    draw: Callable[[Any, float], None]


def picture(rows: pd.DataFrame) -> bytes:
    """Draw the indicators of one domain and tenet.

    Parameters
    ----------
    rows
        Rows of the scorecard of one domain and tenet.
    """
    return _drawn(json.dumps(scaling.lines(rows[list(_SHOWN)])))


@lru_cache(maxsize=128)
def _drawn(rows: str) -> bytes:
    # The same rows give the same picture: a page and its Word form need it drawn once.
    strips: dict[str, list[dict[str, Any]]] = {}
    for row in json.loads(rows):
        strips.setdefault(row["indicator"], []).append(row)
    blocks = [block for part in strips.values() for block in _strip(part)]
    height = sum(block.tall for block in blocks)
    with theme.drawing(WIDTH, height) as (figure, axes):
        axes.remove()
        top = height
        for block in blocks:
            block.draw(figure, top)
            top -= block.tall
        return shapes.written(figure)


def _strip(rows: Rows) -> Iterator[Block]:
    """Blocks of one indicator: its words, the area's numbers or its gap, and each nation with its local areas."""
    wording = str(rows[0]["wording"])
    yield _words(wording[:1].upper() + wording[1:], _LETTERS, SIZE, theme.INK)
    local = [row for row in rows if not row["national"]]
    if all(row["presence"] == "missing" for row in local):
        yield Block(_LANE, partial(_gap, text=_gap_text(local)))
    else:
        yield from _here(local)
    nations: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        if row["national"]:
            nations.setdefault(tuple(row[name] for name in ("area", "period", "measured_in", "what")), []).append(row)
    for (area, period, _, what), part in nations.items():
        yield Block(0.07, _nothing)
        yield _words(_of_what(f"{area} as a whole, {period}", what, part), _SMALL, SIZE - 0.8, shapes.NATION)
        yield from _by_scale(part)
        spreads = {
            tuple(str(row[name]) for name in ("local_what", "local_lowest", "local_highest")): row for row in part
        }
        for row in spreads.values():
            yield Block(0.05, _nothing)
            yield _words(f"Local areas: {row['local_what']}", _SMALL, SIZE - 0.8, theme.FAINT)
            yield Block(_LANE + _AXIS, partial(_spread, row=row))
    yield Block(_SPACE, _nothing)


def _here(rows: Rows) -> Iterator[Block]:
    """Blocks of the area's numbers, each of what it is; gaps of single groups stand with the first."""
    parts: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        if row["presence"] != "missing":
            parts.setdefault(tuple(row[name] for name in ("area", "period", "measured_in", "what")), []).append(row)
    for place, ((area, period, _, what), part) in enumerate(parts.items()):
        yield _words(_of_what(f"{area}, {period}", what, part), _SMALL, SIZE - 0.8, shapes.HERE)
        gaps = [row for row in rows if row["presence"] == "missing"] if place == 0 else []
        yield from _by_scale([row for row in rows if row in part or row in gaps])


def _of_what(where: str, what: str | None, rows: Rows) -> str:
    """Say where numbers are of, what they are, and that they stand in for something else."""
    proxy = "a proxy" if any(row["presence"] == "proxy" for row in rows) else ""
    said = ", ".join(filter(None, (what, proxy)))
    return f"{where}: {said}" if said else where


def _nothing(_figure: Any, _top: float) -> None:  # noqa: ANN401
    return


def _words(text: str, letters: int, size: float, colour: str) -> Block:
    lines = textwrap.wrap(text, letters)

    def draw(figure: Any, top: float) -> None:  # noqa: ANN401
        where = (0.02 / WIDTH, top / figure.get_figheight())
        figure.text(*where, "\n".join(lines), fontsize=size, va="top", linespacing=1.25, color=colour)

    return Block(len(lines) * _LINE + 0.06, draw)


def _by_scale(rows: Rows) -> Iterator[Block]:
    """Lanes of numbers that share a unit; gaps stand with the first."""
    units = list(dict.fromkeys(row["measured_in"] for row in rows if row["measured_in"]))
    for place, unit in enumerate(units):
        part = [row for row in rows if row["measured_in"] == unit or (not row["measured_in"] and place == 0)]
        drawn = bool(np.isfinite(_numbers(part)).any())
        yield Block(len(part) * _LANE + (_AXIS if drawn else 0), partial(_lanes, rows=part, drawn=drawn))


def _numbers(rows: Rows) -> Any:  # noqa: ANN401
    return np.array([[row[name] for name in ("value", "lower", "upper")] for row in rows], dtype=float).ravel()


def _axes(figure: Any, top: float, tall: float, numbers: Any, scale: Scale) -> Any:  # noqa: ANN401
    """Axes between the names at the left and the numbers at the right, with few marks."""
    height = figure.get_figheight()
    box = [_LEFT / WIDTH, (top - tall) / height, (WIDTH - _LEFT - _RIGHT) / WIDTH, tall / height]
    axes = figure.add_axes(box)
    axes.set_ylim(tall / _LANE - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    low, high = scaling.ends(numbers, scale)
    logs = scaling.on_logs(numbers, scale)
    if logs:
        axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.minorticks_off()
    marks = scaling.ticks(low, high, logs=logs)
    axes.set_xticks(marks, [scaling.tick_text(one, scale) for one in marks], fontsize=SIZE - 0.6)
    return axes


def _beside(axes: Any, place: float, name: str, number: str) -> None:  # noqa: ANN401
    across = axes.get_yaxis_transform()
    shown = textwrap.shorten(name, 22, placeholder="…")
    axes.text(-0.03, place, shown, transform=across, ha="right", va="center", fontsize=SIZE - 0.6)
    axes.text(1.03, place, number, transform=across, ha="left", va="center", fontsize=SIZE - 0.4)


def _lanes(figure: Any, top: float, *, rows: Rows, drawn: bool) -> None:  # noqa: ANN401
    if not drawn:
        for place, row in enumerate(rows):
            _gap(figure, top - place * _LANE, text=_gap_text([row]))
        return
    scale = scale_of(next(row["measured_in"] for row in rows if row["measured_in"]))
    numbers = _numbers(rows)
    axes = _axes(figure, top, len(rows) * _LANE, numbers, scale)
    if scaling.WORDS[scale]:
        axes.set_xlabel(scaling.WORDS[scale], fontsize=SIZE - 1, color=theme.FAINT, labelpad=1)
    if scale in scaling.ALIKE:
        axes.axvline(scaling.ALIKE[scale], color=theme.FAINT, linewidth=0.9, linestyle=(0, (3, 2)), zorder=1)
    ends = axes.get_xlim()
    for place, row in enumerate(rows):
        known = row["presence"] in {"number", "proxy"}
        _beside(axes, place, str(row["group"]), scaling.written(row["value"], scale) if known else "")
        if not known and not np.isfinite(row["lower"]):
            shapes.gap(axes, (0, place - 0.34, 1, 0.68), axes.get_yaxis_transform(), _gap_text([row]))
            continue
        kind, nation = str(row["uncertainty"]), row["national"]
        if np.isfinite(row["lower"]):
            shapes.interval(axes, place, row["lower"], row["upper"], kind, ends, national=nation)
        if known:
            shapes.dot(axes, row["value"], place, kind, proxy=row["presence"] == "proxy", national=nation)


def _spread(figure: Any, top: float, *, row: dict[str, Any]) -> None:  # noqa: ANN401
    scale = scale_of(row["local_in"] or row["measured_in"])
    names = ("local_lowest", "local_highest", "local_value")
    axes = _axes(figure, top, _LANE, np.array([row[name] for name in names], dtype=float), scale)
    here = isinstance(row["local_here"], str)
    name = str(row["local_here"]) if here else f"{row['local_units']:.0f} areas"
    _beside(axes, 0, name, scaling.written(row["local_value"], scale) if here else "")
    shapes.spread(axes, 0, row)


def _gap_text(rows: Rows) -> str:
    """What a gap is; of several, that which comes nearest to a number."""
    first = next((row for row in rows if row["missing"] == "national only"), rows[0])
    text = "undefined" if first["presence"] == "undefined" else str(first["missing"])
    return f"{text}{', with a note' if any(isinstance(row['qualitative'], str) for row in rows) else ''}"


def _gap(figure: Any, top: float, *, text: str) -> None:  # noqa: ANN401
    height = figure.get_figheight()
    box = (0.02 / WIDTH, (top - 0.84 * _LANE) / height, (WIDTH - 0.04) / WIDTH, 0.68 * _LANE / height)
    shapes.gap(figure, box, figure.transFigure, text)
