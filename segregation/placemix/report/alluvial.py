"""Alluvial diagrams: bands from the blocks of one date to those of the next, as the bytes of an SVG."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from placemix.report import hues, rounding, theme

#: Lengths in points, the unit of the drawing: a column of labels, a block, the room between two dates and between two
#: blocks, and a line from a block to its label.
_TEXT, _BLOCK, _BETWEEN, _GAP, _LEAD = 134.0, 11.0, 92.0, 5.0, 13.0
#: Height of a line of a label, and letters in one.
_LINE, _LETTERS = 12.2, 22
#: Least height of the columns, and least thickness of what is drawn.
_TALL, _HAIR = 300.0, 0.7
#: How far labels of small blocks may stand below the columns.
_BELOW = 48.0
#: What stands for units without a type.
NONE = ""


class Band(NamedTuple):
    """People that go from one type to another, at the earlier and at the later date."""

    before: str
    after: str
    start: float
    end: float


class _Date(NamedTuple):
    """One column of blocks: what each type holds and where its block begins."""

    sizes: dict[str, float]
    tops: dict[str, float]
    scale: float


def draw(
    steps: Sequence[Sequence[Band]],
    sizes: Sequence[dict[str, float]],
    totals: Sequence[float],
    types: Sequence[str],
    labels: Mapping[str, str],
    hue: Mapping[str, str],
    dates: Sequence[str],
    whom: str,
    source: str,
) -> bytes:
    """Draw columns of blocks, one a date, and the bands between them.

    Parameters
    ----------
    steps
        Bands from each date to the next.
    sizes
        What each type holds at each date, `NONE` for what has no type.
    totals
        Everyone counted at each date.
    types
        Types in the order in which they stand, from the top.
    labels, hue
        What each type is called, and its colour.
    dates
        Names of the dates.
    whom
        What is counted.
    source
        Line below the chart.
    """
    order = [*types, NONE]
    texts = [_written(size, totals[number], order, labels, _other(number, dates)) for number, size in enumerate(sizes)]
    needed = max(sum(_LINE * len(lines) + 4 for lines in column.values()) for column in texts)
    tall = max(_TALL, needed)
    most = max(sum(size.values()) for size in sizes)
    scale = (tall - _GAP * max(len(size) - 1 for size in sizes)) / most
    columns = [_placed(size, order, scale) for size in sizes]
    wide = 2 * _TEXT + _BLOCK * len(sizes) + _BETWEEN * len(steps)
    foot = tall + _BELOW
    below = foot - tall + _LINE * (1 + len(textwrap.wrap(source, _letters(wide))))
    height = tall + 40 + below
    with theme.drawing(wide / 72, height / 72) as (figure, axes):
        figure.subplots_adjust(left=0, right=1, bottom=0, top=1)
        axes.set_xlim(0, wide)
        axes.set_ylim(-tall - below, 40)
        axes.set_axis_off()
        for number, step in enumerate(steps):
            _flows(axes, step, columns[number], columns[number + 1], _left(number) + _BLOCK, order, hue)
        for number, column in enumerate(columns):
            _blocks(axes, column, _left(number), hue)
            _heading(axes, dates[number], f"{rounding.count(totals[number])} {whom}", number, len(sizes), wide)
            _beside(axes, texts[number], column, number, len(sizes), foot, hue)
        axes.text(0, -foot - _LINE / 2, textwrap.fill(source, _letters(wide)), fontsize=8, color=theme.FAINT, va="top")
        return theme.svg(figure)


def _letters(wide: float) -> int:
    return int(wide / 4.6)


def _left(number: int) -> float:
    return _TEXT + number * (_BLOCK + _BETWEEN)


def _placed(size: dict[str, float], order: Sequence[str], scale: float) -> _Date:
    tops: dict[str, float] = {}
    top = 0.0
    for name in order:
        if name in size:
            tops[name] = top
            top -= max(size[name] * scale, _HAIR) + _GAP
    return _Date(size, tops, scale)


def _flows(
    axes: Any,  # noqa: ANN401
    step: Sequence[Band],
    before: _Date,
    after: _Date,
    left: float,
    order: Sequence[str],
    hue: Mapping[str, str],
) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    place = {name: number for number, name in enumerate(order)}
    starts, ends = dict(before.tops), dict(after.tops)
    from_top: dict[Band, float] = {}
    to_top: dict[Band, float] = {}
    for band in sorted(step, key=lambda one: (place[one.before], place[one.after])):
        from_top[band] = starts[band.before]
        starts[band.before] -= band.start * before.scale
    for band in sorted(step, key=lambda one: (place[one.after], place[one.before])):
        to_top[band] = ends[band.after]
        ends[band.after] -= band.end * after.scale
    right, bend = left + _BETWEEN, left + _BETWEEN / 2
    # The few that changed lie over the many that did not.
    for band in sorted(step, key=lambda one: (one.before != one.after, -one.start)):
        y0, y1 = from_top[band], to_top[band]
        z0, z1 = y0 - max(band.start * before.scale, _HAIR), y1 - max(band.end * after.scale, _HAIR)
        outline = Path(
            [(left, y0), (bend, y0), (bend, y1), (right, y1), (right, z1), (bend, z1), (bend, z0), (left, z0),
             (left, y0)],
            [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY],
        )  # fmt: skip
        colour = hue.get(band.before, hues.OTHERS) if band.before and band.after else hues.UNMATCHED
        stays = band.before == band.after
        axes.add_patch(PathPatch(outline, facecolor=colour, alpha=0.45 if stays else 0.9, linewidth=0))


def _blocks(axes: Any, column: _Date, left: float, hue: Mapping[str, str]) -> None:  # noqa: ANN401
    from matplotlib.patches import Rectangle

    for name, top in column.tops.items():
        tall = max(column.sizes[name] * column.scale, _HAIR)
        colour = hue.get(name, hues.OTHERS) if name else hues.UNMATCHED
        axes.add_patch(
            Rectangle((left, top - tall), _BLOCK, tall, facecolor=colour, edgecolor=theme.INK, linewidth=0.5)
        )


def _heading(axes: Any, date: str, total: str, number: int, many: int, wide: float) -> None:  # noqa: ANN401
    first, last = number == 0, number == many - 1
    x = 0.0 if first else wide if last else _left(number) + _BLOCK / 2
    side = "left" if first else "right" if last else "center"
    axes.text(x, 30, date, fontsize=11.5, weight="bold", ha=side, va="center")
    axes.text(x, 15, total, fontsize=8.5, color=theme.FAINT, ha=side, va="center")


def _written(
    size: Mapping[str, float], total: float, order: Sequence[str], labels: Mapping[str, str], other: str
) -> dict[str, list[str]]:
    """Lines of each block's label; between the ends, its share alone. What is grey was counted at the other date."""
    out: dict[str, list[str]] = {}
    for name in order:
        if name in size:
            part = share(size[name] / total) if total and name else ""
            lines = textwrap.wrap(labels.get(name, name), _LETTERS) or [name]
            number = rounding.count(size[name])
            out[name] = [*lines, f"{number} ({part})" if part else f"{number} in {other}"] if other else [part]
    return out


