"""The equality annex, and figures of the whole district for plans."""

from __future__ import annotations

import pandas as pd

from placemix.report import rounding
from placemix.report.items import Item, Points, Section
from placemix.report.proposals.wording import plain, spread
from placemix.report.tabling import table
from placemix.scenarios import Checked

#: Said of a change that chance alone would often give.
_SMALL = "too small to change the district's figure"
#: Measures of the district, as they are named on the page.
NAMES = {
    "information_theory": "H, how unevenly it is spread",
    "correlation_ratio": "V, isolation beyond its share",
    "isolation": "Isolation, the share around its average home",
    "place_gap": "Place gap",
}


def equality(checked: Checked) -> Section | None:
    """Print the equality annex, where it was asked for.

    Parameters
    ----------
    checked
        What was checked.
    """
    if "equality" not in checked.tables:
        return None
    rows = checked["equality"]
    items: list[Item] = []
    if "printed" in rows.columns:
        told = rows[rows["printed"].notna()]
        # Its sentences begin with the id of a unit, for which its name stands.
        texts = [
            f"{checked.named(unit)},{str(text).removeprefix(f'{unit},')}" if str(text).startswith(f"{unit},") else text
            for unit, text in zip(told["unit"], told["printed"].astype(str), strict=True)
        ]
        items.append(Points(tuple(dict.fromkeys(texts))))
    why = list(dict.fromkeys(str(text) for text in rows["reason"].dropna()))
    items += [f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}" for text in why]
    items += list(dict.fromkeys(str(text) for text in rows["what_this_is_not"].dropna()))
    notes = list(dict.fromkeys(str(text) for text in rows["note"].dropna()))
    if notes:
        items.append(Points(tuple(notes), label="What the annex rests on", folded=True))
    return Section("Equality annex", items)


def indices(checked: Checked) -> Section | None:
    """Print figures of the district of a plan, each beside what chance would do to it.

    Parameters
    ----------
    checked
        What was checked.
    """
    if "indices" not in checked.tables:
        return None
    rows = checked["indices"]
    district, focal = str(rows["district"].iloc[0]), plain(str(rows["focal"].iloc[0]))
    columns: dict[str, list[str]] = {
        "Figure": [], "Without": [], "With": [], "Change": [], "By chance alone": [], "Verdict": [],
    }  # fmt: skip
    for name, part in rows.groupby("measure", sort=False):
        undefined = part["change"].isna()
        beyond = part["beyond_chance"].astype("boolean").fillna(value=False).astype(bool)
        columns["Figure"].append(NAMES.get(str(name), str(name)))
        columns["Without"].append(spread(part["before"], _fine))
        columns["With"].append(spread(part["after"], _fine))
        columns["Change"].append(spread(part["change"], _fine))
        columns["By chance alone"].append(f"±{spread((part['upper'] - part['lower']) / 2, _fine)}")
        one_end = "more than chance for the most homes, or the fewest, alone"
        columns["Verdict"].append(
            "not defined" if undefined.all()
            else "more than chance" if beyond.all() else one_end if beyond.any() else _SMALL
        )  # fmt: skip
    words = checked.evidence.condition_words
    said = f"The tenure that is followed is {focal}, within {district}."
    if words and (rows["measure"] == "place_gap").any():
        said += f" The place gap is the difference in {words} between the places of its homes and those of others."
    items: list[Item] = [
        said,
        table(
            f"Figures of {district} in {checked.year} without what is proposed, and with all of it",
            columns,
            text=["Verdict"],
            note=(
                f"By chance alone: were homes of the same kinds dealt anew, {rows['level'].iloc[0]:.0%} of changes "
                "would be no larger than this, either way. D is not given: homes of the district's own mix change it "
                "by the same factor wherever they are built."
                + (" Two numbers: for the fewest and the most homes." if len(rows["case"].unique()) > 1 else "")
            ),
        ),
    ]
    return Section("Figures of the whole district", items)


def _fine(value: float) -> str:
    if pd.isna(value):
        return rounding.ABSENT
    return f"{value:+.4f}".replace("-", "−") if value < 0 else f"{value:.4f}"
