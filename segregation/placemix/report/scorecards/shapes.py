"""Shapes of a scorecard's figures: ranges by kind of doubt, numbers of the area and of the nation, spreads and gaps."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from placemix.report import theme

#: Width of a picture in inches: narrow, so that text can be read on a telephone.
WIDTH = 3.8
#: Size of its letters, in points.
SIZE = 8.8
#: Colours of what is of the area, and of what is of a whole nation; their shapes differ too.
HERE, NATION = theme.HUES[0], theme.HUES[1]
_EDGE = "#b4bcc1"


def interval(
    axes: Any,  # noqa: ANN401
    place: float,
    lower: float,
    upper: float,
    kind: str,
    ends: tuple[float, float],
    *,
    national: bool = False,
) -> None:
    """Draw a range by the kind of its doubt: a line with ends, an empty box, dots, or dashes.

    Parameters
    ----------
    axes
        Axes of matplotlib.
    place
        Height of the lane.
    lower, upper
        Ends of the range; an infinite one is drawn to the edge.
    kind
        Kind of doubt.
    ends
        Ends of the axis.
    national
        Whether it is of a whole nation.
    """
    from matplotlib.patches import Rectangle

    low, high = max(lower, ends[0]), min(upper, ends[1])
    hue = NATION if national else HERE
    if kind == "hidden cells":
        box = Rectangle(
            (low, place - 0.2), high - low, 0.4, facecolor=theme.PAPER, edgecolor=hue, linewidth=1.2, zorder=2
        )
        axes.add_patch(box)
        return
    style: Any = {"perturbation": (0, (1, 1.6)), "sampling": "-"}.get(kind, (0, (4, 2)))
    axes.plot([low, high], [place, place], color=hue, linewidth=1.5, linestyle=style, zorder=2, dash_capstyle="round")
    if kind == "sampling":
        for end, beyond in ((low, lower < ends[0]), (high, upper > ends[1])):
            if not beyond:
                axes.plot([end, end], [place - 0.16, place + 0.16], color=hue, linewidth=1.5, zorder=2)


def dot(
    axes: Any,  # noqa: ANN401
    value: float,
    place: float,
    kind: str,
    *,
    proxy: bool,
    national: bool = False,
) -> None:
    """Draw a number: a dot, a diamond where cells were changed, a square of a nation; open where it stands in.

    Parameters
    ----------
    axes
        Axes of matplotlib.
    value, place
        Where it stands.
    kind
        Kind of doubt.
    proxy
        Whether it stands in for something else.
    national
        Whether it is of a whole nation.
    """
    hue = NATION if national else HERE
    marker = "s" if national else "D" if kind == "perturbation" else "o"
    axes.plot(
        value, place, marker, markersize=6 if marker == "o" else 5.4, markerfacecolor=theme.PAPER if proxy else hue,
        markeredgecolor=hue, markeredgewidth=1.4, zorder=4,
    )  # fmt: skip


def spread(axes: Any, place: float, row: dict[str, Any]) -> None:  # noqa: ANN401
    """Draw local numbers beneath a nation's: all, the middle half, the middle, and a triangle where this area is.

    Parameters
    ----------
    axes
        Axes of matplotlib.
    place
        Height of the lane.
    row
        Row of a scorecard with a national number.
    """
    axes.plot([row["local_lowest"], row["local_highest"]], [place] * 2, color=theme.FAINT, linewidth=1.2, zorder=2)
    middle = [row["local_quartile_1"], row["local_quartile_3"]]
    axes.plot(middle, [place] * 2, color=_EDGE, linewidth=6, zorder=2, solid_capstyle="butt")
    axes.plot([row["local_median"]] * 2, [place - 0.2, place + 0.2], color=theme.INK, linewidth=1.4, zorder=3)
    if isinstance(row["local_here"], str):
        axes.plot(row["local_value"], place - 0.36, "v", markersize=5, color=theme.INK, zorder=4)


def gap(artist: Any, box: tuple[float, float, float, float], transform: Any, text: str) -> None:  # noqa: ANN401
    """Draw a gap: a hatched bar with its reason.

    Parameters
    ----------
    artist
        Figure or axes of matplotlib.
    box
        Left, bottom, width and height.
    transform
        Of which they are coordinates.
    text
        What is missing.
    """
    from matplotlib.patches import Rectangle

    left, bottom, width, height = box
    bar = Rectangle(
        (left, bottom), width, height, transform=transform, facecolor=theme.PAPER, edgecolor=_EDGE, hatch="/////",
        linewidth=0.4, zorder=1,
    )  # fmt: skip
    artist.add_artist(bar)
    artist.text(
        left + width / 2, bottom + height / 2, text, transform=transform, ha="center", va="center",
        fontsize=SIZE - 0.6, color=theme.INK, bbox={"facecolor": theme.PAPER, "edgecolor": "none", "pad": 1.6},
        zorder=3,
    )  # fmt: skip


@lru_cache(maxsize=1)
def key() -> bytes:
    """Draw what each shape means."""
    rows = [
        ("sampling", False, "number and sampling range"),
        ("hidden cells", None, "between these ends: cells are hidden"),
        ("perturbation", False, "cells were changed a little to protect people"),
        ("assumption", False, "range by an assumption or by chance"),
        ("none", False, "number without a range"),
        ("none", True, "proxy: stands in for something else"),
    ]
    with theme.drawing(WIDTH, 0.3 * (len(rows) + 5)) as (figure, axes):
        axes.set_position([0, 0, 1, 1])
        axes.set_axis_off()
        axes.set_xlim(0, 10)
        axes.set_ylim(len(rows) + 4.5, -0.5)
        for place, (kind, proxy, words) in enumerate(rows):
            if kind != "none":
                interval(axes, place, 0.5, 2.3, kind, (0, 10))
            if proxy is not None:
                dot(axes, 1.4, place, kind, proxy=proxy)
            axes.text(2.8, place, words, va="center", fontsize=SIZE)
        place = len(rows)
        dot(axes, 1.4, place, "none", proxy=False, national=True)
        axes.text(2.8, place, "number of a whole nation, not of the area", va="center", fontsize=SIZE)
        names = ("lowest", "quartile_1", "median", "quartile_3", "highest", "value")
        shown = dict(zip((f"local_{name}" for name in names), (0.5, 0.9, 1.5, 1.9, 2.3, 1.2), strict=True))
        spread(axes, place + 1, shown | {"local_here": "here"})
        axes.text(2.8, place + 1, "local numbers: all, the middle half,", va="center", fontsize=SIZE)
        axes.text(2.8, place + 2, "the middle; triangle: nearest to the area", va="center", fontsize=SIZE)
        axes.plot([1.4, 1.4], [place + 2.6, place + 3.4], color=theme.FAINT, linewidth=0.9, linestyle=(0, (3, 2)))
        axes.text(2.8, place + 3, "where groups are alike", va="center", fontsize=SIZE)
        gap(axes, (0.5, place + 3.7, 1.8, 0.6), axes.transData, "")
        axes.text(2.8, place + 4, "gap: no number, and why", va="center", fontsize=SIZE)
        return written(figure)


def written(figure: Any) -> bytes:  # noqa: ANN401
    """Write a picture whole, so that all are equally wide on the page."""
    import matplotlib as mpl

    with mpl.rc_context({"savefig.bbox": "standard"}):
        return theme.png(figure, dpi=200)
