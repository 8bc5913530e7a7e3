"""What a join was asked for, and what a pack holds of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from placemix.counts import Counts
from placemix.crosswalks import Crosswalk
from placemix.outcomes.joining.moving import Partial, Weigh
from placemix.outcomes.joining.places import Places
from placemix.outcomes.joining.reading import Read


@dataclass(frozen=True, slots=True)
class Options:
    """What `link` was asked for beside the two sides."""

    along: Crosswalk | str | None
    per: float | None
    partial: Partial
    weigh: Weigh
    apart: float
    breaks: Mapping[str, str]


def called(given: object, places: Places, found: Read, options: Options) -> tuple[dict[str, Any], dict[str, Any]]:
    """Say what a pack holds of a call: inputs as counts and tables, and everything else as plain values."""
    inputs: dict[str, Any] = {}
    arguments: dict[str, Any] = {"on": places.on}
    if isinstance(given, Counts):
        inputs["counts"] = given
    else:
        inputs["places"] = places.table
        arguments["read"] = {
            "strata": list(places.strata), "about": places.about.to_dict(), "source": places.source,
            "groups": places.groups,
        }  # fmt: skip
        if places.members is not None:
            inputs["members"] = places.members
    inputs["outcomes"] = found.table
    along = options.along
    if isinstance(along, Crosswalk):
        inputs["crosswalk"] = along.to_frame()
        arguments["walk"] = {"kind": along.kind, "basis": along.basis, "version": along.version,
                             "sources": list(along.sources), "targets": list(along.targets),
                             "notes": list(along.notes)}  # fmt: skip
    else:
        arguments["along"] = along
    arguments |= {
        "per": options.per, "partial": options.partial, "weigh": options.weigh, "apart": options.apart,
        "breaks": dict(options.breaks),
    }  # fmt: skip
    return inputs, arguments
