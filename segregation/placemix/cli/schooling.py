"""The command about schools: contrasts with those nearest, twins, and a page with what homes around them are like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from placemix.cli import arguments, school_pages, values
from placemix.cli.pages import is_page
from placemix.cli.terminal import OUT, progress, say_note, show
from placemix.counts import Counts
from placemix.errors import InvalidParameter, listed, plural
from placemix.report.choices import WHOLE
from placemix.results import Result
from placemix.schools import contrast, twin

#: Rows that are printed.
_CONTRASTS, _TWINS = 10, 20
#: Share of their time that twins spend together on the page, unless --twins says another.
_CONTACT = 0.1


def schools(
    file: Annotated[
        Path, typer.Argument(help="Rolls by group, one row a school, with points (GeoPackage, GeoParquet).")
    ],
    *,
    groups: arguments.Groups,
    unit: arguments.Unit,
    focal: Annotated[str | None, typer.Option("--focal", "-f", help="Group of interest; needed.")] = None,
    against: Annotated[str, typer.Option("--against", "-a", help="For twins: the group to be met, or rest.")] = "rest",
    phase: Annotated[str | None, typer.Option("--phase", help="Column of the phases; each is looked at apart.")] = None,
    by: Annotated[
        str | None, typer.Option("--by", "-b", help="For the page: column of the authorities, in both files.")
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", help="For the page: columns of kinds of school, such as faith,sector."),
    ] = None,
    label: Annotated[str | None, typer.Option("--label", help="Column of the schools' names.")] = None,
    nearest: Annotated[int, typer.Option("--nearest", help="With how many schools each is compared.")] = 10,
    twins: Annotated[
        float | None,
        typer.Option("--twins", help="Find twins instead: share of their time that they would spend together, as 0.1."),
    ] = None,
    within: Annotated[str, typer.Option("--within", help="Largest distance between twins.")] = "3 km",
    residents: Annotated[
        Path | None, typer.Option("--residents", help="For the page: areas with residents of the same groups.")
    ] = None,
    residents_unit: Annotated[
        str | None, typer.Option("--residents-unit", help="Column with the ids of these areas; default: as --unit.")
    ] = None,
    residents_groups: Annotated[
        list[str] | None,
        typer.Option("--residents-groups", help="Columns of their groups, where they are not as in --groups."),
    ] = None,
    residents_layer: Annotated[
        str | None, typer.Option("--residents-layer", help="Layer of the GeoPackage with these areas.")
    ] = None,
    page: Annotated[
        Path | None, typer.Option("--page", help="Write an HTML page: homes, contrasts, twins, kinds, with maps.")
    ] = None,
    place: Annotated[str | None, typer.Option("--place", help="Name of the whole, for the page.")] = None,
    source: Annotated[
        str | None, typer.Option("--source", help="Who published the rolls, and of when, for the page.")
    ] = None,
    residents_source: Annotated[
        str | None, typer.Option("--residents-source", help="The same of the residents.")
    ] = None,
    note: Annotated[
        list[str] | None,
        typer.Option("--note", help="A sentence for the page, such as what a group holds; may be repeated."),
    ] = None,
    draws: Annotated[int, typer.Option("--draws", help="For the page: draws of what chance alone would give.")] = 199,
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
    """Compare schools with those nearest to them, or find the pairs whose twinning would raise exposure most.

    Examples:  placemix schools rolls.gpkg -u urn -g asian,white,other -f asian --phase phase

    placemix schools rolls.gpkg -u urn -g asian,white,other -f asian -a white --phase phase --twins 0.1 --within "3 km"

    placemix schools rolls.gpkg -u urn -g asian,white,other -f asian -a white --phase phase --by authority --label name
    --residents areas.gpkg --residents-unit code --page schools.html --place Oldham
    """
    if out is not None:
        values.writable(out)
    if page is not None:
        is_page(page)
    elif by or kind or residents:
        message = "--by, --kind and --residents are for the page."
        raise InvalidParameter(message, remedy="Add --page schools.html.")
    if focal is None:
        message = "No group of interest was named."
        raise InvalidParameter(message, remedy="Pass --focal a group.")
    kinds = arguments.split(kind)
    strata = list(dict.fromkeys(name for name in (phase, by, label, *kinds) if name is not None))
    rolls = arguments.counts(
        file, groups=groups, unit=unit, total=total, by=strata, residual=residual,
        strict=strict, encoding=encoding, layer=layer, suppressed=suppressed, fill=fill, where=where,
    )  # fmt: skip
    rolls = _credited(rolls, source)
    if page is not None:
        near = None
        if residents is not None:
            near = arguments.counts(
                residents, groups=residents_groups or groups, unit=residents_unit or unit, total=None,
                by=None if by is None else [by], residual=residual, strict=strict, encoding=encoding,
                layer=residents_layer, suppressed=suppressed, fill=fill,
            )  # fmt: skip
        asked = school_pages.Asked(
            focal, against, phase, by, kinds, label, nearest, _CONTACT if twins is None else twins, within,
            place or WHOLE, place or file.stem, draws, list(note or ()),
        )  # fmt: skip
        _written(rolls, _credited(near, residents_source), asked, page)
        if out is None and pack is None and not machine:
            return
    if against != "rest":
        rolls.position(against)
    _measured(
        _on_the_map(rolls), asked=(focal, against, phase, nearest), twins=twins, within=within,
        outputs=(out, pack), machine=machine, label=label,
    )  # fmt: skip


def _credited(counts: Any, source: str | None) -> Any:  # noqa: ANN401
    if counts is None or source is None:
        return counts
    return replace(counts, about=replace(counts.about, source=source.rstrip(". ")))


def _on_the_map(rolls: Counts) -> Counts:
    """Leave out, and name, schools without a point: nothing is near them."""
    if rolls.geometry is None:
        return rolls
    there = (rolls.geometry.notna() & ~rolls.geometry.is_empty).to_numpy()
    if there.all() or not there.any():
        return rolls
    lost = rolls.units[~there]
    say_note(f"Left out for want of a point: {plural(len(lost), 'school')} ({listed(list(lost))}).")
    return rolls.take(there)


def _written(rolls: Counts, residents: Counts | None, asked: school_pages.Asked, page: Path) -> None:
    with progress("Writing the page") as move:
        school_pages.of_schools(rolls, residents, asked, out=page, move=move)
    say_note(f"Page: {page.resolve()}")


def _measured(
    rolls: Counts,
    *,
    asked: tuple[str, str, str | None, int],
    twins: float | None,
    within: str,
    outputs: tuple[Path | None, Path | None],
    machine: bool,
    label: str | None,
) -> None:
    focal, against, phase, nearest = asked
    out, pack = outputs
    result: Result
    if twins is None:
        result = contrast(rolls, focal=focal, phase=phase, nearest=nearest)
    else:
        result = twin(rolls, focal=focal, against=against, contact=twins, within=within, phase=phase)
    values.written(result, out=out, pack=pack, machine=machine)
    if out is not None or machine:
        return
    names = {} if label is None else dict(zip(rolls.units, rolls.strata[label].astype(str), strict=True))
    if twins is None:
        _contrasts(result, nearest, names)
    else:
        _twins(result, names)
    OUT.print(f"{len(rolls):,} schools; {rolls.source}", markup=False)


def _contrasts(result: pd.DataFrame, nearest: int, labels: Mapping[str, str]) -> None:
    counted = result["contrast"].value_counts()
    known = int(counted.sum())
    show(
        pd.DataFrame(
            {
                "contrast": counted.index.astype(str),
                "schools": counted.to_numpy(),
                "share": counted.to_numpy() / max(known, 1),
            }
        ),
        title=f"Schools beside the {nearest} nearest of their phase",
        formats={"share": ".1%"},
    )
    compared = result[result["difference"].notna()]
    most = compared.sort_values("difference", key=abs, ascending=False, kind="stable").head(_CONTRASTS)
    columns = ["unit", "phase", "share", "share_near", "contrast", "direction"]
    most = most.assign(unit=[labels.get(str(name), str(name)) for name in most["unit"]])
    if len(most):
        formats = {"share": ".1%", "share_near": ".1%"}
        show(most[columns].dropna(axis=1, how="all"), title="Most different", formats=formats)
    chance = result["by_chance"].sum(min_count=known)
    if pd.notna(chance):
        about = f"about {chance:,.0f} contrasts" if chance >= 1 else "fewer than one contrast"
        say_note(f"Chance alone would give {about}.")
    left = int(result["reason"].notna().sum())
    if left:
        schools_have = plural(left, "school has", "schools have")
        say_note(f"{schools_have} no value: nobody is on the roll, or too few schools are of the phase.")
    say_note("A contrast is a difference from the schools nearby; a school may differ by being more mixed.")


def _twins(result: pd.DataFrame, labels: Mapping[str, str]) -> None:
    if result.empty:
        say_note("No two schools of one phase lie within that distance, or none would gain.")
        return
    names = {
        "first": "first", "second": "second", "distance": "metres", "share_first": "share 1", "share_second": "share 2",
        "exposure_apart": "apart", "exposure_twinned": "twinned",
    }  # fmt: skip
    shown = result[list(names)].head(_TWINS)
    for end in ("first", "second"):
        shown = shown.assign(**{end: [labels.get(str(name), str(name)) for name in shown[end]]})
    show(
        shown.rename(columns=names),
        title="Twins that would raise exposure most: share of the group in each, exposure apart and twinned",
        formats={"metres": ",.0f", **dict.fromkeys(list(names.values())[3:], ".1%")},
    )
    now, then = result["exposure_now"].iloc[0], result["exposure_then"].iloc[0]
    say_note(f"With all {len(result):,} pairs exposure would go from {now:.2%} to {then:.2%}; {result['note'].iloc[0]}")
