"""Pages made from the code: one for each measure, and the reference. A hook of MkDocs calls it.

Nothing is written into the repository, so that the pages cannot be out of date.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "segregation")]
# Counter-examples are those of the tests.
sys.path.append(str(HERE.parent / "tests"))

import docstrings  # noqa: E402
import measure_pages  # noqa: E402

import placemix  # noqa: E402
from placemix.readers import formats  # noqa: E402
from placemix.registry import MEASURES  # noqa: E402
from placemix.typology.rules import conditions  # noqa: E402

REFERENCE: dict[str, tuple[str, tuple[str, ...]]] = {
    "getting": ("Getting data", ("get", "Harvest")),
    "tables": ("Tables in", ("from_wide", "from_long", "read_table", "read_areas", "Counts", "About")),
    "types": ("Published tables", ("Frame", "Rates", "plausible", "Flows", "Crosswalk", "Suppressed")),
    "measuring": (
        "Measuring",
        ("measure", "estimate", "pairwise", "matrix", "local", "concentration_profile", "catalogue"),
    ),
    "change": ("Gaps and change", ("place_gap", "compare_gaps", "common_areas", "compare_dates")),
    "curves": ("Curves and heights", ("segregation_curve", "lorenz_dominance", "vertical_segregation")),
    "results": ("Results", ("Result", "Estimate", "Uncertainty", "estimates", "verify")),
}
MODULES = {
    "readers": "Readers",
    "harmonise": "Harmonising",
    "surroundings": "Surroundings",
    "scales": "Scales",
    "continuous": "Values of people",
    "patterns": "Patterns of rasters",
    "inference": "Inference",
    "decompose": "Decomposition",
    "typology": "Typology",
    "schools": "Schools",
    "scenarios": "Scenarios",
    "outcomes": "Outcomes",
    "indices": "Kernels",
    "datasets": "Data sets",
    "report": "Report",
}


def reference_pages() -> dict[str, str]:
    """Write the reference from the docstrings."""
    pages = {}
    for name, (title, things) in REFERENCE.items():
        body = "".join(docstrings.page_of(getattr(placemix, thing), f"placemix.{thing}") for thing in things)
        pages[f"reference/{name}.md"] = f"# {title}\n\n{body}"
    for name, title in MODULES.items():
        module = importlib.import_module(f"placemix.{name}")
        things = [(thing, getattr(module, thing)) for thing in getattr(module, "__all__", ())]
        body = "".join(
            docstrings.page_of(thing, f"placemix.{name}.{label}")
            for label, thing in things
            if inspect.isclass(thing) or callable(thing)
        )
        pages[f"reference/{name}.md"] = f"# {title}\n\n{docstrings.markdown(inspect.getdoc(module) or '')}{body}"
    pages["reference/formats.md"] = _formats_page()
    pages["reference/schemes.md"] = _schemes_page()
    pages["reference/errors.md"] = _errors_page()
    pages["reference/command-line.md"] = _command_page()
    return pages


def _formats_page() -> str:
    text = (
        "# Formats\n\n`placemix inspect FILE` tells a file by its headers. Files of other formats are read with "
        "`read_table` and `from_wide`.\n"
    )
    for row in formats.known():
        text += f"\n## {row.label[0].upper()}{row.label[1:]}\n\n`placemix.readers.{row.name}` gives {row.kind}. "
        text += f"Publisher: {row.publisher}. Licence: {row.licence}.\n\n"
        text += "".join(f"- {trap}\n" for trap in row.traps)
        text += "\n| edition | told by |\n| --- | --- |\n"
        for edition in row.editions:
            told = ", ".join(f"`{column}`" for column in edition.columns).replace("|", "&#124;")
            text += f"| {edition.name} | {told} |\n"
        text += f"\n{row.seen}\n" if row.seen else ""
    return text


def _schemes_page() -> str:
    text = (
        "# Schemes of types\n\nThe rules that `placemix.typology` has, as they stand in their files. Types are tested "
        "in the order of the file, and the first whose conditions hold is taken; `when` asks for all its conditions, "
        "`either` for one of them, and the last type takes what is left. A file of your own has the same keys.\n"
    )
    for name in placemix.typology.schemes()["scheme"]:
        rules = placemix.typology.load_scheme(name)
        text += f"\n## {name}\n\n{rules.title}; {rules.status}.\n\n```toml\n{rules.text.strip()}\n```\n"
    text += "\n## What conditions compare\n\n| quantity | what it is | where |\n| --- | --- | --- |\n"
    places = [("types", {**conditions.PEOPLE, **conditions.NUMBERS, **conditions.CITY})]
    for where, known in [*places, *((f"[{section}]", known) for section, known in conditions.EACH.items())]:
        text += "".join(f"| `{quantity}` | {meaning} | {where} |\n" for quantity, meaning in known.items())
    return text


def _errors_page() -> str:
    module = placemix.errors
    text = f"# Errors and warnings\n\n{docstrings.markdown(inspect.getdoc(module) or '')}"
    for title, base in (("Errors", module.PlacemixError), ("Warnings", module.PlacemixWarning)):
        text += f"## {title}\n\n| name | also a | when |\n| --- | --- | --- |\n"
        for name, thing in vars(module).items():
            if inspect.isclass(thing) and issubclass(thing, base) and not name.startswith("_"):
                beside = ", ".join(f"`{parent.__name__}`" for parent in thing.__bases__)
                text += f"| `{name}` | {beside} | {(inspect.getdoc(thing) or '').splitlines()[0]} |\n"
        text += "\n"
    return text


def _command_page() -> str:
    text = (
        "# Command line\n\nExit codes: 0 good, 1 the input was refused, 2 used wrongly. Files are written whole or not "
        "at all.\n"
    )
    try:
        program: Any = importlib.import_module("placemix.cli.program")
    except ImportError:  # pragma: no cover (a command's part is still missing)
        return text
    import typer

    for name, command in typer.main.get_command(program.app).commands.items():  # type: ignore[attr-defined]
        about = inspect.cleandoc(command.help or "")
        text += f"\n## placemix {name}\n\n{about}\n\n| option | default | |\n| --- | --- | --- |\n"
        for item in command.params:
            label = (
                " ".join([*item.opts, *item.secondary_opts]) if item.param_type_name == "option" else item.name.upper()
            )
            plain = item.default if isinstance(item.default, (str, int, float, Path)) else None
            default = f"`{plain}`" if plain not in {None, False} else ""
            meaning = (getattr(item, "help", "") or "").replace("|", "&#124;")
            text += f"| `{label}` | {default} | {meaning} |\n"
    return text


def pages() -> dict[str, str]:
    """Return every generated page by its address."""
    made = {f"measures/{row.name}.md": measure_pages.measure_page(row) for row in MEASURES.values()}
    return {"measures/index.md": measure_pages.catalogue_page(), **made, **reference_pages()}


def on_config(config: Any) -> Any:
    """Put the generated pages, and pages of other hands that exist, into the navigation."""
    for section in config.nav:
        if "Measures" in section:
            section["Measures"] = ["measures/index.md", *(f"measures/{name}.md" for name in MEASURES)]
        if "Reference" in section:
            extra = [name for name in ("datasets.md", "report.md") if (HERE / name).is_file()]
            section["Reference"] = [*extra, *reference_pages()]
    return config


def on_files(files: Any, *, config: Any) -> Any:
    """Add the generated pages to those on disk."""
    from mkdocs.structure.files import File

    for address, text in pages().items():
        files.append(File.generated(config, address, content=text))
    return files
