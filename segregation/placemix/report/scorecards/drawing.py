"""Figures of a scorecard: one picture a domain, a strip an indicator, a lane a group; gaps are hatched."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
import pandas as pd

from placemix.report import theme
from placemix.report.scorecards import scaling
from placemix.report.scorecards.scaling import scale_of

#: Width of a picture in inches: narrow, so that text can be read on a telephone.
_WIDTH = 3.8
_LEFT, _RIGHT = 0.98, 0.86
_LINE, _LANE, _AXIS, _SPACE = 0.175, 0.27, 0.36, 0.2
_SIZE = 8.8


def picture(rows: pd.DataFrame) -> bytes:
    """Draw the indicators of one domain and tenet.

    Parameters
    ----------
    rows
        Rows of the scorecard of one domain and tenet.
    """
    strips = [(part, _wrapped(str(part["wording"].iloc[0]))) for _, part in rows.groupby("indicator", sort=False)]
    height = sum(_height(part, title) for part, title in strips)
    with theme.drawing(_WIDTH, height) as (figure, axes):
        axes.remove()
        _paper(figure)
        top = height
        for part, title in strips:
            tall = _height(part, title)
            _strip(figure, part, title, top, height)
            top -= tall
        return theme.png(figure, dpi=200)


def _paper(figure: Any) -> None:  # noqa: ANN401
    """Fill the whole figure, so that pictures are equally wide when what is empty around them is cut off."""
    from matplotlib.patches import Rectangle

    figure.add_artist(
        Rectangle((0, 0), 1, 1, transform=figure.transFigure, facecolor=theme.PAPER, edgecolor="none", zorder=-10)
    )


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text[:1].upper() + text[1:], 54)


def _lanes(part: pd.DataFrame) -> list[dict[str, Any]]:
    """Lanes of a strip: one a row, or one for all where nothing is known of any group."""
    rows = part.to_dict("records")
    return rows[:1] if (part["presence"] == "missing").all() else rows


def _height(part: pd.DataFrame, title: list[str]) -> float:
    drawn = _drawn(part)
    return len(title) * _LINE + 0.06 + len(_lanes(part)) * _LANE + (_AXIS if drawn else 0) + _SPACE


def _drawn(part: pd.DataFrame) -> bool:
    return bool(np.isfinite(part[["value", "lower", "upper"]].to_numpy(dtype=float)).any())


def _strip(figure: Any, part: pd.DataFrame, title: list[str], top: float, height: float) -> None:  # noqa: ANN401
    lanes = _lanes(part)
    figure.text(
        0.02 / _WIDTH, top / height, "\n".join(title), fontsize=_SIZE, va="top", linespacing=1.25, color=theme.INK
    )
    upper = top - len(title) * _LINE - 0.06
    tall = len(lanes) * _LANE
    left = _LEFT if _drawn(part) else 0.02
    box = [
        left / _WIDTH,
        (upper - tall) / height,
        (_WIDTH - left - (_RIGHT if _drawn(part) else 0.02)) / _WIDTH,
        tall / height,
    ]
    axes = figure.add_axes(box)
    axes.set_ylim(len(lanes) - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    if not _drawn(part):
        axes.set_xlim(0, 1)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        for place, row in enumerate(lanes):
            _gap(axes, place, row)
        return
    first = part[part["measured_in"].notna()].iloc[0]
    scale = scale_of(first["measured_in"])
    low, high = scaling.ends(part, scale)
    logs = scaling.on_logs(part, scale)
    if logs:
        axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.minorticks_off()
    marks = scaling.ticks(low, high, logs=logs)
    axes.set_xticks(marks, [scaling.tick_text(one, scale) for one in marks], fontsize=_SIZE - 0.6)
    if scaling.WORDS[scale]:
        axes.set_xlabel(scaling.WORDS[scale], fontsize=_SIZE - 1, color=theme.FAINT, labelpad=1)
    if scale in scaling.ALIKE:
        axes.axvline(scaling.ALIKE[scale], color=theme.FAINT, linewidth=0.9, linestyle=(0, (3, 2)), zorder=1)
    for place, row in enumerate(lanes):
        _lane(axes, place, row, (low, high))
        name = f"{row['group']}{', nation' if row['national'] else ''}"
        axes.text(
            -0.03, place, textwrap.shorten(name, 22, placeholder="…"), transform=axes.get_yaxis_transform(), ha="right",
            va="center", fontsize=_SIZE - 0.6,
        )  # fmt: skip
        if row["presence"] in {"number", "proxy"}:
            axes.text(
                1.03, place, scaling.written(row["value"], scale), transform=axes.get_yaxis_transform(), ha="left",
                va="center", fontsize=_SIZE - 0.4,
            )  # fmt: skip


def _lane(axes: Any, place: int, row: dict[str, Any], ends: tuple[float, float]) -> None:  # noqa: ANN401
    if row["presence"] == "missing" or (row["presence"] == "undefined" and pd.isna(row["lower"])):
        _gap(axes, place, row)
        return
    if row["national"]:
        axes.plot(
            [row["local_lowest"], row["local_highest"]], [place + 0.28] * 2, color=theme.FAINT, linewidth=1, zorder=2
        )
        axes.plot(
            [row["local_quartile_1"], row["local_quartile_3"]],
            [place + 0.28] * 2,
            color=theme.FAINT,
            linewidth=3.2,
            zorder=2,
            solid_capstyle="butt",
        )
        axes.plot(row["local_median"], place + 0.28, "|", color=theme.PAPER, markersize=4, zorder=3)
    if not pd.isna(row["lower"]):
        interval(axes, place, row["lower"], row["upper"], str(row["uncertainty"]), ends)
    if not pd.isna(row["value"]):
        dot(axes, row["value"], place, str(row["uncertainty"]), proxy=row["presence"] == "proxy")


def interval(axes: Any, place: float, lower: float, upper: float, kind: str, ends: tuple[float, float]) -> None:  # noqa: ANN401
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
    """
    from matplotlib.patches import Rectangle

    low, high = max(lower, ends[0]), min(upper, ends[1])
    hue = theme.HUES[0]
    if kind == "hidden cells":
        axes.add_patch(
            Rectangle(
                (low, place - 0.2), high - low, 0.4, facecolor=theme.PAPER, edgecolor=hue, linewidth=1.2, zorder=2
            )
        )
        return
    style: Any = {"perturbation": (0, (1, 1.6)), "sampling": "-"}.get(kind, (0, (4, 2)))
    axes.plot([low, high], [place, place], color=hue, linewidth=1.5, linestyle=style, zorder=2, dash_capstyle="round")
    if kind == "sampling":
        for end, beyond in ((low, lower < ends[0]), (high, upper > ends[1])):
            if not beyond:
                axes.plot([end, end], [place - 0.16, place + 0.16], color=hue, linewidth=1.5, zorder=2)


