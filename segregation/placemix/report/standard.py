"""The standard page: every frame it needs, made from counts, then its sections in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from placemix.counts import Counts
from placemix.errors import InvalidParameter
from placemix.measuring import measure
from placemix.report import sections
from placemix.report.choices import WHOLE, Areas, Condition, Dates, Dimension, Progress, focussed, is_share, words_of
from placemix.report.items import Section, describe
from placemix.report.leading import Lead
from placemix.report.pages import page
from placemix.report.sections import Measured
from placemix.typology import characteristics, objective
from placemix.typology.places.defined import SIDE_BY_SIDE


def of_counts(
    dimensions: Mapping[str, Counts | Dimension] | Counts,
    *,
    title: str,
    out: str | Path | None = None,
    place: str = WHOLE,
    focal: str | None = None,
    against: str = "",
    by: str | Sequence[str] = (),
    condition: pd.Series | Condition | None = None,
    before: Counts | Dates | None = None,
    areas: Areas | Any = None,  # noqa: ANN401
    assumptions: Sequence[str] = (),
    dropped: Sequence[str] = (),
    published_by: str = "",
    thresholds: Sequence[float] = SIDE_BY_SIDE,
    manifests: Sequence[Mapping[str, Any]] = (),
    progress: Progress | None = None,
) -> str | Path:
    """Make the standard page of one or several tables of counts.

    Parameters
    ----------
    dimensions
        Counts by name of the dimension, such as ``"Ethnic group"``; the maps, the curve, the
        change and the gap are about the first. One Counts alone serves as well.
    title
        Title of the page.
    out
        File to write. Default: the page is returned as text.
    place
        Name of the whole.
    focal, against
        Groups of the first dimension to compare. Default: its two largest, and the page says so.
    by
        Strata to print apart; dimensions that lack them stand in the first table alone.
    condition
        Condition of the places, by unit id of the first dimension.
    before
        The first dimension at an earlier date, on the same units, or `Dates`.
    areas
        Shapes of the first dimension's units. Default: the geometry of its counts, if any.
    assumptions, dropped
        Further sentences of those sections.
    published_by
        Who answers for the page, for its last line.
    thresholds
        Shares from which one category defines a place, shown side by side over every dimension; none
        leaves that section out.
    manifests
        Manifests of the files that the counts were read from, to cite.
    progress
        Called with the steps done and their number.

    Returns
    -------
    page
        The path written, or the HTML.

    Raises
    ------
    InvalidParameter
        There is no dimension.
    UnknownGroup
        The first dimension has no group of that name.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> html = pm.report.of_counts({"Ethnic group": homes}, title="Four areas", focal="asian", against="white")
    >>> "D and isolation, together" in html
    True
    """
    given = {"All groups": dimensions} if isinstance(dimensions, Counts) else dict(dimensions)
    if not given:
        message = "A report needs at least one table of counts."
        raise InvalidParameter(message, remedy='Give {"name of the dimension": counts}.')
    names = (by,) if isinstance(by, str) else tuple(by)
    every = {name: _dimension(item) for name, item in given.items()}
    first = next(iter(every))
    every[first] = focussed(every[first], focal, against)
    steps = len(every) + 5
    done = iter(range(1, steps + 1))

    def tick() -> None:
        if progress is not None:
            progress(next(done), steps)

    measured: dict[str, Measured] = {}
    for name, one in every.items():
        measured[name] = _measured(name, one, names)
        tick()
    lead = every[first]
    parts = Lead(first, lead, measured, names, place)
    gap = parts.gap(condition)
    change = parts.change(before)
    tick()
    body: list[Section] = [sections.dimensions(measured, place=place), *filter(None, [gap[0], change[0]])]
    if thresholds:
        strong, frames = _strong(every, measured, names, place, thresholds, areas, parts)
        body.append(strong)
        parts.results += frames
    tick()
    body.append(sections.measured([one.source for one in measured.values()], manifests=manifests))
    body += parts.maps(areas, condition)
    tick()
    body.append(sections.strata(measured, place=place))
    body += parts.shapes(before)
    tick()
    body.append(sections.together(measured[first], place=place))
    sources = [one.source for one in measured.values()]
    results = [frame for one in measured.values() for frame in (one.whole, one.by) if frame is not None]
    results += [*gap[1], *change[1], *parts.results]
    chosen = [] if focal else [_chosen(first, lead)]
    body += [
        sections.assumptions(sources, further=[*chosen, *assumptions]),
        sections.dropped(sources, frames=results, further=dropped),
        sections.references(results),
        sections.provenance(sources, results=results),
    ]
    start = sections.opening(
        measured,
        place=place,
        gap=gap[1][-1] if gap[1] else None,
        condition=words_of(condition),
        shares=condition is None or is_share(condition),
        period=condition.period or condition.source if isinstance(condition, Condition) else "",
        change=change[1][-1] if change[1] else None,
    )
    synthetic = any(one.counts.about.synthetic for one in every.values())
    written = page(
        body,
        title=title,
        out=out,
        opening=start,
        kicker=_kicker(measured, place, condition),
        publisher=published_by,
        synthetic=synthetic,
    )
    tick()
    return written


def _strong(
    every: Mapping[str, Dimension],
    measured: Mapping[str, Measured],
    by: tuple[str, ...],
    place: str,
    thresholds: Sequence[float],
    areas: Areas | Any,  # noqa: ANN401
    parts: Lead,
) -> tuple[Section, list[pd.DataFrame]]:
    """Which category of which dimension defines places; dimensions of the same units are seen together."""
    families: dict[frozenset[str], dict[str, Counts]] = {}
    for name, one in every.items():
        families.setdefault(frozenset(map(str, one.counts.units)), {})[name] = one.counts
    summaries: list[pd.DataFrame] = []
    details: list[pd.DataFrame] = []
    for tables in families.values():
        first = next(iter(tables.values()))
        own = tuple(stratum for stratum in by if stratum in first.strata.columns) if not summaries else ()
        summaries.append(objective(tables, thresholds=thresholds, by=own))
        details.append(characteristics(tables, thresholds=thresholds))
    found = parts.areas(areas)
    lead = next(iter(every.values())).counts
    section = sections.strong_characteristics(
        summaries,
        details,
        found,
        sources=[one.source for one in measured.values()],
        place=place,
        empty=[str(unit) for unit in lead.units[lead.total <= 0]],
        source=f"Source: {lead.about.source}." if lead.about.source else "",
    )
    return section, [*summaries, *details]


def _dimension(item: Counts | Dimension) -> Dimension:
    one = item if isinstance(item, Dimension) else Dimension(counts=item)
    return focussed(one, None, "")


def _measured(name: str, one: Dimension, by: tuple[str, ...]) -> Measured:
    own = tuple(stratum for stratum in by if stratum in one.counts.strata.columns)
    whole = _frames(one, ())
    source = describe(one.counts, name=name, note=one.note, unit_words=one.unit_words, others=one.others)
    return Measured(source, whole, _frames(one, own) if own else None)


def _frames(one: Dimension, by: tuple[str, ...]) -> pd.DataFrame:
    many = measure(one.counts, ["information_theory", "mutual_information"], by=by)
    pair = measure(
        one.counts, ["dissimilarity", "isolation"], focal=one.focal, against=one.against, by=by, chance="binomial"
    )
    alone = measure(one.counts, "correlation_ratio", focal=one.focal, by=by, chance="binomial")
    return pd.concat(
        [
            pd.DataFrame(frame).astype({name: object for name in frame.columns if frame[name].dtype == "category"})
            for frame in (many, pair, alone)
        ],
        ignore_index=True,
    )


def _chosen(name: str, one: Dimension) -> str:
    pair = f"its two largest are compared: {one.focal} and {one.against}"
    if one.against == "rest":
        pair = f"its second largest, {one.focal}, is compared with everyone else"
    return f"No groups were named for {name}, so {pair}. Other groups can be named, and would give other values."


def _kicker(measured: Mapping[str, Measured], place: str, condition: pd.Series | Condition | None) -> str:
    periods = list(
        dict.fromkeys(str(one.source.about["period"]) for one in measured.values() if "period" in one.source.about)
    )
    period = condition.period if isinstance(condition, Condition) else ""
    score = [f"{words_of(condition)}: {period}"] if period else []
    return " · ".join([*([] if place == WHOLE else [place]), *periods[:4], *score])
