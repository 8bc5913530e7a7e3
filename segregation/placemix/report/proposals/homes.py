"""Homes, people and children by year, and where they would be."""

from __future__ import annotations

import pandas as pd

from placemix.errors import plural
from placemix.report import rounding
from placemix.report.items import Item, Section, Table
from placemix.report.proposals.drawings import site_map
from placemix.report.proposals.wording import spread
from placemix.report.tabling import table
from placemix.scenarios import Checked

#: Columns of the result that are no pupils of a phase.
_PUPILS = "pupils_"


def homes(checked: Checked) -> Section:
    """Say how many homes, people, children and pupils come by which year, and draw where.

    Parameters
    ----------
    checked
        What was checked.
    """
    people = checked["people"]
    items: list[Item] = [*_told(checked, people)]
    # On paper the map stands beside what follows it.
    if figure := site_map(checked):
        items.append(figure)
    items.append(_by_year(people))
    if checked.is_plan:
        items.append(_by_scheme(people[people["year"] == checked.year]))
    return Section("Homes, people and children", items)


def _told(checked: Checked, people: pd.DataFrame) -> list[str]:
    end = people[people["year"] == checked.year]
    sums = end.groupby("case")[["homes", "people", "displaced", "from_internal", "people_new"]].sum(min_count=1)
    sums = ends_of(sums)
    said = []
    if sums["displaced"].gt(0.5).any():
        gone = spread(sums["displaced"])
        said.append(f"Numbers are net: {gone} people live in the homes that would be pulled down.")
    if sums["from_internal"].gt(0.5).any():
        inside = spread(sums["from_internal"])
        said.append(
            f"Of {spread(sums['people_new'])} people in the new homes {inside} are taken to move from within the "
            "district, where they leave homes."
        )
    unknown = end.loc[end["people"].isna(), "reference"].nunique()
    if unknown:
        said.append(
            f"How many people would come is not known of {plural(unknown, 'scheme')}: {end['reason'].dropna().iloc[0]}."
        )
    return said


def ends_of(sums: pd.DataFrame) -> pd.DataFrame:
    """Both ends of the range, schemes with a stated number in each."""
    if "stated" not in sums.index or len(sums) == 1:
        return sums
    return sums.drop(index="stated").add(sums.loc["stated"].fillna(0), axis=1)


def _by_year(people: pd.DataFrame) -> Table:
    phases = [name for name in people.columns if name.startswith(_PUPILS)]
    shown = ["homes", "people", "children", *phases]
    columns: dict[str, list[str]] = {"By the end of": []}
    headings = ["Homes", "People", "Children", *(f"{_phase(name)} pupils" for name in phases)]
    columns |= {heading: [] for heading in headings}
    told: list[str] = []
    for year, rows in people.groupby("year", sort=True):
        sums = ends_of(rows.groupby("case")[shown].sum(min_count=1))
        texts = [spread(sums[name]) for name in shown]
        if texts == told:
            continue
        told = texts
        columns["By the end of"].append(str(year))
        for heading, text in zip(headings, texts, strict=True):
            columns[heading].append(text)
    source = people["yield_source"].dropna().unique()
    note = "Expected numbers until then, net of homes pulled down. Years in which nothing is completed are left out."
    note += f" Pupils: {'; '.join(map(str, source))}." if len(source) else ""
    if people["children"].isna().all() and people["people"].notna().any():
        note += f" {rounding.ABSENT}: how many are children is not known, as no ages are given."
    return table("Homes, people and children in all", columns, note=note)


def _by_scheme(people: pd.DataFrame) -> Table:
    """Every scheme of a plan by itself, behind a heading."""
    columns: dict[str, list[str]] = {"Scheme": [], "Status": [], "Homes": [], "People": [], "Children": []}
    for reference, rows in people.groupby("reference", sort=False):
        name = rows["name"].iloc[0]
        columns["Scheme"].append(str(reference) if pd.isna(name) else f"{reference}: {name}")
        columns["Status"].append(str(rows["status"].iloc[0]))
        for heading in ("Homes", "People", "Children"):
            columns[heading].append(spread(rows[heading.casefold()]))
    return table(f"Each of the {len(columns['Scheme']):,} schemes", columns, text=["Status"], folded=True)


def _phase(column: str) -> str:
    return column.removeprefix(_PUPILS).replace("_", " ").capitalize()


def expected(checked: Checked) -> str:
    """Say in one sentence what would be built."""
    people = checked["people"]
    end = people[people["year"] == checked.year]
    sums = ends_of(end.groupby("case")[["homes", "people", "children"]].sum(min_count=1))
    net = sums["homes"]
    if not net.abs().max() > 0:
        return ""
    who = ""
    if sums["people"].notna().all():
        who = f", with about {spread(sums['people'])} people"
        who += f", {spread(sums['children'])} of them children" if sums["children"].notna().all() else ""
    return f"{spread(net)} net homes by {checked.year}{who}"
