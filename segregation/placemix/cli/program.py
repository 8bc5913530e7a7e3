"""The program and its exit codes: 0 good, 1 input refused, 2 used wrongly."""

from __future__ import annotations

import sys
import warnings
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.main import get_command

from placemix._version import __version__
from placemix.cli import (
    chances,
    changing,
    checking_schemes,
    classing,
    curving,
    disparities,
    evaluations,
    explaining,
    gapping,
    getting,
    harmonising,
    inspecting,
    pages,
    planning_places,
    ranking_schemes,
    rezoning,
    scaling,
    schooling,
    scoring,
    siting_services,
    sorting_people,
    values,
)
from placemix.cli.terminal import say_error, say_note
from placemix.cli.wording import in_shell
from placemix.errors import PlacemixError, PlacemixWarning

app = typer.Typer(
    name="placemix",
    help="Measure how separate and how unequal the places people share are.",
    epilog="Start with: placemix demo. What can be measured: placemix measures.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("get", cls=getting.Several)(getting.get)
app.command("inspect")(inspecting.inspect)
app.command("harmonise")(harmonising.harmonise)
app.command("measures")(values.measures)
app.command("explain")(explaining.explain)
app.command("measure")(values.measure)
app.command("local")(values.local)
app.command("profile")(scaling.profile)
app.command("sorting")(sorting_people.sorting)
app.command("chance")(chances.chance)
app.command("difference")(chances.difference)
app.command("changes")(changing.changes)
app.command("curves")(curving.curves)
app.command("vertical")(curving.vertical)
app.command("schemes")(classing.schemes)
app.command("types")(classing.types)
app.command("schools")(schooling.schools)
app.command("school-places")(planning_places.school_places)
app.command("catchments")(rezoning.catchments)
app.command("check")(checking_schemes.check)
app.command("rank")(ranking_schemes.rank)
app.command("site-service")(siting_services.site_service)
app.command("scorecard")(scoring.scorecard)
app.command("evaluate")(evaluations.evaluate)
app.command("disparity")(disparities.disparity)
app.command("gap")(gapping.gap)
app.command("report")(pages.report)
app.command("demo")(pages.demo)
app.command("verify")(values.verify)


def _version(wanted: bool) -> None:  # noqa: FBT001 (typer calls it with the flag's value)
    if wanted:
        typer.echo(f"placemix {__version__}")
        raise typer.Exit


@app.callback()
def options(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Measure how separate and how unequal the places people share are."""


@cache
def _commands() -> Any:  # noqa: ANN401 (typer carries a click of its own)
    """Read the signatures of all commands, a sixth of a second, once a process however often it is asked to run."""
    return get_command(app)


def main() -> None:
    """Run the program."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", PlacemixWarning)
        code = _run()
    for text in dict.fromkeys(str(item.message) for item in caught if issubclass(item.category, PlacemixWarning)):
        say_note(in_shell(text))
    sys.exit(code)


def _run() -> int:
    try:
        result = _commands()(standalone_mode=False)
    except PlacemixError as error:
        say_error(in_shell(str(error)))
        return 1
    except typer.Abort:
        say_error("Interrupted; nothing was half written.")
        return 130
    except OSError as error:
        # Readers speak of files that they cannot read; what is left is mostly a place that cannot be written.
        if error.filename is None:
            raise
        name = Path(str(error.filename2 or error.filename)).name
        say_error(f"{name!r} cannot be read or written: {error.strerror}. Remedy: Name another file or folder.")
        return 1
    except KeyboardInterrupt:
        say_error("Interrupted; nothing was half written.")
        return 130
    except Exception as error:
        # Errors of use carry their own text and exit code; anything else is ours to see whole.
        show = getattr(error, "show", None)
        if show is None:
            raise
        show()
        return int(getattr(error, "exit_code", 2))
    return int(result) if isinstance(result, int) else 0
