"""Command that fetches published tables: get."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from placemix import fetching
from placemix.cli import arguments
from placemix.cli.terminal import OUT, progress, say_note
from placemix.fetching import Harvest
from placemix.fetching.keeping import Missing

#: Options that take several values behind them, as in ``--dates 2011 2021``.
SEVERAL = ("--tables", "-t", "--dates", "-d")


class Several(TyperCommand):
    """Lets some options take several values, until the next option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 (typer carries a click of its own)
        """Repeat the option before each of its values, which is how click takes them."""
        return super().parse_args(ctx, list(spread(args)))


def spread(args: Sequence[str]) -> Iterator[str]:
    """Write ``--dates 2011 2021`` as ``--dates 2011 --dates 2021``.

    Examples
    --------
    >>> list(spread(["--dates", "2011", "2021", "--offline", "--tables", "faith,tenure"]))
    ['--dates', '2011', '--dates', '2021', '--offline', '--tables', 'faith,tenure']
    """
    option, taken = "", 0
    for arg in args:
        if arg.startswith("-"):
            option, taken = (arg if arg in SEVERAL else ""), 0
        elif option:
            taken += 1
            if taken > 1:
                yield option
        yield arg


def get(
    *,
    district: Annotated[str, typer.Option("--district", help="Name or code of a district, as of 2022.")],
    tables: Annotated[
        list[str],
        typer.Option(
            "--tables", "-t", help="ethnicity, tenure, faith, deprivation, schools, nesting; several at once."
        ),
    ],
    dates: Annotated[list[str], typer.Option("--dates", "-d", help="Census years: 2011, 2021 or both.")],
    folder: Annotated[
        Path, typer.Option("--folder", help="Where the result is written; files as published go to downloads below it.")
    ] = Path("placemix-data"),
    offline: Annotated[
        bool, typer.Option("--offline", help="Fetch nothing: list what to download, or go on if all is there.")
    ] = False,
    base: Annotated[
        str | None, typer.Option("--base", help="Address of a mirror that keeps each file under its host and path.")
    ] = None,
) -> None:
    """Fetch the published tables of a district into one GeoPackage with a manifest.

    The only command that uses the network. Files that are in the folder already are not fetched.

    Example:  placemix get --district Oldham --tables ethnicity tenure schools --dates 2011 2021
    """
    with progress("Fetching") as move:
        harvest = fetching.get(
            district=district,
            tables=arguments.split(tables),
            dates=arguments.split(dates),
            folder=folder,
            offline=offline,
            progress=move,
            base=base,
        )
    if harvest.path is None:
        _say_missing(harvest)
        raise typer.Exit(1)
    _say_written(harvest)


def _say_missing(harvest: Harvest) -> None:
    several = len(harvest.missing) > 1
    _print(f"{len(harvest.missing)} of {len(harvest.plan.recipes)} files {'are' if several else 'is'} missing.")
    _print(f"Download {'each' if several else 'it'} and put it, as it is, into {harvest.missing[0].folder}\n")
    for number, missing in enumerate(harvest.missing, 1):
        for line in _lines(number, missing):
            _print(line)
    _print("Then run the same command again. In names of files * and ? stand for any letters.")
    _print("No address here was ever tried by placemix itself; all come from public programs.")


def _lines(number: int, missing: Missing) -> Iterator[str]:
    recipe = missing.recipe
    yield f"{number}. {recipe.title}"
    yield f"   file       {' or '.join(dict.fromkeys([missing.file, *recipe.by_hand]))}"
    yield f"   page       {recipe.page}"
    for source in recipe.sources[:1]:
        if source.how in {"file", "zip member"}:
            yield f"   address    {source.url}"
        else:
            yield f"   address    {source.url} (given page by page; take the file from the page instead)"
        yield f"   seen       {source.seen_in}"
    if not recipe.sources:
        yield "   address    none known"
    part = bool(recipe.sources) and all(source.only or source.how == "nomis" for source in recipe.sources)
    yield f"   size       about {recipe.megabytes:g} MB{' for one district; the whole file is larger' if part else ''}"
    yield f"   licence    {recipe.licence}"
    if recipe.hint:
        yield f"   hint       {recipe.hint}"
    yield f"   why        {missing.reason}\n"


def _say_written(harvest: Harvest) -> None:
    manifest = harvest.manifest
    place = manifest["district"]
    _print(f"{place['name']} ({place['code']}), one of the districts of {place['districts_of']}: {harvest.path}")
    for row in manifest["layers"]:
        people = f", {row['people']:,.0f} counted" if "people" in row else ""
        _print(f"  {row['name']:<24} {row['rows']:>5,} rows{people}")
    kept = [check for check in manifest["checks"] if check["check"] == "people conserved"]
    if kept:
        _print(f"Nobody was lost on the way: {len(kept)} tables have the same people in the file and in every layer.")
        first = max((row for row in manifest["layers"] if row["kind"] == "counts"), key=lambda row: row["common_areas"])
        common = ", common=True" if first["common_areas"] else ""
        name = harvest.path.as_posix() if harvest.path else ""
        _print(f"In Python: placemix.Harvest.open({name!r}).counts({first['table']!r}, {first['date']}{common})")
    for line in manifest["left_out"]:
        say_note(line)
    _print("Print with whatever you make of it:")
    for line in harvest.attribution:
        _print(f"  {line}")


def _print(text: str) -> None:
    OUT.print(text, highlight=False, markup=False, soft_wrap=True)
