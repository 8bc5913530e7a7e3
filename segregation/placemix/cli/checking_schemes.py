"""The command about one scheme: what it would change, on two printed pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, cast, get_args

import pandas as pd
import typer

from placemix import report as reports
from placemix._keys import date_text
from placemix.cli import arguments, values
from placemix.cli.pages import is_page
from placemix.cli.terminal import OUT, as_json, progress, say_note, show
from placemix.errors import InvalidParameter, UnreadableFile, did_you_mean, listed, plural
from placemix.report.proposals.homes import ends_of
from placemix.report.proposals.method import held
from placemix.report.proposals.pages import opening
from placemix.results import group_names
from placemix.scenarios import Checked, Evidence, Scheme, read_evidence, read_scheme
from placemix.scenarios import check as checked
from placemix.scenarios.checking.checked import PARTS
from placemix.scenarios.checking.checking import ANNEXES
from placemix.scenarios.records.keeping import NOT, Stage

#: Rows of school places that are printed, those with the fewest left first.
_ROWS = 12
#: Policies about what is not known.
POLICIES = ("exclude", "include", "refuse")

Known = Annotated[Path, typer.Option("--evidence", "-e", help="What is known of the district, a TOML file.")]
Unknown = Annotated[
    str,
    typer.Option("--unknown", help="Other schemes of unknown status: exclude, include or refuse them."),
]
Allocated = Annotated[
    str, typer.Option("--allocated", help="Allocations without permission: exclude, include or refuse them.")
]
Year = Annotated[int | None, typer.Option("--year", help="Year of the comparison; default: the last of the schemes.")]
Radii = Annotated[
    list[str] | None, typer.Option("--radius", help="Distances of the neighbourhood; default: 500 m, 1 km, 2 km.")
]
Reach = Annotated[str, typer.Option("--reach", help="How far a service may be to be within reach.")]


def check(
    scheme: Annotated[
        list[Path], typer.Argument(help="Scheme as a TOML file; several, or 'all', are checked as one plan.")
    ],
    *,
    evidence: Known,
    unknown: Unknown = "refuse",
    allocated: Allocated = "exclude",
    year: Year = None,
    radius: Radii = None,
    reach: Reach = "1 km",
    annex: Annotated[
        str | None, typer.Option("--annex", help="'equality': groups of residents, as ranges, where they can be known.")
    ] = None,
    least_homes: Annotated[int, typer.Option("--least-homes", help="Net homes that the annex needs.")] = 50,
    page: Annotated[
        Path | None, typer.Option("--page", help="Write two printed pages as HTML; a browser prints them to PDF.")
    ] = None,
    word: Annotated[Path | None, typer.Option("--word", help="Write the same as a Word file (.docx).")] = None,
    record: Annotated[
        Path | None, typer.Option("--record", help="Write the record (JSON), for placemix evaluate later.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Day of the record, as 2026-11-28; needed with --record.")
    ] = None,
    stage: Annotated[
        str | None, typer.Option("--stage", help="What the record is for: design, consultation or evaluation.")
    ] = None,
    title: Annotated[str | None, typer.Option("--title", help="Title of the page.")] = None,
    published_by: Annotated[str, typer.Option("--published-by", help="Who answers for the page.")] = "",
    machine: values.Machine = False,
) -> None:
    """Say what a development would change: homes, pupils, neighbourhood, ways to services, and how sure that is.

    Everything is the place with it beside the same place in the same year without it.

    Examples:  placemix check mill-lane.toml --evidence rochdale.toml --unknown exclude --page mill-lane.html

    placemix check all --evidence rochdale.toml --unknown exclude --year 2031 --page register.html  (the whole register)

    placemix check mill-lane.toml -e rochdale.toml --word mill-lane.docx --record mill-lane.json --as-of 2026-11-28
    """
    _refuse(page, word, record, as_of, annex=annex, stage=stage, unknown=unknown, allocated=allocated)
    with progress("Checking") as move:
        known = read_evidence(evidence)
        move(1, 4)
        schemes = _schemes(scheme, known)
        move(2, 4)
        found = checked(
            schemes, known, unknown=cast("Any", unknown), allocated=cast("Any", allocated), year=year,
            radii=tuple(arguments.split(radius)) or ("500 m", "1 km", "2 km"), reach=reach, annex=annex or (),
            least_homes=least_homes, outside="leave out" if len(schemes) > 1 else "refuse",
        )  # fmt: skip
        move(3, 4)
        for out in (page, word):
            if out is not None:
                reports.of_check(found, out=out, title=title, published_by=published_by)
        if record is not None and as_of is not None:
            found.record(as_of=as_of, stage=cast("Any", stage)).save(record)
        move(4, 4)
    if machine:
        typer.echo(as_json(_long(found)))
        return
    _printed(found)
    for name, out in (("Page", page), ("Word file", word), ("Record", record)):
        if out is not None:
            say_note(f"{name}: {out}")


def _refuse(
    page: Path | None, word: Path | None, record: Path | None, as_of: str | None, *,
    annex: str | None, stage: str | None, unknown: str, allocated: str,
) -> None:  # fmt: skip
    """Refuse what cannot be written or read before anything is computed."""
    if page is not None:
        is_page(page)
    if word is not None and word.suffix.casefold() != ".docx":
        message = f"A Word file ends in .docx, not {word.suffix or word.name!r}."
        raise InvalidParameter(message, remedy="Name a .docx file.")
    if (record is None) != (as_of is None):
        message = "A record needs the day on which it was made, and the day a record."
        raise InvalidParameter(message, remedy="Pass both --record and --as-of.")
    if as_of is not None and date_text(as_of) is None:
        message = f"--as-of is a day such as 2026-11-28, not {as_of!r}."
        raise InvalidParameter(message, remedy="Write it as year-month-day.")
    if record is not None and record.suffix.casefold() != ".json":
        message = f"A record is a .json file, not {record.suffix or record.name!r}."
        raise InvalidParameter(message, remedy="Name a .json file.")
    _of_words("--annex", annex, ANNEXES)
    _of_words("--stage", stage, get_args(Stage))
    refuse_policies(unknown, allocated)


def refuse_policies(unknown: str, allocated: str) -> None:
    """Refuse policies that are none.

    Parameters
    ----------
    unknown, allocated
        What the options say.

    Raises
    ------
    InvalidParameter
        One is no policy.
    """
    _of_words("--unknown", unknown, POLICIES)
    _of_words("--allocated", allocated, POLICIES)


def _of_words(name: str, given: str | None, words: Sequence[str]) -> None:
    if given is not None and given not in words:
        message = f"{name} is {' or '.join(words)}, not {given!r}."
        raise InvalidParameter(message, remedy=did_you_mean(given, words))


def listed_schemes(known: Evidence, otherwise: str) -> list[Scheme]:
    """Give all schemes that the evidence lists, but for those that are there already.

    Parameters
    ----------
    known
        The evidence.
    otherwise
        What else can be done where it lists none.

    Raises
    ------
    InvalidParameter
        It lists none that is still to be built.
    """
    found = [one for one in known.others if one.status != "completed"]
    done = [one.reference for one in known.others if one.status == "completed"]
    if not found:
        message = f"The evidence lists no schemes{' that are still to be built' * bool(done)}."
        raise InvalidParameter(message, remedy=f"Name them under [[others]], or {otherwise}.")
    if done:
        say_note(f"Completed, and so no part of the plan: {plural(len(done), 'scheme')}, {listed(done)}.")
    return found


def _schemes(files: list[Path], known: Evidence) -> list[Scheme]:
    """Read scheme files, or take all that the evidence lists."""
    if [str(file) for file in files] == ["all"]:
        return listed_schemes(known, "give scheme files")
    lost = [file.name for file in files if not file.is_file()]
    if lost:
        message = f"There is no file {', '.join(map(repr, lost))}."
        raise UnreadableFile(message, remedy="Give scheme files, or 'all' for the schemes that the evidence lists.")
    return [read_scheme(file, tenures=group_names(known.homes)) for file in files]


def _printed(found: Checked) -> None:
    """Print the most important, the rest being on the page."""
    for sentence in opening(found):
        OUT.print(sentence, markup=False, highlight=False)
    people = found["people"]
    end = people[people["year"] == found.year]
    pupils = [name for name in people.columns if name.startswith("pupils_")]
    shown = ends_of(end.groupby("case")[["homes", "people", "children", *pupils]].sum(min_count=1))
    shown = shown.rename(columns=lambda name: name.replace("_", " ")).dropna(axis=1, how="all")
    formats = dict.fromkeys(shown.columns, ",.0f")
    shown = shown.reset_index(drop=len(shown) == 1)
    show(shown, title=f"By the end of {found.year}, net", formats=formats)
    _places(found)
    _mix(found)
    _figures(found)
    for part, why in found.absent.items():
        if part in {"schools", "mix", "ranges", "access"}:
            say_note(f"{PARTS[part]}: {why}")
    for text in found.assumptions:
        say_note(text)
    say_note(held(found))
    say_note(NOT)


def _places(found: Checked) -> None:
    if "schools" not in found.tables:
        return
    rows = found["schools"]
    rows = rows[(rows["year"] == found.year) | rows["year"].isna()].sort_values("left_with", kind="stable")
    title = f"School places, {found.year}" + (", with the most homes" if (rows["case"] == "high").any() else "")
    rows = rows[rows["case"] != "low"]
    names = {
        "phase": "phase", "planning_area": "planning area", "places": "places", "pupils_scheme": "pupils of it",
        "left_without": "left without", "left_with": "left with",
    }  # fmt: skip
    formats = dict.fromkeys(list(names.values())[2:], ",.0f")
    show(rows[list(names)].head(_ROWS).rename(columns=names), title=title, formats=formats)
    if len(rows) > _ROWS:
        say_note(f"{len(rows) - _ROWS:,} more planning areas stand on the page.")


def _mix(found: Checked) -> None:
    if "mix" not in found.tables or found.is_plan:
        return
    rows = found["mix"]
    rows = rows[(rows["dimension"] == rows["dimension"].iloc[0]) & (rows["case"] != "low")]
    if len(rows["unit"].unique()) > 1:
        return
    ways = [
        f"{before:.1%} to {after:.1%}" for before, after in zip(rows["share_before"], rows["share_after"], strict=True)
    ]
    wide = rows.assign(way=ways).pivot_table(index="scale", columns="group", values="way", aggfunc="first", sort=False)
    wide = wide.rename(columns=lambda name: str(name).replace("_", " ")).rename_axis(index="where", columns=None)
    show(wide.reset_index(), title=f"{rows['dimension'].iloc[0]}, without and with it")


def _figures(found: Checked) -> None:
    if "indices" not in found.tables:
        return
    rows = found["indices"]
    names = [*(["case"] if len(rows["case"].unique()) > 1 else []), "measure", "before", "after", "change", "verdict"]
    formats = {"before": ".4f", "after": ".4f", "change": "+.5f"}
    show(rows[names], title=f"Figures of {rows['district'].iloc[0]}, last", formats=formats)


def _long(found: Checked) -> pd.DataFrame:
    """All tables under each other, with the name of the part first."""
    parts = [pd.DataFrame(table).astype(object).assign(part=name) for name, table in found.tables.items()]
    whole = pd.concat(parts, ignore_index=True)
    return whole[["part", *(name for name in whole.columns if name != "part")]]
