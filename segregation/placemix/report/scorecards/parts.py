"""Sections of the page about the whole: where evidence is, gaps, status, notes, and sources."""

from __future__ import annotations

import pandas as pd

from placemix.outcomes.indicators.rows import TENETS
from placemix.outcomes.scoring.terms import EVERYONE, GAPS
from placemix.report import rounding
from placemix.report.items import Figure, Item, Points, Section
from placemix.report.scorecards import shapes
from placemix.report.tabling import table

_NATION = "only figures of the nation are known"
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
        told = pd.Series(data=False, index=part.index)
        for end, words in (("nothing is known.", "nothing is known"), ("only national figures are known.", _NATION)):
            these = part["flag"].str.endswith(end)
            names = [TENETS[str(one)] for one in part.loc[these, "tenet"]]
            said += [f"{domain}: {words} of {rounding.joined(names)}."] if names else []
            told |= these
        said += list(part.loc[~told, "flag"].astype(str))
    return tuple(said)


def _count(part: pd.DataFrame) -> str:
    if part.empty:
        return rounding.ABSENT
    best = (
        part[~part["national"]].groupby("indicator", sort=False)["presence"].agg(lambda one: min(one, key=_CELLS.index))
    )
    known = int((best == "number").sum())
    more = [f"{int((best == name).sum())} {name}" for name in ("undefined", "proxy") if (best == name).any()]
    nation = set(part.loc[part["national"], "indicator"]) & set(best.index[best == "missing"])
    more += [f"{len(nation)} of the nation alone"] if nation else []
    text = f"{known} of {len(best)}"
    return f"{text}, {', '.join(more)}" if more else text


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
        columns["Groups"].append(whom(part, card))
        columns["Gap"].append(str(one["missing"]))
        columns["Why"].append(str(one["reason"]) if isinstance(one["reason"], str) else rounding.ABSENT)
    used = [name for name in GAPS if name in set(rows["missing"])]
    meaning = " ".join(f"{name.capitalize()}: {GAPS[name]}." for name in used)
    items: list[Item] = [
        "A gap is a result: it says what would have to be published.",
        table("Indicators without a number", columns, text=["Groups", "Gap", "Why"], note=meaning),
    ]
    return Section("What is missing", items)


def whom(part: pd.DataFrame, card: pd.DataFrame) -> str:
    """Name the groups of rows of one indicator, or say that they are all of it.

    Parameters
    ----------
    part
        Rows of one indicator.
    card
        Rows of the scorecard that hold all of this indicator.
    """
    pairs = card.loc[card["indicator"] == part["indicator"].iloc[0], ["group", "comparator"]].drop_duplicates()
    names = list(dict.fromkeys(map(str, part["group"])))
    whole = len(part[["group", "comparator"]].drop_duplicates()) == len(pairs)
    return "all" if whole or names == [EVERYONE] else rounding.joined(names)


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
    held = "This counts tables that are held, those of a nation and of other groups among them"
    return Section(
        "What is known of each indicator",
        [
            f"Of {len(rows)} indicators of the framework: {said}. {held}, and so more than the numbers of this area.",
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
        "Dot": "number of this area",
        "Square": "number of a whole nation, which is not of this area",
        "Line with ends": "sampling range of the number",
        "Empty box": "cells are hidden, and the number lies between these ends",
        "Diamond": "cells were changed a little to protect people; dots show how far, where that is known",
        "Dashes": "range by an assumption, by chance or by other borders",
        "Open circle": "a proxy: something else that stands in",
        "Grey bar": "local numbers beneath a national one: all (thin), the middle half (thick), the middle (white)",
        "Triangle": "the local area that is nearest to this one",
        "Hatched": "no number, and why",
    }  # fmt: skip
    figure = Figure(
        image=shapes.key(), kind="image/png", alt="Shapes of the figures and what each means, as in the table below.",
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
