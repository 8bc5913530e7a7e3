"""What comes anyway, what is assumed, how well such forecasts held, and what the page is not."""

from __future__ import annotations

import pandas as pd

from placemix.counts import Counts
from placemix.report import rounding
from placemix.report.items import Item, Points, Section, Table
from placemix.report.proposals.wording import spread
from placemix.report.tabling import table
from placemix.scenarios import Checked
from placemix.scenarios.records.keeping import NOT

#: What schemes are to the place without those checked, in words of the page.
_ROLES = {
    "completed before": "completed before the census", "completed since": "completed since the census",
    "unknown": "of unknown status",
}  # fmt: skip


def anyway(checked: Checked) -> Section:
    """List what comes without the schemes, each with its reason.

    Parameters
    ----------
    checked
        What was checked.
    """
    rows = checked["without"]
    others = rows[rows["role"] != "proposal"]
    heading = "What comes anyway"
    if others.empty:
        return Section(heading, ["No other scheme is known, so that the place without is the place as it was counted."])
    counted = others["counted"].astype(bool)
    items: list[Item] = []
    if counted.any():
        said = [
            f"{len(part):,} {_ROLES.get(str(name), name)} ({spread(part[['homes_low', 'homes_high']].sum())} homes)"
            for name, part in others[counted].groupby("role", sort=False)
        ]
        items.append(f"Other schemes on both sides of every comparison, by {checked.year}: {rounding.joined(said)}.")
    if (~counted).any():
        left = [
            f"{len(part):,} {_ROLES.get(str(name), name)}"
            for name, part in others[~counted].groupby("role", sort=False)
        ]
        items.append(f"Other schemes on neither side: {rounding.joined(left)}.")
    return Section(heading, [*items, _each(others)])


def _each(rows: pd.DataFrame) -> Table:
    return table(
        f"Each of the {len(rows):,} other schemes",
        {
            "Scheme": [
                str(row.reference) if pd.isna(row.name) else f"{row.reference}: {row.name}"
                for row in rows[["reference", "name"]].set_axis(["reference", "name"], axis=1).itertuples(index=False)
            ],
            "Counted": ["yes" if one else "no" for one in rows["counted"]],
            "Homes": [rounding.count(value) for value in rows["homes_high"]],
            "Why": [str(text) for text in rows["reason"]],
        },
        text=["Counted", "Why"],
        folded=True,
    )


def resting(checked: Checked) -> Section:
    """Say what the page rests on, how well its forecasts held, and what it is not.

    Parameters
    ----------
    checked
        What was checked.
    """
    notes = [note for one in checked.schemes for note in one.notes]
    absent = [f"{why[:1].upper()}{why[1:]}" for part, why in checked.absent.items() if part in {"ranges", "indices"}]
    items: list[Item] = [NOT, Points(checked.assumptions), " ".join([held(checked), *absent])]
    if notes:
        items.append(Points(tuple(dict.fromkeys(notes)), label="Problems of the sites", folded=True))
    sources = [
        f"{name}: {counts.about.source or 'source not stated'}"
        + (f", {counts.about.period}" if counts.about.period else "")
        + (f" ({counts.about.licence})" if counts.about.licence else "")
        + "."
        for name, counts in _tables(checked).items()
    ]
    # On paper too: a number without its source is none.
    items.append(f"Sources and licences. {' '.join(_ended(text) for text in (*sources, *checked.evidence.sources))}")
    return Section("What this rests on, and what it is not", items)


def held(checked: Checked) -> str:
    """Say how well the forecast of who comes held where places grew: its width, coverage and error."""
    rows = checked.tables.get("ranges")
    known = None if rows is None else rows[rows["lower"].notna()]
    if known is None or known.empty:
        return (
            "How well such forecasts held: nothing was learnt from places that grew, so that who would come is not "
            "predictable from these data, and no range is printed."
        )
    parts = [f"{name}: {_held(part)}" for name, part in known.groupby("dimension", sort=False)]
    return f"How well such forecasts held where places grew as much. {'. '.join(parts)}."


def _held(part: pd.DataFrame) -> str:
    def wide(value: float) -> str:
        return rounding.points(value).lstrip("+")

    width = wide((part["upper"] - part["lower"]).mean())
    return (
        f"ranges of {part['level'].iloc[0]:.0%} are {width} points wide on average and "
        f"held in {rounding.share(part['coverage'].mean())} of places of districts that they were not learnt from; the "
        f"middle was off by {wide(part['mean_error'].mean())} points, and to say that nothing changes by "
        f"{wide(part['mean_error_no_change'].mean())}"
    )


def _tables(checked: Checked) -> dict[str, Counts]:
    """The tables that the page rests on; residents by group where the annex is given."""
    residents = checked.evidence.residents
    more = {} if residents is None or "equality" not in checked.tables else {"Residents": residents}
    return checked.evidence.tables | more


def _ended(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
