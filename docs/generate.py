"""Pages made from the code: one for each measure, and the reference. A hook of MkDocs calls it.

Nothing is written into the repository, so that the pages cannot be out of date.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import io
import math
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "segregation")]

import by_hand  # noqa: E402
import docstrings  # noqa: E402
import other_packages  # noqa: E402

import placemix  # noqa: E402
from placemix.readers import formats  # noqa: E402
from placemix.registry import CITATIONS, CLAIMS, MEASURES, Measure  # noqa: E402
from placemix.typology.rules import conditions  # noqa: E402

TIERS = {
    "recommended": "at most ten, each with the question that it answers",
    "specialist": "for those who know why they need them",
    "replication": "to repeat published work; something else says it better",
    "experimental": "new, and may still change",
}
REFERENCE: dict[str, tuple[str, tuple[str, ...]]] = {
    "getting": ("Getting data", ("get", "Harvest")),
    "tables": ("Tables in", ("from_wide", "from_long", "read_table", "read_areas", "Counts", "About")),
    "types": ("Published tables", ("Frame", "Rates", "plausible", "Flows", "Crosswalk", "Suppressed")),
    "measuring": (
        "Measuring",
        ("measure", "estimate", "pairwise", "local", "concentration_profile", "catalogue"),
    ),
    "change": ("Gaps and change", ("place_gap", "compare_gaps", "common_areas", "compare_dates")),
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
_FOCAL = {
    "needed": "Needs a focal group.",
    "optional": "With a focal group its two-group form, without one its multigroup form.",
    "none": "About the whole mix: it takes no focal group.",
}


def measure_page(row: Measure) -> str:
    """Write the page of one measure."""
    parts = [
        f"# {row.label} ({row.symbol})\n",
        f"`{row.name}` · {row.dimension} · {row.tier} · method id `{row.method}`\n",
        *_same(row),
        f"**{row.question}**\n",
        f"## Formula\n\n{formula(row.formula)}\n",
        f"{_letters(row)}\n",
        f"## What it says\n\n{_range(row)} {_FOCAL[row.focal]}\n",
        f"Numerator and denominator of a result: {row.of[0].lower()}{row.of[1:]}\n",
        *_parameters(row),
        f"## What holds\n\n{_claims(row)}\n",
        f"## By hand\n\n{_by_hand(row)}\n",
        "## In other packages\n\n" + "".join(f"- {text}\n" for text in other_packages.DIFFERENT[row.name]),
        "## Sources\n\n" + "".join(f"- {CITATIONS[key].text()}\n" for key in row.cites),
        "`Estimate.cite()` gives these, and placemix's own version, as text or BibTeX.\n",
    ]
    return "\n".join(parts)


def _same(row: Measure) -> Iterator[str]:
    def link(name: str) -> str:
        return f"[{MEASURES[name].label.lower()} (`{name}`)]({name}.md)"

    if row.equals:
        yield f'!!! note "The same number under another name"\n    Always equal to {link(row.equals)}.\n'
    if row.equals_with_two_groups:
        yield (
            '!!! note "The same number with two groups"\n    With two groups it equals '
            f"{link(row.equals_with_two_groups)}: one number, not two findings.\n"
        )
    if row.replaced_by:
        how = " with surroundings" if row.needs_around else ""
        yield f'!!! tip "Kept to repeat published work"\n    Use {link(row.replaced_by)}{how} instead.\n'


def _letters(row: Measure) -> str:
    if row.dimension == "diversity":
        return "π: share of each group; n: its people; N: all people; K: number of groups listed."
    near = ""
    if row.name in by_hand.clustering():
        near = " c: proximity of two units, or of a unit to itself; n: number of units with people."
    elif row.call == "trajectory":
        near = " pᵢₖ(m): share of group k among the m people nearest to unit i; Pₖ: its share of all."
    elif row.call == "contrast":
        near = (
            " c: 1 for neighbours, else 0, and c⁽ᵏ⁾ for units k steps apart; b: length of a shared border; l, a: "
            "perimeter and area of a unit."
        )
    return (
        "x: people of the focal group in a unit, y: those it is compared with, t: everyone; X, Y, T their sums; "
        "p = x/t, P = X/T; π and Π the shares of each of K groups in the unit and overall, I = Σ Π(1 − Π), "
        "E = −Σ Π ln Π." + near
    )


def _range(row: Measure) -> str:
    top = "no fixed upper limit" if row.highest is None else f"{row.highest:g}"
    spatial = " It has a published spatial form: pass `around=`." if row.spatial else ""
    if row.needs_around:
        made = {"wong_boundary": "shared_boundary", "wong_shape": "shared_boundary", "morrill": "contiguity"}
        spatial = f" It needs `around=`, such as `surroundings.{made.get(row.name, 'proximity')}`."
    unit = {"share": "a share", "ratio": "a ratio", "groups": "a number of groups"}.get(row.unit, row.unit)
    floor = f"{row.lowest:g}" if math.isfinite(row.lowest) else "no fixed lower limit"
    return f"From {floor} to {top}; {unit}.{spatial}"


def _parameters(row: Measure) -> Iterator[str]:
    if row.parameters:
        lines = [f"| `{name}` | `{spec.default!r}` | {spec.allowed} |" for name, spec in row.parameters.items()]
        yield (
            f"## Parameters\n\nWritten after the name, as in `{row.name}({next(iter(row.parameters))}=…)`.\n\n"
            "| name | default | may be |\n| --- | --- | --- |\n" + "\n".join(lines) + "\n"
        )


def _claims(row: Measure) -> str:
    lines = ["| property | many groups | two groups |", "| --- | --- | --- |"]
    many = row.focal != "needed" or row.dimension not in {"evenness", "clustering"}
    for name, text in CLAIMS.items():
        cells = ("yes" if name in row.claims else "no") if many else "–", "yes" if name in row.pair_claims else "no"
        lines.append(f"| {text} | {cells[0]} | {cells[1]} |")
    where = ""
    if row.needs_around:
        where = " All this is said of a fixed map: places move with their units, parts of a cut unit lie at its point."
    return (
        "\n".join(lines)
        + "\n\nTests try to break every *yes* with random tables, and hold a counter-example for every *no*."
        + where
    )


def _by_hand(row: Measure) -> str:
    working = by_hand.workings()[row.name]
    text = "Four units of 100 people; 80, 20, 0 and 20 of them are of the group.\n\n"
    text += f"{by_hand.NEAR[working.near]}\n\n" if working.near else ""
    if working.terms:
        text += "| | " + " | ".join(by_hand.UNITS) + " |\n| --- " + "| ---: " * 4 + "|\n"
        text += "| of the group | " + " | ".join(map(str, by_hand.GROUP)) + " |\n"
        text += (
            f"| {working.term.replace('|', '&#124;')} | "
            + " | ".join(f"{term:.4f}" for term in working.terms)
            + " |\n\n"
        )
    if isinstance(working.value, tuple):
        return f"{text}{working.step[0].upper()}{working.step[1:]}.\n"
    return f"{text}Value: {working.step} = **{working.value:.7f}**\n"


def formula(latex: str) -> str:
    """Render LaTeX as SVG in the page itself, so that it needs no network and follows the text's colour."""
    from matplotlib import mathtext, rc_context

    known = latex.replace(r"\tfrac12", r"\frac{1}{2}").replace(r"\Big(", r"\left(").replace(r"\Big)", r"\right)")
    known = known.replace(r"\frac", r"\dfrac")
    drawn = io.BytesIO()
    with rc_context({"mathtext.fontset": "cm", "svg.hashsalt": "placemix", "font.size": 15}):
        mathtext.math_to_image(f"${known.replace('{}_', '_')}$", drawn, format="svg")
    svg = drawn.getvalue().decode()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<g id="patch_1">.*?</g>', "", svg, count=1, flags=re.DOTALL).replace("\n", " ")
    svg = svg.replace("<svg ", '<svg fill="currentColor" aria-hidden="true" ', 1)
    label = latex.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return f'<div class="formula" role="img" aria-label="{label}">{svg}</div>\n\n```latex\n{latex}\n```'


def catalogue_page() -> str:
    """Write the list of measures."""
    text = (
        "# Measures\n\nOne table in the code feeds `placemix.measure`, the command line, the report and these pages. "
        "[Which measure for which question](../explain/which-measure.md) helps to choose.\n"
    )
    for tier, meaning in TIERS.items():
        rows = [row for row in MEASURES.values() if row.tier == tier]
        if rows:
            text += f"\n## {tier.capitalize()}\n\n{meaning.capitalize()}.\n\n"
            text += "| measure | | question |\n| --- | --- | --- |\n"
            text += "".join(f"| [`{row.name}`]({row.name}.md) | {row.symbol} | {row.question} |\n" for row in rows)
    return text


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
    made = {f"measures/{row.name}.md": measure_page(row) for row in MEASURES.values()}
    return {"measures/index.md": catalogue_page(), **made, **reference_pages()}


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
