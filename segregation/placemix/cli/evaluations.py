"""The command that holds what was foretold of a scheme against what came."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from placemix.cli import arguments, values
from placemix.cli.terminal import OUT, as_json, say_note, show
from placemix.scenarios import evaluate as evaluated
from placemix.scenarios import read_record

#: How shares are printed.
_SHARES = dict.fromkeys(["then", "foretold", "lower", "upper", "came"], ".1%")


def evaluate(
    record: Annotated[Path, typer.Argument(help="Record of what was foretold, a JSON file.")],
    observed: Annotated[Path, typer.Argument(help="People by group in the same places, as they were counted.")],
    *,
    groups: arguments.Groups,
    unit: arguments.Unit,
    result: Annotated[
        str | None, typer.Option("--result", help="Name of the forecast in the record; default: the only one.")
    ] = None,
    total: arguments.Total = None,
    residual: arguments.Rest = "keep",
    strict: arguments.Strict = False,
    encoding: arguments.Encoding = "utf-8",
    layer: arguments.Layer = None,
    suppressed: arguments.Suppressed = None,
    fill: arguments.Fill = None,
    where: arguments.Where = None,
    out: values.Out = None,
    machine: values.Machine = False,
) -> None:
    """Hold the mix that was foretold of places against the one that came, and say how far off it was.

    Example:  placemix evaluate record.json census.csv -u code -g white,asian,black
    """
    kept = read_record(record)
    counts = arguments.counts(
        observed, groups=groups, unit=unit, total=total, by=None, residual=residual, strict=strict, encoding=encoding,
        layer=layer, suppressed=suppressed, fill=fill, where=where,
    )  # fmt: skip
    found = evaluated(kept, counts, result=result)
    values.written(found, out=out, pack=None, machine=False)
    if machine:
        typer.echo(as_json(found))
        return
    if out is None:
        names = {
            "unit": "place", "group": "group", "share_now": "then", "share_central": "foretold", "lower": "lower",
            "upper": "upper", "share_observed": "came", "inside": "in range",
        }  # fmt: skip
        shown = found[list(names)].rename(columns=names)
        show(shown, title=f"{kept.content['reference']}, foretold on {kept.content['as_of']}", formats=_SHARES)
    OUT.print(str(found["sentence"].iloc[0]), markup=False)
    say_note(str(kept.content["what_this_is_not"]))
