"""What changed between two dates, and how much of it is sorting."""

from __future__ import annotations

import pandas as pd

from placemix.report import charts, rounding
from placemix.report.items import Figure, Heading, Item, Points, Section, Table
from placemix.report.sections.lookups import capital, labels, plural, rival, strata_of
from placemix.report.tabling import table

#: More sentences than this wait behind a heading.
FEW = 6


def change(
    changes: pd.DataFrame,
    *,
    whole: pd.DataFrame | None = None,
    before: str = "before",
    after: str = "after",
    place: str = "the whole table",
    note: str = "",
) -> Section:
    """Show what `placemix.compare_dates` found, with what each group was compared with.

    Parameters
    ----------
    changes
        What `placemix.compare_dates` gave, one row a stratum, group and comparison.
    whole
        The same for all units together.
    before, after
        Names of the dates.
    place
        Name of the whole.
    note
        How the two dates were brought onto the same units.
    """
    names = strata_of(changes, "focal")
    label = " and ".join(names) or "place"
    items: list[Item] = []
    if not names:
        whole, changes = None, pd.DataFrame(changes)
    told = changes if not names else whole
    if told is not None:
        items += list(dict.fromkeys(_there(text, place) for text in told["sentence"].dropna().astype(str)))
    items.append(
        "Isolation rises when a group grows, even where nobody moves. Composition is that part; sorting is "
        "the rest, with both dates given "
        "the same group and unit sizes. D is given against each comparison, because its direction can depend on it. "
        f"{note}".strip()
    )
    frame = pd.DataFrame(changes)
    for (focal, against), part in frame.groupby(["focal", "against"], sort=False, observed=True):
        shown = part.set_axis(labels(part, names).to_list() if names else [capital(place)] * len(part), axis=0)
        heading = f"{focal} against {rival(str(against))}"
        items.append(Heading(heading))
        if len(shown) > 1:
            items.append(_figure(shown, heading, label, before, after))
        if whole is not None:
            rows = pd.DataFrame(whole)
            rows = rows[(rows["focal"].astype(str) == str(focal)) & (rows["against"].astype(str) == str(against))]
            shown = pd.concat([shown, rows.set_axis([capital(place)] * len(rows), axis=0)])
        items.append(_table(shown, heading, label, before, after, total=whole is not None))
    if names:
        texts = tuple(dict.fromkeys(frame["sentence"].dropna().astype(str)))
        items.append(Points(texts, label=f"In words, {label} by {label}", folded=len(texts) > FEW))
    return Section(f"Change from {before} to {after}", items)


def _there(sentence: str, place: str) -> str:
    """Name the whole as the page does."""
    return sentence.replace("In the whole table,", f"In {place},", 1).replace("in the whole table", f"in {place}", 1)


def _table(shown: pd.DataFrame, heading: str, label: str, before: str, after: str, *, total: bool) -> Table:
    return table(
        f"D and isolation in {before} and {after}: {heading}",
        {
            label.capitalize(): [str(name) for name in shown.index],
            f"D {before}": [rounding.index(value) for value in shown["dissimilarity_before"]],
            f"D {after}": [rounding.index(value) for value in shown["dissimilarity_after"]],
            "Change of D": [rounding.change(value) for value in shown["dissimilarity_change"]],
            f"Isolation {before}": [rounding.share(value) for value in shown["isolation_before"]],
            f"Isolation {after}": [rounding.share(value) for value in shown["isolation_after"]],
            "Change, points": [rounding.points(value) for value in shown["isolation_change"]],
            "of it composition": [rounding.points(value) for value in shown["composition"]],
            "of it sorting": [rounding.points(value) for value in shown["structure"]],
            "Sorting in words": [str(text) for text in shown["sorting"]],
        },
        text=["Sorting in words"],
        strong=frozenset((len(shown) - 1, column) for column in range(1, 10)) if total else frozenset(),
        note=_note(shown),
    )


def _note(shown: pd.DataFrame) -> str:
    text = (
        "Both dates are complete counts, so there is no sampling interval; what chance alone would give stands in the "
        "tables of each dimension. A change in sorting under 0.2 points is called none."
    )
    if str(shown["against"].iloc[0]) != "rest":
        text += " Everything in this table is measured among the two groups alone, isolation too."
    return text


def _figure(shown: pd.DataFrame, heading: str, label: str, before: str, after: str) -> Figure:
    ordered = shown.sort_values("dissimilarity_after", ascending=False, kind="stable")
    image = charts.dots(
        [str(name) for name in ordered.index],
        {before: ordered["dissimilarity_before"], after: ordered["dissimilarity_after"]},
        label=f"D, {heading}",
        arrows=True,
    )
    fell = [str(name) for name in ordered.index[ordered["dissimilarity_change"] < 0]]
    rose = [str(name) for name in ordered.index[ordered["dissimilarity_change"] > 0]]
    told = [f"fell in {len(fell)}" + (f" ({rounding.joined(fell)})" if 0 < len(fell) <= 4 else "")] if fell else []
    told += [f"rose in {len(rose)}" + (f" ({rounding.joined(rose)})" if 0 < len(rose) <= 4 else "")] if rose else []
    caption = (
        f"D of {heading} in {before} (hollow) and {after} (filled). "
        f"Of {len(ordered)} {plural(label)} it {' and '.join(told) or 'stayed as it was'}."
        f"{charts.drawn(len(ordered))}"
    )
    return Figure(
        image=image,
        kind="image/svg+xml",
        alt=f"Dot plot with one line for each {label}. {caption}",
        caption=caption,
        table=table(
            f"Numbers of the figure: D, {heading}",
            {
                label.capitalize(): [str(name) for name in ordered.index],
                before: [rounding.index(value) for value in ordered["dissimilarity_before"]],
                after: [rounding.index(value) for value in ordered["dissimilarity_after"]],
            },
        ),
    )
