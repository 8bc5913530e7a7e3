"""What all rows of school places rest on, in words."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from placemix.errors import listed, plural
from placemix.scenarios.pupils.demands import Demand
from placemix.scenarios.pupils.sentences import ROUNDING

_SURE = ("permissioned", "under construction", "completed")
_ALWAYS = (
    "All year groups of a phase are counted together: the year in which children enter may be short before.",
    "Pupils come over years, and their number peaks after completion; here they come with the homes.",
)


def forecast_words(
    frame: pd.DataFrame, people: pd.DataFrame, forecast: pd.DataFrame, committed_in_forecast: bool | None  # noqa: FBT001
) -> list[str]:  # fmt: skip
    """Say what a forecast holds, and what of committed homes is counted.

    Parameters
    ----------
    frame
        The rows.
    people
        What `scheme_people` gave of the schemes.
    forecast
        What `read_forecast` gave.
    committed_in_forecast
        As in `school_places`; None where no committed schemes are given.
    """
    base = int((forecast["year"] - forecast["ahead"]).iloc[0])
    said = [
        f"Pupils are forecast from the rolls of {base}, for each September; homes of a year are complete at its end.",
        "Ranges are those of the forecast, not of yields or of what is built.",
    ]
    holds = bool((forecast["from_committed"] > ROUNDING).any())
    if committed_in_forecast:
        said.append("The committed schemes are in the forecast, and not counted again.")
    elif committed_in_forecast is False:
        end = " and of the committed homes that it holds." if holds else "."
        said.append(f"Committed schemes are counted on top of the forecast{end}")
    elif holds:
        said.append("Committed homes are those of the forecast.")
    if holds and "status" in people.columns:
        names = people.loc[people["status"].isin(_SURE).to_numpy(dtype=bool), "reference"].astype(str).unique()
        if len(names):
            are = plural(len(names), "scheme is", "schemes are")
            which = listed(list(names), shown=10)
            said.append(f"{are} permitted or built, and must not be among the forecast's committed homes: {which}.")
    if frame["places_year"].isna().all():
        said.append("Of which year the places are is not stated.")
    return said


def rolls_words(frame: pd.DataFrame, unknown: str | None) -> list[str]:
    """Say of which years rolls and places are, which schools are not known and which hold too many.

    Parameters
    ----------
    frame
        The rows, with tuples of schools.
    unknown
        As in `school_places`.
    """
    mine = frame[frame["rolls_year"].notna()]
    rolls, places = (sorted(set(mine[name])) for name in ("rolls_year", "places_year"))
    years = f"rolls ({listed(rolls, shown=10)}) and places ({listed(places, shown=10)})"
    said = [f"Today's {years}, no forecast: the same pupils in every year."] if len(mine) else []
    if rolls != places:
        said.append("Places are of another year than rolls: schools may have been enlarged or closed since.")
    open_, over = (_named(mine, column) for column in ("schools_unknown", "schools_over"))
    if open_:
        what = "are left out, pupils and places" if unknown == "leave out" else "leave their areas' places unknown"
        many = plural(len(open_), "school whose pupils or places are", "schools whose pupils or places are")
        said.append(f"{many} not known {what}: {listed(open_)}.")
    if over:
        have = plural(len(over), "school has", "schools have")
        said.append(f"{have} more pupils than places, which takes from their area: {listed(over)}.")
    return said


def _named(frame: pd.DataFrame, column: str) -> list[str]:
    """Schools of all areas, each once for each phase."""
    every = zip(frame["phase"], frame[column], strict=True)
    return [name for _, name in sorted({(phase, name) for phase, names in every for name in names})]


def yield_words(people: pd.DataFrame) -> list[str]:
    """Say where the yields come from, if the people say so."""
    if "yield_source" not in people.columns:
        return []
    sources = [str(text).strip().rstrip(".") for text in people["yield_source"].dropna().unique()]
    return [f"Yields: {listed(sources)}."] if sources else []


def notes(frame: pd.DataFrame, demand: Demand, base: int | None, before: Sequence[str], lost: Sequence[str]) -> str:
    """Say what all rows rest on.

    Parameters
    ----------
    frame
        The rows, with tuples of schemes.
    demand
        Pupils of schemes.
    base
        Year of the rolls.
    before
        How areas were found, and where pupils and places come from.
    lost
        Committed schemes without a planning area.
    """
    said = [*before, *_ALWAYS]
    if (demand.committed["on_rolls"] > ROUNDING).any():
        said.append(f"Committed homes that were complete in {base} are on the rolls, and not counted again.")
    nowhere = [name for names in frame.loc[frame["planning_area"].isna(), "schemes"] for name in names]
    for names, one, several, end in (
        (demand.undated, "scheme without a year is", "schemes without a year are", "taken to be complete in each"),
        (demand.built, "scheme has", "schemes have", f"homes complete in {base}, whose pupils may be on the rolls"),
        (nowhere, "scheme belongs", "schemes belong", "to no planning area, in rows apart"),
        (lost, "committed scheme belongs", "committed schemes belong", "to no planning area, and to no row"),
    ):
        which = list(dict.fromkeys(names))
        if which:
            said.append(f"{plural(len(which), one, several)} {end}: {listed(which, shown=10)}.")
    return " ".join(said)
