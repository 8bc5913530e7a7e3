"""Options that say who is around each unit, and how they are read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import typer

from placemix import surroundings
from placemix.checks import id_text
from placemix.cli.terminal import say_note
from placemix.counts import Counts
from placemix.errors import (
    DuplicateUnit,
    InvalidParameter,
    NoPlace,
    UnknownColumn,
    UnmatchedUnit,
    did_you_mean,
    listed,
    plural,
)
from placemix.readers import read_areas
from placemix.surroundings import Surroundings

Around = Annotated[
    str | None,
    typer.Option(
        "--around",
        help="Everyone nearer than this counts as around a unit: '1 km', '0.5 miles', '800 m'. Needs shapes.",
    ),
]
Kernel = Annotated[
    str | None,
    typer.Option(
        "--kernel",
        help="Weigh people by distance, --around being the bandwidth: biweight, triangular, uniform, gaussian or "
        "exponential.",
    ),
]
Own = Annotated[
    str | None,
    typer.Option(
        "--own", help="How far a unit is from itself: 0, disc, square, massey_denton, white. Clustering needs it."
    ),
]
Cutoff = Annotated[
    str | None, typer.Option("--cutoff", help="Where a gaussian or exponential kernel ends, such as '10 km'.")
]
People = Annotated[
    float | None, typer.Option("--people", help="The nearest so many people are around a unit, such as 800.")
]
Places = Annotated[int | None, typer.Option("--places", help="The nearest so many units are around a unit, such as 6.")]
Contiguity = Annotated[
    str | None,
    typer.Option("--contiguity", help="Units that border on a unit are around it: queen (a point will do) or rook."),
]
Across = Annotated[
    str | None,
    typer.Option(
        "--across",
        help="What is around ends at the borders of --by (limit) or crosses them (keep). Default: evenness and "
        "clustering end there, exposure does not.",
    ),
]
Areas = Annotated[
    Path | None,
    typer.Option(
        "--areas",
        help="File with the shapes of the units, and columns of --by, where the table has none; its ids in a column "
        "named as --unit.",
    ),
]


def surrounded(
    counts: Counts,
    path: Path,
    *,
    around: str | None,
    kernel: str | None,
    own: str | None,
    cutoff: str | None,
    people: float | None,
    places: int | None,
    contiguity: str | None,
) -> Surroundings | None:
    """Make the surroundings that the options describe; None where there are none."""
    ways = {"--around": around, "--people": people, "--places": places, "--contiguity": contiguity}
    chosen = [name for name, value in ways.items() if value is not None]
    if len(chosen) > 1:
        message = f"{listed(chosen)} each say who is around a unit."
        raise InvalidParameter(message, remedy="Choose one.")
    beside = [name for name, value in (("--kernel", kernel), ("--own", own), ("--cutoff", cutoff)) if value is not None]
    if beside and chosen != ["--around"]:
        message = f"{listed(beside)} belongs to a distance, and --around says none."
        raise InvalidParameter(message, remedy="Write --around '1 km', for example.")
    if not chosen:
        return None
    if counts.geometry is None:
        message = f"{path.name!r} has no shapes, so nobody knows which units are near each other."
        remedy = "Name a file with their shapes as --areas, or measure a GeoPackage, GeoJSON, Shapefile or GeoParquet."
        raise NoPlace(message, remedy=remedy)
    if people is not None:
        return surroundings.nearest_people(counts, people=people)
    if places is not None:
        return surroundings.nearest_places(counts, places=places)
    if contiguity is not None:
        rule: Any = contiguity
        return surroundings.contiguity(counts, rule=rule)
    return _distance(counts, str(around), kernel, own, cutoff)


def _distance(counts: Counts, length: str, kernel: str | None, own: str | None, cutoff: str | None) -> Surroundings:
    # A bare number is metres, and text on a plane of no named unit must be one.
    width: Any = number(length)
    near: Any = 0 if own == "0" else own
    if kernel is None:
        if cutoff is not None:
            message = "A radius is its own cut-off."
            raise InvalidParameter(message, remedy="Leave out --cutoff, or choose a --kernel.")
        return surroundings.within(counts, radius=width, own=near)
    shape: Any = kernel
    return surroundings.kernel(
        counts, bandwidth=width, shape=shape, own=near, cutoff=None if cutoff is None else number(cutoff)
    )


def number(text: str) -> float | str:
    """Read a bare number as one, and leave a length with its unit as text."""
    try:
        return float(text)
    except ValueError:
        return text


#: A shape is between others from this share of its border on that they have in common.
_INSIDE = 0.5


def with_shapes(frame: pd.DataFrame, areas: Path, unit: str, strata: Sequence[str] = ()) -> pd.DataFrame:
    """Give the rows of a table the shapes of another file, by their ids, and the strata that it lacks itself.

    Raises
    ------
    UnknownColumn
        The other file has no column of ids, or neither has one of the strata.
    UnmatchedUnit
        It lacks units; all are listed.
    DuplicateUnit
        It has units on several rows, so that their shape is not known.
    """
    import geopandas as gpd

    shapes = read_areas(areas)
    if unit not in shapes.columns:
        message = f"{areas.name!r} has no column {unit!r}."
        near = did_you_mean(unit, shapes.columns) or f"It has {listed(list(shapes.columns), shown=20)}."
        raise UnknownColumn(message, remedy=f"{near} Name the column as --unit does.")
    found = shapes.set_axis(shapes[unit].map(id_text), axis=0)
    ids = frame[unit].map(id_text)
    twice = found.index[found.index.duplicated()].unique().intersection(ids)
    if len(twice):
        message = f"{plural(len(twice), 'unit stands', 'units stand')} on several rows of {areas.name!r}."
        raise DuplicateUnit(message, units=twice, remedy="Give each unit one shape: dissolve them by their ids.")
    found = found[~found.index.duplicated()]
    missing = ~ids.isin(found.index)
    if missing.any():
        message = f"{plural(int(missing.sum()), 'unit has', 'units have')} no shape in {areas.name!r}."
        raise UnmatchedUnit(message, units=ids[missing], remedy="Give shapes of the same edition.")
    there = [*frame.columns, *shapes.columns]
    for name in strata:
        if name not in there:
            message = f"Neither the table nor {areas.name!r} has a column {name!r}."
            raise UnknownColumn(message, remedy=did_you_mean(name, there) or f"They have {listed(there, shown=20)}.")
    _say_holes(found, found.index.isin(ids), areas.name)
    found = found.reindex(ids)
    frame = frame.assign(**{
        name: found[name].to_numpy() for name in strata if name not in frame.columns and name in found.columns
    })  # fmt: skip
    return gpd.GeoDataFrame(frame, geometry=found.geometry.to_numpy(), crs=shapes.crs)


def _say_holes(shapes: Any, drawn: Any, name: str) -> None:  # noqa: ANN401
    """Name shapes between those of the table that have no row, such as the other half of a merged area."""
    import shapely

    known, others = shapes.geometry[drawn], shapes.geometry[~drawn]
    known, others = known[known.notna()], others[others.notna()]
    if known.empty or others.empty:
        return
    pairs = shapely.STRtree(known.to_numpy()).query(others.to_numpy(), predicate="intersects")
    rings = shapely.boundary(others.to_numpy())
    shared = shapely.length(shapely.intersection(rings[pairs[0]], shapely.boundary(known.to_numpy())[pairs[1]]))
    inside = np.bincount(pairs[0], weights=shared, minlength=len(others)) > _INSIDE * shapely.length(rings)
    if inside.any():
        told = plural(int(inside.sum()), "shape", "shapes")
        say_note(
            f"{told} of {name!r} between those of the table with no row there: {listed(list(others.index[inside]))}. "
            "The map is blank there; where areas were merged, dissolve their shapes by the same lookup."
        )
