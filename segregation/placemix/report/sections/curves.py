"""The segregation curve and the concentration profile."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.report import charts, rounding
from placemix.report.items import Figure, Item, Section
from placemix.report.sections.lookups import people, rival
from placemix.report.tabling import table


def segregation_curve(
    quotients: Mapping[str, pd.DataFrame], *, focal: str, against: str = "rest", member: str = "member", note: str = ""
) -> Section:
    """Draw the segregation curve of a group, from its location quotients.

    Parameters
    ----------
    quotients
        What ``placemix.local(counts, "location_quotient", focal=…)`` gave, by name of the
        line, such as the date. Against a named group it must hold both groups.
    focal, against
        Group of interest, and what it is compared with.
    member
        What one of the people is called.
    note
        What else to know of the units.
    """
    heading = f"Segregation curve: {focal} and {rival(against)}"
    counted = {name: _members(frame, focal, against) for name, frame in quotients.items()}
    lines = {name: charts.cumulated(*both) for name, both in counted.items() if min(part.sum() for part in both) > 0}
    if not lines:
        return Section(heading, ["There is no curve, because one of the groups is absent."])
    tenths = np.linspace(0.1, 1, 10)
    theirs = people(against, member)
    columns: dict[str, list[str]] = {
        f"{theirs[:1].upper()}{theirs[1:]}, least {focal} share first": [rounding.share(tenth) for tenth in tenths]
    }
    for name, (x, y) in lines.items():
        columns[f"{focal} {member}s there, {name}"] = [rounding.share(value) for value in np.interp(tenths, x, y)]
    image = charts.curve(lines, across=f"Cumulative share of {rival(against)}", up=f"Cumulative share of {focal}")
    name, (x, y) = next(iter(lines.items()))
    half = float(np.interp(0.5, x, y))
    caption = (
        f"Units stand in order of their share of {focal} {member}s, the least first. If both groups were "
        "spread alike, the curve would be the "
        f"dashed diagonal; its greatest distance from it is D, {rounding.index(float(np.max(x - y)))} in "
        f"{name}. The half of {people(against, member)} "
        f"who live where the {focal} share is lowest share their units with {rounding.share(half)} of "
        f"{focal} {member}s. {note}"
    ).strip()
    figure = Figure(
        image=image,
        kind="image/svg+xml",
        alt=f"Segregation curve. {caption}",
        caption=caption,
        table=table("Numbers of the figure: the curve, tenth by tenth", columns),
    )
    return Section(heading, [figure])


def _members(frame: pd.DataFrame, focal: str, against: str) -> tuple[FloatArray, FloatArray]:
    rows = pd.DataFrame(frame)[frame["measure"].astype(str) == "location_quotient"]
    mine = rows[rows["focal"].astype(str) == focal]
    x = mine["numerator"].to_numpy(dtype=np.float64)
    if against == "rest":
        return x, mine["people"].to_numpy(dtype=np.float64) - x
    theirs = rows[rows["focal"].astype(str) == against].set_index("unit")["numerator"]
    return x, theirs.reindex(mine["unit"]).to_numpy(dtype=np.float64)


def concentration(
    profiles: Mapping[str, pd.DataFrame], *, focal: str, member: str = "member", note: str = ""
) -> Section:
    """Draw how many members of a group are where its share reaches each of a series of thresholds.

    Parameters
    ----------
    profiles
        What `placemix.concentration_profile` gave without strata, by name of the line.
    focal
        Group whose members are counted.
    member
        What one of the people is called.
    note
        What else to know of the units.
    """
    parts = {
        name: pd.DataFrame(frame)[frame["focal"].astype(str) == focal].sort_values("threshold")
        for name, frame in profiles.items()
    }
    first = next(iter(parts.values()))
    thresholds = first["threshold"].tolist()
    reach = {">=": "at least", ">": "above"}[str(first["op"].iloc[0])]
    image = charts.steps(
        thresholds,
        {name: part["value"].tolist() for name, part in parts.items()},
        across=f"{focal} share of the unit is {reach} …",
        up=f"Share of {focal} {member}s",
    )
    name, part = next(iter(parts.items()))
    half = part.iloc[int(np.argmin(np.abs(part["threshold"] - 0.5)))]
    caption = (
        f"In {name}, {rounding.share(half['value'])} of {focal} {member}s "
        f"({rounding.count(half['members_above'])} of "
        f"{rounding.count(half['members'])}) are in units where the {focal} share is {reach} "
        f"{rounding.share(half['threshold'])}; there are "
        f"{rounding.count(half['units_above'])} such units among {rounding.count(half['units'])}. A "
        "profile rises with the size of the group, "
        f"so a change of it alone does not show sorting. {note}"
    ).strip()
    columns: dict[str, list[str]] = {f"{focal} share {reach}": [rounding.share(value) for value in thresholds]}
    for line, rows in parts.items():
        columns[f"Share of {focal} {member}s, {line}"] = [rounding.share(value) for value in rows["value"]]
        columns[f"{member.capitalize()}s, {line}"] = [rounding.count(value) for value in rows["members_above"]]
        columns[f"Units, {line}"] = [rounding.count(value) for value in rows["units_above"]]
    figure = Figure(
        image=image,
        kind="image/svg+xml",
        alt=f"Line chart, falling from left to right. {caption}",
        caption=caption,
        table=table(f"Numbers of the figure: {focal} {member}s by threshold", columns),
    )
    items: list[Item] = [figure]
    return Section(f"Concentration profile: {focal}", items)
