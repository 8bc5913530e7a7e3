"""Draw the pictures of the pages about surroundings, decomposition and types of places.

    python docs/pictures.py              into docs/assets/
    PLACEMIX_DATA=folder python docs/pictures.py

All but one are of places that do not exist. The one of Greater Manchester needs published data and is left as it is
where the folder is absent.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

import geopandas as gpd
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import shapely
from matplotlib.colors import LinearSegmentedColormap
from PIL import Image

import placemix as pm

ROOT = Path(__file__).resolve().parents[1]
ASSETS = ROOT / "docs" / "assets"
DATA = Path(os.environ.get("PLACEMIX_DATA") or ROOT.parent / "shared") / "data" / "greater_manchester"

# Okabe and Ito's colours, which people who do not see red or green tell apart.
BLUE, ORANGE, GREEN, PURPLE, SKY = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9"
GREY, INK = "#d9d9d9", "#222222"
STRENGTH = LinearSegmentedColormap.from_list("strength", ["#eef4f9", SKY, BLUE, "#003f66"])

plt.rcParams.update(
    {
        "font.size": 10,
        "text.color": INK,
        "axes.edgecolor": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "svg.hashsalt": "placemix",
        "figure.facecolor": "white",
    }
)


def kernels() -> None:
    """How much a person counts, by distance in bandwidths."""
    curves = {
        "uniform": (lambda d: 1.0 * (d < 1), BLUE, "-", (1.03, 0.93), None),
        "triangular": (lambda d: np.maximum(1 - d, 0), ORANGE, "--", (0.05, 0.40), 0.6),
        "biweight": (lambda d: np.maximum(1 - d**2, 0) ** 2, GREEN, "-", (0.05, 0.22), 0.76),
        "gaussian": (lambda d: np.exp(-(d**2) / 2), PURPLE, "-.", (1.42, 0.42), None),
        "exponential": (lambda d: np.exp(-d), INK, ":", (2.18, 0.16), None),
    }
    d = np.linspace(0, 3, 1501)
    figure, axes = plt.subplots(figsize=(7.2, 3.6), layout="constrained")
    for name, (weight, colour, dashes, at, tip) in curves.items():
        axes.plot(d, weight(d), color=colour, linestyle=dashes, linewidth=2)
        axes.annotate(
            name,
            at if tip is None else (tip, weight(np.array(tip))),
            xytext=at,
            color=colour,
            weight="bold",
            arrowprops=None if tip is None else {"arrowstyle": "-", "color": colour, "linewidth": 1},
        )
    axes.set(xlim=(0, 3), ylim=(0, 1.04), xlabel="distance ÷ bandwidth", ylabel="how much a person counts")
    _saved(figure, "around-kernels.svg")


def town() -> None:
    """One unit of the town, and who is around it in four ways."""
    homes = pm.datasets.town().residents("before")
    centre = homes.geometry.centroid
    here = int(np.hypot(centre.x - centre.x.mean() - 1500, centre.y - centre.y.mean() - 900).argmin())
    near = pm.surroundings
    ways = {
        "within 1 km": near.within(homes, radius="1 km"),
        "biweight kernel, 2 km": near.kernel(homes, bandwidth="2 km"),
        "nearest 10,000 people": near.nearest_people(homes, people=10_000),
        "contiguity, 2 steps": near.contiguity(homes, order=2),
    }
    middle = centre.iloc[here]
    figure, panels = plt.subplots(1, 4, figsize=(12, 3.9), layout="constrained")
    for axes, (title, around) in zip(panels, ways.items(), strict=True):
        weight = np.zeros(len(homes))
        weight[here] = around.own[here]
        for i, j, values in around.pairs():
            weight[j[i == here]] = values[i == here]
        shapes = gpd.GeoSeries(homes.geometry)
        shapes.plot(ax=axes, color="#f4f4f4", edgecolor="#bbbbbb", linewidth=0.4)
        shapes[weight > 0].plot(ax=axes, color=STRENGTH(weight[weight > 0]), edgecolor="white", linewidth=0.4)
        shapes.iloc[[here]].plot(ax=axes, facecolor="none", edgecolor=ORANGE, linewidth=2)
        people = float(weight @ homes.total)
        axes.set_title(f"{title}\n{(weight > 0).sum()} units, {people:,.0f} people", fontsize=10)
        axes.set(xlim=(middle.x - 2150, middle.x + 2150), ylim=(middle.y - 2150, middle.y + 2150))
        axes.set_axis_off()
    panels[0].plot([middle.x - 2000, middle.x - 1000], [middle.y - 2000] * 2, color=INK, linewidth=3)
    panels[0].text(middle.x - 1500, middle.y - 1930, "1 km", ha="center", va="bottom")
    bar = figure.colorbar(plt.cm.ScalarMappable(cmap=STRENGTH), ax=panels, shrink=0.7, aspect=25, pad=0.01)
    bar.set_label("weight")
    _saved(figure, "around-town.png")


def boards() -> dict[str, pm.Counts]:
    """Two places of the same 64 units: every other one of one group, or all of them on one side."""
    row, column = (place.ravel() for place in np.indices((8, 8)))
    shapes = shapely.box(1000 * column, 1000 * row, 1000 * column + 1000, 1000 * row + 1000)
    found = {}
    for name, here in {"checkerboard": (row + column) % 2 == 0, "halves": column < 4}.items():
        table = gpd.GeoDataFrame(
            {"unit": np.arange(64), "x": np.where(here, 900, 100), "y": np.where(here, 100, 900)},
            geometry=shapes,
            crs="EPSG:27700",
        )
        found[name] = pm.from_wide(table, groups=["x", "y"], unit="unit")
    return found


def checkerboard() -> None:
    """Two maps with one D, and what surroundings see of them."""
    figure, panels = plt.subplots(
        1, 3, figsize=(11, 3.7), width_ratios=[1, 1, 1.7], layout="constrained", gridspec_kw={"wspace": 0.06}
    )
    radii = [0.75, 1.1, 2.1, 3.1]
    lines = {"checkerboard": (BLUE, "o"), "halves": (ORANGE, "s")}
    for axes, (name, homes) in zip(panels, boards().items(), strict=False):
        shapes = gpd.GeoSeries(homes.geometry)
        shapes.plot(ax=axes, color=np.where(homes.values[:, 0] > 500, SKY, GREY), edgecolor="white", linewidth=1)
        near = pm.surroundings.proximity(homes, decay_length="1 km")
        sp = pm.estimate(homes, "spatial_proximity", focal="x", around=near).value
        d = pm.estimate(homes, "dissimilarity", focal="x").value
        axes.set_title(f"{name}\nD {d:.2f}, SP {sp:.2f}", fontsize=10)
        for low, hue, said in ((-1000, SKY, "90 % of people in group x"), (-1800, GREY, "10 % of people in group x")):
            axes.add_patch(plt.Rectangle((0, low), 600, 600, color=hue))
            axes.text(800, low + 300, said, fontsize=9, va="center")
        axes.set(xlim=(-100, 8100), ylim=(-1900, 8100))
        axes.set_axis_off()
        colour, mark = lines[name]
        values = {}
        for radius in radii:
            around = pm.surroundings.within(homes, radius=1000 * radius)
            table = pm.measure(homes, ["information_theory", "dissimilarity"], around=around)
            values[radius] = table.set_index("measure")["value"]
        values = pd.DataFrame(values).T
        right = panels[2]
        for measure, dashes, label in (("dissimilarity", "-", "D̃"), ("information_theory", "--", "H̃")):
            y = values[measure].to_numpy()
            right.plot(radii, y, color=colour, marker=mark, linestyle=dashes, linewidth=1.8, markersize=5)
            right.annotate(
                f"{label} {name}",
                (radii[-1], y[-1]),
                xytext=(7, 3 if dashes == "-" else -3),
                textcoords="offset points",
                va="center",
                color=colour,
            )
    panels[2].set(xlim=(0.6, 4.3), ylim=(-0.03, 0.85), xlabel="radius, km", ylabel="spatial D̃ and H̃")
    panels[2].set_xticks(radii, ["own\nunit", "1.1", "2.1", "3.1"])
    _saved(figure, "around-checkerboard.png")


def levels() -> None:
    """D of three groups at four levels of areas."""
    if not DATA.is_dir():
        print("no published data: around-levels.svg is left as it is")
        return
    areas = pd.read_parquet(DATA / "groups_oa11_2011.parquet")
    places = ["oa11cd", "lsoa11cd", "msoa11cd", "lad11nm"]
    groups = [name for name in areas if name not in {*places, "rgn11nm", "total", "gypsy_irish_traveller_residual"}]
    shown = {"pakistani": (BLUE, "o", "Pakistani", 1), "black_african": (ORANGE, "s", "Black African", -1)}
    titles = dict(zip(places, ("output areas", "LSOAs", "MSOAs", "districts"), strict=True))
    figure, axes = plt.subplots(figsize=(7.2, 3.6), layout="constrained")
    names = []
    for group, (colour, mark, label, side) in shown.items():
        values, names = [], []
        for place in places:
            sums = areas.groupby(place, as_index=False)[[*groups, "total"]].sum()
            names.append(f"{len(sums):,}\n{titles[place]}")
            counts = pm.from_wide(
                sums.assign(rest=sums["total"] - sums[group]), groups=[group, "rest"], unit=place, total="total"
            )
            values.append(pm.estimate(counts, "dissimilarity", focal=group).value)
        axes.plot(range(4), values, color=colour, marker=mark, linewidth=1.8)
        for at, value in enumerate(values):
            up = side if at < 3 else -side
            axes.annotate(
                f"{value:.2f}", (at, value), xytext=(0, 9 * up), textcoords="offset points", ha="center", va="center",
                fontsize=9,
            )  # fmt: skip
        axes.annotate(
            label, (3, values[-1]), xytext=(12, 0), textcoords="offset points", va="center", color=colour,
            weight="bold",
        )  # fmt: skip
    axes.set_xticks(range(4), names)
    axes.set(xlim=(-0.25, 4), ylim=(0, 0.8), ylabel="D against everyone else")
    axes.spines["bottom"].set_bounds(-0.25, 3.2)
    _saved(figure, "around-levels.svg")


def tree() -> None:
    """The last merges of the town's units, and the share of M that each loses."""
    from scipy.cluster.hierarchy import dendrogram

    homes = pm.datasets.town().residents("before")
    found = pm.decompose.merging_tree(pm.decompose.compress(homes))
    figure, axes = plt.subplots(figsize=(7.2, 3.6), layout="constrained")
    dendrogram(
        found.linkage, truncate_mode="lastp", p=12, ax=axes, color_threshold=0, above_threshold_color=BLUE,
        leaf_rotation=0, leaf_font_size=9,
    )  # fmt: skip
    axes.set_ylabel("share of M lost")
    axes.set_xlabel("units merged in each branch (in brackets)")
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="x", length=0)
    _saved(figure, "lies-tree.svg")


def streams() -> None:
    """How places of the town changed their types."""
    town = pm.datasets.town()
    common = pm.harmonise.align(town.residents("before"), town.residents("after"), lookup=town.lookup)
    moves = pm.typology.transitions(common.before, common.after, scheme="PJF2001", reference="amber")
    figure = pm.report.streams(moves, member="resident", source="The town is synthetic: it does not exist.")
    (ASSETS / "types-streams.svg").write_bytes(figure.image)
    print("types-streams.svg")


def _saved(figure: plt.Figure, name: str) -> None:
    if name.endswith("svg"):
        figure.savefig(ASSETS / name, metadata={"Date": None}, bbox_inches="tight")
    else:
        drawn = io.BytesIO()
        figure.savefig(drawn, dpi=120, bbox_inches="tight")
        # Few colours need few bytes.
        Image.open(drawn).convert("RGB").quantize(128, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
            ASSETS / name, optimize=True
        )
    plt.close(figure)
    print(name)


if __name__ == "__main__":
    kernels()
    town()
    checkerboard()
    levels()
    tree()
    streams()
