"""School places with the schemes and without them."""

from __future__ import annotations

import re

import pandas as pd

from placemix.errors import plural
from placemix.report import rounding
from placemix.report.items import Item, Points, Section, Table
from placemix.report.proposals.wording import spread
from placemix.report.tabling import table
from placemix.scenarios import Checked

#: More sentences and rows than these wait behind a heading.
FEW, ROWS = 3, 8
HEADING = "School places"


def schooling(checked: Checked) -> Section:
    """Say how many places would be left, by phase, planning area and year.

    Parameters
    ----------
    checked
        What was checked.
    """
    if "schools" not in checked.tables:
        return Section(HEADING, [_absent(checked.absent["schools"])])
    rows = checked["schools"]
    last = rows[rows["year"].isna() | (rows["year"] == checked.year)]
    last = last.sort_values("left_with", kind="stable")
    told = list(dict.fromkeys(str(text) for text in last.loc[last["case"] != "low", "sentence"].dropna()))
    items: list[Item] = []
    if told and not checked.is_plan:
        items.append(Points(tuple(told[:FEW])))
    rest = told if checked.is_plan else told[FEW:]
    if rest:
        items.append(Points(tuple(rest), label=f"In words, {plural(len(rest), 'planning area')}", folded=True))
    every = rows.groupby(["planning_area", "phase", "year"], sort=False, dropna=False).ngroups
    if every <= ROWS:
        end = f", {checked.year}" if len(rows["year"].dropna().unique()) < 2 else " and year"
        items.append(_table(rows, f"School places by planning area{end}", dated=checked.is_plan))
    else:
        worst = last.drop_duplicates(["planning_area", "phase"]).head(ROWS)[["planning_area", "phase"]]
        caption = f"School places in {checked.year} where fewest would be left"
        items.append(_table(last.merge(worst), caption, dated=True))
        # Years that are like a later one in all that is printed say nothing more.
        same = ["planning_area", "phase", "case", "pupils_scheme", "left_without", "left_with"]
        changing = rows[~rows.duplicated(same, keep="last")]
        caption = "School places of all planning areas, in years that differ"
        items.append(_table(changing, caption, dated=True, folded=True))
    notes = list(dict.fromkeys(str(text) for text in rows["note"].dropna()))
    return Section(
        HEADING, [*items, *([Points(tuple(notes), label="What these places rest on", folded=True)] if notes else [])]
    )


def _dated(rows: pd.DataFrame) -> str:
    """Of which years rolls and places are, and how many schools are in neither, where no sentence in sight says so."""
    said = ""
    years = [list(dict.fromkeys(str(year) for year in rows[name].dropna())) for name in ("rolls_year", "places_year")]
    if years[0]:
        said += f" Rolls of {', '.join(years[0])}"
        said += f", places of {', '.join(years[1])}." if years[1] else "."
    each = rows.drop_duplicates(["planning_area", "phase"])
    lost = [
        f"{plural(len(str(row.schools_unknown).split('; ')), 'school')} in {row.planning_area} ({row.phase})"
        for row in each.itertuples(index=False)
        if pd.notna(row.schools_unknown) and pd.notna(row.left_with)
    ]
    return f"{said} Left out, as their pupils or places are not known: {', '.join(lost)}." if lost else said


def _absent(why: str) -> str:
    return f"Not given: {why}"


def _table(rows: pd.DataFrame, caption: str, *, dated: bool, folded: bool = False) -> Table:
    columns: dict[str, list[str]] = {
        "Planning area": [],
        "Year": [],
        "Places": [],
        "Pupils without": [],
        "Pupils of the homes": [],
    }
    columns |= {"Left without": [], "Left with": []}
    strong = set()
    keys = ["planning_area", "phase", "year"]
    one_year = len(rows["year"].dropna().unique()) < 2
    for place, ((area, phase, year), part) in enumerate(rows.groupby(keys, sort=False, dropna=False)):
        columns["Planning area"].append(f"{'no planning area' if pd.isna(area) else area}, {phase}")
        columns["Year"].append(rounding.ABSENT if pd.isna(year) else f"{year:.0f}")
        columns["Places"].append(spread(part["places"]))
        columns["Pupils without"].append(spread(part["pupils"] + part["pupils_committed"]))
        columns["Pupils of the homes"].append(spread(part["pupils_scheme"]))
        for heading, name in (("Left without", "left_without"), ("Left with", "left_with")):
            columns[heading].append(_ranged(part[name], part[f"{name}_lower"], part[f"{name}_upper"]))
        for column, name in ((4, "left_without"), (5, "left_with")):
            if (part[name] < 0).any():
                strong.add((place, column if one_year else column + 1))
    if one_year:  # the caption says which
        del columns["Year"]
    level = rows["level"].dropna()
    note = (
        "Pupils without: on the rolls or forecast, with those of homes that come anyway. Left with: places that open "
        "with the homes count. A deficit is negative and bold."
    )
    if len(rows["case"].unique()) > 1:
        note += " Two numbers: for the fewest and the most homes."
    if len(level):
        note += f" In brackets: the middle {level.iloc[0]:.0%} of past errors of the forecast."
    if rows["reason"].notna().any():
        # Which schools it is stands in the sentences above.
        reasons = "; ".join(dict.fromkeys(re.sub(r" \([^)]*\)", "", str(text)) for text in rows["reason"].dropna()))
        note += f" {rounding.ABSENT}: {reasons}."
    if dated:
        note += _dated(rows)
    return table(caption, columns, strong=frozenset(strong), note=note, folded=folded)


def _ranged(value: pd.Series, lower: pd.Series, upper: pd.Series) -> str:
    text = spread(value)
    return text if lower.isna().all() else f"{text} ({rounding.count(lower.min())} to {rounding.count(upper.max())})"
