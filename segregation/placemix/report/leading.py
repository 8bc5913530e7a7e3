"""The sections about a report's first dimension, and the frames they are made from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from placemix.counts import Counts
from placemix.decompose import compare_dates
from placemix.gaps import place_gap
from placemix.report import rounding, sections
from placemix.report.choices import Areas, Condition, Dates, Dimension, is_share, words_of
from placemix.report.items import Figure, Heading, Item, Section, Source
from placemix.report.sections import Measured
from placemix.report.sections.lookups import plural, rows
from placemix.units import concentration_profile, local


class Lead:
    """The sections about the first dimension, and the frames they were made from."""

    def __init__(
        self, name: str, lead: Dimension, measured: Mapping[str, Measured], by: tuple[str, ...], place: str
    ) -> None:
        self.name, self.lead, self.by, self.place = name, lead, by, place
        self.source: Source = measured[name].source
        self.whole = measured[name].whole
        self.focal, self.against = str(lead.focal), lead.against
        self.strata = tuple(stratum for stratum in by if stratum in lead.counts.strata.columns)
        self.results: list[pd.DataFrame] = []
        self._quotients: pd.DataFrame | None = None

    @property
    def quotients(self) -> pd.DataFrame:
        """Location quotients of the two groups, made once."""
        if self._quotients is None:
            self._quotients = self._local(self.lead.counts)
            self.results.append(self._quotients)
        return self._quotients

    def _local(self, counts: Counts) -> pd.DataFrame:
        wanted: list[Any] = [self.focal] if self.against == "rest" else [self.focal, self.against]
        return local(counts, "location_quotient", focal=wanted)

    def gap(self, condition: pd.Series | Condition | None) -> tuple[Section | None, list[pd.DataFrame]]:
        """Separate x different = unequal, by stratum and for the whole."""
        if condition is None:
            return None, []
        values = condition.values if isinstance(condition, Condition) else condition
        shares = is_share(condition)
        kept = {"focal": self.focal, "against": self.against}
        whole = place_gap(self.lead.counts, values, **kept)
        frames = [place_gap(self.lead.counts, values, by=self.strata, **kept), whole] if self.strata else [whole]
        section = sections.unequal(
            frames[0],
            whole=whole if self.strata else None,
            condition=words_of(condition),
            meaning=condition.meaning if isinstance(condition, Condition) else "",
            member=self.source.member,
            unit="share" if shares else "number",
            place=self.place,
        )
        return section, list(frames)

    def change(self, before: Counts | Dates | None) -> tuple[Section | None, list[pd.DataFrame]]:
        """What changed since the earlier date."""
        if before is None:
            return None, []
        dates = before if isinstance(before, Dates) else Dates(before=before)
        after = dates.after if dates.after is not None else self.lead.counts
        beside: list[Any] = list(dates.against) or self._comparisons(after)
        whole = compare_dates(dates.before, after, focal=self.focal, against=beside)
        frames = [whole]
        if self.strata:
            frames = [compare_dates(dates.before, after, focal=self.focal, against=beside, by=self.strata), whole]
        names = _dated(dates, after)
        section = sections.change(
            frames[0],
            whole=whole,
            before=names[0],
            after=names[1],
            place=self.place,
            note=dates.note,
            member=self.source.member,
            elsewhere=self._elsewhere(whole, after),
        )
        return section, list(frames)

    def _elsewhere(self, whole: pd.DataFrame, after: Counts) -> str:
        """Say how joined units differ from those of the rest of the page."""
        if len(after) == len(self.lead.counts):
            return ""
        kind = plural(str(self.source.about.get("geography", "unit")))
        text = (
            f"These are the {rounding.count(len(after))} areas that both dates have in common, which differ slightly "
            f"from the {rounding.count(self.source.units)} {kind} used elsewhere on this page"
        )
        same = whole[whole["against"].astype(str) == self.against]
        if same.empty:
            return f"{text}."
        here, there = float(same["dissimilarity_after"].iloc[0]), rows(self.whole, "dissimilarity")["value"].iloc[0]
        return f"{text}: D is {rounding.index(here)} here and {rounding.index(there)} there."

    def _comparisons(self, after: Counts) -> list[str]:
        """Name the rest and the report's own comparison; of two groups alone, the rest is the other one."""
        alone = len(after.groups) == 2 and not after.residual.any()
        return [self.against] if alone else list(dict.fromkeys([self.against, "rest"]))

    def areas(self, areas: Areas | Any) -> Areas | None:  # noqa: ANN401
        """Shapes of the first dimension's units: those given, or their own."""
        if areas is None and self.lead.counts.geometry is None:
            return None
        return (
            areas if isinstance(areas, Areas) else Areas(shapes=_shapes(self.lead.counts) if areas is None else areas)
        )

    def maps(self, areas: Areas | Any, condition: pd.Series | Condition | None) -> list[Section]:  # noqa: ANN401
        """Maps of the first dimension, where its units have shapes."""
        found = self.areas(areas)
        if found is None:
            return []
        section = sections.maps(
            self.quotients,
            found.shapes,
            focal=self.focal,
            unit=found.unit,
            outlines=found.outlines,
            member=self.source.member,
            period=str(self.source.about.get("period", "")),
            source=" ".join(filter(None, [_line(self.source), found.source])),
        )
        if condition is None:
            return [section]
        items: list[Item] = [*section.items]
        values = condition.values if isinstance(condition, Condition) else condition
        shares = is_share(condition)
        source = condition.source if isinstance(condition, Condition) else ""
        figure: Figure = sections.map_of_condition(
            values.astype(np.float64),
            found.shapes,
            words=words_of(condition),
            unit=found.unit,
            outlines=found.outlines,
            shares=shares,
            source=" ".join(filter(None, [source and f"Source: {source}.", found.source])),
        )
        return [Section(section.heading, [*items, Heading("The condition of the places"), figure])]

    def shapes(self, before: Counts | Dates | None) -> list[Section]:
        """Segregation curve and concentration profile."""
        dates = None if before is None else before if isinstance(before, Dates) else Dates(before=before)
        names = ("", "") if dates is None else _dated(dates, dates.after or self.lead.counts)
        line = names[1] if dates is not None else str(self.source.about.get("period", self.name))
        now = self.lead.counts if dates is None or dates.after is None else dates.after
        frames = {line: self.quotients if now is self.lead.counts else self._local(now)}
        profiles = {line: concentration_profile(now, focal=[self.focal])}
        if dates is not None:
            frames[names[0]] = self._local(dates.before)
            profiles[names[0]] = concentration_profile(dates.before, focal=[self.focal])
        self.results += list(profiles.values())
        member = self.source.member
        joined = now is not self.lead.counts
        shared, other = "", ""
        if joined:
            kind = plural(str(self.source.about.get("geography", "unit")))
            there = rows(self.whole, "dissimilarity")["value"].iloc[0]
            shared = (
                "Both dates are measured in the areas they have in common; in the "
                f"{rounding.count(self.source.units)} {kind} used elsewhere on this page D is {rounding.index(there)}."
            )
            own = pd.DataFrame(concentration_profile(self.lead.counts, focal=[self.focal]))
            half = own.iloc[int((own["threshold"] - 0.5).abs().to_numpy().argmin())]
            other = (
                f"In the {rounding.count(self.source.units)} {kind} used elsewhere there are "
                f"{rounding.count(half['units_above'])} such units."
            )
        return [
            sections.segregation_curve(frames, focal=self.focal, against=self.against, member=member, note=shared),
            sections.concentration(profiles, focal=self.focal, member=member, note=other),
        ]


def _dated(dates: Dates, after: Counts) -> tuple[str, str]:
    if dates.names != ("before", "after"):
        return dates.names
    found = dates.before.about.period, after.about.period
    return (found[0], found[1]) if found[0] and found[1] and found[0] != found[1] else dates.names


def _shapes(counts: Counts) -> Any:  # noqa: ANN401
    import geopandas as gpd

    return gpd.GeoDataFrame(geometry=list(counts.geometry), index=list(counts.units), crs=counts.geometry.crs)


def _line(source: Source) -> str:
    return f"Source: {source.about['source']}." if "source" in source.about else ""
