"""Sections of the page: where evidence is, each tenet, gaps, status, notes, and sources."""

from __future__ import annotations

import pandas as pd

from placemix.outcomes.indicators.rows import TENETS
from placemix.outcomes.scoring.telling import sentence
from placemix.outcomes.scoring.terms import EVERYONE, GAPS
from placemix.report import rounding
from placemix.report.items import Figure, Item, Points, Section, Table
from placemix.report.scorecards import drawing
from placemix.report.scorecards.scaling import doubt, scale_of, written
from placemix.report.tabling import table

#: What a cell of the overview says, from the best.
_CELLS = ("number", "undefined", "proxy", "missing")


def overview(card: pd.DataFrame) -> Section:
    """Count by domain and tenet, and name the tenets of which nothing is known.

    Parameters
    ----------
    card
        The scorecard.
    """
    domains = list(dict.fromkeys(card["domain"]))
    columns: dict[str, list[str]] = {"Domain": domains}
    for tenet, words in TENETS.items():
        columns[words.capitalize()] = [
            _count(card[(card["domain"] == one) & (card["tenet"] == tenet)]) for one in domains
        ]
    flags = lacking(card)
    items: list[Item] = [
        table(
            "Indicators with a number, by domain and part of integration", columns, text=list(columns)[1:],
            note=f"{rounding.ABSENT}: the framework has no indicator there. Nothing is added up across indicators.",
        )
    ]  # fmt: skip
    if flags:
        items.append(Points(flags, label="What the domains lack"))
    return Section("Where the evidence is", items)


def lacking(card: pd.DataFrame) -> tuple[str, ...]:
    """Say what each domain lacks, those of which nothing is known in one sentence a domain.

    Parameters
    ----------
    card
        The scorecard.
    """
    rows = card.dropna(subset=["flag"]).drop_duplicates(["domain", "tenet"])
    said = []
    for domain, part in rows.groupby("domain", sort=False):
        bare = part["flag"].str.endswith("nothing is known.")
        names = [TENETS[str(one)] for one in part.loc[bare, "tenet"]]
        said += [f"{domain}: nothing is known of {rounding.joined(names)}."] if names else []
        said += list(part.loc[~bare, "flag"].astype(str))
    return tuple(said)


def _count(part: pd.DataFrame) -> str:
    if part.empty:
        return rounding.ABSENT
    best = part.groupby("indicator", sort=False)["presence"].agg(lambda one: min(one, key=_CELLS.index))
    known = int((best == "number").sum())
    more = [f"{int((best == name).sum())} {name}" for name in ("undefined", "proxy") if (best == name).any()]
    text = f"{known} of {len(best)}"
    return f"{text}, {', '.join(more)}" if more else text


def tenet(card: pd.DataFrame, name: str) -> Section | None:
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
    many = f"{known['indicator'].nunique()} of {rows['indicator'].nunique()}"
    figure = Figure(
        image=first[0], kind="image/png", alt=first[1], beside=tuple(rest), titles=tuple(titles), wide=True,
        caption=f"{TENETS[name].capitalize()}: something is known of {many} indicators. Hatched: no number, and why.",
        table=numbers(rows, TENETS[name]),
    )  # fmt: skip
    items: list[Item] = [figure]
    told = known.copy()
    if len(told):
        items.append(Points(tuple(dict.fromkeys(_plain(row) for row in told.to_dict("records"))), label="In words"))
    return Section(TENETS[name].capitalize(), items)


def _plain(row: dict[str, object]) -> str:
    note = f" {row['note']}" if isinstance(row["note"], str) else ""
    return f"{sentence(row)}{note} Source: {row['published_in']}."


def _alt(part: pd.DataFrame, domain: str, words: str) -> str:
    known = part[part["presence"] != "missing"]
    gaps = part[part["presence"] == "missing"]["indicator"].nunique()
    told = f"{known['indicator'].nunique()} indicators with numbers" if len(known) else "no numbers"
    return f"{domain}, {words}: {told}, {gaps} with gaps; the table below has what is drawn."


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
        "Indicator": [], "Group": [], "Beside": [], "Number": [], "From": [], "To": [], "Doubt": [], "Of": [],
        "Period": [],
    }  # fmt: skip
    for row in rows.to_dict("records"):
        missing = row["presence"] == "missing"
        scale = scale_of(row["measured_in"])
        columns["Indicator"].append(f"{row['domain']}: {row['wording']}")
        columns["Group"].append(str(row["group"]) + (" (nation)" if row["national"] else ""))
        columns["Beside"].append(
            "all others" if row["comparator"] == "rest" else str(row["comparator"]) or rounding.ABSENT
        )
        number = written(row["value"], scale)
        columns["Number"].append(
            str(row["missing"]) if missing else f"{number} (proxy)" if row["presence"] == "proxy" else number
        )
        columns["From"].append(rounding.ABSENT if missing else written(row["lower"], scale))
        columns["To"].append(rounding.ABSENT if missing else written(row["upper"], scale))
        columns["Doubt"].append(rounding.ABSENT if missing else doubt(row))
        columns["Of"].append(rounding.count(row["denominator"]))
        columns["Period"].append(rounding.ABSENT if missing else str(row["period"]))
    return table(
        f"Numbers of the figure: {words}", columns, text=["Group", "Beside", "Doubt", "Period"],
        note="Of: people, events or posts of the group from which the number is computed.", folded=True,
    )  # fmt: skip


