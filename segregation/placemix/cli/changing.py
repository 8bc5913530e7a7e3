"""The command about change: where people became more or less sorted than chance explains."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from placemix.cli import arguments, chances, values
from placemix.cli.terminal import OUT, progress, say_note
from placemix.decompose import sorting_beyond_chance
from placemix.errors import InvalidParameter


def changes(
    before: Annotated[Path, typer.Argument(help="Table of the first date.")],
    after: Annotated[Path, typer.Argument(help="Table of the second, with the same columns and units.")],
    *,
    groups: arguments.Groups,
    unit: arguments.Unit,
    focal: Annotated[str | None, typer.Option("--focal", "-f", help="Group of interest, or 'each'; needed.")] = None,
    against: arguments.Against = "rest",
    by: arguments.By = None,
    common: Annotated[
        bool, typer.Option("--common", help="Keep to units of both dates, as schools open and close.")
    ] = False,
    zeros: Annotated[
        float | None, typer.Option(help="People put where a group has nobody before fitting, such as 0.5.")
    ] = None,
    resample: Annotated[
        str, typer.Option(help="What else the tables might have been: parametric, people or cells.")
    ] = "parametric",
    cluster: chances.Cluster = None,
    draws: chances.Draws = 999,
    seed: chances.Seed = 0,
    level: chances.Level = 0.95,
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
    """Say where people became more or less sorted between two dates, by more than chance, in a sentence each.

    Examples:  placemix changes 2011.csv 2021.csv -u code -g white,asian,black -f asian --by district --cluster 2.4

    placemix changes schools2016.csv schools2023.csv -u urn -g asian,white -f asian --by district --common --cluster 1
    """
    if out is not None:
        values.writable(out)
    if focal is None:
        message = "No group of interest was named."
        raise InvalidParameter(message, remedy="Pass --focal a group, or --focal each.")
    first, second = (
        arguments.counts(
            file, groups=groups, unit=unit, total=total, by=by, residual=residual, strict=strict, encoding=encoding,
            layer=layer, suppressed=suppressed, fill=fill, where=where,
        )
        for file in (before, after)
    )  # fmt: skip
    if first.source == second.source:
        message = "Both files hold the same counts."
        raise InvalidParameter(message, remedy="Give the tables of two dates.")
    drawn: Any = resample
    with progress("drawing") as step:
        result = sorting_beyond_chance(
            first, second, focal=focal, against=against, by=arguments.split(by), zeros=zeros,
            unmatched="common" if common else "refuse", resample=drawn, cluster=cluster, level=level, draws=draws,
            seed=seed, progress=step,
        )  # fmt: skip
    values.written(result, out=out, pack=pack, machine=machine)
    if out is not None or machine:
        return
    for sentence in result["sentence"]:
        OUT.print(sentence, markup=False, highlight=False, end="\n\n")
    how = {"parametric": "within their units", "people": "over the units of their group", "cells": "over all units"}
    made = f"People drawn anew {how.get(resample, resample)}, {draws:,} times, seed {seed}"
    OUT.print(f"{made}; {first.source} and {second.source}", markup=False)
    say_note(f"People were drawn {result['cluster_after'].iloc[0]}. A change in sorting says nothing of why.")
