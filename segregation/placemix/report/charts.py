"""Charts of the report; each takes plain columns and gives the bytes of an SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from placemix._typing import FloatArray
from placemix.report import theme

#: Width of a chart in inches: its text stays readable where a phone shrinks it.
WIDTH = 5.2


#: More rows than this are not drawn, and more dots than this are not all named.
MANY = 40


def dots(
    rows: Sequence[str],
    series: Mapping[str, Sequence[float]],
    *,
    label: str,
    arrows: bool = False,
) -> bytes:
    """Draw one line a row with one dot a series, a little apart; `arrows` join the first and the last.

    Of more than `MANY` rows the first are drawn, and `drawn` says so in words.
    """
    names = list(rows)[:MANY]
    place = np.arange(len(names))[::-1]
    tall = 0.62 + 0.3 * len(names) + 0.22 * ((len(series) + 1) // 2)
    with theme.drawing(WIDTH, max(tall, 1.7)) as (figure, axes):
        axes.hlines(place, 0, 1, color=theme.LINE, linewidth=0.6, transform=axes.get_yaxis_transform(), zorder=0)
        values = [np.asarray(list(column), dtype=np.float64)[:MANY] for column in series.values()]
        if arrows and len(values) > 1:
            for y, start, end in zip(place, values[0], values[-1], strict=True):
                axes.plot([start, end], [y, y], color=theme.FAINT, linewidth=1.4, zorder=1)
        for number, (name, column) in enumerate(zip(series, values, strict=True)):
            hollow = arrows and number == 0
            # Dots of a row stand below each other, and a hollow one is wider than the filled one on it.
            down = 0.0 if arrows else 0.15 * ((len(series) - 1) / 2 - number)
            axes.scatter(
                column,
                place + down,
                s=92 if hollow else 36 if arrows else 40,
                marker=theme.MARKERS[number % 8] if not arrows else "o",
                facecolor=theme.PAPER if hollow else theme.HUES[0 if arrows else number % 8],
                edgecolor=theme.HUES[0 if arrows else number % 8],
                linewidth=1.3,
                label=_plain(name),
                zorder=2 + number,
            )
        axes.set_yticks(place, [_plain(name) for name in names])
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set_xlim(left=0)
        axes.locator_params(axis="x", nbins=7)
        axes.margins(x=0.06)
        axes.set_ylim(-0.7, len(names) - 0.3)
        axes.set_xlabel(_plain(label))
        if len(series) > 1:
            axes.legend(
                loc="lower left",
                bbox_to_anchor=(0, 1.0),
                ncol=len(series) if sum(map(len, series)) < 30 else 2,
                borderaxespad=0.1,
                handletextpad=0.2,
                columnspacing=1.2,
            )
        return theme.svg(figure)


def drawn(rows: int) -> str:
    """Say which rows a chart of dots shows, where it does not show all.

    Examples
    --------
    >>> drawn(348)
    ' Drawn are the 40 highest; the table has all.'
    """
    return f" Drawn are the {MANY} highest; the table has all." if rows > MANY else ""


def product(
    names: Sequence[str], separation: Sequence[float], contrast: Sequence[float], *, words: tuple[str, str, str]
) -> bytes:
    """Draw separation against contrast, with curves on which their product is the same.

    `words` are the labels of the two axes and of the curves.
    """
    x, y = (np.asarray(list(values), dtype=np.float64) for values in (separation, contrast))
    with theme.drawing(WIDTH, 4.1) as (figure, axes):
        right = min(1.0, float(np.nanmax(x)) * 1.22)
        low, high = min(0.0, float(np.nanmin(y))), max(0.0, float(np.nanmax(y)))
        room = max(high - low, 1e-9) * 0.12
        axes.set_xlim(0, right)
        axes.set_ylim(low - room, high + room)
        _contours(axes, right, low - room, high + room)
        axes.axhline(0, color=theme.FAINT, linewidth=0.8)
        axes.scatter(x, y, s=40, color=theme.HUES[0], zorder=3, edgecolor=theme.PAPER, linewidth=0.8)
        named = np.argsort(-np.abs(np.nan_to_num(x * y)))[: MANY // 6 if len(x) > MANY else len(x)]
        flipped = _flipped(x, y, right, high - low)
        for place in named:
            name, across, up, flip = names[place], x[place], y[place], flipped[place]
            axes.annotate(
                _plain(name),
                (across, up),
                xytext=(-6 if flip else 6, -1),
                textcoords="offset points",
                va="center",
                ha="right" if flip else "left",
                fontsize=9.5,
                zorder=4,
            )
        axes.set_xlabel(_plain(words[0]))
        axes.set_ylabel(_plain(words[1]))
        return theme.svg(figure)


def curve(lines: Mapping[str, tuple[FloatArray, FloatArray]], *, across: str, up: str) -> bytes:
    """Draw segregation curves: cumulative shares of two groups over the units, in order."""
    with theme.drawing(WIDTH - 0.4, WIDTH - 0.4) as (figure, axes):
        axes.plot([0, 1], [0, 1], color=theme.FAINT, linewidth=0.9, linestyle=(0, (4, 3)))
        axes.text(0.2, 0.23, "spread alike", rotation=45, color=theme.FAINT, fontsize=9, ha="center", va="center")
        for number, (name, (x, y)) in enumerate(lines.items()):
            hue = theme.HUES[number % 8]
            axes.plot(x, y, color=hue, label=_plain(name), linestyle="-" if number == 0 else (0, (6, 2)))
            widest = int(np.argmax(x - y))
            axes.plot([x[widest], x[widest]], [y[widest], x[widest]], color=hue, linewidth=0.9)
            axes.annotate(
                f"D = {x[widest] - y[widest]:.3f}",
                (x[widest], (x[widest] + y[widest]) / 2),
                xytext=(-6, 9 - 17 * number),
                textcoords="offset points",
                color=hue,
                fontsize=9.5,
                va="center",
                ha="right",
            )
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        axes.set_aspect("equal")
        _percent(axes.xaxis)
        _percent(axes.yaxis)
        axes.set_xlabel(_plain(across))
        axes.set_ylabel(_plain(up))
        if len(lines) > 1:
            axes.legend(loc="upper left")
        return theme.svg(figure)


def steps(thresholds: Sequence[float], lines: Mapping[str, Sequence[float]], *, across: str, up: str) -> bytes:
    """Draw a concentration profile, one line a series."""
    with theme.drawing(WIDTH, 3.2) as (figure, axes):
        for number, (name, values) in enumerate(lines.items()):
            axes.plot(
                list(thresholds),
                list(values),
                color=theme.HUES[number % 8],
                marker=theme.MARKERS[number % 8],
                markersize=5,
                label=_plain(name),
                linestyle="-" if number == 0 else (0, (6, 2)),
            )
        axes.set_ylim(0, 1.02)
        axes.set_xlim(0, 1)
        axes.yaxis.grid(visible=True)
        axes.set_axisbelow(True)
        _percent(axes.xaxis)
        _percent(axes.yaxis)
        axes.set_xlabel(_plain(across))
        axes.set_ylabel(_plain(up))
        if len(lines) > 1:
            axes.legend(loc="upper right")
        return theme.svg(figure)


def cumulated(focal: FloatArray, other: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the cumulative shares of two groups over units, from the least focal share to the most.

    Examples
    --------
    >>> x, y = cumulated(np.array([80.0, 20.0]), np.array([20.0, 80.0]))
    >>> x.round(2).tolist(), y.round(2).tolist()
    ([0.0, 0.8, 1.0], [0.0, 0.2, 1.0])
    """
    people = focal + other
    order = np.argsort(np.divide(focal, people, out=np.zeros_like(focal), where=people > 0), kind="stable")
    order = order[people[order] > 0]
    x = np.concatenate([[0.0], np.cumsum(other[order])])
    y = np.concatenate([[0.0], np.cumsum(focal[order])])
    return x / x[-1], y / y[-1]


