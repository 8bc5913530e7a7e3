"""A map of where separation and contrast meet: what each place adds to a gap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.errors import InvalidParameter, UnknownColumn, listed
from placemix.outcomes.bridging.terms import MEETS
from placemix.report import mapping, rounding, theme
from placemix.report.items import Figure, Item, Section
from placemix.report.sections.lookups import both, capital, people
from placemix.report.tabling import table

#: Part of all terms, without their signs, that the units which add next to nothing hold together.
LITTLE = 0.05
#: Classes of terms, from what narrows the gap most to what widens it most, with their colours.
CLASSES: Mapping[str, str] = {
    "narrow it most": theme.BELOW[0],
    "narrow it": theme.BELOW[2],
    "next to nothing": theme.MIDDLE,
    "widen it": theme.ABOVE[0],
    "widen it most": theme.ABOVE[2],
}
_NEEDED = ("unit", "focal", "against", "condition", "value", "mean", "focal_people", "against_people", "term", "gap",
           "meets", "higher_is")  # fmt: skip


def gap_by_place(
    terms: pd.DataFrame,
    areas: Any,  # noqa: ANN401
    *,
    unit: str = "",
    outlines: Any = None,  # noqa: ANN401
    member: str = "resident",
    units: str = "areas",
    place: str = "the whole table",
    source: str = "",
) -> Section:
    """Map where separation and contrast meet: what each unit adds to a gap.

    Parameters
    ----------
    terms
        What `placemix.outcomes.bridge_terms` gave, of one condition, one pair of groups and one stratum.
    areas
        GeoDataFrame with a shape for each unit, projected.
    unit
        Column of `areas` with the units' ids. Default: its index.
    outlines
        GeoDataFrame of larger areas drawn over the map, with a column `name`.
    member
        What one of the people is called.
    units, place
        What the units are called, and the name of the whole.
    source
        Line printed under the map. Default: the hash of the counts.

    Raises
    ------
    UnknownColumn
        The frame does not hold terms.
    InvalidParameter
        It holds several gaps, or none that is defined.
    UnmatchedUnit, GeographicCRS
        No unit has a shape; the shapes are in degrees.

    Examples
    --------
    >>> import geopandas as gpd, placemix as pm
    >>> town = pm.datasets.town()
    >>> homes = town.residents()
    >>> air = town.outcomes[town.outcomes["date"] == "after"].set_index("unit")["no2"]
    >>> facts = {"no2": {"domain": "environment", "higher_is": "worse", "describes": "places"}}
    >>> terms = pm.outcomes.bridge_terms(homes, {"no2": air}, facts=facts, focal="blue", against="amber")
    >>> shapes = gpd.GeoDataFrame(geometry=homes.geometry.set_axis(homes.units))
    >>> section = pm.report.sections.gap_by_place(terms, shapes, units="neighbourhoods")
    >>> [type(item).__name__ for item in section.items]
    ['str', 'Figure', 'Table', 'str', 'str']
    """
    frame = _one(terms).set_index(terms["unit"].astype(str).to_numpy())
    first = frame.iloc[0]
    condition, focal, against = (str(first[name]) for name in ("condition", "focal", "against"))
    gap = float(frame["gap"].dropna().iloc[0])
    level = class_of(frame["term"].to_numpy(dtype=np.float64) * (1.0 if gap >= 0 else -1.0))
    colour = level.map(CLASSES).set_axis(frame.index)
    shapes = mapping.matched(areas, frame.index.tolist(), unit)
    there = set(level.dropna())
    legend = [(hue, name) for name, hue in CLASSES.items() if name in there]
    drawn = mapping.categories(shapes, colour.astype(object), legend, outlines=outlines, absent=_absent(frame))
    grid = _by_class(frame, level.to_numpy(), gap, units, focal, against, member)
    whose = both(focal, against, member)
    most = int((level == "widen it most").sum())
    told = (
        f"In {place}, {rounding.count(most)} of {rounding.count(int(level.notna().sum()))} {units} make half of all "
        f"that widens the gap in {condition} between the {units} of {whose} ({signed(gap)})."
    )
    kinds = frame["meets"][(level == "widen it most").to_numpy()].value_counts()
    told += f" Of these, {_met(kinds, focal, against, member)}."
    narrows = float(frame["term"][(frame["term"] * np.sign(gap) < 0).to_numpy()].sum())
    told += f" What narrows it comes to {signed(narrows)}." if narrows else " None narrows it."
    missing = int((~frame.index.isin(shapes.index)).sum())
    figure = Figure(
        image=drawn.image,
        legend=drawn.legend,
        kind="image/png",
        alt=(
            f"Map of {units}: purple where they widen the gap in {condition} between the {units} of {whose}, sand "
            f"where they narrow it, dark where most. {told}"
        ),
        caption=(
            f"What each of the {units} adds to the gap in {condition}: how much larger a part of all {focal} {member}s "
            f"than of {_all(against, member)} is there, times how far the condition is from its mean "
            f"({rounding.quantity(float(frame['mean'].dropna().iloc[0]))}). The parts of all {units} sum to the gap. "
            f"{told} “Most” are the fewest {units} that make half of what widens, or narrows; “next to nothing” are "
            f"those that hold {100 * LITTLE:g} % of everything together. {source or _source(frame)}"
        ).strip(),
        table=grid,
        wide=True,
    )
    items: list[Item] = [_how(condition, focal, against, member, units), figure, _by_meeting(frame, gap, units, member)]
    items.append(
        f"The map is of {units}, not of people: that a place widens the gap says nothing of anybody who lives there, "
        "and nothing of why."
    )
    if missing:
        many = f"One of the {units} has" if missing == 1 else f"{rounding.count(missing)} {units} have"
        items.append(f"{many} no shape: not drawn, and counted in every table.")
    return Section(f"Where the gap in {condition} is made", items)


def _met(kinds: pd.Series, focal: str, against: str, member: str) -> str:
    """Say how many units hold more or less of a group, and whether they are worse or better than the mean."""
    said = []
    for kind, many in kinds.items():
        whose, how = str(kind).split(", ")
        part = "larger" if whose.startswith("more") else "smaller"
        verb = ("holds", "is") if many == 1 else ("hold", "are")
        whom = f"a {part} part of all {focal} {member}s than of {_all(against, member)}"
        said.append(f"{rounding.count(many)} {verb[0]} {whom}, and {verb[1]} {how} than the mean")
    return "; ".join(said)


def class_of(term: FloatArray) -> pd.Series:
    """Put terms into classes: what widens most, widens, adds next to nothing, narrows, narrows most.

    Examples
    --------
    >>> class_of(np.array([5.0, 3.0, 2.0, -1.0, 0.0, np.nan])).tolist()
    ['widen it most', 'widen it', 'widen it', 'narrow it most', 'next to nothing', None]
    """
    size = np.abs(np.nan_to_num(term))
    order = np.argsort(size, kind="stable")
    held = np.empty(len(term))
    held[order] = np.cumsum(size[order])
    little = held <= LITTLE * size.sum()
    out = np.full(len(term), None, dtype=object)
    for sign, name in ((1.0, "widen it"), (-1.0, "narrow it")):
        side = (np.sign(np.nan_to_num(term)) == sign) & ~little
        out[side] = name
        largest = np.flatnonzero(side)[np.argsort(-size[side], kind="stable")]
        before = np.cumsum(size[largest]) - size[largest]
        out[largest[before < size[side].sum() / 2]] = f"{name} most"
    out[little] = "next to nothing"
    out[np.isnan(term)] = None
    return pd.Series(out, dtype=object)


def _one(terms: pd.DataFrame) -> pd.DataFrame:
    frame = pd.DataFrame(terms)
    lacking = [name for name in _NEEDED if name not in frame.columns]
    if lacking:
        message = f"The frame lacks {listed(lacking)}: it holds no terms of a gap."
        raise UnknownColumn(message, remedy="Pass what outcomes.bridge_terms gave.")
    gaps = frame[["focal", "against", "condition", "gap"]].dropna().drop_duplicates()
    if len(gaps) != 1:
        message = f"The frame holds {len(gaps)} gaps that are defined; a map is of one."
        raise InvalidParameter(message, remedy="Keep one condition, one pair of groups and one stratum.")
    return frame


def _by_class(
    frame: pd.DataFrame,
    level: Any,  # noqa: ANN401
    gap: float,
    units: str,
    focal: str,
    against: str,
    member: str,
) -> Any:  # noqa: ANN401
    rows = [(name, frame[level == name]) for name in CLASSES if (level == name).any()]
    rows.append(("all", frame[frame["term"].notna()]))
    return table(
        f"{capital(units)} by what they add to the gap",
        {
            "Class": [name for name, _ in rows],
            capital(units): [rounding.count(len(part)) for _, part in rows],
            f"{focal} {member}s": [rounding.count(float(part["focal_people"].sum())) for _, part in rows],
            people(against, member): [rounding.count(float(part["against_people"].sum())) for _, part in rows],
            "Sum of what they add": [signed(float(part["term"].sum())) for _, part in rows],
            "Part of the gap": [_part(float(part["term"].sum()), gap) for _, part in rows],
        },
        strong=frozenset((len(rows) - 1, column) for column in range(1, 6)),
    )


def _by_meeting(frame: pd.DataFrame, gap: float, units: str, member: str) -> Any:  # noqa: ANN401
    rows = [(name, frame[(frame["meets"] == name).to_numpy()]) for name in MEETS]
    rows = [*((name, part) for name, part in rows if len(part)), ("all", frame[frame["term"].notna()])]
    return table(
        f"Where separation and contrast meet: {units} by whom they hold more of, and what they are like",
        {
            "Beside the whole": [name for name, _ in rows],
            capital(units): [rounding.count(len(part)) for _, part in rows],
            f"Group’s {member}s": [rounding.count(float(part["focal_people"].sum())) for _, part in rows],
            "Sum of what they add": [signed(float(part["term"].sum())) for _, part in rows],
            "Part of the gap": [_part(float(part["term"].sum()), gap) for _, part in rows],
        },
        strong=frozenset((len(rows) - 1, column) for column in range(1, 5)),
        note="“More of the group”: a larger part of all its members than of those it is compared with. The sums of the "
        "rows are the gap.",
        folded=True,
    )


def _how(condition: str, focal: str, against: str, member: str, units: str) -> str:
    return (
        f"A gap comes from {units} that hold more of one group and are unlike the others in {condition}. One that "
        f"holds a larger part of all {focal} {member}s than of {_all(against, member)}, and where the condition is "
        "above its mean, raises the gap; so does one where both are the other way round. Where only one of them holds, "
        "the gap is lowered."
    )


def _all(against: str, member: str) -> str:
    return "everyone else" if against == "rest" else f"all {against} {member}s"


def signed(value: float) -> str:
    """Write a difference of any unit with its sign.

    Examples
    --------
    >>> signed(0.0818), signed(-1500.0)
    ('+0.0818', '−1,500')
    """
    text = rounding.quantity(value)
    return f"+{text}" if np.isfinite(value) and value > 0 else text


def _part(value: float, gap: float) -> str:
    return rounding.share(value / gap) if gap else rounding.ABSENT


def _absent(frame: pd.DataFrame) -> str:
    reasons = frame.loc[frame["term"].isna(), "reason"].astype(object).dropna().unique()
    words = {"no_condition": "the condition is not known", "no_people": "nobody lives there"}
    return " or ".join(words.get(str(one), str(one)) for one in reasons)


def _source(frame: pd.DataFrame) -> str:
    return f"Source: counts {frame['source'].iloc[0]}." if "source" in frame.columns else ""
