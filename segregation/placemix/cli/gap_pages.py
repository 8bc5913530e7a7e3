"""The page of maps about a gap between places: where separation and contrast meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from placemix import report as reports
from placemix.counts import Counts
from placemix.errors import GeographicCRS, NoPlace
from placemix.estimating import REASONS
from placemix.outcomes import Condition, bridge_terms
from placemix.report import describe, rounding, sections
from placemix.report.items import Item, Section
from placemix.report.sections.bridging import signed
from placemix.report.tabling import table

#: Remedies, which `wording` knows in the words of the command line.
_SHAPES = "Name a file with their shapes as --areas, or a GeoPackage, GeoJSON, Shapefile or GeoParquet instead."
_OPENING = (
    "A gap between the places of two groups is how separate they are, times how different the places are. The maps "
    "show where the two meet."
)


def refuse_unmapped(counts: Counts, file: Path) -> None:
    """Refuse what cannot be drawn before anything is computed.

    Raises
    ------
    NoPlace
        The units have no shapes.
    GeographicCRS
        Their shapes are in degrees.
    """
    if counts.geometry is None:
        message = f"{file.name!r} has no shapes, so there is nothing to map."
        raise NoPlace(message, remedy=_SHAPES)
    if counts.geometry.crs is not None and counts.geometry.crs.is_geographic:
        message = "The shapes are in degrees, and a map of them would be distorted."
        raise GeographicCRS(message, remedy="Project the shapes first: shapes.to_crs(…) with a national grid or UTM.")


def of_gaps(
    counts: Counts,
    conditions: Mapping[str, Condition],
    found: pd.DataFrame,
    *,
    by: Sequence[str],
    places: str,
    title: str,
    out: Path,
) -> Path:
    """Write a page of gaps: a table of conditions, and a map of each gap, for each pair of groups.

    Parameters
    ----------
    counts
        People with shapes.
    conditions
        Conditions by name.
    found
        What `bridge` gave for them.
    by
        Columns of the strata.
    places
        What the units are called.
    title
        Name of the data.
    out
        Page to write.
    """
    source = describe(counts, name=title)
    member = source.member
    shapes = _frame(counts)
    outlines = _outlines(counts, by)
    body: list[Section] = []
    rows = pd.DataFrame(found)
    whole = rows[(rows[list(by)] == "whole").all(axis=1)] if by else rows
    results = [found]
    for (focal, against), pair in whole.groupby(["focal", "against"], sort=False):
        several = len(whole[["focal", "against"]].drop_duplicates()) > 1
        table_of = sections.gaps_by_condition(pair, member=member)
        body.append(_named(table_of, focal, against) if several else table_of)
        for row in pair.to_dict("records"):
            name = str(row["condition"])
            if pd.isna(row["gap"]):
                why = REASONS.get(str(row["reason"]), str(row["reason"]).replace("_", " "))
                section = Section(f"Where the gap in {name} is made", [f"There is no gap to map: {why}."])
            else:
                terms = bridge_terms(counts, {name: conditions[name]}, focal=focal, against=against)
                results.append(terms)
                section = sections.gap_by_place(
                    terms, shapes, units=places, member=member, outlines=outlines,
                    source=_sources(counts, conditions[name]),
                )  # fmt: skip
                if by:
                    section = Section(section.heading, [*section.items, _by_stratum(rows, row, by)])
            body.append(_named(section, focal, against) if several else section)
    body += [
        sections.assumptions([source], chance="none"),
        sections.references(results),
        sections.provenance([source], results=[found]),
    ]
    return Path(
        reports.page(
            body,
            title=f"Where gaps between {_pairs(whole)} are made: {title}",
            opening=[_OPENING],
            synthetic=counts.about.synthetic,
            out=out,
        )
    )


def _pairs(rows: pd.DataFrame) -> str:
    """Name the groups that are compared, or say how many pairs there are."""
    pairs = rows[["focal", "against"]].drop_duplicates().astype(str).to_numpy().tolist()
    if len(pairs) > 1:
        return f"{len(pairs)} pairs of groups"
    focal, against = pairs[0]
    return f"{focal} and {'everyone else' if against == 'rest' else against}"


def _frame(counts: Counts) -> Any:  # noqa: ANN401
    import geopandas as gpd

    return gpd.GeoDataFrame(geometry=counts.geometry.set_axis(counts.units.astype(str)))


def _outlines(counts: Counts, by: Sequence[str]) -> Any:  # noqa: ANN401
    """Larger areas of the strata, with their names."""
    import geopandas as gpd

    if not by or set(counts.geometry.dropna().geom_type) & {"Point", "MultiPoint"}:
        return None
    name = counts.strata[list(by)].astype(str).agg(", ".join, axis=1).to_numpy()
    frame = gpd.GeoDataFrame({"name": name}, geometry=counts.geometry.reset_index(drop=True))
    return frame[frame.geometry.notna()].dissolve("name").reset_index()


def _named(section: Section, focal: object, against: object) -> Section:
    whom = "everyone else" if against == "rest" else against
    return Section(f"{section.heading}: {focal} beside {whom}", section.items)


def _sources(counts: Counts, condition: Condition) -> str:
    people, other = (
        ", ".join(str(part) for part in (one.source, one.period) if part) for one in (counts.about, condition)
    )  # fmt: skip
    return f"Sources: {people or f'counts {counts.source}'} (people); {other or 'not stated'} (condition)."


def _by_stratum(rows: pd.DataFrame, row: Mapping[Any, Any], by: Sequence[str]) -> Item:
    """The same gap stratum by stratum: its two factors and their product."""
    keys = ["focal", "against", "condition"]
    same = (rows[keys] == [row[name] for name in keys]).all(axis=1)
    part = rows[same & (rows[list(by)] != "whole").any(axis=1)]
    share = str(row["measured_in"]) == "share"
    apart = [
        [_apart(value, share=share) for value in part[name]]
        for name in ("contrast", "gap")
    ]  # fmt: skip
    return table(
        f"The gap in {row['condition']} by {' and '.join(by)}",
        {
            " and ".join(by): part[list(by)].astype(str).agg(", ".join, axis=1).tolist(),
            "How separate (D)": [rounding.index(value) for value in part["separation"]],
            "× how different the places": apart[0],
            "= how unequal (gap)": apart[1],
        },
        note="Each is made by the places within it alone; they do not sum to the gap of the whole, which is also made "
        "between them.",
    )


def _apart(value: float, *, share: bool) -> str:
    if pd.isna(value):
        return rounding.ABSENT
    return f"{rounding.points(value)} points" if share else signed(value)
