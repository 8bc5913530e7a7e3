"""The command that says what a file is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from placemix.cli.terminal import OUT
from placemix.readers.inspection import inspect as inspected


def inspect(
    file: Annotated[Path, typer.Argument(help="Any published file, table or file of areas.")],
    *,
    machine: Annotated[bool, typer.Option("--json", help="Print JSON with every field.")] = False,
) -> None:
    """Say what a file is: format, vintage, whom it counts, groups, totals, traps, and the lines that read it.

    Example:  placemix inspect census2021-ts021-lsoa.csv
    """
    found = inspected(file)
    if machine:
        typer.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=1))
    else:
        OUT.print(str(found), highlight=False, markup=False, soft_wrap=True)
    if found.faults:
        raise typer.Exit(1)
