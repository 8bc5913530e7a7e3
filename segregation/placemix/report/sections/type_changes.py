"""How places changed their types between two dates: a paragraph, a diagram, maps and tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from placemix.report import hues, rounding
from placemix.report.items import Heading, Item, Section, Table
from placemix.report.sections.lookups import capital, labels
from placemix.report.sections.typing import notes_of, people_of
from placemix.report.stream_figures import at, of_group, pooled, streams
from placemix.report.tabling import table
from placemix.report.type_maps import map_of_changes, maps_of_types
from placemix.typology import load_scheme, schemes

#: A longer table of strata waits behind its caption.
MANY = 12
_PLACES = "Types are of places: nobody is followed, and they do not show who moved, or why."


def change_of_types(
    transitions: pd.DataFrame,
    *,
    before: pd.DataFrame | None = None,
    after: pd.DataFrame | None = None,
    areas: Any = None,  # noqa: ANN401
    dates: Sequence[str] = ("before", "after"),
    place: str = "the whole table",
    unit: str = "",
    outlines: Any = None,  # noqa: ANN401
    member: str = "person",
    units: str = "units",
    source: str = "",
    note: str = "",
) -> Section:
    """Say how places changed their types between two dates: a paragraph, a diagram, maps and tables.

    Parameters
    ----------
    transitions
        What `placemix.typology.transitions` gave; strata are added up and then listed.
    before, after
        What `placemix.typology.classify` gave for the two dates, to draw on `areas`.
    areas
        Shapes to map, as in `placemix.report.map_of_types`. Default: no maps.
    dates
        Names of the two dates.
    place
        Name of the whole.
    unit, outlines, member, units, source
        See `placemix.report.map_of_types`.
    note
        How the two dates were brought onto the same units.
    """
    one = pooled(transitions, "people", None)
    names = [str(date) for date in dates]
    frames = [pd.DataFrame(frame) for frame in (before, after) if frame is not None]
    hue = _hues(transitions, frames)
    items: list[Item] = [paragraph(transitions, dates=names, place=place, member=member, units=units)]
    items += [note] if note else []
    items.append(streams(transitions, dates=names, member=member, units=units, source=source, colours=hue))
    items += _grids(one, names, member, units)
    if len(frames) == 2 and areas is not None:
        kept: dict[str, Any] = {
            "unit": unit, "outlines": outlines, "member": member, "units": units, "dates": names, "source": source,
            "colours": hue,
        }  # fmt: skip
        items.append(Heading("Where"))
        first, second = frames
        items += [maps_of_types(first, second, areas, **kept), map_of_changes(first, second, areas, **kept)]
    strata = _strata(transitions)
    if strata:
        items.append(_by(of_group(transitions, None), strata, names, member, units))
    items += notes_of(transitions)
    return Section(f"How places changed from {names[0]} to {names[1]}", items)


def paragraph(
    transitions: pd.DataFrame,
    *,
    dates: Sequence[str] = ("before", "after"),
    place: str = "the whole table",
    member: str = "person",
    units: str = "units",
) -> str:
    """Say in one plain paragraph how places changed their types.

    Parameters
    ----------
    transitions
        What `placemix.typology.transitions` gave.
    dates
        Names of the two dates.
    place
        Name of the whole.
    member, units
        What one of the people and what the units are called.

    Examples
    --------
    >>> moves = pd.DataFrame({
    ...     "type_before": ["I", "I", "II"], "type_after": ["I", "II", "II"],
    ...     "label_before": ["80 % or more white", "80 % or more white", "under 80 % white"],
    ...     "label_after": ["80 % or more white", "under 80 % white", "under 80 % white"],
    ...     "units": [3, 1, 2], "people_before": [300, 100, 200], "people_after": [310, 120, 230]})
    >>> paragraph(moves, dates=("2011", "2021"), place="Leigh", member="resident", units="wards").partition(" The ")[0]
    'In Leigh, 66.7 % of residents lived in wards of the type “80 % or more white” in 2011, and 47.0 % in 2021.'
    """
    one = pooled(transitions, "people", None)
    both = one[(one["before"] != "") & (one["after"] != "")]
    if not both["units"].sum():
        return f"In {place}, no place has a type at both dates."
    many = people_of(member)
    then = one[one["before"] != ""].groupby("label_before", sort=False)["start"].sum()
    now = one[one["after"] != ""].groupby("label_after", sort=False)["end"].sum()
    shares = pd.DataFrame({"then": then / then.sum(), "now": now / now.sum()}).fillna(0.0)
    first = shares["then"].idxmax()
    beginning = (
        f"In {place}, {rounding.share(shares.loc[first, 'then'])} of {many} lived in {units} of the type “{first}” "
        f"{at(dates[0])}, and {rounding.share(shares.loc[first, 'now'])} {at(dates[1])}."
    )
    text = [beginning]
    others = shares.drop(index=first)
    moved = (others["now"] - others["then"]).abs()
    if len(moved) and moved.max() >= 0.0005:
        other = moved.idxmax()
        verb = "rose" if others.loc[other, "now"] > others.loc[other, "then"] else "fell"
        text.append(
            f"The share in “{other}” {verb} from {rounding.share(others.loc[other, 'then'])} to "
            f"{rounding.share(others.loc[other, 'now'])}."
        )
    changed = both[both["before"] != both["after"]]
    number, total = float(changed["units"].sum()), float(both["units"].sum())
    if not number:
        text.append(f"None of the {rounding.count(total)} {units} changed its type.")
    else:
        text.append(
            f"{rounding.count(number)} of {rounding.count(total)} {units} ({rounding.share(number / total)}) changed "
            f"their type; {rounding.count(float(changed['end'].sum()))} {many} lived in them {at(dates[1])}."
        )
        most = changed.sort_values(["units", "end"], ascending=False, kind="stable").iloc[0]
        text.append(
            f"The most common change, in {rounding.count(float(most['units']))} of them, was from "
            f"“{most['label_before']}” to “{most['label_after']}”."
        )
        text += _back(changed, most, units)
        text += _by_city_alone(transitions, changed)
    return " ".join([*text, _PLACES])


def _back(changed: pd.DataFrame, most: pd.Series, units: str) -> list[str]:
    """Say how many went the other way than most did."""
    back = changed[(changed["before"] == most["after"]) & (changed["after"] == most["before"])]
    number = float(back["units"].sum())
    return [f"{rounding.count(number) if number else 'None'} of the {units} went the other way."]


def _by_city_alone(transitions: pd.DataFrame, changed: pd.DataFrame) -> list[str]:
    """Say how many of the changes only the totals of a city made."""
    name = str(transitions["scheme"].iloc[0]) if "scheme" in transitions else ""
    if name not in set(schemes()["scheme"]):
        return []
    pairs = load_scheme(name).apart_by_city()
    made = [pair in pairs for pair in zip(changed["before"].astype(str), changed["after"].astype(str), strict=True)]
    number = float(changed.loc[made, "units"].sum())
    if not number:
        return []
    many = "1 of the changes is" if number == 1 else f"{rounding.count(number)} of the changes are"
    told = f"{many} between types that only the totals of a city tell apart: nothing in those places need have changed."
    return [told]


def _hues(transitions: pd.DataFrame, frames: Sequence[pd.DataFrame]) -> dict[str, str]:
    """Colours that the diagram and the maps share."""
    columns = [*(frame["type"] for frame in frames), transitions["type_before"], transitions["type_after"]]
    one = pooled(transitions, "people", None)
    sizes: dict[str, float] = {}
    for end, size in (("before", "start"), ("after", "end")):
        for name, many in one.groupby(end)[size].sum().items():
            sizes[str(name)] = max(sizes.get(str(name), 0.0), float(many))
    return hues.of_types(hues.ordered(*columns), sizes)


def _grids(one: pd.DataFrame, dates: Sequence[str], member: str, units: str) -> list[Item]:
    """Transition tables: units, and people at both dates, from the rows' types to the columns'."""
    both = one[(one["before"] != "") & (one["after"] != "")]
    order = pd.unique(
        pd.concat([both.sort_values("first")["before"], both.sort_values("second")["after"]], ignore_index=True)
    )
    places = {
        **dict(zip(one["before"], one["first"], strict=True)),
        **dict(zip(one["after"], one["second"], strict=True)),
    }
    types = sorted((str(name) for name in order), key=lambda name: places[name])
    named = {
        **dict(zip(one["before"], one["label_before"], strict=True)),
        **dict(zip(one["after"], one["label_after"], strict=True)),
    }
    rows = [f"{name}: {named[name]}" if named[name] != name else name for name in types]
    items: list[Item] = []
    for what, column, folded in (
        (units, "units", False),
        (f"{people_of(member)} {at(dates[0])}", "start", True),
        (f"{people_of(member)} {at(dates[1])}", "end", True),
    ):
        grid = (
            both.pivot_table(index="before", columns="after", values=column, aggfunc="sum")
            .reindex(index=types, columns=types)
            .fillna(0.0)
        )
        columns = {f"Type {at(dates[0])}": [*rows, f"all {at(dates[1])}"]}
        for name in types:
            columns[f"to {name}"] = [rounding.count(value) for value in [*grid[name], grid[name].sum()]]
        columns[f"all {at(dates[0])}"] = [
            rounding.count(value) for value in [*grid.sum(axis=1), float(grid.to_numpy().sum())]
        ]
        last, wide = len(types), len(types) + 1
        items.append(
            table(
                f"From type to type: {what}",
                columns,
                strong=frozenset(
                    [(last, place) for place in range(1, wide + 1)]
                    + [(place, wide) for place in range(last)]
                    + [(place, place + 1) for place in range(last)]
                ),
                note=(
                    f"Rows are the type {at(dates[0])}, columns that {at(dates[1])}; bold on the diagonal are those "
                    f"that kept their type. Only {units} with a type at both dates."
                ),
                folded=folded,
            )
        )
    return items


def _strata(transitions: pd.DataFrame) -> list[str]:
    names = list(transitions.columns)
    first = min(names.index(name) for name in ("focal", "type_before") if name in names)
    return [str(name) for name in names[:first]]


def _by(frame: pd.DataFrame, strata: list[str], dates: Sequence[str], member: str, units: str) -> Table:
    """One row a stratum: how many places changed, and the most common change."""
    columns: dict[str, list[str]] = {
        capital(" and ".join(strata)): [], capital(units): [], "of them changed": [],
        f"Share of {people_of(member)}": [], "Most common change": [],
    }  # fmt: skip
    lists = list(columns.values())
    for name, part in frame.groupby(labels(frame, strata), sort=False, observed=True):
        both = part[part["type_before"].notna() & part["type_after"].notna()]
        moved = both[both["type_before"].astype(str) != both["type_after"].astype(str)]
        moved = moved[moved["units"] > 0].sort_values(["units", "people_after"], ascending=False, kind="stable")
        total = float(both["people_after"].sum())
        told = "none"
        if len(moved):
            most = moved.iloc[0]
            told = f"{most['label_before']} → {most['label_after']} ({rounding.count(int(most['units']))})"
        share = float(moved["people_after"].sum()) / total if total else float("nan")
        for column, text in zip(
            lists,
            [str(name), rounding.count(int(both["units"].sum())), rounding.count(int(moved["units"].sum())),
             rounding.share(share), told],
            strict=True,
        ):  # fmt: skip
            column.append(text)
    return table(
        f"Changes of type by {' and '.join(strata)}",
        columns,
        text=["Most common change"],
        note=(
            f"Share of {people_of(member)}: those who live in {units} whose type changed, of all {at(dates[1])}. The "
            f"number in brackets counts the {units} of that change."
        ),
        folded=len(lists[0]) > MANY,
    )
