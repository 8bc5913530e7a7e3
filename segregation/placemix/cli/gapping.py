"""The command about gaps between places: how separate x how different = how unequal, by condition."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from placemix.cli import arguments, gap_conditions, gap_pages, nearness, values
from placemix.cli.pages import is_page
from placemix.cli.printing import LONGEST
from placemix.cli.terminal import OUT, say_note, show
from placemix.errors import InvalidParameter, plural
from placemix.estimating import REASONS
from placemix.outcomes import bridge
from placemix.outcomes.bridging.telling import amount, difference
from placemix.wording import percent


def gap(
    file: Annotated[Path, typer.Argument(help="People by group, one row an area or school (CSV, GeoPackage, …).")],
    *,
    groups: arguments.Groups,
    unit: arguments.Unit,
    condition: Annotated[
        list[str],
        typer.Option(
            "--condition",
            "-c",
            help="A column of this file, or file:column of another with the same ids; repeatable. name=… renames it.",
        ),
    ],
    worse: Annotated[
        list[str] | None,
        typer.Option("--worse", help="Which values are worse: higher or lower, for all, or condition=higher."),
    ] = None,
    describes: Annotated[
        list[str] | None,
        typer.Option("--describes", help="Whom it describes: people (a share of them) or places; or condition=people."),
    ] = None,
    domain: Annotated[
        list[str] | None, typer.Option("--domain", help="Its domain: health, environment, …; or condition=health.")
    ] = None,
    measured_in: Annotated[
        list[str] | None, typer.Option("--measured-in", help="Its unit: share, µg/m³; or condition=share.")
    ] = None,
    period: Annotated[
        list[str] | None, typer.Option("--period", help="When it was so: 2025, for all, or condition=2025.")
    ] = None,
    people_period: Annotated[
        str | None, typer.Option("--people-period", help="When people were counted, if the file does not say.")
    ] = None,
    condition_unit: Annotated[
        str | None, typer.Option("--condition-unit", help="Column of ids in the files of conditions; default --unit.")
    ] = None,
    condition_suppressed: Annotated[
        list[str] | None,
        typer.Option("--condition-suppressed", help="Meaning of a symbol in a condition: c=0:5, or x=unknown."),
    ] = None,
    focal: arguments.Focal = None,
    against: arguments.Against = "rest",
    by: arguments.By = None,
    worst: Annotated[
        float, typer.Option("--worst", help="Which part of the places is called the worst; 0 for none.")
    ] = 0.1,
    of: Annotated[str, typer.Option("--of", help="A part of 'places', or of the 'people' in them.")] = "places",
    places: Annotated[str, typer.Option("--places", help="What the units are called, such as schools.")] = "areas",
    apart: Annotated[int, typer.Option("--apart", help="Years between dates before it is said.")] = 1,
    total: arguments.Total = None,
    residual: arguments.Rest = "keep",
    strict: arguments.Strict = False,
    encoding: arguments.Encoding = "utf-8",
    layer: arguments.Layer = None,
    suppressed: arguments.Suppressed = None,
    fill: arguments.Fill = None,
    where: arguments.Where = None,
    areas: nearness.Areas = None,
    page: Annotated[
        Path | None,
        typer.Option("--map", help="Write a page (.html) that maps where separation and contrast meet. Needs shapes."),
    ] = None,
    out: values.Out = None,
    pack: values.Pack = None,
    machine: values.Machine = False,
) -> None:
    """Say how separate two groups live, how different their places are, and how unequal that makes them.

    gap = separation x contrast, exactly. A condition is of places: it never says what the members of a group are.

    Examples:  placemix gap areas.csv -u code -g asian,white -f asian -a white --condition income --worse higher
    --describes people --domain work

    placemix gap areas.csv -u code -g asian,white -f asian --condition air.csv:no2 --condition gp.csv:minutes
    --worse higher --describes places --domain no2=environment --domain minutes=health --by district

    placemix gap areas.gpkg -u code -g asian,white -f asian -a white --condition no2 --worse higher --describes places
    --domain environment --by district --map gap.html
    """
    if out is not None:
        values.writable(out)
    if page is not None:
        is_page(page)
    if focal is None:
        message = "No group of interest was named."
        raise InvalidParameter(message, remedy="Pass --focal a group, or --focal each.")
    said = {"worse": worse, "describes": describes, "domain": domain, "measured_in": measured_in, "period": period}
    found = gap_conditions.read(
        condition, said, file=file, unit=unit, other=condition_unit or unit, where=where, encoding=encoding,
        layer=layer, meanings=arguments.meanings(condition_suppressed),
    )  # fmt: skip
    people = arguments.counts(
        file, groups=groups, unit=unit, total=total, by=by, residual=residual, strict=strict, encoding=encoding,
        layer=layer, suppressed=suppressed, fill=fill, where=where, areas=areas,
    )  # fmt: skip
    if people_period is not None:
        people = dataclasses.replace(people, about=dataclasses.replace(people.about, period=people_period))
    if page is not None:
        gap_pages.refuse_unmapped(people, file)
    part: Any = of
    strata = arguments.split(by)
    result = bridge(
        people, found, focal=focal, against=against, by=strata, worst=worst or None, of=part, places=places,
        apart=apart,
    )  # fmt: skip
    values.written(result, out=out, pack=pack, machine=machine)
    if page is not None:
        gap_pages.of_gaps(people, found, result, by=strata, places=places, title=file.stem, out=page)
    if not machine:
        _print(pd.DataFrame(result), strata, worst=worst, places=places)
        if page is not None:
            say_note(f"Page: {page}")


def _print(frame: pd.DataFrame, by: list[str], *, worst: float, places: str) -> None:
    several = len(frame[["focal", "against"]].drop_duplicates()) > 1
    who, whom = (str(frame[name].iloc[0]) for name in ("focal", "against"))
    title = "How separate x how different = how unequal"
    title += "" if several else f": {who} against {'everyone else' if whom == 'rest' else whom}"
    names = ("focal", "against") if several else (who, whom)
    part = f"; worst: in the worst {percent(worst, digits=0)} of {places}" if worst else ""
    title += f" ({places} of the average member{part})"
    OUT.print(title, highlight=False, markup=False, soft_wrap=True, style="italic")
    table = _table(frame, [*by, *(["focal", "against"] if several else []), "condition"], names, worst)
    show(table.head(LONGEST), title="")
    for text in frame["sentence"].head(LONGEST):
        OUT.print(text, highlight=False, markup=False, soft_wrap=True)
    if len(table) > LONGEST:
        say_note(f"{plural(len(table) - LONGEST, 'more row')}; --out writes all.")
    for column, lead in (("worst_rule", "worst are "), ("note", ""), ("reason", "")):
        for condition, part in frame[frame[column].notna()].groupby("condition", sort=False):
            for text in dict.fromkeys(part[column]):
                said = REASONS.get(text, text) if column == "reason" else text
                say_note(f"{condition}: {lead}{said}.")
    say_note("Conditions are those of places; they never say what the members of a group are, nor why.")
    made = f"placemix {frame['version'].iloc[0]}, counts {frame['source'].iloc[0]}."
    OUT.print(f"{made} A complete count has no sampling interval.", style="dim", highlight=False, soft_wrap=True)


def _table(frame: pd.DataFrame, keys: list[str], names: tuple[str, str], worst: float) -> pd.DataFrame:
    """Texts of a narrow table: both means, the factors and their product, and who is in the worst places."""
    table = frame[keys].copy()
    for name, column, form in (
        (f"of {names[0]}", "focal_mean", amount), (f"of {names[1]}", "against_mean", amount),
        ("separate", "separation", "{:.3f}".format), ("x different", "contrast", difference),
        ("= unequal", "gap", difference),
    ):  # fmt: skip
        table[name] = ["–" if pd.isna(value) else form(value) for value in frame[column]]
    if frame["lower"].notna().any():
        table["from … to"] = [
            "–" if pd.isna(low) else f"{difference(low)} to {difference(high)}"
            for low, high in zip(frame["lower"], frame["upper"], strict=True)
        ]
    if worst:
        for name, column in zip(names, ("worst_focal", "worst_against"), strict=True):
            shares = ["–" if pd.isna(value) else percent(value) for value in frame[column]]
            table[f"worst, {name}"] = shares
    return table
