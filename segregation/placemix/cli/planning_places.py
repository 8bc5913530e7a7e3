"""The command about school places: pupils to come against places, by planning area."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from placemix import report as reports
from placemix.cli import arguments, values
from placemix.cli.pages import is_page
from placemix.cli.terminal import OUT, say_note, show
from placemix.errors import InvalidParameter
from placemix.readers import read_table
from placemix.report import sections
from placemix.schools import place_mix, places, shortfalls
from placemix.schools.forecasting.rosters import capital


def school_places(
    rolls: Annotated[
        Path,
        typer.Argument(help="Rolls of two years or more: school, phase, planning_area, year, year_group, pupils."),
    ],
    *,
    capacity: Annotated[
        Path, typer.Option("--capacity", help="Places of a year group: phase, planning_area, places, maybe school.")
    ],
    intake: Annotated[Path, typer.Option("--intake", help="Children by area: planning_area, intake_year, registered.")],
    forecast: Annotated[
        bool, typer.Option("--intake-is-forecast", help="The intake is your own forecast of pupils; take it as it is.")
    ] = False,
    hold: Annotated[
        bool, typer.Option("--hold", help="Hold the intake at its recent mean where years are not given.")
    ] = False,
    developments: Annotated[
        Path | None,
        typer.Option("--developments", help="Homes: year, dwellings, status, primary_area, secondary_area."),
    ] = None,
    yields: Annotated[
        str | None, typer.Option("--yield", help="Pupils of each phase that a home sends: primary=0.28,secondary=0.2.")
    ] = None,
    yield_source: Annotated[str | None, typer.Option("--yield-source", help="Where these come from.")] = None,
    changes: Annotated[
        Path | None, typer.Option("--changes", help="Changes of capacity: phase, planning_area, year, change.")
    ] = None,
    feeds: Annotated[Path | None, typer.Option("--feeds", help="Where leavers go: from_area, to_area, share.")] = None,
    years: Annotated[
        str | None, typer.Option("--years", help="Years ahead: 5, or primary=5,secondary=7, which is usual.")
    ] = None,
    mix: Annotated[
        list[str] | None, typer.Option("--mix", help="Columns of the rolls to show beside it, such as free_meals.")
    ] = None,
    columns: Annotated[
        list[str] | None, typer.Option("--columns", help="Your names of columns, such as pupils=headcount.")
    ] = None,
    whole_schools: Annotated[
        bool, typer.Option("--whole-schools", help="Places are of whole schools, not of a year group.")
    ] = False,
    capacity_year: Annotated[str | None, typer.Option("--capacity-year", help="Year of the places.")] = None,
    margin: Annotated[float, typer.Option("--margin", help="Share of places that should stay free.")] = 0.02,
    level: Annotated[float, typer.Option("--level", help="Share of past errors that ranges span.")] = 0.8,
    pool_errors: Annotated[
        bool, typer.Option("--pool-errors", help="Where a phase has too few past errors, take those of all phases.")
    ] = False,
    last: Annotated[int, typer.Option("--last", help="Years from which ratios are learnt.")] = 3,
    page: Annotated[Path | None, typer.Option("--page", help="Write an HTML page with charts and tables.")] = None,
    place: Annotated[str | None, typer.Option("--place", help="Name of the whole, for the page.")] = None,
    encoding: arguments.Encoding = "utf-8",
    out: values.Out = None,
    pack: values.Pack = None,
    machine: values.Machine = False,
) -> None:
    """Forecast pupils by planning area, year and year group, and say where and when places run short.

    The file of --out has every row of the forecast; what is printed sums it up.

    Examples:  placemix school-places rolls.csv --capacity schools.csv --intake births.csv

    placemix school-places rolls.csv --capacity schools.csv --intake births.csv --developments homes.csv
    --yield primary=0.28,secondary=0.2 --yield-source "our study of 2024" --mix free_meals -o forecast.csv
    """
    if out is not None:
        values.writable(out)
    if page is not None:
        is_page(page)
    files = {"developments": developments, "changes": changes, "feeds": feeds}
    tables: dict[str, Any] = {
        name: None if path is None else read_table(path, encoding=encoding) for name, path in files.items()
    }
    kept = read_table(rolls, encoding=encoding)
    own = _pairs(columns, "--columns")
    result = places(
        kept, read_table(capacity, encoding=encoding), read_table(intake, encoding=encoding), **tables,
        years=_years(years), yields=_numbers(yields, "--yield"), yield_source=yield_source,
        intake_is="forecast" if forecast else "children", beyond="hold" if hold else "missing",
        too_few="phases" if pool_errors else "missing",
        capacity_of="school" if whole_schools else "year group", capacity_year=capacity_year, level=level, last=last,
        columns=own or None,
    )  # fmt: skip
    values.written(result, out=out, pack=pack, machine=machine)
    if machine and page is None:
        return
    of = arguments.split(mix)
    named = {role: name for role, name in own.items() if role in {"phase", "planning_area", "area", "year", "pupils"}}
    beside = place_mix(kept, of=of, columns=named or None) if of else None
    short = shortfalls(result, mix=beside, margin=margin)
    if page is not None:
        body = [sections.school_places(result, short), sections.references([result])]
        reports.page(body, title=f"School places: {place or rolls.stem}", out=page)
        say_note(f"Page: {page.resolve()}")
    if not machine:
        _printed(short, result, of)


def _printed(short: pd.DataFrame, forecast: pd.DataFrame, of: list[str]) -> None:
    homes = bool((forecast["from_proposed"] > 0).any())
    for phase, rows in short.groupby("phase", sort=False):
        title = (
            f"{capital(str(phase))} places, {rows['years'].iloc[0]}: first year short, "
            f"and its range over {rows['level'].iloc[0]:.0%} of past errors"
        )
        formats = {"most short by": ",.0f", "least spare": ".1%", **dict.fromkeys(of, ".1%")}
        show(_shown(rows, of, homes=homes), title=title, formats=formats)
    told = short[short["first_short"].notna() | short["earliest"].notna()]
    for sentence in told["sentence"]:
        OUT.print(sentence, markup=False, highlight=False)
    if told.empty:
        OUT.print("No planning area is short in any year with a forecast.", markup=False, highlight=False)
    for text in _notes(short, of):
        say_note(text)
    say_note(str(forecast["note"].iloc[0]))


def _shown(rows: pd.DataFrame, of: list[str], *, homes: bool) -> pd.DataFrame:
    """The columns that are printed, years in words where there is none."""
    names = {
        "planning_area": "planning area", "year_group": "year group", "first_short": "first short",
        "earliest": "earliest", "latest": "latest", "first_below_margin": "below margin",
        "first_short_with_proposed": "with proposed", "largest_deficit": "most short by",
        "smallest_surplus_share": "least spare", **{f"{name}_share": name for name in of},
    }  # fmt: skip
    if not homes:
        del names["first_short_with_proposed"]
    # What is short comes first; where children enter before the whole.
    rows = rows.iloc[rows["first_short"].isna().to_numpy().argsort(kind="stable")]
    shown = rows[list(names)].rename(columns=names)
    shown["year group"] = ["Reception" if str(group) == "0" else str(group) for group in shown["year group"]]
    for name in {"first short", "earliest", "latest", "below margin", "with proposed"} & set(shown.columns):
        shown[name] = [
            f"not by {last}" if pd.isna(year) else str(year)
            for year, last in zip(shown[name], rows["known_until"], strict=True)
        ]
    ranged = rows["ranged"].to_numpy(dtype=bool)
    for name in ("earliest", "latest"):
        shown[name] = [said if known else "no range" for said, known in zip(shown[name], ranged, strict=True)]
    return shown


def _notes(short: pd.DataFrame, of: list[str]) -> list[str]:
    notes = []
    lost = short["unknown_years"].dropna().unique()
    if len(lost):
        notes.append(f"No forecast for {'; '.join(lost)}: the intake is not given that far. Add it, or pass --hold.")
    bare = short.loc[~short["ranged"].astype(bool), "phase"].unique()
    if len(bare):
        notes.append(
            f"Ranges are missing where too few past errors are known: {', '.join(bare)}. Add years of rolls, or pass "
            "--pool-errors to take errors of all phases."
        )
    notes.append(
        "The row of the first year group tells whether children can enter; 'all' may hide it. Below margin: less than "
        f"{short['margin'].iloc[0]:.0%} of places free."
    )
    if of:
        notes.append(f"{', '.join(of)}: shares on the rolls of {short['mix_year'].iloc[0]}, not of pupils to come.")
    return notes


def _pairs(texts: list[str] | None, option: str) -> dict[str, str]:
    """Read ``a=x,b=y``."""
    out: dict[str, str] = {}
    for text in arguments.split(texts):
        name, sign, value = text.partition("=")
        if not (name.strip() and sign and value.strip()):
            message = f"{option} takes pairs such as primary=5, not {text!r}."
            raise InvalidParameter(message)
        out[name.strip()] = value.strip()
    return out


def _numbers(text: str | None, option: str) -> dict[str, float | str] | None:
    """Read pairs whose values are numbers or names of columns."""
    if text is None:
        return None
    out: dict[str, float | str] = {}
    for name, value in _pairs([text], option).items():
        try:
            out[name] = float(value)
        except ValueError:
            out[name] = value
    return out


def _years(text: str | None) -> int | dict[str, int] | None:
    if text is None:
        return None
    try:
        if "=" in text:
            return {name: int(value) for name, value in _pairs([text], "--years").items()}
        return int(text)
    except ValueError as error:
        message = f"--years is a number of years, or one for each phase, not {text!r}."
        raise InvalidParameter(message, remedy="Write 5, or primary=5,secondary=7.") from error
