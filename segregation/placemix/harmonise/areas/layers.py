"""Sources and targets laid over each other once, and the crosswalks that follow from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, GroupName
from placemix.counts import Counts
from placemix.crosswalks import Crosswalk, Kind
from placemix.errors import InvalidParameter, did_you_mean, listed, plural
from placemix.harmonise.areas.ancillaries import Amounts, Ground, Reading, amounts_on, described, is_raster
from placemix.harmonise.areas.outlines import Outlines, one_map, outlines, polygons
from placemix.harmonise.areas.overlays import Overlay, check_cover, overlay, shared_ground
from placemix.harmonise.areas.rasters import sticking_out

#: What to do with a source that sticks out of all targets.
Outside: TypeAlias = Literal["refuse", "rescale"]


@dataclass(eq=False)
class Layers:
    """Sources and targets laid over each other once, however many crosswalks are asked of them.

    Attributes
    ----------
    sources, targets, found
        The two layers, and the ground that they share.
    people
        Everyone in each source, or None where the sources are no counts.
    notes
        What was repaired and rescaled.
    nowhere
        Sources that share no ground with any target, shape (sources,).
    ground
        The ground of pairs whose source has several targets; found when first needed.
    amounts
        How much of each ancillary lies on it, by the ancillary's identity.
    """

    sources: Outlines
    targets: Outlines
    found: Overlay
    people: FloatArray | None
    notes: tuple[str, ...]
    nowhere: BoolArray
    ground: Ground | None = None
    amounts: dict[int, Amounts] = field(default_factory=dict)

    @classmethod
    def of(cls, source: Any, target: Any, *, outside: Outside, slivers: float) -> Layers:  # noqa: ANN401
        """Lay two layers over each other, and check that they lie on one map and cover what they must."""
        if outside not in {"refuse", "rescale"}:
            message = f"outside is 'refuse' or 'rescale', not {outside!r}."
            raise InvalidParameter(message, remedy=did_you_mean(outside, ["refuse", "rescale"]))
        if not isinstance(slivers, (int, float)) or not 0 <= slivers < 0.5:
            message = f"slivers is a share of an area, from 0 to below 0.5, not {slivers!r}."
            raise InvalidParameter(message)
        sources, targets = outlines(source, "sources"), outlines(target, "targets")
        one_map(sources, targets, ("sources", "targets"))
        sources, targets = polygons(sources, "sources"), polygons(targets, "targets")
        people = source.total if isinstance(source, Counts) else None
        found = overlay(sources, targets, slivers=slivers)
        said, nowhere = check_cover(sources, targets, found, people, rescale=outside == "rescale")
        return cls(sources, targets, found, people, (*sources.notes, *targets.notes, *said), nowhere)

    def by_area(self) -> Crosswalk:
        """Return the crosswalk by ground shared."""
        return self._walk(self.found.area, "areal", "area", ())

    def by_ancillary(self, ancillary: Any, reading: Reading, *, group: GroupName | None = None) -> Crosswalk:  # noqa: ANN401
        """Return the crosswalk by an ancillary's amounts, or by those of one of its groups."""
        several = self.found.several
        if self.ground is None:
            shapes = shared_ground(self.sources, self.targets, self.found, several)
            self.ground = Ground(shapes, self.targets.ids[self.found.target[several]], self.sources.crs)
        if id(ancillary) not in self.amounts:
            self.amounts[id(ancillary)] = amounts_on(self.ground, ancillary, reading)
        known = self.amounts[id(ancillary)]
        if group is not None:
            if not isinstance(ancillary, Counts):
                message = f"group={group!r} names a group of ancillary Counts, and the ancillary is none."
                raise InvalidParameter(message, remedy="Leave group= out to go by everyone.")
            group = ancillary.groups[ancillary.position(group)]
        weights, left, notes = self.found.area.copy(), several, []
        # A source without any of the group on its ground goes by everyone there, and without anyone by area.
        for column in [*([known.groups[group]] if group is not None else []), known.everyone]:
            amounts = np.zeros(len(weights))
            amounts[several] = column
            enough = np.bincount(self.found.source, amounts, minlength=len(self.sources)) > 0
            taken = left & enough[self.found.source]
            weights[taken] = amounts[taken]
            left = left & ~taken
        if left.any():
            notes = self._fallback(left)
        if is_raster(ancillary):
            notes = [*notes, *self._beyond(ancillary, several)]
        return self._walk(weights, "dasymetric", described(ancillary, reading, group=group), tuple(notes))

    def _fallback(self, left: BoolArray) -> list[str]:
        """List sources with people and without any ancillary amount."""
        which = np.unique(self.found.source[left])
        if self.people is not None:
            which = which[self.people[which] > 0]
        if not len(which):
            return []
        people = "" if self.people is None else f" with {self.people[which].sum():,.0f} people"
        names = listed(list(self.sources.ids[which]))
        return [f"{plural(len(which), 'source')}{people} had no ancillary amount and went by area: {names}."]

    def _beyond(self, raster: Any, several: BoolArray) -> list[str]:  # noqa: ANN401
        """List sources of which a raster covers part only, so that all their people go to that part."""
        if self.ground is None or not several.any():
            return []
        out = sticking_out(raster, self.ground.outlines().series())
        which = np.unique(self.found.source[several][out])
        which = which if self.people is None else which[self.people[which] > 0]
        if not len(which):
            return []
        people = "" if self.people is None else f" with {self.people[which].sum():,.0f} people"
        names = listed(list(self.sources.ids[which]))
        what = f"{plural(len(which), 'source')}{people}"
        return [f"The raster does not cover {what} whole, and holds nobody beyond its edge: {names}."]

    def _walk(self, weights: FloatArray, kind: Kind, basis: str, notes: tuple[str, ...]) -> Crosswalk:
        left_out = pd.Series("shares no ground with any target", index=self.sources.ids[self.nowhere], dtype=object)
        return Crosswalk.from_pairs(
            self.found.source, self.found.target, weights, sources=self.sources.ids, targets=self.targets.ids,
            kind=kind, basis=basis, left_out=left_out if len(left_out) else None, notes=(*self.notes, *notes),
        )  # fmt: skip
