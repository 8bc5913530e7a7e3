"""Areas filled with colour on a map: all at once, as making them one by one took most of the time of a page."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.path import Path


def fill(axes: Any, shapes: Any, colours: str | Sequence[str], **style: Any) -> None:  # noqa: ANN401
    """Fill areas on axes of equal scale, as GeoPandas does.

    Parameters
    ----------
    axes
        Axes of matplotlib.
    shapes
        GeoSeries of areas. Where some of it is lines or points, GeoPandas draws it.
    colours
        One colour, or one for each shape.
    **style
        What matplotlib's collections take: ``edgecolor``, ``linewidth``, ``hatch``.
    """
    import shapely
    from matplotlib.collections import PathCollection

    parts, owner = shapely.get_parts(shapes.to_numpy(), return_index=True)
    there = ~shapely.is_empty(parts)
    parts, owner = parts[there], owner[there]
    if (shapely.get_type_id(parts) != shapely.GeometryType.POLYGON).any():
        each = {"facecolor": colours} if isinstance(colours, str) else {"color": list(colours)}
        shapes.plot(ax=axes, aspect="equal", **each, **style)
        return
    drawn, first = np.unique(owner, return_index=True)
    face = colours if isinstance(colours, str) else [colours[place] for place in drawn]
    axes.set_aspect("equal")
    axes.add_collection(PathCollection(_outlines(parts, first), facecolor=face, **style))
    axes.autoscale_view()


def _outlines(polygons: np.ndarray, first: np.ndarray) -> list[Path]:
    """Give one path for each shape, its parts and holes in it; `first` is the place of its first polygon."""
    import shapely
    from matplotlib.path import Path

    if not len(polygons):
        return []
    _, points, (rings, wholes) = shapely.to_ragged_array(polygons, include_z=False)
    codes = np.full(len(points), Path.LINETO, dtype=Path.code_type)
    codes[rings[:-1]], codes[rings[1:] - 1] = Path.MOVETO, Path.CLOSEPOLY
    ends = rings[wholes[[*first, len(polygons)]]]
    return [Path(points[start:end], codes[start:end]) for start, end in pairwise(ends)]
