"""Charts of a measure at many scales; each takes plain columns and gives the bytes of an SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from placemix.report import theme
from placemix.report.charts import WIDTH


def profile(
    sizes: Sequence[float], lines: Mapping[str, Sequence[float]], *, across: str, up: str, source: str
) -> bytes:
    """Draw a segregation profile: one line a series over sizes on a logarithmic axis, named at its end.

    A size of 0, the units themselves, stands apart at the left.
    """
    x = np.asarray(sizes, dtype=np.float64)
    above = x[x > 0]
    start = above.min() / 2 if len(above) else 1.0
    drawn = np.where(x > 0, x, start)
    with theme.drawing(WIDTH, 3.6) as (figure, axes):
        ends = []
        for number, (name, values) in enumerate(lines.items()):
            y = np.asarray(list(values), dtype=np.float64)
            hue = theme.HUES[number % 8]
            axes.plot(drawn, y, color=hue, marker=theme.MARKERS[number % 8], markersize=5)
            known = np.flatnonzero(~np.isnan(y))
            if len(known):
                ends.append((float(y[known[-1]]), name, hue, float(drawn[known[-1]])))
        axes.set_xscale("log")
        axes.set_xticks(drawn, ["own unit" if size == 0 else f"{size:,.10g}" for size in x])
        axes.minorticks_off()
        axes.set_ylim(bottom=min([0.0, *(end[0] for end in ends)]))
        axes.margins(x=0.04)
        axes.yaxis.grid(visible=True)
        axes.set_axisbelow(True)
        axes.set_xlabel(_plain(across))
        axes.set_ylabel(_plain(up))
        _named(axes, ends)
        figure.text(0.01, -0.02, _plain(source), fontsize=8, color=theme.FAINT, ha="left", va="top")
        return theme.svg(figure)


def _named(axes: object, ends: list[tuple[float, str, str, float]]) -> None:
    """Write the name of each line at its end, moved apart where they would touch."""
    low, high = axes.get_ylim()  # type: ignore[attr-defined]
    room, below = 0.062 * (high - low), -np.inf
    for value, name, hue, x in sorted(ends):
        place = max(value, below + room)
        below = place
        axes.annotate(  # type: ignore[attr-defined]
            _plain(name), (x, place), xytext=(8, 0), textcoords="offset points", color=hue, va="center", fontsize=9.5
        )


def _plain(text: str) -> str:
    """Keep texts from the data from being read as anything but text."""
    return f" {text}" if text.startswith("_") else text
