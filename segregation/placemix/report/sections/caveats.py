"""What the numbers rest on, what was left out, whom to cite, and how to find the same inputs again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from placemix._version import __version__
from placemix.estimating import cite
from placemix.registry import asked
from placemix.report import rounding
from placemix.report.items import Item, Points, Section, Source
from placemix.report.tabling import table

#: What every page rests on.
_ALWAYS: tuple[str, ...] = (
    (
        "Every table of people is a complete count of those it covers, not a sample; a small difference can still "
        "come from the way the count was made."
    ),
    "Values depend on the units: smaller units give higher values. Compare places only in the same kind of unit.",
    (
        "Groups are those of the source, in its words. People within a group differ, and the page says nothing of any "
        "person."
    ),
    (
        "Where a group lives or learns and what a place is like are described side by side. Nothing here shows why, "
        "and no number is a forecast of what a policy would do."
    ),
    "A difference between two groups in where they live or learn is not in itself a measure of how anyone was treated.",
)

#: What chance values rest on, by how they came about.
_CHANCE = (
    "“By chance alone” assumes that each person was placed independently. Households move together and pupils come "
    "with their families, so the true chance value is larger, most of all for small groups and small units."
)
_BY_CHANCE = {"closed": f"{_CHANCE} For H it is an approximation.", "drawn": _CHANCE}


def assumptions(
    sources: Sequence[Source],
    *,
    further: Sequence[str] = (),
    chance: Literal["closed", "drawn", "none"] = "closed",
) -> Section:
    """Say what the numbers rest on and what they cannot show.

    Parameters
    ----------
    sources
        What `placemix.report.describe` says of each table.
    further
        Assumptions of this report alone.
    chance
        Whether values by chance come from formulas or from draws, or there are none.
    """
    texts = list(_ALWAYS)
    if chance in _BY_CHANCE:
        texts.insert(1, _BY_CHANCE[chance])
    if any(source.about.get("perturbed") for source in sources):
        names = [source.name for source in sources if source.about.get("perturbed")]
        texts.insert(
            1,
            f"Cells were changed slightly by their publisher to protect privacy ({rounding.joined(names)}): "
            "totals differ slightly between tables, and the "
            "smallest counts are the least sure. No interval for this is published.",
        )
    if any(source.about.get("interpolated") for source in sources):
        texts.insert(1, "Some counts were estimated from other areas, which smooths them.")
    if any(source.about.get("estimated") for source in sources):
        names = [source.name for source in sources if source.about.get("estimated")]
        texts.insert(1, f"{rounding.joined(names)}: estimated for a date at which nobody was counted, not a count.")
    if any(source.about.get("synthetic") for source in sources):
        texts.insert(0, "The people in this report are invented. It shows what the library does, not any place.")
    return Section("What the numbers rest on", [Points((*texts, *further))])


def dropped(sources: Sequence[Source], *, frames: Sequence[pd.DataFrame] = (), further: Sequence[str] = ()) -> Section:
    """Say who and what was left out, and where a value is undefined.

    Parameters
    ----------
    sources
        What `placemix.report.describe` says of each table.
    frames
        Results whose undefined values are counted.
    further
        What else was left out, such as rows that a filter removed.
    """
    items: list[Item] = [
        table(
            "What was left out of the arithmetic",
            {
                "Dimension": [source.name for source in sources],
                "Units with nobody": [rounding.count(source.empty) for source in sources],
                "Units marked not applicable": [rounding.count(source.left_out) for source in sources],
                "In none of the groups": [rounding.count(source.residual) for source in sources],
                "Share of everyone": [
                    rounding.share(source.residual / source.people if source.people else 0) for source in sources
                ],
            },
            note=" ".join(
                [
                    *(
                        f"{source.name}: the {rounding.count(source.residual)} are {source.others}."
                        for source in sources
                        if source.others and source.residual
                    ),
                    (
                        "Those in none of the groups are counted in every total, in “everyone else” and in the "
                        "denominator of every share; the index over all groups (H) leaves them out."
                    ),
                ]
            ),
        )
    ]
    undefined = sum(int(frame["reason"].notna().sum()) for frame in frames if "reason" in frame.columns)
    texts = list(further)
    if undefined:
        texts.append(
            f"{rounding.count(undefined)} values are undefined and are printed as {rounding.ABSENT}, never as 0."
        )
    if texts:
        items.append(Points(tuple(texts)))
    return Section("What was left out", items)


def references(results: Sequence[pd.DataFrame]) -> Section:
    """List the references of every method in the results, each once, and of this version.

    Parameters
    ----------
    results
        Frames that `placemix` gave.
    """
    keys: dict[str, None] = {}
    for frame in results:
        if "measure" in frame.columns:
            for text in dict.fromkeys(frame["measure"].astype(str)):
                keys.update(dict.fromkeys(asked(text).row.cites))
        keys.update(dict.fromkeys(frame.attrs.get("cites", ())))
    return Section("Methods and references", [Points(tuple(cite(tuple(keys)).splitlines()))])


def provenance(sources: Sequence[Source], *, results: Sequence[pd.DataFrame] = ()) -> Section:
    """Give the hash of each table of counts, the ids of the methods and the version.

    Parameters
    ----------
    sources
        What `placemix.report.describe` says of each table.
    results
        Frames whose method ids are listed.
    """
    methods = sorted({str(text) for frame in results if "method" in frame.columns for text in frame["method"].unique()})
    items: list[Item] = [
        f"Made with placemix {__version__}.",
        table(
            "SHA-256 of the counts behind this page",
            {"Dimension": [source.name for source in sources], "Hash": [source.hash for source in sources]},
            text=("Hash",),
            note="The same counts give the same hash, whatever the order of their rows.",
            folded=True,
        ),
    ]
    if methods:
        items.append(Points(tuple(methods), label="Identifiers of the methods", folded=True))
    return Section("How to find the same numbers again", items)
