"""Commands about types of places: schemes, types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from placemix import typology
from placemix.cli import arguments, nearness, type_pages, type_printing, values
from placemix.cli.pages import is_page
from placemix.cli.terminal import as_json, say_note, show
from placemix.counts import Counts
from placemix.errors import InvalidParameter, UnmatchedUnit, listed
from placemix.report.choices import WHOLE

#: Name of the scheme that asks which one category defines a place.
SINGLE = "single_characteristic"

Scheme = Annotated[
    str | None,
    typer.Option("--scheme", help="Id of a scheme from 'placemix schemes', or your own .toml file."),
]
Reference = Annotated[
    list[str] | None,
    typer.Option("--reference", "--host", help="Group that a scheme compares with; several are summed."),
]
Thresholds = Annotated[
    list[str] | None,
    typer.Option(
        "--threshold", help=f"For {SINGLE}: share that defines a place, such as 0.5,0.7,0.9 for each side by side."
    ),
]
Dimensions = Annotated[
    list[str] | None,
    typer.Option(
        "--dimension",
        "-d",
        help=f"For {SINGLE}: name=columns of one dimension, name@FILE=columns if they are in another file; repeated.",
    ),
]


def schemes(*, machine: values.Machine = False) -> None:
    """List the schemes that give places types, and what each asks for.

    Example:  placemix schemes
    """
    found = typology.schemes()
    if machine:
        typer.echo(as_json(found))
        return
    asks = [
        ", ".join(filter(None, ["--reference" if row.reference else "", _asked(row.parameters)])) or "–"
        for row in found.itertuples()
    ]
    known = ["scheme", "title", "status"]
    show(found[known].assign(**{"asks for": asks}), title="Schemes of types of places")
    for row in found.itertuples():
        if row.unverified:
            say_note(f"{row.scheme}: {row.unverified}")


def _asked(parameters: object) -> str:
    return "--threshold" if "threshold" in str(parameters) else ""


def types(
    file: arguments.File,
    *,
    unit: arguments.Unit,
    groups: Annotated[
        list[str] | None,
        typer.Option("--groups", "-g", help="Columns of the groups, separated by commas. name=a+b sums columns."),
    ] = None,
    scheme: Scheme = None,
    reference: Reference = None,
    city: Annotated[
        str | None, typer.Option("--city", help="Column of the cities whose totals a scheme looks at.")
    ] = None,
    threshold: Thresholds = None,
    dimension: Dimensions = None,
    before: Annotated[
        Path | None, typer.Option("--before", help="Table of an earlier date on the same units: shows what changed.")
    ] = None,
    before_where: Annotated[
        list[str] | None,
        typer.Option("--before-where", help="Only rows of it with a value in a column, such as side=before."),
    ] = None,
    dates: Annotated[str, typer.Option("--dates", help="Names of the two dates, such as 2011,2021.")] = "before,after",
    common: Annotated[
        bool, typer.Option("--common", help="Count units of one date only apart, instead of refusing them.")
    ] = False,
    recalibrate: Annotated[
        bool, typer.Option("--recalibrate", help="Carry thresholds over that were set for another number of groups.")
    ] = False,
    labels: Annotated[
        str, typer.Option("--labels", help="descriptive, or original for the terms of the papers.")
    ] = "descriptive",
    by: arguments.By = None,
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
        Path | None, typer.Option("--page", help="Write an HTML page with maps, where the units have shapes.")
    ] = None,
    place: Annotated[
        str | None, typer.Option("--place", help="Name of the whole, such as Oldham, for sentences and the page.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--source", help="Whose tables and boundaries these are, for the page; default: the file's name."),
    ] = None,
    out: values.Out = None,
    pack: values.Pack = None,
    machine: values.Machine = False,
) -> None:
    """Give each place a type by the rules of a scheme, or say how types changed.

    Examples:  placemix types areas.csv -u code -g white,asian,black --scheme PJF2001 --reference white

    placemix types 2021.csv --before 2011.csv --dates 2011,2021 -u code -g white,asian,black --scheme PJF2001
    --reference white --by district --areas areas.gpkg --page change.html --place Oldham

    placemix types areas.csv -u code -d ethnicity=white,asian,black -d tenure=owned,rented --threshold 0.5,0.7,0.9
    """
    _outputs(out, page)
    chosen = _scheme(scheme, threshold, dimension)
    cities = [] if city is None else [city]
    kept: dict[str, Any] = {
        "unit": unit, "total": total, "by": [*arguments.split(by), *cities], "residual": residual, "strict": strict,
        "encoding": encoding, "layer": layer, "suppressed": suppressed, "fill": fill, "areas": areas,
    }  # fmt: skip
    if chosen == SINGLE:
        _single(
            file, kept, groups=groups, dimension=dimension, threshold=threshold, where=where, before=before,
            by=arguments.split(by), city=city, page=page, place=place, source=source, out=out, pack=pack,
            machine=machine,
        )  # fmt: skip
        return
    if not groups:
        message = "No groups were named."
        raise InvalidParameter(message, remedy=f"Name their columns with --groups; see 'placemix inspect {file.name}'.")
    rules: dict[str, Any] = {
        "scheme": Path(chosen) if chosen.endswith(".toml") else chosen, "reference": arguments.split(reference) or None,
        "city": city, "recalibrate": recalibrate, "parameters": _parameters(threshold),
    }  # fmt: skip
    now = _credited(arguments.counts(file, groups=groups, where=where, **kept), source)
    if before is None:
        found = typology.classify(now, labels=labels, **rules)  # type: ignore[arg-type]
        values.written(found, out=out, pack=pack, machine=machine)
        if page is not None:
            type_pages.of_types(now, found, title=place or file.stem, place=place or WHOLE, out=page)
            say_note(f"Page: {page.resolve()}")
        if out is None and not machine:
            type_printing.summary(found, now, arguments.split(by))
        return
    names = _dates(dates)
    if labels != "descriptive":
        message = "--labels goes with the types of one date."
        raise InvalidParameter(message, remedy="Leave it out beside --before.")
    then = _credited(_earlier(before, groups=groups, where=before_where, **kept), source)
    if then.source == now.source:
        message = "Both files hold the same counts."
        raise InvalidParameter(message, remedy="Give the tables of two dates, or choose rows with --before-where.")
    moves = typology.transitions(then, now, by=arguments.split(by), unmatched="count" if common else "refuse", **rules)
    values.written(moves, out=out, pack=pack, machine=machine)
    if page is not None:
        type_pages.of_change(
            then, now, moves, rules=rules, dates=names, title=place or file.stem, place=place or WHOLE, out=page
        )
        say_note(f"Page: {page.resolve()}")
    if out is None and not machine:
        type_printing.moved(moves, names, place or WHOLE)


def _credited(counts: Counts, source: str | None) -> Counts:
    return counts if source is None else replace(counts, about=replace(counts.about, source=source.rstrip(". ")))


def _earlier(before: Path, **kept: Any) -> Counts:  # noqa: ANN401
    """Read the earlier table; units that the map lacks are most often of other areas than the later one's."""
    try:
        return arguments.counts(before, **kept)
    except UnmatchedUnit as fault:
        if kept["areas"] is None:
            raise
        message = f"{before.name!r}: {fault.message}"
        remedy = "If the dates are on different areas, bring both onto one with 'placemix harmonise' first."
        raise UnmatchedUnit(message, units=fault.units, remedy=remedy) from fault


