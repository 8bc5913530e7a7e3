"""What was measured: groups, units, denominators, dates and where the data come from."""

from __future__ import annotations

from collections.abc import Sequence

from placemix.report import rounding
from placemix.report.items import Item, Points, Section, Source
from placemix.report.tabling import table


def measured(sources: Sequence[Source]) -> Section:
    """Say what each table of counts holds.

    Parameters
    ----------
    sources
        What `placemix.report.describe` says of each.
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
    return Section("What was measured", items)


def _unit(source: Source) -> str:
    parts = (source.about.get("geography"), source.about.get("vintage"))
    return " ".join(str(part) for part in parts if part) or "not stated"