def _other(number: int, dates: Sequence[str]) -> str:
    """Name the date beside the first or the last one."""
    return dates[1] if number == 0 else dates[-2] if number == len(dates) - 1 else ""


def share(value: float) -> str:
    """Write a share, so that few never look like none.

    Examples
    --------
    >>> share(0.0002), share(0.25)
    ('under 0.1 %', '25.0 %')
    """
    return rounding.share(value) if value >= 0.0005 or value == 0 else "under 0.1 %"


def _beside(
    axes: Any,  # noqa: ANN401
    texts: Mapping[str, list[str]],
    column: _Date,
    number: int,
    many: int,
    foot: float,
    hue: Mapping[str, str],
) -> None:
    """Write each label beside its block, moved where labels would touch, with its colour and a line to the block."""
    from matplotlib import patheffects

    first, last = number == 0, number == many - 1
    names = list(texts)
    middles = [column.tops[name] - max(column.sizes[name] * column.scale, _HAIR) / 2 for name in names]
    heights = [_LINE * len(texts[name]) + 4 for name in names]
    places = apart(middles, heights, 4.0, -foot) if first or last else middles
    edge = _left(number) if first else _left(number) + _BLOCK
    away = -1.0 if first else 1.0
    for name, middle, place in zip(names, middles, places, strict=True):
        if not (first or last):
            if column.sizes[name] * column.scale >= _LINE:
                halo = [patheffects.withStroke(linewidth=2.4, foreground=theme.PAPER)]
                axes.text(edge + 4, middle, texts[name][0], fontsize=8.5, va="center", path_effects=halo)
            continue
        axes.plot([edge, edge + _LEAD * away], [middle, place], color=theme.FAINT, linewidth=0.6)
        lines = texts[name]
        half = _LINE * len(lines) / 2
        colour = hue.get(name, hues.OTHERS) if name else hues.UNMATCHED
        axes.plot(
            [edge + (_LEAD + 2) * away] * 2, [place - half + 1, place + half - 1], color=colour, linewidth=3,
            solid_capstyle="butt",
        )  # fmt: skip
        top = place + _LINE * (len(lines) - 1) / 2
        for row, line in enumerate(lines):
            axes.text(
                edge + (_LEAD + 6) * away,
                top - _LINE * row,
                line,
                fontsize=9.6 if row < len(lines) - 1 else 9,
                color=theme.INK if row < len(lines) - 1 else theme.FAINT,
                ha="right" if first else "left",
                va="center",
            )


def apart(
    middles: Sequence[float], heights: Sequence[float], upper: float = math.inf, lower: float = -math.inf
) -> list[float]:
    """Move descending places apart so that labels of these heights do not touch, each run about its own middle.

    Examples
    --------
    >>> apart([0.0, -1.0, -40.0], [10.0, 10.0, 10.0])
    [4.5, -5.5, -40.0]
    """
    runs: list[list[int]] = []
    for number in range(len(middles)):
        runs.append([number])
        while len(runs) > 1 and _bottom(runs[-2], middles, heights) < _top(runs[-1], middles, heights) - 1e-9:
            last = runs.pop()
            runs[-1] += last
    tops: list[float] = []
    for run in runs:
        top = _top(run, middles, heights)
        for number in run:
            tops.append(top)
            top -= heights[number]
    # Down from the upper end, then up from the lower: labels stay beside the columns.
    least = upper
    for number, height in enumerate(heights):
        tops[number] = min(tops[number], least)
        least = tops[number] - height
    least = lower
    for number in reversed(range(len(heights))):
        tops[number] = max(tops[number], least + heights[number])
        least = tops[number]
    return [top - height / 2 for top, height in zip(tops, heights, strict=True)]


def _top(run: Sequence[int], middles: Sequence[float], heights: Sequence[float]) -> float:
    """Where a run of touching labels begins, when the mean of their places is that of their blocks."""
    offset, below = 0.0, 0.0
    for number in run:
        offset += below + heights[number] / 2
        below += heights[number]
    return (sum(middles[number] for number in run) + offset) / len(run)


def _bottom(run: Sequence[int], middles: Sequence[float], heights: Sequence[float]) -> float:
    return _top(run, middles, heights) - sum(heights[number] for number in run)
