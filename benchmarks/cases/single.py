"""Every measure by itself, against one pass that takes the logarithm of each count."""

from __future__ import annotations

import calls
import numpy as np
import tables
from timing import Line, seconds

import placemix as pm
from placemix.measuring import sweep
from placemix.measuring.plan import rows
from placemix.registry import MEASURES

NAME = "single measures"


def case(*, full: bool, peer: calls.Peer | None) -> list[Line]:
    """Time values alone (arrays in, arrays out) and beside it the whole call with its frame."""
    del full, peer
    counts = tables.counts()
    values, out = np.maximum(counts.values, 1.0), np.empty_like(counts.values)
    unit = seconds(lambda: np.log(values, out=out), repeats=15)
    lines = [Line(NAME, "one np.log pass over the same 181,408 × 14 array", unit)]
    strata = counts.arranged("lad")
    for name, row in MEASURES.items():
        if row.call not in {"groups", "meeting"}:
            continue
        forms = [("each group against the rest", {"focal": "each", "against": "rest"})]
        if row.focal == "optional":
            forms.append(("all groups at once", {"focal": None, "against": "rest"}))
        if name == "exposure":
            forms.append(("all 182 pairs", {"focal": "each", "against": "each"}))
        for words, options in forms:
            try:
                plan = rows(counts, name, options["focal"], options["against"], spatial=False)
                alone = seconds(lambda plan=plan: sweep.values(plan, counts, strata), repeats=5)
                call = seconds(
                    lambda name=name, options=options: pm.measure(counts, name, by="lad", **options), repeats=5
                )
            except pm.errors.PlacemixError as error:
                lines.append(Line(NAME, f"{name}, {words}", float("nan"), note=str(error)[:100]))
                continue
            covered = len(sweep.values(plan, counts, strata)) == len(plan)
            note = f"{alone / unit:.1f} log passes; with the frame {call:.3f} s, {call / unit:.1f} passes"
            lines.append(
                Line(NAME, f"{name}, {words}", alone if covered else call, note=note if covered else "kernels")
            )
    return lines
