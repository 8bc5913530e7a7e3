"""From a checked configuration to counts, shapes and conditions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from placemix._toml import Lines
from placemix.counts import Counts
from placemix.described import Described
from placemix.fetching.manifests import cited
from placemix.harmonise import common_areas
from placemix.readers import read_areas
from placemix.report import naming, rounding
from placemix.report.choices import Areas, Condition, Dates, Dimension
from placemix.report.sections.lookups import plural


class Loader(Described):
    """Reads the files of one configuration, each once.

    Parameters
    ----------
    config
        The checked configuration.
    folder
        Folder of the data.
    lines
        Where its keys stand.
    """

    def __init__(self, config: Mapping[str, Any], folder: Path, lines: Lines) -> None:
        super().__init__(folder, lines)
        self.config = config

    @property
    def notes(self) -> list[str]:
        """Sentences on what a filter left out."""
        return [
            f"{one.name}: {rounding.count(one.kept)} of {rounding.count(one.every)} {plural(one.geography)} used: "
            f"{one.words}."
            for one in self.filtered
        ]

    def manifests(self) -> list[dict[str, Any]]:
        """Return the manifests that stand beside the files."""
        paths = dict.fromkeys(self.folder / spec["file"] for spec, _ in naming.files(self.config))
        return [manifest for path in paths if (manifest := cited(path)) is not None]

    def dimension(self, one: Mapping[str, Any]) -> Dimension:
        """Read the counts of one table."""
        return Dimension(
            counts=self.counts(one),
            focal=one.get("focal"),
            against=one.get("against", ""),
            note=one.get("note", ""),
            unit_words=one.get("unit_words", ""),
            others=one.get("others", ""),
        )

    def condition(self) -> Condition | None:
        """Read the condition of places."""
        spec = self.config.get("condition")
        if spec is None:
            return None
        return Condition(
            values=self.values(spec),
            words=spec.get("words", ""),
            shares=spec.get("shares"),
            source=spec.get("source", ""),
            period=spec.get("period", ""),
            meaning=spec.get("meaning", ""),
        )

    def areas(self) -> Areas | None:
        """Read the shapes to map."""
        spec = self.config.get("areas")
        if spec is None:
            return None
        outlines = None
        if "outlines" in spec:
            drawn = spec["outlines"]
            outlines = read_areas(self.folder / drawn["file"], columns=[drawn["name"]], layer=drawn.get("layer"))
            outlines = outlines.rename(columns={spec["outlines"]["name"]: "name"})
        shapes = read_areas(self.folder / spec["file"], columns=[spec["unit"]], layer=spec.get("layer"))
        return Areas(shapes=shapes, unit=spec["unit"], outlines=outlines, source=spec.get("source", ""))

    def dates(self, lead: Counts) -> Dates | None:
        """Bring two dates onto the same units."""
        spec = self.config.get("change")
        if spec is None:
            return None
        tables = {one["name"]: one for one in self.config["tables"]}
        before = self.counts(tables[spec["before"]])
        after = self.counts(tables[spec["after"]]) if "after" in spec else lead
        note = ""
        if "lookup" in spec:
            lookup = spec["lookup"]
            areas = common_areas(self.table(lookup), source=lookup["source"], target=lookup["target"])
            sizes = len(before), len(after)
            before, after = (
                counts.merge_units(
                    areas[areas["vintage"] == lookup[end]].set_index("unit")["area"], straddling="largest"
                )
                for counts, end in ((before, "source"), (after, "target"))
            )
            note = (
                f"The {rounding.count(sizes[0])} units of the earlier date and the "
                f"{rounding.count(sizes[1])} of the later were joined into "
                f"{rounding.count(len(after))} common areas: nobody is dropped and nobody is estimated; "
                f"{_straddling(self, areas, lookup)}."
            )
        if told := tables[spec["before"]].get("note"):
            note = f"{note} {told}".strip()
        names = tuple(spec.get("names", ("before", "after")))
        return Dates(before=before, after=after, names=(names[0], names[1]), against=spec.get("against", ()), note=note)


def _straddling(loader: Loader, areas: pd.DataFrame, lookup: Mapping[str, str]) -> str:
    """Say how many common areas lie in several strata of the lookup itself."""
    tables = loader.config["tables"]
    columns = {
        source["column"]: name
        for one in tables
        for name, source in one.get("strata", {}).items()
        if isinstance(source, Mapping) and source["file"] == lookup["file"]
    }
    if not columns:
        return "one that lies in two larger areas counts where most of its people are"
    frame = loader.table(lookup)
    area = frame[lookup["target"]].map(areas[areas["vintage"] == lookup["target"]].set_index("unit")["area"])
    several = max(
        int(frame[[column]].assign(area=area).drop_duplicates()["area"].duplicated().sum()) for column in columns
    )
    label = " or ".join(dict.fromkeys(columns.values()))
    if not several:
        return f"no area crosses the boundary of a {label}"
    return f"{several} of them {'crosses' if several == 1 else 'cross'} the boundary of a {label}"
