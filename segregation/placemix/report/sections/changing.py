"""What changed between two dates, and how much of it is sorting."""

from __future__ import annotations

import pandas as pd

from placemix.decompose.dates import NEGLIGIBLE
from placemix.report import charts, rounding
from placemix.report.items import Figure, Heading, Item, Points, Section, Table
from placemix.report.sections.lookups import capital, labels, people, plural, rival, strata_of
from placemix.report.tabling import table

#: More sentences than this wait behind a heading.
FEW = 6
#: A change of D below this is called hardly any.
HARDLY = 0.005


def change(
    changes: pd.DataFrame,
    *,
    whole: pd.DataFrame | None = None,
    before: str = "before",
    after: str = "after",
    place: str = "the whole table",
    note: str = "",
    member: str = "member",
    elsewhere: str = "",
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
    member
        What one of the people is called.
    elsewhere
        How these units and their values differ from those of the rest of the page.
    """
    names = strata_of(changes, "focal")
    label = " and ".join(names) or "place"
    items: list[Item] = []
    if not names:
        whole, changes = None, pd.DataFrame(changes)
    told = changes if not names else whole
    if told is not None:
        items.append(_headline(pd.DataFrame(told), before, after, place, member, elsewhere))
        items += list(dict.fromkeys(_there(text, place, member) for text in told["sentence"].dropna().astype(str)))
    items.append(
        "Isolation rises when a group grows, even where nobody moves. Composition is that part; sorting is "
        "the rest, with both dates given "
        "the same group and unit sizes. D is given against each comparison, because its direction can depend on it. "
        "D and sorting can part, because D also moves with the sizes of the groups and units. "
        f"{note}".strip()
    )
    frame = pd.DataFrame(changes)
    frame = frame.iloc[(frame["against"].astype(str) == "rest").to_numpy().argsort(kind="stable")]
    for (focal, against), part in frame.groupby(["focal", "against"], sort=False, observed=True):
        shown = part.set_axis(labels(part, names).to_list() if names else [capital(place)] * len(part), axis=0)
        heading = f"{focal} against {rival(str(against))}"
        items.append(Heading(heading))
        if len(shown) > 1:
            items.append(_figure(shown, heading, label, before, after, whom=_whom(str(focal), str(against), member)))
        if whole is not None:
            rows = pd.DataFrame(whole)
            rows = rows[(rows["focal"].astype(str) == str(focal)) & (rows["against"].astype(str) == str(against))]
            shown = pd.concat([shown, rows.set_axis([capital(place)] * len(rows), axis=0)])
        items.append(_table(shown, heading, label, before, after, total=whole is not None))
    if names:
        texts = tuple(dict.fromkeys(_there(text, place, member) for text in frame["sentence"].dropna().astype(str)))
        items.append(Points(texts, label=f"In words, {label} by {label}", folded=len(texts) > FEW))
    return Section(f"Change from {before} to {after}", items)


def _headline(whole: pd.DataFrame, before: str, after: str, place: str, member: str, elsewhere: str) -> str:
    """Say first how D went against the named group, then against everyone else."""
    rows = whole.iloc[(whole["against"].astype(str) == "rest").to_numpy().argsort(kind="stable")]
    rows = rows.dropna(subset=["dissimilarity_before", "dissimilarity_after"])
    rows = rows[rows["focal"].astype(str) == str(whole["focal"].iloc[0])]
    if rows.empty:
        return f"In {place}, the change of D is undefined."
    focal = str(whole["focal"].iloc[0])
    told: list[str] = []
    for _, row in rows.iterrows():
        then, now = rounding.index(row["dissimilarity_before"]), rounding.index(row["dissimilarity_after"])
        whom = people(str(row["against"]), member)
        beside = f"D of {focal} {member}s against {whom}" if not told else f"against {whom} it"
        told.append(f"{beside} went from {then} in {before} to {now} in {after}")
    return " ".join(filter(None, [f"In {place}, {'; '.join(told)}.", elsewhere]))


def _there(sentence: str, place: str, member: str) -> str:
    """Name the whole and its people as the page does."""
    sentence = sentence.replace(" member (", f" {member} (").replace(" member rose", f" {member} rose")
    sentence = sentence.replace(" member fell", f" {member} fell").replace(" member stayed", f" {member} stayed")
    return sentence.replace("In the whole table,", f"In {place},", 1).replace("in the whole table", f"in {place}", 1)


def _table(shown: pd.DataFrame, heading: str, label: str, before: str, after: str, *, total: bool) -> Table:
    alone = str(shown["against"].iloc[0]) != "rest"
    own = "Share of own group" if alone else "Isolation"
    what = "D and share of own group, among the two groups alone," if alone else "D and isolation"
    return table(
        f"{what} in {before} and {after}: {heading}",
        {
            label.capitalize(): [str(name) for name in shown.index],
            f"D {before}": [rounding.index(value) for value in shown["dissimilarity_before"]],
            f"D {after}": [rounding.index(value) for value in shown["dissimilarity_after"]],
            "Change of D": [rounding.change(value) for value in shown["dissimilarity_change"]],
            f"{own} {before}": [rounding.share(value) for value in shown["isolation_before"]],
            f"{own} {after}": [rounding.share(value) for value in shown["isolation_after"]],
            "Change, points": [rounding.points(value) for value in shown["isolation_change"]],
            "of it composition": [rounding.points(value) for value in shown["composition"]],
            "of it sorting": [_sorted(value) for value in shown["structure"]],
            "Sorting in words": [str(text) for text in shown["sorting"]],
        },
        text=["Sorting in words"],
        strong=frozenset((len(shown) - 1, column) for column in range(1, 10)) if total else frozenset(),
        note=_note(shown),
    )


def _sorted(value: float) -> str:
    """Write a change in sorting so that none never looks like some: 0.196 points are not 0.20."""
    none = abs(value) < NEGLIGIBLE and round(100 * abs(value), 2) >= 100 * NEGLIGIBLE
    return rounding.points(value, 3 if none else 2)


def _note(shown: pd.DataFrame) -> str:
    text = (
        "Complete counts at both dates. Changes are computed before rounding. No change in sorting: under 0.2 points "
        "before rounding. "
        "Not determined: fitting the earlier date to the later and the later to the earlier give sorting opposite "
        "signs, or in more than a tenth of the units one of the groups has nobody at one of the dates."
    )
    if str(shown["against"].iloc[0]) != "rest":
        text += " Every figure in this table is measured among the two groups alone, as if nobody else were there."
    return text


def _whom(focal: str, against: str, member: str) -> str:
    return f"{focal} {member}s against {people(against, member)}"


def _figure(shown: pd.DataFrame, heading: str, label: str, before: str, after: str, *, whom: str) -> Figure:
    ordered = shown.sort_values("dissimilarity_after", ascending=False, kind="stable")
    image = charts.dots(
        [str(name) for name in ordered.index],
        {before: ordered["dissimilarity_before"], after: ordered["dissimilarity_after"]},
        label=f"D, {heading}",
        arrows=True,
    )
    moved = ordered["dissimilarity_change"]
    fell = [str(name) for name in ordered.index[moved <= -HARDLY]]
    rose = [str(name) for name in ordered.index[moved >= HARDLY]]
    hardly = [str(name) for name in ordered.index[moved.abs() < HARDLY]]
    told = [f"fell in {len(fell)}" + (f" ({rounding.joined(fell)})" if 0 < len(fell) <= 4 else "")] if fell else []
    told += [f"rose in {len(rose)}" + (f" ({rounding.joined(rose)})" if 0 < len(rose) <= 4 else "")] if rose else []
    if hardly:
        named = f"; {rounding.joined(hardly)}" if len(hardly) <= 4 else ""
        told.append(f"hardly changed in {len(hardly)} (by less than {HARDLY:g}{named})")
    caption = (
        f"D of {whom} in {before} (hollow) and {after} (filled). "
        f"Of {len(ordered)} {plural(label)} it {rounding.joined(told) or 'is undefined'}."
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
