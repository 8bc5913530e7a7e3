"""Ways to services from the sites, who gains access, and places where people meet."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.errors import listed, plural
from placemix.lengths import written
from placemix.report import rounding
from placemix.report.items import Item, Points, Section, Table
from placemix.report.proposals.wording import plain
from placemix.report.tabling import table
from placemix.results import group_names
from placemix.scenarios import Checked
from placemix.scenarios.checking.provision import not_given

EVERYONE = "everyone"
#: Rows of schemes that stand in a table of a plan.
MANY = 6


def reaching(checked: Checked) -> Section:
    """Say what is near the sites beside what people of the district have, and who gains by what schemes bring.

    Parameters
    ----------
    checked
        What was checked.
    """
    heading = "Who gains access to what"
    items: list[Item] = []
    if "gained" in checked.tables:
        items += _gained(checked["gained"], checked)
    if "access" in checked.tables:
        items.append(_access(checked["access"], checked))
    else:
        items.append(f"Ways to services are not given: {checked.absent['access']}")
    if why := checked.absent.get("gained"):
        items.append(_capital(why))
    return Section(heading, items)


def _gained(rows: pd.DataFrame, checked: Checked) -> list[Item]:
    """Say who gains by services of the schemes, in sentences about everyone and a table by group."""
    told = rows[rows["group"].eq(EVERYONE) & rows["sentence"].notna()]
    residents = told["population"].eq("residents")
    items: list[Item] = [Points(tuple(dict.fromkeys(map(str, told.loc[residents, "sentence"]))))]
    here = rows[(rows["population"] == "residents") & rows["kind"].notna()]
    if len(here):
        items.append(_by_group(here, checked))
        items.append(_in_full(here, checked))
    if (~residents).any():
        more = tuple(dict.fromkeys(map(str, told.loc[~residents, "sentence"])))
        items.append(Points(more, label="The same with those who would come", folded=True))
    lost = {str(kind) for one in checked.schemes for kind in one.services["kind"]} - set(rows["kind"].dropna())
    if lost:
        items.append(_capital(not_given(sorted(lost))))
    return items


def _by_group(here: pd.DataFrame, checked: Checked) -> Table:
    """Residents of each group who have a service within reach, without what opens and with it."""
    parts = list(here.groupby(["reference", "kind"], sort=False))
    columns = {
        "What opens": [f"{plain(str(kind))}{f' of {name}' if checked.is_plan else ''}" for (name, kind), _ in parts]
    }
    for group, rows in here.groupby("group", sort=False):
        # Residents are those of the district: of several schemes they may be of several.
        of = [f" of {rounding.count(value)}" for value in rows["people"]]
        same = len(set(of)) == 1
        columns[f"{_capital(plain(str(group)))}{of[0] if same else ''}"] = [
            f"{rounding.count(row.within_before)} → {rounding.count(row.within_after)}{'' if same else whole}"
            for row, whole in zip(rows.itertuples(index=False), of, strict=True)
        ]
    return table(f"Residents with one within {checked.reach}, without → with, by group", columns)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _in_full(here: pd.DataFrame, checked: Checked) -> Table:
    names = [
        f"{plain(str(row.kind))}{f' of {row.reference}' if checked.is_plan else ''}, {plain(str(row.group))}"
        for row in here[["kind", "reference", "group"]].itertuples(index=False)
    ]
    return table(
        "Residents with a shorter way, and mean ways",
        {
            "Service and group": names,
            "Residents": [rounding.count(value) for value in here["people"]],
            "Shorter way": [rounding.count(value) for value in here["shorter"]],
            "Mean way without": [_way(value) for value in here["mean_before"]],
            "Mean way with": [_way(value) for value in here["mean_after"]],
        },
        folded=True,
    )


def _access(rows: pd.DataFrame, checked: Checked) -> Table:
    here = rows[rows["group"] == EVERYONE]
    if checked.is_plan:
        return _of_plan(here, checked)
    return table(
        f"Ways to services that are there, and what residents of {checked.district} have",
        {
            "Nearest": [plain(str(kind)) for kind in here["kind"]],
            "From the site": [_way(value) for value in here["way"]],
            f"Mean of {checked.district}": [_way(value) for value in here["mean_way"]],
            f"Number within {checked.reach} of the site": [rounding.count(value) for value in here["number"]],
            f"Residents with one within {checked.reach}": [rounding.share(value) for value in here["share_within"]],
        },
        note=_measured(here),
    )


def _of_plan(here: pd.DataFrame, checked: Checked) -> Table:
    """For a plan: how many sites have each service within reach."""
    columns: dict[str, list[str]] = {"Nearest": [], "Sites that have one": [], "Median way from sites": []}
    columns |= {"Mean way of residents": [], "Residents who have one": []}
    # What residents have is that of each site's district: each district counts once.
    for kind, part in here.groupby("kind", sort=False):
        districts = part.drop_duplicates("district")
        weight = districts["people"].to_numpy(dtype=np.float64)
        columns["Nearest"].append(plain(str(kind)))
        columns["Sites that have one"].append(f"{int((part['number'] > 0).sum())} of {part['way'].notna().sum()}")
        columns["Median way from sites"].append(_way(part["way"].median()))
        columns["Mean way of residents"].append(_way(_mean(districts["mean_way"], weight)))
        columns["Residents who have one"].append(rounding.share(_mean(districts["share_within"], weight)))
    note = f"Within {checked.reach}. {_measured(here)}"
    return table(f"Ways to services that are there, from {here['reference'].nunique()} sites", columns, note=note)


def _mean(values: pd.Series, weight: FloatArray) -> float:
    """Mean by people, over districts that have a value."""
    numbers = values.to_numpy(dtype=np.float64)
    here = ~np.isnan(numbers) & (weight > 0)
    return float(np.average(numbers[here], weights=weight[here])) if here.any() else float("nan")


def _measured(rows: pd.DataFrame) -> str:
    units = list(dict.fromkeys(str(text) for text in rows["measured_in"].dropna()))
    how = "Straight lines from the sites" if units == ["metres"] else f"Measured in {listed(units)}" if units else ""
    said = [f"{how}, and from where people of the district live."] if how else []
    nowhere = rows.loc[rows["reason"] == "no_site", "reference"].unique()
    if len(nowhere):
        said.append(f"Without a site on the map: {plural(len(nowhere), 'scheme')}.")
    lost = rows.loc[rows["reason"].notna() & (rows["reason"] != "no_site"), "kind"].dropna().unique()
    if len(lost):
        said.append(f"{rounding.ABSENT}: no such service is given ({listed([plain(str(kind)) for kind in lost])}).")
    return " ".join(said)


def _way(value: float) -> str:
    return rounding.ABSENT if pd.isna(value) else written(value)


def meeting(checked: Checked) -> Section:
    """Say who would share the places where people meet, before and after.

    Parameters
    ----------
    checked
        What was checked.
    """
    heading = "Places where people meet"
    if "meeting" not in checked.tables:
        return Section(heading, [f"Not given: {checked.absent['meeting']}"])
    rows = checked["meeting"]
    whole = (
        rows[rows["group"].eq(EVERYONE) & rows["place"].notna()] if EVERYONE in set(rows["group"].dropna()) else rows
    )
    whole = whole.drop_duplicates(["place", "kind"]).sort_values("way", kind="stable")
    if whole.empty:
        return Section(heading, [f"No such place is within {checked.reach} of {_sites(checked)}."])
    shown = whole.head(MANY)
    categories = _dimension(rows, checked)
    items: list[Item] = [
        table(
            f"Expected users of places within {checked.reach} of {_sites(checked)}, and how their mix"
            f"{categories and f' by {categories.lower()}'} differs from the district's",
            {
                "Place": [_place(row, checked) for row in shown.itertuples(index=False)],
                "Way": [_way(value) for value in shown["way"]],
                "Users without": [rounding.count(value) for value in shown["users_before"]],
                "Users with": [rounding.count(value) for value in shown["users_after"]],
                "Difference without": [rounding.share(value) for value in shown["apart_before"]],
                "Difference with": [rounding.share(value) for value in shown["apart_after"]],
            },
            note=(
                "Users: those for whom no other such place is nearer. Difference: the share of users who would have to "
                "be of another category for the place to be like the district. Sharing a place is an opportunity to "
                "meet, and no meeting."
                + (f" {len(whole) - MANY:,} places further away are left out." if len(whole) > MANY else "")
            ),
        )
    ]
    return Section(heading, items)


def _sites(checked: Checked) -> str:
    return "a site" if checked.is_plan else "the site"


def _dimension(rows: pd.DataFrame, checked: Checked) -> str:
    """Name the dimension by which users are told apart."""
    groups = set(rows["group"].dropna()) - {EVERYONE}
    return next((name for name, one in checked.evidence.tables.items() if set(group_names(one)) == groups), "")


def _place(row: Any, checked: Checked) -> str:  # noqa: ANN401
    """Name a place; one that a scheme brings by the scheme's own name of it."""
    named = str(row.place)
    for one in checked.schemes:
        mine = one.services[one.services["kind"].eq(row.kind) & one.services["name"].notna()]
        if one.reference == named and row.status != "existing" and len(mine):
            named = str(mine["name"].iloc[0])
    return f"{named} ({plain(str(row.kind))})"
