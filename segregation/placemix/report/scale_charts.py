"""Charts of a measure at many scales and zonings; each takes plain columns and gives the bytes of an SVG."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from placemix._typing import FloatArray
from placemix.report import theme
from placemix.report.charts import WIDTH

#: Height of a name beside a line, and half the width of a letter of a tick, as shares of the axes.
_TALL, _WIDE = 0.062, 0.0105
#: Letters in a line of the source.
_LINE = 84


def profile(
    sizes: Sequence[float],
    lines: Mapping[str, Sequence[float]],
    *,
    texts: Sequence[str],
    across: str,
    up: str,
    source: str,
) -> bytes:
    """Draw a segregation profile: one line a series over sizes on a logarithmic axis, named at its end.

    A size of 0, the units themselves, stands apart at the left, and is joined by dots. `texts` are what
    the sizes are called.
    """
    x = np.asarray(sizes, dtype=np.float64)
    above = x[x > 0]
    start = above.min() / max(2.0, (above.max() / above.min()) ** 0.2) if len(above) else 1.0
    drawn = np.where(x > 0, x, start)
    with theme.drawing(WIDTH, 3.6) as (figure, axes):
        ends: list[tuple[float, str, str]] = []
        lowest = 0.0
        for number, (name, values) in enumerate(lines.items()):
            y = np.asarray(list(values), dtype=np.float64)
            hue, marker = theme.HUES[number % 8], theme.MARKERS[number % 8]
            axes.plot(drawn[x > 0], y[x > 0], color=hue, marker=marker, markersize=5)
            if (x == 0).any() and len(x) > 1:
                axes.plot(drawn[:2], y[:2], color=hue, marker=marker, markersize=5, linestyle=":", linewidth=1.2)
            known = y[~np.isnan(y)]
            if len(known):
                ends.append((float(known[-1]), name, hue))
                lowest = min(lowest, float(known.min()))
        axes.set_xscale("log")
        _ticks(axes, texts, drawn)
        axes.margins(x=0.04)
        axes.set_ylim(bottom=lowest - 0.05 * (axes.get_ylim()[1] - lowest) if lowest < 0 else 0.0)
        axes.yaxis.grid(visible=True)
        axes.set_axisbelow(True)
        axes.set_xlabel(_plain(across))
        axes.set_ylabel(_plain(up))
        _named(axes, ends)
        _source(axes, source)
        return theme.svg(figure)


def ranges(
    rows: Sequence[str],
    values: Sequence[float],
    lower: Sequence[float],
    upper: Sequence[float],
    *,
    label: str,
    source: str,
    compared: bool,
) -> bytes:
    """Draw the range of many zonings, one line a row, and the value of the given one.

    `compared` says whether the value is that of a given zoning, and not the middle of the range.
    """
    names = [_plain(name) for name in rows]
    place = np.arange(len(names))[::-1]
    low, high, value = (np.asarray(list(column), dtype=np.float64) for column in (lower, upper, values))
    with theme.drawing(WIDTH, max(0.95 + 0.32 * len(names), 1.6)) as (figure, axes):
        axes.hlines(place, 0, 1, color=theme.LINE, linewidth=0.6, transform=axes.get_yaxis_transform(), zorder=0)
        axes.hlines(place, low, high, color=theme.HUES[6], linewidth=7, zorder=1, label="nine tenths of random zonings")
        given = "the zoning as it is" if compared else "their median"
        # A mark as thin as a line, so that it shows on which side of the end of a bar a value lies.
        axes.scatter(value, place, s=190, marker="|", color=theme.HUES[1], linewidth=1.6, zorder=2, label=given)
        axes.set_yticks(place, names)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.margins(x=0.12)
        axes.locator_params(axis="x", nbins=6)
        axes.set_ylim(-0.7, len(names) - 0.3)
        axes.set_xlabel(_plain(label))
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncol=2, borderaxespad=0.1, columnspacing=1.2)
        _source(axes, source)
        return theme.svg(figure)


def _ticks(axes: Any, texts: Sequence[str], drawn: FloatArray) -> None:  # noqa: ANN401
    """Mark every size, and write those whose texts do not touch: the ends first, then from the right."""
    span = np.log(drawn.max() / drawn.min()) or 1.0
    place = np.log(drawn / drawn.min()) / span
    written: list[int] = []
    for number in [len(texts) - 1, 0, *range(len(texts) - 2, 0, -1)]:
        room = [_WIDE * (len(texts[number]) + len(texts[other])) for other in written]
        if all(abs(place[number] - place[other]) > wide for other, wide in zip(written, room, strict=True)):
            written.append(number)
    axes.set_xticks(drawn, [text if number in written else "" for number, text in enumerate(texts)])
    axes.minorticks_off()


def _named(axes: Any, ends: list[tuple[float, str, str]]) -> None:  # noqa: ANN401
    """Write the name of each line beside its end, moved up and down where they would touch."""
    low, high = axes.get_ylim()
    room = _TALL * (high - low)
    ends = sorted(ends)
    places = _spread([end[0] for end in ends], room)
    for place, (_, name, hue) in zip(places, ends, strict=True):
        axes.annotate(
            _plain(name),
            (1.0, place),
            xycoords=axes.get_yaxis_transform(),
            xytext=(2, 0),
            textcoords="offset points",
            color=hue,
            va="center",
            fontsize=9.5,
            annotation_clip=False,
        )


def _spread(values: Sequence[float], room: float) -> list[float]:
    """Move ascending places apart by at least `room`, each run of them about its own middle.

    Examples
    --------
    >>> _spread([0.0, 1.0, 1.0, 9.0], 3.0)[1:]
    [0.66..., 3.66..., 9.0]
    """
    runs: list[list[float]] = []
    for value in values:
        runs.append([value])
        while len(runs) > 1 and _first(runs[-1], room) - _first(runs[-2], room) < len(runs[-2]) * room - 1e-12:
            last = runs.pop()
            runs[-1] += last
    return [_first(run, room) + room * number for run in runs for number in range(len(run))]


def _first(run: Sequence[float], room: float) -> float:
    """Where the lowest of a run stands when the run is about its middle."""
    return sum(run) / len(run) - room * (len(run) - 1) / 2


def _source(axes: Any, source: str) -> None:  # noqa: ANN401
    """Write where the numbers are from below the label of the axis."""
    axes.annotate(
        _plain(textwrap.fill(source, _LINE)),
        (0, 0),
        xycoords="axes fraction",
        xytext=(0, -42),
        textcoords="offset points",
        fontsize=8,
        color=theme.FAINT,
        ha="left",
        va="top",
        annotation_clip=False,
    )


def _plain(text: str) -> str:
    """Keep texts from the data from being read as anything but text."""
    return f" {text}" if text.startswith("_") else text
