"""Commands about chance: what it alone would give, and whether two tables differ by more."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import typer

from placemix.cli import arguments, nearness, printing, ranked, values
from placemix.cli.terminal import OUT, progress, say_note, show
from placemix.errors import InvalidParameter
from placemix.inference import difference as compared
from placemix.inference import table as tabled

Cluster = Annotated[
    float | None,
    typer.Option(help="People dealt together: the mean household size for residents, 1 for pupils and staff."),
]
Draws = Annotated[int, typer.Option(help="How many draws.")]
Seed = Annotated[int, typer.Option(help="Seed of the draws; the same seed gives the same digits.")]
Level = Annotated[float, typer.Option(help="Share of the draws between the two ends.")]
#: Names of columns where they are printed.
_SHORT = {"expected": "by chance", "value_first": "first", "value_second": "second"}


def chance(
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
    null: Annotated[
        str,
        typer.Option(
            "--null", help="What chance means: evenness, fixed_margins, systematic, multinomial or permuted_units."
        ),
    ] = "evenness",
    cluster: Cluster = None,
    draws: Draws = 999,
    seed: Seed = 0,
    level: Level = 0.95,
    tail: Annotated[str, typer.Option(help="Which draws are as extreme: above, below or both.")] = "above",
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
    out: values.Out = None,
    pack: values.Pack = None,
    machine: values.Machine = False,
) -> None:
    """Say whether chance alone would give a value: people dealt to small places at random are spread unevenly.

    Examples:  placemix chance areas.csv -u code -g white,asian,black -f each --by district --cluster 2.4

    placemix chance schools.csv -u school -g white,asian,other -f asian -m dissimilarity --cluster 1 -o chance.csv

    placemix chance areas.gpkg -u code -g white,asian -f asian --around "1 km" --null permuted_units
    """
    if out is not None:
        values.writable(out)
    counts = arguments.counts(
        file, groups=groups, unit=unit, total=total, by=by, residual=residual, strict=strict, encoding=encoding,
        layer=layer, suppressed=suppressed, fill=fill, where=where, areas=areas,
    )  # fmt: skip
    near = nearness.surrounded(
        counts, file, around=around, kernel=kernel, own=own, cutoff=cutoff, people=people, places=places,
        contiguity=contiguity,
    )  # fmt: skip
    usual = ["information_theory"] if focal is None else ["dissimilarity", "isolation"]
    limits: Any = across
    which: Any = null
    end: Any = tail
    with progress("drawing") as step:
        result = tabled(
            counts, arguments.split(names) or usual, focal=focal, against=against, by=arguments.split(by), around=near,
            across=limits, null=which, cluster=cluster, draws=draws, seed=seed, level=level, tail=end, progress=step,
            centre=ranked.centre(centre), order=ranked.order(order),
        )  # fmt: skip
    values.written(result, out=out, pack=pack, machine=machine)
    if out is not None or machine:
        return
    _print(result, ["value", "expected"], f"By chance ({null}), {draws:,} draws, seed {seed}", level, counts.source)
    _dealt(f"People were dealt {result['cluster'].iloc[0]}.")
    noise = int(result["flag"].notna().sum())
    if noise:
        say_note(f"{noise:,} of {len(result):,} values are not distinguishable from chance: do not rank them.")


def difference(
    before: Annotated[Path, typer.Argument(help="Table of the first date or place.")],
    after: Annotated[Path, typer.Argument(help="Table of the second, with the same columns.")],
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
    resample: Annotated[
        str, typer.Option(help="What else the tables might have been: people, cells, parametric or units.")
    ] = "people",
    method: Annotated[str, typer.Option(help="Kind of interval: basic, normal, bca or percentile.")] = "basic",
    cluster: Cluster = None,
    draws: Draws = 999,
    seed: Seed = 0,
    level: Level = 0.95,
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
    """Say whether two tables differ by more than chance: two dates, or two places.

    Examples:  placemix difference 2011.csv 2021.csv -u code -g white,asian,black -f asian --cluster 2.4

    placemix difference leeds.csv hull.csv -u code -g white,asian -m information_theory -o difference.csv
    """
    if out is not None:
        values.writable(out)
    first, second = (
        arguments.counts(
            file, groups=groups, unit=unit, total=total, by=by, residual=residual, strict=strict, encoding=encoding,
            layer=layer, suppressed=suppressed, fill=fill, where=where,
        )
        for file in (before, after)
    )  # fmt: skip
    if first.source == second.source:
        message = "Both files hold the same counts."
        raise InvalidParameter(message, remedy="Give the table of another date or place.")
    usual = ["information_theory"] if focal is None else ["dissimilarity", "isolation"]
    drawn: Any = resample
    kind: Any = method
    with progress("drawing") as step:
        result = compared(
            first, second, arguments.split(names) or usual, focal=focal, against=against, by=arguments.split(by),
            resample=drawn, method=kind, cluster=cluster, draws=draws, seed=seed, level=level, progress=step,
        )  # fmt: skip
    values.written(result, out=out, pack=pack, machine=machine)
    if out is not None or machine:
        return
    title = f"Second less first, {resample} drawn anew, {draws:,} draws, seed {seed}"
    source = f"{first.source} and {second.source}"
    _print(result, ["value_first", "value_second", "difference"], title, level, source)
    _dealt(f"People were drawn {result['cluster_first'].iloc[0]}. Differences beyond chance say nothing of why.")


def _print(result: pd.DataFrame, numbers: list[str], title: str, level: float, source: str) -> None:
    """Print a table that fits a narrow terminal: what all rows share stands in its title."""
    frame = pd.DataFrame(result)
    kinds = [*frame.columns[: list(frame.columns).index("measure")], "measure", "focal", "against"]
    shared = {name for name in ("focal", "against") if len(frame[name].drop_duplicates()) == 1}
    names = [
        f"{'against ' if name == 'against' else ''}{frame[name].iloc[0]}"
        for name in ("focal", "against")
        if name in shared and frame[name].notna().all()
    ]
    table = frame[[name for name in kinds if name not in shared]].copy()
    for name in numbers:
        table[_SHORT.get(name, name)] = frame[name]
    table[f"{level:.0%} range".replace("%", " %")] = [
        "–" if pd.isna(low) else f"{low:.3f} to {high:.3f}"
        for low, high in zip(frame["lower"], frame["upper"], strict=True)
    ]
    table["p"] = frame["p_value"]
    if "flag" in frame and frame["flag"].notna().any():
        table["not above chance"] = np.where(frame["flag"].notna(), "yes", "")
    if frame["reason"].notna().any():
        table["reason"] = frame["reason"]
    about = f"; {' '.join(names)}" if names else ""
    OUT.print(f"{title}{about}", highlight=False, markup=False, soft_wrap=True, style="italic")
    show(
        table.head(printing.LONGEST),
        title="",
        formats={**{_SHORT.get(name, name): ".3f" for name in numbers}, "p": ".3f"},
    )
    if len(table) > printing.LONGEST:
        say_note(f"{len(table) - printing.LONGEST:,} more rows; --out writes all.")
    OUT.print(f"placemix {frame['version'].iloc[0]}, counts {source}.", style="dim", highlight=False)


def _dealt(text: str) -> None:
    OUT.print(text.replace("see cluster=", "see --cluster"), highlight=False, markup=False, soft_wrap=True)
