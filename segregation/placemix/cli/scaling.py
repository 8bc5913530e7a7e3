"""The command that measures at many scales: profile."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from placemix._files import write_whole
from placemix.cli import arguments, nearness, values
from placemix.cli.terminal import progress, say_note
from placemix.counts import Counts
from placemix.errors import InvalidParameter
from placemix.report import sections
from placemix.report.items import Figure
from placemix.scales import profile as profiled

Radii = Annotated[
    list[str] | None,
    typer.Option("--radii", "-r", help="Radii, separated by commas or repeated: 500,1000,2000 (metres), '1 mile'."),
]
People = Annotated[list[str] | None, typer.Option("--people", help="Numbers of nearest people instead: 200,800,3200.")]
Shape = Annotated[
    str, typer.Option("--kernel", help="biweight, triangular, uniform, gaussian or exponential, for --radii.")
]
Chart = Annotated[Path | None, typer.Option("--figure", help="Write a chart, as .svg.")]


def profile(
    file: arguments.File,
    *,
    groups: arguments.Groups,
    unit: arguments.Unit,
    radii: Radii = None,
    people: People = None,
    names: Annotated[
        list[str] | None,
        typer.Option("--measures", "-m", help="Measures with a spatial form; 'placemix measures --all'."),
    ] = None,
    focal: arguments.Focal = None,
    against: arguments.Against = "rest",
    by: arguments.By = None,
    kernel: Shape = "biweight",
    cutoff: Annotated[
        float | None, typer.Option("--cutoff", help="Bandwidths at which a gaussian or exponential kernel ends.")
    ] = None,
    aspatial: Annotated[
        bool, typer.Option("--aspatial", help="Also the units themselves, with nobody around them, as size 0.")
    ] = False,
    across: nearness.Across = None,
    total: arguments.Total = None,
    residual: arguments.Rest = "keep",
    strict: arguments.Strict = False,
    encoding: arguments.Encoding = "utf-8",
    layer: arguments.Layer = None,
    suppressed: arguments.Suppressed = None,
    fill: arguments.Fill = None,
    where: arguments.Where = None,
    areas: nearness.Areas = None,
    figure: Chart = None,
    out: values.Out = None,
    pack: values.Pack = None,
    machine: values.Machine = False,
) -> None:
    """Measure at many radii, or among many numbers of the nearest people.

    Examples:  placemix profile areas.gpkg -u code -g white,asian,black -r 500,1000,2000,4000

    placemix profile areas.gpkg -u code -g white,asian,black -f each -m isolation --people 200,800,3200 --figure p.svg

    placemix profile table.csv --areas areas.gpkg -u code -g white,asian -r 500,4000 --by district -o profile.csv
    """
    if out is not None:
        values.writable(out)
    usual = ["information_theory"] if focal is None else ["isolation"]
    wanted = arguments.split(names) or usual
    if figure is not None and figure.suffix.lower() != ".svg":
        message = f"A chart is written as .svg, not {figure.name!r}."
        raise InvalidParameter(message)
    if figure is not None and len(wanted) > 1:
        message = f"--figure draws one measure, and {len(wanted)} are asked for."
        raise InvalidParameter(message, remedy="Name one with --measures, and call the command again for the others.")
    counts = arguments.counts(
        file, groups=groups, unit=unit, total=total, by=by, residual=residual, strict=strict, encoding=encoding,
        layer=layer, suppressed=suppressed, fill=fill, where=where, areas=areas,
    )  # fmt: skip
    lengths = [nearness.number(text) for text in arguments.split(radii)]
    numbers = [_people(text) for text in arguments.split(people)]
    shape: Any = kernel
    limits: Any = across
    with progress("measuring") as step:
        result = profiled(
            counts, wanted, radii=lengths or None, people=numbers or None, focal=focal,
            against=against, by=arguments.split(by), shape=shape, cutoff=cutoff, across=limits,
            aspatial=aspatial, progress=step,
        )  # fmt: skip
    # Drawn before anything is written, so that a chart that is refused leaves no file.
    picture = None if figure is None else sections.scale_profile(result, source=_source(counts)).items[0]
    values.given(result, counts, out=out, pack=pack, machine=machine)
    if figure is not None and isinstance(picture, Figure):
        write_whole(figure, picture.image)
        say_note(f"Chart: {figure}")


def _source(counts: Counts) -> str:
    """Where the counts are from, and the mark by which they are found again."""
    return ", ".join(filter(None, [counts.about.source, f"counts {counts.source}"]))


def _people(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        message = f"--people is a list of numbers, not {text!r}."
        raise InvalidParameter(message, remedy="Write --people 200,800,3200.") from error
