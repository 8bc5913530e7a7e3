"""Types of places by a named scheme, and how places changed their types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from placemix.errors import InvalidParameter
from placemix.report import rounding
from placemix.report.items import Item, Points, Section, Table
from placemix.report.sections.lookups import capital
from placemix.report.tabling import table
from placemix.report.type_maps import labels_of, map_of_types

#: How far from an edge a place is called near it, as a share of its people.
NEAR = 0.01


def types_of_places(
    types: pd.DataFrame,
    areas: Any = None,  # noqa: ANN401
    *,
    title: str = "",
    place: str = "the whole table",
    unit: str = "",
    outlines: Any = None,  # noqa: ANN401
    member: str = "person",
    units: str = "units",
    period: str = "",
    source: str = "",
) -> Section:
    """Show how many places and people have each type of a scheme.

    Parameters
    ----------
    types
        What `placemix.typology.classify` gave.
    areas
        Shapes to map, as in `placemix.report.map_of_types`. Default: no map.
    title
        Title of the scheme. Default: its id.
    place
        Name of the whole.
    unit, outlines, member, units, period, source
        See `placemix.report.map_of_types`.
    """
    frame = pd.DataFrame(types)
    if not {"scheme", "margin", "type"} <= set(frame.columns):
        message = "This frame holds no types of places."
        raise InvalidParameter(message, remedy="Pass what placemix.typology.classify gave.")
    known = labels_of(frame)
    items: list[Item] = [_most(frame, known, place, member, units, period), *_rules(frame, title)]
    items.append(_types(frame, known, member, units))
    near = frame["margin"].abs() < NEAR
    if near.any():
        items.append(
            f"A type has edges: {rounding.count(int(near.sum()))} {units} with "
            f"{rounding.count(float(frame.loc[near, 'people'].sum()))} {people_of(member)} lie within one percentage "
            "point of one, and would be of another type if their share were that little different."
        )
    if areas is not None:
        items.append(
            map_of_types(
                frame, areas, unit=unit, outlines=outlines, member=member, units=units, period=period, source=source
            )
        )
    return Section(f"Types of places{f', {period}' if period else ''}", items)


def people_of(member: str) -> str:
    """Name the people in the plural."""
    return "people" if member == "person" else f"{member}s"


def _most(frame: pd.DataFrame, known: Mapping[str, str], place: str, member: str, units: str, period: str) -> str:
    sizes = frame.assign(type=frame["type"].astype(object)).groupby("type", sort=False)["people"].sum()
    total = float(frame["people"].sum())
    if sizes.empty or not total:
        return f"In {place}, no place has a type."
    most = str(sizes.idxmax())
    number = int((frame["type"].astype(object) == most).sum())
    verb, when = ("lived", f" in {period}") if period else ("live", "")
    return (
        f"In {place}, {rounding.share(float(sizes[most]) / total)} of {people_of(member)} {verb}{when} in {units} of "
        f"the type “{known[most]}”: {rounding.count(number)} of {rounding.count(len(frame))}."
    )


def _rules(frame: pd.DataFrame, title: str) -> list[Item]:
    """Name the scheme, how far it was checked, and what is not certain of it."""
    first = frame.iloc[0]
    reference = first.get("reference")
    status = first.get("status")
    compared = f" The reference group is {reference}." if isinstance(reference, str) else ""
    checked = f" Status of these rules: {status}." if isinstance(status, str) else ""
    cities = frame["city"].dropna().unique() if "city" in frame else []
    within = (
        f" What the labels call the city is one of {len(cities)}, such as {cities[0]}; types that look at its totals "
        "depend on where it ends."
        if len(cities) > 1
        else ""
    )
    said = (
        f"The rules are those of {title or first['scheme']}, kept for replication and comparison.{compared}{checked}"
        f"{within}"
    )
    return [said, *notes_of(frame)]


def _types(frame: pd.DataFrame, known: Mapping[str, str], member: str, units: str) -> Table:
    kinds = frame["type"].astype(object)
    total = float(frame["people"].sum())
    rows = [(known[name], name, kinds == name) for name in known]
    if kinds.isna().any():
        rows.append(("no type: nobody lives there", "–", kinds.isna()))
    rows.append(("all", "", kinds.notna() | kinds.isna()))
    inside = [float(frame.loc[here, "people"].sum()) for _, _, here in rows]
    return table(
        f"{capital(units)} and {people_of(member)} by type",
        {
            "Type": [row[0] for row in rows],
            "Name in the scheme": [row[1] for row in rows],
            capital(units): [rounding.count(int(here.sum())) for _, _, here in rows],
            capital(people_of(member)): [rounding.count(size) for size in inside],
            f"Share of {people_of(member)}": [
                rounding.share(size / total) if total else rounding.ABSENT for size in inside
            ],
        },
        text=["Name in the scheme"],
        strong=frozenset((len(rows) - 1, column) for column in range(2, 5)),
    )


def notes_of(frame: pd.DataFrame) -> list[Item]:
    """Repeat what a result notes: what was lost, and what is not certain of the rules."""
    notes = [str(text) for text in pd.unique(frame["note"].dropna())] if "note" in frame else []
    return [Points(tuple(notes), label="To know about these types")] if notes else []
