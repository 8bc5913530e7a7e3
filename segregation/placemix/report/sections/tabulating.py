"""The table by stratum: D and isolation together, each with what chance alone would give."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from placemix.report import rounding
from placemix.report.items import Item, Points, Section, Source, Table
from placemix.report.sections.comparing import Measured
from placemix.report.sections.lookups import (
    COMPLETE_SHORT,
    both,
    capital,
    chance_of_h,
    daggered,
    few,
    labels,
    rival,
    rows,
    strata_of,
)
from placemix.report.tabling import table

#: More sentences than this wait behind a heading.
FEW = 6


def strata(measured: Mapping[str, Measured], *, place: str = "the whole table", opened: int = 1) -> Section:
    """Print D, isolation and H of each dimension, by stratum and for the whole.

    Parameters
    ----------
    measured
        Frames by name of the dimension.
    place
        Name of the whole.
    opened
        How many of the tables stand open; the others wait behind their captions.
    """
    items: list[Item] = [
        (
            "D and isolation are given together, because they answer different questions: D how evenly a "
            "group is spread, isolation what "
            f"its average member has around. {COMPLETE_SHORT}"
        ),
    ]
    items += [_table(name, one, place, folded=number >= opened) for number, (name, one) in enumerate(measured.items())]
    kinds = [strata_of(one.by) for one in measured.values() if one.by is not None]
    heading = f"Tables by {' and '.join(kinds[0])}" if kinds else "Table of every dimension"
    return Section(heading, items)


def _table(name: str, one: Measured, place: str, *, folded: bool) -> Table:
    parts = [] if one.by is None else [pd.DataFrame(one.by)]
    kinds = [] if one.by is None else strata_of(one.by)
    whole = pd.DataFrame(one.whole).assign(
        **{kind: capital(place) if not number else "" for number, kind in enumerate(kinds)}
    )
    columns = kinds + [column for column in one.whole.columns if column not in kinds]
    frame = pd.concat([*parts, whole[columns]], ignore_index=True)
    for kind in kinds:
        frame[kind] = frame[kind].astype(str)
    d, isolation = rows(frame, "dissimilarity"), rows(frame, "isolation")
    h = rows(frame, "information_theory", many=True)
    focal, against = str(d["focal"].iloc[0]), rival(str(d["against"].iloc[0]))
    label = (" and ".join(kinds) or "place").capitalize()
    names = [text.rstrip(", ") if kinds else capital(place) for text in d.index]
    last = len(names) - 1
    whom = "People" if one.source.member == "member" else capital(f"{one.source.member}s")
    marked = daggered(d["value"], d["expected"])
    return table(
        f"{name}: {focal} compared with {against}",
        {
            label: names,
            whom: [rounding.count(value) for value in isolation["people"]],
            focal: [rounding.count(value) for value in isolation["denominator"]],
            "D": marked,
            "D by chance": [rounding.index(value) for value in d["expected"]],
            f"Isolation of {focal}": [rounding.share(value) for value in isolation["value"]],
            "Isolation by chance": [rounding.share(value) for value in isolation["expected"]],
            "H, all groups": [rounding.index(value) for value in h["value"]],
            "H by chance": [rounding.index(value) for value in chance_of_h(frame)],
        },
        note=f"D of {focal} and {against}; isolation of {focal} among everyone.{few(marked)}",
        strong=frozenset((last, column) for column in range(1, 9)) if last else frozenset(),
        folded=folded,
    )


def together(measured: Measured, *, place: str = "the whole table") -> Section:
    """Say D and isolation of one group in one breath, for the whole and for each stratum.

    Parameters
    ----------
    measured
        Frames of one dimension.
    place
        Name of the whole.
    """
    source: Source = measured.source
    items: list[Item] = [_sentence(measured.whole, source.member, place)]
    if measured.by is not None:
        names = strata_of(measured.by)
        texts = []
        frame = pd.DataFrame(measured.by)
        for stratum, part in frame.groupby(labels(frame, names), sort=False, observed=True):
            texts.append(_sentence(part.drop(columns=names), source.member, str(stratum)))
        items.append(Points(tuple(texts), label=f"The same in each {' and '.join(names)}", folded=len(texts) > FEW))
    return Section("D and isolation, together", items)


def _sentence(frame: pd.DataFrame, member: str, place: str) -> str:
    d, isolation = rows(frame, "dissimilarity").iloc[0], rows(frame, "isolation").iloc[0]
    focal, against = str(d["focal"]), rival(str(d["against"]))
    if pd.isna(d["value"]) or pd.isna(isolation["value"]):
        return (
            f"In {place}, D or isolation of {focal} is undefined, because one of the groups is absent or there is one "
            "unit alone."
        )
    share = isolation["denominator"] / isolation["people"]
    chance = rounding.share(isolation["expected"])
    chance = f", {chance} by chance alone" if chance != rounding.share(share) else " or by chance alone"
    return (
        f"In {place}, {rounding.share(d['value'])} of {focal} {member}s would have to move for "
        f"{both(focal, against, member)} to be spread alike "
        f"(D {rounding.index(d['value'])}; chance alone would give {rounding.index(d['expected'])}), and "
        f"the average {focal} {member} "
        f"is where {rounding.share(isolation['value'])} are {focal} (isolation; {rounding.share(share)} if "
        f"everyone were spread alike{chance})."
    )
