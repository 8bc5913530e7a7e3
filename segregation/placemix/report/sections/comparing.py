"""Every dimension that the data carry, side by side: none is the default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from placemix.report import charts, rounding
from placemix.report.items import Figure, Heading, Item, Section, Source, Table
from placemix.report.sections.lookups import COMPLETE, HOUSEHOLDS, rival, rows
from placemix.report.tabling import table


class Measured(NamedTuple):
    """The frames of one dimension.

    Attributes
    ----------
    source
        What was counted.
    whole
        What `placemix.measure` gave for all units together: the multigroup information
        theory index, and dissimilarity, isolation and the correlation ratio of one group.
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
        "How separate people are depends on what is looked at, so every dimension in the data stands here and none is "
        "the default. H compares all groups of a dimension at once: 0 means that every unit has the mix of the whole, "
        "1 that no unit holds two groups. D compares the two groups that are named: it is the share of the first that "
        "would have to move for both to be spread alike.",
        _whole(measured, place),
    ]
    with_strata = {name: one for name, one in measured.items() if one.by is not None}
    if with_strata:
        label = _kind(with_strata)
        every = {name: rows(one.by, "information_theory", many=True)["value"] for name, one in with_strata.items() if one.by is not None}
        strata = list(dict.fromkeys(stratum for column in every.values() for stratum in column.index))
        multi = pd.DataFrame({name: column.reindex(strata) for name, column in every.items()})
        pairs = pd.DataFrame(
            {name: rows(one.by, "dissimilarity")["value"].reindex(strata) for name, one in with_strata.items() if one.by is not None}
        )
        items += [Heading(f"By {label}"), *_counted(multi, with_strata, label), _spread(multi, with_strata, label)]
        items += [_matrix(multi, with_strata, label), _pairs(pairs, with_strata, label)]
    return Section("Every dimension the data carry", items)


def _kind(measured: Mapping[str, Measured]) -> str:
    frame = next(one.by for one in measured.values() if one.by is not None)
    columns = [str(name) for name in frame.columns]
    return " and ".join(columns[: columns.index("measure")])


def _whole(measured: Mapping[str, Measured], place: str) -> Table:
    columns: dict[str, list[str]] = {
        name: []
        for name in ("Dimension", "Counted", "Groups", "H, all groups", "Two groups compared", "D", "D by chance alone")
    }
    for name, one in measured.items():
        many = rows(one.whole, "information_theory", many=True).iloc[0]
        pair = rows(one.whole, "dissimilarity").iloc[0]
        period = one.source.about.get("period", "")
        counted = f"{rounding.count(one.source.people)} {one.source.about.get('universe', 'people')} in {rounding.count(one.source.units)} units"
        cells = (
            name,
            f"{counted}, {period}" if period else counted,
            str(len(one.source.groups)),
            rounding.index(many["value"]),
            f"{pair['focal']} and {rival(str(pair['against']))}",
            rounding.index(pair["value"]),
            rounding.index(pair["expected"]),
        )
        for column, cell in zip(columns.values(), cells, strict=True):
            column.append(cell)
    note = (
        f"{COMPLETE} {HOUSEHOLDS} H depends on how finely the groups of a dimension are drawn: two dimensions compare "
        "only as they are grouped here, and more or smaller units raise every index."
    )
    return table(
        f"How separate people are in {place}, by every dimension in the data",
        columns,
        text=("Counted", "Two groups compared"),
        note=note,
    )


def _sectors(measured: Mapping[str, Measured]) -> dict[str, list[str]]:
    """Group dimensions by what their units are, since homes and schools do not compare."""
    out: dict[str, list[str]] = {}
    for name, one in measured.items():
        out.setdefault(str(one.source.about.get("geography", "")) + one.source.member * (one.source.member == "pupil"), []).append(name)
    return out


def _counted(multi: pd.DataFrame, measured: Mapping[str, Measured], label: str) -> list[str]:
    """Say where another dimension separates more than the first."""
    names = [name for name in multi.columns if measured[name].source.member != "pupil"] or list(multi.columns)
    if len(names) < 2 or len(multi) < 2:
        return []
    first = names[0]
    out = []
    for other in names[1:]:
        both = multi[[first, other]].dropna()
        above = list(both.index[both[other] > both[first]])
        if above:
            out.append(
                f"{other} separates more than {first} in {len(above)} of the {len(both)} {label}s, as they are "
                f"grouped here: {rounding.joined(above)}."
            )
    return out


def _spread(multi: pd.DataFrame, measured: Mapping[str, Measured], label: str) -> Figure:
    names = [name for name in multi.columns if measured[name].source.member != "pupil"] or list(multi.columns)
    shown = multi[names].loc[multi[names].max(axis=1).sort_values(ascending=False).index]
    image = charts.dots(list(shown.index), {name: shown[name] for name in names}, label="H, all groups of the dimension")
    highest = shown.idxmax(axis=1).value_counts()
    caption = (
        f"How separate people are in each {label}, by {len(names)} dimensions (H). The highest is "
        + rounding.joined([f"{name} in {count}" for name, count in highest.items()])
        + "."
    )
    return Figure(
        image=image,
        kind="image/svg+xml",
        alt=f"Dot plot: one line for each {label}, one dot for each dimension, placed by the index H. {caption}",
        caption=caption,
        table=table(
            f"Numbers of the figure: H by {label}",
            {label.capitalize(): list(shown.index)} | {name: [rounding.index(v) for v in shown[name]] for name in names},
        ),
    )


def _matrix(multi: pd.DataFrame, measured: Mapping[str, Measured], label: str) -> Table:
    places = {name: place for place, name in enumerate(multi.columns, 1)}
    strong = set()
    for names in _sectors(measured).values():
        part = multi[[name for name in names if name in multi.columns]]
        if part.shape[1] > 1:
            best = part.idxmax(axis=1)
            strong |= {(row, places[str(name)]) for row, name in enumerate(best)}
    columns = {label.capitalize(): [str(item) for item in multi.index]}
    columns |= {str(name): [rounding.index(value) for value in multi[name]] for name in multi.columns}
    return table(
        f"H of every dimension by {label}",
        columns,
        strong=frozenset(strong),
        note="In bold: the highest among dimensions that are counted in the same units.",
    )


def _pairs(pairs: pd.DataFrame, measured: Mapping[str, Measured], label: str) -> Table:
    columns = {label.capitalize(): [str(item) for item in pairs.index]}
    for name in pairs.columns:
        row = rows(measured[str(name)].whole, "dissimilarity").iloc[0]
        heading = f"{name}: {row['focal']} and {rival(str(row['against']))}"
        columns[heading] = [rounding.index(value) for value in pairs[name]]
    return table(f"D of the two groups named, by {label}", columns, note="Chance values stand in the tables of each dimension below.")
