"""The page about the schools of an area: beside their neighbourhoods, beside each other, twins and kinds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from placemix import report as reports
from placemix import schools
from placemix._typing import GroupName
from placemix.counts import Counts
from placemix.report import describe, sections
from placemix.report.items import Section
from placemix.units import concentration_profile


class Asked(NamedTuple):
    """What the page is about.

    Attributes
    ----------
    focal, against
        The two groups.
    phase, by
        Columns of the phase and the authority, or None.
    kinds
        Columns of kinds of school.
    label
        Column of the schools' names, or None.
    nearest, contact, within
        As in `placemix.schools.contrast` and `placemix.schools.twin`.
    place, title
        Name of the whole, and of the page.
    draws
        Draws of what chance alone would give.
    facts
        Sentences about who was counted, such as what a group holds.
    """

    focal: str
    against: str
    phase: str | None
    by: str | None
    kinds: Sequence[str]
    label: str | None
    nearest: int
    contact: float
    within: str
    place: str
    title: str
    draws: int
    facts: Sequence[str] = ()


def of_schools(rolls: Counts, residents: Counts | None, asked: Asked, *, out: Path, move: Any = None) -> None:  # noqa: ANN401
    """Write the page.

    Parameters
    ----------
    rolls
        Pupils of each group in each school.
    residents
        Residents of the same groups around them, or None.
    asked
        What the page is about.
    out
        File to write.
    move
        Called with parts done and parts in all.
    """
    steps = iter(range(1, 7))

    def done() -> None:
        if move is not None:
            move(next(steps), 6)

    placed, lost = _placed(rolls)
    ratios = None if residents is None else _ratios(placed, residents, asked)
    apart = [] if residents is None else _apart(placed, residents, asked.by)
    done()
    index: pd.DataFrame = schools.segregation(
        rolls, focal=asked.focal, against=asked.against, phase=asked.phase, by=asked.by, draws=asked.draws
    )
    done()
    contrast = schools.contrast(placed, focal=asked.focal, phase=asked.phase, nearest=asked.nearest)
    done()
    twins = schools.twin(
        placed, focal=asked.focal, against=asked.against, contact=asked.contact, within=asked.within, phase=asked.phase
    )
    done()
    kinds = (
        schools.between(rolls, list(asked.kinds), focal=asked.focal, against=asked.against, phase=asked.phase)
        if asked.kinds
        else None
    )
    done()
    source = describe(rolls, name=f"Rolls, {asked.title}", unit_words="schools")
    names = _names(rolls, asked.label)
    drawn = {"outlines": _outlines(residents, asked.by), "names": names, "source": _line(rolls)}
    points = _points(placed)
    by, phase = asked.by or "area", asked.phase or "phase"
    index = index if asked.phase else index.assign(**{phase: "all"})
    body: list[Section] = [
        sections.schools_in_short(
            ratios, contrast, twins, phase=phase, by=by, place=asked.place, nearest=asked.nearest,
            within=asked.within, lost=[names.get(one, one) for one in lost], apart=apart,
            facts=_facts(rolls, residents, asked),
        )
    ]  # fmt: skip
    if ratios is not None:
        body.append(sections.schools_beside_homes(ratios, phase=phase, by=by, place=asked.place))
    thresholds = concentration_profile(
        rolls, focal=_pair(asked), thresholds=[0.5, 0.75, 0.9], by=() if asked.phase is None else asked.phase
    )
    parts = schools.contributions(rolls, focal=asked.focal, against=asked.against, phase=asked.phase, by=asked.by)
    body.append(sections.school_indices(index, thresholds, parts, phase=phase, by=by, place=asked.place, names=names))
    body.append(sections.school_contrasts(contrast, points, nearest=asked.nearest, **drawn))
    body.append(sections.school_twins(twins, points, within=asked.within, **drawn))
    if kinds is not None:
        body.append(sections.kinds_of_school(kinds, phase=phase, place=asked.place))
    results = [one for one in (ratios, index, parts, contrast, twins, kinds) if one is not None]
    described = [source] if residents is None else [source, describe(residents, name="Residents", unit_words="areas")]
    body.append(sections.assumptions(described, chance="drawn"))
    body.append(sections.references(results))
    body.append(sections.provenance(described, results=results))
    reports.page(body, title=f"Schools and neighbourhoods: {asked.title}", out=out)
    done()


def _facts(rolls: Counts, residents: Counts | None, asked: Asked) -> list[str]:
    """Who was counted, when and by whom, as far as the tables say."""
    texts = [f"Pupils: {rolls.total.sum():,.0f} on the rolls of {len(rolls):,} schools.{_about(rolls)}"]
    if residents is not None:
        texts.append(
            f"Homes: {residents.total.sum():,.0f} residents of all ages in {len(residents):,} areas.{_about(residents)}"
        )
    return [*texts, *asked.facts]


def _about(counts: Counts) -> str:
    told = [text for text in (counts.about.source, counts.about.period) if text]
    return f" {', '.join(told)}." if told else ""


def _pair(asked: Asked) -> list[GroupName]:
    return [asked.focal] if asked.against == "rest" else [asked.focal, asked.against]


def _phases(rolls: Counts, asked: Asked) -> dict[str, Any]:
    if asked.phase is None:
        return {"all": pd.Series(True, index=range(len(rolls))).to_numpy()}  # noqa: FBT003
    column = rolls.strata[asked.phase].astype(str)
    return {name: (column == name).to_numpy() for name in dict.fromkeys(column)}


def _placed(rolls: Counts) -> tuple[Counts, list[str]]:
    """Schools with a point, and the ids of the others."""
    there = (rolls.geometry.notna() & ~rolls.geometry.is_empty).to_numpy()
    return (rolls, []) if there.all() else (rolls.take(there), list(map(str, rolls.units[~there])))


def _ratios(rolls: Counts, residents: Counts, asked: Asked) -> pd.DataFrame:
    """Schools beside the residents around them, by phase: the whole, and each authority with such schools."""
    parts = []
    for name, here in _phases(rolls, asked).items():
        part = rolls.take(here)
        levels = [None] if asked.by is None else [None, asked.by]
        for by in levels:
            near = residents if by is None else _shared(residents, part, by)
            if not len(near):
                continue  # no authority of this phase has residents in the table; the page says which
            found = schools.ratio_local_residents(
                part if by is None else _shared(part, residents, by), near, focal=asked.focal, against=asked.against,
                measures="dissimilarity", by=by, draws=asked.draws,
            )  # fmt: skip
            if by is None:
                found.insert(0, asked.by or "area", None)
            found.insert(0, asked.phase or "phase", name)
            parts.append(found)
    out = pd.concat([part.astype({asked.by or "area": object}) for part in parts], ignore_index=True)
    out.attrs["cites"] = parts[0].attrs.get("cites", ())
    return out


def _shared(one: Counts, other: Counts, by: str) -> Counts:
    """The units of strata that both have."""
    return one.take(one.strata[by].astype(str).isin(other.strata[by].astype(str)).to_numpy())


def _apart(rolls: Counts, residents: Counts, by: str | None) -> list[str]:
    """Strata whose schools have no residents in the other table."""
    if by is None:
        return []
    known = set(residents.strata[by].astype(str))
    return sorted({name for name in rolls.strata[by].astype(str) if name not in known})


def _names(rolls: Counts, label: str | None) -> dict[str, str]:
    if label is None:
        return {}
    return dict(zip(map(str, rolls.units), rolls.strata[label].astype(str), strict=True))


def _points(rolls: Counts) -> Any:  # noqa: ANN401
    import geopandas as gpd

    shapes = gpd.GeoSeries(list(rolls.geometry), index=list(map(str, rolls.units)), crs=rolls.geometry.crs)
    return gpd.GeoDataFrame(geometry=shapes.centroid)


def _outlines(residents: Counts | None, by: str | None) -> Any:  # noqa: ANN401
    if residents is None or by is None or residents.geometry is None:
        return None
    import geopandas as gpd

    if not set(residents.geometry.dropna().geom_type) <= {"Polygon", "MultiPolygon"}:
        return None
    shapes = gpd.GeoDataFrame(
        {"name": residents.strata[by].astype(str).to_numpy()}, geometry=list(residents.geometry),
        crs=residents.geometry.crs,
    )  # fmt: skip
    return shapes.dissolve("name", as_index=False)


def _line(rolls: Counts) -> str:
    return f"Source: {rolls.about.source}." if rolls.about.source else ""
