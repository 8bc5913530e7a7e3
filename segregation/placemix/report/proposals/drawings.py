"""Figures of the page: where the sites are, and the mix before and after at each scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix.lengths import in_map_units, metres_per_unit, written
from placemix.report import mapping, rounding, theme
from placemix.report.grounds import fill
from placemix.report.items import Figure
from placemix.report.proposals.wording import plain, scale
from placemix.report.tabling import table
from placemix.scenarios import Checked

#: Points of the text of the scale bar for each inch of the map's width: a printed map is narrow.
_BAR = 2.8
#: How far the map of one site reaches, in times the largest radius.
_MARGIN = 1.25


def site_map(checked: Checked) -> Figure | None:
    """Draw the units in the share of the tenure that is followed, with the sites and the radii.

    Parameters
    ----------
    checked
        What was checked.
    """
    import geopandas as gpd

    homes, focal = checked.anyway.get("Tenure", checked.evidence.homes), checked.evidence.focal
    points = _points(checked)
    if focal is None or not len(points) or homes.geometry is None:
        return None
    share = np.divide(
        homes.values[:, homes.position(focal)], homes.total, out=np.full(len(homes), np.nan), where=homes.total > 0
    )
    shapes = gpd.GeoSeries(homes.geometry.to_numpy(), index=homes.units.astype(str), crs=homes.geometry.crs)
    shown, caption = shapes, f"Share of {plain(focal)} among homes in {checked.year} without the schemes; dots: sites."
    radii = []
    if len(points) == 1:
        radii = [in_map_units(radius, shapes.crs) for radius in checked.radii]
        far = _MARGIN * max(radii or [0]) or None
        if far is not None:
            shown = shapes[shapes.intersects(points.iloc[0].buffer(far))]
        rings = rounding.joined(list(map(str, checked.radii)))
        caption = (
            f"Share of {plain(focal)} among homes in {checked.year} without the scheme; rings: {rings} from the site."
        )
    elif checked.evidence.district is not None:
        labels = homes.strata[checked.evidence.district].astype(str).to_numpy()
        units = checked["where"]["unit"].dropna()
        shown = shapes[np.isin(labels, labels[homes.units.get_indexer(units)])]
    values = pd.Series(share, index=shapes.index).reindex(shown.index)
    bounds, texts = mapping.bounds_of(values, share=True)
    pick = np.linspace(0, len(theme.SEQUENTIAL) - 1, len(bounds) + 1).round().astype(int)
    hues = [theme.SEQUENTIAL[place] for place in pick]
    colour = pd.Series([hues[code] for code in np.digitize(values, bounds)], index=values.index).where(values.notna())
    image = _draw(mapping.simplified(shown), colour, points, radii)
    rows = values.sort_values(ascending=False, kind="stable").head(10)
    return Figure(
        image=image,
        kind="image/png",
        alt=f"Map. {caption}",
        caption=caption,
        legend=(
            *zip(hues, mapping.ranges(texts), strict=True),
            *([("hatched", "no homes")] if values.isna().any() else []),
        ),
        table=table(
            f"Units on the map with the highest shares of {plain(focal)}",
            {"Unit": [checked.named(unit) for unit in rows.index], "Share": [rounding.share(value) for value in rows]},
        ),
    )


def _points(checked: Checked) -> Any:  # noqa: ANN401
    import geopandas as gpd

    system = checked.evidence.homes.geometry.crs
    found = [
        gpd.GeoSeries([one.site], crs=one.crs).to_crs(system) if system is not None and one.crs is not None
        else gpd.GeoSeries([one.site])
        for one in checked.schemes
        if one.site is not None
    ]  # fmt: skip
    return pd.concat(found, ignore_index=True).representative_point() if found else gpd.GeoSeries([])


def _draw(shapes: Any, colour: pd.Series, points: Any, radii: Sequence[float]) -> bytes:  # noqa: ANN401
    from matplotlib.patches import Circle

    x0, y0, x1, y1 = shapes.total_bounds
    if radii:
        x, y, far = points.iloc[0].x, points.iloc[0].y, _MARGIN * max(radii)
        x0, y0, x1, y1 = x - far, y - far, x + far, y + far
    width = 4.6 if radii else 6.4
    height = min(max(width * (y1 - y0) / max(x1 - x0, 1e-9), 2.5), 6.0)
    with theme.drawing(width, height) as (figure, axes):
        wanted = colour.reindex(shapes.index)
        fill(axes, shapes[wanted.notna()], wanted.dropna().tolist(), edgecolor="#aab4ba", linewidth=0.25)
        if wanted.isna().any():
            empty = shapes[wanted.isna()]
            fill(axes, empty, theme.PAPER, edgecolor=theme.FAINT, hatch="//////", linewidth=0.3)
        for radius in radii:
            axes.add_patch(
                Circle((points.iloc[0].x, points.iloc[0].y), radius, fill=False, edgecolor=theme.INK, linewidth=0.8,
                       linestyle=(0, (3, 2)), zorder=3)
            )  # fmt: skip
        axes.scatter(
            points.x,
            points.y,
            s=46 if radii else 20,
            color=theme.HUES[1],
            edgecolor=theme.PAPER,
            linewidth=0.9,
            zorder=4,
        )
        axes.set_xlim(x0, x1)
        axes.set_ylim(y0, y1)
        _bar(axes, shapes.crs, (x0, y0, x1, y1))
        axes.set_axis_off()
        return theme.png(figure, dpi=170)


def _bar(axes: Any, system: Any, bounds: tuple[float, float, float, float]) -> None:  # noqa: ANN401
    """A scale bar in the corner of what is shown."""
    from matplotlib import patheffects

    if system is None or not system.is_projected:
        return
    x0, y0, x1, y1 = bounds
    unit = metres_per_unit(system)
    widest = (x1 - x0) * unit / 4
    power = 10.0 ** np.floor(np.log10(widest))
    length = max(step * power for step in (1, 2, 5) if step * power <= widest)
    halo = [patheffects.withStroke(linewidth=2.8, foreground=theme.PAPER)]
    x, y = x0 + 0.03 * (x1 - x0), y0 + 0.04 * (y1 - y0)
    axes.plot([x, x + length / unit], [y, y], color=theme.INK, linewidth=2.2, solid_capstyle="butt", path_effects=halo)
    axes.text(
        x + length / unit + 0.015 * (x1 - x0), y, written(length), color=theme.INK, va="center", path_effects=halo,
        fontsize=_BAR * axes.figure.get_figwidth(),
    )  # fmt: skip


def mix_dots(rows: pd.DataFrame, *, title: str, district: str) -> Figure:
    """Draw the share of each category at each scale before and after, beside the district's.

    Parameters
    ----------
    rows
        Rows of `neighbourhood_effects` of one place: `scale`, `group`, `share_before`, `share_after`.
    title
        What the shares are of.
    district
        Name of the district.
    """
    groups = list(dict.fromkeys(rows["group"]))
    scales = [name for name in dict.fromkeys(rows["scale"]) if name != "district"]
    before = rows.pivot_table(index="scale", columns="group", values="share_before", sort=False)
    after = rows.pivot_table(index="scale", columns="group", values="share_after", sort=False)
    with theme.drawing(7.0, 0.7 + 0.27 * len(scales), ncols=len(groups), squeeze=False, sharey=True) as (
        figure,
        grid,
    ):
        high = max(before.to_numpy().max(), after.to_numpy().max())
        for axes, group in zip(grid[0], groups, strict=True):
            axes.axvline(100 * before.loc["district", group], color=theme.FAINT, linewidth=1, linestyle=(0, (3, 2)))
            for place, name in enumerate(scales):
                first, last = 100 * before.loc[name, group], 100 * after.loc[name, group]
                axes.plot([first, last], [place, place], color=theme.HUES[0], linewidth=1.4, zorder=2)
                axes.plot(first, place, "o", markersize=5.5, markerfacecolor=theme.PAPER, color=theme.HUES[0], zorder=3)
                axes.plot(last, place, "o", markersize=5.5, color=theme.HUES[0], zorder=4)
            axes.set_title(f" {plain(str(group))}", fontsize=9.5, loc="left")
            axes.set_xlim(0, min(100, 108 * high))
            axes.set_yticks(range(len(scales)), [scale(name) for name in scales])
            axes.set_ylim(len(scales) - 0.5, -0.5)
            axes.tick_params(labelsize=8.5)
            axes.locator_params(axis="x", nbins=4)
            axes.xaxis.set_major_formatter(lambda value, _: f"{value:g} %")
        figure.tight_layout(w_pad=1.0)
        image = theme.png(figure, dpi=170)
    caption = f"{title}: before (open dots) and after (filled). Dashed: {district} before."
    return Figure(
        image=image,
        kind="image/png",
        alt=f"Dots of shares at each scale. {caption}",
        caption=caption,
        table=mix_table(rows, f"Numbers of the figure: {title}"),
        wide=True,
    )


def mix_table(rows: pd.DataFrame, caption: str, *, folded: bool = False) -> Any:  # noqa: ANN401
    """Write shares before and after by scale and category."""
    return table(
        caption,
        {
            "Where": [scale(name) for name in rows["scale"]],
            "Category": [plain(str(name)) for name in rows["group"]],
            "Before": [rounding.share(value) for value in rows["share_before"]],
            "After": [rounding.share(value) for value in rows["share_after"]],
            "Points": [rounding.points(value) for value in rows["change"]],
            "From the district": [rounding.points(value) for value in rows["from_district_after"]],
        },
        text=["Category"],
        note="Points: change in percentage points. From the district: share after, less that of the district after.",
        folded=folded,
    )
