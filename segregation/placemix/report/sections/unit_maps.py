"""Maps of local values other than location quotients: clusters by their flag, all else by value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from placemix.errors import InvalidParameter, did_you_mean, listed
from placemix.estimating import REASONS, grouped
from placemix.registry import asked
from placemix.report import mapping, rounding, theme
from placemix.report.items import Figure
from placemix.report.tabling import table

#: Why a unit has no value, where the words of a whole table would not do.
_ABSENT = {
    "no_people": "nobody lives there",
    "no_neighbours": "no neighbours with people",
    "group_absent": "one of the groups compared is absent",
}


def of_group(values: pd.DataFrame, focal: str | None) -> pd.DataFrame:
    """Return the local values of one group, and those of no group.

    Raises
    ------
    InvalidParameter
        The frame holds no local values, or none of the group.
    """
    frame = pd.DataFrame(values)
    if not {"unit", "measure", "focal", "value", "reason", "note", "around"} <= set(frame.columns):
        message = "This frame holds no local values."
        raise InvalidParameter(message, remedy="Pass what placemix.local gave.")
    groups = frame["focal"].astype(object)
    named = [str(name) for name in groups.dropna().unique()]
    if focal is None and len(named) > 1:
        message = f"The frame has values of {listed(named)}; a section maps one group."
        raise InvalidParameter(message, remedy=f"Pass focal={named[0]!r} or another.")
    if focal is not None and focal not in named and not groups.isna().any():
        message = f"The frame has no values of {focal!r}; it has {listed(named)}."
        raise InvalidParameter(message, remedy=did_you_mean(focal, named))
    # Values of all groups together, such as a unit's diversity, belong to every group's section.
    return frame if focal is None else frame[groups.isna() | (groups == focal)]


def value_maps(
    frame: pd.DataFrame,
    areas: Any,  # noqa: ANN401
    *,
    unit: str,
    outlines: Any,  # noqa: ANN401
    member: str,
    when: str,
    source: str,
) -> list[Figure]:
    """Draw each measure of a frame of local values: classes of clusters, or classes of values."""
    keys = frame[["measure", "focal", "against"]].astype(object)
    found = []
    for _, rows in frame.groupby([keys[name].fillna("").astype(str) for name in keys], sort=False):
        one = rows.set_index(rows["unit"].astype(str))
        shapes = mapping.matched(areas, one.index.tolist(), unit)
        clusters = asked(str(one["measure"].iloc[0])).row.call == "neighbours"
        draw = _clusters if clusters else _values
        found.append(draw(one, shapes, outlines=outlines, member=member, when=when, source=source))
    return found


def _clusters(
    frame: pd.DataFrame,
    shapes: Any,  # noqa: ANN401
    *,
    outlines: Any,  # noqa: ANN401
    member: str,
    when: str,
    source: str,
) -> Figure:
    row = asked(str(frame["measure"].iloc[0])).row
    focal, flag = str(frame["focal"].iloc[0]), frame["flag"].astype(object)
    people = [float(frame.loc[flag == label, "people"].sum()) for label in theme.CLUSTERS]
    units = [int((flag == label).sum()) for label in theme.CLUSTERS]
    rows = [(label, many, there) for label, many, there in zip(theme.CLUSTERS, units, people, strict=True) if many]
    told = "; ".join(f"{label}: {rounding.count(many)}" for label, many, _ in rows) or "none has a value"
    level = frame["level"].dropna()
    chance = f", at {100 * (1 - level.iloc[0]):.3g} % adjusted for the number of units" if len(level) else ""
    remarks = absences(frame) + notes(frame)
    caption = (
        f"{row.label} of the {focal} share{when}, by unit. Units by class: {told}. Not distinguishable: neighbours "
        f"picked at random could give the value{chance}. Around each unit: {around_of(frame)}.{remarks} {source}"
    ).strip()
    drawn = mapping.flags(shapes, flag, outlines=outlines, absent=_hatched(frame))
    return Figure(
        image=drawn.image,
        legend=drawn.legend,
        kind="image/png",
        alt=(
            f"Map of local clusters of {focal} {member}s: purple where shares are high, brown where low, grey where "
            f"not distinguishable from chance. {told}."
        ),
        caption=caption,
        table=table(
            f"Units and {member}s by class: {row.label}, {focal}",
            {
                "Class": [label for label, _, _ in rows],
                "Units": [rounding.count(many) for _, many, _ in rows],
                "People": [rounding.count(there) for _, _, there in rows],
            },
        ),
        wide=True,
    )


def _values(
    frame: pd.DataFrame,
    shapes: Any,  # noqa: ANN401
    *,
    outlines: Any,  # noqa: ANN401
    member: str,
    when: str,
    source: str,
) -> Figure:
    row, value = asked(str(frame["measure"].iloc[0])).row, frame["value"].astype(np.float64)
    share = row.unit == "share"
    bounds, texts = mapping.bounds_of(value, share=share)
    whose = _whose(frame, member)
    known = value.dropna()
    unit = "" if share or row.unit in {"groups", "ratio"} else f" {row.unit}"
    spread = (
        f"Half of the units are under {_written(known.median(), share=share)}{unit}, and the highest is "
        f"{_written(known.max(), share=share)}{unit}, in {known.idxmax()}."
        if len(known)
        else "No unit has a value."
    )
    near = around_of(frame)
    # Some questions ask of the unit itself, which its surroundings are not.
    question = row.question if near == "own unit" or "around" in row.question else "of what is around each unit."
    beside = "Of each unit itself." if near == "own unit" else f"Around each unit: {near}."
    remarks = absences(frame) + notes(frame)
    drawn = mapping.values(shapes, value, bounds, texts, outlines=outlines, absent=_hatched(frame))
    codes = np.digitize(value.to_numpy(), bounds)
    inside = [(codes == number) & value.notna().to_numpy() for number in range(len(bounds) + 1)]
    return Figure(
        image=drawn.image,
        legend=drawn.legend,
        kind="image/png",
        alt=f"Choropleth map of {row.label.lower()}{whose}, pale where low and dark where high. {spread}",
        caption=f"{row.label}{whose}{when}: {question} {spread} {beside}{remarks} {source}".strip(),
        table=table(
            f"Units and people by class: {row.label}{whose}",
            {
                f"Class{f' ({row.unit})' if unit else ''}": mapping.ranges(texts),
                "Units": [rounding.count(int(here.sum())) for here in inside],
                "People": [rounding.count(float(frame.loc[here, "people"].sum())) for here in inside],
            },
        ),
        wide=True,
    )


def absences(frame: pd.DataFrame) -> str:
    """Say how many units have no value, and why."""
    counted = frame.loc[frame["value"].isna(), "reason"].astype(object).value_counts()
    parts = [f"{rounding.count(many)} ({_ABSENT.get(why, REASONS.get(why, why))})" for why, many in counted.items()]
    return f" Units without a value: {', '.join(parts)}." if parts else ""


def notes(frame: pd.DataFrame) -> str:
    """Repeat what the result notes of its values, such as that they are estimates or permutations too few."""
    found = dict.fromkeys(str(note) for note in frame["note"].astype(object).dropna())
    return f" To know: {'; '.join(found)}." if found else ""


def _hatched(frame: pd.DataFrame) -> str:
    found = frame.loc[frame["value"].isna(), "reason"].astype(object).dropna().unique()
    words = [_ABSENT.get(why, REASONS.get(why, why)) for why in found]
    return f"no value: {', or '.join(words)}" if words else ""


def _whose(frame: pd.DataFrame, member: str) -> str:
    focal, against = (frame[name].astype(object).iloc[0] for name in ("focal", "against"))
    if not isinstance(focal, str):
        return ""
    beside = "" if not isinstance(against, str) else f" and {'everyone else' if against == 'rest' else against}"
    return f" of {focal} {member}s{beside}"


def around_of(frame: pd.DataFrame) -> str:
    """Words for who is around the units, without what is said of single ones."""
    return grouped(str(frame["around"].iloc[0]).partition("; ")[0])


def _written(value: float, *, share: bool) -> str:
    return rounding.share(float(value)) if share else rounding.quantity(float(value))
