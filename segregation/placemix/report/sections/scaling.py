"""One measure at many scales: its profile by radius or numbers of neighbours, and its range over zonings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from placemix.errors import InvalidParameter
from placemix.lengths import written
from placemix.registry import Measure, asked
from placemix.report import rounding, scale_charts
from placemix.report.items import Figure, Section
from placemix.report.tabling import table

#: More lines than this are not told apart.
MOST = 8
#: Where this share of the units has nobody around, the chart says so.
MANY = 0.1


def scale_profile(profile: pd.DataFrame, *, source: str = "", note: str = "") -> Section:
    """Draw a profile: how a measure falls, or does not, as the neighbourhood that is looked at grows.

    Parameters
    ----------
    profile
        What `placemix.scales.profile` gave, or rows of it with one measure.
    source
        Where the counts are from; printed under the picture.
    note
        What else to know of the units.

    Raises
    ------
    InvalidParameter
        The frame is no profile, holds several measures, or more lines than can be told apart.
    """
    frame = pd.DataFrame(profile)
    scale = next((name for name in ("radius", "nearest") if name in frame.columns), None)
    if scale is None or frame.empty:
        message = "This frame is no profile: it has neither radius nor nearest."
        raise InvalidParameter(message, remedy="Pass what placemix.scales.profile gave.")
    row = _only(frame, "a profile")
    by = list(frame.columns[: list(frame.columns).index(scale)])
    lines = _lines(frame, by)
    if len(lines) > MOST:
        message = f"{len(lines)} lines cannot be told apart in one chart."
        raise InvalidParameter(message, remedy=f"Keep at most {MOST} strata and groups.")
    sizes = [float(size) for size in frame[scale].unique()]
    series = {name: rows.set_index(scale)["value"].reindex(sizes).tolist() for name, rows in lines.items()}
    metres = scale == "radius" and not frame["around"].astype(str).str.contains(" units").any()
    unit = "nearest people" if scale == "nearest" else "radius" if metres else "radius in map units"
    words = ["own unit" if size == 0 else _size(size, metres=metres) for size in sizes]
    figures = source or f"counts {frame['source'].iloc[0]}"
    alone = _alone(frame, by, scale, metres=metres)
    image = scale_charts.profile(
        sizes,
        series,
        texts=words,
        across=f"Who is around: {unit}{_weighed(frame)}",
        up=f"{row.label} ({row.symbol})",
        source=f"Source: {figures}. {alone}".strip(),
    )
    texts = [f"{row.label} by size of the neighbourhood.", _reading(words, series, unit), alone, note]
    caption = " ".join(filter(None, texts))
    columns = {unit: words}
    columns |= {name: [rounding.index(value) for value in values] for name, values in series.items()}
    figure = Figure(
        image=image,
        kind="image/svg+xml",
        alt=f"Line chart. {caption}",
        caption=caption,
        table=table(f"Numbers of the figure: {row.label.lower()} by size", columns),
    )
    return Section(f"At which scale: {row.label.lower()}", [figure])


def zoning_range(zoning: pd.DataFrame, *, source: str = "", note: str = "") -> Section:
    """Draw what borders can do to a value: the range of many random zonings, and the zoning as it is.

    Parameters
    ----------
    zoning
        What `placemix.scales.zoning` gave, or rows of it with one measure.
    source
        Where the counts are from; printed under the picture.
    note
        What else to know of the units.

    Raises
    ------
    InvalidParameter
        The frame is no range over zonings, or holds several measures.
    """
    frame = pd.DataFrame(zoning)
    if frame.empty or not frame["interval_method"].astype(str).str.startswith("zoning:").all():
        message = "This frame holds no range over zonings."
        raise InvalidParameter(message, remedy="Pass what placemix.scales.zoning gave.")
    row = _only(frame, "zonings")
    compared = not frame["note"].astype(str).str.contains("median of").any()
    names = list(_lines(frame, list(frame.columns[: list(frame.columns).index("measure")])))
    figures = source or f"counts {frame['source'].iloc[0]}"
    label = f"{row.label} ({row.symbol}){_compared(frame)}, {_zones(frame)}"
    columns = [frame[name].tolist() for name in ("value", "lower", "upper")]
    image = scale_charts.ranges(names, *columns, label=label, source=f"Source: {figures}.", compared=compared)
    draws = frame["note"].astype(str).str.extract(r"([\d,]+ random zonings?)")[0].iloc[0]
    parts = [
        f"{name} {rounding.index(value)} ({rounding.index(low)} to {rounding.index(high)}){f', {flag}' * compared}"
        for name, value, low, high, flag in zip(names, *columns, frame["flag"].astype(str), strict=True)
        if not np.isnan([value, low, high]).any()
    ]
    given = "the zoning as it is" if compared else "the median of random zonings"
    values = f"In brackets nine tenths of {draws}: {'; '.join(parts)}." if parts else "No value is defined."
    caption = f"{row.label}{_compared(frame)} in {given}, {_zones(frame)}. {values} {note}".strip()
    texts = [[rounding.index(value) for value in column] for column in columns]
    held = {"zoning": names, given: texts[0], "5 % lie below": texts[1], "5 % lie above": texts[2]}
    figure = Figure(
        image=image,
        kind="image/svg+xml",
        alt=f"Range chart. {caption}",
        caption=caption,
        table=table(f"Numbers of the figure: {row.label.lower()} over zonings", held),
    )
    return Section(f"What borders do: {row.label.lower()}", [figure])


def _only(frame: pd.DataFrame, what: str) -> Measure:
    """The one measure of a frame."""
    names = frame["measure"].astype(str).unique()
    if len(names) > 1:
        message = f"A chart of {what} shows one measure, and this has {', '.join(names)}."
        raise InvalidParameter(message, remedy="Keep one: frame[frame['measure'] == '…'].")
    return asked(names[0]).row


def _lines(frame: pd.DataFrame, by: list[str]) -> dict[str, pd.DataFrame]:
    """Rows of each line, by its name: the stratum, the group, or both."""
    varied = [name for name in [*by, "focal", "against"] if len(frame[name].astype(object).drop_duplicates()) > 1]
    if not varied:
        focal = frame["focal"].astype(object).iloc[0]
        return {str(focal) if isinstance(focal, str) else "all groups": frame}
    keys = frame[varied].astype(object).apply(lambda row: ", ".join(map(str, row)), axis=1)
    return {str(key): frame[keys == key] for key in dict.fromkeys(keys)}


def _weighed(frame: pd.DataFrame) -> str:
    """Name the kernel that people are weighed by, where there is one."""
    kernels = frame["around"].astype(str).str.extract(r"^(\w+) kernel")[0].dropna().unique()
    return f" ({kernels[0]} kernel)" if len(kernels) == 1 else ""


def _size(size: float, *, metres: bool) -> str:
    return written(size) if metres else f"{size:,.10g}"


def _compared(frame: pd.DataFrame) -> str:
    """Name the group and what it is compared with, where all rows have the same."""
    focal, against = (frame[name].astype(object).unique() for name in ("focal", "against"))
    whose = f" of {focal[0]}" if len(focal) == 1 and isinstance(focal[0], str) else ""
    if len(against) > 1 or not isinstance(against[0], str):
        return whose
    return f"{whose} against {'everyone else' if against[0] == 'rest' else against[0]}"


def _zones(frame: pd.DataFrame) -> str:
    """Say into how many zones the units are joined."""
    low, high = int(frame["units"].min()), int(frame["units"].max())
    return f"{low:,} zones" if low == high else f"{low:,} to {high:,} zones"


def _alone(frame: pd.DataFrame, by: list[str], scale: str, *, metres: bool) -> str:
    """Say at which sizes many units have nobody around them but their own people, so that the line says little."""
    many = []
    for size, rows in frame[frame[scale] > 0].groupby(scale):
        once = rows.drop_duplicates(by) if by else rows.head(1)
        found = once["around"].astype(str).str.extract(r"([\d,]+) isolates?\b")[0].dropna()
        count = int(found.str.replace(",", "").astype(int).sum())
        if count >= MANY * once["units"].sum():
            many.append(f"{count:,} of {int(once['units'].sum()):,} at {_size(size, metres=metres)}")
    return f"Units with nobody around but their own people: {'; '.join(many)}." if many else ""


def _reading(words: list[str], series: dict[str, list[float]], unit: str) -> str:
    parts = [
        f"{name} {rounding.index(values[0])} to {rounding.index(values[-1])}"
        for name, values in series.items()
        if not np.isnan([values[0], values[-1]]).any()
    ]
    start = words[0].replace("own unit", "the own unit")
    return f"From {start} to {words[-1]} ({unit}): {'; '.join(parts)}." if parts else "No value is defined."