def dot(axes: Any, value: float, place: float, kind: str, *, proxy: bool) -> None:  # noqa: ANN401
    """Draw a number: a dot, a diamond where cells were changed; open where it stands in for something else.

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
    """
    axes.plot(
        value, place, "D" if kind == "perturbation" else "o", markersize=5.4 if kind == "perturbation" else 6,
        markerfacecolor=theme.PAPER if proxy else theme.HUES[0], markeredgecolor=theme.HUES[0], markeredgewidth=1.4,
        zorder=4,
    )  # fmt: skip


def _gap(axes: Any, place: int, row: dict[str, Any]) -> None:  # noqa: ANN401
    from matplotlib.patches import Rectangle

    across = axes.get_yaxis_transform()
    axes.add_patch(
        Rectangle(
            (0, place - 0.34),
            1,
            0.68,
            transform=across,
            facecolor=theme.PAPER,
            edgecolor="#b4bcc1",
            hatch="/////",
            linewidth=0.4,
            zorder=1,
        )
    )
    text = "undefined" if row["presence"] == "undefined" else str(row["missing"])
    note = ", with a note" if isinstance(row["qualitative"], str) else ""
    axes.text(
        0.5, place, f"{text}{note}", transform=across, ha="center", va="center", fontsize=_SIZE - 0.6, color=theme.INK,
        bbox={"facecolor": theme.PAPER, "edgecolor": "none", "pad": 1.6}, zorder=3,
    )  # fmt: skip


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
    with theme.drawing(_WIDTH, 0.3 * (len(rows) + 3)) as (figure, axes):
        _paper(figure)
        axes.set_position([0, 0, 1, 1])
        axes.set_axis_off()
        axes.set_xlim(0, 10)
        axes.set_ylim(len(rows) + 2.5, -0.5)
        for place, (kind, proxy, words) in enumerate(rows):
            if kind != "none":
                interval(axes, place, 0.5, 2.3, kind, (0, 10))
            if proxy is not None:
                dot(axes, 1.4, place, kind, proxy=proxy)
            axes.text(2.8, place, words, va="center", fontsize=_SIZE)
        place = len(rows)
        axes.plot([0.5, 2.3], [place] * 2, color=theme.FAINT, linewidth=1)
        axes.plot([0.9, 1.9], [place] * 2, color=theme.FAINT, linewidth=3.2, solid_capstyle="butt")
        axes.text(2.8, place, "local numbers beneath a national one: all, middle half", va="center", fontsize=_SIZE)
        axes.plot([1.4, 1.4], [place + 0.6, place + 1.4], color=theme.FAINT, linewidth=0.9, linestyle=(0, (3, 2)))
        axes.text(2.8, place + 1, "where groups are alike", va="center", fontsize=_SIZE)
        from matplotlib.patches import Rectangle

        axes.add_patch(
            Rectangle(
                (0.5, place + 1.7), 1.8, 0.6, facecolor=theme.PAPER, edgecolor="#b4bcc1", hatch="/////", linewidth=0.4
            )
        )
        axes.text(2.8, place + 2, "gap: no number, and why", va="center", fontsize=_SIZE)
        return theme.png(figure, dpi=200)
