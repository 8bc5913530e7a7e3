"""The command that says what a measure is: explain."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from placemix.cli.formulas import plain
from placemix.cli.terminal import OUT
from placemix.measuring.plan import ALONE
from placemix.registry import CITATIONS, CLAIMS, Measure, asked
from placemix.registry.blind import BLIND
from placemix.registry.elsewhere import DIFFERENT
from placemix.registry.letters import letters

_UNITS = {"share": "a share", "ratio": "a ratio", "groups": "a number of groups"}
_FOCAL = {
    "needed": "A focal group (--focal), and whom it is compared with (--against, by default everyone else).",
    "optional": "A focal group (--focal) for its two-group form; without one, all groups at once.",
    "none": "No focal group: it is about the whole mix.",
}
#: A value that each unit of measure may have, to show how a sentence reads.
_SHOWN = {"share": 0.4, "ratio": 1.4, "groups": 2.5, "nats": 0.25}
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
_MARKS = re.compile(r"[`*]")


def explain(
    name: Annotated[str, typer.Argument(help="Name of a measure, as 'placemix measures --all' lists them.")],
    *,
    machine: Annotated[bool, typer.Option("--json", help="Print all of it as JSON, the formula as LaTeX too.")] = False,
) -> None:
    """Say what a measure asks, how to read it, what it cannot see, and who computes it differently.

    Examples:  placemix explain dissimilarity    placemix explain atkinson --json
    """
    row = asked(name).row
    told = page(row)
    if machine:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False))
        return
    OUT.print(f"[bold]{escape(row.label)}[/] ({escape(row.symbol)})", highlight=False)
    _say(f"{row.name}, {row.dimension}, {row.tier}, method id {row.method}")
    OUT.print()
    _say(row.question, style="bold")
    for title, lines in _sections(row, told):
        OUT.print(f"\n[bold]{title}[/]")
        for line in lines:
            _say(line)
    OUT.print("\n[bold]Properties[/]")
    OUT.print(Padding(_properties(row), (0, 0, 0, 2)))
    OUT.print("\n[bold]Sources[/]")
    for line in told["sources"]:
        _say(line)


def page(row: Measure) -> dict[str, Any]:
    """Return all that is said of a measure, as plain values.

    Examples
    --------
    >>> page(asked("dissimilarity").row)["range"]
    'From 0 to 1; a share.'
    """
    return {
        "measure": row.name,
        "label": row.label,
        "symbol": row.symbol,
        "dimension": row.dimension,
        "tier": row.tier,
        "method": row.method,
        "question": row.question,
        "reads": list(_sentences(row)),
        "counts": row.of,
        "formula": plain(row.formula),
        "latex": row.formula,
        "letters": letters(row),
        "range": _range(row),
        "lowest": row.lowest if math.isfinite(row.lowest) else None,
        "highest": row.highest,
        "unit": row.unit,
        "parameters": {key: {"default": spec.default, "allowed": spec.allowed} for key, spec in row.parameters.items()},
        "takes": list(_takes(row)),
        "holds": {
            "many groups": [claim for claim in CLAIMS if claim in row.claims] if _of_many(row) else None,
            "two groups": [claim for claim in CLAIMS if claim in row.pair_claims],
        },
        "cannot_see": BLIND.get(row.name, ""),
        "equals": row.equals,
        "equals_with_two_groups": row.equals_with_two_groups,
        "replaced_by": row.replaced_by,
        "elsewhere": [_bare(text) for text in DIFFERENT.get(row.name, ())],
        "sources": [CITATIONS[key].text() for key in row.cites],
    }


def _sections(row: Measure, told: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    yield "How to read a value", [told["range"], *told["reads"], f"Counted: {row.of[0].lower()}{row.of[1:]}"]
    yield "What it cannot see", [told["cannot_see"] or "Nothing is written yet."]
    beside = []
    if row.replaced_by:
        beside.append(f"Kept to repeat published work; use {row.replaced_by} instead.")
    if row.equals:
        beside.append(f"Always equal to {row.equals}: one number, not two findings.")
    if row.equals_with_two_groups:
        beside.append(f"With two groups equal to {row.equals_with_two_groups}: one number, not two findings.")
    if beside:
        yield "Beside it", beside
    yield "Formula", [told["formula"], told["letters"]]
    if row.parameters:
        yield (
            f"Parameters, as in {row.name}({next(iter(row.parameters))}=…)",
            [f"{key}: {spec.default!r} unless told; {spec.allowed}" for key, spec in row.parameters.items()],
        )
    yield "What it takes", told["takes"]
    yield "In other packages", told["elsewhere"] or ["Nothing is written yet."]


def _say(text: str, style: str = "") -> None:
    OUT.print(Padding(escape(text), (0, 0, 0, 2), style=style), highlight=False)


def _range(row: Measure) -> str:
    floor = f"{row.lowest:g}" if math.isfinite(row.lowest) else "no fixed lower limit"
    top = "no fixed upper limit" if row.highest is None else f"{row.highest:g}"
    return f"From {floor} to {top}; {_UNITS.get(row.unit, row.unit)}."


def _sentences(row: Measure) -> Iterator[str]:
    """How a value of each form reads, on an invented place."""
    value = _SHOWN.get(row.unit, 0.4)
    value = value if row.highest is None or value <= row.highest else 0.4
    place = "Unit A" if row.dimension == "local" else "the town"
    for template in dict.fromkeys(filter(None, (row.sentence, row.sentence_many))):
        text = template.format(
            percent=f"{100 * value:.0f} %", value=f"{value:g}", focal="the group", against="another group", place=place,
            threshold="50 %", op="at least", share="the group",
        )  # fmt: skip
        yield f"{value:g} reads: {text[0].upper()}{text[1:]}"


def _takes(row: Measure) -> Iterator[str]:
    yield "A focal group (--focal); it is compared with nobody." if row.name in ALONE else _FOCAL[row.focal]
    if row.needs_around:
        yield "Surroundings: there is no value without them."
    elif row.call == "trajectory" or "distance" in row.needs:
        yield "Units with places: areas, or points."
    elif row.spatial:
        yield "Surroundings, if wanted: it has a published spatial form."
    else:
        yield "No surroundings: no spatial form is published."
    words = {
        "area": "The ground of each unit: shapes, or a column of areas.",
        "outline": "Shapes: perimeters and borders count.",
        "distance": "A centre (--centre), and units with places.",
        "order": "The groups from lowest to highest (--order).",
    }
    yield from (words[need] for need in row.needs if need in words)


def _properties(row: Measure) -> Table:
    table = Table(box=None, pad_edge=False, header_style="")
    table.add_column("")
    table.add_column("many groups", no_wrap=True)
    table.add_column("two groups", no_wrap=True)
    many = _of_many(row)
    for claim, text in CLAIMS.items():
        cells = (("yes" if claim in row.claims else "no") if many else "–", "yes" if claim in row.pair_claims else "no")
        table.add_row(escape(text), *cells)
    return table


def _of_many(row: Measure) -> bool:
    """Whether there is anything to say of more than two groups."""
    return row.focal != "needed" or bool(row.claims)


def _bare(text: str) -> str:
    """Take the marks of a page out of a text."""
    return _MARKS.sub("", _LINK.sub(r"\1", text))
