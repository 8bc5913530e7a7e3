"""Every dimension that the data carry, side by side: none is the default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from placemix.report import charts, rounding
from placemix.report.items import Figure, Heading, Item, Section, Source, Table
from placemix.report.sections.lookups import (
    COMPLETE,
    HOUSEHOLDS,
    chance_of_h,
    inner,
    plural,
    rival,
    rows,
    strata_of,
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
            "1 that no unit holds two groups. D compares the two groups that are named: it is the share of the "
            "first that "
            "would have to move for both to be spread alike."
        ),
        _whole(measured, place),
    ]
    with_strata = {name: one for name, one in measured.items() if one.by is not None}
    if with_strata:
        label = " and ".join(strata_of(next(one.by for one in with_strata.values() if one.by is not None)))
        multi = by_stratum(with_strata)
        pairs = by_stratum(with_strata, "dissimilarity")
        items += [Heading(f"By {label}"), *compared(multi, with_strata, label)]
        if len(multi) > 1:
            items.append(_spread(multi, with_strata, label))
        for kind, names in _kinds(with_strata).items():
            part = {name: with_strata[name] for name in names}
            items += [_matrix(multi, part, label, kind), _pairs(pairs, part, label, kind)]
    return Section("Every dimension the data carry", items)


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
                f"are grouped here{named}."
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
    for name, one in measured.items():
        many = rows(one.whole, "information_theory", many=True).iloc[0]
        pair = rows(one.whole, "dissimilarity").iloc[0]
        about = one.source.about
        whom = f"{rounding.count(one.source.people)} {about.get('universe', 'people')}"
        where = f"{rounding.count(one.source.units)} {plural(str(about.get('geography', 'unit')))}"
        cells = (
            name,
            ", ".join(filter(None, [f"{whom} in {where}", str(about.get("period", ""))])),
            str(len(one.source.groups)),
            rounding.index(many["value"]),
            rounding.index(chance_of_h(one.whole).iloc[0]),
            f"{pair['focal']} / {rival(str(pair['against']))}",
            rounding.index(pair["value"]),
            rounding.index(pair["expected"]),
        )
        for column, cell in zip(columns.values(), cells, strict=True):
            column.append(cell)
    note = (
        f"{COMPLETE} {HOUSEHOLDS} H depends on how finely the groups of a dimension are drawn: two "
        "dimensions compare "
        "only as they are grouped here, and more or smaller units raise every index."
    )
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


def _matrix(multi: pd.DataFrame, measured: Mapping[str, Measured], label: str, kind: str) -> Table:
    shown = multi[list(measured)].dropna(how="all")
    places = {str(name): place for place, name in enumerate(shown.columns, 1)}
    strong: set[tuple[int, int]] = set()
    left = dict(measured)
    while left:
        names = family(left)
        if len(names) > 1:
            best = shown[names].fillna(-1).idxmax(axis=1)
            strong |= {(row, places[str(name)]) for row, name in enumerate(best)}
        left = {name: one for name, one in left.items() if name not in names}
    columns = {label.capitalize(): [str(item) for item in shown.index]}
    columns |= {str(name): [rounding.index(value) for value in shown[name]] for name in shown.columns}
    bold = "In bold: the highest among dimensions that are counted in the same units. " if strong else ""
    return table(
        f"H by {label}, counted by {kind}",
        columns,
        strong=frozenset(strong),
        note=f"{bold}Chance values stand beside each number in the tables by {label} below.",
    )


def _pairs(pairs: pd.DataFrame, measured: Mapping[str, Measured], label: str, kind: str) -> Table:
    shown = pairs[list(measured)].dropna(how="all")
    columns = {label.capitalize(): [str(item) for item in shown.index]}
    for name, one in measured.items():
        row = rows(one.whole, "dissimilarity").iloc[0]
        columns[f"{name}: {row['focal']} / {rival(str(row['against']))}"] = [
            rounding.index(value) for value in shown[name]
        ]
    return table(
        f"D of the two groups named, by {label}, counted by {kind}",
        columns,
        note=f"Complete counts. Chance values stand beside each number in the tables by {label} below.",
    )
