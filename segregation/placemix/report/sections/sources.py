"""What was measured: groups, units, denominators, dates and where the data come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from placemix.report import rounding
from placemix.report.items import Item, Points, Section, Source
from placemix.report.tabling import table


def measured(sources: Sequence[Source], *, manifests: Sequence[Mapping[str, Any]] = ()) -> Section:
    """Say what each table of counts holds.

    Parameters
    ----------
    sources
        What `placemix.report.describe` says of each.
    manifests
        Manifests of the files they were read from, as `placemix.fetching.manifests.cited` gives them.
    """
    names = [source.name for source in sources]
    items: list[Item] = [
        table(
            "What was counted",
            {
                "Dimension": names,
                "Whom": [str(source.about.get("universe", "people")) for source in sources],
                "When": [str(source.about.get("period", "not stated")) for source in sources],
                "Unit": [_unit(source) for source in sources],
                "Units": [rounding.count(source.units) for source in sources],
                "Counted": [rounding.count(source.people) for source in sources],
            },
            text=("Whom", "When", "Unit"),
            note="The denominator of every share is everyone counted in the unit, with those in none of the groups.",
        ),
        table(
            "Groups, as in the source",
            {
                "Dimension": names,
                "Number": [str(len(source.groups)) for source in sources],
                "Groups": ["; ".join(source.groups) for source in sources],
                "Classification": [str(source.about.get("scheme", "not stated")) for source in sources],
            },
            text=("Groups", "Classification"),
        ),
        table(
            "Where the counts come from",
            {
                "Dimension": names,
                "Source": [str(source.about.get("source", "not stated")) for source in sources],
                "Licence": [str(source.about.get("licence", "not stated")) for source in sources],
            },
            text=("Source", "Licence"),
        ),
    ]
    if notes := tuple(f"{source.name}: {source.note}" for source in sources if source.note):
        items.append(Points(notes, label="Notes on the tables", folded=True))
    for manifest in manifests:
        items += _cited(sources, manifest)
    return Section("What was measured", items)


def _cited(sources: Sequence[Source], manifest: Mapping[str, Any]) -> Iterator[Item]:
    """Cite the published files behind the tables: from where, when, and on what terms."""
    own = {source.about.get("sha256") for source in sources}
    used = [
        file
        for file in manifest["files"]
        if file["sha256"] in own or file["recipe"].startswith(("lookup", "boundaries", "nesting"))
    ]
    files = used if any(file["sha256"] in own for file in used) else list(manifest["files"])
    if not manifest["intact"]:
        yield (
            f"The file was changed after its manifest {manifest['name']} was written: what follows may not be what "
            "the counts rest on."
        )
    yield table(
        "Published files these counts were made from",
        {
            "File": [f"{file['published_as']}: {file['title']}" for file in files],
            "Publisher": [file["publisher"] for file in files],
            "From": [file["address"] or f"{file['page']}, by hand" for file in files],
            "On": [file["retrieved"] for file in files],
        },
        text=("Publisher", "From", "On"),
        note=f"More of each stands in {manifest['name']}, made on {manifest['made'][:10]}.",
    )
    yield table(
        "Licences and fingerprints of these files",
        {
            "File": [file["file"] for file in files],
            "Licence": [file["licence"] for file in files],
            "SHA-256": [file["sha256"] for file in files],
        },
        text=("Licence", "SHA-256"),
        folded=True,
    )
    yield Points(tuple(dict.fromkeys(file["attribution"] for file in files)), label="Attribution")


def _unit(source: Source) -> str:
    parts = (source.about.get("geography"), source.about.get("vintage"))
    return " ".join(str(part) for part in parts if part) or "not stated"
