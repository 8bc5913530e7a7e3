"""Commands that print values: measures, measure, verify."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from placemix import packs
from placemix._files import write_whole
from placemix.cli import arguments, nearness, printing, ranked
from placemix.cli.terminal import OUT, as_json, say_note, show
from placemix.counts import Counts
from placemix.errors import InvalidParameter, did_you_mean
from placemix.measuring import catalogue
from placemix.measuring import measure as measured
from placemix.registry import row
from placemix.results import Result
from placemix.units import local as unitwise

Out = Annotated[Path | None, typer.Option("--out", "-o", help="Write every column to a .csv, .parquet or .json file.")]
Pack = Annotated[Path | None, typer.Option("--pack", help="Write a pack that 'placemix verify' recomputes.")]
Machine = Annotated[bool, typer.Option("--json", help="Print JSON with every column.")]


def measures(
    *,
    dimension: Annotated[
        str | None, typer.Option(help="All measures of one dimension: evenness, exposure, clustering, local …")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Also specialist, replication and experimental measures.")
    ] = False,
    machine: Annotated[bool, typer.Option("--json", help="Print JSON with every column.")] = False,
) -> None:
    """List the measures and the question each answers; 'placemix explain NAME' tells more of one.

    Examples:  placemix measures    placemix measures --dimension evenness
    """
    table = catalogue()
    every = every or dimension is not None
    if dimension is not None:
        known = sorted(table["dimension"].unique())
        if dimension not in known:
            message = f"There is no dimension {dimension!r}; there are {', '.join(known)}."
            raise InvalidParameter(message, remedy=did_you_mean(dimension, known))
        table = table[table["dimension"] == dimension]
    if not every and not machine:
        table = table[table["tier"] == "recommended"]
    if machine:
        typer.echo(as_json(table))
        return
    table = table.assign(takes=[", ".join((*row(name).takes, *row(name).parameters)) for name in table["measure"]])
    # The dimension that was asked for would be the same word in every row.
    columns = ["measure", "question", "takes", *(["dimension"] if every and dimension is None else [])]
    columns += ["tier"] if every else []
    title = "Measures" if dimension is None else f"Measures: {dimension}"
    show(table[columns], title=title if every else "Recommended measures (--all lists the others)")


def measure(
    file: arguments.File,
    *,
    groups: arguments.Groups,
    unit: arguments.Unit,
    names: Annotated[
        list[str] | None,
        typer.Option("--measures", "-m", help="Names from 'placemix measures', separated by commas or repeated."),
    ] = None,
    focal: arguments.Focal = None,
    against: arguments.Against = "rest",
    by: arguments.By = None,
    total: arguments.Total = None,
    residual: arguments.Rest = "keep",
    strict: arguments.Strict = False,
    encoding: arguments.Encoding = "utf-8",
    layer: arguments.Layer = None,
    suppressed: arguments.Suppressed = None,
    fill: arguments.Fill = None,
    where: arguments.Where = None,
    around: nearness.Around = None,
    kernel: nearness.Kernel = None,
    own: nearness.Own = None,
    cutoff: nearness.Cutoff = None,
    people: nearness.People = None,
    places: nearness.Places = None,
    contiguity: nearness.Contiguity = None,
    across: nearness.Across = None,
    areas: nearness.Areas = None,
    centre: ranked.Centre = None,
    order: ranked.Order = None,
    out: Out = None,
    pack: Pack = None,
    machine: Machine = False,
) -> None:
    """Measure segregation in a table.

    Examples:  placemix measure areas.csv -u code -g white,asian,black --by district

    placemix measure areas.gpkg -u code -g white,asian,other --focal asian --against white -o result.csv

    placemix measure areas.gpkg -u code -g white,asian --around "1 km" --kernel biweight

    placemix measure table.csv --areas areas.gpkg -u code -g white,asian -f asian --people 800

    placemix measure areas.gpkg -u code -g white,asian -f asian --contiguity rook -m morrill

    placemix measure areas.gpkg -u code -g white,asian -f asian --centre 383819,398052 -m relative_centralisation
    """
    if out is not None:
        writable(out)
    counts = arguments.counts(
        file, groups=groups, unit=unit, total=total, by=by, residual=residual, strict=strict, encoding=encoding,
        layer=layer, suppressed=suppressed, fill=fill, where=where, areas=areas,
    )  # fmt: skip
    near = nearness.surrounded(
        counts, file, around=around, kernel=kernel, own=own, cutoff=cutoff, people=people, places=places,
        contiguity=contiguity,
    )  # fmt: skip
    usual = _usual(focal, against, spatial=near is not None)
    limits: Any = across
    result = measured(
        counts, arguments.split(names) or usual, focal=focal, against=against, by=arguments.split(by), around=near,
        across=limits, chance="binomial" if near is None else None, centre=ranked.centre(centre),
        order=ranked.order(order),
    )  # fmt: skip
    given(result, counts, out=out, pack=pack, machine=machine)
    if order:  # nobody but the reader can see whether bands stand in their order
        say_note(f"Lowest to highest: {', '.join(ranked.order(order) or [])}.")


def local(
    file: arguments.File,
    *,
    groups: arguments.Groups,
    unit: arguments.Unit,
    names: Annotated[
        list[str] | None,
        typer.Option("--measures", "-m", help="Measures of each unit, such as location_quotient or getis_ord."),
    ] = None,
    focal: arguments.Focal = None,
    against: arguments.Against = "rest",
    by: arguments.By = None,
    total: arguments.Total = None,
    residual: arguments.Rest = "keep",
    strict: arguments.Strict = False,
    encoding: arguments.Encoding = "utf-8",
    layer: arguments.Layer = None,
    suppressed: arguments.Suppressed = None,
    fill: arguments.Fill = None,
    where: arguments.Where = None,
    around: nearness.Around = None,
    kernel: nearness.Kernel = None,
    own: nearness.Own = None,
    cutoff: nearness.Cutoff = None,
    people: nearness.People = None,
    places: nearness.Places = None,
    contiguity: nearness.Contiguity = None,
    across: nearness.Across = None,
    areas: nearness.Areas = None,
    permutations: Annotated[
        int, typer.Option(help="How often neighbours are picked at random, for getis_ord and local_moran.")
    ] = 999,
    seed: Annotated[int, typer.Option(help="Seed of these picks; the same seed gives the same digits.")] = 0,
    out: Out = None,
    pack: Pack = None,
    machine: Machine = False,
) -> None:
    """Measure each unit: its location quotient, its diversity, or whether it lies in a cluster.

    Examples:  placemix local areas.csv -u code -g white,asian,black -f asian --by district -o units.csv

    placemix local areas.gpkg -u code -g white,asian,black -m shannon --around "1 km"

    placemix local areas.gpkg -u code -g white,asian,black -f asian -m getis_ord --contiguity queen -o clusters.csv
    """
    if out is not None:
        writable(out)
    counts = arguments.counts(
        file, groups=groups, unit=unit, total=total, by=by, residual=residual, strict=strict, encoding=encoding,
        layer=layer, suppressed=suppressed, fill=fill, where=where, areas=areas,
    )  # fmt: skip
    near = nearness.surrounded(
        counts, file, around=around, kernel=kernel, own=own, cutoff=cutoff, people=people, places=places,
        contiguity=contiguity,
    )  # fmt: skip
    limits: Any = across
    result = unitwise(
        counts, arguments.split(names) or (["shannon"] if focal is None else ["location_quotient"]), focal=focal,
        against=against, by=arguments.split(by), around=near, across=limits, permutations=permutations, seed=seed,
    )  # fmt: skip
    given(result, counts, out=out, pack=pack, machine=machine)


def given(result: Result, counts: Counts, *, out: Path | None, pack: Path | None, machine: bool) -> None:
    """Write or print a result as the options ask."""
    written(result, out=out, pack=pack, machine=machine)
    if out is None and not machine:
        printing.values(result, counts)


def written(result: Result, *, out: Path | None, pack: Path | None, machine: bool) -> None:
    """Write a result to the files that the options name, or as JSON."""
    if pack is not None:
        result.save(pack)
        say_note(f"Pack: {pack}")
    if out is not None:
        write_whole(out, file_content(out, result))
        say_note(f"Every column: {out}")
    if machine:
        typer.echo(as_json(result))


def verify(
    pack: Annotated[Path, typer.Argument(help="Pack written by --pack or Result.save.")],
) -> None:
    """Recompute a saved result and name the first value that differs.

    Example:  placemix verify result.zip
    """
    outcome = packs.verify(pack)
    OUT.print(str(outcome), highlight=False, markup=False, soft_wrap=True)
    if not outcome.same:
        raise typer.Exit(1)


def _usual(focal: str | None, against: str, *, spatial: bool) -> list[str]:
    """Measures for a first look: evenness and what people experience always stand together."""
    if focal is None and spatial:
        return ["information_theory", "dissimilarity"]
    if focal is None:
        return ["information_theory", "dissimilarity", "simpson", "effective_groups"]
    usual = ["dissimilarity", "isolation", "exposure", "information_theory"]
    return [*usual, "correlation_ratio"] if against == "rest" else usual


def writable(out: Path) -> None:
    """Refuse an output file of no known kind before anything is computed."""
    if out.suffix.casefold() not in {".csv", ".parquet", ".json"}:
        message = f"{out.name!r} has no ending that is known."
        raise InvalidParameter(message, remedy="Name a .csv, .parquet or .json file.")


def file_content(out: Path, frame: pd.DataFrame) -> bytes:
    """Return a frame as a file of the kind that its name asks for."""
    kind = out.suffix.casefold()
    if kind == ".json":
        return as_json(frame).encode()
    if kind == ".csv":
        return pd.DataFrame(frame).to_csv(index=False).encode()
    buffer = io.BytesIO()
    pd.DataFrame(frame).to_parquet(buffer, index=False)
    return buffer.getvalue()