def gaps(card: pd.DataFrame) -> Section:
    """List what is missing, with its reason.

    Parameters
    ----------
    card
        The scorecard.
    """
    rows = card[card["presence"] == "missing"]
    if rows.empty:
        return Section("What is missing", ["Every cell has a number."])
    columns: dict[str, list[str]] = {"Indicator": [], "Groups": [], "Gap": [], "Why": []}
    for _, part in rows.drop_duplicates(["indicator", "group", "comparator"]).groupby(
        ["indicator", "missing"], sort=False
    ):
        one = part.iloc[0]
        columns["Indicator"].append(f"{one['domain']}: {one['wording']}")
        whole = (
            len(part)
            == card.loc[card["indicator"] == one["indicator"], ["group", "comparator"]].drop_duplicates().shape[0]
        )
        names = [str(name) for name in part["group"]]
        columns["Groups"].append("all" if whole or names == [EVERYONE] else rounding.joined(names))
        columns["Gap"].append(str(one["missing"]))
        columns["Why"].append(str(one["reason"]) if isinstance(one["reason"], str) else rounding.ABSENT)
    used = [name for name in GAPS if name in set(rows["missing"])]
    meaning = " ".join(f"{name.capitalize()}: {GAPS[name]}." for name in used)
    items: list[Item] = [
        "A gap is a result: it says what would have to be published.",
        table("Indicators without a number", columns, text=["Groups", "Gap", "Why"], note=meaning),
    ]
    return Section("What is missing", items)


def status(card: pd.DataFrame) -> Section:
    """Print the status of each indicator of the framework.

    Parameters
    ----------
    card
        The scorecard.
    """
    rows = card.drop_duplicates("indicator")
    counts = rows["status"].value_counts()
    said = ", ".join(
        f"{int(counts.get(name, 0))} {name}" for name in ("by group", "by area only", "proxy", "no source")
    )
    published = card.groupby("indicator", sort=False)["published"].first()
    return Section(
        "What is known of each indicator",
        [
            f"Of {len(rows)} indicators of the framework: {said}.",
            table(
                "Status of each indicator, from the tables given",
                {
                    "Indicator": [f"{row['domain']}: {row['wording']}" for row in rows.to_dict("records")],
                    "Kind": [str(one) for one in rows["kind"]],
                    "Status": [str(one) for one in rows["status"]],
                    "Last year": [rounding.ABSENT if pd.isna(one) else str(one) for one in rows["last_year"]],
                    "Still published": [
                        str(published.get(one)) if isinstance(published.get(one), str) else rounding.ABSENT
                        for one in rows["indicator"]
                    ],
                },
                text=["Kind", "Status", "Still published"],
                folded=True,
            ),
        ],
    )


def notes(card: pd.DataFrame) -> Section | None:
    """Print what is known in words, each with its source and date.

    Parameters
    ----------
    card
        The scorecard.
    """
    rows = card[card["qualitative"].notna()].drop_duplicates(["indicator", "qualitative"])
    if rows.empty:
        return None
    told = [
        f"{row['domain']}, {row['wording']}: {str(row['qualitative']).rstrip('.')}. ({row['qualitative_source']}, "
        f"{row['qualitative_date']})"
        for row in rows.to_dict("records")
    ]
    return Section("Notes", ["What is known in words, by whom and when; a note is no number.", Points(tuple(told))])


def reading() -> Section:
    """Say how the figures are read, and what the page is not."""
    words = {
        "Line with ends": "sampling range of the number",
        "Empty box": "cells are hidden, and the number lies between these ends",
        "Diamond": "cells were changed a little to protect people; dots show how far, where that is known",
        "Dashes": "range by an assumption, by chance or by other borders",
        "Open circle": "a proxy: something else that stands in",
        "Grey bar beneath": "local numbers beneath a national one",
        "Hatched": "no number, and why",
    }  # fmt: skip
    figure = Figure(
        image=drawing.key(), kind="image/png", alt="Shapes of the figures and what each means, as in the table below.",
        caption="Kinds of doubt are told apart by shape, not by colour.",
        table=table(
            "Shapes of the figures", {"Shape": list(words), "Meaning": list(words.values())}, text=["Meaning"],
            folded=True,
        ),
    )  # fmt: skip
    return Section(
        "How to read the figures",
        [
            figure,
            "Numbers of different indicators are in different units and stand on axes of their own.",
            "There is no index of it all, and areas are not ranked.",
            "A difference between groups does not say why it is there.",
        ],
    )


def sources(card: pd.DataFrame) -> Section | None:
    """List where the numbers were published.

    Parameters
    ----------
    card
        The scorecard.
    """
    rows = card[card["published_in"].notna()].drop_duplicates(["published_in", "period", "universe"])
    if rows.empty:
        return None
    told = [
        f"{row['published_in']}: {row['universe']}, {row['area']}, {row['period']}." for row in rows.to_dict("records")
    ]
    return Section("Sources", [Points(tuple(dict.fromkeys(told)))])