def _contours(axes: object, right: float, low: float, high: float) -> None:
    """Draw curves of equal product, labelled at the right edge or the top."""
    most = right * max(abs(low), abs(high))
    step = next(
        (size for size in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20) if most / size <= 8),
        10.0 ** np.floor(np.log10(max(most, 1e-9))),
    )
    x = np.linspace(right / 400, right, 400)
    for number in range(-8, 9):
        gap = number * step
        if number == 0:
            continue
        y = gap / x
        inside = (y > low) & (y < high)
        if inside.sum() < 2:
            continue
        axes.plot(x[inside], y[inside], color="#c3cad0", linewidth=1.0, zorder=0)  # type: ignore[attr-defined]
        at = np.flatnonzero(inside)
        top = at[0] if gap > 0 and y[at[0]] > high - 0.04 * (high - low) else at[-1]
        axes.annotate(  # type: ignore[attr-defined]
            f"{gap:+.2g}".replace("-", "−"),
            (x[top], y[top]),
            xytext=(0, 3) if top == at[0] else (3, 0),
            textcoords="offset points",
            ha="center" if top == at[0] else "left",
            va="bottom" if top == at[0] else "center",
            fontsize=8.5,
            color=theme.FAINT,
            annotation_clip=False,
        )


def _flipped(x: FloatArray, y: FloatArray, right: float, span: float) -> list[bool]:
    """Say which labels stand left of their dot, so that neighbours do not cover each other."""
    out = [bool(across > 0.8 * right) for across in x]
    order = np.argsort(y)
    for lower, upper in pairwise(order):
        near = abs(y[upper] - y[lower]) < 0.05 * span and abs(x[upper] - x[lower]) < 0.25 * right
        if near:
            left, other = (lower, upper) if x[lower] < x[upper] else (upper, lower)
            out[left], out[other] = bool(x[left] > 0.15 * right), bool(out[other] and x[other] > 0.85 * right)
    return out


def _percent(axis: object) -> None:
    from matplotlib.ticker import FuncFormatter, MultipleLocator

    axis.set_major_locator(MultipleLocator(0.2))  # type: ignore[attr-defined]
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.0f} %"))  # type: ignore[attr-defined]


def _plain(text: str) -> str:
    """Keep texts from the data from being read as a legend's private name."""
    return f" {text}" if text.startswith("_") else text
