"""The commands about curves of segregation: which of two files is more segregated, and who stands higher."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from placemix.cli import arguments, values
from placemix.cli.printing import LONGEST
from placemix.cli.terminal import OUT, say_note, show
from placemix.curves import lorenz_dominance, segregation_curve, vertical_segregation
from placemix.errors import InvalidParameter, UnknownColumn, did_you_mean, plural
from placemix.estimating import REASONS
from placemix.results import Result


def curves(
    file: Annotated[Path, typer.Argument(help="People by group, one row an area, school or occupation.")],
    second: Annotated[
        Path | None, typer.Argument(help="Another such file, to compare with; without it, the curve itself.")
    ] = None,
    *,
    groups: arguments.Groups,
    unit: arguments.Unit,
    focal: arguments.OneFocal = None,
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
    out: values.Out = None,
    pack: values.Pack = None,
    machine: values.Machine = False,
) -> None:
    """Say which of two files is more segregated whatever the index, or give the points of one segregation curve.

    Examples:  placemix curves 2011.csv 2021.csv -u code -g asian,white -f asian

    placemix curves jobs.csv -u occupation -g women,men -f women --out curve.csv
    """
    _asked(focal, out)
    read = [
        arguments.counts(
            path, groups=groups, unit=unit, total=total, by=by, residual=residual, strict=strict, encoding=encoding,
            layer=layer, suppressed=suppressed, fill=fill, where=where,
        )
        for path in (file, second) if path is not None
    ]  # fmt: skip
    strata = arguments.split(by)
    if second is None:
        result = segregation_curve(read[0], focal=focal, against=against, by=strata)
        values.written(result, out=out, pack=pack, machine=machine)
        if not machine:
            columns = [*strata, "focal", "against", "point", "share", "against_passed", "focal_passed", "people"]
            _print(result, columns, title="Segregation curve")
        return
    names = (file.stem, second.stem) if file.stem != second.stem else ("the first file", "the second")
    result = lorenz_dominance(read[0], read[1], focal=focal, against=against, by=strata, names=names)
    values.written(result, out=out, pack=pack, machine=machine)
    if not machine:
        columns = [*strata, "focal", "against", "verdict", "more_segregated", "crossings", "gini_first", "gini_second"]
        _print(result, columns, title="One segregation curve beside another")


def vertical(
    file: Annotated[Path, typer.Argument(help="People by group, one row an occupation, sector or grade.")],
    *,
    groups: arguments.Groups,
    unit: arguments.Unit,
    height: Annotated[str, typer.Option("--height", help="Column that orders the units, such as median pay.")],
    focal: arguments.OneFocal = None,
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
    out: values.Out = None,
    pack: values.Pack = None,
    machine: values.Machine = False,
) -> None:
    """Say how far two groups are apart over occupations, and how much of it is that one stands higher.

    overall² = vertical² + horizontal²: association by the group's share, by height, and difference alone.

    Example:  placemix vertical jobs.csv -u occupation -g women,men -f women --height pay
    """
    _asked(focal, out)
    people = arguments.counts(
        file, groups=groups, unit=unit, total=total, by=by, residual=residual, strict=strict, encoding=encoding,
        layer=layer, suppressed=suppressed, fill=fill, where=where,
    )  # fmt: skip
    frame = arguments.chosen(arguments.table(file, encoding=encoding, layer=layer, text=[unit]), where)
    if height not in frame.columns:
        message = f"The file has no column {height!r}."
        raise UnknownColumn(message, remedy=did_you_mean(height, frame.columns) or "Pass --height a column of it.")
    strata = arguments.split(by)
    heights = pd.Series(frame[height].array, index=frame[unit], name=height)
    result = vertical_segregation(people, heights, focal=focal, against=against, by=strata)
    values.written(result, out=out, pack=pack, machine=machine)
    if not machine:
        columns = [*strata, "focal", "against", "overall", "vertical", "horizontal", "units"]
        _print(result, columns, title=f"Overall, vertical (by {height}) and horizontal segregation")
        say_note(f"Everyone in a unit stands equally high: who is paid what within one is not known from {height}.")


def _asked(focal: str | None, out: Path | None) -> None:
    if out is not None:
        values.writable(out)
    if focal is None:
        message = "No group of interest was named."
        raise InvalidParameter(message, remedy="Pass --focal a group, or --focal each.")


def _print(result: Result, columns: list[str], *, title: str) -> None:
    frame = pd.DataFrame(result)
    show(frame[columns].head(LONGEST), title=title)
    for text in frame["sentence"].dropna().head(LONGEST) if "sentence" in frame.columns else ():
        OUT.print(text, highlight=False, markup=False, soft_wrap=True)
    if len(frame) > LONGEST:
        say_note(f"{plural(len(frame) - LONGEST, 'more row')}; --out writes all.")
    for reason in dict.fromkeys(frame["reason"].dropna()):
        say_note(f"Some are undefined: {REASONS.get(reason, reason)}.")
