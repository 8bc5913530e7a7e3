"""How people and places moved between types, as a figure: bands from the types of one date to those of the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pandas as pd

from placemix.errors import InvalidParameter, listed
from placemix.report import alluvial, hues, rounding
from placemix.report.alluvial import NONE, Band
from placemix.report.items import Figure
from placemix.report.tabling import table

Count = Literal["people", "units", "focal"]


def streams(
    transitions: pd.DataFrame | Sequence[pd.DataFrame],
    *,
    count: Count = "people",
    focal: str | None = None,
    dates: Sequence[str] = (),
    member: str = "person",
    units: str = "units",
    source: str = "",
    colours: Mapping[str, str] | None = None,
) -> Figure:
    """Draw an alluvial (Sankey) diagram of how places changed their types.

    Each block is a type at one date, and each band what went from one type to another: as thick at its left
    end as there were people there at the earlier date, and at its right end as there are at the later. Bands
    of places that kept their type are paler. What could not be matched, or has no type, is grey.

    Parameters
    ----------
    transitions
        What `placemix.typology.transitions` gave; for more than two dates a list of them, in order.
        Strata are added up.
    count
        What the bands are proportional to: people of each date, ``"units"``, or members of a group.
    focal
        The group, with ``count="focal"``; needed where the frame has several.
    dates
        Names of the dates. Default: before and after.
    member, units
        What one of the people and what the units are called.
    source
        Line printed under the chart. Default: the hashes of the counts.
    colours
        Colour of each type. Default: those of `map_of_types` for the same scheme.

    Returns
    -------
    figure
        A vector drawing with its caption, its alternative text and the numbers it draws; a notebook shows it.

    Raises
    ------
    InvalidParameter
        A frame holds no transitions, none of the group, or a number of dates that does not fit.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> moves = pd.DataFrame({
    ...     "type_before": ["I", "I", "II"], "type_after": ["I", "II", "II"],
    ...     "label_before": ["mostly", "mostly", "partly"], "label_after": ["mostly", "partly", "partly"],
    ...     "units": [3, 1, 2], "people_before": [300, 100, 200], "people_after": [310, 120, 230],
    ...     "matched": True, "source_before": "a", "source": "b"})
    >>> figure = pm.report.streams(moves, dates=("2011", "2021"), member="resident")
    >>> figure.kind, figure.table.rows[1]
    ('image/svg+xml', ('mostly', 'partly', '1', '100', '120'))
    """
    frames = [transitions] if isinstance(transitions, pd.DataFrame) else list(transitions)
    names = [str(date) for date in dates] or _dates(len(frames))
    faults = [_refused(frame) for frame in frames]
    if not frames or any(faults) or len(names) != len(frames) + 1:
        message = next(filter(None, faults), "") or (
            f"There are {len(frames)} tables of transitions and {len(names)} names of dates."
        )
        raise InvalidParameter(message, remedy="Pass what placemix.typology.transitions gave, and one date more.")
    tables = [pooled(frame, count, focal) for frame in frames]
    types, labels = _types(tables), _labels(tables)
    bands = [_bands(one) for one in tables]
    if not any(band.start + band.end for step in bands for band in step):
        message = "Nobody is in these transitions, so that there is nothing to draw."
        raise InvalidParameter(message, remedy="Choose another group or stratum.")
    sizes = _sizes(bands)
    shown = [name for name in types if any(size.get(name, 0) > 0 for size in sizes)]
    hue = dict(colours) if colours is not None else hues.of_types(_every(frames), _largest(sizes))
    whom = _whom(count, focal or _group(frames[0]), member, units)
    line = source or _source(frames)
    totals = _totals(tables)
    image = alluvial.draw(bands, sizes, totals, shown, labels, hue, names, whom, line)
    told = _told(tables[0], names, count, whom, units) if len(tables) == 1 else ""
    caption = (
        f"From the types of places {at(names[0])} (left) to those {at(names[-1])} (right); the thickness is "
        f"{whom} at each date. Paler bands are places that kept their type. {told}"
    ).strip()
    return Figure(
        image=image,
        kind="image/svg+xml",
        alt=(
            f"Flow diagram. {_spoken(sizes[0], totals[0], shown, labels, names[0], whom)} "
            f"{_spoken(sizes[-1], totals[-1], shown, labels, names[-1], whom)} {told}"
        ).strip(),
        caption=caption,
        table=_table(tables, labels, names, whom, units),
        wide=len(tables) > 1,
    )


def _every(frames: Sequence[pd.DataFrame]) -> list[str]:
    """All types of the scheme where a frame knows them, so that each has the colour it has on maps."""
    return hues.ordered(*(frame[name] for frame in frames for name in ("type_before", "type_after")))


def at(date: str) -> str:
    """Name a date in a sentence.

    Examples
    --------
    >>> at("2011"), at("before")
    ('in 2011', 'before')
    """
    return date if date in {"before", "after"} else f"in {date}"


def _dates(steps: int) -> list[str]:
    return ["before", "after"] if steps == 1 else [f"date {number + 1}" for number in range(steps + 1)]


def _refused(frame: pd.DataFrame) -> str:
    needed = ["type_before", "type_after", "label_before", "label_after", "units", "people_before", "people_after"]
    missing = [name for name in needed if name not in frame.columns]
    return f"This frame holds no transitions: it lacks {listed(missing)}." if missing else ""


def _group(frame: pd.DataFrame) -> str | None:
    found = frame["focal"].astype(object).dropna() if "focal" in frame.columns else pd.Series(dtype=object)
    return str(found.iloc[0]) if len(found) else None


def of_group(frame: pd.DataFrame, focal: str | None) -> pd.DataFrame:
    """Keep one block of rows of a frame that repeats all of them for each group.

    Raises
    ------
    InvalidParameter
        The frame has no rows of the group.
    """
    plain = pd.DataFrame(frame)
    if "focal" not in plain.columns or plain["focal"].isna().all():
        return plain
    groups = plain["focal"].astype(object)
    there = [str(name) for name in groups.dropna().unique()]
    if focal is not None and focal not in there:
        message = f"The frame has no transitions of {focal!r}; it has {listed(there)}."
        raise InvalidParameter(message, remedy="Name it in placemix.typology.transitions(…, focal=…).")
    return plain[groups.astype(str) == (focal or there[0])]


def pooled(frame: pd.DataFrame, count: Count, focal: str | None) -> pd.DataFrame:
    """Add up strata, and choose what is counted at either date as `start` and `end`.

    Raises
    ------
    InvalidParameter
        The frame is of no group, or of several and none was named.
    """
    if count == "focal":
        if not {"focal", "focal_before", "focal_after"} <= set(frame.columns) or frame["focal"].isna().all():
            message = "These transitions are of no group."
            raise InvalidParameter(message, remedy="Name one in placemix.typology.transitions(…, focal=…).")
        several = [str(name) for name in frame["focal"].astype(object).dropna().unique()]
        if focal is None and len(several) > 1:
            message = f"These transitions are of {listed(several)}; a diagram is of one group."
            raise InvalidParameter(message, remedy=f"Pass focal={several[0]!r} or another.")
    elif count not in {"people", "units"}:
        message = f"count is 'people', 'units' or 'focal', not {count!r}."
        raise InvalidParameter(message)
    one = of_group(frame, focal if count == "focal" else None)
    order = hues.ordered(one["type_before"], one["type_after"])
    start, end = {
        "people": ("people_before", "people_after"),
        "units": ("units", "units"),
        "focal": ("focal_before", "focal_after"),
    }[count]
    keyed = pd.DataFrame(
        {
            "before": _texts(one["type_before"]),
            "after": _texts(one["type_after"]),
            "label_before": _texts(one["label_before"]),
            "label_after": _texts(one["label_after"]),
            "units": one["units"].to_numpy(dtype=float),
            "start": one[start].to_numpy(dtype=float),
            "end": one[end].to_numpy(dtype=float),
        }
    )
    keys = ["before", "after", "label_before", "label_after"]
    # What a date does not know stays unknown: it is not 0 people.
    added = keyed.groupby(keys, sort=False, as_index=False).sum(min_count=1)
    place = {name: number for number, name in enumerate([*order, NONE])}
    added = added.assign(first=added["before"].map(place), second=added["after"].map(place))
    return added.sort_values(["first", "second"], kind="stable", ignore_index=True)


def _texts(column: pd.Series) -> list[str]:
    return [NONE if pd.isna(value) else str(value) for value in column.astype(object)]


def _types(tables: Sequence[pd.DataFrame]) -> list[str]:
    """Types of all dates in display order, and what has none last."""
    places: dict[str, int] = {}
    for one in tables:
        for name, place in (("before", "first"), ("after", "second")):
            for text, number in zip(one[name], one[place], strict=True):
                places.setdefault(str(text), int(number))
    return sorted(filter(None, places), key=lambda name: places[name])


def _labels(tables: Sequence[pd.DataFrame]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in tables:
        for end in ("before", "after"):
            found.update({str(a): str(b) or str(a) for a, b in zip(one[end], one[f"label_{end}"], strict=True)})
    return found | {NONE: "not matched, or without a type"}


def _bands(one: pd.DataFrame) -> list[Band]:
    rows = zip(one["before"], one["after"], one["start"].fillna(0), one["end"].fillna(0), strict=True)
    return [
        # What stands on one side alone is drawn as thick on the grey side.
        Band(before, after, start if before else start or end, end if after else end or start)
        for before, after, start, end in rows
        if start > 0 or end > 0
    ]


def _sizes(steps: Sequence[Sequence[Band]]) -> list[dict[str, float]]:
    """How many are of each type at each date; in the middle, the larger of what comes and what goes."""
    out: list[dict[str, float]] = [{} for _ in range(len(steps) + 1)]
    for number, step in enumerate(steps):
        for place, end in ((number, 0), (number + 1, 1)):
            side: dict[str, float] = {}
            for band in step:
                name = band.after if end else band.before
                side[name] = side.get(name, 0.0) + (band.end if end else band.start)
            for name, size in side.items():
                out[place][name] = max(out[place].get(name, 0.0), size)
    return out


def _totals(tables: Sequence[pd.DataFrame]) -> list[float]:
    """Everyone counted at each date, without the blocks that stand for those of the other date."""
    out = [0.0] * (len(tables) + 1)
    for number, one in enumerate(tables):
        out[number] = max(out[number], float(one["start"].sum()))
        out[number + 1] = max(out[number + 1], float(one["end"].sum()))
    return out


def _largest(sizes: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: max(size.get(name, 0.0) for size in sizes) for one in sizes for name in one}


def _whom(count: Count, focal: str | None, member: str, units: str) -> str:
    many = "people" if member == "person" else f"{member}s"
    return units if count == "units" else f"{focal} {many}" if count == "focal" else many


def _told(one: pd.DataFrame, dates: Sequence[str], count: Count, whom: str, units: str) -> str:
    """Say how many kept and changed their type, of those that have one at both dates."""
    both = one[(one["before"] != NONE) & (one["after"] != NONE)]
    total = float(both["start"].sum())
    if not total:
        return ""
    kept = float(both.loc[both["before"] == both["after"], "start"].sum())
    grey = float(one.loc[(one["before"] == NONE) | (one["after"] == NONE), "units"].sum())
    lost = f" Grey: {rounding.count(grey)} {units} that could not be matched, or have no type." if grey else ""
    verb = "lived in" if count != "units" else "were"
    places = "places of the same type at both dates" if count != "units" else "of the same type at both dates"
    return f"Of {rounding.count(total)} {whom} {at(dates[0])}, {rounding.share(kept / total)} {verb} {places}.{lost}"


def _spoken(
    size: Mapping[str, float],
    total: float,
    types: Sequence[str],
    labels: Mapping[str, str],
    date: str,
    whom: str,
) -> str:
    held = [name for name in types if size.get(name, 0) > 0]
    parts = [f"{labels.get(name, name)} {alluvial.share(size[name] / total)}" for name in held]
    return f"{at(date).capitalize()}, of {rounding.count(total)} {whom}: {', '.join(parts)}."


def _table(
    tables: Sequence[pd.DataFrame], labels: Mapping[str, str], dates: Sequence[str], whom: str, units: str
) -> Any:  # noqa: ANN401
    rows: dict[str, list[str]] = {"From": [], "To": [], units: [], "first": [], "second": []}
    for number, one in enumerate(tables):
        step = "" if len(tables) == 1 else f" ({dates[number + 1]})"
        for row in one.itertuples(index=False):
            if not row.units:
                continue
            rows["From"].append(labels[str(row.before)])
            rows["To"].append(labels[str(row.after)] + step)
            rows[units].append(rounding.count(float(row.units)))
            rows["first"].append(rounding.count(float(row.start)))
            rows["second"].append(rounding.count(float(row.end)))
    several = len(tables) > 1
    if whom == units:
        del rows["first"], rows["second"]
    headings = {
        "first": f"{whom} {'at the earlier date' if several else dates[0]}",
        "second": f"{whom} {'at the later date' if several else dates[-1]}",
    }
    columns = {headings.get(name, name)[:1].upper() + headings.get(name, name)[1:]: rows[name] for name in rows}
    return table(f"Numbers of the diagram: {whom} by type, {dates[0]} to {dates[-1]}", columns, text=["To"])


def _source(frames: Sequence[pd.DataFrame]) -> str:
    found = [str(frames[0]["source_before"].iloc[0])] if "source_before" in frames[0].columns else []
    found += [str(frame["source"].iloc[0]) for frame in frames if "source" in frame.columns]
    return f"Source: counts {', '.join(dict.fromkeys(found))}." if found else ""
