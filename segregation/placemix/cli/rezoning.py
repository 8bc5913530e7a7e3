"""The command about catchments: what zones of schools mean, and how alike intakes could be within limits."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from placemix import report as reports
from placemix.checks import id_text
from placemix.cli import arguments, nearness, values
from placemix.cli.pages import is_page
from placemix.cli.terminal import OUT, as_json, progress, say_note, show
from placemix.counts import Counts
from placemix.errors import InvalidParameter, UnknownColumn, did_you_mean
from placemix.lengths import written
from placemix.report import describe, sections
from placemix.results import Result
from placemix.schools import evaluate_catchments, nearest_catchments
from placemix.schools import redraw as redrawn
from placemix.tables import from_wide

#: Schools that are printed.
_FULL = 10
#: More people in the areas than this for each pupil are hardly the children of the schools.
_MANY = 2


def catchments(
    file: Annotated[Path, typer.Argument(help="Children by group, one row an area, with shapes (GeoPackage, …).")],
    *,
    groups: arguments.Groups,
    unit: arguments.Unit,
    schools: Annotated[Path, typer.Option("--schools", "-s", help="Schools of one phase, with points.")],
    school: Annotated[str, typer.Option("--school", help="Column with the ids of the schools.")] = "school",
    roll: Annotated[
        str | None, typer.Option("--roll", help="Column of the schools' rolls; without it the groups are summed.")
    ] = None,
    capacity: Annotated[str | None, typer.Option("--capacity", help="Column of the schools' places.")] = None,
    assignment: Annotated[
        Path | None,
        typer.Option("--assignment", help="Table of the zones: the area's id and 'school'. Default: the nearest."),
    ] = None,
    before: Annotated[Path | None, typer.Option("--before", help="Table of the zones that these replace.")] = None,
    focal: Annotated[str | None, typer.Option("--focal", "-f", help="Group of interest; needed.")] = None,
    against: Annotated[str, typer.Option("--against", "-a", help="Group compared with, or rest.")] = "rest",
    names: Annotated[list[str] | None, typer.Option("--measures", "-m", help="Measures of the intakes.")] = None,
    detour: Annotated[float, typer.Option("--detour", help="By what straight lines are multiplied.")] = 1.0,
    take_up: Annotated[
        float, typer.Option("--take-up", help="Share of children who go to the school they are zoned to.")
    ] = 1.0,
    redraw: Annotated[bool, typer.Option("--redraw", help="Redraw the zones so that intakes are more alike.")] = False,
    travel: Annotated[float, typer.Option("--travel", help="How many times the present way a new one may be.")] = 1.5,
    near: Annotated[str, typer.Option("--near", help="Ways up to this length are allowed all the same.")] = "0",
    longest: Annotated[str | None, typer.Option("--longest", help="No new way is longer than this.")] = None,
    size: Annotated[
        str, typer.Option("--size", help="By how much intakes may change, from now or from the places: 15%, or any.")
    ] = "15%",
    rezoned: Annotated[str | None, typer.Option("--rezoned", help="Most children whose school changes: 20%.")] = None,
    pieces: Annotated[bool, typer.Option("--in-pieces", help="Let zones fall into pieces.")] = False,
    method: Annotated[str, typer.Option("--method", help="cp-sat, with a bound, or local search.")] = "cp-sat",
    seconds: Annotated[float, typer.Option("--seconds", help="Longest time; Ctrl+C ends it with the best found.")] = 60,
    effort: Annotated[
        float | None, typer.Option("--effort", help="Longest time as the solver counts it, the same on all machines.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the search.")] = 0,
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
        Path | None, typer.Option("--page", help="With --redraw: write an HTML page with a map, before and after.")
    ] = None,
    place: Annotated[str | None, typer.Option("--place", help="Name of the whole, for the page.")] = None,
    label: Annotated[str | None, typer.Option("--label", help="Column of the schools' names, for the page.")] = None,
    out: values.Out = None,
    pack: values.Pack = None,
    machine: values.Machine = False,
) -> None:
    """Say what catchments mean for separation, travel and places, or redraw them within limits.

    Examples:  placemix catchments children.gpkg -u lsoa -g asian,white,other -f asian -s schools.gpkg --roll pupils

    placemix catchments children.gpkg -u lsoa -g asian,white -f asian -s schools.gpkg --roll pupils --assignment now.csv
    --redraw --near "500 m" --size 15% -o new.csv --page zones.html
    """
    if out is not None:
        values.writable(out)
    _refuse_in_vain(page, before, redraw=redraw)
    if focal is None:
        message = "No group of interest was named."
        raise InvalidParameter(message, remedy="Pass --focal a group.")
    parts, most = _size(size), None if rezoned is None else _part(rezoned, "--rezoned")
    children = arguments.counts(
        file, groups=groups, unit=unit, total=total, by=None, residual=residual, strict=strict, encoding=encoding,
        layer=layer, suppressed=suppressed, fill=fill, where=where, areas=areas,
    )  # fmt: skip
    there, places = _schools(schools, school, roll, capacity, groups, encoding)
    now = nearest_catchments(children, there) if assignment is None else _zones(assignment, unit, encoding)
    old: Any = None if before is None else _zones(before, unit, encoding)
    new: Result | None = None
    if redraw:
        how: Any = method
        with progress("redrawing") as step:
            new = redrawn(
                children, there, now, focal=focal, against=against, travel=travel, near=near, longest=longest,
                capacity=places, contiguous=not pieces, detour=detour, take_up=take_up, method=how, seconds=seconds,
                effort=effort, seed=seed, progress=step, size=parts, rezoned=most,
            )  # fmt: skip
        old, now = now, new
    wanted = arguments.split(names) or ["dissimilarity", "isolation", "exposure", "information_theory"]
    told = evaluate_catchments(
        children, now, there, focal=focal, against=against, measures=wanted, before=old, capacity=places,
        detour=detour, take_up=take_up,
    )  # fmt: skip
    values.written(told if new is None else new, out=out, pack=pack, machine=False)
    alike = _alike(children, there)
    if page is not None and new is not None:
        labels = _names(schools, school, label, encoding)
        member = "children" if alike else "people"
        _page(children, told, new, title=place or file.stem, names=labels, member=member, out=page)
    if machine:
        typer.echo(as_json(told))
    elif out is None or new is not None:
        _printed(told, new)
        if assignment is None:
            say_note("Zones now are those of the nearest school: no --assignment was given.")


def _refuse_in_vain(page: Path | None, before: Path | None, *, redraw: bool) -> None:
    """Refuse options that would mean something else than they say."""
    if page is not None:
        is_page(page)
        if not redraw:
            message = "The page shows zones before and after."
            raise InvalidParameter(message, remedy="Add --redraw.")
    if redraw and before is not None:
        message = "What is redrawn is compared with the zones of --assignment, and not with those of --before."
        raise InvalidParameter(message, remedy="Leave out --before, or pass its table as --assignment.")


def _alike(children: Counts, there: Counts) -> bool:
    """Whether those in the areas can be the pupils of these schools; says so where they can hardly be."""
    people, pupils = float(children.total.sum()), float(there.total.sum())
    alike = not pupils or people <= _MANY * pupils
    if not alike:
        say_note(
            f"The areas hold {people:,.0f} people and the schools {pupils:,.0f} pupils: these are not the children of "
            "these schools alone. Shares are of whoever is in the table."
        )
    return alike


def _schools(
    path: Path, school: str, roll: str | None, capacity: str | None, groups: list[str], encoding: str
) -> tuple[Counts, pd.Series | None]:
    table = arguments.table(path, encoding=encoding, layer=None, text=[school])
    for name in (school, roll, capacity):
        if name is not None and name not in table.columns:
            message = f"The schools have no column {name!r}; they have {', '.join(map(str, table.columns))}."
            remedy = did_you_mean(name, table.columns) or "Name theirs with --school, --roll and --capacity."
            raise UnknownColumn(message, remedy=remedy)
    if roll is None:
        counts = from_wide(table, groups=arguments.group_columns(groups, list(table.columns)), unit=school)
    else:
        # Rolls by group are not needed: everyone is in one of two groups, the other of which is empty.
        whole = table.assign(**{"pupils of no group": 0})
        counts = from_wide(whole, groups={"pupils": [roll], "none": ["pupils of no group"]}, unit=school)
    if capacity is None:
        return counts, None
    places = pd.Series(table[capacity].to_numpy(), index=pd.Index(table[school].map(id_text)))
    return counts, places


def _names(path: Path, school: str, label: str | None, encoding: str) -> dict[str, str]:
    if label is None:
        return {}
    table = arguments.table(path, encoding=encoding, layer=None, text=[school])
    if label not in table.columns:
        message = f"The schools have no column {label!r}."
        raise UnknownColumn(message, remedy=did_you_mean(label, table.columns))
    return dict(zip(table[school].map(id_text), table[label].astype(str), strict=True))


def _zones(path: Path, unit: str, encoding: str) -> pd.DataFrame:
    table = arguments.table(path, encoding=encoding, layer=None, text=[unit, "unit", "school"])
    # What --out writes names its areas 'unit', whatever the column of the children is called.
    key = unit if unit in table.columns else "unit"
    lost = [name for name in (key, "school") if name not in table.columns]
    if lost:
        message = f"The zones in {path.name!r} have no column {lost[0]!r}."
        raise UnknownColumn(message, remedy="Give a table with the area's id and 'school', as --out writes it.")
    zones = table[[key, "school"]].rename(columns={key: "unit"})
    zones["school"] = zones["school"].map(id_text, na_action="ignore")
    return pd.DataFrame(zones)


def _part(text: str, name: str) -> float:
    try:
        return float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError as error:
        message = f"{name} is a share such as 15% or 0.15, not {text!r}."
        raise InvalidParameter(message) from error


def _size(text: str) -> tuple[float, float] | None:
    if text == "any":
        return None
    part = _part(text, "--size")
    if not part >= 0:
        message = f"--size is a share from 0 on, such as 15%, or any, not {text!r}."
        raise InvalidParameter(message)
    return max(1 - part, 0.0), 1 + part


def _page(
    children: Counts, told: pd.DataFrame, new: Result, *, title: str, names: dict[str, str], member: str, out: Path
) -> None:
    source = describe(children, name=f"{member.capitalize()}, {title}", unit_words="areas")
    shapes = None
    if children.geometry is not None:
        import geopandas as gpd

        shapes = gpd.GeoDataFrame(
            geometry=list(children.geometry), index=list(map(str, children.units)), crs=children.geometry.crs
        )
    body = [
        sections.catchment_change(told, new, shapes, names=names, member=member),
        sections.assumptions([source], chance="none"),
        sections.references([told, new]),
        sections.provenance([source], results=[told, new]),
    ]
    reports.page(body, title=f"School catchments: {title}", out=out)
    say_note(f"Page: {out.resolve()}")


def _printed(told: pd.DataFrame, new: Result | None) -> None:
    if new is not None and not new["changed"].any():
        _reached(new)
        OUT.print("Within these limits no area would change school; wider limits are --travel, --near and --size.")
        say_note(str(new["note"].iloc[0]))
        return
    compared = told["before"].notna().any()
    sides = ["before", "after", "change"] if compared else ["after"]
    names = {} if compared else {"after": "value"}
    table = told[told["scope"].isin(["intakes", "everyone", "group"])]
    shown = pd.DataFrame({"": table["statistic"], "of": table["of"].where(table["scope"] == "group", table["scope"])})
    for name in sides:
        pairs = zip(table[name], table["unit"], strict=True)
        shown[names.get(name, name)] = [_value(value, kind, signed=name == "change") for value, kind in pairs]
    lost = (table["statistic"] == "unreachable") & (table["after"] == 0)
    show(shown[~lost.to_numpy()], title="Catchments")
    full = told[(told["statistic"] == "beyond places") & (told["scope"] == "school") & (told["after"] > 0)]
    if len(full):
        most = full.sort_values("after", ascending=False, kind="stable").head(_FULL)
        show(
            most[["of", *sides]].rename(columns={"of": "school", **names}),
            title=f"Intakes beyond the places ({len(full):,} schools)",
            formats=dict.fromkeys([names.get(name, name) for name in sides], ",.0f"),
        )
    if new is not None:
        _reached(new)
    say_note(str((told if new is None else new)["note"].iloc[0]))
    OUT.print(f"placemix {told['version'].iloc[0]}, counts {told['source'].iloc[0]}.", style="dim", highlight=False)


def _reached(new: Result) -> None:
    """Say in sentences what was reached, and what could be at most."""
    first = new.iloc[0]
    moved = float(new["children"][new["changed"]].sum() / max(new["children"].sum(), 1))
    ends = {
        "optimal": "No zones within these limits do better.",
        "feasible": "The time ran out before that was proved.",
        "stopped": "It was stopped before that was proved.",
    }
    bound = "" if pd.isna(first["bound"]) else f" No zones within these limits are below {first['bound']:.4f}."
    if first["status"] == "optimal":
        bound = ""
    text = (
        f"Dissimilarity of the intakes would go from {first['value_before']:.4f} to {first['value']:.4f}, with "
        f"{moved:.1%} of children rezoned.{bound} {ends[first['status']]}"
    )
    OUT.print(text.replace("before that was proved", "before better zones were ruled out"), highlight=False)


def _value(value: float, kind: str, *, signed: bool) -> str:
    sign = "+" if signed else ""
    if pd.isna(value):
        return "–"
    if kind == "share":
        return f"{value:{sign}.1%}"
    if kind == "metres":
        return f"{'−' if value < 0 else sign}{written(abs(value))}"
    return f"{value:{sign},.0f}" if kind in {"children", "schools"} else f"{value:{sign}.4f}"
