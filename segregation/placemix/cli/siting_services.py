"""The command about sites of a service: candidates side by side, or several chosen at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from placemix.checks import id_text
from placemix.cli import arguments, nearness, values
from placemix.cli.terminal import OUT, say_note, show
from placemix.errors import InvalidParameter, UnknownColumn, did_you_mean
from placemix.readers import read_table
from placemix.scenarios import choose_sites, compare_sites

#: Candidates that are printed.
_FULL = 15
#: Longest time for a choice.
_SECONDS = 60


def site_service(
    file: Annotated[Path, typer.Argument(help="People by group, one row an area, with shapes (GeoPackage, …).")],
    *,
    groups: arguments.Groups,
    unit: arguments.Unit,
    candidates: Annotated[
        Path, typer.Option("--candidates", "-c", help="Candidate sites: points, or columns x and y.")
    ],
    site: Annotated[str, typer.Option("--site", help="Column with the ids of sites.")] = "site",
    name: Annotated[str | None, typer.Option("--name", help="Column of the candidates with names to print.")] = None,
    existing: Annotated[Path | None, typer.Option("--existing", "-e", help="Services that exist, as above.")] = None,
    by: Annotated[
        str | None,
        typer.Option("--by", help="Who uses a site: 'nearest service', 'nearest people', radius or huff."),
    ] = None,
    number: Annotated[float | None, typer.Option("--number", help="How many people are the nearest.")] = None,
    within: Annotated[
        str | None, typer.Option("--within", help="What is within reach: '1 km'; with --times, minutes.")
    ] = None,
    beta: Annotated[float | None, typer.Option("--beta", help="Power of the way, for huff.")] = None,
    attraction: Annotated[str | None, typer.Option("--attraction", help="Column of attraction, for huff.")] = None,
    focal: Annotated[
        str | None, typer.Option("--focal", "-f", help="Compare the ways of this group; without it, of all groups.")
    ] = None,
    against: Annotated[str, typer.Option("--against", "-a", help="Group compared with, or rest.")] = "rest",
    objectives: Annotated[
        list[str] | None,
        typer.Option(
            "--objectives",
            help="What is wanted: mix, balance, users, gap, 'gap within', mean, covered, worst, unreachable.",
        ),
    ] = None,
    choose: Annotated[
        str | None, typer.Option("--choose", help="Choose several sites instead: p-median, mclp, p-center or lscp.")
    ] = None,
    count: Annotated[int | None, typer.Option("--count", help="How many are chosen.")] = None,
    seconds: Annotated[
        float | None, typer.Option("--seconds", help=f"Longest time for a choice. Default: {_SECONDS}.")
    ] = None,
    times: Annotated[
        Path | None, typer.Option("--times", help="Table of minutes: the area's id, the site's id and 'minutes'.")
    ] = None,
    detour: Annotated[float, typer.Option("--detour", help="By what straight lines are multiplied.")] = 1.0,
    total: arguments.Total = None,
    residual: arguments.Rest = "keep",
    strict: arguments.Strict = False,
    encoding: arguments.Encoding = "utf-8",
    layer: arguments.Layer = None,
    suppressed: arguments.Suppressed = None,
    fill: arguments.Fill = None,
    where: arguments.Where = None,
    areas: nearness.Areas = None,
    out: values.Out = None,
    pack: values.Pack = None,
    machine: values.Machine = False,
) -> None:
    """Compare candidate sites of a service: who would use it, who would be nearer, how equal access would be.

    Nothing is scored: the candidates that no other one is better than in everything asked for are marked.

    Examples:  placemix site-service areas.gpkg -u lsoa -g asian,white,other -c sites.gpkg -e practices.gpkg
    --by "nearest people" --number 5000 --within "1 km"

    placemix site-service areas.gpkg -u lsoa -g asian,white -c sites.gpkg --choose p-median --count 3
    """
    if out is not None:
        values.writable(out)
    people = arguments.counts(
        file, groups=groups, unit=unit, total=total, by=None, residual=residual, strict=strict, encoding=encoding,
        layer=layer, suppressed=suppressed, fill=fill, where=where, areas=areas,
    )  # fmt: skip
    there, now = (
        None if path is None else arguments.table(path, encoding=encoding, layer=None, text=[site])
        for path in (candidates, existing)
    )
    assert there is not None  # noqa: S101 (the option is required)
    shared: dict[str, Any] = {
        "within": _reach(within, timed=times is not None), "existing": now, "detour": detour, "site": site,
        "unit": unit, "times": None if times is None else read_table(times, encoding=encoding, text=[unit, site]),
    }  # fmt: skip
    named = _names(there, site, name)
    if choose is not None:
        _refuse_of_comparing(
            by=by, number=number, beta=beta, attraction=attraction, focal=focal,
            against=None if against == "rest" else against, objectives=objectives or None,
        )  # fmt: skip
        how: Any = choose
        result = choose_sites(
            people, there, method=how, count=count, seconds=_SECONDS if seconds is None else seconds, **shared
        )
    else:
        for word, value in (("count", count), ("seconds", seconds)):
            if value is None:
                continue
            message = f"--{word} is for a choice of several sites, and nothing is chosen."
            raise InvalidParameter(message, remedy="Pass --choose p-median, or leave it out.")
        if by is None:
            message = "It is not said who would use a site, which decides how mixed its users are."
            raise InvalidParameter(message, remedy="Pass --by 'nearest service', 'nearest people', radius or huff.")
        who: Any = by
        result = compare_sites(
            people, there, by=who, number=number, beta=beta, attraction=attraction, focal=focal, against=against,
            objectives=arguments.split(objectives) or None, **shared,
        )  # fmt: skip
    values.written(result, out=out, pack=pack, machine=machine)
    if machine:
        return
    if choose is not None:
        _print_choice(result, named)
    else:
        _print_comparison(result, named, existing=now is not None)


def _reach(within: str | None, *, timed: bool) -> float | str | None:
    if within is None or not timed:
        return within
    try:
        return float(within)
    except ValueError as error:
        message = f"--within is a number of minutes where --times is given, not {within!r}."
        raise InvalidParameter(message) from error


def _names(there: pd.DataFrame, site: str, name: str | None) -> dict[str, str]:
    if name is None or site not in there.columns:
        return {}
    if name not in there.columns:
        message = f"The candidates have no column {name!r}."
        raise UnknownColumn(message, remedy=did_you_mean(name, there.columns))
    known = there[there[name].notna()]
    return dict(zip(known[site].map(id_text), known[name].map(id_text), strict=True))


def _refuse_of_comparing(**given: Any) -> None:  # noqa: ANN401
    found = [f"--{name}" for name, value in given.items() if value is not None]
    if found:
        message = f"--choose does not use {', '.join(found)}."
        raise InvalidParameter(message, remedy="Leave it out: a choice counts all people alike.")


def _print_comparison(result: pd.DataFrame, named: dict[str, str], *, existing: bool) -> None:
    way = "minutes" if result["measured_in"].iloc[0] == "minutes" else "way"
    columns = {
        "site": "site", "users": "users", "mix": "mix of users", "gap_with": "gap between groups",
        "mean_with": f"mean {way}", "covered_with": "within reach", "worst_with": f"worst {way}",
        "front": "front",
    }  # fmt: skip
    if result["covered_with"].isna().all():
        del columns["covered_with"]
    ordered = result.assign(order=result["front"].fillna(value=False).astype(bool)).sort_values(
        "order", ascending=False, kind="stable"
    )
    shown = ordered[list(columns)].rename(columns=columns).head(_FULL)
    shown["site"] = [named.get(item, item) for item in shown["site"]]
    shown["front"] = ["–" if pd.isna(mark) else ("yes" if mark else "no") for mark in shown["front"]]
    formats = {
        "users": ",.0f", "mix of users": ".3f", "gap between groups": ",.1f", f"mean {way}": ",.1f",
        "within reach": ".1%", f"worst {way}": ",.0f",
    }  # fmt: skip
    show(shown, title="Candidate sites, each alone beside what exists", formats=formats)
    first = result.iloc[0]
    if existing and pd.isna(first["mean_before"]):
        OUT.print("Nobody reaches an existing service.", markup=False, highlight=False)
    elif existing:
        reach = "" if pd.isna(first["covered_before"]) else f", within reach {first['covered_before']:.1%}"
        text = (
            f"With the existing services alone: mean {way} {first['mean_before']:,.1f}, gap {first['gap_before']:,.1f}"
            f"{reach}, worst {first['worst_before']:,.0f} {first['measured_in']}."
        )
        OUT.print(text, markup=False, highlight=False)
    lost = result["unreachable_with"]
    if lost.max() > 0:
        text = (
            f"With a candidate {lost.min():,.0f} to {lost.max():,.0f} people still reach no service, and means leave "
            "them out."
        )
        OUT.print(text, markup=False, highlight=False)
    front = int(result["front"].fillna(value=False).sum())
    text = (
        f"On the front are {front:,} of {len(result):,}: no other is as good in everything and better in something "
        f"({first['objectives']})."
    )
    OUT.print(text, markup=False, highlight=False)
    farthest = result["farthest_group"].dropna().unique()
    if len(farthest):
        OUT.print(f"Longest mean way with a candidate: {', '.join(farthest)}.", markup=False, highlight=False)
    if len(result) > _FULL:
        say_note(f"{_FULL} of {len(result):,} candidates are shown, those on the front first; -o writes all.")
    say_note(f"Mix of everyone: {first['mix_of_all']:.3f}. {first['note']}")


def _print_choice(result: pd.DataFrame, named: dict[str, str]) -> None:
    first = result.iloc[0]
    if result["open"].isna().any():
        OUT.print(f"No choice: {first['solution']}.", markup=False, highlight=False)
        return
    chosen = result[result["open"].astype(bool) & result["status"].eq("candidate")]
    shown = chosen[["site", "nearest"]].rename(columns={"nearest": "people nearest to it"})
    shown["site"] = [named.get(item, item) for item in shown["site"]]
    show(
        shown,
        title=f"Sites chosen by {first['method']} ({first['solution']})",
        formats={"people nearest to it": ",.0f"},
    )
    form = {"share within reach": ".1%", "sites": ".0f"}.get(first["aim"], ",.1f")
    before = "" if pd.isna(first["objective_before"]) else f" from {first['objective_before']:{form}}"
    unit = f" {first['measured_in']}" if first["aim"].endswith("way") else ""
    text = f"{first['aim'].capitalize()}:{before} to {first['objective']:{form}}{unit}."
    OUT.print(text if before else text.replace(": to", ":"), markup=False, highlight=False)
    if first["unreachable"] > 0:
        text = f"{first['unreachable']:,.0f} people reach none of them, and means leave them out."
        OUT.print(text, markup=False, highlight=False)
    say_note(str(first["note"]))
