"""Sections of the page about one part of integration: its pictures, its numbers, and its sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from placemix.estimating import REASONS
from placemix.outcomes.indicators.rows import TENETS
from placemix.outcomes.scoring.telling import range_words, spread
from placemix.outcomes.scoring.terms import EVERYONE
from placemix.report import rounding
from placemix.report.items import Figure, Item, Points, Section, Table
from placemix.report.scorecards import drawing
from placemix.report.scorecards.parts import whom
from placemix.report.scorecards.scaling import doubt, lines, scale_of, written
from placemix.report.tabling import table

#: Numbers alike in these are told in one sentence.
_TOGETHER = (
    "domain",
    "indicator",
    "area",
    "period",
    "measure",
    "what",
    "proxy",
    "universe",
    "published_in",
    "national",
)


def section(card: pd.DataFrame, name: str) -> Section | None:
    """Draw one tenet: a picture a domain, its numbers, and its sentences.

    Parameters
    ----------
    card
        The scorecard.
    name
        The tenet.
    """
    rows = card[card["tenet"] == name]
    if rows.empty:
        return None
    pictures, titles = [], []
    for domain, part in rows.groupby("domain", sort=False):
        pictures.append((drawing.picture(part), _alt(part, str(domain), TENETS[name])))
        titles.append(str(domain))
    first, *rest = pictures
    known = rows[rows["presence"] != "missing"]
    here = known[~known["national"]]
    many = f"{here['indicator'].nunique()} of {rows['indicator'].nunique()}"
    alone = len(set(known["indicator"]) - set(here["indicator"]))
    apart = f", and of {alone} for the nation alone (squares, on axes of their own)" if alone else ""
    figure = Figure(
        image=first[0], kind="image/png", alt=first[1], beside=tuple(rest), titles=tuple(titles), wide=True,
        caption=f"{TENETS[name].capitalize()}: something is known of {many} indicators{apart}. "
        "Hatched: no number, and why.",
        table=numbers(rows, TENETS[name]),
    )  # fmt: skip
    items: list[Item] = [figure]
    if len(here):
        items += ["In words, of this area:", Points(tuple(in_words(lines(here))), label="In words")]
    nation = known[known["national"]]
    if len(nation):
        items.append("Of a whole nation, which is not this area, with what is known of local areas:")
        items.append(Points(tuple(in_words(lines(nation))), label="Of the nation"))
        items.append(beneath(nation, TENETS[name]))
    return Section(TENETS[name].capitalize(), items)


def in_words(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Say numbers in sentences, those of one indicator, place and source together.

    Parameters
    ----------
    rows
        Rows of a scorecard with numbers.
    """
    parts: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        parts.setdefault(tuple(row[name] for name in _TOGETHER), []).append(row)
    said = []
    for part in parts.values():
        first = part[0]
        where = f"{first['area']}{' as a whole' if first['national'] else ''}, {first['period']}"
        proxy = f"a proxy: {first['proxy']}" if isinstance(first["proxy"], str) else ""
        about = "; ".join(text for text in (first["what"], proxy, where) if text)
        wording = f"{first['wording'][:1].upper()}{first['wording'][1:]}"
        numbers = "; ".join(dict.fromkeys(_number(row) for row in part))
        notes = list(dict.fromkeys(row["note"] for row in part if row["note"]))
        spreads = list(dict.fromkeys(spread(row) for row in part)) if first["national"] else []
        says = f"{first['says'][:1].upper()}{first['says'][1:]}"
        source = f"Counted: {first['universe']}. Source: {first['published_in']}."
        said.append(" ".join([f"{first['domain']}: {wording} ({about}). {says}: {numbers}.", *spreads, *notes, source]))
    return said


def _number(row: Mapping[str, Any]) -> str:
    """One number with its groups, its range and how many it is of."""
    scale = scale_of(row["measured_in"])
    whom = "everyone else" if row["comparator"] == "rest" else row["comparator"]
    groups = "" if row["group"] == EVERYONE else f"{row['group']} beside {whom} "
    if row["presence"] == "undefined":
        number = f"undefined ({REASONS.get(row['reason'], str(row['reason']).replace('_', ' '))})"
    else:
        number = written(row["value"], scale)
    inside = []
    if not pd.isna(row["lower"]):
        inside.append(f"{range_words(row)} {written(row['lower'], scale)} to {written(row['upper'], scale)}")
    if not pd.isna(row["denominator"]):
        inside.append(f"of {rounding.count(row['denominator'])}")
    return f"{groups}{number}" + (f" ({'; '.join(inside)})" if inside else "")


