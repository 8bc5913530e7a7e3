"""How figures look: quiet ink, colours that colour-blind readers tell apart, no decoration."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

INK = "#1d2730"
FAINT = "#5b6770"
LINE = "#d5dade"
PAPER = "#ffffff"
#: Okabe and Ito's colours, darkened where they were too pale for thin lines on white.
HUES: tuple[str, ...] = ("#0b5f8a", "#c4561a", "#007a5e", "#8f4d7d", "#7a6a00", "#3c4650", "#4a90c2", "#a33b3b")
MARKERS: tuple[str, ...] = ("o", "s", "D", "^", "v", "P", "X", "p")
#: From pale to dark, one hue, even steps of lightness.
SEQUENTIAL: tuple[str, ...] = ("#f7f7f4", "#cfe1e8", "#a3cad9", "#6da9c2", "#3b82a6", "#1b5a82", "#0b3354")
#: The same for what places are like, so that it is not taken for a map of people.
CONDITION: tuple[str, ...] = ("#f9f5f2", "#f3d9cb", "#e6b49a", "#d28a6a", "#b35f40", "#863a20", "#54200f")
#: Pale sand below, purple above: told apart in every common kind of colour blindness.
BELOW: tuple[str, ...] = ("#cfb088", "#e0cba9", "#efe4d0")
ABOVE: tuple[str, ...] = ("#b9add6", "#7d68b0", "#43197f")
MIDDLE = "#fbfbfb"
#: Local clusters by their flag. The two kinds differ in lightness too, and what is unlike its neighbours is paler.
CLUSTERS: dict[str, str] = {
    "cluster of high share": "#43197f",
    "high among low": "#a897d6",
    "low among high": "#f0cf8e",
    "cluster of low share": "#b8741a",
    "not distinguishable": "#ededea",
}
NOBODY = "#ffffff"

_SETTINGS: Any = {
    "axes.edgecolor": FAINT,
    "axes.grid": False,
    "axes.labelcolor": INK,
    "axes.labelsize": 10,
    "axes.linewidth": 0.7,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.facecolor": PAPER,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "hatch.linewidth": 0.5,
    "legend.fontsize": 9.5,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "savefig.bbox": "tight",
    "savefig.facecolor": PAPER,
    "savefig.pad_inches": 0.06,
    "svg.fonttype": "path",
    "svg.hashsalt": "placemix",
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": FAINT,
    "xtick.labelcolor": INK,
    "xtick.major.size": 3,
    "xtick.major.width": 0.7,
    "ytick.color": FAINT,
    "ytick.labelcolor": INK,
    "ytick.major.size": 3,
    "ytick.major.width": 0.7,
}


@contextmanager
def drawing(width: float, height: float, **options: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401
    """Give a figure and its axes in the house style; nothing global stays changed."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with mpl.rc_context(_SETTINGS):
        figure = Figure(figsize=(width, height))
        FigureCanvasAgg(figure)
        yield figure, figure.subplots(**options)


class Drawn(bytes):
    """The bytes of an SVG that keep the figure they show: a Word file holds no SVG and needs it as PNG."""

    _figure: Any = None
    _png: bytes = b""

    @classmethod
    def of(cls, svg: bytes, *, figure: Any = None, png: bytes = b"") -> Drawn:  # noqa: ANN401
        """Put the bytes of an SVG beside the figure they show, or beside the same as PNG."""
        drawn = cls(svg)
        drawn._figure, drawn._png = figure, png
        return drawn

    def png(self) -> bytes:
        """Draw the same figure as PNG, fine enough for print."""
        import matplotlib as mpl

        if not self._png:
            # Fonts are looked up when a figure is written, which is after `drawing` has ended.
            with mpl.rc_context(_SETTINGS):
                self._png = png(self._figure, dpi=220)
            self._figure = None
        return self._png

    def __reduce__(self) -> tuple[Any, ...]:
        # A copy, or what another process is sent, has no figure to draw from.
        return _drawn, (bytes(self), self.png())


def _drawn(svg: bytes, png: bytes) -> Drawn:
    return Drawn.of(svg, png=png)


def svg(figure: Any) -> Drawn:  # noqa: ANN401
    """Write a figure as SVG, the same bytes for the same figure."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": "placemix"})
    return Drawn.of(buffer.getvalue(), figure=figure)


def png(figure: Any, *, dpi: int = 170) -> bytes:  # noqa: ANN401
    """Write a figure as PNG, the same bytes for the same figure."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": "placemix"})
    return buffer.getvalue()