def _outputs(out: Path | None, page: Path | None) -> None:
    if out is not None:
        values.writable(out)
    if page is not None:
        is_page(page)


def _scheme(scheme: str | None, threshold: list[str] | None, dimension: list[str] | None) -> str:
    if scheme is None and (threshold or dimension):
        return SINGLE
    if scheme is None:
        message = "No scheme was named."
        raise InvalidParameter(message, remedy="Pass --scheme; 'placemix schemes' lists them.")
    if dimension and scheme != SINGLE:
        message = f"--dimension goes with {SINGLE}, and the scheme is {scheme!r}."
        raise InvalidParameter(message, remedy="Name the columns with --groups, or leave out --scheme.")
    return scheme


def _parameters(threshold: list[str] | None) -> dict[str, float] | None:
    found = thresholds(threshold)
    if len(found) > 1:
        message = f"A scheme takes one threshold, and {len(found)} were given."
        raise InvalidParameter(message, remedy=f"Several are shown side by side with --scheme {SINGLE}.")
    return {"threshold": found[0]} if found else None


def thresholds(texts: list[str] | None) -> tuple[float, ...]:
    """Read the shares that define a place.

    Examples
    --------
    >>> thresholds(["0.5,0.7", "90 %"])
    (0.5, 0.7, 0.9)
    """
    out = []
    for text in arguments.split(texts):
        try:
            out.append(float(text.removesuffix("%")) / 100 if text.endswith("%") else float(text))
        except ValueError as error:
            message = f"{text!r} is no share."
            raise InvalidParameter(message, remedy="Write --threshold 0.5,0.7,0.9.") from error
    return tuple(out)


