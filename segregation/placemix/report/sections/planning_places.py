"""School places by planning area: where they run short, when, and how sure that is."""

from __future__ import annotations

import pandas as pd

from placemix.report import rounding
from placemix.report.items import Figure, Heading, Item, Points, Section, Table
from placemix.report.place_charts import MANY, Course, courses
from placemix.report.sections.lookups import capital
from placemix.report.tabling import table
from placemix.schools.forecasting.laying_out import TOTAL
from placemix.schools.forecasting.shortages import in_words

#: More sentences than this wait behind a heading.
FEW = 8
_READ = (
    "A planning area is short where more pupils are forecast than there are places. The first year group decides "
    "whether a child can enter; spare places in older year groups do not help there."
)


def school_places(forecast: pd.DataFrame, shortfalls: pd.DataFrame) -> Section:
    """Show pupils to come against places, by planning area and year.

    Parameters
    ----------
    forecast
        What `placemix.schools.places` gave.
    shortfalls
        What `placemix.schools.shortfalls` made of it, with or without the mix of now.
    """
    forecast, shortfalls = pd.DataFrame(forecast), pd.DataFrame(shortfalls)
    items: list[Item] = [_READ]
    maybe = shortfalls[shortfalls["first_short"].notna() | shortfalls["earliest"].notna()]
    # What is short by the forecast itself comes before what only the range reaches.
    maybe = maybe.iloc[maybe["first_short"].isna().to_numpy().argsort(kind="stable")]
    told = [str(text) for text in maybe["sentence"]]
    if not told:
        items.append("No planning area is short in any year that has a forecast.")
    else:
        items.append(Points(tuple(told[:FEW])))
    if len(told) > FEW:
        items.append(Points(tuple(told[FEW:]), label=f"{len(told) - FEW} more", folded=True))
    for phase, rows in forecast.groupby("phase", sort=False):
        groups = [name for name in rows["year_group"].unique() if name != TOTAL]
        entry = min(groups, key=int)
        level = float(rows["level"].iloc[0])
        items += [
            Heading(f"{capital(str(phase))} places"),
            _drawn(rows[rows["year_group"] == entry], str(phase), str(entry), level),
            _spare(rows[rows["year_group"] == entry], f"{capital(str(phase))}, {in_words(entry)}: spare places"),
            _spare(
                rows[rows["year_group"] == TOTAL],
                f"{capital(str(phase))}, all year groups together: spare places",
                folded=True,
            ),
        ]
    mixed = [name.removesuffix("_share") for name in shortfalls.columns if f"{name}".endswith("_share")]
    mixed = [name for name in mixed if f"{name}_numerator" in shortfalls.columns]
    if mixed:
        items += [Heading("Who is at these schools now"), _mix(shortfalls, mixed)]
    items += [Heading("What the forecast rests on"), str(forecast["note"].iloc[0])]
    return Section("School places", items)


def _drawn(rows: pd.DataFrame, phase: str, entry: str, level: float) -> Figure:
    years = sorted(int(year) for year in rows["year"].unique())
    areas = {}
    for name, here in rows.groupby("planning_area", sort=True):
        by_year = here.set_index("year").reindex(years)
        areas[str(name)] = Course(*(by_year[column].tolist() for column in Course._fields))
    caption = (
        f"Pupils forecast in {in_words(entry)} (line, with the middle {level:.0%} of past errors) and places "
        f"(dashed), September {years[0]} to September {years[-1]}. Years that are short have a larger dot; a line that "
        "ends early lacks the intake."
    )
    if len(areas) > MANY:
        caption += f" Drawn are the first {MANY} of {len(areas)} planning areas; the table has all."
    columns = {"Planning area and year": [], "Forecast": [], "Lower": [], "Upper": [], "Places": []}  # type: dict[str, list[str]]
    for row in rows.sort_values(["planning_area", "year"]).itertuples(index=False):
        columns["Planning area and year"].append(f"{row.planning_area}, {row.year}")
        for heading, value in (
            ("Forecast", row.forecast), ("Lower", row.lower), ("Upper", row.upper), ("Places", row.places),
        ):  # fmt: skip
            columns[heading].append(rounding.count(value))
    return Figure(
        image=courses(years, areas, label=f"pupils in {in_words(entry)}"),
        kind="image/svg+xml",
        alt=f"One small line chart for each {phase} planning area. {caption}",
        caption=caption,
        table=table(f"Numbers of the figure: {phase} places, {in_words(entry)}", columns),
        wide=True,
    )


def _spare(rows: pd.DataFrame, caption: str, *, folded: bool = False) -> Table:
    """Spare places by area and year; deficits in bold."""
    wide = rows.pivot_table(index="planning_area", columns="year", values="surplus", dropna=False, sort=True)
    share = rows.groupby("planning_area")["surplus_share"].min().reindex(wide.index)
    columns = {"Planning area": [str(name) for name in wide.index]}
    columns |= {str(year): [_places(value) for value in wide[year]] for year in wide.columns}
    columns["Fewest, of places"] = [rounding.share(value) for value in share]
    strong = frozenset(
        (row, column + 1)
        for row, values in enumerate(wide.to_numpy())
        for column, value in enumerate(values)
        if value < -1e-6
    )
    note = f"Places less pupils; a deficit is negative and bold. {rounding.ABSENT}: no forecast."
    return table(caption, columns, strong=strong, note=note, folded=folded)


def _places(value: float) -> str:
    """Write spare places; a deficit of less than one must not read as none."""
    return rounding.quantity(round(value, 1)) if -1 < value < 0 else rounding.count(value)


def _mix(shortfalls: pd.DataFrame, mixed: list[str]) -> Table:
    one = shortfalls[shortfalls["year_group"] == TOTAL]
    columns = {"Planning area": [f"{row.planning_area} ({row.phase})" for row in one.itertuples(index=False)]}
    first = mixed[0]
    columns["Pupils"] = [rounding.count(value) for value in one[f"{first}_denominator"]]
    columns |= {name.replace("_", " "): [rounding.share(value) for value in one[f"{name}_share"]] for name in mixed}
    columns["First short"] = [rounding.ABSENT if pd.isna(year) else str(year) for year in one["first_short"]]
    return table(
        f"Shares of pupils on the rolls of {one['mix_year'].iloc[0]}",
        columns,
        note="Who is there now; who comes to new places need not be like them. First short: of all year groups.",
    )
