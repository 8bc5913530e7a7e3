"""Types of 181,408 areas by every scheme that takes the table; no other Python package has one to compare with."""

from __future__ import annotations

import calls
import numpy as np
import points
from peaks import measured
from timing import Line, at_most, seconds

import placemix as pm

NAME = "typology"
DRAWS = 99


def case(*, full: bool, peer: calls.Peer | None) -> list[Line]:
    """Time each scheme, how sure it is, and the memory of half the table and of all of it."""
    del full, peer
    counts = points.output_areas()
    first = [counts.groups[0], counts.groups[1]]
    six = counts.merge_groups({"others": list(counts.groups[5:])})
    schemes = {
        "PJF2001": (counts, {"reference": first}),
        "PJF2007-reconstructed": (counts, {"reference": first}),
        "HWE2012": (six, {}),
        "Hall2015": (counts, {}),
        "single_characteristic": (counts, {"parameters": {"threshold": 0.7}}),
    }
    lines = []
    for name, (table, given) in schemes.items():
        what = f"types by {name}, {len(table):,} units, {len(table.groups)} groups, with the nearest edge"

        def typed(table=table, name=name, given=given):
            return pm.typology.classify(table, scheme=name, **given)

        lines.append(at_most(Line(NAME, what, seconds(typed)), 1.0))
    what = f"{DRAWS} draws of PJF2001 (perturbation), {len(counts):,} units"
    asked = {"scheme": "PJF2001", "reference": first, "error": "perturbation", "draws": DRAWS}
    lines.append(Line(NAME, what, seconds(lambda: pm.typology.uncertainty(counts, **asked), repeats=1)))
    half = counts.take(np.arange(len(counts) // 2))
    sizes = {}
    for table in (half, counts):
        found = measured(lambda table=table: pm.typology.classify(table, scheme="PJF2001", reference=first))
        sizes[len(table)] = found["on_top"] / 1e6
    small, large = sizes.values()
    note = "; ".join(f"{units:,} units {size:.0f} MB on top of the counts" for units, size in sizes.items())
    line = Line(NAME, "peak memory of PJF2001, all units against half of them", large / small, unit="×", note=note)
    line.target, line.holds = "≤ 2.2 × (linear)", large / small <= 2.2
    return [*lines, line]