def _alt(part: pd.DataFrame, domain: str, words: str) -> str:
    known = part[(part["presence"] != "missing") & ~part["national"]]
    gaps = part[part["presence"] == "missing"]["indicator"].nunique()
    told = f"{known['indicator'].nunique()} indicators with numbers" if len(known) else "no numbers"
    nation = part.loc[part["national"], "indicator"].nunique()
    apart = f", {nation} with numbers of a whole nation" if nation else ""
    return f"{domain}, {words}: {told}, {gaps} with gaps{apart}; the table below has what is drawn."


def numbers(rows: pd.DataFrame, words: str) -> Table:
    """Write what is drawn, gaps included.

    Parameters
    ----------
    rows
        Rows of one tenet.
    words
        Its name.
    """
    columns: dict[str, list[str]] = {
        "Indicator": [], "Where": [], "Group": [], "Beside": [], "Number": [], "From": [], "To": [],
        "Doubt": [], "Of": [], "Period": [],
    }  # fmt: skip
    # Gaps of several groups with one reason stand in one row.
    gaps = rows[rows["presence"] == "missing"]
    told = set(gaps.index[gaps.duplicated(["indicator", "missing"])])
    for place, row in zip(rows.index, lines(rows), strict=True):
        missing = row["presence"] == "missing"
        if place in told:
            continue
        scale = scale_of(row["measured_in"])
        what = f" ({row['what']})" if isinstance(row["what"], str) else ""
        number = written(row["value"], scale)
        beside = "all others" if row["comparator"] == "rest" else str(row["comparator"]) or rounding.ABSENT
        alike = gaps[(gaps["indicator"] == row["indicator"]) & (gaps["missing"] == row["missing"])] if missing else gaps
        cells = (
            f"{row['domain']}: {row['wording']}{what}",
            f"{row['area']} as a whole" if row["national"] else "this area",
            whom(alike, rows) if missing else str(row["group"]),
            beside if len(alike) == 1 or not missing else rounding.ABSENT,
            str(row["missing"]) if missing else f"{number} (proxy)" if row["presence"] == "proxy" else number,
            rounding.ABSENT if missing else written(row["lower"], scale),
            rounding.ABSENT if missing else written(row["upper"], scale),
            rounding.ABSENT if missing else doubt(row),
            rounding.count(row["denominator"]),
            rounding.ABSENT if missing else str(row["period"]),
        )
        for column, text in zip(columns.values(), cells, strict=True):
            column.append(text)
    return table(
        f"Numbers of the figure: {words}", columns, text=["Where", "Group", "Beside", "Doubt", "Period"],
        note="Of: people, events or posts of the group from which the number is computed.", folded=True,
    )  # fmt: skip


def beneath(rows: pd.DataFrame, words: str) -> Table:
    """Write the local numbers that stand beneath those of a nation.

    Parameters
    ----------
    rows
        Rows with a national number.
    words
        The tenet's name.
    """
    columns: dict[str, list[str]] = {
        "Local numbers": [], "Areas": [], "Lowest": [], "A quarter below": [], "Half below": [],
        "Three quarters below": [], "Highest": [], "Nearest to this area": [],
    }  # fmt: skip
    names = ("lowest", "quartile_1", "median", "quartile_3", "highest")
    for row in lines(rows.drop_duplicates(["local_what", "local_lowest", "local_highest"])):
        scale = scale_of(row["local_in"] or row["measured_in"])
        found = [row["local_what"], rounding.count(row["local_units"])]
        found += [written(row[f"local_{name}"], scale) for name in names]
        here = row["local_here"]
        found.append(f"{here}: {written(row['local_value'], scale)}" if isinstance(here, str) else rounding.ABSENT)
        for column, text in zip(columns.values(), found, strict=True):
            column.append(str(text))
    return table(
        f"Local numbers beneath those of the nation: {words}", columns, text=["Nearest to this area"],
        note="They show how unlike places are, which the nation's number hides. Unless the line says so, they are of "
        "everyone and not of one group.", folded=True,
    )  # fmt: skip
