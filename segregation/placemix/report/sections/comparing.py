"""Every dimension that the data carry, side by side: none is the default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from placemix.report import charts, rounding
from placemix.report.items import Figure, Heading, Item, Points, Section, Source, Table
from placemix.report.sections.lookups import (
    COMPLETE,
    COMPLETE_SHORT,
    HOUSEHOLDS,
    by_chance,
    chance_of_h,
    daggered,
    few,
    inner,
    plural,
    rival,
    rows,
    strata_of,
    units_in_words,
)
from placemix.report.tabling import table


class Measured(NamedTuple):
    """The frames of one dimension.

    Attributes
    ----------
    source
        What was counted.
    whole
        What `placemix.measure` gave for all units together: the multigroup information
        theory index (with mutual information, its chance value can be given too), and
        dissimilarity, isolation and the correlation ratio of one group.
    by
        The same by stratum, or None.
    """

    source: Source
    whole: pd.DataFrame
    by: pd.DataFrame | None = None


def dimensions(measured: Mapping[str, Measured], *, place: str = "the whole table") -> Section:
    """Compare every dimension by one multigroup index, and by D of two groups that are named.

    Parameters
    ----------
    measured
        Frames by name of the dimension, in the order to print.
    place
        Name of the whole.
    """
    items: list[Item] = [
        (
            "How separate people are depends on what is looked at, so every dimension in the data stands here "
            "and none is "
            "the default. H compares all groups of a dimension at once: 0 means that every unit has the mix of "
            "the whole, "
            "1 that no unit holds two groups. D compares the two groups that are named: it is the share of either "
            "that would have to move for both to be spread alike, a yardstick and not a proposal. Look at H for all "
            "groups together and at D for two of them; the two can rank dimensions differently."
        ),
        _whole(measured, place),
        _pair(next(iter(measured.values()))),
    ]
    told = _told(measured)
    notes = tuple(
        f"{name}: {one.source.note}" for name, one in measured.items() if one.source.note and name not in told
    )
    if notes:
        items.append(Points(notes))
    with_strata = {name: one for name, one in measured.items() if one.by is not None}
    if with_strata:
        label = " and ".join(strata_of(next(one.by for one in with_strata.values() if one.by is not None)))
        multi = by_stratum(with_strata)
        items += [Heading(f"By {label}"), *compared(multi, with_strata, label)]
        if len(multi) > 1:
            items.append(_spread(multi, with_strata, label))
        for kind, names in _kinds(with_strata).items():
            part = {name: with_strata[name] for name in names}
            if next(iter(measured)) not in part:
                items += [Heading(f"Counted by {kind}"), *_other(part, label)]
            items += [_matrix(multi, part, label, kind, lead=next(iter(measured))), _pairs(part, label, kind)]
    return Section("Every dimension in the data", items)


def _pair(one: Measured) -> str:
    """Say why these two groups: where they stand by size."""
    row = rows(one.whole, "dissimilarity").iloc[0]
    focal, against = str(row["focal"]), str(row["against"])
    sizes = dict(zip(one.source.groups, one.source.sizes, strict=False))
    everyone = one.source.people
    if focal not in sizes or everyone <= 0:
        return "The same page can be made for any other two groups."
    order = sorted(sizes, key=sizes.__getitem__, reverse=True)
    share = f"{rounding.share(sizes[focal] / everyone)} of {one.source.member}s"
    if against in sizes and order[:2] == [against, focal]:
        first = f"{focal} is the largest group after {against} ({share})"
    elif order[0] == focal:
        first = f"{focal} is the largest group ({share})"
    else:
        first = f"{focal} is number {order.index(focal) + 1} of {len(order)} groups by size ({share})"
    return f"{first}; the same page can be made for any other pair."


def _told(measured: Mapping[str, Measured]) -> set[str]:
    """Name the dimensions whose note stands under the sentence that compares them."""
    with_strata = {name: one for name, one in measured.items() if one.by is not None}
    if not with_strata:
        return set()
    first, *others = family(with_strata)
    multi = by_stratum(with_strata)
    return {other for other in others if len(multi) > 1 and bool((multi[other] > multi[first]).any())}


def _other(part: Mapping[str, Measured], label: str) -> list[Item]:
    """Lead into dimensions of other units: what was found, and what does not compare."""
    texts = []
    for name, one in part.items():
        pair = rows(one.whole, "dissimilarity").iloc[0]
        found = pd.DataFrame(rows(one.by, "dissimilarity")).dropna(subset=["value"])
        kept = [not by_chance(row["value"], row["expected"]) for _, row in found.iterrows()]
        sure = found["value"][kept]
        text = (
            f"{name}: D of {pair['focal']} compared with {rival(str(pair['against']))} is "
            f"{rounding.index(pair['value'])}"
        )
        if len(sure) > 1:
            text += (
                f", from {rounding.index(sure.min())} in {sure.idxmin()} to {rounding.index(sure.max())} in "
                f"{sure.idxmax()}"
            )
            left = len(found) - len(sure)
            text += f", without {left} {plural(label) if left > 1 else label} with few members (†)" if left else ""
        texts.append(f"{text}.")
    items: list[Item] = [Points(tuple(texts))]
    if len({_units(one) for one in part.values()}) > 1:
        sizes = {
            rounding.about(one.source.people / max(one.source.units - one.source.empty, 1)): name
            for name, one in reversed(list(part.items()))
        }
        told = rounding.joined(
            [f"about {size} in {inner(name.partition(':')[0])}" for size, name in reversed(sizes.items())]
        )
        kind = next(iter(part.values())).source
        items.append(
            f"Do not compare values across kinds of {kind.about.get('geography', 'unit')}: the mean number of "
            f"{kind.member}s is {told}, and smaller units, or more of them, raise every index."
        )
    return items


def by_stratum(measured: Mapping[str, Measured], measure: str = "information_theory") -> pd.DataFrame:
    """Lay one measure out, strata by dimensions; the multigroup form of H, the two-group form of others."""
    many = measure == "information_theory"
    columns = {name: rows(one.by, measure, many=many)["value"] for name, one in measured.items() if one.by is not None}
    strata = list(dict.fromkeys(stratum for column in columns.values() for stratum in column.index))
    return pd.DataFrame({name: column.reindex(strata) for name, column in columns.items()})


def family(measured: Mapping[str, Measured]) -> list[str]:
    """Name the dimensions that are counted in the same units as the first, and so compare with it."""
    first = next(iter(measured.values()))
    return [name for name, one in measured.items() if _units(one) == _units(first)]


def compared(multi: pd.DataFrame, measured: Mapping[str, Measured], label: str) -> list[str]:
    """Say where another dimension of the same units separates more than the first."""
    first, *others = family(measured)
    out = []
    for other in others:
        both = multi[[first, other]].dropna()
        above = list(both.index[both[other] > both[first]])
        if above and len(both) > 1:
            named = f": {rounding.joined(above)}" if len(above) <= 12 else ""
            out.append(
                f"{other} separates more than {inner(first)} in {len(above)} of the {len(both)} "
                f"{plural(label)}, as they "
                f"are grouped here{named}. {measured[other].source.note}".strip()
            )
    return out


def _units(one: Measured) -> tuple[object, ...]:
    return one.source.about.get("geography"), one.source.about.get("vintage"), one.source.units


def _kinds(measured: Mapping[str, Measured]) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for name, one in measured.items():
        out.setdefault(str(one.source.about.get("geography", "unit")), []).append(name)
    return out


def _whole(measured: Mapping[str, Measured], place: str) -> Table:
    columns: dict[str, list[str]] = {
        name: []
        for name in ("Dimension", "Counted", "Groups", "H", "H by chance", "Two groups compared", "D", "D by chance")
    }
    spelled: set[str] = set()
    for name, one in measured.items():
        many = rows(one.whole, "information_theory", many=True).iloc[0]
        pair = rows(one.whole, "dissimilarity").iloc[0]
        about = one.source.about
        whom = f"{rounding.count(one.source.people)} {about.get('universe', 'people')}"
        kind = plural(str(about.get("geography", "unit")))
        written = units_in_words(one.source) if one.source.unit_words and kind not in spelled else kind
        spelled.add(kind)
        where = f"{rounding.count(one.source.units)} {written}"
        cells = (
            name,
            ", ".join(filter(None, [f"{whom} in {where}", str(about.get("period", ""))])),
            str(len(one.source.groups)),
            rounding.index(many["value"]),
            rounding.index(chance_of_h(one.whole).iloc[0]),
            f"{pair['focal']} compared with {rival(str(pair['against']))}",
            daggered(pd.Series([pair["value"]]), pd.Series([pair["expected"]]))[0],
            rounding.index(pair["expected"]),
        )
        for column, cell in zip(columns.values(), cells, strict=True):
            column.append(cell)
    note = (
        f"{COMPLETE} {HOUSEHOLDS} H depends on how finely the groups of a dimension are drawn: two "
        "dimensions compare "
        "only as they are grouped here. Smaller units, or more of them, raise every index."
    ) + few(columns["D"])
    return table(
        f"How separate people are in {place}, by every dimension in the data",
        columns,
        text=("Counted", "Two groups compared"),
        note=note,
    )


def _spread(multi: pd.DataFrame, measured: Mapping[str, Measured], label: str) -> Figure:
    names = family(measured)
    shown = multi[names].loc[multi[names].max(axis=1).sort_values(ascending=False).index].dropna(how="all")
    image = charts.dots(
        list(shown.index), {name: shown[name].tolist() for name in names}, label="H, all groups of the dimension"
    )
    units = plural(str(measured[names[0]].source.about.get("geography", "unit")))
    shown_names = rounding.joined([inner(name) for name in names])
    caption = f"H in each {label}, of what is counted in the same {units}: {shown_names}."
    if len(names) > 1:
        highest = shown.idxmax(axis=1).value_counts()
        told = rounding.joined([f"{inner(str(name))} in {count}" for name, count in highest.items()])
        caption += f" The highest is {told} of {len(shown)} {plural(label)}."
    caption += charts.drawn(len(shown))
    return Figure(
        image=image,
        kind="image/svg+xml",
        alt=f"Dot plot: one line for each {label}, one dot for each dimension, placed by the index H. {caption}",
        caption=caption,
        table=table(
            f"Numbers of the figure: H by {label}",
            {label.capitalize(): list(shown.index)}
            | {name: [rounding.index(v) for v in shown[name]] for name in names},
        ),
    )


def _matrix(multi: pd.DataFrame, measured: Mapping[str, Measured], label: str, kind: str, *, lead: str) -> Table:
    shown = multi[list(measured)].dropna(how="all")
    places = {str(name): place for place, name in enumerate(shown.columns, 1)}
    strong: set[tuple[int, int]] = set()
    # Dimensions of other units differ too much in their number of groups to name a highest.
    if lead in measured and len(names := family(measured)) > 1:
        best = shown[names].fillna(-1).idxmax(axis=1)
        strong = {(row, places[str(name)]) for row, name in enumerate(best)}
    dated, warning = _dates(measured)
    columns = {label.capitalize(): [str(item) for item in shown.index]}
    columns |= {dated[str(name)]: [rounding.index(value) for value in shown[name]] for name in shown.columns}
    bold = "In bold: the highest among dimensions that are counted in the same units. " if strong else ""
    return table(
        f"H by {label}, counted by {kind}",
        columns,
        strong=frozenset(strong),
        note=f"{bold}{warning}Chance values stand beside each number in the tables by {label} below.",
    )


def _dates(measured: Mapping[str, Measured]) -> tuple[dict[str, str], str]:
    """Put the date in each heading where dates differ, and warn that they show no change."""
    periods = {name: str(one.source.about.get("period", "")) for name, one in measured.items()}
    if len(set(periods.values())) < 2:
        return {name: name for name in measured}, ""
    dated = {name: f"{name} ({period})" if period else name for name, period in periods.items()}
    return dated, "Columns of different dates are not drawn alike, so that they show no change. "


def _pairs(measured: Mapping[str, Measured], label: str, kind: str) -> Table:
    values, chances = (
        pd.DataFrame(
            {name: rows(one.by, "dissimilarity")[column] for name, one in measured.items() if one.by is not None}
        )
        for column in ("value", "expected")
    )
    order = by_stratum(measured, "dissimilarity").dropna(how="all").index
    dated, warning = _dates(measured)
    columns = {label.capitalize(): [str(item) for item in order]}
    for name, one in measured.items():
        row = rows(one.whole, "dissimilarity").iloc[0]
        columns[f"{dated[name]}: {row['focal']} compared with {rival(str(row['against']))}"] = daggered(
            values[name].reindex(order), chances[name].reindex(order)
        )
    cells = [cell for column in columns.values() for cell in column]
    return table(
        f"D of the two groups named, by {label}, counted by {kind}",
        columns,
        note=f"{warning}{COMPLETE_SHORT} Chance values stand beside each number in the tables by {label} "
        f"below.{few(cells)}",
    )
