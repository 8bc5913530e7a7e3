"""The command about disparities: what happens to a group of people beside another, from a tidy table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from placemix.cli import arguments, disparity_printing, disparity_tables, values
from placemix.cli.terminal import say_note
from placemix.errors import InvalidParameter
from placemix.outcomes import compare_groups, disproportionality

#: Options that only one of the two ways uses.
_APART = ("--measure", "--deff", "--weighted", "--respondents", "--interval", "--haldane", "--counted")
_POOLED = ("--denominator-kind", "--denominator-period")


def disparity(
    file: Annotated[
        Path, typer.Argument(help="Table of one row for each area and group: events, people, group (CSV, Excel, …).")
    ],
    *,
    focal: Annotated[
        str,
        typer.Option(
            "--focal",
            "-f",
            help="Group: pakistani, pakistani+bangladeshi, each, or values by column: ethnic=pakistani,sex=female.",
        ),
    ],
    against: Annotated[str, typer.Option("--against", "-a", help="Group compared with, likewise, or rest.")] = "rest",
    measure: Annotated[
        list[str] | None,
        typer.Option(
            "--measure",
            "-m",
            help="proportion, risk_difference, risk_ratio, odds_ratio; rate, rate_difference, rate_ratio of events.",
        ),
    ] = None,
    pooled: Annotated[
        bool, typer.Option("--pooled", help="Rates of events over all places: crude beside within places.")
    ] = False,
    by: Annotated[
        list[str] | None,
        typer.Option("--by", "-b", help="More columns that rows are of; with --pooled the places, default the unit."),
    ] = None,
    counted: Annotated[
        str | None, typer.Option("--counted", help="people (default), or events, of which a person may have several.")
    ] = None,
    not_stated: Annotated[
        list[str] | None, typer.Option("--not-stated", help="Name of the rows whose group is not known; repeatable.")
    ] = None,
    squares: Annotated[
        str | None, typer.Option("--squares", help="Column: sum over people of the square of their events.")
    ] = None,
    deff: Annotated[
        str | None, typer.Option("--deff", help="Effect of a survey's design: 1.5, or 1.5,1.2 of both groups.")
    ] = None,
    weighted: Annotated[bool, typer.Option("--weighted", help="Numbers are sums of weights.")] = False,
    respondents: Annotated[
        str | None, typer.Option("--respondents", help="Column: people asked, if not the denominators.")
    ] = None,
    interval: Annotated[
        list[str] | None, typer.Option("--interval", help="Another interval: rate_ratio=exact_conditional_1940.")
    ] = None,
    haldane: Annotated[bool, typer.Option("--haldane", help="Add one half to cells where one is 0.")] = False,
    least: Annotated[
        float | None,
        typer.Option("--least", help="Hide numbers from 1 to below this. Default: 10 of intersections, else 0."),
    ] = None,
    level: Annotated[float, typer.Option("--level", help="Confidence level.")] = 0.95,
    per: Annotated[float, typer.Option("--per", help="How many people a rate of events is for.")] = 1000,
    denominator_kind: Annotated[
        str | None,
        typer.Option("--denominator-kind", help="Whom denominators count: residents, arrests; needed with --pooled."),
    ] = None,
    denominator_period: Annotated[
        str | None, typer.Option("--denominator-period", help="When these people were counted, such as 2021.")
    ] = None,
    events_classed: Annotated[
        str | None, typer.Option("--events-classed", help="How groups of events were found: officer-defined.")
    ] = None,
    people_classed: Annotated[
        str | None, typer.Option("--people-classed", help="How groups of people were found: self-defined.")
    ] = None,
    dimensions: Annotated[
        list[str] | None, typer.Option("--dimensions", help="Other columns that tell rows apart, such as sex.")
    ] = None,
    numerator: Annotated[str, typer.Option("--numerator", help="Column of events or people with it.")] = "numerator",
    denominator: Annotated[str, typer.Option("--denominator", help="Column of all these people.")] = "denominator",
    group: Annotated[str, typer.Option("--group", help="Column of the group.")] = "group",
    unit: Annotated[str, typer.Option("--unit", "-u", help="Column of the area or institution, if any.")] = "unit",
    indicator: Annotated[str, typer.Option("--indicator", help="Column of what is counted, if any.")] = "indicator",
    period: Annotated[str, typer.Option("--period", help="Column of the date, if any.")] = "period",
    suppressed: Annotated[
        list[str] | None,
        typer.Option(
            "--suppressed",
            help="Meaning of a symbol: c=1:4 for an interval, x=unknown, z=not_applicable to leave the row out.",
        ),
    ] = None,
    where: arguments.Where = None,
    encoding: arguments.Encoding = "utf-8",
    layer: arguments.Layer = None,
    out: values.Out = None,
    pack: values.Pack = None,
    machine: values.Machine = False,
) -> None:
    """Compare what happens to a group of people with what happens to another, area by area or over all of them.

    Of groups of people, never of areas: a condition of places is for 'placemix gap'. It says nothing of why.

    Examples:  placemix disparity attainment.csv -f pakistani -a white -u district

    placemix disparity attainment.csv -f ethnic=pakistani,sex=female -a ethnic=white,sex=male

    placemix disparity stops.csv -f black -a white --pooled --denominator-kind residents --not-stated "not stated"
    """
    if out is not None:
        values.writable(out)
    given = {
        "--measure": measure, "--deff": deff, "--weighted": weighted, "--respondents": respondents,
        "--interval": interval, "--haldane": haldane, "--counted": counted, "--denominator-kind": denominator_kind,
        "--denominator-period": denominator_period,
    }  # fmt: skip
    _refuse(given, pooled=pooled, against=against, focal=focal)
    effects, methods = _deff(deff), _intervals(interval)
    names = {
        "numerator": numerator, "denominator": denominator, "group": group, "unit": unit, "indicator": indicator,
        "period": period,
    }  # fmt: skip
    frame = arguments.table(
        file, encoding=encoding, layer=layer, text=[unit, group, period, *disparity_tables.columns_in(focal, against)]
    )
    aside = disparity_tables.aside(frame, names)
    frame = disparity_tables.renamed(arguments.chosen(frame, where), names)
    if aside:
        say_note(aside)
    meanings = arguments.meanings(suppressed)
    frame, left = disparity_tables.with_hidden(frame, meanings, names)
    who, whom = (disparity_tables.described(text, frame, group) for text in (focal, against))
    given_by = [("group" if name == group else "unit" if name == unit else name) for name in arguments.split(by)]
    shared: dict[str, Any] = {
        "focal": who, "against": whom, "not_stated": list(not_stated or ()), "squares": squares, "per": per,
        "level": level, "least": least, "events_classed": events_classed, "people_classed": people_classed,
        "dimensions": arguments.split(dimensions),
    }  # fmt: skip
    if pooled:
        result = disproportionality(
            frame, denominator_kind=denominator_kind or "", denominator_period=denominator_period,
            by=given_by or "unit", **shared,
        )  # fmt: skip
    else:
        kind: Any = counted
        result = compare_groups(
            frame, arguments.split(measure) or None, by=given_by, counted=kind, deff=effects, weighted=weighted,
            respondents=respondents, intervals=methods, haldane=haldane, **shared,
        )  # fmt: skip
    values.written(result, out=out, pack=pack, machine=machine)
    if machine:
        return
    if pooled:
        disparity_printing.pooled(result, per=per)
    else:
        disparity_printing.compared(result)
    disparity_printing.remarks(result, left=left)


def _refuse(given: dict[str, Any], *, pooled: bool, against: str, focal: str) -> None:
    """Refuse options that would have no effect, before anything is read."""
    spare = [name for name in (_APART if pooled else _POOLED) if given[name]]
    if pooled and spare == ["--counted"] and given["--counted"] == "events":
        spare = []
    if spare and pooled:
        message = f"--pooled compares rates of events over places, and does not use {', '.join(spare)}."
        raise InvalidParameter(message, remedy="Leave it out, or leave out --pooled.")
    if spare:
        message = f"{', '.join(spare)} is said with --pooled, and nothing is pooled."
        raise InvalidParameter(message, remedy="Add --pooled, or leave it out.")
    if not pooled:
        return
    if not (given["--denominator-kind"] or "").strip():
        message = "It is not said whom the denominators count."
        remedy = "Add --denominator-kind residents, arrests or what they are; no denominator is neutral."
        raise InvalidParameter(message, remedy=remedy)
    if against == "rest" or focal == "each":
        message = "--pooled compares two named groups, each with events and a denominator of its own."
        raise InvalidParameter(message, remedy="Name one with --focal and one with --against.")


def _deff(text: str | None) -> float | tuple[float, float] | None:
    if text is None:
        return None
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        found = []
    if len(found) == 1:
        return found[0]
    if len(found) == 2:
        return found[0], found[1]
    message = f"--deff is one number, or one of each group, not {text!r}."
    raise InvalidParameter(message, remedy="Write --deff 1.5, or --deff 1.5,1.2.")


def _intervals(texts: list[str] | None) -> dict[str, str]:
    pairs = [text.partition("=") for text in arguments.split(texts)]
    odd = [name for name, sign, how in pairs if not (name and sign and how)]
    if odd:
        message = f"{odd[0]!r} does not name a measure and its interval."
        raise InvalidParameter(message, remedy="Write --interval rate_ratio=exact_conditional_1940.")
    return {name.strip(): how.strip() for name, _, how in pairs}
