"""The command about many schemes: which none other is better than, over objectives that are named."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, cast

import pandas as pd
import typer

from placemix.cli import arguments, values
from placemix.cli.checking_schemes import (
    Allocated,
    Known,
    Radii,
    Reach,
    Unknown,
    Year,
    listed_schemes,
    refuse_policies,
)
from placemix.cli.terminal import OUT, progress, say_note, show
from placemix.errors import InvalidParameter, listed, plural
from placemix.readers import brownfield
from placemix.readers.files import existing
from placemix.scenarios import Evidence, Schemes, read_evidence, schemes_from_register
from placemix.scenarios import rank as ranked

#: Rows that are printed.
_ROWS = 15


def rank(
    register: Annotated[
        str, typer.Argument(help="Brownfield register (CSV), or 'all' schemes that the evidence lists.")
    ],
    *,
    evidence: Known,
    objective: Annotated[
        list[str],
        typer.Option("--objective", help="What is wanted, as left_primary=more; repeated or with commas."),
    ],
    unknown: Unknown = "refuse",
    allocated: Allocated = "exclude",
    year: Year = None,
    radius: Radii = None,
    reach: Reach = "1 km",
    least: Annotated[
        list[str] | None, typer.Option("--least", help="Smallest difference that counts, as way_gp=100.")
    ] = None,
    below_chance: Annotated[
        bool,
        typer.Option("--below-chance", help="Let an index order schemes also where none moves it beyond chance."),
    ] = False,
    encoding: arguments.Encoding = "utf-8",
    out: values.Out = None,
    pack: values.Pack = None,
    machine: values.Machine = False,
) -> None:
    """Compare the schemes of a register over what you say is wanted: those on the front first, never a score.

    Examples:  placemix rank register.csv --evidence rochdale.toml --unknown exclude --year 2031
    --objective left_primary=more --objective way_gp=less --objective "from_district_1 km=less"

    placemix rank all -e rochdale.toml --unknown exclude --year 2031 --objective left_primary=more,way_gp=less -o t.csv
    """
    wanted = _objectives(objective)
    smallest = _smallest(least)
    refuse_policies(unknown, allocated)
    if out is not None:
        values.writable(out)
    with progress("Comparing") as move:
        known = read_evidence(evidence)
        move(1, 3)
        schemes = _register(register, known, encoding)
        move(2, 3)
        found = ranked(
            schemes, known, wanted, unknown=cast("Any", unknown), allocated=cast("Any", allocated), year=year,
            radii=tuple(arguments.split(radius)) or ("500 m", "1 km", "2 km"), reach=reach, least=smallest,
            below_chance=below_chance,
        )  # fmt: skip
        move(3, 3)
    values.written(found, out=out, pack=pack, machine=machine)
    if machine:
        return
    _printed(found, wanted)


def _register(register: str, known: Evidence, encoding: str) -> list[Any] | Schemes:
    if register == "all":
        return list(listed_schemes(known, "give a register"))
    found = schemes_from_register(brownfield(existing(Path(register)), encoding=encoding), areas=known.homes)
    for note in found.notes:
        say_note(note)
    return found


def _objectives(texts: list[str]) -> dict[str, Literal["more", "less"]]:
    out: dict[str, Literal["more", "less"]] = {}
    for text in arguments.split(texts):
        name, sign, way = text.rpartition("=")
        if not sign or way.strip() not in {"more", "less"}:
            message = f"--objective is a column with more or less, not {text!r}."
            raise InvalidParameter(message, remedy="Write --objective left_primary=more.")
        out[name.strip()] = cast("Literal['more', 'less']", way.strip())
    return out


def _smallest(texts: list[str] | None) -> dict[str, float]:
    out = {}
    for text in arguments.split(texts):
        name, _, number = text.rpartition("=")
        try:
            out[name.strip()] = float(number)
        except ValueError as error:
            message = f"--least is a column with a number, not {text!r}."
            raise InvalidParameter(message, remedy="Write --least way_gp=100.") from error
    return out


def _printed(found: pd.DataFrame, wanted: dict[str, Any]) -> None:
    names = ["reference", *(["name"] if found["name"].notna().any() else []), "homes", *wanted, "front", "better"]
    shown = found[list(dict.fromkeys(names))].head(_ROWS)
    numbers = [name for name in shown.columns if pd.api.types.is_float_dtype(shown[name])]
    formats = {name: ",.0f" if shown[name].abs().max() >= 10 else ".3f" for name in numbers}
    front = int(found["front"].sum())
    title = f"{front} of {len(found):,} schemes that none other is better than come first"
    show(shown, title=title, formats=formats)
    if len(found) > _ROWS:
        say_note(f"{plural(len(found) - _ROWS, 'more scheme')}; --out writes all, with every column.")
    lost = found.loc[found["missing"] != "", "reference"]
    if len(lost):
        say_note(f"Not compared, for want of an objective: {listed(list(lost))}; the column 'missing' says of which.")
    for note in found["note"].dropna().unique():
        say_note(str(note))
    OUT.print(f"Objectives: {found['objectives'].iloc[0]}. There is no score.", markup=False, highlight=False)
