"""Maps of the types of places, at one date and before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from placemix.counts import Counts
from placemix.errors import InvalidParameter, listed
from placemix.report import hues, mapping, rounding
from placemix.report.choices import Areas
from placemix.report.items import Figure
from placemix.report.stream_figures import at
from placemix.report.tabling import table

#: Why a unit has no type, in a legend.
_WHY = {"no_people": "nobody lives there"}
#: A unit whose type did not change, on a map of those that did.
SAME = "#e9ebec"


def map_of_types(
    types: pd.DataFrame,
    areas: Areas | Counts | Any,  # noqa: ANN401
    *,
    unit: str = "",
    outlines: Any = None,  # noqa: ANN401
    member: str = "person",
    units: str = "units",
    period: str = "",
    source: str = "",
    colours: Mapping[str, str] | None = None,
) -> Figure:
    """Draw the type of each unit, with how many units and people each type has.

    Parameters
    ----------
    types
        What `placemix.typology.classify` gave.
    areas
        GeoDataFrame with a shape for each unit, projected; `Counts` with a geometry; or `Areas`.
    unit
        Column of a GeoDataFrame with the units' ids. Default: its index.
    outlines
        GeoDataFrame of larger areas drawn over the map, with a column `name`.
    member, units
        What one of the people and what the units are called.
    period
        Date of the counts.
    source
        Line printed under the map. Default: the hash of the counts.
    colours
        Colour of each type. Default: by its place in the order of the scheme.

    Returns
    -------
    figure
        A map, its legend and its numbers; a notebook shows it. Units without a type are hatched.

    Raises
    ------
    InvalidParameter
        The frame holds no types, or the counts no geometry.
    UnmatchedUnit
        No unit has a shape.
    GeographicCRS
        The shapes are in degrees.

    Examples
    --------
    >>> import placemix as pm
    >>> homes = pm.datasets.town().residents("before")
    >>> found = pm.typology.classify(homes, scheme="PJF2001", reference="amber")
    >>> figure = pm.report.map_of_types(found, homes)
    >>> figure.kind, [label.split(":")[0] for _, label in figure.legend][:2]
    ('image/png', ['80 % or more amber', '50 to under 80 % amber'])
    """
    _checked(types)
    return _maps({period: types}, areas, unit, outlines, member, units, source, colours)


def maps_of_types(
    before: pd.DataFrame,
    after: pd.DataFrame,
    areas: Areas | Counts | Any,  # noqa: ANN401
    *,
    unit: str = "",
    outlines: Any = None,  # noqa: ANN401
    member: str = "person",
    units: str = "units",
    dates: Sequence[str] = ("before", "after"),
    source: str = "",
    colours: Mapping[str, str] | None = None,
) -> Figure:
    """Draw the types of two dates beside each other, with one legend.

    Parameters
    ----------
    before, after
        What `placemix.typology.classify` gave for the same units at two dates.
    areas, unit, outlines, member, units, source, colours
        See `map_of_types`.
    dates
        Names of the two dates.

    Raises
    ------
    InvalidParameter
        A frame holds no types, or the counts no geometry.
    UnmatchedUnit
        No unit has a shape.
    GeographicCRS
        The shapes are in degrees.
    """
    _checked(before, after)
    frames = dict(zip([str(date) for date in dates], (before, after), strict=True))
    return _maps(frames, areas, unit, outlines, member, units, source, colours)


def map_of_changes(
    before: pd.DataFrame,
    after: pd.DataFrame,
    areas: Areas | Counts | Any,  # noqa: ANN401
    *,
    unit: str = "",
    outlines: Any = None,  # noqa: ANN401
    member: str = "person",
    units: str = "units",
    dates: Sequence[str] = ("before", "after"),
    source: str = "",
    colours: Mapping[str, str] | None = None,
) -> Figure:
    """Draw the units whose type changed in the colour of their later type, and all others pale.

    Parameters
    ----------
    before, after, areas, unit, outlines, member, units, dates, source, colours
        See `maps_of_types`.

    Raises
    ------
    InvalidParameter
        A frame holds no types, or the counts no geometry.
    UnmatchedUnit
        No unit has a shape.
    GeographicCRS
        The shapes are in degrees.
    """
    _checked(before, after)
    known = labels_of(before, after)
    hue = dict(colours) if colours is not None else hues.of_types(list(known), _sizes(before, after))
    then, now = _keyed(before), _keyed(after)
    ids = now.index.intersection(then.index)
    was, becomes = then.loc[ids, "type"].astype(object), now.loc[ids, "type"].astype(object)
    both = was.notna() & becomes.notna()
    moved = both & (was.astype(str) != becomes.astype(str))
    colour = becomes.astype(object).map(hue).where(moved, SAME).where(both)
    people = now.loc[ids, "people"]
    found, shapes, lines = shapes_of(areas, list(ids), unit, outlines)
    shown = [name for name in known if (becomes[moved] == name).any()]
    rows = [(known[name], int((becomes[moved] == name).sum()), float(people[moved & (becomes == name)].sum()))
            for name in shown]  # fmt: skip
    legend = [(hue[name], f"{row[0]}: {rounding.count(row[1])}") for name, row in zip(shown, rows, strict=True)]
    drawn = mapping.categories(
        shapes,
        colour,
        [*legend, (SAME, f"same type at both dates: {rounding.count(int((both & ~moved).sum()))}")],
        outlines=lines,
        absent=_absent(before, after),
    )
    share = float(people[moved].sum() / people[both].sum()) if float(people[both].sum()) else float("nan")
    caption = (
        f"Where the type changed from {dates[0]} to {dates[1]}, in the colour of the later type: "
        f"{rounding.count(int(moved.sum()))} of {rounding.count(int(both.sum()))} {units}, where "
        f"{rounding.share(share)} of the {_people(member)} {at(dates[1])} live. {source or found}"
    ).strip()
    return Figure(
        image=drawn.image,
        kind="image/png",
        alt=f"Map of the {units} whose type changed; all others are pale. {caption}",
        caption=caption,
        legend=drawn.legend,
        table=table(
            f"{units[:1].upper()}{units[1:]} whose type changed, by their later type",
            {
                "Later type": [row[0] for row in rows],
                units[:1].upper() + units[1:]: [rounding.count(row[1]) for row in rows],
                _people(member).capitalize(): [rounding.count(row[2]) for row in rows],
            },
        ),
        wide=True,
    )


def labels_of(*frames: pd.DataFrame) -> dict[str, str]:
    """Types in display order and what each is called; one whose label names a group bears its own id.

    Examples
    --------
    >>> labels_of(pd.DataFrame({"type": ["I", "II", "II"], "label": ["mostly", "half: x", "half: y"]}))
    {'I': 'mostly', 'II': 'II'}
    """
    out: dict[str, str] = {}
    for name in hues.ordered(*(frame["type"] for frame in frames)):
        texts = {
            str(text)
            for frame in frames
            for text in frame.loc[(frame["type"].astype(object) == name).to_numpy(), "label"].dropna()
        }
        out[name] = texts.pop() if len(texts) == 1 else name
    return out


def _checked(*frames: pd.DataFrame) -> None:
    for frame in frames:
        missing = [name for name in ("unit", "type", "label", "people") if name not in frame.columns]
        if missing:
            message = f"This frame holds no types of places: it lacks {listed(missing)}."
            raise InvalidParameter(message, remedy="Pass what placemix.typology.classify gave.")


def _keyed(frame: pd.DataFrame) -> pd.DataFrame:
    plain = pd.DataFrame(frame)
    return plain.set_index(plain["unit"].astype(str))


def shapes_of(
    areas: Areas | Counts | Any,  # noqa: ANN401
    ids: Sequence[str] | None,
    unit: str,
    outlines: Any,  # noqa: ANN401
) -> tuple[str, Any, Any]:
    """Give the line of the shapes' source, the shapes by unit id, and what is drawn over them.

    Raises
    ------
    InvalidParameter
        The counts have no geometry.
    """
    line = ""
    if isinstance(areas, Counts):
        if areas.geometry is None:
            message = "These counts have no geometry to draw."
            raise InvalidParameter(message, remedy="Pass a GeoDataFrame of the areas instead.")
        import geopandas as gpd

        areas = gpd.GeoDataFrame(geometry=list(areas.geometry), index=list(areas.units), crs=areas.geometry.crs)
    elif isinstance(areas, Areas):
        line, unit = areas.source, areas.unit
        areas, outlines = areas.shapes, areas.outlines if outlines is None else outlines
    wanted = list(areas[unit].astype(str) if unit else areas.index.astype(str)) if ids is None else ids
    return line, mapping.matched(areas, wanted, unit), outlines


def _sizes(*frames: pd.DataFrame) -> dict[str, float]:
    out: dict[str, float] = {}
    for frame in frames:
        for name, size in frame.groupby("type", observed=True)["people"].sum().items():
            out[str(name)] = max(out.get(str(name), 0.0), float(size))
    return out


def _maps(
    frames: Mapping[str, pd.DataFrame],
    areas: Areas | Counts | Any,  # noqa: ANN401
    unit: str,
    outlines: Any,  # noqa: ANN401
    member: str,
    units: str,
    source: str,
    colours: Mapping[str, str] | None,
) -> Figure:
    known = labels_of(*frames.values())
    sizes = _sizes(*frames.values())
    hue = dict(colours) if colours is not None else hues.of_types(list(known), sizes)
    keyed = {date: _keyed(frame) for date, frame in frames.items()}
    ids = list(dict.fromkeys(name for frame in keyed.values() for name in frame.index))
    line, shapes, lines = shapes_of(areas, ids, unit, outlines)
    shown = [name for name in known if any((frame["type"].astype(object) == name).any() for frame in keyed.values())]
    many = {name: [int((frame["type"].astype(object) == name).sum()) for frame in keyed.values()] for name in shown}
    legend = _legend(shown, known, hue, many)
    drawn = [
        mapping.categories(
            shapes,
            frame["type"].astype(object).map(hue),
            legend,
            outlines=lines,
            absent=_absent(*frames.values()),
            # Maps beside each other share the width of the page.
            dpi=170 if len(keyed) == 1 else 120,
        )
        for frame in keyed.values()
    ]
    dates = [date for date in keyed if date]
    told = _told(keyed, known, shown, member, units)
    when = f", {' and '.join(dates)}" if dates else ""
    counted = f"The legend counts {units}{f' ({dates[0]} → {dates[1]})' if len(dates) > 1 else ''}."
    lost = max(int((~frame.index.isin(shapes.index)).sum()) for frame in keyed.values())
    undrawn = f" Not drawn for want of a shape: {rounding.count(lost)}; they count in every number." if lost else ""
    caption = f"Types of places{when}. {counted} {told}{undrawn} {source or _source(frames) or ''} {line}".strip()
    return Figure(
        image=drawn[0].image,
        kind="image/png",
        alt=f"Map of the type of each unit, {dates[0]}."
        if len(keyed) > 1
        else f"Map of the types of places{when}. {told}",
        caption=" ".join(caption.split()),
        legend=tuple(dict.fromkeys(key for one in drawn for key in one.legend)),
        beside=tuple(
            (one.image, f"The same map for {date}. {told}") for one, date in zip(drawn[1:], dates[1:], strict=True)
        ),
        titles=tuple(dates) if len(keyed) > 1 else (),
        table=_table(keyed, known, shown, member, units),
        wide=True,
    )


def _legend(
    shown: Sequence[str], known: Mapping[str, str], hue: Mapping[str, str], many: Mapping[str, Sequence[int]]
) -> list[tuple[str, str]]:
    legend = [
        (hue[name], f"{known[name]}: {' → '.join(rounding.count(number) for number in many[name])}")
        for name in shown
        if hue[name] != hues.OTHERS
    ]
    others = [name for name in shown if hue[name] == hues.OTHERS]
    if others:
        totals = [sum(many[name][place] for name in others) for place in range(len(many[others[0]]))]
        legend.append(
            (hues.OTHERS, f"{len(others)} further types: {' → '.join(rounding.count(number) for number in totals)}")
        )
    return legend


def _told(
    keyed: Mapping[str, pd.DataFrame], known: Mapping[str, str], shown: Sequence[str], member: str, units: str
) -> str:
    """Say which type most people live in, at each date."""
    texts = []
    for date, frame in keyed.items():
        sizes = {name: float(frame.loc[frame["type"].astype(object) == name, "people"].sum()) for name in shown}
        total = float(frame["people"].sum())
        if not sizes or not total:
            continue
        most = max(sizes, key=sizes.__getitem__)
        where = f"{at(date).capitalize()}, most" if date and len(keyed) > 1 else "Most"
        texts.append(
            f"{where} {_people(member)} ({rounding.share(sizes[most] / total)}) are in {units} of the type "
            f"“{known[most]}”."
            if sizes[most] > total / 2
            else f"{where.replace('most', 'the largest part of the').replace('Most', 'The largest part of the')} "
            f"{_people(member)} ({rounding.share(sizes[most] / total)}) is in {units} of the type “{known[most]}”."
        )
    return " ".join(texts)


def _people(member: str) -> str:
    return "people" if member == "person" else f"{member}s"


def _table(
    keyed: Mapping[str, pd.DataFrame], known: Mapping[str, str], shown: Sequence[str], member: str, units: str
) -> Any:  # noqa: ANN401
    columns: dict[str, list[str]] = {"Type": [*(known[name] for name in shown), "without a type", "all"]}
    whose, whom = units[:1].upper() + units[1:], _people(member).capitalize()
    for date, frame in keyed.items():
        beside = f" {date}" if date and len(keyed) > 1 else ""
        kinds = frame["type"].astype(object)
        parts = [kinds == name for name in shown] + [kinds.isna()]
        inside = [float(frame.loc[part, "people"].sum()) for part in parts]
        total = float(frame["people"].sum())
        columns[whose + beside] = [rounding.count(int(part.sum())) for part in parts] + [rounding.count(len(frame))]
        columns[whom + beside] = [rounding.count(size) for size in [*inside, total]]
        columns[f"Share of {whom.lower()}{beside}"] = [
            rounding.share(size / total if total else float("nan")) for size in [*inside, total]
        ]
    if not any(frame["type"].isna().any() for frame in keyed.values()):
        columns = {name: [*texts[:-2], texts[-1]] for name, texts in columns.items()}
    last = len(columns["Type"]) - 1
    return table(
        f"{whose} and {whom.lower()} by type",
        columns,
        strong=frozenset((last, place) for place in range(1, len(columns))),
    )


def _absent(*frames: pd.DataFrame) -> str:
    found: dict[str, None] = {}
    for frame in frames:
        if "reason" in frame.columns:
            found.update(dict.fromkeys(str(why) for why in frame.loc[frame["type"].isna(), "reason"].dropna()))
    return f"no type: {', or '.join(_WHY.get(why, why) for why in found)}" if found else ""


def _source(frames: Mapping[str, pd.DataFrame]) -> str:
    found = dict.fromkeys(str(frame["source"].iloc[0]) for frame in frames.values() if "source" in frame and len(frame))
    return f"Source: counts {', '.join(found)}." if found else ""
