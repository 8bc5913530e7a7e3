"""The page of each measure, and the list of them."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator
from pathlib import Path

import by_hand
import other_packages
import refuted
import town_pictures
import towns

from placemix.cli import explaining
from placemix.registry import CITATIONS, CLAIMS, MEASURES, Measure
from placemix.registry.blind import BLIND
from placemix.registry.letters import letters

DOCS = Path(__file__).resolve().parent
TIERS = {
    "recommended": "at most ten, each with the question that it answers",
    "specialist": "for those who know why they need them",
    "replication": "to repeat published work; something else says it better",
    "experimental": "new, and may still change",
}
_FOCAL = {
    "needed": "Needs a focal group.",
    "optional": "With a focal group its two-group form, without one its multigroup form.",
    "none": "About the whole mix: it takes no focal group.",
}
#: Guides, and the measures or dimensions that they are about.
GUIDES = {
    "howto/strata-and-comparators": {"dissimilarity", "isolation", "exposure", "information_theory"},
    "howto/land-and-centre": {
        "delta", "absolute_concentration", "relative_concentration", "profile_r", "centralisation",
        "local_relative_centralisation",
    },
    "howto/concentration": {"concentration_profile", "profile_r"},
    "howto/clustering": {
        "spatial_proximity", "absolute_clustering", "relative_clustering", "mean_proximity", "mean_proximity_between",
        "distance_decay_isolation", "distance_decay_exposure", "morrill", "wong_boundary", "wong_shape",
    },
    "howto/around-people": {"distortion", "local_distortion"},
    "howto/clusters": {"getis_ord", "local_moran", "local_isolation", "local_exposure", "location_quotient"},
    "howto/ordered-groups": {
        "ordinal_information", "ordinal_variation", "ordinal_squareroot", "ordinal_absolute",
        "rank_order_information", "rank_order_variation", "rank_order_squareroot",
    },
    "howto/occupations": {
        "size_standardised", "karmel_maclachlan", "marginal_matching", "target_gini", "target_entropy", "overall_gini",
        "overall_entropy", "gorard", "mutual_information", "dissimilarity", "gini",
    },
    "howto/diversity": {"diversity", "extremes"},
    "explain/gorard-and-dissimilarity": {"gorard"},
    "explain/isolation-and-dissimilarity": {"isolation", "dissimilarity"},
}  # fmt: skip


def measure_page(row: Measure) -> str:
    """Write the page of one measure."""
    parts = [
        f"# {row.label} ({row.symbol})\n",
        f"`{row.name}` · {row.dimension} · {row.tier} · method id `{row.method}`\n",
        *_same(row),
        f"**{row.question}**\n",
        f"## Formula\n\n{formula(row.formula)}\n",
        f"{letters(row)}\n",
        f"## What it says\n\n{_range(row)} {_FOCAL[row.focal]}\n",
        "".join(f"- {text}\n" for text in explaining.page(row)["reads"]),
        f"Numerator and denominator of a result: {row.of[0].lower()}{row.of[1:]}\n",
        *_parameters(row),
        f"## What it cannot see\n\n{BLIND.get(row.name, 'Nothing is written yet.')}\n",
        *_towns(row),
        f"## What holds\n\n{_claims(row)}\n",
        *_counter_examples(row),
        f"## By hand\n\n{_by_hand(row)}\n",
        *_how_to(row),
        "## In other packages\n\n" + "".join(f"- {text}\n" for text in other_packages.DIFFERENT[row.name]),
        "## Sources\n\n" + "".join(f"- {CITATIONS[key].text()}\n" for key in row.cites),
        "`Estimate.cite()` gives these, and placemix's own version, as text or BibTeX.\n",
    ]
    return "\n".join(parts)


def _how_to(row: Measure) -> Iterator[str]:
    """Link the guides in which a measure is used on a table."""
    guides = [guide for guide, rows in GUIDES.items() if row.name in rows or row.dimension in rows]
    if guides:
        links = [f"[{_title(guide)}](../{guide}.md)" for guide in guides]
        yield f"## Used in\n\n{', '.join(links)}\n"


def _title(guide: str) -> str:
    text = (DOCS / f"{guide}.md").read_text(encoding="utf-8")
    return text.partition("\n")[0].removeprefix("# ")


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


def _range(row: Measure) -> str:
    top = "no fixed upper limit" if row.highest is None else f"{row.highest:g}"
    spatial = " It has a published spatial form: pass `around=`." if row.spatial else ""
    if row.needs_around:
        made = {"wong_boundary": "shared_boundary", "wong_shape": "shared_boundary", "morrill": "contiguity"}
        spatial = f" It needs `around=`, such as `surroundings.{made.get(row.name, 'proximity')}`."
    needs = " and ".join(f"`{need}`" if need.endswith("=") else need for need in row.takes if need != "around=")
    spatial += f" It needs {needs}." if needs else ""
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
    many = row.focal != "needed" or bool(row.claims)
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


def _towns(row: Measure) -> Iterator[str]:
    pair = towns.pairs().get(row.name)
    if pair is not None:
        near = towns.near_said(row)
        yield (
            f"## Two towns it tells apart\n\n{towns.RULES[pair.rule].said}{f' {near}' if near else ''}\n\n"
            f"{town_pictures.figure(pair)}\n\n"
            "A seeded search looked for two towns that differ as much as possible in this measure.\n"
        )


def _counter_examples(row: Measure) -> Iterator[str]:
    found = list(refuted.refutations(row))
    if found:
        where = refuted.ground(row)
        yield "## Counter-examples\n\n" + (f"{where}\n\n" if where else "") + "\n".join(found)


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
    """Render LaTeX as SVG in the page itself, so that it needs no network and follows the text's colour.

    Statements are drawn one by one, so that they stand below each other where the page is narrow.
    """
    parts = (_drawn(part.strip()) for part in latex.split(r"\qquad"))
    # Each drawing has its own glyphs, and a name may stand once in a page.
    drawn = "".join(re.sub(r'(id="|href="#)', rf"\g<1>f{number}-", part) for number, part in enumerate(parts))
    label = latex.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return f'<div class="formula" role="img" aria-label="{label}">{drawn}</div>\n\n```latex\n{latex}\n```'


def _drawn(latex: str) -> str:
    from matplotlib import mathtext, rc_context

    known = latex.replace(r"\tfrac12", r"\frac{1}{2}").replace(r"\Big(", r"\left(").replace(r"\Big)", r"\right)")
    known = known.replace(r"\frac", r"\dfrac").replace(r"\big(", r"\left(").replace(r"\big)", r"\right)")
    drawn = io.BytesIO()
    with rc_context({"mathtext.fontset": "cm", "svg.hashsalt": "placemix", "font.size": 15}):
        mathtext.math_to_image(f"${known.replace('{}_', '_')}$", drawn, format="svg")
    svg = drawn.getvalue().decode()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<g id="patch_1">.*?</g>', "", svg, count=1, flags=re.DOTALL).replace("\n", " ")
    return svg.replace("<svg ", '<svg fill="currentColor" aria-hidden="true" ', 1)


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
            text += "| measure | question |\n| --- | --- |\n"
            text += "".join(f"| [`{row.name}`]({row.name}.md) {row.symbol} | {row.question} |\n" for row in rows)
    return text
