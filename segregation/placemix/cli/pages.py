"""Commands that write a page: report, demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from placemix import report as reports
from placemix.cli import arguments, demonstrations
from placemix.cli.terminal import OUT, progress
from placemix.errors import InvalidParameter, did_you_mean
from placemix.fetching.manifests import cited


def report(
    file: Annotated[Path | None, typer.Argument(help="Table or areas; or use --config.")] = None,
    *,
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="TOML file that describes a whole report.")
    ] = None,
    groups: Annotated[list[str] | None, typer.Option("--groups", "-g", help="Columns of the groups.")] = None,
    unit: Annotated[str | None, typer.Option("--unit", "-u", help="Column with the ids of the units.")] = None,
    focal: arguments.Focal = None,
    against: arguments.Against = "rest",
    by: arguments.By = None,
    total: arguments.Total = None,
    condition: Annotated[
        str | None,
        typer.Option("--condition", help="Column with a condition of each unit, such as a deprivation score."),
    ] = None,
    residual: arguments.Rest = "keep",
    strict: arguments.Strict = False,
    encoding: arguments.Encoding = "utf-8",
    layer: arguments.Layer = None,
    suppressed: arguments.Suppressed = None,
    fill: arguments.Fill = None,
    title: Annotated[str | None, typer.Option("--title", help="Title of the page.")] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Page to write.")] = Path("report.html"),
) -> None:
    """Write one self-contained page: measures, maps, curves, assumptions, citations.

    Examples:  placemix report areas.gpkg -u code -g white,asian,black --focal asian --by district -o report.html

    placemix report --config examples/greater_manchester/report.toml -o report.html
    """
    is_page(out)
    if config is not None:
        if file is not None:
            message = "Give a file or --config, not both."
            raise InvalidParameter(message)
        with progress("Writing the report") as move:
            written = reports.from_config(config, out=out, progress=move)
    else:
        if file is None or not groups or unit is None:
            message = "A report needs a file with --groups and --unit, or --config."
            raise typer.BadParameter(message)
        counts = arguments.counts(
            file, groups=groups, unit=unit, total=total, by=by, residual=residual, strict=strict, encoding=encoding,
            layer=layer, suppressed=suppressed, fill=fill,
        )  # fmt: skip
        scores = None
        if condition is not None:
            frame = arguments.table(file, encoding=encoding, layer=layer, text=[unit])
            if condition not in frame.columns:
                message = f"{file.name!r} has no column {condition!r}."
                raise InvalidParameter(message, remedy=did_you_mean(condition, frame.columns))
            scores = frame.set_index(unit)[condition]
        with progress("Writing the report") as move:
            written = Path(
                reports.of_counts(
                    {"Groups": counts}, title=title or file.stem, focal=focal, against=against, by=arguments.split(by),
                    condition=scores, manifests=[manifest] if (manifest := cited(file)) else [], out=out, progress=move,
                )
            )  # fmt: skip
    OUT.print(f"Report: {written.resolve()}", highlight=False, markup=False, soft_wrap=True)


def demo(
    *,
    data: Annotated[
        str, typer.Option("--data", help="'town' (synthetic, every part of the page) or 'nc_births' (real).")
    ] = "town",
    out: Annotated[Path, typer.Option("--out", "-o", help="Page to write.")] = Path("placemix-demo.html"),
) -> None:
    """Write the report of a data set that comes with placemix.

    Examples:  placemix demo    placemix demo --data nc_births
    """
    is_page(out)
    with progress("Writing the demonstration") as move:
        written = demonstrations.write(data, out=out, progress=move)
    OUT.print(f"Report: {written.resolve()}", highlight=False, markup=False, soft_wrap=True)


def is_page(out: Path) -> None:
    """Refuse a page of another kind before anything is computed.

    Raises
    ------
    InvalidParameter
        Its name does not end as that of a page.
    """
    if out.suffix.casefold() not in {".html", ".htm"}:
        message = f"A report is an HTML page, not {out.suffix or out.name!r}."
        raise InvalidParameter(message, remedy="Name a .html file; a browser prints it to PDF.")