def _dates(text: str) -> list[str]:
    names = arguments.split([text])
    if len(names) != 2:
        message = f"--dates names two dates, not {listed(names) or 'none'}."
        raise InvalidParameter(message, remedy="Write --dates 2011,2021.")
    return names


def dimensions(file: Path, texts: list[str], kept: Mapping[str, Any], where: list[str] | None) -> dict[str, Counts]:
    """Read the counts of each dimension, from the file or from one of their own."""
    out: dict[str, Counts] = {}
    for text in texts:
        head, sign, columns = text.partition("=")
        name, _, path = head.partition("@")
        if not (sign and name.strip() and columns.strip()):
            message = f"{text!r} does not name a dimension and its columns."
            raise InvalidParameter(message, remedy="Write --dimension faith=christian,muslim,none.")
        if name.strip() in out:
            message = f"The dimension {name.strip()!r} is named twice."
            raise InvalidParameter(message)
        own = Path(path.strip()) if path else file
        out[name.strip()] = arguments.counts(own, groups=[columns], where=where if own == file else None, **kept)
    return out


def _single(
    file: Path,
    kept: Mapping[str, Any],
    *,
    groups: list[str] | None,
    dimension: list[str] | None,
    threshold: list[str] | None,
    where: list[str] | None,
    before: Path | None,
    by: list[str],
    city: str | None,
    page: Path | None,
    place: str | None,
    out: Path | None,
    pack: Path | None,
    machine: bool,
    source: str | None,
) -> None:
    """Show which categories define places, of every dimension given and at every threshold."""
    if before is not None:
        message = f"--before shows changes of a scheme's types, and {SINGLE} has several thresholds."
        raise InvalidParameter(message, remedy="Name another scheme, or ask about each date apart.")
    if not (groups or dimension) or (groups and dimension):
        message = "Say which columns to look at, once."
        raise InvalidParameter(message, remedy="Pass --groups for one dimension, or --dimension for each of several.")
    asked = thresholds(threshold)
    if not asked:
        message = "No threshold was named."
        raise InvalidParameter(message, remedy="Write --threshold 0.5,0.7,0.9, or other shares.")
    texts = dimension or [f"groups={','.join(groups or ())}"]
    tables = {name: _credited(one, source) for name, one in dimensions(file, texts, kept, where).items()}
    found = typology.characteristics(tables, thresholds=asked, city=city)
    summary = typology.objective(tables, thresholds=asked, by=by, city=city)
    values.written(found, out=out, pack=pack, machine=machine)
    if page is not None:
        type_pages.of_characteristics(tables, summary, found, title=place or file.stem, place=place or WHOLE, out=page)
        say_note(f"Page: {page.resolve()}")
    if out is None and not machine:
        type_printing.defined(summary)
