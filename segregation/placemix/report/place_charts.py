"""Small charts of pupils to come against places, one a planning area."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from placemix.report import theme

WIDTH = 7.4
#: Charts in a row, and at most in a figure.
ACROSS, MANY = 4, 24


class Course(NamedTuple):
    """Pupils and places over the years; NaN where nothing is known."""

    forecast: list[float]
    lower: list[float]
    upper: list[float]
    places: list[float]


def courses(years: list[int], areas: Mapping[str, Course], *, label: str) -> bytes:
    """Draw pupils as a line with its range, and places as a dashed line, from zero on.

    Of more than `MANY` areas the first are drawn.
    """
    names = list(areas)[:MANY]
    down = -(-len(names) // ACROSS)
    across = min(ACROSS, len(names))
    with theme.drawing(WIDTH, 0.5 + 1.55 * down, nrows=down, ncols=across, squeeze=False, sharex=True) as (
        figure,
        grid,
    ):
        for place, axes in enumerate(grid.ravel()):
            if place >= len(names):
                axes.set_visible(False)
                continue
            course = areas[names[place]]
            axes.fill_between(years, course.lower, course.upper, color=theme.SEQUENTIAL[1], linewidth=0)
            axes.plot(years, course.forecast, color=theme.HUES[0], marker="o", markersize=3)
            axes.plot(years, course.places, color=theme.HUES[1], linewidth=1.2, linestyle=(0, (4, 2)))
            # A forecast on the line itself is not above it.
            above = np.ma.masked_less_equal(course.forecast, np.asarray(course.places) + 1e-6)
            axes.plot(years, above, linestyle="none", marker="o", markersize=5, color=theme.HUES[1])
            # Names from the data are never read as markup; a leading blank keeps them from being private.
            axes.set_title(f" {names[place]}", fontsize=9.5, loc="left")
            axes.set_ylim(bottom=0)
            axes.margins(y=0.12)
            axes.set_xticks([years[0], years[-1]])
            axes.locator_params(axis="y", nbins=3)
            axes.tick_params(labelsize=8.5)
        figure.supylabel(label, fontsize=9.5, color=theme.INK)
        figure.tight_layout(h_pad=0.8, w_pad=0.6)
        return theme.svg(figure)
