"""The command about values of people: how separately they live by income, price or score."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from placemix import continuous
from placemix.cli import values
from placemix.cli.arguments import split
from placemix.cli.printing import LONGEST
from placemix.cli.terminal import OUT, progress, say_note, show
from placemix.errors import InvalidParameter, did_you_mean, plural
from placemix.inference.sorted_people import MEASURES
from placemix.inference.sorted_people import sorting as sorting_by_chance
from placemix.readers import read_table
from placemix.results import Result

_MEASURES = ("rank_order", "sorting_index", "centile_gap")
_FORMATS = {
    "value": ".4f", "people": ",.0f", "weight": ",.1f", "effective": ",.1f", "units": ",d", "thresholds": ",d",
    "expected": ".4f", "lower": ".4f", "upper": ".4f", "p_value": ".3f",
    "between": ",.6g", "total": ",.6g", "mean": ",.6g", "within": ".4f", "overall": ".4f",
}  # fmt: skip


def sorting(
    file: Annotated[Path, typer.Argument(help="One row a person or household (CSV, Parquet, Excel).")],
    *,
    value: Annotated[str, typer.Option("--value", help="Column of the value, such as income.")],
    unit: Annotated[str, typer.Option("--unit", "-u", help="Column of the area where they live.")],
    weight: Annotated[str | None, typer.Option("--weight", help="Column of survey weights.")] = None,
    by: Annotated[list[str] | None, typer.Option("--by", help="Columns of strata to measure apart.")] = None,
    measure: Annotated[
        str,
        typer.Option("--measure", "-m", help="rank_order (ranks alone), sorting_index (means) or centile_gap."),
    ] = "rank_order",
    degree: Annotated[int, typer.Option("--degree", help="Degree of the curve through ranks, from 1 to 8.")] = 4,
    bands: Annotated[
        int | None, typer.Option("--bands", help="Cut ranks into so many bands; default: at every distinct value.")
    ] = None,
    draws: Annotated[
        int, typer.Option("--draws", help="Deal people to units at random so often, and print what that gives.")
    ] = 0,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the deals; the same seed gives the same digits.")] = 0,
    encoding: Annotated[str, typer.Option("--encoding", help="Encoding of a CSV file.")] = "utf-8",
    out: values.Out = None,
    pack: values.Pack = None,
    machine: values.Machine = False,
) -> None:
    """Say how separately people live by a value that each of them has, such as income.

    Example:  placemix sorting survey.csv --value income -u area --weight grossing --by city

    placemix sorting survey.csv --value income -u area -m centile_gap --draws 999
    """
    if out is not None:
        values.writable(out)
    if measure not in _MEASURES:
        message = f"{measure!r} is no measure of values of people."
        remedy = f"{did_you_mean(measure, _MEASURES)} There are {', '.join(_MEASURES)}.".strip()
        raise InvalidParameter(message, remedy=remedy)
    if measure != "rank_order" and (bands is not None or degree != 4):
        message = f"{measure} fits no curve through ranks, as --degree and --bands ask."
        raise InvalidParameter(message, remedy="Leave them out, or measure rank_order.")
    strata = split(by)
    people = read_table(file, encoding=encoding, text=(unit, *strata))
    columns: dict[str, Any] = {"value": value, "unit": unit, "weight": weight, "by": strata}
    if draws:
        with progress("dealing") as step:
            result = sorting_by_chance(
                people, [name for name in MEASURES if name.startswith(measure)], **columns, degree=degree, bands=bands,
                draws=draws, seed=seed, progress=step,
            )  # fmt: skip
    elif measure == "rank_order":
        result = continuous.rank_order(people, **columns, degree=degree, bands=bands)
    else:
        verb = continuous.sorting_index if measure == "sorting_index" else continuous.centile_gap
        result = verb(people, **columns)
    values.written(result, out=out, pack=pack, machine=machine)
    if out is None and not machine:
        _print(result)


def _print(result: Result) -> None:
    frame = pd.DataFrame(result)
    hidden = {
        "sentence",
        "method",
        "version",
        "degree",
        "lowest_share",
        "highest_share",
        "around",
        "flag",
        "sd",
        "level",
    }
    hidden |= {"expected_by", "null", "tail", "seed", "interval_method", "draws"}
    hidden |= {name for name in ("reason", "note") if name in frame and not frame[name].notna().any()}
    show(frame.drop(columns=[name for name in frame if name in hidden]).head(LONGEST), title="", formats=_FORMATS)
    for text in frame["sentence"].head(LONGEST):
        OUT.print(text, highlight=False, markup=False, soft_wrap=True)
    if len(frame) > LONGEST:
        say_note(f"{plural(len(frame) - LONGEST, 'more row')}; --out writes all.")
